"""Which indicators tell who is positive, and which of them know the answer.

The loop of practice: record many behaviours, not those one believes in; let a table say how much
of the total influence each has; set aside for this question those that can only be known once the
question is answered, as a refund request is for "who will pay"; then judge what is predicted from
the rest by its false discovery rate and its miss rate (`custvalue.metrics`).

Setting aside is for **one** target. The indicator stays recorded, and the same screening for
another target, as "who will pay again", may keep it.
"""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._calendar import Day, read_day, to_date
from custvalue._containers import (
    Column,
    Mask,
    read_mapping,
    require_frame,
    require_rows_of,
)
from custvalue._metrics.labels import read_label, require_possible
from custvalue._screening.evidence import Evidence, weigh
from custvalue._screening.indicators import read_indicator
from custvalue._screening.redundancy import Ranks, group_redundant, rank, spread_rows
from custvalue._screening.result import Screening
from custvalue._screening.significance import false_discovery_adjusted
from custvalue._screening.suspicion import Limits
from custvalue.errors import InputError

__all__ = ["Screening", "screen"]

Floats = npt.NDArray[np.float64]


def screen(
    indicators: pd.DataFrame,
    target: Column,
    *,
    known_at: Mapping[Hashable, Day] | None = None,
    cutoff: Day | None = None,
    positive: object = True,
    near_perfect: float = 0.99,
    fewest: int = 5,
    max_q_value: float = 0.05,
    id_like: float = 0.9,
    redundant: float = 0.95,
) -> Screening:
    """Tell which indicators have influence on a target, and set aside those that know the answer.

    Each indicator is looked at by itself, as it is: nothing is fitted, scaled or filled in.

    Parameters
    ----------
    indicators : DataFrame, shape (n, k)
        One row per customer, one column per indicator: numbers, flags, dates and times, text,
        categories; of numpy's, pandas' or Arrow's dtypes. Steps of an ordered categorical compare
        by their order; text and other categories have none. Empty text is missing.
    target : list, array or Series, shape (n,)
        What happened to each; none missing. A Series must share the indicators' index.
    known_at : mapping of indicator to date, optional
        The day an indicator was recorded, for as many of them as one knows.
    cutoff : date or ISO string, optional
        The last day that may be known when the prediction is made. Needed with `known_at`, and
        only there.
    positive : label, default True
        The label of `target` that means yes. True and False are also found in columns of 1 and 0.
    near_perfect : float, default 0.99
        AUC from which on the separation of positives from negatives is too good to be true,
        upwards or downwards. [chosen]
    fewest : int, default 5 [rows]
        Of the positives and of the negatives it was seen in, before anything is too good. Fewer
        may be luck, as may a larger q-value than `max_q_value`.
    max_q_value : float, default 0.05 [share]
        Largest q-value at which something is too good. [chosen]
    id_like : float, default 0.9 [share]
        Text, or a category, of which more than this share of the known values are different looks
        like an id. 1 lets all pass. [chosen]
    redundant : float, default 0.95
        Rank correlation, of either sign, from which on two kept indicators say the same. [chosen]

    Returns
    -------
    Screening

    Raises
    ------
    InputError
        When a column occurs twice, holds infinite numbers, or differs from the target in index or
        length; when a label of the target is missing or `positive` is none of them; when
        `known_at` names no indicator, or stands without `cutoff`; when a limit is out of range.
    TypeError
        When `indicators` is no pandas DataFrame, or a column holds something else.

    Notes
    -----
    An indicator is suspect, and so set aside, when

    - it was recorded after the cutoff;
    - it is never known, or has the same value in every row: it tells nothing;
    - it looks like an id: almost every text is another, or whole numbers run on, each occurring
      once;
    - it is identical to the target, under whatever names, in every row;
    - it separates almost perfectly, by its values, or with who is missing: `near_perfect`;
    - it is present among positives only. Present is what is neither missing nor 0 or false.

    The last two need `fewest` rows and `max_q_value`; what falls short of that is kept, and a note
    says so. None of this is proof: a reason is a question to those who recorded the indicator.

    Examples
    --------
    >>> import custvalue as cv
    >>> import pandas as pd
    >>> paid = [True] * 10 + [False] * 30
    >>> indicators = pd.DataFrame(
    ...     {
    ...         "visits": [5, 4, 1, 6, 3, 5, 4, 2, 3, 5] + [1, 2, 4, 1, 3, 1] * 5,
    ...         "asked_for_refund": [True] * 6 + [False] * 34,
    ...     }
    ... )
    >>> screening = cv.screen(indicators, paid)
    >>> screening.kept, screening.suspects
    (['visits'], ['asked_for_refund'])
    >>> print(screening.explain("asked_for_refund"))
    asked_for_refund: set aside for this target: present among positives only (6 of 10, none of 30
    negatives). Known in 40 of 40 rows; AUC 0.800, q 0.0002.
    """
    limits = Limits(
        near_perfect=near_perfect,
        fewest=fewest,
        max_q_value=max_q_value,
        id_like=id_like,
        redundant=redundant,
    )
    names = _read_names(indicators)
    late = _recorded_late(names, known_at, cutoff)
    require_rows_of(indicators, target, "indicators and target")
    is_positive = read_label(
        target,
        positive,
        "target",
        otherwise="leave these rows out of both, as with indicators[target.notna()]",
    )
    if not is_positive.any():
        require_possible(positive, {"target": target})
    evidence, ranks = _weigh_all(indicators, is_positive)
    q_values = false_discovery_adjusted(np.array([each.p_value for each in evidence]))
    looks = [limits.look(each, q) for each, q in zip(evidence, q_values.tolist(), strict=True)]
    reasons = [late.get(name, []) + look.reasons for name, look in zip(names, looks, strict=True)]
    kept = np.array([not found for found in reasons], dtype=np.bool_)
    shares = _share_out(np.array([each.influence for each in evidence]), q_values, kept)
    best_first = np.flatnonzero(kept)[np.argsort(-shares[kept], kind="stable")].tolist()
    return Screening(
        table=pd.DataFrame(
            {
                "share_of_influence": shares,
                "auc": np.array([each.auc for each in evidence], dtype=np.float64),
                "missing_auc": np.array([each.missing_auc for each in evidence], dtype=np.float64),
                "known": np.array([each.known for each in evidence], dtype=np.int64),
                "direction": [each.direction for each in evidence],
                "q_value": q_values,
                "suspect": ~kept,
                "reason": ["; ".join(found) for found in reasons],
            },
            index=names,
        ),
        redundant=_find_redundant(names, ranks, best_first, limits.redundant),
        positives=int(np.count_nonzero(is_positive)),
        negatives=int(np.count_nonzero(~is_positive)),
        doubts={
            name: "; ".join(look.doubts)
            for name, look, keep in zip(names, looks, kept, strict=True)
            if keep and look.doubts
        },
    )


