"""The SPARQL endpoint at the wire: forms of the protocol, formats, what is refused, and the description of the service."""

import json
import shutil
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from serving import Served, served, small_graph

from kg.graph.provenance import Provenance
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Citation
from kg.output.rdf.open import rdf_folder
from kg.serve.pool import Limits

COUNT = "SELECT (COUNT(*) AS ?n) { ?a cito:cites ?b }"
FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    """A server with a small graph."""
    with served(small_graph(tmp_path_factory.mktemp("endpoint")), limits=Limits(workers=2, patience_s=30)) as running:
        yield running


def test_a_query_comes_by_get_and_by_post_in_two_forms(server: Served):
    """The three give the same answer; the graph's own address, too."""
    answers = [
        server.client.get("/sparql", params={"query": COUNT}),
        server.client.get("/sparql/small", params={"query": COUNT}),
        server.client.post("/sparql", data={"query": COUNT}),
        server.client.post("/sparql", content=COUNT, headers={"Content-Type": f"{QUERY}; charset=UTF-8"}),
    ]
    assert [a.status_code for a in answers] == [200] * 4
    assert {a.headers["content-type"] for a in answers} == {"application/sparql-results+json"}
    assert {a.json()["results"]["bindings"][0]["n"]["value"] for a in answers} == {"4"}
    head = server.client.head("/sparql", params={"query": COUNT})
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    ("accepted", "media"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv;q=0.4, text/tab-separated-values;q=0.5", "text/tab-separated-values; charset=utf-8"),
        ("text/csv;q=0, text/*;q=0.1", "text/tab-separated-values; charset=utf-8"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/sparql-results+xml"),
        ("text/turtle, text/csv;q=0.1", "text/csv; charset=utf-8"),
    ],
)
def test_results_come_in_the_format_that_is_liked_best(server: Served, accepted: str, media: str):
    """And are that format: SELECT and ASK read back."""
    answer = server.ask("SELECT ?id { ?w kg:id ?id } ORDER BY ?id", headers={"Accept": accepted})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    form = ox.QueryResultsFormat.from_media_type(media.partition(";")[0])
    if media.startswith("text/csv"):
        assert answer.text.split() == ["id", "d/1.", "mid", "new", "old"]
    else:
        rows = ox.parse_query_results(answer.content, form)
        assert [row["id"].value for row in rows] == ["d/1.", "mid", "new", "old"]
    truth = server.ask("ASK { ?w kg:id 'old' }", headers={"Accept": accepted})
    assert "true" in truth.text
    assert "Accept" in truth.headers["vary"]


@pytest.mark.parametrize(
    ("accepted", "media"),
    [
        ("*/*", "text/turtle; charset=utf-8"),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml;q=0.9, text/turtle;q=0.8", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("application/json", "application/ld+json"),
    ],
)
def test_graphs_come_in_the_format_that_is_liked_best(server: Served, accepted: str, media: str):
    """CONSTRUCT and DESCRIBE read back as the same triples."""
    answer = server.ask("CONSTRUCT { ?a cito:cites ?b } { ?a cito:cites ?b }", headers={"Accept": accepted})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    form = media.partition(";")[0]
    graph = rdflib.Graph().parse(data=answer.text, format="json-ld" if form.endswith("json") else form)
    assert len(graph) == 4
    assert server.ask("DESCRIBE work:old", headers={"Accept": accepted}).headers["content-type"] == media


def test_a_format_can_be_named(server: Served):
    """By `format=`, for those who cannot send headers; one that the answer does not have is 406, and so is an odd Accept."""
    answer = server.client.get("/sparql", params={"query": COUNT, "format": "csv"}, headers={"Accept": "image/png"})
    assert answer.text.split() == ["n", "4"]
    for query, options in (
        (COUNT, {"params": {"query": COUNT, "format": "ttl"}}),
        (COUNT, {"params": {"query": COUNT}, "headers": {"Accept": "text/turtle"}}),
        ("", {"params": {"query": "DESCRIBE work:old"}, "headers": {"Accept": "text/csv"}}),
    ):
        refused = server.client.get("/sparql", **options)
        assert refused.status_code == 406, query
        assert "none of the formats" in refused.text
    assert server.client.get("/sparql", params={"query": COUNT, "format": "png"}).status_code == 400


