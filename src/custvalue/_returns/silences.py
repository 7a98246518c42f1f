"""The silences of a log, one by one and counted by length: what a return curve is made of."""

from typing import Any, Self

import attrs
import numpy as np
import numpy.typing as npt

from custvalue._calendar import Days, read_day
from custvalue._containers import Mask
from custvalue._long_arrays import blocks
from custvalue.orders import OrderLog

Ints = npt.NDArray[np.int64]


@attrs.frozen(eq=False)
class EachSilence:
    """Every silence that was watched, by customer and day; all columns of shape (n,)."""

    gaps: npt.NDArray[np.int32]
    """How many gaps of its customer lie before it: 0 after the first order day."""
    span: Days
    """What these add up to [days]."""
    length: Days
    entry: Days
    """How long it had lasted when it came under watch; 0 where it was watched from the start."""
    returned: Mask

    @classmethod
    def of(cls, log: OrderLog, as_of: int) -> Self:
        """List the silences up to a day."""
        sold = log._days
        order_days = sold.ends(as_of) - sold.starts[:-1]
        order_days = order_days[order_days > 0]
        day = sold.day[sold.day <= as_of]
        last = np.cumsum(order_days) - 1
        first = last + 1 - order_days
        gaps = np.arange(len(day), dtype=np.int32)
        gaps -= np.repeat(first.astype(np.int32), order_days)
        span = day - np.repeat(day[first], order_days)
        length = np.diff(day, append=np.int32(0))
        length[last] = as_of - day[last]
        returned = np.ones(len(day), dtype=np.bool_)
        returned[last] = False
        entry = np.zeros(len(day), dtype=np.int32)
        every = cls(gaps, span, length, entry, returned)
        if log.history_starts is None:
            return every
        late = np.maximum(read_day(log.history_starts, "history_starts") - day, 0)
        return attrs.evolve(every, entry=late).pick((length > late) | (late == 0))

    def pick(self, rows: Mask | slice) -> Self:
        """Return some of the silences."""
        return type(self)(*(column[rows] for column in attrs.astuple(self, recurse=False)))


@attrs.frozen(eq=False)
class Silences:
    """How many silences ended, stopped being watched, or came under watch, by their length.

    A silence watched from its first day on came under watch at none.
    """

    length: npt.NDArray[Any]
    """Each distinct length, ascending [days, or multiples of a mean gap]."""
    returned: Ints
    running: Ints
    entered: Ints

    @classmethod
    def in_days(cls, log: OrderLog, as_of: int) -> Self:
        """Count the silences up to a day, by whole days."""
        sold = log._days
        end = sold.ends(as_of)
        last = end[end > sold.starts[:-1]] - 1
        ended = np.diff(sold.day, append=np.int32(0))
        ended[last] = 0  # not ended: as none that ended is that short, 0 stands for no silence
        if int(sold.day.max(initial=as_of)) > as_of:
            ended[sold.day > as_of] = 0
        running = as_of - sold.day[last]
        longest = max(int(ended.max(initial=0)), int(running.max(initial=0)))
        entered = np.zeros(longest + 1, dtype=np.int64)
        if log.history_starts is not None:
            late = read_day(log.history_starts, "history_starts") - sold.day
            ended[ended <= late] = 0
            entered += _count(late[(ended > 0) & (late > 0)], longest)
            late = late[last]
            watched = (running > late) | (late <= 0)
            entered += _count(late[watched & (late > 0)], longest)
            running = running[watched]
        returned = _count(ended, longest)
        returned[0] = 0
        still = _count(running, longest)
        seen = np.flatnonzero(returned + still + entered)
        return cls(seen, returned[seen], still[seen], entered[seen])

    @classmethod
    def in_gaps(cls, log: OrderLog, as_of: int) -> Self:
        """Count the silences up to a day, by multiples of the customer's mean gap before each."""
        every = EachSilence.of(log, as_of)
        every = every.pick(every.gaps > 0)  # the first of a customer has no gap before it
        late = every.entry > 0
        # One rounding each, so that equal multiples are equal floats.
        length = every.length * every.gaps.astype(np.int64) / every.span
        entry = (every.entry * every.gaps.astype(np.int64) / every.span)[late]
        parts = (length[every.returned], length[~every.returned], entry)
        counted = [np.unique(part, return_counts=True) for part in parts]
        seen = np.unique(np.concatenate([lengths for lengths, _ in counted]))
        counts = np.zeros((len(parts), len(seen)), dtype=np.int64)
        for row, (lengths, count) in zip(counts, counted, strict=True):
            row[np.searchsorted(seen, lengths)] = count
        return cls(seen, *counts)

    def at_risk(self) -> Ints:
        """Return how many silences were watched between the length before and each length."""
        leaving = self.returned + self.running - self.entered
        watched: Ints = leaving[::-1].cumsum()[::-1]
        return watched


def _count(lengths: Days, longest: int) -> Ints:
    """Return how many are of each length; in blocks, as numpy copies what it counts."""
    counts = np.zeros(longest + 1, dtype=np.int64)
    for rows in blocks(len(lengths)):
        counts += np.bincount(lengths[rows], minlength=longest + 1)
    return counts
