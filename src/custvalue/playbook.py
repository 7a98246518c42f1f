"""What to do next: a total table from tier, segment, stage and state to a measure."""

from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar, overload

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._condition_makers import equals, known, missing
from custvalue._conditions import Condition, Known, Missing
from custvalue._containers import (
    Mask,
    is_missing,
    plain,
    read_list,
    read_steps,
    refuse_both,
    require_columns,
)
from custvalue._documents import Scales, document, from_dict, to_dict
from custvalue._playbook.boxes import Domains, box_of, cut
from custvalue._playbook.default import ROWS, Measure
from custvalue._playbook.words import WORDS, Lang, escape, say_steps
from custvalue._scale import Label, Scale, built_in_scale, require_scale
from custvalue._table import Row, Table
from custvalue.churn import ChurnState
from custvalue.errors import RuleError
from custvalue.lifecycle import Stage
from custvalue.value_matrix import ValueSegment

__all__ = ["DEFAULT_PLAYBOOK", "Measure", "Playbook"]

L = TypeVar("L", bound=Label)

COLUMNS = ("tier", "segment", "stage", "state")
MEASURES: dict[str, type[Label] | type[bool]] = {
    "top_tier": bool,
    "segment": ValueSegment,
    "stage": Stage,
    "state": ChurnState,
}


def _tidy_rows(rows: Iterable[Row[L]]) -> tuple[Row[L], ...]:
    tidy = tuple(read_list(rows, "the rows of a playbook", "[Row(when, then)]"))
    if not tidy:
        msg = "a playbook needs rows that answer every combination, got none"
        raise RuleError(msg)
    for row in tidy:
        if not isinstance(row, Row):
            msg = f"a playbook is made of rows, as Row(when, then, because=...), got {row!r}"
            raise TypeError(msg)
        if isinstance(row.when.get("top_tier"), Missing | Known):
            msg = (
                "top_tier is true or false, and never missing: who has no tier is not at the top; "
                f"ask about the state instead, got {row!r}"
            )
            raise RuleError(msg)
    return tidy


