"""When customers reached the stages that orders show, and the counts of many days."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue.errors import InputError
from custvalue.lifecycle import LifecyclePolicy, Stage, funnel, replay, stage_dates
from custvalue.orders import OrderLog
from order_lines import END, NO_ROWS, drawn_lines, how, order_lines

SHOWN = ["first-time", "repeat", "long-term"]
EARLY = LifecyclePolicy(long_term_orders=3, long_term_days=30)

policies = st.builds(
    LifecyclePolicy, long_term_orders=st.integers(2, 4), long_term_days=st.integers(0, 60)
)
logs = st.booleans().flatmap(
    lambda named: drawn_lines().map(lambda rows: OrderLog.from_frame(rows, **how(named)))
)


def days_of(log: OrderLog) -> list[dt.date]:
    """Return a day before the log, and every one of the days on which anything can change."""
    moved = np.unique(np.concatenate([log._days.day, log._days.apart.day]))
    return [dt.date(2023, 1, 1), *(dt.date(1970, 1, 1) + dt.timedelta(int(d)) for d in moved)]


def written(dates: pd.DataFrame) -> dict[str, list[str | None]]:
    """Return dates as ISO strings, by stage."""
    return {
        stage: [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in dates[stage]]
        for stage in dates.columns
    }


# --- dates -------------------------------------------------------------------------------------


def test_dates_by_hand() -> None:
    """Orders are counted, not order days; refunds count nowhere; the days run first to last."""
    log = OrderLog.from_frame(
        order_lines(
            ("ann", "2026-01-05", 20.00),
            ("ann", "2026-01-05", 30.00),
            ("ann", "2026-02-03", 10.00),
            ("ann", "2026-02-04", 10.00),
            ("bob", "2026-01-09", 15.50),
            ("bob", "2026-01-12", -15.50),
            ("bob", "2026-02-20", 0.00),
            ("cat", "2026-02-11", -7.00),
            ("dan", "2026-01-01", 5.00),
            ("dan", "2026-01-31", 5.00),
            ("dan", "2026-02-15", 5.00),
        )
    )
    dates = stage_dates(log, EARLY, as_of="2026-02-28")
    assert dates.index.tolist() == ["ann", "bob", "cat", "dan"]
    assert dates.index.name == "customer_id"
    assert dates.dtypes.astype(str).to_dict() == dict.fromkeys(SHOWN, "datetime64[s]")
    assert written(dates) == {
        "first-time": ["2026-01-05", "2026-01-09", None, "2026-01-01"],
        "repeat": ["2026-01-05", "2026-02-20", None, "2026-01-31"],
        "long-term": ["2026-02-04", None, None, "2026-02-15"],
    }


def test_dates_as_of_an_earlier_day() -> None:
    """What lies after the day has not come yet, and who came later is not there."""
    log = OrderLog.from_frame(
        order_lines(
            ("ann", "2026-01-05", 1.0), ("ann", "2026-02-05", 1.0), ("bob", "2026-02-05", 1)
        )
    )
    dates = stage_dates(log, LifecyclePolicy(), as_of=dt.date(2026, 2, 4))
    assert dates.index.tolist() == ["ann"]
    assert written(dates) == {"first-time": ["2026-01-05"], "repeat": [None], "long-term": [None]}


def test_the_stages_are_those_of_the_ladder() -> None:
    """The columns are what the policy's own ladder can tell from orders, but for the lowest."""
    log = OrderLog.from_frame(NO_ROWS)
    dates = stage_dates(log, LifecyclePolicy(), as_of=END)
    reachable = LifecyclePolicy().reachable(["orders", "active_days"])
    assert dates.columns.tolist() == [stage.value for stage in reachable[1:]] == SHOWN
    assert len(dates) == 0
    assert dates.dtypes.astype(str).to_dict() == dict.fromkeys(SHOWN, "datetime64[s]")


@settings(max_examples=40)
@given(logs, policies)
def test_dates_are_those_of_classifying_every_day(log: OrderLog, policy: LifecyclePolicy) -> None:
    """On every day the stages reached are those at or below the one the policy gives that day."""
    dates = stage_dates(log, policy, as_of=END)
    for day in days_of(log):
        past = log.until(day)
        stages = policy.classify(past.customers(day))
        known = stage_dates(past, policy, as_of=day)
        assert known.index.equals(stages.index)
        for name in SHOWN:
            stands = stages >= name
            there = known[name].notna()
            assert there.to_numpy().tolist() == stands.to_numpy().tolist()
            told = dates.loc[known.index, name]
            assert (told <= pd.Timestamp(day)).tolist() == stands.tolist()
            assert known[name].dropna().equals(told[there])
        pd.testing.assert_frame_equal(stage_dates(log, policy, as_of=day), known)


