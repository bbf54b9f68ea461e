"""A citation graph for Pajek and VOSviewer."""

import json
import re
from collections import Counter
from html import escape
from pathlib import Path
from typing import BinaryIO

from kg.graph.citation_graph import CitationGraph
from kg.ids import iri_of
from kg.model import Work
from kg.output.export.records import folder, held_of, label_of, one_line, put, works_of

_MISSING = 999_999_998  # Pajek's own word for a value that is not known


def write_pajek(graph: CitationGraph, out: Path | BinaryIO) -> None:
    """Write network.net, whose labels are the works' ids, and the vectors year.vec and citations_held.vec; or the network alone to an open file.

    Arcs go from the citing to the cited work. A quotation mark in an id becomes an apostrophe. An unknown year is 999999998,
    Pajek's missing value. `kg ingest network.net` reads the network back.
    """
    vertices = "\n".join(f'{n} "{one_line(id_).replace(chr(34), chr(39))}"' for n, id_ in enumerate(graph.ids, start=1))
    arcs = "\n".join(f"{citing} {cited} 1" for citing, cited in _pairs(graph))
    network = f"*Vertices {len(graph)}\n{vertices}\n*Arcs\n{arcs}\n"
    if not isinstance(out, Path):
        put(out, network.encode("utf-8", "replace"))
        return
    to = folder(out, "pajek", graph)
    put(to / "network.net", network.encode("utf-8", "replace"))
    years = [_MISSING if work.year is None else work.year for work in works_of(graph)]
    for name, values in (("year", years), ("citations_held", held_of(graph))):
        (to / f"{name}.vec").write_text("\n".join([f"*Vertices {len(graph)}", *map(str, values), ""]))


def write_vosviewer(graph: CitationGraph, out: Path | BinaryIO) -> None:
    """Write the JSON of VOSviewer: an item for each work, weighted by its citations here and scored by its year, and links.

    Links have no direction there, and a work that cites itself has none: two works that cite each other are one link of
    strength 2. VOSviewer shows labels and descriptions as HTML: what would be mark-up in them is escaped.
    """
    items = [
        {"id": n, "label": label, "description": title}
        | ({"url": url} if url else {})
        | {"weights": {"Citations held": held}}
        | ({"scores": {"Publication year": year}} if year is not None else {})
        for n, label, title, url, held, year in _items(graph)
    ]
    links = [{"source_id": a, "target_id": b, "strength": k} for (a, b), k in _links(graph).items()]
    document = {"network": {"items": items, "links": links}}
    if graph.provenance and graph.provenance.attribution:
        document["info"] = {"title": graph.name, "description": graph.provenance.attribution}
    put(out, json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))


def write_vosviewer_map(graph: CitationGraph, out: Path | BinaryIO) -> None:
    """Write the two text files of VOSviewer, map.txt and network.txt, with what `write_vosviewer` says.

    Cells with quotation marks, commas or semicolons stand in quotation marks, as VOSviewer wants them.
    """
    to = folder(out, "vosviewer-map", graph)
    head = "id\tlabel\tdescription\turl\tweight<Citations held>\tscore<Publication year>"
    rows = ["\t".join("" if cell is None else _quoted(one_line(str(cell))) for cell in item) for item in _items(graph)]
    put(to / "map.txt", "\n".join([head, *rows, ""]).encode("utf-8", "replace"))
    put(to / "network.txt", "".join(f"{a}\t{b}\t{k}\n" for (a, b), k in _links(graph).items()).encode())


def _items(graph: CitationGraph) -> list[tuple[int, str, str, str, int, int | None]]:
    held = held_of(graph)
    works = enumerate(zip(works_of(graph), held, strict=True), start=1)
    return [(n, _label(work), escape(work.title, quote=False), _address(work), k, work.year) for n, (work, k) in works]


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if re.search('[",;]', cell) else cell


def _label(work: Work) -> str:
    label = label_of({"authors": "; ".join(work.authors), "year": work.year, "title": work.title}) or work.id
    return escape(one_line(label), quote=False)


def _address(work: Work) -> str:
    return next(filter(None, map(iri_of, work.identifiers)), "")


def _links(graph: CitationGraph) -> Counter[tuple[int, int]]:
    return Counter((min(pair), max(pair)) for pair in _pairs(graph) if pair[0] != pair[1])


def _pairs(graph: CitationGraph) -> list[tuple[int, int]]:
    """The numbers of the citing and the cited works, counted from 1."""
    numbers = {id_: n for n, id_ in enumerate(graph.ids, start=1)}
    return [(numbers[citing], numbers[cited]) for citing, cited in graph.citations.itertuples(index=False, name=None)]
