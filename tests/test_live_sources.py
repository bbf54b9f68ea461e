"""One bad answer never ends a run: every service in turn dead, refusing or strange, with the others beside it.

Real answers that once ended a run stand in `../shared/cases/live`; each stands for its kind, with inputs of our own beside it.
"""

import json
import os
import subprocess
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import KG
from live_net import Net, always, answered, case
from live_net import net as _net
from standins.faults import FAULTS, Fault, slow, too_many
from standins.s2_server import Request, Script, StandIn
from test_supplement import PAIRS, WORKS, elided, shelf
from test_supplement import pairs_by_source as said

from kg.errors import PartialResult, SourceError
from kg.graph.store import Store

SERVICES = ("s2", "openalex", "crossref")
net = _net


ALIKE = ["504", "504 html", "cut midway", "malformed", "403"]  # as the others
DEAD = ["429", "503", "200 html", "cut", "401", *(pytest.param(name, marks=pytest.mark.long) for name in ALIKE)]


@pytest.mark.parametrize("fault", DEAD)
@pytest.mark.parametrize("sick", SERVICES)
def test_one_dead_service_is_closed_and_the_others_give_what_they_have(sick: str, fault: str, net: Net):
    """All that the others hold is there in well under 90 s, the dead one is named with its reason, exit 3."""
    net.faults[sick] = always(fault)
    began = net.clock.time
    done, heard = net.ingest("10.1000/S\n", "s2,openalex,crossref")
    assert net.clock.time - began < 90
    assert [r.status for r in done.resolutions] == ["resolved"]
    found = said(net.folder / "g")
    # S2 lacks the list of E; F and G lie two hops off
    assert set(found) >= set(PAIRS) - {("F", "G")}
    names = {"s2": "semantic-scholar"}
    assert list(done.gave_up) == [names.get(sick, sick)]
    assert all(reason in done.gave_up[names.get(sick, sick)] for _, reason in heard.ends)
    with pytest.raises(PartialResult) as partly:
        done.raise_if_incomplete()
    assert partly.value.exit_code == 3
    for source, _, wait_s, waited_s in heard.waits:
        assert 0 < wait_s <= waited_s, source
    assert sum(wait for *_, wait, _ in heard.waits) == pytest.approx(heard.waits[-1][3] if heard.waits else 0)


@pytest.mark.parametrize(
    "fault", ["429", *(pytest.param(name, marks=pytest.mark.long) for name in ("503", "cut", "403"))]
)
@pytest.mark.parametrize("healthy", SERVICES)
def test_two_dead_services_leave_what_the_third_has(healthy: str, fault: str, net: Net):
    """What came is kept, both are named; the next run, when they are well, brings the rest."""
    for name in SERVICES:
        if name != healthy:
            net.faults[name] = always(fault)
    done, _ = net.ingest("10.1000/S\n", "s2,openalex,crossref")
    assert len(done.gave_up) == 2
    assert ("S", "A") in said(net.folder / "g")
    with pytest.raises(PartialResult):
        done.raise_if_incomplete()
    net.faults.clear()
    healed, _ = net.ingest("10.1000/S\n", "s2,openalex,crossref")
    assert healed.gave_up == {}
    assert set(said(net.folder / "g")) >= set(PAIRS) - {("F", "G")}
    assert "FAILED" not in healed.lists
    assert ("e", "references", "semantic-scholar") in net.outcomes()


@pytest.mark.parametrize("fault", ["429", "504", "401"])
def test_where_all_are_dead_the_references_are_kept_and_it_is_said(fault: str, net: Net):
    """The entries of the file are in the graph, each with the reason; exit 4; once they are well, all is found."""
    for name in SERVICES:
        net.faults[name] = always(fault)
    done, _ = net.ingest("10.1000/S\n10.1000/A\n", "s2,openalex,crossref")
    assert done.added["works"] == 2
    assert all("asked, no usable answer" in r.reason for r in done.resolutions)
    assert list(done.gave_up) == ["semantic-scholar", "openalex", "crossref"]
    with pytest.raises(SourceError, match="no source on the web answers any more") as ended:
        done.raise_if_incomplete()
    assert ended.value.exit_code == 4
    assert set(net.outcomes().values()) == {"FAILED"}
    net.faults.clear()
    healed, _ = net.ingest("10.1000/S\n10.1000/A\n", "s2,openalex,crossref")
    assert [r.status for r in healed.resolutions] == ["resolved", "resolved"]
    assert "FAILED" not in healed.lists
    with Store.open(net.folder / "g" / "graph.sqlite") as store:
        assert len(list(store.works("seed = 1"))) == 2


