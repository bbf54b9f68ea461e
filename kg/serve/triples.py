"""Where the RDF of the graphs that are served is: built by `kg sparql` in a process of its own where it is missing or stale."""

import asyncio
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from kg.children import command
from kg.errors import InputError, StoreError
from kg.library.graph import Graph
from kg.output.rdf.open import is_sound


class Preparing(StoreError):
    """The RDF of a graph is being built."""


class TripleStores:
    """The RDF of graphs, found or built.

    Parameters
    ----------
    patience_s : float
        How many seconds a query waits until it is built.
    """

    def __init__(self, patience_s: float = 3.0) -> None:
        self.patience_s = patience_s
        self._current: dict[Path, str] = {}
        self._building: dict[Path, asyncio.Task[None]] = {}

    async def of(self, graph: Graph) -> Path:
        """The store of a graph's present state, or of a later one.

        Parameters
        ----------
        graph : Graph
            The graph.

        Raises
        ------
        Preparing
            If it is being built.
        StoreError
            If it cannot be built.
        """
        source = graph.provenance
        if source is None:
            raise InputError("this graph was made in Python and has no folder, so it has no RDF", "save it first")
        folder, state = source.folder / "rdf", source.store.state
        if self._current.get(folder) != state or not (folder / state).exists():
            if not await run_in_threadpool(is_sound, folder, state):
                await self._build(source.folder.absolute())
                # later, if something was saved meanwhile
                state = (folder / "current").read_text(encoding="ascii").strip()
            self._current[folder] = state
        return folder / state

    async def close(self) -> None:
        """Stop what is being built."""
        for task in self._building.values():
            task.cancel()
        await asyncio.gather(*self._building.values(), return_exceptions=True)

    async def _build(self, folder: Path) -> None:
        if folder not in self._building:
            task = self._building[folder] = asyncio.create_task(_build(folder))
            task.add_done_callback(lambda _: self._building.pop(folder))
        try:
            async with asyncio.timeout(self.patience_s):
                await asyncio.shield(self._building[folder])
        except TimeoutError:
            raise Preparing("the graph is being prepared for SPARQL, once", "try again in a few seconds") from None


async def _build(folder: Path) -> None:
    """Have a query answered as on the command line, which builds the RDF first."""
    words = command("kg", "sparql", "ASK {}", "--graph", str(folder))
    process = await asyncio.create_subprocess_exec(*words, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE)
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()  # its pipe is closed, too
        raise
    if process.returncode:
        line = said.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("kg: ")
        raise StoreError(f"the graph could not be prepared for SPARQL: {line}", "see `kg doctor`")
