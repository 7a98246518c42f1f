import itertools
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
from custvalue import waking
from custvalue.waking import Effect, Offer, uplifts, wake_up

COLUMNS = {
    "wake": "boolean",
    "offer": "category",
    "expected_gain": "float64",
    "reason": "category",
}
UPLIFT_COLUMNS = {
    "contacted": "int64",
    "control": "int64",
    "contacted_responded": "int64",
    "control_responded": "int64",
    "contacted_share": "float64",
    "control_share": "float64",
    "uplift": "float64",
    "low": "float64",
    "high": "float64",
    "effect": "category",
}
STATES = [state.value for state in cv.ChurnState]

MAIL = Offer(
    "voucher", "coffee", "mail", 0.5, {"drowsy": 0.05, "half-asleep": 0.1, "asleep": 0}, margin=12
)
CALL = Offer("call", "coffee", "phone", 4, {"half-asleep": 0.25, "asleep": 0.02}, margin_share=0.5)

hundredths = st.integers(0, 100).map(lambda n: n / 100)
differences = st.integers(-20, 60).map(lambda n: n / 100)


@st.composite
def offer_lists(draw) -> list[Offer]:
    """Draw up to four offers, some free, some harmful, some not measured for some states."""
    return [
        Offer(
            f"offer {number}",
            "product",
            "channel",
            draw(st.integers(0, 400)) / 100,
            draw(st.dictionaries(st.sampled_from(STATES), differences)),
            margin=draw(st.integers(0, 30)),
        )
        for number in range(draw(st.integers(0, 4)))
    ]


@st.composite
def cases(draw, max_size: int = 6) -> tuple[pd.DataFrame, list[Offer]]:
    """Draw customers with a state and a chance, some of them missing, and offers to them."""
    known = st.tuples(st.sampled_from(STATES), hundredths)
    rows = draw(
        st.lists(
            st.one_of(known, known, known, st.sampled_from([(None, None), ("drowsy", None)])),
            max_size=max_size,
        )
    )
    frame = pd.DataFrame(rows, columns=["state", "chance"], index=range(100, 100 + len(rows)))
    return frame.astype({"state": object, "chance": float}), draw(offer_lists())


def plan_for(case, **how) -> pd.DataFrame:
    """Return the plan for a drawn case."""
    customers, offers = case
    return wake_up(customers, customers["state"], offers, customers["chance"], within=90, **how)


def cost_of(plan, offers) -> Fraction:
    """Return what a plan costs, exactly, from its rows."""
    cost = {offer.name: Fraction(repr(float(offer.cost))) for offer in offers}
    return sum((cost[name] for name in plan["offer"][plan["wake"].fillna(False)]), Fraction(0))


def gains_by_hand(case) -> list[dict[str, Fraction]]:
    """Return the gain of each customer's offers, exactly; none where nothing can be decided."""
    gains = []
    for state, chance in zip(case[0]["state"], case[0]["chance"], strict=True):
        own: dict[str, Fraction] = {}
        for offer in case[1]:
            if state is not None and not math.isnan(chance) and state in offer.uplift:
                base = Fraction(repr(chance))
                added = min(max(Fraction(repr(offer.uplift[state])), -base), 1 - base)
                cost = Fraction(repr(float(offer.cost)))
                own[offer.name] = added * Fraction(offer.margin) - cost
        gains.append(own)
    return gains


# --- one offer to one customer -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "chance", "gain"),
    [
        ("drowsy", 0.3, 0.1),  # 0.05 * 12 - 0.5
        ("half-asleep", 0.2, 0.7),  # 0.10 * 12 - 0.5
        ("half-asleep", 0.95, 0.1),  # 5 points are left below 100%
        ("asleep", 0.02, -0.5),
        ("awake", 0.6, math.nan),
    ],
)
def test_gain_of_one_contact(state, chance, gain) -> None:
    """Uplift × margin − cost, on top of the customer's own chance."""
    found = MAIL.expected_gain(state, chance)
    assert type(found) is float
    assert found == gain or math.isnan(found) == math.isnan(gain) is True


def test_margin_as_a_share_of_the_order() -> None:
    """Half of an average order of 100, at a quarter more chance, less 4."""
    assert CALL.expected_gain("half-asleep", 0.2, average_order_value=100) == 8.5
    assert CALL.expected_gain("half-asleep", 0.2, average_order_value=-100) == -16.5


def test_float_noise_is_no_gain() -> None:
    """0.07 × 100 − 7 is nothing, though floats make it 9e-16."""
    offer = Offer("exact", "coffee", "mail", 7, {"drowsy": 0.07}, margin=100)
    assert 0.07 * 100 - 7 > 0
    assert offer.expected_gain("drowsy", 0.5) == 0
    assert not wake_up(pd.DataFrame(index=[1]), ["drowsy"], [offer], [0.5], within=90)["wake"][1]