def test_without_semantic_scholar_the_next_source_is_asked_too(net: Net):
    """`--from openalex,crossref` with the first dead: references and lists come from the second."""
    net.faults["openalex"] = always("503")
    done, _ = net.ingest("10.1000/S\n", "openalex,crossref", citations=0)
    assert [r.status for r in done.resolutions] == ["resolved"]
    assert {("S", "A"), ("S", "B"), ("S", "E"), ("E", "F")} <= set(said(net.folder / "g"))
    assert list(done.gave_up) == ["openalex"]
    net.faults["crossref"] = always("cut")
    done, _ = net.ingest("10.1000/D\n", "openalex,crossref", citations=0)
    assert "openalex: asked, no usable answer" in done.resolutions[0].reason
    assert "crossref: asked, no usable answer" in done.resolutions[0].reason
    assert done.all_gave_up
    assert ("S", "A") in said(net.folder / "g")


BIB = """@article{s, title={The remarkable case of S}, author={Berg, Ada}, year={2000}}
@article{d, title={The remarkable case of D}, author={Berg, Ada}, year={2000}}
@article{nil, title={A work nobody ever indexed anywhere}, author={Nil, N.}, year={1990}}
"""


@pytest.mark.parametrize("fault", ["500", "200 html", Fault("odd", 200, b"[]")], ids=str)
@pytest.mark.parametrize("others", ["", ",openalex"])
def test_one_title_that_is_never_answered_costs_only_itself(fault: Fault | str, others: str, net: Net):
    """`/match` fails for one title: that reference has the reason, the others are found; exit 3, or found elsewhere."""
    net.faults["s2"] = lambda _, r: fault if "/match" in r.path and "case of D" in r.query["query"] else None
    done, _ = net.ingest(BIB, f"s2{others}", name="list.bib")
    statuses = {r.id: r.status for r in done.resolutions}
    assert statuses["s"] == "resolved"
    assert statuses["d"] == ("resolved" if others else "unresolved")
    assert statuses["nil"] == "unresolved"
    assert done.gave_up == {}
    assert ("s", "B") in {(a.lower(), b) for a, b in said(net.folder / "g")}
    if not others:
        assert "asked, no usable answer" in next(r.reason for r in done.resolutions if r.id == "d")
        assert net.outcomes()["d", "references", "semantic-scholar"] == "FAILED"
        with pytest.raises(PartialResult, match="FAILED"):
            done.raise_if_incomplete()
        net.faults.clear()
        done, _ = net.ingest(BIB, "s2", name="list.bib")
        assert {r.id: r.status for r in done.resolutions}["d"] == "resolved"
        assert "FAILED" not in done.lists


def test_one_identifier_that_poisons_its_batch_costs_only_itself(net: Net):
    """The batch is taken apart, the other works are found, the one is looked up elsewhere."""
    net.faults["s2"] = lambda _, r: "500" if "10.1000/a" in json.dumps(r.body).lower() else None
    names = "".join(f"10.1000/{w.id}\n" for w in WORKS)
    done, _ = net.ingest(names, "s2,openalex", references=1, citations=0)
    assert [r.status for r in done.resolutions] == ["resolved"] * len(WORKS)
    assert done.gave_up == {}
    assert net.outcomes()["a", "references", "semantic-scholar"] == "FAILED"
    assert said(net.folder / "g")["S", "A"] == {"semantic-scholar"}


MANY = ["10.1000/poison", "10.1000/S", "10.1000/A", *(f"10.1000/x{k}" for k in range(100))]


@pytest.mark.parametrize("sick", ["s2", "openalex"])
@pytest.mark.parametrize("place", [0, 1, 70, 102])
def test_taking_a_poisoned_batch_apart_is_no_trouble_of_the_source(sick: str, place: int, net: Net):
    """Wherever it stands, the parts are sent without waiting, and the source stays open: it finds S and A."""
    names = [*MANY[1 : place + 1], MANY[0], *MANY[place + 1 :]]
    net.faults[sick] = lambda _, r: "500" if "10.1000/poison" in r.target + json.dumps(r.body) else None
    done, heard = net.ingest("\n".join(names), sick + ",crossref", references=0, citations=0)
    assert done.gave_up == {}
    assert {r.text: r.status for r in done.resolutions}["10.1000/S"] == "resolved"
    parts = [r for r in net.servers[sick].log if r.fault]
    assert len(parts) < 3 * len(MANY).bit_length()
    assert len([wait for wait in heard.waits if wait[0] != "Crossref"]) <= 4, (
        "before it is taken apart, and for the id itself"
    )


