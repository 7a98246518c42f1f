"""Put two reviews side by side."""

from typing import Any

import numpy as np
import pandas as pd

from custvalue._containers import Mask
from custvalue._reviews.comparison import Comparison, units_of
from custvalue._reviews.result import Review
from custvalue._scale import Scale
from custvalue._words import say_count, say_type
from custvalue.churn import ChurnState
from custvalue.errors import InputError
from custvalue.lifecycle import Stage
from custvalue.movements import movement
from custvalue.tiers import tier_report

RULES = {
    "tier": "tier_rule",
    "segment": "value_matrix",
    "stage": "lifecycle",
    "state": "sleep_policy",
    "measure": "playbook",
}
"""The labels of a review, and the rule that gives each."""


def compare_reviews(earlier: Review, later: Review) -> Comparison:
    """Return what `reviews.compare` describes."""
    _require_comparable(earlier, later)
    scale = later.tier_rule.scale
    decimals = max(earlier.decimals, later.decimals)
    scales: dict[str, type[Scale]] = {"tier": scale, "stage": Stage, "state": ChurnState}
    moved = {
        name: movement(earlier.customers[name], later.customers[name], scale=on)
        for name, on in scales.items()
    }
    customers, joined, left = _side_by_side(earlier, later, decimals)
    units = units_of(customers["revenue_between"], decimals)
    known_before = customers.reindex(earlier.customers.index)
    return Comparison(
        earlier=earlier.as_of,
        later=later.as_of,
        customers=customers,
        tiers=moved["tier"],
        stages=moved["stage"],
        states=moved["state"],
        joined=int(joined.sum()),
        left=int(left.sum()),
        revenue_between=float(units.sum() / 10**decimals),
        revenue_of_joined=float(units[joined].sum() / 10**decimals),
        tier_report=_report_tiers(earlier, known_before, scale, decimals),
        notes=_note(earlier, later, customers, left),
        answers=later.playbook.answers,
        decimals=decimals,
        currency=later.currency or earlier.currency,
    )


def _side_by_side(earlier: Review, later: Review, decimals: int) -> tuple[pd.DataFrame, Mask, Mask]:
    """Return everyone of either review with what both say, and who joined and who left."""
    ids = later.customers.index
    gone = earlier.customers.index.difference(ids, sort=False)
    everyone = ids.append(gone) if len(gone) else ids
    wanted = [*RULES, "orders", "revenue", "last_order"]
    before = earlier.customers[wanted].reindex(everyone)
    after = later.customers[wanted].reindex(everyone)
    columns: dict[str, Any] = {}
    for name in RULES:
        columns[f"{name}_before"], columns[f"{name}_after"] = before[name], after[name]
    day = pd.Timestamp(earlier.as_of)
    columns["ordered"] = (after["last_order"] > day).to_numpy()
    units = units_of(after["revenue"], decimals) - units_of(before["revenue"], decimals)
    joined = before["orders"].isna().to_numpy()
    left = after["orders"].isna().to_numpy()
    columns["revenue_between"] = np.where(left, np.nan, units / 10**decimals)
    return pd.DataFrame(columns, index=everyone, copy=False), joined, left


def _report_tiers(
    earlier: Review, customers: pd.DataFrame, scale: type[Scale], decimals: int
) -> pd.DataFrame:
    """Return the tiers of the earlier day, what was retained of them, and what they brought."""
    tiers = earlier.customers["tier"]
    report = tier_report(
        tiers,
        earlier.customers["revenue"].where(tiers.notna()),
        rule=earlier.tier_rule,
        retained=customers["ordered"],
        decimals=decimals,
    )
    units = units_of(customers["revenue_between"], decimals)
    codes = tiers.cat.codes.to_numpy()
    report["revenue_between"] = [
        float(units[codes == tier.rank].sum() / 10**decimals) for tier in scale.best_first()
    ]
    return report


def _note(earlier: Review, later: Review, customers: pd.DataFrame, left: Mask) -> tuple[str, ...]:
    notes = []
    differing = [
        name for name, rule in RULES.items() if getattr(earlier, rule) != getattr(later, rule)
    ]
    if differing:
        notes.append(
            f"The two reviews go by different rules for {', '.join(differing)}, so that customers "
            "may have changed places because a line moved: give the later review the rules of the "
            "earlier one to see customers only."
        )
    orders = earlier.customers["orders"].reindex(customers.index)
    bought = int(np.count_nonzero(left & (orders > 0).to_numpy()))
    if bought:
        who = say_count(bought, "customer", "customers")
        notes.append(
            f"{who} with orders before cannot be found after, so what they brought is not known: "
            "are both reviews of one log?"
        )
    fewer = int((later.customers["orders"].reindex(customers.index) < orders).sum())
    if fewer:
        who = say_count(fewer, "customer has", "customers have")
        notes.append(f"{who} fewer orders than before: are both reviews of one log?")
    return tuple(notes)


def _require_comparable(earlier: Review, later: Review) -> None:
    for name, review in (("earlier", earlier), ("later", later)):
        if not isinstance(review, Review):
            msg = f"{name} must be a Review, got {say_type(review)}"
            raise TypeError(msg)
    if earlier.as_of >= later.as_of:
        msg = (
            "compare needs the earlier review first and another day for the later one, "
            f"got {earlier.as_of} and {later.as_of}"
        )
        raise InputError(msg)
    currencies = {review.currency for review in (earlier, later)} - {None}
    if len(currencies) > 1:
        msg = f"compare needs reviews in one currency, got {earlier.currency} and {later.currency}"
        raise InputError(msg)
    scales = earlier.tier_rule.scale, later.tier_rule.scale
    if scales[0] is not scales[1]:
        msg = (
            f"compare needs tiers of one scale, got {scales[0].__name__} and "
            f"{scales[1].__name__}: review both with the same tier_rule"
        )
        raise InputError(msg)
    answers = earlier.playbook.answers, later.playbook.answers
    if answers[0] is not answers[1]:
        msg = (
            f"compare needs measures of one kind, got {answers[0].__name__} and "
            f"{answers[1].__name__}: review both with the same playbook"
        )
        raise InputError(msg)
