"""What chance alone would make of the classes: for each class and work a p, and the rate of false ones among those named.

- *sleeper*: the p of `late_z`, of works asleep at first;
- *hidden ancestor*: citations dealt anew within cells of citing and cited year, which keeps how often each work cites works
  of a year and how often each is cited in a year. Everything later stays, so the wakes of the citing works do too, and the
  mean mid-rank of these in their cells has an exact law;
- *uncredited precursor*: the p of `uncredited_return`, a rank among works alike. A rank cannot stand out among ranks, so that
  the class is hardly ever named: nothing here tells a precursor from a work that nobody followed.
"""

import numpy as np

from kg.analysis.base.history import histories
from kg.analysis.base.rank_sums import chances, mid_steps
from kg.analysis.base.ties import levelled
from kg.analysis.scores import Floats, Ints
from kg.graph.citation_graph import CitationGraph

CLASSES = ("sleeper", "hidden ancestor", "uncredited precursor")


def carried_by_chance(graph: CitationGraph, wake: Floats, works: Ints) -> Floats:
    """The probability that chance gives a work citing works with wakes as large as its own have.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    wake : array of float
        The wake of every work, 0 or NaN where nothing cites it.
    works : array of int
        The works asked about.

    Returns
    -------
    array of float
        P of a mean mid-rank at least as high if each citation came from any work that cites works of its year in the same year;
        NaN for other works and those without citations in their history.
    """
    past, p = histories(graph), np.full(len(graph), np.nan)
    some = np.isin(past.first[past.work], past.first[works])
    cited, level = past.work[some], levelled(np.nan_to_num(wake))[past.citing[some]]
    cell = np.unique(past.first[cited] * len(graph) + past.since[some], return_inverse=True)[1]
    pairs, at, count = np.unique(cell * len(graph) + level, return_inverse=True, return_counts=True)
    begin = np.searchsorted(pairs, np.arange(cell.max(initial=-1) + 2) * len(graph))
    order = np.argsort(cited, kind="stable")
    start = np.searchsorted(cited[order], np.arange(len(graph) + 1))
    for i in works[start[works + 1] > start[works]].tolist():
        mine = order[start[i] : start[i + 1]]
        pools, seen = [], 0
        for c, drawn in zip(*np.unique(cell[mine], return_counts=True), strict=True):
            counts = count[begin[c] : begin[c + 1]]
            steps = mid_steps(counts)
            pools.append((steps, counts, int(drawn)))
            seen += int(steps[at[mine[cell[mine] == c]] - begin[c]].sum())
        p[i] = chances(pools)[seen]
    return p
