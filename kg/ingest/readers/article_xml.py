"""Articles as XML: JATS, as PubMed Central and publishers give them out, and TEI, as GROBID makes it of a PDF."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from kg.errors import InputError
from kg.ingest.readers.fields import day_in, identifiers_of, once, twice_in, year_in
from kg.ingest.readers.reader import XML_PROLOG, Sample, reader
from kg.ingest.readers.reference_text import parse_reference
from kg.ingest.readers.xml_tree import once_within, outermost, text_of, xml_of
from kg.ingest.resolve.reference import described
from kg.model import Batch, Reference, Remark
from kg.text import clean_title, title_key

_SCHEMES = {"doi": "doi", "pmid": "pmid", "pubmed": "pmid", "pmc": "pmcid", "pmcid": "pmcid", "arxiv": "arxiv"}
_CITATIONS = ("element-citation", "mixed-citation", "citation", "nlm-citation")  # the one with most structure first
_TITLES = ("article-title", "chapter-title", "part-title", "data-title")
_NAMES = {"name", "string-name", "collab", "institution"}
#: What an article, and an entry, has one each of: of its kind, as dates are of print or of the web.
_OF_ARTICLE = {
    "title": "front/article-meta/title-group/article-title", "journal": "front/journal-meta//journal-title",
    "volume": "front/article-meta/volume", "page": "front/article-meta/fpage", "number": "front/article-meta/elocation-id",
}  # fmt: skip
_OF_CITATION = {name: name for name in (*_TITLES, "source", "year", "volume", "fpage", "elocation-id")}
_OF_BIBL = {name: f".//{name}" for name in ("title", "date", "biblScope")}
_OF_HEAD = {name: f"titleStmt/{name}|publicationStmt/{name}|sourceDesc/biblStruct//{name}" for name in _OF_BIBL}
_HINT = "kg reads the references of <ref-list> (JATS) and <listBibl> (TEI)"


def _is_tei(sample: Sample) -> bool:
    return sample.begins(XML_PROLOG + r"<(?:TEI|teiCorpus|listBibl)[\s>]")


@reader(lambda sample: re.search(r"<(?:\w+:)?article-meta[\s/>]", sample.text) is not None)
def read_jats(path: Path, *, source: str = "", strict: bool = False) -> Iterator[Batch]:
    """An article of JATS or NLM XML with the references of its lists, to be looked up; a file may hold several articles.

    Those of reviews and answers printed with it are not its own. Raises InputError where no article has a reference list.
    """
    del source, strict
    found = False
    for article in outermost(_unqualified(xml_of(path)), "article"):
        parts = [part for part in article if part.tag not in {"sub-article", "response"}]
        refs = [ref for part in parts for ref in outermost(part, "ref")]
        read = [_of_ref(ref, f"{path.name} reference {n}") for n, ref in enumerate(refs, start=1)]
        if entries := [entry for one in read for entry in one]:
            found = True
            yield _batch(path.name, _of_front(article), entries, sum(not one for one in read))
    if not found:
        raise InputError(f"no reference list in {path}", _HINT)


@reader(_is_tei)
def read_tei(path: Path, *, source: str = "", strict: bool = False) -> Iterator[Batch]:
    """A text of TEI with the entries of its lists, to be looked up. Raises InputError where it has no reference list."""
    del source, strict
    root, found = _unqualified(xml_of(path)), False
    for text in [*outermost(root, "TEI")] or [root]:
        parts = [text] if text.tag == "listBibl" else [part for part in text if part.tag != "teiHeader"]
        lists = [list_ for part in parts for list_ in outermost(part, "listBibl")]
        items = [item for list_ in lists for item in outermost(list_, "biblStruct", "bibl")]
        read = [_of_bibl(item, f"{path.name} entry {n}") for n, item in enumerate(items, start=1)]
        if entries := [entry for entry in read if entry.text]:
            found = True
            head = text.find("teiHeader/fileDesc")
            article = Reference() if head is None else _of_bibl(head, "", _OF_HEAD)
            yield _batch(path.name, article, entries, len(read) - len(entries))
    if not found:
        raise InputError(f"no reference list in {path}", _HINT)


def _batch(name: str, article: Reference, entries: list[Reference], unread: int) -> Batch:
    """The batch of an article of which `fault` says what it, or an entry, gives twice."""
    remarks = [Remark(one.where or name, one.fault) for one in (article, *entries) if one.fault]
    own = replace(article, text="", fault="" if article.title else "it states no title")
    return Batch(references=entries, article=replace(own, reported_references=len(entries) + unread), remarks=remarks)


def _unqualified(root: ET.Element) -> ET.Element:
    """The document with its names without their name spaces."""
    for item in root.iter():
        item.tag = item.tag.rpartition("}")[2]
    return root


# --- JATS


def _of_front(article: ET.Element) -> Reference:
    """What an article says of itself; of its dates the first that is not of an archive counts."""
    meta, dates = "front/article-meta", dict[str, list[ET.Element]]()
    for date in article.iterfind(f"{meta}//pub-date"):
        kind = " ".join(filter(None, map(date.get, ("pub-type", "date-type", "publication-format"))))
        if _year(date) and not re.search("pmc|nihms|manuscript", kind):
            dates.setdefault(f"{kind} date".strip(), []).append(date)
    days = [(_year(first) or 0, _day(first)) for first, *_ in dates.values()]
    year, day = min(days, key=lambda date: (date[0], date[1] is None), default=(None, None))
    parts = [(f"{kind}'s {part.tag}", text_of(part)) for kind in dates for date in dates[kind] for part in date]
    authors = [
        _person(name)
        for group in article.iterfind(f"{meta}//contrib-group")
        for person in group.iterfind("contrib")
        if person.get("contrib-type", "author") == "author"
        for name in person
        if name.tag in _NAMES - {"institution"}
    ]
    return Reference(
        title=_title(article, f"{meta}/title-group/article-title"),
        authors=tuple(filter(None, authors)),
        year=year,
        date=day,
        venue=text_of(article, _OF_ARTICLE["journal"]),
        volume=text_of(article, _OF_ARTICLE["volume"]),
        page=text_of(article, _OF_ARTICLE["page"]) or text_of(article, _OF_ARTICLE["number"]),
        identifiers=_identifiers((i.get("pub-id-type"), text_of(i)) for i in article.iterfind(f"{meta}/article-id")),
        fault=twice_in([once_within(article, _OF_ARTICLE), once(parts)]),
    )


def _of_ref(ref: ET.Element, where: str) -> list[Reference]:
    """The citations of one entry: mostly one; of two forms of the same the one with more structure."""
    found = list(outermost(ref, *_CITATIONS))
    best = sorted(found, key=lambda item: _CITATIONS.index(item.tag))
    if ref.find("citation-alternatives") is not None or (len(best) == 2 and _is_other_form(*best)):
        found = best[:1]
    return [entry for item in found if (entry := _of_citation(item, where)).text]


def _is_other_form(citation: ET.Element, other: ET.Element) -> bool:
    """Whether a citation as it is printed, beside one by its elements, is the same: it has all the words of its title."""
    key = next((title_key(text) for name in (*_TITLES, "source") if (text := _title(citation, f".//{name}"))), "")
    return citation.tag != other.tag and bool(key) and key in title_key(text_of(other))


def _of_citation(item: ET.Element, where: str) -> Reference:
    """A citation by its elements; what has none that name it, by its text."""
    title = next((text for name in _TITLES if (text := _title(item, f".//{name}"))), "")
    source = _title(item, "source")
    ids = [(i.get("pub-id-type"), text_of(i)) for i in item.iterfind(".//pub-id")]
    links = (link for link in item.iter() if link.tag in {"ext-link", "uri"})
    linked = [value for link in links for name, value in link.attrib.items() if name.endswith("href")]
    identifiers = _identifiers(ids, linked)
    text = text_of(item)
    if not (title or source):
        told = parse_reference(re.sub(r"^\[?\d{1,3}[.)\]]+ (?=\D)", "", text), where=where)  # without its number
        return replace(told, identifiers=tuple(dict.fromkeys((*identifiers, *told.identifiers))))
    groups = [
        g for g in item.iterfind(".//person-group") if g.get("person-group-type", "author") in {"author", "allauthors"}
    ]
    people = [name for group in groups or [item] for name in group if name.tag in _NAMES]
    found = Reference(
        where=where,
        title=title or source,
        authors=tuple(filter(None, map(_person, people))),
        et_al=item.find(".//etal") is not None,
        year=_year(item),
        venue=source if title else text_of(item, "publisher-name"),
        volume=text_of(item, "volume"),
        page=text_of(item, "fpage") or text_of(item, "elocation-id"),
        identifiers=identifiers,
    )
    if re.search(r"[,.;:] ", text):  # as printed, with all that its elements hold
        return replace(found, text=text)
    return replace(found, text=described(found), fault=twice_in(once_within(item, _OF_CITATION)))


def _person(name: ET.Element) -> str:
    family = text_of(name, "surname")
    given = text_of(name, "given-names")
    return ", ".join(filter(None, (family, given))) if family else text_of(name)


def _title(item: ET.Element, path: str) -> str:
    """The text of the first title at a path that has some, without its footnotes and marks."""
    for title in item.iterfind(path):
        kept = [title.text or ""]
        for part in title:
            kept += [*([] if part.tag in {"xref", "fn"} else part.itertext()), part.tail or ""]
        if text := clean_title("".join(kept)).rstrip("."):
            return text
    return ""


def _year(item: ET.Element) -> int | None:
    return year_in(text_of(item, ".//year") or item.get("iso-8601-date"))


def _day(item: ET.Element) -> str | None:
    parts = [text_of(item, part) for part in ("year", "month", "day")]
    return day_in(item.get("iso-8601-date") or "-".join(f"{part:0>2}" for part in parts) if all(parts) else "")


def _identifiers(named: Iterable[tuple[str | None, str]], addresses: Iterable[str] = ()) -> tuple[str, ...]:
    known = [(_SCHEMES.get((kind or "").lower()), value.partition("[")[0]) for kind, value in named]
    found = [name for scheme, value in known if scheme for name in identifiers_of(**{scheme: value})]
    return tuple(dict.fromkeys((*found, *identifiers_of(*addresses))))


# --- TEI


def _of_bibl(item: ET.Element, where: str, single: Mapping[str, str] = _OF_BIBL) -> Reference:
    """A work as biblStruct, bibl or the head of a text describes it; what has no elements that name it, by its text."""
    titles: dict[str, str] = {}
    for named in item.iterfind(".//title"):
        level = named.get("level", "")
        level = level if level in {"a", "m", "u", "j", "s"} else ""
        titles[level] = titles.get(level) or _title(named, ".")
    title = next((titles[level] for level in ("a", "", "m", "u") if titles.get(level)), "")
    raw = next((text_of(note) for note in item.iterfind(".//note") if note.get("type") == "raw_reference"), "")
    linked = [(i.get("target") or "") for i in item.iter("ptr")]
    identifiers = _identifiers(((i.get("type"), text_of(i)) for i in item.iter("idno")), linked)
    if not title:
        told = parse_reference(raw or (text_of(item) if item.tag == "bibl" else ""), where=where)
        return replace(told, identifiers=tuple(dict.fromkeys((*identifiers, *told.identifiers))))
    dates = [
        date.get("when") or text_of(date) for date in item.iter("date") if date.get("type", "published") == "published"
    ]
    day = next((day for date in dates if (day := day_in(date))), None)
    scopes = [*item.iter("biblScope")][::-1]  # of several of a unit the first counts
    places = {scope.get("unit") or scope.get("type"): scope.get("from") or text_of(scope) for scope in scopes}
    people = item.findall(".//analytic/author") or item.findall(".//author")
    found = Reference(
        where=where,
        title=title,
        authors=tuple(dict.fromkeys(filter(None, map(_author, people)))),
        year=next((year for date in dates if (year := year_in(date))), None),
        date=day,
        venue=next(
            (name for level in "jms" if (name := titles.get(level, "")) not in {"", title}),
            text_of(item, ".//publisher"),
        ),
        volume=places.get("volume") or places.get("vol") or "",
        page=places.get("page") or places.get("pp") or "",
        identifiers=identifiers,
        fault=twice_in(once_within(item, single)),
    )
    return replace(found, text=raw or described(found))


def _author(item: ET.Element) -> str:
    family = text_of(item, ".//surname")
    given = " ".join(text_of(name) for name in item.iter("forename"))
    return ", ".join(filter(None, (family, given))) if family else text_of(item)
