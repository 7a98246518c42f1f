import json
import math
import pickle
import re
from fractions import Fraction

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import custvalue as cv
from custvalue.rfm import (
    DEFAULT_SEGMENTS,
    FiveByDays,
    FiveLevels,
    FourByDays,
    FourLevels,
    RFMLearner,
    RFMLevels,
    RFMScores,
    RFMSegment,
    ThreeByDays,
    ThreeLevels,
)

DAYS, ORDERS, REVENUE = MEASURES = ["days_since_last_order", "orders", "revenue"]
LEVELS = ["recency_level", "orders_level", "revenue_level"]
SCALES = {3: ThreeLevels, 4: FourLevels, 5: FiveLevels}
BY_DAYS = {3: ThreeByDays, 4: FourByDays, 5: FiveByDays}


def customers(*rows, index=None) -> pd.DataFrame:
    """Return customers from (days, orders, revenue), None for a missing number."""
    columns = dict(zip(MEASURES, zip(*rows, strict=True), strict=True)) if rows else {}
    return pd.DataFrame(columns, columns=MEASURES, index=index)


def digits(levels) -> list[str]:
    """Return the levels of each row as digits, recency first; "-" for a missing one."""
    rows = levels.astype(object).to_numpy().tolist()
    return ["".join("-" if pd.isna(level) else level[0] for level in row) for row in rows]


# Worked out with pencil and paper: of ten, each level should take two. Five ordered once, so 1
# takes their five places and nobody can be 2; of revenue 20.00 is there three times.
TEN = customers(
    (2, 12, 500.00),
    (5, 1, 20.00),
    (9, 7, 310.50),
    (14, 1, 20.00),
    (30, 4, 95.00),
    (45, 1, 5.00),
    (60, 3, 120.00),
    (90, 1, 20.00),
    (200, 9, 310.49),
    (400, 1, -8.00),
    index=list("abcdefghij"),
)
TEN_DIGITS = ["555", "512", "445", "412", "343", "311", "234", "212", "154", "111"]
TEN_SEGMENTS = [
    *("champion", "new", "loyal", "promising", "loyal"),
    *("about-to-sleep", "at-risk", "hibernating", "cannot-lose", "hibernating"),
]


def test_ten_customers_by_hand() -> None:
    """Floors, levels and segments of ten customers are what pencil and paper give."""
    scores = RFMLearner().fit(TEN)
    assert scores.days_since_last_order.floors == tuple(map(cv.above, (5, 14, 45, 90)))
    assert scores.orders.floors == tuple(map(cv.above, (1, 1, 3, 7)))
    assert scores.revenue.floors == tuple(map(cv.above, (5.0, 20.0, 95.0, 310.49)))
    levels = scores.classify(TEN)
    assert digits(levels) == TEN_DIGITS
    assert levels.columns.tolist() == LEVELS
    assert levels.index.equals(TEN.index)
    assert [levels[name].dtype for name in LEVELS] == [FiveLevels.dtype()] * 3
    segments = scores.segment(TEN)
    assert segments.tolist() == TEN_SEGMENTS
    assert segments.index.equals(TEN.index)
    assert segments.dtype == RFMSegment.dtype()


def test_what_is_learned_is_remembered() -> None:
    """Each band knows from how many, as of when, which shares were asked for and reached."""
    scores = RFMLearner().fit(TEN, as_of="2026-03-01", unit="EUR")
    assert scores.orders.learned == cv.Learned(
        what="customers, most orders first",
        count=10,
        as_of="2026-03-01",
        nominal=(0.8, 0.6, 0.4, 0.2),
        actual=(0.5, 0.5, 0.4, 0.2),
    )
    assert scores.days_since_last_order.learned == cv.Learned(
        what="customers, most days first",
        count=10,
        as_of="2026-03-01",
        nominal=(0.8, 0.6, 0.4, 0.2),
        actual=(0.8, 0.6, 0.4, 0.2),
    )
    assert scores.revenue.unit == "EUR"
    assert scores.orders.unit is None


def test_unreachable_levels_are_listed_and_explained() -> None:
    """With five who ordered once nobody can be 2 of 5 in orders, and the rule says why."""
    scores = RFMLearner().fit(TEN)
    assert scores.unreachable() == {
        "recency_level": [],
        "orders_level": [FiveLevels.TWO],
        "revenue_level": [],
    }
    (note,) = scores.notes
    assert note == (
        "No value of orders gives 2 of 5: equal customers share a level, and too many of the 10 "
        "learned from are equal."
    )


