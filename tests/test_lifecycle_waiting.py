"""How long customers stay on a stage, and who has stayed too long."""

import datetime as dt
import math
import statistics

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue.errors import InputError
from custvalue.lifecycle import LifecyclePolicy, Stage, stage_dates, stage_times, stalled
from custvalue.orders import OrderLog
from order_lines import order_lines

TODAY = "2026-03-01"
FIRST = dt.date(2026, 1, 1)
TIME_COLUMNS = {
    **dict.fromkeys(("customers", "went_on", "waiting"), "int64"),
    **dict.fromkeys(("median_days", "low", "high", "waiting_days"), "float64"),
}
STALLED_COLUMNS = {
    "stage": "category",
    "since": "datetime64[s]",
    "days": "int64",
    "limit": "float64",
    "days_over": "float64",
}


def frame_of(**columns: list[str | None]) -> pd.DataFrame:
    """Return columns of ISO days, underscores in names read as hyphens, one row per letter."""
    dates = {name.replace("_", "-"): pd.to_datetime(pd.Series(c)) for name, c in columns.items()}
    frame = pd.DataFrame(dates)
    return frame.set_index(pd.Index(list("abcdefgh")[: len(frame)], name="who"))


offsets = st.none() | st.integers(0, 80)
drawn_dates = st.lists(st.tuples(offsets, offsets, offsets), max_size=12).map(
    lambda rows: pd.DataFrame(
        [
            [pd.NaT if o is None else pd.Timestamp(FIRST) + pd.Timedelta(days=o) for o in r]
            for r in rows
        ],
        columns=["prospect", "first-time", "repeat"],
        dtype="datetime64[s]",
    )
)


# --- time in a stage ---------------------------------------------------------------------------


def test_times_by_hand() -> None:
    """Five prospects: two bought after 10 and 30 days, three wait since 20, 40 and 59 days."""
    dates = frame_of(
        prospect=["2026-01-01", "2026-01-05", "2026-02-09", "2026-01-20", "2026-01-01", None],
        first_time=["2026-01-11", "2026-02-04", None, None, None, "2026-02-27"],
    )
    times = stage_times(dates, as_of=TODAY)
    assert times.index.tolist() == ["prospect", "first-time"]
    assert times.index.dtype == Stage.dtype()
    assert times.index.name == "stage"
    assert times.dtypes.astype(str).to_dict() == TIME_COLUMNS
    # 4/5 wait after 10 days; one of the three watched for 30 days goes: 4/5 · 2/3 = 8/15 > 1/2
    assert times.loc["prospect", ["customers", "went_on", "waiting"]].tolist() == [5, 2, 3]
    assert math.isnan(times.loc["prospect", "median_days"])
    assert times.loc["prospect", "waiting_days"] == 40
    assert times.loc["first-time", ["customers", "went_on", "waiting"]].tolist() == [3, 0, 3]
    assert times.loc["first-time", "waiting_days"] == 25


def test_the_median_of_freireich() -> None:
    """The remissions of 21 children (Freireich 1963): half had relapsed after 23 weeks."""
    weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    ended = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    last = pd.Timestamp("2026-01-01")
    came = [last - pd.Timedelta(days=w) for w in weeks]
    went = [last if e else pd.NaT for e in ended]
    # the weeks of those who relapsed end on the last day too, so that all are watched that long
    times = stage_times(pd.DataFrame({"prospect": came, "repeat": went}), as_of=last.date())
    assert times["median_days"].tolist()[:1] == [23]
    # Brookmeyer and Crowley's interval on the log-minus-log scale: S(13) = .690 (.432, .849)
    assert times["low"].tolist()[:1] == [13]
    assert math.isnan(times["high"].iloc[0])


def test_who_was_further_before_never_stood_there() -> None:
    """A later stage reached before is no wait; one reached on the same day is a wait of no day."""
    dates = frame_of(prospect=["2026-02-01", "2026-02-01"], first_time=["2026-01-01", "2026-02-01"])
    times = stage_times(dates, as_of=TODAY)
    assert times["customers"].tolist() == [1, 2]
    assert times["median_days"].tolist()[:1] == [0]
    assert times["low"].tolist()[:1] == [0]


def test_times_of_nobody() -> None:
    """Without customers there is nothing to count and no median."""
    times = stage_times(frame_of(prospect=[], repeat=[]), as_of=TODAY)
    assert times["customers"].tolist() == [0, 0]
    assert times[["median_days", "low", "high", "waiting_days"]].isna().all(axis=None)
    assert times.dtypes.astype(str).to_dict() == TIME_COLUMNS


