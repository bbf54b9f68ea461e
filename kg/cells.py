"""The tables that `kg export csv` writes and `kg ingest FOLDER` reads back: which file holds which records, and their cells.

A column is a field of its record. Texts stand as `kg.text.guarded` has them, truth values as 1 and 0, several values as a
JSON array; what is unknown is empty.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from enum import StrEnum
from functools import cache, partial
from typing import Any, get_type_hints

from kg.model import Citation, Claim, Concept, Remark, Resolution, Retrieval
from kg.text import guarded, unguarded

#: File -> the records in its rows, besides works.csv and names.csv.
RECORDS: Mapping[str, type] = {
    "citations.csv": Citation,
    "lists.csv": Retrieval,
    "claims.csv": Claim,
    "concepts.csv": Concept,
    "references.csv": Resolution,
    "left-out.csv": Remark,
}
#: The columns of works.csv, of which `outcome` is for readers; authors are joined by "; ", identifiers by a blank.
WORK_CELLS = (
    *("id", "title", "authors", "year", "date", "venue", "identifiers", "stub", "seed", "source", "outcome"),
    *("reported_references", "reported_citations", "facts"),
)
NAME_CELLS = ("work", "name")  # of names.csv: other ids of a work, and names of its own


def columns_of(kind: type) -> list[str]:
    """The columns of a table of records; those that kg had from the beginning come first."""
    names = [field.name for field in fields(kind)]
    return (
        ["citing", "cited", "source", "method", "times", "contexts", "intents", "influential"]
        if kind is Citation
        else names
    )


def cell_of(value: object) -> object:
    """The cell of a value."""
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False)
    return guarded(value.replace("\r\n", "\n").replace("\r", "\n")) if isinstance(value, str) else value


def record_of_row(kind: type, row: Mapping[str, str]) -> Any:
    """The record of a row; raises ValueError for a cell that is not what its column holds."""
    return kind(**{name: made(row.get(name) or "") for name, made in _values_of(kind)})


@cache
def _values_of(kind: type) -> list[tuple[str, Callable[[str], Any]]]:
    """The columns of a table of records, and what makes a value of a cell of each."""
    hints = get_type_hints(kind)
    enums = {name: hint for name, hint in hints.items() if isinstance(hint, type) and issubclass(hint, StrEnum)}
    return [(name, enums.get(name) or partial(value_of, str(hints[name]))) for name in columns_of(kind)]


def value_of(hint: str, cell: str) -> Any:
    """The value of a cell by the type of its field; raises ValueError."""
    if "tuple" in hint:
        return tuple(tuple(v) if isinstance(v, list) else v for v in json.loads(cell)) if cell else ()
    if "int" in hint or "float" in hint or "bool" in hint:
        return (
            None if cell == "" else float(cell) if "float" in hint else bool(int(cell)) if "bool" in hint else int(cell)
        )
    return None if cell == "" and "None" in hint else unguarded(cell)


def joined(values: Iterable[str], sign: str) -> str:
    r"""Values in one cell, divided by a sign; the sign within a value, and a backslash, stand behind a backslash.

    Examples
    --------
    >>> print(joined(["Roe; Ann", "Poe"], ";"))
    Roe\; Ann; Poe
    >>> divided(r"Roe\; Ann; Poe", ";")
    ['Roe; Ann', 'Poe']
    """
    escaped = (value.replace("\\", "\\\\").replace(sign, f"\\{sign}") for value in values)
    return (sign if sign == " " else f"{sign} ").join(escaped)


def divided(cell: str, sign: str) -> list[str]:
    """The values that `joined` put into a cell."""
    if "\\" not in cell:
        values = cell.split(sign) if cell else []
        return [value if sign == " " or k == 0 else value.removeprefix(" ") for k, value in enumerate(values)]
    values, escaped = [""], False
    for letter in cell:
        if escaped or letter not in {"\\", sign}:
            values[-1] += letter
            escaped = False
        elif letter == sign:
            values.append("")
        else:
            escaped = True
    return (
        [value if sign == " " or k == 0 else value.removeprefix(" ") for k, value in enumerate(values)] if cell else []
    )