def test_explain_says_levels_floors_and_the_reason() -> None:
    """One customer is explained measure by measure, and then as a segment."""
    scores = RFMLearner().fit(TEN, unit="EUR", as_of="2026-03-01")
    days, orders, revenue, segment = scores.explain(
        days_since_last_order=60, orders=3, revenue=120
    ).splitlines()
    assert days.startswith("days_since_last_order 60: 2 of 5, above 45; 1 of 5 above 90. Learned")
    assert days == scores.days_since_last_order.explain(60)
    assert orders.startswith(
        "orders 3: 3 of 5, above 1; 4 of 5 above 3. No value reaches 2 of 5. Learned from 10"
    )
    assert orders == scores.orders.explain(3)
    assert revenue.startswith("revenue 120 EUR: 4 of 5, above 95 EUR; 5 of 5 above 310.49 EUR.")
    assert segment == (
        "at-risk, as orders_level: 3 of 5 or 4 of 5 and recency_level: 1 of 5 or 2 of 5: ordered "
        "often, the last long ago."
    )


# --- the segments ------------------------------------------------------------------------------


def test_the_default_table_cell_by_cell() -> None:
    """Every one of the 25 cells has the segment of the map the docstring names, and no other."""
    columns = ["1 of 5", "2 of 5", "3 of 5", "4 of 5", "5 of 5"]  # of orders
    grid = {
        "5 of 5": "new potential-loyalist potential-loyalist champion champion",
        "4 of 5": "promising potential-loyalist potential-loyalist loyal loyal",
        "3 of 5": "about-to-sleep about-to-sleep needs-attention loyal loyal",
        "2 of 5": "hibernating hibernating at-risk at-risk cannot-lose",
        "1 of 5": "hibernating hibernating at-risk at-risk cannot-lose",
    }
    for recency, segments in grid.items():
        for orders, segment in zip(columns, segments.split(), strict=True):
            found = DEFAULT_SEGMENTS.classify(recency_level=recency, orders_level=orders)
            assert found is RFMSegment(segment)


def test_the_default_table_gives_every_segment() -> None:
    """No segment is there in name only, and each row says its reason."""
    assert {row.then for row in DEFAULT_SEGMENTS.rows} == set(RFMSegment)
    assert all(row.because for row in DEFAULT_SEGMENTS.rows)


@pytest.mark.parametrize("labels", [*SCALES.values(), *BY_DAYS.values(), RFMSegment])
def test_labels_speak_chinese(labels) -> None:
    """Each level and segment has a Chinese label of its own."""
    chinese = [member.label(lang="zh") for member in labels]
    assert len(set(chinese)) == len(chinese)
    assert not set(chinese) & {member.value for member in labels}


@pytest.mark.parametrize("count", [3, 4, 5])
def test_higher_is_better(count) -> None:
    """On both kinds of scale the best level is "n of n"; only the order of steps differs."""
    levels, by_days = SCALES[count], BY_DAYS[count]
    assert list(levels) == [f"{k} of {count}" for k in range(1, count + 1)]
    assert levels.best_first() == by_days.best_first()
    assert list(by_days) == list(levels)[::-1]
    assert by_days.best == "first"


def test_single_cells_can_be_set_otherwise() -> None:
    """A learner takes a table with another cell, and the rule keeps it."""
    mine = DEFAULT_SEGMENTS.with_cell(
        RFMSegment.CHAMPION, because="we say so", recency_level="4 of 5", orders_level="4 of 5"
    )
    scores = RFMLearner(segments=mine).fit(TEN)
    assert scores.segment(TEN)["c"] == "champion"
    assert scores.segments == mine
    assert scores != RFMLearner().fit(TEN)
    text = scores.explain(days_since_last_order=9, orders=7, revenue=1)
    assert text.endswith(
        "champion, as orders_level = 4 of 5 and recency_level = 4 of 5: we say so."
    )


def test_gaps_in_a_table_are_listed() -> None:
    """A table of one's own that forgets a cell is refused when built, with the cell."""
    rows = [
        cv.Row({"recency_level": cv.one_of("2 of 3", "3 of 3")}, RFMSegment.LOYAL),
        cv.Row(
            {"recency_level": cv.equals("1 of 3"), "orders_level": cv.one_of("1 of 3", "2 of 3")},
            RFMSegment.AT_RISK,
        ),
    ]
    with pytest.raises(
        cv.RuleError, match=r"1 unanswered: \(recency_level=1 of 3, orders_level=3 of 3\)"
    ):
        cv.Table({"recency_level": ThreeLevels, "orders_level": ThreeLevels}, RFMSegment, rows)


