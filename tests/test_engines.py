"""Tests of the engines: on each of them the answers equal the in-memory ones, to the last bit."""

import pickle
import sys
from decimal import Decimal

import cloudpickle
import dask.dataframe as dd
import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import custvalue as cv
from custvalue import engines, testing
from custvalue.errors import InputError
from custvalue.examples import example_orders, simulate_orders
from engine_frames import LOCAL, arrow, spark, why_no_spark
from order_lines import END, drawn_lines, order_lines

pytestmark = [
    # What these say is not about us.
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]
FEW = settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
LEARNERS = (
    cv.tiers.PARETO,
    cv.tiers.CABINS,
    cv.tiers.ABC,
    cv.tiers.BANK,
    cv.TopShare(cv.ABCTier, (0.07, 1.0)),
)
HOW = (
    {},
    {"since": "2024-01-10"},
    {"order_id": "order_id"},
    {"order_id": "order_id", "since": "2024-01-10", "refunds": "ignore"},
)
SUMMARY = [
    "orders",
    "order_days",
    "revenue",
    "refunded",
    "average_order_value",
    "first_order",
    "last_order",
    "days_since_last_order",
    "tenure_days",
    "active_days",
    "mean_gap_days",
]


@pytest.fixture(scope="session", params=LOCAL, ids=str)
def engine(request):
    """Each engine that runs wherever Python does."""
    return request.param


@pytest.fixture(scope="module")
def on_spark():
    """Spark, where it can be run."""
    reason = why_no_spark()
    if reason:
        pytest.skip(reason)
    with spark() as running:
        yield running


# --- comparing with what is in memory ----------------------------------------------------------


def check_summary(engine, orders, as_of, since=None, **how):
    """Assert that an engine's customer table and ledger are those of the order log."""
    log = cv.OrderLog.from_frame(orders, **how)
    frame = engine.put(orders)
    found = engine.back(
        engines.summarize_orders(frame, as_of=as_of, since=since, **how, **engine.how)
    )
    assert found.columns.tolist() == ["customer_id", *SUMMARY]
    expected = log.customers(as_of, since=since)
    found = found.set_index("customer_id").sort_index()
    assert found.index.tolist() == expected.index.tolist()
    for name in SUMMARY:
        column = found[name]
        if name in ("first_order", "last_order"):
            column = column.astype("datetime64[s]")
        pd.testing.assert_series_equal(column, expected[name], check_index=False, check_exact=True)
    counted = engines.ledger(frame, **{"invalid": "raise", **how}, **engine.how)
    assert counted.to_dict() == log.ledger.to_dict()


def check_learning(engine, learner, values):
    """Assert that a rule learned on an engine is the one learned in memory."""
    frame = engine.put(pd.DataFrame({"revenue": values}))
    expected = learner.fit(values, as_of="2026-01-31", unit="EUR", measure="revenue")
    found = engines.fit(learner, frame, "revenue", as_of="2026-01-31", unit="EUR")
    assert found == expected
    assert (found.learned, found.measure, found.unit) == (expected.learned, "revenue", "EUR")


def check_concentration(engine, values):
    """Assert that the figures of an engine are those in memory."""
    shares = (0, 0.2, 0.5, 0.93, 1)
    frame = engine.put(pd.DataFrame({"profit": values}))
    found = engines.concentration(frame, "profit", tops=shares, holdings=shares)
    spread = cv.concentration(values)
    for name in ("customers", "total", "peak_share", "customers_at_peak", "unprofitable", "losses"):
        assert str(getattr(found, name)) == str(getattr(spread, name))
    assert found.without_value == spread.without_value
    for share in shares:
        assert str(found.share_of_top[share]) == str(spread.share_of_top(share))
        assert str(found.customers_for[share]) == str(spread.customers_for(share))


