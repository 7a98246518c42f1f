"""Every threshold on a score, and the one to choose under caps."""

import json
import math
import pickle
import re
from fractions import Fraction

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score

import custvalue as cv
from custvalue.metrics import ThresholdChoice, choose_threshold, threshold_table

RATIOS = ["precision", "false_discovery_rate", "recall", "miss_rate", "prevalence", "lift"]
COUNTS = ["true_positives", "false_positives", "false_negatives", "true_negatives"]
TIED = [0.9, 0.9, 0.9, 0.8, 0.8, 0.7, 0.7, 0.6, 0.5, 0.4, 0.3]
CAME = [1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0]

# Labels, scores that tie, and weights: what each row of a random sample holds.
samples = st.lists(
    st.tuples(st.booleans(), st.integers(0, 6), st.integers(0, 3)), min_size=1, max_size=14
)
caps = st.sampled_from([None, 0, 0.1, 0.2, 0.25, 0.3, 1 / 3, 0.5, 0.6, 0.8, 1])


def columns(sample):
    """Return the labels, scores and weights of a sample."""
    return [list(column) for column in zip(*sample, strict=True)]


# --- the table ----------------------------------------------------------------------------------


def test_scikit_learns_own_example():
    """The rows are those in scikit-learn's page on precision_recall_curve."""
    table = threshold_table(actual=[0, 0, 1, 1], score=[0.1, 0.4, 0.35, 0.8])
    assert table.index.tolist() == [0.8, 0.4, 0.35, 0.1]
    assert table["precision"].tolist() == [1, 0.5, 2 / 3, 0.5]
    assert table["recall"].tolist() == [0.5, 0.5, 1, 1]


def test_tied_scores_move_together():
    """Three share the highest score; one of them is real, and so one of four."""
    table = threshold_table(actual=CAME, score=TIED)
    assert table.index.tolist() == [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]
    assert table["predicted"].tolist() == [3, 5, 7, 8, 9, 10, 11]
    assert table.loc[0.9, ["precision", "recall"]].tolist() == [1 / 3, 0.25]


def test_columns():
    """The table has the standard names, counts are whole, and the index says what it is."""
    table = threshold_table(actual=[1, 0], score=[2, 1], gain=3, cost=1)
    assert table.columns.tolist() == ["predicted", *COUNTS, *RATIOS, "expected_profit"]
    assert table.index.name == "threshold"
    assert {str(dtype) for dtype in table.dtypes[:5]} == {"int64"}
    assert {str(dtype) for dtype in table.dtypes[5:]} == {"float64"}
    assert threshold_table(actual=[], score=[]).columns.tolist() == table.columns[:-1].tolist()


@given(samples, st.sampled_from(["none", "whole", "eighths", "thirds"]))
def test_each_row_is_the_outcome_of_its_threshold(sample, kind):
    """The table says what counting at each threshold says, weighted or not."""
    actual, score, weight = columns(sample)
    weight = {
        "none": None,
        "whole": weight,
        "eighths": [w / 8 for w in weight],
        "thirds": [w / 3 for w in weight],
    }[kind]
    table = threshold_table(actual=actual, score=score, weight=weight)
    assert table.index.tolist() == sorted(set(score), reverse=True)
    for threshold, row in table.iterrows():
        predicted = [s >= threshold for s in score]
        outcome = cv.Confusion.from_labels(actual=actual, predicted=predicted, weight=weight)
        expected = [getattr(outcome, name) for name in COUNTS + RATIOS]
        assert row[COUNTS + RATIOS].tolist() == pytest.approx(expected, rel=1e-12, nan_ok=True)
        if kind == "none":
            assert row[COUNTS + RATIOS].astype(float).tolist() == pytest.approx(
                expected, rel=0, abs=0, nan_ok=True
            )


