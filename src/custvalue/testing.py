"""Hypothesis strategies for rules, customers and orders; and simulated shops.

For tests of your own policies and reports. It needs hypothesis, which the extra ``testing``
brings: ``pip install "custvalue[testing]"``. Nothing else in custvalue imports it.
"""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from custvalue._bands import Bands
from custvalue._care.cadence import CadencePolicy
from custvalue._care.ranges import SatisfactionRanges
from custvalue._churn.rhythm_policy import RhythmPolicy
from custvalue._churn.sleep_policy import SleepPolicy
from custvalue._conditions import Condition
from custvalue._containers import has_hash
from custvalue._group_bands import GroupBands
from custvalue._ladder import Ladder
from custvalue._lifecycle.customer_record import CustomerRecord
from custvalue._lifecycle.policy import LifecyclePolicy
from custvalue._marketing_mix.needs import Need
from custvalue._marketing_mix.offer import Offer
from custvalue._metrics.choice import ThresholdChoice
from custvalue._prospects.profile import TargetProfile
from custvalue._rfm.scores import RFMScores
from custvalue._table import Table
from custvalue._testing.core_rules import bands, conditions, group_bands, ladders, tables
from custvalue._testing.customers import customer_tables, evidence_frames
from custvalue._testing.needs import needs, offers, target_profiles
from custvalue._testing.numbers import customer_values
from custvalue._testing.orders import (
    customer_records,
    order_frames,
    order_logs,
    return_curves,
)
from custvalue._testing.policies import (
    cadence_policies,
    lifecycle_policies,
    playbooks,
    rfm_scores,
    rhythm_policies,
    satisfaction_ranges,
    sleep_policies,
    threshold_choices,
    value_matrices,
)
from custvalue._testing.scales import SCALES, label_columns, scales
from custvalue._words import say_value
from custvalue.errors import InputError
from custvalue.examples import simulate_orders, simulate_shop
from custvalue.playbook import Playbook
from custvalue.returns import ReturnCurve
from custvalue.value_matrix import ValueMatrix

__all__ = [
    "SCALES",
    "bands",
    "cadence_policies",
    "conditions",
    "customer_records",
    "customer_tables",
    "customer_values",
    "evidence_frames",
    "group_bands",
    "label_columns",
    "ladders",
    "lifecycle_policies",
    "needs",
    "offers",
    "order_frames",
    "order_logs",
    "playbooks",
    "return_curves",
    "rfm_scores",
    "rhythm_policies",
    "rules",
    "satisfaction_ranges",
    "scales",
    "simulate_orders",
    "simulate_shop",
    "sleep_policies",
    "tables",
    "target_profiles",
    "threshold_choices",
    "value_matrices",
]

_RULES: dict[type, Callable[[], st.SearchStrategy[Any]]] = {
    Condition: conditions,
    Bands: lambda: scales().flatmap(bands),
    GroupBands: lambda: scales().flatmap(group_bands),
    Ladder: lambda: scales().flatmap(ladders),
    Table: tables,
    CadencePolicy: cadence_policies,
    CustomerRecord: customer_records,
    LifecyclePolicy: lifecycle_policies,
    Need: needs,
    Offer: offers,
    Playbook: playbooks,
    ReturnCurve: return_curves,
    RFMScores: rfm_scores,
    RhythmPolicy: rhythm_policies,
    SatisfactionRanges: satisfaction_ranges,
    SleepPolicy: sleep_policies,
    TargetProfile: target_profiles,
    ThresholdChoice: threshold_choices,
    ValueMatrix: value_matrices,
}


def rules(*kinds: type) -> st.SearchStrategy[Any]:
    """Draw a rule of any kind that `custvalue.to_dict` writes, for code that takes them all.

    Parameters
    ----------
    *kinds : classes of rules
        Only these kinds; by default all.

    Returns
    -------
    SearchStrategy of rules
        Scales that are not this package's own are among ``SCALES``.

    Raises
    ------
    InputError
        When there are no rules of a kind.

    Examples
    --------
    >>> import custvalue as cv
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import SCALES, rules
    >>> @settings(deadline=None, max_examples=20)
    ... @given(rule=rules(cv.SleepPolicy, cv.Bands))
    ... def what_is_stored_comes_back(rule):
    ...     assert cv.from_dict(cv.to_dict(rule), scales=SCALES) == rule
    >>> what_is_stored_comes_back()
    """
    for kind in kinds:
        if not has_hash(kind) or kind not in _RULES:
            names = ", ".join(rule.__name__ for rule in _RULES)
            msg = f"rules draws rules of the kinds {names}, got {say_value(kind)}"
            raise InputError(msg)
    return st.one_of(*(_RULES[kind]() for kind in kinds or _RULES))
