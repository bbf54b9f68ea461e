"""What a work descends from, or what descends from it, by generation. Standard library only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from kg.analysis.paths.lineage import Lineage as Found
from kg.analysis.paths.lineage import lineage as search
from kg.analysis.paths.lineage import lineage_between
from kg.errors import InputError
from kg.graph.folder import Workspace
from kg.library.answers import Answer, Block, Table
from kg.library.asked import Asked
from kg.library.certificate import NoPath
from kg.library.naming import brief, check_top, find_work, works_of
from kg.model import Work
from kg.text import counted, number

_TOP = 10  # works of a generation that are shown


@dataclass(frozen=True)
class Relative:
    """A work of a lineage, and how many paths join it to the work asked about (None where too many to count)."""

    work: Work
    paths: int | None


@dataclass(frozen=True, repr=False)
class Lineage(Answer):
    """The ancestors or descendants of a work, or the works between two.

    Attributes
    ----------
    work
        The work.
    forward
        Whether these are descendants.
    between
        The earlier and the later of two works, where those between them were asked for.
    generations
        The works by the least number of citations between, those on most paths first.
    count
        How many paths join the two works, where two were given; None where too many to count.
    searched, unknown
        How many works may have further relatives in their reference lists, and how many of these lists are not known.
    complete
        Whether the search ended because there were no further relatives.
    extent
        The same in words.
    certificate
        What was searched and what is missing, where no path joins the two works; else None.
    """

    work: Work
    forward: bool
    between: tuple[Work, Work] | None
    generations: dict[int, tuple[Relative, ...]]
    count: int | None
    searched: int
    unknown: int
    complete: bool
    extent: str
    certificate: NoPath | None
    as_of: int | None
    notes: tuple[str, ...]
    top: int = _TOP

    @property
    def works(self) -> list[Work]:
        """All works of all generations, in order."""
        return [relative.work for part in self.generations.values() for relative in part]

    def listed(self) -> list[Work]:
        """The work, or the later of the two, and those that are printed: the first of each generation."""
        shown = [relative.work for part in self.generations.values() for relative in part[: self.top]]
        return [self.between[1] if self.between else self.work, *shown]

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg lineage --json`."""
        document: dict[str, Any] = {"work": brief(self.work), "direction": "forward" if self.forward else "back"}
        if self.between:
            document |= {"old": brief(self.between[0]), "new": brief(self.between[1]), "paths": self.count}
        return document | {
            "generations": [
                {"generation": k, "works": [brief(r.work) | {"paths": r.paths} for r in part]}
                for k, part in self.generations.items()
            ],
            "works": len(self.works),
            "searched": self.searched,
            "unknown": self.unknown,
            "complete": self.complete,
            "extent": self.extent,
            "certificate": self.certificate and self.certificate.as_dict(),
            "notes": [note for note in self.notes if note != self.extent],
            "as_of": self.as_of,
        }

    def blocks(self) -> Iterator[Block]:
        """The generations as tables, or the certificate."""
        if self.certificate and self.between:
            yield from self.certificate.blocks(*self.between)
            return
        if self.between:
            paths = "too many paths to count" if self.count is None else counted(self.count, "path")
            along = counted(len(self.works) + 1, "work")
            yield f"{paths} from {self.between[0].id} to {self.between[1].id}, through {along}"
        for k, part in self.generations.items():
            more = f" ({self.top} shown)" if len(part) > self.top else ""
            yield f"generation {k}: {counted(len(part), 'work')}{more}"
            cells = [("", number(r.paths), r.work.year, r.work.id, r.work.title) for r in part[: self.top]]
            yield Table(["  ", "paths", "year", "id", "title"], cells, right=["paths"])
        if not self.generations:
            yield f"no {'descendants' if self.forward else 'ancestors'} of {self.work.id} are known in this graph"


class Lineages(Asked):
    """What can be asked about the works that a work descends from, and about its descendants."""

    def lineage(
        self,
        work: str | Work,
        *,
        forward: bool = False,
        to: str | Work | None = None,
        hops: int | None = None,
        top: int = _TOP,
    ) -> Lineage:
        """What a work descends from, or what descends from it, by generation; the works on most paths first.

        Parameters
        ----------
        work : str or Work
            The work.
        forward : bool
            Descendants instead of ancestors.
        to : str or Work, optional
            Only the works between the two, whichever came first.
        hops : int, optional
            How many generations; all if not given.
        top : int
            How many works of each generation to print; `.generations` has all.
        """
        space = self._space
        check_top(top)
        if to is not None and hops is not None:
            raise InputError("a limit on generations cannot be combined with a second work", "leave one of them out")
        start = find_work(space, work)
        between = None
        if to is None:
            found = search(space.arrays, space.number(start), back=not forward, hops=hops)
        else:
            other = find_work(space, to)
            first, last = (start, other) if forward else (other, start)
            between = old, new = (last, first) if _is_earlier(last, first) else (first, last)
            found = lineage_between(space.arrays, space.number(old), space.number(new))
        return Lineage(
            work=start,
            forward=forward,
            between=between,
            generations=_generations(space, found),
            count=found.count if between else None,
            searched=found.reach.works,
            unknown=found.reach.unknown,
            complete=found.reach.complete,
            extent=found.extent,
            certificate=found.certificate and NoPath.of(space, found.certificate),
            as_of=space.store.until,
            notes=(*found.notes, *(() if found.certificate else (found.extent,))),
            top=top,
        )


def _is_earlier(a: Work, b: Work) -> bool:
    """Whether one work is earlier than another, by day where both have one, else by year."""
    if a.date and b.date:
        return a.date < b.date
    return a.year is not None and b.year is not None and a.year < b.year


def _generations(space: Workspace, found: Found) -> dict[int, tuple[Relative, ...]]:
    parts: dict[int, tuple[Relative, ...]] = {}
    for generation, group in groupby(found.relatives, lambda r: r.generation):
        part: Sequence[Any] = list(group)
        works = works_of(space, [r.work for r in part])
        parts[generation] = tuple(Relative(w, r.paths) for w, r in zip(works, part, strict=True))
    return parts
