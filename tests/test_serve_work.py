"""The home page, the page of a work, and why a number is what it is: the numbers of the commands, and nothing a title says is markup."""

import re
from html import unescape
from pathlib import Path

import pytest
from odd_graph import odd_graph
from page_tags import Tags
from starlette.testclient import TestClient

import kg
from kg.global_figures import paragraph
from kg.graph.folder import Workspace
from kg.model import Batch, Work
from kg.serve.app import PAGES, make_app
from kg.serve.shelf import Shelf


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An old work cited by twelve later ones, one retracted; one without anything but its id; evidence with markup in it."""
    return odd_graph(tmp_path_factory.mktemp("app"))


@pytest.fixture(scope="module")
def graph(folder: Path) -> kg.Graph:
    """The same graph in Python."""
    return kg.open_graph(folder)


@pytest.fixture(scope="module")
def client(folder: Path) -> TestClient:
    """Ask the app without a server."""
    return TestClient(make_app(Shelf([str(folder)])), base_url="http://localhost:1", raise_server_exceptions=False)


def part(page: str, heading: str) -> str:
    """A section of a page."""
    found = re.search(rf'<section aria-labelledby="{heading}">.*?</section>', page, re.DOTALL)
    assert found, heading
    return found[0]


def cells(part_: str) -> list[list[str]]:
    """The cells of the table in a part, as text."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", part_.partition("<tbody>")[2], re.DOTALL)
    return [
        [unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)]
        for row in rows
    ]


def figures(page: str) -> dict[str, tuple[str, str]]:
    """Value and n of each metric in a page, as the page holds them."""
    found = re.findall(
        r'<tr id="figure-(\w+)">.*?data-value="[^"]*".*?data-value="([^"]*)".*?<td class="n">(.*?)</td>',
        page,
        re.DOTALL,
    )
    return {name: (value, n) for name, value, n in found}


def links(page: str, start: str = "") -> list[str]:
    """The addresses of a page's links that begin so."""
    return [unescape(href) for href in re.findall(r'href="([^"]*)"', page) if href.startswith(start)]


@pytest.mark.parametrize("id_", ["old", "n4", "bare", "lone"])
def test_a_page_has_the_numbers_of_the_dossier(client: TestClient, graph: kg.Graph, id_: str):
    """Every metric to the last digit, each with a link to what it is made of; every sentence of the summary and the gaps."""
    page, document = client.get(f"/work/small/{id_}").text, graph.dossier(id_).as_dict()
    expected = {k: ("" if v["value"] is None else str(v["value"]), str(v["n"])) for k, v in document["figures"].items()}
    assert figures(page) == expected
    assert {f"/why/small/{id_}?metric={name}" for name in expected if name != "wake"} <= set(links(page))
    assert f"/why/small/{id_}?metric=wake&robust=true" in links(page)
    for one in document["cited_by"]:
        assert unescape(page).count(one["words"][1:].split(";")[0]) >= 1
    assert graph.dossier(id_).as_dict()["gaps"]["held"] == {
        "references": len(cells(part(page, "built-on"))),
        "citations": len(cells(part(page, "cited-by"))),
    }


def test_each_citation_stands_with_its_evidence(client: TestClient, graph: kg.Graph):
    """The works of `kg show` in its order; source, method, sentences, intent of every record; titles and sentences are text."""
    page, document = client.get("/work/small/old").text, graph.show("old").as_dict()
    listed = cells(part(page, "cited-by"))
    assert [row[0] for row in listed] == [str(w["year"] or "") for w in document["citations"]]
    for row, work in zip(listed, document["citations"], strict=True):
        assert row[1].startswith(work["title"] or work["id"])
        for record in work["evidence"]:
            assert all(text in row[2] for text in (record["source"], *record["contexts"], *record["intents"]))
            assert (record["method"] or "from its source") in row[2]
    assert "influential" in listed[0][2]
    assert cells(part(page, "built-on"))[0][1].startswith("Nobody knows")


def test_who_cites_it_in_a_year_is_one_click_away(client: TestClient, graph: kg.Graph):
    """The bar of the year and its chip lead to the works of that year; works without a year are a group too."""
    page = client.get("/work/small/old").text
    for year, ids in {"2000": ["n4", "n5"], "undated": ["bare"]}.items():
        address = f"/work/small/old?cited_in={year}"
        assert f"{address}#cited-by" in links(page)
        shown = part(client.get(address).text, "cited-by")
        assert [
            href.rsplit("/", 1)[1] for href in links(shown, "/work/small/") if "?" not in href and "#" not in href
        ] == ids
        assert f"Citing works of {year} in this graph: {len(ids)}." in shown
    svg = page.partition("<figure>")[2].partition("</figure>")[0]
    counts = graph.dossier("old").content.history.counts
    assert len(re.findall(r"<a href", svg)) == sum(n > 0 for n in counts)
    assert "Citing works of &lt;b&gt; in this graph: 0." in client.get("/work/small/old?cited_in=<b>").text


