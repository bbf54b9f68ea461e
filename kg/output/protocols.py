"""What a view and an exporter are: the two kinds of plug-ins that turn a graph into something to look at or to keep."""

from pathlib import Path
from typing import BinaryIO, Protocol

from kg.graph.citation_graph import CitationGraph
from kg.page import Document


class View(Protocol):
    """A page drawn from a graph."""

    def __call__(self, graph: CitationGraph, *, title: str = "") -> Document:
        """Draw the page.

        Parameters
        ----------
        graph : CitationGraph
            The graph, or what there was of it in a year (`graph.until`).
        title : str
            The heading of the page; the view's own if not given.

        Returns
        -------
        Document
            One HTML text that needs no other file. Titles and names are untrusted: escape them.
        """
        ...


class Exporter(Protocol):
    """A file format that a graph is written in."""

    def __call__(self, graph: CitationGraph, out: Path | BinaryIO) -> None:
        """Write a graph.

        Parameters
        ----------
        graph : CitationGraph
            The graph, or what there was of it in a year. What only its store knows (sources, claims, contexts) is in
            `graph.provenance.store`; `graph.provenance` is None for a graph made in Python.
        out : Path or binary file
            A file or folder to be made, or an open binary file such as `sys.stdout.buffer`.

        Raises
        ------
        InputError
            If the format needs a store and the graph has none, or a folder and `out` is an open file.
        """
        ...
