"""The commands that list metrics, explain them and rank by them."""

import inspect

import pytest
from bundled import WORKS, rows

from kg.analysis.definition import described
from kg.plugins import RESULTS, imported, names


def test_metrics_are_listed_with_a_line_each(kg_here):
    """Every metric of works and every other result is named with its kind, a line and the command that gives it."""
    rows = {row["name"]: row for row in kg_here("metrics", "--json").json()["metrics"]}
    assert {*names("metric"), *RESULTS} == set(rows)
    assert rows["pagerank"]["command"] == "kg rank pagerank"
    assert rows["rpys"]["kind"] == "year"
    assert all(row["summary"] for row in rows.values())


@pytest.mark.parametrize("name", RESULTS)
def test_a_docstring_says_all_a_reader_needs(name: str):
    """Results that are not one value per work have a summary, a definition and an example; metrics have a contract."""
    function = imported(RESULTS[name][1])
    about = described(function)
    assert about["summary"].endswith(".")
    assert about["definition"]
    assert ">>>" in inspect.getdoc(function)


def test_one_metric_is_explained_from_its_docstring(kg_here):
    """Formula, options with defaults and meanings, cases without a value and source papers are read by section."""
    about = kg_here("metrics", "disruption", "--json").json()
    assert about["definition"].startswith("CD = (n_i - n_j) / (n_i + n_j + n_k)")
    assert about["guards"][0].startswith("No value if F has no year")
    assert about["meanings"]["variant"].startswith('"nok" leaves n_k out')
    assert about["options"] == {"window": "5y", "variant": None, "min_shared": 1, "threads": None}
    assert about["source"].startswith("Funk & Owen-Smith (2017)")
    text = kg_here("metrics", "disruption").out
    assert "source: Funk & Owen-Smith (2017)" in text
    assert "--window (default 5y): How long after F works count" in text


def test_an_unknown_metric_names_near_ones(kg_here):
    """A misspelt name is bad input, and the near name is offered."""
    assert "did you mean pagerank" in kg_here("metrics", "pagerang", code=2).err


def test_ranking_by_another_kind_names_the_right_command(kg_here):
    """What is no figure per work is refused with the command to use."""
    for name in ("rpys", "co-citation", "communities"):
        done = kg_here("rank", name, code=2)
        assert f"use `{RESULTS[name.replace('-', '_')][2]}`" in done.err


def test_rows_carry_what_a_metric_has_of_its_own(kg_here):
    """Beside the rows: a burst tells its years, a disruption its counts; a number that is not there is null."""
    answer = kg_here("rank", "burst", "--top", 1, "--json").json()
    (row,), (own,) = answer["rows"], answer["own"].values()
    first, last, weight = max(own["bursts"], key=lambda burst: burst[2])
    assert weight == row["value"]
    assert first == own["burst_year"] <= last
    answer = kg_here("rank", "disruption", "--variant", "nok", "--top", 1, "--json").json()
    own = answer["own"][answer["rows"][0]["id"]]
    assert own["n_i"] + own["n_j"] == answer["rows"][0]["n"]


def test_reference_years_as_json(kg_here):
    """Rows of year, ncr, median and deviation, and what lies beside them."""
    year = {row["key"]: row["year"] for row in rows("works")}
    cited = [year[row["cited_key"]] for row in rows("citations")]
    answer = kg_here("rpys", "--json").json()
    assert all(set(row) == {"year", "ncr", "median", "deviation"} for row in answer["rows"])
    assert [row["year"] for row in answer["rows"]] == list(range(1805, 2027))
    assert sum(row["ncr"] for row in answer["rows"]) == sum(bool(year) for year in cited)
    assert answer["flagged"] == [2025, 2026]
    truncated = kg_here("rpys", "--edge", "truncate", "--json").json()["rows"]
    assert truncated[0]["ncr"] == answer["rows"][0]["ncr"]
    assert kg_here("rpys", "--edge", "round", code=2).err.startswith("kg: no edge 'round'")


def test_communities_of_the_bundled_graph(kg_here):
    """Every work has a community, and how firm they are is told."""
    found = kg_here("info", "--communities", "--json").json()["communities"]
    assert len(found["members"]) == WORKS
    assert 0.7 < found["modularity"] < 0.9
    assert 0 < found["stability"] < 1


def test_related_works(kg_here):
    """The works cited together with WaveNet most often, with the counts, and a bad relation refused."""
    answer = kg_here("show", "WaveNet", "--related", "co-citation", "--top", 3, "--json").json()["related"]
    assert [(row["id"], row["count"]) for row in answer["rows"]][:1] == [("engel2017neural", 14)]
    assert len(answer["rows"]) == 3
    assert "did you mean coupling" in kg_here("show", "WaveNet", "--related", "couplin", code=2).err
