"""Whether a prediction can be trusted: what was predicted, held against what happened.

Two words of practice mislead. The **error rate** of practitioners is the share of wrong ones among
those predicted; its standard name is *false discovery rate*, while "error rate" elsewhere means
the wrong ones among all. Their **miss rate** is the share of real ones that were not predicted, so
lower is better; yet the formula that goes round with it, "correctly predicted / all real ones", is
*recall*, of which higher is better: miss rate = 1 - recall. Here each quantity has its standard
name, `Confusion.false_discovery_rate`, `Confusion.recall` and `Confusion.miss_rate`.
"""

import math
from collections.abc import Sequence
from itertools import combinations

import attrs
import numpy as np
import pandas as pd

from custvalue._conditions import _kind_of, _tagged, equals, say_number
from custvalue._containers import (
    Column,
    Mask,
    as_series,
    is_number,
    name_rows,
    plain,
    read_flags,
    read_numbers,
    require_same_index,
)
from custvalue.errors import InputError


def _read_count(count: object) -> int | float:
    """Return a count, or a sum of weights, as a plain number."""
    count = plain(count)
    if not is_number(count):
        msg = f"a count must be a number, got {count!r} ({type(count).__name__})"
        raise TypeError(msg)
    number = count if isinstance(count, int) else float(count)
    if not 0 <= number < math.inf:
        msg = f"a count must be finite and not negative, got {count!r}"
        raise InputError(msg)
    return number


@attrs.frozen(kw_only=True)
class Confusion:
    """How a yes-or-no prediction turned out: four counts, and the ratios they give.

    A ratio of 0 to 0 is NaN: nobody can tell. Add two of them to pool their rows.

    Parameters
    ----------
    true_positives : int or float [rows or weight]
        Predicted, and real.
    false_positives : int or float [rows or weight]
        Predicted, but not real.
    false_negatives : int or float [rows or weight]
        Real, but not predicted.
    true_negatives : int or float [rows or weight]
        Neither.

    Raises
    ------
    InputError
        When a count is negative, missing or infinite.
    TypeError
        When a count is no number.

    Examples
    --------
    >>> import custvalue as cv
    >>> outcome = cv.Confusion(
    ...     true_positives=8, false_positives=2, false_negatives=4, true_negatives=86
    ... )
    >>> print(outcome)
    false discovery rate 20.00% (2 of 10 predicted), miss rate 33.33% (4 of 12 real), lift 6.67
    """

    true_positives: int | float = attrs.field(converter=_read_count)
    false_positives: int | float = attrs.field(converter=_read_count)
    false_negatives: int | float = attrs.field(converter=_read_count)
    true_negatives: int | float = attrs.field(converter=_read_count)

    @classmethod
    def from_labels(
        cls,
        *,
        actual: Column,
        predicted: Column,
        weight: Column | None = None,
        positive: object = True,
    ) -> "Confusion":
        """Count how labels that were predicted compare with those that came.

        Parameters
        ----------
        actual : list, array or Series, shape (n,)
            What happened; labels of any kind, none missing.
        predicted : list, array or Series, shape (n,)
            What was predicted, in labels of the same kind. Labelled columns must share one index.
        weight : list, array or Series of numbers, shape (n,), optional
            How much each row counts, not negative; by default 1.
        positive : label, default True
            The label that means yes; every other means no. True and False are also found in
            columns of 1 and 0.

        Returns
        -------
        Confusion
            Of whole counts; of floats where the weights are.

        Raises
        ------
        InputError
            When the columns differ in length or index, a label or weight is missing, a weight is
            negative or infinite, or `positive` is of another kind than the labels. The sentence
            names the rows.
        TypeError
            When the weights are no numbers.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.Confusion.from_labels(
        ...     actual=["stays", "stays", "leaves", "leaves"],
        ...     predicted=["stays", "leaves", "leaves", "leaves"],
        ...     positive="leaves",
        ... ).false_positives
        1
        """
        given = [column for column in (actual, predicted, weight) if column is not None]
        for one, other in combinations(given, 2):
            require_same_index(one, other, "actual, predicted and weight")
        real = _read_labels(actual, positive, "actual")
        named = _read_labels(predicted, positive, "predicted")
        cells = (real & named, ~real & named, real & ~named, ~real & ~named)
        if weight is None:
            counts: list[int | float] = [int(np.count_nonzero(cell)) for cell in cells]
        else:
            counts = _weigh(weight, cells)
        return cls(
            true_positives=counts[0],
            false_positives=counts[1],
            false_negatives=counts[2],
            true_negatives=counts[3],
        )

    @property
    def precision(self) -> float:
        """How many of those predicted are real.

        Higher is better; 1 is perfect, and a prediction made at random reaches the prevalence.

        From 0 to 1; NaN where nobody was predicted. ``TP / (TP + FP)``.

        References
        ----------
        C. J. van Rijsbergen (1979), Information retrieval, 2nd ed., chapter 7.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.Confusion.from_labels(actual=[0, 0, 1, 1], predicted=[0, 1, 0, 1]).precision
        0.5
        """
        return _ratio(self.true_positives, self._predicted)

    @property
    def false_discovery_rate(self) -> float:
        """How many of those predicted are wrong: the "error rate" of practitioners.

        Lower is better; 0 is perfect, and a prediction made at random comes to 1 - prevalence.

        From 0 to 1; NaN where nobody was predicted. ``FP / (TP + FP) = 1 - precision``.

        References
        ----------
        Y. Benjamini and Y. Hochberg (1995), Controlling the false discovery rate. Journal of the
        Royal Statistical Society B 57, 289-300. Theirs is the expectation of this ratio.

        Examples
        --------
        >>> import custvalue as cv
        >>> outcome = cv.Confusion.from_labels(actual=[0, 1, 1, 1], predicted=[1, 1, 1, 1])
        >>> outcome.false_discovery_rate
        0.25
        """
        return _ratio(self.false_positives, self._predicted)

    @property
    def recall(self) -> float:
        """How many of the real ones were predicted.

        Higher is better; 1 is perfect, and predicting everybody reaches it for nothing.

        From 0 to 1; NaN where nobody is real. ``TP / (TP + FN)``.

        References
        ----------
        C. J. van Rijsbergen (1979), Information retrieval, 2nd ed., chapter 7.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.Confusion.from_labels(actual=[1, 1, 1, 1], predicted=[0, 1, 1, 1]).recall
        0.75
        """
        return _ratio(self.true_positives, self._real)

    @property
    def miss_rate(self) -> float:
        """How many of the real ones were not predicted.

        Lower is better; 0 is perfect, and predicting everybody reaches it for nothing.

        From 0 to 1; NaN where nobody is real. ``FN / (TP + FN) = 1 - recall``.

        References
        ----------
        T. Fawcett (2006), An introduction to ROC analysis. Pattern Recognition Letters 27,
        861-874: the false negative rate.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.Confusion.from_labels(actual=[1, 1, 1, 1], predicted=[0, 1, 1, 1]).miss_rate
        0.25
        """
        return _ratio(self.false_negatives, self._real)

    @property
    def prevalence(self) -> float:
        """How many of all are real, predicted or not.

        Neither high nor low is better: it describes the customers, not the prediction.

        From 0 to 1; NaN where there are no rows. ``(TP + FN) / (TP + FP + FN + TN)``.

        References
        ----------
        T. Fawcett (2006), An introduction to ROC analysis. Pattern Recognition Letters 27,
        861-874: the class distribution.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.Confusion.from_labels(actual=[0, 0, 0, 1], predicted=[0, 1, 0, 1]).prevalence
        0.25
        """
        return _ratio(self._real, self._all)

    @property
    def lift(self) -> float:
        """How many times more often those predicted are real than anybody is.

        Higher is better; 1 is no better than choosing at random, 1 / prevalence is the most.

        From 0; NaN where nobody was predicted or nobody is real. ``precision / prevalence``.

        References
        ----------
        C. X. Ling and C. Li (1998), Data mining for direct marketing: problems and solutions.
        Proceedings of KDD-98, 73-79.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.Confusion.from_labels(actual=[0, 0, 0, 1], predicted=[0, 1, 0, 1]).lift
        2.0
        """
        return _ratio(self.true_positives * self._all, self._predicted * self._real)

    @property
    def _predicted(self) -> int | float:
        return self.true_positives + self.false_positives

    @property
    def _real(self) -> int | float:
        return self.true_positives + self.false_negatives

    @property
    def _all(self) -> int | float:
        return self._predicted + self.false_negatives + self.true_negatives

    def __add__(self, other: "Confusion") -> "Confusion":
        if not isinstance(other, Confusion):
            return NotImplemented
        return Confusion(
            true_positives=self.true_positives + other.true_positives,
            false_positives=self.false_positives + other.false_positives,
            false_negatives=self.false_negatives + other.false_negatives,
            true_negatives=self.true_negatives + other.true_negatives,
        )

    def __str__(self) -> str:
        wrong, predicted = say_number(self.false_positives), say_number(self._predicted)
        missed, real = say_number(self.false_negatives), say_number(self._real)
        return (
            f"false discovery rate {_say(self.false_discovery_rate, '.2%')} "
            f"({wrong} of {predicted} predicted), "
            f"miss rate {_say(self.miss_rate, '.2%')} ({missed} of {real} real), "
            f"lift {_say(self.lift, '.2f')}"
        )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan


