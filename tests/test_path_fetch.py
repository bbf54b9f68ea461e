"""`--fetch` of `kg path` and `kg next`, with the stand-in for Semantic Scholar: fetch what leaves the answer open, ask again."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from standins.s2_server import Corpus, StandIn

from kg.build.fetch_lists import fetch_lists
from kg.cli.path import refuse
from kg.errors import NothingFound, PartialResult
from kg.graph.folder import Workspace
from kg.ingest.sources.base import Hops
from kg.ingest.sources.http import Transport
from kg.ingest.sources.http_cache import Cache
from kg.ingest.sources.s2.api import Api
from kg.ingest.sources.s2.service import SEMANTIC_SCHOLAR
from kg.ingest.sources.s2.source import CACHE, S2Source
from kg.library.certificate import NoPath
from kg.model import Batch, Citation, Outcome, Retrieval, Work

CHAIN = {
    "a": Work(
        id="a", title="The remarkable case of A", year=1990, authors=("Able, A.",), identifiers=("doi:10.1000/a",)
    ),
    "b": Work(id="b", title="A study upon the case of A", year=1995, authors=("Baker, B.",)),
    "c": Work(id="c", title="What became of studies of A", year=2000, authors=("Cook, C.",)),  # found by its title
    "d": Work(
        id="d", title="Cases and studies today", year=2010, authors=("Dyer, D.",), identifiers=("doi:10.1000/d",)
    ),
    "e": Work(id="e", title="An earlier work on other things", year=1980, authors=("Early, E.",)),
    "x": Work(id="x", title="Nothing anybody has heard of", year=2005, authors=("Xu, X.",)),
}


def corpus(*pairs: str) -> Corpus:
    """All works but x, which the source does not know."""
    works = [work for id_, work in CHAIN.items() if id_ != "x"]
    return Corpus.from_records(works, [Citation(citing=a, cited=b, source="s") for a, b in pairs])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A graph that knows only that d cites c and x."""
    folder = tmp_path / "graphs" / "g"
    with Workspace.writing(str(folder), "test") as (_, writer):
        writer.add(
            Batch(
                works=[CHAIN[id_] for id_ in "acdx"],
                citations=[Citation(citing="d", cited=cited, source="own") for cited in "cx"],
                retrievals=[Retrieval(work="d", list="references", outcome=Outcome.COMPLETE, source="own")],
            )
        )
    return folder


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S2_API_KEY", "sk-secret-4711")


def warmed(url: str, folder: Path, *rounds: str, known: str = "") -> int:
    """Fill the graph's cache without waiting, by fetching in a copy of it; the number of requests that took."""
    other = folder.with_name("copy")
    shutil.copytree(folder, other)
    cache = Cache(folder / CACHE)
    api = Api(Transport(SEMANTIC_SCHOLAR, url, key="sk-secret-4711", cache=cache, interval_s=0))
    with closing(S2Source(api, Hops(references=1, citations=0))) as source:
        for ids in rounds:
            with Workspace.writing(str(other), "test") as (space, writer):
                works, ends = (
                    [next(space.store.works("title = ?", (CHAIN[w].title,))) for w in of] for of in (ids, known)
                )
                assert not fetch_lists(writer, works, source, known=ends).cut
        sent = source.sent
    shutil.rmtree(other)
    return sent


@pytest.fixture
def served() -> Iterator[str]:
    """The whole chain, served."""
    with StandIn(corpus("ba", "cb", "dc")) as server:
        yield server.url


def test_fetching_finds_the_path_through_works_it_did_not_know(served: str, folder: Path, kg_here):
    """Two rounds: c's list brings b, b's list brings a; the answer is a path with the evidence of either source."""
    assert warmed(served, folder, "cx", "b") > 3
    after = kg_here("path", "a", "d", "--fetch", "--s2-url", served, "--json", graph="g").json()
    (path,) = after["paths"]
    assert [w["title"] for w in path["works"]] == [CHAIN[id_].title for id_ in "abcd"]
    assert [c["sources"] for c in path["citations"]] == [["semantic-scholar"], ["semantic-scholar"], ["own"]]
    assert after["fetched"] == {"requests": 0, "lists": {"COMPLETE": 2, "NOT_FOUND": 1}, "cut": False}
    assert after["certificate"] is None


