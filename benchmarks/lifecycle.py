"""The stages of many customers and of one, and their counts as of many days."""

import statistics
import timeit
from collections.abc import Iterator

import attrs
import numpy as np
import pandas as pd
from numpy.typing import NDArray

import custvalue as cv
from benchmarks._compare import Row, Size, alternate, quantity
from benchmarks._data import LAST_DAY, START, order_frame

MONTHS = 24
ORDERS = (1, 2, 9)
POLICY = cv.LifecyclePolicy()


def lifecycle(size: Size) -> Iterator[Row]:
    """Time classifying, alone and among many, and replaying two years of month-ends."""
    yield from _one()
    yield _many(size)
    yield _replay(size)


def _one() -> Iterator[Row]:
    """Time one customer, over facts of every stage, the facts given and the facts built."""
    known = [
        {},
        {"expected_to_close": True},
        {"orders": 1},
        {"orders": 2, "active_days": 40.0},
        {"orders": 12, "active_days": 400.0, "share_of_wallet": 0.5, "promoter_score": 7},
        {"orders": 1, "promoter_score": 9},
        {"orders": 3, "referrals": 2},
        {"partner": True},
    ]
    facts = [cv.CustomerFacts(**one) for one in known]
    assert [POLICY.classify(one) for one in facts] == list(cv.Stage)

    def classify() -> None:
        for one in facts:
            POLICY.classify(one)

    def build_and_classify() -> None:
        for one in known:
            POLICY.classify(cv.CustomerFacts(**one))

    for name, run in (("facts", classify), ("facts built", build_and_classify)):
        times = timeit.repeat(run, number=2_000, repeat=5)
        time = statistics.median(times) / 2_000 / len(facts) * 1e6
        yield quantity(f"LifecyclePolicy.classify(one), {name}", time, "µs", target=10)


def _many(size: Size) -> Row:
    """Time all columns of evidence beside the quickest look at one of them."""
    facts = _facts(size.customers)
    orders = facts["orders"].to_numpy()
    sample = facts.iloc[:: max(1, size.customers // 500)]
    one_by_one = [POLICY.classify(cv.CustomerFacts(**row)) for row in sample.to_dict("records")]
    assert POLICY.classify(sample).tolist() == one_by_one, "stages of one and of many differ"

    def by_hand() -> NDArray[np.int64]:
        return np.searchsorted(ORDERS, orders, side="right")

    pair = alternate(lambda: POLICY.classify(facts), by_hand, rounds=size.rounds)
    name = f"LifecyclePolicy.classify, {size.customers:,}, vs searchsorted"
    return pair.row(name, target=10)


def _replay(size: Size) -> Row:
    """Time the counts of many days beside the customer table of one, the log built already."""
    log = cv.OrderLog.from_frame(order_frame(size.orders, size.customers))
    days = pd.date_range(START, periods=MONTHS, freq="ME")
    counts = cv.lifecycle.replay(log, POLICY, days)
    for day, row in zip(days, counts[list(cv.Stage)].to_numpy(), strict=True):
        funnel = cv.funnel(POLICY.classify(log.customers(day)))
        assert row.tolist() == funnel["customers"].tolist(), f"the counts of {day:%x} differ"
    pair = alternate(
        lambda: cv.lifecycle.replay(log, POLICY, days),
        lambda: log.customers(LAST_DAY),
        rounds=size.rounds,
    )
    return pair.row(f"replay of {MONTHS} month-ends, vs one customers(day)", target=6)


def _facts(customers: int) -> pd.DataFrame:
    """Return all columns of evidence, some of it missing, so that every stage occurs."""
    rng = np.random.default_rng(1967)
    asked = rng.random(customers) < 0.3
    columns = {
        "orders": rng.poisson(rng.gamma(1.0, 4.0, customers)),
        "active_days": rng.uniform(0, 800, customers).round(),
        "expected_to_close": rng.random(customers) < 0.2,
        "share_of_wallet": np.where(asked, rng.beta(2, 2, customers), np.nan),
        "promoter_score": np.where(asked, rng.integers(0, 11, customers), np.nan),
        "referrals": rng.poisson(0.1, customers),
        "partner": rng.random(customers) < 0.01,
    }
    assert list(columns) == [field.name for field in attrs.fields(cv.CustomerFacts)]
    return pd.DataFrame(columns)