def test_nothing_a_source_says_is_markup(client: TestClient):
    """Titles, authors, venues, claims, concepts, methods, sentences; and no address but of the web."""
    for address in ("/work/small/old", "/why/small/old?metric=citations_held", "/work/small/lone", "/home/small"):
        page = client.get(address).text
        tags = Tags(page).found
        assert not {tag for tag, _ in tags} & {"img", "iframe", "object", "style"}
        assert not [name for _, attributes in tags for name in attributes if name.startswith("on") or name == "style"]
        assert "<b>Old" not in page
        assert "javascript:" not in page
    page = client.get("/work/small/old").text
    assert {"https://doi.org/10.1000/old", "https://arxiv.org/abs/cs/9901001", "https://openalex.org/W77"} <= set(
        links(page)
    )
    assert page.count('rel="noopener noreferrer"') >= 5


def test_the_standing_in_a_whole_catalogue_is_told(client: TestClient, graph: kg.Graph):
    """The page of a work and the table of the forgotten say what the dossier and `kg forgotten` say of it."""
    lines = [line for found in graph.dossier("old").content.global_figures for line in paragraph(found)]
    shown = unescape(re.sub(r"<[^>]+>", "", part(client.get("/work/small/old").text, "standing")))
    assert len(lines) == 1
    assert lines[0] in shown
    assert "93 of 100" in client.get("/forgotten/small").text
    assert "93 of 100" not in client.get("/forgotten/small?as_of=2000").text


def test_what_is_missing_is_said(client: TestClient):
    """A work without title, authors and year; one that nobody cites, with what its source reports."""
    bare = client.get("/work/small/bare").text
    for said in ('<h1 dir="auto">bare</h1>', "authors unknown", "undated", "No history: the work has no year"):
        assert said in bare
    lone = client.get("/work/small/n11").text
    assert "No work of this graph is known to cite it." in lone
    assert "Its source reports 40." in client.get("/work/small/lone").text
    assert "Its reference list is unknown. Its source reports 7." in client.get("/work/small/lone").text


def test_a_retraction_is_said_first_and_in_lists(client: TestClient):
    """At the work, with who says so, and beside the work where it cites others."""
    page = client.get("/work/small/n4").text
    assert '<b class="retracted">retracted</b>' in page.partition("</header>\n\n")[0]
    assert "Retraction reported by crossref: 2004-05-01" in page
    assert "Later work 4 retracted" in cells(part(client.get("/work/small/old").text, "cited-by"))[4][1]


def test_a_page_as_of_a_year_knows_nothing_later(client: TestClient, folder: Path):
    """Works up to it, its links stay in it, and the numbers are those of the dossier as of that year."""
    page = client.get("/work/small/old?as_of=2000").text
    assert [row[0] for row in cells(part(page, "cited-by"))] == ["1998", "1998", "1999", "1999", "2000", "2000"]
    expected = kg.open_graph(folder, as_of=2000).dossier("old").as_dict()["figures"]
    assert {name: value for name, (value, _) in figures(page).items()} == {
        name: "" if f["value"] is None else str(f["value"]) for name, f in expected.items()
    }
    assert all("as_of=2000" in href for href in links(part(page, "numbers"), "/"))
    assert "--as-of 2000" in page
    assert "later works, undated works and reported counts are left out" in page


def test_the_dossier_can_be_taken_away(client: TestClient, graph: kg.Graph):
    """The files of the command, under a name that says nothing else; an unknown form is refused."""
    made = graph.dossier("old")
    for form, text in {"html": made.to_html(), "md": made.to_markdown(), "json": made.to_json()}.items():
        answer = client.get(f"/dossier/small/old?format={form}")
        assert answer.text == text
        assert answer.headers["content-disposition"] == f'attachment; filename="old.{form}"'
    careful = client.get("/dossier/small/a%2Fb%22%3Bc?format=bib")
    assert careful.headers["content-disposition"] == 'attachment; filename="a-b-c.bib"'
    assert "An id that needs care" in careful.text
    assert unescape(client.get("/work/small/n4").text).count("title = {{Later work 4}}") == 1
    assert client.get("/dossier/small/old?format=exe").status_code == 404


def test_why_a_number_is_what_it_is(client: TestClient, graph: kg.Graph):
    """The document of `kg why` with its options; the page says the same; what no metric has is refused."""
    for query, options in {
        "metric=wake&robust=true": {"robust": True},
        "metric=standing&era=late": {"era": "late"},
    }.items():
        metric = query.partition("&")[0].removeprefix("metric=")
        found = graph.why("old", metric, **options)
        assert client.get(f"/why/small/old?{query}&format=json").json() == found.as_dict()
        page = client.get(f"/why/small/old?{query}").text
        said = re.sub(r"</dt><dd[^>]*>", ": ", page)
        lines = [
            line.strip() for block in found.blocks() if isinstance(block, str) for line in block.strip().split("\n")
        ]
        assert [line for line in lines if f">{line}</" not in unescape(said)] == []
        assert "Later work 11" in page
        assert f"kg why old {metric}" in page
    assert (
        client.get(f"/why/small/{'Later work 4'}?metric=wake", follow_redirects=False).headers["location"]
        == "/why/small/n4?metric=wake"
    )
    assert client.get("/why/small/old?metric=wak").status_code == 404
    assert client.get("/why/small/old?metric=wake&a=much").status_code == 400


