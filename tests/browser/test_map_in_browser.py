"""The citation map in a real browser: offline, inert, readable, driven by keyboard and address."""

import shutil
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from kg.graph import CitationGraph
from kg.render.map import MapView, render_map

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
HOSTILE = {
    "w1": "<img src=x onerror=alert(1)>",
    "w2": "</script><script>alert(1)</script>",
    "w3": "شبكات عصبية للموسيقى",
    "w4": "用于音乐的神经网络",
    "w5": 'see <a href="javascript:alert(1)">href</a>',
}
PATH = ("w0", "w20", "w40", "w59")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One headless browser for all tests here."""
    if CHROMIUM is None:
        pytest.skip("no chromium, chromium-browser or google-chrome on PATH")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def made() -> CitationGraph:
    """Sixty works of 1988 to 2019, one undated, some with hostile titles."""
    edges = [(f"w{a}", f"w{b}") for a in range(60) for b in range(a) if (a * 7 + b * 3) % 23 == 0]
    edges += [(new, old) for old, new in pairwise(PATH)]
    graph = CitationGraph.from_edges(
        edges, years={f"w{k}": None if k == 30 else 1988 + k * 31 // 59 for k in range(60)}
    )
    graph.works["title"] = [HOSTILE.get(id_, f"Networks and music, part {id_[1:]}") for id_ in graph.ids]
    graph.works["authors"] = [f"Author{id_}, Anna; Second, Bo" for id_ in graph.ids]
    graph.works["seed"] = [id_ in PATH for id_ in graph.ids]
    return graph


@pytest.fixture(scope="module")
def page_file(made: CitationGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The map of those works, written to a file."""
    view = MapView(
        graph=made,
        total_works=100,
        total_citations=1000,
        title=HOSTILE["w2"],
        notes=(HOSTILE["w1"],),
        path=PATH,
        held={id_: int(n) for id_, n in zip(made.ids, made.citers.counts(), strict=True)},
        classes={"w7": HOSTILE["w1"]},
        identifiers={"w0": ("doi:10.1/todd", "url:javascript:alert(1)")},
        asleep={"w0": (1988, 1998), "w6": (1991, 2010)},
        coverage={1988: 0.1, 2015: 0.9},
    )
    file = tmp_path_factory.mktemp("map") / "map.html"
    file.write_text(render_map(view), encoding="utf-8")
    return file


class Visit:
    """An open page and everything it tried to do."""

    def __init__(self, browser: Browser, file: Path, hash_: str = "", **context) -> None:
        context = {"viewport": {"width": 1400, "height": 900}, "reduced_motion": "reduce"} | context
        self.page: Page = browser.new_context(**context).new_page()
        self.requests: list[str] = []
        self.trouble: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.trouble.append(message.text))
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.trouble.append(dialog.message), dialog.dismiss()))
        self.page.add_init_script(
            "window.broken = []; addEventListener('securitypolicyviolation', e => broken.push(e.violatedDirective))"
        )
        self.page.goto(file.as_uri() + hash_)
        self.page.wait_for_selector("html[data-ready]", timeout=20_000)


@pytest.fixture
def visit(browser: Browser, page_file: Path) -> Iterator:
    """Open the map; afterwards, whatever was done, it must have asked for nothing and complained of nothing."""
    visits: list[Visit] = []

    def open_(hash_: str = "", **context) -> Page:
        visits.append(Visit(browser, page_file, hash_, **context))
        return visits[-1].page

    yield open_
    for one in visits:
        assert [url for url in one.requests if not url.startswith(page_file.as_uri())] == []
        assert one.trouble == []
        assert one.page.evaluate("broken") == []
        one.page.context.close()


def title_of(page: Page) -> str:
    """The title the panel shows."""
    return page.locator("#work h2.title").inner_text()


