"""Communities: planted groups come back, seeds decide, and the measures of firmness are those of their definitions."""

import json
import subprocess
import sys
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import Case, cases

from kg.analysis.communities import _overlap, _rand, communities
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph


def planted(groups: int = 4, size: int = 25) -> CitationGraph:
    """A generated graph of groups that cite mostly within."""
    random = np.random.default_rng(7)
    n = groups * size
    chance = np.where(np.equal.outer(np.arange(n) // size, np.arange(n) // size), 0.4, 0.01)
    citing, cited = np.nonzero(np.tril(random.random((n, n)) < chance, -1))
    return CitationGraph.from_edges([(f"{a:03}", f"{b:03}") for a, b in zip(citing, cited, strict=True)])


def test_planted_groups_come_back():
    """Four planted groups are found by every seed, and firmly."""
    found = communities(planted())
    groups = found.table["community"].groupby(found.table.index.astype(int) // 25).nunique()
    assert found.table["community"].nunique() == 4
    assert (groups == 1).all()
    assert found.stability == 1
    assert (found.table["stability"] == 1).all()


def test_modularity_is_that_of_networkx():
    """The modularity told is that of the division told."""
    graph = planted()
    found = communities(graph, seeds=1)
    g = graph.to_networkx().to_undirected()
    groups = [set(part.index) for _, part in found.table.groupby("community")]
    assert found.modularity == pytest.approx(nx.community.modularity(g, groups))


def test_equally_good_divisions_come_to_an_end():
    """Where moves change the division and never its modularity, igraph's own "until nothing changes" goes on for ever."""
    edges = [(0, 1), (0, 2), (0, 5), (0, 6), (1, 2), (1, 3), (2, 4), (2, 6), (3, 6), (4, 6), (5, 6)]
    code = f"""
from kg.analysis.communities import communities
from kg.graph.citation_graph import CitationGraph
found = communities(CitationGraph.from_edges([(f"w{{a}}", f"w{{b}}") for a, b in {edges}]))
print(found.table["community"].to_json())
print(found.modularity)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    labels, modularity = map(json.loads, done.stdout.splitlines())
    groups = [{int(w[1:]) for w in labels if labels[w] == k} for k in set(labels.values())]
    assert modularity == pytest.approx(nx.community.modularity(nx.Graph(edges), groups))


@given(cases())
def test_same_seed_same_division(case: Case):
    """A seed decides the division, whatever the order of rows; sizes fall with the number."""
    one = communities(case.graph(), seeds=2)
    other = communities(case._replace(edges=case.edges[::-1], works=case.works[::-1]).graph(), seeds=2)
    assert one.table["community"].to_dict() == other.table["community"].to_dict()
    sizes = one.table["community"].value_counts().sort_index().tolist()
    assert sizes == sorted(sizes, reverse=True)
    assert one.table["stability"].between(0, 1).all()


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=12))
def test_agreement_by_counting_pairs(labels):
    """The adjusted Rand index and the overlap equal their definitions over pairs and sets."""
    a, b = (np.array(x) for x in zip(*labels, strict=True))
    pairs = list(combinations(range(len(a)), 2))
    in_a, in_b = ([x[i] == x[j] for i, j in pairs] for x in (a, b))
    both, of_a, of_b = sum(map(all, zip(in_a, in_b, strict=True))), sum(in_a), sum(in_b)
    expected = of_a * of_b / len(pairs)
    most = (of_a + of_b) / 2
    assert _rand(a, b) == pytest.approx(1.0 if most == expected else (both - expected) / (most - expected))
    for i, share in enumerate(_overlap(a, b)):
        mine, theirs = set(np.flatnonzero(a == a[i])), set(np.flatnonzero(b == b[i]))
        assert share == pytest.approx(len(mine & theirs) / len(mine | theirs))


@pytest.mark.parametrize("options", [{"resolution": 0.0}, {"seeds": 0}])
def test_options_without_meaning_are_refused(options):
    """No resolution, no seed: bad input."""
    with pytest.raises(InputError):
        communities(CitationGraph.from_edges([("b", "a")]), **options)


def test_a_graph_without_citations_has_no_modularity():
    """Isolated works are each their own community; modularity has no meaning."""
    found = communities(CitationGraph.from_edges([], works=["a", "b"]))
    assert found.table["community"].tolist() == [0, 1]
    assert np.isnan(found.modularity)
    assert len(communities(CitationGraph.from_edges([])).table) == 0


def test_large_graphs_end_while_they_still_gain(monkeypatch: pytest.MonkeyPatch):
    """Above a number of citations iterations end early: a division nearly as good, and the same for the same seed."""
    random = np.random.default_rng(3)
    edges = [(f"{a}", f"{b}") for a in range(1, 600) for b in random.integers(0, a, 5)]
    graph, again = CitationGraph.from_edges(edges), CitationGraph.from_edges(edges)
    whole = communities(graph, seeds=1)
    monkeypatch.setattr("kg.analysis.communities.MANY", 10)
    monkeypatch.setattr("kg.analysis.communities.ENOUGH", 0.01)
    early = [communities(one, seeds=2) for one in (again, CitationGraph.from_edges(edges))]
    assert early[0].table.equals(early[1].table)
    assert whole.modularity - 0.03 < early[0].modularity < whole.modularity
