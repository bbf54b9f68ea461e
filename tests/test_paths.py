"""Influence paths against brute force, networkx and the laws of their certificate."""

import csv
import gzip
import itertools
import subprocess
import sys
from datetime import date
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_graphs import (
    NAMES,
    STAMPS,
    ask,
    every_path,
    links_of,
    make,
    named,
    ordered,
    random_case,
    seeded,
    timeless,
    usable,
)

from kg.analysis.paths.query import shortest_paths
from kg.analysis.paths.reach import Reach
from kg.errors import InputError
from kg.graph.arrays import read_arrays, write_arrays
from kg.graph.citation_graph import CitationGraph
from kg.model import Outcome


def check_against_enumeration(edges, stamps, outcomes, old, new, k, max_hops, ignore_time):
    """Hold an answer against plain enumeration."""
    graph = make(edges, stamps, outcomes)
    answer = ask(graph, old, new, k=k, max_hops=max_hops, ignore_time=ignore_time)
    links = links_of(edges, stamps, ignore_time)
    most = max_hops or len(stamps)
    expected = [p for p in every_path(links, old, new) if len(p) - 1 <= most]
    assert named(graph, answer) == ordered(graph, expected)[:k]
    assert (answer.certificate is None) == bool(expected)
    if not expected:
        check_certificate(graph, answer.certificate, edges, stamps, outcomes, old, new, most, ignore_time)


def check_certificate(graph, certificate, edges, stamps, outcomes, old, new, most, ignore_time):
    """Counts by a search in the words of the definition; on the frontier, where one more citation would make a path."""
    free = timeless(stamps, ignore_time)
    unknown = {w for w in stamps if outcomes[w] not in (Outcome.COMPLETE, Outcome.EMPTY)}
    frontier = {graph.ids[w] for w in certificate.reach.frontier}
    if not free and (stamps[old] is None or stamps[new] is None):
        assert (certificate.status, certificate.reach.hops, certificate.reach.works) == ("unknown", 0, 1)
        assert frontier == {w for w in (old, new) if stamps[w] is None}
        return
    if not free and stamps[old][:4] > stamps[new][:4]:
        assert (certificate.status, certificate.reach.works, frontier) == ("none", 1, set())
        return
    met, level = {new: 0}, [new]
    while level:
        level, inner = [], level
        for citing in inner:
            for cited in sorted({b for a, b in edges if a == citing} - met.keys()):
                undated = not free and stamps[cited] is None
                if free or undated or (usable(stamps[citing], stamps[cited]) and stamps[cited][:4] >= stamps[old][:4]):
                    met[cited] = met[citing] + 1
                    level += [] if undated else [cited]
    inside = {w for w in met if met[w] <= most}
    assert (certificate.reach.works, certificate.reach.hops) == (len(inside), max(met[w] for w in inside))
    could = {w for w in inside if not free and stamps[w] is None}
    for w in unknown & inside - could:
        more = (links_of([*edges, (w, x)], stamps, ignore_time) for x in stamps)
        could |= {w} if any(every_path(links, old, new) for links in more) else set()
    assert frontier == could
    assert certificate.status == ("unknown" if frontier or len(inside) < len(met) else "none")
    assert [met[graph.ids[w]] for w in certificate.reach.frontier] == sorted(met[w] for w in frontier)


def test_paths_and_certificates_equal_enumeration_on_random_graphs():
    """On a thousand small graphs with cycles, loops, duplicates, equal and mixed dates, every answer is exact."""
    rng = seeded(5)
    found = 0
    for _ in range(1000):
        edges, stamps, outcomes, old, new = random_case(rng)
        k, hops, ignore = rng.choice([1, 2, 5, 999]), rng.choice([None, None, 1, 2, 3]), rng.random() < 0.2
        check_against_enumeration(edges, stamps, outcomes, old, new, k, hops, ignore)
        found += bool(every_path(links_of(edges, stamps), old, new))
    assert 200 < found < 800


@given(
    stamps=st.lists(st.sampled_from(STAMPS), min_size=6, max_size=6),
    edges=st.lists(st.tuples(st.sampled_from(NAMES[:6]), st.sampled_from(NAMES[:6])), max_size=20),
    outcomes=st.lists(st.sampled_from(list(Outcome)), min_size=6, max_size=6),
    k=st.integers(1, 30),
    max_hops=st.none() | st.integers(1, 6),
    ignore_time=st.booleans(),
)
def test_paths_and_certificates_equal_enumeration(stamps, edges, outcomes, k, max_hops, ignore_time):
    """Whatever the graph, paths are those of plain enumeration, in order, and the certificate is what was searched."""
    check_against_enumeration(
        edges,
        dict(zip(NAMES[:6], stamps, strict=True)),
        dict(zip(NAMES[:6], outcomes, strict=True)),
        "a",
        "f",
        k,
        max_hops,
        ignore_time,
    )


