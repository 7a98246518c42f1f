"""The indicators of satisfaction that an order log can tell."""

import math
import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import custvalue as cv
from custvalue.care import log_indicators

COLUMNS = {
    "return_rate": "float64",
    "exit_rate": "float64",
    "average_order_value": "float64",
    "order_days": "int64",
    "customers": "int64",
    "orders": "int64",
}
AS_OF = pd.Timestamp("2026-03-01")
WITHIN = 10

lines = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(-3, 30), st.integers(-500, 2000)), max_size=20
)


def log_of(drawn) -> cv.OrderLog:
    """Return the log of customers, ages of their lines in days, and cents."""
    return cv.OrderLog.from_frame(
        pd.DataFrame(
            {
                "customer_id": pd.Series([who for who, _, _ in drawn], dtype=object),
                "date": pd.to_datetime([AS_OF - pd.Timedelta(days=age) for _, age, _ in drawn]),
                "amount": pd.Series([cents / 100 for *_, cents in drawn], dtype=float),
            }
        )
    )


def divided(part, whole) -> float:
    """Return a quotient, NaN of nothing."""
    return part / whole if whole else math.nan


def by_hand(drawn, members) -> list[float]:
    """Return what the table is to say of some customers, by plain loops."""
    days = {who: {age for w, age, cents in drawn if w == who and cents >= 0} for who in members}
    begun = [(who, age) for who in days for age in days[who] if WITHIN <= age < 2 * WITHIN]
    again = sum(any(0 < age - later <= WITHIN for later in days[who]) for who, age in begun)
    earlier = {who for who, _ in begun}
    gone = {who for who in earlier if not any(0 <= age < WITHIN for age in days[who])}
    seen = [c for who, age, c in drawn if who in members and 0 <= age < 2 * WITHIN]
    orders = sum(cents >= 0 for cents in seen)
    return [
        divided(again, len(begun)),
        divided(len(gone), len(earlier)),
        divided(sum(seen) / 100, orders),
        len(begun),
        len(earlier),
        orders,
    ]


def same(found, wanted) -> bool:
    """Tell whether numbers are equal but for float noise, NaN being NaN."""
    return found == pytest.approx(wanted, nan_ok=True)


@settings(max_examples=50)
@given(drawn=lines)
def test_definitions(drawn) -> None:
    """Returns, exits and order values are what plain loops count, whatever comes later."""
    table = log_indicators(log_of(drawn), as_of=AS_OF, within=WITHIN)
    assert table.dtypes.astype(str).to_dict() == COLUMNS
    assert table.index.tolist() == ["all"]
    assert same(table.iloc[0].tolist(), by_hand(drawn, "abcd"))


@settings(max_examples=50)
@given(drawn=lines, group_of=st.lists(st.sampled_from(["x", "y", None]), min_size=3, max_size=3))
def test_by_group(drawn, group_of) -> None:
    """Each group is told apart; who has no group is counted, not lost."""
    by = pd.Series(group_of, index=["c", "a", "b"], dtype=object)
    log = log_of([*drawn, ("a", 25, 100), ("d", 1, 100)])
    table = log_indicators(log, as_of=AS_OF, within=WITHIN, groups=by)
    assert table.index.tolist() == sorted({group for group in group_of if group})
    for group, row in table.iterrows():
        members = set(by.index[by == group])
        assert same(row.tolist(), by_hand([*drawn, ("a", 25, 100), ("d", 1, 100)], members))
    assert table.attrs["without_group"] >= 1


def test_steps_of_a_scale_come_best_first() -> None:
    """Tiers stand as in any report, also those of nobody, of whom nothing is known."""
    log = log_of([("a", 12, 500), ("a", 5, 300), ("b", 12, 100)])
    tiers = pd.Series(["A", "C"], index=["a", "b"], dtype=cv.ABCTier.dtype())
    table = log_indicators(log, as_of="2026-03-01", within=10, groups=tiers)
    assert table.index.tolist() == ["A", "B", "C"]
    assert table["return_rate"].fillna(-1).tolist() == [1.0, -1.0, 0.0]
    assert table["exit_rate"].fillna(-1).tolist() == [0.0, -1.0, 1.0]
    assert table["average_order_value"].fillna(-1).tolist() == [4.0, -1.0, 1.0]


def test_what_returns_and_exits_tell_apart() -> None:
    """Two orders in the earlier period and none later: it returned once, and is gone."""
    table = log_indicators(log_of([("a", 19, 100), ("a", 11, 100)]), as_of=AS_OF, within=10)
    assert table[["return_rate", "exit_rate"]].iloc[0].tolist() == [0.5, 1.0]


def test_refunds_move_money_only() -> None:
    """A refund without an order leaves no average; beside one it lowers it."""
    alone = log_indicators(log_of([("a", 3, -100)]), as_of=AS_OF, within=10)
    assert math.isnan(alone["average_order_value"].item())
    assert alone["orders"].item() == 0
    beside = log_indicators(log_of([("a", 3, -100), ("a", 4, 500)]), as_of=AS_OF, within=10)
    assert beside["average_order_value"].item() == 4.0


def test_a_log_of_nothing() -> None:
    """Without orders nothing is known, and the counts are 0."""
    table = log_indicators(log_of([]), as_of=AS_OF, within=10)
    assert table.dtypes.astype(str).to_dict() == COLUMNS
    assert table[["return_rate", "exit_rate", "average_order_value"]].isna().all(axis=None)
    assert table[["order_days", "customers", "orders"]].iloc[0].tolist() == [0, 0, 0]


def test_log_indicators_can_be_scored() -> None:
    """Its columns are named as a score wants them."""
    log = cv.OrderLog.from_frame(cv.examples.simulate_orders(customers=300))
    region = pd.Series(["north", "south", "west"] * 100, index=range(1, 301))
    table = log_indicators(log, as_of="2024-12-30", within=90, groups=region)
    scores = cv.care.satisfaction(table, weights={"return_rate": 2, "exit_rate": 1})
    assert scores["score"].between(0, 100).all()
    assert scores["known_weight"].tolist() == [1.0] * 3


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"within": 0}, cv.InputError, "within must be a whole number of at least 1, got 0"),
        ({"within": 7.5}, cv.InputError, "within must be a whole number of at least 1, got 7.5"),
        ({"within": True}, cv.InputError, "within must be a whole number of at least 1, got True"),
        (
            {"within": 10**9},
            cv.InputError,
            (
                "two periods of 1,000,000,000 days before '2026-03-01' must not begin before the "
                "year 1900"
            ),
        ),
        ({"as_of": "soon"}, cv.InputError, "as_of must be a calendar day, as"),
        ({"log": 3}, TypeError, "log must be an OrderLog, got int"),
        ({"groups": ["x"]}, TypeError, "groups must be a Series indexed by customer id, got list"),
    ],
)
def test_what_does_not_fit_is_refused(changed, error, message) -> None:
    """The sentence says what must hold and what came."""
    how = {"log": log_of([("a", 3, 100)]), "as_of": "2026-03-01", "within": 10} | changed
    with pytest.raises(error, match=re.escape(message)):
        log_indicators(how.pop("log"), **how)
