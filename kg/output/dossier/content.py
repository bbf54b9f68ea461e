"""The dossier of a work: everything kg can say of it on one page, each number with the command that shows its inputs."""

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from kg.analysis.base.history import history
from kg.analysis.base.names import authors_of, name_of, year_of
from kg.analysis.claims.verdicts import in_groups, verdicts
from kg.analysis.definition import described
from kg.analysis.explain import why
from kg.analysis.kept_scores import kept_scores
from kg.analysis.metric import dossier_metrics
from kg.analysis.paths.lineage import lineage
from kg.analysis.paths.query import shortest_paths
from kg.analysis.scores import plain
from kg.analysis.who_cites import who_cites
from kg.errors import InputError
from kg.global_figures import figures_in
from kg.graph.arrays import OUTCOMES, UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.topology import in_memoryviews
from kg.model import Work
from kg.output.commands import reading_options
from kg.output.dossier.model import (
    CheckedClaim,
    CitationHistory,
    CitedBy,
    ConceptLabel,
    Descendants,
    DossierContent,
    Figure,
    Gaps,
    PathTo,
    Return,
    Returns,
    Target,
    WorkFacts,
)

_TARGETS = 5  # later works that paths are sought to
_RETURNS = 10


def dossier(graph: CitationGraph, work: Work | str) -> DossierContent:
    """Collect what a graph says of a work.

    Parameters
    ----------
    graph : CitationGraph
        The graph; one made in Python does as well, but knows no identifiers, claims or commands.
    work : Work or str
        The work, or its id.

    Raises
    ------
    NothingFound
        If the graph has no such work.

    Examples
    --------
    >>> graph = CitationGraph.from_edges([("B", "A"), ("C", "B")], years={"A": 1989, "B": 2002, "C": 2016})
    >>> page = dossier(graph, "A")
    >>> page.figures["citations_held"].value, page.descendants.works, page.paths[1].path
    (1.0, 2, ('A', 'B', 'C'))
    """
    id_ = work if isinstance(work, str) else work.id
    i, options = graph.number(id_), reading_options(graph)
    if isinstance(work, str) and graph.provenance is not None:
        work = graph.provenance.store.find_by_id(id_) or work
    figures, inputs = _figures(graph, id_, options)
    seeds, later = _targets(graph, i)
    paths = tuple(_path(graph, i, j, options) for j in later)
    concepts = graph.concepts[graph.concepts["work"] == id_]
    helper = figures["wake"].result.get("helper") if "wake" in figures else None
    named = {id_, *([str(helper)] if helper else []), *(step for way in paths for step in way.path or ())}
    command = {} if options is None else {"figure": f"kg why {shlex.quote(id_)} METRIC{options}"}
    command |= {} if options is None else {"path": f"kg path {shlex.quote(id_)} OTHER{options}"}
    return DossierContent(
        work=_facts(graph, work),
        as_of=graph.until,
        concepts=tuple(ConceptLabel(*row) for row in concepts[["scheme", "label", "source"]].itertuples(index=False)),
        cited_by=_cited_by(graph, id_, options),
        history=_history(graph, i, inputs),
        figures=figures,
        returns=_returns(graph, inputs["uncredited_return"].get("returns") or []),
        claims=tuple(CheckedClaim(v.claim, v.verdict, v.because) for v in in_groups(verdicts(graph, about=id_))),
        descendants=_descendants(graph, i),
        paths_to="seeds" if seeds else "most cited",
        paths=paths,
        global_figures=figures_in(work.facts) if isinstance(work, Work) else (),
        gaps=_gaps(graph, i, inputs["citations_held"]["missing"]),
        commands=command,
        attribution=graph.provenance.attribution if graph.provenance else "",
        names={other: name_of(graph, graph.number(other)) for other in sorted(named)},
    )


def _facts(graph: CitationGraph, work: Work | str) -> WorkFacts:
    """The work as its store knows it; as the graph's table does where there is no store."""
    id_ = work if isinstance(work, str) else work.id
    if isinstance(work, Work):
        title, authors, identifiers, year = work.title, work.authors, work.identifiers, work.year
        kind = (work.type or None, work.retracted)
        return WorkFacts(id_, title or None, authors, year, work.date, work.venue or None, identifiers, *kind)
    row = graph.works.loc[id_]
    date = None if str(row["date"]) == "nan" else str(row["date"])
    title, venue = str(row["title"] or ""), str(row["venue"] or "")
    return WorkFacts(
        id_,
        title or None,
        authors_of(graph, graph.number(id_)),
        year_of(graph, graph.number(id_)),
        date,
        venue or None,
        (),
    )


