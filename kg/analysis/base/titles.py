"""The words of titles as sparse rows, weighted by how rare each word was in earlier titles."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analysis.scores import Floats, Ints
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.once_per_graph import once_per_graph
from kg.text import title_key

if TYPE_CHECKING:
    from scipy.sparse import csr_array


class TitleWords(NamedTuple):
    """How often each word occurs in each title; row k is work `works[k]` of year `years[k]`, in order of years.

    Works without title or year are left out.
    """

    works: Ints
    years: Ints
    counts: "csr_array"

    def rows(self, first: int, last: int) -> slice:
        """The rows of the works of first..last."""
        return slice(*np.searchsorted(self.years, [first, last + 1]).tolist())

    def idf(self, before: int) -> Floats:
        """The weight of each word before a year: log(N / (1 + df)), not below 0.

        N is the number of titles before the year, df the number of those with the word.
        """
        earlier = int(np.searchsorted(self.years, before))
        indices = self.counts.indices[: self.counts.indptr[earlier]]
        df = np.bincount(indices, minlength=self.counts.shape[1])
        return np.asarray(np.log(max(earlier, 1) / (1 + df)).clip(min=0), np.float64)


@once_per_graph
def title_words(graph: CitationGraph) -> TitleWords:
    """The words of the titles of a graph, ignoring case, accents and punctuation; abstracts are not used."""
    from scipy.sparse import csr_array

    keys = [title_key(str(title)).split() for title in graph.works["title"].reindex(graph.ids).fillna("")]
    titled = np.array([bool(key) for key in keys], np.bool_) & (graph.years != UNDATED)
    works = np.flatnonzero(titled)
    works = works[np.argsort(graph.years[works], kind="stable")]
    words: dict[str, int] = {}
    where = [words.setdefault(word, len(words)) for i in works.tolist() for word in keys[i]]
    row = np.repeat(np.arange(len(works)), [len(keys[i]) for i in works.tolist()])
    counts = csr_array((np.ones(len(where)), (row, np.array(where, np.int64))), shape=(len(works), max(len(words), 1)))
    return TitleWords(works, graph.years[works].astype(np.int64), counts)


def titled(graph: CitationGraph, words: TitleWords) -> NDArray[np.bool_]:
    """Which works of the graph have both a title and a year."""
    held = np.zeros(len(graph), np.bool_)
    held[words.works] = True
    return held
