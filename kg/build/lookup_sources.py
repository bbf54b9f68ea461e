"""Sources at hand in which ingested references are looked up: the bundled graph, and those of other packages."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from kg import plugins
from kg.catalogue import Source
from kg.errors import UnknownName
from kg.graph.folder import BUNDLED, Workspace
from kg.graph.store import Store
from kg.model import Batch


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
            its_claims = [c for c in claims if any(work == id_ for work, _ in c.roles)]
            yield Batch(
                works=[replace(work, seed=False) for other in near if (work := store.find_by_id(other))],
                citations=citations,
                retrievals=list(store.retrievals("r.work = ?", (row,))),
                claims=its_claims,
                concepts=[c for c in concepts if c.work == id_],
            )


def sources_named(names: Iterable[str]) -> list[Source]:
    """The sources at hand, in which works are looked up without a network.

    For sources on the web see `kg.build.crawl` and `kg.build.other_sources`.

    Parameters
    ----------
    names : iterable of str
        "bundled" or a source that another package adds; "none" is passed over.

    Raises
    ------
    UnknownName
        If no source at hand has a name.
    """
    return [_source(name) for name in (n.strip() for n in names) if name not in {"", "none"}]


def is_on_the_web(name: str) -> bool:
    """Whether a name is that of a fallback source, which is asked over the network through a transport."""
    return name in plugins.names("source") and hasattr(plugins.load("source", name), "service")


def _source(name: str) -> Source:
    if name == BUNDLED:
        return StoreSource(Workspace.open(BUNDLED).store, BUNDLED)
    if name not in plugins.names("source") or is_on_the_web(name):
        raise UnknownName("source", name, [BUNDLED, *plugins.names("source"), "none"])
    made: Callable[[], Source] = plugins.load("source", name)
    return made()
