"""The return curve, against brute force, a textbook case and the model it is compared with."""

import datetime as dt
import json
import math
import pickle
import re
from fractions import Fraction

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import custvalue as cv
from custvalue._returns.rhythm import ORDER_DAYS
from custvalue.returns import ReturnCurve
from custvalue.testing import order_frames

AS_OF = dt.date(2024, 4, 15)  # within the days of `order_frames`
FREIREICH = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}

as_ofs = st.sampled_from(("2023-12-31", "2024-01-02", "2024-02-20", "2024-04-29", "2024-09-01"))
history = st.sampled_from((None, "2023-12-01", "2024-01-03", "2024-02-10"))


def log_of(*silences, as_of=AS_OF, **how) -> cv.OrderLog:
    """Return a log of one customer per silence: its length, and whether an order ended it.

    What ends it comes on `as_of`, so that the silence after it has no length.
    """
    rows = []
    for customer, (days, returned) in enumerate(silences):
        rows.append((customer, as_of - dt.timedelta(days=days)))
        if returned:
            rows.append((customer, as_of))
    return log_of_rows(rows, **how)


def log_of_rows(rows, **how) -> cv.OrderLog:
    """Return a log of orders given as customer and day."""
    customers, days = zip(*rows, strict=True) if rows else ((), ())
    orders = pd.DataFrame(
        {"customer_id": customers, "date": pd.to_datetime(list(days)), "amount": 1.0}
    )
    return cv.OrderLog.from_frame(orders, **how)


def silences_of(log, as_of) -> list[tuple[int, int, bool]]:
    """Return length, entry and end of every silence that was watched."""
    gaps = log.gaps(as_of)
    columns = (gaps["days"], gaps["entry_days"], gaps["returned"])
    return [
        (days, entry, returned)
        for days, entry, returned in zip(*(column.tolist() for column in columns), strict=True)
        if days > entry or entry == 0
    ]


def at_risk(silences, length) -> int:
    """Count who was watched at a length, one by one."""
    return sum(days >= length and (entry < length or entry == 0) for days, entry, _ in silences)


def ended(silences, length) -> int:
    """Count whose silence ended at a length, one by one."""
    return sum(days == length and returned for days, _, returned in silences)


# --- the curve ---------------------------------------------------------------------------------


def test_textbook_case() -> None:
    """Freireich's 21 patients (1963), as every textbook of survival analysis tells them."""
    durations = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    events = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    log = log_of(*zip(durations, map(bool, events), strict=True))
    table = ReturnCurve.from_log(log, as_of=AS_OF).table
    falls = table[table["returned"] > 0]
    assert falls["still_silent"].round(3).to_dict() == FREIREICH
    assert table.loc[6, ["at_risk", "returned"]].tolist() == [21, 3]
    assert table.loc[23, ["at_risk", "returned"]].tolist() == [6, 1]
    assert table.columns.tolist() == ["at_risk", "returned", "still_silent", "low", "high"]
    assert table.index.name == "silence"


@given(frame=order_frames(), as_of=as_ofs, history_starts=history)
def test_days_by_brute_force(frame, as_of, history_starts) -> None:
    """Counts and products are those of counting every silence at every length, one by one."""
    log = cv.OrderLog.from_frame(frame, history_starts=history_starts)
    silences = silences_of(log, as_of)
    table = ReturnCurve.from_log(log, as_of=as_of).table
    assert table.index.tolist() == sorted({days for days, _, _ in silences})
    still = 1.0
    for length, row in table.iterrows():
        assert row["at_risk"] == at_risk(silences, length)
        assert row["returned"] == ended(silences, length)
        still *= 1 - row["returned"] / row["at_risk"]
        assert row["still_silent"] == pytest.approx(still, abs=1e-12)


@given(frame=order_frames(), as_of=as_ofs, history_starts=history)
def test_gaps_by_brute_force(frame, as_of, history_starts) -> None:
    """Relative silences are exact multiples of the mean gap before them, counted one by one."""
    log = cv.OrderLog.from_frame(frame, history_starts=history_starts)
    gaps = log.gaps(as_of)
    silences = []
    for _, own in gaps.groupby(gaps.index):
        lengths, entries = own["days"].tolist(), own["entry_days"].tolist()
        for number in range(1, len(own)):
            if lengths[number] > entries[number] or entries[number] == 0:
                mean = Fraction(sum(lengths[:number]), number)
                silences.append(
                    (lengths[number] / mean, entries[number] / mean, own["returned"].iloc[number])
                )
    table = ReturnCurve.from_log(log, as_of=as_of, relative=True).table
    expected = sorted({length for length, _, _ in silences})
    assert table.index.tolist() == [float(length) for length in expected]
    assert table["at_risk"].tolist() == [at_risk(silences, length) for length in expected]
    assert table["returned"].tolist() == [ended(silences, length) for length in expected]


