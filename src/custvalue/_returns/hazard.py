"""What the counts of silences say of the time to come, and where they say nothing."""

from typing import Any, Self

import attrs
import numpy as np
import numpy.typing as npt

from custvalue._returns.silences import Silences

Floats = npt.NDArray[np.float64]

FEWEST_RETURNS = 30  # chosen: the last hazard is that of the last stretch that saw so many


@attrs.frozen(eq=False)
class Hazard:
    """The hazard of returning, as sums from 0 to each length, so that a stretch is a difference.

    All of shape (n + 1,), beginning with the length 0.
    """

    length: Floats
    log_surviving: Floats
    """Of the shares that stay silent; steps on which none does are in `certain` instead."""
    certain: Floats
    """Steps on which all at risk returned."""
    unwatched: Floats
    """How much of the way nobody was at risk [unit of length]."""
    last: float
    """The rate at which silences end at the end of the curve [per unit of length]."""

    @classmethod
    def of(cls, silences: Silences) -> Self:
        """Sum up the hazard at each length."""
        length = np.append(0.0, silences.length)
        at_risk = np.append(0, silences.at_risk())
        returned = np.append(0, silences.returned)
        way = np.diff(length, prepend=0.0)
        share = np.divide(returned, at_risk, out=np.zeros(len(length)), where=at_risk > 0)
        certain = share == 1
        return cls(
            length,
            np.cumsum(np.log1p(-np.where(certain, 0.0, share))),
            np.cumsum(certain, dtype=np.float64),
            np.cumsum(np.where(at_risk == 0, way, 0.0)),
            _last_rate(returned, at_risk * way),
        )

    @property
    def longest(self) -> float:
        """The longest length at which a silence was watched."""
        return float(self.length[-1])

    def chance(self, silence: Floats, within: Floats, *, beyond: bool) -> Floats:
        """Return the chance that a silence ends before it is longer by a horizon; NaN if unknown.

        `beyond`: after the longest length watched, go on at the last rate.
        """
        end = silence + within
        at, by = (np.searchsorted(self.length, t, side="right") - 1 for t in (silence, end))
        log = self.log_surviving[by] - self.log_surviving[at]
        certain = self.certain[by] > self.certain[at]
        unknown = self.unwatched_between(silence, end) > 0
        if beyond:
            before = np.maximum(self.longest - silence, 0)
            log = log - self.last * np.maximum(within - before, 0)
        else:
            unknown |= end > self.longest
        chance: Floats = np.where(unknown, np.nan, 0.0 - np.expm1(log))
        chance[certain] = 1.0
        chance[np.isnan(end)] = np.nan
        return chance

    def unwatched_between(self, begin: Floats, end: Floats) -> Floats:
        """Return how much of a stretch nobody was at risk in, though somebody was later."""
        until, before = (np.interp(t, self.length, self.unwatched) for t in (end, begin))
        way: Floats = np.asarray(until - before)
        return way


def _last_rate(returned: npt.NDArray[Any], watched: Floats) -> float:
    """Return returns per length watched, over the shortest end of the curve with enough returns."""
    enough = np.flatnonzero(returned[::-1].cumsum() >= FEWEST_RETURNS)
    rows = slice(-int(enough[0]) - 1, None) if len(enough) else slice(None)
    total = float(watched[rows].sum())
    return float(returned[rows].sum()) / total if total else float("nan")
