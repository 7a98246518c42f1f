"""Shares of a total, the largest first: who is among the best, and what they hold together."""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._containers import is_missing, is_number, plain
from custvalue._money import exact_sum
from custvalue._words import say_value
from custvalue.errors import InputError

FITS_INT64 = 2.0**62  # half of what int64 holds: room for the rounding of a float estimate

End = tuple[Any, float | None]
"""The value a share of the best ends at, and the share it comes to with its ties."""


def exact_share(share: float) -> Fraction:
    """Return a share as the fraction it was written as: 0.07 is 7/100."""
    return Fraction(repr(share))


def read_share(share: object, what: str = "a share") -> Fraction:
    """Return one share as `exact_share` does; raise for what is none."""
    number = plain(share)
    if not is_number(number):
        msg = f"{what} must be a number, got {say_value(share)}"
        raise TypeError(msg)
    if is_missing(number) or not 0 <= number <= 1:
        msg = f"{what} must lie within 0 and 1, got {share!r}: 20% is 0.2"
        raise InputError(msg)
    return exact_share(number) if isinstance(number, float) else Fraction(number)


def held_by_best(best_first: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return what the best 0, 1, ... n hold, in Python integers where int64 could overflow."""
    fits = best_first.dtype.kind == "f" or float(np.abs(best_first).sum(dtype=float)) < FITS_INT64
    held = np.zeros(len(best_first) + 1, dtype=best_first.dtype if fits else object)
    np.cumsum(best_first, dtype=held.dtype, out=held[1:])
    return held


def count_to_hold(held: npt.NDArray[Any], share: Fraction) -> int:
    """Return how few of the best hold a share of the positive total, up to all of it."""
    total = held.item(-1)
    needed = share * Fraction(total)
    least = float(needed) if isinstance(total, float) else math.ceil(needed)
    rising = held[: int(held.argmax()) + 1]  # past its peak others lose value
    return int(np.searchsorted(rising, least))


def sum_of(held: npt.NDArray[Any]) -> Any:  # noqa: ANN401 - int, or float for floats
    """Return a sum, of integers without rounding: in halves of 32 bits, as int64 could overflow."""
    if held.dtype.kind == "f":
        return held.sum().item()  # running sums are rounded already
    if held.dtype.kind == "O":
        return held.sum()
    return (int((held >> 32).sum()) << 32) + int((held & 0xFFFFFFFF).sum())


def ends_of_count(values: npt.NDArray[Any], shares: Sequence[float]) -> list[End]:
    """Return where shares of the best end, by their number, rounded up to whole ones.

    Only positive values count as reached: where the best end at less, no others are best.
    """
    count = len(values)
    if not count:
        return [(0, None) for _ in shares]
    places = [count - math.ceil(exact_share(share) * count) for share in shares]
    ordered = np.partition(values, places)
    ends = [ordered[place] for place in places]
    positive = values > 0
    return [(end, int(np.count_nonzero(positive & (values >= end))) / count) for end in ends]


def ends_of_sum(values: npt.NDArray[Any], shares: Sequence[float], what: str) -> list[End]:
    """Return where shares of the best end, by their positive sum; who crosses is in."""
    best_first = np.sort(values[values > 0])[::-1]
    if not len(best_first):
        return [(0, None) for _ in shares]
    if best_first.dtype.kind == "i":
        exact_sum(best_first, what)
    held = held_by_best(best_first)
    ends = [best_first[count_to_hold(held, exact_share(share)) - 1] for share in shares]
    reached = [held.item(np.count_nonzero(best_first >= end)) / held.item(-1) for end in ends]
    return list(zip(ends, reached, strict=True))


def share_out(units: int, weights: Sequence[Fraction]) -> list[int]:
    """Share whole units out by weight, all of them; none where every weight is 0.

    Each share is rounded down; what is left goes to the largest remainders, earlier ones first.
    """
    total = sum(weights)
    if not total:
        return [0 for _ in weights]
    due = [units * weight / total for weight in weights]
    given = [math.floor(share) for share in due]
    by_remainder = sorted(range(len(due)), key=lambda place: given[place] - due[place])
    for place in by_remainder[: units - sum(given)]:
        given[place] += 1
    return given