@pytest.mark.parametrize("seed", range(30))
def test_lengths_equal_networkx_on_larger_graphs(seed):
    """On graphs of 60 works with equal years, the k lengths are those of networkx, and each path is a path."""
    rng = seeded(seed)
    works = [f"w{i}" for i in range(60)]
    stamps = {w: rng.choice([None, *(str(y) for y in range(1990, 1990 + rng.choice([1, 3, 12])))]) for w in works}
    edges = [tuple(rng.choices(works, k=2)) for _ in range(rng.choice([90, 180, 400]))]
    graph, links = make(edges, stamps), links_of(edges, stamps)
    g = nx.DiGraph((cited, citing) for cited in links for citing in links[cited])
    g.add_nodes_from(works)
    for old, new in (rng.sample(works, 2) for _ in range(8)):
        answer = ask(graph, old, new, k=25)
        paths = [[graph.ids[w] for w in path] for path in answer.paths]
        reachable = nx.has_path(g, old, new)
        expected = itertools.islice(nx.shortest_simple_paths(g, old, new), 25) if reachable else ()
        assert [len(p) for p in paths] == [len(p) for p in expected]
        assert len({tuple(p) for p in paths}) == len(paths)
        for path in paths:
            assert (path[0], path[-1], len(set(path))) == (old, new, len(path))
            assert all(b in links[a] for a, b in itertools.pairwise(path))


def test_path_runs_from_old_to_new():
    """Citing works come after cited ones, and the shorter path comes first."""
    graph = make([("B", "A"), ("C", "B"), ("C", "A")], {"A": "1989", "B": "2002", "C": "2016"})
    assert named(graph, ask(graph, "A", "C", k=9)) == ["AC", "ABC"]
    assert ask(graph, "A", "C", k=9).notes == ("the graph holds 2 of the 9 paths asked for",)
    assert ask(graph, "A", "C", k=2).notes == ()


def test_equal_years_are_usable_and_cycles_are_walked_once():
    """Two works of one year that cite each other let influence pass either way, along simple paths only."""
    edges = [("n", "p"), ("p", "q"), ("q", "p"), ("q", "o"), ("p", "o"), ("n", "q")]
    graph = make(edges, dict.fromkeys("npqo", "1990"))
    assert sorted(named(graph, ask(graph, "o", "n", k=50))) == ["opn", "opqn", "oqn", "oqpn"]


def test_day_decides_where_both_ends_hold_one():
    """A citation of a later day is unusable; against a work known by its year alone the year decides."""
    backward = make([("n", "o")], {"o": "1990-09-09", "n": "1990-03-01"})
    assert ask(backward, "o", "n").paths == ()
    assert "later" in ask(backward, "o", "n").notes[0]
    coarse = make([("n", "o")], {"o": "1990-09-09", "n": "1990"})
    assert named(coarse, ask(coarse, "o", "n")) == ["on"]


def test_works_of_a_dead_end_part_do_not_multiply():
    """A clique of forty works whose only way on is the work it was entered by holds no path, and is left at once."""
    clique = [f"c{i}" for i in range(40)]
    edges = [("n", "g"), ("g", "o"), *itertools.permutations(clique, 2)]
    edges += [("g", c) for c in clique] + [(c, "g") for c in clique]
    graph = make(edges, dict.fromkeys(["o", "g", "n", *clique], "1990"))
    assert named(graph, ask(graph, "o", "n", k=5)) == ["ogn"]


def test_a_long_path_beside_a_short_one_is_found():
    """Where k asks for more, paths far longer than the shortest come too, and no more than there are."""
    chain = [f"w{i:03}" for i in range(300)]
    edges = [*itertools.pairwise(reversed(chain)), (chain[-1], chain[0])]
    graph = make(edges, {w: str(1000 + i) for i, w in enumerate(chain)})
    assert [len(p) - 1 for p in ask(graph, chain[0], chain[-1], k=3).paths] == [1, 299]
    assert [len(p) - 1 for p in ask(graph, chain[0], chain[-1], k=3, max_hops=298).paths] == [1]


