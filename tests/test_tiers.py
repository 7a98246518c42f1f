"""Tiers: where they begin, and what each of them brings."""

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


# --- scales ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scale", "lowest_first", "chinese"),
    [
        (cv.ABCTier, ["C", "B", "A"], ["C类客户", "B类客户", "A类客户"]),
        (cv.ParetoTier, ["useful-many", "vital-few"], ["有用的多数", "关键的少数"]),
        (
            cv.BankTier,
            ["exit", "transfer", "red", "green", "blue"],
            ["退出客户", "转移客户", "红色客户", "绿色客户", "蓝色客户"],
        ),
        (cv.CabinTier, ["economy", "business", "first"], ["经济舱", "商务舱", "头等舱"]),
    ],
)
def test_scales_hold_their_steps_lowest_first(scale, lowest_first, chinese):
    """The built-in scales have the promised steps, labels and good end."""
    assert [step.value for step in scale] == lowest_first
    assert [step.label("zh") for step in scale] == chinese
    assert scale.best == "last"


# --- learning ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("learner", "values", "floors"),
    [
        (tiers.PARETO, [5, 4, 3, 2, 1], (5,)),
        (tiers.PARETO, [6, 5, 4, 3, 2, 1], (5,)),  # a fifth of six, rounded up: two
        (cv.TopShare(cv.CabinTier, (0.2, 0.6)), [900, 500, 500, 80, 20], (500, 900)),
        (cv.TopShare(cv.CabinTier, (0.2, 1.0)), [900, 500, 500, 80, 20], (20, 900)),
        (cv.TopShare(cv.CabinTier, (0.2, 1)), [900, 500, 0, -80], (cv.above(0), 900)),
        (cv.TopShare(cv.CabinTier, (0.1, 0.2)), [3, 2, 1], (3, 3)),
        (tiers.ABC, [500, 300, 150, 50], (150, 300)),
        (tiers.ABC, [500, 300, 150, 50, -1_000, 0], (150, 300)),
        (tiers.ABC, [500, 299, 151, 50], (151, 151)),  # 799 of 1000 are not 80%
        (cv.CumulativeShare(cv.ABCTier, (0.8, 1.0)), [60, 20, 19, 1], (1, 20)),
        (tiers.ABC, [1.001, 0.5, 0.25], (0.25, 0.5)),  # thousandths: off the grid of cents
    ],
)
def test_floors_are_where_the_shares_end(learner, values, floors):
    """Hand-made populations give the floors one finds with pencil and paper."""
    assert learner.fit(values).floors == floors


def test_shares_are_read_as_written():
    """7% of 100 customers are 7, although 0.07 * 100 is above 7 as a float."""
    assert math.ceil(0.07 * 100) == 8
    rule = cv.TopShare(cv.ParetoTier, (0.07,)).fit(np.arange(1, 101))
    assert rule.floors == (94,)
    assert rule.learned.actual == (0.07,)


def test_a_share_reached_exactly_needs_no_further_customer():
    """0.1 + 0.2 + 0.3 hold 60% of 1.00, although their float sum is above 0.6 or below."""
    values = [0.3, 0.2, 0.1] + [0.04] * 10
    rule = cv.CumulativeShare(cv.ParetoTier, (0.6,)).fit(values)
    assert rule.floors == (0.1,)
    assert rule.learned.actual == (0.6,)


def test_ties_go_up_and_the_rule_says_so():
    """Who equals the last of the best is among the best; the share reached is remembered."""
    rule = tiers.PARETO.fit([9, 7, 7, 7, 1, 0], as_of="2025-06-30", measure="revenue", unit="EUR")
    assert rule.classify([9, 7, 7, 7, 1, 0]).tolist() == ["vital-few"] * 4 + ["useful-many"] * 2
    assert rule.learned == cv.Learned(
        what="customers, best first", count=6, as_of="2025-06-30", nominal=(0.2,), actual=(4 / 6,)
    )
    assert rule.explain(8) == (
        "revenue 8 EUR: vital-few, from 7 EUR. Learned from 6 as of 2025-06-30: vital-few ends at "
        "0.2 of customers, best first, in fact 66.67%."
    )


def test_cumulative_share_remembers_the_share_of_positive_value():
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
def test_the_noise_of_floats_parts_no_tie(learner, noisy):
    """0.1 + 0.7 and 0.8 are both 80 cents, whichever of them the boundary falls on."""
    values = [0.8, noisy, 0.3, 0.2]
    assert learner.fit(values).classify(values).tolist()[:2] == ["vital-few"] * 2


