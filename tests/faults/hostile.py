"""Answers of four services made hostile: small worlds of real recorded works, and ways to spoil one place of one answer."""

import copy
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from standins import second
from standins.corpus import Corpus
from standins.routes import Api, Limits
from test_live_recordings import read, records

from kg.ingest.readers.json_works import CITED
from kg.ingest.sources.crossref import ITEM
from kg.ingest.sources.openalex import RECORD
from kg.ingest.sources.s2.records import EXTERNAL, PAPER, ROW, work_of
from kg.model import Citation, Work

Record = dict[str, Any]
Path_ = tuple[str | int, ...]
#: what json.dumps refuses to write -> how it is written
_RAW = {
    "<5000 digits>": "9" * 5000,
    "<3000 deep>": "[" * 3000 + "]" * 3000,
    "<900 deep>": '{"a":' * 900 + "1" + "}" * 900,
}
#: what may stand in place of any value
WRONG: dict[str, Any] = {
    "null": None, "text": "in press", "empty text": "", "zero": 0, "a number": 7, "below zero": -1, "a float": 1.5,
    "true": True, "NaN": float("nan"), "infinity": float("inf"), "10^30": 10**30, "-10^30": -(10**30), "2^63": 2**63,
    "5000 digits": "<5000 digits>", "3000 deep": "<3000 deep>", "900 deep": "<900 deep>", "empty list": [], "list of text": ["in press"], "list of null": [None],
    "list of numbers": [7, 1.5], "empty object": {}, "object": {"a": {"b": [1]}}, "long text": "word " * 40_000,
    "lone surrogate": "a \ud800 b", "control": "a\x00\x07\x1b[31m\u202e\x85b\r\n\tc", "day that is none": "2021-02-31",
    "no month": "2021-13-01", "year 0": "0000-00-00", "far day": "99999-01-01", "far year": 99_999,
}  # fmt: skip
WRONG["400 deep"] = json.loads("[" * 400 + "]" * 400)
#: which tell nothing that kg reads
BLANK = {"null", "empty text", "empty list", "empty object", "object", "missing", "list of null"}
#: what may come instead of a whole answer
WHOLE: dict[str, bytes] = {
    "html": b"<!doctype html><html><body><h1>Please log in</h1></body></html>",
    "empty": b"", "null": b"null", "list": b"[]", "object": b"{}", "text": b'"in press"', "number": b"7", "NaN": b"NaN",
    "not UTF-8": b'{"data": "\xff\xfe"}', "deep": b"[" * 100_000, "digits": b"1" * 5000, "error": b'{"error": 7}',
    "message": b'{"message": ["in press"]}',
}  # fmt: skip


