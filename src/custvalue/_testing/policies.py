"""Strategies for policies on customers: sleep, rhythm, lifecycle, value, RFM, playbook, care."""

from typing import Any

from hypothesis import strategies as st

from custvalue._care.cadence import CadencePolicy
from custvalue._care.indicators import Indicator
from custvalue._care.ranges import SatisfactionRanges
from custvalue._churn.rhythm_policy import RhythmPolicy
from custvalue._churn.sleep_policy import SleepPolicy
from custvalue._churn.states import ChurnState
from custvalue._lifecycle.policy import LifecyclePolicy
from custvalue._lifecycle.stages import Stage
from custvalue._metrics.choice import ThresholdChoice
from custvalue._playbook.default import Measure
from custvalue._rfm.levels import BY_DAYS
from custvalue._rfm.scores import LEVEL_OF, RFMScores
from custvalue._scale import Label
from custvalue._table import Domain
from custvalue._testing.core_rules import bands, draw_rows, tables
from custvalue._testing.numbers import lengths, numbers, shares
from custvalue._testing.scales import scales
from custvalue.metrics import choose_threshold
from custvalue.playbook import DEFAULT_PLAYBOOK, MEASURES, Playbook
from custvalue.value_matrix import Level, ValueMatrix

NULLABLE = {"segment", "stage", "state"}  # what a playbook may be asked about being missing


def sleep_policies() -> st.SearchStrategy[SleepPolicy]:
    """Draw a sleep policy: whole days and parts, equal thresholds, states never reached.

    Returns
    -------
    SearchStrategy of SleepPolicy

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import sleep_policies
    >>> @settings(deadline=None, max_examples=25)
    ... @given(policy=sleep_policies())
    ... def longer_silence_is_never_a_better_state(policy):
    ...     assert policy.classify(30) <= policy.classify(31)
    >>> longer_silence_is_never_a_better_state()
    """
    return _thresholds().map(lambda floors: SleepPolicy(*floors))


def rhythm_policies() -> st.SearchStrategy[RhythmPolicy]:
    """Draw a rhythm policy, with a gap for customers who have none of their own.

    Returns
    -------
    SearchStrategy of RhythmPolicy

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import rhythm_policies
    >>> @settings(deadline=None, max_examples=25)
    ... @given(policy=rhythm_policies())
    ... def everybody_is_awake_at_first(policy):
    ...     assert policy.classify(days_since_last_order=0) == "awake"
    >>> everybody_is_awake_at_first()
    """
    return st.builds(
        lambda floors, gap: RhythmPolicy(*floors, fallback_gap_days=gap), _thresholds(), lengths()
    )


def lifecycle_policies() -> st.SearchStrategy[LifecyclePolicy]:
    """Draw a lifecycle policy with settings of any size they may have.

    Returns
    -------
    SearchStrategy of LifecyclePolicy

    Examples
    --------
    >>> import custvalue as cv
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import lifecycle_policies
    >>> @settings(deadline=None, max_examples=25)
    ... @given(policy=lifecycle_policies())
    ... def one_order_is_no_habit(policy):
    ...     assert policy.classify(cv.CustomerFacts(orders=1, active_days=999)) == "first-time"
    >>> one_order_is_no_habit()
    """
    return st.builds(
        LifecyclePolicy,
        long_term_orders=st.integers(2, 20),
        long_term_days=st.one_of(st.just(0), lengths()),
        advocate_share_of_wallet=shares(),
        advocate_promoter_score=st.one_of(st.integers(0, 10), st.floats(0, 10)),
    )


def value_matrices() -> st.SearchStrategy[ValueMatrix]:
    """Draw a value matrix, with or without days that tell general value apart.

    Returns
    -------
    SearchStrategy of ValueMatrix

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import value_matrices
    >>> @settings(deadline=None, max_examples=25)
    ... @given(matrix=value_matrices())
    ... def who_never_ordered_is_a_prospect(matrix):
    ...     assert matrix.classify(orders=0) == "prospect"
    >>> who_never_ordered_is_a_prospect()
    """
    days = st.one_of(st.none(), st.just(0), lengths())
    return st.builds(
        ValueMatrix,
        average_order_value=bands(Level),
        orders=bands(Level),
        new_within_days=days,
        lapsing_after_days=days,
    )


def rfm_scores() -> st.SearchStrategy[RFMScores]:
    """Draw RFM scores of three to five levels, with the usual segments, others, or none.

    Returns
    -------
    SearchStrategy of RFMScores

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import rfm_scores
    >>> @settings(deadline=None, max_examples=25)
    ... @given(scores=rfm_scores())
    ... def more_orders_are_never_worse(scores):
    ...     of = {"days_since_last_order": 30, "revenue": 50}
    ...     few, many = scores.classify(orders=1, **of), scores.classify(orders=2, **of)
    ...     assert few.orders_level <= many.orders_level
    >>> more_orders_are_never_worse()
    """
    return _rfm_scores()


def playbooks() -> st.SearchStrategy[Playbook[Any]]:
    """Draw a playbook: the default one with other measures here and there, or one from scratch.

    Returns
    -------
    SearchStrategy of Playbook
        Its answers are those of ``playbook.Measure``, or steps of one of ``SCALES``.

    Examples
    --------
    >>> import custvalue as cv
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import playbooks
    >>> @settings(deadline=None, max_examples=25)
    ... @given(playbook=playbooks())
    ... def everybody_gets_an_answer(playbook):
    ...     assert playbook.classify(tier=None, segment="new", stage="repeat", state="awake")
    >>> everybody_gets_an_answer()
    """
    return st.one_of(_changed_playbooks(), _playbooks())


