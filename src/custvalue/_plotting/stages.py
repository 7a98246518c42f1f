"""Pictures of where customers stand, and how they move."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from custvalue._lifecycle.repeat_curve import FEWEST
from custvalue._plotting.canvas import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    draw_cells,
    floats,
    guide,
    head,
    in_counts,
    in_percent,
    legend,
    legend_above,
    name,
    open_axes,
    read_table,
    require_kind,
    say_nothing,
    tint,
    write_beside,
)
from custvalue._words import say_count
from custvalue.errors import InputError
from custvalue.lifecycle import RepeatCurve
from custvalue.movements import Movement


def stage_funnel(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how many customers are on each stage or beyond, and how many of them went on.

    Parameters
    ----------
    table : DataFrame
        What `funnel` returned.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        When the table lacks a column, or counts more on a stage than on it or beyond.
    TypeError
        When it is none.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue import plotting
    >>> ax = plotting.stage_funnel(cv.funnel(["suspect", "suspect", "first-time", "repeat"]))
    >>> [text.get_text().strip() for text in ax.texts[:3]]
    ['4, 50% went on', '2', '2, 50% went on']
    """
    here, reached, went_on = read_table(
        table,
        ("customers", "at_or_beyond", "conversion"),
        "what stage_funnel draws",
        "cv.funnel",
    )
    if not ((here >= 0) & (reached >= here)).all():
        msg = (
            "what stage_funnel draws must count on each stage or beyond all who are on it, got "
            "other or missing counts: give what cv.funnel returns"
        )
        raise InputError(msg)
    axes = open_axes(ax)
    total = int(here.sum())
    said = f"{say_count(total, 'customer', 'customers')}: how many reached a stage, and went on"
    head(axes, "Funnel of stages", said if total else "", x="customers", y="stage")
    if not total:
        return say_nothing(axes, "no customer has a stage")
    place = np.arange(len(table))
    axes.barh(place, here, 0.7, color=BLUE, label="on this stage")
    axes.barh(place, reached - here, 0.7, left=here, color=SKY, alpha=0.6, label="beyond it")
    for at, (count, share) in enumerate(zip(reached, went_on, strict=True)):
        text = f"{count:,.0f}" + ("" if np.isnan(share) else f", {share:.0%} went on")
        write_beside(axes, count, at, text)
    axes.set_yticks(place, [name(stage) for stage in table.index])
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.set_xlim(0, 1.5 * reached.max())
    in_counts(axes.xaxis)
    guide(axes, "x")
    legend(axes, loc="lower right")
    return axes


def movement(moved: Movement, *, ax: Axes | None = None) -> Axes:
    """Draw where the customers of each step went between two dates.

    The stronger the colour, the larger the share of those who stood on that step before.

    Parameters
    ----------
    moved : Movement
        What `movement` returned: of tiers, stages or states.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError
        When something else is given.

    Examples
    --------
    >>> import custvalue as cv, pandas as pd
    >>> from custvalue import plotting
    >>> before = pd.Series({"ann": "A", "bob": "C", "cem": "B"})
    >>> after = pd.Series({"ann": "A", "bob": "B", "dee": "C"})
    >>> ax = plotting.movement(cv.movement(before, after, scale=cv.ABCTier))
    >>> print(ax.get_title(loc="left"))
    Movement between two dates
    3 before, 3 after: 1 advanced, 1 held, 0 slipped; 1 joined, 1 left.
    """
    require_kind(moved, Movement, "what movement draws", "cv.movement")
    axes = open_axes(ax)
    title = "Movement between two dates"
    head(axes, title, str(moved), x="step after", y="step before")
    matrix = moved.matrix
    counts = matrix.to_numpy()
    if not counts.any():
        return say_nothing(axes, "nobody was there on either date")
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    steps = len(counts) - 1
    before, after = np.indices(counts.shape)
    kinds = {
        "advanced": (BLUE, before > after),
        "held": (GREY, before == after),
        "slipped": (VERMILION, before < after),
        "joined": (GREEN, before == steps),
        "left": (ORANGE, after == steps),
    }
    colours = np.ones((*counts.shape, 3))
    for colour, where in kinds.values():
        colours[where] = tint(colour, share[where])
    texts = [[f"{count:,}" if count else "" for count in row] for row in counts.tolist()]
    rows, columns = ([name(step) for step in side] for side in (matrix.index, matrix.columns))
    draw_cells(axes, colours, texts, rows=rows, columns=columns)
    keys = [Patch(color=colour, label=kind) for kind, (colour, _) in kinds.items()]
    legend_above(axes, keys)
    return axes


def repeat_curve(curve: RepeatCurve, *, level: float = 0.8, ax: Axes | None = None) -> Axes:
    """Draw the chance of another order after each order, and from which on it stays at a level.

    Parameters
    ----------
    curve : RepeatCurve
        Order numbers that at least 30 customers reached are drawn, with their 95% intervals.
    level : float, default 0.8 [share]
        As for `RepeatCurve.stable_after`.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        When `level` is not above 0 and at most 1.
    TypeError
        When something else is given.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue import plotting
    >>> log = cv.OrderLog.from_frame(cv.examples.simulate_orders(customers=500))
    >>> ax = plotting.repeat_curve(cv.RepeatCurve.from_log(log, as_of="2024-12-30", within=90))
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('order days so far', 'chance within 90 days [%]')
    """
    require_kind(curve, RepeatCurve, "what repeat_curve draws", "cv.RepeatCurve.from_log")
    stable = curve.stable_after(level=level)
    table = curve.table[curve.table["reached"] >= FEWEST]
    axes = open_axes(ax)
    target = f"{100 * level:g}%"
    said = f"The chance of another order day does not stay at {target}"
    if stable is not None:
        said = f"From order day {stable} on, {target} or more order another day"
    within = f"chance within {curve.within:g} days [%]"
    head(axes, "Repeat curve", said if len(table) else "", x="order days so far", y=within)
    if not len(table):
        return say_nothing(axes, f"no order number was reached by {FEWEST} customers")
    number = table.index.to_numpy(np.float64)
    chance, low, high = (floats(table[column]) for column in ("chance", "low", "high"))
    axes.fill_between(number, low, high, color=BLUE, alpha=0.15, linewidth=0)
    axes.plot(number, chance, "o-", color=BLUE, markersize=4, label="chance, 95% interval")
    open_ended = table.index.isin(curve.lower_bounds)
    if open_ended.any():
        hollow: dict[str, Any] = {"markerfacecolor": "white", "markersize": 6}
        least = number[open_ended], chance[open_ended]
        axes.plot(*least, "o", color=BLUE, **hollow, label="at least so much")
    axes.axhline(level, color=VERMILION, linestyle="--", linewidth=1, label=target)
    if stable is not None:
        axes.axvline(stable, color=PURPLE, linestyle=":", label=f"order day {stable}")
    axes.set_ylim(0, 1.02)
    axes.xaxis.set_major_locator(MaxNLocator(10, integer=True))
    in_percent(axes.yaxis)
    guide(axes)
    legend(axes, loc="lower right")
    return axes
