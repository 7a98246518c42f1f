"""Pictures of what to offer."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

import custvalue as cv
from custvalue._plotting.canvas import BLUE, INK, VERMILION
from custvalue.marketing_mix import Need, Offer, match_customers, translate
from pictures import BUDGET, EXAMPLES, OFFERS, THIN, bar_widths, draw, said, shades, ticks, title

LINES = pd.DataFrame(
    {
        "basket": np.repeat(range(90), 2),
        "item": ["tea", "lemon"] * 30 + ["coffee", "milk"] * 30 + ["tea", "milk"] * 30,
    }
)
RULES = cv.baskets.pair_rules(LINES, min_count=1)


def blueness(colour):
    """Return how much more blue than red there is."""
    return colour[2] - colour[0]


def test_heat_map_shows_the_lift_of_each_pair():
    """Goods stand as they first appear; the diagonal is grey, and a pair without a rule empty."""
    axes = draw("basket_heatmap", RULES)
    goods = ticks(axes, "x")
    assert goods == ticks(axes, "y") == ["coffee", "milk", "lemon", "tea"]
    cells = np.array(said(axes)).reshape(4, 4)
    for rule in RULES.to_dict("records"):
        at = goods.index(rule["antecedent"]), goods.index(rule["consequent"])
        assert cells[at] == f"{rule['lift']:.1f}"
    assert cells[0, 2] == cells[1, 1] == ""  # coffee and lemon, milk and itself
    assert title(axes)[0] == "Bought together"
    assert {label.get_rotation() for label in axes.get_xticklabels()} == {0}


def test_colours_tell_more_often_from_less_often():
    """Blue is more often than by chance, orange less often, white what chance may explain."""
    axes = draw("basket_heatmap", RULES)
    colours = shades(axes)
    assert blueness(colours[0, 1]) > 0 > blueness(colours[1, 3])
    assert colours[0, 0].tolist() == colours[3, 3].tolist() != [1, 1, 1]
    cannot = RULES.assign(association="cannot tell")
    white = shades(draw("basket_heatmap", cannot))
    assert white[0, 1].tolist() == white[1, 3].tolist() == [1, 1, 1]


def test_the_strongest_colour_is_reached_at_eight_times():
    """Lifts beyond it are not darker, and a lift of 0 is no error."""
    rules = RULES.assign(association="positive")
    for lift, colour in ((8, BLUE), (500, BLUE), (1 / 8, VERMILION), (0, VERMILION)):
        axes = draw("basket_heatmap", rules.assign(lift=lift))
        assert shades(axes)[0, 1] == pytest.approx(to_rgb(colour))


def test_at_most_so_many_goods_are_drawn():
    """Those of the first rules; many have slanted names."""
    two = draw("basket_heatmap", RULES, most=2)
    assert ticks(two, "x") == ["coffee", "milk"]
    assert two.texts[1].get_text() == "1.5"
    (rules,) = EXAMPLES["basket_heatmap"]
    many = draw("basket_heatmap", rules)
    assert len(ticks(many, "x")) == 8
    assert {label.get_rotation() for label in many.get_xticklabels()} == {40}


def test_goods_may_be_numbers_and_long_names_are_cut():
    """Categories, numbers and text are goods alike."""
    numbers = LINES.assign(item=LINES["item"].astype("category").cat.codes)
    axes = draw("basket_heatmap", cv.baskets.pair_rules(numbers, min_count=1))
    assert sorted(ticks(axes, "x")) == ["0", "1", "2", "3"]
    long = LINES.assign(item="a good with a very long name: " + LINES["item"])
    axes = draw("basket_heatmap", cv.baskets.pair_rules(long, min_count=1))
    assert set(ticks(axes, "x")) == {"a good with a v…"}


def test_no_rule_draws_a_sentence():
    """Too few baskets are no error."""
    axes = draw("basket_heatmap", cv.baskets.pair_rules(LINES, min_count=99))
    assert said(axes) == ["Nothing to draw: no pair of goods is in enough baskets."]


def test_brief_has_the_needs_under_each_lever():
    """Must-haves come first and are dark; what nobody asks for is said."""
    nice = Need("solution", "warm", cv.is_true())
    axes = draw("mix_brief", translate([nice, THIN, BUDGET]))
    assert ticks(axes, "y") == [
        "product for solution",
        "price for cost",
        "place for convenience",
        "promotion for communication",
    ]
    assert axes.get_yticks().tolist() == [0.5, 2, 3, 4]
    assert said(axes) == [
        *("diameter_mm ≤ 6 (must-have)", "warm is true (nice to have, weight 1)"),
        *("price ≤ 30 (must-have)", "nothing asked", "nothing asked"),
    ]
    assert [text.get_color() for text in axes.texts[:3]] == ["white", INK, "white"]
    assert title(axes) == ("What to build to", "")
    assert axes.get_ylim() == (4.5, -0.5)


def test_conflicts_and_open_questions_are_shown():
    """Must-haves that exclude each other say so, and what to ask stands in the title."""
    wide = Need("solution", "diameter_mm", cv.above(8), must_have=True)
    brief = translate([THIN, wide])
    axes = draw("mix_brief", brief)
    assert said(axes)[:2] == [
        "diameter_mm ≤ 6 (must-have); another excludes it",
        "diameter_mm > 8 (must-have); another excludes it",
    ]
    colours = [bars[0].get_facecolor()[:3] for bars in axes.containers]
    assert colours == [to_rgb(VERMILION), to_rgb(VERMILION), to_rgb(BLUE)]
    assert title(axes)[1] == " ".join(" ".join(brief.open_questions).split())


def test_a_brief_of_nothing_asks_for_the_price():
    """It is always there."""
    axes = draw("mix_brief", translate([]))
    assert said(axes)[1] == "price is known (must-have)"


def test_long_needs_are_cut():
    """A need has one line."""
    need = Need("solution", "colour", cv.one_of(*(f"colour number {n}" for n in range(20))))
    axes = draw("mix_brief", translate([need]))
    assert said(axes)[0].startswith("colour: colour number ")
    assert said(axes)[0].endswith("…")


def test_coverage_counts_whom_each_offer_reaches():
    """Bars lie within one another, and those without an offer come last."""
    asked = {
        1: [BUDGET],
        2: [THIN],
        3: [],
        4: [Need("cost", "price", cv.at_most(1), must_have=True)],
    }
    axes = draw("mix_coverage", match_customers(asked, OFFERS))
    fits, best, only, without = bar_widths(axes)
    assert (fits, best, only, without) == ([3, 2], [1, 2], [1, 0], [1])
    assert ticks(axes, "y") == ["modest, 25", "large, 20", "no offer"]
    sentence = "3 of 4 find an offer that meets every must-have"
    assert title(axes) == ("Whom the offers reach", sentence)
    assert [text.strip() for text in said(axes)] == ["3", "2", "1"]
    assert axes.get_ylim() == (2.5, -0.5)


def test_one_of_many_finds_an_offer():
    """The sentence below the title counts one as one."""
    asked = {1: [BUDGET], 2: [Need("cost", "price", cv.at_most(1), must_have=True)]}
    axes = draw("mix_coverage", match_customers(asked, OFFERS))
    assert title(axes)[1] == "1 of 2 finds an offer that meets every must-have"


def test_coverage_of_nobody_draws_a_sentence():
    """No customer is no error."""
    axes = draw("mix_coverage", match_customers({}, OFFERS))
    assert said(axes) == ["Nothing to draw: there are no customers."]


def test_prices_are_written_plainly():
    """Cents and thousands as they are, beside a name that is cut."""
    offers = [Offer("the largest of all the drills", price=1234.5)]
    axes = draw("mix_coverage", match_customers({1: []}, offers))
    assert ticks(axes, "y")[0] == "the largest of …, 1,234.5"
