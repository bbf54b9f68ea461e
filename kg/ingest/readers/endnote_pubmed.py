"""EndNote's XML and tagged text (.enw), and PubMed's XML with its reference lists."""

import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.ingest.readers.cited_strings import cited_id, parse_cited
from kg.ingest.readers.fields import names_in, once
from kg.ingest.readers.reader import Sample, reader
from kg.ingest.readers.records import batch_from, record_of
from kg.ingest.readers.text_files import read_text
from kg.ingest.readers.xml_tree import once_within, outermost, text_of, xml_of
from kg.model import Batch, Reference

_ENDNOTE = {
    "title": "title", "year": "year", "venue": "secondary-title|full-title|publisher", "volume": "volume", "page": "pages",
    "doi": "electronic-resource-num", "type": "ref-type",
}  # fmt: skip
#: Where they stand; the journal by another name, in alt-periodical, is no second one.
_ENDNOTE_PATHS = {name: f".//{name}" for name in sorted(names_in(_ENDNOTE))} | {
    "full-title": ".//periodical/full-title"
}
_ENW = {"title": "T", "year": "D", "venue": "J|B|I", "volume": "V", "page": "P", "doi": "R", "type": "0"}
_PUBMED = {name: name for name in ["title", "year", "date", "venue", "volume", "page", "pmid", "doi", "pmcid", "type"]}
_PUBMED_PATHS = {
    "title": ".//ArticleTitle", "year": ".//PubDate/Year|.//PubDate/MedlineDate", "venue": ".//Journal/Title",
    "volume": ".//JournalIssue/Volume", "page": ".//MedlinePgn", "pmid": "MedlineCitation/PMID",
    "doi": "PubmedData/ArticleIdList/ArticleId[@IdType='doi']|.//ELocationID[@EIdType='doi']",
    "pmcid": "PubmedData/ArticleIdList/ArticleId[@IdType='pmc']",
    "electronic year": ".//ArticleDate/Year", "electronic month": ".//ArticleDate/Month", "electronic day": ".//ArticleDate/Day",
}  # fmt: skip
_CITED_PATHS = {
    "cited text": "Citation", "cited doi": ".//ArticleId[@IdType='doi']", "cited pmid": ".//ArticleId[@IdType='pubmed']",
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
        row |= {"full-title": text_of(item, ".//full-title")} | once_within(item, _ENDNOTE_PATHS)
        kind = item.find("ref-type")
        row["ref-type"] = "" if kind is None else kind.get("name", "")
        people = [text_of(author) for author in item.iterfind(".//authors/author")]
        addresses = [text_of(url) for url in item.iterfind(".//urls//url")]
        return record_of(place, row, _ENDNOTE, source=source, authors=people, addresses=addresses)

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
                        row = once([(tag, " ".join(one)) for tag in sorted(names_in(_ENW)) for one in fields[tag]])
                        yield f"line {start}", row | {tag: list(map(" ".join, fields[tag])) for tag in "AU"}, ""
                    start, fields = n, defaultdict(list)
                fields[tag].append([value])
            elif line.strip() and tag not in {"", "A"}:  # a value goes on
                fields[tag][-1].append(line.strip())

    def record(place: str, row: dict[str, Any]) -> Reference:
        return record_of(place, row, _ENW, source=source, authors=row.get("A", ()), addresses=row.get("U", ()))

    yield batch_from(path, rows(), record, source=source, strict=strict, hint="a record begins with a line `%0 Book`")


@reader(_xml("PubmedArticleSet"))
def read_pubmed(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works of a PubMed XML answer, under their PMID, with the references that PubMed lists. Errors are as in `batch_of`."""

    def record(place: str, row: dict[str, Any]) -> Reference:
        item = row["item"]
        said = once_within(item, _PUBMED_PATHS)
        row |= said | {
            "title": said.get("title", "").removesuffix("."),
            "date": "-".join(f"{said.get(f'electronic {part}', ''):0>2}" for part in ("year", "month", "day")),
            "page": said.get("page", "").partition("-")[0],
            "type": [text_of(kind) for kind in item.iterfind(".//PublicationTypeList/PublicationType")],
            "cited": [once_within(e, _CITED_PATHS) for e in item.iterfind("PubmedData/ReferenceList//Reference")],
        }
        cited = list(map(_cited, row["cited"])) or None
        return record_of(place, row, _PUBMED, source=source, authors=_people(item), cited=cited)

    yield batch_from(path, _items(path, "PubmedArticle"), record, source=source, strict=strict, hint="export it again")


def _items(path: Path, name: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    for n, item in enumerate(outermost(xml_of(path), name, "PubmedBookArticle"), start=1):
        book = f"a book or chapter is not read from PubMed's XML: {text_of(item, './/PMID')}"
        yield f"record {n}", {"item": item}, "" if item.tag == name else book


def _people(item: ET.Element) -> Iterator[str]:
    for author in item.iterfind(".//AuthorList/Author"):
        given = text_of(author, "ForeName") or text_of(author, "Initials")
        yield text_of(author, "CollectiveName") or ", ".join(filter(None, (text_of(author, "LastName"), given)))


def _cited(entry: dict[str, str]) -> Reference:
    named = cited_id(pmid=entry.get("cited pmid", ""), doi=entry.get("cited doi", ""))
    told = parse_cited(entry.get("cited text", ""))
    return replace(told, id=named.id, identifiers=named.identifiers) if named.identifiers else told
