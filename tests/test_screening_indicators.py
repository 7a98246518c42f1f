"""Indicators of every kind and dtype become numbers that compare as their values do."""

import datetime as dt
import math
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import custvalue as cv
from custvalue._screening import indicators
from custvalue._screening.indicators import read_indicator


def arrow(values, dtype):
    """Return a column in Arrow's dtype."""
    return pd.Series(values, dtype=pd.ArrowDtype(dtype))


DAYS = [dt.date(2024, 3, 1), None, dt.date(2024, 1, 1), dt.date(2024, 3, 1)]
TIMES = pd.to_datetime(["2024-03-01", None, "2024-01-01", "2024-03-01"])
WORDS = ["web", None, "shop", "web"]
FLAGS = [True, None, False, True]

# Each holds, in a dtype of its own: the higher value, nothing, the lower value, the higher again.
COLUMNS = {
    "float": ("number", pd.Series([2.5, math.nan, 0.0, 2.5])),
    "nullable int": ("number", pd.Series([2, None, 0, 2], dtype="Int64")),
    "Arrow double": ("number", arrow([2.5, None, 0.0, 2.5], pa.float64())),
    "Arrow decimal": (
        "number",
        arrow([Decimal("2.5"), None, Decimal(0), Decimal("2.5")], pa.decimal128(5, 1)),
    ),
    "Decimal": ("number", pd.Series([Decimal("2.5"), None, Decimal(0), Decimal("2.5")])),
    "objects, int": ("number", pd.Series([2, None, 0, 2], dtype=object)),
    "nullable boolean": ("flag", pd.Series(FLAGS, dtype="boolean")),
    "Arrow bool": ("flag", arrow(FLAGS, pa.bool_())),
    "objects, bool": ("flag", pd.Series(FLAGS, dtype=object)),
    "datetime": ("date", pd.Series(TIMES)),
    "datetime, seconds": ("date", pd.Series(TIMES).astype("datetime64[s]")),
    "datetime with zone": ("date", pd.Series(TIMES.tz_localize("Asia/Shanghai"))),
    "dates": ("date", pd.Series(DAYS, dtype=object)),
    "Arrow date": ("date", arrow(DAYS, pa.date32())),
    "Arrow timestamp": ("date", arrow(list(TIMES), pa.timestamp("us"))),
    "Arrow timestamp with zone": (
        "date",
        arrow(list(TIMES.tz_localize("UTC")), pa.timestamp("us", "UTC")),
    ),
    "ordered": (
        "ordered",
        pd.Series(pd.Categorical(WORDS, categories=["shop", "web"], ordered=True)),
    ),
    "text": ("category", pd.Series(WORDS)),
    "objects, text": ("category", pd.Series(WORDS, dtype=object)),
    "nullable string": ("category", pd.Series(WORDS, dtype="string")),
    "Arrow string": ("category", arrow(WORDS, pa.string())),
    "category": ("category", pd.Series(WORDS, dtype="category")),
    "Arrow dictionary": ("category", arrow(WORDS, pa.dictionary(pa.int32(), pa.string()))),
    "empty text": ("category", pd.Series(["web", "", "shop", "web"], dtype=object)),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_every_kind_is_read(name):
    """The kind is told, missing is missing, equal stays equal, and order stays order."""
    kind, column = COLUMNS[name]
    before = column.copy()
    indicator = read_indicator(column, "x")
    assert indicator.kind == kind
    assert indicator.missing.tolist() == [False, True, False, False]
    first, last, again = indicator.of_known(indicator.values).tolist()
    assert first == again != last
    if kind != "category":
        assert first > last
    pd.testing.assert_series_equal(column, before)


@pytest.mark.parametrize("name", COLUMNS)
def test_present_is_neither_missing_nor_nothing(name):
    """0 and false are absent; a date, a text or the lowest of steps is there."""
    kind, column = COLUMNS[name]
    lowest_is_there = kind not in ("number", "flag")
    present = read_indicator(column, "x").present()
    assert present.tolist() == [True, False, lowest_is_there, True]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1.0, 2.0]),
        pd.Series([True, False]),
        pd.Series(pd.to_datetime(["2024-01-01", "2024-01-02"])),
        pd.Series(["a", "b"]),
    ],
)
def test_where_nothing_is_missing(column):
    """A complete column has no mask, and all of it is known."""
    indicator = read_indicator(column, "x")
    assert indicator.missing is None
    assert len(indicator.of_known(indicator.values)) == 2


def test_zones_are_compared_by_the_instant():
    """Midnight in Shanghai comes before midnight in Berlin."""
    times = [pd.Timestamp("2024-01-02", tz="Asia/Shanghai"), pd.Timestamp("2024-01-02", tz="UTC")]
    early, late = read_indicator(pd.Series(times, dtype=object), "x").values
    assert early < late


def test_intervals_of_a_cut_are_steps():
    """What pd.cut gives is an ordered categorical."""
    indicator = read_indicator(pd.Series(pd.cut([1, 5, 9], [0, 3, 6, 10])), "x")
    assert indicator.kind == "ordered"
    assert indicator.values.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("column", "got"),
    [
        (pd.Series([1 + 2j]), "complex128"),
        (pd.Series(pd.to_timedelta([1, 2], unit="D")), "timedelta64"),
        (pd.Series(pd.period_range("2024-01", periods=2, freq="M")), "period"),
        (pd.Series([1, "a"], dtype=object), r"objects \(mixed-integer\)"),
        (pd.Series([{"a": 1}], dtype=object), r"objects \(mixed\)"),
    ],
)
def test_other_kinds_are_refused(column, got):
    """What has no order and is no category is an error that names the column."""
    message = rf"^x must hold numbers, flags, dates, text or categories, got {got}.*: convert it "
    with pytest.raises(TypeError, match=message + "first, or leave it out$"):
        read_indicator(column, "x")


def test_infinite_numbers_are_refused():
    """The sentence names the row."""
    with pytest.raises(cv.InputError, match=r"^x must be finite, got infinity in row 1$"):
        read_indicator(pd.Series([1.0, math.inf]), "x")


def test_years_beyond_what_pandas_holds(monkeypatch):
    """Pandas 2 keeps instants of Python in nanoseconds, which end in 2262: it says so."""

    def overflow(*_):
        raise pd.errors.OutOfBoundsDatetime

    monkeypatch.setattr(indicators, "_as_timestamps", overflow)
    message = r"^x must lie within the years pandas can hold: $"
    with pytest.raises(cv.InputError, match=message):
        read_indicator(pd.Series(DAYS, dtype=object), "x")


def test_an_index_of_any_kind_is_left_alone():
    """Rows are told by position; labels may repeat."""
    column = pd.Series([3, 1], index=["b", "b"])
    assert np.array_equal(read_indicator(column, "x").values, [3, 1])
