"""Strategies for the rules that know no business word: conditions, bands, ladders, tables."""

from collections.abc import Mapping
from typing import Any, TypeVar

from hypothesis import strategies as st

from custvalue._bands import Bands, Floor
from custvalue._condition_makers import (
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
from custvalue._conditions import Condition
from custvalue._containers import read_list
from custvalue._group_bands import Group, GroupBands
from custvalue._ladder import Ladder
from custvalue._scale import Label, Scale, require_scale
from custvalue._table import Domain, Row, Table
from custvalue._testing.numbers import numbers
from custvalue._testing.scales import Single, require_labels, scales
from custvalue._words import say_value
from custvalue.errors import InputError

S = TypeVar("S", bound=Scale)

NO_MEASURES: Mapping[str, Domain] = {}
GROUPS: tuple[Group, ...] = ("north", "south", "门店", 1, 2)


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
    number = numbers()
    ranges = st.tuples(number, number).filter(lambda ends: ends[0] != ends[1]).map(sorted)
    values = st.one_of(number, st.booleans(), st.sampled_from(("shop", "web", "1", "nan", "门店")))
    return st.one_of(
        _upward_of_numbers(),
        st.builds(at_most, number),
        st.builds(below, number),
        ranges.map(lambda ends: in_range(*ends)),
        st.lists(values, min_size=1, max_size=4).map(lambda some: one_of(*some)),
        st.builds(is_true),
        st.builds(missing),
    )


def bands(scale: type[S]) -> st.SearchStrategy[Bands[S]]:
    """Draw bands on a scale: floors to reach, to pass, equal ones, and some out of reach.

    Parameters
    ----------
    scale : type of Scale
        The steps.

    Returns
    -------
    SearchStrategy of Bands

    Raises
    ------
    TypeError, RuleError
        When `scale` is no subclass of Scale, or has no steps.

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
    require_scale(scale, "bands")
    count = len(scale) - 1
    ends = st.lists(st.tuples(numbers(), st.booleans()), min_size=count, max_size=count)
    gaps = st.lists(st.sampled_from((False, False, False, True)), min_size=count, max_size=count)

    def build(ends: list[tuple[float, bool]], gaps: list[bool]) -> Bands[S]:
        floors: list[Floor] = [above(x) if passed else x for x, passed in sorted(ends)]
        return Bands(scale, [None if gap else x for x, gap in zip(floors, gaps, strict=True)])

    return st.builds(build, ends, gaps)


def group_bands(scale: type[S]) -> st.SearchStrategy[GroupBands[S]]:
    """Draw bands by group on a scale, for one group to three.

    Parameters
    ----------
    scale : type of Scale
        The steps.

    Returns
    -------
    SearchStrategy of GroupBands
        Groups are text or whole numbers.

    Raises
    ------
    TypeError, RuleError
        When `scale` is no subclass of Scale, or has no steps.

    Examples
    --------
    >>> import custvalue as cv
    >>> from hypothesis import given
    >>> from custvalue.testing import group_bands
    >>> @given(rule=group_bands(cv.ABCTier))
    ... def every_group_has_its_own_bands(rule):
    ...     for group in rule.groups:
    ...         assert rule.classify(100, group=group) == rule.of(group).classify(100)
    >>> every_group_has_its_own_bands()
    """
    require_scale(scale, "group_bands")
    by_group = st.dictionaries(st.sampled_from(GROUPS), bands(scale), min_size=1, max_size=3)
    return by_group.map(lambda rules: GroupBands(scale, rules))


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

    Raises
    ------
    TypeError
        When `scale` is no subclass of Scale, or `measures` or `flags` no list of names in text.
    RuleError
        When `scale` has no steps.
    InputError
        When there is neither a measure nor a flag.

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
    require_scale(scale, "ladders")
    possible: dict[str, st.SearchStrategy[Condition]] = {
        **dict.fromkeys(_read_names(measures, "measures"), _upward_of_numbers()),
        **dict.fromkeys(_read_names(flags, "flags"), st.sampled_from((is_true(), known()))),
    }
    if not possible:
        msg = "ladders needs a measure or a flag, got none of either: give measures=('orders',)"
        raise InputError(msg)
    test = st.sampled_from(sorted(possible)).flatmap(
        lambda name: st.tuples(st.just(name), possible[name])
    )
    way = st.lists(test, min_size=1, max_size=2).map(dict)
    rung = st.lists(way, min_size=1, max_size=2)
    steps = list(scale)[1:]
    return st.tuples(*(rung for _ in steps)).map(
        lambda rungs: Ladder(scale, dict(zip(steps, rungs, strict=True)))
    )


def tables(
    *, measures: Mapping[str, Domain] = NO_MEASURES, answers: type[Label] | None = None
) -> st.SearchStrategy[Table[Any]]:
    """Draw a table over scales and flags, some of which may be missing.

    Parameters
    ----------
    measures : mapping of str to type of Label, or bool, default none
        What it looks at. By default one to three measures, drawn as well: ``first``, ``second``
        (scales) and ``flag`` (bool).
    answers : type of Label, optional
        The class of its answers. By default a scale, drawn as well.

    Returns
    -------
    SearchStrategy of Table

    Raises
    ------
    TypeError, RuleError
        When `measures` cannot be those of a `Table`, or `answers` is no class of labels or has
        no members.

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
    if answers is not None:
        require_labels(answers, "answers")
    asked = Table(measures, Single, [Row({}, Single.ONLY)])  # says what is wrong with measures
    return _tables({str(name): domain for name, domain in asked.measures}, answers)


def _read_names(names: object, what: str) -> list[str]:
    """Return names of measures; raise where they are none, or the letters of one."""
    listed = read_list(names, what, "('orders',)")
    if isinstance(names, str) or not all(isinstance(name, str) for name in listed):
        msg = f"{what} must be a list of names in text, as ('orders',), got {say_value(names)}"
        raise TypeError(msg)
    return list(map(str, listed))


def _upward_of_numbers() -> st.SearchStrategy[Condition]:
    number = numbers()
    return st.one_of(st.builds(at_least, number), st.builds(above, number), st.builds(known))


@st.composite
def _tables(
    draw: st.DrawFn, measures: dict[str, Domain], answers: type[Label] | None
) -> Table[Any]:
    domains = measures or draw_measures(draw)
    nullable = draw(st.sets(st.sampled_from(sorted(domains))))
    answered = draw(scales()) if answers is None else answers
    return Table(domains, answered, draw_rows(draw, domains, nullable, answered))


def draw_measures(draw: st.DrawFn) -> dict[str, Domain]:
    """Draw one to three measures, each a scale or a flag."""
    domains: dict[str, Domain] = {"first": draw(scales())}
    if draw(st.booleans()):
        domains["second"] = draw(scales())
    if draw(st.booleans()):
        domains["flag"] = bool
    return domains


def draw_rows(
    draw: st.DrawFn, domains: Mapping[str, Domain], nullable: set[str], answers: type[Label]
) -> list[Row[Any]]:
    """Draw rows that answer each combination of steps once, in any order."""
    steps = {
        name: [False, True] if domain is bool else list(domain) for name, domain in domains.items()
    }
    rows = [
        Row(
            when,
            draw(st.sampled_from(list(answers))),
            because=draw(st.sampled_from(("", "we say so"))),
        )
        for when in _split(draw, {}, steps, nullable)
    ]
    return draw(st.permutations(rows))


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
