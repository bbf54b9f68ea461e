"""Lineages: every relative by generation and number of paths, and what lies between two works, against enumeration."""

from collections import Counter

import pytest
from small_graphs import dense_case, every_path, links_of, make, seeded

from kg.analysis.paths.lineage import lineage, lineage_between
from kg.errors import InputError
from kg.model import Outcome


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
        assert found.reach.complete
        order = [(r.generation, -r.paths) for r in found.relatives]
        assert order == sorted(order)
        near = lineage(graph.arrays, graph.number(start), back=back, hops=1)
        assert {r.work for r in near.relatives} == {r.work for r in found.relatives if r.generation == 1}
        assert near.reach.complete == (max((g for g, _ in expected.values()), default=0) <= 1)


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
    assert ([graph.ids[r.work] for r in forth.relatives], forth.reach.works, forth.reach.unknown) == (["b"], 6, 4)
    back = lineage(graph.arrays, graph.number("b"))
    assert ([graph.ids[r.work] for r in back.relatives], back.reach.works, back.reach.unknown) == (["a"], 2, 1)
    between = lineage_between(graph.arrays, graph.number("a"), graph.number("b"))
    assert (between.count, between.reach.works, between.reach.unknown) == (1, 2, 1)


def test_lineage_of_an_undated_work_is_refused():
    """Before and after mean nothing for it, unless nothing at all is dated."""
    graph = make([("n", "u")], {"u": None, "n": "2000"})
    with pytest.raises(InputError, match="undated"):
        lineage(graph.arrays, graph.number("u"))
    bare = make([("n", "u")], {"u": None, "n": None})
    (only,) = lineage(bare.arrays, bare.number("u"), back=False).relatives
    assert (bare.ids[only.work], only.generation, only.paths) == ("n", 1, 1)
