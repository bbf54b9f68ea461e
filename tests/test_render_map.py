"""The citation map as a document: what is in it, and that nothing in it can act."""

import base64
import json
import re
from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd
import pytest
from page_tags import Tags

from kg.errors import NothingFound
from kg.graph.citation_graph import CitationGraph
from kg.graph.eras import Era
from kg.model import Outcome
from kg.output.map.model import Annotations, Lanes, MapView, Return, Score
from kg.output.map.page import render_map
from kg.output.pages.marks import COMMUNITY_MARKS, MARKS

EDGES = [("B", "A"), ("C", "B"), ("D", "C"), ("D", "A"), ("U", "A")]
YEARS = {"A": 1988, "B": 2002, "C": 2016, "D": 2018, "old": 1950}


def graph(**titles: str) -> CitationGraph:
    """Five dated works and an undated one, A -> B -> C -> D being an influence path."""
    made = CitationGraph.from_edges(EDGES, years=YEARS, outcomes={"D": Outcome.CAPPED, "C": Outcome.COMPLETE})
    named = [titles.get(id_, f"Title of {id_}") for id_ in made.ids]
    made._works = made.works.assign(title=named, seed=[id_ == "A" for id_ in made.ids])
    return made


ERAS = {"connectionist": Era("connectionist", 1988, 2008), "deep learning": Era("deep learning", 2009, 9999)}


def view(made: CitationGraph | None = None, **options: Any) -> MapView:
    """A view of the whole little graph."""
    base: dict[str, Any] = {"total_works": 600, "total_citations": 700, "title": "A map", "eras": ERAS}
    about = {name: options.pop(name) for name in [*options] if name in {f.name for f in fields(Annotations)}}
    chosen = graph() if made is None else made
    return MapView(graph=chosen, about=Annotations(**about), **(base | options))


def constant(page: str, name: str) -> Any:
    """One of the page's JSON constants."""
    start = page.index(f'<script type="application/json" id="data-{name.lower()}">')
    return json.loads(page[page.index(">", start) + 1 : page.index("</script>", start)])


def test_the_page_draws_the_graph_it_is_given():
    """Nodes, edges, table rows and the counts in the header agree with the graph, citing to cited."""
    page = render_map(view())
    works, edges = constant(page, "WORKS"), constant(page, "EDGES")
    ids = [work["id"] for work in works]
    assert tuple(ids) == graph().ids
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


def test_the_paths_are_in_the_page_and_the_way_is_listed():
    """The page knows each step of the path and of the main path; the panel lists the works of the path old to new."""
    page = render_map(view(path=("A", "B", "C", "D"), main=(("A", "B", "C"), ("A", "B"))))
    rest, ids = constant(page, "REST"), graph().ids
    assert [ids[i] for i in rest["path"]] == ["A", "B", "C", "D"]
    assert {(ids[a], ids[b]) for a, b in rest["main"]} == {("A", "B"), ("B", "C")}
    assert len(rest["main"]) == 2, "a step that two main paths share is there once"
    listed = page[page.index('<ol class="path">') : page.index("</ol>")]
    assert re.findall(r"#work=(\w+)", listed) == ["A", "B", "C", "D"]


def test_works_not_drawn_are_in_the_page():
    """Those drawn at first are nodes and rows of the table; the others are known, with their citations and lane."""
    page = render_map(view(drawn=("A", "B"), reserve=1))
    nodes, rest, works = constant(page, "NODES"), constant(page, "REST"), constant(page, "WORKS")
    ids = graph().ids
    assert {ids[node["id"]] for node in nodes} == {"A", "B"}
    assert len(constant(page, "EDGES")) == 1
    assert page.count("<tr data-work=") == 2
    assert len(works) == len(rest["lane"]) == 6
    assert len(rest["rows"]) == 4, "one more of each of the two lanes has a place"
    offsets = np.frombuffer(base64.b64decode(rest["offsets"]), "<u4")
    cited = np.frombuffer(base64.b64decode(rest["cited"]), "<u4")
    pairs = {(ids[i], ids[j]) for i in range(6) for j in cited[offsets[i] : offsets[i + 1]]}
    assert pairs == set(EDGES)


def test_marks_differ_by_the_group_asked_for():
    """Colour by community or class: the largest group first, each with its own shape; the rest share one."""
    page = render_map(view(lanes=Lanes(communities={"A": "old", "B": "old", "C": "new"}), colour="community"))
    name, styles, of = constant(page, "REST")["colourings"][0]
    assert name == "community"
    assert [style["label"] for style in styles] == ["old", "new", "other communities"]
    assert len({style["shape"] for style in styles}) == 3
    assert {id_: of[i] for i, id_ in enumerate(graph().ids)} == {"A": 0, "B": 0, "C": 1, "D": 2, "old": 2, "U": 2}


