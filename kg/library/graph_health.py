"""What `kg doctor` finds at a graph: its store, what is made from it, what stands beside it; and the command that mends it."""

import os
import shlex
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from kg.analysis.populations import check_rules
from kg.errors import InputError, KgError, StoreError
from kg.graph.eras import eras_of
from kg.graph.folder import BUNDLED, folder_to_read, graphs_found
from kg.graph.seal import NAME as SEAL
from kg.graph.seal import is_sealed, seal_fault
from kg.graph.store import Store
from kg.graph.store_file import open_file
from kg.ingest.resolve.overrides import Overrides
from kg.ingest.sources.exchange import parsed
from kg.ingest.sources.http_cache import CLOCKS_APART, unpacked
from kg.library.faults import file_fault, index_fault, rdf_fault
from kg.library.health import BROKEN, OK, WARNING, Finding, aside, left_over, pip, remove, room_findings, size
from kg.library.repair import store_damage
from kg.output.finding import questions_in
from kg.text import counted

#: what a person may write for a graph
_OWN: dict[str, Callable[[Path], object]] = {
    "eras.toml": eras_of,
    "populations.toml": check_rules,
    "questions.csv": questions_in,
    "overrides.csv": Overrides.read,
}


def unreadable_findings() -> Iterator[Finding]:
    """The folders under ./graphs that cannot be looked into."""
    graphs = Path("graphs")
    for folder in (graphs, *(sorted(graphs.iterdir()) if _is_open(graphs) else ())):
        if folder.is_dir() and not _is_open(folder):
            yield Finding(f"graph {folder.name}", BROKEN, f"{folder} cannot be read", _allow(folder), StoreError)


def graph_findings(graph: str) -> Iterator[Finding]:
    """A graph's store, what is derived from it, and the files beside it."""
    check = f"graph {graph}"
    option = "" if graph == BUNDLED else f" --graph {shlex.quote(graph)}"
    try:
        folder = folder_to_read(graph)
        path = folder / "graph.sqlite"
        if not path.exists():
            raise InputError(f"no graph {graph!r} (looked in {folder})", f"known graphs: {', '.join(graphs_found())}")
    except KgError as error:
        yield Finding(check, BROKEN, error.message, error.hint, type(error))
        return
    try:
        with Store.open(path) as store:
            if problem := file_fault(store.db):
                raise StoreError(f"{path} is damaged: {problem}")
            state, revision, (works, citations) = store.state, store.revision, store.counts()
        fault = seal_fault(path, whole=True)
    except KgError as error:
        yield Finding(check, BROKEN, error.message, _mends_store(path, error, option), type(error))
        return
    if not revision:
        what = f"{folder} is empty: its first ingest is running, or was stopped"
        yield Finding(check, WARNING, what, f"{remove(folder)}  (or run it again)")
        return
    what = f"{folder}, {size(folder)}: {counted(works, 'work')}, {counted(citations, 'citation')}, revision {state}"
    yield Finding(check, OK, what)
    writable, sealed = os.access(folder, os.W_OK), is_sealed(path)
    if fault:
        yield Finding(check, WARNING, f"{path} {fault}", f"kg verify --repair{option}" if writable else _allow(folder))
    writing = list(_writing(check, folder))
    if writable and not (sealed or writing or is_sealed(path)):  # a writer may have begun or ended meanwhile
        what = f"{path} has no {SEAL} (a writer was killed, something was reading at the end of a write, or the file was removed); damage would go unseen"
        yield Finding(check, WARNING, what, f"kg verify --repair{option}")
    yield (index := _index(check, folder, state, f"kg info{option}"))
    yield _rdf(check, folder, state)
    yield from _caches(check, folder)
    yield from _own_files(check, folder)
    if not writable:
        built = (folder / "index" / state).exists() and index.state == OK
        what = f"{folder} is not writable: nothing can be added" + ("" if built else ", and its index not be built")
        yield Finding(check, WARNING if built else BROKEN, what, _allow(folder), StoreError)
    yield from writing
    yield from room_findings(check, folder)
    for place in (folder, folder / "index", folder / "rdf"):
        yield from left_over(check, place)


def _mends_store(path: Path, error: KgError, option: str) -> str:
    """The command for a store that cannot be opened."""
    closed = not (_is_open(path.parent) and os.access(path, os.R_OK))
    if closed or "needs a folder that can be written" in error.message:
        return _allow(path.parent)
    if "a newer version of kg" in error.message:
        return f"{pip()} install --upgrade kg-citations"
    if "that cannot be" in error.message:
        return f"kg verify --repair{option}  (leaves out and lists what cannot be)"
    if (damage := store_damage(path)) and damage.derived:
        return f"kg verify --repair{option}  (writes it anew from its tables, which are whole)"
    names = (path.with_name(f"damaged{more}") for more in ("", *(f"-{n}" for n in range(2, 1000))))
    place, free = shlex.quote(str(path.parent)), shlex.quote(str(next(name for name in names if not name.exists())))
    do = f"mkdir {free} && mv {place}/graph.* {free}"
    lost = f"{do}  (and restore a copy of it, or build the graph again with `kg ingest`)"
    try:
        with closing(open_file(path, write=False, sealed=False)) as db:
            sound = not file_fault(db, whole=True)
    except StoreError:
        return lost
    return f"kg verify --accept{option}  (takes it as another program left it)" if sound else lost


