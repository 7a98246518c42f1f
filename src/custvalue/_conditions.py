"""Conditions on one measure, as frozen data: they can be compared, printed, stored and checked."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

import attrs
import numpy as np
import pandas as pd

from custvalue._containers import (
    Column,
    Mask,
    as_series,
    is_missing,
    is_number,
    is_plain_number,
    kind_of_objects,
    missing_in,
    plain,
    read_flag,
    read_flags,
    read_number,
    read_numbers,
)
from custvalue._words import say_number
from custvalue.errors import InputError, RuleError


class Condition(ABC):
    """What one measure must satisfy; made by `at_least` and its sisters, never directly.

    Conditions are equal when they mean the same, hashable, and hold no code.
    A missing value satisfies none of them but `missing`.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.at_least(2) == cv.at_least(2.0)
    True
    """

    __slots__ = ()

    @property
    def upward(self) -> bool:
        """Whether more of the measure can never end it: what a ladder's rungs need.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.at_least(2).upward, cv.at_most(2).upward
        (True, False)
        """
        return False

    @abstractmethod
    def holds(self, value: object) -> bool:
        """Tell whether one value satisfies the condition.

        Parameters
        ----------
        value : number, str, bool, or None
            One value of the measure.

        Returns
        -------
        bool

        Raises
        ------
        TypeError
            When the value is of another kind than the condition speaks of.
        InputError
            When a number is infinite.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.at_least(2).holds(3), cv.at_least(2).holds(None)
        (True, False)
        """

    @abstractmethod
    def mask(self, values: Column) -> Mask:
        """Tell for each value of a list, array or Series whether it satisfies the condition.

        Parameters
        ----------
        values : list, array or Series, shape (n,)
            The values of the measure.

        Returns
        -------
        numpy.ndarray of bool, shape (n,)

        Raises
        ------
        TypeError
            When the column holds another kind of values than the condition speaks of.
        InputError
            When numbers are infinite; the sentence names the rows.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.one_of("shop", "web").mask(["shop", "mail", None]).tolist()
        [True, False, False]
        """

    @abstractmethod
    def describe(self, name: str) -> str:
        """Say the condition about the measure `name`, as in "orders ≥ 2".

        Parameters
        ----------
        name : str
            What to call the measure.

        Returns
        -------
        str

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.in_range(2, 5).describe("orders")
        '2 ≤ orders < 5'
        """

    def excludes(self, other: "Condition") -> bool:
        """Tell whether no value can satisfy both this condition and the other.

        Parameters
        ----------
        other : Condition
            Another condition on the same measure.

        Returns
        -------
        bool

        Raises
        ------
        TypeError
            When `other` is no condition.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.at_most(5).excludes(cv.above(5)), cv.at_most(5).excludes(cv.at_least(5))
        (True, False)
        """
        if not isinstance(other, Condition):
            msg = f"conditions exclude conditions, as at_least(2), got {other!r}"
            raise TypeError(msg)
        if isinstance(self, Missing) or isinstance(other, Missing):
            return not (isinstance(self, Missing) and isinstance(other, Missing))
        if isinstance(self, Interval) and isinstance(other, Interval):
            return self.meet(other) is None
        for one, another in ((self, other), (other, self)):
            values = one._all_values()
            if values is not None:
                return not any(fits(another, value) for value in values)
        return False

    @abstractmethod
    def _call(self) -> tuple[str, list[Any]]:
        """Return the function that makes this condition, by name, and its arguments."""

    def _all_values(self) -> Iterable[object] | None:
        """Return the values that satisfy it where they can be listed."""
        return None

    def __repr__(self) -> str:
        """Show the call that makes it."""
        name, arguments = self._call()
        return f"{name}({', '.join(map(repr, arguments))})"


def fits(condition: Condition, value: object) -> bool:
    """Tell whether a condition holds for a value; for one it does not speak of it does not."""
    try:
        return condition.holds(value)
    except (TypeError, InputError):
        return False


@attrs.frozen(repr=False)
class Interval(Condition):
    """The numbers between two ends, each open, closed or absent."""

    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False

    @property
    def upward(self) -> bool:
        return self.high is None

    def holds(self, value: object) -> bool:
        if is_plain_number(value):
            number = value
        elif value is None or is_missing(plain(value)):
            return False
        else:
            number = read_number(value, _asked(self))
        if self.low is not None and (number <= self.low if self.low_open else number < self.low):
            return False
        return self.high is None or (number < self.high if self.high_open else number <= self.high)

    def mask(self, values: Column) -> Mask:
        numbers = read_numbers(values, _asked(self, values))
        column = numbers.values
        holds = np.ones(len(column), dtype=np.bool_)
        if self.low is not None:
            holds &= column > self.low if self.low_open else column >= self.low
        if self.high is not None:
            holds &= column < self.high if self.high_open else column <= self.high
        if numbers.missing is not None:
            holds &= ~numbers.missing
        return holds

    def describe(self, name: str) -> str:
        if self.low is not None and self.high is not None:
            return f"{say_number(self.low)} ≤ {name} < {say_number(self.high)}"
        if self.low is not None:
            return f"{name} {'>' if self.low_open else '≥'} {say_number(self.low)}"
        assert self.high is not None  # noqa: S101 - one end is always there
        return f"{name} {'<' if self.high_open else '≤'} {say_number(self.high)}"

    def meet(self, other: "Interval") -> "Interval | None":
        """Return the numbers in both, or None where there are none."""
        lows = [(i.low, i.low_open) for i in (self, other) if i.low is not None]
        highs = [(i.high, not i.high_open) for i in (self, other) if i.high is not None]
        low, low_open = max(lows, default=(None, False))
        high, high_closed = min(highs, default=(None, True))
        if low is not None and high is not None:
            ends_closed = high_closed and not low_open
            if low > high or (low == high and not ends_closed):
                return None
        return Interval(low, high, low_open, not high_closed)

    def _call(self) -> tuple[str, list[Any]]:
        if self.low is not None and self.high is not None:
            return "in_range", [self.low, self.high]
        if self.low is not None:
            return "above" if self.low_open else "at_least", [self.low]
        return "below" if self.high_open else "at_most", [self.high]


@attrs.frozen(repr=False)
class OneOf(Condition):
    """A finite set of values, each with its kind, so that True and 1 differ."""

    tagged: frozenset[tuple[str, Any]]

    def __attrs_post_init__(self) -> None:
        if not self.tagged:
            msg = "one_of needs at least one value, got none"
            raise RuleError(msg)

    @property
    def values(self) -> list[Any]:
        """The values, in a fixed order."""
        return [value for _, value in sorted(self.tagged)]

    def holds(self, value: object) -> bool:
        value = plain(value)
        return not is_missing(value) and tag(value) in self.tagged

    def mask(self, values: Column) -> Mask:
        column = as_series(values, _asked(self, values))
        if isinstance(column.dtype, pd.CategoricalDtype):
            among = np.append(self.mask(column.cat.categories), False)
            return among[column.cat.codes.to_numpy()]  # code -1, missing, finds that last one
        kind = kind_of(column)
        wanted = [value for tag, value in self.tagged if tag == kind]
        if kind == "boolean":
            truth = read_flags(column, _asked(self, column))
            return ~missing_in(column) & np.isin(truth, wanted)
        if kind == "number":
            numbers = read_numbers(column, _asked(self, column))
            holds = np.zeros(len(column), dtype=np.bool_)
            for value in wanted:
                holds |= numbers.values == value
            return holds if numbers.missing is None else holds & ~numbers.missing
        return column.isin(wanted).to_numpy(dtype=np.bool_)

    def describe(self, name: str) -> str:
        values = [say_number(v) if is_number(v) else str(v) for v in self.values]
        return f"{name} = {values[0]}" if len(values) == 1 else f"{name}: {' or '.join(values)}"

    def _all_values(self) -> Iterable[object]:
        return self.values

    def _call(self) -> tuple[str, list[Any]]:
        return "one_of", self.values


@attrs.frozen(repr=False)
class IsTrue(Condition):
    """A flag that is set."""

    @property
    def upward(self) -> bool:
        return True

    def holds(self, value: object) -> bool:
        if isinstance(value, bool):
            return value
        return not is_missing(plain(value)) and read_flag(value, _asked(self))

    def mask(self, values: Column) -> Mask:
        return read_flags(values, _asked(self, values))

    def describe(self, name: str) -> str:
        return f"{name} is true"

    def _all_values(self) -> Iterable[object]:
        return (True, 1)

    def _call(self) -> tuple[str, list[Any]]:
        return "is_true", []


@attrs.frozen(repr=False)
class Known(Condition):
    """Any value at all."""

    @property
    def upward(self) -> bool:
        return True

    def holds(self, value: object) -> bool:
        return not is_missing(plain(value))

    def mask(self, values: Column) -> Mask:
        return ~missing_in(as_series(values, _asked(self, values)))

    def describe(self, name: str) -> str:
        return f"{name} is known"

    def _call(self) -> tuple[str, list[Any]]:
        return "known", []


@attrs.frozen(repr=False)
class Missing(Condition):
    """No value."""

    def holds(self, value: object) -> bool:
        return is_missing(plain(value))

    def mask(self, values: Column) -> Mask:
        return missing_in(as_series(values, _asked(self, values)))

    def describe(self, name: str) -> str:
        return f"{name} is missing"

    def _call(self) -> tuple[str, list[Any]]:
        return "missing", []


def tag(value: object) -> tuple[str, Any]:
    """Return a value with its kind: what makes True and 1 differ, and 1 and 1.0 equal."""
    if isinstance(value, bool):
        return "boolean", value
    if isinstance(value, str):
        return "text", str(value)
    return "number", read_number(value, "what one_of() is asked about")


def _asked(condition: Condition, values: object = None) -> str:
    """Return what the values given to a condition are called in errors."""
    name = values.name if isinstance(values, pd.Series) else None
    return f"what {condition!r} is asked about" + (f" ({name})" if isinstance(name, str) else "")


def kind_of(column: "pd.Series[Any]") -> str:
    """Tell which kind of values a column holds: "boolean", "number" or "text"."""
    inferred = kind_of_objects(column)
    if inferred == "boolean":
        return "boolean"
    return "text" if inferred in ("string", "empty") else "number"
