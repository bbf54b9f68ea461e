"""The terms kg uses in RDF, and the IRIs of its works.

Published vocabularies say what they can: SPAR (FaBiO, CiTO, C4O), Dublin Core, FOAF, PRISM, SKOS, PROV, VoID. The few
terms of its own have the prefix `kg`. Nodes are URNs, `urn:x-kg:KIND:GRAPH:ID`: a graph is a file on somebody's disk, so
its names must not look like web addresses. The graph's name is in them because "0001001" of one graph is
not "0001001" of another; what two graphs share is said by `dcterms:identifier` and `owl:sameAs`.
"""

from typing import Final
from urllib.parse import quote, unquote

BASE: Final = "urn:x-kg:"

#: Known in every query without declaration, and written into every Turtle file.
PREFIXES: Final[dict[str, str]] = {
    "c4o": "http://purl.org/spar/c4o/",
    "cito": "http://purl.org/spar/cito/",
    "dcterms": "http://purl.org/dc/terms/",
    "fabio": "http://purl.org/spar/fabio/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "kg": f"{BASE}terms:",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

#: The class of a work by its type; the others are a `fabio:Expression` alone.
FABIO: Final[dict[str, str]] = {
    "article": "fabio:Article",
    "book": "fabio:Book",
    "chapter": "fabio:BookChapter",
    "editorial": "fabio:Editorial",
    "letter": "fabio:Letter",
    "patent": "fabio:PatentDocument",
    "preprint": "fabio:Preprint",
    "proceedings": "fabio:ConferenceProceedings",
    "proceedings-article": "fabio:ConferencePaper",
    "report": "fabio:ReportDocument",
    "review": "fabio:ReviewArticle",
    "software": "fabio:ComputerProgram",
    "standard": "fabio:SpecificationDocument",
    "thesis": "fabio:Thesis",
}


def prefixes(graph: str) -> dict[str, str]:
    """Give `PREFIXES` and those of one graph's own nodes: `work:todd1989connectionist`, `claim:`, `concept:`."""
    own = {kind: f"{BASE}{kind}:{_encode(graph)}:" for kind in ("work", "claim", "concept")}
    return PREFIXES | own


def term(name: str) -> str:
    """Give the IRI of a prefixed name.

    Examples
    --------
    >>> term("cito:cites")
    'http://purl.org/spar/cito/cites'
    """
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def node(kind: str, graph: str, *names: str) -> str:
    """Give the IRI of a node of a graph; different names have different IRIs, whatever their characters.

    Examples
    --------
    >>> node("work", "neural-music", "doi:10.1/a b")
    'urn:x-kg:work:neural-music:doi%3A10.1%2Fa%20b'
    """
    return BASE + ":".join((kind, *map(_encode, (graph, *names))))


def graph_name(iri: str) -> str:
    """Give the name of the graph whose dataset this IRI is."""
    return unquote(iri.removeprefix(f"{BASE}graph:"), errors="surrogatepass")


def _encode(text: str) -> str:
    return quote(text, safe="", encoding="utf-8", errors="surrogatepass")
