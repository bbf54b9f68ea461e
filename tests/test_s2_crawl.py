"""The crawl of Semantic Scholar, against the stand-in: exactly what it holds, in few requests, through faults and kills."""

import csv
import gzip
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from crawls import KEY, TWO_HOPS, held, ingest, records, source_of, truth
from standins.s2_server import Corpus, Limits, Script, StandIn

from kg.errors import SourceError
from kg.graph.folder import Workspace
from kg.graph.store import Store
from kg.ingest.sources.base import Hops
from kg.ingest.sources.http import RequestLimit
from kg.model import Batch, Citation, Outcome, Work


@pytest.fixture(scope="module")
def bundled() -> Corpus:
    """The bundled graph as if it were Semantic Scholar's."""
    with Workspace.open("bundled").store as store:
        return Corpus.from_store(store)


@pytest.fixture(scope="module")
def seeds() -> list[str]:
    """The works the article names, by their ids in the bundled graph."""
    with Workspace.open("bundled").store as store:
        return [work.id for work in store.works("seed = 1")]


@pytest.fixture
def article(shared: Path) -> Path:
    """The article in Chinese: titles are translated, identifiers few."""
    return shared / "seed" / "neural-networks-for-music.zh.md"


def work(id_: str, **more: object) -> Work:
    """A work of a small corpus: every one has a DOI and an author."""
    told = {"title": f"The remarkable case of {id_}", "authors": ("Ada Berg",), "year": 2000}
    return Work(id=id_, identifiers=(f"doi:10.1000/{id_}",), **(told | more))  # type: ignore[arg-type]


@pytest.fixture
def small() -> Corpus:
    """Seed S cites A, B twice, itself and a text; A cites B; C and D cite S; E is elided and cited by S."""
    pairs = [("S", "A"), ("S", "S"), ("S", "E"), ("A", "B"), ("E", "B"), ("C", "S"), ("D", "S")]
    citations = [Citation(citing=a, cited=b, source="x", contexts=(f"{a} on {b}",)) for a, b in pairs]
    corpus = Corpus.from_records(
        map(work, "SABCDE"), [*citations, Citation(citing="S", cited="B", source="x", times=2)]
    )
    corpus.add_unresolved("S", "Proc. of something", 1999)
    corpus.elide("E")
    return corpus


def test_the_article_yields_exactly_what_the_stand_in_holds(bundled: Corpus, seeds, article: Path, folder: Path):
    """19 seeds, two hops back and one forward, edge by edge; the dry run told the cost; a second run costs nothing."""
    with StandIn(bundled) as server:
        dry, plan = ingest(server.url, folder, article, dry_run=True)
        assert not (folder / "graph.sqlite").exists()
        assert dry.lists[Outcome.COMPLETE] == 7
        report, watch = ingest(server.url, folder, article)
        assert [r.status for r in report.resolutions] == ["resolved"] * 19
        assert len(server.log) == plan.total == 8
        assert watch.total == 2
        assert held(folder) == truth(bundled, seeds, 2, 1)
        before = records(folder)
        ingest(server.url, folder, article)
        assert len(server.log) == 8
        assert records(folder) == before
        assert {request.key for request in server.log} == {KEY}
    assert not any(KEY.encode() in file.read_bytes() for file in folder.iterdir())


@pytest.mark.long
@pytest.mark.parametrize(("hops", "most"), [(TWO_HOPS, 45), (Hops(references=2, citations=1, contexts=True), 100)])
def test_twenty_seeds_of_hep_th_stay_within_their_requests(shared: Path, tmp_path: Path, hops: Hops, most: int):
    """Two hops back and one forward from the 20 works of 1998 with most references: all of it, in few requests."""
    with gzip.open(shared / "data/hep-th/edges.csv.gz", "rt") as file:
        rows = csv.reader(file)
        next(rows)
        citations = [Citation(citing=a, cited=b, source="hep-th") for a, b in dict.fromkeys(map(tuple, rows))]
    works = {id_: work(id_, year=None) for c in citations for id_ in (c.citing, c.cited)}
    corpus = Corpus.from_records(works.values(), citations)
    references = Counter(c.citing for c in citations if c.citing.startswith("98"))
    seeds = [id_ for id_, _ in references.most_common(20)]
    path = tmp_path / "ids.txt"
    path.write_text("".join(f"10.1000/{id_}\n" for id_ in seeds), encoding="utf-8")
    with StandIn(corpus) as server:
        ingest(server.url, tmp_path / "graph", path, hops)
        assert len(server.log) <= most
    assert held(tmp_path / "graph") == truth(corpus, seeds, 2, 1)


