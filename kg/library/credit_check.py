"""The works that a bibliography builds on without citing them."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.analysis.forgotten.sentences import CANNOT
from kg.analysis.forgotten.table import forgotten
from kg.analysis.paths.credit_check import Credit
from kg.analysis.paths.credit_check import credit_check as find
from kg.build.lookup import works_listed
from kg.errors import NothingFound
from kg.graph.arrays import KNOWN
from kg.graph.folder import Workspace
from kg.library.answers import Answer, Block, Table
from kg.library.ingested import told
from kg.library.naming import brief, check_top, find_work, works_of
from kg.model import Remark, Work
from kg.output.export.bibtex import to_bibtex
from kg.text import counted, number, shortened

_MISSED = 5  # entries not found that are named
_PARTS = ("ranked", "insufficient")  # the tables of forgotten works
_TEXT = 100  # characters of one


@dataclass(frozen=True)
class Omission:
    """A work that a bibliography builds on without citing it.

    Attributes
    ----------
    work
        The work.
    credit
        Its score and what that rests on.
    path
        A shortest path from it to a work of the bibliography.
    forgotten
        What `kg forgotten` says of it: whether it can be ranked, its classes, and the reason.
    """

    work: Work
    credit: Credit
    path: tuple[Work, ...]
    forgotten: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """A row of the document of `kg credit-check --json`."""
        c = self.credit
        figures = {"score": round(c.score, 4), "generation": c.generation, "cited_by": c.cited_by, "lists": c.lists}
        return brief(self.work) | figures | {"path": [brief(w) for w in self.path], "forgotten": self.forgotten}


@dataclass(frozen=True, repr=False)
class CreditCheck(Answer):
    """The likeliest omissions of a bibliography, each with a path.

    Attributes
    ----------
    omissions
        The omissions listed, the likeliest first.
    ancestors
        How many works the bibliography builds on without citing them.
    found
        How many of its entries are works of this graph, of `entries` in all.
    not_found
        The other entries, each with the reason.
    skipped
        Records that were left out or changed as the file was read: where they stand, and why.
    """

    file: str
    as_of: int | None
    entries: int
    found: int
    not_found: tuple[tuple[str, str], ...]
    ancestors: int
    unknown_lists: int
    omissions: tuple[Omission, ...]
    notes: tuple[str, ...]
    skipped: tuple[Remark, ...] = ()

    @cached_property
    def bibtex(self) -> str:
        """The omissions as BibTeX."""
        return to_bibtex([omission.work for omission in self.omissions])

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg credit-check --json`."""
        return {
            "file": self.file,
            "as_of": self.as_of,
            "entries": self.entries,
            "found": self.found,
            "not_found": [{"text": text, "reason": reason} for text, reason in self.not_found],
            "skipped": [asdict(remark) for remark in self.skipped],
            "ancestors": self.ancestors,
            "unknown_lists": self.unknown_lists,
            "rows": [omission.as_dict() for omission in self.omissions],
            "bibtex": self.bibtex,
        }

    def blocks(self) -> Iterator[Block]:
        """The omissions as a table, under each its path."""
        if not self.omissions:
            yield "this bibliography is not known to build on any work that it does not cite"
            return
        cells: list[tuple[Any, ...]] = []
        for k, omission in enumerate(self.omissions, 1):
            work, c = omission.work, omission.credit
            cells.append((k, work.year, work.id, work.title))
            like = f"in {counted(c.lists, 'similar reference list')}"
            cells.append(
                (None, None, None, f"  cited by {c.cited_by:,} of your works; {like}; score {number(c.score, 3)}")
            )
            cells.append((None, None, None, f"  {' -> '.join(w.id for w in omission.path)}"))
            classes = ", ".join(omission.forgotten["classes"])
            if classes or omission.forgotten["judged"]:
                cells.append((None, None, None, f"  {classes or 'in none of the classes of forgotten works'}"))
        yield Table(["", "year", "id", "title"], cells, right=[""])


