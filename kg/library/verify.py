"""Verify: whether a graph is undamaged, also one that cannot be opened, and repair. `kg.verify(...)` calls `verify`."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from kg.errors import StoreError
from kg.graph.folder import BUNDLED, Workspace, folder_to_read
from kg.graph.seal import UNREADABLE, break_seal, is_sealed, seal_fault
from kg.graph.store import Store
from kg.graph.store_file import being_written, open_file, write_lock
from kg.graph.vetted import left_out
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
        From now on, take the store as it is, where SQLite finds no fault in it: for one that another program wrote to. Values
        that cannot be, such as a day that its month does not have, are left out and listed.
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
            done += _accepted(path)
        else:
            again = f" or ingest again what filled it: {'; '.join(damage.runs)}" if damage and damage.runs else ""
            do = f"restore a copy of the folder{again}" + "; `kg verify --accept` takes the file as it is" * (
                not unsound
            )
            do = "`kg verify --repair` writes it anew" if damage and damage.derived else do
            sqlite = f"SQLite finds {unsound or 'no fault in its structure'}"
            return Verified((("store", f"graph.sqlite {fault}; {sqlite}; {do}"), *(damage.found if damage else ())))
    elif accept and not is_sealed(path):
        done += _accepted(path)
    space = Workspace.open(named)
    if repair:
        done += _built_again(space)
        if not is_sealed(path) and not _unsound(path):
            _seal(path)
            done.append("graph.sqlite is sealed as it is: there was no graph.digest")
    found = verified(space, snapshot)
    return Verified(found.checks, found.notes, tuple(done))


def _unsound(path: Path) -> str:
    """What SQLite finds wrong in the structure of a store, "" where nothing."""
    try:
        with closing(open_file(path, write=False, sealed=False)) as db:
            return file_fault(db, whole=True)
    except StoreError as error:
        return error.message


def _accepted(path: Path) -> Iterator[str]:
    """Leave out what cannot be, list it as what a run left out, and seal the file; say so."""
    with write_lock(path), Store.open(path, write=True, sealed=False) as store:
        db = store.db
        db.execute("BEGIN IMMEDIATE")
        found = list(left_out(db))
        if found:
            started = datetime.now(UTC).isoformat(timespec="seconds")
            run = db.execute("INSERT INTO run (command, started) VALUES ('verify --accept', ?)", (started,)).lastrowid
            listed = [(place, f"{value}: impossible, and left out", run) for place, value in found]
            db.executemany("INSERT OR REPLACE INTO skipped VALUES (?, ?, ?)", listed)
            db.execute("UPDATE meta SET value = value + 1 WHERE key = 'revision'")
            db.execute("UPDATE meta SET value = lower(hex(randomblob(4))) WHERE key = 'stamp'")
            shown = "; ".join(f"{place}: {value}" for place, value in found[:3])
            more = f"; and {len(found) - 3:,} more, see left-out.csv of `kg export csv`" if len(found) > 3 else ""
            yield f"left out of graph.sqlite, as it cannot be: {counted(len(found), 'value')} ({shown}{more})"
        db.execute("COMMIT")
    _seal(path)
    yield "graph.sqlite is sealed as it is"


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
