"""The value matrix: segments by what an order brings and how many there are."""

import itertools
import json
import pickle
import re
from fractions import Fraction

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import custvalue as cv
from custvalue import value_matrix

AXES = ["average_order_value", "orders"]
AGES = ["tenure_days", "days_since_last_order"]


def a_matrix(**settings):
    """Return the matrix of a supplier: 500 and 2,000 an order, 3 and 9 orders."""
    return cv.ValueMatrix(
        average_order_value=cv.Bands(cv.Level, (500, 2000), unit="EUR"),
        orders=cv.Bands(cv.Level, (3, 9)),
        **settings,
    )


days = st.one_of(st.none(), st.integers(0, 400))
customers = st.one_of(
    st.fixed_dictionaries(
        {
            "orders": st.integers(1, 20),
            "average_order_value": st.integers(-100_00, 4_000_00).map(lambda cents: cents / 100),
            "tenure_days": days,
            "days_since_last_order": days,
        }
    ),
    st.fixed_dictionaries(
        {
            "orders": st.just(0),
            "average_order_value": st.sampled_from([None, 0.0, 5_000.0]),
            "tenure_days": days,
            "days_since_last_order": days,
        }
    ),
)
matrices = st.builds(
    cv.ValueMatrix,
    average_order_value=st.tuples(st.integers(0, 900), st.integers(0, 2_000)).map(
        lambda floors: cv.Bands(cv.Level, sorted(floors))
    ),
    orders=st.tuples(st.integers(1, 9), st.integers(1, 15)).map(
        lambda floors: cv.Bands(cv.Level, sorted(floors))
    ),
    new_within_days=days,
    lapsing_after_days=days,
)


def frame_of(rows):
    """Return customers as a frame, missing facts as NaN."""
    return pd.DataFrame(rows, columns=[*AXES, *AGES], dtype="float64")


# --- names -------------------------------------------------------------------------------------


def test_levels_and_segments_have_their_labels() -> None:
    """Three levels, the last the best, and eight segments without an order."""
    assert [(str(level), level.label(lang="zh")) for level in cv.Level] == [
        ("low", "低"),
        ("middle", "中"),
        ("high", "高"),
    ]
    assert cv.Level.best == "last"
    assert [(str(segment), segment.label(lang="zh")) for segment in cv.ValueSegment] == [
        ("prospect", "潜在客户"),
        ("low-value", "低价值客户"),
        ("new", "新客户"),
        ("lapsing", "即将流失客户"),
        ("general-value", "一般价值客户"),
        ("high-value", "高价值客户"),
        ("many-small-orders", "多次小额客户"),
        ("few-large-orders", "少次大额客户"),
    ]
    assert not cv.ValueSegment.dtype().ordered


# --- by hand -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("average", "orders", "segment"),
    [
        (499.99, 2, "low-value"),
        (499.99, 3, "general-value"),
        (310.0, 40, "many-small-orders"),  # the corner shop, under about 500 a basket
        (500.0, 2, "general-value"),
        (500.0, 3, "general-value"),
        (500.0, 9, "general-value"),
        (2_000.0, 2, "few-large-orders"),
        (2_000.0, 8, "general-value"),
        (2_000.0, 9, "high-value"),
        (-20.0, 1, "low-value"),  # more refunded than bought
        (0.0, 9, "many-small-orders"),
    ],
)
def test_cells_are_as_told(average, orders, segment) -> None:
    """The diagonal, the two corners off it, and general value between them."""
    assert a_matrix().classify(orders=orders, average_order_value=average) == segment


def test_every_combination_of_levels_is_answered() -> None:
    """Four named corners and five cells of general value."""
    answers = {
        (str(value), str(orders)): str(
            value_matrix.CELLS.classify(average_order_value=value, orders=orders)
        )
        for value, orders in itertools.product(cv.Level, cv.Level)
    }
    assert answers == {
        ("low", "low"): "low-value",
        ("low", "middle"): "general-value",
        ("low", "high"): "many-small-orders",
        ("middle", "low"): "general-value",
        ("middle", "middle"): "general-value",
        ("middle", "high"): "general-value",
        ("high", "low"): "few-large-orders",
        ("high", "middle"): "general-value",
        ("high", "high"): "high-value",
    }