@attrs.frozen(repr=False)
class Playbook(Generic[L]):
    """A total table of what to do: one measure for each combination of what is known of a customer.

    Parameters
    ----------
    rows : sequence of Row
        Conditions on any of ``top_tier`` (whether the tier is the best of its scale, whichever
        scale that is; without a tier it is not), ``segment`` (`ValueSegment`), ``stage`` (`Stage`)
        and ``state`` (`ChurnState`, or missing for who never ordered), the answer, and the reason.
        Answers are members of one `Label` class: `Measure`, or your own. Together the rows must
        answer every combination exactly once.

    Attributes
    ----------
    table : Table
        The checked table of these rows.

    Raises
    ------
    RuleError
        When combinations are unanswered or answered twice; the sentence lists them.
    TypeError
        When `rows` are none.

    Examples
    --------
    >>> import custvalue as cv
    >>> class Care(cv.Label):
    ...     VISIT = "visit"
    ...     MAIL = "mail"
    >>> playbook = cv.Playbook(
    ...     [
    ...         cv.Row({"top_tier": cv.is_true()}, Care.VISIT, because="they bring most"),
    ...         cv.Row({"top_tier": cv.equals(False)}, Care.MAIL),
    ...     ]
    ... )
    >>> playbook.classify(tier=cv.ABCTier.A, segment="new", stage="repeat", state="awake").value
    'visit'
    """

    rows: tuple[Row[L], ...] = attrs.field(converter=_tidy_rows, eq=False)
    table: Table[L] = attrs.field(init=False, repr=False)

    @table.default
    def _build_table(self) -> Table[L]:
        return Table(MEASURES, type(self.rows[0].then), _answer_missing_states(self.rows))

    @property
    def answers(self) -> type[L]:
        """The class of the measures.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.DEFAULT_PLAYBOOK.answers.__name__
        'Measure'
        """
        return self.table.answers

    @overload
    def classify(
        self, customers: pd.DataFrame, /, *, tier_scale: type[Scale] | None = None
    ) -> "pd.Series[Any]": ...
    @overload
    def classify(
        self,
        /,
        *,
        tier: Scale | None,
        segment: str,
        stage: str,
        state: str | None,
    ) -> L: ...
    def classify(
        self,
        customers: pd.DataFrame | None = None,
        /,
        *,
        tier_scale: type[Scale] | None = None,
        **one: object,
    ) -> "L | pd.Series[Any]":
        """Return the measure for one customer, or for each row of a frame.

        Parameters
        ----------
        customers : DataFrame, shape (n, columns)
            Must hold ``tier``, ``segment``, ``stage`` and ``state``, as `Review.customers` does.
        tier_scale : type of Scale, optional
            The scale of that ``tier``. Needed where tiers are no ordered categorical; of one, the
            last category counts as the best unless it is a scale of this package.
        tier : member of a Scale, or None
            For one customer; None where there is no tier.
        segment, stage, state : member or its string
            For one customer; ``state=None`` for who never ordered.

        Returns
        -------
        member of `answers`, or categorical Series with the frame's index
            Missing where a segment or stage is, unless a row asks about that.

        Raises
        ------
        InputError
            When a value is no step of its scale, a single segment or stage is missing, or a frame
            lacks a column.
        TypeError
            When the scale of the tiers is not known, one of the four is lacking, or a frame and
            single values are given at once.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> one = {"segment": "lapsing", "stage": "repeat", "state": "drowsy"}
        >>> cv.DEFAULT_PLAYBOOK.classify(tier=cv.BankTier.RED, **one)
        <Measure.SOLVE_PROBLEM: 'solve-problem'>
        >>> many = pd.DataFrame([{"tier": "A", **one}, {"tier": None, **one, "segment": "new"}])
        >>> cv.DEFAULT_PLAYBOOK.classify(many, tier_scale=cv.ABCTier).tolist()
        ['solve-problem', 'remind']
        """
        if customers is None:
            return self.table._row_for(_read_one(one)).then
        refuse_both(one)
        require_columns(customers, COLUMNS, "what a playbook classifies")
        columns: dict[str, Any] = {name: customers[name] for name in COLUMNS[1:]}
        columns["top_tier"] = _are_best(customers["tier"], tier_scale)
        measures: pd.Series[Any] = self.table.classify(pd.DataFrame(columns, copy=False))
        return measures

    def explain(self, *, tier: Scale | None, segment: str, stage: str, state: str | None) -> str:
        """Say the measure for one customer, what it went by, and the reason.

        Parameters
        ----------
        tier : member of a Scale, or None
            None where there is no tier.
        segment, stage, state : member or its string
            ``state=None`` for who never ordered.

        Returns
        -------
        str

        Raises
        ------
        InputError, TypeError
            As for `classify`.

        Examples
        --------
        >>> import custvalue as cv
        >>> print(
        ...     cv.DEFAULT_PLAYBOOK.explain(
        ...         tier=cv.ABCTier.A, segment="few-large-orders", stage="repeat", state="drowsy"
        ...     )
        ... )
        call, as tier A (the top one), segment few-large-orders, stage repeat, state drowsy: they
        bring the most, so a person asks before silence becomes habit.
        """
        one = {"tier": tier, "segment": segment, "stage": stage, "state": state}
        row = self.table._row_for(_read_one(one))
        told = {name: f"{name} {one[name]}" for name in COLUMNS if not is_missing(one[name])}
        if "tier" in told:
            told["top_tier"] = f"{told['tier']} ({'' if _is_best(tier) else 'not '}the top one)"
        asked = [name for name in MEASURES if not isinstance(row.when.get(name, known()), Known)]
        went_by = ", ".join(told.get(name, f"no {name.removeprefix('top_')}") for name in asked)
        reason = f": {row.because}" if row.because else ""
        return f"{row.then}, as {went_by or 'always'}{reason}."

    def with_measure(self, then: L, /, *, because: str = "", **where: object) -> "Playbook[L]":
        """Return a new playbook in which some combinations have another measure.

        Parameters
        ----------
        then : member of `answers`
            The measure.
        because : str
            Its reason.
        **where
            Any of ``top_tier``, ``segment``, ``stage``, ``state``: a step, None for missing, or a
            condition, as ``one_of("drowsy", "half-asleep")``. What is left out may be anything.

        Returns
        -------
        Playbook

        Raises
        ------
        RuleError
            When `then` is no member of `answers`, or no combination is like that.
        TypeError
            When a condition speaks of numbers.

        Examples
        --------
        >>> import custvalue as cv
        >>> mine = cv.DEFAULT_PLAYBOOK.with_measure(
        ...     cv.Measure.CALL, because="ten customers bring half", segment="few-large-orders"
        ... )
        >>> mine.classify(
        ...     tier=cv.ABCTier.A, segment="few-large-orders", stage="repeat", state="awake"
        ... ).value
        'call'
        """
        when = {name: _as_condition(value) for name, value in where.items()}
        row = Row(when, then, because=because)
        domains = _domains((*self.rows, row))
        hole = box_of(row, domains)
        return Playbook([*(piece for old in self.rows for piece in cut(old, hole, domains)), row])

    def to_frame(self, *, lang: Lang = "en") -> pd.DataFrame:
        """Return the playbook as a table to read, one row per rule.

        Parameters
        ----------
        lang : {"en", "zh"}
            The language of the labels; reasons stay as they were written.

        Returns
        -------
        DataFrame of str
            ``tier``, ``segment``, ``stage``, ``state``, ``measure``, ``because``.

        Raises
        ------
        InputError
            For any other language.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.DEFAULT_PLAYBOOK.to_frame().iloc[15, :5].tolist()
        ['other', 'any but lapsing', 'long-term', 'drowsy', 'call']
        """
        domains = _domains(self.rows)
        told = []
        for row in self.rows:
            box, measure = box_of(row, domains), row.then.label(lang=lang)
            asked = [say_steps(box[name], domains[name], lang) for name in MEASURES]
            told.append([*asked, measure, row.because])
        return pd.DataFrame(told, columns=[*COLUMNS, "measure", "because"], dtype="str")

    def to_markdown(self, *, lang: Lang = "en") -> str:
        """Return the playbook as a table in Markdown, to go into a page or a wiki.

        Parameters
        ----------
        lang : {"en", "zh"}
            As for `to_frame`.

        Returns
        -------
        str

        Raises
        ------
        InputError
            For any other language.

        Examples
        --------
        >>> import custvalue as cv
        >>> print(cv.DEFAULT_PLAYBOOK.to_markdown().splitlines()[2])
        | any | any | suspect | none | screen | nobody has approached them, so see first ... |
        """
        told = self.to_frame(lang=lang)
        headings = [WORDS[lang].get(name, name) for name in told.columns]
        rows = [headings, ["---"] * len(headings), *told.to_numpy().tolist()]
        return "\n".join(f"| {' | '.join(map(escape, row))} |" for row in rows)

    def __repr__(self) -> str:
        return f"<Playbook of {len(self.rows)} rows, answering {self.answers.__name__}>"