def test_noise_around_zero_is_no_profit():
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
def test_without_positive_value_nobody_is_above_the_lowest_step(learner, values):
    """Every floor is above 0, also when there is nobody to learn from."""
    rule = learner.fit(values)
    assert rule.floors == (cv.above(0), cv.above(0))
    assert set(rule.learned.actual) <= {None, 0.0}


def test_missing_values_count_nowhere():
    """A share of the customers is a share of those with a value."""
    known = [5, 4, 3, 2, 1]
    rule = tiers.PARETO.fit([None, *known, None, math.nan])
    assert rule == tiers.PARETO.fit(known)
    assert rule.learned.count == 5


def test_any_container_gives_the_same_rule(container):
    """A rule is learned alike from every kind of column."""
    for values in ([300.0, None, 200.5, 100.25, 50.0], [300, None, 201, 100, 50]):
        assert tiers.ABC.fit(container(values)).floors == (values[4], values[3])
        rule = cv.TopShare(cv.ParetoTier, (0.5,)).fit(container(values))
        assert rule.floors == (values[2],)
        assert rule.learned.count == 4


def test_decimals_are_read_as_money():
    """Decimal objects give the floors of the floats they are written as."""
    values = pd.Series([Decimal("300.00"), Decimal("200.50"), None, Decimal("0.70")])
    assert cv.TopShare(cv.CabinTier, (0.5, 1)).fit(values).floors == (0.7, 200.5)


def test_learning_leaves_the_values_as_they_were():
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
    return end if end > 0 else cv.above(0)


def by_definition_cumulative(values, share):
    """Return the floor of the best share of positive value, the slow way."""
    best = sorted((value for value in values if value > 0), reverse=True)
    held = Fraction(0)
    for value in best:
        held += value
        if held >= Fraction(repr(share)) * sum(best):
            return value
    return cv.above(0)


@given(cents, two_shares)
def test_floors_are_what_the_definition_says(values, shares):
    """Both learners agree with the definition, written down customer by customer."""
    top = cv.TopShare(cv.ABCTier, shares).fit(values)
    assert top.floors == tuple(by_definition_top(values, share) for share in shares[::-1])
    cumulative = cv.CumulativeShare(cv.ABCTier, shares).fit(values)
    assert cumulative.floors == tuple(
        by_definition_cumulative(values, share) for share in shares[::-1]
    )


@given(cents, two_shares, st.randoms(use_true_random=False), st.sampled_from([1, 100, 1_000, 7]))
def test_tiers_depend_on_values_alone(values, shares, random, divisor):
    """Order of rows, and money in floats or in whole cents, make no difference."""
    shuffled = random.sample(values, len(values))
    for learner in (cv.TopShare, cv.CumulativeShare):
        whole = learner(cv.ABCTier, shares)
        expected = whole.fit(values).classify(values).tolist()
        rule = learner(cv.ABCTier, shares, decimals=3).fit([v / divisor for v in shuffled])
        assert divisor == 7 or rule.classify([v / divisor for v in values]).tolist() == expected
        assert rule == learner(cv.ABCTier, shares, decimals=3).fit([v / divisor for v in values])


@given(cents, two_shares)
def test_learned_shares_are_what_the_steps_come_to(values, shares):
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


@given(cents, two_shares)
def test_non_positive_value_is_always_on_the_lowest_step(values, shares):
    """Whatever the shares, who brings nothing is on no step above the lowest."""
    for learner in (cv.TopShare(cv.ABCTier, shares), cv.CumulativeShare(cv.ABCTier, shares)):
        steps = learner.fit(values).classify(values)
        assert {s for s, v in zip(steps, values, strict=True) if v <= 0} <= {"C"}


def test_values_beyond_exact_money_are_refused():
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
def test_only_numbers_are_learned_from(values):
    """Text and flags have no tiers."""
    with pytest.raises(TypeError, match="value must hold numbers"):
        tiers.ABC.fit(values)


@pytest.mark.parametrize("as_of", ["yesterday", 20250630, "2025-06-30 12:00"])
def test_as_of_is_a_calendar_day(as_of):
    """What is no day is refused, as it would tell a reader of the rule nothing."""
    with pytest.raises(cv.InputError, match="as_of"):
        tiers.ABC.fit([1], as_of=as_of)


# --- settings ----------------------------------------------------------------------------------

learners = pytest.mark.parametrize("learner", [cv.TopShare, cv.CumulativeShare])