@pytest.mark.parametrize(
    ("tenure", "silence", "segment"),
    [
        (None, None, "general-value"),
        (90, None, "new"),
        (91, None, "general-value"),
        (None, 179, "general-value"),
        (None, 180, "lapsing"),
        (45, 45, "new"),
        (500, 10, "general-value"),
        (500, 400, "lapsing"),
    ],
)
def test_general_value_is_told_apart_by_age_and_silence(tenure, silence, segment) -> None:
    """New up to 90 days, lapsing from 180 on, both days included; otherwise general."""
    facts = {"tenure_days": tenure, "days_since_last_order": silence}
    assert a_matrix().classify(orders=4, average_order_value=700.0, **facts) == segment


def test_only_general_value_is_told_apart() -> None:
    """The corners keep their names, however young or silent."""
    facts = {"tenure_days": 10, "days_since_last_order": 300}
    matrix = a_matrix()
    assert matrix.classify(orders=1, average_order_value=10, **facts) == "low-value"
    assert matrix.classify(orders=9, average_order_value=3_000, **facts) == "high-value"


def test_young_and_silent_is_lapsing() -> None:
    """Where the days overlap, silence decides, as it cannot wait."""
    matrix = a_matrix(new_within_days=365, lapsing_after_days=60)
    facts = {"orders": 4, "average_order_value": 700}
    assert matrix.classify(**facts, tenure_days=100, days_since_last_order=59) == "new"
    assert matrix.classify(**facts, tenure_days=100, days_since_last_order=60) == "lapsing"


@pytest.mark.parametrize(
    ("settings", "segment"),
    [
        ({"new_within_days": None}, "lapsing"),
        ({"lapsing_after_days": None}, "new"),
        ({"new_within_days": None, "lapsing_after_days": None}, "general-value"),
    ],
)
def test_none_tells_nobody_apart(settings, segment) -> None:
    """Either kind can be left out."""
    facts = {"tenure_days": 30, "days_since_last_order": 300}
    matrix = a_matrix(**settings)
    assert matrix.classify(orders=4, average_order_value=700, **facts) == segment
    frame = frame_of([{"orders": 4, "average_order_value": 700, **facts}])
    assert matrix.classify(frame).tolist() == [segment]


@pytest.mark.parametrize("average", [None, float("nan"), pd.NA, 0.0, -12.5])
def test_who_never_ordered_is_a_prospect(average) -> None:
    """Whatever was refunded, and whatever stands for the average of no order."""
    assert a_matrix().classify(orders=0, average_order_value=average) == "prospect"


def test_an_order_before_the_window_makes_no_prospect() -> None:
    """A table that counts since some day may know the age of whom it counts no orders of."""
    log = cv.OrderLog.from_frame(
        pd.DataFrame(
            {
                "customer_id": ["ann", "ann", "bob", "cem", "dee"],
                "date": ["2024-03-01", "2025-06-01", "2024-05-01", "2025-07-01", "2025-08-01"],
                "amount": [20.0, 30.0, 9_000.0, 700.0, -5.0],
            }
        ).astype({"date": "datetime64[ns]"})
    )
    whole, year = log.customers("2025-12-31"), log.customers("2025-12-31", since="2024-12-31")
    assert a_matrix().classify(whole).to_dict() == {
        "ann": "low-value",
        "bob": "few-large-orders",
        "cem": "lapsing",
        "dee": "prospect",
    }
    assert a_matrix().classify(year).to_dict() == {
        "ann": "low-value",
        "bob": "low-value",
        "cem": "lapsing",
        "dee": "prospect",
    }
    assert a_matrix().classify(orders=0, days_since_last_order=600) == "low-value"


# --- one and many ------------------------------------------------------------------------------


@given(matrices, st.lists(customers, max_size=8))
def test_many_are_classified_like_one(matrix, rows) -> None:
    """The rule for one customer is the oracle of the rule for a frame."""
    segments = matrix.classify(frame_of(rows))
    assert segments.tolist() == [matrix.classify(**row) for row in rows]
    assert segments.dtype == cv.ValueSegment.dtype()
    assert all(type(matrix.classify(**row)) is cv.ValueSegment for row in rows)


@given(matrices, customers)
def test_everyone_has_a_segment_and_a_reason(matrix, row) -> None:
    """The rule is total, and explains what it answers."""
    segment = matrix.classify(**row)
    assert matrix.explain(**row).startswith(f"{segment}: ")
    if not row["orders"]:
        seen = row["tenure_days"] is not None or row["days_since_last_order"] is not None
        assert segment == ("low-value" if seen else "prospect")
        return
    levels = {name: getattr(matrix, name).classify(row[name]) for name in AXES}
    cell = value_matrix.CELLS.classify(**levels)
    kinds = {"general-value", "new", "lapsing"} if cell == "general-value" else {str(cell)}
    assert segment in kinds


