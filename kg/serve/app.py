"""The local app: which page answers which address, and what holds for every answer.

Addresses are /KIND/GRAPH/NAME, the IRIs that exports mint under a base: the page of a work stands at its IRI.
"""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from hashlib import blake2b
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from kg.errors import AmbiguousWork, KgError, UnknownName
from kg.output.pages.html import HERE
from kg.serve import editor
from kg.serve.answers import STATUS
from kg.serve.asked import Asked, page, root_of
from kg.serve.connections import limit_met
from kg.serve.headers import ALWAYS, POLICY, Checked
from kg.serve.jobs import Busy, Jobs
from kg.serve.kept import Kept
from kg.serve.maker import Maker
from kg.serve.nodes import linked_routes
from kg.serve.pages import new
from kg.serve.pages.claims import claims
from kg.serve.pages.forgotten import forgotten
from kg.serve.pages.home import home
from kg.serve.pages.lineage import lineage
from kg.serve.pages.map import map_
from kg.serve.pages.metrics import metric, metrics
from kg.serve.pages.overviews import communities, main_path, next_lists, rpys
from kg.serve.pages.path import path
from kg.serve.pages.query import query, sparql
from kg.serve.pages.report import report
from kg.serve.pages.search import search, suggest
from kg.serve.pages.why import why
from kg.serve.pages.work import dossier, work
from kg.serve.pool import Limits, Pool
from kg.serve.shelf import Shelf, state
from kg.serve.slow import Slow
from kg.serve.sparql import Endpoint
from kg.serve.triples import TripleStores
from kg.serve.warm import warm

HOSTS = ("127.0.0.1", "localhost", "[::1]")
Page = Callable[[Asked], Response]
#: kind of page -> what answers it; a kind with a name behind the graph's has the pages of works and the like.
PAGES: dict[str, Page] = {
    "home": home,
    "search": search,
    "suggest": suggest,
    "work": work,
    "dossier": dossier,
    "why": why,
    "forgotten": forgotten,
    "metrics": metrics,
    "metric": metric,
    "claims": claims,
    "main-path": main_path,
    "rpys": rpys,
    "communities": communities,
    "next": next_lists,
    "path": path,
    "lineage": lineage,
    "map": map_,
    "report": report,
    "sparql": sparql,
}
_NAMED = {"work", "lineage", "metric", "dossier", "why"}
_SLOW: set[Page] = {map_, report}  # they keep their answers themselves, and let nobody wait for them
_STATIC = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_STATUS = ((Busy, 503), (UnknownName, 404), (AmbiguousWork, 300), *STATUS)


def make_app(
    shelf: Shelf,
    *,
    hosts: tuple[str, ...] = HOSTS,
    read_only: bool = False,
    limits: Limits | None = None,
    warm_up: bool = False,
    readable: bool = False,
) -> Starlette:
    """The app.

    Parameters
    ----------
    shelf : Shelf
        The graphs to serve.
    hosts : tuple of str
        The names that requests may give as their host, without a port.
    read_only : bool
        Whether no graph can be made from the pages.
    limits : Limits, optional
        What SPARQL queries may use.
    warm_up : bool
        Whether the slowest pages of the first graph are made in the background at the start.
    readable : bool
        Whether pages of other sites may read the endpoint and the RDF of nodes (CORS).
    """
    pool, stores = Pool(limits), TripleStores()
    respond = {kind: _endpoint(answer) for kind, answer in PAGES.items()}
    routes = [Route("/", _first), Route("/static/{file}", _static), *new.routes()]
    endpoint = Endpoint(shelf, pool, stores, respond["sparql"])
    routes += linked_routes(endpoint, respond)  # first: they give RDF, too
    routes.append(Route("/query/{graph}", query, methods=["GET"]))
    for kind, answer in respond.items():
        at = f"/{kind}/{{graph}}/{{id:path}}" if kind in _NAMED else f"/{kind}/{{graph}}"
        routes.append(Route(at, answer, methods=["GET"]))
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Checked, hosts=hosts, readable=readable)],
        exception_handlers={KgError: _wrong, HTTPException: _wrong, Exception: _broken},
        lifespan=_alive,
    )
    app.state.shelf, app.state.kinds = shelf, frozenset(PAGES) | {"query"}
    app.state.endpoint, app.state.pool, app.state.stores = endpoint, pool, stores
    app.state.jobs = Jobs()
    app.state.token = secrets.token_urlsafe(24)
    app.state.kept = Kept()
    app.state.slow = Slow()
    app.state.maker = Maker()
    app.state.read_only, app.state.warm, app.state.respond = read_only, warm_up, respond
    app.state.files = {file.name: file.read_bytes() for file in sorted(_STATIC.iterdir())}
    app.state.files |= editor.files()
    app.state.files |= {name: (HERE / "static" / name).read_bytes() for name in ("theme.css", "history.css", "bar.css")}
    app.state.version = blake2b(b"".join(app.state.files.values()), digest_size=6).hexdigest()
    return app


