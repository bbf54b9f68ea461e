"""Graphs that are at hand as sources in which ingested references are looked up."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kg.errors import UnknownName
from kg.graph.folder import BUNDLED, S2, Workspace
from kg.graph.store import Store
from kg.model import Batch, Source


class StoreSource:
    """A store as a source for another graph: hands out works with the citations they take part in."""

    def __init__(self, store: Store, name: str) -> None:
        self.name = name
        self.find_by_id = store.find_by_id
        self.find_by_title = store.find_by_title
        self.find_by_author_year = store.find_by_author_year
        self.find_by_year = store.find_by_year
        self._store = store

    def fetch(self, ids: Iterable[str]) -> Iterator[Batch]:
        """One batch per work: it, its citations both ways with the works at the other end, its outcomes, claims and concepts."""
        store = self._store
        claims, concepts = list(store.claims()), list(store.concepts())
        for id_ in ids:
            row = store.row(id_)
            citations = list(store.citations("c.citing = ? OR c.cited = ?", (row, row)))
            near = dict.fromkeys([id_, *(end for c in citations for end in (c.citing, c.cited))])
            said = [c for c in claims if any(work == id_ for work, _ in c.roles)]
            yield Batch(
                works=[replace(work, seed=False) for other in near if (work := store.find_by_id(other))],
                citations=citations,
                retrievals=list(store.retrievals("r.work = ?", (row,))),
                claims=said,
                concepts=[c for c in concepts if c.work == id_],
            )


def sources_named(names: Iterable[str]) -> list[Source]:
    """The sources that look works up without a network, by name: "bundled"; "none" gives none.

    "s2", Semantic Scholar, is crawled instead: see `intake.crawl_in`; for the others see `supplement.open_fallbacks`.
    """
    from kg import plugins

    sources: list[Source] = []
    for name in (n.strip() for n in names if n.strip() not in {"", "none"}):
        if name != BUNDLED:
            raise UnknownName("source", name, [BUNDLED, S2, *plugins.names("source"), "none"])
        sources.append(StoreSource(Workspace.open(BUNDLED).store, BUNDLED))
    return sources
