"""HistCite's page of nodes (HTML): one row a work, with links to the works it cites and those citing it where one each.

Of longer lists the page tells the length only; the lists stand on other pages of the export.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from kg.errors import InputError
from kg.ingest.readers.fields import family_first, once, twice_in
from kg.ingest.readers.reader import reader
from kg.ingest.readers.records import batch_of, record_of
from kg.ingest.readers.text_files import read_text
from kg.model import Batch, Outcome, Reference, Remark
from kg.text import unescaped

_FIELDS = {"id": "label", "title": "title", "year": "year", "venue": "venue", "citations": "gcs"}
_CELL = re.compile("<TD[^<>]*>", re.IGNORECASE)
#: The second cell of a row; what was passed over is not looked at again.
_NODE = re.compile(
    r"(?>(?P<label>[^<]*<a[^>]*opeNod.*?)</a> (?P<year>\d{4}))\s*+(?:<FONT[^<>]*>(?>(?P<venue>.*?)</FONT>))?+\s*+"
    r"<br>(?>(?P<authors>.*?)<br>)(?P<title>.*)",
    re.IGNORECASE | re.DOTALL,
)
_TITLED = re.compile(r"TITLE=|<br><I>", re.IGNORECASE)  # which all rows have but those of the page's head
_LABEL = re.compile(r'TITLE="([^"]+)"(?:(?!TITLE=)[^>])*?opeNod', re.IGNORECASE)


@reader(lambda sample: sample.begins(r"(?s).{0,5000}opeNod\s*\("))
def read_histcite(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works of the page under HistCite's labels ("KROTO-HW-1985-V318-P162"), and the citations it links.

    A list of which the page shows a part or the length is PARTIAL, as it leaves out works outside the collection.
    Errors are as in `batch_of`.
    """
    pieces = re.split(r"<TR[^<>]*>", read_text(path), flags=re.IGNORECASE)[1:]
    rows = [re.split("</TABLE>", row, maxsplit=1, flags=re.IGNORECASE)[0] for row in pieces if _TITLED.search(row)]
    if not any(map(_LABEL.search, rows)):
        raise InputError(f"{path} has no table of HistCite nodes", "name the page index.html of the HistCite export")
    records = [_record(f"row {number}", _fields(row), source) for number, row in enumerate(rows, start=1)]
    batch = batch_of(path, records, source=source, strict=strict, hint="a row is one node")
    unseen = sum("'citees'" in row for row in rows)
    if unseen:
        batch.remarks.append(
            Remark(path.name, f"the reference lists of {unseen} works are on other pages of the export")
        )
    yield batch


def _fields(row: str) -> dict[str, str]:
    """What the cells of a row hold, as HTML; nothing where they are not those of a node."""
    start, *cells = _CELL.split(row, maxsplit=4)
    node = _NODE.match(cells[1]) if len(cells) == 4 and not start.strip() else None
    return {"cited": cells[0], "gcs": cells[2], "citing": cells[3], **node.groupdict("")} if node else {}


def _record(place: str, row: dict[str, str], source: str) -> Reference:
    if not (labels := _labels(row.get("label", ""))):
        return Reference(where=place, fault="no node as HistCite writes it")
    several = re.search("<br>|<TD", row["title"] + row["citing"], re.IGNORECASE)
    twice = twice_in(once([("label", label) for label in labels]))
    fault = f"more than one node in the row: {_text(row['citing'])[:80]!r}" if several else twice
    cited, citing = ([Reference(id=name, stub=True) for name in _labels(row[end])] for end in ("cited", "citing"))
    fields = {name: _text(value) for name, value in row.items()} | {"label": labels[0]}
    fields["venue"] = re.sub(r"\s+[\d(][^ ]*$", "", fields["venue"])  # volume(issue):pages
    people = map(family_first, fields["authors"].split(";"))
    record = record_of(place, fields, _FIELDS, source=source, authors=people, cited=cited, citing=citing)
    outcome = Outcome.PARTIAL if fields["cited"] != "0" else None
    return replace(record, fault=fault or record.fault, outcome=outcome)


def _labels(html: str) -> list[str]:
    return [unescaped(label) for label in _LABEL.findall(html)]


def _text(html: str) -> str:
    return " ".join(unescaped(re.sub(r"<[^<>]*>", " ", html)).split())
