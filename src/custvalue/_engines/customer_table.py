"""The customer table, written once for every engine: order rows, customer days, customers."""

from typing import Any

import narwhals.stable.v2 as nw

from custvalue._engines.numbers import count

MONEY = ("orders", "gross", "refunded")
COLUMNS = (  # of the summary, beside the customer's id
    "orders",
    "order_days",
    "revenue",
    "refunded",
    "average_order_value",
    "first_order",
    "last_order",
    "days_since_last_order",
    "tenure_days",
    "active_days",
    "mean_gap_days",
)


def summarize(
    rows: "nw.LazyFrame[Any]",
    *,
    customer: str,
    as_of: int,
    since: int,
    decimals: int,
    net: bool,
    named: bool,
) -> "nw.LazyFrame[Any]":
    """Return one row per customer, from all order rows of these customers."""
    known = rows.filter(nw.col("number") <= as_of)
    days = _join_days(_named_orders(known) if named else _orders(known))
    return _measure(_join_customers(days, since), customer, as_of, decimals, net=net)


def _orders(rows: "nw.LazyFrame[Any]") -> "nw.LazyFrame[Any]":
    """Return rows with their money and their order: each line that is no refund is one."""
    minor = nw.col("minor")
    sold = minor >= 0
    return rows.select(
        "customer",
        "number",
        "day",
        orders=count(sold),
        gross=nw.when(sold).then(minor).otherwise(0),
        refunded=nw.when(sold).then(0).otherwise(-minor),
    )


def _named_orders(rows: "nw.LazyFrame[Any]") -> "nw.LazyFrame[Any]":
    """Return rows with their money, and beside them one for each order, on its first day."""
    lines = _orders(rows).with_columns(orders=nw.col("orders") * 0)
    sold = rows.filter(nw.col("minor") >= 0)
    first = sold.group_by("customer", "order").agg(nw.col("number").min(), nw.col("day").min())
    one = nw.col("number") * 0
    begun = first.select("customer", "number", "day", orders=one + 1, gross=one, refunded=one)
    return nw.concat([lines, begun], how="vertical")


def _join_days(rows: "nw.LazyFrame[Any]") -> "nw.LazyFrame[Any]":
    """Return one row per customer and day."""
    sums = [nw.col(name).sum() for name in MONEY]
    days = rows.group_by("customer", "number").agg(nw.col("day").min(), *sums)
    return days.with_columns(nw.col(name).cast(nw.Int64) for name in MONEY)  # some engines widen


def _join_customers(days: "nw.LazyFrame[Any]", since: int) -> "nw.LazyFrame[Any]":
    """Return one row per customer: counts and money after `since`, dates of all time."""
    ordered = nw.col("orders") > 0
    counted = nw.col("number") > since
    columns = {
        "customer": nw.col("customer"),
        **{name: nw.when(counted).then(nw.col(name)).otherwise(0) for name in MONEY},
        "order_days": count(ordered & counted),
        "all_days": count(ordered),
        "first": nw.when(ordered).then(nw.col("number")),
        "last": nw.when(ordered).then(nw.col("number")),
        "first_order": nw.when(ordered).then(nw.col("day")),
        "last_order": nw.when(ordered).then(nw.col("day")),
    }
    by_day = days.select(column.alias(name) for name, column in columns.items())
    return by_day.group_by("customer").agg(
        *(nw.col(name).sum() for name in (*MONEY, "order_days", "all_days")),
        *(nw.col(name).min() for name in ("first", "first_order")),
        *(nw.col(name).max() for name in ("last", "last_order")),
    )


def _measure(
    customers: "nw.LazyFrame[Any]", customer: str, as_of: int, decimals: int, *, net: bool
) -> "nw.LazyFrame[Any]":
    """Return the columns of `OrderLog.customers`, by the same divisions of the same floats."""
    # A column: by one number Polars divides as by its reciprocal, and 0.35 becomes another float.
    money = nw.col("gross") * 0 + 10**decimals
    orders = nw.col("orders")
    earned = nw.col("gross") - nw.col("refunded") if net else nw.col("gross")
    revenue = earned.cast(nw.Float64) / money
    first, last = nw.col("first").cast(nw.Float64), nw.col("last").cast(nw.Float64)
    gaps = nw.col("all_days") - 1
    return customers.select(
        nw.col("customer").alias(customer),
        orders.cast(nw.Int64),
        nw.col("order_days").cast(nw.Int64),
        revenue=revenue,
        refunded=nw.col("refunded").cast(nw.Float64) / money,
        average_order_value=nw.when(orders > 0).then(revenue / orders),
        first_order=nw.col("first_order"),
        last_order=nw.col("last_order"),
        days_since_last_order=as_of - last,
        tenure_days=as_of - first,
        active_days=last - first,
        mean_gap_days=nw.when(gaps > 0).then((last - first) / gaps),
    )
