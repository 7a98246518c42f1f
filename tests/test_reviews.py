"""The review: everyone is there once, and every label comes from the rule that is shown."""

import datetime as dt
import importlib.util
from pathlib import Path

import attrs
import numpy as np
import pandas as pd
import pytest

import custvalue as cv
from custvalue.examples import example_orders

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
        *("tier", "segment", "stage", "state", "chance_of_return"),
    ]
    pd.testing.assert_frame_equal(customers.iloc[:, :-5], log.customers(DAY))
    assert customers["chance_of_return"].dtype == np.float64
    assert customers["segment"].dtype == cv.ValueSegment.dtype()
    assert customers["tier"].dtype == cv.ABCTier.dtype()
    assert customers["stage"].dtype == cv.Stage.dtype()
    assert customers["state"].dtype == cv.ChurnState.dtype()


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


def test_explain_agrees_with_the_table(log):
    """Each customer's sentences name the labels it has in the table."""
    known = crm(["bob", "eve"], referrals=[1, 0], promoter_score=[None, 9.5])
    review = cv.review(log, as_of=DAY, sleep=SLEEP, evidence=known)
    for customer, row in review.customers.iterrows():
        _, tier, segment, stage, state = review.explain(customer).splitlines()
        assert f": {row['tier']}," in tier or "none: no order or refund" in tier
        assert f"{row['segment']}" in segment
        assert f"{row['stage']}," in stage
        assert f": {row['state']}" in state or "none: no order" in state


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
        (crm([1, 2], referrals=[1, 2]), r"log's customer ids \(string\), got integer"),
    ],
)
def test_evidence_that_does_not_fit(log, evidence, sentence):
    """Evidence is refused with a sentence that says what to do."""
    with pytest.raises(cv.InputError, match=sentence):
        cv.review(log, as_of=DAY, sleep=SLEEP, evidence=evidence)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"evidence": [1]}, "evidence must be a DataFrame indexed by customer id, got list"),
        ({"sleep": 30}, "sleep must be a SleepPolicy or RhythmPolicy or .* got int"),
        ({"tier_rule": "ABC"}, "tier_rule must be a Bands or ShareLearner, got str"),
        ({"value_matrix": 3}, "value_matrix must be a ValueMatrix or ValueMatrixLearner, got int"),
        ({"lifecycle": None}, "lifecycle must be a LifecyclePolicy, got NoneType"),
    ],
)
def test_arguments_of_a_wrong_kind(log, wrong, sentence):
    """A wrong type is a TypeError that names the argument."""
    with pytest.raises(TypeError, match=sentence):
        cv.review(log, **{"as_of": DAY, "sleep": SLEEP, **wrong})


def test_a_frame_is_no_log():
    """The orders themselves are not enough: the log has checked them."""
    with pytest.raises(TypeError, match="log must be a OrderLog, got DataFrame"):
        cv.review(example_orders(), as_of=DAY, sleep=SLEEP)


def test_explain_needs_a_known_customer(log):
    """A stranger is an error, not an empty answer."""
    with pytest.raises(cv.InputError, match=r"got 'max': see \.customers\.index"):
        cv.review(log, as_of=DAY, sleep=SLEEP).explain("max")


def test_printing_shows_every_table(log):
    """The report holds all tiers, stages and states, as text and as HTML."""
    review = cv.review(log, as_of=DAY, sleep=SLEEP)
    for shown in (str(review), repr(review), review._repr_html_()):
        for label in (*cv.ABCTier, *cv.ValueSegment, *cv.Stage, *cv.ChurnState):
            assert str(label) in shown
        assert "2026-03-01" in shown
        assert "90.50" in shown


def test_what_is_undefined_is_not_printed_as_a_number():
    """A base that loses money has no shares and no Gini coefficient, and the report says none."""
    orders = example_orders().assign(amount=[1.0, 2.0, 3.0, -50.0, -5.0])
    review = cv.review(cv.OrderLog.from_frame(orders), as_of=DAY, sleep=SLEEP)
    assert "nan" not in str(review).lower()
    assert "Gini" not in str(review)
    assert "2 customers, revenue -49.00." in str(review)


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
    for part in ("WHO HOLDS HOW MUCH", "ABC TIERS", "HOW FAR", "WHO IS FALLING", "WHY?"):
        assert part in printed


def load_demo():
    """Import the example script."""
    path = Path(__file__).resolve().parent.parent / "examples" / "cdnow_review.py"
    spec = importlib.util.spec_from_file_location("cdnow_review", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
