"""As of a year: every metric and reading command sees what that year's data alone would have shown."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from contract import alone
from hypothesis import given
from hypothesis import strategies as st
from oracles import Case, cases

from kg.analysis.main_path import main_path
from kg.analysis.rpys import rpys
from kg.graph.arrays import ARRAYS
from kg.graph.folder import Workspace
from kg.graph.topology import arrays_of
from kg.model import Batch, Citation, Outcome, Retrieval, Work

YEAR = 2004
TWICE = (("whole", "--as-of", YEAR), ("then",))


@given(cases(), st.integers(2001, 2007))
def test_main_paths_and_years_as_of_a_year(case: Case, year: int):
    """Main paths and reference years too."""
    then, expected = case.graph().as_of(year), alone(case, year).graph()
    assert main_path(then).total == main_path(expected).total
    assert main_path(then).paths == main_path(expected).paths
    assert rpys(then).table.equals(rpys(expected).table)


@pytest.mark.long
@given(case=cases(), year=st.integers(2001, 2007))
def test_a_store_as_of_a_year_has_the_index_of_that_years_data_alone(tmp_path_factory, case: Case, year: int):
    """Every array and count is the same, and what rests on them: the works in their order, the outcomes of lists."""
    folder = tmp_path_factory.mktemp("then")
    if not alone(case, year).works:
        return
    then = kept(folder / "whole", case).as_of(year)
    expected = kept(folder / "alone", alone(case, year))
    of_store, theirs = arrays_of(then.store), arrays_of(expected.store)
    for ours in (then.arrays, of_store):
        for name in ARRAYS.keys() - {"rows", "numbers"}:
            assert getattr(ours, name).tolist() == getattr(theirs, name).tolist()
    assert of_store.meta == theirs.meta
    every = range(len(then.arrays))
    assert then.ids(every) == [w.id for n in theirs.rows for w in expected.store.works("n = ?", (int(n),))]
    assert then.store.outcome_counts() == expected.store.outcome_counts()
    assert [w.reported_references for w in then.store.works()] == [None] * len(every)
    assert set(then.graph.ids) == set(case.graph().as_of(year).ids)


def kept(folder: Path, case: Case) -> Workspace:
    """The graph of a case, kept in a folder."""
    works = [
        Work(id=w, title=w, year=case.year(w), date=case.dates.get(w), reported_references=7 if case.dates else None)
        for w in case.works
    ]
    lists = [
        Retrieval(work=w, list="references", outcome=outcome, source="s")
        for w, outcome in case.outcomes.items()
        if outcome != Outcome.UNKNOWN
    ]
    citations = [Citation(citing=a, cited=b, source="s", times=n) for (a, b), n in Counter(case.edges).items()]
    with Workspace.writing(str(folder), "test") as (_, writer):
        writer.add(Batch(works=works, citations=citations, retrievals=lists))
    return Workspace.open(str(folder))


@pytest.mark.long
def test_commands_as_of_a_year_answer_as_that_years_data_alone(kg_here, tmp_path):
    """An edge list, and the same cut at a year: each reading command gives the same document."""
    years = {"r": 1998, "q": 1999, "f": 2001, "a": 2003, "b": 2003, "c": 2004, "d": 2006, "x": ""}
    edges = ["f,r", "f,q", "a,f", "b,f", "b,r", "c,a", "c,b", "d,f", "d,r", "x,f", "f,x", "a,d", "b,b", "r,d", "b,r"]
    for name, kept in (("whole", years), ("then", {w: y for w, y in years.items() if y and y <= YEAR})):
        with (tmp_path / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows(
                [("citing", "cited"), *(e.split(",") for e in edges if {*e.split(",")} <= {*kept})]
            )
        with (tmp_path / f"{name}-works.csv").open("w", newline="") as file:
            rows = [(id_, f"The work of {id_ * 3}", year) for id_, year in kept.items()]
            csv.writer(file).writerows([("id", "title", "year"), *rows])
        kg_here("ingest", f"{name}.csv", "--works", f"{name}-works.csv", "--graph", name)
    (tmp_path / "my.bib").write_text("".join(f"@misc{{{w}, title={{The work of {w * 3}}}}}\n" for w in "cbdz"))
    for words in (
        *(["rank", "disruption", "--all"], ["rpys"], ["show", "f", "--related", "co_citation"]),
        *(["lineage", "c"], ["lineage", "r", "--forward", "--hops", 1], ["lineage", "c", "--to", "r"]),
        *(["dossier", "f"], ["dossier", "The work of rrr"], ["credit-check", "my.bib"], ["info", "--communities"]),
        *(
            ["why", "f", "wake"],
            ["claims", "--earlier", "1998-2001", "--later", "2003-"],
            ["forgotten"],
            ["path", "r", "c", "-k", 9],
            ["path", "q", "c", "--lines"],
        ),
    ):
        whole = kg_here(*words, "--as-of", YEAR, "--json", graph="whole").out
        one = json.loads(whole.replace(f" --as-of {YEAR}", "").replace("whole", "then"))
        other = json.loads(kg_here(*words, "--json", graph="then").out.replace("whole", "then"))
        for document in (one, other):
            for key in ("as_of", "graph", *_NOT_OF_A_YEAR.get(words[0], ())):
                document.pop(key, None)
            document.get("options", {}).pop("as_of", None)
        assert f"--as-of {YEAR}" in whole or words[0] != "dossier"
        assert one == other, words
    drawn = kg_here("export", "graphml", "--as-of", YEAR, graph="whole").out
    assert drawn.count("<node ") == 6
    query = "SELECT ?a ?b { [] kg:id ?a ; cito:cites/kg:id ?b } ORDER BY ?a ?b"
    cited, then = (kg_here("sparql", query, "--csv", *words, graph=name).out for name, *words in TWICE)
    assert cited == then
    assert len(then.splitlines()) == 1 + 8
    one, other = (kg_here("export", "nt", *words, graph=name).out.splitlines() for name, *words in TWICE)

    def facts(lines):
        of_works = [line.replace("whole", "then") for line in lines]
        return sorted(
            line for line in of_works if not line.startswith(("<urn:x-kg:graph:then> ", "<urn:x-kg:run:then:"))
        )

    assert facts(one) == facts(other)


#: what a document says of the year asked about, or cannot say of any year
_NOT_OF_A_YEAR = {
    "info": ["skipped", "references"],
    "path": ["notes"],  # they count in the graph of all years
}


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["search", "todd", "--as-of", 1900], 5, "dated up to 1900"),
        (["show", "WaveNet", "--as-of", 2000], 5, "so it is not in the graph as of 2000"),
        (["lineage", "WaveNet", "--as-of", 2000], 5, "oord2016wavenet was published in 2016"),
        (["lineage", "Todd 1989", "--to", "WaveNet", "--as-of", 2000], 5, "so it is not in the graph as of 2000"),
        (["dossier", "WaveNet", "--as-of", 2000], 5, "so it is not in the graph as of 2000"),
        (["why", "WaveNet", "wake", "--as-of", 2000], 5, "so it is not in the graph as of 2000"),
        (["dossier", "no such work at all", "--as-of", 2000], 5, "no work fits 'no such work at all'"),
        (["credit-check", "ids.txt", "--as-of", 2000], 5, "its only entry is not in this graph as of 2000"),
        (["info", "--as-of", 1800], 5, "no work of this graph is dated up to 1800"),
        (["export", "nt", "--as-of", 1800], 5, "no work of this graph is dated up to 1800"),
    ],
)
def test_what_was_not_there_yet_is_refused_in_one_line(kg_here, tmp_path, words: list[str], code: int, told: str):
    """A work of a later year, or a year before all works: exit 5 and one clear line."""
    (tmp_path / "ids.txt").write_text("arXiv:1609.03499\n")
    run = kg_here(*words, code=code)
    assert told in run.err
    assert run.out == ""


def test_an_export_as_of_a_year_holds_its_works(kg_here):
    """GraphML of the works up to 1989 of the bundled graph."""
    assert (
        kg_here("export", "graphml", "--as-of", 1989).out.count("<node ")
        == kg_here("info", "--json", "--as-of", 1989).json()["works"]
    )
