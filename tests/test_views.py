"""What a map shows of a graph: the choice of works, lanes, colours, and what it says of the rest."""

from pathlib import Path

import numpy as np
import pytest
from simulate import barely_known, simulate

import kg
from kg.analysis.paths.query import shortest_paths
from kg.errors import InputError, UnknownName
from kg.graph.citation_graph import CitationGraph
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Claim, Outcome, Work
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


def test_lanes_by_community_are_named_after_their_first_work_where_there_are_no_titles():
    """Without concepts the lanes are communities, in order of time."""
    view = map_view(GRAPH)
    assert view.lanes.of
    assert set(view.lanes.of.values()) == set(view.lanes.order)
    assert all(name.startswith("Around w") for name in view.lanes.order)


def test_lanes_by_community_are_named_after_the_words_of_their_titles():
    """Two communities of six works each: their lanes bear what their titles share and the others do not."""
    topics = {"c": "Chord recognition in audio, part {}", "d": "An LSTM for drum transcription, part {}"}
    edges = [(f"{of}{a}", f"{of}{b}") for of in topics for a in range(6) for b in range(a)]
    graph = CitationGraph.from_edges(edges, years={f"{of}{k}": 1990 + k for of in topics for k in range(6)})
    graph._works = graph.works.assign(title=[topics[id_[0]].format(id_[1:]) for id_ in graph.ids])
    view = map_view(graph)
    names = {of: {view.lanes.of[f"{of}{k}"] for k in range(6)} for of in topics}
    assert names == {"c": {"Audio, chord recognition"}, "d": {"Drum transcription, LSTM"}}


def test_the_bundled_map_has_named_lanes_and_knows_sources_and_eras(bundled_graph: CitationGraph):
    """At most a third of the works drawn are in no lane with a name; eras, addresses and evidence come from the graph."""
    view = map_view(bundled_graph)
    drawn = view.drawn or ()
    assert 3 * sum(id_ not in view.lanes.of for id_ in drawn) <= len(drawn)
    assert view.colour == "era", "lanes show the communities, colours the eras"
    assert list(view.eras) == ["connectionist", "deep learning"]
    assert len(view.about.evidence) == view.graph.m
    assert all(lines for lines in view.about.evidence.values())
    assert view.identifiers
    assert ("todd1988sequential", "oord2016wavenet") in {(r.old, r.new) for r in view.about.returns}
    assert not any(r.decided for r in view.about.returns), "most lists of this graph are missing"


def test_works_are_said_to_sleep_only_where_silence_was_heard():
    """B slept ten years in which five lists a year are known; of the years of A and C one has four, or under half."""
    years = {"A": 1988, "B": 2001, "C": 2012, "old": 1980}
    outcomes = {}
    for year in range(1989, 2024):
        known = 4 if year == 1995 else 5
        for k in range(5 + 6 * (year == 2015)):
            years[f"{year}-{k}"] = year
            outcomes[f"{year}-{k}"] = Outcome.COMPLETE if k < known else Outcome.UNKNOWN
    edges = [(work, "old") for work, outcome in outcomes.items() if outcome == Outcome.COMPLETE]
    edges += [("2000-0", "A"), ("2011-0", "B"), ("2022-0", "C")]
    graph = CitationGraph.from_edges(edges, years=years, outcomes=outcomes)
    asleep = map_view(graph).about.asleep
    assert {work: asleep.get(work) for work in "ABC"} == {"A": None, "B": (2001, 2011), "C": None}


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
    assert [(r.old, r.new, r.decided) for r in view.about.returns] == [("a", "d", False), ("b", "d", True)]
    assert "missing reference lists may hide one" in view.about.returns[0].reason, (
        "the list of c, which d cites, is not known"
    )
    assert "no unknown reference list could hide one" in view.about.returns[1].reason, "c is too early to lead to b"
    assert view.about.verdicts["x"][0] == "open"


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
    assert [(r.old, r.new, r.decided) for r in view.about.returns] == [("odd", f"late{k}", True) for k in range(3)]
    assert {"odd", "late0"} <= set(view.drawn or ()), "its works are drawn whatever their size"
    assert view.about.returns[0].reason.startswith("All 8 works on its topic that are at least 10 years later")
    assert "have no citation path to it (0.0 would be expected)" in view.about.returns[0].reason
    assert "No citation path leads from the older to the newer work" in view.about.returns[0].reason
    assert view.about.returns[0].why == "", "no command sees a graph made in Python"
    inside = map_view(niche(), limit=200, returns=True)
    assert len(inside.about.returns) == 3
    assert inside.about.more_returns == 5, "pairs drawn and not marked are counted"


