"""How concentrated value is: how much of it the best customers hold."""

import math
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._containers import Column
from custvalue._money import read_amounts
from custvalue._shares import count_to_hold, held_by_best, read_share, sum_of
from custvalue._words import say_count, say_number


def concentration(values: Column, *, decimals: int = 2) -> "Concentration":
    """Measure how unevenly value is spread over customers.

    Parameters
    ----------
    values : list, array or Series of numbers, shape (n,) [money]
        One per customer: revenue, profit, anything that adds up; may be negative. Customers
        whose value is missing are left out, and counted in `without_value`.
    decimals : int, default 2
        Values on this grid are added exactly. If any is off it, all are added as floats, sorted
        first, so that the order of the customers never matters.

    Returns
    -------
    Concentration

    Raises
    ------
    TypeError
        When `values` holds no numbers.
    InputError
        When values are infinite or reach 2**53 minor units; the sentence names the rows.

    Examples
    --------
    >>> import custvalue as cv
    >>> spread = cv.concentration([600, 200, 100, 60, 40])
    >>> spread.share_of_top(0.2), spread.customers_for(0.8), round(spread.gini, 3)
    (0.6, 0.4, 0.504)
    """
    amounts = read_amounts(values, "values", decimals)
    worst_first = np.sort(amounts.exact)
    held = held_by_best(worst_first[::-1])
    customers, total = len(worst_first), held.item(-1)
    unprofitable = int(np.searchsorted(worst_first, 0))
    profitable = customers - int(np.searchsorted(worst_first, 0, side="right"))
    peak = held.item(profitable)
    return Concentration(
        customers=customers,
        total=total / amounts.per_unit,
        gini=math.nan if unprofitable or total == 0 else _gini(held),
        peak_share=peak / total if total > 0 else math.nan,
        customers_at_peak=profitable,
        unprofitable=unprofitable,
        losses=(peak - total) / amounts.per_unit,
        without_value=0 if amounts.missing is None else int(amounts.missing.sum()),
        held=held,
    )


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Concentration:
    """How value is spread over customers; made by `concentration`.

    Shares of value are shares of the *net* total, losses included, with the best customers first.
    Where some customers lose money, the best ones hold more than all of it (the whale curve).
    Every share is NaN where the net total is not positive.

    Attributes
    ----------
    customers : int
        Customers with a value.
    total : float [money]
        Their net total.
    gini : float
        The Gini coefficient: 0 where all hold the same, (n - 1) / n where one of n holds all.
        NaN where a value is negative or the total is 0, as it has no bounds there.
    peak_share : float [share]
        The largest share that any number of best customers hold: above 1 where others lose money.
        What is above 1 is `losses` / `total`.
    customers_at_peak : int
        How few of the best hold that: those of positive value.
    unprofitable : int
        Customers of negative value.
    losses : float [money]
        What these cost together, ≥ 0: the way from the peak down to the net total.
    without_value : int
        Customers left out because their value was missing.

    References
    ----------
    C. Gini (1914), Sulla misura della concentrazione e della variabilità dei caratteri. Atti del
    Reale Istituto Veneto di Scienze, Lettere ed Arti 73, 1203-1248.
    R. S. Kaplan and V. G. Narayanan (2001), Measuring and managing customer profitability.
    Journal of Cost Management 15(5), 5-15 (the whale curve).

    Examples
    --------
    >>> import custvalue as cv
    >>> print(cv.concentration([600, 200, 100, 60, 40]))
    5 customers, net total 1,000: the best 20% hold 60.00%, 40.00% hold 80%; Gini 0.504.
    """

    customers: int
    total: float
    gini: float
    peak_share: float
    customers_at_peak: int
    unprofitable: int
    losses: float
    without_value: int
    _held: npt.NDArray[Any]
    """What the best 0, 1, ... n customers hold, in minor units where the values allow it."""

    def share_of_top(self, share: float) -> float:
        """Return the share of the net total that the best customers hold.

        Parameters
        ----------
        share : float [share]
            Of the customers; rounded up to whole customers.

        Returns
        -------
        float [share]
            Above 1 where others lose money; NaN where the net total is not positive.

        Raises
        ------
        InputError
            When `share` is not within 0 and 1.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.concentration([50, 30, 20]).share_of_top(0.34)
        0.8
        """
        best = math.ceil(read_share(share) * self.customers)
        if not self.total > 0:
            return math.nan
        return float(self._held.item(best) / self._held.item(-1))

    def customers_for(self, share: float) -> float:
        """Return the least share of customers who together hold a share of the net total.

        Parameters
        ----------
        share : float [share]
            Of the net total.

        Returns
        -------
        float [share]
            Of the customers, best first; NaN where the net total is not positive.

        Raises
        ------
        InputError
            When `share` is not within 0 and 1.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.concentration([50, 30, 10, 10]).customers_for(0.8)
        0.5
        """
        wanted = read_share(share)
        if not self.total > 0:
            return math.nan
        return count_to_hold(self._held, wanted) / self.customers

    def curve(self) -> pd.DataFrame:
        """Return the share that the best hold, from none of the customers to all of them.

        It rises at once and bends down: the whale curve. Where some customers lose money it
        climbs above 1 before it comes back.

        Returns
        -------
        DataFrame, shape (customers + 1, 3)
            ``customers`` int64, ``share_of_customers``, ``share_of_value`` float64 [share]; the
            latter is NaN where the net total is not positive.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.concentration([2, 5, 3]).curve()["share_of_value"].tolist()
        [0.0, 0.5, 0.8, 1.0]
        """
        return self._draw(self._held)

    def lorenz_curve(self) -> pd.DataFrame:
        """Return the share that the worst hold, from none of the customers to all of them.

        It is `curve` turned about: it hangs below the diagonal of equal shares, and the Gini
        coefficient is twice the area between the two. Where some customers lose money it begins
        below 0.

        Returns
        -------
        DataFrame, shape (customers + 1, 3)
            As `curve`, worst first.

        References
        ----------
        M. O. Lorenz (1905), Methods of measuring the concentration of wealth. Publications of the
        American Statistical Association 9(70), 209-219.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.concentration([2, 5, 3]).lorenz_curve()["share_of_value"].tolist()
        [0.0, 0.2, 0.5, 1.0]
        """
        return self._draw(self._held[-1] - self._held[::-1])

    def _draw(self, held: npt.NDArray[Any]) -> pd.DataFrame:
        """Return a curve of what more and more customers hold."""
        customers = np.arange(self.customers + 1)
        total = held.item(-1) if self.total > 0 else math.nan
        return pd.DataFrame(
            {
                "customers": customers,
                "share_of_customers": customers / (self.customers or math.nan),
                "share_of_value": (held / total).astype(np.float64),
            }
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the main figures as a frame of one row, to be stacked with those of others.

        Returns
        -------
        DataFrame, shape (1, 10)
            ``customers`` int64, ``total`` float64 [money], ``gini`` float64,
            ``share_of_top_20``, ``customers_for_80``, ``peak_share`` float64 [share],
            ``customers_at_peak``, ``unprofitable`` int64, ``losses`` float64 [money],
            ``without_value`` int64.

        Examples
        --------
        >>> import custvalue as cv
        >>> frame = cv.concentration([600, 200, 100, 60, 40]).to_frame()
        >>> frame[["share_of_top_20", "customers_for_80"]].iloc[0].to_dict()
        {'share_of_top_20': 0.6, 'customers_for_80': 0.4}
        """
        figures = {
            "customers": self.customers,
            "total": self.total,
            "gini": self.gini,
            "share_of_top_20": self.share_of_top(0.2),
            "customers_for_80": self.customers_for(0.8),
            "peak_share": self.peak_share,
            "customers_at_peak": self.customers_at_peak,
            "unprofitable": self.unprofitable,
            "losses": self.losses,
            "without_value": self.without_value,
        }
        return pd.DataFrame([figures])

    def __str__(self) -> str:
        customers = say_count(self.customers, "customer", "customers")
        sentence = f"{customers}, net total {say_number(self.total)}"
        if self.total > 0:
            sentence += (
                f": the best 20% hold {self.share_of_top(0.2):.2%}, "
                f"{self.customers_for(0.8):.2%} hold 80%"
            )
        if self.unprofitable and self.total > 0:
            sentence += f"; peak {self.peak_share:.2%} after the best {self.customers_at_peak:,}"
        if self.unprofitable:
            sentence += f"; {self.unprofitable:,} unprofitable, losing {say_number(self.losses)}"
        if not math.isnan(self.gini):
            sentence += f"; Gini {self.gini:.3f}"
        if self.without_value:
            sentence += f" ({self.without_value:,} without a value left out)"
        return f"{sentence}."

    def __repr__(self) -> str:
        return f"<Concentration: {self}>"

    def _repr_html_(self) -> str:
        """Show the main figures as a table in a notebook."""
        return self.to_frame().to_html(index=False)


def _gini(held: npt.NDArray[Any]) -> float:
    """Return the Gini coefficient, from the area under the curve of the best."""
    customers, total = len(held) - 1, held.item(-1)
    doubled = 2 * sum_of(held) - (customers + 1) * total
    return max(0.0, float(doubled / (customers * total)))