@pytest.mark.parametrize("back", [True, False])
def test_every_path_comes_where_the_longest_is_far_longer_than_any_distance(back):
    """Where each of nine works cites all before it there are 128 paths from first to last, and k may exceed that."""
    stamps = {w: str(1990 + i) for i, w in enumerate(NAMES + "i")}
    edges = [(b, a) for a, b in itertools.combinations(stamps, 2)]
    stamps |= {f"x{i}": "2000" if back else "1980" for i in range(30)}
    edges += [(x, "a") if back else ("i", x) for x in stamps if x[0] == "x"]
    graph = make(edges, stamps)
    expected = every_path(links_of(edges, stamps), "a", "i")
    assert len(expected) == 128
    assert named(graph, ask(graph, "a", "i", k=999)) == ordered(graph, expected)


def test_undated_work_is_on_no_path_and_counts_as_unknown():
    """The only way leads through an undated work: no path, and that work stands on the frontier."""
    graph = make([("n", "u"), ("u", "o")], {"o": "1990", "u": None, "n": "2000"}, closed=True)
    certificate = ask(graph, "o", "n").certificate
    assert (certificate.status, certificate.reach.hops, certificate.reach.works) == ("unknown", 1, 2)
    assert certificate.reach.frontier == (graph.number("u"),)


@pytest.mark.parametrize(("old", "new", "missing"), [("u", "n", "u"), ("n", "u", "u")])
def test_undated_end_leaves_the_answer_open(old, new, missing):
    """If an end is undated nothing can be said, and the note and the frontier say why."""
    graph = make([("n", "u"), ("u", "n")], {"u": None, "n": "2000"})
    answer = ask(graph, old, new)
    assert (answer.certificate.status, answer.certificate.reach.frontier) == ("unknown", (graph.number(missing),))
    assert "undated" in answer.notes[0]


def test_graph_without_dates_follows_citations_and_says_so():
    """In a graph without any date, and with `ignore_time`, direction in time is not asked, and a note says so."""
    graph = make([("n", "m"), ("m", "o")], dict.fromkeys("nmo"))
    assert (named(graph, ask(graph, "o", "n")), ask(graph, "o", "n").notes[0][:12]) == (["omn"], "no work here")
    dated = make([("n", "m"), ("m", "o")], {"n": "1980", "m": None, "o": "1990"})
    assert ask(dated, "o", "n").paths == ()
    answer = ask(dated, "o", "n", ignore_time=True)
    assert (named(dated, answer), "time is ignored" in answer.notes[0]) == (["omn"], True)


def test_old_later_than_new_is_none_by_time():
    """Influence runs forward: asked backwards the answer is "none", whatever lists are unknown."""
    graph = make([("n", "o")], {"o": "1990", "n": "2000"})
    answer = ask(graph, "n", "o")
    assert (answer.certificate.status, answer.certificate.reach.frontier) == ("none", ())
    assert "OLD is later than NEW" in answer.notes[0]


def test_frontier_holds_only_works_that_could_descend_from_old():
    """Unknown lists of works older than OLD do not matter; those of works reached in between do."""
    stamps = {"o": "1990", "x": "1985", "y": "1995", "n": "2000"}
    known = make([("n", "x"), ("n", "y")], stamps, {"n": Outcome.COMPLETE, "y": Outcome.EMPTY})
    assert ask(known, "o", "n").certificate.status == "none"
    graph = make([("n", "x"), ("n", "y")], stamps, {"n": Outcome.COMPLETE, "y": Outcome.CAPPED})
    certificate = ask(graph, "o", "n").certificate
    assert (certificate.status, certificate.reach.hops, certificate.reach.works) == ("unknown", 1, 2)
    assert certificate.reach.frontier == (graph.number("y"),)


def test_frontier_knows_that_a_coarse_date_opens_the_year():
    """A work earlier than OLD by its day may still descend from it through one known by the year alone."""
    stamps = {"o": "1990-09-09", "m": "1990", "w": "1990-03-01", "n": "1991"}
    whole = [("m", "o"), ("w", "m"), ("n", "w")]
    lists = dict.fromkeys("omn", Outcome.COMPLETE)
    full = make(whole, stamps)
    assert named(full, ask(full, "o", "n")) == ["omwn"]
    lost = make([("m", "o"), ("n", "w")], stamps, lists)
    assert ask(lost, "o", "n").certificate.reach.frontier == (lost.number("w"),)
    apart = make([("n", "w")], stamps, lists)
    assert ask(apart, "o", "n").certificate.status == "none"


