"""How many days pass between two contacts."""

import json
import pickle
import re

import attrs
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import custvalue as cv
from custvalue.care import CadencePolicy

STAGES = [stage.value for stage in cv.Stage]
STATES = [state.value for state in cv.ChurnState]
TIERS = [tier.value for tier in cv.ABCTier]


class Alarm(cv.Scale, best="first"):
    """A scale of one's own, which shares a step's name with another."""

    GREEN = "A"
    RED = "red"


def entries(steps) -> st.SearchStrategy[dict]:
    """Draw the days that some of the steps ask for."""
    return st.dictionaries(st.sampled_from(list(steps)), st.integers(1, 120))


@st.composite
def policies(draw) -> CadencePolicy:
    """Draw a policy, perhaps without an entry, perhaps with entries beyond its limits."""
    floor = draw(st.integers(1, 40))
    return CadencePolicy(
        stage=draw(entries(cv.Stage)),
        tier=draw(entries(cv.ABCTier)),
        state=draw(entries(cv.ChurnState)),
        floor_days=floor,
        ceiling_days=floor + draw(st.integers(0, 80)),
    )


def one_of_or_missing(steps) -> st.SearchStrategy:
    """Draw a step, or none."""
    return st.one_of(st.none(), st.sampled_from(steps))


customers = st.lists(
    st.tuples(one_of_or_missing(STAGES), one_of_or_missing(TIERS), one_of_or_missing(STATES)),
    max_size=12,
).map(lambda rows: pd.DataFrame(rows, columns=["stage", "tier", "state"], dtype=object))


# --- one customer ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "days"),
    [
        ({}, 90),
        ({"stage": "suspect"}, 90),
        ({"stage": "prospect"}, 14),
        ({"stage": cv.Stage.FIRST_TIME}, 21),
        ({"stage": "repeat"}, 30),
        ({"stage": "long-term"}, 45),
        ({"stage": "advocate"}, 60),
        ({"stage": "strategic"}, 30),
        ({"stage": "partner"}, 30),
        ({"state": "awake"}, 90),
        ({"state": "drowsy"}, 14),
        ({"state": "half-asleep"}, 21),
        ({"state": "asleep"}, 90),
        ({"stage": "long-term", "state": "asleep"}, 45),
        ({"stage": "long-term", "state": "drowsy", "tier": "whatever"}, 14),
        ({"stage": "prospect", "state": None, "tier": float("nan")}, 14),
    ],
)
def test_default_days(known, days) -> None:
    """The chosen days, typed from the page; what is missing or has no entry asks for nothing."""
    found = CadencePolicy().days_between(**known)
    assert found == days
    assert type(found) is int


def test_the_shortest_counts_within_the_limits() -> None:
    """Of stage, tier and state the shortest, never below the floor, never above the ceiling."""
    policy = CadencePolicy(
        stage={"repeat": 30, "prospect": 400},
        tier={cv.ABCTier.A: 20},
        state={"drowsy": 3},
        floor_days=7,
        ceiling_days=60,
    )
    assert policy.days_between(stage="repeat") == 30
    assert policy.days_between(stage="repeat", tier="A") == 20
    assert policy.days_between(stage="repeat", tier="A", state="drowsy") == 7
    assert policy.days_between(stage="prospect") == 60


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        ({}, "every 60 days, the ceiling: nothing known asks for less."),
        ({"stage": "repeat"}, "every 30 days: stage repeat asks for 30."),
        (
            {"stage": "repeat", "tier": "A", "state": "drowsy"},
            "every 7 days, the floor: state drowsy asks for 3, tier A for 20, stage repeat for 30.",
        ),
        ({"stage": "prospect"}, "every 60 days, the ceiling: stage prospect asks for 400."),
    ],
)
def test_explaining_one_customer(known, sentence) -> None:
    """The sentence holds every step that has a say, the shortest first, and the limit."""
    policy = CadencePolicy(
        stage={"repeat": 30, "prospect": 400},
        tier={cv.ABCTier.A: 20},
        state={"drowsy": 3},
        ceiling_days=60,
    )
    assert policy.explain(**known) == sentence


def test_explaining_a_contact_every_day() -> None:
    """One day is no "1 days"."""
    policy = CadencePolicy(stage={"prospect": 1}, floor_days=1)
    assert policy.explain(stage="prospect") == "every 1 day: stage prospect asks for 1."


