"""Networks that kg and programs that draw networks write: GraphML, GEXF and Cytoscape JSON. An edge goes from citing to cited."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.facts import facts_of
from kg.ids import parse_identifier
from kg.ingest.readers.fields import TWICE, count_in, day_in, once, sound, twice_in, within, year_in
from kg.ingest.readers.reader import XML_PROLOG, reader
from kg.ingest.readers.text_files import read_text
from kg.ingest.readers.xml_tree import xml_of
from kg.model import Batch, Citation, Outcome, Remark, Retrieval, Work

_TRUE = {"true", "1"}
_HINT = "export it again"

Data = dict[str, str]  # what a node or an edge says, by names in lower case


@reader(lambda sample: sample.begins(XML_PROLOG + r"<graphml[\s>]"))
def read_graphml(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works and citations of a GraphML file, under the ids of its nodes; names of data are those that kg writes.

    A list is as whole as the data `outcome` says, else COMPLETE where the node has references, as in edge lists.

    Raises
    ------
    InputError
        If it is not GraphML, holds no node, is undirected or, with `strict`, has an edge to an unknown node.
    """
    root = xml_of(path)
    keys = {key.get("id"): (key.get("attr.name") or "").lower() for key in root.iterfind("{*}key")}

    def data(item: ET.Element) -> Data:
        return _said((keys.get(d.get("key"), ""), (d.text or "").strip()) for d in item.iterfind("{*}data"))

    nodes = [(node.get("id", ""), data(node)) for node in root.iterfind(".//{*}node")]
    edges = ((edge.get("source", ""), edge.get("target", ""), data(edge)) for edge in root.iterfind(".//{*}edge"))
    graph = root.find("{*}graph")
    _check(path, "GraphML", nodes, directed=graph is None or graph.get("edgedefault") != "undirected")
    yield _batch(path, nodes, edges, source, strict=strict)


@reader(lambda sample: sample.begins(XML_PROLOG + r"<gexf[\s>]"))
def read_gexf(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works and citations of a GEXF file; attributes are named, and errors are, as in `read_graphml`."""
    root = xml_of(path)
    graph = root.find("{*}graph")
    keys = {
        (attributes.get("class"), key.get("id")): (key.get("title") or "").lower()
        for attributes in root.iterfind("{*}graph/{*}attributes")
        for key in attributes.iterfind("{*}attribute")
    }

    def data(item: ET.Element, kind: str) -> Data:
        values = item.iterfind("{*}attvalues/{*}attvalue")
        named = _said((keys.get((kind, value.get("for")), ""), (value.get("value") or "").strip()) for value in values)
        return {"label": item.get("label", "").strip()} | named

    nodes = [(node.get("id", ""), data(node, "node")) for node in root.iterfind(".//{*}node")]
    edges = ((e.get("source", ""), e.get("target", ""), data(e, "edge")) for e in root.iterfind(".//{*}edge"))
    directed = graph is not None and graph.get("defaultedgetype") == "directed"
    _check(
        path, "GEXF", nodes, directed=directed or all(e.get("type") == "directed" for e in root.iterfind(".//{*}edge"))
    )
    yield _batch(path, nodes, edges, source, strict=strict)


@reader(lambda sample: sample.is_json and sample.begins(r'(?s)\s*\{.*"elements"\s*:\s*\{\s*"(?:nodes|edges)"\s*:\s*\['))
def read_cytoscape(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works and citations of Cytoscape's JSON; data are named, and errors are, as in `read_graphml`."""
    try:
        elements = within(path, sound(json.loads(read_text(path), object_pairs_hook=once)), ["elements"])
        found = [[_texts(item) for item in elements.get(kind, ())] for kind in ("nodes", "edges")]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InputError(f"{path} is not valid Cytoscape JSON: {error}", _HINT) from error
    nodes = [(node.get("id", ""), node) for node in found[0]]
    edges = ((edge.get("source", ""), edge.get("target", ""), edge) for edge in found[1])
    _check(path, "Cytoscape JSON", nodes, directed=True)
    yield _batch(path, nodes, edges, source, strict=strict)


def _said(pairs: Iterable[tuple[str, str]]) -> Data:
    return once([(name, value) for name, value in pairs if name or value])


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value).strip()


