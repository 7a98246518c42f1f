"""Ratios, and two estimators with their intervals: a proportion, the survival of durations."""

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._containers import is_missing, is_number
from custvalue.errors import InputError


def ratio(
    part: npt.NDArray[Any], whole: npt.NDArray[Any], *, undefined: float = math.nan
) -> npt.NDArray[np.float64]:
    """Return part / whole, and what stands for undefined where there is nothing to divide by."""
    found = np.full(len(part), undefined)
    np.divide(part, whole, out=found, where=whole > 0)
    return found


def wilson_interval(
    successes: npt.ArrayLike, trials: npt.ArrayLike, *, level: float = 0.95
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the Wilson score interval of a proportion; NaN where there are no trials.

    Unlike the textbook normal interval it stays within [0, 1] and has a width at 0 and 1.

    Parameters
    ----------
    successes, trials : array_like of counts, shape (n,) or scalar
        0 ≤ successes ≤ trials.
    level : float, default 0.95
        Confidence, between 0 and 1.

    Returns
    -------
    low, high : ndarray of float, shape (n,) or ()

    Raises
    ------
    InputError
        When a count is negative or not finite, successes exceed trials, or `level` is not in
        (0, 1).

    References
    ----------
    E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> low, high = wilson_interval(8, 10)
    >>> round(float(low), 4), round(float(high), 4)
    (0.4902, 0.9433)
    """
    z = normal_quantile(level)
    hits, n = np.asarray(successes, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    if not ((hits >= 0) & (hits <= n) & np.isfinite(n)).all():
        msg = "wilson_interval needs 0 ≤ successes ≤ trials, all finite"
        raise InputError(msg)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = hits / n
        shrink = 1 + z**2 / n
        middle = (share + z**2 / (2 * n)) / shrink
        half = z / shrink * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
        low = np.where(hits == 0, 0.0, middle - half)
        high = np.where(hits == n, 1.0, middle + half)
    undefined = n == 0
    return np.where(undefined, np.nan, low), np.where(undefined, np.nan, high)


def kaplan_meier(
    durations: npt.ArrayLike, ended: npt.ArrayLike, *, level: float = 0.95
) -> pd.DataFrame:
    """Return the product-limit estimate of how many outlast each duration.

    Parameters
    ----------
    durations : array_like of float, shape (n,)
        How long each was watched, ≥ 0.
    ended : array_like of bool, shape (n,)
        Whether the end was seen; False: still running when last watched (censored). One
        censored at a duration counts as at risk there.
    level : float, default 0.95
        Confidence of the interval: Greenwood's variance on the log-minus-log scale.

    Returns
    -------
    DataFrame indexed by duration (each distinct one, ascending)
        ``at_risk`` int64, ``ended`` int64, ``surviving`` float64 in [0, 1], ``low``, ``high``
        float64; the interval is NaN where the estimate is 1 or 0.

    Raises
    ------
    InputError
        When the lengths differ, a duration is negative or not finite, or `level` is not in
        (0, 1).

    References
    ----------
    E. L. Kaplan and P. Meier (1958), Nonparametric estimation from incomplete observations.
    Journal of the American Statistical Association 53, 457-481.

    Examples
    --------
    >>> table = kaplan_meier([1, 2, 2, 3], [True, True, False, True])
    >>> table["surviving"].round(3).tolist()
    [0.75, 0.5, 0.0]
    """
    lengths = np.asarray(durations, dtype=np.float64)
    seen = np.asarray(ended, dtype=np.bool_)
    if lengths.shape != seen.shape or lengths.ndim != 1:
        msg = f"kaplan_meier needs two columns of one length, got {lengths.shape}, {seen.shape}"
        raise InputError(msg)
    if not (np.isfinite(lengths) & (lengths >= 0)).all():
        msg = "kaplan_meier needs durations that are finite and not negative"
        raise InputError(msg)
    times, place = np.unique(lengths, return_inverse=True)
    leaving = np.bincount(place, minlength=len(times))
    ends = np.bincount(place[seen], minlength=len(times))
    at_risk = leaving[::-1].cumsum()[::-1]
    return survival_table(times, at_risk, ends, level=level)


def survival_table(
    times: npt.NDArray[Any],
    at_risk: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the product-limit estimate from counts, as `kaplan_meier` does from durations.

    Where some were watched only from a later duration on (delayed entry), these are at risk after
    that duration.

    Parameters
    ----------
    times : ndarray, shape (n,)
        Distinct durations, ascending.
    at_risk, ends : ndarray of int, shape (n,)
        How many were watched at each of them, at least 1, and how many of these ended there.
    level : float, default 0.95
        Confidence of the interval.

    Returns
    -------
    DataFrame
        As `kaplan_meier`.

    Raises
    ------
    InputError
        When `level` is not in (0, 1).

    Examples
    --------
    >>> table = survival_table(np.array([1, 2]), np.array([4, 2]), np.array([1, 1]))
    >>> table["surviving"].tolist()
    [0.75, 0.375]
    """
    surviving = np.cumprod(1 - ends / at_risk)
    low, high = _log_minus_log(surviving, np.cumsum(_greenwood(ends, at_risk)), level)
    columns: dict[str, Any] = {
        "at_risk": at_risk.astype(np.int64),
        "ended": ends.astype(np.int64),
        "surviving": surviving,
        "low": low,
        "high": high,
    }
    return pd.DataFrame(columns, index=pd.Index(times, name="duration"))


def product_limit(
    ends: npt.NDArray[Any],
    at_risk: npt.NDArray[Any],
    group: npt.NDArray[np.integer[Any]],
    *,
    groups: int,
    level: float = 0.95,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the product-limit estimate of how many of each group outlast all its ends.

    What `kaplan_meier` gives at the last duration of each group, for many groups at once.

    Parameters
    ----------
    ends, at_risk : ndarray of int, shape (n,)
        How many ended after one duration, and how many were still watched then, at least 1.
    group : ndarray of int, shape (n,)
        The group each row is about, from 0; rows of a group in any order.
    groups : int
        How many there are; one without rows outlasts everything.
    level : float, default 0.95
        Confidence of the interval, as for `kaplan_meier`.

    Returns
    -------
    surviving, low, high : ndarray of float, shape (groups,)
        The interval is NaN where the estimate is 1 or 0.

    Raises
    ------
    InputError
        When `level` is not in (0, 1).

    Examples
    --------
    >>> ends, at_risk, group = np.array([1, 2, 3]), np.array([10, 8, 6]), np.array([0, 0, 1])
    >>> surviving, _, _ = product_limit(ends, at_risk, group, groups=3)
    >>> surviving.round(3).tolist()
    [0.675, 0.5, 1.0]
    """
    surviving = np.ones(groups)
    np.multiply.at(surviving, group, 1 - ends / at_risk)
    greenwood = np.bincount(group, weights=_greenwood(ends, at_risk), minlength=groups)
    return surviving, *_log_minus_log(surviving, greenwood, level)


def median_duration(table: pd.DataFrame) -> tuple[float, float, float]:
    """Return the median of a Kaplan-Meier table, and the ends of its interval.

    The median is the first duration that at most half outlast; NaN where more than half outlast
    all that was watched. Its interval ends where those of the curve come down to one half.

    Parameters
    ----------
    table : DataFrame
        What `kaplan_meier` returns.

    Returns
    -------
    median, low, high : float

    References
    ----------
    R. Brookmeyer and J. Crowley (1982), A confidence interval for the median survival time.
    Biometrics 38, 29-41.

    Examples
    --------
    >>> median_duration(kaplan_meier([1, 2, 2, 3], [True, True, False, True]))[0]
    2.0
    """
    curves = (table["surviving"], table["low"].fillna(table["surviving"]), table["high"])
    ends = []
    for curve in curves:
        half = curve.to_numpy() <= 0.5 + 1e-12  # the product's noise is no reason to wait longer
        ends.append(float(table.index[int(half.argmax())]) if half.any() else float("nan"))
    return ends[0], ends[1], ends[2]


def _greenwood(ends: npt.NDArray[Any], at_risk: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return what each duration adds to Greenwood's variance of the logarithm."""
    watched = at_risk.astype(np.float64)  # the product of large counts would leave int64
    with np.errstate(invalid="ignore", divide="ignore"):
        added: npt.NDArray[np.float64] = ends / (watched * (watched - ends))
    return added


def _log_minus_log(
    surviving: npt.NDArray[Any], greenwood: npt.NDArray[Any], level: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the interval of a survival estimate that cannot leave [0, 1]."""
    z = normal_quantile(level)
    with np.errstate(invalid="ignore", divide="ignore"):
        log = np.log(surviving)
        spread = z * np.sqrt(greenwood) / np.abs(log)
        low, high = surviving ** np.exp(spread), surviving ** np.exp(-spread)
    undefined = (surviving >= 1) | (surviving <= 0)
    return np.where(undefined, np.nan, low), np.where(undefined, np.nan, high)


def normal_quantile(level: float) -> float:
    """Return how many standard deviations a two-sided interval of this level reaches."""
    if not is_number(level):
        msg = f"level must be a number between 0 and 1, got {level!r} ({type(level).__name__})"
        raise TypeError(msg)
    if is_missing(level) or not 0 < level < 1:
        msg = f"level must lie between 0 and 1, got {level!r}"
        raise InputError(msg)
    return -NormalDist().inv_cdf((1 - level) / 2)  # (1 + level) / 2 could round to 1
