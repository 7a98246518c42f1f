"""Movements: who moved up or down a scale between two dates, who came and who went."""

import re
from collections import Counter

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import custvalue as cv
from custvalue.movements import Movement, movement


class Card(cv.Scale):
    """A user's own scale; the last step is the good one."""

    BLUE = "blue"
    SILVER = "silver"
    GOLD = "gold"


class Alarm(cv.Scale, best="first"):
    """A user's own scale; the first step is the good one."""

    GREEN = "green"
    RED = "red"


scales = st.sampled_from([cv.ABCTier, cv.BankTier, cv.Stage, cv.ChurnState])
FIGURES = ["advanced", "held", "slipped", "joined", "left"]


def sides(scale):
    """Draw the labels of some customers on two dates, by id; None is a missing label."""
    steps = st.one_of(st.none(), st.sampled_from([step.value for step in scale]))
    side = st.dictionaries(st.integers(0, 12), steps, max_size=13)
    return st.tuples(st.just(scale), side, side)


def labelled(side, scale):
    """Return a side as the categorical Series a rule would give."""
    ids = pd.Index(list(side), dtype="int64")
    return pd.Series(pd.Categorical(list(side.values()), dtype=scale.dtype()), index=ids)


def figures(moved):
    """Return the five counts."""
    return [getattr(moved, name) for name in FIGURES]


def by_hand(scale, before, after):
    """Count customer by customer: the oracle."""
    counts = Counter()
    pairs = Counter()
    for customer in {**before, **after}:
        was, is_now = before.get(customer), after.get(customer)
        if was is None and is_now is None:
            continue
        pairs[was or "(new)", is_now or "(gone)"] += 1
        if was is None or is_now is None:
            counts["joined" if was is None else "left"] += 1
        elif was == is_now:
            counts["held"] += 1
        else:
            higher = scale(is_now) > scale(was)
            counts["advanced" if higher == (scale.best == "last") else "slipped"] += 1
    return [counts[name] for name in FIGURES], pairs


# --- by hand -----------------------------------------------------------------------------------


def test_five_customers_by_hand() -> None:
    """One of each: who advanced, held, slipped, joined and left."""
    before = pd.Series({"ann": "A", "bob": "C", "cem": "B", "dee": "B"})
    after = pd.Series({"eve": "C", "dee": "C", "bob": "B", "ann": "A"})
    moved = movement(before, after, scale=cv.ABCTier)
    assert figures(moved) == [1, 1, 1, 1, 1]
    assert (moved.before, moved.after, moved.net_joined, moved.net_advanced) == (4, 4, 0, 0)
    assert moved.matrix.to_dict("split") == {
        "index": ["A", "B", "C", "(new)"],
        "columns": ["A", "B", "C", "(gone)"],
        "data": [[1, 0, 0, 0], [0, 0, 1, 1], [0, 1, 0, 0], [0, 0, 1, 0]],
    }


def test_waking_up_is_an_advance() -> None:
    """Of churn states the first is the good one, so towards it is better."""
    before = labelled({1: "asleep", 2: "awake", 3: "drowsy"}, cv.ChurnState)
    after = labelled({1: "awake", 2: "drowsy", 3: "drowsy"}, cv.ChurnState)
    moved = movement(before, after)
    assert figures(moved) == [1, 1, 1, 0, 0]
    assert moved.scale is cv.ChurnState
    assert list(moved.matrix.index) == ["awake", "drowsy", "half-asleep", "asleep", "(new)"]


def test_scales_of_your_own_go_by_their_good_end() -> None:
    """The same step up is an advance on one scale and a slip on another."""
    before, after = pd.Series(["blue", "gold"]), pd.Series(["gold", "gold"])
    assert figures(movement(before, after, scale=Card)) == [1, 1, 0, 0, 0]
    before, after = pd.Series(["green", "red"]), pd.Series(["red", "red"])
    assert figures(movement(before, after, scale=Alarm)) == [0, 1, 1, 0, 0]


