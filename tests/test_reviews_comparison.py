"""Comparing two reviews: everyone is accounted for, and so is the money between."""

import attrs
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import custvalue as cv
from custvalue.examples import example_orders
from custvalue.testing import order_frames

SLEEP = cv.SleepPolicy(30, 60, 90)
FLOORS = cv.Bands(cv.ABCTier, (20, 100), measure="revenue")
MATRIX = cv.ValueMatrix(
    average_order_value=cv.Bands(cv.Level, (20, 50)), orders=cv.Bands(cv.Level, (2, 5))
)
RULES = {"sleep": SLEEP, "tier_rule": FLOORS, "value_matrix": MATRIX}


def order_log(*rows) -> cv.OrderLog:
    """Return the log of some rows (customer, day, amount)."""
    orders = pd.DataFrame(list(rows), columns=["customer_id", "date", "amount"])
    return cv.OrderLog.from_frame(orders.assign(date=pd.to_datetime(orders["date"])))


WINTER = [
    ("ann", "2026-01-05", 120.0),
    ("ann", "2026-01-09", 30.0),
    ("bob", "2026-01-07", 60.0),
    ("cem", "2026-01-02", 15.0),
]
SPRING = [
    ("bob", "2026-03-20", 45.5),
    ("cem", "2026-03-01", -5.0),
    ("dee", "2026-03-30", 25.0),
    ("eve", "2026-02-01", -1.0),
]
DAYS = ("2026-01-31", "2026-03-31")


def both(log=None, *, evidence=(None, None), **rules) -> "cv.reviews.Comparison":
    """Return the comparison of the reviews of winter and spring."""
    log = log or order_log(*WINTER, *SPRING)
    reviews = [
        cv.review(log, as_of=day, evidence=known, **{**RULES, **rules})
        for day, known in zip(DAYS, evidence, strict=True)
    ]
    return cv.reviews.compare(*reviews)


def test_five_customers_by_hand():
    """Bob moves up, dee and eve join, ann and cem stay behind: counted, and in money."""
    told = both()
    assert (told.earlier.isoformat(), told.later.isoformat()) == DAYS
    assert told.customers.index.tolist() == ["ann", "bob", "cem", "dee", "eve"]
    assert told.customers["tier_before"].tolist()[:3] == ["A", "B", "C"]
    assert told.customers["tier_after"].tolist() == ["A", "A", "C", "B", "C"]
    assert told.customers["stage_after"].tolist() == [
        *("repeat", "repeat", "first-time", "first-time", "suspect")
    ]
    assert told.customers["ordered"].tolist() == [False, True, False, True, False]
    assert told.customers["revenue_between"].tolist() == [0.0, 45.5, -5.0, 25.0, -1.0]
    assert (told.joined, told.left) == (2, 0)
    assert (told.revenue_between, told.revenue_of_joined) == (64.5, 24.0)
    assert told.movements["tier"].to_dict() == {
        "before": 3,
        "after": 5,
        "advanced": 1,
        "held": 2,
        "slipped": 0,
        "joined": 2,
        "left": 0,
        "net_joined": 2,
        "net_advanced": 1,
    }
    assert told.money["tier"].tolist() == [45.5, -5.0, 0.0, 24.0, 0.0]
    assert told.money["state"].tolist() == [0.0, 45.5, -5.0, 25.0, 0.0]
    assert told.tier_report["retention"].tolist() == [0.0, 1.0, 0.0]
    assert told.tier_report["revenue_between"].tolist() == [0.0, 45.5, -5.0]
    assert told.tier_report["value"].tolist() == [150.0, 60.0, 15.0]
    assert told.notes == ()


def test_measures_before_and_after():
    """Each measure is counted on both days, with those who stayed on it."""
    table = both().measures
    assert list(table.columns) == ["before", "after", "stayed"]
    assert table.index.tolist() == list(cv.Measure)
    moved = table[(table > 0).any(axis=1)]
    assert moved.to_dict("index") == {
        "screen": {"before": 0, "after": 1, "stayed": 0},
        "welcome": {"before": 3, "after": 2, "stayed": 1},
        "remind": {"before": 0, "after": 1, "stayed": 0},
        "solve-problem": {"before": 0, "after": 1, "stayed": 0},
    }


def test_columns():
    """Every label of either day stands beside the other, in its own dtype."""
    customers = both().customers
    labels = ("tier", "segment", "stage", "state", "measure")
    assert list(customers.columns) == [
        *(f"{label}_{day}" for label in labels for day in ("before", "after")),
        *("ordered", "revenue_between"),
    ]
    for label, enum in zip(
        labels,
        (cv.ABCTier, cv.ValueSegment, cv.Stage, cv.ChurnState, cv.Measure),
        strict=True,
    ):
        assert customers[f"{label}_before"].dtype == enum.dtype()
    assert customers["ordered"].dtype == bool
    assert customers["revenue_between"].dtype == "float64"


