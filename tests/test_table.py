import itertools
import json
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import custvalue as cv
from custvalue._containers import is_missing
from custvalue.testing import SCALES, tables


class Tier(cv.Scale):
    """Three tiers."""

    C = "C"
    B = "B"
    A = "A"


class Care(cv.Label):
    """What to do, in no order."""

    CALL = "call"
    MAIL = "mail"
    NOTHING = "nothing"


ROWS = [
    cv.Row({"tier": cv.equals("A")}, Care.CALL, because="they bring most"),
    cv.Row({"tier": cv.one_of("B", "C"), "vip": cv.is_true()}, Care.CALL),
    cv.Row({"tier": cv.equals("B"), "vip": cv.equals(False)}, Care.MAIL),
    cv.Row({"tier": cv.equals("C"), "vip": cv.equals(False)}, Care.NOTHING),
]
TABLE = cv.Table({"tier": Tier, "vip": bool}, Care, ROWS)
NULLABLE = cv.Table(
    {"tier": Tier},
    Care,
    [cv.Row({"tier": cv.known()}, Care.MAIL), cv.Row({"tier": cv.missing()}, Care.NOTHING)],
)


def cells(table) -> list[dict]:
    """Return every combination of a table's steps, with None for missing."""
    choices = [[*([False, True] if d is bool else d), None] for _, d in table.measures]
    names = [name for name, _ in table.measures]
    return [dict(zip(names, cell, strict=True)) for cell in itertools.product(*choices)]


# --- one and many ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tier", "vip", "care"),
    [
        ("A", False, "call"),
        (Tier.A, True, "call"),
        ("B", True, "call"),
        ("B", False, "mail"),
        ("C", np.False_, "nothing"),
        ("C", 1, "call"),
    ],
)
def test_each_combination_has_its_answer(tier, vip, care) -> None:
    """Members and their text, flags and 1 and 0 are answered, alone and in a frame."""
    assert TABLE.classify(tier=tier, vip=vip) is Care(care)
    assert TABLE.classify(pd.DataFrame({"vip": [vip], "tier": [tier]})).tolist() == [care]


@given(table=tables(), data=st.data())
def test_a_frame_is_classified_like_its_rows(table, data) -> None:
    """Each row's answer is that of its cell; what has none alone is missing in the frame."""
    rows = data.draw(st.lists(st.sampled_from(cells(table))))
    frame = pd.DataFrame(rows, columns=[name for name, _ in table.measures], dtype=object)
    answers = table.classify(frame)
    assert answers.dtype == table.answers.dtype()
    for row, answer in zip(rows, answers, strict=True):
        if is_missing(answer):
            with pytest.raises(cv.InputError, match="must be known: no row says what to do"):
                table.classify(**row)
        else:
            assert answer == table.classify(**row)


@given(table=tables())
def test_a_table_is_total(table) -> None:
    """Every combination of known steps has an answer, and just one row gives it."""
    for cell in cells(table):
        if None not in cell.values():
            holding = [
                row
                for row in table.rows
                if all(condition.holds(cell[name]) for name, condition in row.when.items())
            ]
            assert [row.then for row in holding] == [table.classify(**cell)]


@pytest.mark.parametrize(
    "dtype", [object, "category", "string", "string[pyarrow]", Tier.dtype()], ids=str
)
def test_columns_of_every_dtype(dtype) -> None:
    """Labels may be held as text or categories, flags as bools or numbers."""
    tiers = pd.Series(["A", "B", None, "C"], dtype=dtype)
    for flags in (
        pd.Series([True, False, True, None], dtype="boolean"),
        pd.Series([True, False, True, None], dtype=object),
        pd.Series([1, 0, 1, None]),
    ):
        answers = TABLE.classify(pd.DataFrame({"tier": tiers, "vip": flags}))
        assert answers[:2].tolist() == ["call", "mail"]
        assert answers[2:].isna().all()


def test_missing_is_a_step_where_some_row_asks() -> None:
    """A row about missing values answers them; elsewhere they stay missing."""
    assert NULLABLE.classify(tier=None) is Care.NOTHING
    assert NULLABLE.classify(tier=float("nan")) is Care.NOTHING
    frame = pd.DataFrame({"tier": ["C", None, "A"]})
    assert NULLABLE.classify(frame).tolist() == ["mail", "nothing", "mail"]


def test_the_frame_keeps_its_index_and_itself() -> None:
    """The answer has the frame's index, duplicates too, and the frame is left alone."""
    frame = pd.DataFrame({"tier": ["A", "C"], "vip": [True, False]}, index=["x", "x"])
    before = frame.copy()
    answers = TABLE.classify(frame)
    assert answers.index.tolist() == ["x", "x"]
    assert not answers.cat.ordered
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("count", [0, 1])
def test_short_frames(count) -> None:
    """No row and one row are classified like many."""
    frame = pd.DataFrame({"tier": ["B"], "vip": [False]}).head(count)
    assert TABLE.classify(frame).tolist() == ["mail"] * count
    assert TABLE.classify(frame).dtype == Care.dtype()


