"""What a user of the package can rely on as a whole."""

import importlib
import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import custvalue as cv

SUBMODULES = {
    module.name for module in pkgutil.iter_modules(cv.__path__) if not module.name.startswith("_")
}
PAGES = Path(__file__).resolve().parent.parent / "docs"
NAMES = sorted(set(cv.__all__) - SUBMODULES)


def test_no_public_name_hides_a_submodule():
    """A name re-exported under its module's name would make the module unreachable."""
    for name in SUBMODULES & set(cv.__all__):
        assert getattr(cv, name) is importlib.import_module(f"custvalue.{name}")


def test_every_submodule_but_testing_comes_with_the_package():
    """`import custvalue` gives every public module; testing needs hypothesis and stays away."""
    assert set(cv.__all__) & SUBMODULES == SUBMODULES - {"testing"}


def test_all_lists_what_is_there():
    """Whatever is promised exists, and whatever is imported is promised."""
    there = {name for name in vars(cv) if not name.startswith("_")} - {"testing"}
    assert there == set(cv.__all__)


@pytest.mark.parametrize("name", NAMES)
def test_public_names_are_documented_with_an_example(name):
    """Every public name says what it is, and all but the errors show it at work."""
    text = getattr(cv, name).__doc__
    assert text
    if not name.endswith("Error"):
        assert ">>> " in text


def test_import_changes_nothing():
    """Importing sets no pandas option, loads no optional package and prints nothing."""
    script = """
import sys, pandas, json
before = {o: pandas.get_option(o) for o in ("mode.copy_on_write", "display.max_rows")}
import custvalue
after = {o: pandas.get_option(o) for o in before}
loaded = [m for m in ("hypothesis", "matplotlib", "narwhals", "scipy") if m in sys.modules]
print(json.dumps([before == after, loaded]))
"""
    out = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    assert json.loads(out) == [True, []]


SOURCE = Path(cv.__file__).parent
LAYERS = {"errors": 0, "examples": 0, "orders": 2, "reviews": 4, "testing": 5, "__init__": 6}


def layer_of(module: str) -> int:
    """Return how far up a module stands: errors, core, inside of a room, room, review."""
    first, *inside = module.split(".")
    if inside:
        return 2
    return LAYERS.get(first, 1 if first.startswith("_") else 3)


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: path.stem)
def test_imports_go_one_way(path):
    """Rooms never import the review, and the rules core never imports a room."""
    here = layer_of(".".join(path.relative_to(SOURCE).with_suffix("").parts))
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("from custvalue.") and " import " in line:
            there = line.split()[1].removeprefix("custvalue.")
            assert layer_of(there) <= here, line


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: path.stem)
def test_the_core_reads_no_clock_and_no_file(path):
    """Time is an argument, and reading and writing are the caller's."""
    forbidden = (" open(", ".today(", ".now(", "read_csv", "print(", "default_rng()", "os.environ")
    code = [
        line
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.lstrip().startswith((">>>", "...", "#"))
    ]
    assert [line for line in code if any(word in line for word in forbidden)] == []


def test_nomenclature_knows_every_column():
    """Each column of each table the package returns has a row on the nomenclature page."""
    log = cv.OrderLog.from_frame(cv.examples.example_orders())
    customers = log.customers("2026-03-01")
    rule = cv.tiers.ABC.fit(customers["revenue"])
    report = cv.tier_report(
        rule.classify(customers["revenue"]),
        customers["revenue"],
        rule=rule,
        retained=[True, False],
        cost_to_serve=[1.0, 2.0],
    )
    review = cv.review(log, as_of="2026-03-01", sleep=cv.SleepPolicy(30, 60, 90))
    brief = cv.marketing_mix.translate([cv.Need("cost", "price", cv.at_most(9), must_have=True)])
    plan = cv.tiers.service_plan(
        rule.classify(customers["revenue"]), customers["revenue"], budget=9
    )
    spread = review.concentration
    moved = cv.movement(review.customers["tier"], review.customers["tier"])
    scores = cv.RFMLearner().fit(customers)
    policy = cv.LifecyclePolicy()
    dates = cv.lifecycle.stage_dates(log, policy, as_of="2026-03-01")
    limits = {cv.Stage.FIRST_TIME: 1, cv.Stage.REPEAT: 1}
    year = ("2025-12-31", "2026-01-31"), ("2026-01-31", "2026-03-01")
    judged = cv.backtest(log, {"a": cv.SleepPolicy(1, 2, 3)}, cutoffs=["2026-01-20"], within=9)
    offer = cv.waking.Offer("card", "card", "mail", 1, {"drowsy": 0.1}, margin=9)
    woken = cv.wake_up(customers, review.customers["state"], [offer], [0.1, 0.1], within=9)
    answers = cv.waking.uplifts(["a"] * 4, contacted=[1, 1, 0, 0], responded=[1, 0, 0, 0])
    tables = [
        cv.lifecycle.stage_times(dates, as_of="2026-03-01"),
        cv.lifecycle.stalled(dates, limits, as_of="2026-03-01"),
        cv.lifecycle.focus_shares(review.customers["stage"]),
        cv.RepeatCurve.from_log(log, as_of="2026-03-01", within=30).to_frame(),
        cv.ReturnCurve.from_log(log, as_of="2026-03-01").table,
        cv.next_order(log, as_of="2026-03-01"),
        cv.retention.retained_between(log, earlier=year[0], later=year[1]),
        *(woken, answers),
        judged.drop(columns=[c for c in judged.columns if c.endswith(("_low", "_high"))]),
        *(plan, spread.lorenz_curve(), spread.to_frame(), moved.to_frame()),
        *(review.states, review.segments, scores.classify(customers)),
        *(review.customers, review.funnel, spread.curve(), report),
        *(log.gaps("2026-03-01"), log.to_btyd("2026-03-01"), brief.to_frame()),
    ]
    page = (PAGES / "nomenclature.md").read_text(encoding="utf-8")
    columns = {str(column) for table in tables for column in table.columns}
    assert sorted(column for column in columns if f"`{column}`" not in page) == []


@pytest.mark.parametrize(
    "scale", [s for s in vars(cv).values() if isinstance(s, type) and issubclass(s, cv.Label)]
)
def test_every_enum_speaks_chinese(scale):
    """Each member of each built-in label class has a Chinese label of its own."""
    labels = [member.label("zh") for member in scale]
    assert len(set(labels)) == len(labels)
    for member in scale:
        assert member.label("zh") != member.value
        assert scale.from_label(member.label("zh")) is member
