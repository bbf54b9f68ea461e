"""A graph as CSV files in a folder, which `kg ingest FOLDER` reads back as the same graph.

A text that a spreadsheet would take for a formula, one that begins with = + - @, tab or CR, stands behind an apostrophe
(see `kg.text.guarded`), which `kg ingest` takes off again; numbers and dates are as they are. CR becomes LF.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import BinaryIO, TextIO

from kg.cells import NAME_CELLS, RECORDS, WORK_CELLS, cell_of, columns_of, joined
from kg.graph.citation_graph import CitationGraph
from kg.graph.store import Store
from kg.model import Outcome
from kg.output.export.records import folder, source_of


def write_csv(graph: CitationGraph, out: Path | BinaryIO) -> None:
    """Write works.csv (one row per work), citations.csv (one per citing, cited and source) and a table of all else.

    Authors are joined by "; ", identifiers by a blank; flags are 1 or 0; unknown is empty. `outcome` is how the
    reference list was retrieved, from each source in turn where they differ; lists.csv has it by source. README.txt names
    the sources that ask for it.

    Raises
    ------
    InputError
        If `out` is an open file: several files need a folder.
    """
    records = source_of(graph, "csv").store
    outcomes: dict[str, dict[Outcome, None]] = {}
    for retrieval in records.retrievals():
        if retrieval.list == "references":
            outcomes.setdefault(retrieval.work, {})[retrieval.outcome] = None
    to = folder(out, "csv", graph)
    write_table(to / "works.csv", WORK_CELLS, _works(records, outcomes))
    write_table(to / "names.csv", NAME_CELLS, records.aliases())
    found = {
        "citations.csv": records.citations(by_id=True),
        "lists.csv": records.retrievals(by_id=True),
        "claims.csv": records.claims(),
        "concepts.csv": records.concepts(by_id=True),
        "references.csv": sorted(records.resolutions(), key=lambda r: r.text) if records.until is None else (),
        "left-out.csv": sorted(records.remarks(), key=lambda r: (r.where, r.reason)) if records.until is None else (),
    }
    for name, kind in RECORDS.items():
        columns = columns_of(kind)
        write_table(to / name, columns, ([getattr(record, column) for column in columns] for record in found[name]))


def _works(records: Store, outcomes: dict[str, dict[Outcome, None]]) -> Iterator[list[object]]:
    for work in records.works(by_id=True):
        shaped = {
            "authors": joined(work.authors, ";"),
            "identifiers": joined(work.identifiers, " "),
            "outcome": " ".join(outcomes.get(work.id, {Outcome.UNKNOWN: None})),
            "facts": tuple(map(tuple, work.facts)),
        }
        yield [shaped[column] if column in shaped else getattr(work, column) for column in WORK_CELLS]


def write_table(path: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Write a table as CSV, its texts guarded against spreadsheets."""
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        _write(file, header, rows)


def csv_of(rows: Sequence[Mapping[str, object]]) -> str:
    """The text of a CSV file of rows in plain values, under the names that any of them has; guarded like every table.

    Lists and mappings are JSON in their cell.

    Examples
    --------
    >>> print(csv_of([{"id": "=1+1", "value": 0.1}, {"id": "b", "value": None, "classes": ["sleeper"]}]), end="")
    id,value,classes
    '=1+1,0.1,
    b,,"[""sleeper""]"
    """
    header = list(dict.fromkeys(name for row in rows for name in row))
    out = StringIO()
    _write(out, header, ([_plain_cell(row.get(name)) for name in header] for row in rows))
    return out.getvalue()


def _plain_cell(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _write(file: TextIO, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([cell_of(value) for value in row] for row in rows)
