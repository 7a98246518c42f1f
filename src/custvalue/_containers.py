"""Read what callers pass (scalars, lists, arrays, Series of any dtype) into plain numpy.

The rest of the library works on `Numbers`, boolean masks and integer codes, and never asks again
which container a column came in.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias, TypeGuard, Union

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._scale import Label
from custvalue.errors import InputError

Number: TypeAlias = int | float | Decimal | np.number[Any]
Column: TypeAlias = Union["pd.Series[Any]", "pd.Index[Any]", npt.NDArray[Any], Sequence[Any]]
Mask: TypeAlias = npt.NDArray[np.bool_]
Codes: TypeAlias = npt.NDArray[np.int8]

NAMED_ROWS = 5
LARGEST_EXACT = 2**53
_REAL = ("integer", "floating", "mixed-integer-float", "decimal", "empty")


@attrs.frozen(eq=False)
class Numbers:
    """A column of finite numbers: int64 or float64, and where it is missing (None: nowhere)."""

    values: npt.NDArray[np.int64] | npt.NDArray[np.float64]
    missing: Mask | None

    def known(self) -> npt.NDArray[np.int64] | npt.NDArray[np.float64]:
        """Return the values that are not missing."""
        return self.values if self.missing is None else self.values[~self.missing]


def is_column(values: object) -> bool:
    """Tell many values from one."""
    return isinstance(
        values,
        pd.Series
        | pd.DataFrame
        | pd.Index
        | np.ndarray
        | list
        | tuple
        | pd.api.extensions.ExtensionArray,
    )


def is_missing(value: object) -> bool:
    """Tell whether one value is None, NaN, NaT or pd.NA."""
    return value is None or value is pd.NA or value is pd.NaT or value != value  # noqa: PLR0124 - NaN


def plain(value: object) -> object:
    """Return the Python value in a numpy scalar; anything else as it is."""
    return value.item() if isinstance(value, np.generic) else value


def is_number(value: object) -> TypeGuard[int | float | Decimal]:
    """Tell whether a plain value is a real number; a bool is none."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def read_number(value: object, what: str) -> int | float:
    """Return one finite number; raise for missing, infinite, or anything else."""
    value = plain(value)
    if is_missing(value):
        msg = f"{what} must be known, got {value!r}: leave such customers out or give a column"
        raise InputError(msg)
    if not is_number(value):
        msg = f"{what} must be a number, got {value!r} ({type(value).__name__})"
        raise TypeError(msg)
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float) and math.isinf(value):
        msg = f"{what} must be finite, got {value!r}"
        raise InputError(msg)
    return value


def read_flag(value: object, what: str) -> bool:
    """Return one known flag: a bool, or 1 for true and 0 for false."""
    value = plain(value)
    if isinstance(value, bool):
        return value
    number = read_number(value, what)
    if number not in (0, 1):
        msg = f"{what} must be true or false (or 1 and 0), got {value!r}"
        raise InputError(msg)
    return number == 1


def as_series(values: Column, what: str) -> "pd.Series[Any]":
    """Return any one-dimensional container as a Series, without copying where none is needed."""
    if isinstance(values, pd.Series):
        return values
    shape = _shape(values)
    if len(shape) != 1:
        msg = f"{what} must be one column, got shape {shape}: pick one, as in frame['revenue']"
        raise TypeError(msg)
    if isinstance(values, pd.Index):
        return values.to_series(index=pd.RangeIndex(len(values)))
    if len(values) == 0 and not hasattr(values, "dtype"):
        return pd.Series(dtype="float64")
    return pd.Series(values)


def read_numbers(values: Column, what: str) -> Numbers:
    """Return a column of numbers; raise for other kinds, and for infinities, naming the rows."""
    column = as_series(values, what)
    dtype: Any = column.dtype
    if isinstance(dtype, np.dtype):
        if dtype.kind in "iu":
            return Numbers(_as_int64(column.to_numpy()), None)
        if dtype.kind == "f":
            return _finite(column.to_numpy().astype(np.float64, copy=False), column, what)
        if dtype.kind == "O":
            return _read_objects(column, what)
        raise _wrong_kind(column, what)
    kind = getattr(dtype, "kind", "O")
    if kind in "iu":
        missing = column.isna().to_numpy()
        filled = column.to_numpy(dtype=f"{kind}8", na_value=0)
        return Numbers(_as_int64(filled), missing if missing.any() else None)
    if kind == "f" or "decimal" in str(dtype):
        return _finite(column.to_numpy(dtype=np.float64, na_value=np.nan), column, what)
    raise _wrong_kind(column, what)


def read_flags(values: Column, what: str) -> Mask:
    """Return where a column is true: bool, nullable boolean, or 0 and 1; missing is not true."""
    column = as_series(values, what)
    if pd.api.types.is_bool_dtype(column.dtype):
        return column.to_numpy(dtype=np.bool_, na_value=False)
    if column.dtype == object and pd.api.types.infer_dtype(column, skipna=True) == "boolean":
        return column.eq(True).to_numpy(dtype=np.bool_)  # noqa: FBT003 - comparing, not switching
    numbers = read_numbers(column, what)
    true: Mask = numbers.values == 1
    wrong = ~true & (numbers.values != 0)
    if numbers.missing is not None:
        true, wrong = true & ~numbers.missing, wrong & ~numbers.missing
    if wrong.any():
        msg = f"{what} must be true or false (or 1 and 0), got others in {name_rows(wrong, column)}"
        raise InputError(msg)
    return true


