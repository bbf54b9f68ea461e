"""SPARQL: what is refused and how it is said, prefixes, time limits, answers in every format."""

import json
import socket
import tarfile
import threading

import pytest
import rdflib
from rdflib.plugins.sparql.parser import parseQuery

from kg.errors import InputError, KgError, UnknownName
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Claim, Outcome, Retrieval, Work
from kg.output.rdf.query_process import run
from kg.output.rdf.sparql import check, query, read_query, ready_queries
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


SERVICE = "SERVICE <http://127.0.0.1:8080/> { ?x ?y ?z }"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (f"SELECT * {{ {SERVICE} }}", ""),
        (f"SELECT * {{ {{ ?a ?b ?c }} UNION {{ {SERVICE} }} }}", ""),
        (f"ASK {{ OPTIONAL {{ {SERVICE} }} }}", " in OPTIONAL"),
        (f"SELECT * {{ ?a ?b ?c MINUS {{ {SERVICE} }} }}", " in MINUS"),
        (f"SELECT * {{ {{ SELECT * {{ GRAPH ?g {{ {SERVICE} }} }} }} }}", " in a subquery > GRAPH"),
        (f"SELECT * {{ ?a ?b ?c FILTER EXISTS {{ {SERVICE} }} }}", " in FILTER > EXISTS"),
        (f"SELECT * {{ ?a ?b ?c FILTER(!(NOT EXISTS {{ {SERVICE} }})) }}", " in FILTER > NOT EXISTS"),
        (f"SELECT * {{ ?a ?b ?c BIND(EXISTS {{ {SERVICE} }} AS ?e) }}", " in EXISTS"),
        (f"SELECT (EXISTS {{ {SERVICE} }} AS ?e) {{ ?a ?b ?c }}", " in EXISTS"),
        (f"SELECT * {{ ?a ?b ?c }} ORDER BY (EXISTS {{ {SERVICE} }})", " in EXISTS"),
        (f"SELECT ?a {{ ?a ?b ?c }} GROUP BY ?a HAVING (EXISTS {{ {SERVICE} }})", " in EXISTS"),
        (f"CONSTRUCT {{ ?a ?b ?c }} WHERE {{ {SERVICE} }}", ""),
        (f"DESCRIBE ?a {{ {SERVICE} }}", ""),
        ("SELECT * { sErViCe SILENT <http://127.0.0.1:8080/> { ?x ?y ?z } }", ""),
        ("SELECT * { SERV\\u0049CE <http://127.0.0.1:8080/> { ?x ?y ?z } }", ""),
        (f"SELECT * {{ ?s ?p ?o # note \r {SERVICE}\n}}", ""),
        (f"SELECT * {{ ?s ?p ?o # note \\u000A {SERVICE}\n}}", ""),
    ],
)
def test_service_is_refused_wherever_it_stands(text, where):
    """The message names the server and the part of the query it stands in."""
    with pytest.raises(InputError) as caught:
        check(text, KNOWN)
    assert caught.value.message.startswith(f"SERVICE <http://127.0.0.1:8080/>{where}: ")
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{ ?s ?p ?o # \\u005Cu000A {SERVICE}\n}}",  # an escape that makes an escape
        f"SELECT * {{ ?s ?p ?o # \\U000A '''\n ?o . {SERVICE} . ?x ?y # \\U000A'''\n}}",  # half an escape
        'SELECT * { ?s ?p "\\uD800" }',
        'SELECT * { ?s ?p "\\UFFFFFFFF" }',
    ],
)
def test_no_escape_tells_two_parsers_two_stories(text):
    """Whatever rdflib and Oxigraph could read differently is refused before either runs it."""
    with pytest.raises(InputError):
        check(text, KNOWN)


def test_both_parsers_read_the_same_text():
    """What reaches Oxigraph is what rdflib read: here a quote, written as an escape, that turns SERVICE into a comment."""
    hidden = f'SELECT * {{ ?s ?p "\\u0022 . # " . {SERVICE}\n}}'
    assert check(hidden, KNOWN) == hidden.replace("\\u0022", '"')
    assert check("ASK {}\r\n# end\r", KNOWN) == "ASK {}\n# end\n"


