from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest

import custvalue as cv
from custvalue import _words as words


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (2, "2"),
        (2.0, "2"),
        (1e6, "1,000,000"),
        (0.1 + 0.2, "0.3"),
        (-0.0, "0"),
        (2.5e-7, "2.5e-07"),
        (Decimal("19.90"), "19.90"),
        (10**400, "1.00e+400"),  # beyond float64
    ],
)
def test_numbers_for_people(number, said) -> None:
    """Thousands are set apart; rounding noise and negative zero are not shown."""
    assert words.say_number(number) == said


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 orders"), (1, "1 order"), (2, "2 orders"), (2_000, "2,000 orders")]
)
def test_counts_with_their_noun(count, said) -> None:
    """One is singular; thousands are set apart."""
    assert words.say_count(count, "order", "orders") == said


@pytest.mark.parametrize(
    ("things", "said"),
    [
        ([], ""),
        (["ann"], "ann"),
        (["ann", 2, "eve"], "ann, 2, eve"),
        (["ann", 2, "eve", 4], "ann, 2, eve and 1 more"),
        (range(2_003), "0, 1, 2 and 2,000 more"),
        (pd.Index([7, 8, 9, 10]), "7, 8, 9 and 1 more"),
    ],
)
def test_the_first_of_many(things, said) -> None:
    """Three are named, as there is room for three; the rest is counted."""
    assert words.say_some(things, 3) == said


@pytest.mark.parametrize(
    ("share", "decimals", "said"),
    [
        (0.0, 0, "0%"),
        (1e-9, 0, "less than 1%"),
        (0.005, 0, "less than 1%"),
        (0.006, 0, "1%"),
        (0.5, 0, "50%"),
        (0.994, 0, "99%"),
        (0.995, 0, "more than 99%"),
        (1.0, 0, "100%"),
        (0.0004, 1, "less than 0.1%"),
        (0.9996, 1, "more than 99.9%"),
        (0.2866, 1, "28.7%"),
        (float("nan"), 1, "nan%"),
    ],
)
def test_shares_in_percent(share, decimals, said) -> None:
    """What is rare is not said to be never, nor what is common always."""
    assert words.say_percent(share, decimals) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1, "int"),
        (np.float64(1), "float64"),
        (pd.NA, "NAType"),
        (cv.at_least(2), "Interval"),
        (Decimal(1), "decimal.Decimal"),
        (pl.Series([1]), "polars.Series"),
    ],
)
def test_types_with_their_library(value, said) -> None:
    """What Python, numpy, pandas and custvalue bring needs no library's name."""
    assert words.say_type(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("yes", "'yes' (str)"),
        (None, "None (NoneType)"),
        ("x" * 98, f"'{'x' * 98}' (str)"),
        ("x" * 99, "str"),
        (pd.DataFrame({"a": [1]}), "DataFrame"),
        (pl.DataFrame({"a": [1]}), "polars.DataFrame: convert it, as with .to_pandas()"),
    ],
)
def test_values_for_errors(value, said) -> None:
    """Up to 100 characters on one line are quoted; of what is longer the type is named."""
    assert words.say_value(value) == said


class _Sheet:
    """A frame of no library we know, with columns and no `to_pandas`."""

    __module__ = "sheets.core"
    columns = ()


def test_frames_of_other_libraries() -> None:
    """They can be converted; other things of other libraries are just named."""
    assert words.say_frame(_Sheet()) == "sheets._Sheet: convert it, as with .to_pandas()"
    assert words.say_frame(Decimal(1)) == "decimal.Decimal"
    assert words.say_frame([1]) == "list"
