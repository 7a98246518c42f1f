"""Learn where the steps of a scale begin from shares: of the customers, or of what they bring."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Generic, TypeVar

import attrs
import numpy as np

from custvalue._bands import Bands, Floor, Learned
from custvalue._calendar import Day, say_as_of
from custvalue._condition_makers import above
from custvalue._containers import Column, as_float, is_number, plain, require_same_index
from custvalue._group_bands import Group, GroupBands, read_groups, rows_of_places
from custvalue._money import Amounts, check_decimals, read_amounts
from custvalue._scale import Scale, require_scale
from custvalue._shares import End, ends_of_count, ends_of_sum
from custvalue.errors import InputError, RuleError

S = TypeVar("S", bound=Scale)


def tidy_shares(shares: Sequence[float]) -> tuple[float, ...]:
    """Return the shares as plain floats, or raise where they are none."""
    if isinstance(shares, str) or not np.iterable(shares):
        msg = f"shares must be several, best step first, got {shares!r}: give (0.2,) for one"
        raise TypeError(msg)
    tidy: list[float] = []
    for share in map(plain, shares):
        if not is_number(share):
            msg = f"shares must be numbers, got {share!r} ({type(share).__name__})"
            raise TypeError(msg)
        tidy.append(as_float(share))
    for lower, share in pairwise([0.0, *tidy]):
        if not lower < share <= 1:
            msg = (
                "shares must rise, best step first, each above 0 and none above 1, "
                f"got {tuple(tidy)}: they are cumulative, as (0.2, 0.5)"
            )
            raise RuleError(msg)
    return tuple(tidy)


def tidy_decimals(decimals: int) -> int:
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
class _Origin:
    """What the values are, and of which day."""

    measure: str
    unit: str | None
    as_of: str | None = attrs.field(converter=say_as_of)


@attrs.frozen
class ShareLearner(ABC, Generic[S]):
    """What `TopShare` and `CumulativeShare` have in common: settings, and learning by them.

    Parameters
    ----------
    scale : type of Scale
        The tiers, lowest first.
    shares : sequence of float [share]
        Cumulative, best tier first.
    decimals : int, default 2
        Values on this grid are compared exactly, others as floats.

    Examples
    --------
    >>> import custvalue as cv
    >>> isinstance(cv.tiers.ABC, cv.tiers.ShareLearner)
    True
    """

    scale: type[S]
    shares: tuple[float, ...] = attrs.field(converter=tidy_shares)
    decimals: int = attrs.field(default=2, kw_only=True, converter=tidy_decimals)

    def __attrs_post_init__(self) -> None:
        _require_share_per_step(self.scale, self.shares)

    @property
    @abstractmethod
    def _shared(self) -> str:
        """What the shares are shares of."""

    @abstractmethod
    def _ends(self, amounts: Amounts, whose: str) -> list[End]:
        """Return the value each share of the best ends at, and the share it comes to."""

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
            One floor per step above the lowest. Its ``learned`` holds the share asked for and the
            one reached, ties included; None where there is nothing to share.

        Raises
        ------
        TypeError
            When `values` holds no numbers.
        InputError
            When values are infinite or reach 2**53 minor units, naming the rows; where they are
            added, also when together they do.

        Examples
        --------
        >>> import custvalue as cv
        >>> rule = cv.tiers.PARETO.fit([9, 7, 7, 7, 1, 0], measure="revenue")
        >>> print(rule.explain(8))
        revenue 8: vital-few, from 7. Learned from 6 values: the floor of vital-few is set
        at 20% of customers, best first (66.67% in fact).
        >>> rule = cv.tiers.ABC.fit([500, 300, 150, 50], as_of="2025-12-31", unit="EUR")
        >>> rule.learned.as_of, rule.learned.nominal, rule.learned.actual
        ('2025-12-31', (0.95, 0.8), (0.95, 0.8))
        """
        amounts = read_amounts(values, measure, self.decimals)
        return self._learn(amounts, _Origin(measure, unit, as_of), measure)

    def fit_groups(
        self,
        values: Column,
        groups: Column,
        *,
        as_of: Day | None = None,
        measure: str = "value",
        unit: str | None = None,
    ) -> GroupBands[S]:
        """Learn where the tiers begin within each group: the best 20% of each region, say.

        Parameters
        ----------
        values : list, array or Series of numbers, shape (n,) [unit]
            One per customer; missing ones count nowhere.
        groups : list, array or Series of str or int, shape (n,)
            The group of each; customers without one count nowhere.
        as_of : calendar day, optional
            The day the values are as of; the rule remembers it.
        measure, unit : str, optional
            What the values are, for explanations.

        Returns
        -------
        GroupBands
            For each group what `fit` would learn from its customers alone.

        Raises
        ------
        TypeError
            When `values` holds no numbers, or a group is neither text nor a whole number.
        InputError
            As for `fit`; also when the columns differ in index or length.

        Examples
        --------
        >>> import custvalue as cv
        >>> rule = cv.tiers.PARETO.fit_groups([90, 50, 40, 20], ["web", "shop", "web", "shop"])
        >>> rule.of("web").floors, rule.of("shop").floors
        ((90,), (50,))
        """
        origin = _Origin(measure, unit, as_of)
        by_group = _amounts_by_group(values, groups, measure, self.decimals)
        return GroupBands(
            self.scale,
            {g: self._learn(amounts, origin, f"{measure} of {g}") for g, amounts in by_group},
        )

    def _learn(self, amounts: Amounts, origin: _Origin, whose: str) -> Bands[S]:
        """Return the rule whose steps end where the shares do, and what it was learned from."""
        ends = self._ends(amounts, whose)[::-1]
        nominal = self.shares[::-1]
        learned = Learned(
            what=self._shared,
            count=len(amounts.exact),
            as_of=origin.as_of,
            nominal=nominal,
            actual=[reached for _, reached in ends],
        )
        floors = [
            _floor(amounts, end, share) for (end, _), share in zip(ends, nominal, strict=True)
        ]
        return Bands(self.scale, floors, measure=origin.measure, unit=origin.unit, learned=learned)


