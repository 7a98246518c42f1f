"""The review: everyone is there once, and every label comes from the rule that is shown."""

import datetime as dt
import importlib.util
from pathlib import Path

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

import custvalue as cv
from custvalue.examples import example_orders
from order_lines import END, drawn_batches, how

SLEEP = cv.SleepPolicy(30, 60, 90)
DAY = "2026-03-01"


@pytest.fixture
def log() -> cv.OrderLog:
    """Give the log of the example orders."""
    return cv.OrderLog.from_frame(example_orders())


def crm(index, **columns) -> pd.DataFrame:
    """Return evidence about some customers."""
    return pd.DataFrame(columns, index=index)


def test_columns(log):
    """The customer table comes first, then a label from each rule."""
    customers = cv.review(log, as_of=DAY, sleep=SLEEP).customers
    assert list(customers.columns) == [
        *log.customers(DAY).columns,
        *("tier", "segment", "stage", "state", "chance_of_return", "measure"),
    ]
    pd.testing.assert_frame_equal(customers.iloc[:, :-6], log.customers(DAY))
    assert customers["chance_of_return"].dtype == np.float64
    assert customers["segment"].dtype == cv.ValueSegment.dtype()
    assert customers["tier"].dtype == cv.ABCTier.dtype()
    assert customers["stage"].dtype == cv.Stage.dtype()
    assert customers["state"].dtype == cv.ChurnState.dtype()
    assert customers["measure"].dtype == cv.Measure.dtype()


def test_ids_out_are_the_union_of_ids_in(log):
    """Prospects the log never saw get a row, sorted in, without tier and state."""
    known = crm(["eve", "bob", "aaa"], expected_to_close=[True, None, False], referrals=[0, 3, 0])
    review = cv.review(log, as_of=DAY, sleep=SLEEP, evidence=known)
    customers = review.customers
    assert customers.index.tolist() == ["aaa", "ann", "bob", "eve"]
    assert customers.index.name == "customer_id"
    assert customers["stage"].tolist() == ["suspect", "repeat", "strategic", "prospect"]
    assert customers.loc[["aaa", "eve"], ["tier", "state"]].isna().all(axis=None)
    assert customers["orders"].dtype == np.int64
    assert customers["revenue"].tolist() == [0.0, 75.0, 15.5, 0.0]
    assert customers["first_order"].dtype == "datetime64[s]"
    assert review.tier_report["customers"].sum() == 2
    assert review.funnel["customers"].sum() == 4
    assert "2 customers are known to the CRM only" in " ".join(review.notes)


def test_refund_only_customers_have_a_tier_and_no_state():
    """A customer with nothing but a refund is worth less than nothing, and never ordered."""
    orders = example_orders()
    orders.loc[5] = ["zoe", pd.Timestamp("2026-01-02"), -9.0]
    review = cv.review(cv.OrderLog.from_frame(orders), as_of=DAY, sleep=SLEEP)
    assert review.customers.loc["zoe", "tier"] == "C"
    assert pd.isna(review.customers.loc["zoe", "state"])
    assert review.customers.loc["zoe", "stage"] == "suspect"
    assert "1 customer has refunds but no order" in " ".join(review.notes)
    assert "none: no order by then" in review.explain("zoe")


def test_nobody_yet(log):
    """On a day before all orders there is nobody, and the review still stands."""
    review = cv.review(log, as_of="2020-01-01", sleep=SLEEP)
    assert len(review.customers) == 0
    assert review.states["customers"].tolist() == [0, 0, 0, 0]
    assert review.states["share"].isna().all()
    assert "5 order rows after 2020-01-01 left out." in review.notes
    assert "0 customers" in str(review)


def test_a_stated_rule_is_taken_as_it_is(log):
    """Bands are applied, not learned again."""
    rule = cv.Bands(cv.ParetoTier, (50,), measure="revenue")
    review = cv.review(log, as_of=DAY, sleep=SLEEP, tier_rule=rule)
    assert review.tier_rule is rule
    assert review.customers["tier"].tolist() == ["vital-few", "useful-many"]


