"""Which later works are on the topic of a work: they share a concept, or their titles and the lists that cite them agree."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.ties import ERROR
from kg.analysis.base.topics import LIFTS, Topics, topics
from kg.analysis.scores import Floats, Ints
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

if TYPE_CHECKING:
    from scipy.sparse import csr_array

LEAST = 1.1  # likeness above which two works are on one topic: see "Returns" in docs/metrics.md
MANY_TITLES = 30_000  # works above which titles are not compared: the pairs grow with the square
LARGEST = 5_000  # works that share a concept above which it tells no topic: the pairs grow with the square
BLOCK = 256  # old works compared together


class Related(NamedTuple):
    """Pairs (old, new) of works on one topic, and how sure that is: their likeness, plus 1 for each concept they share."""

    old: Ints
    new: Ints
    likeness: Floats


def related_pairs(graph: CitationGraph, *, years: int = 10, of: Ints | None = None) -> Related:
    """Pairs (old, new) of works on one topic: they share a concept, or their titles and the lists that cite them are alike.

    The likeness of two works, which must be above 1.1, is the product of three numbers: the weight of the words that their
    titles share (see `topics`), which must be that of one most telling word at least; the lesser of the mean cosine of the new
    title with the reference lists that cite the old work and that of the old title with those that cite the new; the cosine
    of the mean of the lists that cite the one and that of those that cite the other, pairs of a list with itself left out.
    So neither titles nor company decide alone, and a list that cites both does not compare with itself; whether a citation path
    joins the two plays no part. Undated works are in no pair; graphs of over 30,000 works are compared by concepts only, and
    a concept of over 5,000 dated works is left out.

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
    found = [*_by_concept(graph, years, asked), *_by_title(graph, years, asked)]
    keys = np.concatenate([np.empty(0, np.int64), *(old * len(graph) + new for old, new, _ in found)])
    key, at = np.unique(keys, return_inverse=True)
    likeness = np.bincount(at, np.concatenate([np.empty(0), *(part.likeness for part in found)]), len(key))
    return Related(key // max(len(graph), 1), key % max(len(graph), 1), likeness.astype(np.float64))


def concept_users(graph: CitationGraph) -> dict[tuple[str, str], Ints]:
    """The dated works of every concept (scheme, label), in the order of their numbers."""
    users: dict[tuple[str, str], set[int]] = {}
    for work, scheme, label in graph.concepts[["work", "scheme", "label"]].itertuples(index=False, name=None):
        i = graph.number(work)
        if graph.years[i] != UNDATED:
            users.setdefault((scheme, label), set()).add(i)
    return {concept: np.array(sorted(works), np.int64) for concept, works in sorted(users.items())}


def _by_concept(graph: CitationGraph, apart: int, asked: NDArray[np.bool_]) -> Iterator[Related]:
    for works in concept_users(graph).values():
        if len(works) > LARGEST:
            continue
        year, old = graph.years[works].astype(np.int64), works[asked[works]]
        if len(old):
            k, new = np.nonzero(year[None, :] - graph.years[old].astype(np.int64)[:, None] >= apart)
            yield Related(old[k], works[new], np.ones(len(k)))


def _by_title(graph: CitationGraph, apart: int, asked: NDArray[np.bool_]) -> Iterator[Related]:
    if len(graph) > MANY_TITLES:
        return
    every = topics(graph)
    by_word = every.lists.T.tocsr()
    rows = np.flatnonzero(asked[every.works])
    for own in np.split(rows, range(BLOCK, len(rows), BLOCK)) if len(rows) else ():
        first = int(np.searchsorted(every.years, every.years[own[0]] + apart))
        shared = (every.words[own] @ every.words[first:].T).tocoo()
        old, new = own[shared.row], shared.col.astype(np.int64) + first
        some = (every.years[new] - every.years[old] >= apart) & (shared.data > np.log(LIFTS[1]) * (1 - ERROR))
        old, new, likeness = _alike(every, by_word, Related(old[some], new[some], shared.data[some]))
        yield Related(every.works[old], every.works[new], likeness)


def _alike(every: Topics, by_word: "csr_array", pairs: Related) -> Related:
    """The pairs of rows that are alike, of those whose titles share words of the given weight."""
    own, at = np.unique(pairs.old, return_inverse=True)
    near = (every.cited_in[own] @ every.lists).tocsr()
    fit = pairs.likeness * _dots(every.titles, pairs.new, near.toarray(), at)
    some = fit > LEAST  # the factors left out are 1 at most
    old, new, fit, weight = pairs.old[some], pairs.new[some], fit[some], pairs.likeness[some]
    kept, at = np.unique(old, return_inverse=True)
    near = near[np.searchsorted(own, kept)]
    back = weight * _dots(every.cited_in, new, (every.titles[kept] @ by_word).toarray(), at)
    lists = _dots(every.cited_in, new, (near @ by_word).toarray(), at)
    same = _dots(every.cited_in, new, every.cited_in[kept].toarray(), at)
    others = np.divide(lists - same, 1 - same, out=np.zeros(len(same)), where=same < 1 - ERROR)
    likeness = np.minimum(fit, back) * others / (every.unity[old] * every.unity[new])
    some = likeness > LEAST * (1 + ERROR)
    return Related(old[some], new[some], likeness[some])


def _dots(rows: "csr_array", at: Ints, others: Floats, of: Ints) -> Floats:
    """The product of each row `at` with the row `of` among others."""
    part = rows[at]
    each = np.repeat(np.arange(len(at)), np.diff(part.indptr))
    return np.bincount(each, part.data * others[of[each], part.indices], len(at)).astype(np.float64)
