"""Hypothesis strategies for rules, customer values and order frames; and simulated orders.

For tests of your own policies and reports. It needs hypothesis, which the extra ``testing``
brings: ``pip install "custvalue[testing]"``. Nothing else in custvalue imports it.
"""

from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from custvalue._bands import Bands, Floor
from custvalue._conditions import (
    Condition,
    above,
    at_least,
    at_most,
    below,
    in_range,
    is_true,
    known,
    missing,
    one_of,
)
from custvalue._ladder import Ladder
from custvalue._money import check_decimals
from custvalue._scale import Scale
from custvalue._table import Domain, Row, Table
from custvalue.errors import InputError
from custvalue.examples import simulate_orders

__all__ = [
    "SCALES",
    "bands",
    "conditions",
    "customer_values",
    "ladders",
    "order_frames",
    "scales",
    "simulate_orders",
    "tables",
]

S = TypeVar("S", bound=Scale)

FIRST_DAY = np.datetime64("2024-01-01", "s")
LAST_OFFSET = 120  # [days] few enough that several orders fall on one day


def scales() -> st.SearchStrategy[type[Scale]]:
    """Draw a scale as users write them: one step to five, either end the good one.

    The labels are chosen to catch comparison as text: alphabetical order contradicts the scale's,
    some look like numbers or missing values, some have a Chinese label.

    Returns
    -------
    SearchStrategy of type of Scale
        Always one of those in ``SCALES``, so that rules on them can be pickled, and read back
        with ``from_dict(stored, scales=SCALES)``.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import scales
    >>> @given(scale=scales())
    ... def ends_are_opposite(scale):
    ...     assert scale.best_first()[0] == (list(scale)[0 if scale.best == "first" else -1])
    >>> ends_are_opposite()
    """
    return st.sampled_from(SCALES)


def bands(scale: type[S]) -> st.SearchStrategy[Bands[S]]:
    """Draw bands on a scale: floors to reach, to pass, equal ones, and some out of reach.

    Parameters
    ----------
    scale : type of Scale
        The steps.

    Returns
    -------
    SearchStrategy of Bands

    Examples
    --------
    >>> import custvalue as cv
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import bands, customer_values
    >>> @settings(deadline=None)
    ... @given(rule=bands(cv.ABCTier), values=customer_values())
    ... def one_by_one_is_all_at_once(rule, values):
    ...     assert rule.classify(values).tolist() == [rule.classify(value) for value in values]
    >>> one_by_one_is_all_at_once()
    """
    count = len(scale) - 1
    ends = st.lists(st.tuples(_numbers(), st.booleans()), min_size=count, max_size=count)
    gaps = st.lists(st.sampled_from((False, False, False, True)), min_size=count, max_size=count)

    def build(ends: list[tuple[float, bool]], gaps: list[bool]) -> Bands[S]:
        floors: list[Floor] = [above(x) if passed else x for x, passed in sorted(ends)]
        return Bands(scale, [None if gap else x for x, gap in zip(floors, gaps, strict=True)])

    return st.builds(build, ends, gaps)


def conditions() -> st.SearchStrategy[Condition]:
    """Draw a condition of any kind, on numbers, text or flags.

    Returns
    -------
    SearchStrategy of Condition

    Examples
    --------
    >>> import custvalue as cv
    >>> from hypothesis import given
    >>> from custvalue.testing import conditions
    >>> @given(condition=conditions())
    ... def only_missing_holds_for_nothing(condition):
    ...     assert condition.holds(None) == (condition == cv.missing())
    >>> only_missing_holds_for_nothing()
    """
    numbers = _numbers()
    ranges = st.tuples(numbers, numbers).filter(lambda ends: ends[0] != ends[1]).map(sorted)
    values = st.one_of(numbers, st.booleans(), st.sampled_from(("shop", "web", "1", "nan", "门店")))
    return st.one_of(
        _upward_of_numbers(),
        st.builds(at_most, numbers),
        st.builds(below, numbers),
        ranges.map(lambda ends: in_range(*ends)),
        st.lists(values, min_size=1, max_size=4).map(lambda some: one_of(*some)),
        st.builds(is_true),
        st.builds(missing),
    )


