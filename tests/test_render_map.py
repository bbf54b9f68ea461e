"""The citation map as a document: what is in it, and that nothing in it can act."""

import json
import re
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kg.errors import NothingFound
from kg.graph import CitationGraph
from kg.model import Outcome
from kg.render.map import PATH_COLOUR, MapView, render_map

EDGES = [("B", "A"), ("C", "B"), ("D", "C"), ("D", "A"), ("U", "A")]
YEARS = {"A": 1988, "B": 2002, "C": 2016, "D": 2018, "old": 1950}


def graph(**titles: str) -> CitationGraph:
    """Five dated works and an undated one, A -> B -> C -> D being an influence path."""
    made = CitationGraph.from_edges(EDGES, years=YEARS, outcomes={"D": Outcome.CAPPED, "C": Outcome.COMPLETE})
    made.works["title"] = [titles.get(id_, f"Title of {id_}") for id_ in made.ids]
    made.works["seed"] = [id_ == "A" for id_ in made.ids]
    return made


def view(made: CitationGraph | None = None, **options: Any) -> MapView:
    """A view of the whole little graph."""
    base: dict[str, Any] = {"total_works": 600, "total_citations": 700, "title": "A map"}
    return MapView(graph=graph() if made is None else made, **(base | options))


def constant(page: str, name: str) -> Any:
    """One of the page's JSON constants."""
    start = re.search(rf"\b{name} = ", page)
    assert start
    return json.JSONDecoder().raw_decode(page, start.end())[0]


class Tags(HTMLParser):
    """Every start tag of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one tag."""
        self.found.append((tag, dict(attrs)))


def test_the_page_draws_the_graph_it_is_given():
    """Nodes, edges, table rows and the counts in the header agree with the graph, citing to cited."""
    page = render_map(view())
    works, edges = constant(page, "WORKS"), constant(page, "EDGES")
    ids = [work["id"] for work in works]
    assert ids == graph().ids
    assert {(ids[e["from"]], ids[e["to"]]) for e in edges} == set(EDGES)
    assert page.count("<tr data-work=") == len(constant(page, "NODES")) == 6
    assert '<b id="count-works">6</b> of 600 works' in page
    assert '<b id="count-citations">5</b> of 700 citations' in page


def test_the_same_view_gives_the_same_bytes():
    """Nothing in the page depends on time, chance or the order of a set."""
    options = {"classes": {"A": "sleeper", "C": "classic"}, "path": ("A", "B", "C", "D")}
    assert render_map(view(**options)) == render_map(view(**options))


