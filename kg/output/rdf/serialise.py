"""A store as Turtle, N-Triples or JSON-LD: streamed, in the order of the records, so the same store gives the same bytes.

`out` is a path or a binary file such as `sys.stdout.buffer`. JSON-LD is written expanded, without a context.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import RdfFormat, Triple, parse, serialize

from kg.output.rdf.triples import Records, ntriples
from kg.output.rdf.vocab import prefixes


def write_turtle(records: Records, out: Path | BinaryIO) -> None:
    """Turtle, with prefixes."""
    serialize(_triples(records), out, RdfFormat.TURTLE, prefixes=prefixes(records.name))


def write_ntriples(records: Records, out: Path | BinaryIO) -> None:
    """N-Triples, one triple a line."""
    serialize(_triples(records), out, RdfFormat.N_TRIPLES)


def write_jsonld(records: Records, out: Path | BinaryIO) -> None:
    """JSON-LD 1.1, expanded."""
    serialize(_triples(records), out, RdfFormat.JSON_LD)


def _triples(records: Records) -> Iterator[Triple]:
    lines = ntriples(records)
    while chunk := "".join(islice(lines, 10_000)):
        yield from (quad.triple for quad in parse(chunk, RdfFormat.N_TRIPLES))
