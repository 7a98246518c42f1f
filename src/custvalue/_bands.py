"""One measure cut into the half-open bands of a scale: [floor, next floor)."""

import itertools
import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar, overload

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._condition_makers import at_least, condition_from_dict, condition_to_dict
from custvalue._conditions import Condition, Interval
from custvalue._containers import (
    Codes,
    Column,
    Number,
    Numbers,
    is_column,
    is_number,
    read_list,
    read_number,
    read_numbers,
)
from custvalue._documents import Scales, document
from custvalue._long_arrays import blocks
from custvalue._scale import Scale, labels_from_dict, labels_to_dict, require_scale
from custvalue._words import say_count, say_number
from custvalue.errors import RuleError

S = TypeVar("S", bound=Scale)
Floor = float | Condition | None


def _as_tuple(shares: Iterable[float | None]) -> tuple[Any, ...]:
    return tuple(shares)


@attrs.frozen
class Learned:
    """Where the floors of a rule came from; takes no part in a rule's equality.

    Attributes
    ----------
    what : str
        What the shares are shares of.
    count : int
        How many values (customers, silences) it was learned from.
    as_of : str or None
        The day the values were as of, if said.
    nominal : tuple of float
        The share asked for, one per floor, lowest step first.
    actual : tuple of float or None
        The share it came to, one per floor; None where undefined.

    Raises
    ------
    RuleError
        When one of them is of another kind, or there are not as many actual as nominal shares.

    Examples
    --------
    >>> import custvalue as cv
    >>> rule = cv.TopShare(cv.ParetoTier, (0.2,)).fit([5, 4, 3, 3, 3])
    >>> rule.learned.count, rule.learned.nominal, rule.learned.actual
    (5, (0.2,), (0.2,))
    """

    what: str
    count: int
    as_of: str | None
    nominal: tuple[float, ...] = attrs.field(converter=_as_tuple)
    actual: tuple[float | None, ...] = attrs.field(converter=_as_tuple)

    def __attrs_post_init__(self) -> None:
        """Check what explanations are going to say."""
        if not (
            isinstance(self.what, str)
            and is_number(self.count)
            and isinstance(self.as_of, str | None)
            and len(self.nominal) == len(self.actual)
            and all(map(is_number, self.nominal))
            and all(share is None or is_number(share) for share in self.actual)
        ):
            msg = (
                "where a rule was learned from must be text, a count, a day as text or None, and "
                f"as many actual as nominal shares, got {self!r}"
            )
            raise RuleError(msg)


def _tidy_floors(floors: Sequence[Floor]) -> tuple[Floor, ...]:
    return tuple(map(_tidy_floor, read_list(floors, "the floors of bands", "(100, 1000)")))


def _tidy_floor(floor: Floor) -> Floor:
    if floor is None:
        return None
    condition = floor if isinstance(floor, Condition) else at_least(floor)
    if not isinstance(condition, Interval) or condition.low is None or not condition.upward:
        msg = f"a floor must be a number, at_least(x), above(x) or None, got {floor!r}"
        raise RuleError(msg)
    return condition if condition.low_open else condition.low


def _key(floor: Floor) -> float:
    """Return the smallest float64 that reaches a floor; infinity where none does."""
    if floor is None:
        return math.inf
    if isinstance(floor, Interval):
        assert floor.low is not None  # noqa: S101 - _tidy_floor saw to it
        return math.nextafter(floor.low, math.inf)
    assert isinstance(floor, int | float)  # noqa: S101 - _tidy_floor saw to it
    return float(floor)


