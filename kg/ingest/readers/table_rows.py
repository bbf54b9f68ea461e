"""Rows of the tables that catalogues export: comma, semicolon or tab between the columns."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.ingest.readers.text_files import delimiter, read_text


def header_of(text: str) -> list[str]:
    """The names of the columns in the first line of a text."""
    line = text.lstrip("\ufeff").partition("\n")[0]
    return [name.strip() for name in next(csv.reader([line], delimiter=delimiter(line)), [])]


def rows_of(path: Path) -> Iterator[tuple[str, dict[str, str], str]]:
    """Line, values by lower-case column, and fault of each row.

    Scopus writes more columns "Funding Text" than its header names: surplus values after the last one are left out.
    """
    text = read_text(path)
    mark = delimiter(text.partition("\n")[0])
    dialect: dict[str, Any] = {"quoting": csv.QUOTE_NONE} if mark == "\t" else {}  # nothing is quoted between tabs
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=mark, **dialect)
    header = [name.strip().lower() for name in next(lines)]
    funding = max((at + 1 for at, name in enumerate(header) if name.startswith("funding text")), default=0)
    start = lines.line_num + 1
    usual = csv.field_size_limit(1 << 30)  # a review's reference list is longer than the 128 K Python allows by itself
    try:
        for row in lines:
            surplus = len(row) - len(header)
            if surplus > 0 and funding:
                del row[funding : funding + surplus]
            values = {name: "" if value == "NA" else value.strip() for name, value in zip(header, row, strict=False)}
            if any(row):
                fault = "" if len(row) == len(header) else f"expected {len(header)} columns, got {len(row)}"
                yield f"line {start}", values, fault
            start = lines.line_num + 1
    except csv.Error as error:
        raise InputError(f"{path.name} line {start}: {error}", "export the table again") from error
    finally:
        csv.field_size_limit(usual)
