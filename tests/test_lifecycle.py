"""Stages, facts, the policy and the funnel."""

import json
import math
import pickle
from pathlib import Path
from xml.etree import ElementTree as ET

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue._documents import from_dict, to_dict
from custvalue.errors import InputError, RuleError
from custvalue.lifecycle import (
    CustomerFacts,
    Focus,
    LifecyclePolicy,
    Stage,
    focus_shares,
    funnel,
)

MEASURES = [field.name for field in attrs.fields(CustomerFacts)]

STAGES = [
    # the eight stages of forming a customer, in their order, and what each calls for
    ("suspect", "猜想客户", "select"),
    ("prospect", "预期客户", "acquire"),
    ("first-time", "首次购买客户", "acquire"),
    ("repeat", "重复购买客户", "retain"),
    ("long-term", "长期客户", "retain"),
    ("advocate", "拥护者", "expand"),
    ("strategic", "战略客户", "expand"),
    ("partner", "合作伙伴", "expand"),
]

GOLDEN = [
    # what is known, and the stage it means by the default policy
    ({}, "suspect"),
    ({"referrals": 3}, "suspect"),
    ({"share_of_wallet": 1.0}, "suspect"),
    ({"promoter_score": 10}, "suspect"),
    ({"active_days": 900.0}, "suspect"),
    ({"expected_to_close": True}, "prospect"),
    ({"orders": 1}, "first-time"),
    ({"orders": 1, "expected_to_close": True}, "first-time"),
    ({"orders": 1, "active_days": 900.0}, "first-time"),
    ({"orders": 2}, "repeat"),
    ({"orders": 2, "active_days": 1100.0}, "repeat"),
    ({"orders": 8, "active_days": 365.0}, "repeat"),
    ({"orders": 9, "active_days": 364.0}, "repeat"),
    ({"orders": 9, "active_days": math.nan}, "repeat"),
    ({"orders": 9, "active_days": 365.0}, "long-term"),
    ({"orders": 40, "active_days": 365.5, "share_of_wallet": 0.79}, "long-term"),
    ({"orders": 9, "active_days": 365.0, "promoter_score": 8.9}, "long-term"),
    ({"orders": 1, "share_of_wallet": 0.8}, "advocate"),
    ({"orders": 1, "promoter_score": 9}, "advocate"),
    ({"orders": 1, "share_of_wallet": 0.1, "promoter_score": 10}, "advocate"),
    ({"orders": 1, "referrals": 1}, "strategic"),
    ({"orders": 50, "active_days": 2000.0, "promoter_score": 10, "referrals": 2}, "strategic"),
    ({"partner": True}, "partner"),
    ({"orders": 50, "active_days": 2000.0, "referrals": 2, "partner": 1}, "partner"),
]

flags = st.sampled_from([True, False, None])
evidence = st.fixed_dictionaries(
    {
        "orders": st.integers(0, 12),
        "active_days": st.none() | st.floats(0, 800),
        "expected_to_close": flags,
        "share_of_wallet": st.none() | st.floats(0, 1),
        "promoter_score": st.none() | st.integers(0, 10),
        "referrals": st.none() | st.integers(0, 3),
        "partner": flags,
    }
)
policies = st.builds(
    LifecyclePolicy,
    long_term_orders=st.integers(2, 12),
    long_term_days=st.integers(0, 800),
    advocate_share_of_wallet=st.floats(0, 1),
    advocate_promoter_score=st.floats(0, 10),
)


# --- stages ------------------------------------------------------------------------------------


def test_stages_in_their_order() -> None:
    """The eight stages stand lowest first, with their Chinese names and what they call for."""
    assert [(s.value, s.label(lang="zh"), s.focus.value) for s in Stage] == STAGES
    assert Stage.best == "last"


def test_focus_has_the_four_dimensions() -> None:
    """Select, acquire, retain, expand: each is what some stage calls for."""
    assert list(Focus) == ["select", "acquire", "retain", "expand"]
    assert [focus.label(lang="zh") for focus in Focus] == [
        "客户选择",
        "客户获取",
        "客户保持",
        "客户价值扩展",
    ]
    assert {stage.focus for stage in Stage} == set(Focus)


