"""The table of forgotten works: what is judged, what is not, and in which order."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import cases

from kg.analysis.base.cohort import cohort_percentiles, gap, pareto_layers, percentiles
from kg.analysis.forgotten.table import CLASSES, forgotten
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph
from kg.library.graph import Graph
from kg.model import Outcome

LAST = 2020


def literature() -> CitationGraph:
    """40 works of 1990 cited 12 times within five years; one asleep until 2010; one whose few citers all became roots."""
    edges, years = [], {}

    def cite(cited: str, year: int, times: int) -> list[str]:
        new = [f"{cited}<{year}.{k}" for k in range(times)]
        years.update(dict.fromkeys(new, year))
        edges.extend((citing, cited) for citing in new)
        return new

    for k in range(40):
        years[f"plain{k:02}"] = 1990
        for t in range(4):
            cite(f"plain{k:02}", 1991 + t, 3)
    years["asleep"] = years["root"] = 1990
    cite("asleep", 2010, 30)
    for year in (1991, 1992):
        for heir in cite("root", year, 5):
            cite(heir, 1995, 4)
    years["end"] = LAST
    return CitationGraph.from_edges(edges, years=years, closed=True)


def test_a_sleeper_and_a_hidden_ancestor_lead():
    """The work asleep for twenty years and the little cited root of much come first, each in its class with its story."""
    table = forgotten(literature())
    first = table.ranked.head(2)
    assert dict(first["class"]) == {"asleep": "sleeper", "root": "hidden ancestor"}
    assert (first["layer"] == 1).all()
    asleep = first.loc["asleep"]
    assert asleep["awakening_year"] == 2009
    assert "never cited in its first 19 years, awoke in 2009 and was cited 30 times in 2010" in asleep["reason"]
    assert [2010, 30] in asleep["history"]
    assert "only 10 works cite it, yet 50 later works build on it" in first.loc["root", "reason"]
    assert set(table.ranked["class"][2:]) == {None}


def test_what_cannot_be_judged_is_listed_apart():
    """Works with few citations are not ranked but listed, most cited first, with bounds, history and reason."""
    table = forgotten(literature())
    assert table.totals == {"works": 603, "ranked": 52, "insufficient": 551, "tested": 52, "sleepers": 1}
    held = table.insufficient["citations_held"]
    assert held.is_monotonic_decreasing
    row = table.insufficient.loc["end"]
    assert row["reason"] == "Cannot be ranked: no citations in this graph by 2020 (3 needed)."
    assert row["class"] is None
    assert math.isnan(row["beauty"])
    assert row["history"] == [[2020, 0]]


def test_unknown_lists_are_never_ranked():
    """Where most later lists are unknown nothing is ranked, whatever the counts."""
    known = literature()
    graph = CitationGraph.from_edges(
        known.citations.itertuples(index=False, name=None),
        years=dict(zip(known.ids, known.years.tolist(), strict=True)),
        outcomes=dict.fromkeys(known.ids, Outcome.PARTIAL),
    )
    table = forgotten(graph)
    assert len(table.ranked) == 0
    assert "only 0% of later reference lists are known" in table.insufficient.loc["asleep", "reason"]
    assert table.insufficient.loc["asleep", "wake"] == 30


def test_options_narrow_the_table():
    """Era, year of awakening, class and top each keep what they say."""
    graph = literature()
    assert set(forgotten(graph, era=(1991, 1992)).insufficient["year"]) == {1991, 1992}
    assert list(forgotten(graph, since=2000).ranked.index) == ["asleep"]
    assert set(forgotten(graph, since=2000).insufficient.index) == set()
    assert list(forgotten(graph, cls="hidden ancestor").ranked.index) == ["root"]
    short = forgotten(graph, top=3)
    assert (len(short.ranked), len(short.insufficient), short.totals["ranked"]) == (3, 3, 52)
    assert short.ranked.equals(forgotten(graph).ranked.head(3))


def test_some_works_keep_their_rank_among_all():
    """Only they are listed and counted; those that are not there change nothing."""
    graph, rank = literature(), ["rank", "rank_low", "rank_high", "layer"]
    few = forgotten(graph, only=["plain07", "root", "end", "nobody"])
    assert few.ids == ("root", "plain07", "end")
    assert few.totals == {"works": 3, "ranked": 2, "insufficient": 1, "tested": 2, "sleepers": 0}
    assert few.ranked[rank].equals(forgotten(graph).ranked.loc[["root", "plain07"], rank])


def test_words_find_the_works():
    """By title; the answer says what was searched for."""
    graph = Graph.from_edges([("B", "A")], years={"A": 1988, "B": 2002}, titles={"A": "An early work", "B": "Later"})
    found = graph.forgotten(search="early")
    assert found.found.ids == ("A",)
    assert found.said[0].startswith("1 work found by 'early'")
    assert found.as_dict()["options"]["search"] == "early"


@pytest.mark.parametrize("options", [{"cls": "dreamer"}, {"top": -1}])
def test_options_without_meaning_are_refused(options):
    """An unknown class or a negative length is bad input."""
    with pytest.raises(InputError):
        forgotten(literature(), **options)


def test_rows_are_plain_values():
    """Rows for JSON hold Python values, None for null and whole years."""
    rows = forgotten(literature(), top=1).rows()
    (row,) = rows["ranked"]
    assert type(row["year"]) is int
    assert type(row["rank_low"]) is int
    (open_row,) = rows["insufficient"]
    assert open_row["beauty"] is None
    assert open_row["awakening_year"] is None
    assert open_row["layer"] is None


@pytest.mark.long
@given(cases())
def test_any_graph_is_told_whole(case):
    """Every work of any graph is in one part of the table, with a reason."""
    table = forgotten(case.graph())
    assert sorted([*table.ranked.index, *table.insufficient.index]) == sorted(case.works)
    assert table.insufficient["reason"].str.startswith("Cannot be ranked: ").all()
    assert not table.insufficient["reason"].str.contains(": \\.").any()
    assert table.ranked["class"].isin([*CLASSES, None]).all()


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 2)), max_size=25))
def test_pareto_layers_equal_peeling(points):
    """Layers are what is left undominated, peeled off again and again."""
    expected = [0] * len(points)
    layer = 0
    while 0 in expected:
        layer += 1
        left = [k for k, x in enumerate(expected) if not x]
        for k in left:
            if not any(
                points[j] != points[k] and all(a >= b for a, b in zip(points[j], points[k], strict=True)) for j in left
            ):
                expected[k] = -layer
        expected = [abs(x) for x in expected]
    assert pareto_layers(np.array(points, float).reshape(-1, 3)).tolist() == expected


def test_many_rows_are_put_in_layers_block_by_block():
    """Among more rows than one block holds a row is one layer below the deepest of those that dominate it."""
    points = np.random.default_rng(0).integers(0, 40, (700, 3)).astype(float)
    layer = pareto_layers(points)
    for point, own in zip(points, layer, strict=True):
        above = (points >= point).all(axis=1) & (points > point).any(axis=1)
        assert own == 1 + layer[above].max(initial=0)


def test_cohorts_are_widened_to_thirty():
    """A work is compared with its own year if that has 30 works, else with as many years around as needed."""
    years = np.array([1990] * 40 + [1991] * 2 + [2000] * 5)
    values = np.concatenate((np.arange(40.0), [100, 101], np.arange(5.0)))
    found = cohort_percentiles(values, years)
    assert found[:40].tolist() == percentiles(np.arange(40.0)).tolist()
    assert found[40] == pytest.approx(40.5 / 42)
    assert found[42] == pytest.approx(1 / 47)


def test_gap_is_nothing_where_one_follows_from_the_other():
    """A value that only rises with the other leaves no gap; one above its like stands out."""
    given, years = np.repeat(np.arange(10), 4), np.full(40, 1990)
    assert gap(given * 2.0, given, years) == pytest.approx(np.zeros(40))
    values = given * 2.0
    values[0] = 30.0
    assert gap(values, given, years).argmax() == 0


def test_rows_carry_titles():
    """A row is known by its title as well as its id."""
    graph = CitationGraph.from_edges([("B", "A")], years={"A": 1988, "B": 2002}, titles={"A": "An early work"})
    assert forgotten(graph).insufficient["title"].to_dict() == {"A": "An early work", "B": ""}