def test_decimal_amounts() -> None:
    """Amounts and shares may be decimals; one customer and many gain the same."""
    offer = Offer(
        "v", "coffee", "mail", Decimal("0.5"), {"drowsy": Decimal("0.05")}, margin=Decimal(12)
    )
    share = Offer("w", "coffee", "mail", Decimal(1), {"drowsy": 0.05}, margin_share=Decimal("0.5"))
    assert offer.expected_gain("drowsy", Decimal("0.2")) == 0.1
    assert share.expected_gain("drowsy", 0.2, average_order_value=Decimal(100)) == 1.5
    assert offer.explain("drowsy", Decimal("0.2")) == (
        "drowsy: 20% order anyway; v adds 5 points, worth 0.05 × 12 = 0.6, and costs 0.5: "
        "expected gain 0.1"
    )
    customers = pd.DataFrame({"average_order_value": [100.0]})
    plan = wake_up(customers, ["drowsy"], [offer, share], [0.2], within=np.int64(90))
    assert plan["expected_gain"].tolist() == [1.5]
    assert type(plan.attrs["within"]) is int


def test_a_negative_uplift_takes_no_more_than_there_is() -> None:
    """Who would order at 3% can lose 3 points at most."""
    offer = Offer("nagging", "coffee", "phone", 0, {"drowsy": -0.1}, margin=10)
    assert offer.expected_gain("drowsy", 0.03) == -0.3


def test_explaining_a_gain() -> None:
    """The sentence holds every number of the sum."""
    assert MAIL.explain("half-asleep", 0.2) == (
        "half-asleep: 20% order anyway; voucher adds 10 points, worth 0.1 × 12 = 1.2, "
        "and costs 0.5: expected gain 0.7"
    )
    assert MAIL.explain(cv.ChurnState.HALF_ASLEEP, 0.95) == (
        "half-asleep: 95% order anyway; voucher adds 5 points (of 10), worth 0.05 × 12 = 0.6, "
        "and costs 0.5: expected gain 0.1"
    )
    assert MAIL.explain("awake", 0.5) == "awake: voucher has no uplift measured for this state"


def test_offers_are_plain_values() -> None:
    """Equal by value, hashable, picklable, in the order of the states, whatever the keys are."""
    again = Offer(
        "voucher",
        "coffee",
        "mail",
        np.float64(0.5),
        pd.Series({"asleep": 0, cv.ChurnState.HALF_ASLEEP: 0.1, "drowsy": 0.05, "awake": None}),
        margin=np.int64(12),
    )
    assert again == MAIL
    assert hash(again) == hash(MAIL)
    assert pickle.loads(pickle.dumps(MAIL)) == MAIL
    assert list(again.uplift) == ["drowsy", "half-asleep", "asleep"]
    with pytest.raises(AttributeError):
        MAIL.cost = 0


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"name": ""}, cv.RuleError, "an offer needs a name of its own, got ''"),
        ({"name": "let sleep"}, cv.RuleError, "an offer needs a name of its own, got 'let sleep'"),
        ({"name": 7}, TypeError, "the name of an offer must be text, got 7 (int)"),
        ({"channel": None}, TypeError, "the channel of an offer must be text, got None (NoneType)"),
        ({"cost": -1}, cv.RuleError, "the cost of x must be at least 0, got -1"),
        ({"cost": "1"}, TypeError, "the cost of x must be a number, got '1' (str)"),
        ({"cost": math.inf}, cv.InputError, "the cost of x must be finite, got inf"),
        (
            {"uplift": 0.1},
            TypeError,
            "uplift must be a mapping from state to uplift, as {'drowsy': 0.05}, got 0.1",
        ),
        (
            {"uplift": {"sleepy": 0.1}},
            cv.RuleError,
            "a churn state must be one of awake, drowsy, half-asleep, asleep, got 'sleepy'",
        ),
        (
            {"uplift": {"drowsy": 5}},
            cv.RuleError,
            (
                "the uplift of drowsy must lie within -1 and 1, as a difference of two shares, got "
                "5: give 0.05 for five points"
            ),
        ),
        ({"uplift": {"drowsy": True}}, TypeError, "the uplift of drowsy must be a number, got"),
        (
            {"margin": None},
            cv.RuleError,
            (
                "x needs either margin (money per order) or margin_share (of the average order "
                "value), got neither"
            ),
        ),
        ({"margin_share": 0.5}, cv.RuleError, "of the average order value), got both"),
        ({"margin": math.nan}, cv.InputError, "the margin of x must be known, got nan"),
        ({"cost": Decimal("NaN")}, cv.InputError, "the cost of x must be known, got nan"),
        (
            {"margin": -1e300},
            cv.InputError,
            "the margin of x must be below 2**53 in size, got -1e+300: check its unit",
        ),
        (
            {"margin": None, "margin_share": 12},
            cv.RuleError,
            "the margin_share of x must lie within 0 and 1, got 12: give money per order as margin",
        ),
    ],
)
def test_offers_that_cannot_be(changed, error, says) -> None:
    """Each setting is checked, and the sentence says what it must be."""
    settings = {
        "name": "x",
        "product": "coffee",
        "channel": "mail",
        "cost": 1,
        "uplift": {"drowsy": 0.1},
        "margin": 10,
    }
    with pytest.raises(error, match=re.escape(says)):
        Offer(**{**settings, **changed})


