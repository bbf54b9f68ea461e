"""The folder that `kg export csv` writes: a whole graph in tables, which comes back as it was."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.cells import RECORDS, divided, record_of_row, value_of
from kg.errors import InputError
from kg.facts import Fact
from kg.ingest.readers.reader import Sample, reader
from kg.ingest.readers.records import pages_of
from kg.ingest.readers.text_files import read_text, unclean
from kg.model import Batch, Citation, Work
from kg.text import unguarded

_Row = dict[str, str]


def is_tables(path: Path) -> bool:
    """Whether a folder holds the tables of a graph."""
    return all((path / name).is_file() for name in ("works.csv", "citations.csv", "lists.csv"))


def _never(sample: Sample) -> bool:
    """A folder has no beginning to recognise it by; see `is_tables`."""
    del sample
    return False


@reader(_never)
def read_tables(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Everything in the tables of a graph, under the sources that they name.

    Raises InputError, before anything is kept, for a row that is not as kg writes it: these tables are a graph, not a list.
    """
    del source, strict
    if not is_tables(path):
        raise InputError(f"{path} is not a folder that kg exported", "name a file, or the folder of `kg export csv`")
    there = {name: (path / name).exists() for name in (*RECORDS, "names.csv")}
    held: dict[type, list[Any]] = {
        kind: [_made(path, name, row, kind) for row in _rows(path / name)] if there[name] else []
        for name, kind in RECORDS.items()
    }
    names: dict[str, list[str]] = {}
    for row in _rows(path / "names.csv") if there["names.csv"] else ():
        names.setdefault(unguarded(row["work"]), []).append(unguarded(row["name"]))
    works = [_work(path, row, names) for row in _rows(path / "works.csv")]
    if not works:
        raise InputError(f"no work in {path / 'works.csv'}", "export the graph again")
    citations = held.pop(Citation)
    retrievals, claims, concepts, resolutions, remarks = held.values()
    yield Batch(
        works=works,
        retrievals=retrievals,
        claims=claims,
        concepts=concepts,
        resolutions=resolutions,
        remarks=remarks,
        records=len(works),
        strict=True,
    )
    yield from pages_of(iter(citations))


def _rows(path: Path) -> Iterator[_Row]:
    text = read_text(path)
    if fault := unclean(text):
        raise InputError(f"{path}: {fault}", "export the graph again")
    usual = csv.field_size_limit(1 << 30)
    try:
        yield from csv.DictReader(io.StringIO(text, newline=""), restval="")
    except csv.Error as error:
        raise InputError(f"{path} is not valid CSV: {error}", "export the graph again") from error
    finally:
        csv.field_size_limit(usual)


def _made(path: Path, name: str, row: _Row, kind: type) -> Any:
    try:
        return record_of_row(kind, row)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"{path / name}: invalid row {list(row.values())[:4]}: {error}", "export the graph again"
        ) from error


def _work(path: Path, row: _Row, names: dict[str, list[str]]) -> Work:
    try:
        id_ = unguarded(row["id"])
        return Work(
            id=id_,
            title=unguarded(row["title"]),
            authors=tuple(divided(unguarded(row["authors"]), ";")),
            year=value_of("int", row["year"]),
            date=row["date"] or None,
            venue=unguarded(row["venue"]),
            identifiers=(*divided(unguarded(row["identifiers"]), " "), *names.get(id_, ())),
            stub=row["stub"] == "1",
            seed=row["seed"] == "1",
            source=unguarded(row["source"]),
            reported_references=value_of("int", row["reported_references"]),
            reported_citations=value_of("int", row["reported_citations"]),
            facts=tuple(Fact(*map(str, fact)) for fact in json.loads(row.get("facts") or "[]")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{path / 'works.csv'}: invalid row {row.get('id')!r}: {error}", "export the graph again"
        ) from error