@learners
@pytest.mark.parametrize(
    "shares", [(0.5, 0.5), (0.8, 0.2), (0.0, 0.5), (-0.1, 0.5), (0.5, 1.1), (0.2, math.nan)]
)
def test_shares_must_rise_within_0_and_1(learner, shares):
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
def test_shares_must_fit_the_scale(learner):
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
def test_shares_must_be_numbers(learner):
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
def test_the_scale_must_end_with_its_best_step(learner):
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
def test_decimals_must_be_a_count_of_places(learner, decimals):
    """A malformed setting is a malformed rule."""
    with pytest.raises(cv.RuleError, match="decimals must be a whole number from 0 to 6"):
        learner(cv.ParetoTier, (0.2,), decimals=decimals)


@learners
def test_learners_are_frozen_values(learner):
    """Learners are equal by value, hashable and picklable."""
    one, same = learner(cv.ABCTier, (0.2, 0.5)), learner(cv.ABCTier, [0.2, 0.5], decimals=2)
    assert one == same
    assert hash(one) == hash(same)
    assert pickle.loads(pickle.dumps(one)) == one
    assert one != learner(cv.ABCTier, (0.2, 0.5), decimals=0)


def test_presets_are_the_ones_promised():
    """The presets say what their docstrings say."""
    assert cv.CumulativeShare(cv.ABCTier, (0.8, 0.95)) == tiers.ABC
    assert cv.TopShare(cv.ParetoTier, (0.2,)) == tiers.PARETO


def test_a_learned_rule_survives_storage():
    """A rule learned with provenance is the same after a trip through plain data."""
    rule = tiers.ABC.fit([500, 300, 150, 50, -1], as_of="2025-12-31", unit="EUR")
    again = cv.from_dict(cv.to_dict(rule))
    assert again == rule
    assert again.learned == rule.learned
    assert cv.from_dict(cv.to_dict(tiers.PARETO.fit([]))) == cv.Bands(cv.ParetoTier, (cv.above(0),))


# --- the report --------------------------------------------------------------------------------

COLUMNS = {
    "customers": "int64",
    "share_of_customers": "float64",
    "value": "float64",
    "share_of_value": "float64",
    "mean_value": "float64",
    "lowest_value": "float64",
    "unprofitable": "int64",
    "floor": "float64",
    "nominal_share": "float64",
    "retention": "float64",
    "net_value": "float64",
}


def as_lists(report):
    """Return a report as plain lists, NaN as None."""
    return {
        name: [None if value != value else value for value in column.tolist()]  # noqa: PLR0124 - NaN
        for name, column in report.items()
    }


def test_report_says_what_each_tier_brings():
    """A small report is right in every cell, dtype and label."""
    values = pd.Series([500.0, 300.4, 149.9, 50.0, -20.3], index=list("abcde"))
    rule = tiers.ABC.fit(values)
    report = cv.tier_report(
        rule.classify(values),
        values,
        rule=rule,
        retained=pd.Series([True, False, True, False, False], index=list("abcde")),
        cost_to_serve=pd.Series([100, 0.1, 50, 60, 0], index=list("abcde")),
    )
    assert report.dtypes.astype(str).to_dict() == COLUMNS
    assert report.index.name == "tier"
    assert report.index.dtype == cv.ABCTier.dtype()
    assert report.index.tolist() == ["A", "B", "C"]
    assert as_lists(report) == {
        "customers": [2, 1, 2],
        "share_of_customers": [0.4, 0.2, 0.4],
        "value": [800.4, 149.9, 29.7],
        "share_of_value": [8004 / 9800, 1499 / 9800, 297 / 9800],
        "mean_value": [400.2, 149.9, 14.85],
        "lowest_value": [300.4, 149.9, -20.3],
        "unprofitable": [0, 0, 1],
        "floor": [300.4, 149.9, None],
        "nominal_share": [0.8, 0.95, None],
        "retention": [0.5, 1.0, 0.0],
        "net_value": [700.3, 99.9, -30.3],
    }
    assert report.attrs == {"without_tier": 0}


def test_report_has_the_columns_that_were_asked_for():
    """Without rule, retention and costs the report holds the first seven columns."""
    tiers_given = pd.Categorical(["A", "C"], dtype=cv.ABCTier.dtype())
    assert cv.tier_report(tiers_given, [5, 1]).columns.tolist() == list(COLUMNS)[:7]
    with_costs = cv.tier_report(tiers_given, [5, 1], cost_to_serve=[1, 2])
    assert with_costs.columns.tolist() == [*list(COLUMNS)[:7], "net_value"]
    assert with_costs["net_value"].tolist() == [4.0, 0.0, -1.0]


