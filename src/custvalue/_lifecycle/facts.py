"""What is known about customers: of one as `CustomerFacts`, of many as columns of those names."""

import math
from typing import Any

import attrs
import numpy.typing as npt
import pandas as pd

from custvalue._containers import (
    Mask,
    is_column,
    is_missing,
    is_number,
    is_plain_number,
    name_rows,
    plain,
    read_flags,
    read_number,
    read_numbers,
    require_columns,
)
from custvalue._words import say_number
from custvalue.errors import InputError


@attrs.frozen
class Span:
    """The numbers a quantity may be, and how to say so."""

    says: str
    least: float = 0
    most: float = math.inf
    whole: bool = False

    def fit(self, values: npt.NDArray[Any]) -> Mask:
        """Tell which values lie in the span; a missing one does not."""
        fit: Mask = (values >= self.least) & (values <= self.most)
        return fit & (values % 1 == 0) if self.whole and values.dtype.kind == "f" else fit

    def holds(self, value: float) -> bool:
        """Tell whether one value lies in the span."""
        return self.least <= value <= self.most and not (self.whole and value % 1)


FLAGS = ("expected_to_close", "partner")
NUMBERS = {
    "orders": Span("a whole number ≥ 0", whole=True),
    "active_days": Span("a number of days ≥ 0"),
    "share_of_wallet": Span("a share from 0 to 1 (0.8 for 80 %)", most=1),
    "promoter_score": Span("an answer from 0 to 10", most=10),
    "referrals": Span("a whole number ≥ 0", whole=True),
}


def number(*, default: float | None) -> Any:  # noqa: ANN401 - attrs gives fields any type
    """Return the field of a number in its span; a missing one becomes None."""
    return attrs.field(default=default, converter=_number, validator=_check_number)


def flag() -> Any:  # noqa: ANN401 - as above
    """Return the field of a flag; 1 and 0 are flags too, a missing one becomes None."""
    return attrs.field(default=False, converter=_flag, validator=_check_flag)


def _number(value: float | None) -> float | None:
    return value if value is None or is_plain_number(value) else _tidy(value)


def _flag(value: bool | None) -> bool | None:  # noqa: FBT001 - what is read is a flag
    if type(value) is bool:
        return value
    value = _tidy(value)
    return bool(value) if is_number(value) and value in (0, 1) else value


def _tidy(value: object) -> Any:  # noqa: ANN401 - checked next
    """Return a Python value for a numpy scalar, None for whatever is missing."""
    if is_column(value):
        msg = "CustomerFacts is about one customer, got a column: give classify a DataFrame"
        raise TypeError(msg)
    value = plain(value)
    return None if is_missing(value) else value


def _check_number(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    name = attribute.name
    if value is None and name != "orders":
        return
    span = NUMBERS[name]
    if not span.holds(value if is_plain_number(value) else read_number(value, name)):
        msg = f"{name} must be {span.says}, got {value!r}: correct it or leave it out"
        raise InputError(msg)


def _check_flag(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    if value is not None and not isinstance(value, bool):
        msg = f"{attribute.name} must be true or false (or 1 and 0), got {value!r}"
        raise (InputError if is_number(value) else TypeError)(msg)


@attrs.frozen(kw_only=True)
class CustomerFacts:
    """What is known about one customer; None (or NaN) is no evidence.

    Parameters
    ----------
    orders : int, default 0
        Number of orders; the only fact that must be known.
    active_days : float, default 0.0
        From the first to the last order, *not* up to now [days].
    expected_to_close : bool, default False
        Whether someone expects a first order soon.
    share_of_wallet : float, optional
        Part of its spending on this need that comes to us, in [0, 1] [share].
    promoter_score : float, optional
        Its answer to "would you recommend us?", in [0, 10].
    referrals : int, default 0
        Customers it brought or recommended.
    partner : bool, default False
        Whether it works with the firm, as agent, distributor or shareholder.

    Raises
    ------
    InputError
        When a number is out of its range, a count is no whole number, or `orders` is missing.
    TypeError
        When a value is of a wrong kind.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.CustomerFacts(orders=2, active_days=40).orders
    2
    """

    orders: int = number(default=0)
    active_days: float | None = number(default=0.0)
    expected_to_close: bool | None = flag()
    share_of_wallet: float | None = number(default=None)
    promoter_score: float | None = number(default=None)
    referrals: int | None = number(default=0)
    partner: bool | None = flag()


MEASURES = tuple(field.name for field in attrs.fields(CustomerFacts))
"""What a lifecycle policy looks at, in the order in which it speaks of them."""


def check_facts(frame: pd.DataFrame) -> None:
    """Raise where a frame says what cannot be, naming the rows."""
    require_columns(frame, ["orders"], "what a lifecycle policy classifies")
    for name in FLAGS:
        if name in frame.columns:
            read_flags(frame[name], name)
    for name, span in NUMBERS.items():
        if name not in frame.columns:
            continue
        numbers = read_numbers(frame[name], name)
        missing = numbers.missing
        if name == "orders" and missing is not None:
            msg = (
                f"orders must be known in every row, got none in {name_rows(missing, frame)}: "
                "give 0 to whom never ordered"
            )
            raise InputError(msg)
        wrong = ~span.fit(numbers.values)
        if missing is not None:
            wrong &= ~missing
        if wrong.any():
            got = say_number(numbers.values[wrong][0])
            msg = (
                f"{name} must be {span.says}, got {got} in {name_rows(wrong, frame)}: "
                "correct these rows or leave them out"
            )
            raise InputError(msg)
