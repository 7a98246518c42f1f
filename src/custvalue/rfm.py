"""Levels of recency, orders and revenue (RFM), and the segments they make."""

import math
from fractions import Fraction
from typing import Any, cast

import attrs
import numpy as np
import pandas as pd

from custvalue._bands import Bands, Floor, Learned
from custvalue._calendar import Day, say_as_of
from custvalue._condition_makers import above
from custvalue._containers import missing_in, plain
from custvalue._money import read_amounts
from custvalue._rfm.levels import (
    BY_DAYS,
    LEVELS,
    FiveByDays,
    FiveLevels,
    FourByDays,
    FourLevels,
    ThreeByDays,
    ThreeLevels,
)
from custvalue._rfm.scores import (
    DAYS,
    LEVEL_OF,
    RFMLevels,
    RFMScores,
    check_segments,
    default_segments,
    read_columns,
)
from custvalue._rfm.segments import DEFAULT_SEGMENTS, RFMSegment
from custvalue._scale import Scale
from custvalue._shares import exact_share
from custvalue._table import Table
from custvalue._tiers.learners import tidy_decimals, tidy_shares
from custvalue.errors import RuleError

__all__ = [
    "DEFAULT_SEGMENTS",
    "FiveByDays",
    "FiveLevels",
    "FourByDays",
    "FourLevels",
    "RFMLearner",
    "RFMLevels",
    "RFMScores",
    "RFMSegment",
    "ThreeByDays",
    "ThreeLevels",
]

THIRDS = 10**9  # the largest denominator of a share: 0.3333333333333333 is meant as 1/3


def _tidy_levels(levels: int) -> int:
    levels = cast("int", plain(levels))
    if isinstance(levels, bool) or not isinstance(levels, int) or levels not in LEVELS:
        msg = f"levels must be 3, 4 or 5, got {levels!r}"
        raise RuleError(msg)
    return levels


