"""The review: what the log and the CRM know together, one row per customer, and what it sums to."""

import datetime as dt
from collections.abc import Hashable
from contextlib import suppress
from types import NoneType
from typing import Any, TypeAlias

import attrs
import numpy as np
import pandas as pd

from custvalue._bands import Bands
from custvalue._calendar import Day, read_day, to_date
from custvalue._containers import is_missing, plain
from custvalue._scale import Label
from custvalue.churn import ChurnState, RhythmLearner, RhythmPolicy, SleepLearner, SleepPolicy
from custvalue.errors import InputError, RuleError
from custvalue.inequality import Concentration, concentration
from custvalue.lifecycle import CustomerFacts, LifecyclePolicy, Stage, funnel
from custvalue.orders import OrderLog, say_count
from custvalue.returns import ReturnCurve
from custvalue.tiers import ABC, ShareLearner, tier_report
from custvalue.value_matrix import ValueMatrix, ValueMatrixLearner, ValueSegment

TierRule: TypeAlias = Bands[Any] | ShareLearner[Any]
SegmentRule: TypeAlias = ValueMatrix | ValueMatrixLearner

SleepRule: TypeAlias = SleepPolicy | RhythmPolicy | SleepLearner | RhythmLearner

LIFECYCLE = LifecyclePolicy()
# Chosen: one, two and three months, as fixed rules of the trade are told [days].
FALLBACK = SleepPolicy(30, 60, 90)
SEGMENTS = ValueMatrixLearner()
FROM_LOG = ("orders", "active_days")
PLACED_BY = ("orders", "average_order_value", "tenure_days", "days_since_last_order")
FROM_CRM = tuple(f.name for f in attrs.fields(CustomerFacts) if f.name not in FROM_LOG)


