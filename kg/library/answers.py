"""What every answer can do: print as text, show as a table in a notebook, and become the document of `--json`."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from sys import maxsize
from textwrap import wrap
from typing import Any

from kg.text import as_json, printable, width

_ROWS = 20  # rows of a table that a repr shows
_NARROW = 12  # a text column is not made narrower than this


@dataclass(frozen=True)
class Table:
    """Rows under a heading, as an answer shows them; None is blank.

    Attributes
    ----------
    columns : Sequence[str]
        The heading of each column.
    rows : Sequence[Sequence[Any]]
        The cells, row by row.
    right : Sequence[str]
        The headings of the columns aligned to the right.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    right: Sequence[str] = ()

    def lines(self, most: int = _ROWS) -> list[str]:
        """The table in lines of text, at most `most` rows of it.

        Examples
        --------
        >>> Table(["year", "id"], [(1989, "todd"), (None, "wavenet")]).lines()
        ['year  id', '1989  todd', '      wavenet']
        """
        lines = [line for row in Table(self.columns, self.rows[:most], self.right).fitted(maxsize) for line in row]
        return lines + ([f"... and {len(self.rows) - most:,} more"] if len(self.rows) > most else [])

    def fitted(self, room: int) -> list[list[str]]:
        """The lines of the heading and of each row, at most `room` columns wide: long texts are wrapped in their column.

        Where that leaves too little, a row is written as running text, wrapped.

        Examples
        --------
        >>> table = Table(["id", "title"], [("a", "Neural networks for music")])
        >>> table.fitted(22)
        [['id  title'], ['a   Neural networks', '    for music']]
        >>> table.fitted(14)
        [['id  title'], ['a  Neural', '    networks', '    for music']]
        """
        rows = [[printable("" if cell is None else str(cell)) for cell in row] for row in (self.columns, *self.rows)]
        widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
        texts = [k for k, name in enumerate(self.columns) if name not in self.right and name != "id"]
        while sum(widths) + 2 * (len(widths) - 1) > room:
            widest = max(texts, key=widths.__getitem__, default=0)
            if not texts or widths[widest] <= _NARROW:
                return [
                    wrap("  ".join(filter(None, row)), room, subsequent_indent="    ", break_on_hyphens=False)
                    for row in rows
                ]
            widths[widest] -= 1
        made = []
        for row in rows:
            cells = [_wrapped(cell, wide) for cell, wide in zip(row, widths, strict=True)]
            made.append(
                [
                    "  ".join(
                        " " * (wide - width(part)) + part if name in self.right else part + " " * (wide - width(part))
                        for part, wide, name in zip(parts, widths, self.columns, strict=True)
                    ).rstrip()
                    for parts in zip_longest(*cells, fillvalue="")
                ]
            )
        return made

    def html(self, most: int = _ROWS) -> str:
        """The table in HTML, every cell escaped."""

        def row(cells: Sequence[Any], tag: str) -> str:
            inside = "".join(f"<{tag}>{_escaped('' if cell is None else str(cell))}</{tag}>" for cell in cells)
            return f"<tr>{inside}</tr>"

        body = "".join(row(cells, "td") for cells in self.rows[:most])
        more = f"<p>... and {len(self.rows) - most:,} more</p>" if len(self.rows) > most else ""
        return f"<table><thead>{row(self.columns, 'th')}</thead><tbody>{body}</tbody></table>{more}"


def _wrapped(cell: str, room: int) -> list[str]:
    """A cell in lines of at most so many columns, each indented as the first is."""
    if width(cell) <= room:
        return [cell]
    indent = " " * (len(cell) - len(cell.lstrip()))
    return wrap(cell.strip(), room, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


Block = str | Table


class Answer(ABC):
    """What a question to a graph gives.

    As the last value of a notebook cell, or printed, it shows what the command of the same name prints.

    Attributes
    ----------
    notes : Sequence[str]
        What limits the answer, the notes that change how it is read first, then what was done with loops, cycles,
        undated works and the like.
    """

    notes: Sequence[str]

    @abstractmethod
    def as_dict(self) -> dict[str, Any]:
        """The answer in plain values: the document that the command prints with `--json`."""

    @abstractmethod
    def blocks(self) -> Iterator[Block]:
        """The answer as people read it: lines of text and tables, in order, without the notes."""

    def to_json(self) -> str:
        """The text of the document that the command prints with `--json`."""
        return as_json(self.as_dict())

    def __str__(self) -> str:
        parts = ["\n".join(block.lines()) if isinstance(block, Table) else block for block in self.blocks()]
        return "\n".join(map(printable, "\n".join([*parts, *self.notes[:2]]).split("\n")))

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        parts = [block.html() if isinstance(block, Table) else _paragraph(block) for block in self.blocks()]
        return "".join([*parts, *map(_paragraph, self.notes[:2])])


def _paragraph(text: str) -> str:
    return f"<p>{_escaped(text.strip()).replace(chr(10), '<br>')}</p>" if text.strip() else ""


def _escaped(text: str) -> str:
    from html import escape

    return escape(text)
