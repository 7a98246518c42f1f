"""The playbook: every combination has one measure, and care goes where it should."""

import itertools
import json
import pickle
import re
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import custvalue as cv
from custvalue import DEFAULT_PLAYBOOK, Measure, Playbook

PAGES = Path(__file__).resolve().parent.parent / "docs"

STATES = [*cv.ChurnState, None]
STEPS = {
    "top_tier": [True, False],
    "segment": list(cv.ValueSegment),
    "stage": list(cv.Stage),
    "state": STATES,
}
CELLS = [dict(zip(STEPS, cell, strict=True)) for cell in itertools.product(*STEPS.values())]

# One row per domain rule of the default playbook, written down by hand.
GOLDEN = [
    ("A", "high-value", "repeat", "awake", "serve-first"),
    ("A", "general-value", "long-term", "awake", "serve-first"),
    ("B", "high-value", "repeat", "awake", "develop"),
    ("C", "low-value", "repeat", "awake", "serve-cheaply"),
    ("C", "low-value", "first-time", "awake", "welcome"),
    ("A", "few-large-orders", "first-time", "awake", "welcome"),
    ("B", "new", "repeat", "awake", "welcome"),
    ("B", "lapsing", "repeat", "awake", "solve-problem"),
    ("B", "lapsing", "repeat", "drowsy", "solve-problem"),
    ("C", "many-small-orders", "repeat", "awake", "larger-orders"),
    ("A", "few-large-orders", "repeat", "awake", "more-orders"),
    ("A", "high-value", "repeat", "drowsy", "call"),
    ("B", "many-small-orders", "long-term", "drowsy", "call"),
    ("C", "low-value", "first-time", "drowsy", "remind"),
    ("A", "high-value", "repeat", "half-asleep", "solve-problem"),
    ("B", "general-value", "repeat", "half-asleep", "wake"),
    ("C", "low-value", "repeat", "half-asleep", "remind"),
    ("A", "high-value", "long-term", "asleep", "wake"),
    ("B", "lapsing", "repeat", "asleep", "wake"),
    ("C", "low-value", "first-time", "asleep", "let-go"),
    ("C", "low-value", "long-term", "asleep", "wake"),
    ("A", "high-value", "advocate", "awake", "involve"),
    ("C", "low-value", "strategic", "asleep", "call"),
    (None, "prospect", "suspect", None, "screen"),
    ("C", "prospect", "suspect", None, "screen"),
    (None, "prospect", "prospect", None, "win-first-order"),
    (None, "prospect", "partner", None, "involve"),
    (None, "prospect", "repeat", None, "remind"),
]


class Care(cv.Label):
    """Measures of one's own."""

    VISIT = "visit", "拜访"
    MAIL = "mail"


class Card(cv.Scale, best="first"):
    """A scale of tiers whose best step comes first."""

    GOLD = "gold"
    BLUE = "blue"


VISIT_OR_MAIL = Playbook(
    [
        cv.Row({"top_tier": cv.is_true()}, Care.VISIT, because="they bring | most"),
        cv.Row({"top_tier": cv.equals(False)}, Care.MAIL),
    ]
)


def classify(playbook, cell):
    """Return the measure of one cell, of which the tier is told by whether it is the top one."""
    tier = cv.ABCTier.A if cell["top_tier"] else cv.ABCTier.C
    return playbook.classify(tier=tier, **{k: v for k, v in cell.items() if k != "top_tier"})


def frame_of(cells) -> pd.DataFrame:
    """Return cells as customers with tiers."""
    frame = pd.DataFrame(cells)
    tiers = frame.pop("top_tier").map({True: "A", False: "B"})
    return frame.assign(tier=tiers.astype(cv.ABCTier.dtype()))


# --- the default -------------------------------------------------------------------------------


@pytest.mark.parametrize(("tier", "segment", "stage", "state", "measure"), GOLDEN)
def test_the_default_says_what_the_domain_says(tier, segment, stage, state, measure):
    """Each kind of customer gets the care that practitioners' texts give it."""
    one = {"segment": segment, "stage": stage, "state": state}
    member = None if tier is None else cv.ABCTier(tier)
    assert DEFAULT_PLAYBOOK.classify(tier=member, **one) == measure
    frame = pd.DataFrame([{"tier": tier, **one}], index=["ann"])
    assert DEFAULT_PLAYBOOK.classify(frame, tier_scale=cv.ABCTier).to_dict() == {"ann": measure}


