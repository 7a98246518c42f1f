"""What all pictures share: axes to draw on, colours, headings, and names that stay text."""

import textwrap
from collections.abc import Sequence
from typing import Any, Literal

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import to_rgb
from matplotlib.ticker import FuncFormatter, MaxNLocator, StrMethodFormatter

from custvalue._containers import read_numbers, require_columns
from custvalue._words import say_number
from custvalue.errors import InputError

Floats = npt.NDArray[np.float64]

# Told apart with every common kind of colour vision: M. Okabe and K. Ito (2002, revised 2008),
# Color universal design: how to make figures and presentations that are friendly to colorblind
# people. B. Wong (2011), Points of view: color blindness, Nature Methods 8, 441.
BLUE, SKY, GREEN = "#0072B2", "#56B4E9", "#009E73"
ORANGE, VERMILION, PURPLE = "#E69F00", "#D55E00", "#CC79A7"
SERIES = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
MARKERS = "osD^vP"  # a shape beside each colour
GREY = "#8A9299"
INK = "#1F262C"

WIDTH, HEIGHT = 6.0, 4.0  # [inches] 600 × 400 px at matplotlib's 100 dots per inch
SIZE, SMALL = 10, 9  # [points] of titles, and of text in cells
LETTER = 0.56  # of its size: how wide a letter of matplotlib's font is, on average
LONGEST_NAME = 24  # [letters]
HANDLE = 5  # [letters] what stands before each label of a legend
LARGE = 10_000  # where two decimals are six digits or more
MOST_DOTS = 40
LARGEST = 1e15  # chosen: written out, larger numbers take all the room
POINTS = 250  # more than that on one line, a screen does not show
LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601: how bright red, green and blue look
DARK = 0.55  # chosen: on a cell less bright than this one writes in white


def open_axes(ax: Axes | None, height: float = HEIGHT) -> Axes:
    """Return the axes to draw on: the caller's, or those of a new figure."""
    if ax is None:
        _, ax = plt.subplots(figsize=(WIDTH, height), layout="constrained")
    if not isinstance(ax, Axes):
        msg = f"ax must be matplotlib Axes or None, got {type(ax).__name__}: pick one, as axes[0]"
        raise TypeError(msg)
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_axisbelow(True)
    return ax


def head(ax: Axes, title: str, said: str, *, x: str, y: str) -> None:
    """Write the title with a sentence below it, broken to the width of the axes, and the labels."""
    lines = textwrap.wrap(said, letters_in(ax.bbox.width, ax))
    ax.set_title(as_text("\n".join([title, *lines])), loc="left", size=SIZE)
    ax.set_xlabel(as_text(x))
    ax.set_ylabel(as_text(y))


def letters_in(pixels: float, ax: Axes, size: float = SIZE) -> int:
    """Return how many letters fit into so many pixels, at least 8."""
    return max(int(pixels / ax.figure.dpi * 72 / (LETTER * size)), 8)


def say_nothing(ax: Axes, why: str) -> Axes:
    """Say on empty axes why there is nothing to draw."""
    ax.set_xticks([])
    ax.set_yticks([])
    said = textwrap.fill(f"Nothing to draw: {why}.", letters_in(ax.bbox.width, ax))
    ax.text(0.5, 0.5, said, transform=ax.transAxes, size=SIZE, ha="center", va="center")
    return ax


def name(thing: object, longest: int = LONGEST_NAME) -> str:
    """Write a name as matplotlib is to show it: on one line, not too long, and as it is."""
    text = as_text(short(thing, longest))
    return f" {text}" if text.startswith("_") else text  # which legends would leave out


def short(thing: object, longest: int = LONGEST_NAME) -> str:
    """Write a name on one line, not too long."""
    text = " ".join(str(thing).split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def as_text(text: str) -> str:
    """Write text as matplotlib is to show it, who takes what stands between $ for a formula."""
    return text.replace("$", r"\$")


def about(number: float) -> str:
    """Write a number to six digits, or to two decimals where that is more."""
    return say_number(round(number, 2) if abs(number) >= LARGE else float(f"{number:.6g}"))


def in_percent(axis: Axis) -> None:
    """Label an axis of shares in percent."""
    axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.4g}%"))


def in_counts(axis: Axis) -> None:
    """Label an axis of counts by whole numbers, thousands apart."""
    axis.set_major_locator(MaxNLocator(5, integer=True))
    axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


def guide(ax: Axes, axis: Literal["both", "x", "y"] = "both") -> None:
    """Draw thin lines that guide the eye."""
    ax.grid(visible=True, axis=axis, color=GREY, alpha=0.25, linewidth=0.6)


