"""Whether a prediction may be used, and the reasons in words."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import attrs

from custvalue._metrics.proportions import exact_parts
from custvalue._shares import exact_share, read_share
from custvalue._words import say_number

AMONG = {"false_discovery_rate": "predicted", "miss_rate": "real"}


@attrs.frozen
class Verdict:
    """Whether a prediction may be used: yes, no, or nobody can tell; made by `Confusion.verdict`.

    It has no truth value of its own, as `usable` has three: ask for that.

    Attributes
    ----------
    usable : bool or None
        True: both rates are within their caps. False: at least one is above. None: cannot tell.
    reasons : tuple of str
        A sentence on each rate, and one on whether calling everyone, or no one, would do as well.

    Examples
    --------
    >>> import custvalue as cv
    >>> outcome = cv.Confusion(
    ...     true_positives=8, false_positives=2, false_negatives=4, true_negatives=86
    ... )
    >>> verdict = outcome.verdict(max_false_discovery_rate=0.25, max_miss_rate=0.3)
    >>> verdict.usable
    False
    >>> print(verdict)
    not usable: false discovery rate 20.00% (2 of 10 predicted) is within the cap of 25%; miss rate
    33.33% (4 of 12 real) is above the cap of 30%; better than calling everyone (false discovery
    rate 88.00%) and than calling no one (miss rate 100%)
    """

    usable: bool | None
    reasons: tuple[str, ...]

    def __bool__(self) -> bool:
        msg = "a verdict may also be that nobody can tell: ask verdict.usable, which is then None"
        raise TypeError(msg)

    def __str__(self) -> str:
        word = {True: "usable", False: "not usable", None: "cannot tell"}[self.usable]
        return f"{word}: {'; '.join(self.reasons)}"


@attrs.frozen
class CappedRate:
    """One of the two rates, as the part of a whole it is, with its cap and perhaps its interval."""

    name: str
    part: Fraction
    whole: Fraction
    cap: Fraction
    interval: tuple[float, float] | None

    @property
    def within(self) -> bool | None:
        """Whether the rate keeps to its cap; None: cannot tell."""
        if not self.whole:
            return None
        if self.interval is None:
            return self.part <= self.cap * self.whole
        low, high = self.interval
        return None if low <= self.cap < high else high <= self.cap

    def reason(self, level: float | None) -> str:
        """Say whether the rate keeps to its cap."""
        of = f"({_say(self.part)} of {_say(self.whole)} {AMONG[self.name]})"
        name, cap = self.name.replace("_", " "), f"the cap of {_say(100 * self.cap)}%"
        if not self.whole:
            return f"{name} is undefined {of}: cannot tell whether it is within {cap}"
        rate = f"{name} {float(self.part / self.whole):.2%} {of}"
        side = {True: f"within {cap}", False: f"above {cap}", None: f"on both sides of {cap}"}
        if self.interval is None:
            return f"{rate} is {side[self.within]}"
        low, high = self.interval
        return f"{rate} lies between {low:.2%} and {high:.2%} at level {level}, {side[self.within]}"


def judge(
    cells: Sequence[float],
    caps: Mapping[str, float],
    intervals: Mapping[str, tuple[float, float]] | None,
    level: float | None,
) -> Verdict:
    """Return the verdict on an outcome whose two rates have caps."""
    rates = []
    for name, cap in caps.items():
        part, whole = exact_parts(name, cells)
        interval = None if intervals is None else intervals[name]
        rates.append(CappedRate(name, part, whole, read_share(cap, f"max_{name}"), interval))
    within = [rate.within for rate in rates]
    usable = False if False in within else None if None in within else True
    return Verdict(
        usable,
        (*(rate.reason(level) for rate in rates), _beside_the_trivial(*map(exact_share, cells))),
    )


def _beside_the_trivial(tp: Fraction, fp: Fraction, fn: Fraction, tn: Fraction) -> str:
    """Say whether the prediction does better than calling everyone, or no one, would."""
    predicted, real, everyone = tp + fp, tp + fn, tp + fp + fn + tn
    if not real:
        return "nobody is real: cannot tell whether calling everyone, or no one, would do as well"
    if not predicted:
        return "no better than calling no one, as it does"
    if not tp:
        return "no better than calling no one: it finds nobody real"
    wrong = f"false discovery rate {float((fp + tn) / everyone):.2%}"
    if tp * everyone > predicted * real:
        return f"better than calling everyone ({wrong}) and than calling no one (miss rate 100%)"
    return f"no better than calling everyone, which misses nobody ({wrong})"


def _say(number: Fraction) -> str:
    return say_number(float(number))
