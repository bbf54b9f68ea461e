"""How results are printed: JSON documents, tables, and works in one line. stdout carries results, stderr all else."""

import codecs
import io
import os
import shlex
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from kg.library.answers import Table
from kg.text import as_json, counted, harmless, printable

if TYPE_CHECKING:
    from kg.library.answers import Answer

_NOTES = 2  # notes printed unless all are asked for


def print_json(document: Any) -> None:
    """Print one JSON document."""
    print(as_json(document))


def print_answer(answer: "Answer", *, json: bool, notes: bool | None = None, top: int | None = None) -> None:
    """Print an answer as its JSON document, or as its text and tables with its notes after them.

    `notes` shows all notes, else the two that change how the answer is read; None shows all and offers no --notes.
    Of each table `top` rows are shown, all if it is None.
    """
    if json:
        print(answer.to_json())
        return
    for block in answer.blocks():
        if isinstance(block, str):
            tell(block)
        else:
            print_table(block.columns, block.rows[:top], right=block.right)
            if top is not None and len(block.rows) > top:
                print(f"... and {len(block.rows) - top:,} more (--top)")
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
    head, *lines = table.fitted(shutil.get_terminal_size().columns)
    plain = "NO_COLOR" in os.environ
    print(*(head if plain else [f"\x1b[1m{line}\x1b[0m" for line in head]), sep="\n")
    for row in lines:
        print(*row, sep="\n")


def tell(*lines: str, end: str = "\n") -> None:
    """Print text that may hold titles, ids or sentences of others; what would steer a terminal is taken out."""
    for line in lines:
        print(_harmless(line), end=end)


def _harmless(text: str) -> str:
    return "\n".join(map(printable, text.split("\n")))


class _Terminal(io.RawIOBase):
    """A binary file whose text appears on the terminal, without what would steer that."""

    def __init__(self) -> None:
        self._text = codecs.getincrementaldecoder("utf-8")("replace")

    def writable(self) -> bool:
        """As files say it."""
        return True

    def write(self, data: Any) -> int:
        """Show some bytes."""
        sys.stdout.write(harmless(self._text.decode(bytes(data))))
        return len(data)


def raw_output() -> BinaryIO:
    """Where a format of others is written: to stdout byte by byte; on a terminal without what would steer it."""
    return cast("BinaryIO", _Terminal()) if sys.stdout.isatty() else sys.stdout.buffer


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
