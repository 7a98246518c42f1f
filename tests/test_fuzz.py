"""Whatever is passed to whatever is public: a right answer, or a sentence that says what to do."""

import inspect
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import custvalue as cv
from custvalue import baskets, care, marketing_mix, metrics, tiers
from entry_points import (
    AS_OF,
    BY_RHYTHM,
    CADENCE,
    CONFUSION,
    CUSTOMERS,
    ENTRIES,
    EVIDENCE,
    FLAGS,
    LADDER,
    LINES,
    LOG,
    MATRIX,
    NEEDS,
    NEEDS_TABLE,
    OFFERS,
    ORDERS,
    PLAYBOOK,
    REVIEW,
    RHYTHM,
    SCORES,
    SCREENING,
    TABLE,
    TIER_RULE,
)
from entry_points_extras import EXTRAS
from hostile import check_outcome, check_raised, spoil
from public_surface import ABSTRACT, RESULTS, public_callables

EVERY = ENTRIES | EXTRAS
JUDGED = {"actual": FLAGS, "score": SCORES}
WAYS = {
    f"{name} {number}" if number else name: way
    for name, ways in ENTRIES.items()
    for number, way in enumerate(ways)
}
PARAMETERS = {name: inspect.signature(call).parameters for name, call in public_callables()}
VARIADIC = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)


def test_no_public_callable_is_forgotten() -> None:
    """Whatever is public and takes an argument is called here, or said to be a result."""
    assert PARAMETERS.keys() == EVERY.keys() | RESULTS | ABSTRACT


@pytest.mark.parametrize("name", sorted(EVERY))
def test_no_argument_is_forgotten(name) -> None:
    """Between the ways to call it, every argument of a callable is given once."""
    asked = {
        parameter.name
        for parameter in PARAMETERS[name].values()
        if parameter.kind not in VARIADIC and parameter.name not in ("self", "cls", "history")
    }
    given_here = set()
    for way in EVERY[name]:
        taken = inspect.signature(way.call).parameters.values()
        positional = [p.name for p in taken if p.kind is not inspect.Parameter.KEYWORD_ONLY]
        given_here |= {*positional[: len(way.args)], *way.kwargs}
    assert asked <= given_here | {"squared_weights", "excluded", "ax"}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_good_calls_go_well(way) -> None:
    """The calls that are spoilt below are answered as they are."""
    assert not isinstance(check_outcome(way.call, way.args, way.kwargs), Exception)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_bad_calls_are_refused_in_a_sentence(way, data) -> None:
    """An error is raised on purpose, by the package, with words; nothing warns, nothing changes."""
    check_outcome(way.call, *spoil(data, way))


HUGE = 10**400
TWICE = pd.concat([CUSTOMERS, CUSTOMERS[["tier", "orders"]]], axis="columns")
PAIRS_OF_IDS = pd.MultiIndex.from_product([EVIDENCE.index, ["x"]])
LEVELLED = CUSTOMERS.set_axis(pd.MultiIndex.from_product([CUSTOMERS.columns, ["x"]]), axis=1)