def _index(check: str, folder: Path, state: str, command: str) -> Finding:
    """Whether the arrays are of the store's state; where they are not, the next command builds them."""
    if fault := index_fault(folder, state):
        return Finding(check, WARNING, fault, f"{command}  (builds it anew)")
    return _sound(check, "index", folder / "index", "command" if fault is None else "")


def _rdf(check: str, folder: Path, state: str) -> Finding:
    """Whether the RDF form is of the store's state; where it is not, the next query builds it."""
    if fault := rdf_fault(folder, state):
        return Finding(check, BROKEN, fault, f"{remove(folder / 'rdf')}  (it is built again when needed)", StoreError)
    return _sound(check, "RDF", folder / "rdf", "query" if fault is None else "")


def _sound(check: str, name: str, place: Path, builder: str) -> Finding:
    """What is not damaged: of the store's state, or to be built by the next of what `builder` names."""
    older = "of an earlier state" if any(place.glob("[0-9]*")) else "not built yet"
    what = f"{older}; the next {builder} builds it" if builder else "of the store's state"
    return Finding(check, OK, f"{name}: {what}")


def _caches(check: str, folder: Path) -> Iterator[Finding]:
    """The files of kept answers, and each answer in them."""
    for cache in sorted(folder.glob("*-cache.sqlite")):
        with closing(sqlite3.connect(cache)) as db:
            problem = file_fault(db) or _bad_answer(db)
        if problem:
            do = f"{remove(cache)}  (what it held is asked for again)"
            yield Finding(check, WARNING, f"the answers kept in {cache} are damaged: {problem}", do)


def _bad_answer(db: sqlite3.Connection) -> str:
    """The first kept answer that no service gave, "" if none; it would be asked for again."""
    latest = datetime.now(UTC) + CLOCKS_APART
    try:
        for url, body, fetched_at in db.execute("SELECT url, body, fetched_at FROM answer"):
            try:
                if (text := unpacked(body)) is None or (text != "null" and parsed(text) is None):
                    return f"the answer of {url} cannot be read"
                if datetime.fromisoformat(fetched_at) > latest:
                    return f"{url} was answered in the future, {fetched_at}"
            except (TypeError, ValueError):
                return f"the day of the answer of {url} cannot be read"
    except sqlite3.Error as error:
        return str(error)
    return ""


def _own_files(check: str, folder: Path) -> Iterator[Finding]:
    """What a person wrote for the graph, each file read as the commands read it."""
    for name, read in _OWN.items():
        try:
            read(folder)
        except (KgError, OSError) as error:
            path = folder / name
            what, hint = (error.message, error.hint) if isinstance(error, KgError) else (str(error), "")
            do = f"{aside(path)}  (or correct it{': ' * bool(hint)}{hint})"
            yield Finding(check, BROKEN, what, do, InputError)


def _writing(check: str, folder: Path) -> Iterator[Finding]:
    """Whether a process holds the right to write; what a killed one held is free."""
    lock = folder / "write.lock"
    try:
        with closing(sqlite3.connect(f"{lock.absolute().as_uri()}?mode=ro", uri=True, timeout=0)) as db:
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname == "SQLITE_BUSY":
            held = _holder(lock)
            what = f"{folder} is being written by {f'process {held}' if held else 'another process'}; nothing else can write it"
            stop = f"kill {held}  (or wait until it has finished; what it saved stays)"
            yield Finding(check, WARNING, what, stop if held else "wait until it has finished")


def _holder(file: Path) -> int:
    """The process that has locked a file, 0 where the system does not say."""
    try:
        inode = f":{file.stat().st_ino}"
        for line in Path("/proc/locks").read_text(encoding="ascii").splitlines():
            words = line.split()
            if words[1] == "POSIX" and words[3] == "WRITE" and words[5].endswith(inode):
                return max(0, int(words[4]))
    except (OSError, ValueError, IndexError):
        pass
    return 0


def _is_open(folder: Path) -> bool:
    return os.access(folder, os.R_OK | os.X_OK)


def _allow(folder: Path) -> str:
    """The command that lets a user read and write a folder; where nobody but its owner could, one that copies it."""
    place = shlex.quote(str(folder))
    with suppress(OSError, AttributeError):  # of another system
        closed = os.statvfs(folder).f_flag & os.ST_RDONLY or os.geteuid() not in {0, folder.stat().st_uid}
        if closed and _is_open(folder):
            copy = shlex.quote(f"./{folder.name}-copy")
            return f"cp -r {place} {copy} && chmod -R u+rwX {copy}  (and name the copy: --graph {copy})"
    return f"chmod -R u+rwX {place}"
