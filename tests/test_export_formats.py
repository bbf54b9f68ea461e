"""Exporters: every format is read back by another reader, or by kg, as the same graph."""

import csv
import io
import json
from collections.abc import Iterable, Iterator

import networkx as nx
import pytest
import rdflib
from rdf_reading import read_records

from kg.errors import InputError, UnknownName
from kg.graph.citation_graph import CitationGraph
from kg.graph.folder import Workspace
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.ingest.readers.edges import read_edges
from kg.library.graph import Graph
from kg.model import Batch, Citation, Outcome, Retrieval, Work
from kg.output.export.csv import write_csv
from kg.output.export.networks import write_graphml
from kg.output.rdf.serialise import write_jsonld, write_ntriples, write_turtle
from kg.plugins import load, names

WORKS = [
    Work(
        id="0001001",
        title='=1+1; "quoted",\nbroken <b>&</b> 训练',
        authors=("Todd, Peter M.", "van den Oord, Aäron"),
        year=1989,
        date="1989-12-01",
        venue="CMJ",
        identifiers=("arxiv:1609.03499", "doi:10.1/a;b"),
        seed=True,
        source="s",
        reported_citations=7,
    ),
    Work(id="a b%20c", year=2016, source="s", stub=True),
    Work(id="lone", source="s"),
]
CITATIONS = [
    Citation(citing="0001001", cited="0001001", source="s"),
    Citation(citing="a b%20c", cited="0001001", source="s", times=2),
    Citation(citing="a b%20c", cited="0001001", source="t", method="by hand"),
]


@pytest.fixture
def graph(tmp_path):
    """A small graph with all that makes formats stumble."""
    retrieval = Retrieval(work="a b%20c", list="references", outcome=Outcome.COMPLETE, source="s")
    with Store.create(tmp_path / "graph.sqlite", name="g") as store:
        with Writer.open(store.path, "test") as writer:
            writer.add(Batch(works=WORKS, citations=CITATIONS, retrievals=[retrieval]))
        yield read_graph(store)


def read_graph(store: Store) -> CitationGraph:
    """The graph of a store."""
    return Workspace(store.path.parent, store).graph


@pytest.mark.parametrize(
    ("write", "format_"), [(write_turtle, "turtle"), (write_ntriples, "nt"), (write_jsonld, "json-ld")]
)
def test_rdf_formats_hold_the_same_works_and_citations(graph, tmp_path, write, format_):
    """What rdflib reads of each format is what the store holds; the same store gives the same bytes."""
    out = io.BytesIO()
    write(graph, out)
    write(graph, tmp_path / "file")
    store = graph.provenance.store
    assert (tmp_path / "file").read_bytes() == out.getvalue()
    works, citations = read_records(rdflib.Graph().parse(data=out.getvalue(), format=format_))
    assert works == sorted(store.works(), key=lambda w: w.id) == WORKS
    assert citations == list(store.citations()) == CITATIONS


def test_turtle_is_fit_to_read(graph):
    """Names are prefixed, and what is said of one work stands together."""
    out = io.BytesIO()
    write_turtle(graph, out)
    text = out.getvalue().decode()
    assert r"work:a\%20b\%2520c cito:cites work:0001001" in text
    assert "work:0001001 a fabio:Expression ;" in text
    assert text.count("\nwork:0001001 ") == 2  # the work, and its citation


def test_jsonld_is_json(graph):
    """One JSON document with a context and a node per subject, its properties by their prefixed names."""
    out = io.BytesIO()
    write_jsonld(graph, out)
    document = json.loads(out.getvalue())
    assert document["@context"]["cito"] == "http://purl.org/spar/cito/"
    (work,) = (item for item in document["@graph"] if item["@id"] == "urn:x-kg:work:g:0001001" and "kg:id" in item)
    assert work["kg:year"] == [{"@value": "1989", "@type": "xsd:integer"}]
    assert work["kg:byline"] == [{"@value": ["Todd, Peter M.", "van den Oord, Aäron"], "@type": "@json"}]


def test_graphml_keeps_direction_types_and_loops(tmp_path):
    """Read back by networkx, ids are text, years numbers, unknown values absent, citing -> cited."""
    graph = CitationGraph.from_edges(
        [("0001001", "b"), ("b", "b")], years={"0001001": 1989}, titles={"b": "x \x00 < & \ufffe"}, works=["lone"]
    )
    write_graphml(graph, tmp_path / "g.graphml")
    g = nx.read_graphml(tmp_path / "g.graphml")
    assert g.is_directed()
    assert set(g.edges()) == {("0001001", "b"), ("b", "b")}
    assert set(g) == {"0001001", "b", "lone"}
    assert g.nodes["0001001"]["year"] == 1989
    assert g.nodes["b"]["title"] == "x \ufffd < & \ufffd"
    assert g.nodes["b"]["stub"] is False
    assert g.nodes["0001001"]["outcome"] == "COMPLETE"
    assert "year" not in g.nodes["lone"]
    assert "date" not in g.nodes["lone"]
    assert "title" not in g.nodes["lone"]


def test_graphml_never_makes_two_works_one():
    """Ids that XML cannot tell apart are refused, not merged."""
    with pytest.raises(InputError, match="two ids"):
        write_graphml(CitationGraph.from_edges([("a\x01", "a\x02")]), io.BytesIO())