def test_prospects_come_and_go():
    """Who the CRM names on one day only has joined or left; money they have none."""
    names = pd.DataFrame({"referrals": [0, 0]}, index=["kim", "lou"])
    told = both(evidence=(names[:1], names[1:]))
    assert told.customers.index.tolist() == ["ann", "bob", "cem", "dee", "eve", "lou", "kim"]
    assert (told.joined, told.left) == (3, 1)
    assert told.stages.left == 1
    assert told.customers["revenue_between"].isna().tolist() == [False] * 6 + [True]
    assert told.revenue_between == 64.5
    assert told.movements.loc["left", "tier"] == 0
    assert "1 joined" not in str(told)
    assert "3 joined, 1 left." in str(told)


def test_nobody():
    """Two days before all orders: nobody moved, and shares are undefined."""
    told = cv.reviews.compare(
        *(cv.review(order_log(*WINTER), as_of=day, **RULES) for day in ("2019-01-01", "2020-01-01"))
    )
    assert (told.joined, told.left, told.revenue_between) == (0, 0, 0.0)
    assert told.tier_report["retention"].isna().all()
    assert "0 customers before, 0 customers after" in str(told)


def test_rules_learned_anew_are_noted():
    """Where a line moved, a note names the labels; one policy for all of it is silent."""
    learned = both(tier_rule=cv.tiers.ABC, value_matrix=cv.ValueMatrixLearner())
    (note,) = learned.notes
    assert note == (
        "The two reviews go by different rules for tier, segment, so that customers may have "
        "changed places because a line moved: give the later review the rules of the earlier one "
        "to see customers only."
    )


def test_reviews_of_other_logs_are_noted():
    """Customers that vanish, or have fewer orders than before, are counted in notes."""
    earlier = cv.review(order_log(*WINTER), as_of=DAYS[0], **RULES)
    corrected = cv.review(order_log(*WINTER[1:], *SPRING), as_of=DAYS[1], **RULES)
    (note,) = cv.reviews.compare(earlier, corrected).notes
    assert note == "1 customer has fewer orders than before: are both reviews of one log?"
    without = cv.review(order_log(*SPRING[2:]), as_of=DAYS[1], **RULES)
    told = cv.reviews.compare(earlier, without)
    assert told.left == 3
    assert told.revenue_between == 24.0
    (note,) = told.notes
    assert note == (
        "3 customers with orders before cannot be found after, so what they brought is not known: "
        "are both reviews of one log?"
    )


def test_states_advance_towards_awake():
    """Better is what the scale says: money of those who woke up counts as theirs who advanced."""
    log = order_log(("ann", "2026-01-01", 10.0), ("ann", "2026-05-01", 7.0))
    told = cv.reviews.compare(
        *(cv.review(log, as_of=day, **RULES) for day in ("2026-04-30", "2026-05-02"))
    )
    assert told.states.advanced == 1
    assert told.money["state"].to_dict()["advanced"] == 7.0


@settings(max_examples=25)
@given(
    orders=order_frames(order_ids=False),
    cut=st.integers(0, 60),
    span=st.integers(1, 60),
)
def test_it_agrees_with_the_log(orders, cut, span):
    """Money and orders between the dates are what the log says of that time; all is counted."""
    log = cv.OrderLog.from_frame(orders)
    start = pd.Timestamp("2024-01-01") + pd.Timedelta(days=cut)
    days = [start.date(), (start + pd.Timedelta(days=span)).date()]
    earlier, later = (cv.review(log, as_of=day, **RULES) for day in days)
    told = cv.reviews.compare(earlier, later)
    between = log.customers(days[1], since=days[0])
    assert told.customers.index.equals(between.index)
    assert told.customers["revenue_between"].tolist() == between["revenue"].tolist()
    assert told.customers["ordered"].tolist() == (between["orders"] > 0).tolist()
    assert told.left == 0
    assert told.joined == len(between) - len(earlier.customers)
    assert round(told.revenue_between, 2) == round(between["revenue"].sum(), 2)
    counted = told.movements
    assert (counted.loc["before"] + counted.loc["joined"] - counted.loc["left"]).equals(
        counted.loc["after"]
    )
    assert told.money["stage"].sum().round(2) == round(told.revenue_between, 2)
    table = told.measures
    assert table["after"].sum() == len(later.customers)
    assert (table["stayed"] <= table[["before", "after"]].min(axis=1)).all()
    assert told.tier_report["customers"].tolist() == earlier.tier_report["customers"].tolist()


