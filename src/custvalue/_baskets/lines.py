"""The lines of a user's baskets as codes: every line has a basket and an item, or is an error."""

from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._containers import Mask, name_rows, plain, require_columns
from custvalue._ids import read_ids
from custvalue.errors import InputError

Ints = npt.NDArray[np.int64]


@attrs.frozen(eq=False)
class Coded:
    """A column as codes from 0; `names` holds what each stands for, sorted where names compare."""

    codes: Ints
    names: "pd.Index[Any]"


def read_lines(
    frame: pd.DataFrame, what: str, owner: str, item: str, *, role: str = "basket"
) -> tuple[Coded, Coded]:
    """Return the owner, as a basket, and the item of each line; raise where one is missing."""
    require_columns(frame, [owner, item], what, advice=f"name yours with {role}= and item=")
    return read_column(frame[owner], owner), read_items(frame[item], item)


def read_column(column: "pd.Series[Any]", what: str) -> Coded:
    """Return a column whose values must all be known as codes of those that occur."""
    ids = read_ids(column)
    missing = ids.missing()
    if missing is not None:
        raise _lacking(missing, column, what)
    occurring = np.flatnonzero(np.bincount(ids.codes, minlength=ids.span))
    return Coded(ids.places()[ids.codes].astype(np.int64), ids.take(occurring))


def read_items(column: "pd.Series[Any]", what: str) -> Coded:
    """Return a column of items as codes; text without the blanks around it."""
    given = read_column(column, what)
    names = given.names.tolist()
    stripped = [name.strip() if isinstance(name, str) else name for name in names]
    if stripped == names:
        return given
    dtype = given.names.dtype
    categories = isinstance(dtype, pd.CategoricalDtype)
    clean = read_ids(pd.Index(stripped, dtype=None if categories else dtype))
    codes = clean.codes[given.codes].astype(np.int64)
    if (codes < 0).any():
        raise _lacking(codes < 0, column, what)
    return Coded(codes, clean.take(np.arange(clean.span)))


def distinct(major: Ints, minor: Ints, minors: int) -> tuple[Ints, Ints]:
    """Return the pairs of codes that occur, each once, sorted."""
    keys = np.sort(major * minors + minor)
    pairs: tuple[Ints, Ints] = np.divmod(keys[first_of_each(keys)], max(minors, 1))
    return pairs


def first_of_each(values: npt.NDArray[Any]) -> Mask:
    """Return where a sorted array comes to a new value."""
    first = np.ones(len(values), dtype=np.bool_)
    first[1:] = values[1:] != values[:-1]
    return first


def running_total(sizes: Ints) -> Ints:
    """Return what comes before each row, and the total behind the last."""
    total = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes, out=total[1:])
    return total


def cut(total: Ints, most: int) -> Iterator[tuple[int, int]]:
    """Yield blocks of rows, first and end, that come to at most so much, or hold one row."""
    first, end = 0, len(total) - 1
    while first < end:
        fits = int(np.searchsorted(total, total[first] + most, side="right")) - 1
        last, first = first, max(first + 1, fits)
        yield last, first


def runs(starts: Ints, lengths: Ints) -> Ints:
    """Return start, start + 1, ... of each run, one run after the other."""
    total = running_total(lengths)
    positions = np.arange(total[-1])
    positions += np.repeat(starts - total[:-1], lengths)
    return positions


def read_count(count: object, what: str) -> int:
    """Return a whole number from 1."""
    number = plain(count)
    if isinstance(number, bool) or not isinstance(number, int):
        msg = f"{what} must be a whole number, got {count!r} ({type(count).__name__})"
        raise TypeError(msg)
    if number < 1:
        msg = f"{what} must be at least 1, got {number}"
        raise InputError(msg)
    return number


def _lacking(wrong: Mask, column: "pd.Series[Any]", what: str) -> InputError:
    msg = (
        f"{what} must be known in every line, got missing or blank in {name_rows(wrong, column)}: "
        "name it, or leave these lines out"
    )
    return InputError(msg)
