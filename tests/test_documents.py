"""Every example in the README, the changelog and the pages runs as written."""

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    page.relative_to(ROOT)
    for pattern in ("README*.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/**/*.md")
    for page in ROOT.glob(pattern)
    if "_build" not in page.relative_to(ROOT).parts
)
FENCE = re.compile(r"\s*(?P<marks>`{3,}|~{3,})\s*(?P<info>.*?)\s*$")


def split(text: str) -> tuple[str, str]:
    """Return the lines inside python fences, and all others.

    Both have as many lines as `text`, blank where the line belongs to the other, so that line
    numbers stay true and a closing fence ends the expected output above it.
    """
    inside, outside = [], []
    opening = None
    for line in text.splitlines():
        fence = FENCE.match(line)
        if opening is None:
            opening = fence
            is_code = False
        elif fence and not fence["info"] and fence["marks"].startswith(opening["marks"]):
            opening = None
            is_code = False
        else:
            is_code = opening["info"] == "python"
        inside.append(line if is_code else "")
        outside.append("" if is_code else line)
    return "\n".join(inside) + "\n", "\n".join(outside) + "\n"


def session(page: Path) -> doctest.DocTest:
    """Return the examples of a page as one session: a name defined above is known below."""
    code, _ = split((ROOT / page).read_text(encoding="utf-8"))
    return doctest.DocTestParser().get_doctest(
        code, {"__name__": "__main__"}, page.as_posix(), str(ROOT / page), 0
    )


PAGES_WITH_EXAMPLES = [page for page in PAGES if session(page).examples]


@pytest.mark.parametrize("page", PAGES_WITH_EXAMPLES, ids=Path.as_posix)
def test_examples_give_what_the_page_shows(page):
    """Run from top to bottom, the examples of a page give exactly the output printed there."""
    runner = doctest.DocTestRunner(
        verbose=False, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    )
    report: list[str] = []
    runner.run(session(page), out=report.append)
    if runner.failures:
        pytest.fail("".join(report), pytrace=False)


def test_no_example_escapes():
    """No page has a prompt outside a python fence, where nothing would run it."""
    escaped = [
        f"{page}:{number}"
        for page in PAGES
        for number, line in enumerate(split((ROOT / page).read_text("utf-8"))[1].splitlines(), 1)
        if line.lstrip().startswith(">>> ")
    ]
    assert escaped == []


def test_line_numbers_and_fences_are_kept():
    """A fence within a longer fence is text, and an example keeps its line number."""
    text = "# T\n\n````md\n```python\n>>> 1\n```\n````\n\n```python\n>>> 2\n2\n```\n>>> 3\n"
    code, rest = split(text)
    assert code.splitlines() == [""] * 9 + [">>> 2", "2", "", ""]
    assert rest.splitlines()[4] == ">>> 1"
    assert rest.splitlines()[12] == ">>> 3"
