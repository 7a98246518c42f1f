import copy
import math
import pickle

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import custvalue as cv
from columns import KINDS, MISSING, cents, columns
from custvalue.testing import conditions


class Channel(cv.Label):
    """Names to ask for."""

    SHOP = "shop"
    WEB = "web"


def near(column) -> st.SearchStrategy[float]:
    """Draw a bound that some number of a column lies exactly on, or any."""
    known = [cv._containers.read_number(x, "x") for x in column if cv.known().holds(x)]
    anything = st.floats(-1e5, 1e5)
    return st.one_of(anything, st.sampled_from(known)) if known else anything


# --- what they say -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "holding"),
    [
        (cv.at_least(2), [2, 3]),
        (cv.above(2), [3]),
        (cv.at_most(2), [0, 1, 2]),
        (cv.below(2), [0, 1]),
        (cv.in_range(1, 3), [1, 2]),
        (cv.one_of(3, 1), [1, 3]),
        (cv.equals(2), [2]),
        (cv.known(), [0, 1, 2, 3]),
        (cv.missing(), []),
    ],
    ids=repr,
)
def test_each_condition_on_small_numbers(container, condition, holding) -> None:
    """Of 0, 1, 2 and 3, in any container, just these hold."""
    assert [x for x in range(4) if condition.holds(x)] == holding
    column = container([0, 1, 2, 3, None])
    assert np.flatnonzero(condition.mask(column)[:4]).tolist() == holding


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (cv.at_least(2), "orders ≥ 2"),
        (cv.above(1234567.5), "orders > 1,234,567.5"),
        (cv.at_most(-1), "orders ≤ -1"),
        (cv.below(-0.0), "orders < 0"),
        (cv.in_range(2, 5), "2 ≤ orders < 5"),
        (cv.equals("web"), "orders = web"),
        (cv.one_of("web", "shop", "fair"), "orders: fair or shop or web"),
        (cv.one_of(1000, 2.5), "orders: 2.5 or 1,000"),
        (cv.equals(True), "orders = True"),
        (cv.is_true(), "orders is true"),
        (cv.known(), "orders is known"),
        (cv.missing(), "orders is missing"),
    ],
    ids=repr,
)
def test_each_condition_in_words(condition, words) -> None:
    """A condition says itself about a measure."""
    assert condition.describe("orders") == words


# --- one and many ------------------------------------------------------------------------------


@given(data=st.data(), column=columns())
def test_mask_is_holds_of_each_number(data, column) -> None:
    """In every dtype, a bound holds in the column exactly where it holds for the element."""
    x, y = data.draw(near(column)), data.draw(near(column))
    asked = [cv.at_least(x), cv.above(x), cv.at_most(x), cv.below(x), cv.equals(x), cv.one_of(x, y)]
    if x != y:
        asked.append(cv.in_range(*sorted((x, y))))
    for condition in [*asked, cv.known(), cv.missing()]:
        mask = condition.mask(column)
        assert mask.dtype == np.bool_
        assert mask.tolist() == [condition.holds(element) for element in column]


@given(condition=conditions(), values=cents())
def test_mask_is_holds_of_any_condition(condition, values) -> None:
    """Where a condition and a column fit, mask is holds; where not, both refuse."""
    column = KINDS["list with None"](values)
    try:
        expected = [condition.holds(element) for element in column]
    except cv.InputError:
        with pytest.raises(cv.InputError):
            condition.mask(column)
    else:
        assert condition.mask(column).tolist() == expected


TEXTS = {
    "list": ["web", None, "shop", "fax"],
    "members": [Channel.WEB, None, Channel.SHOP, "fax"],
    "nullable": pd.Series(["web", None, "shop", "fax"], dtype="string"),
    "Arrow": pd.Series(["web", None, "shop", "fax"], dtype=pd.ArrowDtype(pa.string())),
    "categories": pd.Series(["web", None, "shop", "fax"], dtype="category"),
    "inferred": pd.Series(["web", None, "shop", "fax"]),
}


@pytest.mark.parametrize("column", TEXTS.values(), ids=TEXTS)
def test_one_of_text(column) -> None:
    """Text is found in every dtype, also when asked for by a label's member."""
    for condition in (cv.one_of("shop", "web"), cv.one_of(Channel.SHOP, Channel.WEB)):
        assert condition.mask(column).tolist() == [True, False, True, False]
        assert [condition.holds(x) for x in column] == [True, False, True, False]
    assert cv.one_of(1).mask(column).tolist() == [False] * 4


FLAGS = {
    "list": [True, None, False],
    "nullable": pd.Series([True, None, False], dtype="boolean"),
    "Arrow": pd.Series([True, None, False], dtype=pd.ArrowDtype(pa.bool_())),
    "categories": pd.Series([True, None, False], dtype="category"),
}


