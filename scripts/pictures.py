"""Make the pictures of the docs from real output: the map of the bundled graph in headless Chromium."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

DOCS = Path(__file__).parents[1] / "docs"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
]


def main() -> None:
    """Draw the map with kg itself and photograph it."""
    chromium = shutil.which("chromium") or sys.exit("no chromium on this machine")
    kg = Path(sys.executable).with_name("kg")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "map.html"
        words = ["map", str(page_file), "--title", "Neural networks for music"]
        way = ["--path", "Todd 1989", "A Hierarchical Latent Vector Model"]
        subprocess.run([kg, *words, *way], check=True)
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(page_file.as_uri())
        page.wait_for_selector("html[data-ready]")
        page.screenshot(path=DOCS / "map.png")
        browser.close()


if __name__ == "__main__":
    main()
