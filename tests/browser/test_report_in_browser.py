"""The journey report in a real browser: quiet, readable by all, in light and dark and on a phone."""

import subprocess
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from browser.visiting import HOSTILE, Visit
from kg.graph.citation_graph import CitationGraph
from kg.output.report.page import render_report
from kg.output.report.report import report_content

KG = Path(sys.executable).with_name("kg")


@pytest.fixture(scope="module")
def report_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the bundled graph."""
    file = tmp_path_factory.mktemp("report") / "report.html"
    subprocess.run([KG, "report", file], check=True, capture_output=True)
    return file


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_is_quiet_and_axe_finds_nothing_serious(browser: Browser, report_file: Path, scheme: str):
    """No request, no error, no violation of its policy; no serious or critical finding; the theme is the system's."""
    seen = Visit(browser, report_file, color_scheme=scheme)
    assert seen.page.evaluate("document.documentElement.dataset.theme") == scheme
    found = Axe().run(seen.page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found if v["impact"] in {"serious", "critical"}] == []
    assert [url for url in seen.requests if not url.startswith(report_file.as_uri())] == []
    assert seen.trouble == []
    assert seen.page.evaluate("broken") == []
    seen.page.context.close()


@pytest.mark.long
def test_a_number_leads_to_its_line_by_keyboard(browser: Browser, report_file: Path):
    """Enter on a number goes to the command in the last chapter, which is marked."""
    seen = Visit(browser, report_file)
    number = seen.page.locator("a.number").first
    command = number.get_attribute("title")
    number.focus()
    seen.page.keyboard.press("Enter")
    assert seen.page.locator("li:target code").inner_text() == command
    seen.page.context.close()


@pytest.mark.long
def test_a_phone_reads_it_without_scrolling_sideways(browser: Browser, report_file: Path):
    """At 390 pixels only figures and tables scroll within themselves."""
    seen = Visit(browser, report_file, viewport={"width": 390, "height": 844})
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert seen.page.locator("figure svg").count() >= 5
    seen.page.context.close()


@pytest.mark.long
def test_hostile_titles_are_inert_in_figures_and_tables(browser: Browser, tmp_path: Path):
    """Markup, formulas and other scripts in titles do nothing and are readable."""
    edges = [(f"w{a}", f"w{b}") for a in range(1, 6) for b in range(a)]
    titles = HOSTILE | {"w0": "$\\frac{1}{$ and <svg onload=alert(1)>"}
    graph = CitationGraph.from_edges(edges, years={f"w{k}": 1988 + 6 * k for k in range(6)}, titles=titles)
    file = tmp_path / "report.html"
    file.write_text(render_report(report_content(graph)), encoding="utf-8")
    seen = Visit(browser, file)
    text = seen.page.locator("body").text_content() or ""
    for title in titles.values():
        assert title in text
    assert seen.page.locator("img, iframe, svg[onload]").count() == 0
    assert seen.trouble == []
    assert seen.page.evaluate("broken") == []
    seen.page.context.close()


@pytest.mark.long
def test_print_is_light_whole_and_without_what_paper_cannot_do(browser: Browser, report_file: Path):
    """On paper: light, folded figures open, no list of chapters, no button, figures without underlining."""
    seen = Visit(browser, report_file, color_scheme="dark")
    seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    seen.page.emulate_media(media="print")
    assert seen.page.evaluate("document.documentElement.dataset.theme") == "light"
    assert seen.page.evaluate("[...document.querySelectorAll('details')].every(one => one.open)")
    assert not seen.page.locator("nav").is_visible()
    assert not seen.page.locator("#theme").is_visible()
    line = "getComputedStyle(document.querySelector('a.number')).textDecorationLine"
    assert seen.page.evaluate(line) == "none"
    seen.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert seen.page.evaluate("document.documentElement.dataset.theme") == "dark"
    seen.page.context.close()
