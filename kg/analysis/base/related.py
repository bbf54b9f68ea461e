"""Which later works are on the topic of a work: they share a concept, or their titles are unusually similar."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.cohort import COHORT
from kg.analysis.base.ties import ERROR
from kg.analysis.base.titles import title_words
from kg.analysis.scores import Floats, Ints
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

ALIKE = 0.99  # percentile of the cohort's similarities above which two titles are alike
MANY_TITLES = 30_000  # titles above which they are not compared: the pairs grow with the square


def related_pairs(graph: CitationGraph, *, years: int = 10, of: Ints | None = None) -> tuple[Ints, Ints]:
    """Pairs (old, new) of works on the same topic: they share a concept, or their titles are similar.

    Titles are similar if the cosine of their words, weighted as in `foresight` by the titles before the old work, lies above
    the 99th percentile of the pairs of its cohort (works of the old work's year, widened until there are 30, with all works
    at least `years` later). Undated works are in no pair. In graphs of over 30,000 titles only concepts count.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    years : int, default 10
        The least number of years between the two works.
    of : Ints, optional
        The old works; all by default.
    """
    asked = np.ones(len(graph), np.bool_) if of is None else np.isin(np.arange(len(graph)), of)
    pairs = [np.empty(0, np.int64), *_by_concept(graph, years), *_by_title(graph, years, asked)]
    key = np.unique(np.concatenate(pairs))
    old, new = key // max(len(graph), 1), key % max(len(graph), 1)
    return old[asked[old]], new[asked[old]]


def concept_users(graph: CitationGraph) -> dict[tuple[str, str], Ints]:
    """The dated works of every concept (scheme, label), in the order of their numbers."""
    users: dict[tuple[str, str], set[int]] = {}
    for work, scheme, label in graph.concepts[["work", "scheme", "label"]].itertuples(index=False, name=None):
        i = graph.number(work)
        if graph.years[i] != UNDATED:
            users.setdefault((scheme, label), set()).add(i)
    return {concept: np.array(sorted(works), np.int64) for concept, works in sorted(users.items())}


def _by_concept(graph: CitationGraph, apart: int) -> Iterator[Ints]:
    for works in concept_users(graph).values():
        year = graph.years[works].astype(np.int64)
        old, new = np.nonzero(year[None, :] - year[:, None] >= apart)
        yield works[old] * len(graph) + works[new]


def _by_title(graph: CitationGraph, apart: int, asked: NDArray[np.bool_]) -> Iterator[Ints]:
    words = title_words(graph)
    if len(words.works) > MANY_TITLES:
        return
    for year in np.unique(words.years[asked[words.works]]).tolist():
        own, later = words.rows(year, year), slice(words.rows(year + apart, year + apart).start, len(words.years))
        idf2 = words.idf(year) ** 2
        if later.start == later.stop or not idf2.any():
            continue
        distance = np.abs(words.years - year)
        width = int(np.sort(distance)[min(COHORT, len(distance)) - 1])
        cohort = words.rows(year - width, year + width)
        pool = words.counts[cohort]
        norms = [np.sqrt(part.power(2) @ idf2) for part in (pool, words.counts[later])]
        left, right = (np.divide(1.0, norm, out=np.zeros_like(norm), where=norm > 0) for norm in norms)
        alike = (pool.multiply(left[:, None] * idf2[None, :]).tocsr() @ words.counts[later].T).tocsr()
        alike.data *= right[alike.indices]
        threshold = _quantile(alike.data, (cohort.stop - cohort.start) * (later.stop - later.start))
        mine = alike[own.start - cohort.start : own.stop - cohort.start].tocoo()
        some = mine.data > threshold * (1 + ERROR)
        yield words.works[own][mine.row[some]] * len(graph) + words.works[later][mine.col[some]]


def _quantile(values: Floats, size: int) -> float:
    """The ALIKE quantile of `size` similarities, of which those not among `values` are 0."""
    above = int((1 - ALIKE) * size)
    positive = values[values > 0]
    if above >= len(positive):
        return 0.0
    return float(np.partition(positive, len(positive) - 1 - above)[len(positive) - 1 - above])
