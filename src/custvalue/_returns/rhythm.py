"""One curve per group of customers, each on the time scale of the customer's own rhythm.

A silence is measured by the customer's *rhythm*: the mean gap before it, drawn towards that of
the population as if half a gap of the population's length had been seen as well. A customer with
one order day has the population's rhythm. On that scale silences run on logarithmic time: a
step is a factor, as there is more to tell apart between 5 days and 10 than between 305 and 310,
and since where rates differ between customers the hazard falls about as 1 / time.

Everything is counted, nothing is searched for.
"""

from typing import Any, Self

import attrs
import numpy as np
import numpy.typing as npt

from custvalue._containers import LARGEST_EXACT
from custvalue._long_arrays import blocks
from custvalue._returns.silences import EachSilence, Ints

Floats = npt.NDArray[np.float64]

# All chosen on CDNOW and on simulated BG/NBD customers, where none of them matters much.
ORDER_DAYS = np.array([1, 2, 3, 4, 5, 6, 8, 11, 16, 24])  # a group begins with each
PRIOR_GAPS = 0.5  # gaps of the population's length added to a customer's own
STEP = 0.25  # of logarithmic time: silences up to 28% longer share one hazard
PRIOR_RETURNS = 1.0  # at the pooled hazard, added to those of a group and of each of its steps

_GROUP_AFTER = np.searchsorted(ORDER_DAYS, np.arange(1, ORDER_DAYS[-1] + 1), side="right") - 1
"""The group of a silence by the gaps before it, one less than the order days."""


@attrs.frozen(eq=False)
class RhythmHazard:
    """The hazard of each group, a row, at each step of logarithmic time, a column."""

    mean_gap_days: float
    """Of the population: the mean of all gaps that ended [days]."""
    hazard: Floats
    longest: Floats
    """The longest silence watched in each group [logarithmic time]."""
    silences: Ints
    returned: Ints

    @classmethod
    def of(cls, every: EachSilence) -> Self:
        """Count the returns of each group and the time it was watched, and draw them together."""
        gaps = every.length[every.returned]
        mean_gap = float(gaps.mean()) if len(gaps) else 1.0  # nobody returned: any unit will do
        counts = _Counts.of(every, mean_gap)
        return cls(mean_gap, counts.hazard(), counts.longest, counts.silences, counts.returned)

    def chance(
        self,
        silence: Floats,
        within: Floats,
        order_days: npt.NDArray[Any],
        mean_gap_days: Floats,
        *,
        beyond: bool,
    ) -> Floats:
        """Return each customer's chance to order again within a horizon; NaN where unknown."""
        group = group_of(order_days)
        gaps = np.clip(order_days - 1.0, 0.0, LARGEST_EXACT)  # or a rhythm could be next to nothing
        with np.errstate(over="ignore"):  # in endless gaps no time passes
            span = np.where(gaps > 0, gaps * mean_gap_days, 0.0)
        rhythm = rhythm_of(gaps, span, self.mean_gap_days)
        begin, end = np.log1p(silence / rhythm), np.log1p((silence + within) / rhythm)
        summed = np.zeros((len(self.hazard), self.hazard.shape[1] + 1))
        np.cumsum(self.hazard * STEP, axis=1, out=summed[:, 1:])
        to_come = self._sum_to(summed, group, end) - self._sum_to(summed, group, begin)
        chance: Floats = np.where(np.isnan(to_come), np.nan, 0.0 - np.expm1(-to_come))
        unknown = not self.silences.any() if beyond else end > self.longest[group]
        return np.where(unknown, np.nan, chance)

    def _sum_to(self, summed: Floats, group: npt.NDArray[Any], time: Floats) -> Floats:
        """Return the hazard summed up to a time; after the last step it stays as it was there."""
        last = self.hazard.shape[1] - 1
        step = np.minimum(np.nan_to_num(time) / STEP, last).astype(np.int64)
        sums: Floats = summed[group, step] + self.hazard[group, step] * (time - step * STEP)
        return sums


