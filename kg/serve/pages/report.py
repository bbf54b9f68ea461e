"""The report of a graph, as `kg report` writes it."""

from starlette.responses import Response

from kg.serve.asked import Asked
from kg.serve.pages.whole import whole


def report(asked: Asked) -> Response:
    """The report; it takes seconds, and is made once for each state of the graph."""
    return whole(asked, "report", {}, bar={"same": asked.same("report report.html", "graph.report()")})
