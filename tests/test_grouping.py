import numpy as np
import pandas as pd
import pytest

import custvalue as cv
from custvalue._grouping import read_grouping


class Card(cv.Scale):
    """A scale of a user's own."""

    BLUE = "blue"
    GOLD = "gold"


@pytest.mark.parametrize(
    ("groups", "index", "places"),
    [
        (["b", "a", None, "b"], ["a", "b"], [1, 0, -1, 1]),
        ([3, 1, 3], [1, 3], [1, 0, 1]),
        ([], [], []),
        ([10**400, 3], [3, 10**400], [1, 0]),
        (pd.Categorical(["y", "x"], categories=["y", "x", "z"]), ["y", "x", "z"], [0, 1]),
        (pd.Categorical(["C", None, "A"], dtype=cv.ABCTier.dtype()), ["A", "B", "C"], [2, -1, 0]),
        (pd.Categorical(["gold"], dtype=Card.dtype()), ["gold", "blue"], [0]),
        (
            pd.Categorical(["asleep", "awake"], dtype=cv.ChurnState.dtype()),
            ["awake", "drowsy", "half-asleep", "asleep"],
            [3, 0],
        ),
    ],
)
def test_groups_in_the_order_people_read_them(groups, index, places) -> None:
    """Sorted, or as a categorical has them; an ordered one's best comes first."""
    grouping = read_grouping(groups)
    assert grouping.index.tolist() == index
    assert grouping.index.name == "group"
    assert grouping.places.tolist() == places


def test_a_categorical_stays_one() -> None:
    """The index keeps the order of the scale, so that rows compare like labels."""
    groups = pd.Series(pd.Categorical(["A"], dtype=cv.ABCTier.dtype()), name="tier")
    grouping = read_grouping(groups)
    assert grouping.index.dtype == cv.ABCTier.dtype()
    assert grouping.index.name == "tier"


def test_counting_rows() -> None:
    """Of all rows, or of some; those without a group count nowhere."""
    grouping = read_grouping(["b", "a", None, "b"])
    assert grouping.count().tolist() == [1, 2]
    assert grouping.count(np.array([True, False, True, False])).tolist() == [0, 1]
    assert grouping.count().dtype == np.int64
