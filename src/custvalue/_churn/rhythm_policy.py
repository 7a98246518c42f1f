"""The policy that tells churn states apart by silence in the customer's own gaps."""

import math
from typing import Any, overload

import attrs
import numpy as np
import pandas as pd

from custvalue._bands import Bands, Learned
from custvalue._churn.silences import (
    MEASURE,
    check_length,
    check_thresholds,
    plain_length,
    read_silence,
    read_silences,
)
from custvalue._churn.states import (
    ChurnState,
    explain_silence,
    plain_origin,
    read_learned,
    say_length,
)
from custvalue._containers import (
    LARGEST_EXACT,
    LARGEST_FLOAT,
    Number,
    is_missing,
    name_rows,
    plain,
    read_number,
    read_numbers,
    refuse_both,
    require_columns,
)
from custvalue._documents import Scales, document
from custvalue._words import say_number
from custvalue.errors import InputError

RHYTHM = "mean_gap_days"


def _read(data: dict[str, Any], _scales: Scales) -> "RhythmPolicy":
    return RhythmPolicy(**{**data, "learned": read_learned(data["learned"])})


@document("rhythm-policy", read=_read)
@attrs.frozen
class RhythmPolicy:
    """The silence at which each churn state begins, in gaps of the customer's own.

    Two weeks of silence mean little of who orders twice a year, and much of who orders daily. So
    silence is counted in the customer's own mean gap between order days. Customers without one,
    who ordered on one day only, are measured by the population's gap, and explanations say so.

    Parameters
    ----------
    drowsy_from, half_asleep_from, asleep_from : float or None
        Days since the last order, in multiples of the mean gap, from which on a customer is in the
        state [gaps]. Above 0 and non-decreasing. None: nobody ever gets there by this rule.
    fallback_gap_days : float
        The gap for customers without one of their own [days]. Above 0.
    learned : Learned, optional
        Where the thresholds came from; takes no part in equality.

    Attributes
    ----------
    bands : Bands of ChurnState
        The same thresholds as bands over the silence in gaps.

    Raises
    ------
    RuleError
        When a threshold or the gap is not above 0 or not finite, or thresholds decrease.
    TypeError
        When one is no number.

    Examples
    --------
    >>> import custvalue as cv
    >>> policy = cv.RhythmPolicy(2, 4, 8, fallback_gap_days=30)
    >>> policy.classify(days_since_last_order=40, mean_gap_days=12.5)
    <ChurnState.DROWSY: 'drowsy'>
    >>> policy.classify(days_since_last_order=40)
    <ChurnState.AWAKE: 'awake'>
    """

    drowsy_from: float | None = attrs.field(converter=plain_length)
    half_asleep_from: float | None = attrs.field(converter=plain_length)
    asleep_from: float | None = attrs.field(converter=plain_length)
    fallback_gap_days: float = attrs.field(kw_only=True, converter=plain_length)
    learned: Learned | None = attrs.field(default=None, kw_only=True, eq=False)
    bands: Bands[ChurnState] = attrs.field(init=False, eq=False, repr=False)

    @bands.default
    def _build_bands(self) -> Bands[ChurnState]:
        thresholds = {
            "drowsy_from": self.drowsy_from,
            "half_asleep_from": self.half_asleep_from,
            "asleep_from": self.asleep_from,
        }
        check_thresholds(thresholds, "gaps")
        check_length("fallback_gap_days", self.fallback_gap_days, "days")
        return Bands(
            ChurnState,
            list(thresholds.values()),
            measure="silence",
            unit="gaps",
            learned=plain_origin(self.learned),
        )

    @overload
    def classify(self, customers: pd.DataFrame, /) -> "pd.Series[Any]": ...
    @overload
    def classify(
        self, /, *, days_since_last_order: Number, mean_gap_days: Number | None = None
    ) -> ChurnState: ...
    def classify(
        self,
        customers: pd.DataFrame | None = None,
        /,
        *,
        days_since_last_order: Number | None = None,
        mean_gap_days: Number | None = None,
    ) -> "ChurnState | pd.Series[Any]":
        """Return the state of one customer, or of each row of a frame.

        Parameters
        ----------
        customers : DataFrame, shape (n, columns)
            As the customer table of an order log: must hold ``days_since_last_order``, missing
            for who never bought, and ``mean_gap_days``, missing for who ordered on one day only.
        days_since_last_order : float
            From the last order to the day one looks [days].
        mean_gap_days : float, optional
            Mean gap between the customer's order days [days]. Unknown: `fallback_gap_days`.

        Returns
        -------
        ChurnState, or categorical Series with the frame's index
            Missing for who never bought.

        Raises
        ------
        InputError
            When the silence is missing, negative or infinite, a gap is not above 0 or infinite
            (the sentence names the rows), or a frame lacks a column.
        TypeError
            When values are no numbers, or a frame and keywords are given at once.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> policy = cv.RhythmPolicy(2, 4, 8, fallback_gap_days=30)
        >>> customers = pd.DataFrame(
        ...     {"days_since_last_order": [40, 40, None], "mean_gap_days": [9.0, None, None]}
        ... )
        >>> policy.classify(customers).tolist()
        ['half-asleep', 'awake', nan]
        """
        if customers is not None:
            given = {MEASURE: days_since_last_order, RHYTHM: mean_gap_days}
            refuse_both({name: value for name, value in given.items() if value is not None})
            return self._classify_frame(customers)
        return self.bands.classify(self._in_gaps(days_since_last_order, mean_gap_days))

    def explain(self, *, days_since_last_order: Number, mean_gap_days: Number | None = None) -> str:
        """Say which state a silence leads to, since when, when the next begins, by whose rhythm.

        Parameters
        ----------
        days_since_last_order : number [days]
            The silence of one customer.
        mean_gap_days : number, optional [days]
            Its mean gap; None where it has none.

        Returns
        -------
        str

        Raises
        ------
        InputError, TypeError
            As for `classify`.

        Examples
        --------
        >>> import custvalue as cv
        >>> policy = cv.RhythmPolicy(2, 4, 8, fallback_gap_days=30)
        >>> print(policy.explain(days_since_last_order=40, mean_gap_days=12.5))
        silent 40 days, 3.2 of its own mean gaps of 12.5 days: drowsy, from 2 gaps; half-asleep
        from 4 gaps.
        >>> print(policy.explain(days_since_last_order=40))
        silent 40 days, 1.33 of the population's gaps of 30 days, having none of its own: awake;
        drowsy from 2 gaps.
        """
        silence = self._in_gaps(days_since_last_order, mean_gap_days)
        days = say_length(read_silence(days_since_last_order), "days")
        # Down: never into the next state.
        rounded = say_number(
            math.floor(silence * 100) / 100 if silence < LARGEST_EXACT else silence
        )
        if is_missing(plain(mean_gap_days)):
            gap = say_length(round(self.fallback_gap_days, 2), "days")
            whose = f"of the population's gaps of {gap}, having none of its own"
        else:
            gap = say_length(round(read_number(mean_gap_days, RHYTHM), 2), "days")
            whose = f"of its own mean gaps of {gap}"
        _, _, told = explain_silence(self.bands, self.learned, silence).partition(":")
        return f"silent {days}, {rounded} {whose}:{told}"

    def _in_gaps(self, days: object, gap: object) -> float:
        """Return one silence in gaps."""
        silence = read_silence(days)
        if is_missing(plain(gap)):
            return min(silence / self.fallback_gap_days, LARGEST_FLOAT)
        own = read_number(gap, RHYTHM)
        if own <= 0:
            msg = f"{RHYTHM} must be above 0, got {own!r}: give None for a customer without a gap"
            raise InputError(msg)
        return min(silence / own, LARGEST_FLOAT)

    def _classify_frame(self, customers: pd.DataFrame) -> "pd.Series[Any]":
        require_columns(customers, [MEASURE, RHYTHM], "what a rhythm policy classifies")
        silence = read_silences(customers[MEASURE])
        gap = read_numbers(customers[RHYTHM], RHYTHM).as_floats()
        wrong = gap <= 0
        if wrong.any():
            msg = (
                f"{RHYTHM} must be above 0, got others in {name_rows(wrong, customers)}: leave it "
                "missing for a customer without a gap"
            )
            raise InputError(msg)
        gap[np.isnan(gap)] = self.fallback_gap_days
        with np.errstate(over="ignore"):
            in_gaps = np.minimum(silence.as_floats() / gap, LARGEST_FLOAT)
        states = self.bands.classify(in_gaps)
        return pd.Series(states, index=customers.index, copy=False)
