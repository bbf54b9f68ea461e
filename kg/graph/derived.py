"""Folders derived from a store (`index/STATE`, `rdf/STATE`): built aside, sealed by digests, published by one rename.

A published folder holds the CRC-32 of each of its files in `digests.json`; they are compared once, and again whenever a file was
touched since, of which `checked` keeps note where it can be written.
"""

import json
import os
from contextlib import suppress
from pathlib import Path
from zlib import crc32

from kg.aside import built_aside

_SEAL, _NOTE = "digests.json", "checked"
_PART = 1 << 24  # bytes read at once


def remove_derived(folder: Path) -> None:
    """Remove a published folder in one step: a reader finds all of it, or none."""
    with suppress(OSError):
        if folder.exists():
            with built_aside(folder.parent) as aside:
                folder.rename(aside / folder.name)


def publish(built: Path, target: Path) -> None:
    """Seal a folder that was built aside and give it its name; where another process was faster, its folder stays."""
    seal(built)
    try:
        if not target.exists():
            built.rename(target)
            sync(target.parent)
    except OSError:
        if not target.exists():
            raise


def seal(folder: Path) -> None:
    """Keep the CRC-32 of every file of a folder in it, and bring all of it to the disk."""
    names = sorted({file.name for file in folder.iterdir()} - {_SEAL, _NOTE})
    files = {name: [(folder / name).stat().st_size, crc_of(folder / name)] for name in names}
    text = json.dumps(files)
    (folder / _SEAL).write_text(f"{crc32(text.encode()):08x}{text}", encoding="ascii")
    for name in (*files, _SEAL):
        sync(folder / name)
    sync(folder)


def damage(folder: Path, *, whole: bool = False) -> str:
    """What is wrong with a sealed folder: the first file that is not as it was published, "" if none.

    Parameters
    ----------
    folder : Path
        A folder that `publish` named.
    whole : bool
        Read every file, also those that were read before and not touched since.
    """
    try:
        text = (folder / _SEAL).read_text(encoding="ascii")
        if f"{crc32(text[8:].encode()):08x}" != text[:8]:
            return f"{_SEAL} is damaged"
        files: dict[str, list[int]] = json.loads(text[8:])
        seen = {name: state_of(folder / name) for name in files}
        if not whole and _read_note(folder) == seen:
            return ""
        for name, (size, digest) in files.items():
            if seen[name][1] != size or crc_of(folder / name) != digest:
                return f"{name} is damaged"
    except (OSError, ValueError) as error:
        place = getattr(error, "filename", None) or _SEAL
        return f"{place} cannot be read: {getattr(error, 'strerror', None) or error}"
    _write_note(folder, seen)
    return ""


def mark_of(folder: Path) -> list[int] | None:
    """What tells a published folder from another that got its name later; None where there is none."""
    try:
        return state_of(folder / _SEAL)
    except OSError:
        return None


def state_of(file: Path) -> list[int]:
    """What changes when a file is written to, or is another file of the same name."""
    found = file.stat()
    return [found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def _read_note(folder: Path) -> dict[str, list[int]] | None:
    try:
        note = json.loads((folder / _NOTE).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return note if isinstance(note, dict) else None


def _write_note(folder: Path, seen: dict[str, list[int]]) -> None:
    with suppress(OSError):  # a folder that is only read is compared each time
        (folder / _NOTE).write_text(json.dumps(seen), encoding="ascii")


def crc_of(file: Path) -> int:
    """The CRC-32 of a file."""
    value = 0
    with file.open("rb") as data:
        while part := data.read(_PART):
            value = crc32(part, value)
    return value


def sync(place: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    if os.name == "nt":
        return
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