@settings(max_examples=50)
@given(
    frame=order_frames(),
    as_of=as_ofs,
    history_starts=history,
    silence=st.integers(0, 200),
    within=st.integers(1, 120),
)
def test_chance_by_brute_force(frame, as_of, history_starts, silence, within) -> None:
    """The chance is the product over the horizon's days; unknown where nobody was watched."""
    log = cv.OrderLog.from_frame(frame, history_starts=history_starts)
    silences = silences_of(log, as_of)
    still = 1.0
    for day in range(silence + 1, silence + within + 1):
        watched = at_risk(silences, day)
        still *= 1 - ended(silences, day) / watched if watched else math.nan
        if watched and ended(silences, day) == watched:
            still = 0.0  # whatever the days before and after: all who came so far returned
            break
    for day in range(silence + 1, silence + within + 1):
        if at_risk(silences, day) and at_risk(silences, day) == ended(silences, day):
            still = 0.0
    curve = ReturnCurve.from_log(log, as_of=as_of)
    chance = curve.chance_of_return(silence, within=within)
    assert chance == pytest.approx(1 - still, abs=1e-12, nan_ok=True)
    goes_on = curve.chance_of_return(silence, within=within, beyond="last_hazard")
    if not math.isnan(chance):
        assert goes_on == chance
    assert math.isnan(goes_on) or 0 <= goes_on <= 1


@given(frame=order_frames(), by=st.sampled_from((None, "rhythm")))
def test_later_orders_change_nothing(frame, by) -> None:
    """What came after `as_of` is neither in the curve nor in any chance."""
    log = cv.OrderLog.from_frame(frame)
    full = ReturnCurve.from_log(log, as_of=AS_OF, by=by)
    known = ReturnCurve.from_log(log.until(AS_OF), as_of=AS_OF, by=by)
    pd.testing.assert_frame_equal(full.table, known.table)
    asked = {"within": 30, "order_days": 2, "mean_gap_days": 9, "beyond": "last_hazard"}
    assert full.chance_of_return(7, **asked) == pytest.approx(
        known.chance_of_return(7, **asked), abs=0, nan_ok=True
    )


@given(
    frame=order_frames(),
    how=st.sampled_from(({}, {"relative": True}, {"by": "rhythm"})),
    beyond=st.sampled_from(("missing", "last_hazard")),
)
def test_one_by_one_is_all_at_once(frame, how, beyond) -> None:
    """A column of customers gets what each gets alone; a longer horizon never lowers the chance."""
    log = cv.OrderLog.from_frame(frame)
    curve = ReturnCurve.from_log(log, as_of="2024-05-01", **how)
    table = log.customers("2024-05-01").dropna(subset=["days_since_last_order"])
    table["mean_gap_days"] = table["mean_gap_days"].fillna(5.0)
    measures = {name: table[name] for name in ("order_days", "mean_gap_days")}
    silence = table["days_since_last_order"]
    chances = curve.chance_of_return(silence, within=20, beyond=beyond, **measures)
    longer = curve.chance_of_return(silence, within=25, beyond=beyond, **measures)
    assert chances.index.equals(table.index)
    assert chances.name == "chance_of_return"
    assert ((chances >= 0) & (chances <= 1) | chances.isna()).all()
    assert ((longer >= chances - 1e-12) | longer.isna() | chances.isna()).all()
    for customer, chance in chances.items():
        row = table.loc[customer]
        one = curve.chance_of_return(
            row["days_since_last_order"],
            within=20,
            beyond=beyond,
            order_days=row["order_days"],
            mean_gap_days=row["mean_gap_days"],
        )
        assert isinstance(one, float)
        assert one == pytest.approx(chance, abs=0, nan_ok=True)


