import json
import math
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import custvalue as cv
from custvalue.testing import ladders, scales


class Stage(cv.Scale):
    """Four stages whose alphabetical order is not their order."""

    STRANGER = "stranger"
    BUYER = "buyer"
    REGULAR = "regular"
    FRIEND = "friend"


RUNGS = {
    Stage.BUYER: [{"orders": cv.at_least(1)}],
    Stage.REGULAR: [{"orders": cv.at_least(9), "active_days": cv.at_least(365)}],
    Stage.FRIEND: [{"partner": cv.is_true()}, {"referrals": cv.above(0), "orders": cv.known()}],
}
LADDER = cv.Ladder(Stage, RUNGS)

facts = st.fixed_dictionaries(
    {
        "orders": st.one_of(st.none(), st.integers(-20, 20)),
        "revenue": st.one_of(st.none(), st.floats(-100, 100), st.just(math.nan)),
        "partner": st.one_of(st.none(), st.booleans()),
    }
)


# --- one and many ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measures", "stage"),
    [
        ({}, "stranger"),
        ({"orders": 0}, "stranger"),
        ({"orders": 1}, "buyer"),
        ({"orders": 9, "active_days": 364}, "buyer"),
        ({"orders": 9, "active_days": 365}, "regular"),
        ({"partner": True}, "friend"),
        ({"partner": 1}, "friend"),
        ({"referrals": 1}, "stranger"),
        ({"referrals": 1, "orders": 0}, "friend"),
        ({"referrals": 1, "orders": None, "partner": float("nan")}, "stranger"),
        ({"orders": np.int64(1), "partner": np.False_, "active_days": pd.NA}, "buyer"),
    ],
)
def test_the_highest_rung_that_holds(measures, stage) -> None:
    """Any of a rung's lists is enough, all of a list is needed; rungs below are not."""
    assert LADDER.classify(**measures) is Stage(stage)
    assert LADDER.classify(pd.DataFrame([measures], index=["ann"])).to_dict() == {"ann": stage}


@given(data=st.data(), scale=scales(), rows=st.lists(facts))
def test_a_frame_is_classified_like_its_rows(data, scale, rows) -> None:
    """Each row's step is the one its measures get alone; missing is no evidence."""
    ladder = data.draw(ladders(scale))
    frame = pd.DataFrame(rows, columns=["orders", "revenue", "partner"])
    asked = ladder.measures
    expected = [ladder.classify(**{name: row[name] for name in asked}) for row in rows]
    assert ladder.classify(frame).tolist() == expected


def test_columns_of_every_container(container) -> None:
    """A frame's columns may be of any dtype."""
    orders = container([0, 1, 9, None])
    frame = pd.DataFrame({"orders": orders, "active_days": container([0, 0, 400, 400])})
    labels = LADDER.classify(frame)
    assert labels.tolist() == ["stranger", "buyer", "regular", "stranger"]
    assert labels.index.equals(frame.index)


@given(ladder=ladders(Stage), less=facts, data=st.data())
def test_more_evidence_never_lowers(ladder, less, data) -> None:
    """Higher numbers, flags that get set and values that get known lower no step."""
    more = data.draw(facts)
    for name, value in less.items():
        if value is not None and not math.isnan(value):
            if more[name] is None or math.isnan(more[name]):
                more[name] = value
            more[name] = max(value, more[name])
    asked = ladder.measures
    lower = ladder.classify(**{name: less[name] for name in asked})
    higher = ladder.classify(**{name: more[name] for name in asked})
    assert lower <= higher


def test_the_frame_keeps_its_index_and_itself() -> None:
    """The answer has the frame's index, duplicates too, and the frame is left alone."""
    frame = pd.DataFrame({"orders": [1, 0], "shop": ["a", "b"]}, index=[7, 7])
    before = frame.copy()
    labels = LADDER.classify(frame)
    assert labels.index.tolist() == [7, 7]
    assert labels.dtype == Stage.dtype()
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("count", [0, 1])
def test_short_frames(count) -> None:
    """No row and one row are classified like many; so are rows without any measure."""
    frame = pd.DataFrame({"orders": [1]}).head(count)
    assert LADDER.classify(frame).tolist() == ["buyer"] * count
    assert LADDER.classify(pd.DataFrame(index=range(count))).tolist() == ["stranger"] * count
    assert LADDER.classify(frame).dtype == Stage.dtype()


