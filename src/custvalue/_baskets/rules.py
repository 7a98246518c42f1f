"""Rules from counts: what one item says about another, and whether it says anything."""

from fractions import Fraction

import numpy as np
import pandas as pd

from custvalue._baskets.lines import Ints, read_count, read_lines
from custvalue._baskets.pairs import count_pairs
from custvalue._scale import Label
from custvalue._shares import read_share
from custvalue._statistics import normal_quantile, wilson_interval


class Association(Label):
    """Whether two goods are bought together more often, or less, than chance explains.

    Examples
    --------
    >>> from custvalue.baskets import Association
    >>> Association.CANNOT_TELL.label(lang="zh")
    '无法判断'
    """

    POSITIVE = "positive", "正相关"
    NEGATIVE = "negative", "负相关"
    CANNOT_TELL = "cannot tell", "无法判断"


def find_rules(
    lines: pd.DataFrame,
    *,
    basket: str,
    item: str,
    min_count: int,
    min_confidence: float | None,
    level: float,
) -> pd.DataFrame:
    """Return the table that `baskets.pair_rules` describes."""
    fewest = read_count(min_count, "min_count")
    least = read_share(0 if min_confidence is None else min_confidence, "min_confidence")
    baskets, items = read_lines(lines, "lines", basket, item)
    counted = count_pairs(baskets, items, fewest)
    one = np.concatenate([counted.one, counted.other])
    other = np.concatenate([counted.other, counted.one])
    both = np.concatenate([counted.both, counted.both])

    kept = np.flatnonzero(both >= _at_least(least, counted.items)[one])
    one, other, both = one[kept], other[kept], both[kept]
    count_one, count_other = counted.items[one], counted.items[other]
    # Of pairs bought together equally often, the lift is higher where the product is lower.
    best_first = np.lexsort((other, one, count_one * count_other, -both))
    one, other, both = one[best_first], other[best_first], both[best_first]
    count_one, count_other = count_one[best_first], count_other[best_first]

    n = len(baskets.names)
    low, high = wilson_interval(both, count_one, level=level)
    with np.errstate(divide="ignore", invalid="ignore"):  # a confidence of 1 is never wrong
        conviction = (n - count_other) * count_one / (n * (count_one - both))
    return pd.DataFrame(
        {
            "antecedent": items.names.take(one),
            "consequent": items.names.take(other),
            "baskets": np.full(len(both), n, dtype=np.int64),
            "count_antecedent": count_one,
            "count_consequent": count_other,
            "count_both": both,
            "support": both / n,
            "confidence": both / count_one,
            "lift": n * both / (count_one * count_other),
            "leverage": (n * both - count_one * count_other) / n**2,
            "conviction": conviction,
            "confidence_low": low,
            "confidence_high": high,
            "association": _associate(n, count_one, count_other, both, level),
        }
    )


def _associate(n: int, one: Ints, other: Ints, both: Ints, level: float) -> pd.Categorical:
    """Test each table of two by two: Pearson's chi-squared with Yates' correction.

    It is the same for both directions of a pair. An item in every basket leaves nothing to test.
    """
    excess = n * both - one * other
    beyond_chance = np.maximum(np.abs(excess) - n / 2, 0.0)
    margins = 1.0 * one * other * (n - one) * (n - other)
    told = n * beyond_chance**2 > normal_quantile(level) ** 2 * margins
    codes = np.full(len(both), Association.CANNOT_TELL.rank)
    codes[told & (excess > 0)] = Association.POSITIVE.rank
    codes[told & (excess < 0)] = Association.NEGATIVE.rank
    return pd.Categorical.from_codes(codes, dtype=Association.dtype())


def _at_least(confidence: Fraction, counts: Ints) -> Ints:
    """Return how many of so many baskets come to the confidence, in whole numbers throughout."""
    needed = -(-counts.astype(object) * confidence.numerator // confidence.denominator)
    return needed.astype(np.int64)
