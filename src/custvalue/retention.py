"""Who stayed: kept, lapsed, won back and new between two periods, and cohort by cohort."""

from typing import Any, Literal, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._calendar import Day, read_day, to_times
from custvalue._containers import Mask, is_word, name_rows, plain, read_flag, require_each_once
from custvalue._grouping import Grouping, read_grouping
from custvalue._money import exact_sum, read_amounts
from custvalue._scale import Label
from custvalue._statistics import ratio
from custvalue.errors import InputError
from custvalue.orders import OrderLog, require_log

__all__ = ["Standing", "cohort_table", "retained_between", "standing_between"]

Every = Literal["week", "month", "quarter", "year"]
Period: TypeAlias = tuple[Day, Day]
"""Two days: orders count from the day after the first through the second."""

Ints = npt.NDArray[np.int64]


class Standing(Label):
    """What became of a customer between two periods; everybody known has exactly one.

    Examples
    --------
    >>> from custvalue.retention import Standing
    >>> [standing.label(lang="zh") for standing in Standing]
    ['留存', '流失', '赢回', '新增', '缺席']
    """

    KEPT = "kept", "留存"
    LAPSED = "lapsed", "流失"
    WON_BACK = "won back", "赢回"
    NEW = "new", "新增"
    AWAY = "away", "缺席"


def standing_between(log: OrderLog, *, earlier: Period, later: Period) -> "pd.Series[Any]":
    """Tell for each customer what became of it between two periods.

    ``kept``: ordered in both; ``lapsed``: in the earlier one only; ``won back``: in the later one
    only, and before the earlier one; ``new``: in the later one, and never until the earlier one
    ended; ``away``: in neither. Where the log's older orders are lacking, some who seem new were
    won back.

    Parameters
    ----------
    log : OrderLog
        The orders. Those after the later period change nothing.
    earlier, later : pair of date or ISO string
        Each ``(after, until)``: orders count from the day after the first through the second. The
        later period must not begin before the earlier one ends.

    Returns
    -------
    Series of `Standing`, indexed by id like ``log.customers`` at the end of the later period
        Every customer known by then, those with refunds only too.

    Raises
    ------
    InputError
        When a period is no pair of days in order, or the two overlap.
    TypeError
        When `log` is no OrderLog.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue.examples import example_orders
    >>> log = cv.OrderLog.from_frame(example_orders())
    >>> cv.retention.standing_between(
    ...     log, earlier=("2025-12-31", "2026-01-31"), later=("2026-01-31", "2026-02-28")
    ... ).to_dict()
    {'ann': 'kept', 'bob': 'lapsed'}
    """
    codes, ids = _standings(log, earlier, later)
    standing = pd.Categorical.from_codes(codes, dtype=Standing.dtype())
    return pd.Series(standing, index=ids, name="standing", copy=False)


def retained_between(
    log: OrderLog,
    *,
    earlier: Period,
    later: Period,
    groups: "pd.Series[Any] | None" = None,
    values: "pd.Series[Any] | None" = None,
    decimals: int = 2,
) -> pd.DataFrame:
    """Count who was kept, lapsed, was won back or is new between two periods.

    Parameters
    ----------
    log : OrderLog
        The orders.
    earlier, later : pair of date or ISO string
        As for `standing_between`.
    groups : Series indexed by customer id, optional
        The tier, region, ... of each customer: text, whole numbers, or a categorical. Matched by
        id, in any order. Tiers of the earlier date say what each tier lost; new customers have
        none of these.
    values : Series of numbers indexed by customer id, optional
        What each customer is worth, as its revenue in the earlier period. Matched by id [money].
    decimals : int, default 2
        Values on that grid are added exactly.

    Returns
    -------
    DataFrame indexed by group, best first for an ordered categorical, else sorted; or one row
        ``"all"``. ``customers`` int64: who ordered in the earlier period, and of these ``kept``,
        ``lapsed``; beside them ``won_back``, ``new`` int64. ``retention`` (kept / customers),
        ``share_lapsed``, both of the earlier period's customers; ``share_won_back``,
        ``share_new``, of the later one's: float64 [share], NaN without any. With `values`:
        ``value`` of the earlier period's customers, ``value_kept``, ``value_lapsed``,
        ``value_won_back``, ``value_new`` float64 [money]; ``value_retention`` (value_kept / value)
        float64 [share], NaN where the value is not positive. ``.attrs["without_group"]`` counts
        who ordered in either period and has no group.

    Raises
    ------
    InputError
        When a period is no pair of days in order or the two overlap, an id is there twice or none
        matches, or the value of a customer in the table is missing; the sentence names the ids.
    TypeError
        When `log` is no OrderLog, or groups or values are no Series.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue.examples import example_orders
    >>> log = cv.OrderLog.from_frame(example_orders())
    >>> table = cv.retention.retained_between(
    ...     log,
    ...     earlier=("2025-12-31", "2026-01-31"),
    ...     later=("2026-01-31", "2026-02-28"),
    ...     values=log.customers("2026-01-31")["revenue"],
    ... )
    >>> table[["customers", "kept", "lapsed", "retention"]].iloc[0].tolist()
    [2.0, 1.0, 1.0, 0.5]
    >>> table["value_retention"].round(4).tolist()
    [0.7438]
    """
    codes, ids = _standings(log, earlier, later)
    grouping = _group_ids(groups, ids)
    these = {standing: codes == standing.rank for standing in Standing}
    kept, lapsed, won_back, new, _ = (grouping.count(mask) for mask in these.values())
    before, after = kept + lapsed, kept + won_back + new
    table = pd.DataFrame(
        {
            "customers": before,
            "kept": kept,
            "lapsed": lapsed,
            "won_back": won_back,
            "new": new,
            "retention": ratio(kept, before),
            "share_lapsed": ratio(lapsed, before),
            "share_won_back": ratio(won_back, after),
            "share_new": ratio(new, after),
        },
        index=grouping.index,
    )
    counted = ~these[Standing.AWAY]
    if values is not None:
        worth = _worth_of(values, ids, counted & (grouping.places >= 0), decimals)
        sums = {
            standing: worth.add(grouping, mask)
            for standing, mask in these.items()
            if standing is not Standing.AWAY
        }
        table["value"] = sums[Standing.KEPT] + sums[Standing.LAPSED]
        for standing, value in sums.items():
            table[f"value_{standing.replace(' ', '_')}"] = value
        table["value_retention"] = ratio(sums[Standing.KEPT], table["value"].to_numpy())
    table.attrs["without_group"] = int(np.count_nonzero(counted & (grouping.places < 0)))
    return table