def credit_check(
    space: Workspace,
    bibliography: str | Path | Sequence[str | Work],
    *,
    top: int = 10,
    older_than: int | None = None,
    kind: str | None = None,
) -> CreditCheck:
    """The likeliest omissions of a bibliography; see `kg.library.graph.Graph.credit_check` for the parameters."""
    check_top(top)
    skipped: list[Remark] = []
    named, not_found, entries, file = _named(space, bibliography, kind, skipped)
    if not named:
        when = "" if space.store.until is None else f" as of {space.store.until}"
        none = "its only entry is not" if entries == 1 else f"none of its {entries:,} entries is"
        message = f"{file or 'this list'}: {none} in this graph{when}"
        raise NothingFound(message, "choose another graph, or add the bibliography to one with `kg ingest`")
    credits_ = find(space.arrays, named, older_than=older_than)
    listed = credits_[:top]
    works = works_of(space, [c.work for c in listed])
    standing = _standing(space, [work.id for work in works])
    omissions = tuple(
        Omission(work, c, tuple(works_of(space, c.path)), standing[work.id])
        for c, work in zip(listed, works, strict=True)
    )
    unknown = sum(space.arrays.outcomes[w] not in KNOWN for w in named)
    notes = [
        _extent(entries, len(named), len(credits_), unknown, older_than),
        *told(skipped),
        *_not_ranked(omissions),
        *(f"not found: {shortened(text, _TEXT)} ({reason})" for text, reason in not_found[:_MISSED]),
    ]
    if len(not_found) > _MISSED:
        notes.append(f"... and {len(not_found) - _MISSED:,} more not found")
    counts = (entries, len(named), tuple(not_found), len(credits_), unknown)
    return CreditCheck(file, space.store.until, *counts, omissions, tuple(notes), tuple(skipped))


def _named(
    space: Workspace, bibliography: str | Path | Sequence[str | Work], kind: str | None, skipped: list[Remark]
) -> tuple[list[int], list[tuple[str, str]], int, str]:
    """The numbers of the works of a bibliography, its other entries with the reason, how many it has, and its file.

    What its reader left out or changed is added to `skipped`.
    """
    if isinstance(bibliography, str | Path):
        looked_up = list(works_listed(Path(bibliography), [space.store], kind=kind, remarks=skipped))
        found = [work for _, work in looked_up if work and space.number(work) >= 0]
        lost = [(answer.text, answer.reason) for answer, work in looked_up if work is None]
        return list({space.number(w): None for w in found}), lost, len(looked_up), str(bibliography)
    works = [find_work(space, name) for name in bibliography]
    return list({space.number(w): None for w in works}), [], len(works), ""


def _extent(entries: int, named: int, ancestors: int, unknown: int, older_than: int | None) -> str:
    """What the list was made from, and what may be missing from it."""
    older = "" if older_than is None else f" dated before {older_than}"
    found = f"{named:,} of {counted(entries, 'entry', 'entries')} found in this graph"
    builds = "it builds on" if named == 1 else "they build on"
    built = f"{builds} {counted(ancestors, 'work')}{older} that the bibliography does not cite"
    lists = "its reference list is" if named == 1 else f"the reference lists of {unknown:,} of these {named:,} are"
    more = f"; {lists} not known here, so there may be more" if unknown else ""
    return f"{found}; {built}{more}"


def _standing(space: Workspace, ids: list[str]) -> dict[str, dict[str, Any]]:
    """For each work what `kg forgotten` says of it: its classes, or why it cannot be ranked."""
    found = forgotten(space.graph, top=len(space.arrays))
    named = {part: table[table.index.isin(ids)] for part, table in vars(found).items() if part in _PARTS}
    rows = replace(found, **named).rows()
    told = {row["id"]: row | {"judged": part == "ranked"} for part, found_ in rows.items() for row in found_}
    none: dict[str, Any] = {"judged": False, "classes": [], "reason": None}
    return {id_: {key: told.get(id_, none)[key] for key in none} for id_ in ids}


def _not_ranked(omissions: Sequence[Omission]) -> Iterator[str]:
    """Whether it is unknown of some of them if they were forgotten, and why."""
    reasons = {o.forgotten["reason"] for o in omissions if not o.forgotten["judged"]}
    unsure = sum(not o.forgotten["judged"] for o in omissions)
    if unsure:
        why = str(*reasons).removeprefix(CANNOT).rstrip(".") if len(reasons) == 1 else "for several reasons"
        every = "this work was" if unsure == 1 else f"these {unsure:,} works were"
        some = f"{unsure:,} of these {len(omissions):,} works {'was' if unsure == 1 else 'were'}"
        yield f"whether {every if unsure == len(omissions) else some} forgotten is unknown ({why})"
