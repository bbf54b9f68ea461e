"""PageRank against published numbers, a dense solution and networkx."""

from fractions import Fraction
from unittest.mock import patch

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import G5, Case, cases
from oracles import pagerank as naive

from kg.analysis.metrics.pagerank import DENSE, pagerank, solve
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph


@given(cases(), st.sampled_from([0.0, 0.5, 0.85, 0.99]))
def test_equals_the_dense_solution(case: Case, alpha: float):
    """The sweep equals the stationary distribution of the whole matrix on any graph, and sums to 1."""
    scores = pagerank(case.graph(), alpha=alpha)
    expected = naive(case, alpha)
    assert {w: scores[w] for w in case.works} == pytest.approx(expected, abs=1e-12)
    assert scores.table["value"].sum() == pytest.approx(1, abs=1e-12)


def test_a_large_cyclic_part_equals_power_iteration():
    """A cyclic part too large for a dense solution agrees with networkx at tolerance 1e-15."""
    g = nx.gnp_random_graph(3 * DENSE, 0.01, seed=3, directed=True)
    g.add_edges_from((k, k + 1) for k in range(4 * DENSE))
    assert max(map(len, nx.strongly_connected_components(g))) > DENSE
    scores = pagerank(CitationGraph.from_networkx(g))
    peer = nx.pagerank(g, alpha=0.85, tol=1e-15, max_iter=1000)
    assert max(abs(scores[str(v)] - p) for v, p in peer.items()) < 1e-12
    (bound,) = [note for note in scores.notes if note.startswith("The sum of all numerical errors")]
    assert float(bound.rstrip(".").rsplit(" ", 1)[1]) < 1e-12


@given(cases(), st.sampled_from([0.0, 0.5, 0.85, 0.99]))
def test_scipy_adds_up_the_same_for_large_graphs(case: Case, alpha: float):
    """The sums of large graphs are those of small ones."""
    small, bound = solve(case.graph(), alpha)
    with patch("kg.analysis.metrics.pagerank.LARGE", -1):
        large, other = solve(case.graph(), alpha)
    assert abs(small - large).sum() <= bound + other < 1e-9


@given(cases(), st.sampled_from([0.0, 0.5, 0.96875]))
def test_the_error_is_below_the_proven_bound(case: Case, alpha: float):
    """The equations hold for fractions to within what the bound allows: no rounding hides an error."""
    graph = case.graph()
    share, bound = solve(graph, alpha)
    n, a, p = len(graph), Fraction(alpha), [Fraction(float(x)) for x in share]
    lists = [graph.references.of(i).tolist() for i in range(n)]
    jumps = (1 - a + a * sum(x for x, cited in zip(p, lists, strict=True) if not cited)) / n
    expected = [jumps] * n
    for x, cited in zip(p, lists, strict=True):
        for v in cited:
            expected[v] += a * x / len(cited)
    residual = sum(abs(x - y) for x, y in zip(expected, p, strict=True))
    assert residual / (1 + a) <= bound  # no solution is closer than that


@pytest.mark.parametrize("alpha", [-0.1, 1.0, 2.0])
def test_alpha_without_meaning_is_refused(alpha):
    """A damping outside [0, 1) is bad input."""
    with pytest.raises(InputError):
        pagerank(CitationGraph.from_edges(G5), alpha=alpha)


def test_the_share_of_unknown_lists_is_remarked_first():
    """The share of works with unknown reference lists comes first: here A alone, 73/247."""
    notes = pagerank(CitationGraph.from_edges(G5), alpha=0.5).notes
    assert notes[0] == "Works whose reference lists are unknown pass nothing on; their PageRank is 29.6% of the total."
    closed = pagerank(CitationGraph.from_edges(G5, closed=True), alpha=0.5).notes
    assert closed[0] == "Works whose reference lists are unknown pass nothing on; their PageRank is 0.0% of the total."