@pytest.mark.parametrize("column", FLAGS.values(), ids=FLAGS)
def test_conditions_on_flags(column) -> None:
    """Flags are asked for by is_true, equals(True), equals(False); they equal no number."""
    assert cv.is_true().mask(column).tolist() == [True, False, False]
    assert cv.equals(True).mask(column).tolist() == [True, False, False]
    assert cv.equals(False).mask(column).tolist() == [False, False, True]
    assert cv.equals(1).mask(column).tolist() == [False, False, False]
    for condition in (cv.is_true(), cv.equals(True), cv.equals(False), cv.equals(1)):
        assert condition.mask(column).tolist() == [condition.holds(x) for x in column]


def test_categories_of_numbers() -> None:
    """Numbers that are categories are asked for like numbers."""
    column = pd.Series([3, 1, None], dtype="category")
    assert cv.one_of(1, 2).mask(column).tolist() == [False, True, False]
    assert cv.one_of("1").mask(column).tolist() == [False, False, False]
    assert cv.one_of(1).mask(pd.Series([None], dtype="category")).tolist() == [False]


@pytest.mark.parametrize("value", MISSING.values(), ids=MISSING)
@given(condition=conditions())
def test_missing_satisfies_only_missing(value, condition) -> None:
    """A missing value, however it is written, satisfies no condition but missing()."""
    is_missing = condition == cv.missing()
    assert condition.holds(value) is is_missing
    assert condition.mask([None, None]).tolist() == [is_missing] * 2


@pytest.mark.parametrize("values", [[], [2]])
def test_shape_is_kept(container, values) -> None:
    """Length nought and one come out as they went in."""
    for condition in (cv.at_least(2), cv.one_of(2), cv.one_of("web"), cv.known(), cv.missing()):
        assert condition.mask(container(values)).shape == (len(values),)
    assert cv.is_true().mask(container([])).shape == (0,)


@given(column=columns(max_size=6))
def test_the_column_is_left_alone(column) -> None:
    """Asking writes nothing into the caller's data."""
    before = copy.deepcopy(column)
    for condition in (cv.at_least(0), cv.one_of(1, "a"), cv.known(), cv.missing()):
        condition.mask(column)
    assert pd.Series(list(column), dtype=object).equals(pd.Series(list(before), dtype=object))


# --- what they mean ----------------------------------------------------------------------------


def test_other_conditions_are_not_equal() -> None:
    """Those that say different things differ: true is not 1, nor text a number."""
    distinct = [
        *(cv.at_least(2), cv.above(2), cv.at_most(2), cv.below(2), cv.in_range(2, 3)),
        *(cv.equals(1), cv.equals(True), cv.equals("1"), cv.is_true(), cv.known(), cv.missing()),
    ]
    assert len(set(distinct)) == len(distinct)


@given(condition=conditions())
def test_conditions_survive_pickling(condition) -> None:
    """A condition sent to another process is the same condition."""
    assert pickle.loads(pickle.dumps(condition)) == condition


def test_conditions_are_frozen() -> None:
    """Nothing of a condition can be changed."""
    with pytest.raises(AttributeError):
        cv.at_least(2).low = 3


def test_looking_upwards() -> None:
    """More of the measure can end no condition that looks upwards."""
    upward = (cv.at_least(2), cv.above(2), cv.is_true(), cv.known())
    others = (cv.at_most(2), cv.below(2), cv.in_range(1, 2), cv.one_of(2), cv.missing())
    assert [condition.upward for condition in upward] == [True] * len(upward)
    assert [condition.upward for condition in others] == [False] * len(others)


@pytest.mark.parametrize(
    ("one", "other", "excludes"),
    [
        (cv.at_most(5), cv.above(5), True),
        (cv.at_most(5), cv.at_least(5), False),
        (cv.below(5), cv.at_least(5), True),
        (cv.below(5), cv.at_most(4), False),
        (cv.in_range(0, 5), cv.in_range(5, 9), True),
        (cv.in_range(0, 5), cv.in_range(4, 9), False),
        (cv.at_least(5), cv.above(9), False),
        (cv.one_of(1, 2), cv.at_least(3), True),
        (cv.one_of(1, 3), cv.at_least(3), False),
        (cv.one_of("web"), cv.at_least(3), True),
        (cv.one_of("web"), cv.one_of("shop"), True),
        (cv.one_of("web"), cv.one_of("shop", "web"), False),
        (cv.equals(False), cv.is_true(), True),
        (cv.equals(True), cv.is_true(), False),
        (cv.equals(2), cv.is_true(), True),
        (cv.missing(), cv.known(), True),
        (cv.missing(), cv.at_least(0), True),
        (cv.missing(), cv.missing(), False),
        (cv.known(), cv.at_least(0), False),
        (cv.known(), cv.one_of("web"), False),
    ],
    ids=repr,
)
def test_conditions_that_exclude_each_other(one, other, excludes) -> None:
    """Two conditions exclude each other when no value satisfies both, either way round."""
    assert one.excludes(other) is excludes
    assert other.excludes(one) is excludes


