"""The distinct conditions that many needs ask about, and which offers meet them."""

import math
from collections.abc import Iterator
from typing import TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from custvalue._conditions import Condition, Interval
from custvalue._containers import Mask
from custvalue._long_arrays import blocks
from custvalue._marketing_mix.four import FourC
from custvalue._marketing_mix.needs import PRICE
from custvalue._marketing_mix.offer import Offer
from custvalue.errors import InputError

Floats: TypeAlias = npt.NDArray[np.float64]
Places: TypeAlias = npt.NDArray[np.intp]
Bits: TypeAlias = npt.NDArray[np.uint8]
Topic: TypeAlias = tuple[FourC, str]
"""What a need is about: an attribute under an aspect."""

PRICE_TOPIC: Topic = (FourC.COST, PRICE)


@attrs.frozen(eq=False)
class Questions:
    """Distinct questions, each a condition on a topic."""

    topics: list[Topic]
    topic: Places
    conditions: list[Condition]

    def describe(self, question: int) -> str:
        """Say one of them, as in "price ≤ 60"."""
        _, attribute = self.topics[self.topic[question]]
        return self.conditions[question].describe(attribute)

    def by_topic(self) -> Iterator[tuple[Topic, Places]]:
        """Yield each topic with the questions on it."""
        order = np.argsort(self.topic, kind="stable")
        ends = np.bincount(self.topic, minlength=len(self.topics)).cumsum()
        yield from zip(self.topics, np.split(order, ends[:-1]), strict=True)


def meet(questions: Questions, offers: list[Offer]) -> Bits:
    """Return which offers meet each question: a row per question, a bit per offer."""
    met = np.zeros((len(questions.conditions), -(-len(offers) // 8)), dtype=np.uint8)
    if not len(met):
        return met
    for topic, asked in questions.by_topic():
        ends = closed_ends([questions.conditions[place] for place in asked])
        intervals = ~np.isnan(ends[0])
        for place in (*asked[~intervals], *asked[intervals][:1]):
            condition = questions.conditions[place]
            met[place] = np.packbits([holds_of(offer, topic, condition) for offer in offers])
        if intervals.any():  # of which the first has shown that all values are numbers
            values = [offer.value_of(*topic) for offer in offers]
            numbers = np.array([math.nan if value is None else value for value in values])
            low, high, places = ends[0][intervals], ends[1][intervals], asked[intervals]
            for rows in blocks(len(places)):
                holds = (numbers >= low[rows, None]) & (numbers <= high[rows, None])
                met[places[rows]] = np.packbits(holds, axis=1)
    return met


def holds_of(offer: Offer, topic: Topic, condition: Condition) -> bool:
    """Tell whether an offer meets a condition; raise where it speaks of another kind of thing."""
    try:
        return condition.holds(offer.value_of(*topic))
    except (TypeError, InputError) as error:
        msg = f"offer {offer.name}, {topic[1]}: {error}"
        raise type(error)(msg) from error


def closed_ends(conditions: list[Condition]) -> tuple[Floats, Floats]:
    """Return the least and the greatest float64 that meet each interval; NaN for others."""
    low, high = np.array(list(map(_closed, conditions)), dtype=np.float64).reshape(-1, 2).T
    return low, high


def _closed(condition: Condition) -> tuple[float, float]:
    if not isinstance(condition, Interval):
        return math.nan, math.nan
    low = -math.inf if condition.low is None else condition.low
    high = math.inf if condition.high is None else condition.high
    return (
        math.nextafter(low, math.inf) if condition.low_open else low,
        math.nextafter(high, -math.inf) if condition.high_open else high,
    )


def begin(owner: Places) -> Places:
    """Return the rows where those of another owner begin."""
    return np.flatnonzero(np.diff(owner, prepend=-1))


def unpack(bits: Bits, count: int) -> Mask:
    """Return the first bits of each row as a mask."""
    return np.unpackbits(bits, axis=-1, count=count).view(np.bool_)
