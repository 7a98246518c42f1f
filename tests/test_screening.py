"""Screening: what the table says, who is set aside, and why."""

import math
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

import custvalue as cv
from custvalue.screening import screen

COLUMNS = {
    "share_of_influence": "float64",
    "auc": "float64",
    "missing_auc": "float64",
    "known": "int64",
    "q_value": "float64",
    "suspect": "bool",
}


def population(rows=400, seed=6):
    """Return indicators of every kind, and who paid."""
    rng = np.random.default_rng(seed)
    paid = rng.random(rows) < 0.25
    frame = pd.DataFrame(
        {
            "visits": rng.poisson(2 + 2 * paid),
            "spent": rng.lognormal(3, 1, rows).round(2),
            "trial": rng.random(rows) < 0.3 + 0.3 * paid,
            "channel": np.where(rng.random(rows) < 0.3 + 0.4 * paid, "web", "shop"),
            "since": pd.Timestamp("2024-01-01")
            + pd.to_timedelta(rng.integers(0, 300, rows) - 60 * paid, unit="D"),
            "score": pd.array(rng.integers(1, 6, rows), dtype="Int64"),
        }
    )
    frame.loc[::7, "score"] = pd.NA
    return frame, paid


def test_the_table_has_its_columns():
    """One row per indicator, in the order of the columns, in fixed dtypes."""
    frame, paid = population()
    table = screen(frame, paid).table
    assert table.index.tolist() == frame.columns.tolist()
    assert table.index.name == "indicator"
    assert table.columns.tolist() == [
        *list(COLUMNS)[:4],
        "direction",
        "q_value",
        "suspect",
        "reason",
    ]
    assert {name: str(table[name].dtype) for name in COLUMNS} == COLUMNS


def test_the_area_is_of_known_values_as_they_are():
    """Numbers are not turned about, and what is missing takes no part but in missing_auc."""
    frame, paid = population()
    frame["low"] = -frame["visits"]
    table = screen(frame, paid).table
    assert table.loc["low", "auc"] == pytest.approx(1 - table.loc["visits", "auc"], abs=1e-12)
    for name in ("visits", "spent", "trial", "since"):
        theirs = roc_auc_score(paid, frame[name].astype("int64" if name == "since" else float))
        assert table.loc[name, "auc"] == pytest.approx(theirs, abs=1e-12)
    known = frame["score"].notna().to_numpy()
    theirs = roc_auc_score(paid[known], frame["score"][known].astype(float))
    assert table.loc["score", "auc"] == pytest.approx(theirs, abs=1e-12)
    assert table.loc["score", "missing_auc"] == pytest.approx(
        roc_auc_score(paid, ~known), abs=1e-12
    )
    assert table.loc["score", "known"] == known.sum()
    assert table.loc["visits", "missing_auc"] == 0.5


def test_directions():
    """Which values positives have; categories have no high and low."""
    frame, paid = population()
    frame["low"], frame["flat"] = -frame["visits"], 1
    assert screen(frame, paid).table["direction"].drop(["spent", "score"]).to_dict() == {
        "visits": "higher",
        "trial": "higher",
        "channel": "by category",
        "since": "lower",
        "low": "lower",
        "flat": "none",
    }


def test_shares_sum_to_one_over_those_kept():
    """Who is set aside has no share; influence counts by its square, less what luck explains."""
    frame, paid = population()
    frame["copy"], frame["nothing"] = paid, [0, 1, 1, 0] * 100
    screening = screen(frame, paid)
    share = screening.table["share_of_influence"]
    assert screening.suspects == ["copy"]
    assert math.isnan(share["copy"])
    assert share[screening.kept].sum() == pytest.approx(1)
    assert share.idxmax() == "visits"
    table = screening.table
    weight = (2 * table["auc"] - 1) ** 2 * (1 - table["q_value"])
    assert share["visits"] / share["spent"] == pytest.approx(weight["visits"] / weight["spent"])