@given(drawn_dates, st.integers(0, 90))
def test_times_laws(dates: pd.DataFrame, ahead: int) -> None:
    """Who stood there went on or waits; where nobody waits the median is the middle one."""
    day = FIRST + dt.timedelta(days=ahead)
    times = stage_times(dates, as_of=day)
    assert (times["went_on"] + times["waiting"]).tolist() == times["customers"].tolist()
    known = dates.where(dates <= pd.Timestamp(day))
    for name, later in (("prospect", ["first-time", "repeat"]), ("first-time", ["repeat"])):
        left = known[later].min(axis=1)
        stood = known[name].notna() & ~(left < known[name])
        assert times.loc[name, "customers"] == stood.sum()
        assert times.loc[name, "went_on"] == (stood & left.notna()).sum()
        if stood.any() and times.loc[name, "waiting"] == 0:
            days = (left - known[name])[stood].dt.days.tolist()
            assert times.loc[name, "median_days"] == statistics.median_low(days)
    pd.testing.assert_frame_equal(stage_times(dates[::-1], as_of=day), times)


def test_times_of_a_log() -> None:
    """What stage_dates gives is taken as it is."""
    log = OrderLog.from_frame(
        order_lines(
            ("ann", "2026-01-05", 1.0), ("ann", "2026-01-15", 1.0), ("bob", "2026-02-27", 1)
        )
    )
    times = stage_times(stage_dates(log, LifecyclePolicy(), as_of=TODAY), as_of=TODAY)
    assert times["median_days"].tolist()[:1] == [10]
    assert times["waiting_days"].tolist()[:2] == [2, 45]


def test_the_second_order_of_cdnow(cdnow_master: pd.DataFrame) -> None:
    """What the page on the eight stages tells of CDNOW, as of 1998-06-30."""
    end = "1998-06-30"
    dates = stage_dates(OrderLog.from_frame(cdnow_master), LifecyclePolicy(), as_of=end)
    times = stage_times(dates, as_of=end)
    counts = times[["customers", "went_on", "waiting"]].loc["first-time"]
    assert counts.tolist() == [23570, 11662, 11908]
    assert math.isnan(times.loc["first-time", "median_days"])
    assert times.loc["first-time", "waiting_days"] == 502
    taken = (dates["repeat"] - dates["first-time"]).dropna().dt.days
    assert (taken.median(), round(taken.mean())) == (54, 108)


# --- who has stayed too long -------------------------------------------------------------------


def test_stalled_by_hand() -> None:
    """The most overdue come first, equally overdue in their order; the others are counted."""
    dates = frame_of(
        prospect=["2026-01-30", "2025-12-01", "2026-01-30", "2026-01-01", None, "2026-03-02"],
        first_time=[None, None, None, "2025-11-01", None, None],
        partner=[None, "2026-02-01", None, None, None, None],
    )
    before = dates.copy()
    late = stalled(dates, {"prospect": 29, Stage.FIRST_TIME: 90.5}, as_of=TODAY)
    assert late.index.tolist() == ["d", "a", "c"]
    assert late.index.name == "who"
    assert late.dtypes.astype(str).to_dict() == STALLED_COLUMNS
    assert late["stage"].dtype == Stage.dtype()
    assert late["stage"].tolist() == ["first-time", "prospect", "prospect"]
    assert late["since"].dt.strftime("%Y-%m-%d").tolist() == ["2025-11-01", *["2026-01-30"] * 2]
    assert late["days"].tolist() == [120, 30, 30]
    assert late["limit"].tolist() == [90.5, 29, 29]
    assert late["days_over"].tolist() == [29.5, 1, 1]
    assert late.attrs == {"within_limit": 0, "without_limit": 1, "without_stage": 2}
    pd.testing.assert_frame_equal(dates, before)


def test_a_limit_is_not_overstayed_on_its_day() -> None:
    """Whoever has stood there for just as long as allowed is within the limit."""
    dates = frame_of(prospect=["2026-02-27", "2026-02-28"])
    assert stalled(dates, {"prospect": 2}, as_of=TODAY).empty
    assert stalled(dates, {"prospect": 1}, as_of=TODAY).index.tolist() == ["a"]
    assert stalled(dates, {}, as_of=TODAY).attrs["without_limit"] == 2


def test_stalled_of_nobody() -> None:
    """Without customers nobody is stalled, in the same columns."""
    late = stalled(frame_of(prospect=[]), {"prospect": 2}, as_of=TODAY)
    assert late.dtypes.astype(str).to_dict() == STALLED_COLUMNS
    assert late.attrs == {"within_limit": 0, "without_limit": 0, "without_stage": 0}


@given(
    drawn_dates,
    st.dictionaries(st.sampled_from(["prospect", "first-time", "repeat"]), st.integers(0, 60)),
    st.integers(0, 90),
)
def test_stalled_laws(dates: pd.DataFrame, limits: dict[str, int], ahead: int) -> None:
    """Each row is stalled or counted, as it is when looked at alone; the overdue are in order."""
    day = FIRST + dt.timedelta(days=ahead)
    late = stalled(dates, limits, as_of=day)
    assert len(late) + sum(late.attrs.values()) == len(dates)
    assert late["days_over"].is_monotonic_decreasing
    expected = {}
    for row, reached in zip(dates.index, dates.to_dict("records"), strict=True):
        come = {s: t for s, t in reached.items() if not pd.isna(t) and t.date() <= day}
        stage = max(map(Stage, come), default=None)
        if stage in limits and (day - come[stage].date()).days > limits[stage]:
            expected[row] = (stage.value, (day - come[stage].date()).days - limits[stage])
    found = zip(late.index, zip(late["stage"], late["days_over"], strict=True), strict=True)
    assert dict(found) == expected


