"""Pictures of who is worth what, and of how few bring how much."""

import math

import numpy as np
import pandas as pd
import pytest

import custvalue as cv
from custvalue._plotting.canvas import POINTS, thin
from pictures import CUSTOMERS, bar_heights, blank, draw, keys, said, ticks, title

REVENUE = [900, 60, 50, 40, -50]


def report(values=REVENUE, **columns):
    """Return a tier report of a few customers."""
    return cv.tier_report(cv.tiers.PARETO.fit(REVENUE).classify(values), values, **columns)


def matrix(**bands):
    """Return a value matrix that is stated."""
    given = {"average_order_value": (10, 20), "orders": (2, 5)} | bands
    return cv.ValueMatrix(**{axis: cv.Bands(cv.Level, floors) for axis, floors in given.items()})


def test_tier_bars_are_the_shares_of_each_tier():
    """Bars stand best tier first, customers beside value, with their percentage above."""
    axes = draw("tier_bars", report())
    assert bar_heights(axes) == [[0.2, 0.8], [0.9, pytest.approx(0.1)]]
    assert ticks(axes, "x") == ["vital-few", "useful-many"]
    assert keys(axes) == ["of the customers", "of the value"]
    assert said(axes) == ["20%", "80%", "90%", "10%"]
    sentence = "vital-few: 20.0% of the customers, 90.0% of the value"
    assert title(axes) == ("Tiers, best first", sentence)
    assert axes.get_ylabel() == "share [%]"
    low, high = axes.get_ylim()
    assert low == 0
    assert high > 0.9


def test_retention_is_a_third_bar():
    """It is drawn where the report has it."""
    axes = draw("tier_bars", report(retained=[True, True, False, False, False]))
    assert bar_heights(axes)[2] == [1.0, 0.25]
    assert keys(axes)[2] == "retained"


def test_a_tier_that_costs_money_hangs_below_zero():
    """Its bar goes down, and the axis with it."""
    axes = draw("tier_bars", report([900, 60, 50, 40, -500]))
    assert bar_heights(axes)[1][1] == pytest.approx(-350 / 550)
    assert axes.get_ylim()[0] < -350 / 550


def test_tiers_without_a_positive_total_have_shares_of_customers_only():
    """The title says why there are no shares of value; no percentage is made up."""
    axes = draw("tier_bars", report([-1.0, -1.0]))
    assert title(axes)[1] == "The net total is not above 0, so value has no shares"
    assert said(axes) == ["0%", "100%", "", ""]


@pytest.mark.parametrize("rows", [report([]), report().iloc[:0]])
def test_no_tier_draws_a_sentence(rows):
    """A report of nobody, or without a row, is no error."""
    axes = draw("tier_bars", rows)
    assert said(axes) == ["Nothing to draw: no customer has a tier."]
    assert title(axes) == ("Tiers, best first", "")


def test_an_empty_tier_by_itself_is_drawn():
    """Shares of 0 still have an axis."""
    axes = draw("tier_bars", report([1.0]).iloc[[0]])
    assert axes.get_ylim() == (0, 1)


def test_value_matrix_counts_each_cell():
    """High values are on top, high orders on the right, and prospects are counted apart."""
    customers = pd.DataFrame(
        {
            "orders": [1, 1, 5, 9, 2, 0],
            "average_order_value": [5.0, 30.0, 5.0, 20.0, 10.0, np.nan],
        },
        index=["a", "a", "b", "c", "d", "e"],
    )
    axes = draw("value_matrix", customers, matrix())
    cells = [text.splitlines() for text in said(axes)]
    assert [segment for segment, _, _ in cells] == [
        *("few-large-orders", "general-value", "high-value"),
        *("general-value", "general-value", "general-value"),
        *("low-value", "general-value", "many-small-orders"),
    ]
    assert [int(count) for _, count, _ in cells] == [1, 0, 1, 0, 1, 0, 1, 0, 1]
    assert cells[0][2] == "20.0%"
    sentence = "5 customers with an order; 1 without one is not in it"
    assert title(axes) == ("Value matrix", sentence)
    assert ticks(axes, "x") == ["low", "middle\n≥ 2", "high\n≥ 5"]
    assert ticks(axes, "y") == ["high\n≥ 20", "middle\n≥ 10", "low"]
    assert axes.get_ylabel() == "average order value [money]"


def test_levels_say_how_they_begin():
    """A floor may be passed, reached, or never; the unit stands at the axis."""
    bands = cv.Bands(cv.Level, (cv.above(1.5), None), unit="US$")
    stated = cv.ValueMatrix(average_order_value=bands, orders=cv.Bands(cv.Level, (2, 3)))
    axes = draw("value_matrix", CUSTOMERS, stated)
    assert ticks(axes, "y") == ["high\nnever", "middle\n> 1.5", "low"]
    assert axes.get_ylabel() == r"average order value [US\$]"


