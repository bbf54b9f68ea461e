"""What the browser tests share: one headless browser, a made graph with hostile titles, and pages that must stay quiet."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from browser.visiting import CHROMIUM, FLAGS, FORMULA, HANDS, HOSTILE, PATH, Hand, Visit
from kg.graph.citation_graph import CitationGraph
from kg.graph.eras import Era
from kg.output.map.model import Annotations, Lanes, MapView, Return, Score
from kg.output.map.page import render_map


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless browser for all tests here."""
    if CHROMIUM is None:
        pytest.skip("no chromium, chromium-browser or google-chrome on PATH")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def made() -> CitationGraph:
    """Sixty works of 1988 to 2019, one undated, some with hostile titles."""
    edges = [(f"w{a}", f"w{b}") for a in range(60) for b in range(a) if (a * 7 + b * 3) % 23 == 0]
    edges += [(new, old) for old, new in pairwise(PATH)]
    graph = CitationGraph.from_edges(
        edges,
        years={f"w{k}": None if k == 30 else 1988 + k * 31 // 59 for k in range(60)},
        concepts={f"w{k}": ["rhythm" if k % 4 else HOSTILE["w2"]] for k in range(0, 60, 2)},
    )
    titles = HOSTILE | {"w6": FORMULA}
    graph._works = graph.works.assign(
        title=[titles.get(id_, f"Networks and music, part {id_[1:]}") for id_ in graph.ids],
        authors=[f"Author{id_}, Anna; Second, Bo" for id_ in graph.ids],
        seed=[id_ in PATH for id_ in graph.ids],
    )
    return graph


@pytest.fixture(scope="session")
def page_file(made: CitationGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The map of those works, written to a file."""
    view = MapView(
        graph=made,
        total_works=60,
        total_citations=made.m,
        title=HOSTILE["w2"],
        notes=(HOSTILE["w1"],),
        finding=[("Found", HOSTILE["w1"]), ("Sure", "98 % of 60")],
        path=PATH,
        eras={"connectionist": Era("connectionist", 1988, 2008), "deep learning": Era("deep learning", 2009, 9999)},
        citations={id_: int(n) for id_, n in zip(made.ids, made.citers.counts(), strict=True)},
        about=Annotations(
            classes={"w7": HOSTILE["w1"]},
            judged=("w7", "w8", "w10"),
            asleep={"w0": (1988, 1998), "w6": (1991, 2010)},
            awake={"w0": 1998},
            returns=(
                Return("w1", "w57", HOSTILE["w1"]),
                Return("w2", "w58", "Nobody knows.", decided=False, why="kg why w2 uncredited_return"),
            ),
            scores={"w0": (Score("wake", "12.5", "kg why w0 wake"),)},
            evidence={("w20", "w0"): ("list of w20", HOSTILE["w5"])},
        ),
        lanes=Lanes(
            of={f"w{k}": f"lane {k % 3}" for k in range(60)},
            communities={f"w{k}": "even" if k % 2 == 0 else "odd" for k in range(60)},
        ),
        identifiers={"w0": ("doi:10.1/todd", "url:javascript:alert(1)")},
        coverage={1988: 0.1, 2015: 0.9},
        main=(("w0", "w20", "w40"),),
        weights={("w20", "w0"): 1.0, ("w40", "w20"): 0.7},
        drawn=tuple(f"w{k}" for k in range(60) if k % 10 != 9 or k == 59),
        reserve=2,
    )
    file = tmp_path_factory.mktemp("map") / "map.html"
    file.write_text(render_map(view), encoding="utf-8")
    return file


@pytest.fixture
def visit(browser: Browser, page_file: Path) -> Iterator:
    """Open the map; afterwards, whatever was done, it must have asked for nothing and complained of nothing."""
    visits: list[Visit] = []

    def open_(hash_: str = "", **context) -> Page:
        visits.append(Visit(browser, page_file, hash_, **context))
        return visits[-1].page

    yield open_
    for one in visits:
        asked = [url for url in one.requests if not url.startswith((page_file.as_uri(), "blob:"))]
        assert asked == []
        assert one.trouble == []
        assert one.page.evaluate("broken") == []
        one.page.context.close()


@pytest.fixture(params=HANDS)
def hand(request: pytest.FixtureRequest, visit) -> Hand:
    """The map, open, and one hand to use it with: once the mouse alone, once the keyboard alone."""
    return Hand(visit(), request.param)
