import json
import pickle
import re
from decimal import Decimal

import attrs
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import custvalue as cv
from columns import KINDS, MISSING, cents
from custvalue.prospects import NonCustomer, TargetProfile

CHAIN = TargetProfile(
    {"stores": cv.at_least(3), "city": cv.one_of("Rome", "Oslo"), "cold_chain": cv.is_true()}
)

GOLDEN = [
    # what is known of someone, and which kind of non-customer that makes
    ({"stores": 3, "city": "Rome", "cold_chain": True}, "near"),
    ({"stores": 300, "city": "Oslo", "cold_chain": 1}, "near"),
    ({"stores": 2, "city": "Rome", "cold_chain": True}, "refusing"),
    ({"stores": 3, "city": "Lima", "cold_chain": True}, "refusing"),
    ({"stores": 3, "city": "Rome", "cold_chain": False}, "refusing"),
    ({"stores": 0, "city": "Lima", "cold_chain": 0}, "refusing"),
    ({"stores": 2}, "refusing"),
    ({"stores": 2, "city": None, "cold_chain": None}, "refusing"),
    ({"stores": 3, "city": "Rome"}, "unexplored"),
    ({"stores": 3, "city": "Rome", "cold_chain": None}, "unexplored"),
    ({"stores": float("nan"), "city": "Rome", "cold_chain": True}, "unexplored"),
    ({"stores": None, "city": None, "cold_chain": None}, "unexplored"),
    ({}, "unexplored"),
]

values = {
    "stores": st.one_of(st.none(), st.integers(0, 5)),
    "city": st.one_of(st.none(), st.sampled_from(["Rome", "Oslo", "Lima"])),
    "cold_chain": st.one_of(st.none(), st.booleans()),
}
person = st.fixed_dictionaries({}, optional=values)
people = st.lists(st.fixed_dictionaries(values), max_size=8)


def as_frame(rows) -> pd.DataFrame:
    """Return people as a frame of objects, None for missing, under an odd index."""
    frame = pd.DataFrame(rows, columns=list(values), dtype=object)
    return frame.set_index(pd.Index([("b", 1)[row % 2] for row in range(len(frame))], dtype=object))


def by_hand(facts) -> str:
    """Tell the kind of one person from the three requirements, spelled out."""
    verdicts = [
        None if facts.get("stores") is None else facts["stores"] >= 3,
        None if facts.get("city") is None else facts["city"] in ("Rome", "Oslo"),
        None if facts.get("cold_chain") is None else facts["cold_chain"] is True,
    ]
    if any(verdict is False for verdict in verdicts):
        return "refusing"
    return "near" if all(verdicts) else "unexplored"


@pytest.mark.parametrize(("facts", "kind"), GOLDEN)
def test_kinds_of_non_customers(facts, kind) -> None:
    """A person is near, refusing or unexplored as told, by name, as a mapping, and in a frame."""
    assert CHAIN.classify(**facts) is NonCustomer(kind)
    assert CHAIN.classify(facts) is NonCustomer(kind)
    frame = pd.DataFrame([{"name": "ann", "stores": None, **facts}], dtype=object)
    assert CHAIN.classify(frame).tolist() == [kind]


def test_labels() -> None:
    """Three unordered kinds, in English and Chinese."""
    assert [kind.value for kind in NonCustomer] == ["near", "refusing", "unexplored"]
    assert not NonCustomer.dtype().ordered
    assert [NonCustomer.from_label(kind.label(lang="zh")) for kind in NonCustomer] == list(
        NonCustomer
    )


@given(person)
def test_one_person_against_the_rule_spelled_out(facts) -> None:
    """Any failure refuses, all met is near, the rest is unexplored."""
    assert CHAIN.classify(**facts) == by_hand(facts)


