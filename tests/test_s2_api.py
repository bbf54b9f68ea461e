"""Calls of Semantic Scholar: what each answer means, pages to the end, and the official client on our transport."""

import asyncio
import inspect
import json
import logging
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from semanticscholar import AsyncSemanticScholar, SemanticScholar
from semanticscholar.ApiRequester import ApiRequester
from semanticscholar.SemanticScholarException import BadQueryParametersException, ObjectNotFoundException
from standins.faults import Fault
from standins.s2_server import Corpus, Limits, Script, StandIn

from kg.errors import SourceError
from kg.ingest.s2.api import Api, Listing, _join, parse_page
from kg.ingest.s2.client import finished, official
from kg.ingest.s2.service import SEMANTIC_SCHOLAR
from kg.ingest.transport import Answer, GaveUp, KeyRejected, Offline, RequestLimit, Transport, Unreachable
from kg.model import Citation, Outcome, Work

KEY = "s3cret-KEY-0123456789"


class Clock:
    """A time that passes only by sleeping."""

    def __init__(self) -> None:
        self.time = 0.0

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.time += seconds


def link(url: str, **options) -> Transport:
    """A transport that never really sleeps."""
    clock = Clock()
    return Transport(SEMANTIC_SCHOLAR, url, key=KEY, clock=lambda: clock.time, sleep=clock.sleep, **options)


