"""Customer value: who is worth what, where each customer stands, who is falling asleep.

Learn a rule from the whole customer base, keep it as plain data, apply it to one customer or to
millions: ``fit`` gives a frozen rule, ``classify`` applies it, ``explain`` says why.
"""

from custvalue import (
    churn,
    errors,
    examples,
    inequality,
    lifecycle,
    marketing_mix,
    metrics,
    movements,
    orders,
    retention,
    returns,
    reviews,
    rfm,
    tiers,
    value_matrix,
    waking,
)
from custvalue._bands import Bands, Learned
from custvalue._conditions import (
    Condition,
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
from custvalue.marketing_mix import FourC, FourP, Need
from custvalue.metrics import Confusion
from custvalue.movements import Movement, movement
from custvalue.orders import OrderLog, summarize_orders
from custvalue.returns import ReturnCurve
from custvalue.reviews import Review, review
from custvalue.rfm import RFMLearner, RFMScores, RFMSegment
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
    "Movement",
    "Need",
    "OrderLog",
    "ParetoTier",
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
    "SleepPolicy",
    "Stage",
    "Table",
    "TopShare",
    "ValueMatrix",
    "ValueMatrixLearner",
    "ValueSegment",
    "above",
    "at_least",
    "at_most",
    "backtest",
    "below",
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
    "retention",
    "returns",
    "review",
    "reviews",
    "rfm",
    "summarize_orders",
    "tier_report",
    "tiers",
    "to_dict",
    "value_matrix",
    "wake_up",
    "waking",
]
