"""A citation graph for programs that draw networks: GraphML, GEXF and Cytoscape JSON, by way of networkx."""

import io
import json
import re
from pathlib import Path
from typing import Any, BinaryIO

from kg.graph.citation_graph import CitationGraph
from kg.output.export.records import add_attribution, described, put

#: Characters that XML 1.0 cannot contain, not even escaped.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_graphml(graph: CitationGraph, out: Path | BinaryIO) -> None:
    """Write every work and every citation, citing -> cited, loops included, with what is known of them; see `described`.

    Characters that XML cannot contain become U+FFFD.

    Raises
    ------
    InputError
        If that would make two ids one.
    """
    writer = _writer()
    writer.add_graph_element(described(graph, _clean))
    writer.dump(out)
    add_attribution(graph, out, "<!-- {} -->\n")


def write_gexf(graph: CitationGraph, out: Path | BinaryIO) -> None:
    """Write GEXF 1.2, for Gephi, as its schema has it; what it holds is as in `write_graphml`, the graph's name in its description."""
    from xml.etree.ElementTree import SubElement

    from networkx.readwrite.gexf import GEXFWriter

    writer = GEXFWriter(described(graph, _clean))  # type: ignore[no-untyped-call]
    meta, network = writer.xml[0], writer.xml[1]
    del (
        network.attrib["name"],
        meta.attrib["lastmodifieddate"],
    )  # the schema knows no name, and equal content is equal bytes
    if name := _clean(graph.name):
        SubElement(meta, "description").text = name
    file = io.BytesIO()
    writer.write(file)  # type: ignore[no-untyped-call]
    put(out, file.getvalue())
    add_attribution(graph, out, "\n<!-- {} -->\n")


def write_cytoscape(graph: CitationGraph, out: Path | BinaryIO) -> None:
    """Write the JSON of Cytoscape and Cytoscape.js; what it holds is as in `described`."""
    import networkx as nx

    document = nx.cytoscape_data(described(graph))  # type: ignore[no-untyped-call]
    credit = graph.provenance.attribution if graph.provenance else ""
    document["data"] = {"name": graph.name} | ({"attribution": credit} if credit else {})
    put(out, json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))


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
