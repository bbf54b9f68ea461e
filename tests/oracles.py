"""Naive twins of the fast metrics, written from the definitions over plain sets and dicts, and graphs to try them on."""

import random
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from kg.graph.citation_graph import CitationGraph
from kg.model import Outcome

G5 = [("B", "A"), ("C", "A"), ("C", "B"), ("D", "B"), ("E", "C"), ("E", "D")]


class Case(NamedTuple):
    """A citation graph as plain facts."""

    works: list[str]
    edges: list[tuple[str, str]]
    years: dict[str, int]
    dates: dict[str, str]
    outcomes: dict[str, Outcome]

    def graph(self) -> CitationGraph:
        """The graph of these facts."""
        return CitationGraph.from_edges(
            self.edges, years=self.years, dates=self.dates, outcomes=self.outcomes, works=self.works
        )

    def references(self) -> dict[str, set[str]]:
        """The works each cites, itself left out."""
        return {w: {b for a, b in self.edges if a == w != b} for w in self.works}

    def citers(self) -> dict[str, set[str]]:
        """The works citing each, itself left out."""
        return {w: {a for a, b in self.edges if b == w != a} for w in self.works}

    def year(self, w: str) -> int | None:
        """Its year, that of its date where it has one."""
        return int(self.dates[w][:4]) if w in self.dates else self.years.get(w)

    def known(self, w: str) -> bool:
        """Whether its reference list is known."""
        return self.outcomes[w].known

    def later(self, a: str, b: str) -> bool:
        """Whether a is later than b, at the finest precision both hold."""
        if a in self.dates and b in self.dates:
            return self.dates[a] > self.dates[b]
        first, second = self.year(a), self.year(b)
        return first is not None and second is not None and first > second


@st.composite
def cases(draw, *, works=8, undated=True, partial=True):
    """Small graphs with loops, cycles, repeated, backward and undated citations, days and years mixed.

    Hypothesis draws the sizes, so that a failing case shrinks, and a seed for the rest: many times faster than all of it.
    """
    size = draw(st.integers(1, works))
    citations = draw(st.integers(0, 4 * size))
    span = draw(st.sampled_from([8, 2, 0]))
    dice = random.Random(draw(st.integers(0, 2**24 - 1)))  # noqa: S311
    names = dice.sample([f"w{k}" for k in range(size)], size)
    years, dates = {}, {}
    precision = dice.choice(["day", "year", "mixed"])
    for name in names:
        kind = dice.choice(["day", "year"]) if precision == "mixed" else precision
        if undated and dice.randrange(8) == 0:
            continue
        year = dice.randint(2000, 2000 + span)
        if kind == "day":
            month, day = dice.choice([(1, 1), (2, 28), (6, 15), (12, 31)])
            dates[name] = date(year, month, day).isoformat()
        else:
            years[name] = year
    edges = [(dice.choice(names), dice.choice(names)) for _ in range(citations)]
    citing = {a for a, _ in edges}
    some = [Outcome.COMPLETE, Outcome.COMPLETE, Outcome.PARTIAL] if partial else [Outcome.COMPLETE]
    outcomes = {w: dice.choice(some if w in citing else [Outcome.EMPTY, Outcome.UNKNOWN]) for w in names}
    return Case(names, edges, years, dates, outcomes)


def pagerank(case: Case, alpha: float) -> dict[str, float]:
    """The stationary distribution of the dense random-surfer matrix."""
    n, references = len(case.works), case.references()
    matrix = np.full((n, n), 1 / n)
    for i, w in enumerate(case.works):
        if references[w]:
            matrix[i] = [(v in references[w]) / len(references[w]) for v in case.works]
    p = np.linalg.solve(np.eye(n) - alpha * matrix.T, np.full(n, (1 - alpha) / n))
    return dict(zip(case.works, p.tolist(), strict=True))