def check_labels(engine, rule, frame, column=None):
    """Assert that an engine gives the labels that the rule gives, as text and by position."""
    frame = frame.assign(row=range(len(frame)))
    expected = rule.classify(frame if column is None else frame[column])
    put = engine.put(frame)
    found = engine.back(engines.classify(rule, put, column=column, into="step"))
    assert found.columns.tolist() == [*frame.columns, "step"]
    found = found.sort_values("row")["step"]
    assert [None if pd.isna(x) else x for x in found] == [
        None if pd.isna(x) else x for x in expected
    ]
    codes = engine.back(engines.classify(rule, put, column=column, codes=True))
    assert codes.sort_values("row")["label"].tolist() == expected.cat.codes.tolist()


# --- laws --------------------------------------------------------------------------------------


@FEW
@given(orders=drawn_lines(), how=st.sampled_from(HOW), as_of=st.sampled_from(("2024-01-20", END)))
def test_customers_are_those_of_the_order_log(engine, orders, how, as_of):
    """Any order lines, faulty ones left out, make the same table on every engine."""
    check_summary(engine, orders, as_of, invalid="exclude", **how)


@FEW
@given(values=testing.customer_values(max_size=25), learner=st.sampled_from(LEARNERS))
def test_floors_are_those_learned_in_memory(engine, values, learner):
    """Any values give the same floors, with the same shares reached."""
    check_learning(engine, learner, pd.Series(values, dtype="float64"))


@FEW
@given(values=testing.customer_values(max_size=25))
def test_concentration_is_that_in_memory(engine, values):
    """Any values, negative ones among them, are as concentrated on an engine as in memory."""
    check_concentration(engine, pd.Series(values, dtype="float64"))


@FEW
@given(rule=testing.scales().flatmap(testing.bands), cents=st.lists(st.integers(-2000, 2000)))
def test_steps_are_those_in_memory(engine, rule, cents):
    """Any bands give any numbers the same steps, whole ones and others."""
    frame = pd.DataFrame({"money": np.array(cents) / 100, "whole": np.array(cents, dtype="int64")})
    frame["at a floor"] = [
        float((rule._keys * len(cents))[n]) if np.isfinite(rule._keys).all() and rule._keys else 0.0
        for n in range(len(cents))
    ]
    for column in frame.columns:
        check_labels(engine, rule, frame, column)


@FEW
@given(ladder=testing.scales().flatmap(testing.ladders), data=st.data())
def test_rungs_are_those_in_memory(engine, ladder, data):
    """Any ladder gives any evidence the same rung; absent columns and missing values are none."""
    rows = data.draw(
        st.lists(
            st.tuples(st.integers(-20, 20), st.one_of(st.none(), st.floats(-99, 99)), st.booleans())
        )
    )
    frame = pd.DataFrame(rows, columns=["orders", "revenue", "partner"]).astype(
        {"orders": "int64", "revenue": "float64", "partner": "bool"}
    )
    check_labels(engine, ladder, frame)
    check_labels(engine, ladder, frame[["revenue"]])


@FEW
@given(table=testing.tables(), data=st.data())
def test_answers_are_those_in_memory(engine, table, data):
    """Any table answers any combination alike; an unasked missing measure has no answer."""
    steps = {
        name: [None, *([0.0, 1.0] if domain is bool else [str(step) for step in domain])]
        for name, domain in table.measures
    }
    rows = data.draw(st.lists(st.tuples(*map(st.sampled_from, steps.values())), max_size=9))
    frame = pd.DataFrame(rows, columns=list(steps), dtype=object)
    for name, domain in table.measures:
        frame[name] = frame[name].astype("float64" if domain is bool else "string")
    check_labels(engine, table, frame)


FLAGS = pd.DataFrame(
    {"orders": [0, 1, 1, 2], "partner": [True, False, None, False], "referrals": [0, 1, 0, 0]}
).astype({"partner": "boolean"})


def test_flags_are_evidence(engine):
    """Flags, some of them missing, put customers on the stages they are on in memory."""
    check_labels(engine, cv.LifecyclePolicy(), FLAGS)


# --- real and simulated orders -----------------------------------------------------------------


