"""The rule of the value matrix: bands on either axis, and days that tell general value apart."""

from collections.abc import Callable, Mapping
from typing import Any, cast, overload

import attrs
import numpy as np
import pandas as pd

from custvalue._bands import Bands
from custvalue._condition_makers import at_least, at_most
from custvalue._conditions import Condition
from custvalue._containers import LARGEST_EXACT, Number, plain, refuse_both
from custvalue._documents import Scales, document, from_dict, to_dict
from custvalue._value_matrix.reading import AGES, AXES, read_frame, read_one, where_missing
from custvalue._value_matrix.segments import CELLS, Level, ValueSegment
from custvalue._words import say_number
from custvalue.errors import RuleError


def tidy_days(days: float | None) -> float | None:
    """Return days as a Python number."""
    return cast("float | None", plain(days))


def check_days(_: object, attribute: "attrs.Attribute[Any]", days: object) -> None:
    """Raise where a setting is no number of days, nor None."""
    if days is None:
        return
    msg = f"{attribute.name} must be a number of days ≥ 0, or None, got {days!r}"
    if not isinstance(days, int | float) or isinstance(days, bool):
        raise TypeError(msg)
    if not 0 <= days < LARGEST_EXACT:
        raise RuleError(msg)


def _check_axis(_: object, attribute: "attrs.Attribute[Any]", bands: object) -> None:
    if not isinstance(bands, Bands):
        msg = f"{attribute.name} must be Bands on Level, got {type(bands).__name__}"
        raise TypeError(msg)
    if bands.scale is not Level:
        msg = (
            f"{attribute.name} must be Bands on Level ({', '.join(Level)}), "
            f"got Bands on {bands.scale.__name__}"
        )
        raise RuleError(msg)


def _write(matrix: "ValueMatrix") -> dict[str, Any]:
    return {
        "average_order_value": to_dict(matrix.average_order_value),
        "orders": to_dict(matrix.orders),
        "new_within_days": matrix.new_within_days,
        "lapsing_after_days": matrix.lapsing_after_days,
    }


def _read(data: dict[str, Any], scales: Scales) -> "ValueMatrix":
    return ValueMatrix(**{**data, **{name: from_dict(data[name], scales=scales) for name in AXES}})


