"""Dormancy: how many years a work was hardly cited after its first citation."""

from math import inf

from kg.analysis.base.inputs import history_and_citers
from kg.analysis.base.silence import silence_scores
from kg.analysis.metric import metric
from kg.analysis.scores import Scores
from kg.graph.citation_graph import CitationGraph


@metric(
    unit="years",
    family="attention over time",
    range=(0, inf),
    whole=True,
    cycles="counted like others",
    backward="left out of the histories",
    undated="no value, left out of the histories",
    inputs=history_and_citers,
    dossier={},
)
def dormancy(graph: CitationGraph, *, s: float = 2.0, gamma: float = 1.0, last_year: int | None = None) -> Scores:
    """The longest time for which a work, once cited, was hardly cited.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    s : float, default 2.0
        Rate of citation in the high state, as a multiple of the usual rate of the work.
    gamma : float, default 1.0
        Cost of entering the high state; higher values find fewer and stronger periods.
    last_year : int, optional
        Last year of the histories; default is the last full year of the graph.

    Returns
    -------
    Scores
        0 where no such time lasted 5 years. No value for works without a year, without citations by works whose reference
        lists are known, or where under half of the reference lists are known in more than half of the years of the time
        (silence there may be missing data). Missing reference lists can raise or lower it, so there are no bounds;
        `coverage` is that of all years since publication. Own columns: `from_year` and `to_year` of that time, `running`
        (whether it lasts to the last full year).

    Raises
    ------
    InputError
        If `s` is not greater than 1 or `gamma` is negative.

    Notes
    -----
    Length of the longest run of years in the low state of a two-state automaton (Kleinberg 2002) that begins after the
    year of the first citation, if it is 5 years or more (citing -> cited).

    References
    ----------
    van Raan (2004), Sleeping Beauties in science.

    Kleinberg (2002), Bursty and hierarchical structure in streams.

    Examples
    --------
    >>> years = {"old": 1980, "end": 2000} | {f"c{k}": 1981 for k in range(9)} | {f"x{y}": y for y in range(1981, 2001)}
    >>> edges = [(f"c{k}", "old") for k in range(9)] + [(f"x{y}", f"c{k}") for y in range(1982, 2001) for k in range(9)]
    >>> dormancy(CitationGraph.from_edges(edges, years=years, closed=True)).table.loc["old", ["value", "from_year"]].tolist()
    [19.0, 1982.0]
    """
    return silence_scores(graph, s, gamma, last_year, revival=False)
