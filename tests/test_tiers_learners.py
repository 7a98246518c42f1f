"""Learners of tiers: where the steps begin that shares of customers, or of value, end at."""

import math
import pickle
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import custvalue as cv
from custvalue import tiers

cents = st.lists(st.integers(-500, 3_000), max_size=25)
two_shares = st.lists(
    st.integers(1, 100).map(lambda percent: percent / 100), min_size=2, max_size=2, unique=True
).map(sorted)


class Alarm(cv.Scale, best="first"):
    """A scale whose first step is the good one."""

    GREEN = "green"
    RED = "red"


# --- learning ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("learner", "values", "floors"),
    [
        (tiers.PARETO, [5, 4, 3, 2, 1], (5,)),
        (tiers.PARETO, [6, 5, 4, 3, 2, 1], (5,)),  # a fifth of six, rounded up: two
        (cv.TopShare(cv.CabinTier, (0.2, 0.6)), [900, 500, 500, 80, 20], (500, 900)),
        (cv.TopShare(cv.CabinTier, (0.2, 1.0)), [900, 500, 500, 80, 20], (cv.above(0), 900)),
        (cv.TopShare(cv.CabinTier, (0.2, 1)), [900, 500, 0, -80], (cv.above(0), 900)),
        (cv.TopShare(cv.CabinTier, (0.1, 0.2)), [3, 2, 1], (3, 3)),
        (tiers.ABC, [500, 300, 150, 50], (150, 300)),
        (tiers.ABC, [500, 300, 150, 50, -1_000, 0], (150, 300)),
        (tiers.ABC, [500, 299, 151, 50], (151, 151)),  # 799 of 1000 are not 80%
        (cv.CumulativeShare(cv.ABCTier, (0.8, 1.0)), [60, 20, 19, 1], (cv.above(0), 20)),
        (tiers.ABC, [1.001, 0.5, 0.25], (0.25, 0.5)),  # thousandths: off the grid of cents
    ],
)
def test_floors_are_where_the_shares_end(learner, values, floors) -> None:
    """Hand-made populations give the floors one finds with pencil and paper."""
    assert learner.fit(values).floors == floors


def test_shares_are_read_as_written() -> None:
    """7% of 100 customers are 7, although 0.07 * 100 is above 7 as a float."""
    assert math.ceil(0.07 * 100) == 8
    rule = cv.TopShare(cv.ParetoTier, (0.07,)).fit(np.arange(1, 101))
    assert rule.floors == (94,)
    assert rule.learned.actual == (0.07,)


def test_a_share_reached_exactly_needs_no_further_customer() -> None:
    """0.1 + 0.2 + 0.3 hold 60% of 1.00, although their float sum is above 0.6 or below."""
    values = [0.3, 0.2, 0.1] + [0.04] * 10
    rule = cv.CumulativeShare(cv.ParetoTier, (0.6,)).fit(values)
    assert rule.floors == (0.1,)
    assert rule.learned.actual == (0.6,)


def test_ties_go_up_and_the_rule_says_so() -> None:
    """Who equals the last of the best is among the best; the share reached is remembered."""
    rule = tiers.PARETO.fit([9, 7, 7, 7, 1, 0], as_of="2025-06-30", measure="revenue", unit="EUR")
    assert rule.classify([9, 7, 7, 7, 1, 0]).tolist() == ["vital-few"] * 4 + ["useful-many"] * 2
    assert rule.learned == cv.Learned(
        what="customers, best first", count=6, as_of="2025-06-30", nominal=(0.2,), actual=(4 / 6,)
    )
    assert rule.explain(8) == (
        "revenue 8 EUR: vital-few, from 7 EUR. Learned from 6 values as of 2025-06-30: the floor "
        "of vital-few is set at 20% of customers, best first (66.67% in fact)."
    )


def test_cumulative_share_remembers_the_share_of_positive_value() -> None:
    """Nominal and actual shares are aligned with the floors, lowest step first."""
    rule = tiers.ABC.fit([400, 200, 200, 100, 100, -50, None])
    assert rule.floors == (100, 200)
    assert rule.learned == cv.Learned(
        what="the positive value, best first",
        count=6,
        as_of=None,
        nominal=(0.95, 0.8),
        actual=(1.0, 0.8),
    )


@pytest.mark.parametrize("noisy", [0.1 + 0.7, 0.8, 0.8000000000000002])
@pytest.mark.parametrize(
    "learner", [cv.TopShare(cv.ParetoTier, (0.25,)), cv.CumulativeShare(cv.ParetoTier, (0.25,))]
)
def test_the_noise_of_floats_parts_no_tie(learner, noisy) -> None:
    """0.1 + 0.7 and 0.8 are both 80 cents, whichever of them the boundary falls on."""
    values = [0.8, noisy, 0.3, 0.2]
    assert learner.fit(values).classify(values).tolist()[:2] == ["vital-few"] * 2