def test_a_missing_label_is_not_there() -> None:
    """A row without a label counts like no row, on either side."""
    before = labelled({1: "A", 2: None, 3: None}, cv.ABCTier)
    after = labelled({1: None, 2: "B", 3: None}, cv.ABCTier)
    assert figures(movement(before, after)) == [0, 0, 0, 1, 1]
    assert figures(movement(before.dropna(), after.dropna())) == [0, 0, 0, 1, 1]
    assert movement(before, after).matrix.loc["(new)", "(gone)"] == 0


def test_nobody_moves_where_nobody_is() -> None:
    """Empty sides give a matrix of zeros, of every step."""
    nobody = labelled({}, cv.ABCTier)
    moved = movement(nobody, nobody)
    assert figures(moved) == [0, 0, 0, 0, 0]
    assert moved.matrix.to_numpy().tolist() == [[0] * 4] * 4
    assert movement(nobody, labelled({1: "A"}, cv.ABCTier)).joined == 1


def test_ids_of_several_levels_are_matched() -> None:
    """A customer may be named by shop and number together."""
    ids = pd.MultiIndex.from_tuples([("north", 1), ("south", 1)])
    before = pd.Series(["A", "B"], index=ids)
    assert figures(movement(before, before[::-1], scale=cv.ABCTier)) == [0, 2, 0, 0, 0]


@pytest.mark.parametrize(
    "labels",
    [
        ["A", "C", None],
        np.array(["A", "C", None], dtype=object),
        [cv.ABCTier.A, cv.ABCTier.C, None],
        pd.array(["A", "C", None], dtype="string"),
        pd.Categorical(["A", "C", None]),
    ],
)
def test_labels_in_any_dtype(labels) -> None:
    """With the scale given, strings, members and other categoricals will do."""
    before, after = pd.Series(labels), pd.Series(["B", "B", "B"])
    assert figures(movement(before, after, scale=cv.ABCTier)) == [1, 0, 1, 1, 0]


# --- results -----------------------------------------------------------------------------------


def test_results_are_plain() -> None:
    """Counts are Python ints, the matrix and the row of figures are int64."""
    before, after = pd.Series({"ann": "C"}), pd.Series({"ann": "A", "bob": "C"})
    moved = movement(before, after, scale=cv.ABCTier)
    assert all(type(count) is int for count in figures(moved))
    assert (moved.matrix.dtypes == np.int64).all()
    assert (moved.matrix.index.name, moved.matrix.columns.name) == ("before", "after")
    frame = moved.to_frame()
    assert (frame.dtypes == np.int64).all()
    assert frame.to_dict("records") == [
        {
            "before": 1,
            "after": 2,
            "advanced": 1,
            "held": 0,
            "slipped": 0,
            "joined": 1,
            "left": 0,
            "net_joined": 1,
            "net_advanced": 1,
        }
    ]


def test_it_reads_like_a_sentence() -> None:
    """As text, in a console and in a notebook."""
    before, after = pd.Series({"ann": "C"}), pd.Series({"ann": "A", "bob": "C"})
    moved = movement(before, after, scale=cv.ABCTier)
    says = "1 before, 2 after: 1 advanced, 0 held, 0 slipped; 1 joined, 0 left."
    assert str(moved) == says
    assert repr(moved) == f"<Movement on ABCTier: {says}>"
    assert moved._repr_html_().startswith(f"<p>{says}</p><table")


def test_a_movement_is_frozen() -> None:
    """Neither the counts nor the matrix handed out can change it."""
    moved = movement(pd.Series(["A"]), pd.Series(["A"]), scale=cv.ABCTier)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        moved.held = 2
    matrix = moved.matrix
    matrix.loc["A", "A"] = 7
    assert moved.matrix.loc["A", "A"] == 1
    assert moved != movement(pd.Series(["A"]), pd.Series(["A"]), scale=cv.ABCTier)
    assert isinstance(moved, Movement)


def test_the_sides_stay_as_they_are() -> None:
    """Neither Series is changed."""
    before, after = labelled({2: "A", 1: None}, cv.ABCTier), labelled({1: "B"}, cv.ABCTier)
    copies = before.copy(), after.copy()
    movement(before, after)
    pd.testing.assert_series_equal(before, copies[0])
    pd.testing.assert_series_equal(after, copies[1])


