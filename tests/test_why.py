"""`kg why`: the inputs of a number give the number, and every number of the forgotten table can be asked for."""

import pytest

from kg.analysis.explain import why
from kg.graph.citation_graph import CitationGraph
from kg.model import Outcome
from kg.plugins import load

#: column of the forgotten table -> the metric that gives it, and the key of its result
SHOWN = {
    "citations_held": ("citations_held", "value"),
    "wake": ("wake", "low"),
    "persistent_influence": ("persistent_influence", "value"),
    "late_z": ("late_z", "value"),
    "share_low": ("uncredited_return", "share_low"),
    "share_high": ("uncredited_return", "share_high"),
    "beauty": ("beauty", "value"),
    "awakening_year": ("awakening_year", "value"),
    "beauty_cp": ("beauty_cp", "value"),
    "coverage": ("wake", "coverage"),
}


@pytest.mark.long
def test_every_number_of_the_forgotten_table_is_reproduced(kg_here, bundled_graph: CitationGraph):
    """What `kg forgotten` prints of the bundled graph, works that can be judged or not, `kg why` gives again."""
    answer = kg_here("forgotten", "--era", "connectionist", "--json").json()
    rows = answer["ranked"] + answer["insufficient"]
    assert len(rows) == 15
    scores = {metric: load("metric", metric)(bundled_graph) for metric, _ in SHOWN.values()}
    for row in rows:
        for column, (metric, key) in SHOWN.items():
            told = why(bundled_graph, row["id"], scores[metric])["result"]
            assert told[key] == pytest.approx(row[column]), (row["id"], column)
        past = why(bundled_graph, row["id"], scores["beauty"])["history"]["years"]
        assert [[y["year"], y["citations"]] for y in past] == row["history"]
        if row["beauty"] is None and row["citations_held"] >= 10:
            assert scores["beauty"].table.at[row["id"], "reason"] is not None
        assert {name for name, value in row.items() if isinstance(value, float | int)} <= {*SHOWN, "year"}


def test_inputs_add_up_to_the_number(bundled_graph: CitationGraph):
    """Wake levels add up to the wake, shares handed on to the persistent influence, years to the history."""
    ids = bundled_graph.works.index[bundled_graph.citers.counts() > 20][:5]
    waking, lasting = load("metric", "wake")(bundled_graph), load("metric", "persistent_influence")(bundled_graph)
    for id_ in ids:
        told = why(bundled_graph, id_, waking)
        assert sum(row["adds"] for row in told["levels"]) == pytest.approx(told["result"]["value"])
        told = why(bundled_graph, id_, lasting)
        assert sum(row["adds"] for row in told["handed"]) == pytest.approx(told["result"]["value"])
        told = why(bundled_graph, id_, load("metric", "citations_held")(bundled_graph))
        assert len(told["citers"]) == told["result"]["value"]
        assert told["missing"]["known"] == sum(told["missing"]["outcomes"].get(o, 0) for o in ("COMPLETE", "EMPTY"))


def test_the_command_shows_what_stands_behind_a_number(kg_here):
    """Value, coverage, levels, citers and the missing lists; options by name; another kind is refused."""
    done = kg_here("why", "hochreiter1997long", "wake", "--a", "0.9", "--top", "2")
    assert "links" in done.out
    assert "those of 6,948 works dated 1997 or later; 531 are known" in done.out
    told = kg_here("why", "Todd 1989", "beauty", "--json").json()
    assert told["work"]["id"] == "todd1989connectionist"
    assert told["result"]["reason"]
    assert "kg main-path" in kg_here("why", "Todd 1989", "main_path", code=2).err
    kg_here("why", "Todd 1989", "beuaty", code=2)


def test_the_cohort_shown_is_the_cohort_counted(bundled_graph: CitationGraph):
    """The place among works of the time is told over the very cohort of the number, not over a community's."""
    scores = load("metric", "citations_rank")(bundled_graph)
    for id_ in ("oord2016wavenet", "todd1988sequential"):
        told = why(bundled_graph, id_, scores)
        cohort = told["cohort"]
        assert cohort["works"] == told["result"]["n"]
        assert cohort["community"] is None
        years = cohort["years"]
        assert told["result"]["years_apart"] == max(abs(y - bundled_graph.works.at[id_, "year"]) for y in years)


@pytest.mark.parametrize("metric", ["rescaled_pagerank", "gem"])
def test_the_window_shown_holds_the_works_nearest_in_time(metric: str):
    """Works of one date take up several places: all that the windows of these reach are told."""
    years = {f"w{k}": 1990 + k // 2 for k in range(20)} | {"x": 2000}
    graph = CitationGraph.from_edges([("w9", "w0"), ("x", "w2")], years=years)
    told = why(graph, "w10", load("metric", metric)(graph, window=4))["window"]
    assert told == {"window": 4, "works": 5, "years": [1994, 1996]}
    assert why(graph, "w0", load("metric", metric)(graph, window=100))["window"] is None


def test_the_history_tells_what_bursts_count():
    """Citations by works with known lists stand beside all citations: bursts count only the former."""
    years = {"w": 1990, "a": 1992, "b": 1992}
    outcomes = {"a": Outcome.COMPLETE, "b": Outcome.UNKNOWN}
    graph = CitationGraph.from_edges([("a", "w"), ("b", "w")], years=years, outcomes=outcomes)
    told = why(graph, "w", load("metric", "burst")(graph))
    assert [(row["citations"], row["by_known_lists"]) for row in told["history"]["years"]] == [(0, 0), (0, 0), (2, 1)]
    assert told["result"]["n"] == 1
