"""From needs to an offer: the customer's four C turned into the firm's four P."""

import itertools
import math
from collections.abc import Iterable
from html import escape
from typing import cast

import attrs
import pandas as pd

from custvalue._conditions import Condition, known, say_number
from custvalue._containers import is_number, plain
from custvalue._scale import Label
from custvalue.errors import InputError, RuleError


class FourC(Label):
    """The customer's side of a purchase.

    Source: R. Lauterborn (1990), New marketing litany: four P's passé, C-words take over.
    Advertising Age 61(41), 26.

    Examples
    --------
    >>> import custvalue as cv
    >>> [(aspect.value, aspect.lever.value) for aspect in cv.FourC]
    [('solution', 'product'), ('cost', 'price'), ('convenience', 'place'),
     ('communication', 'promotion')]
    """

    SOLUTION = "solution", "客户解决方案"
    COST = "cost", "客户成本"
    CONVENIENCE = "convenience", "便利"
    COMMUNICATION = "communication", "沟通"

    @property
    def lever(self) -> "FourP":
        """The P with which the firm answers this C.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.FourC.CONVENIENCE.lever
        <FourP.PLACE: 'place'>
        """
        return _LEVERS[self]


class FourP(Label):
    """The firm's side of a purchase: what it can set.

    Source: E. J. McCarthy (1960), Basic marketing: a managerial approach.

    Examples
    --------
    >>> import custvalue as cv
    >>> [lever.label("zh") for lever in cv.FourP]
    ['产品', '价格', '渠道', '促销']
    """

    PRODUCT = "product", "产品"
    PRICE = "price", "价格"
    PLACE = "place", "渠道"
    PROMOTION = "promotion", "促销"

    @property
    def serves(self) -> FourC:
        """The C that this P answers.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.FourP.PRICE.serves
        <FourC.COST: 'cost'>
        """
        return next(aspect for aspect, lever in _LEVERS.items() if lever is self)


# Lauterborn (1990) sets one C against each of McCarthy's P.
_LEVERS = {
    FourC.SOLUTION: FourP.PRODUCT,
    FourC.COST: FourP.PRICE,
    FourC.CONVENIENCE: FourP.PLACE,
    FourC.COMMUNICATION: FourP.PROMOTION,
}


def _aspect(aspect: str) -> FourC:
    if aspect not in list(FourC):
        msg = f"the aspect of a need must be one of {', '.join(FourC)}, got {aspect!r}"
        raise RuleError(msg)
    return FourC(aspect)


def _flag(flag: bool) -> bool:  # noqa: FBT001 - what is read is a flag
    return cast("bool", plain(flag))


def _weight(weight: float) -> float:
    return cast("float", plain(weight))


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

    aspect: FourC = attrs.field(converter=_aspect)
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
_ABILITY_TO_PAY = Need(FourC.COST, "price", known(), must_have=True)
_ASK_THE_PRICE = (
    "What can the customer pay? No must-have says it: ask, and add it as a need under cost, as "
    "Need('cost', 'price', at_most(...), must_have=True)."
)