def test_search_cut_by_max_hops_is_unknown_until_it_is_exhausted():
    """Within fewer hops than there is to search the answer is open; beyond that it is "none"."""
    edges = [("n", "b"), ("b", "c")]
    graph = make(edges, {"o": "1990", "c": "1995", "b": "1996", "n": "2000"}, closed=True)
    cut, whole = (ask(graph, "o", "n", max_hops=hops).certificate for hops in (1, 2))
    assert (cut.status, cut.reach) == ("unknown", Reach(2, 1, (), complete=False))
    assert (whole.status, whole.reach) == ("none", Reach(3, 2, ()))


@pytest.mark.parametrize("options", [{"k": 0}, {"max_hops": 0}])
def test_senseless_numbers_are_refused(options):
    """Path counts and lengths below one are bad input."""
    with pytest.raises(InputError):
        ask(make([("n", "o")], {"o": "1990", "n": "2000"}), "o", "n", **options)


def test_a_work_has_no_path_to_itself():
    """OLD and NEW must differ."""
    with pytest.raises(InputError, match="same"):
        ask(make([("n", "o"), ("o", "n")], {"o": "1990", "n": "1990"}), "o", "o")


@pytest.mark.parametrize("seed", range(60))
def test_losing_a_citation_of_the_only_path(seed):
    """Deleting a citation of a unique path gives "none" if all lists are known, and "unknown" if its list is hidden."""
    rng = seeded(seed)
    while True:
        edges, stamps, _, old, new = random_case(rng)
        paths = every_path(links_of(edges, stamps), old, new)
        if len(paths) == 1 and all(stamps.values()):
            break
    known = dict.fromkeys(stamps, Outcome.COMPLETE)
    for cited, citing in itertools.pairwise(paths[0]):
        left = [e for e in edges if e != (citing, cited)]
        assert ask(make(left, stamps, known), old, new).certificate.status == "none"
        hidden = make(left, stamps, known | {citing: Outcome.PARTIAL})
        certificate = ask(hidden, old, new).certificate
        assert (certificate.status, certificate.reach.frontier) == ("unknown", (hidden.number(citing),))


def test_index_and_numpy_arrays_answer_alike(tmp_path):
    """The memory-mapped index and the arrays of a CitationGraph give equal answers, in plain integers."""
    rng = seeded(3)
    works = [f"w{i}" for i in range(40)]
    stamps = {w: rng.choice(STAMPS) for w in works}
    graph = make([tuple(rng.choices(works, k=2)) for _ in range(160)], stamps)
    write_arrays(tmp_path / "1", graph.arrays)
    index = read_arrays(tmp_path / "1")
    for old, new in itertools.permutations(range(0, 40, 3), 2):
        answer = shortest_paths(index, old, new, k=4)
        assert answer == shortest_paths(graph.arrays, np.int64(old), np.int64(new), k=4)
        assert {type(w) for p in answer.paths for w in p} <= {int}
        assert answer.certificate is None or {type(w) for w in answer.certificate.reach.frontier} <= {int}


def test_module_is_light():
    """Importing paths brings in no third-party package."""
    code = "import sys, kg.analysis.paths.query; print(*{m.partition('.')[0] for m in sys.modules})"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    third = {"numpy", "scipy", "pandas", "networkx", "igraph", "rdflib", "typer", "pyoxigraph", "pyvis"}
    assert not third & set(out.split())


@pytest.mark.long
def test_real_graph_of_hep_th(shared: Path):
    """On 27,770 preprints, lengths equal a plain search along usable citations, and "no path" where it finds none."""

    def rows(name):
        with gzip.open(shared / "data/hep-th" / name, "rt") as file:
            return list(csv.DictReader(file))

    day = {row["id"]: date.fromisoformat(row["date"]) for row in rows("nodes.csv.gz")}
    edges = [(row["citing"], row["cited"]) for row in rows("edges.csv.gz")]
    graph = CitationGraph.from_edges(edges, dates={w: d.isoformat() for w, d in day.items()})
    g = nx.DiGraph((cited, citing) for citing, cited in edges if day[citing] >= day[cited] and citing != cited)
    rng, found = seeded(11), 0
    for _ in range(40):
        old, new = sorted(rng.sample(sorted(day), 2), key=day.__getitem__)
        answer = ask(graph, old, new, k=3)
        if old in g and new in g and nx.has_path(g, old, new):
            expected = itertools.islice(nx.shortest_simple_paths(g, old, new), 3)
            assert [len(p) for p in answer.paths] == [len(p) for p in expected]
            found += 1
        else:
            assert not answer.paths
    assert found > 5