@document("value-matrix", write=_write, read=_read)
@attrs.frozen(kw_only=True)
class ValueMatrix:
    """What a customer is by its average order value and its number of orders.

    ===================  ================  =============  =================
    average order value  orders: low       middle         high
    ===================  ================  =============  =================
    high                 few-large-orders  general-value  high-value
    middle               general-value     general-value  general-value
    low                  low-value         general-value  many-small-orders
    ===================  ================  =============  =================

    Who never ordered is a prospect, whatever was refunded.

    General value mixes two kinds that need opposite care. They are told apart where age and
    silence are known: *lapsing* customers, who can often be won back, and *new* ones, who are
    still cautious. Who is both is lapsing, as it is the silence that cannot wait; by the default
    days nobody is both.

    Parameters
    ----------
    average_order_value : Bands of Level [money]
        Where an average order is middling, and where high.
    orders : Bands of Level
        How many orders are middling, and how many are many.
    new_within_days : float or None, default 90
        Up to this ``tenure_days``, that day included, general value is new [days]. None: new
        customers are not told apart.
    lapsing_after_days : float or None, default 180
        From this ``days_since_last_order`` on, that day included, general value is lapsing
        [days]. None: lapsing customers are not told apart.

    Raises
    ------
    RuleError
        When bands are on another scale than `Level`, or days are negative or not finite.
    TypeError
        When an axis is no `Bands`, or days are no number.

    Examples
    --------
    >>> import custvalue as cv
    >>> matrix = cv.ValueMatrix(
    ...     average_order_value=cv.Bands(cv.Level, (500, 2000)), orders=cv.Bands(cv.Level, (3, 9))
    ... )
    >>> matrix.classify(orders=40, average_order_value=310.0)
    <ValueSegment.MANY_SMALL_ORDERS: 'many-small-orders'>
    >>> matrix.classify(
    ...     orders=4, average_order_value=700.0, tenure_days=900, days_since_last_order=210
    ... ).value
    'lapsing'
    """

    average_order_value: Bands[Level] = attrs.field(validator=_check_axis)
    orders: Bands[Level] = attrs.field(validator=_check_axis)
    # Chosen: a quarter of a year to get to know each other, and half a year of silence [days].
    new_within_days: float | None = attrs.field(
        default=90, converter=tidy_days, validator=check_days
    )
    lapsing_after_days: float | None = attrs.field(
        default=180, converter=tidy_days, validator=check_days
    )

    @overload
    def classify(self, customers: pd.DataFrame, /) -> "pd.Series[Any]": ...
    @overload
    def classify(
        self,
        /,
        *,
        orders: Number,
        average_order_value: Number | None = None,
        tenure_days: Number | None = None,
        days_since_last_order: Number | None = None,
    ) -> ValueSegment: ...
    def classify(
        self,
        customers: pd.DataFrame | None = None,
        /,
        *,
        orders: Number | None = None,
        average_order_value: Number | None = None,
        tenure_days: Number | None = None,
        days_since_last_order: Number | None = None,
    ) -> "ValueSegment | pd.Series[Any]":
        """Return the segment of one customer, or of each row of a frame.

        Parameters
        ----------
        customers : DataFrame, shape (n, columns)
            As the customer table of an order log: must hold ``orders`` and
            ``average_order_value``; ``tenure_days`` and ``days_since_last_order`` may be absent.
        orders : int
            Number of orders. In a table that counts since some day, none in that time, of a
            customer whose age or silence is known, is low value.
        average_order_value : float [money]
            Revenue per order; not looked at without an order.
        tenure_days, days_since_last_order : float, optional
            Since the first and the last order [days]. Unknown, general value is not told apart.

        Returns
        -------
        ValueSegment, or categorical Series with the frame's index

        Raises
        ------
        InputError
            When ``orders`` is missing or no whole number ≥ 0, ``average_order_value`` is missing
            beside an order, days are negative, a number is infinite, or a column is absent; the
            sentence names the rows.
        TypeError
            When values are no numbers, or a frame and keywords are given at once.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> matrix = cv.ValueMatrix(
        ...     average_order_value=cv.Bands(cv.Level, (500, 2000)),
        ...     orders=cv.Bands(cv.Level, (3, 9)),
        ... )
        >>> customers = pd.DataFrame(
        ...     {
        ...         "orders": [0, 1, 4, 12],
        ...         "average_order_value": [None, 80.0, 600.0, 2500.0],
        ...         "tenure_days": [None, 200, 45, 900],
        ...     }
        ... )
        >>> matrix.classify(customers).tolist()
        ['prospect', 'low-value', 'new', 'high-value']
        """
        given = {
            "orders": orders,
            "average_order_value": average_order_value,
            "tenure_days": tenure_days,
            "days_since_last_order": days_since_last_order,
        }
        if customers is not None:
            refuse_both({name: value for name, value in given.items() if value is not None})
            return self._classify_frame(customers)
        segment, _ = self._place(read_one(given))
        return segment

    def explain(
        self,
        *,
        orders: Number,
        average_order_value: Number | None = None,
        tenure_days: Number | None = None,
        days_since_last_order: Number | None = None,
    ) -> str:
        """Say what puts one customer in its segment, and where the levels around it begin.

        Parameters
        ----------
        orders : number [1]
            Of one customer, as are the others.
        average_order_value : number, optional [money]
            Needed for who has ordered.
        tenure_days, days_since_last_order : number, optional [days]
            Tell the new and the lapsing among general value.

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
        >>> matrix = cv.ValueMatrix(
        ...     average_order_value=cv.Bands(cv.Level, (500, 2000), unit="EUR"),
        ...     orders=cv.Bands(cv.Level, (3, 9)),
        ... )
        >>> print(matrix.explain(orders=4, average_order_value=700, days_since_last_order=210))
        lapsing: middling by value or number of orders, and days_since_last_order ≥ 180 (210).
        average_order_value 700 EUR: middle, from 500 EUR; high from 2,000 EUR.
        orders 4: middle, from 3; high from 9.
        """
        one = read_one(
            {
                "orders": orders,
                "average_order_value": average_order_value,
                "tenure_days": tenure_days,
                "days_since_last_order": days_since_last_order,
            }
        )
        return self._explain(one, say_number)

    def _explain(self, one: Mapping[str, float], say_money: Callable[[float], str]) -> str:
        """Explain one customer, its money written by `say_money`."""
        segment, because = self._place(one)
        sentences = [f"{segment}: {because}."]
        if one["orders"]:
            for name, say in zip(AXES, (say_money, say_number), strict=True):
                bands = attrs.evolve(getattr(self, name), measure=name)
                sentences.append(bands._explain(one[name], say))
        return " ".join(sentences)

    def _place(self, one: Mapping[str, float]) -> tuple[ValueSegment, str]:
        """Return the segment of one customer, and why."""
        if not one["orders"]:
            if any(name in one for name in AGES):
                return ValueSegment.LOW_VALUE, "no order in the time looked at, but earlier ones"
            return ValueSegment.PROSPECT, "no order yet"
        cell = CELLS._row_for({name: getattr(self, name).classify(one[name]) for name in AXES})
        if cell.then is ValueSegment.GENERAL_VALUE:
            for segment, name, condition in self._kinds():
                if condition.holds(one.get(name)):
                    why = f"{condition.describe(name)} ({say_number(one[name])})"
                    return segment, f"{cell.because}, and {why}"
        return cell.then, cell.because

    def _classify_frame(self, customers: pd.DataFrame) -> "pd.Series[Any]":
        columns = read_frame(customers)
        levels = {name: getattr(self, name).classify(customers[name]) for name in AXES}
        codes = np.array(CELLS.classify(pd.DataFrame(levels)).cat.codes)
        general = codes == ValueSegment.GENERAL_VALUE.rank
        for segment, name, condition in reversed(self._kinds()):
            if name in columns:
                codes[general & condition.mask(customers[name])] = segment.rank
        ordered = columns["orders"].values > 0
        codes[~ordered] = ValueSegment.PROSPECT.rank
        for name in AGES:
            if name in columns:
                codes[~ordered & ~where_missing(columns[name])] = ValueSegment.LOW_VALUE.rank
        segments = pd.Categorical.from_codes(codes, dtype=ValueSegment.dtype())
        return pd.Series(segments, index=customers.index, copy=False)

    def _kinds(self) -> list[tuple[ValueSegment, str, Condition]]:
        """Return what general value is told apart by, the more urgent kind first."""
        kinds: list[tuple[ValueSegment, str, Condition]] = []
        if self.lapsing_after_days is not None:
            lapsing = at_least(self.lapsing_after_days)
            kinds.append((ValueSegment.LAPSING, "days_since_last_order", lapsing))
        if self.new_within_days is not None:
            kinds.append((ValueSegment.NEW, "tenure_days", at_most(self.new_within_days)))
        return kinds