def _texts(item: dict[str, Any]) -> Data:
    twice = {TWICE: fault} if (fault := twice_in(item)) else {}
    return once([(str(key).lower(), _text(value)) for key, value in item["data"].items()]) | twice


def _check(path: Path, kind: str, nodes: list[tuple[str, Data]], *, directed: bool) -> None:
    if not nodes:
        raise InputError(f"{path} is {kind} without a node", _HINT)
    if not directed:
        raise InputError(f"{path} is an undirected graph", "a citation has a direction: export a directed graph")


def _batch(
    path: Path, listed: list[tuple[str, Data]], edges: Iterable[tuple[str, str, Data]], source: str, *, strict: bool
) -> Batch:
    batch, cited = Batch(records=len(listed), strict=True), dict[tuple[str, str, str], int]()
    nodes, pairs = dict[str, Data](), set[tuple[str, str]]()

    def left_out(where: str, fault: str) -> None:
        if strict:
            raise InputError(f"{path.name} {where}: {fault}", "correct the file, or leave out --strict")
        batch.remarks.append(Remark(f"{path.name} {where}", fault))

    for n, (id_, values) in enumerate(listed, start=1):
        if not id_ or nodes.setdefault(id_, values) is not values:
            left_out(f"node {n}", f"a second node {id_!r}" if id_ else "no id")
        elif fault := values.get(TWICE) or (
            values.get("") and f"data under no name that the file declares: {values['']:.80}"
        ):
            left_out(f"node {n}", fault)
    for n, (citing, target, values) in enumerate(edges, start=1):
        batch.records += 1
        if missing := [end for end in (citing, target) if end not in nodes]:
            left_out(f"edge {n}", f"no node {missing[0]!r}")
            continue
        if fault := values.get(TWICE):
            left_out(f"edge {n}", fault)
        batch.duplicates += (citing, target) in pairs
        batch.loops += citing == target
        pairs.add((citing, target))
        for origin in values.get("sources", "").split("; "):
            key = citing, target, origin or source
            cited[key] = cited.get(key, 0) + (count_in(values.get("times")) or 1)
    batch.works = [_work(id_, values, source) for id_, values in nodes.items()]
    batch.citations = [Citation(citing=a, cited=b, source=name, times=times) for (a, b, name), times in cited.items()]
    citing_works = {a for a, _ in pairs}
    for id_, values in nodes.items():
        outcome = values.get("outcome") or (Outcome.COMPLETE if id_ in citing_works else Outcome.UNKNOWN)
        if outcome in set(Outcome) - {Outcome.UNKNOWN}:
            batch.retrievals.append(Retrieval(work=id_, list="references", outcome=Outcome(outcome), source=source))
    return batch


def _work(id_: str, values: Data, source: str) -> Work:
    day = day_in(values.get("date", ""))
    return Work(
        id=id_,
        title=values.get("title") or ("" if "citations_held" in values else values.get("label", "")),
        authors=tuple(name.strip() for name in values.get("authors", "").split(";") if name.strip()),
        year=int(day[:4]) if day else year_in(values.get("year")),
        date=day,
        venue=values.get("venue", ""),
        identifiers=tuple(
            parse_identifier(name) or name for name in values.get("identifiers", "").split() if ":" in name
        ),
        stub=values.get("stub", "").lower() in _TRUE,
        seed=values.get("seed", "").lower() in _TRUE,
        source=source,
        facts=facts_of(source, values.get("type"), retracted=values.get("retracted", "").lower() in _TRUE),
    )
