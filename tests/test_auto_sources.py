"""`--from auto`, the default where hops are asked for: which sources, in which order, for how long, and at what price."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.parse import unquote

import pytest
from live_net import Net, always
from live_net import net as _net
from s2_links import Clock
from standins.faults import slow
from standins.s2_server import Corpus, StandIn
from test_live_sources import SERVICES
from test_supplement import SHELVES, shelf
from test_supplement import pairs_by_source as said

from kg.errors import PartialResult, SourceError
from kg.graph.folder import Workspace
from kg.graph.store import Store
from kg.ingest.sources.http import Transport
from kg.library.graph import Graph
from kg.library.ingest import ingest
from kg.library.ingested import Ingested

net = _net


def log(net: Net) -> dict[str, int]:
    """How many requests each service got."""
    return {name: len(server.log) for name, server in net.servers.items()}


def unread(net: Net, *works: str) -> None:
    """Let OpenAlex have no reference lists of these works, and Crossref show none."""
    for name, missing in (("openalex", {"unread": works}), ("crossref", {"hidden": works})):
        net.servers[name]._state.api = shelf(name, **missing)


def test_a_plain_ingest_sends_nothing(net: Net, kg_here):
    """Without hops, --check or a source on the web no service is asked, and none is even opened."""
    (net.folder / "ids.txt").write_text("10.1000/S\n10.48550/arXiv.1609.03499\n", encoding="utf-8")
    answer = kg_here("ingest", "ids.txt", "--json", graph="g").json()
    assert [r["status"] for r in answer["references"]] == ["stub", "resolved"]
    assert set(log(net).values()) == {0}
    assert not list((net.folder / "graphs" / "g").glob("*-cache.sqlite"))
    for options in (["--references", 0], ["--dry-run"], ["--offline"], ["--limit-requests", 5]):
        assert "--from auto" in kg_here("ingest", "ids.txt", *options, graph="new", code=2).err
    assert set(log(net).values()) == {0}


@pytest.mark.parametrize("hop", ["--references", "--citations"])
def test_hops_ask_the_default_sources(hop: str, net: Net, kg_here):
    """Without a key OpenAlex and Crossref, and Semantic Scholar for nothing, since nothing is left."""
    (net.folder / "ids.txt").write_text("10.1000/S\n", encoding="utf-8")
    answer = kg_here("ingest", "ids.txt", hop, 1, "--json", graph="g").json()
    assert answer["requests_by_source"]["openalex"]
    assert answer["requests_by_source"]["semantic-scholar"] == 0
    assert [r["status"] for r in answer["references"]] == ["resolved"]


def test_with_a_key_semantic_scholar_is_first(net: Net, monkeypatch: pytest.MonkeyPatch):
    """It is crawled, the others are asked for the list that it withholds."""
    monkeypatch.setenv("S2_API_KEY", "s2-key-1234")
    done, _ = net.ingest("10.1000/S\n", None, references=2, citations=0)
    assert list(done.requests or ()) == ["semantic-scholar", "openalex", "crossref"]
    pairs = said(net.folder / "g")
    assert pairs["S", "A"] == {"semantic-scholar"}
    assert pairs["E", "F"] == {"openalex"}


def test_semantic_scholar_is_asked_last_for_what_is_left(net: Net):
    """The list that neither OpenAlex nor Crossref has, and no other; a second run sends nothing."""
    unread(net, "S")
    done, _ = net.ingest("10.1000/S\n", None, references=1, citations=1)
    assert done.gave_up == {}
    asked = [r.body["ids"] for r in net.servers["s2"].log]
    assert asked == [["DOI:10.1000/s"], [asked[1][0]]], "the work, then its list"
    assert said(net.folder / "g")["S", "A"] == {"semantic-scholar"}
    assert said(net.folder / "g")["D", "S"] == {"openalex"}
    assert net.outcomes()["s", "references", "semantic-scholar"] == "COMPLETE"
    assert ("s", "citations", "semantic-scholar") not in net.outcomes()
    before = log(net)
    net.ingest("10.1000/S\n", None, references=1, citations=1)
    assert log(net) == before


def test_a_title_that_the_others_lack_is_looked_up_there(net: Net):
    """A reference that OpenAlex and Crossref do not find is Semantic Scholar's, with its lists."""
    for name in ("openalex", "crossref"):
        net.servers[name]._state.api = type(net.servers[name]._state.api).of([], [])
    done, _ = net.ingest(
        "@article{z, title={The remarkable case of S}, author={Berg, Ada}, year={2000}}", None, name="a.bib"
    )
    assert [r.status for r in done.resolutions] == ["resolved"]
    assert ("Z", "A") in said(net.folder / "g")
    assert net.outcomes()["z", "references", "semantic-scholar"] == "COMPLETE", "its own list"