def _say(ratio: float, form: str) -> str:
    return "undefined" if math.isnan(ratio) else format(ratio, form)


def _read_labels(labels: Column, positive: object, what: str) -> Mask:
    """Return where a column holds the positive label."""
    column = as_series(labels, what)
    missing = column.isna().to_numpy(dtype=np.bool_)
    if missing.any():
        msg = (
            f"{what} must be known, got missing labels in {name_rows(missing, column)}: "
            "leave these rows out"
        )
        raise InputError(msg)
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    held = _kind_of(column)
    asked, label = _tagged(plain(positive))
    as_flags = {held, asked} == {"boolean", "number"} and label in (0, 1)
    if len(column) and held != asked and not as_flags:
        msg = (
            f"positive must be one of the labels in {what}, got {label!r} where they are "
            f"{plain(column.iloc[0])!r} and the like: say which label means yes, as positive='yes'"
        )
        raise InputError(msg)
    if as_flags:
        flags = read_flags(column, what)
        return flags if label else ~flags
    return equals(label).mask(column)


def _weigh(weight: Column, cells: Sequence[Mask]) -> list[int | float]:
    """Return the sum of weights in each cell: floats added exactly, so in any order alike."""
    numbers = read_numbers(weight, "weight")
    wrong = numbers.values < 0
    if numbers.missing is not None:
        wrong |= numbers.missing
    if wrong.any():
        msg = (
            "weight must be known and not negative, got others in "
            f"{name_rows(wrong, as_series(weight, 'weight'))}: leave these rows out"
        )
        raise InputError(msg)
    sums = [math.fsum(numbers.values[cell]) for cell in cells]
    return [int(total) for total in sums] if numbers.values.dtype.kind == "i" else list(sums)
