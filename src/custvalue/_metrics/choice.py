"""A threshold on a score: what was learned of it, and the rule it is."""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, cast, overload

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._containers import Column, Number, is_column, is_word, read_number, read_numbers
from custvalue._documents import document
from custvalue._metrics.confusion import Confusion
from custvalue._metrics.proportions import exact_parts
from custvalue._shares import exact_share, read_share
from custvalue._words import say_number
from custvalue.errors import InputError, RuleError

CAPS = ("max_false_discovery_rate", "max_miss_rate")


def _read_threshold(threshold: object) -> int | float:
    try:
        return read_number(threshold, "threshold")
    except InputError as error:
        raise RuleError(str(error)) from None


def _read_cap(cap: float | None) -> float | None:
    return None if cap is None else float(read_share(cap, "a cap"))


def _read_confusion(confusion: Confusion | Mapping[str, Any]) -> Confusion:
    """Return an outcome, also one that was stored as plain data."""
    if not isinstance(confusion, Mapping):
        return confusion
    try:
        return Confusion(**confusion)
    except TypeError as error:
        msg = f"confusion must be a Confusion, or the counts of one: {error}"
        raise TypeError(msg) from error


def _write(choice: "ThresholdChoice") -> dict[str, Any]:
    settings = attrs.asdict(choice)
    squares = choice.confusion.squared_weights
    if squares is not None and not all(map(math.isfinite, squares)):  # of weights past 1e154
        settings["confusion"]["squared_weights"] = None
    return settings


@document("threshold", write=_write)
@attrs.frozen(kw_only=True)
class ThresholdChoice:
    """A threshold on a score, and what it did to the rows it was learned from.

    `choose_threshold` makes it. It is a rule of its own: it classifies any further score.

    Parameters
    ----------
    threshold : int or float
        The lowest score that is predicted.
    confusion : Confusion
        How it turned out on those rows.
    feasible : bool
        Whether it keeps within the caps that were given. False: none does, and this is the
        nearest.
    binding : str or None
        The cap without which a better threshold would have been chosen, by name; None where
        there is no such cap. Where none is feasible: the cap that is exceeded most.
    max_false_discovery_rate, max_miss_rate : float or None [share]
        The caps.

    Raises
    ------
    RuleError
        When the threshold is missing or infinite, or `feasible` or `binding` is none of the above.
    InputError
        When a cap does not lie within 0 and 1.
    TypeError
        When the threshold or a cap is no number, or `confusion` no outcome.

    Examples
    --------
    >>> import custvalue as cv
    >>> choice = cv.choose_threshold(
    ...     actual=[0, 0, 1, 1], score=[0.1, 0.4, 0.35, 0.8], max_false_discovery_rate=0.4
    ... )
    >>> choice.threshold, choice.confusion.miss_rate
    (0.35, 0.0)
    >>> choice.classify(0.3), choice.classify([0.3, 0.35, None]).tolist()
    (False, [False, True, <NA>])
    """

    threshold: int | float = attrs.field(converter=_read_threshold)
    confusion: Confusion = attrs.field(converter=_read_confusion)
    feasible: bool
    binding: str | None = None
    max_false_discovery_rate: float | None = attrs.field(default=None, converter=_read_cap)
    max_miss_rate: float | None = attrs.field(default=None, converter=_read_cap)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.confusion, Confusion):
            msg = f"confusion must be a Confusion, got {self.confusion!r}"
            raise TypeError(msg)
        binds = self.binding is None or is_word(self.binding, CAPS)
        if not isinstance(self.feasible, bool) or not binds:
            msg = (
                f"feasible must be True or False, and binding one of {', '.join(CAPS)} or None, "
                f"got {self.feasible!r} and {self.binding!r}"
            )
            raise RuleError(msg)

    @property
    def excess(self) -> float:
        """By how much the rates exceed their caps at most; 0 where all keep within.

        Lower is better; NaN where a capped rate is undefined.

        Examples
        --------
        >>> import custvalue as cv
        >>> choice = cv.choose_threshold(
        ...     actual=[1, 0, 0], score=[1, 2, 3], max_false_discovery_rate=0.5
        ... )
        >>> choice.feasible, round(choice.excess, 3)
        (False, 0.167)
        """
        over = [Fraction(0)]
        for name in CAPS:
            cap = getattr(self, name)
            if cap is not None:
                part, whole = exact_parts(name.removeprefix("max_"), self.confusion._cells)
                if not whole:
                    return math.nan
                over.append(part / whole - exact_share(cap))
        return float(max(over))

    @overload
    def classify(self, score: Number) -> bool: ...
    @overload
    def classify(self, score: "pd.Series[Any]") -> "pd.Series[bool]": ...
    @overload
    def classify(
        self,
        score: (
            "npt.NDArray[Any] | Sequence[Any] | pd.Index[Any] | pd.api.extensions.ExtensionArray"
        ),
    ) -> pd.arrays.BooleanArray: ...
    def classify(
        self, score: "Number | Column"
    ) -> "bool | pd.Series[bool] | pd.arrays.BooleanArray":
        """Return whether a score is predicted, or which of many are: those from the threshold on.

        Parameters
        ----------
        score : number, or list, array or Series of numbers, shape (n,)
            Missing entries of a column stay missing.

        Returns
        -------
        bool, nullable boolean array, or Series of it with the same index and name

        Raises
        ------
        InputError
            When a single score is missing, or any is infinite; the sentence names the rows.
        TypeError
            When scores are no numbers.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> choice = cv.choose_threshold(actual=[0, 1], score=[10, 20], max_miss_rate=0)
        >>> choice.classify(pd.Series({"ann": 25, "bob": 15})).to_dict()
        {'ann': True, 'bob': False}
        """
        if not is_column(score):
            return read_number(score, "score") >= self.threshold
        numbers = read_numbers(cast("Column", score), "score")
        missing = numbers.missing
        if missing is None:
            missing = np.zeros(len(numbers.values), dtype=np.bool_)
        flags = pd.arrays.BooleanArray(numbers.values >= self.threshold, missing)
        if isinstance(score, pd.Series):
            return pd.Series(flags, index=score.index, name=score.name, copy=False)
        return flags

    def explain(self, score: Number) -> str:
        """Say whether a score is predicted, and what the threshold is worth.

        Parameters
        ----------
        score : number
            Of one row, in the unit of the scores.

        Returns
        -------
        str

        Raises
        ------
        InputError
            When the score is missing or infinite.
        TypeError
            When it is no number.

        Examples
        --------
        >>> import custvalue as cv
        >>> choice = cv.choose_threshold(actual=[0, 1], score=[10, 20], max_miss_rate=0)
        >>> print(choice.explain(15))
        score 15: not predicted; from 20 on: false discovery rate 0.00% (0 of 1 predicted), miss
        rate 0.00% (0 of 1 real), lift 2.00; within max_miss_rate 0
        """
        number = read_number(score, "score")
        said = "predicted" if self.classify(number) else "not predicted"
        return f"score {say_number(number)}: {said}; {self}"

    def __str__(self) -> str:
        caps = " and ".join(
            f"{name} {say_number(getattr(self, name))}"
            for name in CAPS
            if getattr(self, name) is not None
        )
        caps = caps or "no cap"
        outcome = f"from {say_number(self.threshold)} on: {self.confusion}"
        if self.feasible:
            return f"{outcome}; within {caps}" + (f"; {self.binding} binds" if self.binding else "")
        above = "a rate is undefined"
        if not math.isnan(self.excess):
            above = f"{100 * self.excess:.2f} points above {self.binding}"
        return f"no threshold is within {caps}; the nearest, {outcome}; {above}"
