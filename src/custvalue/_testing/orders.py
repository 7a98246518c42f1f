"""Strategies for order lines, and for what is made of them: logs, records, return curves."""

from typing import Any, Literal

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from custvalue._containers import is_word, read_count, read_flag
from custvalue._lifecycle.customer_record import CustomerRecord
from custvalue._lifecycle.order_history import Order
from custvalue._testing.numbers import MOST_DRAWN, minor_units, shares
from custvalue._words import say_value
from custvalue.errors import InputError
from custvalue.orders import OrderLog
from custvalue.returns import ReturnCurve

Names = Literal["int", "str"]

FIRST_DAY = np.datetime64("2024-01-01", "s")
LAST_OFFSET = 120  # [days] few enough that several orders fall on one day
AFTERWARDS = "2024-06-30"  # a day after all orders
NAMES: dict[str, tuple[Any, ...]] = {"int": (3, 1, 20, 100), "str": ("bo", "Al", "客户", "10")}


def order_frames(
    *,
    max_rows: int = 30,
    refunds: bool = True,
    order_ids: bool = False,
    ids: Names = "int",
) -> st.SearchStrategy[pd.DataFrame]:
    """Draw order lines, in no order: ties, zero amounts, several lines on one day.

    Parameters
    ----------
    max_rows : int, default 30
        How many lines at most; there is always one.
    refunds : bool, default True
        Whether amounts may be negative.
    order_ids : bool, default False
        Whether there is a column ``order_id``; lines share one only within a customer.
    ids : {"int", "str"}, default "int"
        What customers are called.

    Returns
    -------
    SearchStrategy of DataFrame
        ``customer_id`` int64 or str, ``date`` datetime64[s] from 2024-01-01 to 2024-04-30,
        ``amount`` float64 [money, cents], and, when asked for, ``order_id`` str.

    Raises
    ------
    InputError, TypeError
        When `ids` is neither, `max_rows` no whole number of at least 1, or `refunds` or
        `order_ids` neither true nor false.

    Examples
    --------
    >>> import custvalue as cv
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import order_frames
    >>> @settings(deadline=None, max_examples=25)
    ... @given(orders=order_frames(max_rows=10, ids="str"))
    ... def nobody_disappears(orders):
    ...     table = cv.summarize_orders(orders, as_of=orders["date"].max())
    ...     assert set(table.index) == set(orders["customer_id"])
    >>> nobody_disappears()
    """
    if not is_word(ids, NAMES):
        msg = f"ids must be 'int' or 'str', got {say_value(ids)}"
        raise InputError(msg)
    most = read_count(max_rows, "max_rows", most=MOST_DRAWN)
    named = read_flag(order_ids, "order_ids")
    line = st.tuples(
        st.sampled_from(NAMES[ids]),
        st.one_of(st.integers(0, 3), st.integers(0, LAST_OFFSET)),
        minor_units(negative=read_flag(refunds, "refunds")),
        st.integers(0, 3),
    )

    def build(lines: list[tuple[Any, int, int, int]]) -> pd.DataFrame:
        customers, offsets, cents, orders = (list(column) for column in zip(*lines, strict=True))
        days = np.array(offsets, dtype="timedelta64[D]").astype("timedelta64[s]")
        frame = pd.DataFrame(
            {
                "customer_id": customers,
                "date": FIRST_DAY + days,
                "amount": np.array(cents, dtype=np.float64) / 100,
            }
        )
        if named:
            pairs = zip(customers, orders, strict=True)
            frame["order_id"] = [f"{customer}-{order}" for customer, order in pairs]
        return frame

    return st.lists(line, min_size=1, max_size=most).map(build)


def order_logs(
    *,
    max_rows: int = 30,
    refunds: bool = True,
    order_ids: bool = False,
    ids: Names = "int",
) -> st.SearchStrategy[OrderLog]:
    """Draw an order log: what `order_frames` draws, read.

    Parameters
    ----------
    max_rows : int, default 30
        How many lines at most; there is always one.
    refunds : bool, default True
        Whether amounts may be negative.
    order_ids : bool, default False
        Whether lines may share an order id.
    ids : {"int", "str"}, default "int"
        What customers are called.

    Returns
    -------
    SearchStrategy of OrderLog

    Raises
    ------
    InputError, TypeError
        When `ids` is neither, `max_rows` no whole number of at least 1, or `refunds` or
        `order_ids` neither true nor false.

    Examples
    --------
    >>> import custvalue as cv
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import order_logs
    >>> @settings(deadline=None, max_examples=25)
    ... @given(log=order_logs(max_rows=10))
    ... def every_row_is_accounted_for(log):
    ...     assert 1 <= log.ledger.sum() <= 10
    >>> every_row_is_accounted_for()
    """
    frames = order_frames(max_rows=max_rows, refunds=refunds, order_ids=order_ids, ids=ids)
    named = "order_id" if order_ids else None
    return frames.map(lambda frame: OrderLog.from_frame(frame, order_id=named))


def customer_records() -> st.SearchStrategy[CustomerRecord]:
    """Draw what is known of one customer: up to eight events, in any order, and evidence.

    Returns
    -------
    SearchStrategy of CustomerRecord

    Examples
    --------
    >>> import custvalue as cv
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import customer_records
    >>> @settings(deadline=None, max_examples=25)
    ... @given(record=customer_records())
    ... def more_evidence_never_lowers(record):
    ...     place = lambda known: cv.LifecyclePolicy().classify(known.facts("2024-06-30"))
    ...     assert place(record.knowing(partner=True)) >= place(record)
    >>> more_evidence_never_lowers()
    """
    days = (FIRST_DAY + np.arange(LAST_OFFSET + 1) * np.timedelta64(1, "D")).astype("M8[D]")
    events = st.builds(
        Order,
        st.sampled_from(days.tolist()),
        minor_units(negative=True).map(lambda cents: cents / 100),
        order_id=st.sampled_from((None, None, 1, 2, "1", "A")),
    )
    known = st.fixed_dictionaries(
        {},
        optional={
            "expected_to_close": st.sampled_from((True, False, None)),
            "share_of_wallet": st.one_of(st.none(), shares()),
            "promoter_score": st.one_of(st.none(), st.integers(0, 10)),
            "referrals": st.one_of(st.none(), st.integers(0, 3)),
            "partner": st.sampled_from((True, False, None)),
        },
    )

    def build(events: list[Order], known: dict[str, Any]) -> CustomerRecord:
        record = CustomerRecord(**known)
        for event in events:
            record = record.after(event)
        return record

    return st.builds(build, st.lists(events, max_size=8), known)


def return_curves() -> st.SearchStrategy[ReturnCurve]:
    """Draw a return curve of a log: in days, in gaps, or by each customer's rhythm.

    Returns
    -------
    SearchStrategy of ReturnCurve

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import return_curves
    >>> @settings(deadline=None, max_examples=25)
    ... @given(curve=return_curves())
    ... def less_and_less_are_still_silent(curve):
    ...     assert curve.table["still_silent"].is_monotonic_decreasing
    >>> less_and_less_are_still_silent()
    """
    kinds: tuple[dict[str, Any], ...] = ({}, {"relative": True}, {"by": "rhythm"})
    return st.builds(
        lambda log, kind: ReturnCurve.from_log(log, as_of=AFTERWARDS, **kind),
        order_logs(),
        st.sampled_from(kinds),
    )
