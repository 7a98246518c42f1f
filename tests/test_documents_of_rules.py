import json
import pickle
import types

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import custvalue as cv
from custvalue._documents import document
from custvalue.testing import SCALES, bands, conditions, ladders, scales, tables


class Tier(cv.Scale):
    """A scale of one's own."""

    LOW = "low", "低"
    HIGH = "high", "高"


class State(cv.Scale, best="first"):
    """A scale whose first step is the good one."""

    AWAKE = "awake"
    ASLEEP = "asleep"


class Care(cv.Label):
    """Names without an order."""

    CALL = "call"
    MAIL = "mail"


def a_scale(name, *, best="last", **members) -> type[cv.Scale]:
    """Make a scale of a given name, as another module would."""

    def fill(namespace) -> None:
        for member, value in members.items():
            namespace[member] = value

    return types.new_class(name, (cv.Scale,), {"best": best}, fill)


def by_json(rule) -> dict:
    """Return what is left of a stored rule after a trip through JSON."""
    return json.loads(json.dumps(cv.to_dict(rule)))


STORED = by_json(cv.Bands(Tier, (100,)))

any_rule = st.one_of(
    conditions(),
    tables(),
    scales().flatmap(bands),
    scales().flatmap(ladders),
)


# --- there and back ----------------------------------------------------------------------------


@given(rule=any_rule)
def test_every_rule_comes_back_equal(rule) -> None:
    """A rule written, sent as JSON and read is equal, hashes alike, and is written the same."""
    read = cv.from_dict(by_json(rule), scales=SCALES)
    assert read == rule
    assert hash(read) == hash(rule)
    assert cv.to_dict(read) == cv.to_dict(rule)


@given(rule=any_rule)
def test_the_format_is_plain_and_says_its_version(rule) -> None:
    """What is written equals what JSON makes of it, and names version and kind."""
    data = cv.to_dict(rule)
    assert json.loads(json.dumps(data)) == data
    assert data["custvalue"] == 1
    assert data["rule"] in ("condition", "bands", "ladder", "table")


@given(rule=st.one_of(tables(), scales().flatmap(bands), scales().flatmap(ladders)))
def test_a_rule_shows_what_it_is_made_of(rule) -> None:
    """Its repr names what it was made of, and nothing worked out from that."""
    made_of = [field for field in attrs.fields(type(rule)) if field.init]
    shown = ", ".join(f"{field.name}={getattr(rule, field.name)!r}" for field in made_of)
    assert repr(rule) == f"{type(rule).__name__}({shown})"


def test_what_is_written() -> None:
    """The stored form is part of the contract: other programs read it."""
    rule = cv.Bands(Tier, (cv.above(0),), measure="revenue", unit="EUR")
    assert cv.to_dict(rule) == {
        "custvalue": 1,
        "rule": "bands",
        "scale": {
            "name": "Tier",
            "members": [["LOW", "low", "低"], ["HIGH", "high", "高"]],
            "best": "last",
        },
        "floors": [{"above": [0]}],
        "measure": "revenue",
        "unit": "EUR",
        "learned": None,
    }
    assert cv.to_dict(cv.one_of("web", 1)) == {
        "custvalue": 1,
        "rule": "condition",
        "is": {"one_of": [1, "web"]},
    }


def test_any_mapping_can_be_read() -> None:
    """A read-only view of a stored rule serves as well as a dict."""
    assert cv.from_dict(types.MappingProxyType(STORED), scales=[Tier]) == cv.Bands(Tier, (100,))


# --- scales of one's own -----------------------------------------------------------------------


def test_a_given_scale_is_used() -> None:
    """With the scale it was made on, the rule read is the rule written."""
    read = cv.from_dict(STORED, scales=(State, Tier))
    assert read.scale is Tier
    assert read == cv.Bands(Tier, (100,))
    assert pickle.loads(pickle.dumps(read)) == read


def test_without_it_a_scale_is_made() -> None:
    """A class is made that has the same steps, labels and good end, and is another class."""
    read = cv.from_dict(STORED)
    assert read != cv.Bands(Tier, (100,))
    assert read.scale.__name__ == "Tier"
    assert list(read.scale) == ["low", "high"]
    assert read.scale("low").label(lang="zh") == "低"
    assert read.classify(100) == "high"
    assert read.scale.best == "last"
    assert cv.from_dict(by_json(cv.Bands(State, (1,)))).scale.best == "first"
    assert cv.to_dict(read) == STORED


