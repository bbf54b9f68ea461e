"""Co-citation and coupling against looking at every pair, in batches of any size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from influence_oracles import together
from oracles import Case, cases

from kg.analysis.co_citation import co_citation, coupling, ranks, top_pairs
from kg.errors import InputError, NothingFound
from kg.graph.citation_graph import CitationGraph


@pytest.mark.parametrize("metric", [co_citation, coupling])
@given(case=cases(works=9), top=st.integers(1, 9))
def test_equals_looking_at_every_pair(metric, case: Case, top):
    """Each work's best `top` by count, then by id."""
    table = metric(case.graph(), top=top).table
    counts = together(case, metric.__name__)
    lists = case.citers() if metric is co_citation else case.references()
    for work in case.works:
        best = sorted((-n, b) for (a, b), n in counts.items() if a == work)[:top]
        rows = table[table["work"] == work]
        assert list(zip(-rows["count"], rows["other"], strict=True)) == best
        assert [len(lists[work] | lists[other]) for other in rows["other"]] == rows["both"].tolist()


@given(cases(works=9), st.integers(1, 9))
def test_batches_change_nothing(case: Case, batch):
    """However few pairs are looked at in one go, the answer is the same."""
    graph = case.graph()
    rows = graph.citers, graph.references, np.arange(len(graph)), ranks(graph.ids)
    for one, other in zip(top_pairs(*rows, 3), top_pairs(*rows, 3, batch=batch), strict=True):
        assert one.tolist() == other.tolist()


def test_works_are_answered_in_the_order_asked():
    """Some works asked about by id come in that order; an unknown one is not found."""
    graph = CitationGraph.from_edges([("x", "a"), ("x", "b"), ("x", "c")])
    assert co_citation(graph, works=["c", "a"], top=1).table.to_numpy()[:, :2].tolist() == [["c", "a"], ["a", "b"]]
    with pytest.raises(NothingFound):
        coupling(graph, works=["z"])
    with pytest.raises(InputError):
        coupling(graph, top=0)
