"""OpenAlex, Crossref and OpenCitations: what they give, what they leave unknown, against real records and stand-ins."""

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from s2_links import Clock
from standins import second
from standins.s2_server import Script, StandIn

from kg.errors import InputError
from kg.ingest.sources.base import FallbackSource
from kg.ingest.sources.crossref import Crossref
from kg.ingest.sources.http import Transport
from kg.ingest.sources.openalex import OpenAlex, work_of
from kg.ingest.sources.opencitations import OpenCitations
from kg.ingest.sources.service import find_agent
from kg.model import Batch, Citation, Outcome, Reference, Work

KEY = "oa-secret-0815"
KINDS: dict[str, type[FallbackSource]] = {"openalex": OpenAlex, "crossref": Crossref, "opencitations": OpenCitations}


def source_of(kind: type[FallbackSource], url: str, **options: Any) -> Any:
    """A source without any waiting."""
    return kind(Transport(kind.service, url, interval_s=0, sleep=lambda _: None, **options))


def work(id_: str, **more: Any) -> Work:
    """A work of a small corpus: every one has a DOI and an author."""
    told = {"title": f"The remarkable case of {id_}", "authors": ("Ada Berg",), "year": 2000}
    return Work(id=id_, **({"identifiers": (f"doi:10.1000/{id_.lower()}",)} | told | more))


WORKS = [
    work("S"),
    work("A"),
    work("B", identifiers=("openalex:W2114420961",)),
    work("C", identifiers=("arxiv:1609.03499", "pmid:77")),
    work("D"),
    work("odd", identifiers=("doi:10.1000/a,b|c",)),
]
PAIRS = [("S", "A"), ("S", "B"), ("S", "C"), ("A", "B"), ("C", "S"), ("D", "S"), ("odd", "S")]
CITATIONS = [Citation(citing=a, cited=b, source="x") for a, b in PAIRS]


def listed(batches: list[Batch]) -> tuple[set[tuple[str, str]], dict[str, str]]:
    """The pairs of batches, and the outcome of each list."""
    pairs = {(c.citing, c.cited) for batch in batches for c in batch.citations}
    return pairs, {r.work: str(r.outcome) for batch in batches for r in batch.retrievals}


# --- OpenAlex


def test_openalex_finds_works_by_every_identifier_it_knows():
    """DOI, its own number, MAG number, PubMed and arXiv id; one request for each kind, whatever stands in a DOI."""
    with StandIn(second.OpenAlex.of(WORKS, CITATIONS)) as server:
        openalex = source_of(OpenAlex, server.url)
        names = ["doi:10.1000/s", "openalex:W2114420961", "mag:2114420961", "pmid:77", "arxiv:1609.03499"]
        openalex.look_up([*names, "doi:10.1000/none", "corpus:7"])
        titles = {
            name: getattr(openalex.find_by_id(name), "title", None) for name in [*names, "doi:10.1000/none", "corpus:7"]
        }
        assert len(server.log) == 3
        assert openalex.find_by_id("doi:10.1000/a,b|c").title == "The remarkable case of odd"
        assert openalex.find_by_id("doi:10.1000/x,y") is None
        assert [r.path for r in server.log[3:]] == ["/works/doi:10.1000/a,b|c", "/works/doi:10.1000/x,y"]
    assert titles == {
        "doi:10.1000/s": "The remarkable case of S",
        "openalex:W2114420961": "The remarkable case of B",
        "mag:2114420961": "The remarkable case of B",
        "pmid:77": "The remarkable case of C",
        "arxiv:1609.03499": "The remarkable case of C",
        "doi:10.1000/none": None,
        "corpus:7": None,
    }


def test_openalex_lists_keep_the_work_and_bring_its_identifiers():
    """References come with the cited works' own records, citations page by page; the known work keeps its id and gains one."""
    with StandIn(second.OpenAlex.of(WORKS, CITATIONS)) as server:
        openalex = source_of(OpenAlex, server.url)
        batches = list(
            openalex.lists("references", [work("mine", identifiers=("doi:10.1000/s",), title=WORKS[0].title)])
        )
        assert len(server.log) == 2
        pairs, outcomes = listed(batches)
        assert pairs == {("mine", "doi:10.1000/a"), ("mine", "openalex:W2114420961"), ("mine", "arxiv:1609.03499")}
        assert outcomes == {"mine": "COMPLETE"}
        (mine,) = (w for w in batches[0].works if w.id == "mine")
        assert "openalex:W4200000000" in mine.identifiers
        citing, outcomes = listed(list(openalex.lists("citations", [WORKS[0]])))
        assert citing == {("arxiv:1609.03499", "S"), ("doi:10.1000/d", "S"), ("doi:10.1000/a,b|c", "S")}
        assert outcomes == {"S": "COMPLETE"}


