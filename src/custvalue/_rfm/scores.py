"""The rule of RFM: three bands that give levels, and a table that says what they mean together."""

from collections.abc import Mapping
from typing import Any, cast, overload

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._bands import Bands
from custvalue._containers import (
    Number,
    missing_in,
    name_rows,
    read_number,
    read_numbers,
    refuse_both,
    require_columns,
)
from custvalue._documents import Scales, document, from_dict, to_dict
from custvalue._rfm.levels import BY_DAYS, FiveLevels
from custvalue._rfm.segments import DEFAULT_SEGMENTS
from custvalue._scale import Label, Scale
from custvalue._table import Table
from custvalue._words import say_count
from custvalue.errors import InputError, RuleError

DAYS, ORDERS, REVENUE = "days_since_last_order", "orders", "revenue"
LEVEL_OF = {DAYS: "recency_level", ORDERS: "orders_level", REVENUE: "revenue_level"}
MUST_BE = {DAYS: "≥ 0 (look on a day not before the last order)", ORDERS: "a whole number ≥ 0"}


@attrs.frozen(kw_only=True)
class RFMLevels:
    """The three levels of one customer.

    Attributes
    ----------
    recency_level, orders_level, revenue_level : step of ThreeLevels, FourLevels or FiveLevels
        The higher the better.

    Examples
    --------
    >>> import custvalue as cv
    >>> five = cv.rfm.FiveLevels
    >>> levels = cv.rfm.RFMLevels(
    ...     recency_level=five.FIVE, orders_level=five.ONE, revenue_level=five.TWO
    ... )
    >>> levels.recency_level > levels.orders_level
    True
    """

    recency_level: Scale
    orders_level: Scale
    revenue_level: Scale


def _write(scores: "RFMScores") -> dict[str, Any]:
    rules = {name: getattr(scores, name) for name in (*LEVEL_OF, "segments")}
    return {name: None if rule is None else to_dict(rule) for name, rule in rules.items()}


def _read(data: dict[str, Any], scales: Scales) -> "RFMScores":
    rules: dict[str, Any] = {name: data[name] for name in (*LEVEL_OF, "segments")}
    for name, rule in rules.items():
        rules[name] = None if rule is None else from_dict(rule, scales=scales)
    return RFMScores(**rules)


