"""Persistent influence against worked fractions and every path followed by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from influence_oracles import persistent_influence as naive
from oracles import Case, cases

from kg.analysis.base.time_dag import time_dag
from kg.analysis.metrics.persistent_influence import influence, list_lengths, persistent_influence
from kg.graph.citation_graph import CitationGraph
from kg.model import Outcome


@given(cases(works=7), st.dictionaries(st.sampled_from([f"w{k}" for k in range(7)]), st.integers(0, 6)))
def test_equals_following_every_path(case: Case, reported):
    """Influence is what reaches a work when every work's share is followed down; all that was put in leaks in the end."""
    reported = {w: r for w, r in reported.items() if w in case.works}
    graph = CitationGraph.from_edges(
        case.edges, years=case.years, dates=case.dates, outcomes=case.outcomes, works=case.works,
        reported_references=reported,
    )  # fmt: skip
    expected, leaked = naive(case, reported)
    scores = persistent_influence(graph)
    assert {w: scores[w] for w in case.works} == pytest.approx({w: float(x) for w, x in expected.items()}, abs=1e-12)
    assert leaked == len(case.works)


@given(cases(works=7))
def test_low_is_what_stays_sure_when_cut_lists_grow(case: Case):
    """However long the lists turn out that are not known, the held citations are worth at least `low`."""
    graph = case.graph()
    scores = persistent_influence(graph).table
    dag = time_dag(graph)
    listed, is_open = list_lengths(graph, dag)
    longer = listed + 50 * is_open
    least = influence(dag, 1 / longer.clip(1) * (listed > 0))
    assert (scores["low"].to_numpy() <= least + 1e-12).all()
    assert (scores["low"] <= scores["value"] + 1e-12).all()


def test_a_partial_list_without_a_report_gives_no_sure_share():
    """What a cut list hands on may be next to nothing: the lower bound counts it as nothing."""
    graph = CitationGraph.from_edges([("b", "a")], outcomes={"b": Outcome.CAPPED})
    assert persistent_influence(graph).table.loc["a", ["value", "low"]].tolist() == [1, 0]
    told = CitationGraph.from_edges([("b", "a")], outcomes={"b": Outcome.CAPPED}, reported_references={"b": 4})
    assert persistent_influence(told).table.loc["a", ["value", "low"]].tolist() == [0.25, 0.25]
