"""How many baskets hold each pair of items: exact, in blocks that bound the memory."""

from collections.abc import Iterator

import attrs
import numpy as np

from custvalue._baskets.lines import (
    Coded,
    Ints,
    cut,
    distinct,
    first_of_each,
    running_total,
    runs,
)

MOST_PAIRS = 1 << 18  # counted at a time: what is worked on stays in the cache
MOST_CELLS = 1 << 22  # of a table with a cell for each pair; beyond, pairs are sorted


@attrs.frozen(eq=False)
class PairCounts:
    """The baskets each item is in; and those with both items of a pair, one row per pair."""

    items: Ints
    one: Ints
    other: Ints
    both: Ints


def count_pairs(baskets: Coded, items: Coded, min_count: int) -> PairCounts:
    """Count the baskets of items, and of the pairs that at least `min_count` baskets hold.

    An item in fewer lines has no such pair: it is left out, and its count stays 0.
    """
    lines = np.bincount(items.codes, minlength=len(items.names))
    popular = np.argsort(-lines, kind="stable")  # what is counted most then lies together
    popular = popular[: np.count_nonzero(lines >= min_count)]
    rank = np.full(len(lines), -1)
    rank[popular] = np.arange(len(popular))
    ranks = rank[items.codes]
    basket, item = distinct(baskets.codes[ranks >= 0], ranks[ranks >= 0], len(popular))
    counts = np.bincount(item, minlength=len(popular))
    blocks = _count_blocks(basket, item, counts, min_count)
    one, other, both = np.concatenate([np.empty((3, 0), dtype=np.int64), *blocks], axis=1)
    of_items = np.zeros(len(lines), dtype=np.int64)
    of_items[popular] = counts
    return PairCounts(of_items, popular[one], popular[other], both)


def _count_blocks(basket: Ints, item: Ints, counts: Ints, min_count: int) -> Iterator[Ints]:
    """Yield item, later item, and how many baskets hold both; block by block of items.

    Lines are sorted by basket and item: an item's partners are those behind it in its baskets.
    """
    bounds = np.append(np.flatnonzero(first_of_each(basket)), len(basket))
    partners = np.repeat(bounds[1:], np.diff(bounds)) - np.arange(1, len(basket) + 1)
    by_item = np.argsort(item.astype(np.min_scalar_type(len(counts))), kind="stable")
    pairs = running_total(partners[by_item])
    begins = running_total(counts)
    for first, end in cut(pairs[begins], MOST_PAIRS):
        width = len(counts) - first
        cells = (end - first) * width
        lines = slice(begins[first], begins[end])
        parts = (
            by_item[lines][start:stop]
            for start, stop in cut(pairs[lines.start : lines.stop + 1], MOST_PAIRS)
        )
        found = (
            item[runs(part + 1, partners[part])]
            + np.repeat((item[part] - first) * width - first, partners[part])
            for part in parts
        )
        if end - first == 1 or cells <= MOST_CELLS:
            table = np.zeros(cells, dtype=np.int64)
            for part in found:
                table += np.bincount(part, minlength=cells)
            pair = np.flatnonzero(table >= min_count)
            both = table[pair]
        else:
            pair, both = np.unique(next(found), return_counts=True)
            pair, both = pair[both >= min_count], both[both >= min_count]
        yield np.stack([first + pair // width, first + pair % width, both])