def ladders(
    scale: type[S],
    *,
    measures: tuple[str, ...] = ("orders", "revenue"),
    flags: tuple[str, ...] = ("partner",),
) -> st.SearchStrategy[Ladder[S]]:
    """Draw a ladder on a scale, over numbers and flags.

    Parameters
    ----------
    scale : type of Scale
        The steps.
    measures : tuple of str
        Names of the measures that are numbers.
    flags : tuple of str
        Names of the measures that are true or false.

    Returns
    -------
    SearchStrategy of Ladder

    Examples
    --------
    >>> import custvalue as cv
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import ladders
    >>> @settings(deadline=None)
    ... @given(ladder=ladders(cv.ABCTier, measures=("orders",), flags=()))
    ... def more_orders_never_lower(ladder):
    ...     assert ladder.classify(orders=3) <= ladder.classify(orders=4)
    >>> more_orders_never_lower()
    """
    possible: dict[str, st.SearchStrategy[Condition]] = {
        **dict.fromkeys(measures, _upward_of_numbers()),
        **dict.fromkeys(flags, st.sampled_from((is_true(), known()))),
    }
    test = st.sampled_from(sorted(possible)).flatmap(
        lambda name: st.tuples(st.just(name), possible[name])
    )
    way = st.lists(test, min_size=1, max_size=2).map(dict)
    rung = st.lists(way, min_size=1, max_size=2)
    steps = list(scale)[1:]
    return st.tuples(*(rung for _ in steps)).map(
        lambda rungs: Ladder(scale, dict(zip(steps, rungs, strict=True)))
    )


def tables() -> st.SearchStrategy[Table[Scale]]:
    """Draw a table over one to three measures, each a scale or a flag, some of them nullable.

    Returns
    -------
    SearchStrategy of Table
        Its measures are among ``first``, ``second`` (scales) and ``flag`` (bool).

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import tables
    >>> @settings(deadline=None)
    ... @given(table=tables())
    ... def every_row_gives_its_answer(table):
    ...     assert {row.then for row in table.rows} <= set(table.answers)
    >>> every_row_gives_its_answer()
    """
    return _tables()


def customer_values(
    *, min_size: int = 0, max_size: int = 30, decimals: int = 2, negative: bool = True
) -> st.SearchStrategy[list[float]]:
    """Draw what customers are worth: money on a grid of minor units, with ties and zeros.

    Parameters
    ----------
    min_size, max_size : int, default 0 and 30
        How many customers.
    decimals : int, default 2
        Decimals of the minor unit: 2 for cents.
    negative : bool, default True
        Whether customers may cost more than they bring.

    Returns
    -------
    SearchStrategy of list of float [money]

    Raises
    ------
    InputError
        When `decimals` is no whole number from 0 to 6.

    Examples
    --------
    >>> from hypothesis import given
    >>> from custvalue.testing import customer_values
    >>> @given(values=customer_values(decimals=1, negative=False))
    ... def values_are_whole_dimes(values):
    ...     assert all(value >= 0 and round(value, 1) == value for value in values)
    >>> values_are_whole_dimes()
    """
    factor = 10 ** check_decimals(decimals)
    units = _minor_units(negative=negative)
    return st.lists(units.map(lambda n: n / factor), min_size=min_size, max_size=max_size)


def order_frames(
    *,
    max_rows: int = 30,
    refunds: bool = True,
    order_ids: bool = False,
    ids: Literal["int", "str"] = "int",
) -> st.SearchStrategy[pd.DataFrame]:
    """Draw order lines, in no order: ties, zero amounts, several lines on one day.

    Parameters
    ----------
    max_rows : int, default 30
        How many lines at most; there is always one.
    refunds : bool, default True
        Whether amounts may be negative.
    order_ids : bool, default False
        Whether there is a column ``order_id``; lines share one only within a customer.
    ids : {"int", "str"}, default "int"
        What customers are called.

    Returns
    -------
    SearchStrategy of DataFrame
        ``customer_id`` int64 or str, ``date`` datetime64[s], ``amount`` float64 [money, cents],
        and, when asked for, ``order_id`` str.

    Raises
    ------
    InputError
        When `ids` is neither.

    Examples
    --------
    >>> import custvalue as cv
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import order_frames
    >>> @settings(deadline=None)
    ... @given(orders=order_frames(max_rows=10, ids="str"))
    ... def nobody_disappears(orders):
    ...     table = cv.summarize_orders(orders, as_of=orders["date"].max())
    ...     assert set(table.index) == set(orders["customer_id"])
    >>> nobody_disappears()
    """
    if ids not in ("int", "str"):
        msg = f"ids must be 'int' or 'str', got {ids!r}"
        raise InputError(msg)
    names = (3, 1, 20, 100) if ids == "int" else ("bo", "Al", "客户", "10")
    line = st.tuples(
        st.sampled_from(names),
        st.one_of(st.integers(0, 3), st.integers(0, LAST_OFFSET)),
        _minor_units(negative=refunds),
        st.integers(0, 3),
    )

    def build(lines: list[tuple[Any, int, int, int]]) -> pd.DataFrame:
        customers, offsets, cents, orders = (list(column) for column in zip(*lines, strict=True))
        days = np.array(offsets, dtype="timedelta64[D]").astype("timedelta64[s]")
        frame = pd.DataFrame(
            {
                "customer_id": customers,
                "date": FIRST_DAY + days,
                "amount": np.array(cents, dtype=np.float64) / 100,
            }
        )
        if order_ids:
            pairs = zip(customers, orders, strict=True)
            frame["order_id"] = [f"{customer}-{order}" for customer, order in pairs]
        return frame

    return st.lists(line, min_size=1, max_size=max_rows).map(build)


