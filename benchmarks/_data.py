"""Simulated orders: the same seed gives the same frame."""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Ids = Literal["dense", "scattered", "default", "python", "pyarrow"]

START = np.datetime64("2024-01-01", "D")
DAYS = 730
LAST_DAY = pd.Timestamp(START) + pd.Timedelta(days=DAYS - 1)


def order_frame(
    orders: int, customers: int, *, ids: Ids = "dense", refunds: float = 0.03, seed: int = 1997
) -> pd.DataFrame:
    """Return shuffled orders: every customer has one, and a few have very many.

    Parameters
    ----------
    orders, customers : int
        Rows and distinct ids; at least as many rows as ids.
    ids : {"dense", "scattered", "default", "python", "pyarrow"}
        Integers that follow each other; integers all over the range; strings of pandas' default
        dtype, or of that dtype in the named storage.
    refunds : float
        Share of the rows with a negative amount.
    seed : int
        Where the random numbers start.

    Returns
    -------
    DataFrame
        Columns `customer_id`, `date` [midnights in pandas' default unit] and `amount` [two
        decimals].
    """
    rng = np.random.default_rng(seed)
    appetite = np.cumsum(rng.gamma(1.0, size=customers))
    drawn = np.searchsorted(appetite, rng.random(orders - customers) * appetite[-1])
    buyers = np.concatenate([np.arange(customers), drawn])
    rng.shuffle(buyers)
    days = START + rng.integers(0, DAYS, orders)
    amounts = rng.lognormal(3.5, 1.0, orders) + 0.01
    amounts *= np.where(rng.random(orders) < refunds, -1.0, 1.0)
    return pd.DataFrame(
        {
            "customer_id": _named(buyers, customers, ids, rng),
            "date": days.astype(pd.to_datetime(["2024-01-01"]).to_numpy().dtype),
            "amount": amounts.round(2),
        }
    )


def _named(
    buyers: NDArray[np.int64], customers: int, ids: Ids, rng: np.random.Generator
) -> NDArray[np.int64] | pd.Series:
    """Replace the customers' positions by ids of the wanted kind."""
    if ids == "dense":
        return 1_000_000 + buyers
    if ids == "scattered":
        return (rng.permutation(customers) * 4_611_686_018_427)[buyers]
    names = [f"C{position:07d}" for position in range(customers)]
    if ids == "default":
        return pd.Series(names).take(buyers).reset_index(drop=True)
    with pd.option_context("mode.string_storage", ids):
        return pd.Series(names).take(buyers).reset_index(drop=True)
