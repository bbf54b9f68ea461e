"""PageRank against published numbers, a dense solution and networkx."""

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import G5, Case, cases
from oracles import pagerank as naive

from kg.analysis.metrics.pagerank import DENSE, pagerank
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
