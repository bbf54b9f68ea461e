"""Paths and maps of the bundled graph in a real browser: from home in a few clicks, quiet, readable by all, kept as a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from serving import served

from browser.test_serve_work import Address
from browser.visiting import Visit, bad

pytestmark = pytest.mark.long
TODD = "todd1989connectionist"


@pytest.fixture(scope="module")
def app() -> Iterator[str]:
    """The app on the bundled graph."""
    with served(Path("bundled")) as running:
        running.client.get("/home/neural-music", timeout=180)  # the first time what it tells is computed
        running.client.get(f"/work/neural-music/{TODD}", timeout=180)
        yield running.address


def quiet(seen: Visit, app: str) -> None:
    """Nothing was asked of another machine, and nothing went wrong."""
    assert [url for url in seen.requests if not url.startswith((app, "data:", "blob:"))] == []
    assert seen.trouble == []
    assert seen.page.evaluate("broken") == []
    seen.page.context.close()


def test_from_home_to_the_path_with_its_evidence(browser: Browser, app: str):
    """One click, and the works and sources are there; a mark leads to its work, the swap to the question turned round."""
    seen = Visit(browser, Address(f"{app}/home/neural-music"), ready="main")
    page = seen.page
    page.get_by_role("link", name="How did Todd 1989 reach MusicVAE?").click()
    page.wait_for_url("**/path/neural-music?*")
    steps = page.locator("#path-1 ol > li")
    assert steps.count() >= 2
    assert all("read in" in step for step in steps.all_inner_texts())
    drawing = page.locator(".wide-drawing svg")
    assert drawing.locator("a").count() == steps.count() + 1
    page.get_by_role("button", name="Swap the two").click()
    expect(page.locator(".verdict")).to_contain_text("is the later one")
    page.go_back()
    drawing.locator("a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/work/neural-music/{TODD}")
    quiet(seen, app)


def test_from_home_to_a_map_that_is_saved_as_a_file(browser: Browser, app: str, tmp_path: Path):
    """Three clicks; its works lead to their pages, in the file nothing leads to the app."""
    seen = Visit(browser, Address(f"{app}/home/neural-music"), ready="main")
    page = seen.page
    page.get_by_role("link", name="What became of Todd 1989?").click()
    page.get_by_role("link", name="Map around this work").click()
    page.wait_for_selector("html[data-ready]", timeout=120_000)  # the first map of a graph takes its time
    expect(page.locator("h1")).to_contain_text("Around Todd 1989")
    with page.expect_download() as begun:
        page.get_by_role("link", name="Save as one file").click()
    begun.value.save_as(tmp_path / "map.html")
    assert begun.value.suggested_filename == "neural-music-map.html"
    assert bad(page) == []
    page.get_by_role("link", name="Its page").click()
    page.wait_for_url(f"**/work/neural-music/{TODD}")
    quiet(seen, app)
    alone = Visit(browser, tmp_path / "map.html", offline=True)
    assert alone.page.locator("nav.bar").count() == 0
    assert alone.page.get_by_role("link", name="Its page").count() == 0
    assert alone.requests == [(tmp_path / "map.html").as_uri()]
    alone.page.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_pages_are_readable_and_fit(browser: Browser, app: str, width: int, scheme: str):
    """Nothing serious for axe, no scrolling sideways: several paths, all at once, a certificate, names, a lineage."""
    for query in (
        "path/neural-music?old=Todd+1989&new=MusicVAE&k=3&by=diverse",
        "path/neural-music?old=Todd+1989&new=MusicVAE&by=lines&lang=zh",
        "path/neural-music?old=Todd+1989&new=WaveNet",
        "path/neural-music?old=Todd&new=WaveNet",
        "map/neural-music?focus=Todd",
        "lineage/neural-music/oord2016wavenet",
    ):
        seen = Visit(
            *(browser, Address(f"{app}/{query}")),
            ready="main",
            color_scheme=scheme,
            viewport={"width": width, "height": 844},
        )
        for folded in seen.page.locator("main details").all():
            folded.evaluate("one => { one.open = true; }")
        assert bad(seen.page) == []
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        seen.trouble = [
            line for line in seen.trouble if "status of" not in line
        ]  # the page of a question has its status
        quiet(seen, app)