class Care(cv.Label):
    """What to do."""

    CALL = "call"
    MAIL = "mail"
    NOTHING = "nothing"


BY_REVENUE = cv.Table(
    {"revenue_level": ThreeLevels},
    Care,
    [
        cv.Row({"revenue_level": cv.equals("3 of 3")}, Care.CALL, because="they bring most"),
        cv.Row({"revenue_level": cv.one_of("1 of 3", "2 of 3")}, Care.MAIL),
        cv.Row({"revenue_level": cv.missing()}, Care.NOTHING, because="nobody ordered"),
    ],
)


def test_a_table_of_ones_own() -> None:
    """Any table over the three levels serves, also one that answers for who never ordered."""
    scores = RFMLearner(levels=3, segments=BY_REVENUE).fit(TEN)
    assert scores.segment(TEN).value_counts().to_dict() == {"mail": 7, "call": 3, "nothing": 0}
    assert scores.segment(customers((None, 0, 0.0))).tolist() == ["nothing"]
    assert scores.segment(days_since_last_order=1, orders=1, revenue=400) is Care.CALL


@pytest.mark.parametrize("levels", [3, 4])
def test_only_five_levels_have_default_segments(levels) -> None:
    """Other numbers of levels classify and explain; segments they need given."""
    scores = RFMLearner(levels=levels).fit(TEN)
    assert scores.segments is None
    assert scores.classify(TEN)["orders_level"].cat.categories.tolist() == list(SCALES[levels])
    assert len(scores.explain(days_since_last_order=1, orders=1, revenue=1).splitlines()) == 3
    name = SCALES[levels].__name__
    with pytest.raises(
        cv.RuleError,
        match=f"there are no segments over {name}: give a Table of your own as segments=, or use "
        "five levels, for which there is a default",
    ):
        scores.segment(TEN)


@pytest.mark.parametrize("make", [RFMLearner, lambda **how: RFMLearner(**how).fit(TEN)])
def test_segments_must_be_over_these_levels(make) -> None:
    """A table over another number of levels, or over other measures, is refused."""
    with pytest.raises(
        cv.RuleError,
        match="segments must look at recency_level, orders_level, revenue_level on ThreeLevels, "
        r"got a table over recency_level \(FiveLevels\), orders_level \(FiveLevels\)",
    ):
        make(levels=3, segments=DEFAULT_SEGMENTS)
    vip = cv.Table({"vip": bool}, RFMSegment, [cv.Row({}, RFMSegment.LOYAL)])
    with pytest.raises(cv.RuleError, match=r"got a table over vip \(bool\)"):
        make(segments=vip)
    with pytest.raises(TypeError, match="segments must be a Table or None, got 'default'"):
        make(segments="default")
    assert make(segments=None).segments is None


# --- learning ----------------------------------------------------------------------------------

numbers = st.integers(-3, 12)
populations = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 6), numbers), min_size=1, max_size=25
)
learners = st.sampled_from([3, 4, 5]).map(lambda levels: RFMLearner(levels=levels))


def level_by_hand(value, everybody, levels, *, fewer_is_better=False) -> int:
    """Return a level the slow way, from the share of customers with a smaller number."""
    smaller = Fraction(sum(other < value for other in everybody), len(everybody))
    passed = math.floor(smaller * levels)
    return levels - passed if fewer_is_better else 1 + passed


@given(rows=populations, levels=st.sampled_from([3, 4, 5]))
def test_levels_are_what_the_definition_says(rows, levels) -> None:
    """A level counts how many fifths (thirds, ...) of the customers have a smaller number."""
    frame = customers(*rows)
    found = digits(RFMLearner(levels=levels).fit(frame).classify(frame))
    days, orders, revenue = zip(*rows, strict=True)
    for (d, o, r), code in zip(rows, found, strict=True):
        assert int(code[0]) == level_by_hand(d, days, levels, fewer_is_better=True)
        assert int(code[1]) == level_by_hand(o, orders, levels)
        assert int(code[2]) == level_by_hand(r, revenue, levels)


@given(rows=populations, learner=learners, random=st.randoms(use_true_random=False))
def test_rows_and_names_do_not_matter(rows, learner, random) -> None:
    """Order of rows and names of customers leave rule and levels as they are."""
    scores = learner.fit(customers(*rows))
    shuffled = random.sample(rows, len(rows))
    other = customers(*shuffled, index=[f"n{k}" for k in range(len(rows))])
    assert learner.fit(other) == scores
    by_row = dict(zip(shuffled, digits(scores.classify(other)), strict=True))
    assert [by_row[row] for row in rows] == digits(scores.classify(customers(*rows)))