def test_states_are_learned_from_the_log(cdnow_master):
    """Without a policy the thresholds come from the log, and each customer has a chance."""
    log = cv.OrderLog.from_frame(cdnow_master)
    review = cv.review(log, as_of="1998-06-30")
    assert review.sleep_policy == cv.churn.SleepLearner(within=90).fit(log, as_of="1998-06-30")
    chance = review.customers["chance_of_return"]
    assert chance.between(0, 1).all()
    by_state = chance.groupby(review.customers["state"], observed=False).mean()
    assert by_state.is_monotonic_decreasing
    assert "By its own rhythm it orders within 90 days" in review.explain(2)


def test_thresholds_that_cannot_be_learned_fall_back_and_say_so(log):
    """A log too short to learn from gets stated thresholds, and a note that says why."""
    review = cv.review(log, as_of=DAY)
    assert review.sleep_policy == cv.SleepPolicy(30, 60, 90)
    assert review.notes[0].startswith("When customers fall asleep could not be learned, so states")


def test_a_horizon_that_nothing_is_learned_by_is_no_short_log(log):
    """A setting that cannot be is an error, and not a reason to fall back."""
    with pytest.raises(
        cv.RuleError, match=r"^within must be a whole number of days, got 7\.5: rou"
    ):
        cv.review(log, as_of=DAY, within=7.5)
    assert cv.review(log, as_of=DAY, within=7.5, sleep=SLEEP).within == 7.5


def test_a_missing_chance_is_not_told(log):
    """Where no chance is known, the explanation leaves it out."""
    review = cv.review(log, as_of=DAY, sleep=SLEEP)
    assert "By its own rhythm" in review.explain("ann")
    unknown = review.customers.assign(chance_of_return=np.nan)
    assert "By its own rhythm" not in attrs.evolve(review, customers=unknown).explain("ann")


def test_a_sleep_learner_and_a_rhythm(cdnow_sample):
    """A learner is fitted, and a policy by rhythm is taken and explained with the own gap."""
    log = cv.OrderLog.from_frame(cdnow_sample)
    learner = cv.churn.SleepLearner(within=180)
    learned = cv.review(log, as_of="1998-06-30", sleep=learner, within=30)
    assert learned.sleep_policy == learner.fit(log, as_of="1998-06-30")
    assert learned.within == 30
    rhythm = cv.RhythmPolicy(2, 4, 8, fallback_gap_days=30)
    review = cv.review(log, as_of="1998-06-30", sleep=rhythm)
    expected = rhythm.classify(log.customers("1998-06-30"))
    assert review.customers["state"].tolist() == expected.tolist()
    for customer in review.customers.index[:5]:
        assert str(review.customers.loc[customer, "state"]) in review.explain(customer)


def test_a_stated_matrix_is_taken_as_it_is(log):
    """A value matrix is applied, and prospects are prospects by it."""
    matrix = cv.ValueMatrix(
        average_order_value=cv.Bands(cv.Level, (20, 30)), orders=cv.Bands(cv.Level, (2, 3))
    )
    known = crm(["eve"], referrals=[0])
    review = cv.review(log, as_of=DAY, sleep=SLEEP, value_matrix=matrix, evidence=known)
    assert review.value_matrix is matrix
    assert review.customers["segment"].tolist() == ["new", "low-value", "prospect"]
    assert review.segments["customers"].sum() == 3


def test_a_learner_is_fitted_on_net_revenue(log):
    """The rule shown is the one the learner gives for the log's customers, and says when."""
    learner = cv.TopShare(cv.ParetoTier, (0.5,))
    review = cv.review(log, as_of=dt.date(2026, 3, 1), sleep=SLEEP, tier_rule=learner)
    assert review.tier_rule == learner.fit(log.customers(DAY)["revenue"])
    assert review.tier_rule.learned is not None
    assert review.tier_rule.learned.as_of == DAY