def everything(engine, orders, as_of, learners=LEARNERS):
    """Assert that all an engine does with orders is what is done in memory."""
    check_summary(engine, orders, as_of)
    check_summary(engine, orders, as_of, since="1997-06-30")
    customers = cv.summarize_orders(orders, as_of=as_of).reset_index()
    customers["age"] = customers["tenure_days"].where(customers.index % 3 > 0)
    for learner in learners:
        check_learning(engine, learner, customers["revenue"])
    check_concentration(engine, (customers["revenue"] - 30).round(2))
    rule = cv.tiers.ABC.fit(customers["revenue"])
    check_labels(engine, rule, customers, "revenue")
    check_labels(engine, cv.SleepPolicy(30, 90.5, None), customers)
    check_labels(engine, cv.SleepPolicy(30, None, 200), customers, "age")
    check_labels(engine, cv.LifecyclePolicy(long_term_orders=3, long_term_days=90), customers)
    matrix = cv.ValueMatrixLearner().fit(customers)
    check_labels(engine, matrix, customers)
    check_labels(engine, matrix, customers[["orders", "average_order_value"]])


def test_cdnow(engine, cdnow_sample):
    """The published orders come to the same on every engine."""
    everything(engine, cdnow_sample[["customer_id", "date", "amount"]], "1997-09-30")


def test_spark(on_spark):
    """Simulated orders come to the same on Spark, with and without order ids."""
    orders = simulate_orders(customers=60, start="1997-01-01", days=365, seed=2)
    everything(on_spark, orders, "1997-10-31", learners=[cv.tiers.ABC])
    lines = pd.concat([orders, orders[::2].assign(amount=1.01)])
    number = lines.groupby(["customer_id", "date"]).ngroup() // 2
    lines["order_id"] = lines["customer_id"].astype(str) + "-" + number.astype(str)
    lines.loc[lines.index % 9 == 0, "date"] = None
    check_summary(on_spark, lines, "1997-10-31", order_id="order_id", invalid="exclude")
    check_labels(on_spark, cv.LifecyclePolicy(), FLAGS)
    table = cv.Table({"tier": cv.ParetoTier}, cv.Focus, [cv.Row({}, cv.Focus.RETAIN)])
    check_labels(on_spark, table, pd.DataFrame({"tier": ["vital-few", None, "useful-many"]}))
    with pytest.raises(InputError, match="this engine cuts days in the zone of its session, UTC"):
        engines.summarize_orders(on_spark.put(orders), as_of="1997-10-31", timezone="Asia/Tokyo")
    with pytest.raises(InputError, match="amount must be finite, got inf in 1 row: correct"):
        engines.ledger(on_spark.put(orders[:3].assign(amount=[1.0, np.inf, 2.0])), timezone="UTC")


# --- kinds of frames and columns ---------------------------------------------------------------


def test_lazy_frames_stay_lazy():
    """What comes back is of the caller's kind, and a lazy frame is not computed."""
    orders = pl.from_pandas(example_orders())
    assert isinstance(engines.summarize_orders(orders, as_of="2026-03-01"), pl.DataFrame)
    assert isinstance(engines.summarize_orders(orders.lazy(), as_of="2026-03-01"), pl.LazyFrame)
    relation = duckdb.from_arrow(orders.to_arrow())
    found = engines.summarize_orders(relation, as_of="2026-03-01")
    assert isinstance(found, duckdb.DuckDBPyRelation)
    assert isinstance(engines.summarize_orders(orders.to_arrow(), as_of="2026-03-01"), pa.Table)


def test_dask_keeps_its_partitions_and_ships_to_workers():
    """Customers lie in as many partitions as orders did, and the work can be sent elsewhere."""
    orders = dd.from_pandas(simulate_orders(customers=50, seed=4), npartitions=5)
    customers = engines.summarize_orders(orders, as_of="2024-12-31")
    assert customers.npartitions == 5
    rule = cv.Bands(cv.ABCTier, (100, 1000), measure="revenue")
    tiers = pickle.loads(cloudpickle.dumps(engines.classify(rule, customers)))
    assert set(tiers.compute()["label"]) == {"A", "B", "C"}


def test_the_callers_frame_is_left_alone():
    """A pandas frame is neither changed nor shared with the result, and keeps its index."""
    customers = pd.DataFrame({"revenue": [1.0, 500.0]}, index=["ann", "bob"])
    before = customers.copy()
    rule = cv.Bands(cv.ABCTier, (100, 1000), measure="revenue")
    labelled = engines.classify(rule, customers, into="revenue")
    assert labelled["revenue"].to_dict() == {"ann": "C", "bob": "B"}
    pd.testing.assert_frame_equal(customers, before)


