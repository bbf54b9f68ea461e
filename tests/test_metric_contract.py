"""Every metric that is found satisfies the contract; a metric of another package is found, used and tested alike."""

import json
import subprocess
import sys
from pathlib import Path

import contract
import pytest
from hypothesis import given
from vectors import vectors_of

from kg.analysis.definition import define
from kg.analysis.metric import FAMILIES, all_metrics
from kg.plugins import METRICS, names

MODULE = '''
"""Self-sufficiency: how few works a work cites."""
from math import inf

from kg.analysis.metric import metric
from kg.analysis.scores import Scores


@metric(unit="references", family="examples", range=(0, inf), whole=True)
def references_made(graph, *, factor: int = 1) -> Scores:
    """How many works of this graph a work cites.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    factor : int, default 1
        What the number is multiplied by.

    Returns
    -------
    Scores
        A value for every work.

    References
    ----------
    Invented for this test.

    Examples
    --------
    >>> 1 + 1
    2
    """
    count = factor * graph.references.counts().astype(float)
    return Scores.of(graph, count, n=graph.references.counts(), coverage=None)
'''
VECTORS = [
    {"name": "two", "metric": "references_made", "input": {"citations": [["B", "A"], ["B", "C"]]}, "options": {}}
    | {"expected": {"B": 2, "A": 0}, "source": "by hand"}
]


every_metric = pytest.mark.parametrize("name", names("metric"))


@pytest.mark.parametrize("rule", contract.RULES, ids=lambda rule: rule.__name__)
@every_metric
def test_every_metric_keeps_the_rules(name: str, rule):
    """Kg's own metrics and those of packages installed beside it."""
    rule(name)


@every_metric
@given(**contract.LAWS[contract.keeps_its_promises])
def test_every_metric_keeps_its_promises(name: str, **drawn):
    """Values in range and within bounds, or a reason why there is none."""
    contract.keeps_its_promises(name, **drawn)


@every_metric
@given(**contract.LAWS[contract.ignores_order_and_names])
def test_every_metric_ignores_order_and_names(name: str, **drawn):
    """The order of rows and the names of works change no value."""
    contract.ignores_order_and_names(name, **drawn)


@every_metric
@given(**contract.LAWS[contract.sees_nothing_of_later_years])
def test_every_metric_sees_nothing_of_later_years(name: str, **drawn):
    """As of a year it is that of the data of that year alone."""
    contract.sees_nothing_of_later_years(name, **drawn)


def test_each_metric_is_in_its_own_file():
    """The file, the function and the metric have one name, and the family is one that pages have a place for."""
    own = {metric.name: metric for metric in all_metrics() if metric.name in METRICS}
    assert own.keys() == METRICS.keys()
    assert all(f"{metric.__module__}:{name}" == METRICS[name] for name, metric in own.items())
    assert {metric.family for metric in own.values()} == set(FAMILIES)


def test_names_are_found_without_loading_anything():
    """Listing the names of metrics imports neither numpy nor any of them."""
    code = "import sys, kg.plugins; kg.plugins.names('metric'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not [m for m in done.stdout.split() if m == "numpy" or m.startswith("kg.analysis")]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package installed for one test, with a metric, its vectors and its entry point."""
    (tmp_path / "elsewhere_metric.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / "elsewhere_metric.json").write_text(json.dumps(VECTORS), encoding="utf-8")
    about = tmp_path / "elsewhere-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: elsewhere\nVersion: 1.0\n", encoding="utf-8")
    point = "[kg.metrics]\nreferences_made = elsewhere_metric:references_made\n"
    (about / "entry_points.txt").write_text(point, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "elsewhere_metric", raising=False)
    return tmp_path


def test_a_metric_of_another_package_needs_only_its_file_and_vectors(package: Path, kg_here):
    """It is listed, defined, ranked by and explained by name, and satisfies the contract, with nothing changed in kg."""
    assert "references_made" in names("metric")
    assert define("references_made")["meanings"] == {"factor": "What the number is multiplied by."}
    assert vectors_of("references_made") == VECTORS
    contract.satisfies_all("references_made")
    listed = {row["name"]: row for row in kg_here("metrics", "--json").json()["metrics"]}
    assert listed["references_made"]["family"] == "examples"
    answer = kg_here("rank", "references-made", "--factor", "2", "--top", "1", "--json").json()
    (row,) = answer["rows"]
    explained = kg_here("why", row["id"], "references_made", "--factor", "2", "--json").json()
    assert explained["result"]["value"] == row["value"]
    assert explained["result"]["n"] * 2 == row["value"]


def test_a_metric_that_breaks_the_contract_is_caught(package: Path):
    """A wrong vector fails, and so do missing vectors."""
    wrong = [VECTORS[0] | {"expected": {"B": 3}}]
    (package / "elsewhere_metric.json").write_text(json.dumps(wrong), encoding="utf-8")
    with pytest.raises(AssertionError):
        contract.answers_its_vectors("references_made")
    (package / "elsewhere_metric.json").unlink()
    with pytest.raises(AssertionError):
        contract.answers_its_vectors("references_made")
