"""The pages of paths and lineages: the numbers of the command, the drawing, certificates, and what is refused."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import kg
from kg.graph.eras import Era
from kg.graph.folder import Workspace
from kg.library.paths import Path as Found
from kg.model import Batch, Citation, Outcome, Retrieval, Work
from kg.serve.app import make_app
from kg.serve.shelf import Shelf
from kg.serve.timeline import draw

HOSTILE = "<img src=x onerror=alert(1)> & «ذكاء»"
MUSICVAE = "A Hierarchical Latent Vector Model"


@pytest.fixture(scope="module")
def bundled(cache: Path) -> TestClient:
    """The app on the bundled graph."""
    return TestClient(make_app(Shelf(["bundled"])), base_url="http://localhost:1", raise_server_exceptions=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two paths from o to n; u has no known list; two works of Twin; evidence with markup in it."""
    folder = tmp_path_factory.mktemp("app") / "small"
    years = {"o": 1990, "m": 1995, "l": 1995, "n": 2000, "u": 2001, "t1": 1991, "t2": 1991, "x": None}
    names = {"t1": "Twin, A.", "t2": "Twin, B."}
    works = [
        Work(
            id=id_, title=HOSTILE if id_ == "m" else f"Work {id_}", year=year, authors=(names.get(id_, f"Au{id_}, Q."),)
        )
        for id_, year in years.items()
    ]
    citations = [
        Citation(
            citing="m", cited="o", source="first", influential=True, contexts=(f"It began with {HOSTILE}.", "Again.")
        ),
        Citation(citing="n", cited="m", source="second", method="pdf", intents=("methodology",)),
        Citation(citing="l", cited="o", source="first"),
        Citation(citing="n", cited="l", source="first"),
        Citation(citing="u", cited="t2", source="first"),
    ]
    known = [
        Retrieval(work=id_, list="references", source="first", outcome=Outcome.COMPLETE)
        for id_ in ("o", "m", "l", "n", "t1")
    ]
    with Workspace.writing(str(folder), "test") as (_, writer):
        writer.add(Batch(works=works, citations=citations, retrievals=known))
    (folder / "eras.toml").write_text("early = [1988, 1994]\nlate = [1995, 2010]\n")
    return folder


@pytest.fixture(scope="module")
def small(folder: Path) -> TestClient:
    """The app on it."""
    return TestClient(make_app(Shelf([str(folder)])), base_url="http://localhost:1", raise_server_exceptions=False)


