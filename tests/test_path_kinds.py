"""Paths by influence, diverse paths, lines and counts, and the limits on what lies between, against brute force."""

import csv
import gzip
import itertools
from collections import Counter
from math import prod
from pathlib import Path

import networkx as nx
import pytest
from small_graphs import NAMES, every_path, links_of, make, ordered, random_case, seeded, timeless

from kg.analysis._disjoint import disjoint_paths
from kg.analysis.diverse import diverse_paths
from kg.analysis.lineage import lineage, lineage_between
from kg.analysis.lines import lines
from kg.analysis.most_influential import Evidence, most_influential_paths, strength, weight
from kg.analysis.path_counts import TooManyCycles, paths_from, paths_through
from kg.analysis.paths import Limits, shortest_paths
from kg.errors import InputError, NothingFound
from kg.graph import CitationGraph
from kg.model import Outcome

ERA = (1991, 1991)


def texts(graph, paths) -> list[str]:
    """Paths as their ids in a row."""
    return ["".join(graph.ids[w] for w in path) for path in paths]


def dense_case(rng, most=9):
    """Citations, stamps and ends of a graph with many paths: years tie, some citations are repeated, some backward."""
    works = "abcdefghijklmn"[: rng.randint(4, most)]
    years = sorted(rng.choice(["1990", "1991", "1991-03-01", "1992", "1993", "1994"]) for _ in works)
    stamps = dict(zip(works, ["1989", *years[1:-1], "1995"], strict=True))
    edges = [(rng.choice(works), rng.choice(works)) for _ in range(rng.randint(0, 6))]
    edges += [tuple(sorted(rng.sample(works, 2), reverse=True)) for _ in range(rng.randint(len(works), 3 * len(works)))]
    return edges, stamps, works[0], works[-1]


def allowed(path, stamps, via=(), avoid=(), max_hops=None, era=None) -> bool:
    """Whether a path keeps to limits, in the words of their definition."""
    inner = path[1:-1]
    return (
        set(via) <= set(inner)
        and not set(avoid) & set(inner)
        and (max_hops is None or len(path) - 1 <= max_hops)
        and (era is None or all(stamps[w] and era[0] <= int(stamps[w][:4]) <= era[1] for w in inner))
    )


def limits_of(graph, *, via=(), avoid=(), **others) -> Limits:
    """Limits by the ids of works."""
    return Limits(via=tuple(map(graph.number, via)), avoid=frozenset(map(graph.number, avoid)), **others)


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
        whole = lines(graph.arrays, *ends)
        assert whole.count == len(expected)
        g = nx.DiGraph([(a, b) for p in expected for a, b in itertools.pairwise(p)])
        g.add_edges_from([("S", w) for w in olds] + [(w, "T") for w in news])
        g.add_nodes_from(["S", "T"])
        assert len(whole.paths) == (nx.node_connectivity(g, "S", "T") if expected else 0)
        found += bool(expected)
    assert found > 100


def test_strongest_paths_equal_enumeration():
    """Paths by falling strength, then by length and numbers, are those of plain enumeration, within limits too."""
    rng = seeded(31)
    for _ in range(400):
        edges, stamps, outcomes, old, new = random_case(rng)
        graph = make(edges, stamps, outcomes)
        choices = [
            Evidence(),
            Evidence(True),
            Evidence(False),
            Evidence(None, ("methodology", "background")),
            Evidence(True, ("result",), 3),
        ]
        evidence = {pair: rng.choice(choices) for pair in set(edges)}

        def weigh(w, graph=graph, evidence=evidence):
            return {graph.number(b): e for (a, b), e in evidence.items() if graph.number(a) == w}

        inner = sorted(set(stamps) - {old, new})
        asked = {"via": rng.sample(inner, min(len(inner), rng.choice([0, 0, 1]))), "max_hops": rng.choice([None, 2, 3])}
        k = rng.choice([1, 2, 99])
        answer = most_influential_paths(
            graph.arrays, graph.number(old), graph.number(new), weigh, k=k, limits=limits_of(graph, **asked)
        )
        expected = [p for p in every_path(links_of(edges, stamps), old, new) if allowed(p, stamps, **asked)]

        def product(path, evidence=evidence):
            return prod(weight(evidence[citing, cited]) for cited, citing in itertools.pairwise(path))

        best = sorted(expected, key=lambda p: (round(-product(p), 9), len(p), [graph.number(w) for w in p[::-1]]))[:k]
        assert texts(graph, answer.paths) == ["".join(p) for p in best]
        assert [strength(p, weigh) for p in answer.paths] == pytest.approx([product(p) for p in best])