def _figures(
    graph: CitationGraph, id_: str, where: str | None
) -> tuple[dict[str, Figure], Mapping[str, Mapping[str, Any]]]:
    """What each metric gives the work, and what that is made of."""
    figures, inputs = {}, {}
    for metric in dossier_metrics():
        name, options = metric.name, metric.dossier or {}
        inputs[name] = why(graph, id_, kept_scores(graph, metric, **options))
        words = "".join(f" --{key} {str(value).lower()}" for key, value in options.items())
        figures[name] = Figure(
            result=inputs[name]["result"],
            options=words.strip(),
            means=described(metric)["summary"],
            why="" if where is None else f"kg why {shlex.quote(id_)} {name}{words}{where}",
        )
    return figures, inputs


def _cited_by(graph: CitationGraph, id_: str, where: str | None) -> tuple[CitedBy, ...]:
    """Who cites the work, as far as known lists tell."""
    command = f"kg why {shlex.quote(id_)} standing"
    return tuple(
        CitedBy(row, each.sentence(id_), "" if where is None else f"{command}{each.option}{where}")
        for each in who_cites(graph, [id_])
        if (row := each.row(id_))
    )


def _history(graph: CitationGraph, i: int, inputs: Mapping[str, Mapping[str, Any]]) -> CitationHistory | None:
    past = history(graph, i)
    if past is None:
        return None
    years = (inputs["beauty"]["history"] or {}).get("years", ())
    return CitationHistory(past.first, tuple(past.counts.tolist()), tuple(years))


def _returns(graph: CitationGraph, found: Sequence[Mapping[str, Any]]) -> Returns:
    """The later works on the topic, the first of them with their titles."""
    listed = tuple(Return(**row, title=str(graph.works.at[row["id"], "title"]) or None) for row in found[:_RETURNS])
    return Returns(len(found), dict(Counter(row["path"] for row in found)), listed)


def _descendants(graph: CitationGraph, i: int) -> Descendants | None:
    """The works that can be traced back to it; None for an undated work."""
    try:
        found = lineage(in_memoryviews(graph.arrays), i, back=False)
    except InputError:
        return None
    return Descendants(
        works=len(found.relatives),
        generations=max((r.generation for r in found.relatives), default=0),
        latest=max((int(graph.years[r.work]) for r in found.relatives), default=None),
        searched=found.reach.works,
        unknown=found.reach.unknown,
        extent=found.extent,
    )


def _targets(graph: CitationGraph, i: int) -> tuple[bool, list[int]]:
    """The later works the graph starts from, or, where it starts from none, those most cited; which of the two."""
    if graph.years[i] == UNDATED:
        return False, []
    later = [j for j in range(len(graph)) if graph.years[j] > graph.years[i]]
    starts = graph.works["seed"].to_numpy(bool)
    chosen = [j for j in later if starts[j]]
    if not (seeds := bool(chosen)):
        citations = graph.citers.counts()
        chosen = sorted(later, key=lambda j: (-citations[j], j))[:_TARGETS]
    return seeds, sorted(chosen, key=lambda j: (graph.years[j], graph.ids[j]))


def _path(graph: CitationGraph, i: int, j: int, where: str | None) -> PathTo:
    """The shortest path to a later work, or how many missing lists may hide one."""
    answer = shortest_paths(in_memoryviews(graph.arrays), i, j)
    certificate, other = answer.certificate, graph.ids[j]
    return PathTo(
        to=Target(other, str(graph.works.at[other, "title"]) or None, year_of(graph, j)),
        path=tuple(graph.ids[step] for step in answer.paths[0]) if answer.paths else None,
        status=certificate.status if certificate else "path",
        unknown=certificate.reach.unknown if certificate else 0,
        why="" if where is None else f"kg path {shlex.quote(graph.ids[i])} {shlex.quote(other)}{where}",
    )


def _gaps(graph: CitationGraph, i: int, later_lists: Mapping[str, Any]) -> Gaps:
    row = graph.works.iloc[i]
    return Gaps(
        reference_list=str(OUTCOMES[graph.outcomes[i]]),
        held={"references": len(graph.references.of(i)), "citations": len(graph.citers.of(i))},
        reported={name: plain(row[f"reported_{name}"]) for name in ("references", "citations")},
        coverage=graph.coverage(),
        later_lists=later_lists,
    )