def test_every_combination_has_an_answer_and_every_measure_is_given():
    """No cell is left out, and no measure of the enum is never the answer."""
    answers = {classify(DEFAULT_PLAYBOOK, cell) for cell in CELLS}
    assert len(CELLS) == 640
    assert answers == set(Measure)


def test_each_row_has_a_reason():
    """Nothing is advised without saying why."""
    assert all(row.because for row in DEFAULT_PLAYBOOK.rows)


def test_the_top_tier_is_never_let_go():
    """Who brings the most is neither given up, nor fobbed off."""
    poor = {Measure.LET_GO, Measure.SERVE_CHEAPLY}
    for cell in CELLS:
        if classify(DEFAULT_PLAYBOOK, cell) in poor:
            assert not cell["top_tier"], cell


def test_nobody_is_let_go_before_falling_asleep():
    """Only who is asleep and brought little is let go."""
    for cell in CELLS:
        if classify(DEFAULT_PLAYBOOK, cell) is Measure.LET_GO:
            assert cell["state"] == "asleep", cell
            assert cell["segment"] in ("low-value", "prospect"), cell


def test_new_and_lapsing_customers_get_opposite_care():
    """Of the two kinds of general value, one is welcomed and one asked what went wrong."""
    for cell in CELLS:
        if cell["state"] == "awake" and cell["stage"] in ("repeat", "long-term"):
            new = classify(DEFAULT_PLAYBOOK, {**cell, "segment": "new"})
            lapsing = classify(DEFAULT_PLAYBOOK, {**cell, "segment": "lapsing"})
            assert (new, lapsing) == (Measure.WELCOME, Measure.SOLVE_PROBLEM)


def test_it_works_for_any_scale_of_tiers():
    """Only whether a tier is the top one counts, whichever end of its scale that is."""
    one = {"segment": "high-value", "stage": "repeat", "state": "awake"}
    tops = [cv.ABCTier.A, cv.BankTier.BLUE, cv.CabinTier.FIRST, cv.ParetoTier.VITAL_FEW, Card.GOLD]
    for top in tops:
        assert DEFAULT_PLAYBOOK.classify(tier=top, **one) == "serve-first"
        others = [tier for tier in type(top) if tier is not top]
        assert {DEFAULT_PLAYBOOK.classify(tier=tier, **one) for tier in others} == {"develop"}


# --- one and many ------------------------------------------------------------------------------


def test_many_are_answered_as_one():
    """The answers for a frame are those for each of its rows, index kept, order any."""
    shuffled = frame_of(CELLS).sample(frac=1, random_state=3)
    answers = DEFAULT_PLAYBOOK.classify(shuffled)
    assert answers.index.equals(shuffled.index)
    assert answers.dtype == Measure.dtype()
    assert answers.sort_index().tolist() == [str(classify(DEFAULT_PLAYBOOK, c)) for c in CELLS]


def test_the_best_of_a_column_of_tiers():
    """An ordered categorical is best last, or as its built-in scale says; else one names it."""
    one = {"segment": "high-value", "stage": "repeat", "state": "awake"}
    own = pd.CategoricalDtype(["bronze", "silver"], ordered=True)
    customers = pd.DataFrame([one] * 3, index=["b", "a", "b"])
    lasts = customers.assign(tier=pd.Categorical(["bronze", "silver", None], dtype=own))
    assert DEFAULT_PLAYBOOK.classify(lasts).tolist() == ["develop", "serve-first", "develop"]
    states = pd.Categorical(["asleep", "awake", None], dtype=cv.ChurnState.dtype())
    firsts = customers.assign(tier=states)
    assert DEFAULT_PLAYBOOK.classify(firsts).tolist() == ["develop", "serve-first", "develop"]
    cards = customers.assign(tier=["blue", "gold", None])
    answers = DEFAULT_PLAYBOOK.classify(cards, tier_scale=Card)
    assert answers.tolist() == ["develop", "serve-first", "develop"]
    assert answers.index.tolist() == ["b", "a", "b"]
    steps = pd.CategoricalDtype([], ordered=True)
    nobody = customers.assign(tier=pd.Categorical([None] * 3, dtype=steps))
    assert DEFAULT_PLAYBOOK.classify(nobody).tolist() == ["develop"] * 3


