"""Scales as users write them, and columns of their labels."""

from collections.abc import Hashable, Iterable
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from custvalue._containers import read_flag, read_list
from custvalue._scale import Label, Scale
from custvalue._words import say_value
from custvalue.errors import RuleError

LONGEST_INDEX = 30


class Single(Scale):
    ONLY = "only"


class Answer(Scale):
    YES = "yes"
    NO = "no"


class Alarm(Scale, best="first"):
    GREEN = "green", "绿"
    AMBER = "amber", "黄"
    RED = "red", "红"


class Odd(Scale):
    TEN = "10"
    NINE = "9"
    NAN = "nan"
    COMMA = "a, b"


class Grade(Scale):
    F = "F"
    D = "D"
    C = "C"
    B = "B"
    A = "A"


SCALES: tuple[type[Scale], ...] = (Single, Answer, Alarm, Odd, Grade)
"""The scales that `scales` draws from."""


def scales() -> st.SearchStrategy[type[Scale]]:
    """Draw a scale as users write them: one step to five, either end the good one.

    The labels are chosen to catch comparison as text: alphabetical order contradicts the scale's,
    some look like numbers or missing values, some have a Chinese label.

    Returns
    -------
    SearchStrategy of type of Scale
        Always one of those in ``SCALES``, so that rules on them can be pickled, and read back
        with ``from_dict(stored, scales=SCALES)``.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import scales
    >>> @given(scale=scales())
    ... def ends_are_opposite(scale):
    ...     assert scale.best_first()[0] == (list(scale)[0 if scale.best == "first" else -1])
    >>> ends_are_opposite()
    """
    return st.sampled_from(SCALES)


def label_columns(
    labels: type[Label], *, index: Iterable[Hashable] | None = None, missing: bool = True
) -> "st.SearchStrategy[pd.Series[Any]]":
    """Draw a column of labels, as a rule returns it: tiers, segments, stages or churn states.

    Parameters
    ----------
    labels : type of Label or Scale
        The class.
    index : iterable of ids, optional
        A label is drawn for each. Without one, there are up to 30 rows, numbered.
    missing : bool, default True
        Whether labels may be missing.

    Returns
    -------
    SearchStrategy of Series of category
        Ordered where `labels` is a scale. Not every label needs to occur.

    Raises
    ------
    TypeError
        When `labels` is no class of labels, or `index` no list or of what cannot be an id.
    RuleError
        When `labels` has no members.
    InputError, TypeError
        When `missing` is neither true nor false.

    Examples
    --------
    >>> import custvalue as cv
    >>> from hypothesis import given
    >>> from custvalue.testing import label_columns
    >>> @given(states=label_columns(cv.ChurnState, index=["ann", "bob"]))
    ... def who_is_missing_is_not_awake(states):
    ...     assert not (states.isna() & (states == "awake")).any()
    >>> who_is_missing_is_not_awake()
    """
    require_labels(labels, "labels")
    names = [label.value for label in labels]
    label = st.sampled_from([*names, None] if read_flag(missing, "missing") else names)
    if index is None:
        return st.lists(label, max_size=LONGEST_INDEX).map(
            lambda drawn: pd.Series(drawn, dtype=labels.dtype())
        )
    ids = read_index(index, "index")
    return st.lists(label, min_size=len(ids), max_size=len(ids)).map(
        lambda drawn: pd.Series(drawn, index=ids, dtype=labels.dtype())
    )


def require_labels(labels: object, what: str) -> None:
    """Raise when this is no class of labels, or one without any."""
    if not (isinstance(labels, type) and issubclass(labels, Label)):
        msg = f"{what} must be a subclass of Label, as cv.ABCTier, got {say_value(labels)}"
        raise TypeError(msg)
    if not len(labels):
        msg = f"{what} must have at least one member, {labels.__name__} has none"
        raise RuleError(msg)


def read_index(ids: object, what: str) -> "pd.Index[Any]":
    """Return ids as an index; raise where they cannot be one."""
    if isinstance(ids, pd.Index):
        return ids
    listed = read_list(ids, what, "['ann', 'bob']")
    try:
        set(listed)  # an index would take what cannot be hashed, and fail when asked
        index: pd.Index[Any] = pd.Index(listed, tupleize_cols=False)
    except (NotImplementedError, OverflowError, TypeError, ValueError) as error:
        msg = f"{what} must hold ids, as text or whole numbers, got others: {error}"
        raise TypeError(msg) from error
    return index
