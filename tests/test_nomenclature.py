"""One name per quantity: the nomenclature page knows each column, argument and attribute."""

import re
from pathlib import Path

import pandas as pd
import pytest

import custvalue as cv
from docstrings import PUBLIC

PAGE = Path(__file__).resolve().parent.parent / "docs" / "nomenclature.md"
KNOWN = set(re.findall(r"`(\w+)(?:\(\w*\))?`", PAGE.read_text(encoding="utf-8")))

# Arguments that are named after what they are in English, or after a class.
PLAIN = {"data", "order", "other", "step", "table"}
END, BEFORE = "2023-07-19", "2023-04-30"
SLEEP = cv.SleepPolicy(30, 60, 90)


def value_tables(customers):
    """Return the tables about what customers are worth."""
    revenue = customers["revenue"]
    rule = cv.tiers.ABC.fit(revenue)
    tiers = rule.classify(revenue)
    spread = cv.concentration(revenue)
    yield cv.tier_report(
        tiers, revenue, rule=rule, retained=revenue > 0, cost_to_serve=revenue.abs()
    )
    yield cv.tiers.service_plan(tiers, revenue, budget=9)
    yield from (spread.curve(), spread.lorenz_curve(), spread.to_frame())
    yield cv.movement(tiers, tiers).to_frame()
    yield cv.RFMLearner().fit(customers).classify(customers)


def time_tables(log, customers):
    """Return the tables about orders, stages and silences."""
    dates = cv.lifecycle.stage_dates(log, cv.LifecyclePolicy(), as_of=END)
    periods = {"earlier": ("2023-01-01", BEFORE), "later": (BEFORE, END)}
    judged = cv.backtest(log, {"a": SLEEP}, cutoffs=[BEFORE], within=9)
    yield from (customers, log.gaps(END), log.to_btyd(END), cv.next_order(log, as_of=END))
    yield cv.lifecycle.stage_times(dates, as_of=END)
    yield cv.lifecycle.stalled(dates, {cv.Stage.FIRST_TIME: 1, cv.Stage.REPEAT: 1}, as_of=END)
    yield cv.RepeatCurve.from_log(log, as_of=END, within=30).to_frame()
    yield cv.ReturnCurve.from_log(log, as_of=END).table
    yield cv.ReturnCurve.from_log(log, as_of=END, by="rhythm").groups
    yield cv.retention.retained_between(log, **periods)
    yield judged.drop(columns=[c for c in judged.columns if c.endswith(("_low", "_high"))])


def prediction_tables():
    """Return the tables about whether a prediction can be trusted, and whom to wake."""
    actual, score = [1, 0, 1, 0, 0, 1], [0.9, 0.8, 0.7, 0.4, 0.3, 0.2]
    customers = pd.DataFrame({"days_since_last_order": [40.0], "average_order_value": [9.0]})
    offer = cv.waking.Offer("card", "card", "mail", 1, {"drowsy": 0.1}, margin=9)
    yield cv.threshold_table(actual=actual, score=score, gain=5, cost=1)
    yield cv.metrics.gains(actual=actual, score=score, at=[0.5])
    yield cv.metrics.confusion_by(list("aaabbb"), actual=actual, predicted=[1, 0, 1, 0, 0, 1])
    yield cv.metrics.calibration(actual=actual, probability=score, bins=2)
    yield cv.screen(pd.DataFrame({"visits": [5, 4, 1, 6, 3, 5] * 4}), [1, 0, 0, 0] * 6).table
    yield cv.waking.uplifts(["a"] * 4, contacted=[1, 1, 0, 0], responded=[1, 0, 0, 0])
    yield cv.wake_up(
        customers, SLEEP.classify(customers["days_since_last_order"]), [offer], [0.1], within=9
    )


