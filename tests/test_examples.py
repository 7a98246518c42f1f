import datetime as dt

import numpy as np
import pandas as pd
import pytest

import custvalue as cv
from custvalue.examples import simulate_orders, simulate_shop


def test_the_same_seed_gives_the_same_orders() -> None:
    """Orders depend on the seed and on nothing else."""
    orders = simulate_orders(customers=50, seed=1)
    pd.testing.assert_frame_equal(orders, simulate_orders(customers=50, seed=1))
    assert not orders.equals(simulate_orders(customers=50, seed=2))


@pytest.mark.parametrize(("customers", "days"), [(1, 1), (1, 3), (300, 1), (300, 500)])
def test_everybody_buys_and_nothing_lies_outside(customers, days) -> None:
    """Each customer has an order within the days watched, and refunds follow orders."""
    orders = simulate_orders(customers=customers, start="2024-02-01", days=days, seed=3)
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
    orders = simulate_orders(customers=1000, seed=5)
    revenue = orders.groupby("customer_id")["amount"].sum().sort_values(ascending=False)
    times = orders[orders["amount"] > 0].groupby("customer_id").size()
    assert 0.3 < (times == 1).mean() < 0.6
    assert 0.55 < revenue.head(200).sum() / revenue.sum() < 0.85
    assert 0.01 < (orders["amount"] < 0).mean() < 0.06


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"customers": 0},
            r"customers must be a whole number from 1 to 100,000,000, got 0 \(int\)",
        ),
        ({"days": 0}, r"days must be a whole number from 1 to 64,648, got 0 \(int\)"),
        ({"days": True}, r"days must be a whole number from 1 to 64,648, got True \(bool\)"),
        ({"start": "2199-12-31"}, r"days must be a whole number from 1 to 1, got 730 \(int\)"),
        ({"start": "soon"}, "start must be a calendar day, as '1998-06-30' or a date, got 'soon'"),
        ({"seed": None}, r"seed must be a whole number of at least 0, got None \(NoneType\)"),
        ({"seed": -1}, r"seed must be a whole number of at least 0, got -1 \(int\)"),
    ],
)
def test_nobody_and_never_cannot_be_simulated(settings, message) -> None:
    """There is at least one customer and one day, all by 2199; and the seed says which shop."""
    for simulate in (simulate_orders, simulate_shop):
        with pytest.raises(cv.InputError, match=f"^{message}$"):
            simulate(**settings)


def test_days_and_counts_may_be_of_any_kind() -> None:
    """A date is a start, and a numpy number a count, as their equals are."""
    expected = simulate_orders(customers=5, start="2024-02-01", seed=2)
    found = simulate_orders(customers=np.int64(5), start=dt.date(2024, 2, 1), seed=np.int8(2))
    pd.testing.assert_frame_equal(found, expected)


@pytest.mark.parametrize("ask", ["awake", "evidence"])
def test_a_shop_is_asked_of_a_day(ask) -> None:
    """What is no calendar day is refused; a date is one."""
    shop = simulate_shop(customers=5)
    assert len(getattr(shop, ask)(dt.date(2024, 6, 30))) == len(getattr(shop, ask)("2024-06-30"))
    with pytest.raises(cv.InputError, match=r"as_of must be a calendar day, .* got 'today'"):
        getattr(shop, ask)("today")


def test_a_shop_has_the_same_orders_and_more():
    """The shop's orders are those of simulate_orders, with ids that every basket has a line of."""
    shop = simulate_shop(customers=300, days=400, seed=4)
    orders = simulate_orders(customers=300, days=400, seed=4)
    pd.testing.assert_frame_equal(shop.orders.drop(columns="order_id"), orders)
    bought = shop.orders[shop.orders["amount"] >= 0]
    assert bought["order_id"].is_unique
    assert set(shop.lines["basket"]) == set(bought["order_id"])
    assert set(shop.orders["order_id"]) == set(bought["order_id"])
    counted = cv.OrderLog.from_frame(shop.orders, order_id="order_id").customers("2024-12-31")
    assert counted["orders"].sum() == len(bought)


def test_a_shop_knows_who_sleeps():
    """Nobody orders once asleep, who came first refers, and all that is asked is of that day."""
    shop = simulate_shop(customers=500, days=400, seed=6)
    customers = shop.customers
    first = (
        shop.orders[shop.orders["amount"] >= 0].groupby("customer_id")["date"].agg(["min", "max"])
    )
    assert (customers["came"] == first["min"]).all()
    asleep = customers["asleep_from"].notna()
    assert (first["max"] < customers["asleep_from"])[asleep].all()
    referred = customers[customers["referred_by"].notna()]
    referrers = customers.loc[referred["referred_by"].astype("int64")]
    assert (referrers["came"].to_numpy() < referred["came"].to_numpy()).all()
    assert 0.05 < len(referred) / len(customers) < 0.2
    awake, evidence = shop.awake("2023-06-30"), shop.evidence("2023-06-30")
    known = customers["came"] <= pd.Timestamp("2023-06-30")
    assert awake.index.equals(customers.index[known])
    assert evidence.index.equals(awake.index)
    at_last = shop.evidence("2024-12-31")["referrals"]
    assert at_last.tolist() == customers["referrals"].tolist()
    assert shop.awake("2022-12-31").empty


def test_goods_go_together_in_pairs():
    """A good's partner is bought with it far more often than chance has it."""
    shop = simulate_shop(customers=2000, seed=7, products=20)
    rules = cv.baskets.pair_rules(shop.lines, min_count=50)
    pairs = rules[(rules["antecedent"] == "product 19") & (rules["consequent"] == "product 20")]
    assert pairs["lift"].tolist()[0] > 3


def test_a_shop_needs_a_pair_of_goods():
    """Partners come in twos."""
    with pytest.raises(
        cv.InputError, match="products must be a whole number from 2 to 1,000,000, got 1"
    ):
        simulate_shop(customers=5, products=1)


def test_a_shop_in_one_line():
    """Its text counts what is in it."""
    assert (
        repr(simulate_shop(customers=1, days=1)) == "SimulatedShop: 1 customer, 1 order, 0 refunds"
    )