def said(page: str) -> str:
    """What people read of a page, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ({}, []),
        ({"k": 3, "by": "diverse"}, ["-k", "3", "--by", "diverse"]),
        ({"k": 5, "by": "influential", "as_of": 2018}, ["-k", "5", "--by", "influential", "--as-of", "2018"]),
        ({"by": "lines"}, ["--lines"]),
        ({"old": "connectionist", "new": "WaveNet", "k": 2}, ["-k", "2"]),
        ({"old": "Todd 1988", "new": "WaveNet"}, []),
        (
            {"avoid": "eck2002first", "max_hops": 3, "era": "1988-2017"},
            ["--avoid", "eck2002first", "--max-hops", "3", "--era", "1988-2017"],
        ),
    ],
)
def test_the_page_has_the_document_of_the_command(bundled: TestClient, kg_here: Callable, query: dict, options: list):
    """Ends, orders, limits and certificates: the same to the last digit; the page links each work."""
    query = {"old": "Todd 1989", "new": MUSICVAE} | query
    command = kg_here("path", query["old"], query["new"], *options, "--json", code=None).json()
    assert bundled.get("/path/neural-music", params=query | {"format": "json"}).json() == command
    page = bundled.get("/path/neural-music", params=query).text
    works = [work for found in command.get("lines", command.get("paths")) for work in found["works"]]
    works += command["certificate"]["unknown"][:100] if command["certificate"] else []
    assert works
    assert all(f'href="/work/neural-music/{work["id"]}' in page for work in works)


def test_the_page_names_the_command_and_the_python_line(small: TestClient, folder: Path):
    """With every option that was given, and no other."""
    query = {"old": "o", "new": "n", "k": 2, "by": "diverse", "avoid": ["t1", "t2"], "era": "1988-2001", "as_of": 2001}
    page = said(small.get("/path/small", params=query).text)
    assert f"kg path o n -k 2 --by diverse --avoid t1 --avoid t2 --era 1988-2001 --graph {folder} --as-of 2001" in page
    line = "graph.path('o', 'n', k=2, by='diverse', avoid=['t1', 't2'], era='1988-2001')"
    assert line in page
    graph = kg.open_graph(folder, as_of=2001)
    same = eval(line, {"graph": graph})  # noqa: S307
    assert same.as_dict()["paths"] == small.get("/path/small", params=query | {"format": "json"}).json()["paths"]
    assert "graph.lines('o', 'n') " in f"{said(small.get('/path/small?old=o&new=n&by=lines&k=4').text)} "


def test_each_step_has_its_evidence(small: TestClient):
    """Source, method, intent, what the source says of its weight, and every sentence; nothing of it is markup."""
    page = small.get("/path/small?old=o&new=n&via=m").text
    text = said(page)
    for part in (
        "read in second method pdf intent methodology",
        "read in first influential",
        f"It began with {HOSTILE}.",
        "Again.",
    ):
        assert part in text
    assert "<img" not in page
    assert "2 citations lead from the earlier to the later" in text


def test_works_stand_in_order_of_time_and_no_line_runs_through_a_name(small: TestClient, folder: Path):
    """Each work has a row; lines go down left of what stands between, then across in the row of the next work."""
    graph = kg.open_graph(folder)
    paths = graph.path("o", "n", k=2).paths
    eras = [Era("early", 1988, 1994), Era("late", 1995, 2010)]
    drawing = draw(paths, eras)
    at = {place.work.id: place for place in drawing.places}
    assert list(at) == ["o", "l", "m", "n"]
    assert [place.y for place in drawing.places] == sorted({place.y for place in drawing.places})
    assert at["o"].x < at["l"].x < at["m"].x < at["n"].x
    assert [place.era for place in drawing.places] == [0, 1, 1, 1]
    assert [place.paths for place in drawing.places] == [(1, 2), (2,), (1,), (1, 2)]
    assert {year for year, _ in drawing.ticks} >= {1990, 1995, 2000}
    assert [band[0] for band in drawing.bands] == ["early", "late"]
    for k, line in drawing.lines:
        x, y, across, end = (
            float(part) for part in re.fullmatch(r"M([\d.]+) ([\d.]+)V([\d.]+)Q.*H([\d.]+)", line).groups()
        )
        between = [place for place in drawing.places if y < place.y < across and k not in place.paths]
        assert all(place.x > x for place in between)
        assert end in {place.x for place in drawing.places}
    narrow = draw(paths, eras, narrow=True)
    assert all(place.label > place.x for place in narrow.places)
    assert all(place.label == narrow.places[0].label for place in narrow.places)
    page = small.get("/path/small?old=o&new=n&k=2").text
    assert page.count('<path class="way p2"') == 2 * 2 + 1


def test_many_works_of_a_year_stay_within_it_and_many_paths_are_cut_in_the_drawing(bundled: TestClient):
    """No mark stands at another year than its own; of many paths the first are drawn, and all are listed."""
    works = [Work(id=f"w{k}", year=1990 + (k == 9) * 30, title=f"W{k}") for k in range(10)]
    drawing = draw([Found(tuple(works), ((),) * 9)], [])
    year = (drawing.places[-1].x - drawing.places[0].x) / 30
    assert max(place.x for place in drawing.places[:-1]) < drawing.places[0].x + year
    page = bundled.get("/path/neural-music?old=connectionist&new=deep+learning&by=lines").text
    listed = page.count('<section class="steps"')
    assert listed > 12
    assert f"The first 12 of {listed} paths are drawn" in page
    assert 'href="#path-12"' in page
    assert 'href="#path-13"' not in page


def test_undated_works_and_circles_are_drawn():
    """A work without a year stands where the one before it does; works that cite each other still get a row each."""
    a, b, c = Work(id="a", year=2000, title="A"), Work(id="b", title="B"), Work(id="c", year=1990, title="")
    found = [Found((a, b, c), ((), ())), Found((c, b, a), ((), ()))]
    drawing = draw(found, [])
    assert {place.work.id for place in drawing.places} == {"a", "b", "c"}
    assert len({place.y for place in drawing.places}) == 3
    assert draw([Found((b,), ())], []).ticks == ()


def test_without_a_path_the_page_says_what_was_searched_and_what_would_settle_it(small: TestClient, folder: Path):
    """Each missing list with a link, nearest first, and the command that fetches it."""
    page = small.get("/path/small?old=o&new=u")
    text = said(page.text)
    assert page.status_code == 200
    assert "Unknown: no path from Auo 1990 to Auu 2001 was found, but there may be one" in text
    assert "works met 2" in text
    assert [unescape(id_) for id_ in re.findall(r'<td><a href="/work/small/(\w+)"', page.text)] == ["u", "t2"]
    assert f"kg path o u --fetch --graph {folder}" in text
    assert f"kg next --graph {folder}" in text


def test_a_path_that_cannot_be_is_not_called_unknown(small: TestClient):
    """Where every list is known, the page says so and asks for nothing."""
    text = said(small.get("/path/small?old=t1&new=n").text)
    assert "No path from" in text
    assert "all their reference lists are known" in text
    assert "--fetch" not in text
    assert "is the later one" in said(small.get("/path/small?old=n&new=o").text)


def test_the_bundled_graph_is_copied_before_lists_are_fetched(bundled: TestClient):
    """It is not written to itself."""
    text = said(bundled.get("/path/neural-music?old=Todd+1988&new=WaveNet").text)
    assert "kg demo kg path 'Todd 1988' WaveNet --fetch --graph neural-music" in text


def test_a_name_of_several_works_leads_on(small: TestClient):
    """Each candidate is a link to the same question with that work in the name's place."""
    page = small.get("/path/small?old=o&new=n&avoid=Twin&avoid=l&k=2")
    assert page.status_code == 300
    links = [unescape(link) for link in re.findall(r'href="([^"]*avoid=[^"]*)"', page.text)]
    assert "/path/small?old=o&new=n&k=2&avoid=t1&avoid=l" in links
    assert small.get("/path/small?old=o&new=n&k=2&avoid=t1&avoid=l").status_code == 200


