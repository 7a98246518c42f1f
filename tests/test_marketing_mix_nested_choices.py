import re
from fractions import Fraction
from itertools import permutations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import custvalue as cv
from custvalue._marketing_mix.nested_choices import rank_needs

# Rank-order centroid weights, to four decimals as they are tabulated for 2 to 5 criteria.
CENTROIDS = {
    1: [1.0],
    2: [0.75, 0.25],
    3: [0.6111, 0.2778, 0.1111],
    4: [0.5208, 0.2708, 0.1458, 0.0625],
    5: [0.4567, 0.2567, 0.1567, 0.09, 0.04],
}
TABLE = {
    "rank": "int64",
    "first_places": "int64",
    "named": "int64",
    "share_named": "float64",
    "mean_rank": "float64",
    "effort": "float64",
}
NEEDS = ["hole", "price", "near by", "quiet", "light"]

# An order of needs, and the sizes of the choices asked for.
answer = st.permutations(NEEDS).flatmap(
    lambda order: st.tuples(
        st.just(order), st.sets(st.integers(1, len(NEEDS)), min_size=1, max_size=len(NEEDS))
    )
)
answers = st.lists(answer, min_size=1, max_size=6)


def as_frame(drawn) -> pd.DataFrame:
    """Return one row per need in a choice, customers numbered from 0."""
    return pd.DataFrame(
        [
            (customer, size, need)
            for customer, (order, sizes) in enumerate(drawn)
            for size in sizes
            for need in order[:size]
        ],
        columns=["customer", "allowed", "need"],
    )


def centroid(order, sizes) -> dict[str, Fraction]:
    """Return one customer's weights, as the mean over all orders that its choices allow."""
    most = max(sizes)
    fitting = [
        tried
        for tried in permutations(order[:most])
        if all(set(tried[:size]) == set(order[:size]) for size in sizes)
    ]
    weights = {need: Fraction() for need in order[:most]}
    for tried in fitting:
        for place, need in enumerate(tried, start=1):
            share = sum(Fraction(1, j) for j in range(place, most + 1)) / most
            weights[need] += share / len(fitting)
    return weights


@pytest.mark.parametrize(("count", "weights"), CENTROIDS.items())
def test_weights_are_rank_order_centroids(count, weights) -> None:
    """One customer's weights are the published ones."""
    order = NEEDS[:count]
    ranking = rank_needs({"ann": [set(order[:size]) for size in range(1, count + 1)]})
    assert ranking.table.index.tolist() == order
    assert ranking.table["effort"].round(4).tolist() == weights
    assert ranking.table["rank"].tolist() == list(range(1, count + 1))
    assert ranking.by_customer.set_index("need")["weight"].round(4)[order].tolist() == weights


def test_ranks_of_three_customers() -> None:
    """Worked out by hand: places, means, shares, and who named what."""
    ranking = rank_needs(
        {
            "ann": [{"hole"}, {"hole", "price"}],
            "bob": [["price"], ["hole", "price"]],
            "eve": [("hole",), ("hole", "near by"), ("near by", "price", "hole")],
        }
    )
    table = ranking.table
    assert ranking.customers == 3
    assert table.index.tolist() == ["hole", "price", "near by"]
    assert table.index.name == "need"
    assert table.dtypes.astype(str).to_dict() == TABLE
    assert table["first_places"].tolist() == [2, 1, 0]
    assert table["named"].tolist() == [3, 3, 1]
    assert table["share_named"].tolist() == [1.0, 1.0, 1 / 3]
    assert table["mean_rank"].tolist() == [4 / 3, 2.0, 2.0]
    assert table["effort"].tolist() == [float(Fraction(n, 108)) for n in (58, 40, 10)]
    assert ranking.by_customer.to_dict("list") == {
        "customer": ["ann", "ann", "bob", "bob", "eve", "eve", "eve"],
        "need": ["hole", "price", "hole", "price", "hole", "near by", "price"],
        "rank": [1.0, 2.0, 2.0, 1.0, 1.0, 2.0, 3.0],
        "weight": [0.75, 0.25, 0.25, 0.75, 11 / 18, 5 / 18, 1 / 9],
    }
    assert str(ranking).splitlines()[2] == (
        "3. near by: 9.3% of the effort; first for 0, named by 1 of 3"
    )
    assert ranking._repr_html_() == table.to_html()


