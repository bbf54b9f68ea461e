"""The strongest and the diverse paths against brute force."""

import itertools
from collections import Counter
from math import prod

import networkx as nx
import pytest
from small_graphs import allowed, dense_case, every_path, limits_of, links_of, make, random_case, seeded, texts

from kg.analysis.paths.disjoint import disjoint_paths
from kg.analysis.paths.diverse import diverse_paths
from kg.analysis.paths.influential import Evidence, most_influential_paths, strength, weight
from kg.analysis.paths.query import shortest_paths


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