def test_containers(container) -> None:
    """Any container of silences gives a column of chances; missing stays missing."""
    curve = ReturnCurve.from_log(log_of((3, True), (5, True), (9, False)), as_of=AS_OF)
    given_silences = container([0, 3, None])
    chances = curve.chance_of_return(given_silences, within=4)
    assert np.asarray(chances).tolist() == pytest.approx([1 / 3, 0.5, math.nan], nan_ok=True)
    assert isinstance(
        chances, type(given_silences) if isinstance(chances, pd.Series) else np.ndarray
    )
    assert len(curve.chance_of_return(container([]), within=4)) == 0


def test_frequent_buyers_weigh_more() -> None:
    """A curve is of silences: ten of one customer outweigh one of another, as the text says."""
    often = [("often", AS_OF - dt.timedelta(days=day)) for day in range(0, 30, 3)]
    curve = ReturnCurve.from_log(
        log_of_rows([*often, ("once", AS_OF - dt.timedelta(days=40))]), as_of=AS_OF
    )
    assert curve.chance_of_return(0, within=3) == 0.9
    assert "independent" in ReturnCurve.__doc__
    assert "weighs more" in ReturnCurve.__doc__


# --- beyond what was watched -------------------------------------------------------------------


def test_beyond_the_longest_silence() -> None:
    """There the chance is missing and the reason is told, or the last hazard goes on."""
    curve = ReturnCurve.from_log(log_of((10, True), (20, False)), as_of=AS_OF)
    assert curve.chance_of_return(5, within=15) == 0.5
    assert math.isnan(curve.chance_of_return(5, within=16))
    assert curve.explain(5, within=15) == (
        "silent 5 days: 50.0% of silences as long end within the next 15 days"
    )
    assert curve.explain(5, within=16) == (
        "silent 5 days: the chance of a return within the next 16 days is not known, as no silence "
        "was watched for more than 20 days (beyond='last_hazard' goes on at the last rate)"
    )
    goes_on = curve.chance_of_return(15, within=15, beyond="last_hazard")
    assert goes_on == pytest.approx(1 - math.exp(-10 / 30))  # 1 return in 10 + 10 + 10 days
    assert curve.chance_of_return(30, within=10, beyond="last_hazard") == pytest.approx(goes_on)


@pytest.mark.parametrize(
    ("how", "asked"),
    [
        ({}, {"silence": 1e20, "within": 1}),
        ({}, {"silence": 1.7e308, "within": 1.7e308}),
        ({"relative": True}, {"silence": 1e10, "within": 1, "mean_gap_days": 5e-324}),
        ({"by": "rhythm"}, {"silence": 1.7e308, "within": 1.7e308, "order_days": 1}),
        (
            {"by": "rhythm"},
            {"silence": 1e10, "within": 1, "order_days": 1e308, "mean_gap_days": 1e-300},
        ),
    ],
)
def test_endless_silences(how, asked) -> None:
    """However long a silence, nothing overflows: its chance is missing, or goes on as any other."""
    rows = [("a", AS_OF - dt.timedelta(days=days)) for days in (40, 30, 20)]
    curve = ReturnCurve.from_log(log_of_rows(rows), as_of=AS_OF, **how)
    assert math.isnan(curve.chance_of_return(**asked))
    assert 0 <= curve.chance_of_return(**asked, beyond="last_hazard") <= 1
    if how == {}:
        goes_on = curve.chance_of_return(20, within=asked["within"], beyond="last_hazard")
        assert curve.chance_of_return(**asked, beyond="last_hazard") == pytest.approx(goes_on)


def test_the_last_hazard_is_that_of_the_last_stretch() -> None:
    """Of the days that saw the last 30 returns, not of the whole curve."""
    early, late = [(1, True)] * 500, [(50, True)] * 30
    curve = ReturnCurve.from_log(log_of(*early, *late, (60, False)), as_of=AS_OF)
    rate = 30 / (31 * 49 + 10)
    chance = curve.chance_of_return(60, within=7, beyond="last_hazard")
    assert chance == pytest.approx(1 - math.exp(-7 * rate))


def test_after_a_certain_return_nothing_is_left_to_know() -> None:
    """Where all at risk returned, so does who reaches it; who is past it, nobody has watched."""
    curve = ReturnCurve.from_log(log_of((4, True), (6, True)), as_of=AS_OF)
    assert curve.chance_of_return(5, within=100) == 1.0
    assert math.isnan(curve.chance_of_return(6, within=1))


