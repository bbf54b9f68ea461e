"""SPARQL in the browser: ready queries with fields, a query of one's own, answers as tables and downloads, the editor."""

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import kg
from kg.errors import InputError, SourceError
from kg.output.rdf.ready import ready_queries
from kg.serve import editor
from kg.serve.app import make_app
from kg.serve.pool import Limits
from kg.serve.shelf import Shelf

WORKS = "id,year,title\na,1989,Todd <i>one</i>\nb,2002,Second\nc,2010,Third\nd,2018,Fourth\n"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The app with its pool, on a small graph."""
    place = tmp_path_factory.mktemp("query")
    (place / "edges.csv").write_text("citing,cited\nb,a\nc,b\nc,a\nd,c\n")
    (place / "works.csv").write_text(WORKS)
    kg.ingest([place / "edges.csv"], works=place / "works.csv", graph=str(place / "small"))
    app = make_app(Shelf([str(place / "small")]), limits=Limits(workers=2, patience_s=60))
    app.state.stores.patience_s = 60
    with TestClient(app, base_url="http://localhost:1", raise_server_exceptions=False) as client:
        client.get("/sparql?query=ASK{}")  # builds the RDF
        yield client


def cells(page: str) -> list[list[str]]:
    """The rows of the answer."""
    body = page.rsplit('aria-label="The answer"', maxsplit=1)[-1].split("<tbody>")[1].split("</tbody>", maxsplit=1)[0]
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in body.split("</tr>")[:-1]]
    return [[unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in row] for row in rows]


def test_a_ready_query_is_asked_by_fields(client: TestClient):
    """Each value it needs is a field; the answer is the endpoint's, and works lead to their pages."""
    form = client.get("/query/small?name=citing").text
    assert 'name="cited"' in form
    assert "The answer" not in form
    page = client.get("/query/small?name=citing&cited=a").text
    told = client.get("/sparql/small?name=citing&cited=a&format=csv").text.splitlines()
    assert [",".join(row) for row in cells(page)] == told[1:]
    assert 'href="/work/small/b"' in page
    assert "kg sparql citing --set cited=a --graph" in unescape(page)


def test_every_ready_query_is_offered(client: TestClient):
    """With what it answers."""
    page = client.get("/query/small").text
    for name in ready_queries():
        assert f"/query/small?name={name}" in page


def test_the_first_query_answers(client: TestClient):
    """The one that the field holds before anything is asked; what it gives is data, never markup."""
    field = unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", client.get("/query/small").text, re.DOTALL)[1])
    page = client.get("/query/small", params={"query": field}).text
    assert [row[1:] for row in cells(page)] == [["Todd <i>one</i>", "1989", "2"], ["Second", "2002", "1"]]
    assert "<i>one" not in page
    assert f">{field.splitlines()[0]}".replace("<", "&lt;").split("&lt;")[0] in page


def test_downloads_are_the_answer_of_the_endpoint(client: TestClient):
    """In each format, for a table and for a graph."""
    for query, formats in (("SELECT * { ?s cito:cites ?o }", 4), ("CONSTRUCT WHERE { ?s cito:cites ?o }", 4)):
        page = client.get("/query/small", params={"query": query}).text
        links = re.findall(r'href="([^"]+)" download="answer\.(\w+)"', page)
        assert len(links) == formats
        for href, _ in links:
            assert client.get(unescape(href)).status_code == 200
        assert len(cells(page)) == 4


@pytest.mark.parametrize(
    ("values", "status", "said"),
    [
        ({"query": "SELECT"}, 400, "SPARQL syntax error"),
        ({"query": "DELETE WHERE { ?s ?p ?o }"}, 400, "not allowed"),
        ({"query": "SELECT * { SERVICE <http://evil.example/> { ?s ?p ?o } }"}, 400, "SERVICE"),
        ({"name": "citing", "cited": "nobody"}, 404, "no work fits"),
        ({"name": "citing", "cited": "x" * 501}, 400, "longer than 500"),
        ({"query": "SELECT ('<script>' AS ?x) {}"}, 200, "&lt;script&gt;"),
    ],
)
def test_what_is_wrong_is_said_beside_the_query(client: TestClient, values, status: int, said: str):
    """With the endpoint's status; the query stays in its field."""
    answer = client.get("/query/small", params=values)
    assert answer.status_code == status
    assert said in answer.text
    assert "<script>" not in answer.text.split("<main")[1]


def test_a_browser_at_the_endpoint_is_sent_to_the_page(client: TestClient):
    """A program gets the description of the service."""
    browser = {"accept": "text/html,*/*;q=0.8"}
    assert client.get("/sparql/small", headers=browser, follow_redirects=False).headers["location"] == "/query/small"
    assert client.get("/sparql/small").headers["content-type"].startswith("text/turtle")


def test_without_npm_the_editor_is_said_to_need_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Pages serve a plain field, and say how the editor comes."""
    monkeypatch.setenv("KG_CACHE", str(tmp_path))
    assert editor.files() == {}
    monkeypatch.setenv("PATH", "")
    with pytest.raises(InputError, match="npm was not found"):
        editor.install()


def test_an_editor_that_is_another_release_is_not_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Its digest is that of the release kg was tested with, or nothing is installed."""
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho other > other.tgz\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(SourceError, match="not that release"):
        editor.install()
    assert editor.files() == {}


@pytest.mark.long
def test_the_editor_comes_by_npm_and_is_served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Two files, in the user's cache; pages use them."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    monkeypatch.setenv("KG_CACHE", str(tmp_path))
    editor.install()
    assert set(editor.files()) == set(editor.FILES)
    client = TestClient(make_app(Shelf(["bundled"])), base_url="http://localhost:1")
    page = client.get("/query/neural-music").text
    assert client.get(re.search(r'src="([^"]*yasqe[^"]*)"', page)[1]).status_code == 200


@pytest.mark.parametrize("number", ["9" * 400, "1e308", "-1e308", "INF", "NaN"])
def test_numbers_without_bounds_are_shown_and_not_drawn(client: TestClient, number: str):
    """As a table."""
    value = f'"{number}"^^xsd:double' if number.isalpha() else number
    query = f"SELECT ?x ?n {{ VALUES (?x ?n) {{ ('a' {value}) ('b' 1) }} }}"
    answer = client.get("/query/small", params={"query": query})
    assert answer.status_code == 200
    assert len(cells(answer.text)) == 2
