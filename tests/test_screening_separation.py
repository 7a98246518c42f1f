"""How well values separate: beside scikit-learn, and beside counting every pair."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from custvalue._screening.separation import area_of_categories, area_under_curve, cross_count

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
INTS = st.integers(-(2**63), 2**63 - 1)
CENTS = st.integers(-(10**13), 10**13).map(lambda cents: cents / 100)
TIED = st.sampled_from([-1.5, -0.0, 0.0, 5e-324, 1.0, 2.5])


def labelled(values, *, max_size=40):
    """Draw values with labels."""
    return st.lists(st.tuples(values, st.booleans()), max_size=max_size)


def arrays(rows, dtype):
    """Return values and labels as arrays."""
    values = np.array([value for value, _ in rows], dtype=dtype)
    return values, np.array([label for _, label in rows], dtype=np.bool_)


@settings(max_examples=150)
@given(st.one_of(labelled(FLOATS), labelled(TIED), labelled(CENTS)))
def test_floats_are_counted_as_by_hand(rows):
    """Each distinct value is there once, ascending; both zeros are one; nothing is rounded."""
    values, positive = arrays(rows, np.float64)
    distinct = sorted({value + 0.0 for value in values.tolist()})
    by_hand = [
        [int(np.count_nonzero(positive[values == value] == label)) for value in distinct]
        for label in (False, True)
    ]
    assert cross_count(values, positive).tolist() == by_hand


@settings(max_examples=100)
@given(st.one_of(labelled(INTS), labelled(st.integers(-3, 3))))
def test_integers_are_counted_as_by_hand(rows):
    """Neither neighbours beyond 2**53 nor the whole range of int64 are confused."""
    values, positive = arrays(rows, np.int64)
    distinct = sorted(set(values.tolist()))
    by_hand = [
        [int(np.count_nonzero(positive[values == value] == label)) for value in distinct]
        for label in (False, True)
    ]
    assert cross_count(values, positive).tolist() == by_hand


@settings(max_examples=100)
@given(st.one_of(labelled(FLOATS), labelled(TIED)))
def test_the_area_is_scikit_learns(rows):
    """AUC equals roc_auc_score, ties included, and is NaN where that raises or warns."""
    values, positive = arrays(rows, np.float64)
    area = area_under_curve(cross_count(values, positive))
    if positive.any() and not positive.all():
        with np.errstate(over="ignore"):
            assert area == pytest.approx(roc_auc_score(positive, values), abs=1e-12)
    else:
        assert math.isnan(area)


def test_the_area_of_many_rows():
    """On 20,000 rows of every kind of tie the two agree to the twelfth digit."""
    rng = np.random.default_rng(1954)
    positive = rng.random(20_000) < 0.1
    for values in (
        rng.normal(size=20_000) + positive,
        rng.poisson(3, 20_000).astype(np.float64),
        rng.lognormal(3, 1, 20_000).round(2) * rng.choice([-1, 0, 1], 20_000),
        rng.integers(-(2**62), 2**62, 20_000),
    ):
        area = area_under_curve(cross_count(values, positive))
        assert area == pytest.approx(roc_auc_score(positive, values), abs=1e-12)


def test_money_with_one_odd_amount():
    """A late value off the grid of cents is told from its neighbours like any other."""
    values = np.append(np.arange(2_000) / 100, 5.000000001)
    positive = np.arange(2_001) == 2_000
    assert area_under_curve(cross_count(values, positive)) == 501 / 2_000


def leave_pair_out(categories, positive):
    """Compare every positive with every negative, both left out; exactly, and slowly."""
    count, wins = len(positive), Fraction(0)
    pairs = [
        (i, j)
        for i, j in itertools.product(range(count), repeat=2)
        if positive[i] and not positive[j]
    ]
    for i, j in pairs:
        rest = [k for k in range(count) if k not in (i, j)]
        average = Fraction(sum(positive[k] for k in rest), max(len(rest), 1))

        def share(category, rest=rest, average=average):
            same = [positive[k] for k in rest if categories[k] == category]
            return (sum(same) + average) / (len(same) + 1)

        one, other = share(categories[i]), share(categories[j])
        wins += 1 if one > other else Fraction(1, 2) if one == other else 0
    return float(max(wins / len(pairs), Fraction(1, 2))) if pairs else math.nan


@settings(max_examples=100)
@given(labelled(st.integers(0, 4), max_size=14))
def test_categories_are_compared_without_the_two(rows):
    """The sum over categories equals the comparison of every pair of rows."""
    categories, positive = arrays(rows, np.int64)
    area = area_of_categories(cross_count(categories, positive))
    slow = leave_pair_out(categories.tolist(), positive.tolist())
    assert area == pytest.approx(slow, abs=1e-12, nan_ok=True)


def test_many_categories_of_noise_tell_nothing():
    """A thousand categories of two rows would separate noise well, were no row left out."""
    rng = np.random.default_rng(2011)
    categories, positive = np.repeat(np.arange(1_000), 2), rng.random(2_000) < 0.3
    counts = cross_count(categories, positive)
    share = counts[1] / counts.sum(axis=0)
    assert roc_auc_score(positive, share[categories]) > 0.8
    assert area_of_categories(counts) < 0.53


def test_categories_that_tell_are_found():
    """Two categories of different shares separate as their shares say."""
    counts = np.array([[60, 20], [20, 60]])
    assert area_of_categories(counts) == 0.75
