"""The cache of answers: nothing is sent twice, nothing is lost, and what fails is explained."""

import gc
import os
import signal
import sqlite3
import subprocess
import sys
import zlib
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from s2_links import BATCH, Clock, corpus, link, paper
from standins.s2_server import Script, StandIn

from kg.errors import StoreError
from kg.ingest.sources.http import Offline, Transport
from kg.ingest.sources.http_cache import Cache


def ask_all(transport: Transport) -> list[object]:
    """A few requests of every kind."""
    answers = [paper(transport, k) for k in range(4)]
    answers.append(transport.post(BATCH, {"fields": "title"}, {"ids": ["CorpusId:1002", "CorpusId:7"]}))
    answers.append(transport.post(BATCH, {"fields": "title"}, {"ids": ["CorpusId:1003"]}))
    answers.append(transport.get("/graph/v1/paper/CorpusId:7", {}))
    answers.append(transport.get("/graph/v1/paper/CorpusId:1001", {"fields": "nonsense"}))
    return [(answer.status, answer.body, answer.fetched_at) for answer in answers]


def test_a_second_run_sends_nothing(clock: Clock, tmp_path: Path):
    """Not even for what is missing or was refused; faults are never kept; offline gives the same again."""
    path = tmp_path / "deep" / "er" / "cache.sqlite"
    with StandIn(corpus(), Script(["500", None, "200 html", "429"])) as server:
        with link(server.url, clock, cache=Cache(path)) as transport:
            first = ask_all(transport)
        sent = len(server.log)
        assert sent == 8 + 3
        with link(server.url, clock, cache=Cache(path)) as transport:
            assert ask_all(transport) == first
            assert transport.sent == 0
        assert len(server.log) == sent
    with link(server.url, clock, cache=Cache(path), offline=True) as transport:
        assert ask_all(transport) == first
        assert paper(transport).cached


def test_offline_without_an_answer_is_an_error(clock: Clock, tmp_path: Path):
    """It says what is missing; nothing is sent, with or without a cache."""
    for cache in (None, Cache(tmp_path / "cache")):
        transport = link("http://127.0.0.1:9", clock, cache=cache, offline=True)
        with pytest.raises(Offline, match="CorpusId:1001 is not in the cache"):
            paper(transport)
        assert transport.sent == 0


def test_old_answers_are_asked_again_when_wanted(serving: StandIn, clock: Clock, tmp_path: Path):
    """`refresh_older_than` asks again for what is older, and keeps the new answer."""
    cache = Cache(tmp_path / "cache")
    old = paper(link(serving.url, clock, cache=cache))
    clock.time += 40 * 86400
    assert paper(link(serving.url, clock, cache=cache)) == type(old)(
        200, old.body, cached=True, fetched_at=old.fetched_at
    )
    month = link(serving.url, clock, cache=cache, refresh_older_than=timedelta(days=30))
    assert not paper(month).cached
    assert paper(month).cached
    assert len(serving.log) == 2


def test_not_found_is_believed_for_a_day(serving: StandIn, clock: Clock, tmp_path: Path):
    """A paper missing today may be there next week; offline the old word stands."""
    cache = Cache(tmp_path / "cache")
    transport = link(serving.url, clock, cache=cache)
    for cached in (False, True, False):
        assert transport.get("/graph/v1/paper/CorpusId:7", {}).cached is cached
        clock.time += 0 if not cached else 2 * 86400
    clock.time += 99 * 86400
    assert link(serving.url, clock, cache=cache, offline=True).get("/graph/v1/paper/CorpusId:7", {}).status == 404


def test_two_servers_do_not_mix(serving: StandIn, clock: Clock, tmp_path: Path):
    """What one server said is not the other's word."""
    cache = Cache(tmp_path / "cache")
    paper(link(serving.url, clock, cache=cache))
    with StandIn(corpus()) as other:
        assert not paper(link(other.url, clock, cache=cache)).cached


