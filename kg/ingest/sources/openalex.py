"""OpenAlex: works by identifier and title, their references and the works that cite them.

An empty list of references is unknown: OpenAlex leaves it empty where it could not read them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import quote

from kg.facts import facts_of
from kg.ids import parse_identifier, scheme_of
from kg.ingest.readers.fields import day_in, identifiers_of
from kg.ingest.sources.base import FallbackSource, filled, outcome_of
from kg.ingest.sources.http import Answer, GaveUp, Transport
from kg.ingest.sources.kinds import fitting, left_out, whole_number
from kg.ingest.sources.list_page import CITATIONS, MOST_ROWS, REFERENCES
from kg.ingest.sources.probe import Probe, within
from kg.ingest.sources.service import RETRIED, Service, error_in
from kg.model import Batch, Outcome, Work
from kg.text import clean_title, title_key

VALUES = 100  # of a filter
ROWS = 100  # of a page
HITS = 5  # of a search looked at
#: Fields of a record that are asked for, and what they may be.
RECORD: dict[str, Any] = {
    "id": str,
    "doi": str | None,
    "ids": {"mag": str | int | None, "doi": str | None, "pmid": str | None},
    "title": str | None,
    "publication_year": int | None,
    "publication_date": str | None,
    "authorships": [{"author": {"display_name": str | None}, "raw_author_name": str | None}],
    "primary_location": {"source": {"display_name": str | None}},
    "locations": [{"landing_page_url": str | None}],
    "referenced_works": [str],
    "referenced_works_count": int,
    "cited_by_count": int,
    "type": str | None,
    "is_retracted": bool | None,
}
_SELECT = ",".join(RECORD)
_META = {"count": int}
_WHOLE: dict[str, str | int] = {"select": _SELECT, "include_xpac": "true"}  # else lists leave out records of low trust
#: Our schemes -> the filter that finds works by them, the best first; see `_value`.
_FILTERS = {"openalex": "ids.openalex", "doi": "doi", "mag": "ids.openalex", "pmid": "ids.pmid", "arxiv": "doi"}
_FIRST_NEW = (
    4_000_000_000  # below it the number of a work is that of Microsoft Academic Graph, from which OpenAlex began
)


def _fault_in(status: int, text: str, body: Any, sent: Any) -> str:
    del sent
    error = error_in(body)
    if status == 200:
        meta = (body.get("meta") or {}) if isinstance(body, dict) else None
        if isinstance(meta, dict) and meta.get("timed_out"):
            return "200 but it ran out of time: rows may be missing"
        sound = isinstance(meta, dict) and (isinstance(body.get("id"), str) or isinstance(body.get("results"), list))
        return "" if sound else error or f"200 without usable JSON ({text[:40]!r})"
    if status in (400, 404) and (error or "404 Not Found" in text):
        return ""
    return f"{status} {error}" if error else f"{status} without JSON"


OPENALEX = Service(
    name="OpenAlex",
    table="openalex",
    base_url="https://api.openalex.org",
    fault_in=_fault_in,
    keys=("OPENALEX_API_KEY",),
    parameter="api_key",
    keyed_interval_s=0.1,
    unkeyed_interval_s=1.0,
    keyless="1,000 credits a day without a key",
    credits=(1, 10),
    key_page="https://openalex.org/settings/api",
    refusals=frozenset({401}),
    retried=RETRIED | {403},  # it says so of too many requests
)


_ROWS = within("meta", _META) | within("results[]", RECORD)
_PROBES = (
    Probe(
        name="openalex-filter",
        purpose="works looked up by their identifiers, many at once",
        path="/works",
        params={"filter": "doi:10.7717/peerj.4375|10.1162/neco.1997.9.8.1735", "per_page": ROWS, **_WHOLE},
        requires=_ROWS,
        credits=1,
    ),
    Probe(
        name="openalex-work",
        purpose="one work looked up by its DOI",
        path="/works/doi:10.7717/peerj.4375",
        params={"select": _SELECT},
        requires=RECORD,
    ),
    Probe(
        name="openalex-cursor",
        purpose="the works that cite one, page by page",
        path="/works",
        params={"filter": "cites:W2741809807", "per_page": ROWS, "cursor": "*", **_WHOLE},
        requires=_ROWS | {"meta.next_cursor": str},
        credits=1,
    ),
    Probe(
        name="openalex-title",
        purpose="works found by title",
        path="/works",
        params={"filter": "title.search:the state of oa a large scale analysis", "per_page": HITS, **_WHOLE},
        requires=_ROWS,
        credits=10,
    ),
)


class OpenAlex(FallbackSource):
    """Works and lists of OpenAlex."""

    name = "openalex"
    service = OPENALEX
    at_once = True
    probes = _PROBES

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport)
        self._cited: dict[str, tuple[str, ...]] = {}  # the works a work refers to, by its id
        self._fetched_at: str | None = None

    def look_up(self, identifiers: Iterable[str]) -> None:
        """Ask for many identifiers, 100 in a request. Those that get no usable answer stay unknown; raises where none gets one."""
        asked: dict[str, set[str]] = {name: set() for name in identifiers if name not in self._works}
        failed: dict[str, GaveUp] = {}  # by value
        for filter_ in dict.fromkeys(_FILTERS.values()):
            values = {name: value for name in asked if (value := _value(name, filter_))}
            single = [name for name, value in values.items() if re.search(r"[,|!<>]", value)]
            for name in single:  # what a filter would take for its own marks
                failed |= self._look_up_one(name, values[name])
            failed |= self._look_up_all(filter_, [value for name, value in values.items() if name not in single])
            for name, value in values.items():
                asked[name].add(value)
        for name, sent in asked.items():  # preprints under the DOI of their publication
            if scheme_of(name) == "arxiv" and name not in self._works and not sent & failed.keys():
                asked[name] = {f"{http}://arxiv.org/abs/{name.removeprefix('arxiv:')}" for http in ("http", "https")}
        pages = sorted(value for values in asked.values() for value in values if "://arxiv.org/" in value)
        failed |= self._look_up_all("locations.landing_page_url", pages)
        for name, sent in asked.items():
            if not sent & failed.keys():
                self._works.setdefault(name, None)
        if failed and not any(name in self._works for name in asked):
            raise next(iter(failed.values()))

    def _look_up_one(self, name: str, doi: str) -> dict[str, GaveUp]:
        """Ask for a work by itself; gives its DOI where that failed."""
        try:
            for work in self._keep(self._get(f"/works/doi:{quote(doi, safe='/')}", {"select": _SELECT})):
                if name not in self._works:  # by now the alias of another
                    self._works[name] = replace(work, identifiers=(*work.identifiers, name))
        except GaveUp as error:
            return {doi: error}
        return {}

    def _look_up_all(self, filter_: str, values: Sequence[str], parts: int = 0) -> dict[str, GaveUp]:
        """Ask for works, and in halves where more are counted than shown or no answer comes; gives the values that failed.

        `parts`: the values are a part of more that failed, see `Transport.get`.
        """
        if len(values) > VALUES:
            hundreds = (values[k : k + VALUES] for k in range(0, len(values), VALUES))
            return {value: error for some in hundreds for value, error in self._look_up_all(filter_, some).items()}
        if not values:
            return {}
        try:
            asked = {"filter": f"{filter_}:{'|'.join(values)}", "per_page": ROWS, **_WHOLE}
            answer = self._get("/works", asked, parts=parts)
            counted = fitting(answer.body.get("meta") or {}, _META).get("count", 0)
            rows = self._keep(answer)
            if len(rows) >= counted:
                return {}
            short = GaveUp(f"{self.transport.host} shows {len(rows)} of {counted} works for {values[0]}")
        except GaveUp as error:
            short = error
        if len(values) == 1 or self.transport.patience.closed:
            return dict.fromkeys(values, short)
        half, parts = len(values) // 2, parts or len(values).bit_length()
        return self._look_up_all(filter_, values[:half], parts) | self._look_up_all(filter_, values[half:], parts)

    def search(self, title: str) -> list[Work]:
        """The best hits for a title."""
        words = re.sub(r"[\W_]+", " ", title).strip()
        return self._keep(self._get("/works", {"filter": f"title.search:{words}", "per_page": HITS, **_WHOLE}))

    def asked_as(self, work: Work) -> str | None:
        """Its number in OpenAlex, else its DOI, MAG, PubMed or arXiv id."""
        names = (work.id, *work.identifiers)
        return next((name for scheme in _FILTERS for name in names if scheme_of(name) == scheme), None)

    def lists(self, kind: str, works: Sequence[Work]) -> Iterator[Batch]:
        """References: 100 works at a time, and 100 cited ones to a request. Citations: each list by its own pages."""
        left = iter(works)
        while chunk := list(islice(left, VALUES)):
            found: list[tuple[Work, Work | None]] = []
            try:
                self._look_up_anew(name for work in chunk if (name := self.asked_as(work)))
                for work in chunk:
                    try:
                        found.append((work, self._same(work)))
                    except GaveUp as error:
                        yield self._failed(kind, [work], error.message)
                if kind == REFERENCES:
                    yield self._references(found)
            except GaveUp as error:
                yield self._failed(kind, [work for work, _ in found] or chunk, error.message)
                continue
            if kind == CITATIONS:
                for work, record in found:
                    yield self._citations(work, record)

    def cost(self, kind: str, works: Sequence[Work]) -> int:
        """Once the works are looked up, a request for each 100 that they cite, or for each 100 that cite one."""
        requests, left = 0, iter(works)
        while chunk := list(islice(left, VALUES)):
            with suppress(GaveUp):
                self._look_up_anew(name for work in chunk if (name := self.asked_as(work)))
                for work in chunk:
                    if not self.asked_as(work):
                        self._same(work)
            records = [record for work in chunk if (record := self._record(work))]
            if kind == REFERENCES:
                requests += -(-len({name for record in records for name in self._cited.get(record.id, ())}) // VALUES)
            else:
                requests += sum(max(1, -(-(record.reported_citations or 0) // ROWS)) for record in records)
        return requests

    def gives(self, kind: str, work: Work) -> bool:
        """Whether it has the work, and works that this cites."""
        record = self._record(work)
        return record is not None and (kind == CITATIONS or bool(self._cited.get(record.id)))

    def _record(self, work: Work) -> Work | None:
        """Its record of a work that was looked up before; nothing is asked."""
        name = self.asked_as(work)
        if name:
            return self._works.get(name)
        return self._same(work) if title_key(work.title) in self._hits else None

    def _references(self, found: list[tuple[Work, Work | None]]) -> Batch:
        listed = {name for _, record in found if record for name in self._cited.get(record.id, ())}
        page = self._page(REFERENCES, self._fetched_at)
        self._look_up_anew(sorted(listed))
        for work, record in found:
            if record is None:
                page.end(work, Outcome.NOT_FOUND, reported=None)
                continue
            kept, cited = filled(work, record), self._cited.get(record.id, ())
            for place, name in enumerate(cited[:MOST_ROWS], start=1):
                page.add(kept, place, self._works.get(name) or _bare(name))
            reports = record.reported_references, work.reported_references
            outcome, reason = outcome_of(min(len(cited), MOST_ROWS), *reports, cut=len(cited) > MOST_ROWS)
            if not cited and not record.reported_references:
                outcome, reason = Outcome.UNKNOWN, ""
            page.end(kept, outcome, reported=record.reported_references, reason=reason)
        return page

    def _citations(self, work: Work, record: Work | None) -> Batch:
        page = self._page(CITATIONS)
        number = next((name for name in record.identifiers if scheme_of(name) == "openalex"), "") if record else ""
        if not record or not number:
            page.end(work, Outcome.NOT_FOUND, reported=None)
            return page
        kept, reported, place, cut = filled(work, record), None, 0, False
        cursor: Any = "*"
        params: dict[str, str | int] = {
            "filter": f"cites:{number.removeprefix('openalex:')}",
            "per_page": ROWS,
            **_WHOLE,
        }
        try:
            for _ in range(MOST_ROWS // ROWS):
                answer = self._get("/works", {**params, "cursor": cursor})
                page.fetched_at = page.fetched_at or answer.fetched_at
                meta, rows = answer.body.get("meta") or {}, self._keep(answer)
                held = len(page.citations)
                for citing in rows:
                    place += 1
                    page.add(kept, place, citing)
                if rows and len(page.citations) == held:
                    page.end(
                        kept, Outcome.FAILED, reported=reported, reason="its pages bring nothing new and do not end"
                    )
                    return page
                reported = max(reported or 0, meta["count"]) if isinstance(meta.get("count"), int) else reported
                whole = reported is not None and place >= max(reported, record.reported_citations or 0)
                cursor = meta.get("next_cursor")
                if not rows or whole or not cursor:
                    break
            else:
                cut = True
        except GaveUp as error:
            page.end(kept, Outcome.FAILED, reported=reported, reason=error.message)
            return page
        outcome, reason = outcome_of(place, reported, record.reported_citations, cut=cut)
        if reported is None and not cut:  # nobody says whether it is whole
            outcome, reason = Outcome.UNKNOWN, "the source does not say how long the list is"
        page.end(kept, outcome, reported=reported, reason=reason)
        return page

    def _look_up_anew(self, names: Iterable[str]) -> None:
        """Ask for identifiers, also for those known: what is asked after a stop must not depend on what was asked before."""
        names = list(names)
        for name in names:
            self._works.pop(name, None)
        self.look_up(names)

    def _get(self, path: str, params: dict[str, str | int], parts: int = 0) -> Answer:
        answer = self.transport.get(path, params, parts=parts)
        if answer.status == 400:
            raise GaveUp(f"{self.transport.host} refused a request: {error_in(answer.body)}")
        self._fetched_at = answer.fetched_at
        return answer

    def _keep(self, answer: Answer) -> list[Work]:
        """The works of an answer, none for 404; from now on they are known by all their identifiers."""
        body = answer.body if answer.status == 200 else {"results": []}
        works = []
        for told in fitting(body, {"results": list}).get("results", [body])[:ROWS]:
            faults: list[str] = []
            record = fitting(told, RECORD, faults) if isinstance(told, dict) else {}
            if not (record.get("id") and (work := _with(work_of(record), faults)).id):
                continue
            works.append(work)
            self._works.update(dict.fromkeys(work.identifiers, work))
            cited = (parse_identifier(str(name)) for name in record.get("referenced_works") or ())
            self._cited[work.id] = tuple(dict.fromkeys(name for name in cited if name))[: MOST_ROWS + 1]
        return works


def work_of(record: dict[str, Any]) -> Work:
    """A record of OpenAlex as a work. Its id is its DOI, else arXiv id, else its number in OpenAlex.

    Examples
    --------
    >>> work_of({"id": "https://openalex.org/W7", "title": "T", "doi": "https://doi.org/10.1000/A"}).identifiers
    ('doi:10.1000/a', 'openalex:W7', 'mag:7')
    """
    ids = record.get("ids") or {}
    number = parse_identifier(str(record["id"])) or ""
    digits = number.removeprefix("openalex:W")
    mag = str(ids.get("mag") or (digits if (whole_number(digits) or _FIRST_NEW) < _FIRST_NEW else ""))
    places = (place.get("landing_page_url") for place in record.get("locations") or ())
    preprints = [place for place in places if place and "arxiv.org/" in place][:10]
    addresses = (record.get("doi") or ids.get("doi"), *preprints, number, ids.get("pmid"), f"mag:{mag}" if mag else "")
    names = identifiers_of(*(str(address or "") for address in addresses))
    told = {"doi": record.get("doi"), "ids.pmid": ids.get("pmid"), "ids.mag": ids.get("mag") and f"mag:{ids['mag']}"}
    where = (record.get("primary_location") or {}).get("source") or record.get("host_venue") or {}
    people = [
        (entry.get("author") or {}).get("display_name") or entry.get("raw_author_name") or ""
        for entry in record.get("authorships") or ()
    ]
    listed = record.get("referenced_works_count")
    return Work(
        id=next(iter(names), ""),
        identifiers=names,
        title=clean_title(record.get("title") or record.get("display_name") or ""),
        authors=tuple(name for name in people if name),
        year=record.get("publication_year"),
        date=day_in(record.get("publication_date") or "") or record.get("publication_date") or None,
        venue=where.get("display_name") or "",
        source=OpenAlex.name,
        reported_references=listed or len(record.get("referenced_works") or ()) or None,
        reported_citations=record.get("cited_by_count"),
        faults=tuple(left_out(name, value) for name, value in told.items() if value and not parse_identifier(value)),
        facts=facts_of(OpenAlex.name, record.get("type"), retracted=record.get("is_retracted") is True),
    )


def _with(work: Work, faults: list[str]) -> Work:
    return replace(work, faults=(*faults, *work.faults)) if faults else work


def _bare(name: str) -> Work:
    """A cited work of which OpenAlex gives the number alone."""
    return Work(id=name, identifiers=(name,), source=OpenAlex.name, stub=True)


def _value(name: str, filter_: str) -> str:
    """What to write into a filter for an identifier, "" where it is not the filter's.

    arXiv ids are asked for as the DOIs of arXiv, MAG numbers as those of OpenAlex, which took them over.
    """
    scheme, _, value = name.partition(":")
    if _FILTERS.get(scheme) != filter_:
        return ""
    return {"arxiv": f"10.48550/arxiv.{value}", "mag": f"W{value}"}.get(scheme, value)
