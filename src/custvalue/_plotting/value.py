"""Pictures of who is worth what: tiers, and the value matrix."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from custvalue._bands import Bands
from custvalue._conditions import Interval
from custvalue._containers import read_numbers
from custvalue._plotting.canvas import (
    BLUE,
    GREY,
    ORANGE,
    SKY,
    about,
    draw_cells,
    guide,
    head,
    in_percent,
    legend,
    name,
    open_axes,
    read_table,
    require_kind,
    say_nothing,
    short,
    tint,
)
from custvalue._words import say_count
from custvalue.value_matrix import CELLS, Level, ValueMatrix

BARS = (("of the customers", SKY), ("of the value", BLUE), ("retained", ORANGE))


def tier_bars(report: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw each tier's share of the customers beside its share of the value, best tier first.

    Parameters
    ----------
    report : DataFrame
        What `tier_report` returned; its ``retention`` is drawn where it is there.
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
    >>> revenue = [900, 60, 50, 40, -10]
    >>> tiers = cv.tiers.PARETO.fit(revenue).classify(revenue)
    >>> ax = plotting.tier_bars(cv.tier_report(tiers, revenue))
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['vital-few', 'useful-many']
    """
    columns = ["share_of_customers", "share_of_value"]
    if isinstance(report, pd.DataFrame) and "retention" in report.columns:
        columns.append("retention")
    shares = read_table(report, columns, "what tier_bars draws", "cv.tier_report")
    customers, value, *_ = shares
    axes = open_axes(ax)
    said = ""
    if len(report) and not np.isnan(value[0]):
        shown = f"{customers[0]:.1%} of the customers, {value[0]:.1%} of the value"
        said = f"{short(report.index[0])}: {shown}"
    elif not np.isnan(customers).all():
        said = "The net total is not above 0, so value has no shares"
    head(axes, "Tiers, best first", said, x="tier", y="share [%]")
    if np.isnan(customers).all():
        return say_nothing(axes, "no customer has a tier")
    place, width = np.arange(len(report)), 0.84 / len(shares)
    for nth, share in enumerate(shares):
        label, colour = BARS[nth]
        aside = (nth - (len(shares) - 1) / 2) * width
        bars = axes.bar(place + aside, share, 0.96 * width, color=colour, label=label)
        axes.bar_label(bars, [_say(each) for each in share], padding=2, fontsize="small")
    axes.set_xticks(place, [name(tier) for tier in report.index])
    low, high = np.nanmin(shares), np.nanmax(shares)
    axes.set_ylim(1.2 * min(low, 0), 1.25 * high or 1)
    axes.axhline(0, color=GREY, linewidth=0.8)
    in_percent(axes.yaxis)
    guide(axes, "y")
    legend(axes, loc="upper center", ncols=3)
    return axes


def value_matrix(customers: pd.DataFrame, matrix: ValueMatrix, *, ax: Axes | None = None) -> Axes:
    """Draw how many customers are in each cell of a value matrix.

    Parameters
    ----------
    customers : DataFrame
        As `ValueMatrix.classify` takes it, such as the customer table of an order log.
    matrix : ValueMatrix
        Stated or learned. ``new`` and ``lapsing`` are not told apart from ``general-value``.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    InputError, TypeError
        As `ValueMatrix.classify`, and when `matrix` is none.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue import plotting
    >>> customers = cv.OrderLog.from_frame(cv.examples.example_orders()).customers("2026-03-01")
    >>> ax = plotting.value_matrix(customers, cv.ValueMatrixLearner().fit(customers))
    >>> ax.texts[2].get_text().splitlines()
    ['high-value', '1', '50.0%']
    """
    require_kind(matrix, ValueMatrix, "matrix", "cv.ValueMatrixLearner().fit")
    matrix.classify(customers)  # to read the columns, or name the rows that are wrong
    ordered = read_numbers(customers["orders"], "orders").values > 0
    spent = matrix.average_order_value.classify(customers["average_order_value"]).cat.codes
    often = matrix.orders.classify(customers["orders"]).cat.codes
    counts = np.zeros((len(Level), len(Level)), dtype=np.int64)
    np.add.at(counts, (spent.to_numpy()[ordered], often.to_numpy()[ordered]), 1)
    total = int(counts.sum())

    axes = open_axes(ax)
    said = f"{say_count(total, 'customer', 'customers')} with an order"
    if len(customers) > total:
        without = say_count(len(customers) - total, "without one is", "without one are")
        said += f"; {without} not in it"
    money = matrix.average_order_value.unit or "money"
    head(axes, "Value matrix", said, x="orders", y=f"average order value [{money}]")
    if not total:
        return say_nothing(axes, "no customer has an order")
    high_first = list(Level)[::-1]
    texts = [
        [
            f"{CELLS.classify(average_order_value=value, orders=number)}\n"
            f"{counts[value.rank, number.rank]:,}\n{counts[value.rank, number.rank] / total:.1%}"
            for number in Level
        ]
        for value in high_first
    ]
    draw_cells(
        axes,
        tint(BLUE, counts[::-1] / counts.max()),
        texts,
        rows=[_say_level(matrix.average_order_value, level) for level in high_first],
        columns=[_say_level(matrix.orders, level) for level in Level],
    )
    return axes


def _say(share: float) -> str:
    return "" if np.isnan(share) else f"{share:.0%}"


def _say_level(bands: Bands[Level], level: Level) -> str:
    """Write a level and where it begins."""
    if level.rank == 0:
        return level.value
    floor, key = bands.floors[level.rank - 1], bands._keys[level.rank - 1]
    if floor is None:
        return f"{level}\nnever"
    return f"{level}\n{'>' if isinstance(floor, Interval) else '≥'} {about(key)}"
