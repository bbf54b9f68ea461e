"""Influence paths between two works or eras, with the evidence of every citation. Standard library only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kg.analysis.paths.query import Limits, PathAnswer, shortest_paths
from kg.errors import InputError, UnknownName
from kg.graph.eras import era_named
from kg.graph.folder import Workspace
from kg.library.answers import Answer, Block, Table
from kg.library.certificate import NoPath, without_list
from kg.library.evidence import evidence_of, weigh_by
from kg.library.naming import EraEnd, brief, find_end, find_work, not_yet, several, works_of, works_within
from kg.model import Citation, Work
from kg.text import counted, number, shortened, treated

if TYPE_CHECKING:
    from kg.analysis.paths.influential import Weigh

ORDERS = ("shortest", "influential", "diverse")
_SENTENCE = 200  # characters of a context shown


@dataclass(frozen=True)
class Path:
    """One influence path.

    Attributes
    ----------
    works
        Its works, the oldest first; each is cited by the next.
    citations
        For each step the records of that citation, one for every source that gives it.
    weights
        What is known of each citation in one figure, where paths are ordered by it.
    strength
        Their product.
    """

    works: tuple[Work, ...]
    citations: tuple[tuple[Citation, ...], ...]
    weights: tuple[float, ...] = ()
    strength: float | None = None

    def __len__(self) -> int:
        """The number of citations."""
        return len(self.citations)

    def as_dict(self) -> dict[str, Any]:
        """A path as the documents give one: its works, and its citations with their evidence."""
        steps = []
        for k, ((cited, citing), records) in enumerate(zip(pairwise(self.works), self.citations, strict=True)):
            evidence = [evidence_of(c) for c in records]
            step: dict[str, Any] = {"citing": citing.id, "cited": cited.id, "sources": [c.source for c in records]}
            weight = {"weight": self.weights[k]} if self.weights else {}
            steps.append(step | {"evidence": evidence} | weight)
        strength = {} if self.strength is None else {"strength": self.strength}
        return {"works": [brief(w) for w in self.works], "citations": steps, "length": len(self)} | strength

    def table(self) -> Table:
        """The works, under each but the first where it cites the one before."""
        rows: list[tuple[Any, ...]] = []
        for k, work in enumerate(self.works):
            rows.append(("  ", work.year, work.id, work.title))
            rows += [("", "", "", f"  {line}") for line in (self._evidence(k - 1) if k else ())]
        return Table(["", "year", "id", "title"], rows)

    def _evidence(self, k: int) -> Iterator[str]:
        """The evidence of a step: a line for each source, and the first sentence that is known."""
        for c in self.citations[k]:
            known = [f"by {c.method}"] if c.method else []
            known += [f"weight {self.weights[k]:.2g}"] if self.weights else []
            known += [] if c.influential is None else ["influential" if c.influential else "not influential"]
            known += [", ".join(c.intents)] if c.intents else []
            yield "; ".join([f"citation read in {c.source}", *known])
            if c.contexts:
                more = f" (+{len(c.contexts) - 1} more)" if len(c.contexts) > 1 else ""
                yield f"  “{shortened(c.contexts[0], _SENTENCE)}”{more}"


@dataclass(frozen=True, repr=False)
class Paths(Answer):
    """The paths from one work or era to another, best first; of none, a certificate of what was searched.

    Goes through its paths: `for path in answer`, `answer[0]`, `len(answer)`.

    Attributes
    ----------
    old, new
        The ends.
    by
        The order: "shortest", "influential" or "diverse".
    paths
        The paths.
    certificate
        What was searched and what is missing, where no path was found; else None.
    """

    old: Work | EraEnd
    new: Work | EraEnd
    by: str
    paths: tuple[Path, ...]
    certificate: NoPath | None
    notes: tuple[str, ...]

    def __len__(self) -> int:
        """The number of paths found."""
        return len(self.paths)

    def __iter__(self) -> Iterator[Path]:
        """The paths, best first."""
        return iter(self.paths)

    def __getitem__(self, k: int) -> Path:
        """The path at a place."""
        return self.paths[k]

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg path --json`."""
        return {
            "old": brief(self.old),
            "new": brief(self.new),
            "by": self.by,
            "paths": [path.as_dict() for path in self.paths],
            "certificate": self.certificate and self.certificate.as_dict(),
            "notes": list(self.notes),
        }

    def blocks(self) -> Iterator[Block]:
        """Each path with its evidence, or the certificate."""
        if self.certificate:
            yield from self.certificate.blocks(self.old, self.new)
        for k, found in enumerate(self.paths, 1):
            strong = "" if found.strength is None else f", strength {number(found.strength)}"
            yield f"{k}. {counted(len(found), 'citation')}{strong}"
            yield found.table()