def test_without_any_evidence_the_strongest_are_the_shortest():
    """Where nothing is known of any citation, strength is length."""
    rng = seeded(37)
    for _ in range(100):
        edges, stamps, outcomes, old, new = random_case(rng)
        graph = make(edges, stamps, outcomes)
        ends = graph.number(old), graph.number(new)
        strongest = most_influential_paths(graph.arrays, *ends, lambda _: {}, k=9, evident=False)
        assert strongest == shortest_paths(graph.arrays, *ends, k=9)


def test_weight_is_never_zero_and_grows_with_evidence():
    """The prior where nothing is known; more where a source says influential; unknown intents change nothing."""
    every = [
        Evidence(i, t, c) for i in (None, True, False) for t in ((), ("x",), ("background",)) for c in (0, 1, 1000)
    ]
    assert all(0 < weight(e) < 1 for e in every)
    assert weight(Evidence()) == weight(Evidence(None, ("x",), 1)) == pytest.approx(0.3)
    assert weight(Evidence(False)) < weight(Evidence()) < weight(Evidence(True)) < weight(Evidence(True, (), 5))


def test_diverse_paths_are_disjoint_first_then_share_least():
    """The first ones are as many disjoint paths as networkx's flow finds, in as few citations; then overlap is least."""
    rng = seeded(41)
    seen = Counter()
    for _ in range(400):
        edges, stamps, old, new = dense_case(rng)
        graph = make(edges, stamps)
        links = links_of(edges, stamps)
        k = rng.choice([1, 2, 3, 6])
        answer = diverse_paths(graph.arrays, graph.number(old), graph.number(new), k=k)
        paths = [tuple(graph.ids[w] for w in p) for p in answer.paths]
        every = every_path(links, old, new)
        assert len(set(paths)) == len(paths) == min(k, len(every))
        if not every:
            continue
        assert set(paths) <= set(every)
        most, total = cheapest_flow(links, old, new, k)
        first = paths[:most]
        assert sum(len(p) - 1 for p in first) == total
        assert len({w for p in first for w in p[1:-1]}) == sum(len(p) - 2 for p in first)
        for n in range(most, len(paths)):
            uses = Counter(w for p in paths[:n] for w in p[1:-1])
            rank = {p: (sum(uses[w] for w in p[1:-1]), len(p)) for p in set(every) - set(paths[:n])}
            assert rank[paths[n]] == min(rank.values())
            seen["shared"] += 1
        seen["disjoint"] += most > 1
    assert min(seen["shared"], seen["disjoint"]) > 50


def cheapest_flow(links, old, new, k) -> tuple[int, int]:
    """How many disjoint paths there are, up to k, and the fewest citations that many have in all, by networkx."""
    g = nx.DiGraph()
    for cited, citing in links.items():
        g.add_edge((cited, 0), (cited, 1), capacity=k if cited in (old, new) else 1, weight=0)
        g.add_edges_from([((cited, 1), (w, 0)) for w in citing], capacity=1, weight=1)
    most = min(k, nx.maximum_flow_value(g, (old, 0), (new, 1)))
    g.add_edge("S", (old, 0), capacity=most, weight=0)
    flow = nx.max_flow_min_cost(g, "S", (new, 1))
    return most, nx.cost_of_flow(g, flow)


@pytest.mark.parametrize("seed", range(8))
def test_disjoint_paths_equal_max_flow_on_larger_graphs(seed):
    """On random graphs of 60 nodes the number is the greatest flow and the total the cheapest."""
    rng = seeded(seed)
    rows = {v: sorted({rng.randrange(60) for _ in range(rng.choice([2, 4, 8]))} - {v}) for v in range(60)}
    for goal in rng.sample(range(1, 60), 6):
        found = disjoint_paths(rows, 0, goal)
        assert (len(found), sum(len(p) - 1 for p in found)) == cheapest_flow(rows, 0, goal, 99)
        inner = [w for p in found for w in p[1:-1]]
        assert len(set(inner)) == len(inner)
        assert all(b in rows[a] for p in found for a, b in itertools.pairwise(p))


