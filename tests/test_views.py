"""What a map shows of a graph: the choice of works, lanes, colours, and what it says of the rest."""

import pytest

import kg
from kg.errors import InputError, UnknownName
from kg.graph import CitationGraph
from kg.model import Claim
from kg.views import map_view

GRAPH = CitationGraph.from_edges(
    [(f"w{a}", f"w{b}") for a in range(40) for b in range(a) if (a * 5 + b) % 7 == 0],
    years={f"w{k}": 1980 + k for k in range(40)},
)


def test_the_page_holds_the_whole_graph_and_draws_the_first():
    """All works are in the page, the most cited and those of the main path are drawn, counts are of the whole."""
    view = map_view(GRAPH, limit=5)
    assert len(view.graph) == view.total_works == 40
    assert 5 <= len(view.drawn or ()) < 40
    first = max(GRAPH.ids, key=lambda id_: len(GRAPH.citers.of(GRAPH.number(id_))))
    assert first in (view.drawn or ())
    assert {w for way in view.main for w in way} <= set(view.drawn or ())
    assert any("reach every work of the graph" in note for note in view.notes)


def test_lanes_by_community_are_named_after_their_first_work():
    """Without concepts the lanes are communities, in order of time."""
    view = map_view(GRAPH)
    assert view.lanes
    assert set(view.lanes.values()) == set(view.lane_order)
    assert all(name.startswith("Around w") for name in view.lane_order)


def test_what_nobody_has_is_refused():
    """Lanes, colours and classes that no work could show are refused with what to do instead."""
    for options in ({"lanes": "concept"}, {"colour": "concept"}, {"colour": "class"}, {"limit": 0}):
        with pytest.raises(InputError) as refused:
            map_view(GRAPH, **options)
        assert refused.value.hint
    with pytest.raises(UnknownName, match="rainbow"):
        map_view(GRAPH, colour="rainbow")


def test_ideas_that_an_article_joins_are_drawn_only_where_no_path_is_held():
    """Of two works said to share a principle, those without a citation path between them become a dashed curve."""
    graph = CitationGraph.from_edges([("b", "a"), ("d", "c")], years={"a": 1988, "b": 2016, "c": 1990, "d": 2017})
    roles = (("a", "subject"), ("b", "object"), ("d", "object"))
    claim = Claim(id="x", statement="One idea.", kind="same principle", place="par. 1", article="T", roles=roles)
    graph._tables = graph._tables.__class__(**{**vars(graph._tables), "claims": lambda: (claim,)})
    view = map_view(graph)
    assert [(r.old, r.new) for r in view.returns] == [("a", "d"), ("b", "d")]
    assert view.verdicts["x"][0] == "not decidable here"


def test_the_bundled_map_knows_sources_and_eras():
    """From the bundled graph come eras, addresses and what says that one work cites another."""
    view = map_view(kg.open_graph(), space=kg.Workspace.open(), limit=10)
    assert list(view.eras) == ["connectionist", "deep learning"]
    assert len(view.evidence) == view.graph.m
    assert all(lines for lines in view.evidence.values())
    assert view.identifiers
    assert ("todd1988sequential", "oord2016wavenet") in {(r.old, r.new) for r in view.returns}
