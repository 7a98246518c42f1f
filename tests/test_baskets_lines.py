"""Lines of any dtype give the same rules; one that lacks something is an error."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import custvalue as cv
from custvalue.baskets import pair_rules

BASKETS = [1, 1, 2, 2, 3, 3, 3]
ITEMS = ["tea", "milk", "tea", "milk", "tea", "milk", "jam"]
PAIRS = [("milk", "tea"), ("tea", "milk")]

DTYPES = {
    "objects": lambda values: pd.Series(values, dtype=object),
    "default": pd.Series,
    "string": lambda values: pd.Series(values, dtype="string"),
    "categories": lambda values: pd.Series(values, dtype="category"),
    "categories, some unused": lambda values: pd.Series(
        pd.Categorical(values, categories=["", "zinc", *sorted(set(values))])
    ),
    "Arrow": lambda values: pd.Series(values, dtype=pd.ArrowDtype(pa.string())),
    "Arrow dictionary": lambda values: pd.Series(
        values, dtype=pd.ArrowDtype(pa.dictionary(pa.int32(), pa.string()))
    ),
}
NUMBERS = {
    "int64": lambda values: pd.Series(values, dtype="int64"),
    "uint8": lambda values: pd.Series(values, dtype="uint8"),
    "far apart": lambda values: pd.Series(values, dtype="int64") * 4_611_686_018_427,
    "float64": lambda values: pd.Series(values, dtype="float64"),
    "nullable": lambda values: pd.Series(values, dtype="Int64"),
    "Arrow int": lambda values: pd.Series(values, dtype=pd.ArrowDtype(pa.int32())),
    "text": lambda values: pd.Series([f"no. {value}" for value in values]),
    "days": lambda values: pd.Series(pd.to_datetime("2026-01-01") + pd.to_timedelta(values, "D")),
    "pairs": lambda values: pd.Series([("shop", value) for value in values]),
    "mixed": lambda values: pd.Series([str(v) if v == 2 else v for v in values], dtype=object),
}


@pytest.mark.parametrize("make", DTYPES.values(), ids=DTYPES)
def test_goods_of_any_dtype(make) -> None:
    """Text in any dtype gives the same rules, in that dtype."""
    lines = pd.DataFrame({"basket": BASKETS, "item": make(ITEMS)})
    rules = pair_rules(lines, min_count=2)
    found = list(zip(rules["antecedent"].tolist(), rules["consequent"].tolist(), strict=True))
    assert sorted(found) == PAIRS  # Arrow dictionaries have no order
    assert rules["antecedent"].dtype == rules["consequent"].dtype == lines["item"].dtype


@pytest.mark.parametrize("make", NUMBERS.values(), ids=NUMBERS)
def test_baskets_of_any_dtype(make) -> None:
    """Ids of any kind tell baskets apart."""
    lines = pd.DataFrame({"basket": make(BASKETS), "item": ITEMS})
    rules = pair_rules(lines, min_count=2)
    assert rules[["baskets", "count_antecedent", "count_both"]].values.tolist() == [[3, 3, 3]] * 2


@pytest.mark.parametrize("make", NUMBERS.values(), ids=NUMBERS)
def test_goods_may_be_numbers(make) -> None:
    """Article numbers keep their dtype; goods that don't compare have the order of appearance."""
    items = make([7, 2, 7, 2, 7, 2, 9])
    rules = pair_rules(pd.DataFrame({"basket": BASKETS, "item": items}), min_count=2)
    assert set(rules["antecedent"]) == {items[0], items[1]}
    assert rules["antecedent"].dtype == items.dtype


@pytest.mark.parametrize("make", DTYPES.values(), ids=DTYPES)
def test_blanks_around_text_do_not_count(make) -> None:
    """Tea with a blank behind it is tea, and twice tea in a basket is one."""
    items = make([" tea", "milk", "tea ", "milk\n", "tea", " tea ", "milk"])
    rules = pair_rules(pd.DataFrame({"basket": BASKETS, "item": items}), min_count=3)
    found = list(zip(rules["antecedent"].tolist(), rules["consequent"].tolist(), strict=True))
    assert sorted(found) == PAIRS  # Arrow dictionaries have no order
    assert rules["count_antecedent"].tolist() == [3, 3]


def test_text_beside_numbers() -> None:
    """A column of both keeps both; the text loses its blanks."""
    lines = pd.DataFrame({"basket": BASKETS, "item": [1, " x", 1, "x", 1, "x ", 2]})
    rules = pair_rules(lines, min_count=2)
    assert rules["antecedent"].tolist() == [1, "x"]


@pytest.mark.parametrize("nothing", [None, np.nan, pd.NA, "", " ", "\t\n"])
def test_a_good_without_a_name_is_an_error(nothing) -> None:
    """The sentence names the rows."""
    items = pd.Series(["tea", nothing, "milk", nothing], dtype=object)
    lines = pd.DataFrame({"basket": [1, 1, 2, 2], "item": items})
    lines.index = ["a", "b", "c", "d"]
    message = (
        "item must be known in every line, got missing or blank in rows b, d: "
        "name it, or leave these lines out"
    )
    with pytest.raises(cv.InputError, match=f"^{re.escape(message)}$"):
        pair_rules(lines, min_count=1)
    with pytest.raises(cv.InputError, match=f"^{re.escape(message)}$"):
        pair_rules(lines.astype({"item": "category"}), min_count=1)


@pytest.mark.parametrize(
    "baskets",
    [
        pd.Series([1, None, 2, 2]),
        pd.Series([1, None, 2, 2], dtype="Int64"),
        pd.Series(["x", "", "y", "y"]),
        pd.Series(["x", None, "y", "y"], dtype="category"),
        pd.Series([None, pd.NaT, None, None], dtype="datetime64[s]"),
    ],
)
def test_a_line_without_a_basket_is_an_error(baskets) -> None:
    """A receipt number that lacks is no basket of its own."""
    lines = pd.DataFrame({"receipt": baskets, "good": ["tea", "milk", "tea", "milk"]})
    with pytest.raises(cv.InputError, match=r"^receipt must be known in every line, got missing "):
        pair_rules(lines, basket="receipt", item="good", min_count=1)


def test_lines_must_have_their_columns() -> None:
    """A frame without them, and what is no frame, are told what to do."""
    lines = pd.DataFrame({"order": [1], "item": ["tea"]})
    message = (
        "lines must have the columns basket, item; it lacks basket and has order, item: "
        "name yours with basket= and item="
    )
    with pytest.raises(cv.InputError, match=f"^{re.escape(message)}$"):
        pair_rules(lines, min_count=1)
    with pytest.raises(TypeError, match=r"^lines must be a pandas DataFrame, got list$"):
        pair_rules([1, 2], min_count=1)


def test_goods_must_be_hashable() -> None:
    """A list of goods in one line is to be exploded first."""
    lines = pd.DataFrame({"basket": [1, 2], "item": [["tea"], ["milk"]]})
    with pytest.raises(TypeError, match=r"^item must hold ids that can be hashed, got others: "):
        pair_rules(lines, min_count=1)


def test_an_index_of_any_kind_is_ignored() -> None:
    """Rows may repeat their labels."""
    lines = pd.DataFrame({"basket": BASKETS, "item": ITEMS}, index=[0] * 7)
    assert len(pair_rules(lines, min_count=2)) == 2
