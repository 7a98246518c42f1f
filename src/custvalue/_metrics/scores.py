"""How many real ones there are from each score upwards."""

import attrs
import numpy as np
import numpy.typing as npt

from custvalue._containers import Column, Mask, as_series, name_rows, read_numbers
from custvalue._metrics.labels import (
    LEAVE_OUT,
    complete_rows,
    count_excluded,
    read_label,
    require_possible,
    require_same_rows,
)
from custvalue._metrics.ratios import Counts
from custvalue._metrics.weights import Weights, read_weights
from custvalue.errors import InputError

Scores = npt.NDArray[np.int64] | npt.NDArray[np.float64]


@attrs.frozen(eq=False)
class Scored:
    """Rows with a score, whether each is real, and how much it counts (None: 1).

    `kept` tells these rows among those that were given; None: they are all.
    """

    score: Scores
    real: Mask
    weights: Weights | None
    kept: Mask | None

    @property
    def excluded(self) -> int:
        """How many rows were left out."""
        return count_excluded(self.kept)

    @property
    def per_unit(self) -> int:
        """How many of the units that are summed make 1."""
        return 1 if self.weights is None else self.weights.per_unit

    def weigh(self, sums: Counts) -> Counts:
        """Return sums of units as the counts or weights they are."""
        return sums if self.weights is None or self.weights.whole else sums / self.per_unit


@attrs.frozen(eq=False)
class Cumulated:
    """For each distinct score, highest first: who has it or a higher one.

    Of rows, or of units of weight.
    """

    score: Scores
    true_positives: Counts
    false_positives: Counts

    @property
    def predicted(self) -> Counts:
        """All who have the score or a higher one."""
        return self.true_positives + self.false_positives

    @property
    def real(self) -> Counts:
        """All real ones, at each score alike."""
        return np.broadcast_to(self.true_positives[-1:], self.true_positives.shape)

    @property
    def false_negatives(self) -> Counts:
        """The real ones below."""
        return self.real - self.true_positives

    @property
    def true_negatives(self) -> Counts:
        """The others below."""
        return self.false_positives[-1:] - self.false_positives


def read_scored(
    actual: Column,
    score: Column,
    *,
    positive: object,
    missing: str,
    weight: Column | None = None,
    what: str = "score",
) -> Scored:
    """Read columns about the same rows; where one lacks a value, raise or leave its row out."""
    given = {"actual": actual, what: score}
    if weight is not None:
        given["weight"] = weight
    require_same_rows(
        given, f"actual and {what}" if weight is None else f"actual, {what} and weight"
    )
    given, kept = complete_rows(given, missing)
    numbers = read_numbers(given[what], what)
    if numbers.missing is not None:
        msg = (
            f"{what} must be known, got missing values in "
            f"{name_rows(numbers.missing, as_series(score, what))}: {LEAVE_OUT}"
        )
        raise InputError(msg)
    real = read_label(given["actual"], positive, "actual")
    if not real.any():
        require_possible(positive, {"actual": given["actual"]})
    weights = None if weight is None else read_weights(given["weight"])
    return Scored(numbers.values, real, weights, kept)


def cumulate(rows: Scored) -> Cumulated:
    """Count who is predicted from each distinct score upwards; tied scores move together."""
    weights = rows.weights
    if weights is not None and weights.units.dtype.kind == "f":
        by = (weights.units, rows.score)  # floats add up in one order, whatever that of the rows
        order = np.lexsort(by)[::-1]
    else:
        order = np.argsort(rows.score)[::-1]
    score, real = rows.score[order], rows.real[order]
    last = np.flatnonzero(np.append(score[1:] != score[:-1], True)[: len(score)])
    if weights is None:
        right = np.cumsum(real)[last]
        return Cumulated(score[last], right, last + 1 - right)
    units = weights.units[order]
    return Cumulated(score[last], np.cumsum(units * real)[last], np.cumsum(units * ~real)[last])
