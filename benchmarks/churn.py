"""Judging policies over a year of cutoffs, beside summarizing the orders once."""

from collections.abc import Iterator
from functools import partial

import pandas as pd

import custvalue as cv
from benchmarks._compare import Row, Size, alternate
from benchmarks._data import LAST_DAY, order_frame

HORIZON = 90  # [days]
CUTOFFS = [day.date() for day in pd.date_range(end=LAST_DAY, periods=16, freq="MS")[:12]]


def churn(size: Size) -> Iterator[Row]:
    """Time a backtest of each policy, and the table of next orders, on one log.

    The learners' parts are set for the simulated orders: nobody falls asleep there, so silence
    lowers the chance of return but little.
    """
    frame = order_frame(size.orders, size.customers)
    log = cv.OrderLog.from_frame(frame)
    summarize = partial(cv.summarize_orders, frame, as_of=LAST_DAY)
    policies = {
        "days": cv.SleepPolicy(30, 60, 90),
        "gaps": cv.RhythmPolicy(1, 2, 3, fallback_gap_days=60),
        "days, learned": cv.churn.SleepLearner(within=HORIZON, remaining=(0.9, 0.6, 0.3)),
        "gaps, learned": cv.churn.RhythmLearner(within=1, remaining=(0.9, 0.6, 0.3)),
    }
    for name, policy in policies.items():

        def judge(name: str = name, policy: object = policy) -> pd.DataFrame:
            return cv.backtest(log, {name: policy}, cutoffs=CUTOFFS, within=HORIZON)

        pair = alternate(judge, summarize, rounds=size.rounds)
        yield pair.row(f"backtest of {name}, {len(CUTOFFS)} cutoffs", target=15)
    expect = partial(cv.next_order, log, as_of=LAST_DAY)
    yield alternate(expect, summarize, rounds=size.rounds).row("next_order", target=None)
