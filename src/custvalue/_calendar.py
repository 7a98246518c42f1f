"""Calendar days as whole numbers: days since 1970-01-01, in the zone the log declares."""

import datetime as dt
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._containers import Mask, name_rows
from custvalue._long_arrays import blocks
from custvalue.errors import InputError

Day: TypeAlias = str | dt.date | np.datetime64
"""A calendar day: ISO string, date, or a time that is midnight without a zone."""

Days: TypeAlias = npt.NDArray[np.int32]

FIRST_DAY = int(np.datetime64("1900-01-01").astype(np.int64))
LAST_DAY = int(np.datetime64("2199-12-31").astype(np.int64))
PER_DAY = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
NO_TIME = np.iinfo(np.int64).min


def read_day(day: Day, what: str) -> int:
    """Return one calendar day as days since 1970-01-01."""
    try:
        time = _as_timestamp(day)
        date = time.date()
    except (ValueError, TypeError, NotImplementedError) as error:
        msg = f"{what} must be a calendar day, as '1998-06-30' or a date, got {day!r}"
        raise InputError(msg) from error
    if time.tzinfo is not None or time != time.normalize():
        msg = (
            f"{what} is a calendar day in the log's own zone, so it has no zone and no time of "
            f"day, got {day!r}: give '{date.isoformat()}'"
        )
        raise InputError(msg)
    number = (date - dt.date(1970, 1, 1)).days
    if not FIRST_DAY <= number <= LAST_DAY:
        msg = f"{what} must lie in the years 1900 to 2199, got {day!r}"
        raise InputError(msg)
    return number


def say_as_of(as_of: Day | None) -> str | None:
    """Return in ISO format the day that a rule's values are as of; None where it was not said."""
    return None if as_of is None else to_date(read_day(as_of, "as_of")).isoformat()


def to_date(day: int) -> dt.date:
    """Return days since 1970-01-01 as a date."""
    return dt.date(1970, 1, 1) + dt.timedelta(days=int(day))


def to_times(days: npt.NDArray[Any]) -> npt.NDArray[np.datetime64]:
    """Return days since 1970-01-01 as midnights, datetime64[s]."""
    return (days.astype(np.int64) * PER_DAY["s"]).view("datetime64[s]")