def test_all_works_and_citations_are_drawn(visit, made: CitationGraph):
    """Canvas, table, header and graph agree."""
    page = visit()
    drawn = page.evaluate(
        "[kgMap.nodes, kgMap.edges, kgMap.network.body.nodeIndices.length, kgMap.network.body.edgeIndices.length]"
    )
    assert drawn == [len(made), made.m] * 2
    assert page.locator("tbody tr").count() == len(made)
    assert page.locator("#count-works").inner_text() == str(len(made))
    assert page.locator("canvas[role=img]").get_attribute("aria-label").startswith("Citation map: 60 works")


def test_labels_at_default_zoom_do_not_overlap(visit):
    """Of sixty works at least twenty are labelled, the path's among them, and no two labels meet."""
    page = visit()
    boxes = page.evaluate("kgMap.labels().map(l => [...l.box, WORKS[l.i].id])")
    assert len(boxes) >= 20
    assert set(PATH) <= {box[4] for box in boxes}
    for a, b in combinations(boxes, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (a, b)


def test_hostile_titles_are_inert_and_readable(visit):
    """Every hostile title is shown as it is written, in the table and in the panel, and does nothing."""
    page = visit()
    for id_, title in HOSTILE.items():
        assert page.locator(f'tbody a[href="#work={id_}"]').inner_text() == title
        page.evaluate("id => { location.hash = '#work=' + id }", id_)
        page.locator("#work h2.title").get_by_text(title, exact=True).wait_for()
    assert page.locator("h1").inner_text() == HOSTILE["w2"]
    assert page.locator("img, iframe").count() == 0


def test_search_by_keyboard_opens_a_work(visit):
    """Slash, words, arrow, Enter: the work is open, selected and in the address; Escape closes it."""
    page = visit()
    page.keyboard.press("/")
    page.keyboard.type("part 4")
    hits = page.locator("#hits li").all_inner_texts()
    assert len(hits) > 2
    assert all("part" in hit and "4" in hit for hit in hits)
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#hits li[aria-selected=true] span").inner_text()
    page.keyboard.press("Enter")
    page.locator("#work h2.title").wait_for()
    assert title_of(page) == chosen
    assert page.evaluate("WORKS[kgMap.selected()].title") == chosen
    assert "#work=" in page.url
    page.keyboard.press("Escape")
    page.locator("#about").wait_for()
    assert page.evaluate("kgMap.selected()") is None


def test_search_finds_by_author_year_and_other_scripts(visit):
    """Author, year and CJK text find their works; text that fits nothing says so."""
    page = visit()
    for text, expected in {"authorw59": "w59", "2019 part 59": "w59", "神经网络": "w4"}.items():
        page.fill("#search", text)
        page.keyboard.press("Enter")
        page.locator("#work h2.title").wait_for()
        assert page.url.endswith(f"#work={expected}")
    page.fill("#search", "zzz")
    assert "No work" in page.locator("#hits").inner_text()


def test_a_deep_link_opens_its_work(visit):
    """The address alone restores the view; links of the panel lead on, and back leads back."""
    page = visit("#work=w20")
    assert title_of(page) == "Networks and music, part 20"
    page.locator('#work .work-list a[href="#work=w0"]').click()
    page.locator("#work h2.title").get_by_text("part 0", exact=False).wait_for()
    links = page.locator("#work .links a").evaluate_all("all => all.map(a => [a.textContent, a.href, a.rel])")
    assert links == [["DOI", "https://doi.org/10.1/todd", "noopener noreferrer"]]
    page.go_back()
    page.locator("#work h2.title").get_by_text("part 20", exact=False).wait_for()


def test_an_address_of_no_work_is_ignored(visit):
    """A wrong or broken address shows the map."""
    page = visit("#work=%E0%A4%A")
    assert page.locator("#about").is_visible()
    page.evaluate("location.hash = '#work=nobody'")
    assert page.locator("#about").is_visible()


def test_the_path_is_drawn_strong(visit):
    """Each step of the path is a vermilion edge, several times as wide as the others."""
    page = visit()
    steps = page.evaluate(
        "EDGES.filter(e => e.width).map(e => { const o = kgMap.network.body.edges[e.id].options;"
        " return [WORKS[e.to].id, WORKS[e.from].id, o.color.color, o.width * kgMap.network.getScale()]; })"
    )
    assert {(old, new) for old, new, *_ in steps} == set(pairwise(PATH))
    assert all(colour == "#D55E00" and width > 3 for *_, colour, width in steps)


def test_a_click_on_a_mark_opens_its_work(visit):
    """Where the mark is drawn, the pointer finds the work: the canvas is stretched but true."""
    page = visit()
    at = page.evaluate(
        "(() => { const i = byId.get('w59'), [x, y] = kgMap.place(i), p = kgMap.network.canvasToDOM({x, y}),"
        " r = canvas.getBoundingClientRect(); return [p.x + r.left, p.y + r.top]; })()"
    )
    page.mouse.move(*at)
    page.locator("#tip").wait_for()
    page.mouse.click(*at)
    page.locator("#work h2.title").wait_for()
    assert title_of(page) == "Networks and music, part 59"


def test_arrow_keys_go_from_work_to_work(visit):
    """On the map the right arrow leads to a later work."""
    page = visit("#work=w0")
    page.focus("#map")
    page.keyboard.press("ArrowRight")
    page.locator("#work h2.title").get_by_text("part 0", exact=True).wait_for(state="detached")
    assert page.evaluate("kgMap.place(kgMap.selected())[0] > kgMap.place(byId.get('w0'))[0]")


def test_the_year_filter_hides_works_in_map_and_table(visit):
    """Works outside the years, and undated ones, leave map and table, and the counts follow."""
    page = visit()
    page.fill("#from", "2000")
    page.fill("#to", "2009")
    page.locator("#to").blur()
    shown = page.evaluate("WORKS.filter(w => w.year >= 2000 && w.year <= 2009).length")
    assert 0 < shown < 60
    assert page.locator("#count-works").inner_text() == str(shown)
    assert page.locator("tbody tr:visible").count() == shown
    visible = "Object.values(kgMap.network.body.nodes).filter(node => !node.options.hidden).length"
    assert page.evaluate(visible) == shown


def test_the_table_sorts_by_its_headings(visit):
    """Years sort as numbers, first falling, then rising, works without a year last both times."""
    page = visit()
    heading = page.get_by_role("button", name="Year")
    for state in ("descending", "ascending"):
        heading.click()
        assert page.locator("th[aria-sort]").get_attribute("aria-sort") == state
        years = page.locator("tbody tr td:nth-child(3)").all_inner_texts()
        assert years[-1] == ""
        assert years[:-1] == sorted(years[:-1], reverse=state == "descending")


def test_dark_follows_the_system_and_the_switch(visit):
    """The page opens in the system's theme; the switch changes page and canvas."""
    page = visit(color_scheme="dark")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark


def test_a_phone_shows_the_map_without_scrolling_sideways(visit):
    """At 390 pixels the page keeps to the width, and an opened work is in view."""
    page = visit("#work=w40", viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("#work h2.title").bounding_box()["y"] < 844
    assert page.locator("canvas").bounding_box()["height"] >= 400


def test_the_map_of_the_bundled_graph_is_whole_and_quiet(browser: Browser, kg_run, tmp_path: Path):
    """What `kg map` says it drew is what the page shows: works, citations, table rows; no request, no error."""
    said = kg_run("map", "map.html", "--path", "Todd 1989", "A Hierarchical Latent Vector Model", "--json").json()
    page = browser.new_page()
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("request", lambda request: noise.append(request.url) if not request.url.startswith("file:") else None)
    page.goto((tmp_path / "map.html").as_uri())
    page.wait_for_selector("html[data-ready]")
    shown = page.evaluate("[kgMap.nodes, kgMap.edges, document.querySelectorAll('tbody tr').length]")
    assert shown[:2] == [said["works"], said["citations"]]
    assert shown[2] == said["works"]
    assert noise == []
    page.close()
