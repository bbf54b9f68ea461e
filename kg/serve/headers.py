"""What holds for every request and answer: the host it was meant for, and what a browser may do with a page."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.serve.connections import ADDRESS

#: Pages load what this server has and nothing else; a page with scripts inside it brings a policy of its own.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Checked:
    """Refuses what was sent to another host's name (a page elsewhere that rebound its name to this machine), and adds headers.

    Parameters
    ----------
    app : ASGIApp
        What answers.
    hosts : tuple of str
        The names that are ours, without a port.
    readable : bool
        Whether pages of other sites may read answers of the endpoint: what is on somebody's own machine is not theirs.
    """

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...], *, readable: bool = False) -> None:
        self.app = app
        self.readable = readable
        self.hosts = {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", POLICY)
                if not self.readable:
                    for name in [name for name in headers if name.startswith("access-control-")]:
                        del headers[name]
            await send(message)

        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > ADDRESS:
            refused = PlainTextResponse(
                f"the address is longer than {ADDRESS:,} bytes\nhint: send the query by POST\n", 414
            )
            await refused(scope, receive, sending)
            return
        given = Headers(scope=scope).getlist("host")
        host = given[0].lower() if len(given) == 1 else ""
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        if name not in self.hosts:
            refused = PlainTextResponse(
                "kg serves this machine only; to serve another host's name, start it with --host-name NAME\n", 421
            )
            await refused(scope, receive, sending)
            return
        await self.app(scope, receive, sending)
