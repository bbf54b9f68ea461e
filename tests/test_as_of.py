"""As of a year: every metric and reading command sees what that year's data alone would have shown."""

import csv
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import Case, cases

from kg.analysis.main_path import main_path
from kg.analysis.rpys import rpys
from kg.model import Outcome
from kg.registry import METRICS, load
from kg.views import map_view

YEAR = 2004
TWICE = (("whole", "--as-of", YEAR), ("then",))


def alone(case: Case, year: int) -> Case:
    """The facts of the works dated up to a year; a list of which nothing is left is not known then."""
    held = [w for w in case.works if case.year(w) is not None and case.year(w) <= year]
    edges = [(a, b) for a, b in case.edges if a in held and b in held]
    left = {a for a, _ in edges}
    outcomes = {
        w: Outcome.UNKNOWN if case.outcomes[w] == Outcome.COMPLETE and w not in left else case.outcomes[w] for w in held
    }
    years, dates = ({w: x for w, x in of.items() if w in held} for of in (case.years, case.dates))
    return Case(held, edges, years, dates, outcomes)


@pytest.mark.parametrize("name", sorted(METRICS))
@settings(max_examples=12, deadline=None)
@given(case=cases(), year=st.integers(2001, 2007))
def test_every_metric_as_of_a_year_is_that_of_its_data_alone(name: str, case: Case, year: int):
    """Values, bounds, counts, coverage and reasons are the same."""
    then, expected = (
        load("metric", name)(graph).table for graph in (case.graph().as_of(year), alone(case, year).graph())
    )
    numbers = ["value", "low", "high", "n", "coverage"]
    assert then[numbers].sort_index().to_numpy() == pytest.approx(
        expected[numbers].sort_index().to_numpy(), abs=1e-9, nan_ok=True
    )
    assert then["reason"].sort_index().tolist() == expected["reason"].sort_index().tolist()


@settings(max_examples=60, deadline=None)
@given(cases(), st.integers(2001, 2007))
def test_main_paths_and_years_as_of_a_year(case: Case, year: int):
    """Main paths and reference years too."""
    then, expected = case.graph().as_of(year), alone(case, year).graph()
    assert main_path(then).total == main_path(expected).total
    assert main_path(then).paths == main_path(expected).paths
    assert rpys(then).table.equals(rpys(expected).table)


@settings(max_examples=15, deadline=None)
@given(cases(), st.integers(2001, 2007))
def test_maps_as_of_a_year(case: Case, year: int):
    """What a map draws and says as of a year is what the map of that year's data alone does."""
    then, expected = case.graph().as_of(year), alone(case, year).graph()
    if not len(expected):
        return
    told = [dict(vars(map_view(graph, limit=4, lanes="none", colour="class"))) for graph in (then, expected)]
    graphs = [view.pop("graph") for view in told]
    assert told[0].pop("subtitle").endswith(f"as of {year}: nothing later is in this map.")
    told[1].pop("subtitle")
    assert set(graphs[0].ids) == set(graphs[1].ids)
    assert set(told[0].pop("drawn")) == set(told[1].pop("drawn"))
    assert told[0] == told[1]


def plain(page: str) -> str:
    """A page without what names the graph, its revision and the year it stands as of."""
    page = re.sub(rf" --as-of {YEAR}|,? as of {YEAR}(: nothing later is in this map)?|, revision \d+", "", page)
    page = re.sub(rf"\. Nothing later than {YEAR} is in this report|from revision \d+", "", page)
    return re.sub("whole|then", "X", page, flags=re.IGNORECASE)


@pytest.fixture
def two(kg_here, tmp_path):
    """The graph `whole`, an edge list, and the graph `then`, the same cut at a year."""
    years = {"r": 1998, "q": 1999, "f": 2001, "a": 2003, "b": 2003, "c": 2004, "d": 2006, "x": ""}
    edges = ["f,r", "f,q", "a,f", "b,f", "b,r", "c,a", "c,b", "d,f", "d,r", "x,f", "f,x"]
    for name, kept in (("whole", years), ("then", {w: y for w, y in years.items() if y and y <= YEAR})):
        with (tmp_path / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows(
                [("citing", "cited"), *(e.split(",") for e in edges if {*e.split(",")} <= {*kept})]
            )
        with (tmp_path / f"{name}-works.csv").open("w", newline="") as file:
            csv.writer(file).writerows([("id", "year"), *kept.items()])
        kg_here("ingest", f"{name}.csv", "--works", f"{name}-works.csv", "--graph", name)
    return kg_here


def test_commands_as_of_a_year_answer_as_that_years_data_alone(two):
    """Each reading command gives the same rows."""
    for words in (["rank", "disruption", "--all"], ["rpys"], ["show", "f", "--related", "co_citation"]):
        one = two(*words, "--as-of", YEAR, "--json", graph="whole").json()
        other = two(*words, "--json", graph="then").json()
        for document in (one, other):
            for key in ("graph", "options", "as_of", "notes", "concepts"):
                document.pop(key, None)
            document.get("related", {}).pop("notes", None)
        assert one == other, words
    assert "dated up to 2000" in two("search", "f", "--as-of", 2000, graph="whole", code=5).err
    assert "is not there as of 2000" in two("show", "f", "--as-of", 2000, graph="whole", code=5).err
    drawn = two("export", "graphml", "--as-of", YEAR, graph="whole").out
    assert drawn.count("<node ") == 6
    query = "SELECT ?a ?b { [] kg:id ?a ; cito:cites/kg:id ?b } ORDER BY ?a ?b"
    cited, then = (two("sparql", query, "--csv", *words, graph=name).out for name, *words in TWICE)
    assert cited == then
    assert len(then.splitlines()) == 8
    one, other = (two("export", "nt", *words, graph=name).out.splitlines() for name, *words in TWICE)

    def facts(lines):
        of_works = [line.replace("whole", "then") for line in lines]
        return sorted(line for line in of_works if not line.startswith("<urn:x-kg:graph:then> "))

    assert facts(one) == facts(other)
    assert "dated up to 1990" in two("export", "nt", "--as-of", 1990, graph="whole", code=5).err


@pytest.mark.long
def test_pages_as_of_a_year_tell_what_that_years_data_alone_does(two, tmp_path):
    """Map and report are the same but for names and the year, which they show; every command in them carries it."""
    for name in ("map", "report"):
        two(name, f"whole-{name}.html", "--as-of", YEAR, graph="whole")
        two(name, f"then-{name}.html", graph="then")
        whole, then = ((tmp_path / f"{of}-{name}.html").read_text(encoding="utf-8") for of in ("whole", "then"))
        assert f"as of {YEAR}" in whole
        asked = re.findall(r"kg (?:why|info|rpys|forgotten|main-path)[^<\"`]*--graph whole[^<\"`\\]*", whole)
        assert len(asked) > 5
        assert all(command.rstrip().endswith(f"--as-of {YEAR}") for command in asked)
        assert plain(whole) == plain(then)
    assert (
        "no path from b to d"
        not in two("map", "x.html", "--path", "b", "d", "--as-of", YEAR, graph="whole", code=5).err
    )