def test_one_file_that_asks_for_nothing():
    """A doctype, a policy without any origin, and no element that loads anything."""
    page = render_map(view())
    assert page.startswith("<!doctype html>")
    tags = Tags(page).found
    policy = next(a["content"] for _, a in tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy
    assert policy.startswith("default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'")
    assert "http" not in policy
    assert not [tag for tag, a in tags if tag in {"link", "iframe", "object", "img"} or "src" in a]
    assert "sourceMappingURL" not in page


HOSTILE = {
    "A": "<img src=x onerror=alert(1)>",
    "B": "</script><script>alert(1)</script>",
    "C": 'a "quoted" href=\'x\' <a href="javascript:alert(1)">',
    "D": "{{ 7 * 7 }} {% raw %} ${alert(1)} \u2028 <!--",
}


def test_hostile_text_is_escaped_everywhere():
    """Titles, notes and labels from sources add no element, and come back whole from the page's data."""
    made = graph(**HOSTILE)
    evil = HOSTILE["B"] + HOSTILE["A"]
    page = render_map(view(made, title=evil, subtitle=evil, notes=(evil,), classes={"A": evil}, attribution=evil))
    plain = Tags(render_map(view(notes=("n",), subtitle="s", classes={"A": "c"}, attribution="a"))).found
    assert [tag for tag, _ in Tags(page).found] == [tag for tag, _ in plain]
    assert {work["id"]: work["title"] for work in constant(page, "WORKS")}["D"] == HOSTILE["D"]
    assert "49" not in re.findall(r"dir=\"auto\">([^<]*)</a>", page)


def test_only_web_addresses_become_links():
    """Identifiers with an http(s) address are links, javascript: and schemes without an address are not."""
    identifiers = {"A": ("doi:10.1/x", "url:javascript:alert(1)", "url:http://example.org/p", "isbn:1")}
    page = render_map(view(identifiers=identifiers))
    links = next(work["links"] for work in constant(page, "WORKS") if work["id"] == "A")
    assert links == [["DOI", "https://doi.org/10.1/x"], ["example.org", "http://example.org/p"]]


def test_the_path_is_drawn_on_top_and_listed():
    """Each step of the path is a strong line, last in the list of edges; the panel lists the works old to new."""
    page = render_map(view(path=("A", "B", "C", "D")))
    edges, ids = constant(page, "EDGES"), graph().ids
    strong = [e for e in edges if e.get("color", {}).get("color") == PATH_COLOUR]
    assert {(ids[e["from"]], ids[e["to"]]) for e in strong} == {("B", "A"), ("C", "B"), ("D", "C")}
    assert edges[-3:] == strong
    listed = page[page.index('<ol class="path">') : page.index("</ol>")]
    assert re.findall(r"#work=(\w+)", listed) == ["A", "B", "C", "D"]


def test_eras_are_told_by_shape_and_colour_in_map_and_legend():
    """Works of each era have its shape, others a square; the legend names just the styles in use."""
    page = render_map(view())
    shapes = {graph().ids[node["id"]]: node["shape"] for node in constant(page, "NODES")}
    assert shapes == {"A": "diamond", "B": "diamond", "C": "dot", "D": "dot", "old": "square", "U": "square"}
    legend = page[page.index('<ul class="legend"') : page.index("</ul>", page.index('<ul class="legend"'))]
    assert "connectionist, 1988 to 2008" in legend
    assert "deep learning, from 2009" in legend
    assert "asleep" not in legend
    without = render_map(view(eras={"all": (1900, 9999)}))
    assert "connectionist" not in without


def test_size_follows_the_value_and_no_value_is_not_the_least():
    """Marks grow with the value; NaN is drawn hollow, told apart from zero, and said to be no value."""
    size = pd.Series({"A": 4.0, "B": 0.0, "C": np.nan, "D": 1.0}, name="value")
    page = render_map(view(size=size, size_label="beauty"))
    ids = graph().ids
    sizes = {ids[n["id"]]: n["size"] for n in constant(page, "NODES")}
    assert sizes["A"] > sizes["B"]
    hollow = {w["id"]: (w["hollow"], w["value"]) for w in constant(page, "WORKS")}
    assert hollow["B"] == (False, 0.0)
    assert hollow["C"] == (True, None)
    assert 'size: <span dir="auto">beauty</span> (hollow: no value)' in page


def test_years_asleep_are_doubted_where_lists_are_unknown():
    """A bar counts as sure only where most reference lists of its years are known; the page explains the bars."""
    options = {"asleep": {"A": (1988, 2001), "B": (2002, 2015)}}
    page = render_map(view(**options, coverage={1990: 0.1, 1995: 0.2, 2003: 0.9, 2010: 0.8}))
    asleep = {w["id"]: w["asleep"] for w in constant(page, "WORKS")}
    assert asleep["A"] == [1988, 2001, False]
    assert asleep["B"] == [2002, 2015, True]
    assert asleep["C"] is None
    assert "Dashed: most reference lists of those years are unknown" in page


def test_outcomes_are_said_in_plain_words():
    """No work is left without a word on its reference list."""
    said = {w["id"]: w["outcome"] for w in constant(render_map(view()), "WORKS")}
    assert said["C"] == "its whole reference list is held"
    assert said["D"] == "its reference list is cut off at the source's limit"
    assert said["U"] == "its reference list is not known"


def test_a_path_through_unknown_works_is_refused():
    """The caller is told which work is not in the graph."""
    with pytest.raises(NothingFound, match="nowhere"):
        render_map(view(path=("A", "nowhere")))


def test_an_empty_graph_still_makes_a_page():
    """A filter that leaves nothing gives a map that says so."""
    page = render_map(view(graph().subset([])))
    assert '<b id="count-works">0</b>' in page
