"""Rules of goods bought together, beside mlxtend's FP-growth restricted to pairs."""

from collections.abc import Iterator
from functools import partial
from types import ModuleType

import numpy as np
import pandas as pd

import custvalue as cv
from benchmarks._compare import Row, Size, alternate, failed, find, quantity, stopwatch

GOODS = 5_000
MEAN = 5  # goods in a basket
MIN_COUNT = 50


def baskets(size: Size) -> Iterator[Row]:
    """Time `pair_rules` on a tenth as many baskets as orders, and the peer on a tenth of these."""
    most = max(size.orders // 10, 1)
    name = f"pair_rules, {most:,} baskets"
    lines = basket_lines(most)
    time = min(stopwatch(partial(_ours, lines)) for _ in range(size.rounds))
    yield quantity(name, time, "s", target=5)
    yield from _against_mlxtend(size, max(most // 10, 1))


def basket_lines(count: int, *, seed: int = 1993) -> pd.DataFrame:
    """Return shuffled lines of baskets: the n-th good is bought in proportion to 1 / n."""
    rng = np.random.default_rng(seed)
    sizes = rng.poisson(MEAN, count).clip(1)
    popularity = np.cumsum(1 / np.arange(1, GOODS + 1))
    drawn = np.searchsorted(popularity, rng.random(sizes.sum()) * popularity[-1])
    order = rng.permutation(len(drawn))
    names = rng.permutation(GOODS)
    return pd.DataFrame(
        {"basket": np.repeat(np.arange(count), sizes)[order], "item": names[drawn[order]]}
    )


def _against_mlxtend(size: Size, count: int) -> Iterator[Row]:
    """Time both on the same baskets, once they give the same rules; its wide table is given."""
    name = f"pair_rules, {count:,} baskets, vs mlxtend fpgrowth"
    peer = find("mlxtend.frequent_patterns")
    if isinstance(peer, str):
        yield failed(name, peer=peer)
        return
    lines = basket_lines(count)
    there = np.zeros((count, GOODS), dtype=np.bool_)
    there[lines["basket"], lines["item"]] = True
    wide = pd.DataFrame(there)
    theirs = partial(_theirs, peer, wide)
    assert _by_pair(_ours(lines), count) == _by_pair(theirs(), count), "rules differ"
    pair = alternate(partial(_ours, lines), theirs, rounds=size.rounds)
    yield pair.row(name, target=0.1)


def _ours(lines: pd.DataFrame) -> pd.DataFrame:
    return cv.baskets.pair_rules(lines, min_count=MIN_COUNT)


def _theirs(peer: ModuleType, wide: pd.DataFrame) -> pd.DataFrame:
    """Return the peer's rules; a share just below the smallest count keeps it in."""
    sets = peer.fpgrowth(wide, min_support=(MIN_COUNT - 0.5) / len(wide), max_len=2)
    rules = peer.association_rules(sets, metric="support", min_threshold=0.0)
    for side in ("antecedent", "consequent"):
        rules[side] = [next(iter(goods)) for goods in rules[f"{side}s"]]
    return rules


def _by_pair(rules: pd.DataFrame, count: int) -> dict[tuple[int, int], tuple[int, float, float]]:
    """Return baskets with both, confidence and lift of each pair, as far as floats agree."""
    both = (rules["support"] * count).round().astype("int64")
    measures = zip(both, rules["confidence"].round(9), rules["lift"].round(6), strict=True)
    return dict(
        zip(zip(rules["antecedent"], rules["consequent"], strict=True), measures, strict=True)
    )
