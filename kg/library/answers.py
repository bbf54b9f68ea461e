"""What every answer can do: print as text, show as a table in a notebook, and become the document of `--json`."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from kg.text import printable, width

_ROWS = 20  # rows of a table that a repr shows


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
        cells = [[printable("" if cell is None else str(cell)) for cell in row] for row in self.rows[:most]]
        widths = [max(map(width, column)) for column in zip(self.columns, *cells, strict=True)]
        made = []
        for row in [list(self.columns), *cells]:
            padded = [
                " " * (wide - width(cell)) + cell if name in self.right else cell + " " * (wide - width(cell))
                for name, cell, wide in zip(self.columns, row, widths, strict=True)
            ]
            made.append("  ".join(padded).rstrip())
        return made + ([f"... and {len(self.rows) - most:,} more"] if len(self.rows) > most else [])

    def html(self, most: int = _ROWS) -> str:
        """The table in HTML, every cell escaped."""

        def row(cells: Sequence[Any], tag: str) -> str:
            inside = "".join(f"<{tag}>{escape('' if cell is None else str(cell))}</{tag}>" for cell in cells)
            return f"<tr>{inside}</tr>"

        body = "".join(row(cells, "td") for cells in self.rows[:most])
        more = f"<p>... and {len(self.rows) - most:,} more</p>" if len(self.rows) > most else ""
        return f"<table><thead>{row(self.columns, 'th')}</thead><tbody>{body}</tbody></table>{more}"


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
        return json.dumps(self.as_dict(), ensure_ascii=False, allow_nan=False, indent=2)

    def __str__(self) -> str:
        parts = ["\n".join(block.lines()) if isinstance(block, Table) else block for block in self.blocks()]
        return "\n".join(map(printable, "\n".join([*parts, *self.notes[:2]]).split("\n")))

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        parts = [block.html() if isinstance(block, Table) else _paragraph(block) for block in self.blocks()]
        return "".join([*parts, *map(_paragraph, self.notes[:2])])


def _paragraph(text: str) -> str:
    return f"<p>{escape(text.strip()).replace(chr(10), '<br>')}</p>" if text.strip() else ""
