"""Tests of ids: any hashable dtype, kept as given, coded in their own order."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue._ids import kind_of_ids, read_ids

INT64 = np.iinfo(np.int64)


def arrow(values: list[Any], dtype: pa.DataType) -> pd.Series:
    """Return an Arrow column."""
    return pd.Series(values, dtype=pd.ArrowDtype(dtype))


def objects(*values: Any) -> pd.Series:
    """Return a column of Python objects."""
    column = np.empty(len(values), dtype=object)
    for row, value in enumerate(values):
        column[row] = value
    return pd.Series(column, dtype=object)


# Each: a column of three rows, the middle one missing where the dtype knows missing, the first
# sorted after the last.
COLUMNS: dict[str, pd.Series] = {
    "int64": pd.Series([3, 3, -1], dtype="int64"),
    "int8": pd.Series([127, 127, -128], dtype="int8"),
    "int64, far apart": pd.Series([INT64.max, INT64.max, INT64.min], dtype="int64"),
    "int64, highest": pd.Series([INT64.max, INT64.max, INT64.max - 1], dtype="int64"),
    "int64, lowest": pd.Series([INT64.min + 1, INT64.min + 1, INT64.min], dtype="int64"),
    "uint64": pd.Series([5, 5, 1], dtype="uint64"),
    "uint64, beyond int64": pd.Series([2**63 + 5, 2**63 + 5, 2**63 + 1], dtype="uint64"),
    "uint64, across int64": pd.Series([2**63, 2**63, 2**63 - 1], dtype="uint64"),
    "Int64": pd.Series([3, None, -3], dtype="Int64"),
    "Int64, lowest": pd.Series([INT64.min + 1, None, INT64.min], dtype="Int64"),
    "Int64, far apart": pd.Series([INT64.max, None, INT64.min], dtype="Int64"),
    "UInt8": pd.Series([255, None, 0], dtype="UInt8"),
    "UInt64, beyond int64": pd.Series([2**63 + 5, None, 2**63 + 1], dtype="UInt64"),
    "Arrow int32": arrow([3, None, -3], pa.int32()),
    "Arrow uint64": arrow([2**63 + 5, None, 1], pa.uint64()),
    "float64": pd.Series([2.5, np.nan, -1.0]),
    "Float64": pd.Series([2.5, None, -1.0], dtype="Float64"),
    "bool": pd.Series([True, True, False]),
    "boolean": pd.Series([True, None, False], dtype="boolean"),
    "strings as pandas reads them": pd.Series(["b", None, "B"]),
    "string": pd.Series(["b", None, "B"], dtype="string"),
    "string[pyarrow]": pd.Series(["b", None, "B"], dtype="string[pyarrow]"),
    "Arrow string": arrow(["b", None, "B"], pa.string()),
    "Arrow large_string": arrow(["客", None, "b"], pa.large_string()),
    "Arrow binary": arrow([b"b", None, b"B"], pa.binary()),
    "Arrow decimal": arrow([Decimal("2.50"), None, Decimal("1.50")], pa.decimal128(9, 2)),
    "objects, str": objects("b", None, "B"),
    "objects, int": objects(3, None, -3),
    "objects, large int": objects(2**80, None, -(2**80)),
    "objects, tuple": objects(("b", 1), None, ("a", 2)),
    "objects, date": objects(dt.date(2026, 1, 6), pd.NaT, dt.date(2026, 1, 5)),
    "objects, Timestamp": objects(pd.Timestamp("2026-01-06"), pd.NaT, pd.Timestamp("2026-01-05")),
    "objects, UUID": objects(uuid.UUID(int=5), pd.NA, uuid.UUID(int=3)),
    "objects, bool": objects(True, np.nan, False),
    "datetime64": pd.Series(np.array(["2026-01-06", "NaT", "2026-01-05"], dtype="datetime64[s]")),
    "zoned": pd.Series(pd.to_datetime(["2026-01-06", None, "2026-01-05"]).tz_localize("UTC")),
    "timedelta64": pd.Series(np.array([6, "NaT", 5], dtype="timedelta64[s]")),
    "period": pd.Series(pd.PeriodIndex(["2026-02", None, "2026-01"], freq="M")),
    "interval": pd.Series(pd.IntervalIndex.from_tuples([(1, 2), (1, 2), (0, 1)])),
    "category": pd.Series(pd.Categorical(["a", None, "b"], categories=["b", "unused", "a"])),
    "category of int": pd.Series(pd.Categorical([5, None, 9], categories=[9, 1, 5], ordered=True)),
}


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
@pytest.mark.parametrize("container", [pd.Series, pd.Index])
def test_ids_are_kept_as_given(column: pd.Series, container: type) -> None:
    """Codes sort like the ids, missing is -1, and the ids come back in their own dtype."""
    absent = column.isna().tolist()
    ids = read_ids(container(column, dtype=column.dtype, name="who", copy=False))
    assert (ids.codes < 0).tolist() == absent
    assert ids.codes[0] > ids.codes[2]
    assert max(ids.codes) < ids.span
    back = ids.take(ids.codes[[2, 0]])
    assert back.dtype == column.dtype
    assert back.name == "who"
    assert back.tolist() == column.iloc[[2, 0]].tolist()
    assert (ids.missing() is None) == (not any(absent))


def test_ids_that_do_not_compare_are_coded_as_they_appear() -> None:
    """Periods of several frequencies have no order, in whichever words pandas says so."""
    column = objects(pd.Period("2024-02", "M"), pd.Period("2024-01-03", "D"))
    assert read_ids(column).codes.tolist() == [0, 1]


def test_a_column_of_nothing_has_no_ids() -> None:
    """Arrow has a type for columns that hold nothing: all ids are missing."""
    assert read_ids(arrow([None, None], pa.null())).codes.tolist() == [-1, -1]


def test_unused_categories_are_no_ids() -> None:
    """Categories without a row keep their place in the dtype, and get no code in use."""
    column = COLUMNS["category"]
    back = read_ids(column).take(np.array([0, 2]))
    assert back.tolist() == ["b", "a"]
    assert back.categories.tolist() == ["b", "unused", "a"]


@pytest.mark.parametrize(
    "column",
    [
        objects("", "a"),
        pd.Series(["", "a"]),
        pd.Series(["", "a"], dtype="string"),
        arrow(["", "a"], pa.string()),
        pd.Series(["", "a"], dtype="category"),
        objects("", 5),
    ],
)
def test_an_empty_string_is_no_id(column: pd.Series) -> None:
    """An empty string names nobody."""
    assert read_ids(column).missing().tolist() == [True, False]


@pytest.mark.parametrize(
    "values",
    [
        pd.arrays.ArrowExtensionArray(pa.array([5.0, np.nan, 3.0])),
        pd.arrays.ArrowExtensionArray(pa.array([5.0, np.nan, 3.0], pa.float32())),
        pd.arrays.FloatingArray(np.array([5.0, np.nan, 3.0]), np.zeros(3, dtype=np.bool_)),
    ],
)
def test_nan_is_no_id(values: Any) -> None:
    """NaN names nobody either, also where pandas keeps it apart from missing values."""
    column = pd.Series(values)
    assert not column.isna().any()
    ids = read_ids(column)
    assert ids.codes.tolist() == [1, -1, 0]
    assert ids.take(np.array([0, 1])).dtype == column.dtype


def test_ids_that_do_not_compare_keep_their_order() -> None:
    """Ids of several kinds stand in order of appearance."""
    ids = read_ids(objects("b", 1, "b", None, 0))
    assert ids.codes.tolist() == [0, 1, 0, -1, 2]
    assert ids.take(np.array([0, 1, 2])).tolist() == ["b", 1, 0]


def test_arrow_dictionaries_keep_their_order() -> None:
    """Arrow knows no order of dictionary values."""
    values = pd.arrays.ArrowExtensionArray(pa.array(["b", "a", None, "b"]).dictionary_encode())
    ids = read_ids(pd.Series(values))
    assert ids.codes.tolist() == [0, 1, -1, 0]
    assert ids.take(ids.codes[:2]).tolist() == ["b", "a"]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(dtype="int64"),
        pd.Series(dtype="Int64"),
        pd.Series(dtype=object),
        pd.Series(dtype="category"),
        pd.Series([None, None], dtype="Int64"),
        pd.Series([None, None], dtype="category"),
        objects(None, None),
    ],
)
def test_no_ids(column: pd.Series) -> None:
    """An empty column, or one of missing ids, has no ids but keeps its dtype."""
    ids = read_ids(column)
    assert (ids.codes < 0).all()
    assert ids.take(ids.codes[:0]).dtype == column.dtype


POOLS: dict[str, tuple[Any, ...]] = {
    "strings": ("ann", "bob", "", "cid", None),
    "strings and whatever is missing": ("ann", "", float("nan"), pd.NA, None, pd.NaT),
    "whole numbers": (2**80, -1000, 1000, None),
    "tuples": (("bob", 1), ("ann", 2), None),
    "what does not compare": ("bob", 1000, ("ann", 2), None),
}


def another(value: Any) -> Any:
    """Return an equal object of its own."""
    if isinstance(value, str):
        return "".join(list(value))
    if isinstance(value, tuple):
        return (*value,)
    return int(str(value)) if isinstance(value, int) else value


@pytest.mark.parametrize("pool", POOLS.values(), ids=POOLS)
@given(st.lists(st.integers(0, 99), max_size=30))
def test_rows_may_share_the_object_that_names_them(pool: tuple[Any, ...], rows: list[int]) -> None:
    """Files are read so that equal ids are one object; the codes are those of equal objects."""
    values = [pool[row % len(pool)] for row in rows]
    shared, own = read_ids(objects(*values)), read_ids(objects(*map(another, values)))
    assert shared.codes.tolist() == own.codes.tolist()
    everyone = np.arange(shared.span if len(shared.codes) else 0)
    known = everyone[np.isin(everyone, shared.codes)]
    assert shared.take(known).tolist() == own.take(known).tolist()


@pytest.mark.parametrize("dtype", [object, pd.StringDtype("python")])
def test_shared_strings_in_every_storage(dtype: Any) -> None:
    """Strings that pandas holds as Python objects keep their dtype; an empty one is missing."""
    ids = read_ids(pd.Series(["b", "a", "", None] * 3, dtype=dtype))
    assert ids.codes.tolist() == [2, 1, -1, -1] * 3
    back = ids.take(np.array([1, 2]))
    assert back.tolist() == ["a", "b"]
    assert back.dtype == dtype


def test_shared_strings_in_a_column_among_others() -> None:
    """The values of a column may lie apart in memory."""
    frame = pd.DataFrame(np.array([["b", "x"], ["a", "x"]] * 3, dtype=object), dtype=object)
    assert read_ids(frame[0]).codes.tolist() == [1, 0] * 3


def test_ids_must_be_hashable() -> None:
    """Lists can name nobody; the error says which column holds them."""
    message = "^who must hold ids that can be hashed, got others: unhashable type: 'list'$"
    with pytest.raises(TypeError, match=message):
        read_ids(objects([1], [2]).rename("who"))


@given(st.lists(st.one_of(st.integers(-5, 5), st.integers(INT64.min, INT64.max)), min_size=1))
def test_whole_numbers_by_distance_or_by_rank(values: list[int]) -> None:
    """Near or far apart, codes order whole numbers as they are ordered, and name them again."""
    column = pd.Series(values, dtype="int64")
    ids = read_ids(column)
    assert ids.take(ids.codes).tolist() == values
    assert np.argsort(ids.codes, kind="stable").tolist() == (
        np.argsort(values, kind="stable").tolist()
    )


@pytest.mark.parametrize(
    ("ids", "kind"),
    [
        *((pd.Index(COLUMNS[name]), "numbers") for name in ("int8", "uint64", "category of int")),
        (pd.Index(COLUMNS["Int64"].dropna()), "numbers"),
        (pd.Index(COLUMNS["Arrow uint64"].dropna()), "numbers"),
        (pd.Index(COLUMNS["Arrow decimal"].dropna()), "numbers"),
        (pd.Index(objects(1, 2.5)), "numbers"),
        (pd.Index(COLUMNS["Arrow string"].dropna()), "text"),
        (pd.Index(COLUMNS["objects, str"].dropna()), "text"),
        (pd.Index(COLUMNS["category"].dropna()), "text"),
        (pd.Index(arrow(["a"], pa.dictionary(pa.int32(), pa.string()))), "text"),
        (pd.Index(COLUMNS["objects, UUID"].dropna()), "UUID"),
        (pd.MultiIndex.from_tuples([("a", 1)]), "tuple"),
        (pd.Index(objects(1, "a")), None),
        (pd.Index(COLUMNS["int64"][:0]), None),
    ],
)
def test_kinds_of_ids(ids: pd.Index, kind: str | None) -> None:
    """What holds ids does not matter, only whether they are text, numbers or another type."""
    assert kind_of_ids(ids) == kind