def test_money_is_explained_with_the_decimals_of_the_log():
    """An average is rounded to cents in a sentence, and a whole amount is not given any."""
    orders = pd.DataFrame(
        {
            "customer_id": ["ann", "ann", "ann", "bob"],
            "date": pd.to_datetime(["2026-01-05", "2026-01-20", "2026-02-10", "2026-01-09"]),
            "amount": [8.0, 9.0, 9.6, 20.0],
        }
    )
    cents = cv.OrderLog.from_frame(orders, currency=None)
    matrix = cv.ValueMatrix(
        average_order_value=cv.Bands(cv.Level, (8.869, 20)), orders=cv.Bands(cv.Level, (2, 9))
    )
    rule = cv.Bands(cv.ABCTier, (20, 26.6), measure="revenue", unit="EUR")
    review = cv.review(cents, as_of=DAY, sleep=SLEEP, tier_rule=rule, value_matrix=matrix)
    assert "tier: revenue 26.60 EUR: A, from 26.60 EUR." in review.explain("ann")
    assert "tier: revenue 20 EUR: B, from 20 EUR; A from 26.60 EUR." in review.explain("bob")
    # Rounded, the average and the floor above it would both be 8.87.
    assert "value 8.86666666667: low; middle from 8.869. orders 3: middle" in review.explain("ann")
    lower = attrs.evolve(matrix, average_order_value=cv.Bands(cv.Level, (8.123, 20)))
    again = cv.review(cents, as_of=DAY, sleep=SLEEP, tier_rule=rule, value_matrix=lower)
    assert "value 8.87: middle, from 8.12; high from 20. orders 3: middle" in again.explain("ann")


def test_explain_agrees_with_the_table(log):
    """Each customer's sentences name the labels it has in the table."""
    known = crm(["bob", "eve"], referrals=[1, 0], promoter_score=[None, 9.5])
    review = cv.review(log, as_of=DAY, sleep=SLEEP, evidence=known)
    for customer, row in review.customers.iterrows():
        _, tier, segment, stage, state, measure = review.explain(customer).splitlines()
        assert f": {row['tier']}," in tier or "none: no order or refund" in tier
        assert f"{row['segment']}" in segment
        assert f"{row['stage']}," in stage
        assert f": {row['state']}" in state or "none: no order" in state
        assert measure.startswith(f"  measure: {row['measure']}, as ")


def test_notes_say_what_cannot_be_seen(log):
    """Stages without evidence are named, and no note is made where all is known."""
    bare = cv.review(log, as_of=DAY, sleep=SLEEP)
    unseen = "prospect, advocate, strategic, partner"
    assert bare.notes == (f"Nobody can be seen as {unseen}: no evidence about it was given.",)
    full = crm(["ann"], expected_to_close=[False], referrals=[0], partner=[False])
    full["share_of_wallet"] = 0.1
    assert cv.review(log, as_of=DAY, sleep=SLEEP, evidence=full).notes == ()


def test_excluded_rows_are_noted():
    """Rows the log left out as invalid are not forgotten by the review."""
    orders = example_orders()
    orders.loc[5] = [None, pd.Timestamp("2026-01-02"), 9.0]
    log = cv.OrderLog.from_frame(orders, invalid="exclude")
    notes = cv.review(log, as_of=DAY, sleep=SLEEP).notes
    assert "1 order row was excluded as invalid; see the log's ledger." in notes


def test_integer_ids_and_evidence_only_columns():
    """Integer ids stay integers when prospects join them."""
    orders = example_orders().assign(customer_id=[4, 2, 4, 4, 4])
    log = cv.OrderLog.from_frame(orders)
    review = cv.review(log, as_of=DAY, sleep=SLEEP, evidence=crm([3, 2], partner=[True, False]))
    assert review.customers.index.tolist() == [2, 3, 4]
    assert review.customers.index.dtype == np.int64
    assert review.customers["stage"].tolist() == ["first-time", "partner", "repeat"]


def test_ids_that_do_not_compare_stay_in_order_of_appearance():
    """Prospects come after customers where mixed ids have no order."""
    orders = example_orders().assign(customer_id=pd.Series([1, "b", 1, 1, 1], dtype=object))
    log = cv.OrderLog.from_frame(orders)
    known = crm(pd.Index([2, "c"], dtype=object), partner=[True, False])
    review = cv.review(log, as_of=DAY, sleep=SLEEP, evidence=known)
    assert review.customers.index.tolist() == [1, "b", 2, "c"]