def test_lines_count_paths_and_passages_as_enumeration_does():
    """On graphs of up to 14 works: every path counted, through every work, and the works that all of them pass."""
    rng = seeded(43)
    counted = 0
    for _ in range(300):
        edges, stamps, old, new = dense_case(rng, most=14)
        graph = make(edges, stamps)
        found = lines(graph.arrays, graph.number(old), graph.number(new))
        every = every_path(links_of(edges, stamps), old, new)
        assert found.count == len(every)
        through = Counter(w for p in every for w in p)
        assert {graph.ids[w]: n for w, n in found.through.items()} == through
        shared = set.intersection(*({*p} for p in every)) - {old, new} if every else set()
        assert {graph.ids[w] for w in found.passages} == shared
        assert [w for w in every[0] if w in shared] == texts(graph, [[w] for w in found.passages]) if every else True
        assert (found.certificate is None) == bool(every)
        assert {graph.ids[w] for w in found.on} == set(through)
        counted += len(every) > 3
    assert counted > 30


def test_counts_from_a_work_equal_enumeration():
    """How many simple paths lead to each node, cycles or not; more steps than allowed are refused, not guessed."""
    rng = seeded(47)
    for _ in range(200):
        rows = {v: sorted({rng.randrange(8) for _ in range(rng.randint(0, 3))} - {v}) for v in range(8)}
        every = {goal: len(every_path({v: set(r) for v, r in rows.items()}, 0, goal)) for goal in range(1, 8)}
        assert paths_from(rows, 0) == {0: 1} | {goal: n for goal, n in every.items() if n}
    clique = {v: [u for u in range(14) if u != v] for v in range(14)}
    with pytest.raises(TooManyCycles):
        paths_through({-1: [0], **clique, 13: [20], 20: []}, -1, 20, steps=10_000)


def test_counts_are_exact_at_any_size():
    """Through 200 generations of three works, each citing all three before, lead 3 ** 200 paths, to the last digit."""
    rows = {0: [1, 2, 3]}
    for layer in range(200):
        first = 1 + 3 * layer
        rows |= {v: [first + 3, first + 4, first + 5] if layer < 199 else [601] for v in range(first, first + 3)}
    rows[601] = []
    assert paths_through(rows, 0, 601)[0] == 3**200
    assert paths_through(rows, 0, 601)[1] == 3**199


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
    with pytest.raises(NothingFound, match="holds no work"):
        shortest_paths(g.arrays, [], b)


def test_lines_refuse_what_they_are_not_defined_with():
    """Disjoint lines of bounded length, or through given works, are another question."""
    graph = make([("n", "m"), ("m", "o")], {"o": "1990", "m": "1995", "n": "2000"})
    for limits in (limits_of(graph, via="m"), Limits(max_hops=3)):
        with pytest.raises(InputError, match="lines"):
            lines(graph.arrays, graph.number("o"), graph.number("n"), limits=limits)


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
    assert (certificate.status, [hidden.ids[w] for w in certificate.frontier]) == ("unknown", ["c"])


@pytest.mark.parametrize("back", [True, False])
def test_lineage_is_every_relative_with_its_generation_and_paths(back):
    """Against enumeration: who is reached, in how few citations, along how many paths; main ones first."""
    rng = seeded(53)
    for _ in range(150):
        edges, stamps, old, new = dense_case(rng)
        stamps |= {w: None for w in list(stamps)[3:-1] if rng.random() < 0.1}
        graph = make(edges, stamps)
        links = links_of(edges, stamps)
        start = new if back else old
        found = lineage(graph.arrays, graph.number(start), back=back)
        every = {w: every_path(links, w, new) if back else every_path(links, old, w) for w in stamps if w != start}
        expected = {w: (min(map(len, paths)) - 1, len(paths)) for w, paths in every.items() if paths}
        assert {graph.ids[r.work]: (r.generation, r.paths) for r in found.relatives} == expected
        assert found.complete
        order = [(r.generation, -r.paths) for r in found.relatives]
        assert order == sorted(order)
        near = lineage(graph.arrays, graph.number(start), back=back, hops=1)
        assert {r.work for r in near.relatives} == {r.work for r in found.relatives if r.generation == 1}
        assert near.complete == (max((g for g, _ in expected.values()), default=0) <= 1)


