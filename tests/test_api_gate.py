"""The gate in tools/api_gate.py: what it calls breaking, and that nothing is."""

import json
import sys

import api_gate
import pytest

TOY = """
import enum
import attrs
__all__ = ["Level", "Rule", "fit", "LIMIT", "Wrong"]
LIMIT = 3

class Level(enum.StrEnum):
    LOW = "low"
    HIGH = "high"

class Wrong(ValueError):
    pass

@attrs.frozen
class Rule:
    floor: float
    unit: str = attrs.field(default="EUR", kw_only=True)
    _hidden: int = attrs.field(init=False, default=0)

    def classify(self, value, /, groups=None, *, strict=False):
        return value

    @classmethod
    def of(cls, text):
        return cls(float(text))

    def __len__(self):
        return 1

    @property
    def width(self):
        return 0

def fit(values, shares=(0.2,), *, decimals=2):
    return values
"""


@pytest.fixture
def api_of(tmp_path, monkeypatch):
    """Return a function that describes the package `toy` made of the source given."""
    read = api_gate.describe
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "toy").mkdir()

    def describe(source, room="") -> api_gate.Api:
        (tmp_path / "toy" / "__init__.py").write_text(source)
        (tmp_path / "toy" / "room.py").write_text(room)
        (tmp_path / "toy" / "_inside.py").write_text("raise AssertionError")
        for name in [name for name in sys.modules if name.split(".")[0] == "toy"]:
            monkeypatch.delitem(sys.modules, name)
        return read("toy")

    return describe


BREAKING = [
    ('"LIMIT", ', "", "toy.LIMIT: the attribute is gone"),
    ('    LOW = "low"\n', "", "toy.Level.LOW: the member is gone"),
    ('"high"', '"top"', "toy.Level.HIGH: the value of the member was 'high', is 'top'"),
    (
        '    LOW = "low"\n',
        '    NONE = "none"\n    LOW = "low"\n',
        "toy.Level.LOW: the place of the member was 0, is 1",
    ),
    ("Wrong(ValueError)", "Wrong(Exception)", "toy.Wrong: was a ValueError, is none any more"),
    ("floor: float", "bottom: float", "toy.Rule: the parameter floor is gone, or renamed"),
    ("    @property", "    @staticmethod", "toy.Rule.width: was a attribute, is a function"),
    ("def of(", "def _of(", "toy.Rule.of: the function is gone"),
    ("__len__", "_len", "toy.Rule.__len__: the function is gone"),
    (
        "shares=(0.2,), *",
        "*, shares=(0.2,)",
        "toy.fit: the parameter shares can't be given by position any more",
    ),
    (
        "(values, shares",
        "(values, /, shares",
        "toy.fit: the parameter values can't be given by name any more",
    ),
    ("shares=(0.2,)", "shares", "toy.fit: the parameter shares has no default any more"),
    ("decimals=2", "decimals=2, unit", "toy.fit: a new required parameter unit"),
    ("values, shares", "kind, values, shares", "toy.fit: a new required parameter kind"),
    (
        "shares=(0.2,), *",
        "kind=1, shares=(0.2,), *",
        "toy.fit: the parameter shares was number 2, is number 3",
    ),
    (
        "value, /, groups=None",
        "groups, /, value=None",
        "toy.Rule.classify: the parameter value was number 1, is number 2",
    ),
    ("(self, value", "(self, number", "toy.Rule.classify: the parameter value is gone, or renamed"),
]


@pytest.mark.parametrize(("old", "new", "sentence"), BREAKING, ids=[row[-1] for row in BREAKING])
def test_what_breaks_callers_is_reported(api_of, old, new, sentence) -> None:
    """Each way to break a caller's code is found, by name."""
    assert TOY.count(old) == 1
    found = api_gate.compare(api_of(TOY), api_of(TOY.replace(old, new)))
    assert sentence in [str(difference) for difference in found if difference.breaks]


