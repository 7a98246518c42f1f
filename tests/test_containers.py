import math
import re
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given

import custvalue as cv
from columns import MISSING, columns
from custvalue import _containers as containers


class Tier(cv.Scale):
    """Two tiers."""

    LOW = "low"
    HIGH = "high"


# --- one value ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "many"),
    [
        (1, False),
        (np.float64(1), False),
        ("12", False),
        (None, False),
        ([1], True),
        ((), True),
        (np.array(1), True),
        (pd.Series([1]), True),
        (pd.DataFrame({"a": [1]}), True),
        (pd.Index([1]), True),
        (pd.array([1]), True),
        (range(3), True),
        (pl.Series([1]), True),
        (pl.DataFrame({"a": [1]}), False),
        (pa.array([1]), True),
        (pa.scalar(1), False),
    ],
)
def test_many_values_are_told_from_one(values, many) -> None:
    """Lists, arrays, columns of pandas, Polars and pyarrow are many values; text is one."""
    assert containers.is_column(values) is many


@pytest.mark.parametrize("value", MISSING.values(), ids=MISSING)
def test_missing_values_are_known_as_such(value) -> None:
    """None, NaN, NaT and pd.NA are missing."""
    assert containers.is_missing(value)


@pytest.mark.parametrize("value", [0, 0.0, "", False, "nan", math.inf])
def test_other_values_are_not_missing(value) -> None:
    """Zero, empty text and false are values."""
    assert not containers.is_missing(value)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3),
        (2.5, 2.5),
        (2**70, 2**70),
        (Decimal("0.1"), 0.1),
        (np.int64(3), 3),
        (np.uint8(3), 3),
        (np.float32(0.5), 0.5),
        (np.float64(2.5), 2.5),
    ],
)
def test_one_number_is_read_as_a_python_number(value, number) -> None:
    """Python, numpy and Decimal numbers come out as int or float."""
    read = containers.read_number(value, "revenue")
    assert read == number
    assert type(read) in (int, float)


@pytest.mark.parametrize("value", MISSING.values(), ids=MISSING)
def test_one_missing_number_is_an_error(value) -> None:
    """Where one number is asked for, it must be there."""
    with pytest.raises(cv.InputError, match=r"revenue must be known, got .*: leave such customers"):
        containers.read_number(value, "revenue")


@pytest.mark.parametrize("value", [True, np.True_, "12", [1], 1j, pd.Timestamp("2024-01-01")])
def test_one_value_that_is_no_number_is_refused(value) -> None:
    """A bool is no number, nor is text that looks like one."""
    with pytest.raises(TypeError, match="revenue must be a number, got"):
        containers.read_number(value, "revenue")


@pytest.mark.parametrize("value", [math.inf, -math.inf, np.float32("inf"), Decimal("Infinity")])
def test_one_infinite_number_is_an_error(value) -> None:
    """Infinity is no amount."""
    with pytest.raises(cv.InputError, match=r"revenue must be finite, got -?inf"):
        containers.read_number(value, "revenue")


@pytest.mark.parametrize(
    ("value", "flag"), [(True, True), (np.False_, False), (1, True), (0.0, False), (Decimal(1), 1)]
)
def test_one_flag_is_a_bool_or_one_or_zero(value, flag) -> None:
    """True and false, or 1 and 0."""
    assert containers.read_flag(value, "partner") is bool(flag)


def test_one_flag_is_nothing_else() -> None:
    """Other numbers, text and missing values are refused."""
    with pytest.raises(cv.InputError, match=r"partner must be true or false \(or 1 and 0\), got 2"):
        containers.read_flag(2, "partner")
    with pytest.raises(TypeError, match=r"partner must be true or false .* got 'yes'"):
        containers.read_flag("yes", "partner")
    with pytest.raises(cv.InputError, match="partner must be known, got None"):
        containers.read_flag(None, "partner")


@pytest.mark.parametrize("value", [1, 7, np.int8(7), np.uint64(7)])
def test_one_count_is_a_whole_number(value) -> None:
    """Of Python or of numpy, and a Python number afterwards."""
    count = containers.read_count(value, "most", most=7)
    assert (count, type(count)) == (value, int)