@given(people)
def test_a_frame_gives_what_each_person_gives(rows) -> None:
    """The scalar rule is the oracle of the column, and nobody disappears."""
    frame = as_frame(rows)
    before = frame.copy(deep=True)
    kinds = CHAIN.classify(frame)
    assert kinds.tolist() == [CHAIN.classify(row).value for row in rows]
    assert kinds.index.equals(frame.index)
    assert kinds.dtype == NonCustomer.dtype()
    pd.testing.assert_frame_equal(frame, before)


@given(people, st.permutations(list(values)))
def test_neither_order_nor_other_columns_matter(rows, order) -> None:
    """Requirements, columns and further columns may come in any order."""
    frame = as_frame(rows)
    again = TargetProfile(
        [item for name in order for item in CHAIN.requirements if item[0] == name]
    )
    assert again == CHAIN
    assert hash(again) == hash(CHAIN)
    assert again.classify(frame[order].assign(other="x")).equals(CHAIN.classify(frame))


@given(person, st.sampled_from(list(values)))
def test_finding_out_more_never_unrefuses(facts, name) -> None:
    """Who refuses by what is known goes on refusing, whatever else becomes known."""
    known = CHAIN.classify({"stores": None, **facts})
    less = CHAIN.classify({"stores": None, **facts, name: None})
    assert less != "refusing" or known == "refusing"
    assert less != "near"


@settings(max_examples=50)
@given(cents(), st.sampled_from(sorted(KINDS)))
def test_any_column_of_numbers_will_do(drawn, kind) -> None:
    """Every dtype that holds numbers answers as its values do one by one."""
    column = KINDS[kind](drawn)
    profile = TargetProfile({"budget": cv.above(0)})
    frame = pd.DataFrame({"budget": column})
    one_by_one = [profile.classify(budget=value).value for value in pd.Series(column)]
    assert profile.classify(frame).tolist() == one_by_one


@pytest.mark.parametrize("missing", MISSING.values(), ids=MISSING)
@pytest.mark.parametrize("condition", [cv.at_most(3), cv.one_of("a"), cv.is_true(), cv.known()])
def test_whatever_is_missing_is_still_to_be_found_out(missing, condition) -> None:
    """None, NaN, NaT and pd.NA say nothing about one person."""
    profile = TargetProfile({"x": condition})
    assert profile.classify(x=missing) is NonCustomer.UNEXPLORED
    assert profile.classify({"x": missing}) is NonCustomer.UNEXPLORED


@pytest.mark.parametrize("dtype", [object, "float64", "Float64", pd.ArrowDtype(pa.float64())])
@pytest.mark.parametrize("condition", [cv.at_most(3), cv.one_of("a"), cv.is_true(), cv.known()])
def test_a_column_without_values_says_nothing(dtype, condition) -> None:
    """What is missing throughout is still to be found out, whatever its dtype."""
    frame = pd.DataFrame({"x": pd.Series([None, None], dtype=dtype)})
    profile = TargetProfile({"x": condition})
    assert profile.classify(frame).tolist() == ["unexplored"] * 2


@pytest.mark.parametrize("dtype", ["string", "category", pd.ArrowDtype(pa.string()), object])
def test_text_in_every_dtype(dtype) -> None:
    """Text answers alike in every dtype; a nullable flag does too."""
    frame = pd.DataFrame(
        {
            "stores": pd.Series([3, 3, 3], dtype="Int64"),
            "city": pd.Series(["Rome", "Lima", None], dtype=dtype),
            "cold_chain": pd.Series([True, True, True], dtype="boolean"),
        }
    ).set_axis([7, 7, 7])
    assert CHAIN.classify(frame).tolist() == ["near", "refusing", "unexplored"]
    assert CHAIN.classify(frame).index.tolist() == [7, 7, 7]


def test_numpy_scalars_and_decimals_are_scalars() -> None:
    """What comes out of a frame is read like what is typed."""
    assert CHAIN.classify(stores=np.int64(3), city=np.str_("Rome"), cold_chain=np.True_) == "near"
    assert TargetProfile({"x": cv.at_least(1)}).classify(x=Decimal("0.99")) == "refusing"


