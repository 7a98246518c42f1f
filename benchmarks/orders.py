"""The order log beside a database and beside the libraries that build customer summaries."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import custvalue as cv
from benchmarks._compare import Row, Size, alternate, failed, find
from benchmarks._data import DAYS, LAST_DAY, Ids, order_frame

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MID_HISTORY = LAST_DAY - pd.Timedelta(days=DAYS // 2)

LINES = """
WITH lines AS (
    SELECT customer_id, date::DATE AS day, round(amount * 100)::BIGINT AS cents
    FROM orders
    WHERE date < $as_of::DATE + 1
),
"""
TWO_STAGES = """
days AS (
    SELECT
        customer_id, day,
        count_if(cents >= 0)::BIGINT AS orders,
        sum(cents)::BIGINT AS net,
        sum(greatest(-cents, 0))::BIGINT AS refunded
    FROM lines
    GROUP BY customer_id, day
),
customers AS (
    SELECT
        customer_id,
        sum(orders)::BIGINT AS orders,
        count_if(orders > 0)::BIGINT AS order_days,
        sum(net)::BIGINT AS net,
        sum(refunded)::BIGINT AS refunded,
        min(CASE WHEN orders > 0 THEN day END) AS first_order,
        max(CASE WHEN orders > 0 THEN day END) AS last_order
    FROM days
    GROUP BY customer_id
)
"""
ONE_STAGE = """
customers AS (
    SELECT
        customer_id,
        count_if(cents >= 0)::BIGINT AS orders,
        count(DISTINCT CASE WHEN cents >= 0 THEN day END) AS order_days,
        sum(cents)::BIGINT AS net,
        sum(greatest(-cents, 0))::BIGINT AS refunded,
        min(CASE WHEN cents >= 0 THEN day END) AS first_order,
        max(CASE WHEN cents >= 0 THEN day END) AS last_order
    FROM lines
    GROUP BY customer_id
)
"""
COLUMNS = """
SELECT
    customer_id,
    orders,
    order_days,
    net / 100 AS revenue,
    refunded / 100 AS refunded,
    CASE WHEN orders > 0 THEN net / 100 / orders END AS average_order_value,
    first_order::TIMESTAMP_S AS first_order,
    last_order::TIMESTAMP_S AS last_order,
    ($as_of::DATE - last_order)::DOUBLE AS days_since_last_order,
    ($as_of::DATE - first_order)::DOUBLE AS tenure_days,
    (last_order - first_order)::DOUBLE AS active_days,
    CASE WHEN order_days > 1 THEN (last_order - first_order) / (order_days - 1) END AS mean_gap_days
