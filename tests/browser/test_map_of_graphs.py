"""The map of real and random graphs: its answers are those of the command line, its pages the same every time."""

import os
import random
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import Browser

import kg
from browser.visiting import BESIDE, Visit, title_of
from kg.analysis.paths.query import shortest_paths
from kg.graph.citation_graph import CitationGraph
from kg.output.map.model import MapView
from kg.output.map.page import render_map

pytestmark = pytest.mark.long
KG = Path(sys.executable).with_name("kg")


def test_the_rows_of_a_long_table_are_all_there_for_who_asks(browser: Browser, bundled: Path):
    """Before the page has had time to write the last rows, sorting, saving and printing have them all."""
    seen = Visit(browser, bundled)
    rows = "document.querySelectorAll('tbody tr').length"
    waiting = f"(() => {{ clearRows(); const few = {rows}; ASK; return [few, {rows}, kgMap.nodes]; }})()"
    clear = """() => { window.clearRows = () => { const some = [...tableRows.keys()].slice(150);
      for (const i of some) { tableRows.get(i).remove(); tableRows.delete(i); } waiting = new Set(some); }; }"""
    seen.page.evaluate(clear)
    for ask in ("headings[2].firstElementChild.click()", "csv()", "dispatchEvent(new Event('beforeprint'))"):
        few, then, works = seen.page.evaluate(waiting.replace("ASK", ask))
        assert (few, then) == (150, works), ask
    assert seen.trouble == []
    seen.page.context.close()


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The map of the bundled graph with two hundred works."""
    file = tmp_path_factory.mktemp("bundled") / "map.html"
    subprocess.run([KG, "map", file, "--limit", "175"], check=True, capture_output=True)
    return file


def test_two_hundred_works_have_no_overlapping_labels(browser: Browser, bundled: Path):
    """At default zoom no two labels meet, those of the story are there, and few end at the mark of another work."""
    seen = Visit(browser, bundled)
    works = seen.page.evaluate("kgMap.nodes")
    assert works > 200
    seen.page.wait_for_function("n => document.querySelectorAll('tbody tr').length === n", arg=works)
    assert seen.page.evaluate(BESIDE) <= 5, "16 before labels kept away"
    boxes = seen.page.evaluate("kgMap.labels().map(l => [...l.box, WORKS[l.i].id])")
    assert len(boxes) >= 30, "how many fit depends on the letters the machine has"
    assert {"todd1988sequential", "oord2016wavenet"} <= {box[4] for box in boxes}
    for a, b in combinations(boxes, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (a, b)
    assert seen.trouble == []
    seen.page.context.close()


def test_the_page_computes_the_paths_of_kg_path(browser: Browser, bundled: Path):
    """Between 200 pairs of works of the bundled graph, a quarter of them ancestor and descendant: the same path, or the same certificate."""
    graph = kg.open_graph()
    seen = Visit(browser, bundled)
    assert seen.page.evaluate("WORKS.map(w => w.id)") == list(graph.ids)
    chance = random.Random(6)  # noqa: S311
    cited = [i for i in range(len(graph)) if len(graph.citers.of(i))]
    citing = [i for i in range(len(graph)) if len(graph.references.of(i))]
    pairs = [(a, b) for a, b in zip(chance.choices(cited, k=150), chance.choices(citing, k=150), strict=True) if a != b]
    for new in chance.choices(citing, k=50):
        old = new
        for _ in range(chance.randint(1, 3)):
            old = int(chance.choice(graph.references.of(old).tolist() or [old]))
        pairs += [(old, new)] if old != new else []
    pairs.append((graph.number("todd1989connectionist"), graph.number("roberts2018hierarchical")))
    told = seen.page.evaluate(
        "pairs => pairs.map(([a, b]) => { const way = shortest(a, b); return way ?? certificate(a, b); })", pairs
    )
    found = 0
    for (old, new), page in zip(pairs, told, strict=True):
        answer = shortest_paths(graph.arrays, old, new)
        if answer.paths:
            found += 1
            assert page == list(answer.paths[0])
        else:
            c = answer.certificate
            assert c
            assert (page["hops"], page["works"], page["open"]) == (c.reach.hops, c.reach.works, c.reach.unknown)
    assert found >= 5
    seen.page.context.close()


def test_paths_in_the_page_follow_the_rule_of_time_to_the_day(browser: Browser, tmp_path: Path):
    """Random graphs with days, years, undated works, cycles and later works cited: as `kg path` answers."""
    chance = random.Random(7)  # noqa: S311
    for trial in range(3):
        n = 30
        years = {f"w{k}": chance.choice([None, *range(2000, 2006)]) for k in range(n)}
        dates = {
            f"w{k}": f"{y}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}"
            for k in range(n)
            if (y := years[f"w{k}"]) and k % 2
        }
        edges = {(f"w{chance.randrange(n)}", f"w{chance.randrange(n)}") for _ in range(110)}
        graph = CitationGraph.from_edges(sorted(edges), years=years, dates=dates)
        file = tmp_path / f"{trial}.html"
        file.write_text(
            render_map(MapView(graph=graph, total_works=n, total_citations=graph.m, title="x")), encoding="utf-8"
        )
        seen = Visit(browser, file)
        pairs = [(a, b) for a in range(n) for b in range(n) if a != b]
        told = seen.page.evaluate("pairs => pairs.map(([a, b]) => shortest(a, b) ?? certificate(a, b))", pairs)
        for (old, new), page in zip(pairs, told, strict=True):
            answer = shortest_paths(graph.arrays, old, new)
            if answer.paths:
                assert page == list(answer.paths[0])
            elif answer.certificate:
                c = answer.certificate
                assert (page["hops"], page["works"], page["open"]) == (c.reach.hops, c.reach.works, c.reach.unknown), (
                    old,
                    new,
                )
        seen.page.context.close()


def test_the_map_is_the_same_bytes_whatever_the_hash_seed(tmp_path: Path):
    """Two processes with different hash seeds draw the same page of the bundled graph."""
    pages = []
    for seed in ("1", "2"):
        out = tmp_path / f"{seed}.html"
        subprocess.run([KG, "map", out], check=True, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True)
        pages.append(out.read_bytes())
    assert pages[0] == pages[1]


def test_a_large_graph_opens_as_communities_that_expand(browser: Browser, shared: Path, tmp_path: Path):
    """hep-th, 27,770 works: a few landmarks in lanes by community; a lane opens to a readable number; search reaches all."""
    folder = shared / "data" / "hep-th"
    words = ["ingest", folder / "edges.csv.gz", "--works", folder / "nodes.csv.gz", "--graph", "hep-th"]
    for command in (words, ["map", tmp_path / "map.html", "--graph", "hep-th"]):
        subprocess.run([KG, *command], check=True, capture_output=True, cwd=tmp_path)
    seen = Visit(browser, tmp_path / "map.html")
    page = seen.page
    lanes, drawn = page.evaluate("[lanes.length, kgMap.nodes]")
    assert lanes >= 8
    assert drawn <= 3 * lanes
    assert page.evaluate("lanes.reduce((sum, lane) => sum + lane.works.length, 0)") == 27_770
    for _ in range(5):
        more = page.locator("#lanes .more").nth(2)
        if more.is_disabled():
            break
        more.click()
    assert page.evaluate("lanes[2].works.filter(i => drawn[i]).length") == 160, "as many as stay readable"
    page.fill("#search", "9201015")
    page.press("#search", "Enter")
    page.locator("#work h2.title").wait_for()
    assert page.evaluate("drawn[byId.get('9201015')]") == 1
    assert seen.trouble == []
    page.context.close()


def test_a_newcomer_finds_todd_his_fate_and_the_way_to_wavenet(browser: Browser, bundled: Path):
    """Words in the search, Enter: the fate is a sentence; one press: what was searched, and what leads on instead."""
    seen = Visit(browser, bundled)
    page = seen.page
    assert "Todd 1988" in page.locator("#about").inner_text(), "the first thing a reader sees"
    page.keyboard.press("/")
    page.keyboard.type("todd 1988")
    page.keyboard.press("Enter")
    assert title_of(page) == "A sequential network design for musical applications"
    fate = page.locator("#work .fate").inner_text()
    assert fate.startswith("Cited by 3 works in this graph, first in 1993, 5 years after it appeared.")
    assert "Too few reference lists of the years between are known" in fate
    returned = page.locator("#work .return", has=page.locator('a[href="#work=oord2016wavenet"]'))
    returned.get_by_role("button", name="Search for a path").click()
    assert page.locator("#work .verdict").inner_text().startswith("No path is known, but there may be one")
    assert "kg path todd1988sequential oord2016wavenet" in page.locator("#work").inner_text()
    page.get_by_role("button", name="Show the path from").first.click()
    assert page.evaluate("WORKS[kgMap.route().at(-1)].id") == "oord2016wavenet"
    assert page.evaluate("WORKS[kgMap.route()[0]].year") >= 1988
    assert seen.trouble == []
    page.context.close()
