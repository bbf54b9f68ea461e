"""Second sources beside Semantic Scholar: only what is missing is asked for, in order, through faults and limits."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from crawls import Kill, Silent, source_of
from standins import second
from standins.s2_server import Corpus, Script, StandIn
from test_second_sources import KINDS, work

from kg.build.crawl import crawl_in
from kg.build.other_sources import LookedUp, best_outcomes, cost, supplement
from kg.build.read_files import Report, take_in
from kg.graph.folder import Workspace
from kg.graph.source_agreement import agreements
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.ingest.sources.base import Hops
from kg.ingest.sources.http import RequestLimit, Transport, Unreachable
from kg.ingest.sources.http_cache import Cache
from kg.model import Batch, Citation, Outcome, Work

#: S cites A, B and E; E, whose list S2 lacks, cites B and F; F cites G; D cites S.
PAIRS = [("S", "A"), ("S", "B"), ("S", "E"), ("E", "B"), ("E", "F"), ("F", "G"), ("D", "S")]
WORKS = [work(id_) for id_ in "SABEFGD"]
CITATIONS = [Citation(citing=a, cited=b, source="x") for a, b in PAIRS]
SHELVES = {"openalex": second.OpenAlex, "crossref": second.Crossref, "opencitations": second.OpenCitations}


@dataclass
class Web:
    """Stand-ins for all services while in a `with` block."""

    s2: StandIn
    others: dict[str, StandIn] = field(default_factory=dict)

    def sent(self) -> dict[str, int]:
        """How many requests each got."""
        return {"s2": len(self.s2.log)} | {name: len(server.log) for name, server in self.others.items()}


@contextmanager
def web(corpus: Corpus, faults: Script | None = None, **shelves: Any) -> Iterator[Web]:
    """Serve a corpus as Semantic Scholar and shelves as the others."""
    with ExitStack() as stack:
        servers = {name: stack.enter_context(StandIn(shelf, faults)) for name, shelf in shelves.items()}
        yield Web(stack.enter_context(StandIn(corpus)), servers)


def elided(*ids: str, works: list[Work] = WORKS) -> Corpus:
    """The corpus of Semantic Scholar, with the lists of some works withheld."""
    corpus = Corpus.from_records(works, CITATIONS)
    corpus.elide(*ids)
    return corpus


def shelf(name: str, **more: Any) -> Any:
    """The same works and citations as another service holds them."""
    return SHELVES[name].of(WORKS, CITATIONS, **more)


def ingest(
    urls: dict[str, str],
    folder: Path,
    path: Path,
    hops: Hops = Hops(references=1, citations=1),  # noqa: B008
    *,
    checks: tuple[str, ...] = (),
    kill: Kill | None = None,
    limit: int | None = None,
) -> tuple[Report, dict[str, int]]:
    """What `kg ingest PATH --from s2,... --check ...` does, without any waiting; `urls` in the order of asking."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:

        def opened(name: str) -> Any:
            transport = Transport(
                KINDS[name].service, urls[name], interval_s=0, sleep=lambda _: None, cache=Cache(folder / f"{name}.sqlite"),
                on_request=kill, limit_requests=limit,
            )  # fmt: skip
            return stack.enter_context(closing(KINDS[name](transport)))

        sources = [opened(name) for name in urls if name not in ("s2", *checks)]
        checking = [opened(name) for name in checks]
        with Workspace.writing(str(folder), "test") as (_, writer):
            if "s2" in urls:
                s2 = stack.enter_context(
                    closing(
                        source_of(
                            urls["s2"], folder, Hops(references=hops.references, citations=hops.citations), kill=kill
                        )
                    )
                )
                report = crawl_in(writer, [path], s2, Silent(s2, kill), fallbacks=sources)
            else:
                report = take_in(writer, [path], sources=[LookedUp(source) for source in sources])
            for _ in supplement(writer, sources, hops, checks=checking):
                if kill:
                    kill()
            report.lists = best_outcomes(writer.store, hops)
            report.joined += writer.joined
        return report, {source.name: source.sent for source in (*sources, *checking)}


def planned(store: Store, sources: list[Any], hops: Hops, **options: Any) -> int:
    """How many requests are planned for lists, at least, once their works are looked up."""
    return sum(ahead.requests for ahead in cost(store, sources, hops, **options))


def urls_of(web: Web) -> dict[str, str]:
    """Addresses by service."""
    return {"s2": web.s2.url} | {name: server.url for name, server in web.others.items()}


def pairs_by_source(folder: Path) -> dict[tuple[str, str], set[str]]:
    """Who says that a work cites another, by the last letters of their DOIs."""
    with Store.open(folder / "graph.sqlite") as store:
        said: dict[tuple[str, str], set[str]] = {}
        for c in store.citations():
            said.setdefault((c.citing[-1].upper(), c.cited[-1].upper()), set()).add(c.source)
        return said


