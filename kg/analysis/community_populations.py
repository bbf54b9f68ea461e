"""Populations of a community and year, which are found only when they are asked for; and any population by its name."""

from collections import Counter

import numpy as np

from kg.analysis.base.names import name_of
from kg.analysis.communities import community_numbers
from kg.analysis.community_names import community_names
from kg.analysis.populations import DETECTED, NEARLY_ALL, SMALLEST, Population, nearly_all, populations
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.once_per_graph import once_per_graph
from kg.text import title_key


@once_per_graph
def community_populations(graph: CitationGraph) -> list[Population]:
    """The works of one community and year, wherever nearly all of their reference lists are known; the largest first.

    Communities are those of `kg.analysis.communities` (Leiden, seed 0): works that cite each other. So a work is cited by more
    of its own community than of others, by construction; the counts are exact all the same. A work that neither cites nor
    is cited here, and whose list is unknown, may belong to each of them: it counts against all of its year. Communities are
    detected only where some year has enough known lists.

    Parameters
    ----------
    graph : CitationGraph
        The graph.

    Returns
    -------
    list of Population
        Named after the distinctive words of the community's titles, or its number, and the year; without those that are
        among `populations` already.
    """
    known, dated = graph.known_lists, graph.years != UNDATED
    if np.bincount(graph.years[known & dated]).max(initial=0) < NEARLY_ALL * SMALLEST:
        return []
    community = community_numbers(graph)
    alone = ~known & (np.bincount(community)[community] == 1)
    unplaced = Counter(graph.years[alone].tolist())
    groups: dict[tuple[int, int], list[int]] = {}
    for i in np.flatnonzero(dated & ~alone).tolist():
        groups.setdefault((int(community[i]), int(graph.years[i])), []).append(i)
    groups = {key: own for key, own in groups.items() if nearly_all(known[own].tolist(), unplaced[key[1]])}
    numbers, cited = sorted({number for number, _ in groups}), graph.citers.counts()
    titles = graph.works["title"].fillna("").astype(str).tolist()
    order = np.argsort(community, kind="stable")
    ends = (np.searchsorted(community[order], numbers, side=side) for side in ("left", "right"))
    members = [order[first:last].tolist() for first, last in zip(*ends, strict=True)]
    names = dict(zip(numbers, community_names(titles, members), strict=True))
    best = {n: max(works, key=cited.__getitem__) for n, works in zip(numbers, members, strict=True)}
    called = {n: f'"{name}"' if name else f"around {name_of(graph, best[n])}" for n, name in names.items()}
    every = populations(graph)
    taken = {p.name for p in every} | {p.members for p in every}
    found = [
        Population(
            name=f"{title_key(names[number]).replace(' ', '-') or f'community-{number}'}-{year}",
            members=tuple(own),
            lists=tuple(known[own].tolist()),
            rule=f"the works of {year} in the community {called[number]}, detected from the citations of this graph",
            source=DETECTED,
            community=number,
        )
        for (number, year), own in groups.items()
    ]
    found = [p for p in found if not {p.name, p.members} & taken]
    return sorted(found, key=lambda p: (-p.size, p.name))


def population(graph: CitationGraph, name: str) -> Population:
    """The population of a name; raises InputError that lists the others."""
    every: list[Population] = []
    for find in (populations, community_populations):
        every += find(graph)
        for one in every:
            if one.name == name:
                return one
    known = ", ".join(p.name for p in every[:12]) or "none in this graph"
    raise InputError(f"unknown population {name!r}", f"known: {known}")
