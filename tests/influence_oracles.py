"""Naive twins of the influence metrics, written from the definitions over plain sets, dicts and fractions."""

from datetime import date
from fractions import Fraction
from itertools import product
from math import comb, inf, log

import networkx as nx
import numpy as np
from oracles import Case


def burst_sequences(counts: list[int], made: list[int], s: float, gamma: float) -> dict[tuple[int, ...], float]:
    """The cost of every sequence of levels, 0 or 1 a year."""
    usual = sum(counts) / sum(made)
    levels = (usual, min(s * usual, 1 - 1e-5))
    if levels[1] <= usual:
        return {(0,) * len(counts): 0.0}
    cost = {}
    for sequence in product((0, 1), repeat=len(counts)):
        total, before = 0.0, 0
        for level, r, d in zip(sequence, counts, made, strict=True):
            total += gamma * log(len(counts)) if level > before else 0.0
            chance = comb(d, r) * levels[level] ** r * (1 - levels[level]) ** (d - r)
            total += -log(chance) if chance else inf
            before = level
        cost[sequence] = total
    return cost


def units(case: Case) -> dict[str, int]:
    """The strong part of each work once citations of later works and loops are gone."""
    g = nx.DiGraph()
    g.add_nodes_from(case.works)
    g.add_edges_from((a, b) for a, b in case.edges if a != b and not case.later(b, a))
    return {w: k for k, part in enumerate(nx.strongly_connected_components(g)) for w in part}


def persistent_influence(case: Case, reported: dict[str, int] | None = None) -> tuple[dict[str, Fraction], Fraction]:
    """P of every work, by following every path down, and all that leaks."""
    unit, references = units(case), case.references()
    share = {}
    for u in case.works:
        outside = {v for v in references[u] if unit[v] != unit[u]}
        kept = {v for v in outside if not case.later(v, u)}
        for v in kept:
            share[u, v] = Fraction(1, max(len(outside), (reported or {}).get(u, 0)))
    total = dict.fromkeys(case.works, Fraction(0))
    leaked = Fraction(0)
    for start in case.works:
        front = {start: Fraction(1)}
        while front:
            below: dict[str, Fraction] = {}
            for u, mass in front.items():
                handed = {v: mass * f for (w, v), f in share.items() if w == u}
                leaked += mass - sum(handed.values())
                for v, part in handed.items():
                    below[v] = below.get(v, Fraction(0)) + part
                    total[v] += part
            front = below
    return total, leaked


def rescaled(case: Case, value: dict[str, float], window: int) -> dict[str, float | None]:
    """Each work among the `window` nearest by date, a date's members spread evenly over its places."""
    dated = [w for w in case.works if case.year(w) is not None]
    if len(dated) < window:
        return dict.fromkeys(case.works)
    by_year = {case.year(w) for w in dated if w not in case.dates}

    def key(w: str) -> tuple[int, int]:
        year = case.year(w)
        return year, 0 if year in by_year else date.fromisoformat(case.dates[w]).toordinal()

    places = [key(w) for w in sorted(dated, key=key)]
    members = {k: [w for w in dated if key(w) == k] for k in set(places)}

    def moments(place: int) -> tuple[float, float]:
        first = min(max(place - window // 2, 0), len(places) - window)
        inside = places[first : first + window]
        one = two = 0.0
        for k in set(inside):
            part = inside.count(k) / len(members[k])
            one += part * sum(value[w] for w in members[k])
            two += part * sum(value[w] ** 2 for w in members[k])
        mean = one / window
        return mean, (two / window - mean * mean)

    result: dict[str, float | None] = dict.fromkeys(case.works)
    for w in dated:
        own = [moments(k) for k, place in enumerate(places) if place == key(w)]
        if all(variance > 1e-13 * mean * mean for mean, variance in own):
            result[w] = sum((value[w] - mean) / variance**0.5 for mean, variance in own) / len(own)
    return result


def timed(case: Case, cycles: str) -> tuple[nx.DiGraph, dict[tuple[str, str], set[tuple]]]:
    """The DAG of time of old -> new under a treatment of cycles, and for each citation (citing, cited) its arcs."""
    same = {
        (a, b)
        for a, b in case.edges
        if None not in (case.year(a), case.year(b)) and not case.later(a, b) and not case.later(b, a)
    }
    kept = {(a, b) for a, b in case.edges if a != b and not case.later(b, a)}
    kept -= same if cycles == "drop-same-date" else set()
    g = nx.DiGraph()
    g.add_nodes_from(case.works)
    g.add_edges_from(kept)
    unit = {w: frozenset(part) for part in nx.strongly_connected_components(g) for w in part}
    arcs: dict[tuple[str, str], set[tuple]] = {}
    for a, b in kept:
        if cycles != "preprint":
            if unit[a] != unit[b]:
                arcs[a, b] = {(unit[b], unit[a])}
        elif unit[a] == unit[b]:
            arcs[a, b] = {((b, "preprint"), (a,))}
        else:
            arcs[a, b] = {((b,), (a,))} | ({((b,), (a, "preprint"))} if len(unit[a]) > 1 else set())
    dag = nx.DiGraph(arc for some in arcs.values() for arc in some)
    assert nx.is_directed_acyclic_graph(dag)
    return dag, arcs


def paths_through(dag: nx.DiGraph, weights: str) -> list[list]:
    """Every path of one arc or more that counts, by walking."""
    starts = [v for v in dag if weights != "spc" or not dag.in_degree(v)]
    paths = []
    for start in starts:
        stack = [[start]]
        while stack:
            path = stack.pop()
            if len(path) > 1 and (weights == "spnp" or not dag.out_degree(path[-1])):
                paths.append(path)
            stack += [[*path, v] for v in dag.successors(path[-1])]
    return paths


def citerank(case: Case, start: dict[str, float], a: float, steps: int = 400) -> dict[str, float]:
    """Readers followed step by step until none is left."""
    references = case.references()
    front, total = dict(start), dict.fromkeys(case.works, 0.0)
    for _ in range(steps):
        below = dict.fromkeys(case.works, 0.0)
        for u, mass in front.items():
            total[u] += mass
            for v in references[u]:
                below[v] += (1 - a) * mass / len(references[u])
        front = below
    return total


def authorities(case: Case) -> dict[str, float] | None:
    """The iteration from equal hubs, 2^12 steps of it by squaring the matrix, in whole numbers: equal eigenvalues stay equal."""
    references = case.references()
    cites = np.array([[int(v in references[u]) for v in case.works] for u in case.works], object)
    if not cites.any():
        return None
    step = cites.T @ cites
    for _ in range(12):
        step = step @ step
    found = (step @ cites.T).sum(axis=1)
    return {w: float(Fraction(x, found.sum())) for w, x in zip(case.works, found.tolist(), strict=True)}


def together(case: Case, metric: str) -> dict[tuple[str, str], int]:
    """For each pair of works, how many cite both, or are cited by both."""
    lists = (case.citers() if metric == "co_citation" else case.references()).items()
    return {(a, b): len(x & y) for a, x in lists for b, y in lists if a != b and x & y}
