"""The eight stages of a customer, the policy that tells them apart, and the funnel they make."""

import math
from collections.abc import Iterable
from typing import Any, cast, overload

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._conditions import Condition, Interval, at_least, is_true, say_number
from custvalue._containers import (
    Column,
    Mask,
    is_column,
    is_missing,
    is_number,
    name_rows,
    plain,
    read_flags,
    read_number,
    read_numbers,
    read_steps,
    require_columns,
)
from custvalue._documents import document
from custvalue._ladder import Ladder
from custvalue._scale import Label, Scale
from custvalue.errors import InputError, RuleError


class Focus(Label):
    """What a customer calls for: the four dimensions of managing customers.

    Examples
    --------
    >>> import custvalue as cv
    >>> [focus.value for focus in cv.Focus]
    ['select', 'acquire', 'retain', 'expand']
    """

    SELECT = "select", "客户选择"
    ACQUIRE = "acquire", "客户获取"
    RETAIN = "retain", "客户保持"
    EXPAND = "expand", "客户价值扩展"


class Stage(Scale):
    """How far someone has come as a customer, in eight stages.

    After Kotler's customer-development ladder (suspect, prospect, first-time, repeat, client, …,
    partner), with stages of their own for those who recommend and those who bring others.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.Stage.REPEAT < cv.Stage.PARTNER, cv.Stage.SUSPECT.label("zh")
    (True, '猜想客户')
    """

    SUSPECT = "suspect", "猜想客户"
    PROSPECT = "prospect", "预期客户"
    FIRST_TIME = "first-time", "首次购买客户"
    REPEAT = "repeat", "重复购买客户"
    LONG_TERM = "long-term", "长期客户"
    ADVOCATE = "advocate", "拥护者"
    STRATEGIC = "strategic", "战略客户"
    PARTNER = "partner", "合作伙伴"

    @property
    def focus(self) -> Focus:
        """What this stage calls for.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.Stage.PROSPECT.focus
        <Focus.ACQUIRE: 'acquire'>
        """
        return _FOCUS[self]


# Chosen: whom nobody has approached is selected, whom we want to sell to is acquired,
# who buys is retained, and who brings more than orders is a value to expand.
_FOCUS = {
    Stage.SUSPECT: Focus.SELECT,
    Stage.PROSPECT: Focus.ACQUIRE,
    Stage.FIRST_TIME: Focus.ACQUIRE,
    Stage.REPEAT: Focus.RETAIN,
    Stage.LONG_TERM: Focus.RETAIN,
    Stage.ADVOCATE: Focus.EXPAND,
    Stage.STRATEGIC: Focus.EXPAND,
    Stage.PARTNER: Focus.EXPAND,
}


@attrs.frozen
class _Span:
    """The numbers a quantity may be, and how to say so."""

    says: str
    least: float = 0
    most: float = math.inf
    whole: bool = False

    def fits(self, values: npt.NDArray[Any]) -> Mask:
        """Tell which values lie in the span; a missing one does not."""
        fits: Mask = (values >= self.least) & (values <= self.most)
        return fits & (values % 1 == 0) if self.whole else fits


_FLAGS = ("expected_to_close", "partner")
_NUMBERS = {
    "orders": _Span("a whole number ≥ 0", whole=True),
    "active_days": _Span("a number of days ≥ 0"),
    "share_of_wallet": _Span("a share from 0 to 1 (0.8 for 80 %)", most=1),
    "promoter_score": _Span("an answer from 0 to 10", most=10),
    "referrals": _Span("a whole number ≥ 0", whole=True),
}


def _number(value: float | None) -> float | None:
    return cast("float | None", _tidy(value))


def _flag(value: bool | None) -> bool | None:  # noqa: FBT001 - what is read is a flag
    value = cast("bool | None", _tidy(value))
    return bool(value) if value in (0, 1) else value


def _tidy(value: object) -> object:
    """Return a Python value for a numpy scalar, None for whatever is missing."""
    if is_column(value):
        msg = "CustomerFacts is about one customer, got a column: give classify a DataFrame"
        raise TypeError(msg)
    value = plain(value)
    return None if is_missing(value) else value