def test_a_known_value_is_all_that_known_asks() -> None:
    """`known` is met by any value, and never fails."""
    profile = TargetProfile({"price": cv.known()})
    assert profile.classify(price=0) is NonCustomer.NEAR
    assert profile.failures(pd.DataFrame({"price": [0, None]})).iloc[0].to_dict() == {
        "met": 1,
        "failing": 0,
        "to_find_out": 1,
        "failing_alone": 0,
    }


def test_nobody_is_no_trouble() -> None:
    """A frame without rows gives tables without people."""
    nobody = pd.DataFrame({"stores": []})
    assert CHAIN.classify(nobody).dtype == NonCustomer.dtype()
    assert len(CHAIN.classify(nobody)) == 0
    assert CHAIN.check(nobody).shape == (0, 3)
    assert CHAIN.failures(nobody).to_numpy().sum() == 0


def test_explain_says_what_fails_what_is_met_and_what_is_open() -> None:
    """Each kind says why, with the values it goes by."""
    assert CHAIN.explain(stores=1200, city="Rome", cold_chain=True) == (
        "near, as every requirement is met. Met: stores ≥ 3 (1,200), city: Oslo or Rome (Rome), "
        "cold_chain is true (True)."
    )
    assert CHAIN.explain({"stores": 2, "city": "Lima"}) == (
        "refusing, as stores ≥ 3 fails (2) and city: Oslo or Rome fails (Lima). "
        "To find out: cold_chain is true."
    )
    assert CHAIN.explain(stores=3) == (
        "unexplored, as nothing that is known fails. Met: stores ≥ 3 (3). "
        "To find out: city: Oslo or Rome, cold_chain is true."
    )
    assert CHAIN.explain() == (
        "unexplored, as nothing is known. "
        "To find out: stores ≥ 3, city: Oslo or Rome, cold_chain is true."
    )


def test_to_find_out_names_each_attribute_once() -> None:
    """Two requirements on one attribute are one thing to ask about."""
    profile = TargetProfile({"stores": [cv.at_least(3), cv.at_most(9)], "city": cv.known()})
    assert profile.attributes == ["stores", "city"]
    assert profile.to_find_out() == ["stores", "city"]
    assert profile.to_find_out(stores=1) == ["city"]
    assert profile.to_find_out({"stores": 4, "city": "Rome"}) == []
    assert profile.classify(stores=10, city="Rome") is NonCustomer.REFUSING
    assert profile.classify(stores=9, city="Rome") is NonCustomer.NEAR


@given(people)
def test_check_has_three_answers_for_each_person(rows) -> None:
    """True is met, false fails, missing is open; failures count them."""
    frame = as_frame(rows)
    table = CHAIN.check(frame)
    assert table.columns.tolist() == ["stores ≥ 3", "city: Oslo or Rome", "cold_chain is true"]
    assert table.index.equals(frame.index)
    assert set(table.dtypes.astype(str)) == {"boolean"}
    failing = table.eq(False).fillna(value=False).to_numpy(dtype=bool)
    kinds = CHAIN.classify(frame)
    assert failing.any(axis=1).tolist() == (kinds == "refusing").tolist()
    assert table.fillna(value=False).all(axis=1).tolist() == (kinds == "near").tolist()
    counts = CHAIN.failures(frame)
    assert counts.index.tolist() == table.columns.tolist()
    assert counts.index.name == "requirement"
    assert counts.dtypes.astype(str).to_dict() == dict.fromkeys(
        ["met", "failing", "to_find_out", "failing_alone"], "int64"
    )
    assert counts["met"].tolist() == table.sum().tolist()
    assert counts["failing"].tolist() == failing.sum(axis=0).tolist()
    assert counts["to_find_out"].tolist() == table.isna().sum().tolist()
    alone = failing & (failing.sum(axis=1) == 1)[:, None]
    assert counts["failing_alone"].tolist() == alone.sum(axis=0).tolist()
    assert (counts[["met", "failing", "to_find_out"]].sum(axis=1) == len(rows)).all()


