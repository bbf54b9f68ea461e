"""Files that a person named: nothing else is opened, as a pipe, a device or a socket may never end; and what comes by a pipe."""

import json
import re
import shlex
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from kg.aside import temporary_folder
from kg.errors import InputError, StoreError

_MOST_PIPED = 1 << 30
SMALL_MB = 16  # of a file that a person writes
_DOTS = 1_000  # in a line of TOML
_PART = 1 << 20  # bytes copied at once
_KINDS = {stat.S_ISFIFO: "a named pipe", stat.S_ISSOCK: "a socket", stat.S_ISCHR: "a device", stat.S_ISBLK: "a device"}
_PIPED = re.compile(r"-|/dev/stdin|(?:/dev|/proc/self)/fd/(\d+)")  # where a shell puts what it pipes in


def oddity(path: Path) -> str:
    """What a path is where it is neither a file nor a folder: "a named pipe", "a socket" or "a device"; else "".

    Examples
    --------
    >>> oddity(Path("/dev/null")), oddity(Path("/"))
    ('a device', '')
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        return ""
    return next((name for is_one, name in _KINDS.items() if is_one(mode)), "")


def check_file(path: Path) -> None:
    """Raise InputError for a pipe, a device or a socket."""
    if found := oddity(path):
        raise InputError(f"{path} is {found}, not a file", "name a file; to pipe into kg, use - for standard input")


def check_folder(folder: Path, *below: str) -> None:
    """Raise StoreError for a pipe, a device or a socket in a folder of kg's, and where patterns lead below it."""
    for pattern in ("*", *below):
        with suppress(FileNotFoundError):  # another process removes what it built, or an older state
            for file in folder.glob(pattern):
                if found := oddity(file):
                    raise StoreError(f"{file} is {found}, where kg keeps files alone", f"rm {shlex.quote(str(file))}")


def read_small(path: Path, *, most_mb: int = SMALL_MB) -> str:
    """The text of a file that is read as a whole; "-" is standard input.

    Parameters
    ----------
    path : Path
        The file.
    most_mb : int
        How long it may be, in MB.

    Raises
    ------
    InputError
        If it is a pipe, a device or a socket, too long, or no UTF-8.
    OSError
        If it cannot be read.
    """
    try:
        return _bytes_of(path, most_mb).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text: {error.reason}", "save it as UTF-8") from error


def read_json(path: Path) -> Any:
    """The document in a file of JSON that kg or another program wrote, up to 1 GB.

    Raises
    ------
    InputError
        If it is a pipe, a device or a socket, or too long.
    ValueError
        If it is no JSON, or nested too deeply.
    OSError
        If it cannot be read.
    """
    try:
        return json.loads(_bytes_of(path, 1024))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def read_toml(path: Path, hint: str) -> dict[str, Any]:
    """The tables of a file of TOML; none where there is no such file.

    Parameters
    ----------
    path : Path
        The file.
    hint : str
        What to do where it cannot be read.

    Raises
    ------
    InputError
        If it cannot be read, or is no TOML.
    """
    try:
        text = read_small(path)
        if max(line.count(".") for line in text.split("\n")) > _DOTS:  # a key of n parts takes n * n steps
            raise ValueError(f"a line has over {_DOTS:,} dots")  # noqa: TRY301
        import tomllib  # not loaded where there is no such file

        return tomllib.loads(text)
    except FileNotFoundError:
        return {}
    except RecursionError as error:
        raise InputError(f"{path} is nested too deeply", hint) from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}", hint) from error
    except ValueError as error:
        raise InputError(f"{path} is not valid TOML: {error}", hint) from error


@contextmanager
def piped_in(paths: Sequence[Path], name: str | None = None) -> Iterator[dict[Path, Path]]:
    """Keep what is piped in under the names "-" and /dev/fd/N, as a shell's <(...), in files for as long as they are read.

    Parameters
    ----------
    paths : sequence of Path
        What was named.
    name : str, optional
        What a file of the one piped input would be called.

    Yields
    ------
    dict
        The file of each path; of those that are piped in a temporary one.

    Raises
    ------
    InputError
        If more is piped in than 1 GB, or a name is given and not one input is piped.
    """
    piped = [path for path in dict.fromkeys(paths) if _PIPED.fullmatch(str(path)) and not path.is_file()]
    if name is not None and (len(piped) != 1 or Path(name).name != name):
        raise InputError(f"--name {name} does not fit", "give it a file's name, for one input that is piped in: -")
    if not piped:
        yield {path: path for path in paths}
        return
    with temporary_folder() as folder:
        files = {path: path for path in paths}
        for path in piped:
            number = _PIPED.fullmatch(str(path))
            files[path] = folder / (name or (f"pipe-{number[1]}" if number and number[1] else "standard-input"))
            _copy(path, files[path])
        try:
            yield files
        except InputError as error:
            error.message = error.message.replace(f"{folder}/", "")
            error.args = (error.message,)
            raise


def _bytes_of(path: Path, most_mb: int) -> bytearray:
    if not _PIPED.fullmatch(str(path)):
        check_file(path)
    data = bytearray()
    with _opened(path) as file:
        while part := file.read(_PART):  # at once it would take the memory of the longest file for a short one, too
            data += part
            if len(data) > most_mb << 20:
                raise InputError(f"{path} is longer than {most_mb} MB", "check that it is the file you meant")
    return data


def _copy(path: Path, to: Path) -> None:
    with _opened(path) as source, to.open("wb") as target:
        while part := source.read(_PART):
            target.write(part)
            if target.tell() > _MOST_PIPED:
                raise InputError(
                    f"more than {_MOST_PIPED >> 30} GB comes from {path}", "save it to a file, and name that"
                )


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    if str(path) == "-":
        yield sys.stdin.buffer
    else:
        with path.open("rb") as file:
            yield file
