"""The policy that tells churn states apart by the days of silence."""

from collections.abc import Sequence
from typing import Any, overload

import attrs
import numpy.typing as npt
import pandas as pd

from custvalue._bands import Bands, Learned
from custvalue._churn.silences import (
    MEASURE,
    check_thresholds,
    plain_length,
    read_silence,
    read_silences,
)
from custvalue._churn.states import ChurnState, explain_silence, plain_origin, read_learned
from custvalue._containers import Column, Number, is_column, require_columns
from custvalue._documents import Scales, document


def _read(data: dict[str, Any], _scales: Scales) -> "SleepPolicy":
    return SleepPolicy(**{**data, "learned": read_learned(data["learned"])})


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

    drowsy_from: float | None = attrs.field(converter=plain_length)
    half_asleep_from: float | None = attrs.field(converter=plain_length)
    asleep_from: float | None = attrs.field(converter=plain_length)
    learned: Learned | None = attrs.field(default=None, kw_only=True, eq=False)
    bands: Bands[ChurnState] = attrs.field(init=False, eq=False, repr=False)

    @bands.default
    def _build_bands(self) -> Bands[ChurnState]:
        thresholds = {
            "drowsy_from": self.drowsy_from,
            "half_asleep_from": self.half_asleep_from,
            "asleep_from": self.asleep_from,
        }
        check_thresholds(thresholds, "days")
        return Bands(
            ChurnState,
            list(thresholds.values()),
            measure=MEASURE,
            unit="days",
            learned=plain_origin(self.learned),
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
            read_silences(days)  # type: ignore[arg-type]
            return self.bands.classify(days)
        return self.bands.classify(read_silence(days))

    def explain(self, days_since_last_order: Number) -> str:
        """Say which state a silence leads to, since when, and when the next one begins.

        A learned policy also says how many of those who were this silent ordered again within
        its horizon, and where its thresholds came from.

        Parameters
        ----------
        days_since_last_order : number [days]
            The silence of one customer.

        Returns
        -------
        str

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
        days = read_silence(days_since_last_order)
        return explain_silence(attrs.evolve(self.bands, measure="silent"), self.learned, days)
