"""The tutorials run, and their pages are what they print."""

import re
import traceback
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
import render_tutorials
from render_tutorials import DOCS, PICTURES, SCRIPTS, cells, page_of, render

SCRIPT = '''"""Say what it is about."""

# %% [markdown]
# # Title
#
# Two words: *text*,
# and a [link](page.md).

# %%
import matplotlib.pyplot as plt

number = 1
print(f"number {number}   ")

# %%
number += 1

# %%
figure, axes = plt.subplots(1, 2)
axes[0].set_title("First\\nwhat it\\nsays", loc="left")
axes[1].set_title("Second", loc="left")
plt.figure().gca().set_title("Third", loc="left")
print("drawn", number)
'''
PAGE = """<!-- Made by docs/render_tutorials.py from a_tale.py: change that. -->

# Title

Two words: *text*,
and a [link](page.md).

```python
import matplotlib.pyplot as plt

number = 1
print(f"number {number}   ")
```

```text
number 1
```

```python
number += 1
```

```python
figure, axes = plt.subplots(1, 2)
axes[0].set_title("First\\nwhat it\\nsays", loc="left")
axes[1].set_title("Second", loc="left")
plt.figure().gca().set_title("Third", loc="left")
print("drawn", number)
```

```text
drawn 2
```

```{image} ../_static/tutorials/a-tale-1.svg
:alt: First: what it says; Second
:width: 600px
```

```{image} ../_static/tutorials/a-tale-2.svg
:alt: Third
:width: 600px
```
"""


@pytest.fixture(autouse=True)
def _closed_figures():
    """Open no window, and leave no figure behind."""
    plt.switch_backend("agg")
    yield
    plt.close("all")


@pytest.fixture
def script(tmp_path):
    """Return a script of its own."""
    path = tmp_path / "a_tale.py"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def require_up_to_date(name):
    """Fail unless the page of a tutorial is what its script renders, and its pictures are there."""
    page, pictures = render(DOCS / "tutorials" / f"{name}.py")
    path = page_of(DOCS / "tutorials" / f"{name}.py")
    assert path.read_text(encoding="utf-8") == page, "run: python docs/render_tutorials.py"
    kept = {file.name for file in (DOCS / PICTURES).glob(f"{path.stem}-*")}
    assert kept == set(pictures)
    assert all(figure.axes for figure in pictures.values())
    assert all(len(line) <= 100 for line in fenced(page))


def fenced(page):
    """Return the lines of code and of output on a page."""
    blocks = re.findall(r"^```(?:python|text)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def test_from_raw_orders_to_a_call_list(cdnow_master):
    """The CDNOW orders lead to the list that the page shows."""
    require_up_to_date("cdnow")


def test_evaluating_a_churn_model():
    """The verdicts on a churn model are those of the page."""
    require_up_to_date("churn_model")


def test_every_tutorial_has_its_page_and_pictures():
    """There are two scripts, two pages, and no picture of another."""
    assert [script.stem for script in SCRIPTS] == ["cdnow", "churn_model"]
    pages = sorted(page_of(script) for script in SCRIPTS)
    assert sorted(DOCS.glob("tutorials/*.md")) == pages
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    shown = set(re.findall(r"^```\{image\} \.\./_static/tutorials/(.*)$", text, re.MULTILINE))
    assert {file.name for file in (DOCS / PICTURES).iterdir()} == shown


def test_a_page_is_text_code_output_and_pictures(script):
    """What stands above the first cell is left out; figures are closed when they are drawn."""
    page, pictures = render(script)
    assert page == PAGE
    assert list(pictures) == ["a-tale-1.svg", "a-tale-2.svg"]
    assert plt.get_fignums() == []


def test_figures_left_open_by_others_are_not_shown(script):
    """A picture belongs to the cell that drew it."""
    plt.figure()
    assert len(render(script)[1]) == 2


def test_an_error_names_the_line_of_the_script(script):
    """Whoever writes a tutorial finds the line that failed."""
    script.write_text(SCRIPT.replace("number += 1", "number += none"), encoding="utf-8")
    with pytest.raises(NameError) as caught:
        render(script)
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert Path(last.filename) == script
    assert SCRIPT.splitlines()[last.lineno - 1] == "number += 1"


def test_a_script_without_cells_has_an_empty_page():
    """Nothing is made up."""
    assert list(cells("print(1)\n")) == []


def test_pages_and_pictures_are_written(script, tmp_path, monkeypatch, capsys):
    """The command writes beside the script what `render` returns, and says nothing."""
    monkeypatch.setattr(render_tutorials, "SCRIPTS", [script])
    monkeypatch.setattr(render_tutorials, "DOCS", tmp_path)
    render_tutorials.main()
    assert (tmp_path / "a-tale.md").read_text(encoding="utf-8") == render(script)[0]
    first = (tmp_path / PICTURES / "a-tale-1.svg").read_bytes()
    assert first.startswith(b"<?xml")
    render_tutorials.main()
    assert (tmp_path / PICTURES / "a-tale-1.svg").read_bytes() == first
    assert capsys.readouterr().out == ""