@pytest.mark.parametrize(
    ("asked", "error", "says"),
    [
        (("drowsy", 1.5), cv.InputError, "the chance must lie within 0 and 1, got 1.5"),
        (("drowsy", None), cv.InputError, "the chance must be known, got None"),
        (("sleepy", 0.5), cv.RuleError, "a churn state must be one of awake"),
        (("asleep", 0.5), cv.InputError, "average_order_value must be known, got None"),
    ],
)
def test_customers_that_cannot_be_judged(asked, error, says) -> None:
    """For one customer everything needed must be known."""
    with pytest.raises(error, match=re.escape(says)):
        CALL.expected_gain(*asked)


# --- golden plans ------------------------------------------------------------------------------


def shop() -> tuple[pd.DataFrame, pd.Series, list[float | None]]:
    """Return seven customers, their states, and their chances."""
    customers = pd.DataFrame(
        {"average_order_value": [30.0, 30.0, 100.0, 20.0, 100.0, np.nan, np.nan]},
        index=["ann", "bob", "cem", "dan", "eva", "fay", "gus"],
    )
    states = pd.Series(
        ["awake", "drowsy", "half-asleep", "half-asleep", "asleep", None, "half-asleep"],
        index=customers.index,
    )
    return customers, states, [0.8, 0.3, 0.2, 0.1, None, 0.5, 0.3]


def test_a_plan_without_a_budget() -> None:
    """Every cell of a small plan is right, with the reason in words."""
    customers, states, chances = shop()
    plan = wake_up(customers, states, [MAIL, CALL], chances, within=90)
    assert plan.dtypes.astype(str).to_dict() == COLUMNS
    assert plan["offer"].cat.categories.tolist() == ["voucher", "call", "let sleep"]
    assert plan.index.equals(customers.index)
    assert plan["wake"].tolist() == [False, True, True, True, pd.NA, pd.NA, pd.NA]
    assert plan["offer"].fillna("let sleep").tolist() == [
        *("let sleep", "voucher", "call", "voucher"),
        *("let sleep", "let sleep", "let sleep"),
    ]
    assert plan["expected_gain"].iloc[:4].tolist() == [0.0, 0.1, 8.5, 0.7]
    assert plan[["wake", "offer", "expected_gain"]].iloc[4:].isna().all(axis=None)
    assert plan["reason"].tolist() == [
        "awake: no offer has an uplift measured for this state",
        "drowsy: voucher gains most",
        "half-asleep: call gains most",
        "half-asleep: voucher gains most",
        "no decision: the chance of an order is missing",
        "no decision: the state is missing, as of who never ordered",
        "no decision: the average order value is missing",
    ]
    attrs = dict(plan.attrs)
    assert math.isnan(attrs.pop("unspent"))
    assert attrs == {
        "within": 90,
        "contacted": 3,
        "cost": 5.0,
        "expected_gain": 9.3,
        "at_most_missed": 0.0,
    }


def test_a_plan_with_a_budget() -> None:
    """Mail comes first, as it gains more per cost; the call is a step the budget does not reach."""
    customers, states, chances = shop()
    plan = wake_up(customers, states, [MAIL, CALL], chances, within=90, budget=4.4)
    # Steps by gain per cost: cem call 8.5/4 (2.125); mail: cem, dan 0.7/0.5 (1.4), bob 0.1/0.5.
    # Cem's hull holds the call alone, 4.00; 0.40 is left, which reaches nobody.
    assert plan["offer"].dropna().to_dict() == {
        "ann": "let sleep",
        "bob": "let sleep",
        "cem": "call",
        "dan": "let sleep",
    }
    assert plan["reason"]["dan"] == (
        "half-asleep: voucher would gain, but the budget does not reach so far"
    )
    assert plan.attrs["unspent"] == 0.4
    assert plan.attrs["expected_gain"] == 8.5
    assert plan.attrs["at_most_missed"] == 0.56  # 0.4 at dan's 1.4 per cost
    assert plan_for_shop(budget=3.99)["offer"].dropna().to_dict() == {
        "ann": "let sleep",
        "bob": "voucher",
        "cem": "let sleep",
        "dan": "voucher",
    }


def plan_for_shop(**how) -> pd.DataFrame:
    """Return the plan of the shop."""
    customers, states, chances = shop()
    return wake_up(customers, states, [MAIL, CALL], chances, within=90, **how)


def test_a_cheaper_offer_where_the_best_is_out_of_reach() -> None:
    """The dearer offer adds less per further cost, so it waits, and the reason says so."""
    cheap = Offer("card", "coffee", "mail", 1, {"asleep": 0.3}, margin=10)
    dear = Offer("visit", "coffee", "shop", 5, {"asleep": 0.8}, margin=10)
    customers = pd.DataFrame(index=[3, 1, 2])
    plans = {
        budget: wake_up(
            customers, ["asleep"] * 3, [dear, cheap], [0.1] * 3, within=30, budget=budget
        )
        for budget in (0, 1, 2.99, 3, 6.99, 7, 15)
    }
    offers = {budget: plan["offer"].sort_index().tolist() for budget, plan in plans.items()}
    none, card, visit = "let sleep", "card", "visit"
    assert offers == {
        0: [none, none, none],
        1: [card, none, none],
        2.99: [card, card, none],
        3: [card, card, card],
        6.99: [card, card, card],
        7: [visit, card, card],
        15: [visit, visit, visit],
    }
    assert (
        plans[3]["reason"].tolist()
        == ["asleep: card gains most of what the budget reaches; visit would gain more"] * 3
    )
    assert plans[6.99].attrs["at_most_missed"] == 0.9975  # 3.99 left, at 1 more per 4 more