def cohort_table(
    log: OrderLog, *, as_of: Day, every: Every = "month", shares: bool = False
) -> pd.DataFrame:
    """Count, by the period of their first order, who ordered in each period since.

    Parameters
    ----------
    log : OrderLog
        The orders. Where the log has a `history_starts`, who ordered before the first whole
        period after it is left out: the true first order is not known.
    as_of : date or ISO string
        The end of observation. A period that is not over by then is not observed.
    every : {"week", "month", "quarter", "year"}
        How long periods are; weeks begin on Monday.
    shares : bool, default False
        Return shares of the cohort instead of customers; NaN for a cohort of nobody.

    Returns
    -------
    DataFrame of float64, indexed by ``cohort``: the first day of each period
        Columns ``periods_since`` 0, 1, ...: customers of the cohort who ordered in that period;
        in period 0 all of them. NaN where it is not observed, 0 where nobody ordered. Periods in
        which nobody came first have a row, too. ``.attrs["too_new"]``: customers who came in the
        period still running; ``.attrs["before_history"]``: customers left out as above.

    Raises
    ------
    InputError
        When `as_of` is no calendar day or `every` is another word.
    TypeError
        When `log` is no OrderLog.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue.examples import example_orders
    >>> log = cv.OrderLog.from_frame(example_orders())
    >>> table = cv.retention.cohort_table(log, as_of="2026-03-31")
    >>> table.index.strftime("%Y-%m").tolist()
    ['2026-01', '2026-02', '2026-03']
    >>> table.loc["2026-01-01"].tolist(), table.loc["2026-02-01"].tolist()
    ([2.0, 1.0, 0.0], [0.0, 0.0, nan])
    """
    require_log(log)
    end = read_day(as_of, "as_of")
    if not is_word(every, _EVERY):
        msg = f"every must be one of {', '.join(_EVERY)}, got {every!r}"
        raise InputError(msg)
    days = log.until(as_of)._days
    begins = days.starts[:-1][np.diff(days.starts) > 0]
    period = _period_of(days.day.astype(np.int64), every)
    came = period[begins]
    last = _period_of(np.array([end + 1]), every).item() - 1
    reliable = _first_whole_period(log, every)
    known = (came >= reliable) & (came <= last)
    first = int(came[known].min(initial=last + 1))
    size = last + 1 - first

    cohort = np.repeat(came, np.diff(np.append(begins, len(period))))
    once = np.ones(len(period), dtype=np.bool_)  # a customer's first order day in each period
    once[1:] = period[1:] != period[:-1]
    once[begins] = True
    once &= (cohort >= first) & (period <= last)
    cells = (cohort[once] - first) * size + (period[once] - cohort[once])
    counts = np.bincount(cells, minlength=size**2).astype(np.float64).reshape(size, size)
    place = np.arange(size)
    counts[place[:, np.newaxis] + place >= size] = np.nan
    if read_flag(shares, "shares"):
        with np.errstate(invalid="ignore"):  # 0/0 is undefined, so it is NaN
            counts /= counts[:, :1].copy()
    table = pd.DataFrame(
        counts,
        index=pd.DatetimeIndex(to_times(_first_day(first + place, every)), name="cohort"),
        columns=pd.RangeIndex(size, name="periods_since"),
    )
    table.attrs.update(
        too_new=int(np.count_nonzero((came > last) & (came >= reliable))),
        before_history=int(np.count_nonzero(came < reliable)),
    )
    return table


# --- periods -----------------------------------------------------------------------------------

_EVERY = ("week", "month", "quarter", "year")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_MONDAY = -3  # 1970-01-01 was a Thursday


