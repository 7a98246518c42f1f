"""The README is true, and the Chinese one says the same."""

import pkgutil
import re
import tomllib
from pathlib import Path

import pytest

import custvalue as cv

ROOT = Path(__file__).resolve().parent.parent
ENGLISH, CHINESE = (
    (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md")
)
READMES = pytest.mark.parametrize("readme", [ENGLISH, CHINESE], ids=["English", "Chinese"])

FENCED = re.compile(r"^```\w*\n.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)]+)\)")
COMMAND = re.compile(r"\b(?:make [a-z]+|pip install \S+)")
CODE = re.compile(r"`([^`]+)`")
NUMBER = re.compile(r"\d+(?:\.\d+)*")
VERSION = re.compile(r"[a-z-]{6,} \d+(?:\.\d+)+")

ELSEWHERE = {"errors", "examples", "testing"}  # answers no question of the table


def tables(readme):
    """Return the tables of a README: a list of rows each, the heads left out."""
    blocks = re.findall(r"(?:^\|.*\n)+", FENCED.sub("", readme), re.MULTILINE)
    return [
        [[cell.strip() for cell in row.strip("|").split("|")] for row in block.splitlines()[2:]]
        for block in blocks
    ]


def outline(readme):
    """Return what a README consists of, in order: headings by level, rows of tables, code."""
    return re.findall(r"^(#+ |\||```)", FENCED.sub("```", readme), re.MULTILINE)


def test_both_have_the_same_outline():
    """Headings, code and rows of tables come in the same number and order."""
    assert outline(ENGLISH) == outline(CHINESE)
    assert outline(ENGLISH).count("## ") == 5


def test_both_have_the_same_code():
    """What is typed, and what is shown for it, is not translated."""
    assert FENCED.findall(ENGLISH) == FENCED.findall(CHINESE)


def test_both_have_the_same_links():
    """They lead to the same pages and show the same picture, in the same order."""
    assert LINK.findall(ENGLISH) == LINK.findall(CHINESE)


def test_both_ask_the_same_questions():
    """Each row of each table names the same modules, extras, versions and figures."""
    questions = [[table[0] for table in tables(text)[0]] for text in (ENGLISH, CHINESE)]
    assert len(questions[0]) == len(questions[1]) == 21
    assert all(question.endswith("?") for question in questions[0])
    assert all(question.endswith("？") for question in questions[1])
    for mine, others in zip(tables(ENGLISH), tables(CHINESE), strict=True):
        for row, other in zip(mine, others, strict=True):
            assert [CODE.findall(cell) for cell in row] == [CODE.findall(cell) for cell in other]
            assert sorted(NUMBER.findall(str(row))) == sorted(NUMBER.findall(str(other)))


@READMES
def test_every_command_is_there(readme):
    """The commands people copy are in both."""
    wanted = {"make demo", "make test", "make docs", "pip install custvalue"}
    assert wanted <= set(COMMAND.findall(readme))


@READMES
def test_links_lead_somewhere(readme):
    """Each page and picture is there."""
    missing = [path for _, path in LINK.findall(readme) if not (ROOT / path).is_file()]
    assert missing == []


@READMES
def test_the_table_names_every_public_module(readme):
    """The last column holds all modules that answer a question, and no others."""
    listed = {name for *_, cell in tables(readme)[0] for name in CODE.findall(cell)}
    public = {name for _, name, _ in pkgutil.iter_modules(cv.__path__) if name[0] != "_"}
    assert listed == public - ELSEWHERE


@READMES
def test_every_extra_is_listed(readme):
    """The extras are those of the project, each once."""
    listed = [name for cell, _ in tables(readme)[1] for name in CODE.findall(cell)]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert sorted(listed) == sorted(project["optional-dependencies"])


def test_claims_about_others_are_those_explained():
    """Each package and version in the last table stands on the page that explains it."""
    explained = (ROOT / "docs/explanation/why-not.md").read_text(encoding="utf-8")
    claimed = [version for *_, cell in tables(ENGLISH)[2] for version in VERSION.findall(cell)]
    assert len(claimed) == 6
    assert [version for version in claimed if version not in explained] == []


def test_the_pictures_are_counted():
    """There are as many functions in plotting as the README says."""
    from custvalue import plotting  # noqa: PLC0415 - it needs matplotlib, which others here do not

    assert len(plotting.__all__) == 16
    assert "sixteen pictures" in ENGLISH
    assert "十六种图" in CHINESE


def test_chinese_labels_are_those_of_the_library():
    """States and stages bear the names they have in reports."""
    labels = [state.label(lang="zh") for state in cv.ChurnState]
    labels += [stage.label(lang="zh") for stage in (cv.Stage.SUSPECT, cv.Stage.PARTNER)]
    review = cv.review(
        cv.OrderLog.from_frame(cv.examples.example_orders()),
        as_of="2026-03-01",
        sleep=cv.SleepPolicy(30, 60, 90),
    )
    bob = review.customers.loc["bob"]
    scales = {"tier": cv.ABCTier, "segment": cv.ValueSegment, "stage": cv.Stage}
    labels += [scale(bob[column]).label(lang="zh") for column, scale in scales.items()]
    labels += [cv.ChurnState(bob["state"]).label(lang="zh")]
    assert [label for label in labels if label not in CHINESE] == []
