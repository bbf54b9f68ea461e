"""OpenCitations: citations between works with a DOI or PubMed id, as a check of other sources.

It knows citations, not works: unknown and empty look alike, and a list is never called whole. One shorter than it counts is
FAILED, one cut at the most rows that kg reads PARTIAL; an empty one can be an outage, and is asked for again another day. Works that no other source described stay stubs by their identifiers.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from kg.ids import parse_identifier, scheme_of
from kg.ingest.sources.base import FallbackSource, outcome_of
from kg.ingest.sources.http import Answer, GaveUp
from kg.ingest.sources.kinds import fitting, whole_number
from kg.ingest.sources.list_page import MOST_ROWS, REFERENCES
from kg.ingest.sources.probe import Probe
from kg.ingest.sources.service import Service, error_in
from kg.model import Batch, Outcome, Remark, Work

_SCHEMES = ("doi", "pmid")
_OTHER = {REFERENCES: "cited"}  # the end of a row that is not the asked one; "citing" for citations


def _fault_in(status: int, text: str, body: Any, sent: Any) -> str:
    del text, sent
    if status == 200 and isinstance(body, list) and all(isinstance(row, dict) for row in body):
        return ""
    return f"{status} {error_in(body) or 'without a list of citations'}"


OPENCITATIONS = Service(
    name="OpenCitations",
    table="opencitations",
    base_url="https://api.opencitations.net/index/v2",
    fault_in=_fault_in,
    keys=("OPENCITATIONS_ACCESS_TOKEN",),
    header="authorization",
    keyed_interval_s=0.35,  # 180 a minute
    unkeyed_interval_s=0.35,
)


_ENDS = re.compile(r"\b(doi|pmid):")
_PROBES = (
    Probe(
        name="opencitations-list",
        purpose="the references of a work, each with the identifiers of both ends",
        path="/references/doi:10.7717/peerj.4375",
        requires={"[].citing": _ENDS, "[].cited": str},
    ),
)


class OpenCitations(FallbackSource):
    """Lists of OpenCitations; it describes no works."""

    name = "opencitations"
    service = OPENCITATIONS
    doubts_empty = True
    probes = _PROBES

    def look_up(self, identifiers: Iterable[str]) -> None:
        """Nothing: it describes no works."""
        self._works.update(dict.fromkeys(identifiers))

    def search(self, title: str) -> list[Work]:
        """Nothing: it describes no works."""
        del title
        return []

    def asked_as(self, work: Work) -> str | None:
        """Its DOI, else its PubMed id."""
        names = (work.id, *work.identifiers)
        return next((name for scheme in _SCHEMES for name in names if scheme_of(name) == scheme), None)

    def lists(self, kind: str, works: Sequence[Work]) -> Iterator[Batch]:
        """The lists of works with a DOI or PubMed id, two requests and a batch for each: the list and its length."""
        for work in works:
            if not (name := self.asked_as(work)):
                continue
            place = quote(name, safe=":/")
            try:
                answer, count = self._asked(kind, place)
                doubtful = not answer.body or len(answer.body) < (count or 0)  # it may have been an outage
                if doubtful and answer.cached and answer.fetched_at[:10] < self.transport.now().date().isoformat():
                    answer, count = self._asked(kind, place, again=True)
            except GaveUp as error:
                yield self._failed(kind, [work], error.message)
                continue
            yield self._list(kind, work, answer, count)

    def cost(self, kind: str, works: Sequence[Work]) -> int:
        """Two requests for each work with a DOI or PubMed id."""
        del kind
        return 2 * sum(self.asked_as(work) is not None for work in works)

    def _asked(self, kind: str, place: str, *, again: bool = False) -> tuple[Answer, int | None]:
        """A list, and how long it should be, where that is told."""
        answer = self.transport.get(f"/{kind}/{place}", {}, again=again)
        try:
            told = self.transport.get(f"/{kind.removesuffix('s')}-count/{place}", {}, again=again)
        except GaveUp:
            return answer, None
        return answer, whole_number(str(told.body[0].get("count"))) if told.body else None

    def _list(self, kind: str, work: Work, answer: Answer, count: int | None) -> Batch:
        rows = answer.body[:MOST_ROWS]
        page, held = self._page(kind, answer.fetched_at), len(rows)
        kept = replace(work, source=self.name, reported_references=None, reported_citations=None)
        end = _OTHER.get(kind, "citing")
        for place, row in enumerate(rows, start=1):
            faults: list[str] = []
            page.add(kept, place, named(fitting(row, {end: str}, faults).get(end, "")))
            page.remarks += [Remark(f"{work.id} {kind} row {place}", fault) for fault in faults]
        reported, cut = max(len(answer.body), count or 0), held < len(answer.body)
        outcome, reason = outcome_of(held, reported, cut=cut)
        if not cut:
            outcome = Outcome.FAILED if held < reported else Outcome.UNKNOWN
        page.end(kept, outcome, reported=reported, reason=reason)
        return page


def named(text: str) -> Work | None:
    """The work at one end of a citation, by the identifiers it is given there; None where kg knows none of them.

    Examples
    --------
    >>> named("omid:br/06101801781 doi:10.7717/PEERJ-CS.421 pmid:33817056").identifiers
    ('doi:10.7717/peerj-cs.421', 'pmid:33817056')
    """
    found = [parse_identifier(name) for name in re.findall(r"\b(?:doi|pmid|pmcid|openalex|arxiv):\S+", text)]
    names = tuple(dict.fromkeys(name.rstrip(";") for name in found if name))
    return Work(id=names[0], identifiers=names, source=OpenCitations.name, stub=True) if names else None
