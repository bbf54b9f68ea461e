"""One table of plug-ins: the names of readers, sources, metrics, views and exporters, and where each lives.

A table maps a name to "module:object", and nothing is imported until it is asked for. Another package adds names by
entry points in the groups `kg.readers`, `kg.sources`, `kg.metrics`, `kg.views` and `kg.exporters`; what each kind must
be is described in docs/plugins.md.
"""

import sys
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Literal

from kg.errors import KgError, UnknownName

Kind = Literal["reader", "source", "metric", "view", "exporter"]

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
    "dominators": ("pair", "kg.analysis.paths.independent:independent_paths", "kg path OLD NEW --lines"),
    "main_path": ("graph", "kg.analysis.main_path:main_path", "kg main-path"),
    "communities": ("graph", "kg.analysis.communities:communities", "kg info --communities"),
    "forgotten": ("graph", "kg.analysis.forgotten.table:forgotten", "kg forgotten"),
}
#: File formats, in the order in which they are tried: the more particular ones first. See `kg.ingest.readers.reader`.
READERS = {
    "rdf": "kg.ingest.readers.rdf:read_rdf",
    "tables": "kg.ingest.readers.kg_tables:read_tables",
    "bibtex": "kg.ingest.readers.bibtex:read_bibtex",
    "ris": "kg.ingest.readers.ris_nbib_wos:read_ris",
    "nbib": "kg.ingest.readers.ris_nbib_wos:read_nbib",
    "wos": "kg.ingest.readers.ris_nbib_wos:read_wos",
    "pajek": "kg.ingest.readers.pajek:read_pajek",
    "zotero": "kg.ingest.readers.zotero:read_zotero",
    "endnote": "kg.ingest.readers.endnote_pubmed:read_endnote",
    "enw": "kg.ingest.readers.endnote_pubmed:read_enw",
    "pubmed": "kg.ingest.readers.endnote_pubmed:read_pubmed",
    "jats": "kg.ingest.readers.article_xml:read_jats",
    "tei": "kg.ingest.readers.article_xml:read_tei",
    "graphml": "kg.ingest.readers.networks:read_graphml",
    "gexf": "kg.ingest.readers.networks:read_gexf",
    "cytoscape": "kg.ingest.readers.networks:read_cytoscape",
    "histcite": "kg.ingest.readers.histcite:read_histcite",
    "openalex": "kg.ingest.readers.json_works:read_openalex",
    "s2": "kg.ingest.readers.json_works:read_s2",
    "s2orc": "kg.ingest.readers.json_works:read_s2orc",
    "crossref": "kg.ingest.readers.json_works:read_crossref",
    "csl": "kg.ingest.readers.csl:read_csl",
    "scopus": "kg.ingest.readers.scopus_tables:read_scopus",
    "bibliometrix": "kg.ingest.readers.scopus_tables:read_bibliometrix",
    "opencitations": "kg.ingest.readers.scopus_tables:read_opencitations",
    "table": "kg.ingest.readers.works_table:read_table",
    "ids": "kg.ingest.readers.id_list:read_ids",
    "edges": "kg.ingest.readers.edges:read_edges",
    "article": "kg.ingest.readers.article:read_article",
}
#: Fallback sources on the web, each made of a transport to its `service` (`kg.ingest.sources.base`). Other packages may
#: also add sources at hand: without a `service`, called without arguments, a `kg.catalogue.Source`.
SOURCES = {
    "s2": "kg.ingest.sources.s2.last:LastS2",
    "openalex": "kg.ingest.sources.openalex:OpenAlex",
    "crossref": "kg.ingest.sources.crossref:Crossref",
    "opencitations": "kg.ingest.sources.opencitations:OpenCitations",
}
#: Pages drawn from a graph. See `kg.output.protocols.View`.
VIEWS = {"map": "kg.output.map.view:draw_map", "report": "kg.output.report.report:write_report"}
#: Files written from a graph. See `kg.output.protocols.Exporter`.
EXPORTERS = {
    "ttl": "kg.output.rdf.serialise:write_turtle",
    "nt": "kg.output.rdf.serialise:write_ntriples",
    "nt-parts": "kg.output.rdf.serialise:write_parts",
    "jsonld": "kg.output.rdf.serialise:write_jsonld",
    "sha256": "kg.output.rdf.serialise:write_hash",
    "csv": "kg.output.export.csv:write_csv",
    "graphml": "kg.output.export.networks:write_graphml",
    "gexf": "kg.output.export.networks:write_gexf",
    "cytoscape": "kg.output.export.networks:write_cytoscape",
    "pajek": "kg.output.export.pajek:write_pajek",
    "vosviewer": "kg.output.export.pajek:write_vosviewer",
    "vosviewer-map": "kg.output.export.pajek:write_vosviewer_map",
    "bibtex": "kg.output.export.bibliographies:write_bibtex",
    "ris": "kg.output.export.bibliographies:write_ris",
    "csl": "kg.output.export.bibliographies:write_csl",
    "obsidian": "kg.output.export.bibliographies:write_obsidian",
    "opencitations": "kg.output.export.opencitations:write_opencitations",
    "parquet": "kg.output.export.parquet:write_parquet",
}
_TABLES: dict[Kind, Mapping[str, str]] = {
    "reader": READERS,
    "source": SOURCES,
    "metric": METRICS,
    "view": VIEWS,
    "exporter": EXPORTERS,
}


def names(kind: Kind) -> list[str]:
    """Every name of a kind, kg's own and those that other packages add, in alphabetical order."""
    return sorted({*_TABLES[kind], *added(kind)})


def added(kind: Kind) -> dict[str, EntryPoint]:
    """The names that other packages add to a kind, in alphabetical order; kg's own names cannot be replaced.

    They are looked for once for each `sys.path`: a package installed meanwhile is found when Python starts again.
    """
    points = {point.name: point for point in _points(f"kg.{kind}s", tuple(sys.path))}
    return {name: points[name] for name in sorted(points) if name not in _TABLES[kind]}


@lru_cache
def _points(group: str, path: tuple[str, ...]) -> EntryPoints:  # noqa: ARG001  (what is installed depends on it)
    return entry_points(group=group)


def load(kind: Kind, name: str) -> Any:
    """The object behind a name. Its type is the protocol of its kind, which the ground floor cannot name.

    Raises
    ------
    UnknownName
        If nothing of this kind has the name; the hint lists similar names.
    KgError
        If another package adds the name, but importing it fails.
    """
    if name in _TABLES[kind]:
        return imported(_TABLES[kind][name])
    if (point := added(kind).get(name)) is None:
        raise UnknownName(kind, name, names(kind))
    try:
        return point.load()
    except (ImportError, AttributeError) as error:
        package = point.dist.name if point.dist else point.module
        raise KgError(f"the {kind} {name!r} of {package} cannot be loaded: {error}", f"reinstall {package}") from error


def imported(place: str) -> Any:
    """The object at "module:object"."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
