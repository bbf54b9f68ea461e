"""Citation amnesia: whether a work cites younger literature than works of its year do."""

import numpy as np

from kg.analysis.base.inputs import references
from kg.analysis.metric import metric
from kg.analysis.scores import Inputs, Scores, reasons
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

ENOUGH = 8  # dated references below which a mean age says nothing
OLD = 10  # years


def inputs(graph: CitationGraph, i: int, _: Scores) -> Inputs:
    """Its references."""
    return {"references": references(graph, i)}


@metric(
    unit="years",
    family="forgetting",
    cycles="counted like others",
    backward="counted with negative age",
    undated="left out",
    inputs=inputs,
)
def amnesia(graph: CitationGraph, *, older_than: int = OLD) -> Scores:
    """How much older the references of a work are than those of other works of its year: below 0, it cites recent work.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    older_than : int, default 10
        Age in years from which a reference counts in the column `older`.

    Returns
    -------
    Scores
        No value for works without a year, works whose reference list is unknown or has fewer than 8 dated references in this
        graph, and where no other work of the year has such a list. No bounds. `coverage` is the share of its references that
        have a year. Own columns: `mean_age`, `expected` (mean of the year), `older` (share of references older than
        `older_than` years), `year_works` (works behind the expectation).

    Notes
    -----
    Mean age of its dated references minus the mean of that number over the works of its year that have one; age = year of the
    citing work - year of the cited work (citing -> cited), below 0 for a citation of a later work.

    References
    ----------
    Singh, Tyagi, Kapoor et al. (2023), Forgotten knowledge: examining the citational amnesia in NLP.

    Wahle, Ruas, Abdalla, Gipp & Mohammad (2024), Citation amnesia: on the recency bias of NLP and other academic fields.

    Examples
    --------
    >>> ages = {"forgetful": 1, "mindful": 21}
    >>> edges = [(work, f"{work}{k}") for work in ages for k in range(8)]
    >>> years = dict.fromkeys(ages, 2020) | {f"{work}{k}": 2020 - age for work, age in ages.items() for k in range(8)}
    >>> scores = amnesia(CitationGraph.from_edges(edges, years=years))
    >>> scores["forgetful"], scores["mindful"], float(scores.table.at["mindful", "older"])
    (-10.0, 10.0, 1.0)
    """
    citing, cited = graph.references.owners(), graph.references.works
    both = (graph.years[citing] != UNDATED) & (graph.years[cited] != UNDATED)
    citing, age = citing[both], (graph.years[citing] - graph.years[cited].astype(np.int64))[both]
    size = len(graph)
    n = np.bincount(citing, minlength=size)
    judged = (n >= ENOUGH) & graph.known_lists
    mean = np.divide(np.bincount(citing, weights=age, minlength=size), n, out=np.full(size, np.nan), where=judged)
    older = np.divide(np.bincount(citing[age > older_than], minlength=size), n, out=np.full(size, np.nan), where=judged)
    _, year = np.unique(graph.years, return_inverse=True)
    works = np.bincount(year[judged], minlength=year.max(initial=-1) + 1)
    total = np.bincount(year[judged], weights=mean[judged], minlength=len(works))
    expected = np.divide(total, works, out=np.full(len(works), np.nan), where=works > 0)[year]
    alone = judged & (works[year] < 2)
    expected[~judged | alone] = np.nan
    why = {
        "no year": graph.years == UNDATED,
        "its reference list is unknown": ~graph.known_lists,
        f"fewer than {ENOUGH} dated references in this graph": n < ENOUGH,
        f"no other work of its year has a known reference list with {ENOUGH} dated references": alone,
    }
    length = graph.references.counts()
    return Scores.of(
        graph,
        mean - expected,
        n=n,
        coverage=np.divide(n, length, out=np.full(size, np.nan), where=length > 0),
        reason=reasons(why),
        notes=["Coverage here is the share of the references in this graph that have a year."],
        own={"mean_age": mean, "expected": expected, "older": older, "year_works": np.where(judged, works[year], 0)},
    )