def test_openalex_pages_long_lists_and_counts_them():
    """250 citing works take three pages; a page that never comes makes the list FAILED, with what came."""
    works = [work("S"), *(work(f"n{k}") for k in range(250))]
    citations = [Citation(citing=w.id, cited="S", source="x") for w in works[1:]]
    shelf = second.OpenAlex.of(works, citations)
    with StandIn(shelf) as server:
        pairs, outcomes = listed(list(source_of(OpenAlex, server.url).lists("citations", works[:1])))
        assert (len(pairs), outcomes["S"]) == (250, "COMPLETE")
        assert [r.query.get("cursor") for r in server.log[1:4]] == ["*", "2s", "5k"]
    broken = Script(lambda _, request: "500" if request.query.get("cursor") == "5k" else None)
    with StandIn(shelf, broken) as server:
        (batch,) = source_of(OpenAlex, server.url, tries=2).lists("citations", works[:1])
        assert (len(batch.citations), batch.retrievals[0].outcome) == (200, Outcome.FAILED)
        assert "500" in batch.remarks[0].reason


class Odd(second.OpenAlex):
    """Leaves out how long lists are, and puts a record first whose id is none that anybody knows."""

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, bytes]:
        """The usual answer, made odd where it is a list of citing works."""
        status, text = super().answer(method, path, query, body)
        if not query.get("filter", "").startswith("cites:"):
            return status, text
        told = json.loads(text)
        odd = {"results": [{"id": "who knows"}, *told["results"]], "meta": {"next_cursor": None}}
        return status, json.dumps(odd).encode()


def test_a_list_of_untold_length_is_not_called_whole():
    """Without a count nobody can say whether a list was cut; a record of no known id is no reason to stop."""
    with StandIn(Odd.of(WORKS, CITATIONS)) as server:
        (batch,) = source_of(OpenAlex, server.url).lists("citations", [WORKS[0]])
    assert len(batch.citations) == 3
    (retrieval,) = batch.retrievals
    assert (retrieval.outcome, retrieval.reported) == (Outcome.UNKNOWN, None)


def test_an_empty_reference_list_of_openalex_is_unknown_and_a_short_one_partial():
    """It leaves lists empty that it could not read; fewer works than another source reports is not the whole list."""
    with StandIn(second.OpenAlex.of(WORKS, CITATIONS, unread=["A"])) as server:
        openalex = source_of(OpenAlex, server.url)
        asked = [work("A"), work("S", reported_references=5), work("gone")]
        _, outcomes = listed(list(openalex.lists("references", asked)))
    assert outcomes == {"A": "UNKNOWN", "S": "PARTIAL", "gone": "NOT_FOUND"}


def test_a_record_under_a_foreign_title_is_not_believed():
    """A DOI that leads to another work, as OpenAlex has some: no list of it is taken."""
    with StandIn(second.OpenAlex.of(WORKS, CITATIONS)) as server:
        mine = work("S", title="Low-rank adaptation of large language models", authors=("Edward Hu",), year=2021)
        pairs, outcomes = listed(list(source_of(OpenAlex, server.url).lists("references", [mine])))
    assert (pairs, outcomes) == (set(), {"S": "NOT_FOUND"})


def test_titles_are_proposed_and_the_resolver_judges():
    """The same title is found; a search that brings only near ones finds nothing; a translated title is never sent."""
    works = [
        work("S", title="A sequential network design for musical applications", authors=("Peter M. Todd",), year=1988)
    ]
    reference = Reference(text="Todd 1988", authors=("Todd",), year=1988, title=works[0].title)
    near = Reference(
        text="x", authors=("Todd",), year=1989, title="A connectionist approach to algorithmic composition"
    )
    translated = Reference(text="托德", authors=("Todd",), year=1988, title="音乐的顺序网络设计方案", translated=True)
    for kind, shelf in (("openalex", second.OpenAlex.of(works, [])), ("crossref", second.Crossref.of(works, []))):
        with StandIn(shelf) as server:
            source = source_of(KINDS[kind], server.url)
            answer, found = source.resolve(reference)
            assert (answer.status, answer.method, found.id) == ("resolved", "title", "doi:10.1000/s")
            assert source.resolve(near)[1] is None
            sent = source.sent
            assert source.resolve(translated)[1] is None
            assert source.sent == sent
            source.resolve(Reference(text="x", title=f"{works[0].title}: or so", year=1988, authors=("Todd",)))
            assert source.sent == sent + 1, "the part before a colon is not asked for again"


