"""Pictures of how few bring how much."""

import math

from matplotlib.axes import Axes

from custvalue._plotting.canvas import (
    BLUE,
    GREY,
    ORANGE,
    VERMILION,
    floats,
    guide,
    head,
    in_percent,
    legend,
    open_axes,
    require_kind,
    say_nothing,
    thin,
)
from custvalue.inequality import Concentration

TOP = 0.2  # the share of customers Pareto's law is told with


def lorenz_curve(spread: Concentration, *, ax: Axes | None = None) -> Axes:
    """Draw what share of the value the worst customers hold, against the line of equal shares.

    The further the curve hangs below the line, the more uneven the value; the Gini coefficient is
    twice the area between the two.

    Parameters
    ----------
    spread : Concentration
        What `concentration` returned.
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
    >>> import custvalue as cv
    >>> from custvalue import plotting
    >>> ax = plotting.lorenz_curve(cv.concentration([600, 200, 100, 60, 40]))
    >>> print(ax.get_title(loc="left"))
    Lorenz curve
    The best 20% of the customers hold 60.0%; Gini 0.504
    """
    axes, told = _begin(spread, "lorenz_curve", "Lorenz curve", "lowest value first", ax)
    if not told:
        return axes
    curve = spread.lorenz_curve()
    share, value = floats(curve["share_of_customers"]), floats(curve["share_of_value"])
    some = thin(share, value)
    axes.plot([0, 1], [0, 1], "--", color=GREY, linewidth=1, label="if all brought the same")
    axes.plot(share[some], value[some], color=BLUE, linewidth=2, label="these customers")
    axes.fill_between(share[some], value[some], share[some], color=BLUE, alpha=0.12, linewidth=0)
    legend(axes, loc="upper left")
    return axes


def whale_curve(spread: Concentration, *, ax: Axes | None = None) -> Axes:
    """Draw what share of the value the best customers hold, and where unprofitable ones begin.

    Parameters
    ----------
    spread : Concentration
        What `concentration` returned. Of values that may be negative, as profits, the curve climbs
        above 100% and comes back: the whale.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError
        When something else is given.

    References
    ----------
    R. S. Kaplan and V. G. Narayanan (2001), Measuring and managing customer profitability.
    Journal of Cost Management 15(5), 5-15.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue import plotting
    >>> ax = plotting.whale_curve(cv.concentration([600, 200, 100, 60, -40]))
    >>> [text.get_text() for text in ax.get_legend().get_texts()][-1]
    'the peak: 104.3%, before 1 unprofitable'
    """
    axes, told = _begin(spread, "whale_curve", "Whale curve", "best first", ax)
    if not told:
        return axes
    curve = spread.curve()
    share, value = floats(curve["share_of_customers"]), floats(curve["share_of_value"])
    some = thin(share, value)
    axes.plot([0, 1], [0, 1], "--", color=GREY, linewidth=1, label="if all brought the same")
    axes.plot(share[some], value[some], color=BLUE, linewidth=2, label="these customers")
    top = math.ceil(TOP * spread.customers)
    said = f"the best {TOP:.0%}: {value[top]:.1%}"
    axes.plot(share[top], value[top], "o", color=ORANGE, markersize=8, label=said)
    if spread.unprofitable:
        peak = spread.customers_at_peak
        said = f"the peak: {value[peak]:.1%}, before {spread.unprofitable:,} unprofitable"
        axes.plot(share[peak], value[peak], "D", color=VERMILION, markersize=8, label=said)
        axes.axhline(1, color=GREY, linewidth=0.8)
    legend(axes, loc="lower right")
    return axes


def _begin(
    spread: Concentration, function: str, title: str, order: str, ax: Axes | None
) -> tuple[Axes, bool]:
    """Return axes with titles, and whether there is something to draw on them."""
    require_kind(spread, Concentration, f"what {function} draws", "cv.concentration")
    axes = open_axes(ax)
    said = ""
    if spread.total > 0:
        held = spread.share_of_top(TOP)
        said = f"The best {TOP:.0%} of the customers hold {held:.1%}"
        if not math.isnan(spread.gini):
            said += f"; Gini {spread.gini:.3f}"
    head(axes, title, said, x=f"share of customers, {order} [%]", y="share of value [%]")
    if not said:
        say_nothing(axes, "shares need a net total above 0")
        return axes, False
    in_percent(axes.xaxis)
    in_percent(axes.yaxis)
    axes.margins(x=0.01)
    guide(axes)
    return axes, True
