"""kg sparql: values for variables, tables, and another endpoint in place of the graph."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import httpx
import pytest

import kg
from kg.errors import AmbiguousWork, InputError, NothingFound, SourceError
from kg.ingest.sources import sparql_endpoint
from kg.ingest.sources.sparql_endpoint import ask
from kg.model import Work
from kg.output.rdf.open import rdf_folder


@pytest.fixture(scope="module")
def graph(tmp_path_factory) -> kg.Graph:
    """Four works, one of them with a number for an id and one whose title is a hostile text."""
    home = tmp_path_factory.mktemp("graphs")
    rows = "id,title,authors,year\n1,An old idea,Ann Old,1989\nb,Ideas again,Bea New,1999\nc,Ideas again,Cy New,2001\n"
    (home / "works.csv").write_text(rows + 'd,"x"" } ; DROP ALL #",Dee Odd,2005\n')
    (home / "citations.csv").write_text("citing,cited\nb,1\nc,1\nd,b\n")
    kg.ingest(home / "citations.csv", works=home / "works.csv", graph=str(home / "small"))
    return kg.open_graph(str(home / "small"))


CITING = "SELECT ?id { ?citing cito:cites ?work ; kg:id ?id } ORDER BY ?id"


@pytest.mark.parametrize("work", ["An old idea", "Old 1989", "work:1"])
def test_a_work_is_named_as_people_name_works(graph, work):
    """By title, author and year, or a Work; the same word as in any other question."""
    named = Work(id="1") if work == "work:1" else work
    assert graph.sparql(CITING, values={"work": named}).rows == [["b"], ["c"]]


def test_what_another_model_built_is_built_again(graph):
    """RDF of an older kg is not asked: it is made anew, once, and that is said while it lasts."""
    source, said = graph._space.provenance, []

    @contextmanager
    def making(text):
        said.append(text)
        yield

    folder = rdf_folder(source)
    (folder / "model").write_text("of an older kg")
    (folder / graph._space.store.state / "CURRENT").unlink()
    assert rdf_folder(source, making) == rdf_folder(source, making) == folder
    assert said == ["preparing 4 works and 3 citations for SPARQL, once"]
    assert graph.sparql(CITING, values={"work": "Old 1989"}).rows == [["b"], ["c"]]


def test_values_are_what_they_look_like_or_what_the_query_declares(graph):
    """A number, a text in quotes, an IRI, a truth value; a declared kind decides where looks would not."""
    since = "SELECT ?id { ?w kg:year ?y ; kg:id ?id FILTER(?y >= ?since) } ORDER BY ?id"
    assert (
        graph.sparql(since, values={"since": "2001"}).rows
        == graph.sparql(since, values={"since": 2001}).rows
        == [["c"], ["d"]]
    )
    titled = "SELECT ?id { ?w dcterms:title ?title ; kg:id ?id }"
    assert graph.sparql(titled, values={"title": '"An old idea"'}).rows == [["1"]]
    assert graph.sparql(
        f"# Of a title.\n# ?title text: the title\n{titled}", values={"title": 'x" } ; DROP ALL #'}
    ).rows == [["d"]]
    assert graph.sparql(f"# Citing.\n# ?work work: the work\n{CITING}", values={"work": "1"}).rows == [["b"], ["c"]]
    kind = graph.sparql(
        "SELECT ?id { ?w a ?kind ; kg:id ?id }", values={"kind": "<http://purl.org/spar/fabio/Expression>"}
    )
    assert len(kind.rows) == 4
    assert graph.sparql("SELECT ?x { BIND(!?flag AS ?x) }", values={"flag": True}).rows == [["false"]]


def test_a_value_that_fits_nothing_is_told(graph):
    """An unknown work, a doubtful one, a missing value and a number that is none are errors of their own."""
    with pytest.raises(NothingFound):
        graph.sparql(CITING, values={"work": "no such thing at all"})
    with pytest.raises(AmbiguousWork):
        graph.sparql(CITING, values={"work": "Ideas again"})
    with pytest.raises(InputError, match="the query needs a value for n: how many") as caught:
        graph.sparql("# Some.\n# ?n number: how many\nSELECT (?n AS ?x) {}")
    assert "--set n=" in caught.value.hint
    with pytest.raises(InputError, match="invalid value for n: 'few'"):
        graph.sparql("# Some.\n# ?n number: how many\nSELECT (?n AS ?x) {}", values={"n": "few"})
    with pytest.raises(InputError, match="invalid value for kind"):
        graph.sparql("ASK { ?w a ?kind }", values={"kind": "<no iri>"})


def test_the_table_of_an_answer_is_a_dataframe(graph):
    """Numbers are numbers, IRIs short, what is unbound is missing; no rows still have their columns."""
    table = graph.sparql("SELECT ?w ?y ?t { ?w kg:year ?y OPTIONAL { ?w kg:stub ?t } } ORDER BY ?y").table
    assert table["y"].tolist() == [1989, 1999, 2001, 2005]
    assert table["w"][0] == "work:1"
    assert table["t"].isna().all()
    assert list(graph.sparql("SELECT ?a ?b { ?a kg:nothing ?b }").table) == ["a", "b"]
    assert len(graph.sparql("CONSTRUCT { ?a cito:isCitedBy ?b } WHERE { ?b cito:cites ?a }").table) == 3


@pytest.fixture
def endpoint() -> Iterator[tuple[str, list[str]]]:
    """A server that answers every query with one row, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked.extend(parse_qs(body)["query"])
            answer = {"head": {"vars": ["n"]}, "results": {"bindings": [{"n": {"type": "literal", "value": "7"}}]}}
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json; charset=utf-8")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/sparql", asked
        server.shutdown()
        thread.join()


