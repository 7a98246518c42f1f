"""Tests of the door of the order log: what comes in, what is refused, and in which words."""

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue.errors import InputError
from custvalue.orders import OrderLog
from order_lines import order_lines

ONE = order_lines((1, "2026-01-05", 3.0))
CENTS = [1999, 0, -250]


def with_amounts(amounts: Any) -> pd.DataFrame:
    """Return order lines of one customer on one day, with these amounts."""
    amounts = pd.Series(amounts)
    day = np.full(len(amounts), np.datetime64("2026-01-05", "s"))
    frame = pd.DataFrame({"customer_id": np.ones(len(amounts), dtype=int), "date": day})
    return frame.assign(amount=amounts.array)


def revenue(amounts: Any, **how: Any) -> float:
    """Return what these amounts come to."""
    return OrderLog.from_frame(with_amounts(amounts), **how).customers("2026-01-05")["revenue"][1]


# --- the frame ---------------------------------------------------------------------------------


class Foreign:
    """A frame of another library."""

    def to_pandas(self) -> pd.DataFrame:
        """Return the frame as pandas has it."""
        return ONE


@pytest.mark.parametrize(
    ("orders", "kind"),
    [(Foreign(), r"\w+\.Foreign"), ({"a": 1}, "dict")],
)
def test_other_frames_get_a_hint(orders: Any, kind: str) -> None:
    """Frames of other libraries are not guessed at; the error names two ways on."""
    message = (
        rf"^orders must be a pandas DataFrame, got {kind}: convert it, as with \.to_pandas\(\), "
        r"or use custvalue\.engines, which works where the data is$"
    )
    with pytest.raises(TypeError, match=message):
        OrderLog.from_frame(orders)


def test_columns_that_lack_are_named() -> None:
    """The error says what is needed, what lacks and what is there; names may be anything."""
    message = (
        r"^the order frame must have the columns 7, date, amount; it lacks 7 and has "
        r"customer_id, date, amount: say what yours are called, as in customer=.*"
    )
    with pytest.raises(InputError, match=message):
        OrderLog.from_frame(ONE, customer=7)


def test_columns_need_one_name_each() -> None:
    """Two columns of one name are an error where the name is used, and nowhere else."""
    twice = pd.concat([ONE, ONE[["amount"]]], axis="columns")
    message = r"^the order frame must have one column 'amount', got 2: rename them$"
    with pytest.raises(InputError, match=message):
        OrderLog.from_frame(twice)
    twice.columns = ["customer_id", "date", "amount", "date "]
    twice = pd.concat([twice, ONE.assign(note=1)[["note"]], ONE.assign(note=2)[["note"]]], axis=1)
    assert OrderLog.from_frame(twice).ledger["orders"] == 1


def test_columns_may_have_any_name() -> None:
    """Numbers and tuples name columns too; the index is named like the customer column."""
    odd = ONE.set_axis([0, ("a", 1), None], axis="columns").rename(columns={None: 2.5})
    table = OrderLog.from_frame(odd, customer=0, date=("a", 1), amount=2.5).customers("2026-02-01")
    assert table.index.name == 0
    assert table["revenue"].tolist() == [3.0]


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"refunds": "keep"}, "refunds must be one of net, ignore, raise, got 'keep'"),
        ({"invalid": "drop"}, "invalid must be one of raise, exclude, got 'drop'"),
        ({"decimals": 2.0}, r"decimals must be a whole number from 0 to 6, got 2\.0"),
        ({"decimals": 7}, "decimals must be a whole number from 0 to 6, got 7"),
        ({"decimals": True}, "decimals must be a whole number from 0 to 6, got True"),
        ({"timezone": "Berlin"}, "timezone must name a time zone, as 'Europe/Berlin', got 'Ber"),
        ({"history_starts": "soon"}, "history_starts must be a calendar day, as '1998-06-30'"),
    ],
)
def test_settings_are_checked(setting: dict[str, Any], message: str) -> None:
    """A setting that can't be meant is an error, also where there are no rows."""
    with pytest.raises(InputError, match=message):
        OrderLog.from_frame(ONE[:0], **setting)


def test_settings_are_keywords() -> None:
    """Nothing but the frame is given by position."""
    with pytest.raises(TypeError, match="positional argument"):
        OrderLog.from_frame(ONE, "customer_id")


# --- faulty rows -------------------------------------------------------------------------------

