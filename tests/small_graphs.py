"""Small graphs to hold path searches against plain enumeration."""

import random
from dataclasses import dataclass
from datetime import date

import numpy as np

from kg.analysis.paths.query import Limits, PathAnswer, shortest_paths
from kg.graph.arrays import OUTCOMES, UNDATED, GraphArrays
from kg.graph.topology import number_works
from kg.model import Outcome

NAMES = "abcdefgh"
STAMPS = [None, "1990", "1991", "1990-03-01", "1990-03-02", "1990-09-09", "1991-01-01"]


@dataclass(frozen=True)
class Small:
    """A small graph: its arrays, and the id of each work by number."""

    arrays: GraphArrays
    ids: list[str]

    def number(self, id_: str) -> int:
        """The number of a work."""
        return self.ids.index(id_)


def seeded(seed: int) -> random.Random:
    """Random numbers that come again."""
    return random.Random(seed)  # noqa: S311


def make(edges, stamps, outcomes=None, *, closed=False) -> Small:
    """A graph whose works are dated by a year ("1990"), a day ("1990-03-01") or not at all (None)."""
    works, citing = list(stamps), {a for a, _ in edges}
    row = {w: k for k, w in enumerate(works)}
    other = Outcome.EMPTY if closed else Outcome.UNKNOWN
    outcomes = outcomes or {w: Outcome.COMPLETE if w in citing else other for w in works}
    arrays = number_works(
        np.array([row[a] for a, _ in edges], np.int64),
        np.array([row[b] for _, b in edges], np.int64),
        np.array([int(s[:4]) if s else UNDATED for s in stamps.values()], np.int32),
        np.array(
            [date.fromisoformat(s).toordinal() if s and len(s) > 4 else UNDATED for s in stamps.values()], np.int32
        ),
        np.array([OUTCOMES.index(outcomes.get(w, Outcome.UNKNOWN)) for w in works], np.uint8),
    )
    return Small(arrays, [works[row] for row in arrays.rows])


def ask(graph, old, new, **options) -> PathAnswer:
    """The answer for two ids."""
    return shortest_paths(graph.arrays, graph.number(old), graph.number(new), **options)


def named(graph, answer) -> list[str]:
    """Each path as its ids in a row."""
    return ["".join(graph.ids[w] for w in path) for path in answer.paths]


def usable(citing: str | None, cited: str | None) -> bool:
    """The rule on stamps, by text: ISO dates compare as text, at the length both have."""
    if citing is None or cited is None:
        return False
    shared = min(len(citing), len(cited))
    return citing[:shared] >= cited[:shared]


def timeless(stamps, ignore_time) -> bool:
    """Whether citations are followed whatever the dates."""
    return ignore_time or not any(stamps.values())


def links_of(edges, stamps, ignore_time=False) -> dict[str, set[str]]:
    """Usable citations, cited -> the works citing it."""
    links = {w: set() for w in stamps}
    for citing, cited in edges:
        if citing != cited and (timeless(stamps, ignore_time) or usable(stamps[citing], stamps[cited])):
            links[cited].add(citing)
    return links


def every_path(links, old, new) -> list[tuple[str, ...]]:
    """All simple paths, by plain enumeration."""
    found, stack = [], [(old,)]
    while stack:
        path = stack.pop()
        if path[-1] == new:
            found.append(path)
        else:
            stack += [(*path, w) for w in links[path[-1]] - set(path)]
    return found


def ordered(graph, paths) -> list[str]:
    """Paths by length, then by work numbers from new back to old."""
    return ["".join(p) for p in sorted(paths, key=lambda p: (len(p), [graph.number(w) for w in reversed(p)]))]


def random_case(rng: random.Random):
    """Citations, stamps, outcomes, old and new of a graph of at most eight works."""
    names = NAMES[: rng.randint(2, 8)]
    choices = rng.choice([STAMPS, STAMPS[1:], STAMPS[:3], STAMPS[3:], [None], ["1990"]])
    stamps = {w: rng.choice(choices) for w in names}
    edges = [(rng.choice(names), rng.choice(names)) for _ in range(rng.randint(0, 3 * len(names)))]
    edges += edges[: rng.randint(0, 2)]
    outcomes = {w: rng.choice([Outcome.COMPLETE, Outcome.EMPTY, Outcome.PARTIAL, Outcome.UNKNOWN]) for w in names}
    return edges, stamps, outcomes, *rng.sample(names, 2)


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
