"""What the type checker knows about one customer and about many; run, too, so that it is true."""

import datetime as dt
from typing import Any, assert_type

import numpy as np
import numpy.typing as npt
import pandas as pd

import custvalue as cv

DAY = dt.date(2024, 12, 30)
LOG = cv.OrderLog.from_frame(cv.examples.simulate_orders(customers=200, seed=1))
CUSTOMERS = LOG.customers(DAY)
REVENUE = CUSTOMERS["revenue"]
SILENCE = CUSTOMERS["days_since_last_order"]
DAYS: npt.NDArray[np.float64] = np.array([1.0, 40.0])


def test_tiers() -> None:
    """One value gives a member of the learner's scale, a column many."""
    assert_type(cv.tiers.BANK.fit(REVENUE), cv.Bands[cv.BankTier])
    assert_type(cv.tiers.PARETO.fit(REVENUE).classify(5), cv.ParetoTier)
    assert_type(cv.tiers.CABINS.fit(REVENUE).classify(REVENUE), "pd.Series[Any]")
    assert_type(cv.TopShare(cv.Level, (0.2, 0.6)).fit([1, 2, 3]), cv.Bands[cv.Level])
    grouped = cv.tiers.ABC.fit_groups([9, 5, 4, 2], ["web", "shop", "web", "shop"])
    assert_type(grouped, cv.tiers.GroupBands[cv.ABCTier])
    assert_type(grouped.classify(pd.Series([1]), ["web"]), "pd.Series[Any]")
    assert_type(grouped.classify(np.array([1]), ["web"]), pd.Categorical)
    tiers = cv.tiers.PARETO.fit(REVENUE).classify(REVENUE)
    assert_type(cv.tier_report(tiers, REVENUE), pd.DataFrame)
    assert_type(cv.tiers.service_plan(tiers, REVENUE, budget=1), pd.DataFrame)


def test_sleep_policies() -> None:
    """Silences in days are one number, a column or a frame; a rhythm needs two columns."""
    policy = cv.churn.SleepLearner(within=60).fit(LOG, as_of=DAY)
    assert_type(policy, cv.SleepPolicy)
    assert_type(policy.classify(np.int64(40)), cv.ChurnState)
    assert_type(policy.classify(SILENCE), "pd.Series[Any]")
    assert_type(policy.classify(CUSTOMERS), "pd.Series[Any]")
    assert_type(policy.classify(DAYS), pd.Categorical)
    assert_type(policy.classify([1, None]), pd.Categorical)
    assert_type(policy.explain(40), str)
    rhythm = cv.RhythmPolicy(2, 4, 8, fallback_gap_days=30)
    assert_type(rhythm.classify(days_since_last_order=40), cv.ChurnState)
    assert_type(rhythm.classify(CUSTOMERS), "pd.Series[Any]")


def test_stages() -> None:
    """Facts give a stage, a frame a Series."""
    policy = cv.LifecyclePolicy()
    assert_type(policy.classify(cv.CustomerFacts(orders=1)), cv.Stage)
    assert_type(policy.classify(CUSTOMERS[["orders"]]), "pd.Series[Any]")
    assert_type(policy.reachable(["orders"]), list[cv.Stage])
    record = cv.CustomerRecord().after(cv.lifecycle.Order("2026-01-05", 20.0))
    assert_type(record, cv.CustomerRecord)
    assert_type(record.facts(DAY), cv.CustomerFacts)
    assert_type(record.row("2026-03-01"), dict[str, Any])


def test_segments_and_scores() -> None:
    """The value matrix gives segments, RFM three levels."""
    matrix = cv.ValueMatrixLearner().fit(CUSTOMERS)
    assert_type(matrix, cv.ValueMatrix)
    assert_type(matrix.classify(average_order_value=9.5, orders=2), cv.ValueSegment)
    assert_type(matrix.classify(CUSTOMERS), "pd.Series[Any]")
    scores = cv.RFMLearner().fit(CUSTOMERS)
    assert_type(scores, cv.RFMScores)
    assert_type(scores.classify(days_since_last_order=1, orders=2, revenue=3), cv.rfm.RFMLevels)
    assert_type(scores.classify(CUSTOMERS), pd.DataFrame)
    assert_type(scores.segment(CUSTOMERS), "pd.Series[Any]")


def test_playbooks() -> None:
    """A playbook knows its measures."""
    playbook = cv.DEFAULT_PLAYBOOK
    assert_type(playbook, cv.Playbook[cv.Measure])
    assert_type(
        playbook.classify(tier=cv.ABCTier.A, segment="new", stage="repeat", state="awake"),
        cv.Measure,
    )
    review = cv.review(LOG, as_of=DAY)
    assert_type(playbook.classify(review.customers, tier_scale=cv.ABCTier), "pd.Series[Any]")
    assert_type(review.sleep_policy, cv.SleepPolicy | cv.RhythmPolicy)
    earlier = cv.review(LOG, as_of="2024-09-30")
    assert_type(cv.reviews.compare(earlier, review), cv.reviews.Comparison)


def test_target_profiles() -> None:
    """One person gives a kind of non-customer, a frame a Series."""
    profile = cv.TargetProfile({"age": cv.at_least(18)})
    assert_type(profile.classify(age=17), cv.NonCustomer)
    assert_type(profile.classify({"age": 17}), cv.NonCustomer)
    assert_type(profile.classify(pd.DataFrame({"age": [17, 20]})), "pd.Series[Any]")
    assert_type(profile.explain(age=None), str)


def test_care() -> None:
    """Days between contacts are whole, ratings are not."""
    policy = cv.care.CadencePolicy()
    assert_type(policy.days_between(stage="repeat"), int)
    assert_type(policy.days_between(pd.DataFrame({"stage": ["repeat"]})), "pd.Series[int]")
    ranges = cv.care.SatisfactionRanges({"return_rate": (0, 0.5)})
    assert_type(ranges.rate(return_rate=0.25), dict[str, float])
    assert_type(ranges.rate(pd.DataFrame({"return_rate": [0.25]})), pd.DataFrame)


def test_thresholds() -> None:
    """A threshold predicts one score with a bool, many with booleans that may be missing."""
    choice = cv.choose_threshold(actual=[0, 1], score=[10, 20], max_miss_rate=0)
    assert_type(choice, cv.ThresholdChoice)
    assert_type(choice.classify(15), bool)
    assert_type(choice.classify(pd.Series([15, None])), "pd.Series[bool]")
    assert_type(choice.classify(np.array([15.0])), pd.arrays.BooleanArray)
    assert_type(choice.confusion, cv.Confusion)


def test_chances() -> None:
    """A chance of return is a float, of a Series a Series, of an array an array."""
    curve = cv.ReturnCurve.from_log(LOG, as_of=DAY)
    assert_type(curve.chance_of_return(5, within=30), float)
    assert_type(curve.chance_of_return(SILENCE, within=30), "pd.Series[float]")
    assert_type(curve.chance_of_return(DAYS, within=30), npt.NDArray[np.float64])