@pytest.mark.parametrize("dtype", ["object", "string", pd.ArrowDtype(pa.string()), "category"])
def test_labels_in_any_dtype(dtype):
    """Strings of any dtype, categories in any order and number: the same answers."""
    frame = frame_of(CELLS)
    labels = frame.astype(object).astype(dtype)
    answers = DEFAULT_PLAYBOOK.classify(labels, tier_scale=cv.ABCTier)
    assert answers.tolist() == DEFAULT_PLAYBOOK.classify(frame).tolist()


def test_no_customers():
    """A frame without rows has no answers, and still their dtype."""
    answers = DEFAULT_PLAYBOOK.classify(frame_of(CELLS)[:0])
    assert len(answers) == 0
    assert answers.dtype == Measure.dtype()


def test_a_missing_segment_or_stage():
    """It is missing in a column, an error for one customer, and answered where a row asks."""
    frame = frame_of([dict(CELLS[5], segment=None), dict(CELLS[5], stage=None)])
    assert DEFAULT_PLAYBOOK.classify(frame).isna().all()
    with pytest.raises(cv.InputError, match="segment must be known: no row says what to do"):
        classify(DEFAULT_PLAYBOOK, dict(CELLS[5], segment=None))
    asked = Playbook(
        [
            cv.Row({"segment": cv.missing()}, Care.VISIT, because="find out"),
            cv.Row({"segment": cv.known()}, Care.MAIL),
        ]
    )
    assert asked.classify(frame).isna().tolist() == [False, True]
    assert classify(asked, dict(CELLS[5], segment=None)) is Care.VISIT


def test_who_never_ordered_is_answered_even_where_no_row_asks():
    """Rows that say nothing of the state hold without one as well."""
    assert VISIT_OR_MAIL.classify(frame_of(CELLS)).notna().all()
    assert classify(VISIT_OR_MAIL, dict(CELLS[0], state=None)) is Care.VISIT
    by_state = [cv.Row({"state": cv.equals(state)}, Care.MAIL) for state in cv.ChurnState]
    with pytest.raises(cv.RuleError) as caught:
        Playbook(by_state)
    assert str(caught.value) == (
        "a playbook must say what to do with who never ordered, and so has no state: "
        "add a row with {'state': missing()}"
    )


# --- words -------------------------------------------------------------------------------------


def test_explain_names_what_the_rule_went_by():
    """The measure, what was looked at, and the reason; nothing that did not count."""
    one = {"segment": "low-value", "stage": "repeat"}
    told = DEFAULT_PLAYBOOK.explain(tier=cv.ABCTier.C, state="asleep", **one)
    assert told == (
        "let-go, as tier C (not the top one), segment low-value, stage repeat, state asleep: "
        "they brought little and are gone: what they would cost is better spent on others."
    )
    told = DEFAULT_PLAYBOOK.explain(tier=None, segment="prospect", stage="suspect", state=None)
    assert told.startswith("screen, as stage suspect, no state: nobody has approached them")
    told = VISIT_OR_MAIL.explain(tier=None, state="asleep", **one)
    assert told == "mail, as no tier."
    always = Playbook([cv.Row({}, Care.MAIL, because="we mail everyone")])
    assert always.explain(tier=None, state=None, **one) == "mail, as no state: we mail everyone."


@given(cell=st.sampled_from(CELLS))
def test_explain_agrees_with_classify(cell):
    """Each explanation begins with the measure."""
    one = {**cell, "tier": cv.CabinTier.FIRST if cell["top_tier"] else None}
    del one["top_tier"]
    told = DEFAULT_PLAYBOOK.explain(**one)
    assert told.startswith(f"{DEFAULT_PLAYBOOK.classify(**one)}, as ")


def test_to_frame_and_markdown():
    """A row per rule; one line per row in Markdown, with bars inside of it escaped."""
    told = DEFAULT_PLAYBOOK.to_frame()
    assert list(told.columns) == ["tier", "segment", "stage", "state", "measure", "because"]
    assert len(told) == len(DEFAULT_PLAYBOOK.rows)
    assert told.iloc[0, :5].tolist() == ["any", "any", "suspect", "none", "screen"]
    assert VISIT_OR_MAIL.to_markdown().splitlines() == [
        "| tier | segment | stage | state | measure | because |",
        "| --- | --- | --- | --- | --- | --- |",
        r"| top | any | any | any | visit | they bring \| most |",
        "| other | any | any | any | mail |  |",
    ]


