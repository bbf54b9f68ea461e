"""The result every metric of works returns, citations held and coverage."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from oracles import Case, cases

from kg.analysis.base.coverage import coverage_by_year, coverage_since
from kg.analysis.metrics.citations_held import citations_held
from kg.analysis.metrics.citations_rank import citations_rank
from kg.analysis.metrics.citations_reported import citations_reported
from kg.analysis.scores import Scores, plain
from kg.errors import NothingFound
from kg.graph.citation_graph import CitationGraph
from kg.model import Outcome


def test_ranked_puts_nulls_last_and_breaks_ties_by_id():
    """Rows fall by value, equal values follow their ids, nulls come last by id."""
    graph = CitationGraph.from_edges([], works=["d", "b", "c", "a", "e"])
    value = [{"a": 1.0, "b": 1.0, "c": 5.0}.get(id_, math.nan) for id_ in graph.ids]
    scores = Scores.of(graph, value, n=[0] * 5, coverage=None)
    assert list(scores.ranked().index) == ["c", "a", "b", "d", "e"]
    assert [row["value"] for row in scores.rows()] == [5.0, 1.0, 1.0, None, None]
    assert [row["id"] for row in scores.rows(top=2)] == ["c", "a"]


def test_scores_are_read_by_id():
    """A work's value is had by its id; another id is not found."""
    scores = citations_held(CitationGraph.from_edges([("B", "A")]))
    assert scores["A"] == 1
    with pytest.raises(NothingFound):
        scores["Z"]


def test_rows_of_whole_metrics_are_integers():
    """Counts are printed as whole numbers with null bounds and coverage where unknown."""
    (row, _) = citations_held(CitationGraph.from_edges([("B", "A")])).rows()
    assert row == {"id": "A", "value": 1, "low": 1, "high": None, "n": 1, "coverage": None, "reason": None}
    assert isinstance(row["value"], int)


@given(cases())
def test_citations_held_counts_distinct_citers(case: Case):
    """The value is the number of distinct other works citing, and is its own lower bound."""
    scores = citations_held(case.graph())
    for work, citers in case.citers().items():
        assert scores[work] == scores.table.loc[work, "low"] == len(citers)


@given(cases())
def test_citations_rank_is_the_mid_rank_among_all_dated_works_where_they_are_few(case: Case):
    """With fewer than 30 dated works the cohort is all of them, and it says so."""
    table = citations_rank(case.graph()).table
    held = {w: len(c) for w, c in case.citers().items() if case.year(w) is not None}
    for work, n in held.items():
        below, equal = (sum(f(m, n) for m in held.values()) for f in (lambda a, b: a < b, lambda a, b: a == b))
        assert table.loc[work, "value"] == pytest.approx((below + equal / 2) / len(held))
        assert table.loc[work, "reason"] == f"compared with only {len(held)} work{'s' * (len(held) != 1)}"
    assert table.loc[[w for w in case.works if w not in held], "value"].isna().all()


def test_citations_rank_compares_within_the_year_where_it_has_enough():
    """Forty works a year: a work with one citation leads its year, whatever other years have."""
    works = {f"{year}-{k:02}": year for year in (1990, 2000) for k in range(40)}
    edges = [("2000-00", "1990-00")] + [(f"2000-{k:02}", "2000-39") for k in range(39)]
    table = citations_rank(CitationGraph.from_edges(edges, years=works)).table
    assert table.loc["1990-00", ["value", "n", "years_apart"]].tolist() == [79 / 80, 40, 0]
    assert table.loc["2000-39", "value"] == 79 / 80


def test_reported_counts_stand_beside_held_ones():
    """What a source reports is its own number; null where it reports none."""
    table = citations_reported(CitationGraph.from_edges([("B", "A")], reported_citations={"A": 120})).table
    assert table.loc["A", ["value", "citations_held"]].tolist() == [120, 1]
    assert table.loc["B", "reason"] == "no source reports a count"


@given(cases())
def test_coverage_since_counts_known_lists_of_its_year_or_later(case: Case):
    """Coverage is the share of known lists among dated works not older than the work."""
    graph = case.graph()
    share = dict(zip(graph.ids, coverage_since(graph), strict=True))
    for work in case.works:
        if case.year(work) is None:
            assert math.isnan(share[work])
        else:
            later = [w for w in case.works if case.year(w) is not None and case.year(w) >= case.year(work)]
            assert share[work] == pytest.approx(sum(map(case.known, later)) / len(later))


def test_coverage_by_year():
    """A year without works has no coverage, rather than none of it."""
    graph = CitationGraph.from_edges(
        [], years={"a": 1990, "b": 1990, "c": 1992}, outcomes={"a": Outcome.EMPTY, "c": Outcome.CAPPED}
    )
    coverage = coverage_by_year(graph)
    shares = coverage.kappa(np.array([1985, 1990, 1991, 1992, 1999]))
    assert [None if math.isnan(s) else s for s in shares] == [None, 0.5, None, 0.0, None]
    assert coverage.between(1990, 1992) == pytest.approx(1 / 3)
    assert math.isnan(coverage.between(1993, 2000))


def test_lists_inside_a_table_are_plain_too():
    """A lift that is not defined inside the princes of a work becomes null, and numbers Python's own, at any depth."""
    value = [("a", np.int64(5), np.float64(0.01), float("nan")), ["b", [np.float64("inf")]]]
    assert json.loads(json.dumps(plain(value), allow_nan=False)) == [["a", 5, 0.01, None], ["b", [None]]]