def _read_names(indicators: pd.DataFrame) -> "pd.Index[Any]":
    """Return the names of the indicators; raise when one occurs twice."""
    require_frame(indicators, "indicators")
    names = indicators.columns
    if names.nlevels > 1:
        msg = "indicators must have one level of names, got several: join them first"
        raise InputError(msg)
    if not names.is_unique:
        twice = ", ".join(map(str, names[names.duplicated()].unique()))
        msg = f"indicators must have each column once, got more of {twice}: rename or drop them"
        raise InputError(msg)
    return names.rename("indicator")


def _recorded_late(
    names: "pd.Index[Any]", known_at: Mapping[Hashable, Day] | None, cutoff: Day | None
) -> dict[Hashable, list[str]]:
    """Return the indicators recorded after the cutoff, and that reason."""
    if known_at is None and cutoff is None:
        return {}
    if known_at is None or cutoff is None:
        given = "cutoff" if known_at is None else "known_at"
        msg = f"known_at and cutoff must be given together, got {given} alone"
        raise InputError(msg)
    last = read_day(cutoff, "cutoff")
    dated = read_mapping(known_at, "known_at", "{'visits': '2026-01-31'}")
    days = {name: read_day(day, f"known_at of {name}") for name, day in dated.items()}
    strangers = [str(name) for name in days if name not in names]
    if strangers:
        msg = f"known_at must name indicators, got others: {', '.join(strangers)}"
        raise InputError(msg)
    return {
        name: [f"recorded on {to_date(day)}, after the cutoff {to_date(last)}"]
        for name, day in days.items()
        if day > last
    }


def _weigh_all(
    indicators: pd.DataFrame, positive: Mask
) -> tuple[list[Evidence], list[Ranks | None]]:
    """Hold each indicator against the target; only its ranks in some rows are kept."""
    rows = spread_rows(len(indicators))
    evidence, ranks = [], []
    for name, column in indicators.items():
        indicator = read_indicator(column, f"indicator {name}")
        evidence.append(weigh(indicator, positive))
        ranks.append(rank(indicator, rows))
    return evidence, ranks


def _share_out(influence: Floats, q_values: Floats, kept: Mask) -> Floats:
    """Return what each kept indicator has of all their influence; NaN for those set aside."""
    squared = np.where(kept, influence**2, np.nan)
    beyond_luck = squared * (1 - q_values)
    if not np.nansum(beyond_luck):
        beyond_luck = squared  # it may all be luck, and then no share is better than another
    return beyond_luck / (beyond_luck[kept].sum() or np.nan)


def _find_redundant(
    names: "pd.Index[Any]", ranks: list[Ranks | None], best_first: list[int], least: float
) -> tuple[tuple[Hashable, ...], ...]:
    """Return groups of kept indicators that say the same, the most telling first."""
    ranked = [(names[place], each) for place in best_first if (each := ranks[place]) is not None]
    groups = group_redundant([each for _, each in ranked], least)
    return tuple(tuple(ranked[place][0] for place in group) for group in groups)