def test_scores_returns_and_evidence_reach_the_page():
    """What the caller says of works, pairs and citations is there, and nothing else."""
    page = render_map(
        view(
            scores={"A": (Score("wake", "3", "kg why A wake"), Score("beauty", "1", "kg why A beauty --here"))},
            returns=(Return("A", "D", "the same idea"),),
            evidence={("B", "A"): ("a list", "a sentence")},
            weights={("B", "A"): 0.5},
            awake={"A": 2001},
        )
    )
    works, rest, ids = constant(page, "WORKS"), constant(page, "REST"), graph().ids
    assert [work.get("scores") for work in works if work["id"] == "A"] == [
        [["wake", "3"], ["beauty", "1", "kg why A beauty --here"]]  # the first command is what the script makes
    ]
    assert [work.get("awake") for work in works if work["id"] == "A"] == [2001]
    assert rest["returns"] == [[ids.index("A"), ids.index("D"), "the same idea", 1, ""]]
    (citation,) = rest["weights"]
    assert [rest["lines"][n] for n in rest["evidence"][citation]] == ["a list", "a sentence"]
    assert "the same idea" in page[page.index('<div id="about">') : page.index('<div id="work"')]


def test_a_notebook_shows_the_page_in_a_frame_that_reaches_nothing():
    """The frame holds the page escaped, runs its scripts and has no origin."""
    shown = render_map(view())._repr_html_()
    (tag, attrs), *rest = Tags(shown).found
    assert (tag, rest) == ("iframe", [])
    assert attrs["srcdoc"] == str(render_map(view()))
    assert "allow-same-origin" not in (attrs["sandbox"] or "")


def test_eras_are_told_by_shape_and_colour_in_map_and_legend():
    """Works of each era have its shape, others a square; the legend names just the styles in use."""
    page = render_map(view())
    shapes = {graph().ids[node["id"]]: node["shape"] for node in constant(page, "NODES")}
    assert shapes == {"A": "diamond", "B": "diamond", "C": "dot", "D": "dot", "old": "square", "U": "square"}
    name, styles, _ = constant(page, "REST")["colourings"][0]
    assert name == "era"
    assert [style["label"] for style in styles[:2]] == ["connectionist, 1988 to 2008", "deep learning, from 2009"]
    legend = page[page.index('class="legend"') : page.index("</ul>", page.index('class="legend"'))]
    assert "years without a citation" not in legend
    without = render_map(view(eras={"all": Era("all", 1900, 9999)}))
    assert "connectionist" not in without


def test_size_follows_the_value_and_no_value_is_not_the_least():
    """Marks grow with the value; NaN is drawn hollow, told apart from zero, and said to be no value."""
    size = pd.Series({"A": 4.0, "B": 0.0, "C": np.nan, "D": 1.0}, name="value")
    page = render_map(view(size=size, size_label="beauty"))
    ids = graph().ids
    sizes = {ids[n["id"]]: n["size"] for n in constant(page, "NODES")}
    assert sizes["A"] > sizes["B"]
    hollow = {w["id"]: (w.get("hollow"), w.get("value")) for w in constant(page, "WORKS")}
    assert hollow["B"] == (None, 0.0)
    assert hollow["C"] == (True, None)
    assert 'size: <span dir="auto">beauty</span> (hollow: no value)' in page


def test_years_without_citations_are_bars_and_explained():
    """The page draws them as they are given, and says what a bar means; an awakening has a mark only on a bar."""
    page = render_map(view(asleep={"B": (2002, 2015)}, awake={"A": 2001}))
    asleep = {w["id"]: w.get("asleep") for w in constant(page, "WORKS")}
    assert asleep == {"A": None, "B": [2002, 2015], "C": None, "D": None, "U": None, "old": None}
    assert "A bar runs from a work to its first citation in this graph" in page
    legend = page[page.index('class="legend"') : page.index("</ul>", page.index('class="legend"'))]
    assert "years without a citation in this graph" in legend
    assert "awakening" not in legend


def test_communities_never_have_the_colours_of_eras():
    """A reader who knows the colours of the eras takes no community for one."""
    eras = {colour.lower() for mark in MARKS[:2] for colour in (mark.light, mark.dark)}
    assert not eras & {colour.lower() for mark in COMMUNITY_MARKS for colour in (mark.light, mark.dark)}
    assert len({mark.light for mark in COMMUNITY_MARKS}) == len({mark.dark for mark in COMMUNITY_MARKS}) == 8


def test_outcomes_are_said_in_plain_words():
    """No work is left without a word on its reference list."""
    page = render_map(view())
    rest = constant(page, "REST")
    said = {w["id"]: rest["outcomes"][w.get("outcome", rest["unknown"])] for w in constant(page, "WORKS")}
    assert said["C"] == "its reference list is complete"
    assert said["D"] == "its reference list is cut at a limit of the source"
    assert said["U"] == "its reference list is unknown"


def test_a_path_through_unknown_works_is_refused():
    """The caller is told which work is not in the graph."""
    with pytest.raises(NothingFound, match="nowhere"):
        render_map(view(path=("A", "nowhere")))


def test_an_empty_graph_still_makes_a_page():
    """A filter that leaves nothing gives a map that says so."""
    page = render_map(view(graph().subset([])))
    assert '<b id="count-works">0</b>' in page
