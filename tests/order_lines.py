"""Order lines, written by hand or drawn, and logs compared: for the tests of the order log."""

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from custvalue.orders import OrderLog
from custvalue.testing import order_frames

COLUMNS = ("customer_id", "date", "amount", "order_id")
END = "2025-01-01"  # after all drawn lines


def order_lines(*lines: tuple[Any, ...]) -> pd.DataFrame:
    """Return a frame of lines (customer, ISO day or time, amount[, order id])."""
    columns = COLUMNS[: max(map(len, lines), default=3)]
    frame = pd.DataFrame(list(lines), columns=list(columns))
    frame["date"] = pd.to_datetime(frame["date"], format="ISO8601")
    return frame


NO_ROWS = order_lines()
TWO_CUSTOMERS = order_lines(
    ("ann", "2026-01-05", 20.00),
    ("bob", "2026-01-09", 15.50),
    ("ann", "2026-01-05", 30.00),
    ("ann", "2026-02-04", 0.00),
    ("ann", "2026-02-10", -5.25),
    ("cat", "2026-02-11", -7.00),
)


def drawn_lines() -> st.SearchStrategy[pd.DataFrame]:
    """Draw order lines, some of them faulty, most refunds without an order id."""
    return st.builds(_spoil, order_frames(order_ids=True), st.integers(0, 2**20 - 1))


def _spoil(rows: pd.DataFrame, bits: int) -> pd.DataFrame:
    chosen = np.array([bits >> row % 20 & 1 for row in range(len(rows))], dtype=bool)
    refund = (rows["amount"] < 0).to_numpy()
    rows["order_id"] = rows["order_id"].astype(object).where(~(refund & chosen), None)
    if bits % 5 == 0:
        rows["date"] = rows["date"].where(refund | ~chosen)
    return rows


@st.composite
def drawn_batches(draw: st.DrawFn, most: int = 4) -> list[pd.DataFrame]:
    """Draw order lines as several frames, some of them perhaps empty."""
    rows = draw(drawn_lines())
    cuts = sorted(draw(st.lists(st.integers(0, len(rows)), max_size=most)))
    return [rows[start:end] for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True)]


def how(named: bool) -> dict[str, Any]:
    """Return how the drawn lines are read."""
    return {"invalid": "exclude", **({"order_id": "order_id"} if named else {})}


def assert_same(one: OrderLog, other: OrderLog, days: list[str] | None = None) -> None:
    """Assert that two logs answer alike, to the last bit."""
    assert one.ledger.to_dict() == other.ledger.to_dict()
    assert (one.start, one.end, repr(one)) == (other.start, other.end, repr(other))
    for day in days or ["2024-01-03", "2024-02-29", END]:
        for left, right in zip(tables(one, day), tables(other, day), strict=True):
            pd.testing.assert_frame_equal(left, right, check_exact=True)


def tables(log: OrderLog, day: str) -> list[pd.DataFrame]:
    """Return all that a log says as of a day."""
    return [
        log.customers(day),
        log.customers(day, since="2024-01-02"),
        log.gaps(day),
        log.to_btyd(day),
        log.ordered_between(day, "2199-12-31").to_frame(),
    ]
