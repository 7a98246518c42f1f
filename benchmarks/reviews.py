"""The review of a customer base, beside building what it reads; and once more a day later."""

from collections.abc import Iterator

import pandas as pd

import custvalue as cv
from benchmarks._compare import Row, Size, alternate
from benchmarks._data import LAST_DAY, order_frame

TOMORROW = LAST_DAY + pd.Timedelta(days=1)


def reviews(size: Size) -> Iterator[Row]:
    """Time a review beside the log and its table, a day's orders more, and a comparison."""
    orders = order_frame(size.orders, size.customers)
    log = cv.OrderLog.from_frame(orders)

    def build() -> pd.DataFrame:
        return cv.OrderLog.from_frame(orders).customers(LAST_DAY)

    def review() -> cv.Review:
        return cv.review(log, as_of=LAST_DAY)

    pair = alternate(review, build, rounds=size.rounds)
    yield pair.row("review, vs log and its table", target=4)
    yield from _a_day_later(size, orders, log)


def _a_day_later(size: Size, orders: pd.DataFrame, log: cv.OrderLog) -> Iterator[Row]:
    """Time a review of yesterday's log with a day's orders more, once it is that of all rows."""
    day = order_frame(max(2, size.orders // 700), max(1, size.customers // 700), seed=2026)
    day["date"] = pd.Series([TOMORROW] * len(day)).astype(orders["date"].dtype)
    everything = pd.concat([orders, day])
    yesterday = cv.review(log, as_of=LAST_DAY)

    def merge() -> pd.DataFrame:
        return log.extend(day).customers(TOMORROW)

    def extended() -> cv.Review:
        return cv.review(log.extend(day), as_of=TOMORROW)

    def from_scratch() -> cv.Review:
        return cv.review(cv.OrderLog.from_frame(everything), as_of=TOMORROW)

    today = extended()
    pd.testing.assert_frame_equal(today.customers, from_scratch().customers)
    pair = alternate(extended, from_scratch, rounds=size.rounds)
    yield pair.row("extend and review, vs from scratch", target=None)
    pair = alternate(extended, merge, rounds=size.rounds)
    yield pair.row("extend and review, vs extend and table", target=4)
    pair = alternate(lambda: cv.reviews.compare(yesterday, today), merge, rounds=size.rounds)
    yield pair.row("compare two reviews, vs extend and table", target=4)
