"""Ideas that came back: an older and a newer work on one topic with no known citation path between them."""

import shlex
from typing import Final, NamedTuple

import numpy as np

from kg.analysis.base.reachability import CREDITED, UNCREDITED, UNDECIDABLE, credit, open_until
from kg.analysis.base.related import related_pairs
from kg.analysis.metrics.uncredited_return import uncredited_return
from kg.analysis.scores import Ints
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.output.map.model import Return

_SAME_IDEA: Final = {"same principle", "anticipates"}  # kinds of claims that join an older and a newer work
_BY_CHANCE: Final = 0.05  # above this probability, were returns independent, those without a path are left out
_APART: Final = 10  # years, as `uncredited_return` has them
_EACH: Final = 3  # returns marked of one work
_MOST: Final = 16  # marked in all
_PATH: Final = {
    UNCREDITED: "No citation path leads from the older to the newer work, and no unknown reference list could hide one.",
    UNDECIDABLE: "No citation path between them is known; missing reference lists may hide one.",
}


class Returns(NamedTuple):
    """The returns found in a graph.

    Attributes
    ----------
    claimed : list[Return]
        Pairs that an article joins by one idea.
    computed : list[Return]
        Pairs from `uncredited_return`, the rarest topics first.
    pairs : Ints | None
        All pairs of work numbers (old, new) that `computed` was chosen from; None where they were not looked for.
    """

    claimed: list[Return]
    computed: list[Return]
    pairs: Ints | None

    def among(self, graph: CitationGraph, chosen: list[int]) -> tuple[tuple[Return, ...], int]:
        """The returns to mark among some works, those of an article first, and how many more pairs there are."""
        inside = set(chosen)
        first: dict[tuple[str, str], Return] = {}
        for r in (*self.claimed, *self.computed):
            if {graph.number(r.old), graph.number(r.new)} <= inside:
                first.setdefault((r.old, r.new), r)
        marked = tuple(first.values())[: max(_MOST, len(self.claimed))]
        total = 0 if self.pairs is None else int(np.isin(self.pairs, chosen).all(axis=1).sum())
        return marked, max(0, total - sum(r in self.computed for r in marked))


def find_returns(graph: CitationGraph, where: str | None, *, search: bool) -> Returns:
    """The returns of a graph; those that no article names only if `search`, or where they cost nothing."""
    computed, pairs = _computed(graph, where, search=search)
    return Returns(_claimed(graph), computed, pairs)


def why_command(id_: str, metric: str, where: str | None) -> str:
    """The command that explains a figure; "" where no command can read this graph."""
    return "" if where is None else f"kg why {shlex.quote(id_)} {metric}{where}"


def _claimed(graph: CitationGraph) -> list[Return]:
    """Older and newer works that an article joins by one idea and no known citation path links."""
    said: dict[tuple[int, int], str] = {}
    inside = set(graph.ids)
    for claim in graph.article_claims:
        if claim.kind not in _SAME_IDEA:
            continue
        ends = [i for w, _ in claim.roles if w in inside and graph.years[i := graph.number(w)] != UNDATED]
        for pair in ((old, new) for old in ends for new in ends if graph.years[old] < graph.years[new]):
            said.setdefault(pair, f"{claim.statement} ({claim.place}.)")
    if not said:
        return []
    states = credit(graph, *np.array(list(said), np.int64).T).tolist()
    return [
        Return(graph.ids[old], graph.ids[new], f"{reason} {_PATH[state]}", decided=state == UNCREDITED)
        for ((old, new), reason), state in zip(said.items(), states, strict=True)
        if state != CREDITED
    ]


def _computed(graph: CitationGraph, where: str | None, *, search: bool) -> tuple[list[Return], Ints | None]:
    """Works whose topic came back more often than expected without a citation path: the earliest returns of each."""
    none = np.empty((0, 2), np.int64)
    if not (graph.years.astype(np.int64) - _APART > open_until(graph)).any():
        return [], none  # a reference list is missing behind every later work
    if not search:
        return [], None
    table = uncredited_return(graph, years=_APART).table
    works = np.flatnonzero(((table["value"] > 0) & (table["p_pairs"] <= _BY_CHANCE)).to_numpy())
    if not len(works):
        return [], none
    old, new, _ = related_pairs(graph, years=_APART, of=works)
    uncredited = credit(graph, old, new) == UNCREDITED
    pairs = np.stack((old[uncredited], new[uncredited]), axis=1)
    citations = graph.citers.counts()
    figures = table[["uncredited", "credited", "expected", "value"]].to_numpy(float)
    found = []
    for i in sorted(works.tolist(), key=lambda i: (figures[i, :2].sum(), -figures[i, 3], graph.ids[i])):
        without, traced, expected, _ = figures[i]
        checked = without + traced
        reason = (
            f"{'All' if not traced else f'{without:.0f} of the'} {checked:.0f} works on its topic that are at least {_APART} "
            f"years later and can be checked have no citation path to it ({expected:.1f} would be expected). {_PATH[UNCREDITED]}"
        )
        later = pairs[pairs[:, 0] == i, 1].tolist()
        later.sort(key=lambda n: (graph.years[n], -citations[n], graph.ids[n]))
        why = why_command(graph.ids[i], "uncredited_return", where)
        found += [Return(graph.ids[i], graph.ids[n], reason, why=why) for n in later[:_EACH]]
    return found, pairs
