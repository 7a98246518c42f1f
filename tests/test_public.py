"""What a user of the package can rely on as a whole."""

import ast
import importlib
import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest
from api_gate import POSITIONAL, describe
from draw_modules import PICTURE, draw, imports, layer_of

import custvalue as cv
from custvalue._rooms import ROOMS

SUBMODULES = {
    module.name for module in pkgutil.iter_modules(cv.__path__) if not module.name.startswith("_")
}
NAMES = sorted(set(cv.__all__) - SUBMODULES)


def test_no_public_name_hides_a_submodule():
    """A name re-exported under its module's name would make the module unreachable."""
    for name in SUBMODULES & set(cv.__all__):
        assert getattr(cv, name) is importlib.import_module(f"custvalue.{name}")


# What needs an optional package is imported by who has it.
EXTRAS = {"engines", "plotting", "testing"}


def test_every_submodule_but_the_extras_comes_with_the_package():
    """`import custvalue` gives every public module that needs no optional package."""
    assert set(cv.__all__) & SUBMODULES == SUBMODULES - EXTRAS


def test_all_lists_what_is_there():
    """Whatever is promised exists, is offered by dir, and nothing else is."""
    for name in cv.__all__:
        assert getattr(cv, name) is not None
    assert dir(cv) == sorted(cv.__all__)
    with pytest.raises(AttributeError, match=r"^module 'custvalue' has no attribute 'tires'$"):
        _ = cv.tires


def test_type_checkers_and_programs_find_a_name_in_the_same_place():
    """What is imported when asked for is what the import block for type checkers says."""
    tree = ast.parse(Path(cv.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    told = {
        alias.name: str(line.module).removeprefix("custvalue").removeprefix(".")
        for line in block.body
        if isinstance(line, ast.ImportFrom)
        for alias in line.names
    }
    rooms = set(cv.__all__) - set(cv._HOME_OF)
    assert rooms == set(ROOMS)
    assert told == {**cv._HOME_OF, **dict.fromkeys(rooms, "")}


def test_import_changes_nothing():
    """Importing sets no pandas option, loads no optional package and prints nothing."""
    script = """
import sys, pandas, json
before = {o: pandas.get_option(o) for o in ("mode.copy_on_write", "display.max_rows")}
import custvalue
after = {o: pandas.get_option(o) for o in before}
others = ("hypothesis", "matplotlib", "narwhals", "scipy", "custvalue.orders")
loaded = [m for m in others if m in sys.modules]
print(json.dumps([before == after, loaded]))
"""
    out = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    assert json.loads(out) == [True, []]


@pytest.mark.parametrize(
    "line",
    [
        "from custvalue._documents import from_dict; from_dict(json.loads(sys.argv[1]))",
        "from custvalue.movements import movement; movement(states, states)",
        "import custvalue as cv; cv.DEFAULT_PLAYBOOK.classify(frame)",
    ],
)
def test_what_reads_any_rule_or_scale_knows_all_rooms(line):
    """A fresh process knows the package's rules and scales, whatever it imported before."""
    stored = json.dumps(cv.to_dict(cv.SleepPolicy(30, 60, 90)))
    script = f"""
import sys, json, pandas as pd
steps = ["awake", "drowsy", "half-asleep", "asleep"]
states = pd.Series(pd.Categorical(["drowsy"], categories=steps, ordered=True))
tiers = pd.Series(pd.Categorical(["C"], categories=["C", "B", "A"], ordered=True))
frame = pd.DataFrame({{"tier": tiers, "segment": "low-value", "stage": "repeat", "state": states}})
{line}
"""
    subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script, stored], check=True
    )


# Many come by position, as a frame or column; one customer's values come by name, without it.
ONE_OR_MANY = {
    ("CadencePolicy.days_between", "customers"),
    ("GroupBands.classify", "groups"),
    ("Ladder.classify", "frame"),
    ("Playbook.classify", "customers"),
    ("RFMScores.classify", "customers"),
    ("RFMScores.segment", "customers"),
    ("RhythmPolicy.classify", "customers"),
    ("SatisfactionRanges.rate", "indicators"),
    ("Table.classify", "frame"),
    ("TargetProfile.classify", "people"),
    ("TargetProfile.explain", "person"),
    ("TargetProfile.to_find_out", "person"),
    ("ValueMatrix.classify", "customers"),
}


def test_what_has_a_default_is_given_by_name():
    """No public function, class or method takes by position what it can do without."""
    found = {
        (".".join(path.split(".")[-2:]), name)
        for path, entry in describe("custvalue").items()
        for name, kind, required in entry.get("parameters", [])
        if kind in POSITIONAL and not required
    }
    assert found == ONE_OR_MANY


SOURCE = Path(cv.__file__).parent


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: path.stem)
def test_imports_go_one_way(path):
    """Rooms never import the review, and the rules core never imports a room."""
    here = layer_of(".".join(path.relative_to(SOURCE).with_suffix("").parts))
    assert [name for name in imports(path) if layer_of(name) > here] == []


def test_the_picture_of_the_modules_is_drawn_from_their_imports():
    """The design page shows the modules as they are."""
    assert PICTURE.read_text(encoding="utf-8") == draw(SOURCE), "run python docs/draw_modules.py"


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


@pytest.mark.parametrize(
    "scale", [s for n in NAMES if isinstance(s := getattr(cv, n), type) and issubclass(s, cv.Label)]
)
def test_every_enum_speaks_chinese(scale):
    """Each member of each built-in label class has a Chinese label of its own."""
    labels = [member.label(lang="zh") for member in scale]
    assert len(set(labels)) == len(labels)
    for member in scale:
        assert member.label(lang="zh") != member.value
        assert scale.from_label(member.label(lang="zh")) is member
