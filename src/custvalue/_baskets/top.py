"""The goods most bought, overall or by group."""

import numpy as np
import pandas as pd

from custvalue._baskets.lines import Ints, distinct, first_of_each, read_count, read_lines
from custvalue._containers import Column, Mask, require_columns, require_same_index
from custvalue._grouping import Grouping, read_grouping


def count_top(
    lines: pd.DataFrame, *, by: str | Column | None, basket: str, item: str, n: int | None
) -> pd.DataFrame:
    """Return the table that `baskets.top_items` describes."""
    most = len(lines) if n is None else read_count(n, "n")
    baskets, items = read_lines(lines, "lines", basket, item)
    grouping = _read_groups(lines, by, item)
    in_all, goods = len(baskets.names), len(items.names)
    overall = np.bincount(distinct(baskets.codes, items.codes, goods)[1])

    places = grouping.places.astype(np.int64)
    rows = np.flatnonzero(places >= 0)
    basket_of_group = places[rows] * in_all + baskets.codes[rows]  # a basket may lie in several
    basket_of_group, good = distinct(basket_of_group, items.codes[rows], goods)
    group = basket_of_group // max(in_all, 1)
    in_group = np.bincount(group[first_of_each(basket_of_group)], minlength=len(grouping.index))
    cells, count = np.unique(group * goods + good, return_counts=True)
    group, good = np.divmod(cells, max(goods, 1))

    best_first = np.lexsort((good, -count, group))
    group, good, count = group[best_first], good[best_first], count[best_first]
    new_group = first_of_each(group)
    ahead = _last(first_of_each(count) | new_group) - _last(new_group)  # ties share a place
    shown = ahead < most
    group, good, count, ahead = group[shown], good[shown], count[shown], ahead[shown]

    table = pd.DataFrame(
        {
            "place": ahead + 1,
            "item": items.names.take(good),
            "baskets": in_group[group],
            "count": count,
            "share": count / in_group[group],
        }
    )
    if by is not None:
        table.insert(0, "group", grouping.index.take(group))
        table["lift"] = in_all * count / (in_group[group] * overall[good])
        table.attrs["without_group"] = len(lines) - len(rows)
    return table


def _read_groups(lines: pd.DataFrame, by: str | Column | None, item: str) -> Grouping:
    if by is None:
        return Grouping(pd.Index(["all"]), np.zeros(len(lines), dtype=np.int64))
    if isinstance(by, str):
        require_columns(lines, [by], "lines")
        return read_grouping(lines[by])
    require_same_index(lines[item], by, "lines and by")
    return read_grouping(by)


def _last(begins: Mask) -> Ints:
    """Return for each row the last one that begins something, itself included."""
    return np.maximum.accumulate(np.where(begins, np.arange(len(begins)), 0))