@attrs.frozen
class Bands(Generic[S]):
    """A scale over one measure: each step above the lowest begins at its floor.

    Higher is further up the scale. A value at a floor is in the step that begins there.

    Parameters
    ----------
    scale : type of Scale
        The steps, lowest first.
    floors : sequence of float, above(x), or None
        One per step above the lowest, non-decreasing. A number is reached (value ≥ floor),
        ``above(x)`` must be passed (value > x), None is never reached. Of two steps with equal
        floors the lower one is unreachable.
    measure : str, default "value"
        What is measured, for explanations.
    unit : str, optional
        Its unit, for explanations.
    learned : Learned, optional
        Where the floors came from.

    Raises
    ------
    RuleError
        When the number of floors, or of shares they were learned from, is not the number of steps
        above the lowest, or floors decrease.
    TypeError
        When `scale` is no scale, a floor is no number, or `learned` is no `Learned`.

    Examples
    --------
    >>> import custvalue as cv
    >>> rule = cv.Bands(cv.ABCTier, (100, 1000), measure="revenue", unit="EUR")
    >>> rule.classify(100.0)
    <ABCTier.B: 'B'>
    >>> rule.classify([99.99, 100, 5000]).tolist()
    ['C', 'B', 'A']
    """

    scale: type[S]
    floors: tuple[Floor, ...] = attrs.field(converter=_tidy_floors)
    measure: str = attrs.field(default="value", kw_only=True, eq=False)
    unit: str | None = attrs.field(default=None, kw_only=True, eq=False)
    learned: Learned | None = attrs.field(default=None, kw_only=True, eq=False)
    _steps: tuple[S, ...] = attrs.field(init=False, eq=False, repr=False)
    _keys: tuple[float, ...] = attrs.field(init=False, eq=False, repr=False)

    @_steps.default
    def _find_steps(self) -> tuple[S, ...]:
        require_scale(self.scale, "Bands")
        return tuple(self.scale)

    @_keys.default
    def _find_keys(self) -> tuple[float, ...]:
        above_lowest = len(self._steps) - 1
        if len(self.floors) != above_lowest:
            floors = say_count(above_lowest, "floor", "floors")
            msg = (
                f"Bands on {self.scale.__name__} needs {floors}, one per step above "
                f"{self._steps[0]!s}, got {len(self.floors)}"
            )
            raise RuleError(msg)
        if not isinstance(self.learned, Learned | None):
            msg = f"learned must be what a learner noted, or None, got {self.learned!r}"
            raise TypeError(msg)
        if self.learned is not None and len(self.learned.nominal) != above_lowest:
            floors = say_count(above_lowest, "floor was", "floors were")
            msg = (
                f"what {floors} learned from must have as many shares, got "
                f"{len(self.learned.nominal)}"
            )
            raise RuleError(msg)
        keys = [_key(floor) for floor in self.floors]
        for rank in range(above_lowest - 1, 0, -1):  # a None below a floor begins with that floor
            if self.floors[rank - 1] is None:
                keys[rank - 1] = keys[rank]
        reached = [rank for rank in range(above_lowest) if self.floors[rank] is not None]
        for lower, upper in itertools.pairwise(reached):
            if keys[upper] < keys[lower]:
                msg = (
                    f"floors must not decrease; {self._steps[upper + 1]!s} begins at "
                    f"{self.floors[upper]!r}, below {self._steps[lower + 1]!s} at "
                    f"{self.floors[lower]!r}"
                )
                raise RuleError(msg)
        return tuple(keys)

    @overload
    def classify(self, values: Number) -> S: ...
    @overload
    def classify(self, values: "pd.Series[Any]") -> "pd.Series[Any]": ...
    @overload
    def classify(
        self,
        values: (
            "npt.NDArray[Any] | Sequence[Any] | pd.Index[Any] | pd.api.extensions.ExtensionArray"
        ),
    ) -> pd.Categorical: ...
    def classify(self, values: "Number | Column") -> "S | pd.Series[Any] | pd.Categorical":
        """Return the step a value stands on, or the steps of many.

        Parameters
        ----------
        values : number, or list, array or Series of numbers, shape (n,) [unit of the measure]
            Missing entries of a column stay missing.

        Returns
        -------
        member of the scale, pandas.Categorical, or Series of it with the same index and name

        Raises
        ------
        InputError
            When a single value is missing, or any is infinite.
        TypeError
            When values are no numbers (a bool is none), or have more than one dimension.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.Bands(cv.ParetoTier, (cv.above(0),)).classify([-5, 0, 0.01]).tolist()
        ['useful-many', 'useful-many', 'vital-few']
        """
        if type(values) is not float and type(values) is not int:
            if is_column(values):
                return self._classify_many(values)  # type: ignore[arg-type]
            values = read_number(values, self.measure)
        elif values - values != 0:  # NaN or infinite
            values = read_number(values, self.measure)
        return self._steps[bisect_right(self._keys, values)]

    def explain(self, value: Number) -> str:
        """Say which step a value is on, the floors around it, and where these come from.

        Parameters
        ----------
        value : number [unit of the measure]
            One value.

        Returns
        -------
        str

        Raises
        ------
        InputError
            When the value is missing or infinite.

        Examples
        --------
        >>> import custvalue as cv
        >>> print(cv.Bands(cv.ABCTier, (100, 1000), measure="revenue", unit="EUR").explain(250))
        revenue 250 EUR: B, from 100 EUR; A from 1,000 EUR.
        """
        return self._explain(value, say_number)

    def _explain(self, value: Number, say: Callable[[float], str]) -> str:
        """Explain one value, its numbers written by `say`."""
        number = read_number(value, self.measure)
        step = self.classify(number)
        higher = next(
            (s for s in self._steps[step.rank + 1 :] if self._keys[s.rank - 1] < math.inf), None
        )
        if higher is not None:
            if say(number) == say(self._keys[higher.rank - 1]):
                say = say_number  # rounded, the value would seem to reach the floor
            higher = self.classify(self._keys[higher.rank - 1])  # the step really entered there
        own = f", {self._say_floor(step.rank, say)}" if step.rank else ""
        sentences = [f"{self.measure} {self._say(number, say)}: {step}{own}"]
        if higher is not None:
            sentences[0] += f"; {higher} {self._say_floor(higher.rank, say)}"
        sentences += [f"No value reaches {step}" for step in self.unreachable()]
        if self.learned is not None:
            sentences.append(self._say_learned(step))
        return ". ".join(sentences) + "."

    def unreachable(self) -> list[S]:
        """Return the steps no value can be on: those whose floor is the next one's, or None.

        Returns
        -------
        list of steps, lowest first

        Examples
        --------
        >>> import custvalue as cv
        >>> [str(tier) for tier in cv.Bands(cv.ABCTier, (100, 100)).unreachable()]
        ['B']
        """
        ends = (*self._keys, math.inf)[1:]
        return [
            step
            for step, key, end in zip(self._steps[1:], self._keys, ends, strict=True)
            if key == end
        ]

    def _classify_many(self, values: Column) -> "pd.Series[Any] | pd.Categorical":
        codes = self._code(read_numbers(values, self.measure))
        steps = pd.Categorical.from_codes(codes, dtype=self.scale.dtype())
        if isinstance(values, pd.Series):
            return pd.Series(steps, index=values.index, name=values.name, copy=False)
        return steps

    def _code(self, numbers: Numbers) -> Codes:
        """Return the rank of each number's step, -1 where it is missing."""
        values = numbers.values
        keys = [key for key in self._keys if key < math.inf]
        if values.dtype.kind == "i":
            keys = [math.ceil(key) for key in keys]
        codes = np.zeros(len(values), dtype=np.int8)
        for rows in blocks(len(values)):
            block, into = values[rows], codes[rows]
            for key in keys:
                into += block >= key
        if numbers.missing is not None:
            codes[numbers.missing] = -1
        return codes

    def _say(self, number: float, say: Callable[[float], str]) -> str:
        return say(number) + (f" {self.unit}" if self.unit else "")

    def _say_floor(self, rank: int, say: Callable[[float], str]) -> str:
        floor = self.floors[rank - 1]
        if isinstance(floor, Interval):
            assert floor.low is not None  # noqa: S101 - _tidy_floor saw to it
            return f"above {self._say(floor.low, say)}"
        return f"from {self._say(self._keys[rank - 1], say)}"

    def _say_learned(self, step: S) -> str:
        learned = self.learned
        assert learned is not None  # noqa: S101 - asked by the caller
        source = f"Learned from {say_count(learned.count, 'value', 'values')}"
        if learned.as_of:
            source += f" as of {learned.as_of}"
        if step.rank == 0:
            return source
        nominal, actual = learned.nominal[step.rank - 1], learned.actual[step.rank - 1]
        came_to = "undefined" if actual is None else f"{actual:.2%}"
        share = f"{nominal * 100:.6g}% of {learned.what} ({came_to} in fact)"
        return f"{source}: the floor of {step} is set at {share}"


def _write(bands: Bands[Any]) -> dict[str, Any]:
    return {
        "scale": labels_to_dict(bands.scale),
        "floors": [
            condition_to_dict(floor) if isinstance(floor, Condition) else floor
            for floor in bands.floors
        ],
        "measure": bands.measure,
        "unit": bands.unit,
        "learned": None if bands.learned is None else attrs.asdict(bands.learned),
    }


def _read(data: dict[str, Any], scales: Scales) -> Bands[Any]:
    learned = data["learned"]
    return Bands(
        labels_from_dict(data["scale"], scales),
        [condition_from_dict(f) if isinstance(f, dict) else f for f in data["floors"]],
        measure=data["measure"],
        unit=data["unit"],
        learned=None if learned is None else Learned(**learned),
    )


document("bands", write=_write, read=_read)(Bands)
