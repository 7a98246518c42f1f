"""The eight stages of a customer: who stands where, since when, and who is stuck."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from custvalue._calendar import Day, read_day
from custvalue._containers import Column, read_steps
from custvalue._lifecycle.customer_record import CustomerRecord
from custvalue._lifecycle.facts import CustomerFacts
from custvalue._lifecycle.learner import LifecycleLearner
from custvalue._lifecycle.order_history import Order
from custvalue._lifecycle.policy import LifecyclePolicy
from custvalue._lifecycle.repeat_curve import RepeatCurve
from custvalue._lifecycle.stage_dates import count_table, date_table
from custvalue._lifecycle.stages import Focus, Stage
from custvalue._lifecycle.waiting import read_entries, read_limits, stalled_table, time_table
from custvalue._statistics import ratio
from custvalue.orders import OrderLog, require_log

__all__ = [
    "CustomerFacts",
    "CustomerRecord",
    "Focus",
    "LifecycleLearner",
    "LifecyclePolicy",
    "Order",
    "RepeatCurve",
    "Stage",
    "focus_shares",
    "funnel",
    "replay",
    "stage_dates",
    "stage_times",
    "stalled",
]


def funnel(stages: Column) -> pd.DataFrame:
    """Count the customers on each stage, and how many went on from there.

    It reads downwards from suspect to partner. As stages do not need the ones below them, a
    customer beyond a stage need not have stood on it.

    Parameters
    ----------
    stages : Series, Categorical, array or list of Stage, shape (n,)
        One per customer. Missing ones are left out and counted.

    Returns
    -------
    DataFrame indexed by stage, shape (8, 4), lowest first
        ``customers`` int64, on this stage; ``at_or_beyond`` int64, on this stage or a later one;
        ``conversion`` float64 [share], of those at or beyond this stage the ones beyond it, NaN
        for the last stage and where nobody is on it: who is beyond need not have stood there, so
        how many go on is not known; ``share`` float64 [share], of all customers with a stage, NaN
        without any. ``.attrs["without_stage"]`` holds the number left out.

    Raises
    ------
    InputError
        When a label is no stage; the sentence names the rows.
    TypeError
        When `stages` is not one column.

    Examples
    --------
    >>> import custvalue as cv
    >>> table = cv.funnel(["suspect", "suspect", "first-time", "repeat", None])
    >>> table["at_or_beyond"].tolist()
    [4, 2, 2, 1, 0, 0, 0, 0]
    >>> table.loc[["suspect", "prospect", "first-time"], "conversion"].tolist()
    [0.5, nan, 0.5]
    >>> table.attrs["without_stage"]
    1
    """
    codes = read_steps(stages, Stage, "stages")
    placed = codes[codes >= 0]
    customers = np.bincount(placed, minlength=len(Stage)).astype(np.int64)
    at_or_beyond = customers[::-1].cumsum()[::-1]
    beyond = np.append(at_or_beyond[1:].astype(np.float64), np.nan)
    table = pd.DataFrame(
        {
            "customers": customers,
            "at_or_beyond": at_or_beyond,
            "conversion": np.where(customers > 0, ratio(beyond, at_or_beyond), np.nan),
            "share": ratio(customers, customers.sum(keepdims=True)),
        },
        index=pd.CategoricalIndex([stage.value for stage in Stage], dtype=Stage.dtype()),
    ).rename_axis(index="stage")
    table.attrs["without_stage"] = len(codes) - len(placed)
    return table


def focus_shares(stages: Column) -> pd.DataFrame:
    """Count the customers by what their stage calls for: select, acquire, retain, expand.

    Parameters
    ----------
    stages : Series, Categorical, array or list of Stage, shape (n,)
        One per customer. Missing ones are left out and counted.

    Returns
    -------
    DataFrame indexed by ``focus`` (categorical), all four
        ``customers`` int64; ``share`` float64 [share], of those with a stage, NaN where there is
        nobody. ``attrs["without_stage"]`` holds the number left out.

    Raises
    ------
    InputError
        When a label is no stage; the sentence names the rows.
    TypeError
        When `stages` is not one column.

    Examples
    --------
    >>> import custvalue as cv
    >>> table = cv.lifecycle.focus_shares(["suspect", "first-time", "repeat", "long-term"])
    >>> table["share"].to_dict()
    {'select': 0.25, 'acquire': 0.25, 'retain': 0.5, 'expand': 0.0}
    """
    by_stage = funnel(stages)
    customers = np.zeros(len(Focus), dtype=np.int64)
    np.add.at(customers, [stage.focus.rank for stage in Stage], by_stage["customers"].to_numpy())
    table = pd.DataFrame(
        {"customers": customers, "share": ratio(customers, customers.sum(keepdims=True))},
        index=pd.CategoricalIndex([focus.value for focus in Focus], dtype=Focus.dtype()),
    ).rename_axis(index="focus")
    table.attrs["without_stage"] = by_stage.attrs["without_stage"]
    return table


def stage_dates(log: OrderLog, policy: LifecyclePolicy, *, as_of: Day) -> pd.DataFrame:
    """Return the day on which each customer reached each stage that orders alone can show.

    These are the stages whose evidence is the number of orders and the days between the first and
    the last: ``policy.reachable(["orders", "active_days"])``, without the lowest, which needs
    none. A customer has reached a stage when it stands there or beyond at the end of a day.

    Parameters
    ----------
    log : OrderLog
        Where the log does not hold a customer's first orders (`OrderLog.history_starts`), its
        days are too late.
    policy : LifecyclePolicy
        Whose ladder is asked.
    as_of : date or ISO string
        It means the end of that day.

    Returns
    -------
    DataFrame indexed by customer id, as ``log.customers(as_of)`` is
        One column per stage, lowest first: datetime64[s], NaT where it was not reached yet.

    Raises
    ------
    InputError
        When `as_of` is no calendar day.
    TypeError
        When `log` is no `OrderLog`, or `policy` no `LifecyclePolicy`.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue.examples import example_orders
    >>> log = cv.OrderLog.from_frame(example_orders())
    >>> dates = cv.lifecycle.stage_dates(log, cv.LifecyclePolicy(), as_of="2026-03-01")
    >>> dates["repeat"].dropna().dt.strftime("%Y-%m-%d").to_dict()
    {'ann': '2026-01-20'}
    """
    require_log(log)
    _require_policy(policy)
    return date_table(log._days, policy.ladder, read_day(as_of, "as_of"))


def stage_times(dates: pd.DataFrame, *, as_of: Day, level: float = 0.95) -> pd.DataFrame:
    """Return how long customers stay on each stage before they reach a later one.

    Most who stand on a stage today will go on some day, so the mean of those who did go on is too
    short. The median is read off a Kaplan-Meier curve: who still waits is not counted as a
    failure, but as someone who has waited *at least* so long.

    Parameters
    ----------
    dates : DataFrame, one row per customer
        A column of days per stage, named like it: what `stage_dates` gives, perhaps with more, as
        the day on which someone became a ``prospect``. Columns of other names are not looked at.
    as_of : date or ISO string
        The day the dates are as of; later ones have not come yet.
    level : float, default 0.95
        Confidence of the interval [share].

    Returns
    -------
    DataFrame indexed by ``stage`` (categorical), those with a column, lowest first
        ``customers`` int64, who stood there: a later stage was not reached before;
        ``went_on`` and ``waiting`` int64, who reached a later stage, and who did not yet;
        ``median_days`` float64 [days], after which half have gone on, ``low`` and ``high`` the
        interval, all NaN where the curve does not come down to one half;
        ``waiting_days`` float64 [days], the median of how long those who wait have waited.

    Raises
    ------
    InputError
        When no column is named like a stage, days are out of range, or `level` is not in (0, 1).
    TypeError
        When `dates` is no DataFrame or a column holds no dates.

    References
    ----------
    E. L. Kaplan and P. Meier (1958), Nonparametric estimation from incomplete observations.
    Journal of the American Statistical Association 53, 457-481.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue.examples import example_orders
    >>> log = cv.OrderLog.from_frame(example_orders())
    >>> dates = cv.lifecycle.stage_dates(log, cv.LifecyclePolicy(), as_of="2026-03-01")
    >>> times = cv.lifecycle.stage_times(dates, as_of="2026-03-01")
    >>> times[["customers", "waiting", "median_days"]].loc["first-time"].tolist()
    [2.0, 1.0, 15.0]
    """
    day = read_day(as_of, "as_of")
    return time_table(read_entries(dates, day), day, level=level)


def replay(log: OrderLog, policy: LifecyclePolicy, dates: Iterable[Day]) -> pd.DataFrame:
    """Count the customers on each stage as of many days, in one sweep over the log.

    It equals the funnel of ``policy.classify(log.customers(date))`` on each date.

    Parameters
    ----------
    log : OrderLog
        What is known of the customers; orders only, as other evidence has no history here.
    policy : LifecyclePolicy
        Whose ladder is asked.
    dates : iterable of dates or ISO strings
        As a list, or ``pd.date_range("2025-01-31", periods=24, freq="ME")``; in any order.

    Returns
    -------
    DataFrame indexed by ``as_of`` (datetime64[s]), as `dates` were given
        ``customers`` int64, those known by then, and a column of int64 per stage, lowest first.
        Stages that orders cannot show have nobody, see `LifecyclePolicy.reachable`.

    Raises
    ------
    InputError
        When one of `dates` is no calendar day.
    TypeError
        When `log` is no `OrderLog`, `policy` no `LifecyclePolicy`, or `dates` is a single day.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue.examples import example_orders
    >>> log = cv.OrderLog.from_frame(example_orders())
    >>> counts = cv.lifecycle.replay(log, cv.LifecyclePolicy(), ["2026-01-05", "2026-01-31"])
    >>> counts[["customers", "first-time", "repeat"]].to_numpy().tolist()
    [[1, 1, 0], [2, 1, 1]]
    """
    require_log(log)
    _require_policy(policy)
    if isinstance(dates, str) or not np.iterable(dates):
        msg = f"dates must be several days, as ['2026-01-31', '2026-02-28'], got {dates!r}"
        raise TypeError(msg)
    return count_table(log._days, policy.ladder, [read_day(date, "a date") for date in dates])


def stalled(
    dates: pd.DataFrame, limits: Mapping[Stage, float] | Mapping[str, float], *, as_of: Day
) -> pd.DataFrame:
    """Return the customers who have stood on their stage for longer than its limit.

    A prospect who never closes costs a salesperson weeks; a customer stuck at the first order may
    need a call. A customer stands on the highest stage that has a date.

    Parameters
    ----------
    dates : DataFrame, one row per customer
        A column of days per stage, named like it: what `stage_dates` gives, perhaps with more, as
        the day on which someone became a ``prospect``. Columns of other names are not looked at.
    limits : mapping of stage to number [days]
        How long a customer may stand on each; stages without a limit are never overstayed.
    as_of : date or ISO string
        The day the dates are as of; later ones have not come yet.

    Returns
    -------
    DataFrame with the labels of those rows of `dates`, most overdue first
        ``stage`` (categorical); ``since`` datetime64[s]; ``days`` int64 [days] since then;
        ``limit``, ``days_over`` float64 [days]. Rows equally overdue stay in their order.
        ``.attrs`` counts the other rows: ``within_limit``, ``without_limit`` (their stage has
        none), ``without_stage`` (no date has come).

    Raises
    ------
    InputError
        When no column is named like a stage, days are out of range, a limit is for no stage or
        for one without a column, or is negative.
    TypeError
        When `dates` is no DataFrame, a column holds no dates, or `limits` is no mapping to
        numbers.

    Examples
    --------
    >>> import custvalue as cv, pandas as pd
    >>> dates = pd.DataFrame(
    ...     {"prospect": ["2026-01-05", "2026-02-20"], "first-time": [None, "2026-02-25"]},
    ...     index=["ann", "bob"],
    ... ).apply(pd.to_datetime)
    >>> late = cv.lifecycle.stalled(dates, {"prospect": 30, "first-time": 60}, as_of="2026-03-01")
    >>> late[["stage", "days", "days_over"]].to_dict("index")
    {'ann': {'stage': 'prospect', 'days': 55, 'days_over': 25.0}}
    """
    day = read_day(as_of, "as_of")
    entries = read_entries(dates, day)
    return stalled_table(dates, entries, read_limits(limits, entries), day)


def _require_policy(policy: object) -> None:
    if not isinstance(policy, LifecyclePolicy):
        msg = f"policy must be a LifecyclePolicy, got {type(policy).__name__}"
        raise TypeError(msg)
