"""Whether a prediction can be trusted: counts, ratios, and what they are counted from."""

import json
import math
import pickle
import re

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, precision_score, recall_score

import custvalue as cv
from custvalue._statistics import wilson_interval

flags = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=30)
counts = st.integers(0, 1_000)
RATIOS = ["precision", "false_discovery_rate", "recall", "miss_rate", "prevalence", "lift"]


def confusion(tp, fp, fn, tn):
    """Return the four counts in the order of the table they are written in."""
    return cv.Confusion(
        true_positives=tp, false_positives=fp, false_negatives=fn, true_negatives=tn
    )


@pytest.mark.parametrize(
    ("threshold", "precision", "recall"),
    [(0.1, 0.5, 1.0), (0.35, 2 / 3, 1.0), (0.4, 0.5, 0.5), (0.8, 1.0, 0.5)],
)
def test_scikit_learns_own_example(threshold, precision, recall):
    """Precision and recall are those in scikit-learn's page on precision_recall_curve."""
    score = np.array([0.1, 0.4, 0.35, 0.8])
    outcome = cv.Confusion.from_labels(actual=[0, 0, 1, 1], predicted=score >= threshold)
    assert outcome.precision == precision
    assert outcome.recall == recall


def test_tied_scores():
    """Of three with the highest score one is real, and one of four real ones is found."""
    actual = [1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0]
    score = np.array([0.9, 0.9, 0.9, 0.8, 0.8, 0.7, 0.7, 0.6, 0.5, 0.4, 0.3])
    outcome = cv.Confusion.from_labels(actual=actual, predicted=score >= 0.9)
    assert outcome == confusion(1, 2, 3, 5)
    assert outcome.precision == 1 / 3
    assert outcome.recall == 0.25


def test_ratios_of_a_hand_made_table():
    """Each ratio is the one its standard name stands for."""
    outcome = confusion(8, 2, 4, 86)
    assert {name: getattr(outcome, name) for name in RATIOS} == {
        "precision": 0.8,
        "false_discovery_rate": 0.2,
        "recall": 8 / 12,
        "miss_rate": 4 / 12,
        "prevalence": 0.12,
        "lift": 800 / 120,
    }


@pytest.mark.parametrize(
    ("outcome", "undefined"),
    [
        (confusion(0, 0, 0, 0), RATIOS),
        (confusion(0, 0, 3, 4), ["precision", "false_discovery_rate", "lift"]),
        (confusion(0, 3, 0, 4), ["recall", "miss_rate", "lift"]),
        (confusion(0, 0, 0, 4), [*RATIOS[:4], "lift"]),
        (confusion(0.0, 0.0, 0.5, 0.0), ["precision", "false_discovery_rate", "lift"]),
    ],
)
def test_a_ratio_of_nothing_is_undefined(outcome, undefined):
    """0 of 0 is NaN, never 0 or 1."""
    assert [name for name in RATIOS if math.isnan(getattr(outcome, name))] == undefined


@given(counts, counts, counts, counts)
def test_complements_add_up_and_lift_is_a_ratio(tp, fp, fn, tn):
    """Each pair of complements sums to 1, and lift is precision over prevalence."""
    outcome = confusion(tp, fp, fn, tn)
    if tp + fp:
        assert outcome.precision + outcome.false_discovery_rate == pytest.approx(1)
    if tp + fn:
        assert outcome.recall + outcome.miss_rate == pytest.approx(1)
    if tp + fp and tp + fn:
        assert outcome.lift == pytest.approx(outcome.precision / outcome.prevalence)
    assert {type(getattr(outcome, name)) for name in RATIOS} == {float}


@given(flags)
def test_counts_are_those_of_a_slow_count(pairs):
    """Counting by hand gives the same table, and every row is in it."""
    outcome = cv.Confusion.from_labels(
        actual=[actual for actual, _ in pairs], predicted=[predicted for _, predicted in pairs]
    )
    assert outcome == confusion(
        pairs.count((True, True)),
        pairs.count((False, True)),
        pairs.count((True, False)),
        pairs.count((False, False)),
    )
    assert type(outcome.true_positives) is int


