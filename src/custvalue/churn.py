"""Buyers leave quietly: who is awake, drowsy, half-asleep or asleep, and when each orders next.

States go by the days of silence (`SleepPolicy`) or by silence in the customer's own gaps
(`RhythmPolicy`). Where they begin is learned from how likely the silent are to return
(`SleepLearner`, `RhythmLearner`), and what that is worth is told by history (`backtest`).
"""

import datetime as dt
import math
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Protocol, cast

import attrs
import numpy as np
import pandas as pd

from custvalue._calendar import Day, read_day, to_date
from custvalue._churn.backtesting import (
    Outcome,
    outcome_table,
    read_cutoffs,
    require_observed,
    require_policies,
)
from custvalue._churn.gaps import Gaps
from custvalue._churn.next_orders import RhythmBasis, next_orders
from custvalue._churn.rhythm_policy import RhythmPolicy
from custvalue._churn.silences import check_length
from custvalue._churn.sleep_policy import SleepPolicy
from custvalue._churn.states import ChurnState, LearnedSleep
from custvalue._churn.thresholds import ENOUGH, ChanceBySilence, learn_thresholds, read_remaining
from custvalue._containers import plain, read_count, read_steps, require_same_index
from custvalue.errors import InputError, RuleError
from custvalue.orders import OrderLog, require_log
from custvalue.returns import ReturnCurve

__all__ = [
    "ChurnState",
    "LearnedSleep",
    "RhythmBasis",
    "RhythmLearner",
    "RhythmPolicy",
    "SleepLearner",
    "SleepPolicy",
    "backtest",
    "next_order",
]

MOST_GAPS = 2**31 - 1  # whole days weighed by more might not fit int64
PER_GAP = 100  # relative silences are looked at in hundredths of a gap


def _number(value: float) -> float:
    return cast("float", plain(value))


@attrs.frozen
class SleepLearner:
    """Learn after how many days of silence customers fall asleep.

    At day 0, just after an order, some share of the silences will end within the horizon; the
    longer a silence lasts, the smaller that chance. A state begins on the first day from which
    the chance **stays** below its part of the one at day 0, as far as at least 30 silences are at
    risk. Where that is not seen, the state begins nowhere: None.

    Parameters
    ----------
    within : int, default 90
        The horizon: a return is an order within so many days [days].
    remaining : sequence of three floats, default (0.5, 0.25, 0.1)
        What is left of the chance at day 0 when customers are drowsy, half-asleep and asleep
        [share]. Falling, between 1 and 0.

    Raises
    ------
    RuleError
        When the horizon is no whole number of days above 0, or the parts do not fall.
    TypeError
        When a setting is no number.

    Examples
    --------
    >>> import custvalue as cv
    >>> log = cv.OrderLog.from_frame(cv.examples.simulate_orders())
    >>> policy = cv.churn.SleepLearner().fit(log, as_of="2024-12-30")
    >>> policy.drowsy_from, policy.half_asleep_from, policy.asleep_from
    (45, 94, 187)
    """

    # Chosen: a quarter of a year, in which a campaign can be made and its answer seen [days].
    within: int = attrs.field(default=90, converter=_number, kw_only=True)
    # Chosen: half, a quarter, a tenth of the chance of a customer who has just ordered.
    remaining: tuple[float, ...] = attrs.field(
        default=(0.5, 0.25, 0.1), converter=read_remaining, kw_only=True
    )

    def __attrs_post_init__(self) -> None:
        check_length("within", self.within, "days")
        if self.within != math.floor(self.within):
            msg = f"within must be a whole number of days, got {self.within!r}: round it"
            raise RuleError(msg)

    def fit(self, log: OrderLog, *, as_of: Day) -> SleepPolicy:
        """Learn where the states begin from all silences up to a day.

        Parameters
        ----------
        log : OrderLog
            The orders; later ones than `as_of` change nothing.
        as_of : date or ISO string
            The end of observation.

        Returns
        -------
        SleepPolicy
            Thresholds in whole days; None where a state was not observed. Its ``learned``, a
            `LearnedSleep`, holds the parts asked for and reached, and the chances that `explain`
            tells.

        Raises
        ------
        RuleError
            When nothing can be learned: fewer than 30 silences, a horizon none of them was
            watched for, a chance of 0 at day 0, or no state observed.
        InputError
            When `as_of` is no calendar day.

        Examples
        --------
        >>> import custvalue as cv
        >>> log = cv.OrderLog.from_frame(cv.examples.simulate_orders())
        >>> policy = cv.churn.SleepLearner().fit(log, as_of="2024-12-30")
        >>> print(policy.explain(60))
        silent 60 days: drowsy, from 45 days; half-asleep from 94 days. 28% of customers this
        silent order within 90 days. Learned from 4,357 silences as of 2024-12-30: drowsy begins
        where the chance stays below 50% of that at day 0 (49.8% there).
        """
        curve = ReturnCurve.from_log(log, as_of=as_of)
        thresholds, learned = _learn(curve, self.within, "days", 1, self.remaining)
        days = [None if silence is None else int(silence) for silence in thresholds]
        return SleepPolicy(*days, learned=learned)