def review(
    log: OrderLog,
    *,
    as_of: Day,
    evidence: pd.DataFrame | None = None,
    tier_rule: TierRule = ABC,
    value_matrix: SegmentRule = SEGMENTS,
    lifecycle: LifecyclePolicy = LIFECYCLE,
    sleep: SleepRule | None = None,
    within: float = 90,
) -> "Review":
    """Review a customer base: a tier, a segment, a stage and a churn state for everyone.

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
    within : float, default 90
        The horizon of ``chance_of_return`` [days].

    Returns
    -------
    Review

    Raises
    ------
    InputError
        When `as_of` is no calendar day, or `evidence` has ids twice or missing, ids of another
        kind than the log's, or columns that are no evidence.
    RuleError
        When a learner given as `sleep` cannot learn from this log.
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
    """
    _require_kinds(log, sleep, tier_rule, value_matrix, lifecycle)
    day = to_date(read_day(as_of, "as_of"))
    bought = log.customers(day)
    known = _read_evidence(evidence, bought.index)
    rule = tier_rule
    if not isinstance(rule, Bands):
        rule = rule.fit(bought["revenue"], as_of=day, measure="revenue", unit=log.currency)
    matrix = value_matrix
    if not isinstance(matrix, ValueMatrix):
        matrix = matrix.fit(bought, as_of=day, unit=log.currency)
    tiers = rule.classify(bought["revenue"])
    customers = _with_prospects(bought, known.index)
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
        within=within,
        notes=told + _note(log, day, bought, customers, lifecycle.reachable(facts.columns)),
        facts=facts,
    )


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Review:
    """What `review` found: a table of customers, reports over it, and the rules behind it.

    Attributes
    ----------
    as_of : date
        The day it is about.
    customers : DataFrame indexed by customer id
        The table of `OrderLog.customers`, then ``tier``, ``segment``, ``stage``, ``state`` and
        ``chance_of_return``: the chance of an order `within` so many days, by the customer's own
        rhythm (`ReturnCurve`); past the longest silences watched it goes on at their last rate.
        Everyone the log or the evidence names is there once. Without an order or refund there is
        no tier; without an order no state and no chance.
    tier_report : DataFrame indexed by tier, best first
        As `tier_report` gives it, over net revenue.
    concentration : Concentration
        How unequally net revenue is spread.
    funnel : DataFrame indexed by stage
        As `funnel` gives it.
    tier_rule, value_matrix, lifecycle, sleep_policy
        The frozen rules that placed the customers; they place tomorrow's as well.
    within : float
        The horizon of ``chance_of_return`` [days].
    notes : tuple of str
        What a reader of these figures must know, in sentences.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue.examples import example_orders
    >>> review = cv.review(
    ...     cv.OrderLog.from_frame(example_orders()),
    ...     as_of="2026-03-01",
    ...     sleep=cv.SleepPolicy(30, 60, 90),
    ... )
    >>> review.tier_report["customers"].to_dict()
    {'A': 1, 'B': 1, 'C': 0}
    """

    as_of: dt.date
    customers: pd.DataFrame
    tier_report: pd.DataFrame
    concentration: Concentration
    funnel: pd.DataFrame
    tier_rule: Bands[Any]
    value_matrix: ValueMatrix
    lifecycle: LifecyclePolicy
    sleep_policy: SleepPolicy | RhythmPolicy
    within: float
    notes: tuple[str, ...]
    _facts: pd.DataFrame

    @property
    def states(self) -> pd.DataFrame:
        """How many buyers are in each churn state, best first.

        Returns
        -------
        DataFrame indexed by state
            ``customers`` int64, ``share`` float64 of those who have a state.

        Examples
        --------
        >>> import custvalue as cv
        >>> from custvalue.examples import example_orders
        >>> log = cv.OrderLog.from_frame(example_orders())
        >>> review = cv.review(log, as_of="2026-03-01", sleep=cv.SleepPolicy(30, 60, 90))
        >>> review.states["customers"].to_dict()
        {'awake': 1, 'drowsy': 1, 'half-asleep': 0, 'asleep': 0}
        """
        return self._count("state", ChurnState)

    @property
    def segments(self) -> pd.DataFrame:
        """How many customers are in each value segment.

        Returns
        -------
        DataFrame indexed by segment
            ``customers`` int64, ``share`` float64 of all.

        Examples
        --------
        >>> import custvalue as cv
        >>> from custvalue.examples import example_orders
        >>> log = cv.OrderLog.from_frame(example_orders())
        >>> review = cv.review(log, as_of="2026-03-01", sleep=cv.SleepPolicy(30, 60, 90))
        >>> review.segments.query("customers > 0")["customers"].to_dict()
        {'low-value': 1, 'high-value': 1}
        """
        return self._count("segment", ValueSegment)

    def explain(self, customer: Hashable) -> str:
        """Say for one customer what put it on its tier, its segment, its stage and its state.

        Raises
        ------
        InputError
            When neither the log nor the evidence names that customer.

        Examples
        --------
        >>> import custvalue as cv
        >>> from custvalue.examples import example_orders
        >>> log = cv.OrderLog.from_frame(example_orders())
        >>> review = cv.review(log, as_of="2026-03-01", sleep=cv.SleepPolicy(30, 60, 90))
        >>> print(review.explain("bob"))
        Customer bob as of 2026-03-01
          tier: revenue 15.5: B, from 15.5; A from 75. ...
          segment: low-value: few orders, and small ones. ...
          stage: first-time, as orders ≥ 1 (1). Next: repeat needs 1 more order; ...
          state: silent 51 days: drowsy, from 30 days; half-asleep from 60 days. ...
        """
        (place,) = self.customers.index.get_indexer(pd.Index([customer]))
        if place < 0:
            msg = f"explain needs a customer of the review, got {customer!r}: see .customers.index"
            raise InputError(msg)
        row, facts = self.customers.iloc[place], self._facts.iloc[place]
        tier = state = "none: no order or refund by then."
        if not is_missing(row["tier"]):
            tier = self.tier_rule.explain(row["revenue"])
            state = "none: no order by then."
        if not is_missing(row["state"]):
            state = self._explain_state(row)
        return "\n".join(
            (
                f"Customer {customer} as of {self.as_of}",
                f"  tier: {tier}",
                f"  segment: {self.value_matrix.explain(**_known(row[list(PLACED_BY)]))}",
                f"  stage: {self.lifecycle.explain(CustomerFacts(**_known(facts)))}",
                f"  state: {state}",
            )
        )

    def _explain_state(self, row: "pd.Series[Any]") -> str:
        known = _known(row[["days_since_last_order", "mean_gap_days"]])
        if isinstance(self.sleep_policy, SleepPolicy):
            known.pop("mean_gap_days", None)
        says = self.sleep_policy.explain(**known)
        if is_missing(row["chance_of_return"]):
            return says
        chance = f"{row['chance_of_return']:.0%}"
        return f"{says} By its own rhythm it orders within {self.within:g} days: {chance}."

    def __str__(self) -> str:
        """Report what a manager would ask, as text."""
        parts = [self._headline()]
        parts += [_percent(table).to_string() for table in self._tables()]
        parts += ["\n".join(f"Note: {note}" for note in self.notes)]
        return "\n\n".join(part for part in parts if part)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        notes = "".join(f"<p><em>{note}</em></p>" for note in (self._headline(), *self.notes))
        return notes + "".join(_percent(table).to_html() for table in self._tables())

    def _count(self, column: str, labels: type[Label]) -> pd.DataFrame:
        codes = self.customers[column].cat.codes
        counts = np.bincount(codes[codes >= 0], minlength=len(labels))
        share = counts / counts.sum() if counts.any() else np.full(len(counts), np.nan)
        index = pd.CategoricalIndex(list(labels), dtype=labels.dtype(), name=column)
        return pd.DataFrame({"customers": counts, "share": share}, index=index)

    def _tables(self) -> list[pd.DataFrame]:
        return [self.tier_report, self.segments, self.funnel, self.states]

    def _headline(self) -> str:
        spread = self.concentration
        known = say_count(len(self.customers), "customer", "customers")
        sentences = [f"Review as of {self.as_of}: {known}, revenue {spread.total:,.2f}."]
        if spread.total > 0:
            top, few = spread.share_of_top(0.2), spread.customers_for(0.8)
            sentences.append(f"The top 20% of customers hold {top:.1%} of it; {few:.1%} hold 80%.")
        if not is_missing(spread.gini):
            sentences.append(f"Gini {spread.gini:.3f}.")
        return " ".join(sentences)


