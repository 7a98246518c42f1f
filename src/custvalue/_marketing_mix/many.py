"""Which offer is best for each of many customers, and how many each offer reaches."""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._containers import Mask
from custvalue._marketing_mix.asked import BASE, Asked, NeedsByCustomer, read_asked
from custvalue._marketing_mix.offer import Offer, read_offers, require_offers
from custvalue._marketing_mix.questions import Bits, begin, meet, unpack

CELLS = 1 << 21  # needs × offers worked on at a time: a few tens of megabytes

FITS = "meets every must-have"
NOT_TOGETHER = "each must-have is met by some offer, but no offer meets them all"


@attrs.frozen(eq=False)
class CustomerMatch:
    """The best offer for each customer, and whom each offer reaches; made by `match_customers`.

    Attributes
    ----------
    customers : DataFrame indexed by customer id
        ``offer`` categorical, missing where none meets every must-have; ``share_met`` float64, the
        share of the nice-to-haves' weight that it meets, NaN where there are none or no offer;
        ``price`` float64 [money]; ``fitting_offers`` int64: how many meet every must-have;
        ``reason`` categorical of sentences.
    offers : DataFrame indexed by offer, in the order given
        ``price`` float64 [money]; ``fits`` int64 [customers] whose must-haves it meets;
        ``share_of_customers`` float64; ``best_for`` int64 [customers]; ``only_for`` int64
        [customers] whom no other offer fits.
    without_ability_to_pay : int
        Customers of whom no must-have says what they can pay: ask them.

    Examples
    --------
    >>> import custvalue as cv
    >>> budget = cv.Need("cost", "price", cv.at_most(30), must_have=True)
    >>> offers = [cv.Offer("modest", price=25), cv.Offer("best value", price=60)]
    >>> matched = cv.marketing_mix.match_customers({"ann": [budget], "bob": []}, offers)
    >>> print(matched)
    2 of 2 customers find an offer that meets every must-have; modest fits most (2).
    Ask what they can pay: 1 customer does not say.
    """

    customers: pd.DataFrame
    offers: pd.DataFrame
    without_ability_to_pay: int

    def __str__(self) -> str:
        """Say how many find an offer, which fits most, and what is left to ask."""
        count, served = len(self.customers), int(self.customers["offer"].notna().sum())
        found = f"{served:,} of {count:,} customers find an offer that meets every must-have"
        if served:
            fits = self.offers["fits"]
            found += f"; {fits.idxmax()} fits most ({fits.max():,})"
        unpriced = self.without_ability_to_pay
        who = "1 customer does" if unpriced == 1 else f"{unpriced:,} customers do"
        return f"{found}." + f"\nAsk what they can pay: {who} not say." * bool(unpriced)

    def _repr_html_(self) -> str:
        return f"<p>{escape(str(self))}</p>{self.offers.to_html()}"


def match_many(needs: NeedsByCustomer, offers: Iterable[Offer], *, customer: str) -> CustomerMatch:
    """Return what `marketing_mix.match_customers` describes."""
    given = read_offers(offers, "match_customers")
    require_offers(given, "match_customers")
    asked = read_asked(needs, "match_customers", customer)
    # The cheapest stand first, so that of equals the first is the one to take.
    cheap_first = np.argsort([float(offer.price) for offer in given], kind="stable")
    ranked = [given[place] for place in cheap_first]
    met = meet(asked.questions, ranked)
    fits = meet_all(asked, met)

    count = len(asked.customers)
    best, fitting = np.full(count, -1), np.zeros(count, dtype=np.int64)
    share = np.full(count, np.nan)
    reached, only = np.zeros((2, len(ranked)), dtype=np.int64)
    for these, weight_met, total in _weigh(asked, met, len(ranked)):
        fit = unpack(fits[these], len(ranked))
        place = _find_heaviest(weight_met, fit)
        fitting[these] = fit.sum(axis=1)
        best[these] = np.where(fit.any(axis=1), place, -1)
        defined = np.flatnonzero(fit.any(axis=1) & (total > 0).any(axis=0))
        of_best = _join(weight_met[:, defined, place[defined]]) / _join(total[:, defined])
        share[these.start + defined] = of_best.astype(np.float64)
        reached += fit.sum(axis=0)
        only += fit[fitting[these] == 1].sum(axis=0)

    back = np.argsort(cheap_first)
    names = pd.Index([offer.name for offer in given], name="offer")
    prices = np.array([*(float(offer.price) for offer in ranked), np.nan])
    customers = {
        "offer": pd.Categorical.from_codes(np.append(cheap_first, -1)[best], names),
        "share_met": share,
        "price": prices[best],
        "fitting_offers": fitting,
        "reason": _say_reasons(asked, met, best >= 0),
    }
    coverage = {
        "price": prices[back],
        "fits": reached[back],
        "share_of_customers": reached[back] / count if count else np.nan,
        "best_for": np.bincount(best[best >= 0], minlength=len(ranked))[back],
        "only_for": only[back],
    }
    return CustomerMatch(
        pd.DataFrame(customers, index=asked.customers),
        pd.DataFrame(coverage, index=names),
        asked.count_unpriced(),
    )


