"""What a reader can do with the map, by mouse and by keyboard, and that its answers are those of the command line."""

import csv
import io
import json
import os
import random
import subprocess
import sys
import xml.etree.ElementTree as ET
from itertools import combinations
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

import kg
from browser.visiting import Visit, title_of
from kg.analysis.paths import shortest_paths
from kg.graph import CitationGraph
from kg.index import UNDATED
from kg.render.document import Document
from kg.render.map import MapView, render_map

KG = Path(sys.executable).with_name("kg")
SVG = "{http://www.w3.org/2000/svg}"


def ids(page: Page, expression: str) -> list[str]:
    """The ids of works a script expression gives."""
    return page.evaluate(f"[...({expression})].map(i => WORKS[i].id)")


def choose(page: Page, id_: str) -> None:
    """Search a work by its id with the keyboard."""
    page.keyboard.press("/")
    page.keyboard.type(id_)
    page.keyboard.press("Enter")


def bad(page: Page) -> list[tuple[str, str]]:
    """What axe finds serious or critical."""
    found = Axe().run(page).response["violations"]
    return [(v["id"], v["nodes"][0]["html"][:120]) for v in found if v["impact"] in {"serious", "critical"}]


def test_the_path_between_two_works_by_keyboard(visit):
    """Path to, a search, Enter: the shortest way is listed, lit and in the address; works not drawn are brought in."""
    page = visit("#work=w0")
    page.locator("#path-to").focus()
    page.keyboard.press("Enter")
    assert page.locator("#banner").is_visible()
    page.keyboard.type("part 59")
    page.keyboard.press("Enter")
    page.locator("#work .path li").first.wait_for()
    way = ids(page, "kgMap.way()")
    assert (way[0], way[-1]) == ("w0", "w59")
    assert page.locator("#work .path li").count() == len(way)
    assert page.evaluate("kgMap.way().every(i => drawn[i] && shown[i])")
    assert "with=w59" in page.url
    assert "kg path w0 w59" in page.locator("#work").inner_text()
    page.keyboard.press("Escape")
    page.locator("#about").wait_for()
    assert page.evaluate("kgMap.way().length") == 0


def test_the_path_between_two_works_by_mouse(visit):
    """Path to, then a click on a mark; with Shift a click on a second mark does the same."""
    page = visit("#work=w0")

    def at(id_: str) -> tuple[float, float]:
        return page.evaluate(
            "id => { const [x, y] = kgMap.place(byId.get(id)), p = kgMap.network.canvasToDOM({x, y}),"
            " r = canvas.getBoundingClientRect(); return [p.x + r.left, p.y + r.top]; }",
            id_,
        )

    page.click("#path-to")
    page.mouse.click(*at("w40"))
    page.locator("#work .path li").first.wait_for()
    assert ids(page, "kgMap.way()")[-1] == "w40"
    page.keyboard.down("Shift")
    page.mouse.click(*at("w59"))
    page.keyboard.up("Shift")
    page.wait_for_function("kgMap.way().length && WORKS[kgMap.way().at(-1)].id === 'w59'")


def test_no_path_is_said_with_what_was_searched(visit):
    """Between works that no citation joins the panel says how much was searched, and that the data may be to blame."""
    page = visit("#work=w1&with=w2")
    assert page.locator("#work .verdict").inner_text().startswith("No path")


@pytest.mark.parametrize(("button", "back"), [("Ancestors", True), ("Descendants", False)])
def test_ancestors_and_descendants(visit, made: CitationGraph, button: str, back: bool):
    """They are all works reached along citations that respect time; the second press lets go."""
    page = visit("#work=w40")
    page.get_by_role("button", name=button).click()
    met, level = {"w40"}, ["w40"]
    while level:
        v = made.number(level.pop())
        for u in (made.references if back else made.citers).of(v).tolist():
            old, new = (u, v) if back else (v, u)
            dated = made.years[old] != UNDATED and made.years[new] != UNDATED
            if dated and made.years[new] >= made.years[old] and made.ids[u] not in met:
                met.add(made.ids[u])
                level.append(made.ids[u])
    assert set(ids(page, "kgMap.lit()")) == met
    assert f"lit={button.lower()}" in page.url
    page.get_by_role("button", name=button).press("Enter")
    assert page.evaluate("kgMap.lit()") is None