def dots(count: int) -> str:
    """Return the marker for so many points on a line: none where they would run together."""
    return "o" if count <= MOST_DOTS else ""


def legend(ax: Axes, **where: Any) -> None:  # noqa: ANN401 - as matplotlib takes it
    """Explain what has a label."""
    ax.legend(fontsize="small", framealpha=0.8, edgecolor="none", **where)


def write_beside(ax: Axes, x: float, y: float, text: str, colour: str | None = None) -> None:
    """Write a text to the right of a place."""
    ax.annotate(
        text,
        (x, y),
        xytext=(8, 0),
        textcoords="offset points",
        color=colour,
        size=SMALL,
        va="center",
    )


def legend_above(ax: Axes, handles: Sequence[Any]) -> None:
    """Explain some marks between title and axes, in as many columns as there is room for."""
    widest = max(len(handle.get_label()) for handle in handles) + HANDLE
    columns = min(len(handles), max(letters_in(ax.bbox.width, ax, SMALL) // widest, 1))
    rows = -(-len(handles) // columns)
    where = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0.2}
    legend(ax, handles=handles, ncols=columns, **where)
    title = ax.get_title(loc="left")
    ax.set_title(title, loc="left", size=SIZE, pad=1.4 * SMALL * rows + SMALL)


def draw_cells(
    ax: Axes,
    colours: Floats,
    texts: Sequence[Sequence[str]],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
) -> None:
    """Draw a table of coloured cells with text in them, first row on top."""
    longest = max(len(line) for row in texts for text in row for line in text.split("\n"))
    room = letters_in(ax.bbox.width / len(columns), ax, SMALL)
    size = SMALL * min(1.0, room / max(longest, 1))
    ax.pcolormesh(colours, edgecolors="white", linewidth=1.5)
    ax.set_ylim(len(rows), 0)
    dark = colours @ LUMA < DARK
    for (row, column), on_dark in np.ndenumerate(dark):
        colour = "white" if on_dark else INK
        ax.text(
            column + 0.5,
            row + 0.5,
            texts[row][column],
            color=colour,
            size=size,
            ha="center",
            va="center",
        )
    longest = max(len(line) for column in columns for line in column.split("\n"))
    slanted = longest > letters_in(ax.bbox.width / len(columns), ax)
    where: dict[str, Any] = {}
    if slanted:
        where = {"rotation": 40, "ha": "right", "rotation_mode": "anchor"}
    ax.set_xticks(np.arange(len(columns)) + 0.5, columns, **where)
    ax.set_yticks(np.arange(len(rows)) + 0.5, rows)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)


def tint(colour: str, strength: npt.ArrayLike) -> Floats:
    """Return a colour mixed with white, one mixture per strength from 0 to 1."""
    missing: Floats = 1 - np.array(to_rgb(colour))
    mixed: Floats = 1 - np.asarray(strength, dtype=np.float64)[..., None] * missing
    return mixed


def thin(x: Floats, y: Floats) -> npt.NDArray[np.intp]:
    """Return the places of the points that are enough to draw a line, evenly along its way."""
    if len(x) <= POINTS:
        return np.arange(len(x))
    way = np.zeros(len(x))
    for values in (x, y):
        step = np.nan_to_num(np.abs(np.diff(values, prepend=values[0])))
        way += step.cumsum() / (step.sum() or 1.0)
    return np.unique(np.searchsorted(way, np.linspace(0, way[-1], POINTS)))


def require_kind(given: object, kind: type, what: str, source: str) -> None:
    """Raise when something else was given than what a picture shows."""
    if not isinstance(given, kind):
        msg = (
            f"{what} must be a {kind.__name__}, got {type(given).__name__}: "
            f"give what {source} returns"
        )
        raise TypeError(msg)


def read_table(table: pd.DataFrame, columns: Sequence[str], what: str, source: str) -> list[Floats]:
    """Return columns of a table as floats, NaN where missing; raise when one lacks."""
    require_columns(table, columns, what, advice=f"give what {source} returns")
    return [floats(table[column]) for column in columns]


def floats(column: "pd.Series[Any] | pd.Index[Any]") -> Floats:
    """Return a column of numbers of any dtype as floats, NaN where missing."""
    what = "the index" if column.name is None else str(column.name)
    values = read_numbers(column, what).as_floats()
    if (np.abs(values) > LARGEST).any():
        msg = f"{what} must be at most {LARGEST:g} in size to be drawn, got more: use a larger unit"
        raise InputError(msg)
    return values
