"""The strategies of custvalue.testing for rules: one for every kind, and each worth having."""

import json
import pickle

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

import custvalue as cv
from custvalue import testing
from custvalue._documents import _KINDS
from custvalue.testing import SCALES

KINDS = sorted(testing._RULES, key=lambda kind: kind.__name__)
slow = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
unshrunk = settings(
    max_examples=2000, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


def test_every_kind_of_rule_has_a_strategy() -> None:
    """Whatever `to_dict` writes can be drawn; kinds that tests make up have none."""
    assert {kind for kind in _KINDS if kind.__module__.startswith("custvalue.")} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
@slow
@given(data=st.data())
def test_every_rule_drawn_survives(kind, data) -> None:
    """A rule of each kind comes back from JSON and from a pickle, equal and with equal hash."""
    rule = data.draw(testing.rules(kind))
    assert isinstance(rule, kind)
    stored = json.loads(json.dumps(cv.to_dict(rule)))
    for read in (cv.from_dict(stored, scales=SCALES), pickle.loads(pickle.dumps(rule))):
        assert cv.to_dict(read) == stored
        if kind is not cv.ReturnCurve:  # curves are compared by what they say, not by ==
            assert read == rule
            assert hash(read) == hash(rule)


@slow
@given(rule=testing.rules())
def test_any_rule_can_be_drawn(rule) -> None:
    """Without a kind, a rule of any kind is drawn."""
    assert isinstance(rule, tuple(KINDS))


def test_rules_of_unknown_kinds_are_refused() -> None:
    """The sentence lists the kinds there are."""
    message = r"rules draws rules of the kinds Condition, Bands, .*, got <class 'int'>"
    with pytest.raises(cv.InputError, match=message):
        testing.rules(cv.Bands, int)


WORTH = {
    "group bands of several groups": (
        testing.group_bands(cv.ABCTier),
        lambda rule: len({type(group) for group in rule.groups}) > 1,
    ),
    "thresholds never reached": (testing.sleep_policies(), lambda rule: rule.asleep_from is None),
    "thresholds that are equal": (
        testing.sleep_policies(),
        lambda rule: rule.drowsy_from is not None and rule.drowsy_from == rule.asleep_from,
    ),
    "days in parts": (testing.rhythm_policies(), lambda rule: rule.fallback_gap_days % 1 != 0),
    "a long-term customer at once": (
        testing.lifecycle_policies(),
        lambda rule: rule.long_term_days == 0,
    ),
    "value never told apart": (
        testing.value_matrices(),
        lambda rule: rule.new_within_days is None and rule.lapsing_after_days is None,
    ),
    "RFM without segments": (testing.rfm_scores(), lambda rule: rule.segments is None),
    "RFM with segments of one's own": (
        testing.rfm_scores(),
        lambda rule: rule.segments is not None and rule.segments.answers in SCALES,
    ),
    "RFM with the usual segments": (
        testing.rfm_scores(),
        lambda rule: rule.segments is not None and rule.segments.answers is cv.RFMSegment,
    ),
    "the default playbook": (testing.playbooks(), lambda rule: rule == cv.DEFAULT_PLAYBOOK),
    "a changed playbook": (
        testing.playbooks(),
        lambda rule: rule.answers is cv.playbook.Measure and rule != cv.DEFAULT_PLAYBOOK,
    ),
    "a playbook of one's own": (testing.playbooks(), lambda rule: rule.answers in SCALES),
    "cadence by tiers": (testing.cadence_policies(), lambda rule: len(rule.tier) > 0),
    "ranges of what is better lower": (
        testing.satisfaction_ranges(),
        lambda rule: any(not indicator.higher_is_better for indicator, _ in rule.ranges),
    ),
    "no threshold within the caps": (
        testing.threshold_choices(),
        lambda rule: not rule.feasible,
    ),
    "a cap that binds": (
        testing.threshold_choices(),
        lambda rule: rule.feasible and rule.binding is not None,
    ),
    "a need for the price": (
        testing.needs(),
        lambda need: need.aspect == "cost" and need.attribute == "price" and need.must_have,
    ),
    "an offer that says a lot": (testing.offers(), lambda offer: len(offer.product) > 1),
    "several requirements": (
        testing.target_profiles(),
        lambda profile: len(profile.attributes) > 1,
    ),
    "orders of one id": (
        testing.customer_records(),
        lambda record: record.row("2024-06-30")["orders"] == 1 and len(record._history.days) > 1,
    ),
    "a record with evidence": (
        testing.customer_records(),
        lambda record: record.partner is True and record.share_of_wallet is not None,
    ),
    "a curve in gaps": (testing.return_curves(), lambda curve: curve.relative),
    "a curve by rhythm": (testing.return_curves(), lambda curve: curve.by == "rhythm"),
}


@pytest.mark.parametrize("what", WORTH)
def test_rules_are_worth_testing_with(what) -> None:
    """What is easily forgotten is among what is drawn."""
    strategy, wanted = WORTH[what]
    assert find(strategy, wanted, settings=unshrunk) is not None


@slow
@given(data=st.data())
def test_tables_are_over_what_was_asked_for(data) -> None:
    """A table drawn for measures and answers of one's own is over these."""
    measures = {"state": cv.ChurnState, "vip": bool}
    table = data.draw(testing.tables(measures=measures, answers=cv.Focus))
    assert dict(table.measures) == measures
    assert table.answers is cv.Focus
