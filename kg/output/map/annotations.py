"""What a map says of its works and citations: years without citations, awakening, classes, scores, evidence."""

from collections.abc import Iterable, Sequence
from math import log1p
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from kg import plugins
from kg.analysis.base.coverage import coverage_by_year, coverage_since
from kg.analysis.claims.verdicts import RECENT, verdicts
from kg.analysis.forgotten.criteria import ENOUGH_LISTS
from kg.analysis.forgotten.table import forgotten
from kg.analysis.kept_scores import kept_scores
from kg.analysis.main_path import MainPath, main_path
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.eras import Era
from kg.output.map.kept import kept
from kg.output.map.model import LONG_SLEEP, Score
from kg.output.map.returns import why_command

if TYPE_CHECKING:
    import pandas as pd

    from kg.model import Citation

_SCORES: Final = ("beauty", "wake")  # metrics shown of every cited work
_NAMED: Final = 200  # works with a class that are looked for where none can be ranked
_FEW_CITATIONS: Final = 30_000  # up to which the page holds the evidence of all


@kept
def asleep(graph: CitationGraph) -> dict[str, tuple[int, int]]:
    """Works first cited long after they appeared: id -> year of publication, year of the first citation.

    A work is left out where under half of the reference lists of a year between are known, or fewer than five: silence is
    missing data then.
    """
    citing, cited = graph.citers.works, graph.citers.owners()
    dated = graph.years[citing] != UNDATED
    never = np.iinfo(np.int64).max
    first = np.full(len(graph), never)
    np.minimum.at(first, cited[dated], graph.years[citing[dated]].astype(np.int64))
    slept = (graph.years != UNDATED) & (first != never) & (first - graph.years >= LONG_SLEEP)
    coverage = coverage_by_year(graph)
    return {
        graph.ids[i]: (start, end)
        for i in np.flatnonzero(slept).tolist()
        if coverage.heard((start := int(graph.years[i])) + 1, (end := int(first[i])) - 1)
    }


@kept
def awake(graph: CitationGraph) -> dict[str, int]:
    """The awakening year of each work whose citation history shows one."""
    table: pd.Series[Any] = kept_scores(graph, plugins.load("metric", "awakening_year")).table["value"].dropna()
    return {str(id_): int(year) for id_, year in table.items()}


@kept
def classes(graph: CitationGraph, *, judge: bool) -> tuple[dict[str, str], list[str] | None]:
    """The classes of forgotten works, and the works that could be given one at all, most forgotten first.

    None for these where that takes long and not `judge`.
    """
    enough = bool((coverage_since(graph) >= ENOUGH_LISTS).any())
    if not judge:
        return {}, None if enough else []
    found = forgotten(graph, top=None if enough else _NAMED)  # those with a class come first
    named = [*found.ranked["class"].dropna().items(), *found.insufficient["class"].dropna().items()]
    return {str(id_): str(name) for id_, name in named}, found.ranked.index.tolist()


@kept
def claim_verdicts(graph: CitationGraph, eras: tuple[Era, ...]) -> dict[str, tuple[str, str]]:
    """What the data says to each claim, by its id."""
    starts = [era.first for era in eras]
    return {v.claim.id: (v.verdict, v.because) for v in verdicts(graph, since=max(starts, default=RECENT))}


@kept
def scores(graph: CitationGraph, where: str | None, page: CitationGraph | None = None) -> dict[str, tuple[Score, ...]]:
    """Beauty and wake of each cited work, in a graph too large for a page of the works of the page, or why they are unknown."""
    found: dict[str, list[Score]] = {}
    cited = {id_ for id_, n in zip(graph.ids, graph.citers.counts().tolist(), strict=True) if n}
    if page is not None:
        cited &= set(page.ids)
    for metric in _SCORES:
        table = kept_scores(graph, plugins.load("metric", metric)).table
        for id_, value, reason in table[["value", "reason"]].itertuples():
            if id_ in cited:
                shown = f"unknown: {reason}" if np.isnan(value) else f"{value:,.4g}"
                found.setdefault(id_, []).append(Score(metric, shown, why_command(id_, metric, where)))
    return {id_: tuple(each) for id_, each in found.items()}


@kept
def main_paths(graph: CitationGraph) -> MainPath:
    """The main paths of a graph."""
    return main_path(graph)


@kept
def weights(graph: CitationGraph) -> dict[tuple[str, str], float]:
    """(citing, cited) -> 0 to 1, the logarithm of the main-path count, where it is not small."""
    table = main_paths(graph).citations
    most = max((log1p(count) for count in table["count"]), default=0.0)
    columns = zip(table["citing"], table["cited"], table["count"], strict=True)
    return {(a, b): log1p(count) / most for a, b, count in columns if log1p(count) > 0.5 * most}


def evidence(graph: CitationGraph, page: CitationGraph, drawn: Sequence[str]) -> dict[tuple[str, str], tuple[str, ...]]:
    """What says that one work cites another: of every citation of a small graph, else of those among the works drawn."""
    source = graph.provenance
    if source is None:
        return {}
    if page is graph and graph.m <= _FEW_CITATIONS:
        return _all_evidence(graph)
    few = page.m <= _FEW_CITATIONS
    rows = [source.store.row(id_) for id_ in drawn]
    wanted: Iterable[Citation] = (
        source.store.citations() if few else (c for row in rows for c in source.store.citations("c.citing = ?", (row,)))
    )
    return _evidence(wanted, page.ids if few else drawn)


@kept
def _all_evidence(graph: CitationGraph) -> dict[tuple[str, str], tuple[str, ...]]:
    return _evidence(graph.provenance.store.citations(), graph.ids) if graph.provenance else {}


def _evidence(citations: "Iterable[Citation]", works: Iterable[str]) -> dict[tuple[str, str], tuple[str, ...]]:
    inside = set(works)
    found: dict[tuple[str, str], list[str]] = {}
    for c in citations:
        if c.citing in inside and c.cited in inside and c.citing != c.cited:
            found.setdefault((c.citing, c.cited), []).extend(_evidence_lines(c))
    return {pair: tuple(lines) for pair, lines in found.items()}


def _evidence_lines(citation: "Citation") -> list[str]:
    method = f" ({citation.method})" if citation.method else ""
    return [
        f"{citation.source}{method}",
        *(["marked as influential by its source"] if citation.influential else []),
        *(f"intent: {intent}" for intent in citation.intents),
        *(f"“{context}”" for context in citation.contexts),
    ]