def citations_of(batches: Iterable[Batch]) -> Iterator[tuple[tuple[str, str], int]]:
    """The citations of an edge list, each with how often it is listed."""
    for table in (batch.table for batch in batches if batch.table):
        for citing, cited, times in zip(table.citing, table.cited, table.times, strict=True):
            yield (table.works[citing], table.works[cited]), times


def test_csv_is_read_back_by_ingest(graph, tmp_path):
    """Works and citations come back through the edge-list reader; a pair of two sources counts twice."""
    folder = tmp_path / "new" / "out"
    write_csv(graph, folder)
    batches = list(read_edges(folder / "citations.csv", works=folder / "works.csv", source="csv", strict=True))
    works = {work.id: work for batch in batches for work in batch.works}
    assert list(works) == [work.id for work in WORKS]
    for work in WORKS:
        back = works[work.id]
        assert (back.title, back.authors, back.year, back.date) == (work.title, work.authors, work.year, work.date)
    pairs = dict(citations_of(batches))
    assert pairs == {("0001001", "0001001"): 1, ("a b%20c", "0001001"): 2}


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''-1", "'tis", "plain", "1989", "-"]


def test_no_text_of_a_csv_is_a_formula_and_all_comes_back(tmp_path):
    """Ids and titles that begin like formulas stand behind an apostrophe, numbers as they are; ingest takes it off again."""
    works = [
        Work(id=f"{text.strip()}{k}", title=text, venue=text, year=1989, source="s") for k, text in enumerate(HOSTILE)
    ]
    citations = [Citation(citing=works[k].id, cited=works[k - 1].id, source="=cmd()") for k in range(1, len(works))]
    with Store.create(tmp_path / "graph.sqlite", name="g") as store:
        with Writer.open(store.path, "test") as writer:
            writer.add(Batch(works=works, citations=citations))
        write_csv(read_graph(store), tmp_path / "out")
    for name in ("works", "citations"):
        with (tmp_path / "out" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert not [cell for row in rows for cell in row if cell.startswith(tuple("=+-@\t\r"))]
    assert {row[3] for row in rows[1:]} == {""}
    assert {row[4] for row in rows[1:]} == {"1"}
    batches = list(
        read_edges(tmp_path / "out/citations.csv", works=tmp_path / "out/works.csv", source="x", strict=True)
    )
    back = {work.id: work.title for batch in batches for work in batch.works}
    assert back == {work.id: work.title.strip() for work in works}
    assert {pair for pair, _ in citations_of(batches)} == {(c.citing, c.cited) for c in citations}


def test_tables_of_others_keep_their_apostrophes(tmp_path):
    """Only what `kg export csv` wrote loses the apostrophe: ids of other files stay as they were given."""
    (tmp_path / "e.csv").write_text("citing,cited\n'-1,b\n", encoding="utf-8")
    assert list(citations_of(read_edges(tmp_path / "e.csv", source="x"))) == [(("'-1", "b"), 1)]


def test_csv_says_all_it_promises(graph, tmp_path):
    """Identifiers, flags, outcomes and counts stand in their columns; unknown is empty, never zero."""
    write_csv(graph, tmp_path)
    with (tmp_path / "works.csv").open(encoding="utf-8", newline="") as file:
        first, second, lone = csv.DictReader(file)
    assert (first["identifiers"], first["seed"], first["stub"]) == ("arxiv:1609.03499 doi:10.1/a;b", "1", "0")
    assert (first["reported_citations"], first["reported_references"]) == ("7", "")
    assert (first["outcome"], second["outcome"], second["stub"]) == ("UNKNOWN", "COMPLETE", "1")
    assert (lone["title"], lone["year"]) == ("", "")
    with (tmp_path / "citations.csv").open(encoding="utf-8", newline="") as file:
        rows = [list(row.values()) for row in csv.DictReader(file)]
    assert [row[:5] for row in rows[1:]] == [
        ["a b%20c", "0001001", "s", "", "2"],
        ["a b%20c", "0001001", "t", "by hand", "1"],
    ]


def test_every_exporter_and_view_takes_a_graph(graph, tmp_path):
    """Each is called in the one way of its kind, and what it writes is there."""
    for name in names("exporter"):
        load("exporter", name)(graph, tmp_path / name)
        assert (tmp_path / name).exists()
    for name in names("view"):
        assert load("view", name)(graph, title="A heading of its own").count("A heading of its own")


def test_a_graph_made_in_python_is_exported_where_it_can_be(tmp_path):
    """Without a store graphml and the views can be written, and the others say why not."""
    graph = Graph.from_edges([("B", "A")], years={"A": 1990, "B": 2000})
    graph.export("graphml", tmp_path / "g.graphml")
    graph.export("map", tmp_path / "map.html")
    assert (tmp_path / "map.html").read_text(encoding="utf-8") == graph.view("map")
    with pytest.raises(InputError, match="csv is written from one"):
        graph.export("csv", tmp_path / "csv")
    with pytest.raises(InputError, match="several files"):
        graph.export("opencitations", io.BytesIO())
    with pytest.raises(UnknownName, match="no format named 'grahml'"):
        graph.export("grahml", tmp_path / "x")
