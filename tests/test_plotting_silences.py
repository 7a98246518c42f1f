"""Pictures of who falls asleep, and of policies judged by history."""

import numpy as np
import pandas as pd
import pytest

import custvalue as cv
from pictures import DAY, EXAMPLES, LOG, SLEEP, draw, empty_log, keys, said, ticks, title

(CURVE,) = EXAMPLES["return_curve"]
(TABLE,) = EXAMPLES["backtest"]


def test_return_curve_starts_at_all_and_falls_in_steps():
    """It is the table of the curve, from 100% at silence 0."""
    axes = draw("return_curve", CURVE)
    (line,) = axes.lines
    assert line.get_drawstyle() == "steps-post"
    assert line.get_xydata()[0].tolist() == [0, 1]
    table = CURVE.table["still_silent"]
    assert set(map(tuple, line.get_xydata()[1:])) <= set(table.items())
    assert line.get_xydata()[-1].tolist() == [table.index[-1], table.iloc[-1]]
    assert axes.get_xlim()[0] == 0
    assert (axes.get_xlabel(), axes.get_ylabel()) == (
        "silence [days]",
        "still silent [% of silences]",
    )
    assert title(axes) == ("Return curve", str(CURVE))
    assert keys(axes) == ["still silent, 95% interval"]


def test_thresholds_stand_where_states_begin():
    """A line per state that can be reached, told apart by colour and style."""
    axes = draw("return_curve", CURVE, policy=SLEEP)
    lines = axes.lines[1:]
    assert [line.get_xdata()[0] for line in lines] == [30, 60, 90]
    assert len({line.get_color() for line in lines}) == 3
    assert len({line.get_linestyle() for line in lines}) == 3
    some = draw("return_curve", CURVE, policy=cv.SleepPolicy(30.5, None, 90))
    assert keys(some)[1:] == ["drowsy from 30.5 days", "asleep from 90 days"]


def test_a_relative_curve_is_in_gaps():
    """It takes the thresholds of a rhythm policy."""
    curve = cv.ReturnCurve.from_log(LOG, as_of=DAY, relative=True)
    axes = draw("return_curve", curve, policy=cv.RhythmPolicy(2, 4, 8, fallback_gap_days=30))
    assert axes.get_xlabel() == "silence [gaps]"
    assert keys(axes)[1] == "drowsy from 2 gaps"
    assert len(axes.lines[0].get_xdata()) <= 250 < len(curve.table)


def test_curve_and_policy_share_their_unit():
    """Days are not drawn on gaps, nor gaps on days."""
    with pytest.raises(cv.errors.InputError) as caught:
        draw("return_curve", CURVE, policy=cv.RhythmPolicy(2, 4, 8, fallback_gap_days=30))
    assert str(caught.value) == (
        "curve and policy must count silence in one unit, got days and gaps: "
        "draw a SleepPolicy on this curve"
    )
    relative = cv.ReturnCurve.from_log(LOG, as_of=DAY, relative=True)
    with pytest.raises(cv.errors.InputError) as caught:
        draw("return_curve", relative, policy=SLEEP)
    assert str(caught.value) == (
        "curve and policy must count silence in one unit, got gaps and days: "
        "draw a RhythmPolicy on this curve"
    )
    with pytest.raises(TypeError) as caught:
        draw("return_curve", CURVE, policy=90)
    assert str(caught.value) == "policy must be a SleepPolicy or a RhythmPolicy, got int"


def test_one_running_silence_is_drawn():
    """It is still silent, and there is no interval to tell."""
    orders = pd.DataFrame({"customer_id": [1], "date": ["2026-01-01"], "amount": [9.0]})
    log = cv.OrderLog.from_frame(orders.assign(date=pd.to_datetime(orders["date"])))
    axes = draw("return_curve", cv.ReturnCurve.from_log(log, as_of="2026-01-11"))
    assert axes.lines[0].get_xydata().tolist() == [[0, 1], [10, 1]]


