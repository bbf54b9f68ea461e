"""What a citation map shows of a graph: which works, how large, which path, and what to say about the rest."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from kg import registry
from kg.errors import InputError
from kg.graph import CitationGraph
from kg.index import UNDATED
from kg.model import Work
from kg.naming import describe
from kg.render.map import MapView
from kg.workspace import Workspace

Floats = NDArray[np.float64]
_LONG_SLEEP = 5  # years without a citation held that are drawn as a bar


def map_view(
    space: Workspace,
    *,
    focus: Work | None = None,
    hops: int = 1,
    paths: Iterable[tuple[int, ...]] = (),
    metric: str = "citations_held",
    limit: int = 80,
    title: str = "",
    only: Sequence[int] = (),
) -> MapView:
    """The view of a graph: around one work, along influence paths (work numbers, old to new), or of its main works.

    `only` gives the works to draw by their numbers, and no others are.

    At most `limit` works are shown, besides those of the paths and the seeds: the first by `metric` within the reach,
    with a fair part for each era.
    """
    graph, eras = space.graph, space.eras
    paths = list(paths)
    if limit < 1:
        raise InputError(f"a map of {limit} works shows nothing", "give --limit 1 or more")
    scores = registry.load("metric", metric)(graph)
    values = scores.table["value"].reindex(graph.ids).to_numpy(float)
    must = {i for path in paths for i in path} | ({graph.number(focus.id)} if focus else set())
    values = np.nan_to_num(values, nan=-np.inf)
    if only:
        chosen = list(only)
    elif focus:
        chosen = _around(graph, graph.number(focus.id), hops, values, must, limit)
    else:
        must |= set(np.flatnonzero(graph.works["seed"].to_numpy(bool)).tolist())
        chosen = _choose(graph, values, must, limit, list(eras.values()))
    ids = [graph.ids[i] for i in chosen]
    held = graph.citers.counts()
    measured = metric.replace("_", " ")
    notes = (
        []
        if only
        else [f"The {len(ids)} works are {_named(focus, hops, paths)} by {measured}, with the works an article names."]
    )
    if (coverage := graph.coverage()) is not None:
        known = f"{coverage:.0%} of the reference lists are known here."
        notes.insert(0, f"{known} A work that nothing cites on this map may be cited elsewhere.")
    return MapView(
        graph=graph.subset(ids),
        total_works=len(graph),
        total_citations=graph.facts()["citations"],
        title=title or (f"Around {describe(focus)}" if focus else space.store.name.replace("-", " ").capitalize()),
        subtitle="Who built on whom, in the citations held here.",
        held={id_: int(held[i]) for id_, i in zip(ids, chosen, strict=True)},
        path=tuple(graph.ids[i] for i in paths[0]) if paths else (),
        size=None if metric == "citations_held" else scores.table["value"].reindex(ids),
        size_label=measured,
        focus=focus.id if focus else None,
        notes=tuple(notes),
        eras=eras,
        identifiers={w.id: w.identifiers for id_ in ids if (w := space.store.find_by_id(id_)) and w.identifiers},
        asleep=_asleep(graph, chosen),
        attribution=space.credits,
        coverage={int(str(year)): float(share) for year, share in graph.coverage_by_year().items()},
    )


def _named(focus: Work | None, hops: int, paths: list[tuple[int, ...]]) -> str:
    if focus:
        return f"the nearest within {hops} citation{'s' if hops > 1 else ''} of {focus.id}"
    return "those of the path, and the first" if paths else "the first"


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


def _asleep(graph: CitationGraph, numbers: Iterable[int]) -> dict[str, tuple[int, int]]:
    """Works cited for the first time here long after they appeared: id -> year of publication and of that citation."""
    asleep = {}
    for i in numbers:
        years = graph.years[graph.citers.of(i)]
        years = years[years != UNDATED]
        if graph.years[i] != UNDATED and len(years) and years.min() - graph.years[i] >= _LONG_SLEEP:
            asleep[graph.ids[i]] = (int(graph.years[i]), int(years.min()))
    return asleep
