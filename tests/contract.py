"""What every metric must satisfy, whether kg's own or of another package: rules, and laws on random graphs."""

import inspect
import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import G5, Case, cases
from vectors import TOLERANCE, answer, differences, vectors_of

from kg.analysis.definition import described, sections
from kg.analysis.explain import why
from kg.analysis.metric import Metric
from kg.analysis.scores import COLUMNS
from kg.graph.citation_graph import CitationGraph
from kg.model import Outcome
from kg.plugins import load

SECTIONS = ["", "Parameters", "Returns", "Raises", "Notes", "References", "Examples"]


def has_a_definition(name: str) -> None:
    """The docstring has the numpydoc sections, in order, and describes every option."""
    metric = load("metric", name)
    assert isinstance(metric, Metric)
    assert metric.name == name
    parts = sections(inspect.getdoc(metric))
    assert list(parts) == [section for section in SECTIONS if section in parts]
    assert {"Parameters", "Returns", "References", "Examples"} <= parts.keys()
    about = described(metric)
    assert about["summary"].endswith((".", "?"))
    assert all(about["meanings"].values())
    assert about["source"]
    assert ">>>" in parts["Examples"]


def answers_its_vectors(name: str) -> None:
    """There are conformance vectors, and the metric gives what they expect."""
    vectors = vectors_of(name)
    assert vectors
    for vector in vectors:
        assert vector["source"]
        assert not list(differences(vector["expected"], answer(vector), vector.get("tolerance", TOLERANCE)))


def takes_an_empty_graph(name: str) -> None:
    """A graph without works gives a table without rows."""
    assert len(load("metric", name)(CitationGraph.from_edges([])).table) == 0


def keeps_its_promises(name: str, case: Case, undated: bool) -> None:
    """One row per work; no value without a reason; values in range and within bounds; coverage is a share; loops noted."""
    metric = load("metric", name)
    scores = metric((case._replace(years={}, dates={}) if undated else case).graph())
    table = scores.table
    assert (scores.metric, scores.unit) == (name, metric.unit)
    assert sorted(table.index) == sorted(case.works)
    assert list(table)[: len(COLUMNS)] == COLUMNS
    missing = table["value"].isna()
    assert table.loc[missing, "reason"].notna().all()
    valued = table[~missing]
    assert valued["value"].between(*metric.range).all()
    assert not scores.whole or (valued["value"] % 1 == 0).all()
    assert not (valued["low"] > valued["value"] + 1e-12).any()
    assert not (valued["high"] < valued["value"] - 1e-12).any()
    assert table["coverage"].dropna().between(0, 1).all()
    assert not any(a == b for a, b in case.edges) or any("by itself: ignored" in note for note in scores.notes)
    assert scores.notes[: len(scores.remarks)] == scores.remarks
    assert len(scores.remarks) <= 2
    assert len(scores.rows()) == len(case.works)


def with_words(case: Case, order: list[int], names: dict[str, str]) -> CitationGraph:
    """The graph of a case with titles and concepts, its works and citations in another order and under other names."""
    works = [case.works[k] for k in order]
    edges = case.edges[::-1] if order[0] % 2 else case.edges
    return CitationGraph.from_edges(
        [(names[a], names[b]) for a, b in edges],
        years={names[w]: case.years[w] for w in works if w in case.years},
        dates={names[w]: case.dates[w] for w in works if w in case.dates},
        outcomes={names[w]: case.outcomes[w] for w in works},
        titles={names[w]: f"music {w[-1]}" for w in works},
        concepts={names[w]: ["even" if int(w[1:]) % 2 else "odd"] for w in works},
        works=[names[w] for w in works],
    )


def ignores_order_and_names(name: str, case: Case, data: st.DataObject) -> None:
    """The same facts in another order, and under other names, give the same numbers."""
    metric, n = load("metric", name), len(case.works)
    same = {w: w for w in case.works}
    order = data.draw(st.permutations(range(n)))
    names = dict(zip(case.works, data.draw(st.permutations([f"v{k}" for k in range(n)])), strict=True))
    before = metric(with_words(case, list(range(n)), same)).table.loc[case.works]
    after = metric(with_words(case, order, same)).table.loc[case.works]
    renamed = metric(with_words(case, order, names)).table.loc[[names[w] for w in case.works]]
    for other in (after, renamed):
        for column in ("value", "low", "high", "n"):
            assert other[column].to_numpy(float) == pytest.approx(before[column].to_numpy(float), nan_ok=True)


def alone(case: Case, year: int) -> Case:
    """The facts of the works dated up to a year; a list of which nothing is left is unknown then."""
    works = [w for w in case.works if case.year(w) is not None and case.year(w) <= year]
    edges = [(a, b) for a, b in case.edges if a in works and b in works]
    left = {a for a, _ in edges}
    outcomes = {
        w: Outcome.UNKNOWN if case.outcomes[w] == Outcome.COMPLETE and w not in left else case.outcomes[w]
        for w in works
    }
    years, dates = ({w: x for w, x in of.items() if w in works} for of in (case.years, case.dates))
    return Case(works, edges, years, dates, outcomes)


def sees_nothing_of_later_years(name: str, case: Case, year: int) -> None:
    """As of a year, values, bounds, counts, coverage and reasons are those of the data of that year alone."""
    then, expected = (
        load("metric", name)(graph).table for graph in (case.graph().as_of(year), alone(case, year).graph())
    )
    numbers = ["value", "low", "high", "n", "coverage"]
    assert then[numbers].sort_index().to_numpy() == pytest.approx(
        expected[numbers].sort_index().to_numpy(), abs=1e-9, nan_ok=True
    )
    assert then["reason"].sort_index().tolist() == expected["reason"].sort_index().tolist()


def explains_its_values(name: str) -> None:
    """The inputs of a value are plain values beside the result, whatever the work."""
    graph = CitationGraph.from_edges(G5, years=dict(zip("ABCDE", range(1990, 2010, 4), strict=True)))
    scores = load("metric", name)(graph)
    for work in "AE":
        found = json.loads(json.dumps(why(graph, work, scores), allow_nan=False))
        assert found["result"]["n"] == scores.table.at[work, "n"]
        assert found["result"]["value"] == (None if math.isnan(scores[work]) else pytest.approx(scores[work]))
        assert found["missing"]["works"] >= found["missing"]["known"]


RULES = [has_a_definition, answers_its_vectors, takes_an_empty_graph, explains_its_values]
LAWS = {
    keeps_its_promises: {"case": cases(), "undated": st.booleans()},
    ignores_order_and_names: {"case": cases(works=7), "data": st.data()},
    sees_nothing_of_later_years: {"case": cases(), "year": st.integers(2001, 2007)},
}


def satisfies_all(name: str) -> None:
    """Every rule, and every law on a few random graphs."""
    for rule in RULES:
        rule(name)
    for law, drawn in LAWS.items():
        settings(max_examples=15, deadline=None)(given(**drawn)(law))(name)