def test_it_has_a_minute_and_the_next_run_goes_on(net: Net, monkeypatch: pytest.MonkeyPatch):
    """What its time does not reach is not asked, not failed; it is said, and exit 3; with a key there is no such end."""
    text = "".join(
        f"@misc{{k{k}, title={{Nobody ever indexed the case {k} of all}}, year={{1990}}}}\n" for k in range(50)
    )
    began = net.clock.time
    done, _ = net.ingest(text, None, name="a.bib")
    sent = len(net.servers["s2"].log)
    assert 15 <= sent <= 30, "one each 3 s"
    others = sum(len(net.servers[name].log) for name in ("openalex", "crossref"))
    assert net.clock.time - began <= 60 + 3 + others
    reason = done.gave_up["semantic-scholar"]
    assert "the 60 s for 127.0.0.1 without S2_API_KEY are used up" in reason
    assert "run the same command again to continue" in reason
    assert "FAILED" not in net.outcomes().values()
    with pytest.raises(PartialResult, match="semantic-scholar gave up"):
        done.raise_if_incomplete()
    net.ingest(text, None, name="a.bib")
    assert sent < len(net.servers["s2"].log) <= 2 * sent
    queries = [r.query["query"] for r in net.servers["s2"].log]
    assert len(queries) == len(set(queries)), "what was answered is not asked again"
    done, _ = net.ingest(text, None, name="a.bib")
    assert done.gave_up == {}
    assert len(net.servers["s2"].log) == 50


ORDERS = ["429", "503", *(pytest.param(name, marks=pytest.mark.long) for name in ("504", "cut", "200 html", "401"))]


@pytest.mark.parametrize("fault", ORDERS)
@pytest.mark.parametrize("sick", [*SERVICES, "opencitations"])
def test_any_one_service_may_be_dead(sick: str, fault: str, net: Net):
    """The graph is whole from the others (each list stands in two of them), the dead one is named, exit 3, in under 90 s."""
    unread(net, "S")
    net.faults[sick] = always(fault)
    began = net.clock.time
    done, _ = net.ingest("10.1000/S\n", None, check="opencitations")
    assert net.clock.time - began < 90
    pairs = set(said(net.folder / "g"))
    assert pairs >= {("D", "S"), ("E", "B"), ("E", "F")} if sick != "s2" else {("D", "S")}
    assert ("S", "A") in pairs, "from Semantic Scholar or OpenCitations"
    assert list(done.gave_up) == ["semantic-scholar" if sick == "s2" else sick]
    with pytest.raises(PartialResult) as partly:
        done.raise_if_incomplete()
    assert partly.value.exit_code == 3


