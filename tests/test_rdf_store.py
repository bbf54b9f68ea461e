"""The Oxigraph store on disk: published whole, read by Oxigraph and rdflib, never written again."""

import pytest
import rdflib
from rdflib.namespace import RDF

from kg.errors import StoreError
from kg.graph.folder import Workspace, remove_older
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Work
from kg.output.rdf.store import build, open_readonly, open_store, prefixes_of
from kg.output.rdf.vocab import node
from kg.terms import PREFIXES

CITES = rdflib.URIRef(PREFIXES["cito"] + "cites")


@pytest.fixture
def store(tmp_path):
    """A store of three works, two citations by two sources, one of them a loop."""
    works = [Work(id=id_, title=f"Title {id_}", source="s") for id_ in ("a", "b", "c d")]
    pairs = [("b", "a", "s"), ("b", "a", "t"), ("c d", "c d", "s")]
    citations = [Citation(citing=x, cited=y, source=s) for x, y, s in pairs]
    with Store.create(tmp_path / "graph.sqlite", name="my graph") as store:
        with Writer.open(store.path, "test") as writer:
            writer.add(Batch(works=works, citations=citations))
        yield store


def test_rdflib_sees_all_of_a_built_store(store, tmp_path):
    """Length, patterns and queries of rdflib agree with what the SQLite store holds: each citation once."""
    build(store, tmp_path / "rdf")
    graph = open_store(tmp_path / "rdf", store.state)
    assert len(list(graph.triples((None, CITES, None)))) == store.counts()[1] == 2
    assert len(graph) == len(list(graph)) > 20
    rows = graph.query("SELECT ?w ?title { ?w cito:cites work:a ; dcterms:title ?title }")
    assert [(str(r.w), str(r.title)) for r in rows] == [(node("work", "my graph", "b"), "Title b")]
    assert graph.qname(node("work", "my graph", "a")) == "work:a"


def test_a_store_loaded_in_parts_is_the_same(store, tmp_path, monkeypatch):
    """Parts of seven triples, across the nodes that several of them describe, give what one part gives."""
    build(store, tmp_path / "whole")
    monkeypatch.setattr("kg.output.rdf.store._PART", 7)
    build(store, tmp_path / "parts")
    whole, parts = (sorted(map(str, open_readonly(tmp_path / name))) for name in ("whole", "parts"))
    assert len(whole) > 20
    assert parts == whole


def test_the_table_of_works_read_in_parts_is_the_same(store, monkeypatch):
    """Parts of two works give the types that one part gives, also where no work has a date."""
    space = Workspace(store.path.parent, store)
    whole = space._works()
    monkeypatch.setattr("kg.graph.folder._PART", 2)
    assert len(whole) == 3
    assert whole.equals(space._works())
    assert whole.dtypes.equals(space._works().dtypes)


def test_rdflib_cannot_write(store, tmp_path):
    """The published store refuses every change and stays as it was."""
    build(store, tmp_path / "rdf")
    graph = open_store(tmp_path / "rdf")
    before = len(graph)
    triple = (rdflib.URIRef("urn:x"), RDF.type, rdflib.URIRef("urn:y"))
    for change in (
        lambda: graph.add(triple),
        lambda: graph.remove((None, None, None)),
        lambda: graph.update("INSERT DATA { <urn:x> a <urn:y> }"),
    ):
        with pytest.raises(RuntimeError):
            change()
    assert len(graph) == before


def test_a_newer_revision_takes_the_place_of_the_older(store, tmp_path):
    """`current` names the newest state; `remove_older` leaves what is not kg's."""
    folder = tmp_path / "rdf"
    assert build(store, folder) == folder / store.state
    (folder / "notes").mkdir()
    with Writer.open(store.path, "test") as writer:
        writer.add(Batch(works=[Work(id="new")]))
    assert build(store, folder) == folder / store.state
    remove_older(folder, store.state)
    assert {path.name for path in folder.iterdir()} == {store.state, "current", "notes"}
    subjects = {quad.subject.value for quad in open_readonly(folder)}
    assert node("work", "my graph", "new") in subjects


def test_a_revision_that_is_there_stays(store, tmp_path):
    """Building again changes nothing in a published folder, and leaves no rubbish."""
    folder = build(store, tmp_path / "rdf")
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    build(store, tmp_path / "rdf")
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert sorted(path.name for path in folder.parent.iterdir()) == [store.state, "current"]


def test_a_failed_build_publishes_nothing(store, tmp_path):
    """Records that break off in the middle leave neither a revision nor half of one."""

    class Broken(Store):
        def concepts(self, **_):
            raise StoreError("broken")

    folder = tmp_path / "rdf"
    with pytest.raises(StoreError, match="broken"):
        build(Broken(store.path, store.db), folder)
    assert list(folder.iterdir()) == []


def test_a_missing_store_and_a_strange_one_are_named(tmp_path):
    """What is absent, and what kg did not build, is a StoreError with a hint."""
    import pyoxigraph as ox

    with pytest.raises(StoreError, match="cannot be read"):
        open_readonly(tmp_path / "no")
    with pytest.raises(StoreError, match="cannot be read"):
        open_readonly(tmp_path, "7-abcdef01")
    with pytest.raises(StoreError, match="not built by kg"):
        prefixes_of(ox.Store())


def test_a_folder_that_cannot_be_made_is_a_store_error(store, tmp_path):
    """A file in the folder's place is reported, not overwritten."""
    (tmp_path / "rdf").write_text("mine")
    with pytest.raises(StoreError, match="cannot be written"):
        build(store, tmp_path / "rdf")
    assert (tmp_path / "rdf").read_text() == "mine"
