"""Learning tiers and measuring concentration, beside one sort and beside pandas."""

import math
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import custvalue as cv
from benchmarks._compare import Pair, Row, Size, alternate, quantity

GROUPS = 10_000

SORTS, EXTRA = 4, 0.03  # a target: four sorts of the values and 30 ms, whatever their number

CABINS = cv.tiers.CABINS
ABC = cv.tiers.ABC


def tiers(size: Size) -> Iterator[Row]:
    """Time learners, rules by group, and concentration, on as many values as customers and orders.

    Money is in whole cents and ties; for `qcut`, which parts ties otherwise, no two are equal.
    """
    for count in sorted({size.customers, size.orders}):
        values = _revenue(count)
        sort = partial(np.sort, values)
        runs: dict[str, Callable[[], object]] = {
            "CumulativeShare.fit + classify": lambda v=values: ABC.fit(v).classify(v),
            "TopShare.fit + classify": lambda v=values: CABINS.fit(v).classify(v),
            "concentration": lambda v=values: cv.concentration(v),
        }
        for name, run in runs.items():
            pair = alternate(run, sort, rounds=size.rounds)
            yield pair.row(f"{name}, {count:,}, vs sort", target=_target(pair))
    yield from _against_pandas(size)
    yield _by_group(size)


def _target(pair: Pair) -> float:
    """Return the ratio that four sorts and 30 ms come to."""
    return round(SORTS + EXTRA / pair.peer, 2)


def _against_pandas(size: Size) -> Iterator[Row]:
    """Time what one would write by hand, once both give everyone the same tier."""
    values = pd.Series(_revenue(size.customers))
    distinct = pd.Series(np.random.default_rng(1906).permutation(size.customers) / 100 + 0.01)

    def abc() -> pd.Series:
        return ABC.fit(values).classify(values)

    def cabins() -> pd.Series:
        return CABINS.fit(values).classify(values)

    def cabins_of_distinct() -> pd.Series:
        return CABINS.fit(distinct).classify(distinct)

    pairs: dict[str, tuple[Callable[[], pd.Series], Callable[[], pd.Series]]] = {
        "cumsum": (abc, partial(_abc_by_cumsum, values)),
        "rank": (cabins, partial(_cabins_by_rank, values)),
        "qcut": (cabins_of_distinct, partial(_cabins_by_qcut, distinct)),
    }
    for name, (ours, theirs) in pairs.items():
        assert ours().tolist() == theirs().tolist(), f"tiers by {name} differ"
        yield alternate(ours, theirs, rounds=size.rounds).row(f"tiers, vs pandas {name}", target=1)

    def gini() -> float:
        return cv.concentration(values).gini

    assert math.isclose(gini(), _gini_by_rank(values), rel_tol=1e-9)
    pair = alternate(gini, partial(_gini_by_rank, values), rounds=size.rounds)
    yield pair.row("concentration, vs pandas rank", target=1)


def _by_group(size: Size) -> Row:
    """Time the best 5% and 20% of each of many groups."""
    values = pd.Series(_revenue(size.customers))
    groups = pd.Series(np.random.default_rng(1951).integers(0, GROUPS, size.customers))

    def ours() -> pd.Series:
        return CABINS.fit_groups(values, groups).classify(values, groups)

    def theirs() -> pd.Series:
        by_group = values.groupby(groups)
        place, count = by_group.rank(method="min", ascending=False), by_group.transform("size")
        return _cabins(place, count)

    assert ours().tolist() == theirs().tolist(), "tiers by group differ"
    pair = alternate(ours, theirs, rounds=size.rounds)
    name = f"TopShare by {GROUPS:,} groups, beside groupby.rank"
    return quantity(name, pair.ours, "s", target=2, peer=f"{pair.peer:.2f} s")


def _revenue(count: int) -> NDArray[np.float64]:
    """Return revenue in whole cents: a long tail, and many who spend alike."""
    return np.random.default_rng(1897).lognormal(4.0, 1.5, count).round(2) + 0.01


def _abc_by_cumsum(values: pd.Series) -> pd.Series:
    cents = (values * 100).round().astype("int64")
    best_first = cents.sort_values(ascending=False)
    held = best_first.cumsum()
    first, second = (
        best_first.iloc[held.searchsorted(-(-share * held.iloc[-1] // 100))] for share in (80, 95)
    )
    codes = (cents >= first).astype("int8") + (cents >= second)
    return pd.Series(pd.Categorical.from_codes(codes, dtype=cv.ABCTier.dtype()))


def _cabins_by_rank(values: pd.Series) -> pd.Series:
    return _cabins(values.rank(method="min", ascending=False), len(values))


def _cabins(place: pd.Series, count: "int | pd.Series[int]") -> pd.Series:
    """Return the cabin of each place among so many, counted in whole hundredths."""
    codes = (place <= -(-5 * count // 100)).astype("int8") + (place <= -(-20 * count // 100))
    return pd.Series(pd.Categorical.from_codes(codes, dtype=cv.CabinTier.dtype()))


def _cabins_by_qcut(values: pd.Series) -> pd.Series:
    return pd.qcut(values, [0, 0.8, 0.95, 1], labels=list(cv.CabinTier.dtype().categories))


def _gini_by_rank(values: pd.Series) -> float:
    count, total = len(values), values.sum()
    return float(2 * (values.rank() * values).sum() / (count * total) - (count + 1) / count)