@pytest.mark.parametrize("fault", ["429", *(pytest.param(name, marks=pytest.mark.long) for name in ("503", "cut"))])
@pytest.mark.parametrize("healthy", SERVICES)
def test_any_two_services_may_be_dead(healthy: str, fault: str, net: Net):
    """What the third has is kept, both are named with the reason, and once they are well the same command brings the rest."""
    for name in SERVICES:
        if name != healthy:
            net.faults[name] = always(fault)
    began = net.clock.time
    done, _ = net.ingest("10.1000/S\n", None)
    assert net.clock.time - began < 120
    assert ("S", "A") in said(net.folder / "g")
    assert len(done.gave_up) == 2
    net.faults.clear()
    healed, _ = net.ingest("10.1000/S\n", None)
    assert healed.gave_up == {}
    assert set(said(net.folder / "g")) >= {("S", "A"), ("D", "S"), ("E", "F")}
    assert "FAILED" not in healed.lists


def test_where_all_on_the_web_are_dead_the_run_says_so(net: Net):
    """Though the bundled graph, which is first, always answers: exit 4."""
    for name in SERVICES:
        net.faults[name] = always("401")
    done, _ = net.ingest("10.1000/S\n", None)
    with pytest.raises(SourceError, match="no source on the web answers any more") as dead:
        done.raise_if_incomplete()
    assert dead.value.exit_code == 4


def test_where_it_is_slow_the_minute_ends_it_too(net: Net):
    """Answers that come late use the time up, those that never come close it after 40 s; the others gave what they have."""
    unread(net, "S")
    net.faults["s2"] = always(slow(0.01))
    send = net.servers["s2"]
    done, _ = net.ingest("10.1000/S\n", None, references=1, citations=1)
    assert done.gave_up == {}
    net.faults["s2"] = always("429")
    began = net.clock.time
    path = net.folder / "other.txt"
    path.write_text("10.1000/S\n", encoding="utf-8")
    done = ingest(path, graph=str(net.folder / "h"), references=1, citations=1)
    assert isinstance(done, Ingested)
    assert net.clock.time - began < 90
    assert "429" in done.gave_up["semantic-scholar"]
    assert send.log[-1].status == 429
    assert said(net.folder / "h") == {("D", "S"): {"openalex"}}


def test_no_translated_title_is_sent(net: Net, kg_here):
    """The bundled graph knows what a translated reference means: that is asked for, in whatever order the sources are."""
    article = """# 参考文献

*   Todd，1988 —“音乐应用的顺序网络设计”*发表在《联结主义模型暑期学校学报》上。*
*   Nil & Nobody，1987 —“没有人知道的顺序网络设计”*国际神经网络会议*。
*   Van Den Oord 等人，2016—“[wave net:原始音频的生成模型](https://arxiv.org/pdf/1609.03499.pdf)”*arXiv*。*
"""
    (net.folder / "a.md").write_text(article, encoding="utf-8")
    for order in ("openalex,crossref,s2", "bundled,openalex,crossref,s2", "s2,openalex,crossref"):
        kg_here("ingest", "a.md", "--from", order, graph=order.replace(",", "-"), code=None)
    for server in net.servers.values():
        for request in server.log:
            assert "%E" not in request.target
            assert "\\u" not in json.dumps(request.body)
    asked = [unquote(request.target) for name in SERVICES for request in net.servers[name].log]
    assert any("sequential network design" in target.lower() for target in asked)


