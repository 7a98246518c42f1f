"""Whom to wake and with what: gains in blocks, the best offer of each, a budget, the reasons."""

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, Protocol, cast

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._churn.states import ChurnState
from custvalue._containers import (
    LARGEST_EXACT,
    Codes,
    Column,
    Mask,
    is_column,
    name_rows,
    read_numbers,
    read_steps,
    require_columns,
    require_each_once,
    require_rows_of,
)
from custvalue._ids import sorted_places
from custvalue._long_arrays import blocks
from custvalue._money import read_units
from custvalue._waking.budget import NOTHING, best_options, find_steps, spend
from custvalue._waking.offer import LET_SLEEP, PER_MONEY, Offer, gain_units
from custvalue.errors import InputError, RuleError

_SILENCE = "days_since_last_order"
_OF_A_CURVE = ("order_days", "mean_gap_days")  # what else a curve may look at

Floats = npt.NDArray[np.float64]
Options = npt.NDArray[np.int32]


class ChanceModel(Protocol):
    """Anything that tells the chance of a return as a `ReturnCurve` does.

    Examples
    --------
    >>> import custvalue as cv
    >>> log = cv.OrderLog.from_frame(cv.examples.example_orders())
    >>> curve = cv.ReturnCurve.from_log(log, as_of="2026-03-01")
    >>> curve.chance_of_return(10, within=10)  # what `wake_up` asks any such model
    0.5
    """

    def chance_of_return(self, silence: Any, *, within: Any, **how: Any) -> Any:  # noqa: ANN401 - as a ReturnCurve
        """Return the chance that a customer silent so long orders again within a horizon.

        Parameters
        ----------
        silence : number or column [days]
            Days since the last order.
        within : number [days]
            The horizon.
        **how
            ``order_days`` and ``mean_gap_days`` for a curve by rhythm, and ``beyond``.

        Returns
        -------
        float or column [share]
            NaN where it is not known.

        Examples
        --------
        >>> import custvalue as cv
        >>> class HalfReturn:
        ...     def chance_of_return(self, silence, *, within, **how):
        ...         return 0.5 + 0 * silence
        >>> HalfReturn().chance_of_return(40, within=90)
        0.5
        """


# What the reason of a decision says, and of which offers: the one given, the one that gains most.
_REASONS = (
    "no decision: the state is missing, as of who never ordered",
    "no decision: the chance of an order is missing",
    "no decision: the average order value is missing",
    "{state}: no offer has an uplift measured for this state",
    "{state}: not even {best} wins more than it costs",
    "{state}: {best} would gain, but the budget does not reach so far",
    "{state}: {given} gains most of what the budget reaches; {best} would gain more",
    "{state}: {given} gains most",
)
(
    _NO_STATE,
    _NO_CHANCE,
    _NO_ORDER_VALUE,
    _NOT_MEASURED,
    _NOT_WORTH_IT,
    _NO_BUDGET,
    _SECOND_BEST,
    _BEST,
) = range(len(_REASONS))


@attrs.frozen(eq=False)
class Case:
    """What is known of every customer, and the offers to decide between."""

    offers: list[Offer]
    costs: npt.NDArray[np.int64]
    states: Codes
    chances: Floats
    order_values: Floats | None
    by_state: Floats
    """The uplift of each offer (rows) in each state (columns); the last column: no state."""

    def gains(self, of: Mask) -> Iterator[tuple[int, Floats]]:
        """Yield what each offer (rows) gains with each customer of a block, and its first.

        NaN where the offer was not measured for the state, and for others than those asked for.
        """
        for rows in blocks(len(self.states)):
            chance = np.where(of[rows], self.chances[rows], np.nan)
            gains = np.empty((len(self.offers), len(chance)))
            for place, offer in enumerate(self.offers):
                uplift = self.by_state[place][self.states[rows]]
                gains[place] = gain_units(uplift, chance, self._margin(offer, rows), offer.cost)
            yield rows.start, gains

    def undecided(self) -> npt.NDArray[np.int8]:
        """Return why nothing can be decided on a customer; `_BEST` where it can."""
        why = np.full(len(self.states), _BEST, dtype=np.int8)
        if self.order_values is not None:
            by_share = [offer.margin_share is not None for offer in self.offers]
            needed = np.logical_or.reduce(~np.isnan(self.by_state[by_share]))
            why[needed[self.states] & np.isnan(self.order_values)] = _NO_ORDER_VALUE
        why[np.isnan(self.chances)] = _NO_CHANCE
        why[self.states < 0] = _NO_STATE
        return why

    def _margin(self, offer: Offer, rows: slice) -> float | Floats:
        if offer.margin_share is None:
            return cast("float", offer.margin)
        return offer.margin_share * cast("Floats", self.order_values)[rows]


def read_case(
    customers: pd.DataFrame,
    states: Column,
    offers: Sequence[Offer],
    curve: "ChanceModel | Column",
    *,
    within: float,
    decimals: int,
) -> Case:
    """Read what `waking.wake_up` is given; raise where it does not fit together."""
    require_columns(customers, [], "customers")
    require_each_once(customers.index, "customers")
    require_rows_of(customers, states, "customers and states")
    _check_offers(offers)
    costs = [read_units(offer.cost, f"the cost of {offer.name}", decimals) for offer in offers]
    by_state = np.full((len(offers), len(ChurnState) + 1), np.nan)
    for place, offer in enumerate(offers):
        for state, uplift in offer.uplift.items():
            by_state[place, state.rank] = uplift
    by_share = any(offer.margin_share is not None for offer in offers)
    return Case(
        list(offers),
        np.array(costs, dtype=np.int64),
        read_steps(states, ChurnState, "states"),
        _read_chances(customers, curve, within),
        _read_order_values(customers) if by_share else None,
        by_state,
    )