def test_no_influence_is_a_share_of_nothing():
    """What separates no pair has a share of 0 beside others, and of NaN where none has any."""
    paid = [True, False] * 20
    frame = pd.DataFrame({"flat": [1, 1, 2, 2] * 10, "tells": [2, 1, 1, 2, 3, 1, 3, 2] * 5})
    assert screen(frame, paid).table["share_of_influence"].tolist() == [0.0, 1.0]
    assert screen(frame[["flat"]], paid).table["share_of_influence"].isna().all()


def test_where_all_may_be_luck_the_shares_still_sum_to_one():
    """With every q-value at 1 there is nothing to weigh but the squares."""
    few = pd.DataFrame({"a": [2, 2, 1], "b": [1, 1, 2]})
    table = screen(few, [True, False, False]).table
    assert table["q_value"].tolist() == [1, 1]
    assert table["share_of_influence"].tolist() == [0.5, 0.5]


def test_missing_values_have_influence_too():
    """An indicator that tells by being known counts, and one known of few counts little."""
    rng = np.random.default_rng(8)
    paid = rng.random(1_000) < 0.5
    told = pd.Series(rng.normal(size=1_000) + paid)
    frame = pd.DataFrame({"told": told, "seldom": told.where(rng.random(1_000) < 0.2)})
    frame["if_known"] = pd.Series(1.0, index=frame.index).where(
        rng.random(1_000) < 0.3 + 0.4 * paid
    )
    table = screen(frame, paid).table
    assert table["share_of_influence"]["seldom"] < table["share_of_influence"]["told"] / 10
    assert math.isclose(table["auc"]["if_known"], 0.5)
    assert table["missing_auc"]["if_known"] < 0.4
    assert table["share_of_influence"]["if_known"] > 0.1
    assert table["q_value"]["if_known"] < 0.001


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.booleans(),
            st.sampled_from([None, -1.0, 0.0, 2.0, 3.5]),
            st.sampled_from(["a", "b", "c", None]),
        ),
        max_size=25,
    ),
    st.randoms(),
)
def test_laws_of_every_screening(rows, random):
    """Bounded, complete, in any order of the rows alike, and mirrored with the target."""
    frame = pd.DataFrame(rows, columns=["target", "number", "text"])
    frame = frame.astype({"target": bool, "number": float, "text": object})
    target, indicators = frame.pop("target"), frame
    screening = screen(indicators, target)
    table = screening.table
    assert sorted([*screening.kept, *screening.suspects]) == ["number", "text"]
    for name in ("auc", "missing_auc", "q_value", "share_of_influence"):
        assert (table[name].isna() | table[name].between(0, 1)).all()
    assert ((table["reason"] == "") == ~table["suspect"]).all()
    shares = table["share_of_influence"].dropna()
    assert shares.sum() == pytest.approx(1) or not len(shares)
    order = list(range(len(frame)))
    random.shuffle(order)
    shuffled = screen(indicators.iloc[order], target.iloc[order])
    pd.testing.assert_frame_equal(shuffled.table, table)
    other = screen(indicators, target, positive=False).table
    assert other["auc"]["number"] == pytest.approx(1 - table["auc"]["number"], nan_ok=True)
    assert other["q_value"].tolist() == pytest.approx(table["q_value"].tolist(), nan_ok=True)


def test_present_among_positives_only():
    """What only payers can have is set aside, whatever says that others do not have it."""
    frame, paid = population()
    asked = paid & (np.arange(400) % 3 == 0)
    frame["refund"], frame["times"] = asked, np.where(asked, 2, 0)
    frame["amount"] = np.where(asked, 20.0, np.nan)
    frame["on"] = pd.Series(pd.Timestamp("2024-05-01"), index=frame.index).where(asked)
    frame["why"] = pd.Series("broken", index=frame.index).where(asked)
    screening = screen(frame, paid)
    assert screening.suspects == ["refund", "times", "amount", "on", "why"]
    said = f"present among positives only ({asked.sum()} of {paid.sum()}, none of "
    assert screening.table.loc[screening.suspects, "reason"].str.startswith(said).all()