def test_the_plan_comes_before_what_it_counts(net: Net, kg_here):
    """First what looking up costs, then what is ahead, in requests and credits; the last line says what was spent and is left."""
    unread(net, "E")
    text = """@misc{s, title={The remarkable case of S}, author={Berg, Ada}, year={2000}}
@misc{nil, title={Nobody ever indexed anything at all}, author={Nil, N.}, year={1990}}
@misc{x, title={X}, doi={10.1000/A}}
"""
    (net.folder / "a.bib").write_text(text, encoding="utf-8")
    run = kg_here("ingest", "a.bib", "--references", 2, "--dry-run", graph="g")
    first = next(line for line in run.err.splitlines() if line.startswith("plan:"))
    assert (
        "3 works are not at hand: look up 1 by identifier (at least 1 request) and 2 by title (1 request to each until"
        in first
    )
    assert "found; up to 20 credits of openalex (1,000 credits a day without a key)) in openalex, crossref, s" in first
    assert "credits of openalex: 2" in run.out
    assert "left today" in run.out
    plan = kg_here("ingest", "a.bib", "--references", 2, "--dry-run", "--json", graph="g").json()
    assert plan["requests"]["sent"] == 0, "what the plan needed is kept"
    before = net.servers["openalex"]._state.api.spent, sum(log(net).values())
    run = kg_here("ingest", "a.bib", "--references", 2, graph="g", code=None)
    spent, sent = net.servers["openalex"]._state.api.spent - before[0], sum(log(net).values()) - before[1]
    assert f"; {spent} credits of openalex spent, {1000 - spent - before[0]} left today" in run.out
    assert plan["credits"]["openalex"]["ahead"] == pytest.approx(spent, abs=2)
    assert plan["requests"]["ahead"] == pytest.approx(sent, abs=2)
    assert f"cost: about {plan['requests']['ahead']}" in run.err
    assert "  references, hop 2: " in run.err


@pytest.fixture
def served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock, bundled_graph: Graph
) -> Iterator[dict[str, StandIn]]:
    """All four services, each with the whole bundled graph, and no key to any of them; time passes by sleeping alone."""
    monkeypatch.setattr("kg.ingest.sources.base.Transport", partial(Transport, clock=clock, sleep=clock.sleep))
    store = Workspace.open("bundled").store
    works, citations = list(store.works()), list(store.citations())
    contents = {"s2": Corpus.from_records(works, citations)} | {
        name: kind.of(works, citations) for name, kind in SHELVES.items()
    }
    for key in ("S2_API_KEY", "SEMANTIC_SCHOLAR_API_KEY", "OPENALEX_API_KEY"):
        monkeypatch.delenv(key, raising=False)
    with ExitStack() as stack:
        servers = {name: stack.enter_context(StandIn(content)) for name, content in contents.items()}
        for name, server in servers.items():
            monkeypatch.setenv(f"KG_{name.upper()}_URL", server.url)
        yield servers


@pytest.mark.long
def test_the_seed_article_costs_what_its_plan_says(served: dict[str, StandIn], shared: Path, tmp_path: Path, kg_here):
    """Without keys: 19 of 19 seeds, each list asked for with an outcome, requests and credits within 10% of the plan."""
    (seed,) = (shared / "seed").glob("*.md")
    options = ["--references", 2, "--citations", 1, "--check", "opencitations"]
    planned = kg_here("ingest", seed, *options, "--dry-run", "--json", graph="g").json()
    assert planned["requests"]["sent"] == sum(len(server.log) for server in served.values())
    told = kg_here("ingest", seed, *options, "--json", graph="g", code=None)
    done = told.json()
    assert [r["status"] for r in done["references"]] == ["resolved"] * 19
    sent = sum(len(server.log) for server in served.values())
    assert planned["requests"]["total"] == pytest.approx(sent, rel=0.1)
    spent = served["openalex"]._state.api.spent
    assert planned["credits"]["openalex"]["total"] == pytest.approx(spent, rel=0.1)
    assert done["credits_left"]["openalex"] == max(0, 1000 - spent)
    assert planned["credits"]["openalex"]["spent"] + done["credits_spent"]["openalex"] == spent
    assert "cost: about" in told.err
    with Store.open(tmp_path / "graphs" / "g" / "graph.sqlite") as store:
        seeds = {work.id for work in store.works("seed = 1")}
        outcomes = {(r.work, r.list) for r in store.retrievals()}
        assert len(seeds) == 19
        assert outcomes >= {(id_, kind) for id_ in seeds for kind in ("references", "citations")}
        asked = {r.source for r in store.retrievals()}
    assert asked >= {"openalex", "crossref", "semantic-scholar", "opencitations"}
