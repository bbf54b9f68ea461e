"""The folder that `kg export csv` writes: a whole graph in tables, which comes back as it was."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from operator import eq
from pathlib import Path
from typing import Any, cast

from kg.cells import RECORDS, divided, record_of_row, value_of
from kg.columns import CitationTable
from kg.errors import InputError
from kg.facts import Fact
from kg.ingest.readers.reader import Sample, reader
from kg.ingest.readers.records import pages_of
from kg.ingest.readers.text_files import read_text, unclean
from kg.model import Batch, Citation, Work
from kg.text import unguarded

_Row = dict[str, str]
_SAID = ("method", "contexts", "intents", "influential")  # columns of what is said of a citation
_PAGE, _MOST = 50_000, 1 << 31
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


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
        if kind is not Citation
    }
    names: dict[str, list[str]] = {}
    for row in _rows(path / "names.csv") if there["names.csv"] else ():
        names.setdefault(unguarded(row["work"]), []).append(unguarded(row["name"]))
    works = [_work(path, row, names) for row in _rows(path / "works.csv")]
    if not works:
        raise InputError(f"no work in {path / 'works.csv'}", "export the graph again")
    retrievals, claims, concepts, resolutions, remarks = held.values()
    known = {name for work in works for name in (work.id, *work.identifiers)}
    for table, named in (("lists.csv", retrievals), ("concepts.csv", concepts)):
        if (unknown := next((record.work for record in named if record.work not in known), None)) is not None:
            raise _unknown(path, table, unknown)
    batch = Batch(works=works, retrievals=retrievals, claims=claims, concepts=concepts, resolutions=resolutions)
    yield replace(batch, remarks=remarks, records=len(works), strict=True)
    if there["citations.csv"]:
        yield from _citations(path, [work.id for work in works], known)


def _citations(path: Path, ids: list[str], known: set[str]) -> Iterator[Batch]:
    """The citations in pages: as columns where a page holds nothing but who cites whom, else as records."""
    places = {id_: place for place, id_ in enumerate(ids)}
    rows = _rows(path / "citations.csv")
    while page := list(islice(rows, _PAGE)):
        if table := _columns(page, places, ids):
            yield Batch(
                table=table,
                records=len(page),
                loops=sum(map(eq, table.citing, table.cited)),
                duplicates=sum(table.times) - len(page),
                strict=True,
            )
        else:
            yield from pages_of(_citation(path, row, known) for row in page)


def _citation(path: Path, row: _Row, known: set[str]) -> Citation:
    if not row.get("times", "1"):
        hint = "export the graph again"
        raise InputError(f"{path / 'citations.csv'}: invalid row {list(row.values())[:4]}: times is empty", hint)
    citation = cast("Citation", _made(path, "citations.csv", {"times": "1"} | row, Citation))
    if (unknown := next((end for end in (citation.citing, citation.cited) if end not in known), None)) is not None:
        raise _unknown(path, "citations.csv", unknown)
    return citation


def _unknown(path: Path, table: str, name: str) -> InputError:
    return InputError(f"{path / table}: {name!r} is no work of works.csv", "add it there, or export the graph again")


def _columns(page: list[_Row], places: dict[str, int], ids: list[str]) -> CitationTable | None:
    """A page of citations as columns; None where they would lose something."""
    source = page[0].get("source", "")
    if any(row.get("source", "") != source or any(map(row.get, _SAID)) for row in page):
        return None
    try:
        citing, cited = ([places[unguarded(row[end])] for row in page] for end in ("citing", "cited"))
        times = [int(row.get("times", "1")) for row in page]
    except (KeyError, ValueError):
        return None  # which is explained where the records are made
    if not all(0 < count < _MOST for count in times):
        return None
    return CitationTable(works=ids, citing=citing, cited=cited, times=times, source=unguarded(source))


def _rows(path: Path) -> Iterator[_Row]:
    text = read_text(path)
    if fault := unclean(text):
        raise InputError(f"{path}: {fault}", "export the graph again")
    usual = csv.field_size_limit(1 << 30)
    try:
        rows = csv.DictReader((line[0] for line in _LINE.finditer(text)), restval="")
        if len(set(rows.fieldnames or ())) < len(rows.fieldnames or ()):
            raise InputError(f"{path}: a column is given twice", "export the graph again")
        yield from rows
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
