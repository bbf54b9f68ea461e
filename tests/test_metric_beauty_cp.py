"""Cumulative beauty, latency, dormancy and impact sequences: published rules on small histories, and naive twins."""

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import Case, cases
from oracles import history as naive_history
from test_metric_beauty import cited

from kg.analysis.base.history import last_full_year
from kg.analysis.base.late_citations import FEW, MANY, chance
from kg.analysis.base.silence import silences
from kg.analysis.metrics.beauty_cp import beauty_cp
from kg.analysis.metrics.dormancy import dormancy
from kg.analysis.metrics.impact_sequence import impact_sequence, signs
from kg.analysis.metrics.latency import latency
from kg.analysis.metrics.revival_year import revival_year
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph
from kg.model import Outcome


def by_definition(counts: list[int]) -> Fraction:
    """B_cp from its sum, in fractions."""
    n, total = len(counts) - 1, sum(counts)
    share = [Fraction(sum(counts[: t + 1]), total) for t in range(n + 1)]
    return sum((share[n] - share[0]) * t / n + share[0] - share[t] for t in range(n + 1))


@given(
    st.lists(st.integers(0, 3), min_size=2, max_size=5).filter(lambda c: 1 <= sum(c) <= 4),
    st.lists(st.integers(1, 5), min_size=5, max_size=5),
)
def test_chance_equals_counting_all_draws(counts, volume):
    """P is the share of all ways to throw the citations that give as high a value."""
    volume = volume[: len(counts)]
    value, size, hit = by_definition(counts), sum(counts), Fraction(0)
    for draw in product(range(len(counts)), repeat=size):
        if by_definition([draw.count(t) for t in range(len(counts))]) >= value:
            hit += math.prod(Fraction(volume[t], sum(volume)) for t in draw)
    assert chance(counts, np.array(volume, float)) == pytest.approx(float(hit))


def test_little_and_much_cited_works_are_null():
    """Under 3 and over 50 citations, and histories of one year, say nothing; a citation in the first year is flagged."""
    assert "fewer than 3" in beauty_cp(cited([0, 2])).table.at["w", "reason"]
    assert "more than 50" in beauty_cp(cited([0, 51])).table.at["w", "reason"]
    assert "only one year" in beauty_cp(cited([4], after=0)).table.at["w", "reason"]
    assert beauty_cp(cited([1, 2])).table.at["w", "p0"]


@given(cases())
def test_any_graph_is_measured_as_defined(case: Case):
    """Every work of any graph has the B_cp and latency of its counted history, or a reason."""
    graph = case.graph()
    last = last_full_year(graph)
    found, waited = beauty_cp(graph), latency(graph)
    for work in case.works:
        year = case.year(work)
        past = naive_history(case, work, last) if year is not None and year <= last else []
        if FEW <= sum(past) <= MANY and len(past) > 1:
            assert found[work] == pytest.approx(float(by_definition(past)))
        else:
            assert found.table.at[work, "reason"]
        first = next((t for t, c in enumerate(past) if c), None)
        assert waited[work] == first if first is not None else math.isnan(waited[work])


def test_exact_signs_are_poisson():
    """With a level, + and - are one-sided Poisson tests: 0 of 5 due is rare at 1 %, 1 of 5 is not."""
    table = [[0, 10], [10, 0]]
    assert signs(table, exact=0.01) == ["-0", "0-"]
    assert signs([[1, 9], [9, 1]], exact=0.01) == ["00", "00"]
    with pytest.raises(InputError):
        impact_sequence(cited([1, 2]), exact=0)


def test_years_with_little_due_are_judged_once():
    """Years in which under one citation is due are judged with those that follow, and one of them has the sign."""
    assert signs([[0, 0, 0, 9], [9, 9, 9, 0]])[0][:3] == "---"
    assert signs([[0, 1], [0, 1]]) == ["00", "00"]
    assert signs([[0, 0, 9, 0], [0, 0, 0, 9]]) == ["00+-", "00-+"]


@given(st.lists(st.lists(st.integers(0, 6), min_size=5, max_size=5), min_size=1, max_size=5))
def test_signs_are_those_of_exact_fractions(table):
    """Span by span in fractions: O - E against the root of E, and the sign where the two differ most."""
    total = max(sum(map(sum, table)), 1)
    for row, found in zip(table, signs(table), strict=True):
        due = [Fraction(sum(row) * sum(column), total) for column in zip(*table, strict=True)]
        spans, at = [[]], 0
        for year in range(5):
            spans[-1].append(year)
            if sum(due[t] for t in spans[-1]) >= 1:
                spans.append([])
        rest = spans.pop()
        spans = [*spans[:-1], spans[-1] + rest] if spans else [rest]
        expected = ["0"] * 5
        for span in spans:
            off, size = sum(row[t] - due[t] for t in span), sum(due[t] for t in span)
            if off * off > size:
                way = 1 if off > 0 else -1
                at = max(span, key=lambda t: (way * (row[t] - due[t]), -t))
                expected[at] = "+" if off > 0 else "-"
        assert found == "".join(expected)


