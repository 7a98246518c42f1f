"""Pictures of whether a prediction may be trusted, and what it rests on."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from custvalue._containers import read_count
from custvalue._plotting.canvas import (
    BLUE,
    GREY,
    PURPLE,
    SMALL,
    VERMILION,
    about,
    dots,
    floats,
    guide,
    head,
    in_percent,
    legend,
    letters_in,
    name,
    open_axes,
    read_table,
    require_kind,
    say_nothing,
    thin,
    write_beside,
)
from custvalue.metrics import ThresholdChoice
from custvalue.screening import Screening

RATES = {"false_discovery_rate": (VERMILION, "-"), "miss_rate": (BLUE, "--")}
BESIDE_NAMES = 0.8  # how much of their width axes keep beside long names


def thresholds(
    table: pd.DataFrame, *, choice: ThresholdChoice | None = None, ax: Axes | None = None
) -> Axes:
    """Draw both rates at every threshold, with the caps on them and the threshold chosen.

    Parameters
    ----------
    table : DataFrame
        What `threshold_table` returned.
    choice : ThresholdChoice, optional
        What `choose_threshold` returned: its caps and its threshold are drawn.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        When the table lacks a column.
    TypeError
        When something else is given.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue import plotting
    >>> known = {"actual": [0, 0, 1, 1], "score": [0.1, 0.4, 0.35, 0.8]}
    >>> choice = cv.choose_threshold(**known, max_false_discovery_rate=0.4)
    >>> ax = plotting.thresholds(cv.threshold_table(**known), choice=choice)
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['false discovery rate', 'its cap: 40%', 'miss rate', 'chosen: from 0.35 on']
    """
    rates = read_table(table, list(RATES), "what thresholds draws", "cv.threshold_table")
    scores = floats(table.index)
    if choice is not None:
        require_kind(choice, ThresholdChoice, "choice", "cv.choose_threshold")
    axes = open_axes(ax)
    label = "score from which on customers are predicted"
    head(axes, "Thresholds on a score", _say(choice), x=label, y="rate [%]")
    if np.isnan(rates).all():
        return say_nothing(axes, "there is nobody to tell by")
    order = np.argsort(scores, kind="stable")
    for values, (rate, (colour, style)) in zip(rates, RATES.items(), strict=True):
        some = order[thin(scores[order], values[order])]
        axes.plot(
            scores[some],
            values[some],
            color=colour,
            linestyle=style,
            marker=dots(len(some)),
            markersize=4,
            drawstyle="steps-pre",  # between two scores the higher one decides
            label=rate.replace("_", " "),
        )
        cap = None if choice is None else getattr(choice, f"max_{rate}")
        if cap is not None:
            label = f"its cap: {100 * cap:g}%"
            axes.axhline(cap, color=colour, linestyle=":", linewidth=1.2, label=label)
    if choice is not None:
        said = f"{'chosen' if choice.feasible else 'nearest'}: from {about(choice.threshold)} on"
        axes.axvline(choice.threshold, color=PURPLE, linewidth=1.2, label=said)
    axes.set_ylim(-0.02, 1.02)
    in_percent(axes.yaxis)
    guide(axes)
    legend(axes, loc="best")
    return axes


def gains(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw what share of the real ones is reached by contacting the highest scores first.

    Parameters
    ----------
    table : DataFrame
        What `gains` returned.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        When the table lacks a column.
    TypeError
        When it is none.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue import plotting
    >>> known = {"actual": [1, 1, 0, 0, 0], "score": [9, 8, 8, 2, 1]}
    >>> ax = plotting.gains(cv.metrics.gains(**known, at=[0.2, 0.4, 1]))
    >>> print(ax.get_title(loc="left"))
    Gains
    The first 40.0% contacted include 75.0% of the real ones
    """
    (recall,) = read_table(table, ["recall"], "what gains draws", "cv.metrics.gains")
    share, reached = np.append(0.0, floats(table.index)), np.append(0.0, recall)
    order = np.argsort(share, kind="stable")
    share, reached = share[order], reached[order]
    best = int(np.nanargmax(reached - share))
    said = f"The first {share[best]:.1%} contacted include {reached[best]:.1%} of the real ones"
    if not reached[best] > share[best]:
        said = "No better than a random order"
    axes = open_axes(ax)
    x, y = "customers contacted, highest score first [%]", "real ones reached [%]"
    known = not np.isnan(recall).all()
    head(axes, "Gains", said if known else "", x=x, y=y)
    if not known:
        return say_nothing(axes, "there is nobody to tell by")
    axes.plot([0, 1], [0, 1], "--", color=GREY, linewidth=1, label="in random order")
    some = thin(share, reached)
    style: dict[str, Any] = {"marker": dots(len(some)), "markersize": 4}
    axes.plot(share[some], reached[some], color=BLUE, **style, label="by score")
    in_percent(axes.xaxis)
    in_percent(axes.yaxis)
    guide(axes)
    legend(axes, loc="lower right")
    return axes


