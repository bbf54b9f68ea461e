"""What a map tells of its works and citations: sleep and awakening, returns, scores, classes, evidence, addresses."""

import shlex
from collections.abc import Iterable, Sequence
from math import log1p
from typing import TYPE_CHECKING, Any

import numpy as np

from kg import plugins
from kg.analysis.base.coverage import coverage_since
from kg.analysis.base.reachability import CREDITED, UNCREDITED, UNDECIDABLE, credit, open_until
from kg.analysis.base.related import related_pairs
from kg.analysis.forgotten.criteria import ENOUGH_LISTS
from kg.analysis.forgotten.table import forgotten
from kg.analysis.main_path import MainPath
from kg.analysis.metrics.uncredited_return import uncredited_return
from kg.analysis.scores import Ints
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.provenance import Provenance
from kg.output.map.model import Return, Score

if TYPE_CHECKING:
    import pandas as pd

    from kg.model import Citation

_LONG_SLEEP = 5  # years without a citation held that are drawn as a bar
_TOLD = ("beauty", "wake")  # measures told of every work that is cited
_SAME_IDEA = {"same principle", "anticipates"}  # kinds of claims that join an older and a newer work
_BY_CHANCE = 0.05  # above this chance of as many, returns without a path say nothing
_APART = 10  # years, as `uncredited_return` has them
_EACH = 3  # returns told of one work
_STATES = {
    UNCREDITED: "No citation path between the two is found in this data, and no missing list could hold one.",
    UNDECIDABLE: "No citation path between the two is held here, but lists on the way are missing: this data cannot tell.",
}


def weights(found: MainPath) -> dict[tuple[str, str], float]:
    """(citing, cited) -> 0 to 1, the logarithm of the main-path count, where it is not small."""
    table = found.citations
    most = max((log1p(count) for count in table["count"]), default=0.0)
    columns = zip(table["citing"], table["cited"], table["count"], strict=True)
    return {(a, b): log1p(count) / most for a, b, count in columns if log1p(count) > 0.5 * most}


def claimed_returns(graph: CitationGraph) -> list[Return]:
    """Older and newer works that an article joins by one idea while no citation path between them is held."""
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
        Return(graph.ids[old], graph.ids[new], f"{reason} {_STATES[state]}", decided=state == UNCREDITED)
        for ((old, new), reason), state in zip(said.items(), states, strict=True)
        if state != CREDITED
    ]


def found_returns(graph: CitationGraph, where: str | None, *, asked: bool) -> tuple[list[Return], Ints | None]:
    """Works whose subject came back more often than expected without a citation path: the rarest subjects first.

    Of each work the _EACH earliest returns, and all pairs (old, new) of numbers that these are of. `where` is what a
    command needs to see this graph, None where none can. None for the pairs where nobody `asked` and looking would take long.
    """
    if not (
        graph.years.astype(np.int64) - _APART > open_until(graph)
    ).any():  # lists are missing behind every later work
        return [], np.empty((0, 2), np.int64)
    if not asked:
        return [], None
    table = uncredited_return(graph, years=_APART).table
    works = np.flatnonzero(((table["value"] > 0) & (table["p"] <= _BY_CHANCE)).to_numpy())
    if not len(works):
        return [], np.empty((0, 2), np.int64)
    old, new = related_pairs(graph, years=_APART, of=works)
    none = credit(graph, old, new) == UNCREDITED
    pairs = np.stack((old[none], new[none]), axis=1)
    held = graph.citers.counts()
    figures = table[["uncredited", "credited", "expected", "value"]].to_numpy(float)
    found = []
    for i in sorted(works.tolist(), key=lambda i: (figures[i, :2].sum(), -figures[i, 3], graph.ids[i])):
        lost, traced, expected, _ = figures[i]
        reason = (
            f"Of {lost + traced:.0f} works of its subject, ten or more years later, that can be judged, "
            f"{'all' if not traced else f'{lost:.0f}'} have no citation path back to it, where {expected:.1f} are expected. "
            f"{_STATES[UNCREDITED]}"
        )
        why = _why(graph.ids[i], "uncredited_return", where)
        later = pairs[pairs[:, 0] == i, 1].tolist()
        later.sort(key=lambda n: (graph.years[n], -held[n], graph.ids[n]))
        found += [Return(graph.ids[i], graph.ids[n], reason, why=why) for n in later[:_EACH]]
    return found, pairs


