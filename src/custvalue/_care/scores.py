"""The score of satisfaction: ratings, weighted, over what is known of each row."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._care.indicators import Indicator
from custvalue._care.ranges import FULL, SatisfactionRanges, read_indicator
from custvalue._containers import Mask, read_mapping, read_number
from custvalue._shares import exact_share
from custvalue.errors import RuleError

Patterns = npt.NDArray[np.int64]
Weights = dict[Indicator, Fraction]

EQUAL = "equal"


def score_rows(
    indicators: pd.DataFrame, ranges: SatisfactionRanges, weights: Weights
) -> pd.DataFrame:
    """Return the table that `care.satisfaction` describes."""
    rated = ranges._rate_columns(indicators)
    unrated = np.full(len(indicators), np.nan), np.zeros(len(indicators), dtype=np.bool_)
    parts = {indicator: rated.get(indicator, unrated) for indicator in weights}
    missing = _pattern([np.isnan(rating) for rating, _ in parts.values()], len(indicators))
    clipped = _pattern([beyond for _, beyond in parts.values()], len(indicators))
    names = list(weights)
    known_weight = [
        1 - sum((weights[i] for i in _subset(pattern, names)), Fraction(0))
        for pattern in range(2 ** len(names))
    ]
    points = {}
    for indicator, (rating, _) in parts.items():
        share = [float(weights[indicator] / known) if known else 0.0 for known in known_weight]
        points[f"{indicator}_points"] = rating * np.array(share)[missing]
    total = np.zeros(len(indicators))
    for part in points.values():
        total += np.nan_to_num(part)
    known = np.array([float(weight) for weight in known_weight])[missing]
    columns: dict[str, Any] = {
        "score": np.where(known > 0, np.minimum(total, FULL), np.nan),
        "known_weight": known,
        **points,
        "missing": _name(missing, names),
        "clipped": _name(clipped, names),
    }
    table = pd.DataFrame(columns, index=indicators.index, copy=False)
    table.attrs["weights"] = {i.value: float(weight) for i, weight in weights.items()}
    return table


def read_weights(weights: object) -> Weights:
    """Return the share of the whole weight that each weighted indicator has."""
    if isinstance(weights, str) and weights == EQUAL:
        return {indicator: Fraction(1, len(Indicator)) for indicator in Indicator}
    example = "{'return_rate': 2, 'complaint_rate': 1}, or be 'equal'"
    given = read_mapping(weights, "weights", example)
    by_name = {read_indicator(name, "weights"): _read_weight(name, w) for name, w in given.items()}
    whole = sum(by_name.values())
    if not whole:
        msg = f"weights must not all be 0, got {weights!r}: weigh what matters to you"
        raise RuleError(msg)
    return {i: by_name[i] / whole for i in Indicator if by_name.get(i)}


def _read_weight(name: object, weight: object) -> Fraction:
    number = read_number(weight, f"the weight of {name}")
    if number < 0:
        msg = f"the weight of {name} must be at least 0, got {weight!r}"
        raise RuleError(msg)
    return exact_share(number)


def _pattern(masks: Sequence[Mask], length: int) -> Patterns:
    """Return for each row which of the masks hold, as the bits of a whole number."""
    pattern = np.zeros(length, dtype=np.int64)
    for place, mask in enumerate(masks):
        pattern |= mask.astype(np.int64) << place
    return pattern


def _subset(pattern: int, names: Sequence[Indicator]) -> list[Indicator]:
    """Return which names the bits of a pattern stand for."""
    return [name for place, name in enumerate(names) if pattern >> place & 1]


def _name(patterns: Patterns, names: Sequence[Indicator]) -> pd.Categorical:
    """Return for each row the names its pattern stands for."""
    codes, found = pd.factorize(patterns, sort=True)
    listed: list[object] = [", ".join(_subset(pattern, names)) for pattern in found.tolist()]
    return pd.Categorical(listed).take(codes)