@asynccontextmanager
async def _alive(app: Starlette) -> AsyncIterator[None]:
    """What the server started ends with it."""
    app.state.pool.start()
    warming = warm(app, app.state.respond, app.state.shelf.names[0]) if app.state.warm else None
    yield
    if warming:
        warming.set()
    await app.state.stores.close()
    await app.state.pool.close()
    await run_in_threadpool(app.state.jobs.close)
    await run_in_threadpool(app.state.maker.close)


def _endpoint(answer: Page) -> Callable[[Request], Response]:
    """What answers requests for a kind of page: made once for each address and state of the graph, then kept."""

    def respond(request: Request) -> Response:
        shelf: Shelf = request.app.state.shelf
        kept: Kept = request.app.state.kept
        name = request.path_params["graph"]
        year = Asked(request, shelf, name, None).number("as_of", least=1, most=2999)  # type: ignore[arg-type]
        graph = shelf.get(name, year)
        asked = Asked(request, shelf, name, graph)
        if answer in _SLOW:
            return answer(asked)
        return kept.response(
            (
                state(graph),
                root_of(request),
                str(request.url.path),
                request.url.query,
                asked.language,
                tuple(shelf.names),
            ),
            lambda: answer(asked),
        )

    return respond


async def _first(request: Request) -> Response:
    """Send to the home page of the first graph."""
    names = request.app.state.shelf.names
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{root_of(request)}/home/{names[0]}{query}", status_code=302)


async def _static(request: Request) -> Response:
    """A file of ours; its address changes with its content, so that browsers may keep it."""
    name = request.path_params["file"]
    data = request.app.state.files.get(name)
    if data is None:
        raise HTTPException(404)
    return Response(
        data, media_type=_TYPES[Path(name).suffix], headers={"Cache-Control": "public, max-age=31536000, immutable"}
    )


async def _wrong(request: Request, error: Exception) -> Response:
    """The page that says what was wrong and what to do."""
    if isinstance(error, HTTPException):
        said = {
            404: ("there is no such page", "start from the home page"),
            405: ("this address is not for that", "start from the home page"),
        }
        message, hint = said.get(error.status_code, (error.detail, ""))
        status = error.status_code
    else:
        message, hint = getattr(error, "message", ""), getattr(error, "hint", "")
        status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    candidates = getattr(error, "candidates", [])
    shelf, name = request.app.state.shelf, request.path_params.get("graph", "")
    about = {}
    if name in shelf.names and status != 503:  # with the bar of that graph
        with suppress(KgError):
            graph = await run_in_threadpool(shelf.get, name)
            about = {"asked": Asked(request, shelf, name, graph), "graph": graph}
    return await run_in_threadpool(
        page,
        request,
        "wrong",
        status=status,
        title=message,
        message=message,
        hint="" if candidates else hint,
        candidates=candidates,
        **about,
    )


async def _broken(request: Request, error: Exception) -> Response:
    """The page of a fault of ours, a line where this machine is short of something: neither tells what stood where, the log does."""
    message, hint = "kg could not make this page: a fault of kg, not of yours", "go back, or start from the home page"
    if limit := limit_met(error):  # which a template may meet again
        answer: Response = PlainTextResponse(f"kg could not make this page: {limit}\n", 503, {"Retry-After": "3"})
    else:
        answer = page(request, "wrong", status=500, title=message, message=message, hint=hint, candidates=[])
    answer.headers.update(ALWAYS | {"Content-Security-Policy": POLICY})  # this page is sent past the middleware
    return answer
