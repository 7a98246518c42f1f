"""The long-term rung, learned from an order log."""

import json
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue._bands import Learned
from custvalue._documents import from_dict, to_dict
from custvalue.errors import InputError, RuleError
from custvalue.lifecycle import CustomerFacts, LifecycleLearner, LifecyclePolicy, Stage
from custvalue.orders import OrderLog
from order_lines import NO_ROWS

END = "1998-06-30"


def log_of(*customers: int) -> OrderLog:
    """Return a log in which so many customers came on the first day, on the eleventh, and so on."""
    days = pd.date_range("2026-01-01", periods=len(customers), freq="10D")
    rows = [
        (who, day, 9.0) for day, many in zip(days, customers, strict=True) for who in range(many)
    ]
    return OrderLog.from_frame(pd.DataFrame(rows, columns=["customer_id", "date", "amount"]))


@pytest.mark.parametrize(
    ("within", "orders", "chance"), [(90, 10, 0.8259), (180, 6, 0.8404), (365, 4, 0.8361)]
)
def test_the_ninth_order_of_cdnow(cdnow_master, within, orders, chance) -> None:
    """10, 6 or 4: the rung lies where the curve is stable, and the policy says why."""
    log = OrderLog.from_frame(cdnow_master)
    policy = LifecycleLearner(within).fit(log, as_of=END)
    assert policy == LifecyclePolicy(long_term_orders=orders)
    learned = policy.learned
    assert learned is not None
    assert learned.what == f"chance of another order day within {within} days"
    assert (learned.count, learned.as_of, learned.nominal) == (23_570, END, (0.8,))
    assert round(learned.actual[0], 4) == chance


@pytest.mark.parametrize(("level", "orders"), [(0.6, 2), (0.75, 2), (0.8, 3), (0.85, 4), (0.9, 4)])
def test_the_level_is_a_setting(level, orders) -> None:
    """The chances are 0.6, 0.75, 0.8 and 0.92: the first at the level is taken, from 2 on."""
    log = log_of(100, 60, 45, 36, 33)
    policy = LifecycleLearner(30, level=level).fit(log, as_of="2026-03-05")
    assert policy.long_term_orders == orders


def test_a_customer_who_bought_once_is_never_long_term() -> None:
    """Where the first order is stable already, the rung is the second all the same."""
    policy = LifecycleLearner(30, long_term_days=0).fit(log_of(40, 40), as_of="2026-01-21")
    assert policy.long_term_orders == 2
    assert policy.classify(CustomerFacts(orders=1)) is Stage.FIRST_TIME
    assert policy.learned is not None
    assert policy.learned.actual == (1.0,)


def test_where_nothing_is_stable() -> None:
    """There is no number to be had, and the sentence says what to try instead."""
    sentence = (
        r"the chance of another order within 30 days must stay at or above 0\.8 from some order "
        r"number on that 30 customers reached; as of 2026-03-31 it does not \(see the table of "
        r"RepeatCurve\.from_log\): learn with a lower level or a longer horizon, or state "
        r"long_term_orders in a LifecyclePolicy$"
    )
    for log in (log_of(100, 60), log_of(29, 29), OrderLog.from_frame(NO_ROWS)):
        with pytest.raises(RuleError, match=sentence):
            LifecycleLearner(30).fit(log, as_of="2026-03-31")


def test_what_is_not_learned_is_set() -> None:
    """The other settings go through to the policy; by default they are the policy's."""
    log = log_of(40, 40, 40)
    settings = {
        "long_term_days": 14,
        "advocate_share_of_wallet": 0.5,
        "advocate_promoter_score": 8,
    }
    policy = LifecycleLearner(30, **settings).fit(log, as_of="2026-02-10")
    assert policy == LifecyclePolicy(long_term_orders=2, **settings)
    default = LifecycleLearner(30).fit(log, as_of="2026-02-10")
    assert default == LifecyclePolicy(long_term_orders=2)