def test_another_target_keeps_what_this_one_set_aside():
    """Among payers, the refund request is an indicator like any other."""
    frame, paid = population(2_000)
    rng = np.random.default_rng(7)
    frame["refund"] = paid & (rng.random(2_000) < 0.3)
    again = paid & (rng.random(2_000) < np.where(frame["refund"], 0.2, 0.7))
    assert screen(frame, paid).suspects == ["refund"]
    second = screen(frame[paid], again[paid])
    assert second.suspects == []
    assert second.table["share_of_influence"].idxmax() == "refund"
    assert second.table.loc["refund", "direction"] == "lower"


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        (lambda paid: paid, "identical to the target in every row"),
        (lambda paid: ~paid, "identical to the target in every row"),
        (lambda paid: np.where(paid, "yes", "no"), "identical to the target in every row"),
        (lambda _: 7, "constant: the same value in every row"),
        (lambda _: None, "never known"),
        (lambda _: np.arange(1_000, 1_400), "like an id: running numbers, 400 of them"),
        (
            lambda _: [f"C{i}" for i in range(400)],
            "like an id: 400 different values in 400 rows",
        ),
        (
            lambda paid: np.arange(400.0) + 1_000 * paid,
            "near-perfect separation (AUC 1.000)",
        ),
        (
            lambda paid: np.arange(400.0) ** 2 - 1e6 * paid,
            "near-perfect separation (AUC 0.000)",
        ),
        (
            lambda paid: np.where(paid, np.nan, np.arange(400) % 5),
            "near-perfect separation with who is missing (AUC 1.000)",
        ),
        (
            lambda paid: np.where(paid, np.arange(400) % 5, np.arange(400) % 5 + 5).astype(str),
            "near-perfect separation (AUC 1.000)",
        ),
    ],
)
def test_reasons(column, reason):
    """Each suspicion says in words what it rests on."""
    frame, paid = population()
    frame["x"] = column(paid)
    screening = screen(frame, paid)
    assert screening.suspects == ["x"]
    assert screening.table.loc["x", "reason"] == reason
    assert screening.explain("x").startswith(f"x: set aside for this target: {reason}. Known in ")


@pytest.mark.parametrize(
    "column",
    [
        np.arange(400.0) / 4,
        np.arange(400) * 3,
        np.arange(400) // 2,
        np.array([f"C{i // 2}" for i in range(400)]),
        pd.Categorical([f"C{i:03}" for i in range(400)], ordered=True),
        np.where(np.arange(400) == 5, np.nan, 1.0),
    ],
)
def test_measures_are_no_ids(column):
    """Neither measures that all differ, nor numbers with gaps or twins, nor steps look like ids."""
    frame, paid = population()
    frame["x"] = (
        np.random.default_rng(0).permutation(column) if isinstance(column, np.ndarray) else column
    )
    assert screen(frame, paid).suspects == []


def test_recorded_after_the_cutoff():
    """A day after the cutoff is too late, the day itself is not; other reasons stand beside it."""
    frame, paid = population()
    frame["copy"] = paid
    screening = screen(
        frame,
        paid,
        known_at={
            "visits": "2024-03-31",
            "trial": "2024-04-01",
            "copy": pd.Timestamp("2024-05-01"),
        },
        cutoff="2024-03-31",
    )
    assert screening.suspects == ["trial", "copy"]
    assert screening.table["reason"][["trial", "copy"]].tolist() == [
        "recorded on 2024-04-01, after the cutoff 2024-03-31",
        "recorded on 2024-05-01, after the cutoff 2024-03-31; identical to the target in every row",
    ]


