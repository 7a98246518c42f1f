"""The door of the order log: an order frame in any dress becomes checked numpy columns."""

import datetime as dt
from collections.abc import Hashable
from typing import Literal, NoReturn

import attrs
import numpy as np
import pandas as pd

from custvalue._calendar import Day, check_timezone, implausible, read_day, read_days, to_date
from custvalue._containers import Mask, Numbers, is_word, name_rows, read_numbers, require_columns
from custvalue._ids import Ids, read_ids
from custvalue._money import advise_rounding, check_decimals, to_minor_units
from custvalue._orders.customer_days import CustomerDays, Ints
from custvalue._words import say_count, say_type
from custvalue.errors import InputError

EXCLUDABLE = {
    "missing customer": "customer",
    "missing date": "date",
    "implausible date": "date",
    "missing amount": "amount",
    "missing order id": "order_id",
}
"""What may be wrong with a row, and the setting that names the column at fault."""


def _read_history_start(day: Day | None) -> dt.date | None:
    return None if day is None else to_date(read_day(day, "history_starts"))


@attrs.frozen(kw_only=True)
class OrderFormat:
    """How an order frame is to be read: its columns, its money and its zone."""

    customer: Hashable
    date: Hashable
    amount: Hashable
    order_id: Hashable | None
    currency: Hashable | None
    decimals: int
    timezone: str | None
    refunds: Literal["net", "ignore", "raise"]
    invalid: Literal["raise", "exclude"]
    history_starts: dt.date | None = attrs.field(converter=_read_history_start)

    def __attrs_post_init__(self) -> None:
        """Check what does not depend on a frame."""
        check_decimals(self.decimals)
        check_timezone(self.timezone)
        for name, value, choices in (
            ("refunds", self.refunds, ("net", "ignore", "raise")),
            ("invalid", self.invalid, ("raise", "exclude")),
        ):
            if not is_word(value, choices):
                msg = f"{name} must be one of {', '.join(choices)}, got {value!r}"
                raise InputError(msg)


@attrs.frozen(eq=False)
class OrderRows:
    """What one frame came to: its customer days, the rows left out, and its currency."""

    days: CustomerDays
    excluded: dict[str, int]
    currency: str | None


def read_orders(frame: pd.DataFrame, form: OrderFormat) -> OrderRows:
    """Check every column of an order frame and build its customer days."""
    _require_frame(frame)
    needed = [form.customer, form.date, form.amount]
    needed += [name for name in (form.order_id, form.currency) if name is not None]
    advice = "say what yours are called, as in customer='client', date='day', amount='total'"
    require_columns(frame, needed, "the order frame", advice=advice)
    customers = read_ids(frame[form.customer])
    day, no_date = read_days(frame[form.date], str(form.date), form.timezone)
    amounts = read_numbers(frame[form.amount], str(form.amount))
    orders = None if form.order_id is None else read_ids(frame[form.order_id])
    faults = {
        "missing customer": customers.missing(),
        "missing date": no_date,
        "implausible date": implausible(day),
        "missing amount": amounts.missing,
        "missing order id": _unnamed_orders(orders, amounts, form.decimals),
    }
    keep, excluded = _sort_out(faults, frame, form)
    if keep is not None:
        customers, day = attrs.evolve(customers, codes=customers.codes[keep]), day[keep]
        amounts = Numbers(amounts.values[keep], None)
        orders = None if orders is None else attrs.evolve(orders, codes=orders.codes[keep])
    rows = frame
    if keep is not None:
        rows = frame.loc[keep, [] if form.currency is None else [form.currency]]
    minor = _read_money(amounts, rows, form)
    currency = _read_currency(rows, form)
    return OrderRows(CustomerDays.from_rows(customers, day, minor, orders), excluded, currency)


def _require_frame(frame: object) -> None:
    if not isinstance(frame, pd.DataFrame):
        msg = (
            f"orders must be a pandas DataFrame, got {say_type(frame)}: "
            "convert it, as with .to_pandas(), or use custvalue.engines, which works where the "
            "data is"
        )
        raise TypeError(msg)


