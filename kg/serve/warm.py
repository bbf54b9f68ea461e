"""The pages that take longest are made once in the background when the server starts, so that no visitor waits for them."""

import threading
from collections.abc import Callable, Mapping

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from kg.errors import KgError
from kg.output.rdf.vocab import encoded
from kg.serve.connections import limit_met

#: kinds of pages, the first ones a visitor is likely to open first
_KINDS = (
    "home",
    "work",
    "map",
    "forgotten",
    "path",
    "main-path",
    "rpys",
    "claims",
    "communities",
    "next",
    "report",
    "metric",
)
Respond = Callable[[Request], Response]


def warm(app: Starlette, respond: Mapping[str, Respond], graph: str) -> threading.Event:
    """Begin to make the pages of a graph, one after the other; what fails will be said to its visitor.

    A thread that ends with the process does it, also in the middle of a page.

    Parameters
    ----------
    app : Starlette
        The app.
    respond : mapping of str to callable
        What answers each kind of page.
    graph : str
        The name of the graph.

    Returns
    -------
    threading.Event
        Set it and no further page is begun.
    """
    stop = threading.Event()
    threading.Thread(target=_make, args=(app, respond, graph, stop), daemon=True).start()
    return stop


def _make(app: Starlette, respond: Mapping[str, Respond], graph: str, stop: threading.Event) -> None:
    for kind in _KINDS:
        if stop.is_set():
            return
        try:
            id_ = _most_cited(app, graph) if kind == "work" else "standing" if kind == "metric" else ""
            if id_ is not None:
                respond[kind](_request(app, kind, graph, id_))
        except Exception as error:
            if not (isinstance(error, KgError) or limit_met(error)):  # as a graph without eras says at its claims
                raise


def _most_cited(app: Starlette, graph: str) -> str | None:
    """The work cited most, whose page needs what all pages of works share."""
    held = app.state.shelf.get(graph)
    return held.ids[int(held.citers.counts().argmax())] if len(held) else None


def _request(app: Starlette, kind: str, graph: str, id_: str) -> Request:
    path = "/".join(("", kind, encoded(graph), *([encoded(id_)] if id_ else [])))
    return Request(
        {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", b"127.0.0.1"), (b"accept", b"text/html")],
            "server": ("127.0.0.1", 80),
            "app": app,
            "path_params": {"graph": graph, "id": id_},
        }
    )
