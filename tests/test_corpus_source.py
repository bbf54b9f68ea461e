"""A corpus as a source: the resolver, planner and store of a crawl, read from disk, and nothing sent anywhere."""

import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from corpora import OUTCOMES, PAIRS, WORKS, work, write_corpus
from corpora import corpus as _corpus
from crawls import held as of_crawl
from crawls import ingest as crawled
from crawls import truth
from live_net import Net
from live_net import net as _net
from standins.s2_server import Corpus, StandIn
from standins.second import OpenAlex
from standins.snapshots import write_openalex, write_s2

import kg
from kg.corpus.engine import open_engine
from kg.corpus.lookup import Lookup
from kg.corpus.source import CorpusSource
from kg.errors import InputError
from kg.graph.folder import Workspace
from kg.graph.store import Store
from kg.ingest.sources.base import ListSource
from kg.library.ingested import Ingested, Plan, Progress
from kg.model import Outcome

corpus, net = _corpus, _net


def refused(*_: object, **__: object) -> None:
    """Stands for what must not be called."""
    raise AssertionError("a socket was opened")


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing open a socket."""
    monkeypatch.setattr(socket, "socket", refused)


def ingest(corpus: Path, folder: Path, **options: Any) -> Any:
    """What `kg ingest ids.txt --from corpus:DIR` gives; the list names S."""
    ids = folder.parent / "ids.txt"
    ids.write_text("10.1000/S\n", encoding="utf-8")
    return kg.ingest(ids, graph=str(folder), **({"from_": f"corpus:{corpus}"} | options))


def held(folder: Path) -> set[tuple[str, str]]:
    """The citations of a graph, by the last letters of the DOIs."""
    with Store.open(folder / "graph.sqlite") as store:
        return {(a[-1].upper(), b[-1].upper()) for a, b in store.pairs()}


def records(folder: Path) -> list[str]:
    """All that an ingest leaves in a store, in no order."""
    with Store.open(folder / "graph.sqlite") as store:
        found = [*store.works(), *store.citations(), *store.retrievals(), *store.resolutions()]
        return sorted(map(repr, found))


@pytest.mark.long
@pytest.mark.parametrize("catalogue", ["s2", "openalex"])
def test_the_article_gives_the_citations_of_a_crawl(catalogue: str, shared: Path, tmp_path: Path, monkeypatch):
    """The bundled graph as a snapshot, made a corpus: 19 references, two hops back and one forward, edge by edge; no socket."""
    from kg.corpus.build import build
    from kg.corpus.snapshot import find_snapshot

    with Workspace.open("bundled").store as store:
        works, seeds = list(store.works()), [found.id for found in store.works("seed = 1")]
        shelf = OpenAlex.of(works, store.citations())
        served = Corpus.from_store(store)
    if catalogue == "s2":
        snapshot = write_s2(tmp_path / "snapshot", served)
        names = {f"s2:{paper.sha}": paper.sha for paper in served.papers.values()}
    else:
        snapshot = write_openalex(tmp_path / "snapshot", shelf)
        numbers = (OpenAlex.number(found, k) for k, found in enumerate(works))
        names = {f"openalex:{number}": served[found.id].sha for number, found in zip(numbers, works, strict=True)}
    with open_engine(threads=1, memory="1GB") as engine:
        build(find_snapshot(snapshot), tmp_path / "corpus", engine)
    article = shared / "seed" / "neural-networks-for-music.zh.md"
    expected = truth(served, seeds, 2, 1)
    if catalogue == "s2":
        with StandIn(served) as server:
            crawled(server.url, tmp_path / "crawl", article)
        assert of_crawl(tmp_path / "crawl") == expected
    monkeypatch.setattr(socket, "socket", refused)
    options = {"from_": f"corpus:{tmp_path / 'corpus'}", "references": 2, "citations": 1, "not_a_work": True}
    done = kg.ingest(article, graph=str(tmp_path / "graph"), **options)
    assert (len(done.resolutions), done.found) == (19, 19)
    with Store.open(tmp_path / "graph" / "graph.sqlite") as store:
        shas = {row.id: next(names[n] for n in (row.id, *row.identifiers) if n in names) for row in store.works()}
        found = {(shas[citing], shas[cited]) for citing, cited in store.pairs()}
        outcomes = store.outcome_counts()
    assert found == expected
    assert set(outcomes) <= {"COMPLETE", "UNKNOWN", "EMPTY", "PARTIAL"}


@pytest.mark.long
def test_lists_within_the_hops_come_with_their_outcomes(corpus: Path, folder: Path, offline: None):
    """Two hops back and one forward; a list is whole, or has the outcome that the corpus gives it, with its reported length."""
    done = ingest(corpus, folder, references=2, citations=1)
    assert isinstance(done, Ingested)
    assert held(folder) == set(PAIRS)
    assert done.requests == {"corpus:semantic-scholar/small": 0}
    with Store.open(folder / "graph.sqlite") as store:
        found = {(r.work[-1], r.list): (r.outcome, r.reported, r.date) for r in store.retrievals()}
        citation = next(c for c in store.citations() if c.citing.endswith("a"))
        assert (citation.source, citation.influential) == ("corpus:semantic-scholar/small", True)
    assert found == {
        ("s", "references"): (Outcome.COMPLETE, 3, "2026-01-01"),
        ("s", "citations"): (Outcome.COMPLETE, 2, "2026-01-01"),
        ("a", "references"): (Outcome.COMPLETE, 1, "2026-01-01"),
        ("b", "references"): (Outcome.UNKNOWN, 0, "2026-01-01"),  # no source knows that a list is empty
        ("e", "references"): (Outcome.PARTIAL, 4, "2026-01-01"),
    }
    before = records(folder)
    again = ingest(corpus, folder, references=2, citations=1)
    assert (again.added, records(folder)) == ({"works": 0, "citations": 0}, before)


@pytest.mark.long
def test_works_met_in_a_list_are_not_looked_up_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Neither those with a DOI nor those whose id is their number: only the seed is looked for by its identifier."""
    monkeypatch.setattr(
        Lookup, "named", lambda self, names, named=Lookup.named: named(self, asked.append(names) or names)
    )
    asked: list[Any] = []
    some = [replace(found, identifiers=()) if found.id in "AE" else found for found in WORKS]
    ingest(write_corpus(tmp_path / "some", some, PAIRS), tmp_path / "graph", references=2, citations=1)
    assert [sorted(names) for names in asked] == [["doi:10.1000/s"]]


