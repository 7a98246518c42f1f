"""Learn a business's own long-term customers from its orders."""

from typing import Any

import attrs

from custvalue._bands import Learned
from custvalue._calendar import Day
from custvalue._lifecycle.policy import LifecyclePolicy, _setting
from custvalue._lifecycle.repeat_curve import (
    FEWEST,
    RepeatCurve,
    read_horizon,
    read_level,
    say_days,
)
from custvalue.errors import InputError, RuleError
from custvalue.orders import OrderLog

LEAST = 2  # orders: someone who bought once is never a long-term customer
STATED = LifecyclePolicy()


def _horizon(within: float) -> float:
    try:
        return read_horizon(within)
    except InputError as error:
        raise RuleError(str(error)) from None


def _level(level: float) -> float:
    try:
        return read_level(level)
    except InputError as error:
        raise RuleError(str(error)) from None


@attrs.frozen
class LifecycleLearner:
    """Learn after how many orders a customer is a long-term one: find your own "ninth order".

    It is the first order number from which on the chance of another order within a horizon stays
    at a level, by `RepeatCurve`; at least 2. It is a property of the business *and of the
    horizon*: the longer that is, the earlier the chance is high.

    The curve numbers order days, the policy counts orders; they differ for who orders twice a day.
    To count days, classify ``customers.assign(orders=customers["order_days"])``.

    Parameters
    ----------
    within : float [days]
        The horizon, above 0.
    level : float, default 0.8 [share]
        What the chance must stay at, above 0 and at most 1.
    long_term_days, advocate_share_of_wallet, advocate_promoter_score : float
        What is not learned, as in `LifecyclePolicy` [days, share, 0 to 10].

    Raises
    ------
    RuleError
        When a setting is out of its range.
    TypeError
        When a setting is no number.

    Examples
    --------
    >>> import custvalue as cv, pandas as pd
    >>> customers = {"2026-01-05": 60, "2026-01-15": 40, "2026-01-25": 36, "2026-02-04": 30}
    >>> orders = pd.DataFrame(
    ...     [(who, pd.Timestamp(day), 9.0) for day in customers for who in range(customers[day])],
    ...     columns=["customer_id", "date", "amount"],
    ... )
    >>> log = cv.OrderLog.from_frame(orders)
    >>> learner = cv.lifecycle.LifecycleLearner(within=30, long_term_days=14)
    >>> policy = learner.fit(log, as_of="2026-02-24")
    >>> policy.long_term_orders, policy.long_term_days
    (2, 14)
    """

    within: float = attrs.field(converter=_horizon)
    level: float = attrs.field(default=0.8, kw_only=True, converter=_level)
    long_term_days: float = attrs.field(
        default=STATED.long_term_days, kw_only=True, converter=_setting
    )
    advocate_share_of_wallet: float = attrs.field(
        default=STATED.advocate_share_of_wallet, kw_only=True, converter=_setting
    )
    advocate_promoter_score: float = attrs.field(
        default=STATED.advocate_promoter_score, kw_only=True, converter=_setting
    )

    def __attrs_post_init__(self) -> None:
        self._policy()  # refuses what a policy refuses

    def fit(self, log: OrderLog, *, as_of: Day) -> LifecyclePolicy:
        """Learn the long-term rung from what was known on a day.

        Parameters
        ----------
        log : OrderLog
            The orders.
        as_of : date or ISO string
            The end of observation.

        Returns
        -------
        LifecyclePolicy
            Its ``learned`` holds the horizon, the number of customers, the level asked for, and
            the chance after the first order number from which on it stays there.

        Raises
        ------
        RuleError
            When there is no order number from which on the chance stays at the level.
        InputError
            When `as_of` is no calendar day.
        TypeError
            When `log` is no OrderLog.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> day = pd.to_datetime(["2026-01-05"] * 40 + ["2026-01-15"] * 30 + ["2026-01-25"] * 30)
        >>> who = [*range(40), *range(30), *range(30)]
        >>> orders = pd.DataFrame({"customer_id": who, "date": day, "amount": 9.0})
        >>> log = cv.OrderLog.from_frame(orders)
        >>> policy = cv.lifecycle.LifecycleLearner(within=30).fit(log, as_of="2026-02-04")
        >>> policy.learned.what, policy.learned.nominal, policy.learned.actual
        ('chance of another order day within 30 days', (0.8,), (1.0,))
        """
        curve = RepeatCurve.from_log(log, as_of=as_of, within=self.within)
        stable = curve.stable_after(level=self.level)
        horizon = say_days(self.within)
        if stable is None:
            msg = (
                f"the chance of another order within {horizon} must stay at or above {self.level} "
                f"from some order number on that {FEWEST} customers reached; as of {curve.as_of} "
                "it does not (see the table of RepeatCurve.from_log): learn with a lower level or "
                "a longer horizon, or state long_term_orders in a LifecyclePolicy"
            )
            raise RuleError(msg)
        return self._policy(
            long_term_orders=max(stable, LEAST),
            learned=Learned(
                what=f"chance of another order day within {horizon}",
                count=int(curve.table["reached"].iloc[0]),
                as_of=curve.as_of.isoformat(),
                nominal=(self.level,),
                actual=(float(curve.table["chance"].loc[stable]),),
            ),
        )

    def _policy(self, **learned: Any) -> LifecyclePolicy:  # noqa: ANN401 - settings of any type
        return LifecyclePolicy(
            long_term_days=self.long_term_days,
            advocate_share_of_wallet=self.advocate_share_of_wallet,
            advocate_promoter_score=self.advocate_promoter_score,
            **learned,
        )
