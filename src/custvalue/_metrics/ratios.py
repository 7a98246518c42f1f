"""The ratios of many outcomes at once, as `Confusion` gives those of one."""

from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._statistics import ratio

Counts = npt.NDArray[Any]


def ratio_columns(tp: Counts, fp: Counts, fn: Counts, tn: Counts) -> dict[str, Any]:
    """Return the columns a table of outcomes has, NaN where a ratio is one of nothing."""
    predicted, real = tp + fp, tp + fn
    everyone = (predicted + fn + tn).astype(np.float64)
    size = int(np.frexp(everyone.max(initial=0.0))[1])
    unit = 2.0 ** min(-size, 1_000)  # products of huge weights would be infinite, of tiny ones 0
    return {
        "precision": ratio(tp, predicted),
        "false_discovery_rate": ratio(fp, predicted),
        "recall": ratio(tp, real),
        "miss_rate": ratio(fn, real),
        "prevalence": ratio(real, everyone),
        "lift": ratio(tp * unit * (everyone * unit), predicted * unit * (real * unit)),
    }
