"""A graph's folder: finds it, opens or builds its store, index and RDF, and hands out the CitationGraph.

`graph.sqlite` is the truth; `index/REVISION` and `rdf/REVISION` are derived from it and rebuilt when stale, the index in a
child process so that the asking one stays light. Without a graph named, reading uses the bundled one, kept in the user's
cache folder.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from kg.errors import InputError, NothingFound, StoreError
from kg.graph.arrays import GraphArrays, read_arrays
from kg.graph.provenance import Provenance
from kg.graph.store import Store
from kg.model import Work

if TYPE_CHECKING:
    import pandas as pd

    from kg.graph.citation_graph import CitationGraph, Tables
    from kg.graph.writer import Writer

BUNDLED = "bundled"
S2 = "s2"  # Semantic Scholar
_NAMES = {BUNDLED: "it is only read; `kg demo` makes a copy to add to: --graph neural-music"}


class Workspace:
    """One graph's folder and everything in it."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder = folder
        self.store = store

    @classmethod
    def open(cls, graph: str | None = None) -> Self:
        """A graph for reading, by name under `./graphs`, by folder, else `KG_GRAPH`, else the bundled one."""
        graph = graph or os.environ.get("KG_GRAPH") or BUNDLED
        folder = _bundled_folder() if graph == BUNDLED else folder_of(graph)
        path = folder / "graph.sqlite"
        store = Store.open(path) if path.exists() else None
        if store is None or store.revision == 0:  # a first ingest may be on its way, or was killed
            known = sorted(p.parent.name for p in Path("graphs").glob("*/graph.sqlite"))
            hint = f"known here: {', '.join([BUNDLED, *known])}; `kg ingest` builds one"
            raise InputError(f"no graph {graph!r} (looked in {folder})", hint)
        store.hold()
        return cls(folder, store)

    @classmethod
    @contextmanager
    def writing(cls, graph: str, command: str) -> Iterator[tuple[Self, "Writer"]]:
        """A graph to write to, made if it is not there; a graph just made is removed again if nothing was kept in it."""
        from kg.graph.writer import Writer

        folder = folder_of(graph)
        made = [place for place in (folder, *folder.parents) if not place.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with Writer.open(folder / "graph.sqlite", command) as writer:
                yield cls(folder, writer.store), writer
        finally:
            for place in made:
                if not any(place.iterdir()):
                    place.rmdir()

    @cached_property
    def arrays(self) -> GraphArrays:
        """The memory-mapped arrays of the store's present revision, built in a child process where missing."""
        folder = self.folder / "index"
        try:
            return read_arrays(folder / self.store.state)
        except StoreError:
            shutil.rmtree(folder / self.store.state, ignore_errors=True)  # absent, or damaged
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            hint = "copy the graph to a writable folder"
            raise StoreError(f"{self.folder} cannot be written, and its index is missing: {error}", hint) from error
        command = [sys.executable, "-m", "kg.graph.topology", str(self.store.path), str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise StoreError(f"the index of {self.folder} could not be built", done.stderr.strip()[-300:])
        self.store.hold()  # the child saw the store a little later than we did
        current = self.store.state
        remove_older(folder, current)
        return read_arrays(folder / current)

    @cached_property
    def graph(self) -> "CitationGraph":
        """The CitationGraph of the store's present revision; tables come from the store when first asked for."""
        from kg.graph.citation_graph import CitationGraph

        return CitationGraph(self.arrays, self.tables, name=self.store.name)

    @property
    def tables(self) -> "Tables":
        """The tables of a CitationGraph, read from the store when first asked for."""
        from kg.graph.citation_graph import Tables

        return Tables(
            ids=lambda: self.ids(range(len(self.arrays))),
            works=self._works,
            concepts=self._concepts,
            claims=lambda: tuple(self.store.claims()),
            provenance=self.provenance,
            until=self.store.until,
        )

    @cached_property
    def provenance(self) -> Provenance:
        """The folder and the store as the CitationGraph keeps them."""
        return Provenance(self.folder, self.store)

    def as_of(self, year: int | None) -> "Workspace":
        """The graph as it stood at the end of a year, only to be read; itself where no year is given.

        Raises
        ------
        NothingFound
            If it held nothing then.
        """
        if year is None or year == self.store.until:
            return self
        from kg.graph.topology import as_of, in_memoryviews, in_numpy, with_meta

        then = Workspace(self.folder, self.store.as_of(year))
        then.arrays = in_memoryviews(with_meta(as_of(in_numpy(self.arrays), year), then.store))
        if not len(then.arrays):
            raise NothingFound(f"no work of this graph is dated up to {year}", "ask as of a later year")
        return then

    def ids(self, numbers: Iterable[int]) -> list[str]:
        """The ids of works given by number."""
        rows = self.arrays.rows
        numbers = list(numbers)
        if len(numbers) > 500:
            ids = dict(self.store.db.execute("SELECT n, id FROM work"))
            return [ids[rows[i]] for i in numbers]
        return [self.store.db.execute("SELECT id FROM work WHERE n = ?", (rows[i],)).fetchone()[0] for i in numbers]

    def number(self, work: Work) -> int:
        """The number of a work of this store."""
        return int(self.arrays.numbers[self.store.row(work.id) or 0])

    def _works(self) -> "pd.DataFrame":
        import pandas as pd

        from kg.graph.arrays import OUTCOMES
        from kg.graph.citation_graph import WORK_COLUMNS

        table = pd.read_sql_query(
            """SELECT n, id, title, year, date, venue, stub, seed, reported_references, reported_citations,
            coalesce((SELECT group_concat(name, '; ') FROM (SELECT name FROM author WHERE work = n ORDER BY position)), '') AS authors
            FROM work""",
            self.store.db,
            dtype={
                "year": "Int64",
                "stub": bool,
                "seed": bool,
                "reported_references": "Int64",
                "reported_citations": "Int64",
            },
        ).set_index("n")
        table = table.loc[list(self.arrays.rows)].set_index("id")
        table["outcome"] = [str(OUTCOMES[code]) for code in self.arrays.outcomes]
        return table[WORK_COLUMNS]

    def _concepts(self) -> "pd.DataFrame":
        import pandas as pd

        from kg.graph.citation_graph import CONCEPT_COLUMNS

        rows = [(c.work, c.scheme, c.label, c.source) for c in self.store.concepts()]
        return pd.DataFrame(rows, columns=CONCEPT_COLUMNS, dtype="str")


def _bundled_folder() -> Path:
    from kg.graph.bundled import bundled_folder

    return bundled_folder()


def folder_of(graph: str) -> Path:
    """The folder a graph's name stands for: a value with a path separator is a folder, else one under `./graphs`."""
    if graph in {"", ".", "..", BUNDLED}:
        raise InputError(
            f"{graph!r} cannot be the name of a graph", "give a name such as my-field, or a folder such as ./my-field"
        )
    separators = {os.sep, os.altsep or os.sep}
    return Path(graph) if any(s in graph for s in separators) else Path("graphs") / graph


def remove_older(folder: Path, state: str) -> None:
    """Remove what was derived from earlier states of the store; nothing else in the folder is touched."""
    for old in folder.iterdir():
        named = re.fullmatch(r"(\d+)-[0-9a-f]{8}", old.name)
        if named and old.name != state and int(named[1]) <= int(state.partition("-")[0]):
            shutil.rmtree(old, ignore_errors=True)
