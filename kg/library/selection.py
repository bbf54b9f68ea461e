"""Which works of a graph are meant: those of a metric's top, an era, a search, a path, a lineage, a query, or named one by one."""

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from kg import plugins
from kg.errors import InputError, NothingFound
from kg.graph.eras import era_named
from kg.graph.folder import Workspace
from kg.library.lineage import Lineages
from kg.library.measures import Measures
from kg.library.naming import find_work
from kg.library.paths import InfluencePaths
from kg.library.works import FoundWorks
from kg.model import Work

_TOP = 20  # works of a metric, where no number is given


def chosen(space: Workspace, select: str | Work | Sequence[str | Work], sparql: Callable[[str], Any]) -> list[str]:
    """The ids of the works that any of the selections means, in the order of the graph.

    Parameters
    ----------
    space : Workspace
        The graph.
    select : str, Work or sequence of them
        "era:1988-2008" (or an era's name), "search:WORDS", "path:OLD -> NEW", "lineage:WORK" (what it descends from and what
        descends from it), "query:QUERY" (SPARQL, a file or a ready query: every work among its answers, or with its id
        in the column "id"), "METRIC:20" (the first of a metric), or a work.
    sparql : callable
        Answers a query with `Bindings`.

    Raises
    ------
    InputError
        If a selection has no such form.
    NothingFound
        If no work is meant.
    """
    asked = [select] if isinstance(select, str | Work) else list(select)
    found = {id_ for one in asked for id_ in _meant(space, one, sparql)}
    if not found:
        raise NothingFound("no work of the graph is selected", "choose more widely: --select takes several selections")
    return [id_ for id_ in space.graph.ids if id_ in found]


def _meant(space: Workspace, one: str | Work, sparql: Callable[[str], Any]) -> Sequence[str]:
    if isinstance(one, str):
        kind, colon, value = one.partition(":")
        if kind == "query" and value.strip():
            return _query(space, value.strip(), sparql)
        if kind in _KINDS and value.strip():
            return _KINDS[kind](space, value.strip())
        if colon and value.strip().isdecimal() and kind.isidentifier():
            plugins.load("metric", kind)  # raises for another name, with those that are like it
        if kind in plugins.names("metric") and (not colon or value.strip().isdecimal()):
            return list(Measures(space).rank(kind, top=int(value or _TOP)).table.index)
    return [find_work(space, one).id]


def _era(space: Workspace, name: str) -> list[str]:
    graph = space.graph
    within = graph.within(era_named(name, graph.eras))
    return [id_ for id_, is_in in zip(graph.ids, within.tolist(), strict=True) if is_in]


def _search(space: Workspace, text: str) -> list[str]:
    return [work.id for work in FoundWorks(space).search(text, top=len(space.arrays))]


def _path(space: Workspace, ends: str) -> list[str]:
    old, arrow, new = (part.strip() for part in ends.partition("->"))
    if not arrow:
        raise InputError(f"path:{ends} names one work", 'name two: --select "path:Todd 1989 -> MusicVAE"')
    return [work.id for path in InfluencePaths(space).path(old, new) for work in path.works]


def _lineage(space: Workspace, name: str) -> list[str]:
    both = [Lineages(space).lineage(name, forward=forward).works for forward in (False, True)]
    return [find_work(space, name).id, *(work.id for works in both for work in works)]


def _query(space: Workspace, query: str, sparql: Callable[[str], Any]) -> list[str]:
    from kg.output.rdf.vocab import node

    answer = sparql(query)
    results = answer.results
    if results.kind != "select":
        raise InputError("the query of a selection does not SELECT works", "begin it with SELECT ?work")
    rows = results.to_json()["results"]["bindings"]
    if answer.cut:
        warnings.warn(f"the selection query:{query} is {answer.cut}", stacklevel=2)
    named = {term["value"] for row in rows for term in row.values() if term["type"] == "uri"}
    listed = {row["id"]["value"] for row in rows if "id" in row}  # the ready queries give works by id
    graph = space.graph
    return [id_ for id_ in graph.ids if id_ in listed or node("work", graph.name, id_) in named]


_KINDS: dict[str, Callable[[Workspace, str], Sequence[str]]] = {
    "era": _era,
    "search": _search,
    "path": _path,
    "lineage": _lineage,
}
