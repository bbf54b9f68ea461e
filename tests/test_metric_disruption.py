"""Disruption against the eleven patents, brute force over every pair of works, and hard bounds."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import Case, cases
from oracles import disruption as naive

from kg.analysis.metrics.disruption import _parse_window, _tally, disruption
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph
from kg.model import Outcome

YEARS = [1992, 1992, 1993, 1993, 1995, 1997, 1998, 1999, 1999, 1998, 1997]
PATENTS = CitationGraph.from_edges(
    [
        *[("4Z", "2Z"), ("4Z", "0Z"), ("4Z", "1Z"), ("4Z", "3Z"), ("5Z", "2Z"), ("6Z", "2Z"), ("6Z", "4Z")],
        *[("7Z", "4Z"), ("8Z", "4Z"), ("9Z", "4Z"), ("9Z", "1Z"), ("9Z", "3Z"), ("10Z", "4Z")],
    ],
    dates={f"{k}Z": f"{year}-01-01" for k, year in enumerate(YEARS)},
)


@pytest.mark.parametrize(
    ("options", "value"), [({"window": None}, 1 / 6), ({"variant": "mcd"}, 5 / 6), ({"window": "3y"}, -1 / 4)]
)
def test_eleven_patents_by_option(options, value):
    """Windows end on their day; variants count as defined."""
    assert disruption(PATENTS, **options)["4Z"] == pytest.approx(value)


@pytest.mark.parametrize("window", ["5y", "3y", None])
@pytest.mark.parametrize("nok", [False, True])
@given(case=cases(), min_shared=st.integers(1, 3))
def test_equals_brute_force(window, nok, case: Case, min_shared):
    """Every value equals a look at every other work, with days, years and neither mixed."""
    scores = disruption(case.graph(), window=window, variant="nok" if nok else None, min_shared=min_shared)
    for work in case.works:
        expected = naive(case, work, int(window[0]) if window else None, min_shared, nok)
        value = scores[work]
        assert math.isnan(value) if expected is None else value == pytest.approx(float(expected))
        assert (scores.table.loc[work, "reason"] is None) == (expected is not None)


@pytest.mark.long
@given(case=cases(), window=st.sampled_from(["5y", "3y", "1000d", None]), min_shared=st.integers(1, 3))
def test_the_compiled_loop_counts_the_same(case: Case, window, min_shared):
    """Every count, those for the bounds included, is that of the plain loop, on any number of threads."""
    graph, span = case.graph(), _parse_window(window)
    plain = _tally(graph, span, min_shared, fast=False)
    for threads in (1, 3):
        compiled = _tally(graph, span, min_shared, fast=True, threads=threads)
        for name, one, other in zip(plain._fields, plain, compiled, strict=True):
            assert one.tolist() == other.tolist(), name


@pytest.mark.parametrize("nok", [False, True])
@given(case=cases(undated=False), min_shared=st.integers(1, 2), data=st.data())
def test_no_completion_leaves_the_bounds(nok, case: Case, min_shared, data):
    """Whatever the works with unknown lists turn out to cite, CD stays between low and high."""
    table = disruption(case.graph(), window="5y", variant="nok" if nok else None, min_shared=min_shared).table
    unknown = [w for w in case.works if not case.known(w)]
    pair = st.tuples(st.sampled_from(unknown), st.sampled_from(case.works)) if unknown else st.nothing()
    more = data.draw(st.lists(pair, max_size=12)) if unknown else []
    full = case._replace(edges=case.edges + more)
    for work in case.works:
        truth = naive(full, work, 5, min_shared, nok) if case.known(work) else None
        row = table.loc[work]
        if truth is not None and not math.isnan(row["low"]):
            assert row["low"] - 1e-12 <= truth <= row["high"] + 1e-12


def test_bounds_for_lists_that_hold_nothing():
    """With U unheld lists in the window the bounds are (n_i - n_j -+ U)/(n + U)."""
    years = {"r": 1990, "f": 1992, "a": 1994, "b": 1995, "u": 1996, "v": 1996, "late": 1999}
    graph = CitationGraph.from_edges([("f", "r"), ("a", "f"), ("b", "f"), ("b", "r")], years=years)
    row = disruption(graph).table.loc["f"]
    assert (row["value"], row["low"], row["high"]) == (0.0, -0.5, 0.5)
    assert (row["unknown"], row["coverage"]) == (2, 0.5)


def test_without_n_k_a_work_that_could_only_be_n_j_bounds_from_both_sides():
    """Nothing counts yet, and the one later work of a partly known list could only develop F: both bounds are -1."""
    graph = CitationGraph.from_edges(
        [("f", "r"), ("a", "r")],
        dates={"f": "2000-01-01", "a": "2001-01-01", "r": "2000-01-01"},
        outcomes={"f": Outcome.COMPLETE, "a": Outcome.PARTIAL, "r": Outcome.EMPTY},
    )
    row = disruption(graph, variant="nok").table.loc["f"]
    assert math.isnan(row["value"])
    assert (row["low"], row["high"]) == (-1.0, -1.0)


@given(case=cases(), data=st.data())
def test_losing_a_list_only_widens(case: Case, data):
    """Deleting a reference list makes CD null or its bounds wider, never sharper."""
    lost = data.draw(st.sampled_from(case.works))
    poorer = case._replace(
        edges=[(a, b) for a, b in case.edges if a != lost], outcomes=case.outcomes | {lost: Outcome.UNKNOWN}
    )
    before, after = disruption(case.graph()).table, disruption(poorer.graph()).table
    for work in case.works:
        if not math.isnan(after.loc[work, "low"]) and not math.isnan(before.loc[work, "low"]):
            assert after.loc[work, "low"] <= before.loc[work, "low"] + 1e-12
            assert after.loc[work, "high"] >= before.loc[work, "high"] - 1e-12
        if work == lost:
            assert math.isnan(after.loc[work, "value"])


def test_nulls_say_why():
    """Undated, without known or any references, or without a later work: null with that reason."""
    years = {"r": 1990, "none": 1991, "lost": 1991, "end": 1999}
    graph = CitationGraph.from_edges(
        [("undated", "r"), ("lost", "r"), ("end", "r")],
        years=years,
        outcomes=dict.fromkeys(["undated", "end"], Outcome.COMPLETE) | {"none": Outcome.EMPTY, "lost": Outcome.CAPPED},
    )
    reasons = disruption(graph).table["reason"]
    assert reasons["undated"] == "no year"
    assert reasons["lost"] == reasons["r"] == "its reference list is unknown"
    assert reasons["none"] == "no references in this graph"
    assert reasons["end"] == "no work published in the window cites it or its references"


def test_citers_of_the_same_date_are_dropped():
    """Citers dated like F or earlier are in no window and counted as dropped."""
    years = {"r": 1990, "f": 1992, "same": 1992, "before": 1991, "a": 1993}
    scores = disruption(CitationGraph.from_edges([("f", "r"), ("same", "f"), ("before", "f"), ("a", "f")], years=years))
    assert scores.table.loc["f", ["n", "dropped"]].tolist() == [1, 2]
    assert "2 citations by works of the same date, earlier or without a year: left out" in scores.notes


def test_leap_day_windows_end_on_the_last_of_february():
    """Five years from 29 February end on 28 February."""
    dates = {"r": "1999-01-01", "f": "2000-02-29", "in": "2005-02-28", "out": "2005-03-01"}
    graph = CitationGraph.from_edges([("f", "r"), ("in", "f"), ("out", "f")], dates=dates)
    assert disruption(graph).table.loc["f", "n_i"] == 1


@pytest.mark.parametrize(
    "options",
    [{"window": "5"}, {"window": "0y"}, {"window": "-3d"}, {"variant": "x"}, {"min_shared": 0}, {"threads": 0}],
)
def test_options_without_meaning_are_refused(options):
    """A window, variant or threshold that means nothing is bad input."""
    with pytest.raises(InputError):
        disruption(PATENTS, **options)


def test_isolated_works_change_no_value():
    """A work without citations moves no CD, though with an unknown list it widens bounds."""
    more = CitationGraph.from_edges(
        PATENTS.citations.itertuples(index=False, name=None),
        dates={f"{k}Z": f"{year}-01-01" for k, year in enumerate(YEARS)} | {"lone": "1996-01-01"},
    )
    one, other = disruption(PATENTS).table, disruption(more).table
    assert np.allclose(one["value"], other.loc[one.index, "value"], equal_nan=True)
    assert other.loc["4Z", ["low", "high"]].tolist() == pytest.approx([0, 2 / 7])
