"""An exporter: a graph as a drawing for Graphviz (DOT), arrows from citing to cited works."""

import json
from pathlib import Path
from typing import BinaryIO

from kg.graph.citation_graph import CitationGraph


def write_dot(graph: CitationGraph, out: Path | BinaryIO) -> None:
    """Write every citation as one arrow; ids are quoted."""
    quoted = {id_: json.dumps(id_, ensure_ascii=False) for id_ in graph.ids}
    arrows = [f"  {quoted[citing]} -> {quoted[cited]};" for citing, cited in graph.to_networkx().edges()]
    text = "\n".join(["digraph citations {", *arrows, "}", ""]).encode()
    if isinstance(out, Path):
        out.write_bytes(text)
    else:
        out.write(text)