def test_lengths_nobody_was_watched_at() -> None:
    """With a late start of history the short silences may be unknown, and the reason is told."""
    log = log_of((10, True), (20, False), history_starts=AS_OF - dt.timedelta(days=4))
    curve = ReturnCurve.from_log(log, as_of=AS_OF)
    assert curve.table["at_risk"].to_dict() == {0: 1, 10: 1, 20: 1}
    assert curve.chance_of_return(6, within=4) == 1.0
    assert math.isnan(curve.chance_of_return(5, within=4))
    assert curve.chance_of_return(16, within=4) == 0.0
    assert math.isnan(curve.chance_of_return(10, within=10, beyond="last_hazard"))
    assert curve.explain(11, within=3).endswith(
        "is not known, as at some length from 11 to 14 days none was watched"
    )


@pytest.mark.parametrize("how", [{}, {"relative": True}, {"by": "rhythm"}])
def test_without_a_silence(how) -> None:
    """Before the first order, and of no orders, the table is empty and every chance missing."""
    customer = {"order_days": 1, "mean_gap_days": 3, "beyond": "last_hazard"}
    for log in (log_of_rows([]), log_of((3, True))):
        curve = ReturnCurve.from_log(log, as_of="1999-12-31", **how)
        assert len(curve.table) == 0
        assert math.isnan(curve.chance_of_return(3, within=9, **customer))
        assert curve.explain(3, within=9, **customer).endswith(
            "is not known, as there was no silence by 1999-12-31"
        )
        assert str(curve).startswith("0 silences by 1999-12-31")


@pytest.mark.parametrize("how", [{}, {"by": "rhythm"}])
def test_nobody_returned(how) -> None:
    """One order day in all: the chance is 0 for as long as somebody was watched."""
    curve = ReturnCurve.from_log(log_of((50, False)), as_of=AS_OF, **how)
    assert curve.chance_of_return(20, within=30, order_days=1) == 0.0
    assert math.isnan(curve.chance_of_return(20, within=31, order_days=1))
    assert curve.chance_of_return(20, within=31, order_days=1, beyond="last_hazard") == 0.0


# --- relative silences -------------------------------------------------------------------------


def test_relative_silences_are_gaps_or_days() -> None:
    """Without a mean gap they are asked for in gaps, with one in days; both say the same."""
    rows = [("a", "2024-01-01"), ("a", "2024-01-11"), ("a", "2024-01-26"), ("b", "2024-01-05")]
    log = log_of_rows(rows)
    curve = ReturnCurve.from_log(log, as_of="2024-02-20", relative=True)
    assert curve.relative
    assert curve.table.index.tolist() == [1.5, 2.0]  # 15 days in gaps of 10, 25 in gaps of 12.5
    assert curve.chance_of_return(1, within=0.5) == 0.5
    assert curve.chance_of_return(20, within=10, mean_gap_days=20) == 0.5
    chances = curve.chance_of_return([20, 20], within=10, mean_gap_days=[20, None])
    assert chances.tolist() == pytest.approx([0.5, math.nan], nan_ok=True)
    assert curve.explain(1, within=0.5) == (
        "silent 1 gap: 50.0% of silences as long end within the next 0.5 gaps"
    )
    assert curve.explain(20, within=10, mean_gap_days=20) == (
        "silent 20 days: 50.0% of silences as long end within the next 10 days"
    )
    assert curve.explain(1, within=3).endswith(
        "watched for more than 2 gaps (beyond='last_hazard' goes on at the last rate)"
    )
    assert str(curve) == "2 silences by 2024-02-20, 1 of them ended: half of them within 1.5 gaps."


# --- each customer's own chance ----------------------------------------------------------------


