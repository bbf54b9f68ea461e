"""Graphs with one claim, and its verdict."""

from kg.analysis.claims.verdicts import verdicts
from kg.graph.citation_graph import CitationGraph
from kg.model import Claim


def claim(kind: str, subjects="s", objects="", statement="It is so.") -> Claim:
    """A claim of this kind on works of one letter, or on a list of works."""
    roles = (*((s, "subject") for s in subjects), *((o, "object") for o in objects))
    return Claim(id="c", statement=statement, kind=kind, place="par. 1", article="An article", roles=roles)


def claimed(kind: str, edges, years, *, concepts=None, objects="o", closed=False) -> CitationGraph:
    """A graph with one claim of this kind."""
    graph = CitationGraph.from_edges(edges, years=years, concepts=concepts, closed=closed)
    graph.__dict__["article_claims"] = (claim(kind, "s", objects),)
    return graph


def verdict(graph: CitationGraph) -> str:
    """The one verdict."""
    (found,) = verdicts(graph)
    return found.verdict
