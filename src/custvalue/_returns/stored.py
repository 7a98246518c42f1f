"""Return curves as JSON types, and back."""

from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._containers import LARGEST_EXACT
from custvalue._returns.rhythm import ORDER_DAYS, RhythmHazard
from custvalue._returns.silences import Silences


def silences_to_dict(silences: Silences) -> dict[str, Any]:
    """Return the counts as lists."""
    return {
        "length": silences.length.tolist(),
        "returned": silences.returned.tolist(),
        "running": silences.running.tolist(),
        "entered": silences.entered.tolist(),
    }


def silences_from_dict(data: dict[str, Any]) -> Silences:
    """Return the counts written; raises ValueError where they can't be those of silences."""
    length: npt.NDArray[Any] = np.asarray(data["length"])
    if not len(length):
        length = length.astype(np.int64)
    if length.dtype.kind not in "if" or length.max(initial=0) >= LARGEST_EXACT:
        msg = "lengths are numbers below 2**53"
        raise ValueError(msg)
    returned, running, entered = (
        np.asarray(data[name], dtype=np.int64) for name in ("returned", "running", "entered")
    )
    silences = Silences(length, returned, running, entered)
    one_each = length.shape == returned.shape == running.shape == entered.shape
    if not one_each or length.ndim != 1 or (np.diff(length, prepend=-1) <= 0).any():
        msg = "each length once, ascending, with counts of its own"
        raise ValueError(msg)
    counts = np.stack((returned, running, entered))
    if (counts < 0).any() or counts.sum(dtype=np.float64) >= LARGEST_EXACT:
        msg = "counts are never negative, and add up to less than 2**53"
        raise ValueError(msg)
    if (returned + running > silences.at_risk()).any():
        msg = "no more silences end or stop being watched at a length than are at risk"
        raise ValueError(msg)
    return silences


def rhythm_to_dict(rhythm: RhythmHazard) -> dict[str, Any]:
    """Return the hazards as nested lists."""
    return {
        "mean_gap_days": rhythm.mean_gap_days,
        "order_days": ORDER_DAYS.tolist(),
        "hazard": rhythm.hazard.tolist(),
        "longest": rhythm.longest.tolist(),
        "silences": rhythm.silences.tolist(),
        "returned": rhythm.returned.tolist(),
    }


def rhythm_from_dict(data: dict[str, Any]) -> RhythmHazard:
    """Return the hazards written; raises ValueError where they are not those of our groups."""
    if data["order_days"] != ORDER_DAYS.tolist():
        msg = f"the groups must begin with {ORDER_DAYS.tolist()} order days"
        raise ValueError(msg)
    rhythm = RhythmHazard(
        float(data["mean_gap_days"]),
        np.asarray(data["hazard"], dtype=np.float64),
        np.asarray(data["longest"], dtype=np.float64),
        np.asarray(data["silences"], dtype=np.int64),
        np.asarray(data["returned"], dtype=np.int64),
    )
    groups = len(ORDER_DAYS)
    shapes = {rhythm.longest.shape, rhythm.silences.shape, rhythm.returned.shape}
    rows, steps = rhythm.hazard.shape if rhythm.hazard.ndim == 2 else (0, 0)  # noqa: PLR2004 - a table
    if rows != groups or not steps or shapes != {(groups,)}:
        msg = f"{groups} groups, a row of hazards each"
        raise ValueError(msg)
    if not (rhythm.hazard >= 0).all() or not rhythm.mean_gap_days > 0:
        msg = "hazards are never negative, and the mean gap is above 0"
        raise ValueError(msg)
    return rhythm
