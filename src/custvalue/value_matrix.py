"""The value matrix: what an order brings against how many there are, and the segments they make."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast, overload

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._bands import Bands
from custvalue._calendar import Day
from custvalue._conditions import Condition, at_least, at_most, equals, one_of, say_number
from custvalue._containers import (
    LARGEST_EXACT,
    Mask,
    Number,
    Numbers,
    is_column,
    is_missing,
    name_rows,
    plain,
    read_number,
    read_numbers,
    refuse_both,
    require_columns,
)
from custvalue._documents import Scales, document, from_dict, to_dict
from custvalue._scale import Label, Scale
from custvalue._table import Row, Table
from custvalue.errors import InputError, RuleError
from custvalue.tiers import TopShare

AXES = ("average_order_value", "orders")
AGES = ("tenure_days", "days_since_last_order")
MUST_BE = {
    "orders": "a whole number ≥ 0",
    "tenure_days": "a number of days ≥ 0",
    "days_since_last_order": "a number of days ≥ 0",
}
NOISE = 1e-12  # [1] how far apart floats may lie that are one quotient, relative to their size


class Level(Scale):
    """Three levels of any measure.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.Level.LOW < cv.Level.HIGH, cv.Level.MIDDLE.label("zh")
    (True, '中')
    """

    LOW = "low", "低"
    MIDDLE = "middle", "中"
    HIGH = "high", "高"


class ValueSegment(Label):
    """What a customer is by the value of its orders and their number.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.ValueSegment.from_label("高价值客户")
    <ValueSegment.HIGH_VALUE: 'high-value'>
    """

    PROSPECT = "prospect", "潜在客户"
    LOW_VALUE = "low-value", "低价值客户"
    NEW = "new", "新客户"
    LAPSING = "lapsing", "即将流失客户"
    GENERAL_VALUE = "general-value", "一般价值客户"
    HIGH_VALUE = "high-value", "高价值客户"
    MANY_SMALL_ORDERS = "many-small-orders", "多次小额客户"
    FEW_LARGE_ORDERS = "few-large-orders", "少次大额客户"


CELLS = Table(
    {"average_order_value": Level, "orders": Level},
    ValueSegment,
    [
        Row({"average_order_value": equals(value), "orders": equals(orders)}, segment, because)
        for value, orders, segment, because in (
            ("low", "low", ValueSegment.LOW_VALUE, "few orders, and small ones"),
            ("high", "high", ValueSegment.HIGH_VALUE, "many orders, and large ones"),
            ("low", "high", ValueSegment.MANY_SMALL_ORDERS, "many orders, but small ones"),
            ("high", "low", ValueSegment.FEW_LARGE_ORDERS, "large orders, but few"),
        )
    ]
    + [
        Row(when, ValueSegment.GENERAL_VALUE, "middling by value or number of orders")
        for when in (
            {"average_order_value": equals("middle")},
            {"average_order_value": one_of("low", "high"), "orders": equals("middle")},
        )
    ],
)
"""The segment of each combination of levels, before general value is told apart.