def records(folder: Path) -> list[str]:
    """All that a store holds, in no order."""
    with Store.open(folder / "graph.sqlite") as store:
        found = [*store.works(), *store.citations(), *store.retrievals(), *store.resolutions()]
        return sorted(map(repr, found))


# --- lists


def test_elided_lists_come_from_the_second_source_and_no_other_is_asked_for(ids: Path, folder: Path):
    """E is elided: OpenAlex gives its list, and is not asked for the lists that are whole; a second run sends nothing."""
    with web(elided("E"), openalex=shelf("openalex")) as net:
        hops = Hops(references=2, citations=0)
        report, _ = ingest(urls_of(net), folder, ids, hops)
        said = pairs_by_source(folder)
        assert said["E", "B"] == said["E", "F"] == {"openalex"}
        assert said["S", "A"] == said["S", "E"] == {"semantic-scholar"}
        assert report.lists[Outcome.ELIDED] == 0
        asked = [r.query["filter"] for r in net.others["openalex"].log]
        assert "doi:10.1000/a|10.1000/b|10.1000/e" in asked, "those without a list in S2, and the elided one"
        assert not any("10.1000/s" in filter_ for filter_ in asked)
        sent, before = net.sent(), records(folder)
        ingest(urls_of(net), folder, ids, hops)
        assert (net.sent(), records(folder)) == (sent, before)
    with Store.open(folder / "graph.sqlite") as store:
        lists = {(r.work[-1], r.source): r.outcome for r in store.retrievals("r.list = 'references'")}
        assert lists["e", "semantic-scholar"] is Outcome.ELIDED
        assert lists["e", "openalex"] is Outcome.COMPLETE
        assert lists["a", "openalex"] is Outcome.UNKNOWN
        assert store.outcome_counts()["COMPLETE"] == 2


def test_sources_are_asked_in_order_until_one_has_it(ids: Path, folder: Path):
    """What OpenAlex could not read Crossref has; what OpenAlex gave Crossref is not asked for."""
    corpus = elided("S", "E")
    with web(corpus, openalex=shelf("openalex", unread=["E"]), crossref=shelf("crossref")) as net:
        ingest(urls_of(net), folder, ids, Hops(references=2, citations=0))
        said = pairs_by_source(folder)
        assert said["S", "E"] == {"openalex"}
        assert said["E", "F"] == {"crossref"}
        assert "/works/10.1000/s" not in [r.path for r in net.others["crossref"].log]


def test_citing_works_come_too_where_the_first_source_lacks_the_work(ids: Path, folder: Path):
    """A seed that Semantic Scholar does not have: OpenAlex gives both its lists."""
    corpus = Corpus.from_records(
        [w for w in WORKS if w.id != "S"], [c for c in CITATIONS if "S" not in (c.citing, c.cited)]
    )
    with web(corpus, openalex=shelf("openalex")) as net:
        report, _ = ingest(urls_of(net), folder, ids)
    assert [(r.status, r.method) for r in report.resolutions] == [("resolved", "DOI")]
    said = pairs_by_source(folder)
    assert said == {pair: {"openalex"} for pair in PAIRS if "S" in pair}
    with Store.open(folder / "graph.sqlite") as store:
        tried = {(r.list, r.source): r.outcome for r in store.retrievals() if r.work == "doi:10.1000/s"}
    assert tried["references", "semantic-scholar"] is Outcome.NOT_FOUND
    assert tried["citations", "openalex"] is Outcome.COMPLETE


def test_a_title_unmatched_in_the_first_source_leads_there_by_the_identifier_of_the_second(
    tmp_path: Path, folder: Path
):
    """S2 has the work under another title; OpenAlex finds it by title and gives the DOI by which S2 has it: S2 is crawled."""
    (tmp_path / "list.bib").write_text(
        "@article{mine, title={The remarkable case of S}, author={Berg, Ada}, year={2000}}\n"
        "@article{gone, title={A work nobody ever indexed anywhere}, author={Nil, N.}, year={1990}}\n",
        encoding="utf-8",
    )
    renamed = [work("S", title="Case S considered as one of the remarkable ones, with an appendix"), *WORKS[1:]]
    with web(elided(works=renamed), openalex=shelf("openalex")) as net:
        report, _ = ingest(urls_of(net), folder, tmp_path / "list.bib")
    assert [(r.id, r.status, r.method) for r in report.resolutions] == [
        ("mine", "resolved", "DOI"),
        ("gone", "unresolved", ""),
    ]
    with Store.open(folder / "graph.sqlite") as store:
        assert store.find_by_id("10.1000/s").id == "mine"
        said = {(c.citing, c.cited): c.source for c in store.citations()}
        assert said["mine", "doi:10.1000/a"] == "semantic-scholar"
        assert store.find_by_id("mine").title == "The remarkable case of S"


