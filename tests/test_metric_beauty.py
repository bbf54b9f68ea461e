"""Histories, beauty and awakening: published formulas on small histories, the guards, and a naive twin."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import Case, cases
from oracles import beauty as naive
from oracles import history as naive_history

from kg.analysis.base.history import history, last_full_year
from kg.analysis.base.sleep import sleep
from kg.analysis.metrics.awakening_year import awakening_year
from kg.analysis.metrics.beauty import beauty
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph
from kg.model import Outcome
from kg.plugins import load


def cited(counts: list[int], *, first: int = 1990, known: bool = True, after: int = 1) -> CitationGraph:
    """Work "w" with this yearly history; the graph goes on for `after` years."""
    citing = [(f"c{t}-{k}", first + t) for t, c in enumerate(counts) for k in range(c)]
    years = {"w": first} | dict(citing) | {f"x{t}": first + t for t in range(len(counts) + after)}
    outcomes = dict.fromkeys(years, Outcome.EMPTY)
    if citing:
        outcomes |= {id_: Outcome.COMPLETE if known else Outcome.PARTIAL for id_, _ in citing}
    return CitationGraph.from_edges([(id_, "w") for id_, _ in citing], years=years, outcomes=outcomes)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=20))
def test_sleep_equals_the_formulas(counts):
    """Whole-number arithmetic gives the same B, peak and awakening as fractions."""
    value, peak, awakening = naive(counts)
    found = sleep(counts)
    assert (found.peak, found.awakening) == (peak, awakening)
    assert found.beauty == pytest.approx(float(value))


@given(st.integers(0, 9), st.integers(0, 9), st.integers(1, 12))
def test_straight_histories_have_no_beauty(start, step, years):
    """A constant or evenly rising history gives B = 0 and no awakening."""
    found = sleep([start + step * t for t in range(years)])
    assert found.beauty == pytest.approx(0)
    assert found.awakening is None


@given(cases(), st.one_of(st.none(), st.integers(2001, 2010)))
def test_history_equals_counting(case: Case, last):
    """A history counts each dated citer once, from the work's year on, and tells what it left out."""
    graph = case.graph()
    end = last_full_year(graph) if last is None else last
    for work in case.works:
        past = history(graph, graph.number(work), last_year=last)
        if case.year(work) is None:
            assert past is None
            continue
        assert past.counts.tolist() == naive_history(case, work, end)
        years = [case.year(c) for c in case.citers()[work]]
        assert past.undated == years.count(None)
        assert past.earlier == sum(y is not None and y < case.year(work) for y in years)
        assert past.counts.sum() + past.undated + past.earlier + past.beyond == len(years)


def test_last_full_year():
    """Dates before December show the last year to be partial; years alone do not."""

    def last(**dates):
        return last_full_year(CitationGraph.from_edges([], years={"y": 1999}, dates=dates, works=["u"]))

    assert last() == 1999
    assert last(a="2003-05-01") == 2002
    assert last(a="2003-05-01", b="2003-12-02") == 2003
    assert last(a="1998-05-01") == 1999
    assert last_full_year(CitationGraph.from_edges([("b", "a")])) is None


def test_beauty_of_a_graph():
    """A work asleep ten years then cited twenty times has B = 90 and awoke in its ninth year."""
    graph = cited([0] * 10 + [20])
    row = beauty(graph).table.loc["w"]
    assert row["value"] == pytest.approx(90)
    assert (row["n"], row["coverage"], row["reason"], row["censored"]) == (20, 1.0, None, False)
    assert (row["peak_year"], row["awakening_year"]) == (2000, 1999)
    assert row["corrected"] == pytest.approx(90)
    assert awakening_year(graph)["w"] == 1999
    assert awakening_year(graph).ranked().index[0] == "w"


