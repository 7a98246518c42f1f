"""From the customer's four C to the firm's four P."""

import itertools
import math
import pickle

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue._condition_makers import (
    above,
    at_least,
    at_most,
    equals,
    in_range,
    is_true,
    known,
    one_of,
)
from custvalue.errors import InputError, RuleError
from custvalue.marketing_mix import FourC, FourP, MixBrief, Need, translate

PAIRS = [
    # Lauterborn's C of 1990 beside McCarthy's P of 1960
    ("solution", "客户解决方案", "product", "产品"),
    ("cost", "客户成本", "price", "价格"),
    ("convenience", "便利", "place", "渠道"),
    ("communication", "沟通", "promotion", "促销"),
]

AFFORDABLE = Need("cost", "price", at_most(60), must_have=True)
ABILITY_TO_PAY = Need("cost", "price", known(), must_have=True)

needs = st.builds(
    Need,
    st.sampled_from(FourC),
    st.sampled_from(["price", "size", "colour"]),
    st.one_of(
        st.integers(0, 9).map(at_least),
        st.integers(0, 9).map(at_most),
        st.integers(0, 9).map(lambda low: in_range(low, low + 2)),
        st.just(known()),
    ),
    must_have=st.booleans(),
    weight=st.sampled_from([0.5, 1, 2]),
)


def test_four_and_four() -> None:
    """Each C has its P and each P its C, in the order of the sources."""
    assert [
        (c.value, c.label(lang="zh"), c.lever.value, c.lever.label(lang="zh")) for c in FourC
    ] == PAIRS
    assert [lever.value for lever in FourP] == [lever for _, _, lever, _ in PAIRS]
    for aspect in FourC:
        assert aspect.lever.serves is aspect
    for lever in FourP:
        assert lever.serves.lever is lever


# --- needs -------------------------------------------------------------------------------------


def test_need_reads_its_aspect() -> None:
    """An aspect may be given as its string, flags and weights as numpy scalars."""
    need = Need("solution", "size", at_most(6), must_have=np.bool_(1), weight=np.int64(2))
    assert need.aspect is FourC.SOLUTION
    assert need.must_have is True
    assert type(need.weight) is int
    assert need == Need(FourC.SOLUTION, "size", at_most(6.0), must_have=True, weight=2)
    assert hash(need) == hash(pickle.loads(pickle.dumps(need)))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        need.weight = 3


def test_need_describes_itself() -> None:
    """A need says its condition, and whether it is a must or how much it counts."""
    assert AFFORDABLE.describe() == "price ≤ 60 (must-have)"
    assert (
        Need("solution", "wood", one_of("oak", "pine"), weight=1500).describe()
        == "wood: oak or pine (nice to have, weight 1,500)"
    )


@pytest.mark.parametrize(
    ("arguments", "settings_given", "error", "sentence"),
    [
        (
            ("price", "price", at_most(6)),
            {},
            RuleError,
            (
                r"the aspect of a need must be one of solution, cost, convenience, communication, "
                r"got 'price'$"
            ),
        ),
        ((3, "size", at_most(6)), {}, RuleError, r"the aspect of a need must be one of .*, got 3$"),
        (
            ("solution", 3, at_most(6)),
            {},
            TypeError,
            r"the attribute of a need must be a string, got 3$",
        ),
        (
            ("solution", " ", at_most(6)),
            {},
            RuleError,
            r"the attribute of a need must be named, got ' '$",
        ),
        (
            ("solution", "size", 6),
            {},
            TypeError,
            r"what must hold for size must be a condition, got 6: make one, as with at_most\(6\)",
        ),
        (
            ("solution", "size", at_most(6)),
            {"must_have": "yes"},
            TypeError,
            r"must_have must be True or False, got 'yes'$",
        ),
        (
            ("solution", "size", at_most(6)),
            {"weight": 0},
            RuleError,
            r"the weight of a need must be above 0 and finite, got 0$",
        ),
        (
            ("solution", "size", at_most(6)),
            {"weight": math.inf},
            RuleError,
            r"the weight of a need must be above 0 and finite, got inf$",
        ),
        (
            ("solution", "size", at_most(6)),
            {"weight": math.nan},
            RuleError,
            r"the weight of a need must be above 0 and finite, got nan$",
        ),
        (
            ("solution", "size", at_most(6)),
            {"weight": True},
            TypeError,
            r"the weight of a need must be a number, got True$",
        ),
    ],
)
def test_needs_that_cannot_be(
    arguments: tuple[object, ...],
    settings_given: dict[str, object],
    error: type[Exception],
    sentence: str,
) -> None:
    """A need has one of four aspects, a named attribute, a condition, and a weight above 0."""
    with pytest.raises(error, match=f"^{sentence}"):
        Need(*arguments, **settings_given)


