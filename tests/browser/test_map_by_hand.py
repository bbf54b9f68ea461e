"""Everything a reader can do with the map, once by mouse alone and once by keyboard alone; see the table of docs/maps.md."""

import csv
import io
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from playwright.sync_api import Page

from browser.visiting import FORMULA, HOSTILE, LINE, MARK, Hand, ids, title_of
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.text import guarded

pytestmark = pytest.mark.long
SVG = "{http://www.w3.org/2000/svg}"


def test_tab_reaches_every_control(visit):
    """From the top of the page Tab leads to each control, map, panel and table included, and none is passed over."""
    page = visit("#work=w20")
    page.get_by_text("Filter", exact=True).click()
    page.locator(".skip").focus()
    names = "e => e.id || e.className || e.tagName.toLowerCase()"
    wanted = page.evaluate(
        f"""[...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")]
        .filter(e => e.checkVisibility() && !e.disabled && !e.closest("#works tbody")).map({names})"""
    )
    met = ["skip"]
    for _ in range(400):
        page.keyboard.press("Tab")
        met.append(page.evaluate(f"({names})(document.activeElement)"))
        if page.evaluate("document.activeElement.closest('#works tbody') !== null"):
            break
    assert [name for name in wanted if name not in met] == []
    assert {"search", "from", "era", "concept", "class", "hops", "colour", "map", "play", "year", "path-to"} <= set(met)


def test_finding_a_work_and_what_is_said_of_it(hand: Hand):
    """Search with its list, the panel and all in it, a citation with its evidence, the way back."""
    page = hand.page
    if hand.mouse:
        page.click("#search")
    else:
        page.keyboard.press("/")
    page.keyboard.type("part 4")
    hits = page.locator("#hits li").all_inner_texts()
    assert len(hits) > 2
    assert all("part" in hit and "4" in hit for hit in hits)
    if hand.mouse:
        chosen = page.locator("#hits li span").nth(1).inner_text()
        page.locator("#hits li").nth(1).click()
    else:
        page.keyboard.press("ArrowDown")
        chosen = page.locator("#hits li[aria-selected=true] span").inner_text()
        page.keyboard.press("Enter")
    page.locator("#work h2.title").wait_for()
    assert title_of(page) == chosen
    assert "#work=" in page.url
    hand.leave()
    page.locator("#about").wait_for()
    hand.open("w0")
    told = page.locator("#work").inner_text()
    for said in (
        "Authorw0, Anna",
        "1988",
        "Citations in this graph",
        "12.5",
        "kg why w0 wake",
        "Awakening",
        "No citation",
    ):
        assert said in told
    assert page.locator("#work .fate").inner_text().startswith("Cited by ")
    assert page.locator("#work .links a").get_attribute("href") == "https://doi.org/10.1/todd"
    hand.press('#work .work-list a[href="#work=w20"]')
    page.locator("#work h2.title").get_by_text("part 20").wait_for()
    if hand.mouse:
        page.mouse.click(*page.evaluate(LINE, ["w20", "w0"]))
    else:
        hand.press(page.get_by_role("button", name="Evidence for this citation").first)
    evidence = page.locator("#cite").inner_text()
    assert "list of w20" in evidence
    assert HOSTILE["w5"] in evidence
    hand.leave()
    assert title_of(page) == "Networks and music, part 20"
    hand.leave()
    hand.open("w2")
    returned = page.locator("#work .return")
    assert "Nobody knows." in returned.inner_text()
    assert "kg why w2 uncredited_return" in returned.inner_text()
    hand.press(returned.get_by_role("button", name="Search for a path"))
    assert "with=w58" in page.url


@pytest.mark.parametrize(("button", "back"), [("Ancestors", True), ("Descendants", False)])
def test_ancestors_and_descendants(hand: Hand, made: CitationGraph, button: str, back: bool):
    """They are all works reached along citations that respect time; the second press lets go."""
    page = hand.page
    hand.open("w40")
    hand.press(page.get_by_role("button", name=button))
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
    hand.press(page.get_by_role("button", name=button))
    assert page.evaluate("kgMap.lit()") is None


