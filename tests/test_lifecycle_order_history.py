"""One order as an event tells of it, and the days that orders come to."""

import datetime as dt
import math
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue._lifecycle.order_history import OrderHistory
from custvalue.errors import InputError
from custvalue.lifecycle import Order

events = st.lists(
    st.tuples(st.integers(0, 9), st.integers(-5, 9), st.sampled_from([None, "A", "B", 1, 2])),
    max_size=12,
)


# --- one order ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "date",
    ["2026-01-05", dt.date(2026, 1, 5), pd.Timestamp("2026-01-05"), np.datetime64("2026-01-05")],
)
def test_days_of_any_kind(date: object) -> None:
    """A day is a date, however it is written."""
    order = Order(date, 20)
    assert order == Order(dt.date(2026, 1, 5), 20.0)
    assert type(order.date) is dt.date
    assert order.order_id is None


def test_values_become_plain() -> None:
    """Numbers of other packages become Python's, and a missing id is none."""
    order = Order("2026-01-05", np.float32(0.5), order_id=np.int64(7))
    assert (type(order.amount), type(order.order_id)) == (float, int)
    assert Order("2026-01-05", Decimal("0.50"), order_id=math.nan).amount == 0.5
    assert Order("2026-01-05", 1, order_id=pd.NA).order_id is None


@pytest.mark.parametrize(
    ("given", "error", "sentence"),
    [
        (("soon", 1), InputError, r"date must be a calendar day, .* got 'soon'$"),
        (("2026-01-05T10:30", 1), InputError, r"date is a calendar day .*: give '2026-01-05'$"),
        (("2026-01-05", None), InputError, r"amount must be known, got None"),
        (("2026-01-05", math.inf), InputError, r"amount must be finite, got inf$"),
        (("2026-01-05", "20"), TypeError, r"amount must be a number, got '20' \(str\)$"),
        (("2026-01-05", True), TypeError, r"amount must be a number, got True \(bool\)$"),
    ],
)
def test_orders_that_cannot_be(
    given: tuple[object, ...], error: type[Exception], sentence: str
) -> None:
    """An order has a calendar day and a finite amount."""
    with pytest.raises(error, match=f"^{sentence}"):
        Order(*given)


@pytest.mark.parametrize("order_id", ["", True, 1.5, ("A", 1)])
def test_order_ids_that_cannot_be(order_id: object) -> None:
    """An order id is a string or a whole number."""
    sentence = r"^order_id must be a string that is not empty, or a whole number, got .*: leave it"
    with pytest.raises(InputError, match=sentence):
        Order("2026-01-05", 1.0, order_id=order_id)


# --- the history -------------------------------------------------------------------------------


def history_of(lines: list[tuple[int, int, str | int | None]]) -> OrderHistory:
    """Return what some lines come to."""
    history = OrderHistory()
    for line in lines:
        history = history.add(*line)
    return history


@given(events, st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(
    lines: list[tuple[int, int, str | int | None]], random: object
) -> None:
    """The same lines give the same history; every line is in it, every id once."""
    history = history_of(lines)
    assert [total.day for total in history.days] == sorted({day for day, _, _ in lines})
    assert history.money == sum(abs(amount) for _, amount, _ in lines)
    bought = [name for _, amount, name in lines if amount >= 0]
    orders = bought.count(None) + len(set(bought) - {None})
    assert sum(total.orders for total in history.days) == orders
    assert OrderHistory.from_lists(**history.to_lists()) == history
    random.shuffle(lines)
    assert history_of(lines) == history


def test_until_a_day() -> None:
    """Days up to one, that day included."""
    history = history_of([(1, 5, None), (3, 5, None), (4, -5, None)])
    assert [[total.day for total in history.until(day)] for day in (0, 1, 3, 9)] == [
        [],
        [1],
        [1, 3],
        [1, 3, 4],
    ]
