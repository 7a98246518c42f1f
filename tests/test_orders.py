"""Tests of what users see of the order log."""

import datetime as dt
import gc
import pickle
import re
import weakref

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue.errors import InputError
from custvalue.orders import OrderLog, summarize_orders
from custvalue.testing import order_frames
from order_lines import NO_ROWS, TWO_CUSTOMERS, order_lines

# --- what a log is asked ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "orders", [NO_ROWS, pd.DataFrame(columns=["customer_id", "date", "amount"])]
)
def test_empty_log(orders: pd.DataFrame) -> None:
    """A log of no rows, whatever the dtypes, answers every question with nothing."""
    log = OrderLog.from_frame(orders)
    assert repr(log) == "OrderLog: 0 orders of 0 customers"
    assert (log.start, log.end) == (None, None)
    assert log.ledger.sum() == 0
    assert log.nbytes < 16
    assert len(log.customers("2026-01-01")) == len(log.gaps("2026-01-01")) == 0
    assert log.to_btyd("2026-01-01").attrs == {"without_order": 0}
    assert repr(log.extend(order_lines((1, "2026-01-05", 3.0)))) == (
        "OrderLog: 1 order of 1 customer, 2026-01-05 to 2026-01-05"
    )


def test_refunds_only() -> None:
    """A log of refunds has customers but no orders, gaps or BTYD rows."""
    log = OrderLog.from_frame(order_lines((2, "2026-01-05", -3.0), (1, "2026-01-07", -4.0)))
    assert repr(log) == "OrderLog: 0 orders and 2 refunds of 2 customers, 2026-01-05 to 2026-01-07"
    assert log.customers("2026-01-06")["revenue"].to_dict() == {2: -3.0}
    assert log.ordered_between("2026-01-06", "2026-02-01").to_dict() == {2: False}
    assert len(log.gaps("2026-03-01")) == 0
    assert log.to_btyd("2026-03-01").attrs == {"without_order": 2}


def test_summarize_orders_is_the_short_way() -> None:
    """One call gives the table that a log would."""
    how = {"refunds": "ignore", "decimals": 3}
    short = summarize_orders(TWO_CUSTOMERS, as_of="2026-02-10", since="2026-01-05", **how)
    log = OrderLog.from_frame(TWO_CUSTOMERS, **how)
    pd.testing.assert_frame_equal(short, log.customers("2026-02-10", since="2026-01-05"))


@pytest.mark.parametrize(
    "as_of",
    [
        "2026-02-04",
        dt.date(2026, 2, 4),
        dt.datetime(2026, 2, 4),
        pd.Timestamp("2026-02-04"),
        np.datetime64("2026-02-04"),
    ],
)
def test_as_of_is_a_day_however_it_is_said(as_of: object) -> None:
    """Dates, ISO strings and naive midnights name the same day, and mean its end."""
    log = OrderLog.from_frame(TWO_CUSTOMERS)
    assert log.customers(as_of)["orders"].to_dict() == {"ann": 3, "bob": 1}


def test_as_of_is_a_day_for_aware_logs_too() -> None:
    """An instant is refused, and the error says what to give."""
    lines = order_lines((1, "2026-01-05T23:30", 3.0)).assign(
        date=lambda rows: rows["date"].dt.tz_localize("UTC")
    )
    log = OrderLog.from_frame(lines, timezone="Europe/Berlin")
    assert log.start == dt.date(2026, 1, 6)
    assert len(log.customers("2026-01-05")) == 0
    with pytest.raises(InputError, match=r"no zone and no time of day, .* give '2026-01-06'"):
        log.customers(pd.Timestamp("2026-01-06", tz="Europe/Berlin"))


# --- orders of several lines -------------------------------------------------------------------


