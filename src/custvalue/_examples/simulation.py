"""Customers who arrive, buy at a rate of their own and fall asleep; their orders and goods."""

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

REFUNDED_ORDERS = 1 / 30  # of all orders
REFUNDED_SHARES = (0.25, 0.5, 1.0)  # a refund gives back a part of its order, or all
REFERRED = 1 / 7  # of all customers
JOINED = 0.4  # of the goods in a basket, those whose partner is bought as well


@attrs.frozen(eq=False)
class Customers:
    """What is drawn for each customer; days count from the start."""

    arrival: npt.NDArray[np.int64]
    lifetime: npt.NDArray[np.float64]  # [days] from the first order to falling asleep
    rate: npt.NDArray[np.float64]  # [orders per day] while awake
    awake: npt.NDArray[np.float64]  # [days] of the lifetime that were watched
    repeats: npt.NDArray[np.int64]
    level: npt.NDArray[np.float64]  # [money] the median order


def draw_customers(random: np.random.Generator, customers: int, days: int) -> Customers:
    arrival = random.integers(0, max(1, 2 * days // 3), customers)
    lifetime = random.exponential(random.gamma(2.0, 150.0, customers))
    awake = np.minimum(lifetime, days - 1 - arrival)
    rate = random.gamma(0.5, 1 / 30, customers)
    repeats = random.poisson(rate * awake)
    level = random.lognormal(3.5, 0.8, customers)
    return Customers(arrival, lifetime, rate, awake, repeats, level)


def draw_orders(
    random: np.random.Generator, truth: Customers, start: str, days: int
) -> pd.DataFrame:
    """Return orders and refunds by date; order ids follow the customers, first orders first."""
    customers = len(truth.arrival)
    who = np.concatenate([np.arange(customers), np.repeat(np.arange(customers), truth.repeats)])
    later = random.uniform(0, 1, int(truth.repeats.sum())) * np.repeat(truth.awake, truth.repeats)
    when = truth.arrival[who] + np.concatenate([np.zeros(customers), later]).round().astype(
        np.int64
    )
    amount = (truth.level[who] * random.lognormal(0.0, 0.4, len(who))).round(2)

    given_back = np.flatnonzero(random.uniform(0, 1, len(who)) < REFUNDED_ORDERS)
    refund_day = np.minimum(when[given_back] + random.integers(1, 30, len(given_back)), days - 1)
    refund = -(amount[given_back] * random.choice(REFUNDED_SHARES, len(given_back))).round(2)

    offsets = np.concatenate([when, refund_day])
    orders = pd.DataFrame(
        {
            "order_id": np.concatenate([np.arange(len(who)), given_back]) + 1,
            "customer_id": np.concatenate([who, who[given_back]]) + 1,
            "date": _date(start, offsets),
            "amount": np.concatenate([amount, refund]),
        }
    )
    return orders.sort_values("date", kind="stable", ignore_index=True)


def draw_lines(random: np.random.Generator, orders: int, products: int) -> pd.DataFrame:
    """Return a line for the good each order was made for, and for what went with it."""
    popular = np.cumsum(1 / np.arange(1, products + 1))
    basket = np.repeat(np.arange(orders), 1 + random.poisson(1.0, orders))
    item = np.searchsorted(popular, random.uniform(0, popular[-1], len(basket)), side="right")
    joined = random.uniform(0, 1, len(basket)) < JOINED
    partner = np.minimum(item[joined] ^ 1, products - 1)
    basket = np.concatenate([basket, basket[joined]])
    codes = np.concatenate([item, partner])
    names = pd.Index([f"product {number}" for number in range(1, products + 1)])
    lines = {"basket": basket + 1, "item": pd.Categorical.from_codes(codes, categories=names)}
    return pd.DataFrame(lines)


def describe(random: np.random.Generator, truth: Customers, start: str, days: int) -> pd.DataFrame:
    """Return one row per customer, with a referrer among those who came on an earlier day."""
    customers = len(truth.arrival)
    in_order = np.argsort(truth.arrival, kind="stable")
    earlier = np.searchsorted(truth.arrival[in_order], truth.arrival)
    referrer = in_order[(random.uniform(0, 1, customers) * earlier).astype(np.int64)]
    referred = (random.uniform(0, 1, customers) < REFERRED) & (earlier > 0)
    made = np.bincount(referrer[referred], minlength=customers)
    # The first day without any chance of an order, since those are drawn to the nearest day.
    asleep = truth.arrival + np.floor(truth.lifetime + 0.5).astype(np.int64) + 1
    asleep_from = pd.Series(_date(start, asleep)).where(asleep < days)
    ids = pd.RangeIndex(1, customers + 1, name="customer_id")
    return pd.DataFrame(
        {
            "came": _date(start, truth.arrival),
            "gap_days": 1 / truth.rate,
            "asleep_from": asleep_from.to_numpy(),
            "level": truth.level,
            "referred_by": pd.array(referrer + 1, dtype="Int64"),
            "referrals": made,
        },
        index=ids,
    ).assign(referred_by=lambda table: table["referred_by"].where(referred))


def _date(start: str, offsets: npt.NDArray[np.int64]) -> npt.NDArray[np.datetime64]:
    dates: npt.NDArray[np.datetime64] = np.datetime64(start, "s") + offsets.astype("timedelta64[D]")
    return dates