@given(one=conditions(), other=conditions(), value=st.one_of(st.none(), st.integers(-3, 3)))
def test_what_satisfies_both_is_not_excluded(one, other, value) -> None:
    """Where one value satisfies both, neither excludes the other."""
    try:
        both = one.holds(value) and other.holds(value)
    except cv.InputError:  # is_true, asked about another number than 1 and 0
        both = False
    assert not (both and one.excludes(other))


def test_only_conditions_are_excluded() -> None:
    """A number is no condition."""
    says = r"^conditions exclude conditions, as at_least\(2\), got 5$"
    with pytest.raises(TypeError, match=says):
        cv.at_most(5).excludes(5)


# --- exactness ---------------------------------------------------------------------------------


def test_bounds_at_neighbouring_floats() -> None:
    """A bound tells a number from its neighbours on either side."""
    for x in (0.1, 19.99, 1e15, 5e-324, 0.0):
        lower, higher = math.nextafter(x, -math.inf), math.nextafter(x, math.inf)
        column = np.array([lower, x, higher])
        assert cv.at_least(x).mask(column).tolist() == [False, True, True]
        assert cv.above(x).mask(column).tolist() == [False, False, True]
        assert cv.equals(x).mask(column).tolist() == [False, True, False]


def test_whole_numbers_past_the_exact_floats() -> None:
    """Whole numbers beyond 2**53 are compared without rounding them down to a bound."""
    edge = 2**53
    column = np.array([edge - 1, edge, edge + 1])
    assert cv.above(edge - 1).mask(column).tolist() == [False, True, True]
    assert cv.equals(edge - 1).mask(column).tolist() == [True, False, False]
    assert [cv.above(edge - 1).holds(x) for x in column] == [False, True, True]


def test_negative_zero_is_zero() -> None:
    """The sign of zero makes no difference to a bound or a value."""
    assert cv.at_least(0).holds(-0.0)
    assert not cv.above(-0.0).holds(0.0)
    assert not cv.below(0.0).holds(-0.0)
    assert cv.equals(-0.0).mask([0, -0.0, 0.0]).tolist() == [True, True, True]


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize("condition", [cv.at_least(2), cv.in_range(1, 2)], ids=repr)
@pytest.mark.parametrize("value", ["2", True, [2]])
def test_bounds_are_asked_about_numbers(condition, value) -> None:
    """A bound asked about text or a flag raises, for one value and for a column."""
    with pytest.raises(TypeError, match="is asked about must be a number, got"):
        condition.holds(value)
    with pytest.raises(TypeError, match="is asked about must"):
        condition.mask([value, value])


@pytest.mark.parametrize("condition", [cv.at_least(2), cv.one_of(2), cv.is_true()], ids=repr)
def test_infinite_numbers_are_refused(condition) -> None:
    """Infinity raises, for one value and for a column, whose rows are named."""
    with pytest.raises(cv.InputError, match="is asked about must be finite, got inf"):
        condition.holds(math.inf)
    with pytest.raises(cv.InputError, match="must be finite, got infinity in row 1"):
        condition.mask([1.0, math.inf])


def test_is_true_is_asked_about_flags() -> None:
    """Numbers other than 1 and 0, and text, are no flags."""
    with pytest.raises(cv.InputError, match=r"is_true\(\) is asked about must be true or false"):
        cv.is_true().holds(2)
    with pytest.raises(cv.InputError, match=r"is_true\(\) is asked about must be .* in row 0"):
        cv.is_true().mask([2])
    with pytest.raises(TypeError, match=r"is_true\(\) is asked about must be true or .* got 'yes'"):
        cv.is_true().holds("yes")
    with pytest.raises(TypeError, match=r"is_true\(\) is asked about must be true or false .* got"):
        cv.is_true().mask(["yes"])


def test_dates_are_no_values_to_ask_about() -> None:
    """one_of asked about dates raises, for one and for many."""
    day = pd.Timestamp("2024-01-01")
    with pytest.raises(TypeError, match="must be a number, got Timestamp"):
        cv.one_of(1).holds(day)
    with pytest.raises(TypeError, match="must hold numbers, got"):
        cv.one_of(1).mask(pd.Series([day]))


@pytest.mark.parametrize("condition", [cv.at_least(1), cv.one_of("a"), cv.is_true(), cv.known()])
def test_two_dimensions_are_refused(condition) -> None:
    """A condition is about one measure."""
    for values in (np.ones((2, 1)), [[1], [2]], pd.DataFrame({"a": [1]})):
        with pytest.raises(TypeError, match="is asked about must be one column, got shape"):
            condition.mask(values)


def test_a_condition_is_made_by_its_function() -> None:
    """The class of all conditions makes none."""
    with pytest.raises(TypeError):
        cv.Condition()
