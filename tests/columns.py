"""Columns of money in every dtype: what the scalar rules are the oracle for."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import strategies as st

Cents = list[int | None]

MISSING = {"none": None, "nan": float("nan"), "NA": pd.NA, "NaT": pd.NaT}


def _floats(cents: Cents) -> list[float]:
    return [float("nan") if cent is None else cent / 100 for cent in cents]


def _wholes(cents: Cents) -> list[int]:
    return [0 if cent is None else cent // 100 for cent in cents]


def _wholes_or_none(cents: Cents) -> list[int | None]:
    return [None if cent is None else cent // 100 for cent in cents]


def _decimals(cents: Cents) -> list[Decimal | None]:
    return [None if cent is None else Decimal(cent).scaleb(-2) for cent in cents]


def _arrow(values: list[Any], dtype: pa.DataType) -> pd.Series:
    return pd.Series(values, dtype=pd.ArrowDtype(dtype))


KINDS: dict[str, Callable[[Cents], Any]] = {
    "list": _floats,
    "list with None": _wholes_or_none,
    "tuple": lambda cents: tuple(_floats(cents)),
    "array of int64": lambda cents: np.array(_wholes(cents), dtype=np.int64),
    "array of float32": lambda cents: np.array(_floats(cents), dtype=np.float32),
    "int64": lambda cents: pd.Series(_wholes(cents), dtype="int64"),
    "int32": lambda cents: pd.Series(_wholes(cents), dtype="int32"),
    "uint64": lambda cents: pd.Series([abs(whole) for whole in _wholes(cents)], dtype="uint64"),
    "float64": lambda cents: pd.Series(_floats(cents), dtype="float64"),
    "float32": lambda cents: pd.Series(_floats(cents), dtype="float32"),
    "float16": lambda cents: pd.Series(np.array(_wholes(cents)) % 1000, dtype="float16"),
    "objects": lambda cents: pd.Series(_wholes_or_none(cents), dtype=object),
    "objects, Decimal": lambda cents: pd.Series(_decimals(cents), dtype=object),
    "Int64": lambda cents: pd.Series(_wholes_or_none(cents), dtype="Int64"),
    "UInt8": lambda cents: pd.Series([0 if c is None else c % 256 for c in cents], dtype="UInt8"),
    "Float64": lambda cents: pd.Series(_floats(cents), dtype="Float64"),
    "Float32": lambda cents: pd.Series(_floats(cents), dtype="Float32"),
    "sparse": lambda cents: pd.Series(pd.arrays.SparseArray(_floats(cents))),
    "Arrow int64": lambda cents: _arrow(_wholes_or_none(cents), pa.int64()),
    "Arrow uint32": lambda cents: _arrow([abs(w) for w in _wholes(cents)], pa.uint32()),
    "Arrow double": lambda cents: _arrow(_floats(cents), pa.float64()),
    "Arrow float": lambda cents: _arrow(_floats(cents), pa.float32()),
    "Arrow decimal": lambda cents: _arrow(_decimals(cents), pa.decimal128(20, 2)),
    "Index": lambda cents: pd.Index(_floats(cents), dtype="float64"),
    "extension array": lambda cents: pd.array(_wholes_or_none(cents), dtype="Int64"),
}


def cents(*, max_size: int = 12) -> st.SearchStrategy[Cents]:
    """Draw money in cents, some of it missing, some of it recurring."""
    one = st.one_of(st.sampled_from((0, 1, -1, 10, 1999)), st.integers(-10_000_000, 10_000_000))
    return st.lists(st.one_of(st.none(), one, one), max_size=max_size)


def columns(*, max_size: int = 12) -> st.SearchStrategy[Any]:
    """Draw a column of money of any dtype and container."""
    return st.tuples(st.sampled_from(sorted(KINDS)), cents(max_size=max_size)).map(
        lambda drawn: KINDS[drawn[0]](drawn[1])
    )
