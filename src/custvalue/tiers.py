"""Tiers of value: their names, how to learn where they begin, and what each of them brings."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Generic, TypeVar

import attrs
import pandas as pd

from custvalue._bands import Bands, Floor, Learned
from custvalue._calendar import Day, read_day, to_date
from custvalue._conditions import above
from custvalue._containers import Column, is_number, plain
from custvalue._money import Amounts, check_decimals, read_amounts
from custvalue._scale import Scale, require_scale
from custvalue._shares import End, ends_of_count, ends_of_sum
from custvalue._tier_report import report_tiers
from custvalue.errors import InputError, RuleError

S = TypeVar("S", bound=Scale)


class ABCTier(Scale):
    """Three tiers by what they contribute, as in the ABC analysis of stock.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.ABCTier.C < cv.ABCTier.A, cv.ABCTier.A.label("zh")
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


def _tidy_shares(shares: Sequence[float]) -> tuple[float, ...]:
    """Return the shares as plain floats, or raise where they are none."""
    if isinstance(shares, str) or not isinstance(shares, Iterable):
        msg = f"shares must be several, best step first, got {shares!r}: give (0.2,) for one"
        raise TypeError(msg)
    tidy: list[float] = []
    for share in map(plain, shares):
        if not is_number(share):
            msg = f"shares must be numbers, got {share!r} ({type(share).__name__})"
            raise TypeError(msg)
        tidy.append(float(share))
    for lower, share in pairwise([0.0, *tidy]):
        if not lower < share <= 1:
            msg = (
                "shares must rise, best step first, each above 0 and none above 1, "
                f"got {tuple(tidy)}: they are cumulative, as (0.2, 0.5)"
            )
            raise RuleError(msg)
    return tuple(tidy)


def _tidy_decimals(decimals: int) -> int:
    try:
        return check_decimals(decimals)
    except InputError as error:
        raise RuleError(str(error)) from None


def _require_share_per_step(scale: type[Scale], shares: tuple[float, ...]) -> None:
    require_scale(scale, "learning tiers")
    steps = list(scale)
    if len(shares) != len(steps) - 1 or not shares:
        msg = (
            "learning tiers needs two steps or more, and one share per step above the lowest, best "
            f"first: for {scale.__name__} ({', '.join(steps[:0:-1])}), got {shares}"
        )
        raise RuleError(msg)
    if scale.best != "last":
        msg = (
            f"tiers are learned for a scale whose last step is the best; of {scale.__name__} it is "
            f"the first, {steps[0]!s}: declare the steps the other way round"
        )
        raise RuleError(msg)


@attrs.frozen
class TopShare(Generic[S]):
    """Learn tiers from shares of the customers: the best 20%, say, are the vital few.

    Of n customers with a known value the best ``ceil(share * n)`` are in a step or a better one,
    and so is everyone whose value equals the last one's. Non-positive value is always the lowest
    step.

    Parameters
    ----------
    scale : type of Scale
        The steps; the last must be the best.
    shares : sequence of float [share]
        Cumulative shares of the customers, best step first: one per step above the lowest,
        rising, above 0, at most 1. Read as written: 0.07 of 100 customers are 7.
    decimals : int, default 2
        Values on this grid are compared in whole minor units, others as floats.

    Raises
    ------
    RuleError
        When the shares do not fit the scale, or a setting is malformed.
    TypeError
        When `scale` is no scale, or a share is no number.

    Examples
    --------
    >>> import custvalue as cv
    >>> rule = cv.TopShare(cv.CabinTier, (0.2, 0.6)).fit([900, 500, 500, 80, 20])
    >>> rule.floors
    (500, 900)
    """

    scale: type[S]
    shares: tuple[float, ...] = attrs.field(converter=_tidy_shares)
    decimals: int = attrs.field(default=2, kw_only=True, converter=_tidy_decimals)

    def __attrs_post_init__(self) -> None:
        _require_share_per_step(self.scale, self.shares)

    def fit(
        self,
        values: Column,
        *,
        as_of: Day | None = None,
        measure: str = "value",
        unit: str | None = None,
    ) -> Bands[S]:
        """Learn where the tiers begin.

        Parameters
        ----------
        values : list, array or Series of numbers, shape (n,) [unit]
            One per customer; missing ones count nowhere.
        as_of : calendar day, optional
            The day the values are as of, to be remembered by the rule.
        measure, unit : str, optional
            What the values are, for explanations.

        Returns
        -------
        Bands
            One floor per step above the lowest. Its ``learned`` holds the share of customers
            asked for and the one reached, ties included; where there are no customers, None.

        Raises
        ------
        TypeError
            When `values` holds no numbers.
        InputError
            When values are infinite or reach 2**53 minor units; the sentence names the rows.

        Examples
        --------
        >>> import custvalue as cv
        >>> rule = cv.TopShare(cv.ParetoTier, (0.2,)).fit([9, 7, 7, 7, 1, 0], measure="revenue")
        >>> print(rule.explain(8))
        revenue 8: vital-few, from 7. Learned from 6: vital-few ends at 0.2 of customers, best
        first, in fact 66.67%.
        """
        amounts = read_amounts(values, measure, self.decimals)
        ends = ends_of_count(amounts.exact, self.shares)
        return Bands(
            self.scale,
            _floors(amounts, ends),
            measure=measure,
            unit=unit,
            learned=_learned("customers, best first", amounts, self.shares, ends, as_of),
        )