class Stop(Progress):
    """Stops an ingest after some pages."""

    def __init__(self, pages: int) -> None:
        self.left = pages

    def supplemented(self, *, requests: int, lists: int) -> None:
        """Count a page."""
        del requests, lists
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt


@pytest.mark.long
def test_a_stopped_ingest_continues_and_long_lists_come_in_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Lists of 40 and 20 citing works in pages of 7: stopped after any of them, the same call ends in the same graph."""
    monkeypatch.setattr("kg.corpus.source._ROWS_A_PAGE", 7)
    monkeypatch.setattr("kg.corpus.source._ROWS_A_PASS", 10)
    citing = [work(f"X{n}") for n in range(40)]
    pairs = [*PAIRS, *((one.id, "S") for one in citing), *((one.id, "A") for one in citing[:20])]
    corpus = write_corpus(tmp_path / "long", [*WORKS, *citing], pairs, outcomes=OUTCOMES)
    ingest(corpus, tmp_path / "whole", references=2, citations=2)
    whole = records(tmp_path / "whole")
    for pages in (0, 1, 3, 6):
        broken = tmp_path / f"broken-{pages}"
        with pytest.raises(KeyboardInterrupt):
            ingest(corpus, broken, references=2, citations=2, progress=Stop(pages))
        assert len(records(broken)) < len(whole)
        ingest(corpus, broken, references=2, citations=2)
        assert records(broken) == whole


@pytest.mark.long
def test_limit_works_skips_lists_that_would_pass_it(corpus: Path, folder: Path):
    """With room for three more works the reference list comes, and nothing that would lead past it; without a limit the rest."""
    ingest(corpus, folder, references=2, citations=1, limit_works=4)
    with Store.open(folder / "graph.sqlite") as store:
        assert store.counts()[0] == 4
    assert held(folder) == {("S", "A"), ("S", "B"), ("S", "E")}
    ingest(corpus, folder, references=2, citations=1)
    assert held(folder) == set(PAIRS)


@pytest.mark.long
def test_a_dry_run_says_what_would_be_read(corpus: Path, folder: Path, kg_here, offline: None):
    """Lists and works of the last hops; no request, no credit, no graph."""
    plan = ingest(corpus, folder, references=1, citations=1, dry_run=True)
    assert isinstance(plan, Plan)
    assert plan.as_dict()["requests"] == {"sent": 0, "ahead": 0, "total": 0, "exact": True}
    assert (plan.as_dict()["credits"], folder.exists()) == ({}, False)
    name = "corpus:semantic-scholar/small"
    assert plan.stages == (
        f"references, hop 1: 1 list of 3 works from {name}, read from disk",
        f"citations, hop 1: 1 list of 2 works from {name}, read from disk",
    )
    words = ("ingest", corpus.parent / "ids.txt", "--from", f"corpus:{corpus}", "--references", 1, "--dry-run")
    shown = kg_here(*words, graph=str(folder))
    assert "1 list of 3 works" in shown.err
    assert shown.out.startswith("0 requests: 0 sent for the plan, 0 to send")


@pytest.mark.long
def test_the_web_is_asked_for_what_a_corpus_lacks(tmp_path: Path, net: Net):
    """The corpus has S and not the list of E; OpenAlex gives that one alone, and is not asked to find S."""
    few = [found for found in WORKS if found.id != "F"]
    corpus = write_corpus(tmp_path / "few", few, PAIRS, outcomes={"E": Outcome.UNKNOWN})
    done, _ = net.ingest("10.1000/S\n", f"corpus:{corpus},openalex", references=2, citations=0)
    assert list(done.requests or ()) == ["corpus:semantic-scholar/few", "openalex"]
    outcomes = net.outcomes()
    assert outcomes["s", "references", "corpus:semantic-scholar/few"] == "COMPLETE"
    assert ("s", "references", "openalex") not in outcomes
    assert {one for one, kind, name in outcomes if name == "openalex"} == {"e"}


@pytest.mark.long
def test_a_corpus_gives_what_a_crawl_lacks_and_checks_what_others_gave(corpus: Path, net: Net, monkeypatch):
    """Semantic Scholar withholds the list of E; a corpus named for comparison reads what OpenAlex gave, too."""
    monkeypatch.setenv("S2_API_KEY", "s2-key-1234")
    name = "corpus:semantic-scholar/small"
    net.ingest("10.1000/S\n", f"s2,corpus:{corpus}", references=2, citations=0)
    outcomes = net.outcomes()
    assert (outcomes["e", "references", "semantic-scholar"], outcomes["e", "references", name]) == ("ELIDED", "PARTIAL")
    assert ("s", "references", name) not in outcomes
    net.folder = net.folder / "other"
    net.folder.mkdir()
    net.ingest("10.1000/S\n", "openalex", references=1, citations=0, check=f"corpus:{corpus}")
    assert {key[2]: found for key, found in net.outcomes().items()} == {"openalex": "COMPLETE", name: "COMPLETE"}


@pytest.mark.long
def test_damaged_files_are_said_in_one_line(corpus: Path, folder: Path):
    """A corpus whose files were cut is refused with what to do."""
    for file in (corpus / "names").iterdir():
        file.write_bytes(b"PAR1 and no more")
    with pytest.raises(InputError, match="cannot be read") as caught:
        ingest(corpus, folder, references=1)
    assert "\n" not in caught.value.message
    assert "kg corpus build" in caught.value.hint


def test_a_folder_that_is_no_corpus_is_said_in_one_line(tmp_path: Path, kg_here):
    """Exit code 2 and one line, whatever else is named; nothing is made."""
    (tmp_path / "ids.txt").write_text("10.1000/S\n", encoding="utf-8")
    for place in ("nowhere", "."):
        run = kg_here("ingest", "ids.txt", "--from", f"corpus:{place}", "--references", 1, graph="g", code=2)
        assert "corpus" in run.err
        assert not (tmp_path / "graphs").exists()


def test_a_source_on_disk_costs_nothing():
    """What is counted of sources on the web is nothing of others."""
    assert CorpusSource.kinds == ("references", "citations")
    for name, nothing in (
        ("sent", 0),
        ("spent", None),
        ("left", None),
        ("daily", ""),
        ("closed", None),
        ("credits", (0, 0)),
    ):
        assert getattr(ListSource, name).fget(None) == nothing
