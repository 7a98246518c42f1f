import datetime as dt
import math
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import custvalue as cv
from custvalue import retention
from custvalue.retention import Standing, cohort_table, retained_between, standing_between

SPRING, SUMMER = ("2025-12-31", "2026-03-31"), ("2026-03-31", "2026-06-30")
COUNTS = ["customers", "kept", "lapsed", "won_back", "new"]
SHARES = ["retention", "share_lapsed", "share_won_back", "share_new"]
MONEY = ["value", "value_kept", "value_lapsed", "value_won_back", "value_new"]

FIRST = dt.date(2025, 11, 20)
offsets = st.integers(0, 250)
order_rows = st.lists(
    st.tuples(st.integers(1, 8), offsets, st.sampled_from([-500, 0, 1250, 1999])), max_size=40
)


def log_of(rows, **how) -> cv.OrderLog:
    """Return a log of (customer, day, amount) rows."""
    frame = pd.DataFrame(rows, columns=["customer_id", "date", "amount"])
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[s]")
    return cv.OrderLog.from_frame(frame.astype({"amount": float}), **how)


def drawn_log(rows, **how) -> cv.OrderLog:
    """Return a log of drawn rows: customers, days since the first, cents."""
    return log_of([(who, FIRST + dt.timedelta(days), c / 100) for who, days, c in rows], **how)


def shop() -> cv.OrderLog:
    """Return a log in which everything happens once, and keeping twice."""
    return log_of(
        [
            ("ann", "2026-01-05", 10),
            ("ann", "2026-04-01", 10),
            ("bea", "2026-03-31", 30),
            ("bea", "2026-06-30", 10),
            ("bob", "2026-01-01", 20),
            ("bob", "2025-12-31", 20),
            ("bob", "2026-07-01", 20),
            ("cem", "2025-12-31", 5),
            ("cem", "2026-05-05", 5),
            ("dee", "2026-05-05", 40),
            ("eva", "2025-06-06", 50),
            ("fay", "2026-02-02", -5),
            ("gus", "2026-07-01", 5),
        ]
    )


# --- two periods -------------------------------------------------------------------------------


def test_everybody_has_a_standing() -> None:
    """Days at the ends count where they belong; later customers are not known yet."""
    standing = standing_between(shop(), earlier=SPRING, later=SUMMER)
    assert standing.dtype == Standing.dtype()
    assert standing.name == "standing"
    assert standing.to_dict() == {
        "ann": "kept",
        "bea": "kept",
        "bob": "lapsed",
        "cem": "won back",
        "dee": "new",
        "eva": "away",
        "fay": "away",
    }


def test_first_orders_between_the_periods_are_new() -> None:
    """With a gap, who came first in it and came again is new; who came in it only is away."""
    log = log_of(
        [
            ("ann", "2026-04-10", 1),
            ("ann", "2026-07-10", 1),
            ("bob", "2026-04-10", 1),
            ("cem", "2025-04-10", 1),
            ("cem", "2026-04-10", 1),
            ("cem", "2026-07-10", 1),
        ]
    )
    standing = standing_between(log, earlier=SPRING, later=("2026-06-30", "2026-09-30"))
    assert standing.to_dict() == {"ann": "new", "bob": "away", "cem": "won back"}


def test_one_row_for_all() -> None:
    """Counts and shares of a small shop, in every cell and dtype."""
    table = retained_between(shop(), earlier=SPRING, later=SUMMER)
    assert table.columns.tolist() == COUNTS + SHARES
    assert table.dtypes.astype(str).tolist() == ["int64"] * 5 + ["float64"] * 4
    assert table.index.tolist() == ["all"]
    assert table.iloc[0].tolist() == [3, 2, 1, 1, 1, 2 / 3, 1 / 3, 0.25, 0.25]
    assert table.attrs == {"without_group": 0}