@given(flags, flags)
def test_sums_pool_the_rows(one, other):
    """Adding two outcomes is the same as counting all rows at once."""

    def count(pairs):
        return cv.Confusion.from_labels(
            actual=[actual for actual, _ in pairs],
            predicted=[predicted for _, predicted in pairs],
        )

    assert count(one) + count(other) == count(one + other)


def test_only_outcomes_are_added():
    """A number is no outcome."""
    with pytest.raises(TypeError, match="unsupported operand"):
        confusion(1, 2, 3, 4) + 1


LABELS = {
    "bool": (pd.Series([True, False, False]), True),
    "array of bool": (np.array([True, False, False]), True),
    "nullable bool": (pd.Series([True, False, False], dtype="boolean"), True),
    "Arrow bool": (pd.Series([True, False, False], dtype="bool[pyarrow]"), True),
    "objects": (pd.Series([True, False, False], dtype=object), True),
    "category of bool": (pd.Series([True, False, False], dtype="category"), True),
    "0 and 1": ([1, 0, 0], True),
    "0 and 1, asked as 1": ([1, 0, 0], 1),
    "bool asked as 1": ([True, False, False], 1),
    "bool asked as False": ([False, True, True], False),
    "0 and 1 asked as False": ([0, 1, 1], False),
    "0.0 and 1.0": ([1.0, 0.0, 0.0], True),
    "nullable 0 and 1": (pd.Series([1, 0, 0], dtype="Int64"), True),
    "category of 0 and 1": (pd.Series([1, 0, 0], dtype="category"), True),
    "classes 1 to 3": ([3, 2, 1], 3),
    "classes, asked as numpy": ([3, 2, 1], np.int64(3)),
    "strings": (["buys", "waits", "leaves"], "buys"),
    "array of strings": (np.array(["buys", "waits", "leaves"]), "buys"),
    "string dtype": (pd.Series(["buys", "waits", "leaves"], dtype="string"), "buys"),
    "Arrow strings": (pd.Series(["buys", "waits", "leaves"], dtype="string[pyarrow]"), "buys"),
    "category": (pd.Series(["buys", "waits", "leaves"], dtype="category"), "buys"),
    "scale": (pd.Categorical(["A", "B", "C"], dtype=cv.ABCTier.dtype()), cv.ABCTier.A),
    "members": (list(cv.ABCTier), cv.ABCTier.C),
}


@pytest.mark.parametrize(("labels", "positive"), list(LABELS.values()), ids=list(LABELS))
def test_any_kind_of_label(labels, positive):
    """The first of three labels is the positive one, whatever it is written as."""
    outcome = cv.Confusion.from_labels(actual=labels, predicted=labels, positive=positive)
    assert outcome == confusion(1, 0, 0, 2)


@pytest.mark.parametrize("positive", [True, "yes", 3])
@pytest.mark.parametrize("nobody", [[], np.array([]), pd.Series(dtype=object)])
def test_nobody_is_counted_as_nobody(nobody, positive):
    """Empty columns give zeros, whatever label is asked for."""
    outcome = cv.Confusion.from_labels(actual=nobody, predicted=nobody, positive=positive)
    assert outcome == confusion(0, 0, 0, 0)


@pytest.mark.parametrize(
    ("labels", "positive", "said"),
    [
        (["yes", "no"], True, "got True where they are 'yes' and the like"),
        ([1, 0], "yes", "got 'yes' where they are"),
        ([True, False], "True", "got 'True' where they are"),
        (["1", "0"], 1, "got 1 where they are '1' and the like"),
        ([True, False], 2, "got 2 where they are True and the like"),
    ],
)
def test_positive_must_be_of_the_labels_kind(labels, positive, said):
    """A label that cannot occur would make everybody negative without a word."""
    with pytest.raises(
        cv.InputError,
        match=f"positive must be one of the labels in actual, {said}.*: say which label means yes",
    ):
        cv.Confusion.from_labels(actual=labels, predicted=labels, positive=positive)


