"""Tests of days: how one is given, and how a column of times becomes one."""

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue._calendar import (
    check_timezone,
    implausible,
    read_calendar_days,
    read_day,
    read_days,
    to_date,
    to_times,
)
from custvalue.errors import InputError

ARROW_ZONED = pd.ArrowDtype(pa.timestamp("us", "UTC"))
BERLIN = "Europe/Berlin"


def days_of(times: pd.Series, timezone: str | None = None) -> list[str | None]:
    """Return the days of a column as ISO strings, None where missing."""
    days, missing = read_days(times, "date", timezone)
    absent = np.zeros(len(days), dtype=bool) if missing is None else missing
    assert days.dtype == np.int32
    return [None if gone else str(to_date(day)) for day, gone in zip(days, absent, strict=True)]


# --- one day -----------------------------------------------------------------------------------


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
def test_a_day_is_a_day_however_it_is_given(day: dt.date) -> None:
    """Date, ISO string, naive midnight of any library: one number, and back."""
    midnight = dt.datetime.combine(day, dt.time())
    given_as = (day, day.isoformat(), midnight, midnight.isoformat(), pd.Timestamp(day))
    numbers = {read_day(one, "as_of") for one in (*given_as, np.datetime64(day))}
    assert numbers == {(day - dt.date(1970, 1, 1)).days}
    assert to_date(numbers.pop()) == day


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "",
        "today",
        "now",
        "2026",
        "2026-01",
        "01/02/2026",
        "2026-02-30",
        5,
        np.int64(5),
        5.0,
        True,
        Decimal(5),
        pd.NaT,
        np.datetime64("NaT"),
        np.datetime64("99999-01-01"),
        pd.Period("2026-01-05"),
        dt.time(5),
        ["2026-01-05"],
    ],
)
def test_what_is_no_day(wrong: Any) -> None:
    """Numbers, vague or ambiguous strings and the clock are no calendar day."""
    with pytest.raises(InputError, match="as_of must be a calendar day, as '1998-06-30' or a date"):
        read_day(wrong, "as_of")


@pytest.mark.parametrize(
    "instant",
    [
        "2026-01-05T03:00",
        "2026-01-05T00:00Z",
        dt.datetime(2026, 1, 5, 3),
        pd.Timestamp("2026-01-05", tz="UTC"),
        pd.Timestamp("2026-01-05 00:00:00.000000001"),
        np.datetime64("2026-01-05T03", "h"),
    ],
)
def test_an_instant_is_no_day(instant: Any) -> None:
    """A time of day or a zone is refused, and the error gives the day."""
    with pytest.raises(InputError, match=r"no zone and no time of day, .*: give '2026-01-05'$"):
        read_day(instant, "as_of")


@pytest.mark.parametrize("day", ["1899-12-31", "2200-01-01", dt.date(1, 1, 1), "9999-12-31"])
def test_a_day_lies_in_the_years_that_orders_may(day: Any) -> None:
    """Days beyond 1900 to 2199 are mistakes."""
    with pytest.raises(InputError, match="as_of must lie in the years 1900 to 2199, got"):
        read_day(day, "as_of")


def test_days_as_times() -> None:
    """Days become midnights in seconds, also before 1970."""
    times = to_times(np.array([-1, 0, 20_000], dtype=np.int32))
    assert times.dtype == "datetime64[s]"
    assert times.astype(str).tolist() == [
        "1969-12-31T00:00:00",
        "1970-01-01T00:00:00",
        "2024-10-04T00:00:00",
    ]


# --- a column of times -------------------------------------------------------------------------

NAIVE = np.array(["2026-01-05T23:59:59", "NaT", "1969-12-31T00:00:01"], dtype="datetime64[s]")
IN_ARROW = {unit: pd.ArrowDtype(pa.timestamp(unit)) for unit in ("s", "ms", "us", "ns")}
PYTHON_TIMES = [dt.datetime(2026, 1, 5, 23, 59, 59), None, dt.datetime(1969, 12, 31, 0, 0, 1)]
PYTHON_DATES = [dt.date(2026, 1, 5), None, dt.date(1969, 12, 31)]
DRESSES: dict[str, pd.Series] = {
    **{f"datetime64[{unit}]": pd.Series(NAIVE.astype(f"M8[{unit}]")) for unit in IN_ARROW},
    **{f"Arrow [{unit}]": pd.Series(NAIVE).astype(dtype) for unit, dtype in IN_ARROW.items()},
    "Arrow date32": pd.Series(PYTHON_DATES, dtype=pd.ArrowDtype(pa.date32())),
    "Arrow date64": pd.Series(PYTHON_DATES, dtype=pd.ArrowDtype(pa.date64())),
    "dates": pd.Series(PYTHON_DATES, dtype=object),
    "dates and NaN": pd.Series([PYTHON_DATES[0], float("nan"), PYTHON_DATES[2]], dtype=object),
    "times": pd.Series(PYTHON_TIMES, dtype=object),
    "times and NaT": pd.Series([PYTHON_TIMES[0], pd.NaT, PYTHON_TIMES[2]], dtype=object),
    "times and NA": pd.Series([PYTHON_TIMES[0], pd.NA, PYTHON_TIMES[2]], dtype=object),
    "Timestamps": pd.Series([pd.Timestamp(time) for time in PYTHON_TIMES], dtype=object),
    "numpy times": pd.Series(list(NAIVE), dtype=object),
    "dates and times": pd.Series([PYTHON_DATES[0], None, PYTHON_TIMES[2]], dtype=object),
}


