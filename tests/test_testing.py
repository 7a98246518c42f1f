import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import find, given
from hypothesis import strategies as st

import custvalue as cv
from custvalue import testing


class Tier(cv.Scale):
    """A scale of one's own."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


def test_scales_are_worth_testing_on() -> None:
    """Among them: one step, either end the good one, an order that is not the alphabet's."""
    for wanted in (
        lambda scale: len(scale) == 1,
        lambda scale: scale.best == "first",
        lambda scale: list(scale) != sorted(map(str, scale)),
        lambda scale: any(step.label(lang="zh") != step for step in scale),
    ):
        assert issubclass(find(testing.scales(), wanted), cv.Scale)


@given(scale=testing.scales())
def test_scales_can_be_pickled(scale) -> None:
    """A scale drawn is the same class everywhere, one of those listed."""
    assert pickle.loads(pickle.dumps(scale)) is scale
    assert scale in testing.SCALES


def test_bands_are_worth_testing_with() -> None:
    """Among them: floors to pass, equal ones, and none."""
    for wanted in (
        lambda rule: isinstance(rule.floors[0], cv.Condition),
        lambda rule: rule.floors[0] == rule.floors[1],
        lambda rule: rule.floors[1] is None,
        lambda rule: len(rule.unreachable()) == 0,
    ):
        assert find(testing.bands(Tier), wanted).scale is Tier


@pytest.mark.parametrize(
    "condition",
    [
        *(cv.at_least(0), cv.above(0), cv.at_most(0), cv.below(0), cv.known(), cv.missing()),
        *(cv.is_true(), cv.equals("web"), cv.equals(False)),
    ],
    ids=repr,
)
def test_every_kind_of_condition_is_drawn(condition) -> None:
    """The simple condition of each kind is among them; so are ranges."""
    assert find(testing.conditions(), lambda drawn: drawn == condition) == condition


def test_ranges_are_drawn() -> None:
    """Ranges are among the conditions."""
    assert find(testing.conditions(), lambda drawn: "in_range" in repr(drawn))


@given(ladder=testing.ladders(Tier, measures=("a", "b"), flags=()))
def test_ladders_look_at_the_measures_named(ladder) -> None:
    """A ladder asks about the measures it was drawn for, and no other."""
    assert ladder.scale is Tier
    assert set(ladder.measures) <= {"a", "b"}


def test_tables_are_worth_testing_with() -> None:
    """Among them: several measures, flags, and answers for missing values."""
    for wanted in (
        lambda table: len(table.measures) == 3,
        lambda table: dict(table.measures).get("flag") is bool,
        lambda table: any("missing()" in repr(row.when) for row in table.rows),
        lambda table: any("known()" in repr(row.when) for row in table.rows),
    ):
        assert isinstance(find(testing.tables(), wanted), cv.Table)


@given(data=st.data(), decimals=st.integers(0, 3), negative=st.booleans())
def test_values_are_money(data, decimals, negative) -> None:
    """Values lie on the grid of minor units, of either sign when asked for."""
    values = data.draw(
        testing.customer_values(min_size=1, max_size=5, decimals=decimals, negative=negative)
    )
    assert 1 <= len(values) <= 5
    assert all(value == round(value, decimals) for value in values)
    assert negative or min(values) >= 0


def test_values_are_worth_testing_with() -> None:
    """Among them: ties, zeros, losses."""
    for wanted in (
        lambda values: len(set(values)) < len(values),
        lambda values: 0 in values,
        lambda values: min(values, default=0) < 0,
    ):
        assert find(testing.customer_values(), wanted)
    with pytest.raises(cv.InputError, match="decimals must be a whole number from 0 to 6, got 9"):
        testing.customer_values(decimals=9)


@given(data=st.data(), order_ids=st.booleans(), ids=st.sampled_from(("int", "str")))
def test_order_frames_are_as_asked_for(data, order_ids, ids) -> None:
    """Columns, dtypes and number of rows are those asked for; the money is in cents."""
    frame = data.draw(testing.order_frames(max_rows=8, order_ids=order_ids, ids=ids))
    assert 1 <= len(frame) <= 8
    named = ["customer_id", "date", "amount"] + ["order_id"] * order_ids
    assert frame.columns.tolist() == named
    assert frame["date"].dtype == "datetime64[s]"
    assert frame["amount"].dtype == np.float64
    assert (frame["amount"].round(2) == frame["amount"]).all()
    assert all(isinstance(x, int if ids == "int" else str) for x in frame["customer_id"].tolist())
    if order_ids:
        pairs = frame[["order_id", "customer_id"]].drop_duplicates()
        assert pairs["order_id"].is_unique