def test_noise_around_zero_is_no_profit() -> None:
    """0.1 + 0.2 - 0.3 is nothing, and stays on the lowest step with its equals."""
    values = [5.0, 0.0, 0.1 + 0.2 - 0.3]
    assert values[2] > 0
    rule = cv.TopShare(cv.ParetoTier, (1.0,)).fit(values)
    assert rule.classify(values).tolist() == ["vital-few", "useful-many", "useful-many"]
    assert rule.learned.actual == (1 / 3,)


@pytest.mark.parametrize("values", [[], [None, None], [0, 0], [-5, -3, 0], [math.nan, -1.5]])
@pytest.mark.parametrize(
    "learner",
    [cv.TopShare(cv.CabinTier, (0.2, 0.5)), cv.CumulativeShare(cv.CabinTier, (0.2, 0.5))],
)
def test_without_positive_value_nobody_is_above_the_lowest_step(learner, values) -> None:
    """Every floor is above 0, also when there is nobody to learn from."""
    rule = learner.fit(values)
    assert rule.floors == (cv.above(0), cv.above(0))
    assert set(rule.learned.actual) <= {None, 0.0}


def test_missing_values_count_nowhere() -> None:
    """A share of the customers is a share of those with a value."""
    known = [5, 4, 3, 2, 1]
    rule = tiers.PARETO.fit([None, *known, None, math.nan])
    assert rule == tiers.PARETO.fit(known)
    assert rule.learned.count == 5


def test_any_container_gives_the_same_rule(container) -> None:
    """A rule is learned alike from every kind of column."""
    for values in ([300.0, None, 200.5, 100.25, 50.0], [300, None, 201, 100, 50]):
        assert tiers.ABC.fit(container(values)).floors == (values[4], values[3])
        rule = cv.TopShare(cv.ParetoTier, (0.5,)).fit(container(values))
        assert rule.floors == (values[2],)
        assert rule.learned.count == 4


def test_decimals_are_read_as_money() -> None:
    """Decimal objects give the floors of the floats they are written as."""
    values = pd.Series([Decimal("300.00"), Decimal("200.50"), None, Decimal("0.70")])
    assert cv.TopShare(cv.CabinTier, (0.5, 0.9)).fit(values).floors == (0.7, 200.5)


def test_learning_leaves_the_values_as_they_were() -> None:
    """The caller's data is only read, so it may be read-only."""
    values = np.array([3.0, 1.0, 2.0])
    values.flags.writeable = False
    tiers.ABC.fit(values)
    tiers.PARETO.fit(values)
    assert values.tolist() == [3.0, 1.0, 2.0]


def by_definition_top(values, share):
    """Return the floor of the best share of customers, the slow way."""
    best = sorted(values, reverse=True)
    end = best[math.ceil(Fraction(repr(share)) * len(best)) - 1] if best else 0
    return end if end > 0 and share < 1 else cv.above(0)


def by_definition_cumulative(values, share):
    """Return the floor of the best share of positive value, the slow way."""
    best = sorted((value for value in values if value > 0 and share < 1), reverse=True)
    held = Fraction(0)
    for value in best:
        held += value
        if held >= Fraction(repr(share)) * sum(best):
            return value
    return cv.above(0)


@given(cents, two_shares)
def test_floors_are_what_the_definition_says(values, shares) -> None:
    """Both learners agree with the definition, written down customer by customer."""
    top = cv.TopShare(cv.ABCTier, shares).fit(values)
    assert top.floors == tuple(by_definition_top(values, share) for share in shares[::-1])
    cumulative = cv.CumulativeShare(cv.ABCTier, shares).fit(values)
    assert cumulative.floors == tuple(
        by_definition_cumulative(values, share) for share in shares[::-1]
    )


@given(cents, two_shares, st.randoms(use_true_random=False), st.sampled_from([1, 100, 1_000, 7]))
def test_tiers_depend_on_values_alone(values, shares, random, divisor) -> None:
    """Order of rows, and money in floats or in whole cents, make no difference."""
    shuffled = random.sample(values, len(values))
    for learner in (cv.TopShare, cv.CumulativeShare):
        whole = learner(cv.ABCTier, shares)
        expected = whole.fit(values).classify(values).tolist()
        rule = learner(cv.ABCTier, shares, decimals=3).fit([v / divisor for v in shuffled])
        assert divisor == 7 or rule.classify([v / divisor for v in values]).tolist() == expected
        assert rule == learner(cv.ABCTier, shares, decimals=3).fit([v / divisor for v in values])