@pytest.mark.parametrize(
    "column",
    [
        pl.Series([5, 3, 3, None, -2], dtype=pl.Int8),
        pl.Series([5, 3, 3, None, 0], dtype=pl.UInt64),
        pl.Series([5, 3, 3, None, -2], dtype=pl.Float32),
        pl.Series([Decimal("5.10"), Decimal("3.25"), Decimal("3.25"), None, Decimal(-2)]),
        pl.Series([0.3, 0.1 + 0.2, 0.1, float("nan"), None]),
        pl.Series([], dtype=pl.Float64),
        pl.Series([None, None], dtype=pl.Int64),
        pl.Series([-1e-9, 1e-9, -3.0]),
        pl.Series([2**51 / 100, 0.01, 5.0]),
    ],
)
def test_numbers_of_any_dtype(column):
    """Every dtype of numbers gives the floors and steps it gives in memory."""
    frame, series = pl.DataFrame({"v": column}), pd.Series(column.to_list(), dtype="float64")
    for learner in LEARNERS:
        rule = engines.fit(learner, frame, "v")
        assert rule == learner.fit(series)
        assert rule.learned == learner.fit(series).learned
        labels = engines.classify(rule, frame, column="v")["label"].to_list()
        assert labels == [None if pd.isna(x) else x for x in rule.classify(series)]


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "int64[pyarrow]", "double[pyarrow]"])
def test_nullable_dtypes_of_pandas(dtype):
    """Nullable and Arrow columns of pandas are read as their values, missing as missing."""
    values = pd.Series([5, None, 3, -2], dtype=dtype)
    frame = pd.DataFrame({"revenue": values})
    rule = engines.fit(cv.tiers.PARETO, frame, "revenue")
    assert rule == cv.tiers.PARETO.fit(values)
    labels = engines.classify(rule, frame)["label"]
    assert [None if pd.isna(x) else x for x in labels] == [
        "vital-few",
        None,
        "useful-many",
        "useful-many",
    ]


def test_ids_and_columns_by_other_names():
    """Ids may be numbers that miss some, text or categories, and are given back as they came."""
    frame = pl.DataFrame(
        {
            "who": pl.Series(["b", "a", "a"], dtype=pl.Categorical),
            "n": [7.0, 8.0, float("nan")],
            "on": [pd.Timestamp("2026-01-05").date()] * 3,
            "paid": [1, 2, 3],
        }
    )
    names = {"date": "on", "amount": "paid", "as_of": "2026-02-01"}
    found = engines.summarize_orders(frame, customer="who", **names).sort("who")
    assert found.select("who", "orders", "revenue").rows() == [("a", 2, 5.0), ("b", 1, 1.0)]
    found = engines.summarize_orders(frame, customer="n", invalid="exclude", **names)
    assert sorted(found["n"].to_list()) == [7.0, 8.0]


def test_tables_read_categories_and_flags():
    """Labels may come as categories, flags as booleans."""
    table = cv.Table(
        {"tier": cv.ParetoTier, "vip": bool},
        cv.Focus,
        [
            cv.Row({"tier": cv.equals("vital-few")}, cv.Focus.RETAIN),
            cv.Row({"tier": cv.equals("useful-many"), "vip": cv.is_true()}, cv.Focus.EXPAND),
            cv.Row({"tier": cv.equals("useful-many"), "vip": cv.equals(False)}, cv.Focus.SELECT),
        ],
    )
    tiers = pl.Series(["vital-few", "useful-many", "useful-many"], dtype=pl.Categorical)
    frame = pl.DataFrame({"tier": tiers, "vip": [None, True, False]})
    assert engines.classify(table, frame)["label"].to_list() == [None, "expand", "select"]


# --- days and zones ----------------------------------------------------------------------------

LATE = pd.Timestamp("2026-01-31 23:30", tz="UTC")  # February in Berlin, January in New York


