"""The example package adds a plug-in of each kind from a wheel of its own, used by name from command line and Python."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from vectors import TOLERANCE, answer, differences

from kg.build.lookup_sources import sources_named
from kg.errors import KgError, UnknownName
from kg.graph.folder import Workspace
from kg.ingest.detect import recognise
from kg.library.graph import Graph, open_graph
from kg.plugins import load, names

PACKAGE = Path(__file__).parents[1] / "examples" / "kg-example"
SHELF = "Todd, Peter M. | 1989 | A connectionist approach to algorithmic composition\nno work\nEck, D. | 2002 | Finding temporal structure\n"
ADDED = {"reader": "shelf", "source": "attic", "metric": "price_index", "view": "timeline", "exporter": "dot"}
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The package, built and installed offline into a folder of its own, which is on the path meanwhile."""
    target = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    source = tmp_path_factory.mktemp("source") / "kg-example"
    subprocess.run(["cp", "-r", str(PACKAGE), str(source)], check=True)
    subprocess.run([*pip, "--target", str(target), str(source)], check=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(target))
        yield target


def test_each_kind_has_its_name(installed):
    """The names of the package stand beside kg's own, which nobody can replace."""
    for kind, name in ADDED.items():
        assert name in names(kind)
        assert load(kind, name).__module__.startswith("kg_example.")
    with pytest.raises(UnknownName, match="no view named 'timelin'"):
        load("view", "timelin")


def test_all_five_from_the_command_line(installed, kg_run, tmp_path, monkeypatch):
    """A file is recognised, its works are found in the source, ranked, drawn and exported."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(installed), os.environ.get("PYTHONPATH", "")]))
    (tmp_path / "books.shelf").write_text(SHELF, encoding="utf-8")
    done = kg_run("ingest", "books.shelf", "--from", "attic", "--json", graph="g").json()
    assert done["read"]["files"] == {"books.shelf": "shelf"}
    assert (done["added"], len(done["skipped"])) == ({"works": 3, "citations": 1}, 1)
    assert [(row["id"], row["status"]) for row in done["references"]] == [
        ("todd1989", "resolved"),
        ("eck2002", "unresolved"),
    ]
    (tmp_path / "books.shelf").rename(tmp_path / "books.txt")
    assert kg_run("ingest", "books.txt", "--as", "shelf", "--json", graph="h").json()["added"]["works"] >= 2
    rows = kg_run("rank", "price_index", "--json", graph="g").json()["rows"]
    assert {row["id"]: row["value"] for row in rows}["attic:2"] == 1.0
    kg_run("export", "dot", "g.dot", graph="g")
    assert '"attic:2" -> "todd1989";' in (tmp_path / "g.dot").read_text(encoding="utf-8")
    kg_run("export", "timeline", "years.html", graph="g")
    assert "<li>1989: A connectionist approach" in (tmp_path / "years.html").read_text(encoding="utf-8")


def test_all_five_from_python(installed, tmp_path, monkeypatch):
    """The same by the names of the library."""
    import kg

    monkeypatch.chdir(tmp_path)
    (tmp_path / "books.shelf").write_text(SHELF, encoding="utf-8")
    assert recognise(tmp_path / "books.shelf") == "shelf"
    kg.ingest("books.shelf", graph="g", from_="attic")
    (source,) = sources_named(["attic"])
    assert source.find_by_id("attic:2") is not None
    graph = open_graph("g")
    graph.export("dot", tmp_path / "g.dot")
    assert (tmp_path / "g.dot").read_text(encoding="utf-8").count("->") == 1
    assert graph.view("timeline", title="By <year>").count("By &lt;year&gt;") == 2
    assert load("metric", "price_index")(graph)["attic:2"] == 1.0
    assert graph.rank("price_index", top=1).as_dict()["rows"][0]["id"] == "attic:2"
    assert isinstance(graph, Graph)
    assert Workspace.open("g").store.counts()[0] == 3


def test_the_metric_keeps_its_vectors(installed):
    """Every vector that the package brings is answered as its source says."""
    (file,) = (installed / "kg_example" / "vectors").glob("*.json")
    for vector in json.loads(file.read_text(encoding="utf-8")):
        found = list(differences(vector["expected"], answer(vector), vector.get("tolerance", TOLERANCE)))
        assert not found, found


def test_a_plug_in_that_cannot_be_imported_is_named(tmp_path, monkeypatch):
    """The package at fault is in the message, and what to do."""
    folder = tmp_path / "broken_plugin-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-plugin\nVersion: 1.0\n", encoding="utf-8")
    (folder / "entry_points.txt").write_text("[kg.readers]\nbroken = no_such_module:read\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "broken" in names("reader")
    with pytest.raises(KgError, match="reader 'broken' of broken-plugin cannot be loaded"):
        load("reader", "broken")
