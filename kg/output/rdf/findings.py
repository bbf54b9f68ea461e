"""What kg computes of a graph as triples: scores with what they rest on, eras, and the verdicts on claims."""

from collections.abc import Iterator, Sequence

from kg import __version__, plugins
from kg.analysis.claims.verdicts import verdicts
from kg.analysis.scores import COLUMNS, plain
from kg.graph.citation_graph import CitationGraph
from kg.output.rdf.lines import Term, block, instance
from kg.output.rdf.vocab import node

_ONGOING = 9999


def finding_lines(graph: CitationGraph, metrics: Sequence[str], base: str) -> Iterator[str]:
    """Give the scores of some metrics, the eras of the graph and the verdicts on its claims as N-Triples lines.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    metrics : sequence of str
        The names of the metrics.
    base : str
        What the IRIs of the graph's nodes begin with.

    Raises
    ------
    UnknownName
        If there is no such metric.
    """

    def at(kind: str, *names: str) -> Term:
        return Term(f"<{node(kind, graph.name, *names, base=base)}>")

    state = graph.provenance.store.state if graph.provenance else ""
    for metric in metrics:
        scores = plugins.load("metric", metric)(graph)
        for id_, row in zip(scores.table.index, scores.table[COLUMNS].to_dict("records"), strict=True):
            value, low, high, n, coverage, reason = (plain(row[name]) for name in COLUMNS)
            yield from instance(
                at("score", str(id_), metric),
                "kg:Score",
                ("kg:of", at("work", str(id_))),
                ("kg:metric", metric),
                ("rdf:value", None if value is None else float(value)),
                ("kg:low", None if low is None else float(low)),
                ("kg:high", None if high is None else float(high)),
                ("kg:observations", None if n is None else int(n)),
                ("kg:coverage", None if coverage is None else float(coverage)),
                ("kg:reason", reason),
                ("kg:methodVersion", f"kg {__version__}"),
                ("kg:state", state),
            )
    for name, era in graph.eras.items():
        last = era.last if era.last < _ONGOING else None
        years = (("kg:firstYear", era.first), ("kg:lastYear", last))
        yield from instance(at("era", name), "kg:Era", ("rdfs:label", name), *years)
    for found in verdicts(graph):
        yield from block(at("claim", found.claim.id), ("kg:verdict", found.verdict), ("kg:because", found.because))
