"""Which indicators say the same."""

import numpy as np
import pandas as pd
import pytest

from custvalue._screening import redundancy
from custvalue._screening.indicators import read_indicator
from custvalue._screening.redundancy import group_redundant, rank, spread_rows


def ranks(frame):
    """Return the ranks of each column, in all rows."""
    rows = np.arange(len(frame))
    return [rank(read_indicator(frame[name], name), rows) for name in frame]


def test_the_correlation_is_spearmans():
    """The threshold lies where pandas' rank correlation does, ties included."""
    rng = np.random.default_rng(1904)
    frame = pd.DataFrame({"a": rng.poisson(2, 400), "b": rng.normal(size=400)})
    frame["b"] += frame["a"]
    spearman = frame.corr("spearman").loc["a", "b"]
    assert group_redundant(ranks(frame), spearman - 1e-4) == [[0, 1]]
    assert group_redundant(ranks(frame), spearman + 1e-4) == []


def test_rows_known_in_both_are_compared():
    """What one of them lacks says nothing about the two."""
    rng = np.random.default_rng(1)
    a = pd.Series(rng.normal(size=200))
    frame = pd.DataFrame({"a": a, "b": -(a**3), "c": a.to_numpy()[::-1]})
    frame.loc[::3, "a"] = np.nan
    frame.loc[1::5, "b"] = np.nan
    assert group_redundant(ranks(frame), 0.95) == [[0, 1]]


@pytest.mark.parametrize("rows", range(15, 60))
def test_where_both_are_constant_nothing_is_told(rows):
    """Two that have one value each where both are known do not say the same."""
    values = np.random.default_rng(rows).integers(0, 1_000, rows).astype(float)
    gap, flat = np.full(rows, np.nan), np.ones(rows)
    frame = pd.DataFrame(
        {"a": np.append(values, [5 * flat, gap]), "b": np.append(gap, [7 * flat, values])}
    )
    assert group_redundant(ranks(frame), 0.95) == []


@pytest.mark.parametrize(("known", "groups"), [(9, []), (10, [[0, 1]])])
def test_few_rows_are_not_compared(known, groups):
    """Ten rows known in both are needed, whether or not others lack one of them."""
    values = np.arange(float(known))
    complete = pd.DataFrame({"a": values, "b": values})
    assert group_redundant(ranks(complete), 0.95) == groups
    assert group_redundant(ranks(complete.reindex(range(30))), 0.95) == groups


def test_a_group_is_led_and_does_not_chain():
    """Each is in the group of the first that is like it, not of one that is like that."""
    rng = np.random.default_rng(3)
    a = rng.normal(size=2_000)
    b = a + 0.4 * rng.normal(size=2_000)
    c = b + 0.4 * rng.normal(size=2_000)
    frame = pd.DataFrame({"a": a, "b": b, "c": c})
    assert group_redundant(ranks(frame), 0.9) == [[0, 1]]
    assert group_redundant(ranks(frame[["b", "a", "c"]]), 0.9) == [[0, 1, 2]]


def test_blocks_change_nothing(monkeypatch):
    """Compared one at a time or all at once, the groups are the same."""
    rng = np.random.default_rng(4)
    base = rng.normal(size=(100, 4))
    frame = pd.DataFrame(np.hstack((base, base + 0.01 * rng.normal(size=(100, 4)))))
    frame.columns = list("abcdefgh")
    together = group_redundant(ranks(frame), 0.95)
    monkeypatch.setattr(redundancy, "BLOCK", 1)
    assert group_redundant(ranks(frame), 0.95) == together == [[0, 4], [1, 5], [2, 6], [3, 7]]


def test_what_has_no_rank():
    """Categories have no order, and equal values none either."""
    rows = np.arange(3)
    for column in (pd.Series(["a", "b", "a"]), pd.Series([1, 1, 1]), pd.Series([np.nan, 1, 1])):
        assert rank(read_indicator(column, "x"), rows) is None
    assert group_redundant([], 0.95) == []


def test_rows_are_spread():
    """At most 5,000 rows, the first among them, evenly apart."""
    assert spread_rows(0).tolist() == []
    assert spread_rows(3).tolist() == [0, 1, 2]
    rows = spread_rows(22_001)
    assert len(rows) == 5_000
    assert rows[0] == 0
    assert set(np.diff(rows).tolist()) == {4, 5}
