"""Orders to try things out on: a handful that the documentation speaks about, and any number.

No file is read: the handful is written out, the others are drawn by a seeded model.
"""

import attrs
import numpy as np
import pandas as pd

from custvalue._calendar import LAST_DAY, Day, read_day, to_date
from custvalue._containers import read_count
from custvalue._examples.simulation import describe, draw_customers, draw_lines, draw_orders
from custvalue._words import say_count

FEWEST_PRODUCTS = 2  # a good and its partner
MOST_CUSTOMERS, MOST_PRODUCTS = 100_000_000, 1_000_000  # [chosen] what memory may still hold


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
    *, customers: int = 1000, start: Day = "2023-01-01", days: int = 730, seed: int = 0
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
    start : date or ISO string, default "2023-01-01"
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
        When `customers` or `days` is no whole number of at least 1, `seed` none of at least 0,
        `start` no calendar day, or the days end after 2199.

    References
    ----------
    D. C. Schmittlein, D. G. Morrison and R. Colombo (1987), Counting your customers: who are they
    and what will they do next? Management Science 33, 1-24.

    Examples
    --------
    >>> from custvalue.examples import simulate_orders
    >>> orders = simulate_orders(customers=100, days=365, seed=1)
    >>> orders.columns.tolist(), orders["customer_id"].nunique()
    (['customer_id', 'date', 'amount'], 100)
    >>> orders.equals(simulate_orders(customers=100, days=365, seed=1))
    True
    """
    customers, first, days, random = _read_settings(customers, start, days, seed)
    truth = draw_customers(random, customers, days)
    return draw_orders(random, truth, first, days).drop(columns="order_id")


def simulate_shop(
    *,
    customers: int = 1000,
    start: Day = "2023-01-01",
    days: int = 730,
    seed: int = 0,
    products: int = 200,
) -> "SimulatedShop":
    """Simulate a shop with all it has: orders as of `simulate_orders`, and the truth behind them.

    Beside the orders come the goods in each, who referred whom, and for each customer the rate it
    buys at and the day it falls asleep: what a policy has to guess, so that the policy can be
    judged. Few goods are bought often (Zipf); they come in pairs that go together. One customer
    in seven was referred by one who came earlier.

    Parameters
    ----------
    customers : int, default 1000
        How many; each has at least one order.
    start : date or ISO string, default "2023-01-01"
        The first day.
    days : int, default 730
        How long the shop is watched [days].
    seed : int, default 0
        The same seed gives the same shop, and the same orders as `simulate_orders`.
    products : int, default 200
        How many goods there are.

    Returns
    -------
    SimulatedShop

    Raises
    ------
    InputError
        As for `simulate_orders`, and when `products` is no whole number of at least 2.

    Examples
    --------
    >>> import custvalue as cv
    >>> shop = cv.examples.simulate_shop(customers=2000, seed=1)
    >>> log = cv.OrderLog.from_frame(shop.orders, order_id="order_id")
    >>> states = cv.SleepPolicy(30, 60, 90).classify(
    ...     log.customers("2024-06-30")["days_since_last_order"]
    ... )
    >>> outcome = cv.Confusion.from_labels(
    ...     actual=~shop.awake("2024-06-30"), predicted=states == "asleep"
    ... )
    >>> round(outcome.precision, 2), round(outcome.recall, 2)
    (0.78, 0.9)
    """
    customers, first, days, random = _read_settings(customers, start, days, seed)
    products = read_count(products, "products", least=FEWEST_PRODUCTS, most=MOST_PRODUCTS)
    truth = draw_customers(random, customers, days)
    orders = draw_orders(random, truth, first, days)
    return SimulatedShop(
        orders=orders,
        lines=draw_lines(random, int((orders["amount"] >= 0).sum()), products),
        customers=describe(random, truth, first, days),
    )


@attrs.frozen(eq=False, repr=False, kw_only=True)
class SimulatedShop:
    """A shop made up by `simulate_shop`: what a log would show, and what is true.

    Attributes
    ----------
    orders : DataFrame, ordered by date
        The columns of `simulate_orders`, and ``order_id`` int64; a refund bears the id of the
        order it gives back.
    lines : DataFrame
        The goods: ``basket`` int64, an order's id, and ``item`` categorical. A good may stand on
        two lines of one basket.
    customers : DataFrame indexed by customer_id
        ``came`` datetime64[s], the day of the first order; ``gap_days`` float64 [days], the mean
        between orders while awake; ``asleep_from`` datetime64[s], the day from which no order
        comes any more, missing where it lies after the last day; ``level`` float64 [money], the
        median order; ``referred_by`` Int64, missing for most; ``referrals`` int64.

    Examples
    --------
    >>> import custvalue as cv
    >>> shop = cv.examples.simulate_shop(customers=50, days=200, seed=2)
    >>> shop
    SimulatedShop: 50 customers, 130 orders, 1 refund
    """

    orders: pd.DataFrame
    lines: pd.DataFrame
    customers: pd.DataFrame

    def awake(self, as_of: Day) -> "pd.Series[bool]":
        """Tell who of those who came by a day has not fallen asleep by its end.

        Parameters
        ----------
        as_of : date or ISO string
            The day.

        Returns
        -------
        Series of bool, indexed by customer_id

        Raises
        ------
        InputError
            When `as_of` is no calendar day.

        Examples
        --------
        >>> from custvalue.examples import simulate_shop
        >>> shop = simulate_shop(customers=50, days=200, seed=2)
        >>> int(shop.awake("2023-03-01").sum()), len(shop.awake("2023-03-01"))
        (21, 23)
        """
        known = self.customers[self.customers["came"] <= _midnight(as_of)]
        return ~(known["asleep_from"] <= _midnight(as_of)).rename("awake")

    def evidence(self, as_of: Day) -> pd.DataFrame:
        """Return what a CRM would know by a day, as `review` takes it: referrals made so far.

        Parameters
        ----------
        as_of : date or ISO string
            The day.

        Returns
        -------
        DataFrame indexed by customer_id
            ``referrals`` int64.

        Raises
        ------
        InputError
            When `as_of` is no calendar day.

        Examples
        --------
        >>> from custvalue.examples import simulate_shop
        >>> shop = simulate_shop(customers=50, days=200, seed=2)
        >>> int(shop.evidence("2023-03-01")["referrals"].sum())
        2
        """
        known = self.customers[self.customers["came"] <= _midnight(as_of)]
        made = known["referred_by"].value_counts().reindex(known.index, fill_value=0)
        return pd.DataFrame({"referrals": made.astype("int64")}, index=known.index)

    def __repr__(self) -> str:
        given_back = int((self.orders["amount"] < 0).sum())
        counts = (
            say_count(len(self.customers), "customer", "customers"),
            say_count(len(self.orders) - given_back, "order", "orders"),
            say_count(given_back, "refund", "refunds"),
        )
        return f"SimulatedShop: {', '.join(counts)}"


def _read_settings(
    customers: object, start: Day, days: object, seed: object
) -> tuple[int, str, int, np.random.Generator]:
    first = read_day(start, "start")
    return (
        read_count(customers, "customers", most=MOST_CUSTOMERS),
        to_date(first).isoformat(),
        read_count(days, "days", most=LAST_DAY - first + 1),
        np.random.default_rng(read_count(seed, "seed", least=0)),
    )


def _midnight(day: Day) -> pd.Timestamp:
    return pd.Timestamp(to_date(read_day(day, "as_of")))