def test_killed_at_any_request_nothing_is_asked_twice(serving: StandIn, tmp_path: Path):
    """A process shot dead after its third answer leaves three answers to the next one."""
    code = """
import os, signal, sys
from pathlib import Path
from kg.ingest.sources.http_cache import Cache
from kg.ingest.sources.s2.service import SEMANTIC_SCHOLAR
from kg.ingest.sources.http import Transport
def watch(attempt):
    if transport.sent == 3 and sys.argv[3] == "die":
        os.kill(os.getpid(), signal.SIGKILL)
transport = Transport(SEMANTIC_SCHOLAR, sys.argv[1], cache=Cache(Path(sys.argv[2])), on_request=watch, interval_s=0)
for k in range(6):
    transport.get(f"/graph/v1/paper/CorpusId:{1001 + k}", {"fields": "title"})
print(transport.sent)
"""

    def run(how: str) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-c", code, serving.url, str(tmp_path / "cache"), how]
        return subprocess.run(words, capture_output=True, text=True, check=False, env=os.environ)

    assert run("die").returncode == -signal.SIGKILL
    assert len(serving.log) == 3
    assert run("live").stdout == "3\n"
    assert len({request.path for request in serving.log}) == len(serving.log) == 6


def test_a_full_disk_is_explained(serving: StandIn, clock: Clock, tmp_path: Path):
    """SQLite's own word for it, with what to do; what was kept before stays."""
    cache = Cache(tmp_path / "cache")
    transport = link(serving.url, clock, cache=cache)
    paper(transport)
    pages = cache._db.execute("PRAGMA page_count").fetchone()[0]
    cache._db.execute(f"PRAGMA max_page_count = {pages}")

    def fill() -> None:
        for k in range(200):
            body, at = os.urandom(200).hex(), "2026-01-01T00:00:00+00:00"
            cache.keep("GET", f"http://x/{k}", "", status=200, body=body, fetched_at=at)

    with pytest.raises(StoreError, match="full") as caught:
        fill()
    assert "free disk space" in caught.value.hint
    assert caught.value.exit_code == 6
    assert paper(transport).cached


def test_a_broken_cache_is_explained(clock: Clock, tmp_path: Path):
    """A file that is no database, and a folder in its place."""
    (tmp_path / "text").write_text("This is no database, and long enough to be seen as none. " * 40)
    (tmp_path / "folder").mkdir()
    for name in ("text", "folder", "text/below"):
        with pytest.raises(StoreError, match=name):
            Cache(tmp_path / name)


def packed(text: str) -> bytes:
    """An answer as the cache keeps it."""
    return zlib.compress(text.encode())


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("body", b"\0"), ("body", b""), ("body", 7), ("body", "text"), ("body", packed("{}" * 99)[:12]),
        ("body", zlib.compress(b"\xff")), ("body", packed("not JSON")), ("body", packed("[]")), ("body", packed("7")),
        ("body", packed("{")), ("body", packed("null")), ("body", packed('"' + "x" * 33_000_000 + '"')),
        ("body", packed("[" * 100_000)), ("body", packed("9" * 5000)), ("status", "in press"), ("status", 500),
        ("fetched_at", "9999-12-31T23:59:59+00:00"), ("fetched_at", "tomorrow"), ("fetched_at", 7),
        ("fetched_at", "2026-01-02T00:00:00+00:00"), ("fetched_at", "2026-01-01T00:00:00"),
    ],
)  # fmt: skip
def test_an_answer_that_never_came_is_asked_for_again(
    serving: StandIn, clock: Clock, tmp_path: Path, column: str, value: object
):
    """Damaged in the file, of another type, larger than any, or of a later time: it is not believed, and not for ever."""
    cache = Cache(tmp_path / "cache")
    with link(serving.url, clock, cache=cache) as transport:
        right = paper(transport)
        with closing(sqlite3.connect(tmp_path / "cache")) as db, db:
            db.execute(f"UPDATE answer SET {column} = ?", (value,))
        again, kept = paper(transport), paper(transport)
    assert (again.status, again.body, again.cached, kept.cached) == (right.status, right.body, False, True)


def test_nothing_is_left_open(serving: StandIn, clock: Clock, tmp_path: Path):
    """Closing a transport closes its connection and its cache."""
    with link(serving.url, clock, cache=Cache(tmp_path / "cache")) as transport:
        paper(transport)
    gc.collect()
    with pytest.raises(StoreError):
        transport._cache.find("GET", "", "")
