"""Where churn states begin: the silence from which the chance of return stays low."""

import math
from collections.abc import Iterable
from itertools import pairwise

import attrs
import numpy as np
import numpy.typing as npt

from custvalue._churn.states import LearnedSleep, say_length
from custvalue._containers import as_float, is_number, plain
from custvalue.errors import RuleError

Floats = npt.NDArray[np.float64]

ENOUGH = 30  # chosen: fewer silences at risk give a chance too uncertain to build on
EQUAL = 1 - 1e-9  # a chance that is exactly the part asked for is not below it, rounded or not


def read_remaining(remaining: Iterable[float]) -> tuple[float, ...]:
    """Return the parts of the first chance, one per state, or raise where they are none."""
    if isinstance(remaining, str) or not np.iterable(remaining):
        msg = f"remaining must be three parts, as (0.5, 0.25, 0.1), got {remaining!r}"
        raise TypeError(msg)
    parts: list[float] = []
    for part in map(plain, remaining):
        if not is_number(part):
            msg = f"remaining must be numbers, got {part!r} ({type(part).__name__})"
            raise TypeError(msg)
        parts.append(as_float(part))
    falling = all(0 < lower < upper for upper, lower in pairwise([1.0, *parts]))
    if len(parts) != 3 or not falling:  # noqa: PLR2004 - drowsy, half-asleep, asleep
        msg = (
            "remaining must be three parts that fall, each below 1 and above 0: of drowsy, "
            f"half-asleep and asleep, as (0.5, 0.25, 0.1), got {tuple(parts)}"
        )
        raise RuleError(msg)
    return tuple(parts)


@attrs.frozen(eq=False)
class ChanceBySilence:
    """The chance of return at rising silences, from 0, and the silences at risk there."""

    silence: Floats
    chance: Floats
    """NaN where it is not known."""
    at_risk: npt.NDArray[np.int64]

    def watched(self) -> "ChanceBySilence":
        """Return the part where the chance is known of enough silences."""
        rows = (self.at_risk >= ENOUGH) & ~np.isnan(self.chance)
        return ChanceBySilence(self.silence[rows], self.chance[rows], self.at_risk[rows])

    def stays_below(self, part: float) -> int | None:
        """Return the place from which on the chance is below a part of the first; None: nowhere."""
        reaching = np.flatnonzero(self.chance >= part * self.chance[0] * EQUAL)
        place = int(reaching[-1]) + 1
        return place if place < len(self.chance) else None

    def steps(self) -> list[tuple[float, float]]:
        """Return the chance where its whole percent changes, for explanations.

        Half a percent stands for less, where it is not 0, and likewise below 100.
        """
        percent = np.floor(self.chance * 100 + 0.5)
        percent[(percent == 0) & (self.chance > 0)] = 0.5
        percent[(percent == 100) & (self.chance < 1)] = 99.5  # noqa: PLR2004 - all of them
        new = np.flatnonzero(np.diff(percent, prepend=math.nan) != 0)
        return [
            (float(silence), float(chance) / 100)
            for silence, chance in zip(self.silence[new], percent[new], strict=True)
        ]


def learn_thresholds(
    seen: ChanceBySilence,
    *,
    within: float,
    unit: str,
    remaining: tuple[float, ...],
    watched_to: float,
    count: int,
    as_of: str,
) -> tuple[list[float | None], LearnedSleep]:
    """Return the silences at which the states begin, and what to tell of it.

    `watched_to` is the longest silence, `count` the number of silences behind the chances.
    """
    horizon = say_length(within, unit)
    if seen.at_risk[0] < ENOUGH:
        msg = (
            f"learning when customers fall asleep needs {ENOUGH} silences at risk at day 0, got "
            f"{seen.at_risk[0]:,}: learn from more customers, or give thresholds of your own"
        )
        raise RuleError(msg)
    if math.isnan(seen.chance[0]):
        msg = (
            f"a return within {horizon} must be seen to be learned from, but no silence was "
            f"watched longer than {say_length(round(watched_to, 2), unit)}: shorten the "
            "horizon, with a smaller within=, or learn from a longer log"
        )
        raise RuleError(msg)
    if seen.chance[0] == 0:
        msg = (
            f"the chance of return within {horizon} must be above 0 at day 0, but nobody returned "
            "so soon: lengthen the horizon, with a larger within="
        )
        raise RuleError(msg)
    watched = seen.watched()
    places = [watched.stays_below(part) for part in remaining]
    thresholds = [None if place is None else float(watched.silence[place]) for place in places]
    if thresholds[0] is None:  # then the later states, which ask for more, are None as well
        msg = (
            f"the chance of return within {horizon} never stays below {remaining[0] * 100:.6g}% of "
            f"that at day 0, in silences of up to {say_length(float(watched.silence[-1]), unit)}: "
            "lengthen the horizon, with a larger within=, or learn from a longer log"
        )
        raise RuleError(msg)
    first = float(watched.chance[0])
    learned = LearnedSleep(
        what=f"the chance of return within {horizon} at day 0",
        count=count,
        as_of=as_of,
        nominal=remaining,
        actual=[
            None if place is None else float(watched.chance[place]) / first for place in places
        ],
        within=within,
        unit=unit,
        observed_to=float(watched.silence[-1]),
        chances=watched.steps(),
    )
    return thresholds, learned
