"""Credit check: the works that a bibliography builds on without citing them."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from kg.analysis.paths.usable_steps import Way
from kg.graph.arrays import UNDATED, GraphArrays


@dataclass(frozen=True, slots=True)
class Credit:
    """An ancestor of a bibliography that is not in it.

    Attributes
    ----------
    work : int
        Its number.
    score : float
        How often it stands in reference lists like the bibliography; see `credit_check`.
    generation : int
        The least number of citations between it and a work of the bibliography.
    cited_by : int
        How many works of the bibliography cite it.
    lists : int
        How many reference lists that share a work with the bibliography contain it.
    path : tuple[int, ...]
        A shortest path, from it to a work of the bibliography.
    """

    work: int
    score: float
    generation: int
    cited_by: int
    lists: int
    path: tuple[int, ...]


def credit_check(
    arrays: GraphArrays, named: Collection[int], *, without: Collection[int] = (), older_than: int | None = None
) -> list[Credit]:
    """The ancestors of the works of a bibliography that are not in it, the likeliest omission first.

    An ancestor is a work to which usable citations (see `paths`) lead back from a work of the bibliography.

    Parameters
    ----------
    arrays : GraphArrays
        The graph.
    named : Collection[int]
        The works of the bibliography.
    without : Collection[int]
        Works to leave out of the graph, such as the article that the bibliography belongs to.
    older_than : int, optional
        Only ancestors dated before this year.

    Returns
    -------
    list[Credit]
        The ancestors by falling score; equal scores by generation, then by citations in the graph.

    Notes
    -----
    The score is the sum of s / sqrt(n + 1) over the reference lists that contain the ancestor; n is the length of the list, s
    the sum of 1 / sqrt(c) over its works that are in the bibliography, c the number of lists that cite such a work, and 1
    more if the citing work is in the bibliography itself. This is a walk of two steps, up from the bibliography to the lists
    that share works with it and down to what they cite: a rare work in common says more than one that everybody cites, and a
    long list less. Range: 0 and up, without a unit.

    Examples
    --------
    >>> from kg.graph.citation_graph import CitationGraph
    >>> pairs = [("B", "A"), ("C", "B"), ("D", "B"), ("D", "A")]
    >>> g = CitationGraph.from_edges(pairs, years={"A": 1988, "B": 2002, "C": 2016, "D": 2017})
    >>> [(g.ids[c.work], c.generation, c.cited_by) for c in credit_check(g.arrays, [g.number("C"), g.number("B")])]
    [('A', 1, 1)]
    """
    named, gone = {int(w) for w in named}, {int(w) for w in without}
    timed = any(year != UNDATED for year in arrays.years)
    way = Way(arrays=arrays, back=True, timed=timed, closed=frozenset(gone))
    queue, generation, after = list(named), dict.fromkeys(named, 0), dict[int, int]()
    for v in queue:
        for u in way.of(v, generation):
            generation[u], after[u] = generation[v] + 1, v
            queue.append(u)
    score, lists = list_scores(arrays, named, gone)
    cited_by = Counter(u for v in named for u in way.row(v))

    def path(w: int) -> tuple[int, ...]:
        found = [w]
        while found[-1] not in named:
            found.append(after[found[-1]])
        return tuple(found)

    def held(w: int) -> int:
        return int(arrays.citer_offsets[w + 1] - arrays.citer_offsets[w])

    kept = (
        w
        for w in generation
        if w not in named and (older_than is None or (arrays.years[w] != UNDATED and arrays.years[w] < older_than))
    )
    order = sorted(kept, key=lambda w: (-score[w], generation[w], -held(w), w))
    return [Credit(w, score[w], generation[w], cited_by[w], lists[w], path(w)) for w in order]


def list_scores(
    arrays: GraphArrays, named: Collection[int], gone: Collection[int]
) -> tuple[Counter[int], Counter[int]]:
    """The score of every work in lists that share a work with the bibliography, and in how many of them it is."""
    references, citers = Way(arrays=arrays, back=True), Way(arrays=arrays, back=False)
    gone = {*gone}
    near = {w: [c for c in citers.row(w) if c not in gone] for w in named}
    rare = {w: len(row) ** -0.5 for w, row in near.items() if row}
    score: Counter[int] = Counter()  # of floats
    lists: Counter[int] = Counter()
    for c in sorted({c for row in near.values() for c in row} | {*named} - gone):
        row = references.row(c)
        weight = (sum(rare[w] for w in row if w in rare) + (c in named)) / (len(row) + 1) ** 0.5
        for w in row:
            score[w] += weight
        lists.update(row)
    return score, lists
