"""Bring your own: what is shown first, what is kept, what is refused."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from standins.s2_server import Corpus, StandIn
from starlette.testclient import TestClient
from test_supplement import SHELVES

import kg
from kg.serve import jobs
from kg.serve.app import make_app
from kg.serve.pages import new
from kg.serve.shelf import Shelf

BIB = """@article{a, title={First of 2 < 3 & <script>}, author={Ada One}, year={1990}}
@article{b, title={Second of two}, author={Bob Two}, year={1991}}
@article{broken, title={
"""


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The app in a folder of its own; what it started ends with the test."""
    monkeypatch.chdir(tmp_path)
    app = make_app(Shelf())
    with TestClient(app, base_url="http://localhost:1", raise_server_exceptions=False) as client:
        yield client


def token(client: TestClient) -> str:
    """What a page of the server knows and no other page does."""
    return re.search(r'name="token" value="([^"]+)"', client.get("/new").text)[1]


def bring(client: TestClient, graph: str = "mine", *, files=(), **fields):
    """Send the form."""
    fields = {"token": token(client), "graph": graph} | fields
    sent = [("files", file) for file in files] or {"works": ("", b"")}
    return client.post("/new", data=fields, files=sent, follow_redirects=False)


def settled(client: TestClient, address: str) -> str:
    """The page of a draft once nothing is at work."""
    assert step(client, address).ended.wait(60)
    return client.get(address).text


def step(client: TestClient, address: str) -> jobs.Step:
    """What a draft does now."""
    return client.app.state.jobs.find(address.rsplit("/", 1)[1]).now


def act(client: TestClient, address: str, action: str):
    """Press a button of a draft."""
    return client.post(f"{address}/{action}", data={"token": token(client)}, follow_redirects=False)


def test_a_file_becomes_a_graph(client: TestClient, tmp_path: Path):
    """Shown first: what would be read and what not; no graph is there until it is asked for. Then it is one of those served.

    A draft of the same name, whose graph was made meanwhile by another, adds nothing to it.
    """
    address = bring(client, files=[("../../my.bib", BIB.encode())]).headers["location"]
    other = bring(client, files=[("a.bib", BIB.encode())]).headers["location"]
    page = settled(client, address)
    assert "my.bib</span>: bibtex" in page
    assert "records left out or changed" in page
    assert not (tmp_path / "graphs").exists()
    act(client, address, "here")
    assert 'href="/home/mine"' in settled(client, address)
    assert len(kg.open_graph("mine")) == 2
    assert "First of 2 &lt; 3 &amp; " in client.get("/search/mine?q=first").text
    settled(client, other)
    answer = act(client, other, "here")
    assert answer.status_code == 400
    assert "already" in answer.text


@pytest.mark.long
def test_identifiers_are_pasted(client: TestClient):
    """A line each; what the bundled graph knows comes with them."""
    address = bring(client, pasted="10.1162/neco.1997.9.8.1735").headers["location"]
    assert "pasted.txt</span>: ids" in settled(client, address)


@pytest.mark.long
def test_an_edge_list_comes_with_its_works(client: TestClient):
    """The second file says what its ids are."""
    sent = {"files": ("e.csv", b"citing,cited\nb,a\n"), "works": ("w.csv", b"id,year,title\na,1989,One\nb,1990,Two\n")}
    fields = {"token": token(client), "graph": "edges"}
    address = client.post("/new", data=fields, files=sent, follow_redirects=False).headers["location"]
    settled(client, address)
    act(client, address, "here")
    settled(client, address)
    assert kg.open_graph("edges").find("b").title == "Two"


@pytest.mark.parametrize(
    ("fields", "files", "status", "said"),
    [
        ({"token": "guessed"}, [("a.bib", b"@")], 403, "not sent from a page of this server"),
        ({"token": ""}, [("a.bib", b"@")], 403, "not sent from a page of this server"),
        ({"graph": "../up"}, [("a.bib", b"@")], 400, "cannot be the name of a graph"),
        ({"graph": ""}, [("a.bib", b"@")], 400, "the graph has no name"),
        ({"graph": "taken"}, [("a.bib", b"@")], 400, "already"),
        ({"graph": "neural-music"}, [("a.bib", b"@")], 400, "already"),
        ({"year": "soon"}, [("a.md", b"x")], 400, "is no year"),
        ({}, [], 400, "nothing was sent"),
    ],
)
def test_what_is_refused_leaves_nothing(client: TestClient, tmp_path: Path, fields, files, status: int, said: str):
    """A line says why; no folder stays."""
    (tmp_path / "graphs" / "taken").mkdir(parents=True)
    answer = bring(client, files=files, **fields)
    assert answer.status_code == status
    assert said in answer.text
    assert not list(client.app.state.jobs._place.iterdir())
    assert [path.name for path in (tmp_path / "graphs").iterdir()] == ["taken"]


def test_other_sites_cannot_send_the_form(client: TestClient):
    """Even with the token: a browser says where a form comes from."""
    fields = {"token": token(client), "graph": "mine", "pasted": "10.1/a"}
    for headers in (
        {"origin": "http://[bad"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
    ):
        assert client.post("/new", data=fields, headers=headers, files={"works": ("", b"")}).status_code == 403
    same = {"origin": "http://localhost:1", "sec-fetch-site": "same-origin"}
    assert client.post("/new", data=fields, headers=same, files={"works": ("", b"")}).status_code == 200


def test_too_much_is_refused_before_it_is_kept(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    """By what the browser says, and by what comes where it says nothing."""
    monkeypatch.setattr(new, "BYTES", 5_000)
    answer = bring(client, files=[("a.bib", b"x" * 6_000)])
    assert answer.status_code == 413
    assert "more than" in answer.text
    body = b"--x\r\n" + b"y" * 9_000
    chunks = (body[k : k + 1000] for k in range(0, len(body), 1000))
    assert (
        client.post("/new", content=chunks, headers={"content-type": "multipart/form-data; boundary=x"}).status_code
        == 413
    )


def test_what_cannot_be_read_is_said(client: TestClient):
    """In the words of the command line, with what to do; it can become no graph."""
    address = bring(client, files=[("a.pdf", b"%PDF-1.7 \x00\x01")]).headers["location"]
    page = settled(client, address)
    assert 'class="warning"' in page
    assert "kg-serve-" not in page
    assert "/here" not in page


def test_a_step_that_is_cancelled_ends(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    """Its process is interrupted, and the page says so; another may begin."""
    slow = "@article{k%d, title={Some words about neural networks %d}, year={1990}}\n"
    address = bring(client, files=[("a.bib", "".join(slow % (k, k) for k in range(3000)).encode())]).headers["location"]
    process = step(client, address).process
    act(client, address, "cancel")
    assert "Cancelled." in settled(client, address)
    assert process.poll() is not None


def test_only_so_many_are_read_at_a_time(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    """One more is told to wait, and leaves nothing."""
    monkeypatch.setattr(jobs, "_AT_ONCE", 0)
    answer = bring(client, files=[("a.bib", BIB.encode())])
    assert answer.status_code == 503
    assert "try again in a minute" in answer.text


def test_nothing_is_left_when_the_server_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """No process and no file."""
    monkeypatch.chdir(tmp_path)
    app = make_app(Shelf())
    with TestClient(app, base_url="http://localhost:1") as client:
        address = bring(client, files=[("a.bib", BIB.encode())]).headers["location"]
        process, place = step(client, address).process, app.state.jobs._place
    assert process.poll() is not None
    assert not place.exists()


def test_a_read_only_server_takes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Neither form nor draft, and no page leads there."""
    monkeypatch.chdir(tmp_path)
    client = TestClient(make_app(Shelf(), read_only=True), base_url="http://localhost:1")
    assert client.get("/new").status_code == 403
    assert client.post("/new").status_code == 403
    assert client.post("/new/x/here").status_code == 403
    assert "/new" not in client.get("/search/neural-music").text


@pytest.mark.long
def test_services_are_asked_only_after_two_clicks(client: TestClient, monkeypatch: pytest.MonkeyPatch, bundled_graph):
    """The first tells what it costs to know the cost, the second the cost: about what is then sent, and no more."""
    store = bundled_graph._space.store
    works, citations = list(store.works()), list(store.citations())
    contents = {"s2": Corpus.from_records(works, citations)}
    contents |= {name: kind.of(works, citations) for name, kind in SHELVES.items()}
    with ExitStack() as stack:
        servers = {name: stack.enter_context(StandIn(content)) for name, content in contents.items()}
        for name, server in servers.items():
            monkeypatch.setenv(f"KG_{name.upper()}_URL", server.url)
        sent = lambda: sum(len(server.log) for server in servers.values())  # noqa: E731
        address = bring(client, pasted="10.1162/neco.1997.9.8.1735").headers["location"]
        assert "Find out the cost" in settled(client, address)
        assert sent() == 0
        act(client, address, "plan")
        page = settled(client, address)
        planned = step(client, address).document["requests"]
        assert planned["sent"] == sent()
        assert "Send them and make the graph" in page
        act(client, address, "web")
        assert "Open the graph" in settled(client, address)
        assert sent() == pytest.approx(planned["total"], rel=0.2)


def test_long_names_of_files_in_any_script_are_kept(client: TestClient):
    """Shortened, where a folder would refuse them."""
    assert bring(client, files=[("音乐" * 60 + ".bib", BIB.encode())]).status_code == 303
