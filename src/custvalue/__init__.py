"""Customer value: who is worth what, where each customer stands, who is falling asleep.

Learn a rule from the whole customer base, keep it as plain data, apply it to one customer or to
millions: ``fit`` gives a frozen rule, ``classify`` applies it, ``explain`` says why.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from custvalue import (
        baskets,
        care,
        churn,
        errors,
        examples,
        inequality,
        lifecycle,
        marketing_mix,
        metrics,
        movements,
        orders,
        playbook,
        prospects,
        retention,
        returns,
        reviews,
        rfm,
        screening,
        tiers,
        value_matrix,
        waking,
    )
    from custvalue._bands import Bands, Learned
    from custvalue._condition_makers import (
        above,
        at_least,
        at_most,
        below,
        equals,
        in_range,
        is_true,
        known,
        missing,
        one_of,
    )
    from custvalue._conditions import Condition
    from custvalue._documents import from_dict, to_dict
    from custvalue._ladder import Ladder
    from custvalue._scale import Label, Scale
    from custvalue._table import Row, Table
    from custvalue.churn import ChurnState, RhythmPolicy, SleepPolicy, backtest, next_order
    from custvalue.errors import CustValueError, InputError, RuleError
    from custvalue.inequality import Concentration, concentration
    from custvalue.lifecycle import (
        CustomerFacts,
        CustomerRecord,
        Focus,
        LifecyclePolicy,
        RepeatCurve,
        Stage,
        funnel,
    )
    from custvalue.marketing_mix import FourC, FourP, Need, Offer
    from custvalue.metrics import (
        Confusion,
        ThresholdChoice,
        Verdict,
        choose_threshold,
        threshold_table,
    )
    from custvalue.movements import Movement, movement
    from custvalue.orders import OrderLog, summarize_orders
    from custvalue.playbook import DEFAULT_PLAYBOOK, Measure, Playbook
    from custvalue.prospects import NonCustomer, TargetProfile
    from custvalue.returns import ReturnCurve
    from custvalue.reviews import Review, review
    from custvalue.rfm import RFMLearner, RFMScores, RFMSegment
    from custvalue.screening import Screening, screen
    from custvalue.tiers import (
        ABCTier,
        BankTier,
        CabinTier,
        CumulativeShare,
        ParetoTier,
        TopShare,
        tier_report,
    )
    from custvalue.value_matrix import Level, ValueMatrix, ValueMatrixLearner, ValueSegment
    from custvalue.waking import wake_up

__version__ = "0.1.0"

__all__ = [
    "DEFAULT_PLAYBOOK",
    "ABCTier",
    "Bands",
    "BankTier",
    "CabinTier",
    "ChurnState",
    "Concentration",
    "Condition",
    "Confusion",
    "CumulativeShare",
    "CustValueError",
    "CustomerFacts",
    "CustomerRecord",
    "Focus",
    "FourC",
    "FourP",
    "InputError",
    "Label",
    "Ladder",
    "Learned",
    "Level",
    "LifecyclePolicy",
    "Measure",
    "Movement",
    "Need",
    "NonCustomer",
    "Offer",
    "OrderLog",
    "ParetoTier",
    "Playbook",
    "RFMLearner",
    "RFMScores",
    "RFMSegment",
    "RepeatCurve",
    "ReturnCurve",
    "Review",
    "RhythmPolicy",
    "Row",
    "RuleError",
    "Scale",
    "Screening",
    "SleepPolicy",
    "Stage",
    "Table",
    "TargetProfile",
    "ThresholdChoice",
    "TopShare",
    "ValueMatrix",
    "ValueMatrixLearner",
    "ValueSegment",
    "Verdict",
    "above",
    "at_least",
    "at_most",
    "backtest",
    "baskets",
    "below",
    "care",
    "choose_threshold",
    "churn",
    "concentration",
    "equals",
    "errors",
    "examples",
    "from_dict",
    "funnel",
    "in_range",
    "inequality",
    "is_true",
    "known",
    "lifecycle",
    "marketing_mix",
    "metrics",
    "missing",
    "movement",
    "movements",
    "next_order",
    "one_of",
    "orders",
    "playbook",
    "prospects",
    "retention",
    "returns",
    "review",
    "reviews",
    "rfm",
    "screen",
    "screening",
    "summarize_orders",
    "threshold_table",
    "tier_report",
    "tiers",
    "to_dict",
    "value_matrix",
    "wake_up",
    "waking",
]

# A name is imported when it is first asked for, so that a service pays for what it uses only.
_HOMES = {
    "_bands": "Bands Learned",
    "_condition_makers": (
        "above at_least at_most below equals in_range is_true known missing one_of"
    ),
    "_conditions": "Condition",
    "_documents": "from_dict to_dict",
    "_ladder": "Ladder",
    "_scale": "Label Scale",
    "_table": "Row Table",
    "churn": "ChurnState RhythmPolicy SleepPolicy backtest next_order",
    "errors": "CustValueError InputError RuleError",
    "inequality": "Concentration concentration",
    "lifecycle": "CustomerFacts CustomerRecord Focus LifecyclePolicy RepeatCurve Stage funnel",
    "marketing_mix": "FourC FourP Need Offer",
    "metrics": "Confusion ThresholdChoice Verdict choose_threshold threshold_table",
    "movements": "Movement movement",
    "orders": "OrderLog summarize_orders",
    "playbook": "DEFAULT_PLAYBOOK Measure Playbook",
    "prospects": "NonCustomer TargetProfile",
    "returns": "ReturnCurve",
    "reviews": "Review review",
    "rfm": "RFMLearner RFMScores RFMSegment",
    "screening": "Screening screen",
    "tiers": "ABCTier BankTier CabinTier CumulativeShare ParetoTier TopShare tier_report",
    "value_matrix": "Level ValueMatrix ValueMatrixLearner ValueSegment",
    "waking": "wake_up",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    if name not in __all__:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    if name not in _HOME_OF:
        return import_module(f"{__name__}.{name}")
    value = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
