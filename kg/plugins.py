"""Names of ingesters, metrics, views and exporters -> where they live; entry points may add more.

A table maps a name to "module:function"; nothing is imported until it is asked for. Another package joins by an entry
point in the group `kg.metrics`, `kg.ingesters`, `kg.exporters` or `kg.sources`.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from kg.errors import UnknownName

#: Metrics: each public module of the package defines the metric of its own name.
_METRICS = "kg.analysis.metrics"
METRICS = {
    name: f"{_METRICS}.{name}:{name}"
    for _, name, _ in iter_modules([str(Path(__file__).parent / "analysis" / "metrics")])
    if not name.startswith("_")
}
#: Other results: name -> (what there is one value per, where it is calculated, the command that shows it).
RESULTS = {
    "rpys": ("year", "kg.analysis.rpys:rpys", "kg rpys"),
    "co_citation": ("pair", "kg.analysis.co_citation:co_citation", "kg show WORK --related co_citation"),
    "coupling": ("pair", "kg.analysis.co_citation:coupling", "kg show WORK --related coupling"),
    "path": ("pair", "kg.analysis.paths.query:shortest_paths", "kg path OLD NEW"),
    "dominators": ("pair", "kg.analysis.paths.independent:lines", "kg path OLD NEW --lines"),
    "main_path": ("graph", "kg.analysis.main_path:main_path", "kg main-path"),
    "communities": ("graph", "kg.analysis.communities:communities", "kg info --communities"),
    "forgotten": ("graph", "kg.analysis.forgotten.table:forgotten", "kg forgotten"),
}
INGESTERS = {
    "article": "kg.ingest.readers.article:read_article",
    "bibtex": "kg.ingest.readers.bibtex:read_bibtex",
    "csl": "kg.ingest.readers.csl:read_csl",
    "ids": "kg.ingest.readers.id_list:read_ids",
    "edges": "kg.ingest.readers.edges:read_edges",
    "ris": "kg.ingest.readers.ris_nbib_wos:read_ris",
    "nbib": "kg.ingest.readers.ris_nbib_wos:read_nbib",
    "wos": "kg.ingest.readers.ris_nbib_wos:read_wos",
    "scopus": "kg.ingest.readers.scopus_tables:read_scopus",
    "bibliometrix": "kg.ingest.readers.scopus_tables:read_bibliometrix",
    "opencitations": "kg.ingest.readers.scopus_tables:read_opencitations",
    "openalex": "kg.ingest.readers.json_works:read_openalex",
    "crossref": "kg.ingest.readers.json_works:read_crossref",
    "s2orc": "kg.ingest.readers.json_works:read_s2orc",
    "zotero": "kg.ingest.readers.zotero:read_zotero",
    "histcite": "kg.ingest.readers.histcite:read_histcite",
    "pajek": "kg.ingest.readers.pajek:read_pajek",
}
#: Second sources: each is a SecondSource, made of a transport to its `service`.
SOURCES = {
    "openalex": "kg.ingest.sources.openalex:OpenAlex",
    "crossref": "kg.ingest.sources.crossref:Crossref",
    "opencitations": "kg.ingest.sources.opencitations:OpenCitations",
}
#: Each takes a store (graphml: a CitationGraph) and a path or binary file to write to (csv: a folder).
EXPORTERS = {
    "ttl": "kg.output.rdf.serialise:write_turtle",
    "nt": "kg.output.rdf.serialise:write_ntriples",
    "jsonld": "kg.output.rdf.serialise:write_jsonld",
    "graphml": "kg.output.export.graphml:write_graphml",
    "csv": "kg.output.export.csv:write_csv",
}
_TABLES = {"metric": METRICS, "ingester": INGESTERS, "exporter": EXPORTERS, "source": SOURCES}


def names(kind: str) -> list[str]:
    """Every name of a kind ("metric", "ingester", "exporter", "source"), our own and those of entry points."""
    return sorted({*_TABLES[kind], *(point.name for point in entry_points(group=f"kg.{kind}s"))})


def load(kind: str, name: str) -> Callable[..., Any]:
    """The function behind a name; raises UnknownName with near names."""
    if name in _TABLES[kind]:
        return imported(_TABLES[kind][name])
    for point in entry_points(group=f"kg.{kind}s", name=name):
        return point.load()  # type: ignore[no-any-return]
    raise UnknownName(kind, name, names(kind))


def imported(place: str) -> Callable[..., Any]:
    """The function at "module:function"."""
    module, _, function = place.partition(":")
    return getattr(import_module(module), function)  # type: ignore[no-any-return]
