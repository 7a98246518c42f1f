"""Judging policies by history, on what was known at each cutoff."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue.churn import (
    ChurnState,
    RhythmLearner,
    RhythmPolicy,
    SleepLearner,
    SleepPolicy,
    backtest,
)
from custvalue.errors import InputError, RuleError
from custvalue.examples import simulate_orders
from custvalue.metrics import Confusion
from custvalue.orders import OrderLog
from custvalue.testing import order_frames

FIXED = SleepPolicy(30, 60, 90)
RATIOS = ("precision", "false_discovery_rate", "recall", "miss_rate", "prevalence")


class Remembering:
    """A learner that remembers what it was shown."""

    def __init__(self) -> None:
        self.shown: list[OrderLog] = []

    def fit(self, log: OrderLog, *, as_of: Any) -> SleepPolicy:
        """Keep the log, and learn nothing."""
        self.shown.append(log.until(as_of))
        assert log.rows_after(as_of) == 0
        return FIXED


@pytest.fixture(scope="module")
def log() -> OrderLog:
    """Return two years of a shop of 600 customers."""
    return OrderLog.from_frame(simulate_orders(customers=600, seed=3))


@settings(max_examples=25)
@given(order_frames(), st.integers(1, 40))
def test_counts_one_by_one(frame: pd.DataFrame, within: int) -> None:
    """Each count is what counting customer by customer gives, and each ratio follows from it."""
    cutoff = pd.Timestamp("2024-02-15")
    policies = {"days": SleepPolicy(3, 9, 20), "gaps": RhythmPolicy(1, 2, 3, fallback_gap_days=9)}
    edges = pd.DataFrame(
        {"customer_id": [998, 999], "date": ["2024-01-01", "2024-05-01"], "amount": [1.0, 1.0]}
    )
    edges["date"] = pd.to_datetime(edges["date"])
    orders = pd.concat([frame[["customer_id", "date", "amount"]], edges])
    log = OrderLog.from_frame(orders.astype({"customer_id": object, "date": "datetime64[s]"}))
    table = backtest(log, policies, cutoffs=[cutoff], within=within)
    customers = log.customers(cutoff)
    for name, policy in policies.items():
        row = table.loc[(name, cutoff)]
        called, ordered = [], []
        for customer, facts in customers.iterrows():
            if facts["orders"]:
                gap = facts["mean_gap_days"]
                days = facts["days_since_last_order"]
                state = (
                    policy.classify(days)
                    if name == "days"
                    else policy.classify(days_since_last_order=days, mean_gap_days=gap)
                )
                called.append(state <= ChurnState.DROWSY)
                later = orders[(orders["customer_id"] == customer) & (orders["amount"] >= 0)]
                wait = (later["date"].dt.normalize() - cutoff).dt.days
                ordered.append(bool(((wait > 0) & (wait <= within)).any()))
        outcome = Confusion.from_labels(actual=ordered, predicted=called)
        assert row["customers"] == len(called)
        assert row["without_state"] == len(customers) - len(called)
        for count in ("true_positives", "false_positives", "false_negatives", "true_negatives"):
            assert row[count] == getattr(outcome, count)
        for ratio in (*RATIOS, "lift"):
            np.testing.assert_allclose(row[ratio], getattr(outcome, ratio), rtol=1e-12)
        assert row["rule"] is policy


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([1, 4, 60]))
def test_no_look_ahead(seed: int, within: int) -> None:
    """Other orders after the cutoff leave who is called awake, and every rule, as they were."""
    orders = simulate_orders(customers=150, days=500, seed=seed % 50)
    cutoff = pd.Timestamp("2024-02-15")
    late = orders["date"] > cutoff
    rng = np.random.default_rng(seed)
    shaken = orders.copy()
    days = pd.to_timedelta(rng.integers(1, 80, late.sum()), unit="D")
    shaken.loc[late, "date"] = (cutoff + days).as_unit("s").to_numpy()
    shaken.loc[late, "amount"] = 7.0
    policies = {
        "fixed": FIXED,
        "days": SleepLearner(within=30, remaining=(0.9, 0.8, 0.7)),
        "gaps": RhythmLearner(within=1),
    }
    tables = [
        backtest(
            OrderLog.from_frame(frame),
            policies,
            cutoffs=[cutoff],
            within=within,
            observed_until="2024-12-31",
        )
        for frame in (orders, shaken, orders[~late])
    ]
    for table in tables:
        table["called"] = table["true_positives"] + table["false_positives"]
    for other in tables[1:]:
        for column in ("customers", "without_state", "called", "rule"):
            assert other[column].tolist() == tables[0][column].tolist()
    assert (tables[2]["true_positives"] == 0).all()


def test_learners_see_the_past_only(log: OrderLog) -> None:
    """A learner is shown the log as it was at each cutoff, also beside a rule that needs none."""
    learner = Remembering()
    cutoffs = ["2023-09-30", "2024-03-31"]
    table = backtest(log, {"fixed": FIXED, "mine": learner}, cutoffs=cutoffs, within=90)
    for shown, cutoff in zip(learner.shown, cutoffs, strict=True):
        pd.testing.assert_frame_equal(
            shown.customers("2024-12-31"), log.until(cutoff).customers("2024-12-31")
        )
    assert table["rule"].tolist() == [FIXED] * 4


def test_the_table(log: OrderLog) -> None:
    """One row per policy and cutoff in the order given; counts and ratios fit together."""
    cutoffs = ["2024-06-30", "2024-03-31"]
    policies = {"learned": SleepLearner(within=60), "fixed": FIXED}
    table = backtest(log, policies, cutoffs=cutoffs, within=60)
    assert table.index.names == ["policy", "cutoff"]
    assert [(name, str(day)[:10]) for name, day in table.index] == [
        (name, day) for name in policies for day in cutoffs
    ]
    counts = ["true_positives", "false_positives", "false_negatives", "true_negatives"]
    assert (table[counts].sum(axis=1) == table["customers"]).all()
    for ratio in RATIOS:
        assert (table[f"{ratio}_low"] <= table[ratio]).all()
        assert (table[ratio] <= table[f"{ratio}_high"]).all()
    for day in cutoffs:
        learned = table.loc[("learned", pd.Timestamp(day)), "rule"]
        assert learned == SleepLearner(within=60).fit(log, as_of=day)
    narrow = backtest(log, policies, cutoffs=cutoffs, within=60, level=0.5)
    assert (narrow["precision_low"] > table["precision_low"]).all()


def test_interval_is_wilsons() -> None:
    """Eight of ten called who order again: 0.80, between 0.4902 and 0.9433."""
    day = np.array(["2026-01-01"] * 10 + ["2026-01-20"] * 8, dtype="datetime64[s]")
    frame = pd.DataFrame({"customer_id": [*range(10), *range(8)], "date": day, "amount": 1.0})
    table = backtest(
        OrderLog.from_frame(frame), {"all": FIXED}, cutoffs=["2026-01-01"], within=19
    ).round(4)
    assert table[["precision", "precision_low", "precision_high"]].to_numpy().tolist() == [
        [0.8, 0.4902, 0.9433]
    ]
    assert table[["recall", "lift"]].to_numpy().tolist() == [[1, 1]]
    nobody = backtest(
        OrderLog.from_frame(frame),
        {"nobody": SleepPolicy(0.5, 0.6, 0.7)},
        cutoffs=["2026-01-10"],
        within=10,
    )
    assert nobody[["precision", "precision_low", "lift"]].isna().all(axis=None)
    assert nobody["miss_rate"].tolist() == [1.0]


def test_cdnow(cdnow_master: pd.DataFrame) -> None:
    """On CDNOW the learned thresholds find more of those who order again than 90 days do."""
    log = OrderLog.from_frame(cdnow_master)
    policies = {
        "fixed": SleepPolicy(30, 90, 180),
        "learned": SleepLearner(),
        "rhythm": RhythmLearner(),
    }
    table = backtest(log, policies, cutoffs=["1997-12-31"], within=90)
    assert table["customers"].tolist() == [23_570] * 3
    assert table["true_positives"].tolist() == [1_938, 2_389, 2_835]
    assert table["false_positives"].tolist() == [2_238, 3_269, 5_190]
    assert table["false_negatives"].tolist() == [1_879, 1_428, 982]


@pytest.mark.parametrize(
    ("given", "error", "sentence"),
    [
        ({"log": None}, TypeError, r"log must be an OrderLog, got NoneType"),
        ({"policies": [FIXED]}, TypeError, r"policies must be a mapping of names to rules or lear"),
        ({"policies": {}}, InputError, r"backtest needs at least one policy, got none"),
        ({"policies": {"a": 30}}, TypeError, r"policy 'a' must be a rule with classify or a learn"),
        (
            {"policies": {"a": SleepLearner}},
            TypeError,
            r"policy 'a' must be a rule with classify o",
        ),
        ({"cutoffs": "2024-06-30"}, TypeError, r"cutoffs must be several days, as \['1997-12-31'"),
        ({"cutoffs": 5}, TypeError, r"cutoffs must be several days, as \['1997-12-31'\], got 5"),
        ({"cutoffs": []}, InputError, r"backtest needs at least one cutoff, got none"),
        ({"cutoffs": ["June"]}, InputError, r"each cutoff must be a calendar day, .* got 'June'"),
        (
            {"cutoffs": ["2024-06-30", "2024-06-30"]},
            InputError,
            r"cutoffs must differ, got 2024-06-30 twice",
        ),
        (
            {"cutoffs": ["2020-01-01"]},
            InputError,
            r"cutoffs must lie within the log, from 2023-01-\d\d on, got 2020-01-01: nothing was",
        ),
        (
            {"cutoffs": ["2024-12-01"]},
            InputError,
            (
                r"every horizon must have been observed to its end, by 2024-12-\d\d, but that of "
                r"cutoff 2024-12-01 ends 6\d days later: take an earlier cutoff or a shorter within"
                r", or say observed_until= if"
            ),
        ),
        (
            {"observed_until": "2024-07-31"},
            InputError,
            r"every horizon must have been observed to its end, by 2024-07-31, .* shorter within$",
        ),
        ({"within": 10**12}, InputError, r"every horizon must have been observed to its end, by 2"),
        ({"within": 0}, InputError, r"within must be a whole number of at least 1, got 0"),
        (
            {"within": 9.0},
            InputError,
            r"within must be a whole number of at least 1, got 9.0",
        ),
        (
            {"within": True},
            InputError,
            r"within must be a whole number of at least 1, got Tr",
        ),
        ({"level": 1}, InputError, r"level must lie between 0 and 1, got 1"),
    ],
)
def test_what_cannot_be_judged(
    log: OrderLog, given: dict[str, object], error: type[Exception], sentence: str
) -> None:
    """Policies are rules or learners, cutoffs lie within the log, horizons before its end."""
    how: dict[str, Any] = {
        "log": log,
        "policies": {"fixed": FIXED},
        "cutoffs": ["2024-06-30"],
        "within": 90,
        **given,
    }
    with pytest.raises(error, match=f"^{sentence}"):
        backtest(how.pop("log"), how.pop("policies"), **how)


def test_logs_that_tell_nothing(log: OrderLog) -> None:
    """An empty log, and days before the log was complete, are errors."""
    nothing = OrderLog.from_frame(simulate_orders(customers=5).iloc[:0])
    with pytest.raises(InputError, match=r"^backtest needs a log with orders, got an empty one"):
        backtest(nothing, {"fixed": FIXED}, cutoffs=["2024-06-30"], within=90)
    late = OrderLog.from_frame(simulate_orders(customers=50), history_starts="2024-01-01")
    with pytest.raises(InputError, match=r"^cutoffs must lie within the log, from 2024-01-01 on"):
        backtest(late, {"fixed": FIXED}, cutoffs=["2023-12-31"], within=90)


def test_the_log_may_go_on_quietly(log: OrderLog) -> None:
    """Who knows that nothing came after the last row may say so."""
    table = backtest(
        log, {"fixed": FIXED}, cutoffs=["2024-12-20"], within=90, observed_until="2025-06-30"
    )
    assert table["customers"].tolist() == [600]


def test_policies_that_fail(log: OrderLog) -> None:
    """What can't be learned, and states that are none, name the policy."""
    with pytest.raises(
        RuleError,
        match=r"^policy 'long' can't be learned at cutoff 2023-06-30: a return within 400",
    ):
        backtest(log, {"long": SleepLearner(within=400)}, cutoffs=["2023-06-30"], within=30)

    class Tiers:
        def classify(self, customers: pd.DataFrame) -> "pd.Series[Any]":
            return pd.Series("A", index=customers.index)

    with pytest.raises(
        InputError, match=r"^the states that policy 'abc' gives must hold labels of ChurnState \("
    ):
        backtest(log, {"abc": Tiers()}, cutoffs=["2023-06-30"], within=30)

    class Sorted:
        def classify(self, customers: pd.DataFrame) -> "pd.Series[Any]":
            return FIXED.classify(customers).sort_values()

    with pytest.raises(
        InputError, match=r"^the states that policy 'sorted' gives and the customers must share one"
    ):
        backtest(log, {"sorted": Sorted()}, cutoffs=["2023-06-30"], within=30)