@pytest.mark.parametrize("sick", ["s2", "openalex"])
@pytest.mark.parametrize("fault", ["503", "429", "cut"])
def test_a_dead_source_is_not_taken_for_a_poisoned_batch(sick: str, fault: str, net: Net):
    """Where each part fails too it is closed, in well under 90 s."""
    net.faults[sick] = always(fault)
    began = net.clock.time
    done, _ = net.ingest("\n".join(MANY), sick + ",crossref", references=0, citations=0)
    crossref_s = len(net.servers["crossref"].log) * 0.2
    assert net.clock.time - began - crossref_s < 90
    assert len(done.gave_up) == 1


# --- the cases handed over


def test_case_an_alias_doi_of_crossref_is_followed(net: Net, shared: Path):
    """The work is found under the prime DOI, the asked one stays its alias, and the second work is found too."""
    told = case(shared, "01")["exchanges"]
    answers = {exchange["request"].lower(): answered(exchange) for exchange in told}

    def choose(_: int, request: Request) -> Fault | None:
        target = f"GET {request.target}".lower()
        return answers.get(target) or answers.get(
            target.replace("hongkong/", "hongkong%2f").replace("5790/", "5790%2f")
        )

    net.faults["crossref"] = choose
    done, _ = net.ingest(
        "https://doi.org/10.1515/9789882204508-009\n10.1000/S\n", "crossref", references=1, citations=0
    )
    assert [r.status for r in done.resolutions] == ["resolved", "resolved"]
    with Store.open(net.folder / "g" / "graph.sqlite") as store:
        work = store.find_by_id("doi:10.1515/9789882204508-009")
        assert work == store.find_by_id("doi:10.5790/hongkong/9789888528011.003.0007")
        assert work is not None
        assert "Pingtan" in work.title


def test_aliases_elsewhere_and_other_servers(net: Net):
    """308 with a whole address, in OpenAlex too; a DOI that leads to another server fails alone, and is said."""
    home = net.servers["crossref"].url
    moves = {"/works/10.1000/old": f"{home}/works/10.1000%2Fs", "/works/10.1000/far": "https://doi.org/10.1000/far"}
    net.faults["crossref"] = lambda _, r: (
        Fault("308", 308, headers=(("Location", moves[r.path]),)) if r.path in moves else None
    )
    done, _ = net.ingest("10.1000/far\n10.1000/old\n10.1000/A\n", "crossref", references=1, citations=0)
    assert [r.status for r in done.resolutions] == ["stub", "resolved", "resolved"]
    assert "leads to another server, doi.org, which is not asked" in done.resolutions[0].reason
    assert done.gave_up == {}
    with pytest.raises(PartialResult):
        done.raise_if_incomplete()
    to = (("Location", "/works/doi:10.1000/s"),)
    net.faults["openalex"] = lambda _, r: Fault("301", 301, headers=to) if r.path == "/works/doi:10.1000/o,ld" else None
    done, _ = net.ingest("10.1000/o,ld\n", "openalex", references=0, citations=0)
    assert [r.status for r in done.resolutions] == ["resolved"]
    with Store.open(net.folder / "g" / "graph.sqlite") as store:
        assert store.find_by_id("doi:10.1000/o,ld") == store.find_by_id("doi:10.1000/s")


@pytest.mark.parametrize("header", ["41231", "100", "Thu, 01 Jan 2099 00:00:00 GMT"])
def test_case_an_empty_budget_of_openalex_ends_it_at_once(header: str, net: Net, shared: Path):
    """Nothing is slept for it, its own words are told, Crossref is asked in its place."""
    (exchange,) = case(shared, "02")["exchanges"]
    exchange["headers"]["retry-after"] = header
    net.faults["openalex"] = always(answered(exchange))
    done, heard = net.ingest("10.1000/S\n", "s2,openalex,crossref")
    assert len(net.servers["openalex"].log) == 1
    assert not [wait for wait in heard.waits if wait[0] == "OpenAlex"]
    reason = done.gave_up["openalex"]
    assert "Insufficient budget" in reason
    assert "Resets at midnight UTC" in reason
    assert "OPENALEX_API_KEY" in reason
    assert ("E", "F") in said(net.folder / "g")
    if header == "41231":
        assert "asks to wait 11 h 27 min" in reason


def test_case_a_pool_that_is_always_full(net: Net, shared: Path):
    """Semantic Scholar's own 429: the waits are told as they begin, the others do the work, its lists are FAILED."""
    (exchange,) = case(shared, "03")["exchanges"]
    net.faults["s2"] = always(answered(exchange))
    began = net.clock.time
    done, heard = net.ingest("10.1000/S\n", "s2,openalex,crossref", references=1, citations=0)
    assert net.clock.time - began < 60
    assert all(source == "Semantic Scholar" and reason.startswith("429 Too Many") for source, reason, *_ in heard.waits)
    assert len(heard.waits) == len(net.servers["s2"].log) - 1
    assert net.outcomes()["s", "references", "semantic-scholar"] == "FAILED"
    assert net.outcomes()["s", "references", "openalex"] == "COMPLETE"
    assert "S2_API_KEY" in done.gave_up["semantic-scholar"]


