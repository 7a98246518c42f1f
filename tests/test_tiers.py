"""Tiers: their names, their presets, and what the room says about whole populations."""

import math

import numpy as np
import pandas as pd
import pytest

import custvalue as cv
from custvalue import tiers

PRESETS = {
    "ABC": tiers.ABC,
    "PARETO": tiers.PARETO,
    "BANK": tiers.BANK,
    "CABINS": tiers.CABINS,
}
presets = pytest.mark.parametrize("learner", PRESETS.values(), ids=PRESETS)


# --- scales and presets ------------------------------------------------------------------------


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
def test_scales_hold_their_steps_lowest_first(scale, lowest_first, chinese) -> None:
    """The built-in scales have the promised steps, labels and good end."""
    assert [step.value for step in scale] == lowest_first
    assert [step.label(lang="zh") for step in scale] == chinese
    assert scale.best == "last"


def test_presets_are_the_ones_promised() -> None:
    """The presets say what their docstrings say."""
    assert cv.CumulativeShare(cv.ABCTier, (0.8, 0.95)) == tiers.ABC
    assert cv.TopShare(cv.ParetoTier, (0.2,)) == tiers.PARETO
    assert cv.CumulativeShare(cv.BankTier, (0.5, 0.8, 0.95, 1.0)) == tiers.BANK
    assert cv.TopShare(cv.CabinTier, (0.05, 0.2)) == tiers.CABINS


def test_the_bank_shows_the_door_to_nobody_who_brings_a_cent() -> None:
    """Net value up to 0 is exit, anything above it is not, also if none so small was seen."""
    rule = tiers.BANK.fit([500, 300, 150, 40, 10, 0, -80])
    assert rule.floors == (cv.above(0), 150, 300, 500)
    assert rule.classify([500, 300, 150, 40, 10, 0, -80]).tolist() == [
        *("blue", "green", "red", "transfer", "transfer", "exit", "exit")
    ]
    assert rule.classify([0.01, 0.0, -0.01]).tolist() == ["transfer", "exit", "exit"]


def test_cabins_are_filled_from_the_front() -> None:
    """Of 100 customers five sit in first, fifteen in business and eighty in economy."""
    seats = tiers.CABINS.fit(np.arange(1, 101)).classify(np.arange(1, 101))
    assert seats.value_counts().to_dict() == {"economy": 80, "business": 15, "first": 5}


# --- degenerate populations --------------------------------------------------------------------

