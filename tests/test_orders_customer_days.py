"""Tests of the store behind the order log: laws that hold whatever the rows."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue._orders.customer_days import _order, sum_runs
from custvalue.orders import OrderLog
from custvalue.testing import order_frames
from order_lines import END, assert_same, drawn_batches, drawn_lines, how, order_lines, tables

# --- laws --------------------------------------------------------------------------------------


@settings(max_examples=50)
@given(drawn_lines(), st.randoms(use_true_random=False), st.booleans())
def test_rows_have_no_order(rows: pd.DataFrame, random: Any, named: bool) -> None:
    """Any permutation of the rows gives the same log."""
    order = list(range(len(rows)))
    random.shuffle(order)
    shuffled = OrderLog.from_frame(rows.iloc[order], **how(named))
    assert_same(OrderLog.from_frame(rows, **how(named)), shuffled)


@settings(max_examples=50)
@given(drawn_lines(), st.booleans(), st.permutations([0, 1, 2, 3]))
def test_ids_are_but_names(rows: pd.DataFrame, named: bool, order: list[int]) -> None:
    """Renaming customers renames the rows of every table and changes nothing in them."""
    ids = sorted(rows["customer_id"].unique())
    names = {who: f"{'zyxw'[place]}-{who}" for who, place in zip(ids, order, strict=False)}
    renamed = rows.assign(customer_id=rows["customer_id"].map(names))
    ours, theirs = (OrderLog.from_frame(frame, **how(named)) for frame in (rows, renamed))
    for left, right in zip(tables(ours, END), tables(theirs, END), strict=True):
        left.index = left.index.map(names)
        expected = left.sort_index(kind="stable")
        pd.testing.assert_frame_equal(expected, right, check_names=False, check_index_type=False)


@settings(max_examples=50)
@given(drawn_lines(), st.booleans(), st.integers(0, 125))
def test_until_is_building_from_the_rows_so_far(
    rows: pd.DataFrame, named: bool, offset: int
) -> None:
    """A log cut off at a day is the log of the rows up to it, but for the rows it counts."""
    day = np.datetime64("2024-01-01") + offset
    log = OrderLog.from_frame(rows, **how(named))
    past = log.until(day)
    so_far = OrderLog.from_frame(rows[~(rows["date"] > day)], **how(named))
    assert past.ledger.drop("later").to_dict() == so_far.ledger.to_dict()
    assert past.ledger["later"] == (rows["date"] > day).sum()
    for left, right in zip(tables(past, END), tables(so_far, END), strict=True):
        pd.testing.assert_frame_equal(left, right, check_exact=True)
    pd.testing.assert_frame_equal(past.customers(str(day)), log.customers(str(day)))
    pd.testing.assert_frame_equal(past.gaps(str(day)), log.gaps(str(day)))
    again = past.extend(rows[rows["date"] > day])
    pd.testing.assert_frame_equal(again.customers(END), log.customers(END), check_exact=True)


@given(drawn_batches(), st.booleans(), st.integers(0, 125))
def test_every_row_is_accounted_for(frames: list[pd.DataFrame], named: bool, offset: int) -> None:
    """The ledger adds up to the rows given, whatever was left out or came later."""
    log = OrderLog.from_batches(frames, **how(named))
    rows = sum(map(len, frames))
    assert log.ledger.sum() == rows
    assert log.until(np.datetime64("2024-01-01") + offset).ledger.sum() == rows


@settings(max_examples=50)
@given(order_frames(), st.booleans())
def test_nobody_disappears(rows: pd.DataFrame, named: bool) -> None:
    """Every id of a row is in the table, once and in order."""
    table = OrderLog.from_frame(rows).customers(END)
    assert table.index.tolist() == sorted(set(rows["customer_id"]))
    sums = rows["amount"].groupby(rows["customer_id"]).sum()
    assert table["revenue"].round(2).tolist() == sums.round(2).tolist()


# --- the arithmetic below ----------------------------------------------------------------------


def test_amounts_too_wide_to_pack() -> None:
    """Customers, days and amounts that fill more than 63 bits together are summed all the same."""
    rows = order_lines(
        (0, "1900-01-01", 4e13),
        (60_000, "2199-12-31", 3e13),
        (60_000, "2199-12-31", 0.01),
        (60_000, "1900-01-01", -5.0),
        (0, "1900-01-01", 1.0),
    )
    for frame in (rows, rows[::-1]):
        table = OrderLog.from_frame(frame).customers("2199-12-31")
        assert table["revenue"].tolist() == [40_000_000_000_001.0, 29_999_999_999_995.01]
        assert table["orders"].tolist() == [2, 2]


@pytest.mark.parametrize("key_bits", [8, 61])
def test_order_with_and_without_room_for_row_numbers(key_bits: int) -> None:
    """Keys are sorted with their row numbers packed beside them, or without where none fit."""
    key = np.array([200, 3, 77, 3, 0], dtype=np.int64)
    assert key[_order(key, key_bits)].tolist() == [0, 3, 3, 77, 200]


@given(st.lists(st.integers(-9, 9), max_size=12), st.data())
def test_sum_runs_is_the_sum_of_each_run(values: list[int], data: st.DataObject) -> None:
    """Runs may be empty, and the last may end at the end."""
    edges = sorted(data.draw(st.lists(st.integers(0, len(values)), min_size=2, max_size=8)))
    low, high = np.array(edges[:-1:2]), np.array(edges[1::2])
    low = low[: len(high)]
    sums = sum_runs(np.array(values, dtype=np.int64), low, high)
    assert sums.tolist() == [sum(values[a:b]) for a, b in zip(low, high, strict=True)]
