"""One table of plug-ins: the names of readers, sources, metrics, views and exporters, and where each lives.

A table maps a name to "module:object", and nothing is imported until it is asked for. Another package adds names by
entry points in the groups `kg.readers`, `kg.sources`, `kg.metrics`, `kg.views` and `kg.exporters`; what each kind must
be is described in docs/plugins.md.
"""

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal

from kg.errors import KgError, UnknownName

Kind = Literal["reader", "source", "metric", "view", "exporter"]

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
#: File formats, in the order in which they are tried: the more particular ones first. See `kg.ingest.readers.reader`.
READERS = {
    "bibtex": "kg.ingest.readers.bibtex:read_bibtex",
    "ris": "kg.ingest.readers.ris_nbib_wos:read_ris",
    "nbib": "kg.ingest.readers.ris_nbib_wos:read_nbib",
    "wos": "kg.ingest.readers.ris_nbib_wos:read_wos",
    "pajek": "kg.ingest.readers.pajek:read_pajek",
    "zotero": "kg.ingest.readers.zotero:read_zotero",
    "histcite": "kg.ingest.readers.histcite:read_histcite",
    "openalex": "kg.ingest.readers.json_works:read_openalex",
    "s2orc": "kg.ingest.readers.json_works:read_s2orc",
    "crossref": "kg.ingest.readers.json_works:read_crossref",
    "csl": "kg.ingest.readers.csl:read_csl",
    "scopus": "kg.ingest.readers.scopus_tables:read_scopus",
    "bibliometrix": "kg.ingest.readers.scopus_tables:read_bibliometrix",
    "opencitations": "kg.ingest.readers.scopus_tables:read_opencitations",
    "ids": "kg.ingest.readers.id_list:read_ids",
    "edges": "kg.ingest.readers.edges:read_edges",
    "article": "kg.ingest.readers.article:read_article",
}
#: Fallback sources on the web, each made of a transport to its `service` (`kg.ingest.sources.base`). Other packages may
#: also add sources at hand: without a `service`, called without arguments, a `kg.model.Source`.
SOURCES = {
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
    "jsonld": "kg.output.rdf.serialise:write_jsonld",
    "graphml": "kg.output.export.graphml:write_graphml",
    "csv": "kg.output.export.csv:write_csv",
}
_TABLES: dict[Kind, Mapping[str, str]] = {
    "reader": READERS,
    "source": SOURCES,
    "metric": METRICS,
    "view": VIEWS,
    "exporter": EXPORTERS,
}
#: Groups under which older packages may still add names.
_OLD_GROUPS: dict[Kind, str] = {"reader": "kg.ingesters"}


def names(kind: Kind) -> list[str]:
    """Every name of a kind, kg's own and those that other packages add, in alphabetical order."""
    return sorted({*_TABLES[kind], *added(kind)})


def added(kind: Kind) -> dict[str, EntryPoint]:
    """The names that other packages add to a kind, in alphabetical order; kg's own names cannot be replaced."""
    groups = [f"kg.{kind}s", *([_OLD_GROUPS[kind]] if kind in _OLD_GROUPS else [])]
    points = {point.name: point for group in reversed(groups) for point in entry_points(group=group)}
    return {name: points[name] for name in sorted(points) if name not in _TABLES[kind]}


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
