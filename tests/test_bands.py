import json
import math
import pickle
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import custvalue as cv
from columns import MISSING, columns
from custvalue._containers import is_missing
from custvalue._long_arrays import BLOCK
from custvalue.testing import bands, customer_values, scales


class Tier(cv.Scale):
    """Three tiers whose alphabetical order is not their order."""

    LOW = "z-low"
    MIDDLE = "middle"
    HIGH = "a-high"


class Grade(cv.Scale):
    """Five grades."""

    F = "F"
    D = "D"
    C = "C"
    B = "B"
    A = "A"


RULE = cv.Bands(Tier, (100, 1000), measure="revenue", unit="EUR")


@st.composite
def floors_on(draw, values, count):
    """Draw floors that lie exactly on some of the values, to be reached or passed."""
    known = [float(value) for value in values if not is_missing(value)]
    one = st.sampled_from(known) if known else st.integers(-5, 5)
    ends = draw(st.lists(st.tuples(one, st.booleans()), min_size=count, max_size=count))
    return [cv.above(x) if passed else x for x, passed in sorted(ends)]


# --- one and many ------------------------------------------------------------------------------


@given(data=st.data(), column=columns())
def test_a_column_is_classified_like_its_elements(data, column) -> None:
    """In every dtype, each label is the one its element gets alone; missing stays missing."""
    rule = cv.Bands(Grade, data.draw(floors_on(column, 4)))
    labels = list(rule.classify(column))
    for element, label in zip(column, labels, strict=True):
        if is_missing(element):
            assert is_missing(label)
        else:
            assert label == rule.classify(element)


@given(data=st.data(), scale=scales(), values=customer_values())
def test_any_bands_on_any_scale(data, scale, values) -> None:
    """Also with floors out of reach, on scales of any length: many is one by one."""
    rule = data.draw(bands(scale))
    assert rule.classify(values).tolist() == [rule.classify(value) for value in values]


@given(rule=bands(Grade), values=customer_values())
def test_more_is_never_lower(rule, values) -> None:
    """Sorted values have sorted steps."""
    ranks = rule.classify(sorted(values)).codes
    assert (np.diff(ranks) >= 0).all()


@given(rule=bands(Grade), values=st.lists(st.integers(-(2**62), 2**62)))
def test_whole_numbers_of_any_size(rule, values) -> None:
    """Whole numbers are compared exactly, also where float64 would round them."""
    labels = rule.classify(pd.Series(values, dtype="int64"))
    assert labels.tolist() == [rule.classify(value) for value in values]


def test_a_band_begins_at_its_floor(container) -> None:
    """In every container, a value at a floor is on the step that begins there."""
    labels = RULE.classify(container([99, 100, 999, 1000, None]))
    assert list(labels)[:4] == ["z-low", "middle", "middle", "a-high"]
    assert is_missing(list(labels)[4])


def test_a_floor_may_have_to_be_passed() -> None:
    """above(0) leaves zero, of either sign, below; the next float is above."""
    rule = cv.Bands(Tier, (cv.above(0), 10))
    assert rule.classify(0) is rule.classify(-0.0) is Tier.LOW
    assert rule.classify(5e-324) is Tier.MIDDLE
    assert rule.classify([-0.0, 0.0, 5e-324]).tolist() == ["z-low", "z-low", "middle"]
    assert rule.classify([0, 1]).tolist() == ["z-low", "middle"]


@pytest.mark.parametrize("x", [0.1, 19.99, 1e15 + 0.25, -3.3, 2**53 - 1])
def test_floors_between_neighbouring_floats(x) -> None:
    """A floor tells a value from its neighbours, whether it is to be reached or passed."""
    lower, higher = math.nextafter(x, -math.inf), math.nextafter(x, math.inf)
    rule = cv.Bands(Tier, (x, cv.above(x)))
    for values in ([lower, x, higher], np.array([lower, x, higher])):
        assert rule.classify(values).tolist() == ["z-low", "middle", "a-high"]
        assert [rule.classify(value) for value in values] == list(Tier)


def test_whole_numbers_past_the_exact_floats() -> None:
    """Neighbours beyond 2**53, equal as floats, are told apart at the largest floor."""
    edge = 2**53
    rule = cv.Bands(Tier, (edge - 1, cv.above(edge - 1)))
    values = [edge - 2, edge - 1, edge, edge + 1]
    expected = ["z-low", "middle", "a-high", "a-high"]
    for dtype in ("int64", "uint64", "Int64", object, pd.ArrowDtype(pa.int64())):
        assert rule.classify(pd.Series(values, dtype=dtype)).tolist() == expected
    assert [rule.classify(value) for value in values] == expected


