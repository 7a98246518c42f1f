"""Tests of luck: beside scipy."""

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue._screening.separation import cross_count
from custvalue._screening.significance import (
    category_test,
    chi_squared_tail,
    exact_test,
    false_discovery_adjusted,
    rank_test,
)

COUNTS = st.integers(0, 30)


def table(*values):
    """Return negatives and positives by value."""
    return np.array(values, dtype=np.int64).T


@pytest.mark.parametrize("digits", [0, 1, 6])
@pytest.mark.parametrize("prevalence", [0.1, 0.5])
def test_ranks_are_tested_as_scipy_does(digits, prevalence):
    """Mann and Whitney's test with ties and continuity corrected is scipy's asymptotic one."""
    rng = np.random.default_rng(1947)
    for shift in (0, 0.1, 0.3):
        positive = rng.random(300) < prevalence
        values = (rng.normal(size=300) + shift * positive).round(digits)
        theirs = scipy.stats.mannwhitneyu(
            values[positive], values[~positive], method="asymptotic"
        ).pvalue
        assert rank_test(cross_count(values, positive)) == pytest.approx(theirs, rel=1e-9)


@settings(max_examples=100)
@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_small_counts_are_tested_exactly(a, b, c, d):
    """The doubled smaller tail is that of scipy's hypergeometric distribution."""
    drawn, positives, rows = b + d, c + d, a + b + c + d
    law = scipy.stats.hypergeom(rows, positives, drawn)
    theirs = min(1.0, 2 * min(law.cdf(d), law.sf(d - 1)))
    assert exact_test(d, drawn, positives, rows) == pytest.approx(theirs, rel=1e-9)


def test_a_rare_flag_is_no_wonder():
    """One flag, on a positive where one in a hundred is: 2 in 100, not 1 in 10**23."""
    counts = table((9_900, 99), (0, 1))
    assert rank_test(counts) == pytest.approx(0.02)
    assert rank_test(counts[:, ::-1]) == pytest.approx(0.02)


def test_rare_positives_of_a_measure_are_still_ranked():
    """Where no value holds half of the rows, few positives are tested by rank."""
    values = np.arange(100.0)
    assert rank_test(cross_count(values, values >= 97)) < 0.01


@pytest.mark.parametrize("test", [rank_test, category_test])
def test_without_two_classes_there_is_no_test(test):
    """NaN where there are no rows, no positives or no negatives; 1 where all are equal."""
    for counts in (np.zeros((2, 0), dtype=np.int64), table((3, 0), (1, 0)), table((0, 3))):
        assert math.isnan(test(counts))
    assert test(table((3, 4))) == 1


def test_categories_are_tested_as_scipy_does():
    """Pearson's chi-squared without continuity, of three categories and of eight."""
    rng = np.random.default_rng(1900)
    for categories in (3, 8):
        counts = rng.integers(20, 60, (2, categories))
        theirs = scipy.stats.chi2_contingency(counts, correction=False).pvalue
        assert category_test(counts) == pytest.approx(theirs, rel=1e-9)


def test_rare_categories_are_pooled():
    """Categories too rare to judge count as one; if that is too rare too, with the next."""
    common = [(30, 30), (50, 20), (20, 60)]
    rare = [(3, 1), (1, 3), (4, 4)]
    assert category_test(table(*rare, *common)) == category_test(table((8, 8), *common))
    alone = category_test(table((1, 0), *common))
    assert alone == category_test(table((31, 30), (50, 20), (20, 60)))


def test_a_category_without_rows_says_nothing():
    """The chance is the same with it and without."""
    for counts in ([(0, 10), (10, 0)], [(30, 30), (50, 20), (20, 60)], [(3, 1), (50, 20)]):
        assert category_test(table((0, 0), *counts)) == category_test(table(*counts))


@settings(max_examples=50)
@given(st.lists(st.tuples(COUNTS, COUNTS), max_size=8), st.randoms())
def test_names_of_categories_do_not_matter(rows, random):
    """Counts of categories in any order give the same chance, to the last digits."""
    counts = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    random.shuffle(rows)
    other = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    assert category_test(counts) == pytest.approx(category_test(other), rel=1e-9, nan_ok=True)


def test_two_categories_are_tested_by_rank():
    """What comes down to two needs no other test than a flag."""
    assert category_test(table((50, 10), (20, 40))) == rank_test(table((50, 10), (20, 40)))


def test_categories_all_rare():
    """One that holds half of the rows is tested against the others; else nothing is told."""
    assert category_test(table((90, 0), (1, 1), (0, 2), (0, 1))) == exact_test(4, 5, 4, 95)
    assert category_test(table(*[(1, 0), (0, 1)] * 50)) == 1


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 7, 50, 1_001])
def test_the_tail_of_chi_squared(degrees):
    """The finite series gives scipy's survival function, far out too."""
    for x in (0.0, 0.3, 1.0, 4.0, 60.0, 1_000.0):
        theirs = scipy.stats.chi2.sf(x, degrees)
        assert chi_squared_tail(x, degrees) == pytest.approx(theirs, rel=1e-9, abs=1e-290)


@given(st.lists(st.floats(0, 1), max_size=20))
def test_q_values_are_scipys(p_values):
    """Benjamini and Hochberg's adjustment, in the order given."""
    ours = false_discovery_adjusted(np.array(p_values, dtype=np.float64))
    theirs = scipy.stats.false_discovery_control(p_values) if p_values else []
    assert ours.tolist() == pytest.approx(list(theirs), rel=1e-12)


def test_what_was_not_tested_counts_nowhere():
    """NaN stays, and makes the others no weaker."""
    ours = false_discovery_adjusted(np.array([0.01, np.nan, 0.04]))
    assert ours.tolist() == pytest.approx([0.02, np.nan, 0.04], nan_ok=True)