After a wholesale supplier's matrix in a practitioner's text on CRM, 2021: the diagonal leads from
low to high value, the two corners off it have names of their own, whatever is left is general.
"""


def _days(days: float | None) -> float | None:
    return cast("float | None", plain(days))


def _check_days(_: object, attribute: "attrs.Attribute[Any]", days: object) -> None:
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
    new_within_days: float | None = attrs.field(default=90, converter=_days, validator=_check_days)
    lapsing_after_days: float | None = attrs.field(
        default=180, converter=_days, validator=_check_days
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
        segment, _ = self._place(_read_one(given))
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
        one = _read_one(
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
        columns = _read_frame(customers)
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
                codes[~ordered & ~_missing_in(columns[name])] = ValueSegment.LOW_VALUE.rank
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


def _tidy_shares(shares: Sequence[float]) -> tuple[float, ...]:
    return TopShare(Level, shares).shares


@attrs.frozen(kw_only=True)
class ValueMatrixLearner:
    """Learn a value matrix from the customers who ordered.

    On either axis the best share of them is high, the next one middling, and equal customers
    share a level, the higher one (`TopShare`).

    Parameters
    ----------
    average_order_value : sequence of two floats, default (0.2, 0.4) [share]
        Cumulative shares of the customers with an order: whose average order is high, and whose
        is high or middling.
    orders : sequence of two floats, default (0.2, 0.4) [share]
        Likewise by their number of orders.
    new_within_days, lapsing_after_days : float or None, default 90 and 180
        As in `ValueMatrix`; these are not learned [days].

    Raises
    ------
    RuleError
        When shares are not two, do not rise, or lie outside 0 and 1, or days are negative.
    TypeError
        When shares or days are no numbers.

    Examples
    --------
    >>> import custvalue as cv
    >>> log = cv.OrderLog.from_frame(cv.examples.example_orders())
    >>> matrix = cv.ValueMatrixLearner().fit(log.customers("2026-03-01"))
    >>> matrix.classify(log.customers("2026-03-01")).to_dict()
    {'ann': 'high-value', 'bob': 'low-value'}
    """

    # Chosen: the best fifth is high, as Pareto's law is told, the next one middling. No more than
    # these, as of many shops half the customers ordered once: a middle that reached down to them
    # would leave nobody low.
    average_order_value: tuple[float, ...] = attrs.field(default=(0.2, 0.4), converter=_tidy_shares)
    orders: tuple[float, ...] = attrs.field(default=(0.2, 0.4), converter=_tidy_shares)
    new_within_days: float | None = attrs.field(default=90, converter=_days, validator=_check_days)
    lapsing_after_days: float | None = attrs.field(
        default=180, converter=_days, validator=_check_days
    )

    def fit(
        self, customers: pd.DataFrame, *, as_of: Day | None = None, unit: str | None = None
    ) -> ValueMatrix:
        """Learn where the levels begin.

        Parameters
        ----------
        customers : DataFrame, shape (n, columns)
            As the customer table of an order log: must hold ``orders`` and
            ``average_order_value``. Those without an order count nowhere.
        as_of : calendar day, optional
            The day the table is as of, to be remembered by the rule.
        unit : str, optional
            The currency, for explanations.

        Returns
        -------
        ValueMatrix
            Its bands remember from how many customers they were learned, and what the shares came
            to.

        Raises
        ------
        InputError
            When ``orders`` is missing or no whole number ≥ 0, ``average_order_value`` is missing
            beside an order, a number is infinite, or a column is absent; the sentence names the
            rows.
        TypeError
            When columns hold no numbers.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> customers = pd.DataFrame(
        ...     {"orders": [9, 4, 2, 1, 1, 0], "average_order_value": [20, 90, 50, 30, 10, None]}
        ... )
        >>> matrix = cv.ValueMatrixLearner().fit(customers)
        >>> matrix.orders.floors, matrix.average_order_value.floors
        ((4, 9), (50.0, 90.0))
        """
        columns = _read_frame(customers)
        ordered = columns["orders"].values > 0
        spent = _least_of_equals(columns["average_order_value"].values[ordered])
        return ValueMatrix(
            average_order_value=TopShare(Level, self.average_order_value).fit(
                spent, as_of=as_of, measure="average_order_value", unit=unit
            ),
            orders=TopShare(Level, self.orders).fit(
                columns["orders"].values[ordered], as_of=as_of, measure="orders"
            ),
            new_within_days=self.new_within_days,
            lapsing_after_days=self.lapsing_after_days,
        )


def _least_of_equals(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return for each quotient the least of those that differ from it by float noise only.

    0.3 / 3 is less than 0.1 / 1, and yet these averages are equal and must share a level.
    """
    distinct, places = np.unique(values, return_inverse=True)
    begins = np.append(True, np.diff(distinct) > NOISE * np.abs(distinct[1:]))[: len(distinct)]
    least = np.maximum.accumulate(np.where(begins, np.arange(len(distinct)), 0))
    return distinct[least][places]


# --- reading -----------------------------------------------------------------------------------


def _read_one(given: Mapping[str, object]) -> dict[str, float]:
    """Return what is known of one customer, once it is checked."""
    one: dict[str, float] = {}
    for name, value in given.items():
        if is_column(value):
            msg = f"{name} must be one number, got a column: give many customers as a DataFrame"
            raise TypeError(msg)
        needless = name in AGES or (name == "average_order_value" and not one["orders"])
        if needless and is_missing(plain(value)):
            continue
        one[name] = read_number(value, name)
        if not _fits(name, np.asarray(one[name])):
            msg = f"{name} must be {MUST_BE[name]}, got {value!r}"
            raise InputError(msg)
    return one


def _read_frame(customers: pd.DataFrame) -> dict[str, Numbers]:
    """Return the columns there are of those a value matrix looks at, once they are checked."""
    require_columns(customers, AXES, "the customers of a value matrix")
    names = [name for name in (*AXES, *AGES) if name in customers.columns]
    columns = {name: read_numbers(customers[name], name) for name in names}
    for name, numbers in columns.items():
        wrong = ~_fits(name, numbers.values) & ~_missing_in(numbers)
        if wrong.any():
            got = say_number(numbers.values[wrong][0])
            msg = (
                f"{name} must be {MUST_BE[name]}, got {got} in {name_rows(wrong, customers)}: "
                "correct these rows or leave them out"
            )
            raise InputError(msg)
    without = _missing_in(columns["orders"])
    if without.any():
        msg = (
            f"orders must be known in every row, got none in {name_rows(without, customers)}: "
            "give 0 to whom never ordered"
        )
        raise InputError(msg)
    without = _missing_in(columns["average_order_value"]) & (columns["orders"].values > 0)
    if without.any():
        msg = (
            "average_order_value must be known of whom ordered, got none in "
            f"{name_rows(without, customers)}: give revenue / orders"
        )
        raise InputError(msg)
    return columns


def _fits(name: str, values: npt.NDArray[Any]) -> Mask:
    """Tell which values a column may hold; a missing one does not fit."""
    if name == "average_order_value":
        return np.ones(np.shape(values), dtype=np.bool_)
    fits: Mask = values >= 0
    return fits & (values % 1 == 0) if name == "orders" else fits


def _missing_in(numbers: Numbers) -> Mask:
    if numbers.missing is None:
        return np.zeros(len(numbers.values), dtype=np.bool_)
    return numbers.missing