def star(citing: int, *, undated: int = 0, per_year: int = 1000) -> Corpus:
    """A work "hub" cited by so many works, of 2010 and later, the first few without a year."""
    years = [None] * undated + [2010 + k // per_year for k in range(citing - undated)]
    works = [Work(id="hub", title="The hub of it all", year=2000)]
    works += [Work(id=f"c{k}", title=f"Spoke {k}", year=year) for k, year in enumerate(years)]
    return Corpus.from_records(works, [Citation(citing=f"c{k}", cited="hub", source="t") for k in range(citing)])


def shas(rows: list[dict[str, Any]], end: str = "citingPaper") -> set[str]:
    """The paperIds of the rows of a list."""
    return {row[end]["paperId"] for row in rows}


# --- batches


def test_a_batch_answers_by_position():
    """Unknown ids, ids that are none, and repeated ones keep their places."""
    corpus = star(3)
    corpus.merge("a" * 40, "hub")
    with StandIn(corpus) as server:
        ids = [
            "CorpusId:1002",
            "CorpusId:9",
            "not an id",
            "",
            "a" * 40,
            "CorpusId:1002",
            "URL:https://www.semanticscholar.org/paper/x",
        ]
        found = Api(link(server.url)).batch(ids, "title")
        assert [paper and paper["title"] for paper in found] == [
            "Spoke 0",
            None,
            None,
            None,
            "The hub of it all",
            "Spoke 0",
            None,
        ]
        assert found[4]["paperId"] == corpus["hub"].sha != "a" * 40
        assert server.log[0].body == {"ids": [ids[0], ids[1], ids[4], ids[6]]}
        assert len(server.log) == 1


def test_a_long_batch_is_sent_in_pieces():
    """1,200 ids are three requests, the answers in order."""
    with StandIn(star(1200)) as server:
        found = Api(link(server.url)).batch([f"CorpusId:{1002 + k}" for k in range(1200)], "title")
        assert [paper["title"] for paper in found if paper] == [f"Spoke {k}" for k in range(1200)]
        assert [len(request.body["ids"]) for request in server.log] == [500, 500, 200]


def test_no_batch_is_sent_for_nothing():
    """Where no id is one, nothing is asked."""
    with StandIn(star(1)) as server:
        assert Api(link(server.url)).batch(["", "rubbish"], "title") == [None, None]
        assert Api(link(server.url)).batch([], "title") == []
        assert server.log == []


def test_a_batch_too_large_is_halved():
    """An answer over the size limit comes in parts, none missing."""
    with StandIn(star(40), limits=Limits(body_bytes=1500)) as server:
        ids = [f"CorpusId:{1001 + k}" for k in range(41)]
        found = Api(link(server.url)).batch(ids, "title")
        assert [paper["title"] for paper in found if paper] == ["The hub of it all", *(f"Spoke {k}" for k in range(40))]
        assert len(server.log) > 1


def test_a_batch_that_times_out_is_halved():
    """504 for large answers, as met with nested lists, does not lose them."""
    slow = Script(lambda _, request: "504" if len(request.body["ids"]) > 10 else None)
    with StandIn(star(40), slow) as server:
        found = Api(link(server.url)).batch([f"CorpusId:{1001 + k}" for k in range(41)], "title")
        assert len([paper for paper in found if paper]) == 41


def test_unknown_ids_are_unknown_and_not_a_failure():
    """The source's "No valid paper ids given" is believed when both halves of the ids say so."""
    with StandIn(star(3)) as server:
        api = Api(link(server.url))
        assert api.batch(["CorpusId:7"], "title") == [None]
        assert api.batch(["CorpusId:7", "DOI:10.1000/nothing", "f" * 40], "title") == [None] * 3
        assert len(server.log) == 4


def test_one_id_the_source_dislikes_costs_only_itself():
    """A batch refused as a whole because of one id still gives the others."""
    bad = "DOI:10.1000/strange"
    refusal = Fault("no ids", 400, b'{"error": "No valid paper ids given"}')
    with StandIn(star(20), Script(lambda _, request: refusal if bad in request.body["ids"] else None)) as server:
        ids = [*(f"CorpusId:{1001 + k}" for k in range(9)), bad, *(f"CorpusId:{1010 + k}" for k in range(9))]
        found = Api(link(server.url)).batch(ids, "title")
    assert [k for k, paper in enumerate(found) if paper is None] == [9]


def test_a_batch_that_cannot_be_had_is_an_error():
    """Neither an unknown field nor a broken service looks like unknown works."""
    with StandIn(star(1)) as server, pytest.raises(GaveUp, match="nonsense"):
        Api(link(server.url)).batch(["CorpusId:1001"], "nonsense")
    with StandIn(star(3), Script(lambda *_: "500")) as server, pytest.raises(SourceError, match="500"):
        Api(link(server.url)).batch(["CorpusId:1001", "CorpusId:1002"], "title")


# --- lists


def test_lists_are_read_to_their_end():
    """2,345 rows are three pages; the same with short pages, whose `next` is followed."""
    corpus = star(2345)
    for limits, pages in ((Limits(), 3), (Limits(short_page=400), 6)):
        with StandIn(corpus, limits=limits) as server:
            listing = Api(link(server.url)).citations("CorpusId:1001", "title", 2345)
            assert (listing.outcome, len(listing.rows), listing.reported) == (Outcome.COMPLETE, 2345, 2345)
            assert len(shas(listing.rows)) == 2345
            assert listing.fetched_at
            assert len(server.log) == pages


@pytest.mark.parametrize(
    ("reported", "outcome"),
    [(None, Outcome.COMPLETE), (3, Outcome.COMPLETE), (2, Outcome.COMPLETE), (4, Outcome.PARTIAL)],
)
def test_the_reported_count_stands_beside_the_rows(reported: int | None, outcome: Outcome):
    """Fewer rows than reported are never called the whole list."""
    with StandIn(star(3)) as server:
        listing = Api(link(server.url)).citations("CorpusId:1001", "title", reported)
    assert (listing.outcome, listing.reported, len(listing.rows)) == (outcome, reported, 3)
    assert bool(listing.reason) == (outcome is Outcome.PARTIAL)


def test_what_references_can_be():
    """Empty, withheld by the publisher, of an unknown work, with unresolved rows; each has its own name."""
    corpus = star(2)
    corpus.add_unresolved("c1", "Personal communication", 1999)
    corpus.elide("c0")
    with StandIn(corpus) as server:
        api = Api(link(server.url))
        empty = api.references("CorpusId:1001", "title", 0)
        elided = api.references("CorpusId:1002", "title", 1)
        rows = api.references("CorpusId:1003", "title", 2)
        unknown = api.references("CorpusId:5", "title")
        refused = api.references("CorpusId:1001", "nonsense")
    assert (empty.outcome, empty.rows) == (Outcome.EMPTY, [])
    assert (elided.outcome, elided.rows) == (Outcome.ELIDED, [])
    assert "elided by the publisher" in elided.reason
    assert rows.outcome is Outcome.COMPLETE
    assert [row["citedPaper"]["paperId"] for row in rows.rows] == [corpus["hub"].sha, None]
    assert (unknown.outcome, refused.outcome) == (Outcome.NOT_FOUND, Outcome.FAILED)
    assert "nonsense" in refused.reason


def test_an_empty_list_that_should_not_be_is_not_called_empty():
    """No rows where 35 are reported is a list known to be cut."""
    with StandIn(star(0)) as server:
        assert Api(link(server.url)).references("CorpusId:1001", "title", 35).outcome is Outcome.PARTIAL


def test_pages_that_come_back_empty_are_noticed():
    """Past the first thousand references the service has been seen to give nothing, without a word."""
    works = [Work(id=f"w{k}", title=f"Work {k}") for k in range(1500)]
    corpus = Corpus.from_records(works, [Citation(citing="w0", cited=f"w{k}", source="t") for k in range(1, 1500)])
    with StandIn(corpus, limits=Limits(references_reach=1001)) as server:
        listing = Api(link(server.url)).references("CorpusId:1001", "title", 1499)
    assert (listing.outcome, len(listing.rows)) == (Outcome.PARTIAL, 1000)
    assert listing.reason == "1000 of 1499 reported"


def test_a_list_that_fails_half_way_is_failed():
    """With what came before and the reason; the next list is asked for as usual."""
    bad = Script(lambda _, request: "502" if request.query.get("offset") == "1000" else None)
    with StandIn(star(1500), bad) as server:
        api = Api(link(server.url))
        listing = api.citations("CorpusId:1001", "title", 1500)
        assert api.citations("CorpusId:1002", "title", 0).outcome is Outcome.EMPTY
    assert (listing.outcome, len(listing.rows)) == (Outcome.FAILED, 1000)
    assert "502" in listing.reason


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ({"offset": 0}, Outcome.FAILED),
        ({"data": None}, Outcome.FAILED),
        ({"data": {}}, Outcome.FAILED),
        ({"data": ["x"]}, Outcome.FAILED),
        ([], Outcome.FAILED),
        ({"offset": 0, "next": 0, "data": [{}]}, Outcome.FAILED),
        ({"data": None, "citingPaperInfo": {"openAccessPdf": "?"}}, Outcome.FAILED),
        ({"data": []}, Outcome.EMPTY),
        ({"data": [{"citedPaper": None}]}, Outcome.COMPLETE),
    ],
)
def test_odd_answers_are_not_empty_lists(body: Any, outcome: Outcome):
    """Only `data: []` is an empty list; a page that leads back to itself ends."""
    odd = Fault("odd", 200, json.dumps(body).encode())
    with StandIn(star(0), Script(lambda *_: odd)) as server:
        listing = Api(link(server.url)).references("CorpusId:1001", "title")
        assert listing.outcome is outcome
        assert bool(listing.reason) == (outcome is Outcome.FAILED)
        assert len(server.log) == 1


