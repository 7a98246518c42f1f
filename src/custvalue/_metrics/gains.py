"""What contacting the best customers first would have brought."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from custvalue._containers import is_column, read_list
from custvalue._metrics.scores import Scored, cumulate
from custvalue._shares import read_share
from custvalue._statistics import ratio


def table_gains(rows: Scored, at: float | Sequence[float]) -> pd.DataFrame:
    """Return the table that `metrics.gains` describes."""
    asked = read_list(at, "at", "(0.1, 0.2)") if is_column(at) else [at]
    shares = [read_share(share, "at") for share in asked]
    counted = cumulate(rows)
    reached = np.append(0, counted.predicted)
    right = np.append(0, counted.true_positives)
    everyone, real = reached[-1], right[-1]
    contacted = np.array([math.ceil(share * int(everyone)) for share in shares], dtype=np.int64)
    captured = np.interp(contacted, reached, right)  # along a line within a group of one score
    table = pd.DataFrame(
        {
            "contacted": contacted,
            "captured": captured,
            "response": ratio(captured, contacted),
            "recall": ratio(captured, np.broadcast_to(real, captured.shape)),
            "lift": ratio(captured * everyone, contacted * real),
        },
        index=pd.Index([float(share) for share in shares], name="share_contacted"),
    )
    table.attrs["excluded"] = rows.excluded
    return table
