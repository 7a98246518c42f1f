"""Pictures of who falls asleep: the return curve, and policies judged by history."""

from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from custvalue._containers import is_word
from custvalue._plotting.canvas import (
    BLUE,
    MARKERS,
    ORANGE,
    PURPLE,
    SERIES,
    VERMILION,
    floats,
    guide,
    head,
    in_percent,
    legend,
    name,
    open_axes,
    read_table,
    require_kind,
    say_nothing,
    thin,
)
from custvalue._words import say_number
from custvalue.churn import ChurnState, RhythmPolicy, SleepPolicy
from custvalue.errors import InputError
from custvalue.returns import ReturnCurve

Ratio = Literal["precision", "false_discovery_rate", "recall", "miss_rate", "prevalence"]

RATIOS = {
    "precision": "of those called awake or drowsy, the share that ordered",
    "false_discovery_rate": "of those called awake or drowsy, the share that did not order",
    "recall": "of those who ordered, the share that was called awake or drowsy",
    "miss_rate": "of those who ordered, the share that was not called awake or drowsy",
    "prevalence": "the share that ordered",
}
BEGINS = {
    ChurnState.DROWSY: (ORANGE, "--"),
    ChurnState.HALF_ASLEEP: (VERMILION, "-."),
    ChurnState.ASLEEP: (PURPLE, ":"),
}
MOST_DATES = 6  # that fit below an axis


def return_curve(
    curve: ReturnCurve, *, policy: SleepPolicy | RhythmPolicy | None = None, ax: Axes | None = None
) -> Axes:
    """Draw how many silences outlast each length, and where the churn states begin.

    Parameters
    ----------
    curve : ReturnCurve
        What `ReturnCurve.from_log` returned; its 95% interval is that of independent silences.
    policy : SleepPolicy or RhythmPolicy, optional
        Whose thresholds to draw: a RhythmPolicy on a relative curve, a SleepPolicy on any other.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        When the policy counts silence in another unit than the curve.
    TypeError
        When something else is given.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue import plotting
    >>> log = cv.OrderLog.from_frame(cv.examples.simulate_orders(customers=500))
    >>> curve = cv.ReturnCurve.from_log(log, as_of="2024-12-30")
    >>> ax = plotting.return_curve(curve, policy=cv.SleepPolicy(30, 60, 90))
    >>> [text.get_text() for text in ax.get_legend().get_texts()][1:]
    ['drowsy from 30 days', 'half-asleep from 60 days', 'asleep from 90 days']
    """
    require_kind(curve, ReturnCurve, "what return_curve draws", "cv.ReturnCurve.from_log")
    unit = "gaps" if curve.relative else "days"
    _require_unit(policy, unit)
    axes = open_axes(ax)
    table = curve.table
    said = str(curve) if len(table) else ""
    label = f"silence [{unit}]"
    head(axes, "Return curve", said, x=label, y="still silent [% of silences]")
    if not len(table):
        return say_nothing(axes, f"there was no silence by {curve.as_of}")
    length = np.append(0.0, table.index.to_numpy(np.float64))
    silent, low, high = (
        np.append(1.0, floats(table[column])) for column in ("still_silent", "low", "high")
    )
    some = thin(length, silent)
    axes.fill_between(
        length[some], low[some], high[some], step="post", color=BLUE, alpha=0.15, linewidth=0
    )
    line: dict[str, Any] = {"drawstyle": "steps-post", "linewidth": 2}
    axes.plot(length[some], silent[some], color=BLUE, **line, label="still silent, 95% interval")
    for state, (colour, style) in BEGINS.items():
        begin = getattr(policy, f"{state.name.lower()}_from", None)
        if begin is not None:
            said = f"{state} from {say_number(begin)} {unit}"
            axes.axvline(begin, color=colour, linestyle=style, linewidth=1.5, label=said)
    axes.set_xlim(left=0)
    axes.set_ylim(0, 1.02)
    in_percent(axes.yaxis)
    guide(axes)
    legend(axes, loc="upper right")
    return axes


