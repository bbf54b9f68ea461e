"""Networks for other programs are read by the readers their users have and by their schemas, and come back into kg."""

import csv
import io
import json
import xml.etree.ElementTree as ET

import networkx as nx
import pytest
from test_exchange import HOSTILE, exported, here, three  # noqa: F401  (a fixture)
from test_export_formats import CITATIONS, WORKS, graph  # noqa: F401  (a fixture)

import kg
from kg.graph.folder import Workspace
from kg.library.graph import Graph
from kg.model import Outcome
from kg.plugins import load


@pytest.mark.parametrize(("name", "read"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
def test_networkx_reads_networks_with_all_that_is_known(graph, name, read):  # noqa: F811
    """Labels, identifiers, counts and the sources of edges arrive typed; loops and directions stay."""
    g = read(io.BytesIO(exported(graph, name)))
    assert set(g.edges) == {("0001001", "0001001"), ("a b%20c", "0001001")}
    first = g.nodes["0001001"]
    assert (first["label"], first["citations_held"], first["year"]) == ("Todd 1989", 1, 1989)
    assert first["identifiers"] == "arxiv:1609.03499 doi:10.1/a;b"
    assert first["seed"] is True
    assert g.edges["a b%20c", "0001001"]["sources"] == "s; t"
    assert "year" not in g.nodes["lone"]


def test_igraph_reads_graphml_and_pajek(graph, tmp_path):  # noqa: F811
    """As many works and citations, in the same directions."""
    igraph = pytest.importorskip("igraph")
    (tmp_path / "g.graphml").write_bytes(exported(graph, "graphml"))
    (tmp_path / "g.net").write_bytes(exported(graph, "pajek"))
    for g in (igraph.Graph.Read_GraphML(str(tmp_path / "g.graphml")), igraph.Graph.Read_Pajek(str(tmp_path / "g.net"))):
        todd, later = graph.number("0001001"), graph.number("a b%20c")
        assert (g.is_directed(), g.vcount(), sorted(g.get_edgelist())) == (True, 3, [(todd, todd), (later, todd)])


def test_cytoscape_reads_back_in_networkx(graph):  # noqa: F811
    """`networkx.cytoscape_graph` gives the same nodes and edges."""
    g = nx.cytoscape_graph(json.loads(exported(graph, "cytoscape")))
    assert set(g.edges) == {("0001001", "0001001"), ("a b%20c", "0001001")}
    assert g.nodes["0001001"]["title"] == HOSTILE.title


@pytest.mark.parametrize("name", ["graphml", "gexf", "cytoscape"])
def test_networks_come_back_into_kg(graph, here, name):  # noqa: F811
    """Works, identifiers, citations with their sources, and outcomes are as they went out."""
    (here / f"out.{name}").write_bytes(exported(graph, name))
    kg.ingest([here / f"out.{name}"], graph="back")
    store = Workspace.open("back").store
    back = {work.id: work for work in store.works()}
    assert back.keys() == {work.id for work in WORKS}
    for work in WORKS:
        again = back[work.id]
        assert (again.title.split(), again.authors) == (
            work.title.split(),
            work.authors,
        )  # XML has no line ends in attributes
        assert (again.year, again.date) == (work.year, work.date)
        assert (set(again.identifiers), again.venue) == (set(work.identifiers), work.venue)
        assert (again.stub, again.seed) == (work.stub, work.seed)
    assert {(c.citing, c.cited, c.source) for c in store.citations()} == {
        (c.citing, c.cited, c.source) for c in CITATIONS
    }
    outcomes = {r.work: r.outcome for r in store.retrievals()}
    assert outcomes["a b%20c"] is Outcome.COMPLETE


def test_pajek_comes_back_with_its_vectors(here):  # noqa: F811
    """The network is the same; vectors have a value for every vertex, Pajek's missing one where the year is unknown."""
    two = Graph.from_edges([("B", "A"), ("C", "B")], years={"A": 1989, "C": 2016})
    two.export("pajek", here / "out")
    values = dict(zip(two.ids, (here / "out" / "year.vec").read_text().split()[2:], strict=True))
    assert values == {"A": "1989", "B": "999999998", "C": "2016"}
    kg.ingest([here / "out" / "network.net"], graph="back")
    assert set(kg.open_graph("back").to_networkx().edges) == {("B", "A"), ("C", "B")}
    assert set(nx.DiGraph(nx.read_pajek(here / "out" / "network.net")).edges) == {("B", "A"), ("C", "B")}


VOSVIEWER = {  # the structure that VOSviewer's manual names
    "type": "object",
    "required": ["network"],
    "properties": {
        "network": {
            "type": "object",
            "required": ["items", "links"],
            "additionalProperties": False,
            "properties": {
                "items": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["id", "label"],
                        "additionalProperties": False,
                        "properties": {
                            "id": {"type": "integer", "minimum": 1},
                            "label": {"type": "string", "minLength": 1},
                            "description": {"type": "string"},
                            "url": {"type": "string"},
                            "weights": {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}},
                            "scores": {"type": "object", "additionalProperties": {"type": "number"}},
                        },
                    },
                },
                "links": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["source_id", "target_id", "strength"],
                        "additionalProperties": {"type": "integer", "minimum": 1},
                    },
                },
            },
        },
        "info": {"type": "object"},
    },
    "additionalProperties": False,
}


