"""Values, columns and indexes that no caller should pass, and some that look as if."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

import custvalue as cv


class NotPandas:
    """A frame of another library: it has columns and a length, and is none of ours."""

    columns = ("customer_id", "date", "amount")
    shape = (2, 3)

    def __len__(self) -> int:
        """Return the number of rows."""
        return 2

    def to_pandas(self) -> pd.DataFrame:
        """Return what it would be; nobody may call it unasked."""
        raise AssertionError


class Expression:
    """A column of another library yet to be computed: comparing it gives another such."""

    __hash__ = None

    def __eq__(self, other: object) -> "Expression":
        """Return what would be computed."""
        return self

    __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__

    def __bool__(self) -> bool:
        """Refuse to be true or false."""
        msg = "the truth value of an expression is not known yet"
        raise TypeError(msg)


NUMBERS = {
    "nan": float("nan"),
    "inf": float("inf"),
    "-inf": float("-inf"),
    "1e300": 1e300,
    "-1e300": -1e300,
    "tiny": 5e-324,
    "-0.0": -0.0,
    "0": 0,
    "-1": -1,
    "0.1": 0.1,
    "1.5": 1.5,
    "7": 7,
    "2**53": 2**53,
    "2**63": 2**63,
    "-2**63 - 1": -(2**63) - 1,
    "2**64": 2**64,
    "10**400": 10**400,
    "True": True,
    "np.True_": np.True_,
    "np.float32": np.float32(1.5),
    "np.float16 nan": np.float16("nan"),
    "np.longdouble": np.longdouble(1.5),
    "np.int8": np.int8(-7),
    "np.uint64": np.uint64(2**64 - 1),
    "complex": 1 + 2j,
    "np.complex128": np.complex128(complex("nan")),
    "Decimal": Decimal("7.50"),
    "Decimal nan": Decimal("NaN"),
    "Decimal snan": Decimal("sNaN"),
    "Decimal inf": Decimal("Infinity"),
    "Decimal huge": Decimal("1e1000"),
    "Fraction": Fraction(1, 3),
}
OTHERS = {
    "None": None,
    "pd.NA": pd.NA,
    "pd.NaT": pd.NaT,
    "empty text": "",
    "text": "abc",
    "digits": "7",
    "bytes": b"7",
    "date": dt.date(2024, 3, 1),
    "naive time": dt.datetime(2024, 3, 1, 12),
    "aware time": dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC),
    "Timestamp": pd.Timestamp("2024-03-01"),
    "Timedelta": pd.Timedelta("3D"),
    "timedelta": dt.timedelta(3),
    "np.datetime64": np.datetime64("2024-03-01"),
    "np NaT": np.datetime64("NaT"),
    "np.timedelta64": np.timedelta64(3, "D"),
    "year 9999": np.datetime64("9999-12-31"),
    "year 1": "0001-01-01",
    "year 10000": np.datetime64("10000-01-01"),
    "Period": pd.Period("2024-03"),
    "Interval": pd.Interval(0, 1),
    "a step": cv.ABCTier.A,
    "another step": cv.Stage.REPEAT,
    "a class": int,
    "a scale": cv.ABCTier,
    "a label class": cv.Focus,
    "a function": len,
    "object": object(),
    "expression": Expression(),
    "tuple": (1, 2),
    "empty list": [],
    "list": [1, 2, 3],
    "nested": [[1, 2], [3]],
    "mixed": [1, "a", None],
    "set": {1, 2},
    "dict": {"a": 1},
    "empty dict": {},
    "odd dict": {1: [2], None: 3},
    "mapping": MappingProxyType({"a": 1}),
    "0-d": np.array(7.0),
    "2-d": np.ones((2, 2)),
    "structured": np.zeros(2, dtype=[("a", "i8"), ("b", "f8")]),
    "polars-like": NotPandas(),
    "Series": pd.Series([1.0, 2.0]),
    "Index": pd.Index(["a", "b"]),
    "MultiIndex": pd.MultiIndex.from_tuples([(1, "a"), (1, "a")]),
    "frame": pd.DataFrame({"a": [1, 2]}),
    "no frame": pd.DataFrame(),
    "condition": cv.at_least(2),
    "rule": cv.SleepPolicy(30, 60, 90),
    "range": range(3),
}
SCALARS = NUMBERS | OTHERS
CELLS = sorted(SCALARS.keys() - {"Decimal snan"})  # pandas cannot even print a column with one


def generators(values: Any) -> dict[str, Any]:
    """Return what can be walked through once only; made anew for each call."""
    return {"generator": (value for value in values), "iterator": iter(list(values))}


# --- columns -------------------------------------------------------------------------------------


def _repeat(*values: Any) -> Callable[[int], list[Any]]:
    return lambda n: [values[row % len(values)] for row in range(n)]


def _typed(dtype: Any, *values: Any) -> Callable[[int], Any]:
    return lambda n: pd.Series(_repeat(*values)(n), dtype=dtype)


def _objects(*values: Any) -> Callable[[int], Any]:
    return _typed(object, *values)


def _arrow(kind: pa.DataType, *values: Any) -> Callable[[int], Any]:
    return _typed(pd.ArrowDtype(kind), *values)


DAYS = ("2024-01-05", "2024-02-07")

COLUMNS: dict[str, Callable[[int], Any]] = {
    "objects of numbers": _objects(1, 2.5),
    "objects of huge ints": _objects(2**70, 1),
    "objects beyond floats": _objects(10**400, 1),
    "objects of Decimals": _objects(Decimal("1.50"), Decimal(2)),
    "objects of odd Decimals": _objects(Decimal("NaN"), Decimal("Infinity")),
    "objects of numbers and Decimals": _objects(Decimal("1.50"), 2, 0.5),
    "objects of Fractions": _objects(Fraction(1, 3)),
    "objects of bools": _objects(True, False),
    "objects of bools, missing": _objects(True, None),
    "objects of bools and numbers": _objects(True, 2),
    "objects of None": _objects(None),
    "objects of NaT": _objects(pd.NaT),
    "objects of NA": _objects(pd.NA),
    "objects of missing": _objects(None, float("nan"), pd.NaT, pd.NA, Decimal("NaN")),
    "objects of infinity": _objects(float("inf"), 1),
    "objects mixed": _objects(1, "a", None, b"x"),
    "objects of text and numbers": _objects("1", 2),
    "objects of lists": _objects([1], [2, 3]),
    "objects of dicts": _objects({"a": 1}),
    "objects of tuples": _objects((1, 2), (3,)),
    "objects of sets": _objects({1}),
    "objects of arrays": _objects(np.array([1.0]), np.array([2.0])),
    "objects of bytes": _objects(b"1", b"2"),
    "objects of dates": _objects(dt.date(2024, 1, 5), None),
    "objects of times, mixed zones": _objects(
        dt.datetime(2024, 1, 5), dt.datetime(2024, 1, 5, tzinfo=dt.UTC)
    ),
    "objects of timedeltas": _objects(dt.timedelta(1)),
    "objects of Periods": _objects(pd.Period("2024-01"), pd.Period("2024-02-03")),
    "objects of complex": _objects(1j, 2.0),
    "objects of steps": _objects(cv.Stage.REPEAT, cv.ABCTier.A),
    "objects of expressions": _objects(Expression(), 1),
    "digits": _typed("str", "1", "2"),
    "digits as objects": _objects("1", "2"),
    "text": _typed("string", "a", None),
    "text of Arrow": _arrow(pa.string(), "a", None),
    "labels": _objects("repeat", "awake", "A"),
    "empty text": _objects("", "a"),
    "bool": _typed(bool, True, False),
    "boolean": _typed("boolean", True, None, False),
    "bool of Arrow": _arrow(pa.bool_(), True, None),
    "int8": _typed("int8", -128, 127),
    "uint64": _typed("uint64", 2**64 - 1, 0),
    "int64 at its ends": _typed("int64", -(2**63), 2**63 - 1),
    "Int64": _typed("Int64", 1, None, 3),
    "Int64 of NA": _typed("Int64", None),
    "UInt64": _typed("UInt64", 2**64 - 1, None),
    "int64 of Arrow": _arrow(pa.int64(), 1, None),
    "uint64 of Arrow": _arrow(pa.uint64(), 2**64 - 1, None),
    "decimal of Arrow": _arrow(pa.decimal128(20, 2), Decimal("1.50"), None),
    "float32": _typed("float32", 0.1, float("nan")),
    "longdouble": lambda n: pd.Series(np.resize(np.array([1.5, 2], np.longdouble), n)),
    "NaN": _typed("float64", float("nan")),
    "infinity": _typed("float64", float("inf"), 1),
    "-infinity": _typed("float64", float("-inf"), 1),
    "huge": _typed("float64", 1e300, -1e300),
    "largest": _typed("float64", 1.7e308, 1.7e308),
    "tiny": _typed("float64", 5e-324, 0),
    "-0.0": _typed("float64", -0.0, 0.0),
    "negative": _typed("float64", -1.0, -2.5),
    "whole": _typed("int64", 0, 1, 2),
    "zeros": _typed("int64", 0),
    "halves": _typed("float64", 0.5, 1.5),
    "thirds": _typed("float64", 1 / 3, 2 / 3),
    "Float64 of NaN and NA": lambda n: pd.Series(
        pd.arrays.FloatingArray(np.resize([np.nan, 1.0], n), np.resize([False, True], n))
    ),
    "Float64 infinite": _typed("Float64", float("inf"), None),
    "double of Arrow": _arrow(pa.float64(), float("nan"), None, 1.0),
    "sparse": lambda n: pd.Series(pd.arrays.SparseArray(_repeat(0.0, 1.0)(n))),
    "complex": _typed("complex128", 1 + 2j),
    "categories of text": _typed("category", "a", "b", None),
    "categories of numbers": _typed("category", 2, 1),
    "categories of bools": _typed("category", True, False),
    "categories of dates": lambda n: pd.Series(
        pd.to_datetime(_repeat(*DAYS)(n)).astype("category"), dtype="category"
    ),
    "categories, unused": lambda n: pd.Series(
        pd.Categorical(_repeat("a", "b")(n), categories=["b", "c", "a"], ordered=True)
    ),
    "categories of stages": _typed(cv.Stage.dtype(), "repeat", "partner", None),
    "categories of states": _typed(cv.ChurnState.dtype(), "awake", "asleep", None),
    "categories of tiers": _typed(cv.ABCTier.dtype(), "A", "C"),
    "dates": lambda n: pd.Series(pd.to_datetime(_repeat(*DAYS)(n))),
    "dates, missing": lambda n: pd.Series(pd.to_datetime(_repeat(*DAYS, None)(n))),
    "dates, all missing": _typed("datetime64[ns]", None),
    "dates in seconds": _typed("datetime64[s]", "9999-12-31", "0001-01-01"),
    "aware": lambda n: pd.Series(pd.to_datetime(_repeat(*DAYS)(n)).tz_localize("Asia/Tokyo")),
    "dates of Arrow": _arrow(pa.date32(), dt.date(2024, 1, 5), None),
    "times of Arrow": _arrow(pa.timestamp("us", "UTC"), dt.datetime(2024, 1, 5), None),
    "date as text": _objects(*DAYS),
    "timedelta": _typed("timedelta64[ns]", 1, 2),
    "timedelta, missing": _typed("timedelta64[s]", 1, None),
    "duration of Arrow": _arrow(pa.duration("s"), dt.timedelta(1), None),
    "period": lambda n: pd.Series(pd.PeriodIndex(_repeat("2024-01", "2024-02")(n), freq="M")),
    "interval": lambda n: pd.Series(pd.arrays.IntervalArray.from_breaks(range(n + 1))),
    "binary of Arrow": _arrow(pa.binary(), b"a", None),
    "list of Arrow": _arrow(pa.list_(pa.int64()), [1], None),
    "struct of Arrow": _arrow(pa.struct([("a", pa.int64())]), {"a": 1}, None),
    "dictionary of Arrow": _arrow(pa.dictionary(pa.int8(), pa.string()), "a", None),
    "null of Arrow": _arrow(pa.null(), None),
    "list of numbers": _repeat(1, 2.5, None),
    "list of text": _repeat("a", "b"),
    "list of NaT": _repeat(pd.NaT),
    "list of lists": _repeat([1, 2], [3]),
    "list of arrays": lambda n: [np.ones(2)] * n,
    "tuple": lambda n: tuple(_repeat(1, 2)(n)),
    "range": range,
    "array of objects": lambda n: np.array(_repeat(1, "a")(n), dtype=object),
    "array of text": lambda n: np.array(_repeat("1", "b")(n), dtype="U1"),
    "array of bytes": lambda n: np.array(_repeat(b"1")(n), dtype="S1"),
    "array of dates": lambda n: np.array(_repeat(*DAYS)(n), dtype="datetime64[D]"),
    "array of NaT": lambda n: np.array(_repeat("NaT")(n), dtype="datetime64[s]"),
    "array of big-endian": lambda n: np.resize(np.array([1, 2.5], dtype=">f8"), n),
    "array, read-only": lambda n: _read_only(np.resize([1.0, 2.0], n)),
    "array, strided": lambda n: np.resize([1.0, 2.0], 2 * n)[::2],
    "array, masked": lambda n: np.ma.masked_array(np.ones(n), mask=np.arange(n) % 2),
    "array, structured": lambda n: np.zeros(n, dtype=[("a", "i8")]),
    "array of void": lambda n: np.zeros(n, dtype="V4"),
    "2-d": lambda n: np.ones((n, 2)),
    "n by 1": lambda n: np.ones((n, 1)),
    "frame": lambda n: pd.DataFrame({"a": np.ones(n)}),
    "Index": lambda n: pd.Index(_repeat(1.0, 2.0)(n)),
    "DatetimeIndex": lambda n: pd.DatetimeIndex(_repeat(*DAYS)(n)),
    "MultiIndex": lambda n: pd.MultiIndex.from_arrays([_repeat(1, 2)(n), _repeat("a")(n)]),
    "extension array": lambda n: pd.array(_repeat(1, None)(n), dtype="Int64"),
    "Categorical": lambda n: pd.Categorical(_repeat("A", None)(n)),
    "a subclass of Series": lambda n: _Sub(np.resize([1.0, 2.0], n)),
}


class _Sub(pd.Series):
    """A Series that is more than one, as other packages make them."""

    @property
    def _constructor(self) -> type["_Sub"]:
        return _Sub


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array


ODD_INDEX: dict[str, Callable[[int], Any]] = {
    "the same label throughout": lambda n: pd.Index(["x"] * n),
    "labels twice": lambda n: pd.Index([row // 2 for row in range(n)]),
    "MultiIndex": lambda n: pd.MultiIndex.from_tuples(
        [(row % 2, "a") for row in range(n)], names=["p", "q"]
    ),
    "dates": lambda n: pd.date_range("2024-01-01", periods=n, tz="UTC"),
    "missing labels": lambda n: pd.Index([None, float("nan")] * n, dtype=object)[:n],
    "mixed labels": lambda n: pd.Index([1, "a", (2, 3), None] * n, dtype=object)[:n],
    "categories": lambda n: pd.CategoricalIndex(["a", "b"] * n)[:n],
    "intervals": lambda n: pd.IntervalIndex.from_breaks(range(n + 1)),
    "a name": lambda n: pd.RangeIndex(n, name=("odd", 1)),
}