@dataclass(frozen=True, repr=False)
class Lines(Answer):
    """All paths from one work or era to another at once.

    Attributes
    ----------
    old, new
        The ends.
    lines
        As many vertex-disjoint paths (that share no work between the ends) as there are.
    dominators
        The works that every known path passes, the oldest first.
    works
        How many works lie on any path.
    count
        How many paths there are, exactly; None where cycles hold too many to follow.
    searched, unknown
        How many works the search back from NEW met, and how many of them have no known reference list.
    certificate
        What was searched and what is missing, where no path was found; else None.
    """

    old: Work | EraEnd
    new: Work | EraEnd
    lines: tuple[Path, ...]
    dominators: tuple[Work, ...]
    works: int
    count: int | None
    searched: int
    unknown: int
    certificate: NoPath | None
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg path --lines --json`."""
        return {
            "old": brief(self.old),
            "new": brief(self.new),
            "independent": len(self.lines),
            "lines": [path.as_dict() for path in self.lines],
            "dominators": [brief(w) for w in self.dominators],
            "passages": [brief(w) for w in self.dominators],  # the name of dominators before
            "works": self.works,
            "searched": self.searched,
            "unknown": self.unknown,
            "paths": self.count,
            "certificate": self.certificate and self.certificate.as_dict(),
            "notes": list(self.notes),
        }

    def blocks(self) -> Iterator[Block]:
        """The counts, the dominators and the vertex-disjoint paths, or the certificate."""
        if self.certificate:
            yield from self.certificate.blocks(self.old, self.new)
            return
        paths = "too many paths to count" if self.count is None else counted(self.count, "path")
        apart = (
            f"; up to {len(self.lines):,} paths share no work (vertex-disjoint paths)" if len(self.lines) > 1 else ""
        )
        yield f"{paths} through {counted(self.works, 'work')}{apart}"
        if self.dominators:
            yield "every known path passes:"
            yield Table(["", "year", "id", "title"], [("  ", w.year, w.id, w.title) for w in self.dominators])
        elif len(self.lines) == 1 and len(self.lines[0]) == 1:
            yield "the only path is a direct citation"
        else:
            yield "no single work is on every path"
        for k, found in enumerate(self.lines, 1):
            yield f"{k}. {counted(len(found), 'citation')}"
            yield found.table()


def path(
    space: Workspace,
    old: str | Work,
    new: str | Work,
    *,
    k: int = 1,
    by: str = "shortest",
    via: str | Work | Sequence[str | Work] = (),
    avoid: str | Work | Sequence[str | Work] = (),
    max_hops: int | None = None,
    era: str | None = None,
    as_of: int | None = None,
    ignore_time: bool = False,
) -> Paths:
    """The best paths from one work or era to another; see `kg.library.graph.Graph.path` for the parameters."""
    if by not in ORDERS:
        raise UnknownName("order of paths", by, ORDERS)
    ends = _Ends(space, old, new, as_of)
    limits = ends.limits(via, avoid, max_hops, era, ignore_time=ignore_time)
    answer, weigh, notes = _search(space, ends, limits, k, by)
    return Paths(
        old=ends.old,
        new=ends.new,
        by=by,
        paths=tuple(_path(space, numbers, weigh) for numbers in answer.paths),
        certificate=answer.certificate and NoPath.of(space, answer.certificate, via=ends.via, avoid=ends.avoid),
        notes=(*notes, *answer.notes, *_ignored(space, limits)),
    )


def lines(
    space: Workspace,
    old: str | Work,
    new: str | Work,
    *,
    avoid: str | Work | Sequence[str | Work] = (),
    era: str | None = None,
    as_of: int | None = None,
    ignore_time: bool = False,
) -> Lines:
    """All paths from one work or era to another at once; see `kg.library.graph.Graph.lines` for the parameters."""
    from kg.analysis.paths.independent import independent_paths as find

    ends = _Ends(space, old, new, as_of)
    limits = ends.limits((), avoid, None, era, ignore_time=ignore_time)
    found = find(space.arrays, *ends.numbers, limits=limits)
    notes = [*found.notes, *_ignored(space, limits)]
    if found.reach.unknown and not found.certificate:
        lists = without_list(found.reach.unknown, found.reach.works)
        more = "so there may be more paths, and a work that every known path passes may be avoidable"
        notes.insert(0, f"{lists} no known reference list, {more}")
    return Lines(
        old=ends.old,
        new=ends.new,
        lines=tuple(_path(space, numbers) for numbers in found.paths),
        dominators=tuple(works_of(space, found.dominators)),
        works=len(found.on),
        count=found.count,
        searched=found.reach.works,
        unknown=found.reach.unknown,
        certificate=found.certificate and NoPath.of(space, found.certificate, avoid=ends.avoid),
        notes=tuple(notes),
    )


class _Ends:
    """The two ends of a question and the works that a path is to pass or avoid, by their numbers."""

    def __init__(self, space: Workspace, old: str | Work, new: str | Work, as_of: int | None) -> None:
        self.space, self.as_of = space, as_of
        self.via: list[Work] = []
        self.avoid: list[Work] = []
        self.old, self.new = find_end(space, old), find_end(space, new)
        self.numbers = self._numbers(self.old), self._numbers(self.new)

    def _numbers(self, end: Work | EraEnd) -> int | list[int]:
        if isinstance(end, EraEnd):
            return list(end.works)
        if self.as_of is not None and (end.year is None or end.year > self.as_of):
            raise not_yet(end.id, end.year, self.as_of)
        return self.space.number(end)

    def limits(
        self,
        via: str | Work | Sequence[str | Work],
        avoid: str | Work | Sequence[str | Work],
        max_hops: int | None,
        era: str | None,
        *,
        ignore_time: bool,
    ) -> Limits:
        """What may lie between the ends."""
        space = self.space
        passed, avoided = ([find_work(space, name) for name in several(names)] for names in (via, avoid))
        ends = (self.old, self.new, *passed, *avoided)
        named = [end.name if isinstance(end, EraEnd) else end.id for end in ends]
        self.via, self.avoid = passed, avoided
        if twice := next((name for name in named if named.count(name) > 1), None):
            raise InputError(
                f"{twice} is given twice (as an end of the path, or as a work to pass or avoid)", "give it once"
            )
        between = era_named(era, space.provenance.eras) if era else None
        numbers = {space.number(work) for work in avoided}
        if between and between.members is not None:
            exempt = {space.number(work) for work in passed}
            for end in self.numbers:
                exempt |= {end} if isinstance(end, int) else {*end}
            numbers |= {*range(len(space.arrays.years))} - {*works_within(space, between)} - exempt
        return Limits(
            via=tuple(space.number(work) for work in passed),
            avoid=frozenset(numbers),
            max_hops=max_hops,
            era=(between.first, between.last) if between else None,
            as_of=self.as_of,
            ignore_time=ignore_time,
        )


def _search(
    space: Workspace, ends: _Ends, limits: Limits, k: int, by: str
) -> "tuple[PathAnswer, Weigh | None, list[str]]":
    if by == "influential":
        from kg.analysis.paths.influential import most_influential_paths

        weigh = weigh_by(space)
        evident = bool(space.arrays.meta.get("evident", True))  # an index of an earlier kg does not say
        answer = most_influential_paths(space.arrays, *ends.numbers, weigh, k=k, limits=limits, evident=evident)
        note = (
            "no source of this graph says how influential a citation is, so the strongest paths are the shortest ones"
        )
        return answer, weigh, [] if evident else [note]
    if by == "diverse":
        from kg.analysis.paths.diverse import diverse_paths

        return diverse_paths(space.arrays, *ends.numbers, k=k, limits=limits), None, []
    return shortest_paths(space.arrays, *ends.numbers, k=k, limits=limits), None, []


def _path(space: Workspace, numbers: tuple[int, ...], weigh: "Weigh | None" = None) -> Path:
    works = works_of(space, numbers)
    steps = pairwise(work.id for work in works)
    citations = [tuple(space.store.citations("a.id = ? AND b.id = ?", (new, old))) for old, new in steps]
    if weigh is None:
        return Path(tuple(works), tuple(citations))
    from kg.analysis.paths.influential import strength

    weights = tuple(round(strength(pair, weigh), 4) for pair in pairwise(numbers))
    return Path(tuple(works), tuple(citations), weights, strength(numbers, weigh))


def _ignored(space: Workspace, limits: Limits) -> list[str]:
    """What was done with the citations that paths do not follow."""
    meta, where = space.arrays.meta, "" if limits.as_of is None else "in the graph without a limit on years, "
    backward = 0 if limits.ignore_time else meta["backward"]
    cases = [
        (meta["loops"], "citation{} of a work by itself", "not followed"),
        (meta["duplicates"], "repeated citation{}", "counted once"),
        (backward, "citation{} of a later work", "not followed (the option to ignore time follows them)"),
    ]
    return [f"{where}{note}" for note in treated(cases)]
