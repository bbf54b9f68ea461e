"""What a map tells of its works and citations: sleep and awakening, returns, scores, classes, evidence, addresses."""

import shlex
from collections.abc import Iterable, Sequence
from math import log1p
from typing import TYPE_CHECKING, Any

import numpy as np

from kg import registry
from kg.analysis.forgotten import forgotten
from kg.analysis.main_path import MainPath
from kg.analysis.paths import shortest_paths
from kg.bundled import bundled_folder
from kg.graph import CitationGraph
from kg.index import UNDATED
from kg.render.map import Return, Score

if TYPE_CHECKING:
    import pandas as pd

    from kg.model import Citation
    from kg.workspace import Workspace

_LONG_SLEEP = 5  # years without a citation held that are drawn as a bar
_TOLD = ("beauty", "wake")  # measures told of every work that is cited
_SAME_IDEA = {"same principle", "anticipates"}  # kinds of claims that join an older and a newer work


def weights(found: MainPath) -> dict[tuple[str, str], float]:
    """(citing, cited) -> 0 to 1, the logarithm of the main-path count, where it is not small."""
    table = found.citations
    most = max((log1p(count) for count in table["count"]), default=0.0)
    columns = zip(table["citing"], table["cited"], table["count"], strict=True)
    return {(a, b): log1p(count) / most for a, b, count in columns if log1p(count) > 0.5 * most}


def returns(graph: CitationGraph) -> list[Return]:
    """Older and newer works that an article joins by one idea while no citation path between them is held."""
    found: dict[tuple[str, str], Return] = {}
    for claim in graph.claims:
        if claim.kind not in _SAME_IDEA:
            continue
        ends = [
            graph.number(w) for w, _ in claim.roles if w in set(graph.ids) and graph.years[graph.number(w)] != UNDATED
        ]
        for old in ends:
            for new in ends:
                if graph.years[old] >= graph.years[new] or shortest_paths(graph.arrays, old, new).paths:
                    continue
                pair = graph.ids[old], graph.ids[new]
                where = f"{claim.place}. No citation path between the two is held here"
                found.setdefault(pair, Return(*pair, f"{claim.statement} ({where}.)"))
    return list(found.values())


def classes(graph: CitationGraph) -> dict[str, str]:
    """The classes of forgotten works, where they can be told."""
    told = forgotten(graph).ranked["class"].dropna()
    return {str(id_): str(name) for id_, name in told.items()}


def scores(graph: CitationGraph, space: "Workspace | None", page: CitationGraph) -> dict[str, tuple[Score, ...]]:
    """Beauty and wake of each work that is cited here, or why it has none, with the command that gives them again."""
    where = named_graph(space) if space else ""
    found: dict[str, list[Score]] = {}
    held = dict(zip(graph.ids, graph.citers.counts().tolist(), strict=True))
    for metric in _TOLD:
        scores = registry.load("metric", metric)(graph)
        for id_, value, reason in scores.table[["value", "reason"]].itertuples():
            if not held[id_] or id_ not in page.works.index:
                continue
            shown = f"not decidable here: {reason}" if np.isnan(value) else f"{value:,.4g}"
            command = f"kg why {shlex.quote(id_)} {metric}{where}"
            found.setdefault(id_, []).append(Score(metric.replace("_", " "), shown, command))
    return {id_: tuple(told) for id_, told in found.items()}


def named_graph(space: "Workspace") -> str:
    """How commands name a graph: nothing for the bundled one, its name under `graphs`, else its folder; and the year."""
    when = "" if space.store.until is None else f" --as-of {space.store.until}"
    if space.folder == bundled_folder():
        return when
    name = space.folder.name if space.folder.parent.name == "graphs" else str(space.folder)
    return f" --graph {shlex.quote(name)}{when}"


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
    table: pd.Series[Any] = registry.load("metric", "awakening_year")(graph).table["value"].dropna()
    return {str(id_): int(year) for id_, year in table.items()}


def identifiers(space: "Workspace | None", page: CitationGraph) -> dict[str, tuple[str, ...]]:
    """The identifiers of the works of a page, in normal form."""
    inside = set(page.ids)
    works = space.store.works() if space else ()
    return {work.id: work.identifiers for work in works if work.identifiers and work.id in inside}


def evidence(
    space: "Workspace | None", page: CitationGraph, drawn: Sequence[str]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """What says that one work cites another: of every citation of a small graph, else of those among the works drawn."""
    if space is None:
        return {}
    few = page.m <= 30_000
    rows = [space.store.row(id_) for id_ in drawn]
    wanted: Iterable[Citation] = (
        space.store.citations() if few else (c for row in rows for c in space.store.citations("c.citing = ?", (row,)))
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
