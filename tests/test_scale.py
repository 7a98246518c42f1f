import copy
import operator
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import custvalue as cv
from custvalue.testing import scales


class Tier(cv.Scale):
    """Three tiers whose alphabetical order is not their order."""

    LOW = "z-low", "低"
    MIDDLE = "middle"
    HIGH = "a-high", "高"


class Alarm(cv.Scale, best="first"):
    """A scale whose first step is the good one; one label is also one of Tier's."""

    GREEN = "green"
    MIDDLE = "middle"
    RED = "red"


class Channel(cv.Label):
    """Names without an order."""

    SHOP = "shop", "门店"
    WEB = "web"


ORDERINGS = (operator.lt, operator.le, operator.gt, operator.ge)


def test_steps_order_by_position_not_as_text() -> None:
    """The first declared is the lowest, whatever the labels spell."""
    assert Tier.LOW < Tier.MIDDLE < Tier.HIGH
    assert [step.rank for step in Tier] == [0, 1, 2]
    assert sorted([Tier.HIGH, Tier.LOW]) == [Tier.LOW, Tier.HIGH]
    assert max(Tier) is Tier.HIGH


@given(scale=scales(), data=st.data())
def test_order_is_the_order_of_ranks(scale, data) -> None:
    """Every comparison of steps, also with a step's text, is that of their ranks."""
    one, other = (data.draw(st.sampled_from(list(scale))) for _ in range(2))
    for compare in (*ORDERINGS, operator.eq, operator.ne):
        assert compare(one, other) is compare(one.rank, other.rank)
        assert compare(one, str(other)) is compare(one.rank, other.rank)
        assert compare(str(one), other) is compare(one.rank, other.rank)


@pytest.mark.parametrize("compare", ORDERINGS)
@pytest.mark.parametrize("other", ["gold", Alarm.GREEN, Alarm.MIDDLE, Channel.SHOP, 1, None])
def test_ordering_against_anything_else_raises(compare, other) -> None:
    """An unknown string, a step of another scale even of the same label, a number: refused."""
    with pytest.raises(TypeError, match="a step of Tier orders only against steps of Tier, got"):
        compare(Tier.LOW, other)


@pytest.mark.parametrize("other", ["gold", Alarm.GREEN, 1, None, float("nan")])
def test_equality_never_raises(other) -> None:
    """Whatever a step is compared with, == and != answer."""
    assert operator.eq(Tier.LOW, other) is False
    assert operator.ne(Tier.LOW, other) is True


def test_unknown_text_on_the_left_raises_too() -> None:
    """The order of the operands makes no difference."""
    with pytest.raises(TypeError, match="orders only against steps of Tier, got 'gold'"):
        operator.lt("gold", Tier.LOW)


def test_labels_in_two_languages() -> None:
    """A label is its value in English, its second string, if it has one, in Chinese."""
    assert Tier.LOW.label() == "z-low"
    assert Tier.LOW.label(lang="zh") == "低"
    assert Tier.MIDDLE.label(lang="zh") == "middle"
    assert f"{Tier.LOW}" == "z-low"


def test_an_unknown_language_is_refused() -> None:
    """Only English and Chinese are known."""
    with pytest.raises(cv.InputError, match="lang must be 'en' or 'zh', got 'fr'"):
        Tier.LOW.label(lang="fr")


@given(scale=scales(), data=st.data())
def test_from_label_undoes_label(scale, data) -> None:
    """A member is found by either of its labels."""
    step = data.draw(st.sampled_from(list(scale)))
    assert scale.from_label(step.label(lang="en")) is step
    assert scale.from_label(step.label(lang="zh")) is step


def test_from_label_lists_what_there_is() -> None:
    """An unknown label is answered with the known ones."""
    with pytest.raises(cv.InputError, match="Channel has no label 'fax'; it has shop, web"):
        Channel.from_label("fax")


def test_best_end() -> None:
    """Reports put the best first, whichever end that is; a subclass keeps it."""

    class Sleep(cv.Scale, best="first"):
        pass

    class Doze(Sleep):
        AWAKE = "awake"
        ASLEEP = "asleep"

    assert (Tier.best, Alarm.best, Doze.best) == ("last", "first", "first")
    assert Tier.best_first() == [Tier.HIGH, Tier.MIDDLE, Tier.LOW]
    assert Alarm.best_first() == [Alarm.GREEN, Alarm.MIDDLE, Alarm.RED]