@pytest.mark.parametrize("value", [0, -1, 2.0, True, np.True_, None, "3", Decimal(3), [3]])
def test_one_count_is_nothing_else(value) -> None:
    """Parts, flags and text are refused, and what is too small, whatever its type."""
    with pytest.raises(cv.InputError, match=r"^most must be a whole number of at least 1, got "):
        containers.read_count(value, "most")
    with pytest.raises(cv.InputError, match=r"^days must be a whole number from 1 to 3, got "):
        containers.read_count(value, "days", most=3)
    with pytest.raises(cv.InputError) as caught:
        containers.read_count(4000, "days", least=4001, most=5000)
    sentence = "days must be a whole number from 4,001 to 5,000, got 4000 (int)"
    assert str(caught.value) == sentence


# --- columns of numbers ------------------------------------------------------------------------


@given(column=columns())
def test_a_column_is_read_like_its_elements(column) -> None:
    """In every dtype, each number is the one read alone, and the same are missing."""
    numbers = containers.read_numbers(column, "revenue")
    assert numbers.values.dtype in (np.int64, np.float64)
    missing = np.zeros(len(column), bool) if numbers.missing is None else numbers.missing
    for element, value, is_missing in zip(
        column, numbers.values.tolist(), missing.tolist(), strict=True
    ):
        assert is_missing == containers.is_missing(element)
        if not is_missing:
            assert value == containers.read_number(element, "revenue")
    assert len(numbers.known()) == len(column) - missing.sum()
    assert numbers.missing is None or missing.any()


@given(column=columns())
def test_reading_leaves_the_column_alone(column) -> None:
    """Reading numbers and missing values writes nothing into the caller's data."""
    before = pd.Series(column, dtype=getattr(column, "dtype", object), copy=True)
    containers.read_numbers(column, "revenue")
    containers.missing_in(containers.as_series(column, "revenue"))
    after = pd.Series(column, dtype=getattr(column, "dtype", object))
    assert after.equals(before)


def test_numbers_as_floats() -> None:
    """A copy, whole numbers as floats, NaN where one is missing."""
    column = pd.Series([1, None, 3], dtype="Int64")
    floats = containers.read_numbers(column, "orders").as_floats()
    assert floats.tolist()[::2] == [1.0, 3.0]
    assert math.isnan(floats[1])
    values = np.array([1.0, 2.0])
    assert containers.read_numbers(values, "orders").as_floats() is not values


def test_missing_values_in_every_container(container) -> None:
    """None, however a container holds it, is missing, and the others are not."""
    numbers = containers.read_numbers(container([1, None, 3]), "orders")
    assert numbers.missing.tolist() == [False, True, False]
    assert numbers.known().tolist() == [1, 3]


@pytest.mark.parametrize("values", [[], [5], [None], [None, None]])
def test_empty_and_short_columns(container, values) -> None:
    """Length nought and one, and nothing but missing values, are columns like any other."""
    numbers = containers.read_numbers(container(values), "orders")
    assert len(numbers.values) == len(values)
    assert numbers.known().tolist() == [value for value in values if value is not None]


def test_whole_numbers_stay_exact() -> None:
    """Whole numbers past 2**53 are not rounded, with or without missing ones."""
    big = 2**53 + 1
    for column in (
        [big],
        np.array([big]),
        pd.Series([big, None], dtype="Int64"),
        pd.Series([big, None], dtype=pd.ArrowDtype(pa.int64())),
        pd.Series([big, None], dtype=object),
        pd.Series([big], dtype="uint64"),
    ):
        assert containers.read_numbers(column, "x").values[0] == big


def test_whole_numbers_past_int64_become_floats() -> None:
    """What int64 cannot hold is read as float64, not wrapped around."""
    for column in (
        np.array([2**63, 1], dtype=np.uint64),
        pd.Series([2**63, 1], dtype="UInt64"),
        pd.Series([2**63, 1], dtype=object),
        [2**63, 1],
    ):
        numbers = containers.read_numbers(column, "x")
        assert numbers.values.tolist() == [2.0**63, 1.0]
    assert containers.read_numbers(pd.Series([2**70, None], dtype=object), "x").missing[1]


