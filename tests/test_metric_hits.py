"""Hubs and authorities against the iteration itself and networkx."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import example, given
from influence_oracles import authorities
from oracles import Case, cases

from kg.analysis.metrics.hits import DENSE, hits
from kg.graph.citation_graph import CitationGraph
from kg.model import Outcome

TIED = [("w0", "w1"), ("w0", "w4"), ("w1", "w0"), ("w1", "w2"), ("w1", "w3"), ("w2", "w0"), ("w3", "w1"), ("w4", "w1")]


@given(cases())
@example(Case([f"w{k}" for k in range(5)], TIED, {}, {}, {f"w{k}": Outcome.COMPLETE for k in range(5)}))
def test_equals_the_iteration(case: Case):
    """Authorities are what the iteration from equal hubs ends at, ties of eigenvalues included."""
    expected = authorities(case)
    scores = hits(case.graph())
    if expected is None:
        assert set(scores.table["reason"]) == {"this graph has no citations"}
    else:
        assert {w: scores[w] for w in case.works} == pytest.approx(expected, abs=1e-7)


@pytest.mark.long
def test_a_large_graph_agrees_with_networkx():
    """Beyond the dense size hubs and authorities are those of networkx, and the error stated is small."""
    random = np.random.default_rng(2)
    n = 3 * DENSE
    g = nx.DiGraph((int(a), int(a * random.random() ** 2)) for a in random.integers(1, n, 6 * n))
    g.remove_edges_from(nx.selfloop_edges(g))
    scores = hits(CitationGraph.from_networkx(g))
    hubs, expected = nx.hits(g, tol=1e-15, max_iter=10_000)
    assert {str(v): scores[str(v)] for v in g} == pytest.approx({str(v): x for v, x in expected.items()}, abs=1e-9)
    assert {v: scores.table.at[str(v), "hub"] for v in g} == pytest.approx(hubs, abs=1e-9)
    (residual,) = [note for note in scores.notes if "||A^T A" in note]
    assert float(residual.rstrip(".").rsplit(" ", 1)[1]) < 1e-10