def test_the_path_between_two_works(hand: Hand):
    """Path to another work, the other end: the way is listed, lit and in the address; with Shift the same at once."""
    page = hand.page
    hand.open("w0")
    hand.press("#path-to")
    assert page.locator("#banner").is_visible()
    if hand.mouse:
        page.mouse.click(*page.evaluate(MARK, "w59"))
    else:
        page.keyboard.type("part 59")
        page.keyboard.press("Enter")
    page.locator("#work .path li").first.wait_for()
    way = ids(page, "kgMap.route()")
    assert (way[0], way[-1]) == ("w0", "w59")
    assert page.locator("#work .path li").count() == len(way)
    assert page.evaluate("kgMap.route().every(i => drawn[i] && shown[i])")
    assert "with=w59" in page.url
    assert "kg path w0 w59" in page.locator("#work").inner_text()
    page.focus("#map")
    page.keyboard.down("Shift")
    if hand.mouse:
        page.mouse.click(*page.evaluate(MARK, "w40"))
    else:
        page.keyboard.press("ArrowLeft")
    page.keyboard.up("Shift")
    page.wait_for_function("WORKS[kgMap.state.with].id !== 'w59'")
    assert page.evaluate("WORKS[kgMap.selected()].id") == "w0"
    hand.leave()
    page.locator("#about").wait_for()
    assert page.evaluate("kgMap.route().length") == 0
    hand.open("w1")
    hand.press("#path-to")
    page.keyboard.type("w2")
    page.keyboard.press("Enter")
    assert page.locator("#work .verdict").inner_text().startswith("No path")


def shown(page: Page, rule: str) -> int:
    """How many works are drawn that a rule lets through; map, table and counts must agree on it."""
    wanted = page.evaluate(f"WORKS.filter((w, i) => drawn[i] && ({rule})(w, i)).length")
    visible = "Object.values(kgMap.network.body.nodes).filter(node => !node.options.hidden).length"
    assert page.evaluate("kgMap.nodes") == page.evaluate(visible) == page.locator("tbody tr:visible").count() == wanted
    assert page.locator("#count-works").inner_text() == str(wanted)
    return wanted


def test_every_filter_hides_in_map_table_and_counts(hand: Hand):
    """Years, era, concept, class, citations held, distance: each alone, cleared again; and the colour."""
    page = hand.page
    hand.open("w20")
    hand.press(page.get_by_text("Filter", exact=True))
    everything = shown(page, "() => true")
    hostile, rhythm = HOSTILE["w2"], "rhythm"
    for control, value, rule in (
        ("#from", "2000", "w => w.year >= 2000"),
        ("#to", "2009", "w => w.year !== null && w.year <= 2009"),
        ("#min", "3", "w => w.citations >= 3"),
        ("#era", "connectionist", "w => w.year <= 2008 && w.year !== null"),
        ("#concept", rhythm, "w => (w.concepts ?? []).some(([, label]) => label === 'rhythm')"),
        ("#concept", hostile, "w => (w.concepts ?? []).some(([, label]) => label.startsWith('</script'))"),
        ("#class", HOSTILE["w1"], "w => w.ring === 0"),
        ("#class", "in none of the classes", "w => w.id === 'w8' || w.id === 'w10'"),
        ("#class", "too little data for a class", "w => !['w7', 'w8', 'w10'].includes(w.id)"),
        ("#hops", "1 citation away", "(w, i) => around(kgMap.selected(), 1).has(i)"),
        ("#hops", "2 citations away", "(w, i) => around(kgMap.selected(), 2).has(i)"),
    ):
        if control in {"#from", "#to", "#min"}:
            hand.write(control, value)
        else:
            hand.choose(control, value)
        assert 0 < shown(page, rule) < everything, (control, value)
        assert page.locator("#filtered").inner_text() == " (1)"
        hand.press(page.get_by_role("button", name="Clear all filters"))
        assert shown(page, "() => true") == everything
    hand.choose("#colour", "community")
    assert {"odd", "even"} <= set(page.locator("#legend .group").all_inner_texts())
    assert len({*page.evaluate("nodes.get().map(n => n.shape)")}) == 2


