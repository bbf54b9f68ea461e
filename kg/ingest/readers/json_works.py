"""Works as JSON: answers and dumps of OpenAlex, Crossref, and Semantic Scholar (S2ORC metadata, Datasets shards)."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.ids import find_identifiers, scheme_of
from kg.ingest.readers.cited_strings import MOST, cited_id
from kg.ingest.readers.csl import no_container, record_of_item
from kg.ingest.readers.fields import count_in, miscounted, once, sound, within, year_in
from kg.ingest.readers.reader import Sample, reader
from kg.ingest.readers.records import batch_from, pair_batch, record_of
from kg.ingest.readers.reference_text import parse_reference
from kg.ingest.readers.text_files import read_text
from kg.ingest.sources.s2.records import EXTERNAL
from kg.model import Batch, Outcome, Reference
from kg.text import clean_title

_Item = dict[str, Any]
_OPENALEX = {
    "title": "title|display_name", "year": "publication_year", "date": "publication_date", "venue": "venue",
    "openalex": "id", "doi": "doi", "mag": "mag", "pmid": "pmid", "citations": "cited_by_count", "references": "listed",
    "type": "type", "retracted": "is_retracted",
}  # fmt: skip
_S2 = {
    "title": "title", "year": "year", "date": "publicationdate", "venue": "venue|journal", "corpus": "corpusid|paper_id",
    "doi": "doi", "arxiv": "arxiv|arxiv_id", "acl": "acl|acl_id", "mag": "mag|mag_id", "pmid": "pubmed|pubmed_id",
    "pmcid": "pubmedcentral|pmc_id", "dblp": "dblp", "references": "referencecount", "citations": "citationcount",
    "type": "publicationtypes",
}  # fmt: skip


_S2_API = {
    "title": "title|venue", "year": "year", "date": "publicationDate", "venue": "venue", "doi": "doi", "arxiv": "arxiv",
    "corpus": "corpus", "s2": "s2", "mag": "mag", "pmid": "pmid", "pmcid": "pmcid", "acl": "acl",
    "references": "referenceCount", "citations": "citationCount", "type": "publicationTypes",
}  # fmt: skip
_NULL = "not an object: null"


def _json_with(keys: str) -> Callable[[Sample], bool]:
    """Recognises JSON in which one of these keys stands."""
    return lambda sample: sample.is_json and re.search(keys, sample.text) is not None


@reader(_json_with(r'"(?:referenced_works(?:_count)?|authorships)"\s*:'))
def read_openalex(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works of OpenAlex: an answer, an array or JSON Lines, with referenced_works. Errors are as in `batch_of`.

    An empty list is unknown: OpenAlex leaves it empty where it could not read the references.
    """

    def record(place: str, item: _Item) -> Reference:
        where = (item.get("primary_location") or {}).get("source") or item.get("host_venue") or {}
        listed = item.get("referenced_works") or ()
        item |= (item.get("ids") or {}) | {"venue": where.get("display_name")}
        item["listed"] = item.get("referenced_works_count", len(listed) or None)
        people = [
            (a.get("author") or {}).get("display_name") or a.get("raw_author_name") or ""
            for a in item.get("authorships") or ()
        ]
        cited = [cited_id(name) for name in listed] or None
        return record_of(place, item, _OPENALEX, source=source, authors=people, cited=cited)

    hint = 'a work looks like {"id": "https://openalex.org/W...", "title": ...}'
    yield batch_from(path, items_of(path), record, source=source, strict=strict, hint=hint)