def test_a_free_offer_needs_no_budget() -> None:
    """What costs nothing is given to all who gain, even with nothing to spend."""
    free = Offer("greeting", "coffee", "app", 0, {"drowsy": 0.01, "asleep": -0.01}, margin=10)
    better = Offer("song", "coffee", "app", 0, {"drowsy": 0.02}, margin=10)
    paid = Offer("card", "coffee", "mail", 1, {"drowsy": 0.2}, margin=10)
    customers = pd.DataFrame(index=["ann", "bob"])
    for budget, offers in ((0, ["song", "let sleep"]), (1, ["card", "let sleep"])):
        plan = wake_up(
            customers,
            ["drowsy", "asleep"],
            [free, better, paid],
            [0, 0.5],
            within=30,
            budget=budget,
        )
        assert plan["offer"].tolist() == offers
    assert plan["reason"]["bob"] == "asleep: not even greeting wins more than it costs"


def test_of_equal_offers_the_cheaper_then_the_first() -> None:
    """Equal gains are settled by cost, equal costs by the order given."""
    dear = Offer("dear", "coffee", "mail", 2, {"asleep": 0.3}, margin=10)
    one = Offer("one", "coffee", "mail", 1, {"asleep": 0.2}, margin=10)
    two = Offer("two", "tea", "mail", 1, {"asleep": 0.2}, margin=10)
    customers = pd.DataFrame(index=[1])
    for budget in (None, 1, 5):
        for offers, chosen in (([dear, one, two], "one"), ([two, dear, one], "two")):
            plan = wake_up(customers, ["asleep"], offers, [0], within=30, budget=budget)
            assert plan["offer"].tolist() == [chosen]


def test_a_whole_budget_for_one_thing_is_left_out_not_waited_for() -> None:
    """A step that no longer fits is left out, cheaper ones after it are still taken."""
    offers = [
        Offer("visit", "coffee", "shop", 60, {"asleep": 0.5}, margin=1000),
        Offer("card", "coffee", "mail", 1, {"drowsy": 0.006}, margin=1000),
    ]
    customers = pd.DataFrame(index=range(4))
    states = ["asleep", "asleep", "drowsy", "drowsy"]
    plan = wake_up(customers, states, offers, [0.1] * 4, within=30, budget=119)
    assert plan["offer"].tolist() == ["visit", "let sleep", "card", "card"]
    assert plan.attrs["unspent"] == 57


def test_equal_customers_are_settled_by_id() -> None:
    """Where the budget ends among equals, the smaller ids get it, in whatever order they stand."""
    for ids in ([3, 1, 2], ["c", "a", "b"], [(2, "x"), (1, "x"), (1, "y")]):
        index = pd.MultiIndex.from_tuples(ids) if isinstance(ids[0], tuple) else pd.Index(ids)
        plan = wake_up(
            pd.DataFrame(index=index), ["drowsy"] * 3, [MAIL], [0.1] * 3, within=9, budget=1
        )
        woken = [one for one, wake in zip(ids, plan["wake"], strict=True) if wake]
        assert sorted(woken) == sorted(ids)[:2]


def test_ids_that_do_not_compare_go_by_appearance() -> None:
    """Then there is no other order."""
    customers = pd.DataFrame(index=pd.Index(["b", 1, "a"], dtype=object))
    plan = wake_up(customers, ["drowsy"] * 3, [MAIL], [0.1] * 3, within=9, budget=1)
    assert plan["wake"].tolist() == [True, True, False]


def test_nobody_and_nothing() -> None:
    """Without customers the table is empty; without offers everybody sleeps on."""
    for offers in ([], [MAIL, CALL]):
        customers = pd.DataFrame({"average_order_value": pd.Series(dtype=float)})
        plan = wake_up(customers, [], offers, [], within=90, budget=0)
        assert len(plan) == 0
        assert plan.dtypes.astype(str).to_dict() == COLUMNS
        assert plan.attrs["contacted"] == 0
    plan = wake_up(pd.DataFrame(index=[1]), ["asleep"], [], [0.5], within=90, budget=10)
    assert plan["reason"].tolist() == ["asleep: no offer has an uplift measured for this state"]
    assert (plan["offer"].tolist(), plan.attrs["unspent"]) == (["let sleep"], 10.0)


def test_chances_in_any_container(container) -> None:
    """The same plan from lists, arrays and Series of any dtype."""
    chances = container([0.1, None, 0.99, 0.5])
    index = chances.index if isinstance(chances, pd.Series) else pd.RangeIndex(4)
    if not index.is_unique:
        chances, index = chances.set_axis(["b", 1, "a", 2]), ["b", 1, "a", 2]
    plan = wake_up(pd.DataFrame(index=index), ["drowsy"] * 4, [MAIL], chances, within=90)
    assert plan["wake"].tolist() == [True, pd.NA, False, True]


