"""Why an indicator may know the answer, or tells nothing: a few limits, and the reason in words."""

from collections.abc import Callable
from typing import Any

import attrs

from custvalue._containers import read_number
from custvalue._screening.evidence import Evidence
from custvalue.errors import InputError


def _within(low: float, high: float) -> Callable[[Any, "attrs.Attribute[float]", float], None]:
    def check(_: object, field: "attrs.Attribute[float]", value: float) -> None:
        if not low <= read_number(value, field.name) <= high:
            msg = f"{field.name} must lie within {low:,} and {high:,}, got {value!r}"
            raise InputError(msg)

    return check


@attrs.frozen
class Look:
    """What speaks against an indicator, and what would if there were rows enough to tell."""

    reasons: list[str]
    doubts: list[str]


@attrs.frozen(kw_only=True)
class Limits:
    """From where on an indicator is suspect, and two of them say the same."""

    near_perfect: float = attrs.field(validator=_within(0.5, 1))
    fewest: float = attrs.field(validator=_within(1, 1_000_000))
    max_q_value: float = attrs.field(validator=_within(0, 1))
    id_like: float = attrs.field(validator=_within(0, 1))
    redundant: float = attrs.field(validator=_within(0, 1))

    def look(self, evidence: Evidence, q_value: float) -> Look:
        """Return what speaks against an indicator."""
        futile = _tells_nothing(evidence) or self._like_an_id(evidence)
        if futile:
            return Look([futile], [])
        found = _too_good(evidence, self.near_perfect)
        sure = [words for words, rows in found if self._beyond_luck(rows, q_value)]
        if _says_the_target(evidence):
            luck = "" if sure else ", which may be luck in so few rows"
            return Look([f"identical to the target in every row{luck}"], [])
        return Look(sure, [words for words, _ in found if words not in sure])

    def _beyond_luck(self, rows: int, q_value: float) -> bool:
        return rows >= self.fewest and q_value <= self.max_q_value

    def _like_an_id(self, evidence: Evidence) -> str:
        known, distinct = evidence.known, evidence.distinct
        if evidence.runs:
            return f"like an id: running numbers, {distinct:,} of them"
        if evidence.kind == "category" and distinct > max(1, self.id_like * known):
            return f"like an id: {distinct:,} different values in {known:,} rows"
        return ""


def _tells_nothing(evidence: Evidence) -> str:
    if not evidence.known:
        return "never known"
    if evidence.distinct == 1 and evidence.known == evidence.negatives + evidence.positives:
        return "constant: the same value in every row"
    return ""


def _says_the_target(evidence: Evidence) -> bool:
    everywhere = evidence.known == evidence.negatives + evidence.positives
    both = evidence.negatives and evidence.positives
    return bool(both and everywhere and evidence.pure and evidence.distinct == 2)  # noqa: PLR2004 - as the target


def _too_good(evidence: Evidence, near_perfect: float) -> list[tuple[str, int]]:
    """Return what is too good to be known beforehand, and in how many rows it was seen."""
    found: list[tuple[str, int]] = []
    gini = 2 * near_perfect - 1
    if abs(2 * evidence.auc - 1) >= gini:
        smaller = min(evidence.known_negatives, evidence.known_positives)
        found.append((f"near-perfect separation (AUC {evidence.auc:.3f})", smaller))
    elif evidence.influence >= gini:
        smaller = min(evidence.negatives, evidence.positives)
        told = (1 + evidence.influence) / 2
        found.append((f"near-perfect separation with who is missing (AUC {told:.3f})", smaller))
    if evidence.negatives and evidence.present_positives and not evidence.present_negatives:
        words = (
            f"present among positives only ({evidence.present_positives:,} of "
            f"{evidence.positives:,}, none of {evidence.negatives:,} negatives)"
        )
        found.append((words, evidence.present_positives))
    return found