@pytest.mark.parametrize(
    ("query", "status", "answer"),
    [
        ("old=nobody&new=n", 404, "no work fits 'nobody'"),
        ("old=o&new=n&as_of=1995", 404, "not in the graph as of 1995"),
        ("old=o&new=n&by=odd", 400, "no kind of paths named 'odd'"),
        ("old=o&new=n&by=lines&via=m", 400, "cannot be combined"),
        ("old=o&new=o", 400, "o is given twice"),
        ("old=o&new=n&k=0", 400, "k is '0'"),
        ("old=o&new=n&era=never", 400, "unknown era 'never'"),
        ("old=o&new=n&" + "via=x&" * 21, 400, "via is given 21 times"),
        ("old=o&new=%3Cscript%3E", 404, "no work fits '<script>'"),
    ],
)
def test_what_is_wrong_is_said_above_the_form(small: TestClient, query: str, status: int, answer: str):
    """With its status."""
    page = small.get(f"/path/small?{query}")
    assert page.status_code == status
    assert answer in said(page.text)
    assert "<script>" not in page.text


def test_eras_are_ends_and_are_offered(small: TestClient):
    """Both ends may be eras; links put them into the form."""
    page = small.get("/path/small?old=early&new=late")
    assert "→" in page.text
    assert small.get("/path/small?old=early&new=late&format=json").json()["old"]["era"] == "early"
    assert 'href="/path/small?new=n&amp;old=early"' in small.get("/path/small?new=n").text


def test_the_ends_are_swapped_as_they_stand_in_the_form(small: TestClient):
    """And everything else is kept."""
    answer = small.get("/path/small?old=o&new=n&avoid=l&avoid=m&lang=zh&swap=1", follow_redirects=False)
    assert answer.headers["location"] == "/path/small?avoid=l&avoid=m&lang=zh&old=n&new=o"


def test_all_paths_at_once(small: TestClient):
    """How many, how many share nothing, and which works every one passes."""
    text = said(small.get("/path/small?old=o&new=n&by=lines").text)
    assert "later: 2, through 4 works. Paths that share no work between the ends: 2." in text
    assert "No single work is on every path." in text
    page = small.get("/path/small?old=o&new=n&by=lines&avoid=l").text
    assert "Every known path passes" in page
    assert 'class="ring"' in page


@pytest.mark.parametrize(("query", "options"), [("", []), ("forward=1", ["--forward"]), ("to=o", ["--to", "o"])])
def test_a_lineage_has_the_document_of_the_command(
    small: TestClient, folder: Path, kg_here: Callable, query: str, options: list
):
    """Ancestors, descendants, and what lies between two works."""
    work = "o" if "forward" in query else "n"
    command = kg_here("lineage", work, *options, "--json", graph=str(folder)).json()
    assert small.get(f"/lineage/small/{work}?{query}&format=json").json() == command
    page = small.get(f"/lineage/small/{work}?{query}").text
    for generation in command["generations"]:
        assert all(f"/work/small/{one['id']}" in page for one in generation["works"])


def test_a_lineage_says_what_is_missing_or_wrong(small: TestClient):
    """A work that leads nowhere, one that is unknown, and a second work that is."""
    assert "Unknown: no path from" in said(small.get("/lineage/small/u?to=o").text)
    assert "No descendants are known" in said(small.get("/lineage/small/u?forward=1").text)
    assert small.get("/lineage/small/nobody").status_code == 404
    page = small.get("/lineage/small/n?to=Twin")
    assert page.status_code == 400
    assert "/lineage/small/n?to=t1" in page.text
    assert (
        small.get("/lineage/small/Work%20n?forward=1", follow_redirects=False).headers["location"]
        == "/lineage/small/n?forward=1"
    )
