"""Main paths: published and hand-made counts, enumeration as a twin, and real graphs beyond 64 bits."""

import gzip
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from influence_oracles import paths_through, timed
from oracles import Case, cases, flow_paths, traversals

from kg.analysis.base.time_dag import INSIDE, LATER, LOOP, PARALLEL, PREPRINT, SAME, time_dag, usable
from kg.analysis.main_path import main_path
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph


def from_flow(arcs: str, **options) -> CitationGraph:
    """A graph from "s->a t->u", knowledge running left to right."""
    return CitationGraph.from_edges([tuple(arc.split("->"))[::-1] for arc in arcs.split()], **options)


def counts(result) -> dict[tuple[str, str], int]:
    """The count of each citation, keyed (cited, citing)."""
    return {(cited, citing): n for citing, cited, n in result.citations.iloc[:, :3].itertuples(index=False)}


def test_every_altered_citation_is_listed():
    """Loops, citations of later works, inner and parallel ones are listed with their reasons; others are not."""
    edges = [("a", "a"), ("old", "new"), ("x", "y"), ("y", "x"), ("z", "x"), ("z", "y"), ("z", "old")]
    years = {"old": 1990, "new": 1999, "x": 1995, "y": 1995, "z": 2000}
    altered = {
        (x["citing"], x["cited"]): x["reason"] for x in main_path(CitationGraph.from_edges(edges, years=years)).altered
    }
    (parallel,) = [pair for pair, reason in altered.items() if reason == PARALLEL]
    assert parallel in {("z", "x"), ("z", "y")}
    del altered[parallel]
    assert altered == {("a", "a"): LOOP, ("old", "new"): LATER, ("x", "y"): INSIDE, ("y", "x"): INSIDE}


@pytest.mark.parametrize("weights", ["spc", "splc", "spnp"])
@given(case=cases(works=7))
def test_counts_equal_enumeration(weights, case: Case):
    """Every count is the number of enumerated paths through the citation; the best paths are found, all of them."""
    shrunk, paths, unit = flow_paths(case, weights)
    expected = traversals(paths)
    result = main_path(case.graph(), weights=weights)
    assert result.total == len(paths)
    for (cited, citing), n in counts(result).items():
        assert n == expected[unit[cited], unit[citing]]
    ends = [p for p in paths if not shrunk.in_degree(p[0]) and not shrunk.out_degree(p[-1])]
    if ends:
        value = {tuple(p): sum(expected[arc] for arc in pairwise(p)) for p in ends}
        best = {p for p, v in value.items() if v == max(value.values())}
        found = {tuple(dict.fromkeys(unit[w] for w in path)) for path in result.paths}
        assert found == best
        on_path = result.citations[result.citations["on_path"]]
        arcs = {(unit[b], unit[a]) for a, b in on_path[["citing", "cited"]].itertuples(index=False)}
        assert arcs == {arc for p in best for arc in pairwise(p)}
    else:
        assert result.paths == []


@given(cases(works=7), st.sampled_from(["forward", "backward", "key-route"]))
def test_searches_follow_the_greatest_counts(case: Case, search):
    """Local searches run from a source to a sink and step by the greatest count; key routes hold the greatest of all."""
    result = main_path(case.graph(), search=search)
    shrunk, paths, unit = flow_paths(case, "spc")
    count = traversals(paths)
    for path in result.paths:
        units = list(dict.fromkeys(unit[w] for w in path))
        arcs = list(pairwise(units))
        assert not shrunk.in_degree(units[0])
        assert not shrunk.out_degree(units[-1])
        if search == "forward":
            assert all(count[u, v] == max(count[u, x] for x in shrunk.successors(u)) for u, v in arcs)
        elif search == "backward":
            assert all(count[u, v] == max(count[x, v] for x in shrunk.predecessors(v)) for u, v in arcs)
        else:
            assert max(count[arc] for arc in arcs) == max(count.values())


@pytest.mark.parametrize("cycles", ["shrink", "preprint", "drop-same-date"])
@given(case=cases(works=6), weights=st.sampled_from(["spc", "splc", "spnp"]))
def test_each_treatment_of_cycles_equals_enumeration(cycles, case: Case, weights):
    """Exact counts are those of walking every path, and all paths are counted."""
    dag, arcs = timed(case, cycles)
    paths = paths_through(dag, weights)
    times = traversals(paths)
    graph = case.graph()
    result = main_path(graph, weights=weights, cycles=cycles)
    assert result.total == len(paths)
    expected = {citation: sum(times.get(arc, 0) for arc in some) for citation, some in arcs.items()}
    assert {(citing, cited): n for (cited, citing), n in counts(result).items()} == expected
    told = {(x["citing"], x["cited"]) for x in result.altered}
    assert set(case.edges) <= told | set(expected)


