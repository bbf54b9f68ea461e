"""A store as two CSV files in a folder, works.csv and citations.csv, which `kg ingest` reads back.

Values are written as they are: a title that begins with "=" or "@" is still that title, so tell a spreadsheet to
import the columns as text.
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.model import Outcome, credits_of
from kg.rdf.project import Records

WORK_COLUMNS = [
    "id",
    "title",
    "authors",
    "year",
    "date",
    "venue",
    "identifiers",
    "stub",
    "seed",
    "source",
    "outcome",
    "reported_references",
    "reported_citations",
]
CITATION_COLUMNS = ["citing", "cited", "source", "method", "times"]


def write_csv(records: Records, folder: Path) -> None:
    """Write works.csv (one row per work) and citations.csv (one per citing, cited and source) into a folder.

    Authors are joined by "; ", identifiers by a blank; flags are 1 or 0; unknown is empty. `outcome` is how the
    reference list was retrieved, from each source in turn where they differ. `kg ingest citations.csv --works works.csv`
    takes a pair that several sources list for a duplicate. README.txt names the sources that ask for it.
    """
    outcomes: dict[str, dict[Outcome, None]] = {}
    sources: dict[str, None] = {}
    for retrieval in records.retrievals():
        sources[retrieval.source] = None
        if retrieval.list == "references":
            outcomes.setdefault(retrieval.work, {})[retrieval.outcome] = None
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "works.csv", WORK_COLUMNS, _works(records, outcomes))
    rows = ([c.citing, c.cited, c.source, c.method, c.times] for c in records.citations())
    _write(folder / "citations.csv", CITATION_COLUMNS, rows)
    if credit := credits_of(sources):
        (folder / "README.txt").write_text(f"{credit}\n", encoding="utf-8")


def _works(records: Records, outcomes: dict[str, dict[Outcome, None]]) -> Iterator[list[object]]:
    for work in records.works():
        shaped = {
            "authors": "; ".join(work.authors),
            "identifiers": " ".join(work.identifiers),
            "stub": int(work.stub),
            "seed": int(work.seed),
            "outcome": " ".join(outcomes.get(work.id, {Outcome.UNKNOWN: None})),
        }
        yield [shaped[column] if column in shaped else getattr(work, column) for column in WORK_COLUMNS]


def _write(path: Path, header: list[str], rows: Iterable[list[object]]) -> None:
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
