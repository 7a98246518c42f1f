"""What the members of a group have more often, or less, than the others."""

from collections.abc import Hashable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from custvalue._baskets.lines import Ints
from custvalue._containers import (
    Column,
    Mask,
    as_series,
    missing_in,
    name_rows,
    read_flags,
    require_frame,
    require_rows_of,
)
from custvalue._screening.indicators import read_indicator
from custvalue._screening.significance import false_discovery_adjusted, rank_test
from custvalue.errors import InputError


def compare_traits(people: pd.DataFrame, members: Column) -> pd.DataFrame:
    """Return the table that `baskets.traits` describes."""
    require_frame(people, "people")
    member = _read_members(people, members)
    columns = [
        (name, value, counts)
        for name, column in people.items()
        for value, counts in _count_values(name, column, member)
    ]
    counts = np.array([counts for _, _, counts in columns], dtype=np.int64).reshape(-1, 2, 2)
    (others, in_group), (others_with, with_it) = counts.sum(axis=1).T, counts[:, 1].T
    with np.errstate(divide="ignore", invalid="ignore"):  # 0/0 is undefined, so it is NaN
        share, share_of_others = with_it / in_group, others_with / others
        lift = share / share_of_others
    q_values = false_discovery_adjusted(np.array([rank_test(table.T) for table in counts]))
    table = pd.DataFrame(
        {
            "trait": pd.Series([name for name, _, _ in columns], dtype=object),
            "value": pd.Series([value for _, value, _ in columns], dtype=object),
            "members": in_group,
            "members_with": with_it,
            "others": others,
            "others_with": others_with,
            "share": share,
            "share_of_others": share_of_others,
            "lift": lift,
            "q_value": q_values,
        }
    )
    return table.iloc[np.lexsort((-lift, q_values))].reset_index(drop=True)


def _read_members(people: pd.DataFrame, members: Column) -> Mask:
    require_rows_of(people, members, "people and members")
    column = as_series(members, "members")
    missing = missing_in(column)
    if missing.any():
        msg = (
            f"members must be known for everybody, got missing in {name_rows(missing, column)}: "
            "leave them out of both"
        )
        raise InputError(msg)
    return read_flags(column, "members")


def _count_values(
    name: Hashable, column: "pd.Series[Any]", member: Mask
) -> Iterator[tuple[object, Ints]]:
    """Yield each value that is known, and how many others and members lack it, and have it."""
    indicator = read_indicator(column, str(name))
    values, ids = indicator.of_known(indicator.values), indicator.ids
    if ids is None and (indicator.kind == "date" or not np.isin(values, (0, 1)).all()):
        msg = (
            f"{name} must hold flags or categories, got {indicator.kind}s: cut it into steps "
            "first, as with pd.cut, or make codes categories with .astype('category')"
        )
        raise InputError(msg)
    span = 2 if ids is None else ids.span
    cells = 2 * values.astype(np.int64) + indicator.of_known(member)
    counts = np.bincount(cells, minlength=2 * span).reshape(span, 2)
    known = counts.sum(axis=0)
    if ids is not None:
        occurring = np.flatnonzero(counts.any(axis=1))
        for value, having in zip(ids.take(occurring), counts[occurring], strict=True):
            yield value, np.stack([known - having, having])
    elif known.any():
        yield True, counts
