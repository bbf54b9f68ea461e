"""What goes wrong on the way to the stand-in, what its log tells, and the official client as a second consumer."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from semanticscholar import SemanticScholar
from standins.corpus import paper_id
from standins.examples import CONTEXT, TODD, serving, small
from standins.faults import slow, too_many
from standins.s2_server import Limits, Request, Script, StandIn
from tenacity import RetryError

GRAPH = "/graph/v1"


@pytest.fixture
def serve() -> Iterator[Any]:
    """Serve a corpus and hand out an HTTP client for it."""
    with serving() as start:
        yield start


# --- faults and the log


def fetch(client: httpx.Client, **more: Any) -> httpx.Response:
    """Ask for one page of Todd's citers."""
    return client.get(f"{GRAPH}/paper/{TODD}/citations", **more)


@pytest.mark.parametrize(
    ("fault", "status", "start"),
    [
        ("429", 429, b'{"message":"Too Many Requests. Please wait'),
        ("500", 500, b'{"message":"Internal Server Error"}'),
        ("502", 502, b'{"message":'),
        ("503", 503, b'{"message":'),
        ("504", 504, b'{"message":"Endpoint request timed out"}'),
        *((f"{status} html", status, b"<html>") for status in (200, 500, 502, 503, 504)),
        ("401", 401, b'{"message":'),
        ("403", 403, b'{"message":"Forbidden"}'),
    ],
)
def test_faults_come_instead_of_the_answer(serve: Any, fault: str, status: int, start: bytes):
    """By name and number of the request; the next one is well."""
    server, client = serve(small(), Script([fault]))
    answer = fetch(client)
    assert (answer.status_code, answer.content.startswith(start)) == (status, True)
    assert answer.headers["content-type"] == ("text/html" if "html" in fault else "application/json")
    assert "retry-after" not in answer.headers
    assert fetch(client).status_code == 200
    assert [(r.status, r.fault) for r in server.log] == [(status, fault), (200, None)]


def test_some_rate_limits_say_when_to_come_back(serve: Any):
    """In seconds or as a date, as the script says."""
    _, client = serve(small(), Script([too_many("7"), too_many("Wed, 21 Oct 2026 07:28:00 GMT")]))
    assert [fetch(client).headers["retry-after"] for _ in "ab"] == ["7", "Wed, 21 Oct 2026 07:28:00 GMT"]


def test_connections_are_cut_before_or_within_the_answer(serve: Any):
    """Either way the client sees a broken connection, and the next request makes a new one."""
    server, client = serve(small(citers=9), Script(["cut", "cut midway"]))
    for message in ("without sending a response", "without sending complete message body"):
        with pytest.raises(httpx.RemoteProtocolError, match=message):
            fetch(client)
    assert len(fetch(client).json()["data"]) == 9
    assert [r.status for r in server.log] == [None, 200, 200]


def test_malformed_json_is_a_whole_answer_that_cannot_be_read(serve: Any):
    """200, the announced length, and JSON that ends too early."""
    _, client = serve(small(citers=9), Script(["malformed"]))
    answer = fetch(client)
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_slow_answers_come_late_and_stop_with_the_server(serve: Any):
    """The client's patience ends first; closing the stand-in does not wait for the delay."""
    _, client = serve(small(), Script([slow(60)]))
    with pytest.raises(httpx.ReadTimeout):
        fetch(client, timeout=httpx.Timeout(30, read=0.05))


def test_random_faults_depend_on_the_seed_alone():
    """The same seed strikes the same requests, about as many as the rate says."""
    request = Request(0, "GET", "/", {}, None, {}, 0.0)

    def struck(seed: int) -> list[str | None]:
        script = Script.random(0.2, seed)
        return [fault.name if (fault := script(n, request)) else None for n in range(1000)]

    assert struck(1) == struck(1) != struck(2)
    assert 150 < sum(name is not None for name in struck(1)) < 250


def test_a_script_may_decide_by_the_request(serve: Any):
    """A callable sees the number and the request."""
    _, client = serve(small(), Script(lambda _, request: "500" if request.method == "POST" else None))
    assert fetch(client).status_code == 200
    assert client.post(f"{GRAPH}/paper/batch", json={"ids": [TODD]}).status_code == 500


def test_bad_keys_are_forbidden_and_every_request_is_logged(serve: Any):
    """The log holds method, path, query, body, key, time and status; a request without a key is anonymous, not bad."""
    server, client = serve(small(), keys={"good"})
    for key in ("good", "bad", None):
        fetch(client, params={"fields": "title"}, headers={"X-API-Key": key} if key else {})
    client.post(f"{GRAPH}/paper/batch", params={"fields": "title"}, json={"ids": [TODD]})
    assert [(r.n, r.method, r.key, r.status) for r in server.log] == [
        (0, "GET", "good", 200),
        (1, "GET", "bad", 403),
        (2, "GET", None, 200),
        (3, "POST", None, 200),
    ]
    assert server.log[0].path == f"{GRAPH}/paper/{TODD}/citations"
    assert server.log[0].query == {"fields": "title"}
    assert server.log[3].body == {"ids": [TODD]}
    assert [r.time for r in server.log] == sorted(r.time for r in server.log)


