"""Graph: a CitationGraph that answers questions; what Python users hold, and what the commands ask."""

from typing import TYPE_CHECKING, Any, Self

from kg.graph.citation_graph import CitationGraph
from kg.graph.folder import Workspace

if TYPE_CHECKING:
    import rdflib

    from kg.page import Document


class Graph(CitationGraph):
    """A citation graph that answers questions: paths, rankings, maps, reports, SPARQL."""

    @classmethod
    def read(cls, space: Workspace) -> Self:
        """The graph in an open folder."""
        return cls(space.arrays, space.tables, name=space.store.name)

    def map(self, **options: Any) -> "Document":
        """Draw an interactive citation map, shown in place by notebooks; options as of `map_view`."""
        from kg.output.map.page import render_map
        from kg.output.map.view import map_view

        return render_map(map_view(self, **options))

    def report(self, title: str = "") -> "Document":
        """Write the report of this graph, shown in place by notebooks."""
        from kg.output.report.report import tell_journey

        return tell_journey(self, title)

    def rdflib(self) -> "rdflib.Graph":
        """The graph for rdflib, read-only, answered by Oxigraph from disk.

        Raises
        ------
        InputError
            If the graph was made in Python and has no folder.
        """
        from kg.errors import InputError
        from kg.output.rdf.open import open_rdflib

        if self.provenance is None:
            raise InputError("this graph has no folder, so it has no RDF", "ingest it into a graph, then open that")
        return open_rdflib(self.provenance)


def open_graph(graph: str | None = None) -> Graph:
    """Open a graph by name or folder; the bundled one where none is named."""
    return Graph.read(Workspace.open(graph))