# --- facts -------------------------------------------------------------------------------------


def test_facts_take_numpy_and_missing_values() -> None:
    """Values out of a frame become Python values, every kind of missing becomes None."""
    facts = CustomerFacts(
        orders=np.int64(3),
        active_days=np.float64("nan"),
        expected_to_close=np.bool_(True),
        share_of_wallet=pd.NA,
        promoter_score=np.float32(9),
        referrals=2.0,
        partner=0,
    )
    assert attrs.astuple(facts) == (3, None, True, None, 9.0, 2, False)
    assert type(facts.orders) is int
    assert type(facts.promoter_score) is float
    assert facts.expected_to_close is True
    assert facts.partner is False


def test_facts_default_to_no_evidence() -> None:
    """Without a word on a customer it has no order, no day, no flag and no answer."""
    assert attrs.astuple(CustomerFacts()) == (0, 0.0, False, None, None, 0, False)


@pytest.mark.parametrize(
    ("facts", "error", "sentence"),
    [
        ({"orders": -1}, InputError, r"orders must be a whole number ≥ 0, got -1: correct it or"),
        ({"orders": 1.5}, InputError, r"orders must be a whole number ≥ 0, got 1\.5: correct it"),
        ({"orders": None}, InputError, r"orders must be known, got None: leave such customers out"),
        ({"orders": math.inf}, InputError, r"orders must be finite, got inf$"),
        ({"orders": True}, TypeError, r"orders must be a number, got True \(bool\)$"),
        ({"orders": "2"}, TypeError, r"orders must be a number, got '2' \(str\)$"),
        ({"active_days": -0.5}, InputError, r"active_days must be a number of days ≥ 0, got -0\.5"),
        ({"active_days": math.inf}, InputError, r"active_days must be finite, got inf$"),
        (
            {"share_of_wallet": 80},
            InputError,
            r"share_of_wallet must be a share from 0 to 1 \(0\.8 for 80 %\), got 80: correct it",
        ),
        (
            {"promoter_score": 10.5},
            InputError,
            r"promoter_score must be an answer from 0 to 10, got 10\.5: correct it or leave it out",
        ),
        ({"referrals": 0.5}, InputError, r"referrals must be a whole number ≥ 0, got 0\.5"),
        ({"partner": 2}, InputError, r"partner must be true or false \(or 1 and 0\), got 2$"),
        ({"partner": "yes"}, TypeError, r"partner must be true or false .*, got 'yes'$"),
        (
            {"orders": pd.Series([1, 2])},
            TypeError,
            r"CustomerFacts is about one customer, got a column: give classify a DataFrame$",
        ),
    ],
)
def test_facts_that_cannot_be(
    facts: dict[str, object], error: type[Exception], sentence: str
) -> None:
    """Counts are whole and not negative, shares and answers lie in their range, flags are flags."""
    with pytest.raises(error, match=f"^{sentence}"):
        CustomerFacts(**facts)


# --- the policy --------------------------------------------------------------------------------


@pytest.mark.parametrize(("known", "stage"), GOLDEN, ids=str)
def test_golden_rows(known: dict[str, object], stage: str) -> None:
    """The default policy places customers as the eight stages are told."""
    assert LifecyclePolicy().classify(CustomerFacts(**known)) is Stage(stage)


def test_golden_rows_as_a_frame() -> None:
    """The same rows in a frame are placed alike, index kept."""
    rows = [attrs.asdict(CustomerFacts(**known)) for known, _ in GOLDEN]
    frame = pd.DataFrame(rows, index=[f"c{i}" for i in range(len(rows))])
    before = frame.copy()
    stages = LifecyclePolicy().classify(frame)
    assert stages.tolist() == [stage for _, stage in GOLDEN]
    assert stages.index.equals(frame.index)
    assert stages.name is None
    assert stages.dtype == Stage.dtype()
    pd.testing.assert_frame_equal(frame, before)


