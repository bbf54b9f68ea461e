"""Who cites a work, as far as it is known: what share of later works, and which works of whole populations."""

import re
import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from kg.analysis.base.citing_words import CANNOT_SAY, brief, certain, is_counted
from kg.analysis.base.names import name_of
from kg.analysis.communities import community_numbers
from kg.analysis.community_populations import community_populations
from kg.analysis.metrics.standing import standing_in
from kg.analysis.populations import SMALLEST, Population, every_later_work, later_works, populations
from kg.analysis.scores import Scores, plain
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.once_per_graph import once_per_graph

MOST = 3  # whole populations that are shown
_NAMES = 5  # works that a summary names
_FEWER = re.compile(r"< 1 in (\d+)")


@dataclass(frozen=True)
class WhoCites:
    """How the works of one population cite some works.

    Attributes
    ----------
    population : Population
        The citing works.
    scores : Scores
        The `standing` among them of the works asked about.
    option : str
        What follows `kg why WORK standing` to ask of this population.
    """

    population: Population
    scores: Scores
    option: str

    def row(self, id_: str) -> dict[str, Any] | None:
        """Population, k, n, N, share, interval, verdict and its probability for a work; None where nothing could cite it."""
        row = {str(name): plain(value) for name, value in self.scores.table.loc[id_].items()}
        if not row["population"]:
            return None
        asked = ("k", "n", "value", "low", "high", "least", "most", "probability", "verdict")
        return {"population": self.population.name, "N": row["population"]} | {name: row[name] for name in asked}

    def sentence(self, id_: str) -> str:
        """What is known of a work, in words, and which works a named population has."""
        row = {str(name): plain(value) for name, value in self.scores.table.loc[id_].items()}
        of, words = self.population, self.scores.in_words(row) if self.scores.in_words else ""
        return words if of.label or not of.rule else f"{words}; {of.name} are {of.rule}"

    def summary(self, graph: CitationGraph, ids: Sequence[str]) -> str:
        """What is known of several works, in a line: how many are cited by none, by few, and which are well known."""
        of = self.population
        table = self.scores.table.loc[list(ids)]
        table = table[table["population"] > 0].sort_values("value", ascending=False, kind="stable")
        counted = table["verdict"].map(is_counted).astype(bool)
        rows = zip(table["verdict"], table["low"], table["high"], table["population"], strict=True)
        short = [brief(dict(zip(("verdict", "low", "high", "N"), row, strict=True))) for row in rows]
        none = counted & (table["k"] == 0)
        fewer = np.array([int(match[1]) if (match := _FEWER.search(words)) else 0 for words in short]) * ~none
        little = int(table["verdict"].str.startswith("little known").sum())
        of_these = f" ({little:,} of these little known)" if little else ""
        parts = [
            f"{n:,} {words}"
            for words, n in (
                ("found in none" if of.detection < 1 else "cited by none", int(none.sum())),
                (f"cited by fewer than 1 in 100{of_these}", int((fewer >= 100).sum())),
                (
                    "more cited by fewer than 1 in 50" if (fewer >= 100).any() else "cited by fewer than 1 in 50",
                    int((fewer == 50).sum()),
                ),
                *_others(table.loc[~counted, "verdict"]),
            )
            if n
        ]
        if known := list(table.index[table["verdict"] == "well known"]):
            parts.append(f"{len(known):,} well known (in the most cited tenth of their time): {_named(graph, known)}")
        if (most := table.loc[counted, "k"].max()) > 0:
            best = list(table.index[counted & (table["k"] == most)])
            least = "at least " if of.detection < 1 else ""
            parts.append(f"cited most, by {least}{most:,}{' each' if len(best) > 1 else ''}: {_named(graph, best)}")
        if silent := int((table["verdict"] == CANNOT_SAY).sum()):
            parts.append(f"cannot say: {silent:,}")
        sure = table.loc[~counted, "probability"].min()
        if sure == sure:  # noqa: PLR0124  (NaN where nothing is estimated)
            parts[-1] += f" (each verdict with a probability of {certain(float(sure))} or more)"
        found = f" ({100 * of.detection:.0f} % of the citations in them were found)" if of.detection < 1 else ""
        some = "" if len(table) == len(ids) else f", for the {len(table):,} they could cite"
        return f"{of.words}, {of.known:,} of {of.size:,} reference lists {of.read_as}{found}{some}: {'; '.join(parts)}"


def who_cites(graph: CitationGraph, ids: Sequence[str]) -> list[WhoCites]:
    """How later works cite some works, and how the whole populations do that could cite at least half of them.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    ids : sequence of str
        The works asked about.

    Returns
    -------
    list of WhoCites
        First the works of the last era, where the graph names eras and that one goes on after the works, else all later
        works; then at most three populations whose lists are nearly all known: those named for the graph first, then venues
        and years, then the works' own communities and years. Empty where none of the works is dated.

    Examples
    --------
    >>> edges = [(f"new{i}", "old") for i in range(3)] + [(f"new{i}", "other") for i in range(30)]
    >>> years = {"old": 1989, "other": 1990} | {f"new{i}": 2018 for i in range(30)}
    >>> g = CitationGraph.from_edges(edges, years=years, closed=True)
    >>> [found.sentence("old") for found in who_cites(g, ["old"])]
    ['cited by 3 of the 31 later works whose reference lists are known']
    """
    numbers = [graph.number(id_) for id_ in ids]
    years = sorted(year for year in graph.years[numbers].tolist() if year != UNDATED) if numbers else []
    if not years:
        return []
    era = max(graph.eras.values(), key=lambda era: (era.first, era.last), default=None)
    over = era is None or graph.years[graph.within(era)].max(initial=0) < years[0]
    later = every_later_work(graph) if era is None or over else later_works(graph, era)
    option = "" if era is None or over else f" --era {shlex.quote(later.name)}"
    middle = years[len(years) // 2]
    whole = (
        p
        for p in _told(graph, numbers, found=not later.whole)
        if p.whole and (graph.years[p.works] >= middle).sum() >= SMALLEST
    )
    asked = [(later, option), *((p, f" --population {shlex.quote(p.name)}") for p in islice(whole, MOST))]
    return [WhoCites(p, standing_in(graph, p, only=numbers), option) for p, option in asked]


def _told(graph: CitationGraph, works: Sequence[int], *, found: bool) -> Iterator[Population]:
    """Populations that may be told of: those named; if asked, those found by themselves, last those of the works' own communities."""
    yield from (p for p in once_per_graph(populations)(graph) if found or not p.found)
    if found and (detected := community_populations(graph)):
        own = set(community_numbers(graph)[list(works)].tolist())
        yield from (p for p in detected if p.community in own)


def _others(verdicts: Any) -> list[tuple[str, int]]:
    """Verdicts that say neither than how many a work is cited by fewer, nor that it is well known, nor nothing."""
    named = Counter(v for v in verdicts if "fewer than" not in v and v not in ("well known", CANNOT_SAY))
    return list(named.items())


def _named(graph: CitationGraph, ids: list[str]) -> str:
    """The first of some works as a text cites them, and how many more there are."""
    names = Counter(name_of(graph, graph.number(id_)) for id_ in ids[:_NAMES])
    told = ", ".join(name if n == 1 else f"{name} ({n} works)" for name, n in names.items())
    return told if len(ids) <= _NAMES else f"{told} and {len(ids) - _NAMES:,} more"