def test_lines_of_one_order_are_one_order() -> None:
    """An order stands on the day of its first line; its later lines bring money, no order day."""
    lines = order_lines(
        (1, "2026-01-09", 2.0, "A"),
        (1, "2026-01-05", 3.0, "A"),
        (1, "2026-01-05", 4.0, "A"),
        (1, "2026-01-20", 5.0, "B"),
        (1, "2026-01-20", 0.0, "A"),
    )
    log = OrderLog.from_frame(lines, order_id="order_id")
    assert log.ledger[["orders", "merged lines", "refunds"]].tolist() == [2, 3, 0]
    table = log.customers("2026-02-01")
    assert table[["orders", "order_days", "revenue"]].iloc[0].tolist() == [2, 2, 14.0]
    assert table["active_days"].tolist() == [15.0]
    window = log.customers("2026-01-10", since="2026-01-08")
    assert window[["orders", "order_days", "revenue"]].iloc[0].tolist() == [0, 0, 2.0]
    assert (log.start, log.end) == (dt.date(2026, 1, 5), dt.date(2026, 1, 20))


def test_refund_lines_need_no_order_id() -> None:
    """A negative line is a refund whatever its order id, also without one, even of another's."""
    lines = order_lines(
        (1, "2026-01-05", 3.0, "A"),
        (1, "2026-01-06", -1.0, None),
        (2, "2026-01-07", -1.0, "A"),
        (1, "2026-01-08", -1.0, "R"),
    )
    log = OrderLog.from_frame(lines, order_id="order_id")
    assert log.ledger[["orders", "refunds"]].tolist() == [1, 3]
    assert log.customers("2026-02-01")["revenue"].to_dict() == {1: 1.0, 2: -1.0}
    assert log.extend(lines[:1]).ledger[["orders", "merged lines"]].tolist() == [1, 1]


def test_zero_with_float_noise_is_an_order_line() -> None:
    """An amount a hair below zero is zero, so the line needs its order id."""
    lines = order_lines((1, "2026-01-05", 3.0, "A"), (2, "2026-01-06", -1e-9, None))
    log = OrderLog.from_frame(lines, order_id="order_id", invalid="exclude")
    assert log.ledger[["orders", "excluded: missing order id"]].tolist() == [1, 1]


def test_an_order_belongs_to_one_customer() -> None:
    """An order id with two customers is an error, in one frame and across batches."""
    lines = order_lines((1, "2026-01-05", 3.0, "A"), (2, "2026-01-06", 4.0, "A"))
    message = r"1 order id stands with several \(A\): make order ids unique"
    with pytest.raises(InputError, match=message):
        OrderLog.from_frame(lines, order_id="order_id")
    with pytest.raises(InputError, match=message):
        OrderLog.from_batches([lines[:1], lines[1:]], order_id="order_id")


# --- ledger, until, extend, batches ------------------------------------------------------------


def test_ledger_accounts_for_every_row() -> None:
    """Each row is in one class; a row with two faults is counted under the first."""
    lines = order_lines(
        (1, "2026-01-05", 3.0, "A"),
        (1, "2026-01-05", 3.0, "A"),
        (1, "2026-01-09", -3.0, None),
        (None, None, None, None),
        (1, None, 3.0, "B"),
        (1, "1899-12-31", 3.0, "B"),
        (1, "2026-01-05", None, "B"),
        (1, "2026-01-05", 3.0, None),
        (1, "2026-03-05", 3.0, "C"),
    )
    log = OrderLog.from_frame(lines, order_id="order_id", invalid="exclude")
    assert log.until("2026-02-01").ledger.to_dict() == {
        "orders": 1,
        "merged lines": 1,
        "refunds": 1,
        "excluded: missing customer": 1,
        "excluded: missing date": 1,
        "excluded: implausible date": 1,
        "excluded: missing amount": 1,
        "excluded: missing order id": 1,
        "later": 1,
    }
    assert "later" not in log.ledger
    assert log.ledger.name == "rows"


def test_until_of_until() -> None:
    """Going back in two steps is going back in one, and counts all rows after the day."""
    log = OrderLog.from_frame(TWO_CUSTOMERS)
    twice = log.until("2026-02-10").until("2026-01-31")
    once = log.until("2026-01-31")
    assert twice.ledger.to_dict() == once.ledger.to_dict()
    assert twice.ledger["later"] == 3
    pd.testing.assert_frame_equal(twice.customers("2026-03-01"), once.customers("2026-03-01"))
    assert once.end == dt.date(2026, 1, 9)
    assert log.until("2025-01-01").customers("2026-03-01").empty
    assert [log.rows_after(day) for day in ("2025-12-31", "2026-01-31", "2026-02-11")] == [6, 3, 0]