def test_lineage_between_two_works_is_all_that_lies_on_their_paths():
    """Every work between, with the number of paths through it; the older end lies on all of them."""
    rng = seeded(59)
    for _ in range(150):
        edges, stamps, old, new = dense_case(rng)
        graph = make(edges, stamps)
        every = every_path(links_of(edges, stamps), old, new)
        found = lineage_between(graph.arrays, graph.number(old), graph.number(new))
        through = Counter(w for p in every for w in p if w != new)
        assert {graph.ids[r.work]: r.paths for r in found.relatives} == through
        assert (found.count, found.certificate is None) == (len(every), bool(every))


def test_lineage_counts_the_lists_that_could_hold_more():
    """Ancestors may hide in the lists of works met; descendants are works whose own lists name others: any later work."""
    edges = [("b", "a"), ("d", "c")]
    stamps = {"a": "1990", "b": "2000", "c": "2001", "d": "2002", "e": "2003", "o": "1980", "u": None}
    graph = make(edges, stamps, {"b": Outcome.COMPLETE, "d": Outcome.COMPLETE})
    forth = lineage(graph.arrays, graph.number("a"), back=False)
    assert ([graph.ids[r.work] for r in forth.relatives], forth.searched, forth.unknown) == (["b"], 6, 4)
    back = lineage(graph.arrays, graph.number("b"))
    assert ([graph.ids[r.work] for r in back.relatives], back.searched, back.unknown) == (["a"], 2, 1)
    between = lineage_between(graph.arrays, graph.number("a"), graph.number("b"))
    assert (between.count, between.searched, between.unknown) == (1, 2, 1)


def test_lineage_of_an_undated_work_is_refused():
    """Before and after mean nothing for it, unless nothing at all is dated."""
    graph = make([("n", "u")], {"u": None, "n": "2000"})
    with pytest.raises(InputError, match="undated"):
        lineage(graph.arrays, graph.number("u"))
    bare = make([("n", "u")], {"u": None, "n": None})
    (only,) = lineage(bare.arrays, bare.number("u"), back=False).relatives
    assert (bare.ids[only.work], only.generation, only.paths) == ("n", 1, 1)


def counted_by_networkx(links, old, new) -> int:
    """Paths through the condensation one part after the other, those within a part listed by networkx."""
    g = nx.DiGraph((a, b) for a, row in links.items() for b in row)
    g = g.subgraph((nx.descendants(g, old) | {old}) & (nx.ancestors(g, new) | {new})).copy()
    g.remove_edges_from([*g.in_edges(old), *g.out_edges(new)])
    shrunk = nx.condensation(g)
    arriving, ending = Counter({old: 1}), Counter()
    for part in nx.topological_sort(shrunk):
        members = shrunk.nodes[part]["members"]
        inner = g.subgraph(members)
        for a, b in itertools.product(members, members):
            if arriving[a]:
                ending[b] += arriving[a] * (1 if a == b else sum(1 for _ in nx.all_simple_paths(inner, a, b)))
        for v in members:
            for w in g[v]:
                if w not in members:
                    arriving[w] += ending[v]
    return ending[new]


@pytest.mark.long
@pytest.mark.parametrize(("name", "pairs"), [("zewail", 8), ("hep-th", 1)])
def test_counts_on_real_graphs_are_exact_whole_numbers(shared: Path, name: str, pairs: int):
    """Up to more than fifty digits, cycles included, equal to a count through networkx; lines equal its flow."""

    def rows(file):
        with gzip.open(shared / "data" / name / file, "rt") as opened:
            return list(csv.DictReader(opened))

    stamps = {row["id"]: row.get("date") or row["year"] for row in rows("nodes.csv.gz")}
    edges = [(row["citing"], row["cited"]) for row in rows("edges.csv.gz")]
    graph, links = make(edges, stamps), links_of(edges, stamps)
    order = sorted(stamps, key=lambda w: (stamps[w], w))
    cited = Counter(cited for _, cited in edges)
    olds = [w for w in order[: len(order) // 5] if cited[w] > 5]
    rng, largest = seeded(3), 0
    for _ in range(pairs):
        old, new = rng.choice(olds), rng.choice(order[-len(order) // 5 :])
        found = lines(graph.arrays, graph.number(old), graph.number(new))
        assert found.count == (counted_by_networkx(links, old, new) if found.paths else 0)
        inner = [w for path in found.paths for w in path[1:-1]]
        assert len(set(inner)) == len(inner)
        largest = max(largest, found.count)
    assert largest > 10 ** (12 if name == "zewail" else 40)
