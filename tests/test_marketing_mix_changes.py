"""Which single change of an offer lets most of those buy who cannot."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import custvalue as cv
from custvalue.errors import InputError, RuleError
from custvalue.marketing_mix import FourC, FourP, Offer, levers
from needs_and_offers import BY_CUSTOMER, OFFERS, TOPICS, can_buy, must, pays

COLUMNS = [
    "lever",
    "aspect",
    "offer",
    "attribute",
    "present",
    "new_value",
    "wins",
    "share_of_unserved",
    "loses",
]
# Every value the drawn offers can have, and one nobody asks for.
OPTIONS = {
    "price": [6, 5, 4, 3, 2, 1, 0],
    "costs": {"fee": [0, 1, 2, 3, 4, 5, 6]},
    "product": {"size": [6, 0, 5, 1, 4, 2, 3], "colour": ["green", "red", "blue", "pink"]},
    "place": {"stock": [True, False, 1, "maybe"]},
}


def values_of(options, topic):
    """Return the options of one topic, in the form of an offer's arguments."""
    aspect, attribute = topic
    if topic == ("cost", "price"):
        return options["price"]
    under = {"solution": "product", "cost": "costs", "convenience": "place"}[aspect]
    return options[under][attribute]


def by_brute_force(needs, offers, place, topic, value):
    """Return whom a change wins and loses, by making it and asking everybody again."""
    changed = offers.copy()
    changed[place] = offers[place].with_value(*topic, value)
    before = [can_buy(stated, offers) for stated in needs.values()]
    after = [can_buy(stated, changed) for stated in needs.values()]
    wins = sum(not now and then for now, then in zip(before, after, strict=True))
    return wins, sum(now and not then for now, then in zip(before, after, strict=True))


def as_rows(table):
    """Return what changes, from what to what, and whom that wins and loses."""
    columns = ["offer", "attribute", "present", "new_value", "wins", "loses"]
    return [tuple(row) for row in table[columns].astype(object).to_numpy().tolist()]


def test_what_wins_the_unserved():
    """One row per offer and attribute, the best value in it; most wins first."""
    thin = must("solution", "diameter_mm", cv.at_most(6))
    shown = must("communication", "shown", cv.is_true())
    needs = {
        "ann": [pays(60), thin],
        "bob": [pays(30)],
        "cem": [pays(25)],
        "dan": [pays(90)],
        "eve": [pays(20), thin],
        "fay": [shown, thin],
        "gus": [shown],
    }
    large = Offer("large", price=55, product={"diameter_mm": 13})
    table = levers(needs, [large])
    assert table.columns.tolist() == COLUMNS
    assert as_rows(table) == [
        ("large", "price", 55, 25, 2, 0),
        ("large", "diameter_mm", 13, 6, 1, 0),
        ("large", "shown", None, True, 1, 0),
    ]
    assert table["lever"].tolist() == ["price", "product", "promotion"]
    assert table["aspect"].tolist() == ["cost", "solution", "communication"]
    assert table["lever"].dtype == FourP.dtype()
    assert table["aspect"].dtype == FourC.dtype()
    assert table["share_of_unserved"].tolist() == [2 / 6, 1 / 6, 1 / 6]
    assert table.attrs == {"customers": 7, "unserved": 6}


def test_whom_a_change_loses():
    """Who buys only the offer that changes may be lost; of equal wins the fewest losses count."""
    needs = {
        1: [must("solution", "size", cv.at_least(5))],
        2: [must("solution", "size", cv.at_least(5)), pays(9)],
        3: [must("solution", "size", cv.at_most(3))],
        4: [must("solution", "size", cv.in_range(2, 4))],
    }
    only = Offer("only", price=9, product={"size": 7})
    assert as_rows(levers(needs, [only])) == [("only", "size", 7, 3, 2, 2)]
    other = Offer("other", price=10, product={"size": 8})
    assert as_rows(levers(needs, [only, other])) == [
        ("other", "size", 8, 3, 2, 0),
        ("only", "size", 7, 3, 2, 1),
    ]
    kept = {5: [must("solution", "size", cv.in_range(3, 9))], 3: needs[3], 4: needs[4]}
    options = {"product": {"size": [2, 3]}}
    assert as_rows(levers(kept, [only], options=options)) == [("only", "size", 7, 3, 2, 0)]


def test_the_nearest_of_equals():
    """Values that win the same: the one nearest to the present, the first where none is nearer."""
    needs = {1: [must("solution", "size", cv.in_range(2, 6))]}

    def proposed(size, options=None):
        offer = Offer("o", price=1, product={} if size is None else {"size": size})
        return levers(needs, [offer], options=options)["new_value"].tolist()

    assert proposed(9) == [5]
    assert proposed(0) == [2]
    assert proposed(None) == [2]
    assert proposed(9, {"product": {"size": [2, 4, 3]}}) == [4]
    assert proposed(None, {"product": {"size": [4, 2, 3]}}) == [4]
    assert proposed(9, {"product": {"size": []}}) == []


