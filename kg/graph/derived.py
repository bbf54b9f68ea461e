"""Folders derived from a store (`index/STATE`, `rdf/STATE`): built aside, sealed by digests, published by one rename.

A folder being built belongs to a living process, which holds a lock on it: what a killed one left is removed by the next
builder, whatever its process number was. A published folder holds the CRC-32 of each of its files in `digests.json`; they are
compared once, and again whenever a file was touched since, of which `checked` keeps note where it can be written.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from zlib import crc32

try:
    import fcntl
except ImportError:  # Windows: there what a killed process left is found by `kg doctor`
    fcntl = None  # type: ignore[assignment]

BUILDING = ".building-"  # what the name of a folder begins with until it is published
_SEAL, _NOTE = "digests.json", "checked"
_PART = 1 << 24  # bytes read at once


@contextmanager
def built_aside(parent: Path) -> Iterator[Path]:
    """Give a new folder in `parent` to build in, and remove what is left of it afterwards, and what killed builders left.

    Raises
    ------
    OSError
        If `parent` cannot be written.
    """
    parent.mkdir(parents=True, exist_ok=True)
    remove_left(parent)
    temporary, lock = _locked(parent)
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def remove_left(parent: Path) -> None:
    """Remove the folders of builders that were killed; those of living ones stay."""
    for left in parent.glob(f"{BUILDING}*"):
        with suppress(OSError):
            if (lock := _lock(left)) is not None:
                try:
                    shutil.rmtree(left, ignore_errors=True)
                finally:
                    os.close(lock)


def publish(built: Path, target: Path) -> None:
    """Seal a folder that was built aside and give it its name; where another process was faster, its folder stays."""
    seal(built)
    with suppress(OSError):
        if not target.exists():
            built.rename(target)
            sync(target.parent)
    if not target.exists():
        built.rename(target)  # for the error that it gives


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
        return (
            f"{getattr(error, 'filename', None) or _SEAL} cannot be read: {getattr(error, 'strerror', None) or error}"
        )
    _write_note(folder, seen)
    return ""


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


def _locked(parent: Path) -> tuple[Path, int | None]:
    """A new folder, and the lock that says that its builder lives."""
    import tempfile  # not loaded for reading

    while True:
        made = Path(tempfile.mkdtemp(prefix=BUILDING, dir=parent))
        if fcntl is None or (lock := _lock(made)) is not None:
            return made, None if fcntl is None else lock


def _lock(folder: Path) -> int | None:
    """Lock a folder; None where a living process has it, or it was removed meanwhile."""
    if fcntl is None:
        return None
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if folder.stat().st_ino == os.fstat(handle).st_ino:
            return handle
    except OSError:
        pass
    os.close(handle)
    return None
