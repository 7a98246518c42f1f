"""Logs and rules are shared between threads: all of them get the answers one alone gets."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pandas as pd
import pytest

import custvalue as cv

THREADS = 8
ROUNDS = 3
DAYS = [day.date() for day in pd.date_range("2024-02-01", "2025-03-01", freq="41D")]


@pytest.fixture
def log() -> cv.OrderLog:
    """Return a log nobody has asked anything yet."""
    return cv.OrderLog.from_frame(cv.examples.simulate_orders(customers=300, seed=4), order_id=None)


def plain(answer) -> object:
    """Return an answer as something that `==` compares."""
    if isinstance(answer, pd.DataFrame):
        return answer.reset_index().to_csv()
    if isinstance(answer, pd.Series):
        return answer.astype(object).to_csv()
    if isinstance(answer, np.ndarray | pd.Categorical):
        return list(map(str, answer))
    return answer


def together(ask, questions) -> list:
    """Ask all questions in many threads that start at once, each in an order of its own."""
    start = Barrier(THREADS)

    def one(thread) -> list:
        start.wait()
        places = np.roll(range(len(questions)), thread)
        answers = {place: plain(ask(questions[place])) for _ in range(ROUNDS) for place in places}
        return [answers[place] for place in range(len(questions))]

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def assert_alike(ask, questions) -> None:
    """Assert that every thread got what one alone gets afterwards."""
    got = together(ask, questions)
    alone = [plain(ask(question)) for question in questions]
    assert all(answers == alone for answers in got)


@pytest.mark.parametrize(
    "ask",
    [
        lambda log, day: log.customers(day),
        lambda log, day: log.customers(day, since="2024-01-20"),
        lambda log, day: log.gaps(day),
        lambda log, day: log.to_btyd(day),
        lambda log, day: log.until(day).ledger,
        lambda log, day: log.ordered_between("2024-01-20", day),
        lambda log, day: cv.ReturnCurve.from_log(log, as_of=day, by="rhythm").table,
        lambda log, day: cv.next_order(log, as_of=day),
    ],
)
def test_one_log_answers_all(log, ask) -> None:
    """A log that many ask for many days at once tells each the same as it tells one alone."""
    assert_alike(lambda day: ask(log, day), DAYS)


def test_a_log_grows_while_others_ask(log) -> None:
    """`extend` and `until` give new logs; who reads the old one notices nothing."""
    later = cv.examples.simulate_orders(customers=50, seed=5)
    before = plain(log.customers("2025-03-01"))

    def ask(day) -> pd.DataFrame:
        log.extend(later).until(day)
        return log.customers(day)

    assert_alike(ask, DAYS[:6])
    assert plain(log.customers("2025-03-01")) == before


def test_what_a_thread_was_given_is_its_own(log) -> None:
    """Who writes into a table changes nobody else's."""

    def spoil(day) -> str:
        table = log.customers(day)
        told = plain(table)
        table.loc[:, "revenue"] = -1.0
        table.index = table.index[::-1]
        return told

    assert_alike(spoil, DAYS[:8])


def test_rules_classify_and_explain_in_threads(log) -> None:
    """Learned rules hold nothing that one question changes for the next."""
    day = DAYS[-1]
    customers = log.customers(day)
    tiers = cv.tiers.ABC.fit(customers["revenue"])
    sleep = cv.churn.SleepLearner(within=60).fit(log, as_of=day)
    scores = cv.RFMLearner().fit(customers)
    matrix = cv.ValueMatrixLearner().fit(customers)
    assert_alike(
        lambda part: [
            plain(tiers.classify(part["revenue"])),
            plain(sleep.classify(part["days_since_last_order"])),
            plain(scores.classify(part)),
            plain(matrix.classify(part)),
            plain(cv.LifecyclePolicy().classify(part[["orders", "active_days"]])),
            tiers.explain(part["revenue"].iloc[0]),
            sleep.explain(part["days_since_last_order"].iloc[0]),
        ],
        [customers.iloc[rows : rows + 40] for rows in range(0, 240, 40)],
    )


@pytest.mark.parametrize("by", [None, "rhythm"])
def test_one_curve_answers_all(log, by) -> None:
    """A curve that many ask at once has one answer to each question."""
    curve = cv.ReturnCurve.from_log(log, as_of=DAYS[-1], by=by)
    silences = np.arange(0.0, 60.0)
    asked = {"order_days": 3, "mean_gap_days": 20.0}
    assert_alike(
        lambda within: [
            curve.chance_of_return(12, within=within, **asked),
            plain(
                curve.chance_of_return(
                    silences,
                    within=within,
                    order_days=np.full(60, 3),
                    mean_gap_days=np.full(60, 20.0),
                )
            ),
        ],
        list(range(5, 40, 5)),
    )


def test_the_first_use_may_be_in_threads() -> None:
    """Names that are imported when first asked for are the same in every thread."""
    script = """
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
import custvalue as cv
start = Barrier(8)
def first(thread):
    start.wait()
    names = cv.__all__[thread:] + cv.__all__[:thread]
    return {name: getattr(cv, name) for name in names}
with ThreadPoolExecutor(8) as pool:
    found = list(pool.map(first, range(8)))
for name in cv.__all__:
    assert len({id(each[name]) for each in found}) == 1, name
"""
    subprocess.run([sys.executable, "-c", script], check=True)  # noqa: S603 - our own script