def test_without_semantic_scholar_the_others_do_it_all(ids: Path, folder: Path):
    """`--from openalex`: the seed, two hops back and one forward, exactly what it holds."""
    with web(elided(), openalex=shelf("openalex")) as net:
        urls = {"openalex": net.others["openalex"].url}
        report, sent = ingest(urls, folder, ids, Hops(references=2, citations=1))
        assert net.sent() == {"s2": 0, "openalex": sent["openalex"]}
    assert set(pairs_by_source(folder)) == set(PAIRS) - {("F", "G")}
    assert [r.status for r in report.resolutions] == ["resolved"]


def test_a_check_adds_agreement_and_no_coverage(ids: Path, folder: Path):
    """OpenCitations lacks one citation and has one more: both stand with their sources; the outcome is S2's alone."""
    pairs = [Citation(citing=a, cited=b, source="x") for a, b in [("S", "A"), ("S", "B"), ("S", "F")]]
    with web(elided(), opencitations=second.OpenCitations.of(WORKS, pairs)) as net:
        report, _ = ingest(urls_of(net), folder, ids, Hops(references=1, citations=0), checks=("opencitations",))
        asked = [r.path for r in net.others["opencitations"].log]
        assert asked == ["/references/doi:10.1000/s", "/reference-count/doi:10.1000/s"]
    said = pairs_by_source(folder)
    assert said["S", "A"] == {"semantic-scholar", "opencitations"}
    assert said["S", "E"] == {"semantic-scholar"}
    assert said["S", "F"] == {"opencitations"}
    assert report.lists == {Outcome.COMPLETE: 1}
    with Store.open(folder / "graph.sqlite") as store:
        (pair,) = agreements(store)
    assert (pair.first, pair.second) == ("semantic-scholar", "opencitations")
    assert (pair.lists, pair.both, pair.first_only, pair.second_only, pair.whole_lists) == (1, 2, 1, 1, 0)