FROM customers
ORDER BY customer_id
"""
STATEMENTS = {
    "DuckDB": LINES + TWO_STAGES + COLUMNS,
    "DuckDB, count(distinct)": LINES + ONE_STAGE + COLUMNS,
}


def against_duckdb(ids: Ids, target: float | None, size: Size) -> Iterator[Row]:
    """Time frame to customer table, validation on, against a database on all cores.

    The target holds against the statement of two stages; the other, often quicker, is there for
    fairness.
    """
    duckdb = find("duckdb")
    names = {peer: f"{ids} ids, vs {peer}" for peer in STATEMENTS}
    if isinstance(duckdb, str):
        yield from (failed(name, peer=duckdb) for name in names.values())
        return
    frame = order_frame(size.orders, size.customers, ids=ids)
    ours = partial(build_and_summarise, frame)
    with duckdb.connect() as connection:
        for peer, statement in STATEMENTS.items():
            theirs = partial(in_database, connection, frame, statement)
            assert_same(ours(), theirs())
            pair = alternate(ours, theirs, rounds=size.rounds)
            yield pair.row(names[peer], target=target)
            target = None


def string_ids(size: Size) -> Iterator[Row]:
    """Time string ids in every storage pandas has here; users without pyarrow have the other."""
    storages: list[Ids] = ["default"]
    dtype = order_frame(2, 1, ids="default")["customer_id"].dtype
    if isinstance(dtype, pd.StringDtype) and dtype.storage == "pyarrow":
        storages = ["pyarrow", "python"]
    for storage in storages:
        yield from against_duckdb(storage, 1.3, size)


def another_day(size: Size) -> Iterator[Row]:
    """Time a second table, of a day in mid-history, against building the log and the first."""
    frame = order_frame(size.orders, size.customers)
    log = cv.OrderLog.from_frame(frame)
    duckdb = find("duckdb")
    if not isinstance(duckdb, str):
        with duckdb.connect() as connection:
            theirs = in_database(connection, frame, STATEMENTS["DuckDB"], MID_HISTORY)
        assert_same(log.customers(MID_HISTORY), theirs)
        del theirs
    days = (MID_HISTORY + pd.Timedelta(days=day) for day in count(1))  # never the same day twice
    pair = alternate(
        lambda: log.customers(next(days)),
        partial(build_and_summarise, frame),
        rounds=size.rounds,
    )
    yield pair.row("customers(another day), vs from_frame + customers", target=0.25)


def against_btyd(size: Size) -> Iterator[Row]:
    """Time frame to BTYD summary against the libraries that build one, at a tenth of the orders.

    No refunds: the three disagree about what a refund is, and agree on everything else.
    """
    frame = order_frame(size.orders // 10, size.customers // 10, refunds=0.0)
    ours = partial(btyd, frame)
    for name, module, theirs in (
        ("BTYD summary, vs clvkit", "clvkit", with_clvkit),
        ("BTYD summary, vs lifetimes", "lifetimes.utils", with_lifetimes),
    ):
        peer = find(module)
        if isinstance(peer, str):
            yield failed(name, peer=peer)
            continue
        run: Callable[[], pd.DataFrame] = partial(theirs, peer, frame)
        try:
            summary = run()
        except Exception as error:  # noqa: BLE001 - an archived peer may break on anything newer
            yield failed(name, peer=f"raises {type(error).__name__}")
            continue
        assert_same(ours().astype(float), summary.astype(float).sort_index())
        yield alternate(ours, run, rounds=size.rounds).row(name, target=0.2)


def build_and_summarise(frame: pd.DataFrame) -> pd.DataFrame:
    """Return our customer table on the last day."""
    return cv.OrderLog.from_frame(frame).customers(LAST_DAY)


def in_database(
    connection: "DuckDBPyConnection",
    frame: pd.DataFrame,
    statement: str,
    as_of: pd.Timestamp = LAST_DAY,
) -> pd.DataFrame:
    """Return the same table from SQL over the same frame in memory."""
    connection.register("orders", frame)
    table = connection.execute(statement, {"as_of": as_of.date()}).df()
    return table.set_index("customer_id")


def btyd(frame: pd.DataFrame) -> pd.DataFrame:
    """Return our BTYD summary in days."""
    return cv.OrderLog.from_frame(frame).to_btyd(LAST_DAY)


def with_clvkit(clvkit: ModuleType, frame: pd.DataFrame) -> pd.DataFrame:
    """Return clvkit's summary: made in full by this call, a method hands it out."""
    base = clvkit.CustomerBase.from_transactions(frame, observation_period_end=LAST_DAY)
    summary: pd.DataFrame = base.to_pandas()
    return summary


def with_lifetimes(utils: ModuleType, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the archived lifetimes' summary."""
    summary: pd.DataFrame = utils.summary_data_from_transaction_data(
        frame, "customer_id", "date", "amount", observation_period_end=LAST_DAY
    )
    return summary


def assert_same(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """Check every column and every id; quotients may differ in their last bit."""
    assert list(ours.columns) == list(theirs.columns)
    assert np.array_equal(ours.index.to_numpy(), theirs.index.to_numpy())
    pd.testing.assert_frame_equal(ours, theirs, check_index_type=False, rtol=1e-12, atol=0)