def test_real_openalex_records_are_served_and_read(shared: Path):
    """The 410 real works: each found by its number with its DOI, each listed work cited, empty lists unknown."""
    with gzip.open(shared / "data/inputs/openalex/works-tu9-410.json.gz", "rt", encoding="utf-8") as file:
        records = json.load(file)
    works = [work_of(record) for record in records]
    assert Counter(bool(record["referenced_works"]) for record in records) == {True: 20, False: 390}
    with StandIn(second.OpenAlex(records)) as server:
        batches = list(source_of(OpenAlex, server.url).lists("references", works))
    pairs, outcomes = listed(batches)
    expected = {
        w.id: "COMPLETE" if record["referenced_works"] else "UNKNOWN" for w, record in zip(works, records, strict=True)
    }
    assert outcomes == expected
    assert len(pairs) == sum(len(set(record["referenced_works"])) for record in records)


# --- Crossref


def test_crossref_lists_are_citations_by_doi_and_stubs_by_text():
    """An entry with a DOI cites that work, one without is a stub with its text; each list takes one request."""
    with StandIn(second.Crossref.of(WORKS, CITATIONS, hidden=["A"])) as server:
        crossref = source_of(Crossref, server.url)
        batches = list(crossref.lists("references", [work("S"), work("A"), work("D"), work("none"), WORKS[-1]]))
        assert len(server.log) == 5
        assert list(crossref.lists("citations", [work("S")])) == []
    pairs, outcomes = listed(batches)
    assert outcomes == {"S": "COMPLETE", "A": "ELIDED", "D": "COMPLETE", "none": "NOT_FOUND", "odd": "COMPLETE"}
    assert {("S", "doi:10.1000/a"), ("D", "doi:10.1000/s"), ("odd", "doi:10.1000/s")} < pairs
    stubs = {w.title for batch in batches for w in batch.works if w.stub and not w.identifiers}
    assert stubs == {"The remarkable case of B. 2000", "The remarkable case of C. 2000"}


def test_real_crossref_works_are_read(shared: Path):
    """The works of real answers, recorded and dumped: references as deposited, counts compared with what is shown."""
    items = {item["DOI"].lower(): item for item in _real_items(shared)}
    assert len(items) > 20
    works = [Work(id=f"doi:{doi}", identifiers=(f"doi:{doi}",)) for doi in items]
    with StandIn(second.Crossref(items.values())) as server:
        batches = list(source_of(Crossref, server.url).lists("references", works))
    for batch, item in zip(batches, items.values(), strict=True):
        shown, told = len(item.get("reference", ())), item.get("reference-count", item.get("references-count"))
        outcome = batch.retrievals[0].outcome
        if not told:
            assert outcome is Outcome.UNKNOWN
        elif not shown:
            assert outcome is Outcome.ELIDED
        else:
            assert outcome is (Outcome.COMPLETE if shown >= told and not batch.remarks else Outcome.PARTIAL)
            assert batch.citations
        assert sum(c.times for c in batch.citations) <= shown


def _real_items(shared: Path) -> list[dict[str, Any]]:
    """Works of the dump and of the recorded answers to questions for works."""
    folder = shared / "data/inputs/crossref"
    items = json.loads((folder / "crossref_dump.json").read_text(encoding="utf-8"))["items"]
    with gzip.open(folder / "rcrossref-cr_works.yml.gz", "rt", encoding="utf-8") as file:
        for exchange in yaml.load(file, Loader=yaml.CSafeLoader)["http_interactions"]:
            if exchange["response"]["body"]["string"].startswith("{"):  # others are "Resource not found."
                message = json.loads(exchange["response"]["body"]["string"])["message"]
                items += message.get("items", [message]) if isinstance(message, dict) else []
    return [item for item in items if item.get("DOI") and item.get("title")]


def test_crossref_sets_the_pace_and_hears_whom_to_write_to(monkeypatch: pytest.MonkeyPatch):
    """Its headers slow us down; the address goes into the agent, to no other service, and must be one."""
    monkeypatch.setenv("KG_MAILTO", "ada@example.org")
    slept: list[float] = []
    agent = find_agent(Crossref.service)
    with StandIn(
        second.Crossref(second.Crossref.of(WORKS, CITATIONS).items.values(), limit="1", interval="10s")
    ) as server:
        clock = iter(range(1000))
        transport = Transport(
            Crossref.service, server.url, agent=agent, clock=lambda: next(clock) / 1000, sleep=slept.append
        )
        Crossref(transport).look_up(["doi:10.1000/s", "doi:10.1000/a", "doi:10.1000/d"])
        assert "(mailto:ada@example.org)" in server.log[0].headers["user-agent"]
    assert slept[-1] > 10
    assert find_agent(OpenAlex.service) == ""
    monkeypatch.setenv("KG_MAILTO", "ada@example.org) evil")
    with pytest.raises(InputError, match="KG_MAILTO"):
        find_agent(Crossref.service)


