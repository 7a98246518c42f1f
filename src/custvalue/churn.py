"""Buyers leave quietly: who is awake, drowsy, half-asleep or asleep, by the days of silence."""

import math
from collections.abc import Sequence
from typing import Any, cast, overload

import attrs
import numpy.typing as npt
import pandas as pd

from custvalue._bands import Bands, Learned
from custvalue._containers import (
    Column,
    Number,
    as_series,
    is_column,
    name_rows,
    plain,
    read_number,
    read_numbers,
    require_columns,
)
from custvalue._documents import Scales, document
from custvalue._scale import Scale
from custvalue.errors import InputError, RuleError

MEASURE = "days_since_last_order"
_LOOK_LATER = "look on a day that is not before the last order"


class ChurnState(Scale, best="first"):
    """How fast a customer sleeps; the best state comes first.

    Asleep is not known to be lost: without a contract nobody says goodbye. Who never bought has
    no state.

    Examples
    --------
    >>> import custvalue as cv
    >>> [state.label("zh") for state in cv.ChurnState.best_first()]
    ['清醒客户', '瞌睡客户', '半睡客户', '沉睡客户']
    """

    AWAKE = "awake", "清醒客户"
    DROWSY = "drowsy", "瞌睡客户"
    HALF_ASLEEP = "half-asleep", "半睡客户"
    ASLEEP = "asleep", "沉睡客户"


def _threshold(days: float | None) -> float | None:
    return cast("float | None", plain(days))


def _read(data: dict[str, Any], _scales: Scales) -> "SleepPolicy":
    learned = data["learned"]
    return SleepPolicy(**{**data, "learned": None if learned is None else Learned(**learned)})


@document("sleep-policy", read=_read)
@attrs.frozen
class SleepPolicy:
    """The silence at which each churn state begins.

    Parameters
    ----------
    drowsy_from, half_asleep_from, asleep_from : float or None
        Days since the last order from which on, that day included, a customer is in the state
        [days]. Above 0 and non-decreasing. None: nobody ever gets there by this rule; a state
        whose threshold is also the next one's is not reached either.
    learned : Learned, optional
        Where the thresholds came from; takes no part in equality.

    Attributes
    ----------
    bands : Bands of ChurnState
        The same thresholds as bands over ``days_since_last_order``.

    Raises
    ------
    RuleError
        When a threshold is not above 0 or not finite, or they decrease.
    TypeError
        When a threshold is no number.

    Examples
    --------
    >>> import custvalue as cv
    >>> policy = cv.SleepPolicy(62, 172, None)
    >>> policy.classify(62)
    <ChurnState.DROWSY: 'drowsy'>
    >>> policy.classify([0, 61, 172, 9999, None]).tolist()
    ['awake', 'awake', 'half-asleep', 'half-asleep', nan]
    """

    drowsy_from: float | None = attrs.field(converter=_threshold)
    half_asleep_from: float | None = attrs.field(converter=_threshold)
    asleep_from: float | None = attrs.field(converter=_threshold)
    learned: Learned | None = attrs.field(default=None, kw_only=True, eq=False)
    bands: Bands[ChurnState] = attrs.field(init=False, eq=False, repr=False)

    @bands.default
    def _build_bands(self) -> Bands[ChurnState]:
        thresholds = {
            "drowsy_from": self.drowsy_from,
            "half_asleep_from": self.half_asleep_from,
            "asleep_from": self.asleep_from,
        }
        for name, days in thresholds.items():
            if days is not None:
                _check_threshold(name, days)
        return Bands(
            ChurnState,
            list(thresholds.values()),
            measure=MEASURE,
            unit="days",
            learned=self.learned,
        )

    @overload
    def classify(self, days_since_last_order: Number) -> ChurnState: ...
    @overload
    def classify(
        self, days_since_last_order: "pd.Series[Any] | pd.DataFrame"
    ) -> "pd.Series[Any]": ...
    @overload
    def classify(
        self, days_since_last_order: "npt.NDArray[Any] | Sequence[Any] | pd.Index[Any]"
    ) -> pd.Categorical: ...
    def classify(
        self, days_since_last_order: "Number | Column | pd.DataFrame"
    ) -> "ChurnState | pd.Series[Any] | pd.Categorical":
        """Return the state after one silence, or after each of many.

        Parameters
        ----------
        days_since_last_order : number, or list, array or Series, shape (n,), or DataFrame
            From the last order to the day one looks [days]. A DataFrame must hold the column
            ``days_since_last_order``. Missing entries (who never bought) stay missing.

        Returns
        -------
        ChurnState, pandas.Categorical, or Series of it with the same index
            A Series keeps its name; the states of a frame have none.

        Raises
        ------
        InputError
            When a single value is missing, any is negative or infinite (the sentence names the
            rows), or a frame lacks the column.
        TypeError
            When values are no numbers, or have more than one dimension.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> policy = cv.SleepPolicy(30, 60, 90)
        >>> policy.classify(days_since_last_order=89.5).value
        'half-asleep'
        >>> customers = pd.DataFrame({"days_since_last_order": [3, 95]}, index=["ann", "bob"])
        >>> policy.classify(customers).to_dict()
        {'ann': 'awake', 'bob': 'asleep'}
        """
        days = days_since_last_order
        if isinstance(days, pd.DataFrame):
            require_columns(days, [MEASURE], "what a sleep policy classifies")
            return self.classify(days[MEASURE]).rename(None)
        if is_column(days):
            _check_column(days)  # type: ignore[arg-type]
            return self.bands.classify(days)
        return self.bands.classify(_read_days(days))

    def explain(self, days_since_last_order: Number) -> str:
        """Say which state a silence leads to, since when, and when the next one begins.

        Raises
        ------
        InputError
            When the value is missing, negative or infinite.
        TypeError
            When it is no number.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.SleepPolicy(62, 172, None).explain(74)
        'silent 74 days: drowsy, from 62 days; half-asleep from 172 days. No value reaches asleep.'
        """
        days = _read_days(days_since_last_order)
        sentence = attrs.evolve(self.bands, measure="silent").explain(days)
        return sentence.replace("silent 1 days:", "silent 1 day:")


def _check_threshold(name: str, days: object) -> None:
    if not isinstance(days, int | float) or isinstance(days, bool):
        msg = f"{name} must be a number of days or None, got {days!r} ({type(days).__name__})"
        raise TypeError(msg)
    if not 0 < days < math.inf:  # on the day of an order everybody is awake
        msg = f"{name} must be above 0 and finite, or None for never, got {days!r} [days]"
        raise RuleError(msg)


def _read_days(days: object) -> float:
    number = read_number(days, MEASURE)
    if number < 0:
        msg = f"{MEASURE} must be ≥ 0, got {number!r}: {_LOOK_LATER}"
        raise InputError(msg)
    return number


def _check_column(days: Column) -> None:
    negative = read_numbers(days, MEASURE).values < 0
    if negative.any():
        rows = name_rows(negative, as_series(days, MEASURE))
        msg = f"{MEASURE} must be ≥ 0, got less in {rows}: {_LOOK_LATER}"
        raise InputError(msg)
