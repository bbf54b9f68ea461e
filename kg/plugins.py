"""Names of ingesters, metrics, views and exporters -> where they live; entry points may add more.

A table maps a name to "module:function"; nothing is imported until it is asked for. Another package joins by an entry
point in the group `kg.metrics`, `kg.ingesters`, `kg.exporters` or `kg.sources`.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from kg.errors import UnknownName

METRICS = {
    "citations_held": "kg.analysis.metrics.citations_held:citations_held",
    "citations_reported": "kg.analysis.metrics.citations_reported:citations_reported",
    "citations_rank": "kg.analysis.metrics.citations_rank:citations_rank",
    "pagerank": "kg.analysis.metrics.pagerank:pagerank",
    "citerank": "kg.analysis.metrics.citerank:citerank",
    "hits": "kg.analysis.metrics.hits:hits",
    "rescaled_pagerank": "kg.analysis.metrics.rescaled_pagerank:rescaled_pagerank",
    "persistent_influence": "kg.analysis.metrics.persistent_influence:persistent_influence",
    "betweenness": "kg.analysis.metrics.betweenness:betweenness",
    "burst": "kg.analysis.metrics.burst:burst",
    "beauty": "kg.analysis.metrics.beauty:beauty",
    "awakening_year": "kg.analysis.metrics.awakening_year:awakening_year",
    "disruption": "kg.analysis.metrics.disruption:disruption",
    "wake": "kg.analysis.metrics.wake:wake",
    "beauty_cp": "kg.analysis.metrics.beauty_cp:beauty_cp",
    "beauty_cp_mean": "kg.analysis.metrics.beauty_cp_mean:beauty_cp_mean",
    "latency": "kg.analysis.metrics.latency:latency",
    "dormancy": "kg.analysis.metrics.dormancy:dormancy",
    "revival_year": "kg.analysis.metrics.revival_year:revival_year",
    "impact_sequence": "kg.analysis.metrics.impact_sequence:impact_sequence",
    "wake_gap": "kg.analysis.metrics.wake_gap:wake_gap",
    "persistence_gap": "kg.analysis.metrics.persistence_gap:persistence_gap",
    "gem": "kg.analysis.metrics.gem:gem",
    "foresight": "kg.analysis.metrics.foresight:foresight",
    "uncredited_return": "kg.analysis.metrics.uncredited_return:uncredited_return",
    "first_use": "kg.analysis.metrics.first_use:first_use",
    "amnesia": "kg.analysis.metrics.amnesia:amnesia",
    "prince": "kg.analysis.metrics.prince:prince",
}
#: Results that are no figure per work: name -> (kind, where it lives, the command that gives it).
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
#: Second sources: each is a FallbackSource, made of a transport to its `service`.
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
