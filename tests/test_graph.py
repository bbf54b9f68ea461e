"""CitationGraph: arrays both ways, generations, subset and as-of, tables, networkx both ways."""

from collections import Counter

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.analysis.metrics.disruption import disruption
from kg.analysis.metrics.pagerank import pagerank
from kg.errors import InputError, NothingFound
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.once_per_graph import once_per_graph
from kg.model import Outcome

names = st.sampled_from("abcdefghij")
edge_lists = st.lists(st.tuples(names, names), max_size=40)
year_maps = st.dictionaries(names, st.one_of(st.none(), st.integers(1980, 1990)), max_size=10)


@given(edge_lists, year_maps)
def test_every_pair_is_held_once_both_ways_and_loops_apart(edges, years):
    """References and citers are the same distinct pairs; loops, duplicates and the table account for the rest."""
    graph = CitationGraph.from_edges(edges, years=years)
    ids = graph.ids
    forth = {(ids[i], ids[j]) for i in range(len(graph)) for j in graph.references.of(i)}
    back = {(ids[j], ids[i]) for i in range(len(graph)) for j in graph.citers.of(i)}
    assert forth == back == {(a, b) for a, b in edges if a != b}
    assert {ids[i] for i in graph.loops} == {a for a, b in edges if a == b}
    assert set(graph.citations.itertuples(index=False, name=None)) == set(edges)
    assert graph.duplicates == len(edges) - len(set(edges))
    assert graph.facts()["citations"] == len(graph.citations) == len(set(edges))


@given(edge_lists)
def test_citations_between_parts_go_down_a_generation(edges):
    """Numbers rise with generations, a part's members are neighbours of one generation, parts are those of networkx."""
    graph = CitationGraph.from_edges(edges)
    generation = np.repeat(np.arange(len(graph.generations) - 1), np.diff(graph.generations))
    for i in range(len(graph)):
        for j in graph.references.of(i):
            if graph.component[i] == graph.component[j]:
                assert generation[i] == generation[j]
            else:
                assert generation[i] > generation[j]
                assert i > j
    for part in set(graph.component):
        members = np.flatnonzero(graph.component == part)
        assert list(members) == list(range(members[0], members[-1] + 1))
    g = nx.DiGraph((a, b) for a, b in edges if a != b)
    g.add_nodes_from(graph.ids)
    expected = {frozenset(part) for part in nx.strongly_connected_components(g)}
    assert {frozenset(graph.ids[i] for i in np.flatnonzero(graph.component == p)) for p in graph.component} == expected
    assert graph.facts()["cyclic_parts"] == sum(len(part) > 1 for part in expected)


@given(edge_lists, year_maps, st.integers(1979, 1991))
def test_as_of_equals_the_graph_of_that_years_data_alone(edges, years, year):
    """Works dated up to the year and the citations among them; undated works are gone."""
    then = CitationGraph.from_edges(edges, years=years).as_of(year)
    kept = {w: y for w, y in years.items() if y is not None and y <= year}
    alone = CitationGraph.from_edges([(a, b) for a, b in edges if a in kept and b in kept], years=kept)
    assert sorted(then.ids) == sorted(alone.ids)
    assert set(then.citations.itertuples(index=False, name=None)) == set(
        alone.citations.itertuples(index=False, name=None)
    )
    assert then.works["outcome"].sort_index().tolist() == alone.works["outcome"].sort_index().tolist()


@pytest.mark.long
@given(edge_lists, year_maps)
def test_networkx_and_back(edges, years):
    """to_networkx and from_networkx keep works, citations, loops, years and outcomes."""
    graph = CitationGraph.from_edges(edges, years=years, titles={"a": "A title"})
    again = CitationGraph.from_networkx(graph.to_networkx())
    assert sorted(again.ids) == sorted(graph.ids)
    assert Counter(again.citations.itertuples(index=False)) == Counter(graph.citations.itertuples(index=False))
    columns = ["title", "year", "outcome"]
    assert again.works[columns].sort_index().equals(graph.works[columns].sort_index())
    assert again.works.loc["a", "title"] == "A title"


@given(edge_lists, year_maps)
def test_pandas_and_back(edges, years):
    """The tables of a graph make the same graph again."""
    graph = CitationGraph.from_edges(edges, years=years, titles={"a": "A title"}, reported_citations={"a": 7})
    again = CitationGraph.from_pandas(graph.citations, graph.works)
    assert again.works.sort_index().equals(graph.works.sort_index())
    assert Counter(again.citations.itertuples(index=False)) == Counter(graph.citations.itertuples(index=False))