#: Elements of GEXF 1.2, after its schema: attributes that each must have, others that kg gives, and its children, in this order.
GEXF = {
    "gexf": ({"version"}, (), ("meta", "graph")),
    "meta": (set(), (), ("creator", "description")),
    "creator": (set(), (), ()),
    "description": (set(), (), ()),
    "graph": (set(), {"defaultedgetype", "mode"}, ("attributes", "nodes", "edges")),
    "attributes": ({"class"}, {"mode"}, ("attribute",)),
    "attribute": ({"id", "title", "type"}, (), ()),
    "nodes": (set(), (), ("node",)),
    "node": ({"id"}, {"label"}, ("attvalues",)),
    "edges": (set(), (), ("edge",)),
    "edge": ({"id", "source", "target"}, (), ("attvalues",)),
    "attvalues": (set(), (), ("attvalue",)),
    "attvalue": ({"for", "value"}, (), ()),
}
GEXF_VALUES = {
    "type": {"integer", "long", "double", "float", "boolean", "liststring", "string", "anyURI"},
    "class": {"node", "edge"}, "mode": {"static"}, "defaultedgetype": {"directed"}, "version": {"1.2"},
}  # fmt: skip


def test_gexf_is_what_its_schema_says(graph):  # noqa: F811
    """No element or attribute that the schema does not know, none in another place; every value belongs to a declared attribute."""
    for of in (graph, three()):
        root, names = ET.fromstring(exported(of, "gexf")), "{http://www.gexf.net/1.2draft}"  # noqa: S314
        declared = {kind.get("class"): {a.get("id") for a in kind} for kind in root.iter(f"{names}attributes")}
        for element in root.iter():
            must, may, children = GEXF[element.tag.removeprefix(names)]
            given = {name for name in element.attrib if "schemaLocation" not in name}
            assert must <= given <= must | set(may), element.tag
            order = [children.index(child.tag.removeprefix(names)) for child in element]
            assert order == sorted(order)
            assert all(element.get(name, next(iter(known))) in known for name, known in GEXF_VALUES.items())
        for kind in ("node", "edge"):
            used = {v.get("for") for e in root.iter(f"{names}{kind}") for v in e.iter(f"{names}attvalue")}
            assert used <= declared.get(kind, set())
        assert root.find(f"{names}meta/{names}description").text == of.name


def test_vosviewer_takes_json_and_text(graph, tmp_path):  # noqa: F811
    """The JSON has VOSviewer's structure; the text files say the same; a loop and an unknown year are left out."""
    import jsonschema

    document = json.loads(exported(graph, "vosviewer"))
    jsonschema.validate(document, VOSVIEWER)
    items = {item["label"]: item for item in document["network"]["items"]}
    assert items["Todd 1989"]["url"] in {"https://doi.org/10.1/a;b", "https://arxiv.org/abs/1609.03499"}
    assert "scores" not in items["lone"]
    assert items["Todd 1989"]["description"] == HOSTILE.title.replace("&", "&amp;").replace("<", "&lt;").replace(
        ">", "&gt;"
    )
    assert [link["strength"] for link in document["network"]["links"]] == [1]
    load("exporter", "vosviewer-map")(graph, tmp_path / "maps")
    rows = list(csv.DictReader((tmp_path / "maps" / "map.txt").open(encoding="utf-8"), delimiter="\t"))
    assert [row["weight<Citations held>"] for row in rows] == [
        str(item["weights"]["Citations held"]) for item in document["network"]["items"]
    ]
    assert [row["description"] for row in rows] == [" ".join(item["description"].split()) for item in items.values()]
    assert len((tmp_path / "maps" / "network.txt").read_text().splitlines()) == 1
