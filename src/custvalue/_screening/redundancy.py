"""Which indicators say the same: rank correlation of every pair, on a part of the rows."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from custvalue._containers import Mask
from custvalue._screening.indicators import Indicator

Ranks: TypeAlias = npt.NDArray[np.float32]

MOST_ROWS = 5_000  # [chosen] rows compared: a correlation of 0.95 is then known to about 0.001
FEWEST_ROWS = 10  # [chosen] rows in which both must be known
BLOCK = 64  # indicators compared with all the others at a time
SINGLE_PRECISION = 1e-5  # within which a correlation is as large as asked for


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
    known = indicator.missing is None or ~indicator.missing[rows]
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
    """Return which pairs correlate, a block of them with all the others at a time."""
    known = ~np.isnan(ranks)
    correlate = _correlate_complete if known.all() else _correlate_known
    ranks = np.where(known, ranks, np.float32(0))
    alike: Mask = np.zeros((len(ranks), len(ranks)), dtype=np.bool_)
    for start in range(0, len(ranks), BLOCK):
        some = slice(start, start + BLOCK)
        both, correlation = correlate(ranks, known.astype(np.float32), some)
        alike[some] = (both >= FEWEST_ROWS) & (np.abs(correlation) >= least - SINGLE_PRECISION)
    return alike


def _correlate_complete(ranks: Ranks, known: Ranks, some: slice) -> tuple[int, Ranks]:
    rows = known.shape[1]
    return rows, ranks[some] @ ranks.T / max(rows, 1)


def _correlate_known(ranks: Ranks, known: Ranks, some: slice) -> tuple[Ranks, Ranks]:
    """Return in how many rows both are known, and the correlation over these."""
    both = known[some] @ known.T
    mine, theirs = ranks[some] @ known.T, known[some] @ ranks.T
    with np.errstate(invalid="ignore", divide="ignore"):
        shared = ranks[some] @ ranks.T - mine * theirs / both
        spread = ranks[some] ** 2 @ known.T - mine**2 / both
        spread *= known[some] @ (ranks**2).T - theirs**2 / both
        return both, shared / np.sqrt(spread)
