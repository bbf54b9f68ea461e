"""The app: which address gives what, what holds for every answer, and what is refused."""

import errno
import logging
import os
import re
import shutil
from pathlib import Path

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient

import kg
from kg.errors import InputError
from kg.serve.app import make_app
from kg.serve.connections import OneLine
from kg.serve.kept import Kept
from kg.serve.language import words
from kg.serve.run import listen
from kg.serve.shelf import Shelf

EDGES = [("b", "a"), ("c", "b"), ("c", "a"), ("d/1.", "c")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a small graph, with an id that needs care in an address and a title that would be markup."""
    (tmp_path / "edges.csv").write_text("citing,cited\n" + "".join(f"{a},{b}\n" for a, b in EDGES))
    works = "id,year,title\na,1989,Todd <i>one</i>\nb,2002,Second\nc,2010,Third\nd/1.,2018,Fourth\n"
    (tmp_path / "works.csv").write_text(works)
    kg.ingest([tmp_path / "edges.csv"], works=tmp_path / "works.csv", graph=str(tmp_path / "small"))
    return tmp_path / "small"


@pytest.fixture
def client(folder: Path) -> TestClient:
    """Ask the app without a server; what breaks comes back as its page."""
    return TestClient(make_app(Shelf([str(folder)])), base_url="http://localhost:1", raise_server_exceptions=False)


def test_the_first_page_is_the_home_of_the_first_graph(client: TestClient):
    """/ leads there, in the language asked for."""
    assert client.get("/?lang=zh", follow_redirects=False).headers["location"] == "/home/small?lang=zh"
    assert "4 works" in client.get("/").text


def test_works_have_their_page_at_their_iri(client: TestClient):
    """An id with a slash and a dot at its end is found, and nothing a title says is markup."""
    address = f"/work/small/{'d%2F1%2E'}"
    assert "Fourth" in client.get(address).text
    assert "Todd &lt;i&gt;one&lt;/i&gt;" in client.get("/work/small/a").text
    assert address in client.get("/search/small?q=fourth").text
    assert client.get("/work/small/Fourth", follow_redirects=False).headers["location"] == address


def test_every_page_says_how_else_to_ask(client: TestClient, folder: Path):
    """The command reads the same graph, and so does the line of Python."""
    page = client.get("/search/small?q=third&as_of=2010").text
    assert f"kg search third --top 50 --graph {folder} --as-of 2010" in page
    assert f"kg.open_graph(&#34;{folder}&#34;, as_of=2010); graph.search(&#39;third&#39;, top=50)" in page


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/nothing", 404, "there is no such page"),
        ("/home/other", 404, "no graph named &#39;other&#39;"),
        ("/work/small/nobody", 404, "no work fits &#39;nobody&#39;"),
        ("/work/small/b?as_of=1990", 404, "not in the graph as of 1990"),
        ("/home/small?as_of=soon", 400, "as_of is &#39;soon&#39;"),
        (f"/search/small?q={'x' * 501}", 400, "longer than 500 characters"),
        ("/static/../app.py", 404, "there is no such page"),
        ("/static/%2e%2e%2fapp.py", 404, "there is no such page"),
    ],
)
def test_what_is_wrong_is_said_with_its_status(client: TestClient, address: str, status: int, said: str):
    """A page in the app's form says what and what to do."""
    answer = client.get(address)
    assert answer.status_code == status
    assert said in answer.text
    assert "<h1" in answer.text


def test_pages_are_only_read(client: TestClient):
    """No other method reaches a page."""
    for method in ("POST", "PUT", "DELETE"):
        assert client.request(method, "/home/small").status_code == 405


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "", "[::2]:80"])
def test_a_request_for_another_host_is_refused(client: TestClient, host: str):
    """A page elsewhere whose name was bound to this machine reads nothing."""
    answer = client.get("/home/small", headers={"host": host})
    assert answer.status_code == 421
    assert "small" not in answer.text


def test_a_browser_is_told_what_pages_may_do(client: TestClient):
    """Nothing from elsewhere, no frame around them; of errors and files too."""
    for address in ("/home/small", "/nothing", "/static/app.css"):
        headers = client.get(address).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_a_graph_that_changed_is_read_again(client: TestClient, folder: Path, tmp_path: Path):
    """The same page shows the new work once it is saved."""
    assert "4 works" in client.get("/home/small").text
    (tmp_path / "more.csv").write_text("citing,cited\ne,d/1.\n")
    kg.ingest([tmp_path / "more.csv"], graph=str(folder))
    assert "5 works" in client.get("/home/small").text


