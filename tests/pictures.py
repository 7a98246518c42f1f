"""What the tests of plotting share: results to draw, and what can be read off a picture."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import custvalue as cv
from custvalue import plotting
from custvalue.marketing_mix import Need, Offer, match_customers, translate

DAY = "2024-06-30"
SHOP = cv.examples.simulate_shop(customers=400, seed=3)
LOG = cv.OrderLog.from_frame(SHOP.orders, order_id="order_id")
CUSTOMERS = LOG.customers(DAY)
TIERS = cv.tiers.ABC.fit(CUSTOMERS["revenue"]).classify(CUSTOMERS["revenue"])
RETAINED = LOG.ordered_between(DAY, "2024-12-30")
PROFIT = (CUSTOMERS["revenue"] * 0.3 - 9 * CUSTOMERS["orders"]).round(2)
MATRIX = cv.ValueMatrixLearner().fit(CUSTOMERS)
SLEEP = cv.SleepPolicy(30, 60, 90)
KNOWN = {"actual": RETAINED, "score": -CUSTOMERS["days_since_last_order"]}
BUDGET = Need("cost", "price", cv.at_most(30), must_have=True)
THIN = Need("solution", "diameter_mm", cv.at_most(6), must_have=True)
OFFERS = [
    Offer("modest", price=25, product={"diameter_mm": 6}),
    Offer("large", price=20, product={"diameter_mm": 9}),
]


def states(day):
    """Return the churn states of the shop's customers on a day."""
    return SLEEP.classify(LOG.customers(day)["days_since_last_order"])


def examples():
    """Return for each function what it draws, as the library returns it."""
    concentration = cv.concentration(CUSTOMERS["revenue"])
    return {
        "tier_bars": (cv.tier_report(TIERS, CUSTOMERS["revenue"], retained=RETAINED),),
        "value_matrix": (CUSTOMERS, MATRIX),
        "movement": (cv.movement(states("2023-12-31"), states(DAY)),),
        "lorenz_curve": (concentration,),
        "whale_curve": (cv.concentration(PROFIT),),
        "stage_funnel": (cv.funnel(cv.LifecyclePolicy().classify(CUSTOMERS)),),
        "repeat_curve": (cv.RepeatCurve.from_log(LOG, as_of=DAY, within=90),),
        "return_curve": (cv.ReturnCurve.from_log(LOG, as_of=DAY),),
        "backtest": (
            cv.backtest(
                LOG,
                {"fixed": SLEEP, "_later $": cv.SleepPolicy(60, 90, None)},
                cutoffs=["2024-03-31", "2023-12-31"],
                within=90,
            ),
        ),
        "thresholds": (cv.threshold_table(**KNOWN),),
        "gains": (cv.metrics.gains(**KNOWN, at=np.linspace(0, 1, 11).round(1).tolist()),),
        "calibration": (
            cv.metrics.calibration(actual=RETAINED, probability=np.linspace(0, 1, len(RETAINED))),
        ),
        "influence": (
            cv.screen(
                CUSTOMERS[["orders", "revenue"]].assign(asked_for_a_refund_of_last_order=RETAINED),
                RETAINED,
            ),
        ),
        "mix_brief": (translate([BUDGET, THIN, Need("convenience", "stock", cv.is_true())]),),
        "mix_coverage": (match_customers({1: [BUDGET], 2: [THIN], 3: []}, OFFERS),),
        "basket_heatmap": (cv.baskets.pair_rules(SHOP.lines, min_count=5),),
    }


EXAMPLES = examples()
CHOICE = cv.choose_threshold(**KNOWN, max_false_discovery_rate=0.5, max_miss_rate=0.5)
BESIDE = {"return_curve": {"policy": SLEEP}, "thresholds": {"choice": CHOICE}}


def blank(width=6.0, height=4.0, layout=None):
    """Return axes of a figure that pyplot knows nothing of, 600 pixels wide."""
    return Figure(figsize=(width, height), layout=layout).subplots()


def draw_example(function, ax=None):
    """Draw the example of a function, with what may be drawn beside it."""
    return draw(function, *EXAMPLES[function], ax=ax, **BESIDE.get(function, {}))


def draw(function, *args, ax=None, **settings):
    """Draw, but for the pixels themselves, and return the axes."""
    given = blank() if ax is None else ax
    axes = getattr(plotting, function)(*args, ax=given, **settings)
    assert axes is given
    axes.figure.draw_without_rendering()
    return axes


def title(axes):
    """Return the title and the sentence below it, each on one line."""
    name, *said = axes.get_title(loc="left").splitlines()
    return name, " ".join(said)


def keys(axes):
    """Return what the legend explains."""
    return [text.get_text() for text in axes.get_legend().get_texts()]


def ticks(axes, which):
    """Return the labels of the ticks within the limits of an axis."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    low, high = sorted(axis.get_view_interval())
    places = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=True)
    return [label.get_text() for place, label in places if low <= place <= high]


def said(axes):
    """Return the texts on the axes themselves."""
    return [text.get_text() for text in axes.texts]


def tick_boxes(axes):
    """Return, per axis, the boxes around the tick labels that are seen [pixels]."""
    boxes = []
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        places = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=True)
        boxes.append([t.get_window_extent() for at, t in places if low <= at <= high])
    return boxes


def boxes(axes):
    """Return the boxes around all texts that are seen [pixels], by the text."""
    legend = axes.get_legend()
    texts = [axes._left_title, axes.xaxis.label, axes.yaxis.label, *axes.texts]
    texts += legend.get_texts() if legend else []
    found = [(text.get_text(), text.get_window_extent()) for text in texts if text.get_text()]
    return found + [("a tick", box) for of_axis in tick_boxes(axes) for box in of_axis]


def bar_heights(axes):
    """Return the heights of the bars, one list per series."""
    return [[bar.get_height() for bar in bars] for bars in axes.containers]


def bar_widths(axes):
    """Return the lengths of horizontal bars, one list per series."""
    return [[bar.get_width() for bar in bars] for bars in axes.containers]


def shades(axes):
    """Return the colours of the cells, row by row."""
    colours = axes.collections[0].get_facecolor()[:, :3]
    side = int(len(colours) ** 0.5)
    return colours.reshape(side, side, 3)


def empty_log():
    """Return a log without a row."""
    columns = {"customer_id": str, "date": "datetime64[s]", "amount": float}
    return cv.OrderLog.from_frame(pd.DataFrame(columns=list(columns)).astype(columns))
