"""The map's page as a whole: its link, print, accessibility, in a notebook, and that page and layout agree."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browser.visiting import Visit, bad
from kg.page import Document

pytestmark = pytest.mark.long


def test_the_link_restores_the_view(visit, browser: Browser, page_file: Path):
    """Work, path, filters, year, lanes, turn, colours and theme: a second reader sees what the first saw."""
    page = visit("#work=w0&with=w59&from=1990&min=1&year=2018&open=0.12&time=down&colour=community&theme=dark")
    page.get_by_text("Save", exact=True).click()
    page.click("#save-link")
    link = page.locator("#link").input_value()
    seen = (
        "JSON.stringify([kgMap.state, kgMap.nodes, kgMap.edges, kgMap.route(), document.documentElement.dataset.theme])"
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


def test_the_map_fits_its_window_again_when_that_grows(visit):
    """A page opened in a small window and made larger looks as one opened in the large window."""
    seen = "[network.getScale(), network.getViewPosition().x, canvas.clientWidth].map(Math.round)"
    expected = visit().evaluate(seen)
    page = visit(viewport={"width": 800, "height": 600})
    page.set_viewport_size({"width": 1400, "height": 900})
    page.wait_for_function(f"expected => `${{{seen}}}` === `${{expected}}`", arg=expected)


@pytest.mark.parametrize(
    ("scheme", "address"),
    [("light", ""), ("dark", "#work=w0&with=w59"), ("dark", ""), ("light", "#work=w0&with=w59&time=down")],
)
def test_axe_finds_nothing_serious(visit, scheme: str, address: str):
    """No serious or critical finding, closed and with a work open, in light and dark."""
    page = visit(address, color_scheme=scheme)
    page.get_by_text("Filter", exact=True).click()
    assert bad(page) == []


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


def test_python_and_page_agree_where_works_stand(visit):
    """Along the years every mark is where the layout put it, and within a lane the rows keep their order."""
    page = visit()
    assert page.evaluate("NODES.every(n => Math.abs(n.x - X[n.id]) < 0.01)")
    order = page.evaluate("NODES.map(n => [DATA.lane[n.id], n.y, ROW[n.id]])")
    for lane in {one[0] for one in order}:
        rows = sorted((y, row) for k, y, row in order if k == lane)
        assert [row for _, row in rows] == sorted(row for _, row in rows)
