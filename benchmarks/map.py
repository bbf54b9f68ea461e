"""The map beside plain pyvis on the same real citations, in headless Chromium with software rendering.

    python benchmarks/map.py [folder of a graph with nodes.csv.gz and edges.csv.gz]

The 1,500 most cited works of the graph and the first 6,000 citations among them: seconds to the first drawing (the least and the
median of RUNS), how many of them the page's main thread was at work (which other work on the machine changes little), median
milliseconds of a frame while the map is dragged and zoomed, size of the page; ours, pyvis as delivered and pyvis with
its physics switched off, each as a ratio of the medians to ours. Then the whole graph: seconds until it stands as
communities. The load of the machine is printed before and after.
"""

import math
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from pyvis.network import Network

from kg.graph.citation_graph import CitationGraph
from kg.output.map.page import render_map
from kg.output.map.view import map_view

DEFAULT = Path(__file__).parents[2] / "shared" / "data" / "hep-th"
WORKS, CITATIONS = 1500, 6000
PATIENCE = 60_000  # ms to wait for a first drawing
RUNS = 5
FLAGS = ["--no-sandbox", "--disable-gpu"]
DRAWN = "network.once('afterDrawing', () => { document.documentElement.dataset.ready = ''; }); network.redraw();"


def whole(folder: Path) -> CitationGraph:
    """The graph of a folder."""
    nodes = pd.read_csv(folder / "nodes.csv.gz", dtype=str)
    edges = pd.read_csv(folder / "edges.csv.gz", dtype=str)
    years = {id_: int(year) for id_, year in zip(nodes["id"], nodes["year"], strict=True) if isinstance(year, str)}
    return CitationGraph.from_edges(edges.itertuples(index=False, name=None), years=years, name=folder.name)


def part(graph: CitationGraph) -> CitationGraph:
    """Its most cited works and the first citations among them."""
    order = sorted(range(len(graph)), key=lambda i: (-len(graph.citers.of(i)), graph.ids[i]))[:WORKS]
    among = graph.subset(graph.ids[i] for i in order)
    pairs = list(among.citations.itertuples(index=False, name=None))[:CITATIONS]
    years = {id_: int(year) for id_, year in zip(among.ids, among.years, strict=True)}
    return CitationGraph.from_edges(pairs, years=years, works=among.ids, name="part")


def plain_pyvis(graph: CitationGraph, *, physics: bool) -> str:
    """The same works and citations as pyvis draws them, its script made to say when it has drawn."""
    net = Network(directed=True, cdn_resources="in_line")
    for id_, year in zip(graph.ids, graph.years.tolist(), strict=True):
        net.add_node(id_, label=id_, title=f"{id_} {year}")
    net.add_edges(list(graph.citations.itertuples(index=False, name=None)))
    net.toggle_physics(physics)
    page = net.generate_html(notebook=False)
    return page.replace(
        "network = new vis.Network(container, data, options);",
        f"network = new vis.Network(container, data, options); {DRAWN}",
    )


def frames(page: Page) -> float:
    """Median milliseconds of a frame while the map is dragged about and zoomed."""
    page.evaluate(
        "() => { window.frames_ = []; let last = performance.now();"
        " const tick = (now) => { frames_.push(now - last); last = now; window.run_ = requestAnimationFrame(tick); };"
        " requestAnimationFrame(tick); }"
    )
    page.mouse.move(700, 450)
    page.mouse.down()
    for k in range(60):
        page.mouse.move(700 + 3 * k, 450 - k)
    page.mouse.up()
    for k in range(20):
        page.mouse.wheel(0, -60 if k % 2 else 60)
    taken = page.evaluate("() => { cancelAnimationFrame(run_); return frames_; }")
    return statistics.median(taken[2:])


def measure(browser: Browser, html: str, folder: Path) -> tuple[float, float, float, float]:
    """Seconds to the first drawing, of them at work, median frame in ms, megabytes; NaN where it was not drawn in time."""
    file = folder / "page.html"
    file.write_text(html, encoding="utf-8")
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.route("http*://**", lambda route: route.abort())
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    start = time.perf_counter()
    try:
        page.goto(file.as_uri(), timeout=PATIENCE)
        page.wait_for_selector("html[data-ready]", state="attached", timeout=PATIENCE)
        first = time.perf_counter() - start
        metrics = {m["name"]: m["value"] for m in devtools.send("Performance.getMetrics")["metrics"]}
        return first, metrics["TaskDuration"], frames(page), file.stat().st_size / 1e6
    except PlaywrightTimeout:
        return math.nan, math.nan, math.nan, file.stat().st_size / 1e6
    finally:
        page.close()


class Runs:
    """What several runs of one page took."""

    def __init__(self, browser: Browser, html: str, folder: Path, runs: int) -> None:
        self.columns = list(zip(*(measure(browser, html, folder) for _ in range(runs)), strict=True))

    def median(self, k: int) -> float:
        """The median of one column: first view, at work, frame, size."""
        return statistics.median(self.columns[k])

    def summary(self, ours: "Runs") -> str:
        """One line, with ratios to ours."""
        if math.isnan(self.median(0)):
            return f"not drawn within {PATIENCE / 1000:.0f} s; {self.median(3):.2f} MB"
        first, work, frame = (f"{self.median(k):6.2f}" for k in range(3))
        ratios = [f"({self.median(k) / ours.median(k):5.2f}x)" for k in range(3)]
        least = min(self.columns[0])
        return (
            f"first view {first} s {ratios[0]}, least {least:.2f}; at work {work} s {ratios[1]}; "
            f"frame {frame} ms {ratios[2]}; {self.median(3):.2f} MB"
        )


def load() -> str:
    """How busy the machine was in the last minute."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def main() -> None:
    """Print one line per page."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    everything = whole(folder)
    some = part(everything)
    pages = {
        "kg map": render_map(map_view(some, limit=WORKS, lanes="none", rivers=False, returns=False)),
        "pyvis, physics off": plain_pyvis(some, physics=False),
        "pyvis as delivered": plain_pyvis(some, physics=True),
    }
    start = time.perf_counter()
    communities = render_map(map_view(everything))
    made = time.perf_counter() - start
    print(f"{len(some):,} works, {some.m:,} citations of {folder.name}; {RUNS} runs each; {load()}", flush=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as place:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        measure(browser, pages["kg map"], Path(place))  # the browser's own first page does not count
        ours: Runs | None = None
        for name, html in pages.items():
            found = Runs(browser, html, Path(place), 1 if "delivered" in name else RUNS)  # that one takes a minute
            ours = ours or found
            print(f"{name:20} {found.summary(ours)}", flush=True)
        found = Runs(browser, communities, Path(place), RUNS)
        print(f"{folder.name} as communities {found.told(found)}; made in {made:.1f} s")
        browser.close()
    print(load())


if __name__ == "__main__":
    main()
