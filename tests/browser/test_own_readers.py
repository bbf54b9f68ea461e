"""VOSviewer Online and graphology, by which Gephi Lite reads GEXF, read what kg exports for VOSviewer and Gephi."""

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser

import kg
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Work

pytestmark = pytest.mark.nightly
PACKAGES = (
    *("vosviewer-online@1.2.2", "react@18", "react-dom@18", "mobx@6", "mobx-react-lite@3"),
    *("esbuild@0.25", "graphology@0.26", "graphology-gexf@0.13"),
)
SHOW = """import React from "react";
import { createRoot } from "react-dom/client";
import { VOSviewerOnline } from "vosviewer-online";
createRoot(document.getElementById("here")).render(React.createElement(VOSviewerOnline, window.asked));
"""
PAGE = """<!doctype html><meta charset="utf-8"><div id="here" style="width: 1200px; height: 800px"></div>
<script>
window.drawn = new Set();
const before = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) { window.drawn.add(String(text)); return before.call(this, text, ...rest); };
window.asked = ASKED;
</script><script src="show.js"></script>"""
READ = """const { readFileSync } = require("fs");
const graph = require("graphology-gexf").parse(require("graphology"), readFileSync(process.argv[2], "utf8"), { allowUndeclaredAttributes: false });
console.log(JSON.stringify({ nodes: graph.mapNodes((id, known) => [id, known]), edges: graph.mapEdges((_, known, a, b) => [a, b, known]) }));
"""
TITLES = [
    'A "quoted" title, with; signs',
    "Tabs\tand\nlines",
    "<b>Bold</b> & <script>alert(1)</script>",
    "训练",
    "",
    "'tis",
]


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages, installed from npm, and the page's script."""
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")
    home = tmp_path_factory.mktemp("npm")
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", home, *PACKAGES]
    if subprocess.run(command, check=False).returncode:
        pytest.skip("npm cannot install the packages")
    (home / "show.jsx").write_text(SHOW, encoding="utf-8")
    production = '--define:process.env.NODE_ENV="production"'
    build = [home / "node_modules" / ".bin" / "esbuild", "show.jsx", "--bundle", "--outfile=show.js", production]
    subprocess.run(build, cwd=home, check=True, capture_output=True)
    (home / "read.cjs").write_text(READ, encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> kg.Graph:
    """Works with hostile titles, one without a year, a loop, and two that cite each other."""
    folder = tmp_path_factory.mktemp("graph")
    works = [Work(id=f"w{k}", title=title, authors=('O"Neil, Ann',) * (k % 2), year=1990 + k if k else None) for k, title in enumerate(TITLES)]  # fmt: skip
    pairs = [(1, 0), (2, 0), (2, 1), (1, 2), (3, 3), (4, 2), (5, 3), (4, 3)]
    with Writer.open(folder / "graph.sqlite", "test", name="g") as writer:
        writer.add(
            Batch(works=works, citations=[Citation(citing=f"w{a}", cited=f"w{b}", source="s") for a, b in pairs])
        )
    return kg.open_graph(folder)


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None:
        """Not a word."""


@pytest.fixture
def served(modules: Path) -> Iterator[str]:
    """The folder, at an address of this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=modules)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("form", ["vosviewer", "vosviewer-map"])
@pytest.mark.parametrize("whole", [False, True])
def test_vosviewer_draws_what_kg_exports(
    graph: kg.Graph, modules: Path, served: str, browser: Browser, form: str, whole: bool
):
    """All items and links, in JSON and as text, with their labels drawn; no error is shown."""
    of, select = (kg.open_graph("bundled"), ["citations_held:300"]) if whole else (graph, [])
    shutil.rmtree(modules / "out", ignore_errors=True)
    (modules / "out").mkdir()
    written = of.export("vosviewer", modules / "out" / "map.json", select=select)
    network = json.loads((modules / "out" / "map.json").read_text(encoding="utf-8"))["network"]
    parameters: dict[str, object] = {"largest_component": False}
    if form == "vosviewer":
        parameters["json"] = f"{served}/out/map.json"
    else:
        of.export("vosviewer-map", modules / "out", select=select)
        parameters |= {"map": f"{served}/out/map.txt", "network": f"{served}/out/network.txt"}
    (modules / "page.html").write_text(PAGE.replace("ASKED", json.dumps({"parameters": parameters})), encoding="utf-8")
    page = browser.new_page()
    page.goto(f"{served}/page.html")
    page.get_by_text(f"Items: {len(written)}").or_(page.get_by_text("Error")).first.wait_for(timeout=120_000)
    text = page.inner_text("body")
    assert "Error" not in text, text
    assert f"Links: {len(network['links'])}" in text
    labels = {unescape(item["label"]) for item in network["items"]}
    drawn = {word for word in page.evaluate("[...window.drawn]") if not word.replace(".", "").isdigit()}
    page.close()
    assert drawn
    assert {
        word for word in drawn if not any(label.startswith(word.removesuffix("...").rstrip()) for label in labels)
    } == set()


@pytest.mark.parametrize("whole", [False, True])
def test_gephi_lite_reads_what_kg_exports(graph: kg.Graph, modules: Path, whole: bool):
    """Every node and edge, each attribute declared and of its type."""
    of, select = (kg.open_graph("bundled"), ["citations_held:3000"]) if whole else (graph, [])
    written = of.export("gexf", modules / "x.gexf", select=select)
    done = subprocess.run(
        ["node", "read.cjs", "x.gexf"], cwd=modules, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stderr == ""
    read = json.loads(done.stdout)
    table = written.works
    assert {id_ for id_, _ in read["nodes"]} == set(written.ids)
    assert {id_: known.get("year") for id_, known in read["nodes"]} == {
        id_: None if year is None else int(year) for id_, year in table["year"].astype(object).where(table["year"].notna(), None).items()
    }  # fmt: skip
    assert sorted((a, b) for a, b, _ in read["edges"]) == sorted(map(tuple, written.citations.to_numpy().tolist()))
    assert all(known["sources"] for _, _, known in read["edges"])
