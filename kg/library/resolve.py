"""How references were matched to works, and a person's decisions where that is doubtful. `kg.resolve(...)` calls `resolve`."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, overload

from kg.build.lookup_sources import sources_named
from kg.catalogue import Source
from kg.errors import InputError, NothingFound
from kg.graph.folder import BUNDLED, Workspace
from kg.graph.search import name_work
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.ids import parse_identifier
from kg.ingest.resolve.overrides import NONE, add_override
from kg.library.answers import Answer, Block, Table
from kg.model import Batch, Resolution, Work
from kg.text import title_key

_STATUSES = ("review", "stub", "unresolved", "resolved")
_IN_WORDS = {"review": "uncertain", "stub": "not found, kept as a stub", "unresolved": "not found", "resolved": "found"}


@dataclass(frozen=True, repr=False)
class References(Answer):
    """How the references of a graph were matched to works.

    Attributes
    ----------
    graph : str
        The graph's name.
    counts : Mapping[str, int]
        How many references have each status: "review" (a work fits, but not surely), "stub" (kept by its cited text),
        "unresolved" (kept as its file gives it) and "resolved".
    rows : tuple[dict[str, Any], ...]
        The references shown, in plain values: text, status, id, method, reason, score, the likely work and the next best.
    """

    graph: str
    counts: Mapping[str, int]
    rows: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg resolve --json`."""
        return {"graph": self.graph, "counts": dict(self.counts), "references": list(self.rows)}

    def blocks(self) -> Iterator[Block]:
        """Each reference with the works that fit it, then how many have which status."""
        for row in self.rows:
            yield f"{_IN_WORDS[row['status']]}: {row['text']}\n    {row['reason']}"
            match = "likely" if row["likely"] else "matched"
            meant = row["likely"] or (row["id"] if row["status"] == "resolved" else None)
            fitting = [
                (f"    {match}", row["score"], meant, row["title"]),
                ("    next best", row["runner_up_score"], row["runner_up"], row["runner_up_title"]),
            ]
            if works := [work for work in fitting if work[2]]:
                yield Table(["   ", "score", "id", "title"], works, right=["score"])
        yield "; ".join(f"{count:,} {_IN_WORDS[status]}" for status, count in self.counts.items() if count)