@document("rfm-scores", write=_write, read=_read)
@attrs.frozen(kw_only=True)
class RFMScores:
    """Where the levels of recency, orders and revenue begin, and what they mean together.

    The higher a level the better: fewer days, more orders, more revenue never give a lower one.

    Parameters
    ----------
    days_since_last_order : Bands on ThreeByDays, FourByDays or FiveByDays
        Bands rise with their number, and more days are worse. So these scales begin with the
        best level, and each floor is where a worse one begins [days].
    orders, revenue : Bands on ThreeLevels, FourLevels or FiveLevels
        Both of as many levels as there are for the days.
    segments : Table or None
        What the levels mean together, over any of ``recency_level``, ``orders_level`` and
        ``revenue_level``. By default `DEFAULT_SEGMENTS` for five levels, else None.

    Raises
    ------
    RuleError
        When the bands are not on scales of the same levels, or `segments` does not look at them.
    TypeError
        When the bands are none, or `segments` is no table.

    See Also
    --------
    RFMLearner : learns the bands from all customers.

    Examples
    --------
    >>> import custvalue as cv
    >>> scores = cv.RFMScores(
    ...     days_since_last_order=cv.Bands(
    ...         cv.rfm.FourByDays, (cv.above(30), cv.above(60), cv.above(90))
    ...     ),
    ...     orders=cv.Bands(cv.rfm.FourLevels, (2, 5, 8)),
    ...     revenue=cv.Bands(cv.rfm.FourLevels, (100, 200, 300)),
    ... )
    >>> levels = scores.classify(days_since_last_order=30, orders=4, revenue=99.5)
    >>> [str(level) for level in (levels.recency_level, levels.orders_level, levels.revenue_level)]
    ['4 of 4', '2 of 4', '1 of 4']
    """

    days_since_last_order: Bands[Any]
    orders: Bands[Any]
    revenue: Bands[Any]
    segments: Table[Any] | None = attrs.field()

    @segments.default
    def _default_segments(self) -> Table[Any] | None:
        return default_segments(self._bands_of(ORDERS).scale)

    def __attrs_post_init__(self) -> None:
        """Check that the bands and the segments are of the same levels."""
        scale = self._bands_of(ORDERS).scale
        wanted = (BY_DAYS.get(scale), scale, scale)
        given = tuple(self._bands_of(measure).scale for measure in LEVEL_OF)
        if wanted != given:
            msg = (
                "more days are worse, so days_since_last_order takes bands on a scale that begins "
                "with the best level; orders and revenue take as many levels the other way round: "
                "FiveByDays, FiveLevels and FiveLevels, say; "
                f"got {', '.join(scale.__name__ for scale in given)}"
            )
            raise RuleError(msg)
        check_segments(self.segments, scale)

    @overload
    def classify(self, customers: pd.DataFrame, /) -> pd.DataFrame: ...
    @overload
    def classify(
        self, /, *, days_since_last_order: Number, orders: Number, revenue: Number
    ) -> RFMLevels: ...
    def classify(
        self, customers: pd.DataFrame | None = None, /, **measures: Any
    ) -> RFMLevels | pd.DataFrame:
        """Return the three levels of one customer, or of each row of a frame.

        Parameters
        ----------
        customers : DataFrame, shape (n, columns)
            Must hold ``days_since_last_order`` [days], ``orders`` and ``revenue`` [money].
        days_since_last_order, orders, revenue : number
            For one customer: all three, by name [days, 1, money].

        Returns
        -------
        RFMLevels, or DataFrame with the same index
            Ordered categorical columns ``recency_level``, ``orders_level``, ``revenue_level``,
            the last category the best. Who never ordered, and so has no days, has no levels;
            another missing number lacks its own level only.

        Raises
        ------
        InputError
            When a column is absent or a single number is missing; when days or orders are
            negative, orders are no whole numbers, or a number is infinite, naming the rows.
        TypeError
            When a measure is lacking or unknown, a value is no number, or a frame and measures
            are given at once.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> customers = pd.DataFrame(
        ...     {
        ...         "days_since_last_order": [1, 9, 50, None],
        ...         "orders": [1, 6, 2, 0],
        ...         "revenue": [5, 90, 30, 0],
        ...     }
        ... )
        >>> scores = cv.RFMLearner(levels=3).fit(customers)
        >>> scores.classify(customers)["recency_level"].tolist()
        ['3 of 3', '2 of 3', '1 of 3', nan]
        >>> scores.classify(days_since_last_order=0, orders=3, revenue=5).orders_level.value
        '3 of 3'
        """
        if customers is not None:
            refuse_both(measures)
            return self._classify_frame(customers)
        numbers = _read_measures(measures)
        scale = self.orders.scale
        steps = [self._bands_of(measure).classify(numbers[measure]) for measure in LEVEL_OF]
        return RFMLevels(
            **{name: scale(str(step)) for name, step in zip(LEVEL_OF.values(), steps, strict=True)}
        )

    @overload
    def segment(self, customers: pd.DataFrame, /) -> "pd.Series[Any]": ...
    @overload
    def segment(
        self, /, *, days_since_last_order: Number, orders: Number, revenue: Number
    ) -> Label: ...
    def segment(
        self, customers: pd.DataFrame | None = None, /, **measures: Any
    ) -> "Label | pd.Series[Any]":
        """Return the segment of one customer, or of each row of a frame.

        Parameters
        ----------
        customers : DataFrame, shape (n, columns)
            As for `classify`.
        days_since_last_order, orders, revenue : number
            For one customer: all three, by name [days, 1, money].

        Returns
        -------
        member of the table's answers (RFMSegment), or categorical Series with the same index
            Missing where a level the table asks about is missing, unless it says what then.

        Raises
        ------
        RuleError
            When there is no table of segments.
        InputError, TypeError
            As for `classify`.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> customers = pd.DataFrame(
        ...     {
        ...         "days_since_last_order": [1, 9, 50, 60, 70, None],
        ...         "orders": [1, 6, 1, 2, 9, 0],
        ...         "revenue": [5, 90, 30, 30, 80, 0],
        ...     }
        ... )
        >>> scores = cv.RFMLearner().fit(customers)
        >>> scores.segment(customers).tolist()
        ['new', 'loyal', 'about-to-sleep', 'at-risk', 'cannot-lose', nan]
        >>> scores.segment(days_since_last_order=30, orders=9, revenue=200)
        <RFMSegment.LOYAL: 'loyal'>
        """
        table = self._table()
        levels = self.classify(customers, **measures)  # type: ignore[arg-type]
        if isinstance(levels, pd.DataFrame):
            return cast("pd.Series[Any]", table.classify(levels))
        return cast("Label", table.classify(**_asked(table, levels)))

    def explain(self, *, days_since_last_order: Number, orders: Number, revenue: Number) -> str:
        """Say each level of one customer and where it begins, then the segment and its reason.

        Parameters
        ----------
        days_since_last_order : number [days]
            Of one customer, as are the others.
        orders : number [1]
            How many.
        revenue : number [money]
            What they brought.

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
        >>> scores = cv.RFMScores(
        ...     days_since_last_order=cv.Bands(
        ...         cv.rfm.FiveByDays, [cv.above(days) for days in (7, 30, 90, 365)]
        ...     ),
        ...     orders=cv.Bands(cv.rfm.FiveLevels, (2, 3, 5, 9)),
        ...     revenue=cv.Bands(cv.rfm.FiveLevels, (50, 100, 200, 500), unit="EUR"),
        ... )
        >>> print(scores.explain(days_since_last_order=8, orders=1, revenue=120))
        days_since_last_order 8: 4 of 5, above 7; 3 of 5 above 30.
        orders 1: 1 of 5; 2 of 5 from 2.
        revenue 120 EUR: 3 of 5, from 100 EUR; 4 of 5 from 200 EUR.
        promising, as orders_level = 1 of 5 and recency_level = 4 of 5: few orders, the last lately.
        """
        measures = {DAYS: days_since_last_order, ORDERS: orders, REVENUE: revenue}
        numbers = _read_measures(measures)
        lines = [
            attrs.evolve(self._bands_of(measure), measure=measure).explain(number)
            for measure, number in numbers.items()
        ]
        if self.segments is not None:
            lines.append(self.segments.explain(**_asked(self.segments, self.classify(**numbers))))
        return "\n".join(lines)

    def unreachable(self) -> dict[str, list[Scale]]:
        """Return for each column of levels those no number can have, lowest first.

        A level is out of reach when so many customers are equal that they take its share too.

        Returns
        -------
        dict of str to list of steps

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> customers = pd.DataFrame(
        ...     {"days_since_last_order": [1, 9, 50], "orders": [1, 1, 6], "revenue": [5, 5, 5]}
        ... )
        >>> scores = cv.RFMLearner(levels=3).fit(customers)
        >>> {name: len(levels) for name, levels in scores.unreachable().items()}
        {'recency_level': 0, 'orders_level': 1, 'revenue_level': 1}
        """
        scale = self.orders.scale
        return {
            name: sorted(scale(str(step)) for step in self._bands_of(measure).unreachable())
            for measure, name in LEVEL_OF.items()
        }

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of these levels must know: which ones no number can have, and why.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> customers = pd.DataFrame(
        ...     {"days_since_last_order": [1, 9, 50], "orders": [1, 1, 1], "revenue": [5, 20, 90]}
        ... )
        >>> for note in cv.RFMLearner(levels=3).fit(customers).notes:
        ...     print(note)
        No value of orders gives 2 of 3: equal customers share a level, and too many of the 3
        learned from are equal.
        """
        return tuple(
            f"No value of {measure} gives {', '.join(levels)}: {self._why(measure)}."
            for measure, levels in zip(LEVEL_OF, self.unreachable().values(), strict=True)
            if levels
        )

    def _why(self, measure: str) -> str:
        learned = self._bands_of(measure).learned
        if learned is None:
            return "its floor is also the next one's, or None"
        if learned.count <= len(learned.nominal):
            who = say_count(learned.count, "customer is", "customers are")
            return f"{who} too few to learn so many levels from"
        return (
            "equal customers share a level, and too many of the "
            f"{learned.count:,} learned from are equal"
        )

    def _bands_of(self, measure: str) -> Bands[Any]:
        bands = getattr(self, measure)
        if not isinstance(bands, Bands):
            msg = f"{measure} must be given Bands, got {bands!r}"
            raise TypeError(msg)
        return bands

    def _table(self) -> Table[Any]:
        if self.segments is None:
            msg = (
                f"there are no segments over {self.orders.scale.__name__}: give a Table of your "
                "own as segments=, or use five levels, for which there is a default"
            )
            raise RuleError(msg)
        return self.segments

    def _classify_frame(self, customers: pd.DataFrame) -> pd.DataFrame:
        columns = read_columns(customers)
        bought = ~missing_in(columns[DAYS])
        scale = self.orders.scale
        levels = {}
        for measure, name in LEVEL_OF.items():
            steps = self._bands_of(measure).classify(columns[measure])
            ranks = steps.cat.codes.to_numpy()
            if measure == DAYS:
                ranks = len(self.orders.floors) - ranks
            codes = np.where(bought, ranks, -1)
            levels[name] = pd.Categorical.from_codes(codes, dtype=scale.dtype())
        return pd.DataFrame(levels, index=customers.index, copy=False)


def default_segments(scale: type[Scale]) -> Table[Any] | None:
    """Return the table for five levels; none for others."""
    return DEFAULT_SEGMENTS if scale is FiveLevels else None


def check_segments(table: object, scale: type[Scale]) -> None:
    """Raise when `table` looks at anything but levels of this scale."""
    if table is None:
        return
    if not isinstance(table, Table):
        msg = f"segments must be a Table or None, got {table!r}"
        raise TypeError(msg)
    wrong = [
        f"{name} ({domain.__name__})"
        for name, domain in table.measures
        if name not in LEVEL_OF.values() or domain is not scale
    ]
    if wrong:
        msg = (
            f"segments must look at {', '.join(LEVEL_OF.values())} on {scale.__name__}, got a "
            f"table over {', '.join(wrong)}"
        )
        raise RuleError(msg)


def _asked(table: Table[Any], levels: RFMLevels) -> dict[str, Scale]:
    """Return the levels a table asks about."""
    return {name: getattr(levels, name) for name, _ in table.measures}


def read_columns(customers: pd.DataFrame) -> "dict[str, pd.Series[Any]]":
    """Return the three columns, checked."""
    require_columns(customers, list(LEVEL_OF), "what RFM looks at")
    columns = {measure: customers[measure] for measure in LEVEL_OF}
    for measure, column in columns.items():
        wrong = _wrong(measure, read_numbers(column, measure).values)
        if wrong.any():
            msg = f"{measure} must be {MUST_BE[measure]}, got others in {name_rows(wrong, column)}"
            raise InputError(msg)
    return columns


def _read_measures(measures: Mapping[str, object]) -> dict[str, Any]:
    """Return the three numbers of one customer, checked."""
    if set(measures) != set(LEVEL_OF):
        got = ", ".join(measures) or "nothing"
        msg = f"RFM looks at {', '.join(LEVEL_OF)}, got {got}: give a frame or these three by name"
        raise TypeError(msg)
    numbers = {measure: read_number(measures[measure], measure) for measure in LEVEL_OF}
    for measure, number in numbers.items():
        if _wrong(measure, np.asarray(number)):
            msg = f"{measure} must be {MUST_BE[measure]}, got {number!r}"
            raise InputError(msg)
    return numbers


def _wrong(measure: str, values: npt.NDArray[Any]) -> Any:  # noqa: ANN401 - one bool, or many
    """Return which numbers cannot be; a missing one can."""
    if measure == REVENUE:
        return np.zeros(values.shape, dtype=np.bool_)
    return (values < 0) | ((values % 1 > 0) if measure == ORDERS else False)
