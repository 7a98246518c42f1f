"""How well values tell the positive from the negative: counted once, then all sums of counts."""

import math

import numpy as np
import numpy.typing as npt

from custvalue._containers import LARGEST_EXACT, Mask
from custvalue._screening.indicators import Values

Counts = npt.NDArray[np.int64]
"""Two rows, negatives and positives, of a column per distinct value, ascending."""

_ALL_BITS = (1 << 64) - 1
_LARGEST = np.int64((1 << 63) - 1)
_LARGEST_31_BITS = (1 << 31) - 1
_GRIDS = (1, 100)  # counts and money are whole numbers of one of these parts


def cross_count(values: Values, positive: Mask) -> Counts:
    """Count the negatives and the positives of each distinct value, ascending.

    One sort of keys that end in the row's label: no order of the rows has to be kept beside them.
    """
    if not len(values):
        return np.zeros((2, 0), dtype=np.int64)
    keys = values if values.dtype.kind == "i" else _in_order(values)
    low, high = int(keys.min()), int(keys.max())
    if high - low > _LARGEST:  # no room for the label
        keys = np.unique(keys, return_inverse=True)[1].astype(np.int64)
        low, high = 0, len(keys)
    packed = (keys.view(np.uint64) - np.uint64(low & _ALL_BITS)) << np.uint64(1)
    packed |= positive
    if high - low <= 2 * len(values):
        table = np.bincount(packed.view(np.int64), minlength=2 * (high - low + 1)).reshape(-1, 2)
        return np.array(table[table.any(axis=1)].T, dtype=np.int64)
    if high - low < _LARGEST_31_BITS:  # halves the time to sort
        packed = packed.astype(np.uint32)
    packed.sort()
    distinct = packed >> 1
    ends = np.append(np.flatnonzero(distinct[1:] != distinct[:-1]), len(values) - 1)
    positives = np.diff(np.cumsum(packed & 1, dtype=np.int64)[ends], prepend=0)
    return np.array((np.diff(ends, prepend=-1) - positives, positives))


def _in_order(values: Values) -> npt.NDArray[np.int64]:
    """Return whole numbers that compare as floats do, the gap around 0 closed.

    Those on a grid are counted in its parts. Else the bits of a float count the floats up to it;
    those between 0 and the smallest value, half of all, are left out, or values of both signs
    would span more than 63 bits.
    """
    for per_unit in _GRIDS:
        if _on_grid(values[:1_000], per_unit) and _on_grid(values, per_unit):
            return np.rint(values * per_unit).astype(np.int64)
    bits = (values + 0.0).view(np.int64)  # adding 0 leaves one zero only
    sign = bits >> 63
    size = bits & _LARGEST
    gap = (size.view(np.uint64) - np.uint64(1)).min().view(np.int64)  # 0 - 1 is the largest
    keys: npt.NDArray[np.int64] = (np.maximum(size - gap, 0) ^ sign) - sign
    return keys


def _on_grid(values: Values, per_unit: int) -> bool:
    with np.errstate(over="ignore"):
        parts = np.rint(values * per_unit)
    return bool((parts / per_unit == values).all() and np.abs(parts).max() < LARGEST_EXACT)


def area_under_curve(counts: Counts) -> float:
    """Return how often a positive's value exceeds a negative's, ties counting half; or NaN."""
    negative, positive = counts
    below = np.cumsum(negative) - negative
    return _share_of_pairs(int(positive @ (2 * below + negative)), counts)


def area_of_categories(counts: Counts) -> float:
    """Return how often a positive's category has more positives than a negative's; or NaN.

    Categories have no order, so each is ranked by its share of positives. In a comparison neither
    of the two rows may speak for its own category, or a category of one would know the answer:
    both are left out, and one average row is added to each category (leave-pair-out). Two of one
    category tie. Never below 1/2: there the shares of other rows mislead, and nothing is told.
    """
    negative, positive = counts
    positives, rows = int(positive.sum()), int(counts.sum())
    others = max(rows - 2, 1)  # all but the two; shares are of whole numbers, so that ties tie
    size = (negative + positive) * others
    share_beside_negative = (positive * others + (positives - 1)) / size
    share_beside_positive = ((positive - 1) * others + (positives - 1)) / size
    order = np.argsort(share_beside_negative)
    ranked = share_beside_negative[order]
    below = np.append(0, np.cumsum(negative[order]))
    wins = below[np.searchsorted(ranked, share_beside_positive, side="left")]
    not_lost = below[np.searchsorted(ranked, share_beside_positive, side="right")]
    told = _share_of_pairs(int(positive @ (wins + not_lost + negative)), counts)
    return told if math.isnan(told) else max(told, 1 / 2)


def _share_of_pairs(doubled: int, counts: Counts) -> float:
    negatives, positives = counts.sum(axis=1).tolist()
    pairs = negatives * positives
    return doubled / (2 * pairs) if pairs else math.nan
