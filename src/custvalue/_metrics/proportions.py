"""What each ratio of an outcome is a part of, and how sure that makes it."""

import math
from collections.abc import Sequence
from fractions import Fraction

from custvalue._containers import is_word
from custvalue._metrics.labels import FN, FP, TN, TP
from custvalue._shares import exact_share
from custvalue._statistics import wilson_interval
from custvalue._words import say_number
from custvalue.errors import InputError

PARTS_OF = {
    "precision": ((TP,), (TP, FP)),
    "false_discovery_rate": ((FP,), (TP, FP)),
    "recall": ((TP,), (TP, FN)),
    "miss_rate": ((FN,), (TP, FN)),
    "prevalence": ((TP, FN), (TP, FP, FN, TN)),
}
"""Each proportion as the cells of its part, and of the whole it is a part of."""


def exact_parts(name: str, cells: Sequence[float]) -> tuple[Fraction, Fraction]:
    """Return the part and the whole of a proportion, weights as the decimals they print as."""
    part, whole = (
        sum((exact_share(cells[cell]) for cell in some), Fraction()) for some in PARTS_OF[name]
    )
    return part, whole


def interval_of(
    name: str, cells: Sequence[float], squares: Sequence[float], level: float
) -> tuple[float, float]:
    """Return Wilson's interval of a proportion, as `Confusion.interval` describes it.

    `squares` are the sums of squared weights in the cells, NaN where nobody knows them.
    """
    if not is_word(name, PARTS_OF):
        msg = f"an interval is had of {', '.join(PARTS_OF)}; got {name!r}"
        raise InputError(msg)
    part_cells, whole_cells = PARTS_OF[name]
    part, whole = (sum(cells[cell] for cell in some) for some in (part_cells, whole_cells))
    squared = sum(squares[cell] for cell in whole_cells)
    if math.isnan(squared):
        msg = (
            f"an interval needs counts of rows, got weights that add up to {say_number(whole)}: "
            "read them with Confusion.from_labels"
        )
        raise InputError(msg)
    if math.isinf(squared) or (whole and not squared):
        msg = (
            "an interval needs weights whose squares float64 can hold, got ones that add up to "
            f"{say_number(whole)}: use another unit"
        )
        raise InputError(msg)
    rows = whole * whole / squared if squared else 0.0
    low, high = wilson_interval(part / whole * rows if rows else 0, rows, level=level)
    return float(low), float(high)