FAULTY = order_lines(
    (1, "2026-01-05", 3.0, "A"),
    (None, "2026-01-05", 3.0, "B"),
    (1, None, 3.0, "C"),
    (1, "2200-01-01", 3.0, "D"),
    (1, "2026-01-05", None, "E"),
    (1, "2026-01-05", 3.0, ""),
    (1, "1899-12-31", 3.0, "F"),
)


def test_faulty_rows_are_named_by_fault() -> None:
    """The error counts the rows of each fault, names its column and the first rows."""
    message = (
        r"^every order row needs a customer, a date within the years 1900 to 2199, an amount, and "
        r"its order id where these are given; got "
        r"1 with missing customer in column 'customer_id' \(row 1\); "
        r"1 with missing date in column 'date' \(row 2\); "
        r"2 with implausible date in column 'date' \(rows 3, 6\); "
        r"1 with missing amount in column 'amount' \(row 4\); "
        r"1 with missing order id in column 'order_id' \(row 5\): mend them, or give "
        r"invalid='exclude' to leave them out and count them in the ledger$"
    )
    with pytest.raises(InputError, match=message):
        OrderLog.from_frame(FAULTY, order_id="order_id")


@pytest.mark.parametrize(
    ("index", "rows"),
    [
        (pd.Index(["a", "b", "a", "b", "a", "b", "a"]), "rows b, a, b, a, b and 1 more"),
        (pd.Index([70, 60, 50, 40, 30, 20, 10]), "rows 60, 50, 40, 30, 20 and 1 more"),
        (
            pd.MultiIndex.from_product([["x"], range(7)]),
            r"rows \('x', 1\), \('x', 2\), \('x', 3\), \('x', 4\), \('x', 5\) and 1 more",
        ),
    ],
)
def test_rows_are_named_by_any_index(index: pd.Index, rows: str) -> None:
    """Index labels name the rows, whether unique, sorted, or of several levels."""
    orders = order_lines(*[(1, "2026-01-05", 0.5)] * 7).set_index(index)
    orders.iloc[1:, 2] = 0.001
    with pytest.raises(InputError, match=f"got 0.001 and the like in {rows}: round first"):
        OrderLog.from_frame(orders)
    orders.iloc[1:, 2] = np.nan
    with pytest.raises(InputError, match=rf"6 with missing amount in column 'amount' \({rows}\)"):
        OrderLog.from_frame(orders)
    assert OrderLog.from_frame(orders, invalid="exclude").ledger["orders"] == 1


def test_all_rows_excluded() -> None:
    """A frame of nothing but faults gives an empty log that accounts for each row."""
    log = OrderLog.from_frame(FAULTY[1:], order_id="order_id", invalid="exclude")
    assert repr(log) == "OrderLog: 0 orders of 0 customers"
    assert log.ledger.sum() == log.ledger.filter(like="excluded").sum() == 6
    assert log.ledger["excluded: implausible date"] == 2
    assert len(log.customers("2026-02-01")) == 0


def test_exclusion_does_not_reach_into_other_checks() -> None:
    """Amounts and currencies are checked on the rows that stay, and rows named as in the frame."""
    orders = FAULTY.assign(currency=["EUR", "USD", None, "USD", "USD", "USD", "USD"])
    how = {"order_id": "order_id", "invalid": "exclude"}
    assert OrderLog.from_frame(orders, currency="currency", **how).currency == "EUR"
    orders.loc[0, "amount"] = 0.001
    with pytest.raises(InputError, match="in row 0: round first"):
        OrderLog.from_frame(orders.iloc[::-1], **how)


def test_missing_only_columns() -> None:
    """Columns of nothing but None are missing in every row, not of the wrong type."""
    orders = pd.DataFrame({"customer_id": [None], "date": [None], "amount": [None]}, dtype=object)
    assert OrderLog.from_frame(orders, invalid="exclude").ledger["excluded: missing customer"] == 1
    with pytest.raises(InputError, match="1 with missing date in column 'date'"):
        OrderLog.from_frame(orders)


# --- dates -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dates", "error", "message"),
    [
        (["2026-01-05"], TypeError, "date must hold dates or times, got (str|objects)"),
        ([20260105], TypeError, "date must hold dates or times, got int64"),
        (
            [dt.datetime(2026, 1, 5), dt.datetime(2026, 1, 5, tzinfo=dt.UTC)],
            InputError,
            "date must hold times that all have a zone or all have none, got both",
        ),
        (
            pd.to_datetime(["2026-01-05"]).tz_localize("UTC"),
            InputError,
            "date has the time zone UTC: say in which zone a day begins and ends",
        ),
    ],
)
def test_dates_that_are_refused(dates: Any, error: type[Exception], message: str) -> None:
    """Strings, numbers, mixed and undeclared zones are errors at the door."""
    orders = with_amounts([1.0] * len(dates)).assign(date=pd.Series(dates))
    with pytest.raises(error, match=message):
        OrderLog.from_frame(orders)


