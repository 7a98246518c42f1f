"""Whether to wake a customer, and with which offer: in money, and against a control group."""

from collections.abc import Sequence

import pandas as pd

from custvalue._containers import Column, read_number
from custvalue._money import check_decimals, read_units
from custvalue._waking.campaign import Effect, measure_uplifts
from custvalue._waking.decisions import ChanceModel, decide, read_case
from custvalue._waking.offer import Offer
from custvalue.errors import InputError

__all__ = ["ChanceModel", "Effect", "Offer", "uplifts", "wake_up"]


def wake_up(
    customers: pd.DataFrame,
    states: Column,
    offers: Sequence[Offer],
    curve: "ChanceModel | Column",
    *,
    within: float,
    budget: float | None = None,
    decimals: int = 2,
) -> pd.DataFrame:
    """Decide for each customer whether to wake it, and with which offer.

    An offer is worth its expected gain: uplift × margin of an order won − cost. The uplift adds to
    the customer's own chance of an order, so who returns anyway is not counted as won; chance and
    uplift together stay within 0 and 1. Of one order at most per customer: what it may order later
    on is not counted.

    Without a budget, or when it lasts, each customer gets the offer that gains most (of equals the
    cheaper, then the first given), and sleeps on where none gains anything. A budget that does not
    last goes where it gains most **per cost**. Each customer's offers are climbed in steps: first
    the one that gains most per cost, then the dearer one that adds most per further cost, and so
    on. All steps are taken in the order of what they add per cost, one that no longer fits is left
    out. Of equal steps a customer's first comes first, then the larger gain, then the customer
    whose id comes first (in order of appearance if ids do not compare); so equal customers are
    treated alike but where the budget ends.

    That is near the best choice, not always the best one: together they differ by less than what
    the first step left out would have gained. ``.attrs["at_most_missed"]`` says by how much at most
    in this very case. A larger budget never gains less.

    Parameters
    ----------
    customers : DataFrame indexed by customer id, shape (n, columns)
        The customer table, each id once. What is read: ``average_order_value`` where an offer has
        a `margin_share`; ``days_since_last_order``, and ``order_days`` and ``mean_gap_days`` where
        they are there, for a `curve` that is no column.
    states : Series, Categorical, array or list of ChurnState, shape (n,)
        As a sleep policy classifies them.
    offers : list of waking.Offer
        Their names differ. Costs are whole minor units.
    curve : ReturnCurve, or Series, array or list of float, shape (n,)
        What tells the chance of an order if nobody does anything; or these chances, from any model
        [share].
    within : float
        The horizon of the chance, which must be that of the uplifts [days].
    budget : float, optional
        What the contacts may cost together, ≥ 0 [money]. None: as much as is worth it.
    decimals : int, default 2
        Decimal places of the minor unit, in which costs and budget are added.

    Returns
    -------
    DataFrame indexed like `customers`
        ``wake`` boolean; ``offer`` categorical of the offers' names and ``"let sleep"``;
        ``expected_gain`` float64 [money, rounded to 8 decimals], above 0 for who is woken, 0 for
        who is not; ``reason`` categorical of sentences. Where the state, the chance, or an average
        order value an offer needs is missing, so are the first three, and the reason says which.
        ``.attrs``: ``within`` [days]; ``contacted`` [customers]; ``cost``, ``expected_gain``,
        ``unspent`` (NaN without a budget), ``at_most_missed`` [money].

    Raises
    ------
    InputError
        When a chance lies outside 0 and 1, a state is none, or an average order value is 2**53 or
        more in size (the sentence names the rows), columns are lacking, ids are there twice, rows
        do not match, `within` is not above 0, or a cost or the budget is no whole number of minor
        units.
    RuleError
        When two offers share a name.
    TypeError
        When an argument is of a wrong kind.

    Examples
    --------
    >>> import custvalue as cv, pandas as pd
    >>> from custvalue import waking
    >>> customers = pd.DataFrame({"days_since_last_order": [3, 40, 70, 70]}, index=list("abcd"))
    >>> states = cv.SleepPolicy(30, 60, 90).classify(customers)
    >>> uplift = {"drowsy": 0.05, "half-asleep": 0.1}
    >>> mail = waking.Offer("voucher", "coffee", "mail", 0.5, uplift, margin=12)
    >>> plan = waking.wake_up(customers, states, [mail], [0.6, 0.3, 0.2, None], within=90)
    >>> plan["offer"].tolist()
    ['let sleep', 'voucher', 'voucher', nan]
    >>> plan["expected_gain"].tolist()
    [0.0, 0.1, 0.7, nan]
    >>> plan["reason"]["a"]
    'awake: no offer has an uplift measured for this state'
    >>> tight = waking.wake_up(
    ...     customers, states, [mail], [0.6, 0.3, 0.2, None], within=90, budget=0.5
    ... )
    >>> tight["wake"].tolist()
    [False, False, True, <NA>]
    """
    horizon = read_number(within, "within")
    if horizon <= 0:
        msg = f"within must be above 0, got {within!r} [days]"
        raise InputError(msg)
    check_decimals(decimals)
    case = read_case(customers, states, offers, curve, within=horizon, decimals=decimals)
    to_spend = None if budget is None else read_units(budget, "budget", decimals)
    return decide(case, customers.index, to_spend, within=horizon, decimals=decimals)