def test_luck_in_few_rows_is_kept_and_said():
    """A perfect separation of six rows may be luck: kept, with a note."""
    frame = pd.DataFrame({"visits": [4, 5, 6, 1, 2, 3], "refund": [1, 1, 0, 0, 0, 0]})
    screening = screen(frame, [1, 1, 1, 0, 0, 0])
    assert screening.suspects == []
    assert screening.notes == (
        "Kept, though too good to be true if it is no luck in so few rows: visits, refund.",
    )
    assert screening.explain("visits") == (
        "visits: kept, with 75.9% of the influence (higher). In so few rows this may be luck: "
        "near-perfect separation (AUC 1.000). Known in 6 of 6 rows; AUC 1.000, q 0.1617."
    )


def test_a_copy_in_few_rows_is_set_aside_and_said():
    """Nothing tells a lucky flag from a copy of the target, so the reason leaves it open."""
    screening = screen(pd.DataFrame({"x": [0, 1, 0]}), [False, True, False])
    reason = "identical to the target in every row, which may be luck in so few rows"
    assert screening.table.loc["x", "reason"] == reason


def test_limits_move_the_line():
    """Each limit decides about what lies at it."""
    frame, paid = population()
    separated = np.arange(400.0) / 3 + 60 * paid
    auc = roc_auc_score(paid, separated)
    frame["x"] = separated
    assert screen(frame, paid, near_perfect=auc - 1e-9).suspects == ["x"]
    assert screen(frame, paid, near_perfect=auc + 1e-9).suspects == []
    frame["x"] = paid & (np.cumsum(paid) <= 5)
    assert screen(frame, paid, fewest=5).suspects == ["x"]
    assert screen(frame, paid, fewest=6).suspects == []
    assert screen(frame, paid, max_q_value=1e-9).suspects == []
    frame["x"] = [f"C{i}" for i in range(400)]
    assert screen(frame, paid, id_like=1).suspects == []
    frame["x"] = frame["visits"] ** 2
    assert screen(frame, paid).redundant == (("visits", "x"),)
    rng = np.random.default_rng(5)
    frame["x"] = frame["visits"] + rng.normal(size=400)
    assert screen(frame, paid).redundant == ()
    assert screen(frame, paid, redundant=0.7).redundant == (("visits", "x"),)


@pytest.mark.parametrize(
    ("limit", "value", "low", "high"),
    [
        ("near_perfect", 0.4, "0.5", "1"),
        ("fewest", 0, "1", "1,000,000"),
        ("max_q_value", -0.1, "0", "1"),
        ("id_like", 1.5, "0", "1"),
        ("redundant", 95, "0", "1"),
    ],
)
def test_limits_have_limits(limit, value, low, high):
    """A limit out of range is refused, and so is one that is no number."""
    message = f"{limit} must lie within {low} and {high}, got {value}"
    with pytest.raises(cv.InputError, match=re.escape(message)):
        screen(pd.DataFrame(), [], **{limit: value})
    with pytest.raises(TypeError, match=f"{limit} must be a number, got 'a'"):
        screen(pd.DataFrame(), [], **{limit: "a"})


def test_redundant_ones_are_pointed_out():
    """They are kept, led by the one of most influence, and the explanation says so."""
    frame, paid = population()
    frame["squared"], frame["minus"] = frame["visits"] ** 2, -frame["visits"]
    screening = screen(frame, paid)
    assert screening.redundant == (("visits", "squared", "minus"),)
    assert screening.notes == ("These say much the same: visits, squared, minus.",)
    assert screening.explain("squared").endswith("Says much the same as visits, minus.")
    assert not screening.table["suspect"].any()


@pytest.mark.parametrize(
    ("groups", "note"), [(6, "So does 1 more group."), (7, "So do 2 more groups.")]
)
def test_many_redundant_groups_are_counted(groups, note):
    """Notes name five groups and count the others."""
    rng = np.random.default_rng(9)
    one = pd.DataFrame(rng.normal(size=(50, groups))).add_prefix("a")
    other = one.set_axis([f"b{i}" for i in range(groups)], axis=1)
    screening = screen(one.join(other), [0, 1] * 25)
    assert len(screening.redundant) == groups
    assert screening.notes[-1] == note
    last = screening.redundant[-1]
    assert screening.explain(last[0]).endswith(f"Says much the same as {last[1]}.")