def test_check_shares_nothing_with_the_frame() -> None:
    """What is written into the table does not reach the caller's flags, nor another column."""
    frame = pd.DataFrame({"cold_chain": [True, False]})
    table = CHAIN.check(frame)
    table.iloc[0, :] = False
    assert frame["cold_chain"].tolist() == [True, False]
    assert table.iloc[1].isna().tolist() == [True, True, False]


def test_requirements_that_read_alike_are_two_columns() -> None:
    """Two requirements whose words agree to 12 digits keep a column each."""
    profile = TargetProfile({"x": [cv.at_least(1), cv.at_least(1 + 1e-15)]})
    assert profile.check(pd.DataFrame({"x": [1.0]})).iloc[0].tolist() == [True, False]


# --- as plain data -----------------------------------------------------------------------------


def test_profiles_are_plain_data() -> None:
    """Stored and read, pickled or evolved, a profile is equal to what it was."""
    assert cv.from_dict(json.loads(json.dumps(cv.to_dict(CHAIN)))) == CHAIN
    assert cv.to_dict(TargetProfile({"x": [cv.above(1), cv.known()]})) == {
        "custvalue": 1,
        "rule": "target-profile",
        "requirements": [["x", {"above": [1]}], ["x", {"known": []}]],
    }
    assert pickle.loads(pickle.dumps(CHAIN)) == CHAIN
    assert attrs.evolve(CHAIN) == CHAIN
    assert repr(TargetProfile({"x": cv.above(1)})) == (
        "TargetProfile(requirements=(('x', above(1)),))"
    )
    assert str(CHAIN) == "stores ≥ 3\ncity: Oslo or Rome\ncold_chain is true"
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        CHAIN.requirements = ()


def test_profiles_are_equal_by_meaning() -> None:
    """Order, repetition and the kind of number make no difference; another bound does."""
    one = TargetProfile({"x": cv.at_least(2), "y": cv.one_of("a", "b")})
    other = TargetProfile({"y": [cv.one_of("b", "a")] * 2, "x": cv.at_least(2.0)})
    assert one == other
    assert len({one, other}) == 1
    assert one != TargetProfile({"x": cv.above(2), "y": cv.one_of("a", "b")})
    assert one != TargetProfile({"y": cv.at_least(2), "x": cv.one_of("a", "b")})


@pytest.mark.parametrize(
    "requirements", [5, ["ab"], [["x", {"at_least": [2], "above": [1]}]], [["x", {"missing": []}]]]
)
def test_a_malformed_document_is_a_rule_error(requirements) -> None:
    """What nobody could have stored is refused, not guessed at."""
    stored = {"custvalue": 1, "rule": "target-profile", "requirements": requirements}
    with pytest.raises(cv.RuleError):
        cv.from_dict(stored)


# --- what is refused ---------------------------------------------------------------------------

MALFORMED = [
    (
        {},
        cv.RuleError,
        "a target profile needs at least one requirement, got none: everybody would fit",
    ),
    (
        {"x": cv.missing()},
        cv.RuleError,
        (
            "x can't be asked to be missing: in a target profile a missing value is one still to "
            "be found out; ask for a flag, as equals(False)"
        ),
    ),
    ({" ": cv.known()}, cv.RuleError, "an attribute of a target profile must be named, got ' '"),
    ({3: cv.known()}, TypeError, "an attribute of a target profile must be a string, got 3"),
    (
        {"x": 3},
        TypeError,
        (
            "what x must meet has to be a condition, got 3: make one, as with at_least(18) or "
            "equals('Rome')"
        ),
    ),
    (
        {"x": []},
        TypeError,
        (
            "what x must meet has to be a condition, got []: make one, as with at_least(18) or "
            "equals('Rome')"
        ),
    ),
    (
        [cv.known()],
        TypeError,
        (
            "a target profile takes a mapping from attribute to condition, as {'age': "
            "at_least(18)}, got [known()]"
        ),
    ),
    (
        None,
        TypeError,
        (
            "a target profile takes a mapping from attribute to condition, as {'age': "
            "at_least(18)}, got None"
        ),
    ),
    (
        {"x": [cv.at_least(3), cv.known(), cv.below(3)]},
        cv.RuleError,
        (
            "somebody must be able to fit a target profile, but no value meets all of x ≥ 3, x is "
            "known, x < 3: drop or change one of them"
        ),
    ),
    (
        {"x": [cv.above(2), cv.below(5), cv.one_of(1, 10)]},
        cv.RuleError,
        (
            "somebody must be able to fit a target profile, but no value meets all of x > 2, x < "
            "5, x: 1 or 10: drop or change one of them"
        ),
    ),
]