def test_names_of_members_with_underscores() -> None:
    """A member may have an underscore before, after or in its name."""
    scale = a_scale("Odd", _LOW="low", MIDDLE_="middle", RATHER__HIGH="high")
    read = cv.from_dict(by_json(cv.Bands(scale, (1, 2))))
    assert list(read.scale.__members__) == ["_LOW", "MIDDLE_", "RATHER__HIGH"]


def test_a_rule_read_twice_is_one_rule() -> None:
    """The class made for a stored scale is made once."""
    assert cv.from_dict(STORED) == cv.from_dict(by_json(cv.Bands(Tier, (100,))))
    assert cv.from_dict(STORED).scale is cv.from_dict(STORED).scale


def test_scales_of_this_package_need_not_be_given() -> None:
    """A built-in scale is found by its name and steps; one that differs from it is made."""
    rule = cv.Bands(cv.ABCTier, (1, 2))
    assert cv.from_dict(by_json(rule)) == rule
    renamed = by_json(cv.Bands(a_scale("ABCTier", C="C", B="B", A="A+"), (1, 2)))
    read = cv.from_dict(renamed)
    assert read.scale is not cv.ABCTier
    assert read.classify(2) == "A+"


def test_labels_without_order_are_made_without_order() -> None:
    """The answers of a table are labels when they were, not a scale."""
    table = cv.Table({"vip": bool}, Care, [cv.Row({}, Care.CALL)])
    read = cv.from_dict(by_json(table))
    assert not issubclass(read.answers, cv.Scale)
    assert read.classify(vip=True) == "call"
    assert cv.from_dict(by_json(table), scales=[Care]) == table


def test_a_given_scale_with_other_steps_is_refused() -> None:
    """A scale of the same name must have the same steps; the sentence shows both."""
    other = a_scale("Tier", LOW="low", TOP="top")
    with pytest.raises(
        cv.RuleError,
        match=r"the scale 'Tier' given in scales= has the steps low, top, the stored rule was made "
        "on low, high: give the scale it was made on",
    ):
        cv.from_dict(STORED, scales=(other,))


def test_of_two_scales_of_one_name_the_right_one_is_used() -> None:
    """Another module's scale of the same name is no obstacle."""
    other = a_scale("Tier", LOW="low", TOP="top")
    assert cv.from_dict(STORED, scales=(other, Tier)).scale is Tier


def test_the_good_end_is_part_of_a_scale() -> None:
    """The same steps with the other end good are another scale."""
    turned = a_scale("Tier", best="first", LOW="low", HIGH="high")
    with pytest.raises(cv.RuleError, match="the scale 'Tier' given in scales= has the steps"):
        cv.from_dict(STORED, scales=(turned,))


@pytest.mark.parametrize("given_scales", [(Tier.LOW,), Tier, ["Tier"], (str,)])
def test_scales_are_classes(given_scales) -> None:
    """scales= takes an iterable of classes."""
    with pytest.raises(TypeError, match=r"scales= takes classes, as in scales=\(MyTier,\), got"):
        cv.from_dict(STORED, scales=given_scales)


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize("thing", [Tier, Tier.LOW, {"rule": "bands"}, 3, None])
def test_only_rules_are_written(thing) -> None:
    """What is no rule of this package is refused, with the kinds there are."""
    with pytest.raises(TypeError, match=r"to_dict writes rules \(bands, .*, table.*\), got"):
        cv.to_dict(thing)


@pytest.mark.parametrize(
    ("data", "got"),
    [
        ({}, "None"),
        ({"custvalue": 2, "rule": "bands"}, "2"),
        ({"custvalue": "1"}, "'1'"),
        ([1], "'list'"),
        (None, "'NoneType'"),
    ],
)
def test_the_version_is_checked(data, got) -> None:
    """Another version, none, or no mapping at all: refused, not guessed at."""
    with pytest.raises(cv.RuleError, match=f"a stored rule must say custvalue: 1, got {got}: wri"):
        cv.from_dict(data)


