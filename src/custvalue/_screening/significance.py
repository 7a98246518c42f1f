"""How easily luck would separate as well: tests of one indicator, and of hundreds together."""

import math

import numpy as np
import numpy.typing as npt

from custvalue._screening.separation import Counts

EXPECTED = 5
"""In each class, expected rows of a value before its count is near enough to normal.

W. G. Cochran (1954), Some methods for strengthening the common chi-squared tests. Biometrics 10,
417-451.
"""


def rank_test(counts: Counts) -> float:
    """Return the chance that luck separates two classes by rank so far: Mann-Whitney, two-sided.

    With ties and continuity corrected. Where one value holds half of the rows and fewer than
    `EXPECTED` of a class are expected beside it, the normal approximation makes much of little:
    then Fisher's exact test of that value against all others. NaN where a class is empty.

    References
    ----------
    H. B. Mann and D. R. Whitney (1947), On a test of whether one of two random variables is
    stochastically larger than the other. Annals of Mathematical Statistics 18, 50-60.
    """
    negative, positive = counts
    negatives, positives = int(negative.sum()), int(positive.sum())
    if not negatives or not positives:
        return math.nan
    size = negative + positive
    rows = negatives + positives
    others = rows - int(size.max())
    if 2 * others <= rows and others * min(negatives, positives) < EXPECTED * rows:
        return _test_most_frequent(counts)
    won = int(positive @ (2 * (np.cumsum(negative) - negative) + negative)) / 2
    tied = (size.astype(np.float64) ** 3 - size).sum() / (rows * (rows - 1))
    deviation = math.sqrt(negatives * positives / 12 * (rows + 1 - tied))
    off = abs(won - negatives * positives / 2) - 0.5
    return min(1.0, math.erfc(off / deviation / math.sqrt(2)))


def exact_test(hits: int, drawn: int, positives: int, rows: int) -> float:
    """Return the chance of so many positives, or so few, among those drawn: Fisher, two-sided.

    The smaller tail is doubled.

    References
    ----------
    R. A. Fisher (1935), The logic of inductive inference. Journal of the Royal Statistical
    Society 98, 39-82.
    """
    least, most = max(0, drawn - (rows - positives)), min(drawn, positives)
    n = np.arange(least, most, dtype=np.float64)
    steps = (positives - n) * (drawn - n) / ((n + 1) * (rows - positives - drawn + n + 1))
    logs = np.append(0.0, np.cumsum(np.log(steps)))
    chances = np.exp(logs - logs.max())
    smaller = min(chances[: hits - least + 1].sum(), chances[hits - least :].sum())
    return min(1.0, 2 * float(smaller / chances.sum()))


def category_test(counts: Counts) -> float:
    """Return the chance that luck parts categories so far: Pearson's chi-squared test.

    Categories too rare to expect `EXPECTED` of each class are pooled. What comes down to two is
    tested as by `rank_test`; what comes down to one by Fisher's exact test of a category that
    holds half of the rows, or else tells nothing: 1. NaN where a class is empty.

    References
    ----------
    K. Pearson (1900), On the criterion that a given system of deviations ... can be reasonably
    supposed to have arisen from random sampling. Philosophical Magazine 50, 157-175.
    """
    of_class = counts.sum(axis=1, keepdims=True)
    if not of_class.all():
        return math.nan
    rows = int(of_class.sum())
    pooled = _pool(counts, -(-EXPECTED * rows // int(of_class.min())))
    if pooled.shape[1] == 1:
        return _test_most_frequent(counts)
    if pooled.shape[1] == 2:  # noqa: PLR2004 - two categories are in order either way
        return rank_test(pooled)
    expected = pooled.sum(axis=0) * of_class / rows
    return chi_squared_tail(float(((pooled - expected) ** 2 / expected).sum()), pooled.shape[1] - 1)


def _test_most_frequent(counts: Counts) -> float:
    """Test the value that holds half of the rows against all others; 1 where none does."""
    rest = counts.sum(axis=1) - counts[:, counts.sum(axis=0).argmax()]
    if 2 * rest.sum() > counts.sum():
        return 1.0
    return exact_test(int(rest[1]), int(rest.sum()), int(counts[1].sum()), int(counts.sum()))


def _pool(counts: Counts, least: int) -> Counts:
    """Make one of all categories of fewer rows than `least`, and of one more if that takes it."""
    size = counts.sum(axis=0)
    order = np.lexsort((counts[1], size))
    rare = int(np.searchsorted(size[order], least))
    rare += 0 < size[order[:rare]].sum() < least
    pooled = counts[:, order[:rare]].sum(axis=1, keepdims=True)
    return np.hstack((pooled[:, : int(pooled.any())], counts[:, order[rare:]]))


def chi_squared_tail(x: float, degrees: int) -> float:
    """Return the chance that a chi-squared variable exceeds x.

    By its finite series for whole degrees of freedom: M. Abramowitz and I. A. Stegun (1964),
    Handbook of mathematical functions, 26.4.4 and 26.4.5.
    """
    half, odd = x / 2, degrees % 2
    tail = math.erfc(math.sqrt(half)) if odd else 0.0
    if half == 0:
        return 1.0
    powers = np.arange(degrees // 2) + odd / 2
    logs = powers * math.log(half) - half - math.lgamma(odd / 2 + 1)
    logs[1:] -= np.cumsum(np.log(powers[1:]))
    return min(1.0, tail + float(np.exp(logs).sum()))


def false_discovery_adjusted(p_values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return q-values: of all indicators with at most that q, at most that share is luck.

    An indicator that was not tested (NaN) counts nowhere.

    References
    ----------
    Y. Benjamini and Y. Hochberg (1995), Controlling the false discovery rate. Journal of the
    Royal Statistical Society B 57, 289-300.
    """
    q_values = np.full(len(p_values), np.nan)
    tested = np.flatnonzero(~np.isnan(p_values))
    largest_first = tested[np.argsort(-p_values[tested])]
    places = np.arange(len(tested), 0, -1)
    scaled = p_values[largest_first] * len(tested) / places
    q_values[largest_first] = np.minimum.accumulate(np.minimum(scaled, 1.0))
    return q_values
