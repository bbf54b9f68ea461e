"""The citation map in a real browser: offline, inert, readable, driven by keyboard and address."""

from itertools import combinations, pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browser.visiting import HOSTILE, MARK, PATH, title_of
from kg.graph.citation_graph import CitationGraph


def test_all_works_and_citations_are_drawn(visit, made: CitationGraph):
    """Canvas, table, header and graph agree."""
    page = visit()
    drawn = page.evaluate(
        "[kgMap.nodes, kgMap.edges, kgMap.network.body.nodeIndices.length, kgMap.network.body.edgeIndices.length]"
    )
    first = made.subset(id_ for id_ in made.ids if not id_.endswith("9") or id_ == "w59")
    assert drawn == [len(first), first.m] * 2
    assert page.locator("tbody tr").count() == len(first) == 55
    assert page.locator("#count-works").inner_text() == str(len(first))
    assert page.locator("canvas[role=img]").get_attribute("aria-label").startswith("Citation map: 55 works")


def test_the_finding_comes_first_on_a_phone(visit):
    """Above the map where the panel stands below it, in the panel where there is room; per cent signs stay with their number."""
    page = visit(viewport={"width": 390, "height": 844})
    top = "id => document.getElementById(id).getBoundingClientRect().top"
    assert page.evaluate(top, "finding") < page.evaluate(top, "map") < page.evaluate(top, "about")
    assert "98\u00a0% of 60" in page.locator("#finding").inner_text()
    page.set_viewport_size({"width": 1400, "height": 900})
    page.wait_for_selector("#about > #finding")


@pytest.mark.long
def test_labels_at_default_zoom_do_not_overlap(visit):
    """Of sixty works at least twenty are labelled, the path's among them; no two labels meet."""
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


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.long
def test_an_address_of_no_work_is_ignored(visit):
    """A wrong or broken address shows the map."""
    page = visit("#work=%E0%A4%A")
    assert page.locator("#about").is_visible()
    page.evaluate("location.hash = '#work=nobody'")
    assert page.locator("#about").is_visible()


@pytest.mark.long
def test_the_path_is_drawn_as_a_river(visit):
    """Each step of the path is a vermilion curve, several times as wide as a citation, as is the main path in blue."""
    page = visit()
    flows = page.evaluate("rivers().map(f => [WORKS[f.a].id, WORKS[f.b].id, f.colour, f.width, Boolean(f.dash)])")
    strong = [
        (old, new) for old, new, colour, width, dash in flows if colour == "#d55e00" and 3 < width < 4 and not dash
    ]
    assert strong == list(pairwise(PATH))
    main = [(old, new) for old, new, colour, width, _ in flows if colour == "#56b4e9" and width > 10]
    assert main == [("w0", "w20"), ("w20", "w40")]
    dashes = "rivers().filter(f => f.dash).map(f => [WORKS[f.a].id, WORKS[f.b].id, f.dash[0] > 1])"
    assert page.evaluate(dashes) == [["w1", "w57", True], ["w2", "w58", False]], "dots where the data cannot tell"
    legend = page.locator("#legend").inner_text()
    assert "same idea, no citation path" in legend
    assert "same idea, path unknown" in legend


@pytest.mark.long
def test_arrow_keys_go_from_work_to_work(visit):
    """On the map the right arrow leads to a later work."""
    page = visit("#work=w0")
    page.focus("#map")
    page.keyboard.press("ArrowRight")
    page.locator("#work h2.title").get_by_text("part 0", exact=True).wait_for(state="detached")
    assert page.evaluate("kgMap.place(kgMap.selected())[0] > kgMap.place(byId.get('w0'))[0]")


@pytest.mark.long
def test_dark_follows_the_system_and_the_switch(visit):
    """The page opens in the system's theme; the switch changes page and canvas."""
    page = visit(color_scheme="dark")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark


@pytest.mark.long
def test_a_phone_shows_the_map_without_scrolling_sideways(visit):
    """At 390 pixels the page keeps to the width, and an opened work is in view."""
    page = visit("#work=w40", viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("#work h2.title").bounding_box()["y"] < 844
    assert page.locator("canvas").bounding_box()["height"] >= 400


@pytest.mark.long
def test_a_tap_opens_the_work_and_no_tooltip(visit):
    """On a touch screen the sheet of the work opens alone; a mouse over the same mark shows the tooltip."""
    page = visit(viewport={"width": 390, "height": 844}, has_touch=True)
    x, y = page.evaluate(MARK, "w0")
    page.touchscreen.tap(x, y)
    page.locator("#work h2.title").wait_for()
    assert page.locator("#tip").is_hidden()
    with_mouse = visit()
    with_mouse.mouse.move(*with_mouse.evaluate(MARK, "w0"))
    with_mouse.locator("#tip").wait_for()


@pytest.mark.long
def test_on_a_phone_the_names_of_the_lanes_stand_in_one_row_beside_each_other(visit):
    """At 390 pixels every name shown starts at the same height and ends before the next begins."""
    page = visit(viewport={"width": 390, "height": 844})
    heads = "[...document.querySelectorAll('#lanes .lane:not(.off):not([hidden])')].map(e => e.getBoundingClientRect())"
    boxes = page.evaluate(f"{heads}.map(b => [b.left, b.right, b.top])")
    assert len(boxes) >= 2
    assert len({top for _, _, top in boxes}) == 1
    assert all(a[1] <= b[0] for a, b in pairwise(sorted(boxes)))


@pytest.mark.long
def test_the_replay_runs_over_the_years_of_the_works_drawn(visit):
    """A work of an early year that is not drawn does not lengthen the slider; once drawn it does."""
    page = visit()
    ends = "[Number($('year').min), Number($('year').max)]"
    assert page.evaluate(ends) == [1988, 2019]
    page.evaluate("WORKS[byId.get('w9')].year = 1805; redrawAll()")
    assert page.evaluate(ends) == [1988, 2019]
    page.evaluate("bring([byId.get('w9')])")
    assert page.evaluate(ends) == [1805, 2019]


@pytest.mark.long
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