@given(frame=testing.order_frames(refunds=False))
def test_refunds_can_be_left_out(frame) -> None:
    """Without refunds no amount is negative."""
    assert frame["amount"].min() >= 0


def test_order_frames_are_worth_testing_with() -> None:
    """Among them: unsorted dates, several lines of a customer on a day, refunds, free orders."""
    for wanted in (
        lambda frame: not frame["date"].is_monotonic_increasing,
        lambda frame: frame.duplicated(["customer_id", "date"]).any(),
        lambda frame: frame["amount"].min() < 0,
        lambda frame: (frame["amount"] == 0).any(),
        lambda frame: frame["customer_id"].nunique() > 2,
    ):
        assert isinstance(find(testing.order_frames(), wanted), pd.DataFrame)
    shared = find(
        testing.order_frames(order_ids=True), lambda frame: frame["order_id"].duplicated().any()
    )
    assert len(shared) >= 2
    with pytest.raises(cv.InputError, match="ids must be 'int' or 'str', got 'uuid'"):
        testing.order_frames(ids="uuid")


@given(data=st.data(), order_ids=st.booleans())
def test_order_logs_are_order_frames_read(data, order_ids) -> None:
    """A log drawn holds as many rows as a frame drawn may have."""
    log = data.draw(testing.order_logs(max_rows=8, order_ids=order_ids, ids="str"))
    assert isinstance(log, cv.OrderLog)
    assert 1 <= log.ledger.sum() <= 8
    assert order_ids or log.ledger["merged lines"] == 0


@given(table=testing.customer_tables(max_rows=12))
def test_customer_tables_are_those_of_a_log(table) -> None:
    """They have every column of the customer table, and the day they are as of."""
    log = cv.OrderLog.from_frame(cv.examples.example_orders())
    assert table.dtypes.to_dict() == log.customers("2026-03-01").dtypes.to_dict()
    assert (
        (table["last_order"] + pd.to_timedelta(table["days_since_last_order"], "D"))
        .dropna()
        .eq(pd.Timestamp("2024-06-30"))
        .all()
    )


def test_customer_tables_are_worth_testing_with() -> None:
    """Among them: customers who never ordered, and who cost more than they bring."""
    for wanted in (
        lambda table: (table["orders"] == 0).any(),
        lambda table: (table["revenue"] < 0).any(),
        lambda table: table["mean_gap_days"].notna().any(),
    ):
        assert isinstance(find(testing.customer_tables(), wanted), pd.DataFrame)


@given(data=st.data())
def test_evidence_is_of_those_named(data) -> None:
    """Everybody in it is one of those named, once; the columns are those of the facts."""
    evidence = data.draw(testing.evidence_frames(customers=["ann", "bob", ("eve", 1)]))
    assert evidence.index.is_unique
    assert set(evidence.index) <= {"ann", "bob", ("eve", 1)}
    facts = evidence.assign(orders=1)
    assert cv.LifecyclePolicy().classify(facts).notna().all()
    assert len(data.draw(testing.evidence_frames(customers=[]))) == 0


def test_evidence_is_worth_testing_with() -> None:
    """Among it: everybody, nobody, gaps, and facts that put a customer at the top."""
    for wanted in (
        lambda frame: len(frame) == 4,
        lambda frame: len(frame) == 0 and len(frame.columns) > 0,
        lambda frame: frame.isna().any(axis=None),
        lambda frame: "partner" in frame and frame["partner"].eq(True).any(),
    ):
        assert isinstance(find(testing.evidence_frames(), wanted), pd.DataFrame)


@given(data=st.data(), missing=st.booleans(), labels=st.sampled_from((cv.Stage, cv.Focus)))
def test_label_columns_are_what_rules_return(data, missing, labels) -> None:
    """They have the dtype of their labels, and an index if one is given."""
    column = data.draw(testing.label_columns(labels, missing=missing))
    assert column.dtype == labels.dtype()
    assert missing or column.notna().all()
    ids = pd.Index([("a", 1), ("b", 2)], tupleize_cols=False)
    for index in (ids, list(ids)):
        named = data.draw(testing.label_columns(labels, index=index))
        assert named.index.equals(ids)
        assert named.dtype == labels.dtype()


