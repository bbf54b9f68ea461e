"""The pages that take longest are made once in the background when the server starts, so that no visitor waits for them."""

import asyncio

from starlette.types import ASGIApp, Message, Scope

from kg.output.rdf.vocab import encoded

#: kinds of pages, the first ones a visitor is likely to open first
_KINDS = ("home", "map", "forgotten", "path", "main-path", "rpys", "claims", "communities", "next", "report")


async def warm(app: ASGIApp, graph: str) -> None:
    """Ask for the pages of a graph, one after the other; what fails will be said to its visitor.

    Parameters
    ----------
    app : ASGIApp
        The app.
    graph : str
        The name of the graph.
    """
    for kind in _KINDS:
        await _get(app, f"/{kind}/{encoded(graph)}")
        await asyncio.sleep(0)


async def _get(app: ASGIApp, address: str) -> None:
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": address,
        "raw_path": address.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), (b"accept", b"text/html")],
        "client": None,
        "server": None,
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        del message  # the page is kept by the app

    await app(scope, receive, send)