def test_nan_within_a_nullable_column_is_missing() -> None:
    """Where pandas keeps NaN and NA apart, both are missing."""
    zero = pd.Series([0.0, 1.0, None], dtype="Float64")
    for column in (zero / zero, (zero / zero).astype(pd.ArrowDtype(pa.float64()))):
        assert containers.read_numbers(column, "x").missing.tolist() == [True, False, True]
        assert containers.missing_in(column).tolist() == [True, False, True]


NO_NUMBERS = {
    "text": ["1", "2"],
    "nullable text": pd.Series(["1"], dtype="string"),
    "Arrow text": pd.Series(["1"], dtype=pd.ArrowDtype(pa.string())),
    "bool": [True, False],
    "nullable bool": pd.Series([True, None], dtype="boolean"),
    "Arrow bool": pd.Series([True, None], dtype=pd.ArrowDtype(pa.bool_())),
    "bools among objects": pd.Series([True, None], dtype=object),
    "a bool among numbers": [True, 2],
    "a bool among fractions": [True, 2.5],
    "text among numbers": [1, "2"],
    "complex": np.array([1j]),
    "dates": pd.to_datetime(pd.Series(["2024-01-01"])),
    "days": pd.to_timedelta([1], unit="D"),
    "Arrow dates": pd.Series([0], dtype=pd.ArrowDtype(pa.timestamp("s"))),
    "categories": pd.Series([1, 2], dtype="category"),
    "objects": [object()],
}


@pytest.mark.parametrize("column", NO_NUMBERS.values(), ids=NO_NUMBERS)
def test_columns_of_other_kinds_are_refused(column) -> None:
    """A column must hold numbers; the sentence says what it holds and what to do."""
    with pytest.raises(
        TypeError, match=r"revenue must hold numbers, got .*: convert it first, as with pd.to_num"
    ):
        containers.read_numbers(column, "revenue")


TWO_DIMENSIONAL = {
    "array": np.ones((2, 2)),
    "no dimension": np.array(1),
    "frame": pd.DataFrame({"a": [1, 2]}),
    "lists": [[1, 2], [3, 4]],
    "ragged lists": [[1, 2], [3]],
    "values and lists": [1, [2, 3]],
}


@pytest.mark.parametrize("values", TWO_DIMENSIONAL.values(), ids=TWO_DIMENSIONAL)
def test_more_than_one_dimension_is_refused(values) -> None:
    """A column has one dimension; the sentence says how many came, and how to pick one."""
    with pytest.raises(TypeError, match=r"revenue must be one column, got shape \(.*pick one"):
        containers.read_numbers(values, "revenue")


@pytest.mark.parametrize(
    "column",
    [
        [1.0, math.inf, 2.0, -math.inf],
        np.array([1.0, math.inf, 2.0, -math.inf], dtype=np.float32),
        pd.Series([1.0, math.inf, None, -math.inf], dtype="Float64"),
        pd.Series([1.0, math.inf, None, -math.inf], dtype=pd.ArrowDtype(pa.float64())),
        pd.Series([Decimal(1), Decimal("inf"), None, Decimal("-inf")], dtype=object),
    ],
    ids=["list", "float32", "nullable", "Arrow", "Decimal"],
)
def test_infinite_rows_are_named(column) -> None:
    """Infinity in a column is an error that names its rows."""
    with pytest.raises(cv.InputError, match=r"must be finite, got infinity in rows 1, 3$"):
        containers.read_numbers(column, "revenue")


def test_rows_are_named_by_their_index_labels() -> None:
    """Rows of a Series are named by label, five of them, the rest counted."""
    column = pd.Series([math.inf] * 8, index=list("abcdefgh"))
    with pytest.raises(cv.InputError, match="infinity in rows a, b, c, d, e and 3 more"):
        containers.read_numbers(column, "revenue")
    with pytest.raises(cv.InputError, match=r"infinity in row 7$"):
        containers.read_numbers(pd.Series([math.inf], index=[7]), "revenue")