def meet_all(asked: Asked, met: Bits) -> Bits:
    """Return which offers meet every must-have: a row per customer, a bit per offer."""
    must = np.flatnonzero(asked.must_have)
    fits = np.full((len(asked.customers), met.shape[1]), 255, dtype=np.uint8)
    first = begin(asked.customer[must])
    if len(must):
        of_each = np.bitwise_and.reduceat(met[asked.question[must]], first, axis=0)
        fits[asked.customer[must[first]]] = of_each
    return fits


def _weigh(
    asked: Asked, met: Bits, offers: int
) -> Iterator[tuple[slice, npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Yield for customers in blocks the weight of nice-to-haves each offer meets, and in all.

    In digits, the highest first: of shape (digits, customers, offers) and (digits, customers).
    """
    nice = np.flatnonzero(~asked.must_have)
    ends = np.searchsorted(asked.customer[nice], np.arange(len(asked.customers) + 1))
    work = (ends + np.arange(len(ends))) * len(asked.weight)
    start = 0
    while start < len(asked.customers):
        last = np.searchsorted(work, work[start] + CELLS // offers, side="right") - 1
        stop = max(int(last), start + 1)
        rows = nice[ends[start] : ends[stop]]
        weight = asked.weight[:, rows, np.newaxis]
        sums = np.zeros((len(weight), stop - start, offers), dtype=np.int64)
        total = np.zeros((len(weight), stop - start, 1), dtype=np.int64)
        if len(rows):
            some = ends[start:stop] < ends[start + 1 : stop + 1]
            first = ends[start:stop][some] - ends[start]
            each = unpack(met[asked.question[rows]], offers) * weight
            sums[:, some] = np.add.reduceat(each, first, axis=1)
            total[:, some] = np.add.reduceat(weight, first, axis=1)
        yield slice(start, stop), _carry(sums), _carry(total)[..., 0]
        start = stop


def _carry(digits: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return sums of digits as digits below the base again, but for the highest."""
    for place in range(len(digits) - 1, 0, -1):
        digits[place - 1] += digits[place] // BASE
        digits[place] %= BASE
    return digits


def _find_heaviest(weight: npt.NDArray[np.int64], among: Mask) -> npt.NDArray[np.intp]:
    """Return the first of the heaviest offers of each customer among those that fit."""
    for digit in weight:
        of_those = np.where(among, digit, -1)
        among = of_those == of_those.max(axis=1, keepdims=True)
    heaviest: npt.NDArray[np.intp] = among.argmax(axis=1)
    return heaviest


def _join(digits: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    """Return numbers in digits as Python's integers, whose quotient is rounded once."""
    joined: npt.NDArray[Any] = digits[0].astype(object)
    for digit in digits[1:]:
        joined = joined * BASE + digit.astype(object)
    return joined


def _say_reasons(asked: Asked, met: Bits, served: Mask) -> pd.Categorical:
    """Return a sentence for each customer, with the first must-have that no offer meets."""
    count = len(asked.questions.conditions)
    why = np.where(served, count, count + 1)
    met_by_none = ~np.logical_or.reduce(met, axis=1)
    rows = np.flatnonzero(asked.must_have & met_by_none[asked.question])
    first = rows[begin(asked.customer[rows])]
    why[asked.customer[first]] = asked.question[first]
    codes, found = pd.factorize(why)
    sentences: list[object] = [
        (FITS, NOT_TOGETHER)[place - count]
        if place >= count
        else f"no offer meets {asked.questions.describe(place)}"
        for place in found
    ]
    return pd.Categorical(sentences).take(codes)
