"""The vocabularies of kg's RDF: prefixes, the class of each type of work, and the licences of sources.

Published vocabularies say what they can: SPAR (FaBiO, CiTO, DataCite, C4O), Dublin Core, FOAF, PRISM, SKOS, PROV, VoID.
The terms of kg's own have the prefix `kg` and are defined in `kg/output/rdf/kg.ttl`.
"""

from typing import Final

BASE: Final = "urn:x-kg:"

#: Known in every query without declaration, and written into every Turtle file.
PREFIXES: Final[dict[str, str]] = {
    "c4o": "http://purl.org/spar/c4o/",
    "cito": "http://purl.org/spar/cito/",
    "datacite": "http://purl.org/spar/datacite/",
    "dcterms": "http://purl.org/dc/terms/",
    "fabio": "http://purl.org/spar/fabio/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "kg": f"{BASE}terms:",
    "litre": "http://www.essepuntato.it/2010/06/literalreification/",
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
#: The schemes of identifiers that the DataCite ontology names; the others are terms of kg.
SCHEMES: Final = frozenset({"doi", "arxiv", "pmid", "pmcid", "isbn", "url"})
#: Under what the sources that say so give their data.
LICENCES: Final[dict[str, str]] = {
    "corpus:openalex": "https://creativecommons.org/publicdomain/zero/1.0/",
    "corpus:semantic-scholar": "https://spdx.org/licenses/ODC-By-1.0",
    "neural-music": "https://spdx.org/licenses/MIT",
    "openalex": "https://creativecommons.org/publicdomain/zero/1.0/",
    "opencitations": "https://creativecommons.org/publicdomain/zero/1.0/",
    "semantic-scholar": "https://www.semanticscholar.org/product/api/license",
}


def term(name: str) -> str:
    """Give the IRI of a prefixed name.

    Examples
    --------
    >>> term("cito:cites")
    'http://purl.org/spar/cito/cites'
    """
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local
