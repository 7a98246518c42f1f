"""Read what callers pass (scalars, lists, arrays, Series of any dtype) into plain numpy.

The rest of the library works on `Numbers`, boolean masks and integer codes, and never asks again
which container a column came in.
"""

import math
import sys
from collections.abc import Container, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias, TypeGuard, Union, cast

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._scale import Label
from custvalue._words import say_frame, say_some, say_value
from custvalue.errors import InputError

Number: TypeAlias = int | float | Decimal | np.number[Any]
Column: TypeAlias = Union[
    "pd.Series[Any]",
    "pd.Index[Any]",
    npt.NDArray[Any],
    Sequence[Any],
    pd.api.extensions.ExtensionArray,
]
Mask: TypeAlias = npt.NDArray[np.bool_]
Codes: TypeAlias = npt.NDArray[np.int8]

NAMED_ROWS = 5
# Asked of every single value: a tuple is quicker than a union, which is built anew each time.
_MAY_BE_NAN = (float, np.generic)
_PLAIN_NUMBERS = (int, float)
_COLUMNS = (
    pd.Series,
    pd.DataFrame,
    pd.Index,
    np.ndarray,
    list,
    tuple,
    range,
    pd.api.extensions.ExtensionArray,
)
_TIMES = (np.datetime64, np.timedelta64)
LARGEST_EXACT = 2**53
LARGEST_FLOAT = sys.float_info.max
_REAL = ("integer", "floating", "mixed-integer-float", "decimal", "empty")


@attrs.frozen(eq=False)
class Numbers:
    """A column of finite numbers: int64 or float64, and where it is missing (None: nowhere)."""

    values: npt.NDArray[np.int64] | npt.NDArray[np.float64]
    missing: Mask | None

    def known(self) -> npt.NDArray[np.int64] | npt.NDArray[np.float64]:
        """Return the values that are not missing."""
        return self.values if self.missing is None else self.values[~self.missing]

    def as_floats(self) -> npt.NDArray[np.float64]:
        """Return a copy of the values as floats, NaN where missing."""
        values = self.values.astype(np.float64)
        if self.missing is not None:
            values[self.missing] = np.nan
        return values


def is_column(values: object) -> bool:
    """Tell many values from one; of other libraries only columns that pandas could take count."""
    return isinstance(values, _COLUMNS) or (
        hasattr(values, "to_pandas")
        and hasattr(values, "__len__")
        and not hasattr(values, "columns")
    )


def is_missing(value: object) -> bool:
    """Tell whether one value is None, NaN, NaT or pd.NA."""
    if isinstance(value, _MAY_BE_NAN):
        return bool(value != value)  # noqa: PLR0124 - NaN
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return isinstance(value, Decimal) and value.is_nan()


def plain(value: object) -> object:
    """Return the Python value in a numpy scalar; anything else as it is.

    A time of numpy's stays one: as a Python value one in nanoseconds would be a number.
    """
    if isinstance(value, np.generic) and not isinstance(value, _TIMES):
        return value.item()
    return value


def is_number(value: object) -> TypeGuard[int | float | Decimal]:
    """Tell whether a plain value is a real number; a bool is none."""
    if isinstance(value, _PLAIN_NUMBERS):
        return not isinstance(value, bool)
    return isinstance(value, Decimal) and not value.is_snan()


def is_plain_number(value: object) -> TypeGuard[int | float]:
    """Tell whether a value needs no reading: what is asked of one customer must be quick."""
    return type(value) is int or (type(value) is float and math.isfinite(value))


def is_word(value: object, words: Container[str]) -> TypeGuard[str]:
    """Tell whether a setting is one of some words; a column is none, nor what has no hash."""
    return isinstance(value, str) and value in words


def has_hash(value: object) -> bool:
    """Tell whether a value can be a name: lists, columns and frames cannot."""
    try:
        hash(value)
    except TypeError:
        return False
    return True


