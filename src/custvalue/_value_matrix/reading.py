"""What a value matrix looks at, of one customer or of a frame, once it is checked."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._containers import (
    Mask,
    Numbers,
    is_column,
    is_missing,
    name_rows,
    plain,
    read_number,
    read_numbers,
    require_columns,
)
from custvalue._words import say_number
from custvalue.errors import InputError

AXES = ("average_order_value", "orders")
AGES = ("tenure_days", "days_since_last_order")
MUST_BE = {
    "orders": "a whole number ≥ 0",
    "tenure_days": "a number of days ≥ 0",
    "days_since_last_order": "a number of days ≥ 0",
}


def read_one(given: Mapping[str, object]) -> dict[str, float]:
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


def read_frame(customers: pd.DataFrame) -> dict[str, Numbers]:
    """Return the columns there are of those a value matrix looks at, once they are checked."""
    require_columns(customers, AXES, "the customers of a value matrix")
    names = [name for name in (*AXES, *AGES) if name in customers.columns]
    columns = {name: read_numbers(customers[name], name) for name in names}
    for name, numbers in columns.items():
        wrong = ~_fits(name, numbers.values) & ~where_missing(numbers)
        if wrong.any():
            got = say_number(numbers.values[wrong][0])
            msg = (
                f"{name} must be {MUST_BE[name]}, got {got} in {name_rows(wrong, customers)}: "
                "correct these rows or leave them out"
            )
            raise InputError(msg)
    without = where_missing(columns["orders"])
    if without.any():
        msg = (
            f"orders must be known in every row, got none in {name_rows(without, customers)}: "
            "give 0 to whom never ordered"
        )
        raise InputError(msg)
    without = where_missing(columns["average_order_value"]) & (columns["orders"].values > 0)
    if without.any():
        msg = (
            "average_order_value must be known of whom ordered, got none in "
            f"{name_rows(without, customers)}: give revenue / orders"
        )
        raise InputError(msg)
    return columns


def where_missing(numbers: Numbers) -> Mask:
    """Return where a column that was read is missing."""
    if numbers.missing is None:
        return np.zeros(len(numbers.values), dtype=np.bool_)
    return numbers.missing


def _fits(name: str, values: npt.NDArray[Any]) -> Mask:
    """Tell which values a column may hold; a missing one does not fit."""
    if name == "average_order_value":
        return np.ones(np.shape(values), dtype=np.bool_)
    fits: Mask = values >= 0
    return fits & (values % 1 == 0) if name == "orders" else fits