def test_by_tier_with_values() -> None:
    """Best tier first; tiers of the earlier date, so new customers have none and are counted."""
    log = shop()
    spring = log.customers(SPRING[1])
    tiers = cv.Bands(cv.ABCTier, (20, 40)).classify(spring["revenue"]).rename("tier")
    values = log.customers(SUMMER[1])["revenue"].sample(frac=1, random_state=1)
    table = retained_between(log, earlier=SPRING, later=SUMMER, groups=tiers[::-1], values=values)
    # revenue in spring: ann 10 (C), bea 30 (B), bob 40 (A), cem 5 (C), eva 50 (A), fay -5 (C)
    assert table.index.tolist() == ["A", "B", "C"]
    assert table.index.name == "tier"
    assert table[COUNTS].to_numpy().tolist() == [
        [1, 0, 1, 0, 0],
        [1, 1, 0, 0, 0],
        [1, 1, 0, 1, 0],
    ]
    assert table["retention"].tolist() == [0.0, 1.0, 1.0]
    assert table["share_won_back"].fillna(-1).tolist() == [-1, 0.0, 0.5]
    assert table[MONEY].to_numpy().tolist() == [
        [40.0, 0.0, 40.0, 0.0, 0.0],
        [40.0, 40.0, 0.0, 0.0, 0.0],
        [20.0, 20.0, 0.0, 10.0, 0.0],
    ]
    assert table["value_retention"].tolist() == [0.0, 1.0, 1.0]
    assert table.attrs == {"without_group": 1}  # dee


def test_shares_of_nobody_are_undefined() -> None:
    """An empty log, and periods without orders, give zeros and NaN."""
    for log in (log_of([]), shop()):
        table = retained_between(
            log,
            earlier=("2020-12-31", "2021-06-30"),
            later=("2021-06-30", "2021-12-31"),
            values=pd.Series(dtype=float),
        )
        assert table[COUNTS].to_numpy().tolist() == [[0] * 5]
        assert table[SHARES].isna().all(axis=None)
        assert table[MONEY].to_numpy().tolist() == [[0.0] * 5]
        assert table["value_retention"].isna().all()


def test_a_share_of_losses_is_undefined() -> None:
    """Where the earlier customers are worth nothing together, no share of it is kept."""
    values = pd.Series({"ann": -5, "bea": 0, "bob": 3, "cem": 1, "dee": 1})
    table = retained_between(shop(), earlier=SPRING, later=SUMMER, values=values)
    assert table["value"].tolist() == [-2.0]
    assert table["value_retention"].isna().all()


def test_values_between_cents() -> None:
    """Values off the grid are added as floats, in one order whatever the rows'."""
    values = pd.Series({"ann": 0.001, "bea": 0.1, "bob": 0.7, "cem": 0.2, "dee": 0.2})
    how = {"earlier": SPRING, "later": SUMMER}
    table = retained_between(shop(), **how, values=values)
    again = retained_between(shop(), **how, values=values[::-1])
    pd.testing.assert_frame_equal(table, again)
    assert table["value"].round(9).tolist() == [0.801]


def test_values_in_any_dtype(container) -> None:
    """Values of any dtype, indexed by id."""
    values = container([10, 30, 20, 5, 40])
    values = pd.Series(values).set_axis(["ann", "bea", "bob", "cem", "dee"])
    table = retained_between(shop(), earlier=SPRING, later=SUMMER, values=values)
    assert table[MONEY].iloc[0].tolist() == [60.0, 40.0, 20.0, 5.0, 40.0]


def standing_by_hand(days, first, second) -> str:
    """Return the standing of a customer from the days of its orders."""
    (after, until), (then, end) = first, second
    before = any(after < day <= until for day in days)
    if any(then < day <= end for day in days):
        if before:
            return "kept"
        return "won back" if any(day <= after for day in days) else "new"
    return "lapsed" if before else "away"


