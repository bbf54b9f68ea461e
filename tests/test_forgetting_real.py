"""Every metric of works on real graphs, cyclic, undated and full of duplicates as they are."""

from pathlib import Path

import pandas as pd
import pytest

from kg.analysis.forgotten.table import forgotten
from kg.graph.citation_graph import CitationGraph
from kg.plugins import load, names

pytestmark = pytest.mark.long


def read(folder: Path) -> CitationGraph:
    """One of the shared graphs."""
    edges = pd.read_csv(folder / "edges.csv.gz", dtype=str)
    nodes = pd.read_csv(folder / "nodes.csv.gz", dtype=str).set_index("id")
    years = {id_: int(year) for id_, year in nodes["year"].dropna().items()} if "year" in nodes else None
    return CitationGraph.from_edges(
        edges.iloc[:, :2].itertuples(index=False, name=None), years=years, works=nodes.index
    )


@pytest.mark.parametrize("name", ["cora", "citeseer", "small-world", "zewail"])
def test_every_metric_gives_a_value_or_a_reason(shared: Path, name: str):
    """No metric fails, no null is without a reason, and the forgotten table holds every work."""
    graph = read(shared / "data" / name)
    for metric in names("metric"):
        table = load("metric", metric)(graph).table
        assert len(table) == len(graph), metric
        assert not (table["value"].isna() & table["reason"].isna()).any(), metric
    totals = forgotten(graph, top=0).totals
    assert totals["ranked"] + totals["insufficient"] == totals["works"] == len(graph)
