"""The ratios of many outcomes at once, as `Confusion` gives those of one."""

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._containers import (
    is_missing,
    is_number,
    plain,
)
from custvalue._shares import exact_share
from custvalue._statistics import ratio
from custvalue.errors import InputError

Counts = npt.NDArray[Any]


def ratio_columns(tp: Counts, fp: Counts, fn: Counts, tn: Counts) -> dict[str, Any]:
    """Return the columns a table of outcomes has, NaN where a ratio is one of nothing."""
    predicted, real = tp + fp, tp + fn
    everyone = (predicted + fn + tn).astype(np.float64)
    unit = 2.0**-600 if everyone.max(initial=0.0) > 2.0**500 else 1.0  # so that products fit
    return {
        "precision": ratio(tp, predicted),
        "false_discovery_rate": ratio(fp, predicted),
        "recall": ratio(tp, real),
        "miss_rate": ratio(fn, real),
        "prevalence": ratio(real, everyone),
        "lift": ratio(tp * unit * (everyone * unit), predicted * unit * (real * unit)),
    }


def read_share(share: object, what: str) -> Fraction:
    """Return a share exactly as it was written: 0.3 is 3/10."""
    number = plain(share)
    if not is_number(number):
        msg = f"{what} must be a number, got {share!r} ({type(number).__name__})"
        raise TypeError(msg)
    if is_missing(number) or not 0 <= number <= 1:
        msg = f"{what} must lie within 0 and 1, got {share!r}: 20% is 0.2"
        raise InputError(msg)
    return exact_share(number if isinstance(number, int) else float(number))
