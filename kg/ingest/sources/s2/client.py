"""The official `semanticscholar` client on our transport: keyed, paced, cached, patient.

Its one way out is a private object with `get_data_async`; ours stands in its place. Its version is pinned and a test
fails where that seam changes. It serves look-ups, search and typed objects; lists are paged by `api`, because its own
paging stops at a short page and loops for ever on an answer without `data`.
"""

import logging
from collections.abc import Coroutine
from typing import Any
from urllib.parse import parse_qsl

from semanticscholar.SemanticScholar import SemanticScholar
from semanticscholar.SemanticScholarException import BadQueryParametersException, ObjectNotFoundException

from kg.ingest.sources.http import GaveUp, Transport
from kg.ingest.sources.service import error_in


def official(transport: Transport) -> SemanticScholar:
    """A `SemanticScholar` whose every request goes through a transport. Its queries must be percent-quoted."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    client = SemanticScholar(api_url=transport.base_url)  # without the key, which it would log
    root.handlers[:] = handlers  # it configures the root logger
    root.setLevel(level)
    client._AsyncSemanticScholar._requester = _Requester(transport)  # type: ignore[assignment]  # noqa: SLF001
    return client


def finished(call: Coroutine[Any, Any, Any]) -> Any:
    """The result of a call of the asynchronous client, which over a transport never has to wait for an event loop."""
    try:
        call.send(None)
    except StopIteration as done:
        return done.value
    raise RuntimeError(f"{call} waits for something that is not our transport")


class _Requester:
    """What the client believes to be its `ApiRequester`; `timeout` and `retry` are the transport's business."""

    timeout = 0
    retry = False

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get_data_async(self, url: str, parameters: str, headers: dict[str, str], payload: Any = None) -> Any:  # noqa: ARG002
        path = url.removeprefix(self._transport.base_url)
        params = dict(parse_qsl(parameters.lstrip("&"), keep_blank_values=True))
        answer = self._transport.post(path, params, payload) if payload else self._transport.get(path, params)
        if answer.status == 404:
            raise ObjectNotFoundException(error_in(answer.body))
        if answer.status == 400:
            raise BadQueryParametersException(error_in(answer.body))
        body = answer.body
        if isinstance(body, dict) and ("total" in body or "data" in body):
            if "total" not in body and body["data"] is None:
                raise GaveUp(f"{path} is withheld by its publisher")
            body["data"] = (body.get("data") or [])[:1_000]  # on an answer without, its iterator never ends
            if path.endswith("/match") and not body["data"]:
                raise ObjectNotFoundException("Title match not found")
        return body
