"""Which words of titles tell a topic, by the reference lists of the graph, and which lists cite a work."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from kg.analysis.base.titles import title_words
from kg.analysis.scores import Floats, Ints
from kg.graph.citation_graph import CitationGraph
from kg.graph.once_per_graph import once_per_graph

if TYPE_CHECKING:
    from scipy.sparse import csr_array

LIFTS = (3, 12)  # times as often in one list as at random: least at which a word tells a topic, most that counts
BLOCK = 4096  # works whose lists are summed together
PRIOR = 0.1  # expected pairs of works added to both counts, so that a single pair does not make a word tell a topic


class Topics(NamedTuple):
    """The titles of a graph as words that tell a topic; row k is work `works[k]` of year `years[k]`, in order of years.

    Attributes
    ----------
    works, years : Ints
        Works with a title and a year that a list cites.
    words : csr_array
        The square root of the weight of each word of a title: a product of two rows is the weight of the words they share.
    titles : csr_array
        The weights of the words of each title, of length 1.
    lists : csr_array
        The titles in each reference list of two titled works or more, summed, of length 1.
    cited_in : csr_array
        Which lists cite each work; the rows sum to 1.
    unity : Floats
        How alike the lists are that cite a work: the length of their mean, 1 where all are the same.
    """

    works: Ints
    years: Ints
    words: "csr_array"
    titles: "csr_array"
    lists: "csr_array"
    cited_in: "csr_array"
    unity: Floats


@once_per_graph
def topics(graph: CitationGraph) -> Topics:
    """The topics of the titled works of a graph, told by the words that works of one reference list share.

    The weight of a word is the logarithm of how many times as often two works of one list share it as any two works do: 0 below
    3 times, and no more than at 12 times. A list counts by its number of titled works; lists with only one say nothing.
    """
    from scipy.sparse import csr_array

    titled = title_words(graph)
    size = len(titled.works)
    row = np.full(len(graph), -1)
    row[titled.works] = np.arange(size)
    cited = row[graph.references.works]
    some = cited >= 0
    pair = (np.ones(int(some.sum())), (graph.references.owners()[some], cited[some]))
    lists = csr_array(pair, shape=(len(graph), size))
    lists = lists[np.diff(lists.indptr) > 1]
    word = csr_array(
        (np.ones(titled.counts.nnz), titled.counts.indices, titled.counts.indptr), shape=titled.counts.shape
    )
    words = (word * np.sqrt(_weights(lists, word))[None, :]).tocsr()
    words.eliminate_zeros()
    titles = _unit(words.power(2))
    summed = (lists @ titles).tocsr()
    telling = np.diff(summed.indptr) > 0
    lists, summed = lists[telling], _unit(summed[telling])
    works = np.flatnonzero(np.bincount(lists.indices, minlength=size))
    cited_in = lists[:, works].T.tocsr()
    cited_in = (cited_in / np.diff(cited_in.indptr)[:, None]).tocsr()
    blocks = (cited_in[first : first + BLOCK] @ summed for first in range(0, len(works), BLOCK))
    unity = np.concatenate([np.zeros(0), *(_length(block) for block in blocks)])
    return Topics(titled.works[works], titled.years[works], words[works], titles[works], summed, cited_in, unity)


def _weights(lists: "csr_array", words: "csr_array") -> Floats:
    in_list, held = np.diff(lists.indptr), (lists @ words).tocsr()
    held.data *= held.data - 1
    together = (1 / np.maximum(in_list - 1, 1)) @ held
    titles = np.bincount(words.indices, minlength=words.shape[1])
    by_chance = in_list.sum() * titles * (titles - 1) / max(len(in_list) and words.shape[0] * (words.shape[0] - 1), 1)
    lift = (together + PRIOR) / (by_chance + PRIOR)
    return np.where(lift < LIFTS[0], 0.0, np.log(np.minimum(lift, LIFTS[1])))


def _length(rows: "csr_array") -> Floats:
    return np.sqrt(np.asarray(rows.power(2).sum(axis=1), np.float64))


def _unit(rows: "csr_array") -> "csr_array":
    length = _length(rows)
    return (rows / np.where(length > 0, length, 1.0)[:, None]).tocsr()