def test_lanes_grow_and_shrink(visit):
    """A lane's button draws more of its works, the table and the counts follow, Fewer takes them away again."""
    page = visit()
    before = page.evaluate("kgMap.nodes")
    more = page.locator("#lanes .more:visible").first
    more.focus()
    page.keyboard.press("Enter")
    grown = page.evaluate(
        "[kgMap.nodes, kgMap.network.body.nodeIndices.length, document.querySelectorAll('tbody tr').length]"
    )
    assert grown[0] > before
    assert len(set(grown)) == 1
    assert "open=" in page.url
    page.locator("#lanes .fewer:visible").first.click()
    assert page.evaluate("kgMap.nodes") == before


def test_filters_hide_in_map_table_and_counts(visit):
    """Era, least citations and the works around the open one, each by its control; clear brings all back."""
    page = visit("#work=w20")
    everything = page.evaluate("kgMap.nodes")
    page.get_by_text("Filter", exact=True).click()
    for control, value, rule in (
        ("#era", "connectionist", "w => w.year <= 2008 && w.year !== null"),
        ("#min", "3", "w => w.held >= 3"),
        ("#hops", "1", "(w, i) => around(kgMap.selected(), 1).has(i)"),
        ("#class", page.locator("#class option").nth(1).get_attribute("value"), "w => w.ring === 0"),
    ):
        if control == "#min":
            page.fill(control, value)
            page.locator(control).blur()
        else:
            page.select_option(control, value)
        wanted = page.evaluate(f"WORKS.filter((w, i) => drawn[i] && ({rule})(w, i)).length")
        assert 0 < wanted < everything
        assert page.evaluate("kgMap.nodes") == wanted == page.locator("tbody tr:visible").count(), control
        page.get_by_role("button", name="Clear all filters").click()
        assert page.evaluate("kgMap.nodes") == everything


def test_the_replay_goes_year_by_year(visit):
    """The slider shows the field up to a year; Replay moves it on by itself and can be stopped."""
    page = visit()
    page.locator("#year").focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    year = page.evaluate("kgMap.state.year")
    assert year == 2019 - 4
    assert page.evaluate("WORKS.every((w, i) => !shown[i] || (w.year !== null && w.year <= kgMap.state.year))")
    page.click("#play")
    page.wait_for_function("year => kgMap.state.year > year", arg=year)
    page.click("#play")
    assert "Replay" in page.locator("#play").inner_text()


def test_a_citation_shows_its_evidence(visit):
    """From the panel's list, by keyboard: who cites whom and what says so, hostile text inert; Escape leads back."""
    page = visit("#work=w20")
    page.get_by_role("button", name="Evidence for this citation").first.press("Enter")
    told = page.locator("#cite").inner_text()
    assert "list of w20" in told
    assert 'see <a href="javascript:alert(1)">href</a>' in told
    page.keyboard.press("Escape")
    assert title_of(page) == "Networks and music, part 20"


def test_figures_of_a_work_carry_their_command(visit):
    """Beside a score stands the command that gives it again."""
    page = visit("#work=w0")
    assert page.locator("#work dd", has_text="12.5").locator("code").inner_text() == "kg why w0 wake"


def test_years_may_run_down(visit):
    """The switch turns the map: later works stand lower; marks stay on their years."""
    page = visit()
    page.get_by_role("button", name="Years down").press("Enter")
    assert page.evaluate("kgMap.place(byId.get('w0'))[1] < kgMap.place(byId.get('w59'))[1]")
    assert "time=down" in page.url


def test_colours_by_another_group(visit):
    """Colour by community changes the legend and the shapes."""
    page = visit()
    page.get_by_text("Filter", exact=True).click()
    page.select_option("#colour", "community")
    assert {"odd", "even"} <= set(page.locator("#legend .group").all_inner_texts())
    assert len({*page.evaluate("nodes.get().map(n => n.shape)")}) == 2


def test_the_link_restores_the_view(visit, browser: Browser, page_file: Path):
    """Work, path, filters, year, lanes, turn, colours and theme: a second reader sees what the first saw."""
    page = visit("#work=w0&with=w59&from=1990&min=1&year=2018&open=0.12&time=down&colour=community&theme=dark")
    page.get_by_text("Save", exact=True).click()
    page.click("#save-link")
    link = page.locator("#link").input_value()
    seen = (
        "JSON.stringify([kgMap.state, kgMap.nodes, kgMap.edges, kgMap.way(), document.documentElement.dataset.theme])"
    )
    second = Visit(browser, page_file, "#" + link.partition("#")[2])
    assert second.page.evaluate(seen) == page.evaluate(seen)
    state = json.loads(page.evaluate(seen))[0]
    assert (state["from"], state["min"], state["year"], state["down"], state["colour"]) == (
        1990,
        1,
        2018,
        True,
        "community",
    )
    second.page.context.close()


