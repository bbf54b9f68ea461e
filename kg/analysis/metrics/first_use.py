"""First uses: which works first used a concept, and whether later users can be traced back to them."""

import numpy as np

from kg.analysis.first_uses import CENSORED, first_uses, oddities
from kg.analysis.scores import Floats, Ints, Scores, reasons
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph


def first_use(graph: CitationGraph) -> Scores:
    """Of the later users of the concepts a work was first to use, the share without a citation path to a first user.

    Over the later users of all concepts whose earliest year here is the work's: U/(U + C), a later user counting once a
    concept, as in `first_uses`. Range 0 .. 1; no unit. `low` = U/(U + C + X) and `high` = (U + X)/(U + C + X) are exact
    bounds. `n` is U + C, `coverage` (U + C)/(U + C + X). Null for works that were first to use no concept given here, where
    nobody used it later, and where no later user can be decided. A first use less than 5 years after the graph begins is
    kept with a remark: an earlier one may lie before it.

    Own column: `concepts` (those it was first to use).

    >>> g = CitationGraph.from_edges([("n", "o")], years={"o": 1988, "n": 2010}, concepts={"o": ["lstm"], "n": ["lstm"]})
    >>> first_use(g)["o"], first_use(g).table.at["o", "concepts"]
    (0.0, ['lstm'])

    Source: kg's own, after the study of first uses in Kelly, Papanikolaou, Seru & Taddy (2021).
    """
    table = first_uses(graph).table
    counts = np.zeros((3, len(graph)), np.int64)
    concepts: list[list[str]] = [[] for _ in range(len(graph))]
    censored = np.zeros(len(graph), np.bool_)
    for (_, label), row in zip(table.index, table.to_dict("records"), strict=True):
        for id_ in row["first_users"]:
            i = graph.number(id_)
            concepts[i].append(label)
            counts[:, i] += row["uncredited"], row["credited"], row["undecidable"]
            censored[i] |= row["censored"]
    u, c, x = counts
    total = u + c + x
    value, low, high = (_ratio(a, b) for a, b in ((u, u + c), (u, total), (u + x, total)))
    why = {
        "undated": graph.years == UNDATED,
        "first to use no concept given here": np.array([not said for said in concepts], np.bool_),
        "nobody used its concepts later": total == 0,
        "no later user can be decided: lists on the way are not known": u + c == 0,
        f"censored: the graph begins less than {CENSORED} years before it": censored,
    }
    return Scores.of(
        graph,
        "first_use",
        value,
        low=low,
        high=high,
        n=u + c,
        coverage=_ratio(u + c, total),
        reason=reasons(why),
        notes=oddities(graph),
        own={"concepts": concepts},
    )


def _ratio(above: Ints, below: Ints) -> Floats:
    return np.asarray(np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0), np.float64)
