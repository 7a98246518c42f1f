"""A new offer, put together value by value from stated options."""

from collections.abc import Iterable

import attrs
import numpy as np

from custvalue._containers import Mask
from custvalue._marketing_mix.acceptance import Acceptance, read_acceptance
from custvalue._marketing_mix.asked import Asked, NeedsByCustomer, read_asked
from custvalue._marketing_mix.changes import split_by_topic
from custvalue._marketing_mix.many import meet_all
from custvalue._marketing_mix.needs import PRICE
from custvalue._marketing_mix.offer import GIVEN_AS, Offer, Value, read_offers
from custvalue._marketing_mix.options import Options, read_options
from custvalue._marketing_mix.questions import PRICE_TOPIC, Topic, meet
from custvalue.errors import InputError


@attrs.frozen
class Proposal:
    """A new offer, and how many of those who cannot buy yet it wins; made by `new_offer`.

    Attributes
    ----------
    offer : Offer
        The values found.
    wins : int
        Unserved customers whose every must-have it meets.
    unserved : int
        Customers for whom none of the present offers meets every must-have.
    at_most : int
        No offer made of the same options wins more than this.

    Examples
    --------
    >>> import custvalue as cv
    >>> proposal = cv.marketing_mix.new_offer(
    ...     {"ann": [cv.Need("cost", "price", cv.at_most(30), must_have=True)]},
    ...     options={"price": [40, 30, 20]},
    ... )
    >>> print(proposal)
    new offer (price 30) wins 1 of 1 unserved customers. It was found step by step; no offer made
    of these options wins more than 1.
    """

    offer: Offer
    wins: int
    unserved: int
    at_most: int

    def __str__(self) -> str:
        """Say the offer, whom it wins, and how far from the best it can be."""
        under = [getattr(self.offer, name) for name in GIVEN_AS.values()]
        values = [f"{name} {value}" for some in under for name, value in some.items()]
        said = ", ".join([f"{PRICE} {self.offer.price}", *values])
        return (
            f"{self.offer.name} ({said}) wins {self.wins:,} of {self.unserved:,} unserved "
            "customers. It was found step by step; no offer made of these options wins more than "
            f"{self.at_most:,}."
        )


def propose(
    needs: NeedsByCustomer,
    offers: Iterable[Offer],
    *,
    options: Options,
    name: str,
    customer: str,
) -> Proposal:
    """Return what `marketing_mix.new_offer` describes."""
    given = read_offers(offers, "new_offer")
    stated = read_options(options)
    empty = [attribute for (_, attribute), values in stated.items() if not values]
    if PRICE_TOPIC not in stated or empty:
        msg = (
            "new_offer needs at least one option of the price and of every attribute it may set, "
            f"got none of {', '.join(empty or [PRICE])}"
        )
        raise InputError(msg)
    asked = read_asked(needs, "new_offer", customer)
    unserved = np.ones(len(asked.customers), dtype=np.bool_)
    if given:
        unserved = ~np.logical_or.reduce(meet_all(asked, meet(asked.questions, given)), axis=1)
    wanted = _read_wanted(asked, unserved, stated)
    wins, chosen, at_most = _search(wanted)
    offer = Offer(name, price=0)
    for topic, values in stated.items():
        place = chosen.get(topic)
        value = values[0] if place is None else wanted.by_topic[topic].values[place]
        offer = offer.with_value(*topic, value)
    return Proposal(offer, wins, int(unserved.sum()), at_most)


@attrs.frozen(eq=False)
class _Wanted:
    """Which unserved customers can be won at all, and what they accept, topic by topic."""

    possible: Mask
    by_topic: dict[Topic, Acceptance]

    def accept(self, topic: Topic, value: int) -> Mask:
        """Return which customers accept a value; who has no must-have on it accepts any."""
        acceptance = self.by_topic[topic]
        accepted = np.ones(len(self.possible), dtype=np.bool_)
        accepted[acceptance.owners] = acceptance.accept(value)
        return accepted

    def find_best(self, topic: Topic, among: Mask) -> tuple[int, int]:
        """Return how many of some customers the best value keeps, and which value that is."""
        acceptance = self.by_topic[topic]
        asking = among[acceptance.owners]
        kept = acceptance.count(asking)
        value = int(np.lexsort((acceptance.stated, -kept))[0])
        return int(among.sum() - asking.sum() + kept[value]), value


def _read_wanted(asked: Asked, unserved: Mask, stated: dict[Topic, list[Value]]) -> _Wanted:
    possible = unserved.copy()
    by_topic: dict[Topic, Acceptance] = {}
    for asking in split_by_topic(asked):
        some = asking.of(unserved)
        conditions, row = some.conditions(asked)
        if asking.topic not in stated:  # the offer will say nothing about it
            holds = np.array([condition.holds(None) for condition in conditions], dtype=np.bool_)
            possible[some.owner[~holds[row]]] = False
        elif len(some.owner):
            acceptance = read_acceptance(stated[asking.topic], conditions, row, some.owner)
            by_topic[asking.topic] = acceptance
            possible[acceptance.owners[~acceptance.accept_any()]] = False
    in_order = {topic: by_topic[topic] for topic in stated if topic in by_topic}
    return _Wanted(possible, in_order)


def _search(wanted: _Wanted) -> tuple[int, dict[Topic, int], int]:
    """Return the most customers found to be won, by which values, and a bound on any offer's.

    One search starts from the best value of each topic, as the best first step of all may be hasty.
    No offer wins more than that first value keeps, whatever topic it is.
    """
    best: tuple[int, dict[Topic, int]] = (-1, {})
    at_most = int(wanted.possible.sum())
    if not wanted.by_topic:
        return at_most, {}, at_most
    for first in wanted.by_topic:
        kept, value = wanted.find_best(first, wanted.possible)
        at_most = min(at_most, kept)
        chosen = _choose_stepwise(wanted, {first: value})
        best = max(best, (_improve(wanted, chosen), chosen), key=lambda one: one[0])
    return *best, at_most


def _choose_stepwise(wanted: _Wanted, chosen: dict[Topic, int]) -> dict[Topic, int]:
    """Fix one value after the other, each time the one that keeps most customers winnable."""
    left = wanted.possible.copy()
    for topic, value in chosen.items():
        left &= wanted.accept(topic, value)
    while len(chosen) < len(wanted.by_topic):
        best = {t: wanted.find_best(t, left) for t in wanted.by_topic if t not in chosen}
        topic = max(best, key=lambda one: best[one][0])
        chosen = {**chosen, topic: best[topic][1]}
        left &= wanted.accept(topic, chosen[topic])
    return chosen


def _improve(wanted: _Wanted, chosen: dict[Topic, int]) -> int:
    """Change one value at a time while that wins more; return how many are won in the end."""
    refusals = np.zeros(len(wanted.possible), dtype=np.int64)
    for topic, value in chosen.items():
        refusals += ~wanted.accept(topic, value)
    wins, improved = int((wanted.possible & (refusals == 0)).sum()), True
    while improved:
        improved = False
        for topic, value in chosen.items():
            others = refusals - ~wanted.accept(topic, value)
            kept, better = wanted.find_best(topic, wanted.possible & (others == 0))
            if kept > wins:
                chosen[topic], refusals = better, others + ~wanted.accept(topic, better)
                wins, improved = kept, True
    return wins