@given(matrices, customers, st.integers(0, 10), st.integers(0, 1_000))
def test_more_never_makes_it_low_value(matrix, row, more_orders, more_value) -> None:
    """More and larger orders never lead from high value, nor down to low value."""
    if not row["orders"]:
        return
    more = row | {
        "orders": row["orders"] + more_orders,
        "average_order_value": row["average_order_value"] + more_value,
    }
    before, after = matrix.classify(**row), matrix.classify(**more)
    assert before != "high-value" or after == "high-value"
    assert before == "low-value" or after != "low-value"


@pytest.mark.parametrize("dtype", ["float64", "float32", "Float64", "float64[pyarrow]", object])
def test_columns_of_any_dtype(dtype) -> None:
    """Missing values are missing in each of them."""
    frame = pd.DataFrame(
        {
            "orders": [0, 4, 4, 9],
            "average_order_value": [None, 700, 700, 4_000],
            "tenure_days": [None, 30, None, 700],
            "days_since_last_order": [None, 30, 300, 1],
        },
        dtype=dtype,
    )
    expected = ["prospect", "new", "lapsing", "high-value"]
    assert a_matrix().classify(frame).tolist() == expected


def test_index_and_frame_stay_as_they_are() -> None:
    """The segments keep the frame's index, and the frame is not changed."""
    frame = pd.DataFrame(
        {"orders": [1, 0], "average_order_value": [10.0, None], "other": ["x", "y"]},
        index=pd.Index(["b", "b"], name="shop"),
    )
    copy = frame.copy()
    segments = a_matrix().classify(frame)
    pd.testing.assert_frame_equal(frame, copy)
    pd.testing.assert_index_equal(segments.index, frame.index)
    assert segments.tolist() == ["low-value", "prospect"]
    assert a_matrix().classify(frame.iloc[:0]).tolist() == []


# --- words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"orders": 0}, "prospect: no order yet."),
        (
            {"orders": 0, "tenure_days": 500},
            "low-value: no order in the time looked at, but earlier ones.",
        ),
        (
            {"orders": 40, "average_order_value": 310.0, "tenure_days": 5},
            (
                "many-small-orders: many orders, but small ones. "
                "average_order_value 310 EUR: low; middle from 500 EUR. "
                "orders 40: high, from 9."
            ),
        ),
        (
            {"orders": 4, "average_order_value": 700, "tenure_days": 30},
            (
                "new: middling by value or number of orders, and tenure_days ≤ 90 (30). "
                "average_order_value 700 EUR: middle, from 500 EUR; high from 2,000 EUR. "
                "orders 4: middle, from 3; high from 9."
            ),
        ),
    ],
)
def test_explain(facts, says) -> None:
    """The cell, what told general value apart, and the levels with their floors."""
    assert a_matrix().explain(**facts) == says


# --- plain data --------------------------------------------------------------------------------


@given(matrices)
def test_matrices_survive_storage(matrix) -> None:
    """Through JSON and through a pickle they come back equal, with an equal hash."""
    stored = json.loads(json.dumps(cv.to_dict(matrix)))
    assert stored["rule"] == "value-matrix"
    for again in (cv.from_dict(stored), pickle.loads(pickle.dumps(matrix))):
        assert again == matrix
        assert hash(again) == hash(matrix)


def test_a_stored_matrix_remembers_where_it_came_from() -> None:
    """What was learned is written along with the floors."""
    frame = pd.DataFrame({"orders": [1, 2, 3], "average_order_value": [10.0, 20.0, 30.0]})
    matrix = cv.ValueMatrixLearner().fit(frame, as_of="2025-12-31", unit="EUR")
    again = cv.from_dict(cv.to_dict(matrix))
    assert again.orders.learned == matrix.orders.learned
    assert again.average_order_value.learned.as_of == "2025-12-31"
    assert again.average_order_value.unit == "EUR"


