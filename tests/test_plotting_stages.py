"""Pictures of where customers stand, and how they move."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

import custvalue as cv
from custvalue._plotting.canvas import BLUE, GREEN, GREY, ORANGE, VERMILION
from pictures import EXAMPLES, bar_widths, draw, empty_log, keys, said, shades, ticks, title

FUNNEL = cv.funnel(["suspect", "suspect", "first-time", "repeat", None])


def orders_of(counts, last="2026-02-24"):
    """Return a repeat curve of so many customers per order day, ten days apart."""
    first = pd.Timestamp("2026-01-05")
    rows = [
        (who, first + pd.Timedelta(days=10 * nth), 9.0)
        for nth, count in enumerate(counts)
        for who in range(count)
    ]
    frame = pd.DataFrame(rows, columns=["customer_id", "date", "amount"])
    return cv.RepeatCurve.from_log(cv.OrderLog.from_frame(frame), as_of=last, within=30)


def moved(before, after):
    """Return a movement of customers between tiers."""
    sides = [pd.Series(list(side)).replace("-", None) for side in (before, after)]
    return cv.movement(*sides, scale=cv.ABCTier)


def test_the_funnel_reads_downwards():
    """Each bar is those on a stage and those beyond it, with how many went on."""
    axes = draw("stage_funnel", FUNNEL)
    here, beyond = bar_widths(axes)
    assert here == [2, 0, 1, 1, 0, 0, 0, 0]
    assert beyond == [2, 2, 1, 0, 0, 0, 0, 0]
    assert ticks(axes, "y") == [str(stage) for stage in cv.Stage]
    assert axes.get_ylim() == (7.5, -0.5)
    texts = [text.strip() for text in said(axes)]
    assert texts[:5] == [
        "4, 50% went on",
        "2",
        "2, 50% went on",
        "1, 0% went on",
        "0",
    ]
    sentence = "4 customers: how many reached a stage, and went on"
    assert title(axes) == ("Funnel of stages", sentence)
    assert keys(axes) == ["on this stage", "beyond it"]


def test_a_funnel_of_nobody_draws_a_sentence():
    """No customer, or no row, is no error."""
    for table in (cv.funnel([]), FUNNEL.iloc[:0]):
        axes = draw("stage_funnel", table)
        assert said(axes) == ["Nothing to draw: no customer has a stage."]
        assert title(axes) == ("Funnel of stages", "")


def test_one_customer_is_no_customers():
    """The sentence below the title counts one as one."""
    sentence = "1 customer: how many reached a stage, and went on"
    assert title(draw("stage_funnel", cv.funnel(["repeat"])))[1] == sentence


def test_counts_are_whole_numbers_with_thousands_apart():
    """Half a customer is no tick."""
    assert ticks(draw("stage_funnel", cv.funnel(["repeat"])), "x") == ["0", "1"]
    many = draw("stage_funnel", cv.funnel(["repeat"] * 4000))
    assert ticks(many, "x")[-1] == "6,000"


def test_movement_shows_the_matrix_by_direction():
    """Colours tell the direction; the stronger, the larger the share of the step before."""
    axes = draw("movement", moved("AAABBCC-", "ABBACC-B"))
    assert said(axes) == [
        *("1", "2", "", ""),
        *("1", "", "1", ""),
        *("", "", "1", "1"),
        *("", "1", "", ""),
    ]
    assert ticks(axes, "y") == ["A", "B", "C", "(new)"]
    assert ticks(axes, "x") == ["A", "B", "C", "(gone)"]
    assert keys(axes) == ["advanced", "held", "slipped", "joined", "left"]
    colours = shades(axes)
    white = np.ones(3)

    def mixed(colour, strength):
        return pytest.approx(white - strength * (white - np.array(to_rgb(colour))))

    assert colours[0, 0] == mixed(GREY, 1 / 3)
    assert colours[0, 1] == mixed(VERMILION, 2 / 3)
    assert colours[1, 0] == mixed(BLUE, 1 / 2)
    assert colours[2, 3] == mixed(ORANGE, 1 / 2)
    assert colours[3, 1] == mixed(GREEN, 1)
    assert colours[3, 3] == pytest.approx(white)


def test_many_steps_have_slanted_names():
    """The names of eight stages have no room side by side."""
    stages = pd.Series(["repeat", "partner"])
    axes = draw("movement", cv.movement(stages, stages, scale=cv.Stage))
    assert {label.get_rotation() for label in axes.get_xticklabels()} == {40}
    few = draw("movement", moved("A", "A"))
    assert {label.get_rotation() for label in few.get_xticklabels()} == {0}


def test_the_best_step_comes_first_whichever_end_is_good():
    """States are drawn from awake to asleep, and waking up is an advance."""
    states = [pd.Series([state]) for state in ("asleep", "awake")]
    axes = draw("movement", cv.movement(*states, scale=cv.churn.ChurnState))
    assert ticks(axes, "y")[0] == "awake"
    assert shades(axes)[3, 0] == pytest.approx(to_rgb(BLUE))


def test_movement_of_nobody_draws_a_sentence():
    """Two empty dates are no error."""
    axes = draw("movement", moved("", ""))
    assert said(axes) == ["Nothing to draw: nobody was there on either date."]


def test_repeat_curve_shows_where_it_becomes_stable():
    """Order numbers that 30 reached, their chance, the level, and the order number it stays at."""
    curve = orders_of([60, 40, 36, 30, 5])
    axes = draw("repeat_curve", curve)
    chance, lower_bounds, level, stable = axes.lines
    assert chance.get_xdata().tolist() == [1, 2, 3, 4]
    assert chance.get_ydata() == pytest.approx(curve.table["chance"].iloc[:4])
    assert lower_bounds.get_xdata().tolist() == [4]
    assert set(level.get_ydata()) == {0.8}
    assert set(stable.get_xdata()) == {2}
    assert title(axes) == ("Repeat curve", "From order day 2 on, 80% or more order another day")
    labels = ["chance, 95% interval", "at least so much", "80%", "order day 2"]
    assert keys(axes) == labels
    assert axes.get_ylabel() == "chance within 30 days [%]"


def test_repeat_curve_that_does_not_stay_says_so():
    """There is no line for an order number, nor hollow dots without lower bounds."""
    axes = draw("repeat_curve", orders_of([60, 40, 30], last="2026-06-30"), level=0.995)
    assert title(axes)[1] == "The chance of another order day does not stay at 99.5%"
    assert keys(axes) == ["chance, 95% interval", "99.5%"]


def test_repeat_curve_of_few_draws_a_sentence():
    """Below 30 customers one of them moves the chance too much."""
    few = cv.RepeatCurve.from_log(empty_log(), as_of="2026-01-01", within=30)
    for curve in (few, orders_of([29, 10])):
        axes = draw("repeat_curve", curve)
        text = "Nothing to draw: no order number was reached by 30 customers."
        assert " ".join(said(axes)[0].split()) == text
        assert title(axes) == ("Repeat curve", "")


def test_a_level_must_be_a_share():
    """The error is that of the curve itself."""
    with pytest.raises(cv.errors.InputError, match="level must be above 0 and at most 1, got 80"):
        draw("repeat_curve", *EXAMPLES["repeat_curve"], level=80)
