"""The map and the report in the app: the pages of the commands under a bar, files, and pages that take their time."""

import re
import threading
from html import unescape
from pathlib import Path

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient

import kg
from kg.errors import InputError, NothingFound
from kg.graph.folder import Workspace
from kg.model import Batch, Citation, Work
from kg.serve.app import make_app
from kg.serve.jobs import Busy
from kg.serve.maker import Maker, Wanted
from kg.serve.shelf import Shelf, state
from kg.serve.slow import Slow

HOSTILE = "</script><script>alert(1)</script>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve works in a line, one with a hostile title and one with an id that needs care; two of Twin."""
    folder = tmp_path_factory.mktemp("app") / "small"
    ids = [*(f"w{k}" for k in range(8)), "a/b c", "t1", "t2", "odd'"]
    works = [
        Work(
            id=id_,
            title=HOSTILE if k == 3 else f"Networks and music {k}",
            year=1990 + k,
            authors=("Twin, A." if id_ in {"t1", "t2"} else f"Author{k}, B.",),
        )
        for k, id_ in enumerate(ids)
    ]
    works[10] = Work(id="t2", title="Another one", year=1999, authors=("Twin, C.",))
    citations = [Citation(citing=ids[k + 1], cited=ids[k], source="first") for k in range(10)]
    with Workspace.writing(str(folder), "test") as (_, writer):
        writer.add(Batch(works=works, citations=citations))
    return folder


@pytest.fixture(scope="module")
def small(folder: Path) -> TestClient:
    """The app on it."""
    return TestClient(make_app(Shelf([str(folder)])), base_url="http://localhost:1", raise_server_exceptions=False)


def got(client: TestClient, address: str) -> Response:
    """The answer once it is made; each request waits a little for it."""
    while (answer := client.get(address)).status_code == 202:
        assert answer.headers["refresh"] == "1"
    return answer


def test_the_file_is_the_one_that_the_command_writes(small: TestClient, folder: Path):
    """With the same options the same text, to be saved under a name of its own; it leads to no app."""
    graph = kg.open_graph(folder)
    for query, page in [
        ("", graph.map()),
        ("focus=w4&hops=2&limit=5&lanes=none&down=1", graph.map(focus="w4", hops=2, limit=5, lanes="none", down=True)),
        ("old=w1&new=w5&metric=pagerank&main_path=0", graph.map(path=("w1", "w5"), metric="pagerank", main_path=False)),
    ]:
        answer = got(small, f"/map/small?{query}&save=1")
        assert answer.headers["content-disposition"] == 'attachment; filename="small-map.html"'
        assert answer.text == page
        assert 'class="bar"' not in answer.text
        assert '"pages":null' in answer.text


@pytest.mark.long
def test_the_report_is_the_one_that_the_command_writes(small: TestClient, folder: Path):
    """As a file, and under the bar."""
    file = got(small, "/report/small?save=1")
    assert file.headers["content-disposition"] == 'attachment; filename="small-report.html"'
    assert file.text == kg.open_graph(folder).report()
    shown = got(small, "/report/small").text
    assert 'href="/home/small"' in shown
    assert f"kg report report.html --graph {folder}" in shown


def test_the_app_shows_the_same_map_with_a_way_back_and_links_to_its_pages(small: TestClient, folder: Path):
    """The bar leads to the other pages, in the same year and language; a policy of its own lets the page reach nothing."""
    answer = got(small, "/map/small?focus=w4&lang=zh&as_of=1996")
    policy = answer.headers["content-security-policy"]
    assert "connect-src" not in policy
    assert policy.startswith("default-src 'none'; script-src 'unsafe-inline'")
    assert 'href="/home/small?as_of=1996&amp;lang=zh"' in answer.text
    assert '"pages":["/work/small/","?as_of=1996\\u0026lang=zh"]' in answer.text
    assert 'href="/map/small?focus=w4&amp;lang=zh&amp;as_of=1996&amp;save=1"' in answer.text
    assert f"kg map map.html --focus w4 --graph {folder} --as-of 1996" in unescape(answer.text)
    assert "graph.map(focus=&#39;w4&#39;)" in answer.text
    assert "form-action 'self'" in policy
    assert HOSTILE not in got(small, "/map/small").text