@dataclass(frozen=True, repr=False)
class Decision(Answer):
    """What a person decided about a reference.

    Attributes
    ----------
    reference : str
        The whole text of the reference.
    work : str or None
        The work it means; None if it means no known work.
    applied : bool
        Whether the graph goes by it already; else once the file is ingested again.
    done : str
        What was done, in a sentence.
    """

    reference: str
    work: str | None
    applied: bool
    done: str
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg resolve REFERENCE WORK --json`."""
        return {"reference": self.reference, "work": self.work, "applied": self.applied, "done": self.done}

    def blocks(self) -> Iterator[Block]:
        """The reference and what was done."""
        yield f"{self.reference}\n{self.done}"


@overload
def resolve(*, graph: str | None = None, review: bool = False, all_references: bool = False) -> References: ...


@overload
def resolve(reference: str, work: str, *, graph: str | None = None) -> Decision: ...


def resolve(
    reference: str | None = None,
    work: str | None = None,
    *,
    graph: str | None = None,
    review: bool = False,
    all_references: bool = False,
) -> References | Decision:
    """Show how references were matched, or decide which work one of them means, as `kg resolve` does.

    A decision is written to overrides.csv in the graph's folder and takes precedence, now and in later ingests.

    Parameters
    ----------
    reference : str, optional
        Words of the one reference to decide about.
    work : str, optional
        The work it means: a work of the graph, an identifier, or "none".
    graph : str, optional
        A name under ./graphs, or a folder; else what KG_GRAPH names.
    review : bool
        Show only uncertain matches.
    all_references : bool
        Include resolved references.

    Returns
    -------
    References or Decision
        How the references were matched; or, where one is given, what was decided.

    Raises
    ------
    NothingFound
        If the graph was not made from references, no reference has these words, or no work fits.
    InputError
        If several references have these words, no graph is named to decide in, or `work` is missing.
    """
    if reference is None:
        return _references(Workspace.open(graph).store, graph, review=review, all_references=all_references)
    if work is None:
        raise InputError(f"no work was given for {reference!r}", 'name a work, an identifier, or "none"')
    name = graph or os.environ.get("KG_GRAPH")
    if not name:
        raise InputError("the decision needs the name of a graph", "name the graph that has this reference")
    with Workspace.writing(name, f"resolve {reference!r} {work!r}") as (space, writer):
        return _decide(space, writer, reference, work)


def _references(store: Store, graph: str | None, *, review: bool, all_references: bool) -> References:
    rows = list(store.resolutions())
    if not rows:
        raise NothingFound(f"{store.name} was not built from an article or a bibliography", "ingest one first")
    counts = {status: sum(row.status == status for row in rows) for status in _STATUSES}
    shown = [r for r in rows if (r.status == "review" if review else all_references or r.status != "resolved")]
    shown.sort(key=lambda row: _STATUSES.index(row.status))
    bundled = _bundled()

    def title(id_: str | None) -> str | None:
        found = (store.find_by_id(id_) or bundled.find_by_id(id_)) if id_ else None
        return found.title if found else None

    titles = [{"title": title(row.likely or row.id), "runner_up_title": title(row.runner_up)} for row in shown]
    decide = (
        f'to decide: `kg resolve "WORDS OF THE REFERENCE" WORK --graph {graph or store.name}`, with "none" for no work'
    )
    listed = tuple(asdict(row) | names for row, names in zip(shown, titles, strict=True))
    return References(store.name, counts, listed, (decide,) if counts["review"] else ())


def _decide(space: Workspace, writer: Writer, words: str, decision: str) -> Decision:
    """Write a decision down, and go by it at once where this graph or the bundled one has the work."""
    store, bundled = space.store, _bundled()
    row = _one(list(store.resolutions()), words)
    before = store.find_by_id(row.id or "")
    work = None
    if decision != NONE:
        work = store.find_by_id(decision) or bundled.find_by_id(decision)
        if work is None and not parse_identifier(decision):
            work = name_work(store, decision)
    if work and before and work.id == before.id and before.stub:
        raise InputError(
            f"{work.id} is only the stub that stands for this reference", "name the work that is meant, by an id or DOI"
        )
    add_override(space.folder, row.text, work.id if work else decision)
    if work is None and decision != NONE:
        return Decision(
            row.text, decision, applied=False, done=f"matched to {decision}; ingest the file again to look that work up"
        )
    double = before is not None and (before.stub or (row.status != "resolved" and before.id != row.likely))
    decided = replace(row, method="override", reason=f"decided by hand: it is {decision}.", score=None, likely=None)
    if work is None:
        writer.add(Batch(resolutions=[replace(decided, status="stub" if before and before.stub else "unresolved")]))
        done = "matched to none of the known works"
    else:
        writer.add_all(
            _joined(
                work, before if double else None, decided, [] if store.find_by_id(work.id) else bundled.fetch([work.id])
            )
        )
        done = f"matched to {work.id}: {work.title}"
    if before and not double and (work is None or before.id != work.id):
        done += f"; {before.id}, which it was matched to before, stays in the graph"
    return Decision(row.text, work.id if work else None, applied=True, done=done)


def _joined(
    work: Work, before: Work | None, decided: Resolution, fetched: "Sequence[Batch] | Iterator[Batch]"
) -> Iterator[Batch]:
    """What a decision adds: the work with its citations, joined to what stood for it."""
    yield from fetched
    yield Batch(works=[replace(work, seed=True)], joins=[(before.id, work.id)] if before else [])
    yield Batch(resolutions=[replace(decided, status="resolved", id=work.id)])


def _bundled() -> Source:
    return sources_named([BUNDLED])[0]


def _one(rows: list[Resolution], words: str) -> Resolution:
    """The reference that has all these words; raises where none or several have."""
    wanted = title_key(words)
    found = [row for row in rows if wanted and f" {wanted} " in f" {title_key(row.text)} "]
    exact = [row for row in rows if title_key(row.text) == wanted]
    found = exact or found or [r for r in rows if wanted and set(wanted.split()) <= set(title_key(r.text).split())]
    if not found:
        raise NothingFound(f"no reference contains the words {words!r}", "`kg resolve --all` lists all of them")
    if len(found) > 1:
        listed = "\n".join(f"  {row.text}" for row in found[:8])
        raise InputError(f"{len(found)} references contain the words {words!r}", f"give more of their words:\n{listed}")
    return found[0]
