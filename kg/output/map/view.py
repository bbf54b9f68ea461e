"""What a citation map shows of a graph: which works, in which lanes, how large, which paths, and what to say of the rest."""

from collections.abc import Iterable, Sequence

import numpy as np

from kg import plugins
from kg.analysis.claims import verdicts
from kg.analysis.main_path import main_path
from kg.errors import InputError, UnknownName
from kg.graph.citation_graph import CitationGraph
from kg.output.map import annotations
from kg.output.map.choice import (
    _RESERVE,
    _around,
    _by_time,
    _called,
    _choose,
    _community_names,
    _concept_lanes,
    _kept,
    _landmarks,
    _tasks,
)
from kg.output.map.model import COLOURINGS, MapView
from kg.output.map.page import render_map
from kg.page import Document

LANES = ("concept", "community", "none")
MANY = 10_000  # works above which a map opens as communities, and nothing is measured that was not asked for
FEW = 1_000  # works up to which uncredited returns and classes are looked for unasked
_FIRST_RETURNS = 8  # uncredited returns whose works are drawn whatever their size
_FIRST_CLASSED = 24  # works with a class, most forgotten first, that are drawn where classes are asked for
_MOST_RETURNS = 16  # drawn at all
_ENOUGH_CONCEPTS = 20  # works with a task from which tasks make the lanes


def draw_map(graph: CitationGraph, *, title: str = "") -> Document:
    """The page of a graph's map, with the options of `map_view` as they are if not given."""
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
) -> MapView:
    """The view of a graph: around one work, along influence paths (work numbers, old to new), or of its main works.

    `only` gives the works of the page by their numbers, and no others are on it.
    At most `limit` works (80) are drawn at first, besides those of the paths and the seeds: the first by `metric` within
    the reach, with a fair part for each era; of a graph of more than MANY works the first of each community. `lanes` is
    one of LANES (by concept where enough works have one), `rivers` draws the main path (only in graphs up to MANY works
    if not said), `returns` looks for works whose subject came back without a citation path to them (up to FEW works if
    not said; classes too).

    Raises
    ------
        InputError: if `limit` is below 1, `lanes` or `colour` is unknown or no work has the concepts they need.
    """
    if limit is not None and limit < 1:
        raise InputError(f"a map of {limit} works shows nothing", "give --limit 1 or more")
    for kind, value, known in (("lanes", lanes, LANES), ("colour", colour, COLOURINGS)):
        if value is not None and value not in known:
            raise UnknownName(kind, value, known)
    paths, eras, source = list(paths), _eras(graph), graph.provenance
    scores = plugins.load("metric", metric)(graph)
    values = np.nan_to_num(scores.table["value"].reindex(graph.ids).to_numpy(float), nan=-np.inf)
    found = main_path(graph) if rivers or (rivers is None and len(graph) <= MANY) else None
    ways = found.paths[:1] if found else []
    where = source.options if source and source.works == len(graph) else None  # not of a part of it
    small = len(graph) <= FEW
    claimed = annotations.claimed_returns(graph)
    found_returns, pairs = annotations.found_returns(graph, where, asked=small if returns is None else returns)
    first = [r for r in found_returns if r.old == focus] if focus else found_returns[:_FIRST_RETURNS]
    classes, judged = annotations.classes(graph, asked=small or colour == "class")
    classed = [id_ for id_ in judged or () if id_ in classes and colour == "class"][:_FIRST_CLASSED]
    named = {w for way in ways for w in way} | {w for r in claimed for w in (r.old, r.new)} | set(classed)
    _check(lanes, colour, graph)
    must = {i for path in paths for i in path} | {graph.number(id_) for id_ in ([focus] if focus else [])}
    must |= {graph.number(w) for r in first for w in (r.old, r.new)}
    by_concept = lanes == "concept" or (lanes is None and len(_tasks(graph)) >= _ENOUGH_CONCEPTS)
    grouped = lanes == "community" or colour == "community" or (lanes is None and not by_concept)
    groups = _community_names(graph, values) if grouped else {}
    opened = bool(groups) and len(graph) > MANY and not (focus or paths or limit)
    if only:
        chosen = list(only)
    elif focus:
        chosen = _around(graph, graph.number(focus), hops, values, must, limit or 80)
    elif opened:
        chosen = _landmarks(graph, groups, values)
    else:
        must |= set(np.flatnonzero(graph.works["seed"].to_numpy(bool)).tolist()) | {graph.number(id_) for id_ in named}
        chosen = _choose(graph, values, must, limit or 80, list(eras.values()))
    inside = set(chosen)
    ways = [way for way in ways if {graph.number(id_) for id_ in way} <= inside]
    there = [r for r in (*claimed, *found_returns) if {graph.number(r.old), graph.number(r.new)} <= inside]
    back = {(r.old, r.new): r for r in reversed(there)}  # what an article says comes first
    marked = [r for r in there if back[r.old, r.new] is r][: max(_MOST_RETURNS, len(claimed))]
    among = 0 if pairs is None else int(np.isin(pairs, chosen).all(axis=1).sum())
    concepts = _concept_lanes(graph, chosen) if by_concept else {}
    kept = chosen if only else _kept(graph, chosen, concepts or groups, values)
    page = graph if kept is None else graph.subset(graph.ids[i] for i in kept)
    held = dict(zip(graph.ids, graph.citers.counts().tolist(), strict=True))
    measured = metric.replace("_", " ")
    return MapView(
        graph=page,
        drawn=tuple(graph.ids[i] for i in chosen),
        reserve=_RESERVE,
        total_works=len(graph),
        total_citations=graph.facts()["citations"],
        title=title or _title(graph, focus),
        subtitle=f"Who built on whom, in the citations held here{_as_of(graph)}.",
        held={id_: held[id_] for id_ in page.ids},
        path=tuple(graph.ids[i] for i in paths[0]) if paths else (),
        main=tuple(map(tuple, ways)),
        weights=annotations.weights(found) if found else {},
        weights_label="how much of the history runs through it",
        size=None if metric == "citations_held" else scores.table["value"].reindex(page.ids),
        size_label=measured,
        focus=focus,
        notes=_notes(
            graph,
            chosen,
            focus,
            hops,
            paths,
            measured,
            opened=opened,
            whole=kept is None,
            ways=len(found.paths) if found else 0,
            where=where,
            unjudged=colour == "class" and not judged,
            unsought=pairs is None and returns is None,
        ),
        eras=eras,
        identifiers=source.identifiers(page.ids) if source else {},
        communities=groups,
        lanes={} if lanes == "none" else concepts if by_concept else groups,
        lane_order=() if by_concept or not groups else tuple(_by_time(graph, groups)),
        colour=colour or ("community" if groups else "era"),
        down=down,
        asleep=annotations.asleep(page),
        awake=annotations.awake(graph) if len(graph) <= MANY else {},
        returns=tuple(marked),
        more_returns=max(0, among - sum(r in found_returns for r in marked)),
        where=where,
        verdicts={v.claim.id: (v.verdict, v.because) for v in verdicts(graph, since=max(a for a, _ in eras.values()))}
        if eras
        else {},
        classes=classes,
        judged=judged,
        scores=annotations.scores(graph, where, page) if len(graph) <= MANY else {},
        evidence=annotations.evidence(source, page, [graph.ids[i] for i in chosen]),
        attribution=source.attribution if source else "",
        coverage={int(str(year)): float(share) for year, share in graph.coverage_by_year().items()},
    )