@pytest.mark.parametrize(("zone", "day"), [("Europe/Berlin", "2026-02-01"), ("UTC", "2026-01-31")])
def test_days_are_cut_in_the_declared_zone(zone, day):
    """A time that carries a zone falls on the day of the declared one."""
    orders = pd.DataFrame({"customer_id": [1], "date": [LATE], "amount": [1.0]})
    orders["date"] = orders["date"].dt.as_unit("us")  # DuckDB knows no nanoseconds with a zone
    relation = duckdb.connect()
    relation.execute(f"SET TimeZone = '{zone}'")
    for frame in (orders, pl.from_pandas(orders), arrow(orders), dd.from_pandas(orders)):
        found = engines.summarize_orders(frame, as_of="2026-03-01", timezone=zone)
        found = found.compute() if hasattr(found, "compute") else found
        assert str(next(iter(found["first_order"])))[:10] == day
    found = engines.summarize_orders(
        relation.from_arrow(arrow(orders)), as_of="2026-03-01", timezone=zone
    )
    assert str(found.df()["first_order"][0])[:10] == day


def test_a_session_of_another_zone():
    """DuckDB has times in its session's zone only; another one is refused."""
    orders = pd.DataFrame({"customer_id": [1], "date": [LATE], "amount": [1.0]})
    orders["date"] = orders["date"].dt.as_unit("us")  # DuckDB knows no nanoseconds with a zone
    session = duckdb.connect()
    session.execute("SET TimeZone = 'Asia/Tokyo'")
    with pytest.raises(InputError) as error:
        engines.summarize_orders(
            session.from_arrow(arrow(orders)), as_of="2026-03-01", timezone="UTC"
        )
    assert str(error.value) == (
        "this engine cuts days in the zone of its session, Asia/Tokyo, got timezone='UTC': set "
        "the zone of the session to that, and read the frame again"
    )


# --- what is refused ---------------------------------------------------------------------------


def refused(orders, **how):
    """Return the sentence with which orders are refused."""
    with pytest.raises(InputError) as error:
        engines.summarize_orders(orders, **{"as_of": "2026-03-01", **how})
    return str(error.value)


def test_faulty_rows_are_counted_and_their_customers_named(engine):
    """One sentence says how many rows have which fault first, and whose they are."""
    orders = order_lines(
        ("ann", "2026-01-05", 1.0, "1"),
        ("", "2026-01-05", 1.0, "2"),
        ("bob", None, None, None),
        ("eve", "1850-01-05", 1.0, "3"),
        ("dan", "2026-01-05", None, "4"),
        ("fay", "2026-01-05", 2.0, None),
        ("gus", "2026-01-05", -2.0, None),
    )
    assert refused(engine.put(orders), order_id="order_id") == (
        "every order row needs a customer, a date within the years 1900 to 2199, an amount, and "
        "its order id where these are given; got 1 with missing customer in column 'customer_id'; "
        "1 with missing date in column 'date' (of bob); 1 with implausible date in column 'date' "
        "(of eve); 1 with missing amount in column 'amount' (of dan); 1 with missing order id in "
        "column 'order_id' (of fay): mend them, or give invalid='exclude' to leave them out and "
        "count them in the ledger"
    )


@pytest.mark.parametrize(
    ("amounts", "how", "sentence"),
    [
        (
            [1.0, np.inf, -np.inf],
            {},
            "amount must be finite, got -inf, inf in 2 rows: correct these rows or leave them out",
        ),
        (
            [1.0, 0.125, 2.0],
            {},
            (
                "amount must be whole minor units (decimals=2), got 0.125 in 1 row: round first or "
                "give decimals=3"
            ),
        ),
        (
            [1.0, 2.0**52, 2.0],
            {},
            (
                "amount must stay below 2**51 minor units, got 4503599627370496.0 in 1 row: check "
                "the unit, or use fewer decimals"
            ),
        ),
        (
            [1, 2**51, -(2**52)],
            {"decimals": 0},
            (
                "amount must stay below 2**51 minor units, got -4503599627370496 in 1 row: check "
                "the unit, or use fewer decimals"
            ),
        ),
        (
            [1.0, -0.5, 2.0],
            {"refunds": "raise"},
            (
                "amount must not be negative with refunds='raise', got -0.5 in 1 row: give "
                "refunds='net' or 'ignore'"
            ),
        ),
        (
            [2.0**44] * 6,
            {},
            (
                "the amounts add up to 2**53 minor units or more, beyond which money is not exact: "
                "use fewer decimals or a larger unit, as thousands"
            ),
        ),
    ],
)
def test_amounts_that_are_no_money(amounts, how, sentence):
    """Amounts that can't be added exactly are refused, quoting some."""
    orders = pl.DataFrame({"customer_id": 1, "date": pd.Timestamp("2026-01-05"), "amount": amounts})
    assert refused(orders, **how) == sentence