# --- stops, limits, costs


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_it_ends_as_an_unbroken_run(ids: Path, tmp_path: Path, seed: int):
    """Kill -9 at random requests and pages, through faults: the same store, and nothing answered is asked for again."""
    shelves = {"openalex": shelf("openalex", unread=["E"]), "crossref": shelf("crossref")}
    hops = Hops(references=3, citations=1)
    with web(elided("S", "E"), **shelves) as net:
        ingest(urls_of(net), tmp_path / "whole", ids, hops)
    dice = random.Random(seed)  # noqa: S311
    with web(elided("S", "E"), Script.random(0.3, seed, among=("429", "503", "cut midway")), **shelves) as net:
        for kill_at in (*(dice.randrange(1, 14) for _ in range(3)), 0):
            code = f"from test_supplement import *; ingest({urls_of(net)!r}, Path({str(tmp_path / 'broken')!r}), Path({str(ids)!r}), {hops!r}, kill=Kill({kill_at}))"
            env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
            done = subprocess.run(
                [sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
            )
            assert done.returncode in (0, -signal.SIGKILL), done.stderr
        assert done.returncode == 0
        for server in net.others.values():
            answered = [r.target for r in server.log if r.status == 200 and r.fault is None]
            assert len(answered) == len(set(answered)), "something answered was asked again"
    assert records(tmp_path / "broken") == records(tmp_path / "whole")


def test_limits_costs_and_refreshes(ids: Path, folder: Path):
    """The plan is no dearer than the run, a limit of requests stops it, old answers are asked for again when wanted."""
    with web(elided("S", "E"), openalex=shelf("openalex")) as net:
        hops = Hops(references=2, citations=0)
        with pytest.raises(RequestLimit):
            ingest(urls_of(net), folder, ids, hops, limit=1)
        with Store.open(folder / "graph.sqlite") as store:
            openalex = KINDS["openalex"](Transport(KINDS["openalex"].service, net.others["openalex"].url))
            assert planned(store, [openalex], hops) == 1, "the list of S; what it cites is not known yet"
        _, sent = ingest(urls_of(net), folder, ids, hops)
        assert sent["openalex"] == 2, "the first answer is kept, and what S cites is asked for once, for two purposes"
        before = net.sent()

        ingest(urls_of(net), folder, ids, Hops(references=2, citations=0, older_than=timedelta(days=30)))
        assert net.sent() == before
        ingest(urls_of(net), folder, ids, Hops(references=2, citations=0, limit_works=1))
        with Store.open(folder / "graph.sqlite") as store:
            fresh = Hops(references=2, citations=0, older_than=timedelta(days=-1))
            assert planned(store, [openalex], fresh) == 2


def test_a_second_source_that_is_gone_keeps_what_came(ids: Path, folder: Path):
    """No connection to OpenAlex: exit 4 and its name; the crawl of the first source stands."""
    with web(elided("E"), openalex=shelf("openalex")) as net:
        urls = urls_of(net)
        with StandIn(shelf("openalex")) as gone:
            urls["openalex"] = gone.url
        with pytest.raises(Unreachable, match="no connection") as stopped:
            ingest(urls, folder, ids, Hops(references=2, citations=0))
    assert stopped.value.exit_code == 4
    assert pairs_by_source(folder)["S", "A"] == {"semantic-scholar"}


def test_a_plan_counts_no_list_that_the_crawl_may_still_bring(ids: Path, tmp_path: Path, folder: Path):
    """Before the seeds' lists are fetched none is known to be missing: 0; once E is known to be elided: only what it lacks.

    The list of E comes from OpenAlex, those of A and B, which this lacks too, from Crossref.
    """
    with web(elided("E"), openalex=shelf("openalex"), crossref=shelf("crossref")) as net:
        sources = [KINDS[name](Transport(KINDS[name].service, server.url)) for name, server in net.others.items()]
        hops = Hops(references=2, citations=0)
        with Writer.open(tmp_path / "plan.sqlite", "plan") as writer:
            writer.add(Batch(works=[work("S", seed=True)]))
            assert planned(writer.store, sources, hops, crawling=True) == 0
            assert planned(writer.store, sources, hops) == 1
        ingest({"s2": net.s2.url}, folder, ids, hops)
        with Store.open(folder / "graph.sqlite") as store:
            ahead = list(cost(store, sources, hops, crawling=True))
            assert [(a.source, a.hop, a.requests) for a in ahead] == [("openalex", 2, 1), ("crossref", 2, 2)]


# --- the command line


@pytest.mark.long
def test_the_command_line_asks_all_and_keeps_each_key_at_home(ids: Path, tmp_path: Path, kg_here, monkeypatch):
    """Plan, run, replay, agreement; each key on its own host's requests and in nothing else anywhere."""
    keys = {"S2_API_KEY": "s2-key-1111", "OPENALEX_API_KEY": "oa-key-2222"}
    shelves = {name: shelf(name) for name in SHELVES}
    with web(elided("S", "E"), **shelves) as net:
        for name, value in keys.items():
            monkeypatch.setenv(name, value)
        for name, server in net.others.items():
            monkeypatch.setenv(f"KG_{name.upper()}_URL", server.url)
        monkeypatch.setenv("KG_S2_URL", net.s2.url)
        monkeypatch.setenv("KG_MAILTO", "ada@example.org")
        options = ["--from", "s2,openalex,crossref", "--check", "opencitations", "--references", 2]
        dry = kg_here("ingest", ids, *options, "--dry-run", "--json", graph="g").json()
        assert not (tmp_path / "graphs/g/graph.sqlite").exists()
        run = kg_here("ingest", ids, *options, "--json", graph="g")
        sent = net.sent()
        assert dry["requests"]["total"] <= sum(sent.values())
        assert run.json()["lists"].get("ELIDED", 0) == 0
        again = kg_here("ingest", ids, *options, "--json", graph="g")
        assert again.json()["requests_by_source"] == dict.fromkeys(["semantic-scholar", *SHELVES], 0)
        assert net.sent() == sent
        info = kg_here("info", graph="g")
        assert "openalex" in info.out
        shown = kg_here("show", "10.1000/s", graph="g")
        homes = {"s2-key-1111": net.s2, "oa-key-2222": net.others["openalex"]}
        for key, home in homes.items():
            for server in (net.s2, *net.others.values()):
                carried = [key in f"{r.target}{r.headers}{r.body}" for r in server.log]
                assert all(carried) if server is home else not any(carried)
            texts = "".join(part for r in (run, again, info, shown) for part in (r.out, r.err))
            assert key not in texts
            assert not any(
                key.encode() in file.read_bytes() for file in (tmp_path / "graphs").rglob("*") if file.is_file()
            )
        assert {"mailto" in str(r.headers) for r in net.others["crossref"].log} == {True}
        assert not any("mailto" in str(r.headers) for r in net.s2.log + net.others["openalex"].log)


@pytest.mark.long
def test_the_command_line_refuses_what_cannot_be(ids: Path, kg_here, monkeypatch):
    """Unknown sources and checks are named with those there are; offline without a cache is said; exit 2 and 4."""
    assert "openalex" in kg_here("ingest", ids, "--from", "openalexx", graph="g", code=2).err
    assert "opencitations" in kg_here("ingest", ids, "--check", "opencitation", graph="g", code=2).err
    assert "no cached answers" in kg_here("ingest", ids, "--from", "openalex", "--offline", graph="g", code=4).err
    monkeypatch.setenv("KG_MAILTO", "nobody")
    assert "KG_MAILTO" in kg_here("ingest", ids, "--from", "crossref", graph="g", code=2).err
