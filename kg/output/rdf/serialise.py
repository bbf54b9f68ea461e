"""A graph as Turtle, N-Triples or JSON-LD, in the order of its works' ids: equal content gives equal bytes."""

import gzip
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain, groupby, islice
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from kg import plugins
from kg.errors import InputError, UnknownName
from kg.graph.citation_graph import CitationGraph
from kg.output.export.records import add_attribution, folder, source_of
from kg.output.rdf.findings import finding_lines
from kg.output.rdf.records import Records
from kg.output.rdf.triples import ntriples
from kg.output.rdf.vocab import prefixes
from kg.terms import BASE, PREFIXES, term

#: What `--provenance` can be: a node for every citation, with its sources, or for none.
PROVENANCE = ("full", "none")
_PART = 2_000_000  # lines
#: kinds of nodes that say where something comes from
_SAID = ("record", "statement", "citation", "derivation", "source", "count", "resolution", "remark", "run")


def write_turtle(
    graph: CitationGraph, out: Path | BinaryIO, *, provenance: str = "full", base: str = BASE, scores: str = ""
) -> None:
    """Write Turtle, with prefixes; the options are those of `write_ntriples`."""
    records = source_of(graph, "ttl").store
    triples = _triples(_lines(graph, "ttl", provenance, base, scores))
    serialize(triples, out, RdfFormat.TURTLE, prefixes=prefixes(records.name, base))
    add_attribution(graph, out, "# {}\n")


def write_ntriples(
    graph: CitationGraph, out: Path | BinaryIO, *, provenance: str = "full", base: str = BASE, scores: str = ""
) -> None:
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
    scores : str
        Names of metrics, divided by commas: their scores are added, with the eras and the verdicts on claims.

    Raises
    ------
    InputError
        If `provenance` or `base` is neither.
    """
    lines = _lines(graph, "nt", provenance, base, scores)
    if isinstance(out, Path):
        with out.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
    else:
        out.writelines(line.encode() for line in lines)
    add_attribution(graph, out, "# {}\n")


def write_parts(
    graph: CitationGraph, out: Path | BinaryIO, *, provenance: str = "full", base: str = BASE, scores: str = ""
) -> None:
    """Write gzipped N-Triples in parts of at most 2,000,000 lines, for triple stores; the options are those of `write_ntriples`.

    `works-*.nt.gz` describe works, people and venues, `citations-*.nt.gz` hold `cito:cites` alone, `provenance-*.nt.gz` say who
    said so and when. No node is blank, so that parts may be loaded at once and in any order.
    """
    to, files, counts = folder(out, "nt-parts", graph), dict[str, TextIO](), Counter[str]()
    cites, start = f" <{term('cito:cites')}> ", len(base) + 1
    with ExitStack() as stack:
        for line in _lines(graph, "nt-parts", provenance, base, scores):
            kind = "citations" if cites in line else "works"
            if kind == "works" and line.startswith(_SAID, start):
                kind = "provenance"
            if counts[kind] % _PART == 0:
                file = gzip.GzipFile(
                    to / f"{kind}-{counts[kind] // _PART + 1:04}.nt.gz", "wb", compresslevel=6, mtime=0
                )
                files[kind] = stack.enter_context(io.TextIOWrapper(file, encoding="utf-8", newline="\n"))

            files[kind].write(line)
            counts[kind] += 1


def write_jsonld(
    graph: CitationGraph, out: Path | BinaryIO, *, provenance: str = "full", base: str = BASE, scores: str = ""
) -> None:
    """Write JSON-LD 1.1 with a context, a node on each line; the options are those of `write_ntriples`."""
    lines = _lines(graph, "jsonld", provenance, base, scores)
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


def _lines(graph: CitationGraph, what: str, provenance: str, base: str, scores: str) -> Iterator[str]:
    records = source_of(graph, what).store
    if provenance not in PROVENANCE:
        raise InputError(f"invalid provenance {provenance!r}", "choose full or none")
    at = base if base.endswith((":", "/", "#")) else f"{base}/"
    try:
        NamedNode(f"{at}work")
    except ValueError:
        base = ""
    if base != BASE and not base.startswith(("http://", "https://")):
        raise InputError("the base of IRIs is not a web address", "write it as https://example.org/my-graph/")
    lines = ntriples(records, full=provenance == "full", by_id=True, base=at)
    metrics = [name.strip() for name in scores.split(",") if name.strip()]
    if unknown := [name for name in metrics if name not in plugins.names("metric")]:
        raise UnknownName("metric", unknown[0], plugins.names("metric"))
    return chain(lines, finding_lines(graph, metrics, at)) if metrics else lines


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
