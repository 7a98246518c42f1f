"""What a group has in common: counts by hand, and the test's own answers."""

import math
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import custvalue as cv
from custvalue.baskets import traits

COLUMNS = {
    "trait": "object",
    "value": "object",
    "members": "int64",
    "members_with": "int64",
    "others": "int64",
    "others_with": "int64",
    "share": "float64",
    "share_of_others": "float64",
    "lift": "float64",
    "q_value": "float64",
}

people = st.lists(
    st.tuples(
        st.sampled_from(["north", "south", "west", None]),
        st.sampled_from([True, False, None]),
        st.booleans(),
    ),
    max_size=40,
)


def as_frame(rows) -> pd.DataFrame:
    """Return people with a region and a flag, either perhaps missing."""
    return pd.DataFrame(
        {
            "region": pd.Series([row[0] for row in rows], dtype=object),
            "vip": pd.array([row[1] for row in rows], dtype="boolean"),
        }
    )


def of_flag(with_it, members, others_with, others) -> pd.DataFrame:
    """Return the one row for a flag that so many of members and others have."""
    has = [1] * with_it + [0] * (members - with_it) + [1] * others_with
    has += [0] * (others - others_with)
    return traits(pd.DataFrame({"flag": has}), [1] * members + [0] * others)


def test_a_small_group_by_hand() -> None:
    """Every cell of a small table, and the surest trait first."""
    frame = pd.DataFrame(
        {
            "region": ["north"] * 9 + ["south"] * 11,
            "vip": [True, False] * 10,
        },
        index=range(100, 120),
    )
    members = pd.Series([True] * 8 + [False] * 12, index=frame.index)
    table = traits(frame, members)
    assert table.dtypes.astype(str).to_dict() == COLUMNS
    assert table.iloc[:, :-1].values.tolist() == [
        ["region", "north", 8, 8, 12, 1, 1.0, 1 / 12, 12.0],
        ["region", "south", 8, 0, 12, 11, 0.0, 11 / 12, 0.0],
        ["vip", True, 8, 4, 12, 6, 0.5, 0.5, 1.0],
    ]
    assert table["q_value"].iloc[0] == table["q_value"].iloc[1] < 0.001
    assert table["q_value"].iloc[2] == 1.0


@pytest.mark.parametrize(
    ("counts", "p_value"),
    [
        ((3, 4, 1, 4), 0.4857142857),  # the lady tasting tea: Fisher, two-sided, 34/70
        ((15, 40, 15, 160), 8.8e-6),  # chi-squared of N - 1: 19.75
        ((5, 10, 50, 100), 1.0),
    ],
)
def test_the_q_value_of_one_trait_is_its_p_value(counts, p_value) -> None:
    """With nothing else tested, luck has one chance only."""
    assert of_flag(*counts)["q_value"].item() == pytest.approx(p_value, rel=0.06)


def test_many_traits_give_luck_many_chances() -> None:
    """Beside nineteen traits of no account, the q-value of a good one is twenty times its p."""
    column = np.repeat([1, 0, 1, 0], [10, 30, 10, 150])
    members = np.repeat([1, 1, 0, 0], [10, 30, 10, 150])
    noise = {f"noise {place}": np.arange(200) % 2 for place in range(19)}
    alone = traits(pd.DataFrame({"told": column}), members)["q_value"].item()
    among = traits(pd.DataFrame({**noise, "told": column}), members)
    assert among["trait"].iloc[0] == "told"
    assert among["q_value"].iloc[0] == pytest.approx(20 * alone)


def test_what_nobody_has_has_no_lift() -> None:
    """0 of 0 is undefined; a trait of the group alone has an infinite lift."""
    assert math.isnan(of_flag(0, 5, 0, 5)["lift"].item())
    assert of_flag(2, 5, 0, 5)["lift"].item() == math.inf
    assert of_flag(0, 5, 2, 5)["lift"].item() == 0.0


