"""The way to Semantic Scholar: paced, patient, and closed in time where other sources can be asked; against a real server on loopback."""

import socket
import threading
from pathlib import Path

import pytest
from s2_links import BATCH, KEY, Clock, corpus, link, paper
from standins.faults import Fault, too_many
from standins.s2_server import Script, StandIn

from kg.ingest.sources.http import Attempt, GaveUp, RequestLimit, Transport, Unreachable
from kg.ingest.sources.http_cache import Cache
from kg.ingest.sources.s2.service import SEMANTIC_SCHOLAR

# --- pace and patience


def test_answers_are_those_the_source_means(serving: StandIn, clock: Clock):
    """200, 404 and 400 are answers; a 404 is never an empty object."""
    transport = link(serving.url, clock)
    assert paper(transport).body["title"] == "On the number 0"
    missing = transport.get("/graph/v1/paper/CorpusId:7", {"fields": "title"})
    assert (missing.status, missing.body) == (404, {"error": "Paper with id CorpusId:7 not found"})
    assert transport.get("/graph/v1/paper/CorpusId:1001", {"fields": "nonsense"}).status == 400
    assert transport.sent == len(serving.log) == 3


@pytest.mark.parametrize(("key", "least"), [(KEY, 1.0), (None, 3.0)])
def test_requests_are_spaced(key: str | None, least: float, serving: StandIn, clock: Clock):
    """At most one request a second with a key, and far fewer without."""
    transport = link(serving.url, clock, key=key)
    for k in range(5):
        paper(transport, k)
    assert len(clock.slept) == 4
    assert all(least <= wait < least + 0.2 for wait in clock.slept)


@pytest.mark.parametrize(
    "fault",
    ["429", "429 2023", "500", "502", "503", "504", "504 html", "200 html", "cut", "cut midway", "malformed",
     Fault("error 200", 200, b'{"error": "try later"}'), Fault("no list", 200, b"null"), Fault("bytes", 200, b'{"a": "\xff"}')],
    ids=str,
)  # fmt: skip
def test_faults_are_survived(fault: Fault | str, clock: Clock):
    """Each kind of fault is asked again after at least two seconds, and the answer is the true one."""
    with StandIn(corpus(), Script([fault, fault])) as server:
        transport = link(server.url, clock, key=KEY)
        assert paper(transport).body["title"] == "On the number 0"
        assert transport.sent == len(server.log) == 3
    assert len(clock.slept) == 2
    assert all(2.0 <= wait <= 60.0 for wait in clock.slept)


def test_waits_grow_with_full_jitter_to_a_minute(clock: Clock):
    """The span of the wait doubles up to 60 s, and no two waits are alike."""
    told: list[Attempt] = []
    with StandIn(corpus(), Script(lambda n, _: "429" if n < 40 else None)) as server:
        paper(link(server.url, clock, key=KEY, budget_s=1e9, on_request=told.append))
    waits = [attempt.wait_s for attempt in told[:40]]
    for n, wait in enumerate(waits):
        assert 2.0 <= wait <= min(60.0, 2.0 * 2 ** (n + 1))
    assert max(waits) > 32
    assert len(set(waits)) == 40


def test_retry_after_is_honoured_within_the_budget(clock: Clock):
    """A wait that fits is kept to the second."""
    with StandIn(corpus(), Script([too_many("45")])) as server:
        paper(link(server.url, clock, key=KEY))
    assert clock.slept[0] == 45


@pytest.mark.parametrize("header", ["99999", "601", "Thu, 01 Jan 2099 00:00:00 GMT"])
def test_retry_after_beyond_the_budget_ends_the_source_at_once(header: str, clock: Clock):
    """Nothing is slept; what the source says of it is told."""
    with StandIn(corpus(), Script(lambda *_: too_many(header))) as server:
        with pytest.raises(Unreachable, match=r"asks to wait [\d]+ .*Too Many Requests"):
            paper(link(server.url, clock, key=KEY))
        assert len(server.log) == 1
    assert clock.slept == []


@pytest.mark.parametrize("header", ["-5", "soon", "Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 99 Foo"])
def test_a_senseless_retry_after_is_ignored(header: str, clock: Clock):
    """Then the usual wait holds."""
    with StandIn(corpus(), Script([too_many(header)])) as server:
        paper(link(server.url, clock, key=KEY))
    assert 2 <= clock.slept[0] <= 4


