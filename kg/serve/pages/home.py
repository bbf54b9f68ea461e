"""The home page of a graph: what it is, how much of it is known, questions to start from, search."""

from starlette.responses import Response

from kg.output.finding import finding
from kg.serve.asked import Asked


def home(asked: Asked) -> Response:
    """What the graph is, how much of it is known, and what it finds."""
    graph = asked.graph
    info = graph.info()
    return asked.answer(
        "home",
        title=asked.name,
        command="info",
        python="graph.info()",
        info=info,
        facts=info.facts,
        finding=finding(graph),
    )