def test_lists_cut_in_a_batch_are_fetched_whole(bundled: Corpus, seeds, article: Path, folder: Path):
    """Batches that silently lose rows, and pages shorter than asked, change nothing but the number of requests."""
    with StandIn(bundled, limits=Limits(nested_batch=60, short_page=7)) as server:
        ingest(server.url, folder, article)
    assert held(folder) == truth(bundled, seeds, 2, 1)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_a_crawl_killed_three_times_ends_as_an_unbroken_one(bundled, seeds, article: Path, tmp_path: Path, seed: int):
    """Through faults at random and kill -9 at three random points: the same works, citations, outcomes, aliases."""
    dice = random.Random(seed)  # noqa: S311
    with StandIn(bundled) as server:
        ingest(server.url, tmp_path / "whole", article)
        whole = records(tmp_path / "whole")
    with StandIn(bundled, Script.random(0.4, seed)) as server:
        for kill_at in [*(dice.randrange(1, 9) for _ in range(3)), 0]:
            code = f"from crawls import *; ingest({server.url!r}, Path({str(tmp_path / 'broken')!r}), Path({str(article)!r}), kill=Kill({kill_at}))"
            done = subprocess.run(
                [sys.executable, "-c", code], cwd=tmp_path, env=_paths(), capture_output=True, text=True, check=False
            )
            assert done.returncode == (-signal.SIGKILL if kill_at else 0), done.stderr
        assert {request.key for request in server.log} == {KEY}
        answered = [(r.method, r.target, str(r.body)) for r in server.log if r.status == 200 and r.fault is None]
    assert records(tmp_path / "broken") == whole
    assert held(tmp_path / "broken") == truth(bundled, seeds, 2, 1)
    assert len(set(answered)) == len(answered), "something answered was asked again"


def _paths() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def test_stubs_loops_duplicates_and_elided_lists(small: Corpus, ids: Path, folder: Path):
    """Everything a list holds is kept and counted, and what a publisher withholds is said to be withheld."""
    with StandIn(small) as server:
        report, _ = ingest(server.url, folder, ids)
    # the elided list is not there to be read
    expected = {pair for pair in truth(small, ["S"], 2, 1) if pair[0] != small["E"].sha}
    assert held(folder) == expected
    assert (report.loops, report.duplicates) == (2, 1)  # the loop stands in both lists of S
    assert report.lists[Outcome.ELIDED] == 1
    with Store.open(folder / "graph.sqlite") as store:
        stub = next(store.works("stub = 1"))
        assert (stub.title, stub.year, stub.seed) == ("Proc. of something", 1999, False)
        lists = {(r.work, r.list): r for r in store.retrievals()}
        assert lists["doi:10.1000/s", "references"].outcome is Outcome.COMPLETE
        assert lists["doi:10.1000/s", "references"].reported == 6
        assert lists["doi:10.1000/e", "references"].outcome is Outcome.ELIDED
        assert lists["doi:10.1000/b", "references"].outcome is Outcome.UNKNOWN, "no list was read, none is not known"
        assert {c.times for c in store.citations() if c.cited == "doi:10.1000/b" and c.citing == "doi:10.1000/s"} == {2}


def test_contexts_come_with_the_lists_of_seeds(small: Corpus, ids: Path, folder: Path):
    """With contexts the seeds' lists are paged, and each citation has its sentences."""
    with StandIn(small) as server:
        ingest(server.url, folder, ids, Hops(references=1, citations=1, contexts=True))
        assert [r.method for r in server.log] == ["POST", "GET", "GET"]
    with Store.open(folder / "graph.sqlite") as store:
        said = {(c.citing, c.cited): c.contexts for c in store.citations()}
    assert said["doi:10.1000/c", "doi:10.1000/s"] == ("C on S",)
    assert said["doi:10.1000/s", "doi:10.1000/a"] == ("S on A",)


def test_a_merged_id_stays_an_alias(small: Corpus, tmp_path: Path, folder: Path):
    """Asked by a paperId that was merged away, the work is found and answers to that id from then on."""
    old = "f" * 40
    small.merge(old, "S")
    path = tmp_path / "ids.txt"
    path.write_text(f"{old}\n", encoding="utf-8")
    with StandIn(small) as server:
        ingest(server.url, folder, path)
    with Store.open(folder / "graph.sqlite") as store:
        assert store.find_by_id(f"s2:{old}") == store.find_by_id("doi:10.1000/S") != None  # noqa: E711


