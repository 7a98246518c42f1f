"""Which indicators say the same: rank correlation of every pair, on a part of the rows."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from custvalue._containers import Mask
from custvalue._screening.indicators import Indicator

Ranks: TypeAlias = npt.NDArray[np.float32]
Floats: TypeAlias = npt.NDArray[np.float64]

MOST_ROWS = 5_000  # [chosen] rows compared: a correlation of 0.95 is then known to about 0.001
FEWEST_ROWS = 10  # [chosen] rows in which both must be known
BLOCK = 64  # indicators compared with those after them at a time
SINGLE_PRECISION = 1e-5  # within which a correlation is as large as asked for
NO_SPREAD = 1e-11  # of the sum of squares: ranks that differ spread by more, float64 errs by less


def spread_rows(rows: int) -> npt.NDArray[np.int64]:
    """Return at most `MOST_ROWS` positions, evenly spread over all rows."""
    count = min(rows, MOST_ROWS)
    return np.arange(count) * rows // max(count, 1)


def rank(indicator: Indicator, rows: npt.NDArray[np.int64]) -> Ranks | None:
    """Return ranks in these rows, of mean 0 and variance 1, ties averaged; NaN where missing.

    None for categories, which have no order, and where all known values are equal.
    """
    if indicator.kind == "category":
        return None
    known: Mask | slice = slice(None) if indicator.missing is None else ~indicator.missing[rows]
    values = indicator.values[rows][known]
    distinct, place, size = np.unique(values, return_inverse=True, return_counts=True)
    if len(distinct) <= 1:
        return None
    middle = (np.cumsum(size) - (size + 1) / 2)[place]
    ranks = np.full(len(rows), np.nan, dtype=np.float32)
    ranks[known] = (middle - middle.mean()) / middle.std()
    return ranks


def group_redundant(ranks: Sequence[Ranks], least: float) -> list[list[int]]:
    """Return groups of places of columns that say the same as the first of their group.

    The columns come most telling first; each one not yet in a group leads those after it whose
    rank correlation with it, over the rows known in both, is at least that far from 0.
    """
    alike = _alike(np.array(ranks, dtype=np.float32), least)
    free = np.ones(len(ranks), dtype=np.bool_)
    groups = []
    for leader in range(len(ranks)):
        if free[leader]:
            free[leader] = False
            members = np.flatnonzero(free & alike[leader])
            free[members] = False
            if len(members):
                groups.append([leader, *members.tolist()])
    return groups


def _alike(ranks: Ranks, least: float) -> npt.NDArray[np.bool_]:
    """Return which columns correlate with which of those after them, a block at a time."""
    known = ~np.isnan(ranks)
    correlate: Callable[[slice], tuple[Any, Any]] = partial(_correlate_complete, ranks)
    if not known.all():  # large sums are then taken from each other, which float32 does not bear
        filled = np.where(known, ranks, 0).astype(np.float64)
        correlate = partial(_correlate_known, filled, filled**2, known.astype(np.float64))
    alike: Mask = np.zeros((len(ranks), len(ranks)), dtype=np.bool_)
    for start in range(0, len(ranks), BLOCK):
        some = slice(start, start + BLOCK)
        both, correlation = correlate(some)
        close = np.abs(correlation) >= least - SINGLE_PRECISION
        alike[some, start:] = (both >= FEWEST_ROWS) & close
    return alike


def _correlate_complete(ranks: Ranks, some: slice) -> tuple[int, Ranks]:
    rows = ranks.shape[1]
    return rows, ranks[some] @ ranks[some.start :].T / max(rows, 1)


def _correlate_known(
    ranks: Floats, squares: Floats, known: Floats, some: slice
) -> tuple[Floats, Floats]:
    """Return in how many rows both are known, and the correlation over these."""
    after = slice(some.start, None)
    both = known[some] @ known[after].T
    mine, theirs = ranks[some] @ known[after].T, known[some] @ ranks[after].T
    with np.errstate(invalid="ignore", divide="ignore"):
        shared = ranks[some] @ ranks[after].T - mine * theirs / both
        spread = _spread(squares[some] @ known[after].T, mine, both)
        spread *= _spread(known[some] @ squares[after].T, theirs, both)
        return both, shared / np.sqrt(spread)


def _spread(squared: Floats, total: Floats, count: Floats) -> Floats:
    """Return sums of squared deviations; NaN where all are equal, but for rounding."""
    spread = squared - total**2 / count
    return np.where(spread > NO_SPREAD * squared, spread, np.nan)
