"""What is spent on each tier, and what the unprofitable would have to pay."""

import math
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

COLUMNS = {
    "customers": "int64",
    "profitable": "int64",
    "contribution": "float64",
    "share_of_contribution": "float64",
    "budget": "float64",
    "budget_per_customer": "float64",
    "unprofitable": "int64",
    "losses": "float64",
    "break_even_fee": "float64",
}

labels = st.sampled_from(["C", "B", "A"])
net_cents = st.integers(-5_000, 20_000)
customers = st.lists(st.tuples(labels, net_cents), max_size=25)
budgets = st.integers(0, 100_000)


class Alarm(cv.Scale, best="first"):
    """A scale whose first step is the good one."""

    GREEN = "green"
    RED = "red"


def as_tiers(names) -> pd.Categorical:
    """Return names as tiers of the ABC scale."""
    return pd.Categorical(names, dtype=cv.ABCTier.dtype())


def as_lists(plan) -> dict:
    """Return a plan as plain lists, NaN as None."""
    return {
        name: [None if math.isnan(value) else value for value in column.tolist()]
        for name, column in plan.items()
    }


def test_plan_says_what_to_spend_and_what_to_charge() -> None:
    """A small plan is right in every cell, dtype and label."""
    net_value = pd.Series([70.0, 30.0, 40.0, -1.0, 10.0, 0.0, -20.0, -15.01, None])
    plan = tiers.service_plan(
        as_tiers(["A", "A", "B", "B", "C", "C", "C", "C", None]), net_value, budget=100
    )
    assert plan.dtypes.astype(str).to_dict() == COLUMNS
    assert plan.index.name == "tier"
    assert plan.index.dtype == cv.ABCTier.dtype()
    assert plan.index.tolist() == ["A", "B", "C"]
    assert as_lists(plan) == {
        "customers": [2, 2, 4],
        "profitable": [2, 1, 1],
        "contribution": [100.0, 40.0, 10.0],
        "share_of_contribution": [2 / 3, 4 / 15, 1 / 15],
        "budget": [66.67, 26.67, 6.66],  # of 0.67, 0.67 and 0.67 cents left, the better tiers'
        "budget_per_customer": [33.335, 26.67, 6.66],
        "unprofitable": [0, 1, 2],
        "losses": [0.0, 1.0, 35.01],
        "break_even_fee": [None, 1.0, 17.51],  # 17.505 each, and half a cent can't be charged
    }
    assert plan.attrs == {"without_tier": 1, "unspent": 0.0}


def test_the_unprofitable_get_nothing() -> None:
    """A tier of nobody but them has no budget, however many they are."""
    plan = tiers.service_plan(as_tiers(["A", "C", "C"]), [5, -1, 0], budget=10)
    assert plan["budget"].to_dict() == {"A": 10.0, "B": 0.0, "C": 0.0}
    assert plan["budget_per_customer"].isna().to_dict() == {"A": False, "B": True, "C": True}
    assert plan.loc["C", "break_even_fee"] == 1.0


@pytest.mark.parametrize("net_value", [[0, 0], [-5, 0], [-5, -7]])
def test_where_nobody_is_profitable_nothing_is_spent(net_value) -> None:
    """There is nothing to share by, so the budget is left over, and the plan says so."""
    plan = tiers.service_plan(as_tiers(["A", "C"]), net_value, budget=10.01)
    assert plan["budget"].tolist() == [0.0] * 3
    assert plan["share_of_contribution"].isna().all()
    assert plan.attrs["unspent"] == 10.01
    assert plan["unprofitable"].sum() == sum(value < 0 for value in net_value)


def test_plan_for_nobody() -> None:
    """Without customers every tier is there, and the whole budget is left."""
    for nobody in ([], [None, math.nan]):
        plan = tiers.service_plan(as_tiers([None] * len(nobody)), nobody, budget=7)
        assert plan["customers"].tolist() == [0, 0, 0]
        assert plan["budget"].tolist() == [0.0, 0.0, 0.0]
        assert plan["break_even_fee"].isna().all()
        assert plan.attrs == {"without_tier": len(nobody), "unspent": 7.0}
        assert plan.dtypes.astype(str).to_dict() == COLUMNS


def test_a_budget_of_nothing_is_a_budget() -> None:
    """With nothing to spend, nothing is spent; the fees are told all the same."""
    plan = tiers.service_plan(as_tiers(["A", "C"]), [5, -3], budget=0)
    assert plan["budget"].tolist() == [0.0, 0.0, 0.0]
    assert plan.loc["C", "break_even_fee"] == 3.0
    assert plan.attrs["unspent"] == 0.0


@pytest.mark.parametrize("budget", [-1, -0.01, 10.005, 1e300, 2**53, 10**300, Decimal("0.001")])
def test_a_budget_must_be_money(budget) -> None:
    """What cannot be spent to the cent is refused."""
    message = (
        "budget must be at least 0, below 2**53 minor units and a whole number of them, got "
        f"{budget!r}: round it, or give more decimals"
    )
    with pytest.raises(cv.InputError, match=re.escape(message)):
        tiers.service_plan(as_tiers(["A"]), [5], budget=budget)


def test_a_budget_must_be_a_number() -> None:
    """A missing budget, an infinite one and one in words are refused."""
    for budget, error in ((math.nan, cv.InputError), (math.inf, cv.InputError), ("10", TypeError)):
        with pytest.raises(error, match="budget must be"):
            tiers.service_plan(as_tiers(["A"]), [5], budget=budget)
    for budget in (Decimal("10.00"), np.int64(10), np.float32(10)):
        assert tiers.service_plan(as_tiers(["A"]), [5], budget=budget)["budget"].tolist()[0] == 10.0


