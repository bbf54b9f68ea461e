"""How results are printed: JSON documents, tables, and works in one line. stdout carries results, stderr all else."""

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any
from unicodedata import combining, east_asian_width

from kg.model import Work
from kg.text import surname


def print_json(document: Any) -> None:
    """Print one JSON document; text stays readable in any script, and no number is NaN."""
    print(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Iterable[str] = ()) -> None:
    """Print rows under a heading; blank for None. On a terminal the last column is wrapped into the width that is left."""
    cells = [[_printable("" if cell is None else str(cell)) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(columns, *cells, strict=True)]
    terminal, numeric = sys.stdout.isatty(), set(right)
    left = sum(widths[:-1]) + 2 * (len(widths) - 1)
    room = max(shutil.get_terminal_size().columns - left, 20) if terminal else 0
    for k, row in enumerate([columns, *cells]):
        fields = [
            " " * (width - _width(cell)) + cell if column in numeric else cell + " " * (width - _width(cell))
            for column, cell, width in zip(columns, row, widths, strict=True)
        ]
        if terminal and widths[-1] > room:
            indent = " " * (len(row[-1]) - len(row[-1].lstrip()))
            parts = textwrap.wrap(row[-1].strip(), room, initial_indent=indent, subsequent_indent=indent)
            fields[-1] = ("\n" + " " * left).join(parts)
        line = "  ".join(fields).rstrip()
        print(f"\x1b[1m{line}\x1b[0m" if terminal and not k and "NO_COLOR" not in os.environ else line)


def tell(*lines: str, end: str = "\n") -> None:
    """Print text that may hold titles, ids or sentences of others; what would steer a terminal is taken out."""
    for line in lines:
        print(_harmless(line), end=end)


def _harmless(text: str) -> str:
    return "\n".join(map(_printable, text.split("\n")))


def _printable(text: str) -> str:
    """One line of text without what would steer a terminal."""
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


def _width(text: str) -> int:
    """How many columns a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def say(*lines: str) -> None:
    """Tell the person at the terminal something that is no result."""
    for line in lines:
        print(_harmless(line), file=sys.stderr)


def brief(work: Work) -> dict[str, Any]:
    """A work as the JSON contracts name one: id, title, year."""
    return {"id": work.id, "title": work.title or None, "year": work.year}


def by(authors: Sequence[str]) -> str:
    """Authors as a person would cite them.

    >>> by(["Todd, Peter M.", "Loy, Gareth"]), by(["A. Roberts", "J. Engel", "C. Raffel"])
    ('Todd & Loy', 'Roberts et al.')
    """
    names = [surname(name) for name in authors]
    return f"{names[0]} et al." if len(names) > 2 else " & ".join(names)


def number(value: float | None, digits: int = 4) -> str | None:
    """A figure with the digits that mean something; None stays None.

    >>> number(0.00123456), number(17934.2), number(75), number(None)
    ('0.001235', '17,934', '75', None)
    """
    if value is None:
        return None
    return f"{value:,.0f}" if isinstance(value, int) or abs(value) >= 1000 else f"{value:.{digits}g}"


def whole(value: Any) -> int | None:
    """A whole number of a table, such as a year; None where the table has none."""
    return None if value is None or str(value) == "<NA>" else int(value)
