"""Ready queries answered from the arrays: the same JSON as SPARQL gives, cell by cell and in its order."""

import json
import tempfile
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode
from test_sparql_queries import ASKED, Field

import kg
from kg.errors import InputError
from kg.graph.folder import Workspace
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Concept, Outcome, Retrieval, Work
from kg.output.rdf.from_tables import READY, answer_from_tables
from kg.output.rdf.guard import check
from kg.output.rdf.open import rdf_folder
from kg.output.rdf.query_process import run
from kg.output.rdf.ready import IN_TABLES, ready_queries
from kg.output.rdf.store import open_readonly
from kg.output.rdf.triples import ntriples
from kg.output.rdf.vocab import node

#: Ids that sort by code points, not by UTF-16 or by length; the last two need escapes in an IRI.
IDS = ["w1", "w10", "w2", "\uff5a", "\U0001d49c", "W", "é b", "doi:10.1/a."]


def both(space: Workspace, rdf: ox.Store, name: str, values: dict[str, str | int]) -> list:
    """What the tables answer, once SPARQL was seen to answer the same."""
    query = ready_queries()[name]
    terms = {
        key: NamedNode(node("work", space.store.name, str(value))) if query.asks[key][0] == "work" else Literal(value)
        for key, value in values.items()
    }
    data = answer_from_tables(query, terms, space.graph, space.store)
    assert data is not None
    found = json.loads(data)
    assert found == json.loads(run(rdf, check(query.text, {}, terms).text)[1]), (name, values)
    return found["results"]["bindings"]


def in_memory(store: Store) -> ox.Store:
    """The RDF of a store."""
    rdf = ox.Store()
    rdf.load("".join(ntriples(store)), format=ox.RdfFormat.N_TRIPLES)
    return rdf


def test_the_list_is_that_of_the_functions():
    """What is known without loading numpy is what there is."""
    assert set(READY) == IN_TABLES


@pytest.mark.parametrize("name", READY)
def test_a_field_is_answered_as_by_sparql(tmp_path, name: str):
    """Loops, cycles, works without year or title, unknown lists: all works for each value, and the field as of a year."""
    Field(tmp_path, 28, seed=4)
    whole, rows = Workspace.open(str(tmp_path)), []
    for space in (whole, whole.as_of(2004)):
        rdf = in_memory(space.store)
        kinds = {key: kind for key, (kind, _) in ready_queries()[name].asks.items()}
        for work in space.graph.ids if "work" in kinds.values() else [""]:
            other = space.graph.ids[-1]  # which cites others
            values = {key: ASKED[key] if kind == "number" else other for key, kind in kinds.items()}
            first = next((key for key, kind in kinds.items() if kind == "work"), None)
            rows += both(space, rdf, name, values | ({first: work} if first else {}))
        if name == "no-path-back":
            assert both(space, rdf, name, {"before": 2010, "since": 1985}), (
                "works of one span, some of which cite themselves"
            )
    assert rows


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    """Records of up to eight works, which may cite whatever they like, themselves too."""
    ids = IDS[: draw(st.integers(1, len(IDS)))]
    some = st.sampled_from(ids)
    pairs = draw(st.lists(st.tuples(some, some), max_size=20, unique=True))
    outcomes = draw(st.dictionaries(st.tuples(some, st.sampled_from("st")), st.sampled_from(Outcome), max_size=6))
    concepts = draw(st.lists(st.tuples(some, st.sampled_from(["a", "b", ""])), max_size=12, unique=True))
    years = st.none() | st.integers(1990, 2015)
    return Batch(
        works=[
            Work(id=i, title=draw(st.sampled_from(["", f'"{i}"\t\\'])), year=draw(years), seed=draw(st.booleans()), source="s")
            for i in ids
        ],
        citations=[Citation(citing=a, cited=b, source="s") for a, b in pairs],
        retrievals=[
            Retrieval(work=work, list="references", outcome=outcome, source=source)
            for (work, source), outcome in outcomes.items()
        ],
        concepts=[Concept(work=work, scheme="task", label=label, source="") for work, label in concepts],
    )  # fmt: skip


