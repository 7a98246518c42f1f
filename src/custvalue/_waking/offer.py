"""An offer to wake a customer with, and what contacting one customer with it gains."""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._churn.states import ChurnState
from custvalue._containers import LARGEST_EXACT, is_missing, is_number, plain, read_number
from custvalue._words import say_number
from custvalue.errors import InputError, RuleError

Floats = npt.NDArray[np.float64]

LET_SLEEP = "let sleep"
PER_MONEY = 10**8  # gains are whole numbers of this part of the currency: no float noise decides


def _tidy_uplift(uplift: object) -> Mapping[ChurnState, float]:
    """Return the uplift of each state it was measured for, in the order of the states."""
    if not isinstance(uplift, Mapping | pd.Series):
        msg = (
            f"uplift must be a mapping from state to uplift, as {{'drowsy': 0.05}}, got {uplift!r}"
        )
        raise TypeError(msg)
    given = {_read_state(state): plain(value) for state, value in uplift.items()}
    measured = {state: given[state] for state in ChurnState if not is_missing(given.get(state))}
    return {state: _read_uplift(value, state) for state, value in measured.items()}


def _read_state(state: object) -> ChurnState:
    if not isinstance(state, str) or state not in list(ChurnState):
        msg = f"a churn state must be one of {', '.join(ChurnState)}, got {state!r}"
        raise RuleError(msg)
    return ChurnState(state)


def _read_uplift(value: object, state: ChurnState) -> float:
    number = read_number(value, f"the uplift of {state}")
    if not -1 <= number <= 1:
        msg = (
            f"the uplift of {state} must lie within -1 and 1, as a difference of two shares, got "
            f"{number!r}: give 0.05 for five points"
        )
        raise RuleError(msg)
    return float(number)


def _tidy_number(number: object) -> float | None:
    number = plain(number)
    if isinstance(number, Decimal) and is_number(number):
        return float(number)
    return cast("float | None", number)  # checked when the offer is made


def _read_money(amount: object, what: str) -> float:
    money = read_number(amount, what)
    if abs(money) >= LARGEST_EXACT:
        msg = f"{what} must be below 2**53 in size, got {amount!r}: check its unit"
        raise InputError(msg)
    return money