NESTED = "ABS(" * 300 + "1" + ")" * 300


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * { ?a ?b }", "SPARQL syntax error at or before line 1, column 19"),
        ("SELECT * { ?a ?b ?c", "'{' is not closed"),
        ("", "the query is empty"),
        ("SELECT ?a { ?a ?b ?c } GROUP BY ?b", "variable that is unbound"),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "updates such as INSERT DATA"),
        ("DELETE WHERE { ?a ?b ?c }", "updates such as DELETE"),
        ("LOAD <http://127.0.0.1/x>", "updates such as LOAD"),
        ("SELECT * { SERVICE <http://127.0.0.1/x> { ?a ?b ?c } }", "SERVICE"),
        ("SELECT * FROM <http://127.0.0.1/x> { ?a ?b ?c }", "FROM"),
        ("SELECT * { ?a nobody:x ?c }", "the prefix nobody: is not declared"),
        (f"SELECT * {{ FILTER({NESTED}) }}", "nested more than 100 brackets"),
        ("SELECT * " + "{" * 5000 + "}" * 5000, "nested more than 100 brackets"),
        ("/etc/passwd", "SPARQL"),
        ("citations-per-year", "SPARQL"),
    ],
    ids=lambda text: text[:30],
)
def test_a_query_that_is_wrong_or_reaches_out_is_400(server: Served, query: str, said: str):
    """With a line that says why, however it comes; the next query is answered."""
    for answer in (server.client.post("/sparql", data={"query": query}), server.ask(query)):
        assert answer.status_code == (414 if len(str(answer.url)) > 16_384 else 400)
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    posted = server.client.post("/sparql", content=query, headers={"Content-Type": QUERY})
    assert said in posted.text
    assert "root:" not in posted.text
    assert server.ask(COUNT).status_code == 200


@pytest.mark.parametrize(
    ("method", "options", "status", "said"),
    [
        ("POST", {"data": {"update": "CLEAR ALL"}}, 400, "updates are not allowed"),
        ("GET", {"params": {"query": COUNT, "update": "CLEAR ALL"}}, 400, "updates are not allowed"),
        ("GET", {"params": {"query": COUNT, "default-graph-uri": "http://127.0.0.1/x"}}, 400, "not the graph that is"),
        ("GET", {"params": {"query": COUNT, "named-graph-uri": "urn:x-kg:graph:small"}}, 400, "no named graphs"),
        ("GET", {"params": [("query", COUNT), ("query", COUNT)]}, 400, "query is given 2 times"),
        ("GET", {"params": {"query": COUNT, "name": "citing"}}, 400, "both query and name"),
        ("GET", {"params": "&".join(f"a{n}=1" for n in range(200))}, 400, "more than 100 parameters"),
        ("POST", {"data": {"q": COUNT}}, 400, "has no query"),
        ("POST", {"content": b"\xff", "headers": {"Content-Type": QUERY}}, 400, "not in UTF-8"),
        ("POST", {"content": COUNT, "headers": {"Content-Type": "application/sparql-update"}}, 415, "updates are not"),
        ("POST", {"json": {"query": COUNT}}, 415, "application/json"),
        ("POST", {"content": COUNT}, 415, "is not read"),
        ("POST", {"content": COUNT, "headers": {"Content-Type": f"{QUERY}; charset=latin-1"}}, 415, "UTF-8"),
        ("POST", {"content": COUNT, "headers": {"Content-Type": QUERY, "Content-Encoding": "gzip"}}, 415, "compressed"),
        ("POST", {"content": b"a" * 500_000, "headers": {"Content-Type": QUERY}}, 413, "400,000 bytes"),
        ("POST", {"content": iter([b"a" * 300_000] * 2), "headers": {"Content-Type": FORM}}, 413, "400,000 bytes"),
        ("POST", {"content": b"a" * 200_000, "headers": {"Content-Type": QUERY}}, 413, "100,000 characters"),
        ("GET", {"params": {"query": COUNT + " " * 20_000}}, 414, "send the query by POST"),
        ("PUT", {"content": COUNT}, 405, "PUT is not allowed"),
        ("DELETE", {}, 405, "DELETE is not allowed"),
    ],
)
def test_a_request_that_is_wrong_has_its_status(server: Served, method: str, options: dict, status: int, said: str):
    """And a line that says why."""
    answer = server.client.request(method, "/sparql", **options)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/plain; charset=utf-8")
    assert said in answer.text
    assert ("allow" in answer.headers) == (status == 405)


def test_parameters_are_in_utf_8(server: Served):
    """Bytes that are not are refused, not guessed at."""
    answer = server.client.get("/sparql?query=ASK%20%7B%20%3Fa%20%3Fb%20%22%FF%22%20%7D")
    assert (answer.status_code, "not in UTF-8" in answer.text) == (400, True)


def test_an_unknown_graph_is_404(server: Served):
    """In text, for programs."""
    answer = server.client.get("/sparql/other", params={"query": COUNT})
    assert (answer.status_code, answer.text.split("\n")[0]) == (404, "no graph named 'other'")


def test_the_graph_may_be_named_by_its_iri(server: Served):
    """As the default graph, by the store's name or the server's address."""
    for iri in ("urn:x-kg:graph:small", f"{server.address}/graph/small"):
        assert server.client.get("/sparql", params={"query": COUNT, "default-graph-uri": iri}).status_code == 200


def test_pages_elsewhere_may_read(server: Served):
    """A browser is told so before it asks, with the answer, and with an error."""
    asked = server.client.options("/sparql", headers={"Origin": "https://example.org"})
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-methods"] == "GET, HEAD, POST, OPTIONS"
    for answer in (asked, server.ask(COUNT), server.ask("nothing")):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers


def test_without_a_query_the_service_describes_itself(server: Served):
    """In RDF: where it is, what it speaks, which graph is behind it."""
    answer = server.client.get("/sparql", headers={"Accept": "application/rdf+xml"})
    graph = rdflib.Graph().parse(data=answer.text, format="application/rdf+xml")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    here = rdflib.URIRef(f"{server.address}/sparql/small")
    assert (here, sd.endpoint, here) in graph
    whole = rdflib.URIRef(f"{server.address}/graph/small")
    assert graph.value(whole, rdflib.VOID.entities) == rdflib.Literal(4)
    assert graph.value(whole, rdflib.VOID.sparqlEndpoint) == here
    assert server.client.get("/sparql").headers["content-type"] == "text/turtle; charset=utf-8"


def test_ready_queries_go_by_name_with_their_values(server: Served):
    """Works are found as everywhere; a value is a term, never a part of the query."""
    found = server.client.get("/sparql", params={"name": "citing", "cited": "Todd 1989", "format": "csv"})
    assert found.text.split() == ["id,year,title", "mid,2002,Second"]
    posted = server.client.post("/sparql/small", data={"name": "citing", "cited": "old"})
    assert [row["id"]["value"] for row in posted.json()["results"]["bindings"]] == ["mid"]
    for values, status, said in (
        ({"cited": "x> ?b } ; DROP ALL #"}, 404, "no work fits"),
        ({}, 400, "citing needs a value for cited"),
        ({"cited": "old", "sited": "mid"}, 400, "did you mean cited"),
    ):
        answer = server.client.get("/sparql", params={"name": "citing"} | values)
        assert (answer.status_code, said in answer.text) == (status, True)
    assert "did you mean citing" in server.client.get("/sparql", params={"name": "citinx"}).text


def test_the_first_query_builds_the_rdf_in_the_background(tmp_path: Path):
    """Until it is there: 503, and when to come again. A graph that has changed is built again."""
    folder = small_graph(tmp_path, rdf=False)
    with served(folder, limits=Limits(workers=1, patience_s=30)) as server:
        server.app.state.stores.patience_s = 0.0
        first = server.ask(COUNT)
        assert (first.status_code, first.headers["retry-after"]) == (503, "3")
        assert "being prepared" in first.text
        server.app.state.stores.patience_s = 60
        assert server.ask(COUNT).json()["results"]["bindings"][0]["n"]["value"] == "4"
        with Store.open(folder / "graph.sqlite") as store, Writer.open(store.path, "test") as writer:
            writer.add(Batch(citations=[Citation(citing="new", cited="old", source="s")]))
        assert server.ask(COUNT).json()["results"]["bindings"][0]["n"]["value"] == "5"
    assert json.loads((folder / "rdf" / "current").read_text()[:1])  # by the same code as on the command line


def test_a_query_is_answered_though_something_is_saved_while_the_rdf_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """What was built then is of the later state, and that answers."""

    async def overtaken(folder: Path) -> None:
        with Store.open(folder / "graph.sqlite") as store, Writer.open(store.path, "test") as writer:
            writer.add(Batch(citations=[Citation(citing="new", cited="old", source="s")]))
        with Store.open(folder / "graph.sqlite") as store:
            rdf_folder(Provenance(folder, store))

    monkeypatch.setattr("kg.serve.triples._build", overtaken)
    with served(small_graph(tmp_path, rdf=False), limits=Limits(workers=1, patience_s=30)) as server:
        assert server.ask(COUNT).json()["results"]["bindings"][0]["n"]["value"] == "5"


@pytest.mark.parametrize("again", [False, True], ids=["gone", "made again by another"])
def test_a_query_is_answered_though_the_rdf_is_removed_while_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, again: bool
):
    """By a command that read the graph after something was saved, for one."""

    async def built(folder: Path) -> None:
        with Store.open(folder / "graph.sqlite") as store:
            rdf_folder(Provenance(folder, store))

    monkeypatch.setattr("kg.serve.triples._build", built)
    with served(small_graph(tmp_path), limits=Limits(workers=1, patience_s=30)) as server:
        pool = server.app.state.pool
        real, asked, parts = pool.ask, list[Path](), [*tmp_path.glob("small/rdf/*/*.sst")]

        async def removed(folder: Path, *given: Any) -> bytes:
            asked.append(folder)
            if len(asked) == 1:
                for file in parts:
                    file.unlink()
                try:
                    return await real(folder, *given)
                finally:
                    shutil.rmtree(folder)
                    if again:
                        await built(tmp_path / "small")
            return await real(folder, *given)

        monkeypatch.setattr(pool, "ask", removed)
        assert server.ask(COUNT).json()["results"]["bindings"][0]["n"]["value"] == "4"
        assert len(asked) == 2
