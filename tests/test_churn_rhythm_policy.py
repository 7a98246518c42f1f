"""Churn states by silence in the customer's own gaps."""

import json
import math
import pickle

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue._documents import from_dict, to_dict
from custvalue.churn import ChurnState, RhythmPolicy, SleepPolicy
from custvalue.errors import InputError, RuleError

POLICY = RhythmPolicy(2, 4, 8, fallback_gap_days=30)

GOLDEN = [
    # days since the last order, mean gap, state
    (0, 10, "awake"),
    (19, 10, "awake"),
    (20, 10, "drowsy"),
    (39.9, 10, "drowsy"),
    (40, 10, "half-asleep"),
    (80, 10, "asleep"),
    (59, None, "awake"),
    (60, None, "drowsy"),
    (240, None, "asleep"),
    (25, 12.5, "drowsy"),
]

silences = st.integers(0, 2000) | st.floats(0, 2000)
rhythms = st.none() | st.integers(1, 700) | st.floats(1 / 64, 700)


@st.composite
def policies(draw: st.DrawFn) -> RhythmPolicy:
    """Draw thresholds that do not decrease, some of them absent."""
    gaps = sorted(draw(st.lists(st.floats(0.01, 40), min_size=3, max_size=3)))
    kept = draw(st.lists(st.booleans(), min_size=3, max_size=3))
    fallback = draw(st.floats(0.5, 400))
    return RhythmPolicy(
        *(gap if keep else None for gap, keep in zip(gaps, kept, strict=True)),
        fallback_gap_days=fallback,
    )


@pytest.mark.parametrize(("days", "gap", "state"), GOLDEN)
def test_golden_silences(days: float, gap: float | None, state: str) -> None:
    """A state begins at its multiple of the own gap, or of the population's."""
    assert POLICY.classify(days_since_last_order=days, mean_gap_days=gap) is ChurnState(state)


def test_golden_silences_in_a_frame() -> None:
    """A frame is read by the names of its columns, its index comes back, and it is left alone."""
    frame = pd.DataFrame(GOLDEN, columns=["days_since_last_order", "mean_gap_days", "state"])
    frame.index = [f"c{row}" for row in frame.index]
    before = frame.copy()
    states = POLICY.classify(frame)
    assert states.tolist() == frame["state"].tolist()
    assert states.index.equals(frame.index)
    assert states.name is None
    assert states.dtype == ChurnState.dtype()
    pd.testing.assert_frame_equal(frame, before)


@given(policies(), st.lists(st.tuples(st.none() | silences, rhythms), min_size=1))
def test_one_is_many(
    policy: RhythmPolicy, customers: list[tuple[float | None, float | None]]
) -> None:
    """A customer has the same state alone and among others; who never bought has none."""
    frame = pd.DataFrame(
        customers, columns=["days_since_last_order", "mean_gap_days"], dtype="float64"
    )
    many = policy.classify(frame)
    for (days, gap), state, missing in zip(customers, many, many.isna(), strict=True):
        assert missing == (days is None)
        if days is not None:
            one = policy.classify(days_since_last_order=days, mean_gap_days=gap)
            assert state == one


@given(policies(), silences, silences, rhythms)
def test_longer_silence_never_wakes(
    policy: RhythmPolicy, one: float, other: float, gap: float | None
) -> None:
    """Whoever has been silent for longer sleeps at least as fast."""
    states = [
        policy.classify(days_since_last_order=days, mean_gap_days=gap)
        for days in sorted((one, other))
    ]
    assert states[0] <= states[1]


@given(silences)
def test_a_gap_of_one_day_is_a_policy_of_days(days: float) -> None:
    """Of who orders daily, gaps are days."""
    by_days = SleepPolicy(2, 4, 8)
    daily = POLICY.classify(days_since_last_order=days, mean_gap_days=1)
    assert daily is by_days.classify(days)


def test_dtypes() -> None:
    """Nullable and object columns are read as well, and nobody gives nobody."""
    for dtype in ("Int64", "Float64", "object"):
        frame = pd.DataFrame(
            {
                "days_since_last_order": pd.Series([40, None, 40], dtype=dtype),
                "mean_gap_days": pd.Series([10, 10, None], dtype=dtype),
            }
        )
        states = POLICY.classify(frame)
        assert states.isna().tolist() == [False, True, False]
        assert states.dropna().tolist() == ["half-asleep", "awake"]
        assert POLICY.classify(frame.iloc[:0]).dtype == ChurnState.dtype()


def test_hardly_any_gap() -> None:
    """The multiple of a gap close to 0 is out of range, and the customer asleep."""
    days, gap = 1e300, 1e-300
    assert POLICY.classify(days_since_last_order=days, mean_gap_days=gap) is ChurnState.ASLEEP
    frame = pd.DataFrame({"days_since_last_order": [days], "mean_gap_days": [gap]})
    assert POLICY.classify(frame).tolist() == ["asleep"]