def test_one_faulty_row():
    """What is not wrong is not spoken of, and nothing is said of a customer who is missing."""
    orders = pl.from_pandas(order_lines((None, "2026-01-05", 1.0), ("bob", "2026-01-05", 1.0)))
    assert "got 1 with missing customer in column 'customer_id': mend them" in refused(orders)


def test_an_order_of_two_customers(engine):
    """An order id stands with one customer."""
    orders = order_lines(("ann", "2026-01-05", 1.0, "X"), ("bob", "2026-01-05", 1.0, "X"))
    assert refused(engine.put(orders), order_id="order_id") == (
        "an order must belong to one customer, 1 order id stands with several (X): make order ids "
        "unique, as by joining them with the customer id"
    )


def test_days_that_do_not_fit():
    """Zones are neither mixed nor guessed, and a period begins before it ends."""
    orders = example_orders()
    aware = orders.assign(date=orders["date"].dt.tz_localize("UTC"))
    assert refused(orders, timezone="UTC") == (
        "date has no time zone but timezone='UTC' was given: leave timezone out, or say what zone "
        "the times are in"
    )
    assert refused(aware) == (
        "date has the time zone UTC: say in which zone a day begins and ends, as timezone='UTC'"
    )
    assert refused(orders, since="2026-03-01") == (
        "since must be a day before as_of, got since='2026-03-01' and as_of='2026-03-01'"
    )


def test_without_narwhals_the_error_names_the_extra(monkeypatch):
    """Who has not got narwhals is told how to get it."""
    monkeypatch.setitem(sys.modules, "narwhals", None)
    monkeypatch.delitem(sys.modules, "custvalue.engines")
    with pytest.raises(ModuleNotFoundError) as caught:
        __import__("custvalue.engines")
    assert str(caught.value) == (
        'custvalue.engines needs narwhals: pip install "custvalue[engines]"'
    )
    assert caught.value.name == "narwhals"


@pytest.mark.parametrize("name", SUMMARY)
def test_a_customer_column_named_like_a_figure_is_refused(engine, name):
    """The id keeps its name in the summary, so it must not be that of a figure."""
    orders = engine.put(example_orders().rename(columns={"customer_id": name}))
    assert refused(orders, customer=name) == (
        f"customer must be named unlike the columns of the summary, got {name!r}: rename it"
    )


def test_columns_that_stand_twice_are_refused():
    """Nobody knows which of two columns of one name is meant."""
    orders = example_orders()
    twice = pd.concat([orders, orders["amount"]], axis=1)
    for frame in (twice, dd.from_pandas(twice, npartitions=1), pa.table([[1], [2]], ["v", "v"])):
        assert refused(frame) == (
            "frame must have each column once, got some more often: rename or drop them"
        )


def test_frames_and_columns_of_other_kinds():
    """What is no frame, lacks columns or holds text is refused."""
    orders = pl.from_pandas(example_orders())
    with pytest.raises(TypeError) as error:
        engines.summarize_orders([1, 2], as_of="2026-03-01")
    assert str(error.value) == (
        "frame must be a frame of Polars, DuckDB, Dask, Spark, pyarrow or pandas, got list"
    )
    assert refused(orders, customer="client") == (
        "the order frame must have the columns client, date, amount; it lacks client and has "
        "customer_id, date, amount: say what yours are called, as in customer='client', "
        "date='day', amount='total'"
    )
    with pytest.raises(TypeError) as error:
        engines.summarize_orders(orders, as_of="2026-03-01", date="customer_id")
    assert str(error.value) == (
        "customer_id must hold dates or times, got String: convert it first, as with a cast"
    )
    with pytest.raises(TypeError) as error:
        engines.fit(cv.tiers.ABC, orders, "customer_id")
    assert str(error.value) == (
        "customer_id must hold numbers, got String: convert it first, as with a cast"
    )


