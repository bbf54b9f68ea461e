"""Results that are kept on the graph they were computed from: a graph never changes, so neither do they."""

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.graph.citation_graph import CitationGraph

Given = ParamSpec("Given")
Result = TypeVar("Result")


def once_per_graph(
    compute: "Callable[Concatenate[CitationGraph, Given], Result]",
) -> "Callable[Concatenate[CitationGraph, Given], Result]":
    """Compute a function of a graph once for each graph and options, and return the same result from then on.

    Results live as long as their graph, in its `results`; the options must be hashable. Arrays in a result (also inside
    tuples) become read-only, because every caller gets the same ones. Meant for what several analyses share
    and what is small against the graph; functions that return tables build a new one each time.

    Two threads may compute the same result at the same time; both then get the one that was stored first.

    Examples
    --------
    >>> from kg.graph.citation_graph import CitationGraph
    >>> @once_per_graph
    ... def degrees(graph):
    ...     return graph.references.counts()
    >>> g = CitationGraph.from_edges([("B", "A")])
    >>> degrees(g) is degrees(g), degrees(g).flags.writeable
    (True, False)
    """

    @wraps(compute)
    def kept(graph: "CitationGraph", /, *args: Given.args, **options: Given.kwargs) -> Result:
        key = (compute, args, tuple(sorted(options.items())))
        if key not in graph.results:
            result = compute(graph, *args, **options)
            _make_read_only(result)
            graph.results.setdefault(key, result)
        found: Result = graph.results[key]
        return found

    return kept


def _make_read_only(result: Any, depth: int = 2) -> None:
    if isinstance(result, np.ndarray):
        result.flags.writeable = False
    elif isinstance(result, tuple) and depth:
        for part in result:
            _make_read_only(part, depth - 1)
