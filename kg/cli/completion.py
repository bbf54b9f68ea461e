"""What the shell offers on Tab: names of graphs, metrics, formats, sources, ready queries, and works of the graph named.

A completion never fails and never takes long: it reads names and one SQLite file, and stops after a fifth of a second.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from kg.plugins import Kind

_SECONDS = 0.2
_MOST = 20  # works offered
_BY_ID = "SELECT id, title, year FROM work WHERE id >= ? AND id < ? ORDER BY id LIMIT ?"
_BY_WORDS = """SELECT w.id, w.title, w.year, (SELECT name FROM author WHERE work = w.n ORDER BY position LIMIT 1)
    FROM work_text t JOIN work w ON w.n = t.rowid WHERE work_text MATCH ? LIMIT ?"""

Offers = list[tuple[str, str]]  # what may be typed, and what it means


def _offers(find: Callable[[typer.Context, str], Iterator[tuple[str, str]]]) -> Callable[[typer.Context, str], Offers]:
    """A completion that offers what it found before it failed: nobody who is typing a command wants to read an error."""

    @wraps(find)
    def offer(ctx: typer.Context, incomplete: str) -> Offers:
        found: Offers = []
        with suppress(Exception):
            found.extend((name, help_) for name, help_ in find(ctx, incomplete) if name.startswith(incomplete))
        return found

    return offer


@_offers
def graphs(ctx: typer.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    """The graphs under ./graphs, and the bundled one."""
    del ctx, incomplete
    yield "bundled", "the history of neural networks for music"
    yield from ((path.parent.name, "") for path in sorted(Path("graphs").glob("*/graph.sqlite")))


def _plugins(*kinds: "Kind") -> Callable[[typer.Context, str], Offers]:
    """A completion that offers the names of kinds of plug-ins."""

    @_offers
    def offer(ctx: typer.Context, incomplete: str) -> Iterator[tuple[str, str]]:
        from kg import plugins

        del ctx, incomplete
        yield from ((name, "") for kind in kinds for name in plugins.names(kind))

    return offer


metrics = _plugins("metric")  # of works
formats = _plugins("exporter", "view")  # what a graph is exported in, or drawn as
readers = _plugins("reader")
checks = _plugins("source")  # what lists can be compared with


@_offers
def measures(ctx: typer.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    """Everything that can be measured, of works or not."""
    from kg import plugins

    yield from metrics(ctx, incomplete)
    yield from ((name, command) for name, (_, _, command) in plugins.RESULTS.items())


@_offers
def sources(ctx: typer.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    """The sources works are looked up in; after a comma, another."""
    before, comma, _ = incomplete.rpartition(",")
    known = [
        ("bundled", ""),
        ("auto", "what is there"),
        ("none", ""),
        ("corpus:", "then the folder of a corpus"),
        *checks(ctx, ""),
    ]
    yield from ((before + comma + name, help_) for name, help_ in known)


@_offers
def queries(ctx: typer.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    """The ready SPARQL queries."""
    from importlib import resources

    del ctx, incomplete
    files = (resources.files("kg.output.rdf") / "queries").iterdir()
    yield from ((file.name.removesuffix(".rq"), "") for file in files if file.name.endswith(".rq"))


@_offers
def works(ctx: typer.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    """Works of the graph, by the beginning of their id; inside quotes, also by title or first author and year."""
    if len(incomplete) < 2:
        return
    store = _store(ctx.params.get("graph"))
    stop = time.monotonic() + _SECONDS
    with closing(sqlite3.connect(f"{store.absolute().as_uri()}?mode=ro", uri=True)) as db:
        db.set_progress_handler(lambda: time.monotonic() > stop, 5000)
        for id_, title, year in db.execute(_BY_ID, (incomplete, incomplete + "\U0010ffff", _MOST)):
            yield id_, _line(f"{title[:45]} ({year or 'undated'})")
        words = [word.replace('"', "") for word in incomplete.split()]
        if len(words) < 2 and not incomplete.endswith(" "):
            return  # one word without quotes: a name with spaces would fall apart in the shell
        query = " ".join(f'"{word}"' for word in words) + ("" if incomplete.endswith(" ") else "*")
        for id_, title, year, author in db.execute(_BY_WORDS, (query, _MOST)):
            yield from _named(incomplete, id_, title, year, author or "")


def _named(typed: str, id_: str, title: str, year: int | None, author: str) -> Iterator[tuple[str, str]]:
    """A work by what was typed of its title, or of its first author and year."""
    from kg.text import surname

    for name in (title, f"{surname(author)} {year or ''}"):
        if name.casefold().startswith(typed.casefold()):
            yield _line(typed + name[len(typed) :]), id_
            return


def _line(text: str) -> str:
    """A text in one line: what a shell is given must not steer it."""
    from kg.text import printable

    return printable(text)


def _store(graph: str | None) -> Path:
    """The store of a graph, of the bundled one only where it is built already."""
    from kg.graph.folder import BUNDLED, folder_of

    graph = graph or os.environ.get("KG_GRAPH") or BUNDLED
    if graph != BUNDLED:
        return folder_of(graph) / "graph.sqlite"
    from kg.graph.bundled import cache_folder

    return max(cache_folder().glob("neural-music-*/graph.sqlite"), key=lambda path: path.stat().st_mtime)
