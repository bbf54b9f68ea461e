"""The interactive citation map: one self-contained HTML page from a graph and results the caller has computed.

pyvis holds the nodes and edges and brings vis-network; the page around it is ours, autoescaped, with a policy that
forbids every request. Whatever comes from a source reaches the page as JSON or escaped text only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isnan, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote, urlsplit

from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from pyvis.network import Network

from kg.graph import CitationGraph
from kg.ids import iri_of, scheme_of
from kg.index import OUTCOMES, UNDATED
from kg.model import ERAS, Outcome, short_title, surname
from kg.render.layout import Layout, choose_lanes, lay_out

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class MapView:
    """What to draw, all decided by the caller."""

    graph: CitationGraph  # the works and citations to draw, usually a subset
    total_works: int  # of the whole graph, so that the page can say how many it leaves out
    total_citations: int
    title: str
    subtitle: str = ""
    held: Mapping[str, int] = field(default_factory=dict)  # id -> citations held in the whole graph
    path: tuple[str, ...] = ()  # an influence path old -> new, drawn as one strong line
    size: "pd.Series[Any] | None" = None  # id -> what sizes the marks, NaN drawn hollow; else `held`
    size_label: str = "citations held"
    focus: str | None = None  # the work the reader asked about
    notes: tuple[str, ...] = ()  # sentences on coverage and on what is left out, shown beside the map
    classes: Mapping[str, str] = field(default_factory=dict)  # id -> class label, drawn as a ring
    eras: Mapping[str, tuple[int, int]] = field(default_factory=lambda: ERAS)
    identifiers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # in normal form; become links
    lanes: Mapping[str, str] | None = None  # id -> lane; else the commonest task concepts make the lanes
    asleep: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # id -> first and last year asleep
    coverage: Mapping[int, float] = field(default_factory=dict)  # year -> share of reference lists known
    attribution: str = ""  # whose data this is


class Style(NamedTuple):
    """How the works of one era are drawn: the page's marks and its legend both come from here."""

    label: str
    shape: str
    light: str
    dark: str
    icon: str


PATH_COLOUR: Final = "#D55E00"
#: (shape in vis-network, colour on light, colour on dark, outline for the legend), in the order of the eras
_MARKS: Final = (
    ("diamond", "#E69F00", "#E69F00", "M8 0 16 8 8 16 0 8Z"),
    ("dot", "#0072B2", "#56B4E9", "M8 2a6 6 0 1 1 0 12a6 6 0 0 1 0-12Z"),
    ("triangle", "#009E73", "#2BC49A", "M8 1 15 14H1Z"),
    ("triangleDown", "#CC79A7", "#CC79A7", "M8 15 15 2H1Z"),
    ("hexagon", "#7A6A00", "#F0E442", "M4 1H12L16 8 12 15H4L0 8Z"),
)
_NO_ERA: Final = ("square", "#7F7F7F", "#9A9A9A", "M3 3H13V13H3Z")
_RINGS: Final = (("#111111", "#FFFFFF"), ("#AA3377", "#FF9AD5"), ("#006644", "#7FE0BE"), ("#7A4B00", "#FFD58A"))
_SHAPE_SCALE: Final = {"diamond": 1.25, "square": 0.85, "triangle": 1.1, "triangleDown": 1.1}
_SMALLEST: Final = 4.0
_LARGEST: Final = 10.5
_MOST_BARS: Final = 60
_OUTCOMES: Final = {
    Outcome.COMPLETE: "its whole reference list is held",
    Outcome.EMPTY: "its source says it has no references",
    Outcome.PARTIAL: "its reference list is held in part; some of it is known to be missing",
    Outcome.ELIDED: "its reference list is withheld by the publisher",
    Outcome.CAPPED: "its reference list is cut off at the source's limit",
    Outcome.NOT_FOUND: "its reference list was looked for and not found",
    Outcome.FAILED: "fetching its reference list failed",
    Outcome.UNKNOWN: "its reference list is not known",
}
_LINK_NAMES: Final = {
    "doi": "DOI",
    "arxiv": "arXiv",
    "corpus": "Semantic Scholar",
    "s2": "Semantic Scholar",
    "openalex": "OpenAlex",
    "pmid": "PubMed",
    "pmcid": "PubMed Central",
    "acl": "ACL Anthology",
}


