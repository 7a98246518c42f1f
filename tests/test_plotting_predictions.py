"""Pictures of whether a prediction may be trusted, and what it rests on."""

import numpy as np
import pandas as pd
import pytest

import custvalue as cv
from pictures import EXAMPLES, bar_widths, blank, draw, keys, said, ticks, title

KNOWN = {"actual": [0, 0, 1, 1], "score": [0.1, 0.4, 0.35, 0.8]}
TABLE = cv.threshold_table(**KNOWN)


def chosen(**caps):
    """Return the threshold that is chosen on those four."""
    return cv.choose_threshold(**KNOWN, **caps)


def screened(**indicators):
    """Return a screening of forty customers, a quarter of whom paid."""
    return cv.screen(pd.DataFrame(indicators), [True] * 10 + [False] * 30)


def test_both_rates_are_drawn_over_the_threshold():
    """Thresholds rise to the right; between two scores the higher one decides."""
    axes = draw("thresholds", TABLE)
    wrong, missed = axes.lines
    assert wrong.get_xdata().tolist() == [0.1, 0.35, 0.4, 0.8]
    assert wrong.get_ydata() == pytest.approx([0.5, 1 / 3, 0.5, 0])
    assert missed.get_ydata().tolist() == [0, 0, 0.5, 0.5]
    assert wrong.get_drawstyle() == missed.get_drawstyle() == "steps-pre"
    assert wrong.get_linestyle() != missed.get_linestyle()
    assert keys(axes) == ["false discovery rate", "miss rate"]
    assert title(axes) == ("Thresholds on a score", "")


def test_caps_and_the_choice_are_drawn():
    """Each cap has the colour of its rate, and the title says how it turned out."""
    axes = draw(
        "thresholds", TABLE, choice=chosen(max_false_discovery_rate=0.4, max_miss_rate=0.07)
    )
    wrong, cap, missed, other_cap, choice = axes.lines
    assert (set(cap.get_ydata()), set(other_cap.get_ydata())) == ({0.4}, {0.07})
    assert (cap.get_color(), other_cap.get_color()) == (wrong.get_color(), missed.get_color())
    assert set(choice.get_xdata()) == {0.35}
    assert keys(axes) == [
        *("false discovery rate", "its cap: 40%", "miss rate", "its cap: 7%"),
        "chosen: from 0.35 on",
    ]
    sentence = "From 0.35 on: 33.3% wrong among those predicted, 0.0% of the real ones missed"
    assert title(axes)[1] == sentence


def test_a_choice_out_of_reach_says_so():
    """The nearest threshold is not called chosen."""
    axes = draw("thresholds", TABLE, choice=chosen(max_false_discovery_rate=0.1, max_miss_rate=0.1))
    assert title(axes)[1] == "No threshold keeps within the caps"
    assert keys(axes)[-1].startswith("nearest: from ")


def test_a_choice_where_nobody_is_real_has_no_miss_rate():
    """What is undefined is not written as nan."""
    nobody = {"actual": [0, 0], "score": [1, 2]}
    choice = cv.choose_threshold(**nobody, max_false_discovery_rate=1)
    axes = draw("thresholds", cv.threshold_table(**nobody), choice=choice)
    assert title(axes)[1] == "From 2 on: 100.0% wrong among those predicted"


def test_a_choice_must_be_one():
    """A bare threshold is refused."""
    with pytest.raises(TypeError) as caught:
        draw("thresholds", TABLE, choice=0.5)
    expected = "choice must be a ThresholdChoice, got float: give what cv.choose_threshold returns"
    assert str(caught.value) == expected


def test_one_threshold_and_none():
    """One score is a dot; no score is a sentence."""
    one = draw("thresholds", cv.threshold_table(actual=[1], score=[5]))
    assert one.lines[0].get_marker() == "o"
    none = draw("thresholds", cv.threshold_table(actual=[], score=[]))
    assert said(none) == ["Nothing to draw: there is nobody to tell by."]


def test_many_thresholds_are_a_line_without_dots():
    """A hundred thousand scores are as many points as a screen can show."""
    scores = np.arange(100_000) / 7
    table = cv.threshold_table(actual=scores % 3 > 1, score=scores)
    axes = draw("thresholds", table)
    assert all(len(line.get_xdata()) <= 250 for line in axes.lines)
    assert axes.lines[0].get_marker() in ("", "None")
    assert axes.lines[0].get_xdata()[-1] == scores[-1]


def test_gains_rise_from_nobody_above_the_diagonal():
    """Shares are drawn in rising order, from none on."""
    table = cv.metrics.gains(actual=[1, 1, 0, 0, 0], score=[9, 8, 8, 2, 1], at=[1, 0.4, 0.2])
    axes = draw("gains", table)
    diagonal, line = axes.lines
    assert diagonal.get_xydata().tolist() == [[0, 0], [1, 1]]
    assert line.get_xydata().tolist() == [[0, 0], [0.2, 0.5], [0.4, 0.75], [1, 1]]
    sentence = "The first 40.0% contacted include 75.0% of the real ones"
    assert title(axes) == ("Gains", sentence)
    assert keys(axes) == ["in random order", "by score"]
    assert axes.get_xlabel() == "customers contacted, highest score first [%]"


def test_gains_of_a_useless_score_say_so():
    """A score that leads away from the real ones promises nothing."""
    table = cv.metrics.gains(actual=[0, 1], score=[2, 1], at=[0.5, 1])
    assert title(draw("gains", table))[1] == "No better than a random order"


