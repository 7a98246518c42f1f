"""The repeat curve: how the chance of another order rises with every order a customer placed."""

import datetime as dt
import math
from typing import Any, Self

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._calendar import Day, read_day, to_date
from custvalue._containers import read_number
from custvalue._statistics import product_limit
from custvalue._words import say_count, say_number, say_percent
from custvalue.errors import InputError
from custvalue.orders import OrderLog, require_log

Ints = npt.NDArray[np.int64]

FEWEST = 30  # chosen: where fewer customers are, one of them moves the chance by more than 3 points
SLACK = 1e-9  # a chance is a product of rounded factors: this close to a level it is at the level


@attrs.frozen(eq=False, repr=False, kw_only=True)
class RepeatCurve:
    """The chance that a customer orders again within a horizon, after each of its order days.

    Made by `from_log`. Orders are numbered by order **days**: the second order of a day counts no
    further. A customer whose horizon has not passed yet is *censored*: it counts for as long as it
    was watched, and then neither as one who returned nor as one who did not. So the chance is not
    below ``continued / reached``, which takes everybody not back yet for lost.

    Attributes
    ----------
    as_of : date
        The end of observation.
    within : float [days]
        The horizon: an order day counts that comes at most so many days after the one before.
    table : DataFrame indexed by ``order_number``, from 1 to the highest reached
        ``reached`` int64: customers with so many order days;
        ``continued`` int64: of these, who were seen to order again within the horizon;
        ``chance`` float64 [share]: the Kaplan-Meier estimate of another order day within it;
        ``low``, ``high`` float64 [share]: its 95% interval (Greenwood's variance, log-minus-log),
        NaN where the chance is 0 or 1.
    lower_bounds : tuple of int
        The order numbers after which nobody has been watched for the whole horizon yet. There
        ``chance`` and its interval are about the longest time watched: the chance within the
        horizon can only be higher.
    left_out : int
        Customers left out because an order of theirs lies before the log's `history_starts`: how
        many came before it is not known.

    References
    ----------
    E. L. Kaplan and P. Meier (1958), Nonparametric estimation from incomplete observations.
    Journal of the American Statistical Association 53, 457-481.

    Examples
    --------
    >>> import custvalue as cv, pandas as pd
    >>> customers = {"2026-01-05": 60, "2026-01-15": 40, "2026-01-25": 36, "2026-02-04": 30}
    >>> orders = pd.DataFrame(
    ...     [(who, pd.Timestamp(day), 9.0) for day in customers for who in range(customers[day])],
    ...     columns=["customer_id", "date", "amount"],
    ... )
    >>> log = cv.OrderLog.from_frame(orders)
    >>> curve = cv.RepeatCurve.from_log(log, as_of="2026-02-24", within=30)
    >>> curve.table["chance"].round(3).to_dict()
    {1: 0.667, 2: 0.9, 3: 0.833, 4: 0.0}
    >>> curve.lower_bounds, curve.stable_after(level=0.8)
    ((4,), 2)
    """

    as_of: dt.date
    within: float
    table: pd.DataFrame
    lower_bounds: tuple[int, ...]
    left_out: int

    @classmethod
    def from_log(cls, log: OrderLog, *, as_of: Day, within: float) -> Self:
        """Estimate the chance after each order day.

        Parameters
        ----------
        log : OrderLog
            The orders. Customers without one count nowhere.
        as_of : date or ISO string
            The end of observation; later orders change nothing.
        within : float [days]
            The horizon, above 0. The chance, and the order number from which it is stable, depend
            on it.

        Returns
        -------
        RepeatCurve

        Raises
        ------
        InputError
            When `as_of` is no calendar day, or `within` is not above 0 and finite.
        TypeError
            When `log` is no OrderLog or `within` no number.

        Examples
        --------
        >>> import custvalue as cv
        >>> from custvalue.examples import example_orders
        >>> log = cv.OrderLog.from_frame(example_orders())
        >>> print(cv.RepeatCurve.from_log(log, as_of="2026-03-01", within=20))
        2 customers by 2026-03-01: 50.0% order again within 20 days of order day 1; there is no
        order number from which on it stays at 80%.
        """
        require_log(log)
        horizon, day = read_horizon(within), read_day(as_of, "as_of")
        silences = _Silences.of(log, day)
        table, open_ended = _estimate(silences, horizon)
        return cls(
            as_of=to_date(day),
            within=horizon,
            table=table,
            lower_bounds=open_ended,
            left_out=silences.left_out,
        )

    def stable_after(self, *, level: float = 0.8) -> int | None:
        """Return the first order number from which on the chance stays at or above a level.

        Only order numbers that at least 30 customers reached have a say. Of those whose chance is a
        lower bound (`lower_bounds`), the latest as a rule, none speaks against the level: their
        customers are censored, not lost.

        Parameters
        ----------
        level : float, default 0.8 [share]
            Above 0, at most 1. A chance within 1e-9 of the level is at the level.

        Returns
        -------
        int or None
            None where no order number above the last one below the level is at the level.

        Raises
        ------
        InputError
            When `level` is not above 0 and at most 1.
        TypeError
            When it is no number.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> day = pd.to_datetime(["2026-01-05"] * 40 + ["2026-01-15"] * 30 + ["2026-01-25"] * 30)
        >>> who = [*range(40), *range(30), *range(30)]
        >>> orders = pd.DataFrame({"customer_id": who, "date": day, "amount": 9.0})
        >>> log = cv.OrderLog.from_frame(orders)
        >>> curve = cv.RepeatCurve.from_log(log, as_of="2026-02-04", within=30)
        >>> curve.table["chance"].tolist(), curve.lower_bounds
        ([0.75, 1.0, 0.0], (3,))
        >>> curve.stable_after(level=0.8), curve.stable_after(level=0.75)
        (2, 1)
        """
        least = read_level(level) - SLACK
        heard = self.table[self.table["reached"] >= FEWEST]
        reaches = heard.index[heard["chance"] >= least]
        below = heard.index.difference(reaches).difference(list(self.lower_bounds))
        stable = reaches[reaches > below.max()] if len(below) else reaches
        return int(stable[0]) if len(stable) else None

    def to_frame(self) -> pd.DataFrame:
        """Return the table with its horizon beside it, to be stacked with those of others.

        Returns
        -------
        DataFrame, one row per order number
            ``within`` float64 [days], ``order_number`` int64, then the columns of `table`.

        Examples
        --------
        >>> import custvalue as cv
        >>> from custvalue.examples import example_orders
        >>> log = cv.OrderLog.from_frame(example_orders())
        >>> frame = cv.RepeatCurve.from_log(log, as_of="2026-03-01", within=20).to_frame()
        >>> frame[["within", "order_number", "chance"]].iloc[0].tolist()
        [20.0, 1.0, 0.5]
        """
        frame = self.table.reset_index()
        frame.insert(0, "within", float(self.within))
        return frame

    def __str__(self) -> str:
        """Say where the curve begins, and from where on it is stable."""
        customers = int(self.table["reached"].iloc[0]) if len(self.table) else 0
        sentence = f"{say_count(customers, 'customer', 'customers')} by {self.as_of}"
        if customers:
            stable = self.stable_after()
            sentence += (
                f": {say_percent(self.table['chance'].iloc[0], 1)} order again within "
                f"{say_days(self.within)} of order day 1; "
            )
            sentence += (
                "there is no order number from which on it stays at 80%"
                if stable is None
                else f"from order day {stable} on at least 80% do"
            )
        if self.lower_bounds:
            bounds = say_count(
                len(self.lower_bounds), "chance is a lower bound", "chances are lower bounds"
            )
            sentence += f" ({bounds}: nobody was watched that long yet)"
        if self.left_out:
            left_out = say_count(self.left_out, "customer", "customers")
            sentence += f" ({left_out} with orders before the log is complete left out)"
        return f"{sentence}."

    def __repr__(self) -> str:
        return f"<RepeatCurve: {self}>"

    def _repr_html_(self) -> str:
        """Show the sentence and the table in a notebook."""
        return f"<p>{self}</p>" + self.table.to_html()


