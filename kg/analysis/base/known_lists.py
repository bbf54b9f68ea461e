"""What the known reference lists of a population say: which works they cite, or lead back to, counted by clusters of lists."""

from dataclasses import dataclass

import numpy as np

from kg.analysis.base.reachability import followers
from kg.analysis.scores import Ints
from kg.graph.citation_graph import CitationGraph


@dataclass(frozen=True, kw_only=True)
class KnownLists:
    """Which works the known reference lists of a population cite, or lead back to.

    Attributes
    ----------
    population : int
        N, the number of works in the population.
    sizes : ndarray of int, shape (clusters,)
        m_c, how many known lists each cluster has; their sum is n.
    works : int
        How many works are asked about; they go by their place.
    work, size, count, times : ndarray of int, shape (entries,)
        For `times` clusters of `size` known lists, `count` of their lists cite `work`; only where there is one.
    """

    population: int
    sizes: Ints
    works: int
    work: Ints
    size: Ints
    count: Ints
    times: Ints

    @classmethod
    def of(cls, population: int, sizes: Ints, works: int, work: Ints, cluster: Ints) -> "KnownLists":
        """From one entry for each list and work it cites: the work and the list's cluster."""
        pairs, count = np.unique(work * len(sizes) + cluster, return_counts=True)
        by, size = pairs // max(len(sizes), 1), sizes[pairs % max(len(sizes), 1)]
        base = int(sizes.max(initial=0)) + 1
        alike, times = np.unique((by * base + size) * base + count, return_counts=True)
        return cls(
            population=population,
            sizes=sizes,
            works=works,
            work=alike // base**2,
            size=alike // base % base,
            count=alike % base,
            times=times,
        )

    @property
    def known(self) -> int:
        """The number of known lists, n."""
        return int(self.sizes.sum())

    @property
    def citing(self) -> Ints:
        """K of each work: how many known lists cite it."""
        return np.bincount(self.work, weights=self.count * self.times, minlength=self.works).astype(np.int64)


def known_lists(
    graph: CitationGraph, works: Ints, population: int, known: Ints, cluster: Ints, *, reach: bool = False
) -> KnownLists:
    """Which of some works the known lists of a population cite, or lead back to.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    works : ndarray of int
        The works asked about, each once.
    population : int
        N, the number of works in the population.
    known : ndarray of int
        The works of the population whose lists are known.
    cluster : ndarray of int, shape (works of the graph,)
        The cluster of each known list.
    reach : bool
        Whether lists are counted that lead back: they cite the work, or a usable path runs from it to theirs.
    """
    names, members = np.unique(cluster[known], return_inverse=True)
    sizes = np.bincount(members.ravel(), minlength=len(names)).astype(np.int64)
    place, list_of = np.full(len(graph), -1), np.full(len(graph), -1)
    order = np.argsort(members.ravel(), kind="stable")
    place[works], list_of[known[order]] = np.arange(len(works)), np.arange(len(known))
    citing, cited = list_of[graph.references.owners()], graph.references.works
    direct = (citing >= 0) & (place[cited] >= 0) & (graph.references.owners() != cited)
    citing, cited = citing[direct], cited[direct]
    if not reach:
        return KnownLists.of(population, sizes, len(works), place[cited], members.ravel()[order][citing])
    # a kind of cluster for each size and number of its lists that lead back
    distinct, alike = np.unique(sizes, return_inverse=True)
    size = np.repeat(distinct, distinct + 1)
    begin = np.cumsum(distinct + 1) - (distinct + 1)
    count = np.arange(len(size)) - np.repeat(begin, distinct + 1)
    found = [np.zeros((3, 0), np.int64)]
    for starts, bits in followers(graph, np.sort(works)) if len(known) else ():
        leads = np.unpackbits(bits[known[order]].astype("<u8").view(np.uint8), axis=1, bitorder="little")
        column = np.full(len(graph), -1)
        column[starts] = np.arange(len(starts))
        here = column[cited] >= 0
        leads[citing[here], column[cited[here]]] = 1
        own = starts[list_of[starts] >= 0]
        leads[list_of[own], column[own]] = 0
        y = np.add.reduceat(leads[:, : len(starts)], np.cumsum(sizes) - sizes, axis=0, dtype=np.int64)
        kinds = np.arange(len(starts)) * len(size) + begin[alike.ravel()][:, None] + y
        times = np.bincount(kinds[y > 0])
        some = np.flatnonzero(times)
        found.append(np.stack((place[starts[some // len(size)]], some % len(size), times[some])))
    work, kind, times = np.concatenate(found, axis=1)
    return KnownLists(
        population=population, sizes=sizes, works=len(works), work=work, size=size[kind], count=count[kind], times=times
    )
