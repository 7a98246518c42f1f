"""What needs an extra is spoilt like the rest: engines, pictures, simulations, strategies."""

import duckdb
import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import custvalue as cv
from custvalue import engines, examples, plotting
from engine_frames import LOCAL
from entry_points import CUSTOMERS, ORDERS, PAIRS, SLEEP, TIER_RULE
from entry_points_extras import EXTRAS, drawn
from hostile import check_outcome, check_raised, spoil
from hostile_values import COLUMNS, SCALARS

WAYS = {f"{name} {number}": way for name, ways in EXTRAS.items() for number, way in enumerate(ways)}
ON = {engine.name: engine.put for engine in LOCAL}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_good_calls_go_well(way) -> None:
    """The calls that are spoilt below are answered as they are."""
    assert not isinstance(check_outcome(way.call, way.args, way.kwargs), Exception)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@settings(max_examples=4, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_bad_calls_are_refused_in_a_sentence(way, data) -> None:
    """An error is raised on purpose, by the package, with words; nothing warns, nothing changes."""
    outcome = check_outcome(way.call, *spoil(data, way))
    if isinstance(outcome, st.SearchStrategy):
        data.draw(outcome)


@pytest.mark.parametrize("ax", [*SCALARS.values(), *(make(3) for make in COLUMNS.values())])
def test_what_is_no_axes_is_not_drawn_on(ax) -> None:
    """Only matplotlib's axes are; None makes a figure."""
    outcome = check_outcome(drawn(plotting.basket_heatmap), (PAIRS,), {"ax": ax})
    assert isinstance(outcome, TypeError) == (ax is not None)


def _orders(**columns):
    return ORDERS.assign(**columns)


def _with_far_dates(table):
    dates = pa.array([2**31 - 1] * len(table), pa.int32()).cast(pa.date32())
    return table.set_column(table.column_names.index("date"), "date", dates)


def _summary(frame, **how):
    return engines.summarize_orders(frame, as_of="2023-10-01", **how)


FOUND = [
    # settings of engines
    (lambda: _summary(ORDERS, customer=0), "customer must name a column in text, as 'revenue', go"),
    (lambda: _summary(ORDERS, order_id=0), "order_id must name a column in text, as .*, got 0"),
    (lambda: _summary(ORDERS, customer=np.ones(2)), "customer must name a column in text, as"),
    (
        lambda: engines.ledger(ORDERS, amount=None),
        "amount must name a column in text, as",
    ),
    (lambda: engines.fit(cv.tiers.ABC, CUSTOMERS, 1), "column must name a column in text, as"),
    (lambda: engines.classify(SLEEP, CUSTOMERS, column=1), "column must name a column in text"),
    (lambda: engines.classify(SLEEP, CUSTOMERS, into=b"7"), "into must name a column in text, as"),
    (
        lambda: engines.classify(SLEEP, CUSTOMERS, codes=np.zeros(2, dtype="V4")),
        "codes must be true or false",
    ),
    (
        lambda: engines.concentration(CUSTOMERS, "revenue", tops=0.2),
        r"tops must be a list, as \(0.2, 0.5\), got float",
    ),
    (
        lambda: engines.concentration(CUSTOMERS, "revenue", holdings=None),
        r"holdings must be a list, as \(0.8, 0.9\), got NoneType",
    ),
    (
        lambda: engines.fit_blocks(cv.tiers.ABC, len),
        r"blocks must be columns, or a function of no arguments, got one: len\(\) takes",
    ),
    # ids that no engine can group by
    (
        lambda: _summary(_orders(customer_id=[[1]] * len(ORDERS))),
        "customer_id must hold ids of one kind, as text or whole numbers, got Object: convert it",
    ),
    (
        lambda: _summary(pl.DataFrame(_orders(order_id=[[1]] * len(ORDERS))), order_id="order_id"),
        r"order_id must hold ids of one kind, as text or whole numbers, got List\(Int64\)",
    ),
    (
        lambda: engines.ledger(
            ON["duckdb"](_orders(customer_id=pd.to_timedelta([None] * len(ORDERS))))
        ),
        "customer_id must hold ids of one kind, .* got Duration",
    ),
    (
        lambda: _summary(ON["dask"](_orders(customer_id=pd.interval_range(0, len(ORDERS))))),
        "customer_id must hold ids of one kind, .* got Unknown",
    ),
    # numbers and days that do not fit what they are computed in
    (
        lambda: engines.ledger(
            ON["pyarrow"](_orders(amount=np.int64(-(2**63)))), order_id="order_id"
        ),
        r"amount must stay below 2\*\*51 minor units, got -9223372036854775808 in 3. rows",
    ),
    (
        lambda: _summary(_with_far_dates(ON["pyarrow"](ORDERS))),
        "a date within the years 1900 to 2199",
    ),
    # pictures
    (
        lambda: plotting.backtest(WAYS["plotting.backtest 0"].args[0], ratio={"a": 1}),
        "ratio must be one of precision, false_discovery_rate, .*, got {'a': 1}",
    ),
    (
        lambda: plotting.basket_heatmap(PAIRS, most=np.datetime64("10000-01-01")),
        "most must be a whole number of at least 1, got np.datetime64",
    ),
    (
        lambda: plotting.basket_heatmap(PAIRS.assign(association="nowhere")),
        "association must hold labels of Association .*, got 'nowhere'",
    ),
    (
        lambda: plotting.basket_heatmap(PAIRS.assign(antecedent=None)),
        "antecedent and consequent must",
    ),
    (
        lambda: plotting.tier_bars(EXTRAS["plotting.tier_bars"][0].args[0] * 1e300),
        "share_of_customers must be at most 1e\\+15 in size to be drawn, got more: use a larger",
    ),
    (
        lambda: plotting.stage_funnel(cv.funnel(CUSTOMERS["stage"]).assign(at_or_beyond=None)),
        "what stage_funnel draws must count on each stage or beyond all who are on it, got other",
    ),
    # simulations
    (lambda: examples.simulate_orders(seed=-0.0), "seed must be a whole number of at least 0, got"),
    (lambda: examples.simulate_orders(customers=1e300), "customers must be a whole number from 1"),
    (lambda: examples.simulate_orders(days=[]), r"days must be a whole number from 1 to 64,648, g"),
    (lambda: examples.simulate_shop(products=1j), "products must be a whole number from 2 to"),
    (lambda: examples.simulate_shop(customers=1).awake(7), "as_of must be a calendar day, as"),
]


@pytest.mark.parametrize(("call", "sentence"), FOUND)
def test_what_fuzzing_found_stays_found(call, sentence) -> None:
    """Calls that once failed somewhere in an engine are refused in a sentence."""
    with pytest.raises((cv.CustValueError, TypeError), match=sentence):
        check_raised(call)


HUGE = {
    "pandas": lambda: pd.DataFrame({"revenue": [2**64 - 1, 5]}, dtype="uint64"),
    "pandas, Arrow": lambda: pd.DataFrame({"revenue": [2**64 - 1, 5]}, dtype="uint64[pyarrow]"),
    "pyarrow": lambda: pa.table({"revenue": pa.array([2**64 - 1, 5], pa.uint64())}),
    "polars": lambda: pl.DataFrame({"revenue": [2**64 - 1, 5]}, schema={"revenue": pl.UInt64}),
    "polars, 128 bits": lambda: pl.DataFrame(
        {"revenue": [2**100, 5]}, schema={"revenue": pl.Int128}
    ),
    "duckdb": lambda: duckdb.sql("select unnest([18446744073709551615::UBIGINT, 5]) as revenue"),
    "duckdb, 128 bits": lambda: duckdb.sql("select unnest([1e30::HUGEINT, 5]) as revenue"),
    "duckdb, no sign": lambda: duckdb.sql("select unnest([1e30::UHUGEINT, 5]) as revenue"),
}


@pytest.mark.parametrize("make", HUGE.values(), ids=HUGE)
def test_whole_numbers_beyond_int64_are_still_compared(make) -> None:
    """A whole number of any size has a place in the order; as money it is too large."""
    found = nw.from_native(engines.classify(TIER_RULE, make())).lazy().collect()
    assert sorted(found["label"].to_list()) == ["A", "C"]
    with pytest.raises(
        cv.InputError, match=r"^revenue must stay below 2\*\*51 minor units, got 46"
    ):
        engines.fit(cv.tiers.ABC, make(), "revenue")


@pytest.mark.parametrize("engine", ["pyarrow", "duckdb"])
def test_ids_that_are_all_missing_are_missing(engine) -> None:
    """A column of nothing has no type, and is a column of ids all the same."""
    nulls = pa.nulls(len(ORDERS))
    nobody = ON["pyarrow"](ORDERS.drop(columns="customer_id")).append_column("customer_id", nulls)
    frame = duckdb.from_arrow(nobody) if engine == "duckdb" else nobody
    assert engines.ledger(frame)["excluded: missing customer"] == len(ORDERS)


def test_numbers_of_arrow_are_learned_from_in_dask() -> None:
    """Dask tries each step on values of its own making, which are no money."""
    revenue = CUSTOMERS[["revenue"]].astype("double[pyarrow]").reset_index(drop=True)
    expected = cv.tiers.ABC.fit(CUSTOMERS["revenue"])
    assert engines.fit(cv.tiers.ABC, ON["dask"](revenue), "revenue") == expected


def test_shares_may_come_one_by_one() -> None:
    """What can be walked through once only is walked through once."""
    listed = engines.concentration(CUSTOMERS, "revenue", tops=[0.2, 0.4], holdings=[0.8])
    once = engines.concentration(
        CUSTOMERS, "revenue", tops=iter([0.2, 0.4]), holdings=(share for share in [0.8])
    )
    assert once == listed
