"""The page of figures: each number is the one in the code, or comes out when it is run."""

import re
from pathlib import Path

import pytest

import custvalue as cv
from custvalue import _calendar, _containers, _money, _scale, churn, reviews
from custvalue._care import ranges
from custvalue._churn import thresholds
from custvalue._examples import simulation
from custvalue._lifecycle import learner, repeat_curve
from custvalue._returns import hazard, rhythm
from custvalue._screening import evidence, redundancy, significance
from docstrings import PUBLIC, Public, resolve

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "figures.md"
END = "1998-06-30"  # of CDNOW's orders
FIGURES = PAGE.read_text(encoding="utf-8")
KINDS = {"published", "measured", "chosen", "claim"}
CODE = re.compile(r"`([^`]+)`")

# Constants without a public name, by what the page calls them.
INSIDE = {
    "least orders of a long-term customer": learner.LEAST,
    "customers for an order number to be judged": repeat_curve.FEWEST,
    "silences at risk for a threshold": thresholds.ENOUGH,
    "steps of a gap in which thresholds are sought": churn.PER_GAP,
    "fallback of a review": tuple(reviews.FALLBACK.bands.floors),
    "returns behind the last rate": hazard.FEWEST_RETURNS,
    "groups of order days": tuple(rhythm.ORDER_DAYS.tolist()),
    "gaps of the population's length added": rhythm.PRIOR_GAPS,
    "returns at the pooled rate added": rhythm.PRIOR_RETURNS,
    "step of logarithmic time": rhythm.STEP,
    "rows expected for the normal approximation": significance.EXPECTED,
    "span of whole numbers that number the rows": evidence.RUNNING,
    "whole numbers it takes to say so": evidence.LEAST_RUNNING,
    "rows compared for a rank correlation": redundancy.MOST_ROWS,
    "rows in which both must be known": redundancy.FEWEST_ROWS,
    "score of a customer at its best": ranges.FULL,
    "orders given back": simulation.REFUNDED_ORDERS,
    "part of a refunded order": simulation.REFUNDED_SHARES,
    "customers referred": simulation.REFERRED,
    "goods bought with their partner": simulation.JOINED,
    "how far an amount may lie from a whole minor unit": _money.TOLERANCE,
    "money an amount or a sum may reach": _containers.LARGEST_EXACT,
    "first and last year of a date": tuple(
        _calendar.to_date(day).year for day in (_calendar.FIRST_DAY, _calendar.LAST_DAY)
    ),
    "members of a scale": _scale.MOST_MEMBERS,
}


def figures(heading=None):
    """Return the rows of the page's tables, or of the one under a heading: four cells each."""
    text = FIGURES if heading is None else FIGURES.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows if row[0].strip() != "name"]


def stated(cell):
    """Return the number, or numbers, that a cell begins with."""
    return eval(CODE.match(cell)[1], {"__builtins__": {}})  # noqa: S307 - our own page: "1 / 30"


def in_code(name):
    """Return the default of a parameter, or what an attribute holds, as numbers and words."""
    path, _, last = f"custvalue.{name}".rpartition(".")
    owner = resolve(path)
    value = Public(path, owner).parameters[last] if callable(owner) else getattr(owner, last)
    pairs = isinstance(value, tuple) and all(isinstance(entry, tuple) for entry in value)
    return {str(label): days for label, days in value} if pairs else value


def numeric_defaults():
    """Yield each parameter whose default is a number above 0, or several, with that default."""
    for public in [public for public in PUBLIC if "Parameters" in public.sections]:
        for name, default in public.parameters.items():
            several = default if isinstance(default, tuple) else (default,)
            if several and all(type(number) in (int, float) for number in several) and any(several):
                yield public.name, name, default


def test_each_figure_has_a_kind_and_a_source():
    """Every row has four cells, its kind is one of the four, and no name comes twice."""
    rows = figures()
    assert len(rows) > 80
    assert [row for row in rows if len(row) != 4 or row[2] not in KINDS or not row[3]] == []
    names = [name for row in rows for name in row[0].split(", ") if name.startswith("`")]
    assert sorted(set(names)) == sorted(names)


def test_defaults_are_those_of_the_code():
    """Each default and each constant the page states is the one in the code."""
    measured = figures("Measured on CDNOW") + figures("Stories and claims")
    inside = dict(INSIDE)
    for names, value, *_ in [row for row in figures() if row not in measured]:
        if not CODE.match(names):
            assert inside.pop(names) == stated(value), names
        elif names == "`decimals`":
            assert {d for _, name, d in numeric_defaults() if name == "decimals"} == {stated(value)}
        else:
            for name in CODE.findall(names):
                assert in_code(name) == stated(value), name
    assert inside == {}


def test_no_default_is_missing_from_the_page():
    """Every parameter with a number for a default is on the page, with its source."""
    named = {name for row in figures() for name in CODE.findall(row[0])}
    missing = [
        f"{owner}.{name}"
        for owner, name, _ in numeric_defaults()
        if not named & {name, f"{owner}.{name}"}
    ]
    assert missing == []


def measured_on(orders, which):
    """Return the figures of the page about the orders of some CDNOW customers."""
    log = cv.OrderLog.from_frame(orders)
    table = log.customers(END)
    spread = cv.concentration(table["revenue"])
    gaps = log.gaps(END)
    ended = gaps.loc[gaps["returned"], "days"]
    summary = log.to_btyd("1997-09-30", unit="W")
    buyers = summary[summary["frequency"] > 0]
    days = cv.churn.SleepLearner().fit(log, as_of=END)
    own = cv.churn.RhythmLearner().fit(log, as_of=END)
    found = {
        "rows, customers, order days": (len(orders), len(table), table["order_days"].sum()),
        "revenue": round(table["revenue"].sum(), 2),
        "rows of amount zero": (orders["amount"] == 0).sum(),
        "silences ended, their median and mean": (
            *(len(ended), ended.median()),
            round(ended.mean(), 2),
        ),
        "days by which 80 and 90 of 100 ended silences were over": tuple(
            ended.quantile([0.8, 0.9])
        ),
        "share of the top 20%": round(spread.share_of_top(0.2), 5),
        "customers that hold 80%": round(spread.customers_for(0.8), 5),
        "Gini coefficient": round(spread.gini, 5),
        "repeat buyers by 1997-09-30, their repeat order days": (
            len(buyers),
            buyers["frequency"].sum(),
        ),
        "mean of their mean repeat spend": round(buyers["monetary_value"].mean(), 2),
        "days at which sleep begins": days.bands.floors,
        "gaps at which sleep begins": own.bands.floors,
        "order number that is stable at 0.8 within 90 days": cv.RepeatCurve.from_log(
            log, as_of=END, within=90
        ).stable_after(),
    }
    return {f"{which}: {what}": value for what, value in found.items()}


@pytest.mark.parametrize("which", ["sample", "all"])
def test_figures_about_cdnow_are_measured_anew(which, request):
    """What the page says of CDNOW comes out when custvalue is run on its orders."""
    fixture = {"sample": "cdnow_sample", "all": "cdnow_master"}[which]
    found = measured_on(request.getfixturevalue(fixture), which)
    rows = [row for row in figures("Measured on CDNOW") if row[0].startswith(f"{which}: ")]
    assert len(rows) > 6
    assert {name: stated(value) for name, value, *_ in rows} == {
        name: found[name] for name, *_ in rows
    }
