"""The value matrix: what an order brings against how many there are, and the segments they make."""

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._calendar import Day
from custvalue._value_matrix.matrix import ValueMatrix, check_days, tidy_days
from custvalue._value_matrix.reading import read_frame
from custvalue._value_matrix.segments import CELLS, Level, ValueSegment
from custvalue.tiers import TopShare

__all__ = ["CELLS", "Level", "ValueMatrix", "ValueMatrixLearner", "ValueSegment"]

NOISE = 1e-12  # [1] how far apart floats may lie that are one quotient, relative to their size


def _tidy_shares(shares: Sequence[float]) -> tuple[float, ...]:
    return TopShare(Level, shares).shares


@attrs.frozen(kw_only=True)
class ValueMatrixLearner:
    """Learn a value matrix from the customers who ordered.

    On either axis the best share of them is high, the next one middling, and equal customers
    share a level, the higher one (`TopShare`).

    Parameters
    ----------
    average_order_value : sequence of two floats, default (0.2, 0.4) [share]
        Cumulative shares of the customers with an order: whose average order is high, and whose
        is high or middling.
    orders : sequence of two floats, default (0.2, 0.4) [share]
        Likewise by their number of orders.
    new_within_days, lapsing_after_days : float or None, default 90 and 180
        As in `ValueMatrix`; these are not learned [days].

    Raises
    ------
    RuleError
        When shares are not two, do not rise, or lie outside 0 and 1, or days are negative.
    TypeError
        When shares or days are no numbers.

    Examples
    --------
    >>> import custvalue as cv
    >>> log = cv.OrderLog.from_frame(cv.examples.example_orders())
    >>> matrix = cv.ValueMatrixLearner().fit(log.customers("2026-03-01"))
    >>> matrix.classify(log.customers("2026-03-01")).to_dict()
    {'ann': 'high-value', 'bob': 'low-value'}
    """

    # Chosen: the best fifth is high, as Pareto's law is told, the next one middling. No more than
    # these, as of many shops half the customers ordered once: a middle that reached down to them
    # would leave nobody low.
    average_order_value: tuple[float, ...] = attrs.field(default=(0.2, 0.4), converter=_tidy_shares)
    orders: tuple[float, ...] = attrs.field(default=(0.2, 0.4), converter=_tidy_shares)
    new_within_days: float | None = attrs.field(
        default=90, converter=tidy_days, validator=check_days
    )
    lapsing_after_days: float | None = attrs.field(
        default=180, converter=tidy_days, validator=check_days
    )

    def fit(
        self, customers: pd.DataFrame, *, as_of: Day | None = None, unit: str | None = None
    ) -> ValueMatrix:
        """Learn where the levels begin.

        Parameters
        ----------
        customers : DataFrame, shape (n, columns)
            As the customer table of an order log: must hold ``orders`` and
            ``average_order_value``. Those without an order count nowhere.
        as_of : calendar day, optional
            The day the table is as of, to be remembered by the rule.
        unit : str, optional
            The currency, for explanations.

        Returns
        -------
        ValueMatrix
            Its bands remember from how many customers they were learned, and what the shares came
            to.

        Raises
        ------
        InputError
            When ``orders`` is missing or no whole number ≥ 0, ``average_order_value`` is missing
            beside an order, a number is infinite, or a column is absent; the sentence names the
            rows.
        TypeError
            When `customers` is no DataFrame, or a column holds no numbers.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> customers = pd.DataFrame(
        ...     {"orders": [9, 4, 2, 1, 1, 0], "average_order_value": [20, 90, 50, 30, 10, None]}
        ... )
        >>> matrix = cv.ValueMatrixLearner().fit(customers)
        >>> matrix.orders.floors, matrix.average_order_value.floors
        ((4, 9), (50.0, 90.0))
        """
        columns = read_frame(customers)
        ordered = columns["orders"].values > 0
        spent = _least_of_equals(columns["average_order_value"].values[ordered])
        return ValueMatrix(
            average_order_value=TopShare(Level, self.average_order_value).fit(
                spent, as_of=as_of, measure="average_order_value", unit=unit
            ),
            orders=TopShare(Level, self.orders).fit(
                columns["orders"].values[ordered], as_of=as_of, measure="orders"
            ),
            new_within_days=self.new_within_days,
            lapsing_after_days=self.lapsing_after_days,
        )


def _least_of_equals(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return for each quotient the least of those that differ from it by float noise only.

    0.3 / 3 is less than 0.1 / 1, and yet these averages are equal and must share a level.
    """
    distinct, places = np.unique(values, return_inverse=True)
    begins = np.append(True, np.diff(distinct) > NOISE * np.abs(distinct[1:]))[: len(distinct)]
    least = np.maximum.accumulate(np.where(begins, np.arange(len(distinct)), 0))
    return distinct[least][places]
