"""Which single change of one offer would let most of those buy who cannot."""

from collections.abc import Iterable, Iterator

import attrs
import numpy as np
import pandas as pd

from custvalue._conditions import Condition
from custvalue._containers import Mask
from custvalue._marketing_mix.acceptance import Acceptance, Counts, read_acceptance
from custvalue._marketing_mix.asked import Asked, NeedsByCustomer, read_asked
from custvalue._marketing_mix.four import FourC, FourP
from custvalue._marketing_mix.offer import Offer, Value, read_offers, require_offers
from custvalue._marketing_mix.options import Options, derive_options, read_options
from custvalue._marketing_mix.questions import Bits, Places, Topic, begin, meet, unpack
from custvalue._money import check_decimals

SEVERAL = 2  # topics an offer fails a customer on, as far as it matters: none, one, several


@attrs.frozen
class Change:
    """One value of one offer, and whom changing it wins and loses."""

    wins: int
    loses: int
    offer: int
    topic: Topic
    value: Value


@attrs.frozen(eq=False)
class Asking:
    """Must-haves on one topic: rows of one customer stand together."""

    topic: Topic
    owner: Places
    question: Places

    def of(self, customers: Mask) -> "Asking":
        """Return the must-haves of some customers."""
        some = customers[self.owner]
        return Asking(self.topic, self.owner[some], self.question[some])

    def meet(self, met: Bits, offers: int) -> tuple[Places, Mask]:
        """Return whose must-haves these are, and which offers (columns) meet all of each."""
        rows = begin(self.owner)
        fits = np.bitwise_and.reduceat(met[self.question], rows, axis=0)
        return self.owner[rows], unpack(fits, offers)

    def conditions(self, asked: Asked) -> tuple[list[Condition], Places]:
        """Return the distinct conditions, and which one each row sets."""
        questions, place = np.unique(self.question, return_inverse=True)
        return [asked.questions.conditions[question] for question in questions], place


def split_by_topic(asked: Asked) -> Iterator[Asking]:
    """Yield the must-haves on each topic there are must-haves on."""
    must = np.flatnonzero(asked.must_have)
    topic = asked.questions.topic[asked.question[must]]
    order = np.argsort(topic, kind="stable")
    for rows in np.split(must[order], begin(topic[order])[1:]):
        if len(rows):
            place = asked.questions.topic[asked.question[rows[0]]]
            yield Asking(asked.questions.topics[place], asked.customer[rows], asked.question[rows])


def find_changes(
    needs: NeedsByCustomer,
    offers: Iterable[Offer],
    *,
    options: Options | None,
    decimals: int,
    customer: str,
) -> pd.DataFrame:
    """Return the table that `marketing_mix.levers` describes."""
    given = read_offers(offers, "levers")
    require_offers(given, "levers")
    stated = read_options(options)
    check_decimals(decimals)
    asked = read_asked(needs, "levers", customer)
    met = meet(asked.questions, given)
    askings = list(split_by_topic(asked))

    against = np.zeros((len(asked.customers), len(given)), dtype=np.uint8)
    for asking in askings:
        owners, fits = asking.meet(met, len(given))
        against[owners] = np.minimum(against[owners] + ~fits, SEVERAL)
    fitting = (against == 0).sum(axis=1)

    changes: list[Change] = []
    for asking in askings:
        touched = asking.of(fitting <= 1)  # who has a choice keeps one, whatever changes
        if len(touched.owner):
            conditions, row = touched.conditions(asked)
            values = stated.get(asking.topic)
            if values is None:
                values = derive_options(asking.topic, conditions, decimals)
            acceptance = read_acceptance(values, conditions, row, touched.owner)
            owners, fits = touched.meet(met, len(given))
            close = (fitting[owners] == 0)[:, np.newaxis] & (against[owners] == 1) & ~fits
            only = (fitting[owners] == 1)[:, np.newaxis] & (against[owners] == 0)
            changes += _change_each(asking.topic, given, acceptance, close, only)
    return _tabulate(changes, given, len(asked.customers), int((fitting == 0).sum()))


def _change_each(
    topic: Topic, offers: list[Offer], acceptance: Acceptance, close: Mask, only: Mask
) -> Iterator[Change]:
    """Yield for each offer the best value on a topic, where it wins anybody.

    `close`: whom (rows) nothing but this topic keeps from buying an offer (columns). `only`: who
    buys it because no other fits.
    """
    for place in np.flatnonzero(close.any(axis=0)).tolist():
        wins = acceptance.count(close[:, place])
        if wins.any():
            loses = only[:, place].sum() - acceptance.count(only[:, place])
            best = _choose(acceptance, wins, loses, offers[place].value_of(*topic))
            yield Change(int(wins[best]), int(loses[best]), place, topic, acceptance.values[best])


def _choose(acceptance: Acceptance, wins: Counts, loses: Counts, present: Value | None) -> int:
    """Return the value that wins most; of these loses fewest; of these is nearest; the first."""
    best = np.flatnonzero(wins == wins.max())
    best = best[loses[best] == loses[best].min()]

    def change(value: int) -> tuple[float, int]:
        return _distance(acceptance.values[value], present), int(acceptance.stated[value])

    return int(min(best.tolist(), key=change))


def _distance(value: Value, present: Value | None) -> float:
    """Return how far apart two numbers are; others lie equally far from each other."""
    if present is None or isinstance(present, bool | str) or isinstance(value, bool | str):
        return np.inf
    return abs(value - present)


def _tabulate(
    changes: list[Change], offers: list[Offer], customers: int, unserved: int
) -> pd.DataFrame:
    changes.sort(key=lambda c: (-c.wins, c.loses, c.topic[0].lever.rank, c.offer))
    aspects = [change.topic[0] for change in changes]
    present = [offers[change.offer].value_of(*change.topic) for change in changes]
    wins = np.array([change.wins for change in changes], dtype=np.int64)
    names = pd.Index([offer.name for offer in offers])
    columns = {
        "lever": pd.Categorical([c.lever.value for c in aspects], dtype=FourP.dtype()),
        "aspect": pd.Categorical([c.value for c in aspects], dtype=FourC.dtype()),
        "offer": pd.Categorical.from_codes([change.offer for change in changes], names),
        "attribute": pd.Series([change.topic[1] for change in changes], dtype=object),
        "present": pd.Series(present, dtype=object),
        "new_value": pd.Series([change.value for change in changes], dtype=object),
        "wins": wins,
        "share_of_unserved": wins / unserved if unserved else wins.astype(np.float64),
        "loses": np.array([change.loses for change in changes], dtype=np.int64),
    }
    table = pd.DataFrame(columns)
    table.attrs.update(customers=customers, unserved=unserved)
    return table
