"""What to spend on each tier, and what to charge those who cost more than they bring."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from custvalue._bands import Bands
from custvalue._containers import Column, Mask
from custvalue._money import Amounts, read_amounts, read_units
from custvalue._shares import share_out
from custvalue._tiers.report import quotient, read_tier_columns


def plan_service(
    tiers: Column,
    net_value: Column,
    *,
    budget: float,
    rule: Bands[Any] | None,
    decimals: int,
) -> pd.DataFrame:
    """Return the table that `tiers.service_plan` describes."""
    given = read_tier_columns(rule, tiers=tiers, net_value=net_value)
    amounts = read_amounts(given.known["net_value"], "net_value", decimals)
    to_spend = read_units(budget, "budget", decimals)
    per_unit = 10**decimals

    gaining = [these & (amounts.exact > 0) for these in given.members]
    losing = [these & (amounts.exact < 0) for these in given.members]
    profitable, unprofitable = _count(gaining), _count(losing)
    contribution = _add(amounts, gaining)
    losses = [-lost for lost in _add(amounts, losing)]
    spent = share_out(to_spend, contribution)
    plan = {
        "customers": _count(given.members),
        "profitable": profitable,
        "contribution": [float(sum_) for sum_ in contribution],
        "share_of_contribution": [quotient(part, sum(contribution)) for part in contribution],
        "budget": [minor / per_unit for minor in spent],
        "budget_per_customer": [
            quotient(Fraction(minor, per_unit), count)
            for minor, count in zip(spent, profitable, strict=True)
        ],
        "unprofitable": unprofitable,
        "losses": [float(lost) for lost in losses],
        "break_even_fee": [
            math.ceil(lost * per_unit / count) / per_unit if count else math.nan
            for lost, count in zip(losses, unprofitable, strict=True)
        ],
    }
    return given.frame(plan, unspent=(to_spend - sum(spent)) / per_unit)


def _count(masks: list[Mask]) -> list[int]:
    return [int(np.count_nonzero(these)) for these in masks]


def _add(amounts: Amounts, masks: list[Mask]) -> list[Fraction]:
    return [amounts.total(these, "net_value") for these in masks]
