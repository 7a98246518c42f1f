"""What the type checker knows about the rooms; run, too, so that it is true."""

import datetime as dt
from typing import assert_type

import pandas as pd

import custvalue as cv
from custvalue.examples import example_orders

LOG = cv.OrderLog.from_frame(example_orders())
DAY = dt.date(2026, 3, 1)
REVENUE = LOG.customers(DAY)["revenue"]


def test_the_log_gives_tables() -> None:
    """What the order log returns is known without a cast."""
    assert_type(LOG.customers(DAY), pd.DataFrame)
    assert_type(LOG.until(DAY), cv.OrderLog)
    assert_type(LOG.end, dt.date | None)


def test_a_learner_gives_bands_on_its_scale() -> None:
    """The scale of a learner is the scale of its rule, within groups too."""
    assert_type(cv.tiers.ABC.fit(REVENUE), cv.Bands[cv.ABCTier])
    assert_type(cv.tiers.ABC.fit(REVENUE).classify(5), cv.ABCTier)
    assert_type(cv.tiers.ABC.fit_groups([1.0], ["a"]).classify(5, group="a"), cv.ABCTier)


def test_policies_give_their_own_labels() -> None:
    """One customer gives a member, a frame a Series."""
    assert_type(cv.SleepPolicy(30, 60, 90).classify(40), cv.ChurnState)
    assert_type(cv.LifecyclePolicy().classify(cv.CustomerFacts(orders=1)), cv.Stage)
    assert_type(cv.Stage.REPEAT.focus, cv.Focus)


def test_a_review_and_a_movement() -> None:
    """The answers a caller goes on with have types."""
    review = cv.review(LOG, as_of=DAY, sleep=cv.SleepPolicy(30, 60, 90))
    assert_type(review, cv.Review)
    assert_type(review.explain("ann"), str)
    moved = cv.movement(review.customers["tier"], review.customers["tier"])
    assert_type(moved.advanced, int)
