"""First uses: which works first used a concept, and whether later users can be traced back to them."""

import numpy as np

from kg.analysis.first_uses import CENSORED, first_uses
from kg.analysis.metric import metric
from kg.analysis.scores import Floats, Inputs, Ints, Scores, plain, reasons
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph


def inputs(graph: CitationGraph, i: int, _: Scores) -> Inputs:
    """The concepts it was first to use, each with its later users and whether these can be traced back to a first one."""
    table = first_uses(graph).table
    columns = ["year", "later_users", "dormancy", "credited", "uncredited", "undecidable"]
    rows = zip(table.index, table.to_dict("records"), strict=True)
    uses = [
        {"scheme": scheme, "label": label} | {column: plain(row[column]) for column in columns}
        for (scheme, label), row in rows
        if graph.ids[i] in row["first_users"]
    ]
    return {"uses": uses}


@metric(
    unit="",
    family="forgetting",
    range=(0, 1),
    cycles="followed",
    backward="not followed",
    undated="never a first user; paths through them count as possible",
    inputs=inputs,
    dossier={},
)
def first_use(graph: CitationGraph) -> Scores:
    """Of the later users of the concepts a work was first to use, the share without a citation path to a first user.

    Parameters
    ----------
    graph : CitationGraph
        The graph.

    Returns
    -------
    Scores
        No value for works without a year, works that were first to use no concept, where nobody used it later, and where no
        later user can be decided. `low` = U/(U + C + X) and `high` = (U + X)/(U + C + X) are exact bounds. `n` is U + C,
        `coverage` (U + C)/(U + C + X). A first use less than 5 years after the first year of the graph carries the warning
        `censored`: an earlier one may lie before it. Own column: `concepts` (those it was first to use).

    Notes
    -----
    U/(U + C) over the later users of all concepts whose earliest year here is the work's (see `first_uses`): U without, C
    with a citation path back to a first user, X undecidable as in `uncredited_return`. A later user counts once per concept.

    References
    ----------
    kg's own, after the study of first uses in Kelly, Papanikolaou, Seru & Taddy (2021), Measuring technological innovation
    over the long run.

    Examples
    --------
    >>> g = CitationGraph.from_edges([("n", "o")], years={"o": 1988, "n": 2010}, concepts={"o": ["lstm"], "n": ["lstm"]})
    >>> first_use(g)["o"], first_use(g).table.at["o", "concepts"]
    (0.0, ['lstm'])
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
        "no year": graph.years == UNDATED,
        "not the first to use any concept in this graph": np.array([not labels for labels in concepts], np.bool_),
        "no later work uses its concepts": total == 0,
        "no later user can be decided: reference lists on the way are unknown": u + c == 0,
        f"censored: the graph begins less than {CENSORED} years before it": censored,
    }
    return Scores.of(
        graph,
        value,
        low=low,
        high=high,
        n=u + c,
        coverage=_ratio(u + c, total),
        reason=reasons(why),
        own={"concepts": concepts},
    )


def _ratio(above: Ints, below: Ints) -> Floats:
    return np.asarray(np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0), np.float64)