def test_from_a_review_to_itself_later():
    """Where nothing happened in between, all hold their place and no money came."""
    log = order_log(*WINTER)
    policy = cv.SleepPolicy(300, 600, 900)
    reviews = [cv.review(log, as_of=day, **{**RULES, "sleep": policy}) for day in DAYS]
    told = cv.reviews.compare(*reviews)
    assert told.movements.loc["held"].tolist() == [3, 3, 3]
    assert told.revenue_between == 0.0
    assert not told.customers["ordered"].any()


def test_the_cdnow_autumn(cdnow_master):
    """Tiers of autumn 1997 and what became of them: as the tier report of the log says."""
    log = cv.OrderLog.from_frame(cdnow_master)
    earlier = cv.review(log, as_of="1997-09-30")
    later = cv.review(log, as_of="1998-06-30", tier_rule=earlier.tier_rule)
    told = cv.reviews.compare(earlier, later)
    back = log.ordered_between("1997-09-30", "1998-06-30")
    revenue = log.customers("1997-09-30")["revenue"]
    tiers = earlier.tier_rule.classify(revenue)
    expected = cv.tier_report(tiers, revenue, rule=earlier.tier_rule, retained=back)
    pd.testing.assert_frame_equal(told.tier_report.drop(columns="revenue_between"), expected)
    assert told.customers["ordered"].sum() == back.sum()


ORDER = "compare needs the earlier review first and another day for the later one, got 2026-01-31"
SCALE = "compare needs tiers of one scale, got ABCTier and ParetoTier: review both with the same"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"as_of": "2026-01-31"}, f"{ORDER} and 2026-01-31"),
        ({"as_of": "2026-01-01"}, f"{ORDER} and 2026-01-01"),
        ({"tier_rule": cv.tiers.PARETO}, f"{SCALE} tier_rule"),
    ],
)
def test_reviews_that_do_not_compare(change, sentence):
    """Wrong order, another scale: a sentence says what must hold."""
    log = order_log(*WINTER)
    earlier = cv.review(log, as_of=DAYS[0], **RULES)
    later = cv.review(log, **{"as_of": DAYS[1], **RULES, **change})
    with pytest.raises(cv.InputError) as caught:
        cv.reviews.compare(earlier, later)
    assert str(caught.value) == sentence


class Care(cv.Label):
    """Measures of one's own."""

    MAIL = "mail"


def test_other_currencies_and_other_measures():
    """Money of two currencies is not subtracted; one that was not named is taken as the same."""
    logs = [
        cv.OrderLog.from_frame(example_orders().assign(currency=code), currency="currency")
        for code in ("EUR", "CHF")
    ]
    earlier, later = (
        cv.review(log, as_of=day, **RULES)
        for log, day in zip(logs, ("2026-01-31", "2026-03-01"), strict=True)
    )
    with pytest.raises(cv.InputError, match=r"^compare needs reviews in one currency, got EUR and"):
        cv.reviews.compare(earlier, later)
    unnamed = attrs.evolve(later, currency=None)
    assert "EUR" in str(cv.reviews.compare(earlier, unnamed))
    own = cv.Playbook([cv.Row({}, Care.MAIL)])
    other = cv.review(logs[0], as_of="2026-03-01", playbook=own, **RULES)
    with pytest.raises(cv.InputError, match=r"^compare needs measures of one kind, got Measure an"):
        cv.reviews.compare(earlier, other)


def test_only_reviews_are_compared():
    """A table of customers is no review."""
    review = cv.review(order_log(*WINTER), as_of=DAYS[0], **RULES)
    with pytest.raises(TypeError, match=r"^later must be a Review, got DataFrame$"):
        cv.reviews.compare(review, review.customers)


def test_ids_of_different_kinds():
    """1 and "1" are not the same customer, and the error says so."""
    log = order_log(*WINTER)
    numbers = order_log((1, "2026-01-05", 3.0), (2, "2026-03-05", 3.0))
    earlier, later = (
        cv.review(log, as_of=DAYS[0], **RULES),
        cv.review(numbers, as_of=DAYS[1], **RULES),
    )
    with pytest.raises(cv.InputError, match=r"indexed by ids of one kind, got text before"):
        cv.reviews.compare(earlier, later)


def test_printing():
    """Text and HTML hold every table, and money with its currency."""
    told = both()
    for shown in (str(told), repr(told), told._repr_html_(), told.to_text()):
        for word in (
            "From 2026-01-31 to 2026-03-31",
            "64.50",
            "net advanced",
            "retention",
            "let-go",
        ):
            assert word in shown
    assert "2026-01-31 至 2026-03-31:期初 3 位客户" in told.to_text(lang="zh")
