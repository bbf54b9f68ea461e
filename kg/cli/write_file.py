"""Writes the file or folder a command was asked for: whole or not at all, and over an existing one only with --force."""

import os
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kg.aside import built_aside
from kg.cli.printing import say
from kg.errors import InputError, remedy
from kg.files import oddity

PAGES = (".html", ".htm")


def check_page(out: Path, *, force: bool, endings: Sequence[str] = PAGES) -> None:
    """Refuse a place where a page cannot be written, before anything is computed.

    Raises
    ------
    InputError
        If its folder does not exist, its name ends otherwise than a page's, or it exists and `force` is not given.
    """
    if out.suffix.lower() not in endings:
        hint = f"name a file such as {_named(out, endings[0])}"
        raise InputError(f"{out} does not end in {' or '.join(endings)}", hint)
    if not out.parent.is_dir():
        raise InputError(f"the folder {out.parent} does not exist", "create it first, or name another place")
    _check_free(out, force=force)


def write_page(out: Path, page: str, *, force: bool, open_: bool) -> None:
    """Write a page, and open it in the browser where that was asked for."""
    with written(out, force=force) as target:
        target.write_text(page, encoding="utf-8")
    if open_:
        open_page(out)


def open_page(page: Path) -> None:
    """Open a page in the browser, or say that there is none."""
    if not webbrowser.open(page.resolve().as_uri()):
        say(f"no browser was found; open {page} yourself")


@contextmanager
def written(out: Path, *, force: bool) -> Iterator[Path]:
    """Give a path beside `out` to write a file or folder to, and put that in its place when all went well.

    Of a folder that is there, only the files written are replaced: all at once where nothing else is in it and the system can.
    """
    _check_free(out, force=force)
    try:
        with built_aside(out.parent) as place:
            temporary = place / out.name
            yield temporary
            if temporary.is_dir() and out.is_dir():
                if not _exchanged(temporary, out):
                    for file in temporary.iterdir():
                        file.replace(out / file.name)
            else:
                temporary.replace(out)
    except OSError as error:
        raise InputError(
            f"cannot write {out}: {error.strerror or error}", remedy(error, "name a place where you can write")
        ) from error


def _exchanged(made: Path, out: Path) -> bool:
    """Let a folder change places with one whose files it all has, in one step; False where that cannot be done."""
    from ctypes import CDLL

    if out.is_symlink() or not {file.name for file in out.iterdir()} <= {file.name for file in made.iterdir()}:
        return False
    made.chmod(out.stat().st_mode)
    try:  # Linux alone has it: from here (-100) to here, exchange (2)
        return bool(CDLL(None).renameat2(-100, os.fsencode(made), -100, os.fsencode(out), 2) == 0)
    except (AttributeError, TypeError):
        return False


def _check_free(out: Path, *, force: bool) -> None:
    if found := oddity(out):
        raise InputError(f"{out} is {found}, not a file", "leave it out to write to stdout")
    if out.exists() and not force:
        raise InputError(f"{out} already exists", "name another file, or add --force to overwrite it")


def _named(out: Path, ending: str) -> str:
    return out.with_suffix(ending).name if out.suffix else f"{out.name}{ending}"