def test_a_column_longer_than_a_block() -> None:
    """Blocks meet without a seam."""
    values = np.arange(BLOCK + 3)
    rule = cv.Bands(Tier, (BLOCK - 1, BLOCK + 1))
    codes = rule.classify(values).codes
    assert codes[BLOCK - 2 :].tolist() == [0, 1, 1, 2, 2]


# --- shapes ------------------------------------------------------------------------------------


def test_what_comes_out_for_what_goes_in() -> None:
    """One value gives a member, a Series a Series, any other column a Categorical."""
    assert RULE.classify(100) is Tier.MIDDLE
    for values in ([100], (100,), np.array([100]), pd.Index([100]), pd.array([100])):
        labels = RULE.classify(values)
        assert isinstance(labels, pd.Categorical)
        assert labels.dtype == Tier.dtype()
    assert isinstance(RULE.classify(pd.Series([100])), pd.Series)


@pytest.mark.parametrize("values", [[], [100], [None]])
def test_shape_is_kept(container, values) -> None:
    """Length nought and one come out as they went in, of the scale's dtype."""
    labels = RULE.classify(container(values))
    assert len(labels) == len(values)
    assert labels.dtype == Tier.dtype()


def test_index_and_name_are_kept(container) -> None:
    """A Series keeps its index, whatever it is, and its name."""
    column = container([5, 500, 5000])
    if isinstance(column, pd.Series):
        labels = RULE.classify(column)
        assert labels.index.equals(column.index)
        assert labels.name == "given"
        assert labels.tolist() == ["z-low", "middle", "a-high"]


@pytest.mark.parametrize(
    "value", [100, 100.0, np.int64(100), np.uint8(100), np.float32(100), Decimal("100.00")]
)
def test_scalars_of_numpy_and_decimal_are_scalars(value) -> None:
    """What is taken out of a column is classified like a Python number."""
    assert RULE.classify(value) is Tier.MIDDLE


@given(rule=bands(Grade), column=columns(max_size=6))
def test_the_column_is_left_alone(rule, column) -> None:
    """Classifying writes nothing into the caller's data."""
    before = list(column)
    rule.classify(column)
    assert pd.Series(list(column), dtype=object).equals(pd.Series(before, dtype=object))


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize("value", MISSING.values(), ids=MISSING)
def test_one_missing_value_raises(value) -> None:
    """A step for one customer needs that customer's value."""
    with pytest.raises(cv.InputError, match="revenue must be known, got"):
        RULE.classify(value)
    with pytest.raises(cv.InputError, match="revenue must be known, got"):
        RULE.explain(value)


@pytest.mark.parametrize("value", [True, np.False_, "100", 1j, {"a": 1}])
def test_one_value_of_another_kind_raises(value) -> None:
    """Flags, text and other things are no numbers."""
    with pytest.raises(TypeError, match="revenue must be a number, got"):
        RULE.classify(value)


@pytest.mark.parametrize("values", [[True, False], ["100"], pd.array([True, None])])
def test_a_column_of_another_kind_raises(values) -> None:
    """Columns of flags and text are no numbers."""
    with pytest.raises(TypeError, match="revenue must hold numbers, got"):
        RULE.classify(values)


@pytest.mark.parametrize("value", [math.inf, -math.inf, np.float64("inf")])
def test_infinity_raises(value) -> None:
    """Infinity is refused, alone and in a column, whose rows are named."""
    with pytest.raises(cv.InputError, match="revenue must be finite, got -?inf"):  # noqa: RUF043
        RULE.classify(value)
    column = pd.Series([1.0, value], index=["ann", "bob"])
    with pytest.raises(cv.InputError, match="revenue must be finite, got infinity in row bob"):
        RULE.classify(column)


@pytest.mark.parametrize(
    "values", [np.ones((2, 2)), np.array(1.0), [[1], [2]], pd.DataFrame({"a": [1]})]
)
def test_other_dimensions_raise(values) -> None:
    """Bands classify one column."""
    with pytest.raises(TypeError, match="revenue must be one column, got shape"):
        RULE.classify(values)


