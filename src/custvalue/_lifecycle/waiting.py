"""How long customers have stood on a stage, from the days on which they reached each."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from custvalue._calendar import Days, read_calendar_days, to_times
from custvalue._containers import is_word, read_number, require_columns
from custvalue._lifecycle.stages import Stage
from custvalue._statistics import kaplan_meier, median_duration
from custvalue.errors import InputError

Entries = dict[Stage, Days]
"""For each stage, lowest first, the day on which each customer reached it, or `NEVER`."""

NEVER = np.iinfo(np.int32).max


def read_entries(dates: pd.DataFrame, as_of: int) -> Entries:
    """Read the columns named like stages; a day after `as_of` has not come yet."""
    require_columns(dates, [], "the dates of entry")
    entries: Entries = {}
    for stage in Stage:
        if stage in dates.columns:
            days = _read_column(dates, stage)
            entries[stage] = np.where(days <= as_of, days, NEVER)
    if not entries:
        msg = (
            f"the dates of entry must have a column named like a stage ({', '.join(Stage)}), "
            f"got {', '.join(map(str, dates.columns)) or 'none'}: rename yours"
        )
        raise InputError(msg)
    return entries


def read_limits(limits: Mapping[Any, float], entries: Entries) -> dict[Stage, float]:
    """Return the longest stay on each stage that has a limit [days]."""
    if not isinstance(limits, Mapping):
        msg = (
            f"limits must map stages to days, as in {{'prospect': 60}}, got {type(limits).__name__}"
        )
        raise TypeError(msg)
    for stage, days in limits.items():
        if not is_word(stage, set(Stage)):
            msg = (
                f"limits must be for stages ({', '.join(Stage)}), got {stage!r}: "
                "write it like one of them"
            )
            raise InputError(msg)
        if stage not in entries:
            msg = (
                f"limits name the stage {stage!s}, the dates of entry have "
                f"{', '.join(entries)}: add its column, or leave out its limit"
            )
            raise InputError(msg)
        if read_number(days, f"the limit of {stage!s}") < 0:
            msg = f"the limit of {stage!s} must be a number of days ≥ 0, got {days!r}"
            raise InputError(msg)
    return {Stage(stage): float(days) for stage, days in limits.items()}


def time_table(entries: Entries, as_of: int, *, level: float) -> pd.DataFrame:
    """Return the table of `lifecycle.stage_times`."""
    rows = []
    left = np.full(len(next(iter(entries.values()))), NEVER, dtype=np.int32)
    for reached in reversed(entries.values()):
        stood = (reached != NEVER) & (reached <= left)
        went_on = left[stood] != NEVER
        days = np.where(went_on, left[stood], as_of) - reached[stood]
        median, low, high = median_duration(kaplan_meier(days, went_on, level=level))
        waiting = days[~went_on]
        rows.append(
            {
                "customers": len(days),
                "went_on": len(days) - len(waiting),
                "waiting": len(waiting),
                "median_days": median,
                "low": low,
                "high": high,
                "waiting_days": float(np.median(waiting)) if len(waiting) else math.nan,
            }
        )
        left = np.minimum(left, reached)
    names = pd.CategoricalIndex([stage.value for stage in entries], dtype=Stage.dtype())
    return pd.DataFrame(rows[::-1], index=names.rename("stage"))


def stalled_table(
    dates: pd.DataFrame, entries: Entries, limits: dict[Stage, float], as_of: int
) -> pd.DataFrame:
    """Return the table of `lifecycle.stalled`."""
    stage = np.full(len(dates), -1, dtype=np.int8)
    since = np.full(len(dates), as_of, dtype=np.int64)
    for step, reached in entries.items():
        stands = reached != NEVER
        stage[stands], since[stands] = step.rank, reached[stands]
    limit_of = np.full(len(Stage) + 1, np.nan)  # the last one is for stage -1: none
    limit_of[[step.rank for step in limits]] = list(limits.values())
    limit = limit_of[stage]
    over = as_of - since - limit
    rows = np.flatnonzero(over > 0)
    rows = rows[np.argsort(-over[rows], kind="stable")]
    table = pd.DataFrame(
        {
            "stage": pd.Categorical.from_codes(stage[rows], dtype=Stage.dtype()),
            "since": to_times(since[rows]),
            "days": as_of - since[rows],
            "limit": limit[rows],
            "days_over": over[rows],
        },
        index=dates.index[rows],
    )
    unlimited = np.isnan(limit)
    table.attrs["within_limit"] = int(len(dates) - len(rows) - unlimited.sum())
    table.attrs["without_limit"] = int((unlimited & (stage >= 0)).sum())
    table.attrs["without_stage"] = int((stage < 0).sum())
    return table


def _read_column(dates: pd.DataFrame, stage: Stage) -> Days:
    """Return the day in each row; `NEVER` where there is none."""
    column: Any = dates[stage.value]
    if isinstance(column, pd.DataFrame):
        msg = f"the dates of entry must have one column {stage!s}, got {column.shape[1]}: keep one"
        raise InputError(msg)
    days, missing = read_calendar_days(column, str(stage), dates)
    if missing is not None:
        days[missing] = NEVER
    return days
