"""Calls of Semantic Scholar: what each answer means, and pages to the end."""

import json
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from s2_links import KEY, star
from s2_links import link as unkeyed
from standins.faults import Fault
from standins.s2_server import Corpus, Limits, Script, StandIn

from kg.errors import SourceError
from kg.ingest.sources.http import KeyRejected, Offline, RequestLimit, Unreachable
from kg.ingest.sources.s2.api import Api, Listing, _join
from kg.model import Citation, Outcome, Work

link = partial(unkeyed, key=KEY)


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


def test_a_batch_that_cannot_be_had_does_not_look_like_unknown_works():
    """An unknown field and a broken service are told apart from them; what fails today may be answered later."""
    with StandIn(star(1)) as server:
        api = Api(link(server.url))
        assert api.batch(["CorpusId:1001"], "nonsense") == [None]
        assert "nonsense" in api.failed["CorpusId:1001"]
    healed: list[bool] = []
    with StandIn(star(3), Script(lambda *_: None if healed else "500")) as server:
        api = Api(link(server.url, budget_s=1e9))
        ids = ["CorpusId:1001", "CorpusId:1002", "CorpusId:7"]
        assert api.batch(ids, "title") == [None] * 3
        assert all("500" in api.failed[id_] for id_ in ids)
        healed.append(True)
        found = api.batch(ids, "title")
        assert [bool(paper) for paper in found] == [True, True, False]
        assert api.failed == {}
    with StandIn(star(3), Script(lambda *_: "500")) as server, pytest.raises(SourceError, match="500"):
        Api(link(server.url, budget_s=20)).batch([f"CorpusId:{k}" for k in range(1001, 1009)], "title")


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
        assert len(server.log) == (6 if body == [] else 1)  # no answer about a paper is a bare list: tried again


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


def test_a_list_that_is_cut_is_partial(monkeypatch: pytest.MonkeyPatch):
    """Windows that are not looked into, as enough rows came, may hold more, unless just as many came as were reported."""
    for name, most in {"REACH": 9, "PAGE": 3, "MOST_ROWS": 12}.items():
        monkeypatch.setattr(f"kg.ingest.sources.s2.api.{name}", most)
    with StandIn(star(14, per_year=4)) as server:
        assert Api(link(server.url)).citations("CorpusId:1001", "title", 14).outcome is Outcome.COMPLETE
    with StandIn(star(40, per_year=4)) as server:
        listings = [Api(link(server.url)).citations("CorpusId:1001", "title", reported) for reported in (40, 10)]
    assert [listing.outcome for listing in listings] == [Outcome.PARTIAL] * 2
    rows = len(listings[0].rows)
    assert 12 <= rows < 40
    assert listings[0].reason == f"cut after {rows} rows of 40: no more of a list is read"


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