def _check(lanes: str | None, colour: str | None, graph: CitationGraph) -> None:
    """Refuse lanes or colours by concepts that no work of the graph has."""
    if lanes == "concept" and not _tasks(graph):
        raise InputError("no work of this graph has a task to make lanes of", "--lanes community, or none")
    if colour == "concept" and not len(graph.concepts):
        raise InputError("no work of this graph has a concept to colour by", "--colour community, or era")


def _eras(graph: CitationGraph) -> dict[str, tuple[int, int]]:
    """The eras of the graph; none where they do not tell its works apart."""
    eras = graph.eras
    used = [name for name, (a, b) in eras.items() if ((graph.years >= a) & (graph.years <= b)).any()]
    return eras if len(used) > 1 else {}


def _command(words: str, where: str | None) -> str:
    return "" if where is None else f" (`kg {words}{where}` says more)"


def _as_of(graph: CitationGraph) -> str:
    return "" if graph.until is None else f", as of {graph.until}: nothing later is in this map"


def _title(graph: CitationGraph, focus: str | None) -> str:
    return f"Around {_called(graph, focus)}" if focus else graph.name.replace("-", " ").capitalize() or "Citation map"


def _notes(
    graph: CitationGraph,
    chosen: Sequence[int],
    focus: str | None,
    hops: int,
    paths: Sequence[tuple[int, ...]],
    measured: str,
    *,
    opened: bool,
    whole: bool,
    ways: int,
    where: str | None,
    unjudged: bool,
    unsought: bool,
) -> tuple[str, ...]:
    which = "those of the path, and the first" if paths else "the first"
    if focus:
        which = f"the nearest within {hops} citation{'s' if hops > 1 else ''} of {focus}"
    if opened:
        which = "the first of each community"
    notes = [f"The {len(chosen)} works drawn at first are {which} by {measured}, with the works an article names."]
    if (coverage := graph.coverage()) is not None:
        known = f"{coverage:.0%} of the reference lists are known here."
        notes.insert(0, f"{known} A work that nothing cites on this map may be cited elsewhere.")
    if ways > 1:
        notes.append(f"{ways} main paths are equally good; the first is drawn{_command('main-path --json', where)}.")
    if unjudged:
        lack = f"{len(graph):,} works lack data" if len(graph) != 1 else "it lacks data"
        notes.append(f"No work of this graph can be given a class: {lack}{_command('forgotten', where)}.")
    if unsought:
        notes.append(
            "Subjects that came back without a citation path were not looked for in so large a graph (--returns)."
        )
    notes.append(
        "Search, paths, ancestors and descendants reach every work of the graph, drawn or not."
        if whole
        else "The graph is too large for one page: search and paths reach only the works in this page."
    )
    return tuple(notes)
