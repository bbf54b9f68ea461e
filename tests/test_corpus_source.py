"""A corpus as a source: the resolver, planner and store of a crawl, read from disk, and nothing sent anywhere."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from corpora import write_corpus
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
from kg.corpus.layout import Corpus as Corpora
from kg.corpus.layout import snapshot_day, write_manifest
from kg.corpus.lookup import Lookup
from kg.corpus.source import CorpusSource
from kg.errors import InputError, StoreError
from kg.graph.folder import Workspace
from kg.graph.store import Store
from kg.ingest.sources.base import ListSource
from kg.library.ingested import Ingested, Plan, Progress
from kg.model import Outcome, Reference, Work

net = _net


def work(id_: str, **more: Any) -> Work:
    """A work with a DOI and an author."""
    told = {"title": f"The remarkable case of {id_}", "authors": ("Ada Berg",), "year": 2000}
    return Work(id=id_, identifiers=(f"doi:10.1000/{id_.lower()}",), **(told | more))


#: S cites A, B and E; A and E cite B; E cites F; C and D cite S; B and G are undated; nobody cites G.
WORKS = [
    *(work(id_) for id_ in "SACDF"),
    work("B", year=None, title="Beethoven: a study in drift", reported_citations=9),
    work("E", reported_references=4, venue="ICASSP"),
    work("G", year=None, title="Preface"),
]
PAIRS = [("S", "A"), ("S", "B"), ("S", "E"), ("A", "B"), ("E", "B"), ("E", "F"), ("C", "S"), ("D", "S")]
OUTCOMES = {"E": Outcome.PARTIAL, "F": Outcome.UNKNOWN, "B": Outcome.EMPTY}


def refused(*_: object, **__: object) -> None:
    """Stands for what must not be called."""
    raise AssertionError("a socket was opened")


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing open a socket."""
    monkeypatch.setattr(socket, "socket", refused)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """The small corpus."""
    return write_corpus(tmp_path / "small", WORKS, PAIRS, outcomes=OUTCOMES)


@pytest.fixture
def source(corpus: Path) -> Iterator[CorpusSource]:
    """The small corpus as a source."""
    opened = CorpusSource(corpus)
    yield opened
    opened.close()


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
    from kg.corpus.engine import open_engine
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
def test_citations_are_partial_where_more_are_reported(source: CorpusSource):
    """B is cited by three works here and by nine as its record says; that nobody cites G is known."""
    works = [found for id_ in "bg" if (found := source.find_by_id(f"doi:10.1000/{id_}"))]
    (page,) = source.lists("citations", works)
    assert {r.work[-1]: (r.outcome, r.reported) for r in page.retrievals} == {
        "b": (Outcome.PARTIAL, 9),
        "g": (Outcome.EMPTY, 0),
    }
    assert [remark.reason for remark in page.remarks] == ["corpus:semantic-scholar/small: 3 of 9 reported"]
    (missed,) = source.lists("references", [work("none")])
    assert [(r.work, r.outcome) for r in missed.retrievals] == [("none", Outcome.NOT_FOUND)]


@pytest.mark.long
@pytest.mark.parametrize(
    ("reference", "found"),
    [
        (Reference(title="The remarkable case of A"), "a"),
        (Reference(title="Beethoven", authors=("Berg, A.",)), None),  # one word, and the work has no year
        (Reference(title="Beethoven: a study in drift"), "b"),
        (Reference(title="The remarkably case of F", authors=("Berg, A.",), year=2001), "f"),  # mistyped
        (Reference(title="The remarkably case of F", year=2001), None),  # mistyped, and no author to look by
        (Reference(title="Preface"), None),
        (Reference(title="Preface", identifiers=("doi:10.1000/g",)), "g"),
        (
            Reference(
                text="Berg (2000). 《漂移》. ICASSP.",
                title="漂移",
                translated=True,
                authors=("Berg",),
                year=2000,
                acronyms=("ICASSP",),
            ),
            "e",
        ),
        (Reference(title="Nothing of this kind was ever printed", authors=("Berg, A.",), year=2000), None),
    ],
    ids=lambda value: value.title if isinstance(value, Reference) else value,
)
def test_references_are_looked_up_together(reference: Reference, found: str | None, source: CorpusSource):
    """By identifier, whole title, part of a title, author and year: what the resolver takes for sure."""
    source.expect([reference, Reference(title="The remarkable case of S"), Reference(text="x")])
    _, result = source.resolve(reference)
    assert (result and result.identifiers[0][-1]) == found


