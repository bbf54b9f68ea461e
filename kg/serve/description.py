"""What the endpoint says of itself: a SPARQL service description, and the VoID of the graph behind it."""

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from kg.library.graph import Graph
from kg.output.rdf.query_process import prefixes_in
from kg.output.rdf.vocab import encoded, node, prefixes
from kg.terms import PREFIXES, term

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *("Turtle", "N-Triples", "JSON-LD", "RDF_XML"),
)


def described(graph: Graph, name: str, base: str, media: str) -> bytes:
    """Describe the endpoint of a graph.

    Parameters
    ----------
    graph : Graph
        The graph.
    name : str
        Its name in addresses.
    base : str
        The address of the server.
    media : str
        The format of RDF to write.
    """
    form = ox.RdfFormat.from_media_type(media) or ox.RdfFormat.TURTLE
    short = prefixes(graph.name) | {"sd": _SD}
    return ox.serialize(_triples(graph, name, base), format=form, prefixes=prefixes_in(form, short)) or b""


def _triples(graph: Graph, name: str, base: str) -> Iterator[ox.Triple]:
    endpoint = ox.NamedNode(f"{base}sparql/{encoded(name)}")
    whole = ox.NamedNode(node("graph", name, base=base))
    dataset = ox.BlankNode("dataset")
    yield _said(endpoint, "rdf:type", _sd("Service"))
    yield _said(endpoint, "sd:endpoint", endpoint)
    yield _said(endpoint, "sd:supportedLanguage", _sd("SPARQL11Query"))
    for form in _FORMATS:
        yield _said(endpoint, "sd:resultFormat", ox.NamedNode(f"http://www.w3.org/ns/formats/{form}"))
    yield _said(endpoint, "sd:defaultDataset", dataset)
    yield _said(dataset, "rdf:type", _sd("Dataset"))
    yield _said(dataset, "sd:defaultGraph", whole)
    yield _said(whole, "rdf:type", _sd("Graph"))
    yield _said(whole, "rdf:type", ox.NamedNode(term("void:Dataset")))
    yield _said(whole, "dcterms:title", ox.Literal(graph.name))
    yield _said(whole, "void:sparqlEndpoint", endpoint)
    yield _said(whole, "void:uriSpace", ox.Literal(prefixes(graph.name)["work"]))
    yield _said(whole, "void:entities", ox.Literal(len(graph)))
    for prefix in ("cito", "dcterms", "fabio", "foaf", "kg", "prov", "skos"):
        yield _said(whole, "void:vocabulary", ox.NamedNode(PREFIXES[prefix]))


def _said(
    subject: ox.NamedNode | ox.BlankNode, name: str, value: ox.NamedNode | ox.BlankNode | ox.Literal
) -> ox.Triple:
    prefix, _, local = name.partition(":")
    predicate = ox.NamedNode(_SD + local) if prefix == "sd" else ox.NamedNode(term(name))
    return ox.Triple(subject, predicate, value)


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SD + name)