def test_a_label_that_is_no_step_is_refused():
    """An ordered categorical says which labels there are, so a misspelt one is an error."""
    states = pd.Series(["asleep", "awake"], dtype=cv.ChurnState.dtype())
    none_asleep = states.iloc[1:]
    assert cv.Confusion.from_labels(
        actual=none_asleep, predicted=none_asleep, positive="asleep"
    ) == cv.Confusion(true_positives=0, false_positives=0, false_negatives=0, true_negatives=1)
    message = (
        "positive must be one of the labels in actual (awake, drowsy, half-asleep, asleep), got "
        "'Asleep': say which label means yes"
    )
    with pytest.raises(cv.InputError, match=f"^{re.escape(message)}$"):
        cv.Confusion.from_labels(actual=states, predicted=states, positive="Asleep")


def test_flags_must_be_0_and_1():
    """Where True is asked for, 2 is an error and not a no."""
    with pytest.raises(cv.InputError, match=r"actual must be true or false .* row 1"):
        cv.Confusion.from_labels(actual=[0, 2], predicted=[0, 1])


@pytest.mark.parametrize("label", [None, math.nan, pd.NA])
def test_missing_labels_are_refused(label):
    """Nobody can tell whether an unknown label was predicted rightly."""
    labels = pd.Series([True, label, False], index=["a", "b", "c"], dtype=object)
    sure = pd.Series([True, True, False], index=["a", "b", "c"])
    message = (
        "must be known, got missing labels in row b: leave these rows out, as with "
        "missing='exclude'"
    )
    with pytest.raises(cv.InputError, match=f"^actual {message}$"):
        cv.Confusion.from_labels(actual=labels, predicted=sure)
    with pytest.raises(cv.InputError, match=f"predicted {message}"):
        cv.Confusion.from_labels(actual=sure, predicted=labels)


def test_labelled_columns_must_share_their_index():
    """Two Series in another order are aligned by nobody but the caller."""
    one = pd.Series([True, False], index=["a", "b"])
    other = pd.Series([False, True], index=["b", "a"])
    with pytest.raises(cv.InputError, match="actual, predicted and weight must share one index"):
        cv.Confusion.from_labels(actual=one, predicted=other)
    with pytest.raises(cv.InputError, match="actual, predicted and weight must share one index"):
        cv.Confusion.from_labels(actual=[1, 0], predicted=one, weight=other.astype(int))
    with pytest.raises(cv.InputError, match="must have one length"):
        cv.Confusion.from_labels(actual=[1, 0], predicted=[1])
    with pytest.raises(TypeError, match="actual must be one column"):
        cv.Confusion.from_labels(actual=1, predicted=1)


def test_weights_are_summed_in_place_of_rows(container):
    """A row of weight 3 counts like three rows."""
    outcome = cv.Confusion.from_labels(
        actual=[1, 0, 1, 0], predicted=[1, 1, 0, 0], weight=container([3, 2, 1, 4])
    )
    assert outcome == confusion(3, 2, 1, 4)
    halves = cv.Confusion.from_labels(actual=[1, 1], predicted=[1, 0], weight=container([0.5, 1.5]))
    assert halves == confusion(0.5, 0.0, 1.5, 0.0)
    assert halves.recall == 0.25


def test_whole_weights_give_whole_counts():
    """Counts stay whole where the weights are."""
    outcome = cv.Confusion.from_labels(actual=[1], predicted=[1], weight=[2])
    assert type(outcome.true_positives) is int


@given(st.lists(st.floats(0, 1e6), min_size=3, max_size=20), st.randoms(use_true_random=False))
def test_weights_add_up_alike_in_any_order(weights, random):
    """Sums of weights are exact, so shuffled rows give the same outcome to the last bit."""
    shuffled = random.sample(weights, len(weights))
    ones = [1] * len(weights)
    one = cv.Confusion.from_labels(actual=ones, predicted=ones, weight=weights)
    assert one == cv.Confusion.from_labels(actual=ones, predicted=ones, weight=shuffled)