def test_learners_and_values_that_are_refused():
    """Only shares are learned on engines, and only from whole minor units."""
    frame = pl.DataFrame({"v": [1.005, 2.0]})
    for learner in (cv.SleepPolicy(1, 2, 3), cv.tiers.ShareLearner):
        with pytest.raises(TypeError, match="learner must be a TopShare or a CumulativeShare"):
            engines.fit(learner, frame, "v")
    with pytest.raises(InputError) as error:
        engines.fit(cv.tiers.ABC, frame, "v")
    assert str(error.value) == (
        "v must be whole minor units (decimals=2), got 1.005 in 1 row: round first or give "
        "decimals=3"
    )
    huge = pl.DataFrame({"v": [2.0**44] * 6})
    for learn in (
        lambda: engines.fit(cv.tiers.ABC, huge, "v"),
        lambda: engines.concentration(huge, "v"),
    ):
        with pytest.raises(InputError, match=r"v add up to 2\*\*53 minor units or more"):
            learn()
    assert engines.fit(cv.tiers.PARETO, huge, "v") == cv.tiers.PARETO.fit(huge["v"].to_list())
    with pytest.raises(InputError, match="a share must lie within 0 and 1, got 20"):
        engines.concentration(frame, "v", tops=(20,))


@pytest.mark.parametrize(
    ("rule", "columns", "sentence"),
    [
        (
            cv.Bands(cv.ABCTier, (1, 2), measure="revenue"),
            {"revenue": [1.0, -np.inf]},
            "revenue must be finite, got -inf in 1 row: correct these rows or leave them out",
        ),
        (
            cv.Bands(cv.ABCTier, (1, 2)),
            {"revenue": [1.0]},
            (
                "the frame must have the columns value; it lacks value and has revenue: say which "
                "one the rule looks at, as column='revenue'"
            ),
        ),
        (
            cv.SleepPolicy(30, 60, 90),
            {"days_since_last_order": [3, -1, -2]},
            (
                "days_since_last_order must be a number of days ≥ 0, got -1, -2 in 2 rows: correct "
                "these rows or leave them out"
            ),
        ),
        (
            cv.LifecyclePolicy(),
            {"orders": [1.0, 1.5, None]},
            (
                "orders must be known in every row, got None in 1 row: correct these rows or leave "
                "them out"
            ),
        ),
        (
            cv.LifecyclePolicy(),
            {"orders": [1.0, 1.5]},
            (
                "orders must be a whole number ≥ 0, got 1.5 in 1 row: correct these rows or leave "
                "them out"
            ),
        ),
        (
            cv.LifecyclePolicy(),
            {"orders": [1], "share_of_wallet": [80]},
            (
                "share_of_wallet must be a share from 0 to 1 (0.8 for 80 %), got 80 in 1 row: "
                "correct these rows or leave them out"
            ),
        ),
        (
            cv.LifecyclePolicy(),
            {"orders": [1, 1], "share_of_wallet": [Decimal("0.50"), Decimal("1.50")]},
            (
                "share_of_wallet must be a share from 0 to 1 (0.8 for 80 %), got Decimal('1.50') "
                "in 1 row: correct these rows or leave them out"
            ),
        ),
        (
            cv.LifecyclePolicy().ladder,
            {"orders": [1.0, np.inf], "partner": [0, 1]},
            "orders must be finite, got inf in 1 row: correct these rows or leave them out",
        ),
        (
            cv.LifecyclePolicy().ladder,
            {"partner": [0, 2, None]},
            (
                "partner must be true or false (or 1 and 0), got 2 in 1 row: correct these rows or "
                "leave them out"
            ),
        ),
        (
            cv.Table({"tier": cv.ParetoTier}, cv.Focus, [cv.Row({}, cv.Focus.RETAIN)]),
            {"tier": ["vital-few", "gold", None]},
            (
                "tier must hold labels of ParetoTier (useful-many, vital-few), got 'gold' in 1 "
                "row: correct these rows or leave them out"
            ),
        ),
        (
            cv.ValueMatrix(
                average_order_value=cv.Bands(cv.Level, (1, 2)), orders=cv.Bands(cv.Level, (1, 2))
            ),
            {"orders": [0, 1], "average_order_value": [None, float("nan")]},
            (
                "average_order_value must be known in every row with an order, got None in 1 "
                "row: correct these rows or leave them out"
            ),
        ),
    ],
)
def test_values_that_cannot_be(rule, columns, sentence):
    """What a rule refuses in memory it refuses on an engine, counted and quoted."""
    with pytest.raises(InputError) as error:
        engines.classify(rule, pl.DataFrame(columns, strict=False))
    assert str(error.value) == sentence


