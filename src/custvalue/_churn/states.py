"""The churn states, and what a learner leaves beside the silences at which they begin."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import chain
from typing import Any

import attrs

from custvalue._bands import Bands, Learned
from custvalue._containers import is_number, read_number
from custvalue._scale import Scale
from custvalue._words import say_number, say_percent
from custvalue.errors import InputError, RuleError

_ONE = re.compile(r"(?<![\d.,])1 (day|gap)s")  # but not the end of 1.1 days


class ChurnState(Scale, best="first"):
    """How fast a customer sleeps; the best state comes first.

    Asleep is not known to be lost: without a contract nobody says goodbye. Who never bought has
    no state.

    Examples
    --------
    >>> import custvalue as cv
    >>> [state.label(lang="zh") for state in cv.ChurnState.best_first()]
    ['清醒客户', '瞌睡客户', '半睡客户', '沉睡客户']
    """

    AWAKE = "awake", "清醒客户"
    DROWSY = "drowsy", "瞌睡客户"
    HALF_ASLEEP = "half-asleep", "半睡客户"
    ASLEEP = "asleep", "沉睡客户"


def _as_pairs(chances: Iterable[Iterable[float]]) -> tuple[tuple[float, float], ...]:
    return tuple((silence, chance) for silence, chance in chances)


@attrs.frozen
class LearnedSleep(Learned):
    """Where learned thresholds of silence came from; takes no part in a policy's equality.

    Besides what it shares with `Learned` it keeps the chance of return itself, in steps of a
    whole percent, so that a policy explains any silence without the curve.

    Attributes
    ----------
    within : float
        The horizon of the chance [unit].
    unit : str
        Of silences and horizon: ``"days"``, or ``"gaps"`` of the customer's own.
    observed_to : float
        The longest silence at which enough silences were watched [unit].
    chances : tuple of pairs of float
        Silences, rising from 0, and the chance of return from each on, in whole percents; half a
        percent stands for less, where it is not 0, and 99.5 for more, where it is not 100.

    Raises
    ------
    RuleError
        When one of them is of another kind, or there is no chance.

    Examples
    --------
    >>> import custvalue as cv
    >>> log = cv.OrderLog.from_frame(cv.examples.simulate_orders())
    >>> learned = cv.churn.SleepLearner().fit(log, as_of="2024-12-30").learned
    >>> learned.within, learned.unit, learned.chance_at(0), learned.chance_at(45)
    (90, 'days', 0.71, 0.36)
    """

    within: float
    unit: str
    observed_to: float
    chances: tuple[tuple[float, float], ...] = attrs.field(converter=_as_pairs, repr=False)

    def __attrs_post_init__(self) -> None:
        """Check what explanations are going to say."""
        super().__attrs_post_init__()
        numbers = (self.within, self.observed_to, *chain.from_iterable(self.chances))
        if not (isinstance(self.unit, str) and self.chances and all(map(is_number, numbers))):
            msg = (
                "where a silence was learned from must be a horizon, a unit, the longest silence "
                f"watched and at least one chance, got {self!r}"
            )
            raise RuleError(msg)

    def chance_at(self, silence: float) -> float | None:
        """Return the chance of return after a silence; None where too few were so silent.

        Parameters
        ----------
        silence : number [unit]
            How long, 0 or more.

        Returns
        -------
        float [share], or None

        Raises
        ------
        InputError
            When the silence is missing, negative or infinite.
        TypeError
            When it is no number.

        Examples
        --------
        >>> import custvalue as cv
        >>> log = cv.OrderLog.from_frame(cv.examples.simulate_orders())
        >>> learned = cv.churn.SleepLearner().fit(log, as_of="2024-12-30").learned
        >>> learned.chance_at(45), learned.chance_at(9999)
        (0.36, None)
        """
        length = read_number(silence, "silence")
        if length < 0:
            msg = f"silence must be 0 or more, got {silence!r}: look on a later day"
            raise InputError(msg)
        if length > self.observed_to:
            return None
        place = bisect_right(self.chances, length, key=lambda step: step[0]) - 1
        return self.chances[place][1]


def plain_origin(learned: Learned | None) -> Learned | None:
    """Return what bands can store of where a policy came from."""
    if not isinstance(learned, LearnedSleep):
        return learned
    return Learned(**{field.name: getattr(learned, field.name) for field in attrs.fields(Learned)})


def explain_silence(bands: Bands[ChurnState], learned: Learned | None, silence: float) -> str:
    """Say the state of a silence, and what is known of customers who were as silent."""
    return _ONE.sub(r"1 \1", _explain(bands, learned, silence))  # bands know no singular


def _explain(bands: Bands[ChurnState], learned: Learned | None, silence: float) -> str:
    if not isinstance(learned, LearnedSleep):
        return bands.explain(silence)
    unseen = [
        (state, share)
        for state, floor, share in zip(
            list(ChurnState)[1:], bands.floors, learned.nominal, strict=True
        )
        if floor is None
    ]
    told = attrs.evolve(bands, learned=None).explain(silence)
    for state, _ in unseen:
        told = told.replace(f" No value reaches {state}.", "")
    longest = say_length(learned.observed_to, learned.unit)
    sentences = [told, _say_chance(learned, silence)]
    sentences += [
        f"Nobody is {state}: in silences of up to {longest} the chance was not seen to stay below "
        f"{share * 100:.6g}% of that at day 0."
        for state, share in unseen
    ]
    sentences.append(_say_source(learned, bands.classify(silence)))
    return " ".join(sentences)


def _say_chance(learned: LearnedSleep, silence: float) -> str:
    chance = learned.chance_at(silence)
    if chance is None:
        return "Too few customers were ever this silent to say how many order again."
    horizon = say_length(learned.within, learned.unit)
    return f"{say_percent(chance)} of customers this silent order within {horizon}."


def _say_source(learned: LearnedSleep, state: ChurnState) -> str:
    source = f"Learned from {learned.count:,} silences as of {learned.as_of}"
    actual = None if state is ChurnState.AWAKE else learned.actual[state.rank - 1]
    if actual is None:
        return f"{source}."
    nominal = learned.nominal[state.rank - 1]
    return (
        f"{source}: {state} begins where the chance stays below {nominal * 100:.6g}% of that at "
        f"day 0 ({actual:.1%} there)."
    )


def say_length(number: float, unit: str) -> str:
    """Write how long a silence is: "90 days", "1 gap"."""
    return f"{say_number(number)} {unit.removesuffix('s') if number == 1 else unit}"


def read_learned(data: dict[str, Any] | None) -> Learned | None:
    """Return what `attrs.asdict` made of where a policy came from."""
    if data is None:
        return None
    return LearnedSleep(**data) if "chances" in data else Learned(**data)
