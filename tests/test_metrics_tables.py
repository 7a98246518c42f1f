"""Outcomes by group, gains by share contacted, and probabilities beside what came."""

import math
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

import custvalue as cv
from custvalue._statistics import wilson_interval
from custvalue.metrics import calibration, confusion_by, gains, threshold_table

RATIOS = ["precision", "false_discovery_rate", "recall", "miss_rate", "prevalence", "lift"]
COUNTS = ["true_positives", "false_positives", "false_negatives", "true_negatives"]

# --- by group -----------------------------------------------------------------------------------

rows = st.tuples(st.sampled_from(["web", "shop", None]), st.booleans(), st.booleans())


@given(st.lists(rows, max_size=25), st.sampled_from([None, 1, 3]))
def test_each_group_is_counted_on_its_own(sample, divisor):
    """A group's row is the outcome of its rows, and rows without a group are counted."""
    groups, actual, predicted = ([row[i] for row in sample] for i in range(3))
    weight = None if divisor is None else [(i % 4) / divisor for i in range(len(sample))]
    table = confusion_by(
        pd.Series(groups, dtype=object), actual=actual, predicted=predicted, weight=weight
    )
    assert table.index.tolist() == sorted({group for group in groups if group is not None})
    assert table.attrs["without_group"] == groups.count(None)
    for group, row in table.iterrows():
        mine = [i for i, name in enumerate(groups) if name == group]
        outcome = cv.Confusion.from_labels(
            actual=[actual[i] for i in mine],
            predicted=[predicted[i] for i in mine],
            weight=None if weight is None else [weight[i] for i in mine],
        )
        expected = [getattr(outcome, name) for name in COUNTS + RATIOS]
        assert row.tolist() == pytest.approx(expected, rel=1e-12, nan_ok=True)


def test_columns_of_groups():
    """The table has the standard names; whole counts are whole."""
    table = confusion_by(["a"], actual=[1], predicted=[1])
    assert table.columns.tolist() == COUNTS + RATIOS
    assert {str(dtype) for dtype in table.dtypes[:4]} == {"int64"}
    weighted = confusion_by(["a"], actual=[1], predicted=[1], weight=[0.5])
    assert weighted["true_positives"].tolist() == [0.5]


def test_every_step_of_a_scale_has_a_row_best_first():
    """An empty tier is shown, with undefined ratios."""
    tiers = pd.Series(["A", "C"], dtype=cv.ABCTier.dtype())
    table = confusion_by(tiers, actual=[1, 0], predicted=[1, 1])
    assert table.index.tolist() == ["A", "B", "C"]
    assert table["true_positives"].tolist() == [1, 0, 0]
    assert math.isnan(table.loc["B", "precision"])


def test_groups_must_be_about_the_same_rows():
    """Groups in another order are aligned by nobody but the caller."""
    one = pd.Series(["a", "b"], index=[1, 2])
    other = pd.Series([1, 0], index=[2, 1])
    with pytest.raises(cv.InputError, match="groups and labels must share one index"):
        confusion_by(one, actual=other, predicted=other)
    with pytest.raises(cv.InputError, match="groups and labels must share one index"):
        confusion_by(one, actual=[1, 0], predicted=other)


# --- gains --------------------------------------------------------------------------------------


def test_gains_by_hand():
    """The best fifth, two fifths and all of five customers, the second and third of whom tie."""
    table = gains(actual=[1, 1, 0, 0, 0], score=[9, 8, 8, 2, 1], at=[0.2, 0.4, 1])
    assert table.index.tolist() == [0.2, 0.4, 1.0]
    assert table.index.name == "share_contacted"
    assert table.to_dict("list") == {
        "contacted": [1, 2, 5],
        "captured": [1.0, 1.5, 2.0],
        "response": [1.0, 0.75, 0.4],
        "recall": [0.5, 0.75, 1.0],
        "lift": [2.5, 1.875, 1.0],
    }


def test_shares_are_read_exactly():
    """7% of 100 are 7, not 8."""
    table = gains(actual=[True] * 100, score=list(range(100)), at=0.07)
    assert table["contacted"].tolist() == [7]


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 3)), min_size=1, max_size=12),
    st.integers(0, 20),
    st.randoms(use_true_random=False),
)
def test_a_tie_counts_with_its_mean(sample, twentieths, random):
    """What is captured is the mean over all orders in which those who tie could be contacted."""
    actual, score = ([row[i] for row in sample] for i in range(2))
    table = gains(actual=actual, score=score, at=twentieths / 20)
    count = table["contacted"].iloc[0]
    assert count == math.ceil(twentieths * len(sample) / 20)
    expected, left = 0.0, count
    for step in sorted(set(score), reverse=True):
        group = [real for real, s in sample if s == step]
        taken = min(left, len(group))
        expected += taken * sum(group) / len(group)
        left -= taken
    assert table["captured"].iloc[0] == pytest.approx(expected, abs=1e-12)
    shuffled = random.sample(sample, len(sample))
    again = gains(
        actual=[r for r, _ in shuffled], score=[s for _, s in shuffled], at=twentieths / 20
    )
    assert again.equals(table)