def test_an_endpoint_is_asked_instead(graph, endpoint, kg_here, monkeypatch):
    """The query goes there with kg's prefixes and the values in it; the command says that it uses the network."""
    url, asked = endpoint
    text = "SELECT (COUNT(?a) AS ?n) { ?a cito:cites ?b ; kg:year ?y }"
    assert graph.sparql(text, endpoint=url, values={"y": 1990, "b": "<urn:b>"}).rows == [["7"]]
    assert asked[0].startswith("PREFIX cito: <http://purl.org/spar/cito/>")
    assert "?a cito:cites <urn:b>" in asked[0]
    with pytest.raises(InputError, match="works of this graph"):
        graph.sparql(text, endpoint=url, values={"b": "An old idea"})
    with pytest.raises(InputError, match="not allowed"):
        graph.sparql("CLEAR ALL", endpoint=url)
    run = kg_here("sparql", text, "--endpoint", url, "--csv")
    assert run.out.split() == ["n", "7"]
    assert f"sending the query to {url}" in run.err
    assert len(asked) == 2
    monkeypatch.setenv("KG_GRAPH", "bundled")
    assert kg_here("sparql", text, "--endpoint", url, "--csv").out.split() == ["n", "7"]
    for given in (("--as-of", "1990"), ("--graph", "g")):
        refused = kg_here("sparql", text, "--endpoint", url, *given, code=2)
        assert f"{given[0]} cannot be combined with --endpoint" in refused.err
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT * { ?w kg:referenceOutcome ?o }", "kg:referenceOutcome is not a term of kg; did you mean kg:referencesOutcome?"),
        ("ASK { ?w kg:seeds true FILTER(?w != kg:id) }", "kg:seeds is not a term of kg; did you mean kg:seed?"),
        ("PREFIX k: <urn:x-kg:terms:> SELECT (COUNT(*) AS ?n) { ?w k:xyz '1'^^xsd:byte }", "k:xyz is not a term of kg"),
        ("SELECT * { work:todd cito:cites work:b , <urn:none> }", "not in this graph: work:todd, <urn:none>"),
        ("CONSTRUCT { ?a dcterms:titel ?b } WHERE { ?a dcterms:titel ?b }", "not in this graph: dcterms:titel"),
        ("retracted", "not in this graph: kg:retracted, kg:retractedOn"),
        ("SELECT * { work:1 cito:cites work:b }", ""),
        ("SELECT (COUNT(*) AS ?n) { ?a cito:cites ?b OPTIONAL { ?a kg:retracted ?c } }", ""),
    ],
)  # fmt: skip
def test_an_empty_answer_names_what_the_graph_does_not_have(graph, tmp_path, kg_here, query, told):
    """A misspelt term or work is told on stderr; where something was found, or every name stands in the graph, nothing is."""
    assert graph.sparql(query).notes == ((told,) if told else ())
    for form in ((), ("--json",)):
        assert kg_here("sparql", query, *form, graph=str(graph._space.folder)).err == (f"{told}\n" if told else "")


