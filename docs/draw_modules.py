"""Draw the modules of custvalue from their imports: `python docs/draw_modules.py`.

A test compares the picture with what this script would draw, and every import with `layer_of`.
"""

import re
import textwrap
from pathlib import Path

PICTURE = Path(__file__).parent / "_static" / "modules.svg"
SOURCE = Path(__file__).parent.parent / "src" / "custvalue"

# From the bottom up: what stands on which layer, and what is drawn beside its name.
LAYERS = {
    "errors": ("what is raised", "base"),
    "core": ("algorithms that know\nno business word", "core"),
    "insides": ("", "room"),
    "rooms": ("names, tables, meanings;\nsome with an inside\nof their own (_)", "room"),
    "the whole": ("puts the rooms together", "top"),
    "extras": ("need an optional package;\nimported by who has it", "extra"),
    "root": ("", "room"),
}
NAMES = list(LAYERS)
SPECIAL = {
    "errors": "errors",
    "orders": "insides",  # the log is the room that insides may read
    "reviews": "the whole",
    "_reviews": "the whole",
    "engines": "extras",
    "_engines": "extras",
    "plotting": "extras",
    "_plotting": "extras",
    "testing": "extras",
    "_testing": "extras",
    "__init__": "root",
}
IMPORT = re.compile(r"^from custvalue\.(\S+) import ", re.MULTILINE)

WIDTH, MARGIN, LEFT, GAP = 860, 10, 214, 8  # [px], as is all below
# Per layer: boxes in a row, and their height. What a room uses is written in it, two lines at most.
SHAPES = {"core": (4, 28), "errors": (4, 28)}
SHAPE = (4, 50)
USED = (28, 2)
STYLE = """
    .layer { fill: #f4f6f8; stroke: #b8c2cc; }
    .top   { fill: #dcecdf; stroke: #5f9469; }
    .extra { fill: #e9e2f3; stroke: #7d66a8; }
    .room  { fill: #dfeaf7; stroke: #5b86b8; }
    .core  { fill: #f7ecd6; stroke: #b08b3e; }
    .base  { fill: #f3dedd; stroke: #b0645f; }
    text   { fill: #22292f; }
    .mono  { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 12.5px; }
    .name  { font-weight: 600; }
    .what  { fill: #52606d; font-size: 12.5px; }
    .uses  { fill: #52606d; font-size: 10.5px; }
    .arrow { stroke: #7b8794; stroke-width: 2; fill: none; marker-end: url(#head); }
"""

HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"
     aria-labelledby="t d" font-family="ui-sans-serif, system-ui, Arial, sans-serif" font-size="14">
  <title id="t">The modules of custvalue</title>
  <desc id="d">Layers from the top. Imports go down only.
{said}</desc>
  <style>{style}  </style>
  <defs><marker id="head" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="7" markerHeight="7"
    orient="auto"><path d="M0 0 L10 5 L0 10 z" fill="#7b8794"/></marker></defs>
"""


def layer_of(module: str) -> int:
    """Return how far up a module stands, by its dotted name within the package."""
    first, *inside = module.split(".")
    if first in SPECIAL:
        return NAMES.index(SPECIAL[first])
    if inside:
        return NAMES.index("insides")
    return NAMES.index("core" if first.startswith("_") else "rooms")


def imports(path: Path) -> list[str]:
    """Return the modules of the package that a file imports, by their dotted names."""
    return IMPORT.findall(path.read_text(encoding="utf-8"))


def uses(source: Path, room: str) -> list[str]:
    """Return the other public modules that a module or its inside imports."""
    files = [source / f"{room}.py", *sorted((source / f"_{room}").glob("*.py"))]
    found = {name for path in files for name in imports(path)}
    return sorted(name for name in found - {room, "errors"} if not name.startswith("_"))


def draw(source: Path) -> str:
    """Return the picture of the package in a folder, as SVG."""
    modules = sorted(path.stem for path in source.glob("*.py") if path.stem != "__init__")
    rows = {
        name: [m for m in modules if _drawn_on(m) == name]
        for name in ("extras", "the whole", "rooms", "core", "errors")
    }
    parts: list[str] = []
    top = MARGIN
    for name, members in rows.items():
        if parts:
            parts.append(f'<path class="arrow" d="M470 {top} V{top + 22}"/>')
            top += 26
        height, drawn = _layer(name, members, source, top)
        parts += drawn
        top += height
    said = "; ".join(f"{name}: {', '.join(members)}" for name, members in rows.items())
    return (
        HEAD.format(width=WIDTH, height=top + MARGIN, said=textwrap.fill(said, 100), style=STYLE)
        + "".join(f"  {part}\n" for part in parts)
        + "</svg>\n"
    )


def _drawn_on(module: str) -> str:
    return "rooms" if module == "orders" else NAMES[layer_of(module)]


def _layer(name: str, members: list[str], source: Path, top: int) -> tuple[int, list[str]]:
    """Return the height of a layer and its parts: a frame, a caption, and a box per module."""
    what, style = LAYERS[name]
    columns, tall = SHAPES.get(name, SHAPE)
    wide = (WIDTH - 2 * MARGIN - LEFT + GAP) // columns - GAP
    rows = -(-len(members) // columns)
    height = max(24 + rows * (tall + GAP) - GAP, 44 + 17 * len(what.splitlines()))
    across = f'x="{MARGIN}" width="{WIDTH - 2 * MARGIN}"'
    drawn = [
        f'<rect class="layer" {across} y="{top}" height="{height}" rx="10"/>',
        f'<text class="name" x="26" y="{top + 28}">{name}</text>',
    ]
    drawn += [
        f'<text class="what" x="26" y="{top + 48 + 17 * row}">{line}</text>'
        for row, line in enumerate(what.splitlines())
    ]
    for place, module in enumerate(members):
        row, column = divmod(place, columns)
        x, y = LEFT + column * (wide + GAP), top + 12 + row * (tall + GAP)
        shown = f"{module} _" if (source / f"_{module}").is_dir() else module
        drawn += [
            f'<rect class="{style}" x="{x}" y="{y}" width="{wide}" height="{tall}" rx="6"/>',
            f'<text class="mono" x="{x + 6}" y="{y + 18}">{shown}</text>',
        ]
        if name not in SHAPES:
            drawn += _uses(uses(source, module), x + 6, y + 31)
    return height, drawn


def _uses(modules: list[str], x: int, y: int) -> list[str]:
    """Return the names of the modules that one uses, in small print."""
    length, most = USED
    lines = textwrap.wrap(", ".join(modules), length, max_lines=most, placeholder=" …")
    return [
        f'<text class="uses" x="{x}" y="{y + 11 * row}">{line}</text>'
        for row, line in enumerate(lines)
    ]


if __name__ == "__main__":
    PICTURE.write_text(draw(SOURCE), encoding="utf-8")