# --- columns of flags and of labels ------------------------------------------------------------

FLAGS = {
    "bool": [True, False],
    "bool, missing": [True, False, None],
    "nullable": pd.Series([True, False, None], dtype="boolean"),
    "Arrow": pd.Series([True, False, None], dtype=pd.ArrowDtype(pa.bool_())),
    "objects with NA": pd.Series([True, False, pd.NA, np.nan], dtype=object),
    "categories": pd.Series([True, False, None], dtype="category"),
    "1 and 0": [1, 0],
    "1.0 and 0.0": [1.0, 0.0, math.nan],
    "nullable 1 and 0": pd.Series([1, 0, None], dtype="Int64"),
}


@pytest.mark.parametrize("column", FLAGS.values(), ids=FLAGS)
def test_flags_are_true_where_they_are_set(column) -> None:
    """Flags of any dtype, or 1 and 0; missing is not true."""
    expected = [True, False, False, False][: len(column)]
    assert containers.read_flags(column, "partner").tolist() == expected


def test_other_numbers_are_no_flags() -> None:
    """A number other than 1 and 0 is an error that names its rows."""
    with pytest.raises(cv.InputError, match=r"partner must be true or false .* others in row 2"):
        containers.read_flags([1, 0, 2], "partner")


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (["yes"], "str|objects \\(string\\)"),
        (["yes", 1], "objects \\(mixed-integer\\)"),
        (pd.Series(["yes"], dtype="category"), "category"),
        (pd.to_datetime(pd.Series(["2024-01-01"])), r"datetime64\[.*\]"),
    ],
)
def test_columns_of_other_kinds_are_no_flags(column, kind) -> None:
    """Text and dates are no flags; the sentence says what flags are, and how to get them."""
    message = (
        rf"^partner must be true or false \(or 1 and 0\), got ({kind}): convert it first, as with "
        r"column == 'yes'$"
    )
    with pytest.raises(TypeError, match=message):
        containers.read_flags(column, "partner")


LABELS = {
    "list": ["high", None, "low"],
    "members": [Tier.HIGH, None, Tier.LOW],
    "array": np.array(["high", None, "low"], dtype=object),
    "nullable": pd.Series(["high", None, "low"], dtype="string"),
    "Arrow": pd.Series(["high", None, "low"], dtype=pd.ArrowDtype(pa.string())),
    "the scale's dtype": pd.Series(["high", None, "low"], dtype=Tier.dtype()),
    "categories of its own": pd.Series(["high", None, "low"], dtype="category"),
    "unused categories": pd.Categorical(["high", None, "low"], categories=["x", "low", "high"]),
}


@pytest.mark.parametrize("column", LABELS.values(), ids=LABELS)
def test_labels_are_read_as_positions(column) -> None:
    """A label is the position of its member, however the column holds it; missing is -1."""
    assert containers.read_steps(column, Tier, "tier").tolist() == [1, -1, 0]


@pytest.mark.parametrize("dtype", [object, "category", "string", Tier.dtype()])
def test_columns_without_a_label(dtype) -> None:
    """Columns that are empty, or hold nothing but missing values, are read like any other."""
    assert containers.read_steps(pd.Series([], dtype=dtype), Tier, "tier").tolist() == []
    assert containers.read_steps(pd.Series([None], dtype=dtype), Tier, "tier").tolist() == [-1]


@pytest.mark.parametrize("dtype", [object, "category", "string"])
def test_unknown_labels_are_named(dtype) -> None:
    """An unknown label is an error that names it, its rows, and the labels there are."""
    column = pd.Series(["high", "gold", None, "gold"], index=list("abcd"), dtype=dtype)
    with pytest.raises(
        cv.InputError, match=r"tier must hold labels of Tier \(low, high\), got 'gold' in rows b, d"
    ):
        containers.read_steps(column, Tier, "tier")


