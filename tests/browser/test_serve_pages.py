"""What all pages of the app share, and the pages of search, SPARQL and one's own files, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from odd_graph import odd_graph
from playwright.sync_api import Browser, expect
from serving import served

from browser.test_serve_work import Address
from browser.visiting import Visit, bad

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on a small graph."""
    with served(odd_graph(tmp_path_factory.mktemp("app"))) as running:
        running.client.get("/search/small")  # what the first page loads is not what is tested
        running.ask("ASK {}")
        yield running.address


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
def test_the_pages_are_quiet_readable_and_fit(browser: Browser, app: str, width: int, scheme: str):
    """No error, nothing asked of another machine, nothing serious for axe, no scrolling sideways; in Chinese too."""
    pages = (
        "search/small?q=old",
        "query/small?name=most-cited",
        "new",
        "home/small?lang=zh",
        "work/small/nobody",
        "nothing",
    )
    for address in pages:
        seen = Visit(
            *(browser, Address(f"{app}/{address}")),
            ready="main",
            color_scheme=scheme,
            viewport={"width": width, "height": 844},
        )
        assert bad(seen.page) == [], address
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert [url for url in seen.requests if not url.startswith(app)] == []
        missing = ["Failed to load resource: the server responded with a status of 404 (Not Found)"]
        assert seen.trouble in ([], missing if "no" in address else [])
        assert seen.page.evaluate("broken") == []
        seen.page.context.close()


def test_a_work_is_found_by_keys_alone(browser: Browser, app: str):
    """/ leads to the field, words bring suggestions, arrows choose, Enter opens; Escape closes."""
    seen = Visit(browser, Address(f"{app}/search/small"), ready="main")
    page = seen.page
    page.keyboard.press("/")
    page.keyboard.type("later work 4")
    box, hits = page.locator("#find"), page.locator(".suggestions li:visible")
    expect(hits.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(hits).to_have_count(0)
    page.keyboard.type(" ")
    expect(hits.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".suggestions li[aria-selected=true]")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/work/small/n4*")
    assert seen.trouble == []
    page.context.close()


def test_a_heading_sorts_and_the_theme_is_kept(browser: Browser, app: str):
    """Numbers by value, blanks last; the page that comes next has the theme that was chosen."""
    seen = Visit(browser, Address(f"{app}/search/small?era=1900-2100&top=100"), ready="main")
    page = seen.page
    years = lambda: [int(text) for text in page.locator("table.sortable td:nth-child(2)").all_inner_texts() if text]  # noqa: E731
    page.get_by_role("button", name="year").click()
    assert years() == sorted(years())
    page.get_by_role("button", name="year").click()
    assert years() == sorted(years(), reverse=True)
    page.get_by_role("button", name="Dark").click()
    page.get_by_role("link", name="Home").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert seen.trouble == []
    page.context.close()


def test_the_most_cited_works_of_an_era_by_sparql(browser: Browser, app: str):
    """From the home page in two clicks; a ready query in three and a name."""
    seen = Visit(browser, Address(f"{app}/home/small"), ready="main")
    page = seen.page
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="SPARQL").click()
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("table.sortable tbody tr").first).to_be_visible()
    page.get_by_role("link", name="The works that cite a work").click()
    page.locator("input[name=cited]").fill("old")
    page.get_by_role("button", name="Ask").first.click()
    expect(page.locator("table.sortable tbody tr").first).to_be_visible()
    assert seen.trouble == []
    page.context.close()


def test_what_a_visitor_pastes_becomes_a_graph(
    browser: Browser, app: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """By the form, as a browser sends it: shown first, then made, then opened."""
    monkeypatch.chdir(tmp_path)
    seen = Visit(browser, Address(f"{app}/new"), ready="main")
    page = seen.page
    page.locator("textarea[name=pasted]").fill("@article{a, title={Networks that sing}, author={Ada One}, year={1990}}")
    page.locator("input[name=graph]").fill("mine")
    page.get_by_role("button", name="Show what would be read").click()
    page.get_by_role("button", name="Make the graph").click()
    page.get_by_role("link", name="Open the graph").click()
    page.wait_for_url("**/home/mine")
    assert seen.trouble == []
    page.context.close()