def test_money_may_have_other_decimals() -> None:
    """Yen are shared out in whole yen, and the fee is a whole one."""
    given = as_tiers(["A", "B", "C", "C"])
    plan = tiers.service_plan(given, [2, 1, -1, -2], budget=100, decimals=0)
    assert plan["budget"].tolist() == [67.0, 33.0, 0.0]
    assert plan.loc["C", "break_even_fee"] == 2.0
    with pytest.raises(cv.InputError, match="budget must be"):
        tiers.service_plan(given, [2, 1, -1, -2], budget=0.5, decimals=0)
    with pytest.raises(cv.InputError, match="decimals must be"):
        tiers.service_plan(given, [2, 1, -1, -2], budget=1, decimals=9)


def test_noise_is_neither_profit_nor_loss() -> None:
    """0.3 - 0.1 - 0.2 is nothing in cents: nobody to charge, and nobody to spend on."""
    for noise in (0.3 - 0.1 - 0.2, 0.1 + 0.2 - 0.3):
        assert noise
        plan = tiers.service_plan(as_tiers(["A", "C"]), [1.0, noise], budget=1)
        assert plan["profitable"].tolist() == [1, 0, 0]
        assert plan["unprofitable"].tolist() == [0, 0, 0]


def test_values_between_cents_are_added_as_they_are() -> None:
    """Thousandths are no whole cents; the budget is, whatever it is shared by."""
    plan = tiers.service_plan(as_tiers(["A", "B", "C"]), [0.002, 0.001, -0.001], budget=0.1)
    assert plan["contribution"].tolist() == [0.002, 0.001, 0.0]
    assert plan["budget"].tolist() == [0.07, 0.03, 0.0]
    assert plan.loc["C", "break_even_fee"] == 0.01


def test_the_rule_says_which_end_is_the_best() -> None:
    """A scale that begins with its best step is planned for in that order; strings will do."""
    rule = cv.Bands(Alarm, (5,))
    plan = tiers.service_plan(["green", "red", "red"], [1, 1, 1], budget=1, rule=rule)
    assert plan.index.tolist() == ["green", "red"]
    assert plan["budget"].tolist() == [0.33, 0.67]
    with pytest.raises(TypeError, match="tiers must be an ordered categorical"):
        tiers.service_plan(["green", "red", "red"], [1, 1, 1], budget=1)
    with pytest.raises(TypeError, match="rule must be Bands"):
        tiers.service_plan(["A"], [1], budget=1, rule=tiers.ABC)


def test_columns_must_belong_together() -> None:
    """Other rows, or a tier without a net value, are errors that say so."""
    tier = pd.Series(as_tiers(["A", "C"]), index=["x", "y"])
    with pytest.raises(cv.InputError, match="tiers and net_value must share one index"):
        tiers.service_plan(tier, pd.Series([1, 2], index=["y", "x"]), budget=1)
    with pytest.raises(cv.InputError, match="tiers and net_value must have one length"):
        tiers.service_plan(tier, [1, 2, 3], budget=1)
    with pytest.raises(cv.InputError, match=r"both a tier and a value, or neither.*in row y"):
        tiers.service_plan(tier, pd.Series([1, None], index=["x", "y"]), budget=1)
    with pytest.raises(TypeError, match="net_value must hold numbers"):
        tiers.service_plan(tier, pd.Series(["1", "2"], index=["x", "y"]), budget=1)


@given(customers, budgets)
def test_the_budget_is_spent_to_the_cent_by_contribution(given, budget) -> None:
    """Against fractions: the sum is exact, no share is a cent off, and losses earn nothing."""
    names = [name for name, _ in given]
    plan = tiers.service_plan(
        as_tiers(names), np.array([net / 100 for _, net in given]), budget=budget / 100
    )
    gains = {tier: sum(n for name, n in given if name == tier and n > 0) for tier in "ABC"}
    lost = {tier: [-n for name, n in given if name == tier and n < 0] for tier in "ABC"}
    cents = (plan["budget"] * 100).round().astype(int).to_dict()
    assert sum(cents.values()) == (budget if any(gains.values()) else 0)
    assert plan.attrs["unspent"] == (0 if any(gains.values()) else budget / 100)
    assert plan["contribution"].to_dict() == {tier: gain / 100 for tier, gain in gains.items()}
    for tier in "ABC":
        if gains[tier]:
            due = Fraction(budget * gains[tier], sum(gains.values()))
            assert abs(cents[tier] - due) < 1
        else:
            assert cents[tier] == 0
        fee = plan.loc[tier, "break_even_fee"]
        assert plan.loc[tier, "losses"] == sum(lost[tier]) / 100
        if lost[tier]:
            paid = round(fee * 100) * len(lost[tier])
            assert 0 <= paid - sum(lost[tier]) < len(lost[tier])  # no cent more than needed
        else:
            assert math.isnan(fee)


@given(customers, budgets, st.randoms(use_true_random=False))
def test_order_of_rows_never_matters(given, budget, random) -> None:
    """Shuffled customers give the same plan."""
    plans = [
        tiers.service_plan(
            as_tiers([name for name, _ in rows]),
            np.array([net / 100 for _, net in rows]),
            budget=budget / 100,
        )
        for rows in (given, random.sample(given, len(given)))
    ]
    assert plans[0].equals(plans[1])


def test_plan_leaves_its_input_as_it_was() -> None:
    """The caller's data is only read, so it may be read-only."""
    net_value = np.array([3.0, -1.0])
    net_value.flags.writeable = False
    tiers.service_plan(as_tiers(["A", "C"]), net_value, budget=1)
    assert net_value.tolist() == [3.0, -1.0]