@given(rows=populations, learner=learners, copies=st.integers(2, 4), factor=st.integers(2, 9))
def test_copies_and_currencies_do_not_matter(rows, learner, copies, factor) -> None:
    """The population several times over gives the same rule; whole factors keep the levels."""
    scores = learner.fit(customers(*rows))
    assert learner.fit(customers(*rows * copies)) == scores
    scaled = customers(*((d * factor, o * factor, r * factor) for d, o, r in rows))
    levels = digits(scores.classify(customers(*rows)))
    assert digits(learner.fit(scaled).classify(scaled)) == levels


@given(
    rows=populations, learner=learners, one=st.data(), better=st.tuples(*[st.integers(0, 5)] * 3)
)
def test_better_never_gets_a_worse_level(rows, learner, one, better) -> None:
    """Fewer days, more orders, more revenue: no level is lower, whoever was learned from."""
    scores = learner.fit(customers(*rows))
    days, orders, revenue = one.draw(st.tuples(st.integers(5, 14), st.integers(0, 9), numbers))
    worse = scores.classify(days_since_last_order=days, orders=orders, revenue=revenue)
    best = scores.classify(
        days_since_last_order=days - better[0],
        orders=orders + better[1],
        revenue=revenue + better[2],
    )
    for name in LEVELS:
        assert getattr(best, name) >= getattr(worse, name)


@given(rows=populations, learner=learners)
def test_who_is_best_in_all_is_never_below_anybody(rows, learner) -> None:
    """The champion's corner belongs to who ordered last, most, and for most."""
    frame = customers(*rows)
    best = (0, frame[ORDERS].max() + 1, frame[REVENUE].max() + 1)
    levels = learner.fit(frame).classify(customers(*rows, best))
    assert (levels.iloc[-1:] == f"{learner.levels} of {learner.levels}").all(axis=None)


@given(rows=populations)
def test_one_is_classified_like_many(rows) -> None:
    """The scalar rule is the oracle of the columns, for levels and segments."""
    frame = customers(*rows)
    scores = RFMLearner().fit(frame)
    levels, segments = scores.classify(frame), scores.segment(frame)
    for row, given_levels, segment in zip(
        rows, levels.itertuples(index=False), segments, strict=True
    ):
        measures = dict(zip(MEASURES, row, strict=True))
        one = scores.classify(**measures)
        assert isinstance(one, RFMLevels)
        assert tuple(attrs.astuple(one)) == tuple(given_levels)
        assert scores.segment(**measures) is RFMSegment(segment)


@given(rows=populations, learner=learners)
def test_unreachable_levels_are_given_to_nobody(rows, learner) -> None:
    """What the rule calls out of reach no number gets; all other levels some number gets."""
    scores = learner.fit(customers(*rows))
    every = customers(*((d, o, r) for d, o, r in zip(*[range(14)] * 3, strict=True)))
    low = customers(*((0, 0, r) for r in (-4, -3, -2, -1)))
    levels = scores.classify(pd.concat([every, low]))
    for name, out_of_reach in scores.unreachable().items():
        reached = set(levels[name])
        assert not reached & set(out_of_reach)
        assert reached | set(out_of_reach) == set(SCALES[learner.levels])
    assert len(scores.notes) == sum(map(bool, scores.unreachable().values()))


def test_shares_are_read_as_written() -> None:
    """A tenth, three, six and nine tenths of ten are 1, 3, 6 and 9; a third of three is one."""
    rows = [(k, k, k) for k in range(1, 11)]
    scores = RFMLearner(shares=(0.1, 0.3, 0.6, 0.9)).fit(customers(*rows))
    assert scores.orders.floors == tuple(map(cv.above, (1, 4, 7, 9)))
    assert scores.days_since_last_order.floors == tuple(map(cv.above, (1, 3, 6, 9)))
    thirds = RFMLearner(levels=3).fit(customers(*rows[:3]))
    assert thirds.orders.floors == (cv.above(1), cv.above(2))
    assert thirds.days_since_last_order.floors == (cv.above(1), cv.above(2))


def test_equal_shares_are_the_default() -> None:
    """Levels are of equal size unless shares are given; numpy numbers and lists are taken."""
    assert RFMLearner().shares == (0.2, 0.4, 0.6, 0.8)
    assert RFMLearner(levels=np.int64(4)) == RFMLearner(levels=4, shares=[0.25, 0.5, 0.75])


