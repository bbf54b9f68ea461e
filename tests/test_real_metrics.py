"""Measures on whole real graphs, cyclic, undated and full of duplicates as they are: every metric answers or says why not, and the fast kernels equal plain definitions."""

import gzip
from datetime import date

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from kg.analysis.base.time_dag import time_dag
from kg.analysis.co_citation import co_citation, coupling
from kg.analysis.communities import communities
from kg.analysis.forgotten.table import forgotten
from kg.analysis.main_path import main_path
from kg.analysis.metric import all_metrics
from kg.analysis.metrics.disruption import disruption
from kg.analysis.metrics.pagerank import solve
from kg.analysis.rpys import rpys
from kg.analysis.search_path_counts import path_counts
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

pytestmark = pytest.mark.long

SMALL = ["cora", "citeseer", "small-world", "zewail"]  # here the slower measures of forgetting run too
GRAPHS = [*SMALL, "aan", "sn5", "hep-th"]


@pytest.fixture(scope="module")
def real(shared):
    """The real graphs by name, each read once."""
    read: dict[str, CitationGraph] = {}

    def graph(name: str) -> CitationGraph:
        if name not in read:
            with gzip.open(shared / "data" / name / "edges.csv.gz", "rt") as file:
                edges = pd.read_csv(file, dtype=str, keep_default_na=False)
            with gzip.open(shared / "data" / name / "nodes.csv.gz", "rt") as file:
                nodes = pd.read_csv(file, dtype=str, keep_default_na=False).set_index("id")
            held = {column: nodes[column][nodes[column] != ""] for column in ("year", "date") if column in nodes}
            read[name] = CitationGraph.from_edges(
                edges.iloc[:, :2].itertuples(index=False, name=None),
                years=held["year"].astype(int).to_dict() if "year" in held else None,
                dates=held["date"].to_dict() if "date" in held else None,
                works=nodes.index,
            )
        return read[name]

    return graph


@pytest.mark.parametrize("name", GRAPHS)
def test_every_metric_answers_or_says_why_not(real, name: str):
    """A value is finite, a null has a reason, bounds hold the value; what was done with the graph's oddities is told."""
    graph = real(name)
    facts = graph.facts()
    odd = {
        "of a work by itself": facts["loops"],
        "of citations": facts["cyclic_parts"],
        "of a later work": facts["backward"],
        "repeated": graph.duplicates,
        "without a year": int((graph.years == UNDATED).sum()),
    }
    fast = [each for each in all_metrics() if each.family in {"citations", "influence"} or each.name == "burst"]
    for metric in all_metrics() if name in SMALL else fast:
        scores = metric(graph)
        table = scores.table
        null = table["value"].isna()
        assert len(table) == len(graph), metric
        assert table.loc[null, "reason"].notna().all(), metric
        assert np.isfinite(table.loc[~null, "value"]).all(), metric
        assert not (table["low"] > table["value"] + 1e-9).any(), metric
        assert not (table["high"] < table["value"] - 1e-9).any(), metric
        for what, count in odd.items():
            assert not count or any(note.startswith(f"{count:,} ") and what in note for note in scores.notes), (
                metric,
                what,
            )
    spectrum = rpys(graph)
    dated = int((graph.years[graph.references.works] != UNDATED).sum())
    assert spectrum.table["ncr"].sum() == dated
    for cycles in ("shrink", "preprint", "drop-same-date"):
        found = main_path(graph, cycles=cycles, limit=3)
        assert bool(found.paths) == (found.total > 0)
        # together they are all citations: with a count of their own, or altered, and why
        counted = set(found.citations[["citing", "cited"]].itertuples(index=False, name=None))
        altered = {(x["citing"], x["cited"]) for x in found.altered}
        assert counted | altered == set(graph.citations.itertuples(index=False, name=None))
    for pairs in (co_citation, coupling):
        assert pairs(graph, works=graph.ids[-50:], top=5).table["count"].min() >= 1
    division = communities(graph, seeds=2 if len(graph) < 20_000 else 1)
    assert division.table["community"].notna().all()
    assert 0 < division.modularity < 1


@pytest.mark.parametrize("name", SMALL)
def test_every_work_is_ranked_as_forgotten_or_not(real, name: str):
    """The table of forgotten works holds every work."""
    graph = real(name)
    totals = forgotten(graph, top=0).totals
    assert totals["ranked"] + totals["insufficient"] == totals["works"] == len(graph)


@pytest.mark.parametrize("alpha", [0.5, 0.85])
@pytest.mark.parametrize("name", ["cora", "aan", "hep-th"])
def test_pagerank_equals_power_iteration(real, name: str, alpha: float):
    """To 1e-10 in sum on cyclic graphs, within the bound that is proven."""
    graph = real(name)
    share, bound = solve(graph, alpha)
    n, counts = len(graph), graph.references.counts()
    back = csr_array((1 / counts[graph.citers.works], graph.citers.works, graph.citers.offsets), shape=(n, n))
    x = np.full(n, 1 / n)
    for _ in range(300):
        x = alpha * (back @ x + x[counts == 0].sum() / n) + (1 - alpha) / n
    assert bound < 1e-10
    assert abs(share - x).sum() < 1e-10


def test_disruption_equals_its_definition_on_all_of_hep_th(real):
    """CD within five years, counted over sets of citers, for each of 27,770 works."""
    graph = real("hep-th")
    citers = [set(graph.citers.of(i).tolist()) for i in range(len(graph))]
    day = graph.dates.tolist()
    table = disruption(graph, window="5y").table
    value, counts = table["value"].to_numpy(), table[["n_i", "n_j", "n_k"]].to_numpy()
    assert min(day) > UNDATED
    for f in range(len(graph)):
        references = graph.references.of(f).tolist()
        if not references:
            assert np.isnan(value[f])
            continue
        start = date.fromordinal(day[f])
        leap = (start.month, start.day) == (2, 29)
        end = (date(start.year + 5, 2, 28) if leap else start.replace(year=start.year + 5)).toordinal()
        near = {w for w in set().union(*(citers[r] for r in references)) if day[f] < day[w] <= end}
        mine = {w for w in citers[f] if day[f] < day[w] <= end}
        n_i, n_j, n_k = len(mine - near), len(mine & near), len(near - mine)
        assert counts[f].tolist() == [n_i, n_j, n_k]
        if n_i + n_j + n_k:
            assert value[f] == (n_i - n_j) / (n_i + n_j + n_k)
        else:
            assert np.isnan(value[f])


@pytest.mark.parametrize("weights", ["spc", "splc", "spnp"])
def test_path_counts_equal_whole_numbers_in_networkx_on_hep_th(real, weights: str):
    """1.5e87 paths, each count to the last digit."""
    graph = real("hep-th")
    dag = time_dag(graph)
    g = nx.DiGraph(zip(dag.arcs[1].tolist(), dag.arcs[0].tolist(), strict=True))
    order, lead, on = list(nx.topological_sort(g)), {}, {}
    for v in order:
        before = sum(lead[u] for u in g.predecessors(v))
        lead[v] = before + 1 if weights != "spc" or not before else before
    for u in reversed(order):
        after = sum(on[v] for v in g.successors(u))
        on[u] = after + 1 if weights == "spnp" or not after else after
    counts, total = path_counts(dag, weights)
    assert all(lead[u] * on[v] == n for v, u, n in zip(*(x.tolist() for x in dag.arcs), counts, strict=True))
    if weights == "spc":
        assert f"{total:.4g}" == "1.509e+87"