def test_exports_hold_what_is_shown(visit):
    """SVG parses and has a mark per work and a curve per citation shown; CSV parses and equals the table."""
    page = visit("#from=1995")
    page.get_by_text("Save", exact=True).click()
    with page.expect_download() as taken:
        page.click("#save-svg")
    drawing = ET.fromstring(  # noqa: S314  (our own)
        Path(taken.value.path()).read_text(encoding="utf-8")
    )
    marks = {e.get("data-work") for e in drawing.iter(f"{SVG}path") if e.get("class") == "work"}
    curves = {
        (e.get("data-citing"), e.get("data-cited")) for e in drawing.iter(f"{SVG}path") if e.get("class") == "citation"
    }
    shown = set(ids(page, "WORKS.map((_, i) => i).filter(i => shown[i])"))
    assert marks == shown
    assert len(curves) == page.evaluate("kgMap.edges")
    assert not [e for e in drawing.iter() if e.tag.rpartition("}")[2] in {"script", "image", "a", "foreignObject"}]
    with page.expect_download() as taken:
        page.click("#save-csv")
    rows = list(csv.DictReader(io.StringIO(Path(taken.value.path()).read_text(encoding="utf-8"))))
    assert {row["id"] for row in rows} == shown
    titles = page.locator("tbody tr:visible td:first-child").all_inner_texts()
    assert sorted(row["title"] for row in rows) == sorted(titles)


