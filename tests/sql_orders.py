"""A second implementation of the order log's tables, in SQL: shares nothing with the first.

It reads the order lines themselves, as ``customer_id, date, amount`` and perhaps ``order_id``, and
adds up whole cents. Money leaves it as cents / 100.
"""

import duckdb
import pandas as pd

LINES = """
    WITH lines AS (
        SELECT
            customer_id,
            CAST(date AS DATE) AS day,
            CAST(round(amount * 100) AS BIGINT) AS cents,
            {order_key} AS order_key
        FROM rows
        WHERE CAST(date AS DATE) <= CAST($as_of AS DATE)
    ),
    sales AS (SELECT * FROM lines WHERE cents >= 0),
    orders AS (
        SELECT customer_id, order_key, min(day) AS day
        FROM sales
        GROUP BY customer_id, order_key
    ),
    order_days AS (SELECT DISTINCT customer_id, day FROM orders)
"""

CUSTOMERS = """,
    history AS (
        SELECT
            customer_id,
            min(day) AS first_order,
            max(day) AS last_order,
            max(day) - min(day) AS active_days,
            count(*) AS days
        FROM order_days
        GROUP BY customer_id
    ),
    counted AS (
        SELECT customer_id, count(*) AS orders, count(DISTINCT day) AS order_days
        FROM orders
        WHERE day > CAST($since AS DATE)
        GROUP BY customer_id
    ),
    money AS (
        SELECT
            customer_id,
            sum(greatest(cents, 0)) AS gross,
            sum(greatest(-cents, 0)) AS refunded
        FROM lines
        WHERE day > CAST($since AS DATE)
        GROUP BY customer_id
    ),
    summary AS (
        SELECT
            customer_id,
            coalesce(orders, 0) AS orders,
            coalesce(order_days, 0) AS order_days,
            coalesce(gross, 0) - CASE WHEN $net THEN coalesce(refunded, 0) ELSE 0 END AS cents,
            coalesce(refunded, 0) AS refunded,
            first_order,
            last_order,
            active_days,
            days
        FROM (SELECT DISTINCT customer_id FROM lines)
        LEFT JOIN history USING (customer_id)
        LEFT JOIN counted USING (customer_id)
        LEFT JOIN money USING (customer_id)
    )
    SELECT
        customer_id,
        CAST(orders AS BIGINT) AS orders,
        CAST(order_days AS BIGINT) AS order_days,
        CAST(cents AS DOUBLE) / 100 AS revenue,
        CAST(refunded AS DOUBLE) / 100 AS refunded,
        CASE WHEN orders > 0 THEN CAST(cents AS DOUBLE) / 100 / orders END AS average_order_value,
        CAST(first_order AS TIMESTAMP) AS first_order,
        CAST(last_order AS TIMESTAMP) AS last_order,
        CAST(CAST($as_of AS DATE) - last_order AS DOUBLE) AS days_since_last_order,
        CAST(CAST($as_of AS DATE) - first_order AS DOUBLE) AS tenure_days,
        CAST(active_days AS DOUBLE) AS active_days,
        CASE WHEN days > 1 THEN CAST(active_days AS DOUBLE) / (days - 1) END AS mean_gap_days
    FROM summary
    ORDER BY customer_id
"""

GAPS = """
    SELECT
        customer_id,
        CAST(row_number() OVER silences AS BIGINT) AS order_number,
        CAST(day AS TIMESTAMP) AS began,
        CAST(coalesce(lead(day) OVER silences, CAST($as_of AS DATE)) - day AS BIGINT) AS days,
        lead(day) OVER silences IS NOT NULL AS returned,
        CAST(greatest(CAST($history_starts AS DATE) - day, 0) AS BIGINT) AS entry_days
    FROM order_days
    WINDOW silences AS (PARTITION BY customer_id ORDER BY day)
    ORDER BY customer_id, day
"""


def sql_customers(
    rows: pd.DataFrame, as_of: str, *, since: str | None = None, refunds: str = "net"
) -> pd.DataFrame:
    """Return the customer table of these rows."""
    settings = {"as_of": as_of, "since": since or "0001-01-01", "net": refunds == "net"}
    table = _run(CUSTOMERS, rows, settings)
    return table.astype({"first_order": "datetime64[s]", "last_order": "datetime64[s]"})


def sql_gaps(rows: pd.DataFrame, as_of: str, *, history_starts: str) -> pd.DataFrame:
    """Return the silences of these rows."""
    table = _run(GAPS, rows, {"as_of": as_of, "history_starts": history_starts})
    return table.astype({"began": "datetime64[s]"})


def _run(query: str, rows: pd.DataFrame, settings: dict[str, object]) -> pd.DataFrame:
    order_key = "order_id" if "order_id" in rows else "row_number() OVER ()"
    with duckdb.connect() as connection:
        connection.register("rows", rows)
        found = connection.execute(LINES.format(order_key=order_key) + query, settings)
        return found.df().set_index("customer_id")