def test_naive_dates_refuse_a_zone() -> None:
    """The error says how to tell pandas the zone the times are in."""
    message = r"leave timezone out, or say .* as in frame\['date'\]\.dt\.tz_localize\('UTC'\)$"
    with pytest.raises(InputError, match=message):
        OrderLog.from_frame(ONE, timezone="UTC")


# --- amounts -----------------------------------------------------------------------------------


def arrow(values: list[Any], dtype: pa.DataType) -> pd.Series:
    """Return an Arrow column."""
    return pd.Series(values, dtype=pd.ArrowDtype(dtype))


DECIMALS = [Decimal(cent).scaleb(-2) for cent in CENTS]
AMOUNTS: dict[str, pd.Series] = {
    "float64": pd.Series([19.99, 0.0, -2.5]),
    "Float64": pd.Series([19.99, 0.0, -2.5], dtype="Float64"),
    "float32, on its grid": pd.Series([19.75, 0.24, -2.5], dtype="float32").round(0),
    "Decimal": pd.Series(DECIMALS, dtype=object),
    "objects": pd.Series([19.99, 0, -2.5], dtype=object),
    "Arrow decimal": arrow(DECIMALS, pa.decimal128(12, 2)),
    "Arrow double": arrow([19.99, 0.0, -2.5], pa.float64()),
    "int64": pd.Series([20, 0, -3]),
    "int8": pd.Series([20, 0, -3], dtype="int8"),
    "uint16": pd.Series([20, 0, 3], dtype="uint16"),
    "Int64": pd.Series([20, 0, -3], dtype="Int64"),
    "Arrow int32": arrow([20, 0, -3], pa.int32()),
    "objects, int": pd.Series([20, 0, -3], dtype=object),
}


@pytest.mark.parametrize("amounts", AMOUNTS.values(), ids=AMOUNTS)
def test_amounts_of_any_dtype(amounts: pd.Series) -> None:
    """Money is exact, whatever number type it comes in."""
    cents = sum(round(Decimal(str(amount)) * 100) for amount in amounts)
    assert revenue(amounts) == cents / 100


@pytest.mark.parametrize("dtype", ["float64", "Float64", "Int64", object])
def test_missing_amounts_of_any_dtype(dtype: Any) -> None:
    """A missing amount is a fault; the others count."""
    amounts = pd.Series([20, None, -3], dtype=dtype)
    with pytest.raises(InputError, match=r"1 with missing amount in column 'amount' \(row 1\)"):
        revenue(amounts)
    assert revenue(amounts, invalid="exclude") == 17.0


@pytest.mark.parametrize(
    ("amounts", "kind"),
    [
        (["20", "3"], r"(str|objects \(string\))"),
        ([True, False], "bool"),
        (pd.Series([True, None], dtype=object), r"objects \(boolean\)"),
        (pd.Series([True, None], dtype="boolean"), "boolean"),
        (pd.Series(["20"], dtype="category"), "category"),
        (pd.to_timedelta([5], unit="s"), r"timedelta64\[\w+\]"),
        ([1j], "complex128"),
    ],
)
def test_what_is_no_amount(amounts: Any, kind: str) -> None:
    """Strings of digits and flags are not taken for money."""
    message = f"^amount must hold numbers, got {kind}: convert it first, as with pd.to_numeric$"
    with pytest.raises(TypeError, match=message):
        revenue(amounts)


@pytest.mark.parametrize("amounts", [[1.0, np.inf], [1.0, -np.inf], [Decimal(1), Decimal("Inf")]])
@pytest.mark.parametrize("invalid", ["raise", "exclude"])
def test_infinite_amounts(amounts: Any, invalid: Any) -> None:
    """Infinity is no missing value to be left out."""
    with pytest.raises(InputError, match="amount must be finite, got infinity in row 1"):
        revenue(amounts, invalid=invalid)


@pytest.mark.parametrize("amount", [1e300, -1e300, 2.0**53 / 100, 2**53, -(2**53), 2**63])
def test_amounts_beyond_exact_money(amount: float) -> None:
    """A single amount of 2**53 minor units or more can't be told from its neighbours."""
    message = r"amount must stay below 2\*\*53 minor units, got more in row 1: check the unit"
    with pytest.raises(InputError, match=message):
        revenue([0, amount])


