"""The limits on what may lie between two works, and eras as ends, against brute force."""

import itertools

import networkx as nx
import pytest
from small_graphs import (
    NAMES,
    allowed,
    every_path,
    limits_of,
    links_of,
    make,
    ordered,
    random_case,
    seeded,
    texts,
    timeless,
)

from kg.analysis.paths.independent import independent_paths
from kg.analysis.paths.query import Limits, shortest_paths
from kg.errors import InputError, NothingFound
from kg.graph.citation_graph import CitationGraph
from kg.model import Outcome

ERA = (1991, 1991)


@pytest.mark.long
def test_limits_equal_enumeration_on_random_graphs():
    """On a thousand graphs the paths that pass some works, avoid others and stay in an era are all found, in order."""
    rng = seeded(17)
    found = 0
    for _ in range(1000):
        edges, stamps, outcomes, old, new = random_case(rng)
        graph = make(edges, stamps, outcomes)
        inner = sorted(set(stamps) - {old, new})
        rng.shuffle(inner)
        asked = {
            "via": inner[: rng.choice([0, 0, 1, 1, 2])],
            "avoid": inner[2 : rng.choice([2, 2, 3, 4])],
            "max_hops": rng.choice([None, None, 3]),
            "era": rng.choice([None, None, ERA]),
        }
        free = timeless(stamps, ignore_time=False)
        limits = limits_of(graph, **asked)
        k = rng.choice([1, 3, 999])
        answer = shortest_paths(graph.arrays, graph.number(old), graph.number(new), k=k, limits=limits)
        expected = [p for p in every_path(links_of(edges, stamps), old, new) if allowed(p, stamps, **asked)]
        assert texts(graph, answer.paths) == ordered(graph, expected)[:k]
        found += bool(expected)
        if expected:
            assert answer.certificate is None
        elif answer.certificate.status == "none":
            check_no_list_hides_a_path(edges, stamps, outcomes, old, new, asked, free)
    assert found > 120


def check_no_list_hides_a_path(edges, stamps, outcomes, old, new, asked, free):
    """Whatever the works with unknown lists cite besides, there is no path: what "none" promises."""
    unknown = [w for w in stamps if outcomes[w] not in (Outcome.COMPLETE, Outcome.EMPTY)]
    if not free and any(stamps[w] is None for w in (old, new, *asked["via"])):
        pytest.fail("an undated end leaves the answer open")
    more = [(w, x) for w in unknown for x in stamps]
    dated = {w: s or "1990" for w, s in stamps.items()} if not free else stamps
    paths = every_path(links_of([*edges, *more], stamps), old, new)
    assert not [p for p in paths if allowed(p, dated, **asked)]


def test_an_era_stands_for_its_works():
    """A path from many works begins at the last of them and the answer is that of every single one together."""
    rng = seeded(23)
    found = 0
    for _ in range(400):
        edges, stamps, outcomes, _, _ = random_case(rng)
        graph = make(edges, stamps, outcomes)
        dated = [w for w in stamps if stamps[w]]
        if len(dated) < 3:
            continue
        rng.shuffle(dated)
        olds, news = dated[: rng.randint(1, 3)], dated[3:5] or dated[-1:]
        news = [w for w in news if w not in olds] or [dated[-1]]
        olds = [w for w in olds if w not in news]
        if not olds:
            continue
        links = links_of(edges, stamps)
        expected = [
            p
            for old in olds
            for new in news
            for p in every_path(links, old, new)
            if not set(p[1:]) & set(olds) and not set(p[:-1]) & set(news)
        ]
        ends = [list(map(graph.number, end)) for end in (olds, news)]
        answer = shortest_paths(graph.arrays, *ends, k=99)
        assert texts(graph, answer.paths) == ordered(graph, expected)[:99]
        whole = independent_paths(graph.arrays, *ends)
        assert whole.count == len(expected)
        g = nx.DiGraph([(a, b) for p in expected for a, b in itertools.pairwise(p)])
        g.add_edges_from([("S", w) for w in olds] + [(w, "T") for w in news])
        g.add_nodes_from(["S", "T"])
        assert len(whole.paths) == (nx.node_connectivity(g, "S", "T") if expected else 0)
        found += bool(expected)
    assert found > 100


