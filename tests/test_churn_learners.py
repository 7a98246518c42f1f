"""Learning from silences where churn states begin."""

import json
import math
import pickle
from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue._bands import Learned
from custvalue._churn.thresholds import ChanceBySilence
from custvalue._documents import from_dict, to_dict
from custvalue.churn import (
    ChurnState,
    LearnedSleep,
    RhythmLearner,
    RhythmPolicy,
    SleepLearner,
    SleepPolicy,
)
from custvalue.errors import InputError, RuleError
from custvalue.orders import OrderLog

FIRST = np.datetime64("2025-01-01", "s")
DAY = np.timedelta64(86_400, "s")


def a_log(rows: Sequence[tuple[int, int]], **how: Any) -> OrderLog:
    """Return a log of orders of 1.00 from customers and days since its first."""
    customer, day = zip(*rows, strict=True) if rows else ((), ())
    days = np.array(day, dtype=np.int64) * DAY + FIRST
    frame = pd.DataFrame(
        {"customer_id": np.array(customer, dtype=np.int64), "date": days, "amount": 1.0}
    )
    return OrderLog.from_frame(frame, **how)


def on(day: int) -> str:
    """Return a day since the first as an ISO string."""
    return str((FIRST + day * DAY).astype("datetime64[D]"))


