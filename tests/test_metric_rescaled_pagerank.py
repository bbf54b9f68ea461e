"""Rescaled PageRank against windows counted place by place."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from influence_oracles import rescaled as naive
from oracles import Case, cases

from kg.analysis.metrics.pagerank import pagerank
from kg.analysis.metrics.rescaled_pagerank import rescaled, rescaled_pagerank
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph


@given(cases(works=12), st.integers(2, 6))
def test_equals_windows_counted_place_by_place(case: Case, window):
    """Days, years and both mixed: each work stands among the works nearest in date, ties spread over their places."""
    graph = case.graph()
    scores = rescaled_pagerank(graph, window=window)
    plain = pagerank(graph, alpha=0.5)
    expected = naive(case, {w: plain[w] for w in case.works}, window)
    for w in case.works:
        assert scores[w] == pytest.approx(np.nan if expected[w] is None else expected[w], abs=1e-6, nan_ok=True)


def test_ties_are_averaged_over_their_orders():
    """Two works of one day in a window of two: each order leaves out one of them as often as the other."""
    dates = {"a": "2000-01-01", "b": "2000-02-01", "c": "2000-02-01", "d": "2000-03-01"}
    graph = CitationGraph.from_edges([], dates=dates)
    value = np.array([{"a": 1.0, "b": 2.0, "c": 4.0, "d": 8.0}[w] for w in graph.ids])
    found = dict(zip(graph.ids, rescaled(graph, value, 2), strict=True))
    # windows by place: (a, bc/2), (a, bc/2), (bc/2, bc/2), (bc/2, d); bc has mean 3 and mean square 10
    mean = {1: (1 + 3) / 2, 2: 3.0, 3: (3 + 8) / 2}
    std = {1: (11 / 2 - 4) ** 0.5, 2: 1.0, 3: (74 / 2 - 5.5**2) ** 0.5}
    assert found["a"] == pytest.approx((1 - mean[1]) / std[1])
    assert found["b"] == pytest.approx(((2 - mean[1]) / std[1] + (2 - mean[2]) / std[2]) / 2)
    assert found["c"] == pytest.approx(((4 - mean[1]) / std[1] + (4 - mean[2]) / std[2]) / 2)
    assert found["d"] == pytest.approx((8 - mean[3]) / std[3])


def test_windows_and_spread_that_are_missing_give_reasons():
    """Fewer works than a window, no spread, and under ten windows are distinguished."""
    graph = CitationGraph.from_edges([("b", "a"), ("c", "a")], years={"a": 1, "b": 2, "c": 3}, works=["x"])
    assert (
        rescaled_pagerank(graph).table.loc["a", "reason"]
        == "only 3 works have a year, fewer than one window (1,000 needed)"
    )
    assert rescaled_pagerank(graph).table.loc["x", "reason"] == "no year"
    small = rescaled_pagerank(graph, window=2).table.loc["a"]
    assert small["value"] > 0
    assert "too few to correct for age" in small["reason"]
    flat = CitationGraph.from_edges([], years={f"w{k}": k for k in range(30)})
    table = rescaled_pagerank(flat, window=3).table
    assert table["value"].isna().all()
    assert set(table["reason"]) == {"the works nearest in time all have the same PageRank"}


@given(st.lists(st.integers(1, 3), min_size=5, max_size=30), st.integers(2, 5), st.integers(1, 2**40))
def test_a_spread_is_that_of_fractions(values, window, first):
    """Beside a first value of any size: none exactly where all values of the window are equal, else that of fractions."""
    values = [first, *values]
    graph = CitationGraph.from_edges([], years={f"w{k:02}": 1900 + k for k in range(len(values))})
    found = rescaled(graph, np.array([values[int(w[1:])] / 3 for w in graph.ids]), window)
    for w, got in zip(graph.ids, found, strict=True):
        start = min(max(int(w[1:]) - window // 2, 0), len(values) - window)
        near = values[start : start + window]
        if len(set(near)) == 1:
            assert np.isnan(got)
        else:
            mean = Fraction(sum(near), window)
            spread = Fraction(sum(v * v for v in near), window) - mean * mean
            assert got == pytest.approx(float(values[int(w[1:])] - mean) / float(spread) ** 0.5, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("options", [{"window": 1}, {"alpha": 1.0}])
def test_options_without_meaning_are_refused(options):
    """A window of one work, or a damping of 1, is bad input."""
    with pytest.raises(InputError):
        rescaled_pagerank(CitationGraph.from_edges([("b", "a")]), **options)