@pytest.mark.parametrize(("requirements", "error", "message"), MALFORMED)
def test_malformed_profiles(requirements, error, message) -> None:
    """What everybody, or nobody, would fit is no profile; neither is what is no condition."""
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        TargetProfile(requirements)


@pytest.mark.parametrize(
    "conditions",
    [
        [cv.at_least(3), cv.at_most(3)],
        [cv.above(2), cv.below(5), cv.one_of(1, 3)],
        [cv.is_true(), cv.equals(True)],
        [cv.is_true(), cv.known()],
        [cv.one_of("a", "b"), cv.one_of("b", "c")],
    ],
)
def test_conditions_that_one_value_meets(conditions) -> None:
    """Several conditions on one attribute stand as long as some value meets them all."""
    assert len(TargetProfile({"x": conditions}).requirements) == 2 + (len(conditions) > 2)


UNFIT = [
    (
        lambda: CHAIN.classify(pd.DataFrame({"shops": [1], "town": ["Rome"]})),
        cv.InputError,
        (
            "people must have some of the attributes stores, city, cold_chain, got shops, town: "
            "rename yours"
        ),
    ),
    (
        lambda: CHAIN.classify(pd.DataFrame(index=["ann"])),
        cv.InputError,
        "people must have some of the attributes stores, city, cold_chain, got none: rename yours",
    ),
    (
        lambda: CHAIN.classify({"shops": 1}),
        cv.InputError,
        (
            "a person must have some of the attributes stores, city, cold_chain, got shops: "
            "rename yours"
        ),
    ),
    (
        lambda: CHAIN.classify(shops=1),
        TypeError,
        "the target profile asks about stores, city, cold_chain, got shops",
    ),
    (
        lambda: CHAIN.classify([3, "Rome", True]),
        TypeError,
        (
            "give one person by name or as one mapping, as row.to_dict(), and many as a DataFrame; "
            "got list"
        ),
    ),
    (
        lambda: CHAIN.explain({"stores": 3}, city="Rome"),
        TypeError,
        (
            "give one person by name or as one mapping, as row.to_dict(), and many as a DataFrame; "
            "got dict beside city"
        ),
    ),
    (
        lambda: CHAIN.classify(pd.DataFrame({"stores": [3]}), city="Rome"),
        TypeError,
        "give a frame or measures by name, got a frame and city",
    ),
    (
        lambda: CHAIN.to_find_out(stores=[3, 4]),
        TypeError,
        "one person has one value of stores, got list: give many people as a DataFrame",
    ),
    (
        lambda: CHAIN.failures({"stores": 3}),
        TypeError,
        "people must be a pandas DataFrame, got dict",
    ),
    (
        lambda: CHAIN.classify(stores="3"),
        TypeError,
        "what at_least(3) is asked about must be a number, got '3' (str)",
    ),
    (
        lambda: CHAIN.check(pd.DataFrame({"stores": [1.0, np.inf]}, index=["ann", "bob"])),
        cv.InputError,
        "what at_least(3) is asked about (stores) must be finite, got infinity in row bob",
    ),
]


@pytest.mark.parametrize(("ask", "error", "message"), UNFIT)
def test_people_that_cannot_be_read(ask, error, message) -> None:
    """Other people's columns, typos, and values of another kind are errors that say so."""
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        ask()
