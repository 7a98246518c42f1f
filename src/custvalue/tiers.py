"""Tiers of value: their names, how to learn where they begin, and what each of them brings."""

from typing import Any

import pandas as pd

from custvalue._bands import Bands
from custvalue._containers import Column
from custvalue._group_bands import GroupBands
from custvalue._scale import Scale
from custvalue._tiers.learners import CumulativeShare, ShareLearner, TopShare
from custvalue._tiers.report import report_tiers
from custvalue._tiers.service_plan import plan_service

__all__ = [
    "ABC",
    "BANK",
    "CABINS",
    "PARETO",
    "ABCTier",
    "BankTier",
    "CabinTier",
    "CumulativeShare",
    "GroupBands",
    "ParetoTier",
    "ShareLearner",
    "TopShare",
    "service_plan",
    "tier_report",
]


class ABCTier(Scale):
    """Three tiers by what they contribute, as in the ABC analysis of stock.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.ABCTier.C < cv.ABCTier.A, cv.ABCTier.A.label(lang="zh")
    (True, 'A类客户')
    """

    C = "C", "C类客户"
    B = "B", "B类客户"
    A = "A", "A类客户"


class ParetoTier(Scale):
    """Two tiers: the few who bring most of the value, and the many who bring the rest.

    References
    ----------
    J. M. Juran (1951), Quality control handbook: "the vital few and the trivial many"; he wrote
    "the useful many" later, as here.

    Examples
    --------
    >>> import custvalue as cv
    >>> [str(tier) for tier in cv.ParetoTier]
    ['useful-many', 'vital-few']
    """

    USEFUL_MANY = "useful-many", "有用的多数"
    VITAL_FEW = "vital-few", "关键的少数"


class BankTier(Scale):
    """Five tiers of a bank, by contribution: from customers to let go to the most valuable.

    Examples
    --------
    >>> import custvalue as cv
    >>> [str(tier) for tier in cv.BankTier.best_first()]
    ['blue', 'green', 'red', 'transfer', 'exit']
    """

    EXIT = "exit", "退出客户"
    TRANSFER = "transfer", "转移客户"
    RED = "red", "红色客户"
    GREEN = "green", "绿色客户"
    BLUE = "blue", "蓝色客户"


class CabinTier(Scale):
    """Three tiers of service, named like the cabins of an aircraft.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.CabinTier.from_label("头等舱").value
    'first'
    """

    ECONOMY = "economy", "经济舱"
    BUSINESS = "business", "商务舱"
    FIRST = "first", "头等舱"


PARETO = TopShare(ParetoTier, (0.2,))
"""The best 20% of customers, whatever they bring: the share Pareto's law is told with.

Whether they bring 80% is for `tier_report` or `inequality.concentration` to say.
"""

ABC = CumulativeShare(ABCTier, (0.8, 0.95))
"""A brings the first 80% of the positive value, B the next 15%, C the last 5%.

The idea is H. F. Dickie's (1951), ABC inventory analysis shoots for dollars, not pennies. Factory
Management and Maintenance 109, 92-94; 80 and 95 are what textbooks made of it.
"""

BANK = CumulativeShare(BankTier, (0.5, 0.8, 0.95, 1.0))
"""Blue brings the first half of the positive value, green the next 30%, red 15%, transfer the rest.

Exit brings nothing, or less. The five are a bank's; these shares are ours, as no source gives any.
"""

CABINS = TopShare(CabinTier, (0.05, 0.2))
"""The best 5% of customers sit in first, the next 15% in business.

The names are the airlines'; these shares are ours, as no source gives any.
"""