@settings(max_examples=60, deadline=None)
@given(policies, st.lists(evidence, min_size=1, max_size=6))
def test_one_is_many(policy: LifecyclePolicy, rows: list[dict[str, object]]) -> None:
    """A customer's stage is the same alone and among others."""
    alone = [policy.classify(CustomerFacts(**row)) for row in rows]
    assert policy.classify(pd.DataFrame(rows)).tolist() == alone


@settings(max_examples=100, deadline=None)
@given(policies, evidence, evidence)
def test_more_evidence_never_lowers_a_stage(
    policy: LifecyclePolicy, one: dict[str, object], other: dict[str, object]
) -> None:
    """Whoever has at least as much of everything stands at least as high."""
    more = {
        name: max((v for v in (one[name], other[name]) if v is not None), default=None)
        for name in MEASURES
    }
    reached = policy.classify(CustomerFacts(**more))
    assert reached >= policy.classify(CustomerFacts(**one))
    assert reached >= policy.classify(CustomerFacts(**other))


def test_settings_move_the_stages() -> None:
    """Each of the four settings is the least evidence that counts."""
    policy = LifecyclePolicy(
        long_term_orders=3,
        long_term_days=30,
        advocate_share_of_wallet=0.5,
        advocate_promoter_score=7,
    )
    facts = pd.DataFrame(
        {
            "orders": [3, 3, 2, 1, 1, 1, 1],
            "active_days": [30, 29, 30, 0, 0, 0, 0],
            "share_of_wallet": [None, None, None, 0.5, 0.49, None, None],
            "promoter_score": [None, None, None, None, None, 7, 6],
        }
    )
    assert policy.classify(facts).tolist() == [
        "long-term",
        "repeat",
        "repeat",
        "advocate",
        "first-time",
        "advocate",
        "first-time",
    ]


@pytest.mark.parametrize("dtype", ["int8", "uint64", "float64", "Int64", "Float64", "object"])
def test_orders_of_any_dtype(dtype: str) -> None:
    """Counts may come as any kind of number, as long as they are whole."""
    frame = pd.DataFrame({"orders": pd.Series([0, 1, 2], dtype=dtype)})
    assert LifecyclePolicy().classify(frame).tolist() == ["suspect", "first-time", "repeat"]


@pytest.mark.parametrize(
    "flags_given",
    [
        [True, False, False],
        [1, 0, 0],
        [1.0, np.nan, 0.0],
        [True, None, False],
        pd.array([True, pd.NA, False], dtype="boolean"),
    ],
    ids=["bool", "int", "float", "object", "boolean"],
)
def test_flags_of_any_dtype(flags_given: object) -> None:
    """Flags may be true and false or 1 and 0; a missing one is no evidence."""
    frame = pd.DataFrame({"orders": [0, 0, 0], "partner": flags_given})
    assert LifecyclePolicy().classify(frame).tolist() == ["partner", "suspect", "suspect"]


@pytest.mark.parametrize(
    "index",
    [["b", "b", "a"], [None, "x", 1], pd.MultiIndex.from_tuples([(1, "x"), (1, "y"), (0, "x")])],
    ids=["repeated", "mixed", "several levels"],
)
def test_rows_of_any_index(index: object) -> None:
    """The index is kept whatever it is, and no row is looked up by it."""
    frame = pd.DataFrame({"orders": [2, 0, 1], "referrals": [0, 0, 3]}, index=index)
    stages = LifecyclePolicy().classify(frame)
    assert stages.index.equals(frame.index)
    assert stages.tolist() == ["repeat", "suspect", "strategic"]


