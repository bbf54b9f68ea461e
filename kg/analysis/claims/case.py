"""What the rules of claims share: the words of a verdict, what a rule finds, and the claim with its works."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.names import names_of, year_of
from kg.analysis.base.reachability import CREDITED, UNCREDITED, credit
from kg.analysis.paths.query import shortest_paths
from kg.analysis.populations import Population, populations
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.once_per_graph import once_per_graph
from kg.graph.topology import in_memoryviews
from kg.model import Claim
from kg.text import counted, title_key

SUPPORTED, CONTRADICTED, OPEN, NOT_ABOUT = "supported", "contradicted", "open", "not about citations"
Label = tuple[str, str]
_INITIALS = 3  # words a label has at least for a statement to name it by their initials


@dataclass(frozen=True)
class Finding:
    """What a rule finds; see `kg.analysis.claims.verdicts.Verdict` for what the fields mean."""

    verdict: str
    because: str
    numbers: dict[str, Any] = field(default_factory=dict)
    population: str | None = None
    k: int | None = None
    n: int | None = None
    settle: str | None = None


def only_in(where: str, verdict: str = SUPPORTED) -> str:
    """The verdict on a claim that is decided where the data can tell: "supported in ISMIR 2018, open elsewhere"."""
    return f"{verdict} in {where}, {OPEN} elsewhere"


@dataclass(frozen=True)
class Case:
    """A claim with the numbers of its works, and the first year of those who count as citing today."""

    graph: CitationGraph
    claim: Claim
    subjects: list[int]
    objects: list[int]
    since: int

    def is_later(self, a: int, b: int) -> bool:
        """Whether work a is known to be later than b."""
        return bool(self.graph.is_later(np.array([a]), np.array([b]))[0])

    def names(self, works: Iterable[int]) -> str:
        """Works as a text cites them."""
        return names_of(self.graph, works)

    def span(self) -> tuple[int, int] | None:
        """The first and the last year of the subjects; None where no year is known."""
        years = [y for i in self.subjects if (y := year_of(self.graph, i)) is not None]
        return (min(years), max(years)) if years else None

    @property
    def populations(self) -> list[Population]:
        """Named populations, venues and years; not communities, which are made of the citations that a claim is held against."""
        return once_per_graph(populations)(self.graph)

    @cached_property
    def concepts(self) -> dict[int, set[Label]]:
        """The concepts of each work that has any, as (scheme, label)."""
        return _concepts(self.graph)

    @cached_property
    def independent(self) -> dict[int, set[Label]]:
        """The same, without the concepts that come from the article itself."""
        return _concepts(self.graph, independent=True)

    @cached_property
    def field(self) -> tuple[NDArray[np.int64], str] | None:
        """The works of all years that an era lists together with all subjects, and in words which these are."""
        for era in self.graph.eras.values():
            if era.members is not None and all(self.graph.ids[i] in era.members for i in self.subjects):
                listed = np.isin(np.array(self.graph.ids), np.array([*era.members], dtype=str))
                return np.flatnonzero(listed), f"works listed with the {era.name} era"
        return None

    def named(self, labels: Iterable[Label]) -> set[Label]:
        """Those of some concepts that the statement names: all words of the label occur in it, or their initials do."""
        words = set(title_key(self.claim.statement).split())
        words |= {word.removesuffix("s") for word in words}
        found = set()
        for scheme, label in labels:
            parts = title_key(label).split()
            initials = "".join(part[0] for part in parts)
            if words.issuperset(parts) or (len(parts) >= _INITIALS and initials in words):
                found.add((scheme, label))
        return found

    def missing_lists(self, pairs: Iterable[tuple[int, int]]) -> list[int]:
        """The works whose unknown reference lists (or years) may hide a path between these (old, new) pairs, nearest first."""
        arrays = in_memoryviews(self.graph.arrays)
        found: dict[int, None] = {}
        for old, new in pairs:
            if certificate := shortest_paths(arrays, old, new).certificate:
                found |= dict.fromkeys(certificate.reach.frontier)
        return list(found)


@dataclass(frozen=True)
class Pairs:
    """Pairs of an earlier and a later work, and whether a usable citation path joins them."""

    case: Case
    pairs: list[tuple[int, int]]

    @classmethod
    def of(cls, case: Case, olds: list[int], news: list[int]) -> "Pairs":
        """Each of some works with each of others."""
        return cls(case, [(a, b) for a in olds for b in news if a != b])

    @cached_property
    def state(self) -> NDArray[np.int8]:
        """Of each pair, whether it has a path, none, or may have one."""
        return credit(self.case.graph, *np.array(self.pairs, np.int64).T)

    @property
    def counts(self) -> dict[str, int]:
        """How many have a citation path, a direct citation, no path, or cannot be decided."""
        direct = sum(a in self.case.graph.references.of(b) for a, b in self.pairs)
        path, lost = int((self.state == CREDITED).sum()), int((self.state == UNCREDITED).sum())
        open_ = len(self.pairs) - path - lost
        return {"pairs": len(self.pairs), "path": path, "direct": int(direct), "no path": lost, "undecidable": open_}

    def undecided(self) -> list[tuple[int, int]]:
        """The pairs that may have a path."""
        return [
            pair for pair, s in zip(self.pairs, self.state.tolist(), strict=True) if s not in (CREDITED, UNCREDITED)
        ]

    def settle(self) -> str | None:
        """The missing reference lists that would decide them."""
        if not (missing := self.case.missing_lists(self.undecided())):
            return None
        which = self.case.names(missing)
        if len(missing) == 1:
            return f"the reference list of {which}; if the earlier work is not in it, those of the works it cites"
        return f"the reference lists of {counted(len(missing), 'work')}, nearest first {which}"

    def sentence(self) -> str:
        """What is known of their paths, in words."""
        found = self.counts
        if len(self.pairs) == 1:
            return self._one(*self.pairs[0], found)
        what = f"{len(self.pairs)} pairs of an earlier and a later work"
        if found["undecidable"] == len(self.pairs):
            return f"no citation path is known for any of the {what}; missing reference lists may hide some"
        said = f"{found['path']} of the {what} {'has' if found['path'] == 1 else 'have'} a citation path"
        said += f" ({found['direct']} by direct citation)" if found["direct"] else ""
        lost = f"{said}, {found['no path']} none" if found["no path"] else said
        hidden = f"{found['undecidable']} cannot be checked, because reference lists are missing"
        return f"{lost}, {hidden}" if found["undecidable"] else lost

    def _one(self, old: int, new: int, found: dict[str, int]) -> str:
        first, last = self.case.names([old]), self.case.names([new])
        if found["direct"] and found["path"]:
            return f"{last} cites {first}"
        if found["path"]:
            path = shortest_paths(in_memoryviews(self.case.graph.arrays), old, new).paths
            between = f", by way of {self.case.names(path[0][1:-1])}" if path and len(path[0]) > 2 else ""
            return f"a citation path leads from {last} back to {first}{between}"
        if found["undecidable"]:
            return f"no citation path from {last} back to {first} is known; missing reference lists may hide one"
        return f"no citation path leads from {last} back to {first}, and all reference lists on the way are known"


def is_dated(graph: CitationGraph, works: NDArray[np.int64], first: int, last: int) -> NDArray[np.bool_]:
    """Which of some works are dated from a first to a last year."""
    years = graph.years[works]
    return np.asarray((years != UNDATED) & (years >= first) & (years <= last))


def _concepts(graph: CitationGraph, *, independent: bool = False) -> dict[int, set[Label]]:
    table = graph.concepts
    if independent:
        table = table[~table["source"].str.startswith("article")]
    found: dict[int, set[Label]] = {}
    for work, scheme, label in table[["work", "scheme", "label"]].itertuples(index=False, name=None):
        found.setdefault(graph.number(work), set()).add((scheme, label))
    return found
