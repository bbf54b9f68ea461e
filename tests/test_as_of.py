"""As of a year: every metric and reading command sees what that year's data alone would have shown."""

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import Case, cases

from kg.analysis.main_path import main_path
from kg.analysis.rpys import rpys
from kg.model import Outcome
from kg.registry import METRICS, load

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


def test_commands_as_of_a_year_answer_as_that_years_data_alone(kg_here, tmp_path):
    """An edge list, and the same cut at a year: each reading command gives the same rows."""
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
    for words in (["rank", "disruption", "--all"], ["rpys"], ["show", "f", "--related", "co_citation"]):
        one = kg_here(*words, "--as-of", YEAR, "--json", graph="whole").json()
        other = kg_here(*words, "--json", graph="then").json()
        for document in (one, other):
            for key in ("graph", "options", "as_of", "notes", "concepts"):
                document.pop(key, None)
            document.get("related", {}).pop("notes", None)
        assert one == other, words
    assert "dated up to 2000" in kg_here("search", "f", "--as-of", 2000, graph="whole", code=5).err
    assert "is not there as of 2000" in kg_here("show", "f", "--as-of", 2000, graph="whole", code=5).err
    drawn = kg_here("export", "graphml", "--as-of", YEAR, graph="whole").out
    assert drawn.count("<node ") == 6
    query = "SELECT ?a ?b { [] kg:id ?a ; cito:cites/kg:id ?b } ORDER BY ?a ?b"
    cited, then = (kg_here("sparql", query, "--csv", *words, graph=name).out for name, *words in TWICE)
    assert cited == then
    assert len(then.splitlines()) == 8
    one, other = (kg_here("export", "nt", *words, graph=name).out.splitlines() for name, *words in TWICE)

    def facts(lines):
        of_works = [line.replace("whole", "then") for line in lines]
        return sorted(line for line in of_works if not line.startswith("<urn:x-kg:graph:then> "))

    assert facts(one) == facts(other)
    assert "dated up to 1990" in kg_here("export", "nt", "--as-of", 1990, graph="whole", code=5).err
