"""The gaps between a customer's order days, and the rhythm they make."""

from typing import Self

import attrs
import numpy as np
import numpy.typing as npt

from custvalue._orders.customer_days import CustomerDays

Ints = npt.NDArray[np.int64]

GAP_BITS = 17  # two centuries of days fit


@attrs.frozen(eq=False)
class Gaps:
    """All gaps up to a day between consecutive order days, by customer."""

    owner: Ints
    """The customer, by position in the log's ids; ascending."""
    days: Ints
    counts: Ints
    """How many gaps each customer has."""

    @classmethod
    def of(cls, log: CustomerDays, as_of: int, complete: int | None) -> Self:
        """Collect the gaps; one that began before the log was `complete` may have been shorter."""
        days = np.diff(log.day)
        closed = log.day[1:] <= as_of
        if complete is not None:
            closed &= log.day[:-1] >= complete
        borders = log.starts[1:-1]  # from one customer's last day to the next one's first
        closed[borders[(borders > 0) & (borders < len(log.day))] - 1] = False
        owner = np.repeat(np.arange(len(log.ids)), np.diff(log.starts))[1:][closed]
        counts = np.bincount(owner, minlength=len(log.ids))
        return cls(owner, days[closed].astype(np.int64), counts)

    def median(self) -> float:
        """Return the median over all gaps [days]; there is one at least."""
        held = np.cumsum(np.bincount(self.days))
        count = len(self.days)
        lower, upper = np.searchsorted(held, ((count - 1) // 2 + 1, count // 2 + 1)).tolist()
        return float(lower + upper) / 2

    def own_quartiles(self) -> Ints:
        """Return four times each customer's quartiles [days], shape (3, customers).

        Between two gaps they are interpolated, as by `numpy.quantile`; without a gap they are 0.
        """
        key = (self.owner << GAP_BITS) | self.days
        key.sort()
        rising = np.append(key & ((1 << GAP_BITS) - 1), (0, 0))  # for customers after all gaps
        place, part = np.divmod(np.outer((1, 2, 3), self.counts - 1), 4)
        lower = place + np.cumsum(self.counts) - self.counts
        quartiles = 4 * rising[lower] + part * (rising[lower + (part > 0)] - rising[lower])
        return np.where(self.counts > 0, quartiles, 0)

    def shared_quartiles(self) -> Ints:
        """Return the quartiles over all gaps, every customer with a gap counting alike [days].

        They are gaps that occur; without any they are 0.
        """
        weight = np.bincount(self.days, weights=1 / self.counts[self.owner])
        total = np.count_nonzero(self.counts)
        # Sums of fractions: a share that is reached exactly must not be missed by rounding.
        quarters = np.array((1, 2, 3)) / 4 * total * (1 - 1e-12)
        return np.searchsorted(np.cumsum(weight), quarters)
