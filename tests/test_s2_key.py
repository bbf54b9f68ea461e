"""The key of Semantic Scholar: where it comes from, and that it goes nowhere else, whatever redirects say."""

import logging
import sqlite3
from pathlib import Path

import pytest
from s2_links import BATCH, KEY, Clock, corpus, link, paper
from standins.faults import Fault
from standins.s2_server import Request, Script, StandIn

from kg.errors import InputError
from kg.ingest.sources.http import Attempt, GaveUp, KeyRejected, Transport, Unreachable
from kg.ingest.sources.http_cache import Cache
from kg.ingest.sources.s2.service import SEMANTIC_SCHOLAR
from kg.ingest.sources.service import configured, find_key


def test_the_key_is_on_every_request_and_nowhere_else(clock: Clock, tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """Every request carries it; no log at any level, error, watcher or byte on disk does."""
    caplog.set_level(logging.DEBUG)
    told: list[Attempt] = []
    echo = Fault("echo", 500, f'{{"message": "bad key {KEY}"}}'.encode())
    whisper = Fault("whisper", 200, f'{{"paperId": "x", "title": "{KEY}"}}'.encode())
    with StandIn(corpus(), Script([echo, None, whisper, *[echo] * 6])) as server:
        with link(server.url, clock, key=KEY, cache=Cache(tmp_path / "cache"), on_request=told.append) as transport:
            paper(transport)
            assert paper(transport, 1).body["title"] == "[key]"
            with pytest.raises(GaveUp) as caught:
                paper(transport, 2)
        assert len(server.log) == 9
        assert all(request.key == KEY for request in server.log)
        assert not any(KEY in request.target for request in server.log)
    assert KEY not in f"{transport!r}{transport}{told}{caught.value!r}{caught.value.hint}{caught.value.__context__!r}"
    assert KEY not in caplog.text
    files = list(tmp_path.iterdir())
    assert files
    assert not any(KEY.encode() in file.read_bytes() for file in files)
    rows = [
        (*row[:4], Cache(tmp_path / "cache").find(*row[:3]))
        for row in sqlite3.connect(tmp_path / "cache").execute("SELECT * FROM answer")
    ]
    assert rows
    assert KEY not in str(rows)


def moved(status: int, to: str) -> Fault:
    """A redirect."""
    return Fault(str(status), status, headers=(("Location", to),))


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_on_the_same_server_is_followed(status: int, clock: Clock, tmp_path: Path):
    """With the key, at the usual pace, as one answer to what was asked; also where it leads on once more, and a POST."""
    first, second = "/graph/v1/paper/CorpusId:1005", "/graph/v1/paper/CorpusId:1001"
    leads = {first: second, "/graph/v1/batch": BATCH}

    def choose(_: int, request: Request) -> Fault | None:
        to = leads.get(request.path)
        return moved(status, f"{to}?fields=title") if to else None

    with StandIn(corpus(), Script(choose)) as server:
        with link(server.url, clock, key=KEY, cache=Cache(tmp_path / "c")) as transport:
            assert paper(transport, 4).body["title"] == "On the number 0"
            assert paper(transport, 4).cached
            posted = transport.post("/graph/v1/batch", {"fields": "title"}, {"ids": ["CorpusId:1001"]})
        assert posted.body[0]["title"] == "On the number 0"
        assert len(server.log) == transport.sent == 4
        assert all(request.key == KEY for request in server.log)
    assert min(clock.slept) >= 1.0


def test_redirects_in_a_circle_are_given_up(clock: Clock):
    """A few hops, then that one look-up fails; others are answered."""
    circle = Script(lambda _, request: moved(302, request.target) if request.path.endswith("1001") else None)
    with StandIn(corpus(), circle) as server:
        transport = link(server.url, clock)
        with pytest.raises(GaveUp, match="led on"):
            paper(transport)
        assert len(server.log) == 6
        assert paper(transport, 1).status == 200


def test_a_redirect_never_carries_the_key_away(serving: StandIn, clock: Clock):
    """Another server named by a redirect hears nothing; it is said, others are answered; a server that only does so is none."""
    away = moved(302, f"{serving.url}/graph/v1/paper/CorpusId:1001")
    with StandIn(corpus(), Script([away, None, away, away, away])) as server:
        transport = link(server.url, clock, key=KEY)
        with pytest.raises(GaveUp, match=r"302 leads to another server, 127\.0\.0\.1, which is not asked"):
            paper(transport)
        assert paper(transport, 1).status == 200
    with StandIn(corpus(), Script(lambda *_: away)) as server:
        transport = link(server.url, clock, key=KEY)
        for error in (GaveUp, GaveUp, Unreachable, Unreachable):
            with pytest.raises(error, match="302"):
                paper(transport)
        assert len(server.log) == 3
    for place in ("https://127.0.0.1/x", "http://[", "ftp://127.0.0.1/"):
        with (
            StandIn(corpus(), Script([moved(301, place)])) as server,
            pytest.raises(GaveUp, match=r"301 leads to (no|another)"),
        ):
            paper(link(server.url, clock, key=KEY))
    assert serving.log == []


@pytest.mark.parametrize("status", ["401", "403"])
def test_a_bad_key_is_said_to_be_one(status: str, clock: Clock):
    """Not "not found", not tried again, and the key is not shown."""
    with StandIn(corpus(), Script([status, status])) as server:
        with pytest.raises(KeyRejected, match="rejected the key") as caught:
            paper(link(server.url, clock, key=KEY))
        assert KEY not in f"{caught.value}{caught.value.hint}"
        with pytest.raises(KeyRejected, match="without a key"):
            paper(link(server.url, clock))
        assert len(server.log) == 2


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "clé-0123456", "ab-1234", ""])
def test_a_key_that_cannot_be_one_is_refused_unseen(key: str):
    """Else the library below would quote it in its own error."""
    with pytest.raises(InputError) as caught:
        Transport(SEMANTIC_SCHOLAR, key=key)
    assert not key or key not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "ftp://host",
        "http://",
        "http://user:pass@host",
        "http://h:999999",
        "http://[",
        "http://a..b",
        "http://h/?a=b",
    ],
)
def test_a_bad_address_is_refused(url: str):
    """Before anything is sent; a password in it is not repeated."""
    with pytest.raises(InputError) as caught:
        Transport(SEMANTIC_SCHOLAR, url)
    assert "pass@" not in str(caught.value)