@given(samples.filter(lambda sample: any(row[0] for row in sample)))
def test_curves_are_scikit_learns(sample):
    """Precision and recall at every threshold, and the area under both, to 1e-12."""
    actual, score, _ = columns(sample)
    table = threshold_table(actual=actual, score=score)
    precision, recall, thresholds = precision_recall_curve(actual, score)
    assert table.index.tolist() == thresholds[::-1].tolist()
    assert table["precision"].to_numpy() == pytest.approx(precision[:-1][::-1], abs=1e-12)
    assert table["recall"].to_numpy() == pytest.approx(recall[:-1][::-1], abs=1e-12)
    area = (table["recall"].diff().fillna(table["recall"]) * table["precision"]).sum()
    assert area == pytest.approx(average_precision_score(actual, score), abs=1e-12)
    if not all(actual):
        false_alarms = table["false_positives"] / (len(actual) - sum(actual))
        roc = np.trapezoid([0, *table["recall"]], [0, *false_alarms])
        assert roc == pytest.approx(roc_auc_score(actual, score), abs=1e-12)


@given(samples, st.randoms(use_true_random=False), st.sampled_from([1, 8, 3]))
def test_the_order_of_rows_does_not_matter(sample, random, divisor):
    """Shuffled rows give the same table to the last bit, whatever their weights."""
    tables = []
    for rows in (sample, random.sample(sample, len(sample))):
        actual, score, weight = columns(rows)
        weight = [w / divisor for w in weight]
        tables.append(threshold_table(actual=actual, score=score, weight=weight))
    pd.testing.assert_frame_equal(*tables, check_exact=True)


def test_scores_of_any_column(container):
    """Scores are read from whatever holds numbers."""
    score = container([3, 1, 2])
    table = threshold_table(actual=[True, False, True], score=score)
    assert table["true_positives"].tolist() == [1, 2, 2]
    assert choose_threshold(actual=[1, 0, 1], score=score, max_miss_rate=0).threshold == 2


def test_whole_scores_compare_exactly():
    """Scores that floats cannot tell apart are told apart."""
    score = [2**60, 2**60 + 1]
    choice = choose_threshold(actual=[0, 1], score=score, max_false_discovery_rate=0)
    assert (choice.threshold, choice.feasible) == (2**60 + 1, True)
    assert choice.classify(score).tolist() == [False, True]


def test_labels_of_any_kind():
    """The label that means yes is named."""
    table = threshold_table(actual=["stays", "leaves"], score=[1, 2], positive="leaves")
    assert table["true_positives"].tolist() == [1, 1]
    choice = choose_threshold(
        actual=["stays", "leaves"], score=[1, 2], positive="leaves", max_miss_rate=0
    )
    assert choice.threshold == 2


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (
            [1.0, None],
            "score must be known, got missing values in row 1: leave these rows out, as with",
        ),
        ([1.0, math.inf], "score must be finite, got infinity in row 1"),
        ([1.0], re.escape("actual and score must have one length, got (2,) and (1,)")),
    ],
)
def test_scores_must_be_known_and_finite(score, said):
    """An error names the rows."""
    with pytest.raises(cv.InputError, match=said):
        threshold_table(actual=[1, 0], score=score)


def test_labelled_columns_must_share_their_index():
    """Two Series in another order are aligned by nobody but the caller."""
    actual, score = pd.Series([1, 0], index=["a", "b"]), pd.Series([1, 2], index=["b", "a"])
    with pytest.raises(cv.InputError, match="actual and score must share one index"):
        threshold_table(actual=actual, score=score)
    with pytest.raises(cv.InputError, match="actual, score and weight must share one index"):
        threshold_table(actual=actual, score=[1, 2], weight=score)


def test_the_callers_columns_stay_as_they_are():
    """Nothing is written into what was given."""
    actual, score = np.array([1, 0, 1]), np.array([0.5, 0.7, 0.5])
    weight = np.array([0.1, 0.2, 1 / 3])
    for column in (actual, score, weight):
        column.flags.writeable = False
    threshold_table(actual=actual, score=score, weight=weight)
    choose_threshold(actual=actual, score=score, weight=weight, max_miss_rate=0.5)
    assert score.tolist() == [0.5, 0.7, 0.5]


# --- expected profit ----------------------------------------------------------------------------


