"""An indicator of any kind, read once as numbers that compare as its values do."""

from typing import Any, Literal, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._calendar import _as_timestamps
from custvalue._containers import Mask, missing_in, read_flags, read_numbers
from custvalue._ids import Ids, read_ids
from custvalue.errors import InputError

Kind: TypeAlias = Literal["number", "flag", "date", "ordered", "category"]
Values: TypeAlias = npt.NDArray[np.int64] | npt.NDArray[np.float64]

KINDS: dict[str, Kind] = {
    "boolean": "flag",
    "date": "date",
    "datetime": "date",
    "datetime64": "date",
    "string": "category",
}
NUMBERS = ("integer", "floating", "mixed-integer-float", "decimal", "empty")


@attrs.frozen(eq=False)
class Indicator:
    """A column as numbers, and where it is missing (None: nowhere).

    Numbers are as they are; flags are 1 and 0; dates are ticks of the column's own unit, of the
    instant where they have a zone; steps of an ordered categorical are their places; other
    categories are codes that only tell which are the same.
    """

    kind: Kind
    values: Values
    missing: Mask | None
    ids: Ids | None = None
    """Of steps and categories: what the codes stand for."""

    def of_known(self, rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the rows, of values or of anything beside them, whose value is known."""
        return rows if self.missing is None else rows[~self.missing]

    def present(self) -> Mask:
        """Return where there is something: neither missing, nor 0 or false."""
        there: Mask = np.ones(len(self.values), dtype=np.bool_)
        if self.kind in ("number", "flag"):
            there = self.values != 0
        return there if self.missing is None else there & ~self.missing


def read_indicator(column: "pd.Series[Any]", what: str) -> Indicator:
    """Return a column of numbers, flags, dates, text or categories; raise for other kinds.

    Text that is empty is missing. Infinite numbers raise, naming the rows.
    """
    kind = _kind_of(column, what)
    if kind == "number":
        numbers = read_numbers(column, what)
        return Indicator(kind, numbers.values, numbers.missing)
    if kind == "flag":
        return Indicator(kind, read_flags(column, what).astype(np.int64), _missing(column))
    if kind == "date":
        return Indicator(kind, _read_ticks(column, what), _missing(column))
    ids = read_ids(column)
    return Indicator(kind, ids.codes.astype(np.int64), ids.missing(), ids)


def _kind_of(column: "pd.Series[Any]", what: str) -> Kind:
    dtype: Any = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return "ordered" if dtype.ordered else "category"
    if pd.api.types.is_bool_dtype(dtype):
        return "flag"
    if pd.api.types.is_numeric_dtype(dtype) and dtype.kind != "c":
        return "number"
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if "decimal" in str(dtype) or (column.dtype == object and kind in NUMBERS):
        return "number"
    if kind == "categorical" or str(dtype).startswith("dictionary"):  # Arrow's categories
        return "category"
    if kind not in KINDS:
        raise _wrong_kind(column, what)
    return KINDS[kind]


def _read_ticks(column: "pd.Series[Any]", what: str) -> npt.NDArray[np.int64]:
    """Return dates and times as whole numbers that compare as they do."""
    try:
        times = _as_timestamps(column, what)
    except (pd.errors.OutOfBoundsDatetime, NotImplementedError) as error:
        msg = f"{what} must lie within the years pandas can hold: {error}"
        raise InputError(msg) from error
    if getattr(times.dtype, "tz", None) is not None:
        times = times.dt.tz_convert("UTC").dt.tz_localize(None)
    return times.to_numpy().view(np.int64)


def _missing(column: "pd.Series[Any]") -> Mask | None:
    missing = missing_in(column)
    return missing if missing.any() else None


def _wrong_kind(column: "pd.Series[Any]", what: str) -> TypeError:
    held: object = column.dtype
    if column.dtype == object:
        held = f"objects ({pd.api.types.infer_dtype(column, skipna=True)})"
    msg = (
        f"{what} must hold numbers, flags, dates, text or categories, got {held}: convert it "
        "first, or leave it out"
    )
    return TypeError(msg)
