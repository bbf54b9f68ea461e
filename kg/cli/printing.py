"""How results are printed: JSON documents, tables, and works in one line. stdout carries results, stderr all else."""

import json
import os
import shlex
import shutil
import sys
import textwrap
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.library.answers import Table
from kg.text import counted, printable, width

if TYPE_CHECKING:
    from kg.library.answers import Answer

_NARROW = 12  # a text column is not made narrower than this
_NOTES = 2  # notes printed unless all are asked for


def print_json(document: Any) -> None:
    """Print one JSON document; text stays readable in any script, and no number is NaN."""
    print(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2))


def print_answer(answer: "Answer", *, json: bool, notes: bool | None = None) -> None:
    """Print an answer as its JSON document, or as its text and tables with its notes after them.

    `notes` shows all notes, else the two that change how the answer is read; None shows all and offers no --notes.
    """
    if json:
        print(answer.to_json())
        return
    for block in answer.blocks():
        if isinstance(block, str):
            tell(block)
        else:
            print_table(block.columns, block.rows, right=block.right)
    print_notes(answer.notes, all_=notes is not False)


def print_notes(notes: Sequence[str], *, all_: bool) -> None:
    """Print the notes that change how an answer is read; with `all_` every one of them."""
    shown = notes if all_ else notes[:_NOTES]
    say(*shown)
    if rest := len(notes) - len(shown):
        say(f"({counted(rest, 'more note')}: --notes)")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Iterable[str] = ()) -> None:
    """Print rows under a heading; blank for None. On a terminal the table is made to fit its width."""
    table = Table(columns, list(rows), list(right))
    if not sys.stdout.isatty():
        print(*table.lines(len(table.rows)), sep="\n")
        return
    head, *lines = fitted(table, shutil.get_terminal_size().columns)
    plain = "NO_COLOR" in os.environ
    print(*(head if plain else [f"\x1b[1m{line}\x1b[0m" for line in head]), sep="\n")
    for row in lines:
        print(*row, sep="\n")


def fitted(table: Table, room: int) -> list[list[str]]:
    """The lines of the heading and of each row, in at most `room` columns: long texts are wrapped inside their column.

    Where that leaves too little, a row is written as running text, wrapped.

    Examples
    --------
    >>> table = Table(["id", "title"], [("a", "Neural networks for music")])
    >>> fitted(table, 22)
    [['id  title'], ['a   Neural networks', '    for music']]
    >>> fitted(table, 14)
    [['id  title'], ['a  Neural', '    networks', '    for music']]
    """
    rows = [[printable("" if cell is None else str(cell)) for cell in row] for row in (table.columns, *table.rows)]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    texts = [k for k, name in enumerate(table.columns) if name not in table.right and name != "id"]
    while sum(widths) + 2 * (len(widths) - 1) > room:
        widest = max(texts, key=widths.__getitem__, default=0)
        if not texts or widths[widest] <= _NARROW:
            return [
                textwrap.wrap("  ".join(filter(None, row)), room, subsequent_indent="    ", break_on_hyphens=False)
                for row in rows
            ]
        widths[widest] -= 1
    made = []
    for row in rows:
        cells = [_wrapped(cell, wide) for cell, wide in zip(row, widths, strict=True)]
        made.append(
            [
                "  ".join(
                    " " * (wide - width(part)) + part if name in table.right else part + " " * (wide - width(part))
                    for part, wide, name in zip(parts, widths, table.columns, strict=True)
                ).rstrip()
                for parts in zip_longest(*cells, fillvalue="")
            ]
        )
    return made


def _wrapped(cell: str, room: int) -> list[str]:
    """A cell in lines of at most so many columns, each indented as the first is."""
    if width(cell) <= room:
        return [cell]
    indent = " " * (len(cell) - len(cell.lstrip()))
    return textwrap.wrap(cell.strip(), room, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


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


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show on a terminal, and only there, that something is being made, and for how long; gone when it is done."""
    if not sys.stderr.isatty():
        yield
        return
    from threading import Event, Thread

    done, start = Event(), time.monotonic()

    def show() -> None:
        while True:
            print(f"\r... {what} ({time.monotonic() - start:.0f} s)", end="", file=sys.stderr, flush=True)
            if done.wait(1):
                return

    thread = Thread(target=show, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def program() -> str:
    """How to call `kg` from here: `kg` where the shell finds it, else the path of the program that is running."""
    here = Path(sys.argv[0])
    if here.stem != "kg" or not here.is_file():
        return "kg"
    found = shutil.which("kg")
    if found and here.samefile(found):
        return "kg"
    path = here.absolute()
    below = path.is_relative_to(Path.cwd())
    return shlex.quote(os.path.join(".", os.path.relpath(path)) if below else str(path))  # noqa: PTH118  (keeps "./")
