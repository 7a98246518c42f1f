"""The repeat curve, beside a Kaplan-Meier estimate counted by hand."""

import datetime as dt
import math
from statistics import NormalDist
from typing import Any

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue._lifecycle.repeat_curve import _count_equal
from custvalue._statistics import kaplan_meier
from custvalue.errors import InputError
from custvalue.lifecycle import RepeatCurve
from custvalue.orders import OrderLog
from custvalue.testing import order_frames
from order_lines import NO_ROWS, order_lines

COUNTS = ["reached", "continued"]
SHARES = ["chance", "low", "high"]
horizons = st.integers(1, 40) | st.integers(1, 900) | st.floats(0.5, 900)


@st.composite
def watched_orders(draw: st.DrawFn) -> tuple[pd.DataFrame, str]:
    """Draw order lines and a day to look: among them, before them, or after."""
    orders = draw(order_frames(max_rows=40))
    days = orders["date"].dt.strftime("%Y-%m-%d").tolist()
    return orders, draw(st.sampled_from([*days, "2022-12-31", "2025-06-30"]))


def curve(orders: pd.DataFrame, as_of: str, within: float, **how: Any) -> RepeatCurve:
    """Return the curve of a frame of orders."""
    return RepeatCurve.from_log(OrderLog.from_frame(orders, **how), as_of=as_of, within=within)


def count_by_hand(
    orders: pd.DataFrame, as_of: str, within: float, since: str = "1900-01-01"
) -> tuple[list[tuple[Any, ...]], list[int]]:
    """Return the rows of the table and the lower bounds, one customer and one day at a time."""
    end, begin = dt.date.fromisoformat(as_of), dt.date.fromisoformat(since)
    bought: dict[Any, set[dt.date]] = {}
    for row in orders.itertuples():
        if row.amount >= 0 and row.date.date() <= end:
            bought.setdefault(row.customer_id, set()).add(row.date.date())
    silences: dict[int, list[tuple[int, bool]]] = {}
    for days in (sorted(days) for days in bought.values() if min(days) >= begin):
        for number, (day, following) in enumerate(
            zip(days, [*days[1:], None], strict=True), start=1
        ):
            length = ((following or end) - day).days
            silences.setdefault(number, []).append((length, following is not None))
    rows, lower_bounds = [], []
    for number, seen in sorted(silences.items()):
        surviving, spread = 1.0, 0.0
        for day in sorted({length for length, returned in seen if returned and length <= within}):
            at_risk = sum(length >= day for length, _ in seen)
            ends = sum(length == day and returned for length, returned in seen)
            surviving *= 1 - ends / at_risk
            spread += ends / (at_risk * (at_risk - ends)) if at_risk > ends else math.inf
        low = high = math.nan
        if 0 < surviving < 1:
            width = NormalDist().inv_cdf(0.975) * math.sqrt(spread) / -math.log(surviving)
            low, high = 1 - surviving ** math.exp(-width), 1 - surviving ** math.exp(width)
        continued = sum(length <= within and returned for length, returned in seen)
        rows.append((len(seen), continued, 1 - surviving, low, high))
        if surviving > 0 and max(length for length, _ in seen) < math.floor(within):
            lower_bounds.append(number)
    return rows, lower_bounds


def of_chances(reached: list[int], chance: list[float], *lower_bounds: int) -> RepeatCurve:
    """Return a curve with these chances."""
    return RepeatCurve(
        as_of=dt.date(2026, 3, 1),
        within=90,
        table=pd.DataFrame(
            {"reached": reached, "chance": chance},
            index=pd.RangeIndex(1, len(reached) + 1, name="order_number"),
        ),
        lower_bounds=lower_bounds,
        left_out=0,
    )


# --- the estimate ------------------------------------------------------------------------------


@given(watched=watched_orders(), within=horizons)
def test_the_table_is_what_one_counts_by_hand(watched, within) -> None:
    """Counts, chances, intervals and lower bounds are those of a loop over customers and days."""
    orders, as_of = watched
    got = curve(orders, as_of, within)
    rows, lower_bounds = count_by_hand(orders, as_of, within)
    assert got.table[COUNTS].to_numpy().tolist() == [list(row[:2]) for row in rows]
    np.testing.assert_allclose(
        got.table[SHARES].to_numpy().reshape(-1, 3),
        np.array([row[2:] for row in rows], dtype=float).reshape(-1, 3),
        atol=1e-9,
    )
    assert got.lower_bounds == tuple(lower_bounds)
    assert got.table.index.tolist() == list(range(1, len(rows) + 1))


