"""What OpenAlex, Crossref and OpenCitations have in common: faults, keys, answers that are kept."""

import logging
from pathlib import Path
from typing import Any

import pytest
from standins import second
from standins.faults import Fault, too_many
from standins.s2_server import Script, StandIn
from test_second_sources import CITATIONS, KEY, KINDS, WORKS, listed, source_of, work

from kg.ingest.sources.http import GaveUp, KeyRejected, Unreachable
from kg.ingest.sources.http_cache import Cache
from kg.ingest.sources.openalex import OpenAlex
from kg.model import Outcome


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "fault", ["429", "500", "503", "504 html", "200 html", "cut", "malformed", too_many("3")], ids=str
)
def test_faults_are_survived(kind: str, fault: Fault | str):
    """Each kind of fault is asked again, and the lists are those of a quiet day."""
    shelf = {"openalex": second.OpenAlex, "crossref": second.Crossref, "opencitations": second.OpenCitations}[kind]
    with StandIn(shelf.of(WORKS, CITATIONS)) as server:
        quiet = listed(list(source_of(KINDS[kind], server.url).lists("references", WORKS[:2])))
    with StandIn(shelf.of(WORKS, CITATIONS), Script([fault, None, fault])) as server:
        assert listed(list(source_of(KINDS[kind], server.url).lists("references", WORKS[:2]))) == quiet
    assert quiet[0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_that_never_comes_is_failed_with_its_reason(kind: str):
    """A service that answers other questions but breaks on this one: FAILED, said why; the others come."""
    shelf = {"openalex": second.OpenAlex, "crossref": second.Crossref, "opencitations": second.OpenCitations}[kind]
    with StandIn(shelf.of(WORKS, CITATIONS), Script(lambda n, _: "500" if n else None)) as server:
        source = source_of(KINDS[kind], server.url, tries=2)
        source.transport.get(
            "/works/doi:10.1000/s"
            if kind == "openalex"
            else "/works/10.1000%2Fs"
            if kind == "crossref"
            else "/references/doi:10.1000/s",
            {},
        )
        (batch,) = source.lists("references", [work("A")])
    assert [(r.work, r.outcome) for r in batch.retrievals] == [("A", Outcome.FAILED)]
    assert "500" in batch.remarks[0].reason


def test_the_key_of_openalex_is_in_the_query_and_nowhere_else(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """Sent with every request as OpenAlex wants it; in no log at any level, error, or byte on disk, even if echoed."""
    caplog.set_level(logging.DEBUG)
    echo = Fault("echo", 500, f'{{"error": "bad", "message": "key {KEY}"}}'.encode())
    told: list[Any] = []
    with StandIn(second.OpenAlex.of(WORKS, CITATIONS), Script([echo, None, None, *[echo] * 9])) as server:
        openalex = source_of(
            OpenAlex, server.url, key=KEY, cache=Cache(tmp_path / "c"), tries=3, on_request=told.append
        )
        openalex.look_up(["doi:10.1000/s"])
        openalex.search("The remarkable case")
        with pytest.raises(GaveUp) as caught:
            openalex.look_up(["doi:10.1000/none"])
        openalex.close()
        assert {request.query.get("api_key") for request in server.log} == {KEY}
        assert not any(KEY in str(request.headers) for request in server.log)
    assert "HTTP Request" in caplog.text, "the library did log addresses"
    assert KEY not in f"{caplog.text}{told}{caught.value!r}{caught.value.hint}{caught.value.__context__!r}"
    assert not any(KEY.encode() in file.read_bytes() for file in tmp_path.iterdir())
    cache = Cache(tmp_path / "c")
    assert KEY not in str(list(cache._db.execute("SELECT method, url, body_hash FROM answer")))


def test_a_bad_key_and_another_server_are_told_apart():
    """401 is a rejected key; 403 means too many requests there and is tried again; a page that is no OpenAlex is said so."""
    with (
        StandIn(second.OpenAlex.of(WORKS, CITATIONS), Script(["401"])) as server,
        pytest.raises(KeyRejected, match="rejected"),
    ):
        source_of(OpenAlex, server.url, key=KEY).look_up(["doi:10.1000/s"])
    with StandIn(second.OpenAlex.of(WORKS, CITATIONS), Script(["403"])) as server:
        openalex = source_of(OpenAlex, server.url, key=KEY)
        assert openalex.find_by_id("doi:10.1000/s").title
    strange = Fault("404 html", 404, b"<html>nothing here</html>", type="text/html")
    for kind, name in (("openalex", "OpenAlex"), ("crossref", "Crossref"), ("opencitations", "OpenCitations")):
        with (
            StandIn(second.Crossref([]), Script(lambda *_: strange)) as server,
            pytest.raises(Unreachable, match=f"does not answer like {name}"),
        ):
            list(source_of(KINDS[kind], server.url).lists("references", [work("S")]))


def test_answers_are_kept_and_none_is_asked_for_twice(tmp_path: Path):
    """A second source over the same cache sends nothing, also for what was not found."""
    for kind, shelf in (("openalex", second.OpenAlex), ("crossref", second.Crossref)):
        with StandIn(shelf.of(WORKS, CITATIONS)) as server:
            runs = []
            for _ in range(2):
                source = source_of(KINDS[kind], server.url, cache=Cache(tmp_path / kind))
                runs.append(listed(list(source.lists("references", [*WORKS[:2], work("none")]))))
                sent = source.sent
                source.close()
        assert runs[0] == runs[1]
        assert sent == 0
