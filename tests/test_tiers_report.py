"""The table of what each tier is and brings."""

import math
import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import custvalue as cv
from custvalue import tiers


class Alarm(cv.Scale, best="first"):
    """A scale whose first step is the good one."""

    GREEN = "green"
    RED = "red"


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


def test_report_says_what_each_tier_brings() -> None:
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


def test_report_has_the_columns_that_were_asked_for() -> None:
    """Without rule, retention and costs the report holds the first seven columns."""
    tiers_given = pd.Categorical(["A", "C"], dtype=cv.ABCTier.dtype())
    assert cv.tier_report(tiers_given, [5, 1]).columns.tolist() == list(COLUMNS)[:7]
    with_costs = cv.tier_report(tiers_given, [5, 1], cost_to_serve=[1, 2])
    assert with_costs.columns.tolist() == [*list(COLUMNS)[:7], "net_value"]
    assert with_costs["net_value"].tolist() == [4.0, 0.0, -1.0]


def test_every_step_is_listed_also_when_empty() -> None:
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


def test_report_of_nobody() -> None:
    """Without customers all steps are there, and nothing is known about them."""
    report = cv.tier_report(pd.Categorical([], dtype=cv.ABCTier.dtype()), [])
    assert report["customers"].tolist() == [0, 0, 0]
    assert report.dtypes.astype(str).to_dict() == dict(list(COLUMNS.items())[:7])
    assert report["share_of_customers"].isna().all()


def test_share_of_value_is_undefined_without_a_net_profit() -> None:
    """Where the total is not positive there is nothing to have a share of."""
    rule = cv.Bands(cv.ParetoTier, (cv.above(0),))
    for values in ([5, -5], [5, -8], [0, 0]):
        report = cv.tier_report(rule.classify(values), values)
        assert report["share_of_value"].isna().all()
    values = [120, -20]
    assert cv.tier_report(rule.classify(values), values)["share_of_value"].tolist() == [1.2, -0.2]


def test_noise_is_not_unprofitable() -> None:
    """0.3 - 0.1 - 0.2 is nothing in cents, not a loss."""
    values = [1.0, 0.3 - 0.1 - 0.2]
    assert values[1] < 0
    report = cv.tier_report(cv.Bands(cv.ParetoTier, (1,)).classify(values), values)
    assert report["unprofitable"].tolist() == [0, 0]
    assert report["value"].tolist() == [1.0, 0.0]


def test_customers_without_tier_and_value_are_counted() -> None:
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


def as_arrow(values) -> pd.Series:
    """Return an Arrow column in which NaN is NaN, which pandas does not take for missing."""
    return pd.Series(pd.arrays.ArrowExtensionArray(pa.array(values)))


def test_nan_is_missing_in_every_dtype() -> None:
    """A NaN that pandas keeps apart from missing values is none, as it was for the rule."""
    values = as_arrow([5.0, math.nan, 1.0])
    assert not values.isna().any()
    rule = cv.Bands(cv.ParetoTier, (2,))
    report = cv.tier_report(rule.classify(values), values, rule=rule)
    assert report["value"].tolist() == [5.0, 1.0]
    assert report.attrs["without_tier"] == 1
    with pytest.raises(cv.InputError, match=r"retained must be known .* got missing in row 1"):
        cv.tier_report(rule.classify([5, 1]), [5, 1], rule=rule, retained=as_arrow([1.0, math.nan]))


def test_a_tier_without_value_is_refused() -> None:
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
def test_unknown_retention_or_cost_is_refused(keyword, column) -> None:
    """What is missing cannot be counted as lost, or as free."""
    labels = pd.Categorical(["A", "C"], dtype=cv.ABCTier.dtype())
    row = 1 if column[0] is True else 0
    with pytest.raises(
        cv.InputError,
        match=f"{keyword} must be known for every customer with a tier, got missing in row {row}",
    ):
        cv.tier_report(labels, [2, 1], **{keyword: column})


def test_labelled_columns_must_share_their_index() -> None:
    """Each pair of labelled columns is compared, and lengths always are."""
    labels = pd.Categorical(["A", "C"], dtype=cv.ABCTier.dtype())
    straight = pd.Series([1, 0], index=["x", "y"])
    turned = pd.Series([0, 1], index=["y", "x"])
    with pytest.raises(cv.InputError, match="values and retained must share one index"):
        cv.tier_report(labels, straight, retained=turned)
    with pytest.raises(cv.InputError, match="tiers and values must have one length"):
        cv.tier_report(labels, [1, 2, 3])


def test_plain_strings_are_tiers_where_a_rule_gives_their_order() -> None:
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
def test_without_a_rule_the_order_must_be_known(labels) -> None:
    """Text and unordered categories do not say which tier is the best."""
    with pytest.raises(
        TypeError,
        match=re.escape(
            "tiers must be an ordered categorical, as rule.classify(values) gives, got "
        )
        + ".*: give rule= as well, which knows their order",
    ):
        cv.tier_report(labels, [1, 2])


def test_any_ordered_categorical_is_reported_last_category_first() -> None:
    """Without a rule the last category counts as the best."""
    labels = pd.Series(["low", "high"], dtype=pd.CategoricalDtype(["low", "high"], ordered=True))
    assert cv.tier_report(labels, [1, 2]).index.tolist() == ["high", "low"]


def test_the_rule_says_which_end_is_the_best() -> None:
    """Bands on a scale that begins with its best step are reported in that order."""
    rule = cv.Bands(Alarm, (None,))
    report = cv.tier_report(rule.classify([1, 2]), [1, 2], rule=rule)
    assert report.index.tolist() == ["green", "red"]
    assert report["floor"].isna().all()


def test_rule_must_be_bands() -> None:
    """A learner is not yet a rule."""
    with pytest.raises(TypeError, match="rule must be Bands, as a learner's fit gives, got TopSh"):
        cv.tier_report(["vital-few"], [1], rule=tiers.PARETO)


@given(
    st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=30),
    st.randoms(use_true_random=False),
    st.sampled_from([1, 100, 7]),
)
def test_report_accounts_for_everybody_in_any_order(minor, random, divisor) -> None:
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
