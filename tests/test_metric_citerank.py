"""CiteRank against worked fractions and readers followed step by step."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from influence_oracles import citerank as naive
from oracles import G5, Case, cases

from kg.analysis.metrics.citerank import ages, citerank
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph


def test_ages_are_by_day_where_days_are_held():
    """A day counts from the newest day, a bare year from the newest year."""
    graph = CitationGraph.from_edges([], dates={"a": "2000-01-01", "b": "2001-12-31"}, years={"c": 2000}, works=["x"])
    age = dict(zip(graph.ids, ages(graph).tolist(), strict=True))
    assert (age["a"], age["b"], age["c"]) == (730 / 365.25, 0, 1)
    assert math.isnan(age["x"])


@given(cases(), st.sampled_from([0.2, 0.48, 1.0]), st.sampled_from([0.7, 1.0, 5.0]))
def test_equals_following_readers(case: Case, a, tau):
    """On any graph, cycles included, the solution is the sum over steps; readers who start sum to 1."""
    graph = case.graph()
    weight = {w: math.exp(-x / tau) for w, x in zip(graph.ids, ages(graph).tolist(), strict=True) if not math.isnan(x)}
    start = {w: x / sum(weight.values()) for w, x in weight.items()}
    expected = naive(case, start, a)
    scores = citerank(graph, a=a, tau=tau)
    for w in case.works:
        if case.year(w) is None:
            assert scores.table.loc[w, "reason"] == "no year"
        else:
            assert scores[w] == pytest.approx(expected[w], abs=1e-12)


@pytest.mark.parametrize("options", [{"a": 0.0}, {"a": 1.5}, {"tau": 0.0}])
def test_options_without_meaning_are_refused(options):
    """Readers who never stop, or a time of zero, are bad input."""
    with pytest.raises(InputError):
        citerank(CitationGraph.from_edges(G5), **options)