def test_an_unknown_step_of_one_customer() -> None:
    """A label that is none is refused, for a policy that looks at it."""
    message = "state must be one of awake, drowsy, half-asleep, asleep, got 'sleepy'"
    with pytest.raises(cv.InputError, match=re.escape(message)):
        CadencePolicy().days_between(state="sleepy")
    with pytest.raises(cv.InputError, match=re.escape(message)):
        CadencePolicy().explain(state="sleepy")


# --- many --------------------------------------------------------------------------------------


@given(policy=policies(), frame=customers)
def test_scalar_is_the_oracle_of_the_frame(policy, frame) -> None:
    """Each row of a frame gets what the customer alone gets."""
    found = policy.days_between(frame)
    assert found.dtype == np.int64
    assert found.index is frame.index
    assert found.tolist() == [policy.days_between(**row) for row in frame.to_dict("records")]


@given(policy=policies(), frame=customers)
def test_days_stay_within_the_limits(policy, frame) -> None:
    """Never sooner than the floor, never later than the ceiling."""
    days = policy.days_between(frame)
    assert days.between(policy.floor_days, policy.ceiling_days).all()


@given(policy=policies(), frame=customers)
def test_to_know_more_never_makes_contacts_rarer(policy, frame) -> None:
    """A customer whose state becomes known is contacted as often as before, or oftener."""
    unknown = frame.assign(state=pd.Series([None] * len(frame), dtype=object))
    assert (policy.days_between(frame) <= policy.days_between(unknown)).all()


@pytest.mark.parametrize(
    "dtype",
    [
        object,
        "string",
        cv.Stage.dtype(),
        pd.CategoricalDtype(["repeat", "prospect"]),
        pd.ArrowDtype(pa.string()),
    ],
    ids=str,
)
def test_columns_of_labels_of_any_dtype(dtype) -> None:
    """Text, categoricals and Arrow strings say the same; the frame stays as it was."""
    stages = pd.Series(["repeat", None, "prospect"], dtype=dtype)
    frame = pd.DataFrame({"stage": stages}).set_axis(["b", 1, "b"])
    before = frame.copy()
    assert CadencePolicy().days_between(frame).tolist() == [30, 90, 14]
    pd.testing.assert_frame_equal(frame, before)


def test_an_absent_column_asks_for_nothing() -> None:
    """Any of the columns will do; a tier the policy has no entry for is not looked at."""
    frame = pd.DataFrame({"state": ["drowsy", "awake"], "tier": ["gold", 7]})
    assert CadencePolicy().days_between(frame).tolist() == [14, 90]


def test_a_policy_of_limits_alone() -> None:
    """Without an entry everybody is contacted at the ceiling, and no column is needed."""
    policy = CadencePolicy(stage={}, state={}, ceiling_days=40)
    assert policy.days_between(pd.DataFrame(index=[7, 8])).tolist() == [40, 40]
    assert policy.days_between(pd.DataFrame()).tolist() == []


def test_a_frame_without_any_of_the_columns() -> None:
    """A misspelt column is not taken for customers who ask for nothing."""
    message = (
        "customers must have one of the columns stage, state, which the policy has entries for; it "
        "has State: add or rename yours"
    )
    with pytest.raises(cv.InputError, match=re.escape(message)):
        CadencePolicy().days_between(pd.DataFrame({"State": ["drowsy"]}))
    with pytest.raises(cv.InputError, match="it has none: add or rename yours"):
        CadencePolicy().days_between(pd.DataFrame(index=[1]))


def test_rows_of_unknown_labels_are_named() -> None:
    """The sentence names the rows and the labels there are."""
    frame = pd.DataFrame({"state": ["drowsy", "sleepy"]}, index=["ann", "bob"])
    with pytest.raises(cv.InputError, match="got 'sleepy' in row bob"):
        CadencePolicy().days_between(frame)


def test_a_frame_or_one_customer() -> None:
    """Both at once are refused, as is what is no frame."""
    with pytest.raises(TypeError, match="got a frame and stage"):
        CadencePolicy().days_between(pd.DataFrame({"stage": []}), stage="repeat")
    with pytest.raises(TypeError, match="customers must be a pandas DataFrame, got list"):
        CadencePolicy().days_between(["repeat"])


# --- plain data --------------------------------------------------------------------------------