def slow_rhythm(log, as_of, *, silence, within, order_days, mean_gap_days) -> float:
    """Return the chance by rhythm as the reference tells it: silence by silence, step by step."""
    gaps = log.gaps(as_of)
    mean = np.mean([days for days, _, returned in silences_of(log, as_of) if returned])
    groups = ORDER_DAYS.tolist()

    def group(days) -> int:
        return max(place for place, first in enumerate(groups) if first <= days)

    def clock(days, number, span) -> float:
        return math.log1p(days / ((span + 0.5 * mean) / (number + 0.5)))

    watched = []
    for _, own in gaps.groupby(gaps.index):
        lengths = own["days"].tolist()
        for number, (days, entry, returned) in enumerate(
            zip(lengths, own["entry_days"].tolist(), own["returned"].tolist(), strict=True)
        ):
            if days > entry or entry == 0:
                span = sum(lengths[:number])
                start, end = clock(entry, number, span), clock(days, number, span)
                watched.append((group(number + 1), start, end, returned))
    steps = int(max(end for _, _, end, _ in watched) / 0.25) + 1
    returns, time = np.zeros((len(groups), steps)), np.zeros((len(groups), steps))
    for place, start, end, returned in watched:
        if returned:
            returns[place, int(end / 0.25)] += 1
        for step in range(steps):
            low, high = 0.25 * step, 0.25 * (step + 1)
            time[place, step] += max(min(end, high) - max(start, low), 0.0)
    blur = [[step, step, max(step - 1, 0), min(step + 1, steps - 1)] for step in range(steps)]
    returns = np.array([[row[near].mean() for near in blur] for row in returns])
    time = np.array([[row[near].mean() for near in blur] for row in time])
    pooled = (returns.sum(0) + 1) / (time.sum(0) + time.sum() / returns.sum())
    own = group(order_days)
    level = (returns[own].sum() + 1) / ((time[own] * pooled).sum() + 1)
    hazard = (returns[own] + 1) / (time[own] + 1 / (level * pooled))

    span = (order_days - 1) * mean_gap_days if order_days > 1 else 0.0
    start, end = (clock(t, order_days - 1, span) for t in (silence, silence + within))
    total = 0.0
    for step in range(steps):
        low, high = 0.25 * step, 0.25 * (step + 1) if step + 1 < steps else math.inf
        total += hazard[step] * max(min(end, high) - max(start, low), 0.0)
    return 1 - math.exp(-total)


@settings(max_examples=40)
@given(
    frame=order_frames(max_rows=60),
    history_starts=history,
    silence=st.integers(0, 150),
    order_days=st.sampled_from((1, 2, 3, 6, 7, 30)),
    mean_gap_days=st.sampled_from((1.0, 4.5, 60.0)),
)
def test_rhythm_by_brute_force(frame, history_starts, silence, order_days, mean_gap_days) -> None:
    """Counting in blocks and summing up gives what the definition gives, silence by silence."""
    log = cv.OrderLog.from_frame(frame, history_starts=history_starts)
    silences = silences_of(log, "2024-05-20")
    if not any(returned for _, _, returned in silences):
        return
    asked = {"order_days": order_days, "mean_gap_days": mean_gap_days}
    curve = ReturnCurve.from_log(log, as_of="2024-05-20", by="rhythm")
    chance = curve.chance_of_return(silence, within=30, beyond="last_hazard", **asked)
    assert chance == pytest.approx(
        slow_rhythm(log, "2024-05-20", silence=silence, within=30, **asked)
    )
    assert curve.by == "rhythm"