@pytest.mark.parametrize("times", DRESSES.values(), ids=DRESSES)
def test_days_of_any_dress(times: pd.Series) -> None:
    """Every dtype gives the same days, the time of day cut off downwards."""
    before = times.copy()
    assert days_of(times) == ["2026-01-05", None, "1969-12-31"]
    assert days_of(times[::2]) == ["2026-01-05", "1969-12-31"]
    assert days_of(times.set_axis(["b", "b", "a"])) == ["2026-01-05", None, "1969-12-31"]
    pd.testing.assert_series_equal(times, before)


@pytest.mark.parametrize(
    "times",
    [
        pd.Series(dtype=object),
        pd.Series(dtype="float64"),
        pd.Series(dtype="string"),
        pd.Series(dtype="datetime64[us]"),
        pd.Series(dtype=pd.ArrowDtype(pa.string())),
        pd.Series(dtype="category"),
    ],
)
def test_no_times_have_no_days(times: pd.Series) -> None:
    """An empty column is an empty column, whatever pandas took it for."""
    assert days_of(times) == []


@pytest.mark.parametrize("timezone", [None, BERLIN])
def test_missing_times_only(timezone: str | None) -> None:
    """A column of nothing but missing times has no zone to complain about."""
    assert days_of(pd.Series([None, pd.NaT], dtype=object), timezone) == [None, None]
    assert days_of(pd.Series([pd.NaT], dtype="datetime64[s]"), timezone) == [None]


@pytest.mark.parametrize(
    "times",
    [
        pd.Series(np.array(["0001-01-01", "9999-12-31"], dtype="datetime64[s]")),
        pd.Series(np.array(["0001-01-01", "9999-12-31"], dtype="datetime64[us]")),
        pd.Series([dt.date(1, 1, 1), dt.date(9999, 12, 31)], dtype=object),
        pd.Series([dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31)], dtype=object),
        pd.Series(np.array(["1677-09-22", "2262-04-11"], dtype="datetime64[ns]")),
    ],
)
def test_years_beyond_belief(times: pd.Series) -> None:
    """Years 1 and 9999 are read without overflow, and called implausible."""
    days, missing = read_days(times, "date", None)
    assert missing is None
    assert implausible(days).tolist() == [True, True]
    assert implausible(days[:0]) is None


def test_the_plausible_years() -> None:
    """1900-01-01 and 2199-12-31 are in, their neighbours out."""
    days = np.array(["1899-12-31", "1900-01-01", "2199-12-31", "2200-01-01"], dtype="datetime64[D]")
    found = implausible(days.astype(np.int32))
    assert found.tolist() == [True, False, False, True]
    assert implausible(days[1:3].astype(np.int32)) is None


@pytest.mark.parametrize(
    ("times", "kind"),
    [
        (pd.Series(["2026-01-05"], dtype=object), r"objects \(string\)"),
        (pd.Series(["2026-01-05"], dtype="string"), "string"),
        (pd.Series(["2026-01-05"], dtype=pd.ArrowDtype(pa.string())), r"string\[pyarrow\]"),
        (pd.Series([20260105]), "int64"),
        (pd.Series([np.nan]), "float64"),
        (pd.Series([True]), "bool"),
        (pd.Series([dt.time(5)]), r"objects \(time\)"),
        (pd.Series([dt.date(2026, 1, 5), "2026-01-05"]), r"objects \(mixed\)"),
        (pd.Series(pd.period_range("2026", periods=1, freq="D")), r"period\[D\]"),
        (pd.Series(pd.to_timedelta([1], unit="D")), r"timedelta64\[\w+\]"),
    ],
)
def test_what_holds_no_dates(times: pd.Series, kind: str) -> None:
    """Strings and numbers are not parsed: which day 01/02 is, the caller knows."""
    message = f"^date must hold dates or times, got {kind}: convert it first, with pd.to_datetime$"
    with pytest.raises(TypeError, match=message):
        read_days(times, "date", None)