def test_the_years_again_and_the_shape_of_the_map(hand: Hand):
    """Slider and replay, lanes that grow and shrink, years down, zoom, the whole map, dark."""
    page = hand.page
    before = page.evaluate("kgMap.nodes")
    hand.press("#lanes .more:visible")
    grown = page.evaluate(
        "[kgMap.nodes, kgMap.network.body.nodeIndices.length, document.querySelectorAll('tbody tr').length]"
    )
    assert grown[0] > before
    assert len(set(grown)) == 1
    assert "open=" in page.url
    hand.press("#lanes .fewer:visible")
    assert page.evaluate("kgMap.nodes") == before
    if hand.mouse:
        box = page.locator("#year").bounding_box()
        page.mouse.click(box["x"] + 0.7 * box["width"], box["y"] + box["height"] / 2)
    else:
        page.focus("#year")
        for _ in range(9):
            page.keyboard.press("ArrowLeft")
    year = page.evaluate("kgMap.state.year")
    assert 2005 < year < 2013
    assert page.locator("#year-text").inner_text() == f"up to {year}"
    assert page.evaluate("WORKS.every((w, i) => !shown[i] || (w.year !== null && w.year <= kgMap.state.year))")
    hand.press("#play")
    page.wait_for_function("year => kgMap.state.year > year", arg=year)
    hand.press("#play")
    assert "Replay" in page.locator("#play").inner_text()
    hand.press(page.get_by_role("button", name="Years down"))
    assert page.evaluate("kgMap.place(byId.get('w0'))[1] < kgMap.place(byId.get('w59'))[1]")
    assert "time=down" in page.url
    hand.press(page.get_by_role("button", name="Years down"))
    scale = page.evaluate("kgMap.network.getScale()")
    for button, key, larger in (("#zoom-in", "+", True), ("#zoom-out", "-", False), ("#fit", "0", None)):
        was = page.evaluate("kgMap.network.getScale()")
        if hand.mouse:
            page.click(button)
        else:
            page.focus("#map")
            page.keyboard.press(key)
        now = page.evaluate("kgMap.network.getScale()")
        assert now == pytest.approx(scale) if larger is None else (now > was) == larger
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    hand.press("#theme")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    assert page.evaluate("kgMap.network.body.nodes[0].options.color.border") != ""


def test_the_table_sorts_and_opens_works(hand: Hand):
    """Years sort as numbers, first falling, then rising, works without a year last both times; a title opens its work."""
    page = hand.page
    for state in ("descending", "ascending"):
        hand.press(page.get_by_role("button", name="Year", exact=True))
        assert page.locator("th[aria-sort]").get_attribute("aria-sort") == state
        years = page.locator("tbody tr td:nth-child(3)").all_inner_texts()
        assert years[-1] == ""
        assert years[:-1] == sorted(years[:-1], reverse=state == "descending")
    hand.press('tbody a[href="#work=w20"]')
    assert title_of(page) == "Networks and music, part 20"


def download(hand: Hand, button: str) -> str:
    """What a button of the Save menu writes."""
    with hand.page.expect_download() as taken:
        hand.press(button)
    return Path(taken.value.path()).read_bytes().decode("utf-8")


def test_what_is_saved_is_what_is_shown(hand: Hand):
    """SVG parses and has a mark per work and a curve per citation shown; CSV parses and equals the table; the link leads back."""
    page = hand.page
    page.evaluate("location.hash = '#from=1995'")
    page.wait_for_function("kgMap.state.from === 1995")
    hand.press(page.get_by_text("Save", exact=True))
    drawing = ET.fromstring(download(hand, "#save-svg"))  # noqa: S314  (our own)
    marks = {e.get("data-work") for e in drawing.iter(f"{SVG}path") if e.get("class") == "work"}
    curves = [e for e in drawing.iter(f"{SVG}path") if e.get("class") == "citation"]
    drawn = set(ids(page, "WORKS.map((_, i) => i).filter(i => shown[i])"))
    assert marks == drawn
    assert len(curves) == page.evaluate("kgMap.edges")
    assert not [e for e in drawing.iter() if e.tag.rpartition("}")[2] in {"script", "image", "a", "foreignObject"}]
    rows = list(csv.DictReader(io.StringIO(download(hand, "#save-csv"), newline="")))
    assert {row["id"] for row in rows} == drawn
    titles = page.locator("tbody tr:visible td:first-child").all_inner_texts()
    assert sorted(row["title"] for row in rows) == sorted(titles)
    assert {int(row["year"]) for row in rows} <= set(range(1995, 2020))
    hand.press("#save-link")
    assert page.locator("#link").input_value().endswith("#from=1995")


def test_no_text_of_the_table_is_a_formula_to_a_spreadsheet(visit):
    """A title that begins like one stands behind an apostrophe, as `kg export csv` writes it; numbers are as they are."""
    page = visit()
    page.evaluate("WORKS.forEach((work, i) => { work.value = -1.5 - i; }); DATA.sized = true;")
    rows = list(csv.reader(io.StringIO(page.evaluate("csv()"), newline="")))
    texts = [cell for row in rows for k, cell in enumerate(row) if k not in {3, 5, 6, 7}]
    assert not [cell for cell in texts if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert guarded(FORMULA) in texts
    assert all(float(row[6]) <= -1.5 for row in rows[1:])
