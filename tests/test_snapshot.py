"""Snapshots: equal content gives equal hashes; every change is named; damage of what is derived is found; diff explains scores."""

import json
import re
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from kg.errors import InputError
from kg.graph.derived import seal
from kg.graph.manifest import TABLES, blocks, rows
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Outcome, Retrieval, Work

WORKS = [
    Work(
        id="A",
        title="Tones",
        year=1989,
        authors=("Todd, Peter",),
        identifiers=("doi:10.1000/a", "arxiv:1609.03499"),
        source="s",
    ),
    Work(id="B", title="Blues", year=2002, source="s"),
    Work(id="C", title="Waves", year=2016, source="s"),
]
CITATIONS = [Citation(citing="B", cited="A", source="s"), Citation(citing="C", cited="B", source="s")]
LISTS = [Retrieval(work="C", list="references", outcome=Outcome.COMPLETE, source="s")]


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KG_GRAPH", raising=False)
    return tmp_path


def filled(folder, *batches):
    """A graph in a folder, each batch added in a transaction of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "graph.sqlite").exists():
        Store.create(folder / "graph.sqlite", name=folder.name).db.close()
    with Writer.open(folder / "graph.sqlite", "test") as writer:
        for batch in batches:
            writer.add(batch)
    return folder


def whole():
    """All records, as one batch."""
    return Batch(works=WORKS, citations=CITATIONS, retrievals=LISTS)


def test_the_same_records_in_another_order_are_the_same_content(here):
    """Two orders of ingest give the same tables and the same content, whatever the graphs are called."""
    one = filled(here / "one", whole())
    parts = [Batch(works=WORKS[::-1]), Batch(citations=CITATIONS[::-1], retrievals=LISTS)]
    two = filled(here / "two", *parts)
    first, second = (kg.open_graph(folder).snapshot() for folder in (one, two))
    assert first.tables == second.tables
    assert first.facts["content"] == second.facts["content"]
    assert kg.diff(str(one), str(two)).same


def test_a_snapshot_says_what_it_is_of(here):
    """The document holds counts, versions, sources, runs; it is read back as it was."""
    graph = kg.open_graph(filled(here / "g", whole()))
    graph.snapshot().save(here / "s.json")
    document = json.loads((here / "s.json").read_text())
    assert (document["works"], document["citations"], document["sources"]) == (3, 2, ["s"])
    assert document["kg"] == kg.__version__
    assert graph.verify(here / "s.json").well
    assert "as it should be" in str(graph.verify(here / "s.json"))


CHANGES = [
    (Batch(works=[Work(id="D", title="New", source="s")]), "works", "D"),
    (Batch(citations=[Citation(citing="C", cited="A", source="s")]), "citations", "C -> A (s)"),
    (
        Batch(retrievals=[Retrieval(work="B", list="references", outcome=Outcome.PARTIAL, source="s")]),
        "lists",
        "B references (s)",
    ),
]


@pytest.mark.parametrize(("batch", "table", "where"), CHANGES)
def test_verify_names_the_first_difference(here, batch, table, where):
    """The table, and the row, that a later ingest added."""
    folder = filled(here / "g", whole())
    kept = kg.open_graph(folder).snapshot()
    filled(folder, batch)
    found = kg.open_graph(folder).verify(kept)
    faults = {name: fault for name, fault in found.checks if fault}
    assert list(faults) == [f"{table}, as in the snapshot", "content, as in the snapshot"]
    assert where in faults[f"{table}, as in the snapshot"]
    assert found.as_dict()["well"] is False


@settings(max_examples=40, deadline=None)
@given(st.sets(st.integers(0, 999)), st.sets(st.integers(0, 999)))
def test_blocks_differ_exactly_where_rows_do(old, new):
    """Hashes of two tables are equal if and only if their rows are, with at most 256 blocks that together hold every row."""
    tables = [{f"{n:03}": {"value": n} for n in sorted(numbers)} for numbers in (old, new)]
    first, second = map(blocks, tables)
    assert (first == second) == (old == new)
    assert len(first) <= 256
    assert sum(block.rows for block in first) == len(old)


def test_a_damaged_index_and_rdf_are_found(here):
    """An index with one wrong number, and RDF without its files, are named with what to do; without them nothing is wrong."""
    folder = filled(here / "g", whole())
    graph = kg.open_graph(folder)
    assert len(graph.sparql("SELECT ?a { ?a cito:cites ?b }").rows) == 2
    assert graph.verify().well
    (state,) = [path for path in (folder / "index").iterdir() if path.is_dir()]
    years = next(path for path in state.iterdir() if "year" in path.name)
    content = bytearray(years.read_bytes())
    content[-1] ^= 1
    years.write_bytes(content)
    with pytest.warns(UserWarning, match="years is damaged; it is built again"):
        assert kg.open_graph(folder).verify().well
    years.write_bytes(content)
    seal(state)  # wrong when it was built
    faults = dict(kg.open_graph(folder).verify().checks)
    assert "its years differ from those in graph.sqlite; `kg verify --repair` builds it again" in faults["index"]
    assert faults["store"] == faults["RDF"] == ""
    for file in (folder / "rdf" / state.name).iterdir():
        file.unlink()
    fault = dict(kg.open_graph(folder).verify().checks)["RDF"]
    assert re.search(r"cannot be read: .*; `kg verify --repair` builds it again \(or remove the folder .*rdf\)", fault)
    with pytest.warns(UserWarning, match="is built again"):
        assert len(kg.open_graph(folder).sparql("SELECT ?a { ?a cito:cites ?b }").rows) == 2


def test_another_name_of_a_work_is_a_difference(here):
    """A name that a work goes by is content too; RDF that an older kg made is no damage, it is built again."""
    folder = filled(here / "g", whole())
    graph = kg.open_graph(folder)
    assert graph.sparql("ASK { ?a cito:cites ?b }").results.kind == "ask"
    kept = graph.snapshot()
    (folder / "rdf" / "model").write_text("older", encoding="ascii")
    assert graph.verify(kept).well
    with sqlite3.connect(folder / "graph.sqlite") as db:
        db.execute("INSERT INTO identifier SELECT 'name:tones', n FROM work WHERE id = 'A'")
    faults = {name for name, fault in kg.verify(folder, kept, accept=True).checks if fault}
    assert faults == {"other names, as in the snapshot", "content, as in the snapshot"}


def test_a_snapshot_of_another_year_is_refused(here):
    """A graph as of a year is compared with a snapshot of it as of that year."""
    graph = kg.open_graph(filled(here / "g", whole()))
    then = graph.as_of(2002)
    assert then.verify(then.snapshot()).well
    with pytest.raises(InputError, match="as of 2002"):
        graph.verify(then.snapshot())


def test_what_is_no_snapshot_is_refused(here):
    """A missing file, other JSON, and a snapshot of another form are one line each."""
    graph = kg.open_graph(filled(here / "g", whole()))
    for content in (
        "{",
        "[]",
        '{"snapshot": 1, "tables": {"works": [{"x": 1}]}}',
        '{"snapshot": 99}',
        '{"snapshot": 1, "tables": {}}',
    ):
        (here / "x.json").write_text(content)
        with pytest.raises(InputError, match=r"x\.json"):
            graph.verify(here / "x.json")
    with pytest.raises(InputError, match="no file"):
        graph.verify(here / "none.json")
    other = kg.open_graph(filled(here / "h", whole())).snapshot()
    with pytest.raises(InputError, match="the snapshot is of h, and this graph is g"):
        graph.verify(other)


def test_diff_names_what_changed_a_score(here):
    """Works, citations and lists added and changed, and the citations that changed a count."""
    one = filled(here / "one", whole())
    more = Batch(
        works=[Work(id="D", title="New", year=2020, source="s")],
        citations=[Citation(citing="D", cited="A", source="s")],
        retrievals=[Retrieval(work="C", list="references", outcome=Outcome.PARTIAL, source="s", reported=9)],
    )
    two = filled(here / "two", whole(), more)
    found = kg.diff(str(one), str(two))
    assert found.tables["works"].added == ["D"]
    assert found.tables["citations"].added == ["D -> A (s)"]
    fields = {"outcome": (Outcome.COMPLETE, Outcome.PARTIAL), "reported": (None, 9)}
    assert found.tables["lists"].changed == {"C references (s)": fields}
    (changed,) = [score for score in found.scores if score.id == "A"]
    assert (changed.before, changed.after, changed.citations) == (1, 2, ["+ D -> A"])
    back = kg.diff(str(two), str(one))
    assert back.tables["works"].removed == ["D"]
    assert [s.citations for s in back.scores if s.id == "A"] == [["- D -> A"]]
    assert "+ D -> A" in str(found)


def test_every_table_of_a_store_is_in_the_manifest(here):
    """What the bundled-like records hold is in some table: a row for each."""
    store = kg.open_graph(filled(here / "g", whole()))._space.store
    assert {name: len(rows(store, name)) for name in TABLES} == {
        "works": 3, "citations": 2, "lists": 1, "claims": 0, "concepts": 0, "other names": 0, "resolutions": 0, "left out": 0,
    }  # fmt: skip


def test_the_commands(here, kg_here):
    """snapshot, verify and diff on the command line; a difference is exit 1 and one line."""
    folder = filled(here / "g", whole())
    kg_here("snapshot", "s.json", "--graph", str(folder))
    assert "as it should be" in kg_here("verify", "s.json", "--graph", str(folder)).out
    filled(folder, CHANGES[0][0])
    broken = kg_here("verify", "s.json", "--graph", str(folder), code=1)
    assert "first difference" in broken.err or "first at D" in broken.err
    filled(here / "h", whole())
    assert "- D" in kg_here("diff", str(folder), str(here / "h")).out
    assert json.loads(kg_here("diff", str(folder), str(here / "h"), "--json").out)["works"]["removed"] == ["D"]
