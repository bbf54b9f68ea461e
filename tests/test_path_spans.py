"""Lines found by arrays, as large spans are, are those of the plain search and of networkx."""

import itertools
import json
from collections import Counter
from dataclasses import asdict

import networkx as nx
import pytest
from small_graphs import dense_case, links_of, make, random_case, seeded

from kg.analysis.paths import query
from kg.analysis.paths.independent import independent_paths
from kg.analysis.paths.query import Limits, shortest_paths
from kg.errors import InputError, NothingFound
from kg.graph.topology import in_memoryviews


@pytest.fixture
def both(monkeypatch):
    """The answer of the plain search, and that of the arrays to the same question; None where it is refused."""

    def ask(*question, find=independent_paths, **options):
        answers = []
        for large in (10**9, -1):
            monkeypatch.setattr(query, "LARGE", large)
            try:
                answers.append(find(*question, **options))
            except (InputError, NothingFound):
                answers.append(None)
        return answers

    return ask


def test_arrays_answer_as_the_plain_search_does(both):
    """Works and eras, dates and none, cycles, limits: every field of the answer is the same, certificates included."""
    rng = seeded(71)
    seen = Counter()
    for case in range(360):
        edges, stamps, outcomes, old, new = (
            random_case(rng) if case % 2 else (*(d := dense_case(rng, 14))[:2], {}, *d[2:])
        )
        graph = make(edges, stamps, outcomes or None)
        ends = [graph.number(old), graph.number(new)]
        for k in range(2):
            if rng.random() < 0.3:
                ends[k] = [graph.number(w) for w in rng.sample(sorted(stamps), rng.randint(1, 2))]
        limits = Limits(
            avoid=frozenset(rng.sample(range(len(stamps)), rng.choice([0, 0, 1, 2]))),
            era=rng.choice([None, None, (1990, 1991), (1991, 1993)]),
            as_of=rng.choice([None, None, 1991, 1993]),
            ignore_time=rng.random() < 0.3,
        )
        arrays = in_memoryviews(graph.arrays) if case % 3 else graph.arrays
        plain, fast = both(arrays, *ends, limits=limits, steps=rng.choice([0, 0, 1, 10**6]))
        assert fast == plain
        first = both(arrays, *ends, limits=limits, find=shortest_paths)
        assert first[0] == first[1]
        if plain:
            json.dumps(asdict(fast))  # plain numbers throughout
            seen["none" if plain.certificate else "uncounted" if plain.count is None else "paths"] += 1
            seen["dominators"] += bool(plain.dominators)
            seen["several"] += len(plain.paths) > 1
            seen["eras"] += bool(plain.paths) and any(isinstance(end, list) for end in ends)
            seen["frontier"] += bool(plain.reach.frontier)
    assert min(seen.values()) > 2, seen


@pytest.mark.parametrize("seed", range(4))
def test_lines_of_larger_graphs_are_those_of_networkx(both, seed):
    """On 60 works: immediate dominators, the greatest number of disjoint paths, and the same paths as the plain search."""
    rng = seeded(seed)
    works = [f"w{k}" for k in range(60)]
    stamps = {w: str(1990 + k // 5) for k, w in enumerate(works)}
    edges = [(works[a], works[b]) for a, b in ((rng.randrange(60), rng.randrange(60)) for _ in range(170))]
    graph, links = make(edges, stamps), links_of(edges, stamps)
    g = nx.DiGraph((a, b) for a, row in links.items() for b in row)
    answered = 0
    for old, new in itertools.product(works[:8], works[-4:]):
        plain, fast = both(graph.arrays, graph.number(old), graph.number(new))
        assert fast == plain
        if {old, new} <= set(g) and nx.has_path(g, old, new):
            answered += 1
            assert len(fast.paths) == len(list(nx.node_disjoint_paths(g, old, new)))
            above, chain, at = nx.immediate_dominators(g, old), [], new
            while (at := above[at]) != old:
                chain.append(at)
            assert [graph.ids[w] for w in fast.dominators] == chain[::-1]
        else:
            assert not fast.paths
    assert answered > 5


def test_counts_by_arrays_are_exact_at_any_size(both):
    """Through 200 generations of three works, each citing all three before, lead 3 ** 200 paths, to the last digit."""
    layers = [["old"], *([f"{k:03}{c}" for c in "abc"] for k in range(200)), ["new"]]
    edges = [(b, a) for lower, upper in itertools.pairwise(layers) for a in lower for b in upper]
    graph = make(edges, {w: str(1800 + k) for k, layer in enumerate(layers) for w in layer})
    plain, fast = both(graph.arrays, graph.number("old"), graph.number("new"))
    assert fast == plain
    assert fast.count == 3**200
    assert fast.through[graph.number("077b")] == 3**199
