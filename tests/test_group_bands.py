"""Tiers within each region or channel: floors of their own for each group."""

import enum
import json
import math
import pickle
import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import custvalue as cv
from custvalue import tiers
from custvalue._containers import is_missing
from custvalue.tiers import GroupBands

MISSING = (None, math.nan, pd.NA)

LEARNERS = (
    cv.TopShare(cv.ABCTier, (0.2, 0.5)),
    cv.CumulativeShare(cv.ABCTier, (0.5, 0.8)),
    tiers.BANK,
    cv.CumulativeShare(cv.ABCTier, (0.5, 0.8), decimals=0),
)
learners = st.sampled_from(LEARNERS)
regions = st.sampled_from(["north", "south", "east", None])
shops = st.sampled_from([1, 2, -7, None])
some_groups = st.sampled_from([regions, shops, st.sampled_from([3, "3", "three"])])
money = st.one_of(
    st.none(),
    st.integers(-500, 3_000).map(lambda cents: cents / 100),
    st.integers(0, 9).map(lambda fifths: fifths / 5_000),  # some of them between cents
)


@st.composite
def populations(draw, groups=some_groups) -> pd.DataFrame:
    """Draw customers with a value and a group, either of which may be missing."""
    rows = draw(st.lists(st.tuples(money, draw(groups)), max_size=25))
    return pd.DataFrame(
        {
            "value": pd.Series([value for value, _ in rows], dtype="float64"),
            "group": pd.Series([group for _, group in rows], dtype=object),
        }
    )


def alone(customers, group) -> pd.Series:
    """Return the values of one group's customers, picked one by one."""
    return pd.Series(
        [
            value
            for value, own in zip(customers["value"], customers["group"], strict=True)
            if own == group and type(own) is type(group)
        ],
        dtype="float64",
    )


# --- learning ----------------------------------------------------------------------------------


@given(learners, populations())
def test_each_group_is_learned_as_if_alone(learner, customers) -> None:
    """The bands of a group, and what they remember, are those of its customers alone."""
    rule = learner.fit_groups(customers["value"], customers["group"], measure="revenue")
    assert set(rule.groups) == set(customers["group"].dropna())
    for group in rule.groups:
        expected = learner.fit(alone(customers, group), measure="revenue")
        assert rule.of(group) == expected
        assert rule.of(group).learned == expected.learned
        assert rule.of(group).measure == "revenue"


@given(learners, populations(), st.randoms(use_true_random=False))
def test_order_of_rows_never_matters(learner, customers, random) -> None:
    """Shuffled customers give an equal rule, whatever kinds of groups there are."""
    order = random.sample(range(len(customers)), len(customers))
    shuffled = customers.iloc[order]
    rule = learner.fit_groups(customers["value"], customers["group"])
    again = learner.fit_groups(shuffled["value"], shuffled["group"])
    assert again == rule
    assert hash(again) == hash(rule)
    assert again.groups == rule.groups


@pytest.mark.parametrize(
    "groups",
    [
        ["web", "shop", "web", "shop", None],
        np.array(["web", "shop", "web", "shop", None], dtype=object),
        pd.Series(["web", "shop", "web", "shop", None]),
        pd.Series(["web", "shop", "web", "shop", ""]),  # an empty name is none
        pd.Series(["web", "shop", "web", "shop", None], dtype="string"),
        pd.Series(["web", "shop", "web", "shop", None], dtype="category"),
        pd.Series(pd.Categorical(["web", "shop", "web", "shop", None], ["web", "tv", "shop"])),
        pd.Series(["web", "shop", "web", "shop", None], dtype=pd.ArrowDtype(pa.string())),
        pd.Index(["web", "shop", "web", "shop", None]),
    ],
)
def test_text_in_any_container_names_groups(groups) -> None:
    """Lists, arrays and columns of text give one rule; missing groups count nowhere."""
    rule = tiers.PARETO.fit_groups([9.0, 5.0, 4.0, 2.0, 7.0], groups)
    assert rule.groups == ["shop", "web"]
    assert [type(group) for group in rule.groups] == [str, str]
    assert (rule.of("shop").floors, rule.of("web").floors) == ((5,), (9,))
    assert pd.Series(rule.classify([9, 5, 4, 2, 7], groups)).isna().tolist() == [False] * 4 + [True]