def tier_report(
    tiers: Column,
    values: Column,
    *,
    rule: Bands[Any] | None = None,
    retained: Column | None = None,
    cost_to_serve: Column | None = None,
    decimals: int = 2,
) -> pd.DataFrame:
    """Return what each tier is and brings, best tier first.

    Parameters
    ----------
    tiers : Series, Categorical, list or array of labels, shape (n,)
        The tier of each customer: what ``rule.classify(values)`` gives. Without `rule` it must be
        an ordered categorical, whose last category counts as the best.
    values : list, array or Series of numbers, shape (n,) [money]
        The value of each customer, missing where the tier is missing and only there.
    rule : Bands, optional
        The rule that gave the tiers: adds ``floor`` and ``nominal_share``, and says which end of
        its scale is the best.
    retained : list, array or Series of bool or 0 and 1, shape (n,), optional
        Whether each was still a customer later: adds ``retention``.
    cost_to_serve : list, array or Series of numbers, shape (n,), optional [money]
        What serving each one cost: adds ``net_value``.
    decimals : int, default 2
        Amounts on this grid are added exactly, others as floats.

    Returns
    -------
    DataFrame indexed by ``tier`` (categorical), every step of the scale, best first
        ``customers`` int64; ``share_of_customers`` [share]; ``value`` [money];
        ``share_of_value`` [share], of the net total, NaN where that is not positive;
        ``mean_value``, ``lowest_value`` [money]; ``unprofitable`` int64, those of negative value.
        With `rule`: ``floor`` [money], NaN where there is none; ``nominal_share`` [share], the
        cumulative share the rule was to reach down to this tier, NaN where there is none.
        With `retained`: ``retention`` [share]. With `cost_to_serve`: ``net_value`` [money].
        Floats are float64; means and shares of nobody are NaN. ``attrs["without_tier"]`` counts
        the customers left out because they have neither tier nor value.

    Raises
    ------
    TypeError
        When the order of the tiers is not known, or columns hold other kinds of data.
    InputError
        When columns differ in index or length, a customer has a tier or a value but not both, or
        lacks `retained` or `cost_to_serve`; when amounts are infinite or too large. The sentence
        names the rows.

    Examples
    --------
    >>> import custvalue as cv
    >>> revenue = [900, 60, 50, 40, -10]
    >>> rule = cv.tiers.PARETO.fit(revenue)
    >>> report = cv.tier_report(rule.classify(revenue), revenue, rule=rule)
    >>> report["customers"].to_dict()
    {'vital-few': 1, 'useful-many': 4}
    >>> report["share_of_value"].round(3).tolist(), report["unprofitable"].tolist()
    ([0.865, 0.135], [0, 1])
    """
    return report_tiers(
        tiers,
        values,
        rule=rule,
        retained=retained,
        cost_to_serve=cost_to_serve,
        decimals=decimals,
    )


def service_plan(
    tiers: Column,
    net_value: Column,
    *,
    budget: float,
    rule: Bands[Any] | None = None,
    decimals: int = 2,
) -> pd.DataFrame:
    """Share a service budget out by what each tier contributes, and price the unprofitable.

    A tier's contribution is the sum of its positive net values, so nothing is spent on customers
    who bring nothing or cost money. For these there is a fee: what each would have to pay, all
    alike, for those of the tier to break even together.

    Parameters
    ----------
    tiers : Series, Categorical, list or array of labels, shape (n,)
        The tier of each customer. Without `rule` it must be an ordered categorical, whose last
        category counts as the best.
    net_value : list, array or Series of numbers, shape (n,) [money]
        What each customer brings less what it costs, missing where the tier is missing and only
        there.
    budget : float [money]
        What there is to spend, at least 0, in whole minor units.
    rule : Bands, optional
        The rule that gave the tiers: says which end of its scale is the best.
    decimals : int, default 2
        Decimals of the minor unit money is spent in. Values on this grid are added exactly,
        others as floats.

    Returns
    -------
    DataFrame indexed by ``tier`` (categorical), every step of the scale, best first
        ``customers``, ``profitable`` (of positive net value) int64; ``contribution`` [money];
        ``share_of_contribution`` [share], NaN where nobody is profitable; ``budget`` [money],
        whole minor units; ``budget_per_customer`` [money], for each profitable one, NaN without;
        ``unprofitable`` (of negative net value) int64; ``losses`` [money], what these cost
        together, ≥ 0; ``break_even_fee`` [money], for each unprofitable one, rounded up to whole
        minor units, NaN without. Floats are float64.
        The budgets add up to `budget` in whole minor units: each is rounded down, and what is
        left goes, one minor unit each, to the largest remainders, the better tier first among
        equal ones. Where nobody is profitable nothing is spent: ``attrs["unspent"]`` [money] holds
        what is left. ``attrs["without_tier"]`` counts the customers left out because they have
        neither tier nor net value.

    Raises
    ------
    TypeError
        When the order of the tiers is not known, or there are no numbers where there should be.
    InputError
        When `budget` is missing, negative, infinite, too large, or no whole number of minor
        units; when columns differ in index or length, a customer has a tier or a net value but
        not both, or net values are infinite or too large. The sentence names the rows.

    Examples
    --------
    >>> import custvalue as cv
    >>> net_value = [700, 250, 50, 0, -20, -15]
    >>> rule = cv.tiers.PARETO.fit(net_value)
    >>> plan = cv.tiers.service_plan(rule.classify(net_value), net_value, budget=100)
    >>> plan["budget"].to_dict()
    {'vital-few': 95.0, 'useful-many': 5.0}
    >>> plan.loc["useful-many", ["unprofitable", "losses", "break_even_fee"]].tolist()
    [2.0, 35.0, 17.5]
    """
    return plan_service(tiers, net_value, budget=budget, rule=rule, decimals=decimals)
