"""One outcome for each group of rows."""

import numpy as np
import pandas as pd

from custvalue._containers import Column, require_same_index
from custvalue._grouping import read_grouping
from custvalue._metrics.labels import CELLS, read_labels
from custvalue._metrics.ratios import ratio_columns


def table_groups(
    groups: Column,
    *,
    actual: Column,
    predicted: Column,
    weight: Column | None,
    positive: object,
    missing: str,
) -> pd.DataFrame:
    """Return the table that `metrics.confusion_by` describes."""
    for column in (actual, predicted, weight):
        if column is not None:
            require_same_index(groups, column, "groups and labels")
    labels = read_labels(
        actual=actual, predicted=predicted, weight=weight, positive=positive, missing=missing
    )
    grouping = read_grouping(groups)
    place = grouping.places if labels.kept is None else grouping.places[labels.kept]
    # Rows without a group, at place -1, fall into a first row that is taken off again.
    places = (place.astype(np.int64) + 1) * len(CELLS) + labels.cells()
    size = (len(grouping.index) + 1) * len(CELLS)
    if labels.weights is None:
        sums = np.bincount(places, minlength=size)
    else:
        sums = labels.weights.sums(places, size)
    cells = sums.reshape(-1, len(CELLS))[1:].T
    columns = dict(zip(CELLS, cells, strict=True)) | ratio_columns(*cells)
    table = pd.DataFrame(columns, index=grouping.index)
    table.attrs["without_group"] = int(np.count_nonzero(place < 0))
    table.attrs["excluded"] = labels.excluded
    return table