# --- translating -------------------------------------------------------------------------------


def test_the_drill() -> None:
    """Who asks for a drill needs a hole in a wooden wall: a small bit of suitable hardness."""
    hole = [
        Need("communication", "shown_how", is_true(), weight=0.5),
        Need("solution", "diameter_mm", at_most(6), must_have=True),
        Need("solution", "hardness", one_of("wood"), must_have=True),
        Need("cost", "price", at_most(60), must_have=True),
        Need("convenience", "in_stock", is_true()),
    ]
    brief = translate(hole)
    assert [need.describe() for need in brief.requirements(FourP.PRODUCT)] == [
        "diameter_mm ≤ 6 (must-have)",
        "hardness = wood (must-have)",
    ]
    assert brief.requirements("price") == [AFFORDABLE]
    assert brief.requirements("place") == [hole[4]]
    assert brief.requirements("promotion") == [hole[0]]
    assert brief.conflicts == ()
    assert brief.open_questions == ()
    assert str(brief).splitlines() == [
        "product: diameter_mm ≤ 6 (must-have); hardness = wood (must-have)",
        "price: price ≤ 60 (must-have)",
        "place: in_stock is true (nice to have, weight 1)",
        "promotion: shown_how is true (nice to have, weight 0.5)",
    ]


def test_must_haves_come_first_then_weight() -> None:
    """Under a P the must-haves lead, heavier needs go before lighter ones, equals stay as given."""
    light, first, second, heavy, must, weighty = (
        Need("solution", name, known(), must_have=must_have, weight=weight)
        for name, must_have, weight in [
            ("light", False, 0.1),
            ("first", False, 1),
            ("second", False, 1),
            ("heavy", False, 9),
            ("must", True, 0.1),
            ("weighty", True, 5),
        ]
    )
    brief = translate([light, first, second, heavy, must, weighty])
    assert brief.requirements("product") == [weighty, must, heavy, first, second, light]


@pytest.mark.parametrize(
    "stated",
    [
        [],
        [Need("cost", "price", at_most(60))],
        [Need("cost", "upkeep", at_most(60), must_have=True)],
        [Need("solution", "price", at_most(60), must_have=True)],
    ],
    ids=["nothing", "nice to have", "another cost", "another aspect"],
)
def test_ability_to_pay_is_always_a_must(stated: list[Need]) -> None:
    """Where no must-have speaks of the price, one is added and the question stays open."""
    brief = translate(stated)
    assert brief.needs.count(ABILITY_TO_PAY) == 1
    assert len(brief.needs) == len(stated) + 1
    assert brief.open_questions == (
        (
            "What can the customer pay? No must-have says it: ask, and add it as a need under "
            "cost, as Need('cost', 'price', at_most(...), must_have=True)."
        ),
    )
    assert str(brief).splitlines()[-1] == brief.open_questions[0]


def test_the_question_stays_open_until_an_amount_is_said() -> None:
    """That the price must be known says nothing yet; an amount beside it does."""
    assert translate([ABILITY_TO_PAY]) == translate([])
    answered = translate([ABILITY_TO_PAY, AFFORDABLE])
    assert answered.open_questions == ()
    assert answered.needs == (ABILITY_TO_PAY, AFFORDABLE)


def test_conflicts_are_named() -> None:
    """Must-haves on one attribute that no offer can meet together are said, in pairs."""
    small = Need("solution", "diameter_mm", at_most(6), must_have=True)
    large = Need("solution", "diameter_mm", above(6), must_have=True)
    red = Need("solution", "colour", equals("red"), must_have=True)
    blue = Need("solution", "colour", one_of("blue", "teal"), must_have=True)
    brief = translate([small, red, large, blue, AFFORDABLE])
    assert brief.conflicts == ((small, large), (red, blue))
    assert str(brief).splitlines()[4:] == [
        "Conflict: diameter_mm ≤ 6 and diameter_mm > 6 exclude each other: ask which one counts.",
        "Conflict: colour = red and colour: blue or teal exclude each other: ask which one counts.",
    ]