def test_where_the_key_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The environment first, then the configuration file, else none; a broken file is named but not quoted."""
    for name in ("S2_API_KEY", "SEMANTIC_SCHOLAR_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("kg.ingest.sources.service.user_config_path", lambda *_, **__: tmp_path)
    assert find_key(SEMANTIC_SCHOLAR) is None
    (tmp_path / "config.toml").write_text('[s2]\nkey = "from-file"\nurl = "http://mirror"\n')
    assert (find_key(SEMANTIC_SCHOLAR), configured("s2", "url"), configured("s2", "nothing")) == (
        "from-file",
        "http://mirror",
        None,
    )
    monkeypatch.setenv("SEMANTIC_SCHOLAR_API_KEY", "second")
    assert find_key(SEMANTIC_SCHOLAR) == "second"
    monkeypatch.setenv("S2_API_KEY", " first ")
    assert find_key(SEMANTIC_SCHOLAR) == "first"
    monkeypatch.setenv("S2_API_KEY", "  ")
    assert find_key(SEMANTIC_SCHOLAR) == "second"
    (tmp_path / "config.toml").write_text(f"[s2]\nkey = {KEY}\n")
    with pytest.raises(InputError, match=r"config\.toml") as caught:
        configured("s2", "key")
    assert KEY not in str(caught.value)
    (tmp_path / "config.toml").write_text("s2 = 3\n")
    assert configured("s2", "key") is None