@pytest.mark.parametrize(
    "groups",
    [
        [1, 2, 1, 2, None],
        [1.0, 2.0, 1.0, 2.0, math.nan],
        np.array([1, 2, 1, 2, np.nan], dtype=np.float32),
        pd.Series([1, 2, 1, 2, None], dtype="Int8"),
        pd.Series([1, 2, 1, 2, None], dtype=pd.ArrowDtype(pa.uint16())),
        pd.Series([1, 2, 1, 2, None], dtype=object),
        pd.Series([1, 2, 1, 2, None], dtype="category"),
    ],
)
def test_whole_numbers_name_groups(groups) -> None:
    """A numbered region is one number, also where a missing neighbour made floats of them."""
    rule = tiers.PARETO.fit_groups([9.0, 5.0, 4.0, 2.0, 7.0], groups)
    assert rule.groups == [1, 2]
    assert [type(group) for group in rule.groups] == [int, int]
    assert rule.of(np.int64(2)).floors == (5,)
    assert rule.of(2.0).floors == (5,)


def test_members_of_an_enum_are_their_text() -> None:
    """A group given as a label is stored as plain text, and found by either."""

    class Channel(cv.Label):
        """Where customers buy."""

        WEB = "web"
        SHOP = "shop"

    class Floor(str, enum.Enum):  # noqa: UP042 - whose members print otherwise than their text
        """Where they live."""

        WEB = "web"
        SHOP = "shop"

    for channel in (Channel, Floor):
        rule = tiers.PARETO.fit_groups([9, 5], [channel.WEB, channel.SHOP])
        assert rule == tiers.PARETO.fit_groups([9, 5], ["web", "shop"])
        assert [type(group) for group in rule.groups] == [str, str]
        assert rule.of(channel.WEB).floors == (9,)


def test_a_group_without_a_value_is_a_group() -> None:
    """Where nobody's value is known, the floors are as low as they can be."""
    rule = tiers.ABC.fit_groups([5.0, None, None], ["web", "shop", "shop"])
    assert rule.of("shop") == tiers.ABC.fit([])
    assert rule.of("shop").learned.count == 0


def test_nobody_gives_a_rule_without_groups() -> None:
    """Learned from nobody, or from customers without a group, there are no bands."""
    for values, groups in (([], []), ([1.0, 2.0], [None, None])):
        rule = tiers.ABC.fit_groups(values, groups)
        assert rule == GroupBands(cv.ABCTier, {})
        labels = rule.classify(values, groups)
        assert labels.dtype == cv.ABCTier.dtype()
        assert labels.isna().tolist() == [True] * len(values)
    with pytest.raises(cv.InputError, match=re.escape("there are bands for (none), got 'web'")):
        GroupBands(cv.ABCTier, {}).of("web")


def test_groups_on_the_grid_of_cents_stay_on_it() -> None:
    """One region's thousandths are no reason to add another's cents as floats."""
    values = [0.3, 0.2, 0.1] + [0.04] * 10 + [0.001]
    learner = cv.CumulativeShare(cv.ParetoTier, (0.6,))
    rule = learner.fit_groups(values, ["north"] * 13 + ["south"])
    assert rule.of("north").floors == (0.1,)  # exactly 60% of 1.00
    assert rule.of("north").learned.actual == (0.6,)


