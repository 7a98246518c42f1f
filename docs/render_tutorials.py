"""Make the pages of the tutorials out of their scripts: `python docs/render_tutorials.py`.

A tutorial is a script in docs/tutorials. A line `# %% [markdown]` begins a cell of text, a line
`# %%` a cell of code, as editors and notebooks know them. The page beside it shows the text, the
code, what the code printed, and what it drew.
"""

import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from draw_gallery import SETTINGS, save
from matplotlib.figure import Figure

DOCS = Path(__file__).parent
SCRIPTS = sorted(DOCS.glob("tutorials/*.py"))
PICTURES = Path("_static", "tutorials")

CELL = re.compile(r"^# %%( \[markdown\])?\n", re.MULTILINE)


def page_of(script: Path) -> Path:
    """Return where the page of a script is."""
    return script.with_name(script.stem.replace("_", "-") + ".md")


def render(script: Path) -> tuple[str, dict[str, Figure]]:
    """Run a script; return its page, and what it drew by file name."""
    name = page_of(script).stem
    names: dict[str, Any] = {"__name__": "__main__"}
    blocks = [f"<!-- Made by docs/{Path(__file__).name} from {script.name}: change that. -->"]
    pictures: dict[str, Figure] = {}
    plt.close("all")
    with plt.style.context("default"), plt.rc_context(SETTINGS):
        for line, is_text, body in cells(script.read_text(encoding="utf-8")):
            if is_text:
                blocks.append(re.sub(r"^# ?", "", body, flags=re.MULTILINE))
                continue
            blocks.append(f"```python\n{body}\n```")
            printed, drawn = run("\n" * line + body, script, names)
            if printed:
                blocks.append(f"```text\n{printed}\n```")
            for figure in drawn:
                file = f"{name}-{len(pictures) + 1}.svg"
                pictures[file] = figure
                blocks.append(show(figure, file))
    return "\n\n".join(blocks) + "\n", pictures


def cells(script: str) -> Iterator[tuple[int, bool, str]]:
    """Return of each cell the lines above it, whether it is text, and what is in it."""
    found = list(CELL.finditer(script))
    ends = [*(cell.start() for cell in found), len(script)][1:]
    for cell, end in zip(found, ends, strict=True):
        yield script.count("\n", 0, cell.end()), bool(cell[1]), script[cell.end() : end].strip()


def run(code: str, script: Path, names: dict[str, Any]) -> tuple[str, list[Figure]]:
    """Run a cell; return what it printed, without blanks at the ends of lines, and what it drew."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, script, "exec"), names)  # noqa: S102 - our own script
    drawn = [plt.figure(number) for number in plt.get_fignums()]
    plt.close("all")
    lines = [line.rstrip() for line in printed.getvalue().splitlines()]
    return "\n".join(lines), drawn


def show(figure: Figure, file: str) -> str:
    """Return the lines that show a picture; who cannot see it is told its titles."""
    titles = [axes.get_title(loc="left").replace("\n", ": ", 1) for axes in figure.axes]
    alt = " ".join("; ".join(titles).split())
    path = Path("..", PICTURES, file).as_posix()
    return f"```{{image}} {path}\n:alt: {alt}\n:width: 600px\n```"


def main() -> None:
    """Write the pages, and their pictures."""
    for script in SCRIPTS:
        page, pictures = render(script)
        page_of(script).write_text(page, encoding="utf-8")
        with plt.rc_context(SETTINGS):
            for file, figure in pictures.items():
                save(figure, DOCS / PICTURES / file)


if __name__ == "__main__":
    main()
