"""The folder of a graph: its store, the index made from it, and the `CitationGraph` read from both.

`graph.sqlite` is the truth. `index/REVISION` and `rdf/REVISION` are derived from it and rebuilt when stale; the index by a
child process where numpy is not loaded, so that a command which only reads stays light. The bundled graph has its folder
in the user's cache.
"""

import os
import re
import subprocess
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from kg.aside import remove_left
from kg.children import command
from kg.errors import InputError, NothingFound, StoreError, remedy
from kg.facts import most_particular
from kg.files import check_folder
from kg.graph.arrays import GraphArrays, read_arrays
from kg.graph.bundled import NAME, bundled_folder
from kg.graph.derived import mark_of, remove_derived
from kg.graph.provenance import Provenance
from kg.graph.schema import RETRACTED
from kg.graph.seal import is_sealed
from kg.graph.store import Store
from kg.model import Work

if TYPE_CHECKING:
    import pandas as pd

    from kg.graph.citation_graph import CitationGraph
    from kg.graph.tables import Tables
    from kg.graph.writer import Writer

BUNDLED = "bundled"
S2 = "s2"  # Semantic Scholar
_PART = 20_000  # works that are in memory as rows of Python while their table is made


class Workspace:
    """The folder of one graph, open for reading or writing.

    Attributes
    ----------
    folder : Path
        The folder.
    store : Store
        Its store, showing one state of the graph.
    """

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder = folder
        self.store = store

    @classmethod
    def open(cls, graph: str | None = None) -> Self:
        """Open a graph for reading.

        Parameters
        ----------
        graph : str or None
            The name of a graph under `./graphs`, or a folder; by default the environment variable `KG_GRAPH`, else the
            bundled graph, which has the name `neural-music` too where `./graphs` has no such graph.

        Raises
        ------
        InputError
            If there is no such graph.
        """
        graph = graph or os.environ.get("KG_GRAPH") or BUNDLED
        folder = folder_to_read(graph)
        for place in (folder, folder / "index", folder / "rdf"):
            remove_left(place)
        path = folder / "graph.sqlite"
        store = Store.open(path) if path.exists() else None
        if store is None and is_sealed(path):
            raise StoreError(f"{path} is gone", "restore a copy of the folder")
        if store is None or store.revision == 0:  # empty while a first `kg ingest` runs, or after it was killed
            hint = f"known graphs: {', '.join(graphs_found())}; `kg ingest` builds one"
            raise InputError(f"no graph {graph!r} (looked in {folder})", hint)
        store.renew_snapshot()
        return cls(folder, store)

    @classmethod
    @contextmanager
    def writing(cls, graph: str, command: str) -> Iterator[tuple[Self, "Writer"]]:
        """Open a graph for writing, or make it; a new graph is removed again if nothing is saved in it.

        Parameters
        ----------
        graph : str
            The name of a graph under `./graphs`, or a folder.
        command : str
            What is doing the writing, for the list of runs.

        Raises
        ------
        InputError
            If the name cannot be that of a graph.
        StoreError
            If another process is writing it, or the folder cannot be written.
        """
        from kg.graph.writer import Writer

        folder = folder_of(graph)
        made = [place for place in (folder, *folder.parents) if not place.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with Writer.open(folder / "graph.sqlite", command) as writer:
                yield cls(folder, writer.store), writer
        finally:
            with suppress(OSError):  # such as that there is something in it
                for place in made:
                    place.rmdir()

    @cached_property
    def arrays(self) -> GraphArrays:
        """The memory-mapped arrays of the graph, built where they are missing or stale."""
        folder = self.folder / "index"
        for _ in range(2):  # another process may write, and remove the index of the state before
            held = folder / self.store.state
            mark, there = mark_of(held), held.exists()  # in this order: what is removed in between is not there
            try:
                return read_arrays(held)
            except StoreError as error:
                if there and mark_of(held) == mark:  # else another process removed or replaced it
                    warnings.warn(f"{error.message}; it is built again", stacklevel=2)
                    remove_derived(held)
            try:
                folder.mkdir(exist_ok=True)
                self._build_index(folder)
            except OSError as error:
                hint = remedy(error, "copy the graph to a writable folder")
                raise StoreError(f"{self.folder} cannot be written, and its index is missing: {error}", hint) from error
            self.store.renew_snapshot()  # the index was made of the store a little later
            remove_older(folder, self.store.state)
        from kg.graph.topology import arrays_of, in_memoryviews

        # something is saved however often we try, or what was just written cannot be read: without a file then
        return in_memoryviews(arrays_of(self.store))

    def _build_index(self, folder: Path) -> None:
        if "numpy" in sys.modules:
            from kg.graph.topology import build_index

            build_index(self.store.path, folder)
            return
        words = command("kg.graph.topology", str(self.store.path), str(folder))
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode:
            reason = done.stderr.strip().rpartition("\n")[2]
            hint = "free space on that disk, or copy the graph to a writable folder"
            raise StoreError(f"the index of {self.folder} could not be built: {reason}", hint)

    @cached_property
    def graph(self) -> "CitationGraph":
        """The graph as analyses read it; its tables are read from the store when first used."""
        from kg.graph.citation_graph import CitationGraph

        return CitationGraph(self.arrays, self.tables, name=self.store.name)

    @property
    def tables(self) -> "Tables":
        """The tables of the graph, read from the store when first used."""
        from kg.graph.tables import Tables

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
        """Where the graph was read from."""
        return Provenance(self.folder, self.store)

    def as_of(self, year: int | None) -> "Workspace":
        """The graph as it was at the end of a year, for reading only; without a year, the graph itself.

        Raises
        ------
        NothingFound
            If no work is dated up to that year.
        """
        if year is None or year == self.store.until:
            return self
        from kg.graph.topology import as_of, in_memoryviews, in_numpy, with_meta

        then = Workspace(self.folder, self.store.as_of(year))
        then.arrays = in_memoryviews(with_meta(as_of(in_numpy(self.arrays), year), then.store))
        if not len(then.arrays):
            raise NothingFound(f"no work of this graph is dated up to {year}", "choose a later year")
        return then

    def ids(self, numbers: Iterable[int]) -> list[str]:
        """The ids of works, given by their numbers in the arrays."""
        rows = self.arrays.rows
        numbers = list(numbers)
        if len(numbers) > 500:
            ids = dict(self.store.db.execute("SELECT n, id FROM work"))
            return [ids[rows[i]] for i in numbers]
        return [self.store.db.execute("SELECT id FROM work WHERE n = ?", (rows[i],)).fetchone()[0] for i in numbers]

    def number(self, work: Work) -> int:
        """The number of a work in the arrays."""
        return int(self.arrays.numbers[self.store.row(work.id) or 0])

    def _works(self) -> "pd.DataFrame":
        import pandas as pd

        from kg.graph.arrays import OUTCOMES
        from kg.graph.tables import WORK_COLUMNS

        parts = pd.read_sql_query(
            """SELECT n, id, title, year, date, venue, stub, seed, reported_references, reported_citations,
            coalesce((SELECT group_concat(name, '; ') FROM (SELECT name FROM author WHERE work = n ORDER BY position)), '') AS authors
            FROM work""",
            self.store.db,
            chunksize=_PART,
            dtype=dict.fromkeys(("id", "title", "date", "venue", "authors"), "str")
            | dict.fromkeys(("year", "reported_references", "reported_citations"), "Int64")
            | dict.fromkeys(("stub", "seed"), bool),
        )
        table = pd.concat(parts, ignore_index=True).set_index("n")
        types: dict[int, list[str]] = {}
        for n, type_ in self.store.db.execute("SELECT work, value FROM fact WHERE name = 'type'"):
            types.setdefault(n, []).append(type_)
        gone = {n for (n,) in self.store.db.execute(RETRACTED)}
        table["type"] = [most_particular(types.get(n, ())) for n in table.index]
        table["retracted"] = pd.array([True if n in gone else None for n in table.index], dtype="object")
        table = table.loc[list(self.arrays.rows)].set_index("id")
        table["outcome"] = [str(OUTCOMES[code]) for code in self.arrays.outcomes]
        return table[WORK_COLUMNS]

    def _concepts(self) -> "pd.DataFrame":
        import pandas as pd

        from kg.graph.tables import CONCEPT_COLUMNS

        rows = [(c.work, c.scheme, c.label, c.source) for c in self.store.concepts()]
        return pd.DataFrame(rows, columns=CONCEPT_COLUMNS, dtype="str")


def folder_of(graph: str) -> Path:
    """The folder of a graph: a value with a path separator is a folder, any other a name under `./graphs`.

    Raises
    ------
    InputError
        If the value cannot name a graph that can be written.
    StoreError
        If a pipe, a device or a socket is where its files are.
    """
    if graph in {"", ".", "..", BUNDLED}:
        hint = "give a name such as my-field, or a folder such as ./my-field"
        if graph == BUNDLED:
            hint = "the bundled graph is read-only; `kg demo` makes a copy that you can add to: --graph neural-music"
        raise InputError(f"{graph!r} cannot be the name of a graph to write", hint)
    separators = {os.sep, os.altsep or os.sep}
    folder = Path(graph) if any(s in graph for s in separators) else Path("graphs") / graph
    check_folder(folder, "index/*", "index/*/*", "rdf/*", "rdf/*/*")
    return folder


def folder_to_read(graph: str) -> Path:
    """The folder that a name reads: that of the bundled graph too, which has a second name where no own graph has it."""
    own = graph != BUNDLED and (graph != NAME or folder_of(graph).exists())
    return folder_of(graph) if own else bundled_folder()


def graphs_found() -> list[str]:
    """The names that can be read here: the bundled graph and those under ./graphs."""
    return [BUNDLED, *sorted(path.parent.name for path in Path("graphs").glob("*/graph.sqlite"))]


def remove_older(folder: Path, state: str) -> None:
    """Delete what was derived from earlier states of the store, and nothing else in the folder."""
    for old in folder.iterdir():
        named = re.fullmatch(r"(\d+)-[0-9a-f]{8}", old.name)
        if named and old.name != state and int(named[1]) <= int(state.partition("-")[0]):
            remove_derived(old)