@pytest.mark.parametrize(
    ("rows", "target", "note"),
    [
        (0, [], "Nothing can be told, as there are no rows."),
        (1, [True], "Nothing can be told, as the only row is positive."),
        (30, [True] * 30, "Nothing can be told, as all 30 rows are positive."),
        (30, [False] * 30, "Nothing can be told, as all 30 rows are negative."),
    ],
)
def test_without_two_classes_nothing_can_be_told(rows, target, note):
    """AUC, q-value and share are undefined, and a note says so."""
    frame = pd.DataFrame(
        {"x": np.arange(rows) % 4, "y": ["a", "b", "b"][:rows] * max(rows // 3, 1)}
    )
    screening = screen(frame, target)
    undefined = ["auc", "missing_auc", "q_value", "share_of_influence"]
    assert screening.table[undefined].isna().all(axis=None)
    assert screening.notes[0] == note
    assert screening.rows == rows
    for name in screening.kept:
        assert "its influence cannot be told" in screening.explain(name)
        assert "AUC –, q –" in screening.explain(name)
    assert str(screening)


def test_without_indicators():
    """No column gives an empty table, and nobody is named."""
    screening = screen(pd.DataFrame(index=range(4)), [1, 0, 1, 0])
    assert len(screening.table) == 0
    assert screening.kept == screening.suspects == []
    assert str(screening) == "0 indicators of 4 rows, 2 of them positive: 0 kept, 0 set aside."


def test_one_of_each():
    """One indicator, one row: the sentences mind their grammar."""
    screening = screen(pd.DataFrame({"x": [1]}), [False])
    assert str(screening).startswith("1 indicator of 1 row, 0 of them positive: 0 kept, 1 set asid")
    assert "Known in 1 of 1 row;" in screening.explain("x")


def test_the_target_must_be_known_and_well_spelt():
    """Rows without a label are to be left out of both; a label that nobody has may be misspelt."""
    frame = pd.DataFrame({"x": [1, 2, 3]})
    message = (
        "target must be known, got missing labels in row 1: leave these rows out of both, as with "
        "indicators[target.notna()]"
    )
    with pytest.raises(cv.InputError, match=f"^{re.escape(message)}$"):
        screen(frame, ["yes", None, "no"], positive="yes")
    message = (
        "positive must be a label in target, got 'Yes' where there are 'yes', 'no': say which of "
        "these means yes, or give flags if nobody has it, as target == 'Yes'"
    )
    with pytest.raises(cv.InputError, match=f"^{message}$"):
        screen(frame, ["yes", "no", "no"], positive="Yes")


def test_labels_of_the_target():
    """Any label may mean yes, and True is found in 1 and 0."""
    frame, paid = population()
    words = pd.Series(np.where(paid, "paid", "left"))
    by_word = screen(frame, words, positive="paid")
    pd.testing.assert_frame_equal(by_word.table, screen(frame, paid.astype(int)).table)
    assert by_word.positives == paid.sum()


def test_target_and_indicators_share_their_rows():
    """A target in another order, of another length, or with gaps is an error."""
    frame, paid = population()
    target = pd.Series(paid)
    with pytest.raises(cv.InputError, match="indicators and target must share one index in one"):
        screen(frame, target[::-1])
    with pytest.raises(cv.InputError, match=r"indicators and target must have one length, got \(4"):
        screen(frame, paid[1:])
    with pytest.raises(cv.InputError, match="target must be known, got missing labels in row 3"):
        screen(frame, target.astype("boolean").mask(target.index == 3))


def test_indicators_must_be_a_frame_of_named_columns():
    """A list, a column twice, or levels of columns are errors that say what to do."""
    frame, paid = population()
    with pytest.raises(TypeError, match=r"^indicators must be a pandas DataFrame, got list$"):
        screen([1, 2], paid)
    message = "indicators must have each column once, got more of visits: rename or drop them"
    with pytest.raises(cv.InputError, match=f"^{message}$"):
        screen(frame[["visits", "visits", "spent"]], paid)
    message = "indicators must have one level of names, got several: join them first"
    with pytest.raises(cv.InputError, match=f"^{message}$"):
        screen(pd.concat({"a": frame}, axis=1), paid)


def test_columns_that_cannot_be_read_are_named():
    """An infinite number names its row, another kind names its column."""
    frame, paid = population()
    with pytest.raises(
        cv.InputError, match="indicator spent must be finite, got infinity in row 2"
    ):
        screen(frame.assign(spent=frame["spent"].where(frame.index != 2, math.inf)), paid)
    with pytest.raises(TypeError, match=r"^indicator x must hold numbers, flags, dates, text or"):
        screen(frame.assign(x=pd.to_timedelta(frame["visits"], unit="D")), paid)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"known_at": {"visits": "2024-01-01"}}, "must be given together, got known_at alone"),
        ({"cutoff": "2024-01-01"}, "known_at and cutoff must be given together, got cutoff alone"),
        (
            {"known_at": {"visit": "2024-01-01"}, "cutoff": "2024-01-01"},
            "known_at must name indicators, got others: visit",
        ),
        (
            {"known_at": {"visits": "soon"}, "cutoff": "2024-01-01"},
            "known_at of visits must be a calendar day, as '1998-06-30' or a date, got 'soon'",
        ),
    ],
)
def test_days_of_recording_are_checked(given, message):
    """They need a cutoff, name indicators, and are calendar days."""
    frame, paid = population()
    with pytest.raises(cv.InputError, match=message):
        screen(frame, paid, **given)


