"""Whom to contact today, why, and on which day there is room for it."""

import datetime as dt
import math
import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import custvalue as cv
from custvalue.care import CadencePolicy, ContactNeed, due_contacts

AS_OF = dt.date(2026, 3, 1)
COLUMNS = {
    "due_on": "datetime64[s]",
    "days_late": "int64",
    "days_between": "int64",
    "need": "category",
    "reason": "category",
}
POLICY = CadencePolicy(
    stage={"prospect": 10, "repeat": 30}, state={"drowsy": 3}, floor_days=5, ceiling_days=40
)

ages = st.one_of(st.none(), st.integers(0, 60))
worths = st.one_of(st.none(), st.integers(-2, 2))
row = st.tuples(
    st.sampled_from([None, "prospect", "repeat", "suspect"]),
    st.sampled_from([None, "awake", "drowsy"]),
    ages,
    ages,
    worths,
)
rows = st.lists(row, max_size=10)


def day(age) -> dt.date | None:
    """Return the day so many days before the one we look on."""
    return None if age is None else AS_OF - dt.timedelta(days=int(age))


def dates(days) -> list[str | None]:
    """Return the dates of a column as text, None where it is missing."""
    return [None if pd.isna(date) else date.date().isoformat() for date in days]


def case(drawn, ids=None) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Return customers, their last contacts, and their values."""
    columns = list(zip(*drawn, strict=True)) or [[]] * 5
    index = pd.Index(range(100, 100 + len(drawn)) if ids is None else ids)
    customers = pd.DataFrame(
        {
            "stage": pd.Series(columns[0], dtype=object),
            "state": pd.Series(columns[1], dtype=object),
            "last_order": as_dates(columns[3]),
        }
    ).set_index(index)
    return (
        customers,
        as_dates(columns[2]).set_axis(index),
        pd.Series(columns[4], dtype="Int64").set_axis(index),
    )


def as_dates(given) -> pd.Series:
    """Return the days of some ages as a column of dates."""
    return pd.Series(
        [pd.NaT if age is None else np.datetime64(day(age), "s") for age in given]
    ).astype("datetime64[s]")


def by_hand(row) -> tuple[int, int, ContactNeed]:
    """Return what one customer is to get: days between, days late, and the need."""
    stage, state, contact, order, _ = row
    between = POLICY.days_between(stage=stage, state=state)
    if contact is None:
        return between, 0, ContactNeed.NEVER_CONTACTED
    late, after_order = contact - between, None
    if order is not None and order < contact:
        after_order = order - POLICY.floor_days
    by_order = after_order is not None and after_order > late
    late = max(late, after_order) if by_order else late
    if contact > POLICY.ceiling_days:
        need = ContactNeed.FORGOTTEN
    elif late < 0:
        need = ContactNeed.NOT_YET
    else:
        need = ContactNeed.AFTER_ORDER if by_order else ContactNeed.DUE
    return between, late, need


def turn_by_hand(row, id_) -> tuple:
    """Return what sorts one customer into its turn."""
    _, late, need = by_hand(row)
    worth = math.inf if row[4] is None else -row[4]
    if need is ContactNeed.NEVER_CONTACTED:
        return (0, worth, id_)
    if need is ContactNeed.FORGOTTEN:
        return (1, -row[2], worth, id_)
    if need is ContactNeed.NOT_YET:
        return (3, -late, worth, id_)
    return (2, worth, -late, id_)


# --- the table ---------------------------------------------------------------------------------


def test_whom_to_contact_and_why() -> None:
    """A small plan is right in every cell, dtype and label."""
    customers, contacts, worth = case(
        [
            ("repeat", "awake", 30, None, 5),
            ("repeat", "awake", 29, None, 900),
            ("repeat", "drowsy", 6, 3, 50),
            ("repeat", "awake", 20, 5, 70),
            ("repeat", "awake", 20, 2, 60),
            ("suspect", None, 41, None, 0),
            ("prospect", None, None, None, 1),
            ("suspect", None, 40, 40, None),
        ],
        ids=list("abcdefgh"),
    )
    plan = due_contacts(customers, contacts, as_of="2026-03-01", policy=POLICY, value=worth)
    assert plan.dtypes.astype(str).to_dict() == COLUMNS
    assert plan["need"].dtype == ContactNeed.dtype()
    assert plan.index.tolist() == list("gfdcahbe")
    assert plan["days_late"].tolist() == [0, 1, 0, 1, 0, 0, -1, -3]
    assert plan["days_between"].tolist() == [10, 40, 30, 5, 30, 40, 30, 30]
    assert dates(plan["due_on"])[:2] + dates(plan["due_on"])[-1:] == [
        "2026-03-01",
        "2026-02-28",
        "2026-03-04",
    ]
    assert plan["reason"].tolist() == [
        "never contacted",
        "forgotten: no contact for more than 40 days; every 40 days, as nothing asks for less",
        "after an order: tell what the order gained, 5 days after it",
        "due: every 5 days, for state drowsy",
        "due: every 30 days, for stage repeat",
        "due: every 40 days, as nothing asks for less",
        "not yet: every 30 days, for stage repeat",
        "not yet: tell what the order gained, 5 days after it",
    ]


@given(drawn=rows)
def test_each_row_is_right(drawn) -> None:
    """Days, need and order are what plain Python makes of each customer alone."""
    customers, contacts, worth = case(drawn)
    plan = due_contacts(customers, contacts, as_of=AS_OF, policy=POLICY, value=worth)
    found = plan.sort_index()
    assert [
        (between, late, ContactNeed(need))
        for between, late, need in zip(
            found["days_between"], found["days_late"], found["need"], strict=True
        )
    ] == [by_hand(row) for row in drawn]
    ids = sorted(customers.index, key=lambda id_: turn_by_hand(drawn[id_ - 100], id_))
    assert plan.index.tolist() == ids
    assert dates(plan["due_on"]) == [day(late).isoformat() for late in plan["days_late"]]


@settings(max_examples=40)
@given(drawn=rows, seed=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(drawn, seed) -> None:
    """Shuffled customers get the same plan, and nobody disappears."""
    customers, contacts, worth = case(drawn)
    how = {"as_of": AS_OF, "policy": POLICY, "daily_capacity": 2}
    plan = due_contacts(customers, contacts, value=worth, **how)
    shuffled = seed.sample(range(len(drawn)), len(drawn))
    again = due_contacts(
        customers.iloc[shuffled], contacts.iloc[shuffled], value=worth.iloc[shuffled], **how
    )
    pd.testing.assert_frame_equal(again, plan)
    assert sorted(plan.index) == sorted(customers.index)


@settings(max_examples=40)
@given(drawn=rows)
def test_never_too_often_and_never_forgotten_without_being_due(drawn) -> None:
    """No contact is due within the floor after the last one; beyond the ceiling each is late."""
    customers, contacts, _ = case(drawn)
    plan = due_contacts(customers, contacts, as_of=AS_OF, policy=POLICY)
    since = (np.datetime64(AS_OF) - contacts.reindex(plan.index)).dt.days
    assert not (plan["days_late"] > since - POLICY.floor_days).any()
    assert (plan["days_late"][since > POLICY.ceiling_days] > 0).all()
    due = ~plan["need"].isin(["not yet"])
    assert (plan["days_late"] >= 0).tolist() == due.tolist()


def test_an_order_brings_the_contact_forward_only() -> None:
    """An order on the day of the contact is told already; a later one never delays what is due."""
    drawn = [("repeat", None, 20, 20, 0), ("repeat", None, 20, 19, 0), ("repeat", None, 39, 3, 0)]
    customers, contacts, _ = case(drawn)
    plan = due_contacts(customers, contacts, as_of=AS_OF, policy=POLICY).sort_index()
    assert plan["days_late"].tolist() == [-10, 14, 9]
    assert plan["need"].tolist() == ["not yet", "after an order", "due"]
    without = due_contacts(
        customers.drop(columns="last_order"), contacts, as_of=AS_OF, policy=POLICY
    )
    assert without.sort_index()["days_late"].tolist() == [-10, -10, 9]


def test_the_default_policy() -> None:
    """Without a policy the chosen days hold."""
    customers, contacts, _ = case([("prospect", None, 15, None, 0), ("suspect", None, 91, None, 0)])
    plan = due_contacts(customers, contacts, as_of=AS_OF)
    assert plan["days_late"].to_dict() == {101: 1, 100: 1}
    assert plan["need"].to_dict() == {101: "forgotten", 100: "due"}


def test_nobody_to_contact() -> None:
    """Without customers the table is there, with every column."""
    plan = due_contacts(pd.DataFrame({"stage": []}), [], as_of=AS_OF, value=[], daily_capacity=3)
    assert plan.empty
    assert plan.dtypes.astype(str).to_dict() == COLUMNS | {"contact_on": "datetime64[s]"}


@pytest.mark.parametrize("nobody", [[None, None], [math.nan, math.nan], [pd.NaT, pd.NaT]])
def test_nobody_was_ever_contacted(nobody) -> None:
    """Missing contacts of any kind are contacts that never were."""
    customers = pd.DataFrame({"stage": ["repeat", "prospect"]}, index=["b", "a"])
    plan = due_contacts(customers, nobody, as_of=AS_OF, daily_capacity=1)
    assert plan.index.tolist() == ["a", "b"]
    assert set(plan["need"]) == {"never contacted"}
    assert dates(plan["contact_on"]) == ["2026-03-01", "2026-03-02"]


@pytest.mark.parametrize(
    "contacts",
    [
        pd.Series([dt.date(2026, 2, 1), None], dtype=object),
        pd.Series([dt.datetime(2026, 2, 1, 17, 30), None], dtype="datetime64[ns]"),
        pd.Series([dt.date(2026, 2, 1), None], dtype=pd.ArrowDtype(pa.date32())),
        pd.DatetimeIndex(["2026-02-01 23:59", None]),
        np.array(["2026-02-01", "NaT"], dtype="datetime64[D]"),
    ],
    ids=["objects", "times", "Arrow", "index", "array"],
)
def test_dates_in_any_dress(contacts) -> None:
    """The day counts, whatever holds it; what was given stays as it was."""
    customers = pd.DataFrame({"stage": ["repeat", "repeat"]})
    before = contacts.copy()
    plan = due_contacts(customers, contacts, as_of=AS_OF)
    assert plan["days_late"].to_dict() == {1: 0, 0: -2}
    assert pd.Series(contacts).equals(pd.Series(before))


def test_ids_of_any_kind() -> None:
    """Ids that do not compare stand in order of appearance; several levels are ids, too."""
    mixed = pd.DataFrame({"stage": ["repeat"] * 3}, index=["b", 1, "a"])
    assert due_contacts(mixed, [None] * 3, as_of=AS_OF).index.tolist() == ["b", 1, "a"]
    two = mixed.set_index(pd.MultiIndex.from_tuples([("x", 2), ("x", 1), ("w", 9)]))
    assert due_contacts(two, [None] * 3, as_of=AS_OF).index.tolist() == [
        ("w", 9),
        ("x", 1),
        ("x", 2),
    ]


# --- room for so many a day --------------------------------------------------------------------


@settings(max_examples=40)
@given(drawn=rows, capacity=st.integers(1, 4))
def test_room_for_so_many_a_day(drawn, capacity) -> None:
    """No day holds more than it can, nobody is contacted before being due, no room is wasted."""
    customers, contacts, worth = case(drawn)
    plan = due_contacts(
        customers, contacts, as_of=AS_OF, policy=POLICY, value=worth, daily_capacity=capacity
    )
    day_of = plan["contact_on"]
    assert plan.dtypes.astype(str).to_dict() == COLUMNS | {"contact_on": "datetime64[s]"}
    assert day_of.is_monotonic_increasing
    assert day_of.value_counts().max() <= capacity if len(plan) else True
    ready = plan["due_on"].clip(lower=pd.Timestamp(AS_OF))
    assert (day_of >= ready).all()
    on, from_ = ((dates - pd.Timestamp(AS_OF)).dt.days.tolist() for dates in (day_of, ready))
    for contact, could in zip(on, from_, strict=True):
        assert all(on.count(day) == capacity for day in range(could, contact))


@settings(max_examples=40)
@given(drawn=rows, capacity=st.integers(1, 4))
def test_more_room_is_never_later(drawn, capacity) -> None:
    """With room for one more a day, nobody is contacted later."""
    customers, contacts, worth = case(drawn)
    tight, roomy = (
        due_contacts(
            customers, contacts, as_of=AS_OF, policy=POLICY, value=worth, daily_capacity=places
        )["contact_on"]
        for places in (capacity, capacity + 1)
    )
    assert (roomy <= tight).all()


def test_any_number_a_day() -> None:
    """With more room than customers, each is contacted as soon as it is due."""
    customers, contacts, _ = case([("repeat", None, 50, None, 0), ("repeat", None, 25, None, 0)])
    plan = due_contacts(
        customers, contacts, as_of=AS_OF, policy=POLICY, daily_capacity=np.int64(2**62)
    )
    assert dates(plan["contact_on"]) == ["2026-03-01", "2026-03-06"]


@settings(max_examples=15)
@given(drawn=st.lists(row, min_size=1, max_size=9), capacity=st.integers(1, 3))
def test_nobody_waits_forever(drawn, capacity) -> None:
    """Contacted day by day in the order of the plan, nobody waits longer than the page says."""
    policy = CadencePolicy(stage={"prospect": 2, "repeat": 5}, floor_days=1, ceiling_days=8)
    customers, contacts, worth = case(drawn)
    customers = customers.drop(columns="last_order")
    longest = policy.ceiling_days + math.ceil(len(drawn) / capacity)
    for past in range(3 * longest):
        today = pd.Timestamp(AS_OF) + pd.Timedelta(days=past)
        plan = due_contacts(
            customers, contacts, as_of=today, policy=policy, value=worth, daily_capacity=capacity
        )
        contacts = contacts.mask(
            contacts.index.isin(plan.index[plan["contact_on"] == today]), today
        )
        if past >= longest:
            assert ((today - contacts).dt.days <= longest).all()


def test_value_decides_only_before_one_is_forgotten() -> None:
    """A forgotten customer of no value comes before a valuable one that is merely due."""
    drawn = [("repeat", None, 35, None, 10_000), ("repeat", None, 41, None, 0)]
    customers, contacts, worth = case(drawn)
    plan = due_contacts(customers, contacts, as_of=AS_OF, policy=POLICY, value=worth)
    assert plan["need"].to_dict() == {101: "forgotten", 100: "due"}


# --- what is refused ---------------------------------------------------------------------------


def refused(**changed) -> dict:
    """Return arguments for two customers, some of them changed."""
    return {
        "customers": pd.DataFrame({"stage": ["repeat", "repeat"]}, index=["ann", "bob"]),
        "last_contact": pd.to_datetime(pd.Series(["2026-02-01", None], index=["ann", "bob"])),
        "as_of": AS_OF,
    } | changed


def column(first) -> pd.Series:
    """Return a column of dates of two customers."""
    return pd.Series([first, None], index=["ann", "bob"])


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        (
            {"last_contact": column(pd.Timestamp("2026-03-02"))},
            cv.InputError,
            (
                "last_contact must not lie after as_of (2026-03-01), got later days in row ann: "
                "look on a later day, or leave their dates out"
            ),
        ),
        (
            {
                "customers": pd.DataFrame(
                    {"stage": ["repeat"] * 2, "last_order": column(pd.Timestamp("2026-03-02"))}
                )
            },
            cv.InputError,
            "last_order must not lie after as_of (2026-03-01), got later days in row ann: look on",
        ),
        (
            {"last_contact": column(pd.Timestamp("1850-01-01"))},
            cv.InputError,
            (
                "last_contact must lie in the years 1900 to 2199, got others in row ann: correct "
                "these rows, or leave their dates out"
            ),
        ),
        (
            {"last_contact": column(pd.Timestamp("2026-02-01", tz="UTC"))},
            cv.InputError,
            (
                "last_contact must hold calendar days, got times with the zone UTC: convert them "
                "first, as with .dt.tz_localize(None)"
            ),
        ),
        (
            {"last_contact": column("2026-02-01")},
            TypeError,
            "last_contact must hold dates or times, got",
        ),
        (
            {"last_contact": column(None).iloc[::-1]},
            cv.InputError,
            "customers and last_contact must share one index in one order, got two that differ",
        ),
        (
            {"last_contact": [None]},
            cv.InputError,
            "customers and last_contact must have one length, got (2,) and (1,)",
        ),
        (
            {"value": column(1.0).iloc[::-1]},
            cv.InputError,
            "customers and value must share one index in one order, got two that differ",
        ),
        ({"value": ["much", "little"]}, TypeError, "value must hold numbers, got"),
        ({"value": [math.inf, 1]}, cv.InputError, "value must be finite, got infinity in row 0"),
        ({"customers": [1, 2]}, TypeError, "customers must be a pandas DataFrame, got list"),
        (
            {"customers": pd.DataFrame({"stage": ["repeat"] * 2}, index=[7, 7])},
            cv.InputError,
            "customers must hold each customer once, got more of 7: keep one row each",
        ),
        ({"as_of": "today"}, cv.InputError, "as_of must be a calendar day, as"),
        ({"policy": {"repeat": 30}}, TypeError, "policy must be a CadencePolicy, got dict"),
        (
            {"daily_capacity": 0},
            cv.InputError,
            "daily_capacity must be a whole number of contacts from 1 on, or None, got 0",
        ),
        ({"daily_capacity": 2.5}, TypeError, "daily_capacity must be a whole number of contacts"),
        ({"daily_capacity": True}, TypeError, "daily_capacity must be a whole number of contacts"),
    ],
)
def test_what_does_not_fit_is_refused(changed, error, message) -> None:
    """The sentence says what must hold, what came, and which rows."""
    arguments = refused(**changed)
    with pytest.raises(error, match=re.escape(message)):
        due_contacts(arguments.pop("customers"), arguments.pop("last_contact"), **arguments)
