"""Whether a prediction may be used, and why."""

import math
import pickle
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import custvalue as cv
from custvalue.metrics import Verdict

counts = st.integers(0, 40)
caps = st.one_of(st.integers(0, 20).map(lambda k: k / 20), st.sampled_from([1 / 3, 2 / 3, 0.07]))


def confusion(tp, fp, fn, tn):
    """Return the four counts in the order of the table they are written in."""
    return cv.Confusion(
        true_positives=tp, false_positives=fp, false_negatives=fn, true_negatives=tn
    )


def judge(outcome, wrong, missed, level=None):
    """Judge an outcome by a cap on the wrong ones and one on those missed."""
    return outcome.verdict(max_false_discovery_rate=wrong, max_miss_rate=missed, level=level)


GOOD = confusion(8, 2, 4, 86)


@pytest.mark.parametrize(
    ("wrong", "missed", "usable"),
    [
        (0.2, 0.34, True),
        (0.19, 0.34, False),
        (0.2, 0.33, False),
        (1, 1, True),
        (0, 0, False),
    ],
)
def test_both_rates_must_keep_within_their_caps(wrong, missed, usable):
    """Too many wrong or too many missed, and it may not be used."""
    assert judge(GOOD, wrong, missed).usable is usable


@pytest.mark.parametrize("tenths", range(11))
def test_a_rate_at_its_cap_is_within(tenths):
    """3 of 10 is within 0.3, whatever floats say of it; 3 of 10 is above 0.29."""
    outcome = confusion(10 - tenths, tenths, tenths, 100)
    assert judge(outcome, tenths / 10, 1).usable
    assert not judge(outcome, tenths / 10 - 0.01, 1).usable if tenths else True


@given(st.tuples(counts, counts, counts, counts), caps, caps)
def test_caps_are_compared_exactly(cells, wrong, missed):
    """The verdict is that of fractions, and an undefined rate is neither within nor above."""
    tp, fp, fn, _ = cells
    answers = [
        Fraction(part, part + rest) <= Fraction(str(cap)) if part + rest else None
        for part, rest, cap in ((fp, tp, wrong), (fn, tp, missed))
    ]
    expected = False if False in answers else None if None in answers else True
    assert judge(confusion(*cells), wrong, missed).usable is expected


@given(st.tuples(counts, counts, counts, counts), caps, caps, st.sampled_from([0.5, 0.9, 0.99]))
def test_with_a_level_the_interval_lies_on_one_side(cells, wrong, missed, level):
    """Where an interval holds the cap, nobody can tell; and what is sure is also so as it is."""
    outcome = confusion(*cells)
    verdict = judge(outcome, wrong, missed, level)
    answers = []
    for name, cap in (("false_discovery_rate", wrong), ("miss_rate", missed)):
        low, high = outcome.interval(name, level=level)
        answers.append(True if high <= cap else False if low > cap else None)
    expected = False if False in answers else None if None in answers else True
    assert verdict.usable is expected
    if verdict.usable:
        assert judge(outcome, wrong, missed).usable


def test_weights_are_compared_as_the_decimals_they_are():
    """0.3 of 1 is within a cap of 0.3, though 0.1 + 0.2 is above it in floats."""
    outcome = cv.Confusion.from_labels(
        actual=[0, 0, 1], predicted=[1, 1, 1], weight=[0.1, 0.2, 0.7]
    )
    assert judge(outcome, 0.3, 0).usable
    assert not judge(outcome, 0.2999, 0).usable


BETTER = (
    "better than calling everyone (false discovery rate 88.00%) and than calling no one "
    "(miss rate 100%)"
)
WRONG_AT_A_LEVEL = (
    "false discovery rate 20.00% (2 of 10 predicted) lies between 5.67% and 50.98% at level 0.95"
)
MISSED_AT_A_LEVEL = "miss rate 33.33% (4 of 12 real) lies between 13.81% and 60.94% at level 0.95"


def test_reasons_of_a_verdict():
    """A sentence on each rate, and one on calling everyone, or no one."""
    verdict = judge(GOOD, 0.2, 0.3)
    assert verdict.reasons == (
        "false discovery rate 20.00% (2 of 10 predicted) is within the cap of 20%",
        "miss rate 33.33% (4 of 12 real) is above the cap of 30%",
        BETTER,
    )
    assert str(verdict) == "not usable: " + "; ".join(verdict.reasons)


