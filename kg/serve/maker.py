"""The process that draws maps and writes reports: they take seconds and memory that the server's own answers must not wait for."""

import multiprocessing
import threading
import traceback
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.children import follow, undisturbed
from kg.errors import InputError, KgError, NothingFound
from kg.output.pages.frame import Frame
from kg.serve.jobs import Busy

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

_LIMIT_S = 120.0  # for one page
_GRAPHS = 2  # that the process keeps open
_ERRORS = {"NothingFound": NothingFound}


class Wanted(NamedTuple):
    """A page that is to be made.

    Attributes
    ----------
    place : str
        What opens the graph.
    until : int or None
        The year it stands as of.
    state : str
        The state of the graph.
    kind : str
        "map" or "report".
    options : dict[str, Any]
        What it is made with.
    frame : Frame or None
        What stands around it.
    """

    place: str
    until: int | None
    state: str
    kind: str
    options: dict[str, Any]
    frame: Frame | None


class Maker:
    """Makes one page after the other in one process, which is started when first needed and again when it ended."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: SpawnProcess | None = None
        self._end: Connection | None = None

    def page(self, wanted: Wanted) -> str:
        """Make a page.

        Parameters
        ----------
        wanted : Wanted
            Which.

        Raises
        ------
        KgError
            If it cannot be made of this graph, takes too long, or the process ended.
        """
        with self._turn:
            end = self._running()
            try:
                end.send(wanted)
                if not end.poll(_LIMIT_S):
                    self.close()
                    raise Busy(f"the {wanted.kind} took longer than {_LIMIT_S:.0f} seconds", f"use `kg {wanted.kind}`")
                how, *said = end.recv()
            except (EOFError, OSError) as error:
                self.close()
                raise Busy(f"the process that makes the {wanted.kind} ended", "try again") from error
        if how == "made":
            return str(said[0])
        if how == "broken":
            raise RuntimeError(said[0])
        raise _ERRORS.get(how, InputError)(*said)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None

    def _running(self) -> Connection:
        if self._process is None or not self._process.is_alive() or self._end is None:
            context = multiprocessing.get_context("spawn")
            self._end, other = context.Pipe()
            self._process = context.Process(target=_work, args=(other,), daemon=True)
            with undisturbed():
                self._process.start()
            other.close()  # so that either side sees the other one end
        return self._end


def _work(end: Connection) -> None:
    """What the process does until the server is gone."""
    follow()
    from kg.library.graph import Graph, open_graph

    graphs: dict[tuple[str, int | None, str], Graph] = {}
    while True:
        try:
            wanted: Wanted = end.recv()
        except EOFError:
            return
        key = wanted.place, wanted.until, wanted.state
        try:
            graphs[key] = graph = graphs.pop(key, None) or open_graph(wanted.place, as_of=wanted.until)
            while len(graphs) > _GRAPHS:
                del graphs[next(iter(graphs))]
            end.send(("made", str(getattr(graph, wanted.kind)(**wanted.options, frame=wanted.frame))))
        except KgError as error:
            end.send((type(error).__name__, error.message, error.hint))
        except Exception:  # noqa: BLE001  (the server's log tells it)
            end.send(("broken", traceback.format_exc()))
