"""What all pictures have in common."""

import itertools
import subprocess
import sys
from functools import cache

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.axes import Axes

import custvalue as cv
from custvalue import plotting
from custvalue._plotting.canvas import about, name, tint
from pictures import (
    EXAMPLES,
    LOG,
    blank,
    boxes,
    draw,
    draw_example,
    examples,
    keys,
    said,
    tick_boxes,
)

FUNCTIONS = sorted(EXAMPLES)
TABLES = {
    "backtest": ("cv.backtest", "false_discovery_rate"),
    "basket_heatmap": ("cv.baskets.pair_rules", "lift"),
    "calibration": ("cv.metrics.calibration", "mean_probability"),
    "gains": ("cv.metrics.gains", "recall"),
    "stage_funnel": ("cv.funnel", "customers"),
    "thresholds": ("cv.threshold_table", "false_discovery_rate"),
    "tier_bars": ("cv.tier_report", "share_of_customers"),
}
RESULTS = {
    "influence": ("Screening", "cv.screen"),
    "lorenz_curve": ("Concentration", "cv.concentration"),
    "mix_brief": ("MixBrief", "cv.marketing_mix.translate"),
    "mix_coverage": ("CustomerMatch", "cv.marketing_mix.match_customers"),
    "movement": ("Movement", "cv.movement"),
    "repeat_curve": ("RepeatCurve", "cv.RepeatCurve.from_log"),
    "return_curve": ("ReturnCurve", "cv.ReturnCurve.from_log"),
    "whale_curve": ("Concentration", "cv.concentration"),
}


@cache
def picture(function):
    """Return one picture of each kind, to be looked at only."""
    return draw_example(function, ax=blank(layout="constrained"))


@pytest.fixture(autouse=True)
def _closed_figures():
    """Leave no figure behind."""
    plt.switch_backend("agg")
    yield
    plt.close("all")


def test_every_function_is_tried_here():
    """No picture escapes these tests."""
    assert sorted(plotting.__all__) == FUNCTIONS


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_new_figure_is_made_only_when_no_axes_are_given(function):
    """Without axes pyplot gets one figure, 600 pixels wide; with them it is left alone."""
    picture(function)
    assert plt.get_fignums() == []
    axes = getattr(plotting, function)(*EXAMPLES[function])
    assert isinstance(axes, Axes)
    assert plt.get_fignums() == [axes.figure.number]
    assert axes.figure.bbox.width == 600


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_picture_says_what_it_shows(function):
    """It has a title of its own, and both axes have labels."""
    axes = picture(function)
    assert axes.get_title(loc="left").splitlines()[0]
    assert axes.get_xlabel()
    assert axes.get_ylabel()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nothing_is_cut_off_at_600_pixels(function):
    """Every text lies within the figure, and no tick's label runs into the next one."""
    axes = picture(function)
    page = axes.figure.bbox
    outside = [
        text
        for text, box in boxes(axes)
        if box.x0 < 0 or box.y0 < 0 or box.x1 > page.x1 or box.y1 > page.y1
    ]
    assert outside == []
    rotated = any(label.get_rotation() for label in axes.get_xticklabels())
    for of_axis in tick_boxes(axes)[rotated:]:
        assert not any(one.overlaps(other) for one, other in itertools.pairwise(of_axis))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_setting_of_matplotlib_is_changed(function):
    """Settings are the same before and after."""
    before = mpl.rcParams.copy()
    draw_example(function)
    assert mpl.rcParams.copy() == before


def test_nothing_given_is_changed():
    """What was drawn equals what the library returns anew."""
    anew = examples()
    for function in FUNCTIONS:
        picture(function)
        for drawn, expected in zip(EXAMPLES[function], anew[function], strict=True):
            if isinstance(drawn, pd.DataFrame):
                pd.testing.assert_frame_equal(drawn, expected)
                assert drawn.attrs == expected.attrs
            else:
                assert str(drawn) == str(expected)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_drawing_again_on_the_same_axes_turns_nothing_over(function):
    """The limits of the axes are those of the first time."""
    axes = draw_example(function)
    limits = axes.get_xlim(), axes.get_ylim()
    again = draw_example(function, ax=axes)
    assert (again.get_xlim(), again.get_ylim()) == tuple(map(pytest.approx, limits))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_something_else_than_axes_is_refused(function):
    """Several axes at once, as plt.subplots gives them, are named in the error."""
    with pytest.raises(TypeError) as caught:
        getattr(plotting, function)(*EXAMPLES[function], ax=[blank()])
    assert str(caught.value) == "ax must be matplotlib Axes or None, got list: pick one, as axes[0]"