def test_cells_are_darker_the_more_customers_they_hold():
    """The fullest one is written on in white, empty ones in ink."""
    customers = pd.DataFrame({"orders": [1, 1, 9], "average_order_value": [5.0, 5.0, 50.0]})
    axes = draw("value_matrix", customers, matrix())
    full, some, none = axes.texts[6], axes.texts[2], axes.texts[4]
    colours = axes.collections[0].get_facecolor()
    assert (full.get_color(), none.get_color()) == ("white", some.get_color())
    assert colours[4].tolist() == [1, 1, 1, 1]
    assert colours[6][0] < colours[2][0] < 1


def test_text_in_cells_shrinks_with_the_axes():
    """Half the room, smaller letters."""
    wide = draw("value_matrix", CUSTOMERS, matrix())
    narrow = draw("value_matrix", CUSTOMERS, matrix(), ax=blank(width=3))
    assert narrow.texts[0].get_size() < wide.texts[0].get_size()


def test_a_matrix_of_nobody_draws_a_sentence():
    """Prospects alone are no error."""
    customers = pd.DataFrame({"orders": [0], "average_order_value": [np.nan]})
    axes = draw("value_matrix", customers, matrix())
    assert said(axes) == ["Nothing to draw: no customer has an order."]


def test_a_matrix_is_needed_and_the_customers_are_checked():
    """Errors are those of the matrix itself."""
    with pytest.raises(TypeError) as caught:
        draw("value_matrix", CUSTOMERS, "matrix")
    expected = (
        "matrix must be a ValueMatrix, got str: give what cv.ValueMatrixLearner().fit returns"
    )
    assert str(caught.value) == expected
    customers = pd.DataFrame({"orders": [1], "average_order_value": [np.nan]})
    with pytest.raises(cv.errors.InputError, match="must be known of whom ordered, got none in"):
        draw("value_matrix", customers, matrix())


def test_lorenz_curve_hangs_below_the_line_of_equal_shares():
    """It is the curve of the concentration, beside a diagonal."""
    spread = cv.concentration([2, 5, 3])
    axes = draw("lorenz_curve", spread)
    diagonal, curve = axes.lines
    assert diagonal.get_xydata().tolist() == [[0, 0], [1, 1]]
    expected = spread.lorenz_curve()[["share_of_customers", "share_of_value"]]
    assert curve.get_xydata().tolist() == expected.to_numpy().tolist()
    assert title(axes) == (
        "Lorenz curve",
        "The best 20% of the customers hold 50.0%; Gini 0.200",
    )
    assert axes.get_xlabel() == "share of customers, lowest value first [%]"
    assert ticks(axes, "x") == ["0%", "20%", "40%", "60%", "80%", "100%"]


def test_whale_curve_marks_the_best_and_the_peak():
    """The peak is where the unprofitable begin; without these there is none."""
    spread = cv.concentration([50, 30, 40, -10, -10])
    axes = draw("whale_curve", spread)
    assert keys(axes) == [
        "if all brought the same",
        "these customers",
        "the best 20%: 50.0%",
        "the peak: 120.0%, before 2 unprofitable",
    ]
    best, peak = axes.lines[2], axes.lines[3]
    assert best.get_xydata().tolist() == [[0.2, 0.5]]
    assert peak.get_xydata().tolist() == [[0.6, 1.2]]
    assert title(axes)[1] == "The best 20% of the customers hold 50.0%"  # no Gini
    without = draw("whale_curve", cv.concentration([50, 30, 20]))
    assert len(keys(without)) == 3
    assert len(without.lines) == 3


@pytest.mark.parametrize("function", ["lorenz_curve", "whale_curve"])
@pytest.mark.parametrize("values", [[], [math.nan], [0, 0], [-5, 5], [-3]])
def test_no_positive_total_draws_a_sentence(function, values):
    """Shares of nothing are not drawn."""
    axes = draw(function, cv.concentration(values))
    assert said(axes) == ["Nothing to draw: shares need a net total above 0."]
    assert list(axes.lines) == []


@pytest.mark.parametrize("function", ["lorenz_curve", "whale_curve"])
def test_one_customer_is_drawn(function):
    """It holds everything."""
    axes = draw(function, cv.concentration([7.5]))
    assert axes.lines[1].get_xydata().tolist() == [[0, 0], [1, 1]]


def test_long_curves_are_thinned_to_what_can_be_seen():
    """A curve of a million customers keeps its ends and its steep beginning."""
    spread = cv.concentration(np.append(1_000_000, np.ones(100_000)))
    axes = draw("whale_curve", spread)
    line = axes.lines[1].get_xydata()
    assert len(line) <= POINTS
    assert line[0].tolist() == [0, 0]
    assert line[1][0] < 0.001  # who holds nearly all is still there
    assert line[1][1] > 0.9
    assert line[-1].tolist() == [1, 1]


def test_thinning_looks_past_what_is_missing():
    """NaN has no length, and a flat line keeps its ends."""
    x = np.arange(1000.0)
    some = thin(x, np.where(x > 500, np.nan, x))
    assert some[0] == 0
    assert some[-1] == 999
    flat = thin(np.zeros(1000), np.zeros(1000))
    assert flat.tolist() == [0]