@pytest.mark.parametrize(
    ("weight", "said"),
    [
        ([1.0, -0.5], "weight must be known and not negative, got others in row 1"),
        ([1.0, None], "weight must be known and not negative, got others in row 1"),
        ([1.0, math.inf], "weight must be finite, got infinity in row 1"),
        (pd.Series([1, None], dtype="Int64"), "weight must be known and not negative"),
    ],
)
def test_weights_must_weigh_something(weight, said):
    """Negative, missing and infinite weights are errors that name the rows."""
    with pytest.raises(cv.InputError, match=said):
        cv.Confusion.from_labels(actual=[1, 0], predicted=[1, 0], weight=weight)


@pytest.mark.parametrize("count", [-1, math.nan, math.inf, -0.5])
def test_counts_must_be_finite_and_not_negative(count):
    """A count that cannot be is an error."""
    message = f"a count must be finite and not negative, got {count!r}"
    with pytest.raises(cv.InputError, match=re.escape(message)):
        confusion(1, count, 0, 0)


@pytest.mark.parametrize("count", ["1", True, None])
def test_counts_must_be_numbers(count):
    """Text, flags and nothing are no counts."""
    with pytest.raises(TypeError, match=re.escape(f"a count must be a number, got {count!r}")):
        confusion(1, count, 0, 0)


def test_an_outcome_is_a_frozen_value():
    """Outcomes are equal by value, hashable, picklable, and hold plain numbers."""
    outcome = confusion(np.int64(1), 2, np.float64(3.0), 4)
    assert outcome == confusion(1, 2, 3, 4)
    assert hash(outcome) == hash(confusion(1, 2, 3, 4))
    assert pickle.loads(pickle.dumps(outcome)) == outcome
    assert type(outcome.true_positives) is int
    assert type(outcome.false_negatives) is float
    with pytest.raises(TypeError):
        cv.Confusion(1, 2, 3, 4)


def test_an_outcome_reads_as_a_sentence():
    """Printed, it shows both figures by which a prediction is judged, and from what they come."""
    assert str(confusion(8_000, 2_000, 4_000, 86_000)) == (
        "false discovery rate 20.00% (2,000 of 10,000 predicted), "
        "miss rate 33.33% (4,000 of 12,000 real), lift 6.67"
    )
    assert str(confusion(0, 0, 0, 5)) == (
        "false discovery rate undefined (0 of 0 predicted), "
        "miss rate undefined (0 of 0 real), lift undefined"
    )


def test_golden_interval():
    """Wilson's interval of 8 of 10 is the published one; its complement is its mirror."""
    outcome = confusion(8, 2, 0, 0)
    assert [round(end, 4) for end in outcome.interval("precision")] == [0.4902, 0.9433]
    low, high = outcome.interval("false_discovery_rate")
    assert (1 - high, 1 - low) == pytest.approx(outcome.interval("precision"))


@given(st.tuples(*[counts] * 4), st.sampled_from(RATIOS[:-1]), st.sampled_from([0.8, 0.95]))
def test_intervals_hold_their_ratio_and_are_those_of_counts(cells, name, level):
    """Each interval is Wilson's of the ratio's own part and whole; undefined where that is."""
    tp, fp, fn, tn = cells
    outcome = confusion(tp, fp, fn, tn)
    part, whole = {
        "precision": (tp, tp + fp),
        "false_discovery_rate": (fp, tp + fp),
        "recall": (tp, tp + fn),
        "miss_rate": (fn, tp + fn),
        "prevalence": (tp + fn, tp + fp + fn + tn),
    }[name]
    low, high = outcome.interval(name, level=level)
    expected = wilson_interval(part, whole, level=level)
    assert (low, high) == pytest.approx((float(expected[0]), float(expected[1])), nan_ok=True)
    assert {type(low), type(high)} == {float}
    if whole:
        assert low - 1e-12 <= getattr(outcome, name) <= high + 1e-12