def test_floors_must_be_as_many_as_steps_to_climb() -> None:
    """There is a floor for each step above the lowest."""
    with pytest.raises(
        cv.RuleError, match="Bands on Tier needs 2 floors, one per step above z-low, got 1"
    ):
        cv.Bands(Tier, (100,))


def test_floors_must_not_decrease() -> None:
    """A lower floor further up is refused, also across a step out of reach."""
    with pytest.raises(
        cv.RuleError, match="floors must not decrease; a-high begins at 5, below middle at 7"
    ):
        cv.Bands(Tier, (7, 5))
    with pytest.raises(cv.RuleError, match=r"a-high begins at 5, below middle at above\(5\)"):
        cv.Bands(Tier, (cv.above(5), 5))
    with pytest.raises(cv.RuleError, match="B begins at 5, below D at 7"):
        cv.Bands(Grade, (7, None, 5, 9))


@pytest.mark.parametrize(
    "floor", [cv.at_most(3), cv.below(3), cv.in_range(1, 3), cv.one_of(3), cv.known()], ids=repr
)
def test_floors_look_upwards(floor) -> None:
    """A floor is reached or passed; other conditions are none."""
    with pytest.raises(cv.RuleError, match="a floor must be a number, at_least"):
        cv.Bands(Tier, (1, floor))


@pytest.mark.parametrize(
    ("floor", "error"), [(math.nan, cv.RuleError), (math.inf, cv.RuleError), ("5", TypeError)]
)
def test_floors_are_numbers(floor, error) -> None:
    """NaN, infinity and text are no floors."""
    with pytest.raises(error, match="at_least must be given"):
        cv.Bands(Tier, (1, floor))


def test_bands_need_a_scale_with_steps() -> None:
    """Labels without an order, a member, and a scale without steps are refused."""

    class Channel(cv.Label):
        SHOP = "shop"

    for scale in (Channel, Tier.LOW, "Tier", None):
        with pytest.raises(TypeError, match="Bands needs a subclass of Scale, got"):
            cv.Bands(scale, ())
    with pytest.raises(cv.RuleError, match="needs a scale with at least one step, Scale has none"):
        cv.Bands(cv.Scale, ())


# --- what they are -----------------------------------------------------------------------------


def test_bands_are_equal_by_value() -> None:
    """Scale and floors make a rule; measure, unit and where it was learned do not."""
    learned = cv.Learned("customers", 5, "2024-01-01", [0.2, 0.4], [0.2, None])
    same = cv.Bands(Tier, [cv.at_least(100.0), np.int64(1000)], learned=learned)
    assert same == RULE
    assert hash(same) == hash(RULE)
    assert cv.Bands(Tier, (100, cv.above(1000))) != RULE
    assert cv.Bands(Tier, (100, None)) != RULE
    assert learned.nominal == (0.2, 0.4)


def test_bands_are_frozen() -> None:
    """Nothing of a rule can be changed."""
    with pytest.raises(AttributeError):
        RULE.floors = (1, 2)


@pytest.mark.parametrize(
    "values",
    [pl.Series([1.5, None, 2]), pa.array([1, None, 2]), pa.chunked_array([[1, None], [2]])],
)
def test_columns_of_other_libraries_are_taken_as_lists_are(values) -> None:
    """What can be learned from can be classified, too: the answer is pandas', in the same order."""
    rule = cv.TopShare(cv.ParetoTier, (0.5,)).fit(values)
    assert rule.floors == (2,)
    labels = rule.classify(values)
    assert isinstance(labels, pd.Categorical)
    assert labels.tolist() == rule.classify([1, None, 2]).tolist()


def test_settings_are_given_by_name() -> None:
    """By position there are only the scale and its floors."""
    with pytest.raises(TypeError, match="positional"):
        cv.Bands(cv.ParetoTier, (1,), None)


@given(data=st.data(), scale=scales())
def test_bands_travel(data, scale) -> None:
    """Pickled, or written as JSON and read back, a rule is the same rule."""
    rule = data.draw(bands(scale))
    assert pickle.loads(pickle.dumps(rule)) == rule
    read = cv.from_dict(json.loads(json.dumps(cv.to_dict(rule))), scales=(scale,))
    assert read == rule
    assert hash(read) == hash(rule)
    assert (read.measure, read.unit, read.learned) == (rule.measure, rule.unit, rule.learned)