def test_expected_profit():
    """Each real one brings the gain, each one predicted costs; nobody at all brings nothing."""
    table = threshold_table(actual=[1, 0, 1, 0], score=[4, 3, 2, 1], gain=10, cost=2.5)
    assert table["expected_profit"].tolist() == [7.5, 5.0, 12.5, 10.0]
    assert table["expected_profit"].idxmax() == 2


def test_expected_profit_has_no_float_noise():
    """Three gains of 0.1 less three costs of 0.1 are nothing, not 4e-17."""
    table = threshold_table(actual=[1] * 3, score=[3, 2, 1], gain=0.1, cost=0.1)
    assert table["expected_profit"].tolist() == [0, 0, 0]
    weighted = threshold_table(
        actual=[1] * 3, score=[3, 2, 1], gain=0.1, cost=0.1, weight=[0.1, 0.2, 0.3]
    )
    assert weighted["expected_profit"].tolist() == [0, 0, 0]


@pytest.mark.parametrize("weight", [[1 / 3] * 2, None])
def test_expected_profit_in_floats(weight):
    """Weights, gains and costs on no grid are reckoned in floats."""
    gain = 1 if weight else 1e18 / 7
    table = threshold_table(actual=[1, 0], score=[2, 1], weight=weight, gain=gain, cost=gain / 2)
    each = weight[0] if weight else 1
    assert table["expected_profit"].tolist() == pytest.approx([gain * each / 2, 0])


@pytest.mark.parametrize(
    ("money", "said"),
    [
        ({"gain": 1}, "the expected profit needs both gain and cost, got gain only"),
        ({"cost": 1}, "the expected profit needs both gain and cost, got cost only"),
        ({"gain": -1, "cost": 1}, "gain must not be negative, got -1"),
        ({"gain": 1, "cost": math.inf}, "cost must be finite, got inf"),
    ],
)
def test_gain_and_cost_must_be_money(money, said):
    """Both are given, neither below nothing."""
    with pytest.raises(cv.InputError, match=said):
        threshold_table(actual=[1], score=[1], **money)


# --- the choice ---------------------------------------------------------------------------------


def best_by_hand(actual, score, weight, max_false_discovery_rate, max_miss_rate):
    """Return the threshold to choose and whether it is feasible, by trying all, in fractions."""
    tried = []
    for threshold in sorted(set(score), reverse=True):
        cells = [Fraction(0)] * 4
        for real, s, w in zip(actual, score, weight, strict=True):
            cells[2 * (s < threshold) + (real == (s < threshold))] += w
        tp, fp, fn, _ = cells[0], cells[1], cells[3], cells[2]
        rates = {
            "wrong": fp / (tp + fp) if tp + fp else math.inf,
            "missed": fn / (tp + fn) if tp + fn else math.inf,
        }
        tried.append((threshold, rates))
    given_caps = {"wrong": max_false_discovery_rate, "missed": max_miss_rate}
    exact = {name: Fraction(str(cap)) for name, cap in given_caps.items() if cap is not None}

    def excess(rates):
        return max(rates[name] - cap for name, cap in exact.items())

    among = [one for one in tried if excess(one[1]) <= 0]
    feasible = bool(among)
    if not feasible:
        least = min(excess(rates) for _, rates in tried)
        among = [one for one in tried if excess(one[1]) == least]
    first, then = ("missed", "wrong") if "wrong" in exact else ("wrong", "missed")
    best = min(among, key=lambda one: (one[1][first], one[1][then], -one[0]))
    return best[0], feasible


@given(samples, caps, caps, st.sampled_from([None, 1, 8]))
def test_the_choice_is_the_best_of_all_thresholds(sample, wrong, missed, divisor):
    """Trying every threshold in exact fractions finds no other."""
    actual, score, weight = columns(sample)
    if wrong is None and missed is None:
        missed = 0.5
    choice = choose_threshold(
        actual=actual,
        score=score,
        max_false_discovery_rate=wrong,
        max_miss_rate=missed,
        weight=[w / divisor for w in weight] if divisor else None,
    )
    weights = [Fraction(w) if divisor else Fraction(1) for w in weight]
    expected = best_by_hand(actual, score, weights, wrong, missed)
    assert (choice.threshold, choice.feasible) == expected
    predicted = [s >= choice.threshold for s in score]
    assert choice.confusion == cv.Confusion.from_labels(
        actual=actual,
        predicted=predicted,
        weight=[w / divisor for w in weight] if divisor else None,
    )
    assert choice.classify(score).tolist() == predicted


