"""The wake against hand-made numbers and one naive search per work."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import G5, Case, cases, followed_citers, wake_levels
from oracles import wake as naive

from kg.analysis.base.bit_search import Search
from kg.analysis.metrics.wake import wake
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph


def test_one_citer_carries_all():
    """A work cited once is nothing without that citer; a work never cited is null."""
    scores = wake(CitationGraph.from_edges([("B", "A"), ("C", "B")]), robust=True)
    assert scores["A"] == 0
    assert scores.table.loc["A", ["helper", "helped"]].tolist() == ["B", 1.0]
    assert math.isnan(scores["C"])
    assert scores.table.loc["C", "reason"] == "no later work in this graph cites it"


def test_a_helper_cites_by_a_citation_that_is_followed():
    """A work whose own citation is backward helps nobody, though others lead to it where only their year is known."""
    edges = [("B", "A"), ("G", "A"), ("C", "A"), ("C", "B"), ("C", "G"), ("D", "C"), ("E", "C"), ("F", "C")]
    years = {"B": 2000, "G": 2000, "D": 2001, "E": 2001, "F": 2001}
    graph = CitationGraph.from_edges(edges, years=years, dates={"A": "2000-06-15", "C": "2000-02-28"})
    assert wake(graph)["A"] == 2 + 0.5 + 3 * 0.25
    assert wake(graph, robust=True).table.loc["A", ["value", "helper"]].tolist() == [1 + 0.5 + 3 * 0.25, "B"]


@given(cases(works=10), st.sampled_from([0.5, 0.9, 1.0]))
def test_equals_naive_searches(case: Case, a):
    """W, the works reached, and W without the strongest helper equal one search each."""
    graph = case.graph()
    scores, robust = wake(graph, a=a), wake(graph, a=a, robust=True)
    for work in case.works:
        levels = wake_levels(case, work)
        if not levels:
            assert math.isnan(scores[work])
            continue
        assert scores[work] == pytest.approx(naive(case, work, a))
        assert scores.table.loc[work, "n"] == sum(levels)
        left = {c: naive(case, work, a, without=c) for c in followed_citers(case)[work]}
        assert robust[work] == pytest.approx(min(left.values()))
        assert left[robust.table.loc[work, "helper"]] == pytest.approx(min(left.values()))


def test_citers_are_bounded_in_blocks(monkeypatch: pytest.MonkeyPatch):
    """Looked at a few ways of two links at a time, the strongest helpers are the same."""
    rng = np.random.default_rng(5)
    edges = [(f"w{a}", f"w{b}") for a in range(1, 200) for b in rng.integers(0, a, 4)]
    graph = CitationGraph.from_edges(edges, works=["alone"])
    whole = wake(graph, robust=True).table
    for ways in (1, 100):
        monkeypatch.setattr("kg.analysis.metrics._wake_helper.WAYS", ways)
        assert wake(graph, robust=True).table.equals(whole)


def test_more_works_than_one_pass_holds():
    """Passes of 512 searches join up: in a chain every work has the wake of its distance from the end."""
    graph = CitationGraph.from_edges([(f"{k + 1}", f"{k}") for k in range(1300)])
    scores = wake(graph)
    for k in (0, 511, 512, 788, 1295):
        assert scores[str(k)] == pytest.approx(2 - 0.5 ** (1299 - k))
        assert scores.table.loc[str(k), "n"] == 1300 - k


@pytest.mark.parametrize("a", [0.0, 1.5, -1])
def test_a_discount_without_meaning_is_refused(a):
    """The discount lies in (0, 1]."""
    with pytest.raises(InputError):
        wake(CitationGraph.from_edges(G5), a=a)


@pytest.mark.long
@given(cases(works=10), st.sampled_from([0.5, 0.9]), st.booleans())
def test_compiled_searches_count_the_same(case: Case, a, apart: bool):
    """The compiled searches give W and the works reached of the plain ones, with or without a work taken out."""
    graph = case.graph()
    plain, compiled = (Search(graph, fast=fast) for fast in (False, True))
    starts = np.flatnonzero(plain.citers > 0)
    without = starts[::-1].copy() if apart else np.full(len(starts), -1)
    without[without == starts] = -1
    for one, other in zip(plain.wakes(starts, without, a), compiled.wakes(starts, without, a), strict=True):
        assert one.tolist() == other.tolist()


@pytest.mark.long
def test_compiled_searches_go_as_far_as_a_chain():
    """More works than one pass holds and more distances than the table of counts begins with."""
    graph = CitationGraph.from_edges([(f"{k + 1}", f"{k}") for k in range(1300)])
    search = Search(graph, fast=True)
    starts = np.flatnonzero(search.citers > 0)
    total, reached = search.wakes(starts, np.full(len(starts), -1), 0.5)
    assert sorted(reached.tolist()) == list(range(1, 1301))
    assert total.max() == pytest.approx(2)
