"""The review: what the log and the CRM know together, one row per customer, and what it sums to."""

import datetime as dt
from types import NoneType
from typing import Any, TypeAlias

import pandas as pd

from custvalue._bands import Bands
from custvalue._calendar import Day, read_day, to_date
from custvalue._reviews.comparing import compare_reviews
from custvalue._reviews.comparison import Comparison
from custvalue._reviews.evidence import FROM_LOG, read_evidence, with_prospects
from custvalue._reviews.result import Review
from custvalue._words import say_count, say_type
from custvalue.churn import RhythmLearner, RhythmPolicy, SleepLearner, SleepPolicy
from custvalue.errors import RuleError
from custvalue.inequality import concentration
from custvalue.lifecycle import LifecyclePolicy, Stage, funnel
from custvalue.orders import OrderLog, require_log
from custvalue.playbook import DEFAULT_PLAYBOOK, Playbook
from custvalue.returns import ReturnCurve
from custvalue.tiers import ABC, ShareLearner, tier_report
from custvalue.value_matrix import ValueMatrix, ValueMatrixLearner

__all__ = ["Comparison", "Review", "compare", "review"]

TierRule: TypeAlias = Bands[Any] | ShareLearner[Any]
SegmentRule: TypeAlias = ValueMatrix | ValueMatrixLearner

SleepRule: TypeAlias = SleepPolicy | RhythmPolicy | SleepLearner | RhythmLearner

LIFECYCLE = LifecyclePolicy()
# Chosen: one, two and three months, as fixed rules of the trade are told [days].
FALLBACK = SleepPolicy(30, 60, 90)
SEGMENTS = ValueMatrixLearner()
KINDS: dict[str, tuple[type, ...]] = {
    "sleep": (SleepPolicy, RhythmPolicy, SleepLearner, RhythmLearner, NoneType),
    "tier_rule": (Bands, ShareLearner),
    "value_matrix": (ValueMatrix, ValueMatrixLearner),
    "lifecycle": (LifecyclePolicy,),
    "playbook": (Playbook,),
}


def review(
    log: OrderLog,
    *,
    as_of: Day,
    evidence: pd.DataFrame | None = None,
    tier_rule: TierRule = ABC,
    value_matrix: SegmentRule = SEGMENTS,
    lifecycle: LifecyclePolicy = LIFECYCLE,
    sleep: SleepRule | None = None,
    playbook: Playbook[Any] = DEFAULT_PLAYBOOK,
    within: float = 90,
) -> Review:
    """Review a customer base: tier, segment, stage and churn state of everyone, and what to do.

    Parameters
    ----------
    log : OrderLog
        The orders.
    as_of : date or ISO string
        A calendar day in the log's own zone; it means the end of that day.
    evidence : DataFrame indexed by customer id, optional
        What the CRM knows beyond orders: any of ``expected_to_close``, ``share_of_wallet``,
        ``promoter_score``, ``referrals``, ``partner``, with units as in `CustomerFacts`. May name
        people without an order.
    tier_rule : TopShare, CumulativeShare or Bands, default `tiers.ABC`
        Learned from the net revenue of the log's customers, or taken as it is.
    value_matrix : ValueMatrixLearner or ValueMatrix, optional
        Learned from the log's customers with an order, or taken as it is.
    lifecycle : LifecyclePolicy, optional
        What places a customer on a stage.
    sleep : SleepPolicy, RhythmPolicy, or the learner of one, optional
        When churn states begin. None learns the silences from the log, by `within`; where it is
        too short for that, states begin after 30, 60 and 90 days, and a note says so.
    playbook : Playbook, optional
        What to do with whom.
    within : float, default 90
        The horizon of ``chance_of_return`` [days]; a whole number where `sleep` is None.

    Returns
    -------
    Review

    Raises
    ------
    InputError
        When `as_of` is no calendar day, `within` not above 0, or `evidence` has ids twice or
        missing, ids of another kind than the log's, or columns that are no evidence.
    RuleError
        When a learner given as `sleep` cannot learn from this log, or nothing can be learned by
        `within`, as it is not a whole number of days above 0.
    TypeError
        When an argument is of another kind.

    Examples
    --------
    >>> import custvalue as cv, pandas as pd
    >>> from custvalue.examples import example_orders
    >>> log = cv.OrderLog.from_frame(example_orders())
    >>> crm = pd.DataFrame({"expected_to_close": [True], "referrals": [0]}, index=["eve"])
    >>> review = cv.review(log, as_of="2026-03-01", evidence=crm, sleep=cv.SleepPolicy(30, 60, 90))
    >>> review.customers["stage"].to_dict()
    {'ann': 'repeat', 'bob': 'first-time', 'eve': 'prospect'}
    >>> review.customers["state"].to_dict()
    {'ann': 'awake', 'bob': 'drowsy', 'eve': nan}
    >>> review.customers["measure"].to_dict()
    {'ann': 'serve-first', 'bob': 'remind', 'eve': 'win-first-order'}
    """
    require_log(log)
    _require_kinds(
        sleep=sleep,
        tier_rule=tier_rule,
        value_matrix=value_matrix,
        lifecycle=lifecycle,
        playbook=playbook,
    )
    day = to_date(read_day(as_of, "as_of"))
    bought = log.customers(day)
    known = read_evidence(evidence, bought.index)
    rule = tier_rule
    if not isinstance(rule, Bands):
        rule = rule.fit(bought["revenue"], as_of=day, measure="revenue", unit=log.currency)
    matrix = value_matrix
    if not isinstance(matrix, ValueMatrix):
        matrix = matrix.fit(bought, as_of=day, unit=log.currency)
    tiers = rule.classify(bought["revenue"])
    customers = with_prospects(bought, known.index)
    facts = pd.concat([customers[list(FROM_LOG)], known.reindex(customers.index)], axis=1)
    customers["tier"] = tiers.reindex(customers.index)
    customers["segment"] = matrix.classify(customers)
    customers["stage"] = lifecycle.classify(facts)
    policy, told = _learn_sleep(sleep, log, day, within)
    customers["state"] = policy.classify(customers)
    customers["chance_of_return"] = ReturnCurve.from_log(
        log, as_of=day, by="rhythm"
    ).chance_of_return(
        customers["days_since_last_order"],
        within=within,
        order_days=customers["order_days"].where(customers["orders"] > 0),
        mean_gap_days=customers["mean_gap_days"],
        beyond="last_hazard",
    )
    customers["measure"] = playbook.classify(customers, tier_scale=rule.scale)
    return Review(
        as_of=day,
        customers=customers,
        tier_report=tier_report(tiers, bought["revenue"], rule=rule, decimals=log.decimals),
        concentration=concentration(bought["revenue"], decimals=log.decimals),
        funnel=funnel(customers["stage"]),
        tier_rule=rule,
        value_matrix=matrix,
        lifecycle=lifecycle,
        sleep_policy=policy,
        playbook=playbook,
        within=within,
        currency=log.currency,
        decimals=log.decimals,
        notes=told + _note(log, day, bought, customers, lifecycle.reachable(facts.columns)),
        facts=facts,
    )