@given(samples, caps, caps)
def test_a_feasible_choice_has_a_verdict_of_usable(sample, wrong, missed):
    """What the choice calls feasible, the verdict calls usable; what it does not, never."""
    actual, score, _ = columns(sample)
    wrong, missed = (0.5 if cap is None else cap for cap in (wrong, missed))
    choice = choose_threshold(
        actual=actual, score=score, max_false_discovery_rate=wrong, max_miss_rate=missed
    )
    verdict = choice.confusion.verdict(max_false_discovery_rate=wrong, max_miss_rate=missed)
    assert (verdict.usable is True) is choice.feasible
    assert (choice.excess == 0) is choice.feasible


def test_two_caps():
    """The lowest miss rate among the thresholds within both caps, by hand."""
    choice = choose_threshold(
        actual=CAME, score=TIED, max_false_discovery_rate=0.59, max_miss_rate=0.5
    )
    assert choice.threshold == 0.7
    assert choice.confusion == cv.Confusion(
        true_positives=3, false_positives=4, false_negatives=1, true_negatives=3
    )
    assert (choice.feasible, choice.binding) == (True, "max_false_discovery_rate")


@pytest.mark.parametrize(
    ("caps", "threshold", "binding"),
    [
        ({"max_false_discovery_rate": 0.25}, 0.8, "max_false_discovery_rate"),
        ({"max_false_discovery_rate": 0.4}, 0.35, None),
        ({"max_false_discovery_rate": 0.5, "max_miss_rate": 0}, 0.35, None),
        ({"max_miss_rate": 0.5}, 0.8, None),
        ({"max_miss_rate": 0.4}, 0.35, "max_miss_rate"),
    ],
)
def test_the_binding_cap_is_named(caps, threshold, binding):
    """A cap binds where a better threshold breaks it."""
    choice = choose_threshold(actual=[0, 0, 1, 1], score=[0.1, 0.4, 0.35, 0.8], **caps)
    assert (choice.threshold, choice.feasible, choice.binding) == (threshold, True, binding)


def test_no_threshold_is_within_the_caps():
    """The nearest is said to be the nearest, and by how much it misses."""
    choice = choose_threshold(
        actual=[1, 0, 1, 0], score=[1, 4, 3, 2], max_false_discovery_rate=0.2, max_miss_rate=0.1
    )
    assert (choice.threshold, choice.feasible) == (1, False)
    assert choice.binding == "max_false_discovery_rate"
    assert choice.excess == pytest.approx(0.3)


def test_the_nearest_is_worst_by_the_least():
    """Of two caps a threshold counts by the one it misses by more."""
    # From 2 on 7 of 10 real are found among 14: over by 0.3 and 0.1. From 1 on all 10, among 34.
    choice = choose_threshold(
        actual=[1] * 7 + [0] * 7 + [1] * 3 + [0] * 17,
        score=[2] * 14 + [1] * 20,
        max_false_discovery_rate=0.2,
        max_miss_rate=0.2,
    )
    assert (choice.threshold, choice.feasible) == (2, False)
    assert choice.binding == "max_false_discovery_rate"
    assert choice.excess == pytest.approx(0.3)


def test_excesses_of_both_caps_are_compared_exactly():
    """0.8 - 0.7 and 0.3 - 0.2 are the same excess, though not in floats: the tie rule decides."""
    assert 0.8 - 0.7 != 0.3 - 0.2
    # From 2 on: 7 of 10 real are found among 35. From 1 on: all 10 among 50.
    actual = [1] * 7 + [0] * 28 + [1] * 3 + [0] * 12
    score = [2] * 35 + [1] * 15
    choice = choose_threshold(
        actual=actual, score=score, max_false_discovery_rate=0.7, max_miss_rate=0.2
    )
    assert (choice.threshold, choice.feasible) == (1, False)