def test_a_gap_between_pages_is_noticed():
    """Where `next` jumps over rows that did not come, the list is PARTIAL even without a reported count."""
    gap = Fault("gap", 200, b'{"offset": 0, "next": 3, "data": [{"citingPaper": {"paperId": "x"}}]}')
    with StandIn(star(5), Script([gap])) as server:
        listing = Api(link(server.url)).citations("CorpusId:1001", "title")
    assert (listing.outcome, len(listing.rows)) == (Outcome.PARTIAL, 3)
    assert listing.reason == "the source skipped 2 rows"


def test_a_page_too_large_is_asked_for_in_parts():
    """Rows with long contexts can exceed the size of an answer."""
    with StandIn(star(300), limits=Limits(body_bytes=9000)) as server:
        listing = Api(link(server.url)).citations("CorpusId:1001", "title", 300)
    assert (listing.outcome, len(shas(listing.rows))) == (Outcome.COMPLETE, 300)


def test_as_many_rows_as_wanted():
    """`most` stops after the page that has them, and says so."""
    with StandIn(star(2500)) as server:
        api = Api(link(server.url))
        listing = api.citations("CorpusId:1001", "title", 2500, most=1000)
        assert (listing.outcome, len(listing.rows), len(server.log)) == (Outcome.PARTIAL, 1000, 1)
        assert api.citations("CorpusId:1001", "title", 2500, most=9000).outcome is Outcome.COMPLETE