def test_the_pace_slackens_after_429(clock: Clock):
    """Each 429 makes the spacing a tenth longer; an answer halves what was added."""
    with StandIn(corpus(), Script(["429", "429", "429"])) as server:
        transport = link(server.url, clock, key=KEY)
        paper(transport)
        del clock.slept[:]
        paper(transport, 1)
    assert clock.slept[0] == pytest.approx(1.05 * (1 + 0.331 / 2))


@pytest.mark.parametrize(("key", "storm"), [(KEY, 60), (None, 40), (KEY, 5)])
def test_the_pace_recovers_within_a_minute_after_a_storm(key: str | None, storm: int, clock: Clock):
    """However long the storm, a minute of answers brings back the usual spacing, give or take a tenth."""
    with StandIn(corpus(), Script(lambda n, _: "429" if n < storm else None)) as server:
        transport = link(server.url, clock, key=key, budget_s=1e9)
        paper(transport)
        calm = clock.time
        usual = SEMANTIC_SCHOLAR.keyed_interval_s if key else SEMANTIC_SCHOLAR.unkeyed_interval_s
        paper(transport, 1)
        for k in range(60):
            if clock.slept[-1] < 1.1 * usual:
                break
            paper(transport, k % 9)
    assert clock.time - calm < 60
    assert clock.slept[-1] < 1.1 * usual


def test_one_bad_request_is_given_up_and_others_go_on(clock: Clock):
    """A path that always fails costs six tries and says what it met; the next is answered."""
    bad = Script(lambda _, request: "504" if request.path.endswith("1001") else None)
    with StandIn(corpus(), bad) as server:
        transport = link(server.url, clock)
        with pytest.raises(GaveUp, match="504 Endpoint request timed out") as caught:
            paper(transport)
        assert transport.sent == 6
        assert caught.value.exit_code == 4
        assert paper(transport, 1).status == 200


def test_a_storm_of_429_ends_with_the_budget(clock: Clock):
    """Patience is counted in time over all requests; the message says what would help."""
    with StandIn(corpus(), Script(lambda *_: "429")) as server:
        with pytest.raises(Unreachable, match="Too Many Requests") as caught:
            paper(link(server.url, clock, budget_s=600))
        assert len(server.log) > 12
    assert 500 < sum(clock.slept) <= 700
    assert "S2_API_KEY" in caught.value.hint


def test_after_an_outage_the_next_request_does_not_wait_again(clock: Clock):
    """The budget is one for all, so that a hundred lists do not wait a hundred times."""
    with StandIn(corpus(), Script(lambda n, _: "503" if n else None)) as server:
        transport = link(server.url, clock, budget_s=20)
        paper(transport)
        for k in (1, 2, 3):
            with pytest.raises((Unreachable, GaveUp)):
                paper(transport, k)
        assert transport.sent < 12


def test_a_good_answer_renews_the_patience(clock: Clock):
    """A service that fails every other time for hours is borne."""
    with StandIn(corpus(), Script(lambda n, _: None if n % 2 else "503")) as server:
        transport = link(server.url, clock, key=KEY, budget_s=20)
        assert [paper(transport, k % 9).status for k in range(30)] == [200] * 30


