"""Churn states and the thresholds of silence."""

import json
import math
import pickle

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue._bands import Learned
from custvalue._documents import from_dict, to_dict
from custvalue.churn import ChurnState, SleepPolicy
from custvalue.errors import InputError, RuleError

POLICY = SleepPolicy(30, 60, 90)

GOLDEN = [
    # days since the last order, and the state: each begins on its own day
    (0, "awake"),
    (29, "awake"),
    (29.999, "awake"),
    (30, "drowsy"),
    (59, "drowsy"),
    (60, "half-asleep"),
    (89.5, "half-asleep"),
    (90, "asleep"),
    (100_000, "asleep"),
]

LEARNED = Learned(
    what="the chance of return at day 0",
    count=946,
    as_of="1998-06-30",
    nominal=(0.5, 0.25, 0.1),
    actual=(0.48, 0.2, None),
)


@st.composite
def policies(draw: st.DrawFn) -> SleepPolicy:
    """Draw thresholds that do not decrease, some of them absent."""
    days = sorted(draw(st.lists(st.integers(1, 400), min_size=3, max_size=3)))
    kept = draw(st.lists(st.booleans(), min_size=3, max_size=3))
    return SleepPolicy(*(day if keep else None for day, keep in zip(days, kept, strict=True)))


silences = st.integers(0, 500) | st.floats(0, 500)


def test_states_from_best_to_worst() -> None:
    """The four states, awake the best and first, with their Chinese names."""
    assert [(state.value, state.label(lang="zh")) for state in ChurnState] == [
        ("awake", "清醒客户"),
        ("drowsy", "瞌睡客户"),
        ("half-asleep", "半睡客户"),
        ("asleep", "沉睡客户"),
    ]
    assert ChurnState.best == "first"
    assert ChurnState.best_first()[0] is ChurnState.AWAKE


@pytest.mark.parametrize(("days", "state"), GOLDEN)
def test_golden_days(days: float, state: str) -> None:
    """A state begins on its day, that day included."""
    assert POLICY.classify(days) is ChurnState(state)
    assert POLICY.classify(days_since_last_order=np.float64(days)) is ChurnState(state)


def test_golden_days_as_columns() -> None:
    """The same days in any container give the same states, in the container's own shape."""
    days, states = [day for day, _ in GOLDEN], [state for _, state in GOLDEN]
    series = pd.Series(days, index=[f"c{i}" for i in range(len(days))], name="silence")
    before = series.copy()
    of_series = POLICY.classify(series)
    assert of_series.tolist() == states
    assert of_series.index.equals(series.index)
    assert of_series.name == "silence"
    assert of_series.dtype == ChurnState.dtype()
    pd.testing.assert_series_equal(series, before)
    for column in (days, tuple(days), np.array(days), pd.Index(days)):
        of_column = POLICY.classify(column)
        assert isinstance(of_column, pd.Categorical)
        assert list(of_column) == states


def test_frame_with_the_column() -> None:
    """A frame is read by the column's name, and its index comes back."""
    frame = pd.DataFrame({"orders": [1, 0], "days_since_last_order": [95.0, None]}, index=[7, 8])
    states = POLICY.classify(frame)
    assert states.index.tolist() == [7, 8]
    assert states.name is None
    assert states.isna().tolist() == [False, True]
    assert states.iloc[0] == "asleep"


def test_never_buyers_stay_missing() -> None:
    """Who never bought has no state, in every dtype that can say so."""
    for dtype in ("float64", "Float64", "Int64", "object"):
        states = POLICY.classify(pd.Series([10, None, 70], dtype=dtype))
        assert states.isna().tolist() == [False, True, False]
        assert states.dropna().tolist() == ["awake", "half-asleep"]


def test_nobody() -> None:
    """No customers have no states, of the right kind."""
    assert POLICY.classify([]).dtype == ChurnState.dtype()
    assert len(POLICY.classify(pd.Series([], dtype="float64"))) == 0