def test_extend_after_until() -> None:
    """Rows left out by `until` can be given again; those counted as later stay counted."""
    log = OrderLog.from_frame(TWO_CUSTOMERS)
    later = TWO_CUSTOMERS[TWO_CUSTOMERS["date"] > "2026-01-31"]
    again = log.until("2026-01-31").extend(later)
    pd.testing.assert_frame_equal(again.customers("2026-03-01"), log.customers("2026-03-01"))
    assert again.ledger["later"] == 3
    assert again.ledger.sum() == len(TWO_CUSTOMERS) + len(later)


def test_extend_reads_like_the_first_frame() -> None:
    """Columns and settings are those the log was built with."""
    renamed = TWO_CUSTOMERS.rename(columns={"amount": 7, "customer_id": ("a", "b")})
    log = OrderLog.from_frame(renamed[:3], customer=("a", "b"), amount=7, refunds="raise")
    assert log.extend(renamed[3:4]).ledger["orders"] == 4
    with pytest.raises(InputError, match="7 must not be negative with refunds='raise'"):
        log.extend(renamed[4:])


def test_batches_need_a_frame() -> None:
    """No frame at all would leave the dtypes unknown."""
    with pytest.raises(InputError, match="from_batches needs at least one frame, got none"):
        OrderLog.from_batches([])


def test_batches_add_up_their_ledgers() -> None:
    """Exclusions are counted over all batches, empty ones included."""
    faulty = pd.DataFrame({"customer_id": ["dan", None], "date": pd.NaT, "amount": 1.0})
    faulty["date"] = faulty["date"].astype("datetime64[s]")
    batches = (TWO_CUSTOMERS, faulty, NO_ROWS, faulty)
    log = OrderLog.from_batches(iter(batches), invalid="exclude")
    assert log.ledger["excluded: missing customer"] == 2
    assert log.ledger["excluded: missing date"] == 2
    assert log.customers("2026-03-01").index.tolist() == ["ann", "bob", "cat"]


def test_currencies_are_not_added() -> None:
    """A log has one currency; batches without rows have no say."""
    euros = TWO_CUSTOMERS.assign(currency="EUR")
    francs = TWO_CUSTOMERS.assign(currency="CHF")
    log = OrderLog.from_batches([euros[:0], euros], currency="currency")
    assert log.currency == "EUR"
    assert log.extend(francs[:0]).currency == "EUR"
    assert OrderLog.from_frame(euros).currency is None
    message = "one log holds one currency, got CHF, EUR: build a log per currency"
    with pytest.raises(InputError, match=message):
        log.extend(francs)


ONE_KIND = (
    "{} must hold ids of one kind in all frames of a log, got {} after {}: convert one to the "
    "other's kind first, as with {}"
)


def test_ids_of_another_kind_are_no_new_customers() -> None:
    """1 and "1" are two ids, and the same customer as a rule: nobody is to count twice."""
    numbers = order_lines((1, "2026-01-05", 3.0, 7), (2, "2026-02-05", 3.0, 8))
    text = numbers.astype({"customer_id": "string"})
    says = ONE_KIND.format("customer_id", "text", "numbers", "pd.to_numeric")
    with pytest.raises(InputError, match=f"^{re.escape(says)}$"):
        OrderLog.from_frame(numbers).extend(text)
    says = ONE_KIND.format("customer_id", "numbers", "text", ".astype('Int64').astype('string')")
    with pytest.raises(InputError, match=f"^{re.escape(says)}$"):
        OrderLog.from_batches([text[:0], text, text[:0], numbers])
    says = ONE_KIND.format("order_id", "text", "numbers", "pd.to_numeric")
    with pytest.raises(InputError, match=f"^{re.escape(says)}$"):
        OrderLog.from_frame(numbers, order_id="order_id").extend(
            numbers.astype({"order_id": "string"})
        )


