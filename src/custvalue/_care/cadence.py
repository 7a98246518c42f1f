"""The policy that says how many days pass between two contacts with a customer."""

from typing import Any, cast, overload

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._churn.states import ChurnState
from custvalue._containers import (
    is_missing,
    is_word,
    plain,
    read_mapping,
    read_steps,
    refuse_both,
    require_columns,
)
from custvalue._documents import Scales, document
from custvalue._lifecycle.stages import Stage
from custvalue._scale import Label, Scale, labels_from_dict, labels_to_dict
from custvalue._words import say_count
from custvalue.errors import InputError, RuleError

Ints = npt.NDArray[np.int64]
Entries = tuple[tuple[Any, int], ...]
"""Steps of a scale, lowest first, and the days between contacts each asks for."""

MOST_DAYS = 36_525  # a century: dates stay within reason
NO_ENTRY = -1
_NO_SAY = MOST_DAYS + 1

# Chosen, as no source gives any [days]: often while a first or second order is being won, less
# often where a habit carries, and monthly with those who bring others.
STAGE_DAYS = {
    Stage.PROSPECT: 14,
    Stage.FIRST_TIME: 21,
    Stage.REPEAT: 30,
    Stage.LONG_TERM: 45,
    Stage.ADVOCATE: 60,
    Stage.STRATEGIC: 30,
    Stage.PARTNER: 30,
}
# Chosen [days]: who falls asleep hears from us sooner. Who is asleep asks for no more than its
# stage does: whether to wake it is another question.
STATE_DAYS = {ChurnState.DROWSY: 14, ChurnState.HALF_ASLEEP: 21}


def _whole(days: object) -> Any:  # noqa: ANN401 - checked by `_check_days`
    days = plain(days)
    return int(days) if isinstance(days, float) and days.is_integer() else days


def _check_days(days: object, what: str) -> None:
    msg = f"{what} must be a whole number of days from 1 to {MOST_DAYS:,}, got {days!r}"
    if not isinstance(days, int | float) or isinstance(days, bool):
        raise TypeError(msg)
    if not isinstance(days, int) or not 1 <= days <= MOST_DAYS:
        raise RuleError(msg)


def _tidy(entries: object, what: str, labels: type[Label] | None) -> Entries:
    """Return what a mapping from steps to days says; `labels` None: of any one scale."""
    given = read_mapping(entries, what, "{'repeat': 30}")
    for step in given:
        if labels is None and isinstance(step, Scale):
            labels = type(step)
        if labels is None:
            msg = f"{what} must name steps of a scale, as ABCTier.A, got {step!r}"
            raise RuleError(msg)
        if not is_word(step, list(labels)):
            msg = f"{what} must name steps of {labels.__name__} ({', '.join(labels)}), got {step!r}"
            raise RuleError(msg)
    days = {cast("type[Label]", labels)(step): _whole(days) for step, days in given.items()}
    for step, count in days.items():
        _check_days(count, f"the days of {what} {step}")
    return tuple(sorted(days.items(), key=lambda entry: entry[0].rank))


def _tidy_stage(entries: object) -> Entries:
    return _tidy(entries, "stage", Stage)


def _tidy_tier(entries: object) -> Entries:
    return _tidy(entries, "tier", None)


def _tidy_state(entries: object) -> Entries:
    return _tidy(entries, "state", ChurnState)


def _check_limit(_: object, attribute: "attrs.Attribute[Any]", days: object) -> None:
    _check_days(days, attribute.name)


def _write(policy: "CadencePolicy") -> dict[str, Any]:
    scale = policy._tier_scale
    return {
        "stage": {step.value: days for step, days in policy.stage},
        "tier": {step.value: days for step, days in policy.tier},
        "tier_scale": None if scale is None else labels_to_dict(scale),
        "state": {step.value: days for step, days in policy.state},
        "floor_days": policy.floor_days,
        "ceiling_days": policy.ceiling_days,
    }


def _read(data: dict[str, Any], scales: Scales) -> "CadencePolicy":
    settings = {name: data[name] for name in data if name != "tier_scale"}
    if data["tier_scale"] is not None:
        scale = labels_from_dict(data["tier_scale"], scales)
        settings["tier"] = {scale(step): days for step, days in data["tier"].items()}
    return CadencePolicy(**settings)


