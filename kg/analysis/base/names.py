"""How sentences name the works of a graph: as a text cites them."""

from collections.abc import Iterable

from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.text import cited_as

MOST_NAMED = 3  # works that a sentence names before it counts the rest


def authors_of(graph: CitationGraph, i: int) -> tuple[str, ...]:
    """The authors of work number `i`, as its table gives them."""
    return tuple(name for name in str(graph.works.at[graph.ids[i], "authors"] or "").split("; ") if name)


def year_of(graph: CitationGraph, i: int) -> int | None:
    """The year of work number `i`; None where it is unknown."""
    return None if graph.years[i] == UNDATED else int(graph.years[i])


def name_of(graph: CitationGraph, i: int) -> str:
    """Work number `i` as a text cites it, "Todd 1989"; its id where no author is known."""
    return cited_as(authors_of(graph, i), year_of(graph, i), graph.ids[i])


def names_of(graph: CitationGraph, works: Iterable[int]) -> str:
    """Several works in words, and how many more there are.

    Examples
    --------
    >>> g = CitationGraph.from_edges([("B", "A"), ("C", "B"), ("D", "C")])
    >>> names_of(g, [0, 1]), names_of(g, range(4))
    ('A and B', 'A, B, C and 1 more')
    """
    names = [name_of(graph, i) for i in works]
    if len(names) > MOST_NAMED:
        names[MOST_NAMED:] = [f"{len(names) - MOST_NAMED:,} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
