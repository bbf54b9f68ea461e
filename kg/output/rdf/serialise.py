"""A graph as Turtle, N-Triples or JSON-LD, in the order of its works' ids: equal content gives equal bytes."""

import hashlib
import json
from collections.abc import Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import Any, BinaryIO

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph
from kg.output.export.records import add_attribution, source_of
from kg.output.rdf.records import Records
from kg.output.rdf.triples import ntriples
from kg.output.rdf.vocab import prefixes
from kg.terms import BASE, PREFIXES, term

#: What `--provenance` can be: a node for every citation, with its sources, or for none.
PROVENANCE = ("full", "none")


def write_turtle(graph: CitationGraph, out: Path | BinaryIO, *, provenance: str = "full", base: str = BASE) -> None:
    """Write Turtle, with prefixes; `provenance` and `base` are those of `write_ntriples`."""
    records = source_of(graph, "ttl").store
    triples = _triples(_lines(records, provenance, base))
    serialize(triples, out, RdfFormat.TURTLE, prefixes=prefixes(records.name, base))
    add_attribution(graph, out, "# {}\n")


def write_ntriples(graph: CitationGraph, out: Path | BinaryIO, *, provenance: str = "full", base: str = BASE) -> None:
    """Write N-Triples, one triple per line.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    out : Path or binary file
        Where to.
    provenance : str
        "full" gives every citation a node with its sources, "none" leaves `cito:cites` alone.
    base : str
        What the IRIs of the graph's nodes begin with: the address where its owner serves them.

    Raises
    ------
    InputError
        If `provenance` or `base` is neither.
    """
    lines = _lines(source_of(graph, "nt").store, provenance, base)
    if isinstance(out, Path):
        with out.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
    else:
        out.writelines(line.encode() for line in lines)
    add_attribution(graph, out, "# {}\n")


def write_jsonld(graph: CitationGraph, out: Path | BinaryIO, *, provenance: str = "full", base: str = BASE) -> None:
    """Write JSON-LD 1.1 with a context, a node on each line; `provenance` and `base` are those of `write_ntriples`."""
    lines = _lines(source_of(graph, "jsonld").store, provenance, base)
    if isinstance(out, Path):
        with out.open("wb") as file:
            file.writelines(_jsonld(lines))
    else:
        out.writelines(_jsonld(lines))


def content_hash(records: Records) -> str:
    """The SHA-256 of a graph's content: of its N-Triples, sorted, without what names the graph and its revision.

    Graphs with the same records have the same, in whatever order they were ingested and whatever they are called.
    """
    digest = hashlib.sha256()
    for line in sorted(ntriples(records, content=True)):
        digest.update(line.encode())
    return digest.hexdigest()


def write_hash(graph: CitationGraph, out: Path | BinaryIO) -> None:
    """Write the `content_hash` of a graph on a line."""
    line = f"{content_hash(source_of(graph, 'sha256').store)}\n".encode()
    _ = out.write_bytes(line) if isinstance(out, Path) else out.write(line)


def _lines(records: Records, provenance: str, base: str) -> Iterator[str]:
    if provenance not in PROVENANCE:
        raise InputError(f"invalid provenance {provenance!r}", "choose full or none")
    try:
        NamedNode(f"{base}work")
    except ValueError:
        base = ""
    if base != BASE and not base.startswith(("http://", "https://")):
        raise InputError("the base of IRIs is not a web address", "write it as https://example.org/my-graph/")
    at = base if base.endswith((":", "/", "#")) else f"{base}/"
    return ntriples(records, full=provenance == "full", by_id=True, base=at)


def _triples(lines: Iterator[str]) -> Iterator[Triple]:
    while chunk := "".join(islice(lines, 10_000)):
        yield from (quad.triple for quad in parse(chunk, RdfFormat.N_TRIPLES))


def _jsonld(lines: Iterator[str]) -> Iterator[bytes]:
    short = {iri: prefix for prefix, iri in PREFIXES.items()}
    yield json.dumps({"@context": PREFIXES})[:-1].encode() + b', "@graph": ['
    comma = b"\n"
    for subject, triples in groupby(_triples(lines), key=lambda t: t.subject):
        item: dict[str, Any] = {"@id": getattr(subject, "value", str(subject))}
        for triple in triples:
            iri, value = triple.predicate.value, triple.object
            if iri == term("rdf:type"):
                item.setdefault("@type", []).append(_shortened(getattr(value, "value", ""), short))
            else:
                item.setdefault(_shortened(iri, short), []).append(_value(value, short))
        yield comma + json.dumps(item, ensure_ascii=False).encode()
        comma = b",\n"
    yield b"\n]}\n"


def _value(value: object, short: dict[str, str]) -> dict[str, Any]:
    if not isinstance(value, Literal):
        return {"@id": getattr(value, "value", str(value))}
    kind = value.datatype.value
    if kind == term("rdf:JSON"):
        return {"@value": json.loads(value.value), "@type": "@json"}
    return {"@value": value.value} | ({} if kind == term("xsd:string") else {"@type": _shortened(kind, short)})


def _shortened(iri: str, short: dict[str, str]) -> str:
    """An IRI of a known vocabulary by its prefix."""
    stem = next((stem for stem in short if iri.startswith(stem)), "")
    return f"{short[stem]}:{iri.removeprefix(stem)}" if stem else iri