def test_shops_are_simulated_too() -> None:
    """Both simulations of `examples` are at hand."""
    assert testing.simulate_shop is cv.examples.simulate_shop
    assert testing.simulate_orders is cv.examples.simulate_orders


class Nothing(cv.Label):
    """Labels without any."""


REFUSED = {
    "bands": (
        lambda: testing.bands(float("nan")),
        "bands needs a subclass of Scale, got nan",
    ),
    "group bands": (
        lambda: testing.group_bands(cv.Focus),
        "group_bands needs a subclass of Scale, got <enum 'Focus'>",
    ),
    "a scale without steps": (
        lambda: testing.ladders(cv.Scale),
        "ladders needs a scale with at least one step, Scale has none",
    ),
    "the letters of a name": (
        lambda: testing.ladders(Tier, measures="orders"),
        "measures must be a list of names in text, as ('orders',), got 'orders' (str)",
    ),
    "no names": (
        lambda: testing.ladders(Tier, flags=[1]),
        "flags must be a list of names in text, as ('orders',), got [1] (list)",
    ),
    "nothing to look at": (
        lambda: testing.ladders(Tier, measures=(), flags=()),
        "ladders needs a measure or a flag, got none of either: give measures=('orders',)",
    ),
    "measures": (
        lambda: testing.tables(measures={"vip": int}),
        "vip must be given a subclass of Label, or bool, got <class 'int'>",
    ),
    "answers": (
        lambda: testing.tables(answers=["yes", "no"]),
        "answers must be a subclass of Label, as cv.ABCTier, got ['yes', 'no'] (list)",
    ),
    "labels": (
        lambda: testing.label_columns("text"),
        "labels must be a subclass of Label, as cv.ABCTier, got 'text' (str)",
    ),
    "labels without any": (
        lambda: testing.label_columns(Nothing, missing=False),
        "labels must have at least one member, Nothing has none",
    ),
    "an index": (
        lambda: testing.label_columns(Tier, index=5),
        "index must be a list, as ['ann', 'bob'], got int",
    ),
    "ids": (
        lambda: testing.evidence_frames(customers=[["ann"], ["bob"]]),
        "customers must hold ids, as text or whole numbers, got others: unhashable type: 'list'",
    ),
    "a flag": (
        lambda: testing.order_frames(refunds=pd.Series([True, False])),
        "refunds must be true or false (or 1 and 0), got Series",
    ),
    "rows": (
        lambda: testing.order_logs(max_rows=0),
        "max_rows must be a whole number from 1 to 1,000,000, got 0 (int)",
    ),
    "what customers are called": (
        lambda: testing.customer_tables(ids=["int"]),
        "ids must be 'int' or 'str', got ['int'] (list)",
    ),
    "a day": (
        lambda: testing.customer_tables(as_of="soon"),
        "as_of must be a calendar day, as '1998-06-30' or a date, got 'soon'",
    ),
    "sizes": (
        lambda: testing.customer_values(min_size=5, max_size=2),
        "max_size must be a whole number from 5 to 1,000,000, got 2 (int)",
    ),
    "a name": (lambda: testing.offers(name=" "), "an offer needs a name, got ' '"),
}


@pytest.mark.parametrize(("call", "sentence"), REFUSED.values(), ids=REFUSED)
def test_arguments_that_cannot_be_are_refused_at_once(call, sentence) -> None:
    """The sentence comes when a strategy is asked for, before anything is drawn."""
    with pytest.raises((cv.CustValueError, TypeError)) as caught:
        call()
    assert str(caught.value) == sentence


def test_no_rule_is_a_list() -> None:
    """What cannot be looked up is no kind of rule either."""
    with pytest.raises(
        cv.InputError, match=r"rules draws rules of the kinds .*, got \[1\] \(list\)"
    ):
        testing.rules([1])


@given(evidence=testing.evidence_frames(customers=pd.Index([1, 2, 2, "b"], dtype=object)))
def test_evidence_keeps_the_ids_it_was_given(evidence) -> None:
    """An index may hold ids of several kinds, and twice; evidence names each once at most."""
    assert evidence.index.dtype == object
    assert evidence.index.is_unique
    assert set(evidence.index) <= {1, 2, "b"}


@given(table=testing.tables(measures={cv.ABCTier.A: bool, "vip": bool}))
def test_steps_of_a_scale_may_name_measures(table) -> None:
    """They are text, and their order on the scale has nothing to say here."""
    assert sorted(name for name, _ in table.measures) == ["A", "vip"]