def test_the_kind_is_checked() -> None:
    """A kind nobody knows is refused with those there are."""
    with pytest.raises(cv.RuleError, match=r"must be one of bands, .*, table.*, got 'forest'"):
        cv.from_dict({"custvalue": 1, "rule": "forest"})


def without(data, key) -> dict:
    """Return a stored rule that lacks a setting."""
    return {name: value for name, value in data.items() if name != key}


MALFORMED = {
    "no scale": without(STORED, "scale"),
    "no floors": without(STORED, "floors"),
    "floors are a number": {**STORED, "floors": 5},
    "a floor is text": {**STORED, "floors": ["5"]},
    "a floor without arguments": {**STORED, "floors": [{"above": []}]},
    "a floor of two kinds": {**STORED, "floors": [{"above": [0], "at_least": [0]}]},
    "a floor of no kind": {**STORED, "floors": [{"import": ["os"]}]},
    "learned is half": {**STORED, "learned": {"what": "customers"}},
    "the scale is its name": {**STORED, "scale": "Tier"},
    "a member is no triple": {**STORED, "scale": {**STORED["scale"], "members": [["LOW"]]}},
    "a label is a number": {**STORED, "scale": {**STORED["scale"], "members": [["A", 1, "a"]]}},
    "a table's answer is none": {
        **by_json(cv.Table({"vip": bool}, Care, [cv.Row({}, Care.CALL)])),
        "rows": [{"when": {}, "then": "fax", "because": ""}],
    },
    "a ladder's rung is none": {
        **by_json(cv.Ladder(Tier, {Tier.HIGH: [{"orders": cv.known()}]})),
        "rungs": [["top", [{"orders": {"known": []}}]]],
    },
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED)
def test_malformed_rules_are_refused(data) -> None:
    """Whatever is wrong inside a stored rule, the error is ours and names the kind."""
    with pytest.raises(cv.RuleError, match=r"the stored \w+ is malformed \(.*\): write it with to"):
        cv.from_dict(data)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"floors": [1, 2]}, "Bands on Tier needs 1 floor, one per step above low, got 2"),
        ({"floors": [2**53]}, "must be given a number below 2"),
        (
            {"scale": {**STORED["scale"], "best": "top"}},
            "best must be 'first' or 'last', got",
        ),
    ],
)
def test_rules_that_could_not_be_made_are_not_read(change, message) -> None:
    """What the rule itself refuses keeps its own sentence."""
    with pytest.raises(cv.RuleError, match=message):
        cv.from_dict({**STORED, **change})


def test_unknown_settings_are_refused() -> None:
    """A setting this version does not know is named, not dropped."""
    with pytest.raises(
        cv.RuleError, match="the stored bands has settings nobody knows: ceilings, colour"
    ):
        cv.from_dict({**STORED, "colour": "red", "ceilings": []}, scales=[Tier])


@pytest.mark.parametrize("name", ["__doc__", "__init__", "_order_", "mro", "label"])
def test_stored_members_cannot_replace_what_a_class_does(name) -> None:
    """A stored name that is no member's, as of a method, is refused, and nothing is run."""
    members = [[name, "low", "low"], ["HIGH", "high", "high"]]
    with pytest.raises(cv.RuleError, match=r"members that cannot be|is malformed|no member may be"):
        cv.from_dict({**STORED, "scale": {"name": "Evil", "members": members, "best": "last"}})


# --- rules made elsewhere ----------------------------------------------------------------------


def test_policies_are_stored_by_their_settings() -> None:
    """An attrs class registered by a name is written as its fields, and read from them."""

    @document("test policy")
    @attrs.frozen
    class Policy:
        days: int
        note: str = "chosen"
        doubled: int = attrs.field(init=False, default=0)

    stored = by_json(Policy(30))
    assert stored == {"custvalue": 1, "rule": "test policy", "days": 30, "note": "chosen"}
    assert cv.from_dict(stored) == Policy(30)
    with pytest.raises(cv.RuleError, match=r"the stored test policy is malformed .* 'colour'"):
        cv.from_dict({**stored, "colour": "red"})
