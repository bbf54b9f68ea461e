"""Where a graph was read from, and what only its folder and store know: eras, identifiers, whose data it is."""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from kg.facts import ATTRIBUTIONS, attribution
from kg.graph.bundled import is_bundled
from kg.graph.eras import Era, eras_of
from kg.graph.store import Store

#: Whether a source gave something: a service that only failed stands in the table of sources too.
_GAVE = """SELECT EXISTS (SELECT 1 FROM work WHERE source = :name OR source GLOB :name || '/*')
    OR EXISTS (SELECT 1 FROM source s WHERE (s.name = :name OR s.name GLOB :name || '/*') AND (
    EXISTS (SELECT 1 FROM citation c WHERE c.source = s.n) OR EXISTS (SELECT 1 FROM fact f WHERE f.source = s.n)
    OR EXISTS (SELECT 1 FROM retrieval r WHERE r.source = s.n AND r.outcome NOT IN ('FAILED', 'UNKNOWN'))))"""
IN_MEMORY = Path(":memory:")  # in place of the folder of a graph made in Python


@dataclass(frozen=True)
class Provenance:
    """The folder and the store that a `CitationGraph` was read from.

    Attributes
    ----------
    folder : Path
        The graph's folder.
    store : Store
        Its store, showing the graph in the same state, as of the same year.
    """

    folder: Path
    store: Store

    def as_of(self, year: int) -> "Provenance":
        """The same folder and store as they were at the end of a year."""
        return self if year == self.store.until else replace(self, store=self.store.as_of(year))

    @property
    def works(self) -> int:
        """The number of works of the whole graph."""
        return self.store.counts()[0]

    @property
    def attribution(self) -> str:
        """The line that names the sources of the graph that ask for it; "" where none does."""
        db = self.store.db
        return attribution(name for name in ATTRIBUTIONS if db.execute(_GAVE, {"name": name}).fetchone()[0])

    @cached_property
    def eras(self) -> dict[str, Era]:
        """The eras of the graph, by name; see `eras_of`."""
        return eras_of(self.folder)

    @property
    def options(self) -> str:
        """The options by which a command reads the same graph, as " --graph NAME --as-of YEAR"; "" for the bundled graph."""
        when = "" if self.store.until is None else f" --as-of {self.store.until}"
        if self.folder == IN_MEMORY or is_bundled(self.folder):
            return when
        name = self.folder.name if self.folder.parent.name == "graphs" else str(self.folder)
        return f" --graph {shlex.quote(name)}{when}"

    def identifiers(self, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The identifiers of works, by work id; works without any are left out."""
        wanted = set(ids)
        return {work.id: work.identifiers for work in self.store.works() if work.id in wanted and work.identifiers}