@pytest.mark.parametrize(
    "change",
    [
        {"colour": "red"},
        {"orders": {"custvalue": 1, "rule": "condition", "is": {"at_least": [2]}}},
        {"new_within_days": "soon"},
        {"lapsing_after_days": -1},
    ],
)
def test_a_malformed_matrix_is_refused(change) -> None:
    """Unknown settings, other rules in place of bands, and days that are none."""
    with pytest.raises(cv.RuleError):
        cv.from_dict(cv.to_dict(a_matrix()) | change)


def test_a_matrix_is_frozen() -> None:
    """A rule never changes."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        a_matrix().new_within_days = 5


# --- learning ----------------------------------------------------------------------------------


def test_levels_are_learned_from_those_who_ordered() -> None:
    """Of ten customers with an order two are high and four high or middling on either axis."""
    frame = pd.DataFrame(
        {
            "orders": [*range(1, 11), 0, 0],
            "average_order_value": [*range(100, 0, -10), None, 0.0],
        }
    )
    matrix = cv.ValueMatrixLearner(new_within_days=30, lapsing_after_days=None).fit(frame)
    assert matrix.orders.floors == (7, 9)
    assert matrix.average_order_value.floors == (70, 90)
    assert (matrix.new_within_days, matrix.lapsing_after_days) == (30, None)
    assert matrix.orders.learned == cv.Learned(
        what="customers, best first", count=10, as_of=None, nominal=(0.4, 0.2), actual=(0.4, 0.2)
    )
    assert matrix.classify(frame).tolist() == [
        *["few-large-orders"] * 2,
        *["general-value"] * 2,
        *["low-value"] * 2,
        *["general-value"] * 2,
        *["many-small-orders"] * 2,
        *["prospect"] * 2,
    ]


def test_shares_may_be_set() -> None:
    """Each axis has its own."""
    frame = pd.DataFrame({"orders": [1, 2, 3, 4], "average_order_value": [4.0, 3.0, 2.0, 1.0]})
    learner = cv.ValueMatrixLearner(average_order_value=(0.25, 0.75), orders=[0.5, 0.75])
    matrix = learner.fit(frame)
    assert matrix.average_order_value.floors == (2, 4)
    assert matrix.orders.floors == (2, 3)


def test_the_defaults_leave_one_time_buyers_low() -> None:
    """Where half the customers ordered once, a single order is no middling number."""
    frame = pd.DataFrame({"orders": [1] * 5 + [2, 2, 3, 4, 9], "average_order_value": 10.0})
    matrix = cv.ValueMatrixLearner().fit(frame)
    assert matrix.orders.classify(1) is cv.Level.LOW
    assert matrix.orders.floors == (2, 4)


def test_averages_equal_but_for_noise_share_a_level() -> None:
    """0.3 / 3 is less than 0.1, and yet the same average."""
    assert 0.3 / 3 < 0.1
    frame = pd.DataFrame(
        {"orders": [1, 3, 1, 1, 1], "average_order_value": [0.1, 0.3 / 3, 0.05, 0.05, 0.05]}
    )
    matrix = cv.ValueMatrixLearner(average_order_value=(0.2, 0.4)).fit(frame)
    assert matrix.average_order_value.floors == (0.3 / 3, 0.3 / 3)
    assert matrix.average_order_value.learned.actual == (0.4, 0.4)
    assert matrix.average_order_value.classify([0.1, 0.3 / 3]).tolist() == ["high", "high"]


@pytest.mark.parametrize(
    ("orders", "averages"),
    [([], []), ([0, 0], [None, None])],
)
def test_nobody_to_learn_from(orders, averages) -> None:
    """The rule says that it was learned from nobody."""
    frame = pd.DataFrame({"orders": orders, "average_order_value": averages}, dtype="float64")
    matrix = cv.ValueMatrixLearner().fit(frame)
    assert matrix.orders.learned.count == 0
    assert "Learned from 0" in matrix.explain(orders=1, average_order_value=5)
    assert matrix.classify(frame).tolist() == ["prospect"] * len(orders)


def test_customers_all_alike() -> None:
    """Who ties with the best is among the best; what can't be reached is said."""
    frame = pd.DataFrame({"orders": [2, 2, 2], "average_order_value": [5.0, 5.0, 5.0]})
    matrix = cv.ValueMatrixLearner().fit(frame)
    assert set(matrix.classify(frame)) == {"high-value"}
    assert "No value reaches middle" in matrix.explain(orders=2, average_order_value=5)


orders_in_cents = st.lists(
    st.lists(st.integers(-300, 3_000), min_size=1, max_size=6), min_size=1, max_size=15
)


