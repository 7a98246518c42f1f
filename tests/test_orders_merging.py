"""Tests of logs that meet: in any number, of any types, they make the log of all rows at once."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue._orders import merging
from custvalue.orders import OrderLog
from order_lines import assert_same, drawn_batches, how, order_lines


@pytest.fixture(autouse=True, scope="module", params=[3, 1 << 16])
def block(request: pytest.FixtureRequest) -> Iterator[int]:
    """Merge a few cells at a time, so that small logs lie in many pieces; and many at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "BLOCK", request.param)
        yield request.param


@settings(max_examples=50)
@given(drawn_batches(), st.booleans())
def test_extending_is_building_at_once(frames: list[pd.DataFrame], named: bool) -> None:
    """A log extended by the other frames, or built in batches, is the log of all rows at once."""
    whole = OrderLog.from_frame(pd.concat(frames), **how(named))
    extended = OrderLog.from_frame(frames[0], **how(named))
    for later in frames[1:]:
        extended = extended.extend(later)
    assert_same(extended, whole)
    assert_same(OrderLog.from_batches(iter(frames), **how(named)), whole)


def test_many_small_batches() -> None:
    """A hundred batches make the same log as one frame."""
    rng = np.random.default_rng(5)
    rows = order_lines(*[(0, "2024-01-01", 0.0)] * 300)
    rows["customer_id"] = rng.integers(0, 40, 300)
    rows["date"] += pd.to_timedelta(rng.integers(0, 90, 300), unit="D")
    rows["amount"] = rng.integers(-500, 5_000, 300) / 100
    frames = (rows[start : start + 3] for start in range(0, 300, 3))
    assert_same(OrderLog.from_batches(frames), OrderLog.from_frame(rows))


def test_more_than_255_orders_in_a_day() -> None:
    """Counts grow out of one byte, in one frame and when logs meet."""
    rows = order_lines(*[(7, "2026-01-05", 1.0)] * 200, (8, "2026-01-05", 1.0))
    log = OrderLog.from_frame(pd.concat([rows, rows]))
    assert log.customers("2026-01-05")["orders"].to_dict() == {7: 400, 8: 2}
    assert_same(OrderLog.from_frame(rows).extend(rows), log, ["2026-01-05"])


@pytest.mark.parametrize(
    ("first", "second", "dtype"),
    [
        ("category", "category", "object"),
        ("int32", "int64", "int64"),
        ("int64", "Int64", "Int64"),
        ("int64", object, "object"),
        ("string", "string", "string"),
    ],
)
def test_batches_of_several_id_types(first: Any, second: Any, dtype: str) -> None:
    """Ids of several types become what pandas concatenates them to."""
    text = "string" in (first, second) or "category" in (first, second)
    ids = ["b", "a", "c"] if text else [5, 2, 9]
    left = order_lines(*[(who, "2026-01-05", 1.0) for who in ids[:2]])
    right = order_lines(*[(who, "2026-01-06", 1.0) for who in ids[1:]])
    left["customer_id"] = pd.Series(left["customer_id"].tolist(), dtype=first)
    right["customer_id"] = pd.Series(right["customer_id"].tolist(), dtype=second)
    whole = pd.concat([left, right])
    log = OrderLog.from_batches([left, right])
    assert_same(log, OrderLog.from_frame(whole), ["2026-01-05", "2026-02-01"])
    table = log.customers("2026-02-01")
    if first != "category":
        assert str(table.index.dtype) == dtype
    assert table["orders"].to_dict() == {ids[0]: 1, ids[1]: 2, ids[2]: 1}


def test_batches_without_ids_have_no_say_in_their_type() -> None:
    """An empty batch, of objects as pandas makes them, leaves whole numbers alone."""
    empty = pd.DataFrame(columns=["customer_id", "date", "amount", "order_id"])
    rows = order_lines((7, "2026-01-05", 1.0, 1), (7, "2026-01-05", 1.0, 1))
    log = OrderLog.from_batches([empty, rows, empty], order_id="order_id")
    assert log.customers("2026-02-01").index.dtype == "int64"
    assert log._days.named.ids.dtype == "int64"


def test_objects_stay_objects_when_logs_meet() -> None:
    """Pandas would read a column of texts or times anew."""
    for ids in (["b", "a"], [pd.Timestamp("2026-01-06"), pd.Timestamp("2026-01-05")]):
        rows = order_lines((0, "2026-01-05", 1.0), (0, "2026-01-05", 1.0))
        rows["customer_id"] = pd.Series(ids, dtype=object)
        log = OrderLog.from_frame(rows).extend(rows)
        assert log.customers("2026-02-01").index.dtype == object
        assert log.customers("2026-02-01").index.tolist() == sorted(ids)


def test_ids_that_do_not_compare() -> None:
    """Ids of several kinds stand in order of appearance, and logs of them can meet."""
    rows = order_lines(("b", "2026-01-05", 1.0), (1, "2026-01-06", 2.0), ("a", "2026-01-07", 3.0))
    log = OrderLog.from_frame(rows)
    assert log.customers("2026-02-01").index.tolist() == ["b", 1, "a"]
    longer = log.extend(order_lines((2, "2026-01-05", 1.0), ("b", "2026-01-08", 4.0)))
    assert longer.customers("2026-02-01")["revenue"].to_dict() == {
        "b": 5.0,
        1: 2.0,
        "a": 3.0,
        2: 1.0,
    }