def test_tuples_are_no_labels() -> None:
    """A tuple is an unknown label like any other, not several levels of labels."""
    column = pd.Series(["high", ("low",)])
    with pytest.raises(
        cv.InputError, match=r"tier must hold labels of Tier \(low, high\), got \('low',\) in row 1"
    ):
        containers.read_steps(column, Tier, "tier")
    with pytest.raises(cv.InputError, match=r"got \('low', 1\) in row 0"):
        containers.read_steps(pd.Series([("low", 1)]), Tier, "tier")


# --- settings ----------------------------------------------------------------------------------


def test_lists_of_settings() -> None:
    """Anything that can be walked through is a list, and another than the caller's."""
    mine = [1, 2]
    read = containers.read_list(mine, "the floors", "(100, 1000)")
    assert read == mine
    assert read is not mine
    assert containers.read_list(iter("ab"), "the floors", "(100, 1000)") == ["a", "b"]
    with pytest.raises(TypeError, match=r"^the floors must be a list, as \(100, 1000\), got int$"):
        containers.read_list(100, "the floors", "(100, 1000)")


# --- frames and pairs --------------------------------------------------------------------------


def test_frames_must_have_the_columns() -> None:
    """A lacking column is an error that names it and those there are."""
    frame = pd.DataFrame({"orders": [1], 7: [2]})
    containers.require_columns(frame, ["orders"], "the customers")
    with pytest.raises(
        cv.InputError,
        match="the customers must have the columns orders, revenue; it lacks revenue and has ord",
    ):
        containers.require_columns(frame, ["orders", "revenue"], "the customers")
    with pytest.raises(TypeError, match=r"^the customers must be a pandas DataFrame, got dict$"):
        containers.require_columns({"orders": [1]}, ["orders"], "the customers")


def test_frames_of_other_libraries_are_named() -> None:
    """A frame that is not pandas' is named with its library, and how to convert it."""
    message = (
        "the customers must be a pandas DataFrame, got polars.DataFrame: convert it, as with "
        ".to_pandas()"
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        containers.require_columns(pl.DataFrame({"orders": [1]}), ["orders"], "the customers")


def test_what_takes_lines_is_named_by_its_type() -> None:
    """An error quotes what is short, and names the type of what would fill the screen."""
    for value, said in (
        ("0.95", "'0.95' (str)"),
        (pl.Series([1.0]), "polars.Series: convert it, as with .to_pandas()"),
        (["a long list"] * 20, "list"),
    ):
        with pytest.raises(TypeError, match=f"^level must be a number, got {re.escape(said)}$"):
            containers.read_number(value, "level")


@pytest.mark.parametrize("other", ["channel", None, 5])
def test_a_name_is_no_column(other) -> None:
    """A column's name in the place of its values is told apart from a column too short."""
    message = (
        f"groups and labels must be columns of one length, got {other!r} ({type(other).__name__}): "
        "give the values, as frame['name']"
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        containers.require_same_index(pd.Series([1, 2]), other, "groups and labels")
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        containers.require_same_index(other, [1, 2], "groups and labels")


def test_a_frame_and_measures_by_name_are_not_mixed() -> None:
    """Measures by name are refused beside a frame."""
    containers.refuse_both({})
    with pytest.raises(TypeError, match="give a frame or measures by name, got a frame and a, b"):
        containers.refuse_both({"b": 1, "a": 2})


def test_two_series_must_share_their_index() -> None:
    """Two labelled columns are about the same rows in the same order, or it is an error."""
    one = pd.Series([1, 2], index=["a", "b"])
    containers.require_same_index(one, one + 1, "actual and predicted")
    with pytest.raises(cv.InputError, match="actual and predicted must share one index in one"):
        containers.require_same_index(one, one[::-1], "actual and predicted")


def test_other_pairs_must_share_their_length() -> None:
    """Without labels on both sides, lengths must agree."""
    containers.require_same_index(pd.Series([1, 2], index=["a", "b"]), [3, 4], "both")
    with pytest.raises(cv.InputError, match=r"both must have one length, got \(2,\) and \(1,\)"):
        containers.require_same_index([1, 2], np.array([1]), "both")