@pytest.mark.long
@given(batch=batches(), data=st.data())
def test_any_graph_is_answered_as_by_sparql(batch: Batch, data: st.DataObject):
    """Every query of random graphs and values, as of a year too."""
    with tempfile.TemporaryDirectory() as home:
        with Store.create(Path(home) / "graph.sqlite", name="a g") as store, Writer.open(store.path, "test") as writer:
            writer.add(batch)
        space = Workspace.open(home)
        if any((work.year or 9999) <= 2005 for work in batch.works) and data.draw(st.booleans()):
            space = space.as_of(2005)
        rdf = in_memory(space.store)
        kinds = {"work": st.sampled_from(space.graph.ids), "number": st.integers(1990, 2015)}
        for name in READY:
            asks = ready_queries()[name].asks
            both(space, rdf, name, {key: data.draw(kinds[kind], key) for key, (kind, _) in asks.items()})
        space.store.db.close()


@pytest.mark.nightly
def test_the_bundled_graph_is_answered_as_by_sparql(bundled_graph):
    """Every query finds something there, and the same in both ways."""
    space = bundled_graph._space
    rdf = open_readonly(rdf_folder(space.provenance), space.store.state)
    cited, last, of = space.graph.references.of, len(space.graph) - 1, "todd1988sequential"
    two_steps_back = next(int(cited(i)[0]) for i in cited(last) if len(cited(i)))
    new, old = space.graph.ids[last], space.graph.ids[two_steps_back]
    asked = {"from": new, "new": new, "to": of, "of": of, "old": old, "before": 2000, "since": 2010}
    for name in READY:
        assert both(space, rdf, name, {key: asked[key] for key in ready_queries()[name].asks})


def test_by_its_name_a_query_needs_no_rdf_but_other_values_do(tmp_path, monkeypatch):
    """What tables cannot say goes to SPARQL: parts of years, nodes that are no works, other variables, the text of the query."""
    Field(tmp_path, 28, seed=4)
    graph = kg.open_graph(str(tmp_path))
    ages = graph.sparql("citation-ages")
    assert ages.rows
    assert not (tmp_path / "rdf" / "model").exists()
    assert graph.sparql(ready_queries()["citation-ages"].text).rows == ages.rows
    assert (tmp_path / "rdf" / "model").exists()
    assert (
        graph.sparql("no-longer-cited", values={"since": 2004.5}).rows
        == graph.sparql("no-longer-cited", values={"since": 2005}).rows
    )
    in_one_year = graph.sparql("most-cited", values={"year": 1990}).rows
    assert {row[1] for row in in_one_year} == {"1990"}
    assert sorted(row[3] for row in in_one_year) == sorted(row[3] for row in graph.sparql("most-cited").rows)
    for other in ("<urn:x-kg:work:g:none>", "<urn:x-kg:work:g:w%32%35>", 25):
        assert graph.sparql("descendants", values={"to": other}).rows == []
    assert graph.sparql("most-cited").limit == 20
    monkeypatch.setattr("kg.output.rdf.from_tables.ANSWER", 100)
    with pytest.raises(InputError, match="the answer is longer than 20 MB"):
        graph.sparql("citation-ages")


def test_no_rows_have_their_reason(tmp_path):
    """As by SPARQL: the properties that the graph does not have."""
    with Store.create(tmp_path / "graph.sqlite", name="g") as store, Writer.open(store.path, "test") as writer:
        writer.add(Batch(works=[Work(id="w", title="Alone", year=1990)]))
    graph = kg.open_graph(str(tmp_path))
    for query in ("most-cited", ready_queries()["most-cited"].text):
        assert (graph.sparql(query).rows, graph.sparql(query).notes) == ([], ("not in this graph: cito:cites",))
