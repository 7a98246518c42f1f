"""What to offer next: best first, nothing twice, nothing held."""

import math
import re

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import custvalue as cv
from custvalue._baskets import recommending
from custvalue.baskets import pair_rules, recommend

BY = ("confidence", "confidence_low", "lift", "leverage")

goods = st.sampled_from("abcdef")
shop = st.lists(st.sets(goods, min_size=1), min_size=1, max_size=25)
holdings = st.dictionaries(st.integers(0, 9), st.sets(st.sampled_from("abcdefg"), min_size=1))

settings_of_calls = st.fixed_dictionaries(
    {
        "by": st.sampled_from(BY),
        "n": st.none() | st.integers(1, 4),
        "positive_only": st.booleans(),
    }
)


def as_lines(baskets, owner="basket") -> pd.DataFrame:
    """Return what baskets, or customers, hold as lines."""
    named = baskets.items() if isinstance(baskets, dict) else enumerate(baskets)
    rows = [(name, good) for name, held in named for good in sorted(held)]
    return pd.DataFrame(rows, columns=[owner, "item"])


def rules_of(**confidences) -> pd.DataFrame:
    """Return rules named like tea_milk, all positive, by their confidence."""
    pairs = [name.split("_") for name in confidences]
    return pd.DataFrame(
        {
            "antecedent": [pair[0] for pair in pairs],
            "consequent": [pair[1] for pair in pairs],
            "count_both": 10,
            "confidence": list(confidences.values()),
            "lift": 2.0,
            "association": pd.Categorical(
                ["positive"] * len(pairs), dtype=cv.baskets.Association.dtype()
            ),
        }
    )


def by_hand(rules, held, by, n, positive_only) -> list:
    """Return the consequents of one customer and their rules' antecedents, best first."""
    rows = [
        row
        for row in rules.to_dict("records")
        if row["antecedent"] in held
        and row["consequent"] not in held
        and (row["association"] == "positive" or not positive_only)
    ]
    rows.sort(
        key=lambda row: (
            *(-row[by], -row["lift"], -row["count_both"]),
            *(row["antecedent"], row["consequent"]),
        )
    )
    best = {}
    for row in rows:
        best.setdefault(row["consequent"], row["antecedent"])
    return list(best.items())[:n]


@settings(max_examples=40)
@given(shop, holdings, settings_of_calls, st.sampled_from([1, 7, 1000]))
def test_many_customers_against_one_by_one(baskets, held, how, block) -> None:
    """Each customer gets what a plain loop over the rules gives, alone and among others."""
    rules = pair_rules(as_lines(baskets * 20), min_count=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recommending, "MOST_FOUND", block)
        many = recommend(rules, as_lines(held, "customer_id"), **how)
    assert list(many.columns) == ["customer_id", *rules.columns]
    assert many["customer_id"].is_monotonic_increasing
    for customer, items in held.items():
        expected = by_hand(rules, items, **how)
        mine = many[many["customer_id"] == customer]
        assert list(zip(mine["consequent"], mine["antecedent"], strict=True)) == expected
        one = recommend(rules, items, **how)
        assert list(zip(one["consequent"], one["antecedent"], strict=True)) == expected
        pd.testing.assert_frame_equal(
            one, mine.drop(columns="customer_id").reset_index(drop=True), check_dtype=bool(len(one))
        )
    assert many.attrs["without_recommendation"] == len(held) - many["customer_id"].nunique()


def test_the_best_first_with_its_reason() -> None:
    """Two goods lead to milk: the stronger one is why."""
    rules = rules_of(tea_milk=0.5, jam_milk=0.7, tea_lemon=0.6, milk_tea=0.9)
    offer = recommend(rules, ["tea", "jam"])
    assert offer[["consequent", "antecedent"]].values.tolist() == [
        ["milk", "jam"],
        ["lemon", "tea"],
    ]
    assert recommend(rules, ["tea", "jam"], n=1)["consequent"].tolist() == ["milk"]
    assert recommend(rules, ["milk"])["consequent"].tolist() == ["tea"]


def test_ties_go_by_lift_count_and_name() -> None:
    """Equal rules have an order that no row order changes."""
    rules = rules_of(tea_c=0.5, tea_b=0.5, tea_a=0.5, tea_d=0.5)
    rules["lift"] = [1.5, 1.5, 1.5, 3.0]
    rules["count_both"] = [9, 2, 2, 2]
    for given_rules in (rules, rules.iloc[::-1], rules.sample(frac=1, random_state=1)):
        assert recommend(given_rules, ["tea"])["consequent"].tolist() == ["d", "c", "a", "b"]


