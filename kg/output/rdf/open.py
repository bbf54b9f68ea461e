"""Open the RDF form of a graph: built where it is missing or stale, then only read."""

import shutil
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from kg.graph.folder import remove_older
from kg.graph.provenance import Provenance
from kg.output.rdf.store import build, open_store

if TYPE_CHECKING:
    import rdflib


def rdf_folder(source: Provenance) -> Path:
    """Find the folder that holds the RDF form of a graph's present state, and build it if needed.

    That of a graph as of a year is built in a temporary folder, which is removed when the store is no longer used.
    """
    store = source.store
    if store.until is not None:
        folder = Path(tempfile.mkdtemp(prefix="kg-"))
        weakref.finalize(store, shutil.rmtree, folder, ignore_errors=True)
        build(store, folder)
        return folder
    folder = source.folder / "rdf"
    if not (folder / store.state).exists():
        build(store, folder)
        remove_older(folder, store.state)
    return folder


def open_rdflib(source: Provenance) -> "rdflib.Graph":
    """Open a graph for rdflib, read-only, answered by Oxigraph from disk; see `store.open_store`."""
    graph = open_store(rdf_folder(source), source.store.state)
    graph.__dict__["provenance"] = source  # a temporary folder stays as long as the graph does
    return graph