@attrs.frozen
class RhythmLearner:
    """Learn after how many of their own gaps of silence customers fall asleep.

    As `SleepLearner`, with silences measured in the customer's mean gap before each, in
    hundredths of a gap. The gap of customers without one of their own is the median of all gaps.

    Parameters
    ----------
    within : float, default 3
        The horizon: a return is an order within so many of the customer's own gaps [gaps].
    remaining : sequence of three floats, default (0.5, 0.25, 0.1)
        What is left of the chance at the start when customers are drowsy, half-asleep and asleep
        [share]. Falling, between 1 and 0.

    Raises
    ------
    RuleError
        When the horizon is not above 0 and finite, or the parts do not fall.
    TypeError
        When a setting is no number.

    Examples
    --------
    >>> import custvalue as cv
    >>> log = cv.OrderLog.from_frame(cv.examples.simulate_orders())
    >>> policy = cv.churn.RhythmLearner().fit(log, as_of="2024-12-30")
    >>> policy.half_asleep_from, policy.fallback_gap_days
    (4.8, 16.0)
    """

    # Chosen: with gaps of a month, the quarter of a year that `SleepLearner` looks ahead [gaps].
    within: float = attrs.field(default=3, converter=_number, kw_only=True)
    remaining: tuple[float, ...] = attrs.field(
        default=(0.5, 0.25, 0.1), converter=read_remaining, kw_only=True
    )

    def __attrs_post_init__(self) -> None:
        check_length("within", self.within, "gaps")

    def fit(self, log: OrderLog, *, as_of: Day) -> RhythmPolicy:
        """Learn where the states begin from all silences up to a day that had a gap before them.

        Parameters
        ----------
        log : OrderLog
            The orders; later ones than `as_of` change nothing.
        as_of : date or ISO string
            The end of observation.

        Returns
        -------
        RhythmPolicy
            Thresholds in hundredths of a gap; None where a state was not observed. ``learned`` as
            for `SleepLearner.fit`.

        Raises
        ------
        RuleError, InputError
            As for `SleepLearner.fit`.

        Examples
        --------
        >>> import custvalue as cv
        >>> log = cv.OrderLog.from_frame(cv.examples.simulate_orders())
        >>> policy = cv.churn.RhythmLearner().fit(log, as_of="2024-12-30")
        >>> print(policy.explain(days_since_last_order=40, mean_gap_days=10))
        silent 40 days, 4 of its own mean gaps of 10 days: drowsy, from 2.6 gaps; half-asleep from
        4.8 gaps. 22% of customers this silent order within 3 gaps. Learned from 3,357 silences
        as of 2024-12-30: drowsy begins where the chance stays below 50% of that at day 0 (49.9%
        there).
        """
        curve = ReturnCurve.from_log(log, as_of=as_of, relative=True)
        thresholds, learned = _learn(curve, self.within, "gaps", PER_GAP, self.remaining)
        gaps = Gaps.of(log._days, read_day(as_of, "as_of"), _complete(log))
        if not len(gaps.days):
            msg = (
                "the population's gap needs a gap between orders since the log is complete, "
                f"{log.history_starts}, got none: learn from a longer log"
            )
            raise RuleError(msg)
        return RhythmPolicy(*thresholds, fallback_gap_days=gaps.median(), learned=learned)


