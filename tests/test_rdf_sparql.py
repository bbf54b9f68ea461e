"""SPARQL: prefixes, limits of time, memory and length, answers in every format, ready queries."""

import errno
import json
import resource
import socket
import subprocess
import sys
import threading
from unittest.mock import Mock

import pyoxigraph as ox
import pytest
import rdflib

from kg.errors import InputError, KgError, StoreError, UnknownName, remedy
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Claim, Outcome, Retrieval, Work
from kg.output.rdf.guard import check
from kg.output.rdf.query_process import outcome, run
from kg.output.rdf.ready import read_query, ready_queries
from kg.output.rdf.sparql import query
from kg.output.rdf.store import build, open_readonly, prefixes_of
from kg.output.rdf.vocab import node, prefixes

KNOWN = prefixes("g")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The RDF folder of a small graph with a seed, a claim and known and unknown lists."""
    home = tmp_path_factory.mktemp("graph")
    works = [
        Work(id="old", title='The "first", again', year=1989),
        Work(id="mid", title="Middle", year=2002),
        Work(id="new", year=2016, seed=True),
    ]
    pairs = [("mid", "old"), ("new", "mid"), ("new", "new"), ("old", "new")]
    batch = Batch(
        works=works,
        citations=[Citation(citing=a, cited=b, source="s") for a, b in pairs],
        retrievals=[Retrieval(work="new", list="references", outcome=Outcome.COMPLETE, source="s")],
        claims=[Claim(id="c", statement="S.", kind="first", place="1", article="A", roles=(("old", "subject"),))],
    )
    with Store.create(home / "graph.sqlite", name="g") as store:
        with Writer.open(store.path, "test") as writer:
            writer.add(batch)
        build(store, home / "rdf")
    return home / "rdf"


def asked(folder, text, **options):
    """The answer to a query of the small graph."""
    return query(store_in(folder), check(text, KNOWN), KNOWN, **options)


def store_in(folder):
    """The store of the present state."""
    return folder / (folder / "current").read_text().strip()


def test_prefixes_are_there_and_a_query_may_declare_its_own(folder):
    """`work:` and `cito:` work undeclared; a query's own PREFIX wins."""
    store = open_readonly(folder)
    known = prefixes_of(store)

    def count(text):
        return len(json.loads(run(store, check(text, known).text)[1])["results"]["bindings"])

    assert count("SELECT * { ?a cito:cites ?b }") == 4
    assert count("SELECT * { work:new cito:cites ?b }") == 2
    assert count("PREFIX work: <http://purl.org/spar/cito/> SELECT * { ?a work:cites ?b }") == 4
    assert count("PREFIX c: <http://purl.org/spar/cito/> SELECT * { ?a c:cites+ work:old }") == 3


def test_behind_the_parser_no_socket_opens(folder):
    """Even a SERVICE that no parser stopped reaches no one; without the fence it would."""
    store = open_readonly(folder)
    calls = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        text = f"SELECT * {{ SERVICE <http://127.0.0.1:{server.getsockname()[1]}/> {{ ?a ?b ?c }} }}"
        with pytest.raises(KgError):
            run(store, text)

        def answer():
            connection, _ = server.accept()
            calls.append(connection)
            connection.close()

        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
        server.settimeout(20)
        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises((OSError, RuntimeError)):
            list(store.query(text))
        thread.join()
    assert len(calls) == 1


def test_a_runaway_query_is_stopped(folder):
    """A query over its time ends in a KgError with a hint."""
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r }"
    with pytest.raises(KgError, match=r"longer than 1\.5 s") as caught:
        asked(folder, text, timeout_s=1.5)
    assert "LIMIT" in caught.value.hint


def test_a_process_that_dies_is_reported(folder, monkeypatch):
    """A process killed from outside is a failure with its exit code, not an empty answer."""
    monkeypatch.setattr("sys.executable", "/bin/false")
    monkeypatch.setattr("kg.output.rdf.apart._can_be_copied", lambda: False)
    with pytest.raises(KgError, match="exit code 1"):
        asked(folder, "ASK {}")


