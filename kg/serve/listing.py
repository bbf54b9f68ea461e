"""A table of a page: its columns, sorted and filtered by the values of the address, and the same rows as files."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from starlette.responses import Response

from kg.errors import InputError
from kg.library.answers import Answer
from kg.output.export.csv import csv_of
from kg.serve.asked import Asked
from kg.text import number, printable, title_key

Row = Mapping[str, Any]
_FORMATS = ("csv", "json")


class Part(NamedTuple):
    """A piece of a cell: its text, the exact number it stands for if any, and the address it leads to."""

    text: str
    exact: float | None = None
    href: str = ""


@dataclass(frozen=True)
class Cell:
    """What stands in a cell.

    Attributes
    ----------
    parts : sequence of Part
        Its pieces in order.
    order : object
        What rows are sorted by: numbers or texts; None comes last either way.
    unknown : str
        Why there is no value; shown with the word "unknown".
    more : sequence of tuple
        What is folded below it: sentences, as pieces.
    """

    parts: Sequence[Part] = ()
    order: Any = None
    unknown: str = ""
    more: Sequence[Sequence[Part]] = ()


class Column(NamedTuple):
    """A column.

    Attributes
    ----------
    key : str
        Its name in addresses.
    heading : str
        Its heading.
    cell : callable
        What it shows of a row.
    right : bool
        Whether it is aligned to the right.
    order : callable, optional
        What a row is sorted by, where that is known without making its cell.
    """

    key: str
    heading: str
    cell: Callable[[Row], Cell]
    right: bool = False
    order: Callable[[Row], Any] | None = None


class Head(NamedTuple):
    """A heading: its column, text, the address that sorts by it, how it is sorted now ("", "ascending" or "descending")."""

    key: str
    text: str
    href: str
    sorted: str
    right: bool


@dataclass(frozen=True)
class Listing:
    """A table ready for its template.

    Attributes
    ----------
    heads : list of Head
        The headings.
    columns : Sequence of Column
        What makes the cells.
    records : list of Row
        The rows behind them, in the order of the table.
    """

    heads: list[Head]
    columns: Sequence[Column]
    records: Sequence[Row]

    @property
    def rows(self) -> Iterator[list[Cell]]:
        """The cells, row by row; a file needs none."""
        return ([column.cell(row) for column in self.columns] for row in self.records)


def listing(asked: Asked, columns: Sequence[Column], rows: Sequence[Row], *, most: int | None = None) -> Listing:
    """The rows as a table, in the order that the address asks for (`sort=`, `desc=1`), else as they are.

    Parameters
    ----------
    asked : Asked
        The request.
    columns : sequence of Column
        The columns.
    rows : sequence of Row
        The rows.
    most : int, optional
        How many rows to show, the first in that order; all if not given.

    Raises
    ------
    InputError
        If the address names no column of the table.
    """
    by, down = asked.text("sort"), asked.flag("desc")
    keys = [column.key for column in columns]
    if by and by not in keys:
        raise InputError(f"the table has no column {by!r} to sort by", f"one of {', '.join(keys)}")
    if by:
        column = columns[keys.index(by)]
        order = column.order or (lambda row: column.cell(row).order)
        keyed = [(order(row), row) for row in rows]
        some = [each for each in keyed if each[0] is not None]
        some.sort(key=lambda each: each[0], reverse=down)
        rows = [row for _, row in [*some, *(each for each in keyed if each[0] is None)]]
    heads = [
        Head(
            column.key,
            column.heading,
            asked.here(sort=column.key, desc=_turn(column, now=column.key == by, down=down), format=None),
            "" if column.key != by else "descending" if down else "ascending",
            column.right,
        )
        for column in columns
    ]
    return Listing(heads, columns, rows[:most])


def _turn(column: Column, *, now: bool, down: bool) -> str | None:
    """The value of `desc` in the address of a heading: numbers start with the greatest, texts with A; then the other way."""
    return "1" if (not down if now else column.right) else None


def text_column(key: str, heading: str, *, right: bool = False) -> Column:
    """A column of what stands in the row under the same name: numbers as the command prints them, texts as they are."""

    def cell(row: Row) -> Cell:
        value = row[key]
        if value is None:
            return Cell()
        if isinstance(value, bool) or not isinstance(value, int | float):
            return Cell([Part(str(value))])
        return figure(value, year=key == "year")

    def order(row: Row) -> Any:
        return row[key].casefold() if isinstance(row[key], str) else row[key]

    return Column(key, heading, cell, right, order)


def figure(value: float | None, *, unknown: str = "", href: str = "", year: bool = False) -> Cell:
    """A number as the command prints it, with the exact one beside it; where there is none, the reason.

    Parameters
    ----------
    value : float or None
        The number.
    unknown : str
        Why there is none.
    href : str
        The address that says what it is made of.
    year : bool
        Whether it is a year, which has no comma.
    """
    if value is None:
        return Cell(unknown=unknown)
    return Cell([Part(str(value) if year else number(value) or "", value, href)], value)


def span(low: float | None, high: float | None, *, unknown: str = "") -> Cell:
    """An interval or bounds, ordered by the lower end."""
    if low is None and high is None:
        return Cell(unknown=unknown)
    ends = [Part("?" if end is None else number(end) or "", end) for end in (low, high)]
    return Cell([ends[0], Part(" to "), ends[1]], high if low is None else low)


def work_column(asked: Asked, more: Callable[[Row], Sequence[Sequence[Part]]] = lambda _: ()) -> Column:
    """A column of works: the title, or the id where there is none, leading to the page of the work, with `more` folded."""

    def cell(row: Row) -> Cell:
        name = printable(str(row.get("title") or row["id"]))
        return Cell([Part(name, None, asked.link("work", row["id"]))], title_key(name) or name, more=more(row))

    return Column("title", "work", cell, order=lambda row: title_key(row.get("title") or row["id"]))


def download(asked: Asked, name: str, answer: Answer | Mapping[str, Any], rows: Sequence[Row]) -> Response | None:
    """The file that the address asks for: the document of the command as JSON, or the rows as CSV; None for a page.

    Parameters
    ----------
    asked : Asked
        The request; its `format` is "csv" or "json".
    name : str
        What the file is called, before the name of the graph.
    answer : Answer or Mapping
        The answer.
    rows : sequence of Row
        The rows of the page's table.

    Raises
    ------
    InputError
        If the address asks for another format.
    """
    wanted = asked.text("format")
    if not wanted:
        return None
    if wanted not in _FORMATS:
        raise InputError(f"unknown format {wanted!r}", f"expected {' or '.join(_FORMATS)}")
    made = Response(csv_of(rows), media_type="text/csv; charset=utf-8") if wanted == "csv" else asked.json(answer)
    file = re.sub(r"[^\w.-]+", "-", f"{name}-{asked.name}", flags=re.ASCII)
    made.headers["Content-Disposition"] = f'attachment; filename="{file}.{wanted}"'
    return made


def found_ids(asked: Asked) -> frozenset[str] | None:
    """The works that the words in the address find (`q=`); None where it has none."""
    words = asked.text("q")
    return frozenset(work.id for work in asked.graph.search(words, top=len(asked.graph))) if words else None
