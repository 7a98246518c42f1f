"""The gallery shows every picture, as the examples on the page draw it."""

import re
from types import SimpleNamespace

import matplotlib.pyplot as plt
import pytest
from draw_gallery import DOCS, OVERVIEW, PAGE, SETTINGS, draw, draw_overview, pictures

from custvalue import plotting
from pictures import CUSTOMERS, EXAMPLES, MATRIX, SLEEP

TEXT = PAGE.read_text(encoding="utf-8")
SMALL = """
```python
>>> import custvalue as cv
>>> from custvalue import plotting
>>> ax = plotting.lorenz_curve(cv.concentration([5, 3, 2]))
```

```{image} one.svg
:alt: A curve
```

```python
>>> again = ax  # a picture shows what the examples above it left
```

```{image} folder/two.svg
:alt: The same curve
```
"""


@pytest.fixture(autouse=True)
def _closed_figures():
    """Leave no figure behind."""
    plt.switch_backend("agg")
    yield
    plt.close("all")


def test_the_gallery_shows_every_function():
    """Each function is called on the page, and its picture has its name."""
    called = set(re.findall(r"plotting\.(\w+)\(", TEXT))
    assert called == set(plotting.__all__)
    shown = {picture.removeprefix("_static/gallery/") for picture in pictures(TEXT)}
    assert shown == {f"{function}.svg" for function in plotting.__all__}


def test_every_picture_is_there_and_small():
    """Run `python docs/draw_gallery.py` for those that lack; none is left over."""
    there = {path.relative_to(DOCS).as_posix() for path in (DOCS / "_static/gallery").iterdir()}
    assert there == set(pictures(TEXT))
    for picture in (*there, OVERVIEW):
        assert 1_000 < (DOCS / picture).stat().st_size < 60_000


def test_every_picture_is_told_in_words():
    """Who cannot see it reads what is on it."""
    told = re.findall(r"^```\{image\} \S+\n:alt: \S.+$", TEXT, re.MULTILINE)
    assert len(told) == len(pictures(TEXT))


def test_drawing_twice_gives_the_same_bytes(tmp_path):
    """A picture that did not change makes no difference to the next commit."""
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        with plt.rc_context(SETTINGS):
            names = draw(SMALL, folder)
    assert names["again"] is names["ax"]
    for picture in pictures(SMALL):
        first, second = ((folder / picture).read_bytes() for folder in folders)
        assert first == second
        assert first.startswith(b"<?xml")
    assert plt.get_fignums() == []


def test_the_overview_has_four_panels():
    """Tiers, value matrix, stages and silences are on one sheet."""
    (report,), (funnel,) = EXAMPLES["tier_bars"], EXAMPLES["stage_funnel"]
    review = SimpleNamespace(value_matrix=MATRIX, funnel=funnel, sleep_policy=SLEEP)
    (silences,) = EXAMPLES["return_curve"]
    figure = draw_overview(
        {"report": report, "customers": CUSTOMERS, "review": review, "silences": silences}
    )
    titles = [axes.get_title(loc="left").splitlines()[0] for axes in figure.axes]
    assert titles == ["Tiers, best first", "Value matrix", "Funnel of stages", "Return curve"]