# --- the scales, and what the strategies are made of -------------------------------------------


class Single(Scale):
    ONLY = "only"


class Answer(Scale):
    YES = "yes"
    NO = "no"


class Alarm(Scale, best="first"):
    GREEN = "green", "绿"
    AMBER = "amber", "黄"
    RED = "red", "红"


class Odd(Scale):
    TEN = "10"
    NINE = "9"
    NAN = "nan"
    COMMA = "a, b"


class Grade(Scale):
    F = "F"
    D = "D"
    C = "C"
    B = "B"
    A = "A"


SCALES: tuple[type[Scale], ...] = (Single, Answer, Alarm, Odd, Grade)
"""The scales that `scales` draws from."""


def _minor_units(*, negative: bool) -> st.SearchStrategy[int]:
    """Draw whole minor units: a few that recur, and any."""
    recurring = (0, 1, 1000, 1999, -500) if negative else (0, 1, 1000, 1999)
    return st.one_of(
        st.sampled_from(recurring), st.integers(-1_000_000 if negative else 0, 1_000_000)
    )


def _numbers() -> st.SearchStrategy[float]:
    """Draw numbers a condition may speak of: whole ones, money, and the awkward ones between."""
    return st.one_of(
        st.integers(-20, 20),
        _minor_units(negative=True).map(lambda cents: cents / 100),
        st.floats(-1e6, 1e6),
    )


def _upward_of_numbers() -> st.SearchStrategy[Condition]:
    numbers = _numbers()
    return st.one_of(st.builds(at_least, numbers), st.builds(above, numbers), st.builds(known))


@st.composite
def _tables(draw: st.DrawFn) -> Table[Scale]:
    domains: dict[str, Domain] = {"first": draw(scales())}
    if draw(st.booleans()):
        domains["second"] = draw(scales())
    if draw(st.booleans()):
        domains["flag"] = bool
    steps: dict[str, list[Any]] = {
        name: [False, True] if domain is bool else list(domain) for name, domain in domains.items()
    }
    nullable = draw(st.sets(st.sampled_from(sorted(domains))))
    answers = draw(scales())
    rows = [
        Row(when, draw(st.sampled_from(list(answers))), draw(st.sampled_from(("", "we say so"))))
        for when in _split(draw, {}, steps, nullable)
    ]
    return Table(domains, answers, draw(st.permutations(rows)))


def _split(
    draw: st.DrawFn,
    when: dict[str, Condition],
    steps: dict[str, list[Any]],
    nullable: set[str],
) -> list[dict[str, Condition]]:
    """Cut all combinations into parts that neither overlap nor leave a gap."""
    if not steps or draw(st.booleans()):
        return [when]
    name = draw(st.sampled_from(sorted(steps)))
    others = {other: of_other for other, of_other in steps.items() if other != name}
    in_first = {step: draw(st.booleans()) for step in steps[name]}
    parts = [[step for step in steps[name] if in_first[step] is side] for side in (True, False)]
    tests = [one_of(*part) for part in parts if part]
    if name in nullable:
        tests = [*(tests if len(tests) > 1 else [known()]), missing()]
    return [part for test in tests for part in _split(draw, {**when, name: test}, others, nullable)]
