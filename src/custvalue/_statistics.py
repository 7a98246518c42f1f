"""Two estimators with their intervals: a proportion, and the survival of durations."""

from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue.errors import InputError

Counts = npt.ArrayLike


def wilson_interval(
    successes: Counts, trials: Counts, *, level: float = 0.95
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
    z = _normal_quantile(level)
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
    z = _normal_quantile(level)
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
    surviving = np.cumprod(1 - ends / at_risk)
    low, high = _log_minus_log(surviving, ends, at_risk, z)
    columns: dict[str, Any] = {
        "at_risk": at_risk.astype(np.int64),
        "ended": ends.astype(np.int64),
        "surviving": surviving,
        "low": low,
        "high": high,
    }
    return pd.DataFrame(columns, index=pd.Index(times, name="duration"))


def _log_minus_log(
    surviving: npt.NDArray[np.float64],
    ends: npt.NDArray[np.int64],
    at_risk: npt.NDArray[np.int64],
    z: float,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the interval of a survival curve that cannot leave [0, 1]."""
    with np.errstate(invalid="ignore", divide="ignore"):
        greenwood = np.cumsum(ends / (at_risk * (at_risk - ends)))
        log = np.log(surviving)
        spread = z * np.sqrt(greenwood) / np.abs(log)
        low, high = surviving ** np.exp(spread), surviving ** np.exp(-spread)
    undefined = (surviving >= 1) | (surviving <= 0)
    return np.where(undefined, np.nan, low), np.where(undefined, np.nan, high)


def _normal_quantile(level: float) -> float:
    if not 0 < level < 1:
        msg = f"level must lie between 0 and 1, got {level!r}"
        raise InputError(msg)
    return -NormalDist().inv_cdf((1 - level) / 2)  # (1 + level) / 2 could round to 1
