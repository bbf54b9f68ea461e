"""Influence paths between two works or eras, with the evidence of every citation. Standard library only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kg.analysis.paths.query import Limits, PathAnswer, shortest_paths
from kg.errors import UnknownName
from kg.graph.folder import Workspace
from kg.library.answers import Answer, Block, Table
from kg.library.asked import Asked
from kg.library.certificate import NoPath, without_list
from kg.library.evidence import evidence_of, weigh_by
from kg.library.naming import EraEnd, brief, works_of
from kg.library.path_ends import Ends
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


class InfluencePaths(Asked):
    """What can be asked about the paths between two works or eras."""

    def path(
        self,
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
        """How did OLD reach NEW? Influence paths along citations, or what is missing to say that there is none.

        A path runs from the older to the newer work, each cited by the next and never backwards in time.

        Parameters
        ----------
        old, new : str or Work
            The earlier and the later work, or an era by name or years.
        k : int
            How many paths.
        by : str
            "shortest"; "influential", the strongest by what is known of their citations; "diverse", with as few works
            in common as possible.
        via, avoid : work or sequence of works
            Works that every path must pass, and works that no path may pass.
        max_hops : int, optional
            The most citations a path may have.
        era : str, optional
            The works between are of this era.
        as_of : int, optional
            Use the graph as it stood at the end of this year.
        ignore_time : bool
            Follow citations whatever the years say.

        Returns
        -------
        Paths
            The paths, best first. If there is none, its `certificate` says what was searched and what is missing:
            status "none" only if every reference list on the way is known, else "unknown".

        Raises
        ------
        NothingFound, AmbiguousWork
            If an end is not in the graph, or several works fit it.
        InputError
            If a work is named twice or an option has no such value.

        Examples
        --------
        >>> from kg import Graph
        >>> edges = [("B", "A"), ("C", "B")]
        >>> graph = Graph.from_edges(edges, years={"A": 1989, "B": 2002, "C": 2016}, titles={"B": "LSTM"})
        >>> [work.id for work in graph.path("A", "C")[0].works]
        ['A', 'B', 'C']
        >>> graph.path("A", "C", avoid=["LSTM"])
        no path from A to C without B: searched 1 work, and its reference list is known
        """
        space = self._space
        if by not in ORDERS:
            raise UnknownName("order of paths", by, ORDERS)
        ends = Ends(space, old, new, as_of)
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
        self,
        old: str | Work,
        new: str | Work,
        *,
        avoid: str | Work | Sequence[str | Work] = (),
        era: str | None = None,
        as_of: int | None = None,
        ignore_time: bool = False,
    ) -> Lines:
        """All paths at once: vertex-disjoint paths, the works that every path passes, and how many paths there are.

        Parameters
        ----------
        old, new : str or Work
            The earlier and the later work, or an era by name or years.
        avoid : work or sequence of works
            Works that no path may pass.
        era : str, optional
            The works between are of this era.
        as_of : int, optional
            Use the graph as it stood at the end of this year.
        ignore_time : bool
            Follow citations whatever the years say.

        Raises
        ------
        NothingFound, AmbiguousWork
            If an end is not in the graph, or several works fit it.
        InputError
            If a work is named twice.

        Examples
        --------
        >>> from kg import Graph
        >>> graph = Graph.from_edges([("D", "B"), ("D", "C"), ("B", "A"), ("C", "A")], years=dict(zip("ABCD", range(4))))
        >>> len(graph.lines("A", "D").lines), graph.lines("A", "D").count
        (2, 2)
        """
        space = self._space
        from kg.analysis.paths.independent import independent_paths as find

        ends = Ends(space, old, new, as_of)
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


def _search(
    space: Workspace, ends: Ends, limits: Limits, k: int, by: str
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
