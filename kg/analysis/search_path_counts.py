"""How many paths run through each citation, exactly."""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.time_dag import TimeDag
from kg.analysis.scores import Ints
from kg.errors import InputError

WEIGHTS = ("spc", "splc", "spnp")


class Ends(NamedTuple):
    """Which units start a path and which end one, as 0 and 1."""

    starts: Ints
    stops: Ints


def path_counts(dag: TimeDag, weights: str) -> tuple[NDArray[Any], int]:
    """The exact number of paths through each arc, and of all paths of one citation or more (Python integers)."""
    ends = path_ends(dag, weights)
    lead, on = (
        accumulate(dag, ends.starts.astype(object), up=True),
        accumulate(dag, ends.stops.astype(object), up=False),
    )
    citing, cited = dag.arcs
    total = int((lead * ends.stops).sum()) - int((ends.starts * ends.stops).sum())
    return lead[cited] * on[citing], total


def path_ends(dag: TimeDag, weights: str) -> Ends:
    """Where paths start and stop: at sources and sinks (spc), starting everywhere (splc), both everywhere (spnp).

    A source cites nothing in this graph, a sink is cited by nothing in it. Units without arcs have no path.
    """
    if weights not in WEIGHTS:
        raise InputError(f"no main path weights {weights!r}", f"one of {', '.join(WEIGHTS)}")
    citing, cited = dag.arcs
    cites, is_cited = (np.bincount(x, minlength=dag.units) > 0 for x in (citing, cited))
    any_, source, sink = cites | is_cited, is_cited & ~cites, cites & ~is_cited
    starts, stops = source if weights == "spc" else any_, any_ if weights == "spnp" else sink
    return Ends(starts.astype(np.int64), stops.astype(np.int64))


def accumulate(dag: TimeDag, start: NDArray[Any], *, up: bool) -> NDArray[Any]:
    """`start` of each unit plus the sums of all units it cites (`up`; else of all that cite it), level by level."""
    citing, cited = dag.arcs
    value, counts = start.copy(), np.bincount(citing, minlength=dag.units)
    offsets = np.concatenate(([0], np.cumsum(counts)))
    levels = list(pairwise(dag.levels.tolist()))[1:]  # in all but the lowest every unit has arcs
    for a, b in levels if up else levels[::-1]:
        below = cited[offsets[a] : offsets[b]]
        if up:
            value[a:b] += np.add.reduceat(value[below], offsets[a:b] - offsets[a])
        else:
            np.add.at(value, below, np.repeat(value[a:b], counts[a:b]))
    return value
