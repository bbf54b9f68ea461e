"""The process that runs one query that was checked: the folder of a store as argument, the query on stdin.

It answers with one line of JSON, then the data. While Oxigraph runs, the process can open no file and no socket (a second
guard behind the first, so that even a SERVICE that was missed reaches no server) and use no more than `MEMORY` bytes.
"""

import json
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO

import pyoxigraph as ox

from kg.errors import InputError, KgError, StoreError, remedy

MEMORY = 2 << 30
ANSWER = 20_000_000
STACK = 256 << 20  # enough for the deepest query that the guard lets through


class _Limited(BytesIO):
    """Takes as many bytes as an answer may have."""

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        if self.tell() + len(data) > ANSWER:
            raise too_long()
        return super().write(data)


def lacked_memory(last_words: bytes) -> bool:
    """Whether such a process ended for lack of memory, by what it wrote to stderr.

    Examples
    --------
    >>> lacked_memory(b"  what():  Resource temporarily unavailable"), lacked_memory(b"Killed")
    (True, False)
    """
    return bool(re.search(b"memory allocation|MemoryError|can't start new thread|temporarily unavailable", last_words))


def too_long() -> InputError:
    """The error that an answer of more than `ANSWER` bytes is."""
    return InputError(f"the answer is longer than {ANSWER // 1_000_000} MB", "add LIMIT, or ask for counts")


def main(folder: str) -> None:
    """Read the query from stdin and write its answer to stdout."""
    sys.stdout.buffer.write(reply(folder, sys.stdin.buffer.read().decode()))


def reply(folder: str, text: str) -> bytes:
    """Run a checked query on the store in a folder, and give the line of JSON and the data."""
    replies: list[bytes] = []
    threading.stack_size(STACK)
    thread = threading.Thread(target=lambda: replies.append(_reply(folder, text)))
    thread.start()
    thread.join()
    return b"".join(replies)  # empty where the thread failed, which stderr says


def run(store: ox.Store, text: str, *, media: str = "", prefixes: Mapping[str, str] | None = None) -> tuple[str, bytes]:
    """Run a checked query without access to files and network.

    Parameters
    ----------
    store : Store
        The store.
    text : str
        The query.
    media : str
        The media type of the answer, which must suit the query; without it, SPARQL results as JSON or N-Triples.
    prefixes : mapping of str to str, optional
        The prefixes that IRIs are shortened by, in Turtle and JSON-LD.

    Returns
    -------
    tuple of str and bytes
        The kind of answer, see `Answer`, and the answer.

    Raises
    ------
    SyntaxError
        If Oxigraph does not accept the query.
    KgError
        If it fails, or its answer is too long.
    """
    try:
        with _limit("NOFILE", 0):
            return _answer(store, text, media, prefixes or {})
    except (OSError, RuntimeError, ValueError) as error:
        raise KgError(f"the query failed: {error}", "try a simpler query") from error


def outcome(
    opened: Callable[[str], ox.Store],
    folder: str,
    text: str,
    *,
    memory: int = MEMORY,
    media: str = "",
    prefixes: Mapping[str, str] | None = None,
) -> tuple[dict[str, str | int], bytes]:
    """Run a query on the store in a folder, with a limit on memory, and say what came of it; the options are those of `run`.

    Parameters
    ----------
    opened : callable
        Opens the store in a folder.
    folder : str
        The folder.
    text : str
        The query.
    memory : int
        How many bytes the process may use.
    media : str
        The media type of the answer.
    prefixes : mapping of str to str, optional
        The prefixes that IRIs are shortened by.

    Returns
    -------
    tuple of dict and bytes
        The header, which tells the kind of answer or the error, and the answer.
    """
    try:
        store = opened(folder)
    except (OSError, RuntimeError) as error:  # RuntimeError: a file is gone or damaged, as far as Oxigraph knows
        hint = remedy(error, "delete the graph's folder rdf; it is rebuilt when next needed")
        return {"error": StoreError.__name__, "message": f"{folder} cannot be read: {error}", "hint": hint}, b""
    try:
        with _limit("AS", memory):
            kind, data = run(store, text, media=media, prefixes=prefixes)
    except KgError as error:
        return {"error": type(error).__name__, "message": error.message, "hint": error.hint}, b""
    except SyntaxError as error:
        return {"syntax": str(error)}, b""
    return {"kind": kind}, data


def prefixes_in(form: ox.RdfFormat, prefixes: Mapping[str, str]) -> dict[str, str] | None:
    """Give the prefixes to write a format with; None for one that has no use for them."""
    return dict(prefixes) if form.supports_datasets or form == ox.RdfFormat.TURTLE else None


def _reply(folder: str, text: str) -> bytes:
    header, data = outcome(ox.Store.read_only, folder, text)
    return json.dumps(header).encode() + b"\n" + data


def _answer(store: ox.Store, text: str, media: str, prefixes: Mapping[str, str]) -> tuple[str, bytes]:
    results, out = store.query(text), _Limited()
    if isinstance(results, ox.QueryTriples):
        form = (ox.RdfFormat.from_media_type(media) if media else None) or ox.RdfFormat.N_TRIPLES
        ox.serialize(results, out, form, prefixes=prefixes_in(form, prefixes))
        return "graph", out.getvalue()
    kind = ox.QueryResultsFormat.from_media_type(media) if media else None
    results.serialize(out, format=kind or ox.QueryResultsFormat.JSON)
    return "ask" if isinstance(results, ox.QueryBoolean) else "select", out.getvalue()


@contextmanager
def _limit(name: str, most: int) -> Iterator[None]:
    try:
        import resource
    except ImportError:  # no such limits on Windows: there the guard stands alone
        yield
        return
    kind = getattr(resource, f"RLIMIT_{name}")
    soft, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (most if soft == resource.RLIM_INFINITY else min(most, soft), hard))
    try:
        yield
    finally:
        resource.setrlimit(kind, (soft, hard))


if __name__ == "__main__":
    main(*sys.argv[1:])