@pytest.mark.parametrize("dtype", ["float64", "Float64", "double[pyarrow]", "object"])
def test_order_values_in_any_dtype(dtype) -> None:
    """A missing average order value is missing in every dtype."""
    values = pd.Series([100.0, None], dtype=object).astype(dtype)
    customers = pd.DataFrame({"average_order_value": values})
    plan = wake_up(customers, ["half-asleep"] * 2, [CALL], [0.1, 0.1], within=90)
    assert plan["wake"].tolist() == [True, pd.NA]


def test_states_of_a_sleep_policy() -> None:
    """The customer table, a policy's states and any object that knows chances go together."""

    class Halving:
        """A chance that halves each 30 days, and remembers what it was asked."""

        def chance_of_return(self, silence, *, within, **how):
            """Return the chance, as a return curve does."""
            self.asked = {"within": within, **how}
            return 0.5 ** (silence / 30)

    customers = cv.OrderLog.from_frame(cv.examples.example_orders()).customers("2026-03-20")
    curve = Halving()
    states = cv.SleepPolicy(30, 60, 90).classify(customers)
    plan = wake_up(customers, states, [MAIL], curve, within=90)
    assert plan["offer"].to_dict() == {"ann": "voucher", "bob": "voucher"}
    assert curve.asked["within"] == 90
    assert curve.asked["order_days"].to_dict() == {"ann": 3, "bob": 1}
    assert list(curve.asked) == ["within", "order_days", "mean_gap_days"]
    wake_up(customers[["days_since_last_order"]], states, [MAIL], curve, within=90)
    assert list(curve.asked) == ["within"]


# --- laws --------------------------------------------------------------------------------------


@given(cases())
def test_plans_agree_with_the_offers(case) -> None:
    """The scalar of an offer is the oracle: who is woken gains most, who is not gains nothing."""
    plan = plan_for(case)
    offers = {offer.name: offer for offer in case[1]}
    for customer, state, chance in case[0].itertuples():
        row = plan.loc[customer]
        if state is None or math.isnan(chance):
            assert row["wake"] is pd.NA
            assert row["reason"].startswith("no decision: ")
            continue
        gains = {name: offer.expected_gain(state, chance) for name, offer in offers.items()}
        most = max([0.0, *(gain for gain in gains.values() if not math.isnan(gain))])
        assert row["expected_gain"] == most
        assert bool(row["wake"]) == (most > 0)
        if row["wake"]:
            assert gains[row["offer"]] == most
        assert row["reason"].startswith(state)


@given(cases(), st.one_of(st.none(), st.integers(0, 1500)))
def test_money_is_right(case, cents) -> None:
    """Nobody is woken at a loss, the budget holds, and the totals are those of the rows."""
    plan = plan_for(case, budget=None if cents is None else cents / 100)
    assert (plan["expected_gain"][plan["wake"].fillna(False)] > 0).all()
    assert (plan["expected_gain"][~plan["wake"].fillna(True)] == 0).all()
    cost = cost_of(plan, case[1])
    assert plan.attrs["cost"] == float(cost)
    assert plan.attrs["contacted"] == plan["wake"].sum()
    assert plan.attrs["expected_gain"] == pytest.approx(plan["expected_gain"].sum(), abs=1e-9)
    if cents is not None:
        assert cost <= Fraction(cents, 100)
        assert plan.attrs["unspent"] == float(Fraction(cents, 100) - cost)


@given(cases(max_size=4), st.integers(0, 1200))
def test_no_choice_gains_more_than_is_said(case, cents) -> None:
    """Against every choice there is: the best one gains at most `at_most_missed` more."""
    budget = Fraction(cents, 100)
    plan = plan_for(case, budget=cents / 100)
    costs = {offer.name: Fraction(repr(float(offer.cost))) for offer in case[1]}
    options = [[None, *own] for own in gains_by_hand(case)]
    best = max(
        sum(gains[one] for gains, one in zip(gains_by_hand(case), choice, strict=True) if one)
        for choice in itertools.product(*options)
        if sum(costs[one] for one in choice if one) <= budget
    )
    missed = Fraction(plan.attrs["at_most_missed"])
    assert float(best) <= plan.attrs["expected_gain"] + float(missed) + 1e-9
    assert plan.attrs["expected_gain"] <= float(best) + 1e-9
    dearest = max([0, *(gain for own in gains_by_hand(case) for gain in own.values())])
    assert missed <= dearest + Fraction(1, 10**6)  # less than one customer's largest gain


@given(cases(max_size=10), st.lists(st.integers(0, 2500), min_size=2, max_size=5))
def test_a_larger_budget_never_gains_less(case, budgets) -> None:
    """Totals do not fall with the budget, and end at those without one."""
    totals = [
        plan_for(case, budget=cents / 100).attrs["expected_gain"] for cents in sorted(budgets)
    ]
    assert totals == sorted(totals)
    ample, unlimited = plan_for(case, budget=1_000_000), plan_for(case)
    pd.testing.assert_frame_equal(ample, unlimited)
    assert totals[-1] <= unlimited.attrs["expected_gain"]


