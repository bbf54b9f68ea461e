"""Tables: works from Scopus and bibliometrix (Web of Science between tabs too), citations from OpenCitations."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from kg.ingest.readers.cited_strings import cited_id, listed
from kg.ingest.readers.fields import day_in, family_first, names_in, year_in
from kg.ingest.readers.reader import reader
from kg.ingest.readers.records import batch_from, not_container, pair_batch, record_of
from kg.ingest.readers.table_rows import rows_of
from kg.model import Batch, Reference

_SCOPUS = {
    "id": "eid", "title": "title", "year": "year", "venue": "source title", "doi": "doi", "pmid": "pubmed id",
    "volume": "volume", "page": "page start|art. no.", "citations": "cited by",
    "type": "document type",
}  # fmt: skip
_BIBLIOMETRIX = {
    "id": "ut", "title": "ti", "year": "py", "venue": "so", "doi": "di", "pmid": "pm", "volume": "vl",
    "page": "bp|ar", "references": "nr", "citations": "tc", "type": "dt",
}  # fmt: skip
_Row = dict[str, str]


@reader(lambda sample: sample.header >= {"title", "year"} and bool(sample.header & {"eid", "source title"}))
def read_scopus(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works of a Scopus export, under their EID, with their References. Errors are as in `batch_of`."""

    def record(place: str, row: _Row) -> Reference:
        people = re.findall(r"([^;\s][^;]*?) \(\d+\)", row.get("author full names", ""))
        people = people or _scopus_names(row.get("authors", ""))
        row["title"] = re.sub(r"; \[[^\[\]]*\]$", "", row.get("title", ""))  # the title in its own language
        made = record_of(place, row, _SCOPUS, source=source, authors=people, cited=listed(row.get("references", "")))
        return not_container(made, row.get("document type", ""), ("Conference review",), authored=bool(made.authors))

    hint = "a Scopus export has the columns Authors, Title, Year and EID"
    rows = rows_of(path, names_in(_SCOPUS) | {"authors", "author full names", "references"})
    yield batch_from(path, rows, record, source=source, strict=strict, hint=hint)


@reader(lambda sample: sample.header >= {"ti", "py", "ut"})
def read_bibliometrix(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works of a bibliometrix table, under their UT, with their CR. Errors are as in `batch_of`."""

    def record(place: str, row: _Row) -> Reference:
        row |= {name: row.get(name, "").removesuffix(".0") for name in ("pm", "vl", "bp")}
        people = map(family_first, row.get("au", "").split(";"))
        return record_of(place, row, _BIBLIOMETRIX, source=source, authors=people, cited=listed(row.get("cr", "")))

    hint = "a bibliometrix table has the columns AU, TI, PY and UT"
    rows = rows_of(path, names_in(_BIBLIOMETRIX) | {"au", "cr"})
    yield batch_from(path, rows, record, source=source, strict=strict, hint=hint)


@reader(lambda sample: sample.header >= {"citing", "cited", "timespan"})
def read_opencitations(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Citations of an OpenCitations index between DOIs or, where they are bare numbers, PMIDs.

    Nothing in it says how whole a reference list is. Errors are as in `batch_of`.
    """

    def pair(row: _Row) -> tuple[Reference, Reference]:
        citing, cited = (
            cited_id(*(f"pmid:{name}" if name.isdecimal() else name for name in row.get(end, "").split()))
            for end in ("citing", "cited")
        )
        created = row.get("creation", "")
        return replace(citing, year=year_in(created), date=day_in(created), stub=False, source=source), cited

    hint = "an OpenCitations index has the columns citing, cited, creation, timespan"
    rows = rows_of(path, {"citing", "cited", "creation"})
    yield pair_batch(path, rows, pair, source=source, strict=strict, hint=hint)


def _scopus_names(text: str) -> list[str]:
    """Names written "Zhu W.; Zhang M.", "Phillips J.C., Braun R." or "Bornmann, L., Wagner, C."."""
    if ";" not in text and re.match(r"[^,]+, (?:\S\.)+", text):
        return re.findall(r"[^,\s][^,]*, [^,]+", text)
    return [family_first(name) for name in re.split(r"[;,]\s+", text) if not name.startswith("[")]