def read_list(items: object, what: str, example: str) -> list[Any]:
    """Return the items of a list, or of anything else that can be walked through."""
    try:
        return list(cast("Iterable[Any]", items))
    except TypeError as error:
        msg = f"{what} must be a list, as {example}, got {type(items).__name__}"
        raise TypeError(msg) from error


def read_mapping(entries: object, what: str, example: str) -> dict[Any, Any]:
    """Return the entries of a mapping, or of a list of pairs."""
    try:
        return dict(cast("Mapping[Any, Any]", entries))
    except (TypeError, ValueError) as error:
        msg = f"{what} must be a mapping, as {example}, got {type(entries).__name__}"
        raise TypeError(msg) from error


def as_float(number: float | Decimal | Fraction) -> float:
    """Return a number as a float; infinite where an exact one lies beyond float64."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def read_number(value: object, what: str) -> int | float:
    """Return one finite number; raise for missing, infinite, or anything else."""
    value = plain(value)
    if is_missing(value):
        msg = f"{what} must be known, got {value!r}: leave such customers out or give a column"
        raise InputError(msg)
    if not is_number(value):
        msg = f"{what} must be a number, got {say_value(value)}"
        raise TypeError(msg)
    if isinstance(value, Decimal):
        value = float(value)
    if not -math.inf < value < math.inf:
        msg = f"{what} must be finite, got {value!r}"
        raise InputError(msg)
    if not -LARGEST_FLOAT <= value <= LARGEST_FLOAT:
        msg = f"{what} must be at most {LARGEST_FLOAT:.3g} in size, got a whole number beyond"
        raise InputError(msg)
    return value


def read_count(value: object, what: str, *, least: int = 1, most: int | None = None) -> int:
    """Return one whole number; raise for any other, as for one that is too small or too large."""
    number = plain(value)
    if (
        not isinstance(number, int)
        or isinstance(number, bool)
        or not least <= number <= (number if most is None else most)
    ):
        span = f"of at least {least:,}" if most is None else f"from {least:,} to {most:,}"
        msg = f"{what} must be a whole number {span}, got {say_value(value)}"
        raise InputError(msg)
    return number


def read_flag(value: object, what: str) -> bool:
    """Return one known flag: a bool, or 1 for true and 0 for false."""
    value = plain(value)
    if isinstance(value, bool):
        return value
    if not is_number(value) and not is_missing(value):
        msg = f"{what} must be true or false (or 1 and 0), got {say_value(value)}"
        raise TypeError(msg)
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
    if len(shape) != 1 or getattr(getattr(values, "dtype", None), "kind", "O") == "V":
        msg = f"{what} must be one column, got shape {shape}: pick one, as in frame['revenue']"
        raise TypeError(msg)
    if isinstance(values, pd.Index):
        return values.to_series(index=pd.RangeIndex(len(values)))
    if len(values) == 0 and not hasattr(values, "dtype"):
        return pd.Series(dtype="float64")
    try:
        return pd.Series(values)
    except (OverflowError, UnicodeEncodeError):  # pandas infers what cannot hold such a cell
        return pd.Series(values, dtype=object)


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
    if column.dtype == object and kind_of_objects(column) == "boolean":
        return column.eq(True).to_numpy(dtype=np.bool_)  # noqa: FBT003 - comparing, not switching
    try:
        numbers = read_numbers(column, what)
    except TypeError as error:
        msg = (
            f"{what} must be true or false (or 1 and 0), got {_say_kind(column)}: convert it "
            "first, as with column == 'yes'"
        )
        raise TypeError(msg) from error
    true: Mask = numbers.values == 1
    wrong = ~true & (numbers.values != 0)
    if numbers.missing is not None:
        true, wrong = true & ~numbers.missing, wrong & ~numbers.missing
    if wrong.any():
        msg = f"{what} must be true or false (or 1 and 0), got others in {name_rows(wrong, column)}"
        raise InputError(msg)
    return true


def kind_of_objects(column: "pd.Series[Any]") -> str:
    """Tell what the cells that are not missing hold; NaT among them says nothing about others."""
    return pd.api.types.infer_dtype(column[column.notna()], skipna=False)


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
        position = pd.Index(names).get_indexer(pd.Index(column.cat.categories, dtype=object))
        codes = column.cat.codes.to_numpy()
        found = np.where(codes < 0, -1, position[codes] if len(position) else -1)
        unknown = (found < 0) & (codes >= 0)
    else:
        objects = pd.Index(column.astype(object), dtype=object, tupleize_cols=False)
        try:
            found = pd.Index(names, dtype=object).get_indexer(objects)
        except TypeError as error:
            kind = pd.api.types.infer_dtype(column, skipna=True)
            msg = f"{what} must hold labels of {labels.__name__}, got objects ({kind}): {error}"
            raise TypeError(msg) from error
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
    return f"{'row' if len(rows) == 1 else 'rows'} {say_some(rows, NAMED_ROWS)}"


def require_frame(frame: object, what: str) -> None:
    """Raise when `frame` is no pandas DataFrame; the sentence names another library's."""
    if not isinstance(frame, pd.DataFrame):
        msg = f"{what} must be a pandas DataFrame, got {say_frame(frame)}"
        raise TypeError(msg)


