"""Simulated histories of a field, with forgotten works planted in it: what methods are tried on where the truth is known.

Nothing here is real: the graphs are generated, say so by their name, and are used by validation and benchmarks alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.model import Outcome

FIRST = 1960
PLANTED = 20  # of each kind
SIZE = {"start": 18, "references": 12}  # of the fields that validation tries: about 2,500 works
KINDS = ("sleeper", "hidden ancestor", "uncredited precursor", "decoy")


@dataclass(frozen=True, kw_only=True)
class Field:
    """A simulated field.

    Attributes
    ----------
    graph : CitationGraph
        Every work, list, year and concept; all lists known.
    planted : Mapping[str, str]
        Work id -> its kind, one of KINDS.
    seed : int
        What it was drawn with.
    """

    graph: CitationGraph
    planted: Mapping[str, str]
    seed: int


@dataclass
class _Draft:
    years: list[int] = field(default_factory=list)
    concept: list[int] = field(default_factory=list)
    references: list[list[int]] = field(default_factory=list)

    def add(self, year: int, concept: int, references: list[int]) -> int:
        self.years.append(year)
        self.concept.append(concept)
        self.references.append(references)
        return len(self.years) - 1


def simulate(
    seed: int,
    *,
    years: int = 40,
    start: int = 30,
    growth: float = 0.04,
    references: int = 12,
    inflation: float = 0.01,
    redirection: float = 0.35,
    concepts: int = 6,
    loyalty: float = 0.8,
) -> Field:
    """A field of `concepts` subjects over `years` years, with 20 planted works of each kind and 60 decoys.

    Each year `start` (1 + growth)^t works appear; each has a Poisson number of references around `references` (1 +
    inflation)^t. A reference goes to a work of the own subject with probability `loyalty`, drawn by age (half-life about 6
    years) and fitness, and with probability `redirection` on to one of the references of that work instead. Works have
    lognormal fitness.

    Planted in the first half, of ordinary subjects:

    - *sleepers*: uncited but for a stray citation for 12 to 20 years, then cited by a quarter of the works of their subject
      over three years;
    - *hidden ancestors*: cited early by three to five works which are then cited by many: few citations, a large wake;
    - *uncredited precursors*: cited a few times by works that nobody cites, and their subject, a niche of its own,
      returns 15 to 20 years later in 12 works with as many references as any of their year, none of which leads back;
    - *decoys*: a third of each of works cited evenly (much cited, never asleep), works cited early by a few works that
      nobody cites, and niches that return with their first work cited.

    Raises
    ------
    InputError
        If there are fewer than 30 years or no works in the first.

    Examples
    --------
    >>> field = simulate(1, years=30, start=8)
    >>> sorted(set(field.planted.values())) == sorted(KINDS), field.graph.coverage()
    (True, 1.0)
    """
    if years < 30 or start < 1:
        raise InputError(f"{years} years of {start} works are too few to plant in", "30 years or more, 1 work or more")
    rng = np.random.default_rng(seed)
    draft, fitness = _Draft(), np.empty(0)
    for t in range(years):
        count = int(rng.poisson(start * (1 + growth) ** t))
        old = np.array(draft.years, np.int64)
        subject = np.array(draft.concept, np.int64)
        mean = references * (1 + inflation) ** t
        for _ in range(count):
            concept = int(rng.integers(concepts))
            chosen = _cited(rng, draft, old, subject, fitness, concept, t, mean, loyalty, redirection)
            draft.add(t, concept, chosen)
        fitness = np.concatenate((fitness, rng.lognormal(0, 1, len(draft.years) - len(fitness))))
    planted = _plant(rng, draft, concepts, [references * (1 + inflation) ** t for t in range(years)])
    return Field(graph=_graph(draft, seed), planted={f"w{i}": kind for i, kind in planted.items()}, seed=seed)


LOSSES = ("random", "age", "venue", "single")
VENUES = 4  # of each subject


def lose(graph: CitationGraph, share: float, *, seed: int, how: str = "random") -> CitationGraph:
    """The graph with this share of its reference lists lost.

    `random`: every list alike. `age`: more lists of old than of young works. `venue`: by the venue of the work (each
    subject has four, of which some lose nearly all lists and some nearly none) and, within it, more of old works.
    `single`: references one by one instead; lists that lost some are PARTIAL, and how long they are is still reported. A list
    lost whole is UNKNOWN.

    Raises
    ------
    InputError
        If there is no such way of losing.
    """
    if how not in LOSSES:
        raise InputError(f"no way of losing {how!r}", f"one of {', '.join(LOSSES)}")
    rng = np.random.default_rng(seed)
    n = len(graph)
    weight, single = np.ones(n), how == "single"
    if how in {"age", "venue"}:
        age = (graph.years.max(initial=0) - graph.years).astype(np.float64)
        weight = 0.25 + 1.5 * age / max(age.max(initial=0), 1)
    if how == "venue":
        subject = dict(zip(graph.concepts["work"], graph.concepts["label"], strict=True))
        _, at = np.unique([subject.get(w, "") for w in graph.ids], return_inverse=True)
        venue = at * VENUES + rng.integers(VENUES, size=n)
        weight *= rng.beta(0.5, 0.5, VENUES * (1 + at.max(initial=0)))[venue]
    for _ in range(50 if n else 0):  # until the mean is the share where none is above 1
        weight *= share / max(float(weight.clip(0, 1).mean()), 1e-9)
    chance = weight.clip(0, 1)
    if not single:
        return graph.without_lists(rng.random(n) < chance)
    citing = graph.references.owners()
    return graph.without_citations(rng.random(len(citing)) < chance[citing])


def rewired(graph: CitationGraph, *, seed: int) -> CitationGraph:
    """Citations dealt anew within cells of citing and cited year: each work cites and is cited as often as before."""
    rng = np.random.default_rng(seed)
    citing, cited = graph.references.owners(), graph.references.works.copy()
    cell = graph.years[citing].astype(np.int64) * 4000 + graph.years[cited]
    order = np.lexsort((rng.random(len(cell)), cell))
    cited[np.argsort(cell, kind="stable")] = cited[order]
    return CitationGraph.from_edges(
        ((graph.ids[a], graph.ids[b]) for a, b in zip(citing.tolist(), cited.tolist(), strict=True)),
        years={id_: year for id_, year in zip(graph.ids, graph.years.tolist(), strict=True) if year != UNDATED},
        outcomes=dict.fromkeys(graph.ids, Outcome.COMPLETE),
        works=graph.ids,
    )


def barely_known() -> CitationGraph:
    """A hundred works of 1980-1982 and one, "asleep", cited from 2004 on alone; two in five of the later lists are known."""
    rng = np.random.default_rng(3)
    years = {f"w{k:03}": 1980 + k % 3 for k in range(100)} | {"asleep": 1981}
    edges = []
    for year in range(1982, 2012):
        for k in range(12):
            years[f"c{year}.{k}"] = year
            old = rng.choice(100, 4, p=(w := np.where(np.arange(100) < 60, 2.0, 1.0)) / w.sum(), replace=False)
            edges += [(f"c{year}.{k}", f"w{j:03}") for j in old[: 4 if year < 1995 else 1]]
            if year >= 2004 and k < 4:
                edges.append((f"c{year}.{k}", "asleep"))
    known = {w: Outcome.COMPLETE if w[0] == "c" and rng.random() < 0.4 else Outcome.UNKNOWN for w in years}
    edges = [(a, b) for a, b in edges if known[a] == Outcome.COMPLETE]
    return CitationGraph.from_edges(edges, years=years, outcomes=known, works=list(years))


def _cited(
    rng: np.random.Generator,
    draft: _Draft,
    old: NDArray[np.int64],
    subject: NDArray[np.int64],
    fitness: NDArray[np.float64],
    concept: int,
    t: int,
    mean: float,
    loyalty: float,
    redirection: float,
) -> list[int]:
    """The references of a new work: older works by subject, age and fitness, some passed on to what those cite."""
    if not len(old):
        return []
    weight = fitness[: len(old)] * 0.5 ** ((t - old) / 6) * np.where(subject == concept, loyalty, (1 - loyalty) / 3)
    count = min(int(rng.poisson(mean)), len(old))
    drawn = np.unique(rng.choice(len(old), count, p=weight / weight.sum()))
    chosen = set()
    for i in drawn.tolist():
        onward = draft.references[i]
        chosen.add(int(rng.choice(onward)) if onward and rng.random() < redirection else i)
    return sorted(chosen)


def _plant(rng: np.random.Generator, draft: _Draft, concepts: int, lengths: list[float]) -> dict[int, str]:
    """Add the planted works with their citations; gives work -> kind. `lengths`: the mean number of references by year."""
    ordinary, years = len(draft.years), len(lengths)
    year, subject = np.array(draft.years), np.array(draft.concept)
    cited = np.bincount([b for row in draft.references for b in row], minlength=ordinary)
    planted: dict[int, str] = {}

    def some(mask: NDArray[np.bool_], count: float) -> list[int]:
        works = np.flatnonzero(mask)
        return rng.choice(works, min(int(count), len(works)), replace=False).tolist() if len(works) else []

    def born(concept: int) -> tuple[int, int]:
        t = int(rng.integers(2, years // 3))
        parents = some((year < t) & (subject == concept), 5)
        return draft.add(t, concept, parents), t

    def cite(works: list[int], new: int) -> None:
        for w in works:
            draft.references[w] = sorted({*draft.references[w], new})

    def ignored(new: int, t: int) -> None:
        """Three or four works that cite it early on and that nobody cites."""
        for after in range(int(rng.integers(3, 5))):
            parents = some((year < t + 1 + after) & (subject == draft.concept[new] % concepts), 6)
            draft.add(t + 1 + after, draft.concept[new] if draft.concept[new] < concepts else 0, [*parents, new])

    def niche(number: int, *, credited: bool) -> int:
        concept = concepts + number
        new, t = born(int(rng.integers(concepts)))
        draft.concept[new] = concept
        ignored(new, t)
        back = t + int(rng.integers(15, 21))
        first = None
        for k in range(12):
            at = min(back + k // 3, years - 1)
            parents = some((year < at) & (year > t + 8), rng.poisson(lengths[at]))  # as long as any list of its year
            work = draft.add(
                at, concept, parents + ([new] if credited and first is None else []) + ([first] if first else [])
            )
            first = work if first is None else first
        return new

    for k in range(PLANTED):
        new, t = born(int(rng.integers(concepts)))
        wakes = t + int(rng.integers(12, 21))
        like = subject == draft.concept[new]
        cite(some((year > t) & (year < wakes), int(rng.integers(0, 2))), new)
        for after in range(3):
            now = (year == min(wakes + after, years - 1)) & like
            cite(some(now, max(4, 0.25 * now.sum() * (after + 1) / 2)), new)
        planted[new] = KINDS[0]
        new, t = born(int(rng.integers(concepts)))
        near = (year > t) & (year <= t + 6) & (subject == draft.concept[new])
        famous = near & (cited >= np.quantile(cited[near], 0.9)) if near.any() else near
        cite(some(famous, int(rng.integers(3, 6))), new)
        planted[new] = KINDS[1]
        planted[niche(2 * k, credited=False)] = KINDS[2]
        planted[niche(2 * k + 1, credited=True)] = KINDS[3]
        new, t = born(int(rng.integers(concepts)))
        for at in range(t + 1, years):
            cite(some((year == at) & (subject == draft.concept[new]), 2), new)
        planted[new] = KINDS[3]
        new, t = born(int(rng.integers(concepts)))
        ignored(new, t)
        planted[new] = KINDS[3]
    return planted


def _graph(draft: _Draft, seed: int) -> CitationGraph:
    names = [f"w{i}" for i in range(len(draft.years))]
    lists = [[j for j in row if draft.years[j] <= draft.years[i]] for i, row in enumerate(draft.references)]
    return CitationGraph.from_edges(
        ((names[i], names[j]) for i, row in enumerate(lists) for j in row),
        years={name: FIRST + t for name, t in zip(names, draft.years, strict=True)},
        outcomes=dict.fromkeys(names, Outcome.COMPLETE),
        concepts={name: [f"subject {c}"] for name, c in zip(names, draft.concept, strict=True)},
        reported_references={name: len(row) for name, row in zip(names, lists, strict=True)},
        name=f"simulated field {seed}",
    )