def test_a_small_case() -> None:
    """Ann was back on day 10, Bob is silent for 30 days, Cem was watched for 5 days only."""
    orders = order_lines(
        ("ann", "2026-01-01", 9), ("ann", "2026-01-11", 9), ("ann", "2026-01-11", 5),
        ("bob", "2026-01-01", 9), ("bob", "2026-01-20", -9),
        ("cem", "2026-01-26", 9), ("cem", "2026-02-20", 9),
    )  # fmt: skip
    got = curve(orders, "2026-01-31", 30)
    assert got.table.loc[1, COUNTS].tolist() == [3, 1]
    assert got.table.loc[1, "chance"] == 0.5
    assert got.table.loc[2].isna().tolist() == [False, False, False, True, True]
    assert got.table.loc[2, "chance"] == 0
    assert got.lower_bounds == (2,)
    assert (got.as_of, got.within, got.left_out) == (dt.date(2026, 1, 31), 30, 0)


@pytest.mark.parametrize(("within", "chance"), [(9, 0.0), (9.9, 0.0), (10, 1.0), (10.5, 1.0)])
def test_the_last_day_of_the_horizon_is_in_it(within, chance) -> None:
    """An order exactly so many days later counts, one a day later does not."""
    orders = order_lines(("ann", "2026-01-01", 9), ("ann", "2026-01-11", 9))
    assert curve(orders, "2026-03-01", within).table.loc[1, "chance"] == chance


def test_a_horizon_that_passes_today_has_passed() -> None:
    """Who is silent for exactly the horizon was watched for all of it."""
    orders = order_lines(("ann", "2026-01-01", 9))
    assert curve(orders, "2026-01-31", 30).lower_bounds == ()
    assert curve(orders, "2026-01-31", 31).lower_bounds == (1,)


def test_everybody_back_is_no_lower_bound() -> None:
    """Where all were back before, nobody is left to be watched: the chance is 1 and known."""
    orders = order_lines(("ann", "2026-01-01", 9), ("ann", "2026-01-11", 9))
    got = curve(orders, "2026-01-12", 365)
    assert got.table["chance"].tolist() == [1.0, 0.0]
    assert got.lower_bounds == (2,)


def test_censored_is_not_failed() -> None:
    """Customers who came yesterday change nothing, where a plain share would fall by half."""
    old = [(who, "2026-01-01", 9.0) for who in range(10)]
    back = [(who, "2026-01-15", 9.0) for who in range(6)]
    new = [(who, "2026-03-30", 9.0) for who in range(100, 110)]
    got = curve(order_lines(*old, *back, *new), "2026-03-31", 30).table.loc[1]
    assert (got["reached"], got["continued"]) == (20, 6)
    assert got["chance"] == pytest.approx(0.6)


@given(watched=watched_orders(), within=horizons)
def test_chances_never_lie_below_the_plain_share(watched, within) -> None:
    """Of those who reached an order, who continued did; the chance is between that share and 1."""
    table = curve(*watched, within).table
    assert (table["continued"] <= table["reached"]).all()
    assert (table["chance"] <= 1).all()
    assert (table["chance"] >= table["continued"] / table["reached"] - 1e-12).all()
    known = table.dropna()
    assert (known["low"] <= known["chance"]).all()
    assert (known["chance"] <= known["high"]).all()
    assert (known["low"] >= 0).all()
    assert (known["high"] <= 1).all()


@given(watched=watched_orders(), within=st.integers(1, 900))
def test_with_every_horizon_passed_it_is_the_plain_share(watched, within) -> None:
    """Where nobody is censored within the horizon, the chance is the share who continued."""
    orders, _ = watched
    as_of = (orders["date"].max() + pd.Timedelta(days=within)).strftime("%Y-%m-%d")
    got = curve(orders, as_of, within)
    table = got.table
    share = (table["continued"] / table["reached"]).tolist()
    assert table["chance"].tolist() == pytest.approx(share)
    assert got.lower_bounds == ()


