"""Zotero's own exports: Zotero RDF and Better BibTeX JSON. Attachments and notes are no works and are passed over."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from kg.ingest.readers.fields import once
from kg.ingest.readers.json_works import items_of
from kg.ingest.readers.reader import Sample, reader
from kg.ingest.readers.records import batch_from, record_of
from kg.ingest.readers.text_files import read_text
from kg.ingest.readers.xml_tree import once_within, xml_of
from kg.model import Batch, Reference

_FIELDS = {
    "type": "itemType", "id": "citationKey|about", "title": "title", "year": "date", "date": "date", "doi": "DOI",
    "venue": "publicationTitle|bookTitle|proceedingsTitle|university|institution|publisher",
}  # fmt: skip
_NAMES = {
    "z": "http://www.zotero.org/namespaces/export#", "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}  # fmt: skip
#: Of which an item of RDF has one each, under the names of its fields in JSON.
_OF_ITEM = {
    "itemType": "z:itemType", "title": "dc:title", "date": "dc:date", "publisher": "dc:publisher/foaf:Organization/foaf:name",
    "url": "dc:identifier/dcterms:URI/rdf:value",
}  # fmt: skip
_ABOUT, _RESOURCE = (f"{{{_NAMES['rdf']}}}{name}" for name in ("about", "resource"))
#: Elements that describe no item: a journal, a collection, an attachment, a note.
_PARTS = {f"{{{_NAMES['z']}}}{name}" for name in ("Attachment", "Collection")}
_PARTS |= {f"{{http://purl.org/net/biblio#}}{name}" for name in ("Journal", "Memo")}
_PERSON = {"lastName": "surname", "firstName": "givenName"}
_NO_WORKS = frozenset({"attachment", "note", "annotation"})
_EXTRA = re.compile(r"^(?:doi|arxiv|pmid):.*", re.IGNORECASE | re.MULTILINE)


def _is_zotero(sample: Sample) -> bool:
    if sample.is_json:
        return sample.begins(r'(?s)(?=\s*\{).*"itemType"\s*:')
    head = r"(?s)\s*(?:<\?xml[^>]*>\s*)?<rdf:RDF"
    return sample.begins(head + r"(?=.{0,2000}zotero\.org/namespaces/export#)(?!.{0,2000}ontology/bibo)")


@reader(_is_zotero)
def read_zotero(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works of a Zotero RDF export, or of a Better BibTeX JSON one under their citation keys.

    RDF names an item by its web address; an item without one gets an id by `id_of`. Errors are as in `batch_of`.
    """
    text, hint = read_text(path), "export the library again, or as CSL-JSON"
    rows = items_of(path) if text.lstrip().startswith("{") else _of_rdf(path)
    works = (row for row in rows if row[1].get("itemType") not in _NO_WORKS)
    yield batch_from(path, works, partial(_record, source), source=source, strict=strict, hint=hint)


def _record(source: str, place: str, item: dict[str, Any]) -> Reference:
    people = item.get("creators", [])
    makers = [person for person in people if "ditor" not in person["creatorType"]] or people
    authors = [p.get("name") or ", ".join(filter(None, (p.get("lastName"), p.get("firstName")))) for p in makers]
    addresses = [item.get("url", ""), *_EXTRA.findall(item.get("extra", ""))]
    return record_of(place, item, _FIELDS, source=source, authors=authors, addresses=addresses)


def _of_rdf(path: Path) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The items under the names of their fields in JSON."""
    root = xml_of(path)
    parts, nothing = {part.get(_ABOUT): part for part in root}, ET.Element("nothing")
    known: dict[ET.Element, tuple[list[str], dict[str, str]]] = {}

    def said(place: ET.Element) -> tuple[list[str], dict[str, str]]:
        """The DOIs and the title of an item, or of a whole that many items may be part of."""
        if place not in known:
            named = ((part.text or "").strip() for part in place.iterfind("dc:identifier", _NAMES))
            dois = [name.removeprefix("DOI ") for name in named if name.startswith("DOI ")]
            known[place] = dois[:20], once_within(place, {"title": "dc:title"}, _NAMES)
        return known[place]

    for number, item in enumerate(root, start=1):
        link = next(item.iterfind("dcterms:isPartOf", _NAMES), nothing)
        whole = next(iter(link), parts.get(link.get(_RESOURCE), nothing))  # it also holds the item's own DOI
        (own, _), (dois, journal) = said(item), said(whole)
        about = item.get(_ABOUT, "")
        fields: dict[str, Any] = {
            "itemType": "attachment" if item.tag in _PARTS else "",
            "about": "" if about.startswith(("#", "urn:")) else about,
            "publicationTitle": journal.get("title", ""),
            "DOI": own[0] if own else dois[0] if len(dois) == 1 else "",
            "given": [journal, once([("DOI", doi) for doi in own])],
            "extra": item.findtext("dc:description", "", _NAMES),
            "creators": [
                {"creatorType": seq.tag}
                | {key: person.findtext(f"foaf:{name}", "", _NAMES).strip() for key, name in _PERSON.items()}
                for seq in item.findall("*[rdf:Seq]", _NAMES)
                for person in seq.iterfind(".//foaf:Person", _NAMES)
            ],
        }
        yield f"item {number}", fields | once_within(item, _OF_ITEM, _NAMES), ""
