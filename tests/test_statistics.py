import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import custvalue as cv
from custvalue._statistics import (
    kaplan_meier,
    median_duration,
    product_limit,
    ratio,
    survival_table,
    wilson_interval,
)

levels = st.floats(0.01, 0.999)


def test_ratios() -> None:
    """What there is nothing to divide by is undefined, or what is said to stand for it."""
    part, whole = np.array([1, 0, 3]), np.array([2, 0, -1])
    assert ratio(part, whole)[0] == 0.5
    assert np.isnan(ratio(part, whole)[1:]).all()
    assert ratio(part, whole, undefined=0.0).tolist() == [0.5, 0.0, 0.0]


# --- Wilson ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_published_intervals(successes, trials, low, high) -> None:
    """The 95% intervals are those in print."""
    got_low, got_high = wilson_interval(successes, trials)
    assert (round(float(got_low), 4), round(float(got_high), 4)) == (low, high)


@given(data=st.data(), trials=st.integers(1, 10**9), level=levels)
def test_the_interval_holds_the_share(data, trials, level) -> None:
    """0 ≤ low ≤ share ≤ high ≤ 1, and it has a width also where the share is 0 or 1."""
    successes = data.draw(st.one_of(st.integers(0, trials), st.sampled_from((0, trials))))
    low, high = wilson_interval(successes, trials, level=level)
    assert 0 <= low <= successes / trials <= high <= 1
    assert low < high


@given(data=st.data(), trials=st.integers(1, 1000), level=levels)
def test_failures_mirror_successes(data, trials, level) -> None:
    """What is low for the successes is high for the failures."""
    successes = data.draw(st.integers(0, trials))
    low, high = wilson_interval(successes, trials, level=level)
    mirrored_low, mirrored_high = wilson_interval(trials - successes, trials, level=level)
    assert mirrored_low == pytest.approx(1 - high, abs=1e-12)
    assert mirrored_high == pytest.approx(1 - low, abs=1e-12)


def test_intervals_of_many() -> None:
    """Columns in, columns out, each row like alone; no trials, no interval."""
    low, high = wilson_interval([8, 0, 0], [10, 20, 0])
    assert low[:2].tolist() == [float(wilson_interval(8, 10)[0]), 0.0]
    assert high[:2].tolist() == [float(wilson_interval(n, m)[1]) for n, m in ((8, 10), (0, 20))]
    assert np.isnan([low[2], high[2]]).all()
    assert wilson_interval([], [])[0].shape == (0,)


def test_more_confidence_is_wider() -> None:
    """The interval grows with the level, up to the last below 1."""
    widths = [
        float(high - low)
        for low, high in (
            wilson_interval(8, 10, level=level)
            for level in (1e-9, 0.5, 0.95, 0.999, math.nextafter(1, 0))
        )
    ]
    assert widths == sorted(widths)
    assert len(set(widths)) == len(widths)


@pytest.mark.parametrize(
    ("successes", "trials"), [(-1, 3), (4, 3), (math.nan, 3), (1, math.inf), (1, math.nan)]
)
def test_counts_must_be_counts(successes, trials) -> None:
    """More successes than trials, negative and unknown counts are refused."""
    with pytest.raises(cv.InputError, match="wilson_interval needs 0 ≤ successes ≤ trials"):
        wilson_interval(successes, trials)


@pytest.mark.parametrize("level", [0, 1, 95, -0.1, math.nan])
def test_levels_lie_between_0_and_1(level) -> None:
    """95 is no level, 0.95 is."""
    with pytest.raises(cv.InputError, match="level must lie between 0 and 1, got"):
        wilson_interval(1, 2, level=level)
    with pytest.raises(cv.InputError, match="level must lie between 0 and 1, got"):
        kaplan_meier([1], [True], level=level)


# --- Kaplan and Meier --------------------------------------------------------------------------

# Remission of 21 leukaemia patients [weeks]: Freireich et al. (1963), Blood 21, 699-716.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


def test_the_textbook_case() -> None:
    """The survival of Freireich's patients is that in print."""
    table = kaplan_meier(WEEKS, RELAPSED)
    surviving = table["surviving"].round(3)
    assert {week: surviving[week] for week in (6, 7, 10, 13, 16, 22, 23)} == {
        6: 0.857,
        7: 0.807,
        10: 0.753,
        13: 0.690,
        16: 0.627,
        22: 0.538,
        23: 0.448,
    }
    assert table["at_risk"].loc[[6, 7, 10, 23]].tolist() == [21, 17, 15, 6]
    assert table["ended"].sum() == 9


def test_the_textbook_interval() -> None:
    """The interval is Greenwood's on the log-minus-log scale: at 6 weeks 0.620 to 0.952."""
    # Collett, Modelling Survival Data in Medical Research, on this scale: S(t) ** exp(±z·se).
    row = kaplan_meier(WEEKS, RELAPSED).loc[6.0]
    variance = 3 / (21 * 18) / math.log(18 / 21) ** 2
    wide = math.exp(1.959964 * math.sqrt(variance))
    assert row["low"] == pytest.approx((18 / 21) ** wide, abs=1e-6)
    assert row["high"] == pytest.approx((18 / 21) ** (1 / wide), abs=1e-6)
    assert (round(row["low"], 3), round(row["high"], 3)) == (0.620, 0.952)


def by_hand(durations, ended) -> dict[float, float]:
    """Multiply, over the times an end was seen, the share of those watched who stayed."""
    surviving, curve = 1.0, {}
    for time in sorted(set(durations)):
        at_risk = sum(duration >= time for duration in durations)
        ends = sum(end and duration == time for duration, end in zip(durations, ended, strict=True))
        surviving *= 1 - ends / at_risk
        curve[time] = surviving
    return curve


