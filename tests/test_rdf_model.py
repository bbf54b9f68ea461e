"""The model of our RDF: its own terms are defined, every export passes its shapes."""

import json
import re
from importlib import resources

import pyoxigraph as ox
import pytest
import rdflib

from kg.errors import UnknownName
from kg.facts import TYPES, Fact
from kg.global_figures import FACT
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.library.graph import open_graph
from kg.model import Batch, Citation, Claim, Concept, Outcome, Remark, Resolution, Retrieval, Work
from kg.output.rdf.findings import finding_lines
from kg.output.rdf.triples import ntriples
from kg.terms import BASE, FABIO, PREFIXES

pytestmark = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")  # rdflib warns of itself, 53,000 times

KG = rdflib.Namespace(PREFIXES["kg"])
FILES = resources.files("kg.output.rdf")
IDS = (
    *(
        "a.",
        ".b",
        "-c",
        "~d",
        "e:f",
        "g h",
        "%41",
        "doi:10.1002/(sici)1099-1174(199612)5:4<235::aid-isaf108>3.0.co;2-x",
    ),
    *('quo"te', "back\\slash", "训练.", "שלום", "\u202ertl", "new\nline", "#?&<>{}|^`", "..", "0001001"),
)


def hostile():
    """Works, citations and the rest with ids and texts that break careless writers."""
    works = [
        Work(
            id=id_,
            title=f'{id_} "quoted" \\ end\r\n\ttab',
            authors=("Roe, Ann.", "et al.", f"{id_}; and {id_}"),
            year=1989 + k,
            date=f"{1989 + k}-02-03",
            venue=("J. of X", "J of x.")[k % 2],
            identifiers=("doi:10.1002/(sici)1099(1996)5:4<235::aid-isaf108>3.0.co;2-x", "arxiv:1609.03499") if not k else (f"doi:10.1/{k}.",),
            stub=k == 3,
            seed=k == 4,
            source=f"file {id_}.bib",
            reported_citations=k,
            facts=(Fact("type", [*TYPES][k % len(TYPES)], "openalex"), Fact("retracted", ["", "2010-02-06"][k % 2], "crossref"), Fact("note", id_, "n"), Fact(FACT, json.dumps({"field": id_}), "openalex")),
        )
        for k, id_ in enumerate(IDS)
    ]  # fmt: skip
    pairs = [(a, b) for a, b in zip(IDS, IDS[1:] + IDS[:1], strict=True)]
    return Batch(
        works=works,
        citations=[
            *(Citation(citing=a, cited=b, source="x", method=f"by {a}", contexts=(b, a), intents=("m",)) for a, b in pairs),
            *(Citation(citing=a, cited=b, source="plain.csv", times=2) for a, b in pairs[:5]),
            Citation(citing="a.", cited="a.", source="plain.csv", influential=False),
        ],
        retrievals=[
            Retrieval(work=id_, list=list_, outcome=outcome, source=f"s {id_}", reported=4, date="2026-01-02")
            for id_, outcome in zip(IDS, Outcome, strict=False)
            for list_ in ("references", "citations")
        ],
        claims=[Claim(id=f"c {id_}", statement=id_, kind="first", place="§", article=id_, roles=((id_, "subject"), ("a.", "object"))) for id_ in IDS],
        concepts=[
            *(Concept(work=id_, scheme="task.", label=id_, source=source) for id_ in IDS[1:] for source in ("Pons.", "")),
            *(Concept(work="a.", scheme="task.", label="LSTM", source=source, label_in_source=f'{source}lstm, "L"') for source in ("Pons.", "")),
        ],
        resolutions=[Resolution(text=f"text {id_}", status="review", id=id_, method="t", reason=id_, score=1 / 3, likely="x") for id_ in IDS],
        remarks=[Remark(f"{id_} line 1", id_) for id_ in IDS],
        strict=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    """A graph of the hostile records, in a folder whose name is no better."""
    folder = tmp_path_factory.mktemp("hostile") / "g. r\u00e4ph."
    folder.mkdir()
    with Writer.open(folder / "graph.sqlite", "test") as writer:
        writer.add(hostile())
    return open_graph(folder)


def validated(data):
    """What the shapes report of a graph."""
    from pyshacl import validate

    conforms, _, text = validate(data, shacl_graph=str(FILES / "shapes.ttl"), shacl_graph_format="turtle")
    return "" if conforms else text


@pytest.mark.parametrize("options", [{}, {"provenance": "none"}, {"base": "https://example.org/kg"}])
def test_every_kind_of_export_passes_the_shapes(graph, tmp_path, options):
    """With the ids it has; also without provenance, and with web addresses of its own."""
    graph.export("ttl", tmp_path / "x.ttl", **options)
    read = rdflib.Graph().parse(tmp_path / "x.ttl")
    assert {str(s) for s in read.objects(None, KG.id)} == set(IDS)
    assert validated(read) == ""
    assert (None, rdflib.RDF.type, rdflib.URIRef(PREFIXES["cito"] + "Citation")) in read or options == {
        "provenance": "none"
    }


def test_the_shapes_can_fail(graph):
    """A work without an id or with two DOIs, a record that says no, and an abstract are reported."""
    text = "".join(ntriples(graph.provenance.store))
    for extra in (
        "<urn:w> a fabio:Expression .",
        "<urn:x-kg:work:x:0001001> owl:sameAs <https://doi.org/10.1/a> , <https://doi.org/10.1/b> .",
        "?w kg:retracted false .",
        '?w dcterms:abstract "We" .',
    ):
        data = rdflib.Graph().parse(data=text, format="nt")
        work = next(data.subjects(KG.id, rdflib.Literal("0001001")))
        for prefix, iri in PREFIXES.items():
            data.bind(prefix, iri)
        data.update(
            f"INSERT DATA {{ {extra.replace('?w', work.n3()).replace('<urn:x-kg:work:x:0001001>', work.n3())} }}"
        )
        assert validated(data), extra


def test_every_own_term_is_defined_and_used(graph):
    """The ontology defines each term of kg's that an export uses, with label and definition, and no other."""
    ontology = rdflib.Graph().parse(str(FILES / "kg.ttl"))
    defined = {str(term) for term in ontology.subjects(rdflib.SKOS.definition)}
    assert defined == {str(term) for term in ontology.subjects(rdflib.RDFS.label)}
    lines = [*ntriples(graph.provenance.store), *finding_lines(graph, ["beauty"], BASE)]
    used = set(re.findall(rf"<({re.escape(str(KG))}\w+)>", "".join(lines)))
    schemes = {str(KG) + scheme for scheme in ("corpus", "s2", "mag", "openalex", "acl", "dblp")}
    assert used - defined - schemes == set()
    assert defined - used <= {
        str(KG) + name
        for name in (
            "alias",
            "yearBasis",
            "retracts",
            *("low", "high", "coverage", "firstYear", "lastYear", "Era"),
            "reportedReferences",
            "runnerUp",
            "runnerUpScore",
        )
    }


def test_scores_eras_and_verdicts_are_added_where_asked_for(graph, tmp_path):
    """Each score with its bounds and what it rests on; where there is no value, the reason; the shapes hold."""
    graph.export("nt", tmp_path / "x.nt", scores="citations_held, beauty")
    read = rdflib.Graph().parse(tmp_path / "x.nt")
    assert validated(read) == ""
    of = {
        (str(read.value(s, KG.metric)), str(read.value(read.value(s, KG.of), KG.id))): s
        for s in read.subjects(rdflib.RDF.type, KG.Score)
    }
    assert set(of) == {(metric, id_) for metric in ("citations_held", "beauty") for id_ in IDS}
    values = graph.rank("citations_held").scores.table["value"]
    assert {id_: float(read.value(of["citations_held", id_], rdflib.RDF.value)) for id_ in IDS} == values.to_dict()
    silent = [s for s in of.values() if read.value(s, rdflib.RDF.value) is None]
    assert silent
    assert all(read.value(s, KG.reason) for s in silent)
    assert len(set(read.subjects(KG.verdict))) == len(IDS)
    with pytest.raises(UnknownName):
        graph.export("nt", tmp_path / "y.nt", scores="nothing")


def test_what_a_source_writes_for_a_concept_is_another_label_of_it(graph):
    """Each of them once, and at the statement of the source that writes it; one that differs in case alone is no other label."""
    data = rdflib.Graph().parse(data="".join(ntriples(graph.provenance.store)), format="nt")
    (concept,) = data.subjects(rdflib.SKOS.prefLabel, rdflib.Literal("LSTM"))
    said = {'Pons.lstm, "L"', 'lstm, "L"'}
    assert set(map(str, data.objects(concept, rdflib.SKOS.altLabel))) == said
    assert {str(data.value(s, KG.labelInSource)) for s in data.subjects(rdflib.RDF.object, concept)} == said
    records = Store.open(graph.provenance.store.path)
    assert {c.label_in_source for c in records.concepts("c.label = 'LSTM'")} == said


def test_every_class_is_one_of_fabio():
    """The types that have a class are types of kg."""
    assert set(FABIO) <= set(TYPES)
    assert all(name.startswith("fabio:") for name in FABIO.values())


def test_oxigraph_reads_what_it_is_given_strictly(graph):
    """No line of ours needs leniency."""
    text = "".join(ntriples(graph.provenance.store))
    assert len(list(ox.parse(text.encode(), ox.RdfFormat.N_TRIPLES))) == text.count("\n")