@attrs.frozen(kw_only=True)
class RFMLearner:
    """Learn levels of recency, orders and revenue from shares of the customers.

    Equal customers share a level, whatever the order of rows. A tie at a boundary stays with the
    smaller number: a single order is the lowest level, however many have just one, and ordering
    on the very day is the highest, however many did. So with five levels:

    - who has more orders than at least 80% of the customers is ``5 of 5``; likewise for revenue;
    - a customer is ``5 of 5`` in recency when fewer than 20% ordered more recently.

    Parameters
    ----------
    levels : {5, 3, 4}
        How many levels, of each measure.
    shares : sequence of float, optional [share]
        Cumulative shares of the customers, best level first: one per level above the lowest,
        rising, above 0, below 1. By default levels are of equal size where there are no ties:
        0.2, 0.4, 0.6, 0.8 for five.
    segments : Table or None
        What the levels mean together, over any of ``recency_level``, ``orders_level`` and
        ``revenue_level``. By default `DEFAULT_SEGMENTS` for five levels, else None.
    decimals : int, default 2
        Revenue on this grid is compared in whole minor units, other revenue as floats.

    Raises
    ------
    RuleError
        When a setting is malformed, or `segments` does not look at these levels.
    TypeError
        When a share is no number, or `segments` no table.

    See Also
    --------
    RFMScores : what is learned, or stated by hand.

    Notes
    -----
    Chosen: in tiers a boundary tie goes up (`TopShare`), here it stays with the smaller number. Of
    CDNOW's 23,570 customers half ordered once. Going up, all of them would be ``3 of 5`` in
    orders and nobody lower, so nobody could be new, promising or hibernating.

    Examples
    --------
    >>> import custvalue as cv, pandas as pd
    >>> customers = pd.DataFrame(
    ...     {
    ...         "days_since_last_order": [2, 9, 40, 70, 300],
    ...         "orders": [8, 1, 3, 1, 5],
    ...         "revenue": [310.0, 15.0, 99.9, 20.0, 150.0],
    ...     },
    ...     index=["ann", "bob", "cem", "dan", "eve"],
    ... )
    >>> scores = cv.RFMLearner().fit(customers)
    >>> scores.classify(customers)["orders_level"].tolist()
    ['5 of 5', '1 of 5', '3 of 5', '1 of 5', '4 of 5']
    >>> scores.segment(customers).tolist()
    ['champion', 'promising', 'needs-attention', 'hibernating', 'at-risk']
    """

    levels: int = attrs.field(default=5, converter=_tidy_levels)
    shares: tuple[float, ...] = attrs.field(converter=tidy_shares)
    segments: Table[Any] | None = attrs.field()
    decimals: int = attrs.field(default=2, converter=tidy_decimals)

    @shares.default
    def _equal_shares(self) -> tuple[float, ...]:
        return tuple(k / self.levels for k in range(1, self.levels))

    @segments.default
    def _default_segments(self) -> Table[Any] | None:
        return default_segments(LEVELS[self.levels])

    def __attrs_post_init__(self) -> None:
        """Check that the shares and the segments are for these levels."""
        if len(self.shares) != self.levels - 1 or self.shares[-1] >= 1:
            msg = (
                f"{self.levels} levels need {self.levels - 1} shares, best level first, each below "
                f"1, got {self.shares}: the lowest level takes the rest"
            )
            raise RuleError(msg)
        check_segments(self.segments, LEVELS[self.levels])

    def fit(
        self, customers: pd.DataFrame, *, as_of: Day | None = None, unit: str | None = None
    ) -> RFMScores:
        """Learn where the levels begin.

        Parameters
        ----------
        customers : DataFrame, shape (n, columns)
            One row per customer: ``days_since_last_order`` [days], ``orders``, ``revenue``
            [money], as `OrderLog.customers` gives them. Who never ordered, and so has no days,
            counts nowhere; nor does a missing number.
        as_of : calendar day, optional
            The day the table is as of; the rule remembers it.
        unit : str, optional
            Currency of the revenue, for explanations.

        Returns
        -------
        RFMScores
            Each of its bands remembers how many it was learned from, and the shares asked for
            and reached. From nobody: no number is above the lowest band.

        Raises
        ------
        InputError
            When a column is absent; when days or orders are negative, orders are no whole
            numbers, or numbers are infinite or reach 2**53 minor units, naming the rows.
        TypeError
            When `customers` is no DataFrame, or a column holds no numbers.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> customers = pd.DataFrame(
        ...     {"days_since_last_order": [3, 8, 8], "orders": [1, 1, 1], "revenue": [9.5, 20, 20]}
        ... )
        >>> scores = cv.RFMLearner(levels=3).fit(customers)
        >>> scores.orders.floors
        (above(1), above(1))
        >>> [str(level) for level in scores.unreachable()["orders_level"]]
        ['2 of 3']
        """
        columns = read_columns(customers)
        bought = ~missing_in(columns[DAYS])
        scale = LEVELS[self.levels]
        best = [exact_share(share).limit_denominator(THIRDS) for share in self.shares]
        rest = [1 - share for share in reversed(best)]
        day = say_as_of(as_of)
        days, orders, revenue = (columns[measure][bought] for measure in LEVEL_OF)
        return RFMScores(
            days_since_last_order=_learn(days, BY_DAYS[scale], best, as_of=day),
            orders=_learn(orders, scale, rest, as_of=day),
            revenue=_learn(revenue, scale, rest, as_of=day, decimals=self.decimals, unit=unit),
            segments=self.segments,
        )


def _learn(
    values: "pd.Series[Any]",
    scale: type[Scale],
    shares: list[Fraction],
    *,
    as_of: str | None,
    decimals: int = 0,
    unit: str | None = None,
) -> Bands[Any]:
    """Return bands that end with the smallest shares of the values and whatever equals the last."""
    measure = str(values.name)
    amounts = read_amounts(values, measure, decimals)
    count = len(amounts.exact)
    floors: list[Floor] = [None] * len(shares)
    actual: list[float | None] = [None] * len(shares)
    if count:
        places = [math.ceil(share * count) - 1 for share in shares]
        ends = np.partition(amounts.exact, places)[places]
        floors = [above(amounts.known[amounts.exact == end].max().item()) for end in ends]
        actual = [int(np.count_nonzero(amounts.exact > end)) / count for end in ends]
    learned = Learned(
        what=f"customers, most {measure.partition('_')[0]} first",
        count=count,
        as_of=as_of,
        nominal=[float(1 - share) for share in shares],
        actual=actual,
    )
    return Bands(scale, floors, measure=measure, unit=unit, learned=learned)
