"""Tell whether the public API still does all it did at the last release.

python tools/api_gate.py          compare; exit code 1 where something breaks
python tools/api_gate.py --write  note today's API in tools/api.json, as part of a release

Compared is what a caller may write down: names, parameters, attributes, members of enums. What a
function answers is for the tests to say. The last release is the last tag git knows; without git
or a tag it is tools/api.json as it lies here.
"""

import enum
import importlib
import inspect
import json
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs

STORED = Path(__file__).with_name("api.json")
Api = dict[str, dict[str, Any]]

POSITIONAL = ("positional only", "positional or keyword")
NAMED = ("positional or keyword", "keyword only")
OPERATORS = ("__add__", "__call__", "__contains__", "__getitem__", "__iter__", "__len__", "__lt__")


@attrs.frozen
class Difference:
    """One difference between two descriptions, and whether it breaks a caller's code."""

    where: str
    what: str
    breaks: bool = True

    def __str__(self) -> str:
        """Say it on one line."""
        return f"{self.where}: {self.what}"


def main(arguments: list[str]) -> int:
    """Write or compare; return the exit code."""
    if arguments not in ([], ["--write"]):
        print(__doc__)
        return 2
    now = describe("custvalue")
    if arguments:
        STORED.write_text(to_json(now), encoding="utf-8")
        print(f"{len(now):,} public names are noted in {STORED.name}.")
        return 0
    name, then = last_release()
    found = compare(then, now)
    breaking = [difference for difference in found if difference.breaks]
    for title, some in (
        ("Breaking", breaking),
        ("Added", [difference for difference in found if not difference.breaks]),
    ):
        if some:
            print(f"{title} since {name}:", *(f"  {difference}" for difference in some), sep="\n")
    if not breaking:
        print(f"No breaking changes since {name}.")
    return 1 if breaking else 0


def last_release() -> tuple[str, Api]:
    """Return the name of the last release, and its API."""
    try:
        tag = _git("describe", "--tags", "--abbrev=0").strip()
        return tag, json.loads(_git("show", f"{tag}:tools/{STORED.name}"))
    except (OSError, subprocess.CalledProcessError):  # no git, no tag, or no description then
        return f"what {STORED.name} says", json.loads(STORED.read_text(encoding="utf-8"))