TOP = {"ABC": "A", "PARETO": "vital-few", "BANK": "blue", "CABINS": "first"}
LOWEST = {"ABC": "C", "PARETO": "useful-many", "BANK": "exit", "CABINS": "economy"}


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("values", [[7], [0.01], [5] * 4, [3.333] * 3, [2**53 // 100]])
def test_equals_are_all_at_the_top(name, values) -> None:
    """A single customer, and customers of one positive value, are all on the best step."""
    rule = PRESETS[name].fit(values)
    assert rule.classify(values).tolist() == [TOP[name]] * len(values)
    assert set(rule.learned.actual) == {1.0}


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("values", [[], [0, 0.0], [-7], [-5, -3, -5], [0, -0.001]])
def test_who_brings_nothing_is_at_the_bottom(name, values) -> None:
    """Without positive value everybody is on the lowest step, and nobody is lost."""
    rule = PRESETS[name].fit(values)
    assert rule.classify(values).tolist() == [LOWEST[name]] * len(values)
    assert rule.classify(0.01) == TOP[name]  # the floors are as low as floors can be
    assert set(rule.floors) == {cv.above(0)}


@pytest.mark.parametrize("name", PRESETS)
def test_one_giant_leaves_the_others_where_they_belong(name) -> None:
    """Who brings nearly everything is at the top alone; a share of the others never follows."""
    values = [10**9, *[1] * 99]
    labels = PRESETS[name].fit(values).classify(values).tolist()
    assert labels[0] == TOP[name]
    others = {"ABC": "C", "PARETO": "vital-few", "BANK": "transfer", "CABINS": "first"}
    assert labels[1:] == [others[name]] * 99  # equals: a fifth of all can't be told from the rest


@presets
def test_missing_in_missing_out(learner) -> None:
    """Customers without a value get no tier and sway nobody's, in every spelling of missing."""
    values = pd.Series([9.0, None, 4.0, math.nan, -1.0], index=list("abcde"), name="profit")
    rule = learner.fit(values)
    labels = rule.classify(values)
    assert rule == learner.fit([9, 4, -1])
    assert labels.isna().tolist() == [False, True, False, True, False]
    assert labels.index.tolist() == list("abcde")
    assert labels.name == "profit"
    everybody_missing = learner.fit([None, math.nan])
    assert everybody_missing.classify([None, math.nan]).isna().all()
    assert everybody_missing.learned.count == 0


@presets
@pytest.mark.parametrize("values", [[1, math.inf], [-math.inf, 1], [1, 2**53], [1e300, 1]])
def test_what_money_cannot_be_is_refused(learner, values) -> None:
    """Infinite and inexact amounts are errors of every learner, report and measure."""
    steps = pd.Categorical([str(next(iter(learner.scale)))] * 2, dtype=learner.scale.dtype())
    for run in (
        lambda: learner.fit(values),
        lambda: learner.fit_groups(values, ["a", "b"]),
        lambda: cv.tier_report(steps, values),
        lambda: cv.tier_report(steps, [1, 1], cost_to_serve=values),
        lambda: tiers.service_plan(steps, values, budget=1),
        lambda: cv.concentration(values),
    ):
        with pytest.raises(cv.InputError, match=r"must be finite|must stay below 2\*\*53"):
            run()


@presets
def test_sums_that_money_cannot_be_are_refused(learner) -> None:
    """Amounts that are exact each but not together are errors wherever they are added."""
    values = [2**52 / 100, 2**52 / 100]
    labels = pd.Categorical([str(max(learner.scale))] * 2, dtype=learner.scale.dtype())
    with pytest.raises(cv.InputError, match=r"values add up to 2\*\*53 minor units or more"):
        cv.tier_report(labels, values)
    with pytest.raises(cv.InputError, match=r"net_value add up to 2\*\*53 minor units or more"):
        tiers.service_plan(labels, values, budget=1)


# --- the table a manager asks for --------------------------------------------------------------


def test_woolfs_supermarket_comes_out_as_told() -> None:
    """Of 15,000 customers the best 20% hold 84% of sales and are retained at 96%."""
    sales = np.repeat([2_800, 200, 100], [3_000, 4_000, 8_000])
    retained = np.zeros(15_000, dtype=bool)
    retained[:2_880] = True
    rule = tiers.PARETO.fit(sales)
    report = cv.tier_report(rule.classify(sales), sales, rule=rule, retained=retained)
    gold = report.loc["vital-few"]
    assert gold["customers"] == 3_000
    assert gold["share_of_customers"] == 0.2
    assert gold["share_of_value"] == 0.84
    assert gold["retention"] == 0.96
    assert report["customers"].sum() == 15_000


def test_woolfs_table_takes_three_lines(cdnow_master) -> None:
    """Value in one period and orders in the next give the table, from a log and two days.

    The figures were counted customer by customer, in cents, without this package.
    """
    log = cv.OrderLog.from_frame(cdnow_master)

    revenue = log.customers("1997-12-31")["revenue"]
    rule = tiers.PARETO.fit(revenue)
    report = cv.tier_report(
        rule.classify(revenue),
        revenue,
        rule=rule,
        retained=log.ordered_between("1997-12-31", "1998-06-30"),
    )

    assert rule.floors == (111.11,)
    assert report["customers"].to_dict() == {"vital-few": 4_714, "useful-many": 18_856}
    assert report["value"].tolist() == [1_315_909.74, 708_251.52]
    assert report["share_of_value"].round(6).tolist() == [0.650101, 0.349899]
    assert report["retention"].tolist() == [2_515 / 4_714, 2_859 / 18_856]


def test_last_years_floors_place_this_years_customers(cdnow_master) -> None:
    """Value of a trailing window, floors of the window before: nobody disappears on the way."""
    log = cv.OrderLog.from_frame(cdnow_master)
    first = log.customers("1997-09-30", since="1996-12-31")["revenue"]
    rule = tiers.ABC.fit(first, as_of="1997-09-30", measure="revenue of nine months", unit="USD")
    second = log.customers("1998-06-30", since="1997-09-30")["revenue"]
    then, now = rule.classify(first), rule.classify(second)
    assert now.index.equals(then.index)
    assert now.notna().all()
    assert (now[second == 0] == "C").all()
    assert (second.groupby(now, observed=True).min() >= [0, *rule.floors]).all()


def test_ties_of_cdnow(cdnow_master) -> None:
    """Two customers in three have the total of somebody else, and equals share their tier."""
    revenue = cdnow_master.groupby("customer_id")["amount"].sum().round(2)
    sizes = revenue.value_counts()
    assert len(sizes) == 10_078
    assert sizes[sizes > 1].sum() == 16_243
    assert sizes[11.77] == sizes.max() == 697
    for learner in PRESETS.values():
        rule = learner.fit(revenue)
        assert rule.classify(revenue).groupby(revenue).nunique().max() == 1
    assert tiers.PARETO.fit(revenue).floors == (133.95,)


def test_cdnow_in_abc(cdnow_sample) -> None:
    """On real customers the learned tiers reach the shares asked for, each cent accounted for."""
    revenue = cdnow_sample.groupby("customer_id")["amount"].sum()
    rule = tiers.ABC.fit(revenue, measure="revenue", unit="USD")
    report = cv.tier_report(rule.classify(revenue), revenue, rule=rule)
    assert report["customers"].sum() == 2_357
    assert round(report["value"].sum(), 2) == 244_091.94
    assert report["share_of_value"].iloc[0] >= 0.8
    assert report["customers"].iloc[0] >= 777  # who hold 80%; ties at the boundary come on top
