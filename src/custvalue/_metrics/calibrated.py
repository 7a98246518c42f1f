"""Whether predicted probabilities come true, bin by bin."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._containers import Column, as_series, is_column, name_rows, plain, read_numbers
from custvalue._metrics.scores import Scored
from custvalue._statistics import ratio, wilson_interval
from custvalue.errors import InputError


def table_calibration(
    rows: Scored, probability: Column, bins: int | Sequence[float], level: float
) -> pd.DataFrame:
    """Return the table that `metrics.calibration` describes."""
    outside = (rows.score < 0) | (rows.score > 1)
    if outside.any():
        given = as_series(probability, "probability")
        given = given if rows.kept is None else given[rows.kept]
        msg = f"probability must lie within 0 and 1, got others in {name_rows(outside, given)}"
        raise InputError(msg)
    values, which, customers = np.unique(rows.score, return_inverse=True, return_counts=True)
    real = np.bincount(which[rows.real], minlength=len(values))
    place, count = _places(values, customers, bins)

    def add(of_values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        return np.bincount(place, weights=of_values, minlength=count).astype(np.float64)

    in_bin, real_in_bin = add(customers), add(real)
    first = np.searchsorted(place, np.arange(count))
    last = np.searchsorted(place, np.arange(count), side="right") - 1
    ends = np.append(values.astype(np.float64), np.nan)
    low, high = wilson_interval(real_in_bin, in_bin, level=level)
    table = pd.DataFrame(
        {
            "customers": in_bin.astype(np.int64),
            "lowest": ends[np.where(in_bin > 0, first, -1)],
            "highest": ends[np.where(in_bin > 0, last, -1)],
            "mean_probability": ratio(add(values * customers), in_bin),
            "observed": ratio(real_in_bin, in_bin),
            "low": low,
            "high": high,
        },
        index=pd.RangeIndex(1, count + 1, name="bin"),
    )
    table.attrs["excluded"] = rows.excluded
    squared = real * (1 - values) ** 2 + (customers - real) * values**2
    table.attrs["brier_score"] = float(
        ratio(squared.sum(keepdims=True), in_bin.sum(keepdims=True))[0]
    )
    return table


def _places(
    values: npt.NDArray[Any], customers: npt.NDArray[Any], bins: int | Sequence[float]
) -> tuple[npt.NDArray[np.int64], int]:
    """Return the bin of each distinct value, ascending, and how many bins there are."""
    if is_column(bins):
        edges = read_numbers(cast("Column", bins), "bins").values
        rising = bool(len(edges)) and (np.diff(edges) > 0).all()
        if not (rising and edges[0] == 0 and edges[-1] == 1):
            msg = f"edges of bins must rise from 0 to 1, got {edges.tolist()}"
            raise InputError(msg)
        return np.searchsorted(edges[1:-1], values, side="right"), len(edges) - 1
    number = plain(bins)
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        msg = f"bins must be a whole number, at least 1, or edges from 0 to 1, got {bins!r}"
        raise InputError(msg)
    number = min(number, int(customers.sum()))  # in more bins no two values meet, either
    below = np.cumsum(customers) - customers
    middle = 2 * below + customers  # twice the rank of the middle one of those who tie
    bin_of_rank = number * middle // (2 * max(int(customers.sum()), 1))
    occupied, place = np.unique(bin_of_rank, return_inverse=True)
    return place, len(occupied)
