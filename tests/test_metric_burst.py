"""Bursts against worked histories and every sequence of levels."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from influence_oracles import burst_sequences
from oracles import Case, cases

from kg.analysis.base.burst_levels import burst_levels, references_made
from kg.analysis.metrics.burst import burst
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph
from kg.model import Outcome


@st.composite
def histories(draw):
    """Yearly references made, and two works' shares of them."""
    made = draw(st.lists(st.integers(0, 9), min_size=1, max_size=7))
    rows = [[draw(st.integers(0, d)) for d in made] for _ in range(2)]
    return rows, made


@example(
    history=([[0, 0], [0, 1]], [1, 2]), s=2.0, gamma=0.0
)  # both levels fit the second year alike, but for rounding
@given(histories(), st.sampled_from([1.5, 2.0, 3.0]), st.sampled_from([0.0, 0.3, 1.0]))
def test_no_sequence_of_levels_is_cheaper(history, s, gamma):
    """The levels chosen cost no more than any of the 2^years sequences, and tie to the low level at the end."""
    rows, made = history
    rows = [row for row in rows if sum(row)]
    if not rows:
        return
    levels = burst_levels(np.array(rows), np.array(made), s, gamma)
    for row, chosen in zip(rows, levels.high, strict=True):
        costs = burst_sequences(row, made, s, gamma)
        least = min(costs.values())
        assert costs[tuple(map(int, chosen))] == pytest.approx(least, abs=1e-9)
        clear = [q for q, cost in costs.items() if cost < least + 1e-9]
        if chosen[-1]:
            assert all(q[-1] for q in clear)


@given(cases())
def test_counts_only_known_lists(case: Case):
    """Citations counted never exceed the references made, and n is the number of citations by known lists in time."""
    graph = case.graph()
    table = burst(graph).table
    made = references_made(graph)
    last = max((case.year(w) for w in case.works if case.year(w) is not None), default=0)
    for w, citers in case.citers().items():
        year = case.year(w)
        if year is None:
            assert table.loc[w, "reason"] == "no year"
            continue
        timely = [c for c in citers if case.known(c) and case.year(c) is not None and case.year(c) >= year]
        if table["n"].sum() and not case.dates:
            assert table.loc[w, "n"] == len([c for c in timely if case.year(c) <= last])
        assert all(made[case.year(c)] > 0 for c in timely)


def test_unknown_lists_are_left_out_and_remarked():
    """Citations whose citing list is cut are no evidence of a share; a work cited by nothing else is null."""
    edges = [("b", "a"), ("c", "a")]
    years = {"a": 2000, "b": 2001, "c": 2002}
    graph = CitationGraph.from_edges(edges, years=years, outcomes=dict.fromkeys("bc", Outcome.CAPPED))
    scores = burst(graph)
    assert scores.table.loc["a", "reason"] == "no work with a known reference list cites it in its history"
    assert scores.remarks == ["2 citations are left out: their citing works have unknown reference lists."]


@pytest.mark.parametrize("options", [{"s": 1.0}, {"s": float("nan")}, {"gamma": -1.0}])
def test_options_without_meaning_are_refused(options):
    """A burst level not above the usual one, or a negative price, is bad input."""
    with pytest.raises(InputError):
        burst(CitationGraph.from_edges([("b", "a")]), **options)