def test_what_a_group_cannot_be() -> None:
    """Flags, halves, times and tuples name no group; the error shows the way."""
    day = pd.Timestamp("2026-01-01")
    for group in (True, 1.5, math.inf, day, ("a", 1)):
        groups = pd.Series([group, group], dtype=object)
        with pytest.raises(TypeError, match=r"groups must be text or whole numbers, got .*: name"):
            tiers.ABC.fit_groups([1, 2], groups)
        with pytest.raises(TypeError, match="groups must be text or whole numbers"):
            GroupBands(cv.ABCTier, {group: tiers.ABC.fit([1])})
    with pytest.raises(TypeError, match=r"groups must be text or whole numbers, got True \(bool\)"):
        tiers.ABC.fit_groups([1, 2], [True, True])
    with pytest.raises(TypeError, match="values and groups must be columns of one length, got"):
        tiers.ABC.fit_groups([1, 2], "web")


def test_values_and_groups_must_belong_together() -> None:
    """Another index or length is an error, in learning and in applying."""
    values, groups = pd.Series([1, 2], index=["x", "y"]), pd.Series(["a", "b"], index=["y", "x"])
    rule = tiers.ABC.fit_groups([1, 2], ["a", "b"])
    for run in (tiers.ABC.fit_groups, rule.classify):
        with pytest.raises(cv.InputError, match="values and groups must share one index"):
            run(values, groups)
        with pytest.raises(cv.InputError, match="values and groups must have one length"):
            run([1, 2], ["a"])