@pytest.mark.long
def test_an_end_without_identifiers_is_known_again_in_a_list_fetched(served: str, tmp_path: Path, kg_here):
    """OLD is looked up by its title, so that the work a fetched list names is OLD and no second one beside it."""
    folder = tmp_path / "graphs" / "g"
    with Workspace.writing(str(folder), "test") as (_, writer):
        works = [replace(CHAIN["a"], identifiers=()), CHAIN["c"], CHAIN["d"]]
        whole = Retrieval(work="d", list="references", outcome=Outcome.COMPLETE, source="own")
        writer.add(Batch(works=works, citations=[Citation(citing="d", cited="c", source="own")], retrievals=[whole]))
    warmed(served, folder, "c", "b", known="a")
    after = kg_here("path", "a", "d", "--fetch", "--s2-url", served, "--json", graph="g").json()
    assert [w["title"] for w in after["paths"][0]["works"]] == [CHAIN[id_].title for id_ in "abcd"]
    assert after["fetched"]["requests"] == 0
    assert len(list(Workspace.open(str(folder)).store.works())) == 4


@pytest.mark.long
def test_fetching_ends_in_none_where_every_list_is_known(folder: Path, kg_here):
    """A work the source does not know leaves the answer open; without it every list is known, and it is "none"."""
    with StandIn(corpus("be", "cb", "dc")) as server:
        warmed(server.url, folder, "cx", "b")
        fetched = kg_here("path", "a", "d", "--fetch", "--s2-url", server.url, "--json", graph="g", code=5).json()
    assert fetched["certificate"]["status"] == "unknown"
    assert [(w["id"], w["outcome"]) for w in fetched["certificate"]["unknown"]] == [("x", "NOT_FOUND")]
    assert fetched["fetched"]["lists"] == {"COMPLETE": 2, "NOT_FOUND": 1}
    kept = kg_here("path", "a", "d", "--avoid", "x", "--json", graph="g", code=5).json()
    assert kept["certificate"] == {
        "status": "none", "searched": {"hops": 2, "works": 3}, "frontier": 0, "unknown": []
    }  # fmt: skip


def test_the_next_lists_are_fetched_once(served: str, folder: Path, kg_here):
    """C's list comes, x is not found; then b, which came with it, is the next one, and nothing is fetched for it yet."""
    warmed(served, folder, "cx")
    assert [row["id"] for row in kg_here("next", "--work", "a", "--json", graph="g").json()["rows"]] == ["c", "x"]
    after = kg_here("next", "--work", "a", "--fetch", "--s2-url", served, "--json", graph="g").json()
    assert after["fetched"] == {"requests": 0, "lists": {"COMPLETE": 1, "NOT_FOUND": 1}, "cut": False}
    assert [(row["title"], row["outcome"]) for row in after["rows"]] == [
        (CHAIN["b"].title, "UNKNOWN"),
        (CHAIN["x"].title, "NOT_FOUND"),
    ]
    assert "kg demo" in kg_here("next", "--fetch", code=2).err
    stopped = kg_here("next", "--work", "a", "--fetch", "--limit-requests", 0, "--s2-url", served, graph="g", code=3)
    assert "not fetched completely: stopped after 0 requests (--limit-requests)" in stopped.err


def test_the_limit_on_requests_is_kept_and_told(served: str, folder: Path, kg_here):
    """Without any request allowed nothing is sent, the answer stays, and the exit code is that of a partial retrieval."""
    run = kg_here("path", "a", "d", "--fetch", "--limit-requests", 0, "--s2-url", served, "--json", graph="g", code=3)
    assert run.json()["fetched"] == {"requests": 0, "lists": {}, "cut": True}
    assert run.json()["certificate"]["status"] == "unknown"
    assert "--limit-requests" in run.err
    assert "sk-secret" not in run.err + run.out
    assert folder.exists()


def test_the_bundled_graph_is_only_read(kg_here):
    """--fetch without a graph of one's own is refused with what to do."""
    assert "kg demo" in kg_here("path", "Todd 1988", "WaveNet", "--fetch", code=2).err


@pytest.mark.parametrize(("lists", "error"), [({"FAILED": 1}, PartialResult), ({"COMPLETE": 1}, NothingFound)])
def test_lists_that_could_not_be_fetched_make_the_answer_partial(lists: dict[str, int], error: type[Exception]):
    """An answer left open because a fetch failed is a partial one (exit 3), not a fact about the data (exit 5)."""
    certificate = NoPath("unknown", hops=1, searched=2, unknown=1, space=Workspace.open(), numbers=(0,))
    with pytest.raises(error):
        refuse((CHAIN["a"], CHAIN["b"]), certificate, (), {"requests": 3, "lists": lists, "cut": False})
