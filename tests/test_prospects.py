import math
import re
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import custvalue as cv
from custvalue import prospects
from custvalue.prospects import TargetProfile, positioning

PROFILE = TargetProfile({"stores": cv.at_least(3)})
COLUMNS = {
    "people": "int64",
    "share": "float64",
    "served": "int64",
    "not_served": "int64",
    "share_of_served": "float64",
}
WITH_VALUE = {**COLUMNS, "value": "float64", "share_of_value": "float64"}

someone = st.tuples(
    st.one_of(st.none(), st.integers(0, 5)), st.booleans(), st.integers(-10_000, 10_000)
)


def as_people(rows) -> pd.DataFrame:
    """Return rows of stores, served and cents as a frame; who is not served has no revenue."""
    return pd.DataFrame(
        {
            "stores": pd.Series([stores for stores, _, _ in rows], dtype="Float64"),
            "served": np.array([served for _, served, _ in rows], dtype=bool),
            "revenue": pd.Series(
                [cents / 100 if served else None for _, served, cents in rows], dtype="float64"
            ),
        }
    )


def test_all_lists_what_is_there() -> None:
    """Everything listed is there, with a docstring."""
    for name in prospects.__all__:
        assert getattr(prospects, name).__doc__


def test_whom_one_serves_against_whom_one_wants_to_serve() -> None:
    """A table worked out by hand: two inside, one outside, one unknown."""
    people = as_people([(5, True, 900_00), (8, False, 0), (1, True, 300_00), (None, True, -200_00)])
    table = positioning(people, PROFILE, customer="served", value="revenue")
    assert table.index.tolist() == ["inside", "outside", "unknown", "total"]
    assert table.index.name == "target"
    assert table.dtypes.astype(str).to_dict() == WITH_VALUE
    assert table["people"].tolist() == [2, 1, 1, 4]
    assert table["share"].tolist() == [0.5, 0.25, 0.25, 1.0]
    assert table["served"].tolist() == [1, 1, 1, 3]
    assert table["not_served"].tolist() == [1, 0, 0, 1]
    assert table["share_of_served"].tolist() == [1 / 3, 1 / 3, 1 / 3, 1.0]
    assert table["value"].tolist() == [900.0, 300.0, -200.0, 1000.0]
    assert table["share_of_value"].tolist() == [0.9, 0.3, -0.2, 1.0]


@given(st.lists(someone, max_size=10))
def test_the_rows_add_up_to_everybody(rows) -> None:
    """Counted one by one, every person is in one row, and the total is all of them."""
    people = as_people(rows)
    table = positioning(people, PROFILE, customer=people["served"], value=people["revenue"])
    target = [
        "unknown" if stores is None else "inside" if stores >= 3 else "outside"
        for stores, _, _ in rows
    ]
    for name in ("inside", "outside", "unknown"):
        these = [row for row, at in zip(rows, target, strict=True) if at == name]
        assert table.loc[name, "people"] == len(these)
        assert table.loc[name, "served"] == sum(served for _, served, _ in these)
        assert table.loc[name, "value"] == sum(cents for _, served, cents in these if served) / 100
    counts = table[["people", "served", "not_served"]]
    assert counts.iloc[:3].sum().tolist() == counts.loc["total"].tolist()
    assert table.loc["total", "people"] == len(rows)
    assert (counts["served"] + counts["not_served"] == counts["people"]).all()
    total = sum(cents for _, served, cents in rows if served)
    if total > 0:
        assert table.loc["inside", "share_of_value"] == float(
            Fraction(round(table.loc["inside", "value"] * 100), total)
        )
    else:
        assert table["share_of_value"].isna().all()
    again = people.iloc[::-1]
    assert positioning(again, PROFILE, customer="served", value="revenue").equals(table)


def test_nobody_has_no_shares() -> None:
    """A share of nothing is NaN, and a count of nobody 0."""
    table = positioning(as_people([]), PROFILE, customer="served", value="revenue")
    assert table.dtypes.astype(str).to_dict() == WITH_VALUE
    assert table["people"].tolist() == [0, 0, 0, 0]
    assert table["value"].tolist() == [0.0, 0.0, 0.0, 0.0]
    assert table[["share", "share_of_served", "share_of_value"]].isna().all(axis=None)


def test_flags_and_values_come_in_many_containers() -> None:
    """A list, an array or a nullable column say the same as a column's name."""
    people = as_people([(5, True, 1), (1, False, 0)])
    expected = positioning(people, PROFILE, customer="served")
    assert expected.dtypes.astype(str).to_dict() == COLUMNS
    for flags in (
        [True, False],
        [1, 0],
        np.array([True, False]),
        pd.Series([1, 0], dtype="Int64"),
        pd.Series([True, False], dtype=object),
        pd.Categorical([True, False]).astype("boolean"),
    ):
        assert positioning(people, PROFILE, customer=flags).equals(expected)
    values = [
        positioning(people, PROFILE, customer="served", value=v) for v in ([0.01, 5], "revenue")
    ]
    assert values[0].equals(values[1])
    assert values[0].loc["total", "value"] == 0.01


def test_values_off_the_grid_are_added_as_they_are() -> None:
    """Thousandths are kept with three decimals, and without."""
    people = as_people([(5, True, 0)] * 3)
    for decimals in (2, 3):
        table = positioning(
            people, PROFILE, customer="served", value=[0.001, 0.002, 0.003], decimals=decimals
        )
        assert math.isclose(table.loc["inside", "value"], 0.006)


UNFIT = [
    (
        {"profile": {"stores": cv.at_least(3)}},
        TypeError,
        "profile must be a TargetProfile, got {'stores': at_least(3)}",
    ),
    ({"people": {"stores": 3}}, TypeError, "people must be a pandas DataFrame, got dict"),
    (
        {"customer": "buys"},
        cv.InputError,
        (
            "people must have the columns buys; it lacks buys and has stores, served, revenue: "
            "give customer= another name, or flags"
        ),
    ),
    (
        {"value": "nothing"},
        cv.InputError,
        "it lacks nothing and has stores, served, revenue: give value= another name, or values",
    ),
    (
        {"customer": [True, None, False]},
        cv.InputError,
        (
            "whether someone is a customer must be known of everybody, got missing in row 1: say "
            "so, or leave them out"
        ),
    ),
    (
        {"customer": [True, False]},
        cv.InputError,
        "people and customer must have one length, got (3,) and (2,)",
    ),
    (
        {"customer": pd.Series([True, False, True], index=[2, 1, 0])},
        cv.InputError,
        (
            "people and customer must share one index in one order, got two that differ: align "
            "them first, as in second.reindex(first.index)"
        ),
    ),
    (
        {"value": [None, 3, 4]},
        cv.InputError,
        (
            "value must be known of everybody served, got missing in row 0: give 0 to who brings "
            "nothing"
        ),
    ),
    (
        {"value": ["1", "2", "3"]},
        TypeError,
        "value must hold numbers, got",
    ),
    ({"decimals": 9}, cv.InputError, "decimals must be a whole number from 0 to 6, got 9"),
]


@pytest.mark.parametrize(("given", "error", "message"), UNFIT)
def test_what_does_not_fit_together(given, error, message) -> None:
    """Other rows, unknown customers and unknown values are errors that say so."""
    people = as_people([(5, True, 1), (1, False, 0), (2, True, 5)])
    arguments = {"customer": "served", "value": "revenue", **given}
    with pytest.raises(error, match=re.escape(message)):
        positioning(arguments.pop("people", people), arguments.pop("profile", PROFILE), **arguments)
