"""The app's pages of tables: what they show of odd graphs, how they sort, filter and download, and what they refuse."""

import csv
import re
from io import StringIO
from pathlib import Path

import pytest
from page_tags import Tags
from starlette.testclient import TestClient

import kg
from kg.serve.app import make_app
from kg.serve.shelf import Shelf

KINDS = ("forgotten", "metrics", "main-path", "rpys", "communities", "next")
HOSTILE = "<img src=x onerror=alert(1)>"
FORMULA = "=HYPERLINK(1+1)"
WORKS = [
    ("a", "1989", FORMULA),
    ("b", "2002", HOSTILE),
    ("c", "2010", "Third work"),
    ("d/1.", "2018", 'Fourth style="b: c" work'),
    ("e", "2018", ""),
]
EDGES = [("b", "a"), ("c", "b"), ("c", "a"), ("d/1.", "c"), ("d/1.", "a"), ("e", "a")]


def made(folder: Path, *, years: bool = True, known: bool = True, eras: str = "") -> TestClient:
    """The app on a small graph, with a title that would be markup, one that would be a formula, and none."""
    folder.mkdir(exist_ok=True)
    (folder / "edges.csv").write_text("citing,cited\n" + "".join(f"{a},{b}\n" for a, b in EDGES))
    with (folder / "works.csv").open("w", newline="") as file:
        rows = [("id", "year", "title"), *((id_, year if years else "", title) for id_, year, title in WORKS)]
        csv.writer(file).writerows(rows)
    kg.ingest([folder / "edges.csv"], works=folder / "works.csv", graph=str(folder / "small"), closed=known)
    if eras:
        (folder / "small" / "eras.toml").write_text(eras)
    return TestClient(make_app(Shelf([str(folder / "small")])), base_url="http://localhost:1")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A graph with years and eras whose reference lists are known."""
    return made(tmp_path_factory.mktemp("tables"), eras="early = [1980, 2005]\nlate = [2006, 2030]\n")


def titles(page: str) -> list[str]:
    """The works of the table in their order."""
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    return re.findall(r'/work/small/([^"?]+)["?]', body)


def heading(page: str, column: str) -> str:
    """The address that the heading of a column leads to."""
    return next(
        a["href"]
        for tag, a in Tags(page).found
        if tag == "a" and a.get("rel") == "nofollow" and f"sort={column}" in a["href"]
    )


@pytest.mark.parametrize("kind", [*KINDS, "claims", "metric/wake", "metric/standing"])
@pytest.mark.parametrize("graph", ["plain", "undated", "unknown"])
def test_every_page_answers_for_graphs_that_lack_much(tmp_path: Path, graph: str, kind: str):
    """Without years, without known lists, without eras: an answer with its reason; only claims need two eras, and say so."""
    small = made(tmp_path / graph, years=graph != "undated", known=graph != "unknown")
    first, _, rest = kind.partition("/")
    answer = small.get("/".join(filter(None, ("", first, "small", rest))))
    if kind == "claims":
        assert answer.status_code == 400
        assert "no eras" in answer.text
        assert "--earlier 1988-2008" in answer.text
    else:
        assert answer.status_code == 200
        assert "Command" in answer.text
    assert HOSTILE not in answer.text


def test_an_empty_reason_is_never_zero(client: TestClient):
    """What has no value says unknown and why."""
    page = client.get("/metric/small/disruption?top=5&sort=value").text
    assert "<summary>unknown</summary>" in page
    assert "citing work" in page or "reference" in page


def test_works_of_tables_and_drawings_lead_to_their_page(client: TestClient):
    """Ids are encoded as in IRIs, titles stay text, and a number leads to what it is made of."""
    page = client.get("/metric/small/citations_held").text
    assert titles(page)[0] == "a"
    assert 'href="/work/small/d%2F1%2E"' in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert '/why/small/a?metric=citations_held"' in page
    assert client.get("/main-path/small").text.count("Fourth style=&#34;b: c&#34; work") == 1
    assert 'Fourth style="b: c" work' in client.get("/main-path/small").text  # in the drawing
    assert '/why/small/a?metric=wake&amp;robust=true"' in client.get("/metric/small/wake?robust=true").text


def test_headings_sort_both_ways_and_keep_the_rest_of_the_address(client: TestClient):
    """The first click sorts numbers from the greatest, the next one from the least; texts from A."""
    page = client.get("/metric/small/citations_held?top=3&lang=en").text
    down = client.get(heading(page, "year"))
    assert down.status_code == 200
    assert 'aria-sort="descending"' in down.text
    assert titles(down.text)[-1] == "c"
    assert len(titles(down.text)) == 3
    assert titles(client.get(heading(down.text, "year")).text) == ["a", "b", "c"]


def test_words_and_an_era_choose_the_works(client: TestClient):
    """Of all works, not only of those listed without them."""
    assert titles(client.get("/metric/small/citations_held?top=1&q=fourth").text) == ["d%2F1%2E"]
    assert titles(client.get("/metric/small/citations_held?within=early").text) == ["a", "b"]
    assert "No row fits" in client.get("/metric/small/citations_held?q=nothing").text
    assert titles(client.get("/forgotten/small?q=third").text) == ["c"]
    assert len(titles(client.get("/forgotten/small?era=1985-1990").text)) == 1


def test_a_named_work_is_marked_with_its_value(client: TestClient):
    """Its value, how many have a higher one, and the bar it is in."""
    page = client.get("/metric/small/citations_held?work=c").text
    assert '<data value="1.0">1</data>; works with a higher value: 1' in page
    assert page.count('class="bar marked"') == 1


def test_files_are_the_document_and_a_harmless_table(client: TestClient):
    """JSON is the document of the command; a title that a spreadsheet would run stands behind an apostrophe."""
    document = client.get("/metric/small/citations_held?top=2&format=json")
    assert [row["id"] for row in document.json()["rows"]] == ["a", "b"]
    answer = client.get("/metric/small/citations_held?format=csv&all=1")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="citations_held-small.csv"'
    rows = {row["id"]: row for row in csv.DictReader(StringIO(answer.text))}
    assert rows["a"]["title"] == "'" + FORMULA
    assert (rows["a"]["value"], len(rows)) == ("4", 5)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "next"])
def test_every_page_can_be_downloaded(client: TestClient, kind: str):
    """As CSV and as JSON, in the address of the page."""
    assert client.get(f"/{kind}/small?format=json").json()
    assert "," in client.get(f"/{kind}/small?format=csv").text.splitlines()[0]


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/metric/small/pagerang", 404, "did you mean pagerank"),
        ("/metric/small/rpys", 400, "/rpys/small"),
        ("/metric/small/coupling", 400, "kg show WORK --related coupling"),
        ("/metric/small/pagerank?alpha=much", 400, "invalid value &#39;much&#39; for --alpha (expected a number)"),
        ("/metric/small/pagerank?alpha=7", 400, "alpha"),
        ("/metric/small/pagerank?top=0", 400, "from 1 to 1000"),
        ("/metric/small/pagerank?sort=colour", 400, "one of value"),
        ("/metric/small/pagerank?work=nobody", 404, "no work fits"),
        ("/metric/small/pagerank?within=baroque", 400, "baroque"),
        ("/forgotten/small?class=lost", 400, "sleeper"),
        ("/forgotten/small?era=baroque", 400, "baroque"),
        ("/forgotten/small?since=soon", 400, "from 1 to 2999"),
        ("/main-path/small?weights=spx", 400, "spx"),
        ("/rpys/small?edge=soft", 400, "zero, truncate"),
        ("/rpys/small?format=xls", 400, "csv or json"),
        ("/next/small?population=nobody", 400, "nobody"),
        ("/claims/small?earlier=baroque", 400, "baroque"),
        ("/communities/small?seed=-1", 400, "from 0"),
    ],
)
def test_wrong_values_are_said_with_their_hint(client: TestClient, address: str, status: int, said: str):
    """A page in the app's form, never a fault."""
    answer = client.get(address)
    assert answer.status_code == status
    assert said in answer.text


def test_pages_stand_as_of_a_year(client: TestClient):
    """Works that were not there yet are not in the table, and its links stay in that year."""
    page = client.get("/metric/small/citations_held?as_of=2010").text
    assert "Fourth work" not in page
    assert '/work/small/a?as_of=2010"' in page
    assert client.get("/metric/small/citations_held?as_of=2010&work=Fourth").status_code == 404


def test_pages_hold_no_style_and_no_script_of_their_own(client: TestClient):
    """Their policy forbids both: drawings carry their looks as attributes."""
    for address in (
        "/rpys/small",
        "/main-path/small",
        "/forgotten/small",
        "/metric/small/wake",
        "/claims/small",
        "/next/small",
    ):
        page = client.get(address).text
        for tag, attributes in Tags(page).found:
            assert "style" not in (tag, *attributes), address
            assert not any(name.startswith("on") for name in attributes), address
            assert tag != "script" or attributes["src"], address