@attrs.frozen
class TopShare(ShareLearner[S]):
    """Learn tiers from shares of the customers: the best 20%, say, are the vital few.

    Of n customers with a known value the best ``ceil(share * n)`` are in a step or a better one,
    and so is everyone whose value equals the last one's. Non-positive value is always the lowest
    step; a share of 1 leaves nobody else there, now or later: its floor is ``above(0)``.

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

    @property
    def _shared(self) -> str:
        return "customers, best first"

    def _ends(self, amounts: Amounts, whose: str) -> list[End]:  # noqa: ARG002 - nothing is added
        return ends_of_count(amounts.exact, self.shares)


@attrs.frozen
class CumulativeShare(ShareLearner[S]):
    """Learn tiers from shares of the value: those who bring the first 80% of it, say, are A.

    Only positive value counts, the largest first. The customer with whom a share is reached is in
    the step, and so is everyone of the same value. Non-positive value is always the lowest step; a
    share of 1 leaves nobody else there, now or later: its floor is ``above(0)``.

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

    @property
    def _shared(self) -> str:
        return "the positive value, best first"

    def _ends(self, amounts: Amounts, whose: str) -> list[End]:
        return ends_of_sum(amounts.exact, self.shares, whose)


def _amounts_by_group(
    values: Column, groups: Column, what: str, decimals: int
) -> Iterator[tuple[Group, Amounts]]:
    """Yield the amounts of each group as they would be read alone."""
    require_same_index(values, groups, "values and groups")
    amounts = read_amounts(values, what, decimals)
    found, places = read_groups(groups)
    if amounts.missing is not None:
        places = places[~amounts.missing]
    for group, rows in zip(found, rows_of_places(places, len(found)), strict=True):
        known = amounts.known[rows]
        if amounts.exact is amounts.known:  # off the grid of minor units, but perhaps not all
            yield group, read_amounts(known, what, decimals)
        else:
            yield group, Amounts(known, None, amounts.exact[rows], amounts.per_unit)


def _floor(amounts: Amounts, end: float, share: float) -> Floor:
    """Return where a step begins that ends there, best first.

    Values a float's noise apart are one in minor units, and no floor may come between them.
    """
    if end > 0 and share < 1:
        lowest: float = amounts.known[amounts.exact == end].min().item()
        return lowest
    nothing = amounts.known[amounts.exact <= 0].max(initial=0).item()
    return above(max(0, nothing))