def test_the_command_line_tells_of_waits_and_ends(net: Net, kg_here):
    """On stderr, with the result and the document on stdout; exit 3, and 4 where none is left."""
    net.faults["s2"] = always(too_many("7"))
    (net.folder / "ids.txt").write_text("10.1000/S\n", encoding="utf-8")
    options = ["ids.txt", "--from", "s2,openalex,crossref", "--references", 1]
    run = kg_here("ingest", *options, "--json", graph="g", code=3)
    assert "Semantic Scholar: waiting 7 s (7 s in all): 429 Too Many Requests" in run.err
    assert "Semantic Scholar is asked no more in this run" in run.err
    assert "semantic-scholar" in json.loads(run.out)["gave_up"]
    for name in ("openalex", "crossref"):
        net.faults[name] = always("503")
    run = kg_here("ingest", "ids.txt", "--from", "s2,openalex,crossref", graph="new", code=4)
    assert "no source on the web answers any more" in run.err
    assert "1 work and 0 citations added" in run.out


def test_what_is_left_of_a_budget_is_told(net: Net, kg_here):
    """The last line and the document say how many credits OpenAlex leaves for today; a source that says nothing is not named."""
    (net.folder / "ids.txt").write_text("10.1000/S\n", encoding="utf-8")
    options = ["ids.txt", "--from", "openalex,crossref", "--citations", 0]
    assert "; 3 credits of openalex spent, 997 left today" in kg_here("ingest", *options, graph="g").out
    assert json.loads(kg_here("ingest", *options, "--json", graph="new").out)["credits_left"] == {"openalex": 994}
    assert json.loads(kg_here("ingest", *options, "--json", graph="new").out)["credits_left"] == {}, "nothing was asked"


def test_what_a_source_at_hand_knows_is_kept_where_all_on_the_web_gave_up(net: Net):
    """`bundled` beside a dead OpenAlex: it answers for the works it has, and exit 4 says that nothing else did."""
    net.faults["openalex"] = always("503")
    done, _ = net.ingest("10.48550/arXiv.1609.03499\n10.1000/S\n", "bundled,openalex", references=0, citations=0)
    assert [r.status for r in done.resolutions] == ["resolved", "stub"]
    with pytest.raises(SourceError, match="no source on the web answers any more: openalex"):
        done.raise_if_incomplete()


def test_a_failed_refresh_keeps_what_was_there(net: Net):
    """A list that was whole stays whole when asking for it again fails."""
    net.ingest("10.1000/S\n", "s2,openalex", references=1, citations=0)
    net.faults["s2"] = always("503")
    net.clock.time += 10
    done, _ = net.ingest("10.1000/S\n", "s2,openalex", references=1, citations=0, refresh_older_than=timedelta(days=-1))
    assert list(done.gave_up) == ["semantic-scholar"]
    assert net.outcomes()["s", "references", "semantic-scholar"] == "COMPLETE"


@pytest.mark.nightly  # the tests above are in simulated time
def test_in_real_time_a_dead_or_slow_service_costs_less_than_90_seconds(tmp_path: Path):
    """The installed command, all at once: each service slower than anyone waits, and the first one always full."""
    first, last = ["--from", "s2,openalex,crossref"], []  # the default asks Semantic Scholar last
    troubles = [(name, slow(300), order) for name in SERVICES for order in (first, last)]
    troubles += [("s2", FAULTS["429"], order) for order in (first, last)]
    runs = []
    began = time.monotonic()
    with ExitStack() as stack:
        for k, (sick, fault, order) in enumerate(troubles):
            folder = tmp_path / str(k)
            folder.mkdir()
            (folder / "ids.txt").write_text("10.1000/S\n", encoding="utf-8")
            env = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
            for name, content in (
                ("s2", elided("E")),
                ("openalex", shelf("openalex")),
                ("crossref", shelf("crossref")),
            ):
                server = StandIn(content, Script(always(fault) if name == sick else ()))
                env[f"KG_{name.upper()}_URL"] = stack.enter_context(server).url
            words = [str(KG), "ingest", "ids.txt", *order, "--references", "2", "--graph", "g"]
            runs.append(subprocess.Popen(words, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE))
        for k, run in enumerate(runs):
            out, err = run.communicate(timeout=120)
            took = time.monotonic() - began
            assert run.returncode == 3, f"{troubles[k]}: {out.decode()}{err.decode()}"
            assert took < 90, f"{troubles[k]}: {took:.0f} s"
            assert set(said(tmp_path / str(k) / "graphs" / "g")) >= set(PAIRS) - {("F", "G")}
            assert "gave up" in err.decode()