@given(cases(max_size=10), st.integers(0, 1500), st.randoms(use_true_random=False))
def test_order_of_customers_never_matters(case, cents, random) -> None:
    """Shuffled customers get the same."""
    customers, offers = case
    rows = random.sample(range(len(customers)), len(customers))
    plan = plan_for(case, budget=cents / 100)
    again = plan_for((customers.iloc[rows], offers), budget=cents / 100)
    pd.testing.assert_frame_equal(again.sort_index(), plan)
    assert repr(again.attrs) == repr(plan.attrs)


@given(cases(max_size=3), st.integers(0, 3000))
def test_equal_customers_are_treated_alike(case, cents) -> None:
    """Twins differ only where the budget ends: at one step, those who get more come first."""
    customers, offers = case
    twins = pd.concat([customers.set_axis(customers.index + 1000 * n) for n in range(4)])
    plan = plan_for((twins, offers), budget=cents / 100)
    gains = plan["expected_gain"].to_numpy().reshape(4, -1).T
    for own in gains[~np.isnan(gains).any(axis=1)].tolist():
        assert own == sorted(own, reverse=True)
        assert len(set(own)) <= 1 + len({offer.cost for offer in offers})
    alike = plan_for((twins, offers))
    assert alike["offer"].astype(object).groupby(alike.index % 1000).nunique().le(1).all()


def test_many_customers_in_blocks() -> None:
    """Blocks leave no seam: the plan is that of its parts."""
    n = 150_000
    days = np.arange(n) % 120
    customers = pd.DataFrame(index=np.arange(n))
    states, chances = cv.SleepPolicy(30, 60, 90).classify(pd.Series(days)), 1 / (1 + days)
    plan = wake_up(customers, states, [MAIL], chances, within=90)
    first = wake_up(customers[:120], states[:120], [MAIL], chances[:120], within=90)
    assert plan["expected_gain"].tolist() == first["expected_gain"].tolist() * (n // 120)
    tight = wake_up(customers, states, [MAIL], chances, within=90, budget=10_000)
    assert (tight.attrs["contacted"], tight.attrs["unspent"]) == (20_000, 0.0)
    assert tight["expected_gain"].max() == plan["expected_gain"].max()


def test_order_values_that_cannot_be() -> None:
    """Money far beyond any order is an error, for one customer and, naming the rows, for many."""
    sentence = "average_order_value must be below 2**53 in size, got"
    with pytest.raises(cv.InputError, match=re.escape(f"{sentence} 1e+300: check its unit")):
        CALL.expected_gain("asleep", 0.1, average_order_value=1e300)
    customers = pd.DataFrame({"average_order_value": [1.0, 1e300, None]}, index=list("abc"))
    with pytest.raises(cv.InputError, match=re.escape(f"{sentence} more in row b: correct")):
        wake_up(customers, ["asleep"] * 3, [CALL], [0.1] * 3, within=90)


def test_the_callers_data_stays_as_it_is() -> None:
    """Everything is only read, so it may be read-only."""
    customers, states, chances = shop()
    given_chances = np.array(chances, dtype=float)
    given_chances.flags.writeable = False
    copies = customers.copy(), states.copy()
    wake_up(customers, states, [MAIL, CALL], given_chances, within=90, budget=3)
    pd.testing.assert_frame_equal(customers, copies[0])
    pd.testing.assert_series_equal(states, copies[1])
    assert customers.attrs == {}


# --- errors of plans ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        (
            {"curve": [0.1, 1.2, -0.1]},
            cv.InputError,
            "chances must lie within 0 and 1, got others in rows b, c: give shares, not percent",
        ),
        ({"curve": [0.1, 0.2]}, cv.InputError, "customers and chances must have one length"),
        (
            {"curve": pd.Series([0.1, 0.2, 0.3], index=list("acb"))},
            cv.InputError,
            "customers and chances must share one index in one order",
        ),
        (
            {"curve": 0.2},
            TypeError,
            "curve must be a ReturnCurve, or a column of chances from another model, got float",
        ),
        ({"curve": ["1", "2", "3"]}, TypeError, "chances must hold numbers"),
        ({"states": ["drowsy", "awake"]}, cv.InputError, "customers and states must have one"),
        (
            {"states": ["drowsy", "sleepy", "awake"]},
            cv.InputError,
            (
                "states must hold labels of ChurnState (awake, drowsy, half-asleep, asleep), got "
                "'sleepy' in row 1"
            ),
        ),
        ({"customers": [1, 2, 3]}, TypeError, "customers must be a pandas DataFrame, got list"),
        (
            {"customers": pd.DataFrame(index=list("aba"))},
            cv.InputError,
            "customers must hold each customer once, got more of a: keep one row each",
        ),
        ({"offers": MAIL}, TypeError, "offers must be a list of waking.Offer, got Offer"),
        ({"offers": ["mail"]}, TypeError, "offers must be a list of waking.Offer, got 'mail' in"),
        (
            {"offers": [MAIL, MAIL]},
            cv.RuleError,
            "offers must have names of their own, got more of voucher: rename one",
        ),
        (
            {"offers": [CALL]},
            cv.InputError,
            (
                "customers must have the columns average_order_value; it lacks average_order_value "
                "and has none: give the column, or offers with margin in money"
            ),
        ),
        ({"within": 0}, cv.InputError, "within must be above 0, got 0 [days]"),
        ({"within": "90"}, TypeError, "within must be a number"),
        ({"budget": -1}, cv.InputError, "budget must be at least 0, below 2**53 minor units and"),
        ({"budget": 0.001}, cv.InputError, "and a whole number of them, got 0.001: round it, or"),
        ({"decimals": 0}, cv.InputError, "the cost of voucher must be at least 0, below 2**53"),
        ({"decimals": 9}, cv.InputError, "decimals must be a whole number from 0 to 6, got 9"),
    ],
)
def test_plans_that_cannot_be_made(changed, error, says) -> None:
    """Whatever does not fit is named, with the rows."""
    how = {
        "customers": pd.DataFrame(index=list("abc")),
        "states": ["drowsy", "awake", "asleep"],
        "offers": [MAIL],
        "curve": [0.1, 0.2, 0.3],
        "within": 90,
        **changed,
    }
    with pytest.raises(error, match=re.escape(says)):
        wake_up(**how)


