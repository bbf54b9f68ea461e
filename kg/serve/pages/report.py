"""The report of a graph, as `kg report` writes it."""

from starlette.responses import Response

from kg.output.pages.frame import Frame
from kg.serve.asked import Asked
from kg.serve.pages.whole import whole


def report(asked: Asked) -> Response:
    """The report; it takes seconds, and is made once for each state of the graph."""

    def make(frame: Frame | None) -> str:
        return asked.graph.report(frame=frame)

    return whole(asked, "report", make, bar={"same": asked.same("report report.html", "graph.report()")})