# --- laws --------------------------------------------------------------------------------------


@given(scales.flatmap(sides))
def test_counts_are_those_of_each_customer(drawn) -> None:
    """Counting customer by customer gives the same figures and the same matrix."""
    scale, before, after = drawn
    moved = movement(labelled(before, scale), labelled(after, scale))
    expected, pairs = by_hand(scale, before, after)
    assert figures(moved) == expected
    stacked = {
        (row, column): int(count)
        for row, counts in moved.matrix.iterrows()
        for column, count in counts.items()
        if count
    }
    assert stacked == dict(pairs)


@given(scales.flatmap(sides))
def test_everyone_is_accounted_for(drawn) -> None:
    """Who was there before held, moved or left; who is there after held, moved or joined."""
    scale, before, after = drawn
    first, second = labelled(before, scale), labelled(after, scale)
    moved = movement(first, second)
    stayed = moved.advanced + moved.held + moved.slipped
    assert stayed + moved.left == moved.before == first.notna().sum()
    assert stayed + moved.joined == moved.after == second.notna().sum()
    assert moved.net_joined == moved.after - moved.before
    assert moved.matrix.iloc[:-1].sum(axis=1).to_dict() == {
        step.value: int((first == step.value).sum()) for step in scale.best_first()
    }


@given(scales.flatmap(sides))
def test_going_back_undoes_the_movement(drawn) -> None:
    """Swapping the dates swaps advanced with slipped and joined with left."""
    scale, before, after = drawn
    first, second = labelled(before, scale), labelled(after, scale)
    there, back = movement(first, second), movement(second, first)
    assert figures(back) == [there.slipped, there.held, there.advanced, there.left, there.joined]
    assert back.matrix.to_numpy().tolist() == there.matrix.to_numpy().T.tolist()


@given(scales.flatmap(sides), st.randoms(use_true_random=False))
def test_order_and_names_of_customers_do_not_matter(drawn, random) -> None:
    """Shuffling either side, or renaming everybody, changes nothing."""
    scale, before, after = drawn
    moved = movement(labelled(before, scale), labelled(after, scale))
    shuffled = [dict(random.sample(sorted(side.items()), len(side))) for side in (before, after)]
    renamed = [{1000 - customer: step for customer, step in side.items()} for side in shuffled]
    for sides_again in (shuffled, renamed):
        again = movement(*(labelled(side, scale) for side in sides_again))
        pd.testing.assert_frame_equal(again.matrix, moved.matrix)


@given(scales.flatmap(sides))
def test_nobody_moves_from_a_date_to_itself(drawn) -> None:
    """Everyone there is held."""
    scale, before, _ = drawn
    side = labelled(before, scale)
    assert figures(movement(side, side)) == [0, side.notna().sum(), 0, 0, 0]


# --- errors ------------------------------------------------------------------------------------


def test_sides_must_be_indexed_by_customer() -> None:
    """A bare list has no ids to match."""
    says = "before must be a Series of labels indexed by customer id, got list: give one, as"
    with pytest.raises(TypeError, match=says):
        movement(["A"], pd.Series(["A"]), scale=cv.ABCTier)


def test_each_customer_may_be_there_once() -> None:
    """Customers named twice are listed, five of them at most."""
    ids = [customer for number in range(7) for customer in (f"c{number}", f"c{number}")]
    after = pd.Series("A", index=ids)
    says = (
        "after must hold each customer once, got more of c0, c1, c2, c3, c4 and 2 more: "
        "keep one row each"
    )
    with pytest.raises(cv.InputError, match=re.escape(says)):
        movement(pd.Series(["A"]), after, scale=cv.ABCTier)
    with pytest.raises(cv.InputError, match="before must hold each customer once, got more of c0:"):
        movement(after.iloc[:2], after, scale=cv.ABCTier)


def test_ids_must_be_known() -> None:
    """A customer without an id can't be found again."""
    before = pd.Series(["A", "B"], index=["ann", None])
    with pytest.raises(cv.InputError, match="before must have no missing ids, got 1: leave these"):
        movement(before, before, scale=cv.ABCTier)