def test_only_positive_rules_unless_told_otherwise() -> None:
    """What is bought together less than chance explains is no offer."""
    rules = rules_of(tea_milk=0.5, tea_jam=0.4, tea_rice=0.3)
    rules["association"] = ["negative", "cannot tell", "positive"]
    assert recommend(rules, ["tea"])["consequent"].tolist() == ["rice"]
    every = recommend(rules, ["tea"], positive_only=False)
    assert every["consequent"].tolist() == ["milk", "jam", "rice"]


@pytest.mark.parametrize(
    "items",
    [
        ["tea", " tea "],
        ("tea",),
        {"tea"},
        frozenset({"tea"}),
        np.array(["tea"]),
        pd.Series(["tea"]),
        pd.Series(["tea"], dtype="category"),
        pd.Index(["tea"]),
        pd.Series(["tea", "unheard of"], dtype="string"),
    ],
)
def test_what_a_customer_holds_may_come_in_anything(items) -> None:
    """Lists, sets and columns of text mean the same; unknown goods lead nowhere."""
    assert recommend(rules_of(tea_milk=0.5), items)["consequent"].tolist() == ["milk"]


def test_nothing_to_offer() -> None:
    """No goods, goods without a rule, or no rules give an empty table of the same columns."""
    rules = rules_of(tea_milk=0.5)
    for given_rules, items in ((rules, []), (rules, ["rice"]), (rules.iloc[:0], ["tea"])):
        offer = recommend(given_rules, items)
        assert offer.empty
        assert list(offer.columns) == list(rules.columns)
    nobody = recommend(rules, pd.DataFrame({"customer_id": [], "item": []}))
    assert nobody.empty
    assert nobody.attrs == {"without_recommendation": 0}


def test_customers_keep_their_ids() -> None:
    """The column of customers has its name and dtype, and comes in the order of ids."""
    held = pd.DataFrame({"who": pd.Series([9, 4, 4], dtype="Int64"), "good": ["tea", "tea", "x"]})
    offers = recommend(rules_of(tea_milk=0.5), held, customer="who", item="good")
    assert offers["who"].tolist() == [4, 9]
    assert offers["who"].dtype == "Int64"


def test_numbers_are_goods_too() -> None:
    """Article numbers match whatever dtype they come in."""
    rules = rules_of(tea_milk=0.5).assign(antecedent=[7], consequent=[8])
    for items in ([7], np.array([7], dtype="uint8"), pd.Series([7.0])):
        assert recommend(rules, items)["consequent"].tolist() == [8]


def test_rules_must_be_what_pair_rules_returns() -> None:
    """A frame that lacks a column, or has a pair twice, is refused."""
    rules = rules_of(tea_milk=0.5)
    message = (
        "rules must have the columns antecedent, consequent, count_both, lift, association, "
        "confidence; it lacks confidence and has antecedent, consequent, count_both, lift, "
        "association: give what pair_rules returned"
    )
    with pytest.raises(cv.InputError, match=f"^{re.escape(message)}$"):
        recommend(rules.drop(columns="confidence"), ["tea"])
    message = "rules must hold each pair once, got more: give what pair_rules returned"
    with pytest.raises(cv.InputError, match=f"^{re.escape(message)}$"):
        recommend(pd.concat([rules, rules]), ["tea"])
    with pytest.raises(TypeError, match=r"^rules must be a pandas DataFrame, got dict$"):
        recommend({}, ["tea"])


def test_settings_must_be_known() -> None:
    """Another measure, or no number of goods, is refused in a sentence."""
    rules = rules_of(tea_milk=0.5)
    message = "by must be one of confidence, confidence_low, lift, leverage, got 'support'"
    with pytest.raises(cv.InputError, match=f"^{re.escape(message)}$"):
        recommend(rules, ["tea"], by="support")
    with pytest.raises(cv.InputError, match=r"^n must be at least 1, got 0$"):
        recommend(rules, ["tea"], n=0)
    for items in ("tea", 7, None, pl.DataFrame({"item": ["tea"]})):
        with pytest.raises(TypeError, match=r"^items must be a list of what one customer holds"):
            recommend(rules, items)
    with pytest.raises(cv.InputError, match=r"^items must be known .* in row 1: name it"):
        recommend(rules, ["tea", math.nan])
    with pytest.raises(cv.InputError, match=r"name yours with customer= and item=$"):
        recommend(rules, pd.DataFrame({"item": ["tea"]}))
