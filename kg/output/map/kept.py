"""What is the same on every map of a graph: computed for the first and kept with the graph."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from kg.graph.citation_graph import CitationGraph
from kg.graph.once_per_graph import once_per_graph
from kg.output.map.choice import WHOLE

Given = ParamSpec("Given")
Result = TypeVar("Result")


def kept(
    compute: Callable[Concatenate[CitationGraph, Given], Result],
) -> Callable[Concatenate[CitationGraph, Given], Result]:
    """Compute a function of a graph once for each graph and options, where a page can hold the graph; else each time.

    Nobody may change what it gives, for everybody gets the same.
    """
    once = once_per_graph(compute)

    @wraps(compute)
    def call(graph: CitationGraph, /, *args: Given.args, **options: Given.kwargs) -> Result:
        return (once if len(graph) <= WHOLE[0] else compute)(graph, *args, **options)

    return call


class Same:
    """A thing that is equal to itself alone: what is kept for it holds as long as the very same one is given."""

    __slots__ = ("it",)

    def __init__(self, it: Any) -> None:
        self.it = it

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.it is self.it

    def __hash__(self) -> int:
        return id(self.it)
