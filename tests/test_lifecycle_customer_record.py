"""One customer's record: what the log says of the same orders, whatever their order."""

import datetime as dt
import json
import math
import pickle
from decimal import Decimal

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue._documents import from_dict, to_dict
from custvalue.errors import InputError, RuleError
from custvalue.lifecycle import CustomerFacts, CustomerRecord, LifecyclePolicy, Order, Stage
from custvalue.orders import OrderLog
from order_lines import order_lines

END = "2027-01-01"  # after all orders
COLUMNS = OrderLog.from_frame(order_lines(("ann", "2026-01-05", 1.0))).customers(END).columns
FIRST = dt.date(2026, 1, 1)

events = st.lists(
    st.builds(
        Order,
        st.integers(0, 40).map(lambda days: FIRST + dt.timedelta(days=days)),
        st.integers(-2000, 5000).map(lambda cents: cents / 100) | st.just(0.0),
        order_id=st.sampled_from(["A1", "A2", 1, 2]),
    ),
    min_size=1,
    max_size=12,
)


def record_of(orders: list[Order], **settings: object) -> CustomerRecord:
    """Return what is known after some orders."""
    record = CustomerRecord(**settings)
    for order in orders:
        record = record.after(order)
    return record


def log_of(orders: list[Order], **how: object) -> OrderLog:
    """Return the log of the same orders, of one customer."""
    frame = pd.DataFrame([attrs.asdict(order) for order in orders])
    frame["date"] = pd.to_datetime(frame["date"])
    return OrderLog.from_frame(frame.assign(customer_id="ann"), **how)


def row_of(log: OrderLog, as_of: dt.date, since: dt.date | None) -> dict[str, object] | None:
    """Return the customer's row of the log, None when nothing is known by then."""
    table = log.customers(as_of, since=since)
    if table.empty:
        return None
    row = table.iloc[0].to_dict()
    for name in ("first_order", "last_order"):
        row[name] = None if pd.isna(row[name]) else row[name].date()
    return row


def same(one: dict[str, object], other: dict[str, object]) -> bool:
    """Tell whether two rows agree to the last bit, NaN with NaN."""
    return one.keys() == other.keys() and all(
        one[name] == other[name] or (one[name] != one[name] and other[name] != other[name])
        for name in one
    )


# --- equal to the log --------------------------------------------------------------------------


def test_row_by_hand() -> None:
    """Five events out of order, worked out by hand."""
    record = record_of(
        [
            Order("2026-02-04", 30.00),
            Order("2026-02-10", -5.25),
            Order("2026-01-05", 20.00),
            Order("2026-01-05", 0),
            Order("2026-03-15", 99.00),
        ]
    )
    assert record.row("2026-03-01") == {
        "orders": 3,
        "order_days": 2,
        "revenue": 44.75,
        "refunded": 5.25,
        "average_order_value": 44.75 / 3,
        "first_order": dt.date(2026, 1, 5),
        "last_order": dt.date(2026, 2, 4),
        "days_since_last_order": 25.0,
        "tenure_days": 55.0,
        "active_days": 30.0,
        "mean_gap_days": 30.0,
    }
    assert list(record.row(END)) == COLUMNS.tolist()


@settings(max_examples=60)
@given(
    events,
    st.sampled_from([(None, "net"), ("order_id", "net"), ("order_id", "ignore")]),
    st.randoms(use_true_random=False),
    st.integers(-1, 42),
    st.none() | st.integers(0, 42),
)
def test_the_record_is_the_row_of_the_log(
    orders: list[Order], how: tuple[str | None, str], random: object, ahead: int, back: int | None
) -> None:
    """On any day, over any window and in whatever order events came, both say the same."""
    order_id, refunds = how
    if order_id is None:
        orders = [attrs.evolve(order, order_id=None) for order in orders]
    log = log_of(orders, refunds=refunds, order_id=order_id)
    record = record_of(orders, refunds=refunds)
    random.shuffle(orders)
    assert record == record_of(orders, refunds=refunds)
    day = FIRST + dt.timedelta(days=ahead)
    since = None if back is None else day - dt.timedelta(days=1 + back)
    row = record.row(day, since=since)
    expected = row_of(log, day, since)
    if expected is None:
        assert record.facts(day) == CustomerFacts(active_days=None)
        assert (row["orders"], row["revenue"], row["first_order"]) == (0, 0.0, None)
    else:
        assert same(row, expected)
        facts = record.facts(day)
        assert facts.orders == log.customers(day)["orders"].iloc[0]
        policy = LifecyclePolicy(long_term_orders=3, long_term_days=10)
        assert policy.classify(facts) == policy.classify(log.customers(day)).iloc[0]


def test_the_types_of_a_row() -> None:
    """Counts are int, money and days float, days of the calendar dates or None."""
    for record in (CustomerRecord(), record_of([Order("2026-01-05", 20)])):
        kinds = {name: type(value) for name, value in record.row(END, since=FIRST).items()}
        assert [kinds[name] for name in ("orders", "order_days")] == [int, int]
        assert {kinds["first_order"], kinds["last_order"]} <= {dt.date, type(None)}
        assert {kinds[name] for name in COLUMNS if "order" not in name} == {float}