@pytest.mark.long
def test_a_list_that_fails_is_failed_with_its_reason(small: Corpus, ids: Path, folder: Path, kg_here):
    """A batch that always breaks is taken apart; the one list behind it fails and says so, the others come."""

    def choose(n: int, request) -> str | None:
        del n
        poisoned = small["A"].sha in (request.path + str(request.body)) and "/search" not in request.path
        return "504" if poisoned else None

    with StandIn(small, Script(choose)) as server:
        report, _ = ingest(server.url, folder, ids)
    assert report.lists[Outcome.FAILED] == 1
    info = kg_here("info", "--json", graph=str(folder)).json()
    assert [(f["work"], f["list"]) for f in info["failed"]] == [("doi:10.1000/a", "references")]
    assert "504" in info["failed"][0]["reason"]
    assert info["outcomes"]["FAILED"] == 1
    with StandIn(small) as healed:
        report, _ = ingest(healed.url, folder, ids)
    assert report.lists[Outcome.FAILED] == 0
    assert kg_here("info", "--json", graph=str(folder)).json()["failed"] == []


def test_what_nobody_knows_is_kept(small: Corpus, tmp_path: Path, folder: Path):
    """An unknown id is a stub, an entry of a bibliography stays under its key, and both are marked as not found."""
    path = tmp_path / "list.bib"
    path.write_text(
        "@article{mine, title={The remarkable case of S}, author={Berg, Ada}, year={2000}}\n"
        "@article{gone, title={A work nobody ever indexed anywhere}, author={Nil, N.}, year={1990}}\n",
        encoding="utf-8",
    )
    with StandIn(small) as server:
        report, _ = ingest(server.url, folder, path)
    assert [(r.id, r.status) for r in report.resolutions] == [("mine", "resolved"), ("gone", "unresolved")]
    with Store.open(folder / "graph.sqlite") as store:
        assert store.find_by_id("doi:10.1000/s").id == "mine"
        assert {c.citing for c in store.citations() if c.cited == "mine"} >= {"doi:10.1000/c", "doi:10.1000/d"}
        gone = [r for r in store.retrievals() if r.work == "gone"]
        assert {r.outcome for r in gone} == {Outcome.NOT_FOUND}


def test_preprint_and_publication_become_one_work(tmp_path: Path, ids: Path, folder: Path):
    """Same title and authors, one with an arXiv id and one with a DOI: one work that answers to both, and it is told."""
    title = "How neural networks learn to sing"
    preprint = Work(id="P", title=title, authors=("Ada Berg",), year=2019, identifiers=("arxiv:1901.00001",))
    works = [
        work("S"),
        preprint,
        work("Q", title=title, year=2020),
        work("R", title=title, year=2020, authors=("Bo Ek",)),
    ]
    corpus = Corpus.from_records(works, [Citation(citing="S", cited=c, source="x") for c in "PQR"])
    with StandIn(corpus) as server:
        report, _ = ingest(server.url, folder, ids)
    assert report.joined == [("arxiv:1901.00001", "doi:10.1000/q")]
    with Store.open(folder / "graph.sqlite") as store:
        assert store.find_by_id("doi:10.1000/q").id == "arxiv:1901.00001"
        assert len(list(store.works())) == 3


@pytest.mark.long
def test_limits_stop_a_crawl_that_can_go_on(bundled, seeds, article: Path, folder: Path):
    """--limit-requests keeps what came and the next run goes on; --limit-works asks for no list that could lead past."""
    with StandIn(bundled) as server:
        with pytest.raises(RequestLimit) as stopped:
            ingest(server.url, folder, article, limit=6)
        assert stopped.value.exit_code == 3
        assert 0 < len(held(folder)) < 502
        ingest(server.url, folder, article, limit=2)
        assert len(server.log) == 8
    assert held(folder) == truth(bundled, seeds, 2, 1)
    with StandIn(bundled) as server:
        few = folder.with_name("few")
        _, plan = ingest(server.url, few, article, Hops(references=2, citations=1, limit_works=150), dry_run=True)
        ingest(server.url, few, article, Hops(references=2, citations=1, limit_works=150))
        assert len(server.log) == plan.total
    with Store.open(few / "graph.sqlite") as store:
        assert 100 < store.counts()[0] <= 150


