"""How results are printed: JSON documents, tables, and works in one line. stdout carries results, stderr all else."""

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from kg.model import Work
from kg.text import authors_in_short as by
from kg.text import number, printable, width

__all__ = ["brief", "by", "number", "print_json", "print_table", "say", "tell", "whole"]


def print_json(document: Any) -> None:
    """Print one JSON document; text stays readable in any script, and no number is NaN."""
    print(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Iterable[str] = ()) -> None:
    """Print rows under a heading; blank for None. On a terminal the last column is wrapped into the width that is left."""
    cells = [[printable("" if cell is None else str(cell)) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(columns, *cells, strict=True)]
    terminal, numeric = sys.stdout.isatty(), set(right)
    left = sum(widths[:-1]) + 2 * (len(widths) - 1)
    room = max(shutil.get_terminal_size().columns - left, 20) if terminal else 0
    for k, row in enumerate([columns, *cells]):
        fields = [
            " " * (wide - width(cell)) + cell if column in numeric else cell + " " * (wide - width(cell))
            for column, cell, wide in zip(columns, row, widths, strict=True)
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
    return "\n".join(map(printable, text.split("\n")))


def say(*lines: str) -> None:
    """Tell the person at the terminal something that is no result."""
    for line in lines:
        print(_harmless(line), file=sys.stderr)


def brief(work: Work) -> dict[str, Any]:
    """A work as the JSON contracts name one: id, title, year."""
    return {"id": work.id, "title": work.title or None, "year": work.year}


def whole(value: Any) -> int | None:
    """A whole number of a table, such as a year; None where the table has none."""
    return None if value is None or str(value) == "<NA>" else int(value)