def read_horizon(within: float) -> float:
    """Return a horizon in days, above 0 and finite."""
    days = read_number(within, "within")
    if days <= 0:
        msg = f"within must be above 0 [days], got {within!r}: give the horizon, as within=90"
        raise InputError(msg)
    return days


def read_level(level: float) -> float:
    """Return a chance to be reached, above 0 and at most 1."""
    share = read_number(level, "level")
    if not 0 < share <= 1:
        msg = f"level must be above 0 and at most 1, got {level!r}: 80% is 0.8"
        raise InputError(msg)
    return share


def say_days(days: float) -> str:
    """Write a number of days: "1 day", "90 days"."""
    return f"{say_number(days)} {'day' if days == 1 else 'days'}"


# --- from the log to the table -----------------------------------------------------------------


@attrs.frozen(eq=False)
class _Silences:
    """What followed each order day, customer by customer: the same as `OrderLog.gaps`, bare."""

    number: Ints
    """Which order day of the customer began it, from 0."""
    days: npt.NDArray[np.int32]
    running: Ints
    """The places of those that no order has ended yet: the last of each customer."""
    left_out: int

    @classmethod
    def of(cls, log: OrderLog, as_of: int) -> Self:
        sold = log._days
        order_days = sold.ends(as_of) - sold.starts[:-1]
        day = sold.day[sold.day <= as_of]
        order_days = order_days[order_days > 0]
        left_out = 0
        if log.history_starts is not None:
            complete = day[np.cumsum(order_days) - order_days] >= read_day(
                log.history_starts, "history_starts"
            )
            left_out = int(np.count_nonzero(~complete))
            day = day[np.repeat(complete, order_days)]
            order_days = order_days[complete]
        running = np.cumsum(order_days) - 1
        number = np.arange(len(day)) - np.repeat(running + 1 - order_days, order_days)
        days = np.diff(day, append=np.int32(as_of))
        days[running] = as_of - day[running]
        return cls(number, days, running, left_out)