watched = st.lists(
    st.tuples(st.one_of(st.integers(0, 8), st.floats(0, 100)), st.booleans()), max_size=25
)


@given(watched=watched, level=levels)
@example(watched=[(3, True)] * 4, level=0.95)
@example(watched=[(3, False)] * 4, level=0.95)
def test_the_curve_is_the_product_by_hand(watched, level) -> None:
    """Each value is the product of the shares that stayed; the interval lies around it."""
    durations, ended = [d for d, _ in watched], [e for _, e in watched]
    table = kaplan_meier(durations, ended, level=level)
    expected = by_hand(durations, ended)
    assert table.index.tolist() == list(expected)
    assert table["surviving"].tolist() == pytest.approx(list(expected.values()))
    assert table["ended"].sum() == sum(ended)
    assert table["at_risk"].is_monotonic_decreasing
    assert table["surviving"].is_monotonic_decreasing
    inside = table[(table["surviving"] > 0) & (table["surviving"] < 1)]
    assert (inside["low"] <= inside["surviving"]).all()
    assert (inside["surviving"] <= inside["high"]).all()
    assert inside[["low", "high"]].stack().between(0, 1).all()
    assert table.drop(inside.index)[["low", "high"]].isna().all(axis=None)


@given(watched=watched, data=st.data())
def test_the_order_of_rows_does_not_matter(watched, data) -> None:
    """Shuffled rows give the same curve to the last bit."""
    shuffled = data.draw(st.permutations(watched))
    one, other = (kaplan_meier([d for d, _ in w], [e for _, e in w]) for w in (watched, shuffled))
    assert one.equals(other)


def test_without_censoring_it_is_the_share_left() -> None:
    """Where every end was seen, the curve is the share that outlasts each duration."""
    table = kaplan_meier([1, 2, 3, 4], [True] * 4)
    assert table["surviving"].tolist() == pytest.approx([0.75, 0.5, 0.25, 0.0])


def test_the_columns_of_a_curve() -> None:
    """Counts are whole, shares floats, the index is the duration; also of nobody."""
    for table in (kaplan_meier([2, 1], [True, False]), kaplan_meier([], [])):
        assert table.dtypes.astype(str).to_dict() == {
            "at_risk": "int64",
            "ended": "int64",
            **dict.fromkeys(("surviving", "low", "high"), "float64"),
        }
        assert table.index.name == "duration"
        assert table.index.dtype == "float64"


@pytest.mark.parametrize("durations", [[-1.0], [math.nan], [math.inf]])
def test_durations_are_finite_and_not_negative(durations) -> None:
    """What cannot have been watched is refused."""
    with pytest.raises(cv.InputError, match="kaplan_meier needs durations that are finite and not"):
        kaplan_meier(durations, [True])


@pytest.mark.parametrize(("durations", "ended"), [([1, 2], [True]), ([[1]], [[True]])])
def test_durations_and_ends_are_two_columns(durations, ended) -> None:
    """Each duration has its end, or none."""
    with pytest.raises(cv.InputError, match=r"kaplan_meier needs two columns of one length, got"):
        kaplan_meier(durations, ended)


# --- many groups at once -----------------------------------------------------------------------


@given(groups=st.lists(watched, max_size=4), level=levels, data=st.data())
def test_groups_end_where_their_curves_do(groups, level, data) -> None:
    """Each group gets what its own curve says last; one where nothing ended outlasts everything."""
    rows, last = [], []
    for group, seen in enumerate(groups):
        table = kaplan_meier([d for d, _ in seen], [e for _, e in seen], level=level)
        rows += [(row.ended, row.at_risk, group) for row in table.itertuples() if row.ended]
        ends = table[["surviving", "low", "high"]].to_numpy()
        last.append(ends[-1] if len(ends) else [1, math.nan, math.nan])
    columns = np.array(data.draw(st.permutations(rows)), dtype=np.int64).reshape(-1, 3).T
    got = product_limit(*columns, groups=len(groups), level=level)
    np.testing.assert_allclose(np.array(got).T, np.array(last).reshape(-1, 3), atol=1e-12)


# --- the median --------------------------------------------------------------------------------


def test_the_median_in_print() -> None:
    """Half of Freireich's patients relapsed within 23 weeks; the interval has no upper end."""
    median, low, high = median_duration(kaplan_meier(WEEKS, RELAPSED))
    assert (median, low) == (23, 13)  # S(13) = .690, its interval reaches down to .432
    assert math.isnan(high)


def test_the_median_is_not_moved_by_noise() -> None:
    """Twelve of 24 are half, although the product of the shares that stayed is a bit more."""
    table = kaplan_meier(range(1, 25), [True] * 24)
    assert table["surviving"][12] > 0.5
    assert median_duration(table)[0] == 12


@pytest.mark.parametrize("watched", [[], [(3, False)] * 4, [(1, True)] + [(3, False)] * 2])
def test_no_median_where_more_than_half_outlast_all(watched) -> None:
    """Where the curve does not come down to one half there is none, and none of nobody."""
    median = median_duration(kaplan_meier([d for d, _ in watched], [e for _, e in watched]))[0]
    assert math.isnan(median)


def test_the_median_of_those_who_end_together() -> None:
    """Where all end at once, so do median and lower end; the upper one is not known."""
    median, low, high = median_duration(kaplan_meier([5, 5], [True, True]))
    assert (median, low) == (5, 5)
    assert math.isnan(high)


def test_a_curve_of_billions_has_an_interval():
    """The product of two large counts is no reason to lose the variance."""
    table = survival_table(np.array([1]), np.array([2**40]), np.array([2]))
    low, surviving, high = table[["low", "surviving", "high"]].iloc[0]
    assert low < surviving < high < 1
    assert (surviving - low) * 2**40 < 10
