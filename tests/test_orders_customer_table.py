"""Tests of the tables read off an order log: customers, silences, and the BTYD summary."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue.errors import InputError
from custvalue.orders import OrderLog
from custvalue.testing import order_frames
from order_lines import NO_ROWS, TWO_CUSTOMERS, order_lines
from sql_orders import sql_customers, sql_gaps

CUSTOMER_COLUMNS = {
    "orders": "int64",
    "order_days": "int64",
    "revenue": "float64",
    "refunded": "float64",
    "average_order_value": "float64",
    "first_order": "datetime64[s]",
    "last_order": "datetime64[s]",
    "days_since_last_order": "float64",
    "tenure_days": "float64",
    "active_days": "float64",
    "mean_gap_days": "float64",
}
GAP_COLUMNS = {
    "order_number": "int64",
    "began": "datetime64[s]",
    "days": "int64",
    "returned": "bool",
    "entry_days": "int64",
}
BTYD_COLUMNS = {
    "frequency": "int64",
    "recency": "float64",
    "T": "float64",
    "monetary_value": "float64",
}


def dtypes(table: pd.DataFrame) -> dict[str, str]:
    """Return the columns of a table and what they hold."""
    return {str(name): str(dtype) for name, dtype in table.dtypes.items()}


# --- the customer table ------------------------------------------------------------------------


def test_customer_table_by_hand() -> None:
    """Every column of a log of six lines, worked out by hand; refunds never count as orders."""
    table = OrderLog.from_frame(TWO_CUSTOMERS).customers("2026-03-01")
    assert table.index.tolist() == ["ann", "bob", "cat"]
    assert table.index.name == "customer_id"
    assert table["orders"].tolist() == [3, 1, 0]
    assert table["order_days"].tolist() == [2, 1, 0]
    assert table["revenue"].tolist() == [44.75, 15.50, -7.00]
    assert table["refunded"].tolist() == [5.25, 0.00, 7.00]
    assert table["average_order_value"].round(6).tolist()[:2] == [14.916667, 15.50]
    assert table["first_order"].dt.date.tolist()[:2] == [dt.date(2026, 1, 5), dt.date(2026, 1, 9)]
    assert table["last_order"].dt.date.tolist()[:2] == [dt.date(2026, 2, 4), dt.date(2026, 1, 9)]
    assert table["days_since_last_order"].tolist()[:2] == [25.0, 51.0]
    assert table["tenure_days"].tolist()[:2] == [55.0, 51.0]
    assert table["active_days"].tolist()[:2] == [30.0, 0.0]
    assert table["mean_gap_days"].tolist()[:1] == [30.0]
    assert pd.isna(table.loc["bob", "mean_gap_days"])
    assert table.loc["cat"].isna().sum() == 7


@pytest.mark.parametrize("orders", [TWO_CUSTOMERS, NO_ROWS, TWO_CUSTOMERS[-1:]])
def test_columns_are_the_contract(orders: pd.DataFrame) -> None:
    """Columns and dtypes are the same on a full log, an empty one, and one of refunds only."""
    log = OrderLog.from_frame(orders)
    assert dtypes(log.customers("2026-03-01")) == CUSTOMER_COLUMNS
    assert dtypes(log.customers("2026-03-01", since="2026-02-01")) == CUSTOMER_COLUMNS
    assert dtypes(log.customers("2025-01-01")) == CUSTOMER_COLUMNS
    assert dtypes(log.gaps("2026-03-01")) == GAP_COLUMNS
    assert dtypes(log.to_btyd("2026-03-01")) == BTYD_COLUMNS
    assert log.ordered_between("2026-02-10", "2026-03-01").dtype == bool
    assert str(log.ledger.dtype) == "int64"


def test_ignored_refunds_do_not_lower_revenue() -> None:
    """With refunds="ignore" revenue is gross and `refunded` is filled all the same."""
    table = OrderLog.from_frame(TWO_CUSTOMERS, refunds="ignore").customers("2026-03-01")
    assert table["revenue"].tolist() == [50.00, 15.50, 0.00]
    assert table["refunded"].tolist() == [5.25, 0.00, 7.00]


def test_since_windows_counts_and_money_only() -> None:
    """Orders and money are counted in (since, as_of]; dates and tenure see the whole history."""
    log = OrderLog.from_frame(TWO_CUSTOMERS)
    table = log.customers("2026-02-10", since="2026-01-05")
    assert table.index.tolist() == ["ann", "bob"]
    assert table["orders"].tolist() == [1, 1]
    assert table["order_days"].tolist() == [1, 1]
    assert table["revenue"].tolist() == [-5.25, 15.50]
    assert table["average_order_value"].tolist() == [-5.25, 15.50]
    assert table["active_days"].tolist() == [30.0, 0.0]
    assert table["mean_gap_days"].tolist()[:1] == [30.0]
    later = log.customers("2026-03-01", since="2026-02-20")
    assert later["orders"].tolist() == [0, 0, 0]
    assert later["average_order_value"].isna().all()
    assert later["first_order"].notna().tolist() == [True, True, False]


@pytest.mark.parametrize("since", ["2026-02-10", "2026-02-11"])
def test_since_must_lie_before_as_of(since: str) -> None:
    """A window that holds no day is an error."""
    log = OrderLog.from_frame(TWO_CUSTOMERS)
    message = f"since must be a day before as_of, got since='{since}' and as_of='2026-02-10'"
    with pytest.raises(InputError, match=message):
        log.customers("2026-02-10", since=since)


@settings(max_examples=40)
@given(order_frames(order_ids=True), st.booleans(), st.integers(0, 125), st.integers(1, 60))
def test_sql_agrees_on_every_column(
    rows: pd.DataFrame, named: bool, offset: int, back: int
) -> None:
    """A second implementation in SQL gives the same tables, to the last bit."""
    rows = rows if named else rows.drop(columns="order_id")
    how = {"order_id": "order_id"} if named else {}
    as_of = str(dt.date(2024, 1, 1) + dt.timedelta(days=offset))
    since = str(dt.date(2024, 1, 1) + dt.timedelta(days=offset - back))
    log = OrderLog.from_frame(rows, history_starts=since, **how)
    theirs = sql_customers(rows, as_of, since=since)
    pd.testing.assert_frame_equal(log.customers(as_of, since=since), theirs, check_exact=True)
    gross = OrderLog.from_frame(rows, refunds="ignore", **how).customers(as_of)
    theirs = sql_customers(rows, as_of, refunds="ignore")
    pd.testing.assert_frame_equal(gross, theirs, check_exact=True)
    theirs = sql_gaps(rows, as_of, history_starts=since)
    pd.testing.assert_frame_equal(log.gaps(as_of), theirs, check_exact=True)


@given(order_frames(), st.integers(0, 3))
def test_average_times_orders_is_revenue(rows: pd.DataFrame, spare_decimals: int) -> None:
    """average_order_value × orders equals revenue after rounding to minor units."""
    decimals = 2 + spare_decimals
    table = OrderLog.from_frame(rows, decimals=decimals).customers("2025-01-01")
    table = table[table["orders"] > 0]
    product = (table["average_order_value"] * table["orders"]).round(decimals)
    assert product.tolist() == table["revenue"].tolist()


# --- other questions ---------------------------------------------------------------------------


def test_ordered_between_by_hand() -> None:
    """Customers known at `after` are asked; the interval is (after, until]."""
    log = OrderLog.from_frame(TWO_CUSTOMERS)
    asked = log.ordered_between("2026-01-09", "2026-02-04")
    assert asked.to_dict() == {"ann": True, "bob": False}
    assert asked.name == "ordered"
    assert log.ordered_between("2026-01-05", "2026-02-03").to_dict() == {"ann": False}
    assert log.ordered_between("2026-02-11", "2026-03-01").tolist() == [False, False, False]


def test_ordered_between_needs_an_interval() -> None:
    """`after` must lie before `until`."""
    log = OrderLog.from_frame(TWO_CUSTOMERS)
    message = "after must be a day before until, got after='2026-02-01' and until='2026-02-01'"
    with pytest.raises(InputError, match=message):
        log.ordered_between("2026-02-01", "2026-02-01")


def test_gaps_by_hand() -> None:
    """One silence per order day, the last one running; orders of one day begin one silence."""
    gaps = OrderLog.from_frame(TWO_CUSTOMERS).gaps("2026-02-20")
    assert gaps.index.tolist() == ["ann", "ann", "bob"]
    assert gaps["order_number"].tolist() == [1, 2, 1]
    assert gaps["began"].dt.day.tolist() == [5, 4, 9]
    assert gaps["days"].tolist() == [30, 16, 42]
    assert gaps["returned"].tolist() == [True, False, False]
    assert gaps["entry_days"].tolist() == [0, 0, 0]


def test_gaps_do_not_see_the_future() -> None:
    """A silence that a later order will end still runs at `as_of`."""
    gaps = OrderLog.from_frame(TWO_CUSTOMERS).gaps("2026-02-03")
    assert gaps.loc[["ann"], "days"].tolist() == [29]
    assert gaps.loc[["ann"], "returned"].tolist() == [False]


def test_gaps_of_a_history_cut_on_the_left() -> None:
    """Silences that began before the log was complete say how long they had lasted by then."""
    log = OrderLog.from_frame(TWO_CUSTOMERS, history_starts=dt.date(2026, 1, 7))
    assert log.history_starts == dt.date(2026, 1, 7)
    assert log.gaps("2026-02-20")["entry_days"].tolist() == [2, 0, 0]
    assert OrderLog.from_frame(TWO_CUSTOMERS).history_starts is None


def test_btyd_by_hand() -> None:
    """Frequency, recency, T and mean repeat spend, purchases collapsed by day, none missing."""
    log = OrderLog.from_frame(
        order_lines(
            (1, "2026-01-01", 9.0),
            (1, "2026-01-08", 4.0),
            (1, "2026-01-08", 6.0),
            (1, "2026-01-15", 2.0),
            (1, "2026-01-16", -2.0),
            (2, "2026-01-15", 5.0),
            (3, "2026-01-15", -5.0),
            (4, "2026-02-15", 5.0),
        )
    )
    days = log.to_btyd("2026-01-29")
    assert days.to_dict("index") == {
        1: {"frequency": 2, "recency": 14.0, "T": 28.0, "monetary_value": 6.0},
        2: {"frequency": 0, "recency": 0.0, "T": 14.0, "monetary_value": 0.0},
    }
    assert days.attrs == {"without_order": 1}
    weeks = log.to_btyd("2026-01-29", unit="W")
    assert weeks["recency"].tolist() == [2.0, 0.0]
    assert weeks["T"].tolist() == [4.0, 2.0]


def test_btyd_knows_days_and_weeks() -> None:
    """Months have no fixed length, so there is no such unit."""
    log = OrderLog.from_frame(TWO_CUSTOMERS)
    with pytest.raises(InputError, match=r"unit must be 'D' \(days\) or 'W' \(weeks\), got 'M'"):
        log.to_btyd("2026-03-01", unit="M")