@document("cadence-policy", write=_write, read=_read)
@attrs.frozen(kw_only=True)
class CadencePolicy:
    """How many days pass between two contacts, by stage, tier and state.

    Each step that has an entry asks for a contact every so many days. Of what a customer's stage,
    tier and state ask for the **shortest** counts, never below `floor_days` and never above
    `ceiling_days`. A step without an entry asks for nothing, nor does a stage, tier or state that
    is missing, as the state of a prospect is. Who asks for nothing is contacted at the ceiling.

    Parameters
    ----------
    stage : mapping of Stage or str to int
        The days each stage asks for [days]. By default 14 for prospects, 21 for first-time, 30
        for repeat, 45 for long-term customers, 60 for advocates, 30 for strategic customers and
        partners. Chosen: no source gives any.
    tier : mapping of steps of one Scale to int, default none
        The days each tier asks for [days]. Give members, as ``ABCTier.A``: tiers are yours.
    state : mapping of ChurnState or str to int
        The days each state asks for [days]. By default 14 for drowsy and 21 for half-asleep
        customers. Chosen, too.
    floor_days : int, default 7
        No contact comes sooner after the last one: too often annoys. Chosen [days].
    ceiling_days : int, default 90
        Who was not contacted for longer is forgotten. Chosen [days].

    Raises
    ------
    RuleError
        When a step is none of its scale, days are no whole number from 1 to 36,525, or the ceiling
        lies below the floor.
    TypeError
        When entries are no mapping, or days are no number.

    Examples
    --------
    >>> import custvalue as cv
    >>> policy = cv.care.CadencePolicy(tier={cv.ABCTier.A: 10})
    >>> policy.days_between(stage="repeat"), policy.days_between(stage="repeat", tier="A")
    (30, 10)
    >>> policy.days_between(stage="prospect", tier=None, state=None)
    14
    """

    stage: Entries = attrs.field(default=tuple(STAGE_DAYS.items()), converter=_tidy_stage)
    tier: Entries = attrs.field(default=(), converter=_tidy_tier)
    state: Entries = attrs.field(default=tuple(STATE_DAYS.items()), converter=_tidy_state)
    floor_days: int = attrs.field(default=7, converter=_whole, validator=_check_limit)
    ceiling_days: int = attrs.field(default=90, converter=_whole, validator=_check_limit)
    _tier_scale: type[Label] | None = attrs.field(init=False, repr=False)

    @_tier_scale.default
    def _find_tier_scale(self) -> type[Label] | None:
        return type(self.tier[0][0]) if self.tier else None

    def __attrs_post_init__(self) -> None:
        """Check that there is room between floor and ceiling."""
        if self.ceiling_days < self.floor_days:
            msg = (
                f"ceiling_days must not lie below floor_days, got {self.ceiling_days} and "
                f"{self.floor_days}"
            )
            raise RuleError(msg)

    @overload
    def days_between(self, customers: pd.DataFrame, /) -> "pd.Series[int]": ...
    @overload
    def days_between(
        self, /, *, stage: str | None = None, tier: str | None = None, state: str | None = None
    ) -> int: ...
    def days_between(
        self,
        customers: pd.DataFrame | None = None,
        /,
        *,
        stage: str | None = None,
        tier: str | None = None,
        state: str | None = None,
    ) -> "int | pd.Series[int]":
        """Return the days between contacts with one customer, or with each row of a frame.

        Parameters
        ----------
        customers : DataFrame, shape (n, columns)
            Has at least one of the columns ``stage``, ``tier`` and ``state`` that the policy has
            entries for. A column that is absent asks for nothing.
        stage, tier, state : member or str, optional
            Of one customer; missing asks for nothing.

        Returns
        -------
        int, or Series of int64 with the frame's index
            [days]

        Raises
        ------
        InputError
            When a label is no step of its scale (the sentence names the rows), or a frame has none
            of the columns.
        TypeError
            When a frame and keywords are given at once.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> customers = pd.DataFrame(
        ...     {"stage": ["prospect", "repeat", "repeat"], "state": [None, "awake", "drowsy"]}
        ... )
        >>> cv.care.CadencePolicy().days_between(customers).tolist()
        [14, 30, 14]
        """
        if customers is not None:
            given = {"stage": stage, "tier": tier, "state": state}
            refuse_both({name: step for name, step in given.items() if step is not None})
            days, _ = self._look_up(customers)
            return pd.Series(days, index=customers.index, copy=False)
        asked = [days for _, days in self._asked_by(stage, tier, state)]
        return self._within_limits(min(asked, default=self.ceiling_days))

    def explain(
        self, *, stage: str | None = None, tier: str | None = None, state: str | None = None
    ) -> str:
        """Say how often one customer is contacted, and what asks for it.

        Parameters
        ----------
        stage, tier, state : label, optional
            The customer's steps; None where there is none.

        Returns
        -------
        str

        Raises
        ------
        InputError
            When a label is no step of its scale.

        Examples
        --------
        >>> import custvalue as cv
        >>> policy = cv.care.CadencePolicy()
        >>> policy.explain(stage="repeat", state="drowsy")
        'every 14 days: state drowsy asks for 14, stage repeat for 30.'
        >>> policy.explain(stage="suspect")
        'every 90 days, the ceiling: nothing known asks for less.'
        """
        asked = sorted(self._asked_by(stage, tier, state), key=lambda entry: entry[1])
        if not asked:
            return f"every {say_days(self.ceiling_days)}, the ceiling: nothing known asks for less."
        days = self._within_limits(asked[0][1])
        bound = {self.floor_days: ", the floor", self.ceiling_days: ", the ceiling"}
        limit = bound[days] if days != asked[0][1] else ""
        (first, shortest), *others = asked
        told = [f"{first} asks for {shortest}", *(f"{who} for {count}" for who, count in others)]
        return f"every {say_days(days)}{limit}: {', '.join(told)}."

    def _look_up(self, customers: pd.DataFrame) -> tuple[Ints, Ints]:
        """Return the days between contacts of each row, and which of `_entries` asks for them.

        `NO_ENTRY` where none does.
        """
        require_columns(customers, [], "customers")
        measures = self._measures()
        if measures and not any(name in customers.columns for name in measures):
            msg = (
                f"customers must have one of the columns {', '.join(measures)}, which the policy "
                f"has entries for; it has {', '.join(map(str, customers.columns)) or 'none'}: "
                "add or rename yours"
            )
            raise InputError(msg)
        shortest: Ints = np.full(len(customers), _NO_SAY)
        asking: Ints = np.full(len(customers), NO_ENTRY)
        before = 0
        for name, (labels, entries) in measures.items():
            if name in customers.columns:
                days, place = np.full(len(labels) + 1, _NO_SAY), np.full(len(labels) + 1, NO_ENTRY)
                for number, (step, count) in enumerate(entries):
                    days[step.rank], place[step.rank] = count, before + number
                codes = read_steps(customers[name], labels, name)  # -1 finds the last: no say
                shorter = days[codes] < shortest
                codes = codes[shorter]
                shortest[shorter], asking[shorter] = days[codes], place[codes]
            before += len(entries)
        return np.clip(shortest, self.floor_days, self.ceiling_days), asking

    def _entries(self) -> list[tuple[str, int]]:
        """Return what each entry is called and asks for, in the order of `_look_up`."""
        return [
            (f"{name} {step}", days)
            for name, (_, entries) in self._measures().items()
            for step, days in entries
        ]

    def _say_entry(self, number: int) -> str:
        """Write how often customers are contacted for whom this entry counts, and why."""
        if number == NO_ENTRY:
            return f"every {say_days(self.ceiling_days)}, as nothing asks for less"
        name, days = self._entries()[number]
        return f"every {say_days(self._within_limits(days))}, for {name}"

    def _measures(self) -> dict[str, tuple[type[Label], Entries]]:
        """Return the scale and the entries of what the policy looks at."""
        all_: dict[str, tuple[Any, Entries]] = {
            "stage": (Stage, self.stage),
            "tier": (self._tier_scale, self.tier),
            "state": (ChurnState, self.state),
        }
        return {name: known for name, known in all_.items() if known[1]}

    def _asked_by(self, stage: object, tier: object, state: object) -> list[tuple[str, int]]:
        """Return what one customer's steps are called and ask for."""
        given = {"stage": stage, "tier": tier, "state": state}
        asked = []
        for name, (labels, entries) in self._measures().items():
            step = plain(given[name])
            if is_missing(step):
                continue
            if not is_word(step, list(labels)):
                msg = f"{name} must be one of {', '.join(labels)}, got {step!r}"
                raise InputError(msg)
            asked += [(f"{name} {known}", days) for known, days in entries if known == step]
        return asked

    def _within_limits(self, days: int) -> int:
        return min(max(days, self.floor_days), self.ceiling_days)


def say_days(days: int) -> str:
    """Write a number of days: "1 day", "14 days"."""
    return say_count(days, "day", "days")
