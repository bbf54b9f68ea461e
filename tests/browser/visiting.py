"""A page opened in a headless browser, with everything it tried to do."""

import shutil
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
#: How long what must come is waited for, on a machine that has much else to do.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)
HOSTILE = {
    "w1": "<img src=x onerror=alert(1)>",
    "w2": "</script><script>alert(1)</script>",
    "w3": "شبكات عصبية للموسيقى",
    "w4": "用于音乐的神经网络",
    "w5": 'see <a href="javascript:alert(1)">href</a>',
}
FORMULA = "=HYPERLINK(1+1)"
PATH = ("w0", "w20", "w40", "w59")
HANDS = ("mouse", "keyboard")
MARK = """id => { const [x, y] = kgMap.place(byId.get(id)), p = kgMap.network.canvasToDOM({x, y}),
  r = canvas.getBoundingClientRect(); return [p.x + r.left, p.y + r.top]; }"""
LINE = """([a, b]) => { const k = citationOf(byId.get(a), byId.get(b)), c = curve(citing[k], cited[k]), r = canvas.getBoundingClientRect();
  for (let t = 0.1; t < 0.9; t += 0.01) {
    const u = 1 - t, [x, y] = [0, 1].map((d) => u*u*u*c[d] + 3*u*u*t*c[2+d] + 3*u*t*t*c[4+d] + t*t*t*c[6+d]), p = network.canvasToDOM({ x, y });
    const at = document.elementFromPoint(p.x + r.left, p.y + r.top);
    if (at === canvas && network.getNodeAt(p) === undefined && network.getEdgeAt(p) === k) return [p.x + r.left, p.y + r.top];
  }
  return null; }"""

#: How many labels have another work's mark within 7 pixels of an end.
BESIDE = """() => { const s = kgMap.network.getScale(), marks = nodes.getIds().filter((i) => shown[i]);
  return kgMap.labels().filter((l) => marks.some((i) => { const [x, y] = kgMap.place(i).map((v) => v * s), r = radius(i) * s;
    return i !== l.i && y > l.box[1] && y < l.box[3] && x + r > l.box[0] - 7 && x - r < l.box[2] + 7; })).length; }"""


class Visit:
    """An open page and everything it tried to do."""

    def __init__(
        self, browser: Browser, file: Path, hash_: str = "", *, ready: str = "html[data-ready]", **context
    ) -> None:
        context = {"viewport": {"width": 1400, "height": 900}, "reduced_motion": "reduce"} | context
        self.page: Page = browser.new_context(**context).new_page()
        self.page.set_default_timeout(PATIENCE_MS)
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
        self.page.wait_for_selector(ready)


def title_of(page: Page) -> str:
    """The title the panel shows."""
    return page.locator("#work h2.title").inner_text()


def ids(page: Page, expression: str) -> list[str]:
    """The ids of the works a script expression gives."""
    return page.evaluate(f"[...({expression})].map(i => WORKS[i].id)")


def bad(page: Page) -> list[tuple[str, str]]:
    """What axe finds serious or critical."""
    found = Axe().run(page).response["violations"]
    return [(v["id"], v["nodes"][0]["html"][:120]) for v in found if v["impact"] in {"serious", "critical"}]


class Hand:
    """Uses the map as one person does: by mouse alone, or by keyboard alone.

    Focus is set on an element by the script where a person would press Tab; that Tab reaches all of them is a test of its own.
    """

    def __init__(self, page: Page, how: str) -> None:
        self.page = page
        self.mouse = how == "mouse"

    def press(self, what: str | Locator) -> None:
        """A button, link, heading or menu."""
        there = self.page.locator(what).first if isinstance(what, str) else what
        if self.mouse:
            there.click()
        else:
            there.focus()
            self.page.keyboard.press("Enter")

    def choose(self, select: str, label: str) -> None:
        """An option of a list: opened and chosen, or its first letters typed."""
        if self.mouse:
            self.page.locator(select).select_option(label=label)  # the system's own list is not of the page
        else:
            self.page.locator(select).focus()
            self.page.keyboard.type(label[:12])
        assert self.page.locator(select).evaluate("one => one.selectedOptions[0].label") == label

    def write(self, field: str, text: str) -> None:
        """A number or text in a field, which is then left."""
        if self.mouse:
            self.page.click(field)
            self.page.keyboard.type(text)
            self.page.locator(field).blur()  # as a click beside it does
        else:
            self.page.locator(field).focus()
            self.page.keyboard.type(text)
            self.page.keyboard.press("Tab")

    def open(self, id_: str) -> None:
        """A work of the map: its mark is clicked, or it is looked for by its id."""
        if self.mouse:
            self.page.mouse.click(*self.page.evaluate(MARK, id_))
        else:
            self.page.keyboard.press("/")
            self.page.keyboard.type(id_)
            self.page.keyboard.press("Enter")
        self.page.wait_for_function("id => kgMap.selected() !== null && WORKS[kgMap.selected()].id === id", arg=id_)

    def leave(self) -> None:
        """Close what is open."""
        if self.mouse:
            self.page.locator("aside .close:visible").click()
        else:
            self.page.keyboard.press("Escape")