def test_select_in_every_format(folder):
    """JSON as the standard has it, CSV quoted, a table with short names and None where unbound."""
    text = "SELECT ?work ?title { ?work kg:year ?y OPTIONAL { ?work dcterms:title ?title } } ORDER BY ?y"
    answer = asked(folder, text)
    old, mid, new = (node("work", "g", id_) for id_ in ("old", "mid", "new"))
    found = answer.to_json()
    assert found["head"] == {"vars": ["work", "title"]}
    assert found["results"]["bindings"][0] == {
        "work": {"type": "uri", "value": old},
        "title": {"type": "literal", "value": 'The "first", again'},
    }
    assert answer.to_tsv().splitlines()[0] == "?work\t?title"
    assert answer.to_tsv().splitlines()[3] == f"<{new}>\t"
    assert f"<uri>{mid}</uri>" in answer.to_xml()
    assert answer.to_csv().splitlines() == ["work,title", f'{old},"The ""first"", again"', f"{mid},Middle", f"{new},"]
    rows = [["work:old", 'The "first", again'], ["work:mid", "Middle"], ["work:new", None]]
    assert answer.to_table() == (["work", "title"], rows)
    with pytest.raises(InputError, match="SELECT does not return a graph"):
        answer.to_turtle()


def test_ask_is_true_or_false(folder):
    """ASK is a boolean in JSON and one cell in tables."""
    answer = asked(folder, "ASK { work:old cito:cites+ work:old }")
    assert answer.to_json()["boolean"] is True
    assert answer.to_table() == (["answer"], [["true"]])
    assert answer.to_csv().strip() == "true"
    assert answer.to_values() == (["answer"], [[True]])


def test_construct_is_a_graph(folder):
    """CONSTRUCT comes as Turtle with prefixes, as JSON-LD and as a table, not as CSV."""
    answer = asked(folder, "CONSTRUCT { ?b cito:isCitedBy ?a } WHERE { ?a cito:cites ?b . FILTER(?a = work:mid) }")
    assert "work:old cito:isCitedBy work:mid" in answer.to_turtle()
    graph = rdflib.Graph().parse(data=json.dumps(answer.to_json()), format="json-ld")
    assert len(graph) == len(rdflib.Graph().parse(data=answer.to_turtle(), format="turtle")) == 1
    assert len(list(ox.parse(answer.to_xml(), ox.RdfFormat.RDF_XML))) == 1
    plain = asked(folder, "CONSTRUCT { <urn:other> rdfs:comment 1 } WHERE {}").to_table()
    assert plain[1] == [["urn:other", "rdfs:comment", "1"]]
    assert answer.to_table() == (["subject", "predicate", "object"], [["work:old", "cito:isCitedBy", "work:mid"]])
    with pytest.raises(InputError, match="not a table"):
        answer.to_csv()


def test_errors_cross_the_process(folder):
    """What the child refuses is raised here as the same kind of error, Oxigraph's own objections included."""
    with pytest.raises(InputError, match=r"^SPARQL: The SELECT contains a variable that is unbound\n"):
        asked(folder, "SELECT ?a (COUNT(?b) AS ?n) { ?a ?p ?b }")
    with pytest.raises(InputError, match=r"^SPARQL: the query is not valid\n"):
        asked(folder, "SELECT * { ?a ?b ?c BIND(1 AS ?c) }")
    for text, near in (
        ("SELECT *\n { FILTER(?b > ) }", r"line 2, column 4, near 'FILTER\(\?b > \) }'"),
        ("ASK { <urn:a> <urn:b> <urn:c> . ?a ?b }", "line 1, column 33, near '.a .b }'"),
        ("ASK { ?a ?b", "line 1, column 5, near '{ .a .b': '{' is not closed"),
        ("SELECT * { ?a ?b ?c } LIMIT kg:x", "line 1, column 23, near 'LIMIT kg:x'"),
    ):
        with pytest.raises(InputError, match=rf"SPARQL syntax error at {near}\n"):
            asked(folder, text)
    with pytest.raises(StoreError, match="cannot be read"):
        query(folder / "no", check("ASK {}", {}), {})


def test_a_query_has_20_mb_and_2_gb(folder):
    """A longer answer and one that needs more memory are stopped, and told so."""
    many = "VALUES ?x { " + "1 2 3 4 5 6 7 8 9 10 " * 20 + "}"
    text = f"{many} {many.replace('?x', '?y')} {many.replace('?x', '?z')} {many.replace('?x', '?w')}"
    with pytest.raises(InputError, match="the answer is longer than 20 MB"):
        asked(folder, f"SELECT * {{ {text} }}")
    with pytest.raises(KgError, match="more than 2 GB of memory"):
        asked(folder, f"SELECT * {{ {text} }} ORDER BY ?x ?y ?z ?w")


def test_a_lower_limit_on_memory_stays(folder, monkeypatch):
    """Of `ulimit -v`, which no process may raise again."""
    most, asked_for = (1 << 30, 1 << 30), []
    monkeypatch.setattr(resource, "getrlimit", lambda _: most)
    monkeypatch.setattr(resource, "setrlimit", lambda kind, limits: asked_for.append((kind, limits)))
    header, _ = outcome(lambda _: open_readonly(folder), "", "ASK {}")
    assert header == {"kind": "ask"}
    assert (resource.RLIMIT_AS, most) in asked_for
    assert (resource.RLIMIT_AS, (2 << 30, most[1])) not in asked_for