@st.composite
def shops(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Draw the orders of forty to eighty customers in some months: many fall asleep early."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    rows = []
    for customer in range(draw(st.integers(40, 80))):
        day = int(rng.integers(0, 60))
        rhythm = rng.gamma(1.5, 12)
        while day <= 200:
            rows.append((customer, day))
            if rng.random() < 0.3:
                break
            day += 1 + int(rng.exponential(rhythm))
    return rows


def brute_force(
    silences: Sequence[tuple[float, bool]],
    grid: Sequence[float],
    within: float,
    remaining: Sequence[float],
) -> list[float | None]:
    """Return where states begin, from a product-limit estimate written out in Python."""
    lengths = sorted({length for length, _ in silences})
    at_risk = {t: sum(length >= t for length, _ in silences) for t in lengths}
    ended = {t: sum(length == t and over for length, over in silences) for t in lengths}

    def chance(silence: float) -> float:
        if silence + within > lengths[-1]:
            return math.nan
        still = 1.0
        for t in lengths:
            if silence < t <= silence + within:
                still *= 1 - ended[t] / at_risk[t]
        return 1 - still

    seen = [
        (s, chance(s))
        for s in grid
        if s + within <= lengths[-1] and sum(length >= s for length, _ in silences) >= 30
    ]
    first = seen[0][1]
    begins: list[float | None] = []
    for part in remaining:
        reaching = [i for i, (_, c) in enumerate(seen) if c >= part * first * (1 - 1e-9)]
        after = seen[reaching[-1] + 1 :]
        begins.append(after[0][0] if after else None)
    return begins


def learn_or_refuse(fit: Any) -> Any:
    """Return the policy that can be learned; None where nothing can be."""
    try:
        return fit()
    except RuleError:
        return None


@settings(max_examples=25)
@given(shops(), st.integers(5, 60))
def test_days_against_brute_force(rows: list[tuple[int, int]], within: int) -> None:
    """Thresholds are those of a second, plain implementation."""
    log = a_log(rows)
    gaps = log.gaps(on(200))
    silences = list(zip(gaps["days"], gaps["returned"], strict=True))
    policy = learn_or_refuse(lambda: SleepLearner(within=within).fit(log, as_of=on(200)))
    if policy is not None:
        expected = brute_force(silences, range(201), within, (0.5, 0.25, 0.1))
        assert [policy.drowsy_from, policy.half_asleep_from, policy.asleep_from] == expected


@settings(max_examples=10)
@given(shops(), st.sampled_from([0.5, 1, 2.25]))
def test_rhythms_against_brute_force(rows: list[tuple[int, int]], within: float) -> None:
    """Relative thresholds too, in hundredths of the gap before each silence."""
    log = a_log(rows)
    silences, closed = [], []
    for customer in {customer for customer, _ in rows}:
        days = sorted({day for who, day in rows if who == customer})
        closed += np.diff(days).tolist()
        for number in range(1, len(days)):
            over = number + 1 < len(days)
            until = days[number + 1] if over else 200
            span = days[number] - days[0]
            silences.append(((until - days[number]) * number / span, over))
    policy = learn_or_refuse(lambda: RhythmLearner(within=within).fit(log, as_of=on(200)))
    if policy is not None:
        enough = sorted((length for length, _ in silences), reverse=True)[29]
        grid = [hundredth / 100 for hundredth in range(int(enough * 100) + 1)]
        expected = brute_force(silences, grid, within, (0.5, 0.25, 0.1))
        assert [policy.drowsy_from, policy.half_asleep_from, policy.asleep_from] == expected
        assert policy.fallback_gap_days == np.median(closed)


@settings(max_examples=15)
@given(shops(), st.integers(100, 190))
def test_nothing_is_learned_from_the_future(rows: list[tuple[int, int]], day: int) -> None:
    """Orders after the day change nothing, in days or in gaps."""
    known = [(customer, on_day) for customer, on_day in rows if on_day <= day]
    for learner in (SleepLearner(within=30), RhythmLearner(within=1)):
        policies = [
            learn_or_refuse(lambda log=log, fit=learner.fit: fit(log, as_of=on(day)))
            for log in (a_log(rows), a_log(known), a_log(rows).until(on(day)))
        ]
        assert policies[0] == policies[1] == policies[2]
        if policies[0] is not None:
            assert policies[0].learned == policies[1].learned == policies[2].learned


def test_cdnow(cdnow_master: pd.DataFrame) -> None:
    """CDNOW's customers are drowsy from 62 days, half-asleep from 172, asleep from 357."""
    log = OrderLog.from_frame(cdnow_master)
    policy = SleepLearner().fit(log, as_of="1998-06-30")
    assert policy == SleepPolicy(62, 172, 357)
    assert policy.explain(74) == (
        "silent 74 days: drowsy, from 62 days; half-asleep from 172 days. 23% of customers this "
        "silent order within 90 days. Learned from 67,591 silences as of 1998-06-30: drowsy "
        "begins where the chance stays below 50% of that at day 0 (49.7% there)."
    )
    assert type(policy.drowsy_from) is int
    learned = policy.learned
    assert isinstance(learned, LearnedSleep)
    assert (learned.count, learned.as_of, learned.nominal) == (
        67_591,
        "1998-06-30",
        (0.5, 0.25, 0.1),
    )
    earlier = SleepLearner().fit(log, as_of="1997-12-31")
    assert earlier == SleepPolicy(53, 154, None)
    assert (
        "Nobody is asleep: in silences of up to 274 days the chance was not seen to stay below "
        "10% of that at day 0."
    ) in earlier.explain(200)
    assert "Too few customers were ever this silent to say" in earlier.explain(275)
    assert "No value reaches" not in earlier.explain(275)


def test_cdnow_rhythm(cdnow_master: pd.DataFrame) -> None:
    """In their own gaps CDNOW's customers are drowsy from 2.79, half-asleep from 6.85."""
    log = OrderLog.from_frame(cdnow_master)
    policy = RhythmLearner().fit(log, as_of="1998-06-30")
    assert policy == RhythmPolicy(2.79, 6.85, 16.09, fallback_gap_days=34)
    assert policy.explain(days_since_last_order=40, mean_gap_days=10).startswith(
        "silent 40 days, 4 of its own mean gaps of 10 days: drowsy, from 2.79 gaps; half-asleep "
        "from 6.85 gaps. 26% of customers this silent order within 3 gaps. Learned from 44,021"
    )


@pytest.fixture
def policy() -> SleepPolicy:
    """Return a policy learned from 100 silences, of which half end, each on its own day."""
    rows = [(customer, 0) for customer in range(100)]
    rows += [(customer, customer + 1) for customer in range(50)]
    return SleepLearner(within=25).fit(a_log(rows), as_of=on(120))


def test_what_a_learned_policy_keeps(policy: SleepPolicy) -> None:
    """A learned policy keeps where it came from, through JSON and pickling."""
    learned = policy.learned
    assert isinstance(learned, LearnedSleep)
    assert (learned.within, learned.unit) == (25, "days")
    assert learned.what == "the chance of return within 25 days at day 0"
    assert learned.chances[0] == (0.0, pytest.approx(0.2, abs=0.1))
    for copy in (
        from_dict(json.loads(json.dumps(to_dict(policy)))),
        pickle.loads(pickle.dumps(policy)),
    ):
        assert copy == policy
        assert copy.learned == learned
        assert copy.explain(30) == policy.explain(30)
    bands = from_dict(to_dict(policy.bands))
    assert bands == policy.bands
    assert type(bands.learned) is Learned


@pytest.mark.parametrize("silence", [-1, math.nan, math.inf])
def test_the_chance_after_no_silence(policy: SleepPolicy, silence: float) -> None:
    """A silence is known, finite and not negative; where too few were so silent, it is None."""
    assert isinstance(policy.learned, LearnedSleep)
    with pytest.raises(InputError, match=r"^silence must be (0 or more, got -1|known|finite)"):
        policy.learned.chance_at(silence)
    assert policy.learned.chance_at(9999) is None


def test_a_small_chance_is_not_none(policy: SleepPolicy) -> None:
    """Where some return, the sentence does not say 0%, nor 100% where some do not."""
    chance = np.array([1, 0.9996, 0.4, 0.003, 0.001, 0])
    seen = ChanceBySilence(np.arange(6.0), chance, np.full(6, 99))
    assert seen.steps() == [(0, 1), (1, 0.995), (2, 0.4), (3, 0.005), (5, 0)]
    learned = attrs.evolve(policy.learned, chances=seen.steps())
    told = [attrs.evolve(policy, learned=learned).explain(day) for day in (0, 1, 4, 5)]
    for share, said in zip(("100%", "more than 99%", "less than 1%", "0%"), told, strict=True):
        assert f". {share} of customers this silent order within 25 days." in said


def test_a_learned_policy_changed_by_hand() -> None:
    """A threshold set where none was learned has no share it came to, and says none."""
    rows = [(customer, 0) for customer in range(100)]
    rows += [(customer, customer + 1) for customer in range(50)]
    learned = SleepLearner(within=25).fit(a_log(rows), as_of=on(70))
    assert learned == SleepPolicy(44, None, None)
    changed = attrs.evolve(learned, asleep_from=400)
    assert changed.classify(500) is ChurnState.ASLEEP
    assert changed.explain(500).endswith(" Learned from 150 silences as of 2025-03-12.")


def test_equal_chance_is_not_below() -> None:
    """A chance of exactly the part asked for is not below it."""
    # Of 64 silences 32 end on day 1, 8 of the others on day 11; then 24 go on to the end.
    rows = [(customer, 0) for customer in range(64)]
    rows += [(customer, 1) for customer in range(32)]
    rows += [(customer, 11) for customer in range(32, 40)]
    log = a_log(rows, history_starts=on(0))
    # The second silences of those 40 are running at the end, and at risk for a while.
    policy = SleepLearner(within=10, remaining=(0.9, 0.8, 0.7)).fit(log, as_of=on(60))
    chances = brute_force(
        [(1, True)] * 32
        + [(11, True)] * 8
        + [(60, False)] * 24
        + [(59, False)] * 32
        + [(49, False)] * 8,
        range(61),
        10,
        (0.9, 0.8, 0.7),
    )
    assert [policy.drowsy_from, policy.half_asleep_from, policy.asleep_from] == chances


@pytest.mark.parametrize("learner", [SleepLearner(), RhythmLearner()])
def test_too_few_silences(learner: SleepLearner | RhythmLearner) -> None:
    """Nothing is learned from an empty log, or from fewer than 30 silences."""
    few = [(customer, day) for customer in range(9) for day in (0, 10, 20)]
    for rows in ([], few):
        with pytest.raises(
            RuleError, match=r"^learning when customers fall asleep needs 30 silences at risk at"
        ):
            learner.fit(a_log(rows), as_of=on(400))


def test_no_gap_since_the_log_is_complete() -> None:
    """The population's gap is not taken from gaps that may hide an order."""
    rows = [(customer, day) for customer in range(40) for day in (0, 50)]
    rows += [(customer, day) for customer in range(40, 80) for day in (0, 30, 45)]
    with pytest.raises(
        RuleError,
        match=r"^the population's gap needs a gap .* is complete, 2025-02-10, got none: learn from",
    ):
        RhythmLearner(within=0.6).fit(a_log(rows, history_starts=on(40)), as_of=on(200))


def test_horizons_that_teach_nothing() -> None:
    """A horizon nobody was watched for, in which nobody returned, or after which nothing falls."""
    once = [(customer, 0) for customer in range(40)]
    weekly = [(customer, day) for customer in range(40) for day in range(0, 100, 7)]
    with pytest.raises(
        RuleError,
        match=r"^a return within 90 days must be seen .* watched longer than 50 days: shorten the ",
    ):
        SleepLearner().fit(a_log(once), as_of=on(50))
    with pytest.raises(
        RuleError,
        match=r"^the chance of return within 20 days must be above 0 .*: lengthen the horizon, ",
    ):
        SleepLearner(within=20).fit(a_log(once), as_of=on(50))
    with pytest.raises(
        RuleError,
        match=r"^the chance of return within 7 days never stays below 50% .*: lengthen the horizon",
    ):
        SleepLearner(within=7).fit(a_log(weekly), as_of=on(99))


@pytest.mark.parametrize(
    ("learner", "settings", "error", "sentence"),
    [
        (SleepLearner, {"within": 0}, RuleError, r"within must be above 0 and finite, got 0 \[da"),
        (SleepLearner, {"within": 9.5}, RuleError, r"within must be a whole number of days, got 9"),
        (SleepLearner, {"within": "9"}, TypeError, r"within must be a number of days, got '9' \("),
        (RhythmLearner, {"within": math.inf}, RuleError, r"within must be above 0 and .*\[gaps\]$"),
        (
            SleepLearner,
            {"remaining": (0.5, 0.25)},
            RuleError,
            r"remaining must be three parts that",
        ),
        (SleepLearner, {"remaining": (0.5, 0.5, 0.1)}, RuleError, r"remaining must be three parts"),
        (
            SleepLearner,
            {"remaining": (1, 0.5, 0.1)},
            RuleError,
            r"remaining must be three parts th",
        ),
        (
            SleepLearner,
            {"remaining": (0.5, 0.1, 0)},
            RuleError,
            r"remaining must be three parts th",
        ),
        (SleepLearner, {"remaining": "abc"}, TypeError, r"remaining must be three parts, as \(0.5"),
        (SleepLearner, {"remaining": 0.5}, TypeError, r"remaining must be three parts, as \(0.5, "),
        (
            SleepLearner,
            {"remaining": (0.5, "a", 0.1)},
            TypeError,
            r"remaining must be numbers, got",
        ),
    ],
)
def test_settings_that_cannot_be(
    learner: Any, settings: dict[str, object], error: type[Exception], sentence: str
) -> None:
    """A horizon lies above 0, and parts fall from 1 towards 0."""
    with pytest.raises(error, match=f"^{sentence}"):
        learner(**settings)


def test_a_day_that_is_none() -> None:
    """The end of observation is a calendar day."""
    with pytest.raises(InputError, match=r"^as_of must be a calendar day"):
        SleepLearner().fit(a_log([(1, 1)]), as_of="yesterday")


def test_learners_are_values() -> None:
    """A learner is its settings, whatever numbers they were given as."""
    given = SleepLearner(within=np.int64(60), remaining=[0.5, np.float64(0.25), 0.1])
    assert given == SleepLearner(within=60)
    assert hash(given) == hash(SleepLearner(within=60))
    assert type(given.within) is int
