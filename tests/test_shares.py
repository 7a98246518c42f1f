"""Whole units shared out: all of them, to whom they are due."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue._shares import share_out

units = st.integers(0, 10_000)
weights = st.lists(st.integers(0, 1_000).map(Fraction), max_size=8)


@pytest.mark.parametrize(
    ("total", "due", "given"),
    [
        (100, [1, 1, 1], [34, 33, 33]),  # of equal remainders the first
        (101, [1, 1, 1], [34, 34, 33]),
        (100, [1, 0, 2], [33, 0, 67]),  # 66.67 has the larger remainder
        (21, [47, 16, 158, 81, 82], [3, 1, 9, 4, 4]),  # seats of five parties, by Hamilton's method
        (0, [1, 2], [0, 0]),
        (5, [0, 0], [0, 0]),
        (5, [], []),
        (1, [Fraction(1, 3), Fraction(2, 3)], [0, 1]),
    ],
)
def test_what_is_left_goes_to_the_largest_remainders(total, due, given) -> None:
    """Hand-made cases come out as counted on paper."""
    assert share_out(total, list(map(Fraction, due))) == given


@given(units, weights)
def test_everything_is_shared_out(total, due) -> None:
    """The shares add up to the whole, and none is a unit or more from what is due."""
    given = share_out(total, due)
    if not any(due):
        assert given == [0] * len(due)
        return
    assert sum(given) == total
    for units_given, weight in zip(given, due, strict=True):
        assert abs(units_given - total * weight / sum(due)) < 1
        assert weight or not units_given


@given(units, weights)
def test_who_weighs_more_never_gets_less(total, due) -> None:
    """Sorted by weight, shares are sorted; of equals the earlier may get one more."""
    given = share_out(total, due)
    for one, mine in zip(due, given, strict=True):
        for other, theirs in zip(due, given, strict=True):
            assert one <= other or mine >= theirs
            assert one != other or abs(mine - theirs) <= 1
    for place in range(len(due) - 1):
        assert due[place] != due[place + 1] or given[place] >= given[place + 1]
