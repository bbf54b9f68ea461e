"""A SPARQL 1.1 endpoint on the web, asked one query: a bounded answer within a bounded time, and no other server."""

from contextlib import closing

import httpx

from kg import __version__
from kg.errors import InputError, SourceError
from kg.ingest.sources.receiving import Line, Overlong

MOST = 20_000_000  # bytes of an answer
_TABLE = "application/sparql-results+json"
_GRAPH = "application/n-triples"


def ask(
    url: str, query: str, *, timeout_s: float = 60.0, transport: httpx.BaseTransport | None = None
) -> tuple[str, bytes]:
    """Send a query to an endpoint: the kind of its answer ("select", "ask" or "graph"), and its data as `Answer` has it.

    Parameters
    ----------
    url : str
        The address of the endpoint.
    query : str
        The query, sent in the body of a POST as the SPARQL 1.1 Protocol says.
    timeout_s : float
        Seconds that the whole answer may take.
    transport : httpx.BaseTransport, optional
        What sends the request, instead of the network.

    Raises
    ------
    InputError
        If this is no web address, or the endpoint does not accept the query.
    SourceError
        If no answer comes in time, or it is longer than 20 MB, leads to another server or is of another form.
    """
    try:
        host = httpx.URL(url).host if url.startswith(("https://", "http://")) else ""
    except httpx.InvalidURL:
        host = ""
    if not host:
        raise InputError(f"invalid address of an endpoint: {url!r}", "expected https://HOST/PATH")
    headers = {"Accept": f"{_TABLE}, {_GRAPH}", "User-Agent": f"kg/{__version__}"}
    local = host in ("localhost", "127.0.0.1", "::1")
    try:
        with closing(Line(headers, transport=transport, trust_env=not local)) as line:
            response, received = line.receive(
                "POST", url, within_s=timeout_s, silence_s=timeout_s, most=MOST, data={"query": query}
            )
    except Overlong as error:
        raise SourceError(f"{host}: {error}", "add LIMIT, or allow more time") from error
    except httpx.TimeoutException as error:
        raise SourceError(f"{host} gave no answer within {timeout_s:g} s", "add LIMIT, or allow more time") from error
    except httpx.RequestError as error:
        raise SourceError(f"{host} cannot be reached: {error}", "check the address and the network") from error
    said = " ".join(received[:500].decode("utf-8", "replace").split())[:200]
    if response.status_code in (400, 422):
        raise InputError(f"{host} does not accept the query: {said}", "prefixes other than kg's own need a PREFIX line")
    if response.status_code != 200:
        raise SourceError(f"{host} answered {response.status_code}: {said}", "check the address, or try again later")
    form = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if form == _GRAPH:
        return "graph", received
    if form not in (_TABLE, "application/json"):
        raise SourceError(
            f"{host} answered in another form, {form or 'without saying which'}", "is it a SPARQL endpoint?"
        )
    return ("ask" if b'"boolean"' in received[:2000] and b'"bindings"' not in received else "select"), received
