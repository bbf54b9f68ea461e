"""Maps and reports as of a year: they draw and say what that year's data alone would have, and show the year."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import Case, cases
from test_as_of import alone

import kg
from kg.output.map.view import map_view

YEAR = 2004
YEARS = {"r": 1998, "q": 1999, "f": 2001, "a": 2003, "b": 2003, "c": 2004, "d": 2006, "x": ""}
EDGES = ["f,r", "f,q", "a,f", "b,f", "b,r", "c,a", "c,b", "d,f", "d,r", "x,f", "f,x", "a,d", "r,d"]


@pytest.mark.long
@given(cases(), st.integers(2001, 2007))
def test_maps_as_of_a_year(case: Case, year: int):
    """What a map draws and says as of a year is what the map of that year's data alone does."""
    then, expected = case.graph().as_of(year), alone(case, year).graph()
    if not len(expected):
        return
    told = [dict(vars(map_view(graph, limit=4, lanes="none", colour="class"))) for graph in (then, expected)]
    graphs = [view.pop("graph") for view in told]
    assert told[0].pop("subtitle").endswith(f"as of {year}: later works are left out.")
    told[1].pop("subtitle")
    assert set(graphs[0].ids) == set(graphs[1].ids)
    assert set(told[0].pop("drawn")) == set(told[1].pop("drawn"))
    assert told[0] == told[1]


def plain(page: str) -> str:
    """A page without what names the graph, its revision and the year it stands as of."""
    page = re.sub(rf" --as-of {YEAR}|,? as of {YEAR}(: later works are left out)?|, revision \d+", "", page)
    page = re.sub(rf"\. Nothing later than {YEAR} is in this report|from revision \d+", "", page)
    return re.sub("whole|then", "X", page, flags=re.IGNORECASE)


@pytest.mark.long
def test_pages_as_of_a_year_tell_what_that_years_data_alone_does(kg_here, tmp_path: Path):
    """Map and report are the same but for names and the year, which they show; every command in them carries it."""
    for name, kept in (("whole", YEARS), ("then", {w: y for w, y in YEARS.items() if y and y <= YEAR})):
        with (tmp_path / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows(
                [("citing", "cited"), *(e.split(",") for e in EDGES if {*e.split(",")} <= {*kept})]
            )
        with (tmp_path / f"{name}-works.csv").open("w", newline="") as file:
            csv.writer(file).writerows([("id", "year"), *kept.items()])
        kg_here("ingest", f"{name}.csv", "--works", f"{name}-works.csv", "--graph", name)
    for name in ("map", "report"):
        kg_here(name, f"whole-{name}.html", "--as-of", YEAR, graph="whole")
        kg_here(name, f"then-{name}.html", graph="then")
        whole, then = ((tmp_path / f"{of}-{name}.html").read_text(encoding="utf-8") for of in ("whole", "then"))
        assert f"as of {YEAR}" in whole
        asked = re.findall(
            r"(?:kg (?:why|info|rpys|forgotten|main-path|sparql)|\"where\":\")[^<\"`]*--graph whole[^<\"`\\]*", whole
        )
        assert len(asked) > (5 if name == "report" else 1)  # the page of a map makes the others of its "where"
        assert all(command.rstrip().endswith(f"--as-of {YEAR}") for command in asked)
        assert plain(whole) == plain(then)
    assert (
        "so it is not in the graph as of"
        in kg_here("map", "x.html", "--path", "b", "d", "--as-of", YEAR, graph="whole", code=5).err
    )
    assert (
        "so it is not in the graph as of"
        in kg_here("map", "x.html", "--focus", "d", "--as-of", YEAR, graph="whole", code=5).err
    )


@pytest.mark.long
def test_a_graph_as_of_a_year_shows_itself_as_of_it():
    """In a notebook too the year is shown, and commands carry it."""
    graph = kg.open_graph().as_of(2010)
    for page in (graph.map(), graph.report()):
        assert "as of 2010" in page
        assert re.search(r"(kg why \w+ \w+|\"where\":\") --as-of 2010", page)
        assert "A Generative Model for Raw Audio" not in page