FOUND = [
    # what is asked of one number, or of a column of them
    (lambda: cv.at_least(2).holds(np.timedelta64(9, "ns")), "must be a number, got np.timedelta64"),
    (lambda: cv.SleepPolicy(3, 6, 9).classify(np.timedelta64(9, "Y")), "must be a number, got np."),
    (lambda: cv.at_most(np.datetime64("2024-01-01", "ns")), "at_most must be given numbers, got"),
    (lambda: RHYTHM.explain(days_since_last_order=HUGE), "days_since_last_order must be at most"),
    (lambda: cv.concentration([HUGE, 1]), "values must be finite, got whole numbers beyond float6"),
    (lambda: cv.concentration(["\ud800"]), r"values must hold numbers, got objects \(string\)"),
    (lambda: cv.SleepPolicy(30, 60, 90).classify(Decimal("sNaN")), "must be known, got Decimal"),
    (lambda: cv.at_least(1).holds(np.ones(2)), "is asked about must be a number, got array"),
    (lambda: cv.at_least(1).holds(CUSTOMERS), "is asked about must be a number, got "),
    (lambda: cv.at_most(Decimal("sNaN")), r"at_most must be given numbers, got Decimal\('sNaN'\)"),
    (lambda: cv.concentration(np.zeros(2, dtype=[("a", "i8")])), "values must be one column, got"),
    # settings that are words
    (lambda: cv.ABCTier.A.label(lang=np.ones(2)), "lang must be 'en' or 'zh', got array"),
    (lambda: cv.ABCTier.from_label(pd.NA), "ABCTier has no label <NA>; it has C, B, A"),
    (lambda: LOG.to_btyd(AS_OF, unit=["D"]), r"unit must be 'D' \(days\) or 'W' \(weeks\), got"),
    (lambda: REVIEW.to_text(lang={}), "lang must be 'en' or 'zh', got {}"),
    (lambda: CONFUSION.interval(["recall"]), "an interval is had of .* got \\['recall'\\]"),
    (lambda: TABLE.classify(state=np.ones(2), vip=True), "state must be one of awake, drowsy,"),
    (lambda: LADDER.lacking(["A"]), r"step must be one of B, A, got \['A'\]"),
    (lambda: OFFERS[0].value_of(np.ones(2), "km"), "the aspect of a need must be one of"),
    (lambda: marketing_mix.translate(NEEDS).requirements(CUSTOMERS), "lever must be one of"),
    (lambda: CADENCE.days_between(stage=CUSTOMERS["stage"]), "stage must be one of suspect,"),
    (lambda: CONFUSION.interval("recall", level="most"), "level must be a number between 0 and 1"),
    (lambda: CONFUSION.interval("recall", level=Decimal("NaN")), "level must lie between 0 and 1"),
    (lambda: metrics.choose_threshold(**JUDGED, max_miss_rate=Decimal("NaN")), "max_miss_rate mus"),
    # lists and mappings that are none
    (lambda: cv.Bands(cv.ABCTier, 5), r"floors of bands must be a list, as \(100, 1000\), got int"),
    (lambda: cv.Ladder(cv.ABCTier, 5), "the rungs of a ladder must be a mapping, as .*, got int"),
    (lambda: cv.Ladder(cv.ABCTier, {cv.ABCTier.B: 5}), "the rung B must be a list, as .*, got int"),
    (lambda: cv.Ladder(cv.ABCTier, {cv.ABCTier.B: [5]}), "tests of a rung must be a mapping, as"),
    (
        lambda: cv.Ladder(cv.ABCTier, {cv.ABCTier.B: [{1: cv.known(), "a": cv.known()}]}),
        "the tests of a rung must name measures by text, got 1",
    ),
    (lambda: LADDER.reachable(5), r"columns must be a list, as \['orders', 'partner'\], got int"),
    (
        lambda: cv.Row(None, cv.Focus.RETAIN),
        "what a row asks must be a mapping, as .*, got NoneTyp",
    ),
    (
        lambda: cv.Table({"vip": bool}, cv.Focus, 5),
        "the rows of a table must be a list, as .*, got",
    ),
    (lambda: cv.Table({"vip": bool}, cv.Focus, [5]), "a table is made of rows, as Row.*, got 5"),
    (lambda: cv.Table({1: bool}, cv.Focus, []), "measures of a table must be named by text, got 1"),
    (
        lambda: cv.Table(5, cv.Focus, []),
        "the measures of a table must be a mapping, as .*, got int",
    ),
    (lambda: tiers.GroupBands(cv.ABCTier, 5), "the bands of groups must be a mapping, as .*, got"),
    (lambda: cv.Playbook(None), "the rows of a playbook must be a list, as .*, got NoneType"),
    (lambda: cv.OrderLog.from_batches(5), "from_batches takes frames, as .*, got int"),
    (
        lambda: cv.from_dict(cv.to_dict(TIER_RULE), scales=5),
        "scales= must be a list, as .*, got int",
    ),
    (
        lambda: marketing_mix.translate(np.array(7.0)),
        "translate takes a list of needs, got ndarray",
    ),
    (lambda: marketing_mix.match(NEEDS, 5), "match takes a list of offers, got int: write"),
    (lambda: cv.at_least(1).excludes(5), r"conditions exclude conditions, as at_least\(2\), got 5"),
    # names that cannot be
    (lambda: cv.summarize_orders(ORDERS, as_of=AS_OF, date=[1]), "a column is named by text or a"),
    (lambda: REVIEW.explain([1]), r"explain needs a customer of the review, got \[1\]"),
    (
        lambda: SCREENING.explain([1]),
        "explain takes the name of an indicator that was screened, got",
    ),
    (
        lambda: OFFERS[0].with_value("cost", [1], 2),
        r"an attribute must be named in text, got \[1\]",
    ),
    (
        lambda: cv.OrderLog.from_frame(ORDERS, timezone=""),
        "timezone must name a time zone, as 'Europe/Berlin', got ''",
    ),
    # columns that are none, or more than one
    (
        lambda: PLAYBOOK.classify(TWICE),
        "what a playbook classifies must have one column 'tier', got",
    ),
    (lambda: MATRIX.classify(LEVELLED), "must have one column .*, got 1: drop a level of the col"),
    (lambda: cv.funnel([[1], [2]]), r"stages must be one column, got shape \(2, 1\)"),
    (
        lambda: cv.funnel(pd.Series([{"a": 1}, {"b": 2}])),
        r"stages must hold labels of Stage, got objects \(mixed\): unhashable type: 'dict'",
    ),
    (
        lambda: cv.OrderLog.from_frame(ORDERS, customer=None),
        "the order frame must have the columns None, date, amount; it lacks None and has",
    ),
    (
        lambda: baskets.top_items(LINES.assign(item=np.float16(1.5))),
        "item must hold ids that can be hashed, got others: float16 indexes are not supported",
    ),
    (lambda: cv.concentration(np.zeros(3, dtype="V4")), "values must be one column, got shape"),
    (lambda: cv.tier_report(CUSTOMERS["tier"], None), "tiers and values must be columns of one l"),
    (
        lambda: cv.OrderLog.from_frame(ORDERS.assign(money=[[1]] * len(ORDERS)), currency="money"),
        "'money' must hold currencies as text, got others: unhashable type: 'list'",
    ),
    (
        lambda: cv.review(LOG, as_of=AS_OF, evidence=EVIDENCE.set_axis(PAIRS_OF_IDS)),
        "evidence must be indexed by customer id, got an index of several levels: drop some",
    ),
    (lambda: metrics.gains(**JUDGED, at=np.array(0.5)), r"at must be a list, as \(0.1, 0.2\), got"),
    (lambda: care.CadencePolicy(stage={pd.NA: 30}), "stage must name steps of Stage .*, got <NA>"),
    (
        lambda: marketing_mix.match_customers(NEEDS_TABLE.assign(attribute=[[1]] * 3), OFFERS),
        "the attribute of a need must be named in text, got others: unhashable type: 'list'",
    ),
    (
        lambda: cv.ThresholdChoice(threshold=1, confusion={"a": 1}, feasible=True),
        "confusion must be a Confusion, or the counts of one: .* unexpected keyword argument 'a'",
    ),
    (lambda: cv.TopShare(cv.ParetoTier, (HUGE,)), "shares must rise, best step first, each above"),
    (lambda: cv.TopShare(cv.ParetoTier, (-HUGE,)), "shares must rise, best step first, each abov"),
    (
        lambda: cv.funnel(pd.Series(pd.to_datetime(["2026-01-05"]), dtype="category")),
        "stages must hold labels of Stage .*, got .* in row 0",
    ),
    # numbers so large that what is made of them would not fit, or would be wrong in silence
    (
        lambda: cv.next_order(LOG, as_of=AS_OF, enough_gaps=2**63),
        "enough_gaps must be a whole numb",
    ),
    (
        lambda: cv.Confusion.from_labels(actual=[1] * 2, predicted=[1] * 2, weight=[1.7e308] * 2),
        "weight must add up to what float64 can hold, got more: use a larger unit",
    ),
]