@pytest.mark.parametrize("function", TABLES)
def test_a_table_that_is_none_or_lacks_a_column_is_refused(function):
    """The error says what to give, and no figure is opened for it."""
    source, column = TABLES[function]
    what = f"what {function} draws"
    with pytest.raises(TypeError) as caught:
        getattr(plotting, function)([1])
    assert str(caught.value) == f"{what} must be a pandas DataFrame, got list"
    with pytest.raises(cv.errors.InputError) as caught:
        getattr(plotting, function)(EXAMPLES[function][0].drop(columns=column))
    assert str(caught.value).startswith(f"{what} must have the columns ")
    assert f"; it lacks {column} and has " in str(caught.value)
    assert str(caught.value).endswith(f": give what {source} returns")
    assert plt.get_fignums() == []


@pytest.mark.parametrize("function", RESULTS)
def test_something_else_than_the_result_is_refused(function):
    """The error says which function returns what is drawn."""
    kind, source = RESULTS[function]
    with pytest.raises(TypeError) as caught:
        getattr(plotting, function)(pd.DataFrame())
    expected = f"what {function} draws must be a {kind}, got DataFrame: give what {source} returns"
    assert str(caught.value) == expected
    assert plt.get_fignums() == []


@pytest.mark.parametrize("function", TABLES)
def test_a_column_of_text_is_refused_before_a_figure_is_opened(function):
    """A failed call leaves nothing behind."""
    _, column = TABLES[function]
    with pytest.raises(TypeError, match=f"^{column} must hold numbers, got "):
        getattr(plotting, function)(EXAMPLES[function][0].assign(**{column: "many"}))
    assert plt.get_fignums() == []


@pytest.mark.parametrize("function", TABLES)
@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_nullable_and_arrow_columns_draw_alike(function, backend):
    """The dtypes of a table's columns change nothing on the picture."""
    table = EXAMPLES[function][0]
    numbers = table.select_dtypes("number").columns.difference(["conviction"])  # infinite
    other = table.assign(**table[numbers].convert_dtypes(dtype_backend=backend))
    one, two = draw(function, table), draw(function, other)
    assert [tick for tick, _ in boxes(one)] == [tick for tick, _ in boxes(two)]
    lines = [[line.get_xydata().tolist() for line in axes.lines] for axes in (one, two)]
    assert str(lines[0]) == str(lines[1])


def test_dark_pages_are_drawn_on_too():
    """Colours of text and paper are left to the style, but in cells that bring their own."""
    with plt.style.context("dark_background"):
        axes = blank()
        draw_example("stage_funnel", ax=axes)
    assert {text.get_color() for text in axes.texts} == {"white"}


def test_names_stay_text():
    """A name is on one line, not too long, no formula, and not left out of a legend."""
    assert name("gold \n card") == "gold card"
    assert name("a" * 24) == "a" * 24
    assert name("a" * 25) == "a" * 23 + "…"
    assert name("_mine") == " _mine"
    assert name("5$ to 9$") == r"5\$ to 9\$"
    assert keys(draw_example("backtest")) == ["fixed", r" _later \$"]


def test_numbers_are_written_to_six_digits_or_to_the_cent():
    """Small ones keep their digits, large ones their cents."""
    assert about(1 / 3) == "0.333333"
    assert about(66.525) == "66.525"
    assert about(1234567.891) == "1,234,567.89"
    assert about(-0.0000123456789) == "-1.23457e-05"
    assert about(12000) == "12,000"


def test_tints_go_from_white_to_the_colour():
    """No strength is white, full strength the colour itself, one row per strength."""
    assert tint("#000000", [0, 0.25, 1]).tolist() == [[1] * 3, [0.75] * 3, [0] * 3]


@pytest.mark.parametrize(
    ("function", "why"),
    [
        ("repeat_curve", "no order number was reached by 30 customers"),
        ("return_curve", "there was no silence by 2020-01-01"),
    ],
)
def test_a_log_without_orders_draws_a_sentence(function, why):
    """There are titles, labels and no ticks."""
    curves = {
        "repeat_curve": cv.RepeatCurve.from_log(LOG, as_of="2020-01-01", within=90),
        "return_curve": cv.ReturnCurve.from_log(LOG, as_of="2020-01-01"),
    }
    axes = draw(function, curves[function])
    assert " ".join(said(axes)[0].split()) == f"Nothing to draw: {why}."
    assert axes.get_xlabel()
    assert list(axes.get_xticks()) == list(axes.get_yticks()) == []


def test_without_matplotlib_the_error_names_the_extra(monkeypatch):
    """Who has not got matplotlib is told how to get it."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.delitem(sys.modules, "custvalue.plotting")
    with pytest.raises(ModuleNotFoundError) as caught:
        __import__("custvalue.plotting")
    expected = 'custvalue.plotting needs matplotlib: pip install "custvalue[plot]"'
    assert str(caught.value) == expected
    assert caught.value.name == "matplotlib"


def test_importing_opens_no_window_and_chooses_no_backend():
    """On import no backend is loaded, so that a program may still choose its own."""
    script = """
import sys
import custvalue.plotting
loaded = [name for name in sys.modules if name.startswith("matplotlib.backends.backend_")]
print(sys.modules["matplotlib.pyplot"].get_fignums(), loaded)
"""
    out = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    assert out == "[] []\n"
