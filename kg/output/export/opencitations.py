"""A graph as the two tables that OpenCitations takes: metadata.csv and citations.csv."""

from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from kg.graph.citation_graph import CitationGraph
from kg.model import Work
from kg.output.export.csv import write_table
from kg.output.export.records import folder, works_of

_SCHEMES = ("doi", "pmid", "pmcid", "arxiv", "openalex", "isbn", "url")
_META = ("id", "title", "author", "pub_date", "venue", "volume", "issue", "page", "type", "publisher", "editor")
_CITATIONS = ("citing_id", "citing_publication_date", "cited_id", "cited_publication_date")
_TYPES = {
    "article": "journal article", "book": "book", "chapter": "book chapter", "dataset": "dataset",
    "editorial": "journal article", "letter": "journal article", "peer-review": "peer review", "preprint": "preprint",
    "proceedings": "proceedings", "proceedings-article": "proceedings article", "report": "report",
    "retraction-notice": "retraction notice", "review": "journal article", "software": "computer program",
    "standard": "standard", "thesis": "dissertation", "web-page": "web content",
}  # fmt: skip


def write_opencitations(graph: CitationGraph, out: Path | BinaryIO) -> None:
    """Write works and citations under the identifiers that OpenCitations knows, else as "temp:" and kg's id.

    A work that cites itself is a row too.
    """
    to, works = folder(out, "opencitations", graph), list(works_of(graph))
    ids = {work.id: _ids(work) for work in works}
    days = {work.id: work.date or str(work.year or "") for work in works}
    rows = (
        [ids[w.id], w.title, "; ".join(w.authors), days[w.id], w.venue, "", "", "", _TYPES.get(w.type, ""), "", ""]
        for w in works
    )
    write_table(to / "metadata.csv", _META, rows)
    pairs = graph.citations.itertuples(index=False, name=None)
    write_table(to / "citations.csv", _CITATIONS, ([ids[a], days[a], ids[b], days[b]] for a, b in pairs))


def _ids(work: Work) -> str:
    known = [name for name in work.identifiers if name.partition(":")[0] in _SCHEMES]
    return " ".join(known) or f"temp:{quote(work.id, safe='')}"