@pytest.mark.parametrize(
    ("thresholds", "states"),
    [
        ((None, None, None), ["awake", "awake", "awake", "awake"]),
        ((30, None, None), ["awake", "drowsy", "drowsy", "drowsy"]),
        ((None, 60, None), ["awake", "awake", "half-asleep", "half-asleep"]),
        ((30, None, 90), ["awake", "drowsy", "drowsy", "asleep"]),
        ((None, None, 90), ["awake", "awake", "awake", "asleep"]),
        ((60, 60, 90), ["awake", "awake", "half-asleep", "asleep"]),
        ((30, 30, 30), ["awake", "asleep", "asleep", "asleep"]),
    ],
)
def test_unreachable_states(thresholds: tuple[float | None, ...], states: list[str]) -> None:
    """A state without a threshold, or with the next one's, is reached by nobody."""
    policy = SleepPolicy(*thresholds)
    assert policy.classify([0, 30, 60, 90]).tolist() == states
    assert not set(policy.bands.unreachable()) & set(policy.classify(range_of_days()).tolist())


def range_of_days() -> list[int]:
    """Return a long silence, day by day."""
    return list(range(400))


@settings(max_examples=60, deadline=None)
@given(policies(), st.lists(st.none() | silences, min_size=1))
def test_one_is_many(policy: SleepPolicy, days: list[float | None]) -> None:
    """A silence leads to the same state alone and among others; missing stays missing."""
    many = policy.classify(pd.Series(days, dtype="float64"))
    for day, state, missing in zip(days, many, many.isna(), strict=True):
        assert missing == (day is None)
        assert missing or state == policy.classify(day)


@settings(max_examples=60, deadline=None)
@given(policies(), silences, silences)
def test_longer_silence_never_wakes(policy: SleepPolicy, one: float, other: float) -> None:
    """Whoever has been silent for longer sleeps at least as fast."""
    shorter, longer = sorted((one, other))
    assert policy.classify(shorter) <= policy.classify(longer)


@settings(max_examples=30, deadline=None)
@given(policies())
def test_day_of_an_order_is_awake(policy: SleepPolicy) -> None:
    """On the day of an order everybody is awake, whatever the thresholds."""
    assert policy.classify(0) is ChurnState.AWAKE


@pytest.mark.parametrize(
    ("days", "error", "sentence"),
    [
        (None, InputError, r"days_since_last_order must be known, got None: leave such customers"),
        (math.nan, InputError, r"days_since_last_order must be known, got nan: leave such"),
        (pd.NA, InputError, r"days_since_last_order must be known, got <NA>: leave such"),
        (-1, InputError, r"days_since_last_order must be ≥ 0, got -1: look on a day that is not"),
        (math.inf, InputError, r"days_since_last_order must be finite, got inf$"),
        (True, TypeError, r"days_since_last_order must be a number, got True \(bool\)$"),
        ("30", TypeError, r"days_since_last_order must be a number, got '30' \(str\)$"),
    ],
)
def test_silences_that_cannot_be(days: object, error: type[Exception], sentence: str) -> None:
    """One silence must be a number of days, known, finite and not negative."""
    with pytest.raises(error, match=f"^{sentence}"):
        POLICY.classify(days)
    with pytest.raises(error, match=f"^{sentence}"):
        POLICY.explain(days)


@pytest.mark.parametrize(
    ("column", "error", "sentence"),
    [
        (
            pd.Series([3, -1, -0.5, None], index=list("abcd")),
            InputError,
            (
                r"days_since_last_order must be ≥ 0, got less in rows b, c: look on a day that is "
                r"not before the last order$"
            ),
        ),
        ([1, -1], InputError, r"days_since_last_order must be ≥ 0, got less in row 1: "),
        ([1, math.inf], InputError, r"days_since_last_order must be finite, got infinity in row 1"),
        ([True, False], TypeError, r"days_since_last_order must hold numbers, got bool"),
        (
            np.zeros((2, 2)),
            TypeError,
            r"days_since_last_order must be one column, got shape \(2, 2",
        ),
        (
            pd.DataFrame({"days": [1]}),
            InputError,
            r"what a sleep policy classifies must have the columns days_since_last_order; it lacks",
        ),
    ],
)
def test_columns_that_cannot_be(column: object, error: type[Exception], sentence: str) -> None:
    """In a column the wrong rows are named; a frame must hold the column."""
    with pytest.raises(error, match=f"^{sentence}"):
        POLICY.classify(column)