def test_the_noise_of_floats_parts_no_tie() -> None:
    """0.1 + 0.7 and 0.8 are both 80 cents, and 0.1 + 0.2 - 0.3 is nothing."""
    revenue = [0.1 + 0.7, 0.8, 0.7999999999999999, 0.1 + 0.2 - 0.3, 0.0, 5.0]
    frame = customers(*((1, 1, r) for r in revenue))
    levels = RFMLearner().fit(frame).classify(frame)["revenue_level"].tolist()
    assert levels[0] == levels[1] == levels[2]
    assert levels[3] == levels[4] == "1 of 5"


def test_revenue_off_the_grid_is_compared_as_it_is() -> None:
    """Thousandths are told apart, though the grid is one of cents."""
    frame = customers((1, 1, 0.001), (1, 1, 0.002), (1, 1, 0.003))
    assert RFMLearner(levels=3).fit(frame).revenue.floors == (cv.above(0.001), cv.above(0.002))
    dimes = customers((1, 1, 10.04), (1, 1, 10.05), (1, 1, 10.0))
    assert RFMLearner(decimals=1).fit(dimes) == RFMLearner().fit(dimes)


# --- ordinary data that is degenerate ----------------------------------------------------------


def test_nobody_to_learn_from() -> None:
    """From an empty table a rule is learned that knows nothing, and says so."""
    for frame in (customers(), customers((None, 0, 0.0), (None, 0, -5.0))):
        scores = RFMLearner().fit(frame)
        assert digits(scores.classify(customers((90, 4, 99.0)))) == ["511"]
        assert scores.orders.learned.count == 0
        assert scores.orders.learned.actual == (None,) * 4
        assert [len(levels) for levels in scores.unreachable().values()] == [4, 4, 4]
        assert scores.notes[0] == (
            "No value of days_since_last_order gives 1 of 5, 2 of 5, 3 of 5, 4 of 5: "
            "0 customers are too few to learn so many levels from."
        )
    assert len(scores.classify(customers())) == len(scores.segment(customers())) == 0


def test_a_single_customer() -> None:
    """One customer, or many who are all equal, is new: the last to order, and not better."""
    for rows in ([(7, 1, 9.5)], [(7, 1, 9.5)] * 10, [(700, 30, -9.5)] * 3):
        frame = customers(*rows)
        scores = RFMLearner().fit(frame)
        assert set(digits(scores.classify(frame))) == {"511"}
        assert set(scores.segment(frame)) == {"new"}
        assert [len(levels) for levels in scores.unreachable().values()] == [3, 3, 3]
    assert RFMLearner().fit(customers((7, 1, 9.5))).notes[0] == (
        "No value of days_since_last_order gives 2 of 5, 3 of 5, 4 of 5: "
        "1 customer is too few to learn so many levels from."
    )


def test_customers_with_one_order_only() -> None:
    """Where nobody ordered twice, segments go by recency alone and nobody is a champion."""
    frame = customers(*((day, 1, 10.0) for day in (1, 20, 300, 301, 302)))
    scores = RFMLearner().fit(frame)
    assert scores.segment(frame).tolist() == [
        *("new", "promising", "about-to-sleep", "hibernating", "hibernating")
    ]
    assert [note.split(":")[0] for note in scores.notes] == [
        "No value of orders gives 2 of 5, 3 of 5, 4 of 5",
        "No value of revenue gives 2 of 5, 3 of 5, 4 of 5",
    ]


def test_everybody_ordered_on_the_very_day() -> None:
    """However many ordered today, all of them are as recent as can be."""
    frame = customers(*[(0, 2, 10.0)] * 7, (3, 1, 5.0), (9, 1, 5.0), (40, 1, 5.0))
    assert digits(RFMLearner().fit(frame).classify(frame)) == ["522"] * 7 + ["211", "111", "111"]


def test_who_never_ordered_has_no_levels_and_counts_nowhere() -> None:
    """Without a last order there is nothing to score, whatever was refunded."""
    frame = pd.concat([TEN, customers((None, 0, -40.0), (None, 0, 0.0), index=["k", "l"])])
    scores = RFMLearner().fit(frame)
    assert scores == RFMLearner().fit(TEN)
    assert digits(scores.classify(frame)) == [*TEN_DIGITS, "---", "---"]
    assert scores.segment(frame).tolist()[10:] == [pytest.approx(math.nan, nan_ok=True)] * 2