@pytest.mark.parametrize(
    ("days", "gap", "error", "sentence"),
    [
        (None, 3, InputError, r"days_since_last_order must be known, got None"),
        (math.nan, 3, InputError, r"days_since_last_order must be known, got nan"),
        (-1, 3, InputError, r"days_since_last_order must be ≥ 0, got -1: look on a day"),
        (5, 0, InputError, r"mean_gap_days must be above 0, got 0: give None for a customer"),
        (5, -2.5, InputError, r"mean_gap_days must be above 0, got -2.5: "),
        (5, math.inf, InputError, r"mean_gap_days must be finite, got inf"),
        (5, "3", TypeError, r"mean_gap_days must be a number, got '3' \(str\)"),
    ],
)
def test_customers_that_cannot_be(
    days: object, gap: object, error: type[Exception], sentence: str
) -> None:
    """A silence is known and not negative, a gap above 0."""
    with pytest.raises(error, match=f"^{sentence}"):
        POLICY.classify(days_since_last_order=days, mean_gap_days=gap)
    with pytest.raises(error, match=f"^{sentence}"):
        POLICY.explain(days_since_last_order=days, mean_gap_days=gap)


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        ({"days_since_last_order": [3]}, r"what a rhythm policy classifies must have .* it lacks"),
        (
            {"days_since_last_order": [3, -1], "mean_gap_days": [1, 1]},
            r"days_since_last_order must be ≥ 0, got less in row 1: ",
        ),
        (
            {"days_since_last_order": [3, 1], "mean_gap_days": [0, -1]},
            r"mean_gap_days must be above 0, got others in rows 0, 1: leave it missing",
        ),
    ],
)
def test_frames_that_cannot_be(frame: dict[str, list[float]], sentence: str) -> None:
    """In a frame the wrong rows are named."""
    with pytest.raises(InputError, match=f"^{sentence}"):
        POLICY.classify(pd.DataFrame(frame))


def test_a_frame_or_one_customer() -> None:
    """A frame and keywords at once are a mistake."""
    frame = pd.DataFrame({"days_since_last_order": [3], "mean_gap_days": [1]})
    with pytest.raises(TypeError, match=r"^give a frame or measures by name, got a frame and mean"):
        POLICY.classify(frame, mean_gap_days=3)


@pytest.mark.parametrize(
    ("settings", "error", "sentence"),
    [
        ((0, 4, 8, 30), RuleError, r"drowsy_from must be above 0 .* for never, got 0 \[gaps\]$"),
        ((2, "4", 8, 30), TypeError, r"half_asleep_from must be a number of gaps or None, got '4'"),
        ((2, 1, 8, 30), RuleError, r"floors must not decrease; half-asleep begins at 1, below"),
        ((2, 4, 8, 0), RuleError, r"fallback_gap_days must be above 0 and finite, got 0 \[days\]$"),
        ((2, 4, 8, math.inf), RuleError, r"fallback_gap_days must be above 0 and finite, got inf"),
        ((2, 4, 8, None), TypeError, r"fallback_gap_days must be a number of days, got None \(No"),
    ],
)
def test_settings_that_cannot_be(
    settings: tuple[object, ...], error: type[Exception], sentence: str
) -> None:
    """Thresholds lie above 0 and do not decrease; there is a gap for everybody."""
    *thresholds, gap = settings
    with pytest.raises(error, match=f"^{sentence}"):
        RhythmPolicy(*thresholds, fallback_gap_days=gap)


def test_explanations() -> None:
    """An explanation says the silence in days and gaps, and whose gaps they are."""
    assert POLICY.explain(days_since_last_order=50, mean_gap_days=12.5) == (
        "silent 50 days, 4 of its own mean gaps of 12.5 days: half-asleep, from 4 gaps; asleep "
        "from 8 gaps."
    )
    assert POLICY.explain(days_since_last_order=59.999) == (
        "silent 59.999 days, 1.99 of the population's gaps of 30 days, having none of its own: "
        "awake; drowsy from 2 gaps."
    )
    uneven = RhythmPolicy(2, 4, 8, fallback_gap_days=91.6667)
    assert "the population's gaps of 91.67 days" in uneven.explain(days_since_last_order=50)
    assert "own mean gaps of 12.35 days" in uneven.explain(
        days_since_last_order=50, mean_gap_days=12.3456
    )
    assert POLICY.explain(days_since_last_order=np.int64(7), mean_gap_days=math.nan).startswith(
        "silent 7 days, 0.23 of the population's gaps of 30 days, having none"
    )
    daily = RhythmPolicy(1, 1.1, 11, fallback_gap_days=1)
    assert daily.explain(days_since_last_order=1, mean_gap_days=1) == (
        "silent 1 day, 1 of its own mean gaps of 1 day: drowsy, from 1 gap; half-asleep from 1.1 "
        "gaps."
    )
    assert daily.explain(days_since_last_order=1).startswith(
        "silent 1 day, 1 of the population's gaps of 1 day, having none of its own: drowsy"
    )


@given(policies())
def test_policy_is_a_value(policy: RhythmPolicy) -> None:
    """A policy survives JSON and pickling, is equal by its settings, and hashable."""
    for copy in (
        from_dict(json.loads(json.dumps(to_dict(policy)))),
        pickle.loads(pickle.dumps(policy)),
    ):
        assert copy == policy
        assert hash(copy) == hash(policy)
        assert copy.bands == policy.bands
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        policy.asleep_from = 1


def test_settings_are_given_by_name() -> None:
    """By position there are only the three thresholds."""
    with pytest.raises(TypeError, match="positional"):
        RhythmPolicy(2, 3, 4, None)


def test_stored_form() -> None:
    """What is stored is plain numbers under the names of the settings."""
    assert to_dict(RhythmPolicy(np.int64(2), 4.5, None, fallback_gap_days=np.float64(30))) == {
        "custvalue": 1,
        "rule": "rhythm-policy",
        "drowsy_from": 2,
        "half_asleep_from": 4.5,
        "asleep_from": None,
        "fallback_gap_days": 30.0,
        "learned": None,
    }


def test_a_silence_of_endless_gaps_is_explained() -> None:
    """Where days over gaps leave the floats, the longest silence there can be is told."""
    policy = RhythmPolicy(2, 4, None, fallback_gap_days=5e-324)
    assert policy.explain(days_since_last_order=400).startswith("silent 400 days, 1")
    assert policy.classify(days_since_last_order=400) is ChurnState.HALF_ASLEEP
