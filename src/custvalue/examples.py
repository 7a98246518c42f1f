"""Orders to try things out on: a handful that the documentation speaks about, and any number.

No file is read: the handful is written out, the others are drawn by a seeded model.
"""

import numpy as np
import pandas as pd

from custvalue.errors import InputError

REFUNDED_ORDERS = 1 / 30  # of all orders
REFUNDED_SHARES = (0.25, 0.5, 1.0)  # a refund gives back a part of its order, or all


def example_orders() -> pd.DataFrame:
    """Return the orders of two customers in early 2026: five rows, one of them a refund.

    Returns
    -------
    DataFrame
        ``customer_id`` str, ``date`` datetime64, ``amount`` float64 [EUR].

    Examples
    --------
    >>> from custvalue.examples import example_orders
    >>> example_orders()["amount"].tolist()
    [20.0, 15.5, 25.0, 35.0, -5.0]
    """
    return pd.DataFrame(
        {
            "customer_id": ["ann", "bob", "ann", "ann", "ann"],
            "date": pd.to_datetime(
                ["2026-01-05", "2026-01-09", "2026-01-20", "2026-02-04", "2026-02-10"]
            ),
            "amount": [20.0, 15.5, 25.0, 35.0, -5.0],
        }
    )


def simulate_orders(
    customers: int = 1000, *, start: str = "2023-01-01", days: int = 730, seed: int = 0
) -> pd.DataFrame:
    """Simulate a shop's orders: customers arrive, buy at a rate of their own, and fall asleep.

    The model is "buy till you die": exponential gaps and lifetimes whose rates differ between
    customers (gamma), amounts spread around a level of the customer's own (lognormal). One order
    in thirty is given back later, in part or whole. The settings are chosen to look like
    a shop: many buy once, a fifth bring most of the revenue.

    Parameters
    ----------
    customers : int, default 1000
        How many; each has at least one order.
    start : str, default "2023-01-01"
        The first day.
    days : int, default 730
        How long the shop is watched [days]. New customers come in the first two thirds.
    seed : int, default 0
        The same seed gives the same orders.

    Returns
    -------
    DataFrame, ordered by date
        ``customer_id`` int64, ``date`` datetime64[s], ``amount`` float64 [money, cents; negative
        for a refund].

    Raises
    ------
    InputError
        When `customers` or `days` is below 1.

    References
    ----------
    D. C. Schmittlein, D. G. Morrison and R. Colombo (1987), Counting your customers: who are they
    and what will they do next? Management Science 33, 1-24.

    Examples
    --------
    >>> from custvalue.examples import simulate_orders
    >>> orders = simulate_orders(100, days=365, seed=1)
    >>> orders.columns.tolist(), orders["customer_id"].nunique()
    (['customer_id', 'date', 'amount'], 100)
    >>> orders.equals(simulate_orders(100, days=365, seed=1))
    True
    """
    if customers < 1 or days < 1:
        msg = f"simulate_orders needs at least 1 customer and 1 day, got {customers} and {days}"
        raise InputError(msg)
    random = np.random.default_rng(seed)
    arrival = random.integers(0, max(1, 2 * days // 3), customers)
    awake = np.minimum(random.exponential(random.gamma(2.0, 150.0, customers)), days - 1 - arrival)
    repeats = random.poisson(random.gamma(0.5, 1 / 30, customers) * awake)
    level = random.lognormal(3.5, 0.8, customers)

    who = np.concatenate([np.arange(customers), np.repeat(np.arange(customers), repeats)])
    later = random.uniform(0, 1, int(repeats.sum())) * np.repeat(awake, repeats)
    when = arrival[who] + np.concatenate([np.zeros(customers), later]).round().astype(np.int64)
    amount = (level[who] * random.lognormal(0.0, 0.4, len(who))).round(2)

    given_back = np.flatnonzero(random.uniform(0, 1, len(who)) < REFUNDED_ORDERS)
    refund_day = np.minimum(when[given_back] + random.integers(1, 30, len(given_back)), days - 1)
    refund = -(amount[given_back] * random.choice(REFUNDED_SHARES, len(given_back))).round(2)

    offsets = np.concatenate([when, refund_day])
    orders = pd.DataFrame(
        {
            "customer_id": np.concatenate([who, who[given_back]]) + 1,
            "date": np.datetime64(start, "s") + offsets.astype("timedelta64[D]"),
            "amount": np.concatenate([amount, refund]),
        }
    )
    return orders.sort_values("date", kind="stable", ignore_index=True)