def test_what_was_not_screened_cannot_be_explained():
    """The name must be one of a column."""
    screening = screen(pd.DataFrame({"a": [1, 2]}), [0, 1])
    message = "explain takes the name of an indicator that was screened, got 'b'"
    with pytest.raises(cv.InputError, match=f"^{message}$"):
        screening.explain("b")


def test_a_screening_shows_itself():
    """Printed, it names the ten of most influence; in a notebook, names are escaped."""
    rng = np.random.default_rng(10)
    paid = rng.random(300) < 0.5
    frame = pd.DataFrame(rng.normal(size=(300, 12))).add_prefix("x")
    frame["<b>"] = frame["x0"] + 2 * paid
    frame = frame.join(pd.DataFrame({f"copy{i}": paid for i in range(12)}))
    screening = screen(frame, paid)
    lines = str(screening).splitlines()
    headline = f"25 indicators of 300 rows, {paid.sum()} of them positive: 13 kept, 12 set aside."
    assert lines[0] == headline
    assert lines[1] == " share    AUC       q  indicator"
    assert lines[2].endswith("  <b> (higher)")
    assert lines[12] == "and 3 more"
    assert lines[13] == "Set aside: copy0: identical to the target in every row."
    assert lines[-1] == "Set aside: 2 more."
    assert repr(screening) == f"<Screening: {headline}>"
    page = screening._repr_html_()
    assert page.startswith(f"<p>{headline}</p>")
    assert "&lt;b&gt;" in page
    assert "<b>" not in page


def test_nothing_of_the_callers_is_changed():
    """Indicators and target are as they were, also when they are read-only."""
    frame, paid = population()
    before, flags = frame.copy(), paid.copy()
    paid.flags.writeable = False
    screen(frame, paid)
    pd.testing.assert_frame_equal(frame, before)
    assert np.array_equal(paid, flags)


def test_names_and_rows_of_any_kind():
    """Columns may have numbers for names, rows labels that repeat."""
    frame, paid = population()
    frame = frame.set_axis(range(6), axis="columns").set_axis([1, 1] * 200)
    screening = screen(frame, pd.Series(paid, index=frame.index))
    assert screening.kept == [0, 1, 2, 3, 4, 5]
    assert screening.explain(0).startswith("0: kept, with ")
