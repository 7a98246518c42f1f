"""How likely a silent customer is to order again: the return curve of a log's silences."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal, Self, overload

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._calendar import Day, read_day, to_date
from custvalue._containers import Column, Number, is_column, is_word, read_flag
from custvalue._documents import Scales, document
from custvalue._returns.hazard import Hazard
from custvalue._returns.question import Question
from custvalue._returns.rhythm import ORDER_DAYS, RhythmHazard, group_of
from custvalue._returns.silences import EachSilence, Silences
from custvalue._returns.stored import (
    rhythm_from_dict,
    rhythm_to_dict,
    silences_from_dict,
    silences_to_dict,
)
from custvalue._statistics import survival_table
from custvalue._words import say_count, say_number, say_percent
from custvalue.errors import InputError
from custvalue.orders import OrderLog, require_log

Beyond = Literal["missing", "last_hazard"]
Floats = npt.NDArray[np.float64]

HALF = 0.5 + 1e-12  # a share still silent is a product of rounded factors
COLUMNS = ["at_risk", "returned", "still_silent", "low", "high"]


def _write(curve: "ReturnCurve") -> dict[str, Any]:
    return {
        "as_of": curve.as_of.isoformat(),
        "relative": curve.relative,
        "silences": silences_to_dict(curve._silences),
        "rhythm": None if curve._rhythm is None else rhythm_to_dict(curve._rhythm),
    }


def _read(data: dict[str, Any], _scales: Scales) -> "ReturnCurve":
    rhythm = data["rhythm"]
    return ReturnCurve(
        as_of=dt.date.fromisoformat(data["as_of"]),
        relative=data["relative"],
        silences=silences_from_dict(data["silences"]),
        rhythm=None if rhythm is None else rhythm_from_dict(rhythm),
    )


@document("return-curve", write=_write, read=_read)
@attrs.frozen(eq=False, repr=False, kw_only=True)
class ReturnCurve:
    """How many silences outlast each length, and so the chance that one ends; made by `from_log`.

    A silence begins on an order day and ends with the customer's next one. One still running at
    `as_of` is censored: it is at risk for as long as it was watched (Kaplan-Meier). Where the log
    has a `history_starts`, a silence that began earlier is at risk only after the length it had
    by then (delayed entry).

    The interval is given **as if silences were independent**. They are not: a frequent buyer has
    many, much alike, and weighs more than a rare one. So the curve is that of silences, not of
    customers, and its true interval is wider.

    Attributes
    ----------
    as_of : date
        The end of observation.
    relative : bool
        Whether silences are measured in multiples of the customer's mean gap before each, not in
        days. The first silence of a customer has no gap before it and is left out.

    References
    ----------
    E. L. Kaplan and P. Meier (1958), Nonparametric estimation from incomplete observations.
    Journal of the American Statistical Association 53, 457-481.

    Examples
    --------
    >>> import custvalue as cv
    >>> log = cv.OrderLog.from_frame(cv.examples.example_orders())
    >>> curve = cv.ReturnCurve.from_log(log, as_of="2026-03-01")
    >>> curve.table["still_silent"].round(3).to_dict()
    {15: 0.5, 25: 0.5, 51: 0.5}
    >>> curve.chance_of_return(10, within=10)
    0.5
    """

    as_of: dt.date
    relative: bool
    _silences: Silences
    _rhythm: RhythmHazard | None
    _hazard: Hazard = attrs.field(init=False)

    @_hazard.default
    def _sum_up(self) -> Hazard:
        return Hazard.of(self._silences)

    @classmethod
    def from_log(
        cls,
        log: OrderLog,
        *,
        as_of: Day,
        relative: bool = False,
        by: Literal["rhythm"] | None = None,
    ) -> Self:
        """Estimate the curve from all silences up to a day.

        Parameters
        ----------
        log : OrderLog
            The orders; later ones than `as_of` change nothing.
        as_of : date or ISO string
            The end of observation.
        relative : bool, default False
            Measure silences in multiples of the customer's mean gap before each, not in days.
        by : {None, "rhythm"}
            ``"rhythm"``: give each customer a chance of its own, from its order days and its mean
            gap. There is one curve per group of order days (1, 2, 3, 4, 5, 6-7, 8-10, 11-15,
            16-23, 24 and more), drawn towards the pooled one the fewer returns the group has had.
            The mean gap is the measure of time: see `chance_of_return`. `table` stays the
            pooled curve.

        Returns
        -------
        ReturnCurve
            Of no silence, as before the first order, the table is empty and every chance missing.

        Raises
        ------
        InputError
            When `as_of` is no calendar day, or `by` is anything else or stands beside `relative`.
        TypeError
            When `log` is no OrderLog.

        Examples
        --------
        >>> import custvalue as cv
        >>> log = cv.OrderLog.from_frame(cv.examples.example_orders())
        >>> print(cv.ReturnCurve.from_log(log, as_of="2026-03-01"))
        4 silences by 2026-03-01, 2 of them ended: half of them within 15 days.
        """
        require_log(log)
        if by is not None and not is_word(by, ("rhythm",)):
            msg = f"by must be None or 'rhythm', got {by!r}"
            raise InputError(msg)
        relative = read_flag(relative, "relative")
        if by == "rhythm" and relative:
            msg = "by='rhythm' measures silences in days and gaps both: leave relative out"
            raise InputError(msg)
        day = read_day(as_of, "as_of")
        silences = Silences.in_gaps(log, day) if relative else Silences.in_days(log, day)
        return cls(
            as_of=to_date(day),
            relative=relative,
            silences=silences,
            rhythm=RhythmHazard.of(EachSilence.of(log, day)) if by == "rhythm" else None,
        )

    @property
    def by(self) -> Literal["rhythm"] | None:
        """Whether customers have chances of their own (``"rhythm"``) or one curve (None).

        Examples
        --------
        >>> import custvalue as cv
        >>> log = cv.OrderLog.from_frame(cv.examples.example_orders())
        >>> curve = cv.ReturnCurve.from_log(log, as_of="2026-03-01", by="rhythm")
        >>> curve.by
        'rhythm'
        """
        return None if self._rhythm is None else "rhythm"

    @property
    def table(self) -> pd.DataFrame:
        """The curve: one row per distinct length at which a silence ended or was left running.

        Indexed by ``silence`` [days, or gaps where `relative`], ascending. ``at_risk`` int64:
        silences watched at that length; ``returned`` int64: of these, ended there by an order;
        ``still_silent`` float64 [share]: the estimate of how many outlast it; ``low``, ``high``
        float64 [share]: its 95% interval as if silences were independent (Greenwood's variance,
        log-minus-log), NaN where the estimate is 1 or 0.

        Examples
        --------
        >>> import custvalue as cv
        >>> log = cv.OrderLog.from_frame(cv.examples.example_orders())
        >>> curve = cv.ReturnCurve.from_log(log, as_of="2026-03-01")
        >>> curve.table["at_risk"].to_dict()
        {15: 4, 25: 2, 51: 1}
        """
        silences = self._silences
        seen = silences.returned + silences.running > 0
        table = survival_table(
            silences.length[seen], silences.at_risk()[seen], silences.returned[seen]
        )
        return table.set_axis(COLUMNS, axis="columns").rename_axis("silence")

    @property
    def groups(self) -> pd.DataFrame | None:
        """The groups of a curve by rhythm, else None.

        Indexed by ``order_days``, the fewest of the group: ``silences`` int64, those watched;
        ``returned`` int64, of these ended by an order.

        Examples
        --------
        >>> import custvalue as cv
        >>> log = cv.OrderLog.from_frame(cv.examples.example_orders())
        >>> curve = cv.ReturnCurve.from_log(log, as_of="2026-03-01", by="rhythm")
        >>> curve.groups["silences"].head(3).to_dict()
        {1: 2, 2: 1, 3: 1}
        """
        if self._rhythm is None:
            return None
        return pd.DataFrame(
            {"silences": self._rhythm.silences, "returned": self._rhythm.returned},
            index=pd.Index(ORDER_DAYS, name="order_days"),
        )

    @overload
    def chance_of_return(
        self,
        silence: Number,
        *,
        within: Number,
        order_days: Number | None = None,
        mean_gap_days: Number | None = None,
        beyond: Beyond = "missing",
    ) -> float: ...
    @overload
    def chance_of_return(
        self,
        silence: "pd.Series[Any]",
        *,
        within: Number,
        order_days: Column | Number | None = None,
        mean_gap_days: Column | Number | None = None,
        beyond: Beyond = "missing",
    ) -> "pd.Series[float]": ...
    @overload
    def chance_of_return(
        self,
        silence: "pd.Index[Any] | npt.NDArray[Any] | Sequence[Any]",
        *,
        within: Number,
        order_days: Column | Number | None = None,
        mean_gap_days: Column | Number | None = None,
        beyond: Beyond = "missing",
    ) -> Floats: ...
    def chance_of_return(
        self,
        silence: Column | Number,
        *,
        within: Number,
        order_days: Column | Number | None = None,
        mean_gap_days: Column | Number | None = None,
        beyond: Beyond = "missing",
    ) -> "float | Floats | pd.Series[float]":
        """Return the chance that customers silent so long order again within a horizon.

        Of the silences that outlasted this length, the share that ends before it is longer by the
        horizon: 1 - still_silent(silence + within) / still_silent(silence). ``explain`` says why
        a chance is missing.

        By rhythm, it is the chance in the customer's group, in the customer's own time: gaps are
        measured by its mean gap, drawn towards the population's as if half a gap of that length
        had been seen as well; time is logarithmic, a step is a factor.

        Parameters
        ----------
        silence : number, or column of shape (n,) [days]
            Days since the last order. On a relative curve without `mean_gap_days`: gaps.
        within : number [days]
            The horizon, above 0. In the unit of `silence`.
        order_days, mean_gap_days : number or column of shape (n,), optional [1], [days]
            The customers', as in `OrderLog.customers`. Needed by rhythm, where the mean gap of
            those with one order day is missing and not looked at. On a relative curve a mean gap
            says that `silence` and `within` are days. Other curves do not need them.
        beyond : {"missing", "last_hazard"}
            What becomes of a horizon that ends after the longest silence watched (by rhythm: in
            the customer's group). Either the chance is missing, or the curve goes on: at the mean
            rate of its last stretch that saw 30 returns; by rhythm, at the last rate per step of
            logarithmic time, so that it falls as 1 / time.

        Returns
        -------
        float, Series of float (index kept), or ndarray of float, shape (n,) [share]
            NaN where the silence is missing, as of customers who never ordered; where the horizon
            ends beyond what was watched; and where it touches lengths at which no silence was
            watched, although longer ones were.

        Raises
        ------
        InputError
            When a silence is negative, a horizon or mean gap not above 0, order days are below 1,
            a single customer's numbers are missing, columns have different indices, or a curve by
            rhythm lacks order days or mean gaps.
        TypeError
            When they are no numbers.

        Examples
        --------
        >>> import custvalue as cv
        >>> log = cv.OrderLog.from_frame(cv.examples.simulate_orders(customers=500, seed=3))
        >>> curve = cv.ReturnCurve.from_log(log, as_of=log.end, by="rhythm")
        >>> customers = log.customers(log.end)
        >>> chances = curve.chance_of_return(
        ...     customers["days_since_last_order"],
        ...     within=30,
        ...     order_days=customers["order_days"],
        ...     mean_gap_days=customers["mean_gap_days"],
        ...     beyond="last_hazard",
        ... )
        >>> bool(chances.between(0, 1).all())
        True
        """
        goes_on = _read_beyond(beyond)
        asked = Question.read(silence, within, order_days, mean_gap_days)
        chance = self._answer(asked, goes_on=goes_on)
        if isinstance(silence, pd.Series):
            return pd.Series(chance, index=silence.index, name="chance_of_return")
        return chance if is_column(silence) else float(chance[0])

    def explain(
        self,
        silence: Number,
        *,
        within: Number,
        order_days: Number | None = None,
        mean_gap_days: Number | None = None,
        beyond: Beyond = "missing",
    ) -> str:
        """Return a sentence that tells one customer's chance, or why it is not known.

        Parameters
        ----------
        silence : number [days, or gaps where `relative`]
            How long the customer has been silent.
        within : number [like silence]
            The horizon.
        order_days : number, optional [1]
            Needed by a curve by rhythm, as for `chance_of_return`.
        mean_gap_days : number, optional [days]
            Likewise.
        beyond : {"missing", "last_hazard"}
            As for `chance_of_return`.

        Returns
        -------
        str

        Raises
        ------
        InputError, TypeError
            As for `chance_of_return`.

        Examples
        --------
        >>> import custvalue as cv
        >>> log = cv.OrderLog.from_frame(cv.examples.example_orders())
        >>> curve = cv.ReturnCurve.from_log(log, as_of="2026-03-01")
        >>> print(curve.explain(10, within=10))
        silent 10 days: 50.0% of silences as long end within the next 10 days
        >>> print(curve.explain(10, within=90))
        silent 10 days: the chance of a return within the next 90 days is not known, as no silence
        was watched for more than 51 days (beyond='last_hazard' goes on at the last rate)
        """
        goes_on = _read_beyond(beyond)
        if is_column(silence):
            msg = "explain tells of one customer, got a column of silences: pick one of them"
            raise TypeError(msg)
        asked = Question.read(silence, within, order_days, mean_gap_days)
        chance = self._answer(asked, goes_on=goes_on).item()
        said = f"silent {self._say(silence, asked)}"
        if self._rhythm is not None and asked.order_days is not None:
            said += f", {_say_group(asked.order_days.item())}"
        horizon = f"within the next {self._say(within, asked)}"
        if chance == chance:  # noqa: PLR0124 - not NaN
            return f"{said}: {say_percent(chance, 1)} of silences as long end {horizon}"
        return f"{said}: the chance of a return {horizon} is not known, as {self._why(asked)}"

    def to_frame(self) -> pd.DataFrame:
        """Return the table with the silence as a column of its own.

        Returns
        -------
        DataFrame, one row per length
            ``silence`` int64 [days] or float64 [gaps], then the columns of `table`.

        Examples
        --------
        >>> import custvalue as cv
        >>> log = cv.OrderLog.from_frame(cv.examples.example_orders())
        >>> cv.ReturnCurve.from_log(log, as_of="2026-03-01").to_frame()["silence"].tolist()
        [15, 25, 51]
        """
        return self.table.reset_index()

    def __str__(self) -> str:
        """Say of how many silences the curve is, and how long half of them last."""
        silences = self._silences
        returned = int(silences.returned.sum())
        count = returned + int(silences.running.sum())
        sentence = f"{say_count(count, 'silence', 'silences')} by {self.as_of}"
        if count:
            table = self.table
            half = np.flatnonzero(table["still_silent"] <= HALF)
            sentence += f", {returned:,} of them ended: "
            sentence += (
                f"half of them within {self._say(table.index[half[0]])}"
                if len(half)
                else f"{say_percent(1 - table['still_silent'].iloc[-1], 1)} of them within "
                f"{self._say(table.index[-1])}, the longest watched"
            )
        if self._rhythm is not None:
            sentence += "; each customer by its own rhythm"
        return f"{sentence}."

    def __repr__(self) -> str:
        return f"<ReturnCurve: {self}>"

    def _repr_html_(self) -> str:
        """Show the sentence and the table in a notebook."""
        return f"<p>{self}</p>" + self.table.to_html()

    def _answer(self, asked: Question, *, goes_on: bool) -> Floats:
        """Return the chance of each customer asked about."""
        if self._rhythm is not None:
            return self._rhythm.chance(*asked.by_rhythm(), beyond=goes_on)
        return self._hazard.chance(*asked.lengths(in_gaps=self.relative), beyond=goes_on)

    def _why(self, asked: Question) -> str:
        """Return why the chance of one customer is not known."""
        watched = self._silences.returned.sum() + self._silences.running.sum()
        if not watched:
            return f"there was no silence by {self.as_of}"
        advice = "(beyond='last_hazard' goes on at the last rate)"
        if self._rhythm is not None:
            return f"no silence of such customers was watched so long in their rhythm {advice}"
        begin, within = asked.lengths(in_gaps=self.relative)
        end = begin + within
        if self._hazard.unwatched_between(begin, end).item() > 0:
            span = f"{say_number(begin.item())} to {self._say(end.item())}"
            return f"at some length from {span} none was watched"
        return f"no silence was watched for more than {self._say(self._hazard.longest)} {advice}"

    def _say(self, length: Number, asked: Question | None = None) -> str:
        """Write a length with its unit: "1 day", "2.5 gaps"."""
        in_gaps = self.relative and (asked is None or asked.mean_gap_days is None)
        unit = "gap" if in_gaps else "day"
        number = round(float(length), 2)
        return f"{say_number(number)} {unit if number == 1 else unit + 's'}"


def _read_beyond(beyond: str) -> bool:
    """Return whether the curve goes on after the longest silence watched."""
    if not is_word(beyond, ("missing", "last_hazard")):
        msg = f"beyond must be 'missing' or 'last_hazard', got {beyond!r}"
        raise InputError(msg)
    return beyond == "last_hazard"


def _say_group(order_days: float) -> str:
    """Write the group of order days: "1 order day", "6 to 7 order days"."""
    place = int(group_of(np.array([order_days])).item())
    first = int(ORDER_DAYS[place])
    if place + 1 == len(ORDER_DAYS):
        return f"{first} order days or more"
    last = int(ORDER_DAYS[place + 1]) - 1
    if last > first:
        return f"{first} to {last} order days"
    return say_count(first, "order day", "order days")
