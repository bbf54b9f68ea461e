"""Open the RDF form of a graph: built where it is missing or stale, then only read."""

import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from zlib import crc32

from kg.aside import temporary_folder
from kg.errors import StoreError
from kg.graph.derived import damage, mark_of, remove_derived
from kg.graph.folder import remove_older
from kg.graph.provenance import Provenance
from kg.text import counted

if TYPE_CHECKING:
    import rdflib

Read = TypeVar("Read")
Making = Callable[[str], AbstractContextManager[None]]
#: The code that says how a graph looks in RDF: what another one built is built again.
_MODEL = ("triples.py", "lines.py", "vocab.py", "../../terms.py")


def rdf_folder(source: Provenance, making: Making = lambda _: nullcontext()) -> Path:
    """Find the folder that holds the RDF form of a graph's present state, and build it if needed.

    That of a graph as of a year is built in a temporary folder, which is removed when the store is no longer used.

    Parameters
    ----------
    source : Provenance
        The graph.
    making : callable
        Is entered while the RDF is built, with a text that says so.
    """
    store = source.store
    if store.until is not None:
        import weakref

        stack = ExitStack()
        folder = stack.enter_context(temporary_folder())
        weakref.finalize(store, stack.close)
        _build(source, folder, making)
        return folder
    folder = source.folder / "rdf"
    held = folder / store.state
    mark, there = mark_of(held), held.exists()  # in this order: what is removed in between is not there
    if not is_sound(folder, store.state):
        fault = damage(held)
        if there and mark_of(held) == mark:  # else another process has removed it, or published another, meanwhile
            if fault and is_current(folder, store.state):
                warnings.warn(f"{held} was damaged ({fault}) and is built again", stacklevel=2)
            remove_derived(held)
        _build(source, folder, making)
        (folder / "model").write_text(_model(), encoding="ascii")
        remove_older(folder, store.state)
    return folder


def is_current(folder: Path, state: str) -> bool:
    """Whether a folder holds the RDF of a state as this version of kg makes it; else the next query builds it."""
    known = folder / "model"
    try:
        same = known.read_bytes() == _model().encode()
    except OSError:
        return False
    return same and (folder / state).exists()


def is_sound(folder: Path, state: str) -> bool:
    """Whether a folder holds the RDF of a state, as it was published."""
    return is_current(folder, state) and not damage(folder / state)


def _model() -> str:
    """A checksum of the code that says how a graph looks in RDF."""
    return f"{crc32(b''.join((Path(__file__).parent / name).read_bytes() for name in _MODEL)):08x}"


def _build(source: Provenance, folder: Path, making: Making) -> None:
    from kg.output.rdf.store import build

    works, citations = source.store.counts()
    with making(f"preparing {counted(works, 'work')} and {counted(citations, 'citation')} for SPARQL, once"):
        build(source.store, folder)


def read_rdf(source: Provenance, read: Callable[[Path], Read], making: Making = lambda _: nullcontext()) -> Read:
    """Read the RDF of a graph's present state, once more where other processes remove it meanwhile or replace it.

    Parameters
    ----------
    source : Provenance
        The graph.
    read : callable
        Reads the folder that it is given.
    making : callable
        Is entered while the RDF is built, with a text that says so.

    Returns
    -------
    Read
        What `read` returns.

    Raises
    ------
    StoreError
        If it cannot be built, or what is still there cannot be read.
    """
    while True:
        held = rdf_folder(source, making) / source.store.state
        mark = mark_of(held)
        try:
            return read(held)
        except StoreError:
            if mark and mark_of(held) == mark:
                raise


def open_rdflib(source: Provenance) -> "rdflib.Graph":
    """Open a graph for rdflib, read-only, answered by Oxigraph from disk; see `store.open_store`."""
    from kg.output.rdf.store import open_store

    graph = read_rdf(source, lambda folder: open_store(folder.parent, folder.name))
    graph.__dict__["provenance"] = source  # a temporary folder stays as long as the graph does
    return graph
