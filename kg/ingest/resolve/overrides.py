"""What a person decided about references: `overrides.csv` in a graph's folder, columns `reference` and `work`.

`reference` is an entry's whole text or its title; `work` an id of the graph, an identifier (DOI, arXiv id ...) or "none"
for a reference that means no work known. It wins over all that is found, and may be edited by hand.
"""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from kg.aside import replaced
from kg.errors import InputError
from kg.ids import parse_identifier
from kg.ingest.readers.text_files import read_text
from kg.model import Reference
from kg.text import guarded, title_key

FILE = "overrides.csv"
NONE = "none"
_COLUMNS = ["reference", "work"]


class Overrides:
    """Decisions by the text or title they are about."""

    def __init__(self, decisions: Mapping[str, str]) -> None:
        """Take decisions: reference text or title -> id, identifier or "none"."""
        self._decisions = {title_key(text): parse_identifier(work) or work for text, work in decisions.items()}

    @classmethod
    def read(cls, folder: Path) -> "Overrides":
        """The decisions of a graph's folder; raises InputError where the file is not as it should be."""
        return cls(_rows(folder / FILE))

    def of(self, reference: Reference) -> str | None:
        """What was decided about a reference, None where nothing was."""
        keys = (title_key(text) for text in (reference.text, reference.title) if text)
        return next((self._decisions[key] for key in keys if key in self._decisions), None)


def add_override(folder: Path, reference: str, work: str) -> None:
    """Add a decision to a graph's folder, in place of an earlier one about the same reference."""
    reference = "".join(c if c.isprintable() else " " for c in reference)  # means the same, and stays a text file
    rows = {
        text: decision for text, decision in _rows(folder / FILE).items() if title_key(text) != title_key(reference)
    }
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([_COLUMNS, *rows.items(), (guarded(reference), work)])  # punctuation before it means nothing
    with replaced(folder / FILE) as (made,):
        made.write_text(text.getvalue(), encoding="utf-8", newline="")


def _rows(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        rows = list(csv.reader(io.StringIO(read_text(path), newline="")))
    except csv.Error as error:
        raise InputError(f"{path} is not valid CSV: {error}", "correct that line") from error
    if rows[0][:2] != _COLUMNS:
        raise InputError(f"{path} begins with {','.join(rows[0])!r}", "its first line must be: reference,work")
    found = {}
    for line, row in enumerate(rows[1:], start=2):
        if not any(row):
            continue
        if len(row) != 2 or not title_key(row[0]) or not row[1].strip():
            raise InputError(
                f"{path}, line {line} is not a decision", "expected: reference text,id or identifier or none"
            )
        found[row[0]] = row[1].strip()
    return found