def test_an_endpoint_knows_no_year(graph):
    """A graph as of a year does not ask one: the answer would be of all that it has."""
    with pytest.raises(InputError, match="not with the graph as of a year"):
        kg.open_graph(str(graph._space.folder), as_of=1999).sparql(CITING, endpoint="http://127.0.0.1:9/sparql")


def test_an_answer_cut_by_limit_says_so(graph, tmp_path, kg_here):
    """As many rows as the last LIMIT allows: there may be more; words in strings, comments and names are no LIMIT."""
    every = 'SELECT ?id { ?w kg:id ?id FILTER(?id != "LIMIT 4") } # LIMIT 4\n'
    told = "cut at the query's LIMIT: there may be more"
    assert [list(graph.sparql(every + end).blocks())[-1] for end in ("", "limit 4", "LIMIT 3 OFFSET 1", "LIMIT 5")] == [
        "4 rows", f"4 rows, {told}", f"3 rows, {told}", "4 rows",
    ]  # fmt: skip
    inner = "SELECT ?id { { SELECT ?w { ?w kg:year ?y } ORDER BY ?y LIMIT 2 } ?w kg:id ?id }"
    assert list(graph.sparql(inner).blocks())[-1] == f"2 rows, {told}"
    assert graph.sparql("CONSTRUCT { ?a kg:id ?i } { ?a kg:id ?i } LIMIT 2").cut == ""
    with pytest.warns(UserWarning, match=f"^the selection query:SELECT.* is {told}$"):
        graph.export("bibtex", tmp_path / "some.bib", select="query:SELECT ?w { ?w kg:id ?id } LIMIT 2")
    (tmp_path / "one.rq").write_text("SELECT ?id { ?w kg:id ?id } ORDER BY ?id LIMIT 1")
    run = kg_here("export", "csl", "--select", "query:one.rq", graph=graph.provenance.folder)
    assert '"id": "1"' in run.out
    assert told in run.err
    graph.export("csl", tmp_path / "cited.json", select="query:most-cited")
    assert [work["id"] for work in json.loads((tmp_path / "cited.json").read_text())] == ["1", "b"]


def reply(**what) -> httpx.MockTransport:
    """A server that gives one reply."""
    whole = httpx.Response(**what)
    sent = {"headers": whole.headers, "stream": httpx.ByteStream(whole.content)}  # not read yet
    return httpx.MockTransport(lambda _: httpx.Response(whole.status_code, **sent))


def broken(_: httpx.Request) -> httpx.Response:
    """A server that cannot be reached."""
    raise httpx.ConnectError("refused")


def slow(_: httpx.Request) -> httpx.Response:
    """A server that lets wait."""
    raise httpx.ReadTimeout("late")


@pytest.mark.parametrize(
    ("transport", "error", "told"),
    [
        (reply(status_code=400, text="Parse\nerror"), InputError, "does not accept the query: Parse error"),
        (reply(status_code=503, text="busy"), SourceError, "answered 503: busy"),
        (reply(status_code=302, headers={"location": "http://else/"}), SourceError, "answered 302"),
        (reply(status_code=200, html="<p>hello</p>"), SourceError, "answered in another form, text/html"),
        (reply(status_code=200, content=b" " * 101), SourceError, "longer than 0 MB"),
        (httpx.MockTransport(broken), SourceError, "cannot be reached: refused"),
        (httpx.MockTransport(slow), SourceError, "gave no answer within 60 s"),
    ],
)
def test_an_endpoint_that_fails_is_told(transport, error, told, monkeypatch):
    """Whatever is no answer is an error that says what came instead; no redirect is followed."""
    monkeypatch.setattr(sparql_endpoint, "MOST", 100)
    with pytest.raises(error, match=told):
        ask("http://end.test/sparql", "ASK {}", transport=transport)


def test_answers_of_endpoints_are_read():
    """A truth value, and a graph in N-Triples; an address that is none is refused."""
    ask_answer = reply(status_code=200, json={"head": {}, "boolean": True})
    assert ask("http://end.test/", "ASK {}", transport=ask_answer)[0] == "ask"
    triples = reply(
        status_code=200, content=b"<urn:a> <urn:b> <urn:c> .\n", headers={"content-type": "application/n-triples"}
    )
    assert ask("http://end.test/", "DESCRIBE <urn:a>", transport=triples) == ("graph", b"<urn:a> <urn:b> <urn:c> .\n")
    for url in ("file:///etc/passwd", "ftp://x/", "https://", "x"):
        with pytest.raises(InputError, match="invalid address of an endpoint"):
            ask(url, "ASK {}")