def next_order(log: OrderLog, *, as_of: Day, enough_gaps: int = 10) -> pd.DataFrame:
    """Return when each customer's next order is to be expected, if one comes.

    From the customer's own gaps between order days: their median after the last order is the
    expected day, their quartiles are the window. With fewer gaps than `enough_gaps` each quartile
    is a mixture: of g gaps, the own one counts g / `enough_gaps` and the population's the rest.
    The population's quartiles are over all gaps, every customer with a gap counting alike.

    Gaps that have ended are all it knows. So it does not say *whether* the customer orders again
    (`ReturnCurve.chance_of_return` does), and of long-silent customers the day lies in the past.

    Parameters
    ----------
    log : OrderLog
        The orders; later ones than `as_of` change nothing.
    as_of : date or ISO string
        The day one looks; it means the end of that day.
    enough_gaps : int, default 10
        From how many gaps on the customer's own are enough.

    Returns
    -------
    DataFrame indexed by customer id, like ``log.customers(as_of)``
        ``expected``, ``earliest``, ``latest`` datetime64[s]: median, lower and upper quartile,
        the window rounded outwards to whole days;
        ``days_overdue`` float64 [days]: since the expected day, 0 before it;
        ``basis``: `RhythmBasis`, whose gaps these are.
        All are missing for who never bought, and for everybody where no gap was ever seen. Gaps
        that began before the log's `history_starts` are not looked at.

    Raises
    ------
    InputError
        When `as_of` is no calendar day, or `enough_gaps` no whole number of at least 1.
    TypeError
        When `log` is no OrderLog.

    Examples
    --------
    >>> import custvalue as cv
    >>> log = cv.OrderLog.from_frame(cv.examples.example_orders())
    >>> table = cv.next_order(log, as_of="2026-03-01")
    >>> table["expected"].dt.strftime("%Y-%m-%d").to_dict()
    {'ann': '2026-02-19', 'bob': '2026-01-24'}
    >>> table["days_overdue"].tolist(), table["basis"].tolist()
    ([10.0, 36.0], ['own and population', 'population'])
    """
    require_log(log)
    day = read_day(as_of, "as_of")
    enough = read_count(enough_gaps, "enough_gaps", most=MOST_GAPS)
    return next_orders(log._days, day, _complete(log), enough)


class SleepRule(Protocol):
    """What `backtest` asks of a rule: a churn state per row of the customer table."""

    def classify(self, customers: pd.DataFrame, /) -> "pd.Series[Any]":
        """Return the churn state of each row."""


class SleepRuleLearner(Protocol):
    """What `backtest` asks of a learner: a rule from the log as it was known."""

    def fit(self, log: OrderLog, *, as_of: Day) -> SleepRule:
        """Return the rule."""


