"""Crossref: works by DOI and title, and the reference lists that publishers deposited.

References with a DOI become citations of that work, others stubs by their cited text. A list that Crossref counts but
does not show is ELIDED. It has no lists of citing works, only their number.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from kg.ids import scheme_of
from kg.ingest.readers.json_works import CITED, crossref_cited, crossref_work
from kg.ingest.sources.base import FallbackSource, filled, outcome_of
from kg.ingest.sources.http import GaveUp, Transport
from kg.ingest.sources.kinds import fitting
from kg.ingest.sources.list_page import MOST_ROWS, REFERENCES
from kg.ingest.sources.probe import Probe, within
from kg.ingest.sources.service import Service, error_in
from kg.model import Batch, Outcome, Reference, Remark, Work
from kg.text import title_key

HITS = 5  # of a search looked at
#: What is read of a work, and what it may be; all but the first two are left out where they are not known.
ITEM: dict[str, Any] = {
    "DOI": str,
    "title": [str],
    "author": [dict.fromkeys(("given", "family", "name", "literal"), str | None)],
    "issued": {"date-parts": [[int | None]]},
    "container-title": [str],
    "reference": [dict.fromkeys(CITED, str | int | None)],
    "reference-count": int,
    "is-referenced-by-count": int,
}


def _fault_in(status: int, text: str, body: Any, sent: Any) -> str:
    del sent
    message = body.get("message") if isinstance(body, dict) else None
    if status == 200 and isinstance(message, dict) and (isinstance(message.get("DOI"), str) or "items" in message):
        return ""
    if (status == 404 and text.strip() == "Resource not found.") or (status == 400 and message):
        return ""
    return f"{status} {error_in(body) or 'without JSON of Crossref'}"


CROSSREF = Service(
    name="Crossref",
    table="crossref",
    base_url="https://api.crossref.org",
    fault_in=_fault_in,
    unkeyed_interval_s=0.2,
    polite_interval_s=0.1,
    searches="/works",
    search_intervals_s=(1.0, 0.34),
    greeted=True,
)


_PROBES = (
    Probe(
        name="crossref-doi",
        purpose="a work by its DOI, with its deposited references",
        path="/works/10.7717%2Fpeerj.4375",
        requires=within("message", ITEM) | {"message.issued.date-parts[0]": list, "message.reference[]": dict},
    ),
    Probe(
        name="crossref-alias",
        purpose="a DOI that became the alias of another leads to that work",
        path="/works/10.1515%2F9789882204508-009",
        requires={"message.DOI": re.compile(r"^10\.5790/"), "message.title": list},
        requests=2,
    ),
    Probe(
        name="crossref-title",
        purpose="works found by title",
        path="/works",
        params={"query.bibliographic": "The state of OA: a large-scale analysis", "rows": HITS},
        requires={"message.items[].DOI": str},
    ),
)


class Crossref(FallbackSource):
    """Works and deposited reference lists of Crossref."""

    name = "crossref"
    service = CROSSREF
    kinds = (REFERENCES,)
    probes = _PROBES

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport)
        self._items: dict[str, tuple[dict[str, Any], str]] = {}  # by DOI: the work as Crossref writes it, and when

    def look_up(self, identifiers: Iterable[str]) -> None:
        """Ask for DOIs, one in a request."""
        for name in identifiers:
            if name in self._works:
                continue
            if scheme_of(name) != "doi":
                self._works[name] = None
                continue
            answer = self.transport.get(f"/works/{quote(name.removeprefix('doi:'), safe='')}", {})
            if answer.status == 400:
                raise GaveUp(f"{self.transport.host} refused {name}")
            self._works[name] = None
            if answer.status == 200:
                work = self._keep(answer.body["message"], answer.fetched_at)
                if work.id != name:  # the DOI became another one's alias
                    work = replace(work, identifiers=(*work.identifiers, name))
                    self._items[name] = self._items[work.id]
                self._works[name] = work

    def search(self, title: str) -> list[Work]:
        """The best hits for a title."""
        answer = self.transport.get("/works", {"query.bibliographic": title, "rows": HITS})
        if answer.status != 200:
            raise GaveUp(f"{self.transport.host} refused a request")
        listed = fitting(answer.body["message"], {"items": list}).get("items", ())
        items = [item for item in listed[:HITS] if isinstance(item, dict) and isinstance(item.get("DOI"), str)]
        return [self._keep(item, answer.fetched_at) for item in items]

    def asked_as(self, work: Work) -> str | None:
        """Its DOI."""
        return next((name for name in (work.id, *work.identifiers) if scheme_of(name) == "doi"), None)

    def lists(self, kind: str, works: Sequence[Work]) -> Iterator[Batch]:
        """The deposited references of works with a DOI, a request and a batch for each."""
        for work in works if kind == REFERENCES else ():
            try:
                record = self._same(work)
            except GaveUp as error:
                yield self._failed(kind, [work], error.message)
                continue
            yield self._references(work, record)

    def cost(self, kind: str, works: Sequence[Work]) -> int:
        """A request for each work that was not looked up yet."""
        return sum(not self._was_asked(work) for work in works) if kind == REFERENCES else 0

    def gives(self, kind: str, work: Work) -> bool:
        """Whether it was asked for the work, and shows its references."""
        record = self._works.get(self.asked_as(work) or "")
        return kind == REFERENCES and bool(record and self._items[record.id][0].get("reference"))

    def _was_asked(self, work: Work) -> bool:
        name = self.asked_as(work)
        return name in self._works if name else title_key(work.title) in self._hits

    def _references(self, work: Work, record: Work | None) -> Batch:
        if record is None:
            page = self._page(REFERENCES)
            page.end(work, Outcome.NOT_FOUND, reported=None)
            return page
        item, fetched_at = self._items[record.id]
        page, kept = self._page(REFERENCES, fetched_at), filled(work, record)
        shown = item.get("reference") or ()
        listed = [entry for entry in shown[:MOST_ROWS] if isinstance(entry, dict)]
        silent = 0
        for place, entry in enumerate(listed, start=1):
            cited = crossref_cited(entry)
            if not cited.text and not cited.id:
                silent += 1
                continue
            page.add(kept, place, self._stub(record.id, cited))
        reported = record.reported_references
        told, cut = (reported, work.reported_references), len(shown) > MOST_ROWS
        outcome, reason = outcome_of(len(listed) - silent, *told, cut=cut)
        if not listed:
            outcome, reason = (Outcome.ELIDED, "counted, not shown") if reported else (Outcome.UNKNOWN, "")
        if silent:
            page.remarks.append(Remark(f"{work.id} {REFERENCES}", f"references without text or identifier: {silent}"))
        page.end(kept, outcome, reported=reported, reason=reason)
        return page

    def _stub(self, citing: str, cited: Reference) -> Work:
        """A reference: by its DOI, else by its text, which in two lists may mean two works."""
        content = f"{citing}\0{cited.text}".encode()
        id_ = cited.id or f"cited-{hashlib.sha256(content).hexdigest()[:16]}"
        return replace(cited, id=id_, title=cited.title or cited.text, source=self.name, stub=True)

    def _keep(self, item: dict[str, Any], fetched_at: str) -> Work:
        faults: list[str] = []
        item = fitting(item, ITEM, faults)
        work = replace(crossref_work("", item, self.name), faults=tuple(faults))
        self._works.update(dict.fromkeys(work.identifiers, work))
        self._items[work.id] = (item, fetched_at)
        return work
