"""Rows of a table as boxes: a set of steps per measure, which can be cut and written again."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any, TypeVar

import attrs

from custvalue._condition_makers import equals, is_true, known, missing, one_of
from custvalue._conditions import Condition
from custvalue._scale import Label
from custvalue._table import Row

L = TypeVar("L", bound=Label)
Steps = list[Any]
Domains = Mapping[str, Steps]
"""The steps each measure may take; None among them where it may be missing."""


def box_of(row: Row[Any], domains: Domains) -> dict[str, Steps]:
    """Return the steps of each measure that a row is about."""
    return {
        name: [step for step in steps if name not in row.when or row.when[name].holds(step)]
        for name, steps in domains.items()
    }


def cut(row: Row[L], hole: Mapping[str, Steps], domains: Domains) -> list[Row[L]]:
    """Return rows that together say what one row says, but nothing about a hole in it."""
    box = box_of(row, domains)
    if any(not set(box[name]) & set(hole[name]) for name in domains):
        return [row]
    rows: list[Row[L]] = []
    for name in domains:
        beside = [step for step in box[name] if step not in hole[name]]
        rows += _write({**box, name: beside}, row, domains)
        box[name] = [step for step in box[name] if step in hole[name]]
    return rows


def _write(box: Mapping[str, Steps], row: Row[L], domains: Domains) -> Iterable[Row[L]]:
    """Yield the rows a box takes: no condition can say "missing or one of these"."""
    ways = [_conditions(box[name], steps) for name, steps in domains.items()]
    for way in product(*ways):
        asked = zip(domains, way, strict=True)
        yield attrs.evolve(row, when={name: test for name, test in asked if test is not None})


def _conditions(steps: Steps, all_steps: Sequence[Any]) -> list[Condition | None]:
    """Return conditions of which just one holds, for each of some steps; None asks nothing."""
    if len(steps) == len(all_steps):
        return [None]
    there = [step for step in steps if step is not None]
    conditions: list[Condition | None] = []
    if there and len(there) == len(all_steps) - 1 and None in all_steps:
        conditions.append(known())
    elif there:
        conditions.append(is_true() if there == [True] else _among(there))
    if None in steps:
        conditions.append(missing())
    return conditions


def _among(steps: Steps) -> Condition:
    return equals(steps[0]) if len(steps) == 1 else one_of(*steps)