# --- rows --------------------------------------------------------------------------------------


def _answer_missing_states(rows: tuple[Row[L], ...]) -> list[Row[L]]:
    """Return the rows so that one asks for a missing state, as the table then answers that too."""
    if any(isinstance(row.when.get("state"), Missing | Known) for row in rows):
        return list(rows)
    if all("state" in row.when for row in rows):
        msg = (
            "a playbook must say what to do with who never ordered, and so has no state: "
            "add a row with {'state': missing()}"
        )
        raise RuleError(msg)
    return [
        attrs.evolve(row, when={**row.when, "state": state}) if state else row
        for row in rows
        for state in ((None,) if "state" in row.when else (known(), missing()))
    ]


def _domains(rows: Iterable[Row[Any]]) -> Domains:
    """Return the steps of each measure, None among them where it may be missing."""
    domains: dict[str, list[Any]] = {}
    for name, domain in MEASURES.items():
        domains[name] = list(domain) if issubclass(domain, Label) else [True, False]
        asked = any(isinstance(row.when.get(name), Missing | Known) for row in rows)
        if asked or name == "state":
            domains[name].append(None)
    return domains


def _as_condition(value: object) -> Condition:
    if isinstance(value, Condition):
        return value
    step: Any = plain(value)
    return missing() if is_missing(step) else equals(step)


# --- reading -----------------------------------------------------------------------------------


def _read_one(one: Mapping[str, object]) -> dict[str, object]:
    """Return the measures of the table for one customer."""
    if set(one) != set(COLUMNS):
        got = ", ".join(one) or "nothing"
        msg = f"a playbook needs a frame, or {', '.join(COLUMNS)} of one customer, got {got}"
        raise TypeError(msg)
    return {**{name: one[name] for name in COLUMNS[1:]}, "top_tier": _is_best(one["tier"])}


def _is_best(tier: object) -> bool:
    """Tell whether one tier is the best of its scale."""
    if isinstance(tier, Scale):
        return tier is type(tier).best_first()[0]
    if is_missing(tier):
        return False
    msg = (
        f"tier must be a step of a scale, as ABCTier.A, or None, got {tier!r}: "
        "a word alone does not say which tier is the top one"
    )
    raise TypeError(msg)


def _are_best(tiers: "pd.Series[Any]", scale: type[Scale] | None) -> Mask:
    """Tell which tiers of a column are the best of their scale; a missing one is not."""
    codes: npt.NDArray[np.integer[Any]]
    if scale is not None:
        require_scale(scale, "a playbook")
        codes = read_steps(tiers, scale, "tier")
        best = scale.best_first()[0].rank
    elif isinstance(tiers.dtype, pd.CategoricalDtype) and tiers.dtype.ordered:
        codes = tiers.cat.codes.to_numpy()
        steps = tiers.dtype.categories.tolist()
        built_in = built_in_scale(steps)
        best = 0 if built_in is not None and built_in.best == "first" else len(steps) - 1
    else:
        msg = (
            f"tier must be an ordered categorical, as a rule gives it, got {tiers.dtype}: "
            "name the scale, as in tier_scale=cv.ABCTier"
        )
        raise TypeError(msg)
    top: Mask = (codes == best) & (codes >= 0)
    return top


# --- as plain data ----------------------------------------------------------------------------


def _write(playbook: Playbook[Any]) -> dict[str, Any]:
    return {"table": to_dict(playbook.table)}


def _read(data: dict[str, Any], scales: Scales) -> Playbook[Any]:
    table = from_dict(data["table"], scales=scales)
    if table.measures != tuple(MEASURES.items()):
        names = ", ".join(name for name, _ in table.measures)
        msg = f"a stored playbook must look at {', '.join(MEASURES)} as they are here, got {names}"
        raise RuleError(msg)
    return Playbook(table.rows)


document("playbook", write=_write, read=_read)(Playbook)

DEFAULT_PLAYBOOK = Playbook(ROWS)
"""The playbook of `Measure`, for tiers of any scale: whom to serve, raise, wake, and let go.

`Playbook.to_frame` shows its rows and their reasons, `Playbook.with_measure` changes it.
"""
