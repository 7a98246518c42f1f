"""Screening hundreds of indicators, beside a loop of scikit-learn's roc_auc_score."""

import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import custvalue as cv
from benchmarks._compare import Row, Size, alternate, failed, find, quantity
from custvalue._screening.indicators import read_indicator
from custvalue._screening.separation import area_under_curve, cross_count

Areas = Callable[[pd.DataFrame, NDArray[np.bool_]], list[float]]

COLUMNS, ROWS = 300, 100_000
PREVALENCES = (0.5, 0.1, 0.01)
TARGET = 0.2  # of the loop's time
MOST_MEMORY = 50  # [MB]


def screening(size: Size) -> Iterator[Row]:
    """Time the areas under the curve alone, and the whole screening; weigh its memory.

    A fifth of the columns each are flags, counts, amounts in cents, amounts that are mostly 0,
    and measures of which no two are equal, the slowest to sort.
    """
    rows = min(ROWS, size.customers)
    frame = _indicators(rows)
    what = f"{COLUMNS} indicators of {rows:,}"
    peer = find("sklearn.metrics")
    if isinstance(peer, str):
        yield failed(f"AUC of {what}, vs roc_auc_score", peer=peer)
    else:
        loop = partial(_loop, peer.roc_auc_score)
        for prevalence in PREVALENCES:
            yield _areas_row(what, frame, prevalence, loop, rounds=size.rounds)
        yield _areas_row(
            "measures only", frame.filter(like="measure"), 0.5, loop, rounds=size.rounds
        )
        positive = _positive(rows, 0.1)
        ours, theirs = partial(cv.screen, frame, positive), partial(loop, frame, positive)
        pair = alternate(ours, theirs, rounds=size.rounds)
        yield pair.row(f"screen of {what}, beside AUC", target=None)
    held = f"{frame.memory_usage(index=False).sum() / 1e6:.0f} MB"
    yield quantity(
        "screen, peak above the frame", _peak(frame), "MB", target=MOST_MEMORY, peer=held
    )


def _areas_row(
    what: str, frame: pd.DataFrame, prevalence: float, loop: Areas, *, rounds: int
) -> Row:
    positive = _positive(len(frame), prevalence)
    assert np.allclose(_areas(frame, positive), loop(frame, positive), rtol=0, atol=1e-12), (
        "areas differ"
    )
    pair = alternate(
        partial(_areas, frame, positive), partial(loop, frame, positive), rounds=rounds
    )
    target = TARGET if frame.shape[1] == COLUMNS else None
    return pair.row(f"AUC of {what}, {prevalence:.0%} positive", target=target)


def _positive(rows: int, prevalence: float) -> NDArray[np.bool_]:
    return np.random.default_rng(1956).random(rows) < prevalence


def _indicators(rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(1982)
    kinds = {
        "flag": lambda: rng.random(rows) < 0.2,
        "count": lambda: rng.poisson(3, rows).astype(np.float64),
        "amount": lambda: rng.lognormal(3, 1, rows).round(2),
        "seldom": lambda: rng.lognormal(3, 1, rows).round(2) * (rng.random(rows) < 0.1),
        "measure": lambda: rng.normal(size=rows),
    }
    each = COLUMNS // len(kinds)
    return pd.DataFrame(
        {f"{kind}_{i}": draw() for kind, draw in kinds.items() for i in range(each)}
    )


def _areas(frame: pd.DataFrame, positive: NDArray[np.bool_]) -> list[float]:
    """Read and count each column: what `screen` does for the AUC."""
    indicators = (read_indicator(column, str(name)) for name, column in frame.items())
    return [area_under_curve(cross_count(each.values, positive)) for each in indicators]


def _loop(
    score: Callable[..., float], frame: pd.DataFrame, positive: NDArray[np.bool_]
) -> list[float]:
    return [score(positive, frame[name].to_numpy()) for name in frame]


def _peak(frame: pd.DataFrame) -> float:
    """Return the most memory [MB] taken at a time, as Python and numpy count it."""
    positive = _positive(len(frame), 0.1)
    tracemalloc.start()
    cv.screen(frame, positive)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6