def backtest(
    table: pd.DataFrame, *, ratio: Ratio = "false_discovery_rate", ax: Axes | None = None
) -> Axes:
    """Draw how policies did at each cutoff, with their intervals.

    Parameters
    ----------
    table : DataFrame indexed by (policy, cutoff)
        What `backtest` returned, or some rows of it.
    ratio : {"precision", "false_discovery_rate", "recall", "miss_rate", "prevalence"}
        What to draw.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        When the table lacks a column or its index, or there is no such ratio.
    TypeError
        When it is no table.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue import plotting
    >>> table = cv.backtest(
    ...     cv.OrderLog.from_frame(cv.examples.simulate_orders(customers=500)),
    ...     {"fixed": cv.SleepPolicy(30, 60, 90)},
    ...     cutoffs=["2024-03-31", "2024-06-30"],
    ...     within=90,
    ... )
    >>> ax = plotting.backtest(table, ratio="miss_rate")
    >>> ax.get_ylabel(), [label.get_text() for label in ax.get_xticklabels()]
    ('miss rate [%]', ['2024-03-31', '2024-06-30'])
    """
    if not is_word(ratio, RATIOS):
        msg = f"ratio must be one of {', '.join(RATIOS)}, got {ratio!r}"
        raise InputError(msg)
    columns = (ratio, f"{ratio}_low", f"{ratio}_high")
    value, low, high = read_table(table, columns, "what backtest draws", "cv.backtest")
    if list(table.index.names) != ["policy", "cutoff"]:
        found = ", ".join(map(str, table.index.names))
        msg = (
            f"what backtest draws must be indexed by policy and cutoff, got {found}: "
            "give what cv.backtest returns"
        )
        raise InputError(msg)
    axes = open_axes(ax)
    quantity = ratio.replace("_", " ")
    head(axes, "Backtest", RATIOS[ratio].capitalize(), x="cutoff", y=f"{quantity} [%]")
    if np.isnan(value).all():
        return say_nothing(axes, "there is nobody to tell by")
    dates = table.index.get_level_values("cutoff").to_numpy().astype("datetime64[D]")
    day = dates.astype(np.float64)  # as matplotlib counts them, from 1970
    cutoffs = np.unique(dates)
    ticks = cutoffs.astype(np.float64)
    apart = 0.05 * float(np.diff(ticks).min(initial=ticks[-1] - ticks[0] or 30.0))  # [days]
    codes, policies = table.index.get_level_values("policy").factorize()
    for place, policy in enumerate(policies):
        rows = np.flatnonzero(codes == place)
        rows = rows[np.argsort(day[rows])]
        axes.errorbar(
            day[rows] + apart * (place - (len(policies) - 1) / 2),
            value[rows],
            yerr=np.maximum([(value - low)[rows], (high - value)[rows]], 0),
            color=SERIES[place % len(SERIES)],
            marker=MARKERS[place % len(MARKERS)],
            markersize=5,
            capsize=3,
            label=name(policy),
        )
    every = -(-len(cutoffs) // MOST_DATES)
    axes.set_xticks(ticks[::every], np.datetime_as_string(cutoffs[::every]))
    axes.margins(x=0.08, y=0.25)
    axes.set_ylim(bottom=0)
    in_percent(axes.yaxis)
    guide(axes, "y")
    legend(axes, loc="upper right", ncols=3)
    return axes


def _require_unit(policy: object, unit: str) -> None:
    """Raise when a policy is none, or counts silence in another unit than the curve."""
    if policy is None:
        return
    if not isinstance(policy, SleepPolicy | RhythmPolicy):
        msg = f"policy must be a SleepPolicy or a RhythmPolicy, got {type(policy).__name__}"
        raise TypeError(msg)
    if policy.bands.unit != unit:
        fitting = "RhythmPolicy" if unit == "gaps" else "SleepPolicy"
        msg = (
            f"curve and policy must count silence in one unit, got {unit} and "
            f"{policy.bands.unit}: draw a {fitting} on this curve"
        )
        raise InputError(msg)
