"""Several scales in, one label out: every combination of steps is answered exactly once."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, TypeAlias, TypeVar

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._condition_makers import condition_from_dict, condition_to_dict, equals, missing
from custvalue._conditions import Condition, Known, Missing
from custvalue._containers import (
    is_missing,
    is_word,
    missing_in,
    plain,
    read_flag,
    read_flags,
    read_list,
    read_mapping,
    read_steps,
    refuse_both,
    require_columns,
)
from custvalue._documents import Scales, document
from custvalue._scale import Label, labels_from_dict, labels_to_dict
from custvalue.errors import InputError, RuleError

L = TypeVar("L", bound=Label)
Domain: TypeAlias = type[Label] | type[bool]
Cell: TypeAlias = tuple[Any, ...]
MOST_LISTED = 8


def _tidy_when(when: Mapping[str, Condition]) -> dict[str, Condition]:
    return read_mapping(when, "what a row asks", "{'state': equals('asleep')}")


@attrs.frozen
class Row(Generic[L]):
    """One row of a rule table: when these conditions hold, then this answer, for this reason.

    A measure that `when` leaves out may be anything.

    Parameters
    ----------
    when : mapping of str to Condition
        What must hold, by measure.
    then : member of the table's answers
        The answer.
    because : str, optional
        The reason, for explanations.

    Examples
    --------
    >>> import custvalue as cv
    >>> row = cv.Row({"state": cv.equals("asleep")}, cv.Focus.RETAIN, because="they left quietly")
    >>> row.then.value
    'retain'
    """

    when: Mapping[str, Condition] = attrs.field(converter=_tidy_when, hash=False)
    then: L
    because: str = attrs.field(default="", kw_only=True)


def _tidy_measures(
    measures: Mapping[str, Domain] | Iterable[tuple[str, Domain]],
) -> tuple[tuple[str, Domain], ...]:
    given = read_mapping(measures, "the measures of a table", "{'vip': bool}")
    for name in given:
        if not isinstance(name, str):
            msg = f"the measures of a table must be named by text, got {name!r}"
            raise TypeError(msg)
    if "because" in given:
        msg = "no measure of a table may be named because, which is the reason of a cell: rename it"
        raise RuleError(msg)
    return tuple(given.items())


def _tidy_rows(rows: Iterable[Row[L]]) -> tuple[Row[L], ...]:
    tidy = tuple(read_list(rows, "the rows of a table", "[Row(when, then)]"))
    for row in tidy:
        if not isinstance(row, Row):
            msg = f"a table is made of rows, as Row(when, then, because=...), got {row!r}"
            raise TypeError(msg)
    return tidy


@attrs.frozen
class Table(Generic[L]):
    """A total rule over several scales: each combination of their steps has exactly one answer.

    Parameters
    ----------
    measures : mapping of str to type of Label, or bool
        What the table looks at, and the steps each may take.
    answers : type of Label
        The answers.
    rows : sequence of Row
        Together they must answer every combination exactly once. A measure about which some row
        asks `missing` or `known` may be missing; then combinations with it missing are needed
        as well. Otherwise a missing measure gives a missing answer.

    Raises
    ------
    RuleError
        When combinations are unanswered or answered twice (the sentence lists them), a row asks
        about another measure, answers none of the combinations, or has an answer not among
        `answers`, or a measure is named ``because``.
    TypeError
        When `answers` or what a measure may be is no class of labels, or `rows` holds anything but
        rows of conditions.

    Examples
    --------
    >>> import custvalue as cv
    >>> table = cv.Table(
    ...     {"tier": cv.ParetoTier, "vip": bool},
    ...     cv.Focus,
    ...     [
    ...         cv.Row({"tier": cv.equals("vital-few")}, cv.Focus.RETAIN),
    ...         cv.Row({"tier": cv.equals("useful-many"), "vip": cv.is_true()}, cv.Focus.EXPAND),
    ...         cv.Row(
    ...             {"tier": cv.equals("useful-many"), "vip": cv.equals(False)}, cv.Focus.SELECT
    ...         ),
    ...     ],
    ... )
    >>> table.classify(tier="useful-many", vip=True)
    <Focus.EXPAND: 'expand'>
    """

    measures: tuple[tuple[str, Domain], ...] = attrs.field(converter=_tidy_measures)
    answers: type[L]
    rows: tuple[Row[L], ...] = attrs.field(converter=_tidy_rows, eq=False)
    _cells: dict[Cell, Row[L]] = attrs.field(init=False, eq=False, repr=False)
    _meaning: tuple[L, ...] = attrs.field(init=False, repr=False)

    @_cells.default
    def _fill_cells(self) -> dict[Cell, Row[L]]:
        self._check_classes()
        self._check_rows()
        answered: dict[Cell, list[Row[L]]] = {cell: [] for cell in self._all_cells()}
        for row in self.rows:
            for cell in self._cells_of(row):
                answered[cell].append(row)
        gaps = [self._say_cell(cell) for cell, rows in answered.items() if not rows]
        overlaps = [self._say_cell(cell) for cell, rows in answered.items() if len(rows) > 1]
        if gaps or overlaps:
            msg = "every combination must be answered exactly once; " + "; ".join(
                f"{len(cells)} {name}: {', '.join(cells[:MOST_LISTED])}"
                + (" ..." if len(cells) > MOST_LISTED else "")
                for name, cells in (("unanswered", gaps), ("answered twice", overlaps))
                if cells
            )
            raise RuleError(msg)
        return {cell: rows[0] for cell, rows in answered.items()}

    @_meaning.default
    def _find_meaning(self) -> tuple[L, ...]:
        return tuple(row.then for row in self._cells.values())

    def classify(self, frame: pd.DataFrame | None = None, /, **measures: object) -> Any:  # noqa: ANN401 - member or Series
        """Return the answer for one combination, or for each row of a frame.

        Parameters
        ----------
        frame : DataFrame, shape (n, columns)
            Must hold a column per measure.
        **measures
            For one customer: every measure by name, a member or its string.

        Returns
        -------
        member of `answers`, or categorical Series with the frame's index
            Missing where a measure is missing that no row asks about being missing.

        Raises
        ------
        TypeError
            When measures are lacking or unknown, or a frame and measures are given at once.
        InputError
            When a value is no step of its measure, or a single one is missing unasked.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> table = cv.Table(
        ...     {"tier": cv.ParetoTier},
        ...     cv.Focus,
        ...     [
        ...         cv.Row({"tier": cv.equals("vital-few")}, cv.Focus.RETAIN),
        ...         cv.Row({"tier": cv.equals("useful-many")}, cv.Focus.SELECT),
        ...     ],
        ... )
        >>> table.classify(pd.DataFrame({"tier": ["vital-few", None]})).tolist()
        ['retain', nan]
        """
        if frame is not None:
            refuse_both(measures)
            return self._classify_frame(frame)
        return self._row_for(measures).then

    def explain(self, **measures: object) -> str:
        """Say the answer for one combination, the row that gave it, and its reason.

        Parameters
        ----------
        **measures
            Each measure by name: a member, its string or a bool, or None where missing.

        Returns
        -------
        str

        Raises
        ------
        TypeError, InputError
            As for `classify`.

        Examples
        --------
        >>> import custvalue as cv
        >>> keep = cv.Row({}, cv.Focus.RETAIN, because="we keep all")
        >>> table = cv.Table({"vip": bool}, cv.Focus, [keep])
        >>> table.explain(vip=True)
        'retain, as always: we keep all.'
        """
        row = self._row_for(measures)
        tests = [condition.describe(measure) for measure, condition in sorted(row.when.items())]
        reason = f": {row.because}" if row.because else ""
        return f"{row.then}, as {' and '.join(tests) or 'always'}{reason}."

    def with_cell(self, then: L, /, *, because: str = "", **cell: object) -> "Table[L]":
        """Return a new table in which one combination has another answer.

        Parameters
        ----------
        then : member of `answers`
            The new answer.
        because : str
            Its reason.
        **cell
            Every measure by name, a member, its string, a bool, or None for missing.

        Returns
        -------
        Table

        Raises
        ------
        TypeError, InputError
            As for `classify`.

        Examples
        --------
        >>> import custvalue as cv
        >>> table = cv.Table({"vip": bool}, cv.Focus, [cv.Row({}, cv.Focus.RETAIN)])
        >>> table.with_cell(cv.Focus.EXPAND, vip=True).classify(vip=True).value
        'expand'
        """
        key = self._cell_of(cell)
        if key is None:
            msg = f"the table has no combination with a missing measure, got {cell}"
            raise InputError(msg)
        cells = {**self._cells, key: Row(self._when(key), then, because=because)}
        rows = [Row(self._when(cell), row.then, because=row.because) for cell, row in cells.items()]
        return Table(self.measures, self.answers, rows)

    def _check_classes(self) -> None:
        if not (isinstance(self.answers, type) and issubclass(self.answers, Label)):
            msg = f"answers must be a subclass of Label, got {self.answers!r}"
            raise TypeError(msg)
        for name, domain in self.measures:
            if not (isinstance(domain, type) and (domain is bool or issubclass(domain, Label))):
                msg = f"{name} must be given a subclass of Label, or bool, got {domain!r}"
                raise TypeError(msg)

    def _check_rows(self) -> None:
        names = {name for name, _ in self.measures}
        for row in self.rows:
            unknown = sorted(set(row.when) - names)
            if unknown:
                known = ", ".join(sorted(names)) or "nothing"
                msg = f"the table looks at {known}; a row asks about {', '.join(unknown)}"
                raise RuleError(msg)
            for name, condition in row.when.items():
                if not isinstance(condition, Condition):
                    msg = f"a row needs a condition on {name}, as equals(x), got {condition!r}"
                    raise TypeError(msg)
            if not isinstance(row.then, self.answers):
                msg = f"answers must be members of {self.answers.__name__}, got {row.then!r}"
                raise RuleError(msg)
            if next(self._cells_of(row), None) is None:
                tests = " and ".join(c.describe(name) for name, c in sorted(row.when.items()))
                msg = f"a row must answer some combination, none has {tests}: check the spelling"
                raise RuleError(msg)

    def _may_be_missing(self, measure: str) -> bool:
        return any(isinstance(row.when.get(measure), Missing | Known) for row in self.rows)

    def _steps(self, measure: str, domain: Domain) -> list[Any]:
        steps: list[Any] = [False, True] if domain is bool else list(domain)
        return [*steps, None] if self._may_be_missing(measure) else steps

    def _all_cells(self) -> Iterator[Cell]:
        return itertools.product(*(self._steps(name, domain) for name, domain in self.measures))

    def _cells_of(self, row: Row[L]) -> Iterator[Cell]:
        """Return the combinations that a row answers."""
        steps = {name: self._steps(name, domain) for name, domain in self.measures}
        for name, condition in row.when.items():
            steps[name] = [step for step in steps[name] if condition.holds(step)]
        return itertools.product(*steps.values())

    def _say_cell(self, cell: Cell) -> str:
        steps = zip(self.measures, cell, strict=True)
        return "(" + ", ".join(f"{name}={step}" for (name, _), step in steps) + ")"

    def _row_for(self, measures: Mapping[str, object]) -> Row[L]:
        cell = self._cell_of(measures)
        if cell is None:
            lacking = [
                name
                for name, value in measures.items()
                if is_missing(plain(value)) and not self._may_be_missing(name)
            ]
            msg = f"{', '.join(lacking)} must be known: no row says what to do where it is missing"
            raise InputError(msg)
        return self._cells[cell]

    def _cell_of(self, measures: Mapping[str, object]) -> Cell | None:
        """Return the combination these measures are; None where one is missing unasked."""
        names = [name for name, _ in self.measures]
        if set(measures) != set(names):
            needed, got = (", ".join(each) or "nothing" for each in (names, measures))
            msg = f"the table needs {needed}, got {got}"
            raise TypeError(msg)
        cell = tuple(
            _step_of(domain, plain(measures[name]), name) for name, domain in self.measures
        )
        return cell if cell in self._cells else None

    def _classify_frame(self, frame: pd.DataFrame) -> "pd.Series[Any]":
        require_columns(frame, [name for name, _ in self.measures], "what a table classifies")
        place: npt.NDArray[np.int64] = np.zeros(len(frame), dtype=np.int64)
        unanswered = np.zeros(len(frame), dtype=np.bool_)
        for name, domain in self.measures:
            count = len(self._steps(name, domain))
            codes = _codes(domain, frame[name], name)
            if self._may_be_missing(name):
                codes = np.where(codes < 0, count - 1, codes)
            unanswered |= codes < 0
            place = place * count + codes
        answer = np.array([then.rank for then in self._meaning], dtype=np.int8)
        codes = np.where(unanswered, -1, answer[np.where(unanswered, 0, place)])
        labels = pd.Categorical.from_codes(codes, dtype=self.answers.dtype())
        return pd.Series(labels, index=frame.index, copy=False)

    def _when(self, cell: Cell) -> dict[str, Condition]:
        """Return the conditions that single out one combination."""
        return {
            name: missing() if step is None else equals(step)
            for (name, _), step in zip(self.measures, cell, strict=True)
        }


def _step_of(domain: Domain, value: object, name: str) -> object:
    """Return a value as a step of its measure, None where it is missing."""
    if is_missing(value):
        return None
    if not issubclass(domain, Label):
        return read_flag(value, name)
    if not is_word(value, list(domain)):
        msg = f"{name} must be one of {', '.join(domain)}, got {value!r}"
        raise InputError(msg)
    return domain(str(value))


def _codes(domain: Domain, column: "pd.Series[Any]", name: str) -> npt.NDArray[np.int64]:
    """Return the position of each value among the steps of its measure, -1 where missing."""
    if issubclass(domain, Label):
        return read_steps(column, domain, name).astype(np.int64)
    return np.where(missing_in(column), -1, read_flags(column, name))


def _write(table: Table[Any]) -> dict[str, Any]:
    return {
        "measures": [
            [name, labels_to_dict(domain) if issubclass(domain, Label) else "bool"]
            for name, domain in table.measures
        ],
        "answers": labels_to_dict(table.answers),
        "rows": [
            {
                "when": {name: condition_to_dict(c) for name, c in row.when.items()},
                "then": row.then.value,
                "because": row.because,
            }
            for row in table.rows
        ],
    }


def _read(data: dict[str, Any], scales: Scales) -> Table[Any]:
    answers = labels_from_dict(data["answers"], scales)
    return Table(
        [
            (name, bool if domain == "bool" else labels_from_dict(domain, scales))
            for name, domain in data["measures"]
        ],
        answers,
        [
            Row(
                {name: condition_from_dict(c) for name, c in row["when"].items()},
                answers(row["then"]),
                because=row["because"],
            )
            for row in data["rows"]
        ],
    )


document("table", write=_write, read=_read)(Table)
