"""Whom to contact, from when on, why, and on which day there is room for it."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._calendar import read_calendar_days, to_date, to_times
from custvalue._care.cadence import CadencePolicy, Ints, say_days
from custvalue._containers import (
    Column,
    Mask,
    as_series,
    name_rows,
    plain,
    read_numbers,
    require_columns,
    require_each_once,
    require_rows_of,
)
from custvalue._ids import sorted_places
from custvalue._scale import Label
from custvalue.errors import InputError

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

NEVER = np.iinfo(np.int32).min
_LAST_ORDER = "last_order"


class ContactNeed(Label):
    """Why a customer is to be contacted, or that it need not be yet; the most urgent first.

    Examples
    --------
    >>> import custvalue as cv
    >>> [str(need) for need in cv.care.ContactNeed]
    ['never contacted', 'forgotten', 'after an order', 'due', 'not yet']
    """

    NEVER_CONTACTED = "never contacted", "从未联系"
    FORGOTTEN = "forgotten", "久未联系"
    AFTER_ORDER = "after an order", "成交回访"
    DUE = "due", "到期联系"
    NOT_YET = "not yet", "尚未到期"


def plan_contacts(
    customers: pd.DataFrame,
    last_contact: Column,
    *,
    as_of: int,
    policy: CadencePolicy,
    value: Column | None,
    daily_capacity: object,
) -> pd.DataFrame:
    """Return the table that `care.due_contacts` describes."""
    require_columns(customers, [], "customers")
    require_each_once(customers.index, "customers")
    places_a_day = _read_capacity(daily_capacity, len(customers))
    between, asking = policy._look_up(customers)
    last = _read_past(customers, last_contact, "last_contact", as_of)
    worth = _read_values(customers, value)
    due = last + between
    by_order = np.zeros(len(due), dtype=np.bool_)
    if _LAST_ORDER in customers.columns:
        ordered = _read_past(customers, customers[_LAST_ORDER], _LAST_ORDER, as_of)
        after_order = ordered + policy.floor_days
        by_order = (ordered > last) & (after_order < due)
        due = np.where(by_order, after_order, due)
    never = last == NEVER
    due[never] = as_of
    need = np.select(
        [never, as_of - last > policy.ceiling_days, due > as_of, by_order],
        [
            ContactNeed.NEVER_CONTACTED.rank,
            ContactNeed.FORGOTTEN.rank,
            ContactNeed.NOT_YET.rank,
            ContactNeed.AFTER_ORDER.rank,
        ],
        ContactNeed.DUE.rank,
    )
    rows = _most_urgent_first(need, due, last, worth, sorted_places(customers.index))
    table: dict[str, Any] = {
        "due_on": to_times(due[rows]),
        "days_late": as_of - due[rows],
        "days_between": between[rows],
        "need": pd.Categorical.from_codes(need[rows], dtype=ContactNeed.dtype()),
        "reason": _say_reasons(need, by_order, asking, policy).take(rows),
    }
    if places_a_day is not None:
        wait = np.maximum(due[rows] - as_of, 0)
        table["contact_on"] = to_times(as_of + _days_with_room(wait, places_a_day))
    return pd.DataFrame(table, index=customers.index[rows], copy=False)


def _most_urgent_first(
    need: npt.NDArray[Any], due: Ints, last: Ints, worth: Floats, ranks: Places
) -> Places:
    """Return the rows in the order of contact: by turn, then what counts within that turn."""
    due_now = (need == ContactNeed.AFTER_ORDER.rank) | (need == ContactNeed.DUE.rank)
    turn = np.where(due_now, ContactNeed.DUE.rank, need)
    before_worth = np.select(
        [need == ContactNeed.FORGOTTEN.rank, need == ContactNeed.NOT_YET.rank], [last, due]
    )
    after_worth = np.where(due_now, due, 0)
    return np.lexsort((ranks, after_worth, -worth, before_worth, turn))


def _days_with_room(wait: Ints, places_a_day: int) -> Ints:
    """Return how many days from now each contact takes place: the first with a place left.

    None takes place before its wait is over [days]; waits do not decrease.
    """
    number = np.arange(len(wait))
    place = np.maximum.accumulate(wait * places_a_day - number) + number
    return place // places_a_day


def _say_reasons(
    need: npt.NDArray[Any], by_order: Mask, asking: Ints, policy: CadencePolicy
) -> pd.Categorical:
    """Return a sentence for each customer; those of one case share it."""
    shape = (len(ContactNeed), 2, len(policy._entries()) + 1)
    keys = np.ravel_multi_index((need, by_order.astype(np.int64), asking + 1), shape)
    codes, found = pd.factorize(keys, sort=True)
    sentences: list[object] = [
        _say_reason(list(ContactNeed)[case], policy, int(entry) - 1, by_order=bool(told))
        for case, told, entry in zip(*np.unravel_index(found, shape), strict=True)
    ]
    return pd.Categorical(sentences).take(codes)


def _say_reason(need: ContactNeed, policy: CadencePolicy, entry: int, *, by_order: bool) -> str:
    if need is ContactNeed.NEVER_CONTACTED:
        return str(need)
    why = policy._say_entry(entry)
    if by_order:
        why = f"tell what the order gained, {say_days(policy.floor_days)} after it"
    if need is ContactNeed.FORGOTTEN:
        return f"forgotten: no contact for more than {say_days(policy.ceiling_days)}; {why}"
    return f"{need}: {why}"


# --- reading -----------------------------------------------------------------------------------


def _read_past(customers: pd.DataFrame, dates: Column, what: str, as_of: int) -> Ints:
    """Return the day of each row, none of them after `as_of`; `NEVER` where it is missing."""
    require_rows_of(customers, dates, f"customers and {what}")
    column = as_series(dates, what)
    if column.isna().all():
        return np.full(len(column), NEVER, dtype=np.int64)
    read, missing = read_calendar_days(column, what, customers)
    days = read.astype(np.int64)
    if missing is not None:
        days[missing] = NEVER
    later = days > as_of
    if later.any():
        msg = (
            f"{what} must not lie after as_of ({to_date(as_of).isoformat()}), got later days in "
            f"{name_rows(later, customers)}: look on a later day, or leave their dates out"
        )
        raise InputError(msg)
    return days


def _read_values(customers: pd.DataFrame, value: Column | None) -> Floats:
    """Return what each customer is worth; what is missing counts as less than anything known."""
    if value is None:
        return np.zeros(len(customers))
    require_rows_of(customers, value, "customers and value")
    worth = read_numbers(value, "value").as_floats()
    return np.where(np.isnan(worth), -np.inf, worth)


def _read_capacity(capacity: object, customers: int) -> int | None:
    """Return how many contacts a day has room for: no more than there are customers."""
    number = plain(capacity)
    if number is None:
        return None
    msg = f"daily_capacity must be a whole number of contacts from 1 on, or None, got {capacity!r}"
    if not isinstance(number, int) or isinstance(number, bool):
        raise TypeError(msg)
    if number < 1:
        raise InputError(msg)
    return min(number, max(customers, 1))
