"""Crawls of a stand-in server, and what they left in a store: what tests of crawls share."""

import os
import signal
from contextlib import closing
from pathlib import Path

from standins.s2_server import Corpus

from kg.build.articles import Stated
from kg.build.crawl import crawl_in
from kg.build.lookup_sources import sources_named
from kg.build.read_files import Report
from kg.graph.folder import Workspace
from kg.graph.store import Store
from kg.ingest.sources.base import Hops
from kg.ingest.sources.http import Transport
from kg.ingest.sources.http_cache import Cache
from kg.ingest.sources.s2.api import Api
from kg.ingest.sources.s2.crawl import Crawl
from kg.ingest.sources.s2.service import SEMANTIC_SCHOLAR
from kg.ingest.sources.s2.source import CACHE, S2Source
from kg.model import Batch

KEY = "sk-secret-4711"
TWO_HOPS = Hops(references=2, citations=1)


class Silent:
    """A watch that remembers what it was told of the plan."""

    def __init__(self, source: S2Source, kill: "Kill | None" = None) -> None:
        self.source, self.kill = source, kill
        self.total: int | None = None

    def found(self, named: int, asked: int) -> None:
        """Take note of nothing."""

    def planned(self, crawl: Crawl) -> None:
        """Add what was sent and what is ahead."""
        self.total = self.source.sent + crawl.cost(self.source.peek)

    def kept(self, crawl: Crawl, batch: Batch) -> None:
        """Count a page as an occasion to be killed."""
        del crawl, batch
        if self.kill:
            self.kill()


class Kill:
    """Kills this process, as kill -9 does, at its nth occasion: a request just answered, or a page just kept."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, *_: object) -> None:
        """Let one occasion pass, or end it all."""
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def source_of(url: str, folder: Path, hops: Hops, *, limit: int | None = None, kill: Kill | None = None) -> S2Source:
    """Semantic Scholar as the stand-in plays it, without any waiting."""
    cache = Cache(folder / CACHE)

    def api(limit_requests: int | None) -> Api:
        return Api(
            Transport(
                SEMANTIC_SCHOLAR,
                url,
                key=KEY,
                cache=cache,
                limit_requests=limit_requests,
                interval_s=0,
                budget_s=1e9,
                tries=4,
                sleep=lambda _: None,
                on_request=kill,
            )
        )

    return S2Source(api(limit), hops, peek=api(0))


def ingest(
    url: str,
    folder: Path,
    path: Path,
    hops: Hops = TWO_HOPS,
    *,
    dry_run: bool = False,
    limit: int | None = None,
    kill: Kill | None = None,
    stated: Stated = Stated(not_a_work=True),  # noqa: B008
) -> tuple[Report, Silent]:
    """What `kg ingest PATH --from s2` does; the article itself is left out, so that all comes from the stand-in."""
    hints = sources_named(["bundled"])
    with closing(source_of(url, folder, hops, limit=limit, kill=kill)) as source:
        watch = Silent(source, kill)
        if dry_run:
            return crawl_in(None, [path], source, watch, hints=hints, stated=stated), watch
        with Workspace.writing(str(folder), "test") as (_, writer):
            return crawl_in(writer, [path], source, watch, hints=hints, stated=stated), watch


def records(folder: Path) -> list[object]:
    """All a crawl leaves in a store, in no order."""
    with Store.open(folder / "graph.sqlite") as store:
        found = [*store.works(), *store.citations(), *store.retrievals(), *store.resolutions()]
        aliases = store.db.execute("SELECT i.value, w.id FROM identifier i JOIN work w ON w.n = i.work").fetchall()
        return sorted(map(repr, [*found, *aliases]))


def held(folder: Path) -> set[tuple[str, str]]:
    """The citations of a store by paperId; stubs by their title."""
    with Store.open(folder / "graph.sqlite") as store:
        names = {}
        for work in store.works():
            shas = [name[3:] for name in work.identifiers if name.startswith("s2:")]
            names[work.id] = shas[0] if shas else work.title
        return {(names[c.citing], names[c.cited]) for c in store.citations()}


def truth(corpus: Corpus, seeds: list[str], references: int, citations: int) -> set[tuple[str, str]]:
    """The citations a corpus holds within a reach of seeds, found the naive way."""
    pairs = set()
    for hops, back in ((references, True), (citations, False)):
        level = {id(corpus[seed]): corpus[seed] for seed in seeds}
        seen = dict(level)
        for _ in range(hops):
            links = [link for paper in level.values() for link in (paper.references if back else paper.citations)]
            pairs |= {(p.citing.sha, p.cited.sha or p.cited.title) for p in links}
            ends = [link.cited if back else link.citing for link in links]
            level = {id(paper): paper for paper in ends if paper.sha and id(paper) not in seen}
            seen |= level
    return pairs