def test_a_table_without_measures_has_one_answer() -> None:
    """Where nothing is looked at, everybody gets the same."""
    table = cv.Table({}, Care, [cv.Row({}, Care.MAIL)])
    assert table.classify() is Care.MAIL
    assert table.classify(pd.DataFrame(index=[1, 2])).tolist() == ["mail", "mail"]
    with pytest.raises(TypeError, match=r"^the table needs nothing, got vip$"):
        table.classify(vip=True)
    with pytest.raises(cv.RuleError, match=r"^the table looks at nothing; a row asks about vip$"):
        cv.Table({}, Care, [cv.Row({"vip": cv.is_true()}, Care.MAIL)])


# --- explaining and changing -------------------------------------------------------------------


def test_an_answer_explained() -> None:
    """The sentence says the answer, the row that gave it, and its reason."""
    assert TABLE.explain(tier="A", vip=False) == "call, as tier = A: they bring most."
    assert TABLE.explain(tier="B", vip=True) == "call, as tier: B or C and vip is true."
    assert NULLABLE.explain(tier=None) == "nothing, as tier is missing."
    assert cv.Table({"vip": bool}, Care, [cv.Row({}, Care.MAIL)]).explain(vip=True) == (
        "mail, as always."
    )


@given(table=tables(), data=st.data())
def test_with_cell_changes_one_cell(table, data) -> None:
    """The new table answers one combination anew and all others as before."""
    known = [cell for cell in cells(table) if None not in cell.values()]
    changed = data.draw(st.sampled_from(known))
    then = data.draw(st.sampled_from(list(table.answers)))
    new = table.with_cell(then, because="by request", **changed)
    assert new.classify(**changed) is then
    assert new.explain(**changed).endswith(": by request.")
    for cell in known:
        if cell != changed:
            assert new.classify(**cell) is table.classify(**cell)
    assert (new == table) is (then is table.classify(**changed))


def test_with_cell_for_a_missing_measure() -> None:
    """The answer for a missing measure is changed where there is one."""
    assert NULLABLE.with_cell(Care.CALL, tier=None).classify(tier=None) is Care.CALL
    with pytest.raises(cv.InputError, match="the table has no combination with a missing measure"):
        TABLE.with_cell(Care.CALL, tier=None, vip=True)


# --- what it is --------------------------------------------------------------------------------


@given(table=tables())
def test_tables_travel(table) -> None:
    """Pickled, or written as JSON and read back, a table is the same table."""
    read = cv.from_dict(json.loads(json.dumps(cv.to_dict(table))), scales=SCALES)
    for other in (pickle.loads(pickle.dumps(table)), read):
        assert other == table
        assert hash(other) == hash(table)
        assert other.rows == table.rows


def test_tables_are_equal_by_meaning() -> None:
    """Rows that give the same answers make the same table, however they are cut and reasoned."""
    cut = [
        cv.Row({"vip": cv.is_true()}, Care.CALL),
        cv.Row(
            {"tier": cv.equals("A"), "vip": cv.equals(False)}, Care.CALL, because="another reason"
        ),
        *ROWS[2:],
    ]
    same = cv.Table([("tier", Tier), ("vip", bool)], Care, iter(cut))
    assert same == TABLE
    assert hash(same) == hash(TABLE)
    assert TABLE.with_cell(Care.MAIL, tier="A", vip=True) != TABLE


def test_a_table_is_frozen() -> None:
    """Neither the table nor what it was made from can change it."""
    when = {"tier": cv.known()}
    table = cv.Table({"tier": Tier}, Care, [cv.Row(when, Care.MAIL), *NULLABLE.rows[1:]])
    when["tier"] = cv.missing()
    assert table == NULLABLE
    with pytest.raises(AttributeError):
        table.rows = ()


# --- what is refused ---------------------------------------------------------------------------


def test_gaps_and_overlaps_are_listed() -> None:
    """Combinations answered never or more than once are named when the table is built."""
    with pytest.raises(
        cv.RuleError,
        match=r"every combination must be answered exactly once; "
        r"2 unanswered: \(tier=C, vip=False\), \(tier=A, vip=False\); "
        r"1 answered twice: \(tier=B, vip=True\)$",
    ):
        cv.Table(
            {"tier": Tier, "vip": bool},
            Care,
            [cv.Row({"vip": cv.is_true()}, Care.CALL), cv.Row({"tier": cv.equals("B")}, Care.MAIL)],
        )


def test_reasons_are_given_by_name() -> None:
    """So a reason is not taken for a measure, and no measure has that name."""
    with pytest.raises(TypeError):
        cv.Row({}, Care.CALL, "they bring most")
    message = "no measure of a table may be named because, which is the reason of a cell: rename it"
    with pytest.raises(cv.RuleError, match=f"^{message}$"):
        cv.Table({"because": Tier}, Care, [cv.Row({}, Care.CALL)])


def test_a_missing_measure_can_be_a_gap() -> None:
    """Once a row asks about missing values, they must be answered throughout."""
    with pytest.raises(cv.RuleError, match=r"1 unanswered: \(tier=None\)$"):
        cv.Table({"tier": Tier}, Care, [cv.Row({"tier": cv.known()}, Care.MAIL)])


