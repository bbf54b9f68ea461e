"""What damage to a store has hit: which table, which works, which runs brought them; and a store written anew from its tables."""

import mmap
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.aside import built_aside
from kg.errors import StoreError
from kg.graph.derived import sync
from kg.graph.pages import Pages, Part
from kg.graph.seal import BLOCK, NAME, damaged_blocks, has_log, seal_for_both, write_seal
from kg.graph.store_file import make_tables, write_lock
from kg.text import counted

KEPT = "graph.damaged"
_SCHEMA = "the list of tables"
_SEARCH = "work_text"  # what the search reads: made from the works and their authors
#: tables whose rows begin with a work's -> whether a page begins after the last row of the page before, not with a row of the same
_FIRST = {"work": 1} | dict.fromkeys(["author", "citation", "retrieval", "concept", "concept_in_source", "fact"], 0)
_SHOWN = 3
_TEXT = """INSERT INTO work_text (rowid, title, authors, year) SELECT n, title, coalesce((SELECT group_concat(name, '; ')
    FROM (SELECT name FROM author WHERE work = n ORDER BY position)), ''), year FROM work"""
#: the first works of some rows, from an index that is not damaged
_IDS = "SELECT id FROM work INDEXED BY sqlite_autoindex_work_1 WHERE n BETWEEN :low AND :high ORDER BY n LIMIT 4"
#: the runs that brought the works from one row to another
_RUNS = """SELECT n, command, substr(started, 1, 10) FROM (SELECT run.*, first, lead(first) OVER (ORDER BY n) AS next
    FROM run JOIN run_work ON run = n) WHERE first <= min(:high, (SELECT max(n) FROM work INDEXED BY sqlite_autoindex_work_1)) AND (next IS NULL OR next > max(first, :low))"""


@dataclass(frozen=True)
class Damage:
    """What is damaged in a store.

    Attributes
    ----------
    derived : bool
        Whether only what can be made again from its tables is.
    found : tuple of (str, str)
        Each table that is damaged, or what else, and which part of it.
    runs : tuple of str
        What filled the graph, as far as it can be read.
    """

    derived: bool
    found: tuple[tuple[str, str], ...]
    runs: tuple[str, ...]