@reader(_json_with(r'"(?:is-referenced-by-count|references?-count|message-type)"\s*:'))
def read_crossref(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works of Crossref: an answer, an array or JSON Lines, with the references their publishers deposited.

    A list that Crossref counts but does not show is ELIDED. Errors are as in `batch_of`.
    """

    def record(place: str, item: _Item) -> Reference:
        work, listed = crossref_work(place, item, source), item.get("reference") or ()
        cited = [entry for entry in map(crossref_cited, listed) if entry.text or entry.id]
        lost = f"references without text or identifier: {len(listed) - len(cited)}" if len(cited) < len(listed) else ""
        outcome = Outcome.ELIDED if work.reported_references and not listed else None
        wrong = miscounted(item.get(key) for key in ("reference-count", "references-count", "is-referenced-by-count"))
        return no_container(replace(work, fault=lost or wrong, cited=cited or None, outcome=outcome), item)

    hint = 'a work looks like {"DOI": ..., "title": [...], "reference": [...]}'
    yield batch_from(path, items_of(path), record, source=source, strict=strict, hint=hint)


@reader(_json_with(r'"(?:citedPaper|citingPaper)"\s*:|"paperId"\s*:\s*"[0-9a-f]{40}"'))
def read_s2(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Saved answers of Semantic Scholar's API: papers with their lists, or a page of one work's references or citations.

    A list is PARTIAL: an answer gives at most its first rows. A page does not name the work it is of: its papers come alone.
    Errors are as in `batch_of`.
    """

    def record(place: str, item: _Item) -> Reference:
        paper = item.get("citedPaper") or item.get("citingPaper") or item
        cited = [_s2_paper("", entry, source) for entry in paper.get("references") or () if entry]
        citing = [
            entry
            for one in paper.get("citations") or ()
            if one and ((entry := _s2_paper("", one, source)).identifiers or one.get("title"))
        ]
        work = _s2_paper(place, paper, source)
        outcome = Outcome.PARTIAL if cited else None
        return replace(work, stub=False, text="", cited=cited or None, citing=citing, outcome=outcome)

    hint = 'a paper looks like {"paperId": ..., "title": ...}; or give its ids with --from s2'
    rows = (row for row in items_of(path) if row[2] != _NULL)  # a batch answers null for an id that it does not know
    yield batch_from(path, rows, record, source=source, strict=strict, hint=hint)


def _s2_paper(where: str, paper: _Item, source: str) -> Reference:
    """A paper of an answer, by the ids that its externalIds give it."""
    external = {EXTERNAL.get(name, ""): str(value) for name, value in (paper.get("externalIds") or {}).items() if value}
    fields = {
        **paper,
        **external,
        "corpus": external.get("corpus") or paper.get("corpusId"),
        "s2": paper.get("paperId"),
    }
    people = [author.get("name") or "" for author in paper.get("authors") or () if author]
    work = record_of(where, fields, _S2_API, source=source, authors=people)
    return replace(work, id=next(iter(work.identifiers), ""), text=work.title, stub=True)


@reader(_json_with(r'"(?:outbound_citations|citingcorpusid|corpusid"\s*:\s*\d+\s*,\s*"externalids)"'))
def read_s2orc(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """JSON Lines of Semantic Scholar: S2ORC metadata or full text, or the papers or citations of its Datasets.

    Errors are as in `batch_of`.
    """

    def record(place: str, item: _Item) -> Reference:
        item |= {key.lower(): value for key, value in (item.get("externalids") or {}).items() if value}
        content, journal = item.get("content") or {}, item.get("journal")
        item["journal"] = journal.get("name") if isinstance(journal, dict) else journal
        item["title"] = item.get("title") or next(_marked(content, "title"), ("", {}))[0]
        people = [_s2_name(author) for author in item.get("authors") or ()]
        cited = [cited_id(corpus=str(i)) for i in item.get("outbound_citations") or ()]
        for text, found in _marked(content, "bibentry"):
            entry = cited_id(corpus=str(found.get("matched_paper_id") or ""))
            cited.append(replace(entry, text=text, title=text))
        citing = [cited_id(corpus=str(i)) for i in item.get("inbound_citations") or ()]
        return record_of(place, item, _S2, source=source, authors=people, cited=cited or None, citing=citing)

    items, hint = list(items_of(path)), 'a line looks like {"corpusid": 1, ...}'
    if not any("citingcorpusid" in item for _, item, _ in items):
        yield batch_from(path, items, record, source=source, strict=strict, hint=hint)
    else:
        yield pair_batch(path, items, _s2_pair, source=source, strict=strict, hint=hint)


def items_of(path: Path) -> Iterator[tuple[str, _Item, str]]:
    """The objects of an array, of an API's answer (message, results, items), or one a line; with place and fault."""
    text = read_text(path)
    try:
        document = within(path, json.loads(text, object_pairs_hook=once), _WRAPPERS)
        listed = document if isinstance(document, list) else [document]
        found = [(f"item {n}", item) for n, item in enumerate(listed, start=1)]
    except (ValueError, RecursionError):
        found = [(f"line {n}", line) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
    for place, item in found:
        try:
            value = json.loads(item, object_pairs_hook=once) if isinstance(item, str) else item
        except (ValueError, RecursionError) as error:
            yield place, {}, f"invalid JSON: {error}"
            continue
        fault = "" if isinstance(value, dict) else _NULL if value is None else "not an object"
        yield place, sound(value) if isinstance(value, dict) else {}, fault


_WRAPPERS = ("message", "results", "items", "data")


def crossref_work(where: str, item: _Item, source: str) -> Reference:
    """The record of a work as Crossref writes it, under its DOI, with the numbers that Crossref reports."""
    work = record_of_item(where, item, source)
    listed, cited = item.get("reference-count", item.get("references-count")), item.get("is-referenced-by-count")
    work = replace(work, reported_references=count_in(listed), reported_citations=count_in(cited))
    return replace(work, id=next(iter(work.identifiers), work.id))


#: What is read of an entry of a reference list.
CITED = (
    *("author", "year", "volume", "first-page", "article-title", "volume-title", "journal-title", "series-title"),
    *("unstructured", "DOI"),
)


def crossref_cited(entry: _Item) -> Reference:
    """One entry of a reference list as Crossref writes it."""
    entry = {name: str(entry[name]) for name in CITED if isinstance(entry.get(name), str | int)}
    who, year, volume, page = (str(entry.get(key) or "") for key in ("author", "year", "volume", "first-page"))
    title = clean_title(entry.get("article-title") or entry.get("volume-title") or "")
    venue = entry.get("journal-title") or entry.get("series-title") or ""
    text = entry.get("unstructured") or ", ".join(filter(None, (who, year, title, venue, volume, page)))
    named = cited_id(doi=entry.get("DOI", ""))
    if not named.id:  # some name it in their text alone
        named = cited_id(*(name for name in find_identifiers(text) if scheme_of(name) != "url"))
    if entry.get("unstructured") and not (title or who or entry.get("DOI")):  # many publishers deposit mere text
        told = parse_reference(text)
        return replace(told, id=next(iter(told.identifiers), ""), title=told.title or text, stub=True)
    authors = (who,) if who else ()
    named = replace(named, title=title or text, authors=authors, year=year_in(year))
    return replace(named, venue=venue, text=text, volume=volume, page=page)


def _s2_pair(item: _Item) -> tuple[Reference, Reference]:
    citing, cited = (cited_id(corpus=str(item.get(f"{end}corpusid") or "")) for end in ("citing", "cited"))
    contexts, intents = texts_of(item.get("contexts")), texts_of(item.get("intents"))
    influential = {None: None, True: True, False: False}[item.get("isinfluential")]
    return replace(citing, stub=False), replace(cited, contexts=contexts, intents=intents, influential=influential)


def texts_of(listed: Any) -> tuple[str, ...]:
    """The texts of a list, or of the lists in it; TypeError for anything else."""
    if not isinstance(listed, list | None):
        raise TypeError(f"not a list: {listed!r:.60}")
    inner = [text for part in listed or () for text in (part if isinstance(part, list) else [part])]
    return tuple(str(text) for text in inner if text is not None)


def _s2_name(author: _Item) -> str:
    given = " ".join(filter(None, (author.get("first"), *(author.get("middle") or ()))))
    return author.get("name") or ", ".join(filter(None, (author.get("last"), given)))


def _marked(content: _Item, kind: str) -> Iterator[tuple[str, _Item]]:
    """The pieces of a full text that its annotations call a title or a bibentry, as much of each as is looked at."""
    text = content.get("text") or ""
    for mark in json.loads((content.get("annotations") or {}).get(kind) or "[]"):
        yield " ".join(text[int(mark["start"]) : int(mark["end"])][:MOST].split()), mark.get("attributes") or {}