def test_past_the_reach_windows_of_dates_find_the_rest():
    """12,500 citing works, 40 of them without a year: all are found, none twice."""
    corpus = star(12_500, undated=40)
    with StandIn(corpus) as server:
        listing = Api(link(server.url, now=lambda: datetime(2026, 1, 1, tzinfo=UTC))).citations(
            "CorpusId:1001", "title", 12_500
        )
        assert all(int(r.query["offset"]) + int(r.query["limit"]) < 10_000 for r in server.log)
        assert len(server.log) == 28  # 13 pages would do if all had dates and windows were known
    assert (listing.outcome, len(listing.rows)) == (Outcome.COMPLETE, 12_500)
    assert shas(listing.rows) == set(corpus.papers) - {corpus["hub"].sha}


def test_a_list_of_unknown_length_grows_past_the_reach():
    """Without a reported count the cap is met on the way; what the windows cannot prove is CAPPED."""
    with StandIn(star(10_100)) as server:
        listing = Api(link(server.url)).citations("CorpusId:1001", "title")
    assert (listing.outcome, len(listing.rows)) == (Outcome.CAPPED, 10_100)


@pytest.mark.long
def test_what_no_window_reaches_is_capped():
    """10,500 citing works of one day: 9,999 can be had, and the list says what is missing."""
    with StandIn(star(10_500, per_year=10**6)) as server:
        listing = Api(link(server.url)).citations("CorpusId:1001", "title", 10_500)
    assert (listing.outcome, len(listing.rows)) == (Outcome.CAPPED, 9999)
    assert listing.reason == "9999 of 10500 could be reached"


def test_rows_without_an_id_are_not_thrown_together():
    """Where windows overlap, the same row counts once, and different rows without an id count each."""
    listing, keys = Listing([], Outcome.UNKNOWN), set()
    rows = [{"citingPaper": None, "contexts": ["a"]}, {"citingPaper": None, "contexts": ["b"]}]
    for _ in range(2):
        _join(listing, keys, Listing([*rows, {"citingPaper": {"paperId": "x"}}], Outcome.COMPLETE))
    assert len(listing.rows) == 3


def test_a_window_that_fails_fails_the_list():
    """A cap is no excuse for a failure."""
    bad = Script(lambda _, request: "500" if "publicationDateOrYear" in request.query else None)
    with StandIn(star(10_100), bad) as server:
        assert Api(link(server.url)).citations("CorpusId:1001", "title", 10_100).outcome is Outcome.FAILED


def test_references_past_the_reach_are_capped():
    """They know no windows of dates."""
    works = [Work(id=f"w{k}", title="T") for k in range(10_050)]
    corpus = Corpus.from_records(works, [Citation(citing="w0", cited=f"w{k}", source="t") for k in range(1, 10_050)])
    with StandIn(corpus) as server:
        listing = Api(link(server.url)).references("CorpusId:1001", "title", 10_049)
    assert (listing.outcome, len(listing.rows)) == (Outcome.CAPPED, 9999)


