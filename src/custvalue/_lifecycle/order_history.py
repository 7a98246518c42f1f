"""What one customer's orders come to, day by day: it can be added to in any order."""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import Counter
from operator import attrgetter
from typing import Any, NamedTuple, Self, TypeAlias, cast

import attrs

from custvalue._calendar import Day, read_day, to_date
from custvalue._containers import LARGEST_EXACT, is_missing, plain, read_number
from custvalue.errors import InputError

OrderId: TypeAlias = str | int


def _read_date(date: Day) -> dt.date:
    return to_date(read_day(date, "date"))


def _read_amount(amount: float) -> float:
    return read_number(amount, "amount")


def _read_order_id(order_id: OrderId | None) -> OrderId | None:
    return None if is_missing(order_id) else cast("OrderId", plain(order_id))


def _check_order_id(_: object, __: object, order_id: OrderId | None) -> None:
    usable = isinstance(order_id, str | int | None) and not isinstance(order_id, bool)
    if not usable or order_id == "":
        msg = (
            "order_id must be a string that is not empty, or a whole number, "
            f"got {order_id!r}: leave it out where every order is one event"
        )
        raise InputError(msg)


@attrs.frozen
class Order:
    """What an event says: an order, a line of an order, or a refund.

    Parameters
    ----------
    date : date or ISO string
        The calendar day, in the zone the business counts its days in.
    amount : float, int or Decimal [currency]
        Negative for a refund. Zero is an order.
    order_id : str or int, optional
        Orders that share an order id are lines of one order. Without it each is one.

    Raises
    ------
    InputError
        When `date` is no calendar day, `amount` is missing or infinite, or `order_id` is neither
        a string nor a whole number.
    TypeError
        When `amount` is no number.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.lifecycle.Order("2026-01-05", 20.00, order_id="A1").date
    datetime.date(2026, 1, 5)
    """

    date: dt.date = attrs.field(converter=_read_date)
    amount: float = attrs.field(converter=_read_amount)
    order_id: OrderId | None = attrs.field(
        default=None, kw_only=True, converter=_read_order_id, validator=_check_order_id
    )


class DayTotal(NamedTuple):
    """What one day brought: orders, and money in minor units, both ways ≥ 0."""

    day: int
    orders: int
    bought: int
    refunded: int


@attrs.frozen
class OrderHistory:
    """The totals of each day with an event, by day, and the day on which each order id began.

    The same events in another order give an equal history.
    """

    days: tuple[DayTotal, ...] = ()
    order_ids: tuple[tuple[OrderId, int], ...] = ()
    """Sorted, numbers before strings."""

    @classmethod
    def from_lists(cls, days: list[list[Any]], order_ids: list[list[Any]]) -> Self:
        """Return the history that `to_lists` wrote; raise ValueError where none could be so."""
        history = cls(
            tuple(DayTotal(read_day(day, "a day"), *counts) for day, *counts in days),
            tuple((name, read_day(day, "a day")) for name, day in order_ids),
        )
        if not history._is_sound():
            msg = "its days or order ids are none that orders could have left"
            raise ValueError(msg)
        return history

    def to_lists(self) -> dict[str, list[list[Any]]]:
        """Return both parts as JSON types, days as ISO strings."""
        return {
            "days": [[to_date(day).isoformat(), *counts] for day, *counts in self.days],
            "order_ids": [[name, to_date(day).isoformat()] for name, day in self.order_ids],
        }

    @property
    def money(self) -> int:
        """All that was ever moved, either way [minor units]."""
        return sum(total.bought + total.refunded for total in self.days)

    def add(self, day: int, amount: int, order_id: OrderId | None) -> Self:
        """Return the history with one more order, order line or refund [minor units]."""
        if amount < 0:
            return attrs.evolve(self, days=_add(self.days, DayTotal(day, 0, 0, -amount)))
        begun, named = None, self.order_ids
        if order_id is not None:
            begun, named = _begin(named, order_id, day)
        new = begun is None or day < begun
        days = _add(self.days, DayTotal(day, int(new), amount, 0))
        if begun is not None and new:  # the order began earlier than was known
            days = _add(days, DayTotal(begun, -1, 0, 0))
        return type(self)(days, named)

    def until(self, day: int) -> tuple[DayTotal, ...]:
        """Return the totals up to a day."""
        return self.days[: bisect_right(self.days, day, key=attrgetter("day"))]

    def _is_sound(self) -> bool:
        """Tell whether some events could have left this."""
        orders = {total.day: total.orders for total in self.days}
        begun = Counter(day for _, day in self.order_ids)
        names = [name for name, _ in self.order_ids]
        return (
            all(type(count) is int and count >= 0 for total in self.days for count in total[1:])
            and self.money < LARGEST_EXACT
            and [total.day for total in self.days] == sorted(orders)
            and all(type(name) in (str, int) for name in names)
            and [_place(name) for name in names] == sorted(map(_place, set(names)))
            and all(orders.get(day, 0) >= count for day, count in begun.items())
        )


def _add(days: tuple[DayTotal, ...], more: DayTotal) -> tuple[DayTotal, ...]:
    """Return the totals with one more day, or with more on a day that is there."""
    place = bisect_left(days, more.day, key=attrgetter("day"))
    if place == len(days) or days[place].day != more.day:
        return (*days[:place], more, *days[place:])
    day, *counts = days[place]
    total = DayTotal(day, *(one + other for one, other in zip(counts, more[1:], strict=True)))
    return (*days[:place], total, *days[place + 1 :])


def _begin(
    named: tuple[tuple[OrderId, int], ...], order_id: OrderId, day: int
) -> tuple[int | None, tuple[tuple[OrderId, int], ...]]:
    """Return the day on which an order began so far, and the ids with `day` where it is earlier."""
    place = bisect_left(named, _place(order_id), key=lambda pair: _place(pair[0]))
    known = named[place : place + 1]
    if not known or known[0][0] != order_id:
        return None, (*named[:place], (order_id, day), *named[place:])
    begun = known[0][1]
    return begun, (*named[:place], (order_id, min(begun, day)), *named[place + 1 :])


def _place(order_id: OrderId) -> tuple[bool, OrderId]:
    return isinstance(order_id, str), order_id
