"""What can go wrong, and the exit code each kind carries.

KgError (1)
├── InputError (2)          bad usage or unreadable input
│   ├── UnknownName (2)     no such metric, view, source ...; near names in the hint
│   └── AmbiguousWork (2)   several works fit; candidates are attached
├── PartialResult (3)       a retrieving command did not get all it asked for
├── SourceError (4)         a source gave up
├── NothingFound (5)        no such work, no path
└── StoreError (6)          the store is busy or broken
"""

import difflib
from collections.abc import Iterable


class KgError(Exception):
    """A failure kg explains: `message` holds the value, `hint` says what to do."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(KgError):
    """The input or the usage is wrong; nothing was written."""

    exit_code = 2


class UnknownName(InputError):
    """A name that kg does not know; the hint lists near ones."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        known = sorted(known)
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
        hint = f"did you mean {', '.join(near)}?" if near else f"known: {', '.join(known)}"
        super().__init__(f"no {kind} named {name!r}", hint)
        self.near = near


class AmbiguousWork(InputError):
    """Several works fit the text; `candidates` are (id, one-line description)."""

    def __init__(self, text: str, candidates: list[tuple[str, str]], more: int = 0) -> None:
        lines = [f"  {id_}  {description}" for id_, description in candidates]
        if more:
            lines.append(f"  ... and {more} more")
        super().__init__(f"{text!r} fits {len(candidates) + more} works", "name one by its id:\n" + "\n".join(lines))
        self.candidates = candidates


class PartialResult(KgError):
    """A retrieval ended without all it was asked for; what came is kept."""

    exit_code = 3


class SourceError(KgError):
    """A source could not be reached or refused; what came before is kept."""

    exit_code = 4


class NothingFound(KgError):
    """There is no such work, or no path."""

    exit_code = 5


class StoreError(KgError):
    """The store is busy with another writer, or broken."""

    exit_code = 6
