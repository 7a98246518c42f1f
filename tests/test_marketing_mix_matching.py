"""Which offers meet one customer's needs, best first."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import custvalue as cv
from custvalue.errors import InputError, RuleError
from custvalue.marketing_mix import Need, Offer, match
from needs_and_offers import NEEDS, OFFERS

HOLE = [
    Need("solution", "diameter_mm", cv.at_most(6), must_have=True),
    Need("solution", "hardness", cv.equals("wood"), must_have=True),
    Need("cost", "price", cv.at_most(60), must_have=True),
    Need("convenience", "in_stock", cv.is_true()),
    Need("communication", "shown_how", cv.is_true(), weight=0.5),
]
BEST_VALUE = Offer(
    "best value",
    price=55,
    product={"diameter_mm": 13, "hardness": "stone"},
    place={"in_stock": True},
    promotion={"shown_how": True},
)
MODEST = Offer(
    "modest",
    price=35,
    product={"diameter_mm": 6, "hardness": "wood"},
    place={"in_stock": False},
)


def test_the_drill():
    """Assistant A's best value loses to the small drill of assistant B, who asked what for."""
    table = match(HOLE, [BEST_VALUE, MODEST])
    assert table.index.tolist() == ["modest", "best value"]
    assert table.index.name == "offer"
    assert table.columns.tolist() == [
        "meets_all",
        "must_haves_met",
        "share_met",
        "price",
        "unmet",
        "unknown",
    ]
    assert table["meets_all"].tolist() == [True, False]
    assert table["must_haves_met"].tolist() == [3, 1]
    assert table["share_met"].tolist() == [0.0, 1.0]
    assert table["price"].tolist() == [35.0, 55.0]
    assert table["unmet"].tolist() == [
        (
            "in_stock is true (nice to have, weight 1)",
            "shown_how is true (nice to have, weight 0.5)",
        ),
        ("diameter_mm ≤ 6 (must-have)", "hardness = wood (must-have)"),
    ]
    assert table["unknown"].tolist() == [("shown_how",), ()]
    assert table.attrs == {"must_haves": 3, "open_questions": []}


def test_no_needs_but_to_pay():
    """Ability to pay is always a must-have; of offers that meet it the cheapest comes first."""
    table = match([], [BEST_VALUE, MODEST])
    assert table["meets_all"].tolist() == [True, True]
    assert table["must_haves_met"].tolist() == [1, 1]
    assert table.index.tolist() == ["modest", "best value"]
    assert np.isnan(table["share_met"]).all()
    assert table.attrs["open_questions"] == list(cv.marketing_mix.translate([]).open_questions)


def test_equals_stand_as_given():
    """Same needs met at the same price: the order given decides, in either order."""
    twins = [Offer("b", price=5), Offer("a", price=5.0)]
    assert match([], twins).index.tolist() == ["b", "a"]
    assert match([], twins[::-1]).index.tolist() == ["a", "b"]


def test_weights_add_as_written():
    """0.1 and 0.2 are as much as 0.3, so the cheaper offer comes first."""
    wishes = [
        Need("solution", name, cv.is_true(), weight=weight)
        for name, weight in [("a", 0.1), ("b", 0.2), ("c", 0.3)]
    ]
    two = Offer("two", price=9, product={"a": True, "b": True, "c": False})
    one = Offer("one", price=8, product={"a": False, "b": False, "c": True})
    table = match(wishes, [two, one])
    assert table.index.tolist() == ["one", "two"]
    assert table["share_met"].tolist() == [0.5, 0.5]


def test_what_is_unknown():
    """An attribute nobody mentions is not met and listed once; `missing` is met by just that."""
    needs = [
        Need("solution", "noise", cv.at_most(60)),
        Need("solution", "noise", cv.known(), must_have=True),
        Need("solution", "smell", cv.missing(), must_have=True),
    ]
    silent, loud = Offer("silent", price=1), Offer("loud", price=2, product={"noise": 90})
    table = match(needs, [silent, loud])
    assert table.index.tolist() == ["loud", "silent"]
    assert table["unknown"].tolist() == [(), ("noise",)]
    assert table.loc["silent", "unmet"] == (
        "noise is known (must-have)",
        "noise ≤ 60 (nice to have, weight 1)",
    )
    assert table["must_haves_met"].tolist() == [3, 2]
    smelly = silent.with_value("solution", "smell", "rose")
    assert "smell is missing (must-have)" in match(needs, [smelly]).loc["silent", "unmet"]


@pytest.mark.parametrize(
    ("needs", "offers", "error", "sentence"),
    [
        (HOLE, [], InputError, "match needs at least one offer, got none"),
        (HOLE, MODEST, TypeError, r"match takes a list of offers, got Offer: write \[offer\]"),
        (
            HOLE,
            ["drill"],
            TypeError,
            r"match takes offers, got 'drill': make one, as Offer\('modest', price=35\)",
        ),
        (
            HOLE,
            [MODEST, BEST_VALUE, MODEST],
            RuleError,
            "offers must have names of their own, got more of modest: rename one",
        ),
        (
            HOLE[0],
            [MODEST],
            TypeError,
            r"match takes a list of needs, got Need: write match\(\[need\], offers\)",
        ),
        (["cheap"], [MODEST], TypeError, "match takes needs, got 'cheap': make one, as Need"),
        (
            [Need("solution", "hardness", cv.at_most(6))],
            [MODEST],
            TypeError,
            (
                r"offer modest, hardness: what at_most\(6\) is asked about must be a number, got "
                r"'wood' \(str\)"
            ),
        ),
        (
            [Need("solution", "diameter_mm", cv.is_true())],
            [MODEST],
            InputError,
            (
                r"offer modest, diameter_mm: what is_true\(\) is asked about must be true or false "
                r"\(or 1 and 0\), got 6"
            ),
        ),
    ],
)
def test_what_cannot_be_matched(needs, offers, error, sentence):
    """Needs and offers, at least one of these, each with a name and values that can be compared."""
    with pytest.raises(error, match=f"^{sentence}"):
        match(needs, offers)


@settings(max_examples=100, deadline=None)
@given(NEEDS, OFFERS)
def test_the_order_and_the_counts(needs, offers):
    """Who meets all leads, then the share, then the price; met and unmet make up all needs."""
    table = match(needs, offers)
    assert sorted(table.index) == sorted(offer.name for offer in offers)
    keys = list(
        zip(~table["meets_all"], -table["share_met"].fillna(0), table["price"], strict=True)
    )
    assert keys == sorted(keys)
    by_name = {offer.name: offer for offer in offers}
    for name, row in table.iterrows():
        holds = [n.condition.holds(by_name[name].value_of(n.aspect, n.attribute)) for n in needs]
        unmet = [need for need, held in zip(needs, holds, strict=True) if not held]
        assert sorted(row["unmet"]) == sorted(need.describe() for need in unmet)
        assert row["meets_all"] == (not any(need.must_have for need in unmet))
        lacking = sum(need.must_have for need in unmet)
        assert row["must_haves_met"] == table.attrs["must_haves"] - lacking


@settings(max_examples=50, deadline=None)
@given(NEEDS, OFFERS, st.randoms(use_true_random=False))
def test_the_order_of_needs_does_not_matter(needs, offers, random):
    """Asked in another order, the same customer gets the same offers."""
    shuffled = random.sample(needs, len(needs))
    columns = ["meets_all", "must_haves_met", "share_met", "price"]
    assert match(shuffled, offers)[columns].equals(match(needs, offers)[columns])
