"""No false COMPLETE, and no storm of time-outs: lists that services cut, leave out, count wrongly or cannot carry at once."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from crawls import held, ingest, truth
from live_net import Net as Services
from live_net import case
from live_net import net as _net
from s2_links import Clock
from standins import second
from standins.faults import Fault
from standins.s2_server import Corpus, Request, Script, StandIn
from test_second_sources import CITATIONS, WORKS, listed, work
from test_second_sources import source_of as second_of

import kg
from kg.graph.store import Store
from kg.ingest.sources.base import Hops
from kg.ingest.sources.crossref import Crossref
from kg.ingest.sources.http import Transport
from kg.ingest.sources.http_cache import Cache
from kg.ingest.sources.openalex import OpenAlex
from kg.ingest.sources.opencitations import OpenCitations
from kg.ingest.sources.s2.api import Api
from kg.ingest.sources.s2.service import SEMANTIC_SCHOLAR
from kg.model import Citation, Outcome, Work

net = _net


class Changed(second.OpenAlex):
    """OpenAlex whose answers to some requests are changed."""

    def __init__(self, records: Any) -> None:
        super().__init__(records)
        self.change: Callable[[dict[str, str], dict[str, Any]], None] = lambda *_: None

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, bytes]:
        """The true answer, changed."""
        status, text = super().answer(method, path, query, body)
        if status != 200 or path != "/works":
            return status, text
        told = json.loads(text)
        self.change(query, told)
        return status, json.dumps(told).encode()


def many(citing: int) -> tuple[list[Work], list[Citation]]:
    """S and so many works that cite it."""
    works = [work("S"), *(work(f"n{k}") for k in range(citing))]
    return works, [Citation(citing=w.id, cited="S", source="x") for w in works[1:]]


# --- OpenAlex


@pytest.mark.parametrize("kind", ["references", "citations"])
def test_an_answer_that_ran_out_of_time_is_asked_for_again_and_never_kept(kind: str, tmp_path: Path):
    """`meta.timed_out` comes with 200 and rows missing: a fault; after the tries the list is FAILED, and whole the next day."""
    shelf = Changed.of(WORKS, CITATIONS)
    tired = [True]

    def cut(query: dict[str, str], told: dict[str, Any]) -> None:
        if query["filter"].startswith(("cites:", "ids.openalex:")) and tired[0]:
            told["meta"]["timed_out"] = True
            del told["results"][1:]

    shelf.change = cut
    with StandIn(shelf) as server:
        for expected in ("FAILED", "COMPLETE"):
            source = second_of(OpenAlex, server.url, cache=Cache(tmp_path / "c"), tries=3)
            pairs, outcomes = listed(list(source.lists(kind, [WORKS[0]])))
            assert outcomes["S"] == expected
            source.close()
            tired[0] = False
        assert len(pairs) == 3


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_page_that_shows_fewer_works_than_it_counts_hides_none(kept: int):
    """A look-up by many identifiers that comes short is taken apart; one that stays short is no "not found"."""
    shelf = Changed.of(WORKS, CITATIONS)
    shelf.change = lambda query, told: (
        told["results"].__delitem__(slice(kept, None)) if "|" in query["filter"] else None
    )
    names = [w.identifiers[0] if w.identifiers[0].startswith("doi:10.1000/") else w.id for w in WORKS[:5]]
    with StandIn(shelf) as server:
        openalex = second_of(OpenAlex, server.url)
        openalex.look_up([*names, "doi:10.1000/none"])
        found = [name for name in names if name.startswith("doi:")]
        assert all(openalex.find_by_id(name) for name in found)
        assert openalex.find_by_id("doi:10.1000/none") is None
    shelf.change = lambda _, told: told["results"].clear()
    with StandIn(shelf) as server:
        (batch,) = second_of(OpenAlex, server.url).lists("references", [WORKS[0]])
        assert batch.retrievals[0].outcome is Outcome.FAILED
        assert "0 of 1" in batch.remarks[0].reason


@pytest.mark.parametrize(("lost", "outcome"), [(0, "COMPLETE"), (1, "PARTIAL"), (120, "PARTIAL")])
def test_a_list_of_citing_works_is_whole_only_if_all_that_are_counted_came(lost: int, outcome: str):
    """Short pages with a cursor are followed to the end; what is short of `count` or `cited_by_count` is PARTIAL."""
    works, citations = many(250)
    shelf = Changed.of(works, citations)
    hidden = {f"https://doi.org/10.1000/n{k}" for k in range(lost)}

    def lose(query: dict[str, str], told: dict[str, Any]) -> None:
        if query["filter"].startswith("cites:"):
            told["results"] = [row for row in told["results"] if row["doi"] not in hidden]

    shelf.change = lose
    with StandIn(shelf) as server:
        (batch,) = second_of(OpenAlex, server.url).lists("citations", works[:1])
    assert len(batch.citations) == 250 - lost if lost < 100 else batch.citations == []
    assert batch.retrievals[0].outcome == (outcome if lost < 100 else "PARTIAL")
    if lost:
        assert "of 250 reported" in batch.remarks[0].reason


def test_counts_that_disagree_are_believed_where_they_are_greater():
    """`meta.count` of 247 beside a `cited_by_count` of 250; and a list of references shorter than its own count, or empty."""
    works, citations = many(250)
    shelf = second.OpenAlex.of(works[:248], citations[:247])
    next(iter(shelf.records.values()))["cited_by_count"] = 250
    with StandIn(shelf) as server:
        (batch,) = second_of(OpenAlex, server.url).lists("citations", works[:1])
    assert (len(batch.citations), batch.retrievals[0].outcome) == (247, Outcome.PARTIAL)
    shelf = second.OpenAlex.of(WORKS, CITATIONS)
    for record in shelf.records.values():
        record["referenced_works_count"] = 5
    with StandIn(shelf) as server:
        _, outcomes = listed(
            list(second_of(OpenAlex, server.url).lists("references", [work("S"), work("D"), work("A")]))
        )
        assert set(outcomes.values()) == {"PARTIAL"}
    for record in shelf.records.values():
        record["referenced_works"] = []
    with StandIn(shelf) as server:
        (batch,) = second_of(OpenAlex, server.url).lists("references", [work("S")])
        assert batch.retrievals[0].outcome is Outcome.PARTIAL
        assert "0 of 5" in batch.remarks[0].reason


def test_case_records_that_lists_leave_out_by_default(shared: Path):
    """Xpac records: found by identifier, among the citing works, and by title."""
    record = case(shared, "04")["exchanges"][1]["body"]
    works, citations = many(5)
    shelf = second.OpenAlex.of(works, citations)
    shelf.records["W6945048743"] = record | {"referenced_works": ["https://openalex.org/W4200000000"]}
    shelf.records["W4200000000"]["cited_by_count"] += 1
    for k in (1, 2):
        shelf.records[f"W{4200000000 + k}"]["is_xpac"] = True
    with StandIn(shelf) as server:
        openalex = second_of(OpenAlex, server.url)
        assert openalex.find_by_id("doi:10.2210/pdb4hhb/pdb").title.startswith("THE CRYSTAL")
        assert openalex.find_by_id("doi:10.1000/n0").title
        assert openalex.find_by_title("The remarkable case of n1")
        (batch,) = openalex.lists("citations", works[:1])
    assert (len(batch.citations), batch.retrievals[0].outcome) == (6, Outcome.COMPLETE)


# --- Crossref and OpenCitations


@pytest.mark.parametrize(("shown", "outcome"), [(3, "COMPLETE"), (2, "PARTIAL"), (0, "ELIDED")])
def test_a_crossref_list_shorter_than_its_count_is_not_whole(shown: int, outcome: str):
    """`reference-count` stands above what is deposited."""
    shelf = second.Crossref.of(WORKS, CITATIONS)
    shelf.items["10.1000/s"]["reference"] = shelf.items["10.1000/s"]["reference"][:shown]
    with StandIn(shelf) as server:
        _, outcomes = listed(list(second_of(Crossref, server.url).lists("references", [work("S")])))
    assert outcomes == {"S": outcome}


def counting(answers: dict[str, Any]) -> Callable[[int, Request], Any]:
    """Requests for these paths, up to the first slash after the kind, get these answers."""

    def choose(_: int, request: Request) -> Any:
        told = answers.get(request.path.split("/")[1])
        return Fault("told", 200, json.dumps(told).encode()) if isinstance(told, list) else told

    return choose


ROW = {"citing": "doi:10.1000/s", "cited": "doi:10.1000/a"}


@pytest.mark.parametrize(
    ("rows", "count", "outcome"),
    [
        ([ROW], "1", "UNKNOWN"),
        ([ROW], "3", "FAILED"),
        ([], "7", "FAILED"),
        ([], "0", "UNKNOWN"),
        ([ROW], "many", "UNKNOWN"),
        ([ROW, ROW], "1", "UNKNOWN"),
    ],
)
def test_a_list_of_opencitations_is_weighed_against_its_count(rows: list[Any], count: str, outcome: str):
    """Shorter than counted is FAILED, with what came; never is one called whole."""
    answers = {"references": rows, "reference-count": [{"count": count}]}
    with StandIn(second.OpenCitations([]), Script(counting(answers))) as server:
        (batch,) = second_of(OpenCitations, server.url).lists("references", [work("S")])
    assert batch.retrievals[0].outcome == outcome
    assert len(batch.citations) == bool(rows)


@pytest.mark.parametrize("broken", ["503", "200 html", Fault("none", 200, b"[]")], ids=str)
def test_a_count_that_cannot_be_had_spoils_no_list(broken: Fault | str):
    """The list is kept as it came."""
    with StandIn(second.OpenCitations.of(WORKS, CITATIONS), Script(counting({"reference-count": broken}))) as server:
        (batch,) = second_of(OpenCitations, server.url, tries=2).lists("references", [work("S")])
    assert batch.retrievals[0].outcome is Outcome.UNKNOWN
    assert len(batch.citations) == 1


@pytest.mark.parametrize("count", ["0", "2"])
def test_an_empty_answer_is_asked_for_again_another_day(net: Services, count: str):
    """An outage answers with an empty list: believed for the day, unless the count says otherwise; then asked again."""
    outage = counting({"references": [], "reference-count": [{"count": count}]})
    net.faults["opencitations"] = outage
    asked = {"from_": "s2", "check": "opencitations", "references": 1, "citations": 0}
    net.ingest("10.1000/S\n", **asked)
    sent = len(net.servers["opencitations"].log)
    assert sent == 2
    net.ingest("10.1000/S\n", **asked)
    assert len(net.servers["opencitations"].log) == sent, "not on the same day"
    _age(net.folder / "g", "2020-01-01")
    del net.faults["opencitations"]
    net.ingest("10.1000/S\n", **asked)
    assert len(net.servers["opencitations"].log) == sent + 2
    with Store.open(net.folder / "g" / "graph.sqlite") as store:
        assert any(c.source == "opencitations" for c in store.citations())
    _age(net.folder / "g", "2020-01-02")
    net.ingest("10.1000/S\n", **asked)
    assert len(net.servers["opencitations"].log) == sent + 2, "a list that came is believed"


def _age(folder: Path, day: str) -> None:
    """Make graph and cache believe that all was fetched on that day."""
    with closing(sqlite3.connect(folder / "opencitations-cache.sqlite", isolation_level=None)) as db:
        db.execute("UPDATE answer SET fetched_at = ?", (f"{day}T00:00:00+00:00",))
    with closing(sqlite3.connect(folder / "graph.sqlite", isolation_level=None)) as db:
        db.execute("UPDATE retrieval SET date = ?", (day,))
    kg.verify(folder, accept=True)


# --- nested batches of Semantic Scholar


def field(seeds: int, each: int) -> tuple[Corpus, list[str]]:
    """So many seeds, each citing some works of its own."""
    works = [work(f"s{k}") for k in range(seeds)] + [work(f"r{k}") for k in range(seeds * each)]
    citations = [
        Citation(citing=f"s{k}", cited=f"r{k * each + m}", source="x") for k in range(seeds) for m in range(each)
    ]
    citations += [Citation(citing=f"r{k}", cited=f"r{k + 1}", source="x") for k in range(seeds * each - 1)]
    return Corpus.from_records(works, citations), [f"s{k}" for k in range(seeds)]


def nested(request: Request) -> bool:
    """Whether it is for whole lists."""
    return request.method == "POST" and "references." in request.query.get("fields", "")


@pytest.mark.parametrize(
    ("works", "most"), [(100, 4), *(pytest.param(n, 4, marks=pytest.mark.long) for n in (150, 62)), (500, 0)]
)
def test_case_few_time_outs_teach_the_size_that_works(works: int, most: int, tmp_path: Path):
    """504 for more ids than work: each size that fails is tried twice at most; all lists come, and in few requests."""
    corpus, seeds = field(60, 20)
    path = tmp_path / "ids.txt"
    path.write_text("".join(f"10.1000/{id_}\n" for id_ in seeds), encoding="utf-8")
    big = Script(lambda _, r: "504" if nested(r) and len(r.body["ids"]) > works else None)
    with StandIn(corpus, big) as server:
        report, _ = ingest(server.url, tmp_path / "g", path, Hops(references=2, citations=0))
        assert Counter(r.fault for r in server.log)["504"] <= most
        sizes = [len(r.body["ids"]) for r in server.log if nested(r)]
        assert max(sizes[:1]) <= 100
        assert len(server.log) < 12 + 1260 / min(works, 100)
        sent = len(server.log)
        ingest(server.url, tmp_path / "g", path, Hops(references=2, citations=0))
        assert len(server.log) <= sent + most, "what was answered is not asked again"
    assert not report.lists[Outcome.FAILED]
    assert held(tmp_path / "g") == truth(corpus, seeds, 2, 0)


def test_case_time_outs_of_half_a_minute_do_not_close_the_source(clock: Clock):
    """Each 504 comes after 30 s, beside other sources: it is held against the size, not against Semantic Scholar."""
    corpus, _ = field(60, 5)
    names = [f"DOI:10.1000/r{k}" for k in range(300)]

    def choose(_: int, request: Request) -> str | None:
        if not nested(request) or len(request.body["ids"]) <= 100:
            return None
        clock.time += 30
        return "504"

    with StandIn(corpus, Script(choose)) as server:
        transport = Transport(SEMANTIC_SCHOLAR, server.url, clock=clock, sleep=clock.sleep, alone=False)
        api = Api(transport)
        found = api.batch(names, "title,references.title", least=16)
        assert all(found)
        assert transport.patience.closed is None
        assert Counter(r.fault for r in server.log)["504"] == 4
        sent = len(server.log)
        api.batch(names, "title,references.title,year", least=16)
        assert len(server.log) - sent == -(-300 // api.size)


def test_a_poisoned_list_does_not_make_all_batches_small(tmp_path: Path):
    """One list that always breaks its batch is found out and fails alone; the batches after it are large again."""
    corpus, seeds = field(60, 20)
    path = tmp_path / "ids.txt"
    path.write_text("".join(f"10.1000/{id_}\n" for id_ in seeds), encoding="utf-8")
    sha = corpus["r0"].sha
    poison = Script(lambda _, r: "504" if sha in f"{r.path}{r.body}" and (nested(r) or r.method == "GET") else None)
    with StandIn(corpus, poison) as server:
        report, _ = ingest(server.url, tmp_path / "g", path, Hops(references=2, citations=0))
        assert len(server.log) < 80
    assert report.lists[Outcome.FAILED] == 1
    assert truth(corpus, seeds, 2, 0) - held(tmp_path / "g") == {(sha, corpus["r1"].sha)}