@pytest.mark.parametrize(
    "text",
    [
        'SELECT * { ?a dcterms:title "SERVICE <http://x/> { }" }',
        "SELECT ?service { ?service ?LOAD ?o } # SERVICE <http://x/> { }",
        "SELECT * { ?a <urn:SERVICE#LOAD> ?b }",
        "PREFIX service: <urn:x> SELECT * { ?a service:load ?b }",
        'SELECT * { ?a dcterms:title "caf\\u00e9cafe" }',
        "SELECT * { GRAPH ?g { ?a ?b ?c } }",
    ],
)
def test_the_words_themselves_are_harmless(text):
    """Refusal goes by the parsed query: a title or a variable may hold any word."""
    assert parseQuery(check(text, KNOWN))


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "INSERT DATA"),
        ("PREFIX x: <urn:x> DELETE WHERE { ?a ?b ?c }", "DELETE WHERE"),
        ("LOAD <http://127.0.0.1:8080/>", "LOAD"),
        ("CLEAR ALL", "CLEAR"),
        ("DROP DEFAULT", "DROP"),
    ],
)
def test_updates_are_refused_by_name(text, verb):
    """An update is called one, not a syntax error."""
    with pytest.raises(InputError) as caught:
        check(text, KNOWN)
    assert caught.value.message == f"SPARQL updates such as {verb} are not allowed"


@pytest.mark.parametrize("clause", ["FROM <http://x/g>", "FROM NAMED <http://x/g>"])
def test_from_is_refused_rather_than_answered_with_nothing(clause):
    """A graph of kg has no named graphs, so a query that asks for one is told."""
    with pytest.raises(InputError, match=f"{clause}: "):
        check(f"SELECT * {clause} {{ ?a ?b ?c }}", KNOWN)


def test_a_syntax_error_says_where():
    """Line, column and the text there; an end too early is the end."""
    with pytest.raises(InputError, match=r'line 3, column 3, near "?.?FILTER\(\?b > \) }'):
        check("SELECT *\n{ ?a cito:cites ?b .\n  FILTER(?b > ) }", KNOWN)
    with pytest.raises(InputError, match="near 'the end'"):
        check("", KNOWN)


def test_an_unknown_prefix_is_named():
    """The hint lists the prefixes there are."""
    with pytest.raises(InputError, match="prefix nope: is not declared in OPTIONAL") as caught:
        check("SELECT * { OPTIONAL { ?a nope:b ?c } }", KNOWN)
    assert "cito" in caught.value.hint


def test_deep_nesting_is_an_input_error():
    """A query too deep for the parser is refused, not a crash."""
    with pytest.raises(InputError, match="nested"):
        check("ASK " + "{" * 900 + "}" * 900, KNOWN)


def test_prefixes_are_there_and_a_query_may_declare_its_own(folder):
    """`work:` and `cito:` work undeclared; a query's own PREFIX wins."""
    store = open_readonly(folder)
    known = prefixes_of(store)

    def count(text):
        return len(json.loads(run(store, check(text, known), known)[1])["results"]["bindings"])

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
            run(store, text, {})

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
        query(folder, text, timeout_s=1.5)
    assert "LIMIT" in caught.value.hint


def test_a_process_that_dies_is_reported(folder, monkeypatch):
    """A process killed from outside is a failure with its exit code, not an empty answer."""
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(KgError, match="exit code 1"):
        query(folder, "ASK {}")


def test_select_in_every_format(folder):
    """JSON as the standard has it, CSV quoted, a table with short names and None where unbound."""
    text = "SELECT ?work ?title { ?work kg:year ?y OPTIONAL { ?work dcterms:title ?title } } ORDER BY ?y"
    answer = query(folder, text, state=(folder / "current").read_text().strip())
    old, mid, new = (node("work", "g", id_) for id_ in ("old", "mid", "new"))
    found = answer.to_json()
    assert found["head"] == {"vars": ["work", "title"]}
    assert found["results"]["bindings"][0] == {
        "work": {"type": "uri", "value": old},
        "title": {"type": "literal", "value": 'The "first", again'},
    }
    assert answer.to_csv().splitlines() == ["work,title", f'{old},"The ""first"", again"', f"{mid},Middle", f"{new},"]
    rows = [["work:old", 'The "first", again'], ["work:mid", "Middle"], ["work:new", None]]
    assert answer.to_table() == (["work", "title"], rows)
    with pytest.raises(InputError, match="SELECT does not return a graph"):
        answer.to_turtle()