def test_nobody_is_real():
    """A miss rate of nobody is within no cap; the choice says that a rate is undefined."""
    choice = choose_threshold(actual=[0, 0], score=[1, 2], max_miss_rate=0.5)
    assert (choice.threshold, choice.feasible, choice.binding) == (2, False, "max_miss_rate")
    assert math.isnan(choice.excess)
    assert str(choice) == (
        "no threshold is within max_miss_rate 0.5; the nearest, from 2 on: false discovery rate "
        "100.00% (1 of 1 predicted), miss rate undefined (0 of 0 real), lift undefined; "
        "a rate is undefined"
    )


def test_rows_that_weigh_nothing_are_no_candidates():
    """A threshold that predicts no weight has no false discovery rate."""
    choice = choose_threshold(
        actual=[1, 1], score=[2, 1], weight=[0, 1], max_false_discovery_rate=0.5
    )
    assert (choice.threshold, choice.feasible) == (1, True)


def test_one_customer_is_a_population():
    """One row, one candidate."""
    choice = choose_threshold(actual=[True], score=[5], max_miss_rate=0)
    assert (choice.threshold, choice.feasible, choice.binding) == (5, True, None)


def test_a_cap_is_needed():
    """Without one there is nothing to choose by, and without rows nothing to choose from."""
    message = (
        "choose_threshold needs a cap, got none: give max_false_discovery_rate, max_miss_rate "
        "or both"
    )
    with pytest.raises(cv.InputError, match=message):
        choose_threshold(actual=[1], score=[1])
    with pytest.raises(cv.InputError, match="needs scores to choose from, got no rows"):
        choose_threshold(actual=[], score=[], max_miss_rate=0.5)
    with pytest.raises(cv.InputError, match="max_miss_rate must lie within 0 and 1, got 20"):
        choose_threshold(actual=[1], score=[1], max_miss_rate=20)


# --- the choice as a rule -----------------------------------------------------------------------

CHOICE = choose_threshold(
    actual=[0, 0, 1, 1], score=[0.1, 0.4, 0.35, 0.8], max_false_discovery_rate=0.4, max_miss_rate=1
)


@given(st.lists(st.one_of(st.none(), st.floats(-1, 1)), max_size=8))
def test_one_score_and_many_get_the_same_answer(scores):
    """The answer to one is the oracle of the answers to many; missing stays missing."""
    series = pd.Series(
        scores, dtype="float64", name="score", index=[f"c{i}" for i in range(len(scores))]
    )
    answers = CHOICE.classify(series)
    assert answers.index.equals(series.index)
    assert (answers.name, str(answers.dtype)) == ("score", "boolean")
    assert [None if pd.isna(answer) else answer for answer in answers] == [
        None if score is None else CHOICE.classify(score) for score in scores
    ]


def test_shape_in_is_shape_out(container):
    """A column gives a column: a Series for a Series, an array for a list or an array."""
    given_scores = container([1, None, 0])
    answers = CHOICE.classify(given_scores)
    assert isinstance(answers, pd.Series) is isinstance(given_scores, pd.Series)
    assert list(answers)[::2] == [True, False]
    assert pd.isna(list(answers)[1])
    assert CHOICE.classify(np.float32(0.9)) is True


def test_a_single_score_must_be_known():
    """Nobody can tell about one that is not."""
    with pytest.raises(cv.InputError, match="score must be known, got nan"):
        CHOICE.classify(math.nan)
    with pytest.raises(cv.InputError, match="score must be known, got None"):
        CHOICE.explain(None)
    with pytest.raises(TypeError, match="score must be a number, got '1'"):
        CHOICE.classify("1")