def test_ids_must_be_of_one_kind() -> None:
    """Where 1 stands on one side and "1" on the other, everybody would come and go."""
    before, after = pd.Series(["A"], index=[1]), pd.Series(["A"], index=["1"])
    says = (
        "before and after must be indexed by ids of one kind, got numbers before and text "
        "after: convert one to the other's kind"
    )
    with pytest.raises(cv.InputError, match=says):
        movement(before, after, scale=cv.ABCTier)
    assert movement(before, after.iloc[:0], scale=cv.ABCTier).left == 1


def test_labels_must_be_on_the_scale() -> None:
    """Other labels are named with the customers who have them."""
    before, after = pd.Series({"ann": "A"}), pd.Series({"ann": "gold"})
    says = r"after must hold labels of ABCTier \(C, B, A\), got 'gold' in row ann"
    with pytest.raises(cv.InputError, match=says):
        movement(before, after, scale=cv.ABCTier)
    with pytest.raises(cv.InputError, match="after must hold labels of ABCTier"):
        movement(before, labelled({1: "awake"}, cv.ChurnState), scale=cv.ABCTier)


def test_sides_must_be_on_one_scale() -> None:
    """A tier can't become a state."""
    before, after = labelled({1: "A"}, cv.ABCTier), labelled({1: "awake"}, cv.ChurnState)
    says = "before and after must be on one scale, got ABCTier before and ChurnState after"
    with pytest.raises(cv.InputError, match=says):
        movement(before, after)


def test_an_unknown_scale_must_be_named() -> None:
    """Neither strings nor the steps of a user's scale say which end is good."""
    says = "movement must know which end of the scale is good, got labels of .* in before: name"
    with pytest.raises(cv.InputError, match=says):
        movement(pd.Series(["A"]), pd.Series(["A"]))
    cards = labelled({1: "gold"}, Card)
    says = (
        "movement must know which end of the scale is good, got the steps blue, silver, gold in "
        "before, which are no scale of this package: name yours, as in scale=MyScale"
    )
    with pytest.raises(cv.InputError, match=says):
        movement(cards, cards)
    assert movement(cards, cards, scale=Card).held == 1


def test_labels_without_an_order_have_no_better_end() -> None:
    """A focus is no better than another one."""
    focus = pd.Series(pd.Categorical(["retain"], dtype=cv.Focus.dtype()))
    with pytest.raises(cv.InputError, match="got the steps select, acquire, retain, expand in"):
        movement(focus, focus)
    with pytest.raises(TypeError, match="movement needs a subclass of Scale, got <enum 'Focus'>"):
        movement(focus, focus, scale=cv.Focus)
    with pytest.raises(TypeError, match="movement needs a subclass of Scale, got 'ABCTier'"):
        movement(focus, focus, scale="ABCTier")


# --- real orders -------------------------------------------------------------------------------


def test_cdnow_by_the_floors_of_autumn_1997(cdnow_master) -> None:
    """Revenue only grows without refunds, so by the same floors nobody slips or leaves."""
    log = cv.OrderLog.from_frame(cdnow_master)
    autumn, summer = log.customers("1997-09-30"), log.customers("1998-06-30")
    rule = cv.tiers.ABC.fit(autumn["revenue"])
    moved = movement(rule.classify(autumn["revenue"]), rule.classify(summer["revenue"]))
    assert figures(moved) == [2_279, 21_291, 0, 0, 0]


def test_cdnow_states_are_those_of_a_cross_table(cdnow_master) -> None:
    """The matrix is what pandas counts, customer by customer."""
    log = cv.OrderLog.from_frame(cdnow_master)
    policy = cv.SleepPolicy(60, 120, 180)
    autumn = policy.classify(log.customers("1997-09-30")["days_since_last_order"])
    summer = policy.classify(log.customers("1998-06-30")["days_since_last_order"])
    moved = movement(autumn, summer)
    assert moved.before == moved.after == 23_570
    table = pd.crosstab(autumn, summer)
    assert moved.matrix.iloc[:-1, :-1].to_numpy().tolist() == table.to_numpy().tolist()
