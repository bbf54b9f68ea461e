"""First uses: which works were first to use a concept, and which works used it later."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kg.analysis.base.reachability import CREDITED, UNCREDITED, UNDECIDABLE, credit
from kg.analysis.base.related import concept_users
from kg.analysis.scores import Ints, conventions
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

if TYPE_CHECKING:
    import pandas as pd

CENSORED = 5  # years after the first work of the graph in which a first use may have an earlier one


@dataclass(frozen=True, kw_only=True)
class FirstUses:
    """The first users of each concept.

    Attributes
    ----------
    table : pandas.DataFrame
        Index (scheme, label); columns `year`, `first_users` (ids), `later_users` (number), `dormancy` (the longest run of
        years without a user between the first and the last use), `uncredited`, `credited` and `undecidable` later users,
        `share` = uncredited/(uncredited + credited) with bounds `low` and `high`, `censored` (the graph begins less than
        5 years before it).
    notes : list of str
        What was done with unusual citations and works.
    """

    table: "pd.DataFrame"
    notes: list[str]


def first_uses(graph: CitationGraph) -> FirstUses:
    """The first and later users of each concept, and how many later ones have a citation path back to a first one.

    Parameters
    ----------
    graph : CitationGraph
        The graph.

    Returns
    -------
    FirstUses
        One row per concept.

    Notes
    -----
    First users are the works of the earliest year among those with the concept. A later user is credited if a usable
    citation path leads back from it to one of them, uncredited if no path leads to any and no unknown reference list can
    hide one, otherwise undecidable.

    Examples
    --------
    >>> g = CitationGraph.from_edges([("n", "o")], years={"o": 1988, "n": 2010}, concepts={"o": ["lstm"], "n": ["lstm"]})
    >>> first_uses(g).table.loc[("concept", "lstm"), ["year", "later_users", "dormancy", "credited"]].tolist()
    [1988, 1, 21, 1]
    """
    import pandas as pd

    rows = {}
    dated = graph.years[graph.years != UNDATED]
    for concept, works in concept_users(graph).items():
        years = graph.years[works].astype(np.int64)
        first, later = works[years == years.min()], works[years > years.min()]
        state = _states(graph, first, later)
        u, c, x = (int((state == s).sum()) for s in (UNCREDITED, CREDITED, UNDECIDABLE))
        rows[concept] = {
            "year": int(years.min()),
            "first_users": [graph.ids[i] for i in first.tolist()],
            "later_users": len(later),
            "dormancy": int(np.diff(np.unique(years)).max(initial=1)) - 1,
            "uncredited": u,
            "credited": c,
            "undecidable": x,
            "share": u / (u + c) if u + c else np.nan,
            "low": u / len(later) if len(later) else np.nan,
            "high": (u + x) / len(later) if len(later) else np.nan,
            "censored": bool(years.min() - dated.min() < CENSORED),
        }
    undated = "never a first user; paths through them count as possible"
    notes = conventions(graph, cycles="followed", backward="not followed", undated=undated)
    index = pd.MultiIndex.from_tuples(list(rows), names=["scheme", "label"])
    return FirstUses(table=pd.DataFrame(list(rows.values()), index=index if rows else None), notes=notes)


def _states(graph: CitationGraph, first: Ints, later: Ints) -> Ints:
    """Whether each later work can be traced back to any of the first: credited, else undecidable, else uncredited."""
    state = credit(graph, np.repeat(first, len(later)), np.tile(later, len(first))).reshape(len(first), len(later))
    open_ = (state == UNDECIDABLE).any(axis=0)
    return np.where((state == CREDITED).any(axis=0), CREDITED, np.where(open_, UNDECIDABLE, UNCREDITED))