# --- time zones --------------------------------------------------------------------------------

BORDERS = {
    # in winter Berlin is an hour ahead of UTC, in summer two
    "2026-01-05T22:59:59": "2026-01-05",
    "2026-01-05T23:00:00": "2026-01-06",
    "2026-07-05T21:59:59": "2026-07-05",
    "2026-07-05T22:00:00": "2026-07-06",
    # 29 March 2026 has 23 hours, 25 October has 25
    "2026-03-28T23:00:00": "2026-03-29",
    "2026-03-29T21:59:59": "2026-03-29",
    "2026-03-29T22:00:00": "2026-03-30",
    "2026-10-24T22:00:00": "2026-10-25",
    "2026-10-25T22:59:59": "2026-10-25",
    "2026-10-25T23:00:00": "2026-10-26",
}


@pytest.mark.parametrize(
    "dtype", ["datetime64[s, UTC]", "datetime64[ns, America/New_York]", ARROW_ZONED, object]
)
def test_days_begin_at_midnight_in_the_declared_zone(dtype: Any) -> None:
    """Times are converted before the day is taken, also where the clock is put forward or back."""
    times = pd.Series(pd.to_datetime(list(BORDERS)).tz_localize("UTC")).astype(dtype)
    assert days_of(times, BERLIN) == list(BORDERS.values())


def test_objects_may_have_several_zones() -> None:
    """Python times with several offsets are instants all the same."""
    winter, summer = (dt.timezone(dt.timedelta(hours=hours)) for hours in (1, 2))
    times = pd.Series(
        [dt.datetime(2026, 1, 6, 0, 30, tzinfo=winter), dt.datetime(2026, 7, 6, tzinfo=summer)],
        dtype=object,
    )
    assert days_of(times, BERLIN) == ["2026-01-06", "2026-07-06"]
    assert days_of(times, "UTC") == ["2026-01-05", "2026-07-05"]


def test_zoned_times_need_a_timezone() -> None:
    """Which zone's midnight ends a day is for the caller to say."""
    times = pd.Series(pd.to_datetime(["2026-01-05"])).dt.tz_localize("Asia/Tokyo")
    message = "date has the time zone Asia/Tokyo: say in which .*, as timezone='Asia/Tokyo'"
    with pytest.raises(InputError, match=message):
        read_days(times, "date", None)


def test_naive_times_refuse_a_timezone() -> None:
    """A zone declared for times without one would be a guess."""
    message = "date has no time zone but timezone='Europe/Berlin' was given: leave timezone out"
    with pytest.raises(InputError, match=message):
        read_days(pd.Series(pd.to_datetime(["2026-01-05"])), "date", BERLIN)


def test_naive_and_zoned_times_do_not_mix() -> None:
    """One column of objects holding both is an error."""
    times = pd.Series([dt.datetime(2026, 1, 5), dt.datetime(2026, 1, 5, tzinfo=dt.UTC)])
    message = "date must hold times that all have a zone or all have none, got both"
    with pytest.raises(InputError, match=message):
        read_days(times.astype(object), "date", BERLIN)


def test_zoned_times_beyond_what_pandas_holds() -> None:
    """An instant that falls out of its unit's range in the declared zone is an error."""
    offset = dt.timezone(-dt.timedelta(hours=9))
    times = pd.Series([dt.datetime.max.replace(tzinfo=offset)], dtype=object)
    with pytest.raises(InputError, match=r"^date must lie within the years pandas can hold: "):
        read_days(times, "date", "America/New_York")


def test_timezones_have_names() -> None:
    """A zone is named as in the tz database, or by its offset; None is no zone."""
    for name in (BERLIN, "UTC", "+02:00", None):
        check_timezone(name)
    message = "timezone must name a time zone, as 'Europe/Berlin', got 'Berlin'"
    with pytest.raises(InputError, match=message):
        check_timezone("Berlin")


def test_calendar_days_are_read_where_they_are_plausible() -> None:
    """Days without a zone come back as days; a strange year names its row."""
    dates = pd.Series(pd.to_datetime(["2026-01-05", None, "1850-01-01"]), index=[7, 8, 9])
    days, missing = read_calendar_days(dates[:2], "since", dates[:2])
    assert to_date(days[0]) == dt.date(2026, 1, 5)
    assert missing is not None
    assert missing.tolist() == [False, True]
    message = (
        "^since must lie in the years 1900 to 2199, got others in row 9: correct these rows, or "
        "leave their dates out$"
    )
    with pytest.raises(InputError, match=message):
        read_calendar_days(dates, "since", dates)
