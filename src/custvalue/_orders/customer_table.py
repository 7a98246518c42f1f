"""Tables read off the customer days: one row per customer, per silence, or per BTYD customer."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._calendar import to_times
from custvalue._orders.customer_days import CustomerDays, Ints, sum_runs
from custvalue._statistics import ratio

Floats = npt.NDArray[np.float64]
NAT = np.datetime64("NaT", "s")


def customer_table(
    log: CustomerDays, as_of: int, since: int | None, *, decimals: int, net: bool
) -> pd.DataFrame:
    """Return the customer table of `OrderLog.customers`."""
    begin, end = log.starts[:-1], log.ends(as_of)
    window = begin if since is None else log.ends(since)
    seen = log.seen_by(as_of, end)
    refunded = np.zeros(len(begin), dtype=np.int64)
    late = np.zeros(len(begin), dtype=np.int64)
    if len(log.apart.day):
        early = log.apart.pick(log.apart.day <= as_of)
        if since is not None:
            early = early.pick(early.day > since)
        back = early.amount < 0
        np.subtract.at(refunded, early.customer[back], early.amount[back])
        np.add.at(late, early.customer[~back], early.amount[~back])
    orders = sum_runs(log.orders, window, end)
    revenue = sum_runs(log.gross, window, end)
    revenue += late
    if net:
        revenue -= refunded
    order_days = end - window
    all_days = end - begin
    ids = log.ids[:]  # its own index: a caller may rename it
    if not seen.all():
        ids, orders, revenue, refunded = ids[seen], orders[seen], revenue[seen], refunded[seen]
        begin, end, order_days = begin[seen], end[seen], order_days[seen]
        all_days = all_days[seen]
    bought = all_days > 0
    first, last = _days_at(log, begin, bought), _days_at(log, end - 1, bought)
    money = 10.0**decimals
    spent = revenue / money
    active = np.where(bought, (last - first).astype(np.float64), np.nan)
    return pd.DataFrame(
        {
            "orders": orders,
            "order_days": order_days,
            "revenue": spent,
            "refunded": refunded / money,
            "average_order_value": ratio(spent, orders),
            "first_order": np.where(bought, to_times(first), NAT),
            "last_order": np.where(bought, to_times(last), NAT),
            "days_since_last_order": np.where(bought, as_of - last, np.nan),
            "tenure_days": np.where(bought, as_of - first, np.nan),
            "active_days": active,
            "mean_gap_days": ratio(active, all_days - 1),
        },
        index=ids,
        copy=False,
    )


def silence_table(log: CustomerDays, as_of: int, history_starts: int | None) -> pd.DataFrame:
    """Return the silences of `OrderLog.gaps`: one row per order day up to `as_of`."""
    begin, end = log.starts[:-1], log.ends(as_of)
    length = end - begin
    customer = np.repeat(np.arange(len(begin)), length)
    number = np.arange(len(customer)) - np.repeat(np.cumsum(length) - length, length)
    day = log.day[np.repeat(begin, length) + number].astype(np.int64)
    returned = number + 1 < np.repeat(length, length)
    following = np.append(day[1:], as_of)
    days = np.where(returned, following, as_of) - day
    entered = np.zeros(len(day), dtype=np.int64)
    if history_starts is not None:
        entered = np.clip(history_starts - day, 0, None)
    return pd.DataFrame(
        {
            "order_number": number + 1,
            "began": to_times(day),
            "days": days,
            "returned": returned,
            "entry_days": entered,
        },
        index=log.ids[customer],
        copy=False,
    )


def btyd_table(log: CustomerDays, as_of: int, *, decimals: int, per_unit: int) -> pd.DataFrame:
    """Return the summary of `OrderLog.to_btyd`, and count the customers without an order."""
    begin, end = log.starts[:-1], log.ends(as_of)
    bought = end > begin
    known = np.count_nonzero(log.seen_by(as_of, end))
    begin, end = begin[bought], end[bought]
    repeats = end - begin - 1
    first, last = log.day[begin].astype(np.int64), log.day[end - 1].astype(np.int64)
    spend = sum_runs(log.gross, begin + 1, end) / 10.0**decimals
    table = pd.DataFrame(
        {
            "frequency": repeats,
            "recency": (last - first) / per_unit,
            "T": (as_of - first) / per_unit,
            "monetary_value": ratio(spend, repeats, undefined=0.0),
        },
        index=log.ids[bought],
    )
    table.attrs["without_order"] = int(known - np.count_nonzero(bought))
    return table


def _days_at(log: CustomerDays, places: Ints, bought: npt.NDArray[np.bool_]) -> Ints:
    """Return the day at each place; 0 for customers without an order."""
    if bought.all():
        return log.day[places].astype(np.int64)
    days = np.zeros(len(places), dtype=np.int64)
    days[bought] = log.day[places[bought]]
    return days
