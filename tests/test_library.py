"""What Python users hold: a graph that answers by name, with or without a folder, and answers that can be read."""

import inspect
import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from bundled import CITATIONS, WORKS

import kg
from kg.analysis.metrics.citations_held import citations_held
from kg.errors import AmbiguousWork, InputError, KgError, NothingFound
from kg.library.answers import Answer, Table

TITLES = {"A": "Über <b>bold</b>: the first", "B": "A second", "C": "A third"}
YEARS = {"A": 1989, "B": 2002, "C": 2016}


@pytest.fixture
def three() -> kg.Graph:
    """Give three works in a line, made in Python."""
    return kg.Graph.from_edges([("B", "A"), ("C", "B")], years=YEARS, titles=TITLES, name="three")


def answers(graph: kg.Graph) -> list[Answer]:
    """One answer of each kind that needs no folder."""
    return [
        graph.search("second"),
        graph.show("A"),
        graph.path("A", "C"),
        graph.path("C", "A"),
        graph.lines("A", "C"),
        graph.lineage("C"),
        graph.related("A"),
        graph.dossier("A"),
        graph.why("A", "wake"),
        graph.credit_check(["C"]),
        graph.forgotten(),
        graph.claims("1988-2008", "2009-"),
        graph.main_path(),
        graph.rpys(),
        graph.communities(),
        graph.rank("citations_held"),
        graph.info(),
    ]


def test_a_graph_made_in_python_answers_everything_that_needs_no_folder(three: kg.Graph):
    """Every answer prints, shows and gives a JSON document without NaN."""
    for answer in answers(three):
        assert str(answer)
        assert answer._repr_html_()
        assert isinstance(json.loads(answer.to_json()), dict), type(answer)


def test_titles_cannot_break_out_of_a_notebook(three: kg.Graph):
    """What a title says is text, not markup, in every answer that shows it."""
    for answer in answers(three):
        assert "<b>bold" not in answer._repr_html_(), type(answer)


def test_works_are_named_by_id_title_and_as_works(three: kg.Graph):
    """The three ways lead to the same work; nothing and too much are said as on the command line."""
    assert three.find("A") == three.find("uber bold the first") == three.find(three.find("A"))
    assert three.path(three.find("A"), "A third")[0].works[-1].id == "C"
    assert three.path("A", "C", via="A second") == three.path("A", "C", via=[three.find("B")])
    assert not three.path("A", "C", avoid=three.find("B"))
    with pytest.raises(NothingFound, match="no work fits 'nothing such'"):
        three.find("nothing such")
    twice = kg.Graph.from_edges([("B", "A")], titles={"A": "The same", "B": "The same"})
    with pytest.raises(AmbiguousWork):
        twice.find("The same")


def test_authors_of_a_table_name_works():
    """Authors and years of a pandas table name works as those of a folder do."""
    works = pd.DataFrame({"title": ["Old"], "year": [1989]}, index=["x"])
    graph = kg.Graph.from_pandas(pd.DataFrame({"citing": [], "cited": []}), works)
    assert graph.find("Old").year == 1989


def test_a_part_of_a_graph_knows_its_works_only(bundled_graph: kg.Graph):
    """In a subset a work outside is refused, not answered for; a path stays within."""
    part = bundled_graph.subset(["todd1989connectionist", "eck2002first", "graves2013generating"])
    assert [w.id for w in part.path("Todd 1989", "graves2013generating")[0].works][1] == "eck2002first"
    with pytest.raises(NothingFound, match="not in this part of the graph"):
        part.find("WaveNet")
    assert len(part.search("wavenet")) == 0


def test_a_year_holds_for_every_question(bundled_graph: kg.Graph):
    """The graph as of a year knows no later work, whether it is opened so or made so."""
    for graph in (kg.open_graph(as_of=2000), bundled_graph.as_of(2000)):
        with pytest.raises(NothingFound, match="so it is not in the graph as of 2000"):
            graph.find("WaveNet")
        assert graph.info().as_dict()["works"] == len(graph)
        assert graph.rank("citations_held", top=1).as_dict()["as_of"] == 2000
        assert repr(graph).startswith("<Graph neural-music as of 2000: ")


