"""The goods most bought: ties together, groups in their order, lift against all."""

import re
from collections import Counter

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import custvalue as cv
from custvalue.baskets import top_items

triples = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from("abcd"), st.sampled_from(["x", "y", None])),
    max_size=40,
)
LINES = pd.DataFrame(
    {
        "basket": [1, 1, 2, 2, 3, 3, 4],
        "item": ["tea", "milk", "tea", "jam", "tea", "milk", "rice"],
        "customer_id": ["ann", "ann", "bob", "bob", "ann", "ann", "cem"],
    }
)


def as_frame(rows) -> pd.DataFrame:
    """Return triples as lines with a group."""
    frame = pd.DataFrame(rows, columns=["basket", "item", "side"])
    return frame.astype({"side": object})


def test_the_most_bought_overall() -> None:
    """Baskets are counted, not lines, and equal goods share a place."""
    twice = pd.concat([LINES, LINES])
    for lines in (LINES, twice):
        top = top_items(lines)
        assert top.dtypes.astype(str).drop("item").to_dict() == {
            "place": "int64",
            "baskets": "int64",
            "count": "int64",
            "share": "float64",
        }
        assert top.values.tolist() == [
            [1, "tea", 4, 3, 0.75],
            [2, "milk", 4, 2, 0.5],
            [3, "jam", 4, 1, 0.25],
            [3, "rice", 4, 1, 0.25],
        ]
        assert top.attrs == {}


@pytest.mark.parametrize(("n", "shown"), [(1, 1), (2, 2), (3, 4), (4, 4), (99, 4), (None, 4)])
def test_equal_goods_stay_together(n, shown) -> None:
    """The third and the fourth are equal: both are in, or neither."""
    assert len(top_items(LINES, n=n)) == shown


def test_by_tier() -> None:
    """Tiers of customers, best first, against all baskets; who has no tier is counted."""
    tiers = pd.Series(
        pd.Categorical(["A", "C", None], dtype=cv.ABCTier.dtype()), index=["ann", "bob", "cem"]
    )
    top = top_items(LINES, by=LINES["customer_id"].map(tiers), n=1)
    assert list(top.columns) == ["group", "place", "item", "baskets", "count", "share", "lift"]
    assert top["group"].dtype == cv.ABCTier.dtype()
    assert top.drop(columns="lift").values.tolist() == [
        ["A", 1, "milk", 2, 2, 1.0],
        ["A", 1, "tea", 2, 2, 1.0],
        ["C", 1, "jam", 1, 1, 1.0],
        ["C", 1, "tea", 1, 1, 1.0],
    ]
    assert top["lift"].tolist() == [2.0, 4 / 3, 4.0, 4 / 3]
    assert top.attrs == {"without_group": 1}


@given(triples, st.none() | st.integers(1, 3))
def test_against_sets(rows, n) -> None:
    """Counting sets of baskets by hand gives the same table."""
    lines = as_frame(rows)
    top = top_items(lines, by="side", n=n)
    everywhere = {good: {b for b, g, _ in rows if g == good} for good in "abcd"}
    baskets = len({b for b, _, _ in rows})
    expected = []
    for side in ("x", "y"):
        inside = {b for b, _, s in rows if s == side}
        counts = Counter(good for _, good in {(b, g) for b, g, s in rows if s == side})
        for good, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
            place = 1 + sum(other > count for other in counts.values())
            if n is None or place <= n:
                share = count / len(inside)
                lift = share / (len(everywhere[good]) / baskets)
                expected.append([side, place, good, len(inside), count, share, lift])
    assert [row[:6] for row in top.values.tolist()] == [row[:6] for row in expected]
    assert top["lift"].tolist() == pytest.approx([row[6] for row in expected])
    assert top.attrs["without_group"] == sum(side is None for _, _, side in rows)


@settings(max_examples=40)
@given(triples, st.randoms(use_true_random=False))
def test_order_of_lines_never_matters(rows, random) -> None:
    """Shuffled lines give the same table, overall and by group."""
    shuffled = random.sample(rows, len(rows))
    for by in (None, "side"):
        one, other = (top_items(as_frame(given_rows), by=by) for given_rows in (rows, shuffled))
        pd.testing.assert_frame_equal(one, other)


def test_groups_may_come_as_a_list() -> None:
    """Labels without an index are taken line by line."""
    top = top_items(LINES, by=[1, 1, 2, 2, 1, 1, 2], n=1)
    assert top["group"].tolist() == [1, 1, 2, 2, 2]


def test_groups_must_fit_the_lines() -> None:
    """Another index, another length or a column that lacks are errors."""
    tiers = pd.Series(["A"] * 3, index=["ann", "bob", "cem"])
    with pytest.raises(cv.InputError, match=r"^lines and by must share one index in one order"):
        top_items(LINES, by=tiers)
    with pytest.raises(cv.InputError, match=r"^lines and by must have one length, got \(7,\) and"):
        top_items(LINES, by=["A"])
    message = (
        "lines must have the columns region; it lacks region and has basket, item, customer_id"
        ": rename yours"
    )
    with pytest.raises(cv.InputError, match=f"^{re.escape(message)}$"):
        top_items(LINES, by="region")
    with pytest.raises(TypeError, match=r"^groups must be text or whole numbers"):
        top_items(LINES, by=[True] * 7)
    with pytest.raises(cv.InputError, match=r"^n must be at least 1, got 0$"):
        top_items(LINES, n=0)


def test_no_lines_no_goods() -> None:
    """Nothing gives an empty table of the same columns."""
    for by in (None, "customer_id"):
        top = top_items(LINES.iloc[:0], by=by)
        assert top.empty
        assert list(top.columns) == list(top_items(LINES, by=by).columns)
