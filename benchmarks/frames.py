"""The customer table beside what one would write by hand in pandas and in Polars."""

from collections.abc import Callable, Iterator
from functools import partial
from types import ModuleType

import numpy as np
import pandas as pd

from benchmarks._compare import Row, Size, alternate, failed, find
from benchmarks._data import LAST_DAY, order_frame
from benchmarks.orders import assert_same, build_and_summarise


def against_frames(size: Size) -> Iterator[Row]:
    """Time frame to customer table, validation on, against two-stage group-bys."""
    frame = order_frame(size.orders, size.customers)
    ours = partial(build_and_summarise, frame)
    peers: dict[str, Callable[[], pd.DataFrame]] = {"pandas group-by": partial(in_pandas, frame)}
    polars = find("polars")
    if not isinstance(polars, str):
        peers["Polars, lazy"] = partial(in_polars, polars, frame)
    for name, theirs in peers.items():
        assert_same(ours(), theirs())
        pair = alternate(ours, theirs, rounds=size.rounds)
        yield pair.row(f"dense ids, vs {name}", target=None)
    if isinstance(polars, str):
        yield failed("dense ids, vs Polars, lazy", peer=polars)


def in_pandas(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the same table from group-bys over customer days, money in whole cents."""
    cents = (frame["amount"] * 100).round().astype("int64")
    lines = pd.DataFrame(
        {
            "customer_id": frame["customer_id"],
            "day": frame["date"].dt.normalize(),
            "orders": (cents >= 0).astype("int64"),
            "net": cents,
            "refunded": (-cents).clip(lower=0),
        }
    )
    days = lines.groupby(["customer_id", "day"], as_index=False, sort=False).sum()
    days["order_days"] = (days["orders"] > 0).astype("int64")
    ordered = days["day"].where(days["orders"] > 0)
    by_customer = days.assign(first_order=ordered, last_order=ordered).groupby("customer_id")
    sums = by_customer[["orders", "order_days", "net", "refunded"]].sum()
    dates = by_customer.agg({"first_order": "min", "last_order": "max"})
    return _finish(pd.concat([sums, dates], axis=1))


def in_polars(polars: ModuleType, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the same table from a lazy query on all cores."""
    col = polars.col
    cents = (col("amount") * 100).round(0).cast(polars.Int64)
    ordered = polars.when(col("orders") > 0).then(col("day"))
    table = (
        polars.from_pandas(frame)
        .lazy()
        .select("customer_id", cents.alias("cents"), col("date").dt.truncate("1d").alias("day"))
        .group_by("customer_id", "day")
        .agg(
            (col("cents") >= 0).sum().cast(polars.Int64).alias("orders"),
            col("cents").sum().alias("net"),
            (-col("cents")).clip(lower_bound=0).sum().alias("refunded"),
        )
        .group_by("customer_id")
        .agg(
            col("orders").sum(),
            (col("orders") > 0).sum().cast(polars.Int64).alias("order_days"),
            col("net").sum(),
            col("refunded").sum(),
            ordered.min().alias("first_order"),
            ordered.max().alias("last_order"),
        )
        .sort("customer_id")
        .collect()
    )
    return _finish(table.to_pandas().set_index("customer_id"))


def _finish(sums: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of our table from sums and dates."""
    first, last = (sums[name].astype("datetime64[s]") for name in ("first_order", "last_order"))
    revenue, gaps = sums["net"] / 100, sums["order_days"] - 1
    active = (last - first).dt.days.astype("float64")
    return pd.DataFrame(
        {
            "orders": sums["orders"],
            "order_days": sums["order_days"],
            "revenue": revenue,
            "refunded": sums["refunded"] / 100,
            "average_order_value": revenue / sums["orders"].where(sums["orders"] > 0),
            "first_order": first,
            "last_order": last,
            "days_since_last_order": (LAST_DAY - last).dt.days.astype("float64"),
            "tenure_days": (LAST_DAY - first).dt.days.astype("float64"),
            "active_days": active,
            "mean_gap_days": (active / gaps.where(gaps > 0)).astype(np.float64),
        }
    )