@pytest.mark.parametrize("amount", [20, 20.0, Decimal("20.00"), np.float32(20), np.int64(20)])
def test_amounts_of_any_kind(amount: object) -> None:
    """Amounts may be whatever a column of a log may hold."""
    assert record_of([Order("2026-01-05", amount)]).row(END)["revenue"] == 20.0


def test_decimals() -> None:
    """The minor unit is the record's."""
    record = record_of([Order("2026-01-05", 0.125)] * 3, decimals=3)
    assert record.row(END)["revenue"] == 0.375


# --- orders with an id -------------------------------------------------------------------------


def test_lines_of_one_order() -> None:
    """Lines that share an id are one order, on the day of the first, also when that comes last."""
    record = record_of([Order("2026-01-09", 5.0, order_id="A1")])
    assert record.row(END)["first_order"] == dt.date(2026, 1, 9)
    record = record.after(Order("2026-01-05", 7.0, order_id="A1"))
    record = record.after(Order("2026-01-12", 3.0, order_id="A1"))
    record = record.after(Order("2026-01-01", -2.0, order_id="A1"))
    row = record.row(END)
    assert (row["orders"], row["order_days"], row["revenue"]) == (1, 1, 13.0)
    assert row["first_order"] == row["last_order"] == dt.date(2026, 1, 5)
    assert record.row("2026-01-06")["revenue"] == 5.0


def test_ids_of_both_kinds() -> None:
    """1 and "1" are two orders, and an order without an id is one of its own."""
    ids = [1, "1", 1, None, None, np.int64(1), math.nan, "A"]
    record = record_of([Order("2026-01-05", 1.0, order_id=order_id) for order_id in ids])
    assert record.row(END)["orders"] == 6


# --- evidence and stages -----------------------------------------------------------------------


def test_facts_hold_the_evidence() -> None:
    """What is known beside orders goes into the facts, also when it is learned later."""
    record = CustomerRecord(expected_to_close=True, share_of_wallet=0.5)
    assert record.facts(END) == CustomerFacts(
        active_days=None, expected_to_close=True, share_of_wallet=0.5
    )
    record = record.after(Order("2026-01-05", 20.0)).knowing(promoter_score=9, share_of_wallet=None)
    assert record.facts(END) == CustomerFacts(
        orders=1, active_days=0, expected_to_close=True, promoter_score=9
    )


def test_a_customer_moves_through_the_stages() -> None:
    """From suspect to partner, one event at a time; the records before are as they were."""
    policy = LifecyclePolicy(long_term_orders=3, long_term_days=30)
    steps = [CustomerRecord()]
    steps.append(steps[-1].knowing(expected_to_close=True))
    steps += [steps[-1].after(Order("2026-01-05", 20.0))]
    steps += [steps[-1].after(Order("2026-01-05", 20.0))]
    steps += [steps[-1].after(Order("2026-02-04", 20.0))]
    steps.append(steps[-1].knowing(promoter_score=10))
    steps.append(steps[-1].knowing(referrals=1))
    steps.append(steps[-1].knowing(partner=True))
    assert [policy.classify(record.facts(END)) for record in steps] == list(Stage)


# --- plain data --------------------------------------------------------------------------------


@given(events)
def test_records_survive_storage(orders: list[Order]) -> None:
    """A record comes back equal from JSON and from pickle, and goes on as before."""
    record = record_of(orders, refunds="ignore", promoter_score=9.5, partner=None)
    text = json.dumps(to_dict(record))
    for copy in (from_dict(json.loads(text)), pickle.loads(pickle.dumps(record))):
        assert copy == record
        assert hash(copy) == hash(record)
        assert copy.after(orders[0]) == record.after(orders[0])
        assert json.dumps(to_dict(copy)) == text


def test_a_record_as_plain_data() -> None:
    """A day is its date, orders, and what was bought and refunded in minor units."""
    record = record_of(
        [
            Order("2026-01-09", 15.5, order_id="B7"),
            Order("2026-01-05", 20.0, order_id=12),
            Order("2026-01-09", -5.0),
        ]
    )
    assert to_dict(record) == {
        "custvalue": 1,
        "rule": "customer-record",
        "decimals": 2,
        "refunds": "net",
        "expected_to_close": False,
        "share_of_wallet": None,
        "promoter_score": None,
        "referrals": 0,
        "partner": False,
        "days": [["2026-01-05", 1, 2000, 0], ["2026-01-09", 1, 1550, 500]],
        "order_ids": [[12, "2026-01-05"], ["B7", "2026-01-09"]],
    }


