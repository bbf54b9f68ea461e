"""Wake gap: how much more later work builds on a work than on works of its time cited as often."""

from kg.analysis.base.cohort_gap import against_citations
from kg.analysis.base.inputs import cohort
from kg.analysis.communities import community_numbers
from kg.analysis.metric import metric
from kg.analysis.metrics.wake import inputs as wake_inputs
from kg.analysis.metrics.wake import wake
from kg.analysis.scores import Inputs, Scores
from kg.graph.citation_graph import CitationGraph


def inputs(graph: CitationGraph, i: int, scores: Scores) -> Inputs:
    """The works at each distance, the citing works and the cohort."""
    return wake_inputs(graph, i, scores) | {"cohort": cohort(graph, i, scores, community_numbers(graph))}


@metric(
    unit="standard deviations",
    family="forgetting",
    cycles="as in `wake`",
    backward="as in `wake`",
    undated="no value, in no cohort",
    inputs=inputs,
    dossier={},
)
def wake_gap(graph: CitationGraph, *, a: float = 0.5, robust: bool = False) -> Scores:
    """How much more later work builds on a work than on works of its time and community cited as often.

    Above 0 for hidden ancestors: works whose influence reaches further than their citations suggest.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    a : float, default 0.5
        Discount for each further citation, as in `wake`.
    robust : bool, default False
        Leave out the citing work without which the wake is smallest.

    Returns
    -------
    Scores
        No value where `wake` has none, and where fewer than 30 works have one. Missing reference lists can raise or lower
        it, so there are no bounds. `n` is the number of citing works, `coverage` that of works of its year or later. Own
        column: `measured`, the wake.

    Raises
    ------
    InputError
        If `a` is not in (0, 1].

    Notes
    -----
    z(W) - E[z(W) given citations]: W is the wake, z the inverse normal of its mid-rank percentile in the cohort, and the
    expectation a rising (isotonic) fit of z on the number of citations in the cohort (citing -> cited). The cohort is the
    works of its community (Leiden) and year with a wake, extended year by year until there are 30; of all communities,
    where its own has fewer.

    References
    ----------
    Klosik & Bornholdt (2014), The citation wake of publications detects Nobel laureates' papers. The comparison with
    works cited as often is kg's own.

    Examples
    --------
    >>> edges = [(f"c{k}", f"w{k}") for k in range(40)] + [(f"d{k}", "c7") for k in range(9)]
    >>> years = {name: 2000 + 5 * "wcd".index(name[0]) for edge in edges for name in edge}
    >>> scores = wake_gap(CitationGraph.from_edges(edges, years=years))
    >>> scores.ranked().index[0], round(scores["w7"], 3), round(scores["w1"], 3)
    ('w7', 2.216, -0.057)
    """
    return against_citations(graph, wake(graph, a=a, robust=robust))