def test_groups_and_reasons_of_the_rhythm() -> None:
    """The groups say how much they are made of; a chance nobody was watched for is explained."""
    rows = [("a", AS_OF - dt.timedelta(days=days)) for days in (40, 30, 20)]
    curve = ReturnCurve.from_log(log_of_rows(rows), as_of=AS_OF, by="rhythm")
    assert curve.groups["silences"].tolist() == [1, 1, 1, 0, 0, 0, 0, 0, 0, 0]
    assert curve.groups["returned"].tolist() == [1, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert curve.groups.index.tolist() == [1, 2, 3, 4, 5, 6, 8, 11, 16, 24]
    asked = {"within": 10, "mean_gap_days": 10}
    assert 0 < curve.chance_of_return(10, order_days=3, **asked) < 1
    assert re.fullmatch(
        r"silent 10 days, 3 order days: \d+\.\d% of silences as long end within the next 10 days",
        curve.explain(10, order_days=3, **asked),
    )
    assert curve.explain(11, order_days=3, **asked) == (
        "silent 11 days, 3 order days: the chance of a return within the next 10 days is not "
        "known, as no silence of such customers was watched so long in their rhythm "
        "(beyond='last_hazard' goes on at the last rate)"
    )
    assert math.isnan(curve.chance_of_return(0, order_days=7, **asked))
    assert ", 6 to 7 order days: " in curve.explain(0, order_days=7, **asked)
    assert ", 24 order days or more: " in curve.explain(0, order_days=99, **asked)
    assert ", 1 order day: " in curve.explain(0, within=10, order_days=1, mean_gap_days=math.nan)
    assert str(curve).endswith("; each customer by its own rhythm.")


def test_who_orders_often_comes_back_sooner() -> None:
    """After the same silence a weekly buyer is more likely back than one of two orders a year."""
    log = cv.OrderLog.from_frame(cv.examples.simulate_orders(customers=2_000, seed=5))
    curve = ReturnCurve.from_log(log, as_of=log.end, by="rhythm")
    chances = curve.chance_of_return(
        [10, 10], within=30, order_days=[20, 2], mean_gap_days=[7, 180], beyond="last_hazard"
    )
    assert chances[0] > chances[1]


def test_never_buyers_have_no_chance_to_tell() -> None:
    """In a column of all customers they are missing, and their 0 order days are no error."""
    log = log_of((10, True), (30, False))
    curve = ReturnCurve.from_log(log, as_of=AS_OF, by="rhythm")
    chances = curve.chance_of_return(
        pd.Series([10.0, None]), within=5, order_days=[1, 0], mean_gap_days=[None, None]
    )
    assert chances.isna().tolist() == [False, True]


# What BG/NBD reaches, fitted by maximum likelihood on the same days (P(alive) × P(an order)).
BG_NBD = {
    "1997-09-30": (0.764, 0.388),
    "1997-12-31": (0.793, 0.353),
    "1998-04-01": (0.831, 0.303),
}


def auc(ordered, chance) -> float:
    """Return the chance that one who ordered was given more than one who did not."""
    ranks = pd.Series(chance).rank().to_numpy()
    hits = int(ordered.sum())
    return (ranks[ordered].sum() - hits * (hits + 1) / 2) / (hits * (len(ordered) - hits))


def log_loss(ordered, chance) -> float:
    """Return the mean surprise."""
    return float(-np.log(np.where(ordered, chance, 1 - chance)).mean())


def own_chances(log, as_of, within) -> np.ndarray:
    """Return everybody's own chance as it could be told on a day."""
    customers = log.customers(as_of)
    return (
        ReturnCurve.from_log(log, as_of=as_of, by="rhythm")
        .chance_of_return(
            customers["days_since_last_order"],
            within=within,
            order_days=customers["order_days"],
            mean_gap_days=customers["mean_gap_days"],
            beyond="last_hazard",
        )
        .to_numpy()
    )


@pytest.mark.parametrize("cutoff", list(BG_NBD))
def test_own_chances_beat_the_model_on_cdnow(cdnow_master, cutoff) -> None:
    """Told on the cutoff alone, they rank CDNOW's customers better than BG/NBD, and as surely."""
    log = cv.OrderLog.from_frame(cdnow_master)
    ordered = log.ordered_between(cutoff, pd.Timestamp(cutoff) + pd.Timedelta(days=90)).to_numpy()
    chance = own_chances(log, cutoff, 90)
    their_auc, their_loss = BG_NBD[cutoff]
    assert auc(ordered, chance) >= their_auc + 0.005
    assert log_loss(ordered, chance) <= their_loss
    pooled = ReturnCurve.from_log(log, as_of=cutoff).chance_of_return(
        log.customers(cutoff)["days_since_last_order"], within=90, beyond="last_hazard"
    )
    assert auc(ordered, chance) > auc(ordered, pooled.to_numpy())
    assert chance.mean() == pytest.approx(ordered.mean(), abs=0.025)  # Christmas is not foreseen


def test_own_chances_come_close_to_the_truth() -> None:
    """Of BG/NBD customers with staggered starts, nearly as good as the model that made them."""
    rng = np.random.default_rng(11)
    r, alpha, a, b, count, until, within = 0.25, 32.0, 0.8, 2.4, 8_000, 640, 90
    rate, dropout = rng.gamma(r, 1 / alpha, count), rng.beta(a, b, count)
    day, alive = rng.uniform(0, 365, count), np.arange(count)
    customers, days = [alive], [day.copy()]
    while len(alive):
        day[alive] += rng.exponential(1 / rate[alive])
        alive = alive[day[alive] < until + within]
        customers.append(alive)
        days.append(day[alive].copy())
        alive = alive[rng.random(len(alive)) >= dropout[alive]]  # may leave after a repeat order
    orders = pd.DataFrame({"customer_id": np.concatenate(customers), "amount": 1.0})
    start = pd.Timestamp("2020-01-01")
    orders["date"] = start + pd.to_timedelta(np.floor(np.concatenate(days)), unit="D")
    log = cv.OrderLog.from_frame(orders)
    cutoff = start + pd.Timedelta(days=until - 1)
    ordered = log.ordered_between(cutoff, cutoff + pd.Timedelta(days=within)).to_numpy()
    known = log.to_btyd(cutoff)
    x, last, age = (known[name].to_numpy() for name in ("frequency", "recency", "T"))
    lost = a / (b + np.maximum(x, 1) - 1) * ((alpha + age) / (alpha + last)) ** (r + x)
    p_alive = 1 / (1 + np.where(x > 0, lost, 0))
    truth = p_alive * (1 - ((alpha + age) / (alpha + age + within)) ** (r + x))
    chance = own_chances(log, cutoff, within)
    assert auc(ordered, chance) >= auc(ordered, truth) - 0.005
    assert log_loss(ordered, chance) <= 1.01 * log_loss(ordered, truth)


# --- what may be asked -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"within": 0}, "within must be above 0, got 0: give the horizon, as within=90"),
        ({"within": math.inf}, "within must be finite, got inf"),
        ({"silence": -1}, "silence must be 0 or more, got -1: look on a later day"),
        (
            {"silence": pd.Series([1, -2], index=["a", "b"])},
            "silence must be 0 or more, got less in row b: look on a later day",
        ),
        (
            {"silence": math.nan},
            "silence must be known, got nan: leave such customers out or give a column",
        ),
        (
            {"order_days": 0},
            "order_days must be 1 or more for a silence to begin, got 0: count them over the whole",
        ),
        (
            {"mean_gap_days": [0.0, 3.0], "silence": [1, 2]},
            "mean_gap_days must be above 0, got less in row 0: leave unknown ones out",
        ),
        (
            {"mean_gap_days": math.nan},
            "mean_gap_days must be known, got nan: leave such customers out or give a column",
        ),
        (
            {"order_days": [1, 2, 3], "silence": [1, 2]},
            "silence and order_days must have one length, got (2,) and (3,)",
        ),
        ({"beyond": "guess"}, "beyond must be 'missing' or 'last_hazard', got 'guess'"),
    ],
)
def test_questions_that_have_no_answer(asked, sentence) -> None:
    """Each error says what must hold and what came."""
    curve = ReturnCurve.from_log(log_of((10, True)), as_of=AS_OF)
    with pytest.raises(cv.InputError, match=re.escape(sentence)):
        curve.chance_of_return(**{"silence": 5, "within": 10, **asked})


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"silence": "5"}, "silence must be a number, got '5' (str)"),
        (
            {"order_days": [1, 2]},
            "order_days must be one number beside one silence, got a column: give both as columns",
        ),
    ],
)
def test_questions_of_the_wrong_kind(asked, sentence) -> None:
    """What is no number, or not one, is told from what is no answerable number."""
    curve = ReturnCurve.from_log(log_of((10, True)), as_of=AS_OF)
    with pytest.raises(TypeError, match=re.escape(sentence)):
        curve.chance_of_return(**{"silence": 5, "within": 10, **asked})


