"""The commands that pages print beside a figure, so that readers can have it again."""

from kg.graph.citation_graph import CitationGraph


def reading_options(graph: CitationGraph) -> str | None:
    """What a command needs to read this graph, such as " --graph NAME"; None where no command can.

    No command reads a part of a graph, or a graph made in Python.
    """
    source = graph.provenance
    return source.options if source is not None and source.works == len(graph) else None