@given(order_rows, st.lists(offsets, min_size=4, max_size=4, unique=True))
def test_standings_are_those_of_each_customer(rows, cuts) -> None:
    """Against loops over every customer's days, as counts by group and as sums."""
    first, second = sorted(cuts)[:2], sorted(cuts)[2:]
    log = drawn_log(rows)
    earlier, later = ([FIRST + dt.timedelta(day) for day in pair] for pair in (first, second))
    standing = standing_between(log, earlier=earlier, later=later)
    known = sorted({who for who, day, _ in rows if day <= second[1]})
    days = {who: {d for w, d, cents in rows if w == who and cents >= 0} for who in known}
    expected = {who: standing_by_hand(days[who], first, second) for who in known}
    assert standing.to_dict() == expected
    groups = pd.Series({who: "odd" if who % 2 else "even" for who in range(1, 9)})
    values = pd.Series({who: who / 10 for who in range(1, 9)})
    table = retained_between(log, earlier=earlier, later=later, groups=groups, values=values)
    for group, row in table.iterrows():
        inside = {who: label for who, label in expected.items() if groups[who] == group}
        for label in ("kept", "lapsed", "won back", "new"):
            these = [who for who, own in inside.items() if own == label]
            assert row[label.replace(" ", "_")] == len(these)
            assert row[f"value_{label.replace(' ', '_')}"] == sum(these) / 10
        assert row["customers"] == row["kept"] + row["lapsed"]


@given(order_rows, st.randoms(use_true_random=False))
def test_order_of_rows_never_matters(rows, random) -> None:
    """Shuffled rows give the same tables; so does what comes after the later period."""
    early = [row for row in rows if row[1] <= 180]
    shuffled = random.sample(rows, len(rows))
    periods = {
        "earlier": (FIRST + dt.timedelta(30), FIRST + dt.timedelta(90)),
        "later": (FIRST + dt.timedelta(90), FIRST + dt.timedelta(180)),
    }
    tables = [retained_between(drawn_log(some), **periods) for some in (rows, shuffled, early)]
    pd.testing.assert_frame_equal(tables[0], tables[1])
    pd.testing.assert_frame_equal(tables[0], tables[2])
    day = FIRST + dt.timedelta(180)
    cohorts = [cohort_table(drawn_log(some), as_of=day) for some in (rows, shuffled, early)]
    pd.testing.assert_frame_equal(cohorts[0], cohorts[1])
    pd.testing.assert_frame_equal(cohorts[0], cohorts[2])


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"earlier": "2026"}, cv.InputError, "earlier must be a pair of days, (after, until), got"),
        ({"later": ("2026-03-31",)}, cv.InputError, "later must be a pair of days"),
        ({"later": ("2026-04-31", 1)}, cv.InputError, "each day of later must be a calendar day"),
        (
            {"earlier": ("2026-03-31", "2026-03-31")},
            cv.InputError,
            "earlier must end after the day it begins after, got ('2026-03-31', '2026-03-31')",
        ),
        (
            {"later": ("2026-03-30", "2026-06-30")},
            cv.InputError,
            (
                "the later period must not begin before the earlier one ends, got "
                "earlier=('2025-12-31', '2026-03-31') and later=('2026-03-30', '2026-06-30')"
            ),
        ),
        ({"groups": ["a"]}, TypeError, "groups must be a Series indexed by customer id, got list"),
        (
            {"groups": pd.Series(["a", "b"], index=["ann", "ann"])},
            cv.InputError,
            "groups must hold each customer once, got more of ann: keep one row each",
        ),
        (
            {"groups": pd.Series(["a"], index=[7])},
            cv.InputError,
            (
                "groups must be indexed by the customer ids of the log, got none of these: 7 is "
                "an id there, 'ann' one of the log"
            ),
        ),
        (
            {"values": pd.Series({"ann": 1, "bea": 1, "bob": None})},
            cv.InputError,
            (
                "values must be known for every customer in the table, got missing in rows bob, "
                "cem, dee: give them, as with reindex(fill_value=0)"
            ),
        ),
        (
            {
                "values": pd.Series(2.0**52, index=["ann", "bea", "bob", "cem", "dee"]),
                "decimals": 0,
            },
            cv.InputError,
            "values add up to 2**53 minor units or more",
        ),
        ({"decimals": -1, "values": pd.Series({"ann": 1})}, cv.InputError, "decimals must be a"),
    ],
)
def test_periods_and_columns_that_do_not_fit(changed, error, says) -> None:
    """Each is named, with what to do."""
    how = {"earlier": SPRING, "later": SUMMER, **changed}
    with pytest.raises(error, match=re.escape(says)):
        retained_between(shop(), **how)


