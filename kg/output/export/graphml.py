"""A citation graph as GraphML, by way of networkx: edges citing -> cited, loops included, typed node attributes."""

import re
from pathlib import Path
from typing import Any, BinaryIO

from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph
from kg.output.export.records import add_attribution

#: Characters that XML 1.0 cannot contain, not even escaped.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_graphml(graph: CitationGraph, out: Path | BinaryIO) -> None:
    """Write every work with the attributes it has (unknown ones are absent) and every citation, with the `times` a list names it where these are several.

    Characters that XML cannot contain become U+FFFD.

    Raises
    ------
    InputError
        If that would make two ids one.
    """
    import networkx as nx

    given = graph.to_networkx()
    names = {id_: _clean(id_) for id_ in given}
    if len(set(names.values())) != len(names):
        raise InputError(
            "two ids differ only in characters that XML cannot contain", "export csv instead, or rename those works"
        )
    g: nx.DiGraph[str] = nx.DiGraph(name=_clean(graph.name))
    for id_, attributes in given.nodes(data=True):
        g.add_node(names[id_], **{key: _plain(value) for key, value in attributes.items() if value != ""})
    g.add_edges_from((names[citing], names[cited]) for citing, cited in given.edges())
    for c in graph.provenance.store.citations("c.times > 1") if graph.provenance else ():
        if g.has_edge(names[c.citing], names[c.cited]):
            g.edges[names[c.citing], names[c.cited]]["times"] = c.times  # how often the list names it
    writer = _writer()
    writer.add_graph_element(g)
    writer.dump(out)
    add_attribution(graph, out, "<!-- {} -->\n")


def _writer() -> Any:
    """The writer of networkx, with truth values as XML has them ("true", not "True")."""
    from networkx.readwrite.graphml import GraphMLWriter

    class Writer(GraphMLWriter):  # type: ignore[misc, unused-ignore]
        def add_data(self, name: str, element_type: type, value: Any, *rest: Any) -> Any:
            element = super().add_data(name, element_type, value, *rest)  # type: ignore[no-untyped-call]
            if element_type is bool:
                element.text = str(value).lower()
            return element

    return Writer()  # type: ignore[no-untyped-call]


def _clean(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)


def _plain(value: Any) -> bool | int | float | str:
    """A value as one of Python's own types: GraphML has no names for those of numpy."""
    value = value.item() if hasattr(value, "item") else value
    return value if isinstance(value, (bool, int, float)) else _clean(str(value))