def render_map(view: MapView) -> str:
    """The whole page, one HTML document that needs no other file and makes no request.

    Raises NothingFound where the focus or a work of the path is not in the graph.
    """
    for id_ in (*view.path, *([view.focus] if view.focus is not None else [])):
        view.graph.number(id_)
    page = _Page(view)
    net = Network(directed=True)  # type: ignore[no-untyped-call]
    net.nodes = page.nodes
    net.edges = page.edges
    net.path = "templates/map.html.j2"
    net.templateEnv = Environment(
        loader=ChoiceLoader([FileSystemLoader(Path(__file__).parent), FileSystemLoader(net.template_dir)]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    net.templateEnv.policies["json.dumps_kwargs"] = {"default": lambda number: number.item()}  # numpy's
    net.templateEnv.globals |= {
        "view": view,
        "works": page.works,
        "data": page.data,
        "styles": page.styles,
        "rings": page.rings,
        "used": {page.styles[work["style"]] for work in page.works},
        "seeds": any(work["seed"] for work in page.works),
        "summary": page.summary,
        "path_colour": PATH_COLOUR,
        "size_label": page.size_label,
        "sized": page.size_label != "citations held",
        "hollow": any(work["hollow"] for work in page.works),
        "path": [page.works[view.graph.number(id_)] for id_ in view.path],
        "bars": len(page.bars),
        "loops": len(view.graph.loops),
    }
    html: str = net.generate_html()  # type: ignore[no-untyped-call]
    return html


class _Page:
    """Everything the template and the script are given, from one MapView; works keep their numbers in the graph."""

    def __init__(self, view: MapView) -> None:
        self.view = view
        self.graph = view.graph
        works = view.graph.works
        self.table = works.astype(object).where(works.notna(), None)
        self.ids = view.graph.ids
        self.years = [None if year == UNDATED else int(year) for year in view.graph.years]
        self.size_label = view.size_label if view.size is not None else "citations held"

    @cached_property
    def values(self) -> list[float | None]:
        """What sizes each mark; None where it is not known."""
        size = self.view.size
        given: dict[Any, Any] = dict(self.view.held) if size is None else size.to_dict()
        numbers = [given.get(id_) for id_ in self.ids]
        return [None if v is None or isnan(v) else round(float(v), 6) for v in numbers]

    @cached_property
    def ranked(self) -> list[str]:
        """Ids by falling claim to a label: the focus, the path, the seeds, then by size."""
        path = set(self.view.path)
        seeds = {id_ for id_, seed in self.table["seed"].items() if seed}

        def rank(i: int) -> tuple[bool, bool, bool, float, str]:
            id_, value = self.ids[i], self.values[i]
            return (
                id_ != self.view.focus,
                id_ not in path,
                id_ not in seeds,
                float("inf") if value is None else -value,
                id_,
            )

        return [self.ids[i] for i in sorted(range(len(self.ids)), key=rank)]

    @cached_property
    def styles(self) -> list[Style]:
        """One style per era, in their order, then the one of works outside all eras."""
        styles = []
        for k, (name, (first, last)) in enumerate(self.view.eras.items()):
            span = f"from {first}" if last >= 9999 else f"{first} to {last}"
            styles.append(Style(f"{name}, {span}", *_MARKS[k % len(_MARKS)]))
        return [*styles, Style("before the eras, or undated" if styles else "work", *_NO_ERA)]

    @cached_property
    def rings(self) -> list[tuple[str, str, str]]:
        """(class, colour on light, colour on dark) of each class in use."""
        labels = dict.fromkeys(sorted(self.view.classes[id_] for id_ in self.ids if id_ in self.view.classes))
        return [(label, *_RINGS[k % len(_RINGS)]) for k, label in enumerate(labels)]

    def style_of(self, year: int | None) -> int:
        """The position of a year's style in `styles`."""
        spans = list(self.view.eras.values())
        return next((k for k, (a, b) in enumerate(spans) if year is not None and a <= year <= b), len(spans))

    @cached_property
    def bars(self) -> dict[str, int]:
        """The works whose years asleep are drawn, with the last of them: the first _MOST_BARS in rank."""
        sleepers = [id_ for id_ in self.ranked if id_ in self.view.asleep]
        return {id_: self.view.asleep[id_][1] for id_ in sleepers[:_MOST_BARS]}

    def asleep(self, id_: str) -> tuple[int, int, bool] | None:
        """First and last year asleep, and whether most reference lists of the years between are known."""
        if id_ not in self.view.asleep:
            return None
        first, last = self.view.asleep[id_]
        known = [self.view.coverage[year] for year in range(first, last + 1) if year in self.view.coverage]
        return first, last, bool(known) and sum(known) / len(known) >= 0.5

    @cached_property
    def works(self) -> list[dict[str, Any]]:
        """What the page says about each work."""
        concepts: dict[str, list[tuple[str, str]]] = {}
        for work, scheme, label in self.graph.concepts[["work", "scheme", "label"]].itertuples(index=False):
            concepts.setdefault(work, []).append((str(scheme), str(label)))
        claims: dict[str, list[int]] = {}
        for k, claim in enumerate(self.graph.claims):
            for work, _ in claim.roles:
                claims.setdefault(work, []).append(k)
        ring = {label: k for k, (label, _, _) in enumerate(self.rings)}
        rank = {id_: k for k, id_ in enumerate(self.ranked)}
        works = []
        for i, row in enumerate(self.table.itertuples()):
            id_ = self.ids[i]
            title, authors = str(row.title or id_), str(row.authors or "")
            works.append(
                {
                    "id": id_,
                    "href": "#work=" + quote(id_, safe=""),
                    "title": title,
                    "label": _label(title, authors),
                    "authors": authors,
                    "year": self.years[i],
                    "venue": row.venue or "",
                    "links": _links(self.view.identifiers.get(id_, ())),
                    "held": self.view.held.get(id_),
                    "reported": row.reported_citations,
                    "reported_references": row.reported_references,
                    "outcome": _OUTCOMES[OUTCOMES[int(self.graph.outcomes[i])]],
                    "concepts": sorted(set(concepts.get(id_, []))),
                    "claims": sorted(set(claims.get(id_, []))),
                    "style": self.style_of(self.years[i]),
                    "ring": ring.get(self.view.classes.get(id_, "")),
                    "seed": bool(row.seed),
                    "stub": bool(row.stub),
                    "value": self.values[i],
                    "hollow": self.values[i] is None and self.view.size is not None,
                    "asleep": self.asleep(id_),
                    "bar": id_ in self.bars,
                    "rank": rank[id_],
                }
            )
        return works

    @cached_property
    def layout(self) -> Layout:
        view, ids = self.view, self.ids
        tasks = self.graph.concepts[self.graph.concepts["scheme"] == "task"]
        lanes = view.lanes if view.lanes is not None else choose_lanes(zip(tasks["work"], tasks["label"], strict=True))
        citing, cited = self.graph.references.owners(), self.graph.references.works
        return lay_out(
            dict(zip(ids, self.years, strict=True)),
            ((ids[a], ids[b]) for a, b in zip(citing, cited, strict=True)),
            ranked=self.ranked,
            lanes=lanes,
            until=self.bars,
            key=(*view.path, *([view.focus] if view.focus else [])),
        )

    @cached_property
    def nodes(self) -> list[dict[str, Any]]:
        """The nodes of the pyvis network: number, place, shape and size; the script colours them by theme."""
        known = [value for value in self.values if value is not None]
        low, high = min([0.0, *known]), max([0.0, *known])
        nodes = []
        for i, (id_, value) in enumerate(zip(self.ids, self.values, strict=True)):
            share = 0.0 if value is None or high == low else (value - low) / (high - low)
            shape = self.styles[self.works[i]["style"]].shape
            size = (_SMALLEST + (_LARGEST - _SMALLEST) * sqrt(share)) * _SHAPE_SCALE.get(shape, 1.0)
            x, y = self.layout.places[id_]
            nodes.append({"id": i, "x": x, "y": y, "shape": shape, "size": round(size, 2)})
        return nodes

    @cached_property
    def edges(self) -> list[dict[str, Any]]:
        """The citations, citing -> cited; those of the path come last, so that they lie on top."""
        steps = {(new, old) for old, new in zip(self.view.path, self.view.path[1:], strict=False)}
        quiet, strong = [], []
        citing, cited = self.graph.references.owners(), self.graph.references.works
        for a, b in zip(citing.tolist(), cited.tolist(), strict=True):
            if (self.ids[a], self.ids[b]) in steps:
                strong.append({"from": a, "to": b, "width": 4, "color": {"color": PATH_COLOUR, "opacity": 0.9}})
            else:
                quiet.append({"from": a, "to": b})
        return [{"id": k, **edge} for k, edge in enumerate([*quiet, *strong])]

    @cached_property
    def data(self) -> dict[str, Any]:
        """The rest of what the script needs."""
        axis = self.layout.axis
        return {
            "claims": [
                {"text": c.statement, "kind": c.kind, "place": c.place, "article": c.article} for c in self.graph.claims
            ],
            "path": [self.graph.number(id_) for id_ in self.view.path],
            "focus": None if self.view.focus is None else self.graph.number(self.view.focus),
            "styles": [style._asdict() for style in self.styles],
            "rings": self.rings,
            "axis": [[year, axis.x(year)] for year in sorted({axis.first, axis.start, axis.last})],
            "dated": any(year is not None for year in self.years),
            "start": axis.start,
            "eras": [[a, min(b, axis.last), k] for k, (a, b) in enumerate(self.view.eras.values())],
            "bands": [[band.name[:1].upper() + band.name[1:], band.top, band.bottom] for band in self.layout.bands],
            "height": self.layout.height,
            "gap": self.layout.gap,
            "coverage": {str(year): round(float(share), 4) for year, share in self.view.coverage.items()},
            "size_label": self.size_label,
        }

    @cached_property
    def summary(self) -> str:
        """The map in one sentence, for readers who cannot see it."""
        dated = [year for year in self.years if year is not None]
        span = f" from {min(dated)} to {max(dated)}" if dated else ""
        return (
            f"Citation map: {len(self.ids):,} works{span} and {self.graph.m:,} citations among them, time from left "
            "to right. The table below the map lists the same works."
        )


def _label(title: str, authors: str) -> str:
    """First author's family name and the start of the title, for the map itself."""
    head = short_title(title) or title
    if len(head) > 26:
        head = head[:26].rsplit(" ", 1)[0] if " " in head[8:26] else head[:25]
        head = head.rstrip(" ,;:.-") + "…"
    return f"{surname(authors.partition(';')[0])} {head}".strip()


def _links(identifiers: tuple[str, ...]) -> list[tuple[str, str]]:
    links: dict[str, str] = {}
    for identifier in identifiers:
        iri = iri_of(identifier)
        if iri and urlsplit(iri).scheme in {"http", "https"}:
            scheme = scheme_of(identifier)
            links.setdefault(iri, _LINK_NAMES.get(scheme) or urlsplit(iri).hostname or scheme)
    return [(name, iri) for iri, name in links.items()]
