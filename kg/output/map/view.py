"""The view of a graph: which works a map draws, in which lanes, how large, and what it says of them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from kg import plugins
from kg.analysis.communities import community_numbers
from kg.analysis.kept_scores import kept_scores
from kg.analysis.main_path import beginning
from kg.errors import InputError, UnknownName
from kg.graph.citation_graph import CitationGraph
from kg.graph.eras import Era
from kg.output.finding import finding, question_paths
from kg.output.map import annotations
from kg.output.map.choice import RESERVE, landmarks, most_prominent, nearest, page_works, ranking
from kg.output.map.kept import kept
from kg.output.map.lanes import MOST_COMMUNITIES, community_lanes, concept_lanes, enough_concepts, named_work, tasks
from kg.output.map.model import CITATIONS, COLOURINGS, Annotations, Lanes, MapView
from kg.output.map.notes import Circumstances, notes
from kg.output.map.page import render_map
from kg.output.map.returns import Returns, find_returns
from kg.output.pages.frame import Frame
from kg.page import Document

if TYPE_CHECKING:
    import pandas as pd

LANES: Final = ("concept", "community", "none")
MANY: Final = 20_000  # works above which a map opens as communities, and what takes long is left out unless asked for
FEW: Final = 1_000  # works up to which uncredited returns and classes are computed unasked
_LIMIT: Final = 80  # works drawn besides those that must be
_FIRST_RETURNS: Final = 8  # computed returns whose works are drawn whatever their size
_FIRST_CLASSED: Final = 24  # works with a class, most forgotten first, that are drawn where classes are asked for


def draw_map(graph: CitationGraph, *, title: str = "") -> Document:
    """Draw the map of a graph with the default options of `map_view`; what the view named "map" is.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    title : str
        The heading; the name of the graph if empty.
    """
    return render_map(map_view(graph, title=title))


def map_view(
    graph: CitationGraph,
    *,
    focus: str | None = None,
    hops: int = 1,
    paths: Iterable[tuple[int, ...]] = (),
    metric: str = "citations_held",
    limit: int | None = None,
    lanes: str | None = None,
    colour: str | None = None,
    rivers: bool | None = None,
    returns: bool | None = None,
    down: bool = False,
    title: str = "",
    only: Sequence[int] = (),
    frame: Frame | None = None,
) -> MapView:
    """Choose what a map of a graph shows.

    Drawn at first are the works of the paths, the main path, returns and the article, and the first by `metric`, with
    equal parts for each era. A graph of more than 20,000 works opens as communities, three works of each.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    focus : str, optional
        Draw the works around this one, given by id.
    hops : int
        How many citations away from `focus`.
    paths : iterable of tuples of int
        Influence paths as work numbers, old to new; the first is drawn as a strong line. On a map of the whole graph by default
        those that answer its questions (`questions.csv`).
    metric : str
        Choose and size the works by this metric.
    limit : int, optional
        How many works to draw at first, besides those that must be; 80 if not given.
    lanes : str, optional
        "concept", "community" or "none"; by concept if not given where two thirds of the works drawn have one, else by
        community.
    colour : str, optional
        "era", "class", "community" or "concept"; by era if not given where the graph has eras of its own.
    rivers : bool, optional
        Draw the main path; if not given, in graphs of up to 20,000 works.
    returns : bool, optional
        Look for works whose topic came back without a citation path; if not given, in graphs of up to 1,000 works.
    down : bool
        Run the years from top to bottom instead of left to right.
    title : str
        The heading; the name of the graph or of `focus` if empty.
    only : sequence of int
        Draw exactly these works, by number.
    frame : Frame, optional
        What stands around the map in an app.

    Returns
    -------
    MapView
        What `render_map` makes a page of.

    Raises
    ------
    InputError
        If `limit` is below 1, an option has no such value, or no work has the concepts it needs.

    Examples
    --------
    >>> graph = CitationGraph.from_edges([("B", "A"), ("C", "B")], years={"A": 1988, "B": 2002, "C": 2016})
    >>> map_view(graph).main
    (('A', 'B', 'C'),)
    """
    _check(graph, limit, lanes, colour)
    whole = not (focus or only)
    paths = tuple(paths) or (_questions(graph) if whole else ())
    source, small = graph.provenance, len(graph) <= FEW
    where = source.options if source and source.works == len(graph) else None  # no command reads a part of a graph
    eras = _eras(graph)
    values, ranked = _ranked(graph, metric)
    main = annotations.main_paths(graph) if rivers or (rivers is None and len(graph) <= MANY) else None
    found = _returns(graph, where, search=small if returns is None else returns)
    classes, judged = annotations.classes(graph, judge=small or colour == "class")
    opened = len(graph) > MANY and lanes in {None, "community"} and not (focus or paths or limit or only)
    community = (
        community_numbers(graph).tolist() if opened or lanes in {None, "community"} or colour == "community" else []
    )

    river = tuple(main.paths[0]) if main and main.paths else ()
    must = {i for path in paths for i in path} | _ends(graph, found, focus)
    if only:
        chosen = list(only)
    elif opened:
        chosen = landmarks(ranked, community, MOST_COMMUNITIES)
    elif focus:
        chosen = nearest(graph, ranked, graph.number(focus), hops, must, limit or _LIMIT)
    else:
        must |= {graph.number(id_) for id_ in (*river, *_classed(classes, judged, colour))}
        must |= set(np.flatnonzero(graph.works["seed"].to_numpy(bool)).tolist())
        chosen = most_prominent(graph, ranked, must, limit or _LIMIT, list(eras.values()))

    placed = _lanes(graph, ranked, chosen, community, lanes)
    kept = chosen if only else page_works(graph, ranked, chosen, placed.of)
    page = graph if kept is None else graph.subset(graph.ids[i] for i in kept)
    drawn = tuple(graph.ids[i] for i in chosen)
    marked, more = found.among(graph, chosen)
    size_label = CITATIONS if metric == "citations_held" else metric.replace("_", " ")
    made = Circumstances(
        drawn=len(chosen),
        only=bool(only),
        focus=named_work(graph, focus).partition(":")[0] if focus else None,
        hops=hops,
        paths=bool(paths),
        article=bool(graph.works["seed"].any()),
        main_path=bool(river),
        opened=opened,
        size_label=size_label,
        whole=kept is None,
        main_paths=len(main.paths) if main else 0,
        begins=beginning(graph, main) if main else None,
        no_class=colour == "class" and not judged and not classes,
        no_search=found.pairs is None and returns is None,
        where=where,
    )
    return MapView(
        graph=page,
        total_works=len(graph),
        total_citations=graph.facts()["citations"],
        title=title or _title(graph, focus),
        subtitle=_subtitle(graph),
        drawn=drawn,
        reserve=RESERVE,
        citations=_citations(graph),
        path=tuple(graph.ids[i] for i in paths[0]) if paths else (),
        main=(river,) if river and set(river) <= set(drawn) else (),
        weights=annotations.weights(graph) if main else {},
        size=None if metric == "citations_held" else values.reindex(page.ids),
        size_label=size_label,
        focus=focus,
        lanes=placed,
        about=Annotations(
            asleep=annotations.asleep(graph),
            awake=annotations.awake(graph) if len(graph) <= MANY else {},
            classes=classes,
            judged=judged,
            scores=annotations.scores(graph, where, *([] if page is graph else [page])) if len(graph) <= MANY else {},
            returns=marked,
            more_returns=more,
            verdicts=annotations.claim_verdicts(graph, tuple(eras.values())),
            evidence=annotations.evidence(graph, page, drawn),
        ),
        colour=colour or _colour(eras, placed),
        down=down,
        eras=eras,
        coverage={int(str(year)): float(share) for year, share in graph.coverage_by_year().items()},
        identifiers=_identifiers(graph) if page is graph else source.identifiers(page.ids) if source else {},
        finding=_finding(graph) if whole else [],
        notes=notes(graph, made),
        attribution=source.attribution if source else "",
        where=where,
        frame=frame,
    )


_returns = kept(find_returns)


@kept
def _ranked(graph: CitationGraph, metric: str) -> "tuple[pd.Series[float], tuple[int, ...]]":
    """The values of a metric, and the works by it."""
    values = kept_scores(graph, plugins.load("metric", metric)).table["value"].reindex(graph.ids)
    return values, tuple(ranking(graph, np.nan_to_num(values.to_numpy(float), nan=-np.inf)))


@kept
def _citations(graph: CitationGraph) -> dict[str, int]:
    return dict(zip(graph.ids, graph.citers.counts().tolist(), strict=True))


@kept
def _identifiers(graph: CitationGraph) -> dict[str, tuple[str, ...]]:
    return graph.provenance.identifiers(graph.ids) if graph.provenance else {}


@kept
def _finding(graph: CitationGraph) -> list[tuple[str, str]]:
    return [(label, "".join(parts)) for label, parts in finding(graph)]


@kept
def _questions(graph: CitationGraph) -> tuple[tuple[int, ...], ...]:
    return tuple(question_paths(graph))


def _check(graph: CitationGraph, limit: int | None, lanes: str | None, colour: str | None) -> None:
    if limit is not None and limit < 1:
        raise InputError(f"--limit must be at least 1 (got {limit})", "leave it out to draw 80 works")
    for kind, value, known in (("lanes", lanes, LANES), ("colour", colour, COLOURINGS)):
        if value is not None and value not in known:
            raise UnknownName(kind, value, known)
    if lanes == "concept" and not tasks(graph):
        raise InputError("no work in this graph has a task to make lanes of", "use --lanes community or none")
    if colour == "concept" and not len(graph.concepts):
        raise InputError("no work in this graph has a concept to colour by", "use --colour community or era")


def _eras(graph: CitationGraph) -> dict[str, Era]:
    """The eras of the graph; none where all works fall in one."""
    eras = graph.eras
    used = [name for name, era in eras.items() if graph.within(era).any()]
    return eras if len(used) > 1 else {}


def _ends(graph: CitationGraph, found: Returns, focus: str | None) -> set[int]:
    """The works of the returns that are drawn in any case."""
    if focus:
        first = [r for r in found.computed if r.old == focus]
    else:
        first = [*found.claimed, *found.computed[:_FIRST_RETURNS]]
    return {graph.number(id_) for r in first for id_ in (r.old, r.new)}


def _classed(classes: dict[str, str], judged: list[str] | None, colour: str | None) -> list[str]:
    """The works with a class that are drawn in any case: the most forgotten ones, where classes are asked for."""
    named = (id_ for id_ in dict.fromkeys((*(judged or ()), *classes)) if id_ in classes)
    return list(named)[:_FIRST_CLASSED] if colour == "class" else []


def _lanes(
    graph: CitationGraph, ranked: Sequence[int], chosen: Sequence[int], community: Sequence[int], by: str | None
) -> Lanes:
    groups = Lanes()
    if community:
        groups = community_lanes(graph, ranked, chosen, community, large=len(graph) > MANY)
    if by == "none":
        return Lanes(communities=groups.communities)
    concepts = concept_lanes(graph, chosen) if by != "community" else {}
    if by == "concept" or (concepts and enough_concepts(graph, chosen, concepts)):
        return Lanes(of=concepts, communities=groups.communities)
    return groups


def _colour(eras: dict[str, Era], lanes: Lanes) -> str:
    """By era where the graph names eras, else by community."""
    return "era" if eras or not lanes.communities else "community"


def _title(graph: CitationGraph, focus: str | None) -> str:
    if focus:
        return f"Around {named_work(graph, focus)}"
    return graph.name.replace("-", " ").capitalize() or "Citation map"


def _subtitle(graph: CitationGraph) -> str:
    if graph.until is None:
        return "Who built on whom, by the citations in this graph."
    return f"Who built on whom, by the citations in this graph, as of {graph.until}: later works are left out."
