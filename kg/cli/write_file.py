"""Writing what a command was asked to write: whole or not at all, never over something without being told to."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import InputError


@contextmanager
def written(out: Path, *, force: bool) -> Iterator[Path]:
    """Give a path beside `out` to write a file or folder to, and put that in its place when all went well.

    Of a folder that is there, only the files written are replaced.
    """
    if out.exists() and not force:
        raise InputError(f"{out} is there already", "name another, or add --force")
    if out.exists() and not (out.is_file() or out.is_dir()):
        raise InputError(f"{out} is no file", "leave it out to write to stdout")
    temporary = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        if temporary.is_dir() and out.is_dir():
            for file in temporary.iterdir():
                file.replace(out / file.name)
        else:
            temporary.replace(out)
    except OSError as error:
        raise InputError(f"cannot write {out}: {error.strerror or error}", "name a place you may write to") from error
    finally:
        if temporary.is_dir():
            shutil.rmtree(temporary)
        else:
            temporary.unlink(missing_ok=True)
