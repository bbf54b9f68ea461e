"""The graphs that are served, by the names in their addresses: opened when first asked for, and again when they changed."""

import os
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from pathlib import Path
from weakref import WeakKeyDictionary

from kg.errors import InputError, NothingFound, UnknownName
from kg.graph.bundled import NAME
from kg.graph.folder import BUNDLED, folder_of, folder_to_read, graphs_found
from kg.library.graph import Graph, open_graph

_STAMPS: WeakKeyDictionary[Graph, str] = WeakKeyDictionary()
_YEARS = 4  # graphs as of a year that are kept


class Shelf:
    """Graphs by name.

    Parameters
    ----------
    graphs : sequence of str
        Names under `./graphs` or folders; all graphs found here, the bundled one first, if there are none.
    """

    def __init__(self, graphs: Sequence[str] = ()) -> None:
        # a graph that is slow to open stops no other
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._held: dict[str, tuple[str, Graph]] = {}
        self._then: OrderedDict[tuple[str, int], tuple[Graph, Graph]] = OrderedDict()
        self._places: dict[str, str] = {}
        for graph in graphs or graphs_found():
            self.add(graph)
        if graphs:
            for name in self.names:
                self.get(name)  # what cannot be opened is said before anything is served

    @property
    def names(self) -> list[str]:
        """The names of the graphs, in the order they were given."""
        return list(self._places)

    def add(self, graph: str) -> str:
        """Serve one more graph; gives its name, which is that of the graph itself where no other has it.

        Parameters
        ----------
        graph : str
            A name under `./graphs`, or a folder.
        """
        folder = folder_to_read(graph)
        name = folder.name
        if graph == BUNDLED:  # whose name an own graph may have
            name = BUNDLED if folder_of(NAME).exists() else NAME
        known = self._places.get(name)
        if known is not None and folder_to_read(known).resolve() != folder.resolve():
            name = graph.replace("/", "-").strip("-.")
            if name in self._places:
                raise InputError(f"two graphs are called {name!r}", "serve one of them, or rename its folder")
        self._places.setdefault(name, graph)
        return name

    def place(self, name: str) -> str:
        """What `kg.open_graph` opens a graph by."""
        return self._places[name]

    def get(self, name: str, as_of: int | None = None) -> Graph:
        """The graph of a name as it stands now, or as of a year.

        Parameters
        ----------
        name : str
            Its name.
        as_of : int, optional
            The graph as it stood at the end of this year.

        Raises
        ------
        UnknownName
            If no graph of this name is served.
        NothingFound
            If it held nothing then, or was deleted.
        """
        if name not in self._places:
            raise UnknownName("graph", name, self._places)
        folder = folder_to_read(self._places[name])
        if not (folder / "graph.sqlite").exists():
            raise NothingFound(f"the graph {name!r} is gone", "it was there when the server started")
        with self._locks[name]:
            stamp = _stamp(folder)
            held = self._held.get(name)
            if held is None or held[0] != stamp:
                held = self._held[name] = (stamp, open_graph(self._places[name]))
                _STAMPS[held[1]] = stamp
            graph = held[1]
            if as_of is None:
                return graph
            now, then = self._then.get((name, as_of), (None, None))
            if then is None or now is not graph:
                then = open_graph(self._places[name], as_of=as_of)
                _STAMPS[then] = stamp
                self._then[name, as_of] = (graph, then)
            self._then.move_to_end((name, as_of))
            while len(self._then) > _YEARS:
                self._then.popitem(last=False)
            return then


def state(graph: Graph) -> str:
    """The state of a graph and the year it stands as of: what is made of one graph holds while this is the same."""
    return f"{_STAMPS.get(graph)}@{graph.until}"


def _stamp(folder: Path) -> str:
    """What tells, without opening it, that a graph's folder was written: its store, or what its user says of it."""
    names = ("graph.sqlite", "graph.sqlite-wal", "eras.toml", "populations.toml", "questions.csv")
    files = [folder / name for name in names]
    return f"{folder} {[(at.st_mtime_ns, at.st_size) if (at := _stat(file)) else None for file in files]}"


def _stat(file: Path) -> os.stat_result | None:
    try:
        return file.stat()
    except OSError:
        return None
