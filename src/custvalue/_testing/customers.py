"""Strategies for tables of customers: what a log says of them, and what else is known."""

from collections.abc import Hashable, Iterable
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from custvalue._calendar import Day, read_day, to_date
from custvalue._testing.numbers import shares
from custvalue._testing.orders import AFTERWARDS, NAMES, Names, order_logs
from custvalue._testing.scales import read_index

EVIDENCE: dict[str, tuple[str, st.SearchStrategy[Any]]] = {
    "expected_to_close": ("boolean", st.booleans()),
    "share_of_wallet": ("float64", shares()),
    "promoter_score": ("Int64", st.integers(0, 10)),
    "referrals": ("Int64", st.integers(0, 3)),
    "partner": ("boolean", st.booleans()),
}
"""Of each fact that no order tells, a dtype and its values."""


def customer_tables(
    *, max_rows: int = 30, refunds: bool = True, ids: Names = "int", as_of: Day = AFTERWARDS
) -> st.SearchStrategy[pd.DataFrame]:
    """Draw the customer table of an order log: what rules on customers are applied to.

    Its columns fit together, as they come from orders: ``revenue`` is what the orders brought,
    and who never ordered lacks what only an order gives.

    Parameters
    ----------
    max_rows : int, default 30
        How many order lines there are at most; customers are four at most.
    refunds : bool, default True
        Whether amounts may be negative.
    ids : {"int", "str"}, default "int"
        What customers are called.
    as_of : date or ISO string, default "2024-06-30"
        The day of the table. The orders are of 2024-01-01 to 2024-04-30.

    Returns
    -------
    SearchStrategy of DataFrame
        As ``OrderLog.customers``.

    Raises
    ------
    InputError, TypeError
        When `ids` is neither, `max_rows` no whole number of at least 1, `as_of` no calendar day,
        or `refunds` neither true nor false.

    Examples
    --------
    >>> import custvalue as cv
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import customer_tables
    >>> @settings(deadline=None, max_examples=25)
    ... @given(customers=customer_tables())
    ... def who_never_ordered_has_no_state(customers):
    ...     states = cv.SleepPolicy(30, 60, 90).classify(customers)
    ...     assert states.isna().equals(customers["orders"] == 0)
    >>> who_never_ordered_has_no_state()
    """
    day = to_date(read_day(as_of, "as_of"))
    logs = order_logs(max_rows=max_rows, refunds=refunds, ids=ids)
    return logs.map(lambda log: log.customers(day))


def evidence_frames(
    *, customers: Iterable[Hashable] = NAMES["int"]
) -> st.SearchStrategy[pd.DataFrame]:
    """Draw what is known of customers beside their orders, as `custvalue.review` takes it.

    Parameters
    ----------
    customers : iterable of ids
        Who may be in it; by default those of `order_frames`.

    Returns
    -------
    SearchStrategy of DataFrame indexed by id
        Any of the columns ``expected_to_close``, ``share_of_wallet``, ``promoter_score``,
        ``referrals`` and ``partner``, in any order and with gaps. Not everybody needs to be there.

    Raises
    ------
    TypeError
        When `customers` is no list, or holds what cannot be an id.

    Examples
    --------
    >>> import custvalue as cv
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import evidence_frames
    >>> @settings(deadline=None, max_examples=25)
    ... @given(evidence=evidence_frames(customers=["ann", "bob"]))
    ... def one_order_is_a_beginning(evidence):
    ...     facts = evidence.assign(orders=1)
    ...     assert (cv.LifecyclePolicy().classify(facts) >= cv.Stage.FIRST_TIME).all()
    >>> one_order_is_a_beginning()
    """
    return _evidence_frames(read_index(customers, "customers").unique())


@st.composite
def _evidence_frames(draw: st.DrawFn, customers: "pd.Index[Any]") -> pd.DataFrame:
    places = st.lists(st.sampled_from(range(len(customers))), unique=True)
    there = customers[draw(places) if len(customers) else []]
    names = draw(st.lists(st.sampled_from(sorted(EVIDENCE)), unique=True))
    columns = {}
    for name in names:
        dtype, values = EVIDENCE[name]
        cells = st.lists(st.one_of(st.none(), values), min_size=len(there), max_size=len(there))
        columns[name] = pd.Series(draw(cells), dtype=dtype).array
    return pd.DataFrame(columns, index=there)