def test_what_stops_everything_is_raised():
    """A bad key, a limit, a missing network and an empty cache are not the fault of one list."""
    with StandIn(star(3), keys={"good"}) as server, pytest.raises(KeyRejected):
        Api(link(server.url)).references("CorpusId:1001", "title")
    with StandIn(star(3)) as server, pytest.raises(RequestLimit):
        Api(link(server.url, limit_requests=0)).citations("CorpusId:1001", "title")
    with pytest.raises(Offline):
        Api(link("http://127.0.0.1:9", offline=True)).references("CorpusId:1001", "title")
    with StandIn(star(3), Script(lambda *_: "429")) as server, pytest.raises(Unreachable):
        Api(link(server.url)).references("CorpusId:1001", "title")


def test_ids_are_quoted():
    """Characters that mean something in an address do not cut the id."""
    work = Work(id="w", title="Odd", identifiers=("doi:10.1002/(sici)1097<1::aid-x>3.0.co;2-#?%&+",))
    with StandIn(Corpus.from_records([work], [])) as server:
        api = Api(link(server.url))
        id_ = "DOI:10.1002/(sici)1097<1::aid-x>3.0.co;2-#?%&+"
        assert api.paper(id_)["title"] == "Odd"
        assert api.references(id_, "title").outcome is Outcome.EMPTY


# --- look-ups and search by the official client


def titled(*titles: str) -> Corpus:
    """Works with these titles."""
    return Corpus.from_records([Work(id=f"w{k}", title=t, year=1988 + k) for k, t in enumerate(titles)], [])


def test_titles_are_matched_whole():
    """`&`, `+`, `#`, `%` and other alphabets reach the server as they are; a miss is None."""
    titles = ["Salt & Pepper: A study", "C++ for music #1 = 100%?", "神经网络与音乐生成", "Étude"]
    with StandIn(titled(*titles)) as server:
        api = Api(link(server.url))
        for title in titles:
            assert api.match(title)["title"] == title
            assert server.log[-1].query["query"] == title
        assert api.match("Wholly unheard-of words") is None
        assert api.match("Étude", "title,year")["year"] == 1991
        assert all(request.key == KEY for request in server.log)


def test_search_gives_the_best_hits_and_no_more():
    """One request, hyphens as spaces; nothing found is an empty list, and it ends."""
    with StandIn(titled("End-to-end music", "End to end learning", "Music of the end")) as server:
        api = Api(link(server.url))
        assert len(api.search("end-to-end", 2)) == 2
        assert server.log[0].query["query"] == "end to end"
        assert server.log[0].query["limit"] == "2"
        assert api.search("zzz") == []
        assert len(server.log) == 2


def test_one_paper_or_none():
    """A look-up gives the raw paper; a broken service is no "none"."""
    with StandIn(titled("Alone"), Script([None, None, *["504"] * 9])) as server:
        api = Api(link(server.url))
        assert api.paper("CorpusId:1001")["title"] == "Alone"
        assert api.paper("CorpusId:3") is None
        with pytest.raises(GaveUp):
            api.paper("CorpusId:1001", "title")


def test_an_unreadable_answer_is_an_error():
    """What the official client stumbles over is explained."""
    odd = [Fault("odd", 200, body) for body in (b'{"publicationDate": "tomorrow"}', b'{"total": 1, "data": [null]}')]
    with StandIn(titled("Alone"), Script(odd)) as server:
        api = Api(link(server.url))
        with pytest.raises(GaveUp, match="cannot be read"):
            api.paper("CorpusId:1001")
        with pytest.raises(GaveUp, match="cannot be read"):
            api.search("alone")
        with pytest.raises(GaveUp, match="refused"):
            api.paper("CorpusId:1001", "nonsense")


