"""A graph as two CSV files in a folder, works.csv and citations.csv, which `kg ingest` reads back.

A text that a spreadsheet would take for a formula, one that begins with = + - @, tab or CR, stands behind an apostrophe
(see `kg.text.guarded`), which `kg ingest` takes off again; numbers and dates are as they are.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from kg.graph.citation_graph import CitationGraph
from kg.graph.store import Store
from kg.model import CITATION_CELLS, WORK_CELLS, Outcome
from kg.output.export.records import folder, source_of
from kg.text import guarded


def write_csv(graph: CitationGraph, out: Path | BinaryIO) -> None:
    """Write works.csv (one row per work) and citations.csv (one per citing, cited and source) into a folder.

    Authors are joined by "; ", identifiers by a blank; flags are 1 or 0; unknown is empty. `outcome` is how the
    reference list was retrieved, from each source in turn where they differ. `kg ingest citations.csv --works works.csv`
    counts a pair that several sources list as a duplicate. README.txt names the sources that ask for it.

    Raises
    ------
    InputError
        If `out` is an open file: two files need a folder.
    """
    records = source_of(graph, "csv").store
    outcomes: dict[str, dict[Outcome, None]] = {}
    for retrieval in records.retrievals():
        if retrieval.list == "references":
            outcomes.setdefault(retrieval.work, {})[retrieval.outcome] = None
    to = folder(out, "csv", graph)
    write_table(to / "works.csv", WORK_CELLS, _works(records, outcomes))
    rows = ([c.citing, c.cited, c.source, c.method, c.times] for c in records.citations())
    write_table(to / "citations.csv", CITATION_CELLS, rows)


def _works(records: Store, outcomes: dict[str, dict[Outcome, None]]) -> Iterator[list[object]]:
    for work in records.works():
        shaped = {
            "authors": "; ".join(work.authors),
            "identifiers": " ".join(work.identifiers),
            "stub": int(work.stub),
            "seed": int(work.seed),
            "outcome": " ".join(outcomes.get(work.id, {Outcome.UNKNOWN: None})),
        }
        yield [shaped[column] if column in shaped else getattr(work, column) for column in WORK_CELLS]


def write_table(path: Path, header: Iterable[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table as CSV, its texts guarded against spreadsheets."""
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([_cell(value) if isinstance(value, str) else value for value in row] for row in rows)


def _cell(text: str) -> str:
    """A text for a spreadsheet and for `kg ingest`: a lone CR, which csv would not quote, is a line's end there too."""
    return guarded(text.replace("\r\n", "\n").replace("\r", "\n"))