@pytest.mark.parametrize(
    ("conditions", "decimals", "values"),
    [
        ([cv.at_most(30)], 2, [30]),
        ([cv.at_most(29.995)], 2, [29.99]),
        ([cv.at_most(19.99)], 0, [19]),
        ([cv.at_most(0.1 + 0.2)], 1, [0.3]),
        ([cv.at_least(70.001)], 2, [70.01]),
        ([cv.at_least(0.1 + 70.2)], 1, [70.3]),
        ([cv.below(30)], 2, [29.99]),
        ([cv.below(30)], 0, [29]),
        ([cv.below(29.9)], 2, [29.89]),
        ([cv.below(0.01), cv.at_most(0.5)], 2, [0]),
        ([cv.above(70)], 2, [70.01]),
        ([cv.above(70.001)], 2, [70.01]),
        ([cv.above(70), cv.below(70.01)], 2, []),
        ([cv.at_least(70.001), cv.at_most(70.009)], 2, []),
        ([cv.above(70), cv.below(71)], 2, [70.01]),
        ([cv.in_range(10, 20)], 2, [19.99]),
        ([cv.one_of(10, 20)], 2, [20]),
        ([cv.one_of(10.5, 19.995)], 2, [10.5]),
        ([cv.at_most(2**53 - 1), cv.at_least(60)], 2, [60]),
    ],
)
def test_prices_can_be_charged(conditions, decimals, values):
    """A proposed price is a whole number of minor units, on the side that keeps the customer."""
    needs = {1: [must("cost", "price", condition) for condition in conditions]}
    table = levers(needs, [Offer("o", price=50)], decimals=decimals)
    assert table["new_value"].tolist() == values


@pytest.mark.parametrize(
    ("condition", "size"),
    [(cv.below(30), 29), (cv.above(70), 71), (cv.at_most(29.995), 29.995)],
)
def test_numbers_beside_open_ends(condition, size):
    """What is no price needs no grid: the end itself, or 1 further where that is left out."""
    needs = {1: [must("solution", "size", condition)]}
    table = levers(needs, [Offer("o", price=50, product={"size": 50})])
    assert table["new_value"].tolist() == [size]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=8),
    st.sampled_from([cv.at_most, cv.below, cv.at_least, cv.above]),
    st.integers(0, 3),
)
def test_a_price_wins_whom_it_says_to_win(ends, condition, decimals):
    """Whatever budgets are written, the price proposed is on the grid and wins so many."""
    needs = {place: [must("cost", "price", condition(end))] for place, end in enumerate(ends)}
    offer = Offer("o", price=200 if condition in (cv.at_most, cv.below) else 0)
    for row in levers(needs, [offer], decimals=decimals).itertuples():
        assert row.new_value == round(row.new_value, decimals)
        assert row.wins == sum(
            not can_buy(stated, [offer]) and can_buy(stated, [Offer("o", price=row.new_value)])
            for stated in needs.values()
        )


def test_what_nothing_can_be_between():
    """Between neighbouring numbers there is none, and no price lies below 0."""
    least = np.nextafter(70.0, 71.0)
    needs = {
        1: [must("cost", "price", cv.above(70)), must("cost", "price", cv.below(least))],
        2: [must("cost", "price", cv.below(0))],
        3: [must("cost", "price", cv.above(2**53 - 1))],
        4: [must("solution", "size", cv.missing())],
    }
    offer = Offer("o", price=50, product={"size": 1})
    assert levers(needs, [offer]).shape == (0, len(COLUMNS))


def test_flags_and_their_numbers():
    """`is_true` takes True or 1: where numbers are asked for, 1 may win more."""
    flag = must("convenience", "stock", cv.is_true())
    assert as_rows(levers({1: [flag]}, [Offer("o", price=1)])) == [("o", "stock", None, True, 1, 0)]
    needs = {1: [flag], 2: [must("convenience", "stock", cv.in_range(1, 3))]}
    assert as_rows(levers(needs, [Offer("o", price=1)])) == [("o", "stock", None, 1, 2, 0)]


def test_nobody_to_win():
    """No customers, all served, or out of reach of one change: an empty table, columns and all."""
    offer = Offer("o", price=5)
    far = [pays(3), must("solution", "size", cv.equals(3))]
    for needs, unserved in [({}, 0), ({1: [pays(9)]}, 0), ({1: far}, 1)]:
        table = levers(needs, [offer])
        assert table.shape == (0, len(COLUMNS))
        assert table.columns.tolist() == COLUMNS
        assert str(table["wins"].dtype) == "int64"
        assert str(table["share_of_unserved"].dtype) == "float64"
        assert table.attrs == {"customers": len(needs), "unserved": unserved}
    known = {1: [must("solution", "size", cv.known())]}
    assert len(levers(known, [offer])) == 0
    assert len(levers(known, [offer], options={"product": {"size": [3]}})) == 1


