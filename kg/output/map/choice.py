"""Which works a map draws, and in which lanes."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kg.analysis.communities import communities
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.output.map.layout import OTHER_LANE, choose_lanes
from kg.text import short_title, work_name

Floats = NDArray[np.float64]


WHOLE = (50_000, 600_000)  # works and citations up to which a page holds the whole graph


_LANDMARKS = 3  # works of each community drawn then


_RESERVE = 60  # works of each lane given a place beforehand


_MOST_LANES = 12


def _called(graph: CitationGraph, id_: str) -> str:
    """A work in a few words: authors, year, title before its colon."""
    row, year, title = graph.works.loc[id_], graph.years[graph.number(id_)], str(graph.works.at[id_, "title"] or "")
    authors = str(row["authors"] or "").split("; ")
    return work_name(authors, None if year == UNDATED else int(year), short_title(title) or title, id_)


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
    names, names_at = dict[int, str](), _by_id(graph)
    for k in largest:
        members = np.flatnonzero(label == k)
        first = members[np.lexsort((names_at[members], -values[members]))[0]]
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
    for i in np.lexsort((_by_id(graph), -values)).tolist():
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
    for i in np.lexsort((_by_id(graph), -values)).tolist():
        name = lanes.get(graph.ids[i], "")
        room[name] = room.get(name, 3 * _RESERVE) - 1
        if room[name] >= 0:
            kept[i] = None
    return list(kept)


def _around(graph: CitationGraph, start: int, hops: int, values: Floats, must: set[int], limit: int) -> list[int]:
    """The works within some hops, nearer ones first, each joined to a work that is there too."""
    chosen, frontier = dict.fromkeys([start, *sorted(must)]), {start}
    room = len(chosen) + limit
    for _ in range(hops):
        met = {int(j) for i in frontier for rows in (graph.references, graph.citers) for j in rows.of(i)}
        best = sorted(met - chosen.keys(), key=lambda i: (-values[i], graph.ids[i]))[: room - len(chosen)]
        chosen |= dict.fromkeys(best)
        frontier = set(best)
    return list(chosen)


def _by_id(graph: CitationGraph) -> NDArray[np.intp]:
    """The place of each work by its id: what orders works that are alike, however the graph was put together."""
    return np.argsort(np.argsort(np.array(graph.ids, dtype=object)))


def _choose(graph: CitationGraph, values: Floats, must: set[int], limit: int, eras: list[tuple[int, int]]) -> list[int]:
    """The works that must be there, a fair part of the room for the first of each era, the rest for the first of all."""
    order = np.lexsort((_by_id(graph), -values)).tolist()
    chosen = dict.fromkeys(sorted(must))
    room = len(chosen) + limit
    for first, last in eras:
        of_era = [i for i in order if first <= graph.years[i] <= last and i not in chosen]
        chosen |= dict.fromkeys(of_era[: limit // (len(eras) + 1)])
    chosen |= dict.fromkeys(i for i in order if i not in chosen)
    return list(chosen)[:room]
