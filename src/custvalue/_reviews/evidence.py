"""What the CRM knows beyond orders: read, checked, and put beside the customer table."""

from typing import Any

import attrs
import numpy as np
import pandas as pd

from custvalue._containers import NAMED_ROWS, require_frame
from custvalue._ids import kind_of_ids, sorted_places
from custvalue._lifecycle.facts import CustomerFacts
from custvalue._words import say_some
from custvalue.errors import InputError

FROM_LOG = ("orders", "active_days")
FROM_CRM = tuple(f.name for f in attrs.fields(CustomerFacts) if f.name not in FROM_LOG)


def read_evidence(evidence: pd.DataFrame | None, ids: "pd.Index[Any]") -> pd.DataFrame:
    """Return the evidence, checked, with the index of the log's kind."""
    if evidence is None:
        return pd.DataFrame(index=ids[:0])
    require_frame(evidence, "evidence, indexed by customer id,")
    unknown = [str(name) for name in evidence.columns if name not in FROM_CRM]
    if unknown:
        hint = " (orders and their dates come from the log)" if set(unknown) & set(FROM_LOG) else ""
        msg = (
            f"evidence may have the columns {', '.join(FROM_CRM)}{hint}; "
            f"got {', '.join(unknown)}: pick or rename them"
        )
        raise InputError(msg)
    if evidence.index.nlevels > 1:
        msg = "evidence must be indexed by customer id, got an index of several levels: drop some"
        raise InputError(msg)
    twice = evidence.index[evidence.index.duplicated() | evidence.index.isna()]
    if len(twice):
        named = say_some(twice.unique(), NAMED_ROWS)
        msg = f"evidence must name each customer once, got missing or repeated ids: {named}"
        raise InputError(msg)
    kinds = kind_of_ids(ids), kind_of_ids(evidence.index)
    if None not in kinds and kinds[0] != kinds[1]:
        msg = (
            f"evidence must be indexed by the log's customer ids ({kinds[0]}), "
            f"got {kinds[1]}: convert one to the other's kind"
        )
        raise InputError(msg)
    return evidence


def with_prospects(bought: pd.DataFrame, named: "pd.Index[Any]") -> pd.DataFrame:
    """Return the customer table with a row for everyone the evidence names as well."""
    new = named[~named.isin(bought.index)]
    if not len(new):
        return bought
    everyone = bought.index.append(new).rename(bought.index.name)
    customers = bought.reindex(everyone.take(np.argsort(sorted_places(everyone), kind="stable")))
    for column in ("orders", "order_days", "revenue", "refunded"):
        customers[column] = customers[column].fillna(0).astype(bought[column].dtype)
    return customers
