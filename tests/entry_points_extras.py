"""Calls that go well of what needs an extra, or makes examples: from engines to strategies."""

import functools
import warnings

import matplotlib.pyplot as plt
import pandas as pd

import custvalue as cv
from custvalue import engines, examples, plotting, testing
from engine_frames import LOCAL
from entry_points import (
    AS_OF,
    CURVE,
    CUSTOMERS,
    FLAGS,
    LADDER,
    LIFECYCLE,
    LOG,
    MATRIX,
    NEEDS,
    OFFERS,
    ORDERS,
    PAIRS,
    REVENUE,
    SCORES,
    SCREENING,
    SLEEP,
    SPREAD,
    TABLE,
    TIER_RULE,
    TIERS,
    Way,
    way,
)

plt.switch_backend("agg")


def on(engine, call):
    """Return a call whose pandas frames are put into an engine, and whose answer is fetched."""

    @functools.wraps(call)
    def run(*args, **kwargs):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what an engine says of hostile frames
                args = [_put(engine, value) for value in args]
                kwargs = {name: _put(engine, value) for name, value in kwargs.items()}
        except Exception:  # noqa: BLE001 - nobody can have such a frame in this engine
            return None
        answer = call(*args, **kwargs)
        if isinstance(answer, pd.Series | cv.Bands | engines.EngineConcentration):
            return answer
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what an engine says of pandas
            return engine.back(answer)

    return run


def _put(engine, value):
    return engine.put(value) if isinstance(value, pd.DataFrame) else value


def drawn(call):
    """Return a call whose picture is drawn, but for the pixels, and closed."""

    @functools.wraps(call)
    def run(*args, **kwargs):
        try:
            axes = call(*args, **kwargs)
            axes.figure.draw_without_rendering()
        finally:
            plt.close("all")
        return axes

    return run


FRAME = CUSTOMERS.reset_index().assign(partner=FLAGS.to_numpy(), vip=FLAGS.to_numpy())
RULES = (TIER_RULE, SLEEP, LADDER, TABLE, LIFECYCLE, MATRIX)
BLOCKS = [REVENUE[:4], REVENUE[4:].tolist()]
JUDGED = {"actual": FLAGS, "score": SCORES}
BACKTEST = cv.backtest(LOG, {"thirty": SLEEP}, cutoffs=["2023-05-01", "2023-06-01"], within=60)
_FORMAT = {
    "customer": "customer_id",
    "date": "date",
    "amount": "amount",
    "order_id": "order_id",
    "decimals": 2,
    "timezone": None,
    "refunds": "net",
    "invalid": "exclude",
}


def _on_each(call, *args, **kwargs):
    return [way(on(engine, call), *args, **kwargs) for engine in LOCAL]


def _picture(call, *args, **kwargs):
    return [way(drawn(call), *args, **kwargs)]


