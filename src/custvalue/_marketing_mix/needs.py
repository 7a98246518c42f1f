"""What a customer needs: a condition on one attribute, and how much it matters."""

import math
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast

import attrs

from custvalue._condition_makers import condition_from_dict, condition_to_dict, known
from custvalue._conditions import Condition
from custvalue._containers import is_number, is_word, plain
from custvalue._documents import Scales, document
from custvalue._marketing_mix.four import FourC
from custvalue._words import say_number
from custvalue.errors import RuleError

PRICE = "price"


def read_aspect(aspect: str) -> FourC:
    """Return one of the four C; raise where it is none."""
    if not is_word(aspect, list(FourC)):
        msg = f"the aspect of a need must be one of {', '.join(FourC)}, got {aspect!r}"
        raise RuleError(msg)
    return FourC(aspect)


def _flag(flag: bool) -> bool:  # noqa: FBT001 - what is read is a flag
    return cast("bool", plain(flag))


def _weight(weight: float | Decimal) -> float:
    number = plain(weight)
    if isinstance(number, Decimal) and is_number(number):
        return float(number)
    return cast("float", number)


def _write(need: "Need") -> dict[str, Any]:
    return {
        "aspect": need.aspect.value,
        "attribute": need.attribute,
        "condition": condition_to_dict(need.condition),
        "must_have": need.must_have,
        "weight": need.weight,
    }


def _read(data: dict[str, Any], _scales: Scales) -> "Need":
    settings = {**data, "condition": condition_from_dict(data["condition"])}
    return Need(**settings)


@document("need", write=_write, read=_read)
@attrs.frozen
class Need:
    """Something a customer needs, as a condition on one attribute of what it buys.

    Parameters
    ----------
    aspect : FourC or str
        The side of the purchase it concerns.
    attribute : str
        What the condition is about, as "diameter_mm". The price is the ``"price"`` under cost.
    condition : Condition
        What must hold for it, as ``at_most(6)``.
    must_have : bool, default False
        Whether there is no purchase without it.
    weight : float, default 1.0
        How much it counts beside other needs, above 0 [1].

    Raises
    ------
    RuleError
        When `aspect` is none of the four, `attribute` is empty, or `weight` is not above 0 and
        finite.
    TypeError
        When an argument is of a wrong kind.

    Examples
    --------
    >>> import custvalue as cv
    >>> need = cv.Need("solution", "diameter_mm", cv.at_most(6), must_have=True)
    >>> need.aspect, need.describe()
    (<FourC.SOLUTION: 'solution'>, 'diameter_mm ≤ 6 (must-have)')
    """

    aspect: FourC = attrs.field(converter=read_aspect)
    attribute: str
    condition: Condition
    must_have: bool = attrs.field(default=False, kw_only=True, converter=_flag)
    weight: float = attrs.field(default=1.0, kw_only=True, converter=_weight)

    def __attrs_post_init__(self) -> None:
        """Check what mistyped arguments would otherwise turn into a silent wish."""
        if not isinstance(self.attribute, str):
            msg = f"the attribute of a need must be a string, got {self.attribute!r}"
            raise TypeError(msg)
        if not self.attribute.strip():
            msg = f"the attribute of a need must be named, got {self.attribute!r}"
            raise RuleError(msg)
        if not isinstance(self.condition, Condition):
            msg = (
                f"what must hold for {self.attribute} must be a condition, got "
                f"{self.condition!r}: make one, as with at_most(6) or equals('red')"
            )
            raise TypeError(msg)
        if not isinstance(self.must_have, bool):
            msg = f"must_have must be True or False, got {self.must_have!r}"
            raise TypeError(msg)
        if not is_number(self.weight):
            msg = f"the weight of a need must be a number, got {self.weight!r}"
            raise TypeError(msg)
        if not 0 < self.weight < math.inf:
            msg = f"the weight of a need must be above 0 and finite, got {self.weight!r}"
            raise RuleError(msg)

    def describe(self) -> str:
        """Say the need, and how much it matters.

        Returns
        -------
        str

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.Need("communication", "demo", cv.is_true(), weight=2).describe()
        'demo is true (nice to have, weight 2)'
        """
        wish = f"nice to have, weight {say_number(self.weight)}"
        matters = "must-have" if self.must_have else wish
        return f"{self.condition.describe(self.attribute)} ({matters})"


# Nobody buys what it cannot pay, so ability to pay is a must-have whether spoken of or not.
ABILITY_TO_PAY = Need(FourC.COST, PRICE, known(), must_have=True)
ASK_THE_PRICE = (
    "What can the customer pay? No must-have says it: ask, and add it as a need under cost, as "
    "Need('cost', 'price', at_most(...), must_have=True)."
)


def read_needs(needs: Iterable[Need], call: str) -> list[Need]:
    """Return the needs given in a `call`, ability to pay among the must-haves."""
    what = call.partition("(")[0]
    try:
        stated = list(needs)
    except TypeError as error:
        msg = f"{what} takes a list of needs, got {type(needs).__name__}: write {call}"
        raise TypeError(msg) from error
    for need in stated:
        if not isinstance(need, Need):
            msg = f"{what} takes needs, got {need!r}: make one, as Need('cost', 'price', ...)"
            raise TypeError(msg)
    if not _about_paying(stated):
        stated.append(ABILITY_TO_PAY)
    return stated


def find_questions(needs: list[Need]) -> tuple[str, ...]:
    """Return what has to be asked: what the customer can pay, until a must-have says it."""
    said = any(need.condition != ABILITY_TO_PAY.condition for need in _about_paying(needs))
    return () if said else (ASK_THE_PRICE,)


def _about_paying(needs: list[Need]) -> list[Need]:
    return [n for n in needs if n.must_have and same_attribute(n, ABILITY_TO_PAY)]


def same_attribute(one: Need, other: Need) -> bool:
    """Tell whether two needs are about the same thing."""
    return (one.aspect, one.attribute) == (other.aspect, other.attribute)