def test_what_needs_a_folder_says_so(three: kg.Graph, tmp_path: Path):
    """RDF, and exports of the whole store, are refused in one line that says what to do; graphml is written."""
    asked = (lambda: three.sparql("ASK {}"), three.rdflib, lambda: three.export("ttl", tmp_path / "x.ttl"))
    for ask in asked:
        with pytest.raises(InputError, match="was made in Python") as caught:
            ask()
        assert "kg ingest" in caught.value.hint
    three.export("graphml", tmp_path / "x.graphml")
    assert "the first" in (tmp_path / "x.graphml").read_text(encoding="utf-8")


def test_a_repr_says_name_works_citations_and_years(three: kg.Graph, bundled_graph: kg.Graph):
    """In one line, with counts that agree in number."""
    assert repr(three) == "<Graph three: 3 works, 2 citations, 1989-2016>"
    assert repr(kg.Graph.from_edges([("B", "A")])) == "<Graph: 2 works, 1 citation>"
    assert repr(bundled_graph) == f"<Graph neural-music: {WORKS:,} works, {CITATIONS:,} citations, 1805-2026>"


def test_no_path_never_reads_as_more_than_is_known(three: kg.Graph):
    """Dates forbid, lists are known, or a list is missing: three sentences, and the last one begins with unknown."""
    assert "C is the later one" in str(three.path("C", "A"))
    assert "all their reference lists are known" in str(
        kg.Graph.from_edges([("C", "B")], years=YEARS, closed=True).path("A", "C")
    )
    open_ = kg.Graph.from_edges([("C", "B")], years=YEARS).path("A", "C")
    assert str(open_).startswith("unknown: no path from A to C was found, but there may be one: 1 of the 2 works")
    assert not open_
    assert [w.id for w, _ in open_.certificate.missing()] == ["B"]
    assert "only works up to 1 citation back from C were searched" in str(three.path("A", "C", max_hops=1))


def test_options_and_metrics_are_checked_before_anything_is_computed(three: kg.Graph):
    """A wrong name is refused with the names there are."""
    for ask, named in (
        (lambda: three.rank("citations_helt"), "citations_helt"),
        (lambda: three.rank("disruption", windo="5y"), "windo"),
        (lambda: three.rank("rpys"), "rpys"),
        (lambda: three.path("A", "C", by="longest"), "longest"),
        (lambda: three.related("A", "friendship"), "friendship"),
        (lambda: three.lines("romantic", "C"), "romantic"),
        (lambda: three.rank("wake", top=-1), "top must be at least 0"),
        (lambda: three.search("A", top=-1), "top must be at least 0"),
        (lambda: three.find(None), "invalid name of a work: None"),
    ):
        with pytest.raises(KgError, match=named):
            ask()


def test_every_public_method_is_typed_and_documented(bundled_graph: kg.Graph):
    """Parameters are named one by one, and every one of them stands in the docstring."""
    for name, method in inspect.getmembers(kg.Graph, inspect.isfunction):
        if name.startswith("_") or not method.__module__.startswith("kg.library"):
            continue
        doc = inspect.getdoc(method) or ""
        for parameter in list(inspect.signature(method).parameters.values())[1:]:
            assert parameter.annotation not in {inspect.Parameter.empty, "Any"}, (name, parameter)
            assert parameter.name in doc or name == "lines", (name, parameter.name)
    assert {"path", "find", "rank", "map"} <= set(dir(bundled_graph))


def test_a_long_table_is_cut_in_a_repr():
    """A repr shows the first rows and says how many more there are."""
    table = Table(["n"], [(k,) for k in range(30)])
    assert table.lines()[-1] == "... and 10 more"
    assert table.html().count("<tr>") == 21


@pytest.mark.parametrize("opened", [False, True], ids=["made in Python", "read from a folder"])
def test_threads_may_ask_one_graph(three: kg.Graph, tmp_path: Path, opened: bool):
    """SQLite connections belong to the thread that opened them unless told otherwise."""
    (tmp_path / "e.csv").write_text("citing,cited\nb,a\nc,b\nc,a\n")
    kg.ingest(tmp_path / "e.csv", graph=str(tmp_path / "g"))
    graph = kg.open_graph(tmp_path / "g") if opened else three
    first = graph.ids[0]

    def ask(_: int) -> tuple[str, str, str, int]:
        return graph.find(first).id, str(graph.show(first)), str(graph.forgotten(top=1)), len(graph.works)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, range(12)))
    assert answers == [ask(0)] * 12


