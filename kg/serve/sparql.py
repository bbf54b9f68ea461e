"""The SPARQL endpoint: the SPARQL 1.1 Protocol for queries, at /sparql/GRAPH, and at /sparql for the graph that is served first.

A query is checked, then a process of the pool answers it. The status goes out when the answer is whole, so that none with 200
holds an error.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

import pyoxigraph as ox
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import request_response
from starlette.types import Receive, Scope, Send

from kg.errors import InputError, KgError, NothingFound, StoreError, UnknownName
from kg.graph.derived import mark_of
from kg.library.graph import Graph
from kg.library.sparql import prepare
from kg.output.rdf.guard import Checked
from kg.output.rdf.ready import IN_TABLES, Query, Term, ready_queries
from kg.output.rdf.vocab import node, prefixes
from kg.serve.answers import GRAPHS, OPEN, RESULTS, Refused, chosen, said, sent, varied
from kg.serve.description import described
from kg.serve.negotiate import best
from kg.serve.pool import Busy, Pool
from kg.serve.shelf import Shelf
from kg.serve.triples import TripleStores

Result = TypeVar("Result")
#: The longest query in characters, and the largest body in bytes: percent signs make three bytes of one.
QUERY: Final = 100_000
BODY: Final = 400_000
_DRAINED: Final = 4_000_000  # bytes of a body that is too long
_JSON: Final = "application/sparql-results+json"
_HELD: Final = 200_000_000  # bytes of answers that wait for their clients to read them
_FORM: Final = re.compile(r"(?:(?:PREFIX \S+ |BASE )<[^>]*> ?)*([A-Z]+)", re.IGNORECASE)
_METHODS: Final = "GET, HEAD, POST, OPTIONS"
#: Parameters of the protocol that would reach beyond the graph or change it.
_NEVER: Final = {
    "update": "SPARQL updates are not allowed",
    "using-graph-uri": "SPARQL updates are not allowed",
    "using-named-graph-uri": "SPARQL updates are not allowed",
    "named-graph-uri": "there are no named graphs",
}
_KNOWN: Final = {"query", "name", "format", "default-graph-uri", *_NEVER}


@dataclass(frozen=True)
class Endpoint:
    """Answers SPARQL over HTTP.

    Attributes
    ----------
    shelf
        The graphs that are served.
    pool
        What runs queries.
    stores
        Where their RDF is.
    page
        Answers browsers that come without a query; without it they get the description of the service.
    threads
        Where steps run that take their time.
    """

    shelf: Shelf
    pool: Pool
    stores: TripleStores
    page: Callable[[Request], Response] | None = None
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        if self.page and _is_visit(request):
            await request_response(self.page)(scope, receive, varied(send))
            return
        try:
            response = await self._respond(request)
        except KgError as error:
            response = said(error)
        except ClientDisconnect:
            return
        with self.pool.holding(len(bytes(response.body))):
            await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=OPEN | {"Allow": _METHODS})
        if request.method not in _METHODS.split(", "):
            raise Refused(405, f"{request.method} is not allowed here", "use GET or POST", {"Allow": _METHODS})
        given = await _parameters(request)
        name = request.path_params.get("graph") or self.shelf.names[0]
        graph = await self.apart(served, self.shelf, name)
        _refuse_other_graphs(request, given, graph, name)
        if not given.keys() & {"query", "name"}:
            return await self._describe(request, graph, name, given)
        query, values = _asked(given)
        checked, terms = await self.apart(prepare, query, values, graph.name, graph.find)
        offered = RESULTS if kind_of(checked) != "graph" else GRAPHS
        media = chosen(request, offered, format_=_one(given, "format"))
        return sent(await self.answer(request, graph, query, checked, terms, media), media)

    async def answer(
        self, request: Request, graph: Graph, query: Query, checked: Checked, terms: Mapping[str, Term], media: str
    ) -> bytes:
        """Answer a query that was prepared: a ready one over the whole graph from its arrays, any other by the pool.

        Parameters
        ----------
        request : Request
            The request.
        graph : Graph
            The graph.
        query : Query
            The query as it is written.
        checked : Checked
            The query, checked.
        terms : mapping of str to Term
            What its variables stand for.
        media : str
            The format of the answer.
        """
        self._refuse_when_full()
        known = prefixes(graph.name)
        if query.name in IN_TABLES and graph.provenance:
            from kg.output.rdf.from_tables import answer_from_tables

            data = await self.apart(answer_from_tables, query, terms, graph, graph.provenance.store)
            if data is not None:
                return data if media == _JSON else await self.apart(_converted, data, media)
        return await self.ask(request, graph, checked, media, known)

    async def apart(self, function: Callable[..., Result], *given: Any) -> Result:
        """Call a function in a thread of the endpoint's own, since slow pages may hold all others.

        Parameters
        ----------
        function : callable
            The function.
        *given : Any
            What it is called with.
        """
        return await asyncio.get_running_loop().run_in_executor(self.threads, partial(function, *given))

    async def ask(
        self, request: Request, graph: Graph, checked: Checked, media: str, known: Mapping[str, str]
    ) -> bytes:
        """Have a query answered, unless its client goes away meanwhile.

        Parameters
        ----------
        request : Request
            The request.
        graph : Graph
            The graph.
        checked : Checked
            The query.
        media : str
            The format of the answer.
        known : mapping of str to str
            The prefixes that IRIs are shortened by.
        """
        self._refuse_when_full()
        while True:
            store = await self.stores.of(graph)
            mark = mark_of(store)
            try:
                return await _while_there(request, self.pool.ask(store, checked, media, known))
            except StoreError:
                if mark and mark_of(store) == mark:  # else other processes removed it meanwhile, or replaced it
                    raise

    def _refuse_when_full(self) -> None:
        if self.pool.held > _HELD:
            raise Busy("the server is busy: many answers are still being read", "try again in a moment")

    async def _describe(self, request: Request, graph: Graph, name: str, given: Mapping[str, list[str]]) -> Response:
        if request.method == "POST":
            raise InputError("the request has no query", "send query=..., or name=... for a ready query")
        media = chosen(request, GRAPHS, format_=_one(given, "format"))
        data = await self.apart(described, graph, name, str(request.base_url), media)
        return sent(data, media)


def served(shelf: Shelf, name: str) -> Graph:
    """The graph of a name in an address.

    Parameters
    ----------
    shelf : Shelf
        The graphs that are served.
    name : str
        The name.

    Raises
    ------
    NothingFound
        If no such graph is served.
    """
    try:
        return shelf.get(name)
    except UnknownName as error:
        raise NothingFound(error.message, error.hint) from None


def _is_visit(request: Request) -> bool:
    """Whether a browser comes to look, without a query."""
    if request.method not in {"GET", "HEAD"} or request.query_params.keys() & {"query", "name", "format"}:
        return False
    return best(request.headers.get("accept", "*/*"), [*GRAPHS, "text/html"]) == "text/html"


async def _parameters(request: Request) -> dict[str, list[str]]:
    """The parameters of a request, from its address and its body.

    Raises
    ------
    Refused
        If they come in a form, or of a length, that is not read here.
    """
    query: bytes = request.scope["query_string"]
    body = await read_body(request, BODY)
    given = _pairs(query)
    if request.method != "POST":
        return given
    media, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refused(415, "the body is compressed", "send it as it is")
    if "charset" in parameters and "utf-8" not in parameters and "utf8" not in parameters:
        raise Refused(415, f"the body is not in UTF-8 but in {parameters.strip()}", "send it in UTF-8")
    if media.strip() == "application/x-www-form-urlencoded":
        for name, values in _pairs(body).items():
            given.setdefault(name, []).extend(values)
    elif media.strip() == "application/sparql-query":
        given.setdefault("query", []).append(_text(body))
    elif media.strip() == "application/sparql-update":
        raise Refused(415, "SPARQL updates are not allowed", "use `kg ingest` to change a graph")
    else:
        known = "application/x-www-form-urlencoded or application/sparql-query"
        raise Refused(415, f"a body of the type {media.strip()[:80]!r} is not read", f"send {known}")
    return given


async def read_body(request: Request, most: int) -> bytes:
    """Read a body that may not be longer than is allowed.

    Parameters
    ----------
    request : Request
        The request.
    most : int
        How many bytes are read.

    Raises
    ------
    Refused
        If it is longer.
    """
    body, size = bytearray(), 0
    async for piece in request.stream():
        size += len(piece)
        if size > _DRAINED:
            break
        if size <= most:
            body += piece
    if size > most:  # read to its end, for else a client that still sends may not see the answer
        raise Refused(413, f"the body is longer than {most:,} bytes", "send a shorter query", {"Connection": "close"})
    return bytes(body)


def _pairs(data: bytes) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(_text(data), keep_blank_values=True, errors="strict", max_num_fields=100)
    except UnicodeDecodeError:
        raise InputError("the parameters are not in UTF-8", "encode them in UTF-8, then with percent signs") from None
    except ValueError:
        raise InputError("there are more than 100 parameters", "leave out those that are not needed") from None
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    return given


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise InputError(f"the request is not in UTF-8 (byte {error.start})", "send it in UTF-8") from None


def _one(given: Mapping[str, list[str]], name: str) -> str | None:
    values = given.get(name, [])
    if len(values) > 1:
        raise InputError(f"{name} is given {len(values)} times", "give it once")
    return values[0] if values else None


def _refuse_other_graphs(request: Request, given: Mapping[str, list[str]], graph: Graph, name: str) -> None:
    for parameter, why in _NEVER.items():
        if parameter in given:
            raise InputError(f"{parameter}: {why}", "ask by query=; one address answers for one graph")
    own = {node("graph", graph.name), node("graph", name, base=str(request.base_url))}
    if other := set(given.get("default-graph-uri", ())) - own:
        hint = "leave default-graph-uri out; one address answers for one graph"
        raise InputError(f"default-graph-uri: {min(other)[:200]!r} is not the graph that is served here", hint)


def kind_of(checked: Checked) -> str:
    """What a query gives: "select", "ask" or "graph"."""
    form = _FORM.match(checked.text)
    word = form[1].lower() if form else ""
    return word if word in {"select", "ask"} else "graph"


def _converted(data: bytes, media: str) -> bytes:
    """Results in JSON in another format."""
    form = ox.QueryResultsFormat.from_media_type(media)
    return ox.parse_query_results(data, ox.QueryResultsFormat.JSON).serialize(format=form) or b""


def _asked(given: Mapping[str, list[str]]) -> tuple[Query, dict[str, str]]:
    """The query of a request, its own or a ready one, and its values."""
    text, name = _one(given, "query"), _one(given, "name")
    if text is not None and name is not None:
        raise InputError("both query and name are given", "give one of them")
    if name is None:
        if len(text or "") > QUERY:
            raise Refused(413, f"the query is longer than {QUERY:,} characters", "split it")
        return Query("", text or ""), {}
    ready = ready_queries()
    if name not in ready:
        raise UnknownName("ready query", name, ready)
    query = ready[name]
    values = {key: _one(given, key) or "" for key in given.keys() - _KNOWN}
    if missing := [key for key in query.asks if key not in values]:
        kind, about = query.asks[missing[0]]
        example = {"work": "Todd+1989", "text": "a+title", "number": "1990"}[kind]
        raise InputError(f"{name} needs a value for {missing[0]}: {about}", f"add &{missing[0]}={example}")
    return query, values


async def _while_there(request: Request, answer: Awaitable[Result]) -> Result:
    """An answer, unless the client goes away: then the work for it is stopped."""
    working, gone = asyncio.ensure_future(answer), asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise ClientDisconnect
    finally:
        for task in (working, gone):
            task.cancel()
        await asyncio.gather(working, gone, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
