"""The finding that demo, report and map begin with: its figures recounted in the tables, its questions, graphs without one."""

import re
from pathlib import Path

import bundled
import pytest

import kg
from kg.errors import InputError
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Outcome, Retrieval, Work
from kg.output.finding import finding, question_paths, questions

OLD = {"a": 1990, "b": 1991, "c": 1992}
NEW = {f"n{i}": 2018 for i in range(30)}
CITATIONS = [*((f"n{i}", "a") for i in range(3)), ("n4", "m"), ("m", "b"), *((f"n{i}", "x") for i in range(5, 30))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three old works, one of them cited by three of thirty papers of one meeting whose lists are all known."""
    years = OLD | NEW | {"m": 2000, "x": 2005}
    works = [
        Work(id=id_, title=f"Work {id_}", year=year, venue="Meeting" if id_ in NEW else "")
        for id_, year in years.items()
    ]
    known = [Retrieval(work=id_, list="references", outcome=Outcome.COMPLETE, source="made") for id_ in (*NEW, "m")]
    with Store.create(tmp_path / "graph.sqlite", name="g") as store, Writer.open(store.path, "test") as writer:
        made = [Citation(citing=a, cited=b, source="made") for a, b in CITATIONS]
        writer.add(Batch(works=works, citations=made, retrievals=known))
    (tmp_path / "eras.toml").write_text("old = [1985, 1995]\nnew = [2010, 2020]\n")
    (tmp_path / "questions.csv").write_text("earlier,later\na,n0\nb,n4\nc,x\nnobody,n1\n")
    return tmp_path


def told(graph: kg.Graph) -> dict[str, list[str]]:
    """The points by what they are about."""
    found: dict[str, list[str]] = {}
    for label, parts in finding(graph):
        found.setdefault(label, []).append("".join(parts))
    return found


def test_the_works_of_the_first_era_are_told_by_population_and_era(folder: Path):
    """Two of the three are cited by none of the thirty; both questions with a path are answered, the others stay open."""
    graph = kg.open_graph(folder)
    points = told(graph)
    meant = "Of the 3 works of the old era (1985 to 1995): "
    assert points["Works of the new era (2010 to 2020)"] == [
        f"30 of 30 reference lists known. {meant}2 cited by none; cited most, by 3: a."
    ]
    assert points["a"] == ["Cited by 3 of the 30 works of the new era (2010 to 2020) whose reference lists are known."]
    assert points["b"][0].startswith("Cited by none of the 30 ")
    caveat = " A line of citations shows that an idea could travel, not that it did."
    assert points["From a to n0"] == ["n0 cites a (1 citation)."]
    assert points["From b to n4"] == [f"b → m → n4: each is cited by the next (2 citations).{caveat}"]
    (unknown,), (missing,) = points["Open: from c to x"], points["Open: from nobody to n1"]
    assert unknown.startswith(
        "Whether c reached x is unknown: 1 of the 1 work on possible paths lacks a known reference list. "
    )
    assert missing.startswith("Whether nobody reached n1 cannot be told: ")
    assert [[graph.ids[i] for i in path] for path in question_paths(graph)] == [["a", "n0"], ["b", "m", "n4"]]


def test_report_and_map_begin_with_it(folder: Path):
    """The first chapter of the report, its figures with their commands; the first thing beside the map, and its first path."""
    graph = kg.open_graph(folder)
    report, drawn = str(graph.report()), str(graph.map())
    assert re.search(r"<h2[^>]*>What these data say</h2>\s*<ul>\s*<li><b>Works of the new era", report)
    assert "kg rank standing --era new --json" in report
    assert drawn.index("What these data say") < drawn.index("Reading this map")
    assert "Influence path, 1990 to 2018" in drawn


def test_a_graph_without_eras_tells_of_its_citations_and_a_wrong_file_is_explained(folder: Path):
    """Who is cited most and by whom, the line that goes back furthest, what is unknown; the columns of questions.csv are named."""
    (folder / "questions.csv").write_text("from,to\na,b\n")
    with pytest.raises(InputError, match=r"questions\.csv"):
        questions(kg.open_graph(folder))
    (folder / "eras.toml").unlink()
    (folder / "questions.csv").unlink()
    graph = kg.open_graph(folder)
    assert questions(graph) == []
    points = told(graph)
    assert points["Cited most"] == ['"Work x" (2005) is cited by 25 works of this graph, from n5 to n29.']
    assert points["Furthest back"][0].startswith("b → m → n4: each is cited by the next (2 citations).")
    assert points["Not known"] == [
        "The reference lists of 31 of the 35 works are known: the others may cite more of these works."
    ]
    assert "kg show x --graph" in str(graph.report())
    assert finding(kg.Graph.from_edges([("b", "a")])) == []


@pytest.mark.parametrize(
    ("pairs", "years", "said"),
    [
        ([], {}, {"No citation": "None of the works of this graph is known to cite another."}),
        ([("b", "a")], {}, {"Cited most": '"Work a" is cited by 1 work of this graph, "Work b".'}),
        ([("d", "a"), ("d", "b"), ("d", "c")], {}, {"Cited": '"Work d" cites 3 works of this graph; no other citation is known.'}),
        ([("b", "a"), ("c", "a"), ("d", "a")], {"a": 1950, "b": 1960, "d": 1955}, {
            "Cited most": '"Work a" (1950) is cited by 3 works of this graph, from d to b.',
        }),
        # b is dated before a, which it cites: the citations are said to begin with the next
        ([("b", "a"), ("c", "a"), ("d", "a")], {"a": 1997, "b": 1996, "c": 1998, "d": 2001}, {
            "Cited most": '"Work a" (1997) is cited by 3 works of this graph, from c to d.',
        }),
        ([("b", "a"), ("c", "b")], {"a": 1950, "b": 1960, "c": 1970}, {
            "Cited most": "No work is cited by more than one other; 2 works are cited by one each.",
            "Furthest back": "a → b → c: each is cited by the next (2 citations).",
        }),
        # the oldest is cited by an earlier work alone, against time: the line starts at the next
        ([("b", "a"), ("c", "b"), ("d", "c")], {"a": 1960, "b": 1955, "c": 1970, "d": 1980}, {"Furthest back": "b → c → d: "}),
        ([("b", "a"), ("c", "a"), ("c", "b"), ("d", "b")], {}, {
            "Cited most": '"Work a" is cited by 2 works of this graph, from b to c; 1 other work is cited as often.',
        }),
    ],
)  # fmt: skip
def test_small_graphs_have_their_sentences(tmp_path: Path, pairs: list, years: dict, said: dict[str, str]):
    """No citations, one, a tie, no years, citations into the future."""
    works = [Work(id=id_, title=f"Work {id_}", year=years.get(id_)) for id_ in "abcd"]
    with Store.create(tmp_path / "graph.sqlite", name="g") as store, Writer.open(store.path, "test") as writer:
        writer.add(Batch(works=works, citations=[Citation(citing=a, cited=b, source="made") for a, b in pairs]))
    points = told(kg.open_graph(tmp_path))
    none = (
        "Of the 4 works none has a reference list that is known whole; the "
        if pairs
        else "None of the 4 works has a known reference list, so they may cite one another without "
    )
    assert points["Not known"][0].startswith(none)
    assert {label: points[label][0][: len(text)] for label, text in said.items()} == said
    assert ("Furthest back" in points) == ("Furthest back" in said)


def test_what_is_known_of_the_works_that_a_graph_started_from_is_said_apart(tmp_path: Path):
    """One of two seeds, and of three works in all; nothing is said to be missing where every list is known."""
    works = [Work(id=id_, title=id_, year=2000, seed=id_ != "c") for id_ in "abc"]
    known = [Retrieval(work=id_, list="references", outcome=Outcome.COMPLETE, source="made") for id_ in "abc"]
    with Store.create(tmp_path / "graph.sqlite", name="g") as store, Writer.open(store.path, "test") as writer:
        writer.add(Batch(works=works, citations=[Citation(citing="a", cited="c", source="m")], retrievals=known[:1]))
        first = told(kg.open_graph(tmp_path))["Not known"][0]
        assert first.startswith(
            "The reference lists of 1 of the 2 works that it started from are known; of all 3 works, those of 1: "
        )
        writer.add(Batch(retrievals=known))
    assert told(kg.open_graph(tmp_path))["Known"][0].startswith("All 3 reference lists are known")


def test_the_bundled_figures_are_those_of_the_tables(bundled_graph):
    """Of the ISMIR 2018 papers whose lists are known, none cites this many of the connectionist core: counted without kg."""
    works = {row["key"]: row for row in bundled.rows("works")}
    core = {
        id_ for id_, w in works.items() if w["core"] == "1" and w["year"].isdecimal() and 1988 <= int(w["year"]) <= 2008
    }
    meeting = re.compile(r"ISMIR|Society (for|on|of) Music(al)? Information Retrieval")
    papers = {id_ for id_, w in works.items() if w["year"] == "2018" and meeting.search(w["venue"])}
    known = papers & {row["work"] for row in bundled.rows("lists") if row["outcome"] == "COMPLETE"}
    cited = {row["cited_key"] for row in bundled.rows("citations") if row["citing_key"] in known} & core
    points = told(bundled_graph)
    assert points["ISMIR 2018 papers"][0].startswith(
        f"{len(known)} of {len(papers)} reference lists known. Of the {len(core)} works of the connectionist era (1988 to 2008): "
        f"{len(core - cited)} cited by none; "
    )
    assert points["From Todd 1989 to LSTM 1996"][0].startswith(
        "Todd 1989 → Mozer & Soukup 1990 → Mozer 1992 → Hochreiter & Schmidhuber 1996: "
    )
    assert "cited by 2 of the 86 ISMIR 2018 papers" in points["Todd 1989"][0]