@pytest.mark.parametrize("first", ["int64", "Int64", "float64", object, "category"])
@pytest.mark.parametrize("second", ["int64", "int32[pyarrow]", "float64", object, "category"])
def test_ids_of_one_kind_meet_whatever_holds_them(first, second) -> None:
    """Whole numbers are the same customers in any dtype, and a log without rows takes any ids."""
    rows = order_lines((1, "2026-01-05", 3.0), (2, "2026-02-05", 3.0))
    log = OrderLog.from_frame(rows.astype({"customer_id": first}))
    longer = log.extend(rows.astype({"customer_id": second}))
    assert longer.customers("2026-03-01")["orders"].tolist() == [2, 2]
    assert len(log.extend(TWO_CUSTOMERS[:0]).customers("2026-03-01")) == 2
    nobody = OrderLog.from_frame(TWO_CUSTOMERS[:0])
    assert len(nobody.extend(rows.astype({"customer_id": second})).customers("2026-03-01")) == 2


# --- what a log is -----------------------------------------------------------------------------


def test_log_says_what_it_holds() -> None:
    """The representation counts orders, refunds and customers and names the days."""
    log = OrderLog.from_frame(TWO_CUSTOMERS, decimals=3)
    expected = "OrderLog: 4 orders and 2 refunds of 3 customers, 2026-01-05 to 2026-02-11"
    assert repr(log) == expected
    assert log.decimals == 3


def test_renaming_the_index_of_a_table_leaves_the_log_alone() -> None:
    """Tables do not share their index object with the log."""
    log = OrderLog.from_frame(TWO_CUSTOMERS)
    log.customers("2026-03-01").index.name = "renamed"
    log.ordered_between("2026-03-01", "2026-03-02").index.name = "renamed"
    assert log.customers("2026-03-01").index.name == "customer_id"


def test_log_is_frozen() -> None:
    """Nothing can be set on a log."""
    log = OrderLog.from_frame(TWO_CUSTOMERS)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        log.currency = "EUR"  # type: ignore[misc]


def test_log_survives_pickling() -> None:
    """A pickled log gives the same tables and can be extended."""
    lines = order_lines((1, "2026-01-05", 3.0, "A"), (1, "2026-01-09", 2.0, "A"))
    log = OrderLog.from_frame(lines, order_id="order_id")
    again = pickle.loads(pickle.dumps(log))
    pd.testing.assert_frame_equal(again.customers("2026-02-01"), log.customers("2026-02-01"))
    assert again.extend(lines).ledger.to_dict() == log.extend(lines).ledger.to_dict()


@pytest.mark.parametrize("dtype", ["int64", "object", "string", "category", "datetime64[ns]"])
def test_frame_is_neither_changed_nor_kept(dtype: str) -> None:
    """The caller's frame stays as it was, and the log shares no memory with it."""
    orders = order_lines(*[(0, "2026-01-05", 3)] * 3)
    orders["customer_id"] = pd.Series([3, 1, 2]).astype(dtype)
    before = orders.copy(deep=True)
    log = OrderLog.from_frame(orders)
    pd.testing.assert_frame_equal(orders, before)
    days = log._days
    for ours in (days.ids, days.day, days.gross, days.orders, days.starts):
        for theirs in orders:
            assert not np.shares_memory(np.asarray(ours), orders[theirs].to_numpy())
    frame = weakref.ref(orders)
    del orders
    gc.collect()
    assert frame() is None


@settings(max_examples=30)
@given(order_frames(max_rows=60, order_ids=True), st.booleans())
def test_log_is_small(rows: pd.DataFrame, named: bool) -> None:
    """At most 40 bytes per customer and day, 16 per customer, and 24 per named order."""
    log = OrderLog.from_frame(rows, order_id="order_id" if named else None)
    days = len(rows.groupby(["customer_id", "date"], observed=True).size())
    orders = log.ledger["orders"] if named else 0
    customers = rows["customer_id"].nunique()
    assert log.nbytes <= 40 * days + 16 * customers + 24 * orders
