"""The records of a store as they stood at the end of a year, for what reads records rather than a CitationGraph."""

from collections.abc import Iterator
from dataclasses import replace

from kg.errors import NothingFound
from kg.model import Citation, Claim, Concept, Outcome, Retrieval, Work
from kg.store import Store


class AsOf:
    """Works dated up to a year and what is said of them, in the order of the store; see `CitationGraph.as_of`.

    What a source reports today, and what became of lists of citations, says nothing of that year and is not there; a list
    of references of which nothing is left has no outcome then.

    Raises:
        NothingFound: if no work is dated up to the year.
    """

    def __init__(self, store: Store, year: int) -> None:
        self._store = store
        self._held = {work.id for work in store.works("year <= ?", (year,))}
        if not self._held:
            raise NothingFound(f"no work of this graph is dated up to {year}", "ask as of a later year")
        self._citing = {citation.citing for citation in self.citations()}
        self.name = store.name
        self.revision = store.revision
        self.state = store.state

    def works(self) -> Iterator[Work]:
        """Every work, without counts that sources report."""
        for work in self._store.works():
            if work.id in self._held:
                yield replace(work, reported_references=None, reported_citations=None)

    def citations(self) -> Iterator[Citation]:
        """Every (citing, cited, source), those of one pair one after the other."""
        return (c for c in self._store.citations() if c.citing in self._held and c.cited in self._held)

    def retrievals(self) -> Iterator[Retrieval]:
        """How each reference list was retrieved."""
        for retrieval in self._store.retrievals("r.list = 'references'"):
            gone = retrieval.outcome == Outcome.COMPLETE and retrieval.work not in self._citing
            if retrieval.work in self._held and not gone:
                yield replace(retrieval, reported=None)

    def claims(self) -> Iterator[Claim]:
        """What articles say of works that are there."""
        for claim in self._store.claims():
            roles = tuple(role for role in claim.roles if role[0] in self._held)
            if roles:
                yield replace(claim, roles=roles)

    def concepts(self) -> Iterator[Concept]:
        """Tasks, architectures and representations of works."""
        return (concept for concept in self._store.concepts() if concept.work in self._held)
