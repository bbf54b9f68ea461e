"""EndNote's XML and tagged text (.enw), and PubMed's XML with its reference lists."""

import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.ingest.readers.cited_strings import cited_id, parse_cited
from kg.ingest.readers.fields import TWICE, once
from kg.ingest.readers.reader import Sample, reader
from kg.ingest.readers.records import batch_from, record_of
from kg.ingest.readers.text_files import read_text
from kg.ingest.readers.xml_tree import outermost, text_of, xml_of
from kg.model import Batch, Reference

_ENDNOTE = {
    "title": "title", "year": "year", "venue": "secondary-title|full-title|publisher", "volume": "volume", "page": "pages",
    "doi": "electronic-resource-num", "type": "ref-type",
}  # fmt: skip
_ENW = {"title": "T", "year": "D", "venue": "J|B|I", "volume": "V", "page": "P", "doi": "R", "type": "0"}
_PUBMED = {
    "title": "title", "year": "year", "date": "date", "venue": "venue", "volume": "volume", "page": "page", "pmid": "pmid",
    "doi": "doi", "pmcid": "pmcid", "type": "type",
}  # fmt: skip


def _xml(root: str) -> Callable[[Sample], bool]:
    """Recognises XML whose first element, or one of the next, has this name."""
    return lambda sample: (
        sample.begins(rf"(?s)\s*<\?xml.{{0,2000}}?<{root}[\s>]") or sample.begins(rf"\s*<(?:xml>\s*<)?{root}[\s>]")
    )


@reader(_xml("records"))
def read_endnote(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works of an EndNote XML export. Errors are as in `batch_of`."""

    def record(place: str, row: dict[str, Any]) -> Reference:
        item = row["item"]
        fields = {name: text_of(item, f".//{name}") for names in _ENDNOTE.values() for name in names.split("|")}
        kind = item.find("ref-type")
        fields["ref-type"] = "" if kind is None else kind.get("name", "")
        people = [text_of(author) for author in item.iterfind(".//authors/author")]
        addresses = [text_of(url) for url in item.iterfind(".//urls//url")]
        work = record_of(place, fields, _ENDNOTE, source=source, authors=people, addresses=addresses)
        titles = [("title", text_of(title)) for title in item.iterfind(".//titles/title")]
        return replace(work, fault=once(titles).get(TWICE, work.fault))

    yield batch_from(path, _items(path, "record"), record, source=source, strict=strict, hint="export it again")


@reader(lambda sample: sample.suffix == ".enw" or sample.begins(r"\s*%0 [A-Z]"))
def read_enw(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works of EndNote's or Refer's tagged text. Errors are as in `batch_of`."""
    text = read_text(path).replace("\r\n", "\n")

    def rows() -> Iterator[tuple[str, dict[str, Any], str]]:
        start, fields, tag = 1, defaultdict[str, list[list[str]]](list), ""
        for n, line in enumerate([*text.split("\n"), "%0 "], start=1):
            if match := re.match(r"%(\S) ?(.*)", line):
                tag, value = match[1], match[2].strip()
                if tag == "0":
                    if fields:
                        first = {tag: " ".join(values[0]) for tag, values in fields.items()}
                        titles = once([("T", " ".join(value)) for value in fields["T"]])
                        yield f"line {start}", first | titles | {"A": [name for (name,) in fields["A"]]}, ""
                    start, fields = n, defaultdict(list)
                fields[tag].append([value])
            elif line.strip() and tag not in {"", "A"}:  # a value goes on
                fields[tag][-1].append(line.strip())

    def record(place: str, row: dict[str, Any]) -> Reference:
        return record_of(place, row, _ENW, source=source, authors=row.get("A", ()), addresses=[row.get("U", "")])

    yield batch_from(path, rows(), record, source=source, strict=strict, hint="a record begins with a line `%0 Book`")


@reader(_xml("PubmedArticleSet"))
def read_pubmed(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works of a PubMed XML answer, under their PMID, with the references that PubMed lists. Errors are as in `batch_of`."""

    def record(place: str, row: dict[str, Any]) -> Reference:
        item = row["item"]
        ids = {a.get("IdType"): text_of(a) for a in item.iterfind("PubmedData/ArticleIdList/ArticleId")}
        day = "-".join(f"{text_of(item, f'.//ArticleDate/{part}'):0>2}" for part in ("Year", "Month", "Day"))
        fields = {
            "title": text_of(item, ".//ArticleTitle").removesuffix("."),
            "year": text_of(item, ".//PubDate/Year") or text_of(item, ".//PubDate/MedlineDate"),
            "date": day if item.find(".//ArticleDate") is not None else "",
            "venue": text_of(item, ".//Journal/Title"),
            "volume": text_of(item, ".//JournalIssue/Volume"),
            "page": text_of(item, ".//MedlinePgn").partition("-")[0],
            "pmid": text_of(item, "MedlineCitation/PMID"),
            "doi": ids.get("doi") or text_of(item, ".//ELocationID[@EIdType='doi']"),
            "pmcid": ids.get("pmc", ""),
            "type": [text_of(kind) for kind in item.iterfind(".//PublicationTypeList/PublicationType")],
        }
        cited = [_cited(entry) for entry in item.iterfind("PubmedData/ReferenceList//Reference")] or None
        return record_of(place, fields, _PUBMED, source=source, authors=_people(item), cited=cited)

    yield batch_from(path, _items(path, "PubmedArticle"), record, source=source, strict=strict, hint="export it again")


def _items(path: Path, name: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    for n, item in enumerate(outermost(xml_of(path), name), start=1):
        yield f"record {n}", {"item": item}, ""


def _people(item: ET.Element) -> Iterator[str]:
    for author in item.iterfind(".//AuthorList/Author"):
        given = text_of(author, "ForeName") or text_of(author, "Initials")
        yield text_of(author, "CollectiveName") or ", ".join(filter(None, (text_of(author, "LastName"), given)))


def _cited(entry: ET.Element) -> Reference:
    ids = {a.get("IdType"): text_of(a) for a in entry.iterfind(".//ArticleId")}
    named = cited_id(pmid=ids.get("pubmed", ""), doi=ids.get("doi", ""))
    told = parse_cited(text_of(entry, "Citation"))
    return replace(told, id=named.id, identifiers=named.identifiers) if named.identifiers else told
