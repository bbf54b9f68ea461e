"""The page of a dossier in a real browser: quiet without any script, readable by all, on a phone, in the dark and in print."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from browser.visiting import HOSTILE, Visit
from kg.graph.folder import Workspace
from kg.model import Batch, Citation, Claim, Concept, Outcome, Retrieval, Work
from kg.output.dossier.content import dossier
from kg.output.dossier.formats import to_html


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dossier of an old work among works with hostile titles: cited late, on a subject that comes back, claimed about."""
    folder = tmp_path_factory.mktemp("dossier")
    works = [
        Work(id=w, title=title, year=1985 + 5 * k, seed=k == 5, identifiers=(f"doi:10.1000/{w}", f"mag:{k}"))
        for k, (w, title) in enumerate({"w0": "The first of them", **HOSTILE}.items())
    ]
    with Workspace.writing(str(folder / "g"), "test") as (_, writer):
        writer.add(
            Batch(
                works=works,
                citations=[
                    Citation(citing=f"w{a}", cited=f"w{b}", source="s") for a in range(2, 6) for b in range(a - 1)
                ],
                retrievals=[
                    Retrieval(work=w, list="references", outcome=Outcome.COMPLETE, source="s")
                    for w in ("w2", "w3", "w5")
                ],
                concepts=[Concept(work=w.id, scheme="task", label=HOSTILE["w1"], source="s") for w in works],
                claims=[
                    Claim(
                        id="c",
                        statement=HOSTILE["w2"],
                        kind="first",
                        place="1",
                        article="x",
                        roles=(("w0", "subject"),),
                    )
                ],
            )
        )
    file = folder / "dossier.html"
    file.write_text(to_html(dossier(Workspace.open(str(folder / "g")).graph, "w0")), encoding="utf-8")
    return file


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_quiet_readable_and_fits(browser: Browser, page_file: Path, scheme: str, width: int):
    """Nothing asked for, no error, no violation; nothing serious for axe; no scrolling sideways; hostile titles are text."""
    seen = Visit(
        *(browser, page_file), ready="main", color_scheme=scheme, viewport={"width": width, "height": 844}, offline=True
    )
    page = seen.page
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found if v["impact"] in {"serious", "critical"}] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(21, 23, 26)") == (scheme == "dark")
    text = page.locator("body").text_content() or ""
    assert all(HOSTILE[w] in text for w in ("w1", "w2", "w4", "w5"))
    assert page.locator("script, img, iframe, a[href^=javascript]").count() == 0
    assert [page.locator(f"svg .{kind}").count() for kind in ("known", "all", "unheard", "lists")] == [3, 1, 26, 0]
    assert page.locator("section").count() == 8
    assert page.locator("a").evaluate_all("links => links.map(a => a.href)") == ["https://doi.org/10.1000/w0"]
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert [url for url in seen.requests if url != page_file.as_uri()] == []
    assert seen.trouble == []
    assert page.evaluate("broken") == []
    page.context.close()