def test_a_missing_number_lacks_its_own_level() -> None:
    """Unknown revenue leaves recency and orders scored, and counts nowhere in revenue."""
    frame = pd.concat([TEN, customers((1, 2, None), (1, None, 3.0), index=["k", "l"])])
    scores = RFMLearner().fit(frame)
    assert scores.revenue.learned.count == scores.orders.learned.count == 11
    assert [code[1:] for code in digits(scores.classify(frame))[10:]] == ["3-", "-1"]
    assert pd.isna(scores.segment(frame)["l"])


def test_any_container_of_columns_gives_the_same(container) -> None:
    """Columns of every dtype give the same rule and labels, under any index."""
    columns = {
        DAYS: container([3, 90, None, 9]),
        ORDERS: container([4, 1, 0, 1]),
        REVENUE: container([9.5, 2.25, None, 4.0]),
    }
    frame = pd.DataFrame(columns)
    scores = RFMLearner(levels=3).fit(frame)
    assert scores.revenue.floors == (cv.above(2.25), cv.above(4.0))
    levels = scores.classify(frame)
    assert digits(levels) == ["333", "111", "---", "212"]
    assert levels.index.equals(frame.index)


def test_the_frame_is_only_read() -> None:
    """Learning and classifying change nothing in the caller's table."""
    frame = TEN.copy()
    scores = RFMLearner().fit(frame)
    levels = scores.classify(frame)
    levels.iloc[0, 0] = "1 of 5"
    pd.testing.assert_frame_equal(frame, TEN)


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ((-1, 1, 5), "days_since_last_order must be ≥ 0 (look on a day not before the last order)"),
        ((1, -1, 5), "orders must be a whole number ≥ 0"),
        ((1, 1.5, 5), "orders must be a whole number ≥ 0"),
        ((math.inf, 1, 5), "days_since_last_order must be finite"),
        ((1, math.inf, 5), "orders must be finite"),
        ((1, 1, -math.inf), "revenue must be finite"),
    ],
)
def test_numbers_that_cannot_be_are_refused(row, sentence) -> None:
    """The sentence says what must hold and names the row; one customer is checked alike."""
    frame = pd.concat([TEN, customers(row, index=["wrong"])])
    scores = RFMLearner().fit(TEN)
    for refuse in (RFMLearner().fit, scores.classify, scores.segment):
        with pytest.raises(cv.InputError, match=re.escape(sentence) + ", got .* in row wrong"):
            refuse(frame)
    measures = dict(zip(MEASURES, row, strict=True))
    for refuse in (scores.classify, scores.segment, scores.explain):
        with pytest.raises(cv.InputError, match=re.escape(sentence) + ", got -?[1i]"):
            refuse(**measures)


def test_revenue_beyond_exact_money_is_refused() -> None:
    """Huge revenue is an error that names the row."""
    with pytest.raises(cv.InputError, match=r"revenue must stay below 2\*\*53 .* in row k"):
        RFMLearner().fit(pd.concat([TEN, customers((1, 1, 1e300), index=["k"])]))


def test_a_single_customer_must_be_known() -> None:
    """Of one customer all three numbers must be given, and known."""
    scores = RFMLearner().fit(TEN)
    with pytest.raises(cv.InputError, match="days_since_last_order must be known, got None"):
        scores.classify(days_since_last_order=None, orders=0, revenue=0)
    for measures, got in (({}, "nothing"), ({"orders": 1, "recency": 3}, "orders, recency")):
        for refuse in (scores.classify, scores.segment):
            with pytest.raises(
                TypeError,
                match=f"RFM looks at days_since_last_order, orders, revenue, got {got}: give a "
                "frame or these three by name",
            ):
                refuse(**measures)


def test_frames_must_be_frames_with_the_columns() -> None:
    """A lacking column is named beside those there are; text is no number."""
    scores = RFMLearner().fit(TEN)
    for refuse in (RFMLearner().fit, scores.classify, scores.segment):
        with pytest.raises(cv.InputError, match="it lacks revenue and has days_since_last_order"):
            refuse(TEN.drop(columns="revenue"))
        with pytest.raises(TypeError, match="what RFM looks at must be a pandas DataFrame, got"):
            refuse([1, 2, 3])
        with pytest.raises(TypeError, match="orders must hold numbers"):
            refuse(TEN.assign(orders="many"))
        message = "what RFM looks at must have one column 'orders', got 2: rename them"
        with pytest.raises(cv.InputError, match=message):
            refuse(pd.concat([TEN, TEN[["orders"]]], axis=1))
    with pytest.raises(TypeError, match="got a frame and orders"):
        scores.classify(TEN, orders=1)


