"""Which rules an engine can follow, and the rooms' own rules among them."""

import math

import attrs
import narwhals.stable.v2 as nw

from custvalue._bands import Bands
from custvalue._churn.silences import MEASURE
from custvalue._churn.sleep_policy import SleepPolicy
from custvalue._condition_makers import above
from custvalue._engines.expressions import (
    Case,
    Compiled,
    answers,
    check_finite,
    check_flag,
    compile_bands,
    compile_ladder,
    compile_table,
    need,
    satisfies,
)
from custvalue._engines.frames import Frame
from custvalue._engines.numbers import Check, holds, missing_in, read_column
from custvalue._ladder import Ladder
from custvalue._lifecycle.facts import FLAGS, NUMBERS, Span
from custvalue._lifecycle.policy import LifecyclePolicy
from custvalue._table import Table
from custvalue._value_matrix.reading import AGES, AXES
from custvalue.value_matrix import CELLS, Level, ValueMatrix, ValueSegment

KNOWN = "Bands, a Ladder, a Table, a SleepPolicy, a LifecyclePolicy or a ValueMatrix"
DAYS = Span("a number of days ≥ 0")


def compile_rule(rule: object, frame: Frame, column: str | None) -> Compiled:
    """Return a rule as expressions over the columns of a frame."""
    if isinstance(rule, Bands):
        return compile_bands(rule, frame, column)
    if isinstance(rule, SleepPolicy):
        return _compile_sleep(rule, frame, column)
    if column is not None and isinstance(rule, Ladder | Table | LifecyclePolicy | ValueMatrix):
        msg = (
            f"a {type(rule).__name__} looks at the columns named like its measures, got "
            f"column={column!r}: leave it out, or rename the column"
        )
        raise TypeError(msg)
    if isinstance(rule, Ladder):
        return compile_ladder(rule, frame)
    if isinstance(rule, Table):
        return compile_table(rule, frame)
    if isinstance(rule, LifecyclePolicy):
        return _compile_lifecycle(rule, frame)
    if isinstance(rule, ValueMatrix):
        return _compile_matrix(rule, frame)
    msg = f"rule must be one that engines can follow ({KNOWN}), got {rule!r}"
    raise TypeError(msg)


def _compile_sleep(policy: SleepPolicy, frame: Frame, column: str | None) -> Compiled:
    name = MEASURE if column is None else column
    states = compile_bands(policy.bands, frame, name)
    return attrs.evolve(states, checks=_check_span(frame, name, DAYS))


def _compile_lifecycle(policy: LifecyclePolicy, frame: Frame) -> Compiled:
    need(frame, ["orders"])
    checks = [_check_known("orders", "every row", missing_in(frame, "orders"))]
    for name in (name for name in FLAGS if name in frame.schema):
        checks += check_flag(frame, name)
    for name in (name for name in NUMBERS if name in frame.schema):
        checks += _check_span(frame, name, NUMBERS[name])
    return attrs.evolve(compile_ladder(policy.ladder, frame), checks=checks)


def _compile_matrix(matrix: ValueMatrix, frame: Frame) -> Compiled:
    """Compile a value matrix; general value is told apart where age or silence is there."""
    need(frame, AXES)
    ages = [name for name in AGES if name in frame.schema]
    ordered = satisfies(above(0), frame, "orders")
    levels = {name: compile_bands(getattr(matrix, name), frame, name) for name in AXES}
    value, orders = (levels[name].coded() for name in AXES)
    earlier = [(~ordered & ~missing_in(frame, name), ValueSegment.LOW_VALUE.rank) for name in ages]
    cases: list[Case] = [*earlier, (~ordered, ValueSegment.PROSPECT.rank)]
    for where, rank in answers(CELLS, value * len(Level) + orders):
        if rank == ValueSegment.GENERAL_VALUE.rank:
            cases += [
                (where & satisfies(condition, frame, name), segment.rank)
                for segment, name, condition in matrix._kinds()
                if name in ages
            ]
        cases.append((where, rank))
    lacking = ordered & missing_in(frame, AXES[0])
    checks = [
        _check_known("orders", "every row", missing_in(frame, "orders")),
        _check_known(AXES[0], "every row with an order", lacking),
        *check_finite(frame, AXES[0]),
        *_check_span(frame, "orders", NUMBERS["orders"]),
        *(check for name in ages for check in _check_span(frame, name, DAYS)),
    ]
    return Compiled(ValueSegment, cases, checks)


def _check_known(name: str, where: str, unknown: nw.Expr) -> Check:
    return Check(unknown, f"{name} must be known in {where}", name)


def _check_span(frame: Frame, name: str, span: Span) -> list[Check]:
    """Return the checks that the known numbers of a column are possible."""
    value = read_column(frame, name)
    wrong = value < span.least
    if span.most < math.inf:
        wrong |= value > span.most
    if span.whole:
        wrong |= value.round(0) != value
    return [*check_finite(frame, name), Check(holds(wrong), f"{name} must be {span.says}", name)]
