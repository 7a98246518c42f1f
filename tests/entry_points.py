"""Every public callable that takes data or settings, and calls of it that go well."""

from collections.abc import Callable
from typing import Any

import attrs
import pandas as pd

import custvalue as cv
from custvalue import (
    baskets,
    care,
    churn,
    lifecycle,
    marketing_mix,
    metrics,
    prospects,
    retention,
    screening,
    tiers,
    waking,
)

AS_OF = "2023-10-01"

SHOP = cv.examples.simulate_shop(customers=12, days=300, seed=5, products=6)
ORDERS = SHOP.orders.astype({"customer_id": "int64"})
LOG = cv.OrderLog.from_frame(ORDERS, order_id="order_id")
LONG_LOG = cv.OrderLog.from_frame(cv.examples.simulate_orders(customers=300, days=500, seed=5))
REVIEW = cv.review(LOG, as_of=AS_OF, sleep=cv.SleepPolicy(30, 60, 90))
EARLIER = cv.review(LOG, as_of="2023-07-01", sleep=cv.SleepPolicy(30, 60, 90))
CUSTOMERS = REVIEW.customers
REVENUE = CUSTOMERS["revenue"]
TIERS = CUSTOMERS["tier"]
SILENCE = CUSTOMERS["days_since_last_order"]
GROUPS = pd.Series(["north", "south"] * len(CUSTOMERS), dtype=object)[: len(CUSTOMERS)].set_axis(
    CUSTOMERS.index
)
FLAGS = pd.Series([True, False, False] * len(CUSTOMERS))[: len(CUSTOMERS)].set_axis(CUSTOMERS.index)
SCORES = pd.Series(range(len(CUSTOMERS)), dtype="float64").set_axis(CUSTOMERS.index) / 16

TIER_RULE = cv.Bands(cv.ABCTier, (100, 500), measure="revenue", unit="EUR")
GROUP_RULE = tiers.GroupBands(cv.ABCTier, {"north": TIER_RULE, "south": TIER_RULE})
SLEEP = cv.SleepPolicy(30, 60, 90)
RHYTHM = cv.RhythmPolicy(2, 4, 8, fallback_gap_days=30)
LIFECYCLE = cv.LifecyclePolicy()
CURVE = cv.ReturnCurve.from_log(LOG, as_of=AS_OF)
BY_RHYTHM = cv.ReturnCurve.from_log(LOG, as_of=AS_OF, by="rhythm")
MATRIX = cv.ValueMatrixLearner().fit(CUSTOMERS)
RFM = cv.RFMLearner().fit(CUSTOMERS)
CADENCE = care.CadencePolicy(tier={cv.ABCTier.A: 10})
SHOPS = pd.DataFrame({"return_rate": [0.2, 0.3, 0.4], "complaint_rate": [0.1, 0.3, None]})
RANGES = care.SatisfactionLearner().fit(SHOPS)
FACTS = CUSTOMERS[["orders", "active_days"]].assign(
    partner=FLAGS, referrals=1, share_of_wallet=0.5, promoter_score=7.0, expected_to_close=False
)
EVIDENCE = FACTS.drop(columns=["orders", "active_days"])
DATES = lifecycle.stage_dates(LOG, LIFECYCLE, as_of=AS_OF)
RECORD = lifecycle.CustomerRecord().after(lifecycle.Order("2023-02-01", 20.0, order_id="A"))
LADDER = cv.Ladder(
    cv.ABCTier,
    {
        cv.ABCTier.B: [{"orders": cv.at_least(2)}],
        cv.ABCTier.A: [{"orders": cv.at_least(9)}, {"partner": cv.is_true()}],
    },
)
TABLE = cv.Table(
    {"state": cv.ChurnState, "vip": bool},
    cv.Focus,
    [
        cv.Row({"vip": cv.is_true()}, cv.Focus.EXPAND, because="they matter"),
        cv.Row({"vip": cv.equals(False), "state": cv.known()}, cv.Focus.RETAIN),
        cv.Row({"vip": cv.equals(False), "state": cv.missing()}, cv.Focus.ACQUIRE),
    ],
)
CELLS = pd.DataFrame({"state": CUSTOMERS["state"], "vip": FLAGS})
CONDITIONS = (
    cv.at_least(2),
    cv.in_range(0, 5),
    cv.one_of("a", 1, True),
    cv.is_true(),
    cv.known(),
    cv.missing(),
)
PROFILE = cv.TargetProfile({"orders": cv.at_least(2), "partner": cv.is_true()})
LINES = SHOP.lines
PAIRS = baskets.pair_rules(LINES, min_count=1)
BOUGHT = pd.DataFrame({"customer_id": LINES["basket"], "item": LINES["item"]})
PLAYBOOK = cv.DEFAULT_PLAYBOOK
CELL = {"tier": cv.ABCTier.A, "segment": "new", "stage": "repeat", "state": "awake"}
NEEDS = [
    cv.Need("cost", "price", cv.at_most(60), must_have=True),
    cv.Need("solution", "diameter_mm", cv.at_most(6)),
]
OFFERS = [
    cv.Offer("large", price=55, product={"diameter_mm": 13}),
    cv.Offer("modest", price=35, product={"diameter_mm": 6}),
]
BY_CUSTOMER = {"ann": NEEDS, "bob": NEEDS[:1]}
NEEDS_TABLE = pd.DataFrame(
    {
        "customer": ["ann", "ann", "bob"],
        "aspect": ["cost", "solution", "cost"],
        "attribute": ["price", "diameter_mm", "price"],
        "condition": [cv.at_most(60), cv.at_most(6), cv.at_most(20)],
        "must_have": [True, False, True],
        "weight": [1.0, 2.0, 1.0],
    }
)
NESTED = {"ann": [{"hole"}, {"hole", "price"}], "bob": [{"price"}]}
NESTED_TABLE = pd.DataFrame(
    {"customer": ["a", "a", "a"], "allowed": [1, 2, 2], "need": ["hole", "hole", "price"]}
)
VOUCHER = waking.Offer("voucher", "coffee", "mail", 0.5, {"drowsy": 0.1}, margin=12)
CONFUSION = cv.Confusion(true_positives=8, false_positives=2, false_negatives=4, true_negatives=86)
CHOICE = metrics.choose_threshold(actual=FLAGS, score=SCORES, max_miss_rate=0.5)
INDICATORS = pd.DataFrame(
    {"visits": SCORES * 3, "app": FLAGS, "city": GROUPS, "age": 30.0}, index=CUSTOMERS.index
)
SCREENING = screening.screen(INDICATORS, FLAGS)
SPREAD = cv.concentration(REVENUE)
BANDS = cv.Bands(cv.Level, (3, 9))
FIVE = {
    "days_since_last_order": cv.Bands(cv.rfm.FiveByDays, (10, 20, 30, 40)),
    "orders": cv.Bands(cv.rfm.FiveLevels, (2, 3, 4, 5)),
    "revenue": cv.Bands(cv.rfm.FiveLevels, (2, 3, 4, 5)),
}