@pytest.mark.parametrize(
    "column", ["active_days", "share_of_wallet", "promoter_score", "referrals", "partner"]
)
@pytest.mark.parametrize("dtype", [object, "Float64", "float64"])
def test_missing_evidence_is_no_evidence(column: str, dtype: object) -> None:
    """A column of missing values says no more than a column that is absent."""
    frame = pd.DataFrame({"orders": [0, 1, 2]})
    missing = pd.Series([None] * 3, dtype=dtype)
    policy = LifecyclePolicy()
    expected = policy.classify(frame)
    pd.testing.assert_series_equal(policy.classify(frame.assign(**{column: missing})), expected)


def test_frame_without_rows() -> None:
    """No customers have no stages, of the right kind."""
    stages = LifecyclePolicy().classify(pd.DataFrame({"orders": [], "name": []}))
    assert len(stages) == 0
    assert stages.dtype == Stage.dtype()


@pytest.mark.parametrize(
    ("column", "values", "error", "sentence"),
    [
        (
            "orders",
            [1, None, None],
            InputError,
            r"orders must be known in every row, got none in rows b, c: give 0 to whom never",
        ),
        (
            "orders",
            [1, -2, 3],
            InputError,
            r"orders must be a whole number ≥ 0, got -2 in row b: correct these rows or leave",
        ),
        ("orders", [0.5, 1, 1.5], InputError, r"orders must be a whole .*, got 0\.5 in rows a, c"),
        ("orders", [1, math.inf, 2], InputError, r"orders must be finite, got infinity in row b$"),
        ("orders", [True, False, True], TypeError, r"orders must hold numbers, got bool"),
        ("active_days", [1, None, -1], InputError, r"active_days must be .* ≥ 0, got -1 in row c"),
        (
            "active_days",
            [1, 2, math.inf],
            InputError,
            r"active_days must be finite, got infinity in row c$",
        ),
        (
            "share_of_wallet",
            [0, 1, 1.01],
            InputError,
            r"share_of_wallet must .* got 1\.01 in row c",
        ),
        ("promoter_score", [-1, 11, 5], InputError, r"promoter_score .* got -1 in rows a, b: "),
        ("referrals", [0, 1, 0.5], InputError, r"referrals must be a whole .* got 0\.5 in row c"),
        ("partner", [0, 1, 2], InputError, r"partner must be true or false .* in row c$"),
        (
            "expected_to_close",
            [0, 1, -1],
            InputError,
            r"expected_to_close must be true or false .* in row c$",
        ),
    ],
)
def test_frames_that_cannot_be(
    column: str, values: list[object], error: type[Exception], sentence: str
) -> None:
    """What cannot be said of one customer cannot stand in a column; the rows are named."""
    frame = pd.DataFrame({"orders": [1, 1, 1], column: values}, index=["a", "b", "c"])
    with pytest.raises(error, match=f"^{sentence}"):
        LifecyclePolicy().classify(frame)


def test_frame_must_hold_orders() -> None:
    """Without the column of orders nobody can be placed, and the sentence says what is there."""
    sentence = "^what a lifecycle policy .* orders; it lacks orders and has n: rename yours$"
    with pytest.raises(InputError, match=sentence):
        LifecyclePolicy().classify(pd.DataFrame({"n": [1]}))


@pytest.mark.parametrize("facts", [{"orders": 1}, 3, pd.Series([1])])
def test_neither_facts_nor_frame(facts: object) -> None:
    """One customer is given as facts, many as a frame; anything else is refused by name."""
    sentence = (
        r"^a lifecycle policy takes CustomerFacts for one customer \(and classifies a pandas "
        rf"DataFrame of many\), got {type(facts).__name__}$"
    )
    policy = LifecyclePolicy()
    with pytest.raises(TypeError, match=sentence):
        policy.classify(facts)
    with pytest.raises(TypeError, match=sentence):
        policy.explain(facts)


def test_reachable_stages() -> None:
    """What data can show depends on its columns; other columns don't matter."""
    policy = LifecyclePolicy()
    assert policy.reachable([]) == ["suspect"]
    assert policy.reachable(["orders", "colour"]) == ["suspect", "first-time", "repeat"]
    assert policy.reachable(["active_days", "referrals"]) == ["suspect"]
    assert policy.reachable(["orders", "promoter_score"])[-1] is Stage.ADVOCATE
    assert policy.reachable(pd.DataFrame(columns=MEASURES).columns) == list(Stage)


