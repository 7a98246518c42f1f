"""Whether a prediction can be trusted: what was predicted, held against what happened.

Two words of practice mislead. The **error rate** of practitioners is the share of wrong ones among
those predicted; its standard name is *false discovery rate*, while "error rate" elsewhere means
the wrong ones among all. Their **miss rate** is the share of real ones that were not predicted, so
lower is better; yet the formula that goes round with it, "correctly predicted / all real ones", is
*recall*, of which higher is better: miss rate = 1 - recall. Here each quantity has its standard
name, `Confusion.false_discovery_rate`, `Confusion.recall` and `Confusion.miss_rate`.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import pandas as pd

from custvalue._containers import Column
from custvalue._metrics.calibrated import table_calibration
from custvalue._metrics.choice import ThresholdChoice
from custvalue._metrics.confusion import Confusion
from custvalue._metrics.gains import table_gains
from custvalue._metrics.grouped import table_groups
from custvalue._metrics.scores import read_scored
from custvalue._metrics.thresholds import choose, table_thresholds
from custvalue._metrics.verdict import Verdict

__all__ = [
    "Confusion",
    "ThresholdChoice",
    "Verdict",
    "calibration",
    "choose_threshold",
    "confusion_by",
    "gains",
    "threshold_table",
]

Missing: TypeAlias = Literal["raise", "exclude"]


def confusion_by(
    groups: Column,
    *,
    actual: Column,
    predicted: Column,
    weight: Column | None = None,
    positive: object = True,
    missing: Missing = "raise",
) -> pd.DataFrame:
    """Return how a prediction turned out in each group: where it may be trusted, and where not.

    Parameters
    ----------
    groups : Series, Categorical, list or array of labels, shape (n,)
        The group of each row: text, whole numbers, or a categorical, whose every category has a
        row.
    actual, predicted : list, array or Series, shape (n,)
        What happened and what was predicted, as for `Confusion.from_labels`.
    weight : list, array or Series of numbers, shape (n,), optional
        How much each row counts.
    positive : label, default True
        The label that means yes, as for `Confusion.from_labels`.
    missing : {"raise", "exclude"}
        What to do with a row that lacks a label or its weight: raise, or leave it out and count
        it in ``.attrs["excluded"]``.

    Returns
    -------
    DataFrame indexed by group, best step first for an ordered categorical, else sorted
        ``true_positives``, ``false_positives``, ``false_negatives``, ``true_negatives`` [rows or
        weight]: int64, or float64 where weights are. ``precision``, ``false_discovery_rate``,
        ``recall``, ``miss_rate``, ``prevalence`` [share] and ``lift`` [1] float64, NaN where they
        are ratios of nothing. ``.attrs["without_group"]`` counts the rows left out because their
        group is missing.

    Raises
    ------
    InputError
        As for `Confusion.from_labels`, and when groups differ in length or index.
    TypeError
        When groups are neither text nor whole numbers, or weights no numbers.

    Examples
    --------
    >>> import custvalue as cv
    >>> table = cv.metrics.confusion_by(
    ...     ["web", "web", "shop", "shop"], actual=[1, 0, 1, 1], predicted=[1, 1, 1, 0]
    ... )
    >>> table["false_discovery_rate"].to_dict()
    {'shop': 0.0, 'web': 0.5}
    """
    return table_groups(
        groups,
        actual=actual,
        predicted=predicted,
        weight=weight,
        positive=positive,
        missing=missing,
    )


def threshold_table(
    *,
    actual: Column,
    score: Column,
    weight: Column | None = None,
    positive: object = True,
    missing: Missing = "raise",
    gain: float | None = None,
    cost: float | None = None,
) -> pd.DataFrame:
    """Return how the prediction turns out at every threshold there could be on a score.

    Parameters
    ----------
    actual : list, array or Series, shape (n,)
        What happened; labels of any kind. Labelled columns must share one index.
    score : list, array or Series of numbers, shape (n,)
        What the prediction goes by: the higher, the likelier. None may be infinite.
    weight : list, array or Series of numbers, shape (n,), optional
        How much each row counts, as for `Confusion.from_labels`.
    positive : label, default True
        The label that means yes, as for `Confusion.from_labels`.
    missing : {"raise", "exclude"}
        What to do with a row that lacks a label, score or weight: raise, or leave it out and count
        it in ``.attrs["excluded"]``.
    gain, cost : float, optional [money]
        What each real one among those predicted brings, and what each one predicted costs, such
        as a contact: adds ``expected_profit``. Both or neither.

    Returns
    -------
    DataFrame indexed by ``threshold``: each distinct score, highest first
        Who has the score or a higher one is predicted: ``predicted``, ``true_positives``,
        ``false_positives``, ``false_negatives``, ``true_negatives`` [rows or weight]: int64, or
        float64 where weights are. ``precision``, ``false_discovery_rate``, ``recall``,
        ``miss_rate``, ``prevalence`` [share] and ``lift`` [1] float64, NaN where they are ratios
        of nothing. With `gain` and `cost`: ``expected_profit`` [money] float64,
        ``gain * true_positives - cost * predicted``, exact up to one rounding for whole counts.
        Predicting nobody brings 0: where no threshold brings more, contact nobody.

    Raises
    ------
    InputError
        When columns differ in length or index, hold missing or infinite values (the sentence
        names the rows), or `positive` is none of the labels; when only one of gain and cost is
        given, or one is negative.
    TypeError
        When scores, weights, gain or cost are no numbers.

    Examples
    --------
    >>> import custvalue as cv
    >>> table = cv.threshold_table(
    ...     actual=[0, 0, 1, 1], score=[0.1, 0.4, 0.35, 0.8], gain=10, cost=4
    ... )
    >>> table["precision"].round(3).to_dict()
    {0.8: 1.0, 0.4: 0.5, 0.35: 0.667, 0.1: 0.5}
    >>> table["expected_profit"].to_dict()
    {0.8: 6.0, 0.4: 2.0, 0.35: 8.0, 0.1: 4.0}
    >>> float(table["expected_profit"].idxmax())
    0.35
    """
    rows = read_scored(actual, score, weight=weight, positive=positive, missing=missing)
    return table_thresholds(rows, gain, cost)


def choose_threshold(
    *,
    actual: Column,
    score: Column,
    max_false_discovery_rate: float | None = None,
    max_miss_rate: float | None = None,
    weight: Column | None = None,
    positive: object = True,
    missing: Missing = "raise",
) -> ThresholdChoice:
    """Choose the score from which on customers are predicted, under a cap on either rate or both.

    Every distinct score is a candidate, so tied customers move together; predicting nobody is
    none. Of those within the caps it is the one of least miss rate; where only the miss rate has
    a cap, of least false discovery rate. Ties go to the lower other rate, and then to the higher
    threshold.

    Where none is within the caps, the choice says so and is the nearest: the one whose largest
    excess over a cap is smallest. An undefined rate (nobody is real) is within no cap.

    Parameters
    ----------
    actual : list, array or Series, shape (n,)
        What happened; labels of any kind. Labelled columns must share one index.
    score : list, array or Series of numbers, shape (n,)
        What the prediction goes by: the higher, the likelier. None may be infinite.
    max_false_discovery_rate : float, optional [share]
        How many of those predicted may be wrong. Rates are compared exactly with what was
        written: 3 of 10 is within 0.3.
    max_miss_rate : float, optional [share]
        How many of the real ones may be missed.
    weight : list, array or Series of numbers, shape (n,), optional
        How much each row counts, as for `Confusion.from_labels`. Sums of weights of more than six
        decimals are floats, and so are their rates.
    positive : label, default True
        The label that means yes, as for `Confusion.from_labels`.
    missing : {"raise", "exclude"}
        What to do with a row that lacks a label, score or weight: raise, or leave it out and count
        it as ``confusion.excluded``.

    Returns
    -------
    ThresholdChoice
        ``threshold``, ``confusion``, ``feasible``, ``binding``; a rule to classify others with.

    Raises
    ------
    InputError
        When there is no cap or no row, a cap does not lie within 0 and 1, columns differ in
        length or index, hold missing or infinite values (the sentence names the rows), or
        `positive` is none of the labels.
    TypeError
        When scores, weights or caps are no numbers.

    Examples
    --------
    >>> import custvalue as cv
    >>> choice = cv.choose_threshold(
    ...     actual=[0, 0, 1, 1],
    ...     score=[0.1, 0.4, 0.35, 0.8],
    ...     max_false_discovery_rate=0.25,
    ...     max_miss_rate=0.5,
    ... )
    >>> print(choice)
    from 0.8 on: false discovery rate 0.00% (0 of 1 predicted), miss rate 50.00% (1 of 2 real), lift
    2.00; within max_false_discovery_rate 0.25 and max_miss_rate 0.5; max_false_discovery_rate binds
    """
    return choose(
        read_scored(actual, score, weight=weight, positive=positive, missing=missing),
        max_false_discovery_rate=max_false_discovery_rate,
        max_miss_rate=max_miss_rate,
    )


def gains(
    *,
    actual: Column,
    score: Column,
    at: float | Sequence[float],
    positive: object = True,
    missing: Missing = "raise",
) -> pd.DataFrame:
    """Return what contacting a share of the customers, highest score first, would have captured.

    Where the share ends among customers of one score, nobody knows whom of them to contact: they
    count with the mean of their group, which is what chance would bring.

    Parameters
    ----------
    actual : list, array or Series, shape (n,)
        What happened; labels of any kind. Labelled columns must share one index.
    score : list, array or Series of numbers, shape (n,)
        What the customers are ordered by, highest first. None may be infinite.
    at : float or sequence of float [share]
        The shares of customers contacted, each rounded up to whole customers.
    positive : label, default True
        The label that means yes, as for `Confusion.from_labels`.
    missing : {"raise", "exclude"}
        What to do with a row that lacks its label or score: raise, or leave it out and count
        it in ``.attrs["excluded"]``.

    Returns
    -------
    DataFrame indexed by ``share_contacted``, in the order given
        ``contacted`` int64; ``captured``, the real ones among them, float64 as ties count with
        their mean; ``response`` [share], captured / contacted; ``recall`` [share], captured / all
        real ones; ``lift`` [1], response / prevalence. Floats are float64, NaN where they are
        ratios of nothing.

    Raises
    ------
    InputError
        When a share does not lie within 0 and 1, columns differ in length or index, hold missing
        or infinite values (the sentence names the rows), or `positive` is none of the labels.
    TypeError
        When scores or shares are no numbers.

    References
    ----------
    C. X. Ling and C. Li (1998), Data mining for direct marketing: problems and solutions.
    Proceedings of KDD-98, 73-79.

    Examples
    --------
    >>> import custvalue as cv
    >>> table = cv.metrics.gains(actual=[1, 1, 0, 0, 0], score=[9, 8, 8, 2, 1], at=[0.2, 0.4, 1])
    >>> table["captured"].tolist(), table["lift"].tolist()
    ([1.0, 1.5, 2.0], [2.5, 1.875, 1.0])
    """
    return table_gains(read_scored(actual, score, positive=positive, missing=missing), at)


def calibration(
    *,
    actual: Column,
    probability: Column,
    bins: int | Sequence[float] = 10,
    level: float = 0.95,
    positive: object = True,
    missing: Missing = "raise",
) -> pd.DataFrame:
    """Return, for customers of like probability, what was predicted beside what came.

    Where the mean probability lies outside the interval of what was observed, the probabilities
    are not to be taken at their word, however well they order the customers.

    Parameters
    ----------
    actual : list, array or Series, shape (n,)
        What happened; labels of any kind. Labelled columns must share one index.
    probability : list, array or Series of numbers, shape (n,) [share]
        What was predicted, from 0 to 1.
    bins : int or sequence of float, default 10
        How many bins of about as many customers each: those of equal probability share the bin
        that the middle one of them falls into, so there may be fewer. Or edges that rise from 0
        to 1: a bin holds its lower edge, not its upper one, but for 1; an empty bin is kept.
    level : float, default 0.95
        Confidence of the interval, between 0 and 1 [share].
    positive : label, default True
        The label that means yes, as for `Confusion.from_labels`.
    missing : {"raise", "exclude"}
        What to do with a row that lacks its label or probability: raise, or leave it out and count
        it in ``.attrs["excluded"]``.

    Returns
    -------
    DataFrame indexed by ``bin``, from 1, ascending
        ``customers`` int64; ``lowest``, ``highest``, ``mean_probability`` of those in the bin
        [share]; ``observed`` [share], the real ones among them, with its Wilson interval ``low``,
        ``high``. Floats are float64, NaN for an empty bin. ``.attrs["brier_score"]``: the mean
        squared difference between probability and what came (1 or 0), lower is better; NaN
        without rows.

    Raises
    ------
    InputError
        When a label or probability is missing or the latter not within 0 and 1 (the sentence
        names the rows), columns differ in length or index, `positive` is none of the labels, or
        bins or `level` cannot be.
    TypeError
        When probabilities are no numbers.

    References
    ----------
    G. W. Brier (1950), Verification of forecasts expressed in terms of probability. Monthly
    Weather Review 78, 1-3.

    Examples
    --------
    >>> import custvalue as cv
    >>> table = cv.metrics.calibration(
    ...     actual=[0, 0, 1, 1, 0, 1], probability=[0.1, 0.1, 0.1, 0.7, 0.8, 0.9], bins=2
    ... )
    >>> table["mean_probability"].round(3).tolist(), table["observed"].round(3).tolist()
    ([0.1, 0.8], [0.333, 0.667])
    >>> round(table.attrs["brier_score"], 4)
    0.2617
    """
    rows = read_scored(actual, probability, positive=positive, missing=missing, what="probability")
    return table_calibration(rows, probability, bins, level)