@pytest.mark.parametrize(
    "column",
    [
        pd.to_datetime(["2026-01-01 14:30", None]),
        [dt.date(2026, 1, 1), None],
        [dt.datetime(2026, 1, 1, 23, 59), None],
        np.array(["2026-01-01", "NaT"], dtype="datetime64[D]").astype("datetime64[ns]"),
        pd.array([dt.date(2026, 1, 1), None], dtype=pd.ArrowDtype(pa.date32())),
    ],
    ids=["times", "dates", "datetimes", "ns", "Arrow"],
)
def test_dates_of_any_kind(column: object) -> None:
    """Dates or times, in any dtype and under any index; what counts is the day."""
    dates = pd.DataFrame({"prospect": column, "note": ["x", "y"]}, index=["b", "b"])
    late = stalled(dates, {"prospect": 10}, as_of=TODAY)
    assert late.index.tolist() == ["b"]
    assert late["days"].tolist() == [59]


@pytest.mark.parametrize(
    ("dates", "error", "sentence"),
    [
        ([1], TypeError, r"the dates of entry must be a pandas DataFrame, got list"),
        (
            pd.DataFrame({"Prospect": [None]}),
            InputError,
            (
                r"the dates of entry must have a column named like a stage \(suspect, .*, "
                r"partner\), got Prospect: rename yours$"
            ),
        ),
        (pd.DataFrame(), InputError, r"the dates of entry must have .*, got none: rename yours$"),
        (
            pd.DataFrame([[None, None]], columns=["repeat", "repeat"]),
            InputError,
            r"the dates of entry must have one column repeat, got 2: keep one$",
        ),
        (
            pd.DataFrame({"repeat": [3.5]}),
            TypeError,
            r"repeat must hold dates or times, got float64: convert it first",
        ),
        (
            pd.DataFrame({"repeat": pd.to_datetime(["2026-01-01"]).tz_localize("UTC")}),
            InputError,
            (
                r"repeat must hold calendar days, got times with the zone UTC: convert them "
                r"first, as with \.dt\.tz_localize\(None\)$"
            ),
        ),
        (
            pd.DataFrame({"repeat": [None, dt.date(1066, 10, 14)]}, index=["x", "y"]),
            InputError,
            r"repeat must lie in the years 1900 to 2199, got others in row y: correct these rows",
        ),
    ],
)
def test_dates_that_cannot_be(dates: object, error: type[Exception], sentence: str) -> None:
    """Columns are named like stages and hold plausible calendar days."""
    with pytest.raises(error, match=f"^{sentence}"):
        stage_times(dates, as_of=TODAY)
    with pytest.raises(error, match=f"^{sentence}"):
        stalled(dates, {}, as_of=TODAY)


@pytest.mark.parametrize(
    ("limits", "error", "sentence"),
    [
        ([30], TypeError, r"limits must map stages to days, as in .*, got list$"),
        (
            {"Prospect": 3},
            InputError,
            r"limits must be for stages \(suspect, .*\), got 'Prospect': write it like one of",
        ),
        (
            {"repeat": 3},
            InputError,
            (
                r"limits name the stage repeat, the dates of entry have prospect: add its "
                r"column, or leave out its limit$"
            ),
        ),
        ({"prospect": -1}, InputError, r"the limit of prospect must be .* days ≥ 0, got -1$"),
        ({"prospect": math.inf}, InputError, r"the limit of prospect must be finite, got inf$"),
        ({"prospect": None}, InputError, r"the limit of prospect must be known, got None"),
        ({"prospect": "30"}, TypeError, r"the limit of prospect must be a number, got '30'"),
    ],
)
def test_limits_that_cannot_be(limits: object, error: type[Exception], sentence: str) -> None:
    """Limits are days per stage, for stages that have a column."""
    with pytest.raises(error, match=f"^{sentence}"):
        stalled(frame_of(prospect=["2026-01-01"]), limits, as_of=TODAY)


def test_days_and_levels_that_cannot_be() -> None:
    """The day is a calendar day, the level lies between 0 and 1."""
    dates = frame_of(prospect=["2026-01-01"])
    with pytest.raises(InputError, match=r"^as_of must be a calendar day"):
        stalled(dates, {}, as_of="soon")
    with pytest.raises(InputError, match=r"^as_of must be a calendar day"):
        stage_times(dates, as_of="soon")
    with pytest.raises(InputError, match=r"^level must lie between 0 and 1, got 95$"):
        stage_times(dates, as_of=TODAY, level=95)
