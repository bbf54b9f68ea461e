"""Betweenness against networkx, and the error of its samples."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import Case, cases

from kg.analysis.metrics.betweenness import betweenness, dependencies
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph


@given(cases())
def test_equals_networkx(case: Case):
    """Every work as a start gives networkx's numbers on any graph."""
    g = nx.DiGraph((a, b) for a, b in case.edges if a != b)
    g.add_nodes_from(case.works)
    peer = nx.betweenness_centrality(g, normalized=False)
    scores = betweenness(case.graph())
    assert {w: scores[w] for w in case.works} == pytest.approx(peer, abs=1e-9)


@pytest.mark.long
@given(cases(), st.integers(1, 8))
def test_the_compiled_search_sums_the_same(case: Case, count):
    """From any starts, on any graph."""
    graph = case.graph()
    starts = np.arange(len(graph))[:count]
    plain, compiled = (dependencies(graph, fast=fast)(starts) for fast in (False, True))
    assert compiled == pytest.approx(plain, abs=1e-12)


def test_a_sample_is_seeded_scaled_and_tells_its_error():
    """A sample repeats with its seed, lies near the truth, and its interval holds the truth for most works."""
    g = nx.gnp_random_graph(400, 0.01, seed=5, directed=True)
    graph = CitationGraph.from_networkx(g)
    truth = betweenness(graph, sample=0).table["value"]
    sampled = betweenness(graph, sample=160, seed=1)
    assert sampled.table["value"].equals(betweenness(graph, sample=160, seed=1).table["value"])
    assert not sampled.table["value"].equals(betweenness(graph, sample=160, seed=2).table["value"])
    assert sampled.table["value"].sum() == pytest.approx(truth.sum(), rel=0.1)
    held = (sampled.table["low"] <= truth) & ~(sampled.table["high"] < truth)
    assert held.mean() > 0.85
    assert any("a sample of 160 of 400 works (seed 1)" in note for note in sampled.notes)


def test_a_work_no_sampled_chain_meets_has_no_upper_bound():
    """Value 0 from a sample is a bound only for works that cannot lie between others."""
    chains = [(f"{k}c", f"{k}b") for k in range(200)] + [(f"{k}b", f"{k}a") for k in range(200)]
    table = betweenness(CitationGraph.from_edges(chains), sample=32).table
    unseen = (table["value"] == 0) & table.index.str.endswith("b")
    assert unseen.any()
    assert table.loc[unseen, "high"].isna().all()
    assert (table.loc[table.index.str.endswith("a"), "high"] == 0).all()


def test_a_sample_too_small_for_an_error_is_refused():
    """Below two starts a batch no error can be told."""
    with pytest.raises(InputError):
        betweenness(CitationGraph.from_edges([("B", "A")]), sample=5)
