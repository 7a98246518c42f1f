"""When each customer orders next, from its own gaps and everybody's."""

import numpy as np
import pandas as pd

from custvalue._calendar import to_times
from custvalue._churn.gaps import Gaps
from custvalue._orders.customer_days import CustomerDays
from custvalue._orders.customer_table import NAT
from custvalue._scale import Label


class RhythmBasis(Label):
    """Whose gaps an expected date rests on.

    Examples
    --------
    >>> import custvalue as cv
    >>> [str(basis) for basis in cv.churn.RhythmBasis]
    ['own', 'own and population', 'population']
    """

    OWN = "own", "自身节奏"
    BOTH = "own and population", "自身与总体节奏"
    POPULATION = "population", "总体节奏"


def next_orders(
    log: CustomerDays, as_of: int, complete: int | None, enough_gaps: int
) -> pd.DataFrame:
    """Return the table that `churn.next_order` describes."""
    begin, end = log.starts[:-1], log.ends(as_of)
    seen = log.seen_by(as_of, end)
    bought = end > begin
    gaps = Gaps.of(log, as_of, complete)
    own = np.minimum(gaps.counts, enough_gaps)
    basis = np.select([own == enough_gaps, own > 0], [0, 1], 2)
    known = bought if len(gaps.days) else np.zeros(len(begin), dtype=np.bool_)
    # In whole numbers: quartiles times 4, weights times enough_gaps.
    wait = own * gaps.own_quartiles()
    wait += np.outer(4 * gaps.shared_quartiles(), enough_gaps - own)
    whole = 4 * enough_gaps
    last = np.zeros(len(begin), dtype=np.int64)
    last[bought] = log.day[end[bought] - 1]
    earliest = last + wait[0] // whole
    expected = last + (2 * wait[1] + whole) // (2 * whole)
    latest = last - (-wait[2] // whole)
    known, expected = known[seen], expected[seen]
    dates = {"expected": expected, "earliest": earliest[seen], "latest": latest[seen]}
    return pd.DataFrame(
        {
            **{name: np.where(known, to_times(day), NAT) for name, day in dates.items()},
            "days_overdue": np.where(known, np.maximum(as_of - expected, 0), np.nan),
            "basis": pd.Categorical.from_codes(
                np.where(known, basis[seen], -1), dtype=RhythmBasis.dtype()
            ),
        },
        index=log.ids[seen],
    )