def test_needs_that_come_in_at_once_are_tied() -> None:
    """After choices of one and of three, the two new needs share ranks 2 and 3."""
    ranking = rank_needs({"ann": [{"hole"}, set(), {"hole", "price", "quiet"}]})
    assert ranking.by_customer["rank"].tolist() == [1.0, 2.5, 2.5]
    assert ranking.by_customer["weight"].round(4).tolist() == [0.6111, 0.1944, 0.1944]
    assert ranking.table["rank"].tolist() == [1, 2, 2]
    assert ranking.table["first_places"].tolist() == [1, 0, 0]
    tied = rank_needs({"ann": [set(), {"hole", "price"}]}).table
    assert tied["rank"].tolist() == [1, 1]
    assert tied["first_places"].tolist() == [0, 0]


def test_needs_of_equal_effort_share_a_rank_exactly() -> None:
    """Votes are added as fractions: a sum that floats would split stays a tie."""
    orders = [("a", "b", "c"), ("b", "c", "a"), ("c", "a", "b")]
    frame = as_frame([(order, {1, 2, 3}) for order in orders])
    table = rank_needs(frame).table
    assert table["rank"].tolist() == [1, 1, 1]
    assert table["effort"].tolist() == [1 / 3, 1 / 3, 1 / 3]


@settings(max_examples=50)
@given(answers)
def test_against_all_orders_that_the_choices_allow(drawn) -> None:
    """The effort is the mean over customers of the mean over the orders that fit, and sums to 1."""
    ranking = rank_needs(as_frame(drawn))
    votes: dict[str, Fraction] = {}
    for order, sizes in drawn:
        for need, weight in centroid(order, sizes).items():
            votes[need] = votes.get(need, Fraction()) + weight / len(drawn)
    table = ranking.table
    assert table["effort"].to_dict() == {need: float(vote) for need, vote in votes.items()}
    assert table["rank"].to_dict() == {
        need: 1 + sum(other > vote for other in votes.values()) for need, vote in votes.items()
    }
    assert table["rank"].is_monotonic_increasing
    assert abs(table["effort"].sum() - 1) < 1e-12
    assert table["named"].to_dict() == {
        need: sum(need in order[: max(sizes)] for order, sizes in drawn) for need in votes
    }
    assert table["first_places"].sum() == sum(1 in sizes for _, sizes in drawn)
    weights = ranking.by_customer.groupby("customer")["weight"].sum()
    assert np.allclose(weights, 1)
    assert len(weights) == ranking.customers == len(drawn)
    means = ranking.by_customer.groupby("need")["rank"].mean()
    assert np.allclose(table["mean_rank"], means[table.index])


@settings(max_examples=50)
@given(answers, st.randoms(use_true_random=False))
def test_order_of_rows_never_matters(drawn, random) -> None:
    """Shuffled rows give the same tables, and the caller's frame stays as it was."""
    frame = as_frame(drawn)
    places = list(range(len(frame)))
    random.shuffle(places)
    shuffled = frame.iloc[places]
    before = shuffled.copy(deep=True)
    one, other = rank_needs(frame), rank_needs(shuffled)
    assert one.table.equals(other.table)
    assert one.by_customer.equals(other.by_customer)
    pd.testing.assert_frame_equal(shuffled, before)


@settings(max_examples=50)
@given(answers)
def test_a_mapping_says_what_a_frame_says(drawn) -> None:
    """Sets by customer, an empty one for a question left out, give the frame's ranks."""
    mapping = {
        customer: [
            set(order[:size]) if size in sizes else set() for size in range(1, max(sizes) + 1)
        ]
        for customer, (order, sizes) in enumerate(drawn)
    }
    assert rank_needs(mapping).table.equals(rank_needs(as_frame(drawn)).table)


@pytest.mark.parametrize("dtype", ["string", "category", pd.ArrowDtype(pa.string()), object])
def test_columns_keep_names_and_dtypes(dtype) -> None:
    """Ids and needs come out as they went in, under the names they came with."""
    frame = pd.DataFrame(
        {
            "who": pd.Series([7, 7, 7], dtype="Int64"),
            "size": pd.Series([1, 2, 2], dtype="Float64"),
            "what": pd.Series(["hole", "price", "hole"], dtype=dtype),
        }
    ).set_axis(["x", "x", "y"])
    ranking = rank_needs(frame, customer="who", allowed="size", need="what")
    assert ranking.table.index.tolist() == ["hole", "price"]
    assert ranking.table.index.name == "what"
    assert ranking.by_customer.columns.tolist() == ["who", "what", "rank", "weight"]
    assert ranking.by_customer["who"].tolist() == [7, 7]
    assert ranking.by_customer.dtypes["who"] == "Int64"
    assert ranking.by_customer.dtypes["what"] == frame.dtypes["what"]


