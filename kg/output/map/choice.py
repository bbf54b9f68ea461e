"""Which works a map draws at first, and which its page holds."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kg.graph.citation_graph import CitationGraph
from kg.graph.eras import Era

WHOLE: Final = (50_000, 600_000)  # works and citations up to which a page holds the whole graph
RESERVE: Final = 60  # works of each lane given a place beforehand
_LANDMARKS: Final = 3  # works of each community that a large graph opens with


def ranking(graph: CitationGraph, values: NDArray[np.float64]) -> list[int]:
    """Work numbers by falling value; equal works by id, so that the order in which a graph was read does not matter."""
    by_id = np.argsort(np.argsort(np.array(graph.ids, dtype=object)))
    order: list[int] = np.lexsort((by_id, -values)).tolist()
    return order


def nearest(
    graph: CitationGraph, ranked: Sequence[int], start: int, hops: int, must: set[int], limit: int
) -> list[int]:
    """The works within some citations of one, nearer ones first, each linked with another that is drawn too."""
    rank = {i: k for k, i in enumerate(ranked)}
    chosen, frontier = dict.fromkeys([start, *sorted(must)]), {start}
    room = len(chosen) + limit
    for _ in range(hops):
        met = {int(j) for i in frontier for rows in (graph.references, graph.citers) for j in rows.of(i)}
        best = sorted(met - chosen.keys(), key=rank.__getitem__)[: room - len(chosen)]
        chosen |= dict.fromkeys(best)
        frontier = set(best)
    return list(chosen)


def most_prominent(
    graph: CitationGraph, ranked: Sequence[int], must: set[int], limit: int, eras: Sequence[Era]
) -> list[int]:
    """The works that must be drawn, then the first of each era in equal parts, then the first of all."""
    chosen = dict.fromkeys(sorted(must))
    room = len(chosen) + limit
    for era in eras:
        inside = graph.within(era)
        of_era = [i for i in ranked if inside[i] and i not in chosen]
        chosen |= dict.fromkeys(of_era[: limit // (len(eras) + 1)])
    chosen |= dict.fromkeys(i for i in ranked if i not in chosen)
    return list(chosen)[:room]


def landmarks(ranked: Sequence[int], community: Sequence[int], largest: int) -> list[int]:
    """The first works of each of the largest communities, and of all others together."""
    return _first_of_each(ranked, [min(community[i], largest) for i in ranked], _LANDMARKS)


def page_works(
    graph: CitationGraph, ranked: Sequence[int], chosen: Sequence[int], lanes: Mapping[str, str]
) -> list[int] | None:
    """The works in the page of a graph too large for one: those drawn and the next of each lane; None for all."""
    if len(graph) <= WHOLE[0] and graph.m <= WHOLE[1]:
        return None
    first = _first_of_each(ranked, [lanes.get(graph.ids[i], "") for i in ranked], 3 * RESERVE)
    return list(dict.fromkeys([*chosen, *first]))


def _first_of_each(ranked: Sequence[int], groups: Sequence[int | str], most: int) -> list[int]:
    met: dict[int | str, int] = {}
    chosen = []
    for i, group in zip(ranked, groups, strict=True):
        met[group] = met.get(group, 0) + 1
        if met[group] <= most:
            chosen.append(i)
    return chosen