def test_gains_agree_with_the_table_of_thresholds():
    """Where no tie is cut, contacting so many is predicting them."""
    rng = np.random.default_rng(6)
    actual, score = rng.random(50) < 0.3, rng.integers(0, 12, 50)
    table = threshold_table(actual=actual, score=score)
    found = gains(actual=actual, score=score, at=(table["predicted"] / 50).tolist())
    assert found["captured"].tolist() == table["true_positives"].tolist()
    for ours, theirs in (("response", "precision"), ("recall", "recall"), ("lift", "lift")):
        assert found[ours].tolist() == pytest.approx(table[theirs].tolist(), abs=1e-12)


def test_gains_of_nobody_are_undefined():
    """Contacting nobody captures nobody, and ratios of that are NaN."""
    table = gains(actual=[1, 0], score=[2, 1], at=0)
    assert table[["contacted", "captured", "recall"]].iloc[0].tolist() == [0, 0, 0]
    assert table[["response", "lift"]].isna().to_numpy().all()
    empty = gains(actual=[], score=[], at=[0.5])
    assert empty["contacted"].tolist() == [0]
    assert empty["recall"].isna().all()


def test_a_share_contacted_is_a_share():
    """20 is not taken for 20%."""
    with pytest.raises(cv.InputError, match=r"at must lie within 0 and 1, got 20: 20% is 0\.2"):
        gains(actual=[1], score=[1], at=20)
    with pytest.raises(TypeError, match="at must be a number, got 'all'"):
        gains(actual=[1], score=[1], at="all")


# --- calibration --------------------------------------------------------------------------------

EDGES = [0, 0.2, 0.4, 0.6, 0.8, 1]


def test_calibration_by_hand():
    """Two bins of three: those at 0.1 stay together, and the interval is Wilson's."""
    table = calibration(
        actual=[0, 0, 1, 1, 0, 1], probability=[0.1, 0.1, 0.1, 0.7, 0.8, 0.9], bins=2
    )
    assert table.index.tolist() == [1, 2]
    assert table.index.name == "bin"
    assert table.columns.tolist() == [
        *("customers", "lowest", "highest", "mean_probability", "observed", "low", "high")
    ]
    assert table["customers"].tolist() == [3, 3]
    assert table["lowest"].tolist() == [0.1, 0.7]
    assert table["highest"].tolist() == [0.1, 0.9]
    assert table["mean_probability"].tolist() == pytest.approx([0.1, 0.8])
    assert table["observed"].tolist() == [1 / 3, 2 / 3]
    low, high = wilson_interval([1, 2], [3, 3])
    assert table["low"].tolist() == low.tolist()
    assert table["high"].tolist() == high.tolist()


def test_calibration_is_scikit_learns():
    """Means, shares and the Brier score agree with scikit-learn's to 1e-12."""
    rng = np.random.default_rng(13)
    probability = rng.random(300)
    actual = rng.random(300) < probability**1.5
    table = calibration(actual=actual, probability=probability, bins=EDGES)
    observed, predicted = calibration_curve(actual, probability, n_bins=5)
    assert table["observed"].to_numpy() == pytest.approx(observed, abs=1e-12)
    assert table["mean_probability"].to_numpy() == pytest.approx(predicted, abs=1e-12)
    brier = brier_score_loss(actual, probability)
    assert table.attrs["brier_score"] == pytest.approx(brier, abs=1e-12)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 8)), max_size=30),
    st.integers(1, 12),
    st.randoms(use_true_random=False),
)
def test_bins_part_no_tie_and_lose_nobody(sample, bins, random):
    """Bins follow each other without overlap, hold everybody, and do not know the row order."""
    actual, probability = ([real for real, _ in sample], [eighth / 8 for _, eighth in sample])
    table = calibration(actual=actual, probability=probability, bins=bins)
    assert table["customers"].sum() == len(sample)
    assert len(table) <= bins
    assert (table["customers"] > 0).all()
    assert (table["lowest"].to_numpy()[1:] > table["highest"].to_numpy()[:-1]).all()
    shuffled = random.sample(sample, len(sample))
    again = calibration(
        actual=[real for real, _ in shuffled],
        probability=[eighth / 8 for _, eighth in shuffled],
        bins=bins,
    )
    assert again.equals(table)
    assert again.attrs == table.attrs or not sample


