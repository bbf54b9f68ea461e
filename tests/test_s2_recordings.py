"""Every recorded exchange with Semantic Scholar, played again to our calls."""

import json
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from s2_links import KEY
from s2_links import link as unkeyed
from semanticscholar.SemanticScholarException import BadQueryParametersException

from kg.ingest.sources.http import Answer, GaveUp, KeyRejected, RequestLimit
from kg.ingest.sources.s2.api import Api, parse_page
from kg.model import Outcome

link = partial(unkeyed, key=KEY)


class Replay(ThreadingHTTPServer):
    """Answers whatever is asked with the one exchange it holds, and notes the request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Replayer)
        self.answer: tuple[int, Any] = (200, {})
        self.asked: tuple[str, str, dict[str, str], Any] | None = None


class _Replayer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server: Any = self.server
        url = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        server.asked = (self.command, unquote(url.path), dict(parse_qsl(url.query)), json.loads(raw) if raw else None)
        status, body = server.answer
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def replay() -> Iterator[Replay]:
    """One server for all recordings."""
    with Replay() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def recordings(shared: Path) -> Iterator[tuple[str, str, str, dict[str, str], Any, int, Any]]:
    """Name, method, path, query, body, status and answer of every recorded exchange."""
    for file in sorted((shared / "s2-api").glob("recorded*/*.json")):
        record = json.loads(file.read_text(encoding="utf-8"))
        request, response = record.get("request", {}), record.get("response", record)
        url = urlsplit(request.get("uri", ""))
        path = unquote(request.get("path", url.path)) or "/graph/v1/paper/DOI:10.1016/j.cell.2020.04.043"
        params = request.get("params") or dict(parse_qsl(url.query, keep_blank_values=True))
        body = request.get("json") or request.get("body")
        body = json.loads(body) if isinstance(body, str) else body
        answer = response["body"], *([record["body_2023"]] if "body_2023" in record else [])
        for text in answer:
            yield (file.stem, request.get("method", "GET"), path, params, body, response.get("status", 200), text)


def test_every_recorded_exchange_is_understood(shared: Path, replay: Replay):
    """Each passes through transport and parser, and what comes out is what was recorded."""
    url = f"http://127.0.0.1:{replay.server_port}"
    seen: dict[str, int] = {}
    api = Api(link(url, limit_requests=500))
    for name, method, path, params, sent, status, body in recordings(shared):
        replay.answer = (status, body)
        if status in (403, 429, 504):
            with pytest.raises(KeyRejected if status == 403 else RequestLimit):
                link(url, limit_requests=1).get(path, params)
            kind = "fault"
        else:
            kind = _understood(api, method, path, params, sent, status, body)
            assert replay.asked is not None, name
            assert replay.asked[:2] == (method, path), name
            assert replay.asked[3] == sent, name
        seen[kind] = seen.get(kind, 0) + 1
    files = list((shared / "s2-api").glob("recorded*/*.json"))
    assert sum(seen.values()) == len(files) + 1 > 100  # one file quotes two bodies
    assert seen.keys() >= {"list", "batch", "match", "search", "paper", "typed", "fault"}


def _understood(api: Api, method: str, path: str, params: Any, sent: Any, status: int, body: Any) -> str:
    """Drive the call a recorded exchange belongs to, compare, and say which it was."""
    rest = path.partition("/v1/")[2]
    fields = params.get("fields", "title")
    if found := re.fullmatch(r"paper/(.+)/(citations|references)", rest):
        page = parse_page(api.transport.get(path, params))
        listed = {200: (body.get("data") or [], body.get("next")), 404: ([], None), 400: ([], None)}[status]
        assert (page.rows, page.next) == listed
        if body.get("data") is None:
            assert page.outcome is {200: Outcome.ELIDED, 404: Outcome.NOT_FOUND, 400: Outcome.FAILED}[status]
        ended = page.outcome is not Outcome.UNKNOWN
        if page.next is None or ended:
            listing = getattr(api, found[2])(found[1], fields)
            assert listing.rows == page.rows
            assert listing.outcome is (page.outcome if ended else Outcome.COMPLETE if page.rows else Outcome.EMPTY)
        return "list"
    if rest == "paper/batch":
        assert api.batch(sent["ids"], fields) == body
        return "batch"
    if rest == "paper/search/match":
        assert api.match(params["query"], fields) == (body["data"][0] if status == 200 else None)
        return "match"
    if rest == "paper/search":
        assert api.search(params["query"], 100, fields) == body.get("data", [])
        return "search"
    if re.fullmatch(r"paper/.+", rest) and "/authors" not in rest and "search" not in rest:
        if status == 400:
            with pytest.raises(GaveUp, match="unknown"):
                api.paper(rest.removeprefix("paper/"), fields)
        else:
            assert api.paper(rest.removeprefix("paper/"), fields) == (body if status == 200 else None)
        return "paper"
    return _typed(api, rest, params, sent, status, body)


def _typed(api: Api, rest: str, params: Any, sent: Any, status: int, body: Any) -> str:
    """The services kg itself does not call, by the official client; its objects hold the recorded data."""
    client, fields, words = api.client, params.get("fields", "").split(","), rest.split("/")
    if status == 400:
        with pytest.raises(BadQueryParametersException, match="No positive paper examples"):
            client.get_recommended_papers_from_lists([], sent["negativePaperIds"], fields=fields)
        return "typed"
    if rest == "author/batch":
        got = [None if a is None else a.raw_data for a in client.get_authors(sent["ids"], fields=fields)]
        assert got == [author for author in body if author]
    elif rest == "author/search":
        assert [a.raw_data for a in client.search_author(params["query"], fields=fields).items] == body["data"]
    elif re.fullmatch(r"author/\d+/papers", rest):
        assert [p.raw_data for p in client.get_author_papers(words[1], fields=fields).items] == body["data"]
    elif words[0] == "author":
        assert client.get_author(words[1], fields=fields).raw_data == body
    elif rest.endswith("/authors"):
        paper = rest.removeprefix("paper/").removesuffix("/authors")
        assert [a.raw_data for a in client.get_paper_authors(paper, fields=fields).items] == body["data"]
    elif rest == "paper/search/bulk":
        found = client.search_paper(params["query"], fields=fields, bulk=True)
        assert ([p.raw_data for p in found.items], found.total) == (body["data"], body["total"])
    elif rest == "snippet/search":
        assert len(client.search_snippet(params["query"], limit=2)) == len(body["data"])
    elif rest.startswith("papers/forpaper/"):
        paper = rest.removeprefix("papers/forpaper/")
        assert [p.raw_data for p in client.get_recommended_papers(paper, fields=fields)] == body["recommendedPapers"]
    elif rest == "papers/":
        found = client.get_recommended_papers_from_lists(
            sent["positivePaperIds"], sent["negativePaperIds"], fields=fields
        )
        assert [p.raw_data for p in found] == body["recommendedPapers"]
    elif rest == "release/":
        assert client.get_available_releases() == body
    elif words[0] == "diffs":
        assert client.get_dataset_diffs(words[4], words[1], words[3]).raw_data == body
    elif "dataset" in words:
        assert client.get_dataset_download_links(words[1], words[3]).raw_data == body
    else:
        assert client.get_release(words[1]).raw_data == body
    return "typed"


def test_a_recorded_page_has_its_parts():
    """`parse_page` on the shapes of 2026: a cap's 400, an elided list, an unresolved tail."""
    cap = parse_page(Answer(400, {"error": "offset + limit must be < 10000"}, cached=False, fetched_at=""))
    assert (cap.outcome, cap.reason) == (Outcome.FAILED, "offset + limit must be < 10000")
    notice = "Notice: The following paper fields have been elided by the publisher: {'references'}. Paper at x."
    info = {"openAccessPdf": {"url": "x", "disclaimer": notice}, "title": 'A "quoted" title'}
    elided = parse_page(Answer(200, {"data": None, "citingPaperInfo": info}, cached=False, fetched_at=""))
    assert elided.reason == "The following paper fields have been elided by the publisher: {'references'}"