@pytest.mark.parametrize(
    "other",
    [
        Need("solution", "size", at_least(6), must_have=True),
        Need("solution", "size", at_least(7)),
        Need("solution", "depth", at_least(7), must_have=True),
        Need("convenience", "size", at_least(7), must_have=True),
    ],
    ids=["they meet at 6", "nice to have", "another attribute", "another aspect"],
)
def test_no_conflict(other: Need) -> None:
    """Only must-haves about the same thing that leave no value at all are a conflict."""
    assert translate([Need("solution", "size", at_most(6), must_have=True), other]).conflicts == ()


@settings(max_examples=80, deadline=None)
@given(st.lists(needs, max_size=7))
def test_nobody_is_left_out(stated: list[Need]) -> None:
    """Every need is in the brief once, under its own P; at most ability to pay is added."""
    brief = translate(iter(stated))
    listed = [need for lever in FourP for need in brief.requirements(lever)]
    assert listed == list(brief.needs)
    added = listed.copy()
    for need in stated:
        added.remove(need)
    assert added in ([], [ABILITY_TO_PAY])
    for lever in FourP:
        under = brief.requirements(lever)
        assert all(need.aspect is lever.serves for need in under)
        keys = [(need.must_have, need.weight) for need in under]
        assert keys == sorted(keys, reverse=True)
    assert any(n.must_have and (n.aspect, n.attribute) == ("cost", "price") for n in brief.needs)
    assert translate(brief.needs) == brief


@settings(max_examples=80, deadline=None)
@given(st.lists(needs, max_size=7), st.integers(0, 11))
def test_conflicts_are_real(stated: list[Need], value: int) -> None:
    """No value meets both sides of a conflict, and each pair stands there once."""
    conflicts = translate(stated).conflicts
    for one, other in conflicts:
        assert one.must_have
        assert other.must_have
        assert not (one.condition.holds(value) and other.condition.holds(value))
    pairs = itertools.combinations([need for need in stated if need.must_have], 2)
    assert len(conflicts) <= len(list(pairs))


def test_as_a_frame() -> None:
    """One row per need in the brief's order, columns as documented."""
    table = translate([Need("convenience", "km", at_most(5), weight=2), AFFORDABLE]).to_frame()
    assert table.columns.tolist() == [
        "lever",
        "aspect",
        "attribute",
        "requirement",
        "must_have",
        "weight",
    ]
    assert table.to_numpy().tolist() == [
        ["price", "cost", "price", "price ≤ 60", True, 1.0],
        ["place", "convenience", "km", "km ≤ 5", False, 2.0],
    ]
    assert table["lever"].dtype == FourP.dtype()
    assert table["aspect"].dtype == FourC.dtype()
    assert str(table["must_have"].dtype) == "bool"
    assert str(table["weight"].dtype) == "float64"


def test_in_a_notebook() -> None:
    """The HTML form shows the table and the notes, with every character made safe."""
    small = Need("solution", "<b>", at_most(6), must_have=True)
    large = Need("solution", "<b>", above(6), must_have=True)
    page = translate([small, large])._repr_html_()
    assert page.count("<tr") == 1 + 3
    assert "<b>" not in page
    assert "Conflict: &lt;b&gt; ≤ 6 and &lt;b&gt; &gt; 6 exclude each other" in page
    assert "What can the customer pay?" in page


def test_brief_is_a_value() -> None:
    """A brief is equal by what it asks for, hashable, picklable and frozen."""
    brief = translate([AFFORDABLE])
    assert pickle.loads(pickle.dumps(brief)) == brief == MixBrief((AFFORDABLE,), (), ())
    assert hash(brief) == hash(translate([AFFORDABLE]))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        brief.needs = ()
    sentence = "^lever must be one of product, price, place, promotion, got 'cost'$"
    with pytest.raises(InputError, match=sentence):
        brief.requirements("cost")


def test_only_needs_are_translated() -> None:
    """A single need, or something else in the list, is refused with what to write instead."""
    sentence = r"^translate takes a list of needs, got Need: write translate\(\[need\]\)$"
    with pytest.raises(TypeError, match=sentence):
        translate(AFFORDABLE)
    with pytest.raises(
        TypeError, match=r"^translate takes needs, got 'cheap': make one, as Need\("
    ):
        translate([AFFORDABLE, "cheap"])