@pytest.mark.parametrize("at", [[], [0.5, 1.0]])
def test_gains_of_nobody_draw_a_sentence(at):
    """No share asked for, or nobody real."""
    table = cv.metrics.gains(actual=[0, 0], score=[1, 2], at=at)
    axes = draw("gains", table)
    assert said(axes) == ["Nothing to draw: there is nobody to tell by."]
    assert title(axes) == ("Gains", "")


def test_calibration_stands_beside_the_diagonal():
    """Dots with their intervals, on axes of one length."""
    actual, probability = [0, 0, 1, 1, 0, 1], [0.1, 0.1, 0.1, 0.7, 0.8, 0.9]
    table = cv.metrics.calibration(actual=actual, probability=probability, bins=2)
    axes = draw("calibration", table)
    dots, _, (bars,) = axes.containers[0]
    assert dots.get_xydata() == pytest.approx(table[["mean_probability", "observed"]].to_numpy())
    ends = np.array([bar[:, 1] for bar in bars.get_segments()])
    assert ends == pytest.approx(table[["low", "high"]].to_numpy())
    assert axes.get_xlim() == axes.get_ylim()
    sentence = "Brier score 0.262, of which lower is better"
    assert title(axes) == ("Calibration", sentence)
    table.attrs.clear()
    assert title(draw("calibration", table)) == ("Calibration", "")


def test_calibration_zooms_in_on_small_probabilities():
    """A campaign of which 2% answer fills the axes."""
    actual = np.arange(10_000) % 50 == 0
    table = cv.metrics.calibration(actual=actual, probability=np.full(10_000, 0.02))
    axes = draw("calibration", table)
    assert axes.get_xlim()[1] < 0.03
    assert ticks(axes, "x")[:3] == ["0%", "0.5%", "1%"]


def test_an_empty_bin_is_left_out_and_no_rows_are_a_sentence():
    """Bins that are kept though empty have no dot."""
    table = cv.metrics.calibration(actual=[1], probability=[0.2], bins=[0, 0.5, 1])
    axes = draw("calibration", table)
    assert np.isnan(axes.containers[0][0].get_ydata()).tolist() == [False, True]
    none = draw("calibration", cv.metrics.calibration(actual=[], probability=[]))
    assert said(none) == ["Nothing to draw: there is nobody to tell by."]


def test_influence_is_drawn_best_first_and_suspects_below():
    """Bars for those kept; a cross and the reason for those set aside."""
    screening = screened(
        noise=[0, 1] * 20,
        visits=[5, 4, 1, 6, 3, 5, 4, 2, 3, 5] + [1, 2, 4, 1, 3, 1] * 5,
        asked_for_refund=[True] * 6 + [False] * 34,
    )
    axes = draw("influence", screening)
    assert ticks(axes, "y") == ["visits", "noise", "asked_for_refund"]
    (shares,) = bar_widths(axes)
    assert shares == pytest.approx([1, 0], abs=0.01)
    assert sum(shares) == pytest.approx(1)
    texts = said(axes)
    assert texts[0] == "100.0%"
    assert texts[-1].strip().startswith("set aside: present among positives only (6 of 10")
    assert axes.lines[0].get_xydata().tolist() == [[0, 2]]
    assert title(axes) == ("Share of influence", "2 kept, 1 set aside")
    assert axes.get_ylim() == (2.5, -0.5)


def test_at_most_so_many_indicators_are_drawn():
    """The title says that there are more."""
    rng = np.random.default_rng(1)
    screening = screened(**{f"indicator {n}": rng.normal(size=40) for n in range(12)})
    axes = draw("influence", screening, most=3)
    assert len(ticks(axes, "y")) == 3
    assert title(axes)[1] == "12 kept, 0 set aside; the best 3 drawn"
    assert len(ticks(draw("influence", screening), "y")) == 10


@pytest.mark.parametrize("most", [0, -1, 2.5, True, None])
def test_most_must_be_a_number_of_things(most):
    """Both functions that take it say so alike."""
    for function in ("influence", "basket_heatmap"):
        with pytest.raises(cv.errors.InputError) as caught:
            draw(function, *EXAMPLES[function], most=most)
        given = f"{most!r} ({type(most).__name__})"
        assert str(caught.value) == f"most must be a whole number of at least 1, got {given}"


def test_indicators_without_influence_or_none_at_all():
    """Nothing kept has no bars; no indicator is a sentence."""
    suspects = draw("influence", screened(constant=[1] * 40))
    assert bar_widths(suspects) == [[]]
    assert ticks(suspects, "y") == ["constant"]
    noise = draw("influence", cv.screen(pd.DataFrame({"noise": [1, 0, 1, 0]}), [1, 1, 0, 0]))
    assert said(noise) == ["0.0%"]
    none = draw("influence", cv.screen(pd.DataFrame(index=range(4)), [1, 1, 0, 0]))
    assert said(none) == ["Nothing to draw: there are no indicators."]


def test_reasons_are_cut_to_the_room_there_is():
    """On narrow axes less of a reason is written."""
    screening = screened(asked_for_refund=[True] * 6 + [False] * 34)
    wide = said(draw("influence", screening))[-1]
    narrow = said(draw("influence", screening, ax=blank(width=3)))[-1]
    assert narrow.endswith("…")
    assert len(narrow) < len(wide)