@pytest.mark.long
def test_titles_are_read_once_for_all_references(source: CorpusSource, monkeypatch: pytest.MonkeyPatch):
    """Whatever the resolver asks afterwards, one after the other, is answered from what was found."""
    references = [Reference(title=f"The remarkably case of {id_}", authors=("Berg, A.",), year=2000) for id_ in "ACDF"]
    asked: list[str] = []
    rows = source._lookup._rows
    monkeypatch.setattr(source._lookup, "_rows", lambda sql, values: asked.append(sql) or rows(sql, values))
    source.expect(references)
    assert sum("FROM pair" in sql for sql in asked) == 1
    before = len(asked)
    assert [source.resolve(reference)[1] for reference in references] != [None] * 4
    assert len(asked) == before


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


@pytest.mark.long
def test_of_many_works_of_one_title_only_the_near_ones_are_looked_at(tmp_path: Path):
    """A common title names a work where author and year agree."""
    many = [work(f"P{n}", title="Introduction", authors=(f"A. Writer{n}",), year=1900 + n) for n in range(90)]
    opened = CorpusSource(write_corpus(tmp_path / "many", many, []))
    reference = Reference(title="Introduction", authors=("Writer7, A.",), year=1907)
    opened.expect([reference])
    assert [found.title for found in opened.find_by_title("Introduction")] == ["Introduction"]
    _, found = opened.resolve(reference)
    assert found
    assert found.year == 1907
    opened.close()


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


@pytest.mark.parametrize(
    ("snapshot", "day"),
    [("/data/openalex-2025-12-30", "2025-12-30"), ("/2024-01-01/openalex", "2026-01-01"), ("", "2026-01-01")],
)
def test_lists_are_as_old_as_the_snapshot(corpus: Path, snapshot: str, day: str):
    """The day in the name of its folder, else the newest of a record; the day of the build says nothing."""
    opened = Corpora.open(corpus)
    write_manifest(corpus, opened.manifest | {"snapshot": snapshot})
    assert snapshot_day(Corpora.open(corpus)) == day


@pytest.mark.long
@pytest.mark.parametrize("table", ["names", "titles", "citing"])
def test_a_corpus_that_is_built_anew_meanwhile_ends_the_run(corpus: Path, table: str, monkeypatch: pytest.MonkeyPatch):
    """Nothing is given that is half of an older corpus and half of a newer one; a file that is gone is no other fault."""
    source = CorpusSource(corpus)
    [known] = source.search("The remarkable case of S")
    manifest = Corpora.open(corpus).manifest | {"built": "2026-03-03T00:00:00"}
    read = {"citing": "_parts"}.get(table, "_files")
    paths = getattr(source._lookup, read)

    def publish(of: str, *more: Any) -> list[str]:
        if of == table:
            write_manifest(corpus, manifest)
        return paths(of, *more)

    monkeypatch.setattr(source._lookup, read, publish)
    ask = {
        "names": lambda: source.find_by_id("doi:10.1000/a"),
        "titles": lambda: source.search("The remarkable case of A"),
        "citing": lambda: list(source.lists("references", [known])),
    }
    with pytest.raises(StoreError, match="was built anew meanwhile"):
        ask[table]()
    shutil.rmtree(corpus / "titles")
    with pytest.raises(StoreError, match="was built anew meanwhile"):
        source.search("The remarkable case of D")
    source.close()


@pytest.mark.long
@pytest.mark.parametrize(("name", "sibling"), [("d[1]", "d1"), ("e*x", "e1x"), ("f?", "fg"), ("g[*]?", "g*h")])
def test_the_name_of_a_folder_is_no_pattern(tmp_path: Path, name: str, sibling: str):
    """A corpus is read itself, and nothing of another one whose name the pattern would fit."""
    own = write_corpus(tmp_path / name, [work("A")], [])
    write_corpus(tmp_path / sibling, [work("B"), work("C")], [])
    with closing(CorpusSource(own)) as source:
        assert source.find_by_id("doi:10.1000/b") is None
        assert source.find_by_id("doi:10.1000/a").title == "The remarkable case of A"
    with open_engine(threads=1, memory="500MB") as engine:
        assert engine.count(engine.read(own / "works")) == 1


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