def cadence_policies() -> st.SearchStrategy[CadencePolicy]:
    """Draw a cadence policy, for any of the stages, the states, and the tiers of a scale.

    Returns
    -------
    SearchStrategy of CadencePolicy

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import cadence_policies
    >>> @settings(deadline=None, max_examples=25)
    ... @given(policy=cadence_policies())
    ... def nobody_is_annoyed_or_forgotten(policy):
    ...     days = policy.days_between(stage="repeat", state="drowsy")
    ...     assert policy.floor_days <= days <= policy.ceiling_days
    >>> nobody_is_annoyed_or_forgotten()
    """
    limits = st.lists(st.integers(1, 120), min_size=2, max_size=2).map(sorted)
    return st.builds(
        lambda stage, tier, state, limits: CadencePolicy(
            stage=stage, tier=tier, state=state, floor_days=limits[0], ceiling_days=limits[1]
        ),
        _days_by_step(Stage),
        scales().flatmap(_days_by_step),
        _days_by_step(ChurnState),
        limits,
    )


def satisfaction_ranges() -> st.SearchStrategy[SatisfactionRanges]:
    """Draw the worst and the best of some of the seven indicators.

    Returns
    -------
    SearchStrategy of SatisfactionRanges

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import satisfaction_ranges
    >>> @settings(deadline=None, max_examples=25)
    ... @given(rule=satisfaction_ranges())
    ... def the_best_is_rated_100(rule):
    ...     for indicator, (worst, best) in rule.ranges:
    ...         assert rule.rate(**{indicator: best}) == {indicator: 100}
    >>> the_best_is_rated_100()
    """
    ends = st.tuples(numbers(), numbers()).filter(lambda pair: pair[0] != pair[1]).map(sorted)
    chosen = st.dictionaries(st.sampled_from(list(Indicator)), ends)
    return chosen.map(
        lambda given: SatisfactionRanges(
            {i: pair if i.higher_is_better else pair[::-1] for i, pair in given.items()}
        )
    )


def threshold_choices() -> st.SearchStrategy[ThresholdChoice]:
    """Draw a threshold chosen on a few scores, within the caps or not.

    Returns
    -------
    SearchStrategy of ThresholdChoice

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import threshold_choices
    >>> @settings(deadline=None, max_examples=25)
    ... @given(choice=threshold_choices())
    ... def the_threshold_itself_is_predicted(choice):
    ...     assert choice.classify(choice.threshold)
    >>> the_threshold_itself_is_predicted()
    """
    scored = st.lists(st.tuples(st.booleans(), numbers()), min_size=1, max_size=12)
    caps = st.tuples(st.one_of(st.none(), shares()), shares()).flatmap(st.permutations)

    def build(rows: list[tuple[bool, float]], caps: list[float | None]) -> ThresholdChoice:
        actual, score = zip(*rows, strict=True)
        wrong, missed = caps
        return choose_threshold(
            actual=actual, score=score, max_false_discovery_rate=wrong, max_miss_rate=missed
        )

    return st.builds(build, scored, caps)


# --- what they are made of ---------------------------------------------------------------------


def _thresholds() -> st.SearchStrategy[list[float | None]]:
    """Draw the lengths at which three states begin, in order; None where one is not reached."""
    lists = st.lists(lengths(), min_size=3, max_size=3).map(sorted)
    gaps = st.lists(st.sampled_from((False, False, False, True)), min_size=3, max_size=3)
    return st.builds(
        lambda floors, gaps: [None if gap else x for x, gap in zip(floors, gaps, strict=True)],
        lists,
        gaps,
    )


def _days_by_step(labels: type[Label]) -> st.SearchStrategy[dict[Label, int]]:
    return st.dictionaries(st.sampled_from(list(labels)), st.integers(1, 200))


@st.composite
def _rfm_scores(draw: st.DrawFn) -> RFMScores:
    scale, by_days = draw(st.sampled_from(sorted(BY_DAYS.items(), key=lambda pair: len(pair[0]))))
    asked = draw(st.sets(st.sampled_from(sorted(LEVEL_OF.values()))))
    measures: dict[str, Domain] = dict.fromkeys(sorted(asked), scale)
    others: dict[str, Any] = {"segments": draw(tables(measures=measures)) if measures else None}
    usual = draw(st.booleans())
    return RFMScores(
        days_since_last_order=draw(bands(by_days)),
        orders=draw(bands(scale)),
        revenue=draw(bands(scale)),
        **({} if usual else others),
    )


@st.composite
def _changed_playbooks(draw: st.DrawFn) -> Playbook[Any]:
    playbook = DEFAULT_PLAYBOOK
    for _ in range(draw(st.integers(0, 2))):
        stage, state = draw(st.sampled_from(list(Stage))), draw(st.sampled_from(list(ChurnState)))
        measure = draw(st.sampled_from(list(Measure)))
        playbook = playbook.with_measure(measure, because="we say so", stage=stage, state=state)
    return playbook


@st.composite
def _playbooks(draw: st.DrawFn) -> Playbook[Any]:
    answers = draw(st.one_of(st.just(Measure), scales()))
    nullable = draw(st.sets(st.sampled_from(sorted(NULLABLE)))) | {"state"}
    return Playbook(draw_rows(draw, MEASURES, nullable, answers))