def test_rules_that_engines_cannot_follow():
    """Other rules are refused, and so is one column for a rule of several measures."""
    frame = pl.DataFrame({"orders": [1], "tier": [1]})
    with pytest.raises(TypeError) as error:
        engines.classify(cv.at_least(2), frame)
    assert str(error.value) == (
        "rule must be one that engines can follow (Bands, a Ladder, a Table, a SleepPolicy, a "
        "LifecyclePolicy or a ValueMatrix), got at_least(2)"
    )
    with pytest.raises(TypeError) as error:
        engines.classify(cv.LifecyclePolicy(), frame, column="orders")
    assert str(error.value) == (
        "a LifecyclePolicy looks at the columns named like its measures, got column='orders': "
        "leave it out, or rename the column"
    )
    table = cv.Table({"tier": cv.ParetoTier}, cv.Focus, [cv.Row({}, cv.Focus.RETAIN)])
    with pytest.raises(TypeError) as error:
        engines.classify(table, frame)
    assert str(error.value) == (
        "tier must hold labels as text, got Int64: convert it first, as with a cast"
    )


# --- block by block ----------------------------------------------------------------------------


@given(
    st.lists(testing.customer_values(max_size=9), min_size=1, max_size=4),
    st.sampled_from(LEARNERS),
    st.booleans(),
)
def test_blocks_are_the_whole(blocks, learner, called):
    """Values in any blocks, listed or yielded anew, give the floors of all values at once."""
    whole = [value for block in blocks for value in block]
    given_as = (lambda: iter(blocks)) if called else blocks
    found = engines.fit_blocks(learner, given_as, measure="revenue", as_of="2026-01-31")
    expected = learner.fit(whole, measure="revenue", as_of="2026-01-31")
    assert (found, found.learned) == (expected, expected.learned)


def test_blocks_of_different_kinds():
    """Blocks may differ in their container and dtype, and miss values."""
    blocks = [[5, 3], np.array([2.5, np.nan]), pd.Series([None, 7], dtype="Int64")]
    rule = engines.fit_blocks(cv.tiers.CABINS, blocks)
    assert rule == cv.tiers.CABINS.fit([5, 3, 2.5, 7])
    assert rule.learned.count == 4


@pytest.mark.parametrize(
    ("blocks", "got"), [(iter([[1.0]]), "list_iterator"), (7, "int"), (lambda: 7, "function")]
)
def test_blocks_that_can_be_read_only_once(blocks, got):
    """An iterator is used up after one pass, so it's refused."""
    with pytest.raises(TypeError) as error:
        engines.fit_blocks(cv.tiers.ABC, blocks)
    assert str(error.value) == (
        "blocks must be readable several times: give a list of columns, or a function that yields "
        f"them anew at each call; got {got}"
    )


def test_blocks_off_the_grid():
    """Blocks hold whole minor units."""
    with pytest.raises(InputError) as error:
        engines.fit_blocks(cv.tiers.ABC, [[1.0], [2.0, 0.125]])
    assert str(error.value) == (
        "value must be whole minor units (decimals=2), got 0.125 and the like: round first or "
        "give decimals=3"
    )