@pytest.mark.parametrize(
    ("evidence", "sentence"),
    [
        (crm(["ann"], orders=[3]), r"orders and their dates come from the log.*got orders"),
        (crm(["ann"], referal=[3]), r"evidence may have the columns .*referrals.*got referal"),
        (crm(["ann", "ann"], referrals=[1, 2]), r"name each customer once, .* ann"),
        (crm(["ann", None], referrals=[1, 2]), r"name each customer once"),
        (crm([1, 2], referrals=[1, 2]), r"log's customer ids \(text\), got numbers"),
    ],
)
def test_evidence_that_does_not_fit(log, evidence, sentence):
    """Evidence is refused with a sentence that says what to do."""
    with pytest.raises(cv.InputError, match=sentence):
        cv.review(log, as_of=DAY, sleep=SLEEP, evidence=evidence)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"evidence": [1]}, "evidence, indexed by customer id, must be a pandas DataFrame, got"),
        ({"sleep": 30}, "sleep must be a SleepPolicy or RhythmPolicy or .* got int"),
        ({"tier_rule": "ABC"}, "tier_rule must be a Bands or ShareLearner, got str"),
        ({"value_matrix": 3}, "value_matrix must be a ValueMatrix or ValueMatrixLearner, got int"),
        ({"lifecycle": None}, "lifecycle must be a LifecyclePolicy, got NoneType"),
        ({"playbook": "call"}, "playbook must be a Playbook, got str"),
    ],
)
def test_arguments_of_a_wrong_kind(log, wrong, sentence):
    """A wrong type is a TypeError that names the argument."""
    with pytest.raises(TypeError, match=sentence):
        cv.review(log, **{"as_of": DAY, "sleep": SLEEP, **wrong})


def test_a_frame_is_no_log():
    """The orders themselves are not enough: the log has checked them."""
    with pytest.raises(TypeError, match=r"^log must be an OrderLog, got DataFrame: build one"):
        cv.review(example_orders(), as_of=DAY, sleep=SLEEP)


def test_explain_needs_a_known_customer(log):
    """A stranger is an error, not an empty answer."""
    with pytest.raises(cv.InputError, match=r"got 'max': see \.customers\.index"):
        cv.review(log, as_of=DAY, sleep=SLEEP).explain("max")


def test_measures_come_from_the_playbook(log):
    """What to do is the playbook's answer to the labels in the table, for prospects too."""
    known = crm(["eve", "bob"], expected_to_close=[True, None], partner=[False, True])
    review = cv.review(log, as_of=DAY, sleep=SLEEP, evidence=known)
    assert review.playbook is cv.DEFAULT_PLAYBOOK
    assert review.customers["measure"].to_dict() == {
        "ann": "serve-first",
        "bob": "call",
        "eve": "win-first-order",
    }
    for customer, row in review.customers.iterrows():
        tier = None if pd.isna(row["tier"]) else cv.ABCTier(row["tier"])
        labels = {name: row[name] for name in ("segment", "stage", "state")}
        assert review.playbook.classify(tier=tier, **labels) == row["measure"], customer


class Care(cv.Label):
    """Measures of one's own."""

    VISIT = "visit", "拜访"
    MAIL = "mail"


class Card(cv.Scale, best="first"):
    """Tiers whose best comes first."""

    GOLD = "gold"
    BLUE = "blue"


def test_a_playbook_and_tiers_of_ones_own(log):
    """Measures of one's own are counted, and the top tier is the good end of any scale."""
    playbook = cv.Playbook(
        [
            cv.Row({"top_tier": cv.is_true()}, Care.VISIT),
            cv.Row({"top_tier": cv.equals(False)}, Care.MAIL),
        ]
    )
    rule = cv.Bands(Card, (50,), measure="revenue")
    review = cv.review(log, as_of=DAY, sleep=SLEEP, playbook=playbook, tier_rule=rule)
    assert review.customers["tier"].tolist() == ["blue", "gold"]
    assert review.customers["measure"].tolist() == ["mail", "visit"]
    assert review.measures["customers"].to_dict() == {"visit": 1, "mail": 1}
    assert review.explain("bob").endswith("measure: visit, as tier gold (the top one).")
    assert "拜访" in review.to_text(lang="zh")


