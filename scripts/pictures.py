"""Make the pictures of the docs from real output: map and report of the bundled graph in headless Chromium."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

DOCS = Path(__file__).parents[1] / "docs"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
]


#: picture -> (page, what follows in its address, dark, part to show: None is the window)
PICTURES = {
    "map.png": ("map", "", False, None),
    "map-dark.png": ("map", "#work=todd1988sequential&with=oord2016wavenet", True, None),
    "report-histories.png": ("report", "", False, "#asleep-and-awake figure"),
    "report-concepts.png": ("report", "", False, "#concepts-first-use-dormancy-return figure"),
}


def main() -> None:
    """Draw map and report with kg itself and photograph them."""
    chromium = shutil.which("chromium") or sys.exit("no chromium on this machine")
    kg = Path(sys.executable).with_name("kg")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        pages = {name: Path(folder) / f"{name}.html" for name in ("map", "report")}
        way = ["--path", "Todd 1989", "A Hierarchical Latent Vector Model"]
        subprocess.run([kg, "map", pages["map"], "--title", "Neural networks for music", *way], check=True)
        subprocess.run([kg, "report", pages["report"]], check=True)
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        for picture, (name, address, dark, part) in PICTURES.items():
            page = browser.new_page(viewport={"width": 1400, "height": 900}, color_scheme="dark" if dark else "light")
            page.goto(pages[name].as_uri() + address)
            page.wait_for_selector("html[data-ready]", state="attached")
            shown = page.locator(part) if part else page
            shown.screenshot(path=DOCS / picture)
            with Image.open(DOCS / picture) as image:  # a palette makes the file a third as large
                image.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE).save(DOCS / picture, optimize=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