@pytest.mark.parametrize(
    "call",
    [
        lambda log: standing_between(log, earlier=SPRING, later=SUMMER),
        lambda log: retained_between(log, earlier=SPRING, later=SUMMER),
        lambda log: cohort_table(log, as_of="2026-06-30"),
    ],
)
def test_a_log_is_needed(call) -> None:
    """A frame must become a log first."""
    with pytest.raises(TypeError, match="log must be an OrderLog, got DataFrame: build one, with"):
        call(pd.DataFrame())


def test_groups_without_a_value_need_none() -> None:
    """Whoever stands in no row needs no value."""
    groups = pd.Series({"ann": "a", "bea": "b"})
    table = retained_between(
        shop(), earlier=SPRING, later=SUMMER, groups=groups, values=pd.Series({"ann": 1, "bea": 2})
    )
    assert table["value"].tolist() == [1.0, 2.0]
    assert table.attrs == {"without_group": 3}


# --- cohorts -----------------------------------------------------------------------------------


def cells(table) -> list:
    """Return the cells of a table, NaN as None."""
    return [[None if math.isnan(cell) else cell for cell in row] for row in table.to_numpy()]


def test_cohorts_by_month() -> None:
    """A month that is not over is not observed; a month without newcomers has its row."""
    log = log_of(
        [
            ("ann", "2026-01-31", 1),
            ("ann", "2026-02-01", 1),
            ("ann", "2026-02-28", 1),
            ("bob", "2026-01-01", 1),
            ("bob", "2026-01-02", 1),
            ("bob", "2026-03-31", 1),
            ("bob", "2026-04-01", 1),
            ("cem", "2026-03-05", 1),
            ("dee", "2026-04-05", 1),
            ("eve", "2026-01-05", -1),
        ]
    )
    table = cohort_table(log, as_of="2026-04-29")
    assert table.index.tolist() == [pd.Timestamp(2026, month, 1) for month in (1, 2, 3)]
    assert (table.index.name, table.columns.name) == ("cohort", "periods_since")
    assert table.columns.tolist() == [0, 1, 2]
    assert cells(table) == [[2, 1, 1], [0, 0, None], [1, None, None]]
    assert table.attrs == {"too_new": 1, "before_history": 0}
    shares = cohort_table(log, as_of="2026-04-29", shares=True)
    assert cells(shares) == [[1, 0.5, 0.5], [None, None, None], [1, None, None]]
    whole = cohort_table(log, as_of="2026-04-30")
    assert cells(whole) == [[2, 1, 1, 1], [0, 0, 0, None], [1, 0, None, None], [1, *[None] * 3]]
    assert whole.attrs["too_new"] == 0


@pytest.mark.parametrize(
    ("every", "as_of", "cohorts", "counts"),
    [
        ("week", "2026-01-18", ["2025-12-29", "2026-01-05", "2026-01-12"], [2, 1, 0]),
        ("week", "2026-01-17", ["2025-12-29", "2026-01-05"], [2, 1]),
        ("month", "2026-01-31", ["2025-12-01", "2026-01-01"], [1, 2]),
        ("quarter", "2026-03-31", ["2025-10-01", "2026-01-01"], [1, 2]),
        ("year", "2026-12-31", ["2025-01-01", "2026-01-01"], [1, 2]),
    ],
)
def test_periods_of_the_calendar(every, as_of, cohorts, counts) -> None:
    """Weeks begin on Monday, quarters in January, April, July and October."""
    log = log_of([("a", "2025-12-31", 1), ("b", "2026-01-04", 1), ("c", "2026-01-05", 1)])
    table = cohort_table(log, as_of=as_of, every=every)
    assert table.index.strftime("%Y-%m-%d").tolist() == cohorts
    assert table[0].tolist() == counts


