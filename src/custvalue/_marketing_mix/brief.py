"""The brief: what to build to under each of the four P."""

import itertools
from collections.abc import Iterable
from html import escape

import attrs
import pandas as pd

from custvalue._containers import is_word
from custvalue._marketing_mix.four import FourC, FourP
from custvalue._marketing_mix.needs import Need, find_questions, read_needs, same_attribute
from custvalue.errors import InputError


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
        if not is_word(lever, list(FourP)):
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


def make_brief(needs: Iterable[Need]) -> MixBrief:
    """Return what `marketing_mix.translate` describes."""
    stated = read_needs(needs, "translate([need])")
    stated.sort(key=lambda need: (need.aspect.lever.rank, not need.must_have, -need.weight))
    conflicts = (
        (one, other)
        for one, other in itertools.combinations([n for n in stated if n.must_have], 2)
        if same_attribute(one, other) and one.condition.excludes(other.condition)
    )
    return MixBrief(tuple(stated), tuple(conflicts), find_questions(stated))