def test_woolfs_supermarket_comes_out_as_told():
    """Of 15,000 customers the best 20% hold 84% of sales and are retained at 96%."""
    sales = np.repeat([2_800, 200, 100], [3_000, 4_000, 8_000])
    retained = np.zeros(15_000, dtype=bool)
    retained[: 2_880 + 120] = True
    retained[2_880:3_000] = False
    rule = tiers.PARETO.fit(sales)
    report = cv.tier_report(rule.classify(sales), sales, rule=rule, retained=retained)
    gold = report.loc["vital-few"]
    assert gold["customers"] == 3_000
    assert gold["share_of_customers"] == 0.2
    assert gold["share_of_value"] == 0.84
    assert gold["retention"] == 0.96
    assert report["customers"].sum() == 15_000


def test_every_step_is_listed_also_when_empty():
    """A step without customers has counts of 0 and means of NaN."""
    rule = cv.Bands(cv.ABCTier, (cv.above(10), 100))
    report = cv.tier_report(
        rule.classify([500, 5]), [500, 5], rule=rule, retained=[1, 0], cost_to_serve=[1, 1]
    )
    assert as_lists(report.loc[["B"]]) == {
        "customers": [0],
        "share_of_customers": [0.0],
        "value": [0.0],
        "share_of_value": [0.0],
        "mean_value": [None],
        "lowest_value": [None],
        "unprofitable": [0],
        "floor": [10.0],
        "nominal_share": [None],
        "retention": [None],
        "net_value": [0.0],
    }


def test_report_of_nobody():
    """Without customers all steps are there, and nothing is known about them."""
    report = cv.tier_report(pd.Categorical([], dtype=cv.ABCTier.dtype()), [])
    assert report["customers"].tolist() == [0, 0, 0]
    assert report.dtypes.astype(str).to_dict() == dict(list(COLUMNS.items())[:7])
    assert report["share_of_customers"].isna().all()


def test_share_of_value_is_undefined_without_a_net_profit():
    """Where the total is not positive there is nothing to have a share of."""
    rule = cv.Bands(cv.ParetoTier, (cv.above(0),))
    for values in ([5, -5], [5, -8], [0, 0]):
        report = cv.tier_report(rule.classify(values), values)
        assert report["share_of_value"].isna().all()
    values = [120, -20]
    assert cv.tier_report(rule.classify(values), values)["share_of_value"].tolist() == [1.2, -0.2]


def test_noise_is_not_unprofitable():
    """0.3 - 0.1 - 0.2 is nothing in cents, not a loss."""
    values = [1.0, 0.3 - 0.1 - 0.2]
    assert values[1] < 0
    report = cv.tier_report(cv.Bands(cv.ParetoTier, (1,)).classify(values), values)
    assert report["unprofitable"].tolist() == [0, 0]
    assert report["value"].tolist() == [1.0, 0.0]


def test_customers_without_tier_and_value_are_counted():
    """Prospects have neither; they are left out and counted."""
    values = pd.Series([5.0, math.nan, 1.0, math.nan])
    rule = cv.Bands(cv.ParetoTier, (2,))
    report = cv.tier_report(
        rule.classify(values),
        values,
        retained=pd.array([True, None, False, None], dtype="boolean"),
        cost_to_serve=[1, 2, 3, None],
    )
    assert report.attrs["without_tier"] == 2
    assert report["customers"].tolist() == [1, 1]
    assert report["retention"].tolist() == [1.0, 0.0]
    assert report["net_value"].tolist() == [4.0, -2.0]


def test_a_tier_without_value_is_refused():
    """One of the two missing is an error that names the rows, whichever column is labelled."""
    labels = pd.Series(["A", None, "C"], dtype=cv.ABCTier.dtype(), index=["x", "y", "z"])
    values = pd.Series([1.0, 2.0, math.nan], index=["x", "y", "z"])
    message = (
        "a customer must have both a tier and a value, or neither; one is missing in rows y, z: "
        "report the values the tiers were given for"
    )
    for one, other in ((labels, values), (labels, values.array), (labels.array, values)):
        with pytest.raises(cv.InputError, match=message):
            cv.tier_report(one, other)


@pytest.mark.parametrize(
    ("keyword", "column"),
    [("retained", [True, None]), ("cost_to_serve", [math.nan, 1.0]), ("retained", [None, 1])],
)
def test_unknown_retention_or_cost_is_refused(keyword, column):
    """What is missing cannot be counted as lost, or as free."""
    labels = pd.Categorical(["A", "C"], dtype=cv.ABCTier.dtype())
    row = 1 if column[0] is True else 0
    with pytest.raises(
        cv.InputError,
        match=f"{keyword} must be known for every customer with a tier, got missing in row {row}",
    ):
        cv.tier_report(labels, [2, 1], **{keyword: column})


