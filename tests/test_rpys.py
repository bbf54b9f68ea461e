"""Reference publication years against worked medians and counting by hand."""

from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import Case, cases

from kg.analysis.rpys import rpys
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph
from kg.model import Outcome


@given(cases(), st.sampled_from(["zero", "truncate"]))
def test_equals_counting_by_hand(case: Case, edge):
    """Distinct citations by the year of the cited work, and the median of the five years around."""
    cited = [case.year(b) for a, b in set(case.edges) if a != b and case.year(b) is not None]
    table = rpys(case.graph(), edge=edge).table
    assert list(table.index) == (list(range(min(cited), max(cited) + 1)) if cited else [])
    for year, row in table.iterrows():
        around = [y for y in range(year - 2, year + 3) if edge == "zero" or y in table.index]
        assert row["ncr"] == cited.count(year)
        assert row["median"] == median(cited.count(y) for y in around)
        assert row["deviation"] == row["ncr"] - row["median"]
        known = [w for w in case.works if case.known(w) and case.year(w) is not None and case.year(w) >= year]
        lists = [w for w in case.works if case.known(w) and case.year(w) is not None]
        made = sum(case.year(v) == year for w in lists for v in case.references()[w])
        assert row["per_list"] == (pytest.approx(made / len(known)) if known else pytest.approx(np.nan, nan_ok=True))
    assert table["flagged"].sum() == min(2, len(table))


def test_what_is_left_out_is_told():
    """Citations of undated works are in no year; known lists are told."""
    graph = CitationGraph.from_edges(
        [("b", "a"), ("b", "x")], years={"a": 1990, "b": 2000}, outcomes={"b": Outcome.CAPPED}
    )
    spectrum = rpys(graph)
    assert "1 citation of works without a year: left out" in spectrum.notes
    assert "0% of the reference lists are known" in spectrum.notes
    assert np.isnan(spectrum.table.loc[1990, "per_list"])


def test_an_edge_without_meaning_is_refused():
    """An unknown rule for the ends of the range is bad input."""
    with pytest.raises(InputError):
        rpys(CitationGraph.from_edges([]), edge="x")