@given(cents, two_shares)
def test_learned_shares_are_what_the_steps_come_to(values, shares) -> None:
    """The actual share of each floor is that of everybody on its step or a better one."""
    for learner in (cv.TopShare(cv.ABCTier, shares), cv.CumulativeShare(cv.ABCTier, shares)):
        rule = learner.fit(values)
        codes = rule.classify(values).codes
        weights = (
            [1] * len(values)
            if isinstance(learner, cv.TopShare)
            else [max(value, 0) for value in values]
        )
        for rank, actual in enumerate(rule.learned.actual, start=1):
            reached = sum(w for w, code in zip(weights, codes, strict=True) if code >= rank)
            assert actual == (reached / sum(weights) if sum(weights) else None)


both = st.sampled_from([cv.TopShare, cv.CumulativeShare])


@given(both, cents, two_shares, st.data())
def test_names_and_order_of_customers_are_nothing_to_a_rule(learner, values, shares, data) -> None:
    """Customers renamed and shuffled get the same rule, and each the tier it had."""
    rule = learner(cv.ABCTier, shares).fit(values)
    order = data.draw(st.permutations(range(len(values))))
    names = [f"customer {place}" for place in order]
    renamed = pd.Series([values[place] for place in order], index=names, dtype="int64")
    assert learner(cv.ABCTier, shares).fit(renamed) == rule
    before = rule.classify(values)
    assert rule.classify(renamed).tolist() == [before[place] for place in order]


@given(both, cents, two_shares, st.integers(1, 50))
def test_a_whole_factor_changes_no_tier(learner, values, shares, factor) -> None:
    """Ten times the money gives ten times the floors, and everybody the same tier."""
    rule = learner(cv.ABCTier, shares).fit(values)
    scaled = learner(cv.ABCTier, shares).fit([factor * value for value in values])
    assert scaled.floors == tuple(
        floor if isinstance(floor, cv.Condition) else factor * floor for floor in rule.floors
    )
    assert (
        scaled.classify([factor * value for value in values]).tolist()
        == rule.classify(values).tolist()
    )


@given(both, cents, two_shares, st.integers(2, 5))
def test_copies_of_everybody_change_no_floor(learner, values, shares, copies) -> None:
    """A population that holds each customer k times has the floors it had."""
    rule = learner(cv.ABCTier, shares).fit(values)
    again = learner(cv.ABCTier, shares).fit(values * copies)
    assert again == rule
    assert again.learned.actual == rule.learned.actual


@given(both, cents.filter(len), two_shares, st.data(), st.integers(1, 2_000))
def test_who_rises_never_falls(learner, values, shares, data, more) -> None:
    """A customer who brings more is on no lower step, also when the floors are learned anew."""
    place = data.draw(st.integers(0, len(values) - 1))
    before = learner(cv.ABCTier, shares).fit(values).classify(values)[place]
    values = [value + more * (row == place) for row, value in enumerate(values)]
    after = learner(cv.ABCTier, shares).fit(values).classify(values)[place]
    assert cv.ABCTier(after) >= cv.ABCTier(before)


@given(both, cents, two_shares)
def test_equals_share_a_step_and_more_is_never_less(learner, values, shares) -> None:
    """Sorted by value, customers are sorted by tier; who ties is on one step."""
    values = sorted(values + values[:3])
    steps = learner(cv.ABCTier, shares).fit(values).classify(values)
    assert (np.diff(steps.codes) >= 0).all()
    assert len(set(zip(values, steps, strict=True))) == len(set(values))


@given(cents, two_shares)
def test_non_positive_value_is_always_on_the_lowest_step(values, shares) -> None:
    """Whatever the shares, who brings nothing is on no step above the lowest."""
    for learner in (cv.TopShare(cv.ABCTier, shares), cv.CumulativeShare(cv.ABCTier, shares)):
        steps = learner.fit(values).classify(values)
        assert {s for s, v in zip(steps, values, strict=True) if v <= 0} <= {"C"}