def require_columns(
    frame: pd.DataFrame, needed: Sequence[Hashable], what: str, *, advice: str = "rename yours"
) -> None:
    """Raise when `frame` is no pandas DataFrame or lacks a column."""
    require_frame(frame, what)
    for name in needed:
        if not has_hash(name):
            msg = f"{what}: a column is named by text or a number, got {type(name).__name__}"
            raise TypeError(msg)
    lacking = [name for name in needed if name not in frame.columns]
    if lacking:
        msg = (
            f"{what} must have the columns {', '.join(map(str, needed))}; it lacks "
            f"{', '.join(map(str, lacking))} and has {', '.join(map(str, frame.columns)) or 'none'}"
            f": {advice}"
        )
        raise InputError(msg)
    for name in needed:
        if not isinstance(frame.columns.get_loc(name), int):
            got, todo = frame[name].shape[1], "rename them"
            if frame.columns.nlevels > 1:
                todo = "drop a level of the columns, as with frame.droplevel(1, axis=1)"
            msg = f"{what} must have one column {name!r}, got {got}: {todo}"
            raise InputError(msg)


def require_each_once(ids: "pd.Index[Any]", what: str) -> None:
    """Raise when an id stands in an index more than once; the sentence names some."""
    if not ids.is_unique:
        twice = say_some(ids[ids.duplicated()].unique(), NAMED_ROWS)
        msg = f"{what} must hold each customer once, got more of {twice}: keep one row each"
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
    elif _shape(one) != _shape(other):
        for column in (one, other):
            if _shape(column) == ():
                msg = (
                    f"{what} must be columns of one length, got {say_value(column)}: "
                    "give the values, as frame['name']"
                )
                raise TypeError(msg)
        msg = f"{what} must have one length, got {_shape(one)} and {_shape(other)}"
        raise InputError(msg)


def require_rows_of(frame: pd.DataFrame, column: Column, what: str) -> None:
    """Raise when a column is not about the rows of a frame in their order."""
    require_same_index(pd.Series(0, index=frame.index), column, what)


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
    kind = kind_of_objects(column)
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
    try:
        numbers = filled.astype(np.float64)
    except OverflowError as error:
        huge = np.array([isinstance(x, int) and abs(x) > LARGEST_FLOAT for x in filled])
        msg = (
            f"{what} must be finite, got whole numbers beyond float64 in {name_rows(huge, column)}"
        )
        raise InputError(msg) from error
    numbers[missing] = np.nan
    return _finite(numbers, column, what)


def _wrong_kind(column: "pd.Series[Any]", what: str) -> TypeError:
    kind = _say_kind(column)
    msg = f"{what} must hold numbers, got {kind}: convert it first, as with pd.to_numeric"
    return TypeError(msg)


def _say_kind(column: "pd.Series[Any]") -> str:
    """Name a column's dtype, and of objects what they are."""
    if column.dtype == object:
        return f"objects ({kind_of_objects(column)})"
    return str(column.dtype)