@given(within=st.integers(1, 60), more=st.integers(0, 60))
def test_a_longer_horizon_is_stable_no_later(within, more) -> None:
    """With every horizon passed, more days to come back in never ask for more orders."""
    log = log_of(90, 80, 70, 60, 55, 52, 50)
    found = []
    for days in (within, within + more):
        try:
            found.append(LifecycleLearner(days, level=0.9).fit(log, as_of="2027-01-01"))
        except RuleError:
            found.append(None)
    one, other = found
    assert one is None or (other is not None and other.long_term_orders <= one.long_term_orders)


# --- the settings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "error", "sentence"),
    [
        ({"within": 0}, RuleError, r"within must be above 0 \[days\], got 0"),
        ({"within": float("nan")}, RuleError, "within must be known"),
        ({"within": "90"}, TypeError, "within must be a number, got '90'"),
        ({"within": 90, "level": 0}, RuleError, "level must be above 0 and at most 1, got 0"),
        ({"within": 90, "level": 80}, RuleError, "80% is 0.8"),
        ({"within": 90, "level": True}, TypeError, "level must be a number, got True"),
        ({"within": 90, "long_term_days": -1}, RuleError, "long_term_days must be a finite number"),
        ({"within": 90, "advocate_promoter_score": 11}, RuleError, "advocate_promoter_score must"),
        ({"within": 90, "advocate_share_of_wallet": "x"}, TypeError, "advocate_share_of_wallet"),
    ],
)
def test_settings_are_checked_at_once(settings, error, sentence) -> None:
    """A malformed learner is refused before it has seen an order."""
    with pytest.raises(error, match=sentence):
        LifecycleLearner(**settings)


def test_what_is_fitted_is_a_log_on_a_day() -> None:
    """A frame is no log, and a day is needed."""
    with pytest.raises(TypeError, match="log must be an OrderLog, got DataFrame"):
        LifecycleLearner(90).fit(NO_ROWS, as_of=END)
    with pytest.raises(InputError, match="as_of must be a calendar day"):
        LifecycleLearner(90).fit(log_of(1), as_of="then")


def test_a_learner_is_a_value() -> None:
    """Equal by settings, hashable, picklable, of plain numbers."""
    learner = LifecycleLearner(np.int64(90), long_term_days=np.float64(180))
    assert learner == LifecycleLearner(90, long_term_days=180.0)
    assert hash(learner) == hash(LifecycleLearner(90, long_term_days=180.0))
    assert pickle.loads(pickle.dumps(learner)) == learner
    assert (type(learner.within), type(learner.long_term_days)) == (int, float)


# --- the policy that remembers -----------------------------------------------------------------


def test_where_the_number_came_from_is_no_part_of_equality() -> None:
    """A learned policy equals one that states the same number."""
    learned = LifecycleLearner(30).fit(log_of(40, 40, 40), as_of="2026-02-10")
    assert learned.learned is not None
    assert learned == LifecyclePolicy(long_term_orders=2)
    assert hash(learned) == hash(LifecyclePolicy(long_term_orders=2))


def test_a_learned_policy_comes_back_from_json() -> None:
    """Stored and read it is equal, and still knows where its number came from."""
    policy = LifecycleLearner(30).fit(log_of(40, 40, 40), as_of="2026-02-10")
    read = from_dict(json.loads(json.dumps(to_dict(policy))))
    assert read == policy
    assert read.learned == policy.learned
    assert isinstance(read.learned, Learned)
    assert pickle.loads(pickle.dumps(policy)).learned == policy.learned


def test_policies_stored_before_there_was_learning_are_read() -> None:
    """A stored policy that does not say where its numbers came from is read as stated."""
    stored = to_dict(LifecyclePolicy(long_term_orders=5))
    del stored["learned"]
    read = from_dict(stored)
    assert read == LifecyclePolicy(long_term_orders=5)
    assert read.learned is None
