"""Every link leads somewhere, every page is in the table of contents, every role names a thing."""

import re
from pathlib import Path

import pytest

from docstrings import resolve

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")] + sorted(
    page for page in DOCS.rglob("*.md") if "_build" not in page.relative_to(DOCS).parts
)

FENCED = re.compile(r"^(?P<marks>`{3,}|~{3,}).*?^(?P=marks)`*[ ]*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\[[^\]]*\]\(<?(?P<target>[^)\s>]+)")
NAMED = re.compile(r"^\[[^\]]+\]: <?(?P<target>[^\s>]+)", re.MULTILINE)
SHOWN = re.compile(
    r"^`{3,}\{(?:image|figure|include|literalinclude)\} (?P<target>\S+)", re.MULTILINE
)
OUTSIDE = re.compile(r"[a-z]+:")

HEADING = re.compile(r"^(?P<marks>#{1,6}) (?P<title>.+?)\s*$", re.MULTILINE)
TARGET = re.compile(r"^\((?P<name>[\w-]+)\)=$", re.MULTILINE)
ANCHORED = 3  # levels of headings that have an anchor: myst_heading_anchors in docs/conf.py

TOCTREE = re.compile(r"^`{3}\{toctree\}\n(?P<lines>.*?)^`{3}", re.MULTILINE | re.DOTALL)
ENTRY = re.compile(r"^(?!:)(?:.*<)?(?P<name>[^\s<>]+)>?$", re.MULTILINE)
ROLE = re.compile(
    r"[:{](?:py:)?(?P<role>mod|func|class|meth|attr|data|exc|obj)[:}]`(?P<what>[^`]+)`"
)


def read(page):
    """Return a page's text."""
    return page.read_text(encoding="utf-8")


def targets(text):
    """Return the targets of the links and pictures of a page, code left out."""
    prose = CODE.sub("`code`", FENCED.sub("", text))
    found = [LINK.findall(prose), NAMED.findall(prose), SHOWN.findall(text)]
    return [target for some in found for target in some if not OUTSIDE.match(target)]


def anchors(text):
    """Return what one may link to within a page: slugs of headings as MyST makes them, labels."""
    prose = FENCED.sub("", text)
    found = set(TARGET.findall(prose))
    for marks, title in HEADING.findall(prose):
        if len(marks) <= ANCHORED:
            plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).replace("`", "").replace("*", "")
            slug = base = re.sub(r"[^\w\- ]", "", plain.lower().replace(" ", "-"))
            again = 0
            while slug in found:
                slug = f"{base}-{(again := again + 1)}"
            found.add(slug)
    return found


def dangling(page):
    """Return the targets on a page that lead nowhere."""
    wrong = []
    for target in targets(read(page)):
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and anchor not in anchors(read(there))):
            wrong.append(target)
    return wrong


def listed(page):
    """Return the pages that the tables of contents on a page list."""
    blocks = TOCTREE.findall(read(page))
    return [page.parent / f"{name}.md" for block in blocks for name in ENTRY.findall(block)]


def named_by_roles(text):
    """Return the dotted names of custvalue that the roles of a page link to."""
    names = [re.sub(r".*<(.*)>", r"\1", what).lstrip("~!") for _, what in ROLE.findall(text)]
    return [name.removesuffix("()") for name in names if name.startswith("custvalue")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    """Each relative link and picture names a file that is there, and a heading that is in it."""
    assert dangling(page) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_roles_name_what_is_there(page):
    """Each function, class or module a page links to can be imported under that name."""
    for name in named_by_roles(read(page)):
        assert resolve(name) is not None, name


def test_every_page_is_in_the_table_of_contents():
    """From the front page each page is reached, and each page listed is there."""
    reached, ahead = set(), [DOCS / "index.md"]
    while ahead:
        page = ahead.pop()
        if page not in reached:
            assert page.exists(), page
            reached.add(page)
            ahead += listed(page)
    assert sorted(reached) == [page for page in PAGES if page.is_relative_to(DOCS)]


def test_a_broken_link_is_found(tmp_path):
    """Missing files and headings are named; code, addresses and what is there are not."""
    (tmp_path / "there.md").write_text("# One & two\n\n## `run()` it\n\n## Again\n\n## Again\n")
    page = tmp_path / "page.md"
    page.write_text(
        "# Here\n\n(label)=\n[a](there.md) [b](there.md#one--two) [c](there.md#run-it)\n"
        "[d](there.md#again-1) [e](#here) [f](#label) [g](https://example.org/x.md#y)\n"
        "`[h](code.md)`\n\n```text\n[i](fenced.md)\n```\n\n"
        "[j](gone.md) [k](there.md#gone) [l](#gone)\n\n[m]: gone-too.md\n\n"
        "```{image} gone.svg\n```\n"
    )
    wrong = ["gone.md", "there.md#gone", "#gone", "gone-too.md", "gone.svg"]
    assert dangling(page) == wrong


def test_names_in_roles_are_found():
    """Roles of MyST and reStructuredText count, with or without a title of their own."""
    text = "{func}`~custvalue.review` :class:`the log <custvalue.OrderLog>` {meth}`str.upper`"
    assert named_by_roles(text) == ["custvalue.review", "custvalue.OrderLog"]
    assert resolve("custvalue.OrderLog.ledger") is not None
    for name in ("custvalue.nobody", "custvalue.OrderLog.nothing", "nowhere.at.all"):
        with pytest.raises(AttributeError):
            resolve(name)