def test_what_was_learned_travels() -> None:
    """Measure, unit and provenance are read back as they were written."""
    learned = cv.Learned("customers", 5, None, (0.2, 0.4), (0.2, None))
    rule = cv.Bands(Tier, (cv.above(0), None), measure="revenue", unit="EUR", learned=learned)
    read = cv.from_dict(json.loads(json.dumps(cv.to_dict(rule))), scales=[Tier])
    assert (read.measure, read.unit, read.learned) == ("revenue", "EUR", learned)
    assert read.floors == (cv.above(0), None)


# --- steps out of reach, and words -------------------------------------------------------------


@pytest.mark.parametrize(
    ("floors", "unreachable"),
    [
        ((100, 1000), []),
        ((100, 100), ["middle"]),
        ((None, 100), ["middle"]),
        ((100, None), ["a-high"]),
        ((None, None), ["middle", "a-high"]),
        ((100, cv.above(100)), []),
        ((cv.above(100), cv.above(100)), ["middle"]),
    ],
)
def test_steps_out_of_reach(floors, unreachable) -> None:
    """Equal floors and absent ones leave a step nobody can be on."""
    rule = cv.Bands(Tier, floors)
    assert rule.unreachable() == unreachable


@given(rule=bands(Grade), values=customer_values())
def test_nobody_is_out_of_reach(rule, values) -> None:
    """No value is ever on a step said to be unreachable."""
    assert not set(rule.classify(values)) & set(rule.unreachable())


@pytest.mark.parametrize(
    ("rule", "value", "words"),
    [
        (RULE, 50, "revenue 50 EUR: z-low; middle from 100 EUR."),
        (RULE, 2500.5, "revenue 2,500.5 EUR: a-high, from 1,000 EUR."),
        (cv.Bands(Tier, (cv.above(0), 5)), 0, "value 0: z-low; middle above 0."),
        (cv.Bands(Tier, (cv.above(0), 5)), 1, "value 1: middle, above 0; a-high from 5."),
        (
            cv.Bands(Tier, (100, 100)),
            7,
            "value 7: z-low; a-high from 100. No value reaches middle.",
        ),
        (
            cv.Bands(Tier, (None, cv.above(9))),
            7,
            "value 7: z-low; a-high above 9. No value reaches middle.",
        ),
        (cv.Bands(Tier, (100, None)), 100, "value 100: middle, from 100. No value reaches a-high."),
    ],
)
def test_a_step_explained(rule, value, words) -> None:
    """The sentence says the value, its step, the floors around it, and what nobody reaches."""
    assert rule.explain(value) == words


def test_where_the_floors_came_from() -> None:
    """A learned rule says from what, from how many, and what came of the share asked for."""
    learned = cv.Learned("customers", 1200, "2024-01-01", (0.5, 0.2), (0.5125, None))
    rule = cv.Bands(Tier, (100, 1000), learned=learned)
    assert rule.explain(1).endswith(". Learned from 1,200 values as of 2024-01-01.")
    assert rule.explain(100).endswith(
        ": the floor of middle is set at 50% of customers (51.25% in fact)."
    )
    assert rule.explain(1000).endswith(
        ": the floor of a-high is set at 20% of customers (undefined in fact)."
    )
    undated = cv.Bands(Tier, (100, 1000), learned=cv.Learned("values", 3, None, (1, 1), (1, 1)))
    assert undated.explain(1).endswith(". Learned from 3 values.")
    single = cv.Bands(Tier, (100, 1000), learned=cv.Learned("values", 1, None, (1, 1), (1, 1)))
    assert single.explain(1).endswith(". Learned from 1 value.")


def test_what_floors_were_learned_from_fits_them() -> None:
    """There is a share for each floor; the sentence counts one floor as one."""
    learned = cv.Learned("customers", 5, None, (), ())
    with pytest.raises(
        cv.RuleError, match=r"^what 1 floor was learned from must have as many shares, got 0$"
    ):
        cv.Bands(cv.ParetoTier, (1,), learned=learned)
    with pytest.raises(TypeError, match=r"^learned must be what a learner noted, or None, got 5$"):
        cv.Bands(cv.ParetoTier, (1,), learned=5)


def test_a_scale_of_one_step_needs_no_floor() -> None:
    """Everybody is on the only step, and explanations say so."""

    class Single(cv.Scale):
        ONLY = "only"

    rule = cv.Bands(Single, ())
    assert rule.unreachable() == []
    assert rule.explain(5) == "value 5: only."