def classes(graph: CitationGraph, *, asked: bool) -> tuple[dict[str, str], list[str] | None]:
    """The classes of forgotten works, where they can be told, and the works that could be judged at all.

    None for these where nobody `asked` and judging would take long.
    """
    if not (coverage_since(graph) >= ENOUGH_LISTS).any():
        return {}, []
    if not asked:
        return {}, None
    ranked = forgotten(graph).ranked["class"]
    return {str(id_): str(name) for id_, name in ranked.dropna().items()}, ranked.index.tolist()


def scores(graph: CitationGraph, where: str | None, page: CitationGraph) -> dict[str, tuple[Score, ...]]:
    """Beauty and wake of each work that is cited here, or why it has none, with the command that gives them again."""
    found: dict[str, list[Score]] = {}
    held = dict(zip(graph.ids, graph.citers.counts().tolist(), strict=True))
    for metric in _TOLD:
        scores = plugins.load("metric", metric)(graph)
        for id_, value, reason in scores.table[["value", "reason"]].itertuples():
            if not held[id_] or id_ not in page.works.index:
                continue
            shown = f"not decidable here: {reason}" if np.isnan(value) else f"{value:,.4g}"
            found.setdefault(id_, []).append(Score(metric.replace("_", " "), shown, _why(id_, metric, where)))
    return {id_: tuple(told) for id_, told in found.items()}


def _why(id_: str, metric: str, where: str | None) -> str:
    return "" if where is None else f"kg why {shlex.quote(id_)} {metric}{where}"


def asleep(graph: CitationGraph) -> dict[str, tuple[int, int]]:
    """Works cited for the first time here long after they appeared: id -> year of publication and of that citation."""
    asleep = {}
    for i in np.flatnonzero((graph.years != UNDATED) & (graph.citers.counts() > 0)).tolist():
        years = graph.years[graph.citers.of(i)]
        years = years[years != UNDATED]
        if len(years) and years.min() - graph.years[i] >= _LONG_SLEEP:
            asleep[graph.ids[i]] = (int(graph.years[i]), int(years.min()))
    return asleep


def awake(graph: CitationGraph) -> dict[str, int]:
    """The awakening year of each work whose history shows one."""
    table: pd.Series[Any] = plugins.load("metric", "awakening_year")(graph).table["value"].dropna()
    return {str(id_): int(year) for id_, year in table.items()}


def evidence(
    source: Provenance | None, page: CitationGraph, drawn: Sequence[str]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """What says that one work cites another: of every citation of a small graph, else of those among the works drawn."""
    if source is None:
        return {}
    few = page.m <= 30_000
    rows = [source.store.row(id_) for id_ in drawn]
    wanted: Iterable[Citation] = (
        source.store.citations() if few else (c for row in rows for c in source.store.citations("c.citing = ?", (row,)))
    )
    inside = set(page.ids if few else drawn)
    found: dict[tuple[str, str], list[str]] = {}
    for c in wanted:
        if c.citing in inside and c.cited in inside and c.citing != c.cited:
            method = f" ({c.method})" if c.method else ""
            weight = ["called influential by its source"] if c.influential else []
            said = [
                f"{c.source}{method}",
                *weight,
                *(f"intent: {i}" for i in c.intents),
                *(f"“{t}”" for t in c.contexts),
            ]
            found.setdefault((c.citing, c.cited), []).extend(said)
    return {pair: tuple(lines) for pair, lines in found.items()}