def test_before_the_history_nothing_is_first() -> None:
    """Only cohorts of whole periods after the log's start of history are shown."""
    rows = [("a", "2026-01-20", 1), ("b", "2026-02-20", 1), ("b", "2026-03-20", 1)]
    for starts, cohorts, left_out in (
        ("2026-01-01", 3, 0),
        ("2026-01-02", 2, 1),
        ("2026-02-01", 2, 1),
        ("2026-03-02", 0, 2),
    ):
        table = cohort_table(log_of(rows, history_starts=starts), as_of="2026-03-31")
        assert table.shape == (cohorts, cohorts)
        assert table.attrs == {"too_new": 0, "before_history": left_out}


def test_cohorts_of_nobody() -> None:
    """Without a first order in a whole period there are no rows."""
    for log in (log_of([]), log_of([("a", "2026-01-20", -1)]), log_of([("a", "2026-01-20", 1)])):
        for shares in (False, True):
            table = cohort_table(log, as_of="2026-01-30", shares=shares)
            assert table.shape == (0, 0)
            assert table.index.name == "cohort"


@given(order_rows, offsets, st.sampled_from(["week", "month", "quarter", "year"]))
def test_cohorts_are_those_of_pandas(rows, until, every) -> None:
    """Against periods and groups of pandas, cell by cell."""
    end = FIRST + dt.timedelta(until)
    table = cohort_table(drawn_log(rows), as_of=end, every=every)
    unit = {"week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}[every]
    bought = pd.DataFrame(
        [(who, pd.Period(FIRST + dt.timedelta(day), unit)) for who, day, c in rows if c >= 0],
        columns=["who", "period"],
    )
    last = pd.Period(end + dt.timedelta(1), unit) - 1
    came = bought.groupby("who", observed=True)["period"].min()
    visits = set(zip(bought["who"], bought["period"], strict=True))
    known = came[came <= last]
    size = 0 if known.empty else (last - known.min()).n + 1
    assert table.shape == (size, size)
    for row, (start, counts) in enumerate(table.iterrows()):
        cohort = known.min() + row
        assert start == cohort.start_time
        for since, count in enumerate(counts):
            if cohort + since > last:
                assert math.isnan(count)
            else:
                ids = came.index[came == cohort]
                assert count == sum((who, cohort + since) in visits for who in ids)


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"every": "day"}, "every must be one of week, month, quarter, year, got 'day'"),
        ({"as_of": "soon"}, "as_of must be a calendar day"),
    ],
)
def test_cohorts_that_cannot_be(how, says) -> None:
    """Other periods and days are refused."""
    with pytest.raises(cv.InputError, match=says):
        cohort_table(shop(), **{"as_of": "2026-06-30", **how})


def test_cdnow_first_quarter(cdnow_sample) -> None:
    """All 2,357 came in the first quarter of 1997; the cohort adds up in every period."""
    log = cv.OrderLog.from_frame(cdnow_sample)
    table = cohort_table(log, as_of="1998-06-30", every="quarter")
    assert table[0].tolist() == [2357, 0, 0, 0, 0, 0]
    first = table.iloc[0].tolist()
    quarters = cdnow_sample["date"].dt.to_period("Q")
    assert first == cdnow_sample["customer_id"].groupby(quarters).nunique().tolist()
    standing = standing_between(
        log, earlier=("1996-12-31", "1997-03-31"), later=("1997-03-31", "1998-06-30")
    )
    assert standing.value_counts().loc[["new", "won back", "away"]].tolist() == [0, 0, 0]


def test_nothing_is_changed() -> None:
    """Groups and values are only read."""
    values = pd.Series(
        np.array([1.0, 2.0, 3.0, 4.0, 5.0]), index=["dee", "ann", "bea", "bob", "cem"]
    )
    values.to_numpy().flags.writeable = False
    copy = values.copy()
    retained_between(shop(), earlier=SPRING, later=SUMMER, groups=values.astype(int), values=values)
    pd.testing.assert_series_equal(values, copy)


def test_the_labels_are_total() -> None:
    """No function has the name of the module, and every standing has a Chinese label."""
    assert not hasattr(retention, "retention")
    assert all(standing.label(lang="zh") != standing.value for standing in Standing)
