"""The order log: every order row accounted for, and the customer table as of any day."""

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Literal, Self

import attrs
import pandas as pd

from custvalue._calendar import Day, read_day, to_date
from custvalue._containers import is_word
from custvalue._ids import kind_of_ids
from custvalue._orders.customer_days import CustomerDays
from custvalue._orders.customer_table import btyd_table, customer_table, silence_table
from custvalue._orders.merging import Runs
from custvalue._orders.rows import OrderFormat, OrderRows, read_orders
from custvalue._words import say_count, say_type
from custvalue.errors import InputError

__all__ = ["OrderLog", "summarize_orders"]  # what else is here serves the other rooms

DAYS_PER_UNIT = {"D": 1, "W": 7}


@attrs.frozen(eq=False, repr=False)
class OrderLog:
    """An immutable log of orders, sorted once, that answers for any day.

    Build one with `from_frame` or `from_batches`. It keeps no reference to the frame.

    What counts: a non-negative line is (part of) an order, on its own day; zero is an order. A
    negative line is a refund: it moves money on its own day, never the count or the dates of
    orders. With order ids, the lines that share one are one order, on the day of the first.
    Money is summed in whole minor units, so no figure depends on the order of the rows.

    Attributes
    ----------
    currency : str or None
        The currency of the log, where a currency column was given.

    Examples
    --------
    >>> import custvalue as cv, pandas as pd
    >>> orders = pd.DataFrame(
    ...     {
    ...         "customer_id": ["ann", "bob", "ann", "ann"],
    ...         "date": pd.to_datetime(["2026-01-05", "2026-01-09", "2026-02-04", "2026-02-10"]),
    ...         "amount": [20.00, 15.50, 30.00, -5.00],
    ...     }
    ... )
    >>> log = cv.OrderLog.from_frame(orders)
    >>> log
    OrderLog: 3 orders and 1 refund of 2 customers, 2026-01-05 to 2026-02-10
    >>> log.customers("2026-03-01")[["orders", "revenue", "days_since_last_order"]].loc[
    ...     "ann"
    ... ].tolist()
    [2.0, 45.0, 25.0]
    """

    _days: CustomerDays
    _format: OrderFormat
    _excluded: Mapping[str, int]
    _later: int | None
    currency: str | None

    @classmethod
    def from_frame(
        cls,
        orders: pd.DataFrame,
        *,
        customer: Hashable = "customer_id",
        date: Hashable = "date",
        amount: Hashable = "amount",
        order_id: Hashable | None = None,
        currency: Hashable | None = None,
        decimals: int = 2,
        timezone: str | None = None,
        refunds: Literal["net", "ignore", "raise"] = "net",
        invalid: Literal["raise", "exclude"] = "raise",
        history_starts: Day | None = None,
    ) -> Self:
        """Build a log from a frame of one row per order, or per order line.

        Parameters
        ----------
        orders : DataFrame, shape (rows, columns)
            Any order of rows, any index; it is neither changed nor kept.
        customer, date, amount : column names
            Ids of any hashable dtype, kept as given; dates or times; money.
        order_id : column name, optional
            Lines that share an order id are one order. Without it each row is one.
        currency : column name, optional
            Checked to hold one currency only.
        decimals : int, default 2
            Decimal places of the minor unit. Every amount must be a whole number of these units,
            within 1e-6 of one or 2 ulp.
        timezone : str, optional
            The zone in which days begin and end. Needed for times that carry a zone, and an error
            for times that carry none.
        refunds : {"net", "ignore", "raise"}
            Whether refunds lower revenue, do not, or are an error. ``refunded`` is filled always.
        invalid : {"raise", "exclude"}
            What happens to rows that lack a customer (also an empty string), a date, an amount,
            or the order id an order line needs, or whose date lies outside 1900 to 2199: an
            error that names them, or out they go, counted in the `ledger`.
        history_starts : date or ISO string, optional
            The day from which the log is complete, when earlier rows are only some of the orders.
            See `gaps`.

        Returns
        -------
        OrderLog

        Raises
        ------
        InputError
            When columns are lacking, rows are faulty, amounts are infinite or no whole minor
            units, an order id stands with two customers, currencies or zones are mixed, or the
            money adds up to 2**53 minor units or more.
        TypeError
            When `orders` is no pandas DataFrame or a column holds another kind of values.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> lines = pd.DataFrame(
        ...     {
        ...         "who": [7, 7, 8],
        ...         "day": pd.to_datetime(["2026-01-05", "2026-01-05", "2026-01-09"]),
        ...         "euro": [12.00, 8.00, 15.50],
        ...         "order": ["A1", "A1", "A2"],
        ...     }
        ... )
        >>> log = cv.OrderLog.from_frame(
        ...     lines, customer="who", date="day", amount="euro", order_id="order"
        ... )
        >>> log.ledger[["orders", "merged lines"]].to_dict()
        {'orders': 2, 'merged lines': 1}
        """
        form = OrderFormat(
            customer=customer,
            date=date,
            amount=amount,
            order_id=order_id,
            currency=currency,
            decimals=decimals,
            timezone=timezone,
            refunds=refunds,
            invalid=invalid,
            history_starts=history_starts,
        )
        return cls._from_rows(read_orders(orders, form), form)

    @classmethod
    def from_batches(cls, frames: Iterable[pd.DataFrame], **how: Any) -> Self:  # noqa: ANN401 - as from_frame
        """Build a log from frames that come one after another, as from a large file.

        The result equals building from all rows at once. Only one frame needs to be in memory,
        beside at most twice the log.

        Parameters
        ----------
        frames : iterable of DataFrame
            At least one.
        **how
            The keyword arguments of `from_frame`.

        Returns
        -------
        OrderLog

        Raises
        ------
        InputError, TypeError
            As for `from_frame`, with the rows of the frame at fault; when there is no frame; when
            ids are text in one frame and numbers in another.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> january = pd.DataFrame(
        ...     {"customer_id": [7], "date": [pd.Timestamp("2026-01-05")], "amount": [12.0]}
        ... )
        >>> february = january.assign(date=pd.Timestamp("2026-02-05"))
        >>> cv.OrderLog.from_batches([january, february])
        OrderLog: 2 orders of 1 customer, 2026-01-05 to 2026-02-05
        """
        log: Self | None = None
        runs = Runs()
        try:
            batches = iter(frames)
        except TypeError as error:
            msg = f"from_batches takes frames, as [january, february], got {type(frames).__name__}"
            raise TypeError(msg) from error
        for frame in batches:
            batch = cls.from_frame(frame, **how)
            runs.add(batch._days)
            log = batch if log is None else log._beside(batch)
            del frame, batch  # before the next one comes
        if log is None:
            msg = "from_batches needs at least one frame, got none: give an empty one for no orders"
            raise InputError(msg)
        return attrs.evolve(log, days=runs.whole())

    def extend(self, later: pd.DataFrame) -> Self:
        """Return a log that holds the rows of another frame as well.

        It equals building from all rows at once, however these are split: `later` need not be
        later, and the lines of one order may stand in both.

        Parameters
        ----------
        later : DataFrame
            Read like the first frame, with the same columns and settings.

        Returns
        -------
        OrderLog

        Raises
        ------
        InputError, TypeError
            As for `from_frame`; also when the currency is another one, or ids are text here and
            numbers there.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> january = pd.DataFrame(
        ...     {"customer_id": [7], "date": [pd.Timestamp("2026-01-05")], "amount": [12.0]}
        ... )
        >>> log = cv.OrderLog.from_frame(january)
        >>> log.extend(january.assign(date=pd.Timestamp("2026-02-05"))).ledger[["orders"]].to_dict()
        {'orders': 2}
        """
        batch = self._from_rows(read_orders(later, self._format), self._format)
        runs = Runs()
        runs.add(self._days)
        runs.add(batch._days)
        return attrs.evolve(self._beside(batch), days=runs.whole())

    def until(self, as_of: Day) -> Self:
        """Return the log as it was at the end of a day.

        It equals building from the rows up to that day. Rows after it are counted in the `ledger`
        under ``later``.

        Parameters
        ----------
        as_of : date or ISO string
            A calendar day in the log's own zone.

        Returns
        -------
        OrderLog

        Raises
        ------
        InputError
            When `as_of` is no calendar day.

        Examples
        --------
        >>> import custvalue as cv
        >>> log = cv.OrderLog.from_frame(cv.examples.example_orders())
        >>> log.until("2026-01-31")
        OrderLog: 3 orders of 2 customers, 2026-01-05 to 2026-01-20
        """
        day = read_day(as_of, "as_of")
        gone = self._days.count_rows_after(day)
        return attrs.evolve(self, days=self._days.until(day), later=(self._later or 0) + gone)

    def rows_after(self, as_of: Day) -> int:
        """Return how many rows of the log lie after a day.

        Parameters
        ----------
        as_of : date or ISO string
            The day.

        Returns
        -------
        int

        Raises
        ------
        InputError
            When `as_of` is no calendar day.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.OrderLog.from_frame(cv.examples.example_orders()).rows_after("2026-01-31")
        2
        """
        return self._days.count_rows_after(read_day(as_of, "as_of"))

    @property
    def ledger(self) -> "pd.Series[int]":
        """What became of every row given: counts by class, which add up to the rows.

        ``orders``, ``merged lines`` (further lines of an order), ``refunds``, and one
        ``excluded: <reason>`` per reason; after `until` also ``later``.

        Examples
        --------
        >>> import custvalue as cv
        >>> log = cv.OrderLog.from_frame(cv.examples.example_orders())
        >>> log.ledger[["orders", "refunds"]].to_dict()
        {'orders': 4, 'refunds': 1}
        """
        counts = self._days.count_rows()
        counts |= {f"excluded: {reason}": n for reason, n in self._excluded.items()}
        if self._later is not None:
            counts["later"] = self._later
        return pd.Series(counts, name="rows", dtype="int64")

    @property
    def start(self) -> dt.date | None:
        """The day of the first row; None for a log without rows.

        Examples
        --------
        >>> import custvalue as cv
        >>> log = cv.OrderLog.from_frame(cv.examples.example_orders())
        >>> log.start.isoformat()
        '2026-01-05'
        """
        days = [int(d.min()) for d in (self._days.day, self._days.apart.day) if len(d)]
        return to_date(min(days)) if days else None

    @property
    def end(self) -> dt.date | None:
        """The day of the last row, which is not the end of observation; None without rows.

        Examples
        --------
        >>> import custvalue as cv
        >>> log = cv.OrderLog.from_frame(cv.examples.example_orders())
        >>> log.end.isoformat()
        '2026-02-10'
        """
        days = [int(d.max()) for d in (self._days.day, self._days.apart.day) if len(d)]
        return to_date(max(days)) if days else None

    @property
    def decimals(self) -> int:
        """The decimal places of the minor unit.

        Examples
        --------
        >>> import custvalue as cv
        >>> log = cv.OrderLog.from_frame(cv.examples.example_orders())
        >>> log.decimals
        2
        """
        return self._format.decimals

    @property
    def history_starts(self) -> dt.date | None:
        """The day from which the log is complete, if that was said.

        Examples
        --------
        >>> import custvalue as cv
        >>> log = cv.OrderLog.from_frame(cv.examples.example_orders(), history_starts="2026-01-01")
        >>> log.history_starts.isoformat()
        '2026-01-01'
        """
        return self._format.history_starts

    @property
    def nbytes(self) -> int:
        """The memory the log holds [bytes], besides the ids themselves.

        Examples
        --------
        >>> import custvalue as cv
        >>> log = cv.OrderLog.from_frame(cv.examples.example_orders())
        >>> log.nbytes < 1000
        True
        """
        return self._days.count_bytes()

    def customers(self, as_of: Day, *, since: Day | None = None) -> pd.DataFrame:
        """Return one row per customer known by the end of a day.

        Customers with nothing but refunds are there, with 0 orders.

        Parameters
        ----------
        as_of : date or ISO string
            A calendar day in the log's own zone; it means the end of that day.
        since : date or ISO string, optional
            Count orders and money after this day only, in ``(since, as_of]``. Dates, tenure and
            gaps still look at the whole history.

        Returns
        -------
        DataFrame indexed by customer id, sorted (in order of appearance if ids do not compare)
            ``orders``, ``order_days`` (days with an order) : int64 [1];
            ``revenue``, ``refunded`` (≥ 0), ``average_order_value`` : float64 [currency];
            ``first_order``, ``last_order`` : datetime64[s];
            ``days_since_last_order``, ``tenure_days`` (as_of − first), ``active_days``
            (last − first), ``mean_gap_days`` (active_days / (order days − 1)) : float64 [days].
            What a customer without an order lacks is missing.

        Raises
        ------
        InputError
            When a day is no calendar day, or `since` is not before `as_of`.

        Examples
        --------
        >>> import custvalue as cv
        >>> log = cv.OrderLog.from_frame(cv.examples.example_orders())
        >>> log.customers("2026-03-01")[["orders", "revenue", "mean_gap_days"]].to_dict("index")[
        ...     "ann"
        ... ]
        {'orders': 3, 'revenue': 75.0, 'mean_gap_days': 15.0}
        """
        day = read_day(as_of, "as_of")
        start = None if since is None else read_day(since, "since")
        if start is not None and start >= day:
            msg = f"since must be a day before as_of, got since={since!r} and as_of={as_of!r}"
            raise InputError(msg)
        net = self._format.refunds != "ignore"
        return customer_table(self._days, day, start, decimals=self.decimals, net=net)

    def ordered_between(self, after: Day, until: Day) -> "pd.Series[bool]":
        """Tell for each customer known at a day whether it ordered in the time that followed.

        Parameters
        ----------
        after, until : date or ISO string
            Orders count from the day after `after` through `until`: ``(after, until]``.

        Returns
        -------
        Series of bool, indexed by id like ``customers(after)``

        Raises
        ------
        InputError
            When a day is no calendar day, or `after` is not before `until`.

        Examples
        --------
        >>> import custvalue as cv
        >>> log = cv.OrderLog.from_frame(cv.examples.example_orders())
        >>> log.ordered_between("2026-01-31", "2026-02-28").to_dict()
        {'ann': True, 'bob': False}
        """
        first, last = read_day(after, "after"), read_day(until, "until")
        if first >= last:
            msg = f"after must be a day before until, got after={after!r} and until={until!r}"
            raise InputError(msg)
        ends = self._days.ends(first)
        known = self._days.seen_by(first, ends)
        ordered = self._days.ends(last) > ends
        return pd.Series(ordered[known], index=self._days.ids[known], name="ordered", copy=False)

    def gaps(self, as_of: Day) -> pd.DataFrame:
        """Return the silences of each customer up to a day, one per order day.

        A silence begins on an order day. It ends with the next order day, or is still running.

        Parameters
        ----------
        as_of : date or ISO string
            The end of observation.

        Returns
        -------
        DataFrame indexed by customer id (repeated), sorted by id and day
            ``order_number`` int64: which order day began it, from 1;
            ``began`` datetime64[s]; ``days`` int64 [days]: its length, up to `as_of` if running;
            ``returned`` bool: whether the next order ended it;
            ``entry_days`` int64 [days]: how long it had lasted when the log became complete
            (`history_starts`), 0 where it was complete already; a silence no longer than that
            was not fully seen.

        Raises
        ------
        InputError
            When `as_of` is no calendar day.

        Examples
        --------
        >>> import custvalue as cv
        >>> gaps = cv.OrderLog.from_frame(cv.examples.example_orders()).gaps("2026-03-01")
        >>> gaps.loc["ann", "days"].tolist(), gaps.loc["ann", "returned"].tolist()
        ([15, 15, 25], [True, True, False])
        """
        starts = self.history_starts
        complete = None if starts is None else read_day(starts, "history_starts")
        return silence_table(self._days, read_day(as_of, "as_of"), complete)

    def to_btyd(self, as_of: Day, *, unit: Literal["D", "W"] = "D") -> pd.DataFrame:
        """Return the summary that "buy till you die" models are fitted on.

        Only here the words of that field are used, in that field's meaning.

        Parameters
        ----------
        as_of : date or ISO string
            The end of the calibration period.
        unit : {"D", "W"}
            Days, or weeks as days / 7.

        Returns
        -------
        DataFrame indexed by customer id
            ``frequency`` int64: repeat purchases, order days − 1;
            ``recency`` float64 [unit]: age at the last purchase;
            ``T`` float64 [unit]: age at `as_of`;
            ``monetary_value`` float64 [currency]: mean money of the repeat order days, refunds
            not subtracted, 0 where there are none. Nothing is missing. Customers without an order
            are left out; ``.attrs["without_order"]`` says how many.

        Raises
        ------
        InputError
            When `as_of` is no calendar day or `unit` is another one.

        References
        ----------
        P. S. Fader, B. G. S. Hardie and K. L. Lee (2005), "Counting your customers" the easy way.
        Marketing Science 24(2), 275-284.

        Examples
        --------
        >>> import custvalue as cv
        >>> log = cv.OrderLog.from_frame(cv.examples.example_orders())
        >>> log.to_btyd("2026-03-01").loc["ann"].to_dict()
        {'frequency': 2.0, 'recency': 30.0, 'T': 55.0, 'monetary_value': 30.0}
        """
        if not is_word(unit, DAYS_PER_UNIT):
            msg = f"unit must be 'D' (days) or 'W' (weeks), got {unit!r}"
            raise InputError(msg)
        return btyd_table(
            self._days,
            read_day(as_of, "as_of"),
            decimals=self.decimals,
            per_unit=DAYS_PER_UNIT[unit],
        )

    def __repr__(self) -> str:
        """Say how much the log holds, and of when."""
        rows = self._days.count_rows()
        held = say_count(rows["orders"], "order", "orders")
        if rows["refunds"]:
            held += f" and {say_count(rows['refunds'], 'refund', 'refunds')}"
        when = f", {self.start} to {self.end}" if self.start else ""
        customers = say_count(len(self._days.ids), "customer", "customers")
        return f"OrderLog: {held} of {customers}{when}"

    @classmethod
    def _from_rows(cls, rows: OrderRows, form: OrderFormat) -> Self:
        return cls(rows.days, form, rows.excluded, None, rows.currency)

    def _beside(self, other: Self) -> Self:
        """Return this log with what another is, but for its days: exclusions and currency."""
        currencies = {log.currency for log in (self, other) if log.currency is not None}
        if len(currencies) > 1:
            named = ", ".join(sorted(currencies))
            msg = f"one log holds one currency, got {named}: build a log per currency"
            raise InputError(msg)
        _require_one_kind(self._format.customer, self._days.ids, other._days.ids)
        if self._days.named is not None and other._days.named is not None:
            _require_one_kind(self._format.order_id, self._days.named.ids, other._days.named.ids)
        return attrs.evolve(
            self,
            days=self._days if len(self._days.ids) else other._days,  # which tell the kind of ids
            excluded={why: n + other._excluded[why] for why, n in self._excluded.items()},
            currency=next(iter(currencies), None),
        )


