"""Many breadth-first searches over a citation graph at once, one bit for each."""

import os
from importlib.util import find_spec

import numpy as np

from kg.analysis.base.bit_width import WORDS
from kg.analysis.base.time_dag import usable_citations
from kg.analysis.scores import Floats, Ints
from kg.graph.citation_graph import CitationGraph

FAST = 20_000  # works above which the compiled searches are used, where numba is installed


SPARSE = 0.7  # share of citations leaving the front below which only those are followed


class Search:
    """Breadth-first searches along usable citations from cited to citing works, `64 * WORDS` at a time.

    Each search is one bit of a row of words, so that one pass over the citations moves all of them.

    Parameters
    ----------
    graph : CitationGraph
        The graph to search.
    fast : bool, optional
        Whether to use the searches compiled by numba; by default in graphs of over 20,000 works where numba is installed.
        Both give the same numbers.
    """

    def __init__(self, graph: CitationGraph, *, fast: bool | None = None) -> None:
        self.citing, self.cited = usable_citations(graph)
        self.citers = np.bincount(self.cited, minlength=len(graph))
        self.n = len(graph)
        generation = np.searchsorted(graph.generations, np.arange(self.n), side="right") - 1
        self.floor = graph.generations[generation]  # nothing before the work's own generation builds on it
        self.fast = fast if fast is not None else self.n > FAST and find_spec("numba") is not None
        by_cited = self.citing[np.argsort(self.cited, kind="stable")] if self.fast else self.citing
        self.followed = (np.concatenate(([0], np.cumsum(self.citers))), by_cited)

    def wakes(self, starts: Ints, without: Ints, a: float) -> tuple[Floats, Ints]:
        """The wake W and the number of works reached from each of several works.

        Parameters
        ----------
        starts : Ints
            The works to search from, in ascending order.
        without : Ints
            For each of them, a work to leave out of the graph; -1 for none.
        a : float
            The weight of a work at distance d is a^(d - 1).

        Returns
        -------
        tuple[Floats, Ints]
            W and the number of works reached, for each start.
        """
        from concurrent.futures import ThreadPoolExecutor

        size = 64 * WORDS
        total, reached = np.zeros(len(starts)), np.zeros(len(starts), np.int64)

        def search(k: int) -> None:
            batch = slice(k, k + size)
            for d, counts in enumerate(self.levels(starts[batch], without[batch])):
                total[batch] += a**d * counts
                reached[batch] += counts

        with ThreadPoolExecutor(os.cpu_count()) as pool:  # searches run outside the interpreter's lock
            list(pool.map(search, range(0, len(starts), size)))
        return total, reached

    def levels(self, starts: Ints, without: Ints) -> list[Ints]:
        """For each distance d = 1, 2, ..., how many works each search first meets there; see `wakes`."""
        if self.fast:
            from kg.analysis.base import _bit_search_numba as compiled

            return list(compiled.levels(*self.followed, starts, without))
        floor = self.floor[starts[0]]
        edge = np.searchsorted(self.citing, floor)
        citing, cited = self.citing[edge:] - floor, self.cited[edge:] - floor
        citing, cited = citing[cited >= 0], cited[cited >= 0]
        front = np.zeros((self.n - floor, WORDS), np.uint64)
        task = np.arange(len(starts))
        word, bit = task // 64, np.uint64(1) << (task % 64).astype(np.uint64)
        np.bitwise_or.at(front, (starts - floor, word), bit)
        seen = front.copy()
        out = without >= floor
        np.bitwise_or.at(seen, (without[out] - floor, word[out]), bit[out])
        active = np.zeros(len(front), np.bool_)
        active[starts - floor] = True
        levels: list[Ints] = []
        while True:
            follow = active[cited]
            by, of = (
                (citing[follow], cited[follow]) if np.count_nonzero(follow) < SPARSE * len(follow) else (citing, cited)
            )
            if not len(by):
                return levels
            first = np.flatnonzero(np.diff(by, prepend=-1))
            rows = by[first]
            new = np.bitwise_or.reduceat(front[of], first, axis=0) & ~seen[rows]
            met = new.any(axis=1)
            if not met.any():
                return levels
            rows, new = rows[met], new[met]
            bits = np.unpackbits(new.astype("<u8").view(np.uint8), axis=1, bitorder="little")
            levels.append(bits.sum(axis=0, dtype=np.int64)[: len(starts)])
            seen[rows] |= new
            front.fill(0)
            front[rows] = new
            active = np.zeros(len(front), np.bool_)
            active[rows] = True
