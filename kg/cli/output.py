"""How results are printed: JSON documents, tables, and works in one line. stdout carries results, stderr all else."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from kg.model import Work, surname


def print_json(document: Any) -> None:
    """Print one JSON document; text stays readable in any script, and no number is NaN."""
    print(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Iterable[str] = ()) -> None:
    """Print rows under a heading; blank for None. The last column takes the width that is left."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    numeric = set(right)
    for column in columns:
        table.add_column(column, justify="right" if column in numeric else "left", no_wrap=column is not columns[-1])
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    console = Console(width=None if sys.stdout.isatty() else 100_000)
    with console.capture() as capture:
        console.print(table)
    print("\n".join(line.rstrip() for line in capture.get().splitlines()))


def say(*lines: str) -> None:
    """Tell the person at the terminal something that is no result."""
    for line in lines:
        print(line, file=sys.stderr)


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