ADDITIONS = [
    ('    HIGH = "high"\n', '    HIGH = "high"\n    TOP = "top"\n', "toy.Level.TOP: a new member"),
    ("decimals=2", "decimals=2, unit=None", "toy.fit: a new parameter unit"),
    ("decimals=2", "decimals=2, **more", "toy.fit: a new parameter more"),
    ("    @property", "    def new(self): ...\n    @property", "toy.Rule.new: a new function"),
]


@pytest.mark.parametrize(("old", "new", "sentence"), ADDITIONS, ids=[row[-1] for row in ADDITIONS])
def test_what_is_new_breaks_nothing(api_of, old, new, sentence) -> None:
    """An addition is told, and is no breach."""
    assert TOY.count(old) == 1
    found = api_gate.compare(api_of(TOY), api_of(TOY.replace(old, new)))
    assert [str(difference) for difference in found] == [sentence]
    assert not found[0].breaks


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("_hidden: int", "_other: int"),
        ("default=0", "default=7"),
        ("LIMIT = 3", "LIMIT = 4"),
        ("*, strict=False", "strict=False"),
        ("__all__ = [", "_private = 1\n__all__ = ["),
    ],
)
def test_what_nobody_relies_on_may_change(api_of, old, new) -> None:
    """Insides, values, and a keyword that may now be given by position are no difference."""
    assert api_gate.compare(api_of(TOY), api_of(TOY.replace(old, new))) == []


def test_a_module_without_a_list_promises_what_it_defines(api_of) -> None:
    """What a module imports is not its own; a module that goes is gone with all it held."""
    api = api_of("__all__ = []", room="from math import sqrt\ndef root(x): return sqrt(x)\n")
    assert sorted(api) == ["toy", "toy.room", "toy.room.root"]
    found = api_gate.compare(api, {"toy": {"is": "module"}})
    assert [str(difference) for difference in found] == [
        "toy.room: the module is gone",
        "toy.room.root: the function is gone",
    ]


def test_descriptions_are_plain_data(api_of) -> None:
    """Through JSON a description is the same, one name a line."""
    api = api_of(TOY)
    text = api_gate.to_json(api)
    assert json.loads(text) == api
    assert len(text.splitlines()) == len(api) + 2


def test_this_version_breaks_nothing() -> None:
    """The public API does all that tools/api.json, noted at the last release, says it does."""
    then = json.loads(api_gate.STORED.read_text(encoding="utf-8"))
    found = api_gate.compare(then, api_gate.describe("custvalue"))
    assert [str(difference) for difference in found if difference.breaks] == []


@pytest.fixture
def noted(tmp_path, monkeypatch, api_of):
    """Let the gate look at the toy, and note its API in a folder without git."""
    path = tmp_path / "api.json"
    monkeypatch.setattr(api_gate, "STORED", path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    now = {"api": api_of(TOY)}
    monkeypatch.setattr(api_gate, "describe", lambda _package: now["api"])
    return now


def test_the_command_says_what_it_found(noted, api_of, capsys) -> None:
    """Exit code 0 and a sentence, or 1 and the list."""
    assert api_gate.main(["--write"]) == 0
    assert api_gate.main([]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{len(noted['api'])} public names are noted in api.json.",
        "No breaking changes since what api.json says.",
    ]
    noted["api"] = api_of(TOY.replace("decimals=2", "cents=2"))
    assert api_gate.main([]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "Breaking since what api.json says:",
        "  toy.fit: the parameter decimals is gone, or renamed",
        "Added since what api.json says:",
        "  toy.fit: a new parameter cents",
    ]
    assert api_gate.main(["--help"]) == 2
    assert capsys.readouterr().out == f"{api_gate.__doc__}\n"


def test_the_last_release_is_the_last_tag(noted, monkeypatch) -> None:
    """Where git knows a tag, the description that was stored there counts."""
    answers = {"describe": "v0.1.0\n", "show": '{"toy": {"is": "module"}}'}
    monkeypatch.setattr(api_gate, "_git", lambda command, *_rest: answers[command])
    assert api_gate.last_release() == ("v0.1.0", {"toy": {"is": "module"}})
    assert len(noted["api"]) > 1
