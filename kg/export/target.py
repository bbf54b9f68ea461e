"""Where an exporter writes: a path, filled under another name and then renamed, or an open binary file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kg.errors import InputError


@contextmanager
def writing(out: Path | BinaryIO) -> Iterator[BinaryIO]:
    """The file to write to. What stood at a path stays until all is written; InputError where it cannot be."""
    if not isinstance(out, Path):
        yield out
        return
    is_device = out.exists() and not out.is_file()  # /dev/stdout is written through, never replaced
    target = out if is_device else out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with target.open("wb") as file:
            yield file
        if not is_device:
            target.replace(out)
    except OSError as error:
        raise InputError(
            f"{out} cannot be written: {error.strerror or error}", "name another place"
        ) from error
    finally:
        if not is_device:
            target.unlink(missing_ok=True)
