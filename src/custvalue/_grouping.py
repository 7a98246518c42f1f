"""Groups that a table has one row for: a column's own, in the order people read them."""

from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._containers import Column, as_series
from custvalue._group_bands import read_groups
from custvalue._scale import built_in_scale

Places = npt.NDArray[np.integer[Any]]


@attrs.frozen(eq=False)
class Grouping:
    """The groups of a column, and the place of each row's among them; -1 where missing."""

    index: "pd.Index[Any]"
    places: Places

    def count(self, rows: npt.NDArray[np.bool_] | None = None) -> npt.NDArray[np.int64]:
        """Return how many rows each group has, of some or of all."""
        places = self.places if rows is None else self.places[rows]
        return np.bincount(places[places >= 0], minlength=len(self.index)).astype(np.int64)


def read_grouping(groups: Column) -> Grouping:
    """Return the groups of a column: of a categorical all there are, best first, else sorted.

    The best step of an ordered categorical is the last, unless it is a scale of this package whose
    best is the first. Other columns must hold text or whole numbers.
    """
    column = as_series(groups, "groups")
    name = "group" if column.name is None else column.name
    dtype = column.dtype
    if not isinstance(dtype, pd.CategoricalDtype):
        found, places = read_groups(column)
        held = as_series(found, "groups") if found else found  # numbers of any size
        return Grouping(pd.Index(held, name=name), places)
    order = np.arange(len(dtype.categories))
    scale = built_in_scale(dtype.categories.tolist())
    if dtype.ordered and (scale is None or scale.best == "last"):
        order = order[::-1]
    codes = column.cat.codes.to_numpy()
    steps = pd.Categorical.from_codes(order, dtype=dtype)
    places = np.append(np.argsort(order), -1)[codes]  # code -1 finds that last one
    return Grouping(pd.CategoricalIndex(steps, name=name), places)