def test_measures_share_out_everyone_and_the_revenue(cdnow_sample):
    """Each customer counts once, and so does each cent."""
    review = cv.review(cv.OrderLog.from_frame(cdnow_sample), as_of="1998-06-30")
    table = review.measures
    assert list(table.columns) == ["customers", "share", "revenue", "share_of_revenue"]
    assert table.index.tolist() == list(cv.Measure)
    assert table["customers"].sum() == 2357
    assert round(table["revenue"].sum(), 2) == 244_091.94
    assert table[["share", "share_of_revenue"]].sum().round(9).tolist() == [1, 1]
    by_hand = review.customers.groupby("measure", observed=False)["revenue"].sum()
    assert table["revenue"].round(2).tolist() == by_hand.round(2).tolist()


def test_shares_of_a_base_that_brings_nothing(log):
    """Where no revenue is positive, there is nothing to have a share of."""
    review = cv.review(log, as_of="2020-01-01", sleep=SLEEP)
    assert review.measures["share_of_revenue"].isna().all()
    assert review.measures["customers"].sum() == 0


def test_currency_and_decimals_come_from_the_log():
    """A review tells money in the log's currency and minor unit."""
    orders = example_orders().assign(currency="JPY", amount=[20, 16, 25, 35, -5])
    log = cv.OrderLog.from_frame(orders, currency="currency", decimals=0)
    review = cv.review(log, as_of=DAY, sleep=SLEEP)
    assert (review.currency, review.decimals) == ("JPY", 0)
    assert "2 customers, revenue 91 JPY." in str(review)


@settings(max_examples=15)
@given(batches=drawn_batches(most=3))
def test_a_log_that_grows_day_by_day(batches):
    """Extending yesterday's log gives the review that building from all rows gives."""
    first, *later = batches
    grown = cv.OrderLog.from_frame(first, **how(named=True))
    for batch in later:
        grown = grown.extend(batch)
    whole = cv.OrderLog.from_frame(pd.concat(batches), **how(named=True))
    one, other = (cv.review(log, as_of=END) for log in (grown, whole))
    for name in ("customers", "tier_report", "funnel", "states", "segments", "measures"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)
    for name in ("notes", "tier_rule", "value_matrix", "sleep_policy"):
        assert getattr(one, name) == getattr(other, name)
    assert str(one) == str(other)


def test_nothing_of_the_callers_changes(log):
    """The evidence is read, never written to."""
    known = crm(["eve"], referrals=[1])
    before = known.copy()
    cv.review(log, as_of=DAY, sleep=SLEEP, evidence=known)
    pd.testing.assert_frame_equal(known, before)


def test_the_demo_runs_on_simulated_orders(monkeypatch, capsys):
    """Without the CDNOW wheel the demo says so and reviews orders it makes up."""
    demo = load_demo()

    def not_there(name):
        raise demo.PackageNotFoundError(name)

    monkeypatch.setattr(demo, "distribution", not_there)
    demo.main()
    printed = capsys.readouterr().out
    assert printed.startswith("Simulated orders: the wheel that carries CDNOW isn't installed.")
    assert "WHO IS FALLING ASLEEP" in printed


def test_the_demo_on_cdnow(cdnow_master, capsys):
    """The main job on real orders: published counts of rows and customers, and its parts."""
    assert len(cdnow_master) == 69_659
    load_demo().main()
    printed = capsys.readouterr().out
    assert "69,659 orders of 23,570 customers, 1997-01-01 to 1998-06-30" in printed
    for part in (
        "WHO HOLDS HOW MUCH",
        "ABC TIERS",
        "HOW FAR",
        "WHO IS FALLING",
        "WHAT TO DO",
        "WHY?",
    ):
        assert part in printed


def load_demo():
    """Import the example script."""
    path = Path(__file__).resolve().parent.parent / "examples" / "cdnow_review.py"
    spec = importlib.util.spec_from_file_location("cdnow_review", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
