"""A learned rule on one value, and on a column."""

import statistics
import timeit
from collections.abc import Iterator

import numpy as np
import pandas as pd

import custvalue as cv
from benchmarks._compare import Row, Size, alternate, quantity

FLOORS = (50.0, 250.0, 1_000.0, 5_000.0)


class Step(cv.Scale):
    """Five steps of nothing in particular."""

    LOWEST = "lowest"
    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"
    HIGHEST = "highest"


def rules(size: Size) -> Iterator[Row]:
    """Time the scalar rule, and the vector rule beside the two calls one would write by hand."""
    bands = cv.Bands(Step, FLOORS)
    yield quantity("Bands.classify(one value)", _microseconds(bands), "µs", target=2.0)

    values = np.random.default_rng(1897).lognormal(5.5, 1.5, size.orders)

    def by_hand() -> pd.Categorical:
        steps = np.searchsorted(FLOORS, values, side="right")
        return pd.Categorical.from_codes(steps, dtype=Step.dtype())

    assert bands.classify(values).equals(by_hand())
    pair = alternate(lambda: bands.classify(values), by_hand, rounds=size.rounds)
    yield pair.row("Bands.classify(array), vs searchsorted + from_codes", target=1.0)


def _microseconds(bands: cv.Bands) -> float:
    """Return the time [µs] of one call, over values that fall into every step."""
    values = (10.0, 100.0, 500.0, 2_000.0, 10_000.0)

    def run() -> None:
        for value in values:
            bands.classify(value)

    calls = 20_000
    times = timeit.repeat(run, number=calls, repeat=5)
    return statistics.median(times) / calls / len(values) * 1e6
