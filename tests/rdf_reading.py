"""Back from triples to records, by way of rdflib's own parser and writer and kg's reader."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import unquote

from kg.ingest.readers.rdf import read_rdf
from kg.model import Batch, Citation, Work

if TYPE_CHECKING:
    from rdflib import Graph


def read_batches(graph: "Graph") -> list[Batch]:
    """What kg reads of a graph."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "graph.nt"
        graph.serialize(path, format="nt", encoding="utf-8")
        return list(read_rdf(path, source=""))


def read_records(graph: "Graph") -> tuple[list[Work], list[Citation]]:
    """The works and citations of a graph, sorted."""
    batches = read_batches(graph)
    works = sorted((work for batch in batches for work in batch.works), key=lambda w: w.id)
    citations = sorted((c for batch in batches for c in batch.citations), key=lambda c: (c.citing, c.cited, c.source))
    return works, citations


def id_in(iri: str) -> str:
    """The last name in the IRI of a node."""
    return unquote(iri.rpartition(":")[2], errors="surrogatepass")