@attrs.frozen
class MixBrief:
    """What to build to under each P; made by `translate`.

    Attributes
    ----------
    needs : tuple of Need
        In the order of the four P; under each the must-haves first, then by weight.
    conflicts : tuple of pairs of Need
        Must-haves on the same attribute that no offer can meet together.
    open_questions : tuple of str
        What has to be asked before an offer is made.

    Examples
    --------
    >>> import custvalue as cv
    >>> small = cv.Need("solution", "diameter_mm", cv.at_most(6), must_have=True)
    >>> large = cv.Need("solution", "diameter_mm", cv.above(8), must_have=True)
    >>> brief = cv.marketing_mix.translate([small, large])
    >>> brief.conflicts == ((small, large),), len(brief.open_questions)
    (True, 1)
    """

    needs: tuple[Need, ...]
    conflicts: tuple[tuple[Need, Need], ...]
    open_questions: tuple[str, ...]

    def requirements(self, lever: str) -> list[Need]:
        """Return what to build to under one P: must-haves first, then by weight.

        Parameters
        ----------
        lever : FourP or str
            One of product, price, place, promotion.

        Returns
        -------
        list of Need

        Raises
        ------
        InputError
            When `lever` is none of the four.

        Examples
        --------
        >>> import custvalue as cv
        >>> brief = cv.marketing_mix.translate([cv.Need("convenience", "km", cv.at_most(5))])
        >>> [need.describe() for need in brief.requirements("place")]
        ['km ≤ 5 (nice to have, weight 1)']
        """
        if lever not in list(FourP):
            msg = f"lever must be one of {', '.join(FourP)}, got {lever!r}"
            raise InputError(msg)
        return [need for need in self.needs if need.aspect.lever == lever]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per need, in the brief's order.

        Returns
        -------
        DataFrame, shape (needs, 6)
            ``lever`` and ``aspect`` categorical, ``attribute`` and ``requirement`` str,
            ``must_have`` bool, ``weight`` float64.

        Examples
        --------
        >>> import custvalue as cv
        >>> table = cv.marketing_mix.translate([]).to_frame()
        >>> table.loc[0, ["lever", "requirement"]].tolist()
        ['price', 'price is known']
        """
        aspects = pd.Categorical([n.aspect.value for n in self.needs], dtype=FourC.dtype())
        levers = pd.Categorical([n.aspect.lever.value for n in self.needs], dtype=FourP.dtype())
        return pd.DataFrame(
            {
                "lever": levers,
                "aspect": aspects,
                "attribute": [need.attribute for need in self.needs],
                "requirement": [need.condition.describe(need.attribute) for need in self.needs],
                "must_have": [need.must_have for need in self.needs],
                "weight": [float(need.weight) for need in self.needs],
            }
        )

    def __str__(self) -> str:
        """Return a line per P, then one per conflict and per open question."""
        levers = []
        for lever in FourP:
            wanted = "; ".join(need.describe() for need in self.requirements(lever))
            levers.append(f"{lever}: {wanted or 'nothing asked'}")
        return "\n".join([*levers, *self._notes()])

    def _repr_html_(self) -> str:
        notes = "".join(f"<p>{escape(note)}</p>" for note in self._notes())
        return self.to_frame().to_html(index=False) + notes

    def _notes(self) -> list[str]:
        return [
            f"Conflict: {one.condition.describe(one.attribute)} and "
            f"{other.condition.describe(other.attribute)} exclude each other: ask which one counts."
            for one, other in self.conflicts
        ] + list(self.open_questions)


def translate(needs: Iterable[Need]) -> MixBrief:
    """Turn what a customer needs into what to build to: the four C into the four P.

    Ability to pay is always a must-have. Where no must-have speaks of the ``"price"`` under
    cost, the brief gets one that only asks it to be known; and as long as no must-have says more
    than that about it, what the customer can pay stands among the open questions.

    Parameters
    ----------
    needs : iterable of Need
        May be empty. Needs of equal weight keep their order.

    Returns
    -------
    MixBrief

    Raises
    ------
    TypeError
        When something else than needs is given.

    Examples
    --------
    Who asks for a drill needs a hole, in a wooden wall:

    >>> import custvalue as cv
    >>> hole = [
    ...     cv.Need("solution", "drills", cv.equals("wood"), must_have=True),
    ...     cv.Need("solution", "diameter_mm", cv.at_most(6), must_have=True),
    ...     cv.Need("convenience", "in_stock", cv.is_true()),
    ... ]
    >>> print(cv.marketing_mix.translate(hole))
    product: drills = wood (must-have); diameter_mm ≤ 6 (must-have)
    price: price is known (must-have)
    place: in_stock is true (nice to have, weight 1)
    promotion: nothing asked
    What can the customer pay? No must-have says it: ask, and add it as a need under cost, as
    Need('cost', 'price', at_most(...), must_have=True).
    """
    stated = _read_needs(needs)
    prices = [n for n in stated if n.must_have and _same_attribute(n, _ABILITY_TO_PAY)]
    if not prices:
        stated.append(_ABILITY_TO_PAY)
    stated.sort(key=lambda need: (need.aspect.lever.rank, not need.must_have, -need.weight))
    conflicts = (
        (one, other)
        for one, other in itertools.combinations([n for n in stated if n.must_have], 2)
        if _same_attribute(one, other) and one.condition.excludes(other.condition)
    )
    said = any(need.condition != _ABILITY_TO_PAY.condition for need in prices)
    return MixBrief(tuple(stated), tuple(conflicts), () if said else (_ASK_THE_PRICE,))


def _same_attribute(one: Need, other: Need) -> bool:
    return (one.aspect, one.attribute) == (other.aspect, other.attribute)


def _read_needs(needs: Iterable[Need]) -> list[Need]:
    if not isinstance(needs, Iterable):
        msg = (
            f"translate takes a list of needs, got {type(needs).__name__}: write translate([need])"
        )
        raise TypeError(msg)
    stated = list(needs)
    for need in stated:
        if not isinstance(need, Need):
            msg = f"translate takes needs, got {need!r}: make one, as Need('cost', 'price', ...)"
            raise TypeError(msg)
    return stated