def need_tables():
    """Return the tables about needs, offers, people and baskets."""
    needs = [
        cv.Need("cost", "price", cv.at_most(9), must_have=True),
        cv.Need("solution", "size", cv.at_least(2)),
    ]
    offers = [cv.Offer("a", price=8, product={"size": 1}), cv.Offer("b", price=10)]
    asked = {"ann": needs, "bob": needs[:1]}
    matched = cv.marketing_mix.match_customers(asked, offers)
    ranking = cv.marketing_mix.rank_needs({"ann": [{"price"}, {"price", "size"}]})
    profile = cv.TargetProfile({"stores": cv.at_least(3)})
    people = pd.DataFrame({"stores": [1, 4, None]})
    lines = pd.DataFrame({"basket": [1, 1, 2, 2], "item": ["x", "y", "x", "y"]})
    rules = cv.baskets.pair_rules(lines, min_count=1)
    yield from (cv.marketing_mix.translate(needs).to_frame(), cv.marketing_mix.match(needs, offers))
    yield from (matched.customers, matched.offers, ranking.table, ranking.by_customer)
    yield cv.marketing_mix.levers(asked, offers, options={"product": {"size": [1, 2]}})
    yield profile.failures(people)
    yield cv.prospects.positioning(people, profile, customer=[1, 0, 0], value=[1.0, None, None])
    yield from (rules, cv.baskets.recommend(rules, ["x"]), cv.baskets.top_items(lines))
    yield cv.baskets.traits(pd.DataFrame({"city": ["R", "P"] * 2}), [1, 1, 0, 0])


def whole_tables(log, shop):
    """Return the tables of reviews, of care and of a simulated shop."""
    review = cv.review(log, as_of=END, sleep=SLEEP)
    both = cv.reviews.compare(cv.review(log, as_of=BEFORE, sleep=SLEEP), review)
    indicators = cv.care.log_indicators(log, as_of=END, within=30)
    ranges = cv.care.SatisfactionRanges({"return_rate": (0.2, 0.6)})
    contacts = pd.Series(pd.Timestamp(BEFORE), index=review.customers.index)
    yield from (review.customers, review.funnel, review.states, review.segments, review.measures)
    yield cv.lifecycle.focus_shares(review.customers["stage"])
    yield from (both.customers, both.tier_report, both.measures, both.movements, both.money)
    yield cv.DEFAULT_PLAYBOOK.to_frame()
    yield cv.care.due_contacts(review.customers, contacts, as_of=END, daily_capacity=9)
    yield from (indicators, cv.care.satisfaction(indicators, weights="equal", ranges=ranges))
    yield from (shop.orders, shop.lines, shop.customers, shop.evidence(END))


def all_tables():
    """Return a table of every kind that the package returns."""
    shop = cv.examples.simulate_shop(customers=60, days=200, seed=1)
    log = cv.OrderLog.from_frame(shop.orders, order_id="order_id")
    customers = log.customers(END)
    yield from value_tables(customers)
    yield from time_tables(log, customers)
    yield from prediction_tables()
    yield from need_tables()
    yield from whole_tables(log, shop)


def test_every_column_has_a_row():
    """Columns, names of indexes and attrs of each table the package returns are on the page."""
    names = {
        str(name)
        for table in all_tables()
        for name in [*table.columns, *table.index.names, *table.attrs]
        if name is not None
    }
    assert sorted(names - KNOWN) == []


def test_every_argument_and_attribute_has_a_row():
    """What one passes, and the attributes of what one gets, are on the page, or plain English."""
    names = {name for public in PUBLIC for name in public.told if not name.startswith("*")}
    names |= {p.name.rpartition(".")[2] for p in PUBLIC if p.kind == "property"}
    assert sorted(names - KNOWN - PLAIN) == []


@pytest.mark.parametrize("section", ["Returns", "Attributes"])
def test_what_docstrings_promise_has_a_row(section):
    """Columns and attrs that a docstring names are on the page under the same name."""
    promised = {
        (name, public.name)
        for public in PUBLIC
        for name in re.findall(
            r'``(?:\.?attrs\[")?([a-z][a-z_0-9]+)(?:"\])?``', public.sections.get(section, "")
        )
    }
    assert sorted(entry for entry in promised if entry[0] not in KNOWN | {"custvalue"}) == []


def test_each_table_of_the_page_is_whole():
    """Rows stand under a heading of four cells, without a line between that would end the table."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    for above, line in zip(["", *lines], lines, strict=False):
        if line.startswith("| "):
            assert line.count(" | ") == 3, line
            assert above.startswith("|") or line.startswith("| name | meaning | unit | "), line