@settings(max_examples=60, deadline=None)
@given(BY_CUSTOMER, OFFERS)
def test_no_other_option_wins_more(needs, offers):
    """Each row is the best option, and does what it says; what has no row wins nobody."""
    table = levers(needs, offers, options=OPTIONS)
    rows = {(row.offer, (str(row.aspect), row.attribute)): row for row in table.itertuples()}
    for place, offer in enumerate(offers):
        for topic in TOPICS:
            outcomes = [
                by_brute_force(needs, offers, place, topic, value)
                for value in values_of(OPTIONS, topic)
            ]
            wins = max(won for won, _ in outcomes)
            loses = min(lost for won, lost in outcomes if won == wins)
            row = rows.pop((offer.name, topic), None)
            if not wins:
                assert row is None
                continue
            assert (row.wins, row.loses) == (wins, loses)
            assert row.present == offer.value_of(*topic)
            proposed = by_brute_force(needs, offers, place, topic, row.new_value)
            assert proposed == (wins, loses)
    assert not rows
    assert table.attrs["unserved"] == sum(not can_buy(n, offers) for n in needs.values())
    order = list(zip(-table["wins"], table["loses"], table["lever"].cat.codes, strict=True))
    assert order == sorted(order)


@settings(max_examples=60, deadline=None)
@given(BY_CUSTOMER, OFFERS)
def test_no_other_value_wins_more(needs, offers):
    """The values derived from the conditions are as good as any on a grid finer than their ends."""
    table = levers(needs, offers)
    rows = {(row.offer, (str(row.aspect), row.attribute)): row for row in table.itertuples()}
    grid = [number / 2 for number in range(-3, 21)]
    for place, offer in enumerate(offers):
        for topic in TOPICS:
            numeric = topic not in {("solution", "colour"), ("convenience", "stock")}
            tried = grid if numeric else values_of(OPTIONS, topic)[:3]
            if topic == ("cost", "price"):
                tried = [price for price in grid if price >= 0]
            wins, loses = 0, 0
            for value in tried:
                won, lost = by_brute_force(needs, offers, place, topic, value)
                if (won, -lost) > (wins, -loses) and won:
                    wins, loses = won, lost
            row = rows.get((offer.name, topic))
            known = any(
                n.must_have and n.condition == cv.known() for s in needs.values() for n in s
            )
            if topic == ("solution", "colour") and known:
                continue  # any colour would do, and none is proposed
            assert (wins, loses) == ((0, 0) if row is None else (row.wins, row.loses))


@pytest.mark.parametrize(
    ("options", "error", "sentence"),
    [
        (
            [("price", [1])],
            TypeError,
            (
                r"options must be a mapping like the arguments of an Offer, as \{'price': "
                r"\[20, 25\], 'product': \{'size': \[4, 6\]\}\}, got list$"
            ),
        ),
        (
            {"size": [1]},
            InputError,
            (
                "options must be of price, product, costs, place, promotion, got size: give "
                r"attributes under these, as \{'product': \{'size': \[4\]\}\}$"
            ),
        ),
        (
            {"product": [1]},
            TypeError,
            r"options of product must be a mapping from attribute to values, got \[1\]$",
        ),
        (
            {"costs": {"price": [1]}},
            InputError,
            "options of the price must be given as 'price', got them among the costs$",
        ),
        (
            {"product": {"size": "large"}},
            TypeError,
            "the options of size must be a list of values, got 'large'$",
        ),
        ({"price": 3}, TypeError, "the options of price must be a list of values, got 3$"),
        ({"price": [-3]}, RuleError, "an option of the price must be at least 0 and below"),
        ({"product": {"size": [None]}}, TypeError, "size must be text, a number or a flag, got N"),
        ({"product": {"": [1]}}, RuleError, "an attribute must have a name, got ''$"),
    ],
)
def test_options_are_laid_out_like_an_offer(options, error, sentence):
    """What can be set stands under the same names as in an offer, each with a list of values."""
    with pytest.raises(error, match=f"^{sentence}"):
        levers({}, [Offer("o", price=1)], options=options)


def test_levers_needs_an_offer():
    """There is nothing to change without one."""
    with pytest.raises(InputError, match=r"^levers needs at least one offer, got none$"):
        levers({}, [])
    with pytest.raises(InputError, match=r"^decimals must be a whole number from 0 to 6, got 9$"):
        levers({}, [Offer("o", price=1)], decimals=9)


def test_a_thousand_budgets():
    """Where every customer has its own budget, the price goes to the lowest of all."""
    budgets = np.random.default_rng(7).permutation(1000) + 10
    frame = pd.DataFrame(
        {
            "customer": range(1000),
            "aspect": "cost",
            "attribute": "price",
            "condition": [cv.at_most(int(most)) for most in budgets],
            "must_have": True,
        }
    )
    table = levers(frame, [Offer("a", price=2000), Offer("b", price=510)])
    assert as_rows(table) == [("a", "price", 2000, 10, 500, 0), ("b", "price", 510, 10, 500, 0)]