def _unnamed_orders(orders: Ids | None, amounts: Numbers, decimals: int) -> Mask | None:
    """Return which lines lack the order id they need; a refund needs none."""
    unnamed = None if orders is None else orders.missing()
    if unnamed is not None:
        unnamed &= amounts.values >= -0.5 / 10**decimals  # closer to 0 is float noise on zero
    return unnamed


def _sort_out(
    faults: dict[str, Mask | None], frame: pd.DataFrame, form: OrderFormat
) -> tuple[Mask | None, dict[str, int]]:
    """Raise for faulty rows, or count each under its first fault and return which to keep."""
    excluded = dict.fromkeys(EXCLUDABLE, 0)
    wrong = np.zeros(len(frame), dtype=np.bool_)
    for fault, mask in faults.items():
        if mask is not None:
            excluded[fault] = int((mask & ~wrong).sum())
            wrong |= mask
    if not wrong.any():
        return None, excluded
    if form.invalid == "raise":
        _refuse_rows(faults, frame, form)
    return ~wrong, excluded


def _refuse_rows(
    faults: dict[str, Mask | None], frame: pd.DataFrame, form: OrderFormat
) -> NoReturn:
    found = [
        f"{int(mask.sum()):,} with {fault} in column {getattr(form, EXCLUDABLE[fault])!r} "
        f"({name_rows(mask, frame)})"
        for fault, mask in faults.items()
        if mask is not None and mask.any()
    ]
    msg = (
        "every order row needs a customer, a date within the years 1900 to 2199, an amount, and "
        f"its order id where these are given; got {'; '.join(found)}: mend them, or give "
        "invalid='exclude' to leave them out and count them in the ledger"
    )
    raise InputError(msg)


def _read_money(amounts: Numbers, rows: pd.DataFrame, form: OrderFormat) -> Ints:
    """Return amounts in whole minor units; raise where one is not, or is a refund unwanted."""
    units = to_minor_units(amounts.values, form.decimals)
    if units.too_large is not None:
        msg = (
            f"{form.amount} must stay below 2**53 minor units, got more in "
            f"{name_rows(units.too_large, rows)}: check the unit, or use fewer decimals"
        )
        raise InputError(msg)
    if units.off_grid is not None:
        first = amounts.values[units.off_grid][0].item()
        msg = (
            f"{form.amount} must be whole minor units (decimals={form.decimals}), got {first!r} "
            f"and the like in {name_rows(units.off_grid, rows)}: {advise_rounding(form.decimals)}"
        )
        raise InputError(msg)
    if form.refunds == "raise" and (units.values < 0).any():
        refund = units.values < 0
        msg = (
            f"{form.amount} must not be negative with refunds='raise', got "
            f"{say_count(int(refund.sum()), 'refund', 'refunds')} in {name_rows(refund, rows)}: "
            "give refunds='net' or 'ignore'"
        )
        raise InputError(msg)
    return units.values


def _read_currency(rows: pd.DataFrame, form: OrderFormat) -> str | None:
    """Return the one currency of the frame; None without such a column or rows."""
    if form.currency is None or not len(rows):
        return None
    column = rows[form.currency]
    if column.isna().any():
        unsaid = column.isna().to_numpy()
        msg = (
            f"every order row needs a currency, {form.currency!r} lacks it in "
            f"{name_rows(unsaid, rows)}: fill it in, or leave these rows out"
        )
        raise InputError(msg)
    try:
        found = sorted(map(str, column.unique()))
    except TypeError as error:
        msg = f"{form.currency!r} must hold currencies as text, got others: {error}"
        raise TypeError(msg) from error
    if len(found) > 1:
        msg = (
            f"one log holds one currency, {form.currency!r} has {', '.join(found)}: convert the "
            "amounts first, or build a log per currency"
        )
        raise InputError(msg)
    return found[0]