def test_a_source_hands_out_works_with_their_citations(small: Corpus, folder: Path):
    """It is a Source like any other: fetch gives batches that a store takes."""
    with StandIn(small) as server, closing(source_of(server.url, folder, Hops())) as source:
        batches: Iterator[Batch] = source.fetch(["doi:10.1000/s"])
        assert sum(len(batch.citations) for batch in batches) == 8
        assert source.find_by_title("The remarkable case of S")[0].id == "doi:10.1000/s"
        assert source.find_by_id("doi:10.1000/none") is None


@pytest.mark.long
def test_the_command_line_replays_offline_and_credits_the_source(
    small, ids: Path, tmp_path: Path, kg_here, monkeypatch
):
    """From a full cache: no request, exit 3 for the elided list, one JSON document; maps and exports name the source."""
    monkeypatch.setenv("S2_API_KEY", KEY)
    graph = tmp_path / "graphs" / "g"
    with StandIn(small) as server:
        options = ["--from", "s2", "--references", 2, "--s2-url", server.url]
        ingest(server.url, graph, ids)
        sent = len(server.log)
        dry = kg_here("ingest", ids, *options, "--dry-run", "--json", graph="g").json()
        assert dry["requests"] == {"sent": 0, "ahead": 0, "total": 0, "exact": True}
        run = kg_here("ingest", ids, *options, "--json", graph="g", code=3)
        assert len(server.log) == sent
    assert run.json()["lists"]["ELIDED"] == 1
    assert "1 ELIDED" in run.err
    offline = kg_here("ingest", ids, *options, "--offline", graph="g", code=3)
    assert "plan:" in offline.err
    assert "cost: 0 requests" in offline.err
    assert "\x1b" not in offline.err, "no bar without a terminal"
    link = "https://www.semanticscholar.org/?utm_source=api"
    kg_here("map", "map.html", graph="g")
    kg_here("export", "csv", "tables", graph="g")
    shown = [(tmp_path / name).read_text() for name in ("map.html", "tables/README.txt")]
    shown += [kg_here("export", form, graph="g").out for form in ("ttl", "nt", "jsonld", "graphml")]
    shown.append(kg_here("info", graph="g").out)
    assert all("Data: Semantic Scholar" in text and link in text for text in shown)
    assert not any(KEY in text for text in [*shown, run.out, run.err, offline.out, offline.err])


def test_the_command_line_says_what_went_wrong(small: Corpus, ids: Path, tmp_path: Path, kg_here, monkeypatch):
    """No cache offline, a rejected key, no network: exit 4, the reason, and no graph left behind; wrong options: exit 2."""
    monkeypatch.setenv("S2_API_KEY", KEY)
    with StandIn(small, keys=["another"]) as server:
        options = ["--from", "s2", "--s2-url", server.url]
        offline = kg_here("ingest", ids, *options, "--offline", graph="new", code=4)
        assert "no cached answers" in offline.err
        assert not (tmp_path / "graphs").exists()
        rejected = kg_here("ingest", ids, *options, graph="new", code=4)
        assert "rejected the key" in rejected.err
        assert KEY not in rejected.err
    assert not (tmp_path / "graphs" / "new" / "graph.sqlite").exists()
    assert (
        "cannot be combined with other sources"
        in kg_here("ingest", ids, "--from", "s2,bundled", graph="new", code=2).err
    )
    assert (
        "for sources on the web or a corpus, but none is named"
        in kg_here("ingest", ids, "--dry-run", graph="new", code=2).err
    )
    assert (
        "invalid age 'soon'"
        in kg_here("ingest", ids, *options, "--refresh-older-than", "soon", graph="new", code=2).err
    )


def test_an_unreachable_source_keeps_what_came(small: Corpus, ids: Path, folder: Path):
    """Where the network goes away in the middle, all before is kept, the rest is unknown, and it ends."""
    with StandIn(small) as server:
        ingest(server.url, folder, ids, Hops(references=1, citations=0))
        url = server.url
    with pytest.raises(SourceError, match="no connection") as stopped:
        ingest(url, folder, ids, Hops(references=2, citations=0))
    assert stopped.value.exit_code == 4
    with Store.open(folder / "graph.sqlite") as store:
        outcomes = {r.work: r.outcome for r in store.retrievals()}
        assert outcomes["doi:10.1000/s"] is Outcome.COMPLETE
        assert "doi:10.1000/a" not in outcomes
