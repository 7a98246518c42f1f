import numpy as np
import pandas as pd
import pytest

import custvalue as cv
from custvalue.examples import simulate_orders


def test_the_same_seed_gives_the_same_orders() -> None:
    """Orders depend on the seed and on nothing else."""
    orders = simulate_orders(50, seed=1)
    pd.testing.assert_frame_equal(orders, simulate_orders(50, seed=1))
    assert not orders.equals(simulate_orders(50, seed=2))


@pytest.mark.parametrize(("customers", "days"), [(1, 1), (1, 3), (300, 1), (300, 500)])
def test_everybody_buys_and_nothing_lies_outside(customers, days) -> None:
    """Each customer has an order within the days watched, and refunds follow orders."""
    orders = simulate_orders(customers, start="2024-02-01", days=days, seed=3)
    assert orders.dtypes.astype(str).to_dict() == {
        "customer_id": "int64",
        "date": "datetime64[s]",
        "amount": "float64",
    }
    first, last = pd.Timestamp("2024-02-01"), pd.Timestamp("2024-02-01") + pd.Timedelta(days=days)
    assert orders["date"].is_monotonic_increasing
    assert orders["date"].between(first, last, inclusive="left").all()
    bought = orders[orders["amount"] > 0].groupby("customer_id")["date"].min()
    assert bought.index.tolist() == list(range(1, customers + 1))
    refunds = orders[orders["amount"] < 0]
    assert (refunds["date"].to_numpy() >= bought[refunds["customer_id"]].to_numpy()).all()
    assert np.array_equal(orders["amount"].round(2), orders["amount"])


def test_it_looks_like_a_shop() -> None:
    """Many buy once, a fifth bring well over half, some orders are given back."""
    orders = simulate_orders(1000, seed=5)
    revenue = orders.groupby("customer_id")["amount"].sum().sort_values(ascending=False)
    times = orders[orders["amount"] > 0].groupby("customer_id").size()
    assert 0.3 < (times == 1).mean() < 0.6
    assert 0.55 < revenue.head(200).sum() / revenue.sum() < 0.85
    assert 0.01 < (orders["amount"] < 0).mean() < 0.06


@pytest.mark.parametrize(("customers", "days"), [(0, 10), (10, 0)])
def test_nobody_and_never_cannot_be_simulated(customers, days) -> None:
    """There is at least one customer and one day."""
    with pytest.raises(cv.InputError, match="simulate_orders needs at least 1 customer and 1 day"):
        simulate_orders(customers, days=days)
