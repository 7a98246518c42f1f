"""What came of predictions at several cutoffs, as one table."""

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping, Sequence

import attrs
import numpy as np
import pandas as pd

from custvalue._calendar import Day, read_day, to_date, to_times
from custvalue._churn.states import ChurnState
from custvalue._containers import Codes, Mask
from custvalue._statistics import ratio, wilson_interval
from custvalue.errors import InputError

COUNTS = (
    "customers",
    "without_state",
    "true_positives",
    "false_positives",
    "false_negatives",
    "true_negatives",
)


@attrs.frozen(eq=False)
class Outcome:
    """How the states that one rule gave at one cutoff turned out."""

    rule: object
    counts: Sequence[int]

    @classmethod
    def of(cls, rule: object, states: Codes, ordered: Mask) -> "Outcome":
        """Count who was called awake or drowsy, and who of them ordered."""
        placed = states >= 0
        called = placed & (states <= ChurnState.DROWSY.rank)
        uncalled = placed & ~called
        cells = (called & ordered, called & ~ordered, uncalled & ordered, uncalled & ~ordered)
        counts = [int(np.count_nonzero(cell)) for cell in (placed, ~placed, *cells)]
        return cls(rule, counts)


def outcome_table(
    outcomes: Mapping[Hashable, Sequence[Outcome]], cutoffs: Sequence[int], level: float
) -> pd.DataFrame:
    """Return one row per policy and cutoff: counts, ratios with their intervals, and rules."""
    rows = [outcome for of_policy in outcomes.values() for outcome in of_policy]
    index = pd.MultiIndex.from_product(
        [list(outcomes), to_times(np.array(cutoffs))], names=["policy", "cutoff"]
    )
    counted = np.array([row.counts for row in rows], dtype=np.int64)
    table = pd.DataFrame(counted, columns=list(COUNTS), index=index)
    right, wrong = table["true_positives"].to_numpy(), table["false_positives"].to_numpy()
    missed, customers = table["false_negatives"].to_numpy(), table["customers"].to_numpy()
    ratios = {
        "precision": (right, right + wrong),
        "false_discovery_rate": (wrong, right + wrong),
        "recall": (right, right + missed),
        "miss_rate": (missed, right + missed),
        "prevalence": (right + missed, customers),
    }
    for name, (part, whole) in ratios.items():
        table[name] = ratio(part, whole)
        table[f"{name}_low"], table[f"{name}_high"] = wilson_interval(part, whole, level=level)
    table["lift"] = ratio(right * customers, (right + wrong) * (right + missed))
    table["rule"] = pd.Series([row.rule for row in rows], index=index, dtype=object)
    return table


# --- checks ------------------------------------------------------------------------------------


def require_policies(policies: object) -> None:
    """Raise when these are no named rules or learners."""
    if not isinstance(policies, Mapping):
        msg = (
            "policies must be a mapping of names to rules or learners, as "
            f"{{'fixed': SleepPolicy(30, 60, 90)}}, got {type(policies).__name__}"
        )
        raise TypeError(msg)
    if not policies:
        msg = "backtest needs at least one policy, got none: name one, as {'fixed': policy}"
        raise InputError(msg)
    for name, policy in policies.items():
        if isinstance(policy, type) or not (hasattr(policy, "fit") or hasattr(policy, "classify")):
            msg = (
                f"policy {name!r} must be a rule with classify or a learner with fit, got "
                f"{policy!r}"
            )
            raise TypeError(msg)


def read_cutoffs(cutoffs: Iterable[Day]) -> list[int]:
    """Return several days, each once."""
    if isinstance(cutoffs, str) or not np.iterable(cutoffs):
        msg = f"cutoffs must be several days, as ['1997-12-31'], got {cutoffs!r}"
        raise TypeError(msg)
    days = [read_day(cutoff, "each cutoff") for cutoff in cutoffs]
    if not days:
        msg = "backtest needs at least one cutoff, got none"
        raise InputError(msg)
    twice = sorted({day for day in days if days.count(day) > 1})
    if twice:
        msg = f"cutoffs must differ, got {', '.join(str(to_date(day)) for day in twice)} twice"
        raise InputError(msg)
    return days


def require_observed(
    days: Sequence[int],
    horizon: int,
    first: dt.date,
    last: dt.date,
    observed_until: Day | None,
) -> None:
    """Raise when a cutoff or its horizon lies where the log, complete from `first`, is silent."""
    if to_date(min(days)) < first:
        msg = (
            f"cutoffs must lie within the log, from {first} on, got {to_date(min(days))}: "
            "nothing was known then"
        )
        raise InputError(msg)
    until = last if observed_until is None else to_date(read_day(observed_until, "observed_until"))
    too_late = (to_date(max(days)) - until).days + horizon
    if too_late > 0:
        msg = (
            f"every horizon must have been observed to its end, by {until}, but that of cutoff "
            f"{to_date(max(days))} ends {too_late:,} days later: take an earlier cutoff or a "
            "shorter within"
        )
        if observed_until is None:
            msg += ", or say observed_until= if the log goes on quietly after its last row"
        raise InputError(msg)