def test_a_curve_needs_the_silence() -> None:
    """A curve looks at the days since the last order."""

    class Curve:
        """Something that knows chances."""

        def chance_of_return(self, silence, *, within, **how):
            """Return a chance for each."""
            assert within == how.get("within", within)
            return silence * 0

    with pytest.raises(cv.InputError, match="customers must have the columns days_since_last"):
        wake_up(pd.DataFrame(index=[1]), ["drowsy"], [MAIL], Curve(), within=90)


# --- campaigns ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "interval"),
    [
        # Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10.
        ((56, 70), (48, 80), [0.0524, 0.3339]),
        ((9, 10), (3, 10), [0.1705, 0.8090]),
        ((6, 7), (2, 7), [0.0582, 0.8062]),
        ((5, 56), (0, 29), [-0.0381, 0.1926]),
        ((0, 10), (0, 20), [-0.1611, 0.2775]),
        ((0, 10), (0, 10), [-0.2775, 0.2775]),
        ((10, 10), (0, 20), [0.6791, 1.0000]),
        ((10, 10), (0, 10), [0.6075, 1.0000]),
    ],
)
def test_newcombes_table(one, other, interval) -> None:
    """The interval is the published one, in all eight of his examples."""
    table = uplifts(**campaign(x=(one[1], one[0], other[1], other[0])))
    assert table[["low", "high"]].round(4).loc["x"].tolist() == interval


def campaign(**counts) -> dict:
    """Return a campaign's columns from (contacted, of these yes, control, of these yes)."""
    rows = [
        (group, contacted, number < yes)
        for group, (reached, reached_yes, control, control_yes) in counts.items()
        for contacted, size, yes in ((True, reached, reached_yes), (False, control, control_yes))
        for number in range(size)
    ]
    groups, contacted, responded = zip(*rows, strict=True) if rows else ([], [], [])
    return {"groups": list(groups), "contacted": list(contacted), "responded": list(responded)}


def test_a_campaign_in_every_cell() -> None:
    """Gains, harm, nothing to tell and too few, best state first, in every cell and dtype."""
    given_campaign = campaign(
        asleep=(100, 5, 100, 4),
        drowsy=(400, 120, 400, 80),
        awake=(400, 200, 400, 260),
        halfasleep=(20, 20, 20, 0),
    )
    states = [{"halfasleep": "half-asleep"}.get(one, one) for one in given_campaign["groups"]]
    states = pd.Series(pd.Categorical(states, dtype=cv.ChurnState.dtype()), name="state")
    table = uplifts(
        states, contacted=given_campaign["contacted"], responded=given_campaign["responded"]
    )
    assert table.dtypes.astype(str).to_dict() == UPLIFT_COLUMNS
    assert table.index.name == "state"
    assert table.index.tolist() == ["awake", "drowsy", "half-asleep", "asleep"]
    assert table["contacted"].tolist() == [400, 400, 20, 100]
    assert table["control"].tolist() == [400, 400, 20, 100]
    assert table["contacted_responded"].tolist() == [200, 120, 20, 5]
    assert table["control_responded"].tolist() == [260, 80, 0, 4]
    assert table["contacted_share"].tolist() == [0.5, 0.3, 1.0, 0.05]
    assert table["control_share"].tolist() == [0.65, 0.2, 0.0, 0.04]
    assert table["uplift"].round(12).tolist() == [-0.15, 0.1, 1.0, 0.01]
    assert table["effect"].tolist() == ["lowers", "raises", "cannot tell", "cannot tell"]
    assert table.loc["half-asleep", "low"] > 0  # too few, however clear it looks
    assert table.attrs == {"without_group": 0}
    sure = table[table["effect"] != Effect.CANNOT_TELL.value]
    offer = Offer("again", "coffee", "mail", 1, sure["uplift"], margin=20)
    assert list(offer.uplift) == ["awake", "drowsy"]