def uplifts(
    groups: Column,
    *,
    contacted: Column,
    responded: Column,
    level: float = 0.95,
    fewest: int = 30,
) -> pd.DataFrame:
    """Measure what a campaign did in each group, against customers left alone on purpose.

    Uplift is the share of the contacted who responded, less that of the control group. Who belongs
    to the control group must have been drawn by lot: customers left out for a reason differ by
    that reason. A negative uplift is shown like any other; some campaigns put customers off.

    Parameters
    ----------
    groups : Series, Categorical, array or list, shape (n,)
        The state of each customer of the campaign **when it began**, or any other group: text,
        whole numbers, or a categorical. Missing ones are left out and counted.
    contacted : column of bool, shape (n,)
        Whether the customer was contacted; False: it is in the control group.
    responded : column of bool, shape (n,)
        Whether it ordered within the horizon, contacted or not.
    level : float, default 0.95
        Confidence of the interval [share].
    fewest : int, default 30
        With fewer customers than this on either side the effect is ``cannot tell``.

    Returns
    -------
    DataFrame indexed by group, best first for an ordered categorical, else sorted
        ``contacted``, ``control``, ``contacted_responded``, ``control_responded`` int64
        [customers]; ``contacted_share``, ``control_share``, ``uplift``, ``low``, ``high`` float64
        [share], NaN where a side is empty; ``effect`` categorical of `Effect`: ``raises`` or
        ``lowers`` when the whole interval lies on that side of 0, else ``cannot tell``.
        ``.attrs["without_group"]`` counts who was left out.

    Raises
    ------
    InputError
        When a flag is missing or none (the sentence names the rows), rows do not match, `level` is
        not in (0, 1), or `fewest` is no whole number from 1.
    TypeError
        When groups are neither text, whole numbers nor categorical.

    References
    ----------
    R. G. Newcombe (1998), Interval estimation for the difference between independent proportions:
    comparison of eleven methods. Statistics in Medicine 17, 873-890; method 10.

    Examples
    --------
    >>> from custvalue import waking
    >>> table = waking.uplifts(
    ...     ["drowsy"] * 150,
    ...     contacted=[True] * 70 + [False] * 80,
    ...     responded=[True] * 56 + [False] * 14 + [True] * 48 + [False] * 32,
    ... )
    >>> table[["uplift", "low", "high"]].round(4).loc["drowsy"].tolist()
    [0.2, 0.0524, 0.3339]
    >>> table["effect"].tolist()
    ['raises']
    """
    return measure_uplifts(
        groups, contacted=contacted, responded=responded, level=level, fewest=fewest
    )
