"""Semantic Scholar as a source of works: look-ups for the resolver, and crawls."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kg.ingest.resolve.resolver import resolve
from kg.ingest.sources.base import Hops, NoYears, open_transport
from kg.ingest.sources.http import Allowance, GaveUp
from kg.ingest.sources.s2.api import Api
from kg.ingest.sources.s2.crawl import Crawl
from kg.ingest.sources.s2.records import FIELDS, SOURCE, asked_as, work_of
from kg.ingest.sources.s2.service import SEMANTIC_SCHOLAR
from kg.model import Batch, Reference, Resolution, Work
from kg.text import short_title, title_key

CACHE = "s2-cache.sqlite"
_HITS = 5  # of a search looked at
_LOOK_UP, _MATCH, _SEARCH = range(3)  # how far a title is pursued


class S2Source(NoYears):
    """Looks works up in Semantic Scholar and crawls their citations.

    What was looked up once is remembered. Works cannot be looked up by author or year alone. `peek` asks the cache
    alone, to count what a crawl would send.
    """

    name = SOURCE

    def __init__(self, api: Api, hops: Hops | None = None, *, peek: Api | None = None) -> None:
        self.api = api
        self.peek = peek or api
        self.hops = hops or Hops()
        self._effort = _MATCH
        self._works: dict[str, Work | None] = {}  # by identifier
        self._matches: dict[str, list[Work]] = {}  # by title
        self._hits: dict[str, list[Work]] = {}
        self._wholes: dict[str, str] = {}  # the title before a colon -> a whole title that was asked

    def look_up(self, identifiers: Iterable[str]) -> None:
        """Ask for many identifiers at once, so that `find_by_id` knows them, or that they got no usable answer."""
        names = [name for name in dict.fromkeys(identifiers) if name not in self._works]
        asked = {name: id_ for name in names if (id_ := asked_as(name))}
        papers = self.api.batch(list(asked.values()), FIELDS) if asked else []
        self._works.update((name, None) for name in names if asked.get(name) not in self.api.failed)
        for name, paper in zip(asked, papers, strict=True):
            if paper:
                self._remember(work_of(paper, asked=[name]))

    def knows(self, identifier: str) -> bool:
        """Whether it was asked for this identifier, and has the work."""
        return self._works.get(identifier) is not None

    def find_by_id(self, identifier: str) -> Work | None:
        """The work with this identifier, in normal form."""
        failed = asked_as(identifier) in self.api.failed
        if identifier not in self._works and (not failed or self.api.transport.patience.closed):  # it may be open again
            self.look_up([identifier])
        if identifier not in self._works:
            raise GaveUp(self.api.failed[asked_as(identifier) or ""])
        return self._works[identifier]

    def find_by_title(self, title: str) -> list[Work]:
        """The work whose title matches best; the caller must judge. `resolve` has the hits of a search added in doubt.

        The part of a title before its colon, asked after the whole, gives what the whole gave.
        """
        if self._effort == _LOOK_UP:
            return []
        title = self._wholes.get(title_key(title), title)
        if title not in self._matches:
            if short := title_key(short_title(title)):
                self._wholes.setdefault(short, title)
            self._matches[title] = [self._met(paper) for paper in [self.api.match(title, FIELDS)] if paper]
        if self._effort == _SEARCH and title not in self._hits:
            self._hits[title] = [self._met(paper) for paper in self.api.search(title, _HITS, FIELDS)]
        return list({work.id: work for work in self._matches[title] + self._hits.get(title, [])}.values())

    def resolve(self, reference: Reference) -> tuple[Resolution, Work | None]:
        """Resolve a reference: by identifier, else by the best match, else by the hits of a search."""
        for self._effort in (_LOOK_UP, _MATCH, _SEARCH):
            answer, work = resolve(reference, [self])
            if work:
                break
        self._effort = _MATCH
        return answer, work

    def fetch(self, ids: Iterable[str]) -> Iterator[Batch]:
        """The works with these identifiers and their citations, as far as `hops` goes."""
        crawl = self.crawl(work for id_ in ids if (work := self.find_by_id(id_)))
        yield from crawl.prepare()
        yield from crawl.finish()

    def crawl(self, seeds: Iterable[Work]) -> Crawl:
        """A crawl from works this source found. Works of which a search gave too little are looked up first."""
        seeds = list(seeds)
        sparse = [_paper_id(work) for work in seeds if None in (work.reported_references, work.reported_citations)]
        for name in sparse:
            del self._works[name]
        self.look_up(sparse)
        return Crawl(self.api, [self._works.get(_paper_id(work)) or work for work in seeds], self.hops)

    @property
    def sent(self) -> int:
        """Requests sent so far."""
        return self.api.transport.sent

    def close(self) -> None:
        """Close connections and cache."""
        for api in (self.api, self.peek):
            api.transport.close()

    def _met(self, paper: dict[str, Any]) -> Work:
        return self._works.get(f"s2:{paper['paperId']}") or self._remember(work_of(paper))

    def _remember(self, work: Work) -> Work:
        self._works.update(dict.fromkeys(work.identifiers, work))
        return work


def _paper_id(work: Work) -> str:
    return next(name for name in work.identifiers if name.startswith("s2:"))


def open_source(
    folder: Path, *, hops: Hops | None = None, limit_requests: int | Allowance | None = None, **asking: Any
) -> S2Source:
    """Semantic Scholar, answers kept in a graph's folder. `asking`: see `open_transport`."""

    def api(allowed: int | Allowance | None) -> Api:
        return Api(open_transport(SEMANTIC_SCHOLAR, folder / CACHE, allowed=allowed, **asking))

    return S2Source(api(limit_requests), hops, peek=api(0))
