"""When customers reach the steps that orders alone can show, read off a log in one sweep."""

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._calendar import Days, to_times
from custvalue._containers import Codes, Mask
from custvalue._ladder import Ladder
from custvalue._orders.customer_days import CustomerDays, Ints

ORDER_MEASURES = ("orders", "active_days")
"""What a log knows about a customer at the end of each of its order days."""

NAT = np.datetime64("NaT", "s")


@attrs.frozen(eq=False)
class Climbs:
    """The order days on which customers stand on a higher step than before."""

    customer: Ints
    day: Days
    left: Codes
    reached: Codes


def find_climbs(log: CustomerDays, ladder: Ladder[Any]) -> Climbs:
    """Classify every customer on every one of its order days, and keep the days that tell.

    On all other days a customer stands where it stood, as more orders never lower a step.
    """
    codes = ladder.classify(_so_far(log)).cat.codes.to_numpy()
    begins = log.starts[:-1][np.diff(log.starts) > 0]
    before = np.zeros_like(codes)
    before[1:] = codes[:-1]
    before[begins] = 0
    rows = np.flatnonzero(codes != before)
    customer = np.searchsorted(log.starts, rows, side="right") - 1
    return Climbs(customer, log.day[rows], before[rows], codes[rows])


def date_table(log: CustomerDays, ladder: Ladder[Any], as_of: int) -> pd.DataFrame:
    """Return the table of `lifecycle.stage_dates`."""
    climbs = find_climbs(log, ladder)
    seen = log.seen_by(as_of)
    dates = {}
    for step in ladder.reachable(ORDER_MEASURES)[1:]:
        passing = (climbs.left < step.rank) & (step.rank <= climbs.reached) & (climbs.day <= as_of)
        column = np.full(len(log.ids), NAT)
        column[climbs.customer[passing]] = to_times(climbs.day[passing])
        dates[step.value] = column[seen]
    return pd.DataFrame(dates, index=log.ids[seen])


def count_table(log: CustomerDays, ladder: Ladder[Any], days: Sequence[int]) -> pd.DataFrame:
    """Return the table of `lifecycle.replay`: who climbs is counted off one step, onto another."""
    climbs = find_climbs(log, ladder)
    came = _first_days(log)
    in_order, place = np.unique(np.asarray(days, dtype=np.int64), return_inverse=True)
    steps = [step.value for step in ladder.scale]
    width = len(steps)

    def net(day: npt.NDArray[Any], step: Codes) -> Ints:
        """Count by the first of the dates that sees the day, and by step."""
        cells = np.searchsorted(in_order, day) * width + step
        return np.bincount(cells, minlength=(len(in_order) + 1) * width)

    change = net(came, np.zeros(len(came), dtype=np.int8))
    change += net(climbs.day, climbs.reached) - net(climbs.day, climbs.left)
    counts = change.reshape(-1, width)[:-1].cumsum(axis=0)[place]
    table = pd.DataFrame(
        {"customers": counts.sum(axis=1), **dict(zip(steps, counts.T, strict=True))},
        index=pd.DatetimeIndex(to_times(in_order)[place], name="as_of"),
    )
    return table.astype(np.int64)


def _so_far(log: CustomerDays) -> pd.DataFrame:
    """Return for each order day the orders up to it, and the days since the first."""
    order_days = np.diff(log.starts)
    begins = log.starts[:-1][order_days > 0]
    order_days = order_days[order_days > 0]
    orders = np.cumsum(log.orders, dtype=np.int64)
    orders -= np.repeat(orders[begins] - log.orders[begins], order_days)
    active = log.day - np.repeat(log.day[begins], order_days)
    return pd.DataFrame(dict(zip(ORDER_MEASURES, (orders, active), strict=True)), copy=False)


def _first_days(log: CustomerDays) -> Ints:
    """Return for each customer the day of its first row, order or not."""
    first = np.full(len(log.ids), np.iinfo(np.int32).max, dtype=np.int64)
    bought: Mask = np.diff(log.starts) > 0
    first[bought] = log.day[log.starts[:-1][bought]]
    np.minimum.at(first, log.apart.customer, log.apart.day)
    return first