@pytest.mark.parametrize("levels", [2, 6, 0, "5", True, 5.0, None])
def test_levels_are_three_to_five(levels) -> None:
    """Any other number of levels is refused."""
    with pytest.raises(cv.RuleError, match=f"levels must be 3, 4 or 5, got {levels!r}"):
        RFMLearner(levels=levels)


@pytest.mark.parametrize("shares", [(0.2, 0.5), (0.2, 0.4, 0.6, 1.0), (0.1, 0.2, 0.3, 0.4, 0.5)])
def test_shares_must_fit_the_levels(shares) -> None:
    """There is one share per level above the lowest, and something is left for that."""
    with pytest.raises(
        cv.RuleError,
        match=re.escape(
            f"5 levels need 4 shares, best level first, each below 1, got {shares}: the lowest "
            "level takes the rest"
        ),
    ):
        RFMLearner(shares=shares)


def test_other_settings_are_checked() -> None:
    """Shares must rise and be numbers, decimals be a count, as for tiers."""
    with pytest.raises(cv.RuleError, match="shares must rise, best step first"):
        RFMLearner(shares=(0.8, 0.6, 0.4, 0.2))
    with pytest.raises(TypeError, match=r"shares must be numbers, got '0\.2'"):
        RFMLearner(levels=3, shares=("0.2", 0.5))
    with pytest.raises(cv.RuleError, match="decimals must be a whole number from 0 to 6"):
        RFMLearner(decimals=-1)
    with pytest.raises(cv.InputError, match="as_of must be a calendar day"):
        RFMLearner().fit(TEN, as_of="yesterday")


# --- rules stated by hand ----------------------------------------------------------------------

STATED = RFMScores(
    days_since_last_order=cv.Bands(FourByDays, (cv.above(30), cv.above(60), cv.above(90))),
    orders=cv.Bands(FourLevels, (2, 5, 8)),
    revenue=cv.Bands(FourLevels, (100, 100, None), unit="EUR"),
)


@pytest.mark.parametrize(
    ("row", "code"),
    [((30, 8, 99.99), "441"), ((31, 7, 100), "333"), ((90, 2, 1e6), "223"), ((91, 1, 0), "111")],
)
def test_stated_levels(row, code) -> None:
    """Levels may be stated instead of learned: at the floor one is in."""
    assert digits(STATED.classify(customers(row))) == [code]


def test_stated_levels_say_what_is_out_of_reach() -> None:
    """Equal floors and None leave levels out of reach; explain names the measures."""
    assert STATED.unreachable()["revenue_level"] == [FourLevels.TWO, FourLevels.FOUR]
    assert STATED.notes == (
        "No value of revenue gives 2 of 4, 4 of 4: its floor is also the next one's, or None.",
    )
    assert STATED.explain(days_since_last_order=31, orders=7, revenue=100) == (
        "days_since_last_order 31: 3 of 4, above 30; 2 of 4 above 60.\n"
        "orders 7: 3 of 4, from 5; 4 of 4 from 8.\n"
        "revenue 100 EUR: 3 of 4, from 100 EUR. No value reaches 2 of 4. No value reaches 4 of 4."
    )


def test_days_on_a_rising_scale_are_refused() -> None:
    """The known bug, where most days are best, cannot be written down."""
    rising = cv.Bands(FiveLevels, (30, 60, 90, 120))
    for days, orders, revenue in (
        (rising, rising, rising),
        (cv.Bands(FiveByDays, (1, 2, 3, 4)), rising, cv.Bands(FourLevels, (1, 2, 3))),
        (*[cv.Bands(cv.ABCTier, (1, 2))] * 3,),
    ):
        with pytest.raises(
            cv.RuleError,
            match="more days are worse, so days_since_last_order takes bands on a scale that "
            "begins with the best level; orders and revenue take as many levels the other way "
            "round: FiveByDays, FiveLevels and FiveLevels, say; "
            f"got {days.scale.__name__}, {orders.scale.__name__}, {revenue.scale.__name__}",
        ):
            RFMScores(days_since_last_order=days, orders=orders, revenue=revenue)


@pytest.mark.parametrize("measure", MEASURES)
def test_scores_are_made_of_bands(measure) -> None:
    """A list of floors does not say on which scale they are."""
    with pytest.raises(TypeError, match=rf"{measure} must be given Bands, got \(1, 2, 3\)"):
        attrs.evolve(STATED, **{measure: (1, 2, 3)})


