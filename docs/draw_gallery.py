"""Draw the pictures of the gallery, and the overview: `python docs/draw_gallery.py`.

The page is the script: a picture shows the axes `ax` as the examples above it leave them.
"""

import doctest
import io
import re
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from custvalue import plotting

DOCS = Path(__file__).parent
PAGE = DOCS / "gallery.md"
OVERVIEW = Path("_static", "overview.svg")

PIECE = re.compile(r"^```python\n(.*?)^```$|^```\{image\} (\S+)$", re.MULTILINE | re.DOTALL)
# The same bytes each time, from one version of matplotlib. Text stays text: small, and searchable.
SETTINGS = {
    "figure.facecolor": "white",
    "font.sans-serif": ["DejaVu Sans", "sans-serif"],
    "svg.fonttype": "none",
    "svg.hashsalt": "custvalue",
}
# In the marks, not in what is written: places on the sheet to less than a tenth of a point.
DIGITS = re.compile(r"(?<=\.\d)\d{2,}(?=[^<>]*>)")


def pictures(page: str) -> list[str]:
    """Return the pictures of a page, by their places beside it."""
    return [picture for _, picture in PIECE.findall(page) if picture]


def draw(page: str, into: Path) -> dict[str, Any]:
    """Run the examples of a page, save its pictures in a folder, and return what was named."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for code, picture in PIECE.findall(page):
        for example in doctest.DocTestParser().get_examples(code):
            exec(example.source, names)  # noqa: S102 - our own page
        if picture:
            save(names["ax"].figure, into / picture)
    return names


def draw_overview(names: dict[str, Any]) -> Figure:
    """Draw what a review tells, on one sheet."""
    figure, axes = plt.subplots(2, 2, figsize=(10, 7), layout="constrained")
    plotting.tier_bars(names["report"], ax=axes[0, 0])
    plotting.value_matrix(names["customers"], names["review"].value_matrix, ax=axes[0, 1])
    plotting.stage_funnel(names["review"].funnel, ax=axes[1, 0])
    plotting.return_curve(names["silences"], policy=names["review"].sleep_policy, ax=axes[1, 1])
    return figure


def save(figure: Figure, path: Path) -> None:
    """Write a figure as SVG, without the date or needless digits, and close it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", metadata={"Creator": None, "Date": None})
    path.write_text(DIGITS.sub("", drawn.getvalue()), encoding="utf-8")
    plt.close(figure)


if __name__ == "__main__":
    with plt.style.context("default"), plt.rc_context(SETTINGS):
        found = draw(PAGE.read_text(encoding="utf-8"), DOCS)
        save(draw_overview(found), DOCS / OVERVIEW)