def test_scores_are_carried_to_networkx_and_join_the_works():
    """A node has each score it has a value of, beside the data of its work; a table of works takes scores as columns."""
    graph = CitationGraph.from_edges([("f", "r"), ("a", "f")], years={"r": 1990, "f": 1995, "a": 1997})
    scores = [disruption(graph).series, pagerank(graph).series]
    g = graph.to_networkx(*scores)
    assert g.nodes["f"]["disruption"] == 1
    assert g.nodes["f"]["year"] == 1995
    assert "disruption" not in g.nodes["r"]
    assert sum(pagerank for _, pagerank in g.nodes(data="pagerank")) == pytest.approx(1)
    table = graph.works.join(scores)
    assert table.loc["f", "disruption"] == 1
    assert table["pagerank"].notna().all()


def test_backward_citations_are_told_by_day_where_both_ends_hold_one():
    """Within a year days decide; a work known by year only is compared by year."""
    dates = {"a": "1990-05-01", "b": "1990-06-01"}
    graph = CitationGraph.from_edges(
        [("a", "b"), ("b", "a"), ("c", "b"), ("c", "d")], dates=dates, years={"c": 1990, "d": 1991}
    )
    assert graph.facts()["backward"] == 2  # a cites the later b; c cites d of the next year


def test_outcomes_say_which_lists_are_known():
    """An edge list's works with references are COMPLETE, the others UNKNOWN, or EMPTY in a closed world."""
    edges = [("b", "a"), ("c", "b")]
    years = {"a": 1988, "b": 1988, "c": 2002}
    graph = CitationGraph.from_edges(edges, years=years)
    assert graph.works.loc[["a", "b"], "outcome"].tolist() == ["UNKNOWN", "COMPLETE"]
    assert graph.coverage() == pytest.approx(2 / 3)
    assert graph.coverage_by_year().to_dict() == {1988: 0.5, 2002: 1.0}
    assert CitationGraph.from_edges(edges, closed=True).coverage() == 1.0
    given_ = CitationGraph.from_edges(edges, outcomes={"b": Outcome.PARTIAL})
    assert given_.coverage() == 0.0
    assert CitationGraph.from_edges([]).coverage() is None


def test_subset_keeps_the_citations_among_its_works_and_their_outcomes():
    """A work whose references were left out keeps its COMPLETE list: the list is still known."""
    graph = CitationGraph.from_edges([("b", "a"), ("c", "b"), ("c", "c")], years={"a": 1, "b": 2}).subset(["b", "c"])
    assert set(graph.citations.itertuples(index=False, name=None)) == {("c", "b"), ("c", "c")}
    assert graph.works["outcome"].to_dict() == {"b": "COMPLETE", "c": "COMPLETE"}
    assert graph.years[graph.number("c")] == UNDATED
    with pytest.raises(NothingFound, match="'zz'"):
        graph.subset(["zz"])


def test_an_undirected_graph_is_refused():
    """A citation has a direction."""
    with pytest.raises(InputError, match="directed"):
        CitationGraph.from_networkx(nx.Graph([("a", "b")]))


@pytest.mark.long
def test_hep_th_has_the_counts_its_source_states(shared):
    """27,770 works, 352,807 citations, 39 loops, 119 cyclic parts with the largest of 7,464, 1,044 backward by day."""
    import pandas as pd

    folder = shared / "data" / "hep-th"
    edges = pd.read_csv(folder / "edges.csv.gz", dtype=str)
    nodes = pd.read_csv(folder / "nodes.csv.gz", dtype=str)
    graph = CitationGraph.from_edges(
        edges.itertuples(index=False, name=None), dates=dict(zip(nodes["id"], nodes["date"], strict=True))
    )
    assert graph.facts() == {"works": 27770, "citations": 352807, "loops": 39, "cyclic_parts": 119, "backward": 1044}
    assert np.bincount(graph.component).max() == 7464


def test_a_result_is_computed_once_for_each_graph_and_option():
    """The same graph and options give the same read-only result; a graph derived from it computes its own."""
    calls = []

    @once_per_graph
    def citations(graph: CitationGraph, factor: int) -> tuple[np.ndarray, int]:
        calls.append(factor)
        return graph.citers.counts() * factor, factor

    graph = CitationGraph.from_edges([("b", "a"), ("c", "a")], years={"a": 1990, "b": 2000, "c": 2010})
    first = citations(graph, 1)
    assert citations(graph, 1) is first
    assert citations(graph, 2)[0].sum() == 4
    assert citations(graph.as_of(2000), 1)[0].sum() == 1
    assert calls == [1, 2, 1]
    with pytest.raises(ValueError, match="read-only"):
        first[0][0] = 9
