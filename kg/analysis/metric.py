"""The decorator `metric`: it makes a function a metric and declares what `kg`, its pages and its tests need to know.

A metric is one file in `kg/analysis/metrics`, named as the metric, or an entry point of another package in the group
`kg.metrics`. Its docstring is its documentation, so that nothing about a metric has to be written anywhere else.
"""

import inspect
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import update_wrapper
from math import inf
from typing import Any, Generic, ParamSpec

from kg import plugins
from kg.analysis.base.inputs import citers
from kg.analysis.scores import Floats, Inputs, Scores, conventions
from kg.errors import KgError
from kg.graph.citation_graph import CitationGraph

P = ParamSpec("P")
InputsOf = Callable[[CitationGraph, int, Scores], Inputs]
ValuesOf = Callable[..., Floats]
#: Groups of metrics, in the order in which pages and the documentation show them; others follow.
FAMILIES = ("citations", "influence", "attention over time", "forgetting")


class Metric(Generic[P]):
    """A metric: call it with a graph and options to get `Scores`.

    Attributes
    ----------
    name : str
        Name of the function, and of the metric everywhere.
    unit : str
        Unit of its values.
    family : str
        Group under which it is shown, for example one of `FAMILIES`.
    range : tuple of float
        Least and greatest value it can have.
    whole : bool
        Whether its values are whole numbers.
    options : Mapping of str to Parameter
        Its own options: the keyword arguments of the function.
    inputs : callable
        `inputs(graph, i, scores)` gives the inputs behind the value of work number `i`.
    dossier : Mapping or None
        The options with which a work's dossier shows it; None if it does not.
    of : callable or None
        `of(graph, works, **options)` gives the values of some works, by number, where that takes less than those of all.
    """

    def __init__(
        self,
        function: Callable[P, Scores],
        *,
        unit: str,
        family: str,
        range: tuple[float, float],  # noqa: A002  # the field's word
        whole: bool,
        conventions: Mapping[str, str],
        inputs: InputsOf,
        dossier: Mapping[str, Any] | None,
        of: ValuesOf | None,
    ) -> None:
        update_wrapper(self, function)
        self.name = function.__name__
        self.unit, self.family, self.range, self.whole = unit, family, range, whole
        self.inputs, self.dossier, self.of = inputs, dossier, of
        self._function, self._conventions = function, dict(conventions)
        self._signature = inspect.signature(function)
        self.options = {k: p for k, p in self._signature.parameters.items() if p.kind is p.KEYWORD_ONLY}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Scores:
        """The scores of every work of a graph."""
        given = self._signature.bind(*args, **kwargs)
        given.apply_defaults()
        (_, graph), *options = given.arguments.items()
        scores = self._function(*args, **kwargs)
        return replace(
            scores,
            metric=self.name,
            unit=self.unit,
            whole=self.whole,
            options=dict(options) | scores.options,
            notes=[*scores.notes, *conventions(graph, **self._conventions)],
            inputs=self.inputs,
        )

    def __repr__(self) -> str:
        return f"{self.name}{self._signature}"


def citing_works(graph: CitationGraph, i: int, scores: Scores) -> Inputs:
    """The inputs shown for a metric that declares none: the citing works."""
    return {"citers": citers(graph, i, scores)}


def metric(
    *,
    unit: str,
    family: str = "other",
    range: tuple[float, float] = (-inf, inf),  # noqa: A002  # the field's word
    whole: bool = False,
    cycles: str = "included",
    backward: str = "included",
    undated: str = "included",
    inputs: InputsOf = citing_works,
    dossier: Mapping[str, Any] | None = None,
    of: ValuesOf | None = None,
) -> Callable[[Callable[P, Scores]], Metric[P]]:
    """Make a function `name(graph, *, option=default) -> Scores` a metric.

    Parameters
    ----------
    unit : str
        Unit of the values, for example "citations"; "" for pure numbers.
    family : str, default "other"
        Group under which it is shown, for example one of `FAMILIES`.
    range : tuple of float, default unlimited
        Least and greatest value it can have.
    whole : bool, default False
        Whether the values are whole numbers.
    cycles, backward, undated : str, default "included"
        What it does with cycles of citations, with citations of a later work and with works without a year. The notes of
        its scores state this where a graph has any.
    inputs : callable, default the citing works
        `inputs(graph, i, scores)` gives the inputs behind the value of work number `i` as plain values, by section:
        `kg why` and `graph.why` show them.
    dossier : Mapping, optional
        Show the metric in a work's dossier, with these options; leave it out not to show it.
    of : callable, optional
        `of(graph, works, **options)` gives the values of some works, by number: for a metric that takes much longer for all.

    Returns
    -------
    callable
        The decorator.

    Examples
    --------
    >>> @metric(unit="works", range=(0, inf), whole=True)
    ... def co_authors(graph: CitationGraph) -> Scores:
    ...     '''How many authors a work has.'''
    ...     count = graph.works["authors"].str.split("; ").str.len().to_numpy(float)
    ...     return Scores.of(graph, count, n=graph.citers.counts(), coverage=None)
    >>> g = CitationGraph.from_edges([("B", "A")])
    >>> co_authors, co_authors(g).metric, co_authors(g).unit
    (co_authors(graph: kg.graph.citation_graph.CitationGraph) -> kg.analysis.scores.Scores, 'co_authors', 'works')
    """

    def decorate(function: Callable[P, Scores]) -> Metric[P]:
        return Metric(
            function,
            unit=unit,
            family=family,
            range=range,
            whole=whole,
            conventions={"cycles": cycles, "backward": backward, "undated": undated},
            inputs=inputs,
            dossier=dossier,
            of=of,
        )

    return decorate


def load_metric(name: str) -> Metric[Any]:
    """The metric of a name.

    Raises
    ------
    UnknownName
        If there is none.
    KgError
        If another package adds it and it cannot be loaded, lacks the decorator or has another name.
    """
    loaded = plugins.load("metric", name)
    if not isinstance(loaded, Metric):
        raise KgError(f"{name!r} is not a metric", "give the function the decorator kg.analysis.metric.metric")
    if loaded.name != name:
        raise KgError(f"the metric {loaded.name!r} is registered as {name!r}", "give the entry point the metric's name")
    return loaded


def all_metrics() -> list[Metric[Any]]:
    """Every metric, kg's own and those of other packages, ordered by family and name.

    One of another package that cannot be loaded is left out with a warning: it must not stop the others.
    """
    found = []
    for name in plugins.names("metric"):
        try:
            found.append(load_metric(name))
        except KgError as error:
            warnings.warn(error.message, stacklevel=2)
    order = {family: k for k, family in enumerate(FAMILIES)}
    return sorted(found, key=lambda each: (order.get(each.family, len(order)), each.family, each.name))


def dossier_metrics() -> list[Metric[Any]]:
    """The metrics that a work's dossier shows, in the same order; `Metric.dossier` holds the options of each."""
    return [each for each in all_metrics() if each.dossier is not None]