def test_a_fault_of_ours_tells_nothing_of_the_machine(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    """The page says so; the server goes on."""
    monkeypatch.setattr("kg.library.graph.Graph.info", lambda _: 1 / 0)
    answer = client.get("/home/small")
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.text
    assert client.get("/work/small/a").status_code == 200


def test_a_limit_of_the_machine_is_a_line(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    """What is short and what to do, where no file can be opened, not even a template; no path."""

    def full(*_: object, **__: object) -> Response:
        raise OSError(errno.EMFILE, "Too many open files", "/secret")

    monkeypatch.setattr("kg.serve.app.page", full)
    for address in ("/work/small/nobody", "/nothing"):
        answer = client.get(address)
        assert answer.status_code == 503
        assert answer.text == (
            "kg could not make this page: Too many open files; "
            "raise the limit on open files (`ulimit -n 1024`), then run the same command again\n"
        )


def test_a_limit_is_logged_in_one_line_and_once():
    """A full table of files is met at each connection that waits; other faults keep their traceback."""
    shorter, records = OneLine(), []
    for number in (errno.EMFILE, errno.EMFILE, errno.ENOENT):
        error = OSError(number, os.strerror(number))
        record = logging.LogRecord("asyncio", logging.ERROR, "", 0, "socket: %s", (1,), (OSError, error, None))
        records.append((shorter.filter(record), record.getMessage().partition(";")[0], bool(record.exc_info)))
    assert records[0] == (True, "kg: Too many open files", False)
    assert not records[1][0]
    assert records[2] == (True, "socket: 1", True)


def test_pages_come_in_chinese(client: TestClient):
    """By the address, else by the browser's languages; links keep what the address asked for."""
    said = words("zh", "Search")
    assert said in client.get("/home/small?lang=zh").text
    assert said in client.get("/home/small", headers={"accept-language": "zh-CN,en;q=0.5"}).text
    assert said not in client.get("/home/small?lang=en", headers={"accept-language": "zh"}).text
    assert "/search/small?lang=zh" in client.get("/home/small?lang=zh").text


def test_a_port_that_is_taken_is_said_in_a_line():
    """With what to do."""
    taken = listen("127.0.0.1", 0)
    taken.listen()
    with pytest.raises(InputError, match=r"cannot listen on 127\.0\.0\.1"):
        listen("127.0.0.1", taken.getsockname()[1])
    taken.close()


def test_the_slowest_pages_are_made_when_the_server_starts(folder: Path):
    """In the background: a visitor then gets what was kept."""
    app = make_app(Shelf([str(folder)]), warm_up=True)
    with TestClient(app, base_url="http://127.0.0.1:1") as client:
        client.get("/home/small")
        addresses = lambda: {key[2] for key in app.state.kept._held}  # noqa: E731
        for _ in range(1000):
            if "/communities/small" in addresses():
                break
            client.get("/static/app.css")
    assert addresses() >= {"/home/small", "/forgotten/small", "/communities/small"}


def test_behind_a_proxy_every_link_stands_under_its_path(folder: Path):
    """The proxy takes the path off requests; links, forms and files have it."""
    client = TestClient(make_app(Shelf([str(folder)])), base_url="http://localhost:1", root_path="/kg")
    assert client.get("/kg/", follow_redirects=False).headers["location"] == "/kg/home/small"
    for address in ("/kg/home/small", "/kg/work/small/a", "/kg/search/small?q=third", "/kg/new", "/kg/nothing"):
        page = client.get(address).text
        links = re.findall(r'(?:href|src|action|data-suggest)="(/[^"]*)"', page)
        assert len(links) > 3
        assert not [link for link in links if not link.startswith("/kg/")]


def test_pages_of_eras_are_offered_where_there_are_two(client: TestClient, folder: Path):
    """Claims compare an earlier era with a later one."""
    assert "/claims/small" not in client.get("/forgotten/small").text
    (folder / "eras.toml").write_text("early = [1980, 1999]\nlate = [2000, 2020]\n")
    assert "/claims/small" in client.get("/forgotten/small").text


def test_pages_of_other_sites_read_nothing_of_a_local_server(folder: Path):
    """The endpoint is readable for them only where that was asked for."""
    for readable in (False, True):
        with TestClient(make_app(Shelf([str(folder)]), readable=readable), base_url="http://localhost:1") as client:
            for answer in (client.get("/sparql?query=SELECT"), client.options("/sparql")):
                assert ("access-control-allow-origin" in answer.headers) is readable


def test_the_page_of_a_fault_has_the_policy_too(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    """It is sent past what adds headers to all others."""
    monkeypatch.setattr("kg.library.graph.Graph.info", lambda _: 1 / 0)
    headers = client.get("/home/small").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_a_work_that_is_not_there_leaves_the_bar_of_its_graph(client: TestClient):
    """So that one can search on."""
    assert 'action="/search/small"' in client.get("/work/small/nobody").text


def test_numbers_are_checked_whole(client: TestClient):
    """Also where zeros stand before them."""
    for address in ("/search/small?q=a&top=", "/home/small?as_of="):
        assert client.get(f"{address}000000000001{'9' * 400}").status_code == 400


def test_a_graph_that_was_deleted_is_gone(client: TestClient, folder: Path):
    """404, as of any other that is not there."""
    assert client.get("/home/small").status_code == 200
    shutil.rmtree(folder)
    answer = client.get("/home/small")
    assert answer.status_code == 404
    assert "is gone" in answer.text


def test_an_own_graph_may_have_the_name_of_the_bundled_one(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Then that one is served as "bundled"."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(folder, tmp_path / "graphs" / "neural-music")
    shelf = Shelf()
    assert sorted(shelf.names) == ["bundled", "neural-music"]
    assert len(shelf.get("neural-music")) == 4


def test_what_is_kept_counts_with_its_address(client: TestClient):
    """Many long addresses with short answers push each other out; too long ones are refused."""
    kept = Kept(100_000)
    for n in range(100):
        kept.response((n, "x" * 5_000), lambda: Response(b"{}"))
    assert len(kept._held) < 20
    assert client.get(f"/home/small?{'x' * 20_000}").status_code == 414
