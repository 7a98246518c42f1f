"""Counting pairs in blocks: the same counts, whatever the blocks."""

import tracemalloc
from collections import Counter
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue._baskets import pairs
from custvalue._baskets.lines import Coded, cut, distinct, read_column, running_total, runs
from custvalue._baskets.pairs import count_pairs

lines = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 9)), max_size=60)


def coded(codes) -> Coded:
    """Return whole numbers as codes of themselves."""
    return read_column(pd.Series(codes, dtype="int64"), "given")


@given(lines, st.integers(1, 3), st.sampled_from([1, 2, 5, 100]), st.sampled_from([0, 3, 1000]))
def test_blocks_never_matter(given_lines, min_count, most_pairs, most_cells) -> None:
    """Blocks of one pair or all of them, in a table or sorted, count the same."""
    baskets, items = (coded([line[place] for line in given_lines]) for place in (0, 1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs, "MOST_PAIRS", most_pairs)
        patch.setattr(pairs, "MOST_CELLS", most_cells)
        counted = count_pairs(baskets, items, min_count)
    contents = {}
    for basket, item in given_lines:
        contents.setdefault(basket, set()).add(item)
    expected = Counter(
        pair for goods in contents.values() for pair in combinations(sorted(goods), 2)
    )
    names = items.names.to_numpy()
    found = {
        tuple(sorted((names[one], names[other]))): both
        for one, other, both in zip(counted.one, counted.other, counted.both, strict=True)
    }
    assert len(found) == len(counted.both)
    assert found == {pair: both for pair, both in expected.items() if both >= min_count}
    for good in {good for pair in found for good in pair}:
        held = sum(good in goods for goods in contents.values())
        assert counted.items[names == good].tolist() == [held]


def test_a_basket_of_ten_thousand_goods_needs_little_memory() -> None:
    """Fifty million pairs are counted a few at a time."""
    count = 10_000
    size = np.arange(count)
    baskets = coded(np.concatenate([np.zeros(count, dtype=np.int64), 1 + size // 2]))
    items = coded(np.concatenate([size, size]))
    tracemalloc.start()
    counted = count_pairs(baskets, items, 2)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(counted.both) == count // 2  # each second basket holds a pair of the large one
    assert set(counted.both.tolist()) == {2}
    assert peak < 200e6


@given(st.lists(st.integers(0, 9), max_size=12), st.integers(1, 12))
def test_cut_covers_every_row_once(sizes, most) -> None:
    """Blocks follow each other, and are small or of one row."""
    total = running_total(np.array(sizes, dtype=np.int64))
    blocks = list(cut(total, most))
    assert [row for first, end in blocks for row in range(first, end)] == list(range(len(sizes)))
    assert all(total[end] - total[first] <= most or end - first == 1 for first, end in blocks)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), max_size=8))
def test_runs_are_what_ranges_are(given_runs) -> None:
    """One run after the other, as Python's ranges; a run may be empty."""
    starts, lengths = (np.array([run[place] for run in given_runs], dtype=int) for place in (0, 1))
    expected = [row for start, length in given_runs for row in range(start, start + length)]
    assert runs(starts, lengths).tolist() == expected


@given(lines)
def test_distinct_is_what_sets_are(given_lines) -> None:
    """Each pair of codes once, in order."""
    major, minor = (np.array([line[place] for line in given_lines], dtype=int) for place in (0, 1))
    found = distinct(major, minor, 10)
    assert list(zip(*(codes.tolist() for codes in found), strict=True)) == sorted(set(given_lines))