def test_a_preprint_lets_history_through_a_cycle():
    """Where a and b cite each other, b reaches what a cites through a's preprint; b's own preprint begins a history."""
    graph = CitationGraph.from_edges([("a", "old"), ("a", "b"), ("b", "a"), ("new", "b")], works=["lone"])
    result = main_path(graph, cycles="preprint")
    assert result.paths == [["old", "a", "b", "new"]]
    assert counts(result) == {("old", "a"): 2, ("a", "b"): 1, ("b", "a"): 1, ("b", "new"): 1}
    assert [x["reason"] for x in result.altered] == [PREPRINT, PREPRINT]


def test_works_of_one_date_can_be_taken_as_unordered():
    """With drop-same-date a citation within one date is no step of history."""
    graph = CitationGraph.from_edges([("b", "a"), ("c", "b"), ("c", "a")], years={"a": 1, "b": 1, "c": 2})
    result = main_path(graph, cycles="drop-same-date")
    assert [(x["citing"], x["cited"], x["reason"]) for x in result.altered] == [("b", "a", SAME)]
    assert result.paths == [["a", "c"], ["b", "c"]]


def test_global_and_local_searches_can_differ():
    """A greedy walk takes the heavier first step, the global search the heavier whole."""
    graph = from_flow("s->a s->b a->c a->d a->e b->f f->g g->h h->i h->j")
    assert main_path(graph, search="forward").paths == [["s", "a", x] for x in "cde"]
    assert main_path(graph).paths == [["s", "b", "f", "g", "h", x] for x in "ij"]
    assert main_path(graph, search="key-route").paths == [["s", "a", x] for x in "cde"]
    assert len(main_path(graph, search="key-route", routes=2).paths) == 5
    assert main_path(graph, search="backward").paths


def test_more_ties_than_the_limit():
    """Of 2^12 equally good paths the first hundred are listed, and it says so."""
    arcs = " ".join(f"{k}->{k}x {k}->{k}y {k}x->{k + 1} {k}y->{k + 1}" for k in range(12))
    result = main_path(from_flow(arcs), limit=100)
    assert (len(result.paths), result.complete, result.total) == (100, False, 2**12)
    assert any("more than 100 paths" in note for note in result.notes)


def test_works_without_citations_are_on_no_path():
    """Isolated works are left out, and a graph of them has no path."""
    assert main_path(from_flow("a->b", works=["lone"])).total == 1
    empty = main_path(CitationGraph.from_edges([("a", "a")], works=["b"]))
    assert (empty.paths, empty.total, len(empty.citations)) == ([], 0, 0)


@pytest.mark.parametrize("options", [{"weights": "x"}, {"search": "x"}, {"routes": 0}, {"limit": 0}, {"cycles": "x"}])
def test_options_without_meaning_are_refused(options):
    """Unknown weights or searches are bad input."""
    with pytest.raises(InputError):
        main_path(from_flow("a->b"), **options)


@given(cases())
def test_time_dag_keeps_what_time_allows(case: Case):
    """Kept and altered citations are all there are; units fall along every citation; usable ones respect time."""
    graph = case.graph()
    dag = time_dag(graph)
    ids = graph.ids
    kept = {(ids[a], ids[b]) for a, b in zip(dag.citing, dag.cited, strict=True)}
    altered = {(ids[a], ids[b]) for a, b, why in dag.altered if why != PARALLEL}
    assert kept | altered == set(case.edges)
    assert not kept & altered
    assert (dag.unit[dag.citing] > dag.unit[dag.cited]).all()
    may = {
        (ids[a], ids[b])
        for a, b, ok in zip(graph.references.owners(), graph.references.works, usable(graph), strict=True)
        if ok
    }
    dated = [w for w in case.works if case.year(w) is not None]
    assert may == {
        (a, b) for a, b in case.edges if a != b and (not dated or (a in dated and b in dated and not case.later(b, a)))
    }


def test_zewail_has_more_paths_than_64_bits_hold(shared):
    """The Zewail network of Garfield's HistCite collection: 1.17e23 source-sink paths once its cycles are shrunk."""
    folder = shared / "data" / "zewail"
    with gzip.open(folder / "edges.csv.gz", "rt") as file:
        edges = [tuple(line.split(",")) for line in file.read().split()[1:]]
    with gzip.open(folder / "nodes.csv.gz", "rt") as file:
        nodes = [line.split(",")[:2] for line in file.read().splitlines()[1:]]
    graph = CitationGraph.from_edges(edges, years={id_: int(year) for id_, year in nodes if year})
    result = main_path(graph)
    assert f"{result.total:.3g}" == "1.17e+23"
    assert max(result.citations["count"]) > 2**64
    assert all(isinstance(n, int) for n in result.citations["count"])
