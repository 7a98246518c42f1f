"""When each customer orders next."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue.churn import RhythmBasis, next_order
from custvalue.errors import InputError
from custvalue.orders import OrderLog
from custvalue.testing import order_frames

AS_OF = "2024-03-31"


def by_hand(log: OrderLog, as_of: str, enough: int) -> pd.DataFrame:
    """Return the table customer by customer, with numpy's quantiles."""
    gaps = log.gaps(as_of)
    gaps = gaps[gaps["returned"] & (gaps["entry_days"] == 0)]
    own = {customer: some["days"].tolist() for customer, some in gaps.groupby(level=0)}
    everybody = sorted((gap, 1 / len(some)) for some in own.values() for gap in some)
    shared = []
    for share in (0.25, 0.5, 0.75):
        held = 0.0
        for gap, weight in everybody:
            held += weight
            if held >= share * len(own) - 1e-9:
                shared.append(gap)
                break
    rows = {}
    for customer, row in log.customers(as_of).iterrows():
        some = own.get(customer, [])
        if not everybody or pd.isna(row["last_order"]):
            rows[customer] = (pd.NaT, pd.NaT, pd.NaT, math.nan, None)
            continue
        trust = min(len(some), enough) / enough
        waits = [
            trust * (np.quantile(some, share) if some else 0) + (1 - trust) * population
            for share, population in zip((0.25, 0.5, 0.75), shared, strict=True)
        ]
        wait = math.floor(waits[1] + 0.5 + 1e-9)
        days = [wait, math.floor(waits[0] + 1e-9), math.ceil(waits[2] - 1e-9)]
        dates = [row["last_order"] + pd.Timedelta(days=day) for day in days]
        late = max((pd.Timestamp(as_of) - dates[0]).days, 0)
        basis = "own" if trust == 1 else "own and population" if some else "population"
        rows[customer] = (*dates, float(late), basis)
    columns = ["expected", "earliest", "latest", "days_overdue", "basis"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


@settings(max_examples=40)
@given(order_frames(), st.sampled_from([1, 2, 3, 10]), st.sampled_from([None, "2024-01-20"]))
def test_against_numpy(frame: pd.DataFrame, enough: int, starts: str | None) -> None:
    """The table is what numpy's quantiles give, one customer at a time."""
    log = OrderLog.from_frame(frame, history_starts=starts)
    ours = next_order(log, as_of=AS_OF, enough_gaps=enough)
    theirs = by_hand(log, AS_OF, enough)
    assert ours.index.equals(log.customers(AS_OF).index)
    for column in ("expected", "earliest", "latest"):
        assert ours[column].dtype == "datetime64[s]"
        assert [str(day)[:10] for day in ours[column]] == [str(day)[:10] for day in theirs[column]]
    assert ours["days_overdue"].fillna(-1).tolist() == theirs["days_overdue"].fillna(-1).tolist()
    assert ours["basis"].dtype == RhythmBasis.dtype()
    assert ours["basis"].astype(object).fillna("").tolist() == theirs["basis"].fillna("").tolist()


def test_golden() -> None:
    """Three gaps of 10, 20 and 40 days, all the customer's own, and a customer without any."""
    frame = pd.DataFrame(
        {
            "customer_id": ["ann"] * 4 + ["bob", "cem"],
            "date": pd.to_datetime(
                ["2026-01-01", "2026-01-11", "2026-01-31", "2026-03-12", "2026-03-01", "2026-03-01"]
            ),
            "amount": [1.0] * 5 + [-1.0],
        }
    )
    log = OrderLog.from_frame(frame)
    table = next_order(log, as_of="2026-04-11", enough_gaps=3)
    ann = table.loc["ann"]
    assert [str(ann[day])[:10] for day in ("earliest", "expected", "latest")] == [
        "2026-03-27",  # 15 days after 2026-03-12
        "2026-04-01",  # 20
        "2026-04-11",  # 30
    ]
    assert (ann["days_overdue"], ann["basis"]) == (10.0, "own")
    assert str(table.loc["bob", "expected"])[:10] == "2026-03-21"
    assert table.loc["bob", "basis"] == "population"
    assert table.loc["cem"].isna().all()
    assert list(table.columns) == ["expected", "earliest", "latest", "days_overdue", "basis"]


def test_no_gap_at_all() -> None:
    """Where nobody ever ordered twice, nothing is known of anybody."""
    frame = pd.DataFrame(
        {"customer_id": [1, 2], "date": pd.to_datetime(["2026-01-01"] * 2), "amount": [1.0, 2.0]}
    )
    table = next_order(OrderLog.from_frame(frame), as_of="2026-02-01")
    assert len(table) == 2
    assert table.isna().all(axis=None)
    nobody = next_order(OrderLog.from_frame(frame.iloc[:0]), as_of="2026-02-01")
    assert len(nobody) == 0


@settings(max_examples=25)
@given(order_frames())
def test_the_window_holds_the_expected_day(frame: pd.DataFrame) -> None:
    """The expected day is never outside its window, nor before the last order."""
    log = OrderLog.from_frame(frame)
    table = next_order(log, as_of=AS_OF).dropna()
    assert (table["earliest"] <= table["expected"]).all()
    assert (table["expected"] <= table["latest"]).all()
    assert (table["earliest"] >= log.customers(AS_OF)["last_order"].loc[table.index]).all()


@settings(max_examples=25)
@given(order_frames())
def test_later_orders_change_nothing(frame: pd.DataFrame) -> None:
    """The table of a day knows nothing of the days after it."""
    log = OrderLog.from_frame(frame)
    day = "2024-02-10"
    pd.testing.assert_frame_equal(next_order(log, as_of=day), next_order(log.until(day), as_of=day))


@pytest.mark.parametrize("enough", [0, -1, 2**31, 2.5, True, "3", None])
def test_enough_gaps(enough: object) -> None:
    """How many gaps are enough is a whole number, one at least."""
    log = OrderLog.from_frame(
        pd.DataFrame({"customer_id": [1], "date": pd.to_datetime(["2026-01-01"]), "amount": [1.0]})
    )
    with pytest.raises(
        InputError, match=r"^enough_gaps must be a whole number from 1 to 2,147,483,647, got"
    ):
        next_order(log, as_of="2026-02-01", enough_gaps=enough)


def test_no_log() -> None:
    """A frame is no log."""
    with pytest.raises(TypeError, match=r"^log must be an OrderLog, got DataFrame: build one"):
        next_order(pd.DataFrame(), as_of="2026-02-01")
