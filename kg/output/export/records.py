"""What exporters take from a graph besides its arrays: the records of its store, and the line that names its sources."""

from pathlib import Path
from typing import BinaryIO

from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph
from kg.graph.provenance import Provenance


def source_of(graph: CitationGraph, what: str) -> Provenance:
    """The folder and the store a graph was read from, showing the graph as it stands.

    Raises
    ------
    InputError
        If the graph was made in Python, so that there is no folder to make `what` of.
    """
    if graph.provenance is None:
        hint = "export graphml, or build a graph from its tables with `kg ingest`"
        raise InputError(f"this graph was made in Python and has no folder: {what} is written from one", hint)
    return graph.provenance


def add_attribution(graph: CitationGraph, out: Path | BinaryIO, comment: str) -> None:
    """Append a comment that names those sources of a graph that ask to be named, at the place of {} in `comment`."""
    line = graph.provenance.attribution if graph.provenance else ""
    if not line:
        return
    if isinstance(out, Path):
        with out.open("ab") as file:
            file.write(comment.format(line).encode())
    else:
        out.write(comment.format(line).encode())