@given(flags, st.sampled_from([0.25, 1.0, 3.0, 1 / 3]))
def test_equal_weights_tell_as_much_as_rows(pairs, weight):
    """The interval of rows that weigh alike is that of the rows, whatever they weigh."""
    columns = {"actual": [one for one, _ in pairs], "predicted": [other for _, other in pairs]}
    rows = cv.Confusion.from_labels(**columns)
    weighted = cv.Confusion.from_labels(**columns, weight=[weight] * len(pairs))
    for name in RATIOS[:-1]:
        assert weighted.interval(name) == pytest.approx(rows.interval(name), nan_ok=True)


def test_unequal_weights_tell_less():
    """Weights 3 and 1 tell as much as (3 + 1)² / (9 + 1) = 1.6 rows."""
    outcome = cv.Confusion.from_labels(actual=[1, 1], predicted=[1, 0], weight=[3, 1])
    low, high = wilson_interval(0.75 * 1.6, 1.6)
    assert outcome.interval("recall") == pytest.approx((float(low), float(high)))
    assert outcome == confusion(3, 0, 1, 0)
    assert confusion(3, 0, 1, 0).interval("recall") != outcome.interval("recall")


@given(flags, flags, st.data())
def test_sums_of_weighted_outcomes_keep_their_intervals(one, other, data):
    """Pooling rows before or after counting gives the same intervals, weighted or not."""
    weights = st.lists(st.sampled_from([0.5, 1.0, 2.0]), min_size=len(one), max_size=len(one))
    weight = data.draw(weights)

    def count(pairs, weight):
        return cv.Confusion.from_labels(
            actual=[actual for actual, _ in pairs],
            predicted=[predicted for _, predicted in pairs],
            weight=weight,
        )

    pooled = count(one, weight) + count(other, None)
    at_once = count(one + other, weight + [1.0] * len(other))
    assert pooled == at_once
    for name in RATIOS[:-1]:
        assert pooled.interval(name) == pytest.approx(at_once.interval(name), nan_ok=True)


def test_weights_by_hand_have_no_interval():
    """Nobody knows how many rows a weight of 1.5 was, nor what was added to it."""
    half = confusion(0.5, 0.5, 0, 0)
    message = (
        "an interval needs counts of rows, got weights that add up to 1: read them with "
        "Confusion.from_labels"
    )
    with pytest.raises(cv.InputError, match=message):
        half.interval("precision")
    with pytest.raises(cv.InputError, match="got weights that add up to 2"):
        (half + half).interval("precision")


def test_no_weight_at_all_has_no_interval():
    """Rows that weigh nothing tell nothing."""
    outcome = cv.Confusion.from_labels(actual=[1, 0], predicted=[1, 1], weight=[0.0, 0.0])
    assert all(math.isnan(end) for end in outcome.interval("precision"))


@pytest.mark.parametrize("name", ["lift", "accuracy"])
def test_an_interval_is_one_of_a_proportion(name):
    """Lift is no proportion, and what is not known has no interval."""
    message = (
        "an interval is had of precision, false_discovery_rate, recall, miss_rate, prevalence; "
        f"got '{name}'"
    )
    with pytest.raises(cv.InputError, match=message):
        confusion(1, 2, 3, 4).interval(name)


def test_rows_that_lack_a_label_can_be_left_out_and_counted():
    """Left out is said: in the count, in the sentence, in a sum; equality asks for the rest."""
    outcome = cv.Confusion.from_labels(
        actual=[True, None, False, True, True],
        predicted=pd.array([True, True, None, False, True], dtype="boolean"),
        weight=[1.0, 1.0, 1.0, 1.0, None],
        missing="exclude",
    )
    assert outcome == confusion(1, 0, 1, 0)
    assert outcome.excluded == 3
    assert (outcome + outcome).excluded == 6
    assert str(outcome).endswith("lift 1.00; 3 rows left out")


