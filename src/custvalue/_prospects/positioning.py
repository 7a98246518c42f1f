"""Whom one serves, against whom one wants to serve."""

from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from custvalue._containers import (
    Column,
    Mask,
    as_series,
    missing_in,
    name_rows,
    read_flags,
    require_columns,
    require_frame,
    require_rows_of,
)
from custvalue._money import read_amounts
from custvalue._prospects.profile import NonCustomer, TargetProfile
from custvalue._tiers.report import quotient
from custvalue._words import say_value
from custvalue.errors import InputError

# By the same requirements that tell non-customers apart, whether someone is a customer or not.
TARGETS = {
    "inside": NonCustomer.NEAR,
    "outside": NonCustomer.REFUSING,
    "unknown": NonCustomer.UNEXPLORED,
}


def report_positioning(
    people: pd.DataFrame,
    profile: TargetProfile,
    *,
    customer: str | Column,
    value: str | Column | None,
    decimals: int,
) -> pd.DataFrame:
    """Return the table that `prospects.positioning` describes."""
    if not isinstance(profile, TargetProfile):
        msg = f"profile must be a TargetProfile, got {say_value(profile)}"
        raise TypeError(msg)
    require_frame(people, "people")
    codes = profile.classify(people).cat.codes.to_numpy()
    rows = [codes == kind.rank for kind in TARGETS.values()]
    rows.append(np.ones(len(people), dtype=np.bool_))
    served = _read_served(_pick(people, customer, "customer", "flags"))
    among_served = [these & served for these in rows]
    report: dict[str, Any] = {
        "people": _count(rows),
        "share": _shares(_count(rows)),
        "served": _count(among_served),
        "not_served": _count([these & ~served for these in rows]),
        "share_of_served": _shares(_count(among_served)),
    }
    if value is not None:
        values = _pick(people, value, "value", "values")
        brought = _add(values, served, among_served, decimals)
        report["value"] = [float(sum_) for sum_ in brought]
        report["share_of_value"] = _shares(brought)
    return pd.DataFrame(report, index=pd.Index([*TARGETS, "total"], name="target"))


def _pick(people: pd.DataFrame, given: str | Column, what: str, instead: str) -> "pd.Series[Any]":
    """Return a column by its name, or the one that was given instead."""
    if isinstance(given, str):
        require_columns(
            people, [given], "people", advice=f"give {what}= another name, or {instead}"
        )
        return people[given]
    column = as_series(given, what)
    require_rows_of(people, given, f"people and {what}")
    return column


def _read_served(customer: "pd.Series[Any]") -> Mask:
    missing = missing_in(customer)
    if missing.any():
        msg = (
            "whether someone is a customer must be known of everybody, got missing in "
            f"{name_rows(missing, customer)}: say so, or leave them out"
        )
        raise InputError(msg)
    return read_flags(customer, "customer")


def _add(
    values: "pd.Series[Any]", served: Mask, among_served: list[Mask], decimals: int
) -> list[Fraction]:
    """Return what those served in each row bring; who is not served brings nothing."""
    unknown = served & missing_in(values)
    if unknown.any():
        msg = (
            f"value must be known of everybody served, got missing in {name_rows(unknown, values)}"
            ": give 0 to who brings nothing"
        )
        raise InputError(msg)
    amounts = read_amounts(values[served], "value", decimals)
    return [amounts.total(these[served], "value") for these in among_served]


def _count(rows: list[Mask]) -> list[int]:
    return [int(np.count_nonzero(these)) for these in rows]


def _shares(parts: "list[int] | list[Fraction]") -> list[float]:
    """Return each part of the last one, which is the total."""
    return [quotient(part, parts[-1]) for part in parts]