@pytest.mark.parametrize(("call", "sentence"), FOUND)
def test_what_fuzzing_found_stays_found(call, sentence) -> None:
    """Calls that once failed somewhere in pandas or numpy are refused in a sentence."""
    with pytest.raises((cv.CustValueError, TypeError), match=sentence):
        check_raised(call)


def test_missing_objects_of_any_kind_are_missing() -> None:
    """A column of objects that holds NaT and no time is a column of missing numbers or flags."""
    nothing = pd.Series([pd.NaT, None], dtype=object)
    for condition in (cv.at_least(1), cv.in_range(0, 5), cv.is_true(), cv.one_of("a", 1, True)):
        assert condition.mask(nothing).tolist() == [False, False]
    mixed = pd.Series([pd.NaT, 2], dtype=object)
    assert cv.at_least(1).mask(mixed).tolist() == [False, True]


def test_errors_of_conditions_name_the_column() -> None:
    """Of several columns asked about, the sentence says which one is wrong."""
    facts = pd.DataFrame({"orders": ["two"], "partner": [True]})
    message = r"what at_least\(2\) is asked about \(orders\) must hold numbers, got "
    with pytest.raises(TypeError, match=message):
        LADDER.classify(facts)


def test_numbers_beyond_floats_are_still_compared() -> None:
    """A whole number of any size has a place in the order, and can be told."""
    profile = cv.TargetProfile({"orders": cv.at_least(2)})
    assert (
        profile.explain(orders=HUGE)
        == "near, as every requirement is met. Met: orders ≥ 2 (1.00e+400)."
    )


def test_more_bins_than_rows_are_as_many_bins_as_rows() -> None:
    """The number of bins may be any, however large."""
    few, many = (
        metrics.calibration(actual=FLAGS, probability=SCORES, bins=bins) for bins in (12, 2**63)
    )
    pd.testing.assert_frame_equal(few, many)


def test_lift_of_the_heaviest_weights_is_that_of_ones() -> None:
    """Products of weights that float64 holds only just are no reason for a warning."""
    light, heavy = (
        metrics.threshold_table(actual=[1, 0, 1], score=[3, 2, 1], weight=[weight] * 3)["lift"]
        for weight in (1.0, 1e300)
    )
    assert heavy.tolist() == light.tolist()


def test_in_endless_gaps_no_time_passes() -> None:
    """A mean gap times order days beyond float64 gives no warning, and no chance."""
    chance = BY_RHYTHM.chance_of_return(30, within=30, order_days=2**53, mean_gap_days=1e300)
    assert chance == 0


def test_a_profit_of_tiny_money_is_computed() -> None:
    """Gains that float64 holds only just are no reason to fail."""
    table = metrics.threshold_table(actual=[1, 0], score=[2, 1], gain=5e-324, cost=1)
    assert table["expected_profit"].tolist() == [-1.0, -2.0]