def test_money_beyond_exactness_is_refused() -> None:
    """Infinite and huge values name their rows, a huge sum its group."""
    with pytest.raises(cv.InputError, match="revenue must be finite, got infinity in row 1"):
        tiers.ABC.fit_groups([1, math.inf], ["a", "b"], measure="revenue")
    with pytest.raises(cv.InputError, match=r"must stay below 2\*\*53 .* in row 1"):
        tiers.PARETO.fit_groups([1, 1e300], ["a", "b"])
    with pytest.raises(cv.InputError, match=r"value of b add up to 2\*\*53 minor units or more"):
        tiers.ABC.fit_groups([1, *[2**52 // 100] * 3], ["a", "b", "b", "b"])
    apart = tiers.ABC.fit_groups([2**52 // 100] * 3, ["a", "b", "c"])
    assert apart.groups == ["a", "b", "c"]


# --- applying ----------------------------------------------------------------------------------


@given(learners, populations(), st.lists(st.integers(-500, 3_000), min_size=1, max_size=10))
def test_a_column_is_classified_like_its_elements(learner, customers, tomorrow) -> None:
    """Each label is the one its value gets alone in its group; missing stays missing."""
    rule = learner.fit_groups(customers["value"], customers["group"])
    groups = [*rule.groups, None]
    values = pd.concat([customers["value"], pd.Series([cents / 100 for cents in tomorrow])])
    of = [*customers["group"], *(groups[place % len(groups)] for place in range(len(tomorrow)))]
    labels = rule.classify(values, pd.Series(of, index=values.index, dtype=object))
    for value, group, label in zip(values, of, labels, strict=True):
        if is_missing(value) or is_missing(group):
            assert is_missing(label)
        else:
            assert label == rule.classify(value, group=group) == rule.of(group).classify(value)


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=12))
def test_whole_numbers_of_any_size_are_classified(values) -> None:
    """The whole range of int64 is placed as by the bands of the group, floors never reached too."""
    floors = (0.5, cv.above(2**53 - 1), None, None)
    rule = GroupBands(cv.BankTier, {"web": cv.Bands(cv.BankTier, floors)})
    column = np.array(values, dtype=np.int64)
    steps = rule.classify(column, ["web"] * len(values))
    assert steps.tolist() == [rule.classify(value, group="web") for value in values]


def test_many_groups_are_kept_apart() -> None:
    """More groups than int16 can number are each classified by their own floors."""
    groups = np.arange(70_000) % 35_000
    rule = tiers.PARETO.fit_groups(np.arange(70_000), groups)
    assert len(rule.groups) == 35_000
    labels = rule.classify(np.arange(70_000), groups)
    assert (labels.codes[:35_000] == 0).all()
    assert (labels.codes[35_000:] == 1).all()


def test_shape_in_is_shape_out() -> None:
    """A Series keeps index and name, also of length 1 and 0; other columns give a categorical."""
    rule = tiers.PARETO.fit_groups([9, 5], ["web", "shop"])
    values = pd.Series([7, 7], index=["b", "b"], name="revenue")
    labels = rule.classify(values, ["web", "shop"])
    assert labels.tolist() == ["useful-many", "vital-few"]
    assert labels.index.tolist() == ["b", "b"]
    assert labels.name == "revenue"
    assert labels.dtype == cv.ParetoTier.dtype()
    for size in (0, 1):
        assert len(rule.classify(values[:size], pd.Series(["web"] * size, ["b"] * size))) == size
        categorical = rule.classify([7] * size, ["web"] * size)
        assert isinstance(categorical, pd.Categorical)
        assert len(categorical) == size
    assert rule.classify(np.float64(9), group="web") is cv.ParetoTier.VITAL_FEW


def test_an_unseen_group_is_an_error_that_names_the_rows() -> None:
    """Nobody is placed by another region's floors."""
    rule = tiers.ABC.fit_groups([5, 4], ["web", 3])
    values = pd.Series([1.0, 2.0, None, 4.0], index=["w", "x", "y", "z"])
    groups = pd.Series(["web", "tv", "radio", "tv"], index=values.index)
    message = (
        "groups must be among those there are bands for (3, 'web'), got 'radio', 'tv' in rows x, "
        "y, z: learn the rule from these groups as well"
    )
    with pytest.raises(cv.InputError, match=re.escape(message)):
        rule.classify(values, groups)
    with pytest.raises(
        cv.InputError,
        match=re.escape(
            "groups must be among those there are bands for (3, 'web'), got '3': learn the rule "
            "from that group as well"
        ),
    ):
        rule.classify(1, group="3")
    many = tiers.ABC.fit_groups(range(10), list(range(10)))
    with pytest.raises(
        cv.InputError, match=re.escape("(0, 1, 2, 3, 4, 5, 6, 7 and 2 more), got 10")
    ):
        many.explain(1, group=10)


@pytest.mark.parametrize("group", [math.nan, pd.NA, np.float64("nan")])
def test_the_group_of_one_value_must_be_known(group) -> None:
    """One customer without a group raises; in a column the label is missing."""
    rule = tiers.ABC.fit_groups([5], ["web"])
    for run in (rule.classify, rule.explain):
        with pytest.raises(cv.InputError, match="the group must be known, got"):
            run(5, group=group)
    with pytest.raises(cv.InputError, match="value must be known"):
        rule.classify(math.nan, group="web")
    with pytest.raises(TypeError, match="groups must be text or whole numbers"):
        rule.of(True)


@pytest.mark.parametrize(
    ("positional", "keyword", "got"),
    [
        ((5,), {}, "one value"),
        ((5, ["web"]), {}, "one value and groups"),
        ((5, ["web"]), {"group": "web"}, "one value and groups and group="),
        (([5],), {}, "a column"),
        (([5],), {"group": "web"}, "a column and group="),
        (([5], ["web"]), {"group": "web"}, "a column and groups and group="),
    ],
)
def test_one_goes_with_one_and_many_with_many(positional, keyword, got) -> None:
    """A value comes with its group, a column with groups; anything else says what to give."""
    rule = tiers.ABC.fit_groups([5], ["web"])
    message = f"classify takes a column and groups, or one value and group=, got {got}"
    with pytest.raises(TypeError, match=f"^{message}$"):
        rule.classify(*positional, **keyword)


def test_only_numbers_are_classified() -> None:
    """Text and infinities are refused under the name of the measure."""
    rule = tiers.ABC.fit_groups([5], ["web"], measure="revenue")
    with pytest.raises(TypeError, match="revenue must hold numbers"):
        rule.classify(["5"], ["web"])
    with pytest.raises(cv.InputError, match="revenue must be finite, got infinity in row 0"):
        rule.classify([math.inf], ["web"])


def test_classifying_leaves_its_input_as_it_was() -> None:
    """Values and groups may be read-only."""
    values, groups = np.array([3.0, 1.0]), np.array([2, 1])
    values.flags.writeable = groups.flags.writeable = False
    tiers.ABC.fit_groups(values, groups).classify(values, groups)
    assert (values.tolist(), groups.tolist()) == ([3.0, 1.0], [2, 1])


# --- plain data --------------------------------------------------------------------------------


@given(learners, populations())
def test_a_rule_by_groups_survives_storage(learner, customers) -> None:
    """Written as JSON and read, pickled or not, it is equal, down to where it came from."""
    rule = learner.fit_groups(customers["value"], customers["group"], as_of="2026-03-01")
    data = cv.to_dict(rule)
    assert json.loads(json.dumps(data)) == data
    assert data["rule"] == "bands by group"
    read = cv.from_dict(json.loads(json.dumps(data)))
    for again in (read, pickle.loads(pickle.dumps(rule))):
        assert again == rule
        assert hash(again) == hash(rule)
        assert [again.of(g).learned for g in again.groups] == [
            rule.of(g).learned for g in rule.groups
        ]


class Card(cv.Scale):
    """A scale of one's own."""

    BLUE = "blue"
    GOLD = "gold"


def test_a_scale_of_ones_own_is_read_back() -> None:
    """With `scales` the rule read answers with the caller's members."""
    rule = cv.TopShare(Card, (0.5,)).fit_groups([9, 5], ["web", "web"])
    read = cv.from_dict(cv.to_dict(rule), scales=(Card,))
    assert read == rule
    assert read.classify(9, group="web") is Card.GOLD


@pytest.mark.parametrize(
    "break_it",
    [
        lambda data: data.pop("scale"),
        lambda data: data.update(bands=[["web"]]),
        lambda data: data.update(bands=[[None, data["bands"][0][1]]]),
        lambda data: data["bands"][0][1].update(floors=[1, 2, 3]),
        lambda data: data["bands"][0][1].update(rule="condition"),
        lambda data: data.update(more=1),
    ],
)
def test_malformed_storage_is_refused(break_it) -> None:
    """What `to_dict` did not write is an error of the rule."""
    data = json.loads(json.dumps(cv.to_dict(tiers.PARETO.fit_groups([9], ["web"]))))
    break_it(data)
    with pytest.raises(cv.RuleError):
        cv.from_dict(data)


def test_rules_by_groups_are_values() -> None:
    """Equal by meaning: order of groups, and where floors came from, make no difference."""
    web, shop = cv.Bands(cv.ParetoTier, (9,)), cv.Bands(cv.ParetoTier, (5,))
    rule = GroupBands(cv.ParetoTier, {"web": web, "shop": shop})
    assert rule == GroupBands(cv.ParetoTier, [("shop", shop), ("web", web)])
    assert rule == tiers.PARETO.fit_groups([9, 5], ["web", "shop"])
    assert rule != GroupBands(cv.ParetoTier, {"web": web})
    assert rule != GroupBands(cv.ParetoTier, {"web": shop, "shop": shop})
    assert repr(rule).startswith("GroupBands(scale=")


def test_what_is_no_rule_by_groups() -> None:
    """All bands are bands, and on one scale."""
    bands = tiers.PARETO.fit([1])
    with pytest.raises(TypeError, match="GroupBands needs Bands for each group, got 5 for 'web'"):
        GroupBands(cv.ParetoTier, {"web": 5})
    with pytest.raises(TypeError, match="GroupBands needs a subclass of Scale, got 'ABC'"):
        GroupBands("ABC", {})
    with pytest.raises(
        cv.RuleError,
        match="all groups must have bands on ABCTier, got bands on ParetoTier for 'web'",
    ):
        GroupBands(cv.ABCTier, {"web": bands})


def test_explain_names_the_group() -> None:
    """The sentence says in which group, which step, and where its floor comes from."""
    rule = tiers.PARETO.fit_groups(
        [9, 5], ["web", "shop"], as_of="2026-03-01", measure="revenue", unit="EUR"
    )
    assert rule.explain(9, group="web") == f"In web: {rule.of('web').explain(9)}"
    assert "as of 2026-03-01" in rule.explain(9, group="web")