def test_long_lists_are_cut() -> None:
    """Eight cells are named, the rest counted."""
    with pytest.raises(cv.RuleError, match=r"9 unanswered: (\([^)]*\), ){7}\([^)]*\) \.\.\.$"):
        cv.Table({"one": Tier, "two": Tier}, Care, [])


def test_rows_that_answer_nothing_are_refused() -> None:
    """A misspelt step is found, not taken for a row that never fires."""
    with pytest.raises(
        cv.RuleError, match="a row must answer some combination, none has tier = D: check the sp"
    ):
        cv.Table({"tier": Tier}, Care, [cv.Row({"tier": cv.equals("D")}, Care.CALL)])


def test_rows_about_unknown_measures_are_refused() -> None:
    """A row asks about the table's measures only."""
    row = cv.Row({"state": cv.known(), "stage": cv.known()}, Care.CALL)
    with pytest.raises(cv.RuleError, match="looks at tier; a row asks about stage, state"):
        cv.Table({"tier": Tier}, Care, [row])


def test_answers_are_members() -> None:
    """An answer is a member of the answers, not its text or another class's."""
    for then in ("call", Tier.A):
        with pytest.raises(cv.RuleError, match="answers must be members of Care, got"):
            cv.Table({"tier": Tier}, Care, [cv.Row({}, then)])


def test_rows_hold_conditions() -> None:
    """A bare value is refused with the way to write it."""
    with pytest.raises(
        TypeError, match=r"a row needs a condition on tier, as equals\(x\), got 'A'"
    ):
        cv.Table({"tier": Tier}, Care, [cv.Row({"tier": "A"}, Care.CALL)])


@pytest.mark.parametrize("domain", [str, int, "Tier", Tier.A, None])
def test_measures_take_labels_or_flags(domain) -> None:
    """The steps of a measure are those of a class of labels, or false and true."""
    with pytest.raises(TypeError, match="tier must be given a subclass of Label, or bool, got"):
        cv.Table({"tier": domain}, Care, [])
    with pytest.raises(TypeError, match="answers must be a subclass of Label, got"):
        cv.Table({"tier": Tier}, domain, [])


@pytest.mark.parametrize("ask", [TABLE.classify, TABLE.explain])
def test_every_measure_is_needed(ask) -> None:
    """Lacking and unknown measures are refused; none may be missing unasked."""
    with pytest.raises(TypeError, match="the table needs tier, vip, got tier"):
        ask(tier="A")
    with pytest.raises(TypeError, match="the table needs tier, vip, got nothing"):
        ask()
    with pytest.raises(TypeError, match="the table needs tier, vip, got tier, vip, age"):
        ask(tier="A", vip=True, age=3)
    with pytest.raises(cv.InputError, match="vip must be known: no row says what to do where it"):
        ask(tier="A", vip=None)


def test_only_measures_nobody_asks_about_must_be_known() -> None:
    """The sentence names the measure whose absence has no answer, and no other."""
    table = cv.Table(
        {"tier": Tier, "vip": bool},
        Care,
        [cv.Row({"tier": cv.known()}, Care.MAIL), cv.Row({"tier": cv.missing()}, Care.CALL)],
    )
    with pytest.raises(cv.InputError, match=r"^vip must be known: no row"):
        table.classify(tier=None, vip=None)


def test_unknown_steps_are_refused() -> None:
    """What is no step of its measure is named with those there are."""
    with pytest.raises(cv.InputError, match="tier must be one of C, B, A, got 'D'"):
        TABLE.classify(tier="D", vip=True)
    with pytest.raises(cv.InputError, match="tier must be one of C, B, A, got 1"):
        TABLE.classify(tier=1, vip=True)
    with pytest.raises(cv.InputError, match=r"tier must hold labels of Tier .* 'D' in row 1"):
        TABLE.classify(pd.DataFrame({"tier": ["A", "D"], "vip": [True, True]}))
    with pytest.raises(cv.InputError, match="vip must be true or false"):
        TABLE.classify(tier="A", vip=2)
    with pytest.raises(cv.InputError, match=r"vip must be true or false .* in row 0"):
        TABLE.classify(pd.DataFrame({"tier": ["A"], "vip": [2]}))
    with pytest.raises(TypeError, match=r"vip must be true or false .*, got 'yes'"):
        TABLE.classify(tier="A", vip="yes")


def test_frames_hold_every_measure() -> None:
    """A lacking column is named; a keyword beside a frame is refused."""
    frame = pd.DataFrame({"tier": ["A"]})
    with pytest.raises(cv.InputError, match=r"what a table classifies must have .* it lacks vip"):
        TABLE.classify(frame)
    with pytest.raises(TypeError, match="give a frame or measures by name, got a frame and vip"):
        TABLE.classify(frame, vip=True)
    with pytest.raises(TypeError, match="what a table classifies must be a pandas DataFrame"):
        TABLE.classify([1])
