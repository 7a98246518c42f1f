"""Whom a budget reaches: one option per customer at most, in the order of gain per cost.

Each customer's options are climbed in steps: from nothing to the option that gains most per cost,
from there to the one that adds most per further cost, and so on up to the one that gains most
(the upper hull of gain over cost). All customers' steps are taken in the order of what they add per
cost, as long as they fit; a step that does not fit is left out, and so are its customer's later
ones. As the steps of a customer add less and less per cost, none comes before the one it needs.
"""

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from custvalue._shares import held_by_best

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Places = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

NOTHING = -1  # the option of who gets none


@attrs.frozen(eq=False)
class Steps:
    """Steps from one option to a better one: whose, which in order, to which, at what cost."""

    customer: Places
    level: npt.NDArray[np.int32]
    option: npt.NDArray[np.int32]
    gain: Floats
    cost: Ints
    per_cost: Floats


@attrs.frozen(eq=False)
class Chosen:
    """What each customer gets and gains, what is left, and what a better choice could add."""

    option: npt.NDArray[np.int32]
    gain: Floats
    unspent: int
    at_most_missed: Fraction


def best_options(gains: Floats, costs: Ints) -> tuple[npt.NDArray[np.int32], Floats]:
    """Return the option that gains most and what it gains; the cheaper of equals, then the first.

    `gains` has a row per option, a column per customer, and NaN where an option is none.
    """
    cheap_first = np.argsort(costs, kind="stable")
    ranked = _no_option_where_missing(gains[cheap_first])
    place = ranked.argmax(axis=0)
    return cheap_first[place].astype(np.int32), ranked[place, np.arange(ranked.shape[1])]


def find_steps(blocks_of_gains: Iterable[tuple[int, Floats]], costs: Ints) -> Steps:
    """Return the steps of all customers; the gains come in blocks, with their first customer."""
    found = [_no_steps()]
    for start, gains in blocks_of_gains:
        found += _climb(start, gains, costs)
    names = [field.name for field in attrs.fields(Steps)]
    return Steps(*(np.concatenate([getattr(part, name) for part in found]) for name in names))


def _climb(start: int, gains: Floats, costs: Ints) -> list[Steps]:
    dear_first = np.argsort(-costs, kind="stable")  # argmax takes the first: the furthest of equals
    cost = costs[dear_first].astype(np.float64)[:, np.newaxis]
    gain = _no_option_where_missing(gains[dear_first])
    there = np.arange(gain.shape[1])
    cost_now, gain_now = np.zeros(len(there)), np.zeros(len(there))
    per_cost_now = np.full(len(there), np.inf)
    steps = []
    for level in range(len(costs)):
        with np.errstate(divide="ignore", invalid="ignore"):
            more, dearer = gain - gain_now, cost - cost_now
            per_cost = np.where((more > 0) & (dearer >= 0), more / dearer, 0.0)
            free = np.where(np.isinf(per_cost), more, 0.0)
        target = np.where(free.any(axis=0), free.argmax(axis=0), per_cost.argmax(axis=0))
        column = np.arange(len(there))
        rising = per_cost[target, column] > 0
        if not rising.any():
            break
        target, column = target[rising], column[rising]
        further, added = dearer[target, column], more[target, column]
        per_cost_now = np.minimum(per_cost[target, column], per_cost_now[rising])
        there, gain = there[rising], gain[:, rising]
        cost_now, gain_now = cost_now[rising] + further, gain_now[rising] + added
        steps.append(
            Steps(
                there + start,
                np.full(len(there), level, dtype=np.int32),
                dear_first[target].astype(np.int32),
                added,
                further.astype(np.int64),
                per_cost_now,
            )
        )
    return steps


def spend(steps: Steps, budget: int, *, customers: int, ranks: Places) -> Chosen:
    """Take steps in the order of gain per cost while they fit.

    Of equal ones first steps come first, then larger gains, then customers of smaller ranks.
    """
    waiting: Places = np.lexsort((ranks[steps.customer], -steps.gain, steps.level, -steps.per_cost))
    option = np.full(customers, NOTHING, dtype=np.int32)
    gain = np.zeros(customers)
    first_left_out = np.full(customers, np.iinfo(np.int32).max, dtype=np.int32)
    left, missed = budget, None
    while len(waiting):
        held = held_by_best(steps.cost[waiting])
        fits = int(np.searchsorted(held, left, side="right")) - 1
        taken, waiting = waiting[:fits], waiting[fits:]
        option[steps.customer[taken]] = steps.option[taken]  # of several steps the last stays
        gain += np.bincount(steps.customer[taken], steps.gain[taken], minlength=customers)
        left -= int(held[fits])
        if missed is not None:
            missed -= Fraction(math.fsum(steps.gain[taken]))
        elif len(waiting):
            # No choice gains more than these steps do when the one that stops may be taken in part.
            stop = waiting[0]
            missed = Fraction(int(steps.gain[stop]), int(steps.cost[stop])) * left
        too_dear = waiting[steps.cost[waiting] > left]
        np.minimum.at(first_left_out, steps.customer[too_dear], steps.level[too_dear])
        waiting = waiting[steps.level[waiting] < first_left_out[steps.customer[waiting]]]
    return Chosen(option, gain, left, missed or Fraction(0))


def _no_option_where_missing(gains: Floats) -> Floats:
    return np.where(np.isnan(gains), -np.inf, gains)


def _no_steps() -> Steps:
    none: Any = np.zeros(0)
    return Steps(
        none.astype(np.intp),
        none.astype(np.int32),
        none.astype(np.int32),
        none,
        none.astype(np.int64),
        none,
    )
