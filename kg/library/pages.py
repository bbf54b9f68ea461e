"""A graph as a page, a file or triples: its map, its report, exports, and answers to SPARQL."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, BinaryIO

from kg import plugins
from kg.analysis.paths.query import shortest_paths
from kg.errors import InputError, NothingFound, UnknownName
from kg.graph.citation_graph import CitationGraph
from kg.graph.folder import Workspace
from kg.graph.provenance import IN_MEMORY
from kg.library.answers import Answer, Block, Table
from kg.library.certificate import names_of
from kg.library.naming import find_work, several
from kg.model import Work
from kg.output.map.model import MapView
from kg.output.map.view import map_view
from kg.output.rdf.open import rdf_folder
from kg.output.rdf.sparql import Answer as Results
from kg.output.rdf.sparql import query, read_query
from kg.page import Document
from kg.text import counted

if TYPE_CHECKING:
    from kg.output.protocols import Exporter, View


def draw(
    space: Workspace,
    *,
    focus: str | Work | None = None,
    hops: int | None = None,
    path: tuple[str | Work, str | Work] | None = None,
    metric: str = "citations_held",
    limit: int | None = None,
    lanes: str | None = None,
    colour: str | None = None,
    main_path: bool | None = None,
    returns: bool | None = None,
    down: bool = False,
    title: str = "",
    only: str | Work | Sequence[str | Work] = (),
) -> MapView:
    """What the citation map of a graph shows; see `Graph.map` for the parameters."""
    if hops is not None and not focus:
        raise InputError("hops is given without a focus", "give the work to draw around as well")
    paths: tuple[tuple[int, ...], ...] = ()
    if path:
        old, new = (find_work(space, name) for name in path)
        paths = shortest_paths(space.arrays, space.number(old), space.number(new)).paths
        if not paths:
            hint = f"`kg path {quote(old.id)} {quote(new.id)}{space.provenance.options}` says what was searched"
            first, last = names_of(old, new)
            raise NothingFound(f"no path from {first} to {last} was found, so none can be drawn", hint)
    return map_view(
        space.graph,
        focus=find_work(space, focus).id if focus else None,
        hops=hops or 1,
        paths=paths,
        metric=metric,
        limit=limit,
        lanes=lanes,
        colour=colour,
        rivers=main_path,
        returns=returns,
        down=down,
        title=title,
        only=[space.number(find_work(space, name)) for name in several(only)],
    )


def view(graph: CitationGraph, name: str, *, title: str = "") -> Document:
    """The page of a graph that a view draws; see `Graph.view`."""
    draw_view: View = plugins.load("view", name)
    return draw_view(graph, title=title)


def export(graph: CitationGraph, format_: str, target: Path | BinaryIO) -> None:
    """Write a graph in a format, or as the page of a view; see `Graph.export`."""
    exporters, views = plugins.names("exporter"), plugins.names("view")
    if format_ in exporters:
        write: Exporter = plugins.load("exporter", format_)
        write(graph, target)
    elif format_ not in views:
        raise UnknownName("format", format_, [*exporters, *views])
    elif isinstance(target, Path):
        view(graph, format_).save(target)
    else:
        target.write(view(graph, format_).encode())


@dataclass(frozen=True, repr=False)
class Bindings(Answer):
    """What a SPARQL query gives.

    Attributes
    ----------
    results : Results
        The answer in the forms of the standards: `results.to_csv()`, `results.to_turtle()`.
    """

    results: Results
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> list[list[str | None]]:
        """The rows as text, IRIs shortened by the prefixes, None where unbound."""
        return self.results.to_table()[1]

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg sparql --json`: SPARQL 1.1 Query Results JSON, or JSON-LD."""
        document: dict[str, Any] = self.results.to_json()
        return document

    def blocks(self) -> Iterator[Block]:
        """The rows as a table, and how many there are."""
        columns, rows = self.results.to_table()
        yield Table(columns, rows)
        yield counted(len(rows), "row")


def sparql(space: Workspace, text: str, *, timeout_s: float = 60.0) -> Bindings:
    """Answer a SPARQL query, a file that holds one, or a ready query by its name."""
    if space.folder == IN_MEMORY:
        hint = "build a graph from its tables with `kg ingest`, then open that"
        raise InputError("this graph was made in Python and has no folder, so it has no RDF to query", hint)
    folder = rdf_folder(space.provenance)
    return Bindings(query(folder, read_query(text), state=space.store.state, timeout_s=timeout_s))
