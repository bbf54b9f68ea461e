"""Which reference lists count together: those found in one place, or written by one author, or of one venue and year."""

import numpy as np

from kg.analysis.scores import Ints
from kg.graph.citation_graph import CitationGraph
from kg.text import name_key, surname, title_key

FEW = 5  # places from which on lists are told apart by where they were found


def clusters(graph: CitationGraph, works: Ints) -> tuple[Ints, str]:
    """The cluster of each work's reference list, and in words what makes one.

    Lists of one cluster resemble each other, so they count together where a few lists stand for many.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    works : ndarray of int
        Numbers of the works whose lists are known.

    Returns
    -------
    ndarray of int, shape (works,)
        The cluster of each, from 0.
    str
        "owner" of the collection a list was found in, where the graph names at least five; else "first author", or venue and
        year or the list alone where no author is known.
    """
    names, kind = _owners(graph, works), "owner"
    if len(set(names)) < FEW:
        names, kind = first_authors(graph, works), "first author"
    return np.unique(np.array(names, dtype=str), return_inverse=True)[1].astype(np.int64), kind


def _owners(graph: CitationGraph, works: Ints) -> list[str]:
    """Who keeps the place that each list was read in: "owner" of "owner/collection@version:file"."""
    if graph.provenance is None or not len(works):
        return [""] * len(works)
    asked = {graph.ids[i] for i in works.tolist()}
    rows = graph.provenance.store.db.execute(
        "SELECT w.id, min(s.name) FROM citation c JOIN work w ON w.n = c.citing JOIN source s ON s.n = c.source GROUP BY c.citing"
    )
    place = {id_: str(name) for id_, name in rows if id_ in asked}
    owners = [place.get(graph.ids[i], "").partition("/") for i in works]
    return [owner if slash else "" for owner, slash, _ in owners]


def first_authors(graph: CitationGraph, works: Ints) -> list[str]:
    """What makes the cluster of each list where it is not known in which place it was or will be found."""
    authors, venues = (graph.works[name].fillna("").astype(str).tolist() for name in ("authors", "venue"))
    names = []
    for i in works.tolist():
        first = authors[i].partition(";")[0].strip()
        venue = title_key(venues[i])
        if first:
            family = surname(first)
            initial = first.replace(family, "", 1).strip(" ,")[:1].lower()
            names.append(f"author {name_key(family)} {initial}")
        else:
            names.append(f"venue {venue} {graph.years[i]}" if venue else f"list {i}")
    return names