@given(watched=watched_orders(), within=st.integers(1, 900), more=st.integers(0, 900))
def test_a_longer_horizon_never_lowers_a_chance(watched, within, more) -> None:
    """More days to come back in: no fewer continued, and no chance is lower."""
    one, other = (curve(*watched, days).table for days in (within, within + more))
    assert (other["reached"] == one["reached"]).all()
    assert (other["continued"] >= one["continued"]).all()
    assert (other["chance"] >= one["chance"]).all()


@given(watched=watched_orders())
def test_an_endless_horizon_ends_where_the_survival_curve_does(watched) -> None:
    """Then whoever reached the next order continued, and the chance is the curve's last word."""
    orders, as_of = watched
    log = OrderLog.from_frame(orders)
    table = RepeatCurve.from_log(log, as_of=as_of, within=1e300).table
    reached = table["reached"].tolist()
    assert table["continued"].tolist() == [*reached[1:], 0][: len(reached)]
    for number, silences in log.gaps(as_of).groupby("order_number"):
        last = kaplan_meier(silences["days"], silences["returned"]).iloc[-1]
        expected = [1 - last["surviving"], 1 - last["high"], 1 - last["low"]]
        assert table.loc[number, SHARES].tolist() == pytest.approx(expected, nan_ok=True)


# --- what makes no difference ------------------------------------------------------------------


@given(watched=watched_orders(), within=horizons, data=st.data())
def test_the_order_of_rows_does_not_matter(watched, within, data) -> None:
    """Shuffled lines give the same table to the last bit."""
    orders, as_of = watched
    shuffled = orders.iloc[data.draw(st.permutations(range(len(orders))))]
    pd.testing.assert_frame_equal(
        curve(shuffled, as_of, within).table, curve(orders, as_of, within).table, check_exact=True
    )


@given(watched=watched_orders(), within=horizons)
def test_names_do_not_matter(watched, within) -> None:
    """Customers called otherwise, in another order, give the same table to the last bit."""
    orders, as_of = watched
    names = {who: f"{1000 - who}" for who in orders["customer_id"]}
    renamed = orders.assign(customer_id=orders["customer_id"].map(names))
    pd.testing.assert_frame_equal(
        curve(renamed, as_of, within).table, curve(orders, as_of, within).table, check_exact=True
    )


@given(watched=watched_orders(), within=horizons)
def test_later_orders_do_not_matter(watched, within) -> None:
    """What happens after the day one looks changes nothing."""
    orders, as_of = watched
    log = OrderLog.from_frame(orders)
    one, other = (
        RepeatCurve.from_log(some, as_of=as_of, within=within) for some in (log, log.until(as_of))
    )
    pd.testing.assert_frame_equal(one.table, other.table, check_exact=True)
    assert one.lower_bounds == other.lower_bounds


@given(watched=watched_orders(), within=horizons)
def test_refunds_and_further_orders_of_a_day_do_not_matter(watched, within) -> None:
    """Order numbers count days with an order."""
    orders, as_of = watched
    sold = orders[orders["amount"] >= 0]
    twice = pd.concat([orders, sold, orders[orders["amount"] < 0]], ignore_index=True)
    expected = curve(sold, as_of, within).table
    pd.testing.assert_frame_equal(curve(twice, as_of, within).table, expected, check_exact=True)


def test_of_nobody() -> None:
    """Without an order there is no row; the columns are there, and nothing is stable."""
    for got in (
        curve(NO_ROWS, "2026-03-01", 90),
        curve(order_lines(("ann", "2026-01-01", -9)), "2026-03-01", 90),
        curve(order_lines(("ann", "2026-01-01", 9)), "2025-12-31", 90),
    ):
        assert got.table.empty
        assert got.table.columns.tolist() == COUNTS + SHARES
        assert got.lower_bounds == ()
        assert got.stable_after() is None
        assert str(got) == f"0 customers by {got.as_of}."