def test_no_silence_draws_a_sentence():
    """An empty log is no error."""
    curve = cv.ReturnCurve.from_log(empty_log(), as_of="2026-01-11")
    axes = draw("return_curve", curve, policy=SLEEP)
    assert said(axes) == ["Nothing to draw: there was no silence by 2026-01-11."]
    assert title(axes) == ("Return curve", "")


def test_backtest_draws_each_policy_over_time():
    """Policies stand side by side at each cutoff, with the intervals of the table."""
    axes = draw("backtest", TABLE, ratio="recall")
    assert ticks(axes, "x") == ["2023-12-31", "2024-03-31"]
    fixed, later = axes.containers
    days = pd.to_datetime(["2023-12-31", "2024-03-31"]).to_numpy().astype("datetime64[D]")
    assert (fixed[0].get_xdata() + later[0].get_xdata()) / 2 == pytest.approx(days.astype(float))
    assert (fixed[0].get_xdata() < later[0].get_xdata()).all()
    rows = TABLE.loc["fixed"].sort_index()
    assert fixed[0].get_ydata() == pytest.approx(rows["recall"])
    bars = np.array([bar[:, 1] for bar in fixed[2][0].get_segments()])
    assert bars == pytest.approx(rows[["recall_low", "recall_high"]].to_numpy())
    assert fixed[0].get_marker() != later[0].get_marker()
    sentence = "Of those who ordered, the share that was called awake or drowsy"
    assert title(axes) == ("Backtest", sentence)
    assert axes.get_ylabel() == "recall [%]"


@pytest.mark.parametrize(
    "ratio", ["precision", "false_discovery_rate", "recall", "miss_rate", "prevalence"]
)
def test_every_ratio_can_be_drawn(ratio):
    """Each says in a sentence what it is."""
    axes = draw("backtest", TABLE, ratio=ratio)
    assert axes.get_ylabel() == f"{ratio.replace('_', ' ')} [%]"
    assert title(axes)[1].endswith(("ordered", "order", "drowsy"))


def test_an_unknown_ratio_is_refused():
    """The error lists those there are."""
    with pytest.raises(cv.errors.InputError) as caught:
        draw("backtest", TABLE, ratio="accuracy")
    assert str(caught.value) == (
        "ratio must be one of precision, false_discovery_rate, recall, miss_rate, prevalence, "
        "got 'accuracy'"
    )


def test_a_backtest_is_indexed_by_policy_and_cutoff():
    """A table that lost its index is refused."""
    with pytest.raises(cv.errors.InputError) as caught:
        draw("backtest", TABLE.reset_index())
    assert str(caught.value) == (
        "what backtest draws must be indexed by policy and cutoff, got None: "
        "give what cv.backtest returns"
    )


def test_one_cutoff_is_drawn():
    """A single day has no line, but its interval."""
    axes = draw("backtest", TABLE.xs("2024-03-31", level="cutoff", drop_level=False))
    assert ticks(axes, "x") == ["2024-03-31"]
    assert len(axes.containers) == 2


def test_many_cutoffs_and_policies_stay_readable():
    """Not every date is written, colours come again, and no text is too much."""
    cutoffs = pd.date_range("2023-06-30", periods=13, freq="ME")
    policies = {f"policy {n}": SLEEP for n in range(8)}
    table = cv.backtest(LOG, policies, cutoffs=list(cutoffs), within=30)
    axes = draw("backtest", table)
    assert ticks(axes, "x") == [str(day.date()) for day in cutoffs[::3]]
    assert len(keys(axes)) == 8


def test_a_ratio_of_nothing_draws_a_sentence():
    """When nobody was called awake, there is no false discovery rate."""
    table = TABLE.assign(false_discovery_rate=np.nan)
    for rows in (table, TABLE.iloc[:0]):
        axes = draw("backtest", rows)
        assert said(axes) == ["Nothing to draw: there is nobody to tell by."]


def test_a_single_undefined_ratio_leaves_a_gap():
    """The other cutoffs are drawn."""
    table = TABLE.copy()
    table.iloc[0, table.columns.get_loc("recall")] = np.nan
    axes = draw("backtest", table, ratio="recall")
    assert np.isnan(axes.containers[0][0].get_ydata()).sum() == 1
