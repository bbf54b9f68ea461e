"""Independent lines, dominators and exact counts of all paths, against enumeration, networkx and real graphs."""

import csv
import gzip
import itertools
from collections import Counter
from pathlib import Path

import networkx as nx
import pytest
from small_graphs import dense_case, every_path, links_of, make, seeded, texts

from kg.analysis.paths.counting import TooManyCycles, paths_from, paths_through
from kg.analysis.paths.independent import independent_paths


def test_lines_count_paths_and_dominators_as_enumeration_does():
    """On graphs of up to 14 works: every path counted, through every work, and the works that all of them pass."""
    rng = seeded(43)
    counted = 0
    for _ in range(300):
        edges, stamps, old, new = dense_case(rng, most=14)
        graph = make(edges, stamps)
        found = independent_paths(graph.arrays, graph.number(old), graph.number(new))
        every = every_path(links_of(edges, stamps), old, new)
        assert found.count == len(every)
        through = Counter(w for p in every for w in p)
        assert {graph.ids[w]: n for w, n in found.through.items()} == through
        shared = set.intersection(*({*p} for p in every)) - {old, new} if every else set()
        assert {graph.ids[w] for w in found.dominators} == shared
        assert [w for w in every[0] if w in shared] == texts(graph, [[w] for w in found.dominators]) if every else True
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
        found = independent_paths(graph.arrays, graph.number(old), graph.number(new))
        assert found.count == (counted_by_networkx(links, old, new) if found.paths else 0)
        inner = [w for path in found.paths for w in path[1:-1]]
        assert len(set(inner)) == len(inner)
        largest = max(largest, found.count)
    assert largest > 10 ** (12 if name == "zewail" else 40)
