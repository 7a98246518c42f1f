"""What both policies ask of thresholds and of silences."""

import math
from collections.abc import Mapping
from typing import cast

from custvalue._containers import (
    Column,
    Numbers,
    as_series,
    name_rows,
    plain,
    read_number,
    read_numbers,
)
from custvalue.errors import InputError, RuleError

MEASURE = "days_since_last_order"
_LOOK_LATER = "look on a day that is not before the last order"


def plain_length(length: float | None) -> float | None:
    """Return the Python value of a length that numpy found; it is checked with the others."""
    return cast("float | None", plain(length))


def check_thresholds(thresholds: Mapping[str, object], unit: str) -> None:
    """Raise when the silence at which a state begins can be none; None is never."""
    for name, silence in thresholds.items():
        if silence is not None:
            check_length(name, silence, unit, or_none=" or None", or_never=", or None for never")


def check_length(
    name: str, length: object, unit: str, *, or_none: str = "", or_never: str = ""
) -> None:
    """Raise when a setting is no length above 0."""
    if not isinstance(length, int | float) or isinstance(length, bool):
        msg = (
            f"{name} must be a number of {unit}{or_none}, got {length!r} ({type(length).__name__})"
        )
        raise TypeError(msg)
    if not 0 < length < math.inf:  # on the day of an order everybody is awake
        msg = f"{name} must be above 0 and finite{or_never}, got {length!r} [{unit}]"
        raise RuleError(msg)


def read_silence(days: object) -> float:
    """Return the length of one silence."""
    number = read_number(days, MEASURE)
    if number < 0:
        msg = f"{MEASURE} must be ≥ 0, got {number!r}: {_LOOK_LATER}"
        raise InputError(msg)
    return number


def read_silences(days: Column) -> Numbers:
    """Return the lengths of many silences; who never bought has none."""
    numbers = read_numbers(days, MEASURE)
    negative = numbers.values < 0
    if negative.any():
        rows = name_rows(negative, as_series(days, MEASURE))
        msg = f"{MEASURE} must be ≥ 0, got less in {rows}: {_LOOK_LATER}"
        raise InputError(msg)
    return numbers
