"""Several measures, independent rungs: the highest rung that holds decides."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import attrs
import numpy as np
import pandas as pd

from custvalue._condition_makers import condition_from_dict, condition_to_dict
from custvalue._conditions import Condition
from custvalue._containers import (
    Codes,
    Mask,
    is_word,
    read_list,
    read_mapping,
    refuse_both,
    require_columns,
)
from custvalue._documents import Scales, document
from custvalue._scale import Scale, labels_from_dict, labels_to_dict, require_scale
from custvalue.errors import InputError, RuleError

S = TypeVar("S", bound=Scale)
Test = tuple[str, Condition]
Evidence = tuple[Test, ...]
"""Tests that must all hold."""


def _tidy_rungs(
    rungs: Mapping[Any, Sequence[Mapping[str, Condition]]] | Iterable[tuple[Any, Any]],
) -> tuple[tuple[Any, tuple[Evidence, ...]], ...]:
    given = read_mapping(rungs, "the rungs of a ladder", "{step: [tests]}")
    return tuple(
        (step, tuple(map(_tidy_tests, read_list(alternatives, f"the rung {step!s}", "[tests]"))))
        for step, alternatives in given.items()
    )


def _tidy_tests(tests: object) -> Evidence:
    given = read_mapping(tests, "the tests of a rung", "{'orders': at_least(2)}")
    for measure in given:
        if not isinstance(measure, str):
            msg = f"the tests of a rung must name measures by text, got {measure!r}"
            raise TypeError(msg)
    return tuple(sorted(given.items()))


@attrs.frozen
class Ladder(Generic[S]):
    """A scale over several measures: each step above the lowest is a rung with its own evidence.

    A rung holds when any one of its lists of tests holds entirely; it does not need the rungs
    below it. The highest rung that holds is the answer, the lowest step when none does. As tests
    may only look upwards, more evidence never lowers the answer.

    Parameters
    ----------
    scale : type of Scale
        The steps, lowest first.
    rungs : mapping of step to list of dict of measure to Condition
        One entry per step above the lowest: the alternatives, each a dict of tests that must all
        hold. Only `at_least`, `above`, `is_true` and `known` may be used.

    Raises
    ------
    RuleError
        When a step lacks its rung, a rung has no evidence, or a test looks downwards.
    TypeError
        When `scale` is no scale, or `rungs` are of another shape.

    Examples
    --------
    >>> import custvalue as cv
    >>> ladder = cv.Ladder(
    ...     cv.ABCTier,
    ...     {
    ...         cv.ABCTier.B: [{"orders": cv.at_least(2)}],
    ...         cv.ABCTier.A: [{"orders": cv.at_least(9)}, {"referrals": cv.at_least(1)}],
    ...     },
    ... )
    >>> ladder.classify(orders=1, referrals=1)
    <ABCTier.A: 'A'>
    >>> ladder.classify(orders=5)
    <ABCTier.B: 'B'>
    """

    scale: type[S]
    rungs: tuple[tuple[S, tuple[Evidence, ...]], ...] = attrs.field(converter=_tidy_rungs)
    _asked: frozenset[str] = attrs.field(init=False, eq=False, repr=False)

    @_asked.default
    def _note_measures(self) -> frozenset[str]:
        return frozenset(m for _, ways in self.rungs for tests in ways for m, _ in tests)

    def __attrs_post_init__(self) -> None:
        """Check that every step above the lowest has evidence that only looks upwards."""
        require_scale(self.scale, "Ladder")
        needed = list(self.scale)[1:]
        given = [step for step, _ in self.rungs]
        if given != needed or not all(isinstance(step, self.scale) for step in given):
            got = ", ".join(map(repr, given)) or "none"
            msg = (
                f"Ladder on {self.scale.__name__} needs one rung per step above the lowest, in "
                f"order: {', '.join(map(repr, needed))}; got {got}"
            )
            raise RuleError(msg)
        for step, alternatives in self.rungs:
            if not alternatives or not all(alternatives):
                msg = f"the rung {step!s} needs evidence: at least one list of at least one test"
                raise RuleError(msg)
            for measure, condition in itertools.chain.from_iterable(alternatives):
                if not isinstance(condition, Condition) or not condition.upward:
                    msg = (
                        f"the rung {step!s} may only ask for more (at_least, above, is_true, "
                        f"known), or more evidence could lower a step; got {condition!r} "
                        f"for {measure}"
                    )
                    raise RuleError(msg)

    @property
    def measures(self) -> list[str]:
        """The measures the ladder looks at, sorted.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.LifecyclePolicy().ladder.measures[:3]
        ['active_days', 'expected_to_close', 'orders']
        """
        return sorted(self._asked)

    def classify(self, frame: pd.DataFrame | None = None, /, **measures: object) -> Any:  # noqa: ANN401 - member or Series
        """Return the highest step with evidence, for one customer or for a frame of them.

        Parameters
        ----------
        frame : DataFrame, shape (n, columns)
            Columns named like the measures; a column that is absent is evidence nobody has.
        **measures
            For one customer: each measure by name; one left out is no evidence.

        Returns
        -------
        member of the scale, or categorical Series with the frame's index

        Raises
        ------
        TypeError
            When a keyword is no measure of the ladder, values are of a wrong kind, or a frame and
            keywords are given at once.
        InputError
            When numbers are infinite; the sentence names the rows.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> facts = pd.DataFrame({"orders": [0, 1, 2]}, index=["ann", "bob", "eve"])
        >>> cv.LifecyclePolicy().ladder.classify(facts).tolist()
        ['suspect', 'first-time', 'repeat']
        """
        if frame is not None:
            refuse_both(measures)
            return self._classify_frame(frame)
        step, _ = self.evidence(**measures)
        return step

    def evidence(self, **measures: object) -> tuple[S, list[Test]]:
        """Return one customer's step and the tests that put it there; none for the lowest.

        Parameters
        ----------
        **measures
            Each measure by name; one left out is no evidence.

        Returns
        -------
        tuple of the step, and a list of pairs of measure and Condition

        Raises
        ------
        TypeError
            When a keyword is no measure of the ladder, or a value is of a wrong kind.

        Examples
        --------
        >>> import custvalue as cv
        >>> step, tests = cv.LifecyclePolicy().ladder.evidence(orders=3)
        >>> step.value, [condition.describe(measure) for measure, condition in tests]
        ('repeat', ['orders ≥ 2'])
        """
        self._refuse_unknown(measures)
        for step, alternatives in reversed(self.rungs):
            for tests in alternatives:
                for measure, condition in tests:
                    if not condition.holds(measures.get(measure)):
                        break
                else:
                    return step, list(tests)
        return next(iter(self.scale)), []

    def lacking(self, step: str, **measures: object) -> list[list[Test]]:
        """Return for each way onto a step the tests one customer fails.

        Parameters
        ----------
        step : step above the lowest, or its string
            Where the customer is to get.
        **measures
            Each measure by name; one left out is no evidence.

        Returns
        -------
        list, one entry per way, of lists of pairs of measure and Condition
            A way without any is open already.

        Raises
        ------
        InputError
            When `step` is no step of the scale above the lowest.
        TypeError
            As for `evidence`.

        Examples
        --------
        >>> import custvalue as cv
        >>> ladder = cv.LifecyclePolicy().ladder
        >>> [[c.describe(m) for m, c in way] for way in ladder.lacking("long-term", orders=9)]
        [['active_days ≥ 365']]
        """
        self._refuse_unknown(measures)
        ways = dict(self.rungs)
        if not is_word(step, ways):
            msg = f"step must be one of {', '.join(ways)}, got {step!r}"
            raise InputError(msg)
        return [
            [(m, condition) for m, condition in tests if not condition.holds(measures.get(m))]
            for tests in ways[self.scale(step)]
        ]

    def reachable(self, columns: Iterable[str]) -> list[S]:
        """Return the steps that data with these columns can show, lowest first.

        Parameters
        ----------
        columns : iterable of str
            Names of measures; others are not looked at.

        Returns
        -------
        list of steps

        Examples
        --------
        >>> import custvalue as cv
        >>> [str(step) for step in cv.LifecyclePolicy().ladder.reachable(["orders"])]
        ['suspect', 'first-time', 'repeat']
        """
        names = read_list(columns, "columns", "['orders', 'partner']")
        there = {name for name in names if isinstance(name, str)}
        return [next(iter(self.scale))] + [
            step
            for step, alternatives in self.rungs
            if any(all(m in there for m, _ in tests) for tests in alternatives)
        ]

    def _classify_frame(self, frame: pd.DataFrame) -> "pd.Series[Any]":
        require_columns(frame, [], "what a ladder classifies")
        codes: Codes = np.zeros(len(frame), dtype=np.int8)
        masks: dict[Test, Mask] = {}
        for step, alternatives in self.rungs:
            for tests in alternatives:
                if all(measure in frame.columns for measure, _ in tests):
                    hold = self._all_hold(tests, frame, masks)
                    np.maximum(codes, hold * np.int8(step.rank), out=codes)
        steps = pd.Categorical.from_codes(codes, dtype=self.scale.dtype())
        return pd.Series(steps, index=frame.index, copy=False)

    @staticmethod
    def _all_hold(tests: Evidence, frame: pd.DataFrame, masks: dict[Test, Mask]) -> Mask:
        """Return where all tests hold; each test is asked of the frame once."""
        for test in tests:
            if test not in masks:
                measure, condition = test
                masks[test] = condition.mask(frame[measure])
        hold: Mask = np.logical_and.reduce([masks[test] for test in tests])
        return hold

    def _refuse_unknown(self, measures: Mapping[str, object]) -> None:
        if not measures.keys() <= self._asked:
            unknown = sorted(measures.keys() - self._asked)
            msg = f"the ladder asks about {', '.join(self.measures)}, got {', '.join(unknown)}"
            raise TypeError(msg)


def _write(ladder: Ladder[Any]) -> dict[str, Any]:
    return {
        "scale": labels_to_dict(ladder.scale),
        "rungs": [
            [
                step.value,
                [{m: condition_to_dict(c) for m, c in tests} for tests in alternatives],
            ]
            for step, alternatives in ladder.rungs
        ],
    }


def _read(data: dict[str, Any], scales: Scales) -> Ladder[Any]:
    scale: Any = labels_from_dict(data["scale"], scales)
    return Ladder(
        scale,
        [
            (
                scale(step),
                [{m: condition_from_dict(c) for m, c in tests.items()} for tests in alternatives],
            )
            for step, alternatives in data["rungs"]
        ],
    )


document("ladder", write=_write, read=_read)(Ladder)