def test_a_closed_stand_in_answers_nobody(serve: Any):
    """Not even over a connection that was kept alive."""
    with StandIn(small()) as server, httpx.Client(base_url=server.url, verify=CONTEXT) as client:
        assert fetch(client).status_code == 200
        server.__exit__()
        with pytest.raises(httpx.TransportError):
            fetch(client)


def test_a_failure_of_the_stand_in_itself_fails_the_test():
    """What goes wrong inside it is raised when it closes, and not taken for a fault of the network."""

    def broken(n: int, _: Request) -> str:
        return ["429"][n + 1]

    server = StandIn(small(), Script(broken)).__enter__()
    with httpx.Client(base_url=server.url, verify=CONTEXT) as client, pytest.raises(httpx.TransportError):
        fetch(client)
    with pytest.raises(IndexError):
        server.__exit__()


def test_it_runs_as_a_process_that_can_be_killed(tmp_path: Path):
    """It prints its URL, serves a graph with faults by seed, and leaves its log behind."""
    log = tmp_path / "log.jsonl"
    here = Path(__file__).parent
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(here), str(here.parent)])}
    command = [sys.executable, "-m", "standins.s2_server", "--graph", "bundled", "--log", str(log), "--key", "good"]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
        try:
            url = process.stdout.readline().strip() if process.stdout else ""
            answer = httpx.get(f"{url}{GRAPH}/paper/ARXIV:1609.03499", headers={"x-api-key": "good"}, verify=CONTEXT)
        finally:
            process.kill()
    assert answer.json()["title"] == "WaveNet: A Generative Model for Raw Audio"
    assert [json.loads(line)["status"] for line in log.read_text().splitlines()] == [200]


# --- the official client


def official(server: StandIn, **options: Any) -> SemanticScholar:
    """Make the official client talk to the stand-in, without its waits of minutes."""
    return SemanticScholar(api_url=server.url, api_key="good", retry=False, **options)


def test_the_official_client_reads_what_is_served(serve: Any):
    """Papers with all its default fields, batches, lists, search, match, authors, recommendations, releases."""
    server, _ = serve(small(citers=12), keys={"good"})
    client = official(server)
    paper = client.get_paper(TODD)
    assert (paper.title, paper.year, len(paper.citations), len(paper.references)) == (
        "A connectionist approach to algorithmic composition",
        *(1989, 12, 3),
    )
    assert [p.paperId for p in client.get_papers([TODD, "CorpusId:1003"])] == [paper_id("todd"), paper_id("gruss")]
    assert [c.paper.title for c in client.get_paper_citations(TODD, limit=5)] == [f"Citer {k}" for k in range(12)]
    assert client.get_paper_references(TODD)[0].contexts == ["as in [1]"]
    assert client.search_paper("creation refinement")[0].title == "Creation by refinement"
    assert client.search_paper("creation by refinement", match_title=True).paperId == paper_id("lewis")
    assert len(list(client.search_paper("citer", bulk=True))) == 12
    assert client.get_author(paper.authors[0].authorId).name == "Peter M. Todd"
    assert client.get_recommended_papers(paper_id("todd")) == []
    assert client.get_available_releases()[-1] == client.get_release("latest").release_id


def test_its_known_defects_show(serve: Any, caplog: pytest.LogCaptureFixture):
    """Key not sent for lists; outages as success; null lists crash; glued queries; merged ids reported as missing."""
    corpus = small(citers=12)
    corpus.merge("0" * 40, "todd")
    corpus.elide("gruss")
    server, _ = serve(corpus, Script([None, "502", "200 html", "429"]))
    client = official(server)
    client.get_paper_citations(TODD)
    assert server.log[-1].key is None
    assert client.get_paper(TODD).title is None
    with pytest.raises(json.JSONDecodeError):
        client.get_paper(TODD)
    with pytest.raises(RetryError):
        client.get_paper(TODD)
    with pytest.raises(TypeError):
        client.get_paper_references(paper_id("gruss"))
    client.search_paper("Salt & Pepper")
    assert server.log[-1].query["query"] == "Salt "
    assert server.log[-1].key == "good"
    with caplog.at_level(logging.WARNING):
        client.get_papers(["0" * 40])
    assert "IDs not found" in caplog.text


def test_it_loops_over_nothing_and_stops_at_short_pages(serve: Any):
    """A search without hits is asked for ever until something else is answered; a short page ends a list in silence."""
    server, _ = serve(small(), Script(lambda n, _: "403" if n == 6 else None))
    with pytest.raises(PermissionError):
        list(official(server).search_paper("nothing like it"))
    assert len(server.log) == 7
    server, _ = serve(small(citers=12), limits=Limits(short_page=3))
    assert len(list(official(server).get_paper_citations(TODD, limit=5))) == 3
