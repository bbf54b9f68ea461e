"""What a map shows of a graph: the choice of works, lanes, colours, and what it says of the rest."""

import numpy as np
import pytest
from simulate import simulate

import kg
from kg.analysis.paths.query import shortest_paths
from kg.errors import InputError, UnknownName
from kg.graph.citation_graph import CitationGraph
from kg.model import Claim
from kg.output.map.payload import Payload
from kg.output.map.view import map_view

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
    """Lanes and colours that no work could show are refused with what to do instead."""
    for options in ({"lanes": "concept"}, {"colour": "concept"}, {"limit": 0}):
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
    assert [(r.old, r.new, r.decided) for r in view.returns] == [("a", "d", False), ("b", "d", True)]
    assert "this data cannot tell" in view.returns[0].reason, "the list of c, which d cites, is not known"
    assert "no missing list could hold one" in view.returns[1].reason, "c is too early to lead to b"
    assert view.verdicts["x"][0] == "not decidable here"


def test_the_bundled_map_knows_sources_and_eras():
    """From the bundled graph come eras, addresses and what says that one work cites another."""
    view = map_view(kg.open_graph(), limit=10)
    assert list(view.eras) == ["connectionist", "deep learning"]
    assert len(view.evidence) == view.graph.m
    assert all(lines for lines in view.evidence.values())
    assert view.identifiers
    assert ("todd1988sequential", "oord2016wavenet") in {(r.old, r.new) for r in view.returns}
    assert not any(r.decided for r in view.returns), "most lists of this graph are missing"


def niche(*, credited: bool = False, known: bool = True) -> CitationGraph:
    """Eighty works that cite all ten early ones of their subject; eight of another that cite none of its one early work."""
    edges = [(f"n{k}", f"o{i}") for k in range(80) for i in range(10)] + [(f"x{k}", "odd") for k in range(80)]
    edges += [(f"late{k}", f"n{i}") for k in range(8) for i in range(10)]
    edges += [("n0", "x0")] if credited else []
    years = {f"o{i}": 1985 for i in range(10)} | {f"n{k}": 2000 for k in range(80)} | {f"x{k}": 1986 for k in range(80)}
    years |= {"odd": 1985} | {f"late{k}": 2000 for k in range(8)}
    concepts = {f"{of}{k}": ["common"] for of, n in (("o", 10), ("n", 80)) for k in range(n)}
    concepts |= {w: ["rare"] for w in ("odd", *(f"late{k}" for k in range(8)))}
    return CitationGraph.from_edges(edges, years=years, concepts=concepts, closed=known)


def test_a_subject_that_came_back_without_a_path_is_dashed():
    """Of a closed graph: the old work joined with its first returns, with the figures and the words of the measure."""
    view = map_view(niche(), limit=1, returns=True)
    assert [(r.old, r.new, r.decided) for r in view.returns] == [("odd", f"late{k}", True) for k in range(3)]
    assert {"odd", "late0"} <= set(view.drawn or ()), "its works are drawn whatever their size"
    assert "Of 8 works of its subject" in view.returns[0].reason
    assert "all have no citation path back to it, where 0.0 are expected" in view.returns[0].reason
    assert "No citation path between the two is found in this data" in view.returns[0].reason
    assert view.returns[0].why == "", "no command sees a graph made in Python"
    inside = map_view(niche(), limit=200, returns=True)
    assert len(inside.returns) == 3
    assert inside.more_returns == 5, "pairs drawn and not marked are counted"


def test_what_a_path_or_a_missing_list_explains_is_not_dashed():
    """With a path from the old work, or with lists that are not known, nothing is said to have come back uncredited."""
    assert map_view(niche(credited=True), returns=True).returns == ()
    assert map_view(niche(known=False), returns=True).returns == ()
    assert map_view(niche(), returns=False).returns == ()


def test_around_a_work_its_own_returns_are_drawn():
    """The map of a work shows where its subject came back, though no citation leads there."""
    view = map_view(niche(), focus="odd", limit=2)
    assert {r.old for r in view.returns} == {"odd"}
    assert {"late0", "late1", "late2"} <= set(view.drawn or ())


@pytest.mark.long
def test_planted_precursors_of_a_simulated_field_are_dashed():
    """Returns without a path lead from the precursors planted in the field, and none from a work that was traced back."""
    field = simulate(3, start=20)
    view = map_view(field.graph, returns=True, colour="class")
    assert {"sleeper", "hidden ancestor", "uncredited precursor"} >= {
        view.classes[w] for w in view.drawn or () if w in view.classes
    }
    assert sum(w in view.classes for w in view.drawn or ()) >= 24, (
        "works with a class are drawn where classes are asked for"
    )
    assert len(view.returns) >= 6
    first = [field.planted.get(r.old) for r in view.returns[:6]]
    assert set(first) == {"uncredited precursor"}, "the rarest subjects come first"
    assert not any(
        shortest_paths(field.graph.arrays, *map(field.graph.number, (r.old, r.new))).paths for r in view.returns
    )


def test_classes_that_cannot_be_told_are_said_not_refused():
    """Where no work can be judged, the colour stands for that, and a sentence says how many lack data."""
    view = map_view(GRAPH.without_lists(np.ones(len(GRAPH), np.bool_)), colour="class")
    assert (view.classes, view.judged) == ({}, [])
    assert any("No work of this graph can be given a class: 40 works lack data" in note for note in view.notes)
    [way] = [way for way in Payload(view).colourings if way.name == "class"]
    assert {way.styles[k].label for k in way.of} == {"not enough data to judge"}
