"""Whole commands on real citation graphs, cyclic, undated and full of duplicates as they are."""

import gzip
from pathlib import Path

import pytest
from conftest import keep_open

import kg

pytestmark = pytest.mark.long

#: arcs as listed, loops, cyclic parts: what the collection's notes state
GRAPHS = {
    "cora": (5429, 0, 122),
    "citeseer": (4732, 124, 48),
    "small-world": (1988, 0, 0),
    "small-griffith": (4922, 1, 2),
    "zewail": (54253, 1, 41),
    "aan": (94973, 42, 252),
}


def build(kg_run, shared: Path, name: str) -> dict:
    """Ingest one of the shared graphs; give what the command says."""
    folder = shared / "data" / name
    return kg_run(
        "ingest", folder / "edges.csv.gz", "--works", folder / "nodes.csv.gz", "--graph", name, "--json"
    ).json()


@pytest.mark.parametrize("name", GRAPHS)
def test_a_real_graph_is_counted_as_its_collection_says(kg_run, shared: Path, name: str):
    """Citations, loops and cyclic parts are those of the collection; nothing is lost on the way, nor in RDF."""
    answer = build(kg_run, shared, name)
    info = kg_run("info", "--json", graph=name).json()
    with gzip.open(shared / "data" / name / "edges.csv.gz", "rt") as file:
        rows = sum(1 for _ in file) - 1
    held = info["citations"] + info["duplicates"]
    assert (held, info["loops"], info["cyclic_parts"]) == GRAPHS[name]
    assert held == rows
    assert answer["added"]["works"] == info["works"]
    if name == "aan":  # one of them as RDF
        count = kg_run("sparql", "SELECT (COUNT(*) AS ?n) { ?a cito:cites ?b }", "--json", graph=name).json()
        assert int(count["results"]["bindings"][0]["n"]["value"]) == info["citations"]


def test_hep_th_answers_every_question(kg_run, kg_here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared: Path):
    """27,770 works by day: paths run forwards in time, path counts pass 64 bits, the map and the list of forgotten works hold."""
    answer = build(kg_run, shared, "hep-th")
    assert answer["added"] == {"works": 27770, "citations": 352807}
    info = kg_run("info", "--json", graph="hep-th").json()
    assert (info["loops"], info["cyclic_parts"], info["backward"]) == (39, 119, 1044)
    assert kg_run("search", "9201001", "--json", graph="hep-th").json()["rows"][0]["id"] == "9201001"
    keep_open(kg.open_graph(tmp_path / "graphs" / "hep-th"), monkeypatch)
    paths = kg_here("path", "9201001", "0301001", "-k", "5", "--json", graph="hep-th").json()["paths"]
    assert len(paths) == 5
    assert [p["length"] for p in paths] == sorted(p["length"] for p in paths)
    ranks = kg_here("rank", "pagerank", "--all", "--json", graph="hep-th").json()["rows"]
    assert sum(row["value"] for row in ranks) == pytest.approx(1)
    main = kg_here("main-path", "--json", graph="hep-th").json()
    assert max(c["count"] for c in main["citations"]) > 2**64
    drawn = kg_here("map", "m.html", "--path", "9201001", "0301001", "--json", graph="hep-th").json()
    assert drawn["works"] >= 80
    totals = kg_here("forgotten", "--top", "3", "--json", graph="hep-th").json()["totals"]
    assert totals["ranked"] + totals["insufficient"] == totals["works"] == 27770
