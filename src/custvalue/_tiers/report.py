"""What the tiers of a set of customers are and bring, one row per tier."""

import math
from fractions import Fraction
from itertools import combinations
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._bands import Bands, Floor
from custvalue._conditions import Interval
from custvalue._containers import (
    Column,
    Mask,
    as_series,
    missing_in,
    name_rows,
    read_flags,
    read_steps,
    require_same_index,
)
from custvalue._money import read_amounts
from custvalue.errors import InputError


def report_tiers(
    tiers: Column,
    values: Column,
    *,
    rule: Bands[Any] | None,
    retained: Column | None,
    cost_to_serve: Column | None,
    decimals: int,
) -> pd.DataFrame:
    """Return the table that `tiers.tier_report` describes."""
    given = read_tier_columns(
        rule, tiers=tiers, values=values, retained=retained, cost_to_serve=cost_to_serve
    )
    known, members = given.known, given.members
    amounts = read_amounts(known["values"], "values", decimals)
    customers = [int(np.count_nonzero(these)) for these in members]
    value = [amounts.total(these, "values") for these in members]
    report: dict[str, Any] = {
        "customers": customers,
        "share_of_customers": [quotient(n, sum(customers)) for n in customers],
        "value": [float(v) for v in value],
        "share_of_value": [quotient(v, sum(value)) for v in value],
        "mean_value": [quotient(v, n) for v, n in zip(value, customers, strict=True)],
        "lowest_value": [
            float(amounts.known[these].min()) if these.any() else math.nan for these in members
        ],
        "unprofitable": [int(np.count_nonzero(amounts.exact[these] < 0)) for these in members],
    }
    if rule is not None:
        nominal = [math.nan] * len(rule.floors) if rule.learned is None else rule.learned.nominal
        best_first = slice(None, None, 1 if rule.scale.best == "first" else -1)
        report["floor"] = [math.nan, *map(_number_of, rule.floors)][best_first]
        report["nominal_share"] = [math.nan, *nominal][best_first]
    if "retained" in known:
        stayed = _read_retained(known["retained"])
        report["retention"] = [
            quotient(int(np.count_nonzero(stayed[these])), n)
            for these, n in zip(members, customers, strict=True)
        ]
    if "cost_to_serve" in known:
        costs = read_amounts(known["cost_to_serve"], "cost_to_serve", decimals)
        _require_known(costs.missing, known["cost_to_serve"], "cost_to_serve")
        report["net_value"] = [
            float(v - costs.total(these, "cost_to_serve"))
            for v, these in zip(value, members, strict=True)
        ]
    return given.frame(report)


@attrs.frozen(eq=False)
class TierColumns:
    """Columns about the same customers, and who of them is in which tier.

    What customers without a tier have is left out of `known`; `members` are best tier first.
    """

    index: pd.CategoricalIndex
    members: list[Mask]
    known: dict[str, "pd.Series[Any]"]
    without_tier: int

    def frame(self, columns: dict[str, Any], **attrs: object) -> pd.DataFrame:
        """Return a table of one row per tier, best first."""
        table = pd.DataFrame(columns, index=self.index)
        table.attrs.update(without_tier=self.without_tier, **attrs)
        return table


def read_tier_columns(
    rule: Bands[Any] | None, /, *, tiers: Column, **columns: Column | None
) -> TierColumns:
    """Read columns that begin with the values the tiers were given for; None is not there."""
    values = next(iter(columns))
    there = {name: c for name, c in columns.items() if c is not None or name == values}
    given: dict[str, Any] = {"tiers": tiers, **there}
    for (one, first), (other, second) in combinations(given.items(), 2):
        require_same_index(first, second, f"{one} and {other}")
    dtype, codes = _read_tiers(tiers, rule)
    with_tier = codes >= 0
    _require_value_per_tier(with_tier, tiers, given[values])
    ranks = range(len(dtype.categories))
    best_first = ranks if rule is not None and rule.scale.best == "first" else ranks[::-1]
    return TierColumns(
        pd.CategoricalIndex(dtype.categories[list(best_first)], dtype=dtype, name="tier"),
        [codes[with_tier] == rank for rank in best_first],
        {name: as_series(column, name)[with_tier] for name, column in given.items()},
        int(np.count_nonzero(~with_tier)),
    )


def _read_tiers(tiers: Column, rule: Bands[Any] | None) -> tuple[Any, npt.NDArray[Any]]:
    """Return the steps there are, and the position of each customer's; -1 where missing."""
    if rule is not None:
        if not isinstance(rule, Bands):
            msg = f"rule must be Bands, as a learner's fit gives, got {rule!r}"
            raise TypeError(msg)
        return rule.scale.dtype(), read_steps(tiers, rule.scale, "tiers")
    column = as_series(tiers, "tiers")
    dtype = column.dtype
    if not (isinstance(dtype, pd.CategoricalDtype) and dtype.ordered):
        msg = (
            f"tiers must be an ordered categorical, as rule.classify(values) gives, got {dtype}: "
            "give rule= as well, which knows their order"
        )
        raise TypeError(msg)
    return dtype, column.cat.codes.to_numpy()


def _require_value_per_tier(with_tier: Mask, tiers: Column, values: Column) -> None:
    halves = with_tier == missing_in(as_series(values, "values"))
    if halves.any():
        rows = as_series(tiers if isinstance(tiers, pd.Series) else values, "tiers")
        msg = (
            "a customer must have both a tier and a value, or neither; one is missing in "
            f"{name_rows(halves, rows)}: report the values the tiers were given for"
        )
        raise InputError(msg)


def _read_retained(retained: "pd.Series[Any]") -> Mask:
    _require_known(missing_in(retained), retained, "retained")
    return read_flags(retained, "retained")


def _require_known(missing: Mask | None, column: "pd.Series[Any]", what: str) -> None:
    if missing is not None and missing.any():
        msg = (
            f"{what} must be known for every customer with a tier, got missing in "
            f"{name_rows(missing, column)}: give the value, or no tier"
        )
        raise InputError(msg)


def _number_of(floor: Floor) -> float:
    """Return the number in a floor; NaN where it is never reached."""
    if isinstance(floor, Interval):
        floor = floor.low
    return math.nan if floor is None else float(floor)  # type: ignore[arg-type]


def quotient(part: Fraction | int, whole: Fraction | int) -> float:
    """Return an exact quotient, rounded once; NaN where the whole is not positive."""
    return float(Fraction(part) / whole) if whole > 0 else math.nan