def test_a_rhythm_needs_the_customer() -> None:
    """Without order days, or without the gap of who has one, there is no chance of its own."""
    curve = ReturnCurve.from_log(log_of((10, True)), as_of=AS_OF, by="rhythm")
    for lacking, asked in (("order_days", {}), ("mean_gap_days", {"order_days": 2})):
        sentence = (
            "a curve by rhythm needs the customers' order_days and mean_gap_days, got no "
            f"{lacking}: give the columns of OrderLog.customers"
        )
        with pytest.raises(cv.InputError, match=re.escape(sentence)):
            curve.chance_of_return(5, within=3, **asked)
    assert curve.chance_of_return(5, within=3, order_days=1) >= 0


def test_explaining_is_for_one() -> None:
    """A column has no sentence."""
    curve = ReturnCurve.from_log(log_of((10, True)), as_of=AS_OF)
    with pytest.raises(TypeError, match="explain tells of one customer, got a column of silences"):
        curve.explain([1, 2], within=3)


def test_what_a_curve_is_made_from() -> None:
    """A log, a day, and a reading that exists."""
    log = log_of((10, True))
    with pytest.raises(TypeError, match="log must be an OrderLog, got DataFrame: build one, with"):
        ReturnCurve.from_log(pd.DataFrame(), as_of=AS_OF)
    with pytest.raises(cv.InputError, match="as_of must be a calendar day"):
        ReturnCurve.from_log(log, as_of="soon")
    with pytest.raises(cv.InputError, match="by must be None or 'rhythm', got 'tier'"):
        ReturnCurve.from_log(log, as_of=AS_OF, by="tier")
    with pytest.raises(cv.InputError, match="silences in days and gaps both: leave relative out"):
        ReturnCurve.from_log(log, as_of=AS_OF, by="rhythm", relative=True)


