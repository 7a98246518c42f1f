"""Two ways to one answer, run in turn, and the table that says which was quicker."""

import gc
import importlib
import statistics
import sys
import warnings
from collections.abc import Callable
from time import perf_counter
from types import ModuleType

import attrs

WIDTHS = (53, 10, 15, 7, 9)


@attrs.frozen(kw_only=True)
class Size:
    """What every benchmark is given: how much data, and how many rounds."""

    orders: int
    customers: int
    rounds: int


@attrs.frozen
class Row:
    """One line of the table."""

    name: str
    ours: str
    peer: str
    ratio: str
    target: str
    verdict: str

    def __str__(self) -> str:
        """Return the cells, aligned."""
        cells = attrs.astuple(self)
        padded = [f"{cell:<{width}}" for cell, width in zip(cells, WIDTHS, strict=False)]
        return "".join([*padded, self.verdict])

    def as_markdown(self, *, heading: bool = False) -> list[str]:
        """Return the line of a table in a page, with the rule below where it is the heading."""
        cells = attrs.astuple(self)
        line = f"| {' | '.join(cells)} |"
        return [line, "|---" * len(cells) + "|"] if heading else [line]


HEADING = Row("name", "ours", "peer", "ratio", "target", "verdict")


@attrs.frozen
class Pair:
    """The median times [s] of both sides, and the median of the rounds' ratios."""

    ours: float
    peer: float
    ratio: float

    def row(self, name: str, *, target: float | None) -> Row:
        """Return the line of the table; lower ratios are better."""
        return Row(
            name,
            _seconds(self.ours),
            _seconds(self.peer),
            f"{self.ratio:.2f}",
            _at_most(target),
            verdict(self.ratio, target),
        )


def alternate(ours: Callable[[], object], peer: Callable[[], object], *, rounds: int) -> Pair:
    """Run both in turn, so that a busy moment of the machine falls on neighbours alike."""
    pairs = [(stopwatch(ours), stopwatch(peer)) for _ in range(rounds)]
    return Pair(
        statistics.median(mine for mine, _ in pairs),
        statistics.median(theirs for _, theirs in pairs),
        statistics.median(mine / theirs for mine, theirs in pairs),
    )


def stopwatch(run: Callable[[], object]) -> float:
    """Return the time [s] of one run; neither older garbage nor the result's end is in it."""
    gc.collect()
    start = perf_counter()
    result = run()
    elapsed = perf_counter() - start
    del result
    return elapsed


def quantity(name: str, value: float, unit: str, *, target: float, peer: str = "–") -> Row:
    """Return the line of something measured in a unit of its own; lower is better."""
    return Row(
        name,
        f"{value:.2f} {unit}",
        peer,
        "–",
        f"{_at_most(target)} {unit}",
        verdict(value, target),
    )


def failed(name: str, *, ours: str = "–", peer: str = "–") -> Row:
    """Return the line of what could not be measured; one of the two cells says why."""
    return Row(name, ours, peer, "–", "–", "not measured")


def verdict(value: float, target: float | None) -> str:
    """Return whether the target was met."""
    if target is None:
        return "–"
    return "met" if value <= target else "missed"


def find(module: str) -> ModuleType | str:
    """Import a peer, or say why it can't be had; its import-time warnings are its own."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(module)
    except ModuleNotFoundError as error:
        absent = error.name == module.partition(".")[0]
        return "not installed" if absent else f"lacks {error.name}"
    except Exception as error:  # noqa: BLE001 - an archived peer may break on anything newer
        print(f"{module} does not import: {error!r}", file=sys.stderr)
        return f"broken: {type(error).__name__}"


def _seconds(time: float) -> str:
    return f"{time:.2f} s" if time >= 1 else f"{time * 1e3:.3g} ms"


def _at_most(target: float | None) -> str:
    return "–" if target is None else f"≤ {target:g}"