@given(orders_in_cents, st.randoms(use_true_random=False))
def test_equal_customers_share_a_segment(drawn, random) -> None:
    """In any order of the customers, and although their averages are floats."""
    count = pd.Series([len(cents) for cents in drawn])
    revenue = pd.Series([sum(cents) / 100 for cents in drawn])
    frame = pd.DataFrame({"orders": count, "average_order_value": revenue / count})
    matrix = cv.ValueMatrixLearner().fit(frame)
    segments = matrix.classify(frame)
    level = matrix.average_order_value.classify(frame["average_order_value"])
    exact = [Fraction(sum(cents), len(cents)) for cents in drawn]
    assert len(set(zip(exact, level, strict=True))) == len(set(exact))
    assert len(set(zip(exact, count, segments, strict=True))) == len(
        set(zip(exact, count, strict=True))
    )
    places = random.sample(range(len(drawn)), len(drawn))
    assert cv.ValueMatrixLearner().fit(frame.iloc[places]) == matrix


@given(orders_in_cents)
def test_learned_shares_hold(drawn) -> None:
    """The levels above low hold at least their share of the customers of positive value."""
    count = np.array([len(cents) for cents in drawn])
    average = np.array([sum(cents) / 100 for cents in drawn]) / count
    frame = pd.DataFrame({"orders": count, "average_order_value": average})
    matrix = cv.ValueMatrixLearner().fit(frame)
    high = np.asarray(matrix.orders.classify(count) >= "high")
    assert high.sum() >= 0.2 * len(drawn)
    by_value = np.asarray(matrix.average_order_value.classify(average) >= "high")
    assert by_value.sum() >= min(0.2 * len(drawn), (average > 0).sum())


# --- errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", AXES)
def test_axes_must_be_bands_of_level(name) -> None:
    """Another scale has no low and no high."""
    axes = {axis: cv.Bands(cv.Level, (3, 9)) for axis in AXES}
    with pytest.raises(TypeError, match=f"{name} must be Bands on Level, got tuple"):
        cv.ValueMatrix(**(axes | {name: (3, 9)}))
    says = rf"{name} must be Bands on Level \(low, middle, high\), got Bands on ABCTier"
    with pytest.raises(cv.RuleError, match=says):
        cv.ValueMatrix(**(axes | {name: cv.Bands(cv.ABCTier, (3, 9))}))


@pytest.mark.parametrize("name", ["new_within_days", "lapsing_after_days"])
@pytest.mark.parametrize(
    ("value", "error"),
    [
        (-1, cv.RuleError),
        (float("inf"), cv.RuleError),
        (float("nan"), cv.RuleError),
        ("90", TypeError),
        (True, TypeError),
    ],
)
def test_days_must_be_days(name, value, error) -> None:
    """Neither negative nor endless, and numbers."""
    says = re.escape(f"{name} must be a number of days ≥ 0, or None, got {value!r}")
    with pytest.raises(error, match=says):
        a_matrix(**{name: value})
    with pytest.raises(error, match=says):
        cv.ValueMatrixLearner(**{name: value})


def test_settings_may_be_numpy_numbers() -> None:
    """They are kept as Python numbers, so that the rule can be stored."""
    matrix = a_matrix(new_within_days=np.int64(30))
    assert type(matrix.new_within_days) is int


@pytest.mark.parametrize("name", AXES)
def test_shares_must_be_two(name) -> None:
    """One for high, and one for high and middling."""
    with pytest.raises(cv.RuleError, match=r"for Level \(high, middle\), got \(0.2,\)"):
        cv.ValueMatrixLearner(**{name: (0.2,)})
    with pytest.raises(cv.RuleError, match="shares must rise, best step first"):
        cv.ValueMatrixLearner(**{name: (0.4, 0.2)})