def _check_number(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    name = attribute.name
    if value is None and name != "orders":
        return
    span = _NUMBERS[name]
    if not span.fits(np.asarray(read_number(value, name))):
        msg = f"{name} must be {span.says}, got {value!r}: correct it or leave it out"
        raise InputError(msg)


def _check_flag(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    if value is not None and value not in (0, 1):
        msg = f"{attribute.name} must be true or false (or 1 and 0), got {value!r}"
        raise (InputError if is_number(value) else TypeError)(msg)


@attrs.frozen(kw_only=True)
class CustomerFacts:
    """What is known about one customer; None (or NaN) is no evidence.

    Parameters
    ----------
    orders : int, default 0
        Number of orders; the only fact that must be known.
    active_days : float, default 0.0
        From the first to the last order, *not* up to now [days].
    expected_to_close : bool, default False
        Whether someone expects a first order soon.
    share_of_wallet : float, optional
        Part of its spending on this need that comes to us, in [0, 1] [share].
    promoter_score : float, optional
        Its answer to "would you recommend us?", in [0, 10].
    referrals : int, default 0
        Customers it brought or recommended.
    partner : bool, default False
        Whether it works with the firm, as agent, distributor or shareholder.

    Raises
    ------
    InputError
        When a number is out of its range, a count is no whole number, or `orders` is missing.
    TypeError
        When a value is of a wrong kind.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.CustomerFacts(orders=2, active_days=40).orders
    2
    """

    orders: int = attrs.field(default=0, converter=_number, validator=_check_number)
    active_days: float | None = attrs.field(default=0.0, converter=_number, validator=_check_number)
    expected_to_close: bool | None = attrs.field(
        default=False, converter=_flag, validator=_check_flag
    )
    share_of_wallet: float | None = attrs.field(
        default=None, converter=_number, validator=_check_number
    )
    promoter_score: float | None = attrs.field(
        default=None, converter=_number, validator=_check_number
    )
    referrals: int | None = attrs.field(default=0, converter=_number, validator=_check_number)
    partner: bool | None = attrs.field(default=False, converter=_flag, validator=_check_flag)


_SETTINGS = {
    # Two at least: someone who bought once is never a long-term customer.
    "long_term_orders": _Span("a whole number ≥ 2", least=2, whole=True),
    "long_term_days": _Span("a finite number of days ≥ 0"),
    "advocate_share_of_wallet": _NUMBERS["share_of_wallet"],
    "advocate_promoter_score": _NUMBERS["promoter_score"],
}


def _setting(value: float) -> float:
    return cast("float", plain(value))


@document("lifecycle-policy")
@attrs.frozen(kw_only=True)
class LifecyclePolicy:
    """What puts a customer on a stage: eight stages, each with evidence of its own.

    A stage does not need the ones below it: with one order and one referral a customer is
    strategic. The highest stage with evidence counts, so more evidence never lowers it.

    ==========  ===========================================================================
    prospect    ``expected_to_close``
    first-time  1 order
    repeat      2 orders
    long-term   `long_term_orders` orders, and `long_term_days` from the first to the last
    advocate    1 order, and enough ``share_of_wallet`` or a high enough ``promoter_score``
    strategic   1 order and 1 referral
    partner     ``partner``
    ==========  ===========================================================================

    Parameters
    ----------
    long_term_orders : int, default 9
        Least orders of a long-term customer, at least 2.
    long_term_days : float, default 365
        Least ``active_days`` of a long-term customer [days].
    advocate_share_of_wallet : float, default 0.8
        Least share of wallet of an advocate [share].
    advocate_promoter_score : float, default 9
        Least promoter score of an advocate, 0 to 10.

    Attributes
    ----------
    ladder : Ladder of Stage
        The rungs these settings make.

    Raises
    ------
    RuleError
        When a setting is out of its range.
    TypeError
        When a setting is no number.

    Examples
    --------
    >>> import custvalue as cv, pandas as pd
    >>> policy = cv.LifecyclePolicy()
    >>> policy.classify(cv.CustomerFacts(orders=1, referrals=1))
    <Stage.STRATEGIC: 'strategic'>
    >>> facts = pd.DataFrame({"orders": [0, 1, 12], "active_days": [None, 0, 400]})
    >>> policy.classify(facts).tolist()
    ['suspect', 'first-time', 'long-term']
    """

    # A wholesale supplier's customers were stable after the ninth order: a practitioner's text
    # on CRM, 2021. It is a property of that business; yours may differ.
    long_term_orders: int = attrs.field(default=9, converter=_setting)
    # Chosen: a year, so that no single season makes a long-term customer [days].
    long_term_days: float = attrs.field(default=365, converter=_setting)
    # Chosen: for this need it buys from others only now and then [share].
    advocate_share_of_wallet: float = attrs.field(default=0.8, converter=_setting)
    # "Promoters" answer 9 or 10: F. F. Reichheld (2003), The one number you need to grow.
    advocate_promoter_score: float = attrs.field(default=9, converter=_setting)
    ladder: Ladder[Stage] = attrs.field(init=False, eq=False, repr=False)

    @ladder.default
    def _build_ladder(self) -> Ladder[Stage]:
        for name in _SETTINGS:
            _check_setting(name, getattr(self, name))
        ordered = {"orders": at_least(1)}
        return Ladder(
            Stage,
            {
                Stage.PROSPECT: [{"expected_to_close": is_true()}],
                Stage.FIRST_TIME: [ordered],
                Stage.REPEAT: [{"orders": at_least(2)}],
                Stage.LONG_TERM: [
                    {
                        "orders": at_least(self.long_term_orders),
                        "active_days": at_least(self.long_term_days),
                    }
                ],
                Stage.ADVOCATE: [
                    {**ordered, "share_of_wallet": at_least(self.advocate_share_of_wallet)},
                    {**ordered, "promoter_score": at_least(self.advocate_promoter_score)},
                ],
                Stage.STRATEGIC: [{**ordered, "referrals": at_least(1)}],
                Stage.PARTNER: [{"partner": is_true()}],
            },
        )

    @overload
    def classify(self, facts: CustomerFacts) -> Stage: ...
    @overload
    def classify(self, facts: pd.DataFrame) -> "pd.Series[Any]": ...
    def classify(self, facts: CustomerFacts | pd.DataFrame) -> "Stage | pd.Series[Any]":
        """Return the stage of one customer, or of each row of a frame.

        Parameters
        ----------
        facts : CustomerFacts, or DataFrame, shape (n, columns)
            A frame must hold ``orders``, known in every row. Of the other columns named as in
            `CustomerFacts`, an absent one is evidence nobody has, a missing value is no
            evidence; columns of other names are not looked at.

        Returns
        -------
        Stage, or categorical Series with the frame's index

        Raises
        ------
        InputError
            When ``orders`` is absent or missing, a count is no whole number, or a number is out
            of its range; the sentence names the rows.
        TypeError
            When `facts` is something else, or a column is of a wrong kind.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.LifecyclePolicy().classify(cv.CustomerFacts(expected_to_close=True))
        <Stage.PROSPECT: 'prospect'>
        """
        if isinstance(facts, pd.DataFrame):
            _check_frame(facts)
            stages: pd.Series[Any] = self.ladder.classify(facts)
            return stages
        stage, _ = self.ladder.evidence(**_facts_of_one(facts))
        return stage

    def explain(self, facts: CustomerFacts) -> str:
        """Say what puts a customer on its stage, and what the stages above still need.

        Raises
        ------
        TypeError
            When `facts` are no `CustomerFacts`.

        Examples
        --------
        >>> import custvalue as cv
        >>> print(cv.LifecyclePolicy().explain(cv.CustomerFacts(orders=7, active_days=245)))
        repeat, as orders ≥ 2 (7). Next: long-term needs 2 more orders and 120 more days from
        first to last order; advocate needs a share of wallet of 0.8 (unknown) or a promoter
        score of 9 (unknown); strategic needs 1 referral; partner needs a partnership.
        """
        known = _facts_of_one(facts)
        stage, tests = self.ladder.evidence(**known)
        reasons = [
            condition.describe(measure)
            + ("" if measure in _FLAGS else f" ({say_number(known[measure])})")
            for measure, condition in _in_order(tests)
        ]
        sentence = f"{stage}, as {' and '.join(reasons) or 'there is no evidence of more'}."
        needs = [
            f"{later} needs "
            + " or ".join(
                " and ".join(_say_lacking(*test, known) for test in _in_order(way))
                for way in self.ladder.lacking(later, **known)
            )
            for later in list(Stage)[stage.rank + 1 :]
        ]
        return f"{sentence} Next: {'; '.join(needs)}." if needs else sentence

    def reachable(self, columns: Iterable[str]) -> list[Stage]:
        """Return the stages that data with these columns can show, lowest first.

        Parameters
        ----------
        columns : iterable of str
            Names as in `CustomerFacts`; others are not looked at.

        Returns
        -------
        list of Stage

        Examples
        --------
        >>> import custvalue as cv
        >>> [str(stage) for stage in cv.LifecyclePolicy().reachable(["orders", "active_days"])]
        ['suspect', 'first-time', 'repeat', 'long-term']
        """
        return self.ladder.reachable(columns)


def funnel(stages: Column) -> pd.DataFrame:
    """Count the customers on each stage, and how many went on from there.

    It reads downwards from suspect to partner. As stages do not need the ones below them, a
    customer beyond a stage need not have stood on it.

    Parameters
    ----------
    stages : Series, Categorical, array or list of Stage, shape (n,)
        One per customer. Missing ones are left out and counted.

    Returns
    -------
    DataFrame indexed by stage, shape (8, 4), lowest first
        ``customers`` int64, on this stage; ``at_or_beyond`` int64, on this stage or a later one;
        ``conversion`` float64 [share], of those at or beyond this stage the ones beyond it, NaN
        for the last stage and where nobody is; ``share`` float64 [share], of all customers with
        a stage, NaN without any. ``.attrs["without_stage"]`` holds the number left out.

    Raises
    ------
    InputError
        When a label is no stage; the sentence names the rows.
    TypeError
        When `stages` is not one column.

    Examples
    --------
    >>> import custvalue as cv
    >>> table = cv.funnel(["suspect", "suspect", "first-time", "repeat", None])
    >>> table["at_or_beyond"].tolist()
    [4, 2, 2, 1, 0, 0, 0, 0]
    >>> table.loc[["suspect", "prospect", "first-time"], "conversion"].tolist()
    [0.5, 1.0, 0.5]
    >>> table.attrs["without_stage"]
    1
    """
    codes = read_steps(stages, Stage, "stages")
    placed = codes[codes >= 0]
    customers = np.bincount(placed, minlength=len(Stage)).astype(np.int64)
    at_or_beyond = customers[::-1].cumsum()[::-1]
    beyond = np.append(at_or_beyond[1:].astype(np.float64), np.nan)
    with np.errstate(invalid="ignore"):  # 0/0 is undefined, so it is NaN
        conversion = beyond / at_or_beyond
        share = customers / np.int64(len(placed))
    table = pd.DataFrame(
        {
            "customers": customers,
            "at_or_beyond": at_or_beyond,
            "conversion": conversion,
            "share": share,
        },
        index=pd.CategoricalIndex([stage.value for stage in Stage], dtype=Stage.dtype()),
    ).rename_axis(index="stage")
    table.attrs["without_stage"] = len(codes) - len(placed)
    return table


# --- checks ------------------------------------------------------------------------------------


def _check_setting(name: str, value: object) -> None:
    span = _SETTINGS[name]
    if not isinstance(value, int | float) or isinstance(value, bool):
        msg = f"{name} must be {span.says}, got {value!r} ({type(value).__name__})"
        raise TypeError(msg)
    if not (math.isfinite(value) and span.fits(np.asarray(value))):
        msg = f"{name} must be {span.says}, got {value!r}"
        raise RuleError(msg)


def _check_frame(frame: pd.DataFrame) -> None:
    """Raise where a frame says what cannot be, naming the rows."""
    require_columns(frame, ["orders"], "what a lifecycle policy classifies")
    for name in _FLAGS:
        if name in frame.columns:
            read_flags(frame[name], name)
    for name, span in _NUMBERS.items():
        if name not in frame.columns:
            continue
        numbers = read_numbers(frame[name], name)
        missing = numbers.missing
        if name == "orders" and missing is not None:
            msg = (
                f"orders must be known in every row, got none in {name_rows(missing, frame)}: "
                "give 0 to whom never ordered"
            )
            raise InputError(msg)
        wrong = ~span.fits(numbers.values)
        if missing is not None:
            wrong &= ~missing
        if wrong.any():
            got = say_number(numbers.values[wrong][0])
            msg = (
                f"{name} must be {span.says}, got {got} in {name_rows(wrong, frame)}: "
                "correct these rows or leave them out"
            )
            raise InputError(msg)


def _facts_of_one(facts: CustomerFacts) -> dict[str, Any]:
    if not isinstance(facts, CustomerFacts):
        msg = (
            "a lifecycle policy takes CustomerFacts for one customer (and classifies a pandas "
            f"DataFrame of many), got {type(facts).__name__}"
        )
        raise TypeError(msg)
    return attrs.asdict(facts)


# --- words -------------------------------------------------------------------------------------

_COUNTED = {
    "orders": ("order", "orders"),
    "active_days": ("day from first to last order", "days from first to last order"),
    "referrals": ("referral", "referrals"),
}
_NAMED = {
    "expected_to_close": "an order expected soon",
    "share_of_wallet": "a share of wallet of",
    "promoter_score": "a promoter score of",
    "partner": "a partnership",
}


def _say_lacking(measure: str, condition: Condition, known: dict[str, Any]) -> str:
    """Say what a customer lacks for one test: how many more, or which value instead of which."""
    value = known[measure]
    unknown = " (unknown)" if value is None else ""
    if not isinstance(condition, Interval):
        return _NAMED[measure] + unknown
    assert condition.low is not None  # noqa: S101 - a rung only looks upwards
    if measure in _COUNTED:
        shortfall = condition.low - (value or 0)
        more = " more" if value else ""
        noun = _COUNTED[measure][shortfall != 1]
        return f"{say_number(shortfall)}{more} {noun}{unknown}"
    instead = f" instead of {say_number(value)}" if value is not None else unknown
    return f"{_NAMED[measure]} {say_number(condition.low)}{instead}"


def _in_order(tests: list[tuple[str, Condition]]) -> list[tuple[str, Condition]]:
    """Return tests in the order in which `CustomerFacts` names their measures."""
    names = [field.name for field in attrs.fields(CustomerFacts)]
    return sorted(tests, key=lambda test: names.index(test[0]))