# --- frozen plain data -------------------------------------------------------------------------


def by_json(rule) -> dict:
    """Return what is left of a stored rule after a trip through JSON."""
    return json.loads(json.dumps(cv.to_dict(rule)))


@pytest.mark.parametrize(
    "rule",
    [
        STATED,
        RFMLearner().fit(TEN, as_of="2026-03-01", unit="EUR"),
        RFMLearner().fit(customers()),
        RFMLearner(levels=3, segments=BY_REVENUE).fit(TEN),
    ],
    ids=["stated", "learned", "from nobody", "own table"],
)
def test_scores_are_plain_data(rule) -> None:
    """A rule stored and read is equal, hashes alike and explains the same."""
    read = cv.from_dict(by_json(rule), scales=[Care])
    assert read == rule
    assert hash(read) == hash(rule)
    assert pickle.loads(pickle.dumps(read)) == rule
    assert by_json(read) == by_json(rule)
    one = {"days_since_last_order": 9, "orders": 3, "revenue": 20}
    assert read.explain(**one) == rule.explain(**one)


def test_what_is_written() -> None:
    """A stored rule holds its bands and its table as rules, so it needs no default later."""
    data = cv.to_dict(RFMLearner().fit(TEN))
    assert list(data) == ["custvalue", "rule", *MEASURES, "segments"]
    assert data["rule"] == "rfm-scores"
    assert data["orders"]["floors"] == [{"above": [n]} for n in (1, 1, 3, 7)]
    assert data["segments"]["rule"] == "table"


@pytest.mark.parametrize("setting", [*MEASURES, "segments"])
def test_malformed_documents_are_refused(setting) -> None:
    """A setting that lacks, or is of another kind, makes no rule; nor does one too many."""
    data = by_json(RFMLearner().fit(TEN))
    lacking = {name: value for name, value in data.items() if name != setting}
    with pytest.raises(cv.RuleError, match=r"the stored rfm-scores is malformed \(.*\): write it"):
        cv.from_dict(lacking)
    with pytest.raises(cv.RuleError, match="the stored rfm-scores is malformed"):
        cv.from_dict({**data, setting: cv.to_dict(cv.at_least(1))})
    with pytest.raises(cv.RuleError, match="has settings nobody knows: frequency"):
        cv.from_dict({**data, "frequency": 1})


def test_learners_are_frozen_values() -> None:
    """Learners are equal by value, hashable and picklable."""
    one, same = RFMLearner(), RFMLearner(levels=5, shares=(0.2, 0.4, 0.6, 0.8), decimals=2)
    assert one == same
    assert hash(one) == hash(same)
    assert pickle.loads(pickle.dumps(one)) == one
    assert one != RFMLearner(segments=None)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        one.levels = 3


# --- real orders -------------------------------------------------------------------------------


def test_cdnow(cdnow_master) -> None:
    """All 23,570 customers of CDNOW are in one segment each, tied customers in one level."""
    log = cv.OrderLog.from_frame(cdnow_master)
    table = log.customers("1998-06-30")
    scores = RFMLearner().fit(table, as_of="1998-06-30", unit="USD")
    levels, segments = scores.classify(table), scores.segment(table)
    assert segments.notna().all()
    # Acquired in the first quarter of 1997, so a year later nobody is new.
    assert segments.value_counts().to_dict() == {
        "hibernating": 8430,
        "champion": 4151,
        "about-to-sleep": 3478,
        "loyal": 3309,
        "potential-loyalist": 2377,
        "needs-attention": 968,
        "at-risk": 846,
        "cannot-lose": 11,
        "new": 0,
        "promising": 0,
    }
    assert segments.value_counts().sum() == 23_570
    assert scores.orders.floors == tuple(map(cv.above, (1, 1, 2, 4)))
    assert scores.unreachable()["orders_level"] == ["2 of 5"]
    # 11,908 of 23,570 ordered once; in another way, by ranks as whole numbers:
    assert (levels["orders_level"] == "1 of 5").sum() == (table["orders"] == 1).sum() == 11_908
    cents = (table["revenue"] * 100).round()
    for name, numbers, sign in (
        ("recency_level", table["days_since_last_order"], -1),
        ("orders_level", table["orders"], 1),
        ("revenue_level", cents, 1),
    ):
        smaller = numbers.rank(method="min").astype("int64") - 1
        passed = smaller * 5 // len(table)
        expected = 5 - passed if sign < 0 else 1 + passed
        assert levels[name].str[0].astype(int).tolist() == expected.tolist()
