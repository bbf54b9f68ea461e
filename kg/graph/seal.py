"""The seal of a store, `graph.digest`: what the file was when kg last finished writing it, so that damage does not pass for facts.

It holds the CRC-32 of every block of `graph.sqlite`. Only a writer makes it, and removes it before it writes. Readers compare
once, and again whenever one of the two was touched since, of which `graph.checked` keeps note. While a writer is at work, and
after one was killed, there is no seal, and nothing is compared.
"""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from zlib import crc32

from kg.aside import replaced
from kg.errors import StoreError, remedy
from kg.graph.derived import crc_of, state_of, sync

ELSEWHERE = "choose a folder that you can write to"
BLOCK = 4096  # bytes: a page of SQLite, or a part of one
NAME, _NOTE = "graph.digest", "graph.checked"
UNREADABLE = f"cannot be compared: {NAME} is damaged or cannot be read"
_WRITING = "kg is writing, or was killed"
_PART = BLOCK << 12  # bytes read at once


def write_seal(path: Path) -> None:
    """Keep what the file of a store is now, unless a reader keeps what was written last in the log beside it."""
    with suppress(OSError, sqlite3.Error):  # a store without a seal is as good as any, only damage is found later
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=0)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if has_log(path):
            return
        _put_seal(path, [path.stat().st_size, _digests(path)])
        path.with_name(_NOTE).unlink(missing_ok=True)


def seal_for_both(path: Path, new: Path) -> None:
    """Let the seal of a file fit another one too, which has its own seal and is about to take the place of the first."""
    old, more = (json.loads(file.with_name(NAME).read_bytes()[8:]) for file in (path, new))
    _put_seal(path, [*more, *old])


def break_seal(path: Path) -> None:
    """Remove the seal, as the file is going to change.

    Raises
    ------
    StoreError
        If the folder cannot be written.
    """
    if not os.access(path.parent, os.W_OK):
        raise StoreError(f"{path.parent} cannot be written", ELSEWHERE)
    seal = path.with_name(NAME)
    try:
        if seal.exists():
            seal.unlink()
            sync(path.parent)
    except OSError as error:
        raise StoreError(f"{path.parent} cannot be written: {error.strerror}", remedy(error, ELSEWHERE)) from error


def seal_fault(path: Path, *, whole: bool = False) -> str:
    """How the file differs from its seal.

    Parameters
    ----------
    path : Path
        The file.
    whole : bool
        Read it even if nothing touched it since it was last compared.

    Returns
    -------
    str
        What is wrong, "" where nothing is, or there is no seal, or no file.

    Raises
    ------
    StoreError
        If the file cannot be read whole.
    """
    seal, note = path.with_name(NAME), path.with_name(_NOTE)
    try:
        seen = _compared(path)
        if not whole and not has_log(path) and _noted(path) == seen:
            return ""
        if (held := _held(seal)) is None:  # it says nothing of the store, which is looked through: see `is_vetted`
            return UNREADABLE if whole else ""
        found = crc_of(path) if isinstance(held[0][1], int) else _digests(path)
        if has_log(path) or [path.stat().st_size, found] not in held:
            if _held(seal) != held:  # a writer began meanwhile
                return ""
            return "is not as kg last wrote it: it is damaged, or something else wrote to it or put another copy there"
    except FileNotFoundError:
        return ""
    except OSError as error:  # what is not known to be right is not taken for right
        hint = remedy(error, "check its permissions and the disk, or restore a copy of the folder")
        raise StoreError(f"{path} cannot be compared with {NAME}: {error.strerror}", hint) from error
    with suppress(OSError):  # a folder that is only read is compared each time
        note.write_text(seen, encoding="ascii")
    return ""


def is_sealed(path: Path) -> bool:
    """Whether a store has a seal; where it has none, a writer is at work or was killed."""
    return path.with_name(NAME).exists()


def note_vetted(path: Path, *, writing: bool = False) -> None:
    """Note that the values in a file without a seal can be: as it is now, or whatever kg, which is `writing`, makes of it."""
    with suppress(OSError):  # a folder that is only read is looked through each time
        path.with_name(_NOTE).write_text(_WRITING if writing else _vetted(path), encoding="ascii")


def is_vetted(path: Path) -> bool:
    """Whether the values in a file need no look: it was compared with its seal, kg is writing it, or they were looked through."""
    with suppress(OSError):
        noted = _noted(path)
        return noted in (_WRITING, _vetted(path)) or noted == _compared(path) or _held(path.with_name(NAME)) is not None
    return False


def _noted(path: Path) -> str:
    with suppress(OSError, ValueError):
        return path.with_name(_NOTE).read_text(encoding="ascii")
    return ""


def _compared(path: Path) -> str:
    return json.dumps([state_of(path.with_name(NAME)), state_of(path)])


def _vetted(path: Path) -> str:
    log = path.with_name(f"{path.name}-wal")
    return json.dumps([None, state_of(path), state_of(log) if has_log(path) else None])


def damaged_blocks(path: Path) -> set[int] | None:
    """The blocks of the file, from 0, that are not as they were sealed, or are gone; None where the seal cannot tell."""
    try:
        held, found = _held(path.with_name(NAME)), _digests(path)
    except OSError:
        return None
    if held is None or isinstance(was := held[0][1], int):
        return None
    was, now = ([text[at : at + 8] for at in range(0, len(text), 8)] for text in (was, found))
    more = range(min(len(was), len(now)), max(len(was), len(now)))
    return {*more, *(n for n, (old, new) in enumerate(zip(was, now, strict=False)) if old != new)}


def has_log(path: Path) -> bool:
    """Whether what was written last stands in the log beside the file."""
    with suppress(FileNotFoundError):
        return path.with_name(f"{path.name}-wal").stat().st_size > 0
    return False


def _put_seal(path: Path, values: list[int | str]) -> None:
    text = json.dumps(values)
    with replaced(path.with_name(NAME)) as (made,):
        made.write_text(f"{crc32(text.encode()):08x}{text}", encoding="ascii")
        sync(made)
    sync(path.parent)


def _held(seal: Path) -> list[list[Any]] | None:
    """The size and the digests that a seal holds, and those of a file that is taking its place; None where the seal is damaged.

    Seals of earlier versions have one number of the whole file.
    """
    try:
        text = seal.read_bytes()
        values = json.loads(text[8:])
    except FileNotFoundError:
        raise
    except (OSError, ValueError, RecursionError):
        return None
    made = isinstance(values, list) and all(isinstance(value, int | str) for value in values)
    if not made or f"{crc32(text[8:]):08x}".encode() != text[:8]:  # a forger can make a fitting one, too
        return None
    return [values[at : at + 2] for at in range(len(values) - 2, -1, -2)] or None


def _digests(path: Path) -> str:
    return "".join(f"{crc:08x}" for crc in _crcs(path))


def _crcs(path: Path) -> Iterator[int]:
    with path.open("rb") as data:
        while part := memoryview(data.read(_PART)):
            for at in range(0, len(part), BLOCK):
                yield crc32(part[at : at + BLOCK])