# --- explaining --------------------------------------------------------------------------------


@given(ladder=ladders(Stage), measures=facts)
def test_the_evidence_holds(ladder, measures) -> None:
    """The tests given as evidence hold, and belong to the step answered."""
    known = {name: measures[name] for name in ladder.measures}
    step, tests = ladder.evidence(**known)
    assert step is ladder.classify(**known)
    assert all(condition.holds(known[name]) for name, condition in tests)
    assert bool(tests) == (step is not Stage.STRANGER)


@given(ladder=ladders(Stage), measures=facts)
def test_what_is_lacking_fails(ladder, measures) -> None:
    """The tests lacking for a step fail; nothing lacks on one way where the step is reached."""
    known = {name: measures[name] for name in ladder.measures}
    step = ladder.classify(**known)
    for above in list(Stage)[1:]:
        ways = ladder.lacking(above.value, **known)
        assert not any(condition.holds(known[name]) for way in ways for name, condition in way)
        if above >= step:
            assert (above is step) == ([] in ways)


def test_the_evidence_in_words() -> None:
    """Tests say themselves about their measure."""
    step, tests = LADDER.evidence(orders=9, active_days=400)
    assert step is Stage.REGULAR
    assert [c.describe(name) for name, c in tests] == ["active_days ≥ 365", "orders ≥ 9"]
    assert LADDER.evidence() == (Stage.STRANGER, [])
    lacking = LADDER.lacking("friend", orders=1)
    assert lacking == [[("partner", cv.is_true())], [("referrals", cv.above(0))]]


def test_measures_and_reachable_steps() -> None:
    """The ladder knows what it looks at, and what given columns can show."""
    assert LADDER.measures == ["active_days", "orders", "partner", "referrals"]
    assert LADDER.reachable([]) == [Stage.STRANGER]
    assert LADDER.reachable(["orders"]) == [Stage.STRANGER, Stage.BUYER]
    assert LADDER.reachable(["partner"]) == [Stage.STRANGER, Stage.FRIEND]
    assert LADDER.reachable(LADDER.measures) == list(Stage)


# --- what it is --------------------------------------------------------------------------------


@given(data=st.data(), scale=scales())
def test_ladders_travel(data, scale) -> None:
    """Pickled, or written as JSON and read back, a ladder is the same ladder."""
    ladder = data.draw(ladders(scale))
    read = cv.from_dict(json.loads(json.dumps(cv.to_dict(ladder))), scales=(scale,))
    for other in (pickle.loads(pickle.dumps(ladder)), read):
        assert other == ladder
        assert hash(other) == hash(ladder)


def test_ladders_are_equal_by_value() -> None:
    """However rungs are given and tests are ordered, the same evidence is the same ladder."""
    pairs = [(step, [dict(reversed(way.items())) for way in ways]) for step, ways in RUNGS.items()]
    assert cv.Ladder(Stage, pairs) == LADDER
    assert cv.Ladder(Stage, {**RUNGS, Stage.BUYER: [{"orders": cv.above(0)}]}) != LADDER


