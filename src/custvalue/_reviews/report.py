"""A report for the eye, told once: as aligned text for a terminal, as HTML for a notebook."""

import html
import unicodedata
from collections.abc import Iterable, Sequence

import attrs

WIDTH = 100  # columns of the terminal
LABEL = 30  # columns a cell may take
NARROW = 8  # columns below which no heading is broken


@attrs.frozen
class Sheet:
    """A table of words: the first heading and the first cell of each row are its labels."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@attrs.frozen
class Report:
    """Sentences, then tables, then notes."""

    sentences: Sequence[str]
    sheets: Sequence[Sheet]
    notes: Sequence[str]

    def as_text(self) -> str:
        """Return the report aligned, in lines of at most 100 columns."""
        parts = [[line for sentence in self.sentences for line in _fill(sentence)]]
        parts += [[sheet.title, *_align(sheet)] for sheet in self.sheets]
        parts += [[line for note in self.notes for line in _fill(note)]]
        return "\n\n".join("\n".join(part) for part in parts if part)

    def as_html(self) -> str:
        """Return the report as HTML in which nothing but its own tags is markup."""
        parts = [_tag("p", sentence) for sentence in self.sentences]
        for sheet in self.sheets:
            head = "".join(_tag("th", heading) for heading in sheet.headings)
            rows = [
                _tag("th", label) + "".join(_tag("td", cell) for cell in cells)
                for label, *cells in sheet.rows
            ]
            body = "".join(f"<tr>{row}</tr>" for row in (head, *rows))
            parts.append(f"{_tag('h4', sheet.title)}<table>{body}</table>")
        parts += [f"<p>{_tag('em', note)}</p>" for note in self.notes]
        return "".join(parts)


def printable(text: str) -> str:
    r"""Return a text with its control and formatting characters spelt out, a tab as \t."""
    return "".join(
        char
        if char.isprintable() or unicodedata.category(char) == "Zs"
        else char.encode("unicode_escape", "surrogatepass").decode()
        for char in text
    )


def _tag(name: str, text: str) -> str:
    return f"<{name}>{html.escape(printable(text))}</{name}>"


# --- text --------------------------------------------------------------------------------------


def _wide(text: str) -> int:
    """Return how many columns a text takes: Chinese characters take two, accents none."""
    return sum(
        0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def _begin(text: str, width: int) -> str:
    """Return as much of a text as fits so many columns."""
    while _wide(text) > width:
        text = text[:-1]
    return text


def _fill(text: str, width: int = WIDTH) -> list[str]:
    """Return a text in lines, broken between words, or within one that is too long."""
    lines = [""]
    for word in printable(text).split():
        if lines[-1] and _wide(lines[-1]) + 1 + _wide(word) <= width:
            lines[-1] += f" {word}"
            continue
        rest = word
        while rest:
            lines.append(_begin(rest, width))
            rest = rest[len(lines[-1]) :]
    return [line for line in lines if line]


def _align(sheet: Sheet) -> list[str]:
    """Return a table in lines; columns too many for one line go on below, with the labels."""
    columns = [[_shorten(cell) for cell in column] for column in zip(*sheet.rows, strict=True)]
    widths = [
        max(map(_wide, (*column, *heading.split(), heading[:NARROW])))
        for heading, column in zip(sheet.headings, columns, strict=True)
    ]
    heads = [_fill(heading, width) for heading, width in zip(sheet.headings, widths, strict=True)]
    height = max(map(len, heads))
    columns = [
        [*[""] * (height - len(head)), *head, *column]
        for head, column in zip(heads, columns, strict=True)
    ]
    lines: list[str] = []
    for block in _blocks(widths):
        for row in zip(*(columns[place] for place in block), strict=True):
            cells = (
                _pad(cell, widths[place], left=place == 0)
                for place, cell in zip(block, row, strict=True)
            )
            lines.append("  ".join(cells).rstrip())
    return lines


def _blocks(widths: Sequence[int]) -> Iterable[list[int]]:
    """Yield the columns that fit beside each other, each time after the labels."""
    block, taken = [0], widths[0]
    for place, width in enumerate(widths[1:], start=1):
        if len(block) > 1 and taken + 2 + width > WIDTH:
            yield block
            block, taken = [0], widths[0]
        block.append(place)
        taken += 2 + width
    yield block


def _shorten(cell: str) -> str:
    cell = printable(cell)
    return cell if _wide(cell) <= LABEL else _begin(cell, LABEL - 1) + "…"


def _pad(cell: str, width: int, *, left: bool) -> str:
    space = " " * (width - _wide(cell))
    return cell + space if left else space + cell