def test_values_beyond_exact_money_are_refused() -> None:
    """Infinite and huge values are errors that name the rows; so is a sum that is too large."""
    with pytest.raises(cv.InputError, match="revenue must be finite, got infinity in row b"):
        tiers.PARETO.fit(pd.Series([1.0, math.inf], index=["a", "b"]), measure="revenue")
    huge = pd.Series([1.0, math.nan, 1e300], index=["a", "b", "c"])
    with pytest.raises(
        cv.InputError,
        match=re.escape(
            "value must stay below 2**53 minor units, beyond which money is not exact, got more in "
            "row c: use fewer decimals or a larger unit, as thousands"
        ),
    ):
        tiers.PARETO.fit(huge)
    with pytest.raises(cv.InputError, match=r"row 1: use fewer decimals"):
        tiers.ABC.fit([1, 2**52])
    with pytest.raises(cv.InputError, match=r"add up to 2\*\*53 minor units or more"):
        tiers.ABC.fit([2**52 // 100] * 3)


@pytest.mark.parametrize("values", [["a", "b"], [True, False], pd.Series(["x"])])
def test_only_numbers_are_learned_from(values) -> None:
    """Text and flags have no tiers."""
    with pytest.raises(TypeError, match="value must hold numbers"):
        tiers.ABC.fit(values)


@pytest.mark.parametrize("as_of", ["yesterday", 20250630, "2025-06-30 12:00"])
def test_as_of_is_a_calendar_day(as_of) -> None:
    """What is no day is refused, as it would tell a reader of the rule nothing."""
    with pytest.raises(cv.InputError, match="as_of"):
        tiers.ABC.fit([1], as_of=as_of)


# --- settings ----------------------------------------------------------------------------------

learners = pytest.mark.parametrize("learner", [cv.TopShare, cv.CumulativeShare])


@learners
@pytest.mark.parametrize(
    "shares", [(0.5, 0.5), (0.8, 0.2), (0.0, 0.5), (-0.1, 0.5), (0.5, 1.1), (0.2, math.nan)]
)
def test_shares_must_rise_within_0_and_1(learner, shares) -> None:
    """Shares are cumulative, above 0 and at most 1."""
    with pytest.raises(
        cv.RuleError,
        match=re.escape(
            "shares must rise, best step first, each above 0 and none above 1, "
            f"got {shares!r}: they are cumulative, as (0.2, 0.5)"
        ),
    ):
        learner(cv.ABCTier, shares)


@learners
def test_shares_must_fit_the_scale(learner) -> None:
    """There is one share per step above the lowest."""
    with pytest.raises(
        cv.RuleError,
        match=re.escape(
            "learning tiers needs two steps or more, and one share per step above the lowest, best "
            "first: for ABCTier (A, B), got (0.2,)"
        ),
    ):
        learner(cv.ABCTier, (0.2,))
    lonely = cv.Scale("Lonely", {"ONLY": "only"})
    with pytest.raises(cv.RuleError, match="learning tiers needs two steps or more"):
        learner(lonely, ())


@learners
def test_shares_must_be_numbers(learner) -> None:
    """Text is no share, nor is a flag; any kind of number is."""
    for lonely in (0.2, "0.2", None):
        with pytest.raises(TypeError, match=f"shares must be several, .*, got {lonely!r}: give"):
            learner(cv.ParetoTier, lonely)
    with pytest.raises(TypeError, match=r"shares must be numbers, got '0.2' \(str\)"):
        learner(cv.ParetoTier, ("0.2",))
    with pytest.raises(TypeError, match=r"shares must be numbers, got True \(bool\)"):
        learner(cv.ParetoTier, (True,))
    expected = learner(cv.ParetoTier, (0.2,))
    assert learner(cv.ParetoTier, [np.float64(0.2)]) == expected
    assert learner(cv.ParetoTier, [Decimal("0.2")]) == expected


@learners
def test_the_scale_must_end_with_its_best_step(learner) -> None:
    """Bands go up with value, so a scale that begins with its best step cannot be learned."""
    with pytest.raises(
        cv.RuleError,
        match=re.escape(
            "tiers are learned for a scale whose last step is the best; of Alarm it is the first, "
            "green: declare the steps the other way round"
        ),
    ):
        learner(Alarm, (0.2,))
    with pytest.raises(TypeError, match="learning tiers needs a subclass of Scale, got 'ABC'"):
        learner("ABC", (0.2,))


@learners
@pytest.mark.parametrize("decimals", [-1, 7, True, 2.0])
def test_decimals_must_be_a_count_of_places(learner, decimals) -> None:
    """A malformed setting is a malformed rule."""
    with pytest.raises(cv.RuleError, match="decimals must be a whole number from 0 to 6"):
        learner(cv.ParetoTier, (0.2,), decimals=decimals)


@learners
def test_learners_are_frozen_values(learner) -> None:
    """Learners are equal by value, hashable and picklable."""
    one, same = learner(cv.ABCTier, (0.2, 0.5)), learner(cv.ABCTier, [0.2, 0.5], decimals=2)
    assert one == same
    assert hash(one) == hash(same)
    assert pickle.loads(pickle.dumps(one)) == one
    assert one != learner(cv.ABCTier, (0.2, 0.5), decimals=0)


def test_a_learned_rule_survives_storage() -> None:
    """A rule learned with provenance is the same after a trip through plain data."""
    rule = tiers.ABC.fit([500, 300, 150, 50, -1], as_of="2025-12-31", unit="EUR")
    again = cv.from_dict(cv.to_dict(rule))
    assert again == rule
    assert again.learned == rule.learned
    assert cv.from_dict(cv.to_dict(tiers.PARETO.fit([]))) == cv.Bands(cv.ParetoTier, (cv.above(0),))