# --- the object --------------------------------------------------------------------------------


def test_a_curve_is_frozen() -> None:
    """It can't be changed, nor through the table it hands out; two are equal only if the same."""
    curve = ReturnCurve.from_log(log_of((10, True), (20, False)), as_of=AS_OF)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        curve.relative = True
    table = curve.table
    table.loc[10, "returned"] = 99
    assert curve.table.loc[10, "returned"] == 1
    assert curve.to_frame()["silence"].tolist() == [0, 10, 20]
    assert curve == curve  # noqa: PLR0124 - by identity, as it holds columns
    assert curve != ReturnCurve.from_log(log_of((10, True), (20, False)), as_of=AS_OF)
    assert curve.groups is None
    assert curve.by is None


def test_a_curve_says_what_it_is() -> None:
    """In a sentence, and in a notebook with its table."""
    curve = ReturnCurve.from_log(log_of((10, True), (20, False), (30, False)), as_of=AS_OF)
    assert str(curve) == (
        "4 silences by 2024-04-15, 1 of them ended: 33.3% of them within 30 days, the longest "
        "watched."
    )
    assert repr(curve) == f"<ReturnCurve: {curve}>"
    assert curve._repr_html_() == f"<p>{curve}</p>" + curve.table.to_html()


@pytest.mark.parametrize("how", [{}, {"relative": True}, {"by": "rhythm"}])
def test_a_curve_is_plain_data(how) -> None:
    """Through JSON, or pickled, it tells the same."""
    log = cv.OrderLog.from_frame(
        cv.examples.simulate_orders(customers=50, seed=2), history_starts="2024-02-01"
    )
    curve = ReturnCurve.from_log(log, as_of=log.end, **how)
    stored = json.loads(json.dumps(cv.to_dict(curve)))
    asked = {"within": 2, "order_days": 3, "mean_gap_days": 4.0}
    for again in (cv.from_dict(stored), pickle.loads(pickle.dumps(curve))):
        assert (again.as_of, again.relative, again.by) == (curve.as_of, curve.relative, curve.by)
        pd.testing.assert_frame_equal(again.table, curve.table)
        assert again.chance_of_return(1, **asked) == curve.chance_of_return(1, **asked)
    nothing = cv.from_dict(cv.to_dict(ReturnCurve.from_log(log, as_of="1999-01-01", **how)))
    assert len(nothing.table) == 0


@pytest.mark.parametrize(
    ("part", "setting", "value", "sentence"),
    [
        ("silences", "length", [5, 3], "each length once, ascending"),
        ("silences", "length", [5, 2**64], "lengths are numbers below 2**53"),
        ("silences", "length", [5, 1e300], "lengths are numbers below 2**53"),
        ("silences", "running", [2**53, 0], "and add up to less than 2**53"),
        ("silences", "running", [1, -1], "counts are never negative, and add up"),
        ("silences", "entered", [9, 9], "no more silences end or stop being watched at"),
        ("rhythm", "order_days", [1, 2], "the groups must begin with [1, 2, 3,"),
        ("rhythm", "hazard", [[0.1]], "10 groups, a row of hazards each"),
        ("rhythm", "hazard", [[]] * 10, "10 groups, a row of hazards each"),
        ("rhythm", "hazard", [[-0.1]] * 10, "hazards are never negative"),
        ("rhythm", "mean_gap_days", 0, "and the mean gap is above 0"),
    ],
)
def test_malformed_data_is_refused(part, setting, value, sentence) -> None:
    """What no curve could have written is not read."""
    curve = ReturnCurve.from_log(log_of((10, True)), as_of=AS_OF, by="rhythm")
    stored = cv.to_dict(curve)
    stored[part] = {**stored[part], setting: value}
    with pytest.raises(cv.RuleError, match=re.escape(sentence)):
        cv.from_dict(stored)