def summarize_orders(
    orders: pd.DataFrame,
    *,
    as_of: Day,
    since: Day | None = None,
    **how: Any,  # noqa: ANN401 - as from_frame
) -> pd.DataFrame:
    """Return the customer table of an order frame in one step.

    The short way to ``OrderLog.from_frame(orders, ...).customers(as_of, since=since)``.

    Parameters
    ----------
    orders : DataFrame
        One row per order or order line.
    as_of, since : date or ISO string
        As for `OrderLog.customers`.
    **how
        The keyword arguments of `OrderLog.from_frame`.

    Returns
    -------
    DataFrame
        As `OrderLog.customers`.

    Raises
    ------
    InputError, TypeError
        As for `OrderLog.from_frame` and `OrderLog.customers`.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.summarize_orders(cv.examples.example_orders(), as_of="2026-03-01")["orders"].to_dict()
    {'ann': 3, 'bob': 1}
    """
    return OrderLog.from_frame(orders, **how).customers(as_of, since=since)


def _require_one_kind(what: object, held: "pd.Index[Any]", came: "pd.Index[Any]") -> None:
    """Raise where 1 would be another id than "1"."""
    kinds = kind_of_ids(held), kind_of_ids(came)
    if None not in kinds and kinds[0] != kinds[1]:
        how = "pd.to_numeric" if kinds[0] == "numbers" else ".astype('Int64').astype('string')"
        msg = (
            f"{what} must hold ids of one kind in all frames of a log, got {kinds[1]} after "
            f"{kinds[0]}: convert one to the other's kind first, as with {how}"
        )
        raise InputError(msg)


def require_log(log: object) -> None:
    """Raise when what should be an order log is none."""
    if not isinstance(log, OrderLog):
        msg = (
            f"log must be an OrderLog, got {say_type(log)}: "
            "build one, with OrderLog.from_frame(orders)"
        )
        raise TypeError(msg)