def test_nothing_is_left_out_where_nothing_is_missing():
    """Asked to exclude, complete columns are counted as they are."""
    outcome = cv.Confusion.from_labels(actual=[1, 0], predicted=[1, 1], missing="exclude")
    assert (outcome, outcome.excluded) == (confusion(1, 1, 0, 0), 0)


def test_what_to_do_with_missing_rows_is_one_of_two():
    """There is no third way."""
    with pytest.raises(cv.InputError, match="missing must be 'raise' or 'exclude', got 'drop'"):
        cv.Confusion.from_labels(actual=[1], predicted=[1], missing="drop")


def test_one_row_left_out_is_a_row():
    """The sentence minds its grammar."""
    outcome = cv.Confusion.from_labels(actual=[1, None], predicted=[1, 1], missing="exclude")
    assert str(outcome).endswith("lift 1.00; 1 row left out")


@pytest.mark.parametrize(
    ("actual", "predicted", "positive", "seen"),
    [
        (["yes", "no", "no"], ["no", "no", "yes"], "Yes", "'yes', 'no'"),
        (list("abcdefg"), list("abcdefg"), "z", "'a', 'b', 'c', 'd', 'e' and 2 more"),
        ([1, 2, 2], [2, 2, 2], 3, "1, 2"),
        ([0, 1], [0, 2], 7, "0, 1, 2"),
        (pd.Categorical(["yes", "no"]), ["no", "no"], "Yes", "'yes', 'no'"),
    ],
)
def test_a_label_that_nobody_has_may_be_misspelt(actual, predicted, positive, seen):
    """What means yes must occur, or the answer would be 0 of 0 without a word."""
    message = (
        f"positive must be a label in actual or predicted, got {positive!r} where there are "
        f"{seen}: say which of these means yes, or give flags if nobody has it, as actual == "
        f"{positive!r}"
    )
    with pytest.raises(cv.InputError, match=f"^{re.escape(message)}$"):
        cv.Confusion.from_labels(actual=actual, predicted=predicted, positive=positive)


@pytest.mark.parametrize(
    ("labels", "positive"),
    [
        ([False, False], True),
        ([0, 0], True),
        ([0, 0], 1),
        (pd.Series([0, 0], dtype="Int64"), 1),
        (np.array([1, 1]), 0),
        ([], "yes"),
        (pd.Categorical(["no", "no"], categories=["no", "yes"]), "yes"),
        (pd.Categorical([1, 1], categories=[1, 2]), 2),
    ],
)
def test_nobody_may_be_positive(labels, positive):
    """Flags, 0 and 1, and categories say what there could have been; no rows say nothing."""
    outcome = cv.Confusion.from_labels(actual=labels, predicted=labels, positive=positive)
    assert outcome == confusion(0, 0, 0, len(labels))


def test_a_label_may_occur_on_one_side_only():
    """Nobody was predicted to leave, and one did."""
    outcome = cv.Confusion.from_labels(
        actual=["stays", "leaves"], predicted=["stays", "stays"], positive="leaves"
    )
    assert outcome == confusion(0, 0, 1, 1)


@pytest.mark.parametrize("weight", [1e-200, 1.0, 1e200])
def test_ratios_do_not_depend_on_the_unit_of_weights(weight):
    """Products of huge or tiny weights leave float64; their ratios are had all the same."""
    columns = {"actual": [1, 1, 0, 0], "predicted": [1, 0, 0, 0], "weight": [weight] * 4}
    outcome = cv.Confusion.from_labels(**columns)
    assert outcome.lift == 2
    assert cv.metrics.confusion_by(["all"] * 4, **columns)["lift"].tolist() == [2]


@pytest.mark.parametrize(("weight", "said"), [(1e-200, "2e-200"), (1e200, "2e+200")])
def test_squares_beyond_the_floats_give_no_interval(weight, said):
    """How many rows such weights stand for is not known, and so it is said."""
    outcome = cv.Confusion.from_labels(actual=[1, 0], predicted=[1, 1], weight=[weight] * 2)
    message = (
        "an interval needs weights whose squares float64 can hold, got ones that add up to "
        f"{said}: use another unit"
    )
    with pytest.raises(cv.InputError, match=f"^{re.escape(message)}$"):
        outcome.interval("precision")


