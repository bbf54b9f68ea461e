"""Revival year: when a dormant work was taken up again."""

from kg.analysis.base.inputs import history_and_citers
from kg.analysis.base.silence import silence_scores
from kg.analysis.metric import metric
from kg.analysis.scores import Scores
from kg.graph.citation_graph import CitationGraph


@metric(
    unit="calendar year",
    family="attention over time",
    whole=True,
    cycles="counted like others",
    backward="left out of the histories",
    undated="no value, left out of the histories",
    inputs=history_and_citers,
    dossier={},
)
def revival_year(graph: CitationGraph, *, s: float = 2.0, gamma: float = 1.0, last_year: int | None = None) -> Scores:
    """The first year in which a work was much cited after 5 or more years of silence.

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
        No value where `dormancy` has none, and where the work was not much cited after a silence. Missing reference lists
        can raise or lower it, so there are no bounds. Own column: `slept`, the length of the silence in years.

    Raises
    ------
    InputError
        If `s` is not greater than 1 or `gamma` is negative.

    Notes
    -----
    The first year of the first run in the high state of a two-state automaton (Kleinberg 2002) that begins after a
    silence: 5 or more years from publication to the first citation, or a run of 5 or more years in the low state after
    it (citing -> cited).

    References
    ----------
    van Raan (2004), Sleeping Beauties in science.

    Kleinberg (2002), Bursty and hierarchical structure in streams.

    Examples
    --------
    >>> years = {"old": 1980} | {f"x{y}.{k}": y for y in range(1981, 1993) for k in range(9)} | {"other": 1980}
    >>> edges = [(f"x{y}.{k}", "other" if y < 1990 else "old") for y in range(1981, 1993) for k in range(9)]
    >>> revival_year(CitationGraph.from_edges(edges, years=years, closed=True))["old"]
    1990.0
    """
    return silence_scores(graph, s, gamma, last_year, revival=True)