def test_the_columns_of_the_table() -> None:
    """Counts are whole, shares floats, and the index counts the order days."""
    for got in (curve(order_lines(("ann", "2026-01-01", 9)), "2026-03-01", 9.5),
                curve(NO_ROWS, "2026-03-01", 90)):  # fmt: skip
        assert got.table.dtypes.astype(str).to_dict() == {
            **dict.fromkeys(COUNTS, "int64"),
            **dict.fromkeys(SHARES, "float64"),
        }
        assert got.table.index.name == "order_number"
        assert got.table.index.dtype == "int64"


@given(keys=st.lists(st.integers(0, 40), max_size=60))
def test_both_ways_of_counting_agree(keys) -> None:
    """In an array of all there could be, or by sorting those there are."""
    found = np.array(keys, dtype=np.int64)
    for most in (41, 1_000):
        cells, sizes = _count_equal(found, most)
        assert dict(zip(cells.tolist(), sizes.tolist(), strict=True)) == {
            key: keys.count(key) for key in sorted(keys)
        }
        assert cells.tolist() == sorted(set(keys))


# --- a log that is complete only from some day on ----------------------------------------------


@given(watched=watched_orders(), within=horizons, complete=st.integers(0, 60))
def test_customers_with_earlier_orders_are_left_out(watched, within, complete) -> None:
    """Where a log was not complete yet, orders are missing: such customers have no order number."""
    orders, as_of = watched
    since = (pd.Timestamp("2023-01-01") + pd.Timedelta(days=complete)).strftime("%Y-%m-%d")
    got = curve(orders, as_of, within, history_starts=since)
    rows, lower_bounds = count_by_hand(orders, as_of, within, since)
    assert got.table[COUNTS].to_numpy().tolist() == [list(row[:2]) for row in rows]
    assert got.table["chance"].tolist() == pytest.approx([row[2] for row in rows])
    assert got.lower_bounds == tuple(lower_bounds)
    everyone = curve(orders, as_of, within).table["reached"]
    assert got.left_out + sum(row[0] for row in rows[:1]) == sum(everyone[:1])


def test_who_was_left_out_is_said() -> None:
    """The day the log is complete from is in it; customers with an order before it are counted."""
    orders = order_lines(
        ("ann", "2025-12-31", 9), ("ann", "2026-01-11", 9), ("bob", "2026-01-01", 9)
    )
    got = curve(orders, "2026-03-01", 30, history_starts="2026-01-01")
    assert got.left_out == 1
    assert got.table["reached"].tolist() == [1]
    assert str(got).endswith("(1 customer with orders before the log is complete left out).")


# --- from where on it is stable ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("reached", "chance", "lower_bounds", "stable"),
    [
        ([90, 80, 70], [0.5, 0.8, 0.9], (), 2),
        ([90, 80, 70], [0.8, 0.9, 0.9], (), 1),
        ([90, 80, 70], [0.9, 0.7, 0.8], (), 3),
        ([90, 80, 70], [0.9, 0.9, 0.7], (), None),
        # fewer than 30 have no say, neither for nor against
        ([90, 30, 29], [0.7, 0.8, 0.1], (), 2),
        ([90, 29, 28], [0.7, 0.9, 0.9], (), None),
        ([29], [0.9], (), None),
        # the boundary: within 1e-9 is at the level
        ([90], [0.8 - 5e-10], (), 1),
        ([90], [0.8 - 2e-9], (), None),
        # a lower bound is no word against the level, but may be one for it
        ([90, 80, 70], [0.7, 0.9, 0.1], (3,), 2),
        ([90, 80, 70], [0.7, 0.3, 0.9], (2,), 3),
        ([90, 80, 70], [0.7, 0.3, 0.9], (2, 3), 3),
        ([90, 80], [0.7, 0.3], (2,), None),
        ([90, 80], [0.1, 0.3], (1, 2), None),
    ],
)
def test_stable_from_here_on(reached, chance, lower_bounds, stable) -> None:
    """The first order number after the last one that speaks against the level."""
    assert of_chances(reached, chance, *lower_bounds).stable_after() == stable


def test_a_share_at_the_level_is_at_it() -> None:
    """24 of 30 are 80%, however their days of return are spread."""
    first = [(who, "2026-01-01", 9.0) for who in range(30)]
    back = [(who, f"2026-01-{who % 20 + 2:02}", 9.0) for who in range(24)]
    got = curve(order_lines(*first, *back), "2026-03-31", 30)
    assert got.stable_after(level=0.8) == 1
    assert got.stable_after(level=0.81) is None