def test_no_network_is_said_soon(clock: Clock):
    """Where nothing was ever reached, three tries are enough."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    transport = link(f"http://127.0.0.1:{port}", clock)
    with pytest.raises(Unreachable, match="no connection to 127") as caught:
        paper(transport)
    assert transport.sent == 3
    assert "network" in caught.value.hint


def test_a_trickling_answer_is_cut_off(serving: StandIn):
    """An answer that takes minutes is a fault, however steadily it comes."""
    clock = Clock()
    ticks = iter(range(0, 10**9, 200))
    transport = Transport(SEMANTIC_SCHOLAR, serving.url, clock=lambda: float(next(ticks)), sleep=clock.sleep)
    with pytest.raises((GaveUp, Unreachable), match="no complete answer within 180 s"):
        transport.post(BATCH, {"fields": "title"}, {"ids": ["CorpusId:1001"]})


def test_another_server_is_told_apart(clock: Clock):
    """A 404 that is no answer of Semantic Scholar is not "no such work"."""
    with StandIn(corpus(), Script([Fault("404 html", 404, b"<html>nothing here</html>", type="text/html")])) as server:
        with pytest.raises(Unreachable, match="does not answer like Semantic Scholar"):
            paper(link(server.url, clock))
        assert len(server.log) == 1


def test_a_batch_must_answer_for_each_id(clock: Clock):
    """A shorter list than asked for is a fault: its places would lie."""
    with StandIn(corpus(), Script([Fault("short", 200, b"[]")])) as server:
        answer = link(server.url, clock).post(BATCH, {"fields": "title"}, {"ids": ["CorpusId:1001", "CorpusId:7"]})
        assert [bool(paper) for paper in answer.body] == [True, False]
        assert len(server.log) == 2


def test_a_limit_of_requests_counts_repeated_ones(clock: Clock):
    """The fourth request is not sent."""
    with StandIn(corpus(), Script(["503"])) as server:
        transport = link(server.url, clock, limit_requests=3)
        paper(transport)
        paper(transport, 1)
        with pytest.raises(RequestLimit, match="limit of 3 requests") as caught:
            paper(transport, 2)
        assert len(server.log) == 3
        assert caught.value.exit_code == 3


def test_one_connection_serves_all(serving: StandIn, clock: Clock):
    """The server sees one client port: connections are kept alive."""
    seen: set[object] = set()
    accept = type(serving._server).process_request

    def noting(self, request, client_address):
        seen.add(client_address)
        accept(self, request, client_address)

    serving._server.process_request = noting.__get__(serving._server)
    transport = link(serving.url, clock)
    for k in range(4):
        paper(transport, k)
    assert len(seen) == 1


def test_every_request_is_told(clock: Clock):
    """Whoever watches learns of faults, their waits, and answers."""
    told: list[Attempt] = []
    with StandIn(corpus(), Script(["429"])) as server:
        paper(link(server.url, clock, on_request=told.append))
    assert [attempt.status for attempt in told] == [429, 200]
    assert told[0].reason.startswith("429 Too Many Requests")
    assert told[0].wait_s == clock.slept[0]
    assert told[1] == Attempt("GET", "/graph/v1/paper/CorpusId:1001", 200)


def test_threads_take_turns(serving: StandIn, clock: Clock, tmp_path: Path):
    """Notebooks ask from other threads: no two requests at once, one cache for all."""
    transport = link(serving.url, clock, cache=Cache(tmp_path / "cache"))
    threads = [threading.Thread(target=paper, args=(transport, k % 3)) for k in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert transport.sent == 3


# --- beside other sources


def test_a_source_beside_others_is_closed_soon_and_asked_once_more_later(clock: Clock):
    """Under a minute of 429; then nothing is sent, every request is given up with the reason; one probe finds it open again."""
    told: list[Attempt] = []
    sick = [True]
    with StandIn(corpus(), Script(lambda *_: "429" if sick[0] else None)) as server:
        transport = link(server.url, clock, alone=False, on_request=told.append)
        with pytest.raises(GaveUp, match="gave no answer in 40 s: 429 Too Many Requests"):
            paper(transport)
        assert clock.time - 1000 < 60
        assert [bool(attempt.closed) for attempt in told] == [False] * (len(told) - 1) + [True]
        assert told[-2].waited_s == pytest.approx(sum(attempt.wait_s for attempt in told))
        sent = len(server.log)
        for k in range(5):
            with pytest.raises(GaveUp, match="gave no answer in 40 s"):
                paper(transport, k)
        assert len(server.log) == sent
        clock.time += 31
        with pytest.raises(GaveUp, match="gave no answer in 40 s"):
            paper(transport)
        assert len(server.log) == sent + 1, "one probe"
        clock.time += 1000
        with pytest.raises(GaveUp):
            paper(transport)
        assert len(server.log) == sent + 1, "and no other"
        transport = link(server.url, clock, alone=False)
        with pytest.raises(GaveUp):
            paper(transport)
        sick[0] = False
        clock.time += 31
        assert paper(transport, 2).status == 200
        assert transport.patience.closed is None


@pytest.mark.parametrize("fault", ["401", "403", too_many("41231")], ids=str)
def test_a_source_that_refuses_is_not_asked_again_beside_others(fault: Fault | str, clock: Clock):
    """A rejected key, and a wait until midnight: one request in all."""
    with StandIn(corpus(), Script(lambda *_: fault)) as server:
        transport = link(server.url, clock, key=KEY, alone=False)
        for k in range(3):
            with pytest.raises(GaveUp, match=r"rejected the key|asks to wait 11 h 27 min"):
                paper(transport, k)
            clock.time += 100
        assert len(server.log) == 1
