"""Tests of exact cuts by histogram, against sorting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue import _refinement
from custvalue._refinement import MOST_BINS, Bins, Cut, Goal, refine
from custvalue.errors import InputError

WHOLE = st.one_of(st.integers(1, 9), st.integers(1, 10**12), st.sampled_from((1, 10**12)))


def histogram(values, passes=None):
    """Return the one-pass histogram of an array, which notes its passes."""
    values = np.array(values, dtype=np.int64)

    def count(windows):
        bins = Bins.of(values, values, windows)
        if passes is not None:
            passes.append(len(bins.number))
        return bins

    return count


def by_sorting(values, goal):
    """Return the cut as the definition says."""
    best_first = sorted(values, reverse=True)
    reached = np.arange(1, len(values) + 1) if goal.of == "count" else np.cumsum(best_first)
    end = best_first[int(np.searchsorted(reached, goal.least))]
    best = [value for value in values if value >= end]
    return Cut(end, len(best), sum(best), values.count(end), end)


@given(st.lists(WHOLE, min_size=1, max_size=30), st.data(), st.sampled_from((4, 7, MOST_BINS)))
def test_cuts_are_what_sorting_finds(values, data, most):
    """Goals of both kinds, refined together with few bins or many, end where sorting says."""
    goals = [Goal("count", data.draw(st.integers(1, len(values))), 1, max(values))]
    goals += [Goal("total", data.draw(st.integers(1, sum(values))), 1, max(values))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_refinement, "MOST_BINS", most)
        assert refine(goals, histogram(values)) == [by_sorting(values, goal) for goal in goals]


@pytest.mark.parametrize(("shares", "most"), [(1, 4), (3, 4), (6, 4), (40, 6)])
def test_passes_are_few_and_small(shares, most):
    """Values up to 1e12 take four passes for six goals, none of more than 4,096 bins."""
    values = np.random.default_rng(1).integers(1, 10**12, 20_000)
    values[0] = 10**12
    passes = []
    goals = [Goal("count", 1 + 450 * place, 1, 10**12) for place in range(shares)]
    cuts = refine(goals, histogram(values, passes))
    assert [cut.count for cut in cuts] == [goal.least for goal in goals]
    assert len(passes) <= most
    assert max(passes) <= MOST_BINS


@given(st.lists(WHOLE, max_size=20), st.lists(WHOLE, max_size=20), st.lists(WHOLE, max_size=9))
def test_bins_of_parts_add_up(one, two, three):
    """Parts merge in any order and grouping to the bins of the whole."""
    windows = [_refinement.Window(1, 101, 10, 0), _refinement.Window(200, 10**12, 10**9, 10)]
    parts = [histogram(values)(windows) for values in (one, two, three)]
    whole = histogram(one + two + three)(windows)
    for bins in (
        parts[0].beside(parts[1]).beside(parts[2]),
        parts[2].beside(parts[0].beside(parts[1])),
    ):
        for name in ("number", "count", "total", "lowest"):
            assert getattr(bins, name).tolist() == getattr(whole, name).tolist()


def test_the_lowest_of_ties_is_as_it_was_given():
    """Values a float's noise apart are one cut, which knows the lowest of them."""
    given_as = np.array([0.3, 0.1 + 0.2, 0.2])
    count = lambda windows: Bins.of(np.array([30, 30, 20]), given_as, windows)  # noqa: E731
    assert refine([Goal("count", 1, 1, 30)], count) == [Cut(30, 2, 60, 2, 0.3)]


def test_no_goal_takes_no_pass():
    """Where nothing is looked for, the data isn't read."""
    assert refine([], histogram([1], passes := [])) == []
    assert passes == []


def test_values_that_vanish_between_passes():
    """Data that is another one on a later pass is an error, not a wrong cut."""
    passes = iter([[10**6, 5], []])

    def count(windows):
        return histogram(next(passes))(windows)

    with pytest.raises(InputError) as error:
        refine([Goal("count", 1, 1, 10**6)], count)
    assert str(error.value) == (
        "the values must be the same on every pass, got fewer than before: store them first"
    )