def test_in_chinese():
    """Headings and labels are translated; reasons stay as they were written."""
    told = DEFAULT_PLAYBOOK.to_frame(lang="zh")
    assert told.iloc[0].tolist() == [
        *("任意", "任意", "猜想客户", "无", "筛选"),
        "nobody has approached them, so see first whether they are whom you serve",
    ]
    head = DEFAULT_PLAYBOOK.to_markdown(lang="zh").splitlines()[0]
    assert head == "| 层级 | 价值细分 | 阶段 | 状态 | 措施 | 理由 |"
    for lang in ("de", None):
        with pytest.raises(cv.InputError, match=f"lang must be 'en' or 'zh', got {lang!r}"):
            DEFAULT_PLAYBOOK.to_frame(lang=lang)


def test_repr():
    """A playbook says how much it holds, not all of it."""
    assert repr(VISIT_OR_MAIL) == "<Playbook of 2 rows, answering Care>"


def test_the_page_shows_the_default():
    """The table in the documentation is the one that is applied."""
    page = (PAGES / "explanation" / "playbook.md").read_text(encoding="utf-8")
    assert DEFAULT_PLAYBOOK.to_markdown() in page


# --- a playbook of one's own -------------------------------------------------------------------


@st.composite
def changes(draw):
    """Draw where a measure changes: some of the measures, each at a step or among steps."""
    where = {}
    for name in draw(st.sets(st.sampled_from(list(STEPS)))):
        steps = draw(st.sets(st.sampled_from(STEPS[name]), min_size=1))
        if len(steps) == 1:
            (where[name],) = steps
        elif steps == set(STEPS[name]) - {None} and name == "state":
            where[name] = cv.known()
        elif None not in steps and name != "top_tier":
            where[name] = cv.one_of(*steps)
    return where


def holds(where, cell) -> bool:
    """Tell whether a change is about a cell."""
    return all(
        value.holds(cell[name]) if isinstance(value, cv.Condition) else cell[name] == value
        for name, value in where.items()
    )


@settings(max_examples=40)
@given(change=changes(), again=changes())
def test_a_change_changes_just_what_it_names(change, again):
    """The new measure holds where it was said, twice over, and all else stays; it stays total."""
    once = DEFAULT_PLAYBOOK.with_measure(Measure.CALL, because="we said so", **change)
    twice = once.with_measure(Measure.LET_GO, **again)
    answers = twice.classify(frame_of(CELLS))
    for cell, answer in zip(CELLS, answers, strict=True):
        expected = classify(DEFAULT_PLAYBOOK, cell)
        if holds(again, cell):
            expected = Measure.LET_GO
        elif holds(change, cell):
            expected = Measure.CALL
        assert answer == expected


def test_a_change_keeps_reasons_and_stays_small():
    """What is not changed keeps its reason, and only rows that are touched are cut."""
    mine = DEFAULT_PLAYBOOK.with_measure(
        Measure.CALL,
        because="we know them all",
        segment="few-large-orders",
        stage="repeat",
        state="awake",
    )
    assert len(mine.rows) == len(DEFAULT_PLAYBOOK.rows) + 1
    told = mine.explain(tier=None, segment="few-large-orders", stage="long-term", state="awake")
    assert told.endswith("they spend much each time and come rarely.")
    assert mine != DEFAULT_PLAYBOOK
    assert DEFAULT_PLAYBOOK.with_measure(Measure.CALL).rows == (cv.Row({}, Measure.CALL),)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"segment": "whale"}, "a row must answer some combination, none has segment = whale"),
        ({"tier": "A"}, "the table looks at .*top_tier; a row asks about tier"),
        ({"top_tier": None}, "top_tier is true or false, and never missing"),
    ],
)
def test_a_change_that_cannot_be(change, sentence):
    """A misspelt step, a measure the playbook does not look at, a tier that is missing."""
    with pytest.raises(cv.RuleError, match=sentence):
        DEFAULT_PLAYBOOK.with_measure(Measure.CALL, **change)


