"""What the type checker knows about what the rooms return; run, too, so that it is true."""

from typing import Any, assert_type

import pandas as pd

import custvalue as cv
from custvalue import engines

DAY = "2024-12-30"
LOG = cv.OrderLog.from_frame(cv.examples.simulate_orders(customers=200, seed=1))
CUSTOMERS = LOG.customers(DAY)


def test_the_log() -> None:
    """Tables, Series and logs."""
    assert_type(LOG.gaps(DAY), pd.DataFrame)
    assert_type(LOG.to_btyd(DAY), pd.DataFrame)
    assert_type(LOG.ledger, "pd.Series[int]")
    assert_type(LOG.ordered_between("2024-06-30", DAY), "pd.Series[bool]")
    assert_type(LOG.extend(cv.examples.simulate_orders(customers=2, seed=2)), cv.OrderLog)
    assert_type(cv.summarize_orders(cv.examples.example_orders(), as_of=DAY), pd.DataFrame)


def test_value_and_its_spread() -> None:
    """Figures are Python floats and ints."""
    spread = cv.concentration(CUSTOMERS["revenue"])
    assert_type(spread, cv.Concentration)
    assert_type(spread.gini, float)
    assert_type(spread.share_of_top(0.2), float)
    assert_type(spread.curve(), pd.DataFrame)


def test_time() -> None:
    """What happens over time comes as tables."""
    assert_type(cv.ReturnCurve.from_log(LOG, as_of=DAY).table, pd.DataFrame)
    assert_type(cv.RepeatCurve.from_log(LOG, as_of=DAY, within=90).stable_after(), int | None)
    assert_type(cv.next_order(LOG, as_of=DAY), pd.DataFrame)
    assert_type(
        cv.backtest(LOG, {"fixed": cv.SleepPolicy(30, 60, 90)}, cutoffs=["2024-09-30"], within=60),
        pd.DataFrame,
    )
    assert_type(cv.retention.cohort_table(LOG, as_of=DAY), pd.DataFrame)
    dates = cv.lifecycle.stage_dates(LOG, cv.LifecyclePolicy(), as_of=DAY)
    assert_type(dates, pd.DataFrame)
    assert_type(cv.lifecycle.replay(LOG, cv.LifecyclePolicy(), [DAY]), pd.DataFrame)


def test_predictions() -> None:
    """Outcomes add up, and give ratios, intervals and a verdict."""
    actual, score = [0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]
    outcome = cv.Confusion.from_labels(actual=actual, predicted=[0, 1, 1, 1], positive=1)
    assert_type(outcome + outcome, cv.Confusion)
    assert_type(outcome.precision, float)
    assert_type(outcome.interval("miss_rate"), tuple[float, float])
    verdict = outcome.verdict(max_false_discovery_rate=0.5, max_miss_rate=0.5)
    assert_type(verdict, cv.Verdict)
    assert_type(verdict.usable, bool | None)
    assert_type(cv.threshold_table(actual=actual, score=score), pd.DataFrame)
    assert_type(cv.metrics.gains(actual=actual, score=score, at=[0.5]), pd.DataFrame)


def test_indicators() -> None:
    """A screening keeps names."""
    frame = pd.DataFrame({"visits": [1, 2, 3, 4], "calls": [0, 1, 0, 1]})
    screening = cv.screen(frame, pd.Series([0, 0, 1, 1]))
    assert_type(screening, cv.Screening)
    assert_type(screening.table, pd.DataFrame)
    assert_type(screening.kept, list[Any])
    assert_type(screening.suspects, list[Any])


def test_needs_and_offers() -> None:
    """Aspects know their levers, offers what they say."""
    need = cv.Need("cost", "price", cv.at_most(40), must_have=True)
    offer = cv.Offer("modest", price=35)
    assert_type(cv.FourC.COST.lever, cv.FourP)
    assert_type(cv.FourP.PRICE.serves, cv.FourC)
    assert_type(offer.value_of("cost", "price"), str | float | bool | None)
    assert_type(cv.marketing_mix.translate([need]), cv.marketing_mix.MixBrief)
    assert_type(cv.marketing_mix.match([need], [offer]), pd.DataFrame)
    ranking = cv.marketing_mix.rank_needs({"ann": [["a"], ["a", "b"]]})
    assert_type(ranking, cv.marketing_mix.NeedRanking)


def test_baskets() -> None:
    """Goods bought together come as tables."""
    lines = pd.DataFrame({"basket": [1, 1, 2, 2], "item": ["ink", "pen", "ink", "pen"]})
    assert_type(cv.baskets.pair_rules(lines, min_count=1), pd.DataFrame)
    assert_type(cv.baskets.top_items(lines), pd.DataFrame)


def test_waking() -> None:
    """Who is worth waking, and with what, is a table."""
    offer = cv.waking.Offer("card", "card", "mail", 1, {"drowsy": 0.1}, margin=9)
    states = cv.SleepPolicy(30, 60, 90).classify(CUSTOMERS)
    chances = [0.1] * len(CUSTOMERS)
    assert_type(cv.wake_up(CUSTOMERS, states, [offer], chances, within=30), pd.DataFrame)


def test_engines() -> None:
    """A rule learned on another engine is the same rule; the frames are the engine's own."""
    rule = engines.fit(cv.tiers.ABC, CUSTOMERS, "revenue")
    assert_type(rule, cv.Bands[cv.ABCTier])
    assert_type(engines.classify(rule, CUSTOMERS, column="revenue"), Any)
