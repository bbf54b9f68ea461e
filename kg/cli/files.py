"""Writing what a command was asked to write: whole or not at all, never over something without being told to."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import InputError


@contextmanager
def written(out: Path, *, force: bool) -> Iterator[Path]:
    """Give a path beside `out` to write a file or folder to, and put that in its place when all went well."""
    if out.exists() and not force:
        raise InputError(f"{out} is there already", "name another, or add --force")
    temporary = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        if out.is_dir():
            shutil.rmtree(out)
        temporary.replace(out)
    except OSError as error:
        raise InputError(
            f"cannot write {out}: {error.strerror or error}", "name a place you may write to"
        ) from error
    finally:
        if temporary.is_dir():
            shutil.rmtree(temporary)
        else:
            temporary.unlink(missing_ok=True)