#: names of the fields that kg reads, at any depth
READ = {
    *PAPER, *ROW, *RECORD, *ITEM, *EXTERNAL, *CITED, "paperId", "name", "data", "next", "offset", "references", "citations",
    "citedPaper", "citingPaper", "author", "display_name", "raw_author_name", "source", "landing_page_url", "mag", "pmid",
    "openalex", "meta", "count", "next_cursor", "results", "message", "date-parts", "given", "family", "citing", "cited", "items",
} - {"id"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One answer to spoil: the request it answers, the place in it, and how."""

    request: str
    place: Path_
    how: str

    def __str__(self) -> str:
        return f"{self.request.partition('?')[0]} {'.'.join(map(str, self.place))}: {self.how}"


@dataclass
class Hostile:
    """A service that spoils its answer to one request, each time that it is asked."""

    service: Any
    case: Case | None = None
    headers: tuple[tuple[str, str], ...] = ()
    asked: int = 0
    told: dict[str, Any] = field(default_factory=dict)

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, bytes]:
        """Status and body."""
        self.asked += 1
        status, data = self.service.answer(method, path, query, body)
        request = f"{method} {path}?{json.dumps([query, body], sort_keys=True)}"
        if self.case is None:
            if status == 200:
                self.told[request] = json.loads(data)
            return status, data
        if self.case.how.startswith("looping") and request.partition("?")[0] == self.case.request.partition("?")[0]:
            return status, _looped(json.loads(data))
        if request != self.case.request or status != 200:
            return status, data
        if self.case.how in WHOLE and not self.case.place:
            return 200, WHOLE[self.case.how]
        if self.case.how == "cut":
            return 200, data[: len(data) // 2]
        return 200, spoiled(json.loads(data), self.case)


def spoiled(document: Any, case: Case) -> bytes:
    """An answer with one place of it spoiled."""
    holder = document = [document]
    for step in (0, *case.place)[:-1]:
        holder = holder[step]
    last = (0, *case.place)[-1]
    if case.how == "missing":
        del holder[last]
    elif case.how == "doubled":
        holder.insert(last, copy.deepcopy(holder[last]))
    elif case.how == "of another":
        others = [item for item in _scalars(document) if type(item) is type(holder[last]) and item != holder[last]]
        holder[last] = next((item for item in others if str(item)[:8] == str(holder[last])[:8]), (others or [""])[0])
    else:
        holder[last] = WRONG[case.how]
    text = json.dumps(document[0])
    for mark, raw in _RAW.items():
        text = text.replace(json.dumps(mark), raw)
    return text.encode()


def _looped(document: Any) -> bytes:
    """A page that leads on for ever, however often it is asked for."""
    if isinstance(document, dict) and "meta" in document:
        document["meta"] |= {"next_cursor": "again", "count": 10**30}
    elif isinstance(document, dict) and "data" in document:
        document["next"] = document.get("offset", 0) + 1
    return json.dumps(document).encode()


def _scalars(document: Any) -> Iterator[Any]:
    if isinstance(document, dict | list):
        for item in document.values() if isinstance(document, dict) else document:
            yield from _scalars(item)
    elif document is not None:
        yield document


def cases(told: dict[str, Any]) -> Iterator[Case]:
    """Every way to spoil the answers to some requests; of the items of a list the first alone is spoiled."""
    for request, document in told.items():
        yield from (Case(request, (), how) for how in (*WHOLE, "cut", "looping"))
        for place in _places(document, ()):
            yield from (Case(request, place, how) for how in (*WRONG, "missing"))
            if isinstance(place[-1], int):
                yield Case(request, place, "doubled")
            if isinstance(_at(document, place), str | int):
                yield Case(request, place, "of another")


def _at(document: Any, place: Path_) -> Any:
    for step in place:
        document = document[step]
    return document


def _places(document: Any, at: Path_) -> Iterator[Path_]:
    if at:
        yield at
    if isinstance(document, dict):
        for name, item in document.items():
            yield from _places(item, (*at, name))
    elif isinstance(document, list) and document:
        yield from _places(document[0], (*at, 0))


def chosen(told: dict[str, Any], most: int, seed: int) -> list[Case]:
    """So many of the cases, by a seed: one of those alike in request and field, first those of fields that kg reads."""
    kinds: dict[str, list[Case]] = {}
    for case in cases(told):
        method, _, address = case.request.partition("?")[0].partition(" ")
        address = re.sub(r"[0-9a-f]{40}|10\.\d+.*?(?=/references|/citations|$)|\d+", "N", address)
        names = [step for step in case.place if isinstance(step, str)]
        kinds.setdefault(f"{method} {address} {names} {case.how}", []).append(case)
    drawn = random.Random(seed)  # noqa: S311  (a draw, no secret)
    found = [drawn.choice(alike) for alike in kinds.values()]
    drawn.shuffle(found)
    found.sort(
        key=lambda case: next((step for step in reversed(case.place) if isinstance(step, str)), "meta") not in READ
    )
    return found[:most]


# --- the worlds


def world(name: str, recordings: list[tuple[str, Any]]) -> tuple[Any, str]:
    """A service that holds seven recorded works, three of them cited by the first and three citing it.

    And the bibliography to ask it for: the first by its DOI, the second by its title.
    """
    service = "crossref" if name == "opencitations" else name
    rows = [copy.deepcopy(row) for row in records(recordings, service) if _is_rich(service, row)]
    known: dict[str, Record] = {}
    for row in rows:
        names = dict.fromkeys(read(service, row).identifiers, row)
        if not known.keys() & names.keys():
            known |= names
    rows = list({id(row): row for row in known.values()}.values())[:7]
    works = [read(service, row) for row in rows]
    pairs = [(0, 1), (0, 2), (0, 3), (4, 0), (5, 0), (6, 0), (1, 2)]
    citations = [Citation(citing=works[a].id, cited=works[b].id, source="x", contexts=("as in [1]",)) for a, b in pairs]
    doi = next(name_ for name_ in works[0].identifiers if name_.startswith("doi:"))
    author = works[1].authors[0]
    asked = f"@article{{a, doi = {{{doi[4:]}}}}}\n@article{{b, title = {{{works[1].title}}}, author = {{{author}}}, year = {works[1].year}}}\n"
    if name == "s2":
        plain = [replace(work_of(row), reported_references=None, reported_citations=None) for row in rows]
        return Api(Corpus.from_records(plain, citations), Limits()), asked
    if name == "opencitations":
        return second.OpenCitations.of([_bare(work) for work in works], citations), asked
    if name == "openalex":
        for k, row in enumerate(rows):
            row["referenced_works"] = [rows[b]["id"] for a, b in pairs if a == k]
            row["referenced_works_count"] = len(row["referenced_works"])
            row["cited_by_count"] = sum(b == k for _, b in pairs)
        return second.OpenAlex(rows), asked
    for k, row in enumerate(rows):
        cited = [{"key": f"r{b}", "DOI": rows[b]["DOI"]} for a, b in pairs if a == k]
        row["reference"] = cited + [entry for entry in row.get("reference", ()) if "DOI" not in entry][:2]
        row["reference-count"] = len(row["reference"])
    return second.Crossref(rows), asked


def _bare(work: Work) -> Work:
    return Work(id=work.id, title=work.title, identifiers=work.identifiers, year=work.year)


def _is_rich(service: str, row: Record) -> bool:
    """Whether a record has a DOI, a title, an author and a year, as most have."""
    if service == "crossref":
        return bool(
            row.get("author")
            and row["title"]
            and row.get("issued", {}).get("date-parts", [[None]])[0][0]
            and row.get("reference")
        )
    if service == "openalex":
        return bool(
            row.get("doi")
            and row.get("authorships")
            and row.get("publication_date")
            and row.get("ids")
            and row.get("primary_location")
        )
    return bool(
        (row.get("externalIds") or {}).get("DOI")
        and row.get("authors")
        and row.get("publicationDate")
        and row.get("venue")
    )
