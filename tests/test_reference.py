"""Every public name is documented in full and is on a reference page."""

import re
from pathlib import Path

import custvalue as cv
from docstrings import MODULES, PUBLIC, entries, offered_by

PAGES = Path(__file__).resolve().parent.parent / "docs" / "reference"
CALLED = [public for public in PUBLIC if public.kind == "function"]
CLASSES = [public for public in PUBLIC if public.kind == "class"]
DOCUMENTED = [public for public in PUBLIC if public.kind != "data"]
ORDER = [
    *("", "Parameters", "Attributes", "Returns", "Yields", "Raises"),
    *("See Also", "Notes", "References", "Examples"),
]
NOTHING = (None, "None")

# What carries a unit: its name, where its type is a number or a column of numbers.
QUANTITIES = re.compile(
    r".*_days|days|days_.*|within|silence"
    r"|budget|cost|cost_to_serve|margin|price|net_value|losses|gain|average_order_value"
    r"|level|share|shares|.*_share|share_of_.*|.*_of_wallet|remaining|quantiles|probability"
    r"|uplift|chance|max_.*_(rate|value)"
)
NUMBERS = re.compile(r"\b(float|int|numbers?)\b")


def test_the_walk_meets_all_kinds():
    """Functions, methods, class methods, properties, classes and constants are walked over."""
    names = {public.name: public.kind for public in PUBLIC}
    assert names["OrderLog.from_frame"] == names["at_least"] == names["Bands.explain"] == "function"
    assert names["OrderLog.ledger"] == "property"
    assert names["TopShare.fit"] == "function"  # inherited
    assert names["CustValueError"] == "class"
    assert names["tiers.ABC"] == "data"
    assert "Stage.upper" not in names  # of str, not ours


def test_a_section_is_taken_apart():
    """Names that share an entry each have it, and blank lines do not matter."""
    text = "after, until : date\n    Two days.\n\n    In order.\n**how\n    The rest."
    assert entries(text) == {
        "after": ("date", "Two days. In order."),
        "until": ("date", "Two days. In order."),
        "**how": ("", "The rest."),
    }
    assert entries("") == {}


def test_everything_has_a_summary_of_one_line():
    """A docstring begins with a sentence on a line of its own, and its sections are in order."""
    for public in DOCUMENTED:
        first, *more = public.sections[""].split("\n")
        assert first.endswith("."), public.name
        assert more[:1] in ([], [""]), public.name
        names = list(public.sections)
        assert names == sorted(names, key=ORDER.index), public.name


def test_parameters_are_those_of_the_signature():
    """Each parameter is named, in order, with its type and what it is."""
    wrong = {}
    for public in CALLED + [c for c in CLASSES if "Parameters" in c.sections]:
        told = entries(public.sections.get("Parameters", ""))
        names, given = list(told), list(public.parameters)
        if given and given[-1].startswith("**") and names[-1] != given[-1]:
            given[-1:] = names[len(given) - 1 :] or given[-1:]  # the keywords it takes, by name
        untold = [
            name
            for name, (kind, what) in told.items()
            if not what or not (kind or name.startswith("*"))
        ]
        if names != given or untold:
            wrong[public.name] = (names, given, untold)
    assert wrong == {}


def test_fields_are_told():
    """Each public field of a class is under Parameters or Attributes."""
    wrong = {}
    for public in CLASSES:
        told = public.told
        missing = [name for name in public.fields if not all(told.get(name, ("", "")))]
        if missing:
            wrong[public.name] = missing
    assert wrong == {}


def test_what_is_returned_is_told():
    """Whatever returns something has a section Returns; a property says it in its summary."""
    wrong = [
        public.name
        for public in CALLED
        if public.function.__annotations__["return"] not in NOTHING
        and "Returns" not in public.sections
    ]
    assert wrong == []


def test_what_is_raised_is_told():
    """Each error that a body raises by name stands under Raises."""
    wrong = {
        public.name: untold
        for public in DOCUMENTED
        if (untold := {e for e in public.raised if e not in public.sections.get("Raises", "")})
    }
    assert wrong == {}


def test_everything_has_an_example():
    """Each class, function, method and property is shown at work; `make check` runs them all."""
    assert [p.name for p in DOCUMENTED if ">>> " not in p.sections.get("Examples", "")] == []


def test_quantities_have_units():
    """Days, money and shares say so in brackets, wherever one passes or reads them."""
    wrong = [
        f"{public.name}({name})"
        for public in DOCUMENTED
        for name, (kind, what) in public.told.items()
        if QUANTITIES.fullmatch(name) and NUMBERS.search(kind) and "[" not in kind + what
    ]
    assert wrong == []


def on_pages():
    """Return the full name of all that the reference pages show."""
    shown = set()
    for page in PAGES.glob("*.md"):
        here = "custvalue"
        text = page.read_text(encoding="utf-8")
        for kind, name, options in re.findall(r"\.\. (\S+):: (\S+)\n((?:   :.*\n)*)", text):
            if kind == "currentmodule":
                here = name
            elif kind == "automodule" and ":no-members:" not in options:
                module = MODULES[name.removeprefix("custvalue.")]
                shown |= {f"{name}.{short}" for short in offered_by(module)}
            else:
                shown.add(f"{here}.{name}")
    return shown


def test_everything_is_on_a_reference_page():
    """Each public name is shown under one of the names it has; its members come with it."""
    shown = on_pages()
    homes = [("custvalue", cv), *((f"custvalue.{name}", m) for name, m in MODULES.items())]
    missing = []
    for public in [public for public in PUBLIC if not public.is_member]:
        short = public.name.rpartition(".")[2]
        names = {f"{home}.{short}" for home, m in homes if getattr(m, short, None) is public.thing}
        if not names & shown:
            missing.append(public.name)
    assert missing == []