def test_subscribers_are_stable_at_once() -> None:
    """Who orders every month, all of them, is stable, though the last order is always open."""
    days = pd.date_range("2025-01-01", periods=12, freq="30D")
    orders = pd.DataFrame(
        [(who, day, 9.0) for who in range(40) for day in days],
        columns=["customer_id", "date", "amount"],
    )
    got = curve(orders, days[-1].strftime("%Y-%m-%d"), 45)
    assert got.stable_after(level=1.0) == 1
    assert got.lower_bounds == (12,)


@given(watched=watched_orders(), level=st.floats(0.01, 1), higher=st.floats(0.01, 1))
def test_a_higher_level_is_not_reached_earlier(watched, level, higher) -> None:
    """Asking for more never gives an earlier order number."""
    orders, as_of = watched
    many = pd.concat(
        [orders.assign(customer_id=orders["customer_id"] * 1000 + copy) for copy in range(30)]
    )
    got = curve(many, as_of, 30)
    low, high = sorted((level, higher))
    one, other = got.stable_after(level=low), got.stable_after(level=high)
    assert one is None or one >= 1
    assert other is None or (one is not None and one <= other)


# --- how it speaks -----------------------------------------------------------------------------


def test_the_sentence() -> None:
    """It says where the curve begins, from where on it is stable, and what is only a bound."""
    lines = [(who, "2026-01-01", 9.0) for who in range(40)]
    lines += [(who, "2026-01-11", 9.0) for who in range(30)]
    lines += [(who, "2026-01-12", 9.0) for who in range(30)]
    got = curve(order_lines(*lines), "2026-01-31", 30)
    sentence = (
        "40 customers by 2026-01-31: 75.0% order again within 30 days of order day 1; from order "
        "day 2 on at least 80% do (1 chance is a lower bound: nobody was watched that long yet)."
    )
    assert str(got) == sentence
    assert repr(got) == f"<RepeatCurve: {sentence}>"
    html = got._repr_html_()
    assert html.startswith(f"<p>{sentence}</p><table")
    assert "continued" in html


def test_the_sentence_when_nothing_is_stable() -> None:
    """It says so, and one day is one day."""
    assert str(of_chances([90], [0.5])) == (
        "90 customers by 2026-03-01: 50.0% order again within 90 days of order day 1; there is no "
        "order number from which on it stays at 80%."
    )
    assert "within 1 day of" in str(attrs.evolve(of_chances([90], [0.5]), within=1))


def test_the_frame_holds_the_horizon() -> None:
    """One row per order number, the horizon beside it; the table stays as it is."""
    got = curve(order_lines(("ann", "2026-01-01", 9)), "2026-03-01", 30)
    frame = got.to_frame()
    assert frame.columns.tolist() == ["within", "order_number", *COUNTS, *SHARES]
    assert frame.dtypes.astype(str).tolist()[:2] == ["float64", "int64"]
    assert frame["within"].tolist() == [30.0]
    assert got.table.columns.tolist() == COUNTS + SHARES


def test_it_is_frozen_and_equal_to_itself_only() -> None:
    """It holds a frame, so equality is identity."""
    got = of_chances([90], [0.5])
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        got.within = 30
    assert got == got  # noqa: PLR0124 - equality is what is tested
    assert got != attrs.evolve(got)


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize("within", [0, -1, -0.5, np.float64(-3)])
def test_the_horizon_is_above_0(within) -> None:
    """A horizon without a day in it is refused."""
    with pytest.raises(InputError, match=r"within must be above 0 \[days\], got .*: give the hori"):
        curve(NO_ROWS, "2026-03-01", within)


@pytest.mark.parametrize(
    ("within", "error", "sentence"),
    [
        (math.inf, InputError, "within must be finite, got inf"),
        (math.nan, InputError, "within must be known, got nan"),
        (True, TypeError, "within must be a number, got True"),
        ("90", TypeError, "within must be a number, got '90'"),
    ],
)
def test_the_horizon_is_a_number(within, error, sentence) -> None:
    """Anything else is refused."""
    with pytest.raises(error, match=sentence):
        curve(NO_ROWS, "2026-03-01", within)


