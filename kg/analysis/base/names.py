"""How sentences name the works of a graph: as a text cites them."""

from collections.abc import Iterable
from string import ascii_lowercase

import numpy as np

from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.once_per_graph import once_per_graph
from kg.text import cited_as

MOST_NAMED = 3  # works that a sentence names before it counts the rest


def authors_of(graph: CitationGraph, i: int) -> tuple[str, ...]:
    """The authors of work number `i`, as its table gives them."""
    return tuple(name for name in str(graph.works.at[graph.ids[i], "authors"] or "").split("; ") if name)


def year_of(graph: CitationGraph, i: int) -> int | None:
    """The year of work number `i`; None where it is unknown."""
    return None if graph.years[i] == UNDATED else int(graph.years[i])


def lettered_year(graph: CitationGraph, i: int) -> int | str | None:
    """The year of work number `i`, with a letter where an era lists several works of the same authors and year: 2002b."""
    return f"{graph.years[i]}{letter}" if (letter := _letters(graph).get(i)) else year_of(graph, i)


def name_of(graph: CitationGraph, i: int) -> str:
    """Work number `i` as a text cites it, "Todd 1989" or "Eck & Schmidhuber 2002b"; its id where no author is known."""
    return cited_as(authors_of(graph, i), lettered_year(graph, i), graph.ids[i])


@once_per_graph
def _letters(graph: CitationGraph) -> dict[int, str]:
    """The letters of the works that eras list by one name, in the order of their titles; others keep their plain name."""
    names: dict[str, list[int]] = {}
    for era in graph.eras.values():
        for i in np.flatnonzero(graph.within(era)).tolist() if era.members is not None else []:
            if year_of(graph, i) is not None and any(authors := authors_of(graph, i)):
                names.setdefault(cited_as(authors, year_of(graph, i)), []).append(i)
    titles = graph.works["title"].fillna("")
    alike = [sorted(set(works), key=lambda i: (titles[graph.ids[i]], graph.ids[i])) for works in names.values()]
    return {i: letter for works in alike if len(works) > 1 for i, letter in zip(works, ascii_lowercase, strict=False)}


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
