"""Rules compiled to expressions: the first case that holds decides, as on one customer."""

import math
from collections.abc import Sequence
from functools import reduce
from operator import and_
from typing import Any

import attrs
import narwhals.stable.v2 as nw

from custvalue._bands import Bands
from custvalue._condition_makers import at_least
from custvalue._conditions import Condition, Interval, IsTrue
from custvalue._engines.frames import Frame, need_columns
from custvalue._engines.numbers import (
    Check,
    choose,
    holds,
    infinite,
    missing_in,
    read_column,
)
from custvalue._ladder import Evidence, Ladder
from custvalue._scale import Label
from custvalue._table import Domain, Table

Case = tuple[nw.Expr, int]
"""Where a label holds that no earlier case has given, and its rank."""

TEXT = (nw.String, nw.Categorical, nw.Enum)


@attrs.frozen(eq=False)
class Compiled:
    """A rule as cases over the columns of one frame; where none holds, the label is missing."""

    labels: type[Label]
    cases: Sequence[Case]
    checks: Sequence[Check]

    def labelled(self) -> nw.Expr:
        """Return the labels as text."""
        names = [member.value for member in self.labels]
        return choose((where, nw.lit(names[rank])) for where, rank in self.cases)

    def coded(self) -> nw.Expr:
        """Return the ranks of the labels, -1 where missing."""
        ranks = choose((where, nw.lit(float(rank))) for where, rank in self.cases)
        return ranks.fill_null(-1.0).cast(nw.Int64)


def need(frame: Frame, names: Sequence[str], *, advice: str = "rename yours") -> None:
    """Raise when the frame lacks a column that a rule looks at."""
    need_columns(frame, names, "the frame", advice=advice)


def check_finite(frame: Frame, name: str) -> list[Check]:
    """Return the check that no number of a column is infinite; whole ones never are."""
    if frame.schema[name].is_integer():
        return []
    return [Check(infinite(read_column(frame, name)), f"{name} must be finite", name)]


# --- one measure -------------------------------------------------------------------------------


def compile_bands(rule: Bands[Any], frame: Frame, column: str | None) -> Compiled:
    """Compile bands over a column, by default the one named like their measure."""
    name = rule.measure if column is None else column
    need(frame, [name], advice="say which one the rule looks at, as column='revenue'")
    cases = [(~missing_in(frame, name), 0)]
    for rank, floor in enumerate(rule.floors, start=1):
        if floor is not None:
            begins = floor if isinstance(floor, Condition) else at_least(floor)
            cases.insert(0, (satisfies(begins, frame, name), rank))
    return Compiled(rule.scale, cases, check_finite(frame, name))


def satisfies(condition: Condition, frame: Frame, name: str) -> nw.Expr:
    """Return where a column satisfies a condition that a ladder may ask."""
    if isinstance(condition, Interval):
        return _lies_in(condition, frame, name)
    if isinstance(condition, IsTrue):
        return _read_flag(frame, name)
    return ~missing_in(frame, name)


def check_flag(frame: Frame, name: str) -> list[Check]:
    """Return the check that a flag is true or false."""
    if frame.schema[name] == nw.Boolean:
        return []
    value = read_column(frame, name)
    wrong = holds((value != 0) & (value != 1)) & ~missing_in(frame, name)
    return [Check(wrong, f"{name} must be true or false (or 1 and 0)", name)]


def _lies_in(interval: Interval, frame: Frame, name: str) -> nw.Expr:
    """Return where a column lies in an interval; whole numbers are compared with whole ones."""
    value, low, high = read_column(frame, name), interval.low, interval.high
    whole = frame.schema[name].is_integer()
    inside = []
    if low is not None:
        end = (math.floor if interval.low_open else math.ceil)(low) if whole else low
        inside.append(value > end if interval.low_open else value >= end)
    if high is not None:
        end = (math.ceil if interval.high_open else math.floor)(high) if whole else high
        inside.append(value < end if interval.high_open else value <= end)
    return holds(reduce(and_, inside))


def _read_flag(frame: Frame, name: str) -> nw.Expr:
    if frame.schema[name] == nw.Boolean:
        return holds(nw.col(name))
    return holds(read_column(frame, name) == 1)


# --- several measures --------------------------------------------------------------------------


def compile_ladder(ladder: Ladder[Any], frame: Frame) -> Compiled:
    """Compile a ladder; a column that is absent is evidence nobody has."""
    cases: list[Case] = []
    checks: list[Check] = []
    for step, ways in reversed(ladder.rungs):
        there = [way for way in ways if all(name in frame.schema for name, _ in way)]
        cases += [(_all_hold(way, frame), step.rank) for way in there]
        for name, condition in dict.fromkeys(test for way in there for test in way):
            if isinstance(condition, Interval):
                checks += check_finite(frame, name)
            if isinstance(condition, IsTrue):
                checks += check_flag(frame, name)
    return Compiled(ladder.scale, [*cases, (_everywhere(frame), 0)], checks)


def _all_hold(way: Evidence, frame: Frame) -> nw.Expr:
    return reduce(and_, (satisfies(condition, frame, name) for name, condition in way))


def _everywhere(frame: Frame) -> nw.Expr:
    """Return what holds in every row."""
    some = nw.col(next(iter(frame.schema))).is_null()
    return some | ~some


def compile_table(table: Table[Any], frame: Frame) -> Compiled:
    """Compile a table: the place of each combination among all of them, and its answer."""
    need(frame, [name for name, _ in table.measures])
    place: Any = 0
    checks: list[Check] = []
    for name, domain in table.measures:
        steps = table._steps(name, domain)
        code = choose(
            (_is_step(frame, name, step), nw.lit(float(n))) for n, step in enumerate(steps)
        )
        place = place * len(steps) + code
        checks += _check_steps(frame, name, domain)
    return Compiled(table.answers, answers(table, place), checks)


def answers(table: Table[Any], place: nw.Expr) -> list[Case]:
    """Return the cases of a table by the place of each combination."""
    meaning, place = table._meaning, place.cast(nw.Float64)
    return [
        (holds(place.is_in([float(n) for n, a in enumerate(meaning) if a is answer])), answer.rank)
        for answer in dict.fromkeys(meaning)
    ]


def _is_step(frame: Frame, name: str, step: object) -> nw.Expr:
    if step is None:
        return missing_in(frame, name)
    if isinstance(step, bool):
        true = _read_flag(frame, name)
        return true if step else ~true & ~missing_in(frame, name)
    return holds(_read_text(frame, name) == str(step))


def _check_steps(frame: Frame, name: str, domain: Domain) -> list[Check]:
    """Return the check that a column holds nothing but the steps of its measure."""
    if not issubclass(domain, Label):
        return check_flag(frame, name)
    known = [member.value for member in domain]
    unknown = holds(~_read_text(frame, name).is_in(known)) & ~missing_in(frame, name)
    must = f"{name} must hold labels of {domain.__name__} ({', '.join(known)})"
    return [Check(unknown, must, name)]


def _read_text(frame: Frame, name: str) -> nw.Expr:
    dtype = frame.schema[name]
    if not isinstance(dtype, TEXT):
        msg = f"{name} must hold labels as text, got {dtype}: convert it first, as with a cast"
        raise TypeError(msg)
    return nw.col(name) if isinstance(dtype, nw.String) else nw.col(name).cast(nw.String)
