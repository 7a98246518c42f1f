"""A new offer for those whom no offer serves."""

import itertools

import pytest
from hypothesis import given, settings

import custvalue as cv
from custvalue.errors import InputError, RuleError
from custvalue.marketing_mix import Offer, Proposal, new_offer
from needs_and_offers import BY_CUSTOMER, OFFERS, can_buy, must, pays

THIN = must("solution", "diameter_mm", cv.at_most(6))
NEEDS = {"ann": [pays(60), THIN], "bob": [pays(30)], "cem": [pays(25), THIN], "dan": [pays(5)]}
OPTIONS = {"price": [45, 30, 25, 20], "product": {"diameter_mm": [8, 6, 4], "hue": ["red"]}}

# Few enough that every combination can be tried; nothing is said about stock.
SHORT = {
    "price": [4, 1],
    "costs": {"fee": [0, 5]},
    "product": {"size": [5, 2], "colour": ["red", "blue"]},
}
TOPICS = {
    ("cost", "price"): [4, 1],
    ("cost", "fee"): [0, 5],
    ("solution", "size"): [5, 2],
    ("solution", "colour"): ["red", "blue"],
}


def test_a_new_offer():
    """Of values that win the same the first stated; what nobody asks about takes its first."""
    found = new_offer(NEEDS, options=OPTIONS, name="handy")
    offer = Offer("handy", price=25, product={"diameter_mm": 6, "hue": "red"})
    assert found == Proposal(offer, wins=3, unserved=4, at_most=3)
    assert str(found) == (
        "handy (price 25, diameter_mm 6, hue red) wins 3 of 4 unserved customers. It was found "
        "step by step; no offer made of these options wins more than 3."
    )


def test_who_is_served_is_left_alone():
    """Only those for whom no present offer fits are to be won."""
    cheap = Offer("cheap", price=20, product={"diameter_mm": 10})
    found = new_offer(NEEDS, offers=[cheap], options=OPTIONS)
    assert (found.offer.price, found.wins, found.unserved, found.at_most) == (25, 2, 3, 2)
    nobody = new_offer({"bob": NEEDS["bob"]}, offers=[cheap], options=OPTIONS)
    assert (nobody.offer.price, nobody.wins, nobody.unserved) == (45, 0, 0)
    assert new_offer({}, options={"price": [3]}) == Proposal(Offer("new offer", price=3), 0, 0, 0)


def test_what_the_offer_does_not_say():
    """Must-haves about anything without an option fail, but for those that ask for silence."""
    needs = {
        1: [must("solution", "hue", cv.known())],
        2: [must("solution", "hue", cv.missing())],
        3: [must("cost", "fee", cv.at_most(3))],
        4: [],
    }
    found = new_offer(needs, options={"price": [3]})
    assert (found.wins, found.unserved, found.at_most) == (2, 4, 2)


def a_b_c(**values):
    """Return must-haves for some of three attributes, each one of some values."""
    return [must("solution", name, cv.one_of(*some)) for name, some in values.items()]


def test_a_hasty_first_step():
    """Most want a = 1, each another b; who wants a = 2 agrees, and the search starts there, too."""
    needs = dict(enumerate([a_b_c(a=[1], b=[k]) for k in range(5)] + [a_b_c(a=[2], b=[9])] * 4))
    options = {"price": [1], "product": {"a": [1, 2], "b": [0, 1, 2, 3, 4, 9]}}
    found = new_offer(needs, options=options)
    assert (found.offer.product, found.wins, found.at_most) == ({"a": 2, "b": 9}, 4, 4)


def test_one_change_more():
    """What was fixed first is looked at again once the rest is known."""
    needs = {
        1: a_b_c(a=[1, 2], b=[1], c=[2]),
        2: a_b_c(a=[3]),
        3: a_b_c(c=[1]),
        4: a_b_c(a=[2, 3], b=[3], c=[2, 3]),
    }
    options = {"price": [1], "product": {name: [1, 2, 3] for name in "abc"}}
    found = new_offer(needs, options=options)
    assert (found.offer.product, found.wins) == ({"a": 3, "b": 1, "c": 1}, 2)
    assert (found.unserved, found.at_most) == (4, 3)


@settings(max_examples=60, deadline=None)
@given(BY_CUSTOMER, OFFERS)
def test_between_the_best_change_and_the_best_offer(needs, offers):
    """It wins whom it says; no single change makes it better; no combination beats the bound."""
    found = new_offer(needs, offers=offers, options=SHORT)
    unserved = [stated for stated in needs.values() if not can_buy(stated, offers)]

    def won_by(offer):
        return sum(can_buy(stated, [offer]) for stated in unserved)

    assert found.unserved == len(unserved)
    assert found.wins == won_by(found.offer)
    for topic, values in TOPICS.items():
        assert found.offer.value_of(*topic) in values
        for value in values:
            assert won_by(found.offer.with_value(*topic, value)) <= found.wins
    best = 0
    for values in itertools.product(*TOPICS.values()):
        offer = Offer("o", price=1)
        for topic, value in zip(TOPICS, values, strict=True):
            offer = offer.with_value(*topic, value)
        best = max(best, won_by(offer))
    assert found.wins <= best <= found.at_most


@pytest.mark.parametrize(
    ("options", "error", "sentence"),
    [
        (
            {"product": {"size": [1]}},
            InputError,
            (
                "new_offer needs at least one option of the price and of every attribute it may "
                "set, got none of price$"
            ),
        ),
        ({"price": [], "product": {"size": []}}, InputError, ".* got none of price, size$"),
        ({"price": [1], "product": {"size": []}}, InputError, ".* got none of size$"),
        ([1], TypeError, "options must be a mapping like the arguments of an Offer, "),
        ({"price": [1], "place": {"km": [1, None]}}, TypeError, "km must be text, a number or a"),
    ],
)
def test_options_that_make_no_offer(options, error, sentence):
    """There must be a price, and something to choose for whatever is named."""
    with pytest.raises(error, match=f"^{sentence}"):
        new_offer({}, options=options)


def test_present_offers_and_name_are_checked():
    """As for `match`; and a new offer needs a name like any other."""
    with pytest.raises(RuleError, match=r"^offers must have names of their own"):
        new_offer({}, offers=[Offer("a", price=1)] * 2, options={"price": [1]})
    with pytest.raises(RuleError, match=r"^an offer needs a name, got ''$"):
        new_offer({}, options={"price": [1]}, name="")
