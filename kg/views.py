"""What a citation map shows of a graph: which works, in which lanes, how large, which paths, and what to say of the rest."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from math import log1p
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kg import registry
from kg.analysis.claims import verdicts
from kg.analysis.communities import communities
from kg.analysis.forgotten import forgotten
from kg.analysis.main_path import MainPath, main_path
from kg.analysis.paths import shortest_paths
from kg.bundled import bundled_folder
from kg.errors import InputError, UnknownName
from kg.graph import CitationGraph
from kg.index import UNDATED
from kg.model import ERAS, Citation, short_title, surname
from kg.render.layout import OTHER_LANE, choose_lanes
from kg.render.map import COLOURINGS, MapView, Return, Score

if TYPE_CHECKING:
    import pandas as pd

    from kg.workspace import Workspace

Floats = NDArray[np.float64]
LANES = ("concept", "community", "none")
WHOLE = (50_000, 600_000)  # works and citations up to which a page holds the whole graph
MANY = 10_000  # works above which a map opens as communities, and nothing is measured that was not asked for
_LANDMARKS = 3  # works of each community drawn then
_RESERVE = 60  # works of each lane given a place beforehand
_MOST_LANES = 12
_ENOUGH_CONCEPTS = 20  # works with a task from which tasks make the lanes
_LONG_SLEEP = 5  # years without a citation held that are drawn as a bar
_TOLD = ("beauty", "wake")  # measures told of every work that is cited
_SAME_IDEA = {"same principle", "anticipates"}  # kinds of claims that join an older and a newer work


def map_view(
    graph: CitationGraph,
    *,
    space: "Workspace | None" = None,
    focus: str | None = None,
    hops: int = 1,
    paths: Iterable[tuple[int, ...]] = (),
    metric: str = "citations_held",
    limit: int | None = None,
    lanes: str | None = None,
    colour: str | None = None,
    rivers: bool | None = None,
    down: bool = False,
    title: str = "",
    only: Sequence[int] = (),
) -> MapView:
    """The view of a graph: around one work, along influence paths (work numbers, old to new), or of its main works.

    `only` gives the works of the page by their numbers, and no others are on it.
    At most `limit` works (80) are drawn at first, besides those of the paths and the seeds: the first by `metric` within
    the reach, with a fair part for each era; of a graph of more than MANY works the first of each community. `lanes` is
    one of LANES (by concept where enough works have one), `rivers` draws the main path (only in graphs up to MANY works
    if not said). `space` adds what only the store knows: identifiers, evidence, eras, whose data it is.

    Raises:
        InputError: if `limit` is below 1, `lanes` or `colour` is unknown or nobody has what they need.
    """
    if limit is not None and limit < 1:
        raise InputError(f"a map of {limit} works shows nothing", "give --limit 1 or more")
    for kind, value, known in (("lanes", lanes, LANES), ("colour", colour, COLOURINGS)):
        if value is not None and value not in known:
            raise UnknownName(kind, value, known)
    paths, eras = list(paths), _eras(graph, space)
    scores = registry.load("metric", metric)(graph)
    values = np.nan_to_num(scores.table["value"].reindex(graph.ids).to_numpy(float), nan=-np.inf)
    found = main_path(graph) if rivers or (rivers is None and len(graph) <= MANY) else None
    ways = found.paths[:1] if found else []
    returns = _returns(graph)
    named = {w for way in ways for w in way} | {w for r in returns for w in (r.old, r.new)}
    must = {i for path in paths for i in path} | {graph.number(id_) for id_ in ([focus] if focus else [])}
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
    returns = [r for r in returns if {graph.number(r.old), graph.number(r.new)} <= inside]
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
        subtitle="Who built on whom, in the citations held here.",
        held={id_: held[id_] for id_ in page.ids},
        path=tuple(graph.ids[i] for i in paths[0]) if paths else (),
        main=tuple(map(tuple, ways)),
        weights=_weights(found) if found else {},
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
        ),
        eras=eras,
        identifiers=_identifiers(space, page),
        communities=groups,
        lanes={} if lanes == "none" else concepts if by_concept else groups,
        lane_order=() if by_concept or not groups else tuple(_by_time(graph, groups)),
        colour=colour or ("community" if groups else "era"),
        down=down,
        asleep=_asleep(page),
        awake=_awake(graph) if len(graph) <= MANY else {},
        returns=tuple(returns),
        verdicts={v.claim.id: (v.verdict, v.because) for v in verdicts(graph, since=max(a for a, _ in eras.values()))}
        if eras
        else {},
        classes=_classes(graph) if colour == "class" else {},
        scores=_scores(graph, space, page) if len(graph) <= MANY else {},
        evidence=_evidence(space, page, [graph.ids[i] for i in chosen]),
        attribution=space.credits if space else "",
        coverage={int(str(year)): float(share) for year, share in graph.coverage_by_year().items()},
    )


def _eras(graph: CitationGraph, space: "Workspace | None") -> dict[str, tuple[int, int]]:
    """The eras of the graph; none where they do not tell its works apart."""
    eras = space.eras if space else dict(ERAS)
    used = [name for name, (a, b) in eras.items() if ((graph.years >= a) & (graph.years <= b)).any()]
    return eras if len(used) > 1 else {}


def _title(graph: CitationGraph, focus: str | None) -> str:
    return f"Around {_called(graph, focus)}" if focus else graph.name.replace("-", " ").capitalize() or "Citation map"


def _called(graph: CitationGraph, id_: str) -> str:
    """A work in a few words: family name of its first author, year, title before its colon."""
    row = graph.works.loc[id_]
    author = surname(str(row["authors"]).partition(";")[0])
    year = "" if graph.years[graph.number(id_)] == UNDATED else str(graph.years[graph.number(id_)])
    title = str(row["title"] or "")
    who = f"{author} {year}" if author and year else author or id_
    return who + (f": {short_title(title) or title}" if title else "")


def _tasks(graph: CitationGraph) -> list[tuple[str, str]]:
    """(work, task) of every work that has one."""
    tasks = graph.concepts[graph.concepts["scheme"] == "task"]
    return list(zip(tasks["work"], tasks["label"], strict=True))


def _concept_lanes(graph: CitationGraph, chosen: Sequence[int]) -> dict[str, str]:
    """Lanes by the commonest tasks of the works chosen, for all works that have one of them."""
    tasks, drawn = _tasks(graph), {graph.ids[i] for i in chosen}
    lanes = choose_lanes((work, task) for work, task in tasks if work in drawn)
    names = set(lanes.values())
    return choose_lanes((work, task) for work, task in tasks if task in names and work not in drawn) | lanes


def _community_names(graph: CitationGraph, values: Floats) -> dict[str, str]:
    """Id -> name of its community, after its first work, for the largest communities; the others have none."""
    table = communities(graph, seeds=1).table["community"]
    sizes = table.value_counts()
    largest = [k for k in range(min(_MOST_LANES, len(sizes))) if sizes[k] > 2]
    label = table.reindex(graph.ids).to_numpy()
    names: dict[int, str] = {}
    for k in largest:
        members = np.flatnonzero(label == k)
        first = members[np.lexsort((members, -values[members]))[0]]
        names[k] = f"Around {_called(graph, graph.ids[first])}"
    return {id_: names[k] for id_, k in zip(graph.ids, label.tolist(), strict=True) if k in names}


def _by_time(graph: CitationGraph, groups: Mapping[str, str]) -> list[str]:
    """Communities by the median year of their works, older ones first."""
    years: dict[str, list[int]] = {}
    for id_, year in zip(graph.ids, graph.years.tolist(), strict=True):
        if id_ in groups:
            years.setdefault(groups[id_], []).extend([year] if year != UNDATED else [])
    return sorted(years, key=lambda name: (float(np.median(years[name])) if years[name] else 0.0, name))


def _landmarks(graph: CitationGraph, groups: Mapping[str, str], values: Floats) -> list[int]:
    """The first works of each community, and of those in none of the largest."""
    room: dict[str, int] = {}
    chosen = []
    for i in np.lexsort((np.arange(len(graph)), -values)).tolist():
        name = groups.get(graph.ids[i], OTHER_LANE)
        room[name] = room.get(name, _LANDMARKS) - 1
        if room[name] >= 0:
            chosen.append(i)
    return chosen


def _kept(graph: CitationGraph, chosen: Sequence[int], lanes: Mapping[str, str], values: Floats) -> list[int] | None:
    """The works the page of a graph too large for one holds: those drawn and the next of each lane; None: all."""
    if len(graph) <= WHOLE[0] and graph.m <= WHOLE[1]:
        return None
    kept, room = dict.fromkeys(chosen), dict[str, int]()
    for i in np.lexsort((np.arange(len(graph)), -values)).tolist():
        name = lanes.get(graph.ids[i], "")
        room[name] = room.get(name, 3 * _RESERVE) - 1
        if room[name] >= 0:
            kept[i] = None
    return list(kept)


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
        notes.append(f"{ways} main paths are equally good; the first is drawn (`kg main-path --json` gives all).")
    notes.append(
        "Search, paths, ancestors and descendants reach every work of the graph, drawn or not."
        if whole
        else "The graph is too large for one page: search and paths reach only the works in this page."
    )
    return tuple(notes)


def _weights(found: MainPath) -> dict[tuple[str, str], float]:
    """(citing, cited) -> 0 to 1, the logarithm of the main-path count, where it is not small."""
    table = found.citations
    most = max((log1p(count) for count in table["count"]), default=0.0)
    columns = zip(table["citing"], table["cited"], table["count"], strict=True)
    return {(a, b): log1p(count) / most for a, b, count in columns if log1p(count) > 0.5 * most}


def _returns(graph: CitationGraph) -> list[Return]:
    """Older and newer works that an article joins by one idea while no citation path between them is held."""
    found: dict[tuple[str, str], Return] = {}
    for claim in graph.claims:
        if claim.kind not in _SAME_IDEA:
            continue
        ends = [
            graph.number(w) for w, _ in claim.roles if w in set(graph.ids) and graph.years[graph.number(w)] != UNDATED
        ]
        for old in ends:
            for new in ends:
                if graph.years[old] >= graph.years[new] or shortest_paths(graph.arrays, old, new).paths:
                    continue
                pair = graph.ids[old], graph.ids[new]
                where = f"{claim.place}. No citation path between the two is held here"
                found.setdefault(pair, Return(*pair, f"{claim.statement} ({where}.)"))
    return list(found.values())


def _classes(graph: CitationGraph) -> dict[str, str]:
    """The classes of forgotten works, where they can be told."""
    told = forgotten(graph).ranked["class"].dropna()
    return {str(id_): str(name) for id_, name in told.items()}


def _scores(graph: CitationGraph, space: "Workspace | None", page: CitationGraph) -> dict[str, tuple[Score, ...]]:
    """Beauty and wake of each work that is cited here, or why it has none, with the command that gives them again."""
    where = named_graph(space) if space else ""
    found: dict[str, list[Score]] = {}
    held = dict(zip(graph.ids, graph.citers.counts().tolist(), strict=True))
    for metric in _TOLD:
        scores = registry.load("metric", metric)(graph)
        for id_, value, reason in scores.table[["value", "reason"]].itertuples():
            if not held[id_] or id_ not in page.works.index:
                continue
            shown = f"not decidable here: {reason}" if np.isnan(value) else f"{value:,.4g}"
            command = f"kg why {shlex.quote(id_)} {metric}{where}"
            found.setdefault(id_, []).append(Score(metric.replace("_", " "), shown, command))
    return {id_: tuple(told) for id_, told in found.items()}


def named_graph(space: "Workspace") -> str:
    """How commands name a graph: nothing for the bundled one, its name where it lies under `graphs`, else its folder."""
    if space.folder == bundled_folder():
        return ""
    name = space.folder.name if space.folder.parent.name == "graphs" else str(space.folder)
    return f" --graph {shlex.quote(name)}"


def _around(graph: CitationGraph, start: int, hops: int, values: Floats, must: set[int], limit: int) -> list[int]:
    """The works within some hops, nearer ones first, each joined to a work that is there too."""
    chosen, frontier = dict.fromkeys([start, *sorted(must)]), {start}
    room = len(chosen) + limit
    for _ in range(hops):
        met = {int(j) for i in frontier for rows in (graph.references, graph.citers) for j in rows.of(i)}
        best = sorted(met - chosen.keys(), key=lambda i: (-values[i], i))[: room - len(chosen)]
        chosen |= dict.fromkeys(best)
        frontier = set(best)
    return list(chosen)


def _choose(graph: CitationGraph, values: Floats, must: set[int], limit: int, eras: list[tuple[int, int]]) -> list[int]:
    """The works that must be there, a fair part of the room for the first of each era, the rest for the first of all."""
    order = np.lexsort((np.arange(len(graph)), -values)).tolist()
    chosen = dict.fromkeys(sorted(must))
    room = len(chosen) + limit
    for first, last in eras:
        of_era = [i for i in order if first <= graph.years[i] <= last and i not in chosen]
        chosen |= dict.fromkeys(of_era[: limit // (len(eras) + 1)])
    chosen |= dict.fromkeys(i for i in order if i not in chosen)
    return list(chosen)[:room]


def _asleep(graph: CitationGraph) -> dict[str, tuple[int, int]]:
    """Works cited for the first time here long after they appeared: id -> year of publication and of that citation."""
    asleep = {}
    for i in np.flatnonzero((graph.years != UNDATED) & (graph.citers.counts() > 0)).tolist():
        years = graph.years[graph.citers.of(i)]
        years = years[years != UNDATED]
        if len(years) and years.min() - graph.years[i] >= _LONG_SLEEP:
            asleep[graph.ids[i]] = (int(graph.years[i]), int(years.min()))
    return asleep


def _awake(graph: CitationGraph) -> dict[str, int]:
    """The awakening year of each work whose history shows one."""
    table: pd.Series[Any] = registry.load("metric", "awakening_year")(graph).table["value"].dropna()
    return {str(id_): int(year) for id_, year in table.items()}


def _identifiers(space: "Workspace | None", page: CitationGraph) -> dict[str, tuple[str, ...]]:
    inside = set(page.ids)
    works = space.store.works() if space else ()
    return {work.id: work.identifiers for work in works if work.identifiers and work.id in inside}


def _evidence(
    space: "Workspace | None", page: CitationGraph, drawn: Sequence[str]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """What says that one work cites another: of every citation of a small graph, else of those among the works drawn."""
    if space is None:
        return {}
    few = page.m <= 30_000
    rows = [space.store.row(id_) for id_ in drawn]
    wanted: Iterable[Citation] = (
        space.store.citations() if few else (c for row in rows for c in space.store.citations("c.citing = ?", (row,)))
    )
    inside = set(page.ids if few else drawn)
    found: dict[tuple[str, str], list[str]] = {}
    for c in wanted:
        if c.citing in inside and c.cited in inside and c.citing != c.cited:
            method = f" ({c.method})" if c.method else ""
            weight = ["called influential by its source"] if c.influential else []
            said = [
                f"{c.source}{method}",
                *weight,
                *(f"intent: {i}" for i in c.intents),
                *(f"“{t}”" for t in c.contexts),
            ]
            found.setdefault((c.citing, c.cited), []).extend(said)
    return {pair: tuple(lines) for pair, lines in found.items()}