def test_a_limit_that_oxigraph_meets_is_said_with_what_to_do(tmp_path, monkeypatch):
    """It raises the words of the system without the number; only what is damaged is to be deleted."""
    error = OSError("IO error: While open a file for appending: g/rdf/x/LOG: Too many open files")
    monkeypatch.setattr(ox.Store, "read_only", Mock(side_effect=error))
    (tmp_path / "current").write_text("1")
    with pytest.raises(StoreError) as raised:
        open_readonly(tmp_path)
    assert raised.value.hint == outcome(ox.Store.read_only, "", "")[0]["hint"] == remedy(OSError(errno.EMFILE, ""), "")


COPIED = """
import sys, threading
from pathlib import Path
from kg.errors import KgError
from kg.output.rdf import apart
from kg.output.rdf.guard import check
from kg.output.rdf.sparql import query
print("written once, whoever ends first")
for text in sys.stdin.read().split("\\0"):
    assert apart._can_be_copied()
    try:
        print(query(Path(sys.argv[1]), check(text, {}), {}, timeout_s=0.5 if "COUNT(*)" in text else 60).to_json())
    except KgError as error:
        print(type(error).__name__, error.message)
waits = threading.Event()
threading.Thread(target=waits.wait).start()
assert not apart._can_be_copied()
waits.set()
"""


def test_a_copy_of_the_process_answers_as_a_new_one_does(folder):
    """In a small process with one thread, as that of a command: answers, errors, limits of time and length."""
    many = " ".join(f"VALUES ?{name} {{ {'1 2 3 4 5 6 7 8 9 10 ' * 20} }}" for name in "xyzw")
    queries = [
        "ASK {}",
        "SELECT ?a (COUNT(?b) AS ?n) { ?a ?p ?b }",
        f"SELECT (COUNT(*) AS ?n) {{ {many} }}",
        f"SELECT * {{ {many} }}",
        f"SELECT * {{ {many} }} ORDER BY ?x ?y ?z ?w",
    ]
    done = subprocess.run(
        [sys.executable, "-c", COPIED, store_in(folder)],
        input="\0".join(queries),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [
        "written once, whoever ends first",
        "{'head': {}, 'boolean': True}",
        "InputError SPARQL: The SELECT contains a variable that is unbound",
        "KgError the query took longer than 0.5 s and was stopped",
        "InputError the answer is longer than 20 MB",
        "KgError the query needed more than 2 GB of memory, or than `ulimit -v` leaves it, and was stopped",
    ]
    assert done.stderr == ""


def test_ready_queries_answer(folder):
    """Queries of whole graphs give the numbers of this one."""
    store = open_readonly(folder)
    rows = {}
    for name in ("builds-on", "citations-per-year", "claims", "most-cited", "unknown-lists"):
        found = json.loads(run(store, check(ready_queries()[name].text, {}).text)[1])["results"]["bindings"]
        rows[name] = [{key: cell["value"] for key, cell in row.items()} for row in found]
    assert [tuple(r.values()) for r in rows["citations-per-year"]] == [
        ("1989", "1", "0", "1", "1"),
        ("2002", "1", "0", "1", "1"),
        ("2016", "1", "1", "2", "2"),
    ]
    assert [(r["id"], r["citations"]) for r in rows["most-cited"]] == [("new", "2"), ("old", "1"), ("mid", "1")]
    assert [(r["id"], r["seeds"]) for r in rows["builds-on"]] == [("old", "1"), ("mid", "1")]
    assert [(r["statement"], r["id"]) for r in rows["claims"]] == [("S.", "old")]
    assert [r["id"] for r in rows["unknown-lists"]] == ["mid", "old"]


def test_a_query_is_named_or_a_file_or_itself(tmp_path):
    """A ready name, a file, or the text; a single word that is neither is an unknown name with near ones."""
    file = tmp_path / "mine.rq"
    file.write_text("ASK {}", encoding="utf-8")
    assert "cito:cites" in read_query("citations-per-year").text
    assert read_query(str(file)).text == "ASK {}"
    assert read_query("ASK{}").text == "ASK{}"
    with pytest.raises(UnknownName) as caught:
        read_query("citations-per-yaer")
    assert "citations-per-year" in caught.value.hint
    with pytest.raises(InputError, match="file not found"):
        read_query(str(tmp_path / "no such.rq"))
    with pytest.raises(InputError, match="cannot read"):
        read_query(str(tmp_path))
