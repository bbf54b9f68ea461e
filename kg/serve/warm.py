"""The pages that take longest are made once in the background when the server starts, so that no visitor waits for them."""

import asyncio

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.types import Message, Scope

from kg.library.graph import Graph
from kg.output.rdf.vocab import encoded

#: kinds of pages, the first ones a visitor is likely to open first
_KINDS = ("home", "map", "forgotten", "path", "main-path", "rpys", "claims", "communities", "next", "report")


async def warm(app: Starlette, graph: str) -> None:
    """Ask for the pages of a graph, one after the other; what fails will be said to its visitor.

    Parameters
    ----------
    app : Starlette
        The app.
    graph : str
        The name of the graph.
    """
    addresses = [*(f"/{kind}/{encoded(graph)}" for kind in _KINDS), f"/metric/{encoded(graph)}/standing"]
    await _get(app, addresses[0])  # which opens the graph
    cited = await run_in_threadpool(_most_cited, app.state.shelf.get(graph))
    for address in (*(f"/work/{encoded(graph)}/{encoded(id_)}" for id_ in cited), *addresses[1:]):
        await _get(app, address)
        await asyncio.sleep(0)


def _most_cited(graph: Graph) -> list[str]:
    """The work cited most, whose page needs what all pages of works share."""
    return [graph.ids[int(graph.citers.counts().argmax())]] if len(graph) else []


async def _get(app: Starlette, address: str) -> None:
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
