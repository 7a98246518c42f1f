"""Rules of two goods: golden numbers, every pair by hand, and whether they say anything."""

import math
import re
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import custvalue as cv
from custvalue._statistics import wilson_interval
from custvalue.baskets import Association, pair_rules

COLUMNS = {
    "baskets": "int64",
    "count_antecedent": "int64",
    "count_consequent": "int64",
    "count_both": "int64",
    "support": "float64",
    "confidence": "float64",
    "lift": "float64",
    "leverage": "float64",
    "conviction": "float64",
    "confidence_low": "float64",
    "confidence_high": "float64",
    "association": "category",
}

TEXTBOOK = [
    {"Bread", "Milk"},
    {"Bread", "Diapers", "Beer", "Eggs"},
    {"Milk", "Diapers", "Beer", "Cola"},
    {"Bread", "Milk", "Diapers", "Beer"},
    {"Bread", "Milk", "Diapers", "Cola"},
]

goods = st.sampled_from("abcdef")
shop = st.lists(st.sets(goods, min_size=1), max_size=25)


def as_lines(baskets) -> pd.DataFrame:
    """Return baskets as lines, one row for each good."""
    rows = [(number, good) for number, basket in enumerate(baskets) for good in sorted(basket)]
    return pd.DataFrame(rows, columns=["basket", "item"])


def of_counts(both, one, other, neither) -> pd.DataFrame:
    """Return lines of so many baskets with x and y, x only, y only, and none of them."""
    kinds = [{"x", "y"}] * both + [{"x"}] * one + [{"y"}] * other + [{"z"}] * neither
    return as_lines(kinds)


def by_pair(rules) -> dict:
    """Return each rule's row by its pair."""
    return {(row["antecedent"], row["consequent"]): row for row in rules.to_dict("records")}


def test_the_textbook_baskets() -> None:
    """Five baskets of a textbook: Diapers and Beer, in both directions."""
    rules = by_pair(pair_rules(as_lines(TEXTBOOK), min_count=1))
    there = rules["Diapers", "Beer"]
    assert there["baskets"] == 5
    assert (there["count_antecedent"], there["count_consequent"], there["count_both"]) == (4, 3, 3)
    assert (there["support"], there["confidence"], there["lift"]) == (0.6, 0.75, 1.25)
    assert (there["leverage"], there["conviction"]) == (0.12, 1.6)
    back = rules["Beer", "Diapers"]
    assert (back["confidence"], back["conviction"], back["lift"]) == (1.0, math.inf, 1.25)
    assert there["association"] == back["association"] == "cannot tell"


def test_tea_and_coffee() -> None:
    """Of 200 who take tea 150 take coffee: many, and fewer than the 800 of 1000 there are."""
    rule = by_pair(pair_rules(of_counts(150, 50, 650, 150), min_count=1))["x", "y"]
    assert (rule["baskets"], rule["confidence"], rule["lift"]) == (1000, 0.75, 0.9375)
    assert rule["leverage"] == -0.01
    assert rule["association"] == "cannot tell"  # Yates: 3.53, of the 3.84 needed


def test_wilson_interval_of_the_confidence() -> None:
    """8 of 10: (0.4902, 0.9433), and a higher level is wider."""
    lines = of_counts(8, 2, 0, 10)
    rule = by_pair(pair_rules(lines, min_count=1))["x", "y"]
    assert round(rule["confidence_low"], 4) == 0.4902
    assert round(rule["confidence_high"], 4) == 0.9433
    wider = by_pair(pair_rules(lines, min_count=1, level=0.99))["x", "y"]
    assert wider["confidence_low"] < rule["confidence_low"]
    assert wider["confidence_high"] > rule["confidence_high"]


def test_the_columns_and_their_types() -> None:
    """The columns are those promised, also where there is no rule."""
    for lines in (as_lines(TEXTBOOK), as_lines(TEXTBOOK).iloc[:0], as_lines([{"a"}])):
        rules = pair_rules(lines, min_count=1)
        assert list(rules.columns) == ["antecedent", "consequent", *COLUMNS]
        assert rules.dtypes.astype(str).loc[list(COLUMNS)].to_dict() == COLUMNS
        assert rules["association"].dtype == Association.dtype()
        assert rules.index.equals(pd.RangeIndex(len(rules)))