def _estimate(silences: _Silences, horizon: float) -> tuple[pd.DataFrame, tuple[int, ...]]:
    """Return the table, and the order numbers after which nobody was watched to the horizon.

    All silences of one order number, one length and one end are one cell, so that the estimate
    works on as many cells as there are days, not customers.
    """
    reached = np.bincount(silences.number)
    # Days are whole, and a horizon that none has lasted is as good as any other such.
    last = min(math.floor(horizon), int(silences.days.max(initial=0)) + 1)
    ended = silences.days <= last
    ended[silences.running] = False
    key = silences.number * (last + 1)
    key += np.minimum(silences.days, last)
    key <<= 1
    key += ~ended  # after those ended on that day, who are still at risk on it
    cell, size = _count_equal(key, 2 * (last + 1) * len(reached))
    number, length = np.divmod(cell >> 1, last + 1)
    at_risk = np.cumsum(reached)[number] - (np.cumsum(size) - size)
    end = cell % 2 == 0
    surviving, low, high = product_limit(size[end], at_risk[end], number[end], groups=len(reached))
    continued = np.bincount(number[end], weights=size[end], minlength=len(reached))
    watched = np.bincount(number[length == last], minlength=len(reached)) > 0
    order_number = np.arange(1, len(reached) + 1)
    columns: dict[str, Any] = {
        "reached": reached.astype(np.int64),
        "continued": continued.astype(np.int64),
        "chance": 1 - surviving,
        "low": 1 - high,
        "high": 1 - low,
    }
    table = pd.DataFrame(columns, index=pd.Index(order_number, name="order_number"))
    return table, tuple(order_number[~watched & (surviving > 0)].tolist())


def _count_equal(keys: Ints, most: int) -> tuple[Ints, Ints]:
    """Return the different keys, ascending, and how many there are of each; all are < `most`."""
    if most > len(keys):
        return np.unique(keys, return_counts=True)
    counts = np.bincount(keys, minlength=most)
    found = np.flatnonzero(counts)
    return found, counts[found]