def _known(row: "pd.Series[Any]") -> dict[str, Any]:
    """Return what is known of one customer, as plain values by name."""
    return {str(name): plain(value) for name, value in row.items() if not is_missing(value)}


def _learn_sleep(
    sleep: SleepRule | None, log: OrderLog, day: dt.date, within: float
) -> tuple[SleepPolicy | RhythmPolicy, tuple[str, ...]]:
    """Return the policy to use, and a note where it is not the one that was wanted."""
    if isinstance(sleep, SleepPolicy | RhythmPolicy):
        return sleep, ()
    if sleep is not None:
        return sleep.fit(log, as_of=day), ()
    try:
        return SleepLearner(within=within).fit(log, as_of=day), ()
    except RuleError as error:
        note = (
            "When customers fall asleep could not be learned, so states begin after 30, 60 and 90 "
            f"days: {error}."
        )
        return FALLBACK, (note,)


def _require_kinds(
    log: object, sleep: object, tier_rule: object, value_matrix: object, lifecycle: object
) -> None:
    for name, value, kinds in (
        ("log", log, (OrderLog,)),
        ("sleep", sleep, (SleepPolicy, RhythmPolicy, SleepLearner, RhythmLearner, NoneType)),
        ("tier_rule", tier_rule, (Bands, ShareLearner)),
        ("value_matrix", value_matrix, (ValueMatrix, ValueMatrixLearner)),
        ("lifecycle", lifecycle, (LifecyclePolicy,)),
    ):
        if not isinstance(value, kinds):
            wanted = " or ".join(kind.__name__ for kind in kinds if kind is not NoneType)
            msg = f"{name} must be a {wanted}, got {type(value).__name__}"
            raise TypeError(msg)


def _read_evidence(evidence: pd.DataFrame | None, ids: "pd.Index[Any]") -> pd.DataFrame:
    """Return the evidence, checked, with the index of the log's kind."""
    if evidence is None:
        return pd.DataFrame(index=ids[:0])
    if not isinstance(evidence, pd.DataFrame):
        msg = f"evidence must be a DataFrame indexed by customer id, got {type(evidence).__name__}"
        raise TypeError(msg)
    unknown = [str(name) for name in evidence.columns if name not in FROM_CRM]
    if unknown:
        hint = " (orders and their dates come from the log)" if set(unknown) & set(FROM_LOG) else ""
        msg = (
            f"evidence may have the columns {', '.join(FROM_CRM)}{hint}; "
            f"got {', '.join(unknown)}: pick or rename them"
        )
        raise InputError(msg)
    twice = evidence.index[evidence.index.duplicated() | evidence.index.isna()]
    if len(twice):
        named = ", ".join(map(str, twice[:5]))
        msg = f"evidence must name each customer once, got missing or repeated ids: {named}"
        raise InputError(msg)
    kinds = ids.inferred_type, evidence.index.inferred_type
    if len(ids) and len(evidence) and kinds[0] != kinds[1]:
        msg = (
            f"evidence must be indexed by the log's customer ids ({kinds[0]}), "
            f"got {kinds[1]}: convert one to the other's kind"
        )
        raise InputError(msg)
    return evidence


def _with_prospects(bought: pd.DataFrame, named: "pd.Index[Any]") -> pd.DataFrame:
    """Return the customer table with a row for everyone the evidence names as well."""
    new = named[~named.isin(bought.index)]
    if not len(new):
        return bought
    everyone = bought.index.append(new).rename(bought.index.name)
    with suppress(TypeError):  # ids that do not compare stay in order of appearance
        everyone = everyone.sort_values()
    customers = bought.reindex(everyone)
    for column in ("orders", "order_days", "revenue", "refunded"):
        customers[column] = customers[column].fillna(0).astype(bought[column].dtype)
    return customers


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


def _percent(table: pd.DataFrame) -> pd.DataFrame:
    """Return a report for the eye: shares in percent, money with its thousands apart."""
    shown = pd.DataFrame(index=table.index)
    for name in table.columns:
        is_share = name.startswith("share") or name in ("conversion", "retention", "nominal_share")
        style = "{:.1%}" if is_share else "{:,.2f}" if table[name].dtype == float else "{:,}"
        shown[name] = ["–" if is_missing(value) else style.format(value) for value in table[name]]
    return shown