def backtest(
    log: OrderLog,
    policies: "Mapping[str, SleepRule | SleepRuleLearner]",
    *,
    cutoffs: Iterable[Day],
    within: int,
    observed_until: Day | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Judge policies by history: who was called awake or drowsy, and did they order again.

    For each cutoff the customers are rebuilt as they were known at its end; a learner learns from
    that alone. Everybody with a state is predicted: awake or drowsy means an order within the
    horizon, half-asleep or asleep means none. Then the days after the cutoff tell.

    Parameters
    ----------
    log : OrderLog
        The orders.
    policies : mapping of name to rule or learner
        Rules (`SleepPolicy`, `RhythmPolicy`, or any with ``classify(customers)`` that gives
        churn states) and learners (`SleepLearner`, `RhythmLearner`, or any with
        ``fit(log, as_of=...)`` that gives such a rule).
    cutoffs : iterable of calendar days
        Past days, each once. None before the log begins (or is complete, `history_starts`).
    within : int
        The horizon: orders count in ``(cutoff, cutoff + within]`` [days].
    observed_until : date or ISO string, optional
        The day through which all orders are in the log. By default the day of its last row; every
        horizon must end by then.
    level : float, default 0.95
        Confidence of the intervals [share].

    Returns
    -------
    DataFrame indexed by (policy, cutoff), in the order given
        ``customers`` int64, with a state; ``without_state`` int64, who never bought by then;
        ``true_positives`` (called awake or drowsy, ordered), ``false_positives``,
        ``false_negatives``, ``true_negatives`` int64;
        ``precision``, ``false_discovery_rate``, ``recall``, ``miss_rate``, ``prevalence``
        float64 [share], each with its Wilson interval ``..._low`` and ``..._high``, NaN where
        there is nobody to tell by; ``lift`` float64; ``rule``: the rule, as learned at that
        cutoff.

    Raises
    ------
    InputError
        When there is no policy, cutoff or order, a cutoff lies outside the log or comes twice, a
        horizon ends after `observed_until`, or `within` is no whole number of at least 1.
    RuleError
        When a learner can learn nothing at a cutoff; the sentence names both.
    TypeError
        When an argument is of another kind, or a policy gives no churn states.

    Examples
    --------
    >>> import custvalue as cv
    >>> log = cv.OrderLog.from_frame(cv.examples.simulate_orders())
    >>> table = cv.backtest(
    ...     log,
    ...     {"fixed": cv.SleepPolicy(30, 60, 90), "learned": cv.churn.SleepLearner()},
    ...     cutoffs=["2024-03-31", "2024-06-30"],
    ...     within=90,
    ... )
    >>> table[["precision", "recall"]].round(2).to_numpy().tolist()
    [[0.54, 0.77], [0.68, 0.71], [0.45, 0.86], [0.51, 0.79]]
    """
    require_log(log)
    require_policies(policies)
    horizon = read_count(within, "within")
    days = read_cutoffs(cutoffs)
    if log.start is None or log.end is None:
        msg = "backtest needs a log with orders, got an empty one"
        raise InputError(msg)
    first = max(log.start, log.history_starts or log.start)
    require_observed(days, horizon, first, log.end, observed_until)
    outcomes: dict[Hashable, list[Outcome]] = {name: [] for name in policies}
    learning = any(hasattr(policy, "fit") for policy in policies.values())
    for day in days:
        cutoff = to_date(day)
        customers = log.customers(cutoff)
        ordered = log.ordered_between(cutoff, to_date(day + horizon)).to_numpy()
        known = log.until(cutoff) if learning else log
        for name, policy in policies.items():
            rule: Any = _fit(policy, known, cutoff, name) if hasattr(policy, "fit") else policy
            what = f"the states that policy {name!r} gives"
            states = rule.classify(customers)
            codes = read_steps(states, ChurnState, what)
            require_same_index(states, customers["orders"], f"{what} and the customers")
            outcomes[name].append(Outcome.of(rule, codes, ordered))
    return outcome_table(outcomes, days, level)


# --- helpers -----------------------------------------------------------------------------------


def _learn(
    curve: ReturnCurve, within: float, unit: str, per_unit: int, remaining: tuple[float, ...]
) -> tuple[list[float | None], LearnedSleep]:
    """Look at a curve in so many steps per unit, and learn where the states begin."""
    table, silences = curve.table, curve._silences
    lengths, at_risk = table.index.to_numpy(np.float64), table["at_risk"].to_numpy()
    longest = float(lengths[at_risk >= ENOUGH].max(initial=0))
    silence = np.arange(math.floor(longest * per_unit) + 1) / per_unit
    seen = ChanceBySilence(
        silence,
        curve.chance_of_return(silence, within=within),
        np.append(at_risk, 0)[np.searchsorted(lengths, silence)],
    )
    return learn_thresholds(
        seen,
        within=within,
        unit=unit,
        remaining=remaining,
        watched_to=float(lengths.max(initial=0)),
        count=int(silences.returned.sum() + silences.running.sum()),
        as_of=curve.as_of.isoformat(),
    )


def _complete(log: OrderLog) -> int | None:
    starts = log.history_starts
    return None if starts is None else read_day(starts, "history_starts")


def _fit(learner: Any, known: OrderLog, cutoff: dt.date, name: Hashable) -> Any:  # noqa: ANN401 - whichever learner
    try:
        return learner.fit(known, as_of=cutoff)
    except RuleError as error:
        msg = f"policy {name!r} can't be learned at cutoff {cutoff}: {error}"
        raise RuleError(msg) from error
