"""What a campaign did, group by group: contacted customers against a control group."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._containers import (
    Column,
    Mask,
    as_series,
    missing_in,
    name_rows,
    read_count,
    read_flags,
    require_same_index,
)
from custvalue._grouping import read_grouping
from custvalue._scale import Label
from custvalue._statistics import ratio, wilson_interval
from custvalue.errors import InputError

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Effect(Label):
    """What a campaign did to the share of customers who responded.

    Examples
    --------
    >>> from custvalue.waking import Effect
    >>> Effect.CANNOT_TELL.label(lang="zh")
    '无法判断'
    """

    RAISES = "raises", "提高"
    LOWERS = "lowers", "降低"
    CANNOT_TELL = "cannot tell", "无法判断"


def measure_uplifts(
    groups: Column, *, contacted: Column, responded: Column, level: float, fewest: int
) -> pd.DataFrame:
    """Return the table that `waking.uplifts` describes."""
    columns = {"groups": groups, "contacted": contacted, "responded": responded}
    for name in ("contacted", "responded"):
        require_same_index(groups, columns[name], f"groups and {name}")
    require_same_index(contacted, responded, "contacted and responded")
    least = read_count(fewest, "fewest")
    grouping = read_grouping(groups)
    treated = _read_known(contacted, "contacted")
    answered = _read_known(responded, "responded")
    reached, reached_yes = grouping.count(treated), grouping.count(treated & answered)
    control, control_yes = grouping.count(~treated), grouping.count(~treated & answered)
    difference, low, high = newcombe_interval(
        reached_yes, reached, control_yes, control, level=level
    )
    enough = (reached >= least) & (control >= least)
    effect = np.where(enough & (low > 0), 0, np.where(enough & (high < 0), 1, 2))
    table = pd.DataFrame(
        {
            "contacted": reached,
            "control": control,
            "contacted_responded": reached_yes,
            "control_responded": control_yes,
            "contacted_share": ratio(reached_yes, reached),
            "control_share": ratio(control_yes, control),
            "uplift": difference,
            "low": low,
            "high": high,
            "effect": pd.Categorical.from_codes(effect, dtype=Effect.dtype()),
        },
        index=grouping.index,
    )
    table.attrs["without_group"] = int(np.count_nonzero(grouping.places < 0))
    return table


def newcombe_interval(
    hits: Counts, trials: Counts, other_hits: Counts, other_trials: Counts, *, level: float
) -> tuple[Floats, Floats, Floats]:
    """Return the difference of two independent proportions and its hybrid score interval.

    Newcombe's method 10: from the Wilson intervals of both. NaN where either has no trials.
    """
    low, high = wilson_interval(hits, trials, level=level)
    other_low, other_high = wilson_interval(other_hits, other_trials, level=level)
    share, other = ratio(hits, trials), ratio(other_hits, other_trials)
    difference = share - other
    down = np.hypot(share - low, other_high - other)
    up = np.hypot(high - share, other - other_low)
    return difference, np.maximum(difference - down, -1.0), np.minimum(difference + up, 1.0)


def _read_known(flags: Column, what: str) -> Mask:
    column = as_series(flags, what)
    missing = missing_in(column)
    if missing.any():
        msg = (
            f"{what} must be known for every customer, got missing in "
            f"{name_rows(missing, column)}: leave these customers out"
        )
        raise InputError(msg)
    return read_flags(column, what)
