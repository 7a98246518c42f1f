"""The door of the order summary: rows in an engine become customers, days and minor units."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import attrs
import narwhals.stable.v2 as nw

from custvalue._calendar import FIRST_DAY, LAST_DAY
from custvalue._engines.frames import Frame, Sums, need_columns
from custvalue._engines.numbers import (
    Check,
    check_money,
    count,
    first_that_holds,
    holds,
    look,
    missing_in,
    read_column,
    read_money,
    require_exact,
)
from custvalue._orders.rows import EXCLUDABLE, OrderFormat
from custvalue._words import say_count
from custvalue.errors import InputError

ERAS = dt.date.min, dt.date.max  # days before or after are as implausible, and more than us hold
LEAP_DAYS_UNTIL_1970 = 1969 // 4 - 1969 // 100 + 1969 // 400


@attrs.frozen(eq=False)
class EngineRows:
    """The valid rows of an order frame, and what became of the others.

    The columns are ``customer``; ``day``, a midnight in the engine's own kind; ``number``, the
    same as days since 1970-01-01; ``minor``; and ``order``, where orders carry an id.
    """

    frame: Frame
    excluded: Mapping[str, int]
    refunds: int
    lines: int
    """How many are no refund: orders, or lines of orders."""


def read_rows(frame: Frame, form: OrderFormat) -> EngineRows:
    """Check an order frame, in one pass unless something is wrong, and return its valid rows."""
    named = (form.customer, form.date, form.amount, form.order_id)
    columns = [str(name) for name in named if name is not None]
    advice = "say what yours are called, as in customer='client', date='day', amount='total'"
    need_columns(frame, columns, "the order frame", advice=advice)
    customer, date, amount, *order = columns
    read = {
        "customer": _read_id(frame, customer),
        "day": _read_day(frame, date, form.timezone),
        "given": read_column(frame, amount),
        **({"order": _read_id(frame, order[0])} if order else {}),
    }
    number = _day_number(nw.col("day")).alias("number")
    rows = frame.map(lambda part: part.select(e.alias(n) for n, e in read.items()))
    rows = read_money(rows.map(lambda part: part.with_columns(number)), form.decimals)
    faults = _find_faults(rows, form)
    fault = first_that_holds(list(faults.values())).alias("fault")
    rows = rows.map(lambda part: part.with_columns(fault))
    whole, valid = nw.col("whole"), nw.col("fault") == 0
    refund = holds(whole < 0) & valid
    infinite, *others = check_money(amount, form.decimals)
    if form.refunds == "raise":
        must = f"{amount} must not be negative with refunds='raise'"
        others.append(Check(refund, must, "given", "give refunds='net' or 'ignore'"))
    checks = [infinite, *(attrs.evolve(check, wrong=check.wrong & valid) for check in others)]
    sums: Sums = {
        **{f: (count(nw.col("fault") == n), "sum") for n, f in enumerate(faults, start=1)},
        "refunds": (count(refund), "sum"),
        "lines": (count(holds(whole >= 0) & valid), "sum"),
        "size": (nw.when(valid).then(whole.abs().cast(nw.Float64)), "sum"),
    }
    found = look(rows, checks, sums)
    excluded = {reason: found.get(reason, 0) for reason in EXCLUDABLE}
    if form.invalid == "raise" and any(excluded.values()):
        _refuse_rows(rows, list(faults), excluded, form)
    require_exact(found["size"], "the amounts")
    minor = whole.cast(nw.Int64).alias("minor")
    names = ["customer", "day", "number", *(["order"] if order else [])]
    kept = rows.map(lambda part: part.filter(valid).select(*names, minor))
    return EngineRows(kept, excluded, found["refunds"], found["lines"])


def count_orders(rows: Frame) -> int:
    """Return how many orders the lines make; raise where one stands with several customers."""
    owners = rows.map_whole("order", _owners)
    torn = nw.col("owners") > 1
    found = owners.gather({"orders": (nw.lit(1), "sum"), "torn": (count(torn), "sum")})
    (orders,), (several,) = found["orders"], found["torn"]
    if several:
        named = ", ".join(map(str, owners.sample(torn, ["order"])["order"]))
        stand = say_count(several, "order id stands", "order ids stand")
        msg = (
            f"an order must belong to one customer, {stand} with several ({named}): make order "
            "ids unique, as by joining them with the customer id"
        )
        raise InputError(msg)
    return int(orders)


def _owners(rows: "nw.LazyFrame[Any]") -> "nw.LazyFrame[Any]":
    """Return how many customers each order stands with."""
    lines = (
        rows.filter(nw.col("minor") >= 0).group_by("order", "customer").agg(nw.len().alias("lines"))
    )
    return lines.group_by("order").agg(nw.len().alias("owners"))


def _find_faults(rows: Frame, form: OrderFormat) -> dict[str, nw.Expr]:
    """Return where rows lack what every order row needs."""
    number, given = nw.col("number"), nw.col("given")
    faults = {
        "missing customer": _missing_id(rows, "customer"),
        "missing date": nw.col("day").is_null(),
        "implausible date": (number < FIRST_DAY) | (number > LAST_DAY),
        "missing amount": given.is_null(),
    }
    if form.order_id is not None:
        whole = rows.schema["given"].is_integer()
        sold = holds(given >= (0 if whole else -0.5 / 10**form.decimals))  # nearer is noise on 0
        faults["missing order id"] = _missing_id(rows, "order") & sold
    return faults


def _refuse_rows(
    rows: Frame, faults: Sequence[str], counts: Mapping[str, int], form: OrderFormat
) -> NoReturn:
    """Raise for faulty rows: each counted under its first fault, with some of the customers."""
    found = []
    for number, fault in enumerate(faults, start=1):
        if counts[fault]:
            column = getattr(form, EXCLUDABLE[fault])
            some = rows.sample(nw.col("fault") == number, ["customer"])["customer"]
            whose = "" if number == 1 else f" (of {', '.join(sorted({str(one) for one in some}))})"
            found.append(f"{counts[fault]:,} with {fault} in column {column!r}{whose}")
    msg = (
        "every order row needs a customer, a date within the years 1900 to 2199, an amount, and "
        f"its order id where these are given; got {'; '.join(found)}: mend them, or give "
        "invalid='exclude' to leave them out and count them in the ledger"
    )
    raise InputError(msg)


def _read_id(frame: Frame, name: str) -> nw.Expr:
    """Return a column of ids, of a kind that rows can be grouped by."""
    dtype = frame.schema[name]
    odd = dtype.is_nested() or dtype in (nw.Duration, nw.Object)
    if odd or (dtype == nw.Unknown and _is_known_somewhere(frame, name)):
        msg = (
            f"{name} must hold ids of one kind, as text or whole numbers, got {dtype}: convert it "
            "first, as with a cast to text"
        )
        raise TypeError(msg)
    return nw.col(name)


def _is_known_somewhere(frame: Frame, name: str) -> bool:
    """Tell a column of a kind that narwhals does not know from one of missing values only."""
    (known,) = frame.gather({"known": (count(~nw.col(name).is_null()), "sum")})["known"]
    return bool(known)


def _missing_id(frame: Frame, name: str) -> nw.Expr:
    """Return where an id is missing; the empty string is none."""
    if frame.schema[name] == nw.String:
        return nw.col(name).fill_null("") == ""
    return missing_in(frame, name)


def _read_day(frame: Frame, name: str, timezone: str | None) -> nw.Expr:
    """Return the midnight each time's day began with, in the declared zone and without one."""
    time, dtype = nw.col(name), frame.schema[name]
    if isinstance(dtype, nw.Date):
        time, zone = time.clip(*ERAS).cast(nw.Datetime("us")), None
    elif isinstance(dtype, nw.Datetime):
        zone = dtype.time_zone
    else:
        msg = f"{name} must hold dates or times, got {dtype}: convert it first, as with a cast"
        raise TypeError(msg)
    if zone is None and timezone is not None:
        msg = (
            f"{name} has no time zone but timezone={timezone!r} was given: leave timezone out, or "
            "say what zone the times are in"
        )
        raise InputError(msg)
    if zone is not None and timezone is None:
        msg = (
            f"{name} has the time zone {zone}: say in which zone a day begins and ends, "
            f"as timezone={zone!r}"
        )
        raise InputError(msg)
    if zone is not None and zone != timezone and frame.session_zone:
        msg = (
            f"this engine cuts days in the zone of its session, {zone}, got "
            f"timezone={timezone!r}: set the zone of the session to that, and read the frame again"
        )
        raise InputError(msg)
    if timezone is not None:
        time = time.dt.convert_time_zone(timezone).dt.replace_time_zone(None)
    return time.dt.truncate("1d").cast(nw.Datetime("us"))  # Spark truncates to times of a zone


def _day_number(day: nw.Expr) -> nw.Expr:
    """Return days since 1970-01-01: every engine knows the year and the day of the year.

    Where the day is missing, the number is one that means nothing.
    """
    year = day.dt.year().fill_null(1970).cast(nw.Int64)
    before = year - 1
    leap_days = before // 4 - before // 100 + before // 400 - LEAP_DAYS_UNTIL_1970
    return (year - 1970) * 365 + leap_days + day.dt.ordinal_day().fill_null(1).cast(nw.Int64) - 1