def store_damage(path: Path) -> Damage | None:
    """What is damaged in the file of a store; None where its seal cannot tell.

    Parameters
    ----------
    path : Path
        The file; it is not changed.
    """
    if has_log(path) or not (blocks := damaged_blocks(path)):
        return None
    told = f"{counted(len(blocks), 'part')} of {BLOCK:,} bytes"
    roots = _read(path, "SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0")
    runs = _read(path, "SELECT n, command, substr(started, 1, 10) FROM run")
    if 0 in blocks or not roots:
        return Damage(False, ((_SCHEMA, f"{told}; nothing else of it can be told"),), ())
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        size = {1: 65536}.get(told_size := int.from_bytes(data[16:18], "big"), told_size)
        damaged = {page for b in blocks for page in range(b * BLOCK // size + 1, ((b + 1) * BLOCK - 1) // size + 2)}
        parts = Pages(data, size, damaged).parts({_SCHEMA: 1, **dict(roots)})
    tables = {name for (name,) in _read(path, "SELECT name FROM sqlite_master WHERE type = 'table'")} | {_SCHEMA}
    hit: dict[str, list[Part]] = {}
    for part in parts.values():
        hit.setdefault(part.name, []).append(part)
    truth = sorted(name for name in hit if name in tables and not name.startswith(_SEARCH))
    found = [(f"table {name}", _rows(path, name, hit)) for name in truth if name != _SCHEMA]
    found += [(_SCHEMA, told)] * (_SCHEMA in hit)
    if made := sorted(hit.keys() - set(truth)):
        found.append(("indexes and search", f"{', '.join(made)}: made again from the tables"))
    if not parts:
        found.append(("pages that no table uses", told))
    return Damage(not truth, tuple(found), () if hit.keys() & {"run", "run_work"} else tuple(_run(run) for run in runs))


def write_anew(path: Path) -> None:
    """Write a store anew from its tables, of which no page is damaged; the file as it was is kept as `graph.damaged`.

    Raises
    ------
    StoreError
        If it cannot be written; all is as it was.
    """
    try:
        with write_lock(path), built_aside(path.parent) as aside:
            _copy_tables(path, aside / path.name)
            write_seal(aside / path.name)
            sync(aside / NAME)
            shutil.copyfile(path, path.with_name(KEPT))
            for log in ("-wal", "-shm"):  # of the file that goes
                path.with_name(path.name + log).unlink(missing_ok=True)
            seal_for_both(path, aside / path.name)  # a kill between the two steps leaves a file that its seal fits
            for name in (path.name, NAME):
                (aside / name).replace(path.with_name(name))
            sync(path.parent)
    except (OSError, sqlite3.Error) as error:
        hint = "make room, or restore a copy of the folder"
        raise StoreError(f"{path} cannot be written anew: {error}", hint) from error


def _copy_tables(old: Path, new: Path) -> None:
    with closing(make_tables(new, "")) as db:
        db.execute("ATTACH ? AS old", (str(old.absolute()),))
        db.execute("BEGIN")
        kinds = "SELECT name, sql LIKE '%WITHOUT ROWID' FROM old.sqlite_master WHERE type = 'table' AND name NOT LIKE ?"
        for name, keyed in db.execute(kinds, (f"{_SEARCH}%",)).fetchall():
            # of the old file the table alone is read, and no index that holds the same
            alone = f"INDEXED BY sqlite_autoindex_{name}_1" if keyed else "NOT INDEXED"
            where = "WHERE key <> 'schema'" if name == "meta" else ""
            db.execute(f"INSERT OR REPLACE INTO main.{name} SELECT * FROM old.{name} {alone} {where} LIMIT -1")
        db.execute(_TEXT)
        db.execute("COMMIT")


def _rows(path: Path, name: str, hit: dict[str, list[Part]]) -> str:
    """Which rows of a table are damaged, and which runs brought the works that they are of."""
    if name not in _FIRST:
        return f"{counted(len(hit[name]), 'part')} of {BLOCK:,} bytes"
    known = not hit.keys() & {"run", "run_work", "sqlite_autoindex_work_1"}
    told = []
    parts = sorted(set(hit[name]), key=lambda part: (part.low is not None, part.low))
    for _, low, high in parts[:_SHOWN]:
        rows = (low + _FIRST[name] if isinstance(low, int) else 1, high if isinstance(high, int) else 2**62)
        named = [id_ for (id_,) in _read(path, _IDS, *rows)] if known else []
        whose = f" ({', '.join([*named[:_SHOWN], *['...'][: len(named) - _SHOWN]])})" if named else ""
        runs = [_run(run) for run in _read(path, _RUNS, *rows)] if known else []
        brought = f", which {' and '.join([*runs[:_SHOWN], *['others'][: len(runs) - _SHOWN]])} brought" if runs else ""
        where = f"works in rows {rows[0]:,} to {'the last' if high is None else f'{high:,}'}{whose}{brought}"
        told.append(where if name == "work" else f"of {where}")
    more = len(parts) - len(told)
    return "; ".join([*told, *([f"and {counted(more, 'other part')}"] if more else [])])


def _read(path: Path, query: str, low: int = 0, high: int = 0) -> list[tuple[Any, ...]]:
    """What a query gives of a file that is damaged elsewhere; nothing where SQLite cannot read it."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            return db.execute(query, {"low": low, "high": high}).fetchall()
    except sqlite3.DatabaseError:
        return []


def _run(run: tuple[Any, ...]) -> str:
    n, command, day = run
    return f"run {n} ({command}; {day})"
