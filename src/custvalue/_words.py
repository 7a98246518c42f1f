"""What sentences are put together from: numbers, counts, and what callers passed, in words."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

LONGEST_SAID = 100  # characters of a value that an error quotes


def say_number(x: float | Decimal) -> str:
    """Write a number for people: thousands apart, no needless digits, no negative zero."""
    try:
        return f"{x:z,.12g}"
    except OverflowError:  # a whole number beyond float64
        return f"{Decimal(x):.3g}"


def say_count(count: int, one: str, many: str) -> str:
    """Write a count and its noun: "1 order", "2,000 orders"."""
    return f"{count:,} {one if count == 1 else many}"


def say_some(things: "Sequence[object] | pd.Index[Any]", most: int) -> str:
    """Name the first of several things, and count the rest: "3, 8 and 4 more"."""
    named, rest = ", ".join(map(str, things[:most])), len(things) - most
    return f"{named} and {rest:,} more" if rest > 0 else named


def say_percent(share: float, decimals: int = 0) -> str:
    """Write a share in percent; one that is not none or all is never written as 0% or 100%."""
    said, finest = f"{share:.{decimals}%}", 10.0**-decimals
    if 0 < share < 1 and said == f"{0:.{decimals}%}":
        return f"less than {finest:g}%"
    if 0 < share < 1 and said == f"{1:.{decimals}%}":
        return f"more than {100 - finest:g}%"
    return said


def say_type(value: object) -> str:
    """Name a value's type for an error; one of another library with the library's name."""
    kind = type(value)
    library = kind.__module__.partition(".")[0]
    known = library in ("builtins", "numpy", "pandas", "custvalue")
    return kind.__name__ if known else f"{library}.{kind.__name__}"


def say_value(value: object) -> str:
    """Say what came, for an error: the value and its type, or the type of what is long."""
    written = repr(value)
    if "\n" in written or len(written) > LONGEST_SAID:
        return say_frame(value)
    return f"{written} ({type(value).__name__})"


def say_frame(value: object) -> str:
    """Name a value's type; of another library's frame or column say how to bring it here."""
    came, kind = say_type(value), type(value)
    foreign = "." in came and (hasattr(kind, "to_pandas") or hasattr(kind, "columns"))
    return f"{came}: convert it, as with .to_pandas()" if foreign else came
