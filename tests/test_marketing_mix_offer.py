"""An offer as plain data."""

import json
import pickle
from decimal import Decimal

import attrs
import numpy as np
import pandas as pd
import pytest

import custvalue as cv
from custvalue.errors import InputError, RuleError
from custvalue.marketing_mix import FourC, Offer

FULL = Offer(
    "modest",
    price=35,
    product={"diameter_mm": 6, "hardness": "wood"},
    place={"in_stock": True},
    promotion={"shown_how": False},
    costs={"delivery_fee": 4.5},
)


@pytest.mark.parametrize(
    ("aspect", "attribute", "value"),
    [
        ("solution", "diameter_mm", 6),
        (FourC.CONVENIENCE, "in_stock", True),
        ("communication", "shown_how", False),
        ("cost", "price", 35),
        ("cost", "delivery_fee", 4.5),
        ("solution", "price", None),
        ("solution", "in_stock", None),
        ("cost", "warranty", None),
    ],
)
def test_attributes_are_looked_up_under_the_lever(aspect, attribute, value):
    """Each aspect has its own lever; the price stands under cost, and nowhere else."""
    assert FULL.value_of(aspect, attribute) == value


def test_values_become_plain():
    """Numpy scalars, decimals and labels become Python's own; a missing value is unknown."""
    offer = Offer(
        "o",
        price=Decimal("29.90"),
        product={
            "size": np.int64(3),
            "weight": Decimal("0.5"),
            "hot": np.bool_(1),
            "tier": cv.ABCTier.A,
            "hue": None,
            "depth": float("nan"),
            "age": pd.NA,
        },
    )
    assert (offer.price, type(offer.price)) == (29.9, float)
    found = {name: (value, type(value)) for name, value in offer.product.items()}
    assert found == {
        "size": (3, int),
        "weight": (0.5, float),
        "hot": (True, bool),
        "tier": ("A", str),
    }
    assert repr(offer.product) == "{'size': 3, 'weight': 0.5, 'hot': True, 'tier': 'A'}"


def test_an_offer_is_a_value():
    """Equal by value whatever the order, hashable, frozen, picklable, and through JSON."""
    swapped = attrs.evolve(FULL, product={"hardness": "wood", "diameter_mm": 6.0})
    assert swapped == FULL
    assert hash(swapped) == hash(FULL)
    assert pickle.loads(pickle.dumps(FULL)) == FULL
    assert cv.from_dict(json.loads(json.dumps(cv.to_dict(FULL)))) == FULL
    assert FULL.product == {"diameter_mm": 6, "hardness": "wood"}
    assert FULL.product != [("diameter_mm", 6)]
    assert Offer("o", price=1, product={"hot": True}) != Offer("o", price=1, product={"hot": 1})
    assert Offer("o", price=1, product={"a": 1}) != Offer("o", price=1, place={"a": 1})
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        FULL.price = 1
    with pytest.raises(TypeError):
        FULL.product["diameter_mm"] = 8


def test_the_callers_mapping_is_not_kept():
    """Changing the mapping an offer was made from changes nothing."""
    product = {"size": 3}
    offer = Offer("o", price=1, product=product)
    product["size"] = 4
    assert offer.product["size"] == 3


def test_with_value_changes_one_thing():
    """The price, a value there is, or one that was unknown; the rest stays."""
    assert FULL.with_value("cost", "price", 30) == attrs.evolve(FULL, price=30)
    thin = FULL.with_value("solution", "diameter_mm", 4)
    assert thin.product == {"diameter_mm": 4, "hardness": "wood"}
    assert attrs.evolve(thin, product=FULL.product) == FULL
    assert FULL.with_value("convenience", "km", 2).place == {"in_stock": True, "km": 2}
    assert FULL.with_value("cost", "delivery_fee", 0).costs == {"delivery_fee": 0}


def test_needs_go_through_json():
    """A need comes back as it was, condition and all."""
    need = cv.Need("solution", "size", cv.in_range(2, 5), must_have=True, weight=Decimal("0.3"))
    assert need.weight == 0.3
    assert cv.from_dict(json.loads(json.dumps(cv.to_dict(need)))) == need


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({"name": 3}, TypeError, "the name of an offer must be text, got 3"),
        ({"name": " "}, RuleError, "an offer needs a name, got ' '"),
        (
            {"price": None},
            RuleError,
            (
                "the price of an offer must be known, got None: nobody can pay a price that is not "
                "said"
            ),
        ),
        ({"price": float("nan")}, RuleError, "the price of an offer must be known, got nan: "),
        ({"price": "9"}, TypeError, "the price of an offer must be a number, got '9'"),
        ({"price": True}, TypeError, "the price of an offer must be a number, got True"),
        (
            {"price": -1},
            RuleError,
            r"the price of an offer must be at least 0 and below 2\*\*53, got -1",
        ),
        (
            {"price": float("inf")},
            RuleError,
            r"the price of an offer must be at least 0 and below 2\*\*53, got inf",
        ),
        (
            {"product": [("size", 3)]},
            TypeError,
            (
                "product, costs, place and promotion must each be a mapping from attribute to "
                r"value, as \{'in_stock': True\}, got \[\('size', 3\)\]"
            ),
        ),
        ({"place": {3: 1}}, TypeError, "an attribute must be named in text, got 3"),
        ({"place": {"": 1}}, RuleError, "an attribute must have a name, got ''"),
        (
            {"place": {"km": [1]}},
            TypeError,
            r"km must be text, a number or a flag, got \[1\]",
        ),
        ({"place": {"km": float("inf")}}, InputError, "km must be finite, got inf"),
        ({"place": {"km": 2**53}}, InputError, r"km must be below 2\*\*53 in size, got 90071992"),
        (
            {"costs": {"price": 3}},
            RuleError,
            "the price of o must be given as price=, got it among its costs",
        ),
    ],
)
def test_offers_that_cannot_be(arguments, error, sentence):
    """A name, a price that can be paid, and attributes with plain values."""
    with pytest.raises(error, match=f"^{sentence}"):
        Offer(**{"name": "o", "price": 1, **arguments})


def test_aspects_are_four():
    """Another aspect has no lever to look under."""
    with pytest.raises(RuleError, match=r"^the aspect of a need must be one of solution, "):
        FULL.value_of("price", "price")
