"""Verify: whether a graph is undamaged, also one that cannot be opened, and repair. `kg.verify(...)` calls `verify`."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from kg.errors import StoreError
from kg.graph.derived import remove_derived
from kg.graph.folder import BUNDLED, Workspace, folder_to_read
from kg.graph.seal import UNREADABLE, break_seal, is_sealed, seal_fault
from kg.graph.store import Store
from kg.graph.store_file import being_written, open_file, write_lock
from kg.graph.vetted import impossible, leave_out, told
from kg.library.faults import file_fault, index_fault, rdf_fault
from kg.library.repair import KEPT, store_damage, write_anew
from kg.library.snapshot import Snapshot, Verified, verified
from kg.output.rdf.open import rdf_folder


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
        If there is a store without a seal that cannot be opened, or a folder that must be written cannot be.
    """
    named = str(graph.absolute()) if isinstance(graph, Path) else graph
    path = folder_to_read(named or os.environ.get("KG_GRAPH") or BUNDLED) / "graph.sqlite"
    done = []
    if fault := seal_fault(path, whole=True):
        damage, unsound = store_damage(path), _unsound(path)
        if repair and damage and damage.derived:
            write_anew(path)
            hit = "; ".join(f"{name} ({where})" for name, where in damage.found)
            done.append(f"repaired: {hit}; {path.with_name(KEPT)} is the file as it was")
        elif not unsound and (accept or (repair and fault == UNREADABLE)):
            if not _impossible(path):
                done.append(_seal(path))
        else:
            again = f" or ingest again what filled it: {'; '.join(damage.runs)}" if damage and damage.runs else ""
            accept_it = "" if unsound else "; `kg verify --accept` takes the file as it is"
            do = f"restore a copy of the folder{again}{accept_it}"
            do = "`kg verify --repair` writes it anew" if damage and damage.derived else do
            sqlite = f"SQLite finds {unsound or 'no fault in its structure'}"
            return Verified((("store", f"graph.sqlite {fault}; {sqlite}; {do}"), *(damage.found if damage else ())))
    wrong = _impossible(path)
    if wrong and not (accept or repair):
        return Verified((("values", f"{told(wrong)}; `kg verify --repair` leaves them out and lists them"),))
    if wrong:
        _leave_out(path)
        done.append(f"left out and listed: {told(wrong)}")
    if repair and not is_sealed(path) and not _unsound(path):  # before it is opened: nothing is sealed under a reader
        done.append(_seal(path))
    space = Workspace.open(named)
    if repair:
        done += _built_again(space)
    found = verified(space, snapshot)
    return Verified((*found.checks, ("values", "")), found.notes, tuple(done))


def _impossible(path: Path) -> list[tuple[str, str]]:
    """The values in a store that cannot be, where it can be read at all; where not, opening it says so."""
    if not path.exists():
        return []
    with suppress(StoreError, sqlite3.DatabaseError), closing(open_file(path, write=False, sealed=False)) as db:
        return impossible(db)
    return []


def _leave_out(path: Path) -> None:
    """Leave out of a store what cannot be, list it, and seal the file."""
    break_seal(path)
    with write_lock(path), Store.open(path, write=True, sealed=False) as store:
        db = store.db
        db.execute("BEGIN IMMEDIATE")
        started = datetime.now(UTC).isoformat(timespec="seconds")
        run = db.execute("INSERT INTO run (command, started) VALUES ('verify --repair', ?)", (started,)).lastrowid
        listed = [(place, f"{value}: impossible, and left out", run) for place, value in leave_out(db)]
        db.executemany("INSERT OR REPLACE INTO skipped VALUES (?, ?, ?)", listed)
        db.execute("UPDATE meta SET value = value + 1 WHERE key = 'revision'")
        db.execute("UPDATE meta SET value = lower(hex(randomblob(4))) WHERE key = 'stamp'")
        db.execute("COMMIT")
    _seal(path)


def _unsound(path: Path) -> str:
    """What SQLite finds wrong in the structure of a store, "" where nothing."""
    try:
        with closing(open_file(path, write=False, sealed=False)) as db:
            return file_fault(db, whole=True)
    except StoreError as error:
        return error.message


def _seal(path: Path) -> str:
    """Seal a store as it is; gives what was done."""
    break_seal(path)
    with being_written(path):
        pass  # which seals it
    done = "sealed as it is" if is_sealed(path) else "not sealed: close what has it open, then run this again"
    return f"graph.sqlite is {done}"


def _built_again(space: Workspace) -> Iterator[str]:
    """Build the index and the RDF again where they are damaged or differ from the store; say what was done."""
    for name, place, find in (("index", "index", index_fault), ("RDF", "rdf", rdf_fault)):
        if fault := find(space.folder, space.store.state, space.store):
            remove_derived(space.folder / place / space.store.state)
            _ = space.arrays if place == "index" else rdf_folder(space.provenance)
            yield f"built again: the {name}, as {fault}"