def beauty(counts: list[int]) -> tuple[Fraction, int, int | None]:
    """B, peak and awakening from Ke et al.'s formulas, in fractions."""
    peak = counts.index(max(counts))
    if peak == 0:
        return Fraction(0), 0, None
    slope = Fraction(counts[peak] - counts[0], peak)
    below = [slope * t + counts[0] - counts[t] for t in range(peak + 1)]
    value = sum(d / max(1, c) for d, c in zip(below, counts, strict=False))
    far = max(abs(d) for d in below)
    awakening = below.index(far) if far > 0 and far in below else None
    return value, peak, awakening


def history(case: Case, w: str, last: int) -> list[int]:
    """Citations by year since the work's own."""
    first = case.year(w)
    years = [case.year(c) for c in case.citers()[w]]
    return [years.count(y) for y in range(first, last + 1)]


def in_window(case: Case, f: str, w: str, years: int | None) -> bool:
    """Whether w is dated in (date of f, date of f + years]."""
    if not case.later(w, f):
        return False
    if years is None:
        return True
    if f in case.dates and w in case.dates:
        start = date.fromisoformat(case.dates[f])
        return date.fromisoformat(case.dates[w]) <= start.replace(year=start.year + years)
    return case.year(w) <= case.year(f) + years


def disruption(case: Case, f: str, years: int | None, min_shared: int = 1, nok: bool = False):
    """CD of one work by looking at every other work, or None."""
    references = case.references()
    if case.year(f) is None or not case.known(f) or not references[f]:
        return None
    i = j = k = 0
    for w in case.works:
        if w == f or not in_window(case, f, w, years):
            continue
        shared = len(references[w] & references[f])
        if f in references[w]:
            i, j = (i, j + 1) if shared >= min_shared else (i + 1, j)
        elif shared:
            k += 1
    n = i + j + (0 if nok else k)
    return Fraction(i - j, n) if n else None


def followed_citers(case: Case) -> dict[str, set[str]]:
    """The works citing each that are not earlier than it; all of them where no work is dated."""
    dated = [x for x in case.works if case.year(x) is not None]
    return {
        x: {y for y in citing if not dated or (x in dated and y in dated and not case.later(x, y))}
        for x, citing in case.citers().items()
    }


def wake_levels(case: Case, w: str, without: str | None = None) -> list[int]:
    """How many works a search along usable citations first meets at distance 1, 2, ... of w."""
    citers = {x: citing - {without} for x, citing in followed_citers(case).items()}
    seen, front, levels = {w}, {w}, []
    while front := {y for x in front for y in citers[x]} - seen:
        seen |= front
        levels.append(len(front))
    return levels


def wake(case: Case, w: str, a: float, without: str | None = None) -> float:
    """The discounted number of later works that build on w."""
    return sum(n * a**d for d, n in enumerate(wake_levels(case, w, without)))


def flow_paths(case: Case, weights: str) -> tuple[nx.DiGraph, list[list[int]], dict[str, int]]:
    """The shrunk DAG of time cited -> citing, every path that counts, and the unit of each work, by enumeration."""
    g = nx.DiGraph()
    g.add_nodes_from(case.works)
    g.add_edges_from((b, a) for a, b in case.edges if a != b and not case.later(b, a))
    shrunk = nx.condensation(g)
    sources = [v for v in shrunk if not shrunk.in_degree(v) and shrunk.out_degree(v)]
    sinks = [v for v in shrunk if not shrunk.out_degree(v) and shrunk.in_degree(v)]
    everywhere = [v for v in shrunk if shrunk.degree(v)]
    starts = sources if weights == "spc" else everywhere
    ends = everywhere if weights == "spnp" else sinks
    paths = []
    for start in starts:
        stack = [[start]]
        while stack:
            path = stack.pop()
            if path[-1] in ends and len(path) > 1:
                paths.append(path)
            stack += [[*path, v] for v in shrunk.successors(path[-1])]
    return shrunk, paths, shrunk.graph["mapping"]


def traversals(paths: list[list[int]]) -> dict[tuple[int, int], int]:
    """On how many of the paths each arc lies."""
    counts: dict[tuple[int, int], int] = {}
    for path in paths:
        for arc in pairwise(path):
            counts[arc] = counts.get(arc, 0) + 1
    return counts