def test_groups_of_any_kind() -> None:
    """Text and whole numbers are sorted; missing groups are left out and counted."""
    table = uplifts(["b", "a", None, ""], contacted=[1, 0, 1, 0], responded=[1, 0, 0, 1])
    assert table.index.tolist() == ["a", "b"]
    assert table.index.name == "group"
    assert table[["contacted", "control"]].to_numpy().tolist() == [[0, 1], [1, 0]]
    assert table[["uplift", "low", "high"]].isna().all(axis=None)
    assert table["effect"].tolist() == ["cannot tell"] * 2
    assert table.attrs == {"without_group": 2}
    tiers = pd.Categorical(["C", "A", None], dtype=cv.ABCTier.dtype())
    table = uplifts(tiers, contacted=[1, 0, 1], responded=[1, 0, 1])
    assert table.index.tolist() == ["A", "B", "C"]
    assert table["contacted"].tolist() == [0, 0, 1]
    plain = pd.Categorical([7, 3], categories=[7, 3])
    assert uplifts(plain, contacted=[1, 0], responded=[1, 0]).index.tolist() == [7, 3]


def test_how_few_are_too_few() -> None:
    """Any whole number will do, also numpy's; with so many on either side the effect is told."""
    columns = campaign(drowsy=(12, 12, 15, 0))
    for fewest, effect in ((np.int64(12), "raises"), (13, "cannot tell")):
        assert uplifts(**columns, fewest=fewest)["effect"].tolist() == [effect]


def test_nobody_was_in_the_campaign() -> None:
    """An empty campaign has an empty table, or rows of nobody."""
    table = uplifts([], contacted=[], responded=[])
    assert len(table) == 0
    assert table.dtypes.astype(str).to_dict() == UPLIFT_COLUMNS
    states = pd.Categorical([], dtype=cv.ChurnState.dtype())
    assert uplifts(states, contacted=[], responded=[])["contacted"].tolist() == [0, 0, 0, 0]


def test_flags_in_any_container(container) -> None:
    """Flags as 1 and 0 of any dtype."""
    flags = [1, 1, 0, 0]
    contacted, responded = container(flags), container([1, 0, 1, 0])
    groups = ["x"] * 4
    if isinstance(contacted, pd.Series):
        groups = pd.Series(groups, index=contacted.index)
    table = uplifts(groups, contacted=contacted, responded=responded, fewest=1)
    assert table[["contacted_share", "control_share"]].to_numpy().tolist() == [[0.5, 0.5]]


counts = st.integers(0, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


@given(counts, counts, st.floats(0.5, 0.99))
def test_intervals_hold_the_difference(contacted, control, level) -> None:
    """The uplift lies in its interval, which lies in [-1, 1]; sides swapped, all change sign."""
    there = campaign(x=(*contacted, *control))
    table = uplifts(**there, level=level, fewest=1)
    if not contacted[0] or not control[0]:
        assert table["uplift"].isna().all()
        return
    row = table.loc["x"]
    assert -1 <= row["low"] <= row["uplift"] <= row["high"] <= 1
    back = uplifts(**{**there, "contacted": [not flag for flag in there["contacted"]]}, level=level)
    assert back.loc["x", "uplift"] == -row["uplift"]
    assert back.loc["x", "low"] == pytest.approx(-row["high"])
    shown = {"raises": row["low"] > 0, "lowers": row["high"] < 0}
    assert shown.get(row["effect"], not any(shown.values()))


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        (
            {"contacted": [True, None]},
            cv.InputError,
            "contacted must be known for every customer, got missing in row 1: leave these",
        ),
        ({"responded": [1, math.nan]}, cv.InputError, "responded must be known for every customer"),
        ({"responded": [1, 2]}, cv.InputError, "responded must be true or false (or 1 and 0)"),
        ({"responded": [1]}, cv.InputError, "groups and responded must have one length"),
        ({"contacted": [1]}, cv.InputError, "groups and contacted must have one length"),
        ({"groups": [0.5, 1.5]}, TypeError, "groups must be text or whole numbers, got 0.5"),
        ({"fewest": 0}, cv.InputError, "fewest must be a whole number of at least 1, got 0 (int)"),
        ({"fewest": True}, cv.InputError, "fewest must be a whole number of at least 1, got True"),
        ({"level": 1}, cv.InputError, "level must lie between 0 and 1, got 1"),
    ],
)
def test_campaigns_that_cannot_be_read(changed, error, says) -> None:
    """Faulty columns are named, with the rows."""
    how = {"groups": ["x", "x"], "contacted": [True, False], "responded": [True, False], **changed}
    with pytest.raises(error, match=re.escape(says)):
        uplifts(**how)


def test_labelled_flags_must_match() -> None:
    """Two Series about other customers are refused, also where the groups have no labels."""
    contacted, responded = pd.Series([1, 0]), pd.Series([1, 0], index=[1, 0])
    with pytest.raises(cv.InputError, match="contacted and responded must share one index"):
        uplifts(["x", "x"], contacted=contacted, responded=responded)


def test_the_module_says_what_is_public() -> None:
    """Everything listed is there, with a docstring."""
    for name in waking.__all__:
        assert getattr(waking, name).__doc__