@pytest.mark.parametrize(
    ("setting", "error", "sentence"),
    [
        (
            {"long_term_orders": 1},
            RuleError,
            r"long_term_orders must be a whole number ≥ 2, got 1$",
        ),
        ({"long_term_orders": 2.5}, RuleError, r"long_term_orders must be a whole .*, got 2\.5$"),
        ({"long_term_orders": "9"}, TypeError, r"long_term_orders must .*, got '9' \(str\)$"),
        ({"long_term_orders": True}, TypeError, r"long_term_orders must .*, got True \(bool\)$"),
        (
            {"long_term_days": -1},
            RuleError,
            r"long_term_days must be a finite number of days ≥ 0, got -1$",
        ),
        ({"long_term_days": math.inf}, RuleError, r"long_term_days must be a finite .*, got inf$"),
        ({"long_term_days": math.nan}, RuleError, r"long_term_days must be a finite .*, got nan$"),
        ({"long_term_days": None}, TypeError, r"long_term_days must .*, got None \(NoneType\)$"),
        (
            {"advocate_share_of_wallet": 80},
            RuleError,
            r"advocate_share_of_wallet must be a share from 0 to 1 .*, got 80$",
        ),
        (
            {"advocate_promoter_score": 11},
            RuleError,
            r"advocate_promoter_score must be an answer from 0 to 10, got 11$",
        ),
    ],
)
def test_settings_that_cannot_be(
    setting: dict[str, object], error: type[Exception], sentence: str
) -> None:
    """A policy checks its own numbers when it is made."""
    with pytest.raises(error, match=f"^{sentence}"):
        LifecyclePolicy(**setting)


def test_default_settings() -> None:
    """The defaults are those the documentation gives a source for."""
    assert to_dict(LifecyclePolicy()) == {
        "custvalue": 1,
        "rule": "lifecycle-policy",
        "long_term_orders": 9,
        "long_term_days": 365,
        "advocate_share_of_wallet": 0.8,
        "advocate_promoter_score": 9,
        "learned": None,
    }


@settings(max_examples=30, deadline=None)
@given(policies)
def test_policy_is_a_value(policy: LifecyclePolicy) -> None:
    """A policy survives JSON and pickling, is equal by its settings, and hashable."""
    for copy in (
        from_dict(json.loads(json.dumps(to_dict(policy)))),
        pickle.loads(pickle.dumps(policy)),
        attrs.evolve(policy),
    ):
        assert copy == policy
        assert hash(copy) == hash(policy)
        assert copy.ladder == policy.ladder
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        policy.long_term_orders = 3


def test_numpy_settings_are_stored_plainly() -> None:
    """Settings found by numpy are Python numbers, so the policy can be written as JSON."""
    policy = LifecyclePolicy(long_term_orders=np.int64(4), long_term_days=np.float64(10))
    assert json.loads(json.dumps(to_dict(policy)))["long_term_orders"] == 4
    assert policy == LifecyclePolicy(long_term_orders=4, long_term_days=10)


EXPLANATIONS = [
    (
        {},
        (
            "suspect, as there is no evidence of more. Next: prospect needs an order expected "
            "soon; first-time needs 1 order; repeat needs 2 orders; long-term needs 9 orders and "
            "365 days from first to last order; advocate needs 1 order and a share of wallet of "
            "0.8 (unknown) or 1 order and a promoter score of 9 (unknown); strategic needs 1 "
            "order and 1 referral; partner needs a partnership."
        ),
    ),
    (
        {"orders": 7, "active_days": 245, "share_of_wallet": 0.5, "referrals": None},
        (
            "repeat, as orders ≥ 2 (7). Next: long-term needs 2 more orders and 120 more days "
            "from first to last order; advocate needs a share of wallet of 0.8 instead of 0.5 or "
            "a promoter score of 9 (unknown); strategic needs 1 referral (unknown); partner "
            "needs a partnership."
        ),
    ),
    (
        {"orders": 8, "active_days": 364, "expected_to_close": None},
        (
            "repeat, as orders ≥ 2 (8). Next: long-term needs 1 more order and 1 more day from "
            "first to last order; advocate needs a share of wallet of 0.8 (unknown) or a "
            "promoter score of 9 (unknown); strategic needs 1 referral; partner needs a "
            "partnership."
        ),
    ),
    (
        {"orders": 12, "active_days": None, "promoter_score": 9.5, "partner": None},
        (
            "advocate, as orders ≥ 1 (12) and promoter_score ≥ 9 (9.5). Next: strategic needs 1 "
            "referral; partner needs a partnership (unknown)."
        ),
    ),
    ({"partner": True}, "partner, as partner is true."),
]