def test_the_size_of_a_record() -> None:
    """It grows with the days that have an event and with the order ids, not with events."""
    days = [f"2026-01-0{day}" for day in (1, 2, 3)]
    record = record_of([Order(day, 20.0) for day in days * 100])
    data = to_dict(record)
    assert (len(data["days"]), len(data["order_ids"])) == (3, 0)
    lines = [Order(day, 20.0, order_id=f"A{n}") for day in days for n in range(4)]
    data = to_dict(record_of(lines * 10))
    assert (len(data["days"]), len(data["order_ids"])) == (3, 4)


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": [["2026-01-09", 1, 0, 0], ["2026-01-05", 1, 0, 0]]},
        {"days": [["2026-01-05", 1, 0, 0], ["2026-01-05", 1, 0, 0]]},
        {"days": [["2026-01-05", -1, 0, 0]]},
        {"days": [["2026-01-05", 1, 0.5, 0]]},
        {"days": [["2026-01-05", 1, 2**53, 0]]},
        {"order_ids": [["A1", "2026-01-05"]]},
        {"days": [["2026-01-05", 1, 0, 0]], "order_ids": [["B", "2026-01-05"]] * 2},
        {"days": [["2026-01-05", 2, 0, 0]], "order_ids": [[x, "2026-01-05"] for x in "BA"]},
        {"days": [["2026-01-05", 1, 0, 0]], "order_ids": [[1.5, "2026-01-05"]]},
    ],
)
def test_stored_histories_that_cannot_be(wrong: dict[str, object]) -> None:
    """Days and ids no events could have left are refused when a record is read."""
    stored = to_dict(CustomerRecord()) | wrong
    sentence = (
        r"^the stored customer-record is malformed \(its days or order ids are none that orde"
    )
    with pytest.raises(RuleError, match=sentence):
        from_dict(stored)


@pytest.mark.parametrize("wrong", [{"days": 3}, {"days": [["2026-01-05", 1]]}, {"promoter": 3}])
def test_stored_records_that_are_malformed(wrong: dict[str, object]) -> None:
    """A record that is no record is refused as every stored rule is."""
    with pytest.raises(RuleError, match=r"^the stored customer-record is malformed"):
        from_dict(to_dict(CustomerRecord()) | wrong)


def test_reading_changes_nothing() -> None:
    """The stored data is as it was."""
    data = to_dict(record_of([Order("2026-01-05", 20.0, order_id="A")]))
    before = json.dumps(data)
    from_dict(data)
    assert json.dumps(data) == before


# --- words and refusals ------------------------------------------------------------------------


def test_what_a_record_says() -> None:
    """It says how many orders it knows and of when, not each of them."""
    record = CustomerRecord()
    assert repr(record) == "<CustomerRecord: 0 orders>"
    record = record.after(Order("2026-01-05", 20.0))
    assert repr(record) == "<CustomerRecord: 1 order, 2026-01-05 to 2026-01-05>"
    record = record.after(Order("2026-01-09", -20.0)).after(Order("2026-01-07", 20.0))
    assert repr(record) == "<CustomerRecord: 2 orders, 2026-01-05 to 2026-01-09>"


def test_amounts_that_cannot_be() -> None:
    """Money is whole minor units below 2**53, and no refund where none may be."""
    record = CustomerRecord()
    sentence = r"^amount must be whole minor units \(decimals=2\), got 0\.005: round first or give "
    with pytest.raises(InputError, match=sentence + r"decimals=3$"):
        record.after(Order("2026-01-05", 0.005))
    sentence = r"^the money of a customer must stay below 2\*\*53 minor units, got "
    with pytest.raises(InputError, match=sentence):
        record.after(Order("2026-01-05", 1e300))
    half = 2**52 // 100
    rich = record.after(Order("2026-01-05", half)).after(Order("2026-01-09", -half))
    with pytest.raises(InputError, match=sentence):
        rich.after(Order("2026-01-12", 2.0))
    sentence = r"^amount must not be negative with refunds='raise', got -1\.0: give refunds='net'"
    strict = CustomerRecord(refunds="raise")
    with pytest.raises(InputError, match=sentence):
        strict.after(Order("2026-01-05", -1.0))
    assert (
        strict.after(Order("2026-01-05", 0.0)).facts("2026-01-05").orders == 1
    )  # zero is an order


def test_what_cannot_be_asked_of_a_record() -> None:
    """Settings, events, evidence and days of other kinds are refused by name."""
    with pytest.raises(InputError, match=r"^refunds must be one of net, ignore, raise, got 'no'$"):
        CustomerRecord(refunds="no")
    with pytest.raises(InputError, match=r"^decimals must be a whole number from 0 to 6, got 7$"):
        CustomerRecord(decimals=7)
    with pytest.raises(InputError, match=r"^promoter_score must be an answer from 0 to 10, got 11"):
        CustomerRecord(promoter_score=11)
    with pytest.raises(TypeError, match="positional"):
        CustomerRecord(2)
    record = CustomerRecord()
    with pytest.raises(TypeError, match=r"^after takes an Order, got dict: as in Order\(date, am"):
        record.after({"date": "2026-01-05", "amount": 1.0})
    with pytest.raises(TypeError, match=r"^a record can know expected_to_close, .*, got orders$"):
        record.knowing(orders=3)
    with pytest.raises(InputError, match=r"^as_of must be a calendar day"):
        record.facts("soon")
    with pytest.raises(InputError, match=r"^since must be a day before as_of, got since='2026-01-"):
        record.row("2026-01-05", since="2026-01-05")