def test_what_a_path_or_a_missing_list_explains_is_not_dashed():
    """With a path from the old work, or with lists that are not known, nothing is said to have come back uncredited."""
    assert map_view(niche(credited=True), returns=True).about.returns == ()
    assert map_view(niche(known=False), returns=True).about.returns == ()
    assert map_view(niche(), returns=False).about.returns == ()


def test_around_a_work_its_own_returns_are_drawn():
    """The map of a work shows where its subject came back, though no citation leads there."""
    view = map_view(niche(), focus="odd", limit=2)
    assert {r.old for r in view.about.returns} == {"odd"}
    assert {"late0", "late1", "late2"} <= set(view.drawn or ())


@pytest.mark.long
def test_planted_precursors_of_a_simulated_field_are_dashed():
    """Returns without a path lead from the precursors planted in the field, and none from a work that was traced back."""
    field = simulate(3, start=20)
    view = map_view(field.graph, returns=True, colour="class")
    assert {"sleeper", "hidden ancestor", "uncredited precursor"} >= {
        view.about.classes[w] for w in view.drawn or () if w in view.about.classes
    }
    classed = view.about.classes.keys() & set(view.drawn or ())
    assert len(classed) >= min(24, len(view.about.classes)) > 5, (
        "works with a class are drawn where classes are asked for"
    )
    assert len(view.about.returns) >= 6
    first = [field.planted.get(r.old) for r in view.about.returns[:6]]
    assert set(first) == {"uncredited precursor"}, "the rarest subjects come first"
    assert not any(
        shortest_paths(field.graph.arrays, *map(field.graph.number, (r.old, r.new))).paths for r in view.about.returns
    )


def test_classes_that_cannot_be_told_are_said_not_refused():
    """Where no work can be judged, the colour stands for that, and a sentence says how many lack data."""
    view = map_view(GRAPH.without_lists(np.ones(len(GRAPH), np.bool_)), colour="class")
    assert (view.about.classes, view.about.judged) == ({}, [])
    assert any("No work has a class: too little is known about all of the 40 works" in note for note in view.notes)
    [way] = [way for way in Payload(view).colourings if way.name == "class"]
    assert {way.styles[k].label for k in way.of} == {"too little data for a class"}


def test_a_sleeper_among_works_that_cannot_be_ranked_has_its_colour():
    """Where under half of the lists are known nothing is ranked, but a work cited late by known lists is drawn as a sleeper."""
    view = map_view(barely_known(), colour="class", limit=30)
    assert view.about.classes == {"asleep": "sleeper"}
    assert view.about.judged == []
    assert "asleep" in (view.drawn or ())
    assert not any("No work has a class" in note for note in view.notes)


def test_the_map_names_works_by_the_family_names_of_the_sentences(tmp_path: Path):
    """The name a label begins with is that of `kg.text.surname`, with its particles: one rule for page and program."""
    authors = {"a": ("Aäron van den Oord", "Sander Dieleman"), "b": ("Todd, Peter M.",), "c": ()}
    works = [Work(id=id_, title=id_, authors=names) for id_, names in authors.items()]
    with Store.create(tmp_path / "graph.sqlite", name="g") as store, Writer.open(store.path, "test") as writer:
        writer.add(Batch(works=works, citations=[Citation(citing="a", cited="b", source="made")]))
    named = {work["id"]: work.get("family") for work in Payload(map_view(kg.open_graph(tmp_path))).works}
    assert named == {"a": "van den Oord", "b": "Todd", "c": None}