@pytest.mark.parametrize(("known", "sentence"), EXPLANATIONS)
def test_explanations(known: dict[str, object], sentence: str) -> None:
    """An explanation names the evidence, and what every higher stage still needs."""
    assert LifecyclePolicy().explain(CustomerFacts(**known)) == sentence


@settings(max_examples=60, deadline=None)
@given(policies, evidence)
def test_explanation_names_the_stage(policy: LifecyclePolicy, known: dict[str, object]) -> None:
    """The stage explained is the stage given, and each higher stage is said to need something."""
    facts = CustomerFacts(**known)
    stage = policy.classify(facts)
    sentence = policy.explain(facts)
    assert sentence.startswith(f"{stage}, as ")
    assert sentence.count(" needs ") == len(Stage) - 1 - stage.rank


# --- the funnel --------------------------------------------------------------------------------


def test_funnel_by_hand() -> None:
    """Eleven customers, counted by hand."""
    stages = ["suspect"] * 5 + ["first-time"] * 3 + ["repeat"] * 2 + ["partner"]
    table = funnel(stages)
    assert table.index.tolist() == [stage for stage, _, _ in STAGES]
    assert table.index.name == "stage"
    assert table.index.dtype == Stage.dtype()
    assert table.columns.tolist() == ["customers", "at_or_beyond", "conversion", "share"]
    assert [str(dtype) for dtype in table.dtypes] == ["int64", "int64", "float64", "float64"]
    assert table["customers"].tolist() == [5, 0, 3, 2, 0, 0, 0, 1]
    assert table["at_or_beyond"].tolist() == [11, 6, 6, 3, 1, 1, 1, 1]
    assert table["conversion"].dropna().to_dict() == {
        "suspect": 6 / 11,
        "first-time": 0.5,
        "repeat": 1 / 3,
    }
    assert table["share"].tolist() == [5 / 11, 0, 3 / 11, 2 / 11, 0, 0, 0, 1 / 11]
    assert table.attrs == {"without_stage": 0}


def test_how_many_go_on_from_where_nobody_is_seen() -> None:
    """Of a log no customer is a suspect or prospect: that all went on from there is no news."""
    stages = LifecyclePolicy().classify(pd.DataFrame({"orders": [1, 1, 2, 9]}))
    assert funnel(stages)["conversion"].dropna().to_dict() == {"first-time": 0.5, "repeat": 0}


def test_funnel_of_nobody() -> None:
    """Without customers every count is 0 and every ratio undefined."""
    for nobody in ([], [None, None], pd.Series([], dtype=Stage.dtype())):
        table = funnel(nobody)
        assert table["customers"].tolist() == table["at_or_beyond"].tolist() == [0] * 8
        assert table[["conversion", "share"]].isna().to_numpy().all()
        assert table.attrs == {"without_stage": len(nobody)}


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from([*Stage, None])), st.randoms(use_true_random=False))
def test_funnel_laws(stages: list[Stage | None], random: object) -> None:
    """Everybody is counted once, in any order and container, and fewer stand further on."""
    table = funnel(stages)
    assert table["customers"].sum() + table.attrs["without_stage"] == len(stages)
    assert table["at_or_beyond"].is_monotonic_decreasing
    assert table["at_or_beyond"].iloc[0] == table["customers"].sum()
    shuffled = stages.copy()
    random.shuffle(shuffled)
    for same in (
        shuffled,
        pd.Categorical(stages, dtype=Stage.dtype()),
        pd.Series(stages, dtype=object),
    ):
        pd.testing.assert_frame_equal(funnel(same), table)