def test_reasons_where_rates_are_undefined():
    """A rate of nobody is within no cap and above none."""
    verdict = judge(confusion(0, 0, 0, 5), 0.5, 0.125)
    undefined = "false discovery rate is undefined (0 of 0 predicted)"
    assert verdict.reasons == (
        f"{undefined}: cannot tell whether it is within the cap of 50%",
        "miss rate is undefined (0 of 0 real): cannot tell whether it is within the cap of 12.5%",
        "nobody is real: cannot tell whether calling everyone, or no one, would do as well",
    )
    assert str(verdict).startswith("cannot tell: false discovery rate is undefined")


def test_reasons_at_a_level():
    """The interval is said, and on which side of the cap it lies."""
    verdict = judge(GOOD, 0.6, 0.6, 0.95)
    assert verdict.usable is None
    assert verdict.reasons == (
        f"{WRONG_AT_A_LEVEL}, within the cap of 60%",
        f"{MISSED_AT_A_LEVEL}, on both sides of the cap of 60%",
        BETTER,
    )
    verdict = judge(GOOD, 0.05, 0.7, 0.95)
    assert verdict.usable is False
    assert verdict.reasons[:2] == (
        f"{WRONG_AT_A_LEVEL}, above the cap of 5%",
        f"{MISSED_AT_A_LEVEL}, within the cap of 70%",
    )


@pytest.mark.parametrize(
    ("outcome", "usable", "said"),
    [
        (
            confusion(3, 7, 0, 0),
            True,
            "no better than calling everyone, which misses nobody (false discovery rate 70.00%)",
        ),
        (confusion(0, 2, 3, 5), True, "no better than calling no one: it finds nobody real"),
        (confusion(0, 0, 3, 5), None, "no better than calling no one, as it does"),
    ],
)
def test_what_is_no_better_than_the_trivial_is_said_to_be(outcome, usable, said):
    """Loose caps let through what anybody could do without a model; the verdict says so."""
    verdict = judge(outcome, 1, 1)
    assert verdict.usable is usable
    assert verdict.reasons[-1] == said
    assert str(verdict).startswith("usable: " if usable else "cannot tell: ")


@given(counts, counts, counts, counts)
def test_better_than_everyone_is_a_lift_above_1(tp, fp, fn, tn):
    """Better than trivial means that those predicted are real more often than all are."""
    outcome = confusion(tp, fp, fn, tn)
    better = judge(outcome, 1, 1).reasons[-1].startswith("better than calling everyone")
    more = tp * (tp + fp + fn + tn) > (tp + fp) * (tp + fn)
    assert better is more


def test_a_verdict_has_no_truth_value():
    """`if verdict:` would take "cannot tell" for yes."""
    message = "a verdict may also be that nobody can tell: ask verdict.usable, which is then None"
    with pytest.raises(TypeError, match=re.escape(message)):
        bool(judge(GOOD, 1, 1))


def test_a_verdict_is_a_frozen_value():
    """Verdicts are equal by value, hashable and picklable."""
    verdict = judge(GOOD, 1, 1)
    assert verdict == Verdict(True, verdict.reasons) == pickle.loads(pickle.dumps(verdict))
    assert hash(verdict) == hash(judge(GOOD, 1, 1))


@pytest.mark.parametrize("cap", [-0.1, 1.1, math.nan, 20])
def test_caps_are_shares(cap):
    """20 is not taken for 20%."""
    message = f"max_miss_rate must lie within 0 and 1, got {cap!r}: 20% is 0.2"
    with pytest.raises(cv.InputError, match=re.escape(message)):
        judge(GOOD, 0.5, cap)


@pytest.mark.parametrize("cap", ["0.3", None, True])
def test_caps_are_numbers(cap):
    """Text, nothing and flags are no caps."""
    message = f"max_false_discovery_rate must be a number, got {cap!r}"
    with pytest.raises(TypeError, match=re.escape(message)):
        judge(GOOD, cap, 0.5)


def test_a_level_lies_between_0_and_1():
    """Nothing is certain."""
    with pytest.raises(cv.InputError, match="level must lie between 0 and 1, got 1"):
        judge(GOOD, 0.5, 0.5, 1)
