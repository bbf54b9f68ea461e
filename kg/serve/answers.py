"""Answers to programs: formats of RDF and of results, errors in a line of text, and large bodies sent in pieces."""

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from kg.errors import InputError, KgError, NothingFound, StoreError
from kg.serve.negotiate import best
from kg.serve.pool import Busy, Lost, TookTooLong

#: Media types that are answered, with what Oxigraph calls them; the first ones are preferred where a client takes all.
RESULTS: Final = {
    "application/sparql-results+json": "application/sparql-results+json",
    "application/json": "application/sparql-results+json",
    "application/sparql-results+xml": "application/sparql-results+xml",
    "text/csv": "text/csv",
    "text/tab-separated-values": "text/tab-separated-values",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
}
GRAPHS: Final = {
    "text/turtle": "text/turtle",
    "application/ld+json": "application/ld+json",
    "application/n-triples": "application/n-triples",
    "application/rdf+xml": "application/rdf+xml",
    "application/json": "application/ld+json",
    "application/xml": "application/rdf+xml",
    "text/xml": "application/rdf+xml",
}
#: What `format=` calls them.
FORMATS: Final = {
    "json": ("application/sparql-results+json", "application/ld+json"),
    "xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "csv": ("text/csv", ""),
    "tsv": ("text/tab-separated-values", ""),
    "ttl": ("", "text/turtle"),
    "jsonld": ("", "application/ld+json"),
    "nt": ("", "application/n-triples"),
    "rdf": ("", "application/rdf+xml"),
}
#: Any page elsewhere may read what is asked for here, without being told who asks.
READABLE: Final = {"Access-Control-Allow-Origin": "*", "Vary": "Accept"}
#: What a browser is told before a page elsewhere may ask.
OPEN: Final = READABLE | {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type",
    "Access-Control-Max-Age": "86400",
}
#: The status of an error.
STATUS: Final = (
    (Busy, 429),
    (TookTooLong, 504),
    (Lost, 503),
    (StoreError, 503),
    (NothingFound, 404),
    (InputError, 400),
)
_WAIT_S: Final = {429: "2", 503: "3"}
_PIECE: Final = 65_536


class Refused(KgError):
    """A request that HTTP has a status for."""

    def __init__(self, status: int, message: str, hint: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message, hint)
        self.status = status
        self.headers = headers or {}


class Large(Response):
    """An answer whose pieces are sent as the client reads them."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        del scope, receive
        body = memoryview(self.body)
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        for at in range(0, len(body), _PIECE):
            await send({"type": "http.response.body", "body": bytes(body[at : at + _PIECE]), "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def chosen(request: Request, offered: Mapping[str, str], *, format_: str | None = None) -> str:
    """The format of an answer, as Oxigraph calls it: that of `format=`, else the one that Accept likes best.

    Parameters
    ----------
    request : Request
        The request.
    offered : mapping of str to str
        `RESULTS` or `GRAPHS`.
    format_ : str, optional
        The value of `format=`.

    Raises
    ------
    Refused
        With 406 if the answer has no such format.
    """
    if format_:
        if format_ not in FORMATS:
            raise InputError(f"no format named {format_!r}", f"known: {', '.join(FORMATS)}")
        media: str | None = FORMATS[format_][offered is GRAPHS]
    else:
        accepted = ", ".join(request.headers.getlist("accept"))
        media = best(accepted, list(offered))
    if not media:
        raise Refused(406, "this answer has none of the formats asked for", f"accepted are {', '.join(offered)}")
    return offered[media]


def sent(data: bytes, media: str, headers: Mapping[str, str] = READABLE) -> Response:
    """An answer in a format.

    Parameters
    ----------
    data : bytes
        The answer.
    media : str
        Its media type.
    headers : mapping of str to str
        Further headers.
    """
    charset = "; charset=utf-8" if media.startswith("text/") else ""
    return Large(data, headers=dict(headers) | {"Content-Type": f"{media}{charset}"})


def status_of(error: KgError) -> int:
    """The status of an error."""
    if isinstance(error, Refused):
        return error.status
    return next((status for kind, status in STATUS if isinstance(error, kind)), 400)


def said(error: KgError) -> Response:
    """An error as text: a line that says what is wrong, and what to do.

    Parameters
    ----------
    error : KgError
        The error.
    """
    headers = dict(READABLE)
    status = status_of(error)
    if isinstance(error, Refused):
        headers |= error.headers
    if status in _WAIT_S:
        headers["Retry-After"] = _WAIT_S[status]
    hint = f"hint: {error.hint}\n" if error.hint else ""
    return PlainTextResponse(f"{error.message}\n{hint}", status, headers)


def varied(send: Send) -> Send:
    """Say of a page that its address has other formats, too."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).add_vary_header("Accept")
        await send(message)

    return sending