@attrs.frozen
class Offer:
    """Something to wake a customer with: a product, by a channel, at a cost.

    Parameters
    ----------
    name : str
        What the offer is called; not ``"let sleep"``.
    product, channel : str
        What is offered, and which way, as ``"coffee"`` and ``"mail"``.
    cost : float
        Of contacting one customer, won or not, ≥ 0 [money].
    uplift : mapping of ChurnState or str to float
        By how much the offer raises the chance of an order, for customers in that state, as a
        control group measures it (`uplifts`) [share, -1 to 1]. It is added to the customer's own
        chance, so it must be a difference between contacted and not contacted customers **of one
        state**, and never a chance with the offer alone. It may be negative. A state that is left
        out, or missing, was not measured: nobody in it gets the offer.
    margin : float
        What an order won by the offer leaves, before `cost` [money per order].
    margin_share : float
        Instead of `margin`: the share of the customer's own average order value that is left, 0
        to 1 [share].

    Raises
    ------
    RuleError
        When the name is empty or ``"let sleep"``, the cost negative, an uplift or a share out of
        its range, a state unknown, or not exactly one of `margin` and `margin_share` is given.
    InputError
        When a number is infinite, or an amount of money 2**53 or more in size.
    TypeError
        When an argument is of a wrong kind.

    Examples
    --------
    >>> from custvalue import waking
    >>> voucher = waking.Offer(
    ...     "voucher", "coffee", "mail", 0.5, {"drowsy": 0.08, "asleep": 0.01}, margin=12
    ... )
    >>> voucher.expected_gain("drowsy", 0.23)
    0.46
    """

    name: str
    product: str
    channel: str
    cost: float = attrs.field(converter=_tidy_number)
    uplift: Mapping[ChurnState, float] = attrs.field(converter=_tidy_uplift, hash=False)
    margin: float | None = attrs.field(default=None, converter=_tidy_number, kw_only=True)
    margin_share: float | None = attrs.field(default=None, converter=_tidy_number, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Check every setting but the uplift, which is checked as it is read."""
        for name in ("name", "product", "channel"):
            text = getattr(self, name)
            if not isinstance(text, str):
                msg = f"the {name} of an offer must be text, got {text!r} ({type(text).__name__})"
                raise TypeError(msg)
        if self.name in ("", LET_SLEEP):
            msg = f"an offer needs a name of its own, got {self.name!r}"
            raise RuleError(msg)
        if _read_money(self.cost, f"the cost of {self.name}") < 0:
            msg = f"the cost of {self.name} must be at least 0, got {self.cost!r}"
            raise RuleError(msg)
        if (self.margin is None) == (self.margin_share is None):
            msg = (
                f"{self.name} needs either margin (money per order) or margin_share (of the "
                f"average order value), got {'neither' if self.margin is None else 'both'}"
            )
            raise RuleError(msg)
        if self.margin is not None:
            _read_money(self.margin, f"the margin of {self.name}")
        elif not 0 <= read_number(self.margin_share, f"the margin_share of {self.name}") <= 1:
            msg = (
                f"the margin_share of {self.name} must lie within 0 and 1, got "
                f"{self.margin_share!r}: give money per order as margin"
            )
            raise RuleError(msg)

    def expected_gain(
        self, state: str, chance: float, *, average_order_value: float | None = None
    ) -> float:
        """Return what contacting one customer is expected to gain.

        It is uplift × margin − cost. The uplift adds to the customer's own chance, and no chance
        leaves 0 to 1: who orders anyway at 95% can be won by 5 points at most.

        Parameters
        ----------
        state : ChurnState or str
            The customer's state.
        chance : float
            Its chance of an order within the horizon the uplift was measured over, if nobody
            contacts it [share].
        average_order_value : float, optional
            Its average order value; needed with `margin_share` [money].

        Returns
        -------
        float
            [money], rounded to 8 decimals; NaN for a state the uplift was not measured for.

        Raises
        ------
        InputError
            When the chance is missing or not within 0 and 1, or the average order value is needed
            and missing, or 2**53 or more in size.
        RuleError
            When there is no such state.
        TypeError
            When an argument is no number.

        Examples
        --------
        >>> from custvalue import waking
        >>> call = waking.Offer("call", "coffee", "phone", 4, {"drowsy": 0.1}, margin_share=0.5)
        >>> call.expected_gain("drowsy", 0.2, average_order_value=100)
        1.0
        >>> call.expected_gain("drowsy", 0.95, average_order_value=100)
        -1.5
        >>> call.expected_gain("awake", 0.2, average_order_value=100)
        nan
        """
        uplift, margin = self._read_customer(state, chance, average_order_value)
        units = gain_units(np.array([uplift]), np.array([chance], float), margin, self.cost)
        return units.item() / PER_MONEY

    def explain(
        self, state: str, chance: float, *, average_order_value: float | None = None
    ) -> str:
        """Say what contacting one customer is expected to gain, and how that comes about.

        Parameters
        ----------
        state : ChurnState or str
            The customer's state.
        chance : float [share]
            Its chance of an order if nobody contacts it, as for `expected_gain`.
        average_order_value : float, optional [money]
            Needed with `margin_share`.

        Returns
        -------
        str

        Raises
        ------
        InputError, RuleError, TypeError
            As for `expected_gain`.

        Examples
        --------
        >>> from custvalue import waking
        >>> mail = waking.Offer("voucher", "coffee", "mail", 0.5, {"drowsy": 0.08}, margin=12)
        >>> print(mail.explain("drowsy", 0.23))
        drowsy: 23% order anyway; voucher adds 8 points, worth 0.08 × 12 = 0.96, and costs 0.5:
        expected gain 0.46
        """
        uplift, margin = self._read_customer(state, chance, average_order_value)
        if math.isnan(uplift):
            return f"{state}: {self.name} has no uplift measured for this state"
        added = adds(np.array([uplift]), np.array([chance], dtype=float)).item()
        capped = f" (of {_say(100 * uplift)})" if added != uplift else ""
        gain = self.expected_gain(state, chance, average_order_value=average_order_value)
        return (
            f"{state}: {_say(100 * float(chance))}% order anyway; {self.name} adds "
            f"{_say(100 * added)} points{capped}, worth {_say(added)} × {_say(margin)} = "
            f"{_say(added * margin)}, and costs {_say(self.cost)}: expected gain {_say(gain)}"
        )

    def _read_customer(
        self, state: str, chance: float, average_order_value: float | None
    ) -> tuple[float, float]:
        """Return the uplift (NaN: not measured) and the margin of an order of one customer."""
        if not 0 <= read_number(chance, "the chance") <= 1:
            msg = f"the chance must lie within 0 and 1, got {chance!r}"
            raise InputError(msg)
        uplift = self.uplift.get(_read_state(state), math.nan)
        if self.margin_share is None:
            return uplift, float(cast("float", self.margin))
        return uplift, self.margin_share * _read_money(average_order_value, "average_order_value")


def adds(uplift: Floats, chance: Floats) -> Floats:
    """Return how much of an uplift there is room for above, or below, the customer's chance."""
    return np.clip(uplift, -chance, 1 - chance)


def gain_units(uplift: Floats, chance: Floats, margin: float | Floats, cost: float) -> Floats:
    """Return expected gains as whole numbers of 1 / PER_MONEY; NaN where something is missing."""
    gain: Any = adds(uplift, chance) * margin - cost
    return np.rint(gain * PER_MONEY)  # type: ignore[no-any-return]


def _say(number: float) -> str:
    return say_number(round(number, 4))