def test_changing_a_table_does_not_change_the_graph(three: kg.Graph):
    """Each use of a table gives a copy."""
    three.as_of(2015)
    before = {name: getattr(three, name).copy() for name in ("works", "citations", "concepts")}
    for name, unchanged in before.items():
        table = getattr(three, name)
        table.loc[:, table.columns[0]] = "changed"
        table["more"] = 1
        pd.testing.assert_frame_equal(getattr(three, name), unchanged)
    assert "changed" not in str(three.rank("citations_held"))


def test_no_answer_sends_escape_sequences_to_a_terminal():
    """Neither in tables nor in lines of text."""
    graph = kg.Graph.from_edges([("b", "a")], titles={"a": "\x1b[31mred\u202e", "b": "B"})
    for answer in (graph.show("a"), graph.info(), graph.dossier("a"), graph.search("red")):
        assert "\x1b" not in str(answer)
        assert "\u202e" not in repr(answer)
    assert "\n" in str(graph.show("a"))


@pytest.mark.parametrize("as_of", [None, 2000])
def test_a_graph_can_be_pickled(three: kg.Graph, as_of: int | None):
    """One made in Python, one read from a folder, and a part of it answer as before; ids cannot be changed."""
    opened = kg.open_graph(as_of=as_of)
    for graph in (three, opened, opened.subset(opened.ids[:9])):
        again = pickle.loads(pickle.dumps(graph))  # noqa: S301
        assert repr(again) == repr(graph)
        pd.testing.assert_frame_equal(again.works, graph.works)
        assert str(again.show(graph.ids[0])) == str(graph.show(graph.ids[0]))
        assert isinstance(again.ids, tuple)


def test_the_bundled_graph_has_its_own_name_where_no_graph_of_that_name_stands(tmp_path: Path, monkeypatch):
    """A copy made by the demo, or any graph of that name, comes first; other names are not found."""
    monkeypatch.chdir(tmp_path)
    assert kg.open_graph("neural-music").provenance.folder == kg.open_graph().provenance.folder
    (tmp_path / "graphs" / "neural-music").mkdir(parents=True)
    with pytest.raises(InputError, match="no graph 'neural-music'"):
        kg.open_graph("neural-music")


def test_a_page_saves_itself(three: kg.Graph, tmp_path: Path):
    """Maps, reports and dossiers are written by their own method."""
    three.map().save(tmp_path / "map.html")
    assert (tmp_path / "map.html").read_text(encoding="utf-8") == three.map()


def test_a_metric_is_given_by_name_or_as_such(three: kg.Graph):
    """A function with the decorator needs no entry point."""
    assert str(three.rank(citations_held)) == str(three.rank("citations-held"))
    assert str(three.why("A", citations_held)) == str(three.why("A", "citations_held"))


def test_works_without_a_year_are_not_said_to_have_unknown_lists():
    """Their lists may be known: it is the year that leaves a path open."""
    answer = str(kg.Graph.from_edges([("B", "A")], years={"A": 1989}).path("A", "B"))
    assert "B has no year in this graph" in answer
    assert "works with no year, nearest first:" in answer


def test_cited_years_begin_with_what_they_say(three: kg.Graph):
    """How many references, of which years, and which of these stand out."""
    assert str(three.rpys()).startswith("2 references to works of 1989 to 2002; the years that stand out most")
    assert str(kg.Graph.from_edges([("B", "A")]).rpys()).startswith("no work with a year is cited")


def test_a_ranking_without_works_is_an_empty_table(three: kg.Graph):
    """With the columns of any ranking."""
    for ranking in (kg.Graph.from_edges([]).rank("citations_held"), three.rank("citations_held", top=0)):
        assert not len(ranking.table)
        assert list(ranking.table) == list(three.rank("citations_held").table)