@pytest.mark.parametrize(
    ("query", "status", "answer"),
    [
        ("focus=nobody", 404, "no work fits 'nobody'"),
        ("focus=Author1&old=w1", 400, "a path has two ends"),
        ("old=w5&new=w1", 404, "no path from"),
        ("hops=many", 400, "hops is 'many'"),
        ("lanes=odd", 400, "no lanes named 'odd'"),
        ("metric=odd", 400, "no metric named 'odd'"),
        ("lanes=concept", 400, "no work in this graph has a task"),
        ("limit=0", 400, "limit is '0'"),
    ],
)
def test_what_is_wrong_is_said_above_the_options(small: TestClient, query: str, status: int, answer: str):
    """With its status, and the form as it was sent."""
    page = got(small, f"/map/small?{query}")
    assert page.status_code == status
    assert answer in unescape(page.text)
    assert '<form class="map-form"' in page.text


def test_an_ambiguous_work_is_chosen_by_a_link(small: TestClient):
    """Each candidate is the same map around that work."""
    page = small.get("/map/small?focus=Twin&down=1")
    assert page.status_code == 300
    links = re.findall(r'href="(/map/small[^"]*focus=[^"]*)"', page.text)
    assert {unescape(link) for link in links} >= {"/map/small?down=1&focus=t1", "/map/small?down=1&focus=t2"}
    assert got(small, "/map/small?down=1&focus=t1").status_code == 200


def test_what_takes_long_is_said_to_be_at_work_and_is_made_once():
    """A request does not wait for it; who asks later gets the page; an error is raised to one, then made again."""
    slow, going, made, files = Slow(), threading.Event(), [], []

    def make() -> Response:
        going.wait(20)
        made.append(1)
        return Response("page")

    assert isinstance(slow.response("a", make, patience_s=0), float)
    assert isinstance(slow.response("a", make, patience_s=0), float)
    for k in range(5):
        slow.response(k, make, patience_s=0)
    with pytest.raises(Busy):
        slow.response("more", make, patience_s=0)
    waiting = threading.Thread(target=lambda: files.append(slow.response("a", make, patience_s=0, file=True)))
    waiting.start()
    going.set()
    waiting.join(20)
    answer = slow.response("a", make, patience_s=60)
    assert isinstance(answer, Response)
    assert slow.response("a", make) is answer
    assert files == [answer]  # who saves a file waits for it
    for k in range(5):
        slow.response(k, make, patience_s=60)
    assert len(made) == 6

    def fail() -> Response:
        raise InputError("wrong")

    for _ in range(2):
        with pytest.raises(InputError, match="wrong"):
            slow.response("b", fail, patience_s=60)


def test_large_pages_are_given_up_first_and_small_ones_last():
    """A report, which is small and takes long, outlives the maps; what was made is made again only if it was given up."""
    slow, made = Slow(most=5_000_000), []

    def ask(name: str, size: int) -> None:
        def make() -> Response:
            made.append(name)
            return Response(b"x" * size)

        assert isinstance(slow.response(name, make, patience_s=60), Response)

    for _ in range(2):
        ask("report", 500_000)
        for k in range(3):
            ask(f"map {k}", 2_000_000)
    assert made.count("report") == 1
    assert made == ["report", "map 0", "map 1", "map 2", "map 0", "map 1", "map 2"]


def test_a_page_that_is_being_made_asks_again_by_itself(small: TestClient, monkeypatch: pytest.MonkeyPatch):
    """It says for how long it has been made, is not kept, and the page comes once it is there."""
    monkeypatch.setattr("kg.serve.slow.Slow.response", lambda *_, **__: 3.2)
    answer = small.get("/map/small?focus=w2")
    assert (answer.status_code, answer.headers["refresh"]) == (202, "1")
    assert "Seconds so far: 3." in answer.text
    monkeypatch.undo()
    assert got(small, "/map/small?focus=w2").status_code == 200


@pytest.mark.long
def test_pages_of_larger_graphs_are_made_by_a_process(folder: Path):
    """The same text; what it cannot make it says; one that was killed is started again; none is left behind."""
    graph = kg.open_graph(folder)
    maker = Maker()
    wanted = Wanted(str(folder), None, state(graph), "map", {"focus": "w4"}, None)
    assert maker.page(wanted) == graph.map(focus="w4")
    with pytest.raises(NothingFound, match="no work fits"):
        maker.page(wanted._replace(options={"focus": "nobody"}))
    with pytest.raises(RuntimeError, match="TypeError"):
        maker.page(wanted._replace(options={"odd": 1}))
    first = maker._process
    first.kill()
    first.join()
    assert maker.page(wanted._replace(until=1995)) == kg.open_graph(folder, as_of=1995).map(focus="w4")
    second = maker._process
    assert second is not first
    maker.close()
    assert not second.is_alive()