@pytest.mark.parametrize(
    ("positive", "error", "message"),
    [
        (None, cv.InputError, "positive must be known, got None: say which label means yes"),
        (
            ["yes"],
            TypeError,
            "positive must be one label, as True, 'yes' or 3, got ['yes'] (list)",
        ),
    ],
)
def test_what_means_yes_is_a_label(positive, error, message):
    """Nothing, and a list of labels, mean nothing."""
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        cv.Confusion.from_labels(actual=["yes"], predicted=["yes"], positive=positive)


def test_squared_weights_are_four():
    """One sum for each count."""
    with pytest.raises(
        TypeError, match=r"^squared_weights must be a list, as \[1.0, 0.25, 4.0, 0.0\], got int$"
    ):
        attrs.evolve(confusion(1, 2, 3, 4), squared_weights=1)
    with pytest.raises(cv.InputError, match="squared_weights must be 4 sums, one per count, got 1"):
        attrs.evolve(confusion(1, 2, 3, 4), squared_weights=[1.0])
    with pytest.raises(
        TypeError, match=r"squared_weights must be numbers, got \[1.0, 2, None, 3\]"
    ):
        attrs.evolve(confusion(1, 2, 3, 4), squared_weights=[1.0, 2, None, 3])


def test_rows_left_out_are_whole():
    """Half a row cannot be left out."""
    with pytest.raises(cv.InputError, match=r"excluded must be a whole number of rows, got 0\.5"):
        attrs.evolve(confusion(1, 2, 3, 4), excluded=0.5)


def test_a_threshold_of_huge_weights_can_be_stored():
    """Squares past the floats are no JSON; what was stored has none, and no interval."""
    weight = [1e300, 2e300]
    choice = cv.choose_threshold(actual=[1, 0], score=[2, 1], weight=weight, max_miss_rate=0)
    stored = json.dumps(cv.to_dict(choice), allow_nan=False)
    read = cv.from_dict(json.loads(stored))
    assert read == choice
    assert read.confusion.squared_weights is None


def test_whole_weights_must_add_up_exactly():
    """Whole numbers that floats cannot hold are refused, not rounded."""
    message = "weight must add up to less than 2**53, beyond which sums are not exact"
    with pytest.raises(cv.InputError, match=re.escape(message)):
        cv.Confusion.from_labels(actual=[1, 1], predicted=[1, 1], weight=[2**52, 2**52])


@pytest.mark.parametrize("weight", [[1e300, 2e300], [1 / 3, 2 / 3], [1e-9, 3e-9]])
def test_weights_on_no_grid_are_added_as_floats(weight):
    """Huge, tiny and periodic weights keep what floats keep of them."""
    outcome = cv.Confusion.from_labels(actual=[1, 1], predicted=[1, 0], weight=weight)
    assert outcome == confusion(weight[0], 0.0, weight[1], 0.0)


def test_money_adds_up_exactly():
    """Ten times 0.1 is 1, as cents are."""
    outcome = cv.Confusion.from_labels(actual=[1] * 10, predicted=[1] * 10, weight=[0.1] * 10)
    assert outcome.true_positives == 1.0


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30))
def test_ratios_are_scikit_learns(pairs):
    """Precision and recall agree with scikit-learn's, which is told to call 0 / 0 NaN."""
    actual, predicted = (list(column) for column in zip(*pairs, strict=True))
    outcome = cv.Confusion.from_labels(actual=actual, predicted=predicted)
    for name, theirs in (("precision", precision_score), ("recall", recall_score)):
        expected = theirs(actual, predicted, zero_division=np.nan)
        assert getattr(outcome, name) == pytest.approx(expected, abs=1e-12, nan_ok=True)
    assert confusion_matrix(actual, predicted, labels=[False, True]).ravel().tolist() == [
        outcome.true_negatives,
        outcome.false_positives,
        outcome.false_negatives,
        outcome.true_positives,
    ]