@pytest.mark.parametrize("level", [0, -0.1, 1.01, 80])
def test_the_level_is_a_share(level) -> None:
    """A level at or below 0 is no level, and 80% is not 80."""
    with pytest.raises(InputError, match=r"level must be above 0 and at most 1, got .*: 80% is 0"):
        of_chances([90], [0.5]).stable_after(level=level)


def test_a_log_is_needed() -> None:
    """A frame of orders is no log; the sentence says how to make one."""
    with pytest.raises(TypeError, match="log must be an OrderLog, got DataFrame: build one, with"):
        RepeatCurve.from_log(NO_ROWS, as_of="2026-03-01", within=90)


def test_the_day_is_a_day() -> None:
    """What is no calendar day is refused by name."""
    with pytest.raises(InputError, match="as_of must be a calendar day"):
        curve(NO_ROWS, "yesterday", 90)


# --- golden rows -------------------------------------------------------------------------------

# CDNOW, first orders in the first quarter of 1997, as of 1998-06-30. Counted apart from the package
# by a loop over order numbers and days: reached, continued, chance, low, high.
CDNOW_90 = {
    1: (23_570, 6_887, 0.2922, 0.2864, 0.2980),
    2: (11_516, 4_832, 0.4243, 0.4152, 0.4334),
    3: (7_476, 3_724, 0.5132, 0.5017, 0.5248),
    4: (5_271, 2_937, 0.5822, 0.5685, 0.5960),
    5: (3_835, 2_311, 0.6383, 0.6224, 0.6542),
    8: (1_731, 1_191, 0.7444, 0.7220, 0.7663),
    9: (1_353, 967, 0.7805, 0.7559, 0.8042),
    10: (1_074, 813, 0.8259, 0.8002, 0.8502),
    11: (892, 663, 0.8162, 0.7871, 0.8436),
}
CDNOW_180 = {
    1: (23_570, 8_827, 0.3745, 0.3684, 0.3807),
    2: (11_516, 6_224, 0.5547, 0.5455, 0.5640),
    5: (3_835, 2_698, 0.7798, 0.7648, 0.7944),
    6: (2_844, 2_128, 0.8404, 0.8243, 0.8559),
    9: (1_353, 1_066, 0.9079, 0.8869, 0.9265),
}
CDNOW_365 = {
    1: (23_570, 10_810, 0.4586, 0.4523, 0.4650),
    2: (11_516, 7_326, 0.6760, 0.6668, 0.6851),
    3: (7_476, 5_223, 0.7811, 0.7700, 0.7921),
    4: (5_271, 3_821, 0.8361, 0.8228, 0.8489),
    9: (1_353, 1_074, 0.9252, 0.9039, 0.9433),
}


@pytest.mark.parametrize(
    ("within", "rows", "stable"),
    [(90, CDNOW_90, 10), (180, CDNOW_180, 6), (365, CDNOW_365, 4)],
)
def test_the_ninth_order_of_cdnow(cdnow_master, within, rows, stable) -> None:
    """CDNOW's customers are stable from the 10th order day on, or the 6th, or the 4th."""
    got = curve(cdnow_master, "1998-06-30", within)
    for number, row in rows.items():
        assert tuple(got.table.loc[number].round(4)) == row
    assert got.stable_after() == stable


@pytest.mark.parametrize(("within", "stable"), [(90, 10), (180, 8), (365, 3)])
def test_the_ninth_order_of_the_cdnow_sample(cdnow_sample, within, stable) -> None:
    """In the sample of a tenth it lies elsewhere: 283 customers reached the sixth, 159 the 8th."""
    got = curve(cdnow_sample, "1998-06-30", within)
    assert got.table["reached"].head(9).tolist() == [
        *(2_357, 1_139, 736, 527, 378, 283, 223, 159, 123)
    ]
    assert got.stable_after() == stable


def test_lower_bounds_of_cdnow(cdnow_sample) -> None:
    """Nobody who reached the ninth order was watched for a year after it, only for 283 days."""
    got = curve(cdnow_sample, "1998-06-30", 365)
    assert got.lower_bounds[0] == 9
    assert curve(cdnow_sample, "1998-06-30", 283).lower_bounds[0] > 9