def decide(
    case: Case, ids: "pd.Index[Any]", budget: int | None, *, within: float, decimals: int
) -> pd.DataFrame:
    """Return the table that `waking.wake_up` describes."""
    count = len(case.states)
    why = case.undecided()
    decided = why == _BEST
    best, gain = np.full(count, NOTHING, dtype=np.int32), np.full(count, -np.inf)
    if case.offers:
        for start, gains in case.gains(decided):
            rows = slice(start, start + gains.shape[1])
            best[rows], gain[rows] = best_options(gains, case.costs)
    why[decided & (gain <= 0)] = _NOT_WORTH_IT
    why[decided & np.isneginf(gain)] = _NOT_MEASURED
    given = np.where(why == _BEST, best, np.int32(NOTHING))
    gain[given == NOTHING] = 0.0
    cost, missed = _add_costs(given, case.costs), Fraction(0)
    if budget is not None and cost > budget:
        steps = find_steps(case.gains(decided), case.costs)
        chosen = spend(steps, budget, customers=count, ranks=sorted_places(ids))
        why[(why == _BEST) & (chosen.option != best)] = _SECOND_BEST
        why[(why == _SECOND_BEST) & (chosen.option == NOTHING)] = _NO_BUDGET
        given, gain, missed = chosen.option, chosen.gain, chosen.at_most_missed
        cost = budget - chosen.unspent
    wake = given != NOTHING
    offer_codes = np.where(decided, np.where(wake, given, len(case.offers)), NOTHING)
    names = pd.CategoricalDtype([*(offer.name for offer in case.offers), LET_SLEEP])
    table = pd.DataFrame(
        {
            "wake": pd.arrays.BooleanArray(wake, ~decided),
            "offer": pd.Categorical.from_codes(offer_codes, dtype=names),
            "expected_gain": np.where(decided, gain / PER_MONEY, np.nan),
            "reason": _say_reasons(case, why, given, best),
        },
        index=ids,
        copy=False,
    )
    table.attrs.update(
        within=within,
        contacted=int(np.count_nonzero(wake)),
        cost=cost / 10**decimals,
        expected_gain=math.fsum(gain) / PER_MONEY,
        unspent=math.nan if budget is None else (budget - cost) / 10**decimals,
        at_most_missed=float(missed / PER_MONEY),
    )
    return table


def _say_reasons(
    case: Case, why: npt.NDArray[np.int8], given: Options, best: Options
) -> pd.Categorical:
    """Return a sentence for each customer; those of one case share it."""
    names = ["", *(offer.name for offer in case.offers)]  # where there is none
    states = ["", *ChurnState]
    shape = (len(_REASONS), len(states), len(names), len(names))
    keys = np.ravel_multi_index((why, case.states + 1, given + 1, best + 1), shape)
    codes, found = pd.factorize(keys, sort=True)
    sentences: list[object] = [
        _REASONS[reason].format(state=states[state], given=names[one], best=names[most])
        for reason, state, one, most in zip(*np.unravel_index(found, shape), strict=True)
    ]
    return pd.Categorical(sentences).take(codes)


def _add_costs(given: Options, costs: npt.NDArray[np.int64]) -> int:
    """Return what it costs in minor units, in Python integers, which cannot overflow."""
    contacted = np.bincount(given[given != NOTHING], minlength=len(costs))
    return sum(n * cost for n, cost in zip(contacted.tolist(), costs.tolist(), strict=True))


# --- reading -----------------------------------------------------------------------------------


def _check_offers(offers: object) -> None:
    if not isinstance(offers, list | tuple):
        msg = f"offers must be a list of waking.Offer, got {type(offers).__name__}"
        raise TypeError(msg)
    for offer in offers:
        if not isinstance(offer, Offer):
            msg = f"offers must be a list of waking.Offer, got {offer!r} in it"
            raise TypeError(msg)
    names = [offer.name for offer in offers]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        msg = f"offers must have names of their own, got more of {', '.join(twice)}: rename one"
        raise RuleError(msg)


def _read_chances(customers: pd.DataFrame, curve: "ChanceModel | Column", within: float) -> Floats:
    """Return each customer's chance of an order; NaN where it is missing."""
    if hasattr(curve, "chance_of_return"):
        require_columns(customers, [_SILENCE], "customers")
        known = {name: customers[name] for name in _OF_A_CURVE if name in customers.columns}
        curve = curve.chance_of_return(customers[_SILENCE], within=within, **known)
    elif not is_column(curve):
        msg = (
            "curve must be a ReturnCurve, or a column of chances from another model, got "
            f"{type(curve).__name__}"
        )
        raise TypeError(msg)
    chances = cast("Column", curve)
    require_rows_of(customers, chances, "customers and chances")
    read = read_numbers(chances, "chances").as_floats()
    wrong = (read < 0) | (read > 1)
    if wrong.any():
        msg = (
            "chances must lie within 0 and 1, got others in "
            f"{name_rows(wrong, customers)}: give shares, not percent"
        )
        raise InputError(msg)
    return read


def _read_order_values(customers: pd.DataFrame) -> Floats:
    name = "average_order_value"
    advice = "give the column, or offers with margin in money"
    require_columns(customers, [name], "customers", advice=advice)
    values = read_numbers(customers[name], name).as_floats()
    huge = np.abs(values) >= LARGEST_EXACT
    if huge.any():
        msg = (
            f"{name} must be below 2**53 in size, got more in {name_rows(huge, customers)}: "
            "correct these rows, or leave their values out"
        )
        raise InputError(msg)
    return values
