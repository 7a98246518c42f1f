"""The policy that tells the stages apart, with its evidence."""

import math
from collections.abc import Iterable
from typing import Any, cast, overload

import attrs
import pandas as pd

from custvalue._bands import Learned
from custvalue._condition_makers import at_least, is_true
from custvalue._conditions import Condition, Interval
from custvalue._containers import plain
from custvalue._documents import Scales, document
from custvalue._ladder import Ladder
from custvalue._lifecycle.facts import FLAGS, MEASURES, NUMBERS, CustomerFacts, Span, check_facts
from custvalue._lifecycle.stages import Stage
from custvalue._words import say_number
from custvalue.errors import RuleError

_SETTINGS = {
    # Two at least: someone who bought once is never a long-term customer.
    "long_term_orders": Span("a whole number ≥ 2", least=2, whole=True),
    "long_term_days": Span("a finite number of days ≥ 0"),
    "advocate_share_of_wallet": NUMBERS["share_of_wallet"],
    "advocate_promoter_score": NUMBERS["promoter_score"],
}


def _setting(value: float) -> float:
    return cast("float", plain(value))


def _read(data: dict[str, Any], _scales: Scales) -> "LifecyclePolicy":
    learned = data.get("learned")  # rules stored by older versions do not say
    return LifecyclePolicy(**{**data, "learned": None if learned is None else Learned(**learned)})


@document("lifecycle-policy", read=_read)
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
    learned : Learned, optional
        Where `long_term_orders` came from; takes no part in equality.

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
    learned: Learned | None = attrs.field(default=None, eq=False)
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
            check_facts(facts)
            stages: pd.Series[Any] = self.ladder.classify(facts)
            return stages
        stage, _ = self.ladder.evidence(**_facts_of_one(facts))
        return stage

    def explain(self, facts: CustomerFacts) -> str:
        """Say what puts a customer on its stage, and what the stages above still need.

        Parameters
        ----------
        facts : CustomerFacts
            Of one customer.

        Returns
        -------
        str

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
            + ("" if measure in FLAGS else f" ({say_number(known[measure])})")
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


# --- checks ---


def _check_setting(name: str, value: object) -> None:
    span = _SETTINGS[name]
    if not isinstance(value, int | float) or isinstance(value, bool):
        msg = f"{name} must be {span.says}, got {value!r} ({type(value).__name__})"
        raise TypeError(msg)
    if not (-math.inf < value < math.inf and span.holds(value)):
        msg = f"{name} must be {span.says}, got {value!r}"
        raise RuleError(msg)


def _facts_of_one(facts: CustomerFacts) -> dict[str, Any]:
    if not isinstance(facts, CustomerFacts):
        msg = (
            "a lifecycle policy takes CustomerFacts for one customer (and classifies a pandas "
            f"DataFrame of many), got {type(facts).__name__}"
        )
        raise TypeError(msg)
    return {measure: getattr(facts, measure) for measure in MEASURES}


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
    return sorted(tests, key=lambda test: MEASURES.index(test[0]))
