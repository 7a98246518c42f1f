"""One customer's orders as a value that events replace: what the log says, without the log."""

import math
from typing import Any, Literal, Self

import attrs
import numpy as np

from custvalue._calendar import Day, read_day, to_date
from custvalue._containers import LARGEST_EXACT, is_word
from custvalue._documents import Scales, document
from custvalue._lifecycle.facts import MEASURES, CustomerFacts, flag, number
from custvalue._lifecycle.order_history import Order, OrderHistory
from custvalue._money import advise_rounding, check_decimals, to_minor_units
from custvalue._words import say_count
from custvalue.errors import InputError

EVIDENCE = tuple(name for name in MEASURES if name not in ("orders", "active_days"))
"""The facts about a customer that no order tells."""


def _check_decimals(_: object, __: object, decimals: object) -> None:
    check_decimals(decimals)


def _check_refunds(_: object, __: object, refunds: object) -> None:
    if not is_word(refunds, ("net", "ignore", "raise")):
        msg = f"refunds must be one of net, ignore, raise, got {refunds!r}"
        raise InputError(msg)


@attrs.frozen(kw_only=True, repr=False)
class CustomerRecord:
    """What is known about one customer, for code that hears of one event at a time.

    A record never changes: `after` returns the record that knows one order more. It says to the
    last bit what an `OrderLog` says of the same orders, **in whatever order they came**: an event
    that is late or out of order finds its own day. So it keeps one small total per day with an
    event, and the day of every order id it was given; it grows with these and with nothing else.
    An event delivered twice counts twice, as a row given twice does.

    Parameters
    ----------
    decimals : int, default 2
        Decimal places of the minor unit, as for `OrderLog.from_frame`.
    refunds : {"net", "ignore", "raise"}
        Whether refunds lower revenue, do not, or are an error. ``refunded`` is filled always.
    expected_to_close : bool, optional
        Evidence beside the orders, as in `CustomerFacts`. It has no date: it counts from when
        the record knows it.
    share_of_wallet : float, optional [share]
        Likewise.
    promoter_score : float, optional
        Likewise, 0 to 10.
    referrals : int, default 0
        Likewise.
    partner : bool, optional
        Likewise.

    Raises
    ------
    InputError
        When a setting or a piece of evidence cannot be.
    TypeError
        When evidence is of a wrong kind.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue.lifecycle import Order
    >>> record = cv.lifecycle.CustomerRecord(referrals=1)
    >>> record = record.after(Order("2026-02-04", 30.00)).after(Order("2026-01-05", 20.00))
    >>> record
    <CustomerRecord: 2 orders, 2026-01-05 to 2026-02-04>
    >>> cv.LifecyclePolicy().classify(record.facts("2026-03-01"))
    <Stage.STRATEGIC: 'strategic'>
    """

    decimals: int = attrs.field(default=2, validator=_check_decimals)
    refunds: Literal["net", "ignore", "raise"] = attrs.field(
        default="net", validator=_check_refunds
    )
    expected_to_close: bool | None = flag()
    share_of_wallet: float | None = number(default=None)
    promoter_score: float | None = number(default=None)
    referrals: int | None = number(default=0)
    partner: bool | None = flag()
    _history: OrderHistory = attrs.field(factory=OrderHistory)

    def after(self, order: Order) -> Self:
        """Return the record that knows one order, order line or refund more.

        Parameters
        ----------
        order : Order
            Of any day, also one before days the record knows already.

        Returns
        -------
        CustomerRecord

        Raises
        ------
        InputError
            When the amount is no whole number of minor units, is a refund though ``refunds`` is
            "raise", or takes the money to 2**53 minor units.
        TypeError
            When `order` is no `Order`.

        Examples
        --------
        >>> import custvalue as cv
        >>> from custvalue.lifecycle import Order
        >>> record = cv.lifecycle.CustomerRecord().after(Order("2026-01-05", 20.00))
        >>> record.after(Order("2026-01-09", -5.00)).row("2026-03-01")["revenue"]
        15.0
        """
        if not isinstance(order, Order):
            msg = f"after takes an Order, got {type(order).__name__}: as in Order(date, amount)"
            raise TypeError(msg)
        amount = self._to_minor_units(order.amount)
        history = self._history.add(read_day(order.date, "date"), amount, order.order_id)
        return attrs.evolve(self, history=history)

    def knowing(self, **evidence: Any) -> Self:  # noqa: ANN401 - checked by name
        """Return the record with other evidence; what is not named stays.

        Parameters
        ----------
        **evidence
            ``expected_to_close``, ``share_of_wallet``, ``promoter_score``, ``referrals``,
            ``partner``; None for what is no longer known.

        Returns
        -------
        CustomerRecord

        Raises
        ------
        InputError
            When a number is out of its range.
        TypeError
            When a name is another one, or a value of a wrong kind.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.lifecycle.CustomerRecord().knowing(promoter_score=9).facts(
        ...     "2026-03-01"
        ... ).promoter_score
        9
        """
        others = sorted(evidence.keys() - set(EVIDENCE))
        if others:
            msg = f"a record can know {', '.join(EVIDENCE)}, got {', '.join(others)}"
            raise TypeError(msg)
        return attrs.evolve(self, **evidence)

    def facts(self, as_of: Day) -> CustomerFacts:
        """Return what a lifecycle policy classifies: orders up to a day, and the evidence.

        Parameters
        ----------
        as_of : date or ISO string
            It means the end of that day; later orders are left out.

        Returns
        -------
        CustomerFacts
            ``active_days`` is None without an order.

        Raises
        ------
        InputError
            When `as_of` is no calendar day.

        Examples
        --------
        >>> import custvalue as cv
        >>> from custvalue.lifecycle import Order
        >>> record = cv.lifecycle.CustomerRecord().after(Order("2026-01-05", 20.00))
        >>> record.facts("2026-03-01").orders, record.facts("2026-01-04").orders
        (1, 0)
        """
        row = self.row(as_of)
        evidence = {name: getattr(self, name) for name in EVIDENCE}
        return CustomerFacts(orders=row["orders"], active_days=row["active_days"], **evidence)

    def row(self, as_of: Day, *, since: Day | None = None) -> dict[str, Any]:
        """Return the customer's row of ``OrderLog.customers(as_of, since=since)``.

        Parameters
        ----------
        as_of : date or ISO string
            It means the end of that day; later orders and refunds are left out.
        since : date or ISO string, optional
            Count orders and money after this day only, in ``(since, as_of]``. Dates, tenure and
            gaps still look at the whole history.

        Returns
        -------
        dict
            ``orders``, ``order_days`` : int; ``revenue``, ``refunded``, ``average_order_value`` :
            float [currency]; ``first_order``, ``last_order`` : date, None without an order;
            ``days_since_last_order``, ``tenure_days``, ``active_days``, ``mean_gap_days`` : float
            [days]. What a customer without an order lacks is NaN.

        Raises
        ------
        InputError
            When a day is no calendar day, or `since` is not before `as_of`.

        Examples
        --------
        >>> import custvalue as cv
        >>> from custvalue.lifecycle import Order
        >>> record = cv.lifecycle.CustomerRecord().after(Order("2026-01-05", 20.00))
        >>> row = record.row("2026-03-01")
        >>> row["orders"], row["revenue"], row["days_since_last_order"]
        (1, 20.0, 55.0)
        """
        end = read_day(as_of, "as_of")
        start = -math.inf if since is None else read_day(since, "since")
        if start >= end:
            msg = f"since must be a day before as_of, got since={since!r} and as_of={as_of!r}"
            raise InputError(msg)
        known = self._history.until(end)
        counted = [total for total in known if total.day > start]
        orders = sum(total.orders for total in counted)
        refunded = sum(total.refunded for total in counted)
        revenue = sum(total.bought for total in counted)
        if self.refunds != "ignore":
            revenue -= refunded
        money = 10.0**self.decimals
        order_days = [total.day for total in known if total.orders]
        first, last = (order_days[0], order_days[-1]) if order_days else (math.nan, math.nan)
        gaps = len(order_days) - 1
        return {
            "orders": orders,
            "order_days": sum(total.orders > 0 for total in counted),
            "revenue": revenue / money,
            "refunded": refunded / money,
            "average_order_value": revenue / money / orders if orders else math.nan,
            "first_order": to_date(order_days[0]) if order_days else None,
            "last_order": to_date(order_days[-1]) if order_days else None,
            "days_since_last_order": float(end - last),
            "tenure_days": float(end - first),
            "active_days": float(last - first),
            "mean_gap_days": (last - first) / gaps if gaps > 0 else math.nan,
        }

    def __repr__(self) -> str:
        """Say how many orders the record knows, and of when."""
        days = self._history.days
        orders = sum(total.orders for total in days)
        when = f", {to_date(days[0].day)} to {to_date(days[-1].day)}" if days else ""
        return f"<CustomerRecord: {say_count(orders, 'order', 'orders')}{when}>"

    def _to_minor_units(self, amount: float) -> int:
        units = to_minor_units(np.asarray([amount]), self.decimals)
        held = self._history.money + abs(int(units.values[0]))
        if units.too_large is not None or held >= LARGEST_EXACT:
            msg = (
                f"the money of a customer must stay below 2**53 minor units, got {amount!r}: "
                "check the unit, or use fewer decimals"
            )
            raise InputError(msg)
        if units.off_grid is not None:
            msg = (
                f"amount must be whole minor units (decimals={self.decimals}), got {amount!r}: "
                f"{advise_rounding(self.decimals)}"
            )
            raise InputError(msg)
        if units.values[0] < 0 and self.refunds == "raise":
            msg = (
                f"amount must not be negative with refunds='raise', got {amount!r}: "
                "give refunds='net' or 'ignore'"
            )
            raise InputError(msg)
        return int(units.values[0])


# --- as plain data -----------------------------------------------------------------------------


def _write(record: CustomerRecord) -> dict[str, Any]:
    settings = {name: getattr(record, name) for name in ("decimals", "refunds", *EVIDENCE)}
    return settings | record._history.to_lists()


def _read(data: dict[str, Any], _scales: Scales) -> CustomerRecord:
    settings = dict(data)
    history = OrderHistory.from_lists(settings.pop("days"), settings.pop("order_ids"))
    return CustomerRecord(**settings, history=history)


document("customer-record", write=_write, read=_read)(CustomerRecord)
