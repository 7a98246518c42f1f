"""What one indicator tells about the target: one row of the table, before it is compared."""

import math

import attrs
import numpy as np

from custvalue._containers import Mask, is_missing
from custvalue._screening.indicators import Indicator, Kind, Values
from custvalue._screening.separation import (
    Counts,
    area_of_categories,
    area_under_curve,
    cross_count,
)
from custvalue._screening.significance import category_test, rank_test

RUNNING = 2  # [chosen] whole numbers that span less than so many times their count number the rows
LEAST_RUNNING = 20  # [chosen] how many of them it takes to say so


@attrs.frozen(kw_only=True)
class Evidence:
    """One indicator held against the target; counts are of rows.

    `pure` says that no value occurs in both classes, `runs` that whole numbers count the rows;
    `influence` is the absolute Somers' D of the values, missing ones put at the end that serves.
    """

    kind: Kind
    negatives: int
    positives: int
    known_negatives: int
    known_positives: int
    present_negatives: int
    present_positives: int
    distinct: int
    pure: bool
    runs: bool
    auc: float
    missing_auc: float
    influence: float
    p_value: float

    @property
    def known(self) -> int:
        """How many are known."""
        return self.known_negatives + self.known_positives

    @property
    def direction(self) -> str:
        """Which values the positives have."""
        if is_missing(self.auc) or self.auc == 1 / 2:
            return "none"
        if self.kind == "category":
            return "by category"
        return "higher" if self.auc > 1 / 2 else "lower"


def weigh(indicator: Indicator, positive: Mask) -> Evidence:
    """Hold an indicator against the target."""
    values = indicator.of_known(indicator.values)
    counts = cross_count(values, indicator.of_known(positive))
    gaps = _count_flag(positive, indicator.missing)
    present = _count_flag(positive, indicator.present())[:, 1]
    unordered = indicator.kind == "category"
    auc = area_of_categories(counts) if unordered else area_under_curve(counts)
    p_value = category_test(counts) if unordered else rank_test(counts)
    missing_auc = area_under_curve(gaps)
    return Evidence(
        kind=indicator.kind,
        negatives=int(gaps[0].sum()),
        positives=int(gaps[1].sum()),
        known_negatives=int(gaps[0, 0]),
        known_positives=int(gaps[1, 0]),
        present_negatives=int(present[0]),
        present_positives=int(present[1]),
        distinct=counts.shape[1],
        pure=not counts.all(axis=0).any(),
        runs=indicator.kind == "number" and _runs(values, counts.shape[1]),
        auc=auc,
        missing_auc=missing_auc,
        influence=_influence(
            auc,
            missing_auc,
            _pairs(gaps[:, 0]) / max(_pairs(gaps.sum(axis=1)), 1),
        ),
        p_value=p_value if indicator.missing is None else _either(p_value, rank_test(gaps)),
    )


def _count_flag(positive: Mask, flag: Mask | None) -> Counts:
    """Count the negatives and the positives where a flag is false, and where it is true."""
    positives, rows = int(np.count_nonzero(positive)), len(positive)
    true = hits = 0
    if flag is not None:
        true, hits = int(np.count_nonzero(flag)), int(np.count_nonzero(flag & positive))
    return np.array(
        [[rows - positives - (true - hits), true - hits], [positives - hits, hits]], dtype=np.int64
    )


def _pairs(of_class: Counts) -> int:
    return int(of_class[0]) * int(of_class[1])


def _influence(auc: float, missing_auc: float, known_pairs: float) -> float:
    """Return by how much more pairs of a positive and a negative fall one way than the other.

    Pairs of which both are known are told by their values, those of which one is by that.
    """
    of_values = abs(2 * auc - 1) * known_pairs if known_pairs else 0.0
    return of_values + abs(2 * missing_auc - 1)


def _either(one: float, other: float) -> float:
    """Return the chance that luck makes either of two tests look so good: at most the sum."""
    tested = [p for p in (one, other) if not math.isnan(p)]
    return min(1.0, len(tested) * min(tested)) if tested else math.nan


def _runs(values: Values, distinct: int) -> bool:
    """Tell whether numbers count the rows: whole, each once, with few left out."""
    if distinct < max(len(values), LEAST_RUNNING):
        return False
    if int(values.max()) - int(values.min()) >= RUNNING * distinct:
        return False
    return values.dtype.kind == "i" or bool((values == np.rint(values)).all())
