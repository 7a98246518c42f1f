"""Which offer is best for each of many customers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import custvalue as cv
from custvalue._marketing_mix import many
from custvalue.errors import InputError, RuleError
from custvalue.marketing_mix import Need, Offer, match, match_customers
from needs_and_offers import BY_CUSTOMER, OFFERS, TOPICS, needs_on

MODEST = Offer("modest", price=35, product={"diameter_mm": 6})
LARGE = Offer("large", price=55, product={"diameter_mm": 13})


def budget(most, *, must_have=True):
    """Return the need to pay no more than that."""
    return Need("cost", "price", cv.at_most(most), must_have=must_have)


THIN = Need("solution", "diameter_mm", cv.at_most(6), must_have=True)
THICK = Need("solution", "diameter_mm", cv.at_least(10), must_have=True)


def long_frame(needs_by_customer, customer="customer"):
    """Return a row per need; customers without needs have none."""
    rows = [(who, need) for who, needs in needs_by_customer.items() for need in needs]
    return pd.DataFrame(
        {
            customer: [who for who, _ in rows],
            "aspect": [need.aspect.value for _, need in rows],
            "attribute": [need.attribute for _, need in rows],
            "condition": [need.condition for _, need in rows],
            "must_have": [need.must_have for _, need in rows],
            "weight": [need.weight for _, need in rows],
        }
    )


def test_best_offers_and_reasons():
    """Everybody is there, with the best offer and the reason; each offer knows whom it reaches."""
    needs = {
        "eve": [THIN, budget(60)],
        "bob": [budget(20)],
        "ann": [THICK, budget(50)],
        "dan": [],
        "cem": [budget(60, must_have=False), THICK],
    }
    found = match_customers(needs, [LARGE, MODEST])
    assert found.customers.index.tolist() == ["ann", "bob", "cem", "dan", "eve"]
    assert found.customers.index.name == "customer"
    assert found.customers.columns.tolist() == [
        "offer",
        "share_met",
        "price",
        "fitting_offers",
        "reason",
    ]
    assert found.customers["offer"].cat.categories.tolist() == ["large", "modest"]
    assert found.customers["offer"].cat.codes.tolist() == [-1, -1, 0, 1, 1]
    assert found.customers["share_met"].fillna(-1).tolist() == [-1, -1, 1, -1, -1]
    assert found.customers["price"].fillna(-1).tolist() == [-1, -1, 55, 35, 35]
    assert found.customers["fitting_offers"].tolist() == [0, 0, 1, 2, 1]
    assert found.customers["reason"].tolist() == [
        "each must-have is met by some offer, but no offer meets them all",
        "no offer meets price ≤ 20",
        "meets every must-have",
        "meets every must-have",
        "meets every must-have",
    ]
    assert found.offers.to_dict("index") == {
        "large": {
            "price": 55.0,
            "fits": 2,
            "share_of_customers": 0.4,
            "best_for": 1,
            "only_for": 1,
        },
        "modest": {
            "price": 35.0,
            "fits": 2,
            "share_of_customers": 0.4,
            "best_for": 2,
            "only_for": 1,
        },
    }
    assert found.without_ability_to_pay == 2
    assert str(found).splitlines() == [
        "3 of 5 customers find an offer that meets every must-have; large fits most (2).",
        "Ask what they can pay: 2 customers do not say.",
    ]
    assert found._repr_html_().startswith("<p>3 of 5 customers find")


@settings(max_examples=60, deadline=None)
@given(BY_CUSTOMER, OFFERS)
def test_one_by_one(needs, offers):
    """Each customer gets what comes first for it alone, if that meets its every must-have."""
    found = match_customers(needs, offers)
    assert found.customers.index.tolist() == list(needs)
    tables = {who: match(stated, offers) for who, stated in needs.items()}
    fits = pd.DataFrame(
        {who: table["meets_all"] for who, table in tables.items()},
        index=[offer.name for offer in offers],
    )
    for who, row in found.customers.iterrows():
        first = tables[who].iloc[0]
        assert row["fitting_offers"] == fits[who].sum()
        if not first["meets_all"]:
            assert pd.isna([row["offer"], row["share_met"], row["price"]]).all()
            continue
        assert row["offer"] == first.name
        assert row["price"] == first["price"]
        np.testing.assert_equal(row["share_met"], first["share_met"])
        assert row["reason"] == "meets every must-have"
    assert found.offers["fits"].tolist() == fits.sum(axis=1).tolist()
    assert found.offers["only_for"].tolist() == [
        int((fits.loc[offer.name] & (fits.sum() == 1)).sum()) for offer in offers
    ]
    best = found.customers["offer"].value_counts()
    assert found.offers["best_for"].to_dict() == best.to_dict()
    asked = [cv.marketing_mix.translate(stated).open_questions for stated in needs.values()]
    assert found.without_ability_to_pay == sum(map(len, asked))


@settings(max_examples=60, deadline=None)
@given(st.lists(needs_on(*TOPICS, weights=(1 / 3, 2 / 3, 1, 1e-30, 1e30)), max_size=5), OFFERS)
def test_one_by_one_with_any_weights(lists, offers):
    """Weights that fit no common whole numbers of 64 bits are still compared as written."""
    found = match_customers(dict(enumerate(lists)), offers).customers
    for who, needs in enumerate(lists):
        first = match(needs, offers).iloc[0]
        if first["meets_all"]:
            assert found.loc[who, "offer"] == first.name
            np.testing.assert_equal(found.loc[who, "share_met"], first["share_met"])


@settings(max_examples=50, deadline=None)
@given(BY_CUSTOMER, OFFERS, st.randoms(use_true_random=False), st.sampled_from([1, 3, 1 << 21]))
def test_a_frame_in_any_order(needs, offers, random, cells):
    """A long frame says the same as lists, whatever the order of its rows and size of blocks."""
    needs = {who: stated for who, stated in needs.items() if stated}
    frame = long_frame(needs)
    shuffled = frame.loc[random.sample(range(len(frame)), len(frame))]
    columns = ["offer", "share_met", "price", "fitting_offers"]
    expected = match_customers(needs, offers)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(many, "CELLS", cells)
        found = match_customers(shuffled, offers)
    pd.testing.assert_frame_equal(
        found.customers[columns], expected.customers[columns], check_index_type=False
    )
    pd.testing.assert_frame_equal(found.offers, expected.offers)


def test_many_questions_at_once():
    """A budget of its own for each customer is looked at in blocks, and none is mixed up."""
    most = np.arange(70_000) / 100
    frame = pd.DataFrame(
        {
            "customer": np.arange(70_000),
            "aspect": "cost",
            "attribute": "price",
            "condition": [cv.at_most(x) for x in most.tolist()],
            "must_have": True,
        }
    )
    found = match_customers(frame, [Offer("a", price=300.25), Offer("b", price=300.5)])
    served = found.customers["offer"].notna().to_numpy()
    assert served.tolist() == (most >= 300.25).tolist()
    assert found.customers["fitting_offers"].sum() == (
        np.count_nonzero(most >= 300.25) + np.count_nonzero(most >= 300.5)
    )


@pytest.mark.parametrize("kind", ["object", "category", "string", "arrow"])
def test_columns_of_any_kind(kind):
    """Text in any dtype, nullable and Arrow flags and weights, an odd index: the same answer."""
    needs = {"b": [THIN, budget(40)], "a": [budget(60), Need("solution", "hue", cv.known())]}
    plain = long_frame(needs, "who")
    frame = plain.set_index(pd.Index([7, 7, 3, None]))
    text = {
        "object": object,
        "category": "category",
        "string": "string",
        "arrow": "string[pyarrow]",
    }
    for name in ("who", "aspect", "attribute"):
        frame[name] = frame[name].astype(text[kind])
    if kind in ("string", "arrow"):
        frame["must_have"] = frame["must_have"].astype("boolean")
        frame["weight"] = frame["weight"].astype("Float64")
    before = frame.copy(deep=True)
    found = match_customers(frame, [LARGE, MODEST], customer="who").customers
    assert found.index.tolist() == ["a", "b"]
    assert found.index.name == "who"
    assert found["offer"].tolist() == ["modest", "modest"]
    assert found["share_met"].fillna(-1).tolist() == [0, -1]
    pd.testing.assert_frame_equal(frame, before)


def test_defaults_of_a_frame():
    """Without the columns nothing is a must-have and all weigh 1; a must-have needs no weight."""
    frame = long_frame({1: [budget(40), THIN, THICK]})
    found = match_customers(frame.drop(columns=["must_have", "weight"]), [LARGE, MODEST])
    assert found.customers["offer"].tolist() == ["modest"]
    assert found.customers["share_met"].tolist() == [2 / 3]
    frame["must_have"], frame["weight"] = [True, True, False], [None, float("nan"), 2.5]
    found = match_customers(frame, [LARGE, MODEST])
    assert found.customers["share_met"].tolist() == [0.0]


@pytest.mark.parametrize("needs", [{}, long_frame({}), long_frame({1: [THIN]}).iloc[:0]])
def test_nobody_asked(needs):
    """No customer, no row; the shares of nobody are undefined."""
    found = match_customers(needs, [MODEST])
    assert found.customers.shape == (0, 5)
    assert found.offers["fits"].tolist() == [0]
    assert found.offers["share_of_customers"].isna().all()
    assert str(found) == "0 of 0 customers find an offer that meets every must-have."


def test_the_same_words_about_two_things():
    """Needs that read alike under two aspects share their sentence."""
    here = Need("convenience", "size", cv.at_most(1), must_have=True)
    there = Need("solution", "size", cv.at_most(1), must_have=True)
    found = match_customers({1: [here], 2: [there]}, [MODEST]).customers
    assert found["reason"].tolist() == ["no offer meets size ≤ 1"] * 2


def wrong(**columns):
    """Return a frame of two needs with some columns replaced."""
    return long_frame({"a": [THIN], "b": [Need("cost", "price", cv.at_most(6))]}).assign(**columns)


@pytest.mark.parametrize(
    ("needs", "error", "sentence"),
    [
        (
            [THIN],
            TypeError,
            (
                r"match_customers takes needs by customer, as a pandas frame with a row per need "
                r"or as \{customer: \[Need\(...\), ...\]\}, got list$"
            ),
        ),
        (
            {"a": THIN},
            TypeError,
            (
                r"match_customers takes a list of needs, got Need: write match_customers\("
                r"\{customer: \[need\]\}, ...\)$"
            ),
        ),
        (
            wrong().drop(columns="condition"),
            InputError,
            "needs must have the columns customer, aspect, attribute, condition; it lacks condit",
        ),
        (
            wrong(customer=["a", None]),
            InputError,
            "the customer of a need must be known, got none in row 1$",
        ),
        (
            wrong(aspect=["solution", None]),
            InputError,
            "the aspect of a need must be known, got none in row 1$",
        ),
        (
            wrong(aspect=["solution", "price"]),
            InputError,
            r"aspect must hold labels of FourC \(solution, cost, .*\), got 'price' in row 1$",
        ),
        (
            wrong(attribute=["", "price"]),
            InputError,
            "the attribute of a need must be named in text, got others in row 0$",
        ),
        (
            wrong(attribute=pd.Series([10**400, "price"], dtype=object)),
            InputError,
            "the attribute of a need must be named in text, got others in row 0$",
        ),
        (
            wrong(attribute=pd.Series([None, 3], dtype=object)),
            InputError,
            "the attribute of a need must be named in text, got others in rows 0, 1$",
        ),
        (
            wrong(condition=[cv.at_most(3), "≤ 6"]),
            TypeError,
            (
                r"the condition of a need must be one, got '≤ 6' in row 1: make one, as with "
                r"at_most\(6\) or equals\('red'\)$"
            ),
        ),
        (
            wrong(must_have=pd.Series([True, None], dtype="boolean")),
            InputError,
            "must_have must be known, got none in row 1$",
        ),
        (
            wrong(weight=[1, 0]),
            InputError,
            "the weight of a nice-to-have must be above 0, got others in row 1$",
        ),
        (
            wrong(weight=[None, -1.5]),
            InputError,
            "the weight of a nice-to-have must be above 0, got others in row 1$",
        ),
        (
            wrong(weight=[1, None]),
            InputError,
            "the weight of a nice-to-have must be above 0, got others in row 1$",
        ),
        (wrong(weight=[1, np.inf]), InputError, "weight must be finite, got infinity in row 1$"),
    ],
)
def test_needs_that_cannot_be_read(needs, error, sentence):
    """What is wrong is said with its rows; nobody is left out in silence."""
    with pytest.raises(error, match=f"^{sentence}"):
        match_customers(needs, [MODEST])


def test_offers_are_checked():
    """As for one customer: at least one, each with its own name."""
    with pytest.raises(InputError, match=r"^match_customers needs at least one offer, got none$"):
        match_customers({}, [])
    with pytest.raises(RuleError, match=r"^offers must have names of their own, got more of mod"):
        match_customers({}, [MODEST, MODEST])
    with pytest.raises(TypeError, match=r"^offer odd, diameter_mm: what at_most\(6\) is asked ab"):
        match_customers({1: [THIN]}, [Offer("odd", price=1, product={"diameter_mm": "six"})])


def test_ids_of_any_kind():
    """Ids that do not compare stay in order of appearance; tuples are ids, too."""
    ids = [("b", 1), "a", 3]
    found = match_customers({who: [] for who in ids}, [MODEST])
    assert found.customers.index.tolist() == ids
    assert found.customers["offer"].tolist() == ["modest"] * 3