def test_home_says_what_the_graph_is_and_three_questions(client: TestClient, graph: kg.Graph):
    """The counts of `kg info`; a work's fate, a path that is known, and one that is not, each with its page."""
    page, facts = client.get("/home/small").text, graph.info().as_dict()
    for count in (facts["works"], facts["citations"], facts["seeds"], facts["outcomes"]["COMPLETE"]):
        assert re.search(rf">{count:,}</", page)
    assert f"{100 * facts['coverage']:.1f}" in page
    assert client.get("/home/small?format=json").json() == facts
    cards = re.findall(r"<article>.*?</article>", page, re.DOTALL)
    asked = [(unescape(re.sub("<[^>]+>", "", card.split("</h3>")[0])).strip(), links(card)[0]) for card in cards]
    assert asked == [
        ("What became of old?", "/work/small/old"),
        ("How did old reach n11?", "/path/small?old=old&new=n11"),
        ("Did lone reach bare?", asked[2][1]),
    ]
    assert "Cited by" in cards[0]
    assert 'action="/search/small"' in page
    for kind in re.findall(r'<ul class="doors">.*?</ul>', page, re.DOTALL)[0].split("href=")[1:]:
        assert kind.split("/")[1] in PAGES


def test_a_graph_without_eras_has_questions_too(tmp_path: Path):
    """Most cited, furthest back, not known; a graph of one work and no citation has its page."""
    (tmp_path / "edges.csv").write_text("citing,cited\nb,a\nc,b\n")
    (tmp_path / "works.csv").write_text("id,year,title\na,1989,First\nb,2002,Second\nc,2010,Third\n")
    kg.ingest([tmp_path / "edges.csv"], works=tmp_path / "works.csv", graph=str(tmp_path / "three"))
    with Workspace.writing(str(tmp_path / "one"), "test") as (_, writer):
        writer.add(Batch(works=[Work(id="z", title="Alone", year=1989)]))
    there = TestClient(make_app(Shelf([str(tmp_path / "three"), str(tmp_path / "one")])), base_url="http://localhost:1")
    page = there.get("/home/three").text
    for question in (
        "Which work is cited most?",
        "How far back does a line of citations lead?",
        "How much of it is known?",
    ):
        assert question in page
    assert "/path/three?old=a&new=c" in links(page)
    assert "/home/three#known" in links(page)
    assert "/claims/three" not in links(page.partition('<ul class="doors">')[2])
    assert there.get("/home/one").status_code == 200
    assert there.get("/work/one/z").status_code == 200


@pytest.mark.long
def test_every_link_of_these_pages_leads_somewhere(client: TestClient):
    """To a page that answers; of kinds that this app has."""
    seen: set[str] = set()
    for address in (
        "/home/small",
        "/work/small/old",
        "/work/small/bare",
        "/why/small/old?metric=wake&robust=true",
        "/work/small/old?as_of=2000",
    ):
        seen |= {href.partition("#")[0] for href in links(client.get(address).text, "/") if href.split("/")[1] in PAGES}
    assert len(seen) > 60
    made = {200, 202}  # the second of a page that takes long and is being made
    assert {href: code for href in sorted(seen) if (code := client.get(href).status_code) not in made} == {}


@pytest.mark.long
def test_the_bundled_pages_have_the_numbers_of_the_commands(bundled_graph: kg.Graph):
    """Todd 1989 and its fate, cited in 2016 by three works; the path to MusicVAE is a question of the home page."""
    there = TestClient(make_app(Shelf(["bundled"])), base_url="http://localhost:1")
    home = there.get("/home/neural-music").text
    assert (
        links(re.findall(r"<article>.*?</article>", home, re.DOTALL)[0])[0]
        == "/work/neural-music/todd1989connectionist"
    )
    assert "/path/neural-music?old=todd1989connectionist&new=roberts2018hierarchical" in links(home)
    for id_ in ("todd1989connectionist", "oord2016wavenet", "hochreiter1996lstm"):
        document = bundled_graph.dossier(id_).as_dict()["figures"]
        expected = {name: "" if f["value"] is None else str(f["value"]) for name, f in document.items()}
        page = there.get(f"/work/neural-music/{id_}").text
        assert {name: value for name, (value, _) in figures(page).items()} == expected
    page = there.get("/work/neural-music/todd1989connectionist?cited_in=2016").text
    expected = [
        w["id"] for w in bundled_graph.show("todd1989connectionist").as_dict()["citations"] if w["year"] == 2016
    ]
    assert len(cells(part(page, "cited-by"))) == len(expected) == 3
    assert all(f"/work/neural-music/{id_}" in links(page) for id_ in expected)
