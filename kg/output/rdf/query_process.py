"""The process that checks and runs one query: folder and state as arguments, the query on stdin.

It answers with one line of JSON, then the data. While Oxigraph runs, the process can open no file and no socket: a second
guard behind the parser, so that even a SERVICE that the parser missed reaches no server.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from kg.errors import InputError, KgError
from kg.output.rdf.sparql import check
from kg.output.rdf.store import open_readonly, prefixes_of


def main(folder: str, state: str) -> None:
    """Read the query from stdin and write its answer to stdout."""
    try:
        store = open_readonly(Path(folder), state or None)
        prefixes = prefixes_of(store)
        text = check(sys.stdin.buffer.read().decode(), prefixes)
        kind, data = run(store, text, prefixes)
        reply = {"kind": kind, "prefixes": prefixes}
    except KgError as error:
        reply, data = {"error": type(error).__name__, "message": error.message, "hint": error.hint}, b""
    sys.stdout.buffer.write(json.dumps(reply).encode() + b"\n" + data)


def run(store: ox.Store, text: str, prefixes: dict[str, str]) -> tuple[str, bytes]:
    """Run a checked query without access to files and network; see `Answer` for the kinds of answer."""
    try:
        with _no_new_files():
            results = store.query(text, prefixes=prefixes)
            if isinstance(results, ox.QueryTriples):
                return "graph", results.serialize(format=ox.RdfFormat.N_TRIPLES) or b""
            kind = "ask" if isinstance(results, ox.QueryBoolean) else "select"
            return kind, results.serialize(format=ox.QueryResultsFormat.JSON) or b""
    except SyntaxError as error:
        reason = str(error).split("\n", 1)[0]
        raise InputError(f"SPARQL: {reason}", "kg understands SPARQL 1.1") from error
    except (OSError, RuntimeError, ValueError) as error:
        raise KgError(f"the query failed: {error}", "try a simpler query") from error


@contextmanager
def _no_new_files() -> Iterator[None]:
    try:
        import resource
    except ImportError:  # no such limit on Windows: there the parser stands alone
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


if __name__ == "__main__":
    main(*sys.argv[1:])
