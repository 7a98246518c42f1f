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
    orders,
    reviews,
    tiers,
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
from custvalue.churn import ChurnState, SleepPolicy
from custvalue.errors import CustValueError, InputError, RuleError
from custvalue.inequality import Concentration, concentration
from custvalue.lifecycle import CustomerFacts, Focus, LifecyclePolicy, Stage, funnel
from custvalue.marketing_mix import FourC, FourP, Need
from custvalue.metrics import Confusion
from custvalue.orders import OrderLog, summarize_orders
from custvalue.reviews import Review, review
from custvalue.tiers import (
    ABCTier,
    BankTier,
    CabinTier,
    CumulativeShare,
    ParetoTier,
    TopShare,
    tier_report,
)

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
    "Focus",
    "FourC",
    "FourP",
    "InputError",
    "Label",
    "Ladder",
    "Learned",
    "LifecyclePolicy",
    "Need",
    "OrderLog",
    "ParetoTier",
    "Review",
    "Row",
    "RuleError",
    "Scale",
    "SleepPolicy",
    "Stage",
    "Table",
    "TopShare",
    "above",
    "at_least",
    "at_most",
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
    "one_of",
    "orders",
    "review",
    "reviews",
    "summarize_orders",
    "tier_report",
    "tiers",
    "to_dict",
]
