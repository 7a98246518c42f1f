"""What a review found."""

import datetime as dt
from collections.abc import Hashable
from functools import partial
from typing import Any

import attrs
import numpy as np
import pandas as pd

from custvalue._bands import Bands
from custvalue._containers import has_hash, is_missing, plain
from custvalue._money import read_amounts
from custvalue._reviews.report import Report, printable
from custvalue._reviews.words import Lang, phrase, say_customers, say_money, say_part, sheet_of
from custvalue._scale import Label
from custvalue._words import say_percent
from custvalue.churn import ChurnState, RhythmPolicy, SleepPolicy
from custvalue.errors import InputError
from custvalue.inequality import Concentration
from custvalue.lifecycle import CustomerFacts, LifecyclePolicy, Stage
from custvalue.playbook import Playbook
from custvalue.value_matrix import ValueMatrix, ValueSegment

PLACED_BY = ("orders", "average_order_value", "tenure_days", "days_since_last_order")


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Review:
    """What `review` found: a table of customers, reports over it, and the rules behind it.

    Attributes
    ----------
    as_of : date
        The day it is about.
    customers : DataFrame indexed by customer id
        The table of `OrderLog.customers`, then ``tier``, ``segment``, ``stage``, ``state``,
        ``chance_of_return`` and ``measure``. The chance is that of an order `within` so many days,
        by the customer's own rhythm (`ReturnCurve`); past the longest silences watched it goes on
        at their last rate. Everyone the log or the evidence names is there once. Without an order
        or refund there is no tier; without an order no state and no chance.
    tier_report : DataFrame indexed by tier, best first
        As `tier_report` gives it, over net revenue.
    concentration : Concentration
        How unequally net revenue is spread.
    funnel : DataFrame indexed by stage
        As `funnel` gives it.
    tier_rule, value_matrix, lifecycle, sleep_policy, playbook : rules
        The frozen rules that placed the customers; they place tomorrow's as well.
    within : float
        The horizon of ``chance_of_return`` [days].
    currency : str or None
        Of the log, where it was given one.
    decimals : int
        Decimal places of its minor unit.
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
    playbook: Playbook[Any]
    within: float
    currency: str | None
    decimals: int
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

    @property
    def measures(self) -> pd.DataFrame:
        """How many customers call for each measure, and what they brought.

        Returns
        -------
        DataFrame indexed by measure
            ``customers`` int64; ``share`` float64 of all; ``revenue`` float64 [money];
            ``share_of_revenue`` float64 [share], of the net total, NaN where that is not positive.

        Examples
        --------
        >>> import custvalue as cv
        >>> from custvalue.examples import example_orders
        >>> log = cv.OrderLog.from_frame(example_orders())
        >>> review = cv.review(log, as_of="2026-03-01", sleep=cv.SleepPolicy(30, 60, 90))
        >>> review.measures.query("customers > 0")["revenue"].to_dict()
        {'serve-first': 75.0, 'remind': 15.5}
        """
        table = self._count("measure", self.playbook.answers)
        amounts = read_amounts(self.customers["revenue"], "revenue", self.decimals)
        codes = self.customers["measure"].cat.codes.to_numpy()
        # Sums of whole minor units below 2**53 are exact in floats as well.
        brought = np.bincount(codes[codes >= 0], amounts.exact[codes >= 0], minlength=len(table))
        total = brought.sum()
        table["revenue"] = brought / amounts.per_unit
        table["share_of_revenue"] = brought / total if total > 0 else np.nan
        return table

    def explain(self, customer: Hashable) -> str:
        """Say for one customer what put it on tier, segment, stage and state, and what to do.

        Parameters
        ----------
        customer : id
            As in the index of ``customers``.

        Returns
        -------
        str

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
          tier: revenue 15.50: B, from 15.50; A from 75. ...
          segment: low-value: few orders, and small ones. ...
          stage: first-time, as orders ≥ 1 (1). Next: repeat needs 1 more order; ...
          state: silent 51 days: drowsy, from 30 days; half-asleep from 60 days. ...
          measure: remind, as tier B (not the top one), ...: silence has only begun, and ...
        """
        name = plain(customer)
        sought = pd.Index([name] if has_hash(name) else [], dtype=object, tupleize_cols=False)
        place = int(self.customers.index.get_indexer(sought).max(initial=-1))
        if place < 0:
            msg = f"explain needs a customer of the review, got {customer!r}: see .customers.index"
            raise InputError(msg)
        row, facts = self.customers.iloc[place], self._facts.iloc[place]
        say = partial(say_part, decimals=self.decimals)
        tier = state = None
        why_tier, why_state = "none: no order or refund by then.", "none: no order by then."
        if not is_missing(row["tier"]):
            tier = self.tier_rule.scale(row["tier"])
            why_tier = self.tier_rule._explain(row["revenue"], say)
        if not is_missing(row["state"]):
            state = row["state"]
            why_state = self._explain_state(row)
        to_do = self.playbook.explain(
            tier=tier, segment=row["segment"], stage=row["stage"], state=state
        )
        lines = (
            f"Customer {customer} as of {self.as_of}",
            f"  tier: {why_tier}",
            f"  segment: {self.value_matrix._explain(_known(row[list(PLACED_BY)]), say)}",
            f"  stage: {self.lifecycle.explain(CustomerFacts(**_known(facts)))}",
            f"  state: {why_state}",
            f"  measure: {to_do}",
        )
        return "\n".join(map(printable, lines))

    def to_text(self, *, lang: Lang = "en") -> str:
        """Return what a manager would ask as text, aligned, in lines of at most 100 columns.

        Parameters
        ----------
        lang : {"en", "zh"}
            The language of headings and labels; notes stay English.

        Returns
        -------
        str

        Raises
        ------
        InputError
            For any other language.

        Examples
        --------
        >>> import custvalue as cv
        >>> from custvalue.examples import example_orders
        >>> log = cv.OrderLog.from_frame(example_orders())
        >>> review = cv.review(log, as_of="2026-03-01", sleep=cv.SleepPolicy(30, 60, 90))
        >>> print(review.to_text(lang="zh").splitlines()[0])
        客户评审,截至 2026-03-01:2 位客户,净收入 90.50。
        """
        return self._report(lang).as_text()

    def to_html(self, *, lang: Lang = "en") -> str:
        """Return the same as HTML; what comes from the data is text in it, never markup.

        Parameters
        ----------
        lang : {"en", "zh"}
            As for `to_text`.

        Returns
        -------
        str

        Raises
        ------
        InputError
            For any other language.

        Examples
        --------
        >>> import custvalue as cv
        >>> from custvalue.examples import example_orders
        >>> log = cv.OrderLog.from_frame(example_orders())
        >>> review = cv.review(log, as_of="2026-03-01", sleep=cv.SleepPolicy(30, 60, 90))
        >>> review.to_html()[:51]
        '<p>Review as of 2026-03-01: 2 customers, revenue 90'
        """
        return self._report(lang).as_html()

    def __str__(self) -> str:
        return self.to_text()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.to_html()

    def _explain_state(self, row: "pd.Series[Any]") -> str:
        known = _known(row[["days_since_last_order", "mean_gap_days"]])
        if isinstance(self.sleep_policy, SleepPolicy):
            known.pop("mean_gap_days", None)
        says = self.sleep_policy.explain(**known)
        if is_missing(row["chance_of_return"]):
            return says
        chance = say_percent(row["chance_of_return"])
        return f"{says} By its own rhythm it orders within {self.within:g} days: {chance}."

    def _count(self, column: str, labels: type[Label]) -> pd.DataFrame:
        codes = self.customers[column].cat.codes
        counts = np.bincount(codes[codes >= 0], minlength=len(labels))
        share = counts / counts.sum() if counts.any() else np.full(len(counts), np.nan)
        index = pd.CategoricalIndex(list(labels), dtype=labels.dtype(), name=column)
        return pd.DataFrame({"customers": counts, "share": share}, index=index)

    def _report(self, lang: Lang) -> Report:
        told: tuple[tuple[pd.DataFrame, str, type[Label]], ...] = (
            (self.tier_report, "tiers", self.tier_rule.scale),
            (self.segments, "segments", ValueSegment),
            (self.funnel, "stages", Stage),
            (self.states, "states", ChurnState),
            (self.measures, "measures", self.playbook.answers),
        )
        return Report(
            self._headline(lang),
            [
                sheet_of(table, title, lang, decimals=self.decimals, labels=labels)
                for table, title, labels in told
            ],
            [phrase("note", lang, note=note) for note in self.notes],
        )

    def _headline(self, lang: Lang) -> list[str]:
        spread = self.concentration
        known = say_customers(len(self.customers), lang)
        money = say_money(spread.total, self.decimals, self.currency)
        told = [phrase("review", lang, day=self.as_of, customers=known, money=money)]
        if spread.total > 0:
            top, few = spread.share_of_top(0.2), spread.customers_for(0.8)
            told.append(phrase("top", lang, top=top, few=few))
        if not is_missing(spread.gini):
            told.append(phrase("gini", lang, gini=spread.gini))
        return told


def _known(row: "pd.Series[Any]") -> dict[str, Any]:
    """Return what is known of one customer, as plain values by name."""
    return {str(name): plain(value) for name, value in row.items() if not is_missing(value)}
