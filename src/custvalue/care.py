"""How often to look after whom, and how satisfied they are."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._calendar import FIRST_DAY, Day, read_day, to_date
from custvalue._care.cadence import CadencePolicy
from custvalue._care.contacts import ContactNeed, plan_contacts
from custvalue._care.indicators import Indicator
from custvalue._care.ranges import LearnedRanges, SatisfactionLearner, SatisfactionRanges
from custvalue._care.scores import read_weights, score_rows
from custvalue._containers import Column, Number, read_count
from custvalue._grouping import Places, read_grouping
from custvalue._money import to_minor_units
from custvalue._statistics import ratio
from custvalue.errors import InputError
from custvalue.orders import OrderLog, require_log
from custvalue.retention import retained_between

__all__ = [
    "CadencePolicy",
    "ContactNeed",
    "Indicator",
    "LearnedRanges",
    "SatisfactionLearner",
    "SatisfactionRanges",
    "due_contacts",
    "log_indicators",
    "satisfaction",
]

_CADENCE = CadencePolicy()
_AMONG_THEMSELVES = SatisfactionLearner()


def due_contacts(
    customers: pd.DataFrame,
    last_contact: Column,
    *,
    as_of: Day,
    policy: CadencePolicy = _CADENCE,
    value: Column | None = None,
    daily_capacity: int | None = None,
) -> pd.DataFrame:
    """Say when each customer is to be contacted next, and why, the most urgent first.

    A contact is due ``policy.days_between`` after the last one. After an order that is later than
    the last contact it is due ``policy.floor_days`` after that order, where this is sooner: after
    each deal, the customer is told what it gained. Who was never contacted is due on `as_of`. Who
    was not contacted for more than ``policy.ceiling_days`` is forgotten.

    The order of the rows is the order of contact:

    1. who was never contacted, the most valuable first;
    2. who is forgotten, the longest forgotten first, of these the most valuable;
    3. who is due, after an order or not, the most valuable first, of these the latest;
    4. who is not due yet, by the day it is due, of these the most valuable.

    Where that leaves two alike, the smaller id comes first (in order of appearance if ids do not
    compare), so the order of the rows given never matters.

    With a daily capacity, contacts take place in this order, each on the first day with room that
    is not before `as_of` nor before it is due. Value decides only among those who are not
    forgotten yet, so nobody waits forever: where the first of the list are contacted day by day,
    no two contacts with one of n customers lie further apart than ``ceiling_days`` + n /
    `daily_capacity` days, rounded up. That holds as long as none are added; where new ones come
    faster than there is room for, the others wait.

    Parameters
    ----------
    customers : DataFrame indexed by customer id, shape (n, columns)
        Each id once. Has at least one of the columns ``stage``, ``tier`` and ``state`` that the
        policy has entries for; missing ones ask for nothing. ``last_order``, where it is there, is
        the day of the last order, missing for who never ordered.
    last_contact : Series, list or array of dates, shape (n,)
        The day of the last contact; missing for who was never contacted.
    as_of : date or ISO string
        The day one looks.
    policy : CadencePolicy, default its defaults
        How many days pass between contacts.
    value : list, array or Series of numbers, shape (n,), optional
        What each customer is worth; missing counts as less than anything known. None: all alike.
    daily_capacity : int, optional
        How many contacts a day has room for. Adds ``contact_on``.

    Returns
    -------
    DataFrame indexed by customer id, in the order of contact
        ``due_on`` datetime64[s]: from this day on a contact is due; ``days_late`` int64 [days]:
        `as_of` − ``due_on``, negative where it is not due yet, 0 for who was never contacted;
        ``days_between`` int64 [days], as the policy says; ``need`` categorical of `ContactNeed`;
        ``reason`` categorical of sentences. With `daily_capacity`: ``contact_on`` datetime64[s].

    Raises
    ------
    InputError
        When a contact or an order lies after `as_of`, dates lie outside 1900 to 2199 or have a
        zone, a label is no step of its scale (the sentence names the rows), an id is there twice,
        rows do not match, columns are lacking, or the capacity is below 1.
    TypeError
        When an argument is of a wrong kind.

    Examples
    --------
    >>> import custvalue as cv, pandas as pd
    >>> customers = pd.DataFrame(
    ...     {
    ...         "stage": ["repeat", "repeat", "prospect", "repeat"],
    ...         "last_order": pd.to_datetime(["2026-01-20", "2026-02-20", None, "2025-06-01"]),
    ...     },
    ...     index=["ann", "bob", "cem", "dan"],
    ... )
    >>> contacts = pd.to_datetime(pd.Series(["2026-02-10", "2026-02-14", None, "2025-11-01"]))
    >>> contacts.index = customers.index
    >>> plan = cv.care.due_contacts(customers, contacts, as_of="2026-03-01")
    >>> plan["days_late"].to_dict()
    {'cem': 0, 'dan': 90, 'bob': 2, 'ann': -11}
    >>> for reason in plan["reason"]:
    ...     print(reason)
    never contacted
    forgotten: no contact for more than 90 days; every 30 days, for stage repeat
    after an order: tell what the order gained, 7 days after it
    not yet: every 30 days, for stage repeat
    """
    if not isinstance(policy, CadencePolicy):
        msg = f"policy must be a CadencePolicy, got {type(policy).__name__}"
        raise TypeError(msg)
    return plan_contacts(
        customers,
        last_contact,
        as_of=read_day(as_of, "as_of"),
        policy=policy,
        value=value,
        daily_capacity=daily_capacity,
    )


def satisfaction(
    indicators: pd.DataFrame,
    *,
    weights: "Mapping[Any, Number] | pd.Series[Any] | Literal['equal']",
    ranges: SatisfactionRanges | SatisfactionLearner = _AMONG_THEMSELVES,
) -> pd.DataFrame:
    """Return a score of satisfaction, 0 to 100, for each customer or group, and its parts.

    Each indicator is rated from 0 to 100 between its worst and its best value, and the score is
    the mean of the ratings by your weights. Of a row in which indicators are missing, the others
    count in their proportion, and the row says which are missing and how much of the weight is
    known.

    Parameters
    ----------
    indicators : DataFrame, shape (n, columns)
        A row per customer or group. Columns named like `Indicator`; others are not looked at, an
        absent one is missing for all.
    weights : mapping of Indicator or str to number, or "equal"
        How much each indicator counts, ≥ 0; only their proportion matters. One that is left out
        does not count. ``"equal"``: all seven alike.
    ranges : SatisfactionRanges or SatisfactionLearner, default a learner
        What is worst and what best. A learner learns it from these very rows, so that the score
        says how each does among them; give ranges for scores that can be compared over time.

    Returns
    -------
    DataFrame indexed like `indicators`
        ``score`` float64 [0 to 100], NaN where no indicator is known; ``known_weight`` float64
        [share]; one ``<indicator>_points`` float64 for each that has a weight, which add up to the
        score, NaN where it is missing; ``missing``: the names of the indicators that were missing
        or have no range, ``clipped``: of those beyond their worst or best, both categorical of
        text, empty for none. ``.attrs["weights"]``: each indicator's share of the weight.

    Raises
    ------
    RuleError
        When weights are negative or all 0, or there is no such indicator.
    InputError
        When nothing differs for a learner to learn from, or a value is infinite (the sentence
        names the rows).
    TypeError
        When an argument is of a wrong kind.

    Examples
    --------
    >>> import custvalue as cv, pandas as pd
    >>> shops = pd.DataFrame(
    ...     {"return_rate": [0.5, 0.1, None], "complaint_rate": [0.02, 0.01, 0.08]},
    ...     index=["north", "south", "web"],
    ... )
    >>> ranges = cv.care.SatisfactionRanges({"return_rate": (0.2, 0.6), "complaint_rate": (0.1, 0)})
    >>> scores = cv.care.satisfaction(
    ...     shops, weights={"return_rate": 3, "complaint_rate": 1}, ranges=ranges
    ... )
    >>> scores["score"].round(2).to_dict()
    {'north': 76.25, 'south': 22.5, 'web': 20.0}
    >>> scores["known_weight"].tolist(), scores["missing"].tolist(), scores["clipped"].tolist()
    ([1.0, 1.0, 0.25], ['', '', 'return_rate'], ['', 'return_rate', ''])
    """
    if not isinstance(ranges, SatisfactionRanges | SatisfactionLearner):
        msg = (
            "ranges must be SatisfactionRanges, or a SatisfactionLearner, got "
            f"{type(ranges).__name__}"
        )
        raise TypeError(msg)
    weighted = read_weights(weights)
    if isinstance(ranges, SatisfactionLearner):
        ranges = ranges.fit(indicators)
    return score_rows(indicators, ranges, weighted)


def log_indicators(
    log: OrderLog, *, as_of: Day, within: int, groups: "pd.Series[Any] | None" = None
) -> pd.DataFrame:
    """Return the indicators of satisfaction that an order log can tell, for each group.

    They look at two periods of `within` days each: the later one ends with `as_of`, the earlier
    one where the later begins, so that whatever is asked has been observed.

    - ``return_rate``: of the order days in the earlier period, the share that the same customer
      followed with another one within `within` days.
    - ``exit_rate``: of the customers who ordered in the earlier period, the share who did not in
      the later one.
    - ``average_order_value``: the revenue of both periods per order.

    Parameters
    ----------
    log : OrderLog
        The orders; those after `as_of` change nothing.
    as_of : date or ISO string
        The day one looks.
    within : int
        How long a period is, and how soon a return counts, ≥ 1 [days].
    groups : Series indexed by customer id, optional
        The tier, region, ... of each customer: text, whole numbers, or a categorical. Matched by
        id, in any order. None: all together.

    Returns
    -------
    DataFrame indexed by group, best first for an ordered categorical, else sorted; or one row
        ``"all"``. ``return_rate``, ``exit_rate`` [share], ``average_order_value`` [money] float64,
        NaN of nobody; and what they rest on: ``order_days``, ``customers`` of the earlier period,
        ``orders`` of both, int64. ``.attrs["without_group"]`` counts who ordered in either
        period and has no group.

    Raises
    ------
    InputError
        When `as_of` is no calendar day, `within` is no whole number ≥ 1 or reaches back beyond
        1900, an id is there twice, or none matches.
    TypeError
        When `log` is no OrderLog or `groups` is no Series.

    Examples
    --------
    >>> import custvalue as cv
    >>> log = cv.OrderLog.from_frame(cv.examples.example_orders())
    >>> found = cv.care.log_indicators(log, as_of="2026-02-28", within=30)
    >>> found[["return_rate", "exit_rate", "average_order_value"]].iloc[0].round(3).tolist()
    [0.667, 0.5, 22.625]
    """
    require_log(log)
    last = read_day(as_of, "as_of")
    span = read_count(within, "within")
    if last - 2 * span < FIRST_DAY:
        msg = f"two periods of {span:,} days before {as_of!r} must not begin before the year 1900"
        raise InputError(msg)
    first, middle, end = (to_date(last - periods * span) for periods in (2, 1, 0))
    stayed = retained_between(log, earlier=(first, middle), later=(middle, end), groups=groups)

    days = log._days
    everybody = _places(groups, days.ids)
    places, table = everybody[days.seen_by(last)], log.customers(end, since=first)
    spent = to_minor_units(table["revenue"].to_numpy(), log.decimals).values
    orders = _add(places, table["orders"].to_numpy(), len(stayed))
    revenue = _add(places, spent, len(stayed)) / 10**log.decimals

    day = days.day.astype(np.int64)
    who = np.repeat(np.arange(len(days.ids)), np.diff(days.starts))
    again = np.zeros(len(day), dtype=np.bool_)
    again[:-1] = (who[1:] == who[:-1]) & (day[1:] - day[:-1] <= span)
    begun = (day > last - 2 * span) & (day <= last - span)
    places = everybody[who[begun]]
    order_days = _add(places, np.ones(len(places)), len(stayed))
    returned = _add(places, again[begun], len(stayed))
    found = pd.DataFrame(
        {
            "return_rate": ratio(returned, order_days),
            "exit_rate": stayed["share_lapsed"],
            "average_order_value": ratio(revenue, orders),
            "order_days": order_days.astype(np.int64),
            "customers": stayed["customers"],
            "orders": orders.astype(np.int64),
        },
        index=stayed.index,
    )
    found.attrs["without_group"] = stayed.attrs["without_group"]
    return found


def _places(groups: "pd.Series[Any] | None", ids: "pd.Index[Any]") -> Places:
    """Return the place of each customer's group in the table; -1 for who has none."""
    if groups is None:
        return np.zeros(len(ids), dtype=np.intp)
    return np.append(read_grouping(groups).places, -1)[groups.index.get_indexer(ids)]


def _add(places: Places, amounts: npt.NDArray[Any], count: int) -> npt.NDArray[np.float64]:
    """Return the sum of each group, exact for whole numbers."""
    known = places >= 0
    sums = np.bincount(places[known], amounts[known], minlength=count)
    return sums.astype(np.float64)