def calibration(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw what came against what was predicted; on the diagonal they agree.

    Parameters
    ----------
    table : DataFrame
        What `calibration` returned.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        When the table lacks a column.
    TypeError
        When it is none.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue import plotting
    >>> actual, probability = [0, 0, 1, 1, 0, 1], [0.1, 0.1, 0.1, 0.7, 0.8, 0.9]
    >>> table = cv.metrics.calibration(actual=actual, probability=probability, bins=2)
    >>> ax = plotting.calibration(table)
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('predicted probability [%]', 'share that came true [%]')
    """
    columns = ("mean_probability", "observed", "low", "high")
    read = read_table(table, columns, "what calibration draws", "cv.metrics.calibration")
    predicted, observed, low, high = read
    axes = open_axes(ax)
    brier = table.attrs.get("brier_score", np.nan)
    said = "" if np.isnan(brier) else f"Brier score {brier:.3f}, of which lower is better"
    x, y = "predicted probability [%]", "share that came true [%]"
    head(axes, "Calibration", said, x=x, y=y)
    if np.isnan(observed).all():
        return say_nothing(axes, "there is nobody to tell by")
    most = 1.05 * np.nanmax([*predicted, *high])
    axes.plot([0, most], [0, most], "--", color=GREY, linewidth=1, label="as predicted")
    around = np.maximum([observed - low, high - observed], 0)
    style: dict[str, Any] = {"color": BLUE, "markersize": 5, "capsize": 3, "linestyle": "none"}
    label = "what came, with its interval"
    axes.errorbar(predicted, observed, yerr=around, marker="o", **style, label=label)
    axes.set_xlim(0, most)
    axes.set_ylim(0, most)
    in_percent(axes.xaxis)
    in_percent(axes.yaxis)
    guide(axes)
    legend(axes, loc="upper left")
    return axes


def influence(screening: Screening, *, most: int = 10, ax: Axes | None = None) -> Axes:
    """Draw the share of influence of each indicator, and which were set aside, and why.

    Parameters
    ----------
    screening : Screening
        What `screen` returned.
    most : int, default 10
        How many indicators to draw at most of those kept, best first, and of those set aside.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        When `most` is no whole number of at least 1.
    TypeError
        When something else is given.

    Examples
    --------
    >>> import custvalue as cv, pandas as pd
    >>> from custvalue import plotting
    >>> indicators = pd.DataFrame({"visits": [4, 2, 3, 1], "paid": [1, 1, 0, 0]})
    >>> ax = plotting.influence(cv.screen(indicators, [1, 1, 0, 0]))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['visits', 'paid']
    """
    require_kind(screening, Screening, "what influence draws", "cv.screen")
    most = read_count(most, "most")
    table = screening.table
    ranked = table[~table["suspect"]].sort_values(
        "share_of_influence", ascending=False, kind="stable"
    )
    kept, aside = ranked.head(most), table[table["suspect"]].head(most)
    count = len(kept) + len(aside)
    axes = open_axes(ax, 1.5 + 0.28 * max(count, 4))
    said = f"{len(ranked):,} kept, {len(table) - len(ranked):,} set aside"
    if len(kept) < len(ranked):
        said += f"; the best {most:,} drawn"
    head(axes, "Share of influence", said, x="share of influence [%]", y="indicator")
    if not count:
        return say_nothing(axes, "there are no indicators")
    share = np.nan_to_num(floats(kept["share_of_influence"]))
    room = int(BESIDE_NAMES * letters_in(axes.bbox.width, axes, SMALL))
    place = np.arange(count)
    drawn = axes.barh(place[: len(kept)], share, 0.7, color=BLUE)
    axes.bar_label(drawn, [f"{each:.1%}" for each in share], padding=3, fontsize="small")
    for at, reason in zip(place[len(kept) :], aside["reason"], strict=True):
        axes.plot(0, at, "X", color=VERMILION, markersize=8, clip_on=False)
        write_beside(axes, 0, at, name(f"set aside: {reason}", room), VERMILION)
    axes.set_yticks(place, [name(each) for each in (*kept.index, *aside.index)])
    axes.set_ylim(count - 0.5, -0.5)
    axes.set_xlim(0, 1.15 * max(share.max(initial=0), 0.05))
    in_percent(axes.xaxis)
    guide(axes, "x")
    return axes


def _say(choice: ThresholdChoice | None) -> str:
    """Say what became of a choice."""
    if choice is None:
        return ""
    if not choice.feasible:
        return "No threshold keeps within the caps"
    outcome = choice.confusion
    wrong, missed = outcome.false_discovery_rate, outcome.miss_rate
    said = f"From {about(choice.threshold)} on: {wrong:.1%} wrong among those predicted"
    return said if np.isnan(missed) else f"{said}, {missed:.1%} of the real ones missed"