@pytest.mark.parametrize(("agent", "single", "search"), [("", 0.2, 1.0), ("(mailto:ada@example.org)", 0.1, 0.34)])
def test_crossref_is_asked_at_the_rates_it_allows(agent: str, single: float, search: float, clock: Clock):
    """Five works or one search a second, ten or three for who says whom to write to; a header of searches slows these alone."""
    shelf = second.Crossref.of(WORKS, CITATIONS)
    with StandIn(shelf) as server:
        crossref = Crossref(Transport(Crossref.service, server.url, agent=agent, clock=clock, sleep=clock.sleep))
        crossref.look_up(["doi:10.1000/s", "doi:10.1000/a", "doi:10.1000/d"])
        assert clock.slept == pytest.approx([single, single])
        for title in ("one", "two", "three"):
            crossref.search(title)
        assert clock.slept[2:] == pytest.approx([single, search, search])
        shelf.headers = (("x-rate-limit-limit", "1"), ("x-rate-limit-interval", "2s"))
        for title in ("four", "five"):
            crossref.search(title)
        crossref.look_up(["doi:10.1000/none"])
        shelf.headers = ()
        crossref.look_up(["doi:10.1000/nil"])
        assert clock.slept[5:7] == pytest.approx([search, 2.1])


# --- OpenCitations


def test_opencitations_never_calls_a_list_whole():
    """Its citations are kept under its name between works by identifier; outcomes stay UNKNOWN; works without DOI are passed."""
    with StandIn(second.OpenCitations.of(WORKS, CITATIONS)) as server:
        check = source_of(OpenCitations, server.url)
        batches = list(check.lists("references", [work("S"), WORKS[2], work("none")]))
        batches += check.lists("citations", [work("S")])
        assert [r.path for r in server.log] == [
            "/references/doi:10.1000/s",
            "/reference-count/doi:10.1000/s",
            "/references/doi:10.1000/none",
            "/reference-count/doi:10.1000/none",
            "/citations/doi:10.1000/s",
            "/citation-count/doi:10.1000/s",
        ]
    pairs, outcomes = listed(batches)
    assert pairs == {("S", "doi:10.1000/a"), ("doi:10.1000/d", "S"), ("doi:10.1000/a,b|c", "S")}
    assert set(outcomes.values()) == {"UNKNOWN"}
    assert {c.source for batch in batches for c in batch.citations} == {"opencitations"}
    assert {w.source for batch in batches for w in batch.works} == {"opencitations"}


# --- what all of them do


@pytest.mark.parametrize(
    ("kind", "list_", "shown", "told"),
    [
        (OpenAlex, "references", 3, 3),
        (OpenAlex, "citations", 3, 3),
        (Crossref, "references", 3, 3),
        (Crossref, "references", 3, 1),  # the count lies
        (OpenCitations, "citations", 2, 2),
    ],
)
def test_a_list_that_is_cut_is_partial(
    kind: type[FallbackSource], list_: str, shown: int, told: int, monkeypatch: pytest.MonkeyPatch
):
    """One row of a list is read here: it is no failure, and not whole; how long the list is, is said."""
    module = f"kg.ingest.sources.{kind.name}"
    monkeypatch.setattr(f"{module}.MOST_ROWS", 1)
    monkeypatch.setattr(f"{module}.ROWS", 1, raising=False)
    stand_in = {OpenAlex: second.OpenAlex, Crossref: second.Crossref, OpenCitations: second.OpenCitations}[kind]
    shelf = stand_in.of(WORKS, CITATIONS)
    if told != shown:
        shelf.items["10.1000/s"]["reference-count"] = told
    with StandIn(shelf) as server:
        (batch,) = source_of(kind, server.url).lists(list_, [work("S")])
    assert [r.outcome for r in batch.retrievals] == [Outcome.PARTIAL]
    assert [len(batch.citations), batch.retrievals[0].reported] == [1, told]
    of = f" of {told}" if told > 1 else ""
    assert f"cut after 1 row{of}: no more" in batch.remarks[-1].reason
