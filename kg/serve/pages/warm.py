"""What the pages of tables need that takes seconds the first time: asked once, the library keeps its parts beside the graph."""

from collections.abc import Callable

from kg.analysis.definition import overview
from kg.library.graph import Graph

#: In the order in which they are worth having; none changes the graph.
WARM: tuple[Callable[[Graph], object], ...] = (
    lambda _: overview(),
    lambda graph: graph.communities(),
    lambda graph: graph.forgotten(),
    lambda graph: graph.rank("standing", top=1),
    lambda graph: graph.next(),
    lambda graph: graph.main_path(),
    lambda graph: graph.rpys(),
    lambda graph: graph.rank("citations_held", top=1, intervals=True),
    lambda graph: graph.rank("betweenness", top=1),
    lambda graph: graph.rank("dormancy", top=1),
)