def test_the_best_end_is_first_or_last() -> None:
    """Any other word is refused when the class is made."""
    with pytest.raises(cv.RuleError, match="Odd: best must be 'first' or 'last', got 'top'"):

        class Odd(cv.Scale, best="top"):
            ONLY = "only"


def test_two_members_need_two_values() -> None:
    """A second name for a value would be an alias, and a step less."""
    with pytest.raises(cv.RuleError, match=r"Twin: every member needs a value of its own, got"):

        class Twin(cv.Scale):
            ONE = "one"
            UNO = "one"


def test_members_hide_nothing() -> None:
    """A member named like an attribute that every label has is refused."""
    with pytest.raises(cv.RuleError, match="Clash: no member may be named rank, label: write it"):

        class Clash(cv.Scale):
            rank = "rank"
            label = "label"


def test_a_label_is_text() -> None:
    """Members have text for a value."""
    with pytest.raises(TypeError, match="Number: a label must be a string, got 1"):

        class Number(cv.Label):
            ONE = 1


def test_too_many_members_are_refused() -> None:
    """More members than a column of labels can be coded with are refused, not wrapped around."""
    members = {f"S{number}": f"step {number}" for number in range(128)}
    with pytest.raises(cv.RuleError, match="Many: at most 127 members, got 128"):
        cv.Scale("Many", members)
    most = cv.Scale("Most", dict(list(members.items())[:127]))
    rule = cv.Bands(most, range(126))
    assert rule.classify([1000]).tolist() == ["step 126"]


@given(scale=scales())
def test_dtype_lists_every_step_in_order(scale) -> None:
    """The categorical dtype holds the labels as plain text, lowest first."""
    dtype = scale.dtype()
    assert dtype.ordered
    assert list(dtype.categories) == [step.value for step in scale]
    assert all(type(label) is str for label in dtype.categories)
    assert dtype == scale.dtype()


def test_dtype_of_labels_has_no_order() -> None:
    """Names without an order make an unordered dtype."""
    assert not Channel.dtype().ordered
    assert list(Channel.dtype().categories) == ["shop", "web"]


def test_a_column_of_steps_orders_like_the_scale() -> None:
    """In pandas, labels sort, compare and aggregate in the order of the scale."""
    tiers = pd.Series(["a-high", "z-low", None, "middle"], dtype=Tier.dtype())
    assert tiers.sort_values().tolist()[:3] == ["z-low", "middle", "a-high"]
    assert (tiers >= "middle").tolist() == [True, False, False, True]
    assert (tiers >= Tier.MIDDLE).tolist() == [True, False, False, True]
    assert (tiers == Tier.HIGH).tolist() == [True, False, False, False]
    assert tiers.max() == Tier.HIGH
    with pytest.raises(TypeError):
        _ = tiers < "gold"


def test_a_report_shows_empty_steps() -> None:
    """Grouping by a column of steps answers for steps nobody is on."""
    tiers = pd.Series(["a-high"], dtype=Tier.dtype())
    counts = pd.Series([1.0]).groupby(tiers, observed=False).count()
    assert counts.to_dict() == {"z-low": 0, "middle": 0, "a-high": 1}


def test_elements_of_a_column_are_plain_text() -> None:
    """What is taken out of a column is text: equal to the member, and no member."""
    element = pd.Series([Tier.HIGH], dtype=Tier.dtype()).iloc[0]
    assert type(element) is str
    assert element == Tier.HIGH
    assert Tier(element) is Tier.HIGH


@pytest.mark.parametrize("member", [Tier.HIGH, Alarm.GREEN, Channel.SHOP])
def test_members_survive_pickling_and_copying(member) -> None:
    """There is one member of each name in a process."""
    assert pickle.loads(pickle.dumps(member)) is member
    assert copy.deepcopy(member) is member


def test_members_are_text() -> None:
    """A member serves wherever its text does."""
    assert {"a-high": 1}[Tier.HIGH] == 1
    assert np.array(["a-high"])[0] == Tier.HIGH