@pytest.mark.parametrize(
    ("thresholds", "error", "sentence"),
    [
        ((0, 60, 90), RuleError, r"drowsy_from must be above 0 and finite, or None .*, got 0 \["),
        ((30, -60, 90), RuleError, r"half_asleep_from must be above 0 .*, got -60 \[days\]$"),
        ((30, 60, math.nan), RuleError, r"asleep_from must be above 0 .*, got nan \[days\]$"),
        ((30, 60, math.inf), RuleError, r"asleep_from must be above 0 .*, got inf \[days\]$"),
        (
            (True, 60, 90),
            TypeError,
            r"drowsy_from must be a number of days or None, got True \(bool",
        ),
        (
            ("30", 60, 90),
            TypeError,
            r"drowsy_from must be a number of days or None, got '30' \(str",
        ),
        ((30, 20, 90), RuleError, r"floors must not decrease; half-asleep begins at 20, below dro"),
        ((30, None, 20), RuleError, r"floors must not decrease"),
    ],
)
def test_thresholds_that_cannot_be(
    thresholds: tuple[object, ...], error: type[Exception], sentence: str
) -> None:
    """Thresholds lie above 0, are finite, and do not decrease."""
    with pytest.raises(error, match=f"^{sentence}"):
        SleepPolicy(*thresholds)


@pytest.mark.parametrize(
    ("policy", "days", "sentence"),
    [
        (
            SleepPolicy(62, 172, 300),
            74,
            "silent 74 days: drowsy, from 62 days; half-asleep from 172 days.",
        ),
        (SleepPolicy(62, 172, 300), 0, "silent 0 days: awake; drowsy from 62 days."),
        (SleepPolicy(62, 172, 300), 1, "silent 1 day: awake; drowsy from 62 days."),
        (SleepPolicy(62, 172, 300), 1200, "silent 1,200 days: asleep, from 300 days."),
        (
            SleepPolicy(62, None, 300),
            74.5,
            (
                "silent 74.5 days: drowsy, from 62 days; asleep from 300 days. "
                "No value reaches half-asleep."
            ),
        ),
        (
            SleepPolicy(62, 172, 300, learned=LEARNED),
            5,
            "silent 5 days: awake; drowsy from 62 days. Learned from 946 values as of 1998-06-30.",
        ),
        (SleepPolicy(1, 21, 31), 1, "silent 1 day: drowsy, from 1 day; half-asleep from 21 days."),
        (SleepPolicy(1, 21, 31), 0.1, "silent 0.1 days: awake; drowsy from 1 day."),
    ],
)
def test_explanations(policy: SleepPolicy, days: float, sentence: str) -> None:
    """An explanation says the silence, its state, since when, and what comes next."""
    assert policy.explain(days) == sentence


def test_bands_say_the_same() -> None:
    """The bands carry the measure, its unit, and where the thresholds came from."""
    policy = SleepPolicy(30, None, 90, learned=LEARNED)
    assert policy.bands.scale is ChurnState
    assert policy.bands.floors == (30, None, 90)
    assert (policy.bands.measure, policy.bands.unit) == ("days_since_last_order", "days")
    assert policy.bands.learned == LEARNED


@settings(max_examples=30, deadline=None)
@given(policies(), st.sampled_from([None, LEARNED]))
def test_policy_is_a_value(policy: SleepPolicy, learned: Learned | None) -> None:
    """A policy survives JSON and pickling, is equal by its thresholds, and hashable."""
    taught = attrs.evolve(policy, learned=learned)
    assert taught == policy
    assert hash(taught) == hash(policy)
    for copy in (
        from_dict(json.loads(json.dumps(to_dict(taught)))),
        pickle.loads(pickle.dumps(taught)),
    ):
        assert copy == policy
        assert copy.learned == learned
        assert copy.bands == policy.bands
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        policy.asleep_from = 1


def test_what_was_learned_is_given_by_name() -> None:
    """By position there are only the three thresholds."""
    with pytest.raises(TypeError, match="positional"):
        SleepPolicy(30, 60, 90, None)


def test_stored_form() -> None:
    """What is stored is the three thresholds, as plain numbers, and where they came from."""
    assert to_dict(SleepPolicy(np.int64(30), np.float64(60.5), None)) == {
        "custvalue": 1,
        "rule": "sleep-policy",
        "drowsy_from": 30,
        "half_asleep_from": 60.5,
        "asleep_from": None,
        "learned": None,
    }
    assert type(SleepPolicy(np.int64(30), None, None).drowsy_from) is int