def _period_of(days: Ints, every: Every) -> Ints:
    """Return the number of the period each day lies in; consecutive periods count up by one."""
    if not len(days):
        return days
    low = int(days.min())
    calendar = np.arange(low, int(days.max()) + 1)
    if every == "week":
        numbers = (calendar - _MONDAY) // 7
    else:
        months = calendar.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        numbers = months // _MONTHS[every]
    return numbers[days - low]


def _first_day(periods: Ints, every: Every) -> Ints:
    """Return the first day of each period."""
    if every == "week":
        return periods * 7 + _MONDAY
    months = (periods * _MONTHS[every]).astype("datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int64)


def _first_whole_period(log: OrderLog, every: Every) -> int:
    """Return the first period that the log is complete in."""
    if log.history_starts is None:
        return int(np.iinfo(np.int64).min)
    day = np.array([read_day(log.history_starts, "history_starts")])
    period = _period_of(day, every)
    return int(period.item() + (_first_day(period, every).item() < day.item()))


def _read_period(period: object, what: str) -> tuple[int, int]:
    if not isinstance(period, tuple | list) or len(period) != 2:  # noqa: PLR2004 - a pair
        msg = f"{what} must be a pair of days, (after, until), got {period!r}"
        raise InputError(msg)
    after, until = (read_day(day, f"each day of {what}") for day in period)
    if after >= until:
        msg = f"{what} must end after the day it begins after, got {period!r}"
        raise InputError(msg)
    return after, until


# --- two periods -------------------------------------------------------------------------------


def _standings(
    log: OrderLog, earlier: Period, later: Period
) -> tuple[npt.NDArray[np.int8], "pd.Index[Any]"]:
    """Return the position of each customer's standing, and its id."""
    require_log(log)
    first, first_end = _read_period(earlier, "earlier")
    second, second_end = _read_period(later, "later")
    if second < first_end:
        msg = (
            "the later period must not begin before the earlier one ends, got "
            f"earlier={earlier!r} and later={later!r}"
        )
        raise InputError(msg)
    days = log._days
    ends = {day: days.ends(day) for day in (first, first_end, second, second_end)}
    before = ends[first_end] > ends[first]
    after = ends[second_end] > ends[second]
    ever = ends[first] > days.starts[:-1]
    codes = np.select(
        [before & after, before, after & ever, after],
        [Standing.KEPT.rank, Standing.LAPSED.rank, Standing.WON_BACK.rank, Standing.NEW.rank],
        Standing.AWAY.rank,
    ).astype(np.int8)
    known = days.seen_by(second_end, ends[second_end])
    return codes[known], days.ids[known]


def _group_ids(groups: "pd.Series[Any] | None", ids: "pd.Index[Any]") -> Grouping:
    """Return the group of each customer."""
    if groups is None:
        return Grouping(pd.Index(["all"], name="group"), np.zeros(len(ids), dtype=np.int64))
    _check_ids(groups, ids, "groups")
    grouping = read_grouping(groups)
    rows = groups.index.get_indexer(ids)
    return attrs.evolve(grouping, places=np.append(grouping.places, -1)[rows])


@attrs.frozen(eq=False)
class _Worth:
    """What each customer is worth, as a number of parts of the currency; 0 if not counted."""

    amounts: npt.NDArray[np.float64]
    per_unit: int

    def add(self, grouping: Grouping, these: Mask) -> npt.NDArray[np.float64]:
        """Return the sum of each group: smallest first, so that no order of rows changes it."""
        rows = np.flatnonzero(these & (grouping.places >= 0))
        rows = rows[np.argsort(self.amounts[rows], kind="stable")]
        sums = np.bincount(grouping.places[rows], self.amounts[rows], minlength=len(grouping.index))
        return sums.astype(np.float64) / self.per_unit


def _worth_of(
    values: "pd.Series[Any]", ids: "pd.Index[Any]", counted: Mask, decimals: int
) -> _Worth:
    _check_ids(values, ids, "values")
    column = values.reindex(ids[counted])
    amounts = read_amounts(column, "values", decimals)
    if amounts.missing is not None:
        msg = (
            "values must be known for every customer in the table, got missing in "
            f"{name_rows(amounts.missing, column)}: give them, as with reindex(fill_value=0)"
        )
        raise InputError(msg)
    if amounts.exact.dtype.kind == "i":
        exact_sum(amounts.exact, "values")
    worth = np.zeros(len(ids))
    worth[counted] = amounts.exact
    return _Worth(worth, amounts.per_unit)


def _check_ids(column: object, ids: "pd.Index[Any]", what: str) -> None:
    if not isinstance(column, pd.Series):
        msg = f"{what} must be a Series indexed by customer id, got {type(column).__name__}"
        raise TypeError(msg)
    require_each_once(column.index, what)
    if len(ids) and len(column) and not column.index.isin(ids).any():
        msg = (
            f"{what} must be indexed by the customer ids of the log, got none of these: "
            f"{plain(column.index[0])!r} is an id there, {plain(ids[0])!r} one of the log"
        )
        raise InputError(msg)
