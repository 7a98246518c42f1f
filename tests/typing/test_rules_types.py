"""What the type checker knows about rules; run, too, so that it is true."""

from typing import Any, assert_type

import numpy as np
import pandas as pd
from hypothesis import strategies as st

import custvalue as cv
from custvalue import testing


class Tier(cv.Scale):
    """A user's own scale."""

    LOW = "low"
    HIGH = "high"


class Care(cv.Label):
    """A user's own labels."""

    CALL = "call"


RULE = cv.Bands(Tier, (100,), measure="revenue", unit="EUR")


def test_a_rule_knows_its_scale() -> None:
    """The scale given is the scale of the rule."""
    assert_type(RULE, cv.Bands[Tier])
    assert_type(RULE.scale, type[Tier])
    assert_type(RULE.unreachable(), list[Tier])
    assert_type(RULE.learned, cv.Learned | None)


def test_one_value_gives_a_member() -> None:
    """Python and numpy numbers are one value."""
    assert_type(RULE.classify(1.0), Tier)
    assert_type(RULE.classify(1), Tier)
    assert_type(RULE.classify(np.float64(1)), Tier)
    assert_type(RULE.classify(np.int64(1)), Tier)
    assert_type(RULE.explain(1), str)


def test_many_values_give_many() -> None:
    """A Series gives a Series, any other column a Categorical."""
    assert_type(RULE.classify(pd.Series([1.0])), "pd.Series[Any]")
    assert_type(RULE.classify([1.0, 2.0]), pd.Categorical)
    assert_type(RULE.classify((1, 2)), pd.Categorical)
    assert_type(RULE.classify(np.array([1.0])), pd.Categorical)
    assert_type(RULE.classify(pd.Index([1.0])), pd.Categorical)


def test_labels() -> None:
    """Members know their class, their place and their names."""
    assert_type(Tier.from_label("low"), Tier)
    assert_type(Tier.best_first(), list[Tier])
    assert_type(Tier.LOW.rank, int)
    assert_type(Tier.LOW < Tier.HIGH, bool)
    assert_type(Tier.LOW.label(lang="zh"), str)
    assert_type(Tier.dtype(), pd.CategoricalDtype)


def test_conditions() -> None:
    """Every maker gives a condition, which answers with bools and words."""
    condition = cv.at_least(2)
    assert_type(condition, cv.Condition)
    assert_type(cv.one_of("web", 1), cv.Condition)
    assert_type(condition.holds(3), bool)
    assert_type(condition.describe("orders"), str)
    assert_type(condition.excludes(cv.below(2)), bool)


def test_ladders_and_tables() -> None:
    """Ladders know their scale, tables their answers."""
    ladder = cv.Ladder(Tier, {Tier.HIGH: [{"orders": cv.at_least(2)}]})
    assert_type(ladder, cv.Ladder[Tier])
    assert_type(ladder.evidence(orders=2)[0], Tier)
    assert_type(ladder.reachable(["orders"]), list[Tier])
    table = cv.Table({"tier": Tier, "vip": bool}, Care, [cv.Row({}, Care.CALL)])
    assert_type(table, cv.Table[Care])
    assert_type(table.with_cell(Care.CALL, tier="low", vip=True), cv.Table[Care])
    assert_type(table.explain(tier="low", vip=True), str)


def test_documents() -> None:
    """Rules become dicts; what comes back is known to the caller only."""
    assert_type(cv.to_dict(RULE), dict[str, Any])
    assert cv.from_dict(cv.to_dict(RULE), scales=(Tier,)) == RULE


def test_strategies() -> None:
    """Strategies on a scale give rules on that scale."""
    assert_type(testing.scales(), st.SearchStrategy[type[cv.Scale]])
    assert_type(testing.bands(Tier), st.SearchStrategy[cv.Bands[Tier]])
    assert_type(testing.ladders(Tier), st.SearchStrategy[cv.Ladder[Tier]])
    assert_type(testing.conditions(), st.SearchStrategy[cv.Condition])
    assert_type(testing.tables(), st.SearchStrategy[cv.Table[Any]])
    assert_type(testing.customer_values(), st.SearchStrategy[list[float]])
    assert_type(testing.order_frames(), st.SearchStrategy[pd.DataFrame])
    assert_type(testing.simulate_orders(customers=3), pd.DataFrame)