def _git(*command: str) -> str:
    return subprocess.run(  # noqa: S603 - our own command
        ["git", *command],  # noqa: S607 - whichever git there is
        cwd=STORED.parent,
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout


def to_json(api: Api) -> str:
    """Write a description with one public name a line, so that a diff can be read."""
    lines = (f"{json.dumps(name)}: {json.dumps(api[name])}" for name in sorted(api))
    return "{\n" + ",\n".join(lines) + "\n}\n"


# --- describing --------------------------------------------------------------------------------


def describe(package: str) -> Api:
    """Return what a package promises, by dotted name, as plain data."""
    root = importlib.import_module(package)
    names = [module.name for module in pkgutil.iter_modules(root.__path__)]
    modules = [importlib.import_module(f"{package}.{n}") for n in names if not n.startswith("_")]
    api: Api = {}
    for module in (root, *modules):
        api[module.__name__] = {"is": "module"}
        for name, thing in _promised(module):
            if not inspect.ismodule(thing):
                _describe(thing, f"{module.__name__}.{name}", package, api)
    return api


def _promised(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """Yield what a module promises: what it lists, else the functions and classes it defines."""
    listed = getattr(module, "__all__", None)
    for name in vars(module) if listed is None else listed:
        thing = getattr(module, name)
        own = getattr(thing, "__module__", None) == module.__name__ and not name.startswith("_")
        if listed is not None or own:
            yield name, thing


def _describe(thing: Any, path: str, package: str, api: Api) -> None:  # noqa: ANN401 - any object
    if inspect.isclass(thing):
        _describe_class(thing, path, package, api)
    elif callable(thing) and hasattr(thing, "__name__"):
        api[path] = {"is": "function", "parameters": _parameters(thing)}
    else:
        api[path] = {"is": "attribute"}


def _describe_class(cls: type, path: str, package: str, api: Api) -> None:
    own = [base for base in cls.__mro__ if base.__module__.split(".")[0] == package]
    bases = [b.__name__ for b in cls.__mro__[1:] if not b.__name__.startswith("_")]
    api[path] = {"is": "class", "bases": [b for b in bases if b not in ("object", "Generic")]}
    members: dict[str, Any] = {}
    if issubclass(cls, enum.Enum):
        for place, (name, member) in enumerate(cls.__members__.items()):
            api[f"{path}.{name}"] = {"is": "member", "value": member.value, "place": place}
    elif any("__init__" in vars(base) for base in own):
        api[path]["parameters"] = _parameters(cls)
    for base in reversed(own):
        members |= dict.fromkeys(inspect.get_annotations(base))
        members |= vars(base)
    for name, member in members.items():
        promised = not name.startswith("_") or (name in OPERATORS and member is not None)
        if not promised or f"{path}.{name}" in api:
            continue
        if isinstance(member, classmethod | staticmethod):
            api[f"{path}.{name}"] = {
                "is": "function",
                "parameters": _parameters(getattr(cls, name)),
            }
        elif inspect.isfunction(member):
            api[f"{path}.{name}"] = {"is": "function", "parameters": _parameters(member)[1:]}
        else:
            api[f"{path}.{name}"] = {"is": "attribute"}


def _parameters(function: Any) -> list[list[Any]]:  # noqa: ANN401 - any callable
    """Return each parameter as its name, its kind, and whether it must be given."""
    return [
        [p.name, p.kind.description.replace("-", " "), p.default is p.empty and not _is_rest(p)]
        for p in inspect.signature(function).parameters.values()
    ]


def _is_rest(parameter: inspect.Parameter) -> bool:
    return parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)


# --- comparing ---------------------------------------------------------------------------------


def compare(then: Api, now: Api) -> list[Difference]:
    """Return all differences between two descriptions, by name."""
    found = []
    for name in sorted(then.keys() | now.keys()):
        if name not in now:
            found.append(Difference(name, f"the {then[name]['is']} is gone"))
        elif name not in then:
            found.append(Difference(name, f"a new {now[name]['is']}", breaks=False))
        elif then[name]["is"] != now[name]["is"]:
            found.append(Difference(name, f"was a {then[name]['is']}, is a {now[name]['is']}"))
        else:
            found += _compare_entries(name, then[name], now[name])
    return found


def _compare_entries(name: str, then: dict[str, Any], now: dict[str, Any]) -> list[Difference]:
    found = [
        Difference(name, f"was a {base}, is none any more")
        for base in then.get("bases", [])
        if base not in now["bases"]
    ]
    found += [
        Difference(name, f"the {what} of the member was {then[what]!r}, is {now[what]!r}")
        for what in ("value", "place")
        if then.get(what) != now.get(what)
    ]
    return found + _compare_parameters(name, then.get("parameters", []), now.get("parameters", []))


def _compare_parameters(name: str, then: list[Any], now: list[Any]) -> list[Difference]:
    found = []
    kinds = {parameter: (kind, required) for parameter, kind, required in now}
    for parameter, kind, required in then:
        if parameter not in kinds:
            found.append(Difference(name, f"the parameter {parameter} is gone, or renamed"))
            continue
        kind_now, required_now = kinds[parameter]
        lost = {
            "by position": kind in POSITIONAL and kind_now not in POSITIONAL,
            "by name": kind in NAMED and kind_now not in NAMED,
        }
        found += [
            Difference(name, f"the parameter {parameter} can't be given {how} any more")
            for how, so in lost.items()
            if so
        ]
        if required_now and not required:
            found.append(Difference(name, f"the parameter {parameter} has no default any more"))
    found += _moved(name, then, now)
    known = {parameter for parameter, *_ in then}
    for parameter, (_, required) in kinds.items():
        if parameter not in known:
            what = f"a new {'required ' if required else ''}parameter {parameter}"
            found.append(Difference(name, what, breaks=required))
    return found


def _moved(name: str, then: list[Any], now: list[Any]) -> list[Difference]:
    """Return which parameters stand at another place among those given by position."""
    places_then, places_now = (
        {p: place for place, (p, kind, _) in enumerate(some) if kind in POSITIONAL}
        for some in (then, now)
    )
    return [
        Difference(name, f"the parameter {parameter} was number {place + 1}, is number {later + 1}")
        for parameter, place in places_then.items()
        if (later := places_now.get(parameter, place)) != place
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
