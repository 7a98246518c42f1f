"""How a yes-or-no prediction turned out: four counts, their ratios, and what follows from them."""

import math
from collections.abc import Sequence
from typing import Literal

import attrs

from custvalue._containers import Column, as_float, is_number, plain, read_list
from custvalue._metrics.labels import CELLS, FN, FP, TN, TP, Labels, read_labels
from custvalue._metrics.proportions import exact_parts, interval_of
from custvalue._metrics.verdict import Verdict, judge
from custvalue._words import say_count, say_number
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


def _read_squares(squares: Sequence[float] | None) -> tuple[float, ...] | None:
    if squares is None:
        return None
    sums = read_list(squares, "squared_weights", "[1.0, 0.25, 4.0, 0.0]")
    if len(sums) != len(CELLS):
        msg = f"squared_weights must be {len(CELLS)} sums, one per count, got {len(sums)}"
        raise InputError(msg)
    if not all(map(is_number, sums)):
        msg = f"squared_weights must be numbers, got {sums!r}"
        raise TypeError(msg)
    return tuple(sums)


def _read_excluded(excluded: int) -> int:
    rows = _read_count(excluded)
    if not isinstance(rows, int):
        msg = f"excluded must be a whole number of rows, got {excluded!r}"
        raise InputError(msg)
    return rows


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
    excluded : int, default 0 [rows]
        Rows left out because a label or weight was missing; takes no part in equality.
    squared_weights : sequence of four floats, optional
        The squared weights of the rows behind each count, summed, in the order above: what
        `interval` needs where rows are weighted, and `from_labels` gives. Takes no part in
        equality.

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
    excluded: int = attrs.field(default=0, converter=_read_excluded, eq=False)
    squared_weights: tuple[float, ...] | None = attrs.field(
        default=None, converter=_read_squares, eq=False, repr=False
    )

    @classmethod
    def from_labels(
        cls,
        *,
        actual: Column,
        predicted: Column,
        weight: Column | None = None,
        positive: object = True,
        missing: Literal["raise", "exclude"] = "raise",
    ) -> "Confusion":
        """Count how labels that were predicted compare with those that came.

        Parameters
        ----------
        actual : list, array or Series, shape (n,)
            What happened; labels of any kind.
        predicted : list, array or Series, shape (n,)
            What was predicted, in labels of the same kind. Labelled columns must share one index.
        weight : list, array or Series of numbers, shape (n,), optional
            How much each row counts, not negative; by default 1. Weights of up to six decimals,
            as money has, are added exactly; others as floats.
        positive : label, default True
            The label that means yes; every other means no. True and False are also found in
            columns of 1 and 0. One that no row has is an error, since it may be misspelt, but for
            flags, 1 and 0, and a categorical that has it as a category.
        missing : {"raise", "exclude"}
            What to do with a row that lacks a label or its weight: raise, or leave it out and
            count it as ``excluded``.

        Returns
        -------
        Confusion
            Of whole counts; of floats where the weights are.

        Raises
        ------
        InputError
            When the columns differ in length or index, a label or weight is missing and not to
            be excluded, a weight is negative or infinite, or `positive` is none of the labels,
            unless these are flags or a categorical that has it. The sentence names the rows.
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
        return cls._of(
            read_labels(
                actual=actual,
                predicted=predicted,
                weight=weight,
                positive=positive,
                missing=missing,
            )
        )

    @classmethod
    def _of(cls, labels: Labels) -> "Confusion":
        counts = labels.counts()
        return cls(
            true_positives=counts[TP],
            false_positives=counts[FP],
            false_negatives=counts[FN],
            true_negatives=counts[TN],
            excluded=labels.excluded,
            squared_weights=labels.squares(),
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
        right, predicted = exact_parts("precision", self._cells)
        real, everyone = exact_parts("prevalence", self._cells)
        if not predicted or not real:
            return math.nan
        return as_float(right * everyone / (predicted * real))

    def interval(self, name: str, *, level: float = 0.95) -> tuple[float, float]:
        """Return Wilson's interval of a ratio: where it would lie if there were more such rows.

        Of weighted rows, it is that of as many rows of equal weight as tell as much: Kish's
        effective number, the squared sum of the weights over the sum of their squares. A row of
        weight 3 is one row there, not three.

        Parameters
        ----------
        name : str
            ``precision``, ``false_discovery_rate``, ``recall``, ``miss_rate`` or ``prevalence``.
        level : float, default 0.95
            Confidence, between 0 and 1 [share].

        Returns
        -------
        low, high : float
            NaN where the ratio is.

        Raises
        ------
        InputError
            When there is no such proportion, `level` is not between 0 and 1, counts given by hand
            are no whole numbers, so that nobody knows how many rows there were, or weights are so
            huge or so tiny that float64 cannot hold their squares.

        References
        ----------
        E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference.
        Journal of the American Statistical Association 22, 209-212.
        L. Kish (1965), Survey sampling, section 11.2.

        Examples
        --------
        >>> import custvalue as cv
        >>> outcome = cv.Confusion(
        ...     true_positives=8, false_positives=2, false_negatives=4, true_negatives=86
        ... )
        >>> [round(end, 4) for end in outcome.interval("precision")]
        [0.4902, 0.9433]
        """
        return interval_of(name, self._cells, self._squares, level)

    def verdict(
        self,
        *,
        max_false_discovery_rate: float,
        max_miss_rate: float,
        level: float | None = None,
    ) -> Verdict:
        """Judge whether the prediction may be used: whether both rates keep within their caps.

        A rate that is undefined keeps no cap and breaks none: nobody can tell.

        Parameters
        ----------
        max_false_discovery_rate : float [share]
            How many of those predicted may be wrong.
        max_miss_rate : float [share]
            How many of the real ones may be missed.
        level : float, optional
            Confidence, between 0 and 1 [share]. With it, the whole `interval` of a rate must lie on
            one side of the cap, or nobody can tell. Without it the rates are compared as they are,
            exactly: 3 of 10 is within a cap of 0.3.

        Returns
        -------
        Verdict
            ``usable`` (True, False, or None: cannot tell) and ``reasons``. The caps alone decide;
            the last reason says whether the prediction does better than calling everyone (more of
            those predicted are real than of all) and than calling no one (somebody real is
            found), which a loose cap may let through.

        Raises
        ------
        InputError
            When a cap does not lie within 0 and 1, or `level` not between them; with a `level`,
            also as for `interval`.
        TypeError
            When a cap is no number.

        Examples
        --------
        >>> import custvalue as cv
        >>> outcome = cv.Confusion(
        ...     true_positives=8, false_positives=2, false_negatives=4, true_negatives=86
        ... )
        >>> outcome.verdict(max_false_discovery_rate=0.2, max_miss_rate=0.5).usable
        True
        >>> outcome.verdict(
        ...     max_false_discovery_rate=0.2, max_miss_rate=0.5, level=0.95
        ... ).usable is None
        True
        """
        caps = {"false_discovery_rate": max_false_discovery_rate, "miss_rate": max_miss_rate}
        intervals = None
        if level is not None:
            intervals = {name: self.interval(name, level=level) for name in caps}
        return judge(self._cells, caps, intervals, level)

    @property
    def _cells(self) -> tuple[int | float, ...]:
        return (
            self.true_positives,
            self.false_positives,
            self.false_negatives,
            self.true_negatives,
        )

    @property
    def _squares(self) -> tuple[float, ...]:
        """The sums of squared weights: of counts, the counts; unknown of any other sums."""
        if self.squared_weights is not None:
            return self.squared_weights
        return self._cells if all(count == int(count) for count in self._cells) else (math.nan,) * 4

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
        counts = [one + more for one, more in zip(self._cells, other._cells, strict=True)]
        squares = [one + more for one, more in zip(self._squares, other._squares, strict=True)]
        return Confusion(
            true_positives=counts[TP],
            false_positives=counts[FP],
            false_negatives=counts[FN],
            true_negatives=counts[TN],
            excluded=self.excluded + other.excluded,
            squared_weights=None if squares == counts else squares,
        )

    def __str__(self) -> str:
        wrong, predicted = say_number(self.false_positives), say_number(self._predicted)
        missed, real = say_number(self.false_negatives), say_number(self._real)
        return (
            f"false discovery rate {_say(self.false_discovery_rate, '.2%')} "
            f"({wrong} of {predicted} predicted), "
            f"miss rate {_say(self.miss_rate, '.2%')} ({missed} of {real} real), "
            f"lift {_say(self.lift, '.2f')}"
            + (f"; {say_count(self.excluded, 'row', 'rows')} left out" if self.excluded else "")
        )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan


def _say(ratio: float, form: str) -> str:
    return "undefined" if math.isnan(ratio) else format(ratio, form)
