"""Semantic Scholar named after other sources: asked for the works and lists that these did not give, and for no more."""

from collections.abc import Iterable, Iterator, Sequence

from kg.ingest.sources.base import FallbackSource, Hops, filled
from kg.ingest.sources.http import GaveUp, Transport
from kg.ingest.sources.list_page import CITATIONS, REFERENCES
from kg.ingest.sources.s2.api import BATCH, Api
from kg.ingest.sources.s2.crawl import packed
from kg.ingest.sources.s2.probes import PROBES
from kg.ingest.sources.s2.records import SOURCE, asked_as
from kg.ingest.sources.s2.service import SEMANTIC_SCHOLAR
from kg.ingest.sources.s2.source import S2Source
from kg.model import Batch, Outcome, Work


class LastS2(FallbackSource):
    """Works and lists of Semantic Scholar; without a key for a minute in all, because most of its answers are refusals then."""

    name = SOURCE
    service = SEMANTIC_SCHOLAR
    probes = PROBES
    at_once = True
    keyless_s = 60.0

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport)
        self._source = S2Source(Api(transport))

    def look_up(self, identifiers: Iterable[str]) -> None:
        """Ask for identifiers, 500 in a request."""
        self._source.look_up(identifiers)

    def knows(self, identifier: str) -> bool:
        """Whether it was asked for this identifier, and has the work."""
        return self._source.knows(identifier)

    def find_by_id(self, identifier: str) -> Work | None:
        """The work with this identifier, in normal form."""
        return self._source.find_by_id(identifier)

    def search(self, title: str) -> list[Work]:
        """The best match for a title."""
        return self._source.find_by_title(title)

    def asked_as(self, work: Work) -> str | None:
        """The first of its identifiers that Semantic Scholar looks up."""
        return next((name for name in (work.id, *work.identifiers) if asked_as(name)), None)

    def lists(self, kind: str, works: Sequence[Work]) -> Iterator[Batch]:
        """The works, many in a request, then their lists as a crawl fetches them."""
        self.look_up(name for work in works if (name := self.asked_as(work)))
        found = []
        for work in works:
            try:
                record = self._same(work)
            except GaveUp as error:
                yield self._failed(kind, [work], error.message)
                continue
            if record:
                found.append(record)
                yield Batch(works=[filled(work, record)])
            else:
                page = self._page(kind)
                page.end(work, Outcome.NOT_FOUND, reported=None)
                yield page
        self._source.hops = Hops(references=int(kind == REFERENCES), citations=int(kind == CITATIONS))
        crawl = self._source.crawl(found)
        yield from crawl.prepare()
        yield from crawl.finish()

    def cost(self, kind: str, works: Sequence[Work]) -> int:
        """A request for each 500 works and each title that were not looked up yet, and one for each batch of lists."""
        del kind
        names = [name for work in works if (name := self.asked_as(work))]
        new = sum(not self.knows(name) for name in names)
        return len(works) - len(names) - (-new // BATCH) + len(packed(dict.fromkeys(names, 1), 0))
