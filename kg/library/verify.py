"""Verify: whether a graph is undamaged, also one that cannot be opened, and repair. `kg.verify(...)` calls `verify`."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from kg.errors import StoreError
from kg.graph.checked import impossible
from kg.graph.folder import BUNDLED, Workspace, folder_to_read
from kg.graph.seal import UNREADABLE, break_seal, is_sealed, seal_fault
from kg.graph.store_file import being_written, open_file
from kg.graph.writer import Writer
from kg.library.faults import file_fault, index_fault, rdf_fault
from kg.library.repair import KEPT, store_damage, write_anew
from kg.library.snapshot import Snapshot, Verified, verified
from kg.output.rdf.open import rdf_folder
from kg.text import counted


def verify(
    graph: str | Path | None = None,
    snapshot: str | Path | Snapshot | None = None,
    *,
    accept: bool = False,
    repair: bool = False,
) -> Verified:
    """Whether a graph is undamaged, also one that cannot be opened because it is not as kg last wrote it.

    Damage to the store is told by table, works, and the runs that brought them.

    Parameters
    ----------
    graph : str or Path, optional
        The graph, as for `open_graph`.
    snapshot : str, Path or Snapshot, optional
        A snapshot that it must be as: see `Graph.verify`.
    accept : bool
        From now on, take the store as it is, where SQLite finds no fault in it: for one that another program wrote to.
    repair : bool
        Make again what is made from the store's tables: its indexes and search, its seal, the index and the RDF. Damage to
        the tables themselves is only told.

    Raises
    ------
    InputError
        If there is no such graph, or the file is no snapshot.
    StoreError
        If there is a store without a seal that cannot be opened.
    """
    named = str(graph.absolute()) if isinstance(graph, Path) else graph
    path = folder_to_read(named or os.environ.get("KG_GRAPH") or BUNDLED) / "graph.sqlite"
    done = []
    if fault := seal_fault(path, whole=True):
        damage, unsound = store_damage(path), _unsound(path)
        if repair and damage and damage.derived:
            write_anew(path)
            done.append(f"repaired: {_told(damage.found)}; {path.with_name(KEPT)} is the file as it was")
        elif not unsound and (accept or (repair and fault == UNREADABLE)):
            _seal(path)
            done.append("graph.sqlite is sealed as it is")
        else:
            again = f" or ingest again what filled it: {'; '.join(damage.runs)}" if damage and damage.runs else ""
            do = f"restore a copy of the folder{again}" + "; `kg verify --accept` takes the file as it is" * (
                not unsound
            )
            do = "`kg verify --repair` writes it anew" if damage and damage.derived else do
            sqlite = f"SQLite finds {unsound or 'no fault in its structure'}"
            return Verified((("store", f"graph.sqlite {fault}; {sqlite}; {do}"), *(damage.found if damage else ())))
    space = Workspace.open(named)
    wrong = impossible(space.store.db)
    if repair:
        if wrong:
            with Writer.open(path, "verify --repair") as writer:
                writer.leave_out_impossible()
            space, told = Workspace.open(named), f"{counted(len(wrong), 'value')} that cannot be"
            done.append(f"left out and listed: {told}")
        done += _built_again(space)
        if not is_sealed(path) and not _unsound(path):
            _seal(path)
            done.append("graph.sqlite is sealed as it is: there was no graph.digest")
    found, values = verified(space, snapshot), ""
    if wrong and not repair:
        told = f"{counted(len(wrong), 'value')} that cannot be, such as {wrong[0][1]} of {wrong[0][0]}"
        values = f"{told}; `kg verify --repair` leaves them out"
    return Verified((*found.checks, ("values", values)), found.notes, tuple(done))


def _unsound(path: Path) -> str:
    """What SQLite finds wrong in the structure of a store, "" where nothing."""
    try:
        with closing(open_file(path, write=False, sealed=False)) as db:
            return file_fault(db, whole=True)
    except StoreError as error:
        return error.message


def _seal(path: Path) -> None:
    break_seal(path)
    with being_written(path):
        pass  # which seals it


def _built_again(space: Workspace) -> Iterator[str]:
    """Build the index and the RDF again where they are damaged or not what the store gives; say what was done."""
    for name, place, find in (("index", "index", index_fault), ("RDF", "rdf", rdf_fault)):
        if fault := find(space.folder, space.store.state, space.store):
            shutil.rmtree(space.folder / place / space.store.state)
            _ = space.arrays if place == "index" else rdf_folder(space.provenance)
            yield f"built again: the {name}, as {fault}"


def _told(found: tuple[tuple[str, str], ...]) -> str:
    return "; ".join(f"{name} ({where})" for name, where in found)