@given(shop, st.integers(1, 4))
def test_every_pair_against_sets(baskets, min_count) -> None:
    """Brute force over all pairs gives the same rules, and the same measures as fractions."""
    singles = Counter(good for basket in baskets for good in basket)
    pairs = Counter(pair for basket in baskets for pair in combinations(sorted(basket), 2))
    expected = {
        pair: both
        for (one, other), both in pairs.items()
        if both >= min_count
        for pair in ((one, other), (other, one))
    }
    rules = pair_rules(as_lines(baskets), min_count=min_count)
    found = by_pair(rules)
    assert len(found) == len(rules)
    assert {pair: row["count_both"] for pair, row in found.items()} == expected
    n = len(baskets)
    for (one, other), row in found.items():
        both = row["count_both"]
        assert row["baskets"] == n
        assert (row["count_antecedent"], row["count_consequent"]) == (singles[one], singles[other])
        confidence, share = Fraction(both, singles[one]), Fraction(singles[other], n)
        assert row["support"] == both / n
        assert row["confidence"] == float(confidence)
        assert row["lift"] == float(confidence / share)
        assert row["leverage"] == float(Fraction(both, n) - Fraction(singles[one], n) * share)
        if confidence < 1:
            assert row["conviction"] == float((1 - share) / (1 - confidence))
        else:
            assert math.isnan(row["conviction"]) if share == 1 else row["conviction"] == math.inf
        low, high = wilson_interval(both, singles[one])
        assert (row["confidence_low"], row["confidence_high"]) == (float(low), float(high))


@given(shop, st.sampled_from([0, 0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 1, 1 / 3, 2 / 3]))
def test_the_least_confidence_is_exact(baskets, least) -> None:
    """A rule is in where its fraction is at least the number as it was written."""
    lines = as_lines(baskets)
    every = by_pair(pair_rules(lines, min_count=1))
    cap = Fraction(repr(least))
    expected = {
        pair
        for pair, row in every.items()
        if Fraction(row["count_both"], row["count_antecedent"]) >= cap
    }
    assert set(by_pair(pair_rules(lines, min_count=1, min_confidence=least))) == expected


@pytest.mark.parametrize("of", [10, 20, 25, 50, 100])
def test_a_confidence_at_the_cap_is_in(of) -> None:
    """Whatever the number of baskets, k of n is at least k / n written as a decimal."""
    for hits in range(1, of + 1):
        lines = of_counts(hits, of - hits, 0, 3)
        written = float(Fraction(hits, of))
        found = by_pair(pair_rules(lines, min_count=1, min_confidence=written))
        assert ("x", "y") in found
        exact = Decimal(hits) / Decimal(of)
        found = by_pair(pair_rules(lines, min_count=1, min_confidence=exact))
        assert ("x", "y") in found


@settings(max_examples=40)
@given(shop, st.randoms(use_true_random=False))
def test_order_and_names_of_rows_never_matter(baskets, random) -> None:
    """Shuffled and repeated lines, with other baskets' names, give the same table."""
    lines = as_lines(baskets)
    rows = random.choices(range(len(lines)), k=len(lines)) if len(lines) else []
    rows += random.sample(range(len(lines)), len(lines))
    other = lines.iloc[rows].assign(basket=lambda frame: "b" + frame["basket"].astype(str))
    pd.testing.assert_frame_equal(pair_rules(lines, min_count=1), pair_rules(other, min_count=1))


@settings(max_examples=40)
@given(shop)
def test_rules_are_sorted(baskets) -> None:
    """By the count of both, then the lift, highest first; then by name."""
    rules = pair_rules(as_lines(baskets), min_count=1)
    keys = [
        (-row["count_both"], -row["lift"], row["antecedent"], row["consequent"])
        for row in rules.to_dict("records")
    ]
    assert keys == sorted(keys)


