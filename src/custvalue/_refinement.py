"""Exact cuts by histogram: which value the best end at, without sorting or holding the values.

Values are counted in bins, the bin that holds a cut is cut into bins again, down to single values.
A pass over the data brings back at most `MOST_BINS` bins, however much data there is; bins of
parts of the data add up to those of the whole.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, Self

import attrs
import numpy as np
import numpy.typing as npt

from custvalue.errors import InputError

MOST_BINS = 4096  # a pass brings back; four passes resolve whole values up to 1e12


@attrs.frozen
class Window:
    """Whole values ``low`` to below ``high``, in bins of ``width`` numbered from ``first``."""

    low: int
    high: int
    width: int
    first: int


@attrs.frozen(eq=False)
class Bins:
    """What the bins of one pass hold; those that are absent hold nothing."""

    number: npt.NDArray[np.int16]
    count: npt.NDArray[np.int64]
    total: npt.NDArray[np.float64]
    """What the values of a bin add up to; exact where all of them stay below 2**53."""
    lowest: npt.NDArray[Any]
    """The lowest of the values as they were given, before they became whole."""

    @classmethod
    def of(cls, values: npt.NDArray[np.int64], given: npt.NDArray[Any], windows: "Windows") -> Self:
        """Count whole values; `given` holds the same values as they were given."""
        number = np.full(len(values), -1, dtype=np.int16)
        for window in windows:
            inside = (values >= window.low) & (values < window.high)
            number[inside] = window.first + (values[inside] - window.low) // window.width
        inside = number >= 0
        ones, total = np.ones(inside.sum(), dtype=np.int64), values[inside].astype(np.float64)
        return cls(number[inside], ones, total, given[inside]).sum()

    def beside(self, other: "Bins") -> "Bins":
        """Return the bins of two parts of the data together."""
        mine, theirs = attrs.astuple(self, recurse=False), attrs.astuple(other, recurse=False)
        return Bins(*map(np.concatenate, zip(mine, theirs, strict=True))).sum()

    def sum(self) -> Self:
        """Return each bin once."""
        order = np.argsort(self.number, kind="stable")
        number = self.number[order]
        begins = np.flatnonzero(np.diff(number, prepend=-1))
        if not len(begins):
            return self
        return attrs.evolve(
            self,
            number=number[begins],
            count=np.add.reduceat(self.count[order], begins),
            total=np.add.reduceat(self.total[order], begins),
            lowest=np.minimum.reduceat(self.lowest[order], begins),
        )


Windows = Sequence[Window]


@attrs.frozen
class Goal:
    """What the best shall reach together, from the highest value down: a number of them, or a sum.

    The cut is looked for from ``low`` to ``high``, both included; `count` and `total` are of the
    values above. A sum is only looked for among positive values, where it rises.
    """

    of: Literal["count", "total"]
    least: int
    low: int
    high: int
    count: int = 0
    total: int = 0


@attrs.frozen
class Cut:
    """The value at which a goal is reached."""

    value: int
    count: int
    """How many lie at the value or above."""
    total: int
    """What these add up to."""
    ties: int
    """How many lie at the value."""
    lowest: float
    """The lowest of the ties, as they were given."""


def refine(goals: Sequence[Goal], histogram: Callable[[Windows], Bins]) -> list[Cut]:
    """Find the cut of each goal, all in the same passes.

    `histogram` counts the data in the bins of disjoint windows: one pass. Goals in different
    windows share the bins of a pass, so more goals may take more passes.
    """
    cuts: dict[Goal, Cut] = {}
    narrowed = {goal: goal for goal in goals}
    while len(cuts) < len(narrowed):
        windows = _windows(narrowed[goal] for goal in narrowed if goal not in cuts)
        bins = histogram(list(windows.values()))
        for goal, step in narrowed.items():
            if goal in cuts:
                continue
            window = windows[step.low, step.high]
            narrowed[goal], ties, lowest = _step_into(step, window, bins)
            if window.width == 1:
                end = narrowed[goal]
                count, total = end.count + ties, end.total + ties * end.low
                cuts[goal] = Cut(end.low, count, total, ties, lowest)
    return [cuts[goal] for goal in goals]


def _windows(goals: Iterator[Goal]) -> dict[tuple[int, int], Window]:
    """Return the windows that goals look into, by where these look, and share the bins out."""
    spans = sorted({(goal.low, goal.high) for goal in goals})
    most = max(MOST_BINS // len(spans), 2)
    return {
        (low, high): Window(low, high + 1, -((low - high - 1) // most), most * place)
        for place, (low, high) in enumerate(spans)
    }


def _step_into(goal: Goal, window: Window, bins: Bins) -> tuple[Goal, int, Any]:
    """Return the goal within the bin it is reached in, how many that holds, and their lowest."""
    last = window.first + (window.high - 1 - window.low) // window.width
    first, stop = np.searchsorted(bins.number, (window.first, last + 1))
    best_first = slice(first, stop)
    count = goal.count + np.cumsum(bins.count[best_first][::-1])
    total = goal.total + np.cumsum(bins.total[best_first][::-1])
    reached = count if goal.of == "count" else total
    place = int(np.searchsorted(reached, goal.least))
    if place == len(reached):
        msg = "the values must be the same on every pass, got fewer than before: store them first"
        raise InputError(msg)
    at = int(stop) - 1 - place
    low = window.low + (int(bins.number[at]) - window.first) * window.width
    inside = attrs.evolve(
        goal,
        low=low,
        high=min(low + window.width, window.high) - 1,
        count=int(count[place] - bins.count[at]),
        total=int(total[place] - bins.total[at]),
    )
    return inside, int(bins.count[at]), bins.lowest[at].item()
