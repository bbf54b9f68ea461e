"""The app's tables and drawings in a real browser: quiet, readable by all, light and dark, on a phone; a heading sorts by keyboard."""

from collections.abc import Iterator

import pytest
from odd_graph import odd_graph
from playwright.sync_api import Browser
from serving import served

from browser.test_serve_work import Address
from browser.visiting import Visit, bad

pytestmark = pytest.mark.long
PAGES = (
    "/forgotten/small",
    "/metrics/small",
    "/metric/small/citations_held?work=old",
    "/claims/small?earlier=1980-1999&later=2000-",
    "/main-path/small",
    "/rpys/small",
    "/communities/small",
    "/next/small",
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on a small graph with hostile titles."""
    with served(odd_graph(tmp_path_factory.mktemp("app"))) as running:
        for computed_once in ("/forgotten/small", "/work/small/old"):
            assert running.client.get(computed_once).status_code == 200
        yield running.address


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_tables_are_quiet_readable_and_fit(browser: Browser, app: str, width: int, scheme: str):
    """No error, nothing asked of another machine, nothing serious for axe, no scrolling sideways."""
    for page_of in PAGES:
        seen = Visit(
            *(browser, Address(f"{app}{page_of}")),
            ready="main",
            color_scheme=scheme,
            viewport={"width": width, "height": 844},
        )
        for folded in seen.page.locator("main details").all():
            folded.evaluate("one => { one.open = true; }")
        assert (page_of, bad(seen.page)) == (page_of, [])
        assert (page_of, seen.page.evaluate("document.documentElement.scrollWidth") <= width) == (page_of, True)
        assert [url for url in seen.requests if not url.startswith(app)] == []
        assert (page_of, seen.trouble, seen.page.evaluate("broken")) == (page_of, [], [])
        seen.page.context.close()


def test_a_heading_sorts_and_a_mark_leads_to_its_work(browser: Browser, app: str):
    """By keyboard, without scripts too."""
    seen = Visit(browser, Address(f"{app}/metric/small/citations_held"), ready="main", java_script_enabled=False)
    page = seen.page
    page.locator("th a", has_text="year").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=year**")
    years = [int(text) for text in page.locator("tbody tr td:nth-child(2)").all_inner_texts() if text.isdecimal()]
    assert years == sorted(years, reverse=True)
    page.goto(f"{app}/main-path/small")
    page.locator("figure svg a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/work/small/**")
    page.context.close()