def test_ids_may_be_anything_hashable() -> None:
    """Tuples as ids, and needs of two kinds, are as good as text."""
    ranking = rank_needs({("ann", 1): [{1}, {1, "a"}]})
    assert ranking.by_customer["customer"].tolist() == [("ann", 1)] * 2
    assert ranking.table.index.tolist() == [1, "a"]


@pytest.mark.parametrize("nobody", [{}, pd.DataFrame({"customer": [], "allowed": [], "need": []})])
def test_nobody_answered(nobody) -> None:
    """Without answers there are no needs, and the tables have their columns all the same."""
    ranking = rank_needs(nobody)
    assert ranking.customers == 0
    assert ranking.table.dtypes.astype(str).to_dict() == TABLE
    assert len(ranking.table) == len(ranking.by_customer) == 0
    assert str(ranking) == "no needs: nobody answered"


def rows(*given) -> pd.DataFrame:
    """Return rows of customer, allowed and need as a frame."""
    return pd.DataFrame(list(given), columns=["customer", "allowed", "need"])


UNFIT = [
    (
        [{"a"}],
        TypeError,
        "nested_choices must be a DataFrame or a mapping from customer to a list of sets, got list",
    ),
    (
        {"ann": "hole"},
        TypeError,
        "the choices of ann must be a list or set of sets, got 'hole'",
    ),
    ({"ann": 5}, TypeError, "the choices of ann must be a list or set of sets, got 5"),
    ({"ann": ["hole"]}, TypeError, "a choice of ann must be a list or set of needs, got 'hole'"),
    (
        {"bob": [{"hole"}], "ann": [set()]},
        cv.InputError,
        "each customer must have chosen something, got nothing from ann: leave it out",
    ),
    (
        {"ann": [{"a", "b"}], "bob": [{"a"}, {"a"}]},
        cv.InputError,
        (
            "a choice must hold as many needs as were allowed, got more or fewer from ann (2 for "
            "1), bob (1 for 2): ask again, or leave that question out"
        ),
    ),
    (
        {"ann": [["a"], ["b", "b"]]},
        cv.InputError,
        "a choice must hold each need once, got one twice from ann (b): drop what is repeated",
    ),
    (
        {
            "ann": [{"a"}, {"b", "c"}],
            "bob": [{"a"}, {"a", "b"}, {"a", "c", "d"}],
            "eve": [{"a"}, {"a", "b"}],
            "joe": [{"a"}, {"b", "c"}, {"a", "b", "c"}],
        },
        cv.InputError,
        (
            "each choice must hold all of the smaller one, but a need once chosen was dropped by "
            "ann (a), bob (b), joe (a): ask again, or leave them out"
        ),
    ),
    (
        {f"c{n}": [{"a"}, {"b", "c"}] for n in range(7)},
        cv.InputError,
        (
            "each choice must hold all of the smaller one, but a need once chosen was dropped by "
            "c0 (a), c1 (a), c2 (a), c3 (a), c4 (a) and 2 more: ask again, or leave them out"
        ),
    ),
    (
        rows(("ann", 1, "a"), (None, 1, "a")),
        cv.InputError,
        "customer must be known in every row, got none in row 1",
    ),
    (
        rows(("ann", 1, ""), ("bob", 1, "a")),
        cv.InputError,
        "need must be known in every row, got none in row 0",
    ),
    *(
        (
            rows(("ann", 1, "a"), ("bob", wrong, "a")),
            cv.InputError,
            "allowed must be a whole number ≥ 1, got others in row 1",
        )
        for wrong in (0, -1, 1.5, None, 1e300)
    ),
    (
        rows(("ann", 1, "a")).astype({"allowed": "boolean"}),
        TypeError,
        "allowed must hold numbers, got boolean: convert it first, as with pd.to_numeric",
    ),
    (
        rows(("ann", 1, "a")).rename(columns={"need": "what"}),
        cv.InputError,
        (
            "nested_choices must have the columns customer, allowed, need; it lacks need and "
            "has customer, allowed, what: rename yours"
        ),
    ),
]


@pytest.mark.parametrize(("choices", "error", "message"), UNFIT)
def test_choices_that_do_not_nest(choices, error, message) -> None:
    """What is no nested choice is an error that names the customers or the rows."""
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        rank_needs(choices)