def test_few_citations_are_null():
    """Nine citations say nothing, ten are judged."""
    nine, ten = beauty(cited([0, 0, 9])).table.loc["w"], beauty(cited([0, 0, 10])).table.loc["w"]
    assert math.isnan(nine["value"])
    assert nine["reason"] == "only 9 citations by 1993 in this graph, 10 needed"
    assert ten["value"] == pytest.approx(5)


def test_a_peak_in_the_last_year_is_censored():
    """A work whose best year is the graph's last keeps its value with a warning."""
    row = beauty(cited([0, 0, 10], after=0)).table.loc["w"]
    assert row["value"] == pytest.approx(5)
    assert row["censored"]
    assert row["reason"].startswith("censored")


def test_unknown_lists_make_it_null():
    """Where under half of the lists are known in most years up to the peak, there is no value; in half, there is."""
    hidden = [(f"h{t}-{k}", 1990 + t) for t in range(3) for k in range(3)]
    citing = [(f"c{k}", 1993) for k in range(12)]
    years = {"w": 1990, "x": 1994} | dict(hidden) | dict(citing)
    outcomes = dict.fromkeys(years, Outcome.EMPTY) | {h: Outcome.FAILED for h, _ in hidden}
    outcomes |= {c: Outcome.COMPLETE for c, _ in citing}
    graph = CitationGraph.from_edges([(c, "w") for c, _ in citing], years=years, outcomes=outcomes)
    for scores in (beauty(graph), awakening_year(graph)):
        assert math.isnan(scores["w"])
        assert "in 3 of the 4 years" in scores.table.loc["w", "reason"]
    outcomes |= {h: Outcome.EMPTY for h, year in hidden if year == 1991}
    graph = CitationGraph.from_edges([(c, "w") for c, _ in citing], years=years, outcomes=outcomes)
    assert beauty(graph)["w"] == pytest.approx(12)


def test_correction_for_coverage_and_later_peaks():
    """B on citations over coverage stands beside; years as high as the peak are listed with B to the last."""
    graph = cited([0, 0, 5, 0, 5, 0])
    row = beauty(graph).table.loc["w"]
    assert row["other_peaks"] == (1994,)
    assert row["value"] == pytest.approx(float(naive([0, 0, 5])[0]))
    assert row["at_last_peak"] == pytest.approx(1.25 - 2.5 / 5 + 3.75)
    years = {"w": 1990, "h": 1992, "x": 1993} | {f"c{k}": 1992 for k in range(10)}
    known = dict.fromkeys(years, Outcome.COMPLETE) | {"h": Outcome.UNKNOWN}
    graph = CitationGraph.from_edges([(f"c{k}", "w") for k in range(10)], years=years, outcomes=known)
    assert beauty(graph)["w"] == pytest.approx(5)
    assert beauty(graph).table.loc["w", "corrected"] == pytest.approx(5 * 11 / 10)


def test_works_that_never_slept_have_no_awakening():
    """A work cited most in its first year has B = 0 and no awakening, with the reason."""
    scores = awakening_year(cited([12, 3, 1]))
    assert math.isnan(scores["w"])
    assert scores.table.loc["w", "reason"].startswith("it never slept")
    assert scores.table.loc["w", "beauty"] == 0


@pytest.mark.parametrize("metric", ["beauty", "beauty_cp", "latency", "dormancy", "impact_sequence", "burst"])
def test_a_history_cannot_end_after_all_works(metric: str):
    """Years of which nothing is held would count as years without citations."""
    graph = CitationGraph.from_edges([("c", "w")], years={"w": 1990, "c": 1995})
    load("metric", metric)(graph, last_year=1995)
    with pytest.raises(InputError, match="no work is of later than 1995"):
        load("metric", metric)(graph, last_year=1996)


def test_last_year_is_an_option():
    """Ending the history earlier leaves later citations out."""
    graph = cited([0, 10, 20])
    assert beauty(graph, last_year=1991).table.loc["w", "n"] == 10
    assert beauty(graph).table.loc["w", "n"] == 30