def test_a_choice_reads_as_a_sentence():
    """It says the line, what it did, the caps, and which of them binds or is missed."""
    assert str(CHOICE) == (
        "from 0.35 on: false discovery rate 33.33% (1 of 3 predicted), miss rate 0.00% (0 of 2 "
        "real), lift 1.33; within max_false_discovery_rate 0.4 and max_miss_rate 1"
    )
    assert CHOICE.explain(0.4) == f"score 0.4: predicted; {CHOICE}"
    bound = choose_threshold(actual=[0, 1], score=[1, 2], max_false_discovery_rate=0)
    assert str(bound).endswith("lift 2.00; within max_false_discovery_rate 0")
    missed = choose_threshold(actual=[1, 0], score=[1, 2], max_false_discovery_rate=0.25)
    assert str(missed) == (
        "no threshold is within max_false_discovery_rate 0.25; the nearest, from 1 on: false "
        "discovery rate 50.00% (1 of 2 predicted), miss rate 0.00% (0 of 1 real), lift 1.00; "
        "25.00 points above max_false_discovery_rate"
    )
    bound = choose_threshold(actual=[1, 0, 1], score=[3, 2, 1], max_false_discovery_rate=0)
    assert str(bound).endswith("max_false_discovery_rate 0; max_false_discovery_rate binds")
    by_hand = ThresholdChoice(threshold=1, confusion=CHOICE.confusion, feasible=True)
    assert str(by_hand).endswith("lift 1.33; within no cap")


def test_a_choice_is_a_frozen_value_that_can_be_stored():
    """It is equal by value, hashable, picklable, holds plain numbers, and survives JSON."""
    assert type(CHOICE.threshold) is float
    assert hash(CHOICE) == hash(attrs.evolve(CHOICE))
    assert pickle.loads(pickle.dumps(CHOICE)) == CHOICE
    weighted = choose_threshold(actual=[1, 0], score=[2, 1], weight=[0.5, 3], max_miss_rate=0)
    for choice in (CHOICE, weighted):
        read = cv.from_dict(json.loads(json.dumps(cv.to_dict(choice))))
        assert read == choice
        assert read.confusion.interval("recall") == choice.confusion.interval("recall")


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"threshold": math.nan}, cv.RuleError, "threshold must be known, got nan"),
        ({"threshold": "0.5"}, TypeError, "threshold must be a number, got '0.5'"),
        ({"feasible": "yes"}, cv.RuleError, "feasible must be True or False, and binding one of"),
        ({"binding": "both"}, cv.RuleError, "or None, got True and 'both'"),
        ({"max_miss_rate": 2}, cv.InputError, "a cap must lie within 0 and 1, got 2"),
        ({"confusion": 3}, TypeError, "confusion must be a Confusion, got 3"),
    ],
)
def test_a_choice_made_by_hand_must_make_sense(change, error, said):
    """What cannot be is refused, also in stored form."""
    with pytest.raises(error, match=said):
        attrs.evolve(CHOICE, **change)
    with pytest.raises(cv.CustValueError):
        cv.from_dict(cv.to_dict(CHOICE) | change)
    assert isinstance(CHOICE, ThresholdChoice)


def test_rows_that_lack_something_can_be_left_out_of_the_choice():
    """The choice is that of the other rows, and its confusion says how many it is without."""
    some = {"actual": [1, 0, None, 1, 0], "score": [9, 4, 7, None, 1], "weight": [1, 1, 1, 1, None]}
    choice = cv.choose_threshold(**some, max_miss_rate=0, missing="exclude")
    assert choice == cv.choose_threshold(
        actual=[1, 0], score=[9, 4], weight=[1, 1], max_miss_rate=0
    )
    assert choice.confusion.excluded == 3
    with pytest.raises(cv.InputError, match=r"^choose_threshold needs scores .* got no rows$"):
        cv.choose_threshold(actual=[None], score=[1], max_miss_rate=0, missing="exclude")


def test_a_label_that_nobody_has_is_refused():
    """What means yes must occur among the labels, or every threshold would miss nobody."""
    message = (
        "positive must be a label in actual, got 'Yes' where there are 'no', 'yes': say which of "
        "these means yes, or give flags if nobody has it, as actual == 'Yes'"
    )
    with pytest.raises(cv.InputError, match=f"^{message}$"):
        cv.threshold_table(actual=["no", "yes"], score=[1, 2], positive="Yes")
