"""The home page and the page of a work in a real browser: quiet, readable by all, on a phone and in the dark, with a mouse or keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from odd_graph import odd_graph
from playwright.sync_api import Browser, expect
from serving import served

from browser.visiting import Visit, bad

pytestmark = pytest.mark.long


class Address(str):
    """An address where a `Visit` expects a file."""

    __slots__ = ()

    def as_uri(self) -> str:
        """Itself."""
        return str(self)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on a small graph."""
    with served(odd_graph(tmp_path_factory.mktemp("app"))) as running:
        yield running.address


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_pages_are_quiet_readable_and_fit(browser: Browser, app: str, width: int, scheme: str):
    """No error, nothing asked of another machine, nothing serious for axe, no scrolling sideways; nothing runs that a title says."""
    for page_of in ("/home/small", "/work/small/old", "/work/small/bare", "/why/small/old?metric=wake"):
        seen = Visit(
            *(browser, Address(f"{app}{page_of}")),
            ready="main",
            color_scheme=scheme,
            viewport={"width": width, "height": 844},
        )
        for folded in seen.page.locator("main details").all():
            folded.evaluate("one => { one.open = true; }")
        assert bad(seen.page) == []
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        assert [url for url in seen.requests if not url.startswith(app)] == []
        assert seen.trouble == []
        assert seen.page.evaluate("broken") == []
        seen.page.context.close()


def test_from_home_to_who_cites_it_in_a_year(browser: Browser, app: str):
    """A question of the home page leads to the work, a bar of its history to the works that cite it in that year."""
    seen = Visit(browser, Address(f"{app}/home/small"), ready="main")
    page = seen.page
    page.get_by_role("link", name="What became of old?").click()
    page.locator("figure a[aria-label^='2000: 2 citations']").click()
    page.wait_for_url("**/work/small/old?cited_in=2000#cited-by")
    expect(page.locator("table.cited").first.locator("tbody tr")).to_have_count(2)
    page.get_by_role("link", name="all years").click()
    expect(page.locator("table.cited").first.locator("tbody tr")).to_have_count(13)
    page.locator("table.cited summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("It began with <b>Old</b>.")).to_be_visible()
    page.get_by_role("link", name="wake_gap").click()
    page.wait_for_url("**/why/small/old?metric=wake_gap")
    assert seen.trouble == []
    page.context.close()


def test_bibtex_is_copied_and_the_dossier_saved(browser: Browser, app: str, tmp_path: Path):
    """A button copies the entry; the page saved opens alone, without this server."""
    seen = Visit(
        browser, Address(f"{app}/work/small/n4"), ready="main", permissions=["clipboard-read", "clipboard-write"]
    )
    page = seen.page
    page.get_by_role("button", name="Copy BibTeX").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert "title = {{Later work 4}}" in page.evaluate("navigator.clipboard.readText()")
    with page.expect_download() as begun:
        page.get_by_role("link", name="one page, offline").click()
    begun.value.save_as(tmp_path / begun.value.suggested_filename)
    assert begun.value.suggested_filename == "n4.html"
    page.context.close()
    alone = Visit(browser, tmp_path / "n4.html", ready="main", offline=True)
    assert alone.page.locator("h1").inner_text() == "Later work 4"
    assert alone.requests == [(tmp_path / "n4.html").as_uri()]
    assert alone.trouble == []
    alone.page.context.close()