@attrs.frozen
class Way:
    """One good call."""

    call: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def __call__(self) -> Any:
        """Call it as it is."""
        return self.call(*self.args, **self.kwargs)


def way(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Way:
    """Return a good call of a function or method."""
    return Way(call, args, kwargs)


_PERIODS = {"earlier": ("2022-12-31", "2023-04-30"), "later": ("2023-04-30", AS_OF)}
_FORMAT = {
    "customer": "customer_id",
    "date": "date",
    "amount": "amount",
    "order_id": "order_id",
    "currency": None,
    "decimals": 2,
    "timezone": None,
    "refunds": "net",
    "invalid": "raise",
    "history_starts": "2023-01-01",
}
_JUDGED = {
    "actual": FLAGS,
    "score": SCORES,
    "weight": REVENUE.abs(),
    "positive": True,
    "missing": "raise",
}
_CAPS = {"max_false_discovery_rate": 0.5, "max_miss_rate": 0.5}
_ORDERS = {"orders": 4, "average_order_value": 20.0}
_AGES = {"tenure_days": 100, "days_since_last_order": 30}
_RFM = {"days_since_last_order": 30, "orders": 4, "revenue": 90.5}
_PERSON = {"orders": 3, "partner": True}
_KNOWN = {"expected_to_close": True, "share_of_wallet": 0.5, "promoter_score": 9, "partner": False}

ENTRIES: dict[str, list[Way]] = {
    "baskets.pair_rules": [
        way(
            baskets.pair_rules,
            LINES,
            basket="basket",
            item="item",
            min_count=1,
            min_confidence=0.1,
            level=0.95,
        )
    ],
    "baskets.recommend": [
        way(
            baskets.recommend,
            PAIRS,
            BOUGHT,
            customer="customer_id",
            item="item",
            by="confidence",
            n=3,
            positive_only=False,
        ),
        way(baskets.recommend, PAIRS, LINES["item"].tolist()[:2]),
    ],
    "baskets.top_items": [
        way(baskets.top_items, LINES, by=None, basket="basket", item="item", n=3),
        way(baskets.top_items, LINES, by=LINES["basket"] % 3),
    ],
    "baskets.traits": [way(baskets.traits, INDICATORS[["app", "city"]], FLAGS)],
    "care.CadencePolicy": [
        way(
            care.CadencePolicy,
            stage={"repeat": 30},
            tier={cv.ABCTier.A: 10},
            state={"drowsy": 14},
            floor_days=7,
            ceiling_days=90,
        )
    ],
    "care.CadencePolicy.days_between": [
        way(CADENCE.days_between, CUSTOMERS),
        way(CADENCE.days_between, stage="repeat", tier="A", state="drowsy"),
    ],
    "care.CadencePolicy.explain": [
        way(CADENCE.explain, stage="repeat", tier="A", state="drowsy"),
    ],
    "care.SatisfactionLearner": [way(care.SatisfactionLearner, quantiles=(0.05, 0.95))],
    "care.SatisfactionLearner.fit": [way(care.SatisfactionLearner().fit, SHOPS)],
    "care.SatisfactionRanges": [
        way(care.SatisfactionRanges, {"return_rate": (0, 0.5)}, learned=RANGES.learned)
    ],
    "care.SatisfactionRanges.rate": [
        way(RANGES.rate, SHOPS),
        way(RANGES.rate, return_rate=0.25, complaint_rate=0.1),
    ],
    "care.SatisfactionRanges.explain": [way(RANGES.explain, return_rate=0.25)],
    "care.due_contacts": [
        way(
            care.due_contacts,
            CUSTOMERS,
            CUSTOMERS["last_order"],
            as_of=AS_OF,
            policy=CADENCE,
            value=REVENUE,
            daily_capacity=2,
        )
    ],
    "care.log_indicators": [
        way(care.log_indicators, LOG, as_of="2023-06-01", within=90, groups=GROUPS)
    ],
    "care.satisfaction": [
        way(
            care.satisfaction,
            SHOPS,
            weights={"return_rate": 2, "complaint_rate": 1},
            ranges=RANGES,
        ),
        way(care.satisfaction, SHOPS, weights="equal"),
    ],
    "churn.LearnedSleep.chance_at": [
        way(churn.SleepLearner(within=90).fit(LONG_LOG, as_of="2024-05-01").learned.chance_at, 30)
    ],
    "churn.RhythmLearner": [way(churn.RhythmLearner, within=3, remaining=(0.5, 0.25, 0.1))],
    "churn.RhythmLearner.fit": [
        way(churn.RhythmLearner(within=3).fit, LONG_LOG, as_of="2024-05-01")
    ],
    "churn.RhythmPolicy": [
        way(cv.RhythmPolicy, 2, 4, 8, fallback_gap_days=30, learned=TIER_RULE.learned)
    ],
    "churn.RhythmPolicy.classify": [
        way(RHYTHM.classify, CUSTOMERS),
        way(RHYTHM.classify, days_since_last_order=40, mean_gap_days=12.5),
    ],
    "churn.RhythmPolicy.explain": [
        way(RHYTHM.explain, days_since_last_order=40, mean_gap_days=12.5)
    ],
    "churn.SleepLearner": [way(churn.SleepLearner, within=90, remaining=(0.5, 0.25, 0.1))],
    "churn.SleepLearner.fit": [
        way(churn.SleepLearner(within=90).fit, LONG_LOG, as_of="2024-05-01")
    ],
    "churn.SleepPolicy": [way(cv.SleepPolicy, 30, 60, None, learned=None)],
    "churn.SleepPolicy.classify": [
        way(SLEEP.classify, SILENCE),
        way(SLEEP.classify, CUSTOMERS),
        way(SLEEP.classify, [3, 50.5]),
        way(SLEEP.classify, 40),
    ],
    "churn.SleepPolicy.explain": [way(SLEEP.explain, 40)],
    "churn.backtest": [
        way(
            churn.backtest,
            LOG,
            {"thirty": SLEEP, "rhythm": RHYTHM},
            cutoffs=["2023-05-01", "2023-06-01"],
            within=60,
            observed_until=AS_OF,
            level=0.9,
        )
    ],
    "churn.next_order": [way(churn.next_order, LOG, as_of=AS_OF, enough_gaps=3)],
    "inequality.concentration": [
        way(cv.concentration, REVENUE, decimals=2),
        way(cv.concentration, [5, 0, 2.5]),
    ],
    "inequality.Concentration.share_of_top": [way(SPREAD.share_of_top, 0.2)],
    "inequality.Concentration.customers_for": [way(SPREAD.customers_for, 0.8)],
    "lifecycle.CustomerFacts": [
        way(cv.CustomerFacts, orders=3, active_days=40, referrals=1, **_KNOWN)
    ],
    "lifecycle.CustomerRecord": [
        way(cv.CustomerRecord, decimals=2, refunds="net", referrals=1, **_KNOWN)
    ],
    "lifecycle.CustomerRecord.after": [
        way(RECORD.after, lifecycle.Order("2023-03-01", 5, order_id=1))
    ],
    "lifecycle.CustomerRecord.knowing": [way(RECORD.knowing, referrals=1, **_KNOWN)],
    "lifecycle.CustomerRecord.facts": [way(RECORD.facts, AS_OF)],
    "lifecycle.CustomerRecord.row": [way(RECORD.row, AS_OF, since="2023-01-01")],
    "lifecycle.LifecycleLearner": [
        way(
            lifecycle.LifecycleLearner,
            90,
            level=0.8,
            long_term_days=365,
            advocate_share_of_wallet=0.8,
            advocate_promoter_score=9,
        )
    ],
    "lifecycle.LifecycleLearner.fit": [
        way(lifecycle.LifecycleLearner(90, level=0.5).fit, LONG_LOG, as_of="2024-05-01")
    ],
    "lifecycle.LifecyclePolicy": [
        way(
            cv.LifecyclePolicy,
            long_term_orders=9,
            long_term_days=365,
            advocate_share_of_wallet=0.8,
            advocate_promoter_score=9,
            learned=None,
        )
    ],
    "lifecycle.LifecyclePolicy.classify": [
        way(LIFECYCLE.classify, FACTS),
        way(LIFECYCLE.classify, cv.CustomerFacts(orders=1)),
    ],
    "lifecycle.LifecyclePolicy.explain": [way(LIFECYCLE.explain, cv.CustomerFacts(orders=1))],
    "lifecycle.LifecyclePolicy.reachable": [way(LIFECYCLE.reachable, ["orders", "partner"])],
    "lifecycle.Order": [way(lifecycle.Order, "2023-02-01", 20.0, order_id="A")],
    "lifecycle.RepeatCurve.from_log": [way(cv.RepeatCurve.from_log, LOG, as_of=AS_OF, within=60)],
    "lifecycle.RepeatCurve.stable_after": [
        way(cv.RepeatCurve.from_log(LOG, as_of=AS_OF, within=60).stable_after, level=0.8)
    ],
    "lifecycle.focus_shares": [way(lifecycle.focus_shares, CUSTOMERS["stage"])],
    "lifecycle.funnel": [way(lifecycle.funnel, CUSTOMERS["stage"])],
    "lifecycle.replay": [way(lifecycle.replay, LOG, LIFECYCLE, ["2023-05-01", AS_OF])],
    "lifecycle.stage_dates": [way(lifecycle.stage_dates, LOG, LIFECYCLE, as_of=AS_OF)],
    "lifecycle.stage_times": [way(lifecycle.stage_times, DATES, as_of=AS_OF, level=0.9)],
    "lifecycle.stalled": [way(lifecycle.stalled, DATES, {"first-time": 60}, as_of=AS_OF)],
    "marketing_mix.MixBrief.requirements": [
        way(marketing_mix.translate(NEEDS).requirements, "price")
    ],
    "marketing_mix.Need": [
        way(cv.Need, "cost", "price", cv.at_most(60), must_have=True, weight=1.0)
    ],
    "marketing_mix.Offer": [
        way(
            cv.Offer,
            "modest",
            price=35,
            product={"diameter_mm": 6},
            place={"in_stock": True},
            promotion={"demo": "yes"},
            costs={"delivery_fee": 5},
        )
    ],
    "marketing_mix.Offer.value_of": [way(OFFERS[0].value_of, "solution", "diameter_mm")],
    "marketing_mix.Offer.with_value": [way(OFFERS[0].with_value, "solution", "diameter_mm", 5)],
    "marketing_mix.levers": [
        way(
            marketing_mix.levers,
            BY_CUSTOMER,
            OFFERS,
            options={"price": [30, 20], "product": {"diameter_mm": [4, 6]}},
            decimals=2,
        ),
        way(marketing_mix.levers, NEEDS_TABLE, OFFERS, customer="customer"),
    ],
    "marketing_mix.match": [way(marketing_mix.match, NEEDS, OFFERS)],
    "marketing_mix.match_customers": [
        way(marketing_mix.match_customers, BY_CUSTOMER, OFFERS),
        way(marketing_mix.match_customers, NEEDS_TABLE, OFFERS, customer="customer"),
    ],
    "marketing_mix.new_offer": [
        way(
            marketing_mix.new_offer,
            BY_CUSTOMER,
            offers=OFFERS,
            options={"price": [30, 20], "product": {"diameter_mm": [4, 6]}},
            name="new",
        ),
        way(
            marketing_mix.new_offer,
            NEEDS_TABLE,
            options={"price": [30, 20]},
            customer="customer",
        ),
    ],
    "marketing_mix.rank_needs": [
        way(marketing_mix.rank_needs, NESTED),
        way(
            marketing_mix.rank_needs,
            NESTED_TABLE,
            customer="customer",
            allowed="allowed",
            need="need",
        ),
    ],
    "marketing_mix.translate": [way(marketing_mix.translate, NEEDS)],
    "metrics.Confusion": [
        way(
            cv.Confusion,
            true_positives=8,
            false_positives=2.5,
            false_negatives=4,
            true_negatives=86,
        )
    ],
    "metrics.Confusion.from_labels": [
        way(
            cv.Confusion.from_labels,
            actual=FLAGS,
            predicted=SCORES > 0.3,
            weight=REVENUE.abs(),
            positive=True,
            missing="exclude",
        ),
        way(cv.Confusion.from_labels, actual=["a", "b"], predicted=["b", "b"], positive="a"),
    ],
    "metrics.Confusion.interval": [way(CONFUSION.interval, "miss_rate", level=0.9)],
    "metrics.Confusion.verdict": [way(CONFUSION.verdict, **_CAPS, level=0.9)],
    "metrics.ThresholdChoice": [
        way(
            metrics.ThresholdChoice,
            threshold=0.5,
            confusion=CONFUSION,
            feasible=True,
            binding="max_miss_rate",
            **_CAPS,
        )
    ],
    "metrics.ThresholdChoice.classify": [
        way(CHOICE.classify, SCORES),
        way(CHOICE.classify, [0.3, None]),
        way(CHOICE.classify, 0.3),
    ],
    "metrics.ThresholdChoice.explain": [way(CHOICE.explain, 0.3)],
    "metrics.calibration": [
        way(
            metrics.calibration,
            actual=FLAGS,
            probability=SCORES.clip(0, 1),
            bins=3,
            level=0.9,
            positive=True,
            missing="exclude",
        )
    ],
    "metrics.choose_threshold": [way(metrics.choose_threshold, **_JUDGED, **_CAPS)],
    "metrics.confusion_by": [
        way(
            metrics.confusion_by,
            GROUPS,
            actual=FLAGS,
            predicted=~FLAGS,
            weight=REVENUE.abs(),
            positive=True,
            missing="exclude",
        )
    ],
    "metrics.gains": [
        way(
            metrics.gains,
            actual=FLAGS,
            score=SCORES,
            at=(0.2, 0.5),
            positive=True,
            missing="exclude",
        )
    ],
    "metrics.threshold_table": [way(metrics.threshold_table, **_JUDGED, gain=3.0, cost=1.0)],
    "movements.movement": [
        way(cv.movement, TIERS, TIERS[::-1]),
        way(
            cv.movement,
            CUSTOMERS["state"].astype(object),
            CUSTOMERS["state"].astype(object),
            scale=cv.ChurnState,
        ),
    ],
    "orders.OrderLog.from_frame": [
        way(cv.OrderLog.from_frame, ORDERS, **_FORMAT),
        way(
            cv.OrderLog.from_frame,
            ORDERS.assign(date=ORDERS["date"].dt.tz_localize("UTC"), money="EUR"),
            timezone="Europe/Berlin",
            currency="money",
            refunds="ignore",
            invalid="exclude",
        ),
    ],
    "orders.OrderLog.from_batches": [
        way(cv.OrderLog.from_batches, [ORDERS[:10], ORDERS[10:]], **_FORMAT)
    ],
    "orders.OrderLog.extend": [way(LOG.extend, ORDERS)],
    "orders.OrderLog.until": [way(LOG.until, AS_OF)],
    "orders.OrderLog.rows_after": [way(LOG.rows_after, "2023-05-01")],
    "orders.OrderLog.customers": [way(LOG.customers, AS_OF, since="2023-02-01")],
    "orders.OrderLog.ordered_between": [way(LOG.ordered_between, "2023-05-01", AS_OF)],
    "orders.OrderLog.gaps": [way(LOG.gaps, AS_OF)],
    "orders.OrderLog.to_btyd": [way(LOG.to_btyd, AS_OF, unit="W")],
    "orders.summarize_orders": [
        way(cv.summarize_orders, ORDERS, as_of=AS_OF, since="2023-02-01", **_FORMAT)
    ],
    "playbook.Playbook": [way(cv.Playbook, list(PLAYBOOK.rows))],
    "playbook.Playbook.classify": [
        way(PLAYBOOK.classify, CUSTOMERS, tier_scale=cv.ABCTier),
        way(PLAYBOOK.classify, CUSTOMERS),
        way(PLAYBOOK.classify, **CELL),
    ],
    "playbook.Playbook.explain": [way(PLAYBOOK.explain, **CELL)],
    "playbook.Playbook.with_measure": [
        way(
            PLAYBOOK.with_measure,
            cv.playbook.Measure.CALL,
            because="we say so",
            stage="repeat",
            state=cv.one_of("drowsy", "asleep"),
        )
    ],
    "playbook.Playbook.to_frame": [way(PLAYBOOK.to_frame, lang="en")],
    "playbook.Playbook.to_markdown": [way(PLAYBOOK.to_markdown, lang="zh")],
    "prospects.TargetProfile": [
        way(cv.TargetProfile, {"orders": cv.at_least(2), "partner": [cv.is_true()]})
    ],
    "prospects.TargetProfile.classify": [
        way(PROFILE.classify, FACTS),
        way(PROFILE.classify, _PERSON),
        way(PROFILE.classify, **_PERSON),
    ],
    "prospects.TargetProfile.explain": [
        way(PROFILE.explain, _PERSON),
        way(PROFILE.explain, **_PERSON),
    ],
    "prospects.TargetProfile.to_find_out": [
        way(PROFILE.to_find_out, _PERSON),
        way(PROFILE.to_find_out, **_PERSON),
    ],
    "prospects.TargetProfile.check": [way(PROFILE.check, FACTS)],
    "prospects.TargetProfile.failures": [way(PROFILE.failures, FACTS)],
    "prospects.positioning": [
        way(prospects.positioning, FACTS, PROFILE, customer=FLAGS, value=REVENUE, decimals=2),
        way(prospects.positioning, FACTS, PROFILE, customer="partner", value="promoter_score"),
    ],
    "retention.cohort_table": [
        way(retention.cohort_table, LOG, as_of=AS_OF, every="month", shares=True)
    ],
    "retention.retained_between": [
        way(retention.retained_between, LOG, **_PERIODS, groups=GROUPS, values=REVENUE, decimals=2)
    ],
    "retention.standing_between": [way(retention.standing_between, LOG, **_PERIODS)],
    "returns.ReturnCurve.from_log": [
        way(cv.ReturnCurve.from_log, LOG, as_of=AS_OF, relative=False, by="rhythm"),
        way(cv.ReturnCurve.from_log, LOG, as_of=AS_OF, relative=True),
    ],
    "returns.ReturnCurve.chance_of_return": [
        way(
            BY_RHYTHM.chance_of_return,
            SILENCE,
            within=30,
            order_days=CUSTOMERS["order_days"],
            mean_gap_days=CUSTOMERS["mean_gap_days"],
            beyond="last_hazard",
        ),
        way(CURVE.chance_of_return, [3, 40.5], within=30),
        way(CURVE.chance_of_return, 30, within=30, order_days=4, mean_gap_days=8.5),
    ],
    "returns.ReturnCurve.explain": [
        way(
            BY_RHYTHM.explain,
            30,
            within=30,
            order_days=4,
            mean_gap_days=8.5,
            beyond="missing",
        ),
        way(CURVE.explain, 30, within=30),
    ],
    "reviews.Comparison.to_text": [way(cv.reviews.compare(EARLIER, REVIEW).to_text, lang="en")],
    "reviews.Comparison.to_html": [way(cv.reviews.compare(EARLIER, REVIEW).to_html, lang="zh")],
    "reviews.Review.explain": [way(REVIEW.explain, int(CUSTOMERS.index[0]))],
    "reviews.Review.to_text": [way(REVIEW.to_text, lang="zh")],
    "reviews.Review.to_html": [way(REVIEW.to_html, lang="en")],
    "reviews.compare": [way(cv.reviews.compare, EARLIER, REVIEW)],
    "reviews.review": [
        way(
            cv.review,
            LOG,
            as_of=AS_OF,
            evidence=EVIDENCE,
            tier_rule=TIER_RULE,
            value_matrix=MATRIX,
            lifecycle=LIFECYCLE,
            sleep=SLEEP,
            playbook=PLAYBOOK,
            within=60,
        )
    ],
    "rfm.RFMLearner": [way(cv.RFMLearner, levels=3, shares=(0.2, 0.5), segments=None, decimals=2)],
    "rfm.RFMLearner.fit": [way(cv.RFMLearner(levels=3).fit, CUSTOMERS, as_of=AS_OF, unit="EUR")],
    "rfm.RFMScores": [way(cv.RFMScores, **FIVE, segments=None)],
    "rfm.RFMScores.classify": [way(RFM.classify, CUSTOMERS), way(RFM.classify, **_RFM)],
    "rfm.RFMScores.segment": [way(RFM.segment, CUSTOMERS), way(RFM.segment, **_RFM)],
    "rfm.RFMScores.explain": [way(RFM.explain, **_RFM)],
    "screening.Screening.explain": [way(SCREENING.explain, "visits")],
    "screening.screen": [
        way(
            screening.screen,
            INDICATORS,
            FLAGS,
            known_at={"visits": "2023-01-01", "app": "2023-05-01"},
            cutoff="2023-03-01",
            positive=True,
            near_perfect=0.99,
            fewest=5,
            max_q_value=0.05,
            id_like=0.9,
            redundant=0.95,
        )
    ],
    "tiers.CumulativeShare": [way(cv.CumulativeShare, cv.ABCTier, (0.8, 0.95), decimals=2)],
    "tiers.TopShare": [way(cv.TopShare, cv.ABCTier, (0.2, 0.5), decimals=2)],
    "tiers.GroupBands": [way(tiers.GroupBands, cv.ABCTier, {"north": TIER_RULE, 1: TIER_RULE})],
    "tiers.GroupBands.of": [way(GROUP_RULE.of, "north")],
    "tiers.GroupBands.classify": [
        way(GROUP_RULE.classify, REVENUE, GROUPS),
        way(GROUP_RULE.classify, [5, 900], ["north", "south"]),
        way(GROUP_RULE.classify, 250, group="north"),
    ],
    "tiers.GroupBands.explain": [way(GROUP_RULE.explain, 250, group="north")],
    "tiers.ShareLearner.fit": [
        way(tiers.ABC.fit, REVENUE, as_of=AS_OF, measure="revenue", unit="EUR"),
        way(tiers.PARETO.fit, [5, 0, -3.5]),
    ],
    "tiers.ShareLearner.fit_groups": [
        way(tiers.ABC.fit_groups, REVENUE, GROUPS, as_of=AS_OF, measure="revenue", unit="EUR"),
    ],
    "tiers.service_plan": [
        way(tiers.service_plan, TIERS, REVENUE, budget=100, rule=TIER_RULE, decimals=2)
    ],
    "tiers.tier_report": [
        way(
            cv.tier_report,
            TIERS,
            REVENUE,
            rule=tiers.ABC.fit(REVENUE),
            retained=FLAGS,
            cost_to_serve=REVENUE / 16,
            decimals=2,
        )
    ],
    "value_matrix.ValueMatrix": [
        way(
            cv.ValueMatrix,
            average_order_value=BANDS,
            orders=BANDS,
            new_within_days=90,
            lapsing_after_days=180,
        )
    ],
    "value_matrix.ValueMatrix.classify": [
        way(MATRIX.classify, CUSTOMERS),
        way(MATRIX.classify, **_ORDERS, **_AGES),
    ],
    "value_matrix.ValueMatrix.explain": [way(MATRIX.explain, **_ORDERS, **_AGES)],
    "value_matrix.ValueMatrixLearner": [
        way(
            cv.ValueMatrixLearner,
            average_order_value=(0.2, 0.4),
            orders=(0.2, 0.4),
            new_within_days=90,
            lapsing_after_days=None,
        )
    ],
    "value_matrix.ValueMatrixLearner.fit": [
        way(cv.ValueMatrixLearner().fit, CUSTOMERS, as_of=AS_OF, unit="EUR")
    ],
    "waking.Offer": [
        way(waking.Offer, "voucher", "coffee", "mail", 0.5, {"drowsy": 0.1}, margin=12),
        way(waking.Offer, "voucher", "coffee", "mail", 0.5, {"drowsy": 0.1}, margin_share=0.3),
    ],
    "waking.Offer.expected_gain": [
        way(VOUCHER.expected_gain, "drowsy", 0.2, average_order_value=30.0)
    ],
    "waking.Offer.explain": [way(VOUCHER.explain, "drowsy", 0.2, average_order_value=30.0)],
    "waking.uplifts": [
        way(waking.uplifts, GROUPS, contacted=FLAGS, responded=~FLAGS, level=0.9, fewest=1)
    ],
    "waking.wake_up": [
        way(
            cv.wake_up,
            CUSTOMERS,
            CUSTOMERS["state"],
            [VOUCHER],
            CURVE,
            within=30,
            budget=20,
            decimals=2,
        ),
        way(cv.wake_up, CUSTOMERS, CUSTOMERS["state"], [VOUCHER], SCORES.clip(0, 1), within=30),
    ],
    "cv.Bands": [
        way(
            cv.Bands,
            cv.ABCTier,
            (100, cv.above(500)),
            measure="revenue",
            unit="EUR",
            learned=TIER_RULE.learned,
        )
    ],
    "cv.Bands.classify": [
        way(TIER_RULE.classify, REVENUE),
        way(TIER_RULE.classify, [5, 900]),
        way(TIER_RULE.classify, 250),
    ],
    "cv.Bands.explain": [way(TIER_RULE.explain, 250)],
    "cv.Condition.holds": [way(condition.holds, 3) for condition in CONDITIONS[:3]]
    + [way(condition.holds, True) for condition in CONDITIONS[3:]],
    "cv.Condition.mask": [way(condition.mask, REVENUE) for condition in CONDITIONS[:3]]
    + [way(condition.mask, FLAGS) for condition in CONDITIONS[3:]],
    "cv.Condition.describe": [way(condition.describe, "orders") for condition in CONDITIONS],
    "cv.Condition.excludes": [way(condition.excludes, cv.at_least(2)) for condition in CONDITIONS],
    "cv.Label.label": [way(cv.ABCTier.A.label, lang="zh")],
    "cv.Label.from_label": [way(cv.Stage.from_label, "repeat")],
    "cv.Ladder": [
        way(
            cv.Ladder,
            cv.ABCTier,
            {
                cv.ABCTier.B: [{"orders": cv.at_least(2)}],
                cv.ABCTier.A: [{"orders": cv.at_least(9)}],
            },
        )
    ],
    "cv.Ladder.classify": [way(LADDER.classify, FACTS), way(LADDER.classify, **_PERSON)],
    "cv.Ladder.evidence": [way(LADDER.evidence, **_PERSON)],
    "cv.Ladder.lacking": [way(LADDER.lacking, "A", **_PERSON)],
    "cv.Ladder.reachable": [way(LADDER.reachable, ["orders"])],
    "cv.Row": [way(cv.Row, {"vip": cv.is_true()}, cv.Focus.EXPAND, because="they matter")],
    "cv.Table": [way(cv.Table, {"vip": bool}, cv.Focus, [cv.Row({}, cv.Focus.RETAIN)])],
    "cv.Table.classify": [
        way(TABLE.classify, CELLS),
        way(TABLE.classify, state="awake", vip=True),
    ],
    "cv.Table.explain": [way(TABLE.explain, state="awake", vip=True)],
    "cv.Table.with_cell": [
        way(TABLE.with_cell, cv.Focus.SELECT, because="so we say", state="awake", vip=True)
    ],
    "cv.above": [way(cv.above, 2)],
    "cv.at_least": [way(cv.at_least, 2)],
    "cv.at_most": [way(cv.at_most, 2)],
    "cv.below": [way(cv.below, 2)],
    "cv.equals": [way(cv.equals, "a")],
    "cv.in_range": [way(cv.in_range, 2, 5)],
    "cv.one_of": [way(cv.one_of, "a", 2, True)],
    "cv.from_dict": [
        way(cv.from_dict, cv.to_dict(rule), scales=(cv.ABCTier,))
        for rule in (TIER_RULE, GROUP_RULE, LADDER, TABLE, SLEEP, MATRIX, RFM, CADENCE, RANGES)
    ]
    + [
        way(cv.from_dict, cv.to_dict(rule), scales=())
        for rule in (CHOICE, NEEDS[0], OFFERS[0], PROFILE, CURVE, BY_RHYTHM, RECORD, CONDITIONS[1])
    ],
    "cv.to_dict": [way(cv.to_dict, TIER_RULE)],
}