def test_funnel_of_classified_customers() -> None:
    """What a policy gives, the funnel takes."""
    stages = LifecyclePolicy().classify(pd.DataFrame({"orders": [0, 0, 1, 2]}))
    assert funnel(stages)["customers"].to_dict() == {
        **dict.fromkeys(Stage.dtype().categories, 0),
        "suspect": 2,
        "first-time": 1,
        "repeat": 1,
    }


def test_funnel_refuses_other_labels() -> None:
    """A label that is no stage is named with its row."""
    sentence = "^stages must hold labels of Stage .suspect, .*, got 'client' in row b$"
    with pytest.raises(InputError, match=sentence):
        funnel(pd.Series(["repeat", "client"], index=["a", "b"]))
    with pytest.raises(TypeError, match=r"^stages must be one column, got shape \(1, 1\)"):
        funnel(pd.DataFrame({"stage": ["repeat"]}))


# --- the picture -------------------------------------------------------------------------------


def test_the_picture_shows_the_rules() -> None:
    """The ladder drawn in the documentation stands in order and says what the policy asks for."""
    page = Path(__file__).resolve().parent.parent / "docs" / "_static" / "stages.svg"
    texts = ET.parse(page).iter("{http://www.w3.org/2000/svg}text")  # noqa: S314 - ours
    drawn = {str(text.text): float(text.attrib["y"]) for text in texts}
    heights = [drawn[stage.value] for stage in Stage]
    assert heights == sorted(heights, reverse=True)
    assert {name.label(lang="zh") for labels in (Stage, Focus) for name in labels} <= set(drawn)
    evidence = [
        " and ".join(test.describe(name) for name, test in way)
        for _, ways in reversed(LifecyclePolicy().ladder.rungs)
        for way in ways
    ]
    assert [text for text in drawn if "≥" in text or " is true" in text] == evidence


# --- the foci ----------------------------------------------------------------------------------


def test_focus_shares_by_hand() -> None:
    """Eleven customers and one without a stage, counted by hand."""
    stages = (
        ["suspect"] * 4 + ["prospect"] * 2 + ["first-time"] + ["repeat"] * 3 + ["partner", None]
    )
    table = focus_shares(stages)
    assert table.index.tolist() == ["select", "acquire", "retain", "expand"]
    assert table.index.name == "focus"
    assert table.index.dtype == Focus.dtype()
    assert table.dtypes.astype(str).to_dict() == {"customers": "int64", "share": "float64"}
    assert table["customers"].tolist() == [4, 3, 3, 1]
    assert table["share"].tolist() == [4 / 11, 3 / 11, 3 / 11, 1 / 11]
    assert table.attrs == {"without_stage": 1}


def test_focus_shares_of_nobody() -> None:
    """Without customers every share is undefined."""
    table = focus_shares([None])
    assert table["customers"].tolist() == [0] * 4
    assert table["share"].isna().all()
    assert table.attrs == {"without_stage": 1}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(Stage)))
def test_focus_shares_add_up_the_funnel(stages: list[Stage]) -> None:
    """Each stage is counted under what it calls for."""
    by_stage, by_focus = funnel(stages)["customers"], focus_shares(stages)["customers"]
    for focus in Focus:
        at_focus = [stage.value for stage in Stage if stage.focus is focus]
        assert by_focus[focus.value] == by_stage[at_focus].sum()


def test_focus_shares_refuse_other_labels() -> None:
    """A label that is no stage is named with its row."""
    with pytest.raises(
        InputError, match=r"^stages must hold labels of Stage .*, got 'retain' in row"
    ):
        focus_shares(["retain"])