def test_money_adds_up_exactly_or_not_at_all() -> None:
    """Sums stay below 2**53 minor units, refunds counted by their size."""
    half = 2**52 - 1
    assert revenue([half, half, 1], decimals=0) == 2.0**53 - 1
    assert revenue([half, -half, -1], decimals=0) == -1.0
    message = r"^the amounts add up to 2\*\*53 minor units or more, .*: use fewer decimals or a"
    for amounts in ([half, half, 2], [half, -half, -2]):
        with pytest.raises(InputError, match=message):
            revenue(amounts, decimals=0)
        batches = [with_amounts([amount]) for amount in amounts]
        with pytest.raises(InputError, match=message):
            OrderLog.from_batches(batches, decimals=0)


def test_amounts_off_the_grid() -> None:
    """The first such amount is shown, with the advice to round or to give more decimals."""
    message = (
        r"^amount must be whole minor units \(decimals=2\), got 0\.125 and the like in rows 1, 2: "
        r"round first or give decimals=3$"
    )
    with pytest.raises(InputError, match=message):
        revenue([1.0, 0.125, 0.5001])
    assert revenue([1.0, 0.125], decimals=3) == 1.125
    with pytest.raises(InputError, match=r"got 1e-07 and the like in row 0: round first$"):
        revenue([1e-7], decimals=6)


@pytest.mark.parametrize(
    ("amount", "accepted"),
    [
        (0.01 + 0.9e-8, True),  # 0.9e-6 minor units from a whole one
        (0.01 + 1.1e-8, False),
        (-0.01 - 0.9e-8, True),
        (-0.01 - 1.1e-8, False),
        (0.1 + 0.2, True),
        (2.0**40 + 0.25, True),
        (2.0**40 + 0.25 + 2.0**-11, False),
        (np.nextafter(2.0**40 + 0.29, np.inf), True),  # 2 ulp are more than 1e-6 out there
    ],
)
def test_tolerance_of_amounts(amount: float, accepted: bool) -> None:
    """An amount may lie 1e-6 of a minor unit, or 2 ulp, off a whole one."""
    if accepted:
        assert revenue([amount]) == round(amount, 2)
    else:
        with pytest.raises(InputError, match="amount must be whole minor units"):
            revenue([amount])


@given(st.lists(st.integers(-(10**11), 10**11), min_size=1, max_size=8), st.integers(0, 6))
def test_money_is_exact(minor: list[int], decimals: int) -> None:
    """Amounts given as floats add up to the whole minor units they stand for."""
    found = revenue([units / 10**decimals for units in minor], decimals=decimals)
    assert round(found * 10**decimals) == sum(minor)
    assert found == sum(minor) / 10**decimals


def test_refunds_can_be_refused() -> None:
    """With refunds="raise" the negative rows are counted and named."""
    message = (
        r"^amount must not be negative with refunds='raise', got 2 refunds in rows 1, 2: "
        r"give refunds='net' or 'ignore'$"
    )
    with pytest.raises(InputError, match=message):
        revenue([5.0, -1.0, -2.0], refunds="raise")
    with pytest.raises(InputError, match="got 1 refund in row 1: give refunds='net'"):
        revenue([5.0, -1.0], refunds="raise")
    assert revenue([5.0, -1e-9], refunds="raise") == 5.0


# --- currencies --------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [object, "string", "category"])
def test_one_currency(dtype: Any) -> None:
    """The currency is read off the column, unused categories aside."""
    currency = pd.Series(["EUR", "USD"], dtype=dtype)[:1]
    log = OrderLog.from_frame(ONE.assign(currency=currency), currency="currency")
    assert log.currency == "EUR"


def test_several_currencies() -> None:
    """Currencies are never added up."""
    orders = with_amounts([1.0, 2.0, 3.0]).assign(coin=["EUR", "CHF", "EUR"])
    message = (
        r"^one log holds one currency, 'coin' has CHF, EUR: convert the amounts first, "
        r"or build a log per currency$"
    )
    with pytest.raises(InputError, match=message):
        OrderLog.from_frame(orders, currency="coin")


def test_missing_currency() -> None:
    """A row without a currency could be of any."""
    orders = with_amounts([1.0, 2.0]).assign(coin=["EUR", None])
    message = r"^every order row needs a currency, 'coin' lacks it in row 1: fill it in, or leave"
    with pytest.raises(InputError, match=message):
        OrderLog.from_frame(orders, currency="coin")
