"""Folders to build in, of which nothing stays: not even what a killed process left.

Such a folder belongs to a living process, which holds a lock on it: what a killed one left is removed by the next that builds
there, whatever its process number was.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: there what a killed process left is found by `kg doctor`
    fcntl = None  # type: ignore[assignment]

BUILDING = ".building-"  # what the name of a folder begins with until what was built in it is published
TEMPORARY = "kg-temporary-"  # and of one among the system's temporary files


@contextmanager
def built_aside(parent: Path, prefix: str = BUILDING) -> Iterator[Path]:
    """Give a new folder in `parent` to build in, and remove what is left of it afterwards, and what killed builders left.

    Raises
    ------
    OSError
        If `parent` cannot be written.
    """
    parent.mkdir(parents=True, exist_ok=True)
    remove_left(parent, prefix)
    temporary, lock = _locked(parent, prefix)
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        if lock is not None:
            os.close(lock)


@contextmanager
def replaced(*files: Path) -> Iterator[list[Path]]:
    """Give paths to write to, and put each file written in the place of one of `files` when all went well."""
    with built_aside(files[0].parent) as aside:
        made = [aside / file.name for file in files]
        yield made
        for new, file in zip(made, files, strict=True):
            new.replace(file)


def temporary_folder() -> AbstractContextManager[Path]:
    """A new folder among the system's temporary files; what killed processes left there is removed."""
    import tempfile  # not loaded for reading

    return built_aside(Path(tempfile.gettempdir()), TEMPORARY)


def remove_left(parent: Path, prefix: str = BUILDING) -> None:
    """Remove the folders of builders that were killed; those of living ones stay."""
    for left in parent.glob(f"{prefix}*"):
        with suppress(OSError):
            if (lock := _lock(left)) is not None:
                try:
                    shutil.rmtree(left, ignore_errors=True)
                finally:
                    os.close(lock)


def _locked(parent: Path, prefix: str) -> tuple[Path, int | None]:
    """A new folder, and the lock that says that its builder lives; only one among temporary files is closed to other users."""
    while True:
        made = parent / f"{prefix}{os.urandom(4).hex()}"
        try:
            made.mkdir(0o700 if prefix == TEMPORARY else 0o777)
        except FileExistsError:
            continue
        try:
            lock = _lock(made)
        except OSError:  # the file system has no locks: nobody can take this folder for one that was left
            return made, None
        if fcntl is None or lock is not None:
            return made, lock


def _lock(folder: Path) -> int | None:
    """Lock a folder; None where a living process has it, or it was removed meanwhile."""
    if fcntl is None:
        return None
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)  # a pipe of such a name would never be opened
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if folder.stat().st_ino == os.fstat(handle).st_ino:
            return handle
    except (BlockingIOError, FileNotFoundError):
        pass
    except OSError:
        os.close(handle)
        raise
    os.close(handle)
    return None
