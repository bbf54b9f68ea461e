"""The dossier of a work: everything kg can say of it on one page, each number with the command that shows its inputs."""

import shlex
from dataclasses import asdict
from typing import Any

from kg import registry
from kg.analysis.claims import verdicts
from kg.analysis.history import history
from kg.analysis.lineage import lineage
from kg.analysis.paths import shortest_paths
from kg.analysis.why import why
from kg.errors import InputError
from kg.index import OUTCOMES, UNDATED
from kg.model import Work
from kg.telling import named_graph
from kg.workspace import Workspace

#: metric -> its options here; `kg why WORK METRIC` with the same options shows what the number is made of
FIGURES: dict[str, dict[str, Any]] = {
    "citations_held": {},
    "citations_rank": {},
    "pagerank": {},
    "disruption": {},
    "burst": {},
    "beauty": {},
    "awakening_year": {},
    "beauty_cp": {},
    "latency": {},
    "dormancy": {},
    "revival_year": {},
    "impact_sequence": {},
    "prince": {},
    "wake": {"robust": True},
    "wake_gap": {},
    "uncredited_return": {},
    "first_use": {},
}
_TARGETS = 5  # later works that paths are sought to
_RETURNS = 10


def dossier(space: Workspace, work: Work) -> dict[str, Any]:
    """What a graph says of a work, in plain values: see the keys; None where nothing can be said.

    `figures` maps each metric to its result and the command that shows its inputs; `history` are the citations held by
    year with the coverage of each; `returns` later works on its subject and whether a citation path leads to them;
    `claims` what articles say of it and what the data says to that; `paths` the ways to later works the graph starts
    from; `gaps` what is not known.
    """
    graph, i = space.graph, space.number(work)
    figures: dict[str, Any] = {}
    parts: dict[str, Any] = {}
    name_, where = shlex.quote(work.id), named_graph(space)
    for name, options in FIGURES.items():
        parts[name] = why(graph, work.id, registry.load("metric", name)(graph, **options))
        words = "".join(f" --{key} {str(value).lower()}" for key, value in options.items())
        figures[name] = parts[name]["result"] | {"why": f"kg why {name_} {name}{words}{where}"}
    past = history(graph, i)
    told = parts["beauty"]["history"] or {}
    outcome = OUTCOMES[graph.outcomes[i]]
    heirs = _heirs(space, i)
    return {
        "work": _described(work),
        "as_of": space.store.until,
        "concepts": [
            {"scheme": c.scheme, "label": c.label, "source": c.source}
            for c in space.store.concepts("c.work = ?", (space.index.rows[i],))
        ],
        "history": past
        and {"first": past.first, "counts": [int(n) for n in past.counts], "years": told.get("years", [])},
        "figures": figures,
        "returns": _returns(parts["uncredited_return"]),
        "claims": [
            asdict(v.claim) | {"verdict": v.verdict, "because": v.because}
            for v in verdicts(graph)
            if work.id in {id_ for id_, _ in v.claim.roles}
        ],
        "descendants": heirs,
        "paths": _paths(space, work, i),
        "gaps": {
            "reference_list": str(outcome),
            "held": {"references": len(graph.references.of(i)), "citations": len(graph.citers.of(i))},
            "reported": {"references": work.reported_references, "citations": work.reported_citations},
            "coverage": graph.coverage(),
            "later_lists": parts["citations_held"]["missing"],
        },
    }


def _described(work: Work) -> dict[str, Any]:
    return {
        "id": work.id,
        "title": work.title or None,
        "authors": list(work.authors),
        "year": work.year,
        "date": work.date,
        "venue": work.venue or None,
        "identifiers": list(work.identifiers),
    }


def _returns(part: dict[str, Any]) -> dict[str, Any]:
    """The later works on the subject, those without a path first."""
    order = ["uncredited", "undecidable", "credited"]
    rows = sorted(part.get("returns") or [], key=lambda row: (order.index(row["path"]), row["year"] or 0, row["id"]))
    return {"total": len(rows), "listed": rows[:_RETURNS]}


def _heirs(space: Workspace, i: int) -> dict[str, Any] | None:
    """The works that descend from it, by generation; None for an undated work."""
    try:
        found = lineage(space.index, i, back=False)
    except InputError:
        return None
    years = [space.index.years[r.work] for r in found.relatives]
    return {
        "works": len(found.relatives),
        "generations": max((r.generation for r in found.relatives), default=0),
        "latest": max(years, default=None),
        "searched": found.searched,
        "unknown": found.unknown,
        "extent": found.extent,
    }


def _paths(space: Workspace, work: Work, i: int) -> list[dict[str, Any]]:
    """The shortest way to each later work the graph starts from, or, where it starts from none, to those most cited."""
    graph = space.graph
    if graph.years[i] == UNDATED:
        return []
    starts = [w for w in space.store.works("seed = 1 AND year > ?", (work.year,)) if w.id != work.id]
    if not starts:
        held = graph.citers.counts()
        later = sorted((j for j in range(len(graph)) if graph.years[j] > graph.years[i]), key=lambda j: (-held[j], j))
        starts = [w for j in later[:_TARGETS] if (w := space.store.find_by_id(graph.ids[j]))]
    found = []
    for other in sorted(starts, key=lambda w: (w.year or 0, w.id)):
        answer = shortest_paths(space.index, i, space.number(other))
        certificate = answer.certificate
        found.append(
            {
                "to": {"id": other.id, "title": other.title, "year": other.year},
                "path": space.ids(answer.paths[0]) if answer.paths else None,
                "status": certificate.status if certificate else "path",
                "unknown": len(certificate.frontier) if certificate else 0,
                "why": f"kg path {shlex.quote(work.id)} {shlex.quote(other.id)}{named_graph(space)}",
            }
        )
    return found