def test_print_is_light_and_drawn_as_svg(visit):
    """Before printing the drawing stands in the page as SVG, one mark per work, on white."""
    page = visit(color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("#print svg path.work").count() == page.evaluate("kgMap.nodes")
    assert page.locator("#print svg").is_visible()
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


@pytest.mark.parametrize(
    ("scheme", "address"),
    [
        ("light", ""),
        ("dark", "#work=w0&with=w59"),
        pytest.param("dark", "", marks=pytest.mark.long),
        pytest.param("light", "#work=w0&with=w59&time=down", marks=pytest.mark.long),
    ],
)
def test_axe_finds_nothing_serious(visit, scheme: str, address: str):
    """No serious or critical finding, closed and with a work open, in light and dark."""
    page = visit(address, color_scheme=scheme)
    page.get_by_text("Filter", exact=True).click()
    assert bad(page) == []


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The map of the bundled graph with two hundred works."""
    file = tmp_path_factory.mktemp("bundled") / "map.html"
    subprocess.run([KG, "map", file, "--limit", "175"], check=True, capture_output=True)
    return file


@pytest.mark.long
def test_two_hundred_works_have_no_overlapping_labels(browser: Browser, bundled: Path):
    """At default zoom no two labels meet, and those of the story are there."""
    seen = Visit(browser, bundled)
    assert seen.page.evaluate("kgMap.nodes") >= 200
    boxes = seen.page.evaluate("kgMap.labels().map(l => [...l.box, WORKS[l.i].id])")
    assert len(boxes) >= 30, "how many fit depends on the letters the machine has"
    assert {"todd1988sequential", "oord2016wavenet"} <= {box[4] for box in boxes}
    for a, b in combinations(boxes, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (a, b)
    assert seen.trouble == []
    seen.page.context.close()


def test_the_page_computes_the_paths_of_kg_path(browser: Browser, bundled: Path):
    """Between 150 pairs of works of the bundled graph: the same path, or the same certificate."""
    graph = kg.open_graph()
    seen = Visit(browser, bundled)
    assert seen.page.evaluate("WORKS.map(w => w.id)") == graph.ids
    chance = random.Random(6)  # noqa: S311
    cited = [i for i in range(len(graph)) if len(graph.citers.of(i))]
    citing = [i for i in range(len(graph)) if len(graph.references.of(i))]
    pairs = [(a, b) for a, b in zip(chance.choices(cited, k=150), chance.choices(citing, k=150), strict=True) if a != b]
    pairs.append((graph.number("todd1989connectionist"), graph.number("roberts2018hierarchical")))
    told = seen.page.evaluate(
        "pairs => pairs.map(([a, b]) => { const way = shortest(a, b); return way ?? certificate(a, b); })", pairs
    )
    found = 0
    for (old, new), page in zip(pairs, told, strict=True):
        answer = shortest_paths(graph.arrays, old, new)
        if answer.paths:
            found += 1
            assert page == list(answer.paths[0])
        else:
            c = answer.certificate
            assert c
            assert (page["hops"], page["works"], page["open"]) == (c.hops, c.works, len(c.frontier))
    assert found >= 5
    seen.page.context.close()


@pytest.mark.long
def test_paths_in_the_page_follow_the_rule_of_time_to_the_day(browser: Browser, tmp_path: Path):
    """Random graphs with days, years, undated works, cycles and later works cited: as `kg path` answers."""
    chance = random.Random(7)  # noqa: S311
    for trial in range(3):
        n = 30
        years = {f"w{k}": chance.choice([None, *range(2000, 2006)]) for k in range(n)}
        dates = {
            f"w{k}": f"{y}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}"
            for k in range(n)
            if (y := years[f"w{k}"]) and k % 2
        }
        edges = {(f"w{chance.randrange(n)}", f"w{chance.randrange(n)}") for _ in range(110)}
        graph = CitationGraph.from_edges(sorted(edges), years=years, dates=dates)
        file = tmp_path / f"{trial}.html"
        file.write_text(
            render_map(MapView(graph=graph, total_works=n, total_citations=graph.m, title="x")), encoding="utf-8"
        )
        seen = Visit(browser, file)
        pairs = [(a, b) for a in range(n) for b in range(n) if a != b]
        told = seen.page.evaluate("pairs => pairs.map(([a, b]) => shortest(a, b) ?? certificate(a, b))", pairs)
        for (old, new), page in zip(pairs, told, strict=True):
            answer = shortest_paths(graph.arrays, old, new)
            if answer.paths:
                assert page == list(answer.paths[0])
            elif answer.certificate:
                c = answer.certificate
                assert (page["hops"], page["works"], page["open"]) == (c.hops, c.works, len(c.frontier)), (old, new)
        seen.page.context.close()


def test_python_and_page_agree_where_works_stand(visit):
    """Along the years every mark is where the layout put it, and within a lane the rows keep their order."""
    page = visit()
    assert page.evaluate("NODES.every(n => Math.abs(n.x - X[n.id]) < 0.01)")
    order = page.evaluate("NODES.map(n => [DATA.lane[n.id], n.y, ROW[n.id]])")
    for lane in {one[0] for one in order}:
        rows = sorted((y, row) for k, y, row in order if k == lane)
        assert [row for _, row in rows] == sorted(row for _, row in rows)


@pytest.mark.long
def test_the_map_is_the_same_bytes_whatever_the_hash_seed(tmp_path: Path):
    """Two processes with different hash seeds draw the same page of the bundled graph."""
    pages = []
    for seed in ("1", "2"):
        out = tmp_path / f"{seed}.html"
        subprocess.run([KG, "map", out], check=True, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True)
        pages.append(out.read_bytes())
    assert pages[0] == pages[1]


def test_a_notebook_frame_runs_the_map(browser: Browser, page_file: Path, tmp_path: Path):
    """Inside the sandboxed frame the map draws, opens a work and keeps the reader's page out of its reach."""
    shown = Document(page_file.read_text(encoding="utf-8"))._repr_html_()
    outer = tmp_path / "notebook.html"
    outer.write_text(f"<!doctype html><title>notebook</title>{shown}", encoding="utf-8")
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.goto(outer.as_uri())
    inner = page.frame_locator("iframe")
    inner.locator("html[data-ready]").wait_for(state="attached")
    inner.locator("#search").fill("part 20")
    inner.locator("#search").press("Enter")
    assert inner.locator("#work h2.title").inner_text() == "Networks and music, part 20"
    assert trouble == []
    page.close()


@pytest.mark.long
def test_a_large_graph_opens_as_communities_that_expand(browser: Browser, shared: Path, tmp_path: Path):
    """hep-th, 27,770 works: a few landmarks in lanes by community; a lane opens to a readable number; search reaches all."""
    folder = shared / "data" / "hep-th"
    words = ["ingest", folder / "edges.csv.gz", "--works", folder / "nodes.csv.gz", "--graph", "hep-th"]
    for command in (words, ["map", tmp_path / "map.html", "--graph", "hep-th"]):
        subprocess.run([KG, *command], check=True, capture_output=True, cwd=tmp_path)
    seen = Visit(browser, tmp_path / "map.html")
    page = seen.page
    page.set_default_timeout(60_000)
    lanes, drawn = page.evaluate("[lanes.length, kgMap.nodes]")
    assert lanes >= 8
    assert drawn <= 3 * lanes
    assert page.evaluate("lanes.reduce((sum, lane) => sum + lane.works.length, 0)") == 27_770
    for _ in range(5):
        more = page.locator("#lanes .more").nth(2)
        if more.is_disabled():
            break
        more.click()
    assert page.evaluate("lanes[2].works.filter(i => drawn[i]).length") == 160, "as many as stay readable"
    page.fill("#search", "9201015")
    page.press("#search", "Enter")
    page.locator("#work h2.title").wait_for()
    assert page.evaluate("drawn[byId.get('9201015')]") == 1
    assert seen.trouble == []
    page.context.close()
