"""The lanes of a map: by concept where most works have one, else by community."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from kg.analysis.community_names import community_name, title_words, unique_names
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.output.map.kept import kept
from kg.output.map.layout import MOST_LANES
from kg.output.map.model import Lanes
from kg.text import short_title, work_name

MOST_COMMUNITIES: Final = 12  # lanes of a large graph, which opens with few works of each
_ENOUGH: Final = 0.75  # share of the works drawn after which no further community gets a lane
_SHARE_WITH_CONCEPT: Final = 2 / 3  # of the works drawn, from which concepts make the lanes
_SMALLEST: Final = 3  # works of a community that gets a name


def named_work(graph: CitationGraph, id_: str) -> str:
    """A work in a few words: authors, year, title before its colon."""
    row, year, title = graph.works.loc[id_], graph.years[graph.number(id_)], str(graph.works.at[id_, "title"] or "")
    authors = str(row["authors"] or "").split("; ")
    return work_name(authors, None if year == UNDATED else int(year), short_title(title) or title, id_)


def tasks(graph: CitationGraph) -> list[tuple[str, str]]:
    """(work, task) of every work that has one."""
    table = graph.concepts[graph.concepts["scheme"] == "task"]
    return list(zip(table["work"], table["label"], strict=True))


def concept_lanes(graph: CitationGraph, chosen: Sequence[int]) -> dict[str, str]:
    """Lanes by the commonest tasks of the works drawn, for all works that have one of them."""
    labels, drawn = tasks(graph), {graph.ids[i] for i in chosen}
    lanes = choose_lanes((work, task) for work, task in labels if work in drawn)
    names = set(lanes.values())
    return choose_lanes((work, task) for work, task in labels if task in names and work not in drawn) | lanes


def choose_lanes(labels: Iterable[tuple[str, str]], *, most: int = MOST_LANES - 1) -> dict[str, str]:
    """A lane for each work that has one of the `most` commonest labels, from (work, label); the rest get none.

    A label of a single work makes no lane; a work with several labels stands in the commonest.

    Examples
    --------
    >>> choose_lanes([("a", "tags"), ("b", "tags"), ("b", "chords"), ("c", "beats")])
    {'a': 'tags', 'b': 'tags'}
    """
    pairs = sorted(set(labels))
    counts = Counter(label for _, label in pairs)
    chosen = [label for label, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if n > 1][:most]
    lanes: dict[str, str] = {}
    for label in chosen:
        for work, own in pairs:
            if own == label:
                lanes.setdefault(work, label)
    return dict(sorted(lanes.items()))


def enough_concepts(graph: CitationGraph, chosen: Sequence[int], lanes: dict[str, str]) -> bool:
    """Whether lanes by concept hold most of the works drawn."""
    return sum(graph.ids[i] in lanes for i in chosen) >= _SHARE_WITH_CONCEPT * max(len(chosen), 1)


def community_lanes(
    graph: CitationGraph, ranked: Sequence[int], chosen: Sequence[int], community: Sequence[int], *, large: bool
) -> Lanes:
    """Lanes by the communities that hold most of the works drawn, older ones first.

    A community is named after the distinctive words of its titles, else after its first work.
    """
    size = Counter(community)
    drawn = Counter(community[i] for i in chosen)
    wanted: list[int] = []
    for k in sorted(drawn, key=lambda k: (-drawn[k], k)):
        done = len(wanted) >= MOST_LANES or sum(drawn[c] for c in wanted) >= _ENOUGH * len(chosen)
        if size[k] >= _SMALLEST and (k < MOST_COMMUNITIES if large else not done):
            wanted.append(k)
    members: dict[int, list[int]] = {k: [] for k in wanted}
    for i in ranked:
        if community[i] in members:
            members[community[i]].append(i)
    called = unique_names(_name(graph, tuple(sorted(works))) for works in members.values())
    names = [
        name or f"Around {named_work(graph, graph.ids[works[0]])}"
        for name, works in zip(called, members.values(), strict=True)
    ]
    middle = {}
    for name, works in zip(names, members.values(), strict=True):
        years = graph.years[works]
        middle[name] = float(np.median(years[years != UNDATED])) if (years != UNDATED).any() else 0.0
    of = {graph.ids[i]: name for name, works in zip(names, members.values(), strict=True) for i in works}
    return Lanes(of=of, order=tuple(sorted(names, key=lambda name: (middle[name], name))), communities=of)


@kept
def _name(graph: CitationGraph, works: tuple[int, ...]) -> str:
    titles = graph.works["title"].fillna("").astype(str)
    return community_name(titles.iloc[list(works)], _title_words(graph))


@kept
def _title_words(graph: CitationGraph) -> tuple[Counter[str], int]:
    return title_words(graph.works["title"].fillna("").astype(str))