def group_of(order_days: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    """Return the group of each number of order days, at least 1."""
    return np.searchsorted(ORDER_DAYS, order_days, side="right") - 1


def rhythm_of(gaps: npt.NDArray[Any], span: npt.NDArray[Any], mean_gap_days: float) -> Floats:
    """Return the customers' own mean gap, drawn towards that of the population [days]."""
    rhythm: Floats = (span + PRIOR_GAPS * mean_gap_days) / (gaps + PRIOR_GAPS)
    return rhythm


@attrs.frozen(eq=False)
class _Counts:
    """Returns and the time watched, by group and step."""

    returns: Floats
    watched: Floats
    longest: Floats
    silences: Ints
    returned: Ints

    @classmethod
    def of(cls, every: EachSilence, mean_gap: float) -> Self:
        """Count in blocks, as there may be many millions of silences."""
        # No rhythm is below a day: so many steps are enough, and those nobody reached are cut off.
        shape = len(ORDER_DAYS), int(np.log1p(every.length.max(initial=0)) / STEP) + 1
        left, running, entered = (_Passed.none(shape) for _ in range(3))
        longest = np.zeros(len(ORDER_DAYS))
        for rows in blocks(len(every.length)):
            some = every.pick(rows)
            group = _GROUP_AFTER.take(some.gaps, mode="clip")
            rhythm = rhythm_of(some.gaps, some.span, mean_gap)
            time = np.log1p(some.length / rhythm)
            left.add(group, time)
            still = ~some.returned
            running.add(group[still], time[still])
            late = some.entry > 0
            if late.any():
                entered.add(group[late], np.log1p(some.entry[late] / rhythm[late]))
            np.maximum.at(longest, group, time)
        used = int(longest.max() / STEP) + 1
        returns = left.count - running.count
        return cls(
            returns[:, :used].astype(np.float64),
            (left.time() - entered.time())[:, :used],
            longest,
            left.count.sum(axis=1),
            returns.sum(axis=1),
        )

    def hazard(self) -> Floats:
        """Return the hazard of each group: its own where it was watched long, else the pooled one.

        First the level of the whole group is drawn towards that of the pooled curve, then each
        step towards the pooled curve on that level. The more returns, the less it is drawn.
        """
        if not self.returned.any():
            return np.zeros(self.returns.shape)
        returns, watched = _blur(self.returns), _blur(self.watched)
        pooled_returns, pooled_watched = returns.sum(axis=0), watched.sum(axis=0)
        pooled = (pooled_returns + 1) / (
            pooled_watched + pooled_watched.sum() / pooled_returns.sum()
        )
        expected = (watched * pooled).sum(axis=1)
        level = (returns.sum(axis=1) + PRIOR_RETURNS) / (expected + PRIOR_RETURNS)
        prior = pooled * level[:, np.newaxis]
        hazard: Floats = (returns + PRIOR_RETURNS) / (watched + PRIOR_RETURNS / prior)
        return hazard


@attrs.frozen(eq=False)
class _Passed:
    """How many silences ended their way in each step of each group, and the sum of their times."""

    count: Ints
    total: Floats

    @classmethod
    def none(cls, shape: tuple[int, int]) -> Self:
        """Begin to count."""
        return cls(np.zeros(shape, dtype=np.int64), np.zeros(shape))

    def add(self, group: npt.NDArray[Any], time: Floats) -> None:
        """Count some more silences."""
        shape = self.count.shape
        cell = group * shape[1] + (time / STEP).astype(np.int64)
        self.count[:] += np.bincount(cell, minlength=self.count.size).reshape(shape)
        self.total[:] += np.bincount(cell, time, self.count.size).reshape(shape)

    def time(self) -> Floats:
        """Return how much of each step they have passed: all of the earlier, a part of the last."""
        begins = np.arange(self.count.shape[1]) * STEP
        further = np.cumsum(self.count[:, ::-1], axis=1)[:, ::-1] - self.count
        passed: Floats = further * STEP + self.total - self.count * begins
        return passed


def _blur(counts: Floats) -> Floats:
    """Return each step as half its own and a quarter of either neighbour's; the ends keep theirs.

    The last steps are seen by few; so they lean on the ones before them.
    """
    padded = np.concatenate((counts[:, :1], counts, counts[:, -1:]), axis=1)
    blurred: Floats = padded[:, :-2] / 4 + counts / 2 + padded[:, 2:] / 4
    return blurred