def test_the_seam_of_the_official_client_is_as_we_know_it():
    """We stand in for a private object: these are the names and signatures we rely on."""
    assert version("semanticscholar").startswith("0.12.")
    assert list(inspect.signature(ApiRequester.get_data_async).parameters) == [
        "self",
        "url",
        "parameters",
        "headers",
        "payload",
    ]
    client = SemanticScholar()
    assert type(client._AsyncSemanticScholar) is AsyncSemanticScholar
    assert type(client._AsyncSemanticScholar._requester) is ApiRequester
    source = Path(inspect.getfile(AsyncSemanticScholar)).parent
    uses = {
        use
        for file in source.glob("*.py")
        for use in re.findall(r"_requester\.(\w+)", file.read_text(encoding="utf-8"))
    }
    assert uses == {"get_data_async", "timeout", "retry"}


def test_the_official_client_runs_on_our_transport():
    """Typed objects, search and lists come keyed, over one transport, and faults are survived."""
    corpus = star(150)
    with StandIn(corpus, Script(["503", None, "429", None, "cut"])) as server:
        transport = link(server.url)
        client = official(transport)
        hub = client.get_paper("CorpusId:1001", fields=["title", "year", "citationCount"])
        assert (hub.title, hub.year, hub.citationCount) == ("The hub of it all", 2000, 150)
        assert [paper.title for paper in client.get_papers(["CorpusId:1002"], fields=["title"])] == ["Spoke 0"]
        citations = client.get_paper_citations("CorpusId:1001", fields=["title"], limit=100)
        assert len({citation.paper.paperId for citation in citations}) == 150
        assert list(client.search_paper("zebra")) == []
        with pytest.raises(ObjectNotFoundException):
            client.get_paper("CorpusId:5")
        with pytest.raises(BadQueryParametersException):
            client.get_paper("CorpusId:1001", fields=["nonsense"])
        assert len(server.log) == transport.sent == 10
        assert all(request.key == KEY for request in server.log)


def test_the_official_client_does_not_take_failure_for_nothing():
    """A withheld list and a broken service are errors, where it would give an empty object or a TypeError."""
    corpus = star(1)
    corpus.elide("c0")
    with StandIn(corpus) as server, pytest.raises(GaveUp, match="withholds"):
        official(link(server.url)).get_paper_references("CorpusId:1002")
    with StandIn(corpus, Script(lambda *_: "401")) as server, pytest.raises(KeyRejected):
        official(link(server.url)).get_paper("CorpusId:1001")


def test_the_official_client_works_inside_an_event_loop():
    """As in a notebook, where it asks from another thread."""
    with StandIn(star(1)) as server:
        client = official(link(server.url))

        async def cell() -> str:
            return client.get_paper("CorpusId:1001", fields=["title"]).title

        assert asyncio.run(cell()) == "The hub of it all"


def test_the_official_client_leaves_logging_alone(caplog: pytest.LogCaptureFixture):
    """It configures the root logger when made; ours does not, and no key is logged."""
    root = logging.getLogger()
    caplog.set_level(logging.DEBUG)
    before = root.handlers[:], root.level
    with StandIn(star(1)) as server:
        official(link(server.url)).get_paper("CorpusId:1001")
        root.handlers[:] = []
        official(link(server.url))
        after, root.handlers[:] = root.handlers[:], before[0]
    assert (after, root.level) == ([], before[1])
    assert KEY not in caplog.text


def test_only_our_transport_may_be_waited_for():
    """A call that wants an event loop is a programming error, not a hang."""
    with pytest.raises(RuntimeError, match="waits"):
        finished(asyncio.sleep(0))


# --- every recorded exchange


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
        if page.next is None or page.outcome:
            listing = getattr(api, found[2])(found[1], fields)
            assert listing.rows == page.rows
            assert listing.outcome is (page.outcome or (Outcome.COMPLETE if page.rows else Outcome.EMPTY))
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
