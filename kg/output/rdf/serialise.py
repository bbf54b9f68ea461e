"""A graph as Turtle, N-Triples or JSON-LD: streamed, in the order of its records, so the same graph gives the same bytes."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import RdfFormat, Triple, parse, serialize

from kg.graph.citation_graph import CitationGraph
from kg.output.export.records import add_attribution, source_of
from kg.output.rdf.triples import Records, ntriples
from kg.output.rdf.vocab import prefixes


def write_turtle(graph: CitationGraph, out: Path | BinaryIO) -> None:
    """Write Turtle, with prefixes."""
    records = source_of(graph, "ttl").store
    serialize(_triples(records), out, RdfFormat.TURTLE, prefixes=prefixes(records.name))
    add_attribution(graph, out, "# {}\n")


def write_ntriples(graph: CitationGraph, out: Path | BinaryIO) -> None:
    """Write N-Triples, one triple per line."""
    serialize(_triples(source_of(graph, "nt").store), out, RdfFormat.N_TRIPLES)
    add_attribution(graph, out, "# {}\n")


def write_jsonld(graph: CitationGraph, out: Path | BinaryIO) -> None:
    """Write JSON-LD 1.1, expanded, without a context."""
    serialize(_triples(source_of(graph, "jsonld").store), out, RdfFormat.JSON_LD)


def _triples(records: Records) -> Iterator[Triple]:
    lines = ntriples(records)
    while chunk := "".join(islice(lines, 10_000)):
        yield from (quad.triple for quad in parse(chunk, RdfFormat.N_TRIPLES))
