"""The functions that make conditions: of numbers and words, and of what was stored."""

import math
from typing import Any

from custvalue._conditions import Condition, Interval, IsTrue, Known, Missing, OneOf, tag
from custvalue._containers import LARGEST_EXACT, is_number, plain
from custvalue._documents import document
from custvalue.errors import RuleError


def at_least(x: float) -> Condition:
    """Hold from `x` on: value ≥ x.

    Parameters
    ----------
    x : float
        The least value that holds, in the unit of the measure.

    Returns
    -------
    Condition

    Raises
    ------
    RuleError
        When `x` is NaN, infinite, or 2**53 or more in size.
    TypeError
        When `x` is no number.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.at_least(2).holds(2), cv.at_least(2).describe("orders")
    (True, 'orders ≥ 2')
    """
    return Interval(low=_bound(x, "at_least"))


def above(x: float) -> Condition:
    """Hold past `x`: value > x.

    Parameters
    ----------
    x : float
        What must be passed, in the unit of the measure.

    Returns
    -------
    Condition

    Raises
    ------
    RuleError, TypeError
        As for `at_least`.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.above(0).mask([-1, 0, 0.01]).tolist()
    [False, False, True]
    """
    return Interval(low=_bound(x, "above"), low_open=True)


def at_most(x: float) -> Condition:
    """Hold up to and with `x`: value ≤ x.

    Parameters
    ----------
    x : float
        The largest value that holds, in the unit of the measure.

    Returns
    -------
    Condition

    Raises
    ------
    RuleError, TypeError
        As for `at_least`.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.at_most(100).describe("price")
    'price ≤ 100'
    """
    return Interval(high=_bound(x, "at_most"))


def below(x: float) -> Condition:
    """Hold up to but without `x`: value < x.

    Parameters
    ----------
    x : float
        What must not be reached, in the unit of the measure.

    Returns
    -------
    Condition

    Raises
    ------
    RuleError, TypeError
        As for `at_least`.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.below(8).holds(8)
    False
    """
    return Interval(high=_bound(x, "below"), high_open=True)


def in_range(low: float, high: float) -> Condition:
    """Hold in the half-open range: low ≤ value < high.

    Parameters
    ----------
    low, high : float
        The end that is in and the end that is out, in the unit of the measure.

    Returns
    -------
    Condition

    Raises
    ------
    RuleError, TypeError
        As for `at_least`; also when `low` is not below `high`.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.in_range(2, 5).mask([1, 2, 5]).tolist()
    [False, True, False]
    """
    start, end = _bound(low, "in_range"), _bound(high, "in_range")
    if not start < end:
        msg = f"in_range(low, high) needs low < high, got {low} and {high}"
        raise RuleError(msg)
    return Interval(low=start, high=end, high_open=True)


def one_of(*values: str | float) -> Condition:
    """Hold for the values given: strings, numbers or booleans, in any order.

    ``True`` and ``1`` are different values here.

    Parameters
    ----------
    *values : str, float or bool
        At least one.

    Returns
    -------
    Condition

    Raises
    ------
    RuleError
        When no value is given, or a number is NaN, infinite, or 2**53 or more in size.
    TypeError
        When a value is of another kind, as None.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.one_of("shop", "web") == cv.one_of("web", "shop")
    True
    """
    for value in map(plain, values):
        if not isinstance(value, str | bool):
            _bound(value, "one_of", "text, numbers or flags")
    return OneOf(frozenset(tag(plain(value)) for value in values))


def equals(x: str | float) -> Condition:
    """Hold for exactly `x`; the same as ``one_of(x)``.

    Parameters
    ----------
    x : str, float or bool
        The only value that holds.

    Returns
    -------
    Condition

    Raises
    ------
    RuleError, TypeError
        As for `one_of`.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.equals(True) == cv.equals(1)
    False
    """
    return one_of(x)


def is_true() -> Condition:
    """Hold where a flag is true: bool, nullable boolean, or 1 (and 0 for false).

    Returns
    -------
    Condition

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.is_true().mask([1, 0, None]).tolist()
    [True, False, False]
    """
    return IsTrue()


def known() -> Condition:
    """Hold where there is any value at all.

    Returns
    -------
    Condition

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.known().holds(0), cv.known().holds(None)
    (True, False)
    """
    return Known()


def missing() -> Condition:
    """Hold where there is no value: None, NaN, NaT or pd.NA.

    Returns
    -------
    Condition

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.missing().mask([1.0, float("nan")]).tolist()
    [False, True]
    """
    return Missing()


def _bound(x: object, what: str, kinds: str = "numbers") -> float:
    """Return a number a condition may speak of: finite, and exact as a float64."""
    x = plain(x)
    if not is_number(x):
        msg = f"{what} must be given {kinds}, got {x!r} ({type(x).__name__})"
        raise TypeError(msg)
    if not isinstance(x, int) and not math.isfinite(x):
        msg = f"{what} must be given a finite number, got {x!r}"
        raise RuleError(msg)
    if not -LARGEST_EXACT < x < LARGEST_EXACT:
        msg = f"{what} must be given a number below 2**53 in size, got {x!r}"
        raise RuleError(msg)
    return x if isinstance(x, int) else float(x)


# --- as plain data -----------------------------------------------------------------------------

_MAKERS = {
    maker.__name__: maker
    for maker in (at_least, above, at_most, below, in_range, one_of, is_true, known, missing)
}


def condition_to_dict(condition: Condition) -> dict[str, Any]:
    """Return a condition as JSON types: {"at_least": [2]}."""
    name, arguments = condition._call()
    return {name: arguments}


def condition_from_dict(data: dict[str, Any]) -> Condition:
    """Return the condition `condition_to_dict` wrote."""
    ((name, arguments),) = data.items()
    return _MAKERS[name](*arguments)


document(
    "condition",
    write=lambda condition: {"is": condition_to_dict(condition)},
    read=lambda data, _scales: condition_from_dict(data["is"]),
)(Condition)