def test_as_of_knows_only_what_there_was():
    """An end of a later year is not there; undated works are no longer what might hide a path."""
    stamps = {"o": "1990", "u": None, "n": "2000", "x": "2010"}
    graph = make([("n", "u"), ("u", "o"), ("x", "o")], stamps, closed=True)
    o, n, x = map(graph.number, "onx")
    assert shortest_paths(graph.arrays, o, n).certificate.status == "unknown"
    assert shortest_paths(graph.arrays, o, n, limits=Limits(as_of=2005)).certificate.status == "unknown"  # nothing left
    listed = make([("n", "u"), ("n", "m"), ("u", "o")], {**stamps, "m": "1995"}, closed=True)
    ends = listed.number("o"), listed.number("n")
    assert shortest_paths(listed.arrays, *ends).certificate.status == "unknown"
    assert shortest_paths(listed.arrays, *ends, limits=Limits(as_of=2005)).certificate.status == "none"
    with pytest.raises(NothingFound, match="2005"):
        shortest_paths(graph.arrays, o, x, limits=Limits(as_of=2005))


def test_as_of_bounds_paths_that_ignore_time():
    """With time ignored, works later than the year are still on no path."""
    graph = make([("n", "m"), ("m", "o")], {"o": "1990", "m": "2010", "n": "2000"})
    o, n = map(graph.number, "on")
    assert shortest_paths(graph.arrays, o, n, ignore_time=True).paths
    assert not shortest_paths(graph.arrays, o, n, limits=Limits(as_of=2005, ignore_time=True)).paths


@pytest.mark.parametrize(
    "limits", [{"via": "n"}, {"avoid": "o"}, {"via": "m", "avoid": "m"}, {"via": "mm"}, {"max_hops": 0}]
)
def test_limits_that_contradict_each_other_are_refused(limits):
    """A work is an end, or to be passed, or to be avoided."""
    graph = make([("n", "m"), ("m", "o")], {"o": "1990", "m": "1995", "n": "2000"})
    with pytest.raises(InputError):
        shortest_paths(graph.arrays, graph.number("o"), graph.number("n"), limits=limits_of(graph, **limits))


def test_an_era_within_the_other_end_is_told_from_an_empty_one():
    """Where every work of OLD is one of NEW too, that is what is wrong, not that the era holds no work."""
    g = CitationGraph.from_edges([("b", "a")], years={"a": 1990, "b": 2000})
    a, b = g.number("a"), g.number("b")
    with pytest.raises(InputError, match="every work of OLD is one of NEW too"):
        shortest_paths(g.arrays, [a], [a, b])
    with pytest.raises(NothingFound, match="no works in this graph fall in the era"):
        shortest_paths(g.arrays, [], b)


def test_lines_refuse_what_they_are_not_defined_with():
    """Disjoint lines of bounded length, or through given works, are another question."""
    graph = make([("n", "m"), ("m", "o")], {"o": "1990", "m": "1995", "n": "2000"})
    for limits in (limits_of(graph, via="m"), Limits(max_hops=3)):
        with pytest.raises(InputError, match="cannot be combined"):
            independent_paths(graph.arrays, graph.number("o"), graph.number("n"), limits=limits)


def test_hiding_a_list_turns_none_into_unknown():
    """A work to be passed that no known list reaches: "none"; the same with one list hidden: "unknown"."""
    stamps = dict(zip(NAMES[:4], ("1990", "1995", "1996", "2000"), strict=True))
    edges, known = [("d", "b"), ("b", "a"), ("d", "c")], dict.fromkeys("abcd", Outcome.COMPLETE)
    graph = make(edges, stamps, known)
    ask = (graph.number("a"), graph.number("d"))
    limits = limits_of(graph, via="c")
    assert shortest_paths(graph.arrays, *ask, limits=limits).certificate.status == "none"
    hidden = make(edges, stamps, known | {"c": Outcome.PARTIAL})
    certificate = shortest_paths(hidden.arrays, *ask, limits=limits).certificate
    assert (certificate.status, [hidden.ids[w] for w in certificate.reach.frontier]) == ("unknown", ["c"])