@attrs.frozen
class CumulativeShare(Generic[S]):
    """Learn tiers from shares of the value: those who bring the first 80% of it, say, are A.

    Only positive value counts, the largest first. The customer with whom a share is reached is in
    the step, and so is everyone of the same value. Non-positive value is always the lowest step.

    Parameters
    ----------
    scale : type of Scale
        The steps; the last must be the best.
    shares : sequence of float [share]
        Cumulative shares of the positive value, best step first: one per step above the lowest,
        rising, above 0, at most 1. Read as written: 0.07 of 100.00 is 7.00.
    decimals : int, default 2
        Values on this grid are compared and added in whole minor units, others as floats.

    Raises
    ------
    RuleError
        When the shares do not fit the scale, or a setting is malformed.
    TypeError
        When `scale` is no scale, or a share is no number.

    Examples
    --------
    >>> import custvalue as cv
    >>> rule = cv.CumulativeShare(cv.ABCTier, (0.8, 0.95)).fit([500, 300, 150, 50, -20])
    >>> rule.floors
    (150, 300)
    """

    scale: type[S]
    shares: tuple[float, ...] = attrs.field(converter=_tidy_shares)
    decimals: int = attrs.field(default=2, kw_only=True, converter=_tidy_decimals)

    def __attrs_post_init__(self) -> None:
        _require_share_per_step(self.scale, self.shares)

    def fit(
        self,
        values: Column,
        *,
        as_of: Day | None = None,
        measure: str = "value",
        unit: str | None = None,
    ) -> Bands[S]:
        """Learn where the tiers begin.

        Parameters
        ----------
        values : list, array or Series of numbers, shape (n,) [unit]
            One per customer; missing ones count nowhere.
        as_of : calendar day, optional
            The day the values are as of; the rule remembers it.
        measure, unit : str, optional
            What the values are, for explanations.

        Returns
        -------
        Bands
            One floor per step above the lowest. Its ``learned`` holds the share of positive value
            asked for and the one reached, ties included; None where there is no positive value.

        Raises
        ------
        TypeError
            When `values` holds no numbers.
        InputError
            When values are infinite or reach 2**53 minor units, naming the rows; when together
            they do.

        Examples
        --------
        >>> import custvalue as cv
        >>> rule = cv.tiers.ABC.fit([500, 300, 150, 50], as_of="2025-12-31", unit="EUR")
        >>> rule.learned.as_of, rule.learned.nominal, rule.learned.actual
        ('2025-12-31', (0.95, 0.8), (0.95, 0.8))
        """
        amounts = read_amounts(values, measure, self.decimals)
        ends = ends_of_sum(amounts.exact, self.shares, measure)
        return Bands(
            self.scale,
            _floors(amounts, ends),
            measure=measure,
            unit=unit,
            learned=_learned("the positive value, best first", amounts, self.shares, ends, as_of),
        )


PARETO = TopShare(ParetoTier, (0.2,))
"""The best 20% of customers, whatever they bring: the share Pareto's law is told with.

Whether they bring 80% is for `tier_report` or `inequality.concentration` to say.
"""

ABC = CumulativeShare(ABCTier, (0.8, 0.95))
"""A brings the first 80% of the positive value, B the next 15%, C the last 5%.

The idea is H. F. Dickie's (1951), ABC inventory analysis shoots for dollars, not pennies. Factory
Management and Maintenance 109, 92-94; 80 and 95 are what textbooks made of it.
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
        With `rule`: ``floor`` [money], NaN for the lowest step; ``nominal_share`` [share], the
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


def _floors(amounts: Amounts, ends: list[End]) -> list[Floor]:
    """Return where the steps begin, lowest step first.

    Values a float's noise apart are one in minor units, and no floor may come between them.
    """
    floors: list[Floor] = []
    for end, _ in reversed(ends):
        if end > 0:
            floors.append(amounts.known[amounts.exact == end].min().item())
        else:
            nothing = amounts.known[amounts.exact <= 0].max(initial=0).item()
            floors.append(above(max(0, nothing)))
    return floors


def _learned(
    what: str,
    amounts: Amounts,
    shares: tuple[float, ...],
    ends: list[End],
    as_of: Day | None,
) -> Learned:
    return Learned(
        what=what,
        count=len(amounts.exact),
        as_of=None if as_of is None else to_date(read_day(as_of, "as_of")).isoformat(),
        nominal=shares[::-1],
        actual=[reached for _, reached in reversed(ends)],
    )
