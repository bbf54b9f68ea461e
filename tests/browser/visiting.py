"""A page opened in a headless browser, with everything it tried to do."""

import shutil
from pathlib import Path

from playwright.sync_api import Browser, Page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
HOSTILE = {
    "w1": "<img src=x onerror=alert(1)>",
    "w2": "</script><script>alert(1)</script>",
    "w3": "شبكات عصبية للموسيقى",
    "w4": "用于音乐的神经网络",
    "w5": 'see <a href="javascript:alert(1)">href</a>',
}
PATH = ("w0", "w20", "w40", "w59")


class Visit:
    """An open page and everything it tried to do."""

    def __init__(
        self, browser: Browser, file: Path, hash_: str = "", *, ready: str = "html[data-ready]", **context
    ) -> None:
        context = {"viewport": {"width": 1400, "height": 900}, "reduced_motion": "reduce"} | context
        self.page: Page = browser.new_context(**context).new_page()
        self.page.set_default_timeout(8_000)
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
        self.page.wait_for_selector(ready, timeout=20_000)


def title_of(page: Page) -> str:
    """The title the panel shows."""
    return page.locator("#work h2.title").inner_text()
