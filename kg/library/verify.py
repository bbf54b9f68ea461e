"""Verify: whether a graph is undamaged, also one that cannot be opened. `kg.verify(...)` calls `verify`."""

import os
from contextlib import closing
from pathlib import Path

from kg.graph.folder import BUNDLED, folder_to_read
from kg.graph.store_file import being_written, break_seal, open_file, seal_fault
from kg.library.faults import file_fault
from kg.library.graph import open_graph
from kg.library.snapshot import Snapshot, Verified


def verify(
    graph: str | Path | None = None, snapshot: str | Path | Snapshot | None = None, *, accept: bool = False
) -> Verified:
    """Whether a graph is undamaged, also one that cannot be opened because it is not as kg last wrote it.

    Parameters
    ----------
    graph : str or Path, optional
        The graph, as for `open_graph`.
    snapshot : str, Path or Snapshot, optional
        A snapshot that it must be as: see `Graph.verify`.
    accept : bool
        From now on, take the store as it is, where SQLite finds no fault in it: for one that another program wrote to.

    Raises
    ------
    InputError
        If there is no such graph, or the file is no snapshot.
    StoreError
        If the store cannot be opened at all.
    """
    path = folder_to_read(str(graph or os.environ.get("KG_GRAPH") or BUNDLED)) / "graph.sqlite"
    if fault := seal_fault(path, whole=True):
        with closing(open_file(path, write=False, sealed=False)) as db:
            told = file_fault(db, whole=True)
        if told or not accept:
            found = f"SQLite finds: {told}" if told else "SQLite finds no fault in its structure"
            return Verified(
                (("store", f"graph.sqlite {fault}; {found}; restore a copy, or take it as it is: kg verify --accept"),)
            )
        break_seal(path)
        with being_written(path):
            pass  # which seals it
    return open_graph(graph).verify(snapshot)