@given(people)
def test_counts_against_plain_python(rows) -> None:
    """Counting by hand gives the same; whose trait is missing counts nowhere for it."""
    table = traits(as_frame(rows), [row[2] for row in rows])
    expected = {}
    for place, name in enumerate(("region", "vip")):
        known = [(row[place], row[2]) for row in rows if row[place] is not None]
        values = {True} & {bool(known)} if name == "vip" else {value for value, _ in known}
        for value in values:
            expected[name, value] = [
                sum(member == inside and (not having or have == value) for have, member in known)
                for inside in (True, False)
                for having in (False, True)
            ]
    counted = ["members", "members_with", "others", "others_with"]
    found = {
        (row["trait"], row["value"]): [row[name] for name in counted]
        for row in table.to_dict("records")
    }
    assert found == expected
    shown = table["q_value"].fillna(math.inf).tolist()
    assert shown == sorted(shown)


@settings(max_examples=40)
@given(people, st.randoms(use_true_random=False))
def test_order_of_people_never_matters(rows, random) -> None:
    """Shuffled people have the same traits."""
    tables = [
        traits(as_frame(given_rows), [row[2] for row in given_rows])
        for given_rows in (rows, random.sample(rows, len(rows)))
    ]
    pd.testing.assert_frame_equal(*tables)


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["web", "shop", "web", "shop"], dtype="category"),
        pd.Series(["web", "shop", "web", "shop"], dtype="string"),
        pd.Series(pd.Categorical(["web", "shop"] * 2, ["shop", "web", "fair"], ordered=True)),
    ],
)
def test_categories_of_any_dtype(column) -> None:
    """Each value that occurs is a trait."""
    table = traits(pd.DataFrame({"channel": column}), [1, 0, 1, 0])
    assert table[["value", "share", "lift"]].values.tolist() == [
        ["web", 1.0, math.inf],
        ["shop", 0.0, 0.0],
    ]


@pytest.mark.parametrize(
    "column",
    [[1, 0, 1, 0], [1.0, 0.0, 1.0, 0.0], pd.array([True, False, True, None], dtype="boolean")],
)
def test_flags_of_any_dtype(column) -> None:
    """True, 1 and 1.0 mean that one has it."""
    table = traits(pd.DataFrame({"vip": column}), [1, 0, 1, 0])
    assert table["value"].tolist() == [True]
    assert table["members_with"].tolist() == [2]


def test_nobody_and_no_traits() -> None:
    """An empty group has no shares; no people or no columns give an empty table."""
    frame = pd.DataFrame({"vip": [True, False]})
    for members in ([False, False], [True, True]):
        assert math.isnan(traits(frame, members)["q_value"].item())
    for nothing in (frame[[]], frame[[]].iloc[:0]):
        table = traits(nothing, [True] * len(nothing))
        assert table.empty
        assert table.dtypes.astype(str).to_dict() == COLUMNS
    unknown = pd.DataFrame({"vip": pd.array([None, None], "boolean"), "channel": [None, None]})
    assert traits(unknown, [True, False]).empty  # what is known of nobody is no trait


def test_numbers_and_dates_are_no_traits() -> None:
    """The sentence says how to make steps of them."""
    for values, kind in (([7, 8], "number"), (pd.to_datetime(["2026-01-01"] * 2), "date")):
        message = (
            f"age must hold flags or categories, got {kind}s: cut it into steps first, as with "
            "pd.cut, or make codes categories with .astype('category')"
        )
        with pytest.raises(cv.InputError, match=f"^{re.escape(message)}$"):
            traits(pd.DataFrame({"age": values}), [True, False])


def test_members_must_fit_the_people() -> None:
    """Another index, another length and somebody unknown are errors that say so."""
    frame = pd.DataFrame({"vip": [True, False]}, index=["ann", "bob"])
    with pytest.raises(cv.InputError, match=r"^people and members must share one index"):
        traits(frame, pd.Series([True, False], index=["bob", "ann"]))
    with pytest.raises(cv.InputError, match=r"^people and members must have one length"):
        traits(frame, [True])
    message = "members must be known for everybody, got missing in row bob: leave them out of both"
    with pytest.raises(cv.InputError, match=f"^{re.escape(message)}$"):
        traits(frame, pd.Series([True, None], index=["ann", "bob"], dtype="boolean"))
    with pytest.raises(cv.InputError, match=r"^members must be true or false"):
        traits(frame, [2, 3])
    with pytest.raises(TypeError, match=r"^people must be a pandas DataFrame, got list$"):
        traits([1], [True])
