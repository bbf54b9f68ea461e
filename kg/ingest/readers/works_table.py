"""Tables of works without their references, as catalogues export them: columns are known by their names."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.ids import parse_identifier
from kg.ingest.readers.cited_strings import cited_id
from kg.ingest.readers.fields import family_first, names_in
from kg.ingest.readers.reader import Sample, reader
from kg.ingest.readers.records import batch_from, record_of
from kg.ingest.readers.table_rows import header_of, rows_of
from kg.ingest.readers.text_files import read_text
from kg.model import Batch, Reference, Remark

#: What a column holds, by the names it goes by in Zotero, IEEE Xplore, Springer, PubMed, Lens, Dimensions, Publish or
#: Perish, OpenCitations Meta and the like; of several the first with a value counts.
_COLUMNS = {
    "id": "key|lens id|publication id",
    "title": "title|document title|item title|article title|dc:title",
    "year": "publication year|pubyear|year|pub_date|date published|publication date|date",
    "date": "date published|publication date|date|pub_date",
    "venue": "source title|publication title|journal/book|journal title|journal|container title|source|venue",
    "volume": "volume|journal volume",
    "page": "start page|page start|page|pages|pagination",
    "doi": "doi|item doi|dois",
    "pmid": "pmid|pubmed id",
    "pmcid": "pmcid",
    "arxiv": "arxiv id|arxiv",
    "type": "item type|content type|publication type|document type|type",
    "citations": "cites|times cited|cited by|citing works count|article citation count|citation_count|citations",
}  # fmt: skip
_AUTHORS = ("authors", "author", "author/s", "author names", "creators", "dc:creator")
_ADDRESSES = ("id", "ids", "url", "urls", "link", "articleurl", "pdf link", "external url")
_KNOWN = names_in(_COLUMNS) | {*_AUTHORS, *_ADDRESSES, "references"}
_MARKS = re.compile(r"\s*\[[a-z]+:[^\[\]]*\]", re.IGNORECASE)  # as in "Roe, Ann [orcid:0000-0001-2345-6789]"
_INITIALS = re.compile(r"(?:[^\s,]+ ){1,4}(?:[A-ZÀ-Þ]\.?-?){1,3}")


def _is_table(sample: Sample) -> bool:
    header = set(map(str.lower, header_of(sample.text))) if sample.suffix in {".csv", ".tsv"} else set()
    titled = header & {*_COLUMNS["title"].split("|")}
    return bool(titled and header & {*_AUTHORS, *_COLUMNS["year"].split("|"), *_COLUMNS["doi"].split("|")})


@reader(_is_table)
def read_table(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works of a table, under its key or a minted id; of its columns those that are known by name are read, which is remarked.

    Errors are as in `batch_of`.
    """

    def record(place: str, row: dict[str, Any]) -> Reference:
        cells = [row.get(name, "") for name in _ADDRESSES]
        addresses = [part for cell in cells for part in re.split(r"[\s;|]+", cell) if part]
        if row.get("id") and not any(map(parse_identifier, row["id"].split())):
            row.setdefault("key", row["id"])
        row |= {name: _MARKS.sub("", row[name]) for name in ("venue", "publisher") if name in row}
        row["doi"] = re.split(r"[;,|\s]\s*", row.get("doi", ""))[0]  # several in one cell: the first names the work
        listed = [name for name in re.split(r"[;\s]+", row.get("references", "")) if name]
        cited = None
        if "lens id" in row:
            cited = [Reference(id=name, title=name, text=name, stub=True) for name in listed]
        elif row.get("pmid") and all(map(str.isdecimal, listed)):  # iCite lists what PubMed holds of them
            cited = [cited_id(pmid=name) for name in listed]
        people = next((row[name] for name in _AUTHORS if row.get(name)), "")
        return record_of(
            place, row, _COLUMNS, source=source, authors=_people(people), addresses=addresses, cited=cited or None
        )

    header = header_of(read_text(path))
    hint = "a table of works has columns such as Title, Authors, Year and DOI"
    batch = batch_from(path, rows_of(path, _KNOWN), record, source=source, strict=strict, hint=hint)
    left = [name for name in header if name.lower() not in _KNOWN]
    if left:
        batch.remarks.append(Remark(path.name, f"columns not read: {', '.join(left)}"))
    yield batch


def _people(text: str) -> list[str]:
    """Names divided by semicolons, or by commas where each is a surname with initials ("Roe A, Poe B.")."""
    text = _MARKS.sub("", text)
    names = [name.strip() for name in text.split(";") if name.strip()]
    if len(names) == 1:
        parts = [name.strip(" .") for name in text.split(",") if name.strip(" .")]
        if all(map(_INITIALS.fullmatch, parts)) or (len(parts) > 2 and all(" " in part for part in parts)):
            names = parts
    return [family_first(name) if _INITIALS.fullmatch(name) else name for name in names]
