"""The file of a store: made under another name, opened, written by one process at a time, and then sealed."""

import sqlite3
import time
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from kg.aside import built_aside, remove_left
from kg.errors import StoreError, remedy
from kg.graph.derived import state_of, sync
from kg.graph.schema import ADDED, SCHEMA_VERSION, TABLES, bring_up_to_date
from kg.graph.seal import ELSEWHERE, break_seal, has_log, is_sealed, is_vetted, note_vetted, seal_fault, write_seal
from kg.graph.vetted import impossible, told

_SILENT_S = 2  # that a store is searched before it is said
_LOST = "restore it, or build the graph again"


def make_file(path: Path, name: str) -> None:
    """Make the file of a new, empty store for the graph of this name; no reader sees half of it."""
    with built_aside(path.parent) as aside:
        make_tables(aside / path.name, name).close()
        sync(aside / path.name)
        (aside / path.name).rename(path)
        sync(path.parent)


def make_tables(path: Path, name: str) -> sqlite3.Connection:
    """Make an empty database with the tables of a store; ":memory:" is a place too."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=str(path) != ":memory:")
    db.executescript("PRAGMA journal_mode = WAL; BEGIN;" + TABLES)
    db.executemany(
        "INSERT INTO meta VALUES (?, ?)", [("schema", SCHEMA_VERSION), ("revision", 0), ("stamp", ""), ("name", name)]
    )
    db.execute("COMMIT")
    return db


@contextmanager
def being_written(path: Path) -> Iterator[bool]:
    """Hold the right to write the file, without its seal; gives whether there is none yet. The right ends with the process.

    A new file in which nothing was saved is removed afterwards; any other is sealed.

    Raises
    ------
    StoreError
        If another process is writing, the folder cannot be written, or the file is damaged.
    """
    with write_lock(path):
        if not path.exists() and is_sealed(path):
            raise StoreError(f"{path} is gone", "restore a copy of the folder, or remove what is left of it")
        remove_left(path.parent)
        new = not path.exists() or _is_unborn(path)
        if new:
            _remove(path)
        else:
            open_file(path, write=False, sealed=True).close()
            break_seal(path)
        note_vetted(path, writing=True)
        try:
            yield new
        finally:
            if new and not (path.exists() and _revision(path)):
                _remove(path)
                path.with_name("write.lock").unlink(missing_ok=True)
            else:
                write_seal(path)


@contextmanager
def write_lock(path: Path) -> Iterator[None]:
    """Hold the right to write the file; it ends with the process.

    Raises
    ------
    StoreError
        If another process has it, or the folder cannot be written.
    """
    lock = _right_to_write(path.with_name("write.lock"))
    try:
        yield
    finally:
        lock.close()


def open_file(path: Path, *, write: bool, sealed: bool) -> sqlite3.Connection:
    """Open the file of a store; the parameters and errors are those of `Store.open`."""
    if sealed and (fault := seal_fault(path)):
        raise StoreError(
            f"{path} {fault}",
            "`kg verify` says which part is hit, `kg verify --repair` makes again what can be; or restore a copy of the folder; "
            "`kg verify --accept` takes the file as it is",
        )
    # without "immutable", reading needs a folder that can be written, because the file is in WAL mode
    problem: Exception = OSError()
    for mode in ["mode=rw"] if write else ["mode=ro", "mode=ro&immutable=1"]:
        if "immutable" in mode and has_log(path):  # which it would not read
            raise StoreError(
                f"{path} cannot be read: its newest changes are in {path.name}-wal, which needs a folder that can be written",
                "copy the graph's folder to a place where you can write",
            )
        try:
            # SQLite lets threads share a connection; only what is read here is shared, so none can spoil a transaction
            address = f"{path.absolute().as_uri()}?{mode}"
            db = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=write)
            meta: dict[str, Any] = dict(db.execute("SELECT key, value FROM meta"))
            break
        except sqlite3.DatabaseError as error:
            problem = error
    else:
        raise StoreError(f"{path} cannot be read: {problem}", remedy(problem, _LOST))
    version = meta.get("schema")
    if version not in (*ADDED, SCHEMA_VERSION) or not {"revision", "stamp", "name"} <= meta.keys():
        newer = isinstance(version, int) and version > SCHEMA_VERSION
        raise StoreError(
            f"{path} was written by {'a newer' if newer else 'another'} version of kg (schema {version}, expected {SCHEMA_VERSION})",
            "update kg" if newer else "build the graph again with `kg ingest`, in another folder",
        )
    set_up(db, write=write)  # its settings would drop temporary tables
    bring_up_to_date(db, int(version), write=write)
    if sealed and not is_vetted(path):
        _look_through(path, db)
    return db


def _look_through(path: Path, db: sqlite3.Connection) -> None:
    """Raise where a file that something else than kg may have written to holds values that cannot be."""
    begun, said = time.monotonic(), list[str]()

    def say() -> None:
        if not said and time.monotonic() - begun > _SILENT_S:
            said.append(f"{path} has no seal: it is searched, this once, for values that cannot be")
            warnings.warn(said[0], stacklevel=2)

    db.set_progress_handler(say, 1_000_000)
    try:
        found = impossible(db)
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path} cannot be read: {error}", remedy(error, _LOST)) from error
    finally:
        db.set_progress_handler(None, 0)
    if found:
        db.close()
        raise StoreError(
            f"{path} holds {told(found)}",
            "`kg verify --repair` leaves them out and lists them; or restore a copy of the folder",
        )
    note_vetted(path)


def set_up(db: sqlite3.Connection, *, write: bool = False) -> None:
    """Settings of a connection; what a writer says is saved is on the disk."""
    synced = "FULL" if write else "NORMAL"
    db.executescript(f"PRAGMA synchronous = {synced}; PRAGMA cache_size = -131072; PRAGMA temp_store = MEMORY")


def _is_unborn(path: Path) -> bool:
    """Whether there is a file without a store in it: an earlier version of kg was killed while it made one."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except sqlite3.DatabaseError:
        return False


def _revision(path: Path) -> int:
    """How often something was saved in a store; what stands in its log counts."""
    mode = "mode=ro" if has_log(path) else "mode=ro&immutable=1"  # which no folder refuses
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True)) as db:
        return int(db.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()[0])


def _remove(path: Path) -> None:
    """Remove a store in which nothing is."""
    for file in [*path.parent.glob(f"{path.name}*"), path.with_name("graph.checked")]:
        file.unlink(missing_ok=True)


def _right_to_write(place: Path) -> sqlite3.Connection:
    """Lock the file that stands for the right to write, and not one that who had the right before has removed meanwhile."""
    while True:
        seen = _seen(place)
        lock = sqlite3.connect(place, timeout=0, isolation_level=None)
        try:
            lock.execute("PRAGMA journal_mode = MEMORY")  # nothing is written to it
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            lock.close()
            raise _locked_out(place.parent, error) from error
        if seen and seen == _seen(place):
            return lock
        lock.close()


def _seen(place: Path) -> list[int]:
    """Which file stands at a place; [] if none."""
    try:
        return state_of(place)
    except OSError:
        return []


def _locked_out(folder: Path, error: sqlite3.OperationalError) -> StoreError:
    if error.sqlite_errorname == "SQLITE_BUSY":
        return StoreError(f"{folder} is being written by another process", "wait until it has finished, then try again")
    return StoreError(f"{folder} cannot be written: {error}", remedy(error, ELSEWHERE))