def test_a_ladder_is_frozen() -> None:
    """Neither the ladder nor what it was made from can change it."""
    ways = [{"orders": cv.at_least(1)}]
    ladder = cv.Ladder(Stage, {**RUNGS, Stage.BUYER: ways})
    ways[0]["orders"] = cv.at_least(5)
    assert ladder == LADDER
    with pytest.raises(AttributeError):
        ladder.rungs = ()


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rungs",
    [
        {},
        {Stage.BUYER: RUNGS[Stage.BUYER]},
        dict(reversed(RUNGS.items())),
        {Stage.STRANGER: [{"orders": cv.known()}], **RUNGS},
        {step.value: ways for step, ways in RUNGS.items()},
        {1: RUNGS[Stage.BUYER]},
    ],
    ids=["none", "too few", "reversed", "lowest too", "text", "number"],
)
def test_every_step_above_the_lowest_needs_its_rung(rungs) -> None:
    """Rungs are the members above the lowest, in order."""
    with pytest.raises(
        cv.RuleError, match=r"Ladder on Stage needs one rung per step above the lowest, in order: <"
    ):
        cv.Ladder(Stage, rungs)
    with pytest.raises(cv.RuleError, match=r"; got none$"):
        cv.Ladder(Stage, {})


@pytest.mark.parametrize("ways", [[], [{}], [{"orders": cv.at_least(1)}, {}]])
def test_a_rung_needs_evidence(ways) -> None:
    """A rung that everybody stands on is refused."""
    with pytest.raises(cv.RuleError, match="the rung buyer needs evidence: at least one list"):
        cv.Ladder(Stage, {**RUNGS, Stage.BUYER: ways})


@pytest.mark.parametrize(
    "condition",
    [cv.at_most(3), cv.below(3), cv.in_range(1, 3), cv.one_of(3), cv.missing(), 3, None],
    ids=repr,
)
def test_rungs_look_upwards(condition) -> None:
    """A test that more evidence could end is refused, and so is what is no condition."""
    with pytest.raises(
        cv.RuleError, match=r"the rung buyer may only ask for more .* got .* for orders$"
    ):
        cv.Ladder(Stage, {**RUNGS, Stage.BUYER: [{"orders": condition}]})


def test_a_ladder_needs_a_scale() -> None:
    """Names without an order make no ladder."""

    class Channel(cv.Label):
        SHOP = "shop"

    with pytest.raises(TypeError, match="Ladder needs a subclass of Scale, got"):
        cv.Ladder(Channel, {})


@pytest.mark.parametrize("ask", [LADDER.classify, LADDER.evidence])
def test_unknown_measures_are_named(ask) -> None:
    """A keyword that is no measure is refused, with those there are."""
    with pytest.raises(
        TypeError,
        match=r"the ladder asks about active_days, orders, partner, referrals, got order$",
    ):
        ask(order=3)
    with pytest.raises(TypeError, match=r"referrals, got order$"):
        LADDER.lacking("buyer", order=3)


def test_a_frame_and_keywords_are_not_mixed() -> None:
    """A keyword beside a frame is refused, not ignored."""
    with pytest.raises(TypeError, match="give a frame or measures by name, got a frame and orders"):
        LADDER.classify(pd.DataFrame({"orders": [1]}), orders=2)


@pytest.mark.parametrize("step", ["stranger", "gold", None])
def test_only_a_step_above_the_lowest_can_be_lacking(step) -> None:
    """The lowest step needs nothing; unknown steps are refused."""
    with pytest.raises(cv.InputError, match="step must be one of buyer, regular, friend, got"):
        LADDER.lacking(step)


def test_values_of_another_kind_are_refused() -> None:
    """What is no number, or infinite, raises for one and for many."""
    with pytest.raises(TypeError, match="must be a number, got 'many'"):
        LADDER.classify(orders="many")
    with pytest.raises(TypeError, match="must hold numbers, got"):
        LADDER.classify(pd.DataFrame({"orders": ["many"]}))
    with pytest.raises(cv.InputError, match="must be finite, got infinity in row ann"):
        LADDER.classify(pd.DataFrame({"orders": [math.inf]}, index=["ann"]))
    with pytest.raises(TypeError, match="what a ladder classifies must be a pandas DataFrame"):
        LADDER.classify([1, 2])


def test_a_column_named_twice_is_refused() -> None:
    """Two columns of one name are not one measure."""
    frame = pd.DataFrame([[1, 2]], columns=["orders", "orders"])
    with pytest.raises(TypeError, match="must be one column, got shape"):
        LADDER.classify(frame)