def missing_in(column: "pd.Series[Any]") -> Mask:
    """Return where a column is missing; NaN is missing in every dtype, as it is for one value."""
    missing: Mask = column.isna().to_numpy(dtype=np.bool_)
    if getattr(column.dtype, "kind", "O") == "f":
        missing = np.isnan(column.to_numpy(dtype=np.float64, na_value=np.nan))
    return missing


def read_steps(values: Column, labels: type[Label], what: str) -> Codes:
    """Return the position of each value among the members of `labels`; -1 where missing."""
    column = as_series(values, what)
    names = [member.value for member in labels]
    if isinstance(column.dtype, pd.CategoricalDtype):
        position = pd.Index(names).get_indexer(pd.Index(column.cat.categories.astype(object)))
        codes = column.cat.codes.to_numpy()
        found = np.where(codes < 0, -1, position[codes] if len(position) else -1)
        unknown = (found < 0) & (codes >= 0)
    else:
        objects = column.astype(object)
        found = pd.Index(names, dtype=object).get_indexer(pd.Index(objects, dtype=object))
        unknown = (found < 0) & column.notna().to_numpy()
    if unknown.any():
        got = column[unknown].iloc[0]
        msg = (
            f"{what} must hold labels of {labels.__name__} ({', '.join(names)}), "
            f"got {got!r} in {name_rows(unknown, column)}"
        )
        raise InputError(msg)
    return found.astype(np.int8)


def name_rows(wrong: Mask, column: "pd.Series[Any] | pd.DataFrame") -> str:
    """Return "rows 3, 8, 9 and 4 more": index labels of the rows where `wrong` is true."""
    rows = column.index[wrong]
    named = ", ".join(str(label) for label in rows[:NAMED_ROWS])
    more = f" and {len(rows) - NAMED_ROWS:,} more" if len(rows) > NAMED_ROWS else ""
    return f"{'row' if len(rows) == 1 else 'rows'} {named}{more}"


def require_columns(
    frame: pd.DataFrame, needed: Sequence[Hashable], what: str, *, advice: str = "rename yours"
) -> None:
    """Raise when `frame` is no pandas DataFrame or lacks a column."""
    if not isinstance(frame, pd.DataFrame):
        msg = f"{what} must be a pandas DataFrame, got {type(frame).__name__}"
        raise TypeError(msg)
    lacking = [name for name in needed if name not in frame.columns]
    if lacking:
        msg = (
            f"{what} must have the columns {', '.join(map(str, needed))}; it lacks "
            f"{', '.join(map(str, lacking))} and has {', '.join(map(str, frame.columns)) or 'none'}"
            f": {advice}"
        )
        raise InputError(msg)


def require_each_once(ids: "pd.Index[Any]", what: str) -> None:
    """Raise when an id stands in an index more than once; the sentence names some."""
    if not ids.is_unique:
        twice = ids[ids.duplicated()].unique()
        named = ", ".join(map(str, twice[:NAMED_ROWS]))
        more = f" and {len(twice) - NAMED_ROWS:,} more" if len(twice) > NAMED_ROWS else ""
        msg = f"{what} must hold each customer once, got more of {named}{more}: keep one row each"
        raise InputError(msg)


def refuse_both(measures: Mapping[str, object]) -> None:
    """Raise when measures by name stand beside a frame that holds them as columns."""
    if measures:
        msg = f"give a frame or measures by name, got a frame and {', '.join(sorted(measures))}"
        raise TypeError(msg)


def require_same_index(one: Column, other: Column, what: str) -> None:
    """Raise when two labelled inputs are not about the same rows in the same order."""
    if isinstance(one, pd.Series) and isinstance(other, pd.Series):
        if not one.index.equals(other.index):
            msg = (
                f"{what} must share one index in one order, got two that differ: "
                "align them first, as in second.reindex(first.index)"
            )
            raise InputError(msg)
    elif np.shape(one) != np.shape(other):
        msg = f"{what} must have one length, got {np.shape(one)} and {np.shape(other)}"
        raise InputError(msg)


def _shape(values: Column) -> tuple[int | str, ...]:
    """Return the shape; lists of different lengths have none that numpy knows."""
    try:
        return np.shape(values)
    except ValueError:
        return (len(values), "ragged")


def _as_int64(values: npt.NDArray[Any]) -> npt.NDArray[np.int64] | npt.NDArray[np.float64]:
    if values.dtype.kind == "u" and values.size and values.max() > np.iinfo(np.int64).max:
        return values.astype(np.float64)
    return values.astype(np.int64, copy=False)


def _finite(values: npt.NDArray[np.float64], column: "pd.Series[Any]", what: str) -> Numbers:
    finite = np.isfinite(values)
    if finite.all():
        return Numbers(values, None)
    missing = np.isnan(values)
    infinite = ~finite & ~missing
    if infinite.any():
        msg = f"{what} must be finite, got infinity in {name_rows(infinite, column)}"
        raise InputError(msg)
    return Numbers(values, missing)


def _read_objects(column: "pd.Series[Any]", what: str) -> Numbers:
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if kind not in _REAL:
        raise _wrong_kind(column, what)
    missing = column.isna().to_numpy()
    filled = column.to_numpy(dtype=object, copy=True)
    filled[missing] = 0
    if kind == "integer":
        try:
            return Numbers(filled.astype(np.int64), missing if missing.any() else None)
        except OverflowError:
            pass
    numbers = filled.astype(np.float64)
    numbers[missing] = np.nan
    return _finite(numbers, column, what)


def _wrong_kind(column: "pd.Series[Any]", what: str) -> TypeError:
    kind: object = column.dtype
    if column.dtype == object:
        kind = f"objects ({pd.api.types.infer_dtype(column, skipna=True)})"
    msg = f"{what} must hold numbers, got {kind}: convert it first, as with pd.to_numeric"
    return TypeError(msg)