@pytest.mark.parametrize(
    ("facts", "error", "says"),
    [
        ({}, cv.InputError, "orders must be known, got None"),
        ({"orders": float("nan")}, cv.InputError, "orders must be known, got nan"),
        ({"orders": -1}, cv.InputError, "orders must be a whole number ≥ 0, got -1"),
        ({"orders": 1.5}, cv.InputError, "orders must be a whole number ≥ 0, got 1.5"),
        ({"orders": True}, TypeError, "orders must be a number, got True"),
        ({"orders": 2}, cv.InputError, "average_order_value must be known, got None"),
        (
            {"orders": 2, "average_order_value": float("inf")},
            cv.InputError,
            "average_order_value must be finite, got inf",
        ),
        (
            {"orders": 2, "average_order_value": 5, "tenure_days": -1},
            cv.InputError,
            "tenure_days must be a number of days ≥ 0, got -1",
        ),
        (
            {"orders": pd.Series([1])},
            TypeError,
            "orders must be one number, got a column: give many customers as a DataFrame",
        ),
    ],
)
def test_facts_of_one_are_checked(facts, error, says) -> None:
    """The sentence says what must hold and what came."""
    with pytest.raises(error, match=re.escape(says)):
        a_matrix().classify(**facts)


@pytest.mark.parametrize(
    ("columns", "error", "says"),
    [
        (
            {"orders": [1, None, None]},
            cv.InputError,
            (
                "orders must be known in every row, got none in rows b, c: "
                "give 0 to whom never ordered"
            ),
        ),
        (
            {"orders": [1, -2, 0.5]},
            cv.InputError,
            (
                "orders must be a whole number ≥ 0, got -2 in rows b, c: "
                "correct these rows or leave them out"
            ),
        ),
        (
            {"average_order_value": [None, 10, None]},
            cv.InputError,
            (
                "average_order_value must be known of whom ordered, got none in row c: "
                "give revenue / orders"
            ),
        ),
        (
            {"days_since_last_order": [None, None, -3]},
            cv.InputError,
            (
                "days_since_last_order must be a number of days ≥ 0, got -3 in row c: "
                "correct these rows or leave them out"
            ),
        ),
        (
            {"average_order_value": [1, float("inf"), 2]},
            cv.InputError,
            "average_order_value must be finite, got infinity in row b",
        ),
        (
            {"tenure_days": ["x", "y", "z"]},
            TypeError,
            "tenure_days must hold numbers, got",
        ),
    ],
)
def test_columns_are_checked(columns, error, says) -> None:
    """Classifying and learning name the rows that do not fit."""
    frame = pd.DataFrame(
        {"orders": [0, 0, 3], "average_order_value": [10.0, 10.0, 10.0]} | columns,
        index=["a", "b", "c"],
    )
    with pytest.raises(error, match=re.escape(says)):
        a_matrix().classify(frame)
    with pytest.raises(error, match=re.escape(says)):
        cv.ValueMatrixLearner().fit(frame)


def test_a_frame_must_hold_both_axes() -> None:
    """And it must be a frame, with nothing beside it."""
    frame = pd.DataFrame({"orders": [1]})
    with pytest.raises(cv.InputError, match="it lacks average_order_value and has orders"):
        a_matrix().classify(frame)
    with pytest.raises(TypeError, match="must be a pandas DataFrame, got Series"):
        a_matrix().classify(frame["orders"])
    says = "give a frame or measures by name, got a frame and orders"
    with pytest.raises(TypeError, match=says):
        a_matrix().classify(frame, orders=1)


# --- real orders -------------------------------------------------------------------------------


def test_cdnow(cdnow_master) -> None:
    """Of 23,570 customers half ordered once, and yet each segment of the matrix has members."""
    customers = cv.OrderLog.from_frame(cdnow_master).customers("1998-06-30")
    matrix = cv.ValueMatrixLearner().fit(customers, as_of="1998-06-30", unit="USD")
    assert matrix.orders.floors == (2, 4)
    assert matrix.average_order_value.floors == (29.37, 44.29)
    segments = matrix.classify(customers)
    assert segments.value_counts().to_dict() == {
        "low-value": 7_898,
        "lapsing": 7_098,
        "general-value": 2_617,
        "many-small-orders": 2_523,
        "few-large-orders": 2_085,
        "high-value": 1_349,
        "new": 0,  # nobody first ordered after March 1997
        "prospect": 0,
    }
    orders, average = customers["orders"], customers["average_order_value"]
    assert int(((orders >= 4) & (average >= 44.29)).sum()) == 1_349
    assert int(((orders == 1) & (average < 29.37)).sum()) == 7_898
    middling = (average >= 29.37) & (average < 44.29) | orders.isin([2, 3])
    assert int((middling & (customers["days_since_last_order"] >= 180)).sum()) == 7_098
    high_value = customers.loc[segments == "high-value", "revenue"].sum()
    assert round(high_value / customers["revenue"].sum(), 3) == 0.317