EXTRAS: dict[str, list[Way]] = {
    "engines.classify": [
        way(on(engine, engines.classify), rule, FRAME, column=None, into="label", codes=True)
        for engine, rule in zip(LOCAL, RULES, strict=True)
    ],
    "engines.concentration": _on_each(
        engines.concentration, FRAME, "revenue", tops=(0.2, 0.5), holdings=(0.8,), decimals=2
    ),
    "engines.fit": _on_each(engines.fit, cv.tiers.ABC, FRAME, "revenue", as_of=AS_OF, unit="EUR"),
    "engines.fit_blocks": [
        way(engines.fit_blocks, cv.tiers.ABC, BLOCKS, as_of=AS_OF, measure="revenue", unit="EUR"),
        way(engines.fit_blocks, cv.tiers.PARETO, lambda: BLOCKS),
    ],
    "engines.ledger": _on_each(engines.ledger, ORDERS, **_FORMAT),
    "engines.summarize_orders": _on_each(
        engines.summarize_orders, ORDERS, as_of=AS_OF, since="2023-02-01", **_FORMAT
    ),
    "examples.simulate_orders": [
        way(examples.simulate_orders, customers=5, start="2023-01-01", days=90, seed=1)
    ],
    "examples.simulate_shop": [
        way(examples.simulate_shop, customers=5, start="2023-01-01", days=90, seed=1, products=6)
    ],
    "examples.SimulatedShop.awake": [way(examples.simulate_shop(customers=9).awake, AS_OF)],
    "examples.SimulatedShop.evidence": [way(examples.simulate_shop(customers=9).evidence, AS_OF)],
    "plotting.backtest": _picture(plotting.backtest, BACKTEST, ratio="recall"),
    "plotting.basket_heatmap": _picture(plotting.basket_heatmap, PAIRS, most=4),
    "plotting.calibration": _picture(
        plotting.calibration,
        cv.metrics.calibration(actual=FLAGS, probability=SCORES.clip(0, 1), bins=3),
    ),
    "plotting.gains": _picture(plotting.gains, cv.metrics.gains(**JUDGED, at=(0.2, 0.5))),
    "plotting.influence": _picture(plotting.influence, SCREENING, most=3),
    "plotting.lorenz_curve": _picture(plotting.lorenz_curve, SPREAD),
    "plotting.mix_brief": _picture(plotting.mix_brief, cv.marketing_mix.translate(NEEDS)),
    "plotting.mix_coverage": _picture(
        plotting.mix_coverage, cv.marketing_mix.match_customers({"ann": NEEDS}, OFFERS)
    ),
    "plotting.movement": _picture(plotting.movement, cv.movement(TIERS, TIERS[::-1])),
    "plotting.repeat_curve": _picture(
        plotting.repeat_curve, cv.RepeatCurve.from_log(LOG, as_of=AS_OF, within=60), level=0.5
    ),
    "plotting.return_curve": _picture(plotting.return_curve, CURVE, policy=SLEEP),
    "plotting.stage_funnel": _picture(plotting.stage_funnel, cv.funnel(CUSTOMERS["stage"])),
    "plotting.thresholds": _picture(
        plotting.thresholds,
        cv.threshold_table(**JUDGED),
        choice=cv.choose_threshold(**JUDGED, max_miss_rate=0.5),
    ),
    "plotting.tier_bars": _picture(
        plotting.tier_bars, cv.tier_report(TIERS, REVENUE, retained=FLAGS)
    ),
    "plotting.value_matrix": _picture(plotting.value_matrix, CUSTOMERS, MATRIX),
    "plotting.whale_curve": _picture(plotting.whale_curve, SPREAD),
    "testing.bands": [way(testing.bands, cv.ABCTier)],
    "testing.customer_tables": [
        way(testing.customer_tables, max_rows=5, refunds=False, ids="str", as_of=AS_OF)
    ],
    "testing.customer_values": [
        way(testing.customer_values, min_size=1, max_size=5, decimals=1, negative=False)
    ],
    "testing.evidence_frames": [way(testing.evidence_frames, customers=["ann", "bob"])],
    "testing.group_bands": [way(testing.group_bands, cv.ABCTier)],
    "testing.label_columns": [
        way(testing.label_columns, cv.Stage, index=["ann", "bob"], missing=False),
        way(testing.label_columns, cv.Focus),
    ],
    "testing.ladders": [way(testing.ladders, cv.ABCTier, measures=("orders",), flags=("partner",))],
    "testing.offers": [way(testing.offers, name="modest")],
    "testing.order_frames": [
        way(testing.order_frames, max_rows=5, refunds=True, order_ids=True, ids="int")
    ],
    "testing.order_logs": [
        way(testing.order_logs, max_rows=5, refunds=True, order_ids=True, ids="int")
    ],
    "testing.rules": [way(testing.rules, cv.Bands, cv.SleepPolicy)],
    "testing.tables": [
        way(testing.tables, measures={"vip": bool, "state": cv.ChurnState}, answers=cv.Focus)
    ],
}
