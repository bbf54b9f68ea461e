"""Persistent influence against worked fractions and every path followed by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from influence_oracles import persistent_influence as naive
from oracles import Case, cases

from kg.analysis.metrics.persistent_influence import persistent_influence
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


def test_a_missing_list_can_only_seem_to_leave_a_lower_bound():
    """A list found later closes a cycle of one year and takes away what was passed on in it: so there are no bounds."""
    years = dict.fromkeys("abc", 2000)
    part = CitationGraph.from_edges([("b", "a"), ("c", "b")], years=years, outcomes={"a": Outcome.UNKNOWN})
    whole = CitationGraph.from_edges([("b", "a"), ("c", "b"), ("a", "c")], years=years)
    assert (persistent_influence(part)["a"], persistent_influence(whole)["a"]) == (2, 0)
    assert persistent_influence(part).table[["low", "high"]].isna().all(axis=None)
    told = CitationGraph.from_edges([("b", "a")], outcomes={"b": Outcome.CAPPED}, reported_references={"b": 4})
    assert persistent_influence(told)["a"] == 0.25
