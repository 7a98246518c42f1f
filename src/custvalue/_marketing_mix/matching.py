"""Which offers meet one customer's needs, best first."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import attrs
import numpy as np
import pandas as pd

from custvalue._marketing_mix.needs import Need, find_questions, read_needs
from custvalue._marketing_mix.offer import Offer, read_offers, require_offers
from custvalue._marketing_mix.questions import holds_of
from custvalue._shares import exact_share


@attrs.frozen
class _Answer:
    """What one offer makes of the needs."""

    offer: Offer
    met: list[Need]
    unmet: list[Need]

    @property
    def meets_all(self) -> bool:
        return not any(need.must_have for need in self.unmet)

    @property
    def weight_met(self) -> Fraction:
        return _weight(self.met)


def match_one(needs: Iterable[Need], offers: Iterable[Offer]) -> pd.DataFrame:
    """Return the table that `marketing_mix.match` describes."""
    stated = read_needs(needs, "match([need], offers)")
    stated.sort(key=lambda need: (not need.must_have, -need.weight))
    given = read_offers(offers, "match")
    require_offers(given, "match")
    answers = [_answer(offer, stated) for offer in given]
    answers.sort(key=lambda one: (not one.meets_all, -one.weight_met, one.offer.price))
    total = _weight(stated)
    names = [one.offer.name for one in answers]
    columns: dict[str, Any] = {
        "meets_all": [one.meets_all for one in answers],
        "must_haves_met": [sum(need.must_have for need in one.met) for one in answers],
        "share_met": [float(one.weight_met / total) if total else np.nan for one in answers],
        "price": [float(one.offer.price) for one in answers],
        "unmet": [tuple(need.describe() for need in one.unmet) for one in answers],
        "unknown": [_unknown(one) for one in answers],
    }
    table = pd.DataFrame(columns, index=pd.Index(names, name="offer"))
    table.attrs.update(
        must_haves=sum(need.must_have for need in stated),
        open_questions=list(find_questions(stated)),
    )
    return table


def _answer(offer: Offer, needs: list[Need]) -> _Answer:
    met: list[Need] = []
    unmet: list[Need] = []
    for need in needs:
        holds = holds_of(offer, (need.aspect, need.attribute), need.condition)
        (met if holds else unmet).append(need)
    return _Answer(offer, met, unmet)


def _weight(needs: list[Need]) -> Fraction:
    return sum((exact_share(n.weight) for n in needs if not n.must_have), Fraction(0))


def _unknown(answer: _Answer) -> tuple[str, ...]:
    """Return the attributes an unmet need asks about and the offer says nothing of, each once."""
    asked = [n for n in answer.unmet if answer.offer.value_of(n.aspect, n.attribute) is None]
    return tuple(dict.fromkeys(need.attribute for need in asked))