@given(st.tuples(*[st.integers(0, 30)] * 4), st.sampled_from([0.8, 0.95, 0.99]))
def test_association_against_the_textbook_formula(counts, level) -> None:
    """Chi-squared with Yates' correction, computed cell by cell, and both ways alike."""
    both, one, other, neither = counts
    assume(both)
    rules = by_pair(pair_rules(of_counts(*counts), min_count=1, level=level))
    answer = rules["x", "y"]["association"]
    assert rules["y", "x"]["association"] == answer
    n = sum(counts)
    rows, columns = (both + one, other + neither), (both + other, one + neither)
    if 0 in rows + columns:
        assert answer == "cannot tell"
        return
    chi_squared = Fraction(0)
    for cell, row, column in zip(
        (both, one, other, neither), [0, 0, 1, 1], [0, 1, 0, 1], strict=True
    ):
        expected = Fraction(rows[row] * columns[column], n)
        off = max(abs(cell - expected) - Fraction(1, 2), Fraction(0))
        chi_squared += off**2 / expected
    needed = {0.8: 1.6423744, 0.95: 3.8414588, 0.99: 6.6348966}[level]  # from a table of χ²
    assume(abs(float(chi_squared) - needed) > 1e-5)
    if chi_squared < needed:
        assert answer == "cannot tell"
    else:
        assert answer == ("positive" if both * n > rows[0] * columns[0] else "negative")


def test_goods_that_replace_each_other_are_negative() -> None:
    """Butter and margarine: seldom together, but often enough to have a rule."""
    rules = pair_rules(of_counts(5, 195, 195, 105), min_count=5)
    assert rules["association"].tolist() == ["negative", "negative"]
    assert (rules["lift"] < 1).all()
    assert pair_rules(of_counts(0, 200, 200, 100), min_count=1).empty  # never together: no rule


def test_one_basket_is_no_evidence() -> None:
    """A good bought once, together with a popular one, says nothing yet."""
    rules = pair_rules(of_counts(1, 0, 199, 800), min_count=1)
    assert rules["association"].tolist() == ["cannot tell", "cannot tell"]


@pytest.mark.parametrize(
    ("min_count", "error", "message"),
    [
        (0, cv.InputError, "min_count must be at least 1, got 0"),
        (-3, cv.InputError, "min_count must be at least 1, got -3"),
        (2.0, TypeError, "min_count must be a whole number, got 2.0 (float)"),
        (True, TypeError, "min_count must be a whole number, got True (bool)"),
        (None, TypeError, "min_count must be a whole number, got None (NoneType)"),
    ],
)
def test_min_count_must_be_a_count(min_count, error, message) -> None:
    """Baskets are counted in whole ones."""
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        pair_rules(as_lines(TEXTBOOK), min_count=min_count)
    assert len(pair_rules(as_lines(TEXTBOOK), min_count=np.int32(3))) == 8


def test_min_confidence_must_be_a_share() -> None:
    """80 is no share, and neither are words or nothing known."""
    lines = as_lines(TEXTBOOK)
    for share in (80, -0.1, 1.5, math.nan, math.inf):
        message = f"min_confidence must lie within 0 and 1, got {share!r}: 20% is 0.2"
        with pytest.raises(cv.InputError, match=f"^{re.escape(message)}$"):
            pair_rules(lines, min_count=1, min_confidence=share)
    for share in ("0.8", True):
        with pytest.raises(TypeError, match=r"^min_confidence must be a number, got"):
            pair_rules(lines, min_count=1, min_confidence=share)
    given = pair_rules(lines, min_count=1, min_confidence=np.float64(0.75))
    assert given["confidence"].min() == 0.75


@pytest.mark.parametrize("level", [0, 1, 95])
def test_level_must_be_a_share(level) -> None:
    """A level of nothing, all, or in percent is refused."""
    with pytest.raises(cv.InputError, match=f"^level must lie between 0 and 1, got {level}$"):
        pair_rules(as_lines(TEXTBOOK), min_count=1, level=level)


def test_the_users_lines_stay_as_they_are() -> None:
    """Only two columns are read, and nothing is written."""
    lines = as_lines(TEXTBOOK).assign(price=1.0)
    before = lines.copy()
    pair_rules(lines, min_count=1)
    pd.testing.assert_frame_equal(lines, before)


def test_association_speaks_chinese() -> None:
    """Each answer has a Chinese label of its own."""
    assert [answer.label(lang="zh") for answer in Association] == ["正相关", "负相关", "无法判断"]
