"""Rows of the tables that catalogues export: comma, semicolon or tab between the columns."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.ingest.readers.fields import once
from kg.ingest.readers.text_files import delimiter, read_text

_SPAN = 100  # lines that one row may run over


def header_of(text: str) -> list[str]:
    """The names of the columns in the first line of a text."""
    line = re.split("[\r\n]", text.lstrip("\ufeff"), maxsplit=1)[0]
    if len(line) > csv.field_size_limit():
        return []
    return [name.strip() for name in next(csv.reader([line], delimiter=delimiter(line)), [])]


class _Ahead:
    """Lines for one row, and whether more of them were asked for than there are."""

    def __init__(self, lines: list[str]) -> None:
        self._lines, self.ended = iter(lines), False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        for line in self._lines:
            return line
        self.ended = True
        raise StopIteration


def _is_strict(lines: list[str], mark: str) -> bool:
    """Whether the quotation marks of a row over several lines stand where a program writes them."""
    try:
        return bool(next(csv.reader(lines, delimiter=mark, strict=True)))
    except csv.Error:
        return False


def rows_of(path: Path) -> Iterator[tuple[str, dict[str, str], str]]:
    """Line, values by lower-case column, and fault of each row.

    Where a quotation mark is left open, its own line is lost and no other. Scopus writes more columns "Funding Text" than its
    header names: surplus values after the last one are left out.
    """
    lines = io.StringIO(read_text(path), newline="").readlines()
    mark = delimiter(lines[0])
    dialect: dict[str, Any] = {"quoting": csv.QUOTE_NONE} if mark == "\t" else {}  # nothing is quoted between tabs
    header: list[str] = []
    funding = start = at = 0
    usual = csv.field_size_limit(1 << 30)  # a review's reference list is longer than the 128 K Python allows by itself
    try:
        while at < len(lines):
            start = at + 1
            ahead = _Ahead(lines[at : at + _SPAN])
            read = csv.reader(ahead, delimiter=mark, **dialect)
            row = next(read)
            at += read.line_num
            torn = read.line_num > 1 and (ahead.ended or not _is_strict(lines[start - 1 : at], mark))
            if not header:
                if torn:
                    raise csv.Error("a quotation mark is left open")  # noqa: TRY301
                header = [name.strip().lower() for name in row]
                funding = max((k + 1 for k, name in enumerate(header) if name.startswith("funding text")), default=0)
                continue
            surplus = len(row) - len(header)
            if surplus > 0 and funding:
                del row[funding : funding + surplus]
            if torn or (read.line_num > 1 and len(row) != len(header)):
                at = start  # the rows that the quotation has swallowed are read by themselves
                yield f"line {start}", {}, "a quotation mark is left open"
                continue
            cells = ("" if value == "NA" else value.strip() for value in row)
            values = once([*zip(header, cells, strict=False)])
            if any(row):
                fault = "" if len(row) == len(header) else f"expected {len(header)} columns, got {len(row)}"
                yield f"line {start}", values, fault
    except csv.Error as error:
        raise InputError(f"{path.name} line {start}: {error}", "export the table again") from error
    finally:
        csv.field_size_limit(usual)
