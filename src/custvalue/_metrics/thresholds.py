"""Every threshold there could be on a score, and the best one under caps."""

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._containers import Mask, read_number
from custvalue._metrics.choice import CAPS, ThresholdChoice
from custvalue._metrics.confusion import Confusion
from custvalue._metrics.labels import CELLS, Labels
from custvalue._metrics.ratios import Counts, ratio_columns
from custvalue._metrics.scores import Cumulated, Scored, cumulate
from custvalue._shares import FITS_INT64, exact_share, read_share
from custvalue._statistics import ratio
from custvalue.errors import InputError

FLOATS_TELL = 1e-12  # rates further from a cap than this are told apart from it by floats


def table_thresholds(rows: Scored, gain: float | None, cost: float | None) -> pd.DataFrame:
    """Return the table that `metrics.threshold_table` describes."""
    if (gain is None) != (cost is None):
        given = "gain" if cost is None else "cost"
        msg = f"the expected profit needs both gain and cost, got {given} only"
        raise InputError(msg)
    counted = cumulate(rows)
    cells = (
        counted.true_positives,
        counted.false_positives,
        counted.false_negatives,
        counted.true_negatives,
    )
    columns: dict[str, Any] = {"predicted": counted.predicted}
    columns |= dict(zip(CELLS, cells, strict=True))
    columns = {name: rows.weigh(counts) for name, counts in columns.items()}
    columns |= ratio_columns(*cells)
    if gain is not None and cost is not None:
        profit = _profit(counted, _read_money(gain, "gain"), _read_money(cost, "cost"))
        columns["expected_profit"] = profit / rows.per_unit
    table = pd.DataFrame(columns, index=pd.Index(counted.score, name="threshold"))
    table.attrs["excluded"] = rows.excluded
    return table


def _profit(counted: Cumulated, gain: Fraction, cost: Fraction) -> npt.NDArray[np.float64]:
    """Return what the real ones bring less what all who are predicted cost."""
    parts = math.lcm(gain.denominator, cost.denominator)
    gained, spent = int(gain * parts), int(cost * parts)
    right, called = counted.true_positives, counted.predicted
    most = max(gained, spent) * (int(called.max(initial=0)) + 1)
    if right.dtype.kind == "i" and most < FITS_INT64:
        profit: npt.NDArray[np.float64] = (gained * right - spent * called) / parts
    else:
        profit = float(gain) * right - float(cost) * called
    return profit


def _read_money(amount: float, what: str) -> Fraction:
    """Return an amount exactly as it was written."""
    number = read_number(amount, what)
    if number < 0:
        msg = f"{what} must not be negative, got {amount!r}"
        raise InputError(msg)
    return exact_share(number)


def choose(
    rows: Scored, *, max_false_discovery_rate: float | None, max_miss_rate: float | None
) -> ThresholdChoice:
    """Return the choice that `metrics.choose_threshold` describes."""
    given = zip(CAPS, (max_false_discovery_rate, max_miss_rate), strict=True)
    caps = {name: read_share(cap, name) for name, cap in given if cap is not None}
    if not caps:
        msg = (
            "choose_threshold needs a cap, got none: give max_false_discovery_rate, "
            "max_miss_rate or both"
        )
        raise InputError(msg)
    if not len(rows.score):
        msg = "choose_threshold needs scores to choose from, got no rows"
        raise InputError(msg)
    counted = cumulate(rows)
    wrong = Rate(counted.false_positives, counted.predicted)
    missed = Rate(counted.false_negatives, counted.real)
    rates = dict(zip(CAPS, (wrong, missed), strict=True))
    least, other, limit = (missed, wrong, 0) if CAPS[0] in caps else (wrong, missed, 1)
    within = np.logical_and.reduce([rates[name].within(cap) for name, cap in caps.items()])
    feasible = bool(within.any())
    place = _first_best(within if feasible else _nearest(rates, caps), least, other)
    if feasible:
        binding = CAPS[limit] if least.share.min() < least.share[place] else None
    else:
        binding = max(caps, key=lambda name: rates[name].exact(place) - caps[name])
    threshold = counted.score[place].item()
    return ThresholdChoice(
        threshold=threshold,
        confusion=Confusion._of(
            Labels(rows.real, rows.score >= threshold, rows.weights, rows.kept)
        ),
        feasible=feasible,
        binding=binding,
        max_false_discovery_rate=max_false_discovery_rate,
        max_miss_rate=max_miss_rate,
    )


@attrs.frozen(eq=False)
class Rate:
    """A rate at each threshold; lower is better, and infinite stands for undefined."""

    part: Counts
    whole: Counts
    share: npt.NDArray[np.float64] = attrs.field(init=False)

    @share.default
    def _divide(self) -> npt.NDArray[np.float64]:
        return ratio(self.part, self.whole, undefined=math.inf)

    def within(self, cap: Fraction) -> Mask:
        """Return where the rate keeps to a cap; whole numbers are compared exactly."""
        within: Mask = self.share <= float(cap)
        close = np.flatnonzero(np.abs(self.share - float(cap)) < FLOATS_TELL)
        part, whole = (counts[close].astype(object) for counts in (self.part, self.whole))
        within[close] = part * cap.denominator <= whole * cap.numerator
        return within

    def exact(self, place: int) -> Fraction | float:
        """Return one of the rates without rounding."""
        whole = Fraction(self.whole[place].item())
        return Fraction(self.part[place].item()) / whole if whole else math.inf


def _first_best(among: Mask, least: Rate, other: Rate) -> int:
    """Return the highest of the thresholds with the least of one rate, and then of the other."""
    places = np.flatnonzero(among)
    for rate in (least, other):
        share = rate.share[places]
        places = places[share == share.min()]
    return int(places[0])


def _nearest(rates: Mapping[str, Rate], caps: Mapping[str, Fraction]) -> Mask:
    """Return which thresholds have the smallest largest excess over a cap."""
    over = {name: rates[name].share - float(cap) for name, cap in caps.items()}
    worst = np.maximum.reduce(list(over.values()))
    found: list[tuple[Fraction | float, Mask]] = []
    for name, cap in caps.items():
        # Floats of unlike rates may differ by rounding alone: each one's least is compared exactly.
        share = np.where(over[name] == worst, rates[name].share, math.inf)
        place = int(share.argmin())
        excess = rates[name].exact(place) - cap if share[place] < math.inf else math.inf
        found.append((excess, share == share[place]))
    smallest = min(excess for excess, _ in found)
    nearest: Mask = np.logical_or.reduce([where for excess, where in found if excess == smallest])
    return nearest
