"""The errors of kg, each with its exit code.

    KgError (1)
    ├── InputError (2)          invalid usage or input
    │   ├── UnknownName (2)     unknown metric, view, source ...
    │   └── AmbiguousWork (2)   several works fit; they are listed
    ├── PartialResult (3)       a command that retrieves did not get everything
    ├── SourceError (4)         a source failed
    ├── NothingFound (5)        no such work, no path
    └── StoreError (6)          the store is being written, damaged or missing

The command line catches them in one place.
"""

import difflib
import errno
import os
import re
from collections.abc import Iterable
from pathlib import Path

_SHORT = re.compile(
    r"OutOfMemoryException:|([\w ]+: )+(Out of Memory Error|can't start new thread|Failed to launch worker thread)"
    "|ImportError: .*(failed to map segment|annot allocate memory)"
)


class KgError(Exception):
    """An error that kg explains to its user.

    Attributes
    ----------
    message : str
        What is wrong, with the value that was given.
    hint : str
        What to do about it.
    exit_code : int
        How a command ends.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if hint:
            self.add_note(hint)  # so that a traceback says what to do, too


class InputError(KgError):
    """Invalid input or usage; nothing was written."""

    exit_code = 2


class UnknownName(InputError):
    """An unknown name; `near` and the hint list similar ones."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        known = sorted(known)
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
        hint = f"did you mean {', '.join(near)}?" if near else f"known: {', '.join(known)}"
        super().__init__(f"no {kind} named {name!r}", hint)
        self.near = near


class AmbiguousWork(InputError):
    """A text that fits several works: `candidates` are pairs of an id and a one-line description, and `more` are not named."""

    def __init__(self, text: str, candidates: list[tuple[str, str]], more: int = 0) -> None:
        lines = [f"  {id_}  {description}" for id_, description in candidates]
        if more:
            lines.append(f"  ... and {more} more")
        super().__init__(f"{text!r} fits {len(candidates) + more} works", "name one by its id:\n" + "\n".join(lines))
        self.text = text
        self.candidates = candidates
        self.more = more


class PartialResult(KgError):
    """A retrieval that did not get everything; what it got is saved."""

    exit_code = 3


class SourceError(KgError):
    """A source that cannot be reached or refuses; what it gave before is saved."""

    exit_code = 4


class NothingFound(KgError):
    """No such work, or no path."""

    exit_code = 5


class StoreError(KgError):
    """A store that is being written by another process, damaged or missing."""

    exit_code = 6


def need_memory(what: str, megabytes: int) -> None:
    """Raise where the limit on this process's memory leaves less than that: libraries would end it without a word.

    Parameters
    ----------
    what : str
        What needs it.
    megabytes : int
        What it needs, of addresses.

    Raises
    ------
    KgError
        If there is less.
    """
    try:
        import resource

        most = resource.getrlimit(resource.RLIMIT_AS)[0]
        used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except (ImportError, OSError):  # another system
        return
    if most != resource.RLIM_INFINITY and (left := most - used) < megabytes * 1_000_000:
        message = (
            f"not enough memory: {what} needs {megabytes} MB of addresses, and the limit leaves {left // 1_000_000}"
        )
        raise KgError(message, "raise the limit on memory (`ulimit -v`)")


def lacks_memory(error: BaseException | None) -> bool:
    """Whether an error says that memory did not suffice, as Python, DuckDB, Arrow and the loader of libraries say it.

    Examples
    --------
    >>> lacks_memory(MemoryError()), lacks_memory(ImportError("no module"))
    (True, False)
    """
    return isinstance(error, MemoryError) or bool(_SHORT.match(f"{type(error).__name__}: {error}"))


def remedy(error: BaseException | None, otherwise: str) -> str:
    """What to do about an error of the system: where a disk is full or a limit reached that, in all other cases `otherwise`.

    Examples
    --------
    >>> remedy(OSError("No space left on device (os error 28)"), "try again")
    'free space on that disk, then run the same command again'
    """
    full = "free space on that disk, then run the same command again"
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_FULL":
        return full
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")):
        return "change the permissions of it and its folder, or choose a place where you can read and write"
    if name.startswith("SQLITE_IOERR"):
        return "check the disk, and the limits on it (`ulimit -a`), then run the same command again"
    does = {
        errno.ENOSPC: full,
        errno.EDQUOT: full,
        errno.EFBIG: "raise the limit on the size of files (`ulimit -f`), then run the same command again",
        errno.EMFILE: "raise the limit on open files (`ulimit -n 1024`), then run the same command again",
        errno.ENOMEM: "end other programs, or raise the limit on memory",
    }
    number = errno.ENOMEM if lacks_memory(error) else getattr(error, "errno", None)
    if number is None and isinstance(error, OSError | RuntimeError):  # as Oxigraph raises them
        number = next((number for number in does if os.strerror(number) in str(error)), None)
    return does.get(number or 0, otherwise)
