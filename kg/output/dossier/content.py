"""The dossier of a work: everything kg can say of it on one page, each number with the command that shows its inputs."""

import shlex
from collections import Counter
from dataclasses import asdict
from typing import Any

from kg.analysis.base.history import history
from kg.analysis.claims import verdicts
from kg.analysis.definition import described
from kg.analysis.explain import why
from kg.analysis.metric import dossier_metrics
from kg.analysis.paths.lineage import lineage
from kg.analysis.paths.query import shortest_paths
from kg.errors import InputError
from kg.graph.arrays import OUTCOMES, UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.folder import Workspace
from kg.model import Work

_TARGETS = 5  # later works that paths are sought to
_RETURNS = 10


def dossier(space: Workspace, work: Work) -> dict[str, Any]:
    """What a graph says of a work, in plain values: see the keys; None where nothing can be said.

    `figures` maps each metric to its result, its options, what it means and the command that shows its inputs; `history` are
    the citations held by year with the coverage of each; `returns` later works on its subject and whether a citation path
    leads to them; `claims` what articles say of it and what the data says to that; `paths` the ways to later works the
    graph starts from; `gaps` what is not known; `commands` the pattern of those that show a figure or a path.
    """
    graph, i = space.graph, space.number(work)
    figures: dict[str, Any] = {}
    parts: dict[str, Any] = {}
    name_, where = shlex.quote(work.id), space.provenance.options
    for metric in dossier_metrics():
        name, options = metric.name, metric.dossier or {}
        parts[name] = why(graph, work.id, metric(graph, **options))
        words = "".join(f" --{key} {str(value).lower()}" for key, value in options.items())
        figures[name] = parts[name]["result"] | {
            "options": words.strip(),
            "means": described(metric)["summary"],
            "why": f"kg why {name_} {name}{words}{where}",
        }
    past = history(graph, i)
    told = parts["beauty"]["history"] or {}
    outcome = OUTCOMES[graph.outcomes[i]]
    seeds, later = _targets(space, work, i)
    return {
        "work": _described(work),
        "as_of": space.store.until,
        "concepts": [
            {"scheme": c.scheme, "label": c.label, "source": c.source}
            for c in space.store.concepts("c.work = ?", (space.arrays.rows[i],))
        ],
        "history": past
        and {"first": past.first, "counts": [int(n) for n in past.counts], "years": told.get("years", [])},
        "figures": figures,
        "returns": _returns(graph, parts["uncredited_return"]),
        "claims": [
            asdict(v.claim) | {"verdict": v.verdict, "because": v.because}
            for v in verdicts(graph)
            if work.id in {id_ for id_, _ in v.claim.roles}
        ],
        "descendants": _heirs(space, i),
        "paths_to": "seeds" if seeds else "most cited",
        "paths": _paths(space, work, later),
        "gaps": {
            "reference_list": str(outcome),
            "held": {"references": len(graph.references.of(i)), "citations": len(graph.citers.of(i))},
            "reported": {"references": work.reported_references, "citations": work.reported_citations},
            "coverage": graph.coverage(),
            "later_lists": parts["citations_held"]["missing"],
        },
        "commands": {"figure": f"kg why {name_} METRIC{where}", "path": f"kg path {name_} OTHER{where}"},
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


def _returns(graph: CitationGraph, part: dict[str, Any]) -> dict[str, Any]:
    """The later works on the subject, those without a path first."""
    order = ["uncredited", "undecidable", "credited"]
    rows = sorted(part.get("returns") or [], key=lambda row: (order.index(row["path"]), row["year"] or 0, row["id"]))
    listed = [row | {"title": str(graph.works.at[row["id"], "title"]) or None} for row in rows[:_RETURNS]]
    return {"total": len(rows), "of": Counter(row["path"] for row in rows), "listed": listed}


def _heirs(space: Workspace, i: int) -> dict[str, Any] | None:
    """The works that descend from it, by generation; None for an undated work."""
    try:
        found = lineage(space.arrays, i, back=False)
    except InputError:
        return None
    years = [space.arrays.years[r.work] for r in found.relatives]
    return {
        "works": len(found.relatives),
        "generations": max((r.generation for r in found.relatives), default=0),
        "latest": max(years, default=None),
        "searched": found.searched,
        "unknown": found.unknown,
        "extent": found.extent,
    }


def _targets(space: Workspace, work: Work, i: int) -> tuple[bool, list[Work]]:
    """The later works the graph starts from, or, where it starts from none, those most cited; which of the two."""
    graph = space.graph
    if graph.years[i] == UNDATED:
        return False, []
    starts = [w for w in space.store.works("seed = 1 AND year > ?", (work.year,)) if w.id != work.id]
    if starts:
        return True, starts
    held = graph.citers.counts()
    later = sorted((j for j in range(len(graph)) if graph.years[j] > graph.years[i]), key=lambda j: (-held[j], j))
    return False, [w for j in later[:_TARGETS] if (w := space.store.find_by_id(graph.ids[j]))]


def _paths(space: Workspace, work: Work, targets: list[Work]) -> list[dict[str, Any]]:
    """The shortest way to each of some later works, or what is missing."""
    found, number = [], space.number(work)
    for other in sorted(targets, key=lambda w: (w.year or 0, w.id)):
        answer = shortest_paths(space.arrays, number, space.number(other))
        certificate = answer.certificate
        found.append(
            {
                "to": {"id": other.id, "title": other.title, "year": other.year},
                "path": space.ids(answer.paths[0]) if answer.paths else None,
                "status": certificate.status if certificate else "path",
                "unknown": len(certificate.frontier) if certificate else 0,
                "why": f"kg path {shlex.quote(work.id)} {shlex.quote(other.id)}{space.provenance.options}",
            }
        )
    return found