def read_days(times: "pd.Series[Any]", what: str, timezone: str | None) -> tuple[Days, Mask | None]:
    """Return the calendar day of each time, 0 if missing, and where it is (None: nowhere).

    Times with a zone are converted to `timezone` before the day is taken.
    """
    try:
        stamps = _as_naive(_as_timestamps(times, what), what, timezone)
    except (pd.errors.OutOfBoundsDatetime, NotImplementedError) as error:
        msg = f"{what} must lie within the years pandas can hold: {error}"
        raise InputError(msg) from error
    unit = np.datetime_data(stamps.dtype)[0]
    ticks = stamps.view(np.int64)
    missing = None
    if len(ticks) and ticks.min() == NO_TIME:
        missing = ticks == NO_TIME
        ticks = np.where(missing, 0, ticks)
    days = np.empty(len(ticks), dtype=np.int32)
    for rows in blocks(len(ticks)):
        days[rows] = np.clip(ticks[rows] // PER_DAY[unit], FIRST_DAY - 1, LAST_DAY + 1)
    return days, missing


def read_calendar_days(
    dates: "pd.Series[Any]", what: str, rows: "pd.Series[Any] | pd.DataFrame"
) -> tuple[Days, Mask | None]:
    """Return days as `read_days` does; raise for a zone, and naming `rows` for strange years."""
    zone = getattr(dates.dtype, "tz", None)
    if zone is not None:
        msg = (
            f"{what} must hold calendar days, got times with the zone {zone}: convert them first, "
            "as with .dt.tz_localize(None)"
        )
        raise InputError(msg)
    days, missing = read_days(dates, what, None)
    strange = implausible(days)
    if strange is not None:
        msg = (
            f"{what} must lie in the years 1900 to 2199, got others in "
            f"{name_rows(strange, rows)}: correct these rows, or leave their dates out"
        )
        raise InputError(msg)
    return days, missing


def check_timezone(timezone: str | None) -> None:
    """Raise when `timezone` names no time zone."""
    try:
        pd.Timestamp(0, tz=timezone)
    except (KeyError, ValueError, TypeError, IndexError, OverflowError) as error:
        msg = f"timezone must name a time zone, as 'Europe/Berlin', got {timezone!r}"
        raise InputError(msg) from error


def implausible(days: Days) -> Mask | None:
    """Return which days lie outside the years 1900 to 2199 (None: none)."""
    if not len(days) or (days.min() >= FIRST_DAY and days.max() <= LAST_DAY):
        return None
    return (days < FIRST_DAY) | (days > LAST_DAY)


def _as_timestamp(day: object) -> pd.Timestamp:
    """Return one day or time; pandas alone would also read 5, "today" and "01/02/2026"."""
    if isinstance(day, str):
        day = dt.datetime.fromisoformat(day)
    if not isinstance(day, dt.date | np.datetime64) or pd.isna(day):
        raise TypeError
    return pd.Timestamp(day)


def _as_timestamps(times: "pd.Series[Any]", what: str) -> "pd.Series[Any]":
    """Return dates in any dress as a pandas datetime column, with or without a zone."""
    dtype = times.dtype
    found = None
    if isinstance(dtype, pd.ArrowDtype):
        found = _from_arrow(times, dtype)
    elif pd.api.types.is_datetime64_any_dtype(dtype):
        found = times
    elif pd.api.types.is_object_dtype(dtype):
        found = _from_objects(times, what)
    if found is not None:
        return found
    if not len(times):
        return pd.Series(dtype="datetime64[s]")
    kind: object = dtype
    if pd.api.types.is_object_dtype(dtype):
        kind = f"objects ({pd.api.types.infer_dtype(times, skipna=True)})"
    msg = f"{what} must hold dates or times, got {kind}: convert it first, with pd.to_datetime"
    raise TypeError(msg)


def _from_arrow(times: "pd.Series[Any]", dtype: pd.ArrowDtype) -> "pd.Series[Any] | None":
    """Return Arrow dates or timestamps as a pandas datetime column; None for another type."""
    arrow = dtype.pyarrow_dtype
    if str(arrow).startswith("date"):
        return times.astype("datetime64[s]")
    if not str(arrow).startswith("timestamp"):
        return None
    if arrow.tz is None:
        return times.astype(np.dtype(f"datetime64[{arrow.unit}]"))
    return times.astype(pd.DatetimeTZDtype(arrow.unit, arrow.tz))


def _from_objects(times: "pd.Series[Any]", what: str) -> "pd.Series[Any] | None":
    """Return Python dates or times as a pandas datetime column; None for other objects."""
    kind = pd.api.types.infer_dtype(times, skipna=True)
    if kind not in ("date", "datetime", "datetime64", "empty"):
        return None
    known = times.notna()
    zoned = {getattr(time, "tzinfo", None) is not None for time in times[known]}
    if len(zoned) > 1:
        msg = (
            f"{what} must hold times that all have a zone or all have none, got both: say which "
            "zone the others are in, as with .tz_localize('UTC')"
        )
        raise InputError(msg)
    if zoned == {True}:
        return pd.to_datetime(times, utc=True)
    plain = times.where(known, None).to_numpy(dtype=object)
    return pd.Series(plain.astype("datetime64[us]"))  # numpy: years that pandas 2 cannot read


def _as_naive(
    times: "pd.Series[Any]", what: str, timezone: str | None
) -> npt.NDArray[np.datetime64]:
    """Return wall-clock times in the declared zone."""
    zone = getattr(times.dtype, "tz", None)
    if zone is None and timezone is not None and times.notna().any():
        msg = (
            f"{what} has no time zone but timezone={timezone!r} was given: leave timezone out, or "
            f"say what zone the times are in, as in frame[{what!r}].dt.tz_localize('UTC')"
        )
        raise InputError(msg)
    if zone is None:
        return times.to_numpy()
    if timezone is None:
        msg = (
            f"{what} has the time zone {zone}: say in which zone a day begins and ends, "
            f"as timezone={str(zone)!r}"
        )
        raise InputError(msg)
    times = times.dt.tz_convert(timezone).dt.tz_localize(None)
    return times.to_numpy()