@given(policy=policies())
def test_policies_are_plain_data(policy) -> None:
    """Stored, read, copied or pickled, a policy is equal and hashes alike."""
    stored = json.loads(json.dumps(cv.to_dict(policy)))
    for again in (
        cv.from_dict(stored),
        pickle.loads(pickle.dumps(policy)),
        attrs.evolve(policy),
    ):
        assert again == policy
        assert hash(again) == hash(policy)


def test_equal_by_meaning() -> None:
    """Neither the order of entries nor the dress of steps and numbers matters."""
    one = CadencePolicy(stage={"repeat": 30, "prospect": 14}, floor_days=5)
    other = CadencePolicy(
        stage=pd.Series({cv.Stage.PROSPECT: 14.0, cv.Stage.REPEAT: np.int64(30)}),
        floor_days=np.float64(5),
    )
    assert one == other
    assert hash(one) == hash(other)
    assert one != attrs.evolve(one, ceiling_days=91)
    with pytest.raises(AttributeError):
        one.floor_days = 1


def test_tiers_of_different_scales_differ() -> None:
    """A step that is merely spelt like another is another, stored ones too."""
    mine, theirs = CadencePolicy(tier={Alarm.GREEN: 5}), CadencePolicy(tier={cv.ABCTier.A: 5})
    assert mine != theirs
    assert cv.from_dict(cv.to_dict(mine), scales=(Alarm,)) == mine
    assert cv.from_dict(cv.to_dict(theirs)) == theirs


def test_what_is_written() -> None:
    """The stored form is part of the contract: other programs read it."""
    policy = CadencePolicy(stage={"repeat": 30}, state={})
    assert cv.to_dict(policy) == {
        "custvalue": 1,
        "rule": "cadence-policy",
        "stage": {"repeat": 30},
        "tier": {},
        "tier_scale": None,
        "state": {},
        "floor_days": 7,
        "ceiling_days": 90,
    }


def test_malformed_stored_policies() -> None:
    """Tiers without their scale, and settings nobody knows, are refused."""
    stored = cv.to_dict(CadencePolicy(tier={cv.ABCTier.A: 5}))
    with pytest.raises(cv.RuleError, match=r"tier must name steps of a scale, as ABCTier\.A, got"):
        cv.from_dict({**stored, "tier_scale": None})
    with pytest.raises(cv.RuleError, match="the stored cadence-policy is malformed"):
        cv.from_dict({**stored, "hours": 3})


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"stage": 30}, TypeError, "stage must be a mapping, as {'repeat': 30}, got int"),
        ({"state": "drowsy"}, TypeError, "state must be a mapping, as {'repeat': 30}, got str"),
        (
            {"stage": {"client": 30}},
            cv.RuleError,
            f"stage must name steps of Stage ({', '.join(STAGES)}), got 'client'",
        ),
        ({"tier": {"A": 30}}, cv.RuleError, "tier must name steps of a scale, as ABCTier.A, got"),
        (
            {"tier": {cv.ABCTier.A: 30, Alarm.RED: 9}},
            cv.RuleError,
            "tier must name steps of ABCTier (C, B, A), got <Alarm.RED: 'red'>",
        ),
        (
            {"stage": {"repeat": 0}},
            cv.RuleError,
            "the days of stage repeat must be a whole number of days from 1 to 36,525, got 0",
        ),
        ({"stage": {"repeat": 7.5}}, cv.RuleError, "must be a whole number of days from 1 to"),
        ({"stage": {"repeat": float("nan")}}, cv.RuleError, "must be a whole number of days"),
        ({"stage": {"repeat": None}}, TypeError, "got None"),
        ({"floor_days": True}, TypeError, "floor_days must be a whole number of days from 1 to"),
        ({"floor_days": "7"}, TypeError, "floor_days must be a whole number of days from 1 to"),
        ({"ceiling_days": 10**6}, cv.RuleError, "ceiling_days must be a whole number of days"),
        (
            {"floor_days": 30, "ceiling_days": 20},
            cv.RuleError,
            "ceiling_days must not lie below floor_days, got 20 and 30",
        ),
    ],
)
def test_malformed_policies(settings, error, message) -> None:
    """Each setting is checked, and the sentence says what must hold."""
    with pytest.raises(error, match=re.escape(message)):
        CadencePolicy(**settings)