@settings(max_examples=25)
@given(drawn_lines(), st.randoms(use_true_random=False))
def test_dates_do_not_depend_on_the_order_of_rows(rows: pd.DataFrame, random: object) -> None:
    """Shuffled rows give the same dates."""
    order = list(range(len(rows)))
    random.shuffle(order)
    one, other = (
        stage_dates(OrderLog.from_frame(frame, **how(named=True)), EARLY, as_of=END)
        for frame in (rows, rows.iloc[order])
    )
    pd.testing.assert_frame_equal(one, other)


# --- counts ------------------------------------------------------------------------------------


def test_counts_by_hand() -> None:
    """Known by a day are those with any row, refunds too; dates stand as they were given."""
    log = OrderLog.from_frame(
        order_lines(
            ("ann", "2026-01-05", 20.00),
            ("ann", "2026-01-20", 20.00),
            ("bob", "2026-01-10", -15.50),
            ("bob", "2026-02-01", 15.50),
        )
    )
    dates = ["2026-01-31", "2025-12-31", "2026-02-28", "2026-01-31", "2026-01-05"]
    table = replay(log, LifecyclePolicy(), dates)
    assert table.index.strftime("%Y-%m-%d").tolist() == dates
    assert table.index.name == "as_of"
    assert str(table.index.dtype) == "datetime64[s]"
    assert table.columns.tolist() == ["customers", *Stage.dtype().categories]
    assert set(map(str, table.dtypes)) == {"int64"}
    assert table["customers"].tolist() == [2, 0, 2, 2, 1]
    assert table["suspect"].tolist() == [1, 0, 0, 1, 0]
    assert table["first-time"].tolist() == [0, 0, 1, 0, 1]
    assert table["repeat"].tolist() == [1, 0, 1, 1, 0]
    assert not table[["prospect", "long-term", "advocate", "strategic", "partner"]].any(axis=None)


@settings(max_examples=40)
@given(logs, policies, st.randoms(use_true_random=False))
def test_counts_are_the_funnels_of_each_day(
    log: OrderLog, policy: LifecyclePolicy, random: object
) -> None:
    """Each row is the funnel of the customers classified as of that day, and knows them all."""
    days = days_of(log) * 2
    random.shuffle(days)
    table = replay(log, policy, days)
    assert [day.date() for day in table.index] == days
    for day, row in zip(days, table.to_dict("records"), strict=True):
        stages = policy.classify(log.customers(day))
        assert row.pop("customers") == len(stages)
        assert row == funnel(stages)["customers"].to_dict()


@pytest.mark.parametrize(
    "dates",
    [
        ["2026-01-31", "2026-02-28"],
        (dt.date(2026, 1, 31), dt.date(2026, 2, 28)),
        pd.DatetimeIndex(["2026-01-31", "2026-02-28"]),
        pd.Series(pd.to_datetime(["2026-01-31", "2026-02-28"]), index=[7, 7]),
        np.array(["2026-01-31", "2026-02-28"], dtype="datetime64[D]"),
        iter(["2026-01-31", "2026-02-28"]),
    ],
    ids=lambda dates: type(dates).__name__,
)
def test_dates_of_any_kind(dates: object) -> None:
    """Dates may come as strings, dates or times at midnight, in any container."""
    log = OrderLog.from_frame(order_lines(("ann", "2026-01-05", 1.0), ("ann", "2026-02-05", 1.0)))
    assert replay(log, LifecyclePolicy(), dates)["repeat"].tolist() == [0, 1]


def test_counts_of_no_dates_and_of_nobody() -> None:
    """Without dates there are no rows, without orders nobody."""
    log = OrderLog.from_frame(order_lines(("ann", "2026-01-05", 1.0)))
    none = replay(log, LifecyclePolicy(), [])
    assert none.shape == (0, 9)
    assert set(map(str, none.dtypes)) == {"int64"}
    nobody = replay(OrderLog.from_frame(NO_ROWS), LifecyclePolicy(), [END])
    assert nobody.to_numpy().tolist() == [[0] * 9]


# --- refusals ----------------------------------------------------------------------------------


def test_what_cannot_be_asked() -> None:
    """A log, a policy and calendar days are wanted; the sentence says what came instead."""
    log, policy = OrderLog.from_frame(NO_ROWS), LifecyclePolicy()
    with pytest.raises(TypeError, match=r"^log must be an OrderLog, got DataFrame: build one"):
        stage_dates(NO_ROWS, policy, as_of=END)
    with pytest.raises(TypeError, match=r"^policy must be a LifecyclePolicy, got Ladder$"):
        replay(log, policy.ladder, [END])
    with pytest.raises(InputError, match=r"^as_of must be a calendar day, .* got 'soon'$"):
        stage_dates(log, policy, as_of="soon")
    with pytest.raises(InputError, match=r"^a date must be a calendar day, .* got 'soon'$"):
        replay(log, policy, ["soon"])
    for one_day in (END, dt.date(2026, 1, 31)):
        with pytest.raises(TypeError, match=r"^dates must be several days, as .*, got "):
            replay(log, policy, one_day)
