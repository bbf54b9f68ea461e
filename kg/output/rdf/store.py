"""The Oxigraph store of a graph: built under another name, published by one rename, then only read.

A folder holds one store per state of the graph's store and a file `current` that names the newest.
"""

import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, RdfFormat, Store

from kg.aside import built_aside
from kg.errors import StoreError, need_memory, remedy
from kg.graph.derived import publish
from kg.output.rdf.records import Records
from kg.output.rdf.triples import ntriples
from kg.output.rdf.vocab import graph_name, prefixes
from kg.terms import term

if TYPE_CHECKING:
    import rdflib


#: With more citations than this, queries see them as `cito:cites` alone: nodes with their sources would be many times as much.
MANY = 100_000
_PART = 250_000  # triples that are loaded at once: Oxigraph takes 1 kB of memory for each of them, up to 2 GB


def build(records: Records, folder: Path) -> Path:
    """Build the store of a graph's present state; one that is already there stays.

    Parameters
    ----------
    records : Records
        The graph's records.
    folder : Path
        The RDF folder of the graph.

    Returns
    -------
    Path
        `folder/STATE`, the folder of the store.

    Raises
    ------
    StoreError
        If it cannot be written.
    """
    target = folder / records.state
    need_memory("building RDF", 400)
    try:
        with built_aside(folder) as temporary:
            _write(records, temporary)
            publish(temporary / "store", target)
            (temporary / "current").write_text(f"{records.state}\n", encoding="ascii")
            (temporary / "current").replace(folder / "current")
    except OSError as error:
        raise StoreError(
            f"the RDF store {target} cannot be written: {error}", remedy(error, "check disk space and permissions")
        ) from error
    return target


def open_readonly(folder: Path, state: str | None = None) -> Store:
    """Open the store of a state, or of the current one.

    Raises
    ------
    StoreError
        If it cannot be read.
    """
    try:
        name = state or (folder / "current").read_text(encoding="ascii").strip()
        return Store.read_only(os.fspath(folder / name))
    except (OSError, RuntimeError) as error:  # RuntimeError: a file is gone or damaged, as far as Oxigraph knows
        hint = remedy(error, "delete that folder; it is rebuilt when next needed")
        raise StoreError(f"the RDF store in {folder} cannot be read: {error}", hint) from error


def prefixes_of(store: Store) -> dict[str, str]:
    """Find the prefixes known in queries to this store, `work:` among them.

    Raises
    ------
    StoreError
        If kg did not build the store.
    """
    kind, dataset = NamedNode(term("rdf:type")), NamedNode(term("void:Dataset"))
    found = next(store.quads_for_pattern(None, kind, dataset, None), None)
    if found is None or not isinstance(found.subject, NamedNode):
        raise StoreError(
            "this Oxigraph store was not built by kg", "delete the graph's folder rdf; it is rebuilt when next needed"
        )
    return prefixes(graph_name(found.subject.value))


def open_store(folder: Path, state: str | None = None) -> "rdflib.Graph":
    """Open a graph for rdflib, answered by Oxigraph from disk. Adding, removing and updating raise RuntimeError.

    Notes
    -----
    `graph.query` runs what it is given, SERVICE included: for untrusted queries use `kg.output.rdf.sparql.query`.
    """
    from oxrdflib import OxigraphStore
    from rdflib import Graph
    from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

    class Whole(OxigraphStore):
        def __len__(self, context: Graph | None = None) -> int:
            return len(self._inner)  # 15 times faster than counting distinct triples by SPARQL

    store = open_readonly(folder, state)
    # any other identifier makes a named graph, which is empty
    graph = Graph(Whole(store=store), DATASET_DEFAULT_GRAPH_ID, bind_namespaces="none")
    for prefix, iri in prefixes_of(store).items():
        graph.bind(prefix, iri, replace=True)
    return graph


def _write(records: Records, folder: Path) -> None:
    """Fill `folder/store`, by way of files: Oxigraph bulk-loads one without Python in between."""
    file, lines = folder / "graph.nt", ntriples(records, full=records.counts()[1] <= MANY)
    store = Store(os.fspath(folder / "store"))
    while True:
        with file.open("w", encoding="utf-8", newline="\n") as out:
            out.writelines(islice(lines, _PART))
        if not file.stat().st_size:
            break
        store.bulk_load(path=os.fspath(file), format=RdfFormat.N_TRIPLES, lenient=True)
    store.optimize()
    store.flush()