def test_sleeps_are_latency_and_low_runs():
    """Five years before the first citation and five at the low level after it are silences; four are not."""
    high = np.array([0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0], bool)
    assert silences(high, 5) == [(0, 5), (12, 17)]
    assert silences(high, 4) == [(12, 17)]


def test_a_work_that_came_back():
    """Cited at once, still for twelve years, then in a burst: dormancy, its years and the revival are found."""
    peer = [20] * 20
    graph = cited([0, 6, *[0] * 12, 15, 15, 0, 0, 0, 0])
    citing = [("p" + str(t) + "." + str(k), 1990 + t) for t, c in enumerate(peer) for k in range(c)]
    edges = [*graph.citations.itertuples(index=False, name=None), *((id_, "peer") for id_, _ in citing)]
    years = dict(zip(graph.ids, graph.years.tolist(), strict=True)) | dict(citing) | {"peer": 1990}
    graph = CitationGraph.from_edges(edges, years=years, closed=True)
    lay = dormancy(graph).table.loc["w"]
    assert (lay["value"], lay["from_year"], lay["to_year"], lay["running"]) == (12, 1992, 2003, False)
    assert revival_year(graph)["w"] == 2004
    assert revival_year(graph).table.at["w", "slept"] == 12
    assert math.isnan(revival_year(graph)["peer"])
    unobserved = CitationGraph.from_edges(
        [*edges, ("q", "w")], years=years | {f"u{k}": 1992 + k % 12 for k in range(600)} | {"q": 2010}
    )
    unheard = dormancy(unobserved).table.loc["w"]
    assert "under half of the reference lists" in unheard["reason"]
    assert math.isnan(unheard["from_year"])
    assert not unheard["running"]


def test_latency_has_bounds():
    """A first citation held late may have one before it where lists are not known; where all are it is exact."""
    known = latency(CitationGraph.from_edges([("B", "A")], years={"A": 1, "B": 5, "C": 3}, closed=True)).table.loc["A"]
    assert (known["low"], known["value"], known["high"]) == (4, 4, 4)
    part = latency(CitationGraph.from_edges([("B", "A")], years={"A": 1, "B": 5, "C": 3})).table.loc["A"]
    assert (part["low"], part["value"], part["high"]) == (0, 4, 4)
    edges, years = [("B", "A"), ("D", "A")], {"A": 1, "B": 5, "C": 3}
    cited_undated = latency(CitationGraph.from_edges(edges, years=years, closed=True)).table.loc["A"]
    assert (cited_undated["low"], cited_undated["high"]) == (0, 4)  # D may be of any year
    outcomes = {"A": Outcome.EMPTY, "B": Outcome.COMPLETE, "C": Outcome.EMPTY, "D": Outcome.UNKNOWN}
    unread = CitationGraph.from_edges([("B", "A")], years=years, outcomes=outcomes, works=["D"])
    assert latency(unread).table.loc["A", "low"] == 0  # the list of D, of any year, may hold A


@pytest.mark.parametrize(("known", "value"), [(5, 1.0), (4, None)])
def test_no_sleeping_beauty_is_seen_in_years_whose_lists_are_unknown(known: int, value: float | None):
    """Ten lists a year of which half are known; of fewer no one can say who slept, and the signs stand without a verdict."""
    edges = [(f"{1990 + t}-{j}", "peer") for t in (0, 1, 2) for j in range(10)]
    edges += [(f"1995-{j}", "old") for j in range(10)]
    years = {"old": 1989, "peer": 1989} | {f"{1990 + t}-{j}": 1990 + t for t in range(6) for j in range(10)}
    read = {f"{1990 + t}-{j}": Outcome.COMPLETE if j < known else Outcome.PARTIAL for t in range(6) for j in range(10)}
    row = impact_sequence(CitationGraph.from_edges(edges, years=years, outcomes=read, works=years)).table.loc["old"]
    assert row["sequence"] == "0---00+"
    assert (row["value"] if value else None, row["sleeping"]) == (value, value and True)
    assert value or "under half of the reference lists" in row["reason"]
