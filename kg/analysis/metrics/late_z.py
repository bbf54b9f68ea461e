"""Late citations: how late a work was cited, beside works of its time cited by the same reference lists."""

import numpy as np

from kg.analysis.base.citing_shares import FEW_CLUSTERS, FEW_LISTS
from kg.analysis.base.clusters import clusters
from kg.analysis.base.cohort import COHORT
from kg.analysis.base.coverage import coverage_since
from kg.analysis.base.history import Histories, histories
from kg.analysis.base.inputs import history_and_citers
from kg.analysis.base.late_citations import FEW
from kg.analysis.base.rank_sums import chances, mid_steps
from kg.analysis.metric import metric
from kg.analysis.scores import Ints, Scores, reasons
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

AROUND = 2  # years around its own whose works are of its time


@metric(
    unit="standard deviations",
    family="forgetting",
    cycles="counted like other citations",
    backward="left out of the citation histories",
    undated="no value, left out of the citation histories",
    inputs=history_and_citers,
)
def late_z(graph: CitationGraph) -> Scores:
    """How late a work was cited, compared with works of its time that the same reference lists could cite.

    Above 0, later than these. It needs no share of reference lists to be known: the unknown ones are missing from all.

    Parameters
    ----------
    graph : CitationGraph
        The graph.

    Returns
    -------
    Scores
        No value for works without a year, for works cited by fewer than 3 known reference lists, and where other works of its
        time have fewer than 30 citations by these. Missing reference lists can raise or lower it, so there are no bounds.
        `n` is the number of citations counted. Own columns: `mean_rank` (mean mid-rank, from 0 to 1) and `p` (probability
        of a mean at least as high by chance; none where fewer than 20 known lists, or lists of fewer than 5 authors, fall
        into the years up to the middle of the citations of its time, or into those after it).

    Notes
    -----
    The inverse normal of the mean mid-rank of the years in which a work was cited among those in which other works were that
    appeared at most 2 years before or after it: (below + equal/2 + 1/2)/(m + 1) among their m citations (citing -> cited).
    Only citations by known reference lists count, and of each first author (of each place that lists were read in, where
    these are known) only the first. p is that of dealing all these citations to works at random: the sum of n mid-ranks,
    in steps of 1/128, of which each is drawn from all citations of works of its time, its own included.

    References
    ----------
    kg's own; the test is that of Wilcoxon (1945), Individual comparisons by ranking methods.

    Examples
    --------
    >>> edges = [(f"e{k}", f"w{k % 15}") for k in range(45)] + [(f"l{k}", "late") for k in range(4)]
    >>> years = {name: {"w": 1990, "l": 1990, "e": 1992}[name[0]] for edge in edges for name in edge}
    >>> graph = CitationGraph.from_edges(edges, years=years | {f"l{k}": 2005 for k in range(4)})
    >>> scores = late_z(graph)
    >>> scores.ranked().index[0], round(scores["late"], 2), round(scores["w0"], 2)
    ('late', 2.29, -0.11)
    """
    from scipy.special import ndtri

    past = histories(graph)
    work, year, cluster = _counted(graph, past)
    n = np.bincount(work, minlength=len(graph))
    rank, p = np.full(len(graph), np.nan), np.full(len(graph), np.nan)
    others = np.zeros(len(graph), np.int64)
    if len(work):
        begin = int(past.first[past.dated].min())
        of_year = np.where(past.dated, past.first - begin, 0)
        pools = _pools(of_year[work], year - begin, past.last - begin + 1)
        middle = np.cumsum(pools, axis=1) - pools / 2
        others = np.where(past.dated, pools.sum(axis=1)[of_year] - n, 0)
        some = (n >= FEW) & (others >= COHORT)
        below = np.bincount(work, middle[of_year[work], year - begin], len(graph))[some] - n[some] ** 2 / 2
        rank[some] = (below / n[some] + 0.5) / (others[some] + 1)  # without its own, which take up n^2/2
        steps = mid_steps(pools)
        seen = np.bincount(work, steps[of_year[work], year - begin], len(graph)).astype(np.int64)
        for row in np.unique(of_year[some]).tolist():
            mine = np.flatnonzero(some & past.dated & (of_year == row))
            if not _heard(
                graph, cluster, begin + row, begin + int(np.argmax(2 * np.cumsum(pools[row]) >= pools[row].sum()))
            ):
                continue
            for size in np.unique(n[mine]).tolist():
                alike = mine[n[mine] == size]
                p[alike] = chances([(steps[row], pools[row], size)])[seen[alike]]
    why = {
        "no year": graph.years == UNDATED,
        f"cited by fewer than {FEW} known reference lists": n < FEW,
        f"known lists cite other works of its time fewer than {COHORT} times": others < COHORT,
        "too few known lists before or after the middle of the citations of its time: no p": np.isnan(p),
    }
    return Scores.of(
        graph,
        np.asarray(ndtri(rank), np.float64),
        n=n,
        coverage=coverage_since(graph),
        reason=reasons(why),
        own={"mean_rank": rank, "p": p},
    )


def _counted(graph: CitationGraph, past: Histories) -> tuple[Ints, Ints, Ints]:
    """Cited work and year of the citations that count, and the cluster of every known list (-1 for other works)."""
    lists = np.flatnonzero(graph.known_lists)
    cluster = np.full(len(graph), -1)
    cluster[lists] = clusters(graph, lists)[0]
    known = cluster[past.citing] >= 0
    work, year, by = past.work[known], (past.first[past.work] + past.since)[known], cluster[past.citing[known]]
    order = np.lexsort((year, by, work))
    work, year, by = work[order], year[order], by[order]
    first = (np.diff(work, prepend=-1) != 0) | (np.diff(by, prepend=-1) != 0)
    return work[first], year[first], cluster


def _pools(cited: Ints, citing: Ints, years: int) -> Ints:
    """For each year how often works of its time were cited in each year."""
    table = np.zeros((years + 2 * AROUND + 1, years), np.int64)
    np.add.at(table, (cited + AROUND + 1, citing), 1)
    total = np.cumsum(table, axis=0)
    return np.asarray(total[2 * AROUND + 1 :] - total[: -2 * AROUND - 1], np.int64)


def _heard(graph: CitationGraph, cluster: Ints, first: int, middle: int) -> bool:
    """Whether enough lists of enough clusters are known on both sides of the middle of the citations of a time."""
    known = (cluster >= 0) & (graph.years != UNDATED) & (graph.years >= first)
    early = graph.years <= middle
    sides = [cluster[known & early], cluster[known & ~early]]
    return all(len(side) >= FEW_LISTS and len(np.unique(side)) >= FEW_CLUSTERS for side in sides)