def test_ask_is_true_or_false(folder):
    """ASK is a boolean in JSON and one cell in tables."""
    answer = query(folder, "ASK { work:old cito:cites+ work:old }")
    assert answer.to_json()["boolean"] is True
    assert answer.to_table() == (["answer"], [["true"]])
    assert answer.to_csv().strip() == "true"


def test_construct_is_a_graph(folder):
    """CONSTRUCT comes as Turtle with prefixes, as JSON-LD and as a table, not as CSV."""
    answer = query(folder, "CONSTRUCT { ?b cito:isCitedBy ?a } WHERE { ?a cito:cites ?b . FILTER(?a = work:mid) }")
    assert "work:old cito:isCitedBy work:mid" in answer.to_turtle()
    graph = rdflib.Graph().parse(data=json.dumps(answer.to_json()), format="json-ld")
    assert len(graph) == len(rdflib.Graph().parse(data=answer.to_turtle(), format="turtle")) == 1
    plain = query(folder, "CONSTRUCT { <urn:other> rdfs:comment 1 } WHERE {}").to_table()
    assert plain[1] == [["urn:other", "rdfs:comment", "1"]]
    assert answer.to_table() == (["subject", "predicate", "object"], [["work:old", "cito:isCitedBy", "work:mid"]])
    with pytest.raises(InputError, match="not a table"):
        answer.to_csv()


def test_errors_cross_the_process(folder):
    """What the child refuses is raised here as the same kind of error, Oxigraph's own objections included."""
    with pytest.raises(InputError, match="not allowed"):
        query(folder, "CLEAR ALL")
    with pytest.raises(InputError, match=r"^SPARQL: "):
        query(folder, "SELECT ?a (COUNT(?b) AS ?n) { ?a ?p ?b }")
    with pytest.raises(KgError, match="cannot be read"):
        query(folder / "no", "ASK {}")


def test_ready_queries_answer(folder):
    """Each ready query says what it answers, passes the check and gives the numbers of this graph."""
    store = open_readonly(folder)
    rows = {}
    for name, (says, text) in ready_queries().items():
        assert says.endswith((".", ":")), name
        found = json.loads(run(store, check(text, {}), {})[1])["results"]["bindings"]
        rows[name] = [{key: cell["value"] for key, cell in row.items()} for row in found]
    assert [tuple(r.values()) for r in rows["citations-per-year"]] == [
        ("1989", "1", "0", "1", "1"),
        ("2002", "1", "0", "1", "1"),
        ("2016", "1", "1", "2", "2"),
    ]
    assert [(r["id"], r["citations"]) for r in rows["most-cited"]] == [("new", "2"), ("old", "1"), ("mid", "1")]
    assert [(r["id"], r["seeds"]) for r in rows["builds-on"]] == [("old", "1"), ("mid", "1")]
    assert [(r["statement"], r["works"]) for r in rows["claims"]] == [("S.", "old")]
    assert [r["id"] for r in rows["unknown-lists"]] == ["mid", "old"]


def test_a_query_is_named_or_a_file_or_itself(tmp_path):
    """A ready name, a file, or the text; a single word that is neither is an unknown name with near ones."""
    file = tmp_path / "mine.rq"
    file.write_text("ASK {}", encoding="utf-8")
    assert "cito:cites" in read_query("citations-per-year")
    assert read_query(str(file)) == "ASK {}"
    assert read_query("ASK{}") == "ASK{}"
    with pytest.raises(UnknownName) as caught:
        read_query("citations-per-yaer")
    assert "citations-per-year" in caught.value.hint
    with pytest.raises(InputError, match="file not found"):
        read_query(str(tmp_path / "no such.rq"))
    with pytest.raises(InputError, match="cannot read"):
        read_query(str(tmp_path))


def test_valid_queries_of_the_w3c_suite_pass(shared):
    """Of the SPARQL 1.1 syntax tests the good ones are accepted, but for one with FROM and one in syntax since withdrawn."""
    refused = []
    with tarfile.open(shared / "data/sparql/w3c/sparql10-11.tar.gz") as suite:
        names = [m.name for m in suite if "sparql11/syntax-query/" in m.name and m.name.endswith(".rq")]
        good = [name for name in names if "bad" not in name.lower()]
        for name in good:
            text = suite.extractfile(name).read().decode()
            try:
                check(text, KNOWN | {"": "urn:x"})
            except InputError:
                refused.append(name.rpartition("/")[2])
    assert len(good) > 60
    assert sorted(refused) == ["syntax-bindings-09.rq", "syntax-construct-where-02.rq"]