def compare(earlier: Review, later: Review) -> Comparison:
    """Compare two reviews of one customer base: who moved, came and went, and the money between.

    Parameters
    ----------
    earlier, later : Review
        Of the same orders, on two days: reviews of one log, or of a log and what it became by
        `OrderLog.extend`. By default each learns its own rules; to see customers move and not the
        lines between them, give the later one the rules of the earlier, as
        ``tier_rule=earlier.tier_rule`` and ``sleep=earlier.sleep_policy``. A note says where
        rules differ.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        When the reviews are in the wrong order or of one day, or differ in currency, in the scale
        of the tiers, or in the measures of their playbooks.
    TypeError
        When one is no `Review`.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue.examples import example_orders
    >>> log = cv.OrderLog.from_frame(example_orders())
    >>> sleep = cv.SleepPolicy(20, 40, 60)
    >>> january = cv.review(log, as_of="2026-01-31", sleep=sleep)
    >>> march = cv.review(log, as_of="2026-03-01", sleep=sleep, tier_rule=january.tier_rule)
    >>> both = cv.reviews.compare(january, march)
    >>> both.revenue_between, both.stages.advanced, both.states.slipped
    (30.0, 0, 2)
    >>> both.tier_report["retention"].to_dict()
    {'A': 0.5, 'B': nan, 'C': nan}
    """
    return compare_reviews(earlier, later)


def _learn_sleep(
    sleep: SleepRule | None, log: OrderLog, day: dt.date, within: float
) -> tuple[SleepPolicy | RhythmPolicy, tuple[str, ...]]:
    """Return the policy to use, and a note where it is not the one that was wanted."""
    if isinstance(sleep, SleepPolicy | RhythmPolicy):
        return sleep, ()
    if sleep is not None:
        return sleep.fit(log, as_of=day), ()
    learner = SleepLearner(within=within)
    try:
        return learner.fit(log, as_of=day), ()
    except RuleError as error:
        note = (
            "When customers fall asleep could not be learned, so states begin after 30, 60 and 90 "
            f"days: {error}."
        )
        return FALLBACK, (note,)


def _require_kinds(**given: object) -> None:
    for name, kinds in KINDS.items():
        if not isinstance(given[name], kinds):
            wanted = " or ".join(kind.__name__ for kind in kinds if kind is not NoneType)
            msg = f"{name} must be a {wanted}, got {say_type(given[name])}"
            raise TypeError(msg)


def _note(
    log: OrderLog,
    day: dt.date,
    bought: pd.DataFrame,
    customers: pd.DataFrame,
    reachable: list[Stage],
) -> tuple[str, ...]:
    notes = []
    unseen = [stage for stage in Stage if stage not in reachable]
    if unseen:
        notes.append(f"Nobody can be seen as {', '.join(unseen)}: no evidence about it was given.")
    without = len(customers) - len(bought)
    if without:
        who = say_count(without, "customer is", "customers are")
        notes.append(f"{who} known to the CRM only, without tier and state.")
    refund_only = int((bought["orders"] == 0).sum())
    if refund_only:
        who = say_count(refund_only, "customer has", "customers have")
        notes.append(f"{who} refunds but no order, and so no state.")
    later = log.rows_after(day)
    if later:
        notes.append(f"{say_count(later, 'order row', 'order rows')} after {day} left out.")
    excluded = int(log.ledger.filter(like="excluded").sum())
    if excluded:
        what = say_count(excluded, "order row was", "order rows were")
        notes.append(f"{what} excluded as invalid; see the log's ledger.")
    return tuple(notes)
