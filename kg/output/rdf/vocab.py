"""The IRIs of the nodes of a graph.

Nodes are URNs, `urn:x-kg:KIND:GRAPH:ID`: a graph is a file on somebody's disk, so its names do not look like web addresses
unless its owner gives a base under which they are served. The graph's name is in them because "0001001" of one graph is
not "0001001" of another; what two graphs share is said by `dcterms:identifier` and `owl:sameAs`.
"""

import re
from urllib.parse import quote, unquote

from kg.terms import BASE, PREFIXES

_ASCII = {code: quote(chr(code), safe="").replace("~", "%7E") for code in range(128)}


def prefixes(graph: str, base: str = BASE) -> dict[str, str]:
    """Give `PREFIXES` and those of one graph's own nodes: `work:todd1989connectionist`, `claim:`, `concept:`."""
    mark = _mark(base)
    return PREFIXES | {kind: f"{base}{kind}{mark}{encoded(graph)}{mark}" for kind in ("work", "claim", "concept")}


def node(kind: str, graph: str, *names: str, base: str = BASE) -> str:
    """Give the IRI of a node of a graph; different names have different IRIs, whatever their characters.

    Examples
    --------
    >>> node("work", "neural-music", "doi:10.1/a b.")
    'urn:x-kg:work:neural-music:doi%3A10.1%2Fa%20b%2E'
    >>> node("work", "g", "a", base="https://example.org/kg/")
    'https://example.org/kg/work/g/a'
    """
    return base + _mark(base).join((kind, *map(encoded, (graph, *names))))


def graph_name(iri: str) -> str:
    """Give the name of the graph whose dataset this IRI is."""
    return unquote(iri.removeprefix(f"{BASE}graph:"), errors="surrogatepass")


def encoded(text: str) -> str:
    """A name as part of an IRI, such that parsers of Turtle also read it behind a prefix: no dot or dash at an end."""
    if text.isascii():
        iri = text.translate(_ASCII)
    else:
        iri = quote(text, safe="", encoding="utf-8", errors="surrogatepass").replace("~", "%7E")
    return re.sub(r"^[.-]|\.$", lambda sign: f"%{ord(sign[0]):02X}", iri) if iri[:1] in ".-" or iri[-1:] == "." else iri


def _mark(base: str) -> str:
    return ":" if base.endswith(":") else "/"
