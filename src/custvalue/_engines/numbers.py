"""Columns as expressions: numbers without NaN, money in whole minor units, and what is wrong."""

import sys
from collections.abc import Iterable, Sequence
from typing import Any

import attrs
import narwhals.stable.v2 as nw

from custvalue._containers import LARGEST_EXACT
from custvalue._engines.frames import Frame, Sums
from custvalue._money import TOLERANCE, advise_rounding
from custvalue._words import say_count
from custvalue.errors import InputError

LARGEST_AMOUNT = LARGEST_EXACT // 4  # below it a product with 10**decimals keeps its fraction
BEYOND = 2**62
CORRECT = "correct these rows or leave them out"
HALF_ULP = 2.0**-53 * (1 + 2.0**-52)  # times a number is over half of its ulp, and under one


def read_column(frame: Frame, column: str, what: str | None = None) -> nw.Expr:
    """Return a column of numbers as Int64 or Float64, missing where it is missing or NaN."""
    dtype = frame.schema[column]
    value = nw.col(column)
    if dtype.is_integer():
        return _clip(value, dtype).cast(nw.Int64)
    if not dtype.is_numeric():
        msg = f"{what or column} must hold numbers, got {dtype}: convert it first, as with a cast"
        raise TypeError(msg)
    value = value.cast(nw.Float64)
    return nw.when(~value.is_nan()).then(value)


def _clip(value: nw.Expr, dtype: nw.dtypes.DType) -> nw.Expr:
    """Return whole numbers beyond int64 as ones beyond whatever they are compared with."""
    if dtype == nw.UInt64:
        return value.clip(upper_bound=nw.lit(BEYOND, nw.UInt64))
    if dtype == nw.UInt128:
        return value.clip(upper_bound=BEYOND)
    return value.clip(-BEYOND, BEYOND) if dtype == nw.Int128 else value


def missing_in(frame: Frame, column: str) -> nw.Expr:
    """Return where a column is missing; NaN is missing on every engine."""
    value = nw.col(column)
    if frame.schema[column].is_float():
        return value.is_null() | value.is_nan().fill_null(value=False)
    return value.is_null()


def infinite(value: nw.Expr) -> nw.Expr:
    """Return where a number is infinite."""
    return holds(value.abs() > sys.float_info.max)


def holds(condition: nw.Expr) -> nw.Expr:
    """Return where a condition holds; missing is not holding."""
    return condition.fill_null(value=False)


def count(condition: nw.Expr) -> nw.Expr:
    """Return 1 where a condition holds, else 0: something to add up."""
    return condition.cast(nw.Int64)


def choose(cases: Iterable[tuple[nw.Expr, nw.Expr]]) -> nw.Expr:
    """Return the value of the first case that holds; missing where none does."""
    chain: Any = nw
    for where, then in cases:
        chain = chain.when(where).then(then)
    chosen: nw.Expr = chain
    return chosen


def first_that_holds(conditions: Sequence[nw.Expr]) -> nw.Expr:
    """Return the number of the first condition that holds, from 1; 0 where none does."""
    cases = ((where, nw.lit(float(n))) for n, where in enumerate(conditions, start=1))
    return choose(cases).fill_null(0.0)


def read_money(frame: Frame, decimals: int) -> Frame:
    """Add what a column ``given`` of amounts comes to, on the grid `custvalue._money` knows.

    ``whole`` holds the whole minor units, not yet as integers, and ``amiss`` says what is wrong:
    1 for an infinite amount, 2 for a huge one, 3 for one off the grid; 0 for nothing.
    """
    given, factor = nw.col("given"), 10**decimals
    if frame.schema["given"].is_integer():
        most = LARGEST_AMOUNT // factor
        too_large = holds((given > most) | (given < -most))
        whole = nw.when(~too_large).then(given) * factor
        amiss = [too_large & ~too_large, too_large]  # no whole number is infinite
    else:
        scaled = given * float(factor)
        whole, size = scaled.round(0), scaled.abs()
        ulp = (size + size * HALF_ULP) - size
        far = (scaled - whole).abs()
        off_grid = holds((far > TOLERANCE) & (far > 2 * ulp))
        amiss = [infinite(given), holds(size > LARGEST_AMOUNT), off_grid]
    columns = (whole.alias("whole"), first_that_holds(amiss).alias("amiss"))
    return frame.map(lambda rows: rows.with_columns(columns))


@attrs.frozen(eq=False)
class Check:
    """What must not be in any row, what to say of it, and the column to quote."""

    wrong: nw.Expr
    must: str
    column: str
    advice: str = CORRECT


def look(frame: Frame, checks: Sequence[Check], sums: Sums | None = None) -> dict[str, Any]:
    """Reduce a frame to one row in one pass; raise where a row is wrong, quoting some."""
    wrong: Sums = {f"wrong {n}": (count(check.wrong), "sum") for n, check in enumerate(checks)}
    asked = {**wrong, **(sums or {})}
    found = {name: value for name, (value,) in frame.gather(asked).items()} if asked else {}
    for name, check in zip(wrong, checks, strict=True):
        rows = found.pop(name)
        if rows:
            some = frame.sample(check.wrong, [check.column])[check.column]
            quoted = ", ".join(sorted({repr(value) for value in some}))
            msg = f"{check.must}, got {quoted} in {say_count(rows, 'row', 'rows')}: {check.advice}"
            raise InputError(msg)
    return found


def check_money(name: str, decimals: int) -> list[Check]:
    """Return what must not be in a column of money, as `read_money` found it."""
    sentences = (
        (f"{name} must be finite", CORRECT),
        (f"{name} must stay below 2**51 minor units", "check the unit, or use fewer decimals"),
        (
            f"{name} must be whole minor units (decimals={decimals})",
            advise_rounding(decimals),
        ),
    )
    return [
        Check(nw.col("amiss") == kind, must, "given", advice)
        for kind, (must, advice) in enumerate(sentences, start=1)
    ]


def require_exact(size: float, what: str) -> None:
    """Raise where minor units add up, without their signs, to what sums can't hold exactly."""
    if size >= LARGEST_EXACT:
        msg = (
            f"{what} add up to 2**53 minor units or more, beyond which money is not exact: "
            "use fewer decimals or a larger unit, as thousands"
        )
        raise InputError(msg)
