"""The levels of a value matrix, the segments they make, and the table that says which."""

from custvalue._condition_makers import equals, one_of
from custvalue._scale import Label, Scale
from custvalue._table import Row, Table


class Level(Scale):
    """Three levels of any measure.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.Level.LOW < cv.Level.HIGH, cv.Level.MIDDLE.label(lang="zh")
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
        Row(
            {"average_order_value": equals(value), "orders": equals(orders)},
            segment,
            because=because,
        )
        for value, orders, segment, because in (
            ("low", "low", ValueSegment.LOW_VALUE, "few orders, and small ones"),
            ("high", "high", ValueSegment.HIGH_VALUE, "many orders, and large ones"),
            ("low", "high", ValueSegment.MANY_SMALL_ORDERS, "many orders, but small ones"),
            ("high", "low", ValueSegment.FEW_LARGE_ORDERS, "large orders, but few"),
        )
    ]
    + [
        Row(when, ValueSegment.GENERAL_VALUE, because="middling by value or number of orders")
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