@pytest.mark.parametrize("bins", [1, 3, 7, 10])
def test_distinct_probabilities_fill_bins_alike(bins):
    """Without ties no bin holds more than one customer more than another."""
    table = calibration(actual=[1] * 10, probability=np.linspace(0, 1, 10), bins=bins)
    assert len(table) == bins
    assert table["customers"].max() - table["customers"].min() <= 1


def test_edges_keep_empty_bins():
    """A bin holds its lower edge, the last its upper one as well; an empty one is undefined."""
    table = calibration(actual=[0, 1, 1], probability=[0, 0.2, 1], bins=EDGES)
    assert table["customers"].tolist() == [1, 1, 0, 0, 1]
    assert table.drop(columns="customers").iloc[2].isna().all()


def test_calibration_of_nobody():
    """Nobody leaves no bins, or empty ones, and no Brier score."""
    assert len(calibration(actual=[], probability=[])) == 0
    empty = calibration(actual=[], probability=[], bins=[0, 1])
    assert empty["customers"].tolist() == [0]
    assert math.isnan(empty.attrs["brier_score"])


@pytest.mark.parametrize("bins", [0, 2.5, True, None, "ten"])
def test_bins_are_a_number_or_edges(bins):
    """Anything else is refused."""
    message = f"bins must be a whole number, at least 1, or edges from 0 to 1, got {bins!r}"
    with pytest.raises(cv.InputError, match=re.escape(message)):
        calibration(actual=[1], probability=[1], bins=bins)


@pytest.mark.parametrize("edges", [[], [0], [0.1, 1], [0, 0.9], [0, 0.5, 0.5, 1], [1, 0]])
def test_edges_rise_from_0_to_1(edges):
    """Edges that leave a gap or turn back are refused."""
    with pytest.raises(cv.InputError, match="edges of bins must rise from 0 to 1, got"):
        calibration(actual=[1], probability=[1], bins=edges)


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        ([0.5, 1.5], "probability must lie within 0 and 1, got others in row 1"),
        ([-0.5, 0.5], "probability must lie within 0 and 1, got others in row 0"),
        ([0.5, None], "probability must be known, got missing values in row 1"),
    ],
)
def test_probabilities_are_known_shares(probability, said):
    """An error names the rows."""
    with pytest.raises(cv.InputError, match=said):
        calibration(actual=[1, 0], probability=probability)


LABELS = pd.Series([1, 0, None, 1, 0], index=list("abcde"), dtype="Int64")
PROBABILITIES = pd.Series([0.9, 0.4, 0.7, None, 0.1], index=list("abcde"))
KNOWN = ["a", "b", "e"]


@pytest.mark.parametrize(
    "table",
    [
        cv.threshold_table,
        lambda score, **how: cv.metrics.gains(score=score, at=[0.5, 1], **how),
        lambda score, **how: cv.metrics.calibration(probability=score, bins=2, **how),
        lambda score, **how: cv.metrics.confusion_by(
            pd.Series(list("xyyyx"), index=list("abcde"))[score.index],
            predicted=pd.Series(score > 0.3).astype("boolean").mask(score.isna()),
            **how,
        ),
    ],
)
def test_rows_that_lack_something_can_be_left_out_of_tables(table):
    """The table is that of the other rows, and says how many it is without."""
    got = table(actual=LABELS, score=PROBABILITIES, missing="exclude")
    expected = table(actual=LABELS[KNOWN], score=PROBABILITIES[KNOWN])
    pd.testing.assert_frame_equal(got, expected)
    assert (got.attrs["excluded"], expected.attrs["excluded"]) == (2, 0)
    assert got.attrs == expected.attrs | {"excluded": 2}
    with pytest.raises(cv.InputError, match=r"must be known, got missing .*missing='exclude'$"):
        table(actual=LABELS, score=PROBABILITIES)


def test_groups_stay_in_the_table_without_their_rows():
    """A group all of whose rows were left out has no counts and no ratios."""
    table = cv.metrics.confusion_by(
        ["x", "y", None], actual=[1, None, 1], predicted=[1, 1, None], missing="exclude"
    )
    assert table["true_positives"].to_dict() == {"x": 1, "y": 0}
    assert table["precision"].isna().to_dict() == {"x": False, "y": True}
    assert table.attrs == {"without_group": 0, "excluded": 2}


def test_probabilities_out_of_range_are_named_beside_rows_left_out():
    """Rows keep their names where others were left out."""
    sentence = "probability must lie within 0 and 1, got others in rows b, e$"
    with pytest.raises(cv.InputError, match=sentence):
        cv.metrics.calibration(
            actual=LABELS, probability=PROBABILITIES.mask(LABELS == 0, 2), missing="exclude"
        )