def test_a_measure_of_another_kind():
    """Answers come from one enum."""
    with pytest.raises(cv.RuleError, match="answers must be members of Measure, got"):
        DEFAULT_PLAYBOOK.with_measure(Care.MAIL, segment="new")


def test_gaps_and_overlaps_are_listed():
    """What is unanswered or answered twice is named, cell by cell."""
    with pytest.raises(cv.RuleError, match=r"640 answered twice: \(top_tier=False, segment=pro"):
        Playbook([cv.Row({}, Care.MAIL), cv.Row({}, Care.VISIT)])
    with pytest.raises(cv.RuleError, match=r"320 unanswered: \(top_tier=False, segment=prospect"):
        Playbook([cv.Row({"top_tier": cv.is_true()}, Care.MAIL)])


@pytest.mark.parametrize(
    ("rows", "error", "sentence"),
    [
        ([], cv.RuleError, "a playbook needs rows that answer every combination, got none"),
        (
            ["call"],
            TypeError,
            "a playbook is made of rows, as Row(when, then, because=...), got 'call'",
        ),
    ],
)
def test_rows_that_are_none(rows, error, sentence):
    """Nothing, or something else than rows."""
    with pytest.raises(error, match=f"^{re.escape(sentence)}$"):
        Playbook(rows)


@pytest.mark.parametrize("playbook", [DEFAULT_PLAYBOOK, VISIT_OR_MAIL])
def test_stored_and_read(playbook):
    """A playbook comes back equal from JSON and from a pickle, with its reasons."""
    stored = json.loads(json.dumps(cv.to_dict(playbook)))
    read = cv.from_dict(stored, scales=(Care,))
    assert read == playbook
    assert hash(read) == hash(playbook)
    assert read.answers is playbook.answers
    assert {row.because for row in read.rows} == {row.because for row in playbook.rows}
    assert pickle.loads(pickle.dumps(playbook)) == playbook


def test_a_stored_table_of_something_else():
    """Another table is no playbook."""
    table = cv.Table({"vip": bool}, Care, [cv.Row({}, Care.MAIL)])
    stored = {"custvalue": 1, "rule": "playbook", "table": cv.to_dict(table)}
    with pytest.raises(cv.RuleError) as caught:
        cv.from_dict(stored)
    assert str(caught.value) == (
        "a stored playbook must look at top_tier, segment, stage, state as they are here, got vip"
    )


# --- wrong input -------------------------------------------------------------------------------

ONE = {"tier": cv.ABCTier.A, "segment": "new", "stage": "repeat", "state": "awake"}
FRAME = pd.DataFrame([ONE])


@pytest.mark.parametrize(
    ("given_", "error", "sentence"),
    [
        (
            ((), {}),
            TypeError,
            "a playbook needs a frame, or tier, segment, stage, state of one customer, got nothing",
        ),
        (((), {"tier": None, "stage": "repeat"}), TypeError, "of one customer, got tier, stage$"),
        (
            ((), {**ONE, "tier": "A"}),
            TypeError,
            "tier must be a step of a scale, as ABCTier.A, or None, got 'A': a word alone does not",
        ),
        (((), {**ONE, "stage": "boss"}), cv.InputError, "stage must be one of suspect, .*'boss'"),
        (((FRAME,), ONE), TypeError, "give a frame or measures by name"),
        (((FRAME,), {}), TypeError, "tier must be an ordered categorical, .* name the scale"),
        (((FRAME,), {"tier_scale": Measure}), TypeError, "a playbook needs a subclass of Scale"),
        (((FRAME,), {"tier_scale": Card}), cv.InputError, r"tier must hold labels of Card \(gold"),
        (((FRAME.drop(columns="state"),), {}), cv.InputError, "must have the columns tier, segm"),
        (((ONE,), {}), TypeError, "what a playbook classifies must be a pandas DataFrame, got dic"),
    ],
)
def test_input_that_does_not_fit(given_, error, sentence):
    """Each is refused with a sentence that says what to give."""
    args, kwargs = given_
    with pytest.raises(error, match=sentence):
        DEFAULT_PLAYBOOK.classify(*args, **kwargs)


def test_nothing_of_the_callers_changes():
    """The frame is read, never written to."""
    frame = frame_of(CELLS)
    before = frame.copy()
    DEFAULT_PLAYBOOK.classify(frame)
    pd.testing.assert_frame_equal(frame, before)
