"""What is learned from a column without sorting it: floors of bands, and how concentrated it is."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from custvalue._bands import Bands, Floor, Learned
from custvalue._calendar import Day, say_as_of
from custvalue._condition_makers import above
from custvalue._containers import read_list
from custvalue._engines.numbers import require_exact
from custvalue._engines.values import Survey, Values
from custvalue._refinement import Cut, Goal, refine
from custvalue._shares import exact_share, read_share
from custvalue._tiers.learners import ShareLearner, TopShare


def learn(
    learner: ShareLearner[Any], values: Values, *, as_of: Day | None, unit: str | None
) -> Bands[Any]:
    """Return what the learner's own `fit` would, from at most `MOST_BINS` bins a pass."""
    day = say_as_of(as_of)
    survey = values.survey()
    shares = learner.shares[::-1]
    goals = [_goal(learner, survey, share, values.name) for share in shares]
    cuts = _find(goals, values)
    learned = Learned(
        what=learner._shared,
        count=survey.count,
        as_of=day,
        nominal=shares,
        actual=[_reached(learner, survey, cut) for cut in cuts],
    )
    floors: list[Floor] = [
        above(survey.nothing) if cut is None or share == 1 else cut.lowest
        for cut, share in zip(cuts, shares, strict=True)
    ]
    return Bands(learner.scale, floors, measure=values.name, unit=unit, learned=learned)


def _goal(learner: ShareLearner[Any], survey: Survey, share: float, what: str) -> Goal | None:
    """Return what the best shall reach; None where they end at what is not positive."""
    if isinstance(learner, TopShare):
        least = math.ceil(exact_share(share) * survey.count)
        return Goal("count", least, 1, survey.high) if 0 < least <= survey.positive else None
    if not survey.positive:
        return None
    require_exact(survey.gain, what)
    return Goal("total", math.ceil(exact_share(share) * survey.gain), 1, survey.high)


def _reached(learner: ShareLearner[Any], survey: Survey, cut: Cut | None) -> float | None:
    """Return the share it came to, ties included."""
    if isinstance(learner, TopShare):
        reached = survey.positive if cut is None else cut.count
        return reached / survey.count if survey.count else None
    return None if cut is None else cut.total / survey.gain


def _find(goals: Sequence[Goal | None], values: Values) -> list[Cut | None]:
    """Return the cut of each goal there is."""
    wanted = [goal for goal in goals if goal is not None]
    found = iter(refine(wanted, values.histogram))
    return [None if goal is None else next(found) for goal in goals]


@attrs.frozen(kw_only=True)
class EngineConcentration:
    """How concentrated a column of an engine is; made by `concentration`.

    The figures are those of `custvalue.inequality.Concentration`, at the shares asked for. The
    Gini coefficient is not among them, as it needs all values sorted.

    Attributes
    ----------
    customers : int
        Customers with a value.
    total : float [money]
        Their net total.
    share_of_top : dict of float to float [share]
        For each share of the customers, the share of the net total that the best hold.
    customers_for : dict of float to float [share]
        For each share of the net total, the least share of customers who hold it together.
    peak_share : float [share]
        The largest share that any number of best customers hold.
    customers_at_peak : int
        How few of the best hold that.
    unprofitable : int
        Customers of negative value.
    losses : float [money]
        What these cost together, ≥ 0.
    without_value : int
        Customers left out because their value was missing.

    Examples
    --------
    >>> import polars as pl
    >>> from custvalue import engines
    >>> customers = pl.DataFrame({"profit": [600, 200, 100, 60, 40]})
    >>> engines.concentration(customers, "profit").customers_for
    {0.8: 0.4}
    """

    customers: int
    total: float
    share_of_top: Mapping[float, float]
    customers_for: Mapping[float, float]
    peak_share: float
    customers_at_peak: int
    unprofitable: int
    losses: float
    without_value: int


def concentrate(
    values: Values, tops: Sequence[float], holdings: Sequence[float]
) -> EngineConcentration:
    """Return how concentrated values are, at some shares of customers and of their net total."""
    tops = read_list(tops, "tops", "(0.2, 0.5)")
    holdings = read_list(holdings, "holdings", "(0.8, 0.9)")
    of_customers = [read_share(share) for share in tops]
    of_total = [read_share(share) for share in holdings]
    survey = values.survey()
    require_exact(survey.size, values.name)
    loss = int(survey.size) - survey.gain
    net = survey.gain - loss
    best = [math.ceil(share * survey.count) for share in of_customers]
    needed = [math.ceil(share * net) for share in of_total]
    goals = [_best(count, survey) for count in best]
    goals += [Goal("total", least, 1, survey.high) if least > 0 else None for least in needed]
    cuts = _find(goals if net > 0 else [None for _ in goals], values)
    held = [_held(count, cut) for count, cut in zip(best, cuts, strict=False)]
    holders = [_holders(least, cut) for least, cut in zip(needed, cuts[len(best) :], strict=True)]
    per_unit = 10**values.decimals
    return EngineConcentration(
        customers=survey.count,
        total=net / per_unit,
        share_of_top=dict(zip(tops, (_share(part, net, net) for part in held), strict=True)),
        customers_for=dict(
            zip(holdings, (_share(n, survey.count, net) for n in holders), strict=True)
        ),
        peak_share=_share(survey.gain, net, net),
        customers_at_peak=survey.positive,
        unprofitable=survey.negative,
        losses=loss / per_unit,
        without_value=survey.missing,
    )


def _best(count: int, survey: Survey) -> Goal | None:
    """Return the goal of so many best customers, who may be more than those of positive value."""
    if not count:
        return None
    if count <= survey.positive:
        return Goal("count", count, 1, survey.high)
    return Goal("count", count, survey.low, 0, count=survey.positive, total=survey.gain)


def _held(count: int, cut: Cut | None) -> int:
    """Return what so many best hold: of the ties at the cut, as many as are needed."""
    return 0 if cut is None else cut.total - (cut.count - count) * cut.value


def _holders(least: int, cut: Cut | None) -> int:
    """Return how few of the best hold a sum: of the ties at the cut, as many as are needed."""
    return 0 if cut is None else cut.count - (cut.total - least) // cut.value


def _share(part: int, whole: int, net: int) -> float:
    return part / whole if net > 0 else math.nan