def test_labelled_columns_must_share_their_index():
    """Each pair of labelled columns is compared, and lengths always are."""
    labels = pd.Categorical(["A", "C"], dtype=cv.ABCTier.dtype())
    straight = pd.Series([1, 0], index=["x", "y"])
    turned = pd.Series([0, 1], index=["y", "x"])
    with pytest.raises(cv.InputError, match="values and retained must share one index"):
        cv.tier_report(labels, straight, retained=turned)
    with pytest.raises(cv.InputError, match="tiers and values must have one length"):
        cv.tier_report(labels, [1, 2, 3])


def test_plain_strings_are_tiers_where_a_rule_gives_their_order():
    """Strings, members and categoricals of any order are read by the rule's scale."""
    rule = cv.Bands(cv.ABCTier, (10, 100))
    expected = cv.tier_report(rule.classify([500, 20, 1]), [500, 20, 1], rule=rule)
    for labels in (
        ["A", "B", "C"],
        list(cv.ABCTier)[::-1],
        pd.Series(["A", "B", "C"], dtype="category"),
        np.array(["A", "B", "C"]),
    ):
        assert cv.tier_report(labels, [500, 20, 1], rule=rule).equals(expected)
    with pytest.raises(cv.InputError, match="tiers must hold labels of ABCTier"):
        cv.tier_report(["A", "gold", "C"], [500, 20, 1], rule=rule)


@pytest.mark.parametrize("labels", [["A", "C"], pd.Categorical(["A", "C"])])
def test_without_a_rule_the_order_must_be_known(labels):
    """Text and unordered categories do not say which tier is the best."""
    with pytest.raises(
        TypeError,
        match=re.escape(
            "tiers must be an ordered categorical, as rule.classify(values) gives, got "
        )
        + ".*: give rule= as well, which knows their order",
    ):
        cv.tier_report(labels, [1, 2])


def test_any_ordered_categorical_is_reported_last_category_first():
    """Without a rule the last category counts as the best."""
    labels = pd.Series(["low", "high"], dtype=pd.CategoricalDtype(["low", "high"], ordered=True))
    assert cv.tier_report(labels, [1, 2]).index.tolist() == ["high", "low"]


def test_the_rule_says_which_end_is_the_best():
    """Bands on a scale that begins with its best step are reported in that order."""
    rule = cv.Bands(Alarm, (None,))
    report = cv.tier_report(rule.classify([1, 2]), [1, 2], rule=rule)
    assert report.index.tolist() == ["green", "red"]
    assert report["floor"].isna().all()


def test_rule_must_be_bands():
    """A learner is not yet a rule."""
    with pytest.raises(TypeError, match="rule must be Bands, as a learner's fit gives, got TopSh"):
        cv.tier_report(["vital-few"], [1], rule=tiers.PARETO)


@given(
    st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=30),
    st.randoms(use_true_random=False),
    st.sampled_from([1, 100, 7]),
)
def test_report_accounts_for_everybody_in_any_order(minor, random, divisor):
    """Counts and sums add up to those of all, and shuffled rows give the same report."""
    values = np.array(minor) / divisor
    rule = cv.TopShare(cv.CabinTier, (0.2, 0.5)).fit(values)
    report = cv.tier_report(rule.classify(values), values, rule=rule)
    assert report["customers"].sum() == len(minor)
    assert report["value"].sum() == pytest.approx(sum(minor) / divisor, abs=1e-9)
    assert report["unprofitable"].sum() == sum(value < 0 for value in minor)
    shuffled = np.array(random.sample(minor, len(minor))) / divisor
    again = cv.tier_report(rule.classify(shuffled), shuffled, rule=rule)
    assert again.equals(report)


def test_cdnow_in_abc(cdnow_sample):
    """On real customers the learned tiers reach the shares asked for, each cent accounted for."""
    revenue = cdnow_sample.groupby("customer_id")["amount"].sum()
    rule = tiers.ABC.fit(revenue, measure="revenue", unit="USD")
    report = cv.tier_report(rule.classify(revenue), revenue, rule=rule)
    assert report["customers"].sum() == 2_357
    assert round(report["value"].sum(), 2) == 244_091.94
    assert report["share_of_value"].iloc[0] >= 0.8
    assert report["customers"].iloc[0] >= 777  # who hold 80%; ties at the boundary come on top
